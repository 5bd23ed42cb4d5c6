//! Real clips, decoded by the ffmpeg program, and a small run over them.
//!
//! Invariant: planes reach the judges as ffmpeg gives them, in order of presentation. What is expected of the judges is
//! left to the tests.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use burn::tensor::Device;
use reelcheck_judges::{Entry, Judge, Observation, Setup, SharedWork, Told, find};
use reelcheck_media::{FrameViews, ViewPool, decide};
use reelcheck_models::Models;
use reelcheck_types::{Clip, ColorTags, Frame, PixelFormat, Timestamp, Verdict};

/// Frames between two calls of `settle`.
const SETTLE_EVERY: usize = 16;

/// The real clips, in order of their names; `None`, said aloud, without them or without ffmpeg.
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
pub(crate) fn real_clips() -> Option<Vec<PathBuf>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let folder = std::env::var_os("REELCHECK_FIXTURES").map_or(shared, PathBuf::from).join("ipv-bench/clips");
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut clips: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_mp4(path)).collect();
    clips.sort();
    if clips.is_empty() {
        eprintln!("SKIPPED: no clips in {}", folder.display());
        return None;
    }
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("SKIPPED: there is no ffmpeg");
        return None;
    }
    Some(clips)
}

fn is_mp4(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "mp4")
}

/// The clip's source and number, which tell the real clips apart: `hailuo_0009`.
pub(crate) fn short_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap().to_string_lossy();
    stem.split('_').take(2).collect::<Vec<_>>().join("_")
}

/// What ffprobe says of a clip.
pub(crate) fn probe(path: &Path) -> Clip {
    let ask = |entries: &str| {
        let arguments = ["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0", "-show_entries", entries];
        let output = Command::new("ffprobe").args(arguments).arg(path).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let stream = ask("stream=width,height,avg_frame_rate");
    let fields: Vec<&str> = stream.trim().split(',').collect();
    let (numerator, denominator) = fields[2].split_once('/').unwrap();
    let fps = numerator.parse::<f64>().unwrap() / denominator.parse::<f64>().unwrap();
    let times = ask("packet=pts_time");
    let seconds = times.lines().map(|line| line.trim_end_matches(',').parse::<f64>().unwrap());
    let mut timestamps: Vec<Timestamp> = seconds.map(Timestamp::from_secs_f64).collect();
    timestamps.sort();
    Clip {
        name: short_name(path),
        size_bytes: 0,
        sha256: None,
        container: "mp4".into(),
        codec: "avc".into(),
        width: fields[0].parse().unwrap(),
        height: fields[1].parse().unwrap(),
        rotation: 0,
        color: ColorTags::default(),
        duration_secs: timestamps.len() as f64 / fps,
        timestamps,
    }
}

/// Decodes a clip to I420 frames, one at a time, through an ffmpeg filter (`null` for none).
///
/// The filter must keep the picture's size; frames beyond the clip's own get times in the same step.
pub(crate) fn for_each_frame(path: &Path, clip: &Clip, filter: &str, mut frame: impl FnMut(usize, Frame)) {
    let mut ffmpeg = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = ffmpeg.stdout.take().unwrap();
    let step = clip.duration_secs / clip.frame_count() as f64;
    for index in 0.. {
        let mut data = vec![0; PixelFormat::I420.frame_bytes(clip.width, clip.height)];
        if pipe.read_exact(&mut data).is_err() {
            break;
        }
        let later = || Timestamp::from_secs_f64(clip.timestamps[0].as_secs_f64() + step * index as f64);
        let timestamp = clip.timestamps.get(index).copied().unwrap_or_else(later);
        frame(index, Frame::new(timestamp, PixelFormat::I420, clip.width, clip.height, data).unwrap());
    }
    assert!(ffmpeg.wait().unwrap().success(), "ffmpeg failed on {}", path.display());
}

/// Runs judges over a clip in one pass of decoding, and gives their verdicts in the same order.
pub(crate) fn judge(path: &Path, ids: &[&str]) -> Vec<Verdict> {
    judge_filtered(path, "null", ids)
}

/// As [`judge`], with networks and what annotations say.
pub(crate) fn judge_with(path: &Path, ids: &[&str], models: &Models, told: &Told) -> Vec<Verdict> {
    judge_each(path, "null", ids, models, told)
}

/// As [`judge`], through an ffmpeg filter.
pub(crate) fn judge_filtered(path: &Path, filter: &str, ids: &[&str]) -> Vec<Verdict> {
    judge_each(path, filter, ids, &Models::default(), &Told::default())
}

fn judge_each(path: &Path, filter: &str, ids: &[&str], models: &Models, told: &Told) -> Vec<Verdict> {
    let (clip, device, pool) = (probe(path), Device::flex(), ViewPool::default());
    let color = decide(&clip.color, PixelFormat::I420, clip.width, clip.height);
    let entries: Vec<&Entry> = ids.iter().map(|id| find(id).unwrap()).collect();
    let plans: Vec<_> = entries.iter().map(|entry| entry.sampling.plan(&clip)).collect();
    let shared = SharedWork::default();
    let setup = Setup { clip: &clip, device: &device, models, shared: &shared, told };
    let create = |entry: &&Entry| (entry.create)(&setup);
    let mut judges: Vec<Box<dyn Judge>> = entries.iter().map(create).collect();
    let mut previous: Option<FrameViews> = None;
    for_each_frame(path, &clip, filter, |frame_index, frame| {
        let timestamp = frame.timestamp();
        let views = FrameViews::new(frame, &color, &pool);
        for (judge, plan) in judges.iter_mut().zip(&plans) {
            if frame_index >= clip.frame_count() || plan.frame_indices.binary_search(&frame_index).is_ok() {
                let observation = Observation { frame_index, timestamp, views: &views, previous: previous.as_ref() };
                judge.observe(&observation).unwrap();
            }
            if frame_index % SETTLE_EVERY == SETTLE_EVERY - 1 {
                pollster::block_on(judge.settle()).unwrap();
            }
        }
        previous = Some(views);
    });
    judges.into_iter().map(|judge| pollster::block_on(judge.finish())).collect()
}

/// What an ffmpeg filter chain writes to the log for a clip.
pub(crate) fn ffmpeg_log(path: &Path, filter: &str) -> String {
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-nostats", "-i"])
        .arg(path)
        .args(["-vf", filter, "-fps_mode", "passthrough", "-f", "null", "-"])
        .output()
        .unwrap();
    assert!(output.status.success(), "ffmpeg failed on {}", path.display());
    String::from_utf8_lossy(&output.stderr).into_owned()
}
