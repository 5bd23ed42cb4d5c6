//! What it takes to read and score a million stored answers, against what a general JSON reader takes on them:
//! `cargo run --release -p reelcheck-reference --example score_speed`.
//!
//! Times depend on the machine and are only printed. The ratio of the whole (both files read, the answers scored under every
//! profile) to a parse of the answers into a tree is required: the program fails where it is above [`ALLOWED`].

#![expect(clippy::print_stdout, reason = "this program prints a table")]

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use reelcheck_reference::scoring::{ScoreOptions, Scorer};

const ROWS: usize = 1_000_000;
const ROUNDS: usize = 3;
/// The most that reading and scoring may take, as a multiple of parsing the answers alone.
const ALLOWED: f64 = 3.0;
const REPLIES: [&str; 6] = ["A", "B.", "(c)", "Answer: D", "The best answer is E.", "none of them"];

/// A form of the files: what stands before, between and after the rows, and a row.
struct Form {
    name: &'static str,
    files: [&'static str; 2],
    around: [&'static str; 3],
    row: fn(&mut String, usize, &str, &str),
}

const FORMS: [Form; 2] = [
    Form {
        name: "one JSON object, ids in order",
        files: ["mcqa_answer.json", "model.json"],
        around: ["{", ",", "}"],
        row: |text, i, key, value| {
            _ = write!(text, "\"{i}\":{{\"video_name\":\"clip-{}.mp4\",\"{key}\":\"{value}\"}}", i / 4);
        },
    },
    Form {
        name: "JSON Lines, ids shuffled",
        files: ["answers.jsonl", "model.jsonl"],
        around: ["", "\n", "\n"],
        row: |text, i, key, value| {
            let key = if key == "pred" { "prediction" } else { key };
            // Each file in an order of its own.
            let id = (i * if key == "answer" { 7 } else { 11 }) % ROWS;
            _ = write!(text, "{{\"id\":\"q{id}\",\"video\":\"clip-{}.mp4\",\"{key}\":\"{value}\"}}", id / 4);
        },
    },
];

fn file(form: &Form, key: &str, value: impl Fn(usize) -> String) -> String {
    let [before, between, after] = form.around;
    let mut text = before.to_owned();
    for i in 0..ROWS {
        if i > 0 {
            text.push_str(between);
        }
        (form.row)(&mut text, i, key, &value(i));
    }
    text + after
}

/// The shortest of a few rounds, in seconds: the others tell of the machine.
fn fastest(mut work: impl FnMut() -> usize) -> f64 {
    let round = |_| {
        let start = Instant::now();
        assert_eq!(work(), ROWS);
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn parse(text: &str) -> usize {
    let values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let rows =
        |value: serde_json::Value| value.as_object().filter(|_| !text.contains('\n')).map_or(1, serde_json::Map::len);
    values.map(|value| rows(value.expect("the text is JSON"))).sum()
}

fn main() -> ExitCode {
    println!("{ROWS} answers, the best of {ROUNDS} rounds\n");
    println!("{:32} {:>6} {:>10} {:>10} {:>10} {:>7}", "form", "MB", "parse", "read", "and score", "ratio");
    let mut worst: f64 = 0.0;
    for form in &FORMS {
        let answers = file(form, "answer", |i| char::from(b'A' + (i * 7 % 5) as u8).to_string());
        let said = file(form, "pred", |i| REPLIES[i * 11 % REPLIES.len()].to_owned());
        let parsing = fastest(|| parse(&said));
        let add = || {
            let mut scorer = Scorer::new();
            for (name, text) in form.files.iter().zip([&answers, &said]) {
                scorer.add(name, text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"));
            }
            scorer
        };
        let reading = fastest(|| {
            drop(add());
            ROWS
        });
        let whole = fastest(|| {
            let report = add().score(&ScoreOptions::default());
            report.tasks.first().and_then(|task| task.runs.first()).map_or(0, |run| run.tally.items as usize)
        });
        let ratio = whole / parsing;
        worst = worst.max(ratio);
        let megabytes = said.len() as f64 / 1e6;
        println!("{:32} {megabytes:>6.0} {parsing:>9.2}s {reading:>9.2}s {whole:>9.2}s {ratio:>7.2}", form.name);
    }
    if worst > ALLOWED {
        println!("\nscoring takes {worst:.1} times as long as parsing; at most {ALLOWED} times is allowed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
