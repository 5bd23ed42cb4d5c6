//! CLIP: pictures and texts as vectors of one space (Radford et al. 2021), in the layout of Hugging Face's `CLIPModel`.
//!
//! Any size of the architecture is read from `config.json`: B/32, B/16, L/14, smaller ones. Invariant: the vectors that
//! come out have length 1. Resizing pictures and what a cosine means is left to the judges.

mod config;
mod text;
mod tokenizer;
mod vision;

use burn::tensor::Tensor;

use crate::Picture;
use crate::transformer::{BlockNames, normalize_rows};
use crate::weights::{Checkpoint, Folder, Preprocessing, WeightsError, read_json};
use config::Config;
use text::TextTower;
use vision::VisionTower;

pub(crate) use tokenizer::{from_json as tokenizer_from_json, tokens};

/// The blocks of both towers.
const BLOCK: BlockNames = BlockNames {
    query: "self_attn.q_proj",
    key: "self_attn.k_proj",
    value: "self_attn.v_proj",
    out: "self_attn.out_proj",
    first_norm: "layer_norm1",
    inner: "mlp.fc1",
    outer: "mlp.fc2",
    second_norm: "layer_norm2",
};

/// Which towers are wanted: the text tower of CLIP ViT-B/32 is two fifths of its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipParts {
    /// Pictures alone.
    Vision,
    /// Pictures and texts.
    VisionAndText,
}

/// The network.
pub struct Clip {
    vision: VisionTower,
    text: Option<TextTower>,
    preprocessing: Preprocessing,
}

impl Clip {
    /// Reads `config.json`, the weights and, for texts, `tokenizer.json` or `vocab.json` and `merges.txt`.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the weights are not those of the network that `config.json` describes.
    pub async fn read(
        folder: &dyn Folder,
        device: &burn::tensor::Device,
        parts: ClipParts,
    ) -> Result<Self, WeightsError> {
        let config: Config = read_json(folder, config::FILE).await?;
        config.check()?;
        let mut from = Checkpoint::open(folder, device).await?.anchored("vision_model.embeddings.class_embedding");
        let vision = VisionTower::read(&mut from, &config).await?;
        let text = match parts {
            ClipParts::VisionAndText => Some(TextTower::read(&mut from, &config, folder).await?),
            ClipParts::Vision => {
                from.skip("text_model.");
                from.skip("text_projection.");
                None
            }
        };
        // The temperature of the training; no score here uses it.
        from.skip("logit_scale");
        from.finish()?;
        let preprocessing = Preprocessing::read(folder, Preprocessing::CLIP).await?;
        Ok(Self { vision, text, preprocessing })
    }

    /// The side of the square pictures that it takes, in pixels.
    pub fn side(&self) -> usize {
        self.vision.side()
    }

    /// How pictures are scaled.
    pub fn preprocessing(&self) -> Preprocessing {
        self.preprocessing
    }

    /// The width of the vectors that come out.
    pub fn width(&self) -> usize {
        self.vision.projected()
    }

    /// The vectors of pictures, batch × [`Self::width`], each of length 1.
    ///
    /// # Panics
    /// When a picture is not [`Self::side`] pixels wide and high.
    pub fn pictures(&self, pictures: &[Picture]) -> Tensor<2> {
        normalize_rows(self.vision.forward(pictures))
    }

    /// The tokens of a text with those of its start and end; a long text is cut to what the network takes.
    ///
    /// # Errors
    /// When the text tower was not read, or the tokenizer fails on the text.
    pub fn tokens(&self, text: &str) -> Result<Vec<u32>, WeightsError> {
        self.text()?.tokens(text)
    }

    /// The vector of a text, 1 × [`Self::width`], of length 1.
    ///
    /// # Errors
    /// As for [`Self::tokens`].
    pub fn text_vector(&self, text: &str) -> Result<Tensor<2>, WeightsError> {
        let tower = self.text()?;
        Ok(normalize_rows(tower.forward(&tower.tokens(text)?)))
    }

    fn text(&self) -> Result<&TextTower, WeightsError> {
        self.text.as_ref().ok_or_else(|| WeightsError::config(config::FILE, "the text tower was not loaded"))
    }
}
