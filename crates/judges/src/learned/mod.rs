//! Judges that look through networks. Weights are not part of Reelcheck: without them a judge says that they are missing.
//!
//! Invariant: frames are prepared, chosen and averaged exactly as VBench does it, in 32-bit floats; a network sees each
//! frame once, however many judges ask for it. The networks themselves are in `reelcheck-models`.

pub(crate) mod aesthetic_quality;
pub(crate) mod consistency;
pub(crate) mod dynamic_degree;
pub(crate) mod features;
mod prepare;
pub(crate) mod prompt_alignment;
#[cfg(test)]
mod tests;

use reelcheck_models::Role;
use reelcheck_types::{Evidence, Need, Outcome, Unscored, Verdict};

use crate::{Judge, JudgeFuture, Observation};

/// The network that a judge looks through, by the judge's id; `None` for those that only measure.
pub fn network_of(judge: &str) -> Option<Role> {
    match judge {
        "subject_consistency" => Some(Role::Dino),
        "background_consistency" | "prompt_alignment" => Some(Role::Clip),
        "aesthetic_quality" => Some(Role::ClipAesthetic),
        "dynamic_degree" => Some(Role::Raft),
        _ => None,
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
