//! Offline scoring of stored predictions.
//!
//! The envelope of [`model`] stands between importers and protocols: a file of any known format becomes [`Holdings`].
//! Marked answers ([`Mark`]) go through [`protocols`]; every number is a [`Quantity`] with its interval.

pub mod floors;
mod interval;
mod marks;
mod model;
pub mod paired;
pub mod protocols;
pub mod published;

pub use interval::{INTERVAL_LEVEL, Interval, IntervalMethod, NoValue, Quantity};
pub use marks::{Denominator, Extracted, Mark, Marked, Repeats, Sheet, Tally, TaskIndex};
pub use model::{
    Answer, Benchmark, DimensionScore, DimensionScores, Facet, FacetValue, Holdings, Item, Judged, Prediction,
    RatingRow, Ratings, Run, Said, Task, TaskId,
};

#[cfg(test)]
mod fixtures;
