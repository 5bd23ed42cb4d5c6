//! What a file was recognised as, and what was odd in it, as sentences.
//!
//! Invariant: both lists are closed, so that a page can say them in any language; the counts are those of what was read.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a table is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Container {
    /// Comma- or semicolon-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// A list of JSON objects.
    Json,
    /// A JSON object with one entry per row.
    JsonKeyed,
    /// One JSON object per line.
    JsonLines,
    /// An Excel workbook.
    Xlsx,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Json => "JSON",
            Self::JsonKeyed => "JSON by key",
            Self::JsonLines => "JSON Lines",
            Self::Xlsx => "an Excel workbook",
        })
    }
}

/// A part of IPV-Bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Is the clip made by a generator?
    Judgement,
    /// Which of five options?
    MultipleChoice,
    /// What is impossible in the clip?
    Open,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Judgement => "judgement",
            Self::MultipleChoice => "multiple-choice",
            Self::Open => "open",
        })
    }
}

/// A kind of TempCompass file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TempCompassFile {
    /// Questions with reference answers.
    Questions,
    /// The same with a model's answers.
    Predictions,
    /// The same with the official ratings.
    Ratings,
}

/// What a file is. Prints as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "format")]
#[expect(missing_docs, reason = "the sentences of Display say what the fields count")]
pub enum Format {
    /// Reference answers of IPV-Bench.
    IpvAnswers { part: Part, items: usize },
    /// Questions of IPV-Bench.
    IpvQuestions { part: Part, items: usize },
    /// Labels of clips of IPV-Bench.
    IpvTaxonomy { clips: usize },
    /// The prompts that the clips of IPV-Bench were generated from.
    IpvPrompts { prompts: usize },
    /// A model's answers to IPV-Bench.
    IpvPredictions { part: Option<Part>, answers: usize },
    /// A judge's replies to a model's open answers.
    JudgeReplies { clips: usize },
    /// Ratings of generated clips: visual quality and prompt following.
    IpvScoreLabels { clips: usize, raters: usize },
    /// Results of the VBench tool.
    VBenchResults { dimensions: usize, clips: usize },
    /// The prompts of VBench.
    VBenchPrompts { prompts: usize, dimensions: usize },
    /// A table of models and dimensions.
    DimensionTable { container: Container, models: usize, dimensions: usize, percent: bool },
    /// Samples that lmms-eval logged.
    LmmsEvalSamples { task: String, samples: usize },
    /// Predictions that VLMEvalKit saved.
    VlmEvalKit { container: Container, model: String, dataset: String, rows: usize },
    /// A file of TempCompass.
    TempCompass { file: TempCompassFile, task: String, items: usize, videos: usize },
    /// The aspects of TempCompass.
    TempCompassMeta { videos: usize },
    /// Questions of OVO-Bench.
    OvoAnnotations { entries: usize, queries: usize },
    /// A model's answers to OVO-Bench.
    OvoResults { backward: usize, realtime: usize, forward: usize },
    /// Questions of a benchmark of choices.
    ChoiceAnnotations { benchmark: String, items: usize, videos: usize },
    /// The results template of Video-MME.
    VideoMmeResults { videos: usize, questions: usize, answered: usize },
    /// Answers to the rotations of VNBench.
    VnBenchResults { items: usize, answers: usize },
    /// A submission for the test set of MLVU.
    MlvuSubmission { answers: usize },
    /// The prompts of TC-Bench.
    TcBenchPrompts { prompts: usize },
    /// The assertions of TC-Bench.
    TcBenchAssertions { prompts: usize, assertions: usize },
    /// Verdicts on the assertions of TC-Bench.
    TcBenchVerdicts { clips: usize, verdicts: usize },
    /// People's scores of TC-Bench clips.
    TcBenchHuman { clips: usize, raters: usize },
    /// A metric's scores, clip by clip.
    MetricScores { clips: usize },
    /// Inputs, outputs or human labels of VideoPhy.
    VideoPhy { rows: usize, ratings: usize },
    /// A table of answers of models.
    Predictions { container: Container, rows: usize, models: usize },
    /// A table of questions with reference answers.
    Questions { container: Container, rows: usize },
    /// A table of questions with reference answers and a model's answers.
    Answered { container: Container, rows: usize, models: usize },
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IpvAnswers { part, items } => write!(f, "IPV-Bench reference answers, {part} task, {items} items"),
            Self::IpvQuestions { part, items } => write!(f, "IPV-Bench questions, {part} task, {items} items"),
            Self::IpvTaxonomy { clips } => write!(f, "IPV-Bench taxonomy labels of {clips} clips"),
            Self::IpvPrompts { prompts } => write!(f, "IPV-Bench prompt suite with {prompts} prompts"),
            Self::IpvPredictions { part: Some(part), answers } => {
                write!(f, "{answers} answers of a model to the {part} task of IPV-Bench")
            }
            Self::IpvPredictions { part: None, answers } => {
                write!(
                    f,
                    "{answers} answers of a model in IPV-Bench's form; which task they answer follows from their ids"
                )
            }
            Self::JudgeReplies { clips } => write!(f, "a judge's replies to open answers about {clips} clips"),
            Self::IpvScoreLabels { clips, raters } => {
                write!(f, "labels of visual quality and prompt following for {clips} clips by {raters} raters")
            }
            Self::VBenchResults { dimensions, clips } => {
                write!(f, "VBench results on {dimensions} dimensions with {clips} scores of clips")
            }
            Self::VBenchPrompts { prompts, dimensions } => {
                write!(f, "VBench prompt list with {prompts} prompts for {dimensions} dimensions")
            }
            Self::DimensionTable { container, models, dimensions, percent } => {
                let scale = if *percent { "in percent" } else { "from 0 to 1" };
                write!(f, "a table ({container}) of {models} models by {dimensions} quality dimensions, {scale}")
            }
            Self::LmmsEvalSamples { task, samples } => {
                write!(f, "lmms-eval samples of the task {task:?}, {samples} lines")
            }
            Self::VlmEvalKit { container, model, dataset, rows } => {
                write!(f, "VLMEvalKit predictions ({container}) of {model:?} on {dataset:?}, {rows} rows")
            }
            Self::TempCompass { file, task, items, videos } => {
                let what = match file {
                    TempCompassFile::Questions => "questions",
                    TempCompassFile::Predictions => "predictions",
                    TempCompassFile::Ratings => "official ratings of predictions",
                };
                write!(f, "TempCompass {what}, {task} task, {items} items about {videos} videos")
            }
            Self::TempCompassMeta { videos } => write!(f, "TempCompass aspects of {videos} videos"),
            Self::OvoAnnotations { entries, queries } => {
                write!(f, "OVO-Bench annotations, {entries} entries with {queries} queries")
            }
            Self::OvoResults { backward, realtime, forward } => write!(
                f,
                "OVO-Bench results: {backward} backward and {realtime} real-time answers, {forward} forward queries"
            ),
            Self::ChoiceAnnotations { benchmark, items, videos } => {
                write!(f, "{benchmark} annotations, {items} items about {videos} videos")
            }
            Self::VideoMmeResults { videos, questions, answered } => {
                write!(f, "Video-MME results, {answered} of {questions} questions about {videos} videos answered")
            }
            Self::VnBenchResults { items, answers } => {
                write!(f, "VNBench results, {answers} answers to the rotations of {items} items")
            }
            Self::MlvuSubmission { answers } => write!(f, "MLVU test submission with {answers} answers"),
            Self::TcBenchPrompts { prompts } => write!(f, "TC-Bench prompt list with {prompts} prompts"),
            Self::TcBenchAssertions { prompts, assertions } => {
                write!(f, "TC-Bench assertions, {assertions} for {prompts} prompts")
            }
            Self::TcBenchVerdicts { clips, verdicts } => {
                write!(f, "TC-Bench verdicts on {verdicts} assertions about {clips} clips")
            }
            Self::TcBenchHuman { clips, raters } => {
                write!(f, "TC-Bench scores by people for {clips} clips, up to {raters} raters each")
            }
            Self::MetricScores { clips } => write!(f, "one metric's scores of {clips} clips"),
            Self::VideoPhy { rows, ratings } => write!(f, "VideoPhy table of {rows} clips with {ratings} ratings"),
            Self::Predictions { container, rows, models } => {
                write!(f, "a table ({container}) of answers of {models} models, {rows} rows")
            }
            Self::Questions { container, rows } => {
                write!(f, "a table ({container}) of questions with reference answers, {rows} rows")
            }
            Self::Answered { container, rows, models } => {
                write!(
                    f,
                    "a table ({container}) of questions, reference answers and answers of {models} models, {rows} rows"
                )
            }
        }
    }
}

/// What a row needs and does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum RowLacks {
    /// An id.
    #[error("id")]
    Id,
    /// A clip.
    #[error("clip")]
    Clip,
    /// A reference answer.
    #[error("reference answer")]
    ReferenceAnswer,
    /// A prediction.
    #[error("prediction")]
    Prediction,
}

/// Something odd that did not keep a file from being read. Prints as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "notice")]
#[expect(missing_docs, reason = "the sentences say what the fields are")]
pub enum Notice {
    /// Keys of JSON objects occur twice.
    #[error("{count} repeated keys, the first of them {key:?} in line {line}")]
    RepeatedKeys { count: usize, key: String, line: usize },
    /// Commas before closing brackets were passed over.
    #[error("{count} commas before a closing bracket were ignored, the first in line {line}")]
    TrailingCommas { count: usize, line: usize },
    /// Ids occur twice in a task; the first item was kept.
    #[error("{count} items have an id that another item has; the first was kept (first {item:?} in line {line})")]
    DuplicateItems { count: usize, item: String, line: u32 },
    /// Rows without an id or without anything to score.
    #[error("{count} rows have no {what}, the first in line {line}; they were left out")]
    RowsLeftOut { count: usize, what: RowLacks, line: u32 },
    /// Entries about different clips have one id.
    #[error(
        "{count} entries have the id of an entry before them, about another clip: {}; each is an item of its own, called {}, as the \
         official script counts them",
        some(ids, *count),
        ids.first().map_or_else(|| "#2".to_owned(), |id| format!("{id}#2"))
    )]
    SharedIds { count: usize, ids: Vec<String> },
    /// A model leaves items without an answer.
    #[error("{model} leaves {count} of the task {task:?}'s items unanswered: {}", some(items, *count))]
    Unanswered { model: String, task: String, count: u64, items: Vec<String> },
    /// A model answers items more than once.
    #[error("{model} answers {count} of the task {task:?}'s items more than once, the last answer counts: {}", some(items, *count))]
    AnsweredAgain { model: String, task: String, count: u64, items: Vec<String> },
    /// Reference answers that fit none of the options.
    #[error(
        "{count} reference answers fit none of the options; the first, in line {line}, is {found:?}; they were left out"
    )]
    AnswersUnread { count: usize, found: String, line: u32 },
    /// The file does not give the options' texts.
    #[error("the file does not give the options of {count} items; {options} lettered options are assumed")]
    OptionsUnknown { count: usize, options: u32 },
    /// A column has too many values to group items by.
    #[error("the column {facet:?} has more than {limit} values; items are not grouped by it")]
    FacetTooFine { facet: String, limit: usize },
    /// Only the first sheet of a workbook was read.
    #[error("only the sheet {read:?} was read; sheets left out: {left}")]
    SheetsLeftOut { read: String, left: usize },
    /// Numbers that are not finite count as missing.
    #[error("{count} numbers are not finite and count as missing, the first in line {line}")]
    NotFinite { count: usize, line: u32 },
    /// The items have no ids of their own.
    #[error("the items have no ids; they are numbered in the file's order")]
    Numbered,
    /// A column `answer` beside ids alone was taken for reference answers.
    #[error("the column {column:?} was taken for reference answers; map it to predictions if it holds a model's")]
    TakenForReference { column: String },
    /// Questions for which no reference answers are there.
    #[error("{count} questions of the task {task:?} have no reference answer; add the file with the answers")]
    QuestionsWithoutAnswers { task: String, count: usize },
    /// Two files disagree.
    #[error(
        "{count} items of the task {task:?} have another reference answer in {file:?}; the first file's was kept (first {item:?})"
    )]
    AnswersDisagree { task: String, file: String, count: usize, item: String },
    /// Clips that an annotation file does not label.
    #[error("{count} of the task {task:?}'s items are about clips without the facet {facet:?}")]
    FacetMissing { task: String, facet: String, count: usize },
}

/// Ids as a list that says when it does not name all of `count`.
fn some(ids: &[String], count: impl TryInto<usize>) -> String {
    let left = count.try_into().unwrap_or(usize::MAX) > ids.len();
    format!("{}{}", ids.join(", "), if left { ", …" } else { "" })
}
