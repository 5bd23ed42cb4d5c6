//! Judges that look through networks. Weights are not part of Reelcheck: without them a judge says that they are missing.
//!
//! Invariant: frames are prepared, chosen and averaged exactly as VBench does it, in 32-bit floats, unless the judge's own
//! name says otherwise; a network sees each frame once, however many judges ask for it. The networks themselves are in
//! `reelcheck-models`.

pub(crate) mod aesthetic_quality;
pub(crate) mod appearance_style;
pub(crate) mod consistency;
pub(crate) mod consistency_long;
pub(crate) mod dynamic_degree;
pub(crate) mod features;
pub(crate) mod generated_look;
pub(crate) mod option_likeness;
mod prepare;
pub(crate) mod prompt_alignment;
mod reading;
pub(crate) mod static_filter;
#[cfg(test)]
mod tests;
mod text_similarity;
mod travel;

use reelcheck_media::Sampling;
use reelcheck_models::Role;
use reelcheck_types::{Card, Evidence, Need, Outcome, Unscored, Verdict};

use crate::{Judge, JudgeFuture, Observation};

/// The network that a judge looks through, by the judge's id; `None` for those that only measure.
pub fn network_of(judge: &str) -> Option<Role> {
    let variant = ["_light", "_long"].into_iter().find_map(|ending| judge.strip_suffix(ending));
    match variant.unwrap_or(judge) {
        "subject_consistency" => Some(Role::Dino),
        "background_consistency" | "prompt_alignment" | "appearance_style" | "generated_look" | "option_likeness" => {
            Some(Role::Clip)
        }
        "aesthetic_quality" => Some(Role::ClipAesthetic),
        "dynamic_degree" | "static_filter" => Some(Role::Raft),
        _ => None,
    }
}

/// The frames of light variants and zero-shot judges that look at pictures one by one: as many as VBench takes where it
/// takes a fixed number.
const LIGHT_PICTURES: Sampling = Sampling::Middle(16);

/// The card of a judge's light variant: what it sees, in words after "Light:", and what it gives up. It runs only when it is
/// named.
fn light(official: Card, sees: &str, gives_up: &str) -> Card {
    Card {
        id: format!("{}_light", official.id),
        version: 1,
        summary: format!("{} Light: {sees}.", official.summary),
        on_request: true,
        differs: Some(gives_up.to_owned()),
        ..official
    }
}

/// What takes a judge's place when something that it needs is not there.
struct Missing {
    judge: &'static str,
    need: Need,
}

impl Judge for Missing {
    fn observe(&mut self, _: &Observation<'_>) -> Result<(), Unscored> {
        Err(Unscored::Missing { need: self.need })
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let outcome = Outcome::Unscored(Unscored::Missing { need: self.need });
        let verdict = Verdict { judge: self.judge.to_owned(), outcome, evidence: Evidence::default(), frames_seen: 0 };
        Box::pin(std::future::ready(verdict))
    }
}

/// A judge that only says what is missing.
fn missing(judge: &'static str, need: Need) -> Box<dyn Judge> {
    Box::new(Missing { judge, need })
}
