//! Prompt alignment: how well the frames fit the text that the clip was made from, as CLIP sees both.
//!
//! Invariant: every frame takes part, resized as for background consistency, so that both share one pass of the network.

use reelcheck_media::Sampling;
use reelcheck_types::{Better, Card, Need, ScoreRange, Unit};

use super::features::{Source, VIEW};
use super::{LIGHT_PICTURES, light, text_similarity};
use crate::{Entry, Judge, Setup};

const ID: &str = "prompt_alignment";
const LIGHT_ID: &str = "prompt_alignment_light";

/// The lines in the registry.
pub(crate) const ENTRY: Entry =
    Entry { card, views: &[VIEW], sampling: Sampling::All, create: |setup| create(setup, ID) };
pub(crate) const LIGHT_ENTRY: Entry = Entry {
    card: || {
        light(
            card(),
            "16 frames",
            "Not even all single frames are compared with the prompt, but 16; ViCLIP would see how they follow each other.",
        )
    },
    views: &[VIEW],
    sampling: LIGHT_PICTURES,
    create: |setup| create(setup, LIGHT_ID),
};

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "overall_consistency".to_owned(),
        summary: "How well the frames fit the prompt, as CLIP sees both: mean cosine over the frames; good fits are \
                  about 0.3."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(-1.0, 1.0),
        better: Better::Higher,
        needs: vec![Need::Prompt, Need::Weights],
        on_request: false,
        source: "Hessel et al., CLIPScore, EMNLP 2021: cosine of CLIP's vectors of a text and of a picture; here the mean \
                 over all frames, without the factor 2.5"
            .to_owned(),
        differs: Some(
            "A light variant of VBench's overall consistency, which asks ViCLIP about 8 frames at once: CLIP sees single \
             frames, so what happens over time does not count, and 77 tokens of the prompt at most."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>, id: &'static str) -> Box<dyn Judge> {
    text_similarity::create(setup, id, Source::Clip, setup.told.prompt.as_deref(), Need::Prompt, "text_similarity")
}
