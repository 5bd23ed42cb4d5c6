//! How well a score tells two classes apart: AUROC, average precision, best-threshold accuracy.
//!
//! Invariants: equal scores are never parted; counts are 64-bit integers; `None` when the clips with a weight are all of
//! one class.

use super::Direction;
use super::bootstrap::Statistic;
use super::sorted::Sorted;

/// Scores in order, with the class of each.
pub(crate) struct Classes<'a> {
    scores: &'a [f64],
    positive: &'a [bool],
    sorted: Sorted,
}

impl<'a> Classes<'a> {
    pub(crate) fn new(scores: &'a [f64], positive: &'a [bool]) -> Self {
        Self { scores, positive, sorted: Sorted::new(scores) }
    }

    /// Weights of positives and negatives, for each group of equal scores in ascending order.
    fn groups(&self, weights: &[u32]) -> impl DoubleEndedIterator<Item = (u64, u64)> {
        self.sorted.groups().map(move |group| {
            let (mut positives, mut negatives) = (0, 0);
            for &i in group {
                let w = u64::from(weights[i as usize]);
                *(if self.positive[i as usize] { &mut positives } else { &mut negatives }) += w;
            }
            (positives, negatives)
        })
    }

    /// Weights of all positives and all negatives; `None` if there are none of one kind.
    fn totals(&self, weights: &[u32]) -> Option<(u64, u64)> {
        let (mut positives, mut negatives) = (0, 0);
        for (&positive, &w) in self.positive.iter().zip(weights) {
            *(if positive { &mut positives } else { &mut negatives }) += u64::from(w);
        }
        (positives > 0 && negatives > 0).then_some((positives, negatives))
    }
}

/// The area under the ROC curve: the share of pairs of a positive and a negative in which the positive has the higher
/// score, ties counted half.
///
/// J. A. Hanley et al., "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
/// Radiology 143 (1982).
pub(crate) struct Auroc<'a>(pub(crate) &'a Classes<'a>);

impl Statistic for Auroc<'_> {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let (mut twice_won, mut positives, mut negatives) = (0u64, 0u64, 0u64);
        for (p, n) in self.0.groups(weights) {
            twice_won += p * (2 * negatives + n);
            positives += p;
            negatives += n;
        }
        let pairs = positives as f64 * negatives as f64;
        (pairs > 0.0).then(|| twice_won as f64 / (2.0 * pairs))
    }
}

/// Average precision: Σ (recall gained at a threshold) × (precision at it), over the distinct scores from the highest
/// down; no interpolation. The definition of scikit-learn's `average_precision_score`.
pub(crate) struct AveragePrecision<'a>(pub(crate) &'a Classes<'a>);

impl Statistic for AveragePrecision<'_> {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let (mut hits, mut called, mut area) = (0u64, 0u64, 0.0);
        for (p, n) in self.0.groups(weights).rev() {
            hits += p;
            called += p + n;
            if p > 0 {
                area += p as f64 * (hits as f64 / called as f64);
            }
        }
        (0 < hits && hits < called).then(|| area / hits as f64)
    }
}

/// A rule that calls a clip positive by its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) threshold: f64,
    pub(crate) direction: Direction,
}

impl Rule {
    fn says(self, score: f64) -> bool {
        match self.direction {
            Direction::HigherIsPositive => score >= self.threshold,
            Direction::LowerIsPositive => score <= self.threshold,
        }
    }
}

/// The rule with the most clips right among all thresholds between neighboring scores and both directions.
///
/// `None` if no rule is right more often than always giving the more frequent answer. Among equally good rules: higher
/// is positive before lower is positive, then the lowest threshold.
pub(crate) fn best_rule(classes: &Classes<'_>) -> Option<Rule> {
    let ones = vec![1; classes.scores.len()];
    let (positives, negatives) = classes.totals(&ones)?;
    let mut best = (positives.max(negatives), None);
    for direction in [Direction::HigherIsPositive, Direction::LowerIsPositive] {
        let (mut p_below, mut n_below) = (0, 0);
        let mut values = classes.sorted.groups().map(|group| classes.scores[group[0] as usize]).peekable();
        for (p, n) in classes.groups(&ones) {
            p_below += p;
            n_below += n;
            let (Some(low), Some(&high)) = (values.next(), values.peek()) else { break };
            let right = match direction {
                Direction::HigherIsPositive => n_below + (positives - p_below),
                Direction::LowerIsPositive => p_below + (negatives - n_below),
            };
            if right > best.0 {
                best = (right, Some(Rule { threshold: between(low, high, direction), direction }));
            }
        }
    }
    best.1
}

/// The middle of two neighboring scores, kept on the right side of them where rounding would move it onto one.
fn between(low: f64, high: f64, direction: Direction) -> f64 {
    let middle = low / 2.0 + high / 2.0;
    match direction {
        Direction::HigherIsPositive if middle <= low => high,
        Direction::LowerIsPositive if middle >= high => low,
        _ => middle,
    }
}

/// The share of clips that a given rule gets right; without a rule, that always answering `majority` gets right.
pub(crate) struct Accuracy {
    right: Vec<bool>,
}

impl Accuracy {
    pub(crate) fn new(classes: &Classes<'_>, rule: Option<Rule>) -> Self {
        let positives = classes.positive.iter().filter(|&&positive| positive).count();
        let majority = 2 * positives >= classes.positive.len();
        let says = |score: f64| rule.map_or(majority, |rule| rule.says(score));
        Self { right: classes.scores.iter().zip(classes.positive).map(|(&s, &p)| says(s) == p).collect() }
    }
}

impl Statistic for Accuracy {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let total: u64 = weights.iter().map(|&w| u64::from(w)).sum();
        let right: u64 = self.right.iter().zip(weights).filter(|(right, _)| **right).map(|(_, &w)| u64::from(w)).sum();
        (total > 0).then(|| right as f64 / total as f64)
    }
}
