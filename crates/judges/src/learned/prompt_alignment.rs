//! Prompt alignment: how well the frames fit the text that the clip was made from, as CLIP sees both.
//!
//! Invariant: the prompt comes from an annotation that was joined to the clip, never from a file name. A long prompt is
//! cut to what CLIP takes.

use burn::tensor::{Tensor, Transaction};
use reelcheck_media::Sampling;
use reelcheck_models::read;
use reelcheck_types::{Better, Card, Evidence, Need, ScoreRange, Unit, Unscored, Verdict};

use super::features::{Features, Source, VIEW};
use super::missing;
use crate::evidence::{Track, Weightiest, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "prompt_alignment";

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

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

fn create(setup: &Setup<'_>) -> Box<dyn Judge> {
    let (Some(clip), Ok(features)) = (&setup.models.clip, Features::of(setup, Source::Clip)) else {
        return missing(ID, Need::Weights);
    };
    let Some(prompt) = setup.prompt.filter(|prompt| !prompt.trim().is_empty()) else {
        return missing(ID, Need::Prompt);
    };
    match clip.text_vector(prompt) {
        Ok(text) => Box::new(PromptAlignment {
            features,
            text: Text::OnDevice(Box::new(text)),
            track: Track::new("text_similarity", Unit::Ratio),
            frames_seen: 0,
        }),
        // The tokenizer that came with the weights cannot be used.
        Err(_) => missing(ID, Need::Weights),
    }
}

/// The prompt's vector, read back with the first frames'.
enum Text {
    OnDevice(Box<Tensor<2>>),
    Here(Vec<f32>),
}

struct PromptAlignment {
    features: Features,
    text: Text,
    track: Track,
    frames_seen: usize,
}

impl PromptAlignment {
    async fn collect(&mut self, all: bool) -> Result<(), Unscored> {
        if let Text::OnDevice(tensor) = &self.text {
            let values = read(Transaction::default().register(tensor.as_ref().clone())).await;
            let mut values = values.map_err(|failed| Unscored::DeviceFailed { message: failed.message })?;
            self.text = Text::Here(values.pop().unwrap_or_default());
        }
        let Text::Here(text) = &self.text else { return Ok(()) };
        for feature in self.features.take(all).await? {
            let cosine: f64 = text.iter().zip(&*feature.values).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            // Both have length 1, but for rounding.
            self.track.push(feature.place, cosine.clamp(-1.0, 1.0));
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
        verdict(ID, Unit::Ratio, value, evidence, self.frames_seen)
    }
}

impl Judge for PromptAlignment {
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
