//! What a camera adds to the light that falls into it: shake, a lamp that changes, film, grain, compression.
//!
//! Invariant: everything here is a pure function of place, time and seed, equal for two versions of one story.

use glam::{DVec2, DVec3};

use super::blocks::squeeze;
use crate::material::encode_srgb;
use crate::noise::{mix, smooth2};
use crate::scene::Ramp;

/// How a camera moves while it films: a slow pan and the tremble of a hand. Lengths in picture heights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sway {
    /// How fast it pans, per second, to the right and downwards.
    pub pan: DVec2,
    /// When the pan is in the middle of its way, in seconds.
    pub middle_secs: f64,
    /// How far it trembles at most.
    pub shake: f64,
    /// How many times per second, about.
    pub shake_hz: f64,
    /// Where its random pattern begins.
    pub seed: u64,
}

impl Sway {
    /// How far the picture has moved at a time: what was seen at `x` is now seen at `x` minus this.
    pub fn offset(&self, secs: f64) -> DVec2 {
        let tremble = |lane: f64| {
            let at = DVec2::new(secs * self.shake_hz, lane);
            (smooth2(at, self.seed) - 0.5) * 1.4 + (smooth2(at * 2.3, self.seed ^ 1) - 0.5) * 0.6
        };
        self.pan * (secs - self.middle_secs) + DVec2::new(tremble(0.5), tremble(7.5)) * self.shake
    }

    /// How far it moves at most within a clip of that length, with an exposure at its end.
    pub fn reach(&self, duration_secs: f64) -> f64 {
        let secs = self.middle_secs.max(duration_secs + 0.1 - self.middle_secs).max(0.0);
        self.pan.abs().max_element() * secs + self.shake
    }
}

/// A lamp that changes: factors on red, green and blue, reached by a ramp from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dimming {
    /// When.
    pub share: Ramp,
    /// To what.
    pub factor: DVec3,
}

/// A camera's ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// How long the shutter is open, in seconds.
    pub exposure_secs: f64,
    /// How the camera moves.
    pub sway: Sway,
    /// How the light of the whole picture changes.
    pub dimming: Vec<Dimming>,
    /// Contrast about middle grey; 1 leaves it.
    pub contrast: f32,
    /// Colourfulness; 1 leaves it, 0 is grey.
    pub saturation: f32,
    /// How much darker the corners are, 0 to 1.
    pub vignette: f32,
    /// The share of a pixel that spills into its neighbours, 0 to 1.
    pub softness: f32,
    /// Standard deviation of the grain, in levels of 255.
    pub grain: f32,
    /// Step of the quantiser that stands for a codec, in levels of 255; 0 for none.
    pub squeeze: f32,
    /// Where the grain begins.
    pub seed: u64,
}

impl Default for Film {
    /// A camera on a tripod with a clean sensor.
    fn default() -> Self {
        Self {
            exposure_secs: 1.0 / 48.0,
            sway: Sway::default(),
            dimming: Vec::new(),
            contrast: 1.0,
            saturation: 1.0,
            vignette: 0.16,
            softness: 0.0,
            grain: 0.0,
            squeeze: 0.0,
            seed: 0,
        }
    }
}

/// Steps of the table from linear light to bytes.
const TABLE_STEPS: usize = 4096;

/// Levels from 0 to 255 for linear light from 0 to 1, in equal steps of the light's square root.
static TABLE: std::sync::LazyLock<Vec<f32>> = std::sync::LazyLock::new(|| {
    (0..=TABLE_STEPS + 1)
        .map(|step| {
            let root = step as f64 / TABLE_STEPS as f64;
            (encode_srgb((root * root).min(1.0)) * 255.0) as f32
        })
        .collect()
});

fn level(linear: f32) -> f32 {
    let at = linear.clamp(0.0, 1.0).sqrt() * TABLE_STEPS as f32;
    let index = at as usize;
    let (low, high) = (TABLE.get(index).copied().unwrap_or(255.0), TABLE.get(index + 1).copied().unwrap_or(255.0));
    low + (high - low) * (at - index as f32)
}

/// Linear in the shadows, with a soft shoulder above a half, never beyond 1.
fn expose(x: f32) -> f32 {
    if x <= 0.5 { x } else { 1.0 - 0.5 * libm::expf(1.0 - 2.0 * x) }
}

impl Film {
    /// From linear light, pixel by pixel in rows of `width`, to R, G, B bytes.
    pub(super) fn develop(&self, light: Vec<[f32; 3]>, width: usize, secs: f64, index: usize) -> Vec<u8> {
        let height = light.len() / width.max(1);
        let gain = self.dimming.iter().fold(DVec3::ONE, |gain, dimming| {
            gain * DVec3::ONE.lerp(dimming.factor, dimming.share.at(secs).clamp(0.0, 1.0))
        });
        let gain = gain.as_vec3().to_array();
        let mut pixels = light;
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let x = 2.0 * ((at % width) as f32 + 0.5) / width as f32 - 1.0;
            let y = 2.0 * ((at / width) as f32 + 0.5) / height as f32 - 1.0;
            let falloff = 1.0 - self.vignette * 0.5 * (x * x + y * y);
            for (value, gain) in pixel.iter_mut().zip(gain) {
                *value = level(expose(*value * gain * falloff));
            }
            let [r, g, b] = *pixel;
            let grey = 0.299 * r + 0.587 * g + 0.114 * b;
            for value in pixel.iter_mut() {
                *value = (grey + (*value - grey) * self.saturation - 118.0) * self.contrast + 118.0;
            }
        }
        if self.softness > 0.0 {
            soften(&mut pixels, width, self.softness);
        }
        if self.grain > 0.0 {
            for (at, pixel) in pixels.iter_mut().enumerate() {
                let bits = mix(((index as u64) << 40 | at as u64) ^ mix(self.seed));
                // Dark parts are grainier; most of the grain is common to the three channels.
                let strength = self.grain * (1.25 - 0.5 * pixel[1] / 255.0);
                let common = bell(bits);
                for (channel, value) in pixel.iter_mut().enumerate() {
                    *value += strength * (0.8 * common + 0.6 * bell(mix(bits ^ channel as u64)));
                }
            }
        }
        if self.squeeze > 0.0 {
            squeeze(&mut pixels, width, self.squeeze);
        }
        pixels.iter().flatten().map(|value| value.clamp(0.0, 255.0).round() as u8).collect()
    }
}

/// A number with mean 0 and variance 1, nearly normal: the sum of four even numbers.
fn bell(bits: u64) -> f32 {
    let part = |shift: u32| (bits >> shift & 0xffff) as f32 / 65536.0;
    (part(0) + part(16) + part(32) + part(48) - 2.0) * 1.732_050_8
}

/// A share of every pixel goes to its neighbours in equal parts, first across and then down.
fn soften(pixels: &mut [[f32; 3]], width: usize, share: f32) {
    let along = |pixels: &mut [[f32; 3]], step: usize, inside: &dyn Fn(usize) -> (bool, bool)| {
        let from = pixels.to_vec();
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let (before, after) = inside(at);
            let own = from.get(at).copied().unwrap_or_default();
            let left = at.checked_sub(step).filter(|_| before).and_then(|at| from.get(at)).copied().unwrap_or(own);
            let right = from.get(at + step).filter(|_| after).copied().unwrap_or(own);
            for (channel, value) in pixel.iter_mut().enumerate() {
                *value = own[channel] * (1.0 - share) + (left[channel] + right[channel]) * (0.5 * share);
            }
        }
    };
    along(pixels, 1, &|at| (at % width > 0, at % width + 1 < width));
    along(pixels, width, &|_| (true, true));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_close_to_the_formula() {
        for step in 0..=1000 {
            let linear = f64::from(step) / 1000.0;
            assert!((f64::from(level(linear as f32)) - encode_srgb(linear) * 255.0).abs() < 0.05, "{linear}");
        }
    }

    #[test]
    fn a_shake_stays_within_its_reach() {
        let sway = Sway { pan: DVec2::new(0.03, -0.01), middle_secs: 1.5, shake: 0.02, shake_hz: 3.0, seed: 9 };
        for step in 0..300 {
            assert!(sway.offset(f64::from(step) / 100.0).abs().max_element() <= sway.reach(3.0));
        }
    }

    #[test]
    fn grain_has_its_strength_and_no_bias() {
        let film = Film { grain: 6.0, vignette: 0.0, ..Film::default() };
        let plain = Film { grain: 0.0, ..film.clone() };
        let light = vec![[0.2f32; 3]; 6400];
        let (a, b) = (film.develop(light.clone(), 80, 0.0, 3), plain.develop(light, 80, 0.0, 3));
        let off: Vec<f64> = a.iter().zip(&b).map(|(a, b)| f64::from(*a) - f64::from(*b)).collect();
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        let deviation = (off.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / off.len() as f64).sqrt();
        // Half a level is lost where the plain picture is rounded.
        assert!(mean.abs() < 0.6 && (5.0..7.5).contains(&deviation), "{mean} {deviation}");
    }
}
