//! How a judge's scores agree with what people recorded.
//!
//! Invariants: every number comes with the clips behind it (n, coverage, the pairs), the floor that guessing reaches, and
//! a bootstrap interval; below three clips there is no number; an [`Estimate`] never holds NaN or an infinity. The
//! statistics are in the submodules, this one decides which of them fit a field.

pub(crate) mod bootstrap;
pub(crate) mod correlation;
pub(crate) mod ranking;
pub(crate) mod sorted;

use std::collections::BTreeMap;
use std::fmt;

use reelcheck_types::{AnnotationValue, Better, Card};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FieldKind, Joined};
use bootstrap::{Interval, Resamples, Statistic};
use correlation::{KendallTauB, MeanAbsoluteError, Pearson, Spearman};
use ranking::{Accuracy, Auroc, AveragePrecision, Classes, best_rule};

pub use bootstrap::{BOOTSTRAP_LEVEL, BOOTSTRAP_RESAMPLES, BOOTSTRAP_SEED};

/// The fewest clips for which a number is given.
pub const MIN_CLIPS: usize = 3;

/// A clip with what the judges say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClipScores {
    /// The file's name, or its path inside the folder or archive that it came from.
    pub name: String,
    /// SHA-256 of the file, 64 hexadecimal digits, where it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Scores by the judges' ids; absent where a judge has none for this clip.
    pub scores: BTreeMap<String, Option<f64>>,
}

/// What a reference is compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AgreementKind {
    /// Numbers with numbers.
    Numeric,
    /// Numbers with yes or no.
    Binary,
}

/// A measure of agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Mean of |score − reference|. In the judge's unit, and only meaningful if the reference has the same one. Floor: the
    /// error of always saying the references' median, which is the best constant.
    MeanAbsoluteError,
    /// Pearson's correlation of scores and references, −1 to 1. Floor: 0.
    Pearson,
    /// Spearman's rank correlation, −1 to 1. Floor: 0.
    Spearman,
    /// Kendall's τ-b, −1 to 1. Floor: 0.
    KendallTauB,
    /// Share of pairs of a positive and a negative clip in which the positive one has the higher *raw* score, ties
    /// counted half. Floor: 0.5. It is not turned round for judges whose lower scores are better: below 0.5 means that
    /// lower scores go with the positive class.
    Auroc,
    /// Area under precision over recall, clips taken from the highest *raw* score down. Floor: the share of positive
    /// clips. Not turned round either.
    AveragePrecision,
    /// Share of clips on the right side of the best threshold. Threshold and direction are learned from the very same
    /// clips, so that it can never fall below its floor, the share of the more frequent class, and is too good for new
    /// clips; the interval is that of the learned rule, not of learning it anew.
    BestThresholdAccuracy,
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MeanAbsoluteError => "mean absolute error",
            Self::Pearson => "Pearson r",
            Self::Spearman => "Spearman ρ",
            Self::KendallTauB => "Kendall τ-b",
            Self::Auroc => "AUROC",
            Self::AveragePrecision => "average precision",
            Self::BestThresholdAccuracy => "best-threshold accuracy",
        })
    }
}

/// Which side of a threshold is called positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Scores from the threshold up.
    HigherIsPositive,
    /// Scores from the threshold down.
    LowerIsPositive,
}

/// Why a measure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Undefined {
    /// All clips are positive, or all are negative.
    OneClass,
    /// The judge gives all clips the same score.
    ConstantScores,
    /// All clips have the same reference.
    ConstantReference,
    /// The numbers are too large to compute with.
    NotFinite,
    /// No resample has a value, so that there is no interval.
    NoInterval,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneClass => "all clips are of one class",
            Self::ConstantScores => "all scores are equal",
            Self::ConstantReference => "all references are equal",
            Self::NotFinite => "the numbers are too large",
            Self::NoInterval => "no resample has a value",
        })
    }
}

/// A number with its interval, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Estimate {
    /// There is a number.
    Value {
        /// The number.
        value: f64,
        /// The lower end of its percentile bootstrap interval, clips resampled.
        low: f64,
        /// The upper end.
        high: f64,
        /// The share of resamples between both ends.
        level: f64,
        /// Resamples drawn.
        resamples: u32,
        /// Resamples left out because the measure is undefined over them.
        degenerate: u32,
    },
    /// There are too few clips.
    TooFew {
        /// Clips with a score and a reference.
        n: usize,
        /// Clips needed.
        needed: usize,
    },
    /// The measure is undefined over these clips.
    Undefined {
        /// Why.
        why: Undefined,
    },
}

/// One measure of agreement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// Which one.
    pub metric: Metric,
    /// Its value.
    pub estimate: Estimate,
    /// What guessing without a look at the clip reaches, on the same clips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<f64>,
    /// Which scores were taken as positive: always the higher ones for AUROC and average precision, learned for
    /// best-threshold accuracy, absent where no threshold beats the more frequent answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The learned threshold of best-threshold accuracy, itself on the positive side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
}

impl Measure {
    /// The estimate as two cells of a table: the value (or why there is none) and its interval.
    pub fn cells(&self) -> (String, String) {
        match self.estimate {
            Estimate::Value { value, low, high, .. } => (short(value), format!("{} … {}", short(low), short(high))),
            Estimate::TooFew { n, needed } => (format!("too few clips ({n} of {needed})"), "—".to_owned()),
            Estimate::Undefined { why } => (format!("undefined: {why}"), "—".to_owned()),
        }
    }
}

/// Three decimals, or three digits where those would all be zero or the number is long.
fn short(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && !(0.001..1e7).contains(&size) { format!("{value:.2e}") } else { format!("{value:.3}") }
}

/// The point behind a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// The clip's name.
    pub clip: String,
    /// What the judge says.
    pub score: f64,
    /// What is recorded; 1 for positive and 0 for negative.
    pub reference: f64,
}

/// How one judge agrees with one field, or with one label of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreement {
    /// The judge's id.
    pub judge: String,
    /// Which direction of the score the judge calls better. Told to help reading; no measure is turned round by it.
    pub better: Better,
    /// The reference field.
    pub field: String,
    /// The label that counts as positive, against all others; absent for numeric and binary fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is compared.
    pub kind: AgreementKind,
    /// Clips with both a score and a reference.
    pub n: usize,
    /// Clips with a reference.
    pub annotated: usize,
    /// `n` over `annotated`, 0 to 1.
    pub coverage: f64,
    /// Positive clips among the `n`; absent for numeric fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positives: Option<usize>,
    /// The measures.
    pub measures: Vec<Measure>,
    /// The points behind them, in the order of the clips.
    pub pairs: Vec<Pair>,
}

/// Every judge against every field that can be compared: judges in the given order, fields by name, labels by frequency.
///
/// `clips` are those that were joined, in the same order. Scores that are not finite count as absent.
pub(crate) fn agreements(judges: &[Card], clips: &[ClipScores], joined: &Joined) -> Vec<Agreement> {
    let targets: Vec<Target<'_>> = joined.fields.iter().flat_map(|field| Target::of(field, joined)).collect();
    let mut resamples = Resamples::default();
    let mut found = Vec::with_capacity(judges.len() * targets.len());
    for judge in judges {
        found.extend(targets.iter().map(|target| target.compare(judge, clips, &mut resamples)));
    }
    found
}

/// What scores are compared with.
struct Target<'a> {
    field: &'a str,
    label: Option<&'a str>,
    kind: AgreementKind,
    /// One per clip.
    references: Vec<Option<f64>>,
}

impl<'a> Target<'a> {
    fn of(field: &'a crate::JoinedField, joined: &'a Joined) -> Vec<Self> {
        let values = || joined.clips.iter().map(|clip| clip.values.get(&field.field));
        let target = |label, kind, references| Self { field: &field.field, label, kind, references };
        match field.kind {
            FieldKind::Text => Vec::new(),
            FieldKind::Number => {
                let number = |value: Option<&AnnotationValue>| match value {
                    Some(AnnotationValue::Number(number)) if number.is_finite() => Some(*number),
                    _ => None,
                };
                vec![target(None, AgreementKind::Numeric, values().map(number).collect())]
            }
            FieldKind::Binary => {
                let class = |value: Option<&AnnotationValue>| match value {
                    Some(AnnotationValue::Binary(value)) => Some(f64::from(u8::from(*value))),
                    _ => None,
                };
                vec![target(None, AgreementKind::Binary, values().map(class).collect())]
            }
            FieldKind::Labels => {
                let labels = |value: Option<&'a AnnotationValue>| match value {
                    Some(AnnotationValue::Labels(labels)) => Some(labels),
                    _ => None,
                };
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                for label in values().filter_map(labels).flatten() {
                    *counts.entry(label).or_default() += 1;
                }
                let mut by_count: Vec<(&str, usize)> = counts.into_iter().collect();
                by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
                let of_label = |(label, _): (&'a str, usize)| {
                    let has = |of_clip: &Vec<String>| f64::from(u8::from(of_clip.iter().any(|l| l == label)));
                    target(Some(label), AgreementKind::Binary, values().map(|value| labels(value).map(has)).collect())
                };
                by_count.into_iter().map(of_label).collect()
            }
        }
    }

    fn compare(&self, judge: &Card, clips: &[ClipScores], resamples: &mut Resamples) -> Agreement {
        let pairs: Vec<Pair> = clips
            .iter()
            .zip(&self.references)
            .filter_map(|(clip, reference)| {
                let score = clip.scores.get(&judge.id).copied().flatten().filter(|score| score.is_finite())?;
                Some(Pair { clip: clip.name.clone(), score, reference: (*reference)? })
            })
            .collect();
        let annotated = self.references.iter().flatten().count();
        let scores: Vec<f64> = pairs.iter().map(|pair| pair.score).collect();
        let references: Vec<f64> = pairs.iter().map(|pair| pair.reference).collect();
        let positive: Vec<bool> = references.iter().map(|&reference| reference > 0.5).collect();
        let (measures, positives) = match self.kind {
            AgreementKind::Numeric => (numeric(&scores, &references, resamples), None),
            AgreementKind::Binary => {
                (binary(&scores, &positive, resamples), Some(positive.iter().filter(|&&positive| positive).count()))
            }
        };
        Agreement {
            judge: judge.id.clone(),
            better: judge.better,
            field: self.field.to_owned(),
            label: self.label.map(str::to_owned),
            kind: self.kind,
            n: pairs.len(),
            annotated,
            coverage: if annotated == 0 { 0.0 } else { pairs.len() as f64 / annotated as f64 },
            positives,
            measures,
            pairs,
        }
    }
}

/// The measures of numbers against numbers.
fn numeric(scores: &[f64], references: &[f64], resamples: &mut Resamples) -> Vec<Measure> {
    let metrics = [Metric::MeanAbsoluteError, Metric::Pearson, Metric::Spearman, Metric::KendallTauB];
    if let Some(measures) = too_few(&metrics, scores.len()) {
        return measures;
    }
    let constant = |values: &[f64]| values.iter().all(|value| value.total_cmp(&values[0]).is_eq());
    let why = if constant(scores) {
        Undefined::ConstantScores
    } else if constant(references) {
        Undefined::ConstantReference
    } else {
        Undefined::NotFinite
    };
    let mut sorted = references.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = bootstrap::quantile(&sorted, 0.5).unwrap_or_default();
    let ones = vec![1; scores.len()];
    let error_floor = MeanAbsoluteError::new(&vec![median; scores.len()], references).evaluate(&ones);
    let mut statistics: Vec<Box<dyn Statistic>> = vec![
        Box::new(MeanAbsoluteError::new(scores, references)),
        Box::new(Pearson::new(scores, references)),
        Box::new(Spearman::new(scores, references)),
        Box::new(KendallTauB::new(scores, references)),
    ];
    let why_none = |metric| if metric == Metric::MeanAbsoluteError { Undefined::NotFinite } else { why };
    let estimates = estimates(scores.len(), &mut statistics, resamples);
    metrics
        .into_iter()
        .zip(estimates)
        .map(|(metric, estimate)| Measure {
            metric,
            estimate: estimate.unwrap_or_else(|| Estimate::Undefined { why: why_none(metric) }),
            floor: if metric == Metric::MeanAbsoluteError { error_floor } else { Some(0.0) },
            direction: None,
            threshold: None,
        })
        .collect()
}

/// The measures of numbers against two classes.
fn binary(scores: &[f64], positive: &[bool], resamples: &mut Resamples) -> Vec<Measure> {
    let metrics = [Metric::Auroc, Metric::AveragePrecision, Metric::BestThresholdAccuracy];
    if let Some(measures) = too_few(&metrics, scores.len()) {
        return measures;
    }
    let positives = positive.iter().filter(|&&positive| positive).count();
    let prevalence = positives as f64 / positive.len() as f64;
    let floors = [0.5, prevalence, prevalence.max(1.0 - prevalence)];
    let classes = Classes::new(scores, positive);
    let one_class = positives == 0 || positives == positive.len();
    let rule = best_rule(&classes);
    let mut statistics: Vec<Box<dyn Statistic + '_>> =
        vec![Box::new(Auroc(&classes)), Box::new(AveragePrecision(&classes)), Box::new(Accuracy::new(&classes, rule))];
    let estimates =
        if one_class { vec![None; metrics.len()] } else { estimates(scores.len(), &mut statistics, resamples) };
    metrics
        .into_iter()
        .zip(estimates)
        .zip(floors)
        .map(|((metric, estimate), floor)| {
            let (direction, threshold) = match metric {
                Metric::BestThresholdAccuracy => (rule.map(|rule| rule.direction), rule.map(|rule| rule.threshold)),
                _ => (Some(Direction::HigherIsPositive), None),
            };
            let estimate = estimate.unwrap_or(Estimate::Undefined { why: Undefined::OneClass });
            Measure { metric, estimate, floor: Some(floor), direction, threshold }
        })
        .collect()
}

fn too_few(metrics: &[Metric], n: usize) -> Option<Vec<Measure>> {
    let estimate = Estimate::TooFew { n, needed: MIN_CLIPS };
    let measure = |&metric: &Metric| Measure { metric, estimate, floor: None, direction: None, threshold: None };
    (n < MIN_CLIPS).then(|| metrics.iter().map(measure).collect())
}

/// Each statistic over all clips, with its interval; `None` where it is undefined.
fn estimates(n: usize, statistics: &mut [Box<dyn Statistic + '_>], resamples: &mut Resamples) -> Vec<Option<Estimate>> {
    let ones = vec![1; n];
    let values: Vec<Option<f64>> = statistics.iter_mut().map(|statistic| statistic.evaluate(&ones)).collect();
    if values.iter().all(Option::is_none) {
        return vec![None; values.len()];
    }
    let estimate = |value: f64, interval: Option<Interval>| match interval {
        Some(Interval { low, high, degenerate }) => {
            Estimate::Value { value, low, high, level: BOOTSTRAP_LEVEL, resamples: BOOTSTRAP_RESAMPLES, degenerate }
        }
        None => Estimate::Undefined { why: Undefined::NoInterval },
    };
    let intervals = resamples.intervals(n, statistics);
    values.into_iter().zip(intervals).map(|(value, interval)| value.map(|value| estimate(value, interval))).collect()
}

#[cfg(test)]
mod tests;
