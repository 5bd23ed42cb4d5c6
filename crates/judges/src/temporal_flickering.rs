//! Temporal flickering: how little the picture changes from one frame to the next.
//!
//! VBench's formula over every adjacent pair of frames. Invariant: differences are summed in integers, so the score is
//! exact for the frames seen. Whether the scene stands still, without which the number means motion, is for the reader.

use reelcheck_media::{Image, Sampling, View};
use reelcheck_types::{Better, Card, Evidence, Need, Region, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, Worst, at_least, ready, strongest_cells, verdict};
use crate::pixels::sum_abs_diff;
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "temporal_flickering";
const VIEW: View = View::RgbReference;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "temporal_flickering".to_owned(),
        summary: "1 minus the mean absolute change of all pixels and channels between neighbouring frames; 1 is a \
                  still picture."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Higher,
        needs: vec![Need::StaticScene],
        on_request: false,
        source: "VBench (Huang et al., CVPR 2024), temporal flickering: (255 − mean over adjacent pairs of the mean \
                 absolute difference) ÷ 255"
            .to_owned(),
        differs: Some(
            "Exact integer sums instead of 32-bit floats (below 1e-6). VBench's standard protocol first drops clips \
             with motion; nothing is dropped here, and on moving footage the score mostly measures motion."
                .to_owned(),
        ),
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(TemporalFlickering {
        format: SameFormat::default(),
        differences: Track::new("mean_absolute_difference", Unit::Levels),
        worst: Worst::new(Weightiest::Highest),
        frames_seen: 0,
    })
}

struct TemporalFlickering {
    format: SameFormat,
    differences: Track,
    worst: Worst,
    frames_seen: usize,
}

impl Judge for TemporalFlickering {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        self.frames_seen += 1;
        let Some(previous) = observation.previous else { return Ok(()) };
        let (a, b) = (previous.get(VIEW), observation.views.get(VIEW));
        let difference = sum_abs_diff(&a.data, &b.data) as f64 / b.data.len() as f64;
        self.differences.push(observation, difference);
        self.worst.offer(observation, difference, || changed_most(a, b));
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let value = at_least(2, self.frames_seen)
            .and_then(|()| self.differences.mean().ok_or(Unscored::TooFewFrames { needed: 2, seen: self.frames_seen }));
        let numbers = [("mean_absolute_difference", self.differences.mean()), ("largest", self.differences.max())];
        let evidence = Evidence {
            curves: vec![self.differences.curve()],
            moments: self.worst.into_moments(),
            intervals: vec![],
            numbers: numbers.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect(),
            ..Evidence::default()
        };
        let value = value.map(|mean| (255.0 - mean) / 255.0);
        ready(verdict(ID, Unit::Ratio, value, evidence, self.frames_seen))
    }
}

/// Where two frames differ most, over all channels.
fn changed_most(a: &Image, b: &Image) -> Vec<Region> {
    strongest_cells(b.width, b.height, |columns, rows| {
        let pixels = (columns.len() * rows.len()) as f64;
        let rows = (0..b.channels).flat_map(|channel| rows.clone().map(move |row| channel * b.height + row));
        let spans = rows.map(|row| row * b.width + columns.start..row * b.width + columns.end);
        spans.map(|span| sum_abs_diff(&a.data[span.clone()], &b.data[span])).sum::<u64>() as f64 / pixels
    })
}

#[cfg(test)]
mod tests {
    use reelcheck_types::Outcome;

    use super::*;
    use crate::testing::{gray_frames, judge, rgb_frames, score};

    #[test]
    fn a_still_clip_scores_one() {
        let frames = rgb_frames(5, 33, 17, |_, x, y| [x as u8, y as u8, 200]);
        assert_eq!(score(&ENTRY, frames).to_bits(), 1f64.to_bits());
    }

    #[test]
    fn known_answer() {
        // Pairs differ by (10, 0, 2) and by (0, 40, 1) everywhere: means 4 and 41 ÷ 3.
        let colors = [[100, 100, 100], [110, 100, 98], [110, 60, 99]];
        let value = score(&ENTRY, rgb_frames(3, 20, 10, |index, _, _| colors[index]));
        assert!((value - (1.0 - (4.0 + 41.0 / 3.0) / 2.0 / 255.0)).abs() < 1e-12);
    }

    #[test]
    fn black_and_white_in_turn_score_zero() {
        let value = score(&ENTRY, rgb_frames(4, 16, 16, |index, _, _| [255 * (index as u8 % 2); 3]));
        assert!(value.abs() < 1e-12);
    }

    #[test]
    fn more_flicker_scores_lower() {
        let scores: Vec<f64> = (0..6)
            .map(|strength| {
                let flicker = |index: usize, x: usize, _: usize| [(x + strength * 9 * (index % 2)) as u8; 3];
                score(&ENTRY, rgb_frames(6, 64, 48, flicker))
            })
            .collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn the_evidence_points_at_the_flash() {
        let spot = |index: usize, x: usize, y: usize| {
            let inside = index == 7 && (60..70).contains(&x) && (10..20).contains(&y);
            [if inside { 250 } else { 50 }; 3]
        };
        let verdict = judge(&ENTRY, rgb_frames(16, 80, 80, spot));
        let moment = &verdict.evidence.moments[0];
        assert_eq!(moment.frame_index, 7);
        assert_eq!(moment.regions, [Region { x: 0.75, y: 0.125, width: 0.125, height: 0.125 }]);
        assert_eq!(verdict.evidence.curves[0].values.len(), 15);
        assert_eq!(verdict.evidence.curves[0].first_frame, 1);
    }

    #[test]
    fn one_frame_is_too_few_and_a_change_of_size_is_refused() {
        let one = judge(&ENTRY, gray_frames(1, 16, 16, |_, _, _| 7));
        assert_eq!(one.outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
        let mut frames = gray_frames(1, 16, 16, |_, _, _| 7);
        frames.extend(gray_frames(3, 18, 16, |_, _, _| 7).split_off(2));
        let at = frames[1].timestamp();
        assert_eq!(judge(&ENTRY, frames).outcome, Outcome::Unscored(Unscored::FormatChanged { at }));
    }
}
