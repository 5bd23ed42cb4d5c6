//! The generator's command line.
#![expect(clippy::print_stdout, reason = "a command line program reports on its standard output")]

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use reelcheck_synth::draw::{Format, Quality, picture};
use reelcheck_synth::samples::{Outcome, all};
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
