//! Flickering against VBench's formula, spatial and temporal information against ffmpeg's `siti`, freezes against
//! `freezedetect`, motion against OpenCV's dense inverse search flow.

use std::path::PathBuf;
use std::sync::OnceLock;

use reelcheck_types::{Curve, Interval, Timestamp, Verdict};
use serde_json::Value;

use crate::clips::{ffmpeg_log, judge, judge_filtered, probe, real_clips, short_name};

/// VBench's temporal flickering of the real clips to six digits, computed from ffmpeg's 8-bit RGB frames.
const FLICKERING: [(&str, f64); 9] = [
    ("hailuo_0009", 0.981411),
    ("hunyuan_0004", 0.991196),
    ("hunyuan_0055", 0.991729),
    ("hunyuan_0161", 0.990353),
    ("hunyuan_0220", 0.996706),
    ("luma_0067", 0.975275),
    ("mochi_0007", 0.994965),
    ("mochi_0083", 0.991816),
    ("sora_0164", 0.994445),
];

/// Half of the last printed digit, and as much again for 32-bit float sums.
const FLICKERING_TOLERANCE: f64 = 1e-6;

/// `siti` prints two decimals: half of the last one, and a little for 32-bit floats.
const SITI_TOLERANCE: f64 = 0.0051;

/// Smallest rank correlation of our motion with OpenCV's, over the clips and over all pairs of frames.
const MOTION_RANKS: f64 = 0.9;

/// Largest deviation of a clip's mean motion from OpenCV's, as a share of it.
const MOTION_DEVIATION: f64 = 0.2;

const JUDGES: [&str; 4] = ["temporal_flickering", "spatial_information", "temporal_information", "motion"];

/// Clips changed by ffmpeg are every fourth one: each is a pass of decoding, and what is put in is the same.
const CHANGED: usize = 4;

/// Every clip with the verdicts of [`JUDGES`], from one pass of decoding for all tests.
fn verdicts() -> &'static [(PathBuf, Vec<Verdict>)] {
    static VERDICTS: OnceLock<Vec<(PathBuf, Vec<Verdict>)>> = OnceLock::new();
    VERDICTS.get_or_init(|| {
        let clips = real_clips().unwrap_or_default();
        clips.into_iter().map(|path| (path.clone(), judge(&path, &JUDGES))).collect()
    })
}

fn values(curve: &Curve) -> Vec<f64> {
    curve.values.clone()
}

#[test]
fn flickering_equals_vbench() {
    for (path, verdicts) in verdicts() {
        let name = short_name(path);
        let Some((_, expected)) = FLICKERING.iter().find(|(clip, _)| *clip == name) else { continue };
        let value = verdicts[0].value().unwrap();
        assert!((value - expected).abs() <= FLICKERING_TOLERANCE, "{name}: {value}, not {expected}");
    }
}

#[test]
fn spatial_and_temporal_information_equal_siti() {
    for (path, verdicts) in verdicts() {
        let name = short_name(path);
        let log = ffmpeg_log(path, "siti,metadata=print");
        let [si, ti] = ["lavfi.siti.si=", "lavfi.siti.ti="].map(|key| numbers_after(&log, key));
        assert_eq!(si.len(), probe(path).frame_count(), "{name}");
        // The first of siti's temporal values is a 0 that belongs to no pair.
        for (verdict, theirs, what) in [(&verdicts[1], &si[..], "SI"), (&verdicts[2], &ti[1..], "TI")] {
            let ours = values(&verdict.evidence.curves[0]);
            assert_eq!(ours.len(), theirs.len(), "{name} {what}");
            let largest = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            println!("{name} {what}: largest difference {largest:.4}");
            assert!(largest <= SITI_TOLERANCE, "{name} {what} differs by {largest}");
            let max = theirs.iter().copied().fold(0.0, f64::max);
            assert!((verdict.value().unwrap() - max).abs() <= SITI_TOLERANCE, "{name} {what}");
        }
    }
}

#[test]
fn freezes_are_those_of_freezedetect() {
    /// Frame 40 is held for thirty more frames. Times are made even, as both sides need the same ones.
    const HOLD: &str = "loop=loop=30:size=1:start=40,setpts=N/FRAME_RATE/TB";
    /// Chroma, which only they look at, decides about short freezes; half a second and more is beyond dispute.
    const SHORTEST_SECS: f64 = 0.5;
    for path in real_clips().unwrap_or_default().into_iter().step_by(CHANGED) {
        let (name, clip) = (short_name(&path), probe(&path));
        let step = clip.duration_secs / clip.frame_count() as f64;
        let log = ffmpeg_log(&path, &format!("{HOLD},freezedetect=d={SHORTEST_SECS}"));
        let [starts, ends] = ["freeze_start: ", "freeze_end: "].map(|key| numbers_after(&log, key));
        let verdict = &judge_filtered(&path, HOLD, &["frozen_frames"])[0];
        let at = |time: Timestamp| ((time.secs_since(clip.timestamps[0])) / step).round();
        let long = |run: &&Interval| at(run.end) - at(run.start) + 2.0 >= (SHORTEST_SECS / step).ceil();
        let ours: Vec<&Interval> = verdict.evidence.intervals.iter().filter(long).collect();
        assert_eq!(ours.len(), starts.len(), "{name}: {ours:?} {starts:?}");
        for ((run, start), end) in ours.into_iter().zip(starts).zip(ends) {
            // Theirs begins with the picture that is held and ends with the first new one.
            let (start, end) = ((start / step).round(), (end / step).round());
            println!("{name}: {:?} {:?}", (at(run.start) - 1.0, at(run.end) + 1.0), (start, end));
            assert!((at(run.start) - 1.0 - start).abs() <= 1.0, "{name}: {run:?} {start}");
            assert!((at(run.end) + 1.0 - end).abs() <= 1.0, "{name}: {run:?} {end}");
        }
    }
}

#[test]
fn motion_is_that_of_opencv() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/motion.json")).unwrap();
    let (mut means, mut pairs) = ((vec![], vec![]), (vec![], vec![]));
    for (path, verdicts) in verdicts() {
        let (name, verdict) = (short_name(path), &verdicts[3]);
        let expected = &golden[&name];
        if expected.is_null() {
            continue;
        }
        let number = |key: &str| verdict.evidence.numbers.iter().find(|(name, _)| name == key).unwrap().1;
        assert_eq!(verdict.frames_seen as u64, expected["frames"].as_u64().unwrap(), "{name}");
        let (ours, theirs) = (verdict.value().unwrap(), expected["mean"].as_f64().unwrap());
        let (over, over_there) = (number("pairs_over_threshold"), &expected["pairs_over"]);
        println!("{name}: {ours:.2} px, {over} pairs over; OpenCV {theirs:.2} px, {over_there} pairs over");
        assert!((ours - theirs).abs() <= MOTION_DEVIATION * theirs, "{name}: {ours} px, not {theirs} px");
        assert_eq!(number("dynamic") > 0.5, expected["dynamic"].as_bool().unwrap(), "{name}");
        means.0.push(ours);
        means.1.push(theirs);
        pairs.0.extend(values(&verdict.evidence.curves[0]));
        pairs.1.extend(expected["distances"].as_array().unwrap().iter().map(|distance| distance.as_f64().unwrap()));
    }
    if means.0.len() == FLICKERING.len() {
        let (clips, pairs) = (spearman(&means.0, &means.1), spearman(&pairs.0, &pairs.1));
        println!("rank correlation over clips {clips:.3}, over pairs {pairs:.3}");
        assert!(clips >= MOTION_RANKS && pairs >= MOTION_RANKS, "{clips} {pairs}");
    }
}

/// The number after each occurrence of a key.
fn numbers_after(log: &str, key: &str) -> Vec<f64> {
    let number = |rest: &str| rest.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap().parse().unwrap();
    log.split(key).skip(1).map(number).collect()
}

/// Spearman's rank correlation; equal values share a rank.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let rank = |values: &[f64], value: f64| {
        let below = values.iter().filter(|other| **other < value).count();
        let equal = values.iter().filter(|other| other.total_cmp(&value).is_eq()).count();
        below as f64 + (equal as f64 - 1.0) / 2.0
    };
    let middle = (a.len() as f64 - 1.0) / 2.0;
    let centered = |values: &[f64]| values.iter().map(|&value| rank(values, value) - middle).collect::<Vec<_>>();
    let (a, b) = (centered(a), centered(b));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
}
