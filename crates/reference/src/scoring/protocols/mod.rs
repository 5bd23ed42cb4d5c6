//! The protocols: from marked answers, verdicts, ratings and dimension scores to measures.
//!
//! One file per family. Invariants: a measure comes with its denominator and, where clips are behind it, with an interval
//! that takes whole clips as independent; what cannot be computed says why; quirks of published scripts are reproduced
//! only under a name and stand beside the corrected number. What a measure must beat is in [`super::floors`], what others
//! published in [`super::published`].

pub mod choice;
pub mod dimensions;
pub mod human;
pub mod ipv_score;
pub mod labels;
pub mod verdicts;
