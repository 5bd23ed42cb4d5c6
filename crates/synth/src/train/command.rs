//! The command line of a training.

use std::path::PathBuf;

use clap::Args;

use super::Options;
use super::fit::Schedule;

/// The command line of a training.
#[derive(Args, Clone, Debug)]
pub struct Training {
    /// Decides about the twins and everything random in the training.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder that gets `plausibility.safetensors` and `README.md`.
    #[arg(long, default_value = "crates/models/src/plausibility")]
    out: PathBuf,
    /// The folder in which drawn twins are kept for the next time.
    #[arg(long, default_value = "target/twins")]
    data: PathBuf,
    /// Twins to learn from.
    #[arg(long, default_value_t = 4000)]
    twins: usize,
    /// Twins in each set that results are measured on.
    #[arg(long, default_value_t = 400)]
    held_out: usize,
    /// Batches.
    #[arg(long, default_value_t = 2500)]
    steps: usize,
    /// Twins in a batch.
    #[arg(long, default_value_t = 8)]
    batch: usize,
    /// Twins that a thread works on at a time.
    #[arg(long, default_value_t = 2)]
    part: usize,
    /// The share of the steps that looks at the surroundings of events alone, 0 to 1.
    #[arg(long, default_value_t = 0.7)]
    focused: f64,
    /// The largest step size.
    #[arg(long, default_value_t = 2e-3)]
    learning_rate: f64,
    /// Threads; the result does not depend on them.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    threads: usize,
    /// A weights file to go on from.
    #[arg(long)]
    from: Option<PathBuf>,
    /// How that file came about, in words for the card.
    #[arg(long, requires = "from")]
    history: Option<String>,
}

impl Training {
    /// As the program's other parts understand it.
    pub fn options(self) -> Options {
        let Self {
            seed,
            out,
            data,
            twins,
            held_out,
            steps,
            batch,
            part,
            focused,
            learning_rate,
            threads,
            from,
            history,
        } = self;
        let schedule = Schedule { steps, batch, part, focused, learning_rate, threads, seed };
        Options { seed, out, data, twins, held_out, schedule, from, history }
    }
}
