//! The generator's command line.
#![expect(clippy::print_stdout, reason = "a command line program reports on its standard output")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use reelcheck_synth::draw::{Format, Quality, picture};
use reelcheck_synth::samples::{Outcome, all};
use reelcheck_synth::train::{self, fit::Schedule};
use reelcheck_synth::{encode, fixtures, long, publish};

/// Draws small clips of possible and impossible events, with their annotations. Needs ffmpeg.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The sample clips of the site, with posters, manifest and annotations.
    Samples {
        /// The folder to write.
        #[arg(long, default_value = "www/public/samples")]
        out: PathBuf,
    },
    /// The small files, good and bad, that tests decode.
    Fixtures {
        /// The folder to write.
        #[arg(long, default_value = "tests/fixtures")]
        out: PathBuf,
    },
    /// A long 720p clip for tests of memory.
    Long {
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
        /// How long it is.
        #[arg(long, default_value_t = 10.0)]
        minutes: f64,
    },
    /// Trains the bundled judge `plausibility` on drawn twins, measures it, and writes weights and model card. Wants a
    /// release build.
    Train(Training),
    /// Single frames of a sample clip as PNG files, to look at.
    Frames {
        /// The clip's name.
        #[arg(long)]
        sample: String,
        /// Times in seconds.
        #[arg(long, value_delimiter = ',', default_value = "1")]
        at: Vec<f64>,
        /// Draw the version in which all laws hold.
        #[arg(long)]
        possible: bool,
        /// Width in pixels; the height follows as 9/16.
        #[arg(long, default_value_t = 640)]
        width: u32,
        /// The folder to write.
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Args)]
struct Training {
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
    /// The largest step size.
    #[arg(long, default_value_t = 2e-3)]
    learning_rate: f64,
    /// Threads; the result does not depend on them.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    threads: usize,
    /// A weights file to go on from.
    #[arg(long)]
    from: Option<PathBuf>,
}

impl Training {
    fn options(self) -> train::Options {
        let Self { seed, out, data, twins, held_out, steps, batch, part, learning_rate, threads, from } = self;
        let schedule = Schedule { steps, batch, part, learning_rate, threads, seed };
        train::Options { seed, out, data, twins, held_out, schedule, from }
    }
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Samples { out } => {
            let entries = publish::samples(&out, |entry| {
                println!("{:28} {:7} bytes  {:.2} s", entry.file, entry.size_bytes, entry.duration_secs);
            })?;
            println!("{} clips in {}", entries.len(), out.display());
        }
        Command::Fixtures { out } => {
            let entries = fixtures::write(&out, |entry| {
                println!("{:36} {:7} bytes  {}", entry.file, entry.size_bytes, entry.what);
            })?;
            println!("{} files in {}", entries.len(), out.display());
        }
        Command::Long { out, minutes } => {
            long::write(&out, minutes)?;
            println!("{}", out.display());
        }
        Command::Train(training) => train::train(&training.options(), &|line| println!("{line}"))?,
        Command::Frames { sample, at, possible, width, out } => {
            let all = all();
            let Some(found) = all.iter().find(|candidate| candidate.name == sample) else {
                let names: Vec<&str> = all.iter().map(|sample| sample.name).collect();
                anyhow::bail!("no sample is called {sample}; there are {}", names.join(", "));
            };
            std::fs::create_dir_all(&out)?;
            let outcome = if possible { Outcome::Possible } else { found.outcome };
            let scene = found.version(outcome).scene;
            let format = Format { width, height: width * 9 / 16, frame_rate_fps: 24, quality: Quality::Fine };
            for secs in at {
                let drawn = picture(&scene, &format, (secs * 24.0).round() as usize);
                let file = out.join(format!("{sample}-{secs:.2}.png"));
                encode::still(&drawn, &[], &file)?;
                println!("{}", file.display());
            }
        }
    }
    Ok(())
}
