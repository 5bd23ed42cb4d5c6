//! Frozen frames: how much of the clip repeats a picture instead of going on.
//!
//! The rule is that of ffmpeg's `freezedetect`: a frame is frozen when it differs from the picture at which the freeze
//! began by no more than a noise floor, so a slow fade is no freeze. Invariant: sums are integers. Whether a freeze is
//! a fault or a still shot is for the reader.

use reelcheck_media::{Sampling, View};
use reelcheck_types::{Better, Card, Evidence, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{Runs, SameFormat, Track, at_least, ready, verdict};
use crate::pixels::sum_abs_diff;
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "frozen_frames";
const VIEW: View = View::Luma;

/// `freezedetect`'s default noise floor, −60 dB: a thousandth of the 256 levels, as mean absolute difference.
const NOISE_LEVELS: f64 = 0.256;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "frozen_frames".to_owned(),
        summary: "The share of frames that repeat an earlier picture without a visible change; 0 means that every \
                  frame is new."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Lower,
        needs: vec![],
        on_request: false,
        source: "ffmpeg's freezedetect at its default noise floor of −60 dB (mean absolute difference of at most \
                 0.256 of 256 levels from the freeze's first frame)"
            .to_owned(),
        differs: Some(
            "Luma alone instead of luma and chroma planes, and no shortest duration: single repeated frames count."
                .to_owned(),
        ),
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(FrozenFrames {
        format: SameFormat::default(),
        held: Vec::new(),
        differences: Track::new("difference_from_held_picture", Unit::Levels),
        runs: Runs::default(),
        frozen: 0,
        frames_seen: 0,
    })
}

struct FrozenFrames {
    format: SameFormat,
    /// The last picture that was new; empty while that is the one before.
    held: Vec<u8>,
    differences: Track,
    runs: Runs,
    frozen: usize,
    frames_seen: usize,
}

impl Judge for FrozenFrames {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        self.frames_seen += 1;
        let luma = observation.views.luma();
        let mut frozen = false;
        if let Some(previous) = observation.previous {
            let held = if self.held.is_empty() { previous.luma() } else { &self.held };
            let difference = sum_abs_diff(luma, held) as f64 / luma.len() as f64;
            self.differences.push(observation, difference);
            frozen = difference <= NOISE_LEVELS;
            if !frozen {
                self.held.clear();
            } else if self.held.is_empty() {
                self.held.extend_from_slice(previous.luma());
            }
        }
        self.frozen += usize::from(frozen);
        self.runs.push(observation.timestamp, frozen);
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let share = self.frozen as f64 / self.frames_seen.saturating_sub(1) as f64;
        let value = at_least(2, self.frames_seen).map(|()| share);
        let evidence = Evidence {
            curves: vec![self.differences.curve()],
            moments: vec![],
            intervals: self.runs.into_intervals(),
            numbers: vec![("frozen_frames".to_owned(), self.frozen as f64), ("threshold".to_owned(), NOISE_LEVELS)],
            ..Evidence::default()
        };
        ready(verdict(ID, Unit::Ratio, value, evidence, self.frames_seen))
    }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::{Interval, Outcome};

    use super::*;
    use crate::testing::{gray_frames, judge, score};

    fn moving(index: usize, x: usize, y: usize) -> u8 {
        ((x + 3 * index) * (y + 1)) as u8
    }

    #[test]
    fn stills_are_frozen_and_moving_pictures_are_not() {
        assert_eq!(score(&ENTRY, gray_frames(5, 30, 20, |_, x, y| moving(0, x, y))).to_bits(), 1f64.to_bits());
        assert_eq!(score(&ENTRY, gray_frames(5, 30, 20, moving)).to_bits(), 0f64.to_bits());
    }

    #[test]
    fn known_answer_with_intervals() {
        // Frames 4 to 6 and 9 repeat their predecessors: four of eleven.
        let source = [0, 1, 2, 3, 3, 3, 3, 4, 5, 5, 6, 7];
        let frames = gray_frames(12, 30, 20, |index, x, y| moving(source[index], x, y));
        let at: Vec<_> = frames.iter().map(reelcheck_types::Frame::timestamp).collect();
        let verdict = judge(&ENTRY, frames);
        assert_eq!(verdict.value().map(f64::to_bits), Some((4.0f64 / 11.0).to_bits()));
        let expected = [Interval { start: at[4], end: at[6] }, Interval { start: at[9], end: at[9] }];
        assert_eq!(verdict.evidence.intervals, expected);
    }

    #[test]
    fn the_more_repeats_the_higher() {
        let scores: Vec<f64> = (1..6)
            .map(|hold| score(&ENTRY, gray_frames(20, 30, 20, |index, x, y| moving(index / hold, x, y))))
            .collect();
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
    }

    #[test]
    fn noise_below_the_floor_is_frozen_but_a_slow_fade_is_not() {
        // One pixel in ten changes by 2: 0.2 levels on average.
        let noise = |index: usize, x: usize, _: usize| 90 + 2 * u8::from(index % 2 == 1 && x.is_multiple_of(10));
        assert_eq!(score(&ENTRY, gray_frames(10, 30, 20, noise)).to_bits(), 1f64.to_bits());
        // One level more in a fifth of the picture, each frame another fifth: 0.2 levels from frame to frame, but more
        // than the floor from every second one.
        let fade = |index: usize, x: usize, _: usize| 90 + ((index + x % 5) / 5) as u8;
        let value = score(&ENTRY, gray_frames(41, 30, 20, fade));
        assert!((value - 0.5).abs() < 1e-12, "{value}");
    }

    #[test]
    fn one_frame_is_too_few() {
        let outcome = judge(&ENTRY, gray_frames(1, 16, 16, |_, _, _| 7)).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
    }
}
