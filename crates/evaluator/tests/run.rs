//! The run, the session and the report over drawn frames.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use burn::tensor::Device;
use reelcheck_evaluator::{
    Backend, ClipFailure, ClipOutcome, ClipReport, ClipRun, Decoding, DeviceReport, Environment, FailureKind,
    JudgeSelection, Panel, Pictures, Report, ReportFormat, RunError, SelfTestReport, Session, Warning, compare, export,
    summarize, to_csv, to_html, to_latex, to_markdown, to_vbench,
};
use reelcheck_judges::Told;
use reelcheck_models::Models;
use reelcheck_reference::import;
use reelcheck_reference::scoring::{ScoreOptions, Scorer};
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
    ClipRun::new(
        clip,
        JudgeSelection::by_ids(judges).unwrap().entries(),
        &Device::flex(),
        &Models::default(),
        &Told::default(),
    )
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
fn two_panels_side_by_side_say_what_one_says() {
    let judges = JudgeSelection::ready(&[]);
    let apart = judges.apart();
    assert!(apart.contains(&"temporal_flickering".to_owned()) && !apart.contains(&"plausibility".to_owned()));
    assert!(JudgeSelection::by_ids(&apart).unwrap().apart().is_empty(), "somebody has to stay");

    let run = || {
        let told = Told::default();
        ClipRun::new(clip("c.mp4", 12), judges.entries(), &Device::flex(), &Models::default(), &told)
    };
    let (mut whole, mut shared) = (run(), run());
    shared.leave(apart.clone());
    let away = JudgeSelection::by_ids(&apart).unwrap();
    let mut panel = Panel::apart(clip("c.mp4", 12), &away);
    for index in 0..12 {
        let shown = || frame(index, (index * index) as usize);
        whole.push(shown()).unwrap();
        shared.push(shown()).unwrap();
        panel.push(shown()).unwrap();
    }
    shared.receive(pollster::block_on(panel.verdicts()));
    let [whole, shared] = [whole, shared].map(|run| pollster::block_on(run.finish(None)));
    assert!(whole.verdicts.iter().any(|verdict| verdict.value().is_some()));
    assert_eq!(whole, shared);

    let mut alone = run();
    alone.leave(apart.clone());
    alone.push(frame(0, 0)).unwrap();
    let report = pollster::block_on(alone.finish(None));
    let order = |report: &ClipReport| report.verdicts.iter().map(|verdict| verdict.judge.clone()).collect::<Vec<_>>();
    assert_eq!(order(&report), order(&whole));
    let unheard = report.verdicts.iter().filter(|verdict| apart.contains(&verdict.judge));
    assert!(unheard.clone().count() == apart.len() && unheard.clone().all(|verdict| verdict.value().is_none()));
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

/// Four clips that move at different speeds, with what somebody recorded of them.
fn annotated() -> Report {
    let mut session = session();
    for (place, shift) in [0, 1, 4, 9].into_iter().enumerate() {
        session.record(place, ClipOutcome::Judged(Box::new(judged(&format!("{place}.mp4"), shift))));
    }
    session.record(4, ClipOutcome::Failed(ClipFailure::new("b<i>.mp4", FailureKind::EmptyFile, None, None, "")));
    let table = "clip,moves,says\n0.mp4,no,a <b>\n1.mp4,no,b\n2.mp4,yes,c\n3.mp4,yes,d\n";
    session.references_mut().add(import("r.csv", table.as_bytes()).unwrap());
    session.report("2026-01-02T03:04:05Z".into())
}

#[test]
fn a_summary_leads_every_number_to_its_clips() {
    let report = annotated();
    let summary = summarize(&report);
    let flicker = &summary.judges[0];
    assert_eq!((flicker.judge.as_str(), flicker.scored, flicker.unscored), ("temporal_flickering", 4, 1));
    let spread = flicker.spread.unwrap();
    assert_eq!((spread.most.clip, spread.most.value.to_bits()), (0, 1f64.to_bits()));
    assert!(spread.least.value < spread.median && spread.median < spread.most.value);
    // VBench's constants for temporal flickering: 0.6293 to 1.
    let normalized = flicker.normalized.as_ref().unwrap();
    let raw = report.clips[2].judged().unwrap().verdicts[0].value().unwrap();
    assert!((normalized.values[2].unwrap() - (raw - 0.6293) / (1.0 - 0.6293)).abs() < 1e-12);
    assert_eq!(normalized.values[4], None);
    assert!(summary.judges[1].normalized.is_none(), "VBench has no sharpness");
    let confusion = summary.confusions.iter().find(|one| one.judge == "temporal_flickering").unwrap();
    assert_eq!((confusion.true_positive.as_slice(), confusion.true_negative.as_slice()), (&[2, 3][..], &[0, 1][..]));
    assert!(confusion.false_positive.is_empty() && confusion.false_negative.is_empty());
    assert!(report.recorded[0].values.contains_key("says"), "what was recorded is kept as it was");
}

#[test]
fn the_shape_of_vbench_is_read_back_with_the_same_numbers() {
    let report = annotated();
    let json = to_vbench(&report);
    let mut scorer = Scorer::new();
    scorer.add("mine_eval_results.json", json.as_bytes(), None).unwrap();
    let found = scorer.score(&ScoreOptions::default());
    let dimensions = &found.dimensions[0].totals.dimensions;
    let flicker = dimensions.iter().find(|one| one.dimension == "temporal_flickering").unwrap();
    assert_eq!(flicker.raw, Some(summarize(&report).judges[0].spread.unwrap().mean));
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parsed["temporal_flickering"][1][3]["video_path"], "3.mp4");
    assert_eq!(parsed["temporal_flickering"][1].as_array().unwrap().len(), 4, "the failed clip is not in it");
}

#[test]
fn latex_and_html_hold_the_numbers_and_no_foreign_markup() {
    let report = annotated();
    let mean = summarize(&report).judges[0].spread.unwrap().mean;
    let tex = to_latex(&report);
    assert!(tex.contains(&format!("{mean:.4}")) && tex.contains("temporal\\_flickering"), "{tex}");
    assert_eq!(tex.matches("\\begin{tabular}").count(), 3);
    let pictures: Pictures = [
        ("0.mp4".to_owned(), "data:image/jpeg;base64,AAAA".to_owned()),
        ("1.mp4".to_owned(), "https://elsewhere.example/x.png".to_owned()),
        ("2.mp4".to_owned(), "data:image/png;base64,AA\"onload=\"x".to_owned()),
    ]
    .into();
    let html = to_html(&report, &pictures);
    assert!(html.contains(&format!("{mean:.4}")), "{html}");
    assert!(html.contains("b&lt;i&gt;.mp4") && html.contains("a &lt;b&gt;"), "{html}");
    assert!(!html.contains("<script") && !html.contains("https://elsewhere") && !html.contains("onload"));
    assert_eq!(html.matches("<img").count(), 1, "a picture that is none is left out");
    // Every link leads to a part of the same page.
    for link in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(html.contains(&format!("id=\"{link}\"")), "{link}");
    }
    assert_eq!(html.matches("<path d=\"M").count(), 8, "each judge of each clip has its curve");
    assert_eq!(export(&report, ReportFormat::Html, &pictures), html);
}

#[test]
fn what_flips_is_found_with_its_direction() {
    let before = annotated();
    let mut after = before.clone();
    // The second report's annotation says the opposite of one clip.
    for agreement in after.agreement.iter_mut().filter(|agreement| agreement.field == "moves") {
        for pair in agreement.pairs.iter_mut().filter(|pair| pair.clip == "3.mp4") {
            pair.reference = 1.0 - pair.reference;
        }
    }
    let comparison = compare(&before, &after);
    let flicker: Vec<_> = comparison.flips.iter().filter(|flip| flip.judge == "temporal_flickering").collect();
    assert_eq!(flicker.len(), 1, "{flicker:?}");
    assert_eq!((flicker[0].clip.as_str(), flicker[0].field.as_str(), flicker[0].was_right), ("3.mp4", "moves", true));
    assert!(comparison.changes.iter().all(|change| change.agrees) && comparison.largest <= comparison.tolerance);
}

#[test]
fn moves_are_counted_by_judge_and_only_beyond_the_tolerance() {
    let before = annotated();
    let json = serde_json::to_value(&before).unwrap();
    let moved = |by: f64| -> Report {
        let mut json = json.clone();
        let value = &mut json["clips"][1]["verdicts"][0]["outcome"]["value"];
        *value = serde_json::json!(value.as_f64().unwrap() + by);
        serde_json::from_value(json).unwrap()
    };
    let little = compare(&before, &moved(5e-7));
    assert!(little.changes.iter().all(|change| change.agrees) && little.largest > 1e-7);
    let much = compare(&before, &moved(-0.01));
    let flicker = much.judges.iter().find(|judge| judge.judge == "temporal_flickering").unwrap();
    assert_eq!((flicker.compared, flicker.rose, flicker.fell, flicker.one_sided), (4, 0, 1, 0));
    assert!((flicker.mean_delta.unwrap() + 0.0025).abs() < 1e-12);
    assert!((much.largest - 0.01).abs() < 1e-12 && much.largest > much.tolerance);
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
    assert!(flicker.delta.unwrap() < 0.0, "{flicker:?}");
}

#[test]
fn unknown_judges_are_named_with_those_that_exist() {
    let error = JudgeSelection::by_ids(&["nonsense"]).err().unwrap().to_string();
    assert!(error.contains("nonsense") && error.contains("temporal_flickering"), "{error}");
}
