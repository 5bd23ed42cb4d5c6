//! A transformer block: attention and two linear layers, each with its normalization and a way past it.
//!
//! Invariant: inputs and outputs are batch × tokens × width; all tokens of a batch are real ones, so nothing is padded.

use burn::tensor::{DType, Device, Tensor, TensorData, activation::softmax};

use super::{Activation, LayerNorm, Linear};
use crate::weights::{Checkpoint, WeightsError};

/// Where normalization stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Before each half, as in CLIP and ViT.
    NormFirst,
    /// After each half, as in BERT.
    NormLast,
}

/// What the parts of a block are called inside its own prefix.
#[derive(Clone, Copy)]
pub(crate) struct BlockNames {
    pub(crate) query: &'static str,
    pub(crate) key: &'static str,
    pub(crate) value: &'static str,
    pub(crate) out: &'static str,
    /// The normalization of the attention half.
    pub(crate) first_norm: &'static str,
    pub(crate) inner: &'static str,
    pub(crate) outer: &'static str,
    /// The normalization of the second half.
    pub(crate) second_norm: &'static str,
}

/// A block's measures.
#[derive(Clone, Copy)]
pub(crate) struct BlockSize {
    pub(crate) width: usize,
    pub(crate) inner: usize,
    pub(crate) heads: usize,
    pub(crate) activation: Activation,
    pub(crate) epsilon: f64,
    pub(crate) order: Order,
}

impl BlockSize {
    /// Checks what cannot be checked by the tensors' shapes: that the heads divide the width.
    pub(crate) fn check(&self, file: &str) -> Result<(), WeightsError> {
        let whole = self.heads > 0 && self.width > 0 && self.width.is_multiple_of(self.heads);
        let message = || format!("{} attention heads do not divide a width of {}", self.heads, self.width);
        if whole { Ok(()) } else { Err(WeightsError::config(file, message())) }
    }
}

/// One block.
pub(crate) struct Block {
    query_key_value: Linear,
    out: Linear,
    first_norm: LayerNorm,
    inner: Linear,
    outer: Linear,
    second_norm: LayerNorm,
    size: BlockSize,
}

impl Block {
    /// Reads a block whose tensors' names begin with `prefix` and a dot.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        prefix: &str,
        names: &BlockNames,
        size: BlockSize,
    ) -> Result<Self, WeightsError> {
        let name = |part: &str| format!("{prefix}.{part}");
        let width = size.width;
        let query = Linear::read(from, &name(names.query), width, width).await?;
        let key = Linear::read(from, &name(names.key), width, width).await?;
        let value = Linear::read(from, &name(names.value), width, width).await?;
        Ok(Self {
            query_key_value: Linear::side_by_side([query, key, value]),
            out: Linear::read(from, &name(names.out), width, width).await?,
            first_norm: LayerNorm::read(from, &name(names.first_norm), width, size.epsilon).await?,
            inner: Linear::read(from, &name(names.inner), width, size.inner).await?,
            outer: Linear::read(from, &name(names.outer), size.inner, width).await?,
            second_norm: LayerNorm::read(from, &name(names.second_norm), width, size.epsilon).await?,
            size,
        })
    }

    /// Works on batch × tokens × width. `mask`, of tokens × tokens, is added to what each token (row) gives another.
    pub(crate) fn forward(&self, input: Tensor<3>, mask: Option<&Tensor<4>>) -> Tensor<3> {
        match self.size.order {
            Order::NormFirst => {
                let middle = input.clone().add(self.attend(self.first_norm.forward(input), mask));
                middle.clone().add(self.feed(self.second_norm.forward(middle)))
            }
            Order::NormLast => {
                let middle = self.first_norm.forward(input.clone().add(self.attend(input, mask)));
                self.second_norm.forward(middle.clone().add(self.feed(middle)))
            }
        }
    }

    fn attend(&self, input: Tensor<3>, mask: Option<&Tensor<4>>) -> Tensor<3> {
        let [batch, tokens, width] = input.dims();
        let (heads, head_width) = (self.size.heads, width / self.size.heads);
        let joined = self.query_key_value.forward(input).reshape([batch, tokens, 3, heads, head_width]);
        // 3 × batch × heads × tokens × head width.
        let joined = joined.permute([2, 0, 3, 1, 4]);
        let part = |index: usize| joined.clone().narrow(0, index, 1).squeeze_dim::<4>(0);
        let scale = (head_width as f64).sqrt().recip();
        let scores = part(0).mul_scalar(scale).matmul(part(1).transpose());
        let scores = match mask {
            Some(mask) => scores.add(mask.clone()),
            None => scores,
        };
        let mixed = softmax(scores, 3).matmul(part(2));
        self.out.forward(mixed.swap_dims(1, 2).reshape([batch, tokens, width]))
    }

    fn feed(&self, input: Tensor<3>) -> Tensor<3> {
        self.outer.forward(self.size.activation.forward(self.inner.forward(input)))
    }
}

/// A mask by which a token sees itself and those before it: 1 × 1 × tokens × tokens.
pub(crate) fn causal_mask(tokens: usize, device: &Device) -> Tensor<4> {
    // Far below any score, and its sum with one is still a number.
    const NEVER: f32 = -1e30;
    let values = (0..tokens * tokens).map(|place| if place % tokens > place / tokens { NEVER } else { 0.0 });
    Tensor::from_data(TensorData::new(values.collect(), [1, 1, tokens, tokens]), (device, DType::F32))
}
