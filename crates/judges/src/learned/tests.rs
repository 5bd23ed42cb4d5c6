//! The learned judges over drawn frames, with the small random networks of `crates/models/golden/networks`.

use std::path::Path;

use burn::tensor::Device;
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Models, Role};
use reelcheck_types::{Frame, Need, Outcome, Unscored};

use super::{aesthetic_quality, consistency, prompt_alignment};
use crate::Entry;
use crate::testing::{judge, judge_with, rgb_frames, texture};

const ENTRIES: [Entry; 4] =
    [consistency::SUBJECT_ENTRY, consistency::BACKGROUND_ENTRY, aesthetic_quality::ENTRY, prompt_alignment::ENTRY];

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

/// Texture, and another one for the frames from `change` on.
fn frames(count: usize, change: usize) -> Vec<Frame> {
    rgb_frames(count, 96, 54, |index, x, y| {
        let offset = if index >= change { 900.0 } else { 0.0 };
        let value = |shift: f64| texture(x as f64 * 3.0 + offset + shift, y as f64 * 3.0) as u8;
        [value(0.0), value(40.0), value(80.0)]
    })
}

#[test]
fn without_weights_or_prompt_they_say_so() {
    for entry in &ENTRIES {
        let outcome = judge_without_run(entry);
        assert_eq!(outcome, Outcome::Unscored(Unscored::Missing { need: Need::Weights }), "{}", (entry.card)().id);
    }
    let models = networks();
    for prompt in [None, Some("  ")] {
        let outcome = judge_with(&prompt_alignment::ENTRY, frames(1, 9), &models, prompt).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::Missing { need: Need::Prompt }));
    }
}

fn judge_without_run(entry: &Entry) -> Outcome {
    judge(entry, frames(2, 9)).outcome
}

#[test]
fn a_still_clip_is_consistent_and_a_cut_is_the_weightiest_moment() {
    let models = networks();
    for entry in &ENTRIES[..2] {
        let still = judge_with(entry, frames(9, 99), &models, None);
        assert!((still.value().unwrap() - 1.0).abs() < 1e-6, "{:?}", still.outcome);
        // At 24 frames per second, frame 13 is the later one of the pair across the cut.
        let cut = judge_with(entry, frames(21, 13), &models, None);
        assert!(cut.value().unwrap() < 0.999, "{:?}", cut.outcome);
        assert_eq!(cut.evidence.moments[0].frame_index, 13);
        assert_eq!(cut.evidence.curves[0].values.len(), 20);
        assert!(cut.evidence.curves[1].values[13] > 1.0 - 1e-6 && cut.evidence.curves[2].values[13] < 0.999);
    }
}

#[test]
fn one_frame_is_enough_where_no_pair_is_needed() {
    let models = networks();
    let outcomes = ENTRIES.map(|entry| judge_with(&entry, frames(1, 9), &models, Some("a red cat")).outcome);
    for outcome in &outcomes[..2] {
        assert_eq!(*outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
    }
    assert!(outcomes[2..].iter().all(|outcome| matches!(outcome, Outcome::Scored(_))), "{outcomes:?}");
}

#[test]
fn the_prompt_counts() {
    let models = networks();
    let score = |prompt| judge_with(&prompt_alignment::ENTRY, frames(3, 9), &models, Some(prompt)).value().unwrap();
    assert!((score("a red cat") - score("a blue dog")).abs() > 1e-4);
    // Longer than the network takes: cut, not refused.
    assert!(score(&"water ".repeat(500)).is_finite());
}
