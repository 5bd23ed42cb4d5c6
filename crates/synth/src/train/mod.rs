//! Trains and measures the bundled judge `plausibility`.
//!
//! The way of a training: [`sets`] draws twins and keeps them in files; [`fit`] changes them a little each time
//! (`augment`), says what should come out (`target`, `loss`) and follows the gradients; [`evaluate`] judges twins that were
//! held out; [`card`] writes down what came out. Invariant: the same seed, options and generator give the same weights on
//! one machine, and no clip that a result is measured on takes part in training or in the choice of the temperature.

mod augment;
pub mod card;
mod command;
pub mod data;
pub mod evaluate;
pub mod fit;
pub mod init;
mod loss;
pub mod sets;
mod target;
#[cfg(test)]
mod toy;

use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use reelcheck_models::plausibility::Weights;

pub use command::Training;
use data::Twin;
use evaluate::{Result as Judged, twin_accuracy};
use fit::{Losses, Schedule, fit};
use sets::Split;

/// What a training is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Decides about everything random.
    pub seed: u64,
    /// The folder that gets the weights and the model card.
    pub out: PathBuf,
    /// The folder in which drawn twins are kept.
    pub data: PathBuf,
    /// Twins to learn from.
    pub twins: usize,
    /// Twins in each set that results are measured on.
    pub held_out: usize,
    /// The course of the training.
    pub schedule: Schedule,
    /// Weights to go on from.
    pub from: Option<PathBuf>,
    /// How those came about, in words for the card.
    pub history: Option<String>,
}

/// Steps between two lines of progress.
const REPORT_EVERY: usize = 20;

/// Draws twins, trains, measures, and writes `plausibility.safetensors` and `README.md`. `say` hears of the progress.
///
/// # Errors
/// When a file cannot be read or written, or the training comes to nothing.
pub fn train(options: &Options, say: &dyn Fn(&str)) -> anyhow::Result<()> {
    let began = Instant::now();
    let set = |split: Split| {
        let count = if split == Split::Train { options.twins } else { options.held_out };
        let twins = sets::load_or_draw(&options.data, split, options.seed, count, options.schedule.threads)?;
        say(&format!("{:>6.0} s  {}: {} twins", began.elapsed().as_secs_f64(), split.id(), twins.len()));
        anyhow::Ok(twins)
    };
    let twins = set(Split::Train)?;
    let validation = set(Split::Validation)?;
    let start = match &options.from {
        Some(path) => Weights::from_bytes(&std::fs::read(path)?)?,
        None => init::weights(sets::laws(), options.schedule.seed)?,
    };
    say(&format!("{} parameters", start.parameters()));
    let weights = fit_aloud(&start, &twins, &validation, options, began, say)?;
    let steps_secs = began.elapsed().as_secs_f64();
    drop(twins);

    // What is measured is what is shipped: calibrated, rounded to 16 bits.
    let judge = |weights: &Weights, twins: &[Twin]| evaluate::results(weights, twins, options.schedule.threads);
    let calibrating = judge(&weights, &validation)?;
    let [temperature, shift] = evaluate::calibration(&calibrating.iter().collect::<Vec<_>>());
    let weights = Weights::from_bytes(&weights.calibrated(temperature as f32, shift as f32)?.to_bytes()?)?;
    let mut measured: Vec<(Split, Vec<Judged>)> = Vec::new();
    for split in Split::MEASURED {
        measured.push((split, judge(&weights, &set(split)?)?));
    }
    std::fs::create_dir_all(&options.out)?;
    std::fs::write(options.out.join("plausibility.safetensors"), weights.to_bytes()?)?;
    let card = card::write(options, &weights, &measured, steps_secs);
    std::fs::write(options.out.join("README.md"), &card)?;
    say(&card);
    Ok(())
}

/// Trains with a line of progress now and then.
fn fit_aloud(
    start: &Weights,
    twins: &[Twin],
    validation: &[Twin],
    options: &Options,
    began: Instant,
    say: &dyn Fn(&str),
) -> anyhow::Result<Weights> {
    let schedule = &options.schedule;
    let look = &validation[..validation.len().min(120)];
    let mut sums = Losses::default();
    fit(start, twins, schedule, |step, losses, network| {
        sums.iter_mut().zip(losses).for_each(|(sum, loss)| *sum += loss);
        let done = step + 1;
        if done % REPORT_EVERY == 0 {
            let [clip, rank, law, frames, cells] = sums.map(|sum| sum / REPORT_EVERY as f64);
            sums = Losses::default();
            let secs = began.elapsed().as_secs_f64();
            say(&format!(
                "{secs:>6.0} s  step {done:>5}  clip {clip:.3}  rank {rank:.3}  law {law:.3}  frames {frames:.3}  cells {cells:.3}"
            ));
        }
        if done % (REPORT_EVERY * 10) == 0 {
            let judged = run(network.values())
                .map_err(anyhow::Error::from)
                .and_then(|values| Ok(Weights::new(start.laws().to_vec(), 1.0, values)?))
                .and_then(|weights| {
                    // A training that is broken off leaves its last state.
                    std::fs::create_dir_all(&options.out)?;
                    std::fs::write(options.out.join("last.safetensors"), weights.to_bytes()?)?;
                    evaluate::results(&weights, look, schedule.threads)
                });
            match judged {
                Ok(judged) => say(&progress(&judged)),
                Err(error) => say(&format!("not measured: {error}")),
            }
        }
        true
    })
}

/// The twin accuracy over all kinds and for each.
fn progress(judged: &[Judged]) -> String {
    let all: Vec<&Judged> = judged.iter().collect();
    let mut line = format!(
        "          twins {:.3}  accuracy {:.3}  overlap {:.3}  pointing {:.3}  law {:.3} |",
        twin_accuracy(&all),
        evaluate::accuracy(&all),
        evaluate::temporal_overlap(&all),
        evaluate::pointing(&all),
        evaluate::law_accuracy(&all)
    );
    for (kind, results) in evaluate::by(&all, |result| &result.kind) {
        line.push_str(&format!(" {kind} {:.2}", twin_accuracy(&results)));
    }
    line
}

/// Waits for a computation on the CPU, which is done when it is first asked.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
