//! TempCompass: questions, predictions, official ratings, and the aspects of each video.
//!
//! Source of the shapes: llyx97/TempCompass, `questions`, `predictions`, `auto_eval_results` and `meta_info.json`. All but the
//! last nest `{video: {dimension: [entry]}}`. An item's id is `<video>/<dimension>/<place in the list>`. The options of
//! caption matching keep their labels (`Option 1: …`, `Sentence A: …`), since replies may name them by label.

use std::sync::Arc;

use super::build::{self, Source, Tally, TaskBuilder, bad, number, option_named, options_in, said, task_id, yes_no};
use super::{ClipFacet, Content, Format, TempCompassFile};
use crate::error::Fault;
use crate::importers::json::Node;
use crate::names;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, Item, Prediction};

/// The temporal dimensions.
const DIMENSIONS: [&str; 5] = ["action", "direction", "speed", "order", "attribute_change"];

/// Reads the document if it is one of TempCompass's.
///
/// # Errors
/// When it is one and an entry does not fit.
pub(super) fn recognise(source: &Source<'_>, root: &Node<'_>) -> Result<Option<Content>, Fault> {
    let Some(videos) = root.entries() else { return Ok(None) };
    let Some((_, first)) = videos.first() else { return Ok(None) };
    if first.get("eval_dim").is_some() {
        return Ok(Some(meta(videos)));
    }
    let is_dimension = |name: &str| DIMENSIONS.contains(&name);
    let Some(dimensions) = first.entries().filter(|dimensions| !dimensions.is_empty()) else { return Ok(None) };
    if !dimensions.iter().all(|(name, list)| is_dimension(name) && list.elements().is_some()) {
        return Ok(None);
    }
    let mut all = videos.iter().filter_map(|(_, video)| video.entries()).flatten();
    let Some(sample) = all.find_map(|(_, list)| list.elements()?.first()) else { return Ok(None) };
    let file = if sample.get("rating").is_some() {
        TempCompassFile::Ratings
    } else if ["prediction", "video-llm-prediction"].iter().any(|name| sample.get(name).is_some()) {
        TempCompassFile::Predictions
    } else {
        TempCompassFile::Questions
    };
    read(source, videos, sample, file).map(Some)
}

/// Which of the four tasks an entry belongs to.
fn task_of(entry: &Node<'_>) -> &'static str {
    let text = |name: &str| entry.get(name).and_then(Node::text).unwrap_or_default();
    let question = text("question");
    if entry.get("mc_question").is_some() || question.is_empty() {
        "captioning"
    } else if labelled_options(question).len() > 1 {
        "caption-matching"
    } else if !options_in(question).is_empty() {
        "multi-choice"
    } else {
        "yes-no"
    }
}

/// The lines `Option 1: …`, `Caption A: …`, `Sentence A: …` of a question.
fn labelled_options(question: &str) -> Vec<String> {
    let is_option = |line: &&str| {
        let label = line.split_once(':').map_or("", |(label, _)| label);
        label.split_once(' ').is_some_and(|(word, mark)| {
            ["Option", "Caption", "Sentence"].contains(&word)
                && mark.len() == 1
                && mark.bytes().all(|b| b.is_ascii_alphanumeric())
        })
    };
    question.lines().map(str::trim).filter(is_option).map(str::to_owned).collect()
}

fn read(
    source: &Source<'_>,
    videos: &[crate::importers::json::Entry<'_>],
    sample: &Node<'_>,
    file: TempCompassFile,
) -> Result<Content, Fault> {
    let name = task_of(sample);
    let id = task_id(Benchmark::TempCompass, name);
    let mut task = TaskBuilder::new(id.clone(), source, &["dimension"]);
    let is_generic = |part: &str| {
        ["multichoice", "yesno", "captionmatching", "captioning", "questions"].contains(&names::plain(part).as_str())
    };
    let mut run = build::run(source.model(is_generic), source, Some(id));
    let mut lines = source.lines();
    let mut without = Tally::default();
    for (video, dimensions) in videos {
        let nested = "an object of dimensions with lists of questions";
        for (dimension, list) in dimensions.entries().ok_or_else(|| bad(video, "entry", dimensions, nested))? {
            let list = list.elements().ok_or_else(|| bad(video, dimension, list, "a list of questions"))?;
            for (index, entry) in list.iter().enumerate() {
                let line = lines.of(entry.at());
                let item = Text::from(format!("{video}/{dimension}/{index}"));
                if file != TempCompassFile::Questions {
                    let reply = ["video-llm-prediction", "prediction"].iter().find_map(|name| entry.get(name));
                    match reply {
                        Some(reply) => run.predictions.push(Prediction {
                            item: item.clone(),
                            line,
                            said: said(reply, source),
                            recorded: entry.get("rating").and_then(number).filter(|mark| (0.0..=1.0).contains(mark)),
                        }),
                        None => without.add(&item, line),
                    }
                }
                let question = entry.get("question").or_else(|| entry.get("mc_question")).and_then(Node::text);
                let question = question.unwrap_or_default();
                let node = ["answer", "gt-answer", "mc_answer"].iter().find_map(|name| entry.get(name));
                let text =
                    node.and_then(Node::text).ok_or_else(|| bad(&item, "answer", node.unwrap_or(entry), "a text"))?;
                let Some(answer) = answer(name, question, text) else {
                    task.unread(text, line);
                    continue;
                };
                let facets = task.facet(0, dimension).into_iter().collect();
                let (clip, question) = (source.share(video), source.share(question));
                task.push(Item { id: item, clip, facets, group: None, question, answer }, line);
            }
        }
    }
    let format = Format::TempCompass { file, task: name.to_owned(), items: task.len(), videos: task.clips() };
    let mut content = Content::new(format);
    content.holdings.tasks.push(Arc::new(task.finish(&mut content.warnings)));
    if without.count > 0 {
        let Tally { count, line, .. } = without;
        content.warnings.push(super::Notice::RowsLeftOut { count, what: super::RowLacks::Prediction, line });
    }
    if file != TempCompassFile::Questions {
        content.holdings.runs.push(Arc::new(run));
    }
    Ok(content)
}

fn answer(task: &str, question: &str, text: &str) -> Option<Answer> {
    let choice = |options: Vec<String>| {
        option_named(text, &options).map(|correct| Answer::Choice { options: options.into(), correct })
    };
    match task {
        "yes-no" => yes_no(text).map(|yes| Answer::YesNo { yes }),
        "multi-choice" => choice(options_in(question)),
        "caption-matching" => choice(labelled_options(question)),
        _ => Some(Answer::Open { primary: text.to_owned(), alternatives: Vec::new() }),
    }
}

fn meta(videos: &[crate::importers::json::Entry<'_>]) -> Content {
    let mut content = Content::new(Format::TempCompassMeta { videos: videos.len() });
    let mut facet = |clip: &str, facet: &str, value: &str, only: Option<(String, String)>| {
        content.supplement.clips.push(ClipFacet {
            benchmark: Benchmark::TempCompass,
            clip: clip.to_owned(),
            facet: facet.to_owned(),
            value: value.to_owned(),
            only,
        });
    };
    for (video, entry) in videos {
        for (dimension, aspect) in entry.get("eval_dim").and_then(Node::entries).unwrap_or_default() {
            if let Some(kind) = aspect.get("type").and_then(Node::text) {
                facet(video, "aspect", kind, Some(("dimension".to_owned(), dimension.to_string())));
            }
        }
        for kind in entry.get("content").and_then(Node::elements).unwrap_or_default() {
            if let Some(kind) = kind.text() {
                facet(video, "content", kind, None);
            }
        }
    }
    content
}
