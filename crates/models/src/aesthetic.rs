//! LAION's aesthetic predictor: one linear layer over CLIP's vector of a picture.
//!
//! Source: LAION-AI/aesthetic-predictor, `sa_0_4_vit_l_14_linear.pth` and its siblings for B/32 and B/16. Invariant: the
//! layer is of the width of the CLIP that it comes with. Values are about 1 to 10, but nothing holds them there.

use burn::tensor::{Device, Tensor};

use crate::clip::{Clip, ClipParts};
use crate::transformer::{Linear, LinearValues};
use crate::weights::{Checkpoint, Folder, WeightsError};
use crate::{Picture, Preprocessing};

/// The layer's file beside the files of its CLIP: `weight` of 1 × width, `bias` of 1.
pub const AESTHETIC_HEAD: &str = "aesthetic_head.safetensors";

/// CLIP's picture tower and the layer.
pub struct Aesthetic {
    clip: Clip,
    head: Linear,
}

impl Aesthetic {
    /// Reads a CLIP folder and `aesthetic_head.safetensors` in it.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the layer is not of CLIP's width.
    pub async fn read(folder: &dyn Folder, device: &Device) -> Result<Self, WeightsError> {
        // The small file first: without it, nothing large is read.
        let mut from = Checkpoint::open_file(folder, AESTHETIC_HEAD, device).await?;
        let clip = Clip::read(folder, device, ClipParts::Vision).await?;
        let weight = from.values("weight", &[1, clip.width()]).await?;
        let bias = Some(from.values("bias", &[1]).await?);
        from.finish()?;
        let head = LinearValues { weight, bias, inputs: clip.width(), outputs: 1 };
        Ok(Self { clip, head: Linear::new(head, device) })
    }

    /// The side of the square pictures that it takes, in pixels.
    pub fn side(&self) -> usize {
        self.clip.side()
    }

    /// How pictures are scaled.
    pub fn preprocessing(&self) -> Preprocessing {
        self.clip.preprocessing()
    }

    /// One value per picture, batch × 1, about 1 (ugly) to 10 (beautiful).
    ///
    /// # Panics
    /// When a picture is not [`Self::side`] pixels wide and high.
    pub fn values(&self, pictures: &[Picture]) -> Tensor<2> {
        self.head.forward(self.clip.pictures(pictures))
    }
}
