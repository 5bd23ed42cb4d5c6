//! Drawn clips and their annotations: read by our own importers, judged by our own program, and without leaks.

use std::path::Path;
use std::process::Command;

use reelcheck_reference::scoring::floors::FloorMeasure;
use reelcheck_reference::scoring::{Quantity, ScoreOptions, Scorer};

fn reelcheck(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_reelcheck")).args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).expect("the file was written")
}

/// Rules that never look at a clip, over the annotations of 420 pairs: none beats chance beyond its interval.
#[test]
fn texts_and_names_give_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    reelcheck(&[
        "synth",
        "--seed",
        "300",
        "--count",
        "420",
        "--annotations-only",
        "--out",
        folder.path().to_str().unwrap(),
    ]);
    let mut scorer = Scorer::new();
    for name in [
        "judgement_question.json",
        "judgement_answer.json",
        "mcqa_question.json",
        "mcqa_answer.json",
        "openqa_question.json",
        "openqa_answer.json",
        "video2taxonomy_label.json",
    ] {
        scorer.add(name, read(folder.path(), name), None).unwrap();
    }
    let report = scorer.score(&ScoreOptions::default());
    assert!(report.refused.is_empty());
    let mut seen = 0;
    for task in &report.tasks {
        let chance = match (task.id.task.as_str(), task.items) {
            ("judgement", 840) => 0.5,
            ("multiple-choice", 525) => 0.2,
            ("open", 420) => continue,
            other => panic!("{other:?} was not asked for"),
        };
        for floor in task.floors.iter().filter(|floor| floor.measure == FloorMeasure::Accuracy) {
            let Quantity::Value { value, n, interval } = floor.value else { continue };
            // Where there is no interval of its own, that of a draw.
            let low =
                interval.map_or(value - 1.96 * (chance * (1.0 - chance) / n as f64).sqrt(), |interval| interval.low);
            #[expect(clippy::print_stderr, reason = "a measurement is for reading")]
            {
                eprintln!(
                    "{}: {:?} {:.1} % from {:.1} %, chance {:.0} %",
                    task.id.task,
                    floor.rule,
                    value * 100.0,
                    low * 100.0,
                    chance * 100.0
                );
            }
            assert!(low <= chance + 1e-9, "{:?} reaches {value} in {}: {}", floor.rule, task.id.task, floor.how);
            seen += 1;
        }
    }
    assert!(seen >= 9, "{seen} floors");
}

/// A pair is drawn, decoded and judged; the program knows the clips of its own annotations.
#[test]
fn drawn_clips_are_judged_and_known() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let small = ["--width", "96", "--height", "64", "--seconds", "2"];
    for codec in ["vp9", "h264"] {
        let told = reelcheck(
            &[&["synth", "--seed", "5", "--count", "2", "--codec", codec, "--out", out][..], &small].concat(),
        );
        assert!(told.ends_with(&format!("4 clips in 2 pairs in {out}\n")), "{told}");
    }
    let clips: Vec<String> = std::fs::read_dir(out)
        .unwrap()
        .map(|file| file.unwrap().path().to_str().unwrap().to_owned())
        .filter(|file| file.ends_with(".mp4"))
        .collect();
    assert_eq!(clips.len(), 4);
    let report = folder.path().join("report.json");
    let answers = folder.path().join("impossible.json");
    let labels = folder.path().join("video2taxonomy_label.json");
    let mut arguments = vec!["judge"];
    arguments.extend(clips.iter().map(String::as_str));
    arguments.extend(["--judges", "temporal_flickering", "--reference", answers.to_str().unwrap()]);
    arguments.extend(["--reference", labels.to_str().unwrap(), "--out", report.to_str().unwrap()]);
    assert!(reelcheck(&arguments).starts_with("4 of 4 clips judged, 0 failed"));
    let text = String::from_utf8(read(folder.path(), "report.json")).unwrap();
    assert!(text.contains("ipv.spatial_temporal") && text.contains("impossible"), "the annotations are joined");
}

#[test]
fn what_cannot_be_drawn_is_refused_in_words() {
    let refused = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_reelcheck")).args(arguments).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(&["synth", "--out", "x", "--width", "33"]).contains("even"));
    assert!(refused(&["synth", "--out", "x", "--seconds", "60"]).contains("2 to 6 seconds"));
    assert!(refused(&["synth", "--out", "x", "--kinds", "magic"]).contains("gravity"));
}
