//! `reelcheck score`: stored predictions and annotations in, a table and files out; open answers go through a network if there
//! is one.
//!
//! Invariant: what was recognised, what was refused and what could not be placed is said before any number.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use burn::tensor::Device;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use reelcheck_judges::OpenAnswerSimilarity;
use reelcheck_models::{Role, SentenceModel};
use reelcheck_reference::scoring::answers::ProfileId;
use reelcheck_reference::scoring::export::{self, ExportFormat, Row, cells, remarks, sections};
use reelcheck_reference::scoring::{ColumnMapping, OpenAnswer, ScoreOptions, ScoreReport, Scorer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::DiskFolder;

/// Files to score and where to write what comes out.
#[derive(Args, Clone, Debug, Default)]
pub struct ScoreArgs {
    /// Predictions, annotations, verdicts, ratings, dimension scores; what each file is follows from its content.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// `official` (each benchmark's own rules), `tolerant`, or the id of a profile.
    #[arg(long, default_value = "official", value_parser = profile)]
    pub profile: Profile,
    /// Write the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write every number as CSV.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write the report as Markdown.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write the main tables as LaTeX.
    #[arg(long, value_name = "FILE")]
    pub latex: Option<PathBuf>,
    /// Which columns of plain tables hold what: `item=…,prediction=…,score=…,answer=…,question=…,clip=…,model=…,recorded=…`;
    /// `option=…` and `facet=…` may be repeated.
    #[arg(long, value_name = "ROLE=COLUMN,…", value_parser = mapping)]
    pub map: Option<ColumnMapping>,
    /// A folder of networks, of which sentence/ marks open answers by their likeness to the reference answers; that is not
    /// the benchmark's own judge.
    #[arg(long, value_name = "FOLDER")]
    pub weights: Option<PathBuf>,
}

/// The profile that was asked for; none is each benchmark's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile(pub Option<ProfileId>);

fn profile(name: &str) -> Result<Profile, String> {
    if name == "official" {
        return Ok(Profile(None));
    }
    ProfileId::named(name).map(|id| Profile(Some(id))).ok_or_else(|| {
        let known: Vec<&str> = ProfileId::ALL.into_iter().map(ProfileId::name).collect();
        format!("expected official or one of {}", known.join(", "))
    })
}

fn mapping(text: &str) -> Result<ColumnMapping, String> {
    let mut mapping = ColumnMapping::default();
    for part in text.split(',') {
        let (role, column) = part.split_once('=').ok_or_else(|| format!("{part:?}: expected ROLE=COLUMN"))?;
        let column = column.trim().to_owned();
        let slot = match role.trim() {
            "item" => &mut mapping.item,
            "prediction" => &mut mapping.prediction,
            "score" => &mut mapping.score,
            "answer" => &mut mapping.answer,
            "question" => &mut mapping.question,
            "clip" => &mut mapping.clip,
            "model" => &mut mapping.model,
            "recorded" => &mut mapping.recorded,
            "option" => {
                mapping.options.push(column);
                continue;
            }
            "facet" => {
                mapping.facets.push(column);
                continue;
            }
            other => return Err(format!("{other:?}: no such role")),
        };
        *slot = Some(column);
    }
    Ok(mapping)
}

/// Scores the files, prints what was recognised and the tables, and writes what was asked for. False when nothing could
/// be scored.
///
/// # Errors
/// When a file cannot be opened or written, or the network for open answers cannot be read.
pub fn score_files(args: &ScoreArgs, out: &mut impl Write) -> Result<bool> {
    let mut scorer = Scorer::new();
    for path in &args.files {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.to_string_lossy().replace('\\', "/");
        let line = match read(&mut scorer, &name, bytes, args.map.as_ref()) {
            Ok(sentence) => format!("{name}: {sentence}"),
            Err(refused) => format!("not read: {refused}"),
        };
        paragraph(out, "", &line)?;
    }
    if let Some(weights) = &args.weights {
        judge_open(&mut scorer, weights, out)?;
    }
    let created = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
    let reelcheck = env!("CARGO_PKG_VERSION").to_owned();
    let report = scorer.score(&ScoreOptions { profile: args.profile.0, created, reelcheck });
    print(&report, out)?;
    for (file, format) in [
        (&args.json, ExportFormat::Json),
        (&args.csv, ExportFormat::Csv),
        (&args.markdown, ExportFormat::Markdown),
        (&args.latex, ExportFormat::Latex),
    ] {
        if let Some(file) = file {
            write(file, &export::export(&report, format))?;
            writeln!(out, "written: {}", file.display())?;
        }
    }
    let is_scored = is_scored(&report);
    if !is_scored {
        let lacks = "nothing was scored: among the files are no answers together with their reference answers, and no verdicts, \
                     ratings or scores of dimensions";
        paragraph(out, "note: ", lacks)?;
    }
    Ok(is_scored)
}

/// Reads a file; the mapping serves only files that need or fit one, since annotations may come along.
fn read(scorer: &mut Scorer, name: &str, bytes: Vec<u8>, mapping: Option<&ColumnMapping>) -> Result<String> {
    use reelcheck_reference::Problem;
    // Only a file that is refused under its mapping is needed once more.
    let again = if mapping.is_some() { bytes.clone() } else { Vec::new() };
    let first = match scorer.add(name, bytes, mapping) {
        Ok(file) => return Ok(file.sentence.clone()),
        Err(refused) => refused,
    };
    // A mapping says that a file is a plain table. One that has no such columns is read as what it is.
    if mapping.is_some() && matches!(first.problem, Problem::NoSuchColumn { .. } | Problem::UnknownShape { .. }) {
        return Ok(scorer.add(name, again, None)?.sentence.clone());
    }
    bail!(first)
}

/// Marks the open answers by the network in `sentence/`.
fn judge_open(scorer: &mut Scorer, weights: &Path, out: &mut impl Write) -> Result<()> {
    let answers = scorer.open_answers();
    if answers.is_empty() {
        writeln!(
            out,
            "note: no open answers with their reference answers are among the files; --weights changes nothing"
        )?;
        return Ok(());
    }
    let place = weights.join(Role::Sentence.name());
    let folder = DiskFolder::open(&place).with_context(|| format!("cannot read {}", place.display()))?;
    let device = Device::flex();
    let network =
        pollster::block_on(SentenceModel::read(&folder, &device)).with_context(|| place.display().to_string())?;
    let asked: Vec<(&str, Vec<&str>)> = answers.iter().map(OpenAnswer::texts).collect();
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} texts");
    let bar = match io::stderr().is_terminal() {
        true => ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
        false => ProgressBar::hidden(),
    };
    let mut judge = OpenAnswerSimilarity::new(Rc::new(network));
    let marks = pollster::block_on(judge.likenesses(&asked, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }));
    bar.finish_and_clear();
    scorer.judge_open(OpenAnswerSimilarity::card(), marks?);
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Whether there is any number of ours.
fn is_scored(report: &ScoreReport) -> bool {
    let ours = sections(report).into_iter().filter(|section| !section.is_published).flat_map(|section| section.rows);
    ours.filter(|row| !row.subject.starts_with("floor: ")).any(|row| row.value.value().is_some())
}

fn print(report: &ScoreReport, out: &mut impl Write) -> io::Result<()> {
    for remark in remarks(report) {
        paragraph(out, "note: ", &remark)?;
    }
    for section in sections(report).into_iter().filter(|section| !section.rows.is_empty()) {
        let mark = if section.is_published { " (published, not ours)" } else { "" };
        writeln!(out, "\n{}{mark}", printable(&section.title))?;
        for remark in &section.remarks {
            paragraph(out, "  ", remark)?;
        }
        if section.is_published {
            published(&section.rows, out)?;
        } else {
            let runs: Vec<Vec<String>> = section.rows.iter().filter(|row| !row.is_detail).map(line).collect();
            let floors = section.rows.iter().filter(|row| row.subject.starts_with("floor: "));
            // Floors are details where there is a run; how they were found is too long for a terminal.
            let alone = || floors.map(|row| line(&Row { part: String::new(), ..row.clone() })).collect::<Vec<_>>();
            table(&if runs.is_empty() { alone() } else { runs }, out)?;
        }
    }
    writeln!(out)
}

const HEADS: [&str; 9] = ["model", "measure", "part", "value", "95 % interval", "floor", "n", "unparsed", "missing"];

fn line(row: &Row) -> Vec<String> {
    let names = [&row.subject, &row.measure, &row.part].map(|name| printable(name));
    names.into_iter().chain(cells(row)).collect()
}

/// A row per model with all columns of the published table.
fn published(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    for of_model in rows.chunk_by(|a, b| a.subject == b.subject) {
        let Some(first) = of_model.first() else { continue };
        let values: Vec<String> =
            of_model.iter().map(|row| format!("{} {}", row.measure, row.value.value().unwrap_or_default())).collect();
        // A number stays in one line with its column's name.
        let values: Vec<String> = values.iter().map(|value| value.replace(' ', "\u{a0}")).collect();
        paragraph(out, "  ", &first.subject)?;
        paragraph(out, "    ", &values.join("; "))?;
    }
    Ok(())
}

/// Columns of a terminal that lines are kept within where their words and cells allow: those of the narrowest in use.
const WIDTH: usize = 80;

/// A text after a mark, in lines of at most [`WIDTH`] characters where its words allow; the lines after the first stand
/// below the text, not below the mark.
fn paragraph(out: &mut impl Write, mark: &str, text: &str) -> io::Result<()> {
    let indent = " ".repeat(mark.chars().count().max(2));
    let mut line = mark.to_owned();
    let mut is_empty = true;
    for word in printable(text).split(' ').filter(|word| !word.is_empty()) {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{}", line.replace('\u{a0}', " "))?;
            line.clone_from(&indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    writeln!(out, "{}", line.replace('\u{a0}', " "))
}

/// The place of the models and of the floors among [`HEADS`].
const MODEL: usize = 0;
const FLOOR: usize = 5;

/// Columns set apart by blanks, numbers to the right; columns that are empty in all rows are left out. In a table that would
/// be wider than [`WIDTH`] the floors' rules stand below it, and, where that is not enough, each model in a line of its own.
fn table(rows: &[Vec<String>], out: &mut impl Write) -> io::Result<()> {
    let mut rows = rows.to_vec();
    let mut rules: Vec<String> = Vec::new();
    if breadth(&columns(&rows, MODEL)) > WIDTH {
        for row in &mut rows {
            let Some((value, rule)) = row[FLOOR].split_once(" (") else { continue };
            let rule = format!("{} by {}", row[1], rule.trim_end_matches(')')).replace(' ', "\u{a0}");
            if !rules.contains(&rule) {
                rules.push(rule);
            }
            row[FLOOR] = value.to_owned();
        }
    }
    let is_wide = breadth(&columns(&rows, MODEL)) > WIDTH;
    let columns = columns(&rows, if is_wide { MODEL + 1 } else { MODEL });
    let indent = if is_wide { "    " } else { "  " };
    let heads: Vec<String> = HEADS.map(str::to_owned).to_vec();
    // The heads stand above the first model.
    let mut model = &heads[MODEL];
    for row in std::iter::once(&heads).chain(&rows) {
        if is_wide && std::mem::replace(&mut model, &row[MODEL]) != &row[MODEL] {
            writeln!(out, "  {}", row[MODEL])?;
        }
        let cell = |&(column, width): &(usize, usize)| {
            if column < 3 { format!("{:<width$}", row[column]) } else { format!("{:>width$}", row[column]) }
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        writeln!(out, "{indent}{}", cells.join("  ").trim_end())?;
    }
    if rules.is_empty() { Ok(()) } else { paragraph(out, "  ", &format!("floors: {}", rules.join(", "))) }
}

/// The columns that are not empty in all rows, from one on, and how wide each is.
fn columns(rows: &[Vec<String>], from: usize) -> Vec<(usize, usize)> {
    let is_empty = |column: usize| rows.iter().all(|row| row[column].is_empty() || row[column] == "–");
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.fold(HEADS[column].chars().count(), usize::max)
    };
    (from..HEADS.len()).filter(|&column| !is_empty(column)).map(|column| (column, width(column))).collect()
}

/// How wide a line of these columns is.
fn breadth(columns: &[(usize, usize)]) -> usize {
    columns.iter().map(|(_, width)| 2 + width).sum()
}

/// Text out of files without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(files: &[(&str, &str)], change: impl Fn(&mut ScoreArgs, &Path)) -> (bool, String, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let mut args = ScoreArgs::default();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
            args.files.push(folder.path().join(name));
        }
        change(&mut args, folder.path());
        let mut out = Vec::new();
        let is_scored = score_files(&args, &mut out).unwrap();
        (is_scored, String::from_utf8(out).unwrap(), folder)
    }

    const ANSWERS: &str =
        r#"{"0": {"video_name": "a.mp4", "answer": "A"}, "1": {"video_name": "b.mp4", "answer": "C"}}"#;

    #[test]
    fn a_table_and_all_files_come_out() {
        let said = r#"{"0": {"video_name": "a.mp4", "pred": "A"}, "1": {"video_name": "b.mp4", "pred": "(b)"}}"#;
        let (is_scored, text, folder) =
            scored(&[("mcqa_answer.json", ANSWERS), ("model.json", said)], |args, folder| {
                args.json = Some(folder.join("out.json"));
                args.csv = Some(folder.join("out.csv"));
                args.markdown = Some(folder.join("out.md"));
                args.latex = Some(folder.join("out.tex"));
            });
        assert!(is_scored, "{text}");
        let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flowing.contains("IPV-Bench reference answers, multiple-choice task, 2 items"), "{text}");
        assert!(text.contains("ipv-official") && text.contains("50.00"), "{text}");
        assert!(text.contains("published, not ours"), "{text}");
        let of = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&of("out.json")).unwrap();
        assert_eq!(json["tasks"][0]["runs"][0]["headlines"][0]["value"]["value"], 0.5);
        assert!(of("out.csv").contains("accuracy") && of("out.md").contains("| model |"));
        assert!(of("out.tex").contains("\\toprule"));
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        let mut out = Vec::new();
        paragraph(&mut out, "note: ", &"seven77 ".repeat(30)).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() > 2 && lines.iter().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(lines[0].starts_with("note: seven77") && lines[1].starts_with("      seven77"), "{text}");
        let mut out = Vec::new();
        paragraph(&mut out, "  ", &format!("{}\u{a0}1 b", "x".repeat(120))).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("  {} 1\n  b\n", "x".repeat(120)));
    }

    #[test]
    fn wide_tables_are_folded() {
        let row = |model: &str, measure: &str, floor: &str| -> Vec<String> {
            [model, measure, "", "70.16", "67.75 to 72.47", floor, "2453", "11", "4"].map(str::to_owned).to_vec()
        };
        let lines = |rows: &[Vec<String>]| {
            let mut out = Vec::new();
            table(rows, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let narrow = lines(&[row("a", "accuracy", "51.9 (always)")]);
        assert!(narrow.len() == 2 && narrow[1].contains("51.9 (always)"), "{narrow:?}");
        let floors_below = lines(&[row("a", "accuracy", "51.90 (question-words-and-more)"), row("b", "f1", "–")]);
        assert_eq!(floors_below.len(), 4, "{floors_below:?}");
        assert_eq!(floors_below[3], "  floors: accuracy by question-words-and-more");
        let long = "a model of a rather long name";
        let models_above = lines(&[row(long, "accuracy", "51.90 (always)"), row(long, "f1", "–"), row("b", "f1", "–")]);
        assert!(models_above[0].starts_with("    measure"), "{models_above:?}");
        assert!(models_above[1] == format!("  {long}") && models_above[4] == "  b", "{models_above:?}");
    }

    #[test]
    fn nothing_to_score_is_told() {
        let (is_scored, text, _folder) = scored(&[("mcqa_answer.json", ANSWERS), ("b.json", "{")], |_, _| {});
        assert!(!is_scored && text.contains("not read: ") && text.contains("note: nothing was scored"), "{text}");
    }

    #[test]
    fn columns_are_mapped() {
        let table = "nr,what it said,truth\n1,A,A\n2,B,A\n";
        let (is_scored, text, _folder) = scored(&[("t.csv", table), ("mcqa_answer.json", ANSWERS)], |args, _| {
            args.map = Some(mapping("item=nr,prediction=what it said,answer=truth").unwrap());
        });
        assert!(is_scored && text.contains("50.00") && text.contains("IPV-Bench reference answers"), "{text}");
        assert!(mapping("item").is_err() && mapping("x=y").is_err());
        assert_eq!(profile("tolerant").unwrap(), Profile(Some(ProfileId::Tolerant)));
        assert!(profile("none").unwrap_err().contains("ipv-official"));
    }
}
