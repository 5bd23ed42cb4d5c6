//! Tests over the whole scorer.

mod fixtures;
mod hostile;
mod small;
mod speed;

use super::*;
use crate::scoring::{RunReport, TaskReport};

fn options(profile: Option<ProfileId>) -> ScoreOptions {
    ScoreOptions { profile, created: "2026-01-01T00:00:00Z".to_owned(), reelcheck: "0".to_owned() }
}

/// The scorer and its report over files that have to be readable.
fn scored(files: &[(&str, &str)], profile: Option<ProfileId>) -> (Scorer, ScoreReport) {
    let mut scorer = Scorer::new();
    for (name, text) in files {
        scorer.add(name, text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"));
    }
    let report = scorer.score(&options(profile));
    (scorer, report)
}

/// A headline in percent.
fn percent(run: &RunReport, measure: &str) -> f64 {
    let headline = run.headlines.iter().find(|headline| headline.measure == measure);
    let headline = headline.unwrap_or_else(|| panic!("no {measure} in {:?}", run.headlines));
    headline.value.value().unwrap_or_else(|| panic!("{headline:?}")) * 100.0
}

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
}

fn task<'r>(report: &'r ScoreReport, name: &str) -> &'r TaskReport {
    report.tasks.iter().find(|task| task.id.task == name).unwrap()
}
