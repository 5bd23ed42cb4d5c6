//! What each importer makes of small files of every form.

use reelcheck_types::{AnnotationValue, ClipKey};

use super::*;
use crate::error::Place;
use crate::imported::{ColumnIgnored, FieldKind, TableFormat};

fn ok(name: &str, text: &str) -> Imported {
    import(name, text.as_bytes()).unwrap()
}

fn err(name: &str, bytes: &[u8]) -> ImportError {
    import(name, bytes).unwrap_err()
}

fn at(line: usize, column: usize) -> Option<Place> {
    Some(Place { line, column: Some(column) })
}

/// Field, clip and value of every annotation, one per line.
fn flat(imported: &Imported) -> Vec<String> {
    imported
        .annotations
        .iter()
        .map(|annotation| {
            let clip = match &annotation.clip {
                ClipKey::Name(name) => name.clone(),
                ClipKey::Sha256(hash) => format!("#{}", &hash[..4]),
            };
            let value = match &annotation.value {
                AnnotationValue::Number(value) => value.to_string(),
                AnnotationValue::Binary(value) => value.to_string(),
                AnnotationValue::Labels(labels) => labels.join("+"),
                AnnotationValue::Text(text) => format!("{text:?}"),
            };
            format!("{} {clip} {value}", annotation.field)
        })
        .collect()
}

fn kinds(imported: &Imported) -> Vec<(&str, FieldKind)> {
    imported.fields.iter().map(|field| (field.field.as_str(), field.kind)).collect()
}

#[test]
fn judgement_answers() {
    let text = r#"{"0": {"video_name": "a.mp4", "answer": "yes"}, "7": {"video_name": "b.mp4", "answer": "No"}}"#;
    let imported = ok("anything.txt", text);
    assert_eq!(imported.recognised, Recognised::IpvJudgement { entries: 2, yes: 1, no: 1 });
    assert_eq!(flat(&imported), ["ipv.judgement a.mp4 true", "ipv.judgement b.mp4 false"]);
    let broken = text.replace("No", "maybe");
    let error = err("j.json", broken.as_bytes());
    assert_eq!(
        error.to_string(),
        "j.json, line 1, column 88: answer of \"7\": found the text \"maybe\"; expected \"yes\" or \"no\""
    );
}

#[test]
fn taxonomy_labels() {
    let text = r#"{"a.mp4": {"taxonomy_label_list": ["social laws", "Physical Laws"], "spatial_temporal_label": "spatial"},
                   "b.mp4": {"taxonomy_label_list": ["social laws"], "spatial_temporal_label": "temporal"}}"#;
    let imported = ok("t.json", text);
    assert_eq!(imported.recognised, Recognised::IpvTaxonomy { clips: 2, spatial: 1, temporal: 1 });
    assert_eq!(flat(&imported)[0], "ipv.taxonomy a.mp4 physical laws+social laws");
    assert_eq!(imported.fields[0].labels[0], crate::LabelCount { label: "social laws".to_owned(), count: 2 });
    let error = err("t.json", text.replace("[\"social laws\"]", "[]").as_bytes());
    assert_eq!(error.place, at(2, 53));
    assert!(error.to_string().contains("found an empty list; expected a list of labels"), "{error}");
}

#[test]
fn prompts() {
    let text = r#"{"Physical Laws": {"Thermal": [
        {"prompt_taxonomy_label": "Physical Laws - Thermal", "prompt_id": 83, "prompt_text": "Ice burns."}]}}"#;
    let imported = ok("p.json", text);
    assert_eq!(imported.recognised, Recognised::IpvPrompts { prompts: 1 });
    assert_eq!(imported.prompts[0].path, ["Physical Laws", "Thermal"]);
    assert_eq!(imported.fields[2].labels[0].label, "Thermal");
    for bad in ["-1", "8.5", "\"83\"", "1e300", "null"] {
        let error = err("p.json", text.replace("83", bad).as_bytes());
        assert!(matches!(error.problem, Problem::BadValue { .. }), "{error}");
        assert_eq!(error.place.unwrap().line, 2);
    }
}

#[test]
fn prompts_of_vbench() {
    let text = r#"[{"prompt_en": "In a still frame, a stop sign", "dimension": ["temporal_flickering"]},
        {"prompt_en": "waves, Van Gogh style", "dimension": ["appearance_style"],
         "auxiliary_info": {"appearance_style": {"appearance_style": "Van Gogh style"}}}]"#;
    let imported = ok("VBench_full_info.json", text);
    assert_eq!(imported.recognised, Recognised::VbenchPrompts { prompts: 2, styles: 1 });
    assert_eq!(imported.prompts[1].style.as_deref(), Some("Van Gogh style"));
    let fields: Vec<_> = imported.fields.iter().map(|one| (&one.field[..], one.annotations, one.missing)).collect();
    assert_eq!(fields, [("vbench.prompt", 2, 0), ("vbench.appearance_style", 1, 1)]);
    assert!(imported.annotations.is_empty());
    let error = err("v.json", text.replace("\"Van Gogh style\"}}", "7}}").as_bytes());
    assert_eq!(
        error.to_string(),
        "v.json, line 3, column 70: appearance_style of prompt 2: found the number 7; expected {\"appearance_style\": the \
         style's name}"
    );
    assert!(
        err("v.json", text.replace("\"In a still frame, a stop sign\"", "[]").as_bytes())
            .to_string()
            .contains("prompt 1")
    );
}

#[test]
fn comma_separated_values_with_every_kind_of_column() {
    let text = "Video Name,quality,impossible,law,remark,empty\r\n\
                x/a.mp4,4.5,yes,gravity,\"falls, \"\"up\"\"\",\r\n\
                b.mp4,NA,no,none,\"this remark is so long that nobody would take it for a label, least of all here\",\r\n\
                \"c, d.mp4\",3,yes,gravity,,\r\n";
    let imported = ok("ratings.csv", text);
    assert_eq!(
        imported.recognised,
        Recognised::Table { format: TableFormat::Csv, clip_column: Some("Video Name".to_owned()), rows: 3 }
    );
    assert_eq!(
        kinds(&imported),
        [
            ("quality", FieldKind::Number),
            ("impossible", FieldKind::Binary),
            ("law", FieldKind::Labels),
            ("remark", FieldKind::Text)
        ]
    );
    assert_eq!(imported.fields[0].range, Some((3.0, 4.5)));
    assert_eq!((imported.fields[0].annotations, imported.fields[0].missing), (2, 1));
    assert_eq!(imported.warnings, [Warning::ColumnIgnored { column: "empty".to_owned(), why: ColumnIgnored::Empty }]);
    let flat = flat(&imported);
    assert_eq!(flat[..2], ["quality x/a.mp4 4.5", "quality c, d.mp4 3"]);
    assert!(flat.contains(&"law b.mp4 none".to_owned()), "among labels none is a label");
    assert!(flat.contains(&r#"remark x/a.mp4 "falls, \"up\"""#.to_owned()));
}

#[test]
fn separators_are_found_and_decimal_commas_read() {
    let imported = ok("r.csv", "clip;score\na.mp4;0,5\nb.mp4;-1,25\n");
    assert_eq!(flat(&imported), ["r.score a.mp4 0.5", "r.score b.mp4 -1.25"]);
    assert_eq!(imported.warnings, [Warning::DecimalComma { column: "score".to_owned() }]);
    assert_eq!(flat(&ok("r.txt", "\u{feff}clip\tmos\na.mp4\t1\n")), ["mos a.mp4 1"]);
    assert_eq!(flat(&ok("r.csv", "sep=|\nclip|mos\na.mp4|1\n")), ["mos a.mp4 1"]);
    assert_eq!(flat(&ok("r.csv", "clip,mos\ra.mp4,1\rb.mp4,2")), ["mos a.mp4 1", "mos b.mp4 2"]);
}

#[test]
fn what_is_binary_and_what_is_a_number() {
    let kind = |values: &[&str]| {
        let rows: String = values.iter().enumerate().map(|(i, value)| format!("{i}.mp4,{value}\n")).collect();
        ok("r.csv", &format!("clip,q\n{rows}")).fields[0].kind
    };
    assert_eq!(kind(&["1", "0", "1"]), FieldKind::Binary);
    assert_eq!(kind(&["1", "1"]), FieldKind::Number);
    assert_eq!(kind(&["true", "TRUE"]), FieldKind::Binary);
    assert_eq!(kind(&["yes", "0"]), FieldKind::Binary);
    assert_eq!(kind(&["1", "0", "2"]), FieldKind::Number);
    assert_eq!(kind(&["1e3", "-.5", "none", "inf"]), FieldKind::Number);
    assert_eq!(kind(&["1", "two"]), FieldKind::Labels);
}

#[test]
fn tables_without_a_header_or_with_an_unknown_one() {
    let imported = ok("r.csv", "a.mp4,1\nb.mp4,2\n");
    assert_eq!(flat(&imported), ["column 2 a.mp4 1", "column 2 b.mp4 2"]);
    assert!(imported.warnings.contains(&Warning::NoHeader));
    let imported = ok("r.csv", ",quelle,mos\n0,a.mp4,1\n1,b.mp4,2\n");
    assert_eq!(flat(&imported), ["mos a.mp4 1", "mos b.mp4 2"]);
    assert_eq!(
        imported.warnings,
        [
            Warning::ClipColumnGuessed { column: "quelle".to_owned() },
            Warning::ColumnIgnored { column: String::new(), why: ColumnIgnored::Unnamed }
        ]
    );
}

#[test]
fn hashes_name_clips_alone_or_beside_the_name() {
    let hash = "AB".repeat(32);
    assert_eq!(flat(&ok("r.csv", &format!("sha256,mos\n{hash},1\n"))), ["mos #abab 1"]);
    let both = ok("r.csv", &format!("sha256,clip,mos\n{hash},a.mp4,1\n"));
    assert_eq!(flat(&both), ["mos a.mp4 1"]);
    assert_eq!(both.same_clips, [SameClip { name: "a.mp4".to_owned(), sha256: hash.to_lowercase() }]);
    let error = err("r.csv", b"sha256,mos\nabc,1\n");
    assert!(
        error.to_string().contains("line 2: column \"sha256\": found the text \"abc\"; expected a SHA-256"),
        "{error}"
    );
}

#[test]
fn json_tables_in_all_forms() {
    let expected = ["mos a.mp4 1.5", "mos b.mp4 2"];
    let forms = [
        ("r.json", r#"[{"clip": "a.mp4", "mos": 1.5}, {"clip": "b.mp4", "mos": 2}]"#, TableFormat::JsonRows),
        (
            "r.json",
            r#"{"version": 1, "rows": [{"clip": "a.mp4", "mos": 1.5}, {"clip": "b.mp4", "mos": 2}]}"#,
            TableFormat::JsonRows,
        ),
        ("r.jsonl", "{\"clip\": \"a.mp4\", \"mos\": 1.5}\n{\"clip\": \"b.mp4\", \"mos\": 2}\n", TableFormat::JsonLines),
        ("r.json", r#"{"a.mp4": {"mos": 1.5}, "b.mp4": {"mos": 2}}"#, TableFormat::JsonKeyed),
        (
            "r.json",
            r#"{"17": {"file": "a.mp4", "mos": 1.5}, "18": {"file": "b.mp4", "mos": 2}}"#,
            TableFormat::JsonKeyed,
        ),
        ("mos.json", r#"{"a.mp4": 1.5, "b.mp4": 2}"#, TableFormat::JsonKeyed),
    ];
    for (name, text, expected_format) in forms {
        let imported = ok(name, text);
        assert_eq!(flat(&imported), expected, "{text}");
        assert!(matches!(imported.recognised, Recognised::Table { format, .. } if format == expected_format), "{text}");
    }
    assert_eq!(flat(&ok("r.jsonl", r#"{"clip": "a.mp4", "mos": 1.5}"#)), ["mos a.mp4 1.5"]);
}

#[test]
fn nested_values_become_columns_labels_or_a_warning() {
    let text = r#"[{"clip": "a.mp4", "s": {"x": 1}, "tags": ["b", "a", "b"], "raw": [1, 2]},
                   {"clip": "b.mp4", "s": {"x": NaN}, "tags": "a"},
                   {"mos": 3}]"#;
    let imported = ok("r.json", text);
    assert_eq!(flat(&imported), ["s.x a.mp4 1", "tags a.mp4 a+b", "tags b.mp4 a"]);
    assert_eq!(
        imported.warnings,
        [
            Warning::RowsWithoutClip { count: 1, line: 3 },
            Warning::ColumnIgnored { column: "raw".to_owned(), why: ColumnIgnored::Structured },
            Warning::ColumnIgnored { column: "mos".to_owned(), why: ColumnIgnored::Empty },
            Warning::NotFinite { count: 1, line: 2 },
        ]
    );
}

#[test]
fn repeated_keys_are_told() {
    let imported = ok("mos.json", "{\"a.mp4\": 1,\n\"a.mp4\": 2}");
    assert_eq!(flat(&imported), ["mos a.mp4 1", "mos a.mp4 2"]);
    assert_eq!(imported.warnings, [Warning::DuplicateKeys { count: 1, key: "a.mp4".to_owned(), line: 2 }]);
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let message = |name: &str, bytes: &[u8]| err(name, bytes).to_string();
    assert!(message("a.csv", b" \n").starts_with("a.csv: the file is empty"));
    assert!(message("a.xlsx", b"PK\x03\x04...").contains("a ZIP archive (an .xlsx workbook is one: save it as CSV)"));
    assert!(message("a.mp4", b"\0\0\0\x20ftypisom").contains("found a video; expected a text file"));
    assert!(message("a.csv", b"c\0d").contains("binary data"));
    assert_eq!(err("a.csv", b"clip,mos\na\xff,1").place, at(2, 2));
    assert_eq!(err("a.json", b"{\"a\": 1,\n  }").place, at(2, 3));
    assert!(message("a.csv", b"clip,mos\na.mp4,1\nb.mp4,2,3\n").contains("line 3: found a row of 3 cells; expected 2"));
    assert!(
        message("a.csv", b"who,mos\nx,1\n").contains("found the columns \"who\", \"mos\"; expected one that names")
    );
    assert!(message("a.csv", b"clip\nx\n").contains("no usable column of values besides \"clip\""));
    assert_eq!(err("a.csv", b"clip,mos\n").problem, Problem::NoRows);
    assert_eq!(err("a.json", b"[]").problem, Problem::NoRows);
    assert_eq!(err("a.json", b"{}").problem, Problem::NoRows);
    let error = err("a.json", b"[{\"clip\": \"a\"},\n 3]");
    assert_eq!(error.place, at(2, 2));
    assert!(
        error.to_string().contains("found the number 3; expected IPV-Bench annotations, a list of objects"),
        "{error}"
    );
    let many: String = (0..=MAX_FIELDS).map(|i| format!(",f{i}")).collect();
    assert_eq!(err("a.csv", format!("clip{many}\n").as_bytes()).problem, Problem::TooManyColumns { limit: MAX_FIELDS });
    assert_eq!(
        err("a.csv", &vec![b' '; MAX_BYTES + 1]).problem,
        Problem::TooLarge { bytes: MAX_BYTES + 1, limit: MAX_BYTES }
    );
}
