//! The picture tower.

use burn::tensor::Tensor;

use super::BLOCK;
use super::config::Config;
use crate::Picture;
use crate::transformer::{Blocks, LayerNorm, Linear, LinearValues, PatchEmbedding, PatchNames, Sight, Wanted};
use crate::weights::{Checkpoint, WeightsError};

pub(super) struct VisionTower {
    patches: PatchEmbedding,
    /// 1 × 1 × width.
    class: Tensor<3>,
    /// 1 × tokens × width.
    positions: Tensor<3>,
    first_norm: LayerNorm,
    blocks: Blocks,
    last_norm: LayerNorm,
    projection: Linear,
    side: usize,
    projected: usize,
}

impl VisionTower {
    pub(super) async fn read(from: &mut Checkpoint<'_>, config: &Config) -> Result<Self, WeightsError> {
        let vision = &config.vision_config;
        let (width, epsilon) = (vision.hidden_size, vision.layer_norm_eps);
        let names = PatchNames { convolution: "vision_model.embeddings.patch_embedding", has_bias: false };
        let patches = PatchEmbedding::read(from, &names, vision.patch_size, width).await?;
        let class = from.tensor("vision_model.embeddings.class_embedding", [width]).await?;
        let tokens = (vision.image_size / vision.patch_size).pow(2) + 1;
        let positions = from.tensor("vision_model.embeddings.position_embedding.weight", [tokens, width]).await?;
        // The library's own spelling.
        let first_norm = LayerNorm::read(from, "vision_model.pre_layrnorm", width, epsilon).await?;
        let (prefix, count) = ("vision_model.encoder.layers", vision.num_hidden_layers);
        let blocks = Blocks::read(from, prefix, count, &BLOCK, vision.block()).await?;
        let last_norm = LayerNorm::read(from, "vision_model.post_layernorm", width, epsilon).await?;
        let projection = "visual_projection";
        let projection = LinearValues::read_without_bias(from, projection, width, config.projection_dim).await?;
        Ok(Self {
            patches,
            class: class.reshape([1, 1, width]),
            positions: positions.reshape([1, tokens, width]),
            first_norm,
            blocks,
            last_norm,
            projection: Linear::new(projection, from.device()),
            side: vision.image_size,
            projected: config.projection_dim,
        })
    }

    pub(super) fn side(&self) -> usize {
        self.side
    }

    pub(super) fn projected(&self) -> usize {
        self.projected
    }

    /// Batch × projected width.
    pub(super) fn forward(&self, pictures: &[Picture]) -> Tensor<2> {
        let right = |picture: &Picture| picture.width == self.side && picture.height == self.side;
        assert!(pictures.iter().all(right), "pictures of {0}×{0} pixels", self.side);
        let patches = self.patches.forward(pictures);
        let [batch, _, width] = patches.dims();
        let class = self.class.clone().expand([batch, 1, width]);
        let tokens = Tensor::cat(vec![class, patches], 1).add(self.positions.clone());
        let tokens = self.first_norm.forward(tokens);
        let class = self.blocks.forward(tokens, Sight::All, Wanted::One(0)).reshape([batch, width]);
        self.projection.forward(self.last_norm.forward(class))
    }
}
