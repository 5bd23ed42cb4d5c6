//! All blocks of a network, one after the other.
//!
//! Invariant: on the CPU the states stay plain values from the first block to the last, elsewhere they stay on the device.

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::block::{Block, BlockNames, BlockSize};
use super::layers::{OnCpu, OnDevice, tensor};
use crate::cpu::{is_cpu, values};
use crate::weights::{Checkpoint, WeightsError};

/// The file that says how many there are.
const FILE: &str = "config.json";

/// The blocks where they run.
pub(crate) struct Blocks(Kind);

enum Kind {
    OnCpu(Vec<Block<OnCpu>>),
    OnDevice(Vec<Block<OnDevice>>),
}

/// What a token sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All tokens of its sequence.
    All,
    /// Itself and those before it.
    Before,
}

/// Which tokens' states are asked for in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of them.
    All,
    /// The one at this place in each sequence: the last block does no more than it needs.
    One(usize),
}

impl Blocks {
    /// Reads `count` blocks whose tensors' names begin with `prefix`, a dot, their number and a dot.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        prefix: &str,
        count: usize,
        names: &BlockNames,
        size: BlockSize,
    ) -> Result<Self, WeightsError> {
        let on_cpu = is_cpu(from.device());
        Self::read_as(on_cpu, from, prefix, count, names, size).await
    }

    async fn read_as(
        on_cpu: bool,
        from: &mut Checkpoint<'_>,
        prefix: &str,
        count: usize,
        names: &BlockNames,
        size: BlockSize,
    ) -> Result<Self, WeightsError> {
        if count == 0 {
            return Err(WeightsError::config(FILE, "num_hidden_layers is 0"));
        }
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for index in 0..count {
            let prefix = format!("{prefix}.{index}");
            if on_cpu {
                here.push(Block::read(from, &prefix, names, size).await?);
            } else {
                there.push(Block::read(from, &prefix, names, size).await?);
            }
        }
        Ok(Self(if on_cpu { Kind::OnCpu(here) } else { Kind::OnDevice(there) }))
    }

    /// Works on batch × tokens × width and gives the wanted tokens.
    pub(crate) fn forward(&self, states: Tensor<3>, sight: Sight, wanted: Wanted) -> Tensor<3> {
        let [batch, tokens, width] = states.dims();
        let device = states.device();
        let all = 0..tokens;
        let wanted = match wanted {
            Wanted::All => all.clone(),
            Wanted::One(place) => place..place + 1,
        };
        let of = |index: usize, count: usize| if index + 1 == count { &wanted } else { &all };
        match &self.0 {
            Kind::OnCpu(blocks) => {
                let states = blocks.iter().enumerate().fold(values(states), |states, (index, block)| {
                    block.forward(states, tokens, of(index, blocks.len()), sight == Sight::Before)
                });
                tensor(states, [batch, wanted.len(), width], &device)
            }
            Kind::OnDevice(blocks) => {
                let mask = (sight == Sight::Before).then(|| causal_mask(tokens, &device));
                blocks.iter().enumerate().fold(states, |states, (index, block)| {
                    block.forward(states, of(index, blocks.len()), mask.as_ref())
                })
            }
        }
    }
}

/// A mask by which a token sees itself and those before it: 1 × 1 × tokens × tokens.
fn causal_mask(tokens: usize, device: &Device) -> Tensor<4> {
    // Far below any score, and its sum with one is still a number.
    const NEVER: f32 = -1e30;
    let values = (0..tokens * tokens).map(|place| if place % tokens > place / tokens { NEVER } else { 0.0 });
    Tensor::from_data(TensorData::new(values.collect(), [1, 1, tokens, tokens]), (device, DType::F32))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::transformer::{Activation, Order};
    use crate::weights::MemoryFolder;

    const NAMES: BlockNames = BlockNames {
        query: "q",
        key: "k",
        value: "v",
        out: "o",
        first_norm: "n1",
        inner: "i",
        outer: "u",
        second_norm: "n2",
    };

    fn noise(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|at| ((at * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0).collect()
    }

    /// Two blocks of made-up weights.
    fn folder(size: &BlockSize) -> MemoryFolder {
        let (width, inner) = (size.width, size.inner);
        let mut shapes: Vec<(String, Vec<usize>)> = Vec::new();
        for block in 0..2 {
            for (name, outputs, inputs) in [
                ("q", width, width),
                ("k", width, width),
                ("v", width, width),
                ("o", width, width),
                ("i", inner, width),
                ("u", width, inner),
            ] {
                shapes.push((format!("b.{block}.{name}.weight"), vec![outputs, inputs]));
                shapes.push((format!("b.{block}.{name}.bias"), vec![outputs]));
            }
            for name in ["n1", "n2"] {
                shapes.push((format!("b.{block}.{name}.weight"), vec![width]));
                shapes.push((format!("b.{block}.{name}.bias"), vec![width]));
            }
        }
        let (mut header, mut data) = (BTreeMap::new(), Vec::new());
        for (seed, (name, shape)) in shapes.into_iter().enumerate() {
            let start = data.len();
            let count: usize = shape.iter().product();
            data.extend(noise(count, seed).into_iter().flat_map(f32::to_le_bytes));
            let facts = serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
            header.insert(name, facts);
        }
        let header = serde_json::to_vec(&header).unwrap();
        let mut folder = MemoryFolder::default();
        folder.insert("model.safetensors", [&(header.len() as u64).to_le_bytes()[..], &header, &data].concat());
        folder
    }

    fn read(on_cpu: bool, size: BlockSize) -> Blocks {
        pollster::block_on(async {
            let (folder, device) = (folder(&size), Device::flex());
            let mut from = Checkpoint::open(&folder, &device).await.unwrap();
            let blocks = Blocks::read_as(on_cpu, &mut from, "b", 2, &NAMES, size).await.unwrap();
            from.finish().unwrap();
            blocks
        })
    }

    #[test]
    fn the_cpu_and_devices_compute_the_same() {
        let device = Device::flex();
        for (activation, order) in [
            (Activation::QuickGelu, Order::NormFirst),
            (Activation::Gelu, Order::NormLast),
            (Activation::GeluTanh, Order::NormFirst),
        ] {
            // No side is a multiple of a tile's.
            let size = BlockSize { width: 36, inner: 71, heads: 3, activation, epsilon: 1e-5, order };
            let (here, there) = (read(true, size), read(false, size));
            for (batch, tokens) in [(1, 1), (1, 19), (3, 7)] {
                let states = || tensor(noise(batch * tokens * 36, tokens), [batch, tokens, 36], &device);
                for sight in [Sight::All, Sight::Before] {
                    let all = values(here.forward(states(), sight, Wanted::All));
                    for wanted in [Wanted::All, Wanted::One(0), Wanted::One(tokens - 1)] {
                        let (a, b) = (here.forward(states(), sight, wanted), there.forward(states(), sight, wanted));
                        assert_eq!(a.dims(), b.dims());
                        let (a, b) = (values(a), values(b));
                        let error = a.iter().zip(&b).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f32::max);
                        assert!(error < 3e-5, "{activation:?} {batch}×{tokens} {sight:?} {wanted:?}: {error}");
                        // One token comes out the same whether or not the others are asked for.
                        if let Wanted::One(place) = wanted {
                            assert_eq!(a[..36], all[place * 36..][..36]);
                        }
                    }
                }
            }
        }
    }
}
