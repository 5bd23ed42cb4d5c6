//! A report for other programs and for papers: JSON, CSV, Markdown, LaTeX.
//!
//! Invariants: every number stands with its rows, what was unparsed and missing, its interval, its floor and the profile
//! with its version; what others published is marked as such and never in a row of ours; text out of files is escaped
//! (see [`crate::markup`]). JSON is the report itself; the other three are views of the same [`Section`]s.

mod sections;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Quantity, ScoreReport};
use crate::markup::{csv_cell, latex_text, markdown_text};

pub use sections::{benchmark_name, sections};

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// The report itself.
    Json,
    /// One row per number.
    Csv,
    /// A document.
    Markdown,
    /// Tables with booktabs' rules.
    Latex,
}

/// What a number is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share of 0 to 1, shown in percent.
    Share,
    /// A number as it stands.
    Plain,
    /// A whole number.
    Count,
}

/// A number of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The model, generator, metric or floor.
    pub subject: String,
    /// The file that it comes from.
    pub file: String,
    /// The measure.
    pub measure: String,
    /// The part of the items that it is about: `domain: physical laws`; empty for all.
    pub part: String,
    /// The number.
    pub value: Quantity,
    /// Its unit.
    pub unit: Unit,
    /// The strongest floor and its rule.
    pub floor: Option<(f64, String)>,
    /// Items without a readable answer, and without any, for runs.
    pub unread: Option<(u64, u64)>,
    /// The profile with its version, where one decided.
    pub profile: Option<(String, String)>,
    /// Whether it is a part or another view of a number above it.
    pub is_detail: bool,
}

/// Numbers that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What they are about.
    pub title: String,
    /// What a reader must know.
    pub remarks: Vec<String>,
    /// Whether others published them.
    pub is_published: bool,
    /// The numbers.
    pub rows: Vec<Row>,
}

/// The report in a form.
#[must_use]
pub fn export(report: &ScoreReport, format: ExportFormat) -> String {
    match format {
        // The report has no maps with keys that are no texts, and no other way to fail.
        ExportFormat::Json => serde_json::to_string_pretty(report).unwrap_or_default(),
        ExportFormat::Csv => csv(report),
        ExportFormat::Markdown => markdown(report),
        ExportFormat::Latex => latex(report),
    }
}

fn csv(report: &ScoreReport) -> String {
    let mut out = String::from(
        "section,origin,subject,file,measure,part,value,low,high,n,why_none,unparsed,missing,floor,floor_rule,profile,\
         profile_version\r\n",
    );
    for section in sections(report) {
        let origin = csv_cell(if section.is_published { "published, not ours" } else { "computed" });
        for row in &section.rows {
            let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            let interval = row.value.interval();
            let why = match row.value {
                Quantity::Undefined(why) => why.to_string(),
                Quantity::Value { .. } => String::new(),
            };
            let count = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
            let (name, version) = row.profile.as_ref().map_or(("", ""), |(name, version)| (name, version));
            // Numbers are ours and stay numbers; the sign of a negative one is no formula.
            let _ = write!(
                out,
                "{},{origin},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
                csv_cell(&section.title),
                csv_cell(&row.subject),
                csv_cell(&row.file),
                csv_cell(&row.measure),
                csv_cell(&row.part),
                number(row.value.value()),
                number(interval.map(|interval| interval.low)),
                number(interval.map(|interval| interval.high)),
                row.value.n(),
                csv_cell(&why),
                count(row.unread.map(|unread| unread.0)),
                count(row.unread.map(|unread| unread.1)),
                number(row.floor.as_ref().map(|floor| floor.0)),
                csv_cell(row.floor.as_ref().map_or("", |floor| &floor.1)),
                csv_cell(name),
                csv_cell(version),
            );
        }
    }
    out
}

/// A number as people read it: shares in percent with two decimals, counts with none, others with three.
#[must_use]
pub fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => format!("{:.2}", value * 100.0),
        Unit::Plain => format!("{value:.3}"),
        Unit::Count => format!("{value:.0}"),
    }
}

/// The cells of a row after its subject, measure and part: value, interval, floor, n, unparsed, missing.
#[must_use]
pub fn cells(row: &Row) -> [String; 6] {
    let dash = || "–".to_owned();
    let count = |count: Option<u64>| count.map_or_else(dash, |count| count.to_string());
    let value = match row.value {
        Quantity::Value { value, .. } => shown(value, row.unit),
        Quantity::Undefined(why) => format!("– ({why})"),
    };
    let interval = row.value.interval();
    let interval = interval
        .map_or_else(dash, |found| format!("{} to {}", shown(found.low, row.unit), shown(found.high, row.unit)));
    let floor = row.floor.as_ref();
    let floor = floor.map_or_else(dash, |(value, rule)| format!("{} ({rule})", shown(*value, row.unit)));
    let (unparsed, missing) = (row.unread.map(|unread| unread.0), row.unread.map(|unread| unread.1));
    [value, interval, floor, row.value.n().to_string(), count(unparsed), count(missing)]
}

const HEADS: [&str; 9] = ["model", "measure", "part", "value", "95 % interval", "floor", "n", "unparsed", "missing"];

fn markdown(report: &ScoreReport) -> String {
    let mut md = String::new();
    let _ = writeln!(md, "# Scores\n");
    let _ = writeln!(md, "{} · Reelcheck {}\n", markdown_text(&report.created), markdown_text(&report.reelcheck));
    let _ = writeln!(md, "Shares are in percent. Clips, not items, are taken as independent in the intervals.\n");
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = writeln!(md, "## {title}\n");
            lines.iter().for_each(|line| _ = writeln!(md, "- {}", markdown_text(line)));
            md.push('\n');
        }
    };
    list("Files", report.files.iter().map(|file| format!("{}: {}", file.file, file.sentence)).collect());
    list("Not read", report.refused.iter().map(ToString::to_string).collect());
    list("Remarks", remarks(report));
    for section in sections(report) {
        let mark = if section.is_published { " (published, not ours)" } else { "" };
        let _ = writeln!(md, "## {}{mark}\n", markdown_text(&section.title));
        for remark in &section.remarks {
            let _ = writeln!(md, "{}\n", markdown_text(remark));
        }
        let _ = writeln!(md, "| {} |", HEADS.join(" | "));
        let _ = writeln!(md, "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for row in &section.rows {
            let names = [&row.subject, &row.measure, &row.part].map(|name| markdown_text(name)).join(" | ");
            let _ = writeln!(md, "| {names} | {} |", cells(row).map(|cell| markdown_text(&cell)).join(" | "));
        }
        md.push('\n');
    }
    md
}

/// What was odd in the files and between them, and what could not be scored.
#[must_use]
pub fn remarks(report: &ScoreReport) -> Vec<String> {
    let of_files =
        report.files.iter().flat_map(|file| file.warnings.iter().map(|notice| format!("{}: {notice}", file.file)));
    let between = report.warnings.iter().map(ToString::to_string);
    let unplaced = report.unplaced.iter().map(|run| {
        let task =
            run.task.as_ref().map_or_else(|| "of an unknown task".to_owned(), |task| format!("of {:?}", task.task));
        let (model, file, answers) = (&run.model, &run.file, run.answers);
        format!("{file}: {answers} answers of {model} {task} are not scored; add the file with the reference answers")
    });
    of_files.chain(between).chain(unplaced).collect()
}

fn latex(report: &ScoreReport) -> String {
    let mut tex =
        String::from("% needs \\usepackage{booktabs} and, for characters of foreign names, a Unicode engine\n");
    for section in sections(report) {
        let rows: Vec<&Row> = section.rows.iter().filter(|row| !row.is_detail).collect();
        if rows.is_empty() {
            continue;
        }
        let mark = if section.is_published { " (published, not ours)" } else { "" };
        let _ = writeln!(tex, "\\begin{{table}}\n  \\centering\n  \\begin{{tabular}}{{lllrrrrrr}}\n    \\toprule");
        let _ = writeln!(tex, "    {} \\\\\n    \\midrule", HEADS.map(latex_text).join(" & "));
        for row in rows {
            let names = [&row.subject, &row.measure, &row.part].map(|name| latex_text(name)).join(" & ");
            let _ = writeln!(tex, "    {names} & {} \\\\", cells(row).map(|cell| latex_text(&cell)).join(" & "));
        }
        let remarks: String = section.remarks.iter().map(|remark| format!(" {remark}")).collect();
        let caption = format!("{}{mark}.{remarks}", section.title);
        let _ = writeln!(tex, "    \\bottomrule\n  \\end{{tabular}}\n  \\caption{{{}}}", latex_text(&caption));
        let _ = writeln!(tex, "\\end{{table}}\n");
    }
    tex
}
