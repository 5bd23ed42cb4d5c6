//! Predictions that VLMEvalKit saved.
//!
//! Source of the shapes: open-compass/VLMEvalKit, `vlmeval/dataset`: a table with `index`, `question`, `prediction`, `answer` and
//! the columns of the data set, options as `candidates` (a list as Python prints it) or `A`, `B`, …, saved as
//! `<model>_<dataset>.xlsx`, `.tsv` or `.json`. The questions make a task of their own, named after the data set.

use super::build::{Source, task_id};
use super::columns::Roles;
use super::lmms::benchmark_of;
use super::plain::{Known, build};
use super::sheet::Sheet;
use super::{Content, Format};
use crate::error::Fault;
use crate::names;

/// Beginnings of data sets' names, by which a file's name is parted from the model's.
const DATASETS: [&str; 22] = [
    "MVBench",
    "Video-MME",
    "VideoMME",
    "MLVU",
    "LongVideoBench",
    "TempCompass",
    "CGBench",
    "CG-Bench",
    "MMBench-Video",
    "MMBenchVideo",
    "Video_MMLU",
    "VideoMMLU",
    "WorldSense",
    "QBench_Video",
    "TVBench",
    "EgoSchema",
    "VCRBench",
    "MEGABench",
    "VCR-Bench",
    "Video_Holmes",
    "ReXTime",
    "MovieChat1k",
];

/// Reads the table if it is one of VLMEvalKit's.
///
/// # Errors
/// When it is one and its columns do not fit.
pub(super) fn recognise(source: &Source<'_>, sheet: &Sheet<'_>) -> Result<Option<Content>, Fault> {
    let has = |name: &str| sheet.columns.iter().any(|column| column == name);
    if !(has("index") && has("prediction") && has("question")) {
        return Ok(None);
    }
    let (model, dataset) = parted(source.stem());
    let known = Known {
        task: Some(task_id(benchmark_of(&dataset), &dataset.to_lowercase())),
        model: Some(if model.is_empty() { source.model(|_| false) } else { model.clone() }),
    };
    let mut roles = Roles::named(sheet);
    roles.item = sheet.columns.iter().position(|column| column == "index");
    let mut content = build(source, sheet, &roles, known)?;
    content.format = Format::VlmEvalKit { container: sheet.container, model, dataset, rows: sheet.len() };
    Ok(Some(content))
}

/// Model and data set: `<model>_<dataset>`, both of which may have underscores of their own.
fn parted(stem: &str) -> (String, String) {
    let stem = ["_score", "_result", "_openai_result"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
    let known = DATASETS.iter().find_map(|name| {
        let at = stem.find(&format!("_{name}"))?;
        Some((stem[..at].to_owned(), stem[at + 1..].to_owned()))
    });
    known.unwrap_or_else(|| match stem.rsplit_once('_') {
        Some((model, dataset)) => (model.to_owned(), dataset.to_owned()),
        None => (String::new(), names::base(stem).to_owned()),
    })
}
