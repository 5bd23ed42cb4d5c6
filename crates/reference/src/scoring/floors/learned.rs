//! Rules that learn from the annotation file, told by leave-one-clip-out.
//!
//! One loop serves all: it takes a clip's items out of the rule's counts, asks the rule about them, and puts them back. So
//! every rule is a pair of counting and asking, and costs two passes. Invariant: what a rule is asked about was never
//! counted.

use std::collections::HashMap;
use std::sync::Arc;

use super::{FloorHow, FloorRule, Guess, MOST_LEARNED};
use crate::error::shown;
use crate::scoring::interval::NoValue;
use crate::scoring::{Answer, TaskIndex};

/// A rule that counts items and answers others.
pub(super) trait Learner {
    /// Adds an item (`sign` 1) or takes it out again (`sign` −1).
    fn learn(&mut self, item: usize, sign: i64);
    /// The expected credit on an item that is not counted; `None` where the rule does not apply.
    fn credit(&self, item: usize) -> Option<f64>;
}

/// The credits of a rule on every item.
pub(super) fn leave_one_clip_out(index: &TaskIndex<'_>, rule: &mut dyn Learner) -> Vec<Option<f64>> {
    let clip_of = index.clip_of();
    let mut by_clip: Vec<u32> = (0u32..).take(clip_of.len()).collect();
    by_clip.sort_by_key(|&item| clip_of[item as usize]);
    (0..clip_of.len()).for_each(|item| rule.learn(item, 1));
    let mut credits = vec![None; clip_of.len()];
    for items in by_clip.chunk_by(|&a, &b| clip_of[a as usize] == clip_of[b as usize]) {
        items.iter().for_each(|&item| rule.learn(item as usize, -1));
        for &item in items {
            credits[item as usize] = rule.credit(item as usize);
        }
        items.iter().for_each(|&item| rule.learn(item as usize, 1));
    }
    credits
}

/// An item with options.
struct Choice<'a> {
    options: &'a [String],
    correct: usize,
    /// The options' numbers by length in characters, the longest first, ties in their order.
    by_length: Vec<u8>,
}

/// The most options of an item that learning rules look at.
const MOST_OPTIONS: usize = 64;

/// One per item; `None` for other kinds of questions.
fn choices<'a>(index: &TaskIndex<'a>) -> Vec<Option<Choice<'a>>> {
    let choice = |answer: &'a Answer| match answer {
        Answer::Choice { options, correct } if (2..=MOST_OPTIONS).contains(&options.len()) => {
            let lengths: Vec<usize> = options.iter().map(|option| option.chars().count()).collect();
            let mut by_length: Vec<u8> = (0u8..).take(options.len()).collect();
            by_length.sort_by_key(|&option| std::cmp::Reverse(lengths[usize::from(option)]));
            Some(Choice { options, correct: *correct as usize, by_length })
        }
        _ => None,
    };
    index.task().items.iter().map(|item| choice(&item.answer)).collect()
}

fn right(answer: usize, choice: &Choice<'_>) -> f64 {
    f64::from(u8::from(answer == choice.correct))
}

/// The first of the most frequent.
fn first_most(counts: impl IntoIterator<Item = i64>) -> usize {
    let mut best = (0, i64::MIN);
    for (i, count) in counts.into_iter().enumerate() {
        if count > best.1 {
            best = (i, count);
        }
    }
    best.0
}

/// The longest option alone, without what only learning needs.
fn longest_of_many(index: &TaskIndex<'_>) -> Vec<Guess> {
    let credit = |answer: &Answer| match answer {
        Answer::Choice { options, correct } if options.len() > 1 => {
            let longest =
                first_most(options.iter().map(|option| i64::try_from(option.chars().count()).unwrap_or(i64::MAX)));
            Some(f64::from(u8::from(longest == *correct as usize)))
        }
        _ => None,
    };
    let items = &index.task().items;
    let mut last: Option<&Arc<[String]>> = None;
    let texts = items.iter().any(|item| match &item.answer {
        // Items without texts share one list of options.
        Answer::Choice { options, .. } if !last.is_some_and(|last| Arc::ptr_eq(last, options)) => {
            last = Some(options);
            options.iter().any(|option| !option.is_empty())
        }
        _ => false,
    });
    let credits =
        if texts { Ok(items.iter().map(|item| credit(&item.answer)).collect()) } else { Err(NoValue::NotRecorded) };
    let guess = |(rule, how): (FloorRule, FloorHow)| Guess {
        rule,
        how,
        credits: Err(NoValue::TooMany { limit: MOST_LEARNED as u64 }),
    };
    let mut guesses = vec![Guess { rule: FloorRule::LongestOption, how: FloorHow::LongestOption, credits }];
    guesses.extend(
        [
            (FloorRule::Position, FloorHow::Position),
            (FloorRule::LengthRank, FloorHow::LengthRank),
            (FloorRule::OptionWords, FloorHow::OptionWords),
        ]
        .map(guess),
    );
    guesses
}

/// The floors of multiple choice.
pub(super) fn of_choices(index: &TaskIndex<'_>) -> Vec<Guess> {
    let items = &index.task().items;
    if !items.iter().any(|item| matches!(item.answer, Answer::Choice { .. })) {
        return Vec::new();
    }
    if items.len() > MOST_LEARNED {
        return longest_of_many(index);
    }
    let choices = choices(index);
    let texts = choices.iter().flatten().any(|choice| choice.options.iter().any(|option| !option.is_empty()));
    let learned = |rule: &mut dyn Learner, needs_texts: bool| {
        if needs_texts && !texts { Err(NoValue::NotRecorded) } else { Ok(leave_one_clip_out(index, rule)) }
    };
    let longest = |choice: &Choice<'_>| right(usize::from(choice.by_length[0]), choice);
    let of_longest = || choices.iter().map(|choice| choice.as_ref().map(longest)).collect();
    let mut guesses = vec![
        Guess {
            rule: FloorRule::LongestOption,
            how: FloorHow::LongestOption,
            credits: if texts { Ok(of_longest()) } else { Err(NoValue::NotRecorded) },
        },
        Guess {
            rule: FloorRule::Position,
            how: FloorHow::Position,
            credits: learned(&mut Position { choices: &choices, right: HashMap::new() }, false),
        },
        Guess {
            rule: FloorRule::LengthRank,
            how: FloorHow::LengthRank,
            credits: learned(&mut LengthRank { choices: &choices, right: HashMap::new() }, true),
        },
    ];
    if texts {
        let spared = spared_options(&choices);
        if let Some(first) = spared.first() {
            let option = shown(first);
            for (rule, longest, how) in [
                (FloorRule::SparedOption, false, FloorHow::SparedOption { option: option.clone() }),
                (FloorRule::SparedOptionThenLongest, true, FloorHow::SparedOptionThenLongest { option }),
            ] {
                let mut learner = Spared::new(&choices, &spared, longest);
                guesses.push(Guess { rule, how, credits: learned(&mut learner, true) });
            }
        }
        let credits = learned(&mut OptionWords::new(&choices), true);
        guesses.push(Guess { rule: FloorRule::OptionWords, how: FloorHow::OptionWords, credits });
    }
    guesses
}

/// Right letters, by number of options.
struct Position<'a> {
    choices: &'a [Option<Choice<'a>>],
    right: HashMap<usize, Vec<i64>>,
}

impl Learner for Position<'_> {
    fn learn(&mut self, item: usize, sign: i64) {
        if let Some(choice) = &self.choices[item] {
            let n = choice.options.len();
            self.right.entry(n).or_insert_with(|| vec![0; n])[choice.correct.min(n - 1)] += sign;
        }
    }

    fn credit(&self, item: usize) -> Option<f64> {
        let choice = self.choices[item].as_ref()?;
        let counts = self.right.get(&choice.options.len())?;
        Some(right(first_most(counts.iter().copied()), choice))
    }
}

/// The right option's place in the order of lengths, by number of options.
struct LengthRank<'a> {
    choices: &'a [Option<Choice<'a>>],
    right: HashMap<usize, Vec<i64>>,
}

impl Learner for LengthRank<'_> {
    fn learn(&mut self, item: usize, sign: i64) {
        if let Some(choice) = &self.choices[item] {
            let n = choice.options.len();
            let place = choice.by_length.iter().position(|&option| usize::from(option) == choice.correct);
            self.right.entry(n).or_insert_with(|| vec![0; n])[place.unwrap_or(0)] += sign;
        }
    }

    fn credit(&self, item: usize) -> Option<f64> {
        let choice = self.choices[item].as_ref()?;
        let counts = self.right.get(&choice.options.len())?;
        Some(right(usize::from(choice.by_length[first_most(counts.iter().copied())]), choice))
    }
}

/// Texts that are an option of at least half of all questions. Such a text stands in many of 64 evenly spaced questions,
/// so that only those need to be counted.
fn frequent_texts<'a>(choices: &[Option<Choice<'a>>]) -> Vec<&'a str> {
    const SAMPLED: usize = 64;
    let all: Vec<&Choice<'a>> = choices.iter().flatten().collect();
    let mut sampled: HashMap<&'a str, usize> = HashMap::new();
    let step = all.len().div_ceil(SAMPLED).max(1);
    for choice in all.iter().step_by(step) {
        for option in choice.options.iter().filter(|option| !option.is_empty()) {
            *sampled.entry(option).or_default() += 1;
        }
    }
    let looked_at = all.len().div_ceil(step);
    let mut found: Vec<&str> = sampled.into_iter().filter(|(_, n)| n * 4 >= looked_at).map(|(text, _)| text).collect();
    found.retain(|text| 2 * all.iter().filter(|c| c.options.iter().any(|o| o == text)).count() >= all.len());
    found.sort_unstable();
    found
}

/// Frequent texts that are right in less than one of a hundred of their questions.
fn spared_options<'a>(choices: &[Option<Choice<'a>>]) -> Vec<&'a str> {
    let mut texts = frequent_texts(choices);
    texts.retain(|text| {
        let (mut stands, mut is_right) = (0u64, 0u64);
        for choice in choices.iter().flatten() {
            if let Some(place) = choice.options.iter().position(|option| option == text) {
                stands += 1;
                is_right += u64::from(place == choice.correct);
            }
        }
        is_right * 100 < stands
    });
    texts
}

/// Avoids options that are never right, and follows positions of theirs that leave one letter alone.
struct Spared<'a> {
    choices: &'a [Option<Choice<'a>>],
    /// By item: which options are such, as bits.
    marked: Vec<u64>,
    longest: bool,
    /// By those bits and the number of options: right letters.
    right: HashMap<(u64, usize), Vec<i64>>,
    /// Questions in which one of them is right.
    exceptions: i64,
}

impl<'a> Spared<'a> {
    /// Questions with one position that make a letter certain.
    const CERTAIN: i64 = 10;

    fn new(choices: &'a [Option<Choice<'a>>], texts: &[&str], longest: bool) -> Self {
        let marked = |choice: &Choice<'_>| {
            let bits = choice.options.iter().enumerate().filter(|(_, option)| texts.contains(&option.as_str()));
            bits.fold(0u64, |bits, (i, _)| bits | 1 << i)
        };
        let marked = choices.iter().map(|choice| choice.as_ref().map_or(0, marked)).collect();
        Self { choices, marked, longest, right: HashMap::new(), exceptions: 0 }
    }
}

impl Learner for Spared<'_> {
    fn learn(&mut self, item: usize, sign: i64) {
        if let Some(choice) = &self.choices[item] {
            let n = choice.options.len();
            let correct = choice.correct.min(n - 1);
            self.right.entry((self.marked[item], n)).or_insert_with(|| vec![0; n])[correct] += sign;
            self.exceptions += sign * i64::from(self.marked[item] >> correct & 1 == 1);
        }
    }

    fn credit(&self, item: usize) -> Option<f64> {
        let choice = self.choices[item].as_ref()?;
        let n = choice.options.len();
        let marked = self.marked[item];
        if let Some(counts) = self.right.get(&(marked, n)).filter(|_| marked != 0) {
            let (best, all) = (first_most(counts.iter().copied()), counts.iter().sum::<i64>());
            if all >= Self::CERTAIN && counts[best] == all {
                return Some(right(best, choice));
            }
        }
        // Only what was never right elsewhere is avoided.
        let avoided = if self.exceptions == 0 { marked } else { 0 };
        let left = |option: usize| avoided >> option & 1 == 0;
        if self.longest {
            let longest = choice.by_length.iter().map(|&option| usize::from(option)).find(|&option| left(option));
            return Some(right(longest.unwrap_or(0), choice));
        }
        let others = (0..n).filter(|&option| left(option)).count();
        Some(if left(choice.correct) && others > 0 { 1.0 / others as f64 } else { 0.0 })
    }
}

/// Numbers words: runs of letters and digits in lower case.
#[derive(Default)]
pub(super) struct Words {
    pub(super) known: HashMap<String, u32>,
}

impl Words {
    /// The different words of a text and of `more` features, in order of number.
    pub(super) fn of(&mut self, text: &str, more: impl IntoIterator<Item = String>) -> Vec<u32> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
        let mut numbers: Vec<u32> = words
            .chain(more)
            .map(|word| {
                let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
                *self.known.entry(word).or_insert(next)
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// ln of a share with half a count added, so that nothing is impossible. The counts of a left-out clip are taken out again,
/// so that they never fall below 0.
pub(super) fn ln_share(count: i64, all: i64) -> f64 {
    libm::log((count as f64 + 0.5) / (all as f64 + 1.0))
}

/// Naive Bayes over the features of options: right ones against wrong ones.
struct OptionWords<'a> {
    choices: &'a [Option<Choice<'a>>],
    /// By item and option.
    features: Vec<Vec<Vec<u32>>>,
    /// By feature: options that are right and options that are wrong.
    counts: Vec<(i64, i64)>,
    options: (i64, i64),
}

impl<'a> OptionWords<'a> {
    fn new(choices: &'a [Option<Choice<'a>>]) -> Self {
        let mut words = Words::default();
        let mut of_choice = |choice: &Choice<'_>| {
            let rank_of = |option: usize| choice.by_length.iter().position(|&o| usize::from(o) == option).unwrap_or(0);
            let n = choice.options.len();
            // Features that are no words begin with a character that no word has.
            let more = |option: usize| [format!("#{option} of {n}"), format!("#length {} of {n}", rank_of(option))];
            choice.options.iter().enumerate().map(|(i, option)| words.of(option, more(i))).collect()
        };
        let features = choices.iter().map(|choice| choice.as_ref().map(&mut of_choice).unwrap_or_default()).collect();
        Self { choices, features, counts: vec![(0, 0); words.known.len()], options: (0, 0) }
    }
}

impl Learner for OptionWords<'_> {
    fn learn(&mut self, item: usize, sign: i64) {
        let Some(choice) = &self.choices[item] else { return };
        for (option, features) in self.features[item].iter().enumerate() {
            let is_right = option == choice.correct;
            *(if is_right { &mut self.options.0 } else { &mut self.options.1 }) += sign;
            for &feature in features {
                let counts = &mut self.counts[feature as usize];
                *(if is_right { &mut counts.0 } else { &mut counts.1 }) += sign;
            }
        }
    }

    fn credit(&self, item: usize) -> Option<f64> {
        let choice = self.choices[item].as_ref()?;
        let weight = |&feature: &u32| {
            let (right, wrong) = self.counts[feature as usize];
            ln_share(right, self.options.0) - ln_share(wrong, self.options.1)
        };
        let mut best = (0, f64::NEG_INFINITY);
        for (option, features) in self.features[item].iter().enumerate() {
            let score: f64 = features.iter().map(weight).sum();
            if score > best.1 {
                best = (option, score);
            }
        }
        Some(right(best.0, choice))
    }
}
