//! Training: batches of changed twins, gradients on several threads, `AdamW` with a rising and falling step size.
//!
//! Invariant: the result depends on the seed, the data and the options, not on the number of threads: each batch is cut into
//! the same parts, and their gradients are added in the same order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsAccumulator, GradientsParams, ModuleOptimizer};
use burn::tensor::Device;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use reelcheck_models::plausibility::{Network, SHORTEST_WINDOW, Size, WINDOW, Weights};

use super::augment::room;
use super::data::Twin;
use super::loss::Loss;
use super::{augment, run};

/// How training goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Batches.
    pub steps: usize,
    /// Twins in a batch.
    pub batch: usize,
    /// Twins in a part of a batch: as many as a core's caches like.
    pub part: usize,
    /// The first share of the steps looks at parts of pictures and times around the events alone, which is quicker, 0 to 1.
    pub focused: f64,
    /// The largest step size; it rises over the first twentieth and then falls along a cosine.
    pub learning_rate: f64,
    /// Threads.
    pub threads: usize,
    /// Decides about everything random.
    pub seed: u64,
}

/// The parts of the loss: clip, rank, law, frames, cells.
pub type Losses = [f64; 5];

/// Trains a network from its starting weights; `report` hears of each step's number and losses, and may end training.
///
/// # Errors
/// When the result holds a weight that is not finite, or the device fails.
pub fn fit(
    start: &Weights,
    twins: &[Twin],
    schedule: &Schedule,
    mut report: impl FnMut(usize, Losses, &Network) -> bool,
) -> anyhow::Result<Weights> {
    anyhow::ensure!(!twins.is_empty(), "there is nothing to learn from");
    let device = Device::flex().autodiff();
    let mut network = Network::new(start, &device);
    let mut optimizer: ModuleOptimizer = AdamWConfig::new()
        .with_weight_decay(0.02)
        .with_epsilon(1e-8)
        .with_grad_clipping(Some(GradientClippingConfig::Norm(1.0)))
        .init();
    let mut order = Order::new(twins.len(), schedule.seed);
    for step in 0..schedule.steps {
        let batch: Vec<usize> = (0..schedule.batch).map(|_| order.next()).collect();
        let parts: Vec<&[usize]> = batch.chunks(schedule.part).collect();
        let results = parallel(parts.len(), schedule.threads, |index| {
            let mut random = Pcg64::new(u128::from(schedule.seed) << 64 | (step * parts.len() + index) as u128, 1);
            let focused = (step as f64) < schedule.focused * schedule.steps as f64;
            part(&network, twins, parts[index], focused, start.laws(), &mut random, &device)
        });
        let mut sum = GradientsAccumulator::new();
        let mut losses = Losses::default();
        for (grads, part) in results {
            sum.accumulate(&network, grads);
            losses.iter_mut().zip(part).for_each(|(total, loss)| *total += loss / parts.len() as f64);
        }
        // Gradients of the parts are summed, not averaged: `AdamW`'s step does not depend on their scale.
        network = optimizer.step(rate(schedule, step), network, sum.grads());
        if !report(step, losses, &network) {
            break;
        }
    }
    let values = run(network.values())?;
    Ok(Weights::new(start.laws().to_vec(), start.temperature(), values)?)
}

/// Gradients and losses of a part of a batch.
fn part(
    network: &Network,
    twins: &[Twin],
    chosen: &[usize],
    focused: bool,
    laws: &[String],
    random: &mut Pcg64,
    device: &Device,
) -> (GradientsParams, Losses) {
    // Windows of a part are equally long and large.
    let longest = chosen.iter().map(|&index| twins[index].possible.len()).min().unwrap_or_default().min(WINDOW);
    let (from, to) = if focused { (longest * 7 / 12, longest * 3 / 4) } else { (longest * 4 / 5, longest) };
    let length = random.random_range(from.max(SHORTEST_WINDOW).min(longest)..=to.max(SHORTEST_WINDOW).min(longest));
    let sizes = chosen.iter().map(|&index| if focused { room(&twins[index]) } else { twins[index].possible[0].size() });
    let size = sizes.fold(Size { width: 0, height: 0 }, |a, b| Size {
        width: a.width.max(b.width),
        height: a.height.max(b.height),
    });
    let changed: Vec<Twin> =
        chosen.iter().map(|&index| augment::changed(&twins[index], length, size, random)).collect();
    // Leaves of its own: parts that share leaves wait for each other's gradients, and may do so for ever.
    let network = network.clone().fork(device);
    let loss = Loss::of(&network, &changed, laws, device);
    let parts = loss.parts().map(|part| part.inner().into_data().try_into_vec::<f32>().unwrap_or_default());
    let losses = parts.map(|part| part.first().copied().map_or(f64::NAN, f64::from));
    (GradientsParams::from_grads(loss.total().backward(), &network), losses)
}

/// The step size.
fn rate(schedule: &Schedule, step: usize) -> f64 {
    let warm = (schedule.steps / 20).max(1);
    if step < warm {
        return schedule.learning_rate * (step + 1) as f64 / warm as f64;
    }
    let done = (step - warm) as f64 / (schedule.steps - warm).max(1) as f64;
    schedule.learning_rate * (0.02 + 0.98 * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * done)))
}

/// Calls a function for each index below `count` on some threads, and gives the results in order.
pub(crate) fn parallel<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    let hand = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let result = work(index);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.clamp(1, count.max(1)) {
            scope.spawn(hand);
        }
        hand();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// All twins again and again, each time in another order.
struct Order {
    random: Pcg64,
    left: Vec<usize>,
    count: usize,
}

impl Order {
    fn new(count: usize, seed: u64) -> Self {
        Self { random: Pcg64::seed_from_u64(seed), left: Vec::new(), count }
    }

    fn next(&mut self) -> usize {
        if self.left.is_empty() {
            self.left = (0..self.count).collect();
        }
        let at = self.random.random_range(0..self.left.len());
        self.left.swap_remove(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{evaluate, init, toy};

    const SCHEDULE: Schedule =
        Schedule { steps: 60, batch: 8, part: 4, focused: 0.5, learning_rate: 4e-3, threads: 2, seed: 1 };

    fn start() -> Weights {
        init::weights(vec!["object-persistence".to_owned()], 1).unwrap()
    }

    #[test]
    fn it_learns_that_squares_do_not_vanish() {
        let weights = fit(&start(), &toy::twins(64, 1), &SCHEDULE, |_, _, _| true).unwrap();
        let results = evaluate::results(&weights, &toy::twins(40, 2), 2).unwrap();
        let before = evaluate::results(&start(), &toy::twins(40, 2), 2).unwrap();
        let accuracy = |results: &[evaluate::Result]| evaluate::twin_accuracy(&results.iter().collect::<Vec<_>>());
        assert!(accuracy(&results) >= 0.95, "{} from {}", accuracy(&results), accuracy(&before));
    }

    #[test]
    fn threads_do_not_matter() {
        let twins = toy::twins(8, 3);
        let trained = |threads| {
            let schedule = Schedule { steps: 2, threads, part: 2, ..SCHEDULE };
            fit(&start(), &twins, &schedule, |_, _, _| true).unwrap()
        };
        assert_eq!(trained(1), trained(2));
    }

    #[test]
    fn every_twin_comes_up_once_before_any_comes_up_again() {
        let mut order = Order::new(5, 9);
        for _ in 0..3 {
            let mut round: Vec<usize> = (0..5).map(|_| order.next()).collect();
            round.sort_unstable();
            assert_eq!(round, [0, 1, 2, 3, 4]);
        }
    }
}
