//! Numbers with the rows and clips behind them: [`Quantity`], its [`Interval`], and sums of ratios over clips.
//!
//! Invariants: a [`Quantity`] is finite or says why it is none; rows of one clip are never taken as independent; one clip
//! alone has no interval.
//!
//! # The interval of a ratio
//! Accuracy, recall, precision, F1, yes-rate and their means over groups are all `Σ c_k · N_k / D_k` with sums `N_k` and
//! `D_k` over rows. By linearization the clip g moves it by `u_g = Σ c_k (n_gk − N_k/D_k · d_gk) / D_k`, and
//! `SE² = G/(G−1) · Σ u_g²` over G clips (K.-Y. Liang, S. Zeger, Biometrika 73, 1986; W. Cochran, "Sampling Techniques",
//! 1977, section 11.11). No resampling is needed, so a million rows cost two passes. The ends are Wilson's (E. B. Wilson,
//! JASA 22, 1927) at the effective number of rows `p(1−p)/SE²`, at most the rows themselves, and with Student's quantile
//! for G − 1 degrees of freedom (E. Korn, B. Graubard, Survey Methodology 24, 1998). At 0 and 1 the effective number is G:
//! the interval of a perfect score is not a point.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agreement::bootstrap;

/// The share of intervals that hold the true value, if their assumptions do.
pub const INTERVAL_LEVEL: f64 = 0.95;

/// How an interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "method")]
pub enum IntervalMethod {
    /// Wilson's ends at the effective number of rows, from the cluster-robust standard error.
    ClusterRobustWilson,
    /// Student's ends around a mean, from the cluster-robust standard error.
    ClusterRobustMean,
    /// Percentiles over resampled clips.
    ClusterBootstrap {
        /// Resamples drawn.
        resamples: u32,
        /// Resamples left out because the measure is undefined over them.
        degenerate: u32,
    },
    /// The estimate and twice its standard error, from the curvature of the likelihood.
    Likelihood,
}

/// An interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The level, 0.95.
    pub level: f64,
    /// Clips behind it; they are what is independent.
    pub clips: u32,
    /// How it was made.
    #[serde(flatten)]
    pub method: IntervalMethod,
}

/// Why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum NoValue {
    /// No row is in the denominator.
    Empty,
    /// A part that enters the mean has no row in the denominator.
    EmptyPart,
    /// The task has no facet of that name, or none of its items has a value of it.
    NoSuchFacet,
    /// There are fewer rows than needed.
    TooFew {
        /// Rows there.
        n: u64,
        /// Rows needed.
        needed: u64,
    },
    /// All rows are of one class.
    OneClass,
    /// All scores are equal.
    ConstantScores,
    /// All references are equal.
    ConstantReference,
    /// The numbers are too large to compute with.
    NotFinite,
    /// A fit found no minimum.
    NotConverged,
    /// No chain of comparisons leads from some contestants to others, so they have no common scale.
    Disconnected {
        /// Parts that are connected within.
        parts: u32,
    },
    /// Some contestants never lost to (or never won against) the others, so that the likelihood has no maximum.
    Separated {
        /// Groups between which all wins go one way.
        groups: u32,
    },
    /// More rows than this measure is computed for.
    TooMany {
        /// The largest accepted number of rows.
        limit: u64,
    },
    /// Dimensions that enter the total are missing.
    MissingDimensions {
        /// How many.
        missing: u32,
    },
    /// The file does not record what is needed.
    NotRecorded,
}

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing to count"),
            Self::EmptyPart => f.write_str("a part of the mean has nothing to count"),
            Self::NoSuchFacet => f.write_str("the items are not grouped by this"),
            Self::TooFew { n, needed } => write!(f, "too few rows ({n} of {needed})"),
            Self::OneClass => f.write_str("all rows are of one class"),
            Self::ConstantScores => f.write_str("all scores are equal"),
            Self::ConstantReference => f.write_str("all references are equal"),
            Self::NotFinite => f.write_str("the numbers are too large"),
            Self::NotConverged => f.write_str("the fit found no minimum"),
            Self::Disconnected { parts } => write!(f, "the comparisons fall into {parts} unconnected parts"),
            Self::Separated { groups } => write!(f, "between {groups} groups all wins go one way"),
            Self::TooMany { limit } => write!(f, "more than {limit} rows"),
            Self::MissingDimensions { missing } => write!(f, "{missing} dimensions are missing"),
            Self::NotRecorded => f.write_str("not recorded in the file"),
        }
    }
}

/// A number with what is behind it, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Quantity {
    /// There is a number.
    Value {
        /// The number, finite.
        value: f64,
        /// Rows behind it: the denominator.
        n: u64,
        /// Its interval; absent where a single clip or a fixed formula is behind it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interval: Option<Interval>,
    },
    /// There is none.
    Undefined(NoValue),
}

impl Quantity {
    /// A number without an interval; not finite becomes [`NoValue::NotFinite`].
    pub(crate) fn plain(value: f64, n: u64) -> Self {
        if value.is_finite() { Self::Value { value, n, interval: None } } else { Self::Undefined(NoValue::NotFinite) }
    }

    /// A number with the bootstrap's interval.
    pub(crate) fn bootstrapped(
        value: Option<f64>,
        n: usize,
        clips: usize,
        resamples: u32,
        found: Option<bootstrap::Interval>,
        why: NoValue,
    ) -> Self {
        let Some(value) = value.filter(|value| value.is_finite()) else { return Self::Undefined(why) };
        let interval = found.filter(|_| clips > 1).map(|found| Interval {
            low: found.low,
            high: found.high,
            level: INTERVAL_LEVEL,
            clips: u32::try_from(clips).unwrap_or(u32::MAX),
            method: IntervalMethod::ClusterBootstrap { resamples, degenerate: found.degenerate },
        });
        Self::Value { value, n: n as u64, interval }
    }

    /// The number, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value { value, .. } => Some(*value),
            Self::Undefined(_) => None,
        }
    }

    /// The rows behind the number; 0 if there is none.
    pub fn n(&self) -> u64 {
        match self {
            Self::Value { n, .. } => *n,
            Self::Undefined(_) => 0,
        }
    }

    /// The interval, if there is one.
    pub fn interval(&self) -> Option<Interval> {
        match self {
            Self::Value { interval, .. } => *interval,
            Self::Undefined(_) => None,
        }
    }
}

/// What a row adds to a sum of ratios.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Which ratio, smaller than the number of coefficients.
    pub(crate) part: u32,
    /// The clip, smaller than the number of clips.
    pub(crate) clip: u32,
    /// What it adds above the line.
    pub(crate) above: f64,
    /// What it adds below the line.
    pub(crate) below: f64,
}

/// Which ends fit a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ends {
    /// Of a share, 0 to 1.
    Share,
    /// Of a mean between two bounds.
    Mean(f64, f64),
}

/// Space for one number per clip, cleared only where it was written.
#[derive(Debug, Default)]
pub(crate) struct PerClip {
    moves: Vec<f64>,
    touched: Vec<u32>,
    seen: Vec<bool>,
    /// Sums above and below the line.
    sums: Vec<(f64, f64)>,
}

impl PerClip {
    pub(crate) fn new(clips: usize) -> Self {
        Self { moves: vec![0.0; clips], touched: Vec::new(), seen: vec![false; clips], sums: vec![(0.0, 0.0); clips] }
    }

    /// Adds rows of one clip that were added up; how many of them are in.
    fn add(&mut self, rows: Row, length: u64) -> u64 {
        let Some(sum) = self.sums.get_mut(rows.clip as usize).filter(|_| length > 0) else { return 0 };
        if sum.1 <= 0.0 {
            self.touched.push(rows.clip);
        }
        sum.0 += rows.above;
        sum.1 += rows.below;
        length
    }

    /// One ratio, `above / below`, with its cluster-robust interval: the same as [`Self::ratios`] with one part, in one pass
    /// over the rows, whatever their part. Every row adds 1 or another number above 0 below the line; rows outside of the
    /// clips are left out. The number of rows is told.
    pub(crate) fn ratio(&mut self, rows: impl Iterator<Item = Row>, ends: Ends) -> Quantity {
        let mut n = 0;
        // Rows of one clip mostly stand together and are added up before their clip is looked for.
        let mut run = Row { part: 0, clip: 0, above: 0.0, below: 0.0 };
        let mut length = 0;
        for row in rows {
            if row.clip != run.clip {
                n += self.add(run, length);
                (run, length) = (Row { above: 0.0, below: 0.0, ..row }, 0);
            }
            run.above += row.above;
            run.below += row.below;
            length += 1;
        }
        n += self.add(run, length);
        let of_clip = |&clip: &u32| self.sums[clip as usize];
        let add = |(above, below): (f64, f64), sum: (f64, f64)| (above + sum.0, below + sum.1);
        let (above, below) = self.touched.iter().map(of_clip).fold((0.0, 0.0), add);
        let value = above / below;
        let moved = |(of_clip, rows): (f64, f64)| (of_clip - value * rows) / below;
        let squares = self.touched.iter().map(of_clip).map(moved).map(|moved| moved * moved).sum();
        let clips = self.touched.len();
        for clip in self.touched.drain(..) {
            self.sums[clip as usize] = (0.0, 0.0);
        }
        if below <= 0.0 {
            return Quantity::Undefined(NoValue::Empty);
        }
        if !value.is_finite() {
            return Quantity::Undefined(NoValue::NotFinite);
        }
        // A mean of shares may come out a rounding error above 1.
        let value = if ends == Ends::Share { value.clamp(0.0, 1.0) } else { value };
        Quantity::Value { value, n, interval: interval(value, squares, clips, n, ends) }
    }

    /// `Σ c_k · above_k / below_k` over the parts k with its cluster-robust interval. Rows outside of the coefficients
    /// or clips are left out; `n` is the number of rows to be told.
    pub(crate) fn ratios(
        &mut self,
        rows: impl Iterator<Item = Row> + Clone,
        coefficients: &[f64],
        n: u64,
        ends: Ends,
    ) -> Quantity {
        let clips = self.moves.len();
        let rows = rows.filter(|row| (row.part as usize) < coefficients.len() && (row.clip as usize) < clips);
        let mut parts = vec![(0.0f64, 0.0f64); coefficients.len()];
        for row in rows.clone() {
            let part = &mut parts[row.part as usize];
            part.0 += row.above;
            part.1 += row.below;
        }
        if parts.is_empty() || parts.iter().all(|part| part.1 <= 0.0) {
            return Quantity::Undefined(NoValue::Empty);
        }
        if parts.iter().any(|part| part.1 <= 0.0) {
            return Quantity::Undefined(NoValue::EmptyPart);
        }
        let value: f64 = parts.iter().zip(coefficients).map(|(part, c)| c * part.0 / part.1).sum();
        if !value.is_finite() {
            return Quantity::Undefined(NoValue::NotFinite);
        }
        // A mean of shares may come out a rounding error above 1.
        let value = if ends == Ends::Share { value.clamp(0.0, 1.0) } else { value };
        for row in rows {
            let clip = row.clip as usize;
            if !self.seen[clip] {
                self.seen[clip] = true;
                self.touched.push(row.clip);
            }
            let (above, below) = parts[row.part as usize];
            self.moves[clip] += coefficients[row.part as usize] * (row.above - above / below * row.below) / below;
        }
        let clips = self.touched.len();
        let mut squares = 0.0;
        for &clip in &self.touched {
            squares += self.moves[clip as usize] * self.moves[clip as usize];
            self.moves[clip as usize] = 0.0;
            self.seen[clip as usize] = false;
        }
        self.touched.clear();
        Quantity::Value { value, n, interval: interval(value, squares, clips, n, ends) }
    }
}

/// The interval of a value whose clips move it by amounts with this sum of squares.
fn interval(value: f64, squares: f64, clips: usize, n: u64, ends: Ends) -> Option<Interval> {
    if clips < 2 {
        return None;
    }
    let freedom = clips as f64 - 1.0;
    let variance = squares * clips as f64 / freedom;
    let t = student_975(freedom);
    let (low, high, method) = match ends {
        Ends::Share => {
            let spread = value * (1.0 - value);
            // Rounding may leave a variance of 1e-35 at 0 and 1.
            let rows = if spread <= 1e-12 { clips as f64 } else { (spread / variance).min(n as f64) };
            let (low, high) = wilson(value.clamp(0.0, 1.0), rows.max(1.0), t);
            (low, high, IntervalMethod::ClusterRobustWilson)
        }
        Ends::Mean(least, most) => {
            let half = t * variance.sqrt();
            ((value - half).max(least), (value + half).min(most), IntervalMethod::ClusterRobustMean)
        }
    };
    let clips = u32::try_from(clips).unwrap_or(u32::MAX);
    (low.is_finite() && high.is_finite()).then_some(Interval { low, high, level: INTERVAL_LEVEL, clips, method })
}

/// Wilson's score interval of a share `p` over `n` rows with the quantile `z`.
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let shrink = 1.0 + z * z / n;
    let center = (p + z * z / (2.0 * n)) / shrink;
    let half = z / shrink * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    // The share itself is always inside; rounding must not push it out.
    ((center - half).clamp(0.0, p), (center + half).clamp(p, 1.0))
}

/// The 0.975 quantile of Student's t.
///
/// Exact for 1 and 2 degrees of freedom, otherwise the expansion of M. Abramowitz, I. Stegun, "Handbook of Mathematical
/// Functions", 26.7.5, which is within 0.4 % at 3 degrees of freedom and within 0.02 % from 6 on.
fn student_975(freedom: f64) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    if freedom < 1.5 {
        return 12.706_204_736_432_095;
    }
    if freedom < 2.5 {
        return 4.302_652_729_911_275;
    }
    let z2 = Z * Z;
    let g1 = Z * (z2 + 1.0) / 4.0;
    let g2 = Z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let g3 = Z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    let g4 = Z * ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92160.0;
    Z + (g1 + (g2 + (g3 + g4 / freedom) / freedom) / freedom) / freedom
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(clips: &[(u32, f64)]) -> impl Iterator<Item = Row> + Clone + '_ {
        clips.iter().map(|&(clip, above)| Row { part: 0, clip, above, below: 1.0 })
    }

    #[test]
    fn quantiles_are_students() {
        // scipy.stats.t.ppf(0.975, freedom)
        for (freedom, expected, tolerance) in [
            (1.0, 12.7062, 1e-4),
            (2.0, 4.30265, 1e-4),
            (3.0, 3.18245, 0.013),
            (6.0, 2.44691, 5e-4),
            (30.0, 2.04227, 1e-5),
        ] {
            assert!((student_975(freedom) - expected).abs() < tolerance, "{freedom}: {}", student_975(freedom));
        }
    }

    #[test]
    fn independent_rows_give_wilsons_interval() {
        // statsmodels.stats.proportion.proportion_confint(400, 1000, method="wilson") = 0.370067, 0.430693.
        let clips: Vec<(u32, f64)> = (0..1000).map(|i| (i, f64::from(u8::from(i % 5 < 2)))).collect();
        let found = PerClip::new(1000).ratios(rows(&clips), &[1.0], 1000, Ends::Share);
        let interval = found.interval().unwrap();
        assert!((interval.low - 0.370_067).abs() < 2e-4 && (interval.high - 0.430_693).abs() < 2e-4, "{interval:?}");
    }

    #[test]
    fn copies_of_a_clip_add_no_certainty() {
        let once: Vec<(u32, f64)> = (0..50).map(|i| (i, f64::from(u8::from(i % 2 == 0)))).collect();
        let copied: Vec<(u32, f64)> = once.iter().flat_map(|&row| [row; 9]).collect();
        let mut space = PerClip::new(50);
        let width = |found: Quantity| found.interval().map(|i| i.high - i.low).unwrap();
        let a = width(space.ratios(rows(&once), &[1.0], 50, Ends::Share));
        let b = width(space.ratios(rows(&copied), &[1.0], 450, Ends::Share));
        assert!((a - b).abs() < 0.01, "{a} {b}");
    }

    #[test]
    fn a_perfect_score_is_not_certain_and_one_clip_has_no_interval() {
        let mut space = PerClip::new(20);
        let all: Vec<(u32, f64)> = (0..20).map(|i| (i, 1.0)).collect();
        let interval = space.ratios(rows(&all), &[1.0], 20, Ends::Share).interval().unwrap();
        assert!(interval.low < 0.9 && interval.high >= 1.0);
        assert_eq!(space.ratios(rows(&[(3, 1.0), (3, 0.0)]), &[1.0], 2, Ends::Share).interval(), None);
        let none = space.ratios(rows(&[]), &[1.0], 0, Ends::Share);
        assert_eq!(none, Quantity::Undefined(NoValue::Empty));
        let part = space.ratios(rows(&all), &[0.5, 0.5], 20, Ends::Share);
        assert_eq!(part, Quantity::Undefined(NoValue::EmptyPart));
    }

    #[test]
    fn one_ratio_in_one_pass_is_the_same() {
        let clips: Vec<(u32, f64)> = (0..300).map(|i| (i * 7 % 40, f64::from(i % 4) / 3.0)).collect();
        let mut space = PerClip::new(40);
        let twice = space.ratios(rows(&clips), &[1.0], 300, Ends::Share);
        // The space is clean again after each.
        for _ in 0..2 {
            let once = space.ratio(rows(&clips), Ends::Share);
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
            near(once.value().unwrap(), twice.value().unwrap());
            near(once.interval().unwrap().low, twice.interval().unwrap().low);
            near(once.interval().unwrap().high, twice.interval().unwrap().high);
            assert_eq!((once.n(), once.interval().unwrap().clips), (300, twice.interval().unwrap().clips));
        }
        assert_eq!(space.ratio(rows(&[(41, 1.0)]), Ends::Share), Quantity::Undefined(NoValue::Empty));
        assert_eq!(space.ratio(rows(&[(3, 1.0), (3, 0.0)]), Ends::Share).interval(), None);
    }

    /// The interval holds the truth about as often as it says, with clips of different size and strong correlation.
    #[test]
    fn coverage_is_near_the_level() {
        use rand::{RngExt, SeedableRng};
        let mut random = rand_pcg::Pcg64::seed_from_u64(7);
        let (mut held, trials) = (0, 400);
        for _ in 0..trials {
            let mut clips = Vec::new();
            for clip in 0..60 {
                // A clip's own rate is 0.4 or 0.9, so the rows' mean rate is 0.65.
                let rate = if random.random_range(0..2) == 0 { 0.4 } else { 0.9 };
                for _ in 0..random.random_range(1..8) {
                    clips.push((clip, f64::from(u8::from(random.random::<f64>() < rate))));
                }
            }
            let found = PerClip::new(60).ratios(rows(&clips), &[1.0], clips.len() as u64, Ends::Share);
            let interval = found.interval().unwrap();
            held += i32::from(interval.low <= 0.65 && 0.65 <= interval.high);
        }
        assert!((366..=394).contains(&held), "{held} of {trials}");
    }
}
