//! Which rules score a task: the profile, how a profile's words become choice and verdict rules, and the published tables
//! that belong to a task.
//!
//! Invariant: a profile scores a task only if it has a rule for every kind of closed question in it; otherwise the tolerant
//! one does, and the report names it. A new benchmark enters here with its official profile.

use crate::scoring::answers::{self, AnswerKind, ProfileId, Unparsed};
use crate::scoring::protocols::choice::{Averaging, ChoiceRules};
use crate::scoring::protocols::dimensions::Scheme;
use crate::scoring::protocols::verdicts::VerdictRules;
use crate::scoring::{Benchmark, Denominator, Task, TaskId};

/// The profile of a benchmark's own script.
fn official(benchmark: &Benchmark) -> Option<ProfileId> {
    match benchmark {
        Benchmark::IpvBench => Some(ProfileId::IpvOfficial),
        Benchmark::MvBench => Some(ProfileId::MvBenchOfficial),
        Benchmark::VideoMme => Some(ProfileId::VideoMmeOfficial),
        Benchmark::TempCompass => Some(ProfileId::TempCompassOfficial),
        Benchmark::OvoBench => Some(ProfileId::OvoOfficial),
        Benchmark::VnBench => Some(ProfileId::VnBenchOfficialA),
        Benchmark::Other(name) => match name.as_str() {
            "MLVU" => Some(ProfileId::MlvuOfficial),
            "LongVideoBench" => Some(ProfileId::LongVideoBenchOfficial),
            "CG-Bench" => Some(ProfileId::CgBenchOfficial),
            "LOKI" => Some(ProfileId::LokiOfficial),
            _ => None,
        },
        // Verdicts, ratings and dimensions have no text to read.
        Benchmark::VBench | Benchmark::TcBench | Benchmark::VideoPhy => None,
    }
}

/// The kinds of reference answers in a task, each once.
pub(super) fn kinds(task: &Task) -> Vec<AnswerKind> {
    let mut kinds = Vec::new();
    for item in &task.items {
        let kind = item.answer.kind();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// Whether a profile has a rule for every closed question of these kinds; for open ones alone, whether it reads verdicts.
pub(super) fn reads_all(profile: ProfileId, kinds: &[AnswerKind]) -> bool {
    let mut closed = kinds.iter().filter(|kind| **kind != AnswerKind::Open).peekable();
    if closed.peek().is_none() {
        return profile.reads(AnswerKind::Open);
    }
    closed.all(|&kind| profile.reads(kind))
}

/// The profile that scores a task: the one that was asked for, or else the benchmark's own; tolerant where that one cannot
/// read the task.
pub(super) fn profile_of(id: &TaskId, kinds: &[AnswerKind], asked: Option<ProfileId>) -> ProfileId {
    let chosen = asked.or_else(|| official(&id.benchmark));
    chosen.filter(|&profile| reads_all(profile, kinds)).unwrap_or(ProfileId::Tolerant)
}

/// A profile's denominator and averaging for a task. Where the task lacks the facets that the profile averages over, it
/// averages over what there is, and the score says so.
pub(super) fn choice_rules(profile: ProfileId, task: &Task) -> ChoiceRules {
    /// Facets that name the parts of a benchmark, the surest first.
    const PARTS: [&str; 4] = ["task", "question_type", "task_type", "type"];
    const GROUPS: &str = "group";
    let profile = profile.profile();
    let has = |name: &str| task.facets.iter().any(|facet| facet.name == name);
    let parts = PARTS.into_iter().find(|name| has(name));
    let over_parts = || parts.map_or(Averaging::Micro, |facet| Averaging::Macro { facet: facet.to_owned() });
    let averaging = match profile.averaging {
        answers::Averaging::Items => Averaging::Micro,
        answers::Averaging::Tasks | answers::Averaging::CircularTasks => over_parts(),
        answers::Averaging::Groups => match parts.filter(|_| has(GROUPS)) {
            Some(parts) => Averaging::Nested { groups: GROUPS.to_owned(), parts: parts.to_owned() },
            None => Averaging::Micro,
        },
    };
    let circular = profile.averaging == answers::Averaging::CircularTasks;
    ChoiceRules {
        denominator: profile.denominator,
        guesses: profile.unparsed == Unparsed::Chance,
        averaging,
        circular: circular && task.items.iter().any(|item| item.group.is_some()),
    }
}

/// How verdicts on a task are scored.
pub(super) fn verdict_rules(id: &TaskId) -> VerdictRules {
    match id.benchmark {
        // The clips are known from the verdicts alone, and each generator has its own: what has no verdict is no part of
        // its score. The script leaves assertions about other objects out of the completion ratio.
        Benchmark::TcBench => VerdictRules {
            denominator: Denominator::Answered,
            aside: vec!["other objects".to_owned()],
            ..VerdictRules::default()
        },
        _ => VerdictRules::default(),
    }
}

/// The published tables about a task.
pub(super) fn published_about(id: &TaskId) -> &'static [&'static str] {
    match (&id.benchmark, id.task.as_str()) {
        (Benchmark::IpvBench, "judgement") => &["ipv-judgement", "ipv-understanding"],
        (Benchmark::IpvBench, "multiple-choice" | "open") => {
            &["ipv-understanding", "ipv-spatial-temporal", "ipv-denominators"]
        }
        _ => &[],
    }
}

/// The published boards of a scheme of dimensions.
pub(super) const fn published_boards(scheme: Scheme) -> &'static [&'static str] {
    match scheme {
        Scheme::VBench | Scheme::VBenchQuality => &["vbench-t2v", "vbench-t2v-totals"],
        Scheme::VBenchI2v => &["vbench-i2v"],
        Scheme::VBench2 => &["vbench-2.0"],
    }
}

/// The published table of scores that the IPV-Scores belong beside.
pub(super) const PUBLISHED_IPV_SCORES: &str = "ipv-generation";
