//! The native run: ffmpeg decodes, the evaluator judges; stored predictions are scored without either;
//! clips to try it on are drawn.
//!
//! Everything that touches the file system or another program is here. Invariant: the frames that reach the evaluator
//! are ffmpeg's own planes with ffmpeg's own timestamps, unrotated and unconverted, so that a report can be compared
//! with the browser's field by field.

mod decode;
mod files;
mod judge;
mod probe;
mod score;
mod synth;
mod tags;

pub use decode::Decoder;
pub use files::{Inputs, collect, sha256_of};
pub use judge::{JudgeOptions, judge_files};
pub use probe::{Probe, probe};
pub use score::{Profile, ScoreArgs, score_files};
pub use synth::{SynthArgs, draw_twins};
