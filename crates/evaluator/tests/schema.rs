//! The committed JSON Schemas are those of the types. `REELCHECK_BLESS=1 cargo test` writes them anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;

use schemars::Schema;

fn check(file: &str, schema: &Schema) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/schema").join(file);
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("REELCHECK_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let hint = "run REELCHECK_BLESS=1 cargo test -p reelcheck-evaluator --test schema";
    assert!(committed == text, "{} is not the types' own any more: {hint}", path.display());
}

#[test]
fn the_report_schema_is_committed() {
    check("report.v1.schema.json", &reelcheck_evaluator::report_schema());
}

#[test]
fn the_event_schema_is_committed() {
    check("event.v1.schema.json", &reelcheck_evaluator::event_schema());
}

#[test]
fn the_summary_schema_is_committed() {
    check("summary.v1.schema.json", &reelcheck_evaluator::summary_schema());
}

#[test]
fn the_scores_schema_is_committed() {
    check("scores.v1.schema.json", &reelcheck_evaluator::scores_schema());
}
