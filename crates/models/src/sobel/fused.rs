//! The filter and its row moments in one pass over a picture's bytes, for the CPU.
//!
//! Invariant: the operator is that of `convolution`, and the tests hold the two against each other. Gradients are exact
//! integers; sums are made in a fixed number of lanes, in the same order on every machine.

use reelcheck_lanes::{F32x4, I16x8, U8x16, padded};

use super::RowMoments;

/// Lanes of the sums: four vectors of 128 bits, so that additions need not wait for each other.
const LANES: usize = 16;

/// Sixteen values of a line.
type Part = [[i16; 8]; 2];

/// Both parts of the gradients along columns, [`LANES`] columns at a time and one vector more: the gradients of the last
/// columns look two places ahead.
#[derive(Debug, Default)]
pub(super) struct Fused {
    /// Values smoothed down.
    smooth: Vec<i16>,
    /// Differences down.
    difference: Vec<i16>,
}

impl Fused {
    /// The moments of each row of a picture, without the border. Both sides have three pixels or more.
    pub(super) fn rows(&mut self, luma: &[u8], width: usize) -> RowMoments {
        let (count, columns) = (luma.len() / width - 2, width - 2);
        let mut rows = RowMoments { means: Vec::with_capacity(count), squares: 0.0, columns };
        for line in [&mut self.smooth, &mut self.difference] {
            line.resize(width.next_multiple_of(LANES) + LANES, 0);
        }
        let mut pivot = None;
        for above in 0..count {
            let row = |y: usize| &luma[y * width..(y + 1) * width];
            self.combine_down(row(above), row(above + 1), row(above + 2));
            // Rows are much like the row before: about its mean, nothing cancels that 32 bits would miss.
            let about = pivot.unwrap_or_else(|| magnitudes(self.parts().map(|part| &part[0]))[0].to_array()[0]);
            let (sum, squares) = self.sums(columns, about);
            let offset = sum / columns as f64;
            let mean = f64::from(about) + offset;
            rows.means.push(mean);
            rows.squares += squares - sum * offset;
            pivot = Some(mean as f32);
        }
        rows
    }

    /// The parts of both gradients along columns.
    fn combine_down(&mut self, above: &[u8], here: &[u8], below: &[u8]) {
        let ((above, above_rest), (here, here_rest), (below, below_rest)) =
            (above.as_chunks(), here.as_chunks(), below.as_chunks());
        let smooth = self.smooth.as_chunks_mut().0.as_chunks_mut().0;
        let difference = self.difference.as_chunks_mut().0.as_chunks_mut().0;
        let outputs = smooth.iter_mut().zip(&mut *difference);
        for (((above, here), below), (smooth, difference)) in above.iter().zip(here).zip(below).zip(outputs) {
            combine(above, here, below, smooth, difference);
        }
        if let (Some(smooth), Some(difference)) = (smooth.get_mut(here.len()), difference.get_mut(here.len())) {
            let [above, here, below] = [above_rest, here_rest, below_rest].map(|rest| padded(rest, 0));
            combine(&above, &here, &below, smooth, difference);
        }
    }

    /// What the gradients of [`LANES`] columns are made of, for all columns: values smoothed down at a place and two on,
    /// differences down at a place, one on and two on.
    fn parts(&self) -> [&[Part]; 5] {
        let lines =
            [(&self.smooth, 0), (&self.smooth, 2), (&self.difference, 0), (&self.difference, 1), (&self.difference, 2)];
        lines.map(|(line, ahead)| line[ahead..].as_chunks().0.as_chunks().0)
    }

    /// The sums of the magnitudes' deviations from `about` and of their squares.
    fn sums(&self, columns: usize, about: f32) -> (f64, f64) {
        let (mut sums, mut squares) = ([F32x4::splat(0.0); 4], [F32x4::splat(0.0); 4]);
        let whole = columns / LANES;
        let parts = self.parts();
        let [left, right, first, second, third] = parts.map(|part| &part[..whole]);
        for ((((left, right), first), second), third) in left.iter().zip(right).zip(first).zip(second).zip(third) {
            let magnitudes = magnitudes([left, right, first, second, third]);
            for part in 0..4 {
                let deviation = magnitudes[part] - F32x4::splat(about);
                sums[part] = sums[part] + deviation;
                squares[part] = squares[part] + deviation * deviation;
            }
        }
        let total = |lanes: [F32x4; 4], rest: [F32x4; 4]| -> f64 {
            let [lanes, rest] = [lanes, rest].map(|lanes| lanes.map(F32x4::to_array));
            lanes.as_flattened().iter().chain(&rest.as_flattened()[..columns % LANES]).copied().map(f64::from).sum()
        };
        let rest = magnitudes(parts.map(|part| &part[whole])).map(|magnitudes| magnitudes - F32x4::splat(about));
        (total(sums, rest), total(squares, rest.map(|deviation| deviation * deviation)))
    }
}

/// The gradients' magnitudes at [`LANES`] columns.
#[inline(always)]
fn magnitudes([left, right, first, second, third]: [&Part; 5]) -> [F32x4; 4] {
    let half = |half: usize| {
        let at = |part: &Part| I16x8::load(&part[half]);
        let across = at(right) - at(left);
        let down = at(first) + at(third) + at(second).shift_left::<1>();
        let [low, high] = across.interleave(down);
        // Gradients are whole numbers up to 1020: the sum of their squares is exact in a 32-bit float.
        [low.dot(low).to_f32().sqrt(), high.dot(high).to_f32().sqrt()]
    };
    let ([a, b], [c, d]) = (half(0), half(1));
    [a, b, c, d]
}

#[inline(always)]
fn combine(above: &[u8; LANES], here: &[u8; LANES], below: &[u8; LANES], smooth: &mut Part, difference: &mut Part) {
    let (above, here, below) = (U8x16::load(above).widen(), U8x16::load(here).widen(), U8x16::load(below).widen());
    for half in 0..2 {
        (above[half] + below[half] + here[half].shift_left::<1>()).store(&mut smooth[half]);
        (below[half] - above[half]).store(&mut difference[half]);
    }
}
