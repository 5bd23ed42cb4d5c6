//! Drawn frames and a small run, for the judges' own tests.
//!
//! Invariant: frames reach a judge here as the evaluator hands them out: planned, in order, each with its predecessor.

use burn::tensor::Device;
use reelcheck_media::{FrameViews, ViewPool, decide};
use reelcheck_models::Models;
use reelcheck_types::{Clip, ColorTags, Evidence, Frame, Outcome, PixelFormat, Range, Timestamp, Verdict};

use crate::{Entry, Observation, Setup, SharedWork, Told};

/// The frame rate of drawn clips, unless a test says otherwise.
pub(crate) const FPS: f64 = 24.0;

/// Frames between two calls of `settle`.
const SETTLE_EVERY: usize = 16;

/// Gray frames at [`FPS`], drawn from (frame, x, y). Tagged full range by [`clip_of`], so luma is what was drawn.
pub(crate) fn gray_frames(
    count: usize,
    width: usize,
    height: usize,
    draw: impl Fn(usize, usize, usize) -> u8,
) -> Vec<Frame> {
    (0..count)
        .map(|index| {
            let mut data = Vec::with_capacity(PixelFormat::I420.frame_bytes(width as u32, height as u32));
            for y in 0..height {
                data.extend((0..width).map(|x| draw(index, x, y)));
            }
            data.resize(PixelFormat::I420.frame_bytes(width as u32, height as u32), 128);
            Frame::new(time(index, FPS), PixelFormat::I420, width as u32, height as u32, data).unwrap()
        })
        .collect()
}

/// RGB frames at [`FPS`], drawn from (frame, x, y). They are RGBA, so the RGB views are what was drawn.
pub(crate) fn rgb_frames(
    count: usize,
    width: usize,
    height: usize,
    draw: impl Fn(usize, usize, usize) -> [u8; 3],
) -> Vec<Frame> {
    (0..count)
        .map(|index| {
            let mut data = Vec::with_capacity(4 * width * height);
            for y in 0..height {
                for x in 0..width {
                    data.extend(draw(index, x, y));
                    data.push(255);
                }
            }
            Frame::new(time(index, FPS), PixelFormat::RGBA, width as u32, height as u32, data).unwrap()
        })
        .collect()
}

/// The same frames at another frame rate.
pub(crate) fn at_fps(frames: Vec<Frame>, fps: f64) -> Vec<Frame> {
    let again = |(index, frame): (usize, Frame)| {
        let (format, width, height) = (frame.format(), frame.width(), frame.height());
        Frame::new(time(index, fps), format, width, height, frame.into_data()).unwrap()
    };
    frames.into_iter().enumerate().map(again).collect()
}

/// A texture without period or direction, 128 ± 100, smooth enough for sub-pixel work: value noise in four octaves.
pub(crate) fn texture(x: f64, y: f64) -> f64 {
    let octaves = [(5.0, 14.0), (11.0, 24.0), (23.0, 30.0), (47.0, 32.0)];
    octaves.into_iter().fold(128.0, |sum, (cell, strength)| sum + strength * value_noise(x / cell, y / cell))
}

/// Hashed values from −1 to 1 at whole places, eased in between.
fn value_noise(x: f64, y: f64) -> f64 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (fx, fy) = (ease(x - left), ease(y - top));
    let at = |dx: f64, dy: f64| {
        let place = ((left + dx) as i64 as u64).wrapping_mul(0x9E37_79B9)
            ^ ((top + dy) as i64 as u64).wrapping_mul(0x85EB_CA77);
        let hash = (place ^ (place >> 15)).wrapping_mul(0x2C1B_3C6D_C2B2_AE35);
        (hash >> 40) as f64 / f64::from(1 << 23) - 1.0
    };
    let across = |dy: f64| at(0.0, dy) * (1.0 - fx) + at(1.0, dy) * fx;
    across(0.0) * (1.0 - fy) + across(1.0) * fy
}

/// A full-range clip that lists these frames.
pub(crate) fn clip_of(frames: &[Frame]) -> Clip {
    let timestamps: Vec<Timestamp> = frames.iter().map(Frame::timestamp).collect();
    let duration_secs = match timestamps.as_slice() {
        [first, .., last] => last.secs_since(*first) * timestamps.len() as f64 / (timestamps.len() - 1) as f64,
        _ => 1.0 / FPS,
    };
    Clip {
        name: "drawn".into(),
        size_bytes: 0,
        sha256: None,
        container: "drawn".into(),
        codec: "raw".into(),
        width: frames.first().map_or(0, Frame::width),
        height: frames.first().map_or(0, Frame::height),
        rotation: 0,
        color: ColorTags { range: Some(Range::Full), ..ColorTags::default() },
        timestamps,
        duration_secs,
    }
}

/// Runs one judge over all frames that it asks for, on the CPU.
pub(crate) fn judge(entry: &Entry, frames: Vec<Frame>) -> Verdict {
    judge_with(entry, frames, &Models::default(), &Told::default())
}

/// As [`judge`], with networks and what annotations say.
pub(crate) fn judge_with(entry: &Entry, frames: Vec<Frame>, models: &Models, told: &Told) -> Verdict {
    let (clip, device) = (clip_of(&frames), Device::flex());
    let (pool, plan) = (ViewPool::default(), entry.sampling.plan(&clip));
    let shared = SharedWork::default();
    let setup = Setup { clip: &clip, device: &device, models, shared: &shared, told };
    let mut judge = (entry.create)(&setup);
    let mut previous: Option<FrameViews> = None;
    let mut seen = 0;
    for (frame_index, frame) in frames.into_iter().enumerate() {
        let timestamp = frame.timestamp();
        let color = decide(&clip.color, frame.format(), clip.width, clip.height);
        let views = FrameViews::new(frame, &color, &pool);
        if plan.frame_indices.contains(&frame_index) {
            seen += 1;
            let observation = Observation { frame_index, timestamp, views: &views, previous: previous.as_ref() };
            let mut result = judge.observe(&observation);
            if result.is_ok() && seen % SETTLE_EVERY == 0 {
                result = pollster::block_on(judge.settle());
            }
            if let Err(reason) = result {
                let (judge, evidence) = ((entry.card)().id, Evidence::default());
                return Verdict { judge, outcome: Outcome::Unscored(reason), evidence, frames_seen: seen };
            }
        }
        previous = Some(views);
    }
    let verdict = pollster::block_on(judge.finish());
    assert_eq!((verdict.judge.as_str(), verdict.frames_seen), ((entry.card)().id.as_str(), seen));
    verdict
}

/// Runs one judge and gives its score.
///
/// # Panics
/// When there is no score, or when it lies outside the card's range.
pub(crate) fn score(entry: &Entry, frames: Vec<Frame>) -> f64 {
    let verdict = judge(entry, frames);
    let Some(value) = verdict.value() else { panic!("no score: {:?}", verdict.outcome) };
    assert!((entry.card)().range.contains(value), "{value} is outside the card's range");
    value
}

fn time(index: usize, fps: f64) -> Timestamp {
    Timestamp::from_secs_f64(index as f64 / fps)
}
