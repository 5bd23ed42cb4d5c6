//! Aesthetic quality: what LAION's predictor thinks of the frames.
//!
//! Invariant: every frame takes part, and the mean is over frames, as in VBench; the light variant says that it takes 16.

use reelcheck_media::Sampling;
use reelcheck_types::{Better, Card, Need, ScoreRange, Unit};

use super::features::{Feature, Source, VIEW};
use super::reading::{self, MeanOf};
use super::{LIGHT_PICTURES, light};
use crate::evidence::Weightiest;
use crate::{Entry, Judge, Setup};

const ID: &str = "aesthetic_quality";
const LIGHT_ID: &str = "aesthetic_quality_light";

/// The lines in the registry.
pub(crate) const ENTRY: Entry =
    Entry { card, views: &[VIEW], sampling: Sampling::All, create: |setup| create(setup, ID) };
pub(crate) const LIGHT_ENTRY: Entry = Entry {
    card: || light(card(), "16 frames", "VBench takes every frame; a few frames that look worse can go unseen."),
    views: &[VIEW],
    sampling: LIGHT_PICTURES,
    create: |setup| create(setup, LIGHT_ID),
};

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: ID.to_owned(),
        summary: "How much people would like the frames as pictures, as a layer over CLIP guesses it, mean over the \
                  frames; about 0.1 to 1."
            .to_owned(),
        unit: Unit::Ratio,
        // A linear layer has no ends.
        range: ScoreRange::default(),
        better: Better::Higher,
        needs: vec![Need::Weights],
        on_request: false,
        source: "VBench (Huang et al., CVPR 2024), aesthetic quality: LAION's linear predictor over normalised CLIP \
                 vectors, divided by 10, mean over the frames"
            .to_owned(),
        differs: Some(
            "Equal to VBench with CLIP ViT-L/14 and its predictor in 32-bit floats; on CUDA VBench runs CLIP in half \
             precision. With the predictor of a smaller CLIP the numbers are others."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>, id: &'static str) -> Box<dyn Judge> {
    // The layer gives one value, ten times VBench's.
    let value = |frame: &Feature, _: &[f64]| frame.values.first().copied().map_or(f64::NAN, f64::from) / 10.0;
    reading::judge(setup, id, Source::Aesthetic, &[], MeanOf::new(ID, Weightiest::Lowest, value))
}
