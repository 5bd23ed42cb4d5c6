//! The program itself: its arguments, its files, its exit status.

use std::path::Path;
use std::process::{Command, Output};

fn reelcheck(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reelcheck")).args(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_report_is_written_and_equals_itself() {
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/h264-bframes.mp4");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report.json");
    let (clip, out) = (clip.to_str().unwrap(), out.to_str().unwrap());
    let judged = reelcheck(&["judge", clip, "--out", out]);
    assert!(judged.status.success(), "{}", text(&judged.stderr));
    assert!(text(&judged.stdout).starts_with("1 of 1 clips judged, 0 failed"));

    let compared = text(&reelcheck(&["compare", out, out]).stdout);
    assert!(compared.lines().count() >= 11, "{compared}");
    assert!(compared.lines().all(|line| line.ends_with("+0.000000") || line.ends_with('—')), "{compared}");
}

#[test]
fn an_unknown_judge_is_named_with_those_that_exist() {
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/h264-bframes.mp4");
    let refused = reelcheck(&["judge", clip.to_str().unwrap(), "--judges", "none"]);
    assert!(!refused.status.success());
    let words = text(&refused.stderr);
    assert!(words.contains("there is no judge called \"none\"") && words.contains("temporal_flickering"), "{words}");
}

#[test]
fn a_missing_file_is_named() {
    let refused = reelcheck(&["judge", "no-such-folder/clip.mp4"]);
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("no-such-folder/clip.mp4"));
}
