//! Offline scoring of stored predictions.
//!
//! The envelope of [`model`] stands between importers and protocols: a file of any known format becomes [`Holdings`].
//! [`answers`] says what a model's text means under a named set of rules.

pub mod answers;
mod model;

pub use model::{
    Answer, Benchmark, DimensionScore, DimensionScores, Facet, FacetValue, Holdings, Item, Judged, Prediction,
    RatingRow, Ratings, Run, Said, Task, TaskId,
};
