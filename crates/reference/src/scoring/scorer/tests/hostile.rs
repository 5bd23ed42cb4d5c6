//! Files that were tampered with: scored or refused, never a panic, and never a number that is none.

use proptest::prelude::*;

use super::*;
use crate::scoring::export::{ExportFormat, export};

const SEEDS: [(&str, &str); 9] = [
    ("answer.json", r#"{"0": {"video_name": "a.mp4", "answer": "A"}, "1": {"video_name": "b.mp4", "answer": "C"}}"#),
    ("pred.json", r#"{"0": {"video_name": "a.mp4", "pred": "A"}, "1": {"video_name": "b.mp4", "pred": null}}"#),
    ("open.json", r#"{"a.mp4": {"primary_answer": "x", "alternative_answers": ["y"]}}"#),
    ("judge.json", r#"{"a.mp4": "{\"semantic_alignment_score\": \"0.8-0.9\"}"}"#),
    (
        "table.csv",
        "id,video,answer,prediction,score,domain\n1,a,yes,Yes.,0.4,x\n2,b,no,maybe,1e308,y\n3,b,yes,no,-1,x\n",
    ),
    (
        "lavie.json",
        r#"{"00000-00001": [{"question": "?", "type": "other objects", "correct": 0.5}], "00000-00002": []}"#,
    ),
    ("human.json", r#"{"lavie_00000-00001": [[1, 2, 3], [4, 5]], "lavie_00000-00002": [[1, 1, 1]]}"#),
    ("eval_results.json", r#"{"subject_consistency": [0.9, [{"video_path": "a.mp4", "video_results": 0.9}]]}"#),
    (
        "labels.csv",
        "clip,rater,visual_quality,prompt_following,domain\na.mp4,x,yes,no,physical laws\na.mp4,y,1,1,social\n",
    ),
];

fn tampered(text: &str, cut: usize, byte: u8, at: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let place = at % bytes.len();
    if cut.is_multiple_of(3) {
        bytes[place] = byte;
    } else if cut % 3 == 1 {
        bytes.remove(place);
    } else {
        let part = bytes[place..(place + cut % 40).min(text.len())].to_vec();
        bytes.splice(place..place, part);
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn tampered_files(
        edits in proptest::collection::vec((0..SEEDS.len(), any::<usize>(), any::<u8>(), any::<usize>()), 1..7),
        profile in proptest::option::of(0..ProfileId::ALL.len()),
    ) {
        let mut scorer = Scorer::new();
        for (name, text) in SEEDS {
            _ = scorer.add(name, text.as_bytes(), None);
        }
        for (seed, cut, byte, at) in edits {
            let (name, text) = SEEDS[seed];
            _ = scorer.add(name, tampered(text, cut, byte, at), None);
        }
        let report = scorer.score(&options(profile.map(|place| ProfileId::ALL[place])));
        // JSON has no NaN: it would come out as null where a number is due.
        let json = export(&report, ExportFormat::Json);
        prop_assert!(!json.is_empty() && !json.contains("\"value\": null") && !json.contains("\"low\": null"));
        for format in [ExportFormat::Csv, ExportFormat::Markdown, ExportFormat::Latex] {
            let text = export(&report, format);
            prop_assert!(!text.contains("NaN") && !text.contains("inf,"), "{}", text);
        }
        for task in 0..report.tasks.len() {
            let query = ItemQuery { task: u32::try_from(task).unwrap(), limit: 9, text: "a".to_owned(), ..ItemQuery::default() };
            prop_assert!(scorer.items(&query).matching <= report.tasks[task].items);
            let tally_adds_up = |run: &RunReport| {
                let t = run.tally;
                t.items == t.right + t.wrong + t.unparsed + t.missing
            };
            prop_assert!(report.tasks[task].runs.iter().all(tally_adds_up));
        }
        while scorer.remove(0) {}
        prop_assert!(scorer.score(&options(None)).tasks.is_empty());
    }
}
