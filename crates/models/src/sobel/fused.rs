//! The filter and its row moments in one pass over a picture's bytes, for the CPU.
//!
//! Invariant: the operator is that of `convolution`, and the tests hold the two against each other. Gradients are exact
//! integers; sums are made in a fixed number of lanes, in the same order on every machine. Each step is a loop of its own
//! over a row that stays in the first-level cache: that is the form which compilers make vectors of.

use super::RowMoments;

/// Lanes of the sums: four vectors of 128 bits, so that additions need not wait for each other.
const LANES: usize = 16;

/// Buffers of one row each, used again from row to row and from picture to picture.
#[derive(Debug, Default)]
pub(super) struct Fused {
    /// Values smoothed down.
    smooth: Vec<i16>,
    /// Differences down.
    difference: Vec<i16>,
    /// Gradients across and down.
    across: Vec<i16>,
    down: Vec<i16>,
    magnitudes: Vec<f32>,
}

impl Fused {
    /// The moments of each row of a picture, without the border. Both sides have three pixels or more.
    pub(super) fn rows(&mut self, luma: &[u8], width: usize) -> RowMoments {
        let (count, columns) = (luma.len() / width - 2, width - 2);
        let mut rows = RowMoments { means: Vec::with_capacity(count), squares: 0.0, columns };
        self.smooth.resize(width, 0);
        self.difference.resize(width, 0);
        self.across.resize(columns, 0);
        self.down.resize(columns, 0);
        self.magnitudes.resize(columns, 0.0);
        let mut pivot = None;
        for above in 0..count {
            let row = |y: usize| &luma[y * width..(y + 1) * width];
            combine_down(row(above), row(above + 1), row(above + 2), &mut self.smooth, &mut self.difference);
            gradients(&self.smooth, &self.difference, &mut self.across, &mut self.down);
            magnitudes(&self.across, &self.down, &mut self.magnitudes);
            // Rows are much like the row before: about its mean, nothing cancels that 32 bits would miss.
            let about = pivot.unwrap_or(self.magnitudes[0]);
            let (sum, squares) = sums(&self.magnitudes, about);
            let offset = sum / columns as f64;
            let mean = f64::from(about) + offset;
            rows.means.push(mean);
            rows.squares += squares - sum * offset;
            pivot = Some(mean as f32);
        }
        rows
    }
}

/// The parts of both gradients along columns.
fn combine_down(above: &[u8], here: &[u8], below: &[u8], smooth: &mut [i16], difference: &mut [i16]) {
    let rows = above.iter().zip(here).zip(below);
    for (((&above, &here), &below), (smooth, difference)) in rows.zip(smooth.iter_mut().zip(difference)) {
        let (above, here, below) = (i16::from(above), i16::from(here), i16::from(below));
        *smooth = above + below + 2 * here;
        *difference = below - above;
    }
}

/// The rest along the row.
fn gradients(smooth: &[i16], difference: &[i16], across: &mut [i16], down: &mut [i16]) {
    for ((across, left), right) in across.iter_mut().zip(smooth).zip(&smooth[2..]) {
        *across = right - left;
    }
    let places = difference.iter().zip(&difference[1..]).zip(&difference[2..]);
    for (down, ((first, second), third)) in down.iter_mut().zip(places) {
        *down = first + third + 2 * second;
    }
}

fn magnitudes(across: &[i16], down: &[i16], out: &mut [f32]) {
    for ((out, &across), &down) in out.iter_mut().zip(across).zip(down) {
        // Gradients are whole numbers up to 1020: the sum of their squares is exact in a 32-bit float.
        let square = i32::from(across) * i32::from(across) + i32::from(down) * i32::from(down);
        *out = (square as f32).sqrt();
    }
}

/// The sums of the deviations from `about` and of their squares; apart, since together no vectors come of them.
fn sums(values: &[f32], about: f32) -> (f64, f64) {
    let sum = lane_sum(values, |value| value - about);
    let squares = lane_sum(values, |value| (value - about) * (value - about));
    (sum, squares)
}

#[inline(always)]
fn lane_sum(values: &[f32], of: impl Fn(f32) -> f32) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0f32; LANES];
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += of(value);
        }
    }
    lanes.into_iter().chain(rest.iter().map(|&value| of(value))).map(f64::from).sum()
}
