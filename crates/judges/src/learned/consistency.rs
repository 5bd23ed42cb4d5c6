//! Subject and background consistency: how alike the frames of a clip look to a network.
//!
//! VBench's formula for both: each frame from the second on is compared with the one before it and with the first; the
//! mean of the two cosines, each at least 0, is averaged over the frames. Invariant: every frame takes part. DINO's
//! vectors follow the subject; CLIP's vectors of the middle square stand for the background. The light variants take fewer
//! frames; VBench-Long's are in `consistency_long`.

use reelcheck_media::Sampling;
use reelcheck_types::{Better, Card, Evidence, Need, ScoreRange, Unit};

use super::features::{Feature, Source, VIEW};
use super::light;
use super::reading::{self, Reading};
use crate::evidence::{Track, Weightiest};
use crate::{Entry, Judge, Setup};

const SUBJECT: &str = "subject_consistency";
const BACKGROUND: &str = "background_consistency";
const SUBJECT_LIGHT: &str = "subject_consistency_light";
const BACKGROUND_LIGHT: &str = "background_consistency_light";

/// Frames of the light variants: neighbours are still near enough to be compared.
const LIGHT: Sampling = Sampling::AboutFps(4);

/// The lines in the registry.
pub(crate) const SUBJECT_ENTRY: Entry = Entry {
    card: subject_card,
    views: &[VIEW],
    sampling: Sampling::All,
    create: |setup| create(setup, SUBJECT, Source::Dino),
};
pub(crate) const BACKGROUND_ENTRY: Entry = Entry {
    card: background_card,
    views: &[VIEW],
    sampling: Sampling::All,
    create: |setup| create(setup, BACKGROUND, Source::Clip),
};

pub(crate) const SUBJECT_LIGHT_ENTRY: Entry = Entry {
    card: || light(subject_card(), "about 4 frames per second", LIGHT_GIVES_UP),
    views: &[VIEW],
    sampling: LIGHT,
    create: |setup| create(setup, SUBJECT_LIGHT, Source::Dino),
};
pub(crate) const BACKGROUND_LIGHT_ENTRY: Entry = Entry {
    card: || light(background_card(), "about 4 frames per second", LIGHT_GIVES_UP),
    views: &[VIEW],
    sampling: LIGHT,
    create: |setup| create(setup, BACKGROUND_LIGHT, Source::Clip),
};

const LIGHT_GIVES_UP: &str = "Not comparable with VBench: it takes about 4 frames per second, a sixth of a common clip. \
                              Neighbours are further apart, so that moving clips score lower; what lasts less than a \
                              quarter of a second can go unseen.";

fn card(id: &str, summary: &str, source: &str, differs: &str) -> Card {
    Card {
        id: id.to_owned(),
        version: 1,
        dimension: id.to_owned(),
        summary: summary.to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Higher,
        needs: vec![Need::Weights],
        on_request: false,
        source: source.to_owned(),
        differs: Some(differs.to_owned()),
    }
}

pub(super) fn subject_card() -> Card {
    card(
        SUBJECT,
        "How alike the frames are to the first one and to their neighbours, as DINO sees them; a frozen clip scores 1.",
        "VBench (Huang et al., CVPR 2024), subject consistency: mean over the frames of the mean of the cosines of DINO \
         vectors with the previous and with the first frame, each at least 0",
        "Equal to VBench with DINO ViT-B/16; other sizes of DINO give other numbers. Leaderboards judge clips of 5 s and \
         more by VBench-Long instead, in pieces of 2 s.",
    )
}

pub(super) fn background_card() -> Card {
    card(
        BACKGROUND,
        "How alike the frames are to the first one and to their neighbours, as CLIP sees their middle square; a frozen \
         clip scores 1.",
        "VBench (Huang et al., CVPR 2024), background consistency: mean over the frames of the mean of the cosines of CLIP \
         vectors with the previous and with the first frame, each at least 0",
        "Equal to VBench with CLIP ViT-B/32 in 32-bit floats; on CUDA VBench runs CLIP in half precision. Leaderboards \
         judge clips of 5 s and more by VBench-Long instead, in pieces of 2 s.",
    )
}

fn create(setup: &Setup<'_>, id: &'static str, source: Source) -> Box<dyn Judge> {
    let consistency = Consistency {
        first: None,
        previous: None,
        similarity: Track::new("similarity", Unit::Ratio),
        to_previous: Track::new("similarity_to_previous", Unit::Ratio),
        to_first: Track::new("similarity_to_first", Unit::Ratio),
    };
    reading::judge(setup, id, source, &[], consistency)
}

struct Consistency {
    first: Option<Feature>,
    previous: Option<Feature>,
    similarity: Track,
    to_previous: Track,
    to_first: Track,
}

impl Reading for Consistency {
    const FEWEST: usize = 2;
    const ONE_FORMAT: bool = true;

    fn take(&mut self, frame: Feature, _: &[f64]) {
        if let (Some(first), Some(previous)) = (&self.first, &self.previous) {
            let to_previous = similarity(&previous.values, &frame.values);
            let to_first = similarity(&first.values, &frame.values);
            self.similarity.push(frame.place, f64::midpoint(to_previous, to_first));
            self.to_previous.push(frame.place, to_previous);
            self.to_first.push(frame.place, to_first);
        }
        self.first.get_or_insert_with(|| frame.clone());
        self.previous = Some(frame);
    }

    fn end(self, _: bool) -> (Option<f64>, Evidence) {
        let numbers = [("mean_to_previous", self.to_previous.mean()), ("mean_to_first", self.to_first.mean())];
        let evidence = Evidence {
            curves: vec![self.similarity.curve(), self.to_previous.curve(), self.to_first.curve()],
            moments: self.similarity.moments(Weightiest::Lowest),
            numbers: numbers.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect(),
            ..Evidence::default()
        };
        (self.similarity.mean(), evidence)
    }
}

/// The cosine of two vectors, at least 0 and, against rounding, at most 1; NaN stays NaN.
pub(super) fn similarity(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
    let cosine = dot(a, b) / (dot(a, a).sqrt() * dot(b, b).sqrt()).max(1e-8);
    cosine.clamp(0.0, 1.0)
}
