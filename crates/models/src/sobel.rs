//! Sobel's gradient magnitude as convolutions on a Burn device, reduced there to two numbers per row.
//!
//! Invariant: squares are summed about each row's own mean, and rows are put together in 64-bit floats; so 32-bit floats
//! on the device suffice, and the moments do not depend on how a picture is cut into bands. Which pixels come in and
//! what the moments mean is left to judges.

use burn::tensor::{DType, Device, Tensor, TensorData, Transaction, module::conv2d, ops::ConvOptions};

use crate::{DeviceFailed, read};

/// Pixels of a band on the CPU: all tensors of a band together then stay in a core's second-level cache.
const CPU_BAND_PIXELS: usize = 48 * 1024;

/// Pixels of a band on a GPU: one band up to 4K pictures, and never near WebGPU's 128 MiB for one binding.
const GPU_BAND_PIXELS: usize = 12 * 1024 * 1024;

/// Smoothing along one axis: Sobel's kernel (ITU-T P.910, spatial information) is this one across a difference.
const SMOOTH: [f32; 3] = [1.0, 2.0, 1.0];

/// The difference along the other axis, with the zero between left out: it is dilated by 2 instead.
const DIFFERENCE: [f32; 2] = [-1.0, 1.0];

/// The filter, made once per clip.
pub struct Sobel {
    device: Device,
    /// The kernels along rows and along columns.
    smooth: [Tensor<4>; 2],
    difference: [Tensor<4>; 2],
    band_pixels: usize,
}

/// One picture's row moments, still on the device.
pub struct SobelRows {
    /// Means and sums of squared deviations from them, each of shape 1 × 1 × rows × 1, for each band from the top.
    bands: Vec<[Tensor<4>; 2]>,
    columns: usize,
}

/// Mean and population variance of a picture's gradient magnitudes, border pixels left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Mean, in levels.
    pub mean: f64,
    /// Population variance, in squared levels.
    pub variance: f64,
}

impl Moments {
    /// The population standard deviation, in levels.
    pub fn std(&self) -> f64 {
        self.variance.sqrt()
    }
}

impl Sobel {
    /// The smallest side of a picture, in pixels.
    pub const MIN_SIDE: usize = 3;

    /// The filter for a device.
    pub fn new(device: &Device) -> Self {
        let on_cpu = *device == Device::flex();
        Self::with_band_pixels(device, if on_cpu { CPU_BAND_PIXELS } else { GPU_BAND_PIXELS })
    }

    fn with_band_pixels(device: &Device, band_pixels: usize) -> Self {
        let kernel = |values: &[f32], [rows, columns]: [usize; 2]| {
            Tensor::from_data(TensorData::new(values.to_vec(), [1, 1, rows, columns]), (device, DType::F32))
        };
        Self {
            device: device.clone(),
            smooth: [kernel(&SMOOTH, [1, 3]), kernel(&SMOOTH, [3, 1])],
            difference: [kernel(&DIFFERENCE, [1, 2]), kernel(&DIFFERENCE, [2, 1])],
            band_pixels,
        }
    }

    /// Gives a picture of `width` × `height` luma values to the device; the work may go on after this returns.
    ///
    /// # Panics
    /// When a side is below [`Self::MIN_SIDE`] or the number of values is not `width` × `height`.
    pub fn rows(&self, luma: &[u8], width: usize, height: usize) -> SobelRows {
        assert!(width.min(height) >= Self::MIN_SIDE, "a {width}×{height} picture is too small for a 3×3 filter");
        assert_eq!(luma.len(), width * height, "values of a {width}×{height} picture");
        let (rows, columns) = (height - 2, width - 2);
        let band_rows = (self.band_pixels / width).max(1);
        let bands = (0..rows)
            .step_by(band_rows)
            .map(|top| {
                let bottom = rows.min(top + band_rows);
                // One more row above and below: the filter's border.
                self.band(&luma[top * width..(bottom + 2) * width], width)
            })
            .collect();
        SobelRows { bands, columns }
    }

    /// Row moments of a band whose border rows come with it.
    fn band(&self, luma: &[u8], width: usize) -> [Tensor<4>; 2] {
        let shape = [1, 1, luma.len() / width, width];
        let values: Vec<f32> = luma.iter().map(|&value| f32::from(value)).collect();
        let picture = Tensor::<4>::from_data(TensorData::new(values, shape), (&self.device, DType::F32));
        let filter = |picture: Tensor<4>, kernel: &Tensor<4>, dilation: usize| {
            conv2d(picture, kernel.clone(), None, ConvOptions::new([1, 1], [0, 0], [dilation; 2], 1))
        };
        let across = filter(filter(picture.clone(), &self.smooth[1], 1), &self.difference[0], 2);
        let down = filter(filter(picture, &self.difference[1], 2), &self.smooth[0], 1);
        // Gradients are whole numbers up to 1020, so their squares and the sum of both are exact in 32-bit floats.
        let magnitudes = across.square().add(down.square()).sqrt();
        let means = magnitudes.clone().mean_dim(3);
        let squares = magnitudes.sub(means.clone()).square().sum_dim(3);
        [means, squares]
    }
}

impl SobelRows {
    /// Reads the moments of several pictures back in one go, in the order given.
    ///
    /// # Errors
    /// When the device failed at any time since it was last read from.
    pub async fn read(pictures: Vec<Self>) -> Result<Vec<Moments>, DeviceFailed> {
        let shapes: Vec<(usize, usize)> = pictures.iter().map(|rows| (rows.bands.len(), rows.columns)).collect();
        let bands = pictures.into_iter().flat_map(|rows| rows.bands);
        let transaction = bands.flatten().fold(Transaction::default(), Transaction::register);
        let mut values = read(transaction).await?.into_iter();
        shapes.into_iter().map(|(bands, columns)| combine(values.by_ref(), bands, columns)).collect()
    }
}

/// Row moments to picture moments: the variance within rows plus the variance of the rows' means.
///
/// `values` holds the means and then the squares of each band.
fn combine(mut values: impl Iterator<Item = Vec<f32>>, bands: usize, columns: usize) -> Result<Moments, DeviceFailed> {
    let (mut means, mut squares) = (Vec::new(), 0.0);
    for _ in 0..bands {
        let (Some(band_means), Some(band_squares)) = (values.next(), values.next()) else {
            return Err(DeviceFailed { message: "the device gave fewer values than it was asked for".to_owned() });
        };
        means.extend(band_means.into_iter().map(f64::from));
        squares += band_squares.into_iter().map(f64::from).sum::<f64>();
    }
    let rows = means.len() as f64;
    let mean = means.iter().sum::<f64>() / rows;
    let between = means.iter().map(|row| (row - mean).powi(2)).sum::<f64>() / rows;
    Ok(Moments { mean, variance: squares / (rows * columns as f64) + between })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, in 64-bit floats.
    fn plain(luma: &[u8], width: usize, height: usize) -> Moments {
        let at = |x: usize, y: usize| f64::from(luma[y * width + x]);
        let mut magnitudes = Vec::new();
        for y in 1..height - 1 {
            for x in 1..width - 1 {
                let column = |x: usize| at(x, y - 1) + 2.0 * at(x, y) + at(x, y + 1);
                let row = |y: usize| at(x - 1, y) + 2.0 * at(x, y) + at(x + 1, y);
                magnitudes.push((column(x + 1) - column(x - 1)).hypot(row(y + 1) - row(y - 1)));
            }
        }
        let count = magnitudes.len() as f64;
        let mean = magnitudes.iter().sum::<f64>() / count;
        Moments { mean, variance: magnitudes.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / count }
    }

    fn noise(width: usize, height: usize) -> Vec<u8> {
        (0..width * height).map(|index| (index * index % 251 + index / 7 % 5) as u8).collect()
    }

    fn moments(filter: &Sobel, luma: &[u8], width: usize, height: usize) -> Moments {
        pollster::block_on(SobelRows::read(vec![filter.rows(luma, width, height)])).unwrap()[0]
    }

    fn close(a: Moments, b: Moments, tolerance: f64) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= tolerance * b.abs().max(1.0);
        near(a.mean, b.mean) && near(a.std(), b.std())
    }

    #[test]
    fn moments_equal_the_definition() {
        for (width, height) in [(3, 3), (4, 3), (3, 9), (64, 48), (129, 67)] {
            let luma = noise(width, height);
            let (got, expected) =
                (moments(&Sobel::new(&Device::flex()), &luma, width, height), plain(&luma, width, height));
            assert!(close(got, expected, 1e-6), "{width}×{height}: {got:?} {expected:?}");
        }
    }

    #[test]
    fn bands_do_not_matter() {
        let (width, height) = (100, 71);
        let luma = noise(width, height);
        let whole = moments(&Sobel::with_band_pixels(&Device::flex(), usize::MAX), &luma, width, height);
        for pixels in [1, 700, 2_300] {
            let banded = moments(&Sobel::with_band_pixels(&Device::flex(), pixels), &luma, width, height);
            assert_eq!(banded, whole, "bands of {pixels} pixels");
        }
    }

    #[test]
    fn a_ramp_has_one_magnitude_and_no_spread() {
        let luma: Vec<u8> = (0..256 * 40).map(|index| (index % 256) as u8).collect();
        let got = moments(&Sobel::new(&Device::flex()), &luma, 256, 40);
        assert!((got.mean - 8.0).abs() < 1e-6 && got.std() < 1e-5, "{got:?}");
    }

    #[test]
    fn several_pictures_are_read_in_order() {
        let filter = Sobel::with_band_pixels(&Device::flex(), 64);
        let (a, b) = (noise(20, 20), vec![9; 30 * 10]);
        let read = pollster::block_on(SobelRows::read(vec![filter.rows(&a, 20, 20), filter.rows(&b, 30, 10)])).unwrap();
        assert_eq!(read[0], moments(&filter, &a, 20, 20));
        assert_eq!(read[1], Moments { mean: 0.0, variance: 0.0 });
    }
}
