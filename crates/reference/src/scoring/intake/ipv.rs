//! The files of IPV-Bench, answers to it in its own form, and saved replies of a judge.
//!
//! Source of the shapes: showlab/Impossible-Videos, its eight JSON files and its example scorers. Invariant: a file is
//! recognised by its first entry; from there on every entry has to have that shape. Questions and labels become a
//! [`Supplement`](super::Supplement), since reference answers stand in files of their own.

use std::sync::Arc;

use super::build::{self, Source, TaskBuilder, bad, member, options_in, prediction, said, task_id, yes_no};
use super::{AskedItem, ClipFacet, Content, Format, Part};
use crate::error::Fault;
use crate::importers::json::{Arena, Entry, Node, Value};
use crate::importers::{ipv, json};
use crate::names;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, Item, Judged, Prediction, Said};

/// Options of every multiple-choice question.
const OPTIONS: usize = 5;
/// The member of a judge's reply that makes it one.
const MARK: &str = "semantic_alignment_score";

/// The task's name.
pub(super) const fn task_name(part: Part) -> &'static str {
    match part {
        Part::Judgement => "judgement",
        Part::MultipleChoice => "multiple-choice",
        Part::Open => "open",
    }
}

/// Reads the document if it is one of IPV-Bench's, or in its form.
///
/// # Errors
/// When it is one and an entry does not fit.
pub(super) fn recognise(source: &Source<'_>, root: &Node<'_>) -> Result<Option<Content>, Fault> {
    let Some(entries) = root.entries() else { return Ok(None) };
    let Some((key, first)) = entries.first() else { return Ok(None) };
    let has = |name: &str| first.get(name).is_some();
    if first.entries().is_none() {
        return Ok(if names::is_video(key) { texts(source, entries) } else { None });
    }
    let text_of = |name: &str| first.get(name).and_then(Node::text);
    if has("primary_answer") {
        return open_answers(source, entries).map(Some);
    }
    if has("taxonomy_label_list") {
        return taxonomy(entries).map(Some);
    }
    if has(MARK) {
        return Ok(Some(replies(source, entries)));
    }
    if has("video_name") {
        if has("pred") {
            return Ok(Some(predictions(source, entries)));
        }
        if let Some(question) = text_of("question").filter(|_| !has("answer")) {
            let part = if options_in(question).is_empty() { Part::Judgement } else { Part::MultipleChoice };
            return questions(entries, part).map(Some);
        }
        if let Some(answer) = text_of("answer").filter(|_| first.entries().is_some_and(|members| members.len() == 2)) {
            if yes_no(answer).is_some() {
                return answers(source, entries, Part::Judgement).map(Some);
            }
            if build::lone_letter(answer).is_some_and(|letter| (letter as usize) < OPTIONS) {
                return answers(source, entries, Part::MultipleChoice).map(Some);
            }
        }
        return Ok(None);
    }
    if has("pred") && names::is_video(key) {
        return Ok(Some(predictions(source, entries)));
    }
    if ipv::is_prompt_suite(root) {
        return prompts(root).map(Some);
    }
    Ok(None)
}

fn answers(source: &Source<'_>, entries: &[Entry<'_>], part: Part) -> Result<Content, Fault> {
    let mut task = TaskBuilder::new(task_id(Benchmark::IpvBench, task_name(part)), source, &[]);
    task.reserve(entries.len());
    let mut lines = source.lines();
    for entry in entries {
        let item = answer_of(source, entry, part)?;
        task.push(item, lines.of(entry.1.at()));
    }
    let mut content = Content::new(Format::IpvAnswers { part, items: task.len() });
    content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    Ok(content)
}

// A call for each row: what is called often is compiled well early, in the page.
#[inline(never)]
fn answer_of(source: &Source<'_>, (key, entry): &Entry<'_>, part: Part) -> Result<Item, Fault> {
    let expected = if part == Part::Judgement { "\"yes\" or \"no\"" } else { "a letter from A to E" };
    let clip = member(entry, key, "video_name", "a file name")?;
    let text = member(entry, key, "answer", expected)?;
    let answer = match part {
        Part::Judgement => yes_no(text).map(|yes| Answer::YesNo { yes }),
        _ => build::lone_letter(text)
            .filter(|&letter| (letter as usize) < OPTIONS)
            .map(|correct| Answer::Choice { options: build::blank(OPTIONS), correct }),
    };
    let answer = answer.ok_or_else(|| bad(key, "answer", entry.get("answer").unwrap_or(entry), expected))?;
    Ok(item(source, key, clip, answer))
}

fn item(source: &Source<'_>, id: &str, clip: &str, answer: Answer) -> Item {
    let (id, clip) = (source.share(id), source.share(clip));
    Item { id, clip, facets: Vec::new(), group: None, question: Text::default(), answer }
}

fn open_answers(source: &Source<'_>, entries: &[Entry<'_>]) -> Result<Content, Fault> {
    let mut task = TaskBuilder::new(task_id(Benchmark::IpvBench, task_name(Part::Open)), source, &[]);
    let mut lines = source.lines();
    for (clip, entry) in entries {
        let primary = member(entry, clip, "primary_answer", "a text")?.to_owned();
        let alternatives = match entry.get("alternative_answers") {
            None => Vec::new(),
            Some(node) => {
                let texts: Option<Vec<String>> =
                    node.elements().and_then(|texts| texts.iter().map(|text| text.text().map(str::to_owned)).collect());
                texts.ok_or_else(|| bad(clip, "alternative_answers", node, "a list of texts"))?
            }
        };
        task.push(item(source, clip, clip, Answer::Open { primary, alternatives }), lines.of(entry.at()));
    }
    let mut content = Content::new(Format::IpvAnswers { part: Part::Open, items: task.len() });
    content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    Ok(content)
}

fn questions(entries: &[Entry<'_>], part: Part) -> Result<Content, Fault> {
    let mut content = Content::new(Format::IpvQuestions { part, items: entries.len() });
    for (key, entry) in entries {
        let question = member(entry, key, "question", "a text")?;
        let clip = entry.get("video_name").and_then(Node::text).unwrap_or_default();
        content.supplement.asked.push(asked(part, key, clip, question));
    }
    Ok(content)
}

fn asked(part: Part, item: &str, clip: &str, question: &str) -> AskedItem {
    AskedItem {
        task: task_id(Benchmark::IpvBench, task_name(part)),
        item: item.to_owned(),
        clip: clip.to_owned(),
        question: question.to_owned(),
        options: if part == Part::MultipleChoice { options_in(question) } else { Vec::new() },
    }
}

fn taxonomy(entries: &[Entry<'_>]) -> Result<Content, Fault> {
    let mut content = Content::new(Format::IpvTaxonomy { clips: entries.len() });
    let mut facet = |clip: &str, facet: &str, value: &str| {
        content.supplement.clips.push(ClipFacet {
            benchmark: Benchmark::IpvBench,
            clip: clip.to_owned(),
            facet: facet.to_owned(),
            value: value.trim().to_lowercase(),
            only: None,
        });
    };
    for (clip, entry) in entries {
        let expected = "a list of labels";
        let list = entry.get("taxonomy_label_list").ok_or_else(|| bad(clip, "taxonomy_label_list", entry, expected))?;
        let wrong = || bad(clip, "taxonomy_label_list", list, expected);
        for label in list.elements().ok_or_else(wrong)? {
            facet(clip, "domain", label.text().ok_or_else(wrong)?);
        }
        let expected = "\"spatial\" or \"temporal\"";
        let split = member(entry, clip, "spatial_temporal_label", expected)?;
        if !["spatial", "temporal"].iter().any(|known| split.trim().eq_ignore_ascii_case(known)) {
            return Err(bad(
                clip,
                "spatial_temporal_label",
                entry.get("spatial_temporal_label").unwrap_or(entry),
                expected,
            ));
        }
        facet(clip, "spatial-temporal", split);
    }
    Ok(content)
}

fn prompts(root: &Node<'_>) -> Result<Content, Fault> {
    let prompts = ipv::prompt_list(root)?;
    let mut content = Content::new(Format::IpvPrompts { prompts: prompts.len() });
    // The path is domain, category and further parts of the category.
    let category = |path: &[String]| path.get(1).or(path.first()).cloned();
    content.supplement.prompts =
        prompts.iter().filter_map(|prompt| Some((prompt.id?, category(&prompt.path)?))).collect();
    Ok(content)
}

/// Which task a model's answers are for, by what they say; by the file's name where that is not decided.
fn part_of<'t>(source: &Source<'_>, keys_are_clips: bool, said: impl Iterator<Item = &'t str>) -> Option<Part> {
    const ENOUGH: usize = 2000;
    if keys_are_clips {
        return Some(Part::Open);
    }
    let (mut words, mut letters) = (0, 0);
    for text in said.take(ENOUGH) {
        let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let word = bare.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        words += usize::from(yes_no(word).is_some());
        letters += usize::from(build::lone_letter(word).is_some_and(|letter| (letter as usize) < OPTIONS));
    }
    let name = names::plain(source.stem());
    match words.cmp(&letters) {
        std::cmp::Ordering::Greater => Some(Part::Judgement),
        std::cmp::Ordering::Less => Some(Part::MultipleChoice),
        std::cmp::Ordering::Equal if name.contains("judg") => Some(Part::Judgement),
        std::cmp::Ordering::Equal if name.contains("mcq") || name.contains("choice") => Some(Part::MultipleChoice),
        std::cmp::Ordering::Equal => None,
    }
}

fn is_generic(part: &str) -> bool {
    const NAMES: [&str; 12] = [
        "judgement",
        "judgment",
        "mcqa",
        "mcq",
        "openqa",
        "open",
        "judgementpred",
        "mcqapred",
        "openqapred",
        "evaljudgement",
        "evalmcqa",
        "evalopenqa",
    ];
    NAMES.contains(&names::plain(part).as_str())
}

fn predictions(source: &Source<'_>, entries: &[Entry<'_>]) -> Content {
    let keys_are_clips = entries.iter().all(|(key, _)| names::is_video(key));
    let words = entries.iter().filter_map(|(_, entry)| match entry.get("pred")?.value {
        Value::Text(text) => Some(text),
        _ => None,
    });
    let part = part_of(source, keys_are_clips, words);
    let task = part.map(|part| task_id(Benchmark::IpvBench, task_name(part)));
    let mut run = build::run(source.model(is_generic), source, task);
    let mut lines = source.lines();
    run.predictions = entries.iter().map(|entry| said_of(source, entry, lines.of(entry.1.at()))).collect();
    let mut content = Content::new(Format::IpvPredictions { part, answers: run.predictions.len() });
    content.holdings.runs.push(Arc::new(run));
    content
}

#[inline(never)]
fn said_of(source: &Source<'_>, (key, entry): &Entry<'_>, line: u32) -> Prediction {
    let said = entry.get("pred").map_or(Said::Nothing, |node| said(node, source));
    prediction(source.share(key), line, said)
}

/// An object from video names to texts: questions, replies of a judge, or answers.
fn texts(source: &Source<'_>, entries: &[Entry<'_>]) -> Option<Content> {
    if !entries.iter().all(|(key, _)| names::is_video(key)) {
        return None;
    }
    // Saved replies may be texts for some clips and objects for others.
    let is_reply = |node: &Node<'_>| node.get(MARK).is_some() || node.text().is_some_and(|text| text.contains(MARK));
    let is_text = |node: &Node<'_>| matches!(node.value, Value::Text(_) | Value::Null);
    if entries.iter().any(|(_, node)| is_reply(node)) {
        return entries.iter().all(|(_, node)| is_text(node) || is_reply(node)).then(|| replies(source, entries));
    }
    if !entries.iter().all(|(_, node)| is_text(node)) {
        return None;
    }
    let said: Vec<&str> = entries.iter().filter_map(|(_, node)| node.text()).collect();
    // Every clip is asked the same question.
    if said.len() == entries.len() && said.iter().all(|text| text.trim_end().ends_with('?') && *text == said[0]) {
        let mut content = Content::new(Format::IpvQuestions { part: Part::Open, items: entries.len() });
        let asked = entries.iter().map(|(clip, node)| asked(Part::Open, clip, clip, node.text().unwrap_or_default()));
        content.supplement.asked = asked.collect();
        return Some(content);
    }
    let is_prose = said.iter().filter(|text| text.split_whitespace().count() > 2).count() * 2 > said.len();
    if !is_prose {
        return None;
    }
    let task = task_id(Benchmark::IpvBench, task_name(Part::Open));
    let mut run = build::run(source.model(is_generic), source, Some(task));
    let mut lines = source.lines();
    run.predictions = entries
        .iter()
        .map(|(clip, node)| prediction(source.share(clip), lines.of(node.at()), build::said(node, source)))
        .collect();
    let mut content = Content::new(Format::IpvPredictions { part: Some(Part::Open), answers: run.predictions.len() });
    content.holdings.runs.push(Arc::new(run));
    Some(content)
}

fn replies(source: &Source<'_>, entries: &[Entry<'_>]) -> Content {
    let mut lines = source.lines();
    let replies = entries
        .iter()
        .map(|(clip, node)| {
            let said = match node.value {
                Value::Null => Said::Nothing,
                Value::Text(reply) => Said::Judged(Judged::Reply { reply: source.share(reply) }),
                _ => Said::Judged(Judged::Reply { reply: source.share(node.raw(source.text)) }),
            };
            prediction(clip_name(clip), lines.of(node.at()), said)
        })
        .collect();
    judged(source, source.model(is_generic), replies)
}

fn judged(source: &Source<'_>, model: String, replies: Vec<Prediction>) -> Content {
    let mut run = build::run(model, source, Some(task_id(Benchmark::IpvBench, task_name(Part::Open))));
    run.predictions = replies;
    let mut content = Content::new(Format::JudgeReplies { clips: run.predictions.len() });
    content.holdings.runs.push(Arc::new(run));
    content
}

/// The clip that a name stands for: all clips of the benchmark are `.mp4`.
fn clip_name(name: &str) -> String {
    let base = names::base(name);
    if names::is_video(base) { base.to_owned() } else { format!("{base}.mp4") }
}

/// One judge's reply in a file of its own, named after the clip, as the benchmark's script caches them.
pub(super) fn lone_reply(source: &Source<'_>) -> Option<Content> {
    const LONGEST: usize = 1 << 16;
    let is_one = source.text.len() <= LONGEST && source.text.contains(MARK);
    let text = source.text.trim();
    // A file of many replies is a JSON object of clips, and a list of rows is a list.
    let limits = json::Limits { values: 1000, depth: 8 };
    let is_many = text.starts_with('[')
        || text.starts_with('{')
            && json::read(text, &Arena::new(), limits)
                .is_ok_and(|document| document.values.len() != 1 || document.values[0].get(MARK).is_none());
    if !is_one || is_many {
        return None;
    }
    let clip = clip_name(source.stem());
    let reply = Said::Judged(Judged::Reply { reply: source.share(source.text) });
    let folder = names::components(source.file).nth(1).map_or_else(|| "judged answers".to_owned(), str::to_owned);
    Some(judged(source, folder, vec![prediction(clip, 1, reply)]))
}
