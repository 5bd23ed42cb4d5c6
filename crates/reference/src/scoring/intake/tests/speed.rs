//! How long a million rows take, next to a general JSON reader.
//!
//! Run with `cargo test --release -p reelcheck-reference -- --ignored --nocapture a_million_rows`.

use std::fmt::Write as _;
use std::time::Instant;

use super::*;

const ROWS: usize = 1_000_000;

/// The best of three runs in seconds: the others tell of the machine.
fn seconds(mut work: impl FnMut() -> usize) -> f64 {
    (0..3)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(work(), ROWS);
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

#[test]
#[ignore = "takes a minute and a gigabyte"]
#[expect(clippy::print_stderr, reason = "the numbers are the point")]
fn a_million_rows() {
    let reply = |i: usize| {
        format!(
            "The answer is ({}), since the ball rolls uphill in frame {}.",
            char::from(b'A' + (i % 5) as u8),
            i % 97
        )
    };
    let (mut lines, mut keyed, mut csv) = (String::new(), String::from("{"), String::from("id,pred\n"));
    for i in 0..ROWS {
        let reply = reply(i);
        _ = writeln!(lines, "{{\"id\": \"{i}\", \"pred\": \"{reply}\"}}");
        _ = write!(
            keyed,
            "{}\"{i}\": {{\"video_name\": \"clip_{i}.mp4\", \"pred\": \"{reply}\"}}",
            if i > 0 { ", " } else { "" }
        );
        _ = writeln!(csv, "{i},\"{reply}\"");
    }
    keyed.push('}');
    let list = format!("[{}]", lines.trim_end().replace('\n', ","));
    let count = |text: &str| ok("m.json", text).holdings.runs[0].predictions.len();
    let general = |text: &str| match serde_json::from_slice::<serde_json::Value>(text.as_bytes()).unwrap() {
        serde_json::Value::Array(list) => list.len(),
        serde_json::Value::Object(entries) => entries.len(),
        _ => 0,
    };
    let by_line = |text: &str| {
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>().len()
    };
    let list_general = seconds(|| general(&list));
    for (name, text, general) in [
        ("JSON list", &list, list_general),
        ("JSON Lines", &lines, seconds(|| by_line(&lines))),
        ("IPV-Bench", &keyed, seconds(|| general(&keyed))),
        ("CSV", &csv, list_general),
    ] {
        let ours = seconds(|| count(text));
        let (mb, ratio) = (text.len() as f64 / 1e6, ours / general);
        eprintln!(
            "{name}: {mb:.0} MB in {ours:.2} s, {:.2} million rows/s, {ratio:.2} of serde_json's time",
            1.0 / ours
        );
        assert!(ratio < 1.5, "{name}: {ratio}");
    }
}
