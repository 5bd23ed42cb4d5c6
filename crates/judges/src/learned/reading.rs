//! The frame of all judges that look at a network's vectors of single frames: from the first frame to the verdict.
//!
//! A judge says what it makes of the vectors ([`Reading`]); the rest is here, once. Invariant: a reading is given each frame
//! that it was shown, once and in order, and is asked for its end exactly once, also when the device failed.

use burn::tensor::{Tensor, Transaction};
use reelcheck_models::{Clip, read};
use reelcheck_types::{Evidence, Need, Unit, Unscored, Verdict};

use super::features::{Feature, Features, Source};
use super::missing;
use crate::evidence::{SameFormat, Track, Weightiest, at_least, verdict};
use crate::{Judge, JudgeFuture, Observation, Setup};

/// What a judge makes of the vectors of a clip's frames.
pub(super) trait Reading: 'static {
    /// The fewest frames that it says something of.
    const FEWEST: usize = 1;
    /// Whether all frames have to be of one size.
    const ONE_FORMAT: bool = false;

    /// Takes the next frame, and its cosines with the judge's texts in their order.
    fn take(&mut self, frame: Feature, cosines: &[f64]);

    /// The score, `None` where there is nothing to make one of, and what it rests on. `whole`: whether every frame came
    /// through; the score does not count otherwise.
    fn end(self, whole: bool) -> (Option<f64>, Evidence);
}

/// A judge that reads what a network makes of the frames, and compares them with texts if it has any; one that says that
/// weights are missing where the network is not there.
pub(super) fn judge<R: Reading>(
    setup: &Setup<'_>,
    id: &'static str,
    source: Source,
    texts: &[&str],
    reading: R,
) -> Box<dyn Judge> {
    let texts = match &setup.models.clip {
        _ if texts.is_empty() => Some(Texts::default()),
        Some(clip) => Texts::of(clip, texts),
        None => None,
    };
    match (texts, Features::of(setup, source)) {
        (Some(texts), Ok(features)) => {
            let format = R::ONE_FORMAT.then(SameFormat::default);
            Box::new(Reader { id, features, texts, format, reading, frames_seen: 0 })
        }
        _ => missing(id, Need::Weights),
    }
}

/// The vectors of some texts, read back when they are first needed.
#[derive(Default)]
struct Texts {
    on_device: Vec<Tensor<2>>,
    here: Vec<Vec<f32>>,
}

impl Texts {
    /// `None` when the tokenizer that came with the weights cannot be used.
    fn of(clip: &Clip, texts: &[&str]) -> Option<Self> {
        let vectors: Result<Vec<Tensor<2>>, _> = texts.iter().map(|text| clip.text_vector(text)).collect();
        Some(Self { on_device: vectors.ok()?, here: Vec::new() })
    }

    /// Reads the vectors back, unless that was done.
    ///
    /// # Errors
    /// When the device failed.
    async fn read(&mut self) -> Result<(), Unscored> {
        if !self.on_device.is_empty() {
            let vectors = self.on_device.drain(..).fold(Transaction::default(), Transaction::register);
            let vectors = read(vectors).await;
            self.here = vectors.map_err(|failed| Unscored::DeviceFailed { message: failed.message })?;
        }
        Ok(())
    }

    /// The cosines of a frame with the texts, in their order; they have to be read.
    fn cosines(&self, feature: &Feature) -> Vec<f64> {
        let cosine = |text: &Vec<f32>| {
            let sum: f64 = text.iter().zip(&*feature.values).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            // Both have length 1, but for rounding.
            sum.clamp(-1.0, 1.0)
        };
        self.here.iter().map(cosine).collect()
    }
}

struct Reader<R> {
    id: &'static str,
    features: Features,
    texts: Texts,
    format: Option<SameFormat>,
    reading: R,
    frames_seen: usize,
}

impl<R: Reading> Reader<R> {
    async fn collect(&mut self, all: bool) -> Result<(), Unscored> {
        self.texts.read().await?;
        for feature in self.features.take(all).await? {
            let cosines = self.texts.cosines(&feature);
            self.reading.take(feature, &cosines);
        }
        Ok(())
    }

    async fn conclude(mut self: Box<Self>) -> Verdict {
        let collected = self.collect(true).await;
        let (id, seen) = (self.id, self.frames_seen);
        let (value, evidence) = self.reading.end(collected.is_ok());
        let few = Unscored::TooFewFrames { needed: R::FEWEST, seen };
        let value = collected.and_then(|()| at_least(R::FEWEST, seen)).and_then(|()| value.ok_or(few));
        verdict(id, Unit::Ratio, value, evidence, seen)
    }
}

impl<R: Reading> Judge for Reader<R> {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        if let Some(format) = &mut self.format {
            format.check(observation)?;
        }
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

/// A number of each frame for itself, and their mean.
pub(super) struct MeanOf {
    track: Track,
    weightiest: Weightiest,
    value: fn(&Feature, &[f64]) -> f64,
}

impl MeanOf {
    /// `quantity` becomes the curve's stable key; `value` makes the number of a frame and of its cosines with the texts.
    pub(super) const fn new(
        quantity: &'static str,
        weightiest: Weightiest,
        value: fn(&Feature, &[f64]) -> f64,
    ) -> Self {
        Self { track: Track::new(quantity, Unit::Ratio), weightiest, value }
    }
}

impl Reading for MeanOf {
    fn take(&mut self, frame: Feature, cosines: &[f64]) {
        self.track.push(frame.place, (self.value)(&frame, cosines));
    }

    fn end(self, _: bool) -> (Option<f64>, Evidence) {
        let evidence = Evidence {
            curves: vec![self.track.curve()],
            moments: self.track.moments(self.weightiest),
            ..Evidence::default()
        };
        (self.track.mean(), evidence)
    }
}
