//! Appearance style: how well the frames fit the style that was asked for, as CLIP sees both.
//!
//! VBench compares each frame with the name of the style alone ("Van Gogh style"), not with the prompt. Invariant: frames go
//! through PIL's resizing of bytes, with antialias, as in VBench for this dimension alone; every frame takes part.

use reelcheck_media::Sampling;
use reelcheck_types::{Better, Card, Need, ScoreRange, Unit};

use super::features::{Source, VIEW};
use super::{LIGHT_PICTURES, light, text_similarity};
use crate::{Entry, Judge, Setup};

const ID: &str = "appearance_style";
const LIGHT_ID: &str = "appearance_style_light";

/// The lines in the registry.
pub(crate) const ENTRY: Entry =
    Entry { card, views: &[VIEW], sampling: Sampling::All, create: |setup| create(setup, ID) };
pub(crate) const LIGHT_ENTRY: Entry = Entry {
    card: || light(card(), "16 frames", "VBench takes every frame; a style that comes and goes can be missed."),
    views: &[VIEW],
    sampling: LIGHT_PICTURES,
    create: |setup| create(setup, LIGHT_ID),
};

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: ID.to_owned(),
        summary: "How well the frames fit the name of a style, as CLIP sees both: mean cosine over the frames; VBench's own \
                  scale runs from 0.0009 to 0.2855."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(-1.0, 1.0),
        better: Better::Higher,
        needs: vec![Need::Style, Need::Weights],
        on_request: false,
        source: "VBench (Huang et al., CVPR 2024), appearance style: CLIP's logit of a frame and the style's text divided by \
                 100, mean over the frames"
            .to_owned(),
        differs: Some(
            "Equal to VBench on one GPU with CLIP ViT-B/32 in 32-bit floats; on CUDA VBench runs CLIP in half precision. On \
             several GPUs VBench averages the last frames of all clips instead."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>, id: &'static str) -> Box<dyn Judge> {
    text_similarity::create(
        setup,
        id,
        Source::ClipOfLevels,
        setup.told.style.as_deref(),
        Need::Style,
        "style_similarity",
    )
}
