//! How alike each place of the first picture is to the places around where it may have moved to, on four levels.
//!
//! The authors compute the products of all pairs of places first and look them up; pooling and bilinear mixing are linear,
//! so the products can as well be made of pooled features at the places that are looked up, and mixed then. Invariant:
//! places outside the picture count 0. On the CPU one loop does it all; elsewhere the features are gathered in bands.

use burn::tensor::{DType, Device, Int, Tensor, TensorData, module::avg_pool2d, ops::AvgPoolOptions};

use crate::cpu::{is_cpu, values};

/// Levels of the pyramid, each half the size of the one before.
pub(super) const LEVELS: usize = 4;

/// Values that a band gathers at most: 64 MiB.
const BAND: usize = 16 * 1024 * 1024;

/// Lanes of the sums on the CPU: four vectors of 128 bits.
const LANES: usize = 16;

/// The features of a pair of pictures.
pub(super) struct Correlation {
    radius: usize,
    rows: usize,
    columns: usize,
    channels: usize,
    device: Device,
    kernel: Kernel,
}

enum Kernel {
    /// Features place by place, on this machine's own memory.
    Here { first: Vec<f32>, levels: Vec<Level<Vec<f32>>> },
    /// Features place by place: places × channels.
    OnDevice { first: Box<Tensor<2>>, levels: Vec<Level<Tensor<2>>> },
}

/// The second picture's features on a level.
struct Level<T> {
    rows: usize,
    columns: usize,
    features: T,
}

impl Correlation {
    /// Prepares to compare features of 1 × channels × rows × columns.
    pub(super) fn new(first: Tensor<4>, second: Tensor<4>, radius: usize, device: &Device) -> Self {
        Self::with_kernel(first, second, radius, device, is_cpu(device))
    }

    fn with_kernel(first: Tensor<4>, second: Tensor<4>, radius: usize, device: &Device, on_cpu: bool) -> Self {
        let [_, channels, rows, columns] = first.dims();
        let first = by_place(first.mul_scalar((channels as f64).sqrt().recip()));
        let mut level = second;
        let mut levels = Vec::new();
        for index in 0..LEVELS {
            if index > 0 {
                level = avg_pool2d(level, AvgPoolOptions::new([2, 2]).with_stride([2, 2]));
            }
            let [_, _, rows, columns] = level.dims();
            levels.push(Level { rows, columns, features: by_place(level.clone()) });
        }
        let kernel = if on_cpu {
            let levels = levels.into_iter();
            let here = |level: Level<Tensor<2>>| Level {
                rows: level.rows,
                columns: level.columns,
                features: values(level.features),
            };
            Kernel::Here { first: values(first), levels: levels.map(here).collect() }
        } else {
            Kernel::OnDevice { first: Box::new(first), levels }
        };
        Self { radius, rows, columns, channels, device: device.clone(), kernel }
    }

    /// The correlations around where the motion so far leads: 1 × (levels · side²) × rows × columns, where a window's
    /// places go down its columns first, as in the authors' code.
    pub(super) fn look_up(&self, flow: Tensor<4>) -> Tensor<4> {
        let side = 2 * self.radius + 1;
        let found = match &self.kernel {
            Kernel::Here { first, levels } => {
                let flow = values(flow);
                let mut found = vec![0.0; LEVELS * side * side * self.rows * self.columns];
                for (index, level) in levels.iter().enumerate() {
                    self.look_up_here(first, level, index, &flow, &mut found);
                }
                let shape = [self.rows * self.columns, LEVELS * side * side];
                Tensor::<2>::from_data(TensorData::new(found, shape), (&self.device, DType::F32))
            }
            Kernel::OnDevice { first, levels } => {
                let flow = flow.reshape([2, self.rows * self.columns]);
                let found = levels.iter().enumerate();
                let found = found.map(|(index, level)| self.look_up_on_device(first, level, index, &flow));
                Tensor::cat(found.collect(), 1)
            }
        };
        found.transpose().reshape([1, LEVELS * side * side, self.rows, self.columns])
    }

    /// One level on the CPU; `found` is places × (levels · side²).
    fn look_up_here(&self, first: &[f32], level: &Level<Vec<f32>>, index: usize, flow: &[f32], found: &mut [f32]) {
        let (side, places) = (2 * self.radius + 1, self.rows * self.columns);
        let scale = 1.0 / (1 << index) as f32;
        let mut products = vec![0.0; (side + 1) * (side + 1)];
        for place in 0..places {
            let x = ((place % self.columns) as f32 + flow[place]) * scale;
            let y = ((place / self.columns) as f32 + flow[places + place]) * scale;
            let (left, top) = (x.floor(), y.floor());
            let (right_share, bottom_share) = (x - left, y - top);
            let own = &first[place * self.channels..][..self.channels];
            for (product, tap) in products.iter_mut().zip(0..) {
                let row = top as isize - self.radius as isize + tap / (side as isize + 1);
                let column = left as isize - self.radius as isize + tap % (side as isize + 1);
                let inside = (0..level.rows as isize).contains(&row) && (0..level.columns as isize).contains(&column);
                *product = if inside {
                    let other = row as usize * level.columns + column as usize;
                    dot(own, &level.features[other * self.channels..][..self.channels])
                } else {
                    0.0
                };
            }
            let out = &mut found[(place * LEVELS + index) * side * side..][..side * side];
            for (value, number) in out.iter_mut().zip(0..) {
                let (column, row) = (number / side, number % side);
                let at = |down: usize, across: usize| products[(row + down) * (side + 1) + column + across];
                let above = at(0, 0) * (1.0 - right_share) + at(0, 1) * right_share;
                let below = at(1, 0) * (1.0 - right_share) + at(1, 1) * right_share;
                *value = above * (1.0 - bottom_share) + below * bottom_share;
            }
        }
    }

    /// One level on a device: places × side².
    fn look_up_on_device(
        &self,
        first: &Tensor<2>,
        level: &Level<Tensor<2>>,
        index: usize,
        flow: &Tensor<2>,
    ) -> Tensor<2> {
        let (side, places) = (2 * self.radius + 1, self.rows * self.columns);
        let taps = (side + 1) * (side + 1);
        let band = (BAND / (taps * self.channels)).max(1);
        let grid = Grid::new(self, level, index, flow);
        let bands = (0..places).step_by(band).map(|start| {
            let count = band.min(places - start);
            let wanted = grid.indices.clone().narrow(0, start, count).reshape([count * taps]);
            let others = level.features.clone().select(0, wanted).reshape([count, taps, self.channels]);
            let own = first.clone().narrow(0, start, count).reshape([count, self.channels, 1]);
            others.matmul(own).reshape([count, taps])
        });
        let products = Tensor::cat(bands.collect(), 0).mul(grid.inside).reshape([places, side + 1, side + 1]);
        let share = |share: Tensor<1>| share.reshape([places, 1, 1]);
        let (across, down) = (share(grid.right_share), share(grid.bottom_share));
        let mix = |values: Tensor<3>, axis: usize, share: &Tensor<3>| {
            let (low, high) = (values.clone().narrow(axis, 0, side), values.narrow(axis, 1, side));
            low.clone().add(high.sub(low).mul(share.clone()))
        };
        let mixed = mix(mix(products, 2, &across), 1, &down);
        mixed.swap_dims(1, 2).reshape([places, side * side])
    }
}

/// Where a level is looked up, for every place and tap.
struct Grid {
    /// Places × taps; those outside point anywhere inside.
    indices: Tensor<2, Int>,
    /// Places × taps: 1 inside, 0 outside.
    inside: Tensor<2>,
    right_share: Tensor<1>,
    bottom_share: Tensor<1>,
}

impl Grid {
    fn new(of: &Correlation, level: &Level<Tensor<2>>, index: usize, flow: &Tensor<2>) -> Self {
        let places = of.rows * of.columns;
        let scale = f64::from(1 << index).recip();
        let axis = |axis: usize, start: Vec<f32>, length: usize, step: Vec<f32>| {
            let start = Tensor::<1>::from_data(TensorData::new(start, [places]), (&of.device, DType::F32));
            let at = flow.clone().narrow(0, axis, 1).reshape([places]).add(start).mul_scalar(scale);
            let low = at.clone().floor();
            let step = Tensor::<2>::from_data(
                TensorData::new(step, [1, (2 * of.radius + 2).pow(2)]),
                (&of.device, DType::F32),
            );
            let taps = low.clone().reshape([places, 1]).add(step);
            let last = (length - 1) as f64;
            let clamped = taps.clone().clamp(0.0, last);
            let inside = clamped.clone().equal(taps).float();
            (at.sub(low), clamped, inside)
        };
        let side = 2 * of.radius + 2;
        let offset = |tap: usize| tap as f32 - of.radius as f32;
        let columns = (0..places).map(|place| (place % of.columns) as f32).collect();
        let rows = (0..places).map(|place| (place / of.columns) as f32).collect();
        let across = (0..side * side).map(|tap| offset(tap % side)).collect();
        let down = (0..side * side).map(|tap| offset(tap / side)).collect();
        let (right_share, x, x_inside) = axis(0, columns, level.columns, across);
        let (bottom_share, y, y_inside) = axis(1, rows, level.rows, down);
        // Whole numbers far below 2²⁴: exact.
        let indices = y.mul_scalar(level.columns as f64).add(x).int();
        Self { indices, inside: x_inside.mul(y_inside), right_share, bottom_share }
    }
}

/// 1 × channels × rows × columns as places × channels.
fn by_place(features: Tensor<4>) -> Tensor<2> {
    let [_, channels, rows, columns] = features.dims();
    features.reshape([channels, rows * columns]).transpose()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut lanes = [0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.into_iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(shape: [usize; 4], seed: usize, scale: f32) -> Tensor<4> {
        let count: usize = shape.iter().product();
        let value = |index: usize| ((index * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0;
        let values = (0..count).map(|index| scale * value(index)).collect();
        Tensor::from_data(TensorData::new(values, shape), (&Device::flex(), DType::F32))
    }

    /// The definition: all products, pooled and mixed afterwards, in 64-bit floats.
    fn plain(
        first: &[f32],
        second: &[f32],
        [channels, rows, columns]: [usize; 3],
        radius: usize,
        flow: &[f32],
    ) -> Vec<f64> {
        let (places, side) = (rows * columns, 2 * radius + 1);
        let mut found = vec![0.0; LEVELS * side * side * places];
        for place in 0..places {
            let product = |other: usize| {
                let at = |values: &[f32], place: usize, c: usize| f64::from(values[c * places + place]);
                (0..channels).map(|c| at(first, place, c) * at(second, other, c)).sum::<f64>()
                    / (channels as f64).sqrt()
            };
            let mut level: Vec<f64> = (0..places).map(product).collect();
            let (mut height, mut width) = (rows, columns);
            for index in 0..LEVELS {
                if index > 0 {
                    let (h, w) = (height / 2, width / 2);
                    let pooled = (0..h * w).map(|to| {
                        let corner = to / w * 2 * width + to % w * 2;
                        (level[corner] + level[corner + 1] + level[corner + width] + level[corner + width + 1]) / 4.0
                    });
                    (level, height, width) = (pooled.collect(), h, w);
                }
                let at = |y: f64, x: f64| {
                    let inside = y >= 0.0 && x >= 0.0 && y < height as f64 && x < width as f64;
                    if inside { level[y as usize * width + x as usize] } else { 0.0 }
                };
                let scale = f64::from(1 << index).recip();
                let x = ((place % columns) as f64 + f64::from(flow[place])) * scale;
                let y = ((place / columns) as f64 + f64::from(flow[places + place])) * scale;
                for number in 0..side * side {
                    let (x, y) =
                        (x + (number / side) as f64 - radius as f64, y + (number % side) as f64 - radius as f64);
                    let (left, top) = (x.floor(), y.floor());
                    let (fx, fy) = (x - left, y - top);
                    let above = at(top, left) * (1.0 - fx) + at(top, left + 1.0) * fx;
                    let below = at(top + 1.0, left) * (1.0 - fx) + at(top + 1.0, left + 1.0) * fx;
                    found[(index * side * side + number) * places + place] = above * (1.0 - fy) + below * fy;
                }
            }
        }
        found
    }

    #[test]
    fn both_kernels_equal_the_volume_of_all_pairs() {
        let (channels, rows, columns, radius) = (19, 17, 22, 2);
        let first = noise([1, channels, rows, columns], 1, 1.0);
        let second = noise([1, channels, rows, columns], 2, 1.0);
        // Far enough that some windows leave the picture.
        let flow = noise([1, 2, rows, columns], 3, 15.0);
        let data = |tensor: &Tensor<4>| values(tensor.clone());
        let expected = plain(&data(&first), &data(&second), [channels, rows, columns], radius, &data(&flow));
        for on_cpu in [true, false] {
            let correlation = Correlation::with_kernel(first.clone(), second.clone(), radius, &Device::flex(), on_cpu);
            let found = values(correlation.look_up(flow.clone()));
            assert_eq!(found.len(), expected.len());
            let error = found.iter().zip(&expected).map(|(&a, b)| (f64::from(a) - b).abs()).fold(0.0, f64::max);
            assert!(error < 2e-5, "on the CPU: {on_cpu}, off by {error}");
        }
    }
}
