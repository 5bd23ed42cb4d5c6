//! Parity with published numbers on the benchmarks' own files, where they are at hand: in `$REELCHECK_FIXTURES` or
//! `../shared/fixtures`. The readers are the least that these tests need.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::floors::{FloorMeasure, FloorRule, floors, strongest};
use super::marks::tests::mark;
use super::protocols::choice::{self, Averaging, ChoiceRules};
use super::protocols::human::{associate, join};
use super::protocols::verdicts::{self, Verdict, VerdictRow, VerdictRules};
use super::*;

/// A fixture; `None`, with a word about it, where it is absent.
fn read(name: &str) -> Option<Value> {
    let folder = std::env::var_os("REELCHECK_FIXTURES")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures")), PathBuf::from);
    let path = folder.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            #[expect(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("skipped: {} is absent", path.display());
            }
            None
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn empty_task(task: &str, facets: Vec<Facet>) -> Task {
    let id = TaskId { benchmark: Benchmark::Other("fixture".to_owned()), task: task.to_owned() };
    Task { id, file: task.to_owned(), facets, items: Vec::new() }
}

fn item(id: String, clip: &str, facets: Vec<FacetValue>, question: &str, answer: Answer) -> Item {
    Item { id: id.into(), clip: clip.into(), facets, group: None, question: question.into(), answer }
}

/// The floor of a rule, in percent.
fn percent(found: &[floors::Floor], rule: FloorRule) -> f64 {
    let floor = found.iter().find(|f| f.rule == rule && f.measure == FloorMeasure::Accuracy).unwrap();
    floor.value.value().unwrap() * 100.0
}

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
}

/// IPV-Bench's multiple choice with its law domains.
fn ipv_choices() -> Option<Task> {
    let questions = read("ipv-bench/mcqa_question.json")?;
    let answers = read("ipv-bench/mcqa_answer.json")?;
    let labels = read("ipv-bench/video2taxonomy_label.json")?;
    let domains = ["physical laws", "biological laws", "social laws", "geographical laws", "others (specify in text)"];
    let kinds = ["spatial", "temporal"];
    let facet = |name: &str, values: &[&str]| Facet {
        name: name.to_owned(),
        values: values.iter().map(|v| (*v).to_owned()).collect(),
    };
    let mut task = empty_task("multiple-choice", vec![facet("domain", &domains), facet("kind", &kinds)]);
    let place = |values: &[&str], value: &str| u32::try_from(values.iter().position(|v| *v == value).unwrap()).unwrap();
    for (id, entry) in questions.as_object().unwrap() {
        let lines: Vec<&str> = text(entry, "question").lines().collect();
        let options: Vec<String> = lines
            .iter()
            .filter(|line| line.len() > 3 && line.as_bytes()[0].is_ascii_uppercase() && line[1..].starts_with(". "))
            .map(|line| line[3..].trim().to_owned())
            .collect();
        assert_eq!(options.len(), 5, "{id}");
        let clip = text(entry, "video_name");
        let of_clip = &labels[clip];
        let mut facets: Vec<FacetValue> = of_clip["taxonomy_label_list"]
            .as_array()
            .unwrap()
            .iter()
            .map(|label| FacetValue { facet: 0, value: place(&domains, label.as_str().unwrap()) })
            .collect();
        facets.push(FacetValue { facet: 1, value: place(&kinds, text(of_clip, "spatial_temporal_label")) });
        let correct = u32::from(text(&answers[id], "answer").as_bytes()[0] - b'A');
        task.items.push(item(id.clone(), clip, facets, "", Answer::Choice { options: options.into(), correct }));
    }
    Some(task)
}

#[test]
fn ipv_multiple_choice_has_its_denominators_and_floors() {
    let Some(task) = ipv_choices() else { return };
    let index = TaskIndex::new(&task);
    let found = floors(&index, &ChoiceRules::default());
    near(percent(&found, FloorRule::Random), 20.0, 1e-9, "random");
    near(percent(&found, FloorRule::SparedOption), 40.2, 0.05, "without the plausible option, E where it stands at D");
    near(percent(&found, FloorRule::SparedOptionThenLongest), 74.5, 0.05, "the longest of the others, E likewise");
    near(percent(&found, FloorRule::MostFrequent), 100.0 * 214.0 / 1016.0, 1e-9, "always B");
    // The longest option of all, the plausible one included, by the same count in Python.
    near(percent(&found, FloorRule::LongestOption), 65.4528, 1e-3, "longest");
    // Words alone, learned from other clips: above every published model. The value is that of a second implementation in
    // Python; leaving out all clips of a prompt instead of one clip gives 92.2.
    near(percent(&found, FloorRule::OptionWords), 93.504, 1e-3, "words");
    assert_eq!(strongest(&found, &FloorMeasure::Accuracy).map(|best| best.rule), Some(FloorRule::OptionWords));
    // Denominators of the tables, from a sheet without any answer.
    let sheet = Sheet::new(&index, &[], Repeats::Last);
    let score = choice::score(&sheet, &ChoiceRules::default());
    let table = published::published_table("ipv-denominators").unwrap();
    let counts = score.facets.iter().flat_map(|facet| &facet.values).map(|value| value.accuracy.n() as f64);
    let expected = table.rows[1].values[..7].iter().map(|n| n.unwrap());
    assert!(counts.eq(expected), "{:?}", score.facets);
}

/// The longest option among those that are not the plausible one is the rule of the published comparison; it is the
/// spared-option rule without the letter that its position gives away.
#[test]
fn ipv_longest_but_plausible_is_66_5() {
    let Some(task) = ipv_choices() else { return };
    let plausible = "The video is plausible without any counterfactual content.";
    let right = task.items.iter().filter(|item| {
        let Answer::Choice { options, correct } = &item.answer else { return false };
        let longest = (0..5).rev().max_by_key(|&i| (options[i] != plausible, options[i].chars().count())).unwrap();
        longest == *correct as usize
    });
    near(100.0 * right.count() as f64 / 1016.0, 66.5, 0.05, "longest");
}

#[test]
fn ipv_file_names_give_the_judgement_away() {
    let (Some(questions), Some(answers)) =
        (read("ipv-bench/judgement_question.json"), read("ipv-bench/judgement_answer.json"))
    else {
        return;
    };
    let mut task = empty_task("judgement", Vec::new());
    for (id, entry) in answers.as_object().unwrap() {
        let answer = Answer::YesNo { yes: text(entry, "answer") == "yes" };
        let question = text(&questions[id], "question");
        task.items.push(item(id.clone(), text(entry, "video_name"), Vec::new(), question, answer));
    }
    let found = floors(&TaskIndex::new(&task), &ChoiceRules::default());
    assert!(percent(&found, FloorRule::FileName) > 99.5, "{}", percent(&found, FloorRule::FileName));
    near(percent(&found, FloorRule::MostFrequent), 50.3, 0.05, "always yes");
    // The one question of all items tells nothing.
    near(percent(&found, FloorRule::QuestionWords), 50.3, 0.05, "question");
    let f1 = FloorMeasure::F1 { positive: "yes".to_owned() };
    near(strongest(&found, &f1).unwrap().value.value().unwrap() * 100.0, 66.9, 0.05, "F1 of always yes");
}

/// Gemini's stored replies with OVO-Bench's official rules, as `protocols.md` states them.
fn ovo_gemini() -> Option<(Task, Vec<Mark>)> {
    let files = [
        "ASI_offline",
        "EPM_offline",
        "HLD_offline_1",
        "OCR_ACR_ATR_offline",
        "REC_SSR_CRR_offline",
        "STU_FPD_OJR_offline",
    ];
    let groups = ["backward", "realtime", "forward"];
    let facet = |name: &str| Facet { name: name.to_owned(), values: Vec::new() };
    let mut task = empty_task("online", vec![facet("group"), facet("task")]);
    task.facets[0].values = groups.map(str::to_owned).to_vec();
    let mut marks = Vec::new();
    let mut add = |group: usize, entry: &Value, answer: Answer, right: bool| {
        let names = &mut task.facets[1].values;
        let name = text(entry, "task");
        let value = names.iter().position(|n| n == name).unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        let of = |facet, value: usize| FacetValue { facet, value: u32::try_from(value).unwrap() };
        let id = u32::try_from(task.items.len()).unwrap();
        task.items.push(item(id.to_string(), text(entry, "video"), vec![of(0, group), of(1, value)], "", answer));
        marks.push(mark(id, if right { Marked::Right } else { Marked::Wrong }));
    };
    for file in files {
        let file = read(&format!("ovo-bench/results/Gemini/Gemini_{file}.json"))?;
        for (group, name) in groups[..2].iter().enumerate() {
            for entry in file[name].as_array().unwrap() {
                let gold = text(entry, "ground_truth");
                let right = entry["response"].as_str().is_some_and(|reply| reply.contains(gold));
                let correct = u32::from(gold.as_bytes()[0] - b'A');
                add(group, entry, Answer::Choice { options: vec![String::new(); 5].into(), correct }, right);
            }
        }
        for entry in file["forward"].as_array().unwrap() {
            for asked in entry["test_info"].as_array().unwrap() {
                let reply = asked["response"].as_str().unwrap_or_default();
                if text(entry, "task") == "REC" {
                    let count = asked["count"].as_u64().unwrap();
                    let digits: String = reply.chars().filter(char::is_ascii_digit).collect();
                    add(2, entry, Answer::Count { count }, digits.parse() == Ok(count));
                } else {
                    let yes = asked["type"] == 1;
                    let (word, letter) = if yes { ("Yes", "Y") } else { ("No", "N") };
                    add(2, entry, Answer::YesNo { yes }, reply.contains(word) || reply == letter);
                }
            }
        }
    }
    Some((task, marks))
}

#[test]
fn ovo_bench_of_gemini_is_the_published_63_00() {
    let Some((task, marks)) = ovo_gemini() else { return };
    let index = TaskIndex::new(&task);
    let averaging = Averaging::Nested { groups: "group".to_owned(), parts: "task".to_owned() };
    let score =
        choice::score(&Sheet::new(&index, &marks, Repeats::Last), &ChoiceRules { averaging, ..Default::default() });
    near(score.score.value().unwrap() * 100.0, 63.00, 0.005, "total");
    for (group, expected) in score.groups.iter().zip([62.54, 69.32, 57.15]) {
        near(group.accuracy.value().unwrap() * 100.0, expected, 0.005, &group.value);
    }
    let published = [
        ("ASI", 76.35),
        ("HLD", 52.69),
        ("EPM", 58.59),
        ("ATR", 79.31),
        ("ACR", 66.97),
        ("OCR", 85.91),
        ("STU", 58.43),
        ("OJR", 61.96),
        ("FPD", 63.37),
        ("REC", 35.53),
        ("SSR", 74.24),
        ("CRR", 61.67),
    ];
    for (name, expected) in published {
        let value = score.facets[1].values.iter().find(|value| value.value == name).unwrap();
        near(value.accuracy.value().unwrap() * 100.0, expected, 0.005, name);
    }
    // Clips are asked several times over: fewer clips than items carry the interval.
    let interval = score.score.interval().unwrap();
    assert!(interval.low < 0.63 && 0.63 < interval.high && u64::from(interval.clips) < score.tally.items);
}

/// The verdicts of a model: clip and assertions.
fn tc_verdicts(model: &str) -> Option<Vec<(String, Judged)>> {
    let file = read(&format!("tc-bench/gpt_eval/i2v/{model}.json"))?;
    let judged = |assertions: &Value| {
        let all = assertions.as_array().unwrap();
        Judged::Assertions {
            marks: all.iter().map(|a| a["correct"].as_f64()).collect(),
            kinds: all.iter().map(|a| text(a, "type").to_owned()).collect(),
        }
    };
    Some(file.as_object().unwrap().iter().map(|(clip, assertions)| (clip.clone(), judged(assertions))).collect())
}

#[test]
fn tc_bench_completion_ratio_and_mean_of_its_verdicts() {
    // Counted over the same files by a few lines of Python: complete videos, videos, mean of all verdicts.
    for (model, complete, videos, mean) in
        [("lavie", 5.0, 180, 0.544_084_400_9), ("videocrafter", 15.0, 187, 0.634_296_028_9)]
    {
        let Some(judged) = tc_verdicts(model) else { return };
        let rows: Vec<VerdictRow<'_>> = (0u32..)
            .zip(&judged)
            .map(|(clip, (_, judged))| VerdictRow { clip, verdict: Verdict::Given(judged) })
            .collect();
        let rules = VerdictRules { aside: vec!["other objects".to_owned()], ..Default::default() };
        let found = verdicts::score(&rows, videos, &rules).assertions.unwrap();
        near(found.all_truthy.value().unwrap(), complete / f64::from(videos), 1e-12, model);
        near(found.mean.value().unwrap(), mean, 1e-9, model);
        assert!(found.all_true.value() <= found.all_truthy.value() && found.half > 0);
    }
}

fn tc_ratings(rater: &str, rows: impl IntoIterator<Item = (String, Vec<Option<f64>>)>) -> Ratings {
    let rows = rows.into_iter().map(|(clip, ratings)| RatingRow { clip, ratings }).collect();
    Ratings { file: rater.to_owned(), rater: rater.to_owned(), dimension: "first axis".to_owned(), rows }
}

#[test]
fn tc_bench_metrics_correlate_with_people_as_scipy_says() {
    let Some(people) = read("tc-bench/human_eval/i2v/human_scores_all.json") else { return };
    let first = |raters: &Value| raters.as_array().unwrap().iter().map(|rater| rater[0].as_f64()).collect();
    let people = people.as_object().unwrap().iter().map(|(clip, raters)| (clip.clone(), first(raters)));
    let people = tc_ratings("human", people);
    // scipy's spearmanr, kendalltau and pearsonr over both models' videos.
    for (metric, spearman, kendall, pearson) in [
        ("clip", -0.054_341_417_648, -0.040_266_961_032, -0.030_713_072_271),
        ("viclip", 0.211_296_116_088, 0.158_994_676_684, 0.225_182_709_328),
        ("umtscore", 0.323_287_055_434, 0.246_649_829_074, 0.267_210_914_413),
    ] {
        let mut scores = Vec::new();
        for model in ["lavie", "videocrafter"] {
            let Some(file) = read(&format!("tc-bench/{metric}_eval/i2v/{model}.json")) else { return };
            let of_file: &Map<String, Value> = file.as_object().unwrap();
            scores.extend(of_file.iter().map(|(clip, score)| (format!("{model}_{clip}"), vec![score.as_f64()])));
        }
        let joined = join(&tc_ratings(metric, scores), &people);
        assert_eq!(joined.points.len(), 387, "{metric}");
        let found = associate(&joined.points);
        near(found.spearman.value().unwrap(), spearman, 1e-9, metric);
        near(found.kendall.value().unwrap(), kendall, 1e-9, metric);
        near(found.pearson.value().unwrap(), pearson, 1e-9, metric);
        let fitted = found.fits[0].pearson.value().unwrap();
        assert!(fitted >= pearson.abs() - 1e-6, "{metric}: {fitted} {pearson}");
    }
}

/// The floors of the benchmark's files, for reading.
#[test]
#[ignore = "prints; run with --ignored --nocapture"]
fn floors_of_ipv_multiple_choice() {
    let Some(task) = ipv_choices() else { return };
    for floor in floors(&TaskIndex::new(&task), &ChoiceRules::default()) {
        #[expect(clippy::print_stderr, reason = "numbers are for reading")]
        {
            eprintln!("{:?}: {:?} ({})", floor.rule, floor.value.value(), floor.how);
        }
    }
}

/// A million items with two facets: how long scoring, intervals, a second run and the floors take.
#[test]
#[ignore = "measures time; run with --ignored --nocapture in release"]
fn a_million_rows() {
    let facet = |name: &str, n: usize| Facet { name: name.to_owned(), values: (0..n).map(|i| i.to_string()).collect() };
    let mut task = empty_task("large", vec![facet("domain", 20), facet("duration", 3)]);
    let of = |facet, value| FacetValue { facet, value };
    task.items = (0..1_000_000u32)
        .map(|i| {
            let options = (0..4).map(|o| format!("option {o} of question {i}")).collect();
            let facets = vec![of(0, i % 20), of(1, i % 3)];
            item(i.to_string(), &format!("clip_{}.mp4", i / 3), facets, "", Answer::Choice { options, correct: i % 4 })
        })
        .collect();
    let marks = |salt: u32| -> Vec<Mark> {
        let state =
            |i: u32| if i.wrapping_mul(2_654_435_761) >> 16 & 15 < salt { Marked::Wrong } else { Marked::Right };
        (0..1_000_000).map(|i| mark(i, state(i))).collect()
    };
    let (a, b) = (marks(4), marks(5));
    let mut last = std::time::Instant::now();
    let mut lap = |what: &str| {
        #[expect(clippy::print_stderr, reason = "a measurement is for reading")]
        {
            eprintln!("{what}: {:?}", last.elapsed());
        }
        last = std::time::Instant::now();
    };
    let index = TaskIndex::new(&task);
    lap("index");
    let first = Sheet::new(&index, &a, Repeats::Last);
    lap("sheet");
    let rules = ChoiceRules { averaging: Averaging::Macro { facet: "domain".to_owned() }, ..Default::default() };
    assert!(choice::score(&first, &rules).score.interval().is_some());
    lap("score");
    let second = Sheet::new(&index, &b, Repeats::Last);
    assert!(paired::compare(&first, &second, Denominator::All).is_some());
    lap("second run and comparison");
    assert!(!floors(&index, &rules).is_empty());
    lap("floors");
}
