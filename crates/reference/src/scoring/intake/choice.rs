//! Annotations of benchmarks of choices: MVBench, Video-MME, MLVU, LongVideoBench, CG-Bench and LOKI.
//!
//! Sources of the shapes: OpenGVLab/MVBench (one list per task), Video-MME's results template (a list of videos with their
//! questions), JUNJIE99/MLVU, LongVideoBench's `lvb_val.json`, CG-Bench's `cgbench_mini.json` and opendatalab/LOKI. Invariant: a
//! list is recognised by its first entry's members; rows that also hold replies are left to the plain tables.

use std::sync::Arc;

use super::build::{self, Source, TaskBuilder, bad, list, said, scalar, task_id, unlettered, yes_no};
use super::columns::{AnswerKind, understand};
use super::{Content, Format};
use crate::error::Fault;
use crate::importers::json::{Node, Value};
use crate::names;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, Item};

/// How one benchmark's entries are laid out.
struct Layout {
    benchmark: &'static str,
    /// Members that only this benchmark has; all are needed.
    marks: &'static [&'static str],
    /// The member with the id; without it items are numbered after their file.
    id: Option<&'static str>,
    clip: &'static [&'static str],
    options: &'static str,
    answer: &'static str,
    /// Whether the answer is the option's place, counted from 0.
    is_place: bool,
    facets: &'static [(&'static str, &'static str)],
}

/// The surest first: later ones have fewer members of their own.
const LAYOUTS: [Layout; 6] = [
    Layout {
        benchmark: "CG-Bench",
        marks: &["qid", "choices", "right_answer", "video_uid"],
        id: Some("qid"),
        clip: &["video_uid"],
        options: "choices",
        answer: "right_answer",
        is_place: false,
        facets: &[("domain", "domain"), ("sub_category", "sub_category")],
    },
    Layout {
        benchmark: "LongVideoBench",
        marks: &["candidates", "correct_choice", "question_category"],
        id: Some("id"),
        clip: &["video_path", "video_id"],
        options: "candidates",
        answer: "correct_choice",
        is_place: true,
        facets: &[
            ("duration_group", "duration_group"),
            ("question_category", "question_category"),
            ("topic_category", "topic_category"),
            ("level", "level"),
        ],
    },
    Layout {
        benchmark: "LOKI",
        marks: &["video_path", "metric", "question_type", "choices", "answer"],
        id: None,
        clip: &["video_path"],
        options: "choices",
        answer: "answer",
        is_place: false,
        facets: &[("question_type", "question_type"), ("metric", "metric")],
    },
    Layout {
        benchmark: "Video-MME",
        marks: &["videoID", "question_id", "options", "answer", "task_type", "sub_category"],
        id: Some("question_id"),
        clip: &["videoID", "video_id"],
        options: "options",
        answer: "answer",
        is_place: false,
        facets: &[
            ("duration", "duration"),
            ("domain", "domain"),
            ("sub_category", "sub_category"),
            ("task_type", "task_type"),
        ],
    },
    Layout {
        benchmark: "MLVU",
        marks: &["video", "candidates", "answer", "question_type", "duration"],
        id: None,
        clip: &["video"],
        options: "candidates",
        answer: "answer",
        is_place: false,
        facets: &[("question_type", "question_type")],
    },
    Layout {
        benchmark: "MVBench",
        marks: &["video", "question", "candidates", "answer"],
        id: None,
        clip: &["video"],
        options: "candidates",
        answer: "answer",
        is_place: false,
        facets: &[],
    },
];

/// Members that hold a model's reply.
const REPLIES: [&str; 6] = ["prediction", "pred", "response", "output", "model_answer", "filtered_resps"];

fn benchmark(name: &str) -> Benchmark {
    match name {
        "MVBench" => Benchmark::MvBench,
        "Video-MME" => Benchmark::VideoMme,
        other => Benchmark::Other(other.to_owned()),
    }
}

/// Reads the document if it is one of these.
///
/// # Errors
/// When it is one and an entry does not fit.
pub(super) fn recognise(source: &Source<'_>, root: &Node<'_>) -> Result<Option<Content>, Fault> {
    let Some(entries) = root.elements() else { return Ok(None) };
    let Some(first) = entries.first() else { return Ok(None) };
    let has = |name: &str| first.get(name).is_some();
    if has("questions") && (has("video_id") || has("videoID")) {
        return video_mme(source, entries).map(Some);
    }
    if has("question_id") && has("option") && !has("options") && !has("answer") {
        return mlvu_submission(source, entries).map(Some);
    }
    if REPLIES.iter().any(|name| has(name)) {
        return Ok(None);
    }
    match LAYOUTS.iter().find(|layout| layout.marks.iter().all(|name| has(name))) {
        Some(layout) => annotations(source, layout, entries).map(Some),
        None => Ok(None),
    }
}

fn annotations<'t>(source: &Source<'t>, layout: &Layout, entries: &[Node<'t>]) -> Result<Content, Fault> {
    // Numbered items keep apart by their file, which is one task of the benchmark.
    let stem = source.stem();
    let mut facets: Vec<&str> = layout.facets.iter().map(|(name, _)| *name).collect();
    if layout.facets.is_empty() {
        facets.push("task");
    }
    let mut task = TaskBuilder::new(task_id(benchmark(layout.benchmark), "multiple-choice"), source, &facets);
    let mut lines = source.lines();
    for (index, entry) in entries.iter().enumerate() {
        let line = lines.of(entry.at());
        let text = |name: &str| entry.get(name).and_then(|node| scalar(node, source.text));
        let id = match layout.id {
            Some(name) => text(name)
                .ok_or_else(|| bad("", name, entry.get(name).unwrap_or(entry), "an id"))
                .map(|id| source.share(id))?,
            None => Text::from(format!("{stem}/{index}")),
        };
        let clip = layout
            .clip
            .iter()
            .find_map(|name| clip_of(source, entry.get(name)?))
            .ok_or_else(|| bad(&id, layout.clip[0], entry, "a file name"))?;
        let question = source.share(entry.get("question").and_then(Node::text).unwrap_or_default());
        let options =
            entry.get(layout.options).and_then(|node| list(node, source.text)).map_or_else(Vec::new, unlettered);
        let node = entry.get(layout.answer).unwrap_or(entry);
        let reference = scalar(node, source.text).ok_or_else(|| bad(&id, layout.answer, node, "a reference answer"))?;
        let Some(answer) = answer(layout, reference, options) else {
            task.unread(reference, line);
            continue;
        };
        let mut values: Vec<_> =
            (0u32..).zip(layout.facets).filter_map(|(facet, (_, member))| task.facet(facet, text(member)?)).collect();
        if layout.facets.is_empty() {
            values.extend(task.facet(0, stem));
        }
        task.push(Item { id, clip, facets: values, group: None, question, answer }, line);
    }
    let format =
        Format::ChoiceAnnotations { benchmark: layout.benchmark.to_owned(), items: task.len(), videos: task.clips() };
    let mut content = Content::new(format);
    content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    Ok(content)
}

fn answer(layout: &Layout, reference: &str, options: Vec<String>) -> Option<Answer> {
    if layout.is_place {
        let correct = reference.trim().parse::<u32>().ok().filter(|&place| (place as usize) < options.len())?;
        return Some(Answer::Choice { options: options.into(), correct });
    }
    if options.is_empty() {
        // LOKI's yes-no questions, and generation tasks with a reference text.
        return Some(match yes_no(reference) {
            Some(yes) => Answer::YesNo { yes },
            None => Answer::Open { primary: reference.to_owned(), alternatives: Vec::new() },
        });
    }
    understand(reference, options, AnswerKind::Open)
}

/// A clip, or the clips of a pair.
fn clip_of(source: &Source<'_>, node: &Node<'_>) -> Option<Text> {
    match node.value {
        Value::Text(clip) => Some(source.share(clip)),
        Value::Array(pair) => {
            let names: Option<Vec<&str>> = pair.iter().map(Node::text).collect();
            let mut names = names.filter(|names| !names.is_empty())?;
            // Both orders of a pair show the same clips.
            names.sort_unstable();
            Some(names.join(" + ").into())
        }
        _ => None,
    }
}

/// The results template: videos with their questions, each with a model's response once it is filled in.
fn video_mme<'t>(source: &Source<'t>, videos: &[Node<'t>]) -> Result<Content, Fault> {
    const FACETS: [&str; 4] = ["duration", "domain", "sub_category", "task_type"];
    let id = task_id(Benchmark::VideoMme, "multiple-choice");
    let mut task = TaskBuilder::new(id.clone(), source, &FACETS);
    let is_generic = |part: &str| names::plain(part).starts_with("outputtest");
    let mut run = build::run(source.model(is_generic), source, Some(id));
    let mut lines = source.lines();
    let mut answered = 0;
    for video in videos {
        let node = ["video_id", "videoID"].iter().find_map(|name| video.get(name));
        let clip =
            node.and_then(|node| scalar(node, source.text)).ok_or_else(|| bad("", "video_id", video, "an id"))?;
        let node = video.get("questions").unwrap_or(video);
        for question in node.elements().ok_or_else(|| bad(clip, "questions", node, "a list of questions"))? {
            let line = lines.of(question.at());
            let text =
                |name: &str| question.get(name).or_else(|| video.get(name)).and_then(|node| scalar(node, source.text));
            let id = text("question_id").ok_or_else(|| bad(clip, "question_id", question, "an id"))?;
            if let Some(response) = question.get("response") {
                answered += usize::from(response.text().is_some_and(|text| !text.trim().is_empty()));
                run.predictions.push(build::prediction(source.share(id), line, said(response, source)));
            }
            let options =
                question.get("options").and_then(|node| list(node, source.text)).map_or_else(Vec::new, unlettered);
            let reference = text("answer").unwrap_or_default();
            let Some(answer) = understand(reference, options, AnswerKind::Letters(3)) else {
                task.unread(reference, line);
                continue;
            };
            let facets = (0u32..).zip(FACETS).filter_map(|(facet, name)| task.facet(facet, text(name)?)).collect();
            let question = source.share(question.get("question").and_then(Node::text).unwrap_or_default());
            let (id, clip) = (source.share(id), source.share(clip));
            task.push(Item { id, clip, facets, group: None, question, answer }, line);
        }
    }
    let mut content = Content::new(Format::VideoMmeResults { videos: videos.len(), questions: task.len(), answered });
    content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    if !run.predictions.is_empty() {
        content.holdings.runs.push(Arc::new(run));
    }
    Ok(content)
}

fn mlvu_submission<'t>(source: &Source<'t>, entries: &[Node<'t>]) -> Result<Content, Fault> {
    let id = task_id(benchmark("MLVU"), "test");
    let is_generic = |part: &str| names::plain(part) == "testres";
    let mut run = build::run(source.model(is_generic), source, Some(id));
    let mut lines = source.lines();
    for entry in entries {
        let node = entry.get("question_id").unwrap_or(entry);
        let item = scalar(node, source.text).ok_or_else(|| bad("", "question_id", node, "an id"))?;
        let option = entry.get("option").ok_or_else(|| bad(item, "option", entry, "a letter"))?;
        run.predictions.push(build::prediction(source.share(item), lines.of(entry.at()), said(option, source)));
    }
    let mut content = Content::new(Format::MlvuSubmission { answers: run.predictions.len() });
    content.holdings.runs.push(Arc::new(run));
    Ok(content)
}
