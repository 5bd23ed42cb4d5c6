//! What lies between matrix products: normalization, softmax and the activations, value by value, four at a time.
//!
//! Invariant: functions are good to a few units of the last place of a 32-bit float, or 3e-7 absolute where a value is
//! small against its inputs, and never give NaN for a finite input.

use std::array::from_fn;

use reelcheck_lanes::{F32x4, I32x4};

#[inline(always)]
fn splat(value: f32) -> F32x4 {
    F32x4::splat(value)
}

/// Applies a function to all values.
#[inline(always)]
fn each(values: &mut [f32], of: impl Fn(F32x4) -> F32x4) {
    let (whole, rest) = values.as_chunks_mut::<4>();
    for values in whole {
        *values = of(F32x4::new(*values)).to_array();
    }
    let padded = of(F32x4::new(from_fn(|lane| rest.get(lane).copied().unwrap_or_default()))).to_array();
    rest.copy_from_slice(&padded[..rest.len()]);
}

/// `c₀ + c₁x + c₂x² …`
#[inline(always)]
fn polynomial<const N: usize>(coefficients: [f32; N], x: F32x4) -> F32x4 {
    coefficients.into_iter().rev().fold(splat(0.0), |sum, coefficient| sum * x + splat(coefficient))
}

/// `eˣ` for x up to 88; below −87 it stays at the least normal float.
#[inline(always)]
fn exp(x: F32x4) -> F32x4 {
    /// Added to a float below 2²², this leaves the nearest whole number in its last bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first of so few bits that its small multiples are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const ONE: i32 = 0x3f80_0000;

    let x = x.max(splat(-87.0)).min(splat(88.0));
    let shifted = x * splat(std::f32::consts::LOG2_E) + splat(ROUND);
    let whole = shifted - splat(ROUND);
    let rest = x - whole * splat(LN_2[0]) - whole * splat(LN_2[1]);
    // Taylor's series to the seventh power: on |rest| ≤ ln 2 / 2 its error is below half a unit of the last place.
    let sum = polynomial([1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0], rest);
    sum * (shifted.to_bits().shift_left::<23>() + I32x4::splat(ONE)).as_f32_bits()
}

/// `x · σ(scale · x)`.
#[inline(always)]
fn gated(x: F32x4, scaled: F32x4) -> F32x4 {
    x / (splat(1.0) + exp(splat(0.0) - scaled))
}

/// `x · σ(1.702 x)`.
pub(crate) fn quick_gelu(values: &mut [f32]) {
    each(values, |x| gated(x, x * splat(1.702)));
}

/// `x · Φ(x)`, Φ by the rational approximation 7.1.26 of Abramowitz and Stegun, good to 1.5e-7.
pub(crate) fn gelu(values: &mut [f32]) {
    const TAIL: [f32; 6] = [0.0, 0.254_829_6, -0.284_496_74, 1.421_413_7, -1.453_152, 1.061_405_4];
    each(values, |x| {
        let y = x.abs() * splat(std::f32::consts::FRAC_1_SQRT_2);
        let t = splat(1.0) / (splat(1.0) + splat(0.327_591_1) * y);
        let tail = splat(0.5) * polynomial(TAIL, t) * exp(splat(0.0) - y * y);
        x * x.where_negative(tail, splat(1.0) - tail)
    });
}

/// `x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))`, which is `x · σ` of twice the argument.
pub(crate) fn gelu_tanh(values: &mut [f32]) {
    const TWICE: f32 = 2.0 * 0.797_884_6;
    each(values, |x| gated(x, splat(TWICE) * (x + splat(0.044_715) * x * x * x)));
}

/// The softmax of `scale` times the values.
pub(super) fn softmax(values: &mut [f32], scale: f32) {
    let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    each(values, |x| exp((x - splat(largest)) * splat(scale)));
    let factor = splat(sum(values, |x| x).recip());
    each(values, |x| x * factor);
}

/// The sum over all values.
#[inline(always)]
fn sum(values: &[f32], of: impl Fn(F32x4) -> F32x4) -> f32 {
    const LANES: usize = 4;
    let (whole, rest) = values.as_chunks::<{ 4 * LANES }>();
    let mut sums = [splat(0.0); LANES];
    for values in whole {
        let values = values.as_chunks::<LANES>().0;
        for (sum, values) in sums.iter_mut().zip(values) {
            *sum = *sum + of(F32x4::new(*values));
        }
    }
    let total = ((sums[0] + sums[1]) + (sums[2] + sums[3])).total();
    rest.iter().fold(total, |total, &value| total + of(splat(value)).to_array()[0])
}

/// Layer normalization of one row into another.
pub(crate) fn normalize(row: &[f32], gamma: &[f32], beta: &[f32], epsilon: f32, into: &mut [f32]) {
    let count = row.len() as f32;
    let mean = sum(row, |x| x) / count;
    let about = splat(mean);
    let variance = sum(row, |x| (x - about) * (x - about)) / count;
    let factor = (variance + epsilon).sqrt().recip();
    for (((into, &value), gamma), beta) in into.iter_mut().zip(row).zip(gamma).zip(beta) {
        *into = (value - mean) * factor * gamma + beta;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values between −`bound` and `bound`, and of every magnitude down to nothing.
    fn inputs(bound: f32) -> Vec<f32> {
        let even = (-40_003..40_003).map(|at| at as f32 * bound / 40_003.0);
        let small = (0..40).flat_map(|at| [-1.0, 1.0].map(|sign| sign * 2f32.powi(-at)));
        even.chain(small).collect()
    }

    fn largest_error(got: &[f32], inputs: &[f32], of: impl Fn(f64) -> f64) -> f64 {
        let error = |(&got, &x): (&f32, &f32)| {
            assert!(got.is_finite(), "at {x}");
            let expected = of(f64::from(x));
            (f64::from(got) - expected).abs() / expected.abs().max(1.0)
        };
        got.iter().zip(inputs).map(error).fold(0.0, f64::max)
    }

    /// Φ by its series, or by the continued fraction of its tail.
    fn normal(x: f64) -> f64 {
        let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let y = x.abs();
        let upper = if y < 3.0 {
            let (mut term, mut sum) = (y, y);
            for n in 1..80 {
                term *= y * y / f64::from(2 * n + 1);
                sum += term;
            }
            0.5 - density * sum
        } else {
            density / (1..120).rev().fold(y, |tail, n| y + f64::from(n) / tail)
        };
        if x < 0.0 { upper } else { 1.0 - upper }
    }

    #[test]
    fn activations_equal_their_formulas() {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let tanh = |x: f64| (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
        let check = |name: &str, of: fn(&mut [f32]), formula: &dyn Fn(f64) -> f64| {
            for bound in [1.0, 8.0, 40.0, 1e4] {
                let inputs = inputs(bound);
                let mut got = inputs.clone();
                of(&mut got);
                let error = largest_error(&got, &inputs, formula);
                assert!(error < 1e-6, "{name} up to {bound}: {error:.1e}");
            }
        };
        check("quick", quick_gelu, &|x| x * sigmoid(1.702 * x));
        check("exact", gelu, &|x| x * normal(x));
        check("tanh", gelu_tanh, &|x| x * (1.0 + tanh(x).tanh()) / 2.0);
    }

    #[test]
    fn exponentials_are_good_to_the_last_digits() {
        let inputs: Vec<f32> = (-87_000..88_000).map(|at| at as f32 / 1000.0).collect();
        let mut got = inputs.clone();
        each(&mut got, exp);
        let error = got.iter().zip(&inputs).map(|(&got, &x)| (f64::from(got) / f64::from(x).exp() - 1.0).abs());
        assert!(error.fold(0.0, f64::max) < 2.5e-7);
    }

    #[test]
    fn softmax_and_normalization_equal_their_formulas() {
        for count in [1, 3, 16, 50, 197] {
            let row: Vec<f32> = (0..count).map(|at| (at * 37 % 101) as f32 / 5.0 - 10.0).collect();
            let mut got = row.clone();
            softmax(&mut got, 0.125);
            let powers: Vec<f64> = row.iter().map(|&x| (f64::from(x) * 0.125).exp()).collect();
            let total: f64 = powers.iter().sum();
            for (got, power) in got.iter().zip(&powers) {
                assert!((f64::from(*got) - power / total).abs() < 2e-7, "{count}");
            }

            let (gamma, beta) = (vec![1.5; count], vec![-0.25; count]);
            normalize(&row, &gamma, &beta, 1e-5, &mut got);
            let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / count as f64;
            let variance = row.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count as f64;
            for (got, &x) in got.iter().zip(&row) {
                let expected = (f64::from(x) - mean) / (variance + 1e-5).sqrt() * 1.5 - 0.25;
                assert!((f64::from(*got) - expected).abs() < 2e-6, "{count}: {got} {expected}");
            }
        }
    }

    #[test]
    fn equal_scores_share_alike_however_large() {
        for value in [-1e30, 0.0, 1e30] {
            let mut values = vec![value; 7];
            softmax(&mut values, 3.0);
            assert!(values.iter().all(|value| (value - 1.0 / 7.0).abs() < 1e-7), "{values:?}");
        }
    }
}
