//! A report as one page of HTML that opens anywhere: no script, no request, no font.
//!
//! Invariants: the page's own policy forbids everything but its styles and the pictures inside it; every number of a table
//! leads to its clip; what is left out for its size is said.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reelcheck_reference::markup::html_text as text;
use reelcheck_types::{AnnotationValue, Curve, Outcome, Verdict};

use super::{failures, head, outcome_of, provenance, shown, target};
use crate::{ClipOutcome, ClipReport, Decoding, Report, Summary, summarize};

/// Pictures of clips by their names, as `data:image/…;base64,…` addresses. Others are not used.
pub type Pictures = BTreeMap<String, String>;

/// Clips that get a part of their own with curves and evidence.
const DETAILED_CLIPS: usize = 200;
/// Points of a drawn curve; longer ones are drawn by the lowest and highest value of each stretch.
const CURVE_POINTS: usize = 240;
/// The size of a drawn curve in its own units.
const CURVE_SIZE: (f64, f64) = (600.0, 60.0);

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
<meta name=\"color-scheme\" content=\"light dark\">\n<title>Reelcheck report</title>\n<style>\n\
:root{color-scheme:light dark;--paper:#faf9f5;--surface:#fff;--ink:#1d1e1b;--quiet:#585950;--line:#dedbd2;\
--accent:#2a4bd0;--fill:#e6e4dc}\n\
@media(prefers-color-scheme:dark){:root{--paper:#141512;--surface:#1c1d1a;--ink:#efede6;--quiet:#aeaca1;--line:#35362f;\
--accent:#a9b8ff;--fill:#2c2d28}}\n\
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}\n\
main{max-width:76rem;margin:auto;padding:1.5rem}\nh1,h2,h3{line-height:1.2}\na{color:var(--accent)}\n\
.quiet{color:var(--quiet)}\n.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;\
background:var(--surface)}\n\
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}\n\
th,td{padding:.4rem .7rem;border-bottom:1px solid var(--line);text-align:start;vertical-align:top}\n\
td.n,th.n{text-align:end}\ncaption{padding:.6rem .7rem;text-align:start;color:var(--quiet)}\n\
article{margin-block:2rem;padding-block-start:1rem;border-top:1px solid var(--line)}\n\
img{max-width:100%;height:auto;border-radius:8px}\nsvg{display:block;width:100%;height:60px;background:var(--surface)}\n\
svg path{fill:none;stroke:var(--ink);stroke-width:1.4;vector-effect:non-scaling-stroke}\n\
figure{margin:1rem 0;font-size:.875rem}\n\
@media print{article{break-inside:avoid}a{color:inherit}}\n</style>\n</head>\n<body>\n<main>\n";

/// The report as a page. `pictures` are shown beside their clips.
pub fn to_html(report: &Report, pictures: &Pictures) -> String {
    let summary = summarize(report);
    let failed = failures(report);
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "<h1>Reelcheck report</h1>\n<p class=\"quiet\">{}</p>", text(&provenance(report)));
    let judged = report.clips.len() - failed.len();
    let _ = writeln!(page, "<p>{judged} of {} clips judged. ", report.clips.len());
    let _ = writeln!(page, "Scores are raw values in the units of their heads; “–” is no score, and says why.</p>");
    judges(report, &summary, &mut page);
    scores(report, &mut page);
    agreement(report, &mut page);
    if !failed.is_empty() {
        let _ = writeln!(page, "<h2 id=\"not-judged\">Not judged</h2>\n<ul>");
        for failure in failed {
            let (file, message, remedy) = (text(&failure.file), text(&failure.message), text(&failure.remedy));
            let _ = writeln!(page, "<li><strong>{file}</strong>: {message} <span class=\"quiet\">{remedy}</span></li>");
        }
        let _ = writeln!(page, "</ul>");
    }
    clips(report, pictures, &mut page);
    cards(report, &mut page);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// Opens a table that scrolls by itself.
fn open(page: &mut String, caption: &str, heads: &[(&str, bool)]) {
    let caption = text(caption);
    let _ = write!(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table>");
    let _ = write!(page, "<caption>{caption}</caption><thead><tr>");
    for (name, is_number) in heads {
        let class = if *is_number { " class=\"n\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", text(name));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
}

fn close(page: &mut String) {
    page.push_str("</tbody></table></div>\n");
}

/// A link to a clip's part, or its name alone where there is none.
fn clip_link(report: &Report, place: usize, words: &str) -> String {
    let is_judged = report.clips.get(place).is_some_and(|clip| clip.judged().is_some());
    if is_judged && place < DETAILED_CLIPS {
        format!("<a href=\"#clip-{place}\">{}</a>", text(words))
    } else {
        text(words)
    }
}

fn judges(report: &Report, summary: &Summary, page: &mut String) {
    page.push_str("<h2 id=\"judges\">Judge by judge</h2>\n");
    let heads = [
        ("Judge", false),
        ("Clips", true),
        ("No score", true),
        ("Mean", true),
        ("Median", true),
        ("Quartiles", true),
        ("Lowest", true),
        ("Highest", true),
        ("VBench-normalized mean", true),
    ];
    open(page, "Every clip weighs the same. The lowest and the highest score lead to their clips.", &heads);
    for (judge, card) in summary.judges.iter().zip(&report.judges) {
        let _ =
            write!(page, "<tr><th scope=\"row\"><a href=\"#judge-{}\">{}</a></th>", text(&card.id), text(&head(card)));
        let _ = write!(page, "<td class=\"n\">{}</td><td class=\"n\">{}</td>", judge.scored, judge.unscored);
        match &judge.spread {
            Some(spread) => {
                let _ = write!(
                    page,
                    "<td class=\"n\">{}</td><td class=\"n\">{}</td>",
                    shown(spread.mean),
                    shown(spread.median)
                );
                let _ = write!(
                    page,
                    "<td class=\"n\">{} to {}</td>",
                    shown(spread.low_quartile),
                    shown(spread.high_quartile)
                );
                for end in [spread.least, spread.most] {
                    let _ = write!(page, "<td class=\"n\">{}</td>", clip_link(report, end.clip, &shown(end.value)));
                }
            }
            None => page.push_str(&"<td class=\"n\">–</td>".repeat(5)),
        }
        let normalized = judge.normalized.as_ref().map_or_else(|| "–".to_owned(), |n| shown(n.mean));
        let _ = writeln!(page, "<td class=\"n\">{normalized}</td></tr>");
    }
    close(page);
}

fn scores(report: &Report, page: &mut String) {
    page.push_str("<h2 id=\"scores\">Clip by clip</h2>\n");
    let columns: Vec<String> = report.judges.iter().map(head).collect();
    let mut heads = vec![("Clip", false)];
    heads.extend(columns.iter().map(|column| (column.as_str(), true)));
    open(page, "Scores by clip and judge.", &heads);
    for (place, outcome) in report.clips.iter().enumerate() {
        let Some(result) = outcome.judged() else { continue };
        let part = if result.decoding == Decoding::Complete { "" } else { " (first part)" };
        let _ = write!(page, "<tr><th scope=\"row\">{}{part}</th>", clip_link(report, place, &result.clip.name));
        for card in &report.judges {
            let cell = match outcome_of(result, &card.id) {
                Some(Outcome::Scored(score)) => shown(score.value()),
                Some(Outcome::Unscored(reason)) => {
                    format!("– <span class=\"quiet\">{}</span>", text(&reason.to_string()))
                }
                None => "–".to_owned(),
            };
            let _ = write!(page, "<td class=\"n\">{cell}</td>");
        }
        page.push_str("</tr>\n");
    }
    close(page);
}

fn agreement(report: &Report, page: &mut String) {
    if report.agreement.is_empty() {
        return;
    }
    page.push_str("<h2 id=\"agreement\">Agreement with the reference</h2>\n");
    let heads = [
        ("Judge", false),
        ("Reference", false),
        ("Clips", true),
        ("Coverage", true),
        ("Measure", false),
        ("Value", true),
        ("95 % interval", true),
        ("Floor", true),
    ];
    open(page, "The floor is what guessing without a look at any clip reaches on the same clips.", &heads);
    for agreement in &report.agreement {
        let reference = text(&target(&agreement.field, agreement.label.as_deref()));
        for measure in &agreement.measures {
            let (value, interval) = measure.cells();
            let floor = measure.floor.map_or_else(|| "–".to_owned(), |floor| format!("{floor:.3}"));
            let _ = writeln!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{reference}</td><td class=\"n\">{}</td><td class=\"n\">{:.0} %</td>\
                 <td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{floor}</td></tr>",
                text(&agreement.judge),
                agreement.n,
                agreement.coverage * 100.0,
                measure.metric,
                text(&value),
                text(&interval),
            );
        }
    }
    close(page);
}

fn clips(report: &Report, pictures: &Pictures, page: &mut String) {
    page.push_str("<h2 id=\"clips\">The clips</h2>\n");
    if report.clips.len() > DETAILED_CLIPS {
        let _ = writeln!(
            page,
            "<p>Curves and evidence of the first {DETAILED_CLIPS} clips; the JSON report holds all.</p>"
        );
    }
    for (place, outcome) in report.clips.iter().enumerate().take(DETAILED_CLIPS) {
        if let ClipOutcome::Judged(result) = outcome {
            clip(report, place, result, pictures, page);
        }
    }
}

fn clip(report: &Report, place: usize, result: &ClipReport, pictures: &Pictures, page: &mut String) {
    let facts = &result.clip;
    let name = text(&facts.name);
    let _ = writeln!(page, "<article id=\"clip-{place}\">\n<h3>{name}</h3>");
    let is_picture = |address: &&String| {
        let bytes = address.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"));
        bytes.is_some_and(|(kind, data)| {
            kind.chars().all(|c| c.is_ascii_alphanumeric())
                && data.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))
        })
    };
    if let Some(address) = pictures.get(&facts.name).filter(is_picture) {
        let _ = writeln!(page, "<img src=\"{address}\" alt=\"A frame of {name}\" width=\"320\">");
    }
    let _ = writeln!(
        page,
        "<p class=\"quiet\">{} × {} px · {} frames · {:.2} s · {} {} · planes {} {}</p>",
        facts.width,
        facts.height,
        facts.frame_count(),
        facts.duration_secs,
        text(&facts.container),
        text(&facts.codec),
        text(&result.planes.algorithm),
        text(&result.planes.hash),
    );
    if let Decoding::Stopped { at_secs, of_secs, message } = &result.decoding {
        let _ = writeln!(page, "<p>Stopped at {at_secs:.2} s of {of_secs:.2} s: {}</p>", text(message));
    }
    if let Some(recorded) = report.recorded.iter().find(|recorded| recorded.clip == facts.name) {
        let values = recorded.values.iter().map(|(field, value)| format!("{}: {}", text(field), text(&said(value))));
        let _ = writeln!(page, "<p>Recorded: {}</p>", values.collect::<Vec<_>>().join(" · "));
    }
    for verdict in &result.verdicts {
        evidence(result, verdict, page);
    }
    page.push_str("</article>\n");
}

/// A recorded value in words.
fn said(value: &AnnotationValue) -> String {
    match value {
        AnnotationValue::Number(number) => number.to_string(),
        AnnotationValue::Binary(true) => "yes".to_owned(),
        AnnotationValue::Binary(false) => "no".to_owned(),
        AnnotationValue::Labels(labels) => labels.join(", "),
        AnnotationValue::Text(words) => words.clone(),
    }
}

fn evidence(result: &ClipReport, verdict: &Verdict, page: &mut String) {
    let score = match &verdict.outcome {
        Outcome::Scored(score) => format!("{} {}", shown(score.value()), score.unit()),
        Outcome::Unscored(reason) => format!("no score: {reason}"),
    };
    let _ = write!(page, "<figure><figcaption><strong>{}</strong> {}", text(&verdict.judge), text(score.trim_end()));
    let start = result.clip.timestamps.first().copied().unwrap_or_default();
    let moments: Vec<String> = verdict
        .evidence
        .moments
        .iter()
        .map(|moment| format!("{:.3} s ({})", moment.timestamp.secs_since(start), shown(moment.value)))
        .collect();
    if !moments.is_empty() {
        let _ = write!(page, " <span class=\"quiet\">weightiest frames: {}</span>", moments.join(", "));
    }
    let intervals: Vec<String> = verdict
        .evidence
        .intervals
        .iter()
        .map(|span| format!("{:.3}–{:.3} s", span.start.secs_since(start), span.end.secs_since(start)))
        .collect();
    if !intervals.is_empty() {
        let _ = write!(page, " <span class=\"quiet\">marked: {}</span>", intervals.join(", "));
    }
    page.push_str("</figcaption>");
    if let Some(curve) = verdict.evidence.curves.first() {
        draw(curve, page);
    }
    page.push_str("</figure>\n");
}

/// A curve from its first to its last value, its lowest value at the bottom.
fn draw(curve: &Curve, page: &mut String) {
    let ends = |values: &[f64]| {
        let low = values.iter().copied().min_by(f64::total_cmp)?;
        Some((low, values.iter().copied().max_by(f64::total_cmp)?))
    };
    let Some((low, high)) = ends(&curve.values) else { return };
    let step = curve.values.len().div_ceil(CURVE_POINTS);
    let (width, height) = CURVE_SIZE;
    let last = (curve.values.len() - 1).max(1) as f64;
    let across = |place: usize| width * place as f64 / last;
    let up = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        height - 2.0 - share * (height - 4.0)
    };
    let mut path = String::new();
    for (number, stretch) in curve.values.chunks(step).enumerate() {
        let Some((lowest, highest)) = ends(stretch) else { continue };
        let values: &[f64] = if step == 1 { &[lowest] } else { &[lowest, highest] };
        for value in values {
            let letter = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{:.1} {:.1}", across(number * step), up(*value));
        }
    }
    let words = format!("{}: {} values from {} to {}", curve.quantity, curve.values.len(), shown(low), shown(high));
    let words = text(&words);
    let _ = write!(
        page,
        "<svg viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{words}\">\
         <path d=\"{path}\"/></svg><span class=\"quiet\">{words}</span>"
    );
}

fn cards(report: &Report, page: &mut String) {
    page.push_str("<h2 id=\"about\">About the judges</h2>\n");
    for card in &report.judges {
        let _ = writeln!(
            page,
            "<article id=\"judge-{}\"><h3>{}, version {}</h3><p>{}</p><p class=\"quiet\">{}</p>",
            text(&card.id),
            text(&head(card)),
            card.version,
            text(&card.summary),
            text(&card.source),
        );
        if let Some(differs) = &card.differs {
            let _ = writeln!(page, "<p class=\"quiet\">Differs from the official tool: {}</p>", text(differs));
        }
        page.push_str("</article>\n");
    }
}
