//! Two runs on the same items: which answers flipped, McNemar's test, and the difference with its interval.
//!
//! Invariants: an item is compared only where it counts for both runs; the flipped items are listed both ways; McNemar's
//! test takes items as independent and says so by standing beside the bootstrap, which resamples whole clips.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::interval::NoValue;
use super::{Denominator, Marked, Quantity, Sheet};
use crate::agreement::bootstrap::{BOOTSTRAP_RESAMPLES, BOOTSTRAP_SEED, draw_some, interval_of};

/// McNemar's test of equal accuracy, from the items that exactly one run has right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct McNemar {
    /// Items that only the first run has right.
    pub only_first: u64,
    /// Items that only the second run has right.
    pub only_second: u64,
    /// Two-sided p of the exact binomial test (Q. McNemar, Psychometrika 12, 1947).
    pub exact: f64,
    /// The mid-p variant, which is less conservative (M. Fagerland, S. Lydersen, P. Laake, BMC Med. Res. Meth. 13, 2013).
    pub mid_p: f64,
}

/// How two runs differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Paired {
    /// Which items count.
    pub denominator: Denominator,
    /// Items that count for both.
    pub n: u64,
    /// Items that both have right.
    pub both_right: u64,
    /// Items that both have wrong.
    pub both_wrong: u64,
    /// Accuracy of the second minus accuracy of the first over these items, −1 to 1.
    pub difference: Quantity,
    /// Two-sided p of no difference from the same resamples of clips, at least 1/1001; absent with fewer than two clips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_p: Option<f64>,
    /// The test over single items.
    pub mcnemar: McNemar,
    /// Items that only the second run has right, in the task's order.
    pub gained: Vec<u32>,
    /// Items that only the first run has right, in the task's order.
    pub lost: Vec<u32>,
}

/// Compares two runs. `None` if the sheets are not of the same task.
pub fn compare(first: &Sheet<'_>, second: &Sheet<'_>, denominator: Denominator) -> Option<Paired> {
    let index = first.index();
    if !std::ptr::eq(index.task(), second.index().task()) {
        return None;
    }
    let (mut both_right, mut both_wrong) = (0u64, 0u64);
    let (mut gained, mut lost) = (Vec::new(), Vec::new());
    let mut by_clip = vec![(0i64, 0i64); index.clips() as usize];
    for (a, b) in first.marks().iter().zip(second.marks()) {
        if !denominator.holds(a.state) || !denominator.holds(b.state) {
            continue;
        }
        let clip = &mut by_clip[index.clip_of()[a.item as usize] as usize];
        clip.1 += 1;
        match (a.state == Marked::Right, b.state == Marked::Right) {
            (true, true) => both_right += 1,
            (false, false) => both_wrong += 1,
            (false, true) => {
                gained.push(a.item);
                clip.0 += 1;
            }
            (true, false) => {
                lost.push(a.item);
                clip.0 -= 1;
            }
        }
    }
    let (only_first, only_second) = (lost.len() as u64, gained.len() as u64);
    let n = both_right + both_wrong + only_first + only_second;
    by_clip.retain(|clip| clip.1 > 0);
    let (difference, bootstrap_p) = difference(by_clip, n);
    let (exact, mid_p) = binomial(only_first, only_second);
    let mcnemar = McNemar { only_first, only_second, exact, mid_p };
    Some(Paired { denominator, n, both_right, both_wrong, difference, bootstrap_p, mcnemar, gained, lost })
}

/// Groups of clips that are resampled at most.
const MOST_GROUPS: usize = 4096;

/// Σ flips / Σ items over (flips, items) by clip, with the bootstrap's interval and p.
///
/// More than 4,096 clips are put together at random into so many groups: groups of independent clips are themselves
/// independent, so that resampling them shows the same variance (K. Wolter, "Introduction to Variance Estimation", 2007,
/// chapter 2) at a bounded cost.
fn difference(by_clip: Vec<(i64, i64)>, n: u64) -> (Quantity, Option<f64>) {
    if n == 0 {
        return (Quantity::Undefined(NoValue::Empty), None);
    }
    let clips = by_clip.len();
    let groups = if clips <= MOST_GROUPS {
        by_clip
    } else {
        let mut random = Pcg64::seed_from_u64(BOOTSTRAP_SEED);
        let mut groups = vec![(0, 0); MOST_GROUPS];
        for (flips, items) in by_clip {
            let group = &mut groups[random.random_range(0..4096u32) as usize];
            *group = (group.0 + flips, group.1 + items);
        }
        groups
    };
    let total: i64 = groups.iter().map(|group| group.0).sum();
    let value = total as f64 / n as f64;
    let mut values = Vec::with_capacity(BOOTSTRAP_RESAMPLES as usize);
    draw_some(groups.len(), BOOTSTRAP_RESAMPLES, |weights| {
        let (mut flips, mut items) = (0, 0);
        for (group, &w) in groups.iter().zip(weights) {
            flips += group.0 * i64::from(w);
            items += group.1 * i64::from(w);
        }
        if items > 0 {
            values.push(flips as f64 / items as f64);
        }
    });
    let tail = |side: &dyn Fn(f64) -> bool| values.iter().filter(|value| side(**value)).count() as f64 + 1.0;
    let least = tail(&|value| value <= 0.0).min(tail(&|value| value >= 0.0));
    let p = (clips > 1).then(|| (2.0 * least / (values.len() as f64 + 1.0)).min(1.0));
    let found = interval_of(values, BOOTSTRAP_RESAMPLES);
    let rows = usize::try_from(n).unwrap_or(usize::MAX);
    (Quantity::bootstrapped(Some(value), rows, clips, BOOTSTRAP_RESAMPLES, found, NoValue::Empty), p)
}

/// Two-sided exact and mid-p values of `a` against `b` under a fair coin.
fn binomial(a: u64, b: u64) -> (f64, f64) {
    let (n, k) = (a + b, a.min(b));
    if n == 0 {
        return (1.0, 1.0);
    }
    let ln_choose = libm::lgamma(n as f64 + 1.0) - libm::lgamma(k as f64 + 1.0) - libm::lgamma((n - k) as f64 + 1.0);
    let at = libm::exp(ln_choose - n as f64 * std::f64::consts::LN_2);
    // From the middle outwards the terms shrink, and past 1e-20 of the first they no longer add anything.
    let (mut term, mut below, mut i) = (at, at, k);
    while i > 0 && term > at * 1e-20 {
        term *= i as f64 / (n - i + 1) as f64;
        below += term;
        i -= 1;
    }
    let exact = (2.0 * below).min(1.0);
    // Half of the weight of what was seen; in the very middle both tails share it.
    let mid_p = if a == b { 1.0 - at / 2.0 } else { 2.0 * below - at };
    (exact, mid_p.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::scoring::marks::tests::{choice, mark, task};
    use crate::scoring::{Mark, Repeats, Task, TaskIndex};

    #[derive(Deserialize)]
    struct Case {
        only_first: u64,
        only_second: u64,
        exact: f64,
        mid_p: f64,
    }

    #[test]
    fn mcnemar_is_that_of_statsmodels_and_scipy() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../golden/protocols/mcnemar.json")).unwrap();
        assert!(cases.len() > 8);
        for case in cases {
            let (exact, mid_p) = binomial(case.only_first, case.only_second);
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.max(1e-3);
            assert!(near(exact, case.exact), "{} {}: {exact} {}", case.only_first, case.only_second, case.exact);
            assert!(near(mid_p, case.mid_p), "{} {}: {mid_p} {}", case.only_first, case.only_second, case.mid_p);
        }
    }

    fn sheet_task(n: u32, per_clip: u32) -> Task {
        let names: Vec<String> = (0..n).map(|i| format!("{}.mp4", i / per_clip)).collect();
        task(&[], names.iter().map(|name| (name.as_str(), vec![], None, choice(4, 0))).collect())
    }

    fn marks(n: u32, right: impl Fn(u32) -> bool) -> Vec<Mark> {
        (0..n).map(|i| mark(i, if right(i) { Marked::Right } else { Marked::Wrong })).collect()
    }

    #[test]
    fn flips_are_listed_both_ways() {
        let task = sheet_task(6, 1);
        let index = TaskIndex::new(&task);
        let a = Sheet::new(&index, &marks(6, |i| i < 3), Repeats::Last);
        let mut of_b = marks(6, |i| i % 2 == 0);
        of_b[1].state = Marked::Unparsed;
        let b = Sheet::new(&index, &of_b, Repeats::Last);
        let found = compare(&a, &b, Denominator::All).unwrap();
        assert_eq!((found.n, found.both_right, found.both_wrong), (6, 2, 2));
        assert_eq!((found.gained, found.lost), (vec![4], vec![1]));
        assert_eq!(found.difference.value(), Some(0.0));
        let parsed = compare(&a, &b, Denominator::Parsed).unwrap();
        assert_eq!((parsed.n, parsed.lost.len()), (5, 0));
        assert!((parsed.difference.value().unwrap() - 0.2).abs() < 1e-15);
        let other = sheet_task(6, 1);
        let other_index = TaskIndex::new(&other);
        let c = Sheet::new(&other_index, &[], Repeats::Last);
        assert_eq!(compare(&a, &c, Denominator::All), None);
    }

    #[test]
    fn a_run_against_itself_shows_nothing_and_an_empty_task_says_so() {
        let task = sheet_task(10, 2);
        let index = TaskIndex::new(&task);
        let a = Sheet::new(&index, &marks(10, |i| i < 7), Repeats::Last);
        let same = compare(&a, &a, Denominator::All).unwrap();
        assert_eq!((same.mcnemar.exact, same.mcnemar.mid_p, same.bootstrap_p), (1.0, 1.0, Some(1.0)));
        let none = sheet_task(0, 1);
        let index = TaskIndex::new(&none);
        let empty = Sheet::new(&index, &[], Repeats::Last);
        let found = compare(&empty, &empty, Denominator::All).unwrap();
        assert_eq!((found.difference, found.bootstrap_p), (Quantity::Undefined(NoValue::Empty), None));
    }

    #[test]
    fn clips_and_not_items_carry_the_evidence() {
        // Thirty gained items: from thirty clips they convince, from two clips they do not.
        let width = |per_clip| {
            let task = sheet_task(300, per_clip);
            let index = TaskIndex::new(&task);
            let a = Sheet::new(&index, &marks(300, |_| false), Repeats::Last);
            let b = Sheet::new(&index, &marks(300, |i| i < 30), Repeats::Last);
            let found = compare(&a, &b, Denominator::All).unwrap();
            let interval = found.difference.interval().unwrap();
            (interval.high - interval.low, found.bootstrap_p.unwrap(), found.mcnemar.exact)
        };
        let (single, shared) = (width(1), width(15));
        assert!(shared.0 > 2.0 * single.0 && single.1 < 0.01 && shared.1 > single.1);
        assert_eq!(single.2.to_bits(), shared.2.to_bits(), "McNemar does not see clips");
    }

    #[test]
    fn many_clips_are_grouped_without_changing_the_interval() {
        let n = 20_000;
        let flips: Vec<(i64, i64)> = (0..n).map(|i| (i64::from(i % 10 == 0) - i64::from(i % 20 == 1), 1)).collect();
        let (found, p) = difference(flips, 20_000);
        let interval = found.interval().unwrap();
        // Standard error of the mean of +1 (10 %), −1 (5 %), 0: √((0.15 − 0.05²)/n).
        let expected = 2.0 * 1.96 * ((0.15f64 - 0.0025) / 20_000.0).sqrt();
        assert!(((interval.high - interval.low) / expected - 1.0).abs() < 0.1, "{interval:?} {expected}");
        assert_eq!((interval.clips, p.map(|p| p < 0.01)), (20_000, Some(true)));
    }
}
