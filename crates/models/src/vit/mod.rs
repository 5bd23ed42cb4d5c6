//! DINO: a vision transformer (Dosovitskiy et al. 2021, Caron et al. 2021) in the layout of Hugging Face's `ViTModel`.
//!
//! The vector of a picture is its class token after the last normalization. Invariant: pictures need not be square;
//! position embeddings are then interpolated as DINO's own code does it, which differs from the library's.

mod positions;

use std::cell::RefCell;

use burn::tensor::{DType, Device, Tensor, TensorData};
use serde::Deserialize;

use crate::Picture;
use crate::transformer::{
    Activation, BlockNames, BlockSize, Blocks, LayerNorm, Order, PatchEmbedding, PatchNames, Sight, Wanted,
    normalize_rows,
};
use crate::weights::{Checkpoint, Folder, Preprocessing, WeightsError, read_json};
use positions::interpolate;

const FILE: &str = "config.json";

const BLOCK: BlockNames = BlockNames {
    query: "attention.attention.query",
    key: "attention.attention.key",
    value: "attention.attention.value",
    out: "attention.output.dense",
    first_norm: "layernorm_before",
    inner: "intermediate.dense",
    outer: "output.dense",
    second_norm: "layernorm_after",
};

/// `config.json`; what it leaves out is as in ViT-B/16.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Config {
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_channels: usize,
    image_size: usize,
    patch_size: usize,
    hidden_act: Activation,
    layer_norm_eps: f64,
    qkv_bias: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            num_channels: 3,
            image_size: 224,
            patch_size: 16,
            hidden_act: Activation::Gelu,
            layer_norm_eps: 1e-12,
            qkv_bias: true,
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
            order: Order::NormFirst,
        }
    }

    fn check(&self) -> Result<(), WeightsError> {
        self.block().check(FILE)?;
        if self.num_channels != 3 || !self.qkv_bias {
            return Err(WeightsError::config(FILE, "num_channels is not 3 or qkv_bias is not true"));
        }
        if self.patch_size == 0 || self.patch_size > self.image_size {
            return Err(WeightsError::config(FILE, "patch_size is not between 1 and image_size"));
        }
        Ok(())
    }
}

/// The network.
pub struct Vit {
    patches: PatchEmbedding,
    /// Class token and its position: 1 × 1 × width.
    class: Tensor<3>,
    /// The positions of a square of patches, row by row, each of `width` values.
    positions: Vec<f32>,
    /// The positions last asked for: 1 × patches × width.
    interpolated: RefCell<Option<([usize; 2], Tensor<3>)>>,
    blocks: Blocks,
    last_norm: LayerNorm,
    side: usize,
    patch: usize,
    width: usize,
    preprocessing: Preprocessing,
    device: Device,
}

impl Vit {
    /// Reads `config.json` and the weights.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the weights are not those of the network that `config.json` describes.
    pub async fn read(folder: &dyn Folder, device: &Device) -> Result<Self, WeightsError> {
        let config: Config = read_json(folder, FILE).await?;
        config.check()?;
        let width = config.hidden_size;
        let mut from = Checkpoint::open(folder, device).await?.anchored("embeddings.cls_token");
        let names = PatchNames { convolution: "embeddings.patch_embeddings.projection", has_bias: true };
        let patches = PatchEmbedding::read(&mut from, &names, config.patch_size, width).await?;
        let class: Tensor<3> = from.tensor("embeddings.cls_token", [1, 1, width]).await?;
        let grid = config.image_size / config.patch_size;
        let mut positions = from.values("embeddings.position_embeddings", &[1, grid * grid + 1, width]).await?;
        let rest = positions.split_off(width);
        let first = Tensor::<3>::from_data(TensorData::new(positions, [1, 1, width]), (device, DType::F32));
        let count = config.num_hidden_layers;
        let blocks = Blocks::read(&mut from, "encoder.layer", count, &BLOCK, config.block()).await?;
        let last_norm = LayerNorm::read(&mut from, "layernorm", width, config.layer_norm_eps).await?;
        // A layer for classes that DINO does not have; the library adds one of random numbers.
        from.skip("pooler.");
        from.finish()?;
        Ok(Self {
            patches,
            class: class.add(first),
            positions: rest,
            interpolated: RefCell::new(None),
            blocks,
            last_norm,
            side: config.image_size,
            patch: config.patch_size,
            width,
            preprocessing: Preprocessing::read(folder, Preprocessing::IMAGENET).await?,
            device: device.clone(),
        })
    }

    /// The side of the pictures that it was trained on, in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The side of a patch, in pixels: no picture may have a smaller side.
    pub fn patch(&self) -> usize {
        self.patch
    }

    /// The width of the vectors that come out.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How pictures are scaled.
    pub fn preprocessing(&self) -> Preprocessing {
        self.preprocessing
    }

    /// The vectors of pictures of one size, batch × [`Self::width`], each of length 1.
    ///
    /// # Panics
    /// When the pictures differ in size, or a side is smaller than a patch.
    pub fn pictures(&self, pictures: &[Picture]) -> Tensor<2> {
        normalize_rows(self.class_tokens(pictures))
    }

    fn class_tokens(&self, pictures: &[Picture]) -> Tensor<2> {
        let (width, height) = pictures.first().map_or((0, 0), |picture| (picture.width, picture.height));
        let same = |picture: &Picture| picture.width == width && picture.height == height;
        assert!(width.min(height) >= self.patch && pictures.iter().all(same), "pictures of one size, not too small");
        let patches = self.patches.forward(pictures).add(self.positions(width, height));
        let batch = pictures.len();
        let class = self.class.clone().expand([batch, 1, self.width]);
        let tokens = Tensor::cat(vec![class, patches], 1);
        let class = self.blocks.forward(tokens, Sight::All, Wanted::One(0));
        self.last_norm.forward(class.reshape([batch, self.width]))
    }

    /// The positions of the patches of a picture: 1 × patches × width.
    fn positions(&self, width: usize, height: usize) -> Tensor<3> {
        let mut kept = self.interpolated.borrow_mut();
        match &*kept {
            Some((size, positions)) if *size == [width, height] => positions.clone(),
            _ => {
                let (from, to) = (self.side / self.patch, self.patches.grid(width, height));
                // DINO's own rule: a square picture with the training's number of patches takes them as they are.
                let values = if to[0] * to[1] == from * from && width == height {
                    self.positions.clone()
                } else {
                    interpolate(&self.positions, from, to, self.width)
                };
                let shape = [1, to[0] * to[1], self.width];
                let positions = Tensor::from_data(TensorData::new(values, shape), (&self.device, DType::F32));
                *kept = Some(([width, height], Tensor::clone(&positions)));
                positions
            }
        }
    }
}
