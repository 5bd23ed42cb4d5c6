//! The text tower.

use burn::tensor::{Device, Tensor, TensorData};
use tokenizers::Tokenizer;

use super::config::Config;
use super::{BLOCK, tokenizer};
use crate::transformer::{Blocks, LayerNorm, Linear, LinearValues, Sight, Wanted};
use crate::weights::{Checkpoint, Folder, WeightsError};

/// Old configurations say 2 for the end, whose number is then the highest one of the vocabulary.
const UNKNOWN_END: u32 = 2;

pub(super) struct TextTower {
    tokenizer: Tokenizer,
    /// Vocabulary × width.
    embedding: Tensor<2>,
    /// Most tokens × width.
    positions: Tensor<2>,
    blocks: Blocks,
    last_norm: LayerNorm,
    projection: Linear,
    vocabulary: usize,
    end: u32,
    device: Device,
}

impl TextTower {
    pub(super) async fn read(
        from: &mut Checkpoint<'_>,
        config: &Config,
        folder: &dyn Folder,
    ) -> Result<Self, WeightsError> {
        let text = &config.text_config;
        let (width, most) = (text.hidden_size, text.max_position_embeddings);
        let tokenizer = tokenizer::read(folder, most).await?;
        let embedding = from.tensor("text_model.embeddings.token_embedding.weight", [text.vocab_size, width]).await?;
        let positions = from.tensor("text_model.embeddings.position_embedding.weight", [most, width]).await?;
        let (prefix, count) = ("text_model.encoder.layers", text.num_hidden_layers);
        let blocks = Blocks::read(from, prefix, count, &BLOCK, text.block()).await?;
        let last_norm = LayerNorm::read(from, "text_model.final_layer_norm", width, text.layer_norm_eps).await?;
        let projection = "text_projection";
        let projection = LinearValues::read_without_bias(from, projection, width, config.projection_dim).await?;
        Ok(Self {
            tokenizer,
            embedding,
            positions,
            blocks,
            last_norm,
            projection: Linear::new(projection, from.device()),
            vocabulary: text.vocab_size,
            end: text.eos_token_id,
            device: from.device().clone(),
        })
    }

    pub(super) fn tokens(&self, text: &str) -> Result<Vec<u32>, WeightsError> {
        tokenizer::tokens(&self.tokenizer, text, self.vocabulary)
    }

    /// 1 × projected width.
    pub(super) fn forward(&self, tokens: &[u32]) -> Tensor<2> {
        let end = if self.end == UNKNOWN_END {
            // The first of equal ones.
            let highest = tokens.iter().max();
            tokens.iter().position(|token| Some(token) == highest)
        } else {
            tokens.iter().position(|&token| token == self.end)
        };
        // No token sees a later one, so those after the end change nothing.
        let tokens = &tokens[..=end.unwrap_or(0)];
        let count = tokens.len();
        let places: Vec<i32> = tokens.iter().map(|&token| token as i32).collect();
        let places = Tensor::from_data(TensorData::new(places, [count]), &self.device);
        let embedded = self.embedding.clone().select(0, places).add(self.positions.clone().narrow(0, 0, count));
        let last = self.blocks.forward(embedded.unsqueeze_dim(0), Sight::Before, Wanted::One(count - 1));
        let last: Tensor<2> = last.squeeze_dim(0);
        self.projection.forward(self.last_norm.forward(last))
    }
}
