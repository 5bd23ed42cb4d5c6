//! Published numbers out of the benchmarks' own files, where they are at hand.

use std::path::PathBuf;

use super::*;
use crate::scoring::Notice;
use crate::scoring::export::{ExportFormat, export};
use crate::scoring::floors::FloorRule;
use crate::scoring::published::published_table;

fn folder() -> PathBuf {
    let set = std::env::var_os("REELCHECK_FIXTURES").map(PathBuf::from);
    set.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"))
}

/// The scorer over files; `None`, with a word about it, where one is absent.
#[expect(clippy::print_stderr, reason = "a test that did not run has to say so")]
fn scorer(paths: &[&str]) -> Option<Scorer> {
    let mut scorer = Scorer::new();
    for path in paths {
        let Ok(bytes) = std::fs::read(folder().join(path)) else {
            eprintln!("skipped: no fixture {path}");
            return None;
        };
        scorer.add(path, bytes, None).unwrap_or_else(|error| panic!("{error}"));
    }
    Some(scorer)
}

const IPV: [&str; 8] = [
    "ipv-bench/mcqa_question.json",
    "ipv-bench/mcqa_answer.json",
    "ipv-bench/judgement_question.json",
    "ipv-bench/judgement_answer.json",
    "ipv-bench/openqa_question.json",
    "ipv-bench/openqa_answer.json",
    "ipv-bench/video2taxonomy_label.json",
    "ipv-bench/ipv_txt_prompt_suite.json",
];

/// A file in the form of IPV-Bench that says the same of every item.
fn always(answers: &str, said: &str) -> String {
    let bytes = std::fs::read(folder().join(answers)).unwrap();
    let entries: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    let said = |(id, entry): (String, serde_json::Value)| {
        (id, serde_json::json!({"video_name": entry["video_name"], "pred": said}))
    };
    serde_json::Value::Object(entries.into_iter().map(said).collect()).to_string()
}

#[test]
fn ipv_bench_with_made_answers() {
    let Some(mut scorer) = scorer(&IPV) else { return };
    for (name, answers, said) in [
        ("yes.json", "ipv-bench/judgement_answer.json", "Yes."),
        ("odd.json", "ipv-bench/judgement_answer.json", "**no**"),
        ("b.json", "ipv-bench/mcqa_answer.json", "(B) because"),
    ] {
        scorer.add(name, always(answers, said).as_bytes(), None).unwrap();
    }
    let report = scorer.score(&options(None));
    let judgement = task(&report, "judgement");
    let yes = &judgement.runs[0];
    for (measure, expected) in [("accuracy", 50.3), ("f1", 66.9), ("yes-rate", 100.0), ("balanced-accuracy", 50.0)] {
        near(percent(yes, measure), expected, 0.05, measure);
    }
    // Stars hide the answer from the script.
    assert_eq!((judgement.runs[1].tally.unparsed, judgement.runs[1].tally.items), (1307, 1307));
    let floor = |task: &TaskReport, rule: FloorRule| {
        task.floors.iter().find(|floor| floor.rule == rule).unwrap().value.value().unwrap() * 100.0
    };
    assert!(floor(judgement, FloorRule::FileName) > 99.5);
    let choice = task(&report, "multiple-choice");
    near(percent(&choice.runs[0], "accuracy"), 100.0 * 214.0 / 1016.0, 1e-9, "always B");
    near(floor(choice, FloorRule::SparedOptionThenLongest), 74.5, 0.05, "longest option and the leak");
    // The denominators of the published tables.
    let expected = &published_table("ipv-denominators").unwrap().rows[1].values;
    let facets = &choice.runs[0].choice.as_ref().unwrap().facets;
    let domains = facets.iter().find(|facet| facet.facet == "domain").unwrap();
    for (name, n) in ["physical laws", "biological laws", "social laws", "geographical laws"].iter().zip(expected) {
        let found = domains.values.iter().find(|value| value.value == *name).unwrap();
        assert_eq!(Some(found.accuracy.n() as f64), *n, "{name}");
    }
    assert!(facets.iter().any(|facet| facet.facet == "category") && task(&report, "open").runs.is_empty());
    assert!(report.published.iter().any(|table| table.id == "ipv-judgement"));
    assert!(export(&report, ExportFormat::Csv).contains("74.") || export(&report, ExportFormat::Csv).contains("0.74"));
}

#[test]
fn tempcompass_under_every_profile() {
    let paths =
        ["gemini", "video-llava"].map(|model| format!("tempcompass/auto_eval_results/{model}/multi-choice.json"));
    let Some(mut scorer) = scorer(&[&paths[0], &paths[1], "tempcompass/meta_info.json"]) else { return };
    let report = scorer.score(&options(None));
    let runs = &report.tasks[0].runs;
    // The known effect of the rules on these replies, all of them over all 1,580 items.
    let expected = [
        (ProfileId::TempCompassOfficial, [59.5, 45.6]),
        (ProfileId::VideoMmeOfficial, [63.8, 45.6]),
        (ProfileId::LmmsEval, [63.8, 45.6]),
        (ProfileId::VlmEvalKit, [62.0, 45.4]),
        // Twelve replies are null, which this profile takes for empty ones, and those for right.
        (ProfileId::MvBenchOfficial, [60.3, 45.6]),
        (ProfileId::OvoOfficial, [65.4, 45.6]),
        (ProfileId::VnBenchOfficialA, [63.8, 45.6]),
    ];
    let under = |run: &RunReport, profile: ProfileId| {
        run.sensitivity.iter().find(|under| under.profile == profile).cloned().unwrap()
    };
    for (profile, percents) in expected {
        for (run, expected) in runs.iter().zip(percents) {
            let found = under(run, profile);
            assert_eq!(found.over_all.n(), 1580);
            near(found.over_all.value().unwrap() * 100.0, expected, 0.05, &format!("{} {}", run.model, profile.name()));
        }
    }
    // Under its own denominator, Video-MME leaves out what it cannot read, VNBench what is not answered.
    for (profile, items) in [
        (ProfileId::VideoMmeOfficial, 1564),
        (ProfileId::VnBenchOfficialA, 1568),
        (ProfileId::OvoOfficial, 1580),
        (ProfileId::MvBenchOfficial, 1580),
    ] {
        let found = under(&runs[0], profile);
        assert_eq!(found.score.n(), items, "{}", profile.name());
        let (own, all) = (found.score.value().unwrap() * items as f64, found.over_all.value().unwrap() * 1580.0);
        near(own, all, 1e-6, "the same right answers");
    }
    let recorded = runs[0].recorded.unwrap();
    assert_eq!((recorded.n, recorded.agree, recorded.differ), (1580, 1458, 0));
    near(recorded.mean * 100.0, 63.9, 0.05, "with a language model for the rest");
    assert_eq!(runs[1].recorded.map(|recorded| (recorded.agree, recorded.differ)), Some((1580, 0)));
    assert_eq!(report.tasks[0].comparisons.len(), 1);
}

#[test]
fn ovo_bench_of_gemini_is_the_published_63_00() {
    let names = [
        "ASI_offline",
        "EPM_offline",
        "HLD_offline_1",
        "OCR_ACR_ATR_offline",
        "REC_SSR_CRR_offline",
        "STU_FPD_OJR_offline",
    ];
    let paths = names.map(|name| format!("ovo-bench/results/Gemini/Gemini_{name}.json"));
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let Some(mut scorer) = scorer(&paths) else { return };
    let report = scorer.score(&options(None));
    let run = &report.tasks[0].runs[0];
    near(percent(run, "total"), 63.00, 0.005, "total");
    let groups = &run.choice.as_ref().unwrap().groups;
    for (name, expected) in [("backward", 62.54), ("realtime", 69.32), ("forward", 57.15)] {
        let group = groups.iter().find(|group| group.value == name).unwrap();
        near(group.accuracy.value().unwrap() * 100.0, expected, 0.005, name);
    }
}

#[test]
fn ovo_bench_beside_its_annotations() {
    let names = [
        "ASI_offline",
        "EPM_offline",
        "HLD_offline_1",
        "OCR_ACR_ATR_offline",
        "REC_SSR_CRR_offline",
        "STU_FPD_OJR_offline",
    ];
    let paths = names.map(|name| format!("ovo-bench/results/Gemini/Gemini_{name}.json"));
    let paths: Vec<&str> =
        std::iter::once("ovo-bench/ovo_bench_new.json").chain(paths.iter().map(String::as_str)).collect();
    let Some(mut scorer) = scorer(&paths) else { return };
    let report = scorer.score(&options(None));
    let run = &report.tasks[0].runs[0];
    // The script knows no annotations: five items without an answer are no part of its score, five second entries are.
    near(percent(run, "total"), 63.00, 0.005, "total");
    assert_eq!((run.tally.missing, run.tally.duplicates), (5, 0));
    let remarks: Vec<&Notice> = report.files.iter().flat_map(|file| &file.warnings).chain(&report.warnings).collect();
    let shared: usize = remarks
        .iter()
        .map(|notice| if let Notice::SharedIds { count, ids } = notice { ids.len().min(*count) } else { 0 })
        .sum();
    assert_eq!(shared, 5, "{remarks:?}");
    let unanswered = remarks.iter().find_map(|notice| match notice {
        Notice::Unanswered { count, items, .. } => Some((*count, items.len())),
        _ => None,
    });
    assert_eq!(unanswered, Some((5, 5)), "{remarks:?}");
}

#[test]
fn tc_bench_verdicts_and_metrics() {
    let paths = [
        "tc-bench/gpt_eval/i2v/lavie.json",
        "tc-bench/gpt_eval/i2v/videocrafter.json",
        "tc-bench/human_eval/i2v/human_scores_all.json",
        "tc-bench/umtscore_eval/i2v/lavie.json",
        "tc-bench/umtscore_eval/i2v/videocrafter.json",
    ];
    let Some(mut scorer) = scorer(&paths) else { return };
    let report = scorer.score(&options(None));
    let runs = &report.tasks[0].runs;
    near(percent(&runs[0], "all-assertions"), 100.0 * 5.0 / 180.0, 1e-9, "TCR of LaVie");
    near(percent(&runs[1], "all-assertions"), 100.0 * 15.0 / 187.0, 1e-9, "TCR of VideoCrafter");
    assert_eq!(runs[0].headlines[0].value.n(), 180, "clips of the other generator are no part of it");
    let metric = report.ratings.iter().find(|of| of.rater == "umtscore" && of.against.as_ref().unwrap().1 == "score 1");
    let found = metric.unwrap().association.as_ref().unwrap();
    assert_eq!(found.n, 387, "both files are one metric");
    near(found.spearman.value().unwrap(), 0.323_287_055_434, 1e-9, "as scipy says");
    assert_eq!(report.ratings.iter().filter(|of| of.alpha.is_some()).count(), 3);
}

/// Every row of the published board, written down as a table, comes out with its published total.
#[test]
fn a_table_of_dimensions_has_the_boards_totals() {
    let (dimensions, totals) = (published_table("vbench-t2v").unwrap(), Scheme::VBench);
    let columns: Vec<&String> =
        dimensions.columns.iter().filter(|column| totals.dimensions().any(|name| *column == name)).collect();
    assert_eq!(columns.len(), 16);
    let mut table = String::from("model");
    columns.iter().for_each(|column| table.extend([",", column.as_str()]));
    let mut expected = Vec::new();
    for row in &dimensions.rows {
        let values: Option<Vec<f64>> = columns.iter().map(|column| dimensions.of_row(row, column)).collect();
        let Some((values, total)) = values.zip(dimensions.of_row(row, "total")) else { continue };
        table.push_str(&format!("\n{}", row.model.replace(',', " ")));
        values.iter().for_each(|value| table.push_str(&format!(",{value}")));
        expected.push(total);
    }
    let (_, report) = scored(&[("board.csv", &table)], None);
    assert_eq!(report.dimensions.len(), expected.len());
    assert!(expected.len() > 10);
    for (found, expected) in report.dimensions.iter().zip(expected) {
        near(found.totals.total.value().unwrap() * 100.0, expected, 0.011, &found.model);
        assert!(found.official.is_none());
    }
    assert!(report.published.iter().any(|table| table.id == "vbench-t2v"));
}
