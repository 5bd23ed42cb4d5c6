//! Krippendorff's α between raters: nominal, ordinal, interval.
//!
//! `α = 1 − D_o / D_e` (K. Krippendorff, "Content Analysis", 4th edition, 2019, chapter 12): the observed disagreement within
//! units over that expected from all pairable values. Interval disagreement is the squared difference; ordinal is the same
//! over mid-ranks, since `Σ_{g=c}^{k} n_g − (n_c + n_k)/2` is the difference of the mid-ranks of c and k; nominal is 0 or 1.
//! So no table of coincidences is needed and time is linear in the ratings. Invariants: units with fewer than two ratings
//! are not pairable and only counted; the interval resamples units.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agreement::bootstrap::{Statistic, clustered};
use crate::agreement::sorted::Sorted;
use crate::scoring::RatingRow;
use crate::scoring::interval::{NoValue, Quantity};
use crate::scoring::protocols::labels::resamples_for;

/// What the numbers of a rating mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Names.
    Nominal,
    /// An order.
    Ordinal,
    /// Distances.
    Interval,
}

/// The agreement of raters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alpha {
    /// What the numbers were taken for.
    pub level: Level,
    /// α: 1 is agreement, 0 what chance gives, below 0 systematic disagreement. `n` counts units.
    pub alpha: Quantity,
    /// Units with at least two ratings.
    pub units: u64,
    /// Their ratings.
    pub ratings: u64,
    /// Units with fewer, which say nothing about agreement.
    pub unpaired: u64,
}

struct Disagreement {
    level: Level,
    values: Vec<f64>,
    sorted: Sorted,
    /// The end of each unit in `values`.
    ends: Vec<usize>,
    group_of: Vec<u32>,
    /// Weight of each group, reused.
    group_weights: Vec<f64>,
    /// What is subtracted from each other.
    places: Vec<f64>,
}

impl Disagreement {
    fn units(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// Observed and expected disagreement for squared differences of `places`.
    fn squared(&self, weights: &[u32]) -> (f64, f64) {
        let (mut n, mut sum) = (0.0, 0.0);
        for (unit, &w) in self.units().zip(weights) {
            n += f64::from(w) * unit.len() as f64;
            sum += f64::from(w) * self.places[unit].iter().sum::<f64>();
        }
        let mean = sum / n;
        let (mut within, mut all) = (0.0, 0.0);
        for (unit, &w) in self.units().zip(weights).filter(|(_, w)| **w > 0) {
            let places = &self.places[unit];
            let m = places.len() as f64;
            let of_unit = places.iter().sum::<f64>() / m;
            within += f64::from(w) * 2.0 * m * places.iter().map(|p| (p - of_unit).powi(2)).sum::<f64>() / (m - 1.0);
            all += f64::from(w) * places.iter().map(|p| (p - mean).powi(2)).sum::<f64>();
        }
        (within / n, 2.0 * n * all / (n * (n - 1.0)))
    }

    fn nominal(&mut self, weights: &[u32]) -> (f64, f64) {
        let mut n = 0.0;
        let mut within = 0.0;
        let mut of_unit: Vec<u32> = Vec::new();
        let starts: Vec<std::ops::Range<usize>> = self.units().collect();
        self.group_weights.fill(0.0);
        for (unit, &w) in starts.into_iter().zip(weights).filter(|(_, w)| **w > 0) {
            let m = unit.len() as f64;
            of_unit.clear();
            of_unit.extend(&self.group_of[unit]);
            of_unit.sort_unstable();
            let same: f64 = of_unit.chunk_by(|a, b| a == b).map(|run| (run.len() * run.len()) as f64).sum();
            within += f64::from(w) * (m * m - same) / (m - 1.0);
            n += f64::from(w) * m;
            for &group in &of_unit {
                self.group_weights[group as usize] += f64::from(w);
            }
        }
        let same: f64 = self.group_weights.iter().map(|c| c * c).sum();
        (within / n, (n * n - same) / (n * (n - 1.0)))
    }

    fn set_places(&mut self, weights: &[u32]) {
        if self.level != Level::Ordinal {
            return;
        }
        self.group_weights.fill(0.0);
        let units: Vec<std::ops::Range<usize>> = self.units().collect();
        for (unit, &w) in units.into_iter().zip(weights) {
            for &group in &self.group_of[unit] {
                self.group_weights[group as usize] += f64::from(w);
            }
        }
        let mut below = 0.0;
        for (group, weight) in self.sorted.groups().zip(&self.group_weights) {
            for &i in group {
                self.places[i as usize] = below + weight / 2.0;
            }
            below += weight;
        }
    }
}

impl Statistic for Disagreement {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        self.set_places(weights);
        let mut present = self.units().zip(weights).filter(|(_, w)| **w > 0).flat_map(|(unit, _)| &self.group_of[unit]);
        let first = present.next()?;
        // Told by the values: rounding can leave a spread of equal ones.
        if present.all(|group| group == first) {
            return None;
        }
        drop(present);
        let (observed, expected) =
            if self.level == Level::Nominal { self.nominal(weights) } else { self.squared(weights) };
        let alpha = 1.0 - observed / expected;
        alpha.is_finite().then_some(alpha)
    }
}

/// α of units (clips) by raters. Ratings that are not finite count as absent.
pub fn krippendorff(rows: &[RatingRow], level: Level) -> Alpha {
    let (mut values, mut ends, mut unpaired) = (Vec::new(), Vec::new(), 0);
    for row in rows {
        let start = values.len();
        values.extend(row.ratings.iter().flatten().filter(|rating| rating.is_finite()));
        if values.len() - start < 2 {
            values.truncate(start);
            unpaired += 1;
        } else {
            ends.push(values.len());
        }
    }
    let (units, ratings) = (ends.len(), values.len() as u64);
    let result = |alpha| Alpha { level, alpha, units: units as u64, ratings, unpaired };
    if units == 0 {
        return result(Quantity::Undefined(NoValue::Empty));
    }
    let sorted = Sorted::new(&values);
    let (group_of, groups) = (sorted.group_numbers(), sorted.distinct());
    let places = values.clone();
    let mut statistic =
        Disagreement { level, values, sorted, ends, group_of, group_weights: vec![0.0; groups], places };
    let value = statistic.evaluate(&vec![1; units]);
    let resamples = resamples_for(statistic.values.len());
    let clip_of: Vec<u32> = (0u32..).take(units).collect();
    let interval = clustered(&clip_of, units, resamples, &mut [&mut statistic])[0];
    let why = if groups == 1 { NoValue::ConstantReference } else { NoValue::NotFinite };
    result(Quantity::bootstrapped(value, units, units, resamples, interval, why))
}
