//! OVO-Bench: annotations and result files.
//!
//! Source of the shapes: JoeLeelyf/OVO-Bench, `data/ovo_bench_new.json` and `results`. Backward and real-time entries are
//! one question each with the id of the file; forward entries are asked again and again as the video goes on, each query
//! with the id `<entry>/<place in test_info>`. Facets: `group` (backward, realtime, forward) and `task` (EPM, …).

use std::collections::HashMap;
use std::sync::Arc;

use super::build::{self, Source, TaskBuilder, bad, list, lone_letter, number, prediction, said, scalar, task_id};
use super::{Content, Format, NAMED_IDS, Notice};
use crate::error::Fault;
use crate::importers::json::Node;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, FacetValue, Item};

/// The task's name.
const ONLINE: &str = "online";
const BACKWARD: [&str; 3] = ["EPM", "ASI", "HLD"];
const REALTIME: [&str; 6] = ["OCR", "ACR", "ATR", "STU", "FPD", "OJR"];
const FORWARD: [&str; 3] = ["REC", "SSR", "CRR"];
/// Options assumed where only results are there: nearly all questions of the benchmark have four.
const USUAL_OPTIONS: usize = 4;

fn group_of(task: &str) -> Option<&'static str> {
    if BACKWARD.contains(&task) {
        Some("backward")
    } else if REALTIME.contains(&task) {
        Some("realtime")
    } else if FORWARD.contains(&task) {
        Some("forward")
    } else {
        None
    }
}

/// Reads the document if it is one of OVO-Bench's.
///
/// # Errors
/// When it is one and an entry does not fit.
pub(super) fn recognise(source: &Source<'_>, root: &Node<'_>) -> Result<Option<Content>, Fault> {
    if let Some(entries) = root.elements() {
        let is_ovo = |entry: &Node<'_>| {
            entry.get("task").and_then(Node::text).and_then(group_of).is_some()
                && entry.get("video").is_some()
                && (entry.get("gt").is_some() || entry.get("test_info").is_some())
        };
        return if entries.first().is_some_and(is_ovo) { annotations(source, entries).map(Some) } else { Ok(None) };
    }
    let Some(groups) = root.entries() else { return Ok(None) };
    let is_group = |name: &str| ["backward", "realtime", "forward"].contains(&name);
    if groups.is_empty() || !groups.iter().all(|(name, list)| is_group(name) && list.elements().is_some()) {
        return Ok(None);
    }
    results(source, root).map(Some)
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    task: TaskBuilder,
}

impl<'t> Reader<'_, 't> {
    fn facets(&mut self, entry: &Node<'_>, id: &str) -> Result<Vec<FacetValue>, Fault> {
        let expected = "a task of OVO-Bench";
        let code = build::member(entry, id, "task", expected)?;
        let group = group_of(code).ok_or_else(|| bad(id, "task", entry.get("task").unwrap_or(entry), expected))?;
        Ok([self.task.facet(0, group), self.task.facet(1, code)].into_iter().flatten().collect())
    }

    fn id(&self, entry: &Node<'_>) -> Result<Text, Fault> {
        let id = entry.get("id").and_then(|id| scalar(id, self.source.text));
        id.map(|id| self.source.share(id)).ok_or_else(|| bad("", "id", entry, "a number"))
    }

    /// The queries of a forward entry: their ids, and the nodes with the replies.
    fn forward<'n>(&mut self, entry: &Node<'n>, id: &str, line: u32) -> Result<Vec<(Text, &'n Node<'n>)>, Fault> {
        let facets = self.facets(entry, id)?;
        let clip = build::member(entry, id, "video", "a file name")?;
        let node = entry.get("test_info").unwrap_or(entry);
        let tests = node.elements().ok_or_else(|| bad(id, "test_info", node, "a list of queries"))?;
        let source_text = self.source.text;
        let mut queries = Vec::with_capacity(tests.len());
        for (index, test) in tests.iter().enumerate() {
            let item = Text::from(format!("{id}/{index}"));
            let expected = "a count, or a type of 0 or 1";
            let answer =
                match (test.get("count").and_then(number), test.get("type").and_then(|kind| scalar(kind, source_text)))
                {
                    (Some(count), _) if count >= 0.0 && count.fract() == 0.0 && count < 1e15 => {
                        Answer::Count { count: count as u64 }
                    }
                    (None, Some(kind)) if matches!(kind, "0" | "1") => Answer::YesNo { yes: kind == "1" },
                    _ => return Err(bad(&item, "test_info", test, expected)),
                };
            let text = |name: &str| test.get(name).or_else(|| entry.get(name)).and_then(Node::text);
            let question = ["step", "question", "activity"].iter().find_map(|name| text(name)).unwrap_or_default();
            let item_of = Item {
                id: item.clone(),
                clip: self.source.share(clip),
                facets: facets.clone(),
                group: None,
                question: self.source.share(question),
                answer,
            };
            self.task.push(item_of, line);
            queries.push((item, test));
        }
        Ok(queries)
    }
}

fn reader<'s, 't>(source: &'s Source<'t>) -> Reader<'s, 't> {
    Reader { source, task: TaskBuilder::new(task_id(Benchmark::OvoBench, ONLINE), source, &["group", "task"]) }
}

fn annotations<'t>(source: &Source<'t>, entries: &[Node<'t>]) -> Result<Content, Fault> {
    let mut lines = source.lines();
    let mut reader = reader(source);
    for entry in entries {
        let id = reader.id(entry)?;
        let line = lines.of(entry.at());
        if entry.get("test_info").is_some() {
            reader.forward(entry, &id, line)?;
            continue;
        }
        let facets = reader.facets(entry, &id)?;
        let node = entry.get("options").unwrap_or(entry);
        let options = list(node, source.text).ok_or_else(|| bad(&id, "options", node, "a list of options"))?;
        let node = entry.get("gt").unwrap_or(entry);
        let correct = number(node).filter(|gt| *gt >= 0.0 && gt.fract() == 0.0 && *gt < options.len() as f64);
        let Some(correct) = correct else { return Err(bad(&id, "gt", node, "the place of one of the options")) };
        let item = Item {
            clip: source.share(build::member(entry, &id, "video", "a file name")?),
            facets,
            group: None,
            question: source.share(entry.get("question").and_then(Node::text).unwrap_or_default()),
            answer: Answer::Choice { options: options.into(), correct: correct as u32 },
            id,
        };
        reader.task.push(item, line);
    }
    let mut content = Content::new(Format::OvoAnnotations { entries: entries.len(), queries: reader.task.len() });
    content.holdings.tasks.push(Arc::new(reader.task.finish(&mut content.warnings)));
    Ok(content)
}

fn results<'t>(source: &Source<'t>, root: &Node<'t>) -> Result<Content, Fault> {
    let mut lines = source.lines();
    let mut reader = reader(source);
    let mut run = build::run(model(source), source, Some(task_id(Benchmark::OvoBench, ONLINE)));
    let mut counts = [0; 3];
    let mut seen: HashMap<Text, u32> = HashMap::new();
    let mut shared: Vec<String> = Vec::new();
    for (count, group) in counts.iter_mut().zip(["backward", "realtime", "forward"]) {
        for entry in root.get(group).and_then(Node::elements).unwrap_or_default() {
            let id = reader.id(entry)?;
            let line = lines.of(entry.at());
            if entry.get("test_info").is_some() {
                for (item, test) in reader.forward(entry, &id, line)? {
                    *count += 1;
                    let reply = test.get("response").ok_or_else(|| bad(&item, "response", test, "a reply"))?;
                    let line = lines.of(test.at());
                    run.predictions.push(prediction(item, line, said(reply, source)));
                }
                continue;
            }
            *count += 1;
            // Result files give some questions about two clips the id of the first; each is an item.
            let times = seen.entry(id.clone()).or_insert(0u32);
            *times += 1;
            let id = if *times > 1 {
                shared.push(id.to_string());
                Text::from(format!("{id}#{times}"))
            } else {
                id
            };
            let facets = reader.facets(entry, &id)?;
            let expected = "the letter of the right option";
            let node = entry.get("ground_truth").unwrap_or(entry);
            let correct = node.text().and_then(lone_letter).ok_or_else(|| bad(&id, "ground_truth", node, expected))?;
            let reply = entry.get("response").ok_or_else(|| bad(&id, "response", entry, "a reply"))?;
            run.predictions.push(prediction(id.clone(), line, said(reply, source)));
            let options = build::blank(USUAL_OPTIONS.max(correct as usize + 1));
            let item = Item {
                clip: source.share(build::member(entry, &id, "video", "a file name")?),
                facets,
                group: None,
                question: source.share(entry.get("question").and_then(Node::text).unwrap_or_default()),
                answer: Answer::Choice { options, correct },
                id,
            };

            reader.task.push(item, line);
        }
    }
    let [backward, realtime, forward] = counts;
    let mut content = Content::new(Format::OvoResults { backward, realtime, forward });
    content.holdings.tasks.push(Arc::new(reader.task.finish(&mut content.warnings)));
    content.holdings.runs.push(Arc::new(run));
    let count = shared.len();
    if count > 0 {
        shared.truncate(NAMED_IDS);
        content.warnings.push(Notice::SharedIds { count, ids: shared });
    }
    Ok(content)
}

/// Result files are called `<model>_<tasks>_<mode>.json`.
fn model(source: &Source<'_>) -> String {
    let stem = source.stem();
    let is_code = |part: &str| group_of(part).is_some();
    let mut at = 0;
    for part in stem.split('_') {
        if is_code(part) && at > 1 {
            return stem[..at - 1].to_owned();
        }
        at += part.len() + 1;
    }
    source.model(|_| false)
}
