//! A convolution as PyTorch keeps it.

use burn::tensor::{Tensor, module::conv2d, ops::ConvOptions};

use crate::weights::{Checkpoint, WeightsError};

/// A convolution that keeps the picture's size, or divides it by its step.
pub(super) struct Convolution {
    weight: Tensor<4>,
    bias: Tensor<1>,
    step: usize,
    kernel: [usize; 2],
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
        Ok(Self {
            weight: from.tensor(&format!("{name}.weight"), [outputs, inputs, kernel[0], kernel[1]]).await?,
            bias: from.tensor(&format!("{name}.bias"), [outputs]).await?,
            step,
            kernel,
        })
    }

    pub(super) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let padding = self.kernel.map(|side| side / 2);
        let options = ConvOptions::new([self.step; 2], padding, [1, 1], 1);
        conv2d(input, self.weight.clone(), Some(self.bias.clone()), options)
    }
}
