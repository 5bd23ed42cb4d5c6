//! Files that were tampered with or made to exhaust: a clear error or a right answer, never a panic, never a hang.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::formats::{ROWS, SHARED, archive, workbook};
use super::*;
use crate::scoring::model::{Answer, Said};
use crate::tests::edits::{apply, edit};

const SEEDS: [&str; 16] = [
    r#"{"0": {"video_name": "a.mp4", "answer": "yes"}, "1": {"video_name": "b.mp4", "answer": "no"}}"#,
    r#"{"0": {"video_name": "a.mp4", "question": "\nPick.\nWhat?\nA. x\nB. y\nC. z\nD. v\nE. w\nOnly."}}"#,
    r#"{"a.mp4": {"primary_answer": "It falls up.", "alternative_answers": ["x", "y", "z"]}}"#,
    r#"{"a.mp4": {"taxonomy_label_list": ["physical laws"], "spatial_temporal_label": "temporal"}}"#,
    r#"{"a.mp4": "{\"semantic_alignment_score\": \"0.8-0.9\"}", "b.mp4": null}"#,
    r#"{"10": {"action": [{"question": "What?\nA. x\nB. y", "gt-answer": "B. y", "video-llm-prediction": "B", "rating": 1}], "order": []}}"#,
    r#"[{"id": 1, "task": "REC", "video": "v.mp4", "activity": "x", "test_info": [{"realtime": 1, "count": 2}]}, {"id": 2, "task": "EPM", "video": "v", "gt": 0, "options": ["a", "b"], "question": "?"}]"#,
    r#"{"backward": [{"id": 0, "video": "v", "task": "EPM", "question": "?", "response": "B \n", "ground_truth": "C"}], "realtime": []}"#,
    r#"{"00000-00001": [{"correct": 0.5, "frames": [1], "gpt_answer": "no", "question": "?", "type": "other objects"}]}"#,
    r#"{"lavie_00000-00000": [[5, 4, 3], [5, 3]]}"#,
    r#"{"color": [0.5, [{"video_path": "a.mp4", "video_results": true}]], "scene": [NaN, []]}"#,
    "{\"doc_id\": 0, \"target\": \"A\", \"filtered_resps\": [\"A\"], \"input\": \"?\\nA. x\\nB. y\", \"m_score\": {\"score\": 1}}\n{\"doc_id\": 1, \"target\": \"B\", \"resps\": [[\"b\"]]}\n",
    "index\tquestion\tcandidates\tanswer\tprediction\n0\t?\t\"['a', 'b']\"\ta\tA\n1\t?\t\"['a']\"\tb\t\n",
    "Model,scene,color,object class\nx,50%,1e2,\ny,1,2,3\n",
    ",caption,videopath,score\n0,\"A, b\",a.mp4,5.0\n1,c,b.mp4,\n",
    r#"[{"video_id": "1", "questions": [{"question_id": "1-1", "options": ["A. x", "B. y"], "answer": "A", "response": "",},],},]"#,
];

/// Pieces that parsers stumble over.
const PIECES: [&str; 30] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    "\n",
    "\r",
    "\t",
    ";",
    "\u{feff}",
    "\0",
    "NaN",
    "1e999",
    "-",
    "null",
    "\"answer\": ",
    "<img src=x onerror=alert(1)>",
    "'",
    "['",
    "99999999999999999999",
    "A. ",
    "é\u{202e}",
    "\"pred\": ",
    "sep=;\n",
    "0/0",
];

/// Reads, and checks what must hold of everything that was read.
fn check(bytes: &[u8]) -> Result<Read, ImportError> {
    let start = Instant::now();
    let result = read("dir/model_MVBench.json", bytes, None);
    // Seconds where milliseconds are due: a busy machine passes, quadratic time over these sizes does not.
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
    match &result {
        Ok(read) => consistent(read),
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("dir/model_MVBench.json") && message.len() < 4000, "{message}");
        }
    }
    result
}

fn consistent(read: &Read) {
    assert!(!read.format.to_string().contains('\n'));
    for task in &read.holdings.tasks {
        let mut ids: Vec<&str> = task.items.iter().map(|item| item.id.as_str()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "ids are unique");
        for item in &task.items {
            if let Answer::Choice { options, correct } = &item.answer {
                assert!((*correct as usize) < options.len() && options.len() <= 26, "{item:?}");
            }
            for of in &item.facets {
                assert!((of.value as usize) < task.facets[of.facet as usize].values.len(), "{item:?}");
            }
        }
    }
    for prediction in read.holdings.runs.iter().flat_map(|run| &run.predictions) {
        assert!(prediction.line >= 1 && prediction.recorded.is_none_or(|mark| (0.0..=1.0).contains(&mark)));
        assert!(!matches!(prediction.said, Said::Score(score) if !score.is_finite()));
    }
    let ratings = read.holdings.ratings.iter().flat_map(|ratings| &ratings.rows).flat_map(|row| &row.ratings);
    assert!(ratings.flatten().all(|rating| rating.is_finite()));
    assert!(read.holdings.dimensions.iter().flat_map(|model| &model.dimensions).all(|of| of.score.is_finite()));
    let mut files = Collection::default();
    files.add(read.clone());
    files.add(read.clone());
    let merged = files.merged();
    assert!(merged.tasks.len() <= read.holdings.tasks.len());
}

#[test]
fn the_seeds_themselves_are_read() {
    for seed in SEEDS {
        check(seed.as_bytes()).unwrap_or_else(|error| panic!("{seed}: {error}"));
    }
}

#[test]
fn every_truncation_of_every_seed() {
    for seed in SEEDS {
        for end in 0..seed.len() {
            _ = check(&seed.as_bytes()[..end]);
        }
    }
}

#[test]
fn files_made_to_exhaust() {
    let problem = |bytes: &[u8]| check(bytes).unwrap_err().problem;
    assert!(matches!(problem("[".repeat(4 << 20).as_bytes()), Problem::TooDeep { .. }));
    assert!(matches!(problem("{\"a\":".repeat(1 << 20).as_bytes()), Problem::TooDeep { .. }));
    // Commas before brackets, in the millions.
    _ = check(format!("[{}", "[],],".repeat(1 << 18)).as_bytes());
    // A long line, and a quote that never ends.
    assert!(matches!(problem(format!("id,pred\n1,{}x\n", ",".repeat(1 << 20)).as_bytes()), Problem::RaggedRow { .. }));
    _ = check(format!("id,pred\n\"{}", "1,A\n".repeat(1 << 18)).as_bytes());
    _ = check(format!("id,pred\n{}", "\"\"\"\",\"\"\n".repeat(1 << 16)).as_bytes());
    // Rows that all have columns of their own.
    let rows: String = (0..1000).map(|i| format!("{{\"id\": {i}, \"pred\": 1, \"c{i}\": 2}}\n")).collect();
    assert!(matches!(problem(rows.as_bytes()), Problem::TooManyColumns { .. }));
    // One key over and over, one id over and over, one facet value each.
    let keys: String = (0..100_000).map(|i| format!("\"{}\": \"A\",", i % 7)).collect();
    assert!(check(format!("{{{keys} \"x\": \"B\"}}").as_bytes()).is_ok());
    let same: String = (0..100_000).map(|i| format!("1,?,yes,no,{i}\n")).collect();
    let read = check(format!("id,question,answer,pred,split\n{same}").as_bytes()).unwrap();
    assert!(
        read.warnings.iter().any(|warning| matches!(warning, Notice::DuplicateItems { count: 99_999, .. })),
        "{:?}",
        read.warnings
    );
    let each: String = (0..100_000).map(|i| format!("{i},?,yes,no,{i}\n")).collect();
    let read = check(format!("id,question,answer,pred,category\n{each}").as_bytes()).unwrap();
    assert!(matches!(read.warnings[..], [Notice::FacetTooFine { .. }]), "{:?}", read.warnings);
    // Digits without end.
    _ = check(format!("{{\"id\": {}, \"pred\": \"A\"}}", "9".repeat(1 << 20)).as_bytes());
}

#[test]
fn markup_is_kept_as_it_is() {
    let markup = "<img src=x onerror=\"alert(1)\">&amp;\u{202e}";
    let json = serde_json::json!([{"id": markup, "pred": markup, "model": markup}]).to_string();
    let read = check(json.as_bytes()).unwrap();
    let run = &read.holdings.runs[0];
    assert_eq!((run.model.as_str(), run.predictions[0].item.as_str()), (markup, markup));
    assert_eq!(run.predictions[0].said, Said::Text(markup.into()));
}

#[test]
fn workbooks_that_unpack_to_too_much() {
    // 512 MiB of zeros in half a megabyte, declared or not.
    let zeros = vec![0; 512 << 20];
    let mut bomb = archive(&[("xl/workbook.xml", &zeros)]);
    drop(zeros);
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(check(&bomb).unwrap_err().problem, Problem::Inflates { .. }));
    let central = bomb.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    bomb[central + 24..central + 28].copy_from_slice(&100u32.to_le_bytes());
    assert!(matches!(check(&bomb).unwrap_err().problem, Problem::Inflates { .. }), "a size that lies");
    // A cell in a far corner makes no rectangle; a text in many cells is bounded.
    let far = format!("{ROWS}<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>");
    assert!(check(&workbook(&far, SHARED)).is_ok());
    let wide = format!("{ROWS}<row r=\"4\"><c r=\"XFD4\"><v>1</v></c></row>");
    assert!(matches!(check(&workbook(&wide, SHARED)).unwrap_err().problem, Problem::TooManyColumns { .. }));
    for name in ["A99999999999", "AAAAAAAAAAAA1", "A-1", "1A"] {
        let odd = ROWS.replace("r=\"A2\"", &format!("r = '{name}'"));
        assert!(matches!(check(&workbook(&odd, SHARED)).unwrap_err().problem, Problem::Workbook { .. }), "{name}");
        let hidden = format!("<!-- it's > r=\"{name}\" --->{ROWS}");
        assert!(check(&workbook(&hidden, SHARED)).is_ok(), "a comment is no cell");
    }
    let cells = "<c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c><c t=\"s\"><v>5</v></c>";
    let rows: String = (2..400).map(|i| format!("<row r=\"{i}\">{cells}</row>")).collect();
    let long = SHARED.replace("Yes, &lt;b&gt;", &"x".repeat(1 << 20));
    let header = &ROWS[..ROWS.find("<row r=\"2\">").unwrap()];
    assert!(matches!(
        check(&workbook(&format!("{header}{rows}"), &long)).unwrap_err().problem,
        Problem::TooLarge { .. }
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn tampered_files(seed in 0..SEEDS.len(), edits in proptest::collection::vec(edit(&PIECES, 2000), 1..6)) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for edit in &edits {
            apply(&mut bytes, edit);
        }
        _ = check(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn tampered_workbooks(edits in proptest::collection::vec(edit(&PIECES, 2000), 1..4)) {
        let mut bytes = workbook(ROWS, SHARED);
        for edit in &edits {
            apply(&mut bytes, edit);
        }
        _ = check(&bytes);
    }

    #[test]
    fn tampered_sheets(edits in proptest::collection::vec(edit(&PIECES, 2000), 1..4), shared in any::<bool>()) {
        let (mut rows, mut strings) = (ROWS.as_bytes().to_vec(), SHARED.as_bytes().to_vec());
        for edit in &edits {
            apply(if shared { &mut strings } else { &mut rows }, edit);
        }
        _ = check(&workbook(&String::from_utf8_lossy(&rows), &String::from_utf8_lossy(&strings)));
    }

    #[test]
    fn noise(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        _ = check(&bytes);
    }

    #[test]
    fn texts_of_pieces(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
        _ = check(text.as_bytes());
    }
}
