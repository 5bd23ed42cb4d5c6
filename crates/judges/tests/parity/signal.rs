//! Sharpness and colorfulness against OpenCV and numpy, content change against `PySceneDetect`, blockiness against ffmpeg's
//! `blockdetect`, clipped shares against counts of the planes; cuts and flashes that ffmpeg puts into real clips.

use reelcheck_types::{Curve, Verdict};
use serde_json::Value;

use crate::clips::{judge, judge_filtered, real_clips, short_name};

/// Twelve digits are kept of expected values; what is left are orders of summation in 64-bit floats.
const TOLERANCE: f64 = 1e-10;

/// `blockdetect` sums in 32-bit floats and prints seven decimals.
const BLOCKINESS_TOLERANCE: f64 = 1e-5;

const JUDGES: [&str; 6] = ["sharpness", "colorfulness", "exposure", "scene_cuts", "blockiness", "flashes"];

/// Clips changed by ffmpeg are every fourth one: each is a pass of decoding, and what is put in is the same.
const CHANGED: usize = 4;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../golden/signal_judges.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn relative_error(ours: f64, theirs: f64) -> f64 {
    if ours.to_bits() == theirs.to_bits() { 0.0 } else { (ours - theirs).abs() / theirs.abs() }
}

/// The largest relative error of a curve over all frames, from every `step`-th value and the mean.
fn largest_error(curve: &Curve, expected: &Value, step: usize) -> f64 {
    let ours = &curve.values;
    let theirs = numbers(&expected["values"]);
    assert_eq!(theirs.len(), ours.len().div_ceil(step), "{}", curve.quantity);
    let mean = ours.iter().sum::<f64>() / ours.len() as f64;
    let errors = ours.iter().step_by(step).zip(&theirs).map(|(&ours, &theirs)| relative_error(ours, theirs));
    errors.fold(relative_error(mean, expected["mean"].as_f64().unwrap()), f64::max)
}

#[test]
fn values_equal_the_public_tools() {
    let golden = golden();
    let step = golden["step"].as_u64().unwrap() as usize;
    let mut compared = 0;
    for path in real_clips().unwrap_or_default() {
        let name = short_name(&path);
        let Some(expected) = golden["clips"].as_array().unwrap().iter().find(|clip| clip["clip"] == *name) else {
            continue;
        };
        let verdicts = judge(&path, &JUDGES);
        let curve = |judge: usize, index: usize| &verdicts[judge].evidence.curves[index];
        assert_eq!(verdicts[0].frames_seen as u64, expected["frames"].as_u64().unwrap(), "{name}");
        let exact = [
            ("sharpness", curve(0, 0)),
            ("colorfulness", curve(1, 0)),
            ("clipped_shadows", curve(2, 1)),
            ("clipped_highlights", curve(2, 2)),
            ("scene_cuts", curve(3, 0)),
        ];
        for (key, curve) in exact {
            let error = largest_error(curve, &expected[key], step);
            println!("{name} {key}: largest relative error {error:.1e}");
            assert!(error <= TOLERANCE, "{name} {key} differs by {error}");
        }
        assert_eq!(cut_frames(&verdicts[3]), numbers(&expected["scene_cuts"]["cuts"]), "{name}");

        // Blockiness is looked at less often: its values are found by their frames.
        let frames = (0..curve(0, 0).values.len()).map(|index| curve(0, 0).frame(index)).step_by(step);
        let blockiness = numbers(&expected["blockiness"]["values"]);
        let error = frames.zip(&blockiness).map(|(frame, &theirs)| {
            let curve = curve(4, 0);
            let ours = (0..curve.values.len()).find(|&index| curve.frame(index) == frame).unwrap();
            relative_error(curve.values[ours], theirs)
        });
        let error = error.fold(0.0, f64::max);
        println!("{name} blockiness: largest relative error {error:.1e}");
        assert!(error <= BLOCKINESS_TOLERANCE, "{name} blockiness differs by {error}");
        // None of these clips flashes, though all of them move.
        assert!(verdicts[5].evidence.intervals.is_empty(), "{name}: {:?}", verdicts[5]);
        compared += 1;
    }
    assert!(compared > 0 || real_clips().is_none());
}

#[test]
fn cuts_put_into_real_clips_are_found() {
    for path in real_clips().unwrap_or_default().iter().step_by(CHANGED) {
        let verdict = &judge_filtered(path, "negate=enable='between(n,40,79)'", &["scene_cuts"])[0];
        assert_eq!(cut_frames(verdict), [40.0, 80.0], "{}", short_name(path));
    }
}

#[test]
fn flashes_put_into_real_clips_are_found() {
    for path in real_clips().unwrap_or_default().iter().step_by(CHANGED) {
        let name = short_name(path);
        // Three white frames, three black ones, from frame 30 on: 4 or 5 flashes a second at 24 to 30 frames a second.
        let gray = |code: u32, phase: &str| format!("lutyuv=y={code}:u=128:v=128:enable='gte(n,30)*{phase}'");
        let filter = format!("{},{}", gray(235, "lt(mod(n,6),3)"), gray(16, "gte(mod(n,6),3)"));
        let verdict = &judge_filtered(path, &filter, &["flashes"])[0];
        let value = verdict.value().unwrap();
        assert!((4.0..=5.0).contains(&value), "{name}: {value}");
        assert_eq!(verdict.evidence.intervals.len(), 1, "{name}");
        assert!(verdict.evidence.intervals[0].start.as_secs_f64() > 0.9, "{name}");
    }
}

fn cut_frames(verdict: &Verdict) -> Vec<f64> {
    let mut frames: Vec<usize> = verdict.evidence.moments.iter().map(|cut| cut.frame_index).collect();
    frames.sort_unstable();
    frames.into_iter().map(|frame| frame as f64).collect()
}
