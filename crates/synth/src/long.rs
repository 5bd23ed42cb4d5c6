//! A clip of many minutes, made in seconds: for tests that memory does not grow with length.
//!
//! Invariant: 1280×720, 24 frames per second, H.264, every ten seconds alike.

use std::path::Path;

use crate::SynthError;
use crate::draw::{Format, Quality};
use crate::encode::{BT709_FILTER, BT709_TAGS, RawVideo, ffmpeg, words};
use crate::samples::{Outcome, all};

/// Length of the part that is repeated, in seconds.
const PART_SECS: f64 = 10.0;

/// Writes a long clip: ten seconds are drawn small, enlarged and encoded once, then repeated without encoding.
///
/// The length is rounded to whole parts of ten seconds, at least one.
///
/// # Errors
/// When ffmpeg is not there or gives up, or when the file cannot be written.
pub fn write(out: &Path, minutes: f64) -> Result<(), SynthError> {
    let work = tempfile::tempdir().map_err(SynthError::file(out))?;
    let Some(sample) = all().into_iter().find(|sample| sample.name == "ordinary-scene") else { return Ok(()) };
    let mut scene = sample.version(Outcome::Possible).scene;
    scene.duration_secs = PART_SECS;
    let format = Format { width: 320, height: 180, frame_rate_fps: 24, quality: Quality::Draft };
    let video = RawVideo::draw(&scene, &format, &work.path().join("video.rgb"))?;
    let part = work.path().join("part.mp4");
    let codec = format!(
        "-vf scale=1280:720:flags=bicubic,noise=alls=6:all_seed=1:allf=t,{BT709_FILTER} {BT709_TAGS} \
         -c:v libx264 -preset ultrafast -crf 26 -g 48"
    );
    video.encode(&words(&codec), &part)?;
    let repeats = ((minutes * 60.0 / PART_SECS).round() as i64).max(1) - 1;
    let input = ["-stream_loop".to_owned(), repeats.to_string(), "-i".to_owned(), part.display().to_string()];
    ffmpeg(&[&input, &words("-c copy -movflags +faststart")], Some(out))
}
