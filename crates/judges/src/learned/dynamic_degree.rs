//! Dynamic degree: whether a clip moves, by RAFT.
//!
//! VBench's protocol: frames at about 8 per second; a pair moves when the mean of its fastest twentieth exceeds
//! 6·min(H, W)/256 pixels, a clip when round(4·n/16) pairs do. Invariant: each frame goes through the network once. The
//! light variant compares every fourth pair.

use reelcheck_media::Sampling;
use reelcheck_models::Seen;
use reelcheck_types::{Better, Card, Evidence, Need, ScoreRange, Unit, Unscored, Verdict};

use super::features::VIEW;
use super::travel::Travel;
use super::{light, missing};
use crate::evidence::{at_least, verdict};
use crate::motion::Dynamic;
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "dynamic_degree";
const LIGHT_ID: &str = "dynamic_degree_light";

/// The share of the picture whose motion counts: the fastest.
const TOP_SHARE: f64 = 0.05;

/// Of how many pairs of frames the light variant compares one.
const LIGHT_STEP: usize = 4;

/// The lines in the registry.
pub(crate) const ENTRY: Entry =
    Entry { card, views: &[VIEW], sampling: Sampling::AboutFps(8), create: |setup| create(setup, ID, 1) };
pub(crate) const LIGHT_ENTRY: Entry = Entry {
    card: || {
        let gives_up = "VBench compares all pairs at about 8 frames per second; this one every fourth of them, and asks for \
                        round(4·n/16) of n = pairs + 1. Motion of less than half a second can go unseen.";
        light(card(), "every fourth pair of frames", gives_up)
    },
    views: &[VIEW],
    sampling: Sampling::AboutFps(8),
    create: |setup| create(setup, LIGHT_ID, LIGHT_STEP),
};

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: ID.to_owned(),
        summary: "1 when the clip moves, 0 when it hardly does: whether enough pairs of frames have a fastest twentieth \
                  that travels far."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Neither,
        needs: vec![Need::Weights],
        on_request: false,
        source: "VBench (Huang et al., CVPR 2024), dynamic degree: RAFT at about 8 fps and full size, mean of the top 5 % of \
                 flow magnitudes per pair; a pair counts above 6·min(H, W)/256 px, a clip is dynamic from round(4·n/16) \
                 such pairs"
            .to_owned(),
        differs: Some(
            "Equal to VBench with RAFT large trained on FlyingThings; with RAFT small or other training distances are \
             others. Correlations are computed where they are looked up instead of all at once: the same up to rounding."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>, id: &'static str, step: usize) -> Box<dyn Judge> {
    let Some(raft) = setup.models.raft.clone() else { return missing(id, Need::Weights) };
    let travel = Travel::new(raft, "fastest_twentieth", TOP_SHARE);
    Box::new(DynamicDegree { id, step, travel, previous: None, frames_seen: 0 })
}

struct DynamicDegree {
    id: &'static str,
    /// Of how many pairs one is compared: the first.
    step: usize,
    travel: Travel,
    previous: Option<Seen>,
    frames_seen: usize,
}

impl DynamicDegree {
    async fn conclude(mut self: Box<Self>) -> Verdict {
        let collected = self.travel.collect().await;
        let (distances, threshold) = (self.travel.distances(), self.travel.of_shorter_side(6.0));
        // VBench counts frames, of which there is one more than pairs.
        let rule = Dynamic::new(distances.values(), threshold, distances.len() + 1);
        let is_finite = self.travel.is_finite();
        let value = collected
            .and_then(|()| at_least(2, self.frames_seen))
            .and_then(|()| if is_finite { Ok(f64::from(u8::from(rule.dynamic))) } else { Err(Unscored::NotFinite) });
        let mut numbers = vec![
            ("pairs_over_threshold".to_owned(), rule.pairs_over as f64),
            ("pairs_needed".to_owned(), rule.pairs_needed as f64),
            ("threshold_px".to_owned(), threshold),
        ];
        numbers.extend(distances.mean().map(|mean| ("mean_distance_px".to_owned(), mean)));
        let curves = vec![distances.curve()];
        let evidence = Evidence { curves, moments: self.travel.into_moments(), numbers, ..Evidence::default() };
        verdict(self.id, Unit::Ratio, value, evidence, self.frames_seen)
    }
}

impl Judge for DynamicDegree {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        let place_in_step = self.frames_seen % self.step;
        self.frames_seen += 1;
        if place_in_step > 1 {
            return Ok(());
        }
        let seen = self.travel.look(observation)?;
        let previous = self.previous.replace(seen.clone());
        // Of a step's frames the first two are a pair; with a step of one, every frame ends one and begins the next.
        if let Some(previous) = previous.filter(|_| self.step == 1 || place_in_step == 1) {
            self.travel.compare(observation.into(), &previous, &seen);
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
