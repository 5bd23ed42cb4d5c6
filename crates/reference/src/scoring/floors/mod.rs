//! What a score must beat: rules that never look at a clip.
//!
//! Each floor comes from the annotation file alone and is scored under the same averaging as a run. Rules that learn
//! (which option is right by position, by length, by words; what a file name gives away) are told by leave-one-clip-out:
//! the answers to a clip's own questions are withheld when its questions are answered, so that no rule can score by
//! remembering. Invariants: a floor says in a sentence what its rule does and where it was learned; where the file lacks
//! what a rule needs, the floor says so; ties go to the first option; the same file gives the same floors.

mod classes;
mod learned;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::interval::NoValue;
use super::protocols::choice::{self, ChoiceRules, FacetScores};
use super::protocols::labels;
use super::{Answer, Mark, Marked, Quantity, Repeats, Sheet, TaskIndex};

/// A rule that answers without the clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FloorRule {
    /// Any option or class, with the same chance.
    Random,
    /// Always the most frequent letter, class or number.
    MostFrequent,
    /// Always one class.
    Always,
    /// The letter that is most often right elsewhere.
    Position,
    /// The longest option.
    LongestOption,
    /// The place in the order of lengths that is most often right elsewhere.
    LengthRank,
    /// Any option but one that stands in most questions and is never right; one certain letter where its position tells.
    SparedOption,
    /// The longest option by the same leave-outs.
    SparedOptionThenLongest,
    /// The options' words, lengths and positions that go with being right elsewhere.
    OptionWords,
    /// The question's words that go with a class elsewhere.
    QuestionWords,
    /// The beginning of the file's name that goes with a class elsewhere.
    FileName,
    /// The reference answer of another clip, for open answers that a judge of texts marks.
    OtherClip,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "measure")]
pub enum FloorMeasure {
    /// Accuracy under the run's averaging.
    Accuracy,
    /// F1 of a class.
    F1 {
        /// The class.
        positive: String,
    },
    /// The mean mark of one judge.
    Mean,
}

/// A floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Floor {
    /// The rule.
    pub rule: FloorRule,
    /// The measure.
    #[serde(flatten)]
    pub measure: FloorMeasure,
    /// Its value, 0 to 1, expected where the rule draws; `n` counts items.
    pub value: Quantity,
    /// What the rule does and how it was found.
    pub how: String,
    /// By facet, for accuracy over at most [`MOST_LEARNED`] items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<FacetScores>,
}

/// The most items over which rules learn and facets are told.
pub const MOST_LEARNED: usize = 50_000;

/// The expected credit of a rule on each item, and how it was found.
struct Guess {
    rule: FloorRule,
    how: String,
    /// `None` where the rule has no answer to give, such as for open questions; or why there is none at all.
    credits: Result<Vec<Option<f64>>, NoValue>,
}

/// The floors of a task under the averaging of `rules`, for accuracy and for the F1 of each class of yes/no questions.
pub fn floors(index: &TaskIndex<'_>, rules: &ChoiceRules) -> Vec<Floor> {
    // A floor answers every item: nothing is unread, and nothing guessed beyond what the rule itself draws.
    let rules = ChoiceRules { guesses: false, ..rules.clone() };
    let few = index.task().items.len() <= MOST_LEARNED;
    let mut guesses = vec![random(index), most_frequent(index)];
    guesses.extend(learned::of_choices(index));
    guesses.extend(classes::of_labels(index));
    let mut floors = Vec::new();
    for Guess { rule, how, credits } in guesses {
        let (value, facets) = match credits {
            Err(why) => (Quantity::Undefined(why), Vec::new()),
            Ok(credits) => {
                let scored = choice::score_credits(index, &credits, &rules, few);
                (scored.score, scored.facets)
            }
        };
        floors.push(Floor { rule, measure: FloorMeasure::Accuracy, value, how, facets });
    }
    let yes_no = index.task().items.iter().any(|item| matches!(item.answer, Answer::YesNo { .. }));
    if yes_no {
        for (says, label) in [(true, "yes"), (false, "no")] {
            let scored = labels::score(&Sheet::new(index, &always(index, says), Repeats::Last), Some(label));
            let Some(pass) = scored.passes.first() else { continue };
            let f1 = pass.class(label).map_or(Quantity::Undefined(NoValue::Empty), |class| class.f1);
            let both = [(FloorMeasure::Accuracy, pass.accuracy), (FloorMeasure::F1 { positive: label.to_owned() }, f1)];
            floors.extend(both.map(|(measure, value)| Floor {
                rule: FloorRule::Always,
                measure,
                value,
                how: format!("Answers {label} to every question."),
                facets: Vec::new(),
            }));
        }
    }
    floors
}

/// The strongest floor of a measure.
pub fn strongest<'a>(floors: &'a [Floor], measure: &FloorMeasure) -> Option<&'a Floor> {
    let of_measure = floors.iter().filter(|floor| floor.measure == *measure && floor.value.value().is_some());
    of_measure.max_by(|a, b| a.value.value().unwrap_or(0.0).total_cmp(&b.value.value().unwrap_or(0.0)))
}

/// The marks of always giving one answer to yes/no questions; other items are left unanswered.
fn always(index: &TaskIndex<'_>, says: bool) -> Vec<Mark> {
    (0u32..)
        .zip(&index.task().items)
        .filter_map(|(item, of_item)| match of_item.answer {
            Answer::YesNo { yes } => Some(Mark {
                item,
                state: if yes == says { Marked::Right } else { Marked::Wrong },
                label: index.label(if says { "yes" } else { "no" }),
            }),
            _ => None,
        })
        .collect()
}

fn random(index: &TaskIndex<'_>) -> Guess {
    let labels = index.task().items.iter().any(|item| matches!(item.answer, Answer::Label { .. }));
    let classes = index.labels().len().max(1) as f64;
    let credit = |answer: &Answer| match answer {
        Answer::Open { .. } => None,
        Answer::Label { .. } => Some(1.0 / classes),
        _ => Some(choice::chance(answer)),
    };
    let credits = index.task().items.iter().map(|item| credit(&item.answer)).collect();
    let mut how = "Draws an option, or yes or no, with equal chances; the value is the expected one.".to_owned();
    if labels {
        how.push_str(" Labels are drawn from those that occur.");
    }
    Guess { rule: FloorRule::Random, how, credits: Ok(credits) }
}

fn most_frequent(index: &TaskIndex<'_>) -> Guess {
    let items = &index.task().items;
    let mut of_label = vec![0u64; index.labels().len()];
    let mut of_count: BTreeMap<u64, u64> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        if let Answer::Count { count } = item.answer {
            *of_count.entry(count).or_default() += 1;
        } else if let Some(label) = index.label_of(i) {
            of_label[label as usize] += 1;
        }
    }
    // Letters, yes and no, and labels are asked for by different questions: each kind has its own.
    let kind = |answer: &Answer| match answer {
        Answer::Choice { .. } => Some(0),
        Answer::YesNo { .. } => Some(1),
        Answer::Label { .. } => Some(2),
        Answer::Count { .. } | Answer::Open { .. } => None,
    };
    let mut best: [Option<u32>; 3] = [None; 3];
    for (i, item) in items.iter().enumerate() {
        if let Some((kind, label)) = kind(&item.answer).zip(index.label_of(i)) {
            let slot = &mut best[kind];
            if slot.is_none_or(|best| of_label[label as usize] > of_label[best as usize]) {
                *slot = Some(label);
            }
        }
    }
    let number = of_count.iter().rev().max_by_key(|(_, n)| **n).map(|(count, _)| *count);
    let credit = |(i, item): (usize, &super::Item)| match item.answer {
        Answer::Count { count } => Some(f64::from(u8::from(Some(count) == number))),
        Answer::Open { .. } => None,
        _ => {
            kind(&item.answer).map(|kind| f64::from(u8::from(best[kind].is_some() && best[kind] == index.label_of(i))))
        }
    };
    let credits = items.iter().enumerate().map(credit).collect();
    let mut named: Vec<String> = best
        .iter()
        .flatten()
        .filter_map(|&label| index.labels().get(label as usize))
        .map(|l| (*l).to_owned())
        .collect();
    named.extend(number.map(|number| number.to_string()));
    let how = format!("Always answers {}, the most frequent answer of this very file.", named.join(" or "));
    Guess { rule: FloorRule::MostFrequent, how, credits: Ok(credits) }
}

#[cfg(test)]
mod tests;
