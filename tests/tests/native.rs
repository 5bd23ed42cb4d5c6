//! The native run, end to end: real files, ffmpeg's frames, all judges, one report.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;

use reelcheck_cli::{Inputs, JudgeOptions, judge_files, probe};
use reelcheck_evaluator::{ClipOutcome, Decoding, Event, JudgeSelection, Report, compare};
use reelcheck_tests::{fixture_folder, fixtures, has_ffmpeg, real_data};

/// VBench's temporal flickering of nine clips of IPV-Bench, computed from OpenCV's frames, to six digits.
const FLICKER: [(&str, f64); 9] = [
    ("hailuo_0009", 0.981_411),
    ("hunyuan_0004", 0.991_196),
    ("hunyuan_0055", 0.991_729),
    ("hunyuan_0161", 0.990_353),
    ("hunyuan_0220", 0.996_706),
    ("luma_0067", 0.975_275),
    ("mochi_0007", 0.994_965),
    ("mochi_0083", 0.991_816),
    ("sora_0164", 0.994_445),
];

fn judge(paths: &[&Path], options: &JudgeOptions) -> (Report, Vec<Event>) {
    let clips = paths
        .iter()
        .map(|path| (path.to_path_buf(), path.file_name().unwrap().to_string_lossy().into_owned()))
        .collect();
    let mut events = Vec::new();
    let report = judge_files(&Inputs { clips, passed_over: 0 }, options, |event| events.push(event)).unwrap();
    (report, events)
}

fn only(judges: &[&str]) -> JudgeOptions {
    JudgeOptions { judges: judges.iter().map(|id| (*id).to_owned()).collect(), ..JudgeOptions::default() }
}

#[test]
fn every_fixture_is_listed_as_ffprobe_lists_it() {
    if !has_ffmpeg("reading the fixtures' time lines") {
        return;
    }
    let folder = fixture_folder();
    let readable: Vec<_> = fixtures().into_iter().filter(|fixture| fixture.expect == "ok").collect();
    assert!(readable.len() > 10, "too few fixtures: {}", readable.len());
    for fixture in readable {
        let probed = probe(&folder.join(&fixture.file), &fixture.file).unwrap();
        let times: Vec<i64> = probed.clip.timestamps.iter().map(|time| time.as_micros()).collect();
        assert_eq!(times, fixture.timestamps_us, "{}", fixture.file);
    }
}

#[test]
fn every_fixture_is_judged_or_says_why_not() {
    if !has_ffmpeg("judging the fixtures") {
        return;
    }
    let folder = fixture_folder();
    let all = fixtures();
    let paths: Vec<_> = all.iter().map(|fixture| folder.join(&fixture.file)).collect();
    let paths: Vec<&Path> = paths.iter().map(std::path::PathBuf::as_path).collect();
    let (report, events) = judge(&paths, &JudgeOptions::default());
    assert_eq!(report.clips.len(), all.len());
    assert!(matches!(events.first(), Some(Event::Ready { .. })));
    assert!(matches!(events.last(), Some(Event::Done { .. })));
    for (fixture, outcome) in all.iter().zip(&report.clips) {
        match outcome {
            ClipOutcome::Judged(result) => {
                if fixture.expect == "ok" {
                    assert_eq!(result.decoding, Decoding::Complete, "{}", fixture.file);
                    assert_eq!(result.planes.frames, fixture.timestamps_us.len(), "{}", fixture.file);
                }
                for verdict in &result.verdicts {
                    assert!(verdict.value().is_none_or(f64::is_finite), "{}: {}", fixture.file, verdict.judge);
                }
            }
            ClipOutcome::Failed(failure) => {
                assert_ne!(fixture.expect, "ok", "{failure}");
                assert!(failure.message.len() > 10 && !failure.remedy.is_empty(), "{failure}");
            }
        }
    }
    let json = report.to_json();
    assert_eq!(Report::from_json("report.json", json.as_bytes()).unwrap(), report);
}

#[test]
fn the_same_clip_in_other_containers_has_the_same_planes_and_scores() {
    if !has_ffmpeg("judging one clip in several containers") {
        return;
    }
    let folder = fixture_folder();
    let same: Vec<_> = ["h264-bframes.mp4", "h264-bframes.mov", "h264-bframes.mkv", "h264-fragmented.mp4"]
        .iter()
        .map(|name| folder.join(name))
        .filter(|path| path.exists())
        .collect();
    assert!(same.len() >= 3, "the fixtures of one stream in several containers are missing");
    let paths: Vec<&Path> = same.iter().map(std::path::PathBuf::as_path).collect();
    let (report, _) = judge(&paths, &only(&["temporal_flickering", "sharpness"]));
    let results: Vec<_> = report.judged().collect();
    assert_eq!(results.len(), same.len());
    for result in &results[1..] {
        assert_eq!(result.planes.hash, results[0].planes.hash, "{}", result.clip.name);
        let values = |r: &reelcheck_evaluator::ClipReport| -> Vec<Option<f64>> {
            r.verdicts.iter().map(reelcheck_types::Verdict::value).collect()
        };
        assert_eq!(values(result), values(results[0]), "{}", result.clip.name);
    }
}

#[test]
fn flicker_of_nine_real_clips_equals_vbench() {
    let skipped = "comparing temporal flickering with VBench";
    let Some(folder) = real_data("ipv-bench/clips", skipped).filter(|_| has_ffmpeg(skipped)) else { return };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let paths: Vec<&Path> = paths.iter().map(std::path::PathBuf::as_path).collect();
    let (report, _) = judge(&paths, &only(&["temporal_flickering"]));
    assert_eq!(report.judged().count(), FLICKER.len());
    for (result, (name, expected)) in report.judged().zip(FLICKER) {
        assert!(result.clip.name.starts_with(name), "{} is not {name}", result.clip.name);
        let value = result.verdicts[0].value().unwrap();
        assert!((value - expected).abs() < 1e-5, "{name}: {value} instead of {expected}");
    }
}

#[test]
fn a_real_clip_is_joined_with_its_annotations() {
    let skipped = "joining real annotations";
    let Some(folder) = real_data("ipv-bench", skipped).filter(|_| has_ffmpeg(skipped)) else { return };
    let mut clips: Vec<_> = std::fs::read_dir(folder.join("clips")).unwrap().map(|e| e.unwrap().path()).collect();
    clips.sort();
    let paths: Vec<&Path> = clips.iter().take(3).map(std::path::PathBuf::as_path).collect();
    let references = ["judgement_answer.json", "video2taxonomy_label.json"].map(|name| folder.join(name)).to_vec();
    let options = JudgeOptions { judges: vec!["sharpness".into()], references, ..JudgeOptions::default() };
    let (report, _) = judge(&paths, &options);
    assert!(!report.agreement.is_empty());
    for agreement in &report.agreement {
        assert!(agreement.n <= 3, "{agreement:?}");
    }
}

#[test]
fn a_truncated_file_is_scored_as_far_as_it_goes_or_says_why_not() {
    if !has_ffmpeg("judging truncated files") {
        return;
    }
    let bytes = std::fs::read(fixture_folder().join("h264-bframes.mp4")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..10)
        .map(|tenth| {
            let path = folder.path().join(format!("cut-{tenth}.mp4"));
            std::fs::write(&path, &bytes[..bytes.len() * tenth / 10]).unwrap();
            path
        })
        .collect();
    let paths: Vec<&Path> = files.iter().map(std::path::PathBuf::as_path).collect();
    let (report, _) = judge(&paths, &only(&["sharpness"]));
    assert_eq!(report.clips.len(), 10);
    for outcome in &report.clips {
        if let ClipOutcome::Judged(result) = outcome {
            assert_ne!(result.decoding, Decoding::Complete, "{}", result.clip.name);
        }
    }
}

#[test]
fn the_stored_report_of_the_samples_is_what_the_native_run_makes() {
    if !has_ffmpeg("judging the samples") {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/public/samples");
    let hint = "run the command for the stored report in crates/synth/README.md";
    let stored = Report::from_json("report.json", &std::fs::read(folder.join("report.json")).unwrap()).unwrap();
    assert_eq!(stored.judges, JudgeSelection::ready(&[]).cards(), "{hint}");
    let paths: Vec<_> = stored.clips.iter().map(|clip| folder.join(clip.name())).collect();
    let references = ["impossible.json", "video2taxonomy_label.json"].map(|name| folder.join(name)).to_vec();
    let options = JudgeOptions { references, ..JudgeOptions::default() };
    let (report, _) = judge(&paths.iter().map(AsRef::as_ref).collect::<Vec<_>>(), &options);
    let comparison = compare(&stored, &report);
    assert_eq!(comparison.changes.len(), stored.judges.len() * stored.clips.len());
    let moved: Vec<_> = comparison.changes.iter().filter(|change| !change.agrees).collect();
    assert!(moved.is_empty() && comparison.other_planes.is_empty(), "{moved:?}: {hint}");
    assert_eq!((report.recorded.len(), &report.recorded), (stored.clips.len(), &stored.recorded), "{hint}");
}
