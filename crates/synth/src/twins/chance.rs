//! Random choices of a twin: streams that belong to a seed and a purpose.
//!
//! Invariant: what one purpose draws does not disturb another, so that two versions of a story make the same choices
//! as long as each asks its own stream the same questions. Integer arithmetic only; a stream never changes.

use glam::DVec3;

use crate::material::decode_srgb;
use crate::noise::{mix, unit};

/// A stream of choices.
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of a purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        Self { state: purpose.bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte))) }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number from 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        unit(self.bits())
    }

    /// A number between two others.
    pub(crate) fn within(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// Whether something with this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// 1 or −1.
    pub(crate) fn sign(&mut self) -> f64 {
        if self.happens(0.5) { 1.0 } else { -1.0 }
    }

    /// One of some things, of which there must be at least one.
    pub(crate) fn pick<T: Copy>(&mut self, things: &[T]) -> T {
        things[((self.unit() * things.len() as f64) as usize).min(things.len() - 1)]
    }

    /// A linear colour of any hue within ranges of saturation and brightness (HSV of the screen, 0 to 1).
    pub(crate) fn color(&mut self, saturation: (f64, f64), value: (f64, f64)) -> DVec3 {
        let hue = self.unit();
        hsv(hue, self.within(saturation.0, saturation.1), self.within(value.0, value.1))
    }
}

/// A linear colour from hue, saturation and value of the screen, all 0 to 1.
pub(crate) fn hsv(hue: f64, saturation: f64, value: f64) -> DVec3 {
    let channel = |shift: f64| {
        let k = (shift + hue * 6.0).rem_euclid(6.0);
        decode_srgb(value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0))
    };
    DVec3::new(channel(5.0), channel(3.0), channel(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed_apart_and_even() {
        let draw = |seed, purpose| Chance::new(seed, purpose).bits();
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert!(draw(1, "a") != draw(1, "b") && draw(1, "a") != draw(2, "a"));
        let mut chance = Chance::new(5, "even");
        let mean = (0..4000).map(|_| chance.within(-1.0, 1.0)).sum::<f64>() / 4000.0;
        assert!(mean.abs() < 0.05, "{mean}");
        assert!((0..100).all(|_| [3, 7].contains(&chance.pick(&[3, 7]))));
    }

    #[test]
    fn hues_have_their_primaries() {
        let close = |a: DVec3, b: [f64; 3]| assert!((a - DVec3::from_array(b)).length() < 1e-9, "{a}");
        close(hsv(0.0, 1.0, 1.0), [1.0, 0.0, 0.0]);
        close(hsv(1.0 / 3.0, 1.0, 1.0), [0.0, 1.0, 0.0]);
        close(hsv(2.0 / 3.0, 1.0, 1.0), [0.0, 0.0, 1.0]);
        close(hsv(0.1, 0.0, 1.0), [1.0, 1.0, 1.0]);
    }
}
