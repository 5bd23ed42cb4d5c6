//! Tasks and runs under way, and the small readings that the formats share.
//!
//! Invariant: ids are unique in a built task, a facet's values are few, and each prediction's line ascends with its place
//! in the file.

use std::sync::{Arc, LazyLock};

use super::Notice;
use crate::error::{Fault, Problem, shown};
use crate::hash::{FastMap, FastSet};
use crate::importers::json::{Node, Value};
use crate::names;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, Facet, FacetValue, Item, Prediction, Run, Said, Task, TaskId};

/// The most values of a facet.
pub(super) const MAX_FACET_VALUES: usize = 200;
/// The most options of an item: they have letters.
pub(super) const MAX_OPTIONS: usize = 26;

/// A file under way.
pub(super) struct Source<'a> {
    /// Its name as given, folders included.
    pub(super) file: &'a str,
    /// The text that its values and cells are parts of: the file's own, or that of the cells of a table.
    pub(super) text: &'a Arc<String>,
}

impl Source<'_> {
    /// The file's own name without its folders and extension.
    pub(super) fn stem(&self) -> &str {
        names::stem(self.file)
    }

    /// The name of the model: the first of the file's name and its folders, from the inside out, that is not `generic`.
    pub(super) fn model(&self, generic: impl Fn(&str) -> bool) -> String {
        const FOLDERS: [&str; 20] = [
            "predictions",
            "prediction",
            "preds",
            "pred",
            "results",
            "result",
            "outputs",
            "output",
            "answers",
            "answer",
            "responses",
            "autoevalresults",
            "gpteval",
            "logs",
            "lmmseval",
            "data",
            "t2v",
            "i2v",
            "eval",
            "evaluation",
        ];
        let is_generic = |part: &str| FOLDERS.contains(&names::plain(part).as_str()) || generic(part);
        let stem = self.stem();
        let folders = names::components(self.file).skip(1);
        std::iter::once(stem)
            .chain(folders)
            .find(|part| !is_generic(part) && !part.contains(':') && *part != "..")
            .map_or_else(|| "unnamed model".to_owned(), |part| part.trim().to_owned())
    }

    /// A part of the file's text for as long as anyone needs it.
    pub(super) fn share(&self, part: &str) -> Text {
        Text::within(self.text, part)
    }

    /// Counts lines from place to place.
    pub(super) fn lines(&self) -> Lines<'_> {
        Lines { text: self.text.as_bytes(), at: 0, line: 1, next: None }
    }
}

/// Counts lines; quick as long as places ascend.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    /// The first line end from `at` on, or the text's end, once it was looked for.
    next: Option<usize>,
}

impl Lines<'_> {
    /// The line of a byte offset, counted from 1.
    pub(super) fn of(&mut self, at: usize) -> u32 {
        let at = at.min(self.text.len());
        if at < self.at {
            (self.at, self.line, self.next) = (0, 1, None);
        }
        let text = self.text;
        let end_from = |from: usize| memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |found| from + found);
        let mut next = self.next.unwrap_or_else(|| end_from(self.at));
        while next < at {
            self.line = self.line.saturating_add(1);
            next = end_from(next + 1);
        }
        (self.at, self.next) = (at, Some(next));
        self.line
    }
}

/// A task's name.
pub(super) fn task_id(benchmark: Benchmark, task: &str) -> TaskId {
    TaskId { benchmark, task: task.to_owned() }
}

/// A task under way.
pub(super) struct TaskBuilder {
    task: Task,
    /// The values of each facet by their texts.
    places: Vec<FastMap<String, u32>>,
    /// The ids, once one of them does not come after the one before it.
    ids: Option<FastSet<Text>>,
    duplicates: Tally,
    unread: Tally,
    unknown_options: (usize, u32),
}

/// How many of something there are, and the first.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) count: usize,
    pub(super) first: String,
    pub(super) line: u32,
}

impl Tally {
    pub(super) fn add(&mut self, what: &str, line: u32) {
        if self.count == 0 {
            (self.first, self.line) = (shown(what), line);
        }
        self.count += 1;
    }
}

impl TaskBuilder {
    pub(super) fn new(id: TaskId, source: &Source<'_>, facets: &[&str]) -> Self {
        let places = facets.iter().map(|_| FastMap::default()).collect();
        let facets = facets.iter().map(|&name| Facet { name: name.to_owned(), values: Vec::new() }).collect();
        Self {
            task: Task { id, file: source.file.to_owned(), facets, items: Vec::new() },
            places,
            ids: None,
            duplicates: Tally::default(),
            unread: Tally::default(),
            unknown_options: (0, 0),
        }
    }

    /// A value of facet number `facet`. A facet with too many values is dropped in the end.
    pub(super) fn facet(&mut self, facet: u32, value: &str) -> Option<FacetValue> {
        let value = value.trim();
        let values = &mut self.task.facets[facet as usize].values;
        if value.is_empty() || values.len() > MAX_FACET_VALUES {
            return None;
        }
        let places = &mut self.places[facet as usize];
        if let Some(&known) = places.get(value) {
            return Some(FacetValue { facet, value: known });
        }
        let place = u32::try_from(values.len()).ok()?;
        values.push(value.to_owned());
        places.insert(value.to_owned(), place);
        Some(FacetValue { facet, value: place })
    }

    /// Makes room for items.
    pub(super) fn reserve(&mut self, items: usize) {
        self.task.items.reserve(items);
    }

    /// Keeps an item unless its id is taken.
    pub(super) fn push(&mut self, item: Item, line: u32) {
        if !self.is_new(&item.id) {
            self.duplicates.add(&item.id, line);
            return;
        }
        if let Answer::Choice { options, .. } = &item.answer
            && options.iter().all(String::is_empty)
        {
            let most = u32::try_from(options.len()).unwrap_or(u32::MAX);
            self.unknown_options = (self.unknown_options.0 + 1, self.unknown_options.1.max(most));
        }
        self.task.items.push(item);
    }

    /// Notes an id; false if an item has it already. Most files number their items, and ids that ascend need no set.
    fn is_new(&mut self, id: &Text) -> bool {
        fn order(id: &str) -> (usize, &str) {
            (id.len(), id)
        }
        if let Some(ids) = &mut self.ids {
            return ids.insert(id.clone());
        }
        match self.task.items.last() {
            Some(last) if order(&last.id) >= order(id) => {
                let mut ids: FastSet<Text> = self.task.items.iter().map(|item| item.id.clone()).collect();
                let is_new = ids.insert(id.clone());
                self.ids = Some(ids);
                is_new
            }
            _ => true,
        }
    }

    /// Counts an item whose reference answer cannot be understood.
    pub(super) fn unread(&mut self, answer: &str, line: u32) {
        self.unread.add(answer, line);
    }

    pub(super) fn len(&self) -> usize {
        self.task.items.len()
    }

    /// How many clips there are.
    pub(super) fn clips(&self) -> usize {
        self.task.items.iter().map(|item| item.clip.as_str()).collect::<FastSet<_>>().len()
    }

    /// The task, without facets that nothing has or that are too fine.
    pub(super) fn finish(self, warnings: &mut Vec<Notice>) -> Task {
        let mut task = self.task;
        let mut kept: Vec<Option<u32>> = Vec::with_capacity(task.facets.len());
        let mut facets = Vec::with_capacity(task.facets.len());
        for facet in task.facets {
            let too_fine = facet.values.len() > MAX_FACET_VALUES;
            if too_fine {
                warnings.push(Notice::FacetTooFine { facet: shown(&facet.name), limit: MAX_FACET_VALUES });
            }
            if too_fine || facet.values.is_empty() {
                kept.push(None);
            } else {
                kept.push(u32::try_from(facets.len()).ok());
                facets.push(facet);
            }
        }
        task.facets = facets;
        if kept.iter().zip(0..).any(|(&place, old)| place != Some(old)) {
            for item in &mut task.items {
                item.facets.retain_mut(|value| match kept[value.facet as usize] {
                    Some(place) => {
                        value.facet = place;
                        true
                    }
                    None => false,
                });
            }
        }
        let Tally { count, first, line } = self.duplicates;
        if count > 0 {
            warnings.push(Notice::DuplicateItems { count, item: first, line });
        }
        let Tally { count, first, line } = self.unread;
        if count > 0 {
            warnings.push(Notice::AnswersUnread { count, found: first, line });
        }
        let (count, options) = self.unknown_options;
        if count > 0 {
            warnings.push(Notice::OptionsUnknown { count, options });
        }
        task
    }
}

/// A run without answers yet.
pub(super) fn run(model: String, source: &Source<'_>, task: Option<TaskId>) -> Run {
    Run { model, file: source.file.to_owned(), task, predictions: Vec::new() }
}

/// A prediction without a recorded mark.
pub(super) fn prediction(item: impl Into<Text>, line: u32, said: Said) -> Prediction {
    Prediction { item: item.into(), line, said, recorded: None }
}

/// What a model said, as a file records it: text verbatim, other values as they are written, null as nothing, and the
/// first of a list (harnesses keep lists of one reply).
pub(super) fn said(node: &Node<'_>, source: &Source<'_>) -> Said {
    match node.value {
        Value::Null | Value::NotFinite => Said::Nothing,
        Value::Text(reply) => Said::Text(source.share(reply)),
        Value::Array(replies) => match replies {
            [] => Said::Nothing,
            [only] => said(only, source),
            _ => Said::Text(source.share(node.raw(source.text))),
        },
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Said::Text(source.share(node.raw(source.text))),
    }
}

/// A text, number or truth value as text.
pub(super) fn scalar<'n>(node: &Node<'n>, text: &'n str) -> Option<&'n str> {
    match node.value {
        Value::Text(value) => Some(value),
        Value::Number(_) | Value::Bool(_) => Some(node.raw(text)),
        _ => None,
    }
}

/// A number, also one that is written as a text.
pub(super) fn number(node: &Node<'_>) -> Option<f64> {
    match node.value {
        Value::Number(value) => Some(value),
        Value::Bool(value) => Some(f64::from(u8::from(value))),
        Value::Text(text) => finite(text),
        _ => None,
    }
}

/// A finite number out of text.
pub(super) fn finite(text: &str) -> Option<f64> {
    let text = text.trim();
    let starts = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'));
    text.parse().ok().filter(|value: &f64| starts && value.is_finite())
}

/// A list of texts or numbers.
pub(super) fn list(node: &Node<'_>, text: &str) -> Option<Vec<String>> {
    let texts: Option<Vec<String>> =
        node.elements()?.iter().map(|element| scalar(element, text).map(str::to_owned)).collect();
    texts.filter(|texts| (1..=MAX_OPTIONS).contains(&texts.len()))
}

/// Options of which only the number is known. All items share the lists.
pub(super) fn blank(options: usize) -> Arc<[String]> {
    static LISTS: LazyLock<Vec<Arc<[String]>>> =
        LazyLock::new(|| (0..=MAX_OPTIONS).map(|options| vec![String::new(); options].into()).collect());
    LISTS.get(options).map_or_else(|| vec![String::new(); options].into(), Arc::clone)
}

/// The letter of an option, counted from A.
pub(super) fn letter(index: usize) -> char {
    char::from(b'A' + u8::try_from(index.min(MAX_OPTIONS - 1)).unwrap_or_default())
}

/// The option that a lone letter names: `B`, `b`, `(B)`, `B.`, `B)`.
pub(super) fn lone_letter(text: &str) -> Option<u32> {
    let text = text.trim();
    let text = text.strip_prefix('(').unwrap_or(text);
    let text = text.strip_suffix(['.', ')', ':']).unwrap_or(text);
    match text.as_bytes() {
        [byte] if byte.is_ascii_alphabetic() => Some(u32::from(byte.to_ascii_uppercase() - b'A')),
        _ => None,
    }
}

/// An option without the letter before it: `A. text`, `A) text`, `(A) text`, `A: text`.
pub(super) fn without_letter(option: &str, index: usize) -> Option<&str> {
    let text = option.trim();
    let text = text.strip_prefix('(').unwrap_or(text);
    let rest = text.strip_prefix(letter(index)).or_else(|| text.strip_prefix(letter(index).to_ascii_lowercase()))?;
    Some(rest.strip_prefix(['.', ')', ':'])?.trim())
}

/// Options with the letters taken off, if all of them have theirs.
pub(super) fn unlettered(options: Vec<String>) -> Vec<String> {
    let bare: Option<Vec<String>> =
        options.iter().enumerate().map(|(i, option)| without_letter(option, i).map(str::to_owned)).collect();
    bare.unwrap_or(options)
}

/// The lettered options in a question's lines; empty if there are fewer than two.
pub(super) fn options_in(question: &str) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for line in question.lines() {
        match without_letter(line, options.len()) {
            Some(option) if options.len() < MAX_OPTIONS => options.push(option.to_owned()),
            _ => {
                if let Some(first) = without_letter(line, 0) {
                    options = vec![first.to_owned()];
                } else if options.len() < 2 {
                    options.clear();
                }
            }
        }
    }
    if options.len() < 2 { Vec::new() } else { options }
}

/// The option that a reference answer names: by its letter, its text, or its text after its letter.
pub(super) fn option_named(answer: &str, options: &[String]) -> Option<u32> {
    let answer = answer.trim();
    let place = |index: usize| u32::try_from(index).ok();
    if let Some(index) = options.iter().position(|option| option.trim() == answer) {
        return place(index);
    }
    if let Some(index) = lone_letter(answer)
        && (index as usize) < options.len()
    {
        return Some(index);
    }
    let named =
        |(index, option): (usize, &String)| without_letter(answer, index).is_some_and(|rest| rest == option.trim());
    options.iter().enumerate().position(named).and_then(place)
}

/// Yes or no.
pub(super) fn yes_no(text: &str) -> Option<bool> {
    let text = text.trim().trim_end_matches('.');
    if text.eq_ignore_ascii_case("yes") {
        Some(true)
    } else if text.eq_ignore_ascii_case("no") {
        Some(false)
    } else {
        None
    }
}

/// A text member of an entry.
pub(super) fn member<'n>(entry: &Node<'n>, key: &str, name: &str, expected: &str) -> Result<&'n str, Fault> {
    let node = entry.get(name).ok_or_else(|| bad(key, name, entry, expected))?;
    node.text().ok_or_else(|| bad(key, name, node, expected))
}

/// A value that does not fit.
pub(super) fn bad(key: &str, member: &str, node: &Node<'_>, expected: &str) -> Fault {
    let what = if key.is_empty() { member.to_owned() } else { format!("{member} of {:?}", shown(key)) };
    Fault::byte(node.at(), Problem::BadValue { what, found: node.describe(), expected: expected.to_owned() })
}
