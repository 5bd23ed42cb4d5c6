//! Which networks are in memory together: all of them in one pass over the clips, or one in each of several.
//!
//! Invariant: each judge runs in exactly one pass, and what the passes say of a clip comes out as if there had been one. Who
//! decides that memory is short, and reads the networks, is the caller's business.

use reelcheck_judges::{Entry, network_of};
use reelcheck_models::Role;

use crate::{ClipReport, JudgeSelection};

/// A pass over the clips.
#[derive(Clone)]
pub struct Pass {
    /// The networks that have to be in memory.
    pub networks: Vec<Role>,
    /// The judges that run.
    pub judges: JudgeSelection,
}

impl Pass {
    const fn of(networks: Vec<Role>) -> Self {
        Self { networks, judges: JudgeSelection { entries: Vec::new() } }
    }
}

impl JudgeSelection {
    /// The passes that the judges take, at least one. With `one_at_a_time`, each has a single network; judges without one, and
    /// those whose network is not among the `available`, run in the first.
    pub fn passes(&self, available: &[Role], one_at_a_time: bool) -> Vec<Pass> {
        let network = |entry: &Entry| network_of(&(entry.card)().id).filter(|role| available.contains(role));
        let mut passes: Vec<Pass> = Vec::new();
        for role in Role::ALL {
            let is_wanted = self.entries().iter().any(|entry| network(entry) == Some(role));
            match passes.last_mut() {
                _ if !is_wanted => {}
                Some(pass) if !one_at_a_time => pass.networks.push(role),
                _ => passes.push(Pass::of(vec![role])),
            }
        }
        if passes.is_empty() {
            passes.push(Pass::of(Vec::new()));
        }
        for entry in self.entries() {
            let role = network(entry);
            let place = passes.iter().position(|pass| role.is_some_and(|role| pass.networks.contains(&role)));
            passes[place.unwrap_or(0)].judges.entries.push(*entry);
        }
        passes
    }
}

impl ClipReport {
    /// Takes over what a later pass over the same clip says; `judges` gives the order.
    pub(crate) fn join(&mut self, later: Self, judges: &JudgeSelection) {
        let ids: Vec<String> = judges.entries().iter().map(|entry| (entry.card)().id).collect();
        let place = |id: &str| ids.iter().position(|known| known == id);
        self.verdicts.extend(later.verdicts);
        self.verdicts.sort_by_key(|verdict| place(&verdict.judge));
        self.sampling.extend(later.sampling);
        self.sampling.sort_by_key(|record| place(&record.judge));
        for warning in later.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(pass: &Pass) -> Vec<String> {
        pass.judges.entries().iter().map(|entry| (entry.card)().id).collect()
    }

    #[test]
    fn one_pass_holds_the_networks_that_its_judges_need_and_no_others() {
        let judges = JudgeSelection::by_ids(&["subject_consistency", "exposure", "aesthetic_quality"]).unwrap();
        let [pass] = &judges.passes(&Role::ALL, false)[..] else { panic!("several passes") };
        assert_eq!(pass.networks, [Role::Dino, Role::ClipAesthetic]);
        assert_eq!(ids(pass).len(), 3);
        let [bare] = &JudgeSelection::by_ids(&["exposure"]).unwrap().passes(&Role::ALL, true)[..] else { panic!() };
        assert!(bare.networks.is_empty() && ids(bare) == ["exposure"]);
    }

    #[test]
    fn where_memory_is_short_each_pass_has_one_network_and_each_judge_one_pass() {
        let judges = JudgeSelection::all();
        let available = [Role::Raft, Role::Clip, Role::Dino, Role::Sentence];
        let passes = judges.passes(&available, true);
        let networks: Vec<_> = passes.iter().map(|pass| pass.networks.clone()).collect();
        assert_eq!(networks, [[Role::Dino], [Role::Clip], [Role::Raft]]);
        let mut all: Vec<String> = passes.iter().flat_map(ids).collect();
        assert_eq!(all.len(), judges.entries().len());
        all.sort();
        all.dedup();
        assert_eq!(all.len(), judges.entries().len());
        let first = ids(&passes[0]);
        for id in ["exposure", "subject_consistency", "aesthetic_quality"] {
            assert!(first.iter().any(|known| known == id), "{id}: the last one will say that its network is missing");
        }
        assert!(ids(&passes[2]).iter().all(|id| network_of(id) == Some(Role::Raft)));
    }
}
