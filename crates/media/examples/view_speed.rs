//! Prints what each view of a 720p frame costs, beside a plain copy of the frame's planes in the same run.
//!
//! `cargo run --release -p reelcheck-media --example view_speed`. The number is the fastest of many runs, on one thread.

use std::hint::black_box;
use std::time::{Duration, Instant};

use reelcheck_media::{Filter, FrameViews, Resizer, View, ViewPool, decide};
use reelcheck_types::{ColorTags, Frame, FrameError, PixelFormat, Timestamp};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const RUNS: usize = 200;

/// The fastest of the runs; `run` returns the time that counts.
fn fastest(mut run: impl FnMut() -> Duration) -> f64 {
    (0..RUNS).map(|_| run()).min().unwrap_or_default().as_secs_f64() * 1e3
}

fn noise(len: usize) -> Vec<u8> {
    (0..len as u64).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[expect(clippy::print_stdout, reason = "printing is what this program is for")]
fn main() -> Result<(), FrameError> {
    for format in [PixelFormat::I420, PixelFormat::NV12, PixelFormat::I444, PixelFormat::I420P10] {
        let color = decide(&ColorTags::default(), format, WIDTH, HEIGHT);
        let frame = Frame::new(Timestamp::ZERO, format, WIDTH, HEIGHT, noise(format.frame_bytes(WIDTH, HEIGHT)))?;
        let mut copy = frame.data().to_vec();
        let plain = fastest(|| {
            let start = Instant::now();
            black_box(&mut copy).copy_from_slice(black_box(frame.data()));
            start.elapsed()
        });
        println!("{format:?} {WIDTH}×{HEIGHT}\n  {:20} {plain:8.3} ms", "copy of the planes");
        let pool = ViewPool::default();
        // Reduced views are timed alone: the view that they are made from is there already.
        for (view, before) in [
            (View::RgbReference, None),
            (View::RgbExact, None),
            (View::Luma, None),
            (View::LumaFull, None),
            (View::LumaReduced(320), Some(View::LumaFull)),
            (View::RgbReduced(320), Some(View::RgbReference)),
        ] {
            let time = fastest(|| {
                let given = Frame::new(Timestamp::ZERO, format, WIDTH, HEIGHT, std::mem::take(&mut copy));
                let Ok(given) = given else { return Duration::MAX };
                let views = FrameViews::new(given, &color, &pool);
                before.map(|before| views.get(before).width);
                let start = Instant::now();
                black_box(views.get(view));
                let elapsed = start.elapsed();
                copy = views.into_frame().into_data();
                elapsed
            });
            let name = format!("{view:?}");
            println!("  {name:20} {time:8.3} ms  {:6.1} copies", time / plain);
        }
    }
    let source = noise((WIDTH * HEIGHT) as usize);
    for (filter, to) in [(Filter::Bilinear, (398, 224)), (Filter::Bicubic, (398, 224)), (Filter::Bicubic, (1920, 1080))]
    {
        let Ok(mut resizer) = Resizer::new(filter, (WIDTH as usize, HEIGHT as usize), to) else { continue };
        let mut out = vec![0.0; to.0 * to.1];
        let time = fastest(|| {
            let start = Instant::now();
            resizer.resize(black_box(&source), black_box(&mut out));
            start.elapsed()
        });
        println!("{filter:?} of one channel to {}×{}: {time:.3} ms", to.0, to.1);
    }
    Ok(())
}
