//! Plausibility: how likely something in the clip is impossible, says a small network that learned from drawings.
//!
//! Invariant: pictures are looked at in overlapping windows as they come, so memory does not grow with the clip; the
//! verdict is that of the most impossible window. The network is `reelcheck-models`' part.

use std::collections::VecDeque;

use reelcheck_media::{Sampling, View};
use reelcheck_models::DeviceFailed;
use reelcheck_models::plausibility::{
    Judgement, PICTURES_PER_SEC, Picture, Plausibility, SHORTEST_WINDOW, Size, WINDOW,
};
use reelcheck_types::{Better, Card, Evidence, HeatMap, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{Place, Runs, SameFormat, Track, Weightiest, Worst, at_least, strongest_cells, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "plausibility";

/// Twice the network's pictures: averaging to their size then weighs parts of pixels finely enough.
const VIEW: View = View::RgbReduced(128);

/// Pictures from one window's start to the next one's.
const HOP: usize = WINDOW / 2;

/// From this probability on a picture counts as impossible.
const LIKELY: f64 = 0.5;

/// Pictures below this probability are not worth a look.
const WORTH_A_LOOK: f64 = 0.1;

/// Cells below this share of certainty are empty in the heat map.
const FAINT_PERCENT: u8 = 5;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::AboutFps(PICTURES_PER_SEC), create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "physical_plausibility".to_owned(),
        summary: "The probability that something in the clip is physically impossible, by a small network that was \
                  trained on drawings; on real video it is a demonstration."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Lower,
        needs: vec![],
        on_request: false,
        source:
            "Trained by this project on drawn twins of possible and impossible clips; the taxonomy of laws is that of \
                 IPV-Bench (Bai et al., 2025). Model card: crates/models/src/plausibility/README.md"
                .to_owned(),
        differs: None,
    }
}

fn create(setup: &Setup<'_>) -> Box<dyn Judge> {
    let failed = |error: &dyn std::fmt::Display| Unscored::DeviceFailed { message: error.to_string() };
    Box::new(Plausible {
        network: Plausibility::bundled(setup.device).map_err(|error| failed(&error)),
        format: SameFormat::default(),
        pictures: VecDeque::new(),
        dropped: 0,
        next_start: 0,
        judged_to: 0,
        pending: VecDeque::new(),
        found: Found::new(),
    })
}

struct Plausible {
    network: Result<Plausibility, Unscored>,
    format: SameFormat,
    /// The latest pictures, and where in the clip they belong.
    pictures: VecDeque<(Place, Picture)>,
    /// Pictures before those.
    dropped: usize,
    /// Where the next window starts.
    next_start: usize,
    /// Pictures up to here were in a window.
    judged_to: usize,
    /// Pictures that may still be in another window: their places and what windows said of them so far.
    pending: VecDeque<Seen>,
    found: Found,
}

/// What windows said of one picture: sums over them.
struct Seen {
    place: Place,
    windows: usize,
    impossible: f64,
    cells: Vec<f64>,
}

/// What is known of all pictures that are done with.
struct Found {
    curve: Track,
    worst: Worst,
    likely: Runs,
    heat: HeatMap,
    verdict: Option<Judgement>,
    windows: usize,
}

impl Found {
    fn new() -> Self {
        Self {
            curve: Track::new("impossible_probability", Unit::Ratio),
            worst: Worst::new(Weightiest::Highest),
            likely: Runs::default(),
            heat: HeatMap {
                quantity: "impossible_here".to_owned(),
                columns: 0,
                rows: 0,
                frame_indices: Vec::new(),
                percents: Vec::new(),
            },
            verdict: None,
            windows: 0,
        }
    }

    /// Takes a picture that no further window will hold.
    fn take(&mut self, seen: &Seen, size: Size) {
        let share = |sum: f64| sum / seen.windows.max(1) as f64;
        let impossible = share(seen.impossible);
        self.curve.push(seen.place, impossible);
        self.likely.push(seen.place.timestamp, impossible >= LIKELY);
        if impossible >= WORTH_A_LOOK {
            self.worst.offer(seen.place, impossible, || {
                strongest_cells(size.columns(), size.rows(), |columns, rows| {
                    let cells = rows.flat_map(|row| columns.clone().map(move |column| row * size.columns() + column));
                    cells.filter_map(|at| seen.cells.get(at).copied()).fold(0.0, f64::max)
                })
            });
        }
        let percent = |sum: &f64| (share(*sum) * 100.0).round() as u8;
        let percents: Vec<u8> =
            seen.cells.iter().map(percent).map(|percent| if percent < FAINT_PERCENT { 0 } else { percent }).collect();
        if percents.iter().any(|&percent| percent > 0) {
            self.heat.frame_indices.push(seen.place.frame_index as u32);
            self.heat.percents.push(percents);
        }
    }
}

impl Plausible {
    /// Pictures seen so far.
    fn count(&self) -> usize {
        self.dropped + self.pictures.len()
    }

    /// Looks at the window of pictures from `start` to before `end`.
    async fn judge(&mut self, start: usize, end: usize) -> Result<(), Unscored> {
        let network = self.network.as_ref().map_err(Clone::clone)?;
        let window: Vec<Picture> =
            self.pictures.range(start - self.dropped..end - self.dropped).map(|(_, picture)| picture.clone()).collect();
        let failed = |error: DeviceFailed| Unscored::DeviceFailed { message: error.message };
        let Some(judgement) = network.judge(&[&window]).await.map_err(failed)?.pop() else {
            return Err(Unscored::NotFinite);
        };
        if !judgement.impossible.is_finite() {
            return Err(Unscored::NotFinite);
        }
        let size = window[0].size();
        // Pictures before this window are done with.
        let first_pending = self.judged_to - self.pending.len();
        for _ in first_pending..start {
            if let Some(seen) = self.pending.pop_front() {
                self.found.take(&seen, size);
            }
        }
        for at in self.judged_to..end {
            let (place, _) = self.pictures[at - self.dropped];
            let cells = vec![0.0; size.columns() * size.rows()];
            self.pending.push_back(Seen { place, windows: 0, impossible: 0.0, cells });
        }
        self.judged_to = end;
        let cells = judgement.cells.chunks_exact(size.columns() * size.rows());
        for ((seen, impossible), cells) in self.pending.iter_mut().zip(&judgement.pictures).zip(cells) {
            seen.windows += 1;
            seen.impossible += impossible;
            seen.cells.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
        }
        self.found.windows += 1;
        if self.found.verdict.as_ref().is_none_or(|worst| judgement.impossible > worst.impossible) {
            self.found.verdict = Some(judgement);
        }
        Ok(())
    }

    /// Looks at all windows that are full.
    async fn judge_full_windows(&mut self) -> Result<(), Unscored> {
        while self.count() >= self.next_start + WINDOW {
            self.judge(self.next_start, self.next_start + WINDOW).await?;
            self.next_start += HOP;
            // The last window of a clip may begin anywhere from the last full one's start on.
            let keep_from = self.next_start - HOP;
            self.pictures.drain(..keep_from - self.dropped);
            self.dropped = keep_from;
        }
        Ok(())
    }

    /// Looks at what is left, and puts everything together.
    async fn conclude(&mut self) -> Result<f64, Unscored> {
        at_least(SHORTEST_WINDOW, self.count())?;
        self.judge_full_windows().await?;
        let count = self.count();
        if self.judged_to < count {
            self.judge(count.saturating_sub(WINDOW), count).await?;
        }
        let Some(size) = self.pictures.front().map(|(_, picture)| picture.size()) else {
            return Err(Unscored::NotFinite);
        };
        (self.found.heat.columns, self.found.heat.rows) = (size.columns() as u32, size.rows() as u32);
        for seen in std::mem::take(&mut self.pending) {
            self.found.take(&seen, size);
        }
        self.found.verdict.as_ref().map(|judgement| judgement.impossible).ok_or(Unscored::NotFinite)
    }

    /// The numbers behind the score: the laws' probabilities in the most impossible window.
    fn numbers(&self) -> Vec<(String, f64)> {
        let (Ok(network), Some(judgement)) = (&self.network, &self.found.verdict) else { return Vec::new() };
        let laws = network.laws().iter().zip(&judgement.laws);
        let mut numbers: Vec<(String, f64)> =
            laws.map(|(law, probability)| (format!("law_{}", law.replace('-', "_")), *probability)).collect();
        numbers.push(("windows".to_owned(), self.found.windows as f64));
        numbers
    }
}

impl Judge for Plausible {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        if let Err(reason) = &self.network {
            return Err(reason.clone());
        }
        let (frame, image) = (observation.views.frame(), observation.views.get(VIEW));
        let size = Size::of(frame.width() as usize, frame.height() as usize);
        let picture = Picture::reduced(&image.data, image.width, image.height, size);
        self.pictures.push_back((observation.into(), picture));
        Ok(())
    }

    fn settle(&mut self) -> JudgeFuture<'_, Result<(), Unscored>> {
        Box::pin(self.judge_full_windows())
    }

    fn finish(mut self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        Box::pin(async move {
            let value = self.conclude().await;
            let (numbers, frames_seen) = (self.numbers(), self.count());
            let Found { curve, worst, likely, heat, .. } = self.found;
            let evidence = Evidence {
                curves: vec![curve.curve()],
                moments: worst.into_moments(),
                intervals: likely.into_intervals(),
                numbers,
                heat_maps: if heat.frame_indices.is_empty() { vec![] } else { vec![heat] },
                ..Evidence::default()
            };
            verdict(ID, Unit::Ratio, value, evidence, frames_seen)
        })
    }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::{Frame, Outcome};

    use super::*;
    use crate::testing::{at_fps, judge, rgb_frames};

    /// A red ball rolls over a grey floor at 8 frames per second, and is gone from one frame on.
    fn rolling(count: usize, gone_from: usize) -> Vec<Frame> {
        let draw = |index: usize, x: usize, y: usize| {
            let (dx, dy) = (x as f64 - 30.0 - 3.0 * (index % 28) as f64, y as f64 - 50.0);
            let ball = index < gone_from && dx.hypot(dy) < 9.0;
            let floor = 90 + (y / 4) as u8 + ((x * 7 + y * 13) % 5) as u8;
            if ball { [200, 40, 30] } else { [floor, floor, floor - 10] }
        };
        at_fps(rgb_frames(count, 128, 80, draw), 8.0)
    }

    #[test]
    fn a_verdict_has_curve_numbers_and_laws() {
        let verdict = judge(&ENTRY, rolling(28, 99));
        let value = verdict.value().unwrap();
        assert!((0.0..=1.0).contains(&value));
        assert_eq!(verdict.evidence.curves[0].values.len(), 28);
        let laws = verdict.evidence.numbers.iter().filter(|(key, _)| key.starts_with("law_"));
        assert!((laws.map(|(_, value)| value).sum::<f64>() - 1.0).abs() < 1e-4);
    }

    #[test]
    fn a_ball_that_vanishes_is_less_plausible_than_one_that_stays() {
        let [stays, vanishes] = [99, 14].map(|gone_from| judge(&ENTRY, rolling(28, gone_from)));
        assert!(vanishes.value() > stays.value(), "{:?} {:?}", vanishes.value(), stays.value());
        let worst = &vanishes.evidence.moments[0];
        assert!((12..=20).contains(&worst.frame_index), "{worst:?}");
        // The ball was near 72 of 128 pixels from the left, 50 of 80 from the top.
        let region = worst.regions[0];
        assert!((region.x + region.width / 2.0 - 0.56).abs() < 0.2, "{region:?}");
        assert!((region.y + region.height / 2.0 - 0.62).abs() < 0.25, "{region:?}");
        let heat = &vanishes.evidence.heat_maps[0];
        assert_eq!((heat.columns, heat.rows), (16, 10));
        assert!(heat.percents.iter().all(|percents| percents.len() == 160 && percents.iter().all(|&p| p <= 100)));
        assert_eq!(heat.percents.len(), heat.frame_indices.len());
    }

    #[test]
    fn long_clips_are_seen_in_windows_and_each_frame_once() {
        for count in [WINDOW, WINDOW + 1, 2 * WINDOW, 2 * WINDOW + HOP + 3] {
            let verdict = judge(&ENTRY, rolling(count, 99));
            assert_eq!(verdict.evidence.curves[0].values.len(), count);
            assert!(verdict.evidence.curves[0].values.iter().all(|value| (0.0..=1.0).contains(value)));
            let windows = verdict.evidence.numbers.iter().find(|(key, _)| key == "windows").unwrap().1;
            let expected = 1 + (count - WINDOW).div_ceil(HOP);
            assert!((windows - expected as f64).abs() < 0.5, "{count} pictures: {windows} windows");
        }
        // What comes long after a window does not change what is said of the pictures in it.
        let (short, long) = (judge(&ENTRY, rolling(2 * WINDOW, 99)), judge(&ENTRY, rolling(3 * WINDOW, 99)));
        let values = |verdict: &Verdict| verdict.evidence.curves[0].values[..WINDOW + HOP].to_vec();
        assert_eq!(values(&short), values(&long));
    }

    #[test]
    fn short_clips_are_refused() {
        let outcome = judge(&ENTRY, rolling(5, 99)).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: SHORTEST_WINDOW, seen: 5 }));
    }
}
