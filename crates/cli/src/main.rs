//! `reelcheck`: judge clips, score predictions and draw clips on the command line.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use reelcheck_cli::{
    JudgeOptions, ScoreArgs, SynthArgs, WeightsArgs, add_weights, collect, draw_twins, judge_files, score_files,
};
use reelcheck_evaluator::{ClipOutcome, Event, JudgeSelection, Pictures, Report, ReportFormat, compare, export};
use reelcheck_reference::HandJoin;
use reelcheck_types::ClipKey;

/// Judges AI videos with the same code as the Reelcheck page.
#[derive(Parser)]
#[command(version, about)]
struct Args {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Judge clips, and compare the verdicts with reference annotations.
    Judge {
        /// Video files, and folders to search for them.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Judges to run, separated by commas; by default all that need no weights and those whose weights are
        /// given, without those that run on request.
        #[arg(long, value_delimiter = ',')]
        judges: Vec<String>,
        /// Annotation files to compare with.
        #[arg(long = "reference", value_name = "FILE")]
        references: Vec<PathBuf>,
        /// Files of multiple-choice questions about the clips, for the judge `option_likeness`.
        #[arg(long = "questions", value_name = "FILE")]
        questions: Vec<PathBuf>,
        /// A clip and the name under which annotations know it, joined by hand.
        #[arg(long = "join", value_name = "CLIP=NAME", value_parser = hand_join)]
        joins: Vec<HandJoin>,
        /// A folder of networks for the learned judges: dino/, clip/, clip-aesthetic/, raft/, each as published.
        #[arg(long, value_name = "FOLDER")]
        weights: Option<PathBuf>,
        /// Where to write the report: .json, .csv, .md, .tex or .html by its ending, and VBench's shape for a name with the
        /// ending of VBench's own results, `_eval_results.json`. A name that ends in `_predictions.json` gets what judges answer
        /// to questions, for `score`. Without a name, Markdown goes to standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Score stored predictions of video benchmarks under their official rules, with floors and intervals.
    Score(Box<ScoreArgs>),
    /// Draw pairs of clips, a possible and an impossible version of each story, with annotations and questions.
    Synth(SynthArgs),
    /// Networks for the learned judges.
    #[command(subcommand)]
    Weights(WeightsVerb),
    /// List the judges.
    Judges,
    /// Write a saved report in other forms.
    Export {
        /// The report, as JSON.
        report: PathBuf,
        /// Where to write it, as for `judge`.
        #[arg(required = true)]
        out: Vec<PathBuf>,
    },
    /// Compare two reports.
    Compare {
        /// The earlier report.
        before: PathBuf,
        /// The later report.
        after: PathBuf,
    },
}

#[derive(Subcommand)]
enum WeightsVerb {
    /// Check weights as published, convert them to half precision in small files, and list them with their hashes.
    Add(WeightsArgs),
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "reelcheck: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match verb {
        Verb::Judge { paths, judges, references, questions, joins, weights, out: file } => {
            let inputs = collect(&paths)?;
            anyhow::ensure!(!inputs.clips.is_empty(), "no video file found (looked for mp4, mov, webm, mkv, …)");
            let bar = progress_bar();
            let options = JudgeOptions { judges, references, questions, joins, weights };
            let report = judge_files(&inputs, &options, |event| show(&bar, &event))?;
            bar.finish_and_clear();
            let format = file.as_deref().map_or(ReportFormat::Markdown, format_of);
            let text = export(&report, format, &Pictures::new());
            match &file {
                Some(file) => {
                    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
                    writeln!(out, "{}", summary(&report))?;
                    writeln!(out, "report: {}", file.display())?;
                }
                None => writeln!(out, "{text}")?,
            }
            Ok(if report.judged().next().is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Verb::Score(args) => {
            let is_scored = score_files(&args, &mut out)?;
            Ok(if is_scored { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Verb::Synth(args) => {
            draw_twins(&args, &mut out)?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Weights(WeightsVerb::Add(args)) => {
            let added = add_weights(&args)?;
            let (role, bytes) = (added.network.role, added.network.bytes);
            writeln!(
                out,
                "{role}: {bytes} bytes in {} files in {}",
                added.network.files.len(),
                added.folder.display()
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Judges => {
            for card in JudgeSelection::all().cards() {
                let on_request = if card.on_request { "(on request) " } else { "" };
                writeln!(out, "{:<29} {on_request}{}", card.id, card.summary)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Verb::Export { report, out: files } => {
            let report = read_report(&report)?;
            for file in files {
                std::fs::write(&file, export(&report, format_of(&file), &Pictures::new()))
                    .with_context(|| format!("cannot write {}", file.display()))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Verb::Compare { before, after } => {
            let comparison = compare(&read_report(&before)?, &read_report(&after)?);
            for change in &comparison.changes {
                let cell = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| format!("{v:.6}"));
                let delta = change.delta.map_or_else(|| "—".to_owned(), |d| format!("{d:+.6}"));
                let (before, after) = (cell(change.before), cell(change.after));
                writeln!(out, "{}\t{}\t{before}\t{after}\t{delta}", change.clip, change.judge)?;
            }
            for (what, names) in [
                ("only in the first", &comparison.only_before),
                ("only in the second", &comparison.only_after),
                ("decoded planes differ", &comparison.other_planes),
            ] {
                for name in names {
                    writeln!(out, "{what}: {name}")?;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn read_report(path: &Path) -> Result<Report> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Report::from_json(&path.display().to_string(), &bytes)?)
}

/// The form that a file's name asks for; Markdown unless it asks for another.
fn format_of(file: &Path) -> ReportFormat {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("json") if name.ends_with("_eval_results.json") => ReportFormat::Vbench,
        Some("json") if name.ends_with("_predictions.json") => ReportFormat::Predictions,
        Some("json") => ReportFormat::Json,
        Some("csv") => ReportFormat::Csv,
        Some("tex") => ReportFormat::Latex,
        Some("html" | "htm") => ReportFormat::Html,
        _ => ReportFormat::Markdown,
    }
}

fn hand_join(text: &str) -> Result<HandJoin, String> {
    let (clip, name) = text.split_once('=').ok_or("expected CLIP=NAME")?;
    Ok(HandJoin { clip: clip.to_owned(), key: ClipKey::Name(name.to_owned()) })
}

fn summary(report: &Report) -> String {
    let failed = report.clips.iter().filter(|clip| matches!(clip, ClipOutcome::Failed(_))).count();
    format!("{} of {} clips judged, {failed} failed", report.clips.len() - failed, report.clips.len())
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} frames {msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Found { clips } => bar.set_prefix(format!("{} clips", clips.len())),
        Event::ClipStarted { info, .. } => {
            bar.set_length(info.frame_count() as u64);
            bar.set_position(0);
            bar.set_message(info.name.clone());
        }
        Event::ClipProgress { frames_done, .. } => bar.set_position(*frames_done as u64),
        Event::ClipFailed { failure, .. } => bar.suspend(|| {
            let _ = writeln!(std::io::stderr(), "{failure}");
        }),
        Event::Ready { .. }
        | Event::SetAside { .. }
        | Event::ReferenceRead { .. }
        | Event::ClipDone { .. }
        | Event::Agreement { .. }
        | Event::Done { .. } => {}
    }
}
