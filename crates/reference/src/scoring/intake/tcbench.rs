//! TC-Bench: prompts, assertions, imported verdicts, scores by people and by metrics.
//!
//! Source of the shapes: weixi-feng/TC-Bench, `i2v_prompts.json`, `i2v_assertions.json` and `eval_results`. Clips are called
//! `<prompt, 5 digits>-<sample, 5 digits>`, in the scores by people with `<model>_` in front. A clip is one item: its
//! verdicts are the marks of its assertions.

use std::sync::Arc;

use super::build::{self, Source, TaskBuilder, bad, number, prediction, scalar, task_id};
use super::{ClipFacet, Content, Format, Notice};
use crate::error::Fault;
use crate::importers::json::{Entry, Node, Value};
use crate::names;
use crate::scoring::model::{Answer, Benchmark, Item, Judged, RatingRow, Ratings, Said};

/// The task's name.
const TASK: &str = "assertions";
/// What people rate, in the order of the file; the file does not name them.
const HUMAN: [&str; 3] = ["score 1", "score 2", "score 3"];

/// Reads the document if it is one of TC-Bench's, or one metric's scores by clip.
///
/// # Errors
/// When it is one and an entry does not fit.
pub(super) fn recognise(source: &Source<'_>, root: &Node<'_>) -> Result<Option<Content>, Fault> {
    if let Some(list) = root.elements() {
        let has = |name: &str| list.first().is_some_and(|first| first.get(name).is_some());
        let is_prompts =
            ["id", "prompt", "type"].iter().all(|name| has(name)) && (has("keywords") || has("image_generation"));
        return Ok(is_prompts.then(|| prompts(source, list)));
    }
    let Some(entries) = root.entries() else { return Ok(None) };
    let Some((key, first)) = entries.first() else { return Ok(None) };
    if is_clip(key) && matches!(first.value, Value::Number(_) | Value::NotFinite) {
        return metric(source, entries).map(Some);
    }
    let leaf = |node: &Node<'_>, name: &str| {
        node.elements().and_then(<[_]>::first).is_some_and(|first| first.get(name).is_some())
    };
    if leaf(first, "correct") && leaf(first, "question") {
        return verdicts(source, entries).map(Some);
    }
    if leaf(first, "assertion") {
        return assertions(entries).map(Some);
    }
    let is_scores = |node: &Node<'_>| {
        node.elements()
            .and_then(<[_]>::first)
            .and_then(Node::elements)
            .and_then(<[_]>::first)
            .is_some_and(|n| number(n).is_some())
    };
    if key.split_once('_').is_some_and(|(_, clip)| is_clip(clip)) && is_scores(first) {
        return human(source, entries).map(Some);
    }
    Ok(None)
}

/// `00000-00001`.
fn is_clip(name: &str) -> bool {
    let is_number = |part: &str| part.len() == 5 && part.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('-').is_some_and(|(prompt, sample)| is_number(prompt) && is_number(sample))
}

fn prompts(source: &Source<'_>, list: &[Node<'_>]) -> Content {
    let mut content = Content::new(Format::TcBenchPrompts { prompts: list.len() });
    for entry in list {
        let id = entry.get("id").and_then(|id| scalar(id, source.text)).and_then(|id| id.parse::<u32>().ok());
        if let (Some(id), Some(kind)) = (id, entry.get("type").and_then(Node::text)) {
            content.supplement.clips.push(ClipFacet {
                benchmark: Benchmark::TcBench,
                // All samples of the prompt.
                clip: format!("{id:05}-*"),
                facet: "type".to_owned(),
                value: kind.to_owned(),
                only: None,
            });
        }
    }
    content
}

fn assertions(entries: &[Entry<'_>]) -> Result<Content, Fault> {
    let mut count = 0;
    for (key, list) in entries {
        count += list.elements().ok_or_else(|| bad(key, "entry", list, "a list of assertions"))?.len();
    }
    Ok(Content::new(Format::TcBenchAssertions { prompts: entries.len(), assertions: count }))
}

fn verdicts(source: &Source<'_>, entries: &[Entry<'_>]) -> Result<Content, Fault> {
    let id = task_id(Benchmark::TcBench, TASK);
    let mut task = TaskBuilder::new(id.clone(), source, &[]);
    let mut run = build::run(source.model(|_| false), source, Some(id));
    let mut lines = source.lines();
    let mut total = 0;
    for (clip, list) in entries {
        let expected = "a list of assertions with their verdicts";
        let list = list.elements().ok_or_else(|| bad(clip, "entry", list, expected))?;
        let line = list.first().map_or(1, |first| lines.of(first.at()));
        let (mut marks, mut kinds, mut questions) = (Vec::new(), Vec::new(), Vec::new());
        for entry in list {
            let expected = "0, 0.5, 1 or null";
            let node = entry.get("correct").ok_or_else(|| bad(clip, "correct", entry, expected))?;
            marks.push(match node.value {
                Value::Null => None,
                _ => Some(
                    number(node)
                        .filter(|mark| (0.0..=1.0).contains(mark))
                        .ok_or_else(|| bad(clip, "correct", node, expected))?,
                ),
            });
            kinds.push(entry.get("type").and_then(Node::text).unwrap_or_default().to_owned());
            questions.push(entry.get("question").and_then(Node::text).unwrap_or_default());
        }
        total += marks.len();
        let answer = Answer::Open { primary: String::new(), alternatives: Vec::new() };
        let question = questions.join("\n").into();
        // Samples of one prompt are no clusters: each is a clip of its own.
        task.push(
            Item {
                id: source.share(clip),
                clip: source.share(clip),
                facets: Vec::new(),
                group: None,
                question,
                answer,
            },
            line,
        );
        run.predictions.push(prediction(source.share(clip), line, Said::Judged(Judged::Assertions { marks, kinds })));
    }
    let mut content = Content::new(Format::TcBenchVerdicts { clips: entries.len(), verdicts: total });
    content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    content.holdings.runs.push(Arc::new(run));
    Ok(content)
}

fn human(source: &Source<'_>, entries: &[Entry<'_>]) -> Result<Content, Fault> {
    let mut rows: [Vec<RatingRow>; HUMAN.len()] = Default::default();
    let mut most = 0;
    for (clip, raters) in entries {
        let expected = "a list of raters with three scores each";
        let raters = raters.elements().ok_or_else(|| bad(clip, "entry", raters, expected))?;
        most = most.max(raters.len());
        for (axis, rows) in rows.iter_mut().enumerate() {
            let ratings = raters.iter().map(|rater| rater.elements()?.get(axis).and_then(number)).collect();
            rows.push(RatingRow { clip: clip.to_string(), ratings });
        }
    }
    let mut content = Content::new(Format::TcBenchHuman { clips: entries.len(), raters: most });
    content.holdings.ratings = rows
        .into_iter()
        .zip(HUMAN)
        .map(|(rows, dimension)| Ratings {
            file: source.file.to_owned(),
            rater: "human".to_owned(),
            dimension: dimension.to_owned(),
            rows,
        })
        .collect();
    Ok(content)
}

fn metric(source: &Source<'_>, entries: &[Entry<'_>]) -> Result<Content, Fault> {
    let mut lines = source.lines();
    let mut not_finite = build::Tally::default();
    let mut rows = Vec::with_capacity(entries.len());
    let model = source.model(|_| false);
    for (clip, node) in entries {
        let score = match node.value {
            Value::Number(score) => Some(score),
            Value::Null | Value::NotFinite => {
                not_finite.add(clip, lines.of(node.at()));
                None
            }
            _ => return Err(bad(clip, "score", node, "a number")),
        };
        // Scores by people name their clips so.
        rows.push(RatingRow { clip: format!("{model}_{clip}"), ratings: vec![score] });
    }
    let mut content = Content::new(Format::MetricScores { clips: rows.len() });
    if not_finite.count > 0 {
        content.warnings.push(Notice::NotFinite { count: not_finite.count, line: not_finite.line });
    }
    // Files lie in `<metric>_eval/<kind>/<model>.json`.
    let folder = names::components(source.file).skip(1).find_map(|part| part.strip_suffix("_eval"));
    let rater = folder.map_or_else(|| "metric".to_owned(), str::to_owned);
    content.holdings.ratings =
        vec![Ratings { file: source.file.to_owned(), rater, dimension: "overall".to_owned(), rows }];
    Ok(content)
}
