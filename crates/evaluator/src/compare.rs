//! Two reports side by side: which scores moved, which appeared, which went away, which answers flipped.

use std::collections::BTreeMap;

use reelcheck_reference::Agreement;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::summary::rule_of;
use crate::{Backend, Report};

/// How far two scores of the same pixels may lie apart when both runs used the CPU: relative to the second, or absolute
/// where that is below 1.
pub const CPU_TOLERANCE: f64 = 1e-6;
/// The same where a run used WebGPU, whose adapters add in another order.
pub const WEBGPU_TOLERANCE: f64 = 1e-4;

/// One judge's score of one clip in two reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The clip's name in the first report.
    pub clip: String,
    /// The judge's id.
    pub judge: String,
    /// The score in the first report, if it has one.
    pub before: Option<f64>,
    /// The score in the second report, if it has one.
    pub after: Option<f64>,
    /// Second minus first, when both are there.
    pub delta: Option<f64>,
    /// Whether the scores lie within [`Comparison::tolerance`], or neither is there.
    pub agrees: bool,
}

/// One judge over the clips of both reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgeChange {
    /// The judge's id.
    pub judge: String,
    /// Clips with a score in both.
    pub compared: usize,
    /// Clips whose score rose by more than the tolerance.
    pub rose: usize,
    /// Clips whose score fell by more than the tolerance.
    pub fell: usize,
    /// Clips with a score in one of the two alone.
    pub one_sided: usize,
    /// The mean difference, second minus first; absent without a clip to compare.
    pub mean_delta: Option<f64>,
}

/// A clip that a judge's learned threshold gets right in one report and wrong in the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flip {
    /// The clip's name in the first report.
    pub clip: String,
    /// The judge's id.
    pub judge: String,
    /// The reference field.
    pub field: String,
    /// The label that counts as positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether the first report has it right; the second one has it the other way round.
    pub was_right: bool,
}

/// What two reports have in common and where they differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// All pairs of clip and judge that either report holds, by clip, then by judge.
    pub changes: Vec<Change>,
    /// The same, judge by judge.
    pub judges: Vec<JudgeChange>,
    /// Answers that became right or wrong, by clip.
    pub flips: Vec<Flip>,
    /// How far scores may lie apart and still agree: [`CPU_TOLERANCE`] or [`WEBGPU_TOLERANCE`].
    pub tolerance: f64,
    /// The largest distance of two scores, relative to the second or absolute where that is below 1; 0 without any.
    pub largest: f64,
    /// Clips that are only in the first report.
    pub only_before: Vec<String>,
    /// Clips that are only in the second report.
    pub only_after: Vec<String>,
    /// Clips of both whose decoded planes differ: their scores compare different pixels.
    pub other_planes: Vec<String>,
}

/// Compares by content hash where both reports have it, else by name.
pub fn compare(before: &Report, after: &Report) -> Comparison {
    let index = |report: &Report| -> BTreeMap<String, usize> {
        report.clips.iter().enumerate().map(|(i, outcome)| (outcome.name().to_owned(), i)).collect()
    };
    let (left, right) = (index(before), index(after));
    let by_hash: BTreeMap<&str, &str> =
        after.judged().filter_map(|result| Some((result.clip.sha256.as_deref()?, result.clip.name.as_str()))).collect();
    let on_webgpu = [before, after].iter().any(|report| report.device.backend == Backend::Webgpu);

    let tolerance = if on_webgpu { WEBGPU_TOLERANCE } else { CPU_TOLERANCE };
    let mut comparison = Comparison { tolerance, ..Comparison::default() };
    let mut partners: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, position) in &left {
        let first = before.clips[*position].judged();
        let renamed = first.and_then(|r| by_hash.get(r.clip.sha256.as_deref()?).copied());
        let Some(partner) = renamed.or_else(|| right.get_key_value(name).map(|(key, _)| key.as_str())) else {
            comparison.only_before.push(name.clone());
            continue;
        };
        partners.insert(name, partner);
        let second = after.clips[right[partner]].judged();
        if let (Some(first), Some(second)) = (first, second)
            && first.planes != second.planes
        {
            comparison.other_planes.push(name.clone());
        }
        let mut values: BTreeMap<&str, (Option<f64>, Option<f64>)> = BTreeMap::new();
        for verdict in first.into_iter().flat_map(|r| &r.verdicts) {
            values.entry(&verdict.judge).or_default().0 = verdict.value();
        }
        for verdict in second.into_iter().flat_map(|r| &r.verdicts) {
            values.entry(&verdict.judge).or_default().1 = verdict.value();
        }
        for (judge, (before, after)) in values {
            let apart = before.zip(after).map(|(before, after)| (before - after).abs() / after.abs().max(1.0));
            comparison.largest = comparison.largest.max(apart.unwrap_or_default());
            comparison.changes.push(Change {
                clip: name.clone(),
                judge: judge.to_owned(),
                before,
                after,
                delta: before.zip(after).map(|(before, after)| after - before),
                agrees: apart.map_or(before.is_none() && after.is_none(), |apart| apart <= tolerance),
            });
        }
    }
    let met: Vec<&str> = partners.values().copied().collect();
    comparison.only_after = right.keys().filter(|name| !met.contains(&name.as_str())).cloned().collect();
    comparison.judges = judge_changes(&comparison.changes);
    comparison.flips = flips(before, after, &partners);
    comparison
}

fn judge_changes(changes: &[Change]) -> Vec<JudgeChange> {
    let mut by_judge: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        by_judge.entry(&change.judge).or_default().push(change);
    }
    let of_judge = |(judge, changes): (&str, Vec<&Change>)| {
        let deltas: Vec<f64> = changes.iter().filter_map(|change| change.delta).collect();
        let moved = |sign: fn(f64) -> bool| {
            changes.iter().filter(|change| !change.agrees && change.delta.is_some_and(sign)).count()
        };
        JudgeChange {
            judge: judge.to_owned(),
            compared: deltas.len(),
            rose: moved(|delta| delta > 0.0),
            fell: moved(|delta| delta < 0.0),
            one_sided: changes.iter().filter(|change| change.before.is_some() != change.after.is_some()).count(),
            mean_delta: (!deltas.is_empty()).then(|| deltas.iter().sum::<f64>() / deltas.len() as f64),
        }
    };
    by_judge.into_iter().map(of_judge).collect()
}

fn flips(before: &Report, after: &Report, partners: &BTreeMap<&str, &str>) -> Vec<Flip> {
    let right = |agreement: &Agreement| -> Option<BTreeMap<String, bool>> {
        let is_positive = rule_of(agreement)?;
        let is_right = |score: f64, reference: f64| is_positive(score) == (reference > 0.5);
        Some(agreement.pairs.iter().map(|pair| (pair.clip.clone(), is_right(pair.score, pair.reference))).collect())
    };
    let mut flips = Vec::new();
    for first in &before.agreement {
        let same = |other: &&Agreement| {
            (&other.judge, &other.field, &other.label) == (&first.judge, &first.field, &first.label)
        };
        let second = after.agreement.iter().find(same).and_then(right);
        let (Some(was), Some(is)) = (right(first), second) else { continue };
        flips.extend(was.into_iter().filter_map(|(clip, was_right)| {
            let is_right = *is.get(*partners.get(clip.as_str())?)?;
            (is_right != was_right).then(|| Flip {
                clip,
                judge: first.judge.clone(),
                field: first.field.clone(),
                label: first.label.clone(),
                was_right,
            })
        }));
    }
    flips.sort_by(|a, b| a.clip.cmp(&b.clip));
    flips
}
