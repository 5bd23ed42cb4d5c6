//! Matrix products with weights that were laid out for them once.
//!
//! The scheme is Goto's (Goto and van de Geijn 2008): a panel of the right matrix stays in the nearest cache while rows of
//! the left one, packed in blocks that stay in the next, pass by. Invariant: rows and columns that do not fill a tile are
//! computed with zeros and not written.

use super::tile::{COLUMNS, ROWS, kernel};

/// Inputs that are worked on together at most: a panel of them is 24 KiB.
const DEPTH: usize = 384;

/// Rows that are packed together at most: of [`DEPTH`] inputs, 192 KiB.
const HEIGHT: usize = 126;

/// Rows inside a larger matrix.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// From the first row's first value on.
    pub(crate) values: &'a [f32],
    /// Values from one row's beginning to the next one's.
    pub(crate) stride: usize,
    /// How many there are.
    pub(crate) count: usize,
}

impl<'a> Rows<'a> {
    /// The rows of a matrix of this width.
    pub(crate) fn of(values: &'a [f32], width: usize) -> Self {
        Self { values, stride: width, count: values.len() / width }
    }

    fn row(&self, index: usize) -> &'a [f32] {
        &self.values[index * self.stride..]
    }
}

/// The right matrix of a product, inputs × outputs, in panels of [`COLUMNS`] outputs.
pub(crate) struct Panels {
    /// Panel by panel, each input by input.
    values: Vec<[f32; COLUMNS]>,
    inputs: usize,
    outputs: usize,
}

impl Panels {
    /// Of a matrix that lies output by output, as PyTorch keeps weights: output `o` begins at `o · stride`.
    pub(crate) fn of_outputs(values: &[f32], stride: usize, [inputs, outputs]: [usize; 2]) -> Self {
        let mut panels = Self::zeros([inputs, outputs]);
        for output in 0..outputs {
            let from = &values[output * stride..][..inputs];
            for (row, &value) in panels.panel_mut(output / COLUMNS).iter_mut().zip(from) {
                row[output % COLUMNS] = value;
            }
        }
        panels
    }

    /// Of a matrix that lies input by input: input `i` begins at `i · stride`.
    pub(crate) fn of_inputs(values: &[f32], stride: usize, [inputs, outputs]: [usize; 2]) -> Self {
        let mut panels = Self::zeros([inputs, outputs]);
        for input in 0..inputs {
            let from = &values[input * stride..][..outputs];
            for (panel, part) in from.chunks(COLUMNS).enumerate() {
                panels.values[panel * inputs + input][..part.len()].copy_from_slice(part);
            }
        }
        panels
    }

    /// Of [`COLUMNS`] columns at a time: `lay_out` is given the first one's number and the panel, input by input. What it puts
    /// into columns past the last one changes nothing.
    pub(super) fn of_columns(
        [inputs, outputs]: [usize; 2],
        mut lay_out: impl FnMut(usize, &mut [[f32; COLUMNS]]),
    ) -> Self {
        let mut panels = Self::zeros([inputs, outputs]);
        for (panel, first) in panels.values.chunks_exact_mut(inputs).zip((0..outputs).step_by(COLUMNS)) {
            lay_out(first, panel);
        }
        panels
    }

    fn zeros([inputs, outputs]: [usize; 2]) -> Self {
        Self { values: vec![[0.0; COLUMNS]; inputs * outputs.div_ceil(COLUMNS)], inputs, outputs }
    }

    /// Rows.
    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Columns.
    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    fn panel_mut(&mut self, index: usize) -> &mut [[f32; COLUMNS]] {
        &mut self.values[index * self.inputs..][..self.inputs]
    }
}

/// Adds `rows · by` to what is in `into`, whose rows begin `stride` values apart.
pub(crate) fn add_product(rows: Rows<'_>, by: &Panels, into: &mut [f32], stride: usize) {
    let multiply = kernel();
    // Pieces of like size: a short last one would be mostly overhead.
    let depth = by.inputs.div_ceil(by.inputs.div_ceil(DEPTH).max(1)).max(1);
    let mut packed = Vec::new();
    for from in (0..by.inputs).step_by(depth) {
        let to = by.inputs.min(from + depth);
        for top in (0..rows.count).step_by(HEIGHT) {
            let bottom = rows.count.min(top + HEIGHT);
            pack(rows, top..bottom, from..to, &mut packed);
            for (panel, first) in by.values.chunks_exact(by.inputs).zip((0..by.outputs).step_by(COLUMNS)) {
                let columns = first..by.outputs.min(first + COLUMNS);
                for (tile, left) in packed.chunks_exact(to - from).enumerate() {
                    let sums = multiply(left, &panel[from..to]);
                    let above = top + tile * ROWS;
                    for (row, sums) in (above..bottom).zip(&sums) {
                        let into = &mut into[row * stride..][columns.clone()];
                        // Whole tiles apart: of a length that the compiler knows, it makes vectors.
                        match into.as_mut_array::<COLUMNS>() {
                            Some(into) => add(into, sums),
                            None => add(into, sums),
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn add(into: &mut [f32], sums: &[f32; COLUMNS]) {
    for (into, sum) in into.iter_mut().zip(sums) {
        *into += sum;
    }
}

/// Packs some inputs of some rows, tile by tile, in each input by input.
fn pack(rows: Rows<'_>, which: std::ops::Range<usize>, inputs: std::ops::Range<usize>, packed: &mut Vec<[f32; ROWS]>) {
    let depth = inputs.len();
    packed.clear();
    packed.resize(which.len().div_ceil(ROWS) * depth, [0.0; ROWS]);
    for (row, place) in which.zip(0..) {
        let tile = &mut packed[place / ROWS * depth..][..depth];
        for (values, &value) in tile.iter_mut().zip(&rows.row(row)[inputs.clone()]) {
            values[place % ROWS] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|at| ((at * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0).collect()
    }

    #[test]
    fn products_equal_the_definition_whatever_the_sides() {
        let shapes = [(1, 1, 1), (1, 768, 20), (2, 3, 16), (5, 17, 33), (13, 384, 16), (50, 385, 48), (131, 900, 40)];
        for (count, inputs, outputs) in shapes {
            // Rows that are longer than what is multiplied, as those of one head are.
            let (left_stride, stride) = (inputs + 3, outputs + 2);
            let (left, right) = (noise(count * left_stride, 1), noise(inputs * outputs, 2));
            let before = noise(count * stride, 3);
            let transposed: Vec<f32> =
                (0..outputs * inputs).map(|at| right[at % inputs * outputs + at / inputs]).collect();
            let rows = Rows { values: &left, stride: left_stride, count };
            for panels in [
                Panels::of_inputs(&right, outputs, [inputs, outputs]),
                Panels::of_outputs(&transposed, inputs, [inputs, outputs]),
            ] {
                let mut into = before.clone();
                add_product(rows, &panels, &mut into, stride);
                for (at, (&got, &before)) in into.iter().zip(&before).enumerate() {
                    let (row, column) = (at / stride, at % stride);
                    let product = |input: usize| {
                        f64::from(left[row * left_stride + input]) * f64::from(right[input * outputs + column])
                    };
                    let sum: f64 = if column < outputs { (0..inputs).map(product).sum() } else { 0.0 };
                    let error = (f64::from(got) - f64::from(before) - sum).abs();
                    assert!(error < 2e-5 * (1.0 + sum.abs()), "{count}×{inputs}×{outputs} at {row}, {column}: {error}");
                }
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_the_others() {
        let (inputs, outputs) = (700, 40);
        let (left, right) = (noise(140 * inputs, 1), noise(inputs * outputs, 2));
        let panels = Panels::of_inputs(&right, outputs, [inputs, outputs]);
        let mut together = vec![0.0; 140 * outputs];
        add_product(Rows::of(&left, inputs), &panels, &mut together, outputs);
        for row in [0, 1, 77, 139] {
            let mut alone = vec![0.0; outputs];
            add_product(Rows::of(&left[row * inputs..][..inputs], inputs), &panels, &mut alone, outputs);
            assert_eq!(alone, together[row * outputs..][..outputs]);
        }
    }
}
