//! How near the frames are to texts, as CLIP sees both: what the judges of prompt and style and the zero-shot ones share.
//!
//! Invariant: a text comes from an annotation that was joined to the clip, or is the judge's own; never from a file name. A
//! long text is cut to what CLIP takes.

use burn::tensor::{Tensor, Transaction};
use reelcheck_models::{Clip, read};
use reelcheck_types::{Evidence, Need, Unit, Unscored, Verdict};

use super::features::{Feature, Features, Source};
use super::missing;
use crate::evidence::{Track, Weightiest, verdict};
use crate::{Judge, JudgeFuture, Observation, Setup};

/// A judge that compares frames with `text`; without weights or without the text, which is the `need`, one that says so.
/// `quantity` becomes the curve's stable key.
pub(super) fn create(
    setup: &Setup<'_>,
    id: &'static str,
    source: Source,
    text: Option<&str>,
    need: Need,
    quantity: &'static str,
) -> Box<dyn Judge> {
    let Some(clip) = &setup.models.clip else { return missing(id, Need::Weights) };
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return missing(id, need) };
    match (Texts::of(clip, [text]), Features::of(setup, source)) {
        (Some(texts), Ok(features)) => {
            Box::new(TextSimilarity { id, features, texts, track: Track::new(quantity, Unit::Ratio), frames_seen: 0 })
        }
        _ => missing(id, Need::Weights),
    }
}

/// The vectors of some texts, read back when they are first needed.
pub(super) struct Texts {
    on_device: Vec<Tensor<2>>,
    here: Vec<Vec<f32>>,
}

impl Texts {
    /// `None` when the tokenizer that came with the weights cannot be used.
    pub(super) fn of<'t>(clip: &Clip, texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let vectors: Result<Vec<Tensor<2>>, _> = texts.into_iter().map(|text| clip.text_vector(text)).collect();
        Some(Self { on_device: vectors.ok()?, here: Vec::new() })
    }

    /// Reads the vectors back, unless that was done.
    ///
    /// # Errors
    /// When the device failed.
    pub(super) async fn read(&mut self) -> Result<(), Unscored> {
        if !self.on_device.is_empty() {
            let vectors = self.on_device.drain(..).fold(Transaction::default(), Transaction::register);
            let vectors = read(vectors).await;
            self.here = vectors.map_err(|failed| Unscored::DeviceFailed { message: failed.message })?;
        }
        Ok(())
    }

    /// The cosines of a frame with the texts, in their order; they have to be read.
    pub(super) fn cosines<'a>(&'a self, feature: &'a Feature) -> impl Iterator<Item = f64> + 'a {
        let cosine = |text: &Vec<f32>| {
            let sum: f64 = text.iter().zip(&*feature.values).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            // Both have length 1, but for rounding.
            sum.clamp(-1.0, 1.0)
        };
        self.here.iter().map(cosine)
    }
}

struct TextSimilarity {
    id: &'static str,
    features: Features,
    texts: Texts,
    track: Track,
    frames_seen: usize,
}

impl TextSimilarity {
    async fn collect(&mut self, all: bool) -> Result<(), Unscored> {
        self.texts.read().await?;
        for feature in self.features.take(all).await? {
            if let Some(cosine) = self.texts.cosines(&feature).next() {
                self.track.push(feature.place, cosine);
            }
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

impl Judge for TextSimilarity {
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
