//! A convolution as PyTorch keeps it.
//!
//! Invariant: on the CPU it is a product of plain values, elsewhere Burn's operator; a test holds the two against each other.

use burn::tensor::{DType, Device, Tensor, TensorData, module::conv2d, ops::ConvOptions};

use crate::cpu::{CpuConvolution, is_cpu, values};
use crate::weights::{Checkpoint, WeightsError};

/// A convolution that keeps the picture's size, or divides it by its step.
pub(super) struct Convolution(Kind);

#[expect(clippy::large_enum_variant, reason = "a network's layers are few, and all of one kind")]
enum Kind {
    OnCpu(CpuConvolution),
    OnDevice { weight: Tensor<4>, bias: Tensor<1>, step: usize },
}

impl Convolution {
    /// Reads `{name}.weight` of outputs × inputs × kernel and `{name}.bias`.
    pub(super) async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        [inputs, outputs]: [usize; 2],
        kernel: [usize; 2],
        step: usize,
    ) -> Result<Self, WeightsError> {
        let shape = [outputs, inputs, kernel[0], kernel[1]];
        let weight = from.values(&format!("{name}.weight"), &shape).await?;
        let bias = from.values(&format!("{name}.bias"), &[outputs]).await?;
        Ok(Self::new(is_cpu(from.device()), weight, bias, shape, step, from.device()))
    }

    fn new(on_cpu: bool, weight: Vec<f32>, bias: Vec<f32>, shape: [usize; 4], step: usize, device: &Device) -> Self {
        let [outputs, _, down, across] = shape;
        Self(if on_cpu {
            Kind::OnCpu(CpuConvolution { weight, bias, kernel: [down, across], step })
        } else {
            let weight = Tensor::from_data(TensorData::new(weight, shape), (device, DType::F32));
            let bias = Tensor::from_data(TensorData::new(bias, [outputs]), (device, DType::F32));
            Kind::OnDevice { weight, bias, step }
        })
    }

    pub(super) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match &self.0 {
            Kind::OnCpu(convolution) => {
                let ([batch, channels, rows, columns], device) = (input.dims(), input.device());
                let pictures = values(input);
                let pictures = pictures.chunks_exact(channels * rows * columns);
                let outputs = pictures.flat_map(|picture| convolution.forward(picture, [channels, rows, columns]));
                let [down, across] = convolution.size([rows, columns]);
                let data = TensorData::new(outputs.collect(), [batch, convolution.bias.len(), down, across]);
                Tensor::from_data(data, (&device, DType::F32))
            }
            Kind::OnDevice { weight, bias, step } => {
                let [_, _, down, across] = weight.dims();
                let options = ConvOptions::new([*step; 2], [down / 2, across / 2], [1, 1], 1);
                conv2d(input, weight.clone(), Some(bias.clone()), options)
            }
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
    fn the_cpu_and_devices_compute_the_same() {
        let device = Device::flex();
        for (shape, step) in [([6, 3, 7, 7], 2), ([5, 4, 3, 3], 1), ([3, 4, 1, 5], 1), ([4, 4, 1, 1], 2)] {
            let input = || {
                let data = TensorData::new(noise(2 * shape[1] * 19 * 23, 1), [2, shape[1], 19, 23]);
                Tensor::<4>::from_data(data, (&device, DType::F32))
            };
            let [here, there] = [true, false].map(|on_cpu| {
                let (weight, bias) = (noise(shape.iter().product(), 2), noise(shape[0], 3));
                Convolution::new(on_cpu, weight, bias, shape, step, &device).forward(input())
            });
            assert_eq!(here.dims(), there.dims());
            let error = values(here.sub(there).abs().max().reshape([1]))[0];
            assert!(error < 1e-5, "{shape:?} by {step}: {error}");
        }
    }
}
