//! What ffprobe and ffmpeg say of a clip: the truth that tests compare with.
//!
//! Invariant: frames are those that ffmpeg's decoder gives, in order of presentation, before rotation and without
//! duplicates or drops for a steady rate.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::SynthError;
use crate::publish::hex;

/// A clip as ffmpeg sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// ffmpeg's name of the codec: `h264`, `vp9`, …
    pub codec: String,
    /// Width of the first frame's visible rectangle, in pixels.
    pub width: u32,
    /// Height of the first frame's visible rectangle, in pixels.
    pub height: u32,
    /// Clockwise rotation for display, in degrees: 0, 90, 180 or 270.
    pub rotation: u16,
    /// ffmpeg's name of the frames' layout: `yuv420p`, …
    pub pixel_format: String,
    /// Presentation times of all frames, in microseconds.
    pub timestamps_us: Vec<i64>,
    /// SHA-256 over the planes of all frames, packed tightly one after the other.
    pub planes_sha256: String,
}

/// An encoded unit and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// When its frame is shown, in microseconds.
    pub timestamp_us: i64,
    /// Whether decoding can start with it.
    pub key: bool,
    /// Where it begins in the file, in bytes.
    pub position: usize,
    /// Its size in bytes.
    pub size: usize,
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    frames: Vec<DecodedFrame>,
    #[serde(default)]
    packets: Vec<Packet>,
}

#[derive(Deserialize)]
struct Stream {
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    time_base: String,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<i32>,
}

#[derive(Deserialize)]
struct DecodedFrame {
    best_effort_timestamp: Option<i64>,
    width: Option<u32>,
    height: Option<u32>,
    pix_fmt: Option<String>,
}

#[derive(Deserialize)]
struct Packet {
    pts: Option<i64>,
    pos: Option<String>,
    size: String,
    flags: String,
}

/// Decodes the first video track of a file with ffmpeg and says what it found.
///
/// # Errors
/// When ffmpeg is not there, when it finds no video, or when a frame has no time.
pub fn probe(path: &Path) -> Result<Probe, SynthError> {
    probe_until(path, i64::MAX)
}

/// The same, of the frames before a time.
///
/// # Errors
/// As [`probe`].
pub fn probe_until(path: &Path, end_us: i64) -> Result<Probe, SynthError> {
    let unexpected = |message: &str| SynthError::Unexpected { path: path.to_owned(), message: message.to_owned() };
    let output = ffprobe(path, &["-show_streams", "-show_frames"])?;
    let stream = output.streams.first().ok_or_else(|| unexpected("no video track"))?;
    let first = output.frames.first().ok_or_else(|| unexpected("no frame"))?;
    let base = time_base(&stream.time_base).ok_or_else(|| unexpected("no time base"))?;
    let all_us = output
        .frames
        .iter()
        .map(|frame| frame.best_effort_timestamp.map(|ticks| micros(ticks, base)))
        .collect::<Option<Vec<i64>>>()
        .ok_or_else(|| unexpected("a frame without a time"))?;
    let timestamps_us: Vec<i64> = all_us.into_iter().filter(|time| *time < end_us).collect();
    let rotation = stream.side_data_list.iter().find_map(|data| data.rotation).unwrap_or(0);
    let pixel_format = first.pix_fmt.clone().ok_or_else(|| unexpected("no pixel format"))?;
    Ok(Probe {
        codec: stream.codec_name.clone().unwrap_or_default(),
        width: first.width.or(stream.width).unwrap_or(0),
        height: first.height.or(stream.height).unwrap_or(0),
        // ffprobe counts against the clock.
        rotation: (-rotation).rem_euclid(360) as u16,
        planes_sha256: planes_sha256(path, &pixel_format, timestamps_us.len())?,
        pixel_format,
        timestamps_us,
    })
}

/// The encoded units of the first video track, in the order in which they are stored.
///
/// # Errors
/// When ffprobe is not there, or when it does not say where a unit lies.
pub fn chunks(path: &Path) -> Result<Vec<Chunk>, SynthError> {
    let unexpected = |message: &str| SynthError::Unexpected { path: path.to_owned(), message: message.to_owned() };
    let output = ffprobe(path, &["-show_streams", "-show_packets"])?;
    let stream = output.streams.first().ok_or_else(|| unexpected("no video track"))?;
    let base = time_base(&stream.time_base).ok_or_else(|| unexpected("no time base"))?;
    output
        .packets
        .iter()
        .map(|packet| {
            Some(Chunk {
                timestamp_us: micros(packet.pts?, base),
                key: packet.flags.starts_with('K'),
                position: packet.pos.as_ref()?.parse().ok()?,
                size: packet.size.parse().ok()?,
            })
        })
        .collect::<Option<_>>()
        .ok_or_else(|| unexpected("a chunk without a place"))
}

fn ffprobe(path: &Path, show: &[&str]) -> Result<Output, SynthError> {
    let output = Command::new("ffprobe")
        .args(["-v", "quiet", "-select_streams", "v:0", "-of", "json"])
        .args(show)
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| SynthError::Start { program: "ffprobe", source })?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Over the first `frames` frames.
fn planes_sha256(path: &Path, pixel_format: &str, frames: usize) -> Result<String, SynthError> {
    let mut child = Command::new("ffmpeg")
        .args(["-v", "quiet", "-nostdin", "-autorotate", "0", "-i"])
        .arg(path)
        .args(["-map", "0:v:0", "-fps_mode", "passthrough", "-autoscale", "0", "-frames:v", &frames.to_string()])
        .args(["-f", "rawvideo", "-pix_fmt", pixel_format, "-"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| SynthError::Start { program: "ffmpeg", source })?;
    let mut hash = Sha256::new();
    if let Some(mut planes) = child.stdout.take() {
        let mut buffer = vec![0u8; 1 << 16];
        loop {
            let read = std::io::Read::read(&mut planes, &mut buffer).map_err(SynthError::file(path))?;
            match buffer.get(..read) {
                Some(bytes) if read > 0 => hash.update(bytes),
                _ => break,
            }
        }
    }
    child.wait().map_err(SynthError::file(path))?;
    Ok(hex(&hash.finalize()))
}

/// `1/90000` as numerator and denominator.
fn time_base(text: &str) -> Option<(i64, i64)> {
    let (numerator, denominator) = text.split_once('/')?;
    let (numerator, denominator) = (numerator.parse().ok()?, denominator.parse().ok()?);
    (denominator > 0).then_some((numerator, denominator))
}

/// Ticks of a time base in microseconds, rounded to the nearest.
fn micros(ticks: i64, (numerator, denominator): (i64, i64)) -> i64 {
    let scaled = i128::from(ticks) * i128::from(numerator) * 1_000_000;
    let denominator = i128::from(denominator);
    (scaled + denominator / 2).div_euclid(denominator) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_become_the_nearest_microsecond() {
        assert_eq!(micros(512, time_base("1/12288").unwrap()), 41_667);
        assert_eq!(micros(-512, (1, 12_288)), -41_667);
        assert_eq!(micros(3, (1, 1000)), 3000);
        assert_eq!(time_base("0/0"), None);
    }
}
