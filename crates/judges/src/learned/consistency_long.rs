//! Subject and background consistency by VBench-Long's rule, which leaderboards use for clips of 5 s and more.
//!
//! The clip is cut into pieces of 2 s; a rest that is shorter borrows the frames before it. VBench's formula is applied to
//! each piece, and the score is the mean over the pieces. A second pass applies it to the first frames of the pieces; as by
//! VBench-Long's default it does not count, and stands beside the score. Invariant: no more vectors are kept than a piece has
//! frames.

use std::collections::VecDeque;

use reelcheck_media::Sampling;
use reelcheck_types::{Card, Clip, Evidence, Unit};

use super::consistency::{background_card, similarity, subject_card};
use super::features::{Feature, Source, VIEW};
use super::reading::{self, Reading};
use crate::evidence::{Track, Weightiest};
use crate::{Entry, Judge, Setup};

const SUBJECT: &str = "subject_consistency_long";
const BACKGROUND: &str = "background_consistency_long";

/// The length of a piece, in seconds.
const PIECE_SECS: usize = 2;

/// The lines in the registry.
pub(crate) const SUBJECT_ENTRY: Entry = Entry {
    card: || card(subject_card(), SUBJECT, "DINOv2"),
    views: &[VIEW],
    sampling: Sampling::All,
    create: |setup| create(setup, SUBJECT, Source::Dino),
};
pub(crate) const BACKGROUND_ENTRY: Entry = Entry {
    card: || card(background_card(), BACKGROUND, "DreamSim"),
    views: &[VIEW],
    sampling: Sampling::All,
    create: |setup| create(setup, BACKGROUND, Source::Clip),
};

fn card(whole: Card, id: &str, second: &str) -> Card {
    Card {
        id: id.to_owned(),
        version: 1,
        summary: format!("{} In pieces of 2 s, for clips of 5 s and more.", whole.summary),
        on_request: true,
        source: format!(
            "VBench-Long (VBench++, Huang et al., 2024) with its default weights of 1 and 0: the mean over pieces of 2 s. {}",
            whole.source
        ),
        differs: Some(format!(
            "VBench-Long compresses the pieces anew, here frames stay as they are; scenes are not split first. Its \
             development setting gives half of the weight to a second pass over the first frames of the pieces by {second} \
             and a table of quantiles; here that pass is made by the same network as the first, stands beside the score as \
             `clip_to_clip`, and does not count."
        )),
        ..whole
    }
}

fn create(setup: &Setup<'_>, id: &'static str, source: Source) -> Box<dyn Judge> {
    reading::judge(setup, id, source, &[], Pieces::new(piece_frames(setup.clip)))
}

/// Frames of a piece: 2 s at the whole part of the frame rate, as VBench-Long counts it. A clip without a rate is one piece.
fn piece_frames(clip: &Clip) -> usize {
    // A time line in microseconds makes 24 fps of 23.99999; true rates such as 23.976 are further away.
    let whole = |rate: f64| (rate + 1e-3) as usize;
    clip.frame_rate_fps().map_or(usize::MAX, |rate| (PIECE_SECS * whole(rate)).max(2))
}

/// Pieces, one after the other.
struct Pieces {
    /// Frames of a piece.
    length: usize,
    /// The latest frames: those of a piece at most.
    latest: VecDeque<Feature>,
    /// Of these, how many are in no piece yet.
    open: usize,
    /// The mean of each piece.
    scores: Vec<f64>,
    /// The first frames of pieces, compared with each other.
    starts: Similarities,
    similarity: Track,
}

/// VBench's formula, frame by frame.
#[derive(Default)]
struct Similarities {
    first: Option<Feature>,
    previous: Option<Feature>,
    sum: f64,
    count: usize,
}

impl Similarities {
    /// Takes the next frame, and gives its similarity unless it is the first one.
    fn push(&mut self, feature: &Feature) -> Option<f64> {
        let both = self.first.as_ref().zip(self.previous.as_ref());
        let value = both.map(|(first, previous)| {
            let to = |other: &Feature| similarity(&other.values, &feature.values);
            f64::midpoint(to(previous), to(first))
        });
        if let Some(value) = value {
            self.sum += value;
            self.count += 1;
        }
        self.first.get_or_insert_with(|| feature.clone());
        self.previous = Some(feature.clone());
        value
    }

    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

impl Pieces {
    fn new(length: usize) -> Self {
        Self {
            length,
            latest: VecDeque::new(),
            open: 0,
            scores: Vec::new(),
            starts: Similarities::default(),
            similarity: Track::new("similarity", Unit::Ratio),
        }
    }

    fn push(&mut self, feature: Feature) {
        self.latest.push_back(feature);
        if self.latest.len() > self.length {
            self.latest.pop_front();
        }
        self.open += 1;
        if self.open == self.length {
            self.close();
        }
    }

    /// Ends a piece: the latest frames, of which a rest borrows some from the piece before.
    fn close(&mut self) {
        let new_from = self.latest.len() - self.open;
        let mut piece = Similarities::default();
        for (place, feature) in self.latest.iter().enumerate() {
            if let Some(value) = piece.push(feature).filter(|_| place >= new_from) {
                self.similarity.push(feature.place, value);
            }
        }
        self.scores.extend(piece.mean());
        if let Some(first) = self.latest.front() {
            self.starts.push(first);
        }
        self.open = 0;
    }

    /// The mean over the pieces.
    fn mean(&self) -> Option<f64> {
        (!self.scores.is_empty()).then(|| self.scores.iter().sum::<f64>() / self.scores.len() as f64)
    }
}

impl Reading for Pieces {
    const FEWEST: usize = 2;
    const ONE_FORMAT: bool = true;

    fn take(&mut self, frame: Feature, _: &[f64]) {
        self.push(frame);
    }

    fn end(mut self, _: bool) -> (Option<f64>, Evidence) {
        if self.open > 0 {
            self.close();
        }
        let mut numbers = vec![("pieces".to_owned(), self.scores.len() as f64)];
        numbers.extend(self.scores.iter().copied().reduce(f64::min).map(|least| ("lowest_piece".to_owned(), least)));
        numbers.extend(self.starts.mean().map(|mean| ("clip_to_clip".to_owned(), mean)));
        let evidence = Evidence {
            curves: vec![self.similarity.curve()],
            moments: self.similarity.moments(Weightiest::Lowest),
            numbers,
            ..Evidence::default()
        };
        (self.mean(), evidence)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use reelcheck_types::Timestamp;

    use super::*;
    use crate::evidence::Place;

    /// Directions in a plane, one per frame, in quarters of a half turn.
    fn pieces(length: usize, quarters: &[u8]) -> Pieces {
        let mut pieces = Pieces::new(length);
        for (frame_index, &quarter) in quarters.iter().enumerate() {
            let angle = f32::from(quarter) * std::f32::consts::FRAC_PI_4;
            let timestamp = Timestamp::from_micros(frame_index as i64 * 1_000_000);
            pieces.push(Feature {
                place: Place { frame_index, timestamp },
                values: Rc::from([angle.cos(), angle.sin()]),
            });
        }
        if pieces.open > 0 {
            pieces.close();
        }
        pieces
    }

    #[test]
    fn a_rest_borrows_the_frames_before_it() {
        // 0 0 | 2 2 | 2 0: within the first two pieces nothing changes; the last frame is a right angle from the one that is
        // borrowed.
        let found = pieces(2, &[0, 0, 2, 2, 0]);
        assert!(found.scores.len() == 3 && found.scores[..2].iter().all(|score| (score - 1.0).abs() < 1e-6));
        assert!(found.scores[2].abs() < 1e-6 && (found.mean().unwrap() - 2.0 / 3.0).abs() < 1e-6);
        // Starts: 0, 2, 2. The first pair differs; the second one is the same as before and a right angle from the first.
        assert!((found.starts.mean().unwrap() - 0.25).abs() < 1e-6);
        let curve = found.similarity.curve();
        assert_eq!((0..curve.values.len()).map(|index| curve.frame(index)).collect::<Vec<_>>(), [1, 3, 4]);
    }

    #[test]
    fn a_short_clip_is_one_piece() {
        let found = pieces(48, &[0, 1, 0]);
        // (cos 45° + cos 45°) / 2 and (cos 45° + cos 0°) / 2.
        let half = std::f64::consts::FRAC_1_SQRT_2;
        assert!((found.mean().unwrap() - f64::midpoint(half, f64::midpoint(half, 1.0))).abs() < 1e-6);
        assert!(found.scores.len() == 1 && found.starts.mean().is_none());
        assert!(pieces(48, &[0]).mean().is_none());
    }
}
