//! Views of a report for other programs and for people: CSV, Markdown, LaTeX, VBench's shape, and a page of HTML.
//!
//! Invariant: JSON is the report itself; a view computes nothing of its own and says what it leaves out. Text out of files
//! is escaped (see [`reelcheck_reference::markup`]).

mod html;
mod latex;
mod predictions;
mod vbench;

use std::fmt::Write as _;

use reelcheck_reference::markup::{csv_cell as cell, markdown_text as text};
use reelcheck_types::{Card, Outcome};
use serde::{Deserialize, Serialize};

use crate::{ClipFailure, ClipOutcome, ClipReport, Decoding, Report};

pub use html::{Pictures, to_html};
pub use latex::to_latex;
pub use predictions::to_predictions;
pub use vbench::to_vbench;

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportFormat {
    /// The report itself.
    Json,
    /// One row for each clip and judge.
    Csv,
    /// A document.
    Markdown,
    /// Tables with booktabs' rules.
    Latex,
    /// What VBench's own tool writes.
    Vbench,
    /// What judges answer to questions, in the shape of IPV-Bench's predictions.
    Predictions,
    /// A page that needs nothing else.
    Html,
}

/// The report in a form. `pictures` are for the page of HTML.
pub fn export(report: &Report, format: ReportFormat, pictures: &Pictures) -> String {
    match format {
        ReportFormat::Json => report.to_json(),
        ReportFormat::Csv => to_csv(report),
        ReportFormat::Markdown => to_markdown(report),
        ReportFormat::Latex => to_latex(report),
        ReportFormat::Vbench => to_vbench(report),
        ReportFormat::Predictions => to_predictions(report),
        ReportFormat::Html => to_html(report, pictures),
    }
}

/// A judge's column head: its id, with the unit if there is one.
fn head(card: &Card) -> String {
    let unit = card.unit.to_string();
    if unit.is_empty() { card.id.clone() } else { format!("{} ({unit})", card.id) }
}

/// A number as people read it; the JSON holds all digits. Small ones keep theirs: a rounded 0 would be a lie.
fn shown(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (0.0001..1e7).contains(&size) { format!("{value:.4}") } else { format!("{value:.2e}") }
}

/// What a judge says of a clip, if it was asked.
fn outcome_of<'a>(result: &'a ClipReport, judge: &str) -> Option<&'a Outcome> {
    result.verdicts.iter().find(|verdict| verdict.judge == judge).map(|verdict| &verdict.outcome)
}

/// The clips that could not be judged.
fn failures(report: &Report) -> Vec<&ClipFailure> {
    let failed = report.clips.iter().filter_map(|outcome| match outcome {
        ClipOutcome::Failed(failure) => Some(failure),
        ClipOutcome::Judged(_) => None,
    });
    failed.collect()
}

/// A field, or one label of it.
fn target(field: &str, label: Option<&str>) -> String {
    label.map_or_else(|| field.to_owned(), |label| format!("{field} = {label}"))
}

/// Where the report was made, in one line.
fn provenance(report: &Report) -> String {
    let environment = &report.environment;
    format!(
        "{} · Reelcheck {} · {} · decoded by {} · {:?} ({})",
        report.created,
        environment.reelcheck,
        environment.platform,
        environment.decoder,
        report.device.backend,
        report.device.adapter.as_deref().unwrap_or("CPU")
    )
}

/// One row for each clip and judge, as RFC 4180 CSV in UTF-8. A missing score is an empty cell with its reason beside it.
pub fn to_csv(report: &Report) -> String {
    let mut csv = String::from("clip,judge,version,score,unit,status,detail\r\n");
    for outcome in &report.clips {
        match outcome {
            ClipOutcome::Failed(failure) => {
                let name = cell(&failure.file);
                let _ = write!(csv, "{name},,,,,failed,{}\r\n", cell(&failure.message));
            }
            ClipOutcome::Judged(result) => {
                let partly = match &result.decoding {
                    Decoding::Complete => None,
                    Decoding::Stopped { at_secs, of_secs, .. } => {
                        Some(format!("stopped at {at_secs:.1} s of {of_secs:.1} s"))
                    }
                };
                for verdict in &result.verdicts {
                    let version = report.judges.iter().find(|card| card.id == verdict.judge).map_or(0, |c| c.version);
                    let (score, unit, status, detail) = match &verdict.outcome {
                        Outcome::Scored(score) => {
                            let status = if partly.is_some() { "scored-in-part" } else { "scored" };
                            let detail = partly.clone().unwrap_or_default();
                            (score.value().to_string(), score.unit().to_string(), status, detail)
                        }
                        Outcome::Unscored(reason) => (String::new(), String::new(), "unscored", reason.to_string()),
                    };
                    let _ = write!(
                        csv,
                        "{},{},{version},{score},{unit},{status},{}\r\n",
                        cell(&result.clip.name),
                        verdict.judge,
                        cell(&detail)
                    );
                }
            }
        }
    }
    csv
}

/// The report as a document: what ran where, a table of scores, what failed, and the agreement.
pub fn to_markdown(report: &Report) -> String {
    let mut md = String::new();
    let _ = writeln!(md, "# Reelcheck report\n\n{}\n", provenance(report));

    let judged: Vec<_> = report.judged().collect();
    let _ = writeln!(md, "## Scores\n\n{} of {} clips judged.\n", judged.len(), report.clips.len());
    if !judged.is_empty() {
        let heads: Vec<String> = report.judges.iter().map(head).collect();
        let _ = writeln!(md, "| clip | {} |", heads.join(" | "));
        let _ = writeln!(md, "| --- |{}", " ---: |".repeat(heads.len()));
        for result in &judged {
            let cells: Vec<String> = report
                .judges
                .iter()
                .map(|card| match outcome_of(result, &card.id) {
                    Some(Outcome::Scored(score)) => shown(score.value()),
                    Some(Outcome::Unscored(reason)) => format!("— ({reason})"),
                    None => "—".to_owned(),
                })
                .collect();
            let part = if result.decoding == Decoding::Complete { "" } else { " (first part)" };
            let _ = writeln!(md, "| {}{part} | {} |", text(&result.clip.name), cells.join(" | "));
        }
    }

    let failures = failures(report);
    if !failures.is_empty() {
        let _ = writeln!(md, "\n## Not judged\n");
        for failure in failures {
            let _ = writeln!(md, "- {}: {} {}", text(&failure.file), text(&failure.message), text(&failure.remedy));
        }
    }
    agreement_section(report, &mut md);
    md
}

fn agreement_section(report: &Report, md: &mut String) {
    if report.agreement.is_empty() {
        return;
    }
    let _ = writeln!(md, "\n## Agreement with the reference\n");
    let _ = writeln!(md, "| judge | reference | n | coverage | metric | value | 95 % interval | blind floor |");
    let _ = writeln!(md, "| --- | --- | ---: | ---: | --- | ---: | --- | ---: |");
    for agreement in &report.agreement {
        let reference = target(&agreement.field, agreement.label.as_deref());
        for measure in &agreement.measures {
            let (value, interval) = measure.cells();
            let floor = measure.floor.map_or_else(|| "—".to_owned(), |floor| format!("{floor:.3}"));
            let _ = writeln!(
                md,
                "| {} | {} | {} | {:.0} % | {} | {value} | {interval} | {floor} |",
                agreement.judge,
                text(&reference),
                agreement.n,
                agreement.coverage * 100.0,
                measure.metric
            );
        }
    }
}
