//! How long a million predictions take, step by step.
//!
//! Run with `cargo test -p reelcheck-reference -- --ignored --nocapture a_million_predictions`.

use std::fmt::Write as _;
use std::time::Instant;

use super::*;
use crate::scoring::answers::AnswerKind;
use crate::scoring::floors::floors;
use crate::scoring::protocols::choice;
use crate::scoring::scorer::marking::Placed;
use crate::scoring::{Sheet, TaskIndex};

const ROWS: usize = 1_000_000;

#[test]
#[ignore = "takes a minute and two gigabytes"]
#[expect(clippy::print_stderr, reason = "the numbers are the point")]
fn a_million_predictions() {
    let letter = |i: usize| char::from(b'A' + (i % 4) as u8);
    let (mut asked, mut said) = (String::new(), String::new());
    for i in 0..ROWS {
        _ = writeln!(
            asked,
            "{{\"id\": \"{i}\", \"video\": \"clip_{}.mp4\", \"answer\": \"{}\", \"domain\": \"d{}\"}}",
            i / 3,
            letter(i),
            i % 20
        );
        let hit = if i % 3 == 0 { letter(i + 1) } else { letter(i) };
        _ = writeln!(
            said,
            "{{\"id\": \"{i}\", \"prediction\": \"The answer is ({hit}), since the ball rolls uphill in frame {}.\"}}",
            i % 97
        );
    }
    let mut last = Instant::now();
    let mut lap = |what: &str| {
        let seconds = last.elapsed().as_secs_f64();
        eprintln!("{what}: {seconds:.2} s");
        last = Instant::now();
        seconds
    };
    let rows = said.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count();
    assert_eq!(rows, ROWS);
    lap("serde_json, predictions");
    let mut scorer = Scorer::new();
    scorer.add("answers.jsonl", asked.as_bytes(), None).unwrap();
    let mut read = lap("read annotations");
    scorer.add("model.jsonl", said.as_bytes(), None).unwrap();
    read += lap("read predictions");
    drop((asked, said));
    let report = scorer.score(&options(None));
    let whole = lap("score, the whole of it");
    assert_eq!(report.tasks[0].runs[0].tally.items as usize, ROWS);
    eprintln!("score takes {:.2} of the time to read", whole / read);
    lap("-");
    let merged = scorer.collection.merged();
    lap("  merge");
    let index = TaskIndex::new(&merged.tasks[0]);
    lap("  index");
    let placed = Placed::new(&index, &merged.runs[0].run.predictions);
    lap("  place");
    let verdicts = rules::verdict_rules(&merged.tasks[0].id);
    for profile in ProfileId::ALL.into_iter().filter(|profile| profile.reads(AnswerKind::Choice)) {
        assert_eq!(placed.marks(profile, &placed.readings(&index, profile), &verdicts).len(), ROWS);
        lap(&format!("  mark under {}", profile.name()));
    }
    let rules = rules::choice_rules(ProfileId::Tolerant, &merged.tasks[0]);
    let readings = placed.readings(&index, ProfileId::Tolerant);
    let sheet = Sheet::new(&index, &placed.marks(ProfileId::Tolerant, &readings, &verdicts), Default::default());
    lap("  mark and sheet");
    assert!(choice::score(&sheet, &rules).score.value().is_some());
    lap("  score with facets");
    let states = placed.states(ProfileId::Tolerant, &readings, &verdicts);
    assert!(choice::score_alone(&index, &states, &rules).value().is_some());
    lap("  score alone");
    assert!(!floors(&index, &rules).is_empty());
    lap("  floors");
    assert_eq!(
        scorer.items(&ItemQuery { limit: 50, text: "frame 96".to_owned(), ..ItemQuery::default() }).items.len(),
        50
    );
    lap("  a page of a search");
}
