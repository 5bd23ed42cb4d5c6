//! Offline scoring of stored predictions.
//!
//! An envelope stands between importers and protocols: a file of any known format becomes [`Holdings`].
//! [`answers`] says what a model's text means under a named set of rules. Marked answers ([`Mark`]) go through
//! [`protocols`]; every number is a [`Quantity`] with its interval. [`ScoreReport`] holds what comes out.

pub mod answers;
pub mod export;
pub mod floors;
mod ids;
mod intake;
mod interval;
mod marks;
mod model;
pub mod paired;
pub mod protocols;
pub mod published;
mod report;
mod scorer;
mod text;

pub use intake::{
    AskedItem, ClipFacet, Collection, ColumnMapping, Container, Format, INTAKE_MAX_BYTES, INTAKE_MAX_VALUES, Merged,
    Notice, Part, PlacedRun, Read, RowLacks, Supplement, TempCompassFile, read,
};
pub use interval::{INTERVAL_LEVEL, Interval, IntervalMethod, NoValue, Quantity};
pub use marks::{Denominator, Mark, Marked, Repeats, Sheet, Tally, TaskIndex};
pub use model::{
    Answer, Benchmark, DimensionScore, DimensionScores, Facet, FacetValue, Holdings, Item, Judged, Prediction,
    RatingRow, Ratings, Run, Said, Task, TaskId,
};

pub use report::{
    ComparisonReport, DimensionReport, Headline, IpvScoreReport, ItemAnswer, ItemPage, ItemQuery, ItemRow,
    ProfileScore, RatingReport, Recorded, RunReport, SCORES_SCHEMA, SCORES_VERSION, ScoreReport, ScoredFile,
    TaskReport, UnplacedRun,
};

pub use scorer::{Likeness, OpenAnswer, ScoreOptions, Scorer};
pub use text::Text;

#[cfg(test)]
mod fixtures;
