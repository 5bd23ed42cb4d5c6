//! The reference view against OpenCV's own frames: small made ones, and real clips where they are at hand.
//!
//! The expected bytes come from `golden/make.py`. Real clips are looked for in `$REELCHECK_FIXTURES` or in
//! `../shared/fixtures` beside the workspace; without them, or without ffmpeg, their test says that it was skipped.

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reelcheck_types::{ColorTags, Frame, Matrix, PixelFormat, Range, Timestamp};
use twox_hash::XxHash3_128;

use crate::{FrameViews, View, ViewPool, decide, reference_is_bit_exact};

const NO_TAGS: ColorTags = ColorTags { primaries: None, transfer: None, matrix: None, range: None };

fn tags(matrix: Option<Matrix>, range: Option<Range>) -> ColorTags {
    ColorTags { matrix, range, ..NO_TAGS }
}

/// The absolute differences between the reference view and OpenCV's picture of a case of `golden/make.py`.
fn differences(case: &str, format: PixelFormat, (width, height): (u32, u32), tags: &ColorTags) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/frame-{case}.bin"));
    let bytes = std::fs::read(path).unwrap();
    let (planes, expected) = bytes.split_at(format.frame_bytes(width, height));
    let frame = Frame::new(Timestamp::ZERO, format, width, height, planes.to_vec()).unwrap();
    let views = FrameViews::new(frame, &decide(tags, format, width, height), &ViewPool::default());
    let image = views.get(View::RgbReference);
    assert_eq!(image.data.len(), expected.len(), "{case}");
    image.data.iter().zip(expected).map(|(&ours, &theirs)| ours.abs_diff(theirs)).collect()
}

#[test]
fn reference_equals_opencv_on_every_pixel() {
    let full = Some(Range::Full);
    let (bt709, bt2020) = (Some(Matrix::Bt709), Some(Matrix::Bt2020));
    let cases = [
        ("i420", PixelFormat::I420, (64, 48), NO_TAGS),
        ("i420-709", PixelFormat::I420, (32, 24), tags(bt709, None)),
        ("i420-2020", PixelFormat::I420, (32, 24), tags(bt2020, None)),
        ("i420-full", PixelFormat::I420, (32, 24), tags(None, full)),
        ("i420-full-709", PixelFormat::I420, (32, 24), tags(bt709, full)),
        ("i420-odd-width", PixelFormat::I420, (35, 28), NO_TAGS),
        ("i422", PixelFormat::I422, (32, 24), NO_TAGS),
        ("i422-odd-width", PixelFormat::I422, (33, 24), NO_TAGS),
        ("i444", PixelFormat::I444, (64, 48), NO_TAGS),
        ("i444-odd-709", PixelFormat::I444, (35, 27), tags(bt709, None)),
        ("i444-full", PixelFormat::I444, (32, 24), tags(None, full)),
        ("i444p10", PixelFormat::I444P10, (32, 24), NO_TAGS),
        ("i444p12", PixelFormat::I444P12, (32, 24), NO_TAGS),
        ("gbr", PixelFormat::I444, (32, 24), tags(Some(Matrix::Identity), None)),
    ];
    for (case, format, size, tags) in cases {
        assert!(reference_is_bit_exact(format, size.1), "{case}");
        let wrong = differences(case, format, size, &tags).iter().filter(|&&difference| difference != 0).count();
        assert_eq!(wrong, 0, "{case}: values that differ");
    }
}

#[test]
fn nv12_is_i420_in_another_order() {
    let (width, height) = (35, 28);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/frame-i420-odd-width.bin");
    let bytes = std::fs::read(path).unwrap();
    let (luma, chroma) = (35 * 28, 18 * 14);
    let mut nv12 = bytes[..luma].to_vec();
    let (u, v) = bytes[luma..luma + 2 * chroma].split_at(chroma);
    nv12.extend(u.iter().zip(v).flat_map(|(&u, &v)| [u, v]));
    let frame = Frame::new(Timestamp::ZERO, PixelFormat::NV12, width, height, nv12).unwrap();
    let views = FrameViews::new(frame, &decide(&NO_TAGS, PixelFormat::NV12, width, height), &ViewPool::default());
    assert_eq!(views.get(View::RgbReference).data, bytes[luma + 2 * chroma..]);
}

/// Where the tools' own scalers interpolate chroma, each in its own way, the view stays near, on a drawn picture.
#[test]
fn reference_is_near_opencv_elsewhere() {
    let cases = [
        ("i420-odd", PixelFormat::I420, (35, 27)),
        ("i420p10", PixelFormat::I420P10, (36, 26)),
        ("i422p10", PixelFormat::I422P10, (36, 26)),
    ];
    for (case, format, size) in cases {
        assert!(!reference_is_bit_exact(format, size.1), "{case}");
        let differences = differences(case, format, size, &NO_TAGS);
        let mean = differences.iter().map(|&difference| f64::from(difference)).sum::<f64>() / differences.len() as f64;
        assert!(mean < 2.5, "{case}: {mean} levels on average");
    }
}

fn clips() -> Option<PathBuf> {
    let fixtures = env::var_os("REELCHECK_FIXTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"), PathBuf::from);
    let clips = fixtures.join("ipv-bench/clips");
    let ffmpeg = Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    (clips.is_dir() && ffmpeg.is_ok_and(|status| status.success())).then_some(clips)
}

/// Number of frames and hash of all reference views of a clip.
fn hash_of(clip: &Path) -> (usize, u128) {
    let probe = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0"])
        .arg(clip)
        .output()
        .unwrap();
    let sides = String::from_utf8(probe.stdout).unwrap();
    let (width, height) = sides.trim().split_once(',').unwrap();
    let (width, height) = (width.parse().unwrap(), height.parse().unwrap());
    let mut ffmpeg = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(clip)
        .args(["-vsync", "0", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut planes = ffmpeg.stdout.take().unwrap();
    let format = PixelFormat::I420;
    let color = decide(&NO_TAGS, format, width, height);
    let pool = ViewPool::default();
    let mut buffer = vec![0; format.frame_bytes(width, height)];
    let (mut frames, mut hash) = (0, XxHash3_128::new());
    while planes.read_exact(&mut buffer).is_ok() {
        let frame = Frame::new(Timestamp::ZERO, format, width, height, buffer).unwrap();
        let views = FrameViews::new(frame, &color, &pool);
        hash.write(&views.get(View::RgbReference).data);
        buffer = views.into_frame().into_data();
        frames += 1;
    }
    assert!(ffmpeg.wait().unwrap().success());
    assert_eq!(pool.allocations(), 1, "buffers for {frames} frames");
    (frames, hash.finish_128())
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real_clips_equal_opencv_on_every_pixel() {
    let Some(folder) = clips() else {
        eprintln!("skipped: no real clips or no ffmpeg");
        return;
    };
    let expected = include_str!("../golden/clips.txt");
    assert_eq!(expected.lines().count(), 9);
    for line in expected.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let (frames, hash) = hash_of(&folder.join(fields[0]));
        assert_eq!(
            (frames.to_string().as_str(), format!("{hash:032x}").as_str()),
            (fields[1], fields[2]),
            "{}",
            fields[0]
        );
    }
}
