//! A numeric self-test of a device: a small fixed network whose outputs are known.
//!
//! Invariant: expected values were computed in 64-bit floats by another program (`golden/self_test.py`), never by the
//! device under test. What to do with a device that fails, and how long to wait for it, is the caller's decision.

use burn::tensor::{
    DType, Device, Tensor, TensorData, Transaction,
    activation::{gelu, softmax},
    module::conv2d,
    ops::ConvOptions,
};

use crate::transformer::{Linear, LinearValues};
use crate::{DeviceFailed, Sobel, SobelRows, read};

/// The largest error that passes: relative to the expected value, or absolute where that is below 1.
///
/// 32-bit floats on any orderly device stay below 1e-5; half precision or a wrong kernel does not.
const TOLERANCE: f64 = 1e-4;

/// Channel means after convolution, GELU, layer normalization and attention.
const NETWORK: [f64; 8] = [
    0.313593719368,
    -0.222283920882,
    0.764599968693,
    -0.230218367658,
    0.765135688216,
    -0.226242275048,
    0.720935629612,
    0.276954222818,
];

/// Weighted column sums of a 96 × 130 by 130 × 70 matrix product.
const MATMUL: [f64; 4] = [7.58173366636, -4.18334257603, 18.7973017134, -20.7853922024];

/// Mean and standard deviation of Sobel magnitudes.
const SOBEL: [f64; 2] = [321.294508761, 173.936778329];

/// What came out of a self-test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfTest {
    /// Whether every error is within the tolerance.
    pub passed: bool,
    /// The largest error: relative to the expected value, or absolute where that is below 1. Infinite when the device
    /// gave NaN or too few values.
    pub max_error: f64,
    /// The largest error that passes.
    pub tolerance: f64,
}

/// Runs the self-test on a device.
///
/// # Errors
/// When the device reports a failure of its own. Wrong numbers are not an error here: see [`SelfTest::passed`].
pub async fn self_test(device: &Device) -> Result<SelfTest, DeviceFailed> {
    let outputs = Transaction::default().register(network(device)).register(matmul(device));
    let mut values = read(outputs).await?.into_iter();
    let (width, height) = (70, 50);
    let picture: Vec<u8> = (0..width * height).map(|index| (index * index % 251) as u8).collect();
    let sobel = SobelRows::read(vec![Sobel::new(device).rows(&picture, width, height)]).await?;

    let mut errors = [
        max_error(&values.next().unwrap_or_default(), &NETWORK),
        max_error(&values.next().unwrap_or_default(), &MATMUL),
        f64::INFINITY,
    ];
    if let [moments] = sobel.as_slice() {
        errors[2] = max_error(&[moments.mean as f32, moments.std() as f32], &SOBEL);
    }
    let max_error = errors.into_iter().fold(0.0, f64::max);
    Ok(SelfTest { passed: max_error <= TOLERANCE, max_error, tolerance: TOLERANCE })
}

/// The largest error; anything that is not a number counts as infinite.
fn max_error(values: &[f32], expected: &[f64]) -> f64 {
    if values.len() != expected.len() {
        return f64::INFINITY;
    }
    let errors = values.iter().zip(expected).map(|(&value, expected)| {
        let error = (f64::from(value) - expected).abs() / expected.abs().max(1.0);
        if error.is_nan() { f64::INFINITY } else { error }
    });
    errors.fold(0.0, f64::max)
}

/// A fixed value between −0.5 and 0.5, exact in every float format of 16 bits and more: a multiple of 1/128.
fn value(index: usize, seed: usize) -> f32 {
    ((index * 73 + seed * 31 + index / 11) % 129) as f32 / 128.0 - 0.5
}

fn fill<const D: usize>(device: &Device, shape: [usize; D], seed: usize) -> Tensor<D> {
    let values = (0..shape.iter().product()).map(|index| value(index, seed));
    Tensor::from_data(TensorData::new(values.collect(), shape), (device, DType::F32))
}

/// Convolution, GELU, layer normalization, one head of self-attention: the parts of every vision network here.
fn network(device: &Device) -> Tensor<1> {
    let options = ConvOptions::new([2, 2], [1, 1], [1, 1], 1);
    let image = fill(device, [1, 3, 17, 19], 1);
    let features = conv2d(image, fill(device, [8, 3, 3, 3], 2), Some(fill(device, [8], 3)), options);
    // 1 × 8 × 9 × 10 → 90 tokens of 8 channels.
    let tokens: Tensor<2> = gelu(features).reshape([8, 90]).transpose();
    let centered = tokens.clone().sub(tokens.clone().mean_dim(1));
    let variance = centered.clone().mul(centered.clone()).mean_dim(1);
    let normal = centered.div(variance.add_scalar(1e-5).sqrt());
    let project = |seed| normal.clone().matmul(fill(device, [8, 8], seed));
    let (query, key, value) = (project(4), project(5), project(6));
    let weights = softmax(query.matmul(key.transpose()).mul_scalar(8f32.sqrt().recip()), 1);
    let output = tokens.add(weights.matmul(value));
    output.mean_dim(0).reshape([8])
}

/// A product larger than one tile of any kernel, with sides that no tile divides, by the networks' linear layers,
/// which have a kernel of their own on the CPU; then two by Burn's.
fn matmul(device: &Device) -> Tensor<1> {
    let (inputs, outputs) = (130, 70);
    let weight = (0..inputs * outputs).map(|at| value(at % inputs * outputs + at / inputs, 8)).collect();
    let layer = Linear::new(LinearValues { weight, bias: None, inputs, outputs }, device);
    let product = layer.forward(fill::<2>(device, [96, inputs], 7));
    fill::<2>(device, [4, 96], 9).matmul(product).matmul(fill(device, [70, 1], 10)).reshape([4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_passes_with_room_to_spare() {
        let result = pollster::block_on(self_test(&Device::flex())).unwrap();
        assert!(result.passed && result.max_error < TOLERANCE / 10.0, "{result:?}");
    }

    #[test]
    fn wrong_values_and_nan_fail() {
        assert!(max_error(&[1.0, 2.0], &[1.0, 2.001]) > TOLERANCE);
        assert!(max_error(&[f32::NAN], &[1.0]).is_infinite());
        assert!(max_error(&[], &[1.0]).is_infinite());
    }
}
