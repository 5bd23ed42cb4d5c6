//! Float resizing that equals torch's `interpolate(antialias=False, align_corners=False)`, which torchvision's `resize`
//! calls.
//!
//! Invariant: nothing is clamped or rounded in between, so bicubic values below 0 and above 255 stay. Choosing sizes and
//! cropping are left to the models.
//!
//! Positions and weights are worked out in 32 bits, with the products that torch 2.15 fuses on x86 fused here too (only
//! bicubic's): in a 720p picture an unfused position is off by up to 0.007 levels on noise, an unfused weight by 2·10⁻⁴.

use std::ops::Range;

use thiserror::Error;

/// How values between pixels are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Linear between the two nearest pixels.
    Bilinear,
    /// Cubic convolution over the four nearest pixels (Keys 1981) with a = −0.75, torch's choice; PIL has −0.5.
    Bicubic,
}

/// A size has a side of zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("cannot resize {from:?} to {to:?}: a side is zero")]
pub struct EmptySize {
    /// Width and height before, in pixels.
    pub from: (usize, usize),
    /// Width and height after, in pixels.
    pub to: (usize, usize),
}

/// A resize of single channels between two sizes, with its weights worked out once.
#[derive(Clone, Debug)]
pub struct Resizer {
    across: Axis,
    down: Axis,
    /// Source rows at their new width.
    widened: Vec<f32>,
}

impl Resizer {
    /// Prepares a resize; sizes are width and height in pixels.
    ///
    /// # Errors
    /// When a side is zero.
    pub fn new(filter: Filter, from: (usize, usize), to: (usize, usize)) -> Result<Self, EmptySize> {
        if from.0 == 0 || from.1 == 0 || to.0 == 0 || to.1 == 0 {
            return Err(EmptySize { from, to });
        }
        let (across, down) = (Axis::new(filter, from.0, to.0), Axis::new(filter, from.1, to.1));
        Ok(Self { widened: vec![0.0; from.1 * to.0], across, down })
    }

    /// Resizes one channel, row by row in and out: bytes or floats to floats, on the scale that they come in.
    ///
    /// # Panics
    /// When a slice does not have the size that this was made for.
    pub fn resize<T: Copy + Into<f32>>(&mut self, source: &[T], out: &mut [f32]) {
        let (from_width, to_width) = (self.across.from, self.across.taps.len());
        assert_eq!(source.len(), from_width * self.down.from, "the source's size is not the one prepared for");
        assert_eq!(out.len(), to_width * self.down.taps.len(), "the output's size is not the one prepared for");
        let rows = source.chunks_exact(from_width).zip(self.widened.chunks_exact_mut(to_width));
        for ((row, widened), &used) in rows.zip(&self.down.used) {
            if used {
                self.across.resize_row(row, widened);
            }
        }
        for (out, tap) in out.chunks_exact_mut(to_width).zip(&self.down.taps) {
            let row = |index: usize| &self.widened[index * to_width..(index + 1) * to_width];
            match self.down.reach {
                2 => {
                    for ((out, &a), &b) in out.iter_mut().zip(row(tap.index[0])).zip(row(tap.index[1])) {
                        *out = a * tap.weight[0] + b * tap.weight[1];
                    }
                }
                _ => {
                    let rows = tap.index.map(row);
                    for (x, out) in out.iter_mut().enumerate() {
                        *out = tap.weigh([rows[0][x], rows[1][x], rows[2][x], rows[3][x]]);
                    }
                }
            }
        }
    }
}

/// Where one new value comes from, and with which weights. Bilinear uses the first two places.
#[derive(Clone, Copy, Debug)]
struct Tap {
    index: [usize; 4],
    weight: [f32; 4],
}

impl Tap {
    fn weigh(&self, values: [f32; 4]) -> f32 {
        let [a, b, c, d] = self.weight;
        values[0] * a + values[1] * b + values[2] * c + values[3] * d
    }
}

/// The taps of one axis.
#[derive(Clone, Debug)]
struct Axis {
    from: usize,
    reach: usize,
    taps: Vec<Tap>,
    /// Which of the `from` places any tap uses.
    used: Vec<bool>,
}

impl Axis {
    fn new(filter: Filter, from: usize, to: usize) -> Self {
        let scale = from as f32 / to as f32;
        let reach = match filter {
            Filter::Bilinear => 2,
            Filter::Bicubic => 4,
        };
        let taps: Vec<Tap> = (0..to)
            .map(|place| {
                let center = place as f32 + 0.5;
                match filter {
                    Filter::Bilinear => bilinear((scale * center - 0.5).max(0.0), from),
                    Filter::Bicubic => bicubic(scale.mul_add(center, -0.5), from),
                }
            })
            .collect();
        let mut used = vec![false; from];
        for tap in &taps {
            tap.index[..reach].iter().for_each(|&index| used[index] = true);
        }
        Self { from, reach, taps, used }
    }

    fn resize_row<T: Copy + Into<f32>>(&self, row: &[T], out: &mut [f32]) {
        let value = |index: usize| row[index].into();
        match self.reach {
            2 => {
                for (out, tap) in out.iter_mut().zip(&self.taps) {
                    *out = value(tap.index[0]) * tap.weight[0] + value(tap.index[1]) * tap.weight[1];
                }
            }
            _ => {
                for (out, tap) in out.iter_mut().zip(&self.taps) {
                    *out = tap.weigh(tap.index.map(value));
                }
            }
        }
    }
}

fn bilinear(position: f32, from: usize) -> Tap {
    let last = from - 1;
    let first = (position as usize).min(last);
    let share = (position - first as f32).clamp(0.0, 1.0);
    Tap { index: [first, (first + 1).min(last), 0, 0], weight: [1.0 - share, share, 0.0, 0.0] }
}

fn bicubic(position: f32, from: usize) -> Tap {
    const A: f32 = -0.75;
    let near = |x: f32| ((A + 2.0).mul_add(x, -(A + 3.0)) * x).mul_add(x, 1.0);
    let far = |x: f32| A.mul_add(x, -5.0 * A).mul_add(x, 8.0 * A).mul_add(x, -4.0 * A);
    let floor = position.floor();
    let share = position - floor;
    let places: Range<isize> = floor as isize - 1..floor as isize + 3;
    let mut index = [0; 4];
    for (index, place) in index.iter_mut().zip(places) {
        *index = place.clamp(0, from as isize - 1) as usize;
    }
    Tap { index, weight: [far(share + 1.0), near(share), near(1.0 - share), far(1.0 - share + 1.0)] }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The same bytes as `noise()` in `golden/make.py`.
    fn noise(len: usize) -> Vec<u8> {
        (0..len as u64).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    #[test]
    fn equals_torch() {
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
            for (filter, name) in [(Filter::Bilinear, "bilinear"), (Filter::Bicubic, "bicubic")] {
                let file = format!("golden/resize-{name}-{}x{}-to-{}x{}.bin", from.0, from.1, to.0, to.1);
                let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
                let expected: Vec<f32> =
                    bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
                let mut out = vec![f32::NAN; to.0 * to.1];
                Resizer::new(filter, from, to).unwrap().resize(&noise(from.0 * from.1), &mut out);
                let stride = if out.len() > 10_000 { 97 } else { 1 };
                assert_eq!(out.len().div_ceil(stride), expected.len(), "{file}");
                for (ours, theirs) in out.iter().step_by(stride).zip(&expected) {
                    assert!((ours - theirs).abs() < 1e-4, "{file}: {ours} for {theirs}");
                }
            }
        }
    }

    #[test]
    fn bicubic_overshoots_and_is_not_clamped() {
        let mut out = [0.0; 16];
        Resizer::new(Filter::Bicubic, (4, 1), (16, 1)).unwrap().resize(&[0u8, 0, 255, 255], &mut out);
        assert!(out.iter().any(|&value| value < -5.0) && out.iter().any(|&value| value > 260.0));
    }

    #[test]
    fn a_side_of_zero_is_refused() {
        let error = Resizer::new(Filter::Bilinear, (4, 0), (2, 2)).unwrap_err();
        assert_eq!(error.to_string(), "cannot resize (4, 0) to (2, 2): a side is zero");
    }

    #[test]
    fn one_pixel_fills_everything() {
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            let mut out = [0.0; 12];
            Resizer::new(filter, (1, 1), (4, 3)).unwrap().resize(&[77.0f32], &mut out);
            assert!(out.iter().all(|value| (value - 77.0).abs() < 1e-4));
        }
    }
}
