//! The numbers of a report as rows, section by section.
//!
//! Invariant: each number of the report that is no single item has its row, the headlines of a run first.

use super::{Row, Section, Unit};
use crate::scoring::floors::{Floor, FloorMeasure};
use crate::scoring::protocols::choice::FacetScore;
use crate::scoring::protocols::dimensions::{MissingRule, Totals};
use crate::scoring::protocols::ipv_score::IpvParts;
use crate::scoring::{Benchmark, DimensionReport, Quantity, RatingReport, RunReport, ScoreReport, TaskId, TaskReport};

/// All sections: tasks, dimensions, ratings, IPV-Scores, then published tables.
#[must_use]
pub fn sections(report: &ScoreReport) -> Vec<Section> {
    let mut sections: Vec<Section> = report.tasks.iter().map(|task| of_task(report, task)).collect();
    let section = |title: &str, rows: Vec<Row>| Section {
        title: title.to_owned(),
        remarks: Vec::new(),
        is_published: false,
        rows,
    };
    let more = [
        ("Quality dimensions", report.dimensions.iter().flat_map(of_dimensions).collect()),
        ("Ratings", report.ratings.iter().flat_map(of_ratings).collect()),
        ("IPV-Score from labels", of_ipv_scores(report)),
    ];
    let more = more.into_iter().filter(|(_, rows): &(&str, Vec<Row>)| !rows.is_empty());
    sections.extend(more.map(|(title, rows)| section(title, rows)));
    sections.extend(report.published.iter().map(|table| {
        let mut remarks = vec![format!("{}, {}; unit: {}.", table.source, table.date, table.unit)];
        remarks.extend(table.remarks.iter().map(ToString::to_string));
        remarks.extend(table.recomputed.iter().map(|column| format!("{}: {}", column.column, column.why)));
        let rows = table.rows.iter().flat_map(|row| {
            let cells = table.columns.iter().zip(&row.values).filter_map(|(column, value)| Some((column, (*value)?)));
            // No denominator is published with them.
            cells.map(|(column, value)| Row {
                is_detail: true,
                ..plain(&row.model, &table.id, column, Quantity::plain(value, 0))
            })
        });
        Section { title: table.title.clone(), remarks, is_published: true, rows: rows.collect() }
    }));
    sections
}

/// The name of a benchmark for people.
#[must_use]
pub fn benchmark_name(benchmark: &Benchmark) -> &str {
    match benchmark {
        Benchmark::IpvBench => "IPV-Bench",
        Benchmark::VBench => "VBench",
        Benchmark::MvBench => "MVBench",
        Benchmark::VideoMme => "Video-MME",
        Benchmark::TempCompass => "TempCompass",
        Benchmark::OvoBench => "OVO-Bench",
        Benchmark::VnBench => "VNBench",
        Benchmark::TcBench => "TC-Bench",
        Benchmark::VideoPhy => "VideoPhy",
        Benchmark::Other(name) => name,
    }
}

fn title(id: &TaskId) -> String {
    format!("{}, {}", benchmark_name(&id.benchmark), id.task)
}

fn plain(subject: &str, file: &str, measure: &str, value: Quantity) -> Row {
    Row {
        subject: subject.to_owned(),
        file: file.to_owned(),
        measure: measure.to_owned(),
        part: String::new(),
        value,
        unit: Unit::Plain,
        floor: None,
        unread: None,
        profile: None,
        is_detail: false,
    }
}

fn share(subject: &str, file: &str, measure: &str, value: Quantity) -> Row {
    Row { unit: Unit::Share, ..plain(subject, file, measure, value) }
}

/// The name of a kebab-case enum in a report.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn of_task(report: &ScoreReport, task: &TaskReport) -> Section {
    let profile = &task.profile;
    let scored = format!(
        "{} items about {} clips. Profile {}, version {}.",
        task.items,
        task.clips,
        profile.id.name(),
        profile.version
    );
    let mut rows = Vec::new();
    for run in &task.runs {
        of_run(task, run, &mut rows);
    }
    for comparison in &task.comparisons {
        let model = |place: u32| task.runs.get(place as usize).map_or("", |run| run.model.as_str());
        let (first, second) = (model(comparison.first), model(comparison.second));
        let paired = &comparison.paired;
        let part = format!(
            "McNemar p = {:.4}, {} gained, {} lost",
            paired.mcnemar.exact,
            paired.gained.len(),
            paired.lost.len()
        );
        let row = share(&format!("{second} minus {first}"), "", "difference", paired.difference);
        rows.push(Row { part, is_detail: true, ..row });
    }
    rows.extend(task.floors.iter().map(|floor| {
        let measure = match &floor.measure {
            FloorMeasure::Accuracy => "accuracy".to_owned(),
            FloorMeasure::F1 { positive } => format!("f1 of {positive}"),
            FloorMeasure::Mean => "mean".to_owned(),
        };
        let row = share(&format!("floor: {}", rule(floor)), &task.file, &measure, floor.value);
        Row { part: floor.how.to_string(), is_detail: true, ..row }
    }));
    let mut remarks = vec![scored, profile.notes.to_owned()];
    if task.floors.iter().any(|floor| floor.measure == FloorMeasure::Mean) {
        let judges = report.judges.iter();
        remarks.extend(judges.map(|judge| {
            let differs = judge.differs.as_deref().unwrap_or_default();
            format!("{}, version {}: {} {differs}", judge.id, judge.version, judge.summary)
        }));
    }
    Section { title: title(&task.id), remarks, is_published: false, rows }
}

fn rule(floor: &Floor) -> String {
    word(&floor.rule)
}

fn of_run(task: &TaskReport, run: &RunReport, rows: &mut Vec<Row>) {
    let profile = Some((task.profile.id.name().to_owned(), task.profile.version.to_owned()));
    let unread = Some((run.tally.unparsed, run.tally.missing));
    let row =
        |measure: &str, value| Row { unread, profile: profile.clone(), ..share(&run.model, &run.file, measure, value) };
    let detail = |measure: &str, part: String, value| Row { part, is_detail: true, ..row(measure, value) };
    for headline in &run.headlines {
        let floor = headline.floor.and_then(|(value, place)| Some((value, rule(task.floors.get(place as usize)?))));
        rows.push(Row { floor, ..row(&headline.measure, headline.value) });
    }
    if let Some(choice) = &run.choice {
        let of =
            |facet: &str, score: &FacetScore| detail("accuracy", format!("{facet}: {}", score.value), score.accuracy);
        rows.extend(
            choice.groups.iter().map(|score| Row { measure: "mean of parts".to_owned(), ..of("group", score) }),
        );
        for facet in &choice.facets {
            rows.extend(facet.values.iter().map(|score| of(&facet.facet, score)));
            rows.push(detail("mean over values", facet.facet.clone(), facet.mean));
        }
    }
    for pass in run.labels.iter().flat_map(|labels| &labels.passes) {
        let over = format!("over {} items", word(&pass.denominator));
        rows.push(detail("accuracy", over.clone(), pass.accuracy));
        rows.push(detail("balanced-accuracy", over.clone(), pass.balanced));
        for class in &pass.classes {
            let of = [("recall", class.recall), ("precision", class.precision), ("f1", class.f1), ("rate", class.rate)];
            let part = format!("{}, {over}", class.label);
            rows.extend(of.map(|(measure, value)| detail(measure, part.clone(), value)));
        }
    }
    if let Some(verdicts) = &run.verdicts {
        for axis in verdicts.axes.iter().chain(&verdicts.mark) {
            let part = format!("of {}", axis.most);
            rows.push(Row { unit: Unit::Plain, ..detail(&axis.axis, part, axis.mean) });
        }
        if let Some(assertions) = &verdicts.assertions {
            rows.push(detail("all-assertions", "half-true counts".to_owned(), assertions.all_truthy));
            rows.push(detail("all-assertions", "wholly true alone".to_owned(), assertions.all_true));
        }
    }
    rows.extend(run.sensitivity.iter().flat_map(|under| {
        let of = [("score under profile", under.score), ("right over all items", under.over_all)];
        of.map(|(measure, value)| Row {
            unread: Some((under.unparsed, run.tally.missing)),
            profile: Some((under.profile.name().to_owned(), under.profile.profile().version.to_owned())),
            ..detail(measure, under.profile.name().to_owned(), value)
        })
    }));
    if let Some(recorded) = &run.recorded {
        let part = format!("{} agree with ours, {} differ", recorded.agree, recorded.differ);
        rows.push(Row {
            profile: None,
            ..detail("recorded in the file", part, Quantity::plain(recorded.mean, recorded.n))
        });
    }
}

fn of_dimensions(report: &DimensionReport) -> Vec<Row> {
    let scheme = word(&report.totals.scheme);
    let of = |totals: &Totals| {
        let note = match totals.rule {
            MissingRule::RawZero => ", missing dimensions as 0",
            MissingRule::Refuse | MissingRule::LeaveOut => "",
        };
        let row = |measure: &str, value| Row {
            part: format!("{scheme}{note}"),
            ..share(&report.model, &report.file, measure, value)
        };
        let mut rows = vec![row("total", totals.total)];
        rows.extend(totals.groups.iter().map(|group| row(&group.group, group.score)));
        rows
    };
    let mut rows = of(&report.totals);
    rows.extend(report.official.iter().flat_map(of));
    rows.extend(report.totals.dimensions.iter().filter_map(|dimension| {
        let row = share(&report.model, &report.file, &dimension.dimension, Quantity::plain(dimension.raw?, 1));
        Some(Row { part: dimension.group.clone(), is_detail: true, ..row })
    }));
    rows
}

fn of_ratings(report: &RatingReport) -> Vec<Row> {
    let against = report.against.as_ref().map(|(rater, dimension)| format!("against {rater}, {dimension}"));
    let row = |measure: &str, value| Row {
        part: against.clone().unwrap_or_default(),
        ..plain(&format!("{}, {}", report.rater, report.dimension), &report.file, measure, value)
    };
    let mut rows = Vec::new();
    if let Some(found) = &report.association {
        rows.push(row("spearman", found.spearman));
        rows.push(row("pearson", found.pearson));
        rows.push(row("kendall-tau-b", found.kendall));
        let details =
            [("pairwise", found.pairwise.plain), ("pairwise, ties calibrated", found.pairwise.tie_calibrated)];
        rows.extend(details.map(|(measure, value)| Row { is_detail: true, ..row(measure, value) }));
        for fit in &found.fits {
            let curve = word(&fit.curve);
            rows.push(Row { is_detail: true, ..row(&format!("pearson after {curve}"), fit.pearson) });
            rows.push(Row { is_detail: true, ..row(&format!("rmse after {curve}"), fit.rmse) });
        }
    }
    if let Some(alpha) = &report.alpha {
        rows.push(Row { part: format!("{} level", word(&alpha.level)), ..row("krippendorff-alpha", alpha.alpha) });
    }
    if rows.is_empty() {
        let clips = row("clips with a rating", Quantity::plain(report.clips as f64, report.clips));
        rows.push(Row { unit: Unit::Count, ..clips });
    }
    rows
}

fn of_ipv_scores(report: &ScoreReport) -> Vec<Row> {
    let parts = |file: &str, part: &str, parts: &IpvParts, is_detail: bool| {
        let all = [
            ("ipv-score", parts.ipv_score),
            ("visual-quality", parts.visual_quality),
            ("prompt-following", parts.prompt_following),
        ];
        all.map(|(measure, value)| Row { part: part.to_owned(), is_detail, ..share("", file, measure, value) })
    };
    let mut rows = Vec::new();
    for of_file in &report.ipv_scores {
        rows.extend(parts(&of_file.file, "", &of_file.score.all, false));
        for domain in &of_file.score.domains {
            rows.extend(parts(&of_file.file, &format!("domain: {}", domain.domain), &domain.parts, true));
        }
    }
    rows
}
