//! A convolution as a matrix product: weights times the windows that they look at.
//!
//! Invariant: windows are laid out for the product straight from the picture, a band of places at a time, so that they never
//! are in memory all at once. Outside of the picture everything is 0.

use super::panels::{Panels, Rows, add_product};
use super::tile::COLUMNS;

/// Values of windows that are laid out together: 2 MiB.
const BAND: usize = 512 * 1024;

/// A convolution that keeps the picture's size, or divides it by its step.
pub(crate) struct CpuConvolution {
    /// Outputs × (channels · kernel), as PyTorch keeps it.
    pub(crate) weight: Vec<f32>,
    /// One value for each output.
    pub(crate) bias: Vec<f32>,
    /// Rows and columns of a window; both are odd.
    pub(crate) kernel: [usize; 2],
    /// Places from one window to the next.
    pub(crate) step: usize,
}

impl CpuConvolution {
    /// Rows and columns that come out of a picture of so many.
    pub(crate) fn size(&self, picture: [usize; 2]) -> [usize; 2] {
        std::array::from_fn(|axis| (picture[axis] + 2 * (self.kernel[axis] / 2) - self.kernel[axis]) / self.step + 1)
    }

    /// Works on a picture of channels × rows × columns and gives outputs × rows × columns.
    pub(crate) fn forward(&self, picture: &[f32], [channels, rows, columns]: [usize; 3]) -> Vec<f32> {
        let [down, across] = self.size([rows, columns]);
        let (places, inputs) = (down * across, channels * self.kernel[0] * self.kernel[1]);
        let mut into: Vec<f32> = self.bias.iter().flat_map(|&bias| std::iter::repeat_n(bias, places)).collect();
        let windows = Windows { of: self, picture, rows, columns, across };
        let band = (BAND / inputs).next_multiple_of(COLUMNS);
        for start in (0..places).step_by(band) {
            let count = band.min(places - start);
            let panels = Panels::of_columns([inputs, count], |first, panel| windows.lay_out(start + first, panel));
            add_product(Rows::of(&self.weight, inputs), &panels, &mut into[start..], places);
        }
        into
    }
}

/// The windows of a picture.
struct Windows<'a> {
    of: &'a CpuConvolution,
    picture: &'a [f32],
    rows: usize,
    columns: usize,
    /// Windows beside each other.
    across: usize,
}

impl Windows<'_> {
    /// Lays out the windows of neighbouring places, in the order of a kernel's values: channel, row, column.
    fn lay_out(&self, first: usize, panel: &mut [[f32; COLUMNS]]) {
        let CpuConvolution { kernel, step, .. } = *self.of;
        let corner = |place: usize| {
            let at = |place: usize, axis: usize| (place * step) as isize - (kernel[axis] / 2) as isize;
            (at(place / self.across, 0), at(place % self.across, 1))
        };
        let corners: [(isize, isize); COLUMNS] = std::array::from_fn(|lane| corner(first + lane));
        let (top, left) = corners[0];
        // Then the values of one place of the kernel lie beside each other in the picture.
        let together = step == 1 && corners[COLUMNS - 1].0 == top;
        let mut lines = panel.iter_mut();
        for channel in self.picture.chunks_exact(self.rows * self.columns) {
            for (row, column) in (0..kernel[0]).flat_map(|row| (0..kernel[1]).map(move |column| (row, column))) {
                let Some(line) = lines.next() else { return };
                let inside = self.range(channel, top + row as isize, left + column as isize);
                match inside.and_then(|values| values.first_chunk()) {
                    Some(values) if together => *line = *values,
                    _ => {
                        let value = |(top, left): (isize, isize)| {
                            let values = self.range(channel, top + row as isize, left + column as isize);
                            values.and_then(|values| values.first()).copied().unwrap_or_default()
                        };
                        *line = corners.map(value);
                    }
                }
            }
        }
    }

    /// The values of a row from a column on; nothing outside of the picture.
    fn range<'a>(&self, channel: &'a [f32], row: isize, column: isize) -> Option<&'a [f32]> {
        let inside = (0..self.rows as isize).contains(&row) && (0..self.columns as isize).contains(&column);
        inside.then(|| {
            let line = &channel[row as usize * self.columns..][..self.columns];
            &line[column as usize..]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|at| ((at * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0).collect()
    }

    #[test]
    fn convolutions_equal_the_definition() {
        for (kernel, step, [channels, rows, columns], outputs) in [
            ([3, 3], 1, [5, 13, 37], 7),
            ([7, 7], 2, [3, 21, 18], 9),
            ([1, 5], 1, [4, 6, 40], 3),
            ([5, 1], 1, [4, 9, 5], 3),
            ([1, 1], 2, [6, 8, 9], 2),
            // More windows than one band holds.
            ([3, 3], 1, [200, 30, 40], 2),
        ] {
            let inputs = channels * kernel[0] * kernel[1];
            let (picture, weight) = (noise(channels * rows * columns, 1), noise(outputs * inputs, 2));
            let convolution = CpuConvolution { weight: weight.clone(), bias: noise(outputs, 3), kernel, step };
            let got = convolution.forward(&picture, [channels, rows, columns]);
            let [down, across] = convolution.size([rows, columns]);
            assert_eq!(got.len(), outputs * down * across);
            for (at, &got) in got.iter().enumerate() {
                let (output, y, x) = (at / (down * across), at / across % down, at % across);
                let mut expected = f64::from(convolution.bias[output]);
                for input in 0..inputs {
                    let (channel, dy, dx) =
                        (input / (kernel[0] * kernel[1]), input / kernel[1] % kernel[0], input % kernel[1]);
                    let (row, column) = (y * step + dy, x * step + dx);
                    let (Some(row), Some(column)) = (row.checked_sub(kernel[0] / 2), column.checked_sub(kernel[1] / 2))
                    else {
                        continue;
                    };
                    if row < rows && column < columns {
                        let value = picture[(channel * rows + row) * columns + column];
                        expected += f64::from(weight[output * inputs + input]) * f64::from(value);
                    }
                }
                let error = (f64::from(got) - expected).abs();
                assert!(error < 1e-4, "{kernel:?} by {step}, output {output} at {x}, {y}: {got} {expected}");
            }
        }
    }
}
