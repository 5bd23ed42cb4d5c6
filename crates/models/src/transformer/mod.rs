//! The parts that all transformers here are made of: linear layers, layer normalization, attention, blocks, patches.
//!
//! Invariant: names and shapes are those of the published checkpoints, and every tensor is asked for by name and shape.
//! On the CPU layers are plain values and loops (`cpu`), elsewhere Burn's tensors and operators; a test holds the two
//! against each other. What goes in and how the output is pooled is left to the networks.

mod block;
mod blocks;
mod layers;
mod patches;

use burn::tensor::{
    Tensor,
    activation::{gelu, gelu_approximate, sigmoid},
};
use serde::Deserialize;

use crate::cpu;

pub(crate) use block::{BlockNames, BlockSize, Order};
pub(crate) use blocks::{Blocks, Sight, Wanted};
pub(crate) use layers::{LayerNorm, Linear, LinearValues};
pub(crate) use patches::{PatchEmbedding, PatchNames};

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
    fn forward<const D: usize>(self, input: Tensor<D>) -> Tensor<D> {
        match self {
            Self::QuickGelu => input.clone().mul(sigmoid(input.mul_scalar(1.702))),
            Self::Gelu => gelu(input),
            Self::GeluTanh => gelu_approximate(input),
        }
    }

    fn apply(self, values: &mut [f32]) {
        match self {
            Self::QuickGelu => cpu::quick_gelu(values),
            Self::Gelu => cpu::gelu(values),
            Self::GeluTanh => cpu::gelu_tanh(values),
        }
    }
}

/// Scales each row to length 1; a row of zeros stays.
pub(crate) fn normalize_rows(rows: Tensor<2>) -> Tensor<2> {
    let length = rows.clone().square().sum_dim(1).sqrt().clamp_min(1e-12);
    rows.div(length)
}
