//! The benchmarks' own files, where they are at hand.

use std::path::PathBuf;

use super::*;
use crate::scoring::model::{Answer, Judged, Said, Task};

fn folder() -> Option<PathBuf> {
    let set = std::env::var_os("REELCHECK_FIXTURES").map(PathBuf::from);
    let folder = set.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"));
    folder.is_dir().then_some(folder)
}

#[expect(clippy::print_stderr, reason = "a test that did not run has to say so")]
fn fixture(path: &str) -> Option<Read> {
    let Some(bytes) = folder().and_then(|folder| std::fs::read(folder.join(path)).ok()) else {
        eprintln!("skipped: no fixture {path}");
        return None;
    };
    Some(read(path, bytes, None).unwrap_or_else(|error| panic!("{error}")))
}

fn collection(paths: &[&str]) -> Option<Collection> {
    let mut collection = Collection::default();
    for path in paths {
        collection.add(fixture(path)?);
    }
    Some(collection)
}

/// How many items have a value of a facet.
fn count(task: &Task, facet: &str, value: &str) -> usize {
    let index = task.facets.iter().position(|known| known.name == facet).unwrap();
    let place = task.facets[index].values.iter().position(|known| known == value).unwrap();
    let is_it = |of: &&crate::scoring::FacetValue| of.facet as usize == index && of.value as usize == place;
    task.items.iter().filter(|item| item.facets.iter().any(|of| is_it(&of))).count()
}

const IPV: [&str; 8] = [
    "ipv-bench/mcqa_question.json",
    "ipv-bench/video2taxonomy_label.json",
    "ipv-bench/judgement_answer.json",
    "ipv-bench/openqa_answer.json",
    "ipv-bench/ipv_txt_prompt_suite.json",
    "ipv-bench/mcqa_answer.json",
    "ipv-bench/openqa_question.json",
    "ipv-bench/judgement_question.json",
];

#[test]
fn all_eight_files_of_ipv_bench_come_together_in_any_order() {
    let Some(mut all) = collection(&IPV) else { return };
    let formats: Vec<&Format> = all.files().iter().map(|read| &read.format).collect();
    assert!(matches!(formats[1], Format::IpvTaxonomy { clips: 902 }));
    assert!(matches!(formats[4], Format::IpvPrompts { prompts: 260 }));
    assert!(matches!(formats[6], Format::IpvQuestions { part: Part::Open, items: 899 }));
    let merged = all.merged();
    let sizes: Vec<(&str, usize)> = merged.tasks.iter().map(|task| (task.id.task.as_str(), task.items.len())).collect();
    assert_eq!(sizes, [("judgement", 1307), ("open", 899), ("multiple-choice", 1016)]);
    assert!(merged.tasks.iter().flat_map(|task| &task.items).all(|item| !item.question.is_empty()));

    // The denominators of the published tables.
    let choice = &merged.tasks[2];
    let domains = ["physical laws", "biological laws", "social laws", "geographical laws", "others (specify in text)"];
    assert_eq!(domains.map(|domain| count(choice, "domain", domain)), [635, 242, 151, 85, 2]);
    assert_eq!(["spatial", "temporal"].map(|split| count(choice, "spatial-temporal", split)), [288, 728]);
    assert_eq!(domains.map(|domain| count(&merged.tasks[1], "domain", domain)), [535, 216, 136, 78, 2]);
    assert_eq!(["spatial", "temporal"].map(|split| count(&merged.tasks[1], "spatial-temporal", split)), [260, 639]);
    let mut letters = [0; 5];
    for item in &choice.items {
        let Answer::Choice { options, correct } = &item.answer else { panic!("{item:?}") };
        assert!(options.len() == 5 && options.iter().all(|option| !option.is_empty()), "{item:?}");
        letters[*correct as usize] += 1;
    }
    assert_eq!(letters, [210, 214, 190, 196, 206]);
    let yes = merged.tasks[0].items.iter().filter(|item| item.answer == Answer::YesNo { yes: true }).count();
    assert_eq!(yes, 657);
    assert!(matches!(&merged.tasks[1].items[0].answer, Answer::Open { alternatives, .. } if alternatives.len() == 3));

    // The other way round the same comes out, but for the order of tasks and facets' values.
    let mut reversed = Collection::default();
    while let Some(last) = all.remove(all.files().len().wrapping_sub(1)) {
        reversed.add(last);
    }
    let other = reversed.merged();
    let choice_again = other.tasks.iter().find(|task| task.id == choice.id).unwrap();
    assert_eq!(choice_again.items.len(), 1016);
    assert_eq!(domains.map(|domain| count(choice_again, "domain", domain)), [635, 242, 151, 85, 2]);
    assert_eq!(count(choice_again, "category", "Optics"), count(choice, "category", "Optics"));
}

#[test]
fn tempcompass_holds_every_question_prediction_and_rating() {
    for (task, items) in [("multi-choice", 1580), ("yes_no", 2453), ("caption_matching", 1503)] {
        for model in ["gemini", "video-llava"] {
            let Some(files) = collection(&[
                &format!("tempcompass/auto_eval_results/{model}/{task}.json"),
                &format!("tempcompass/predictions/{model}/{task}.json"),
                &format!("tempcompass/questions/{task}.json"),
                "tempcompass/meta_info.json",
            ]) else {
                return;
            };
            for read in files.files() {
                assert!(read.warnings.is_empty(), "{}: {:?}", read.file, read.warnings);
                assert!(read.holdings.runs.iter().all(|run| run.model == model), "{}", read.file);
            }
            let merged = files.merged();
            assert_eq!(merged.tasks.len(), 1);
            assert_eq!(merged.tasks[0].items.len(), items);
            assert_eq!(merged.runs.len(), 2);
            assert!(merged.runs.iter().all(|run| run.run.predictions.len() == items));
            assert!(merged.runs[0].run.predictions.iter().all(|said| said.recorded.is_some()));
            assert!(merged.tasks[0].facets.iter().any(|facet| facet.name == "aspect"));
            // Both files say the same, item by item.
            let same = merged.runs[0].run.predictions.iter().zip(&merged.runs[1].run.predictions);
            assert!(same.clone().all(|(a, b)| a.item == b.item && a.said == b.said));
            assert!(!merged.warnings.iter().any(|warning| matches!(warning, Notice::AnswersDisagree { .. })));
        }
    }
}

#[test]
fn ovo_bench_annotations_and_results_agree() {
    let results = [
        "OCR_ACR_ATR_offline",
        "STU_FPD_OJR_offline",
        "ASI_offline",
        "EPM_offline",
        "REC_SSR_CRR_offline",
        "HLD_offline_1",
    ];
    let paths: Vec<String> =
        results.iter().map(|name| format!("ovo-bench/results/Gemini/Gemini_{name}.json")).collect();
    let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    paths.push("ovo-bench/ovo_bench_new.json");
    let Some(files) = collection(&paths) else { return };
    let annotations = &files.files()[6];
    assert_eq!(annotations.format, Format::OvoAnnotations { entries: 1640, queries: 1468 + 698 + 629 + 240 });
    let merged = files.merged();
    assert_eq!((merged.tasks.len(), merged.runs.len()), (1, 1));
    assert_eq!(merged.runs[0].run.model, "Gemini");
    assert_eq!(merged.runs[0].run.predictions.len(), 1468 + 698 + 629 + 240);
    // Five questions have another one's id in the results.
    assert_eq!(merged.tasks[0].items.len(), annotations.holdings.tasks[0].items.len() + 5);
    assert_eq!(merged.warnings, [], "the results carry the annotations' answers");
    let task = &merged.tasks[0];
    assert_eq!(
        ["EPM", "HLD", "ASI", "REC", "SSR", "CRR"].map(|code| count(task, "task", code)),
        [300, 188, 148, 698, 629, 240]
    );
    let nothing = merged.runs[0].run.predictions.iter().filter(|prediction| prediction.said == Said::Nothing).count();
    assert_eq!(nothing, 35);
    let sum: u64 = task
        .items
        .iter()
        .filter_map(|item| match item.answer {
            Answer::Count { count } => Some(count),
            _ => None,
        })
        .sum();
    assert!(sum > 698, "{sum}");
}

#[test]
fn tc_bench_verdicts_scores_and_metrics() {
    let Some(verdicts) = fixture("tc-bench/gpt_eval/i2v/lavie.json") else { return };
    assert_eq!(verdicts.format, Format::TcBenchVerdicts { clips: 180, verdicts: 1327 });
    assert_eq!(verdicts.holdings.runs[0].model, "lavie");
    let marks = verdicts.holdings.runs[0].predictions.iter().flat_map(|prediction| match &prediction.said {
        Said::Judged(Judged::Assertions { marks, kinds }) => marks.iter().zip(kinds),
        other => panic!("{other:?}"),
    });
    let half = marks.clone().filter(|(mark, _)| **mark == Some(0.5)).count();
    let other = marks.filter(|(_, kind)| *kind == "other objects").count();
    assert_eq!((half, other), (2, 261));

    let Some(human) = fixture("tc-bench/human_eval/i2v/human_scores_all.json") else { return };
    assert_eq!(human.format, Format::TcBenchHuman { clips: 952, raters: 2 });
    assert_eq!(human.holdings.ratings.len(), 3);
    let missing = |axis: usize| {
        human.holdings.ratings[axis].rows.iter().flat_map(|row| &row.ratings).filter(|r| r.is_none()).count()
    };
    assert_eq!([missing(0), missing(1), missing(2)], [0, 0, 2], "one clip has two scores by each rater");

    let Some(metric) = fixture("tc-bench/viclip_eval/i2v/lavie.json") else { return };
    let ratings = &metric.holdings.ratings[0];
    assert_eq!((ratings.rows.len(), ratings.rater.as_str()), (600, "viclip"));
    let joined =
        human.holdings.ratings[0].rows.iter().filter(|row| ratings.rows.iter().any(|other| other.clip == row.clip));
    assert_eq!(joined.count(), 191, "all scores by people for the model find their metric");

    let Some(prompts) = fixture("tc-bench/i2v_prompts.json") else { return };
    assert_eq!(prompts.format, Format::TcBenchPrompts { prompts: 120 });
    let mut files = Collection::default();
    files.add(verdicts);
    files.add(prompts);
    let merged = files.merged();
    assert!(merged.tasks[0].facets.iter().any(|facet| facet.name == "type" && facet.values.len() == 3));
    assert!(merged.tasks[0].items.iter().all(|item| item.facets.len() == 1));
    let Some(assertions) = fixture("tc-bench/i2v_assertions.json") else { return };
    assert_eq!(assertions.format, Format::TcBenchAssertions { prompts: 120, assertions: 1049 });
}

#[test]
fn vbench_prompts_and_videophy_tables() {
    let Some(prompts) = fixture("vbench/VBench_full_info.json") else { return };
    assert_eq!(prompts.format, Format::VBenchPrompts { prompts: 946, dimensions: 16 });
    for (file, dimension) in [("output_sa", "semantic adherence"), ("output_pc", "physical commonsense")] {
        let Some(read) = fixture(&format!("videophy2/{file}.csv")) else { return };
        assert_eq!(read.format, Format::VideoPhy { rows: 10, ratings: 10 });
        assert_eq!(read.holdings.ratings[0].dimension, dimension);
        assert!(
            read.holdings.ratings[0].rows.iter().all(|row| row
                .ratings
                .iter()
                .flatten()
                .all(|r| (1.0..=5.0).contains(r)))
        );
    }
    let Some(inputs) = fixture("videophy2/sa_pc.csv") else { return };
    assert_eq!(inputs.format, Format::VideoPhy { rows: 10, ratings: 0 });
}
