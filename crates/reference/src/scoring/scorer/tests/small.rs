//! Small made files: rules, places, pages and exports.

use super::*;
use crate::scoring::export::{ExportFormat, export};
use crate::scoring::{Marked, NoValue, Notice, Quantity, Repeats};

const CHOICES: &str = r#"{"0": {"video_name": "a.mp4", "answer": "A"}, "1": {"video_name": "b.mp4", "answer": "B"},
    "2": {"video_name": "c.mp4", "answer": "C"}, "3": {"video_name": "d.mp4", "answer": "D"}}"#;
const SAID: &str = r#"{"0": {"video_name": "a.mp4", "pred": "A"}, "1": {"video_name": "b.mp4", "pred": "Answer: B"},
    "2": {"video_name": "c.mp4", "pred": null}, "9": {"video_name": "x.mp4", "pred": "A"}}"#;
const OPEN: &str = r#"{"a.mp4": {"primary_answer": "It flies.", "alternative_answers": ["It soars.", " ", "It hovers."]},
    "b.mp4": {"primary_answer": "It melts.", "alternative_answers": []},
    "c.mp4": {"primary_answer": "It grows.", "alternative_answers": []}}"#;

#[test]
fn every_profile_has_the_score_that_it_gives_by_itself() {
    // Replies that some profiles read alike and others do not, each of them about every letter.
    let replies = ["A", "B.", "(c)", "Answer: D", "The best answer is E.", "none of them", "I would say b", ""];
    let (mut asked, mut said) = (String::new(), String::new());
    for i in 0..120 {
        let (comma, letter) = (if i == 0 { "" } else { "," }, ["A", "B", "C", "D", "E"][i % 5]);
        asked += &format!("{comma}\"{i}\": {{\"video_name\": \"clip{}.mp4\", \"answer\": \"{letter}\"}}", i / 3);
        said +=
            &format!("{comma}\"{i}\": {{\"video_name\": \"clip{}.mp4\", \"pred\": \"{}\"}}", i / 3, replies[i * 7 % 8]);
    }
    let (asked, said) = (format!("{{{asked}}}"), format!("{{{said}}}"));
    let files = [("mcqa_answer.json", asked.as_str()), ("model.json", said.as_str())];
    let (_, report) = scored(&files, None);
    let sensitivity = &report.tasks[0].runs[0].sensitivity;
    assert!(sensitivity.len() > 8, "{sensitivity:?}");
    let mut scores = Vec::new();
    for under in sensitivity {
        let (_, alone) = scored(&files, Some(under.profile));
        let run = &alone.tasks[0].runs[0];
        assert_eq!(alone.tasks[0].profile.id, under.profile);
        assert_eq!(run.choice.as_ref().map(|choice| choice.score), Some(under.score), "{:?}", under.profile);
        assert_eq!(run.tally.unparsed, under.unparsed, "{:?}", under.profile);
        scores.extend(under.score.value().map(f64::to_bits));
    }
    scores.sort_unstable();
    scores.dedup();
    assert!(scores.len() > 2, "the replies tell no profiles apart");
}

#[test]
fn the_profile_decides_and_the_rest_is_counted() {
    let files = [("mcqa_answer.json", CHOICES), ("model.json", SAID)];
    let (_, report) = scored(&files, None);
    let task = &report.tasks[0];
    assert_eq!((task.profile.id, task.items, task.clips), (ProfileId::IpvOfficial, 4, 4));
    let run = &task.runs[0];
    // "Answer: B" begins with an A.
    let tally = run.tally;
    assert_eq!((tally.right, tally.wrong, tally.unparsed, tally.missing, tally.foreign), (1, 1, 0, 2, 1));
    near(percent(run, "accuracy"), 25.0, 1e-9, "official");
    assert_eq!(task.published, ["ipv-understanding", "ipv-spatial-temporal", "ipv-denominators"]);
    let (_, tolerant) = scored(&files, Some(ProfileId::Tolerant));
    near(percent(&tolerant.tasks[0].runs[0], "accuracy"), 50.0, 1e-9, "tolerant");
    let under = |id| run.sensitivity.iter().find(|under| under.profile == id).unwrap();
    assert_eq!(under(ProfileId::Tolerant).score.value(), Some(0.5));
    assert_eq!((under(ProfileId::Tolerant).differs, under(ProfileId::IpvOfficial).differs), (1, 0));
    // A profile without a rule for the task gives way.
    let (_, loki) = scored(&files, Some(ProfileId::LokiOfficial));
    assert_eq!(loki.tasks[0].profile.id, ProfileId::Tolerant);
}

#[test]
fn null_is_what_the_profile_says() {
    let files = [("mcqa_answer.json", CHOICES), ("model.json", SAID)];
    let (scorer, report) = scored(&files, Some(ProfileId::MvBenchOfficial));
    let run = &report.tasks[0].runs[0];
    // The notebook tests whether the reply is a part of "(c)", and an empty one is; the fourth item is not in the file.
    assert_eq!((run.tally.right, run.tally.missing), (2, 1), "{:?}", run.tally);
    let page = scorer.items(&ItemQuery { limit: 10, ..ItemQuery::default() });
    let null = page.items[2].answers[0].as_ref().unwrap();
    assert_eq!((null.raw.as_str(), null.state), ("", Marked::Right));
    assert!(page.items[3].answers[0].is_none());
    for under in &run.sensitivity {
        let (_, alone) = scored(&files, Some(under.profile));
        let tally = alone.tasks[0].runs[0].tally;
        let as_empty = [ProfileId::MvBenchOfficial, ProfileId::OvoOfficial].contains(&under.profile);
        assert_eq!(tally.missing, if as_empty { 1 } else { 2 }, "{:?}", under.profile);
        assert_eq!(under.over_all.n(), 4);
        near(under.over_all.value().unwrap(), tally.right as f64 / 4.0, 1e-12, under.profile.name());
    }
    // Of a text and null, the text counts, whichever comes last.
    let text = r#""2": {"video_name": "c.mp4", "pred": "C"}"#;
    let null = r#""2": {"video_name": "c.mp4", "pred": null}"#;
    for said in [format!("{{{text}, {null}}}"), format!("{{{null}, {text}}}")] {
        let (_, report) = scored(&[("mcqa_answer.json", CHOICES), ("mcqa_model.json", &said)], None);
        assert_eq!(report.tasks[0].runs[0].tally.right, 1, "{said}");
    }
}

#[test]
fn what_is_left_out_or_answered_again_is_named() {
    let said = "id,prediction\n0,A\n1,B\n1,C\n1,B\n";
    let (_, report) = scored(&[("mcqa_answer.json", CHOICES), ("model.csv", said)], None);
    let again = Notice::AnsweredAgain {
        model: "model".to_owned(),
        task: "multiple-choice".to_owned(),
        count: 1,
        items: vec!["1".to_owned()],
    };
    let items = ["2", "3"].map(str::to_owned).to_vec();
    let left = Notice::Unanswered { model: "model".to_owned(), task: "multiple-choice".to_owned(), count: 2, items };
    assert_eq!(report.warnings, [left.clone(), again.clone()]);
    assert_eq!(left.to_string(), "model leaves 2 of the task \"multiple-choice\"'s items unanswered: 2, 3");
    assert!(again.to_string().contains("the last answer counts: 1"), "{again}");
}

#[test]
fn a_judge_of_texts_marks_open_answers_beside_their_runs() {
    let said = r#"{"a.mp4": {"video_name": "a.mp4", "pred": "It is flying."}, "b.mp4": {"video_name": "b.mp4", "pred": "No idea."},
        "x.mp4": {"video_name": "x.mp4", "pred": "Nobody asked."}}"#;
    let files = [("openqa_answer.json", OPEN), ("model.json", said)];
    let (mut scorer, before) = scored(&files, None);
    assert_eq!(before.tasks[0].runs.len(), 1);
    // Two answers of the run, then what was said of the next clip for each of the three.
    let asked = scorer.open_answers();
    let texts: Vec<(&str, &str)> = asked.iter().map(|one| (one.said.as_str(), one.right[0].as_str())).collect();
    assert_eq!(
        texts,
        [
            ("It is flying.", "It flies."),
            ("No idea.", "It melts."),
            ("It melts.", "It flies."),
            ("It grows.", "It melts."),
            ("It flies.", "It grows."),
        ]
    );
    let judge = Card {
        id: "likeness".to_owned(),
        version: 1,
        dimension: "open".to_owned(),
        summary: "How alike.".to_owned(),
        unit: reelcheck_types::Unit::Ratio,
        range: reelcheck_types::ScoreRange::new(0.0, 1.0),
        better: reelcheck_types::Better::Higher,
        needs: Vec::new(),
        on_request: false,
        source: "a test".to_owned(),
        differs: Some("Not the official judge.".to_owned()),
    };
    let others = [Some(0.3), Some(0.6), Some(f64::NAN)].map(|one| vec![one]);
    scorer.judge_open(judge, [vec![Some(0.2), None, Some(0.9)], Vec::new()].into_iter().chain(others).collect());
    let report = scorer.score(&ScoreOptions::default());
    let task = &report.tasks[0];
    let [plain, judged] = &task.runs[..] else { panic!("{:?}", task.runs) };
    assert_eq!(plain, &before.tasks[0].runs[0]);
    assert_eq!((before.tasks[0].open_answers, task.open_answers), (2, 2));
    assert_eq!((plain.judge.as_deref(), judged.judge.as_deref()), (None, Some("likeness")));
    assert_eq!((judged.model.as_str(), judged.tally.unparsed, judged.tally.missing), ("model, by likeness", 1, 1));
    near(percent(judged, "mean"), 30.0, 1e-9, "over all three items");
    let (floor, place) = judged.headlines[0].floor.unwrap();
    assert!((floor - 0.3).abs() < 1e-12 && task.floors[place as usize].how.to_string().contains("next clip"));
    assert!(task.comparisons.is_empty());
    let page = scorer.items(&ItemQuery { limit: 10, ..ItemQuery::default() });
    let [flying, melting, growing] = &page.items[..] else { panic!("{page:?}") };
    assert_eq!(flying.alternatives, ["It soars.", "It hovers."]);
    let marked = flying.answers[1].as_ref().unwrap();
    assert_eq!(
        (&marked.raw[..], &marked.likeness[..], marked.nearest),
        ("0.9000", &[Some(0.2), None, Some(0.9)][..], Some(2))
    );
    let unread = melting.answers[1].as_ref().unwrap();
    assert_eq!((unread.state, unread.nearest), (Marked::Unparsed, None));
    assert_eq!(growing.answers[1], None);
    let document = export(&report, ExportFormat::Markdown);
    assert!(document.contains("Not the official judge.") && document.contains("other-clip"), "{document}");
    // Marks belong to the files that they were made of.
    scorer.add("more.json", said.as_bytes(), None).unwrap();
    assert!(scorer.score(&ScoreOptions::default()).judges.is_empty());
}

#[test]
fn replies_of_a_judge_are_read_by_the_profile() {
    let replies = r#"{"a.mp4": "{\"semantic_alignment_score\": \"0.8-0.9\"}", "b.mp4": "{\"semantic_alignment_score\": 0.725}",
        "c.mp4": "```json\n{\"semantic_alignment_score\": oops"}"#;
    let files = [("openqa_answer.json", OPEN), ("judge.json", replies)];
    let (_, report) = scored(&files, None);
    let run = &report.tasks[0].runs[0];
    near(percent(run, "mean"), 85.0 / 3.0, 1e-9, "official");
    assert_eq!((run.tally.right, run.tally.unparsed), (1, 2));
    let (_, report) = scored(&files, Some(ProfileId::Tolerant));
    near(percent(&report.tasks[0].runs[0], "mean"), (85.0 + 72.5) / 3.0, 1e-9, "tolerant");
}

#[test]
fn open_answers_without_a_judge_have_no_score() {
    let said = r#"{"a.mp4": {"pred": "It flies high."}, "b.mp4": {"pred": "It melts away."}}"#;
    let (_, report) = scored(&[("openqa_answer.json", OPEN), ("model.json", said)], None);
    let run = &report.tasks[0].runs[0];
    assert_eq!(run.headlines[0].value, Quantity::Undefined(NoValue::NotRecorded));
    assert!(run.choice.is_none() && run.verdicts.is_none() && report.tasks[0].floors.is_empty());
}

#[test]
fn what_has_no_task_and_what_cannot_be_read_is_told() {
    let mut scorer = Scorer::new();
    scorer.add("run.csv", b"id,prediction\n1,A\n2,B\n", None).unwrap();
    assert!(scorer.add("broken.json", b"{\"a\": ", None).is_err());
    let report = scorer.score(&options(None));
    assert_eq!((report.unplaced[0].answers, report.unplaced[0].task.clone()), (2, None));
    assert_eq!(report.refused[0].file, "broken.json");
    // Reading it again replaces the refusal; the annotation file finds its run by the ids.
    scorer.add("broken.json", b"[{\"id\": 1, \"answer\": \"A\"}, {\"id\": 2, \"answer\": \"A\"}]", None).unwrap();
    let report = scorer.score(&options(None));
    assert!(report.refused.is_empty() && report.unplaced.is_empty(), "{report:?}");
    near(percent(&report.tasks[0].runs[0], "accuracy"), 50.0, 1e-9, "placed by ids");
    assert!(scorer.remove(1) && !scorer.remove(5));
    assert_eq!(scorer.score(&options(None)).unplaced.len(), 1);
}

#[test]
fn scores_are_ranked_and_never_taken_for_answers() {
    let table = "id,video,answer,score\n1,a,yes,0.9\n2,b,yes,0.4\n3,c,no,0.5\n4,d,no,0.1\n";
    let (_, report) = scored(&[("t.csv", table)], None);
    let run = &report.tasks[0].runs[0];
    near(percent(run, "auroc"), 75.0, 1e-9, "auroc");
    assert!(run.choice.is_none() && run.sensitivity.is_empty());
}

#[test]
fn rotations_count_together_and_parts_are_averaged() {
    let line = |video: &str, kind: &str, rotation: u32, pred: &str| {
        format!(
            "{{\"video_path\": \"{video}.mp4\", \"prompt\": \"?\", \"pred\": {pred}, \"gt\": \"A\", \"task_type\": \"{kind}\", \"try\": {rotation}}}\n"
        )
    };
    let mut lines = String::new();
    for rotation in 0..4 {
        lines += &line("a", "cnt", rotation, "\"A\"");
        lines += &line("b", "cnt", rotation, if rotation == 0 { "\"B\"" } else { "\"A\"" });
        lines += &line("c", "ret", rotation, "\"A\"");
        // An item without any answer is passed over.
        lines += &line("d", "ret", rotation, "null");
    }
    let (_, report) = scored(&[("model.jsonl", &lines)], None);
    let run = &report.tasks[0].runs[0];
    assert_eq!(report.tasks[0].profile.id, ProfileId::VnBenchOfficialA);
    near(percent(run, "total"), 75.0, 1e-9, "mean of 1/2 and 1/1");
    near(percent(run, "accuracy"), 200.0 / 3.0, 1e-9, "2 of 3 items");
}

#[test]
fn pages_show_filtered_items() {
    let other = r#"{"0": {"video_name": "a.mp4", "pred": "C"}, "1": {"video_name": "b.mp4", "pred": "B"}}"#;
    let (scorer, report) = scored(&[("mcqa_answer.json", CHOICES), ("m.json", SAID), ("n.json", other)], None);
    let comparison = &report.tasks[0].comparisons[0];
    assert_eq!((comparison.first, comparison.second), (0, 1));
    assert_eq!((comparison.paired.gained.as_slice(), comparison.paired.lost.as_slice()), (&[1][..], &[0][..]));
    let all = ItemQuery { limit: 10, ..ItemQuery::default() };
    let page = scorer.items(&all);
    assert_eq!((page.matching, page.items.len()), (4, 4));
    let first = page.items[1].answers[0].as_ref().unwrap();
    assert_eq!((first.raw.as_str(), first.extracted.as_deref(), first.state), ("Answer: B", Some("A"), Marked::Wrong));
    assert!(page.items[2].answers.iter().all(Option::is_none), "null is no answer");
    let matching = |query: ItemQuery| scorer.items(&ItemQuery { limit: 1, ..query }).matching;
    assert_eq!(matching(ItemQuery { state: Some(Marked::Missing), ..all.clone() }), 2);
    assert_eq!(matching(ItemQuery { run: Some(1), flipped_against: Some(0), ..all.clone() }), 2);
    assert_eq!(matching(ItemQuery { text: "ANSWER: b".to_owned(), ..all.clone() }), 1);
    assert_eq!(matching(ItemQuery { task: 7, ..all.clone() }), 0);
    assert_eq!(scorer.items(&ItemQuery { offset: 3, ..all }).items[0].item, "3");
}

#[test]
fn exports_hold_every_number_and_no_markup_of_others() {
    let evil = "=<script>alert(1)</script>|x\\input{a}";
    let said = serde_json::json!([{"id": "0", "model": evil, "prediction": "A"}]).to_string();
    let (_, report) = scored(&[("mcqa_answer.json", CHOICES), ("said.json", &said)], None);
    let of = |format| export(&report, format);
    let json: serde_json::Value = serde_json::from_str(&of(ExportFormat::Json)).unwrap();
    assert_eq!(json["schema"], SCORES_SCHEMA);
    let (csv, md, tex) = (of(ExportFormat::Csv), of(ExportFormat::Markdown), of(ExportFormat::Latex));
    assert!(csv.contains(",'=<script>") && !csv.contains(",=<script>"), "{csv}");
    assert!(csv.contains("\"published, not ours\""));
    assert!(
        !md.contains("<script>") && md.contains("25.00") && md.contains("ipv\\-official") | md.contains("ipv-official")
    );
    assert!(!tex.contains("\\input{a}") && tex.contains("25.00") && tex.contains("\\bottomrule"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert!(reader.records().all(|record| record.is_ok_and(|record| record.len() == 17)));
}

#[test]
fn the_last_of_several_answers_counts_in_lists_too() {
    assert_eq!(Repeats::default(), Repeats::Last);
    let table = "id,prediction\n0,B\n0,A\n1,\n";
    let (scorer, report) = scored(&[("mcqa_answer.json", CHOICES), ("p.csv", table)], None);
    let run = &report.tasks[0].runs[0];
    assert_eq!((run.tally.right, run.tally.duplicates, run.tally.contradicting), (1, 1, 1));
    let page = scorer.items(&ItemQuery { limit: 1, ..ItemQuery::default() });
    assert_eq!(
        page.items[0].answers[0].as_ref().map(|answer| (answer.raw.clone(), answer.line)),
        Some(("A".to_owned(), 3))
    );
}
