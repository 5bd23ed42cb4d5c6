//! The learned judges over drawn frames, with the small random networks of `crates/models/golden/networks`.

use std::path::Path;

use burn::tensor::Device;
use reelcheck_models::weights::MemoryFolder;
use reelcheck_models::{Models, Role};
use reelcheck_types::{Frame, Need, Outcome, Unscored};

use super::{
    aesthetic_quality, appearance_style, consistency, consistency_long, generated_look, option_likeness,
    prompt_alignment,
};
use crate::testing::{judge, judge_with, rgb_frames, texture};
use crate::{Entry, Question, Told};

/// Those of pairs first.
const ENTRIES: [Entry; 14] = [
    consistency::SUBJECT_ENTRY,
    consistency::BACKGROUND_ENTRY,
    consistency_long::SUBJECT_ENTRY,
    consistency_long::BACKGROUND_ENTRY,
    consistency::SUBJECT_LIGHT_ENTRY,
    consistency::BACKGROUND_LIGHT_ENTRY,
    aesthetic_quality::ENTRY,
    aesthetic_quality::LIGHT_ENTRY,
    prompt_alignment::ENTRY,
    prompt_alignment::LIGHT_ENTRY,
    appearance_style::ENTRY,
    appearance_style::LIGHT_ENTRY,
    generated_look::ENTRY,
    option_likeness::ENTRY,
];
const PAIRS: usize = 6;

fn told(text: &str) -> Told {
    let options = ["a red cat", "a blue dog", "water"].map(str::to_owned).to_vec();
    let questions = vec![Question { id: "7".to_owned(), options }];
    Told { prompt: Some(text.to_owned()), style: Some(text.to_owned()), questions }
}

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
    for (entry, need) in [
        (&prompt_alignment::ENTRY, Need::Prompt),
        (&appearance_style::ENTRY, Need::Style),
        (&option_likeness::ENTRY, Need::Question),
    ] {
        // A question with one option leaves no choice.
        let questions = vec![Question { id: "1".to_owned(), options: vec!["a red cat".to_owned()] }];
        for told in [Told::default(), Told { prompt: Some("  ".to_owned()), style: Some(String::new()), questions }] {
            let outcome = judge_with(entry, frames(1, 9), &models, &told).outcome;
            assert_eq!(outcome, Outcome::Unscored(Unscored::Missing { need }), "{}", (entry.card)().id);
        }
    }
}

fn judge_without_run(entry: &Entry) -> Outcome {
    judge(entry, frames(2, 9)).outcome
}

#[test]
fn a_still_clip_is_consistent_and_a_cut_is_the_weightiest_moment() {
    let models = networks();
    for entry in &ENTRIES[..2] {
        let still = judge_with(entry, frames(9, 99), &models, &Told::default());
        assert!((still.value().unwrap() - 1.0).abs() < 1e-6, "{:?}", still.outcome);
        // At 24 frames per second, frame 13 is the later one of the pair across the cut.
        let cut = judge_with(entry, frames(21, 13), &models, &Told::default());
        assert!(cut.value().unwrap() < 0.999, "{:?}", cut.outcome);
        assert_eq!(cut.evidence.moments[0].frame_index, 13);
        assert_eq!(cut.evidence.curves[0].values.len(), 20);
        assert!(cut.evidence.curves[1].values[13] > 1.0 - 1e-6 && cut.evidence.curves[2].values[13] < 0.999);
    }
}

#[test]
fn one_frame_is_enough_where_no_pair_is_needed() {
    let models = networks();
    let outcomes = ENTRIES.map(|entry| judge_with(&entry, frames(1, 9), &models, &told("a red cat")).outcome);
    for outcome in &outcomes[..PAIRS] {
        assert_eq!(*outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
    }
    assert!(outcomes[PAIRS..].iter().all(|outcome| matches!(outcome, Outcome::Scored(_))), "{outcomes:?}");
}

#[test]
fn the_text_counts() {
    let models = networks();
    for entry in [&prompt_alignment::ENTRY, &appearance_style::ENTRY] {
        let score = |text: &str| judge_with(entry, frames(3, 9), &models, &told(text)).value().unwrap();
        assert!((score("a red cat") - score("a blue dog")).abs() > 1e-4);
        // Longer than the network takes: cut, not refused.
        assert!(score(&"water ".repeat(500)).is_finite());
    }
}

#[test]
fn the_likeliest_option_is_the_answer() {
    let verdict = judge_with(&option_likeness::ENTRY, frames(20, 9), &networks(), &told(""));
    let [choice] = &verdict.evidence.choices[..] else { panic!("{:?}", verdict.evidence.choices) };
    assert_eq!((choice.question.as_str(), choice.likeness.len(), verdict.frames_seen), ("7", 3, 16));
    assert!((verdict.value().unwrap() - choice.margin()).abs() < 1e-12 && choice.margin() > 0.0);
    // Frame by frame it is preferred by as much on average, or less: the next one need not be the same in all frames.
    let curve = &verdict.evidence.curves[0].values;
    assert!(curve.iter().sum::<f64>() / curve.len() as f64 <= choice.margin() + 1e-12);
}
