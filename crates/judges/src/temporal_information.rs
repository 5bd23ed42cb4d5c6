//! Temporal information: how unevenly the picture changes in the liveliest pair of frames.
//!
//! ITU-T P.910: the standard deviation over the picture of the luma difference of each adjacent pair; the largest over
//! time is the score. Invariant: sums are integers, so the score is exact and the same on every device.

use reelcheck_media::{Sampling, View};
use reelcheck_types::{Better, Card, Evidence, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, at_least, ready, verdict};
use crate::pixels::diff_moments;
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "temporal_information";
const VIEW: View = View::LumaFull;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "temporal_information".to_owned(),
        summary: "The standard deviation of the luma change between the two neighbouring frames that differ most; \
                  motion and cuts raise it."
            .to_owned(),
        unit: Unit::Levels,
        range: ScoreRange::new(0.0, 255.0),
        better: Better::Neither,
        needs: vec![],
        on_request: false,
        source: "ITU-T P.910, temporal information (TI): max over time of the standard deviation of the difference of \
                 neighbouring lumas"
            .to_owned(),
        differs: Some(
            "ffmpeg's siti lists a 0 for the first frame, which its mean counts; the maximum is the same.".to_owned(),
        ),
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(TemporalInformation {
        format: SameFormat::default(),
        spreads: Track::new("difference_standard_deviation", Unit::Levels),
        frames_seen: 0,
    })
}

struct TemporalInformation {
    format: SameFormat,
    spreads: Track,
    frames_seen: usize,
}

impl Judge for TemporalInformation {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        self.frames_seen += 1;
        let Some(previous) = observation.previous else { return Ok(()) };
        let luma = &observation.views.get(VIEW).data;
        let (sum, squares) = diff_moments(luma, &previous.get(VIEW).data);
        self.spreads.push(observation, standard_deviation(sum, squares, luma.len()));
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let largest = self.spreads.max().ok_or(Unscored::TooFewFrames { needed: 2, seen: self.frames_seen });
        let value = at_least(2, self.frames_seen).and(largest);
        let evidence = Evidence {
            curves: vec![self.spreads.curve()],
            moments: self.spreads.moments(Weightiest::Highest),
            intervals: vec![],
            numbers: self.spreads.mean().map(|mean| ("mean".to_owned(), mean)).into_iter().collect(),
            ..Evidence::default()
        };
        ready(verdict(ID, Unit::Levels, value, evidence, self.frames_seen))
    }
}

/// Of the population, from exact sums: n Σd² − (Σd)² is a whole number, so nothing cancels away.
fn standard_deviation(sum: i64, squares: u64, count: usize) -> f64 {
    let count = count as i128;
    let spread = count * i128::from(squares) - i128::from(sum) * i128::from(sum);
    (spread as f64).sqrt() / count as f64
}

#[cfg(test)]
mod tests {
    use reelcheck_types::Outcome;

    use super::*;
    use crate::testing::{gray_frames, judge, score};

    #[test]
    fn stills_and_even_fades_hold_none() {
        assert!(score(&ENTRY, gray_frames(3, 30, 20, |_, x, y| (x * y) as u8)) < 1e-12);
        assert!(score(&ENTRY, gray_frames(9, 30, 20, |index, x, _| (x + 20 * index) as u8)) < 1e-12);
    }

    #[test]
    fn known_answer() {
        // A quarter of the picture rises by 80: the spread is 80 √(¼ · ¾).
        let value = score(&ENTRY, gray_frames(2, 40, 10, |index, x, _| if x < 10 { 80 * index as u8 } else { 9 }));
        assert!((value - 80.0 * (0.25f64 * 0.75).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn larger_changes_hold_more_and_the_largest_counts() {
        let scores: Vec<f64> = (1..6u8)
            .map(|step| score(&ENTRY, gray_frames(2, 40, 10, |index, x, _| (x as u8 % 2) * step * 9 * index as u8)))
            .collect();
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
        let jump = |index: usize, x: usize, _: usize| if index >= 5 && x < 20 { 200 } else { 10 };
        let verdict = judge(&ENTRY, gray_frames(12, 40, 10, jump));
        assert_eq!(verdict.evidence.moments[0].frame_index, 5);
        assert_eq!(verdict.value().map(f64::to_bits), Some(95f64.to_bits()));
    }

    #[test]
    fn one_frame_is_too_few() {
        let outcome = judge(&ENTRY, gray_frames(1, 16, 16, |_, _, _| 7)).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
    }
}
