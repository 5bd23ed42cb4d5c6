//! From a scene to pictures: a small ray tracer with soft shadows, mirrors, motion blur and smooth edges.
//!
//! Invariant: a picture is a pure function of scene, size, frame rate and quality, to the last bit and on every
//! platform: fixed sample patterns, `f64`, and no function of the C library. Meeting surfaces is left to
//! [`crate::shape`] and [`crate::surroundings`], light to `shade`, files to [`crate::encode`].

mod blocks;
pub mod film;
mod instant;
pub mod quick;
mod shade;

use glam::DVec3;

use crate::material::encode_srgb;
use crate::noise::mix;
use crate::scene::{Lens, Scene};
use instant::Instant;
use shade::{Jitter, Shader};

/// A picture: R, G, B bytes (sRGB), rows from top to bottom, packed tightly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `3 · width · height` bytes.
    pub rgb: Vec<u8>,
}

/// How much work a pixel gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Four lines of sight in every pixel.
    Draft,
    /// Four, and sixteen where those four disagree.
    Fine,
}

/// What the pictures of a scene have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Pictures per second.
    pub frame_rate_fps: u32,
    /// How much work a pixel gets.
    pub quality: Quality,
}

impl Format {
    /// How many pictures a scene has.
    pub fn frame_count(&self, scene: &Scene) -> usize {
        (scene.duration_secs * f64::from(self.frame_rate_fps)).round() as usize
    }

    /// When a picture is shown, in seconds.
    pub fn time_secs(&self, index: usize) -> f64 {
        index as f64 / f64::from(self.frame_rate_fps)
    }
}

/// Lines of sight in a pixel at most; also the moments of an exposure.
const SAMPLES: usize = 16;
/// Lines of sight that decide whether a pixel needs more.
const FIRST_SAMPLES: usize = 4;
/// Colours (linear, 0 to 1) further apart than this need more lines of sight.
const DISAGREEMENT: f64 = 0.012;
/// The share of a frame's time in which the shutter is open.
const SHUTTER: f64 = 0.5;
/// How much darker the corners are.
const VIGNETTE: f64 = 0.16;

/// Draws one picture of a scene, on all cores.
pub fn picture(scene: &Scene, format: &Format, index: usize) -> Picture {
    let open = format.time_secs(index);
    let exposed = SHUTTER / f64::from(format.frame_rate_fps);
    let instants: Vec<Instant<'_>> =
        (0..SAMPLES).map(|i| Instant::new(scene, open + exposed * (i as f64 + 0.5) / SAMPLES as f64)).collect();
    let (width, height) = (format.width as usize, format.height as usize);
    let lens = scene.camera.lens(f64::from(format.width) / f64::from(format.height));
    let job = Job { scene, format, lens, instants: &instants };

    let mut rgb = vec![0u8; width * height * 3];
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(height.max(1));
    // Rows are dealt in turn: neighbouring rows take equally long, halves of a picture do not.
    let mut hands: Vec<Vec<(usize, &mut [u8])>> = (0..workers).map(|_| Vec::new()).collect();
    for (row, bytes) in rgb.chunks_mut((width * 3).max(1)).enumerate() {
        if let Some(hand) = hands.get_mut(row % workers) {
            hand.push((row, bytes));
        }
    }
    std::thread::scope(|scope| {
        for hand in hands {
            scope.spawn(|| {
                for (row, bytes) in hand {
                    for (column, pixel) in bytes.chunks_exact_mut(3).enumerate() {
                        pixel.copy_from_slice(&job.pixel(column, row));
                    }
                }
            });
        }
    });
    Picture { width: format.width, height: format.height, rgb }
}

/// All pictures of a scene in order.
pub fn pictures<'a>(scene: &'a Scene, format: &'a Format) -> impl Iterator<Item = Picture> + 'a {
    (0..format.frame_count(scene)).map(move |index| picture(scene, format, index))
}

struct Job<'a> {
    scene: &'a Scene,
    format: &'a Format,
    lens: Lens,
    instants: &'a [Instant<'a>],
}

impl Job<'_> {
    fn pixel(&self, column: usize, row: usize) -> [u8; 3] {
        let noise = mix(((row as u64) << 32 | column as u64) ^ self.scene.seed);
        let mut sum = DVec3::ZERO;
        let (mut low, mut high) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        let mut taken = 0;
        for i in 0..SAMPLES {
            if i == FIRST_SAMPLES
                && (self.format.quality == Quality::Draft || (high - low).max_element() < DISAGREEMENT)
            {
                break;
            }
            let color = self.sample(column, row, i, noise);
            (low, high) = (low.min(color), high.max(color));
            sum += color;
            taken += 1;
        }
        let color = sum / f64::from(taken);
        color.to_array().map(|linear| (encode_srgb(linear.clamp(0.0, 1.0)) * 255.0).round() as u8)
    }

    fn sample(&self, column: usize, row: usize, i: usize, noise: u64) -> DVec3 {
        let (across, down) = stratified(i);
        let x = (column as f64 + across) / f64::from(self.format.width);
        let y = (row as f64 + down) / f64::from(self.format.height);
        // 5 shares no factor with 16: every moment of the exposure comes up once, the first four spread over it.
        let Some(instant) = self.instants.get(i * 5 % SAMPLES) else { return DVec3::ZERO };
        let light = Shader::new(self.scene, instant).color(&self.lens.ray(x, y), Jitter::new(i, noise));
        let from_middle = (2.0 * x - 1.0) * (2.0 * x - 1.0) + (2.0 * y - 1.0) * (2.0 * y - 1.0);
        expose(light * (self.scene.exposure * (1.0 - VIGNETTE * 0.5 * from_middle)))
    }
}

/// Point `i` of the first 16 of a (0, 2)-sequence: any first 4 fall into 4 different quarters of the pixel.
fn stratified(i: usize) -> (f64, f64) {
    let index = i as u32;
    // The second coordinate of Sobol's sequence: the columns of its generating matrix are Pascal's triangle modulo 2.
    let (mut second, mut column, mut bits) = (0u32, 1u32 << 3, index);
    while bits > 0 {
        if bits & 1 == 1 {
            second ^= column;
        }
        column ^= column >> 1;
        bits >>= 1;
    }
    let first = index.reverse_bits() >> 28;
    ((f64::from(first) + 0.5) / 16.0, (f64::from(second) + 0.5) / 16.0)
}

/// Film: linear in the shadows, with a soft shoulder above a half, never beyond 1.
fn expose(light: DVec3) -> DVec3 {
    DVec3::from_array(light.to_array().map(|x| if x <= 0.5 { x } else { 1.0 - 0.5 * libm::exp(1.0 - 2.0 * x) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_a_pixel_fall_one_into_each_row_column_and_quarter() {
        let points: Vec<(f64, f64)> = (0..SAMPLES).map(stratified).collect();
        let distinct = |cells: Vec<usize>| cells.iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(distinct(points.iter().map(|p| (p.0 * 16.0) as usize).collect()), 16);
        assert_eq!(distinct(points.iter().map(|p| (p.1 * 16.0) as usize).collect()), 16);
        let cell = |p: &(f64, f64), n: f64| (p.0 * n) as usize + 8 * (p.1 * n) as usize;
        assert_eq!(distinct(points.iter().map(|p| cell(p, 4.0)).collect()), 16);
        assert_eq!(distinct(points.iter().take(4).map(|p| cell(p, 2.0)).collect()), 4);
    }

    #[test]
    fn film_is_monotonic_smooth_and_bounded() {
        let at = |x: f64| expose(DVec3::splat(x)).x;
        assert!((at(0.5 + 1e-9) - at(0.5 - 1e-9)).abs() < 1e-8);
        assert!(at(0.2) < at(0.9) && at(0.9) < at(4.0) && at(1e3) <= 1.0);
    }
}
