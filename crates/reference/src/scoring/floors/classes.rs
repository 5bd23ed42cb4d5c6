//! Rules for yes/no questions and labels that learn from question texts and file names, by leave-one-clip-out.
//!
//! Invariant: a feature is counted by class and never by clip, so that what a rule knows of a clip is what others share.

use std::collections::HashMap;

use super::learned::{Learner, Words, leave_one_clip_out, ln_share};
use super::{FloorHow, FloorRule, Guess, MOST_LEARNED};
use crate::scoring::interval::NoValue;
use crate::scoring::{Answer, TaskIndex};

/// The floors of yes/no questions and labels.
pub(super) fn of_labels(index: &TaskIndex<'_>) -> Vec<Guess> {
    let items = &index.task().items;
    let labels: Vec<Option<u32>> = items
        .iter()
        .enumerate()
        .map(|(i, item)| match item.answer {
            Answer::YesNo { .. } | Answer::Label { .. } => index.label_of(i),
            _ => None,
        })
        .collect();
    if labels.iter().all(Option::is_none) {
        return Vec::new();
    }
    let classes = index.labels().len();
    let learned = |features: Result<Features, NoValue>| {
        if items.len() > MOST_LEARNED {
            return Err(NoValue::TooMany { limit: MOST_LEARNED as u64 });
        }
        let features = features?;
        let mut rule = LabelWords::new(&labels, features, classes);
        Ok(leave_one_clip_out(index, &mut rule))
    };
    let asked = items.iter().any(|item| !item.question.is_empty());
    let questions = || {
        let mut words = Words::default();
        let of_item = items.iter().map(|item| words.of(&item.question, None)).collect();
        Features { of_item, known: words.known.len() }
    };
    vec![
        Guess {
            rule: FloorRule::QuestionWords,
            how: FloorHow::QuestionWords,
            credits: learned(if asked { Ok(questions()) } else { Err(NoValue::NotRecorded) }),
        },
        Guess { rule: FloorRule::FileName, how: FloorHow::FileName, credits: learned(Ok(beginnings(index))) },
    ]
}

/// What a rule sees of each item.
struct Features {
    of_item: Vec<Vec<u32>>,
    known: usize,
}

/// One feature per item: the beginning of its clip's name, or 0 for those that fewer than five items share.
fn beginnings(index: &TaskIndex<'_>) -> Features {
    const RARE: u32 = 5;
    let items = &index.task().items;
    let beginning = |clip: &str| {
        let name = clip.rsplit(['/', '\\']).next().unwrap_or(clip);
        name.split('_').next().unwrap_or(name).to_lowercase()
    };
    let mut numbers: HashMap<String, (u32, u32)> = HashMap::new();
    let mut of_item = Vec::with_capacity(items.len());
    for item in items {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX - 1) + 1;
        let entry = numbers.entry(beginning(&item.clip)).or_insert((next, 0));
        entry.1 += 1;
        of_item.push(entry.0);
    }
    let mut frequent = vec![false; numbers.len() + 1];
    for (number, count) in numbers.values() {
        frequent[*number as usize] = *count >= RARE;
    }
    let known = frequent.len();
    Features { of_item: of_item.into_iter().map(|n| vec![if frequent[n as usize] { n } else { 0 }]).collect(), known }
}

/// Naive Bayes over features of items.
struct LabelWords<'a> {
    labels: &'a [Option<u32>],
    features: Features,
    /// By feature, then by class.
    counts: Vec<i64>,
    of_class: Vec<i64>,
}

impl<'a> LabelWords<'a> {
    fn new(labels: &'a [Option<u32>], features: Features, classes: usize) -> Self {
        let counts = vec![0; features.known * classes];
        Self { labels, features, counts, of_class: vec![0; classes] }
    }
}

impl Learner for LabelWords<'_> {
    fn learn(&mut self, item: usize, sign: i64) {
        let Some(label) = self.labels[item] else { return };
        self.of_class[label as usize] += sign;
        for &feature in &self.features.of_item[item] {
            self.counts[feature as usize * self.of_class.len() + label as usize] += sign;
        }
    }

    fn credit(&self, item: usize) -> Option<f64> {
        let label = self.labels[item]?;
        let all: i64 = self.of_class.iter().sum();
        let mut best = (0u32, f64::NEG_INFINITY);
        for (class, &n) in (0u32..).zip(&self.of_class) {
            let words = self.features.of_item[item].iter();
            let of_words = words.map(|&f| ln_share(self.counts[f as usize * self.of_class.len() + class as usize], n));
            let score = ln_share(n, all) + of_words.sum::<f64>();
            if score > best.1 {
                best = (class, score);
            }
        }
        Some(f64::from(u8::from(best.0 == label)))
    }
}
