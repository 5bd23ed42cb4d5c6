//! `reelcheck synth`: clips of possible and impossible events, drawn from a seed, with annotations in IPV-Bench's shapes.
//!
//! Invariant: annotations and frames follow from the arguments alone; encoded bytes depend on the ffmpeg at hand.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, anyhow, ensure};
use clap::{Args, ValueEnum};
use reelcheck_synth::batch::{self, Codec, Order};
use reelcheck_synth::twins::{Kind, Look};

/// What to draw and where to write it.
#[derive(Args, Clone, Debug)]
pub struct SynthArgs {
    /// The first seed; every pair takes the next one.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many pairs: two clips each.
    #[arg(long, default_value_t = 21)]
    pub count: usize,
    /// The folder to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Kinds of events by id, separated by commas, taken in turn; all by default.
    #[arg(long, value_delimiter = ',', value_parser = kind)]
    pub kinds: Vec<Kind>,
    /// Families of looks by id, separated by commas; all by default.
    #[arg(long, value_delimiter = ',', value_parser = look)]
    pub looks: Vec<Look>,
    /// Width in pixels, even.
    #[arg(long, default_value_t = 320)]
    pub width: u32,
    /// Height in pixels, even.
    #[arg(long, default_value_t = 192)]
    pub height: u32,
    /// Length of a clip in seconds, 2 to 6.
    #[arg(long, default_value_t = 3.5)]
    pub seconds: f64,
    /// How clips are encoded.
    #[arg(long, value_enum, default_value_t = Encoding::Vp9)]
    pub codec: Encoding,
    /// Write annotations and questions without drawing a frame.
    #[arg(long)]
    pub annotations_only: bool,
}

/// How clips are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// VP9 in `WebM`.
    Vp9,
    /// H.264 in MP4.
    H264,
}

fn kind(id: &str) -> Result<Kind, String> {
    let broken = |kind: &Kind| kind.law().is_some();
    Kind::from_id(id).filter(broken).ok_or_else(|| {
        let ids: Vec<&str> = Kind::ALL.iter().filter(|kind| broken(kind)).map(|kind| kind.id()).collect();
        format!("expected one of {}", ids.join(", "))
    })
}

fn look(id: &str) -> Result<Look, String> {
    Look::from_id(id).ok_or_else(|| {
        let ids: Vec<&str> = Look::ALL.iter().map(|look| look.id()).collect();
        format!("expected one of {}", ids.join(", "))
    })
}

/// Draws and writes the clips and their annotations, and says what was written.
///
/// # Errors
/// When an argument makes no sense, ffmpeg is missing or gives up, or the folder cannot be written.
pub fn draw_twins(args: &SynthArgs, out: &mut impl Write) -> Result<()> {
    let even = |side: u32| (16..=4096).contains(&side) && side.is_multiple_of(2);
    ensure!(even(args.width) && even(args.height), "width and height have to be even, from 16 to 4096");
    ensure!((2.0..=6.0).contains(&args.seconds), "a clip lasts 2 to 6 seconds");
    ensure!(args.count > 0, "there is nothing to draw");
    let or_all = |chosen: &[Kind]| if chosen.is_empty() { Kind::ALL.to_vec() } else { chosen.to_vec() };
    let order = Order {
        seed: args.seed,
        twins: args.count,
        kinds: or_all(&args.kinds),
        looks: if args.looks.is_empty() { Look::ALL.to_vec() } else { args.looks.clone() },
        width: args.width,
        height: args.height,
        duration_secs: args.seconds,
        codec: match args.codec {
            Encoding::Vp9 => Codec::Vp9,
            Encoding::H264 => Codec::H264,
        },
    };
    let mut failed = None;
    let twins = if args.annotations_only {
        batch::annotate(&order, &args.out)?
    } else {
        batch::write(&order, &args.out, |file| {
            if let Err(error) = writeln!(out, "{file}") {
                failed.get_or_insert(error);
            }
        })?
    };
    if let Some(error) = failed {
        return Err(anyhow!(error));
    }
    let clips = if args.annotations_only { "annotations of clips" } else { "clips" };
    writeln!(out, "{} {clips} in {} pairs in {}", 2 * twins.len(), twins.len(), args.out.display())?;
    Ok(())
}
