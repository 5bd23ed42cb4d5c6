//! The percentile bootstrap over clips.
//!
//! B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3. Invariants: the same n gives the
//! same resamples, on every machine and for every judge, so that intervals are reproducible and judges comparable;
//! resamples over which a statistic is undefined are left out of its interval and counted.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// Resamples behind an interval.
pub const BOOTSTRAP_RESAMPLES: u32 = 1000;
/// The share of resamples that an interval holds.
pub const BOOTSTRAP_LEVEL: f64 = 0.95;
/// The seed of the resamples.
pub const BOOTSTRAP_SEED: u64 = 0x5EED_C11B;

/// A number about rows that each count as often as their weight says.
pub(crate) trait Statistic {
    /// The number; `None` where it is undefined. Never NaN.
    fn evaluate(&mut self, weights: &[u32]) -> Option<f64>;
}

/// What the resamples say of one statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Resamples over which the statistic is undefined.
    pub(crate) degenerate: u32,
}

/// The resamples of any number of clips, drawn once and kept.
#[derive(Default)]
pub(crate) struct Resamples {
    /// By number of clips: the weights of all resamples, one after the other.
    drawn: BTreeMap<usize, Vec<u32>>,
}

impl Resamples {
    /// Weights that are kept over all numbers of clips; beyond, they are drawn anew. 64 MiB.
    const MOST_KEPT: usize = 16 << 20;

    /// The interval of each statistic over `n` clips; `None` if it was undefined over all resamples.
    pub(crate) fn intervals(&mut self, n: usize, statistics: &mut [Box<dyn Statistic + '_>]) -> Vec<Option<Interval>> {
        let count = BOOTSTRAP_RESAMPLES as usize;
        let mut values: Vec<Vec<f64>> = statistics.iter().map(|_| Vec::with_capacity(count)).collect();
        let mut evaluate = |weights: &[u32]| {
            for (statistic, values) in statistics.iter_mut().zip(&mut values) {
                values.extend(statistic.evaluate(weights));
            }
        };
        let kept: usize = self.drawn.values().map(Vec::len).sum();
        if let Some(drawn) = self.drawn.get(&n) {
            drawn.chunks_exact(n.max(1)).for_each(evaluate);
        } else if n.saturating_mul(count) <= Self::MOST_KEPT - kept {
            let mut drawn = Vec::with_capacity(n * count);
            draw(n, |weights| {
                drawn.extend_from_slice(weights);
                evaluate(weights);
            });
            self.drawn.insert(n, drawn);
        } else {
            draw(n, evaluate);
        }
        values.into_iter().map(interval).collect()
    }
}

/// Draws all resamples of `n` clips, as the number of times that each clip was drawn.
fn draw(n: usize, visit: impl FnMut(&[u32])) {
    draw_some(n, BOOTSTRAP_RESAMPLES, visit);
}

/// Draws the first `resamples` resamples of `n` clips.
pub(crate) fn draw_some(n: usize, resamples: u32, mut visit: impl FnMut(&[u32])) {
    let mut random = Pcg64::seed_from_u64(BOOTSTRAP_SEED);
    let mut weights = vec![0u32; n];
    // 32 bits, so that the draws are the same where `usize` is narrower.
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    for _ in 0..resamples {
        weights.fill(0);
        for _ in 0..n {
            weights[random.random_range(0..n) as usize] += 1;
        }
        visit(&weights);
    }
}

/// The interval of each statistic over rows of which several belong to one clip: whole clips are resampled, and each row
/// counts as often as its clip was drawn. `None` if a statistic was undefined over all resamples.
///
/// `clip_of` holds the clip of every row, smaller than `clips`.
pub(crate) fn clustered(
    clip_of: &[u32],
    clips: usize,
    resamples: u32,
    statistics: &mut [&mut dyn Statistic],
) -> Vec<Option<Interval>> {
    let mut values: Vec<Vec<f64>> = statistics.iter().map(|_| Vec::with_capacity(resamples as usize)).collect();
    let mut rows = vec![0u32; clip_of.len()];
    draw_some(clips, resamples, |weights| {
        for (row, &clip) in rows.iter_mut().zip(clip_of) {
            *row = weights[clip as usize];
        }
        for (statistic, values) in statistics.iter_mut().zip(&mut values) {
            values.extend(statistic.evaluate(&rows));
        }
    });
    values.into_iter().map(|values| interval_of(values, resamples)).collect()
}

fn interval(values: Vec<f64>) -> Option<Interval> {
    interval_of(values, BOOTSTRAP_RESAMPLES)
}

/// The percentile interval of a statistic's values over some of `resamples` resamples.
pub(crate) fn interval_of(mut values: Vec<f64>, resamples: u32) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - BOOTSTRAP_LEVEL) / 2.0;
    let low = quantile(&values, tail)?;
    let high = quantile(&values, 1.0 - tail)?;
    Some(Interval { low, high, degenerate: resamples - u32::try_from(values.len()).unwrap_or(u32::MAX) })
}

/// The quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan, the default of `numpy.quantile`).
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last as f64 * share;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let (a, b) = (sorted[below], sorted[above]);
    Some(a + (b - a) * (place - below as f64))
}
