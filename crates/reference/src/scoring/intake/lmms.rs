//! Samples that lmms-eval logs, one JSON object per line, and result lines of VNBench.
//!
//! Source of the shapes: EvolvingLMMs-Lab/lmms-eval (`<date>_samples_<task>.jsonl`: `doc_id`, `target`, `filtered_resps`,
//! `input`, a dictionary per metric, older logs also `resps` and `doc`) and joez17/VideoNIAH. A sample holds question,
//! reference and reply, so that a log makes a task of its own, named as the harness names it, with the numbers of the
//! documents as ids.

use std::sync::Arc;

use super::build::{
    self, Source, Tally, TaskBuilder, bad, list, number, options_in, said, scalar, task_id, unlettered,
};
use super::columns::{AnswerKind, infer_kind, understand};
use super::{Content, Format, Notice, RowLacks};
use crate::error::Fault;
use crate::importers::json::Node;
use crate::names;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, Item, Prediction};

/// Reads the lines if they are samples or VNBench results.
///
/// # Errors
/// When they are and a line does not fit.
pub(super) fn recognise(source: &Source<'_>, values: &[Node<'_>]) -> Result<Option<Content>, Fault> {
    // Logs were saved as lists, too, and inside an envelope of the run.
    let rows = match values {
        [root] => match root.elements().or_else(|| root.get("logs").and_then(Node::elements)) {
            Some(rows) => rows,
            None => values,
        },
        _ => values,
    };
    let Some(first) = rows.first() else { return Ok(None) };
    let has = |name: &str| first.get(name).is_some();
    if has("doc_id") && has("target") && (has("filtered_resps") || has("resps")) {
        return samples(source, rows).map(Some);
    }
    let is_vnbench = has("pred") && has("gt") && has("try") && (has("type") || has("task_type"));
    if is_vnbench && (has("question_id") || has("video_path")) {
        return vnbench(source, rows).map(Some);
    }
    Ok(None)
}

/// The benchmark that a harness means by a task's name.
pub(super) fn benchmark_of(task: &str) -> Benchmark {
    let plain = names::plain(task);
    let known = [
        ("tempcompass", Benchmark::TempCompass),
        ("videomme", Benchmark::VideoMme),
        ("mvbench", Benchmark::MvBench),
        ("ovobench", Benchmark::OvoBench),
        ("vnbench", Benchmark::VnBench),
        ("ipvbench", Benchmark::IpvBench),
        ("impossiblevideos", Benchmark::IpvBench),
        ("videophy", Benchmark::VideoPhy),
    ];
    // "tvmvbench" and "videommev2" are other sets; what follows a known name must not be a version.
    let found = known.into_iter().find(|(name, _)| {
        plain.strip_prefix(name).is_some_and(|rest| !rest.starts_with("v2") && !rest.starts_with("pro"))
    });
    found.map_or_else(|| Benchmark::Other(task.to_owned()), |(_, benchmark)| benchmark)
}

/// The dictionary of a metric: the first object whose name ends in `score`, `accuracy`, `acc`, …
fn metric<'n, 'a>(sample: &'n Node<'a>) -> Option<&'n Node<'a>> {
    const MARKS: [&str; 6] = ["pred_answer", "parsed_pred", "answer", "score", "question_id", "task_category"];
    let entries = sample.entries()?;
    let is_metric = |node: &Node<'_>| MARKS.iter().any(|name| node.get(name).is_some());
    entries
        .iter()
        .find(|(key, node)| *key != "doc" && node.entries().is_some() && is_metric(node))
        .map(|(_, node)| node)
}

/// The facets that metrics' dictionaries and documents give.
const FACETS: [&str; 10] = [
    "duration",
    "duration_group",
    "domain",
    "category",
    "sub_category",
    "task_category",
    "task_type",
    "question_category",
    "topic_category",
    "dim",
];

fn samples<'t>(source: &Source<'t>, rows: &[Node<'t>]) -> Result<Content, Fault> {
    let stem = source.stem();
    let name = stem.rsplit_once("samples_").map_or("samples", |(_, task)| task).to_owned();
    let id = task_id(benchmark_of(&name), &name.to_lowercase());
    let is_generic = |part: &str| part == stem && stem.contains("samples") || part.starts_with("20");
    let model = source.model(is_generic).replace("__", "/");
    let mut task = TaskBuilder::new(id.clone(), source, &FACETS);
    let mut run = build::run(model, source, Some(id));
    let mut lines = source.lines();
    let targets: Vec<Option<&str>> =
        rows.iter().map(|row| row.get("target").and_then(|target| scalar(target, source.text))).collect();
    let kind = infer_kind(targets.iter().flatten().copied());
    let mut without = Tally::default();
    for (row, target) in rows.iter().zip(&targets) {
        let line = lines.of(row.at());
        let metric = metric(row);
        let doc = row.get("doc").filter(|doc| doc.entries().is_some());
        let field = |name: &str| {
            let node = metric.and_then(|metric| metric.get(name)).or_else(|| doc.and_then(|doc| doc.get(name)));
            node.and_then(|node| scalar(node, source.text))
        };
        let number_of = row.get("doc_id").and_then(|id| scalar(id, source.text));
        let number_of = number_of.ok_or_else(|| bad("", "doc_id", row.get("doc_id").unwrap_or(row), "a number"))?;
        let item = source.share(number_of);
        let reply = row.get("filtered_resps").or_else(|| row.get("resps")).unwrap_or(row);
        let recorded = metric.and_then(|metric| metric.get("score")).and_then(number);
        run.predictions.push(Prediction {
            item: item.clone(),
            line,
            said: said(reply, source),
            recorded: recorded.filter(|mark| (0.0..=1.0).contains(mark)),
        });
        let Some(target) = target else {
            without.add(&item, line);
            continue;
        };
        let input = row.get("input").and_then(Node::text).unwrap_or_default();
        let question = doc.and_then(|doc| doc.get("question")).and_then(Node::text).unwrap_or(input);
        let options = ["options", "candidates", "choices"]
            .iter()
            .find_map(|name| doc?.get(name).and_then(|node| list(node, source.text)))
            .map_or_else(|| options_in(input), unlettered);
        let Some(answer) = understand(target, options, kind) else {
            task.unread(target, line);
            continue;
        };
        let clip = ["videoID", "video_id", "video", "video_path", "video_name"].iter().find_map(|name| field(name));
        let media = row.get("input_media").and_then(Node::elements).and_then(<[_]>::first).and_then(Node::text);
        let clip = clip.or(media).map_or_else(|| item.clone(), |clip| source.share(clip));
        let facets = (0u32..).zip(FACETS).filter_map(|(index, name)| task.facet(index, field(name)?)).collect();
        task.push(Item { id: item, clip, facets, group: None, question: source.share(question), answer }, line);
    }
    let mut content = Content::new(Format::LmmsEvalSamples { task: name, samples: rows.len() });
    if task.len() > 0 {
        content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    }
    if without.count > 0 {
        let Tally { count, line, .. } = without;
        content.warnings.push(Notice::RowsLeftOut { count, what: RowLacks::ReferenceAnswer, line });
    }
    content.holdings.runs.push(Arc::new(run));
    Ok(content)
}

/// Four rotations of an item's options are four lines, which count together.
fn vnbench<'t>(source: &Source<'t>, rows: &[Node<'t>]) -> Result<Content, Fault> {
    const OPTIONS: usize = 4;
    let id = task_id(Benchmark::VnBench, "multiple-choice");
    let mut task = TaskBuilder::new(id.clone(), source, &["task"]);
    let is_generic = |part: &str| names::plain(part).contains("result");
    let mut run = build::run(source.model(is_generic), source, Some(id));
    let mut lines = source.lines();
    for row in rows {
        let line = lines.of(row.at());
        let text = |name: &str| row.get(name).and_then(|node| scalar(node, source.text));
        let kind = text("task_type").or_else(|| text("type"));
        let (Some(kind), Some(rotation)) = (kind, text("try")) else {
            return Err(bad("", "line", row, "a type and a try"));
        };
        let video = match (text("video_path"), text("question_id")) {
            (Some(path), _) => names::base(path).to_owned(),
            (None, Some(id)) => {
                let clip =
                    id.strip_suffix(&format!("_{rotation}")).and_then(|rest| rest.strip_suffix(&format!("_{kind}")));
                clip.unwrap_or(id).to_owned()
            }
            (None, None) => return Err(bad("", "line", row, "a question_id or a video_path")),
        };
        let group = format!("{video}_{kind}");
        let item = Text::from(format!("{group}_{rotation}"));
        let reply = row.get("pred").ok_or_else(|| bad(&item, "pred", row, "a reply"))?;
        run.predictions.push(build::prediction(item.clone(), line, said(reply, source)));
        let question = row.get("prompt").and_then(Node::text).unwrap_or_default();
        let mut options = options_in(question);
        if options.len() != OPTIONS {
            options = vec![String::new(); OPTIONS];
        }
        let node = row.get("gt").unwrap_or(row);
        let expected = "the letter of the right option";
        let gt = scalar(node, source.text).ok_or_else(|| bad(&item, "gt", node, expected))?;
        let Some(answer @ Answer::Choice { .. }) = understand(gt, options, AnswerKind::Letters(3)) else {
            return Err(bad(&item, "gt", node, expected));
        };
        let facets = task.facet(0, kind).into_iter().collect();
        task.push(
            Item { id: item, clip: video.into(), facets, group: Some(group), question: source.share(question), answer },
            line,
        );
    }
    let mut content = Content::new(Format::VnBenchResults { items: 0, answers: rows.len() });
    let task = task.finish(&mut content.warnings);
    let groups: std::collections::HashSet<&str> = task.items.iter().filter_map(|item| item.group.as_deref()).collect();
    content.format = Format::VnBenchResults { items: groups.len(), answers: rows.len() };
    content.holdings.tasks.push(Arc::new(task));
    content.holdings.runs.push(Arc::new(run));
    Ok(content)
}
