//! Small files of every format, made here.

use std::io::Write as _;

use super::*;
use crate::scoring::model::{Answer, Judged, Said};

fn said(read: &Read) -> Vec<(&str, &Said)> {
    read.holdings.runs.iter().flat_map(|run| &run.predictions).map(|p| (p.item.as_str(), &p.said)).collect()
}

fn text(text: &str) -> Said {
    Said::Text(text.into())
}

fn correct(read: &Read) -> Vec<u32> {
    let items = read.holdings.tasks.iter().flat_map(|task| &task.items);
    items
        .map(|item| match &item.answer {
            Answer::Choice { correct, .. } => *correct,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn answers_in_the_form_of_ipv_bench_know_their_task_by_what_they_say() {
    let judgement = ok(
        "judgement_pred.json",
        r#"{"0": {"video_name": "a.mp4", "pred": "Yes."}, "3": {"video_name": "b.mp4", "pred": null}}"#,
    );
    assert_eq!(judgement.format, Format::IpvPredictions { part: Some(Part::Judgement), answers: 2 });
    assert_eq!(said(&judgement), [("0", &text("Yes.")), ("3", &Said::Nothing)]);
    assert_eq!(judgement.holdings.runs[0].model, "unnamed model");
    let choice = ok("runs/my-model/mcqa.json", r#"{"0": {"video_name": "a.mp4", "pred": "(B) <b>x</b>"}}"#);
    assert_eq!(choice.format, Format::IpvPredictions { part: Some(Part::MultipleChoice), answers: 1 });
    assert_eq!((choice.holdings.runs[0].model.as_str(), said(&choice)[0].1), ("my-model", &text("(B) <b>x</b>")));
    let unclear = ok("x.json", r#"{"0": {"video_name": "a.mp4", "pred": "perhaps"}}"#);
    assert_eq!(unclear.format, Format::IpvPredictions { part: None, answers: 1 });
    let open = ok("x.json", r#"{"a.mp4": {"video_name": "a.mp4", "pred": "It floats."}}"#);
    assert_eq!(open.format, Format::IpvPredictions { part: Some(Part::Open), answers: 1 });
}

#[test]
fn a_run_without_a_task_finds_it_by_its_ids() {
    let mut files = Collection::default();
    files.add(ok("x.json", r#"{"7": {"video_name": "a.mp4", "pred": "perhaps"}}"#));
    files.add(ok("m.json", r#"{"7": {"video_name": "a.mp4", "answer": "D"}}"#));
    files.add(ok("j.json", r#"{"1": {"video_name": "a.mp4", "answer": "yes"}}"#));
    let merged = files.merged();
    assert_eq!(merged.runs[0].task.as_ref().unwrap().task, "multiple-choice");
}

#[test]
fn replies_of_a_judge_in_one_file_or_one_each() {
    let reply = r#"```json {"justification": "same", "semantic_alignment_score": "0.8-0.9"} ```"#;
    let one = ok("gpt4o/clip_0001.txt", reply);
    assert_eq!(one.format, Format::JudgeReplies { clips: 1 });
    let expected = Said::Judged(Judged::Reply { reply: reply.into() });
    assert_eq!(said(&one), [("clip_0001.mp4", &expected)]);
    let object = r#"{"justification": "no", "semantic_alignment_score": 0.1}"#;
    let bare = ok("gpt4o/clip_0002.mp4.json", object);
    assert_eq!(said(&bare), [("clip_0002.mp4", &Said::Judged(Judged::Reply { reply: object.into() }))]);
    let many = ok("m.json", &format!("{{\"a.mp4\": {}, \"b.mp4\": {object}}}", serde_json::to_string(reply).unwrap()));
    assert_eq!(many.format, Format::JudgeReplies { clips: 2 });
    assert_eq!(said(&many)[0], ("a.mp4", &expected));
    assert_eq!(said(&many)[1].1, &Said::Judged(Judged::Reply { reply: object.into() }));
    let mut files = Collection::default();
    files.add(one);
    files.add(bare);
    let merged = files.merged();
    assert_eq!(
        (merged.runs.len(), merged.runs[0].run.predictions.len()),
        (1, 2),
        "files of one reply each are one run"
    );
}

#[test]
fn lmms_eval_samples() {
    let lines = [
        r#"{"doc_id": 4, "target": "D", "filtered_resps": ["D. cats"], "doc_hash": "x", "videomme_perception_score": {"question_id": "002-2", "duration": "short", "category": "Knowledge", "pred_answer": "D", "answer": "D", "score": 1.0, "videoID": "N1c"}, "input": "Which?\nA. one\nB. two\nC. three\nD. cats\nAnswer:"}"#,
        r#"{"doc_id": 5, "target": "A", "filtered_resps": "", "input": "Which?\n(A) one\n(B) two", "videomme_perception_score": {"videoID": "N1c", "score": 0}}"#,
    ];
    let read = ok("logs/Qwen__Qwen2.5-VL/20260923_112448_samples_videomme.jsonl", &lines.join("\n"));
    assert_eq!(read.format, Format::LmmsEvalSamples { task: "videomme".to_owned(), samples: 2 });
    assert_eq!(read.holdings.runs[0].model, "Qwen/Qwen2.5-VL");
    assert_eq!(said(&read), [("4", &text("D. cats")), ("5", &text(""))]);
    assert_eq!(read.holdings.runs[0].predictions[0].recorded, Some(1.0));
    assert_eq!(read.holdings.runs[0].predictions[1].line, 2);
    assert_eq!(correct(&read), [3, 0]);
    let task = &read.holdings.tasks[0];
    assert_eq!(task.id.benchmark, Benchmark::VideoMme);
    assert_eq!((task.items[0].clip.as_str(), task.facets[0].values[0].as_str()), ("N1c", "short"));
}

#[test]
fn vnbench_rotations_are_groups() {
    let line = |i: usize, gt: &str| {
        format!(
            "{{\"question_id\": \"32_ret_insert1_{i}\", \"pred\": \"B.\", \"gt\": \"{gt}\", \"type\": \"ret_insert1\", \"try\": {i}, \"prompt\": \"p\"}}\n"
        )
    };
    let text: String = ["A", "B", "C", "D"].iter().enumerate().map(|(i, gt)| line(i, gt)).collect();
    let read = ok("llava-ov.jsonl", &text);
    assert_eq!(read.format, Format::VnBenchResults { items: 1, answers: 4 });
    assert_eq!(correct(&read), [0, 1, 2, 3]);
    assert!(
        read.holdings.tasks[0]
            .items
            .iter()
            .all(|item| item.group.as_deref() == Some("32_ret_insert1") && item.clip == "32")
    );
}

#[test]
fn the_template_of_video_mme_keeps_its_trailing_commas() {
    let text = r#"[{"video_id": "001", "duration": "short", "domain": "Knowledge", "sub_category": "Law", "questions": [
        {"question_id": "001-1", "task_type": "Counting", "question": "How, many,]?", "options": ["A. 1.", "B. 2."], "answer": "B", "response": "B. 2."},
        {"question_id": "001-2", "task_type": "OCR", "question": "?", "options": ["A. x", "B. y"], "answer": "A", "response": "",},
    ],},]"#;
    let read = ok("output_test_template.json", text);
    assert_eq!(read.format, Format::VideoMmeResults { videos: 1, questions: 2, answered: 1 });
    assert_eq!(read.warnings, [Notice::TrailingCommas { count: 4, line: 3 }]);
    assert_eq!(correct(&read), [1, 0]);
    let item = &read.holdings.tasks[0].items[0];
    assert_eq!((item.question.as_str(), item.clip.as_str()), ("How, many,]?", "001"));
    assert!(matches!(&item.answer, Answer::Choice { options, .. } if options[..] == ["1.", "2."]));
}

#[test]
fn annotations_of_benchmarks_of_choices() {
    let name = |read: &Read| match &read.format {
        Format::ChoiceAnnotations { benchmark, items, .. } => (benchmark.clone(), *items),
        other => panic!("{other}"),
    };
    let mvbench = ok(
        "action_sequence.json",
        r#"[{"video": "a.mp4", "question": "?", "candidates": ["run", "sit"], "answer": "sit", "start": 1, "end": 2}]"#,
    );
    assert_eq!((name(&mvbench), correct(&mvbench)), (("MVBench".to_owned(), 1), vec![1]));
    assert_eq!(mvbench.holdings.tasks[0].items[0].id, "action_sequence/0");
    let mlvu = ok(
        "1_plotQA.json",
        r#"[{"video": "a.mp4", "duration": 9, "question": "?", "candidates": ["x", "y"], "answer": "x", "question_type": "plotQA"}]"#,
    );
    assert_eq!((name(&mlvu), correct(&mlvu)), (("MLVU".to_owned(), 1), vec![0]));
    let lvb = ok(
        "lvb_val.json",
        r#"[{"id": "q_0", "video_path": "q.mp4", "question": "?", "question_category": "TOS", "duration_group": 60, "candidates": ["0", "1", "2"], "correct_choice": 2}]"#,
    );
    assert_eq!((name(&lvb), correct(&lvb)), (("LongVideoBench".to_owned(), 1), vec![2]));
    let cg = ok(
        "cgbench_mini.json",
        r#"[{"qid": 5607, "video_uid": "Y4", "question": "?", "answer": "c", "choices": ["a", "b", "c"], "right_answer": "C", "clue_intervals": [[90, 100]], "domain": "Art", "sub_category": "E", "duration": 1477}]"#,
    );
    assert_eq!((name(&cg), correct(&cg)), (("CG-Bench".to_owned(), 1), vec![2]));
    let loki = ok(
        "multi_choice.json",
        r#"[{"video_path": ["b.mp4", "a.mp4"], "question": "?", "answer": "A", "modality": "v", "metric": "multi-choice", "question_type": "t", "choices": ["first", "second"]},
        {"video_path": "a.mp4", "question": "?", "answer": "No", "modality": "v", "metric": "open-ended", "question_type": "u", "choices": []}]"#,
    );
    assert_eq!(name(&loki), ("LOKI".to_owned(), 2));
    assert_eq!(loki.holdings.tasks[0].items[0].clip, "a.mp4 + b.mp4");
    assert_eq!(loki.holdings.tasks[0].items[1].answer, Answer::YesNo { yes: false });
    let mlvu_test = ok("test_res.json", r#"[{"question_id": "AR_0", "question_type": "anomaly_reco", "option": "D"}]"#);
    assert_eq!(mlvu_test.format, Format::MlvuSubmission { answers: 1 });
}

#[test]
fn vbench_results_with_scores_of_clips() {
    let text = r#"{"subject_consistency": [0.95, [{"video_path": "a-0.mp4", "video_results": 0.9}]],
        "dynamic_degree": [0.5, [{"video_path": "a-0.mp4", "video_results": true}]],
        "camera_motion": [0.25, {"pan": 0.5}, [{"video_path": "a-0.mp4", "video_results": 1.0}]],
        "imaging_quality": [NaN, []]}"#;
    let read = ok("mine_eval_results.json", text);
    assert_eq!(read.format, Format::VBenchResults { dimensions: 3, clips: 3 });
    let scores = &read.holdings.dimensions[0];
    assert_eq!((scores.model.as_str(), scores.dimensions[2].score), ("mine", 0.25));
    assert_eq!(scores.dimensions[1].clips, [("a-0.mp4".to_owned(), 1.0)]);
    assert_eq!(read.warnings, [Notice::NotFinite { count: 1, line: 4 }]);
}

#[test]
fn tables_of_models_and_dimensions_in_percent_or_not() {
    let read = ok(
        "board.csv",
        "Model Name,Total Score,Subject Consistency,motion smoothness,Color\nSora,84.3%,96.5%,98.1%,80%\nX,80,95,97,\n",
    );
    assert_eq!(
        read.format,
        Format::DimensionTable { container: Container::Csv, models: 2, dimensions: 3, percent: true }
    );
    let first = &read.holdings.dimensions[0];
    assert_eq!((first.model.as_str(), first.dimensions[0].dimension.as_str()), ("Sora", "subject_consistency"));
    assert!((first.dimensions[0].score - 0.965).abs() < 1e-12);
    assert_eq!(read.holdings.dimensions[1].dimensions.len(), 2, "an empty cell is missing, not zero");
    let read = ok("board.json", r#"{"M": {"scene": 0.5, "color": 0.25, "object_class": 1}}"#);
    let Format::DimensionTable { percent: false, models: 1, .. } = read.format else { panic!("{}", read.format) };
    assert_eq!(read.holdings.dimensions[0].model, "M");
}

#[test]
fn labels_for_the_ipv_score() {
    let text = "clip,rater,visual_quality,prompt_following,domain\na.mp4,r1,good,yes,Physical Laws\na.mp4,r2,bad,yes,Physical Laws\nb.mp4,r2,1,0,Social Laws\n";
    let read = ok("labels.csv", text);
    assert_eq!(read.format, Format::IpvScoreLabels { clips: 2, raters: 2 });
    let ratings: Vec<(&str, Vec<&[Option<f64>]>)> = read
        .holdings
        .ratings
        .iter()
        .map(|ratings| (ratings.dimension.as_str(), ratings.rows.iter().map(|row| row.ratings.as_slice()).collect()))
        .collect();
    assert_eq!(ratings[0], ("visual quality", vec![&[Some(1.0), Some(0.0)][..], &[None, Some(1.0)][..]]));
    assert_eq!(ratings[1], ("prompt following", vec![&[Some(1.0), Some(1.0)][..], &[None, Some(0.0)][..]]));
    assert_eq!(read.supplement.clips[2].value, "social laws");
    let wrong = error("labels.csv", "clip,visual_quality,prompt_following\na.mp4,purple,1\n");
    assert!(wrong.contains("line 2") && wrong.contains("purple"), "{wrong}");
}

#[test]
fn plain_tables_by_their_headers() {
    let read = ok(
        "m.csv",
        "id,question,A,B,C,answer,response,category\nq1,?,x,\"y, z\",w,B,\"The answer is \"\"B\"\"\",cat\nq2,?,x,y,,y,,dog\nq1,?,x,y,z,A,A,cat\n",
    );
    assert_eq!(read.format, Format::Answered { container: Container::Csv, rows: 3, models: 1 });
    assert_eq!(correct(&read), [1, 1]);
    assert_eq!(read.warnings, [Notice::DuplicateItems { count: 1, item: "q1".to_owned(), line: 4 }]);
    assert_eq!(said(&read), [("q1", &text("The answer is \"B\"")), ("q2", &Said::Nothing), ("q1", &text("A"))]);
    let read = ok("two.tsv", "question_id\tmodel\tpred\n12345678901234567890\tm1\tA\n2\tm2\tB\n");
    assert_eq!(read.format, Format::Predictions { container: Container::Tsv, rows: 2, models: 2 });
    let read = ok("x.json", r#"[{"id": 12345678901234567890, "pred": 3}, {"id": 1e2, "pred": ["B"]}]"#);
    assert_eq!(said(&read), [("12345678901234567890", &text("3")), ("1e2", &text("B"))], "numbers as they are written");
    let read = ok("x.jsonl", "{\"id\": \"a\", \"score\": 0.25}\n{\"id\": \"b\", \"score\": NaN}\n");
    assert_eq!(said(&read), [("a", &Said::Score(0.25)), ("b", &Said::Nothing)]);
    let read = ok("out.json", r#"{"q1": "A", "q2": "B", "q1": "C"}"#);
    assert_eq!(said(&read).len(), 3, "both answers are kept");
    assert!(matches!(read.warnings[..], [Notice::RepeatedKeys { count: 1, .. }]));
    let read = ok("answers.csv", "id,answer\n1,yes\n2,no\n");
    assert_eq!(read.format, Format::Questions { container: Container::Csv, rows: 2 });
    assert!(matches!(read.warnings[..], [Notice::TakenForReference { .. }]));
    let read = ok("my_predictions.csv", "id,answer\n1,yes\n2,no\n");
    assert_eq!(read.format, Format::Predictions { container: Container::Csv, rows: 2, models: 1 });
}

#[test]
fn columns_that_say_nothing_ask_for_a_mapping() {
    let file = "nr;aussage;machine\n1;B;m\n2;\"<script>\";m\n";
    let problem = read("x.csv", file.as_bytes(), None).unwrap_err().problem;
    let Problem::UnmappedColumns { columns, .. } = problem else { panic!("{problem}") };
    assert_eq!(
        (columns[1].name.as_str(), columns[1].examples.as_slice()),
        ("aussage", &["B".to_owned(), "<script>".to_owned()][..])
    );
    let mapping = ColumnMapping {
        item: Some("nr".to_owned()),
        prediction: Some("aussage".to_owned()),
        model: Some("machine".to_owned()),
        ..ColumnMapping::default()
    };
    let mapped = read("x.csv", file.as_bytes(), Some(&mapping)).unwrap();
    assert_eq!(said(&mapped), [("1", &text("B")), ("2", &text("<script>"))]);
    let wrong = ColumnMapping { item: Some("number".to_owned()), ..mapping };
    assert!(matches!(read("x.csv", file.as_bytes(), Some(&wrong)).unwrap_err().problem, Problem::NoSuchColumn { .. }));
}

#[test]
fn vlmevalkit_tables() {
    let text = "index\tvideo\tquestion\tcandidates\tanswer\tprediction\ttask_type\tscore\n0\ta.mp4\t?\t\"['it\\'s', \"\"b, c\"\", 'd']\"\td\tAnswer: C\tAction\t1\n";
    let read = ok("out/Qwen2-VL_7B_MVBench_8frame.tsv", text);
    let Format::VlmEvalKit { model, dataset, rows: 1, .. } = &read.format else { panic!("{}", read.format) };
    assert_eq!((model.as_str(), dataset.as_str()), ("Qwen2-VL_7B", "MVBench_8frame"));
    assert_eq!(correct(&read), [2]);
    assert!(
        matches!(&read.holdings.tasks[0].items[0].answer, Answer::Choice { options, .. } if options[..2] == ["it's", "b, c"])
    );
    assert_eq!(read.holdings.runs[0].predictions[0].recorded, Some(1.0));
}

/// A ZIP archive with the given entries, deflated.
pub(super) fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let mut common = Vec::new();
        common.extend(20u16.to_le_bytes());
        common.extend([0, 0, 8, 0, 0, 0, 0x21, 0]);
        common.extend(crc.sum().to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((bytes.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let local = out.len() as u32;
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(local.to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(packed);
    }
    let (at, size, count) = (out.len() as u32, directory.len() as u32, (entries.len() as u16).to_le_bytes());
    out.extend(directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A workbook whose first sheet has these rows of XML.
pub(super) fn workbook(rows: &str, shared: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let shared = format!(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{shared}</sst>"#
    );
    archive(&[
        ("[Content_Types].xml", br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#),
        ("_rels/.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// The rows of a small table of VLMEvalKit's.
pub(super) const ROWS: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2" t="s"><v>4</v></c><c r="C2" t="inlineStr"><is><t>yes</t></is></c><c r="D2" t="s"><v>5</v></c></row><row r="3"><c r="A3"><v>8</v></c><c r="B3" t="s"><v>4</v></c><c r="C3" t="inlineStr"><is><t>no</t></is></c></row>"#;
/// Their shared strings.
pub(super) const SHARED: &str = "<si><t>index</t></si><si><t>question</t></si><si><t>answer</t></si><si><t>prediction</t></si><si><t>Is it?</t></si><si><t>Yes, &lt;b&gt;</t></si>";

#[test]
fn workbooks() {
    let read = read("Model-X_Video-MME.xlsx", workbook(ROWS, SHARED), None).unwrap_or_else(|error| panic!("{error}"));
    let Format::VlmEvalKit { container: Container::Xlsx, model, rows: 2, .. } = &read.format else {
        panic!("{}", read.format)
    };
    assert_eq!(model, "Model-X");
    assert_eq!(said(&read), [("7", &text("Yes, <b>")), ("8", &Said::Nothing)]);
    assert_eq!(read.holdings.runs[0].predictions[1].line, 3, "the row of the sheet");
    assert_eq!(read.holdings.tasks[0].items[1].answer, Answer::YesNo { yes: false });
}

#[test]
fn what_cannot_be_read_says_where_and_what_was_expected() {
    let cases = [
        (
            "a.json",
            "{\"0\": {\"video_name\": \"a.mp4\", \"answer\": \"yes\"},\n \"1\": {\"video_name\": \"b.mp4\", \"answer\": \"maybe\"}}",
            "line 2",
            "\"yes\" or \"no\"",
        ),
        (
            "a.json",
            "[{\"id\": 1, \"task\": \"EPM\", \"video\": \"v\", \"gt\": 9, \"options\": [\"a\", \"b\"]}]",
            "line 1",
            "one of the options",
        ),
        ("a.jsonl", "{\"id\": 1, \"pred\": \"A\"}\n{\"id\": 2, \"pred\": ", "line 2", "EOF"),
        ("a.csv", "id,pred\n1,A\n2,B,C\n", "line 3", "expected 2"),
        ("a.json", "[1, 2]", "line 1", "list of objects"),
        ("a.csv", "id,pred\n", "no row", "expected"),
    ];
    for (name, file, place, expected) in cases {
        let message = error(name, file);
        assert!(message.starts_with(name) && message.contains(place) && message.contains(expected), "{message}");
    }
    assert!(matches!(read("v.mp4", b"\0\0\0\x20ftypisom", None).unwrap_err().problem, Problem::NotText { .. }));
    assert!(matches!(read("v.csv", b"id,pred\n1,\xff\n", None).unwrap_err().problem, Problem::NotUtf8));
    assert!(matches!(read("v.xlsx", b"PK\x03\x04", None).unwrap_err().problem, Problem::Workbook { .. }));
}

#[test]
fn formats_and_notices_are_sentences() {
    let read = ok("a.json", r#"{"0": {"video_name": "a.mp4", "answer": "yes"}}"#);
    assert_eq!(read.format.to_string(), "IPV-Bench reference answers, judgement task, 1 items");
    let json = serde_json::to_string(&(&read.format, &read.warnings)).unwrap();
    assert_eq!(serde_json::from_str::<(Format, Vec<Notice>)>(&json).unwrap(), (read.format, read.warnings));
}
