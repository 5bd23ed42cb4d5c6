//! VBench: results of its tool, its prompt list, and tables of models and dimensions.
//!
//! Source of the shapes: Vchitect/VBench (`*_eval_results.json`: `{dimension: [score, [{video_path, video_results}]]}`, with a
//! third element in between for camera motion; `VBench_full_info.json`) and its boards. Dimensions are named in lower case
//! with underscores; a table's scores are brought to 0–1, results are kept as the tool writes them.

use super::build::{Source, Tally, number};
use super::sheet::Sheet;
use super::{Content, Format, Notice};
use crate::error::Fault;
use crate::importers::json::{Node, Value};
use crate::importers::vbench::is_prompt;
use crate::names;
use crate::scoring::model::{DimensionScore, DimensionScores};

/// The dimensions of VBench, VBench-I2V and VBench-2.0 as their tools name them.
const DIMENSIONS: [&str; 36] = [
    "subject_consistency",
    "background_consistency",
    "temporal_flickering",
    "motion_smoothness",
    "dynamic_degree",
    "aesthetic_quality",
    "imaging_quality",
    "object_class",
    "multiple_objects",
    "human_action",
    "color",
    "spatial_relationship",
    "scene",
    "appearance_style",
    "temporal_style",
    "overall_consistency",
    "i2v_subject",
    "i2v_background",
    "camera_motion",
    "human_anatomy",
    "human_identity",
    "human_clothes",
    "composition",
    "diversity",
    "mechanics",
    "material",
    "thermotics",
    "multi_view_consistency",
    "dynamic_spatial_relationship",
    "dynamic_attribute",
    "motion_rationality",
    "motion_order_understanding",
    "human_interaction",
    "complex_plot",
    "complex_landscape",
    "instance_preservation",
];
/// Other names of dimensions, as boards have them.
const ALIASES: [(&str, &str); 6] = [
    ("video_image_subject_consistency", "i2v_subject"),
    ("video_image_background_consistency", "i2v_background"),
    ("video_image_subject", "i2v_subject"),
    ("video_image_background", "i2v_background"),
    ("i2v_subject_consistency", "i2v_subject"),
    ("colour", "color"),
];

/// A name in lower case with underscores.
fn underscored(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_matches('_').to_owned()
}

/// The dimension of a header, if it is one.
fn dimension(header: &str) -> Option<&'static str> {
    // Boards write units and marks behind the name.
    let name = underscored(header.split(['(', '%', '↑']).next().unwrap_or(header));
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, known)| *known);
    alias.or_else(|| DIMENSIONS.iter().find(|known| **known == name).copied())
}

/// Reads the document if it is one of VBench's.
///
/// # Errors
/// Never: what does not fit is not VBench's.
pub(super) fn recognise(source: &Source<'_>, root: &Node<'_>) -> Result<Option<Content>, Fault> {
    if let Some(prompts) = root.elements() {
        return Ok(prompts.first().is_some_and(is_prompt).then(|| prompt_list(prompts)));
    }
    let Some(entries) = root.entries().filter(|entries| !entries.is_empty()) else { return Ok(None) };
    if !entries.iter().all(|(_, result)| is_result(result)) {
        return Ok(None);
    }
    Ok(Some(results(source, entries)))
}

fn is_result(result: &Node<'_>) -> bool {
    let Some(parts @ ([_, _] | [_, _, _])) = result.elements() else { return false };
    let is_clip = |node: &Node<'_>| node.get("video_path").is_some() || node.get("video_results").is_some();
    matches!(parts[0].value, Value::Number(_) | Value::NotFinite | Value::Bool(_) | Value::Null)
        && parts.last().and_then(Node::elements).is_some_and(|clips| clips.iter().all(is_clip))
}

fn prompt_list(prompts: &[Node<'_>]) -> Content {
    let dimensions: std::collections::BTreeSet<&str> = prompts
        .iter()
        .filter_map(|prompt| prompt.get("dimension")?.elements())
        .flatten()
        .filter_map(Node::text)
        .collect();
    Content::new(Format::VBenchPrompts { prompts: prompts.len(), dimensions: dimensions.len() })
}

fn results(source: &Source<'_>, entries: &[crate::importers::json::Entry<'_>]) -> Content {
    let mut lines = source.lines();
    let mut not_finite = Tally::default();
    let mut dimensions = Vec::with_capacity(entries.len());
    let mut clips_in_all = 0;
    for (name, result) in entries {
        let parts = result.elements().unwrap_or_default();
        let Some(score) = parts.first().and_then(number) else {
            not_finite.add(name, lines.of(result.at()));
            continue;
        };
        let clips: Vec<(String, f64)> = parts
            .last()
            .and_then(Node::elements)
            .unwrap_or_default()
            .iter()
            .filter_map(|clip| {
                let path = clip.get("video_path").and_then(Node::text).unwrap_or_default();
                let Some(score) = clip.get("video_results").and_then(number) else {
                    not_finite.add(path, lines.of(clip.at()));
                    return None;
                };
                Some((path.to_owned(), score))
            })
            .collect();
        clips_in_all += clips.len();
        dimensions.push(DimensionScore { dimension: underscored(name), score, clips });
    }
    let mut content = Content::new(Format::VBenchResults { dimensions: dimensions.len(), clips: clips_in_all });
    if not_finite.count > 0 {
        content.warnings.push(Notice::NotFinite { count: not_finite.count, line: not_finite.line });
    }
    let stem = source.stem();
    let named = stem.strip_suffix("_eval_results").unwrap_or(stem);
    let is_stamp = named.starts_with("results_20") || named == "eval_results" || names::plain(named) == "results";
    let model = if is_stamp { source.model(|part| part == stem) } else { named.to_owned() };
    content.holdings.dimensions.push(DimensionScores { file: source.file.to_owned(), model, dimensions });
    content
}

/// Reads the table if its columns are quality dimensions.
///
/// # Errors
/// Never: what does not fit is another table.
pub(super) fn table(source: &Source<'_>, sheet: &Sheet<'_>) -> Result<Option<Content>, Fault> {
    const AT_LEAST: usize = 3;
    let columns: Vec<(usize, &str)> =
        sheet.columns.iter().enumerate().filter_map(|(index, column)| Some((index, dimension(column)?))).collect();
    if columns.len() < AT_LEAST {
        return Ok(None);
    }
    let is_dimension = |column: usize| columns.iter().any(|(known, _)| *known == column);
    let others = (0..sheet.columns.len()).filter(|column| !is_dimension(*column));
    const NAMES: [&str; 6] = ["model", "modelname", "name", "method", "key", "modelnamelink"];
    let rank = |column: usize| NAMES.iter().position(|name| *name == names::plain(&sheet.columns[column]));
    let name = others.clone().min_by_key(|&column| (rank(column).unwrap_or(NAMES.len()), column));
    let value = |row: usize, column: usize| {
        let cell = sheet.cell(row, column);
        let text = cell.text(source.text)?;
        let bare = text.trim().strip_suffix('%');
        let number = super::build::finite(bare.unwrap_or(text)).or_else(|| cell.number())?;
        Some((number, bare.is_some()))
    };
    // A score of a whole table says its scale: fractions never exceed 1.
    let percent = (0..sheet.len())
        .flat_map(|row| columns.iter().map(move |(column, _)| (row, *column)))
        .filter_map(|(row, column)| value(row, column))
        .any(|(number, marked)| marked || number > 1.0);
    let scale = if percent { 100.0 } else { 1.0 };
    let mut not_numbers = Tally::default();
    let mut content = Content::new(Format::DimensionTable {
        container: sheet.container,
        models: 0,
        dimensions: columns.len(),
        percent,
    });
    for row in 0..sheet.len() {
        let mut dimensions: Vec<DimensionScore> = Vec::with_capacity(columns.len());
        for &(column, dimension) in &columns {
            match value(row, column) {
                Some((number, _)) => dimensions.push(DimensionScore {
                    dimension: dimension.to_owned(),
                    score: number / scale,
                    clips: Vec::new(),
                }),
                None if sheet.cell(row, column).is_missing() => {}
                None => not_numbers.add("", sheet.line(row)),
            }
        }
        if dimensions.is_empty() {
            continue;
        }
        let model = name.and_then(|column| sheet.cell(row, column).text(source.text));
        let model = model.map_or_else(|| source.model(|_| false), |model| model.trim().to_owned());
        content.holdings.dimensions.push(DimensionScores { file: source.file.to_owned(), model, dimensions });
    }
    if content.holdings.dimensions.is_empty() {
        return Ok(None);
    }
    let models = content.holdings.dimensions.len();
    content.format = Format::DimensionTable { container: sheet.container, models, dimensions: columns.len(), percent };
    if not_numbers.count > 0 {
        content.warnings.push(Notice::NotFinite { count: not_numbers.count, line: not_numbers.line });
    }
    Ok(Some(content))
}
