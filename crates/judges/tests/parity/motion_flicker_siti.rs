//! Flickering against VBench's formula, spatial and temporal information against ffmpeg's `siti`, freezes against
//! `freezedetect`, motion against OpenCV's dense optical flow.

use reelcheck_types::{Curve, Interval, Timestamp};
use serde_json::Value;

use crate::clips::{ffmpeg_log, judge, judge_filtered, probe, real_clips, short_name};

/// VBench's temporal flickering of the real clips to six digits, computed from ffmpeg's 8-bit RGB frames with NumPy.
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

/// Half of the last printed digit, and as much for 32-bit float sums.
const FLICKERING_TOLERANCE: f64 = 1e-6;

/// `siti` prints two decimals and rounds limited range down where we round to nearest: up to half a level of luma.
const SITI_TOLERANCE: f64 = 0.06;

/// Smallest rank correlation of our motion with OpenCV's flow over the clips.
const MOTION_RANKS: f64 = 0.8;

#[test]
fn flickering_equals_vbench() {
    for path in real_clips().unwrap_or_default() {
        let name = short_name(&path);
        let Some((_, expected)) = FLICKERING.iter().find(|(clip, _)| *clip == name) else { continue };
        let value = judge(&path, &["temporal_flickering"])[0].value().unwrap();
        assert!((value - expected).abs() <= FLICKERING_TOLERANCE, "{name}: {value}, not {expected}");
    }
}

#[test]
fn spatial_and_temporal_information_equal_siti() {
    for path in real_clips().unwrap_or_default() {
        let name = short_name(&path);
        let log = ffmpeg_log(&path, "siti,metadata=print");
        let [si, ti] = ["lavfi.siti.si=", "lavfi.siti.ti="].map(|key| numbers_after(&log, key));
        let verdicts = judge(&path, &["spatial_information", "temporal_information"]);
        let values = |curve: &Curve| curve.points.iter().map(|point| point.value).collect::<Vec<_>>();
        let [our_si, our_ti] = [&verdicts[0], &verdicts[1]].map(|verdict| values(&verdict.evidence.curves[0]));
        assert_eq!(si.len(), probe(&path).frame_count(), "{name}");
        // The first of siti's temporal values is a 0 that belongs to no pair.
        for (ours, theirs, what) in [(&our_si, &si[..], "SI"), (&our_ti, &ti[1..], "TI")] {
            assert_eq!(ours.len(), theirs.len(), "{name} {what}");
            let largest = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            println!("{name} {what}: largest difference {largest:.4}");
            assert!(largest <= SITI_TOLERANCE, "{name} {what} differs by {largest}");
        }
        let max = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        assert!((verdicts[0].value().unwrap() - max(&si)).abs() <= SITI_TOLERANCE, "{name}");
        assert!((verdicts[1].value().unwrap() - max(&ti)).abs() <= SITI_TOLERANCE, "{name}");
    }
}

#[test]
fn freezes_are_those_of_freezedetect() {
    /// Frame 40 is held for thirty more frames. Times are made even, as both sides need the same ones.
    const HOLD: &str = "loop=loop=30:size=1:start=40,setpts=N/FRAME_RATE/TB";
    /// Both tools cut a freeze's ends by their own noise; frames of half a second and more are beyond dispute.
    const SHORTEST_SECS: f64 = 0.5;
    for path in real_clips().unwrap_or_default() {
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
fn motion_ranks_clips_as_opencv_does() {
    let golden: Value = serde_json::from_str(include_str!("../../golden/motion.json")).unwrap();
    let mut ours = vec![];
    let mut theirs = [vec![], vec![]];
    let mut decisions = vec![];
    for path in real_clips().unwrap_or_default() {
        let name = short_name(&path);
        let expected = &golden[&name];
        if expected.is_null() {
            continue;
        }
        let verdict = &judge(&path, &["motion"])[0];
        let number = |key: &str| verdict.evidence.numbers.iter().find(|(name, _)| name == key).unwrap().1;
        assert_eq!(verdict.frames_seen as u64, expected["frames"].as_u64().unwrap(), "{name}");
        ours.push(verdict.value().unwrap());
        for (theirs, flow) in theirs.iter_mut().zip(["dis", "farneback"]) {
            theirs.push(expected[flow]["mean"].as_f64().unwrap());
        }
        decisions.push((number("dynamic") > 0.5) == expected["dis"]["dynamic"].as_bool().unwrap());
        println!(
            "{name}: ours {:.2} px, {} over; DIS {} px, {} over; Farnebäck {} px, {} over",
            verdict.value().unwrap(),
            number("pairs_over_threshold"),
            expected["dis"]["mean"],
            expected["dis"]["pairs_over"],
            expected["farneback"]["mean"],
            expected["farneback"]["pairs_over"],
        );
    }
    if ours.len() < FLICKERING.len() {
        return;
    }
    for (theirs, flow) in theirs.iter().zip(["DIS", "Farnebäck"]) {
        let correlation = spearman(&ours, theirs);
        println!("rank correlation with {flow}: {correlation:.3}");
        assert!(correlation >= MOTION_RANKS, "{flow}: {correlation}");
    }
    assert!(decisions.iter().filter(|same| **same).count() + 1 >= decisions.len(), "{decisions:?}");
}

/// The number after each occurrence of a key.
fn numbers_after(log: &str, key: &str) -> Vec<f64> {
    let number = |rest: &str| rest.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap().parse().unwrap();
    log.split(key).skip(1).map(number).collect()
}

/// Spearman's rank correlation of values without ties.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let rank = |values: &[f64], value: f64| values.iter().filter(|other| **other < value).count() as f64;
    let squares: f64 = a.iter().zip(b).map(|(&x, &y)| (rank(a, x) - rank(b, y)).powi(2)).sum();
    let n = a.len() as f64;
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}
