//! One run against one task: which answer is about which item, and how each is marked under a profile.
//!
//! Invariants: an answer is marked under the profile and the reference alone; of several answers to an item the last one
//! that says anything counts; answers to items that the task does not have are kept as foreign marks, so that they are
//! counted. Texts are never copied.

use std::sync::Arc;

use crate::scoring::answers::{self, JudgeReply, NullReply, ProfileId};
use crate::scoring::ids::Ids;
use crate::scoring::protocols::verdicts::{Verdict, VerdictRow, VerdictRules, share};
use crate::scoring::{Answer, Judged, Mark, Marked, Prediction, Recorded, Said, Task, TaskIndex};

use super::open;

/// No item, no answer.
const NONE: u32 = u32::MAX;

/// Where the latest classes of texts are looked for.
const SLOTS: usize = 1 << 14;

/// The answers of a run by item.
pub(super) struct Placed<'a> {
    predictions: &'a [Prediction],
    /// The item of each answer.
    item_of: Vec<u32>,
    /// The answer of each item.
    answer_of: Vec<u32>,
    /// The class of each text, and of each null, about an item of the task. Answers of one class say the same about the same
    /// reference, so that a profile need read only one of them: a million answers often are a few thousand different ones.
    class_of: Vec<u32>,
    /// One answer of each class.
    examples: Vec<u32>,
    /// The items of second and further answers.
    again: Vec<u32>,
    /// Whether there is a text about a closed question, a score, a verdict.
    pub(super) texts: bool,
    pub(super) scores: bool,
    pub(super) verdicts: bool,
    /// Whether any mark of an earlier harness is recorded.
    pub(super) recorded: bool,
    /// Texts that only a judge can mark.
    pub(super) open: u64,
}

impl<'a> Placed<'a> {
    pub(super) fn new(index: &TaskIndex<'_>, predictions: &'a [Prediction]) -> Self {
        let task = index.task();
        let mut ids = Ids::new(task);
        let mut placed = Self {
            predictions,
            item_of: Vec::with_capacity(predictions.len()),
            answer_of: vec![NONE; task.items.len()],
            class_of: Vec::with_capacity(predictions.len()),
            examples: Vec::new(),
            again: Vec::new(),
            texts: false,
            scores: false,
            verdicts: false,
            recorded: false,
            open: 0,
        };
        let mut latest = vec![NONE; SLOTS];
        for (place, prediction) in (0u32..).zip(predictions) {
            placed.add(task, &mut latest, place, prediction, ids.place(&prediction.item));
        }
        placed
    }

    /// Adds answer number `place`, which is about `item`.
    // A call for each row: what is called often is compiled well early, in the page.
    #[inline(never)]
    fn add(&mut self, task: &Task, latest: &mut [u32], place: u32, prediction: &Prediction, item: Option<u32>) {
        self.item_of.push(item.unwrap_or(NONE));
        let class = match (&prediction.said, item) {
            (said @ (Said::Text(_) | Said::Nothing), Some(item)) => {
                let answer = &task.items[item as usize].answer;
                let text = text_of(said);
                let class = &mut latest[slot(text.unwrap_or_default(), answer)];
                if !self.is_of_class(*class, text, answer, task) {
                    *class = u32::try_from(self.examples.len()).unwrap_or(NONE);
                    self.examples.push(place);
                }
                *class
            }
            _ => NONE,
        };
        self.class_of.push(class);
        let Some(item) = item.map(|item| item as usize) else { return };
        self.recorded |= prediction.recorded.is_some();
        match prediction.said {
            Said::Text(_) if matches!(task.items[item].answer, Answer::Open { .. }) => {
                self.open += u64::from(open::is_open(&task.items[item]));
            }
            Said::Text(_) => self.texts = true,
            Said::Score(_) => self.scores = true,
            Said::Judged(_) => self.verdicts = true,
            // Null takes the place of no answer.
            Said::Nothing if self.answer_of[item] != NONE => return,
            Said::Nothing => {}
        }
        let before = std::mem::replace(&mut self.answer_of[item], place);
        if self.predictions.get(before as usize).is_some_and(|before| before.said != Said::Nothing) {
            self.again.push(u32::try_from(item).unwrap_or(NONE));
        }
    }

    /// Whether a text (or null) about a reference says what a class says. What is no class says nothing.
    fn is_of_class(&self, class: u32, text: Option<&str>, answer: &Answer, task: &Task) -> bool {
        let Some(&example) = self.examples.get(class as usize) else { return false };
        let reference = self.item_of.get(example as usize).and_then(|&item| task.items.get(item as usize));
        self.says(example) == text && reference.is_some_and(|item| is_same(&item.answer, answer))
    }

    /// What a profile reads in the texts of each class, as the mark of one of them.
    pub(super) fn readings(&self, index: &TaskIndex<'_>, profile: ProfileId) -> Vec<Mark> {
        let read = |&example: &u32| {
            let item = self.item_of[example as usize];
            let answer = &index.task().items[item as usize].answer;
            match self.says(example) {
                Some(text) => Mark::of(index, item, &answers::read(profile, answer, text), text),
                None if profile.profile().null == NullReply::Missing => missing(item),
                None => Mark::of(index, item, &answers::read_null(profile, answer), ""),
            }
        };
        self.examples.iter().map(read).collect()
    }

    /// The answer of each item, by its place in the run; `u32::MAX` where there is none. And the items that are answered more
    /// than once, each once.
    pub(super) fn into_answers(mut self) -> (Vec<u32>, Vec<u32>) {
        self.again.sort_unstable();
        self.again.dedup();
        (self.answer_of, self.again)
    }

    /// The answer that counts for an item; null only where there is no other.
    fn answer(&self, item: usize) -> Option<&'a Prediction> {
        self.predictions.get(*self.answer_of.get(item)? as usize)
    }

    /// The marks of all answers under a profile, whose `readings` are those of [`Self::readings`].
    pub(super) fn marks(&self, profile: ProfileId, readings: &[Mark], rules: &VerdictRules) -> Vec<Mark> {
        let mark = |(place, ((prediction, &item), &class)): (u32, ((&Prediction, &u32), &u32))| {
            if item == NONE {
                return Mark { item, state: Marked::Wrong, label: None };
            }
            match &prediction.said {
                Said::Text(_) => Mark { item, ..readings[class as usize] },
                // A score says no answer as long as nobody sets a threshold.
                Said::Score(_) => Mark { item, state: Marked::Unparsed, label: None },
                Said::Judged(judged) => Mark { item, state: verdict_state(profile, judged, rules), label: None },
                Said::Nothing if self.answer_of[item as usize] == place => Mark { item, ..readings[class as usize] },
                Said::Nothing => missing(item),
            }
        };
        (0u32..).zip(self.predictions.iter().zip(&self.item_of).zip(&self.class_of)).map(mark).collect()
    }

    /// The state of each item under a profile, as in [`Self::marks`]; of several answers the last one counts.
    pub(super) fn states(&self, profile: ProfileId, readings: &[Mark], rules: &VerdictRules) -> Vec<Marked> {
        let state = |&place: &u32| {
            let Some(prediction) = self.predictions.get(place as usize) else { return Marked::Missing };
            match (readings.get(self.class_of[place as usize] as usize), &prediction.said) {
                (Some(read), _) => read.state,
                (None, Said::Judged(judged)) => verdict_state(profile, judged, rules),
                (None, Said::Score(_) | Said::Text(_) | Said::Nothing) => Marked::Unparsed,
            }
        };
        self.answer_of.iter().map(state).collect()
    }

    /// The text of an answer.
    fn says(&self, place: u32) -> Option<&str> {
        text_of(&self.predictions.get(place as usize)?.said)
    }

    /// The scores of the positive class, by item.
    pub(super) fn scores(&self) -> Vec<(u32, f64)> {
        let score = |(prediction, &item): (&Prediction, &u32)| match prediction.said {
            Said::Score(score) if item != NONE => Some((item, score)),
            _ => None,
        };
        self.predictions.iter().zip(&self.item_of).filter_map(score).collect()
    }

    /// The verdicts that judges' replies give, by item; other verdicts stand in the run itself.
    pub(super) fn read_replies(&self, profile: ProfileId) -> Vec<Option<Judged>> {
        let read = |item: usize| match &self.answer(item)?.said {
            Said::Judged(Judged::Reply { reply }) => mark_of(profile, reply),
            _ => None,
        };
        (0..self.answer_of.len()).map(read).collect()
    }

    /// One row per open question, and per closed one with a verdict. `replies` are those of [`Self::read_replies`].
    pub(super) fn verdict_rows<'v>(
        &'v self,
        index: &TaskIndex<'_>,
        replies: &'v [Option<Judged>],
    ) -> Vec<VerdictRow<'v>> {
        let row = |(item, &clip): (usize, &u32)| {
            let verdict = match self.answer(item).map(|prediction| &prediction.said) {
                Some(Said::Judged(Judged::Reply { .. })) => match replies.get(item).and_then(Option::as_ref) {
                    Some(judged) => Verdict::Given(judged),
                    None => Verdict::Unread,
                },
                Some(Said::Judged(judged)) => Verdict::Given(judged),
                _ if matches!(index.task().items[item].answer, Answer::Open { .. }) => Verdict::Missing,
                _ => return None,
            };
            Some(VerdictRow { clip, verdict })
        };
        index.clip_of().iter().enumerate().filter_map(row).collect()
    }

    /// The marks that the file records against ours, which are those of [`Self::marks`].
    pub(super) fn recorded_against(&self, marks: &[Mark]) -> Option<Recorded> {
        let (mut n, mut sum, mut agree, mut differ) = (0u64, 0.0, 0, 0);
        for (prediction, mark) in self.predictions.iter().zip(marks) {
            let Some(recorded) = prediction.recorded.filter(|_| mark.item != NONE) else { continue };
            n += 1;
            sum += recorded;
            match mark.state {
                Marked::Right if recorded >= 0.5 => agree += 1,
                Marked::Wrong if recorded < 0.5 => agree += 1,
                Marked::Right | Marked::Wrong => differ += 1,
                Marked::Unparsed | Marked::Missing => {}
            }
        }
        (n > 0).then(|| Recorded { n, mean: sum / n as f64, agree, differ })
    }
}

/// The text that was said, if one was.
fn text_of(said: &Said) -> Option<&str> {
    match said {
        Said::Text(text) => Some(text),
        _ => None,
    }
}

const fn missing(item: u32) -> Mark {
    Mark { item, state: Marked::Missing, label: None }
}

/// Whether two references are the same; those of one file mostly share their options.
fn is_same(a: &Answer, b: &Answer) -> bool {
    match (a, b) {
        (Answer::Choice { options, correct }, Answer::Choice { options: others, correct: other }) => {
            correct == other && (Arc::ptr_eq(options, others) || options == others)
        }
        (a, b) => a == b,
    }
}

/// Where a text about a reference falls. Any place would do: what falls together is compared.
fn slot(text: &str, answer: &Answer) -> usize {
    let reference = match answer {
        Answer::Choice { correct, options } => u64::from(*correct) << 8 | options.len() as u64,
        Answer::YesNo { yes } => u64::from(*yes),
        Answer::Count { count } => *count,
        Answer::Label { label } => mixed(0, label),
        Answer::Open { .. } => 0,
    };
    // The upper bits are the best mixed.
    (mixed(reference, text) >> 40) as usize % SLOTS
}

/// A number made of a text, by multiplications: quick, since nothing but speed depends on it.
fn mixed(start: u64, text: &str) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = text.as_bytes().as_chunks();
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let hash = words.iter().fold(mix(start, text.len() as u64), |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, &byte| mix(hash, u64::from(byte)))
}

/// What a judge's reply says under a profile: the tolerant one also takes a score with more decimals, at which the script
/// would end.
pub(super) fn mark_of(profile: ProfileId, reply: &str) -> Option<Judged> {
    let score = match answers::read_judge_reply(reply) {
        JudgeReply::Score { score } => score,
        JudgeReply::Stops { .. } if profile == ProfileId::Tolerant => answers::long_score(reply)?,
        JudgeReply::Stops { .. } | JudgeReply::Undecodable => return None,
    };
    Some(Judged::Mark { mark: score, most: 1.0 })
}

/// A verdict as right or wrong: of assertions that count, all are at least half true; a mark is at least half of the best
/// one. It serves lists and comparisons; scores are made of the verdicts themselves.
pub(super) fn verdict_state(profile: ProfileId, judged: &Judged, rules: &VerdictRules) -> Marked {
    let right = match judged {
        Judged::Reply { reply } => mark_of(profile, reply).and_then(|judged| share(&judged, false)).map(|s| s >= 0.5),
        Judged::Assertions { marks, kinds } if !marks.is_empty() => {
            let aside = |i: usize| kinds.get(i).is_some_and(|kind| rules.aside.contains(kind));
            let mut counted = marks.iter().enumerate().filter(|(i, _)| !aside(*i));
            Some(counted.all(|(_, mark)| mark.is_some_and(|mark| mark > 0.0)))
        }
        judged => share(judged, rules.whole_marks).map(|share| share >= 0.5),
    };
    match right {
        Some(true) => Marked::Right,
        Some(false) => Marked::Wrong,
        None => Marked::Unparsed,
    }
}
