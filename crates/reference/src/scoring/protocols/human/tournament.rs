//! Bradley–Terry strengths from pairwise preferences.
//!
//! `P(a beats b) = p_a / (p_a + p_b)` (R. Bradley, M. Terry, Biometrika 39, 1952), fitted by the MM algorithm (D. Hunter,
//! Annals of Statistics 32, 2004); a tie is half a win for both. Strengths are told as ln p with mean 0, with standard
//! errors from the inverse of the observed information under that constraint. Invariants: the maximum exists only if every
//! contestant can be reached from every other one by wins (L. Ford, Amer. Math. Monthly 64, 1957); where it does not, the
//! result says whether comparisons are missing or all wins go one way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scoring::interval::{INTERVAL_LEVEL, Interval, IntervalMethod, NoValue, Quantity};

/// The most contestants.
pub const MOST_CONTESTANTS: usize = 300;
/// The most steps of the MM algorithm.
const MOST_STEPS: usize = 50_000;

/// Who was preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The first.
    First,
    /// The second.
    Second,
    /// Neither.
    Tie,
}

/// One comparison of two contestants, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duel {
    /// The first contestant.
    pub first: u32,
    /// The second contestant, another one.
    pub second: u32,
    /// Who was preferred.
    pub outcome: Outcome,
}

/// A contestant's place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contestant {
    /// Its number.
    pub contestant: u32,
    /// Its name.
    pub name: String,
    /// Comparisons that it was in.
    pub duels: u64,
    /// Wins, ties counted half, over comparisons; 0 to 1.
    pub win_ratio: Quantity,
    /// ln p, with mean 0 over all contestants.
    pub strength: Quantity,
    /// The standard error of `strength`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}

/// The strengths of all contestants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tournament {
    /// Comparisons used.
    pub duels: u64,
    /// Ties among them.
    pub ties: u64,
    /// Comparisons of a contestant with itself or with an unknown one; not used.
    pub invalid: u64,
    /// In the order of the names.
    pub contestants: Vec<Contestant>,
}

/// Strengths from comparisons; `names` are the contestants by number.
pub fn bradley_terry(names: &[String], duels: &[Duel]) -> Tournament {
    let k = names.len();
    let (mut used, mut ties, mut invalid) = (0, 0, 0);
    // Beyond the limit only counts are told, and those by contestant.
    let matrix = if k <= MOST_CONTESTANTS { k } else { 0 };
    let mut wins = vec![vec![0.0f64; matrix]; matrix];
    let mut totals = vec![(0.0f64, 0u64); k];
    for duel in duels {
        let (a, b) = (duel.first as usize, duel.second as usize);
        if a == b || a >= k || b >= k {
            invalid += 1;
            continue;
        }
        used += 1;
        ties += u64::from(duel.outcome == Outcome::Tie);
        let to_first = match duel.outcome {
            Outcome::First => 1.0,
            Outcome::Second => 0.0,
            Outcome::Tie => 0.5,
        };
        totals[a] = (totals[a].0 + to_first, totals[a].1 + 1);
        totals[b] = (totals[b].0 + 1.0 - to_first, totals[b].1 + 1);
        if matrix > 0 {
            wins[a][b] += to_first;
            wins[b][a] += 1.0 - to_first;
        }
    }
    let fitted =
        if k > MOST_CONTESTANTS { Err(NoValue::TooMany { limit: MOST_CONTESTANTS as u64 }) } else { strengths(&wins) };
    let contestants = names.iter().zip(&totals).enumerate().map(|(i, (name, &(won, n)))| {
        let win_ratio = if n == 0 { Quantity::Undefined(NoValue::Empty) } else { Quantity::plain(won / n as f64, n) };
        let (strength, standard_error) = match &fitted {
            Err(why) => (Quantity::Undefined(*why), None),
            Ok((strengths, errors)) => {
                (quantity(strengths[i], errors.as_ref().map(|e| e[i]), n, k), errors.as_ref().map(|e| e[i]))
            }
        };
        let contestant = u32::try_from(i).unwrap_or(u32::MAX);
        Contestant { contestant, name: name.clone(), duels: n, win_ratio, strength, standard_error }
    });
    Tournament { duels: used, ties, invalid, contestants: contestants.collect() }
}

fn quantity(value: f64, error: Option<f64>, n: u64, k: usize) -> Quantity {
    const Z: f64 = 1.959_963_984_540_054;
    let interval = error.map(|error| Interval {
        low: value - Z * error,
        high: value + Z * error,
        level: INTERVAL_LEVEL,
        clips: u32::try_from(k).unwrap_or(u32::MAX),
        method: IntervalMethod::Likelihood,
    });
    Quantity::Value { value, n, interval }
}

/// ln p of all contestants and their standard errors.
fn strengths(wins: &[Vec<f64>]) -> Result<(Vec<f64>, Option<Vec<f64>>), NoValue> {
    let k = wins.len();
    if k < 2 {
        return Err(NoValue::TooFew { n: k as u64, needed: 2 });
    }
    let parts = components(k, |a, b| wins[a][b] + wins[b][a] > 0.0);
    if parts > 1 {
        return Err(NoValue::Disconnected { parts });
    }
    let groups = strong_components(wins);
    if groups > 1 {
        return Err(NoValue::Separated { groups });
    }
    let won: Vec<f64> = wins.iter().map(|row| row.iter().sum()).collect();
    let mut p = vec![1.0f64; k];
    let mut rested = false;
    for _ in 0..MOST_STEPS {
        let next: Vec<f64> = (0..k)
            .map(|i| {
                let met = |j: usize| (wins[i][j] + wins[j][i]) / (p[i] + p[j]);
                won[i] / (0..k).filter(|&j| j != i).map(met).sum::<f64>()
            })
            .collect();
        let mean = next.iter().map(|&p| libm::log(p)).sum::<f64>() / k as f64;
        let scale = libm::exp(-mean);
        let moved = next.iter().zip(&p).map(|(next, p)| (next * scale / p - 1.0).abs()).fold(0.0, f64::max);
        p = next.into_iter().map(|next| next * scale).collect();
        if moved < 1e-13 {
            rested = true;
            break;
        }
    }
    if !rested || p.iter().any(|p| !p.is_finite() || *p <= 0.0) {
        return Err(NoValue::NotConverged);
    }
    let strengths = p.iter().map(|&p| libm::log(p)).collect();
    Ok((strengths, standard_errors(wins, &p)))
}

/// The diagonal of the information's pseudo-inverse, by `(I + 11ᵀ/k)⁻¹ − 11ᵀ/k`.
fn standard_errors(wins: &[Vec<f64>], p: &[f64]) -> Option<Vec<f64>> {
    let k = p.len();
    let ones = 1.0 / k as f64;
    // The matrix and, to its right, what becomes the inverse.
    let mut rows = vec![vec![0.0; 2 * k]; k];
    for i in 0..k {
        for j in 0..k {
            if i != j {
                let sum = p[i] + p[j];
                let information = (wins[i][j] + wins[j][i]) * p[i] * p[j] / (sum * sum);
                rows[i][i] += information;
                rows[i][j] -= information;
            }
        }
        rows[i][k + i] = 1.0;
    }
    for row in &mut rows {
        for cell in &mut row[..k] {
            *cell += ones;
        }
    }
    // Gauss–Jordan without pivoting: the matrix is positive definite.
    for i in 0..k {
        let pivot = rows[i][i];
        if pivot <= 0.0 || !pivot.is_finite() {
            return None;
        }
        rows[i].iter_mut().for_each(|cell| *cell /= pivot);
        let (before, rest) = rows.split_at_mut(i);
        let (of_pivot, after) = rest.split_first_mut()?;
        for row in before.iter_mut().chain(after) {
            let factor = row[i];
            for (cell, of_pivot) in row.iter_mut().zip(of_pivot.iter()) {
                *cell -= factor * of_pivot;
            }
        }
    }
    let errors: Vec<f64> = (0..k).map(|i| (rows[i][k + i] - ones).max(0.0).sqrt()).collect();
    errors.iter().all(|error| error.is_finite()).then_some(errors)
}

/// The number of parts that are connected within.
fn components(k: usize, linked: impl Fn(usize, usize) -> bool) -> u32 {
    let mut seen = vec![false; k];
    let mut parts = 0;
    for start in 0..k {
        if !seen[start] {
            parts += 1;
            reach(start, &mut seen, &mut Vec::new(), &linked);
        }
    }
    parts
}

/// Marks all that can be reached, and appends each once nothing more can be reached from it.
fn reach(start: usize, seen: &mut [bool], finished: &mut Vec<usize>, linked: &impl Fn(usize, usize) -> bool) {
    let mut stack = vec![(start, 0)];
    seen[start] = true;
    while let Some((at, next)) = stack.last_mut() {
        let (from, first) = (*at, *next);
        match (first..seen.len()).find(|&to| !seen[to] && linked(from, to)) {
            Some(to) => {
                *next = to + 1;
                seen[to] = true;
                stack.push((to, 0));
            }
            None => {
                finished.push(from);
                stack.pop();
            }
        }
    }
}

/// The number of groups within which all reach each other by wins (S. Kosaraju's two passes).
fn strong_components(wins: &[Vec<f64>]) -> u32 {
    let k = wins.len();
    let (mut seen, mut finished) = (vec![false; k], Vec::with_capacity(k));
    for start in 0..k {
        if !seen[start] {
            reach(start, &mut seen, &mut finished, &|a, b| wins[a][b] > 0.0);
        }
    }
    seen.fill(false);
    let mut groups = 0;
    for &start in finished.iter().rev() {
        if !seen[start] {
            groups += 1;
            reach(start, &mut seen, &mut Vec::new(), &|a, b| wins[b][a] > 0.0);
        }
    }
    groups
}
