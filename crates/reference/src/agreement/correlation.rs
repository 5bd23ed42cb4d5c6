//! How two columns of numbers go together: error, Pearson, Spearman, Kendall.
//!
//! Every statistic takes one integer weight per clip. Invariants: the result is finite and, for correlations, within
//! −1 … 1; `None` when a side is constant over the clips with a weight. Time is O(n) per call except for Kendall's
//! O(n log n); sorting is done once, on construction.

use super::bootstrap::Statistic;
use super::sorted::{Sorted, weight};

/// Mean absolute error: Σ w |x − y| / Σ w.
pub(crate) struct MeanAbsoluteError {
    errors: Vec<f64>,
}

impl MeanAbsoluteError {
    pub(crate) fn new(x: &[f64], y: &[f64]) -> Self {
        Self { errors: x.iter().zip(y).map(|(x, y)| (x - y).abs()).collect() }
    }
}

impl Statistic for MeanAbsoluteError {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let total: f64 = weights.iter().map(|&w| f64::from(w)).sum();
        let sum: f64 = self.errors.iter().zip(weights).map(|(error, &w)| error * f64::from(w)).sum();
        finite(sum / total)
    }
}

/// Pearson's product-moment correlation, by centered sums as in `scipy.stats.pearsonr`.
pub(crate) struct Pearson {
    x: Vec<f64>,
    y: Vec<f64>,
    x_groups: Vec<u32>,
    y_groups: Vec<u32>,
}

impl Pearson {
    pub(crate) fn new(x: &[f64], y: &[f64]) -> Self {
        Self {
            x: rescaled(x),
            y: rescaled(y),
            x_groups: Sorted::new(x).group_numbers(),
            y_groups: Sorted::new(y).group_numbers(),
        }
    }
}

impl Statistic for Pearson {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        // Told by the values themselves: rounding can make the deviations of equal values differ from zero.
        if is_constant(&self.x_groups, weights) || is_constant(&self.y_groups, weights) {
            return None;
        }
        correlation(&self.x, &self.y, weights)
    }
}

/// Spearman's rank correlation: Pearson's over ranks, with the mean rank for equal values.
pub(crate) struct Spearman {
    x: Sorted,
    y: Sorted,
    x_ranks: Vec<f64>,
    y_ranks: Vec<f64>,
}

impl Spearman {
    pub(crate) fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: Sorted::new(x), y: Sorted::new(y), x_ranks: vec![0.0; x.len()], y_ranks: vec![0.0; y.len()] }
    }
}

impl Statistic for Spearman {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let x_groups = rank(&self.x, weights, &mut self.x_ranks);
        let y_groups = rank(&self.y, weights, &mut self.y_ranks);
        if x_groups < 2 || y_groups < 2 {
            return None;
        }
        correlation(&self.x_ranks, &self.y_ranks, weights)
    }
}

/// Writes the mean rank of every value among the weighted values; gives the number of different values with a weight.
fn rank(sorted: &Sorted, weights: &[u32], ranks: &mut [f64]) -> usize {
    let mut before = 0u64;
    let mut distinct = 0;
    for group in sorted.groups() {
        let in_group = weight(group, weights);
        distinct += usize::from(in_group > 0);
        let mean = before as f64 + (in_group as f64 + 1.0) / 2.0;
        for &i in group {
            ranks[i as usize] = mean;
        }
        before += in_group;
    }
    distinct
}

/// Kendall's τ-b: (concordant − discordant) / √((pairs − ties in x) (pairs − ties in y)).
///
/// M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945). Concordant and discordant pairs are
/// counted with a binary indexed tree over the ranks of y while x ascends. All counts are 64-bit integers.
pub(crate) struct KendallTauB {
    x: Sorted,
    y: Sorted,
    y_groups: Vec<u32>,
    tree: Vec<u64>,
}

impl KendallTauB {
    pub(crate) fn new(x: &[f64], y: &[f64]) -> Self {
        let (x, y) = (Sorted::new(x), Sorted::new(y));
        let (y_groups, tree) = (y.group_numbers(), vec![0; y.distinct() + 1]);
        Self { x, y, y_groups, tree }
    }
}

/// How pairs of rows are ordered by two columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PairCounts {
    /// Pairs that both columns order the same way.
    pub(crate) concordant: u64,
    /// Pairs that they order opposite ways.
    pub(crate) discordant: u64,
    /// Pairs with different values of x.
    pub(crate) x_differs: u64,
    /// Pairs with different values of y.
    pub(crate) y_differs: u64,
    /// All pairs.
    pub(crate) all: u64,
}

impl KendallTauB {
    /// Counts the pairs among the weighted rows.
    pub(crate) fn pairs(&mut self, weights: &[u32]) -> PairCounts {
        let pairs = |n: u64| n * n.saturating_sub(1) / 2;
        let total: u64 = weights.iter().map(|&w| u64::from(w)).sum();
        let tied = |sorted: &Sorted| sorted.groups().map(|group| pairs(weight(group, weights))).sum::<u64>();
        let all = pairs(total);
        let mut counts =
            PairCounts { all, x_differs: all - tied(&self.x), y_differs: all - tied(&self.y), ..Default::default() };
        if counts.x_differs == 0 || counts.y_differs == 0 {
            return counts;
        }
        self.tree.fill(0);
        let mut seen = 0u64;
        for group in self.x.groups() {
            for &i in group {
                let (w, rank) = (weights[i as usize], self.y_groups[i as usize] as usize);
                if w > 0 {
                    counts.concordant += u64::from(w) * sum_below(&self.tree, rank);
                    counts.discordant += u64::from(w) * (seen - sum_below(&self.tree, rank + 1));
                }
            }
            for &i in group {
                let (w, rank) = (weights[i as usize], self.y_groups[i as usize] as usize);
                add(&mut self.tree, rank, u64::from(w));
                seen += u64::from(w);
            }
        }
        counts
    }
}

impl Statistic for KendallTauB {
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64> {
        let counts = self.pairs(weights);
        if counts.x_differs == 0 || counts.y_differs == 0 {
            return None;
        }
        let balance = counts.concordant.cast_signed() - counts.discordant.cast_signed();
        finite((balance as f64 / (counts.x_differs as f64 * counts.y_differs as f64).sqrt()).clamp(-1.0, 1.0))
    }
}

/// Adds to the tree at `rank`.
fn add(tree: &mut [u64], rank: usize, value: u64) {
    let mut i = rank + 1;
    while i < tree.len() {
        tree[i] += value;
        i += i & i.wrapping_neg();
    }
}

/// The tree's sum over all ranks below `rank`.
fn sum_below(tree: &[u64], rank: usize) -> u64 {
    let mut i = rank;
    let mut sum = 0;
    while i > 0 {
        sum += tree[i];
        i -= i & i.wrapping_neg();
    }
    sum
}

fn correlation(x: &[f64], y: &[f64], weights: &[u32]) -> Option<f64> {
    let (mut total, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    for ((x, y), &w) in x.iter().zip(y).zip(weights) {
        let w = f64::from(w);
        total += w;
        sum_x += w * x;
        sum_y += w * y;
    }
    let (mean_x, mean_y) = (sum_x / total, sum_y / total);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for ((x, y), &w) in x.iter().zip(y).zip(weights) {
        let (w, dx, dy) = (f64::from(w), x - mean_x, y - mean_y);
        xx += w * dx * dx;
        yy += w * dy * dy;
        xy += w * dx * dy;
    }
    finite((xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0))
}

/// The values times a power of two that brings the largest near 1. Exact, and no sum or square over them can overflow.
fn rescaled(values: &[f64]) -> Vec<f64> {
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if largest < f64::MIN_POSITIVE {
        return values.iter().map(|value| value * 2f64.powi(1000)).collect();
    }
    let exponent = i32::try_from((largest.to_bits() >> 52) & 0x7FF).unwrap_or(0) - 1023;
    // In two steps: 2^−1023 is not a normal number.
    let (half, rest) = (-exponent / 2, -exponent - -exponent / 2);
    values.iter().map(|value| value * 2f64.powi(half) * 2f64.powi(rest)).collect()
}

fn is_constant(groups: &[u32], weights: &[u32]) -> bool {
    let mut present = groups.iter().zip(weights).filter(|(_, w)| **w > 0).map(|(group, _)| *group);
    let first = present.next();
    present.all(|group| Some(group) == first)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
