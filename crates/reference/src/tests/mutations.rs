//! Files that were tampered with: an error or a right answer, never a panic and never a hang.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use reelcheck_types::AnnotationValue;

use super::edits::{apply, edit};
use crate::{ClipIdentity, Imported, ReferenceSet, import};

const SEEDS: [&str; 8] = [
    r#"{"0": {"video_name": "hunyuan_0003_c760a743-a447-4808-bc66-82f57a2fdebe.mp4", "answer": "yes"},
        "785": {"video_name": "C-HDFiC2boQ_6_0to118.mp4", "answer": "no"}}"#,
    r#"{"sora_0003_5fa60b0f-160f-4464-91e3-6b7aed0d48ef.mp4": {"taxonomy_label_list": ["physical laws", "social laws"],
        "spatial_temporal_label": "temporal"}, "b.mp4": {"taxonomy_label_list": ["others (specify in text)"],
        "spatial_temporal_label": "spatial"}}"#,
    r#"{"Physical Laws": {"Mechanics": {"Gravity": [{"prompt_taxonomy_label": "Physical Laws - Mechanics - Gravity",
        "prompt_id": 12, "prompt_text": "An apple rises \u4e0a\ud83c\udf4e from the table."}]}}}"#,
    "clip,quality,impossible,law\na.mp4,4.5,yes,\"gravity, \"\"mass\"\"\"\nb/c.mp4,NA,no,none\n",
    "sep=;\nfile;sha256;score\na.mp4;0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef;0,5\n",
    "[{\"clip\": \"a.mp4\", \"s\": {\"x\": 1e3, \"y\": NaN}, \"tags\": [\"a\", \"b\"]}, {\"clip\": \"b.mp4\", \"s\": null}]",
    "{\"video\": \"a.mp4\", \"mos\": 3}\n{\"video\": \"b.mp4\", \"mos\": -Infinity}\n",
    "{\"a.mp4\": 1, \"b.mp4\": 2.5, \"b.mp4\": true}",
];

/// Pieces that parsers stumble over.
const PIECES: [&str; 22] = [
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
    "</script>",
];

/// Imports, joins, and checks what must hold of everything that was read.
fn check(bytes: &[u8]) {
    let start = Instant::now();
    let read = import("dir/file.json", bytes);
    // Seconds where milliseconds are due: a busy machine passes, quadratic time over these sizes does not.
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
    match read {
        Ok(imported) => consistent(&imported),
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("dir/file.json"), "{message}");
            assert!(message.len() < 2000, "{message}");
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<crate::ImportError>(&json).unwrap(), error);
        }
    }
}

fn consistent(imported: &Imported) {
    for annotation in &imported.annotations {
        assert!(!matches!(annotation.value, AnnotationValue::Number(number) if !number.is_finite()), "{annotation:?}");
    }
    let json = serde_json::to_string(imported).unwrap();
    assert!(serde_json::from_str::<Imported>(&json).is_ok(), "{json}");
    for field in &imported.fields {
        let count = imported.annotations.iter().filter(|annotation| annotation.field == field.field).count();
        assert!(count == field.annotations || !imported.prompts.is_empty(), "{field:?}");
    }
    assert!(!imported.fields.is_empty());
    let mut set = ReferenceSet::default();
    set.add(imported.clone());
    let clips = ["a.mp4", "A", "x/b.mp4", ""].map(|name| ClipIdentity { name: name.to_owned(), sha256: None });
    assert_eq!(set.join(&clips).clips.len(), 4);
}

#[test]
fn the_seeds_themselves_are_read() {
    for seed in SEEDS {
        import("seed.json", seed.as_bytes()).unwrap();
    }
}

#[test]
fn every_truncation_of_every_seed() {
    for seed in SEEDS {
        for end in 0..seed.len() {
            check(&seed.as_bytes()[..end]);
        }
    }
}

#[test]
fn files_made_to_exhaust() {
    check("[".repeat(4 << 20).as_bytes());
    check("{\"a\":".repeat(1 << 20).as_bytes());
    check(format!("[{}0]", "0,".repeat(crate::MAX_VALUES)).as_bytes());
    check(format!("clip,mos\n{}", "a.mp4,1\n".repeat(300_000)).as_bytes());
    let contradictions: String = (0..100_000).map(|i| format!("a.mp4,{i}\n")).collect();
    check(format!("clip,mos\n{contradictions}").as_bytes());
    let one_hash: String = (0..100_000).map(|i| format!("{i}.mp4,{},{i}\n", "ab".repeat(32))).collect();
    check(format!("clip,sha256,mos\n{one_hash}").as_bytes());
    let labels: String = (0..100_000).map(|i| format!("\"l{i}\",")).collect();
    check(
        format!("{{\"a\": {{\"taxonomy_label_list\": [{labels}\"x\"], \"spatial_temporal_label\": \"spatial\"}}}}")
            .as_bytes(),
    );
    check(format!("clip,mos\n\"{}", "a.mp4,1\n".repeat(300_000)).as_bytes());
    check(format!("{{\"a.mp4\": {}}}", "9".repeat(1 << 20)).as_bytes());
    check(format!("[{}{{\"clip\": 3}}]", "{\"clip\": \"a.mp4\", \"mos\": 1},".repeat(200_000)).as_bytes());
    let keys: String = (0..100_000).map(|i| format!("\"{}\": {i},", i % 7)).collect();
    check(format!("{{{keys} \"x\": 1}}").as_bytes());
    let columns: String = (0..100_000).map(|i| format!(",\"c{i}\"")).collect();
    check(format!("clip{columns}\n").as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn tampered_files(seed in 0..SEEDS.len(), edits in proptest::collection::vec(edit(&PIECES, 5000), 1..6)) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for edit in &edits {
            apply(&mut bytes, edit);
        }
        check(&bytes);
    }

    #[test]
    fn noise(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn texts_of_json_pieces(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
        check(text.as_bytes());
    }
}
