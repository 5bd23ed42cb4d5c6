//! Tables for a paper: one row per clip for short reports, one per judge always, and the agreement.

use std::fmt::Write as _;

use reelcheck_reference::markup::latex_text as text;
use reelcheck_types::Outcome;

use super::{head, outcome_of, shown, target};
use crate::{Decoding, Report, summarize};

/// Above this, a table of single clips would not fit a page and is left out; CSV holds all of them.
const CLIPS: usize = 40;

/// The report as LaTeX tables with booktabs' rules.
pub fn to_latex(report: &Report) -> String {
    let mut tex =
        String::from("% needs \\usepackage{booktabs} and, for characters of foreign names, a Unicode engine\n");
    let judged = report.judged().count();
    let _ = writeln!(tex, "% {} of {} clips judged, {}", judged, report.clips.len(), text(&super::provenance(report)));
    judges(report, &mut tex);
    if judged > 0 && judged <= CLIPS {
        clips(report, &mut tex);
    } else if judged > CLIPS {
        let _ = writeln!(tex, "% single clips are left out above {CLIPS}; the CSV holds all of them\n");
    }
    agreement(report, &mut tex);
    tex
}

/// One table. `columns` is LaTeX's own description of them.
fn table(tex: &mut String, columns: &str, heads: &[String], rows: &[Vec<String>], caption: &str) {
    let cells = |row: &[String]| row.iter().map(|cell| text(cell)).collect::<Vec<_>>().join(" & ");
    let _ = writeln!(tex, "\\begin{{table}}\n  \\centering\n  \\begin{{tabular}}{{{columns}}}\n    \\toprule");
    let _ = writeln!(tex, "    {} \\\\\n    \\midrule", cells(heads));
    for row in rows {
        let _ = writeln!(tex, "    {} \\\\", cells(row));
    }
    let _ = writeln!(tex, "    \\bottomrule\n  \\end{{tabular}}\n  \\caption{{{}}}\n\\end{{table}}\n", text(caption));
}

fn judges(report: &Report, tex: &mut String) {
    let heads = ["judge", "n", "no score", "mean", "median", "quartiles", "range", "normalized mean"];
    let rows: Vec<Vec<String>> = summarize(report)
        .judges
        .iter()
        .zip(&report.judges)
        .map(|(judge, card)| {
            let dash = || "–".to_owned();
            let spread = judge.spread.as_ref();
            let normalized = judge.normalized.as_ref();
            vec![
                head(card),
                judge.scored.to_string(),
                judge.unscored.to_string(),
                spread.map_or_else(dash, |s| shown(s.mean)),
                spread.map_or_else(dash, |s| shown(s.median)),
                spread.map_or_else(dash, |s| format!("{} to {}", shown(s.low_quartile), shown(s.high_quartile))),
                spread.map_or_else(dash, |s| format!("{} to {}", shown(s.least.value), shown(s.most.value))),
                normalized.map_or_else(dash, |n| shown(n.mean)),
            ]
        })
        .collect();
    let caption = "Scores over all clips, every clip with the same weight. Normalized with VBench's constants where there \
                   are any.";
    table(tex, "lrrrrrrr", &heads.map(str::to_owned), &rows, caption);
}

fn clips(report: &Report, tex: &mut String) {
    let mut heads = vec!["clip".to_owned()];
    heads.extend(report.judges.iter().map(head));
    let rows: Vec<Vec<String>> = report
        .judged()
        .map(|result| {
            let part = if result.decoding == Decoding::Complete { "" } else { " (first part)" };
            let mut row = vec![format!("{}{part}", result.clip.name)];
            row.extend(report.judges.iter().map(|card| match outcome_of(result, &card.id) {
                Some(Outcome::Scored(score)) => shown(score.value()),
                Some(Outcome::Unscored(_)) | None => "–".to_owned(),
            }));
            row
        })
        .collect();
    let columns = format!("l{}", "r".repeat(report.judges.len()));
    table(tex, &columns, &heads, &rows, "Scores by clip and judge.");
}

fn agreement(report: &Report, tex: &mut String) {
    let heads = ["judge", "reference", "n", "coverage", "metric", "value", "95 % interval", "blind floor"];
    let rows: Vec<Vec<String>> = report
        .agreement
        .iter()
        .flat_map(|agreement| {
            agreement.measures.iter().map(move |measure| {
                let (value, interval) = measure.cells();
                vec![
                    agreement.judge.clone(),
                    target(&agreement.field, agreement.label.as_deref()),
                    agreement.n.to_string(),
                    format!("{:.0} %", agreement.coverage * 100.0),
                    measure.metric.to_string(),
                    value,
                    interval,
                    measure.floor.map_or_else(|| "–".to_owned(), |floor| format!("{floor:.3}")),
                ]
            })
        })
        .collect();
    if !rows.is_empty() {
        let caption = "Agreement with the reference. The floor is what guessing without a look at the clips reaches.";
        table(tex, "llrrlrrr", &heads.map(str::to_owned), &rows, caption);
    }
}
