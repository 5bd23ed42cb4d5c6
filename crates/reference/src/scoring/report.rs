//! What scoring says: a report of every task, run, floor and comparison that the files allow.
//!
//! Invariant: every number in it is a [`Quantity`] or stands beside one, and says its denominator. Single items are not in
//! it, because there may be a million of them: they are asked for page by page ([`ItemQuery`]). How the numbers are made is
//! left to the protocols.

use reelcheck_types::Card;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answers::{Profile, ProfileId, Reading};
use super::floors::Floor;
use super::paired::Paired;
use super::protocols::choice::ChoiceScore;
use super::protocols::dimensions::Totals;
use super::protocols::human::{Alpha, Association};
use super::protocols::ipv_score::IpvScore;
use super::protocols::labels::{LabelScore, RankedScore};
use super::protocols::verdicts::VerdictScore;
use super::published::PublishedTable;
use super::{Facet, Format, Marked, Notice, Quantity, Tally, TaskId};
use crate::ImportError;

/// The value of [`ScoreReport::schema`].
pub const SCORES_SCHEMA: &str = "reelcheck.scores";
/// The version of the schema that this code writes.
pub const SCORES_VERSION: u32 = 1;

/// A file that was given.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ScoredFile {
    /// Its name.
    pub file: String,
    /// What it was recognised as.
    pub format: Format,
    /// The same as a sentence in English.
    pub sentence: String,
    /// What was odd in it.
    pub warnings: Vec<Notice>,
}

/// Everything that the files allow to say.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ScoreReport {
    /// Always `reelcheck.scores`.
    pub schema: String,
    /// The version of this schema: 1.
    pub version: u32,
    /// The version of Reelcheck.
    pub reelcheck: String,
    /// When it was made, as an ISO 8601 time in UTC.
    pub created: String,
    /// The files that were read.
    pub files: Vec<ScoredFile>,
    /// The files that could not be read.
    pub refused: Vec<ImportError>,
    /// What did not fit together between the files, as sentences.
    pub warnings: Vec<Notice>,
    /// Judges of texts that marked open answers here, rather than the files' own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judges: Vec<Card>,
    /// Tasks with reference answers, and the runs that answer them.
    pub tasks: Vec<TaskReport>,
    /// Runs whose task is not among the files: their annotation file is missing.
    pub unplaced: Vec<UnplacedRun>,
    /// Totals of generators over quality dimensions.
    pub dimensions: Vec<DimensionReport>,
    /// Metrics against people, and people among themselves.
    pub ratings: Vec<RatingReport>,
    /// IPV-Scores from labels.
    pub ipv_scores: Vec<IpvScoreReport>,
    /// Published tables that belong to what was scored. They are not our numbers.
    pub published: Vec<PublishedTable>,
}

/// A run that answers no task at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnplacedRun {
    /// The model.
    pub model: String,
    /// The file.
    pub file: String,
    /// The task that the file names, if it names one.
    pub task: Option<TaskId>,
    /// Answers in it.
    pub answers: u64,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TaskReport {
    /// Which one.
    pub id: TaskId,
    /// The file of the reference answers.
    pub file: String,
    /// Items.
    pub items: u64,
    /// Answers in words that only a judge of texts can mark, over all runs; those of the judged runs are not among them.
    pub open_answers: u64,
    /// Different clips.
    pub clips: u64,
    /// What items are grouped by.
    pub facets: Vec<Facet>,
    /// The profile that scores the runs below.
    pub profile: Profile,
    /// What can be reached without a look at the clips, under the same rules.
    pub floors: Vec<Floor>,
    /// The ids of published tables about this task.
    pub published: Vec<String>,
    /// The runs, in the order of the files.
    pub runs: Vec<RunReport>,
    /// Each later run against each earlier one.
    pub comparisons: Vec<ComparisonReport>,
}

/// One number that stands for a run.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Headline {
    /// Its name as a stable key: `accuracy`, `total`, `f1`, `mean`, `auroc`, `all-assertions`, …
    pub measure: String,
    /// Its value, 0 to 1.
    pub value: Quantity,
    /// The strongest floor of the same measure, 0 to 1, and its place in [`TaskReport::floors`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<(f64, u32)>,
}

/// One run on a task.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RunReport {
    /// The model.
    pub model: String,
    /// The file.
    pub file: String,
    /// The judge of texts that marked these answers here, by its id in [`ScoreReport::judges`]. Its marks are no verdicts of
    /// right and wrong: their halves only sort the list of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<String>,
    /// How many answers there are of each kind.
    pub tally: Tally,
    /// The numbers that stand for it, the main one first.
    pub headlines: Vec<Headline>,
    /// As choices: accuracy under the profile, by facet and group. For all closed questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<ChoiceScore>,
    /// As labels: per class, for yes/no and labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelScore>,
    /// As scores of the positive class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranked: Option<RankedScore>,
    /// As a judge's verdicts on open answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<VerdictScore>,
    /// The score under every profile that can read this task.
    pub sensitivity: Vec<ProfileScore>,
    /// How the marks that the file itself records compare with ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
}

/// A run's score under one profile.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProfileScore {
    /// The profile.
    pub profile: ProfileId,
    /// Its score under the profile's own denominator and averaging.
    pub score: Quantity,
    /// Right answers over all items, whatever the profile leaves out and averages over: what is comparable between profiles.
    pub over_all: Quantity,
    /// Answers that the profile could not read.
    pub unparsed: u64,
    /// Items that this profile and the task's profile mark differently.
    pub differs: u64,
}

/// The marks that a file records beside its answers, against ours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Recorded {
    /// Answers with a recorded mark.
    pub n: u64,
    /// The mean of the recorded marks, 0 to 1.
    pub mean: f64,
    /// Answers that we could read and mark as recorded.
    pub agree: u64,
    /// Answers that we could read and mark differently.
    pub differ: u64,
}

/// Two runs on the same items.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ComparisonReport {
    /// The first run, by its place in [`TaskReport::runs`].
    pub first: u32,
    /// The second run.
    pub second: u32,
    /// How they differ.
    pub paired: Paired,
}

/// A generator's quality dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DimensionReport {
    /// The generator.
    pub model: String,
    /// The file.
    pub file: String,
    /// The totals where a missing dimension leaves its group without a value.
    pub totals: Totals,
    /// The same where it counts as a raw 0, as in the official script; absent when nothing is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official: Option<Totals>,
}

/// Ratings, against people's where there are both.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RatingReport {
    /// The metric or person.
    pub rater: String,
    /// What was rated.
    pub dimension: String,
    /// The file.
    pub file: String,
    /// Clips with a rating.
    pub clips: u64,
    /// The other ratings that these are compared with: their rater and dimension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<(String, String)>,
    /// How both agree over the clips that they share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association: Option<Association>,
    /// How several raters agree among themselves (Krippendorff's α, interval level).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<Alpha>,
}

/// An IPV-Score from labels.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct IpvScoreReport {
    /// The file.
    pub file: String,
    /// The score.
    pub score: IpvScore,
}

/// Which items to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ItemQuery {
    /// The task, by its place in [`ScoreReport::tasks`].
    pub task: u32,
    /// The run whose marks the filter looks at.
    pub run: Option<u32>,
    /// Items of this state only.
    pub state: Option<Marked>,
    /// Items on which this run is right and `run` is not, or the other way round.
    pub flipped_against: Option<u32>,
    /// Items whose id, clip, question, options or answers hold this text, in any case.
    pub text: String,
    /// Items with these values, by facet and value.
    pub facets: Vec<(u32, u32)>,
    /// How many matching items to pass over.
    pub offset: u64,
    /// How many to show, at most 500.
    pub limit: u32,
}

/// A page of items.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ItemPage {
    /// Items that match.
    pub matching: u64,
    /// The items of this page.
    pub items: Vec<ItemRow>,
}

/// One item with what each run said.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ItemRow {
    /// Its id.
    pub item: String,
    /// The clip as the file names it.
    pub clip: String,
    /// What was asked.
    pub question: String,
    /// The options, for choices.
    pub options: Vec<String>,
    /// The reference answer as text: a letter, `yes`, a number, a label, the primary open answer.
    pub reference: String,
    /// Other right answers, for open questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Facet and value, by name.
    pub facets: Vec<(String, String)>,
    /// One per run of the task, in their order; `None` where a run has no answer.
    pub answers: Vec<Option<ItemAnswer>>,
}

/// What one run said of one item.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ItemAnswer {
    /// The text, verbatim but cut at 2,000 characters; a score or verdict as text.
    pub raw: String,
    /// How it was read; absent for scores and verdicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// What was read, as text: a letter, `yes`, a number, a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extracted: Option<String>,
    /// How near a judge of texts finds it to each reference answer, 0 to 1: to the primary one, then to the alternatives;
    /// `None` for one that could not be read. Empty for all other answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub likeness: Vec<Option<f64>>,
    /// The place of the nearest reference answer in `likeness`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<u32>,
    /// How it was marked; `missing` never occurs here.
    pub state: Marked,
    /// The line or row in the file, counted from 1.
    pub line: u32,
}
