//! Annotation files in, agreement out.
//!
//! [`import`] recognises a file by its content and turns it into annotations; [`ReferenceSet`] collects them over several
//! files, joins them to clips and, with [`ReferenceSet::compare`], says how each judge's scores agree with each reference
//! field. Invariants: input is untrusted, so every error names the file, what was found, what was expected and where, and
//! no input panics or recurses without bound; nothing that did not join or contradicts itself is dropped in silence (see
//! [`Unmatched`]); an [`Estimate`] is a finite number with its interval or says why there is none. No file system, no
//! threads, no clock: the same code runs natively and in the page. Stored *predictions* of models are scored in
//! [`scoring`], under the benchmarks' own rules.
//!
//! # How the numbers are made
//! The formulas are those of `scipy.stats` and scikit-learn, to which `golden/agreement.json` pins them. Each statistic
//! takes integer weights, one per clip: a weight of 1 everywhere gives the estimate, the multiplicities of a resample give
//! the bootstrap's values. Sorting is done once per statistic rather than once per resample, and no counter is narrower
//! than 64 bits, which also holds on wasm32.
//!
//! # What the numbers cannot know
//! The file names of IPV-Bench give `ipv.judgement` away (generated clips carry their generator's name, real ones the id
//! of an upload). The floors here are those of guessing without any input: whoever could read file names would pass them
//! without seeing a picture.

mod agreement;
mod error;
mod hash;
mod imported;
mod importers;
mod join;
pub mod markup;
mod names;
pub mod scoring;

pub use agreement::{
    Agreement, AgreementKind, BOOTSTRAP_LEVEL, BOOTSTRAP_RESAMPLES, BOOTSTRAP_SEED, ClipScores, Direction, Estimate,
    MIN_CLIPS, Measure, Metric, Pair, Undefined,
};
pub use error::{FoundColumn, ImportError, Place, Problem};
pub use imported::{FieldKind, FieldSummary, Imported, LabelCount, Prompt, Recognised, SameClip, TableFormat, Warning};
pub use importers::{MAX_BYTES, MAX_DEPTH, MAX_FIELDS, MAX_LABELS, MAX_VALUES, import};
pub use join::{
    Ambiguity, ClipIdentity, Conflict, ConflictingValue, HandJoin, Joined, JoinedClip, JoinedField, MatchedBy,
    ReferenceSet, Unmatched, UnmatchedKey,
};

#[cfg(test)]
mod tests;
