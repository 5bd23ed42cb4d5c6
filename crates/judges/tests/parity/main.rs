//! Judges against public tools, on real clips.
//!
//! Invariant: every expected value was made by another program, with the script that made it beside it, or is asked of
//! ffmpeg on the spot. The clips are not part of the project; without them, or without ffmpeg, a test says that it was
//! skipped and passes.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops where it fails and says how near it came")]

mod clips;
mod learned;
mod motion_flicker_siti;
mod signal;
mod travel;
