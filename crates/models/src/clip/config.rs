//! `config.json` of a `CLIPModel`. Values that the file leaves out are those of ViT-B/32, as in the library.

use serde::Deserialize;

use crate::transformer::{Activation, BlockSize, Order};
use crate::weights::WeightsError;

/// The file.
pub(super) const FILE: &str = "config.json";

#[derive(Debug, Deserialize)]
pub(super) struct Config {
    #[serde(default = "defaults::projection")]
    pub(super) projection_dim: usize,
    #[serde(default)]
    pub(super) vision_config: Vision,
    #[serde(default)]
    pub(super) text_config: Text,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Vision {
    pub(super) hidden_size: usize,
    intermediate_size: usize,
    pub(super) num_hidden_layers: usize,
    num_attention_heads: usize,
    num_channels: usize,
    pub(super) image_size: usize,
    pub(super) patch_size: usize,
    hidden_act: Activation,
    pub(super) layer_norm_eps: f64,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Text {
    pub(super) vocab_size: usize,
    pub(super) hidden_size: usize,
    intermediate_size: usize,
    pub(super) num_hidden_layers: usize,
    num_attention_heads: usize,
    pub(super) max_position_embeddings: usize,
    hidden_act: Activation,
    pub(super) layer_norm_eps: f64,
    pub(super) eos_token_id: u32,
}

mod defaults {
    pub(super) fn projection() -> usize {
        512
    }
}

impl Default for Vision {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            num_channels: 3,
            image_size: 224,
            patch_size: 32,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self {
            vocab_size: 49_408,
            hidden_size: 512,
            intermediate_size: 2048,
            num_hidden_layers: 12,
            num_attention_heads: 8,
            max_position_embeddings: 77,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
            eos_token_id: 49_407,
        }
    }
}

impl Config {
    /// Checks what the shapes of tensors do not show.
    pub(super) fn check(&self) -> Result<(), WeightsError> {
        let refuse = |message: &str| Err(WeightsError::config(FILE, message));
        self.vision_config.block().check(FILE)?;
        self.text_config.block().check(FILE)?;
        let vision = &self.vision_config;
        if vision.num_channels != 3 {
            return refuse("vision_config.num_channels is not 3");
        }
        if vision.patch_size == 0 || vision.patch_size > vision.image_size {
            return refuse("vision_config.patch_size is not between 1 and image_size");
        }
        if self.text_config.max_position_embeddings < 2 {
            return refuse("text_config.max_position_embeddings leaves no room for a start and an end");
        }
        Ok(())
    }
}

impl Vision {
    pub(super) fn block(&self) -> BlockSize {
        BlockSize {
            width: self.hidden_size,
            inner: self.intermediate_size,
            heads: self.num_attention_heads,
            activation: self.hidden_act,
            epsilon: self.layer_norm_eps,
            order: Order::NormFirst,
        }
    }
}

impl Text {
    pub(super) fn block(&self) -> BlockSize {
        BlockSize {
            width: self.hidden_size,
            inner: self.intermediate_size,
            heads: self.num_attention_heads,
            activation: self.hidden_act,
            epsilon: self.layer_norm_eps,
            order: Order::NormFirst,
        }
    }
}
