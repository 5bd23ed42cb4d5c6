//! The learned judges against VBench's formulas, computed by torch on OpenCV's frames with small random networks
//! (`golden/learned.py`): the pixels are the same, so the scores have to be.

use std::path::Path;

use burn::tensor::Device;
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Models, Role};
use reelcheck_types::Verdict;
use serde_json::Value;

use crate::clips::{judge_with, real_clips, short_name};

const TOLERANCE: f64 = 2e-4;

const JUDGES: [&str; 4] = ["subject_consistency", "background_consistency", "aesthetic_quality", "prompt_alignment"];

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
    let (models, prompt) = (networks(), golden["prompt"].as_str().unwrap());
    let mut compared = 0;
    for path in real_clips().unwrap_or_default() {
        let name = short_name(&path);
        let Some(expected) = golden["clips"].as_array().unwrap().iter().find(|clip| clip["clip"] == *name) else {
            continue;
        };
        for verdict in judge_with(&path, &JUDGES, &models, Some(prompt)) {
            let id = verdict.judge.as_str();
            assert_eq!(verdict.frames_seen as u64, expected["frames"].as_u64().unwrap(), "{name} {id}");
            let (ours, theirs) = (verdict.value().unwrap(), expected[id].as_f64().unwrap());
            println!("{name} {id}: {ours:.6}, off by {:.1e}", (ours - theirs).abs());
            assert!((ours - theirs).abs() <= TOLERANCE, "{name} {id}: {ours} for {theirs}");
            check_evidence(&verdict);
        }
        compared += 1;
    }
    assert!(compared > 0 || real_clips().is_none());
}

/// A value for each frame (or pair), and the weightiest moments among them.
fn check_evidence(verdict: &Verdict) {
    let curve = &verdict.evidence.curves[0];
    let pairs = usize::from(verdict.judge.ends_with("consistency"));
    assert_eq!((curve.values.len(), curve.first_frame), (verdict.frames_seen - pairs, pairs));
    let lowest = curve.values.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((verdict.evidence.moments[0].value - lowest).abs() < 1e-12, "{}", verdict.judge);
}
