//! How well a network does on twins that it was not trained on.
//!
//! Invariant: intervals come from drawing twins with replacement, so the two versions of a twin stay together, and the same
//! results always give the same numbers.

use std::collections::BTreeMap;

use burn::tensor::Device;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use reelcheck_models::plausibility::{Picture, Plausibility, WINDOW, Weights};

use super::data::Twin;
use super::fit::parallel;
use super::run;

/// Rounds of drawing with replacement.
const ROUNDS: usize = 1000;

/// Windows that are looked at together.
const TOGETHER: usize = 8;

/// Bins of the reliability table.
pub const BINS: usize = 10;

/// What the network says of one twin.
#[derive(Clone, Debug, PartialEq)]
pub struct Result {
    /// The kind of event.
    pub kind: String,
    /// The family of looks.
    pub look: String,
    /// The logit of the possible version, before the temperature.
    pub possible: f64,
    /// The logit of the impossible version.
    pub impossible: f64,
    /// Whether the law was named right in the impossible version.
    pub law_found: bool,
    /// How well the event's interval was found in the impossible version, 0 to 1: shared pictures over all pictures of both.
    /// `None` where the event lasts all the clip.
    pub overlap: Option<f64>,
    /// How often the strongest cell of the event's pictures lies in its box: 0 or 1.
    pub pointed: f64,
    /// The motion energy of both versions, for the blind floor.
    pub energy: [f64; 2],
}

/// A number with the interval that holds it in 95 of 100 redrawn sets of twins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number itself.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

/// Judges both versions of all twins on some threads; windows hold at most [`WINDOW`] pictures, from the start.
///
/// # Errors
/// When the device fails.
pub fn results(weights: &Weights, twins: &[Twin], threads: usize) -> anyhow::Result<Vec<Result>> {
    let device = Device::flex();
    let network = Plausibility::new(&weights.clone().with_temperature(1.0)?, &device);
    let chunks: Vec<&[Twin]> = twins.chunks(TOGETHER / 2).collect();
    let judged = parallel(chunks.len(), threads, |index| some(&network, chunks[index]));
    Ok(judged.into_iter().collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn some(network: &Plausibility, twins: &[Twin]) -> anyhow::Result<Vec<Result>> {
    let mut results = Vec::new();
    for twin in twins {
        let cut = |pictures: &'_ [Picture]| pictures.len().min(WINDOW);
        let windows = [&twin.possible[..cut(&twin.possible)], &twin.impossible[..cut(&twin.impossible)]];
        let judgements = run(network.judge(&windows))?;
        let [possible, impossible] = judgements.as_slice() else { anyhow::bail!("two windows give two judgements") };
        let best = impossible.laws.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        results.push(Result {
            kind: twin.kind.clone(),
            look: twin.look.clone(),
            possible: logit(possible.impossible),
            impossible: logit(impossible.impossible),
            law_found: best.is_some_and(|(index, _)| network.laws().get(index) == Some(&twin.law)),
            overlap: twin.temporal.then(|| overlap(&impossible.pictures, twin.first, twin.last)),
            pointed: pointed(&impossible.cells, twin),
            energy: [energy(&twin.possible), energy(&twin.impossible)],
        });
    }
    Ok(results)
}

/// The logit of a probability; sure ones count as one in ten million.
fn logit(probability: f64) -> f64 {
    let probability = probability.clamp(1e-7, 1.0 - 1e-7);
    libm::log(probability / (1.0 - probability))
}

/// Shared pictures over all pictures of the event's interval and the one that [`found`] gives.
fn overlap(pictures: &[f64], first: usize, last: usize) -> f64 {
    let Some((from, to)) = found(pictures) else { return 0.0 };
    let shared = (to.min(last) + 1).saturating_sub(from.max(first));
    let all = (to - from + 1) + (last - first + 1) - shared;
    shared as f64 / all as f64
}

/// The stretch of pictures around the most impossible one that are at least half as impossible: the first and the last.
pub fn found(pictures: &[f64]) -> Option<(usize, usize)> {
    let (at, highest) = pictures.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let inside = |value: &&f64| **value >= highest / 2.0;
    let before = pictures[..at].iter().rev().take_while(inside).count();
    let after = pictures[at + 1..].iter().take_while(inside).count();
    Some((at - before, at + after))
}

/// Whether the strongest cell during the event lies in its box.
fn pointed(cells: &[f64], twin: &Twin) -> f64 {
    let size = twin.possible[0].size();
    let places = size.rows() * size.columns();
    let during = cells.iter().enumerate().filter(|(at, _)| (twin.first..=twin.last).contains(&(at / places)));
    let Some((at, _)) = during.max_by(|a, b| a.1.total_cmp(b.1)) else { return 0.0 };
    let (row, column) = (at % places / size.columns(), at % size.columns());
    let meets = |at: usize, cells: usize, from: f64, length: f64| {
        (at as f64) < (from + length) * cells as f64 && (at + 1) as f64 > from * cells as f64
    };
    let region = twin.region;
    let inside =
        meets(column, size.columns(), region.x, region.width) && meets(row, size.rows(), region.y, region.height);
    f64::from(u8::from(inside))
}

/// The largest mean difference between neighbouring pictures: what a judge without understanding could go by.
fn energy(pictures: &[Picture]) -> f64 {
    let difference = |pair: &[Picture]| {
        let bytes = pair[0].data().iter().zip(pair[1].data());
        bytes.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / pair[0].data().len() as f64
    };
    pictures.windows(2).map(difference).fold(0.0, f64::max)
}

/// The share of twins whose impossible version scores above the possible one; a tie counts half.
pub fn twin_accuracy(results: &[&Result]) -> f64 {
    mean(results.iter().map(|result| wins(result.impossible, result.possible)))
}

/// The same by motion energy alone.
pub fn energy_twin_accuracy(results: &[&Result]) -> f64 {
    mean(results.iter().map(|result| wins(result.energy[1], result.energy[0])))
}

/// The chance that an impossible clip scores above a possible one, over all pairs of clips.
pub fn auroc(results: &[&Result]) -> f64 {
    area(results.iter().map(|result| result.possible), results.iter().map(|result| result.impossible))
}

/// The same by motion energy alone.
pub fn energy_auroc(results: &[&Result]) -> f64 {
    area(results.iter().map(|result| result.energy[0]), results.iter().map(|result| result.energy[1]))
}

/// The share of clips on the right side of a probability of one half.
pub fn accuracy(results: &[&Result]) -> f64 {
    mean(
        results
            .iter()
            .flat_map(|result| [result.possible < 0.0, result.impossible > 0.0])
            .map(|right| f64::from(u8::from(right))),
    )
}

/// The mean overlap of found and true intervals, over events that have one.
pub fn temporal_overlap(results: &[&Result]) -> f64 {
    mean(results.iter().filter_map(|result| result.overlap))
}

/// The share of impossible clips whose strongest cell during the event lies in the event's box.
pub fn pointing(results: &[&Result]) -> f64 {
    mean(results.iter().map(|result| result.pointed))
}

/// The share of impossible clips whose law was named right.
pub fn law_accuracy(results: &[&Result]) -> f64 {
    mean(results.iter().map(|result| f64::from(u8::from(result.law_found))))
}

/// Expected calibration error: the mean distance of probability and share over [`BINS`] bins, weighed by clips.
pub fn calibration_error(results: &[&Result], temperature: f64) -> f64 {
    let bins = reliability(results, temperature);
    let clips: f64 = bins.iter().map(|bin| bin[0]).sum();
    bins.iter().map(|[count, probability, share]| count * (probability - share).abs()).sum::<f64>() / clips.max(1.0)
}

/// For each of [`BINS`] equally wide bins: clips, their mean probability, and the share of them that are impossible.
pub fn reliability(results: &[&Result], temperature: f64) -> [[f64; 3]; BINS] {
    let mut bins = [[0.0; 3]; BINS];
    for (value, truth) in results.iter().flat_map(|result| [(result.possible, 0.0), (result.impossible, 1.0)]) {
        let probability = 1.0 / (1.0 + libm::exp(-value / temperature));
        let bin = &mut bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        *bin = [bin[0] + 1.0, bin[1] + probability, bin[2] + truth];
    }
    bins.map(|[count, probability, truth]| [count, probability / f64::max(count, 1.0), truth / f64::max(count, 1.0)])
}

/// The temperature and the shift before it under which these clips are least surprising: logistic regression on the logit,
/// by Newton's method.
pub fn calibration(results: &[&Result]) -> [f64; 2] {
    let clips: Vec<(f64, f64)> =
        results.iter().flat_map(|result| [(result.possible, 0.0), (result.impossible, 1.0)]).collect();
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..100 {
        // Gradient and Hessian of the surprise, with a little resistance so that separable clips have an answer too.
        let (mut g, mut h) = ([0.01 * (slope - 1.0), 0.01 * offset], [0.01, 0.0, 0.01]);
        for (logit, truth) in &clips {
            let said = 1.0 / (1.0 + libm::exp(-(slope * logit + offset)));
            let (error, spread) = (said - truth, said * (1.0 - said));
            g = [g[0] + error * logit, g[1] + error];
            h = [h[0] + spread * logit * logit, h[1] + spread * logit, h[2] + spread];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        let step = [(h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant];
        // Far from the answer a whole step may go too far.
        let largest = f64::max(step[0].abs(), step[1].abs());
        let part = if largest > 0.5 { 0.5 / largest } else { 1.0 };
        (slope, offset) = (f64::max(slope - part * step[0], 0.02), offset - part * step[1]);
    }
    [1.0 / slope, offset / slope]
}

/// A number with its interval, from drawing twins with replacement.
pub fn estimate(results: &[&Result], number: impl Fn(&[&Result]) -> f64) -> Estimate {
    let mut random = Pcg64::seed_from_u64(results.len() as u64);
    let mut values: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let drawn: Vec<&Result> = results.iter().map(|_| results[random.random_range(0..results.len())]).collect();
            number(&drawn)
        })
        .filter(|value| value.is_finite())
        .collect();
    values.sort_by(f64::total_cmp);
    let at =
        |share: f64| values.get((share * values.len() as f64) as usize).or(values.last()).copied().unwrap_or(f64::NAN);
    Estimate { value: number(results), low: at(0.025), high: at(0.975) }
}

/// Results by something that they have, in alphabetical order.
pub fn by<'a>(results: &[&'a Result], key: impl Fn(&'a Result) -> &'a str) -> BTreeMap<&'a str, Vec<&'a Result>> {
    let mut groups: BTreeMap<&str, Vec<&Result>> = BTreeMap::new();
    for result in results {
        groups.entry(key(result)).or_default().push(result);
    }
    groups
}

fn wins(a: f64, b: f64) -> f64 {
    if a > b {
        1.0
    } else if a < b {
        0.0
    } else {
        0.5
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// The area under the receiver operating characteristic, by ranks; ties count half.
fn area(negatives: impl Iterator<Item = f64>, positives: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<(f64, bool)> =
        negatives.map(|value| (value, false)).chain(positives.map(|value| (value, true))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won, mut positives) = (0.0, 0.0, 0.0);
    for tied in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let up = tied.iter().filter(|(_, positive)| *positive).count() as f64;
        let down = tied.len() as f64 - up;
        won += up * (below + down / 2.0);
        below += down;
        positives += up;
    }
    won / (positives * below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(possible: f64, impossible: f64) -> Result {
        Result {
            kind: "k".into(),
            look: "l".into(),
            possible,
            impossible,
            law_found: true,
            overlap: Some(0.5),
            pointed: 1.0,
            energy: [1.0, 1.0],
        }
    }

    #[test]
    fn numbers_are_what_they_say() {
        let all = [result(-1.0, 2.0), result(0.5, 0.5), result(1.0, -2.0)];
        let all: Vec<&Result> = all.iter().collect();
        assert!((twin_accuracy(&all) - 0.5).abs() < 1e-12);
        assert!((accuracy(&all) - 0.5).abs() < 1e-12);
        // Of nine pairs, 2.0 wins three; 0.5 wins one and ties one; −2.0 wins none.
        assert!((auroc(&all) - 4.5 / 9.0).abs() < 1e-12);
        assert!((energy_auroc(&all) - 0.5).abs() < 1e-12);
        let estimate = estimate(&all, twin_accuracy);
        assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
    }

    #[test]
    fn calibration_repairs_what_is_too_sure_and_leans_to_one_side() {
        // Right in three of four cases, but as sure as 12 : 1, and two too high.
        let sure = libm::log(12.0);
        let mut all = vec![result(2.0 - sure, 2.0 + sure); 75];
        all.extend(vec![result(2.0 + sure, 2.0 - sure); 25]);
        let all: Vec<&Result> = all.iter().collect();
        let [temperature, shift] = calibration(&all);
        assert!((temperature - sure / libm::log(3.0)).abs() < 0.02, "{temperature}");
        assert!((shift + 2.0).abs() < 0.02, "{shift}");
        let shifted: Vec<Result> = all.iter().map(|r| result(r.possible + shift, r.impossible + shift)).collect();
        let shifted: Vec<&Result> = shifted.iter().collect();
        assert!(calibration_error(&shifted, temperature) < 2e-3 && calibration_error(&all, 1.0) > 0.15);
        // Twins that are told apart without a mistake.
        let [temperature, shift] = calibration(&[&result(-3.0, 3.0), &result(-2.0, 5.0)]);
        assert!(temperature > 0.0 && temperature.is_finite() && shift.is_finite(), "{temperature} {shift}");
    }

    #[test]
    fn intervals_are_found_around_the_peak() {
        let pictures = [0.0, 0.1, 0.9, 0.8, 0.2, 0.7];
        assert_eq!(found(&pictures), Some((2, 3)));
        assert!((overlap(&pictures, 3, 4) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(found(&[]), None);
    }
}
