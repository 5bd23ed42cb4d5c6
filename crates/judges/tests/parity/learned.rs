//! The learned judges against VBench's formulas, computed by torch on OpenCV's frames with small random networks
//! (`golden/learned.py`): the pixels are the same, so the scores have to be.

use std::path::Path;

use burn::tensor::Device;
use reelcheck_judges::{Question, Told, find};
use reelcheck_media::Sampling;
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Models, Role};
use reelcheck_types::Verdict;
use serde_json::Value;

use crate::clips::{judge_with, real_clips, short_name};

const TOLERANCE: f64 = 2e-4;

const JUDGES: [&str; 14] = [
    "subject_consistency",
    "background_consistency",
    "aesthetic_quality",
    "prompt_alignment",
    "appearance_style",
    "generated_look",
    "option_likeness",
    "subject_consistency_light",
    "background_consistency_light",
    "aesthetic_quality_light",
    "prompt_alignment_light",
    "appearance_style_light",
    "subject_consistency_long",
    "background_consistency_long",
];

/// The small networks of `crates/models/golden/networks`.
fn networks() -> Models {
    let mut models = Models::default();
    for (role, name) in [(Role::Dino, "vit"), (Role::Clip, "clip"), (Role::ClipAesthetic, "clip")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/golden/networks").join(name);
        let mut folder = MemoryFolder::default();
        for entry in std::fs::read_dir(path).unwrap().flatten() {
            folder.insert(entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap());
        }
        pollster::block_on(models.load(role, &folder, &Device::flex())).unwrap();
    }
    models
}

#[test]
fn scores_equal_vbenchs_formulas_in_torch() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/learned.json")).unwrap();
    let text = |key: &str| golden[key].as_str().map(str::to_owned);
    let options = golden["options"].as_array().unwrap().iter().zip(0..);
    let question = |(options, id): (&Value, i32)| Question {
        id: id.to_string(),
        options: options.as_array().unwrap().iter().map(|option| option.as_str().unwrap().to_owned()).collect(),
    };
    let told = Told { prompt: text("prompt"), style: text("style"), questions: options.map(question).collect() };
    let (models, mut compared) = (networks(), 0);
    for path in real_clips().unwrap_or_default() {
        let name = short_name(&path);
        let Some(expected) = golden["clips"].as_array().unwrap().iter().find(|clip| clip["clip"] == *name) else {
            continue;
        };
        for verdict in judge_with(&path, &JUDGES, &models, &told) {
            let id = verdict.judge.as_str();
            let near = |what: &str, ours: f64, theirs: &Value| {
                let off = (ours - theirs.as_f64().unwrap()).abs();
                println!("{name} {id}{what}: {ours:.6}, off by {off:.1e}");
                assert!(off <= TOLERANCE, "{name} {id}{what}: {ours} for {theirs}");
            };
            near("", verdict.value().unwrap(), &expected[id]);
            if let Some(starts) = expected["clip_to_clip"].get(id) {
                let numbers = &verdict.evidence.numbers;
                near(" clip to clip", numbers.iter().find(|(key, _)| key == "clip_to_clip").unwrap().1, starts);
            }
            if id == "option_likeness" {
                let theirs = expected["likeness"].as_array().unwrap();
                assert_eq!(verdict.evidence.choices.len(), theirs.len());
                for (choice, theirs) in verdict.evidence.choices.iter().zip(theirs) {
                    let theirs = theirs.as_array().unwrap();
                    assert_eq!(choice.likeness.len(), theirs.len());
                    choice.likeness.iter().zip(theirs).for_each(|(&ours, theirs)| near(" option", ours, theirs));
                }
            }
            check_evidence(&verdict, expected["frames"].as_u64().unwrap() as usize);
        }
        compared += 1;
    }
    assert!(compared > 0 || real_clips().is_none());
}

/// A value for each frame (or pair), and the weightiest moments among them. `frames` are the clip's.
fn check_evidence(verdict: &Verdict, frames: usize) {
    let (id, curve) = (verdict.judge.as_str(), &verdict.evidence.curves[0]);
    if find(id).unwrap().sampling == Sampling::All {
        assert_eq!(verdict.frames_seen, frames, "{id}");
    }
    // A piece of VBench-Long has a first frame of its own.
    let pieces = verdict.evidence.numbers.iter().find(|(key, _)| key == "pieces").map(|(_, pieces)| *pieces as usize);
    let unpaired = match pieces {
        Some(pieces) => pieces - usize::from(curve.values.len() + pieces > frames),
        None => usize::from(id.contains("consistency")),
    };
    assert_eq!(curve.values.len(), verdict.frames_seen - unpaired, "{id}");
    let ends = curve
        .values
        .iter()
        .copied()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |ends, value| (value.min(ends.0), value.max(ends.1)));
    let weightiest = verdict.evidence.moments[0].value;
    assert!((weightiest - ends.0).abs() < 1e-12 || (weightiest - ends.1).abs() < 1e-12, "{id}");
}
