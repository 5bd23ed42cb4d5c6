//! What the end-to-end tests share: where fixtures are and what is expected of them.
//!
//! `tests/fixtures` holds small clips of our own, made by `reelcheck-synth fixtures`. Real clips are looked for in
//! `$REELCHECK_FIXTURES`, else in `../shared/fixtures` beside the project; tests that need them say so and pass without
//! them when they are absent.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// One file of `tests/fixtures`, as `fixtures.json` describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fixture {
    /// The file's name in the folder.
    pub file: String,
    /// `ok`, or the name of the failure that is expected.
    pub expect: String,
    /// Presentation times of all frames in microseconds, as ffprobe gives them.
    #[serde(default, alias = "timestamps_us")]
    pub timestamps_us: Vec<i64>,
}

/// The folder of our own fixtures.
pub fn fixture_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All of our own fixtures.
///
/// # Panics
/// When the list cannot be read: it is part of the project.
pub fn fixtures() -> Vec<Fixture> {
    let path = fixture_folder().join("fixtures.json");
    let text = std::fs::read(&path).expect("tests/fixtures/fixtures.json is part of the project");
    serde_json::from_slice(&text).expect("tests/fixtures/fixtures.json is a list of fixtures")
}

/// A folder of real data, or `None` with a line that says what is skipped.
pub fn real_data(folder: &str, skipped: &str) -> Option<PathBuf> {
    let root = std::env::var_os("REELCHECK_FIXTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures"), PathBuf::from);
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    say(&format!("skipped: {skipped} needs real data in {}", path.display()));
    None
}

/// Whether ffmpeg is there, with a line that says what is skipped if not.
pub fn has_ffmpeg(skipped: &str) -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !there {
        say(&format!("skipped: {skipped} needs ffmpeg"));
    }
    there
}

#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
fn say(line: &str) {
    eprintln!("{line}");
}
