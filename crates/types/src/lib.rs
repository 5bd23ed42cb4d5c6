//! Plain data shared by every part of Reelcheck.
//!
//! The words of the project are defined here: [`Clip`], [`Frame`], [`Timestamp`], [`Card`], [`Score`], [`Verdict`],
//! [`Annotation`]. Invariant: nothing here computes a score, decodes, draws or touches a file, and a [`Score`] always
//! holds a finite number. The types serialize as they appear in a report.

mod annotation;
mod card;
mod clip;
mod color;
mod frame;
mod time;
mod verdict;

pub use annotation::{Annotation, AnnotationValue, ClipKey};
pub use card::{Better, Card, Need, ScoreRange, Unit};
pub use clip::Clip;
pub use color::{ColorDecision, ColorTags, Conversion, Matrix, Range};
pub use frame::{Frame, FrameError, PixelFormat, PlaneLayout, PlaneView};
pub use time::Timestamp;
pub use verdict::{
    Choice, Curve, Evidence, HeatMap, Interval, Moment, NotFinite, Outcome, Region, Score, Unscored, Verdict,
};
