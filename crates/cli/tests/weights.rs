//! `reelcheck weights add` on the small networks of `crates/models/golden/networks`.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use reelcheck_evaluator::Report;
use reelcheck_models::weights::Manifest;
use reelcheck_types::{Need, Outcome, Unscored};
use sha2::{Digest, Sha256};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/golden/networks").join(name)
}

fn add(folder: &Path, to: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reelcheck"));
    command.args(["weights", "add"]).arg(folder).arg("--to").arg(to).args(more).output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn networks_are_converted_listed_and_checked() {
    let to = tempfile::tempdir().unwrap();
    for (name, role) in [("clip-gelu", "clip"), ("vit", "dino"), ("bert", "sentence"), ("clip", "clip-aesthetic")] {
        let output = add(&golden(name), to.path(), &[]);
        assert!(output.status.success(), "{name}: {}", words(&output));
        assert!(String::from_utf8_lossy(&output.stdout).starts_with(&format!("{role}: ")), "{name}");
    }
    // Once more: the network is replaced, not listed twice.
    assert!(add(&golden("vit"), to.path(), &["--name", "tiny", "--license", "MIT"]).status.success());
    let manifest = std::fs::read(to.path().join("manifest.json")).unwrap();
    let manifest: Manifest = serde_json::from_slice(&manifest).unwrap();
    let roles: Vec<&str> = manifest.networks.iter().map(|network| network.role.name()).collect();
    assert_eq!(roles, ["dino", "clip", "clip-aesthetic", "sentence"]);
    assert_eq!(manifest.networks[0].name.as_deref(), Some("tiny"));
    for file in manifest.networks.iter().flat_map(|network| &network.files) {
        let bytes = std::fs::read(to.path().join(&file.path)).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((bytes.len() as u64, hash), (file.bytes, file.sha256.clone()), "{}", file.path);
    }
    // Half of what 32-bit floats take; expected values and other files beside them are left behind.
    let size = |path: PathBuf| std::fs::metadata(path).unwrap().len();
    assert!(size(to.path().join("sentence/model.safetensors")) < size(golden("bert/model.safetensors")) * 6 / 10);
    assert!(!to.path().join("clip/expected.json").exists());
}

#[test]
fn the_aesthetic_layer_is_read_as_it_is_published() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for entry in std::fs::read_dir(golden("clip-gelu")).unwrap().flatten() {
        std::fs::copy(entry.path(), from.path().join(entry.file_name())).unwrap();
    }
    std::fs::copy(golden("linear.pth"), from.path().join("sa_0_4_vit_l_14_linear.pth")).unwrap();
    let output = add(from.path(), to.path(), &[]);
    assert!(output.status.success(), "{}", words(&output));
    let head = std::fs::read(to.path().join("clip-aesthetic/aesthetic_head.safetensors")).unwrap();
    let ours = safetensors::SafeTensors::deserialize(&head).unwrap();
    let expected = std::fs::read(golden("clip/aesthetic_head.safetensors")).unwrap();
    let expected = safetensors::SafeTensors::deserialize(&expected).unwrap();
    for name in ["weight", "bias"] {
        assert_eq!(ours.tensor(name).unwrap().data(), expected.tensor(name).unwrap().data());
    }
    let manifest = std::fs::read_to_string(to.path().join("manifest.json")).unwrap();
    assert!(manifest.contains("CLIP ViT-L/14 and LAION's linear aesthetic predictor") && manifest.contains("MIT"));
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_written() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(words(&add(from.path(), to.path(), &[])).contains("model.safetensors: the file is missing"));
    std::fs::write(from.path().join("config.json"), r#"{"model_type":"llama"}"#).unwrap();
    assert!(words(&add(from.path(), to.path(), &[])).contains("\"llama\""));
    std::fs::copy(golden("vit/config.json"), from.path().join("config.json")).unwrap();
    std::fs::copy(golden("bert/model.safetensors"), from.path().join("model.safetensors")).unwrap();
    let output = add(from.path(), to.path(), &[]);
    assert!(words(&output).contains("embeddings.patch_embeddings.projection.weight is missing"), "{}", words(&output));
    std::fs::write(from.path().join("broken.pth"), b"not a state dict").unwrap();
    assert!(words(&add(from.path(), to.path(), &[])).contains("broken.pth: not a state dict"));
    assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 0);
}

fn clip() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/h264-bframes.mp4")
}

fn judge(more: &[&str]) -> Report {
    judge_clip(&clip(), more)
}

fn judge_clip(clip: &Path, more: &[&str]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_reelcheck"));
    let output = command.arg("judge").arg(clip).arg("--out").arg(&out).args(more).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    Report::from_json("report.json", &std::fs::read(&out).unwrap()).unwrap()
}

fn outcome(report: &Report, judge: &str) -> Option<Outcome> {
    let verdicts = report.judged().flat_map(|clip| &clip.verdicts);
    verdicts.into_iter().find(|verdict| verdict.judge == judge).map(|verdict| verdict.outcome.clone())
}

#[test]
fn learned_judges_run_where_their_weights_are_and_the_prompt_comes_from_an_annotation() {
    // Without a choice, none of them runs; one that is named says what is missing.
    let report = judge(&[]);
    assert!(outcome(&report, "temporal_flickering").is_some() && outcome(&report, "subject_consistency").is_none());
    let missing = Outcome::Unscored(Unscored::Missing { need: Need::Weights });
    let report = judge(&["--judges", "subject_consistency"]);
    assert_eq!(outcome(&report, "subject_consistency"), Some(missing));

    let weights = tempfile::tempdir().unwrap();
    for name in ["clip-gelu", "vit"] {
        assert!(add(&golden(name), weights.path(), &[]).status.success());
    }
    let weights_path = weights.path().to_str().unwrap();
    let report = judge(&["--weights", weights_path]);
    for id in ["subject_consistency", "background_consistency"] {
        assert!(matches!(outcome(&report, id), Some(Outcome::Scored(_))), "{id}");
    }
    assert_eq!(outcome(&report, "aesthetic_quality"), None);
    let missing = Outcome::Unscored(Unscored::Missing { need: Need::Prompt });
    assert_eq!(outcome(&report, "prompt_alignment"), Some(missing));

    let prompts = weights.path().join("prompts.csv");
    std::fs::write(&prompts, "video,prompt\nh264-bframes.mp4,a red cat walking in the water\n").unwrap();
    let report = judge(&["--weights", weights_path, "--reference", prompts.to_str().unwrap()]);
    assert!(matches!(outcome(&report, "prompt_alignment"), Some(Outcome::Scored(_))), "{report:?}");
}

#[test]
fn vbenchs_list_of_prompts_gives_prompt_and_style() {
    let folder = tempfile::tempdir().unwrap();
    assert!(add(&golden("clip-gelu"), folder.path(), &[]).status.success());
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let prompts = file(
        "VBench_full_info.json",
        r#"[{"prompt_en": "water", "dimension": ["scene"], "auxiliary_info": {"scene": {"scene": {"scene": "water"}}}},
            {"prompt_en": "a red cat, oil painting", "dimension": ["appearance_style"],
             "auxiliary_info": {"appearance_style": {"appearance_style": "oil painting"}}}]"#,
    );
    let table =
        file("table.csv", "video,prompt,appearance_style\nh264-bframes.mp4,\"a red cat, oil painting\",oil painting\n");
    let named = folder.path().join("a red cat, oil painting-3.mp4");
    std::fs::copy(clip(), &named).unwrap();
    let asked =
        ["--weights", folder.path().to_str().unwrap(), "--judges", "appearance_style,prompt_alignment", "--reference"];
    let by_name = judge_clip(&named, &[&asked[..], &[&prompts]].concat());
    let by_table = judge(&[&asked[..], &[&table]].concat());
    for id in ["appearance_style", "prompt_alignment"] {
        assert!(matches!(outcome(&by_name, id), Some(Outcome::Scored(_))), "{by_name:?}");
        assert_eq!(outcome(&by_name, id), outcome(&by_table, id), "{id}");
    }
    // A clip that is called otherwise has neither.
    let missing = Outcome::Unscored(Unscored::Missing { need: Need::Style });
    assert_eq!(outcome(&judge(&[&asked[..], &[&prompts]].concat()), "appearance_style"), Some(missing));
}

const QUESTIONS: &str = r#"{"7": {"video_name": "h264-bframes.mp4", "question":
    "\nChoose.\nWhat is seen?\nA. a red cat\nB. a blue dog\nC. water\nD. a city at night\nE. nothing counterfactual\n"}}"#;
const ANSWERS: &str = r#"{"7": {"video_name": "h264-bframes.mp4", "answer": "A"}}"#;

#[test]
fn questions_are_answered_and_the_answers_are_scored_beside_their_floors() {
    let folder = tempfile::tempdir().unwrap();
    assert!(add(&golden("clip-gelu"), folder.path(), &[]).status.success());
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (questions, answers) = (file("mcqa_question.json", QUESTIONS), file("mcqa_answer.json", ANSWERS));
    let weights = folder.path().to_str().unwrap();
    let report = judge(&["--weights", weights, "--questions", &questions]);
    let verdicts = report.judged().flat_map(|clip| &clip.verdicts);
    let verdict = verdicts.into_iter().find(|verdict| verdict.judge == "option_likeness").unwrap();
    let [choice] = &verdict.evidence.choices[..] else { panic!("{:?}", verdict.evidence.choices) };
    assert_eq!((choice.question.as_str(), choice.likeness.len()), ("7", 5));
    // Variants run when they are named, and only then.
    assert_eq!(outcome(&report, "background_consistency_light"), None);
    let light = judge(&["--weights", weights, "--judges", "background_consistency_light"]);
    assert!(matches!(outcome(&light, "background_consistency_light"), Some(Outcome::Scored(_))), "{light:?}");

    let predictions = file("clip_predictions.json", &reelcheck_evaluator::to_predictions(&report));
    let said: serde_json::Value = serde_json::from_slice(&std::fs::read(&predictions).unwrap()).unwrap();
    let letter = char::from(b'A' + choice.best().unwrap() as u8).to_string();
    assert_eq!(said["7"], serde_json::json!({ "video_name": "h264-bframes.mp4", "pred": letter }));
    let mut command = Command::new(env!("CARGO_BIN_EXE_reelcheck"));
    let output = command.arg("score").args([&questions, &answers, &predictions]).output().unwrap();
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("clip_predictions  accuracy") && table.contains("floor"), "{table}");
}

#[test]
fn open_answers_are_marked_by_likeness_beside_the_floor_of_another_clip() {
    let folder = tempfile::tempdir().unwrap();
    assert!(add(&golden("bert"), folder.path(), &[]).status.success());
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let answers = file(
        "openqa_answer.json",
        r#"{"a.mp4": {"primary_answer": "a red cat is flying", "alternative_answers": ["the cat flies"]},
            "b.mp4": {"primary_answer": "water is running upward", "alternative_answers": []}}"#,
    );
    let said = file(
        "model.json",
        r#"{"a.mp4": {"video_name": "a.mp4", "pred": "the cat flies"},
            "b.mp4": {"video_name": "b.mp4", "pred": "water is running upward"}}"#,
    );
    let score = |weights: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reelcheck"));
        command.arg("score").args([&answers, &said]).arg("--weights").arg(weights).output().unwrap()
    };
    let output = score(folder.path());
    assert!(output.status.success(), "{}", words(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    // The model has a line of its own where a row would be wider than the terminal.
    let rows: Vec<&str> = table.lines().skip_while(|line| !line.contains("model, by open_answer_similarity")).collect();
    assert!(rows[..2].iter().any(|row| row.contains("mean") && row.contains("100.00")), "{table}");
    let flowing = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains("floors: mean by other-clip"), "{table}");
    assert!(flowing.contains("Not IPV-Bench's official judge"), "{table}");
    let nowhere = folder.path().join("nowhere");
    assert!(words(&score(&nowhere)).contains("nowhere/sentence"));
}
