//! The run, the session and the report over drawn frames.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use burn::tensor::Device;
use reelcheck_evaluator::{
    Backend, ClipFailure, ClipOutcome, ClipReport, ClipRun, Decoding, DeviceReport, Environment, FailureKind,
    JudgeSelection, Report, RunError, SelfTestReport, Session, Warning, compare, to_csv, to_markdown,
};
use reelcheck_models::Models;
use reelcheck_types::{Clip, ColorTags, Frame, PixelFormat, Timestamp};
use twox_hash::XxHash3_128;

const WIDTH: u32 = 64;
const HEIGHT: u32 = 48;
const STEP_MICROS: i64 = 40_000;

fn clip(name: &str, frames: usize) -> Clip {
    Clip {
        name: name.into(),
        size_bytes: 1,
        sha256: None,
        container: "mp4".into(),
        codec: "avc".into(),
        width: WIDTH,
        height: HEIGHT,
        rotation: 0,
        color: ColorTags::default(),
        timestamps: (0..frames as i64).map(|i| Timestamp::from_micros(i * STEP_MICROS)).collect(),
        duration_secs: frames as f64 * 0.04,
    }
}

/// A textured picture whose luma moves with `shift`.
fn frame(index: i64, shift: usize) -> Frame {
    let mut data = vec![128; PixelFormat::I420.frame_bytes(WIDTH, HEIGHT)];
    for y in 0..HEIGHT as usize {
        for x in 0..WIDTH as usize {
            data[y * WIDTH as usize + x] = (16 + ((x + shift) * 7 + y * 13) % 219) as u8;
        }
    }
    Frame::new(Timestamp::from_micros(index * STEP_MICROS), PixelFormat::I420, WIDTH, HEIGHT, data).unwrap()
}

fn start(clip: Clip, judges: &[&str]) -> ClipRun {
    ClipRun::new(clip, JudgeSelection::by_ids(judges).unwrap().entries(), &Device::flex(), &Models::default(), None)
}

fn judged(name: &str, shift: usize) -> ClipReport {
    let mut run = start(clip(name, 5), &["temporal_flickering", "sharpness"]);
    for index in 0..5 {
        run.push(frame(index, index as usize * shift)).unwrap();
    }
    pollster::block_on(run.finish(None))
}

fn session() -> Session {
    let judges = JudgeSelection::by_ids(&["temporal_flickering", "sharpness"]).unwrap();
    let environment = Environment {
        reelcheck: "0.0.0".into(),
        platform: "native".into(),
        system: "test".into(),
        decoder: "drawn".into(),
    };
    let self_test = SelfTestReport { passed: true, max_error: Some(0.0), tolerance: 1e-4 };
    let device = DeviceReport { backend: Backend::Cpu, adapter: None, self_test, fallback: None };
    Session::new(judges, environment, device)
}

#[test]
fn a_still_clip_does_not_flicker_and_its_planes_are_hashed_in_order() {
    let report = judged("still.mp4", 0);
    assert_eq!(report.decoding, Decoding::Complete);
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let flicker = report.verdicts.iter().find(|v| v.judge == "temporal_flickering").unwrap();
    assert_eq!(flicker.value(), Some(1.0));
    let bytes: Vec<u8> = (0..5).flat_map(|index| frame(index, 0).into_data()).collect();
    assert_eq!(report.planes.hash, format!("{:032x}", XxHash3_128::oneshot(&bytes)));
    assert_eq!(report.planes.frames, 5);
}

#[test]
fn frames_out_of_order_are_refused_and_what_was_judged_stays() {
    let mut run = start(clip("c.mp4", 5), &["sharpness"]);
    run.push(frame(0, 0)).unwrap();
    run.push(frame(2, 0)).unwrap();
    let refused = run.push(frame(1, 0)).err();
    assert_eq!(refused, Some(RunError::OutOfOrder { last: 2 * STEP_MICROS, given: STEP_MICROS }));
    let report = pollster::block_on(run.finish(Some("decoder error".into())));
    let stopped = Decoding::Stopped { at_secs: 0.12, of_secs: 0.2, message: "decoder error".into() };
    assert_eq!(report.decoding, stopped);
    assert!(report.verdicts[0].value().is_some());
}

#[test]
fn missing_frames_and_unlisted_times_are_told() {
    let mut run = start(clip("c.mp4", 5), &["sharpness"]);
    run.push(frame(0, 0)).unwrap();
    let late = Frame::new(
        Timestamp::from_micros(STEP_MICROS + 5_000),
        PixelFormat::I420,
        WIDTH,
        HEIGHT,
        frame(1, 0).into_data(),
    );
    run.push(late.unwrap()).unwrap();
    let report = pollster::block_on(run.finish(None));
    assert_eq!(
        report.warnings,
        [
            Warning::UnlistedTimestamp { at: Timestamp::from_micros(STEP_MICROS + 5_000) },
            Warning::FrameCount { listed: 5, decoded: 2 }
        ]
    );
}

#[test]
fn a_frame_of_another_size_is_a_reason_not_a_panic() {
    let mut run = start(clip("c.mp4", 3), &[]);
    run.push(frame(0, 0)).unwrap();
    let small = vec![90; PixelFormat::I420.frame_bytes(32, 32)];
    run.push(Frame::new(Timestamp::from_micros(STEP_MICROS), PixelFormat::I420, 32, 32, small).unwrap()).unwrap();
    run.push(frame(2, 0)).unwrap();
    let report = pollster::block_on(run.finish(None));
    for verdict in &report.verdicts {
        assert!(verdict.value().is_none_or(f64::is_finite), "{}", verdict.judge);
    }
    let flicker = report.verdicts.iter().find(|v| v.judge == "temporal_flickering").unwrap();
    assert!(flicker.value().is_none(), "{flicker:?}");
}

#[test]
fn one_frame_is_enough_for_some_judges_and_a_reason_for_the_others() {
    let mut run = start(clip("one.mp4", 1), &[]);
    run.push(frame(0, 0)).unwrap();
    let report = pollster::block_on(run.finish(None));
    assert!(report.verdicts.iter().any(|verdict| verdict.value().is_some()));
    let flicker = report.verdicts.iter().find(|v| v.judge == "temporal_flickering").unwrap();
    assert!(matches!(
        flicker.outcome,
        reelcheck_types::Outcome::Unscored(reelcheck_types::Unscored::TooFewFrames { needed: 2, seen: 1 })
    ));
}

#[test]
fn a_report_survives_json_and_a_newer_one_is_refused() {
    let mut session = session();
    session.record(1, ClipOutcome::Failed(ClipFailure::new("b.mp4", FailureKind::EmptyFile, None, None, "")));
    session.record(0, ClipOutcome::Judged(Box::new(judged("a.mp4", 1))));
    let report = session.report("2026-01-02T03:04:05Z".into());
    let json = report.to_json();
    assert_eq!(Report::from_json("r.json", json.as_bytes()).unwrap(), report);

    let newer = json.replacen("\"version\": 1", "\"version\": 2", 1);
    let error = Report::from_json("r.json", newer.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("newer than 1"), "{error}");
    let other = Report::from_json("x.json", br#"{"schema":"else","version":1}"#).unwrap_err().to_string();
    assert!(other.contains("x.json") && other.contains("else"), "{other}");
}

#[test]
fn exports_hold_every_clip_and_name_what_failed() {
    let mut session = session();
    session.record(0, ClipOutcome::Judged(Box::new(judged("a,\"1\".mp4", 1))));
    session.record(1, ClipOutcome::Failed(ClipFailure::new("=b.mp4", FailureKind::EmptyFile, None, None, "")));
    let report = session.report("2026-01-02T03:04:05Z".into());
    let csv = to_csv(&report);
    assert_eq!(csv.lines().count(), 1 + 2 + 1);
    assert!(csv.contains("\"a,\"\"1\"\".mp4\",temporal_flickering,"), "{csv}");
    assert!(csv.contains("'=b.mp4,,,,,failed,The file is empty."), "{csv}");
    let markdown = to_markdown(&report);
    assert!(markdown.contains("1 of 2 clips judged"), "{markdown}");
    assert!(markdown.contains("## Not judged"), "{markdown}");
}

#[test]
fn comparing_reports_finds_moves_additions_and_other_pixels() {
    let mut first = session();
    first.record(0, ClipOutcome::Judged(Box::new(judged("a.mp4", 0))));
    first.record(1, ClipOutcome::Judged(Box::new(judged("gone.mp4", 0))));
    let mut second = session();
    second.record(0, ClipOutcome::Judged(Box::new(judged("a.mp4", 3))));
    second.record(1, ClipOutcome::Judged(Box::new(judged("new.mp4", 0))));
    let comparison = compare(&first.report("t".into()), &second.report("t".into()));
    assert_eq!(comparison.only_before, ["gone.mp4"]);
    assert_eq!(comparison.only_after, ["new.mp4"]);
    assert_eq!(comparison.other_planes, ["a.mp4"]);
    let flicker = comparison.changes.iter().find(|change| change.judge == "temporal_flickering").unwrap();
    assert!(flicker.delta().unwrap() < 0.0, "{flicker:?}");
}

#[test]
fn unknown_judges_are_named_with_those_that_exist() {
    let error = JudgeSelection::by_ids(&["nonsense"]).err().unwrap().to_string();
    assert!(error.contains("nonsense") && error.contains("temporal_flickering"), "{error}");
}
