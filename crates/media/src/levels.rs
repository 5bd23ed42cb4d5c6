//! Resizing of 8-bit pictures that equals PIL's `Image.resize` with its bicubic filter, bit for bit.
//!
//! Invariant: whole numbers all the way, as in Pillow's `Resample.c`: weights have 22 bits after the point, and what the
//! first pass, across, gives is rounded to bytes before the second. Unlike [`Resizer`](crate::Resizer), the filter is as wide
//! as what becomes one pixel, so that shrinking does not alias. Choosing sizes and cropping are left to the models.

use crate::EmptySize;

/// Bits after the point of a weight: 32 without the 8 of a pixel and 2 for sums over and under.
const BITS: u32 = 32 - 8 - 2;

/// PIL's cubic convolution; torch has −0.75.
const A: f64 = -0.5;

/// How far the filter reaches on either side, in pixels of the smaller picture.
const REACH: f64 = 2.0;

/// A resize of single channels of bytes between two sizes, with its weights worked out once.
#[derive(Clone, Debug)]
pub struct LevelResizer {
    across: Axis,
    down: Axis,
    /// Source rows at their new width.
    widened: Vec<u8>,
}

impl LevelResizer {
    /// Prepares a resize; sizes are width and height in pixels.
    ///
    /// # Errors
    /// When a side is zero.
    pub fn new(from: (usize, usize), to: (usize, usize)) -> Result<Self, EmptySize> {
        if from.0 == 0 || from.1 == 0 || to.0 == 0 || to.1 == 0 {
            return Err(EmptySize { from, to });
        }
        let (across, down) = (Axis::new(from.0, to.0), Axis::new(from.1, to.1));
        Ok(Self { widened: vec![0; from.1 * to.0], across, down })
    }

    /// Resizes one channel, row by row in and out.
    ///
    /// # Panics
    /// When a slice does not have the size that this was made for.
    pub fn resize(&mut self, source: &[u8], out: &mut [u8]) {
        let (from_width, to_width) = (self.across.from, self.across.taps.len());
        assert_eq!(source.len(), from_width * self.down.from, "the source's size is not the one prepared for");
        assert_eq!(out.len(), to_width * self.down.taps.len(), "the output's size is not the one prepared for");
        for (row, widened) in source.chunks_exact(from_width).zip(self.widened.chunks_exact_mut(to_width)) {
            for (out, tap) in widened.iter_mut().zip(&self.across.taps) {
                let pixels = &row[tap.start..][..tap.weights.len()];
                *out = level(pixels.iter().zip(&tap.weights).map(|(&pixel, &weight)| i32::from(pixel) * weight).sum());
            }
        }
        let mut sums = vec![0; to_width];
        for (out, tap) in out.chunks_exact_mut(to_width).zip(&self.down.taps) {
            sums.fill(0);
            let rows = self.widened[tap.start * to_width..].chunks_exact(to_width);
            for (row, &weight) in rows.zip(&tap.weights) {
                for (sum, &pixel) in sums.iter_mut().zip(row) {
                    *sum += i32::from(pixel) * weight;
                }
            }
            for (out, &sum) in out.iter_mut().zip(&sums) {
                *out = level(sum);
            }
        }
    }
}

/// A weighted sum as a byte: rounded, and held within 0 to 255.
fn level(sum: i32) -> u8 {
    ((sum + (1 << (BITS - 1))) >> BITS).clamp(0, 255) as u8
}

/// Where one new value comes from: places that follow each other, each with its weight.
#[derive(Clone, Debug)]
struct Tap {
    start: usize,
    weights: Vec<i32>,
}

/// The taps of one axis.
#[derive(Clone, Debug)]
struct Axis {
    from: usize,
    taps: Vec<Tap>,
}

impl Axis {
    fn new(from: usize, to: usize) -> Self {
        let scale = from as f64 / to as f64;
        let stretch = scale.max(1.0);
        let reach = REACH * stretch;
        let tap = |place: usize| {
            let center = (place as f64 + 0.5) * scale;
            let start = (center - reach + 0.5).max(0.0) as usize;
            let end = ((center + reach + 0.5) as usize).min(from);
            let weights: Vec<f64> = (start..end).map(|x| cubic((x as f64 - center + 0.5) * (1.0 / stretch))).collect();
            let sum: f64 = weights.iter().sum();
            // Halves are rounded away from zero.
            let fixed = |weight: &f64| (weight / sum * f64::from(1 << BITS)).round() as i32;
            Tap { start, weights: weights.iter().map(fixed).collect() }
        };
        Self { from, taps: (0..to).map(tap).collect() }
    }
}

fn cubic(x: f64) -> f64 {
    match x.abs() {
        x if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
        x if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The same bytes as `noise()` of `golden/make.py`.
    fn noise(width: usize, height: usize) -> Vec<u8> {
        (0..width as u64 * height as u64).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    #[test]
    fn every_byte_equals_pils() {
        let sizes = [
            ((7, 5), (13, 11)),
            ((31, 18), (10, 7)),
            ((9, 14), (4, 30)),
            ((1, 3), (5, 2)),
            ((16, 12), (16, 12)),
            ((40, 23), (39, 24)),
            ((1280, 720), (398, 224)),
        ];
        for (from, to) in sizes {
            let mut resizer = LevelResizer::new(from, to).unwrap();
            let mut ours = vec![0; to.0 * to.1];
            resizer.resize(&noise(from.0, from.1), &mut ours);
            let file = format!("golden/resize-pil-{}x{}-to-{}x{}.bin", from.0, from.1, to.0, to.1);
            let theirs = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
            let step = ours.len().div_ceil(theirs.len());
            let ours: Vec<u8> = ours.into_iter().step_by(step).collect();
            assert_eq!(ours.len(), theirs.len());
            let wrong = ours.iter().zip(&theirs).filter(|(a, b)| a != b).count();
            assert_eq!(wrong, 0, "{from:?} to {to:?}: bytes that differ");
        }
    }

    #[test]
    fn a_side_of_zero_is_refused_and_gray_stays_gray() {
        assert_eq!(LevelResizer::new((3, 0), (2, 2)).unwrap_err(), EmptySize { from: (3, 0), to: (2, 2) });
        let mut out = vec![0; 35];
        LevelResizer::new((64, 48), (7, 5)).unwrap().resize(&vec![131; 64 * 48], &mut out);
        assert_eq!(out, [131; 35]);
    }
}
