//! Marked answers: what the answer matcher hands to the protocols.
//!
//! A [`TaskIndex`] numbers a task's clips, groups and labels once; a [`Sheet`] brings one run's marks into the order of the
//! items. Invariants: a sheet has exactly one mark per item, an unanswered item is [`Marked::Missing`], repeated answers
//! are counted and resolved by a stated rule, and marks of items that the task does not have are counted, not used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answers::{Extracted, Reading, same_label};
use super::{Answer, Task};
use crate::hash::FastMap;

/// How an answer was marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Marked {
    /// It equals the reference.
    Right,
    /// It was read and differs.
    Wrong,
    /// There is an answer that the profile's rule cannot read.
    Unparsed,
    /// There is no answer.
    Missing,
}

/// One marked answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// The item, by its place in [`Task::items`].
    pub item: u32,
    /// How it was marked. Right or wrong is the matcher's word: official rules call answers right that name no option.
    pub state: Marked,
    /// The label that was answered (a letter, yes or no, a label), by its place in [`TaskIndex::labels`]. `None` where the
    /// rule reads no single answer, and for what no reference is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<u32>,
}

impl Mark {
    /// The mark of an item of which a profile read something. `raw` is the text that was read.
    pub fn of(index: &TaskIndex<'_>, item: u32, reading: &Reading, raw: &str) -> Self {
        let state = match (reading.parsed, reading.correct) {
            (false, _) => Marked::Unparsed,
            (true, true) => Marked::Right,
            (true, false) => Marked::Wrong,
        };
        Self { item, state, label: index.answered(item as usize, reading, raw) }
    }
}

/// Which answer counts when an item has several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// The first.
    First,
    /// The last, as in a JSON object with a repeated key.
    #[default]
    Last,
}

/// How many answers there are of each kind. `items = right + wrong + unparsed + missing`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Items of the task.
    pub items: u64,
    /// Read and right.
    pub right: u64,
    /// Read and wrong.
    pub wrong: u64,
    /// Answered, not readable.
    pub unparsed: u64,
    /// Not answered.
    pub missing: u64,
    /// Answers beyond the first of an item.
    pub duplicates: u64,
    /// Duplicates that were marked differently from another answer of the same item.
    pub contradicting: u64,
    /// Answers to items that the task does not have.
    pub foreign: u64,
}

impl Tally {
    /// Answers that were read: `right + wrong`.
    pub fn parsed(&self) -> u64 {
        self.right + self.wrong
    }
}

/// No group, no label.
const NONE: u32 = u32::MAX;

/// The labels of options.
const LETTERS: [&str; 26] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W",
    "X", "Y", "Z",
];

/// A task's clips, groups and labels by number, made once for all runs.
#[derive(Debug)]
pub struct TaskIndex<'a> {
    task: &'a Task,
    clip_of: Vec<u32>,
    clips: u32,
    group_of: Vec<u32>,
    groups: u32,
    label_of: Vec<u32>,
    labels: Vec<&'a str>,
    /// The numbers of `no` and `yes`.
    yes_no: [Option<u32>; 2],
    /// The numbers of the letters.
    letters: [Option<u32>; LETTERS.len()],
}

/// Numbers strings in the order of their first occurrence.
#[derive(Default)]
struct Numbers<'a> {
    /// The strings, by number.
    names: Vec<&'a str>,
    /// The numbers, once a string does not come after all those before it: many files are in the order of their clips.
    known: Option<FastMap<&'a str, u32>>,
    last: u32,
}

impl<'a> Numbers<'a> {
    // A call for each row: what is called often is compiled well early, in the page.
    #[inline(never)]
    fn of(&mut self, name: &'a str) -> u32 {
        // Items of one clip mostly stand together.
        if self.names.get(self.last as usize) == Some(&name) {
            return self.last;
        }
        let next = self.len();
        let number = match &mut self.known {
            None if self.names.last().is_none_or(|last| (last.len(), *last) < (name.len(), name)) => next,
            None => {
                let mut known: FastMap<&str, u32> = self.names.iter().copied().zip(0u32..).collect();
                let number = *known.entry(name).or_insert(next);
                self.known = Some(known);
                number
            }
            Some(known) => *known.entry(name).or_insert(next),
        };
        if number == next {
            self.names.push(name);
        }
        self.last = number;
        number
    }

    fn len(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(NONE - 1)
    }
}

impl<'a> TaskIndex<'a> {
    /// Numbers everything in the order of its first occurrence. Labels are those of yes/no items (`yes`, `no`), of labeled
    /// items, and the letters of choices.
    pub fn new(task: &'a Task) -> Self {
        let (mut clips, mut groups, mut labels) = (Numbers::default(), Numbers::default(), Numbers::default());
        let n = task.items.len();
        let (mut clip_of, mut group_of, mut label_of) =
            (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
        for item in &task.items {
            clip_of.push(clips.of(&item.clip));
            group_of.push(item.group.as_deref().map_or(NONE, |group| groups.of(group)));
            label_of.push(match &item.answer {
                Answer::YesNo { yes } => {
                    // Both, so that an answer to a task of yes alone can be no.
                    let (yes_number, no_number) = (labels.of("yes"), labels.of("no"));
                    if *yes { yes_number } else { no_number }
                }
                Answer::Label { label: name } => labels.of(name),
                Answer::Choice { correct, .. } => {
                    LETTERS.get(*correct as usize).map_or(NONE, |letter| labels.of(letter))
                }
                Answer::Count { .. } | Answer::Open { .. } => NONE,
            });
        }
        let names = labels.names;
        let number = |name: &str| names.iter().position(|label| *label == name).and_then(|i| u32::try_from(i).ok());
        let (yes_no, letters) = (["no", "yes"].map(number), LETTERS.map(number));
        let (clips, groups) = (clips.len(), groups.len());
        Self { task, clip_of, clips, group_of, groups, label_of, labels: names, yes_no, letters }
    }

    /// The task.
    pub fn task(&self) -> &'a Task {
        self.task
    }

    /// The labels, by number.
    pub fn labels(&self) -> &[&'a str] {
        &self.labels
    }

    /// The number of a label; `None` if no reference has it.
    pub fn label(&self, name: &str) -> Option<u32> {
        self.labels.iter().position(|label| *label == name).and_then(|i| u32::try_from(i).ok())
    }

    /// Different clips.
    pub fn clips(&self) -> u32 {
        self.clips
    }

    /// The clip of each item.
    pub(crate) fn clip_of(&self) -> &[u32] {
        &self.clip_of
    }

    /// The reference label of an item.
    pub(crate) fn label_of(&self, item: usize) -> Option<u32> {
        self.label_of.get(item).copied().filter(|&label| label != NONE)
    }

    /// The group of an item.
    pub(crate) fn group_of(&self, item: usize) -> Option<u32> {
        self.group_of.get(item).copied().filter(|&group| group != NONE)
    }

    /// Different groups.
    pub(crate) fn groups(&self) -> u32 {
        self.groups
    }

    /// The number of the label that was read from a text about an item.
    fn answered(&self, item: usize, reading: &Reading, raw: &str) -> Option<u32> {
        match reading.answer? {
            Extracted::YesNo { yes } => self.yes_no[usize::from(yes)],
            Extracted::Choice { option } => self.letters.get(option as usize).copied().flatten(),
            Extracted::Label { .. } if reading.correct => self.label_of(item),
            Extracted::Label { at } => {
                let text = at.of(raw)?;
                // The labels of a task are few.
                let found = self.labels.iter().position(|label| same_label(label, text))?;
                u32::try_from(found).ok()
            }
            Extracted::Count { .. } => None,
        }
    }
}

/// The marks of one run in the order of the task's items.
#[derive(Debug)]
pub struct Sheet<'a> {
    index: &'a TaskIndex<'a>,
    marks: Vec<Mark>,
    tally: Tally,
}

impl<'a> Sheet<'a> {
    /// Brings marks into the order of the items. Items without a mark are missing.
    pub fn new(index: &'a TaskIndex<'a>, marks: &[Mark], repeats: Repeats) -> Self {
        let items = u32::try_from(index.task.items.len()).unwrap_or(NONE);
        let mut sheet: Vec<Mark> = (0..items).map(|item| Mark { item, state: Marked::Missing, label: None }).collect();
        let mut tally = Tally { items: u64::from(items), ..Tally::default() };
        for mark in marks {
            let Some(slot) = sheet.get_mut(mark.item as usize) else {
                tally.foreign += 1;
                continue;
            };
            if mark.state == Marked::Missing {
                continue;
            }
            if slot.state == Marked::Missing {
                *slot = *mark;
                continue;
            }
            tally.duplicates += 1;
            tally.contradicting += u64::from(*slot != *mark);
            if repeats == Repeats::Last {
                *slot = *mark;
            }
        }
        for mark in &sheet {
            *match mark.state {
                Marked::Right => &mut tally.right,
                Marked::Wrong => &mut tally.wrong,
                Marked::Unparsed => &mut tally.unparsed,
                Marked::Missing => &mut tally.missing,
            } += 1;
        }
        Self { index, marks: sheet, tally }
    }

    /// The task's numbers.
    pub fn index(&self) -> &'a TaskIndex<'a> {
        self.index
    }

    /// One mark per item, in the order of the items.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// How many of each kind.
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

/// Which items are in a denominator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Denominator {
    /// All items of the task; what is unparsed or missing is wrong.
    #[default]
    All,
    /// Items with an answer; what is unparsed is wrong.
    Answered,
    /// Items whose answer was read.
    Parsed,
}

impl Denominator {
    /// Whether an item counts.
    pub fn holds(self, state: Marked) -> bool {
        match self {
            Self::All => true,
            Self::Answered => state != Marked::Missing,
            Self::Parsed => matches!(state, Marked::Right | Marked::Wrong),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::scoring::answers::Why;
    use crate::scoring::{Benchmark, Facet, FacetValue, Item, TaskId};

    /// Clip, values by facet, group, answer.
    pub(crate) type TestItem<'a> = (&'a str, Vec<(u32, u32)>, Option<&'a str>, Answer);

    /// A task of some facets and items.
    pub(crate) fn task(facets: &[(&str, &[&str])], items: Vec<TestItem<'_>>) -> Task {
        Task {
            id: TaskId { benchmark: Benchmark::Other("test".to_owned()), task: "test".to_owned() },
            file: "test.json".to_owned(),
            facets: facets
                .iter()
                .map(|(name, values)| Facet {
                    name: (*name).to_owned(),
                    values: values.iter().map(|v| (*v).to_owned()).collect(),
                })
                .collect(),
            items: items
                .into_iter()
                .enumerate()
                .map(|(i, (clip, facets, group, answer))| Item {
                    id: i.to_string().into(),
                    clip: clip.into(),
                    facets: facets.into_iter().map(|(facet, value)| FacetValue { facet, value }).collect(),
                    group: group.map(str::to_owned),
                    question: "".into(),
                    answer,
                })
                .collect(),
        }
    }

    pub(crate) fn choice(options: usize, correct: u32) -> Answer {
        Answer::Choice { options: vec![String::new(); options].into(), correct }
    }

    pub(crate) fn mark(item: u32, state: Marked) -> Mark {
        Mark { item, state, label: None }
    }

    #[test]
    fn every_item_has_one_mark_and_nothing_is_dropped_in_silence() {
        let task = task(&[], (0..4).map(|_| ("a", vec![], None, choice(4, 0))).collect());
        let index = TaskIndex::new(&task);
        let marks = [
            mark(0, Marked::Right),
            mark(1, Marked::Wrong),
            mark(1, Marked::Right),
            mark(2, Marked::Unparsed),
            mark(2, Marked::Unparsed),
            mark(9, Marked::Right),
        ];
        let last = Sheet::new(&index, &marks, Repeats::Last).tally();
        let expected = Tally {
            items: 4,
            right: 2,
            wrong: 0,
            unparsed: 1,
            missing: 1,
            duplicates: 2,
            contradicting: 1,
            foreign: 1,
        };
        assert_eq!(last, expected);
        let first = Sheet::new(&index, &marks, Repeats::First).tally();
        assert_eq!(first, Tally { right: 1, wrong: 1, ..expected });
    }

    #[test]
    fn labels_are_numbered_and_yes_knows_no() {
        let yes_no = task(&[], vec![("a", vec![], None, Answer::YesNo { yes: true })]);
        let index = TaskIndex::new(&yes_no);
        assert_eq!(index.labels(), ["yes", "no"]);
        let says = |answer| Reading { answer: Some(answer), why: Why::FitsOne, parsed: true, correct: false };
        let label = |index: &TaskIndex<'_>, answer| Mark::of(index, 0, &says(answer), "").label;
        assert_eq!(label(&index, Extracted::YesNo { yes: false }), Some(1));
        let choices = task(&[], vec![("a", vec![], None, choice(5, 2)), ("b", vec![], None, choice(5, 0))]);
        let index = TaskIndex::new(&choices);
        assert_eq!((index.labels(), index.clips()), (&["C", "A"][..], 2));
        assert_eq!(label(&index, Extracted::Choice { option: 0 }), Some(1));
        assert_eq!(label(&index, Extracted::Choice { option: 1 }), None, "no reference has it");
        assert_eq!(label(&index, Extracted::Choice { option: 300 }), None);
    }
}
