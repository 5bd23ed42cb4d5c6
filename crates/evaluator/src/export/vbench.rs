//! The shape of VBench's `*_eval_results.json`: `{dimension: [mean, [{video_path, video_results}, …]]}`.
//!
//! A judge takes the name of its VBench dimension where its score is on that dimension's own scale, else its own id: a
//! table of other numbers under an official name would pass for official results. A judge without a score is left out,
//! because VBench's scripts read a missing mean as NaN.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{Report, summarize};

/// The scores in VBench's shape, as indented JSON. Means weigh every clip the same; clips without a score are not in the
/// list, as in VBench.
pub fn to_vbench(report: &Report) -> String {
    let mut results: BTreeMap<String, Value> = BTreeMap::new();
    for (judge, card) in summarize(report).judges.into_iter().zip(&report.judges) {
        let Some(spread) = judge.spread else { continue };
        let clips: Vec<Value> = report
            .judged()
            .filter_map(|result| {
                let verdict = result.verdicts.iter().find(|verdict| verdict.judge == card.id)?;
                Some(json!({ "video_path": result.clip.name, "video_results": verdict.value()? }))
            })
            .collect();
        let official = judge.normalized.map(|normalized| normalized.dimension);
        let name = official.filter(|name| !results.contains_key(name)).unwrap_or(judge.judge);
        results.insert(name, json!([spread.mean, clips]));
    }
    serde_json::to_string_pretty(&results).expect("texts and finite numbers only")
}
