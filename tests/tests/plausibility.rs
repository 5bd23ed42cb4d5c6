//! The judge `plausibility`, end to end: the sample clips through ffmpeg, views and the bundled network.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reelcheck_cli::{Inputs, JudgeOptions, judge_files};
use reelcheck_tests::has_ffmpeg;
use reelcheck_types::Verdict;

/// The sample clips of the site, with the verdict on each and whether something in it is impossible.
fn samples() -> Vec<(String, Verdict, bool)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/public/samples");
    let answers = std::fs::read(folder.join("impossible.json")).unwrap();
    let answers: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_slice(&answers).unwrap();
    let clips: Vec<(PathBuf, String)> = answers.keys().map(|name| (folder.join(name), name.clone())).collect();
    let options = JudgeOptions { judges: vec!["plausibility".to_owned()], ..JudgeOptions::default() };
    let report = judge_files(&Inputs { clips, passed_over: 0 }, &options, |_| ()).unwrap();
    let judged = report.judged().map(|result| {
        let name = result.clip.name.clone();
        let impossible = answers[&name]["impossible"] == "yes";
        (name, result.verdicts[0].clone(), impossible)
    });
    judged.collect()
}

#[test]
fn every_sample_has_a_verdict_with_its_evidence() {
    if !has_ffmpeg("judging the samples") {
        return;
    }
    let samples = samples();
    assert!(samples.len() >= 6, "too few samples: {}", samples.len());
    for (name, verdict, _) in &samples {
        let value = verdict.value().unwrap();
        assert!((0.0..=1.0).contains(&value), "{name}: {value}");
        let curve = &verdict.evidence.curves[0];
        assert_eq!((curve.quantity.as_str(), curve.values.len()), ("impossible_probability", verdict.frames_seen));
        assert!(verdict.evidence.numbers.iter().any(|(key, _)| key == "law_gravity"), "{name}");
        for heat in &verdict.evidence.heat_maps {
            let cells = (heat.columns * heat.rows) as usize;
            assert_eq!(heat.frame_indices.len(), heat.percents.len());
            assert!(heat.percents.iter().all(|percents| percents.len() == cells && percents.iter().all(|&p| p <= 100)));
        }
    }
}
