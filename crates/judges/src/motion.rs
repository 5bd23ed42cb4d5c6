//! Motion: how far the fastest parts of the picture travel, and whether VBench would call the clip dynamic.
//!
//! A light variant of VBench's dynamic degree: the same frames, the same top share, the same threshold and counting
//! rule, but patch flow on a reduced picture instead of the RAFT network. Invariant: distances are in pixels of the
//! full-size frame.

use reelcheck_media::{Sampling, View};
use reelcheck_types::{Better, Card, Evidence, Region, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, Worst, at_least, ready, strongest_cells, verdict};
use crate::flow::{MIN_SIDE, Pyramid, flow};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "motion";

/// Small enough for a few milliseconds per pair, large enough for a fraction of a pixel at 720p.
const VIEW: View = View::LumaReduced(256);

/// The share of the picture whose motion counts: the fastest.
const TOP_SHARE: f64 = 0.05;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::AboutFps(8), create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "dynamic_degree".to_owned(),
        summary: "How far the fastest twentieth of the picture travels from one frame to the next at about 8 frames \
                  per second, averaged over the clip."
            .to_owned(),
        unit: Unit::Pixels,
        range: ScoreRange::at_least(0.0),
        better: Better::Neither,
        needs: vec![],
        on_request: false,
        source: "VBench (Huang et al., CVPR 2024), dynamic degree: mean of the top 5 % of flow magnitudes per pair at \
                 about 8 fps; a pair counts above 6·min(H, W)/256 px, a clip is dynamic from round(4·n/16) such pairs"
            .to_owned(),
        differs: Some(
            "Patch flow (coarse-to-fine Lucas–Kanade) on a luma picture of at most 256 pixels instead of RAFT at full \
             size; the score is the mean distance, and VBench's yes or no is the number `dynamic`."
                .to_owned(),
        ),
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(Motion {
        format: SameFormat::default(),
        previous: None,
        spare: Pyramid::default(),
        distances: Track::new("fastest_twentieth", Unit::Pixels),
        worst: Worst::new(Weightiest::Highest),
        frames_seen: 0,
    })
}

struct Motion {
    format: SameFormat,
    /// The last frame of the sampling plan, which need not be the clip's frame before this one.
    previous: Option<Pyramid>,
    spare: Pyramid,
    distances: Track,
    worst: Worst,
    frames_seen: usize,
}

impl Judge for Motion {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        let (frame, image) = (observation.views.frame(), observation.views.get(VIEW));
        // The whole number by which the picture was reduced.
        let reduced_by = (f64::from(frame.width().max(frame.height())) / image.width.max(image.height) as f64).round();
        if image.width.min(image.height) < MIN_SIDE {
            let needed_px = MIN_SIDE as u32 * reduced_by as u32;
            return Err(Unscored::TooSmall { needed_px, given_px: frame.width().min(frame.height()) });
        }
        self.frames_seen += 1;
        let this = std::mem::take(&mut self.spare).rebuild(image);
        if let Some(previous) = self.previous.take() {
            let lengths = flow(&previous, &this).lengths(&previous, &this);
            let distance = fastest(&lengths) * reduced_by;
            self.distances.push(observation, distance);
            self.worst.offer(observation, distance, || fastest_cells(&lengths, image.width, image.height));
            self.spare = previous;
        }
        self.previous = Some(this);
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let mean = self.distances.mean().ok_or(Unscored::TooFewFrames { needed: 2, seen: self.frames_seen });
        let (width, height) = self.format.size().unwrap_or_default();
        let threshold = 6.0 * f64::from(width.min(height)) / 256.0;
        let rule = Dynamic::new(self.distances.values(), threshold, self.frames_seen);
        let evidence = Evidence {
            curves: vec![self.distances.curve()],
            moments: self.worst.into_moments(),
            intervals: vec![],
            numbers: vec![
                ("dynamic".to_owned(), f64::from(u8::from(rule.dynamic))),
                ("pairs_over_threshold".to_owned(), rule.pairs_over as f64),
                ("pairs_needed".to_owned(), rule.pairs_needed as f64),
                ("threshold_px".to_owned(), threshold),
            ],
            ..Evidence::default()
        };
        let value = at_least(2, self.frames_seen).and(mean);
        ready(verdict(ID, Unit::Pixels, value, evidence, self.frames_seen))
    }
}

/// The mean of the fastest twentieth of all lengths, in the reduced picture's pixels; 0 when no patch was found again.
fn fastest(lengths: &[([usize; 2], f32)]) -> f64 {
    let mut lengths: Vec<f32> = lengths.iter().map(|(_, length)| *length).collect();
    let count = ((lengths.len() as f64 * TOP_SHARE) as usize).max(1).min(lengths.len());
    if count < lengths.len() {
        lengths.select_nth_unstable_by(count, |a, b| b.total_cmp(a));
    }
    lengths[..count].sort_unstable_by(|a, b| b.total_cmp(a));
    lengths[..count].iter().copied().map(f64::from).sum::<f64>() / count.max(1) as f64
}

/// Where the picture moves fastest.
fn fastest_cells(lengths: &[([usize; 2], f32)], width: usize, height: usize) -> Vec<Region> {
    strongest_cells(width, height, |columns, rows| {
        let inside = lengths.iter().filter(|([x, y], _)| columns.contains(x) && rows.contains(y));
        let (sum, count) = inside.fold((0.0, 0), |(sum, count), (_, length)| (sum + f64::from(*length), count + 1));
        sum / f64::from(count.max(1))
    })
}

/// VBench's decision.
#[derive(Debug, PartialEq)]
pub(crate) struct Dynamic {
    /// Whether the clip moves.
    pub(crate) dynamic: bool,
    /// Pairs of frames that move far enough.
    pub(crate) pairs_over: usize,
    /// Pairs that have to.
    pub(crate) pairs_needed: usize,
}

impl Dynamic {
    /// Python's `round` takes halves to the even number; with no pair at all a clip is not dynamic.
    pub(crate) fn new(distances: &[f64], threshold: f64, frames: usize) -> Self {
        let pairs_needed = (4.0 * frames as f64 / 16.0).round_ties_even() as usize;
        let pairs_over = distances.iter().filter(|&&distance| distance > threshold).count();
        Self { dynamic: !distances.is_empty() && pairs_over >= pairs_needed, pairs_over, pairs_needed }
    }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::{Frame, Outcome};

    use super::*;
    use crate::testing::{at_fps, gray_frames, judge, score, texture};

    fn sliding(count: usize, width: usize, height: usize, step: f64) -> Vec<Frame> {
        let scale = (width.max(height) as f64 / 256.0).ceil();
        let draw = |index: usize, x: usize, y: usize| {
            texture((x as f64 - step * index as f64) / scale, y as f64 / scale).round() as u8
        };
        at_fps(gray_frames(count, width, height, draw), 8.0)
    }

    fn number(verdict: &Verdict, key: &str) -> f64 {
        verdict.evidence.numbers.iter().find(|(name, _)| name == key).unwrap().1
    }

    #[test]
    fn a_still_clip_does_not_move() {
        assert!(score(&ENTRY, sliding(4, 160, 120, 0.0)) < 1e-6);
    }

    #[test]
    fn sliding_textures_give_their_step() {
        for step in 1..=12 {
            let value = score(&ENTRY, sliding(3, 240, 160, f64::from(step)));
            assert!((value - f64::from(step)).abs() < 0.25, "{step}: {value}");
        }
    }

    #[test]
    fn distances_are_those_of_the_full_size_frame() {
        // Reduced fourfold.
        let value = score(&ENTRY, sliding(2, 800, 480, 10.0));
        assert!((value - 10.0).abs() < 0.4, "{value}");
    }

    #[test]
    fn a_small_fast_part_counts_and_is_pointed_at() {
        // A tenth of the picture moves by 6.
        let draw = |index: usize, x: usize, y: usize| {
            let inside = (96..160).contains(&x) && (32..96).contains(&y);
            texture(x as f64 - if inside { 6.0 * index as f64 } else { 0.0 }, y as f64) as u8
        };
        let verdict = judge(&ENTRY, at_fps(gray_frames(2, 256, 160, draw), 8.0));
        let value = verdict.value().unwrap();
        assert!((value - 6.0).abs() < 0.6, "{value}");
        for region in &verdict.evidence.moments[0].regions {
            assert!((0.3..0.7).contains(&(region.x + region.width / 2.0)), "{region:?}");
        }
    }

    #[test]
    fn the_frame_rate_decides_which_frames_are_compared() {
        // At 24 fps every third frame is seen: three steps per pair.
        let frames = at_fps(sliding(13, 240, 160, 2.0), 24.0);
        let verdict = judge(&ENTRY, frames);
        assert_eq!(verdict.frames_seen, 5);
        assert!((verdict.value().unwrap() - 6.0).abs() < 0.25, "{:?}", verdict.value());
    }

    #[test]
    fn the_counting_rule_is_vbenchs() {
        let rule = |distances: &[f64], frames| Dynamic::new(distances, 5.0, frames);
        assert_eq!(rule(&[5.0, 5.1, 9.0], 4), Dynamic { dynamic: true, pairs_over: 2, pairs_needed: 1 });
        assert_eq!(rule(&[5.0, 5.0, 0.0], 4), Dynamic { dynamic: false, pairs_over: 0, pairs_needed: 1 });
        // Halves go to the even number: 6 frames ask for 2 pairs, 10 frames too.
        assert_eq!([6, 10, 14, 40].map(|frames| rule(&[0.0], frames).pairs_needed), [2, 2, 4, 10]);
        let verdict = judge(&ENTRY, sliding(4, 240, 160, 9.0));
        // 6 · 160 / 256 = 3.75 px.
        assert!((number(&verdict, "threshold_px") - 3.75).abs() < 1e-12);
        assert!(number(&verdict, "dynamic") > 0.5);
        assert!(number(&judge(&ENTRY, sliding(4, 240, 160, 3.0)), "dynamic") < 0.5);
    }

    #[test]
    fn tiny_frames_and_single_ones_are_refused() {
        let outcome = judge(&ENTRY, gray_frames(2, 40, 8, |_, _, _| 0)).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooSmall { needed_px: 16, given_px: 8 }));
        let outcome = judge(&ENTRY, gray_frames(1, 40, 40, |_, _, _| 0)).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
    }
}
