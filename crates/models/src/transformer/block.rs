//! A transformer block: attention and two linear layers, each with its normalization and a way past it.
//!
//! Invariant: inputs and outputs are batch × tokens × width; all tokens of a batch are real ones, so nothing is padded.
//! Of a block's outputs only some tokens may be asked for; the others then end with its keys and values.

use std::ops::Range;

use burn::tensor::{Tensor, activation::softmax};

use super::Activation;
use super::layers::{Layers, LinearValues, OnCpu, OnDevice, read_norm};
use crate::cpu::{Heads, attend};
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

    fn split(&self) -> Heads {
        Heads { count: self.heads, width: self.width / self.heads }
    }
}

/// One block.
pub(super) struct Block<L: Layers> {
    query_key_value: L::Linear,
    out: L::Linear,
    first_norm: L::LayerNorm,
    inner: L::Linear,
    outer: L::Linear,
    second_norm: L::LayerNorm,
    size: BlockSize,
}

impl<L: Layers> Block<L> {
    /// Reads a block whose tensors' names begin with `prefix` and a dot.
    pub(super) async fn read(
        from: &mut Checkpoint<'_>,
        prefix: &str,
        names: &BlockNames,
        size: BlockSize,
    ) -> Result<Self, WeightsError> {
        let name = |part: &str| format!("{prefix}.{part}");
        let (width, device) = (size.width, from.device());
        let query = LinearValues::read(from, &name(names.query), width, width).await?;
        let key = LinearValues::read(from, &name(names.key), width, width).await?;
        let value = LinearValues::read(from, &name(names.value), width, width).await?;
        let query_key_value = L::linear(query.beside(key).beside(value), device);
        let out = L::linear(LinearValues::read(from, &name(names.out), width, width).await?, device);
        let [gamma, beta] = read_norm(from, &name(names.first_norm), width).await?;
        let first_norm = L::layer_norm(gamma, beta, size.epsilon, device);
        let inner = L::linear(LinearValues::read(from, &name(names.inner), width, size.inner).await?, device);
        let outer = L::linear(LinearValues::read(from, &name(names.outer), size.inner, width).await?, device);
        let [gamma, beta] = read_norm(from, &name(names.second_norm), width).await?;
        let second_norm = L::layer_norm(gamma, beta, size.epsilon, device);
        Ok(Self { query_key_value, out, first_norm, inner, outer, second_norm, size })
    }
}

impl Block<OnCpu> {
    /// Works on the rows of sequences of this many tokens; gives those of the wanted tokens. With `causal`, a token sees
    /// itself and those before it.
    pub(super) fn forward(&self, states: Vec<f32>, tokens: usize, wanted: &Range<usize>, causal: bool) -> Vec<f32> {
        let first = self.size.order == Order::NormFirst;
        let joined = if first {
            self.query_key_value.forward(&self.first_norm.forward(&states))
        } else {
            self.query_key_value.forward(&states)
        };
        let mut middle = pick(states, tokens * self.size.width, self.size.width, wanted);
        let mut mixed = vec![0.0; middle.len()];
        let sequences = joined.chunks_exact(tokens * 3 * self.size.width);
        for (joined, mixed) in sequences.zip(mixed.chunks_exact_mut(wanted.len() * self.size.width)) {
            attend(joined, self.size.split(), wanted.clone(), causal, mixed);
        }
        drop(joined);
        self.out.add_to(&mut middle, &mixed);
        if first {
            let between = self.feed(&self.second_norm.forward(&middle));
            self.outer.add_to(&mut middle, &between);
            middle
        } else {
            middle = self.first_norm.forward(&middle);
            let between = self.feed(&middle);
            self.outer.add_to(&mut middle, &between);
            self.second_norm.forward(&middle)
        }
    }

    /// What goes into the last layer.
    fn feed(&self, rows: &[f32]) -> Vec<f32> {
        let mut between = self.inner.forward(rows);
        self.size.activation.apply(&mut between);
        between
    }
}

/// The rows of the wanted tokens of each sequence.
fn pick(states: Vec<f32>, sequence: usize, width: usize, wanted: &Range<usize>) -> Vec<f32> {
    let values = wanted.start * width..wanted.end * width;
    if values.len() == sequence {
        return states;
    }
    states.chunks_exact(sequence).flat_map(|states| &states[values.clone()]).copied().collect()
}

impl Block<OnDevice> {
    /// Works on batch × tokens × width; gives the wanted tokens. `mask`, of tokens × tokens, is added to what each token
    /// (row) gives another.
    pub(super) fn forward(&self, states: Tensor<3>, wanted: &Range<usize>, mask: Option<&Tensor<4>>) -> Tensor<3> {
        let pick = |states: Tensor<3>| states.narrow(1, wanted.start, wanted.len());
        match self.size.order {
            Order::NormFirst => {
                let middle = pick(states.clone()).add(self.attend(self.first_norm.forward(states), wanted, mask));
                middle.clone().add(self.feed(self.second_norm.forward(middle)))
            }
            Order::NormLast => {
                let middle = pick(states.clone()).add(self.attend(states, wanted, mask));
                let middle = self.first_norm.forward(middle);
                self.second_norm.forward(middle.clone().add(self.feed(middle)))
            }
        }
    }

    fn attend(&self, input: Tensor<3>, wanted: &Range<usize>, mask: Option<&Tensor<4>>) -> Tensor<3> {
        let [batch, tokens, width] = input.dims();
        let Heads { count, width: head_width } = self.size.split();
        let joined = self.query_key_value.forward(input).reshape([batch, tokens, 3, count, head_width]);
        // 3 × batch × heads × tokens × head width.
        let joined = joined.permute([2, 0, 3, 1, 4]);
        let part = |index: usize| joined.clone().narrow(0, index, 1).squeeze_dim::<4>(0);
        let scale = (head_width as f64).sqrt().recip();
        let query = part(0).narrow(2, wanted.start, wanted.len());
        let scores = query.mul_scalar(scale).matmul(part(1).transpose());
        let scores = match mask {
            Some(mask) => scores.add(mask.clone().narrow(2, wanted.start, wanted.len())),
            None => scores,
        };
        let mixed = softmax(scores, 3).matmul(part(2));
        self.out.forward(mixed.swap_dims(1, 2).reshape([batch, wanted.len(), width]))
    }

    fn feed(&self, input: Tensor<3>) -> Tensor<3> {
        self.outer.forward(self.size.activation.forward(self.inner.forward(input)))
    }
}
