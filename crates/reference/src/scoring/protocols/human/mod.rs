//! Agreement with people: correlations, pairs, logistic fits; Bradley–Terry strengths; Krippendorff's α between raters.
//!
//! Invariants: correlations are told raw *and* after a fit, each under its name, since published tables use either; ties
//! are treated by a named rule; intervals resample whole clips; a measure that the data do not determine says why.

mod alpha;
mod logistic;
mod tournament;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use alpha::{Alpha, Level, krippendorff};
pub use logistic::{Curve, Fit};
pub use tournament::{Contestant, Duel, MOST_CONTESTANTS, Outcome, Tournament, bradley_terry};

use super::labels::resamples_for;
use crate::agreement::bootstrap::{Statistic, clustered};
use crate::agreement::correlation::{KendallTauB, Pearson, Spearman};
use crate::scoring::interval::{NoValue, Quantity};
use crate::scoring::{RatingRow, Ratings};

/// The fewest points for which a correlation is given.
pub const MIN_POINTS: usize = 3;
/// The most points whose pairs are all looked at to calibrate ties.
pub const MOST_PAIRED_POINTS: usize = 2000;

/// A clip's score and what people say of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// What is resampled together: points of the same number are of one clip (or one prompt).
    pub clip: u32,
    /// The metric's score.
    pub score: f64,
    /// The people's rating.
    pub rating: f64,
}

/// How often a metric orders two clips as people do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pairwise {
    /// Over the pairs that people order; a pair that the metric ties counts half. Floor: 0.5.
    pub plain: Quantity,
    /// Over all pairs, where scores that differ by at most `tie_margin` are called a tie, which is right where people tie
    /// too. The margin is the best one on these very points (D. Deutsch, G. Foster, M. Freitag, "Ties Matter", EMNLP
    /// 2023), so the number is too good for new points and has no interval.
    pub tie_calibrated: Quantity,
    /// The margin, in the metric's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_margin: Option<f64>,
}

/// How scores agree with ratings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Association {
    /// Points.
    pub n: u64,
    /// Spearman's rank correlation, SRCC.
    pub spearman: Quantity,
    /// Pearson's correlation of the raw scores, PLCC without a fit.
    pub pearson: Quantity,
    /// Kendall's τ-b, KRCC.
    pub kendall: Quantity,
    /// Pairs.
    pub pairwise: Pairwise,
    /// PLCC and RMSE after fitted curves.
    pub fits: Vec<Fit>,
}

/// Scores against ratings. Points that are not finite are left out.
pub fn associate(points: &[Point]) -> Association {
    let points: Vec<Point> = points.iter().copied().filter(|p| p.score.is_finite() && p.rating.is_finite()).collect();
    let n = points.len();
    if n < MIN_POINTS {
        let none = Quantity::Undefined(NoValue::TooFew { n: n as u64, needed: MIN_POINTS as u64 });
        let pairwise = Pairwise { plain: none, tie_calibrated: none, tie_margin: None };
        let fits = Curve::ALL.map(|curve| Fit { curve, parameters: Vec::new(), pearson: none, rmse: none });
        return Association {
            n: n as u64,
            spearman: none,
            pearson: none,
            kendall: none,
            pairwise,
            fits: fits.to_vec(),
        };
    }
    let (scores, ratings): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.score, p.rating)).unzip();
    let (clip_of, clips) = dense(points.iter().map(|p| p.clip));
    let constant = |values: &[f64]| values.iter().all(|v| v.to_bits() == values[0].to_bits());
    let why = if constant(&scores) {
        NoValue::ConstantScores
    } else if constant(&ratings) {
        NoValue::ConstantReference
    } else {
        NoValue::NotFinite
    };
    let resamples = resamples_for(n);
    let mut statistics: [Box<dyn Statistic>; 4] = [
        Box::new(Spearman::new(&scores, &ratings)),
        Box::new(Pearson::new(&scores, &ratings)),
        Box::new(KendallTauB::new(&scores, &ratings)),
        Box::new(OrderedAlike(KendallTauB::new(&scores, &ratings))),
    ];
    let ones = vec![1; n];
    let values = statistics.each_mut().map(|statistic| statistic.evaluate(&ones));
    let mut borrowed: Vec<&mut dyn Statistic> = statistics.iter_mut().map(|s| &mut **s as &mut dyn Statistic).collect();
    let intervals = clustered(&clip_of, clips, resamples, &mut borrowed);
    let quantity = |i: usize, why| Quantity::bootstrapped(values[i], n, clips, resamples, intervals[i], why);
    let (tie_calibrated, tie_margin) = tie_calibrated(&scores, &ratings);
    let why_plain = if constant(&ratings) { NoValue::ConstantReference } else { why };
    Association {
        n: n as u64,
        spearman: quantity(0, why),
        pearson: quantity(1, why),
        kendall: quantity(2, why),
        pairwise: Pairwise { plain: quantity(3, why_plain), tie_calibrated, tie_margin },
        fits: Curve::ALL.iter().map(|&curve| logistic::fit(curve, &scores, &ratings, &clip_of, clips, why)).collect(),
    }
}

/// Numbers without gaps, in the order of first occurrence.
fn dense(clips: impl Iterator<Item = u32>) -> (Vec<u32>, usize) {
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let dense = clips
        .map(|clip| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(clip).or_insert(next)
        })
        .collect();
    (dense, numbers.len())
}

/// The share of pairs ordered by y that x orders alike, x's ties counted half.
struct OrderedAlike(KendallTauB);

impl Statistic for OrderedAlike {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let counts = self.0.pairs(weights);
        if counts.y_differs == 0 {
            return None;
        }
        let tied = counts.y_differs - counts.concordant - counts.discordant;
        Some((counts.concordant as f64 + tied as f64 / 2.0) / counts.y_differs as f64)
    }
}

/// The best share of pairs over all margins, and its margin. The smallest one among equals.
fn tie_calibrated(scores: &[f64], ratings: &[f64]) -> (Quantity, Option<f64>) {
    let n = scores.len();
    if n > MOST_PAIRED_POINTS {
        return (Quantity::Undefined(NoValue::TooMany { limit: MOST_PAIRED_POINTS as u64 }), None);
    }
    // By difference of scores: what the pair adds to the number of right ones once the margin reaches it.
    let mut pairs: Vec<(f64, i8)> = Vec::with_capacity(n * (n - 1) / 2);
    let mut right = 0i64;
    for i in 0..n {
        for j in 0..i {
            let (dx, dy) = (scores[i] - scores[j], ratings[i] - ratings[j]);
            if !dx.is_finite() {
                return (Quantity::Undefined(NoValue::NotFinite), None);
            }
            let alike = (dx > 0.0 && dy > 0.0) || (dx < 0.0 && dy < 0.0);
            let tied = ratings[i].total_cmp(&ratings[j]).is_eq() || dy.abs() <= 0.0;
            right += i64::from(alike);
            pairs.push((dx.abs(), i8::from(tied) - i8::from(alike)));
        }
    }
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut best, mut margin) = (i64::MIN, 0.0);
    let mut i = 0;
    // Equal scores are a tie under any margin.
    while i < pairs.len() && pairs[i].0 <= 0.0 {
        right += i64::from(pairs[i].1);
        i += 1;
    }
    loop {
        if right > best {
            best = right;
            margin = if i == 0 { 0.0 } else { pairs[i - 1].0 };
        }
        let Some(&(at, _)) = pairs.get(i) else { break };
        while i < pairs.len() && pairs[i].0 <= at {
            right += i64::from(pairs[i].1);
            i += 1;
        }
    }
    let all = pairs.len() as u64;
    (Quantity::plain(best as f64 / all as f64, all), Some(margin))
}

/// The points that two sets of ratings have in common, and the clips that only one of them has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoinedRatings {
    /// The clips' names, by [`Point::clip`].
    pub clips: Vec<String>,
    /// One point per clip: the mean of the metric's ratings against the mean of the people's.
    pub points: Vec<Point>,
    /// Clips with a score and no rating by people.
    pub only_scored: u64,
    /// Clips with a rating and no score.
    pub only_rated: u64,
}

/// Joins a metric's ratings to people's by clip. A clip's several rows are averaged.
pub fn join(metric: &Ratings, people: &Ratings) -> JoinedRatings {
    fn means(ratings: &Ratings) -> HashMap<&str, (f64, u32)> {
        let mut means: HashMap<&str, (f64, u32)> = HashMap::new();
        for row in &ratings.rows {
            if let Some(mean) = mean(row) {
                let entry = means.entry(&row.clip).or_default();
                *entry = (entry.0 + mean, entry.1 + 1);
            }
        }
        means
    }
    let (scores, mut rated) = (means(metric), means(people));
    let mut joined = JoinedRatings::default();
    let mut seen = std::collections::HashSet::new();
    for row in &metric.rows {
        let clip = row.clip.as_str();
        let Some(score) = scores.get(clip).filter(|_| seen.insert(clip)) else { continue };
        match rated.remove(clip) {
            None => joined.only_scored += 1,
            Some(rating) => {
                joined.points.push(Point {
                    clip: u32::try_from(joined.clips.len()).unwrap_or(u32::MAX),
                    score: score.0 / f64::from(score.1),
                    rating: rating.0 / f64::from(rating.1),
                });
                joined.clips.push(clip.to_owned());
            }
        }
    }
    joined.only_rated = rated.len() as u64;
    joined
}

/// The mean of a row's ratings; `None` without any.
fn mean(row: &RatingRow) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0u32);
    for rating in row.ratings.iter().flatten().filter(|rating| rating.is_finite()) {
        sum += rating;
        n += 1;
    }
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests;
