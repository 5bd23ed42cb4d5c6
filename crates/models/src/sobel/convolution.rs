//! The filter as convolutions on a Burn device, reduced there to two numbers per row.
//!
//! Invariant: the definition for every device; `fused` is the same operator for the CPU. Squares are summed about each
//! row's own mean, so 32-bit floats on the device suffice and rows do not depend on how a picture is cut into bands.

use burn::tensor::{DType, Device, Tensor, TensorData, module::conv2d, ops::ConvOptions};

/// Pixels of a band: one band up to 4K pictures, and never near WebGPU's 128 MiB for one binding.
const BAND_PIXELS: usize = 12 * 1024 * 1024;

/// Smoothing along one axis: Sobel's kernel (ITU-T P.910, spatial information) is this one across a difference.
const SMOOTH: [f32; 3] = [1.0, 2.0, 1.0];

/// The difference along the other axis, with the zero between left out: it is dilated by 2 instead.
const DIFFERENCE: [f32; 2] = [-1.0, 1.0];

/// The kernels on their device.
pub(super) struct Convolution {
    device: Device,
    /// The kernels along rows and along columns.
    smooth: [Tensor<4>; 2],
    difference: [Tensor<4>; 2],
    band_pixels: usize,
}

/// Means and sums of squared deviations from them, each of shape 1 × 1 × rows × 1.
pub(super) type Band = [Tensor<4>; 2];

impl Convolution {
    pub(super) fn new(device: &Device) -> Self {
        Self::with_band_pixels(device, BAND_PIXELS)
    }

    pub(super) fn with_band_pixels(device: &Device, band_pixels: usize) -> Self {
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

    /// The moments of each row without the border, in bands from the top; the work may go on after this returns.
    pub(super) fn bands(&self, luma: &[u8], width: usize) -> Vec<Band> {
        let rows = luma.len() / width - 2;
        let band_rows = (self.band_pixels / width).max(1);
        let band = |top: usize| {
            let bottom = rows.min(top + band_rows);
            // One more row above and below: the filter's border.
            self.band(&luma[top * width..(bottom + 2) * width], width)
        };
        (0..rows).step_by(band_rows).map(band).collect()
    }

    /// Row moments of a band whose border rows come with it.
    fn band(&self, luma: &[u8], width: usize) -> Band {
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
