//! A report as a whole: how each judge's scores spread, where VBench puts them, and which clips a learned threshold gets
//! right.
//!
//! Invariant: every number leads back to its clips, by their places in [`Report::clips`]; the report itself is not changed
//! and holds nothing of this, because all of it follows from the scores.

use std::collections::BTreeMap;

use reelcheck_reference::scoring::protocols::dimensions::Scheme;
use reelcheck_reference::{Agreement, AgreementKind, Direction, Metric};
use reelcheck_types::{Card, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ClipOutcome, Report};

/// A clip's score at one end of a spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// The clip's place in the report.
    pub clip: usize,
    /// Its score, in the judge's unit.
    pub value: f64,
}

/// How the scores of one judge spread over the clips. All values are in the judge's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The arithmetic mean, every clip with the same weight.
    pub mean: f64,
    /// Half of the clips lie below it; between two scores, their mean.
    pub median: f64,
    /// A quarter of the clips lies below it, linearly between neighbouring scores (`numpy.quantile`'s default rule).
    pub low_quartile: f64,
    /// Three quarters of the clips lie below it, by the same rule.
    pub high_quartile: f64,
    /// The lowest score; the first of equals.
    pub least: End,
    /// The highest score; the first of equals.
    pub most: End,
}

/// Scores on VBench's scale: (x − least) / (most − least), not clipped, so that they can lie outside of 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Normalized {
    /// The dimension of VBench whose constants are used (`scripts/constant.py`).
    pub dimension: String,
    /// The raw score that becomes 0.
    pub least: f64,
    /// The raw score that becomes 1.
    pub most: f64,
    /// The mean of the scores on that scale.
    pub mean: f64,
    /// One for each clip of the report; absent where there is no score.
    pub values: Vec<Option<f64>>,
}

/// One judge over all clips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgeSummary {
    /// The judge's id.
    pub judge: String,
    /// Clips with a score.
    pub scored: usize,
    /// Clips without one: it could not be given, or the clip could not be judged.
    pub unscored: usize,
    /// How the scores spread; absent without a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// The scores on VBench's scale, where VBench has constants for the dimension and the score is a ratio as VBench's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalized: Option<Normalized>,
}

/// What the rule of [`Metric::BestThresholdAccuracy`] says of each clip that has a score and a reference. Places of clips
/// in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Confusion {
    /// The judge's id.
    pub judge: String,
    /// The reference field.
    pub field: String,
    /// The label that counts as positive, against all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The learned threshold, itself on the positive side; absent where none beats the more frequent answer, which is then
    /// given to every clip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// The positive side of the threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Called positive, and recorded as positive.
    pub true_positive: Vec<usize>,
    /// Called positive, but recorded as negative.
    pub false_positive: Vec<usize>,
    /// Called negative, but recorded as positive.
    pub false_negative: Vec<usize>,
    /// Called negative, and recorded as negative.
    pub true_negative: Vec<usize>,
}

/// A report as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Judge by judge, in the report's order.
    pub judges: Vec<JudgeSummary>,
    /// One for each judge and yes-or-no reference with enough clips for a rule.
    pub confusions: Vec<Confusion>,
}

/// Sums a report up.
pub fn summarize(report: &Report) -> Summary {
    let places: BTreeMap<&str, usize> = report.clips.iter().enumerate().map(|(i, clip)| (clip.name(), i)).collect();
    Summary {
        judges: report.judges.iter().map(|card| of_judge(report, card)).collect(),
        confusions: report.agreement.iter().filter_map(|agreement| confusion(agreement, &places)).collect(),
    }
}

fn score_of(outcome: &ClipOutcome, judge: &str) -> Option<f64> {
    outcome.judged()?.verdicts.iter().find(|verdict| verdict.judge == judge)?.value()
}

fn of_judge(report: &Report, card: &Card) -> JudgeSummary {
    let values: Vec<Option<f64>> = report.clips.iter().map(|outcome| score_of(outcome, &card.id)).collect();
    let mut ends: Vec<End> =
        values.iter().enumerate().filter_map(|(clip, value)| Some(End { clip, value: (*value)? })).collect();
    // Stable, so that the first of equal clips comes first.
    ends.sort_by(|a, b| a.value.total_cmp(&b.value));
    JudgeSummary {
        judge: card.id.clone(),
        scored: ends.len(),
        unscored: values.len() - ends.len(),
        spread: spread(&ends),
        normalized: normalized(card, values),
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    // Divided first: the sum of finite scores need not be finite.
    values.map(|value| value / n).sum()
}

fn spread(sorted: &[End]) -> Option<Spread> {
    let (least, last) = (*sorted.first()?, sorted.last()?);
    let most = *sorted.iter().find(|end| end.value.total_cmp(&last.value).is_eq())?;
    let quantile = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[place.floor() as usize].value, sorted[place.ceil() as usize].value);
        below + (above - below) * place.fract()
    };
    Some(Spread {
        mean: mean(sorted.iter().map(|end| end.value)),
        median: quantile(0.5),
        low_quartile: quantile(0.25),
        high_quartile: quantile(0.75),
        least,
        most,
    })
}

fn normalized(card: &Card, mut values: Vec<Option<f64>>) -> Option<Normalized> {
    let (least, most) =
        Scheme::VBench.range(&card.dimension).filter(|_| card.unit == Unit::Ratio && !card.on_request)?;
    for value in values.iter_mut().flatten() {
        *value = (*value - least) / (most - least);
    }
    let scored: Vec<f64> = values.iter().copied().flatten().collect();
    if scored.is_empty() {
        return None;
    }
    Some(Normalized { dimension: card.dimension.clone(), least, most, mean: mean(scored.into_iter()), values })
}

/// Which class the best rule of an agreement gives to a score; `None` where no rule was learned.
pub(crate) fn rule_of(agreement: &Agreement) -> Option<impl Fn(f64) -> bool + use<>> {
    if agreement.kind != AgreementKind::Binary {
        return None;
    }
    let measure = agreement.measures.iter().find(|measure| measure.metric == Metric::BestThresholdAccuracy)?;
    // Too few clips have no floor either.
    measure.floor?;
    let learned = measure.direction.zip(measure.threshold);
    let mostly_positive = agreement.positives.unwrap_or_default() * 2 > agreement.n;
    Some(move |score: f64| match learned {
        Some((Direction::HigherIsPositive, threshold)) => score >= threshold,
        Some((Direction::LowerIsPositive, threshold)) => score <= threshold,
        None => mostly_positive,
    })
}

fn confusion(agreement: &Agreement, places: &BTreeMap<&str, usize>) -> Option<Confusion> {
    let is_positive = rule_of(agreement)?;
    let measure = agreement.measures.iter().find(|measure| measure.metric == Metric::BestThresholdAccuracy)?;
    let mut found = Confusion {
        judge: agreement.judge.clone(),
        field: agreement.field.clone(),
        label: agreement.label.clone(),
        threshold: measure.threshold,
        direction: measure.direction,
        true_positive: Vec::new(),
        false_positive: Vec::new(),
        false_negative: Vec::new(),
        true_negative: Vec::new(),
    };
    for pair in &agreement.pairs {
        let Some(&place) = places.get(pair.clip.as_str()) else { continue };
        let cell = match (is_positive(pair.score), pair.reference > 0.5) {
            (true, true) => &mut found.true_positive,
            (true, false) => &mut found.false_positive,
            (false, true) => &mut found.false_negative,
            (false, false) => &mut found.true_negative,
        };
        cell.push(place);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(values: &[f64]) -> Vec<End> {
        let mut ends: Vec<End> = values.iter().enumerate().map(|(clip, &value)| End { clip, value }).collect();
        ends.sort_by(|a, b| a.value.total_cmp(&b.value));
        ends
    }

    fn quartiles(spread: &Spread) -> [u64; 3] {
        [spread.low_quartile, spread.median, spread.high_quartile].map(f64::to_bits)
    }

    #[test]
    fn quartiles_are_numpys() {
        // numpy.quantile([3, 1, 4, 1, 5], [.25, .5, .75]) is [1, 3, 4].
        let found = spread(&ends(&[3.0, 1.0, 4.0, 1.0, 5.0])).unwrap();
        assert_eq!(quartiles(&found), [1.0, 3.0, 4.0].map(f64::to_bits));
        assert!((found.mean - 2.8).abs() < 1e-12);
        assert_eq!((found.least.clip, found.most.clip), (1, 4), "the first of equals");
        // numpy.quantile([1, 2, 3, 10], [.25, .5, .75]) is [1.75, 2.5, 4.75].
        let found = spread(&ends(&[10.0, 1.0, 3.0, 2.0])).unwrap();
        assert_eq!(quartiles(&found), [1.75, 2.5, 4.75].map(f64::to_bits));
        assert!(spread(&[]).is_none());
    }

    #[test]
    fn a_mean_of_huge_scores_stays_finite() {
        assert!(mean([f64::MAX, f64::MAX].into_iter()).is_finite());
    }
}
