//! The generator's command line.
#![expect(clippy::print_stdout, reason = "a command line program reports on its standard output")]

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use reelcheck_synth::dataset::{DrawnTwin, Kind, Look, Spec, draw_twin};
use reelcheck_synth::draw::{Format, Picture, Quality, picture};
use reelcheck_synth::samples::{Outcome, all};
use reelcheck_synth::train::{self, Training};
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
        /// Leave clips that are there as they are, and draw those that are missing.
        #[arg(long)]
        keep: bool,
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
    /// Twins as contact sheets, to look at: a row of frames of the possible version above one of the impossible.
    Sheet {
        /// The kinds, by id; all of them without.
        #[arg(long, value_delimiter = ',')]
        kind: Vec<String>,
        /// The families of looks, by id, taken in turn; all of them without.
        #[arg(long, value_delimiter = ',')]
        look: Vec<String>,
        /// The first seed.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many twins of each kind.
        #[arg(long, default_value_t = 1)]
        count: u64,
        /// Frames in a row.
        #[arg(long, default_value_t = 12)]
        frames: usize,
        /// The folder to write.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Samples { out, keep } => {
            let entries = publish::samples(&out, keep, |entry| {
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
        Command::Sheet { kind, look, seed, count, frames, out } => {
            let kinds = chosen(&kind, Kind::ALL, Kind::from_id)?;
            let looks = chosen(&look, Look::ALL, Look::from_id)?;
            std::fs::create_dir_all(&out)?;
            for (kind, nth) in kinds.iter().flat_map(|kind| (0..count).map(move |nth| (*kind, nth))) {
                let seed = seed + nth;
                let Some(look) = looks.get((seed % looks.len() as u64) as usize) else { continue };
                let spec = Spec { width: 160, height: 96, frames, frame_rate_fps: frames as f64 / 3.0 };
                let file = out.join(format!("{kind}-{seed}.png"));
                encode::still(&sheet(&draw_twin(seed, kind, *look, &spec), &spec), &[], &file)?;
                println!("{}", file.display());
            }
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

/// The things of those ids; all of them when no id is given.
fn chosen<T: Copy>(ids: &[String], all: &[T], of: fn(&str) -> Option<T>) -> anyhow::Result<Vec<T>> {
    if ids.is_empty() {
        return Ok(all.to_vec());
    }
    ids.iter().map(|id| of(id).ok_or_else(|| anyhow::anyhow!("there is no {id}"))).collect()
}

/// Two clips side by side in rows of six frames: the possible version above the impossible, whose event is framed in red.
fn sheet(twin: &DrawnTwin, spec: &Spec) -> Picture {
    let (width, height) = (spec.width as usize, spec.height as usize);
    let rows = spec.frames.div_ceil(SHEET_COLUMNS);
    let (columns, stride) = (spec.frames.min(SHEET_COLUMNS), spec.frames.min(SHEET_COLUMNS) * width * 3);
    let mut rgb = vec![0u8; 2 * rows * height * stride];
    for (version, drawn) in [&twin.possible, &twin.impossible].into_iter().enumerate() {
        for (frame, bytes) in drawn.frames.chunks_exact(width * height * 3).enumerate() {
            let mut bytes = bytes.to_vec();
            if let Some(event) = drawn.event.filter(|event| (event.first_frame..=event.last_frame).contains(&frame)) {
                let r = event.region;
                let (left, right) = ((r.x * width as f64) as usize, ((r.x + r.width) * width as f64) as usize);
                let (top, bottom) = ((r.y * height as f64) as usize, ((r.y + r.height) * height as f64) as usize);
                for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                    let inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
                    if inside && (x == left || x == right || y == top || y == bottom) {
                        bytes[(y * width + x) * 3..][..3].copy_from_slice(&[255, 0, 0]);
                    }
                }
            }
            let top = (2 * (frame / SHEET_COLUMNS) + version) * height;
            for (y, row) in bytes.chunks_exact(width * 3).enumerate() {
                rgb[(top + y) * stride + frame % SHEET_COLUMNS * width * 3..][..width * 3].copy_from_slice(row);
            }
        }
    }
    Picture { width: (columns * width) as u32, height: (2 * rows * height) as u32, rgb }
}

/// Frames in a row of a sheet.
const SHEET_COLUMNS: usize = 6;
