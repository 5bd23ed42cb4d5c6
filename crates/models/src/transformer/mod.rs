//! The parts that all transformers here are made of: linear layers, layer normalization, attention, blocks, patches.
//!
//! Invariant: names and shapes are those of the published checkpoints, and every tensor is asked for by name and shape.
//! What goes in and how the output is pooled is left to the networks.

mod block;
mod patches;

use burn::tensor::{
    Tensor,
    activation::{gelu, gelu_approximate, sigmoid},
    module::{layer_norm, linear},
};
use serde::Deserialize;

use crate::weights::{Checkpoint, WeightsError};

pub(crate) use block::{Block, BlockNames, BlockSize, Order, causal_mask};
pub(crate) use patches::{PatchEmbedding, PatchNames};

/// `x · W + b` with W of inputs × outputs.
pub(crate) struct Linear {
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
}

impl Linear {
    /// A layer of a weight of outputs × inputs, as PyTorch keeps it, and a bias.
    pub(crate) fn new(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        Self { weight: weight.transpose(), bias: Some(bias) }
    }

    /// Reads `{name}.weight`, outputs × inputs as PyTorch keeps it, and `{name}.bias`.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, WeightsError> {
        let bare = Self::read_without_bias(from, name, inputs, outputs).await?;
        Ok(Self { bias: Some(from.tensor(&format!("{name}.bias"), [outputs]).await?), ..bare })
    }

    /// Reads `{name}.weight` alone.
    pub(crate) async fn read_without_bias(
        from: &mut Checkpoint<'_>,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, WeightsError> {
        let weight = from.tensor(&format!("{name}.weight"), [outputs, inputs]).await?;
        Ok(Self { weight: weight.transpose(), bias: None })
    }

    /// Puts layers of the same input side by side: one product instead of several.
    pub(crate) fn side_by_side(layers: [Self; 3]) -> Self {
        let [a, b, c] = layers;
        // Joined as PyTorch keeps them, where each is one stretch of memory.
        let weights = [a.weight, b.weight, c.weight].map(Tensor::transpose);
        let biases: Option<Vec<_>> = [a.bias, b.bias, c.bias].into_iter().collect();
        Self { weight: Tensor::cat(weights.into(), 0).transpose(), bias: biases.map(|biases| Tensor::cat(biases, 0)) }
    }

    /// Works on the last axis.
    pub(crate) fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        linear(input, self.weight.clone(), self.bias.clone())
    }
}

/// Normalization of the last axis.
pub(crate) struct LayerNorm {
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
}

impl LayerNorm {
    /// Reads `{name}.weight` and `{name}.bias`.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            gamma: from.tensor(&format!("{name}.weight"), [width]).await?,
            beta: from.tensor(&format!("{name}.bias"), [width]).await?,
            epsilon,
        })
    }

    pub(crate) fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        layer_norm(input, self.gamma.clone(), Some(self.beta.clone()), self.epsilon)
    }
}

/// The function between the two layers of a block's second half, by its name in `config.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Activation {
    /// `x · σ(1.702 x)`, OpenAI's CLIP.
    #[serde(rename = "quick_gelu")]
    QuickGelu,
    /// `x · Φ(x)`.
    #[serde(rename = "gelu")]
    Gelu,
    /// The same by a hyperbolic tangent.
    #[serde(rename = "gelu_new", alias = "gelu_pytorch_tanh", alias = "gelu_fast")]
    GeluTanh,
}

impl Activation {
    pub(crate) fn forward<const D: usize>(self, input: Tensor<D>) -> Tensor<D> {
        match self {
            Self::QuickGelu => input.clone().mul(sigmoid(input.mul_scalar(1.702))),
            Self::Gelu => gelu(input),
            Self::GeluTanh => gelu_approximate(input),
        }
    }
}

/// Scales each row to length 1; a row of zeros stays.
pub(crate) fn normalize_rows(rows: Tensor<2>) -> Tensor<2> {
    let length = rows.clone().square().sum_dim(1).sqrt().clamp_min(1e-12);
    rows.div(length)
}
