//! Single items with what each run said of them, page by page.
//!
//! Invariant: a page shows the marks of the last report; texts are read again for the items that are shown, and for no
//! others.

use std::sync::Arc;

use super::open;
use super::task::KeptRun;
use crate::scoring::answers::{self, Extracted, ProfileId};
use crate::scoring::intake::NAMED_IDS;
use crate::scoring::protocols::verdicts::{nearest, share};
use crate::scoring::{
    Answer, Benchmark, Item, ItemAnswer, ItemPage, ItemQuery, ItemRow, Judged, Marked, Notice, Prediction, Run, Said,
    Task,
};

/// The most items of a page.
const MOST_ITEMS: u32 = 500;
/// The most characters of an answer that are shown.
const MOST_SHOWN: usize = 2000;

/// A scored task, as far as a list of its items needs it.
pub(super) struct Kept {
    pub(super) task: Arc<Task>,
    pub(super) profile: ProfileId,
    pub(super) runs: Vec<(Arc<Run>, KeptRun)>,
}

impl Kept {
    /// Which items runs leave unanswered or answer more than once.
    pub(super) fn remarks(&self) -> Vec<Notice> {
        // The clips of verdicts are known from the verdicts alone: each generator has its own.
        if self.task.id.benchmark == Benchmark::TcBench {
            return Vec::new();
        }
        let id = |place: usize| self.task.items.get(place).map(|item| item.id.to_string());
        let mut remarks = Vec::new();
        for (run, kept) in &self.runs {
            let (model, task) = (run.model.clone(), self.task.id.task.clone());
            let missing = || (0..kept.states.len()).filter(|&place| kept.states[place] == Marked::Missing);
            let count = missing().count() as u64;
            if count > 0 {
                let items = missing().take(NAMED_IDS).filter_map(id).collect();
                remarks.push(Notice::Unanswered { model: model.clone(), task: task.clone(), count, items });
            }
            if !kept.again.is_empty() {
                let items = kept.again.iter().take(NAMED_IDS).filter_map(|&place| id(place as usize)).collect();
                remarks.push(Notice::AnsweredAgain { model, task, count: kept.again.len() as u64, items });
            }
        }
        remarks
    }

    fn state(&self, run: u32, item: usize) -> Marked {
        let of_run = self.runs.get(run as usize);
        of_run.and_then(|(_, kept)| kept.states.get(item)).copied().unwrap_or(Marked::Missing)
    }

    /// The answer of a run to an item; null is none where the profile takes it for none.
    fn answer(&self, run: usize, item: usize) -> Option<&Prediction> {
        let (run, kept) = self.runs.get(run)?;
        let is_missing = kept.states.get(item).is_none_or(|state| *state == Marked::Missing);
        run.predictions.get(*kept.answer_of.get(item)? as usize).filter(|_| !is_missing)
    }

    pub(super) fn page(&self, query: &ItemQuery) -> ItemPage {
        let needle = query.text.trim().to_lowercase();
        let mut page = ItemPage { matching: 0, items: Vec::new() };
        let limit = query.limit.min(MOST_ITEMS) as usize;
        for (place, item) in self.task.items.iter().enumerate() {
            if !self.matches(query, &needle, place, item) {
                continue;
            }
            if page.matching >= query.offset && page.items.len() < limit {
                page.items.push(self.row(place, item));
            }
            page.matching += 1;
        }
        page
    }

    fn matches(&self, query: &ItemQuery, needle: &str, place: usize, item: &Item) -> bool {
        let run = query.run.unwrap_or(0);
        if query.state.is_some_and(|state| self.state(run, place) != state) {
            return false;
        }
        let right = |run: u32| self.state(run, place) == Marked::Right;
        if query.flipped_against.is_some_and(|other| right(other) == right(run)) {
            return false;
        }
        let has = |&(facet, value): &(u32, u32)| item.facets.iter().any(|of| of.facet == facet && of.value == value);
        query.facets.iter().all(has) && (needle.is_empty() || self.holds(needle, place, item))
    }

    /// Whether any text of an item holds the needle, which is in lower case.
    fn holds(&self, needle: &str, place: usize, item: &Item) -> bool {
        let of_answer = match &item.answer {
            Answer::Choice { options, .. } => options.iter().any(|option| contains(option, needle)),
            Answer::Label { label } => contains(label, needle),
            Answer::Open { primary, alternatives } => {
                contains(primary, needle) || alternatives.iter().any(|text| contains(text, needle))
            }
            Answer::YesNo { .. } | Answer::Count { .. } => false,
        };
        let said = |run: usize| match self.answer(run, place).map(|prediction| &prediction.said) {
            Some(Said::Text(text) | Said::Judged(Judged::Reply { reply: text })) => contains(text, needle),
            _ => false,
        };
        of_answer
            || [&item.id, &item.clip, &item.question].into_iter().any(|text| contains(text, needle))
            || (0..self.runs.len()).any(said)
    }

    fn row(&self, place: usize, item: &Item) -> ItemRow {
        let name = |of: &crate::scoring::FacetValue| {
            let facet = self.task.facets.get(of.facet as usize)?;
            Some((facet.name.clone(), facet.values.get(of.value as usize)?.clone()))
        };
        let answer = |run: usize| {
            let prediction = self.answer(run, place)?;
            let state = self.state(u32::try_from(run).ok()?, place);
            Some(shown(self.profile, &item.answer, prediction, state))
        };
        let (options, reference) = match &item.answer {
            Answer::Choice { options, correct } => (options.to_vec(), letter(*correct)),
            Answer::YesNo { yes } => (Vec::new(), yes_no(*yes).to_owned()),
            Answer::Label { label } => (Vec::new(), label.clone()),
            Answer::Count { count } => (Vec::new(), count.to_string()),
            Answer::Open { primary, .. } => (Vec::new(), primary.clone()),
        };
        let mut references = open::references(item);
        // The primary one has its own place.
        references.next();
        ItemRow {
            item: item.id.to_string(),
            clip: item.clip.to_string(),
            question: item.question.to_string(),
            options,
            reference,
            alternatives: references.map(str::to_owned).collect(),
            facets: item.facets.iter().filter_map(name).collect(),
            answers: (0..self.runs.len()).map(answer).collect(),
        }
    }
}

/// Whether a text holds a needle in lower case, whatever the text's case.
fn contains(text: &str, needle: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(needle);
    }
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let Some((&first, rest)) = needle.split_first() else { return true };
    // Most places fail at the first letter.
    (0..(text.len() + 1).saturating_sub(needle.len()))
        .any(|at| text[at].to_ascii_lowercase() == first && text[at + 1..at + needle.len()].eq_ignore_ascii_case(rest))
}

fn letter(option: u32) -> String {
    match u8::try_from(option).ok().filter(|&option| option < 26) {
        Some(option) => char::from(b'A' + option).to_string(),
        None => format!("option {}", u64::from(option) + 1),
    }
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn shown(profile: ProfileId, reference: &Answer, prediction: &Prediction, state: Marked) -> ItemAnswer {
    let (raw, reading) = match &prediction.said {
        Said::Text(text) => (cut(text), Some(answers::read(profile, reference, text))),
        Said::Score(score) => (score.to_string(), None),
        Said::Judged(judged) => (cut(&verdict(judged)), None),
        Said::Nothing => (String::new(), Some(answers::read_null(profile, reference))),
    };
    let extracted = reading.and_then(|reading| reading.answer).and_then(|extracted| match extracted {
        Extracted::Choice { option } => Some(letter(option)),
        Extracted::YesNo { yes } => Some(yes_no(yes).to_owned()),
        Extracted::Count { count } => Some(count.to_string()),
        Extracted::Label { at } => match &prediction.said {
            Said::Text(text) => at.of(text).map(cut),
            _ => None,
        },
    });
    let likeness = match &prediction.said {
        Said::Judged(Judged::Likeness { each }) => each.clone(),
        _ => Vec::new(),
    };
    let nearest = nearest(&likeness).and_then(|(place, _)| u32::try_from(place).ok());
    ItemAnswer { raw, reading, extracted, likeness, nearest, state, line: prediction.line }
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_SHOWN).collect()
}

/// A verdict as text.
fn verdict(judged: &Judged) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match judged {
        Judged::Reply { reply } => reply.to_string(),
        Judged::Right { right } => (if *right { "right" } else { "wrong" }).to_owned(),
        Judged::Mark { mark, most } => format!("{mark} of {most}"),
        Judged::Likeness { .. } => share(judged, false).map_or_else(String::new, |nearest| format!("{nearest:.4}")),
        Judged::Axes { marks, most } => {
            format!("{} of {most}", list(marks.iter().map(|(axis, mark)| format!("{axis} {mark}")).collect()))
        }
        Judged::Assertions { marks, kinds } => {
            let of = |(i, mark): (usize, &Option<f64>)| {
                let mark = mark.map_or_else(|| "unread".to_owned(), |mark| mark.to_string());
                match kinds.get(i).filter(|kind| !kind.is_empty()) {
                    Some(kind) => format!("{kind} {mark}"),
                    None => mark,
                }
            };
            list(marks.iter().enumerate().map(of).collect())
        }
    }
}
