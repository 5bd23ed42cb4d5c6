//! Labels, yes and no among them: accuracy overall and per class, balanced, precision, recall, F1, yes-rate, AUROC, AP.
//!
//! Invariants: every pass names its denominator, since published scripts print two that differ (IPV-Bench's judgement: one
//! over all answers, one over those it could read); an unread answer is no class, so that it lowers recall and nothing
//! else; the positive class is named, never guessed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agreement::bootstrap::{Statistic, clustered};
use crate::agreement::ranking::{Auroc, AveragePrecision, Classes};
use crate::scoring::interval::{Ends, PerClip, Row};
use crate::scoring::{Denominator, Marked, NoValue, Quantity, Sheet, Tally, TaskIndex};

/// The scores of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassScore {
    /// The class.
    pub label: String,
    /// Counted items of which it is the reference.
    pub references: u64,
    /// Counted items that were answered with it.
    pub answers: u64,
    /// Share of its items that were answered rightly: recall, also called the accuracy on this class.
    pub recall: Quantity,
    /// Share of the answers with it that are right; undefined if it was never answered.
    pub precision: Quantity,
    /// 2 TP / (2 TP + FP + FN); undefined if it is neither a reference nor an answer.
    pub f1: Quantity,
    /// Share of counted items that were answered with it: for yes, the yes-rate.
    pub rate: Quantity,
}

/// The scores over one denominator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelPass {
    /// Which items count.
    pub denominator: Denominator,
    /// Right over counted.
    pub accuracy: Quantity,
    /// Mean of the classes' recalls, over the classes that are a reference in the task.
    pub balanced: Quantity,
    /// By class, in the order of [`TaskIndex::labels`].
    pub classes: Vec<ClassScore>,
}

impl LabelPass {
    /// The scores of one class.
    pub fn class(&self, label: &str) -> Option<&ClassScore> {
        self.classes.iter().find(|class| class.label == label)
    }
}

/// The score of one run on labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelScore {
    /// How many answers there are of each kind.
    pub tally: Tally,
    /// The class whose precision, recall, F1 and rate are the headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// Over all items, and over those that could be read.
    pub passes: Vec<LabelPass>,
}

/// No class.
const NONE: u32 = u32::MAX;

/// What an item says, by class number.
#[derive(Clone, Copy)]
struct Said {
    clip: u32,
    state: Marked,
    reference: u32,
    answer: u32,
}

/// Scores one run over all items and over the parsed ones. Items without a reference label do not count.
pub fn score(sheet: &Sheet<'_>, positive: Option<&str>) -> LabelScore {
    let index = sheet.index();
    let mut rows = Vec::with_capacity(sheet.marks().len());
    for (i, mark) in sheet.marks().iter().enumerate() {
        let Some(reference) = index.label_of(i) else { continue };
        let answer = match (mark.state, mark.label) {
            // A wrong answer without a label was read and is none of the classes.
            (Marked::Missing | Marked::Unparsed, _) | (Marked::Wrong, None) => None,
            (_, Some(label)) => Some(label),
            (Marked::Right, None) => Some(reference),
        };
        let clip = index.clip_of()[i];
        rows.push(Said { clip, state: mark.state, reference, answer: answer.unwrap_or(NONE) });
    }
    let mut space = PerClip::new(index.clips() as usize);
    let passes = [Denominator::All, Denominator::Parsed].map(|denominator| pass(index, &rows, denominator, &mut space));
    LabelScore { tally: sheet.tally(), positive: positive.map(str::to_owned), passes: passes.to_vec() }
}

fn pass(index: &TaskIndex<'_>, all: &[Said], denominator: Denominator, space: &mut PerClip) -> LabelPass {
    let rows = || all.iter().copied().filter(|row| denominator.holds(row.state));
    let share = |space: &mut PerClip, above: &dyn Fn(Said) -> f64, below: &dyn Fn(Said) -> f64| {
        let n = rows().map(below).filter(|below| *below > 0.0).count() as u64;
        let rows = rows().map(|row| Row { part: 0, clip: row.clip, above: above(row), below: below(row) });
        space.ratios(rows.filter(|row| row.below > 0.0), &[1.0], n, Ends::Share)
    };
    let is = |yes: bool| f64::from(u8::from(yes));
    let right = |row: Said| is(row.state == Marked::Right);
    let accuracy = share(space, &right, &|_| 1.0);
    let labels = u32::try_from(index.labels().len()).unwrap_or(0);
    let classes = (0..labels).map(|class| {
        let (mut references, mut answers) = (0, 0);
        for row in rows() {
            references += u64::from(row.reference == class);
            answers += u64::from(row.answer == class);
        }
        let (refers, answered) =
            (move |row: Said| is(row.reference == class), move |row: Said| is(row.answer == class));
        let hit = move |row: Said| refers(row) * answered(row);
        ClassScore {
            label: index.labels()[class as usize].to_owned(),
            references,
            answers,
            recall: share(space, &|row| refers(row) * right(row), &refers),
            precision: share(space, &hit, &answered),
            f1: share(space, &|row| 2.0 * hit(row), &|row| refers(row) + answered(row)),
            rate: share(space, &answered, &|_| 1.0),
        }
    });
    let classes: Vec<ClassScore> = classes.collect();
    // A class that no reference has (no, in a task of yes alone) has no recall to enter the mean.
    let mut part_of = vec![NONE; classes.len()];
    let mut parts = 0u32;
    for row in all {
        let part = &mut part_of[row.reference as usize];
        if *part == NONE {
            *part = parts;
            parts += 1;
        }
    }
    let coefficients = vec![1.0 / f64::from(parts.max(1)); parts as usize];
    let by_class =
        rows().map(|row| Row { part: part_of[row.reference as usize], clip: row.clip, above: right(row), below: 1.0 });
    let balanced = space.ratios(by_class, &coefficients, rows().count() as u64, Ends::Share);
    LabelPass { denominator, accuracy, balanced, classes }
}

/// How well scores tell the positive class from the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedScore {
    /// The positive class; higher scores mean it.
    pub positive: String,
    /// Items with a score and a reference label.
    pub n: u64,
    /// Positive items among them.
    pub positives: u64,
    /// Items with a reference label and without a score; they are in no denominator.
    pub missing: u64,
    /// Area under the ROC curve; ties count half. Floor: 0.5.
    pub auroc: Quantity,
    /// Average precision. Floor: the share of positive items.
    pub average_precision: Quantity,
}

/// Rows times resamples that a bootstrap may cost, so that a million rows stay within a second.
const BOOTSTRAP_COST: usize = 50_000_000;

/// Resamples for `n` rows: 1,000 up to 50,000 rows, then fewer, never below 50.
pub(crate) fn resamples_for(n: usize) -> u32 {
    u32::try_from((BOOTSTRAP_COST / n.max(1)).clamp(50, 1000)).unwrap_or(50)
}

/// AUROC and average precision of scores, given as (item, score). The last score of an item counts; what is not finite or
/// belongs to no item is left out.
pub fn rank(index: &TaskIndex<'_>, scores: &[(u32, f64)], positive: &str) -> RankedScore {
    let mut of_item: Vec<Option<f64>> = vec![None; index.task().items.len()];
    for &(item, score) in scores.iter().filter(|(_, score)| score.is_finite()) {
        if let Some(slot) = of_item.get_mut(item as usize) {
            *slot = Some(score);
        }
    }
    let class = index.label(positive);
    let (mut values, mut positives, mut clips, mut missing) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (i, score) in of_item.iter().enumerate() {
        let Some(label) = index.label_of(i) else { continue };
        let Some(score) = score else {
            missing += 1;
            continue;
        };
        values.push(*score);
        positives.push(Some(label) == class);
        clips.push(index.clip_of()[i]);
    }
    let n = values.len();
    let of_positive = positives.iter().filter(|&&positive| positive).count();
    let (auroc, average_precision) = if of_positive == 0 || of_positive == n {
        let why = if n == 0 { NoValue::Empty } else { NoValue::OneClass };
        (Quantity::Undefined(why), Quantity::Undefined(why))
    } else {
        let classes = Classes::new(&values, &positives);
        let (mut auroc, mut precision) = (Auroc(&classes), AveragePrecision(&classes));
        let ones = vec![1; n];
        let found = [auroc.evaluate(&ones), precision.evaluate(&ones)];
        let resamples = resamples_for(n);
        let clip_count = index.clips() as usize;
        let intervals = clustered(&clips, clip_count, resamples, &mut [&mut auroc, &mut precision]);
        let quantity =
            |i: usize| Quantity::bootstrapped(found[i], n, clip_count, resamples, intervals[i], NoValue::OneClass);
        (quantity(0), quantity(1))
    };
    let (n, positives) = (n as u64, of_positive as u64);
    RankedScore { positive: positive.to_owned(), n, positives, missing, auroc, average_precision }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::marks::tests::{mark, task};
    use crate::scoring::{Answer, Mark, Repeats, Task};

    fn yes_no(references: &[bool]) -> Task {
        let names: Vec<String> = (0..references.len()).map(|i| format!("{i}.mp4")).collect();
        let items = references.iter().zip(&names);
        task(&[], items.map(|(&yes, name)| (name.as_str(), vec![], None, Answer::YesNo { yes })).collect())
    }

    fn marks(references: &[bool], answers: &[Option<bool>]) -> Vec<Mark> {
        (0u32..)
            .zip(references.iter().zip(answers))
            .map(|(item, (reference, answer))| match answer {
                None => mark(item, Marked::Unparsed),
                Some(says) => Mark {
                    item,
                    state: if says == reference { Marked::Right } else { Marked::Wrong },
                    // Yes is the first label.
                    label: Some(u32::from(!*says)),
                },
            })
            .collect()
    }

    fn scored(references: &[bool], answers: &[Option<bool>]) -> LabelScore {
        let task = yes_no(references);
        let index = TaskIndex::new(&task);
        score(&Sheet::new(&index, &marks(references, answers), Repeats::Last), Some("yes"))
    }

    fn percent(quantity: &Quantity) -> f64 {
        (quantity.value().unwrap() * 1000.0).round() / 10.0
    }

    /// Of `n` references of one class, the first `right` are answered rightly.
    fn answered(class: bool, n: usize, right: usize) -> impl Iterator<Item = (bool, Option<bool>)> {
        (0..n).map(move |i| (class, Some(class == (i < right))))
    }

    #[test]
    fn published_judgement_rows_follow_from_their_class_accuracies() {
        // Accuracy on 657 generated and 650 real clips, as published; the counts are the nearest whole numbers.
        for row in crate::scoring::published::ipv_judgement_rows() {
            let generated = (row.fake / 100.0 * 657.0).round() as usize;
            let real = (row.real / 100.0 * 650.0).round() as usize;
            let (references, answers): (Vec<_>, Vec<_>) =
                answered(true, 657, generated).chain(answered(false, 650, real)).unzip();
            let found = scored(&references, &answers);
            let [all, parsed] = &found.passes[..] else { panic!() };
            let yes = all.class("yes").unwrap();
            for (what, found, expected) in [
                ("accuracy", &all.accuracy, row.accuracy),
                ("generated", &yes.recall, row.fake),
                ("real", &all.class("no").unwrap().recall, row.real),
                ("F1", &parsed.class("yes").unwrap().f1, row.f1),
                ("yes-rate", &parsed.class("yes").unwrap().rate, row.yes_rate),
            ] {
                let found = found.value().unwrap() * 100.0;
                assert!((found - expected).abs() <= 0.1 + 1e-9, "{} {what}: {found} is not {expected}", row.model);
            }
        }
    }

    #[test]
    fn always_yes_is_the_floor_of_the_judgement_task() {
        let (references, answers): (Vec<_>, Vec<_>) = answered(true, 657, 657).chain(answered(false, 650, 0)).unzip();
        let found = scored(&references, &answers);
        let yes = found.passes[1].class("yes").unwrap();
        let numbers = [&found.passes[0].accuracy, &yes.f1, &yes.rate].map(percent);
        assert!(numbers.iter().zip([50.3, 66.9, 100.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{numbers:?}");
        assert!((percent(&found.passes[0].balanced) - 50.0).abs() < 1e-9);
        assert_eq!(found.passes[0].class("no").unwrap().precision, Quantity::Undefined(NoValue::Empty));
    }

    #[test]
    fn the_two_passes_differ_by_what_is_unread() {
        let found = scored(&[true, true, false, false], &[Some(true), None, Some(false), Some(true)]);
        let [all, parsed] = &found.passes[..] else { panic!() };
        assert_eq!((percent(&all.accuracy), percent(&parsed.accuracy)), (50.0, 66.7));
        assert_eq!((all.accuracy.n(), parsed.accuracy.n()), (4, 3));
        let (a, p) = (all.class("yes").unwrap(), parsed.class("yes").unwrap());
        // TP 1, FP 1; the unread one is missed only where it counts.
        assert_eq!((percent(&a.f1), percent(&p.f1)), (50.0, 66.7));
        assert_eq!((percent(&a.rate), percent(&p.rate)), (50.0, 66.7));
        assert_eq!((percent(&a.recall), percent(&p.recall)), (50.0, 100.0));
    }

    #[test]
    fn one_class_and_nothing_have_their_reasons() {
        let found = scored(&[true, true], &[Some(true), Some(false)]);
        assert!((percent(&found.passes[0].balanced) - 50.0).abs() < 1e-9);
        assert_eq!(found.passes[0].class("no").unwrap().recall, Quantity::Undefined(NoValue::Empty));
        let none = scored(&[], &[]);
        assert_eq!(none.passes[0].accuracy, Quantity::Undefined(NoValue::Empty));
        assert_eq!(none.passes[0].balanced, Quantity::Undefined(NoValue::Empty));
        let task = yes_no(&[true, true]);
        let index = TaskIndex::new(&task);
        assert_eq!(rank(&index, &[(0, 1.0), (1, 2.0)], "yes").auroc, Quantity::Undefined(NoValue::OneClass));
        assert_eq!(rank(&index, &[(0, f64::NAN), (9, 1.0)], "yes").auroc, Quantity::Undefined(NoValue::Empty));
    }

    #[test]
    fn scores_rank_and_clips_are_resampled_together() {
        let references: Vec<bool> = (0..40).map(|i| i % 4 < 2).collect();
        let scores: Vec<(u32, f64)> =
            (0..40).map(|i| (i, f64::from(i * 7 % 40) + 20.0 * f64::from(u8::from(i % 4 < 2)))).collect();
        let single = yes_no(&references);
        let mut shared = single.clone();
        for (i, item) in shared.items.iter_mut().enumerate() {
            item.clip = format!("{}.mp4", i / 4).into();
        }
        let (a, b) = (TaskIndex::new(&single), TaskIndex::new(&shared));
        let (a, b) = (rank(&a, &scores, "yes"), rank(&b, &scores, "yes"));
        assert_eq!((a.auroc.value(), a.n, a.positives), (b.auroc.value(), 40, 20));
        assert_eq!((a.auroc.interval().unwrap().clips, b.auroc.interval().unwrap().clips), (40, 10));
        assert!(a.average_precision.value().is_some_and(|value| value > 0.5));
    }
}
