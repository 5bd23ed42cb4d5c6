//! Aesthetic quality: what LAION's predictor thinks of the frames.
//!
//! Invariant: every frame takes part, and the mean is over frames, as in VBench; the light variant says that it takes 16.

use reelcheck_media::Sampling;
use reelcheck_types::{Better, Card, Evidence, Need, ScoreRange, Unit, Unscored, Verdict};

use super::features::{Features, Source, VIEW};
use super::{LIGHT_PICTURES, light, missing};
use crate::evidence::{Track, Weightiest, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

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
    match Features::of(setup, Source::Aesthetic) {
        Ok(features) => Box::new(AestheticQuality { id, features, track: Track::new(ID, Unit::Ratio), frames_seen: 0 }),
        Err(_) => missing(id, Need::Weights),
    }
}

struct AestheticQuality {
    id: &'static str,
    features: Features,
    track: Track,
    frames_seen: usize,
}

impl AestheticQuality {
    async fn collect(&mut self, all: bool) -> Result<(), Unscored> {
        for feature in self.features.take(all).await? {
            let value = feature.values.first().copied().map_or(f64::NAN, f64::from);
            self.track.push(feature.place, value / 10.0);
        }
        Ok(())
    }

    async fn conclude(mut self: Box<Self>) -> Verdict {
        let collected = self.collect(true).await;
        let few = Unscored::TooFewFrames { needed: 1, seen: self.frames_seen };
        let value = collected.and_then(|()| self.track.mean().ok_or(few));
        let evidence = Evidence {
            curves: vec![self.track.curve()],
            moments: self.track.moments(Weightiest::Lowest),
            ..Evidence::default()
        };
        verdict(self.id, Unit::Ratio, value, evidence, self.frames_seen)
    }
}

impl Judge for AestheticQuality {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.features.observe(observation)?;
        self.frames_seen += 1;
        Ok(())
    }

    fn settle(&mut self) -> JudgeFuture<'_, Result<(), Unscored>> {
        Box::pin(self.collect(false))
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        Box::pin(self.conclude())
    }
}
