//! Two reports side by side: which scores moved, which appeared, which went away.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Report;

/// One judge's score of one clip in two reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The clip's name.
    pub clip: String,
    /// The judge's id.
    pub judge: String,
    /// The score in the first report, if it has one.
    pub before: Option<f64>,
    /// The score in the second report, if it has one.
    pub after: Option<f64>,
}

impl Change {
    /// Second minus first, when both are there.
    pub fn delta(&self) -> Option<f64> {
        Some(self.after? - self.before?)
    }
}

/// What two reports have in common and where they differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// All pairs of clip and judge that either report holds, by clip, then by judge.
    pub changes: Vec<Change>,
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

    let mut comparison = Comparison::default();
    let mut met = Vec::new();
    for (name, position) in &left {
        let first = before.clips[*position].judged();
        let renamed = first.and_then(|r| by_hash.get(r.clip.sha256.as_deref()?).copied());
        let Some(partner) = renamed.or_else(|| right.get_key_value(name).map(|(key, _)| key.as_str())) else {
            comparison.only_before.push(name.clone());
            continue;
        };
        met.push(partner.to_owned());
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
        comparison.changes.extend(values.into_iter().map(|(judge, (before, after))| Change {
            clip: name.clone(),
            judge: judge.to_owned(),
            before,
            after,
        }));
    }
    comparison.only_after = right.keys().filter(|name| !met.contains(name)).cloned().collect();
    comparison
}
