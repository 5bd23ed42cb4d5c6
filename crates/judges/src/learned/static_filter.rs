//! Static filter: whether a clip stands still enough for VBench to measure its flicker.
//!
//! VBench's protocol for temporal flickering judges only clips that this filter lets through. Every frame is compared with
//! the next one, and the first with the last both ways. Invariant: a clip is static unless more than round(2·n/16) pairs have
//! a fastest fiftieth that travels more than 3·min(H, W)/256 pixels, or the ends are further apart than twice that threshold
//! times that number.

use reelcheck_media::Sampling;
use reelcheck_models::Seen;
use reelcheck_types::{Better, Card, Evidence, Need, ScoreRange, Unit, Unscored, Verdict};

use super::features::VIEW;
use super::travel::Travel;
use super::{light, missing};
use crate::evidence::{at_least, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "static_filter";
const LIGHT_ID: &str = "static_filter_light";

/// The share of the picture whose motion counts: the fastest.
const TOP_SHARE: f64 = 0.02;

/// The lines in the registry.
pub(crate) const ENTRY: Entry =
    Entry { card, views: &[VIEW], sampling: Sampling::All, create: |setup| create(setup, ID) };
pub(crate) const LIGHT_ENTRY: Entry = Entry {
    card: || {
        let gives_up = "VBench compares all neighbouring frames; this one takes about 8 per second, so that things travel \
                        further from one to the next: a clip that it calls static moves even less, and some that VBench \
                        lets through are turned away.";
        light(card(), "about 8 frames per second", gives_up)
    },
    views: &[VIEW],
    sampling: Sampling::AboutFps(8),
    create: |setup| create(setup, LIGHT_ID),
};

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: ID.to_owned(),
        summary: "1 when the clip stands still, so that its flicker may be held against VBench's board, 0 when something \
                  moves."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Neither,
        needs: vec![Need::Weights],
        on_request: true,
        source: "VBench (Huang et al., CVPR 2024), static filter of temporal flickering: RAFT on all neighbouring frames and \
                 on both ends, mean of the top 2 % of flow magnitudes per pair; static unless more than round(2·n/16) pairs \
                 exceed 3·min(H, W)/256 px, or the ends 2·round(2·n/16) times that"
            .to_owned(),
        differs: Some(
            "Equal to VBench with RAFT large trained on FlyingThings. VBench goes on to keep the first five static clips of \
             each prompt; which clips to keep is left to the reader. It runs only when it is named: every pair of frames \
             goes through the network."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>, id: &'static str) -> Box<dyn Judge> {
    let Some(raft) = setup.models.raft.clone() else { return missing(id, Need::Weights) };
    let travel = Travel::new(raft, "fastest_fiftieth", TOP_SHARE);
    Box::new(StaticFilter { id, travel, ends: None, frames_seen: 0 })
}

struct StaticFilter {
    id: &'static str,
    travel: Travel,
    /// The first frame and the latest.
    ends: Option<(Seen, Seen)>,
    frames_seen: usize,
}

impl StaticFilter {
    /// From the first frame to the last one and back, in pixels.
    async fn collect(&mut self) -> Result<[f64; 2], Unscored> {
        self.travel.collect().await?;
        let few = Unscored::TooFewFrames { needed: 2, seen: self.frames_seen };
        let (first, last) = self.ends.as_ref().ok_or(few)?;
        at_least(2, self.frames_seen)?;
        Ok([self.travel.between(first, last).await?, self.travel.between(last, first).await?])
    }

    async fn conclude(mut self: Box<Self>) -> Verdict {
        let ends = self.collect().await;
        let rule = Static::new(self.travel.distances().values(), self.travel.of_shorter_side(3.0), self.frames_seen);
        let mut numbers = vec![
            ("pairs_over_threshold".to_owned(), rule.pairs_over as f64),
            ("pairs_allowed".to_owned(), rule.pairs_allowed as f64),
            ("threshold_px".to_owned(), rule.threshold),
            ("ends_threshold_px".to_owned(), rule.ends_threshold),
        ];
        if let Ok([there, back]) = ends {
            numbers.extend([("first_to_last_px".to_owned(), there), ("last_to_first_px".to_owned(), back)]);
        }
        let is_finite = self.travel.is_finite();
        let value = ends.and_then(|ends| {
            let is_finite = is_finite && ends.iter().all(|distance| distance.is_finite());
            if is_finite { Ok(f64::from(u8::from(rule.is_static(ends)))) } else { Err(Unscored::NotFinite) }
        });
        let curves = vec![self.travel.distances().curve()];
        let evidence = Evidence { curves, moments: self.travel.into_moments(), numbers, ..Evidence::default() };
        verdict(self.id, Unit::Ratio, value, evidence, self.frames_seen)
    }
}

impl Judge for StaticFilter {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        let seen = self.travel.look(observation)?;
        self.frames_seen += 1;
        match &mut self.ends {
            Some((_, last)) => {
                let previous = std::mem::replace(last, seen.clone());
                self.travel.compare(observation.into(), &previous, &seen);
            }
            None => self.ends = Some((seen.clone(), seen)),
        }
        Ok(())
    }

    fn settle(&mut self) -> JudgeFuture<'_, Result<(), Unscored>> {
        Box::pin(self.travel.collect())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        Box::pin(self.conclude())
    }
}

/// VBench's decision.
#[derive(Debug, PartialEq)]
struct Static {
    pairs_over: usize,
    pairs_allowed: usize,
    /// In pixels, for neighbouring frames.
    threshold: f64,
    /// In pixels, for the clip's ends.
    ends_threshold: f64,
}

impl Static {
    /// Python's `round` takes halves to the even number.
    fn new(distances: &[f64], threshold: f64, frames: usize) -> Self {
        let pairs_allowed = (2.0 * frames as f64 / 16.0).round_ties_even();
        Self {
            pairs_over: distances.iter().filter(|&&distance| distance > threshold).count(),
            pairs_allowed: pairs_allowed as usize,
            threshold,
            ends_threshold: threshold * pairs_allowed * 2.0,
        }
    }

    fn is_static(&self, ends: [f64; 2]) -> bool {
        self.pairs_over <= self.pairs_allowed && ends.iter().all(|&distance| distance <= self.ends_threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_vbenchs() {
        // 16 frames allow round(2) = 2 pairs; the ends may be 2 · 2 thresholds apart.
        let rule = |over: usize| Static::new(&[vec![3.1; over], vec![3.0; 15 - over]].concat(), 3.0, 16);
        assert_eq!(rule(2), Static { pairs_over: 2, pairs_allowed: 2, threshold: 3.0, ends_threshold: 12.0 });
        assert!(rule(2).is_static([12.0, 0.0]) && !rule(3).is_static([0.0, 0.0]));
        assert!(!rule(0).is_static([12.1, 0.0]) && !rule(0).is_static([0.0, 12.1]));
        // Halves go to the even number: 4 frames allow none, and then the ends may not differ at all.
        assert_eq!([4, 12, 20, 129].map(|frames| Static::new(&[], 3.0, frames).pairs_allowed), [0, 2, 2, 16]);
        assert!(
            Static::new(&[0.0], 3.0, 4).is_static([0.0, 0.0]) && !Static::new(&[0.0], 3.0, 4).is_static([0.1, 0.0])
        );
    }
}
