//! What each judge costs on a 720p clip, apart from its views:
//! `cargo run --release -p reelcheck-judges --example judge_speed`.
//!
//! Milliseconds are per frame of the clip, so a judge that sees every third frame pays a third. Beside them stands the
//! ratio to copying one luma plane, which depends less on the machine.

#![expect(clippy::print_stdout, reason = "this program prints a table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use reelcheck_judges::{Entry, Observation, Setup, SharedWork, Told, registry};
use reelcheck_media::{FrameViews, View, ViewPool, decide};
use reelcheck_models::Models;
use reelcheck_types::{Clip, ColorTags, Frame, Need, PixelFormat, Timestamp};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const FRAMES: usize = 25;
const FPS: f64 = 24.0;
const REPEATS: usize = 5;
const SETTLE_EVERY: usize = 16;

fn main() {
    let frames: Vec<Vec<u8>> = (0..FRAMES).map(draw).collect();
    let clip = clip();
    let device = Device::flex();

    let mut plane = vec![0; WIDTH * HEIGHT];
    let copy = fastest(50, || black_box(&mut plane).copy_from_slice(black_box(&frames[0][..WIDTH * HEIGHT])));
    println!("{WIDTH} × {HEIGHT}, {FRAMES} frames; copying a luma plane takes {:.3} ms\n", millis(copy));

    println!("{:24} {:>10} {:>12}", "view", "ms/frame", "plane copies");
    let mut views: Vec<View> = registry().iter().flat_map(|entry| entry.views).copied().collect();
    views.sort_by_key(|view| format!("{view:?}"));
    views.dedup();
    for view in views {
        let (pool, mut cost) = (ViewPool::default(), Duration::MAX);
        for _ in 0..REPEATS {
            let views = prepare(&frames[0], 0, &clip, &pool);
            // A reduced view is counted without the full-size one that it is made from.
            let source = match view {
                View::LumaReduced(_) => Some(View::LumaFull),
                View::RgbReduced(_) => Some(View::RgbReference),
                _ => None,
            };
            source.map(|source| black_box(views.get(source)));
            cost = cost.min(fastest(1, || {
                black_box(views.get(view));
            }));
        }
        row(&format!("{view:?}"), cost, copy);
    }

    println!("\n{:24} {:>10} {:>12}", "judge", "ms/frame", "plane copies");
    // Networks cost what they cost: crates/models has their own measure.
    for entry in registry().iter().filter(|entry| !(entry.card)().needs.contains(&Need::Weights)) {
        let cost = (0..REPEATS).map(|_| run(entry, &frames, &clip, &device)).min().unwrap_or_default();
        row(&(entry.card)().id, cost / FRAMES as u32, copy);
    }
}

/// Time that a judge takes for the whole clip, its views not counted.
fn run(entry: &Entry, frames: &[Vec<u8>], clip: &Clip, device: &Device) -> Duration {
    let (pool, plan) = (ViewPool::default(), entry.sampling.plan(clip));
    let mut judge = (entry.create)(&Setup {
        clip,
        device,
        models: &Models::default(),
        shared: &SharedWork::default(),
        told: &Told::default(),
    });
    let mut previous: Option<FrameViews> = None;
    let mut spent = Duration::ZERO;
    for (frame_index, data) in frames.iter().enumerate() {
        let views = prepare(data, frame_index, clip, &pool);
        for &view in entry.views {
            views.get(view);
        }
        if plan.frame_indices.contains(&frame_index) {
            let timestamp = views.frame().timestamp();
            let observation = Observation { frame_index, timestamp, views: &views, previous: previous.as_ref() };
            let start = Instant::now();
            let mut result = judge.observe(&observation);
            if frame_index % SETTLE_EVERY == SETTLE_EVERY - 1 {
                result = result.and(pollster::block_on(judge.settle()));
            }
            spent += start.elapsed();
            assert!(result.is_ok(), "{result:?}");
        }
        previous = Some(views);
    }
    let start = Instant::now();
    let verdict = pollster::block_on(judge.finish());
    assert!(verdict.value().is_some(), "{:?}", verdict.outcome);
    spent + start.elapsed()
}

fn prepare(data: &[u8], index: usize, clip: &Clip, pool: &ViewPool) -> FrameViews {
    let color = decide(&clip.color, PixelFormat::I420, clip.width, clip.height);
    match Frame::new(clip.timestamps[index], PixelFormat::I420, clip.width, clip.height, data.to_vec()) {
        Ok(frame) => FrameViews::new(frame, &color, pool),
        Err(error) => unreachable!("{error}"),
    }
}

/// A texture that slides to the right over a still ground, with grain.
fn draw(index: usize) -> Vec<u8> {
    let mut data = vec![128; PixelFormat::I420.frame_bytes(WIDTH as u32, HEIGHT as u32)];
    let mut grain = 1u32 + index as u32;
    for (place, value) in data[..WIDTH * HEIGHT].iter_mut().enumerate() {
        let (x, y) = ((place % WIDTH) as f32, (place / WIDTH) as f32);
        let x = if y > HEIGHT as f32 / 2.0 { x - 4.0 * index as f32 } else { x };
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wave = (x * 0.05).sin() * (y * 0.07).cos() + (x * 0.013 + y * 0.017).sin();
        *value = (120.0 + 45.0 * wave + (grain >> 29) as f32) as u8;
    }
    data
}

fn clip() -> Clip {
    Clip {
        name: "drawn".into(),
        size_bytes: 0,
        sha256: None,
        container: "drawn".into(),
        codec: "raw".into(),
        width: WIDTH as u32,
        height: HEIGHT as u32,
        rotation: 0,
        color: ColorTags::default(),
        timestamps: (0..FRAMES).map(|index| Timestamp::from_secs_f64(index as f64 / FPS)).collect(),
        duration_secs: FRAMES as f64 / FPS,
    }
}

fn fastest(repeats: usize, mut work: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..repeats).map(time).min().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn row(name: &str, cost: Duration, copy: Duration) {
    println!("{name:24} {:>10.3} {:>12.1}", millis(cost), cost.as_secs_f64() / copy.as_secs_f64());
}
