//! Sentences as vectors: BERT, the mean over its tokens, length 1: the layout of `all-MiniLM-L6-v2` (Reimers and
//! Gurevych 2019).
//!
//! Invariant: sentences go in one at a time, so nothing is padded and every token counts.

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;
use tokenizers::Tokenizer;

use crate::clip::{tokenizer_from_json, tokens};
use crate::transformer::{Activation, BlockNames, BlockSize, Blocks, LayerNorm, Order, Sight, Wanted, normalize_rows};
use crate::weights::{Checkpoint, Folder, WeightsError, read_json, read_text};

const FILE: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
/// How many tokens of a sentence count; `sentence-transformers` keeps it apart.
const LENGTH: &str = "sentence_bert_config.json";

const BLOCK: BlockNames = BlockNames {
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    out: "attention.output.dense",
    first_norm: "attention.output.LayerNorm",
    inner: "intermediate.dense",
    outer: "output.dense",
    second_norm: "output.LayerNorm",
};

/// `config.json`; what it leaves out is as in BERT base.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Config {
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    hidden_act: Activation,
    layer_norm_eps: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            vocab_size: 30_522,
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            max_position_embeddings: 512,
            type_vocab_size: 2,
            hidden_act: Activation::Gelu,
            layer_norm_eps: 1e-12,
        }
    }
}

impl Config {
    fn block(&self) -> BlockSize {
        BlockSize {
            width: self.hidden_size,
            inner: self.intermediate_size,
            heads: self.num_attention_heads,
            activation: self.hidden_act,
            epsilon: self.layer_norm_eps,
            order: Order::NormLast,
        }
    }
}

/// The network.
pub struct SentenceModel {
    tokenizer: Tokenizer,
    /// Vocabulary × width.
    words: Tensor<2>,
    /// Position and kind of a first sentence's tokens: most tokens × width.
    places: Tensor<2>,
    first_norm: LayerNorm,
    blocks: Blocks,
    vocabulary: usize,
    width: usize,
    device: Device,
}

impl SentenceModel {
    /// Reads `config.json`, `tokenizer.json` and the weights.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the weights are not those of the network that `config.json` describes.
    pub async fn read(folder: &dyn Folder, device: &Device) -> Result<Self, WeightsError> {
        #[derive(Deserialize)]
        struct Length {
            max_seq_length: usize,
        }
        let config: Config = read_json(folder, FILE).await?;
        config.block().check(FILE)?;
        let most = match folder.size(LENGTH) {
            Some(_) => read_json::<Length>(folder, LENGTH).await?.max_seq_length.min(config.max_position_embeddings),
            None => config.max_position_embeddings,
        };
        let tokenizer = tokenizer_from_json(TOKENIZER, &read_text(folder, TOKENIZER).await?, most)?;
        let mut from = Checkpoint::open(folder, device).await?.anchored("embeddings.word_embeddings.weight");
        let width = config.hidden_size;
        let words = from.tensor("embeddings.word_embeddings.weight", [config.vocab_size, width]).await?;
        let positions: Tensor<2> =
            from.tensor("embeddings.position_embeddings.weight", [config.max_position_embeddings, width]).await?;
        let kinds: Tensor<2> =
            from.tensor("embeddings.token_type_embeddings.weight", [config.type_vocab_size, width]).await?;
        let first_norm = LayerNorm::read(&mut from, "embeddings.LayerNorm", width, config.layer_norm_eps).await?;
        let count = config.num_hidden_layers;
        let blocks = Blocks::read(&mut from, "encoder.layer", count, &BLOCK, config.block()).await?;
        // Used by other tasks than this one.
        from.skip("pooler.");
        from.finish()?;
        Ok(Self {
            tokenizer,
            words,
            places: positions.add(kinds.narrow(0, 0, 1)),
            first_norm,
            blocks,
            vocabulary: config.vocab_size,
            width,
            device: device.clone(),
        })
    }

    /// The width of the vectors that come out.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The tokens of a sentence with those of its start and end; a long one is cut to what the network takes.
    ///
    /// # Errors
    /// When the tokenizer fails on the sentence.
    pub fn tokens(&self, sentence: &str) -> Result<Vec<u32>, WeightsError> {
        tokens(&self.tokenizer, sentence, self.vocabulary)
    }

    /// The vector of a sentence, 1 × [`Self::width`], of length 1.
    ///
    /// # Errors
    /// As for [`Self::tokens`].
    pub fn vector(&self, sentence: &str) -> Result<Tensor<2>, WeightsError> {
        let tokens = self.tokens(sentence)?;
        let count = tokens.len();
        let words: Vec<i32> = tokens.into_iter().map(|token| token as i32).collect();
        let words = Tensor::from_data(TensorData::new(words, [count]), &self.device);
        let embedded = self.words.clone().select(0, words).add(self.places.clone().narrow(0, 0, count));
        let states = self.first_norm.forward(embedded).unsqueeze_dim::<3>(0);
        let states = self.blocks.forward(states, Sight::All, Wanted::All);
        Ok(normalize_rows(states.mean_dim(1).reshape([1, self.width])))
    }
}
