//! PLCC and RMSE after a logistic curve from scores to ratings, fitted by least squares.
//!
//! Curves: four parameters, `f(x) = β2 + (β1 − β2) / (1 + exp(−(x − β3) / |β4|))` (VQEG, "Final report from the Video
//! Quality Experts Group on the validation of objective models", 2000 and 2003), and five,
//! `f(x) = β1 (1/2 − 1/(1 + exp(β2 (x − β3)))) + β4 x + β5` (H. Sheikh, M. Sabir, A. Bovik, IEEE Trans. Image Processing
//! 15, 2006). Method: Levenberg–Marquardt (D. Marquardt, SIAM J. 11, 1963) on standardized columns from several fixed
//! starts, the least sum of squares wins. Invariants: the same points give the same fit on every platform (exponentials
//! are libm's); the fitted curve is held fixed in the interval; RMSE is √(Σ residual² / n).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agreement::bootstrap::{Statistic, clustered};
use crate::agreement::correlation::Pearson;
use crate::scoring::interval::{NoValue, Quantity};
use crate::scoring::protocols::labels::resamples_for;

/// A curve from scores to ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Curve {
    /// Four parameters, monotone.
    #[serde(rename = "logistic-4")]
    Logistic4,
    /// Five parameters; with its linear part it need not be monotone.
    #[serde(rename = "logistic-5")]
    Logistic5,
}

/// What a fit gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fit {
    /// The curve.
    pub curve: Curve,
    /// β1, β2, … in the units of scores and ratings; empty without a fit.
    pub parameters: Vec<f64>,
    /// Pearson's correlation of the curve's values with the ratings.
    pub pearson: Quantity,
    /// Root mean square error of the curve's values, in the ratings' unit.
    pub rmse: Quantity,
}

/// The most parameters of a curve.
const MOST: usize = 5;
type Parameters = [f64; MOST];

impl Curve {
    /// All curves.
    pub const ALL: [Self; 2] = [Self::Logistic4, Self::Logistic5];

    /// Its number of parameters.
    pub fn parameters(self) -> usize {
        match self {
            Self::Logistic4 => 4,
            Self::Logistic5 => 5,
        }
    }

    /// Its value and, where asked for, its derivatives by the parameters.
    fn value(self, b: &Parameters, x: f64, slope: &mut Parameters) -> f64 {
        match self {
            Self::Logistic4 => {
                let width = b[3].abs().max(1e-12);
                let u = (x - b[2]) / width;
                let s = logistic(u);
                let bend = (b[0] - b[1]) * s * (1.0 - s) / width;
                *slope = [s, 1.0 - s, -bend, -bend * u * b[3].signum(), 0.0];
                b[1] + (b[0] - b[1]) * s
            }
            Self::Logistic5 => {
                let s = logistic(-b[1] * (x - b[2]));
                let bend = b[0] * s * (1.0 - s);
                *slope = [0.5 - s, bend * (x - b[2]), -bend * b[1], x, 1.0];
                b[0] * (0.5 - s) + b[3] * x + b[4]
            }
        }
    }

    /// Where to begin on standardized columns of correlation `r`: steps of different places and steepness, and the straight
    /// line, than which no fit may be worse.
    fn starts(self, least: f64, most: f64, r: f64) -> Vec<Parameters> {
        let turn = if r < 0.0 { -1.0 } else { 1.0 };
        let mut starts = vec![match self {
            // So wide a step is straight over the data: its slope in the middle is (β1 − β2) / (4 β4).
            Self::Logistic4 => [60.0 * r, -60.0 * r, 0.0, 30.0, 0.0],
            Self::Logistic5 => [0.1, 1.0, 0.0, r, 0.0],
        }];
        for middle in [0.0, -0.7, 0.7, -1.4, 1.4] {
            for steep in [1.0, 3.0, 10.0] {
                match self {
                    Self::Logistic4 if turn < 0.0 => starts.push([least, most, middle, 1.0 / steep, 0.0]),
                    Self::Logistic4 => starts.push([most, least, middle, 1.0 / steep, 0.0]),
                    // The bend may go along with the linear part or against it.
                    Self::Logistic5 => {
                        starts.push([turn * (most - least), steep, middle, 0.0, 0.0]);
                        starts.push([-turn * (most - least) / 2.0, steep, middle, turn, 0.0]);
                    }
                }
            }
        }
        starts
    }

    /// The parameters for the columns as given, from those for `(x − mean) / spread`.
    fn unscaled(self, b: &Parameters, x: Scale, y: Scale) -> Vec<f64> {
        let middle = x.mean + x.spread * b[2];
        match self {
            Self::Logistic4 => {
                vec![y.mean + y.spread * b[0], y.mean + y.spread * b[1], middle, x.spread * b[3].abs()]
            }
            Self::Logistic5 => {
                let slope = y.spread * b[3] / x.spread;
                vec![y.spread * b[0], b[1] / x.spread, middle, slope, y.mean + y.spread * b[4] - slope * x.mean]
            }
        }
    }
}

fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-u))
}

/// Mean and standard deviation of a column.
#[derive(Clone, Copy)]
struct Scale {
    mean: f64,
    spread: f64,
}

impl Scale {
    fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().map(|v| v / n).sum::<f64>();
        let spread = (values.iter().map(|v| (v - mean) * (v - mean) / n).sum::<f64>()).sqrt();
        (mean.is_finite() && spread.is_finite() && spread > 0.0).then_some(Self { mean, spread })
    }

    fn applied(self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|v| (v - self.mean) / self.spread).collect()
    }
}

/// Fits a curve. `why` tells why columns that cannot be standardized cannot.
pub(super) fn fit(curve: Curve, scores: &[f64], ratings: &[f64], clip_of: &[u32], clips: usize, why: NoValue) -> Fit {
    let none = |why| {
        let none = Quantity::Undefined(why);
        Fit { curve, parameters: Vec::new(), pearson: none, rmse: none }
    };
    let n = scores.len();
    // As many points as parameters are met exactly, which tells nothing.
    let needed = curve.parameters() + 1;
    if n < needed {
        return none(NoValue::TooFew { n: n as u64, needed: needed as u64 });
    }
    let (Some(of_x), Some(of_y)) = (Scale::of(scores), Scale::of(ratings)) else { return none(why) };
    let (x, y) = (of_x.applied(scores), of_y.applied(ratings));
    let r = x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>() / n as f64;
    let least = y.iter().copied().fold(f64::INFINITY, f64::min);
    let most = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let starts = curve.starts(least, most, r);
    let best = if n <= MOST_EXPLORED {
        best_of(curve, &x, &y, starts)
    } else {
        // Which valley is the deepest shows on fewer points; its floor is then found on all.
        let step = n.div_ceil(MOST_EXPLORED / 2);
        let thin = |values: &[f64]| values.iter().copied().step_by(step).collect::<Vec<f64>>();
        let (few_x, few_y) = (thin(&x), thin(&y));
        let explored = best_of(curve, &few_x, &few_y, starts);
        explored.and_then(|(start, _)| minimize(curve, &x, &y, start))
    };
    let Some((parameters, squares)) = best else { return none(NoValue::NotConverged) };
    let mut slope = [0.0; MOST];
    let mapped: Vec<f64> = x.iter().map(|&x| curve.value(&parameters, x, &mut slope)).collect();
    let mut pearson = Pearson::new(&mapped, &y);
    let value = pearson.evaluate(&vec![1; n]);
    let resamples = resamples_for(n);
    let interval = clustered(clip_of, clips, resamples, &mut [&mut pearson])[0];
    Fit {
        curve,
        parameters: curve.unscaled(&parameters, of_x, of_y),
        pearson: Quantity::bootstrapped(value, n, clips, resamples, interval, NoValue::ConstantScores),
        rmse: Quantity::plain((squares / n as f64).sqrt() * of_y.spread, n as u64),
    }
}

/// The most points on which all starts are tried.
const MOST_EXPLORED: usize = 4000;

/// The deepest of the minima that the starts lead to.
fn best_of(curve: Curve, x: &[f64], y: &[f64], starts: Vec<Parameters>) -> Option<(Parameters, f64)> {
    starts.into_iter().filter_map(|start| minimize(curve, x, y, start)).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// The most steps of one descent.
const MOST_STEPS: usize = 1000;
/// Steps that must gain more than a millionth.
const LONG: usize = 100;

/// Parameters of a local minimum and the sum of squares there; `None` if the descent does not come to rest.
fn minimize(curve: Curve, x: &[f64], y: &[f64], start: Parameters) -> Option<(Parameters, f64)> {
    let k = curve.parameters();
    let mut slope = [0.0; MOST];
    let squares = |b: &Parameters| {
        let mut slope = [0.0; MOST];
        x.iter().zip(y).map(|(&x, &y)| (y - curve.value(b, x, &mut slope)).powi(2)).sum::<f64>()
    };
    let mut at = start;
    let mut height = squares(&at);
    let mut damping = 1e-3;
    // Several steps in a row that gain next to nothing are rest; one alone may only be a short step.
    let mut still = 0;
    let mut earlier = height;
    for step in 0..MOST_STEPS {
        if step % LONG == 0 {
            // A valley without a floor (the curve flattens into a line or narrows to a step) has a height all the same.
            if step > 0 && earlier - height <= 1e-6 * height {
                return Some((at, height));
            }
            earlier = height;
        }
        let (mut normal, mut gradient) = ([[0.0; MOST]; MOST], [0.0; MOST]);
        for (&x, &y) in x.iter().zip(y) {
            let residual = y - curve.value(&at, x, &mut slope);
            for i in 0..k {
                gradient[i] += slope[i] * residual;
                for j in 0..=i {
                    normal[i][j] += slope[i] * slope[j];
                }
            }
        }
        // Uphill everywhere: raise the damping until a step goes down or becomes nothing.
        let mut moved = false;
        while damping < 1e16 {
            if let Some(step) = solve(&normal, &gradient, damping, k) {
                let mut next = at;
                for i in 0..k {
                    next[i] += step[i];
                }
                let there = squares(&next);
                if there.is_finite() && there <= height {
                    still = if height - there <= 1e-13 * height { still + 1 } else { 0 };
                    (at, height) = (next, there);
                    damping = (damping / 8.0).max(1e-14);
                    moved = true;
                    break;
                }
            }
            damping *= 4.0;
        }
        if !moved || still >= 3 || height < 1e-26 {
            return height.is_finite().then_some((at, height));
        }
    }
    None
}

/// Solves `(N + damping · diag N) step = gradient` by Cholesky's decomposition; N is given by its lower half.
fn solve(normal: &[[f64; MOST]; MOST], gradient: &Parameters, damping: f64, k: usize) -> Option<Parameters> {
    let mut lower = [[0.0; MOST]; MOST];
    for i in 0..k {
        for j in 0..=i {
            let mut sum = normal[i][j];
            if i == j {
                sum += damping * normal[i][i].max(1e-12);
            }
            sum -= lower[i][..j].iter().zip(&lower[j][..j]).map(|(a, b)| a * b).sum::<f64>();
            if i == j {
                if sum <= 0.0 || !sum.is_finite() {
                    return None;
                }
                lower[i][i] = sum.sqrt();
            } else {
                lower[i][j] = sum / lower[j][j];
            }
        }
    }
    let mut step = *gradient;
    for i in 0..k {
        for m in 0..i {
            step[i] -= lower[i][m] * step[m];
        }
        step[i] /= lower[i][i];
    }
    for i in (0..k).rev() {
        for m in i + 1..k {
            step[i] -= lower[m][i] * step[m];
        }
        step[i] /= lower[i][i];
    }
    step[..k].iter().all(|s| s.is_finite()).then_some(step)
}
