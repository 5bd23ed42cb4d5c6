//! The envelope of offline scoring: what was asked, what was answered, and nothing of how it is scored.
//!
//! Invariant: importers fill these types and protocols read them; a number in them is finite, text is kept verbatim, and
//! every prediction knows the line or row it came from.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// A benchmark whose files are recognised, or any other set of questions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Benchmark {
    /// IPV-Bench, "Impossible Videos".
    IpvBench,
    /// VBench and its relatives.
    VBench,
    /// MVBench.
    MvBench,
    /// Video-MME.
    VideoMme,
    /// TempCompass.
    TempCompass,
    /// OVO-Bench.
    OvoBench,
    /// VNBench.
    VnBench,
    /// TC-Bench.
    TcBench,
    /// VideoPhy and VideoPhy-2.
    VideoPhy,
    /// A benchmark under the name that its file or harness gives it.
    Other(String),
}

/// A set of questions that are scored together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TaskId {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// The task's name in lower case: `judgement`, `multiple-choice`, `open`, `yes-no`, …
    pub task: String,
}

/// The questions of one task with their reference answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Which one.
    pub id: TaskId,
    /// The file that it was read from.
    pub file: String,
    /// What items are grouped by: domain, duration, dimension, …
    pub facets: Vec<Facet>,
    /// The questions, in the file's order. Ids are unique.
    pub items: Vec<Item>,
}

/// Something that items are grouped by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Facet {
    /// Its name in lower case: `domain`, `duration`, …
    pub name: String,
    /// Its values, in the order of their first occurrence.
    pub values: Vec<String>,
}

/// One value of one facet, by their places in [`Task::facets`] and [`Facet::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct FacetValue {
    /// The facet's index.
    pub facet: u32,
    /// The value's index.
    pub value: u32,
}

/// One question about one clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its id, unique in the task.
    pub id: Text,
    /// The clip as the file names it. Items of one clip are resampled together.
    pub clip: Text,
    /// Where it belongs; several values of one facet are possible.
    pub facets: Vec<FacetValue>,
    /// Items of one group count together (rotations of the same options).
    pub group: Option<String>,
    /// What was asked; empty if the file does not say.
    pub question: Text,
    /// The reference answer.
    pub answer: Answer,
}

/// A reference answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One option out of several, lettered from A.
    Choice {
        /// The options' texts without their letters; empty texts where the file does not give them. Items of one file that
        /// lack them share one list.
        options: Arc<[String]>,
        /// The right one, counted from 0; smaller than the number of options.
        correct: u32,
    },
    /// Yes or no.
    YesNo {
        /// Whether yes is right.
        yes: bool,
    },
    /// A label out of a list.
    Label {
        /// The right one.
        label: String,
    },
    /// A whole number.
    Count {
        /// The right one.
        count: u64,
    },
    /// Free text, which only a judge can mark.
    Open {
        /// The reference answer; empty if the file does not say.
        primary: String,
        /// Other right answers.
        alternatives: Vec<String>,
    },
}

/// The answers of one model to one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The model as the file or its name calls it.
    pub model: String,
    /// The file that it was read from.
    pub file: String,
    /// The task that it answers, if the file shows it; otherwise it follows from the items' ids.
    pub task: Option<TaskId>,
    /// The answers, in the file's order. An item may be answered twice; the scorer counts that.
    pub predictions: Vec<Prediction>,
}

/// One answer of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The id of the item.
    pub item: Text,
    /// The line or row in the file, counted from 1.
    pub line: u32,
    /// What the model said.
    pub said: Said,
    /// What the file itself records of it, 0 to 1 (an earlier harness's mark), if it does.
    pub recorded: Option<f64>,
}

/// What a model, or a judge of it, said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Text, verbatim.
    Text(Text),
    /// A score for the positive class, finite.
    Score(f64),
    /// A judge's verdict on an open answer.
    Judged(Judged),
    /// Null in the file: the model gave nothing.
    Nothing,
}

/// A judge's verdict on an open answer, as a file records it.
#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    /// A reply that still has to be read by a profile's rule.
    Reply {
        /// The judge's reply, verbatim.
        reply: Text,
    },
    /// Right or wrong.
    Right {
        /// Which.
        right: bool,
    },
    /// A mark on a scale that starts at 0.
    Mark {
        /// The mark, from 0 to `most`.
        mark: f64,
        /// The best mark.
        most: f64,
    },
    /// Marks on several named axes.
    Axes {
        /// Axis and mark.
        marks: Vec<(String, f64)>,
        /// The best mark.
        most: f64,
    },
    /// Marks of single assertions, 0, 0.5 or 1; `None` where the judge's reply could not be read.
    Assertions {
        /// One each.
        marks: Vec<Option<f64>>,
        /// What kind of assertion each is, in the file's words; empty where the file does not say.
        kinds: Vec<String>,
    },
    /// How near the answer comes to each of the reference answers; the mark is the nearest one's.
    Likeness {
        /// 0 to 1, the primary reference answer first; `None` for one that could not be read.
        each: Vec<Option<f64>>,
    },
}

/// Ratings of clips by people or by metrics, to be compared with each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratings {
    /// The file.
    pub file: String,
    /// Who or what rates: a metric's name, or `human`.
    pub rater: String,
    /// What is rated: `overall`, `visual quality`, …
    pub dimension: String,
    /// One row per clip: all single ratings of it, in the order of the raters.
    pub rows: Vec<RatingRow>,
}

/// The ratings of one clip.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingRow {
    /// The clip.
    pub clip: String,
    /// Finite ratings, one per rater; `None` where a rater gave none.
    pub ratings: Vec<Option<f64>>,
}

/// Scores of one generator on quality dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct DimensionScores {
    /// The file.
    pub file: String,
    /// The generator as the file or its name calls it.
    pub model: String,
    /// Dimension by dimension, in the file's order.
    pub dimensions: Vec<DimensionScore>,
}

/// The score of one dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct DimensionScore {
    /// The dimension's name in lower case with underscores: `subject_consistency`, …
    pub dimension: String,
    /// Its score, finite, 0 to 1 as VBench writes it.
    pub score: f64,
    /// Clip by clip, if the file says; not in every dimension does their mean equal `score`.
    pub clips: Vec<(String, f64)>,
}

/// What one dropped file holds. Tasks and runs are shared, not copied, since there may be a million rows in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holdings {
    /// Questions with reference answers.
    pub tasks: Vec<Arc<Task>>,
    /// Answers of models.
    pub runs: Vec<Arc<Run>>,
    /// Ratings by people or metrics.
    pub ratings: Vec<Ratings>,
    /// Quality dimensions of generators.
    pub dimensions: Vec<DimensionScores>,
}
