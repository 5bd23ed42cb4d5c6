//! What a judge says of a clip: a score with its evidence, or the reason why there is none.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Timestamp, Unit};

/// A finite number with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    value: f64,
    unit: Unit,
}

/// A computation gave NaN or an infinity where a score was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFinite;

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the computed value is not a finite number")
    }
}

impl std::error::Error for NotFinite {}

impl Score {
    /// A score.
    ///
    /// # Errors
    /// When the value is NaN or infinite.
    pub fn new(value: f64, unit: Unit) -> Result<Self, NotFinite> {
        if value.is_finite() { Ok(Self { value, unit }) } else { Err(NotFinite) }
    }

    /// The number.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Its unit.
    pub const fn unit(&self) -> Unit {
        self.unit
    }
}

/// Why there is no score. A closed list, so that a page can say it in any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Unscored {
    /// The judge needs more frames than it saw.
    TooFewFrames {
        /// Frames that the judge needs at least.
        needed: usize,
        /// Frames that it saw.
        seen: usize,
    },
    /// The picture is too small for the judge.
    TooSmall {
        /// The smallest side that the judge can use, in pixels.
        needed_px: u32,
        /// The clip's smaller side, in pixels.
        given_px: u32,
    },
    /// The judge needs something that is not there.
    Missing {
        /// What is missing.
        need: crate::Need,
    },
    /// The clip could not be decoded as far as the judge needed.
    NotDecoded {
        /// The decoder's own words.
        message: String,
    },
    /// The computation gave NaN or an infinity.
    NotFinite,
    /// The frames' format or size changed in mid-clip.
    FormatChanged {
        /// When it changed.
        at: Timestamp,
    },
    /// The GPU or the CPU backend failed.
    DeviceFailed {
        /// The backend's own words.
        message: String,
    },
}

impl fmt::Display for Unscored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewFrames { needed, seen } => write!(f, "needs {needed} frames, saw {seen}"),
            Self::TooSmall { needed_px, given_px } => {
                write!(f, "needs sides of at least {needed_px} px, the smaller one has {given_px}")
            }
            Self::Missing { need } => write!(f, "needs {need:?}, which was not given"),
            Self::NotDecoded { message } => write!(f, "not decoded: {message}"),
            Self::NotFinite => f.write_str("the computation gave no finite number"),
            Self::FormatChanged { at } => write!(f, "the frames' format or size changed at {at}"),
            Self::DeviceFailed { message } => write!(f, "the compute device failed: {message}"),
        }
    }
}

/// A score, or the reason why there is none. Never NaN, never a silent 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Outcome {
    /// The judge has a score.
    Scored(Score),
    /// The judge has none.
    Unscored(Unscored),
}

/// A quantity over the time of the clip, by the frames' places in it: the clip's own list says when they are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curve {
    /// What is drawn, as a stable key: `mean_absolute_difference`, …
    pub quantity: String,
    /// The unit of the values.
    pub unit: Unit,
    /// The frame that the first value belongs to, counted from 0 in order of presentation; for a pair of frames, the
    /// later one.
    pub first_frame: usize,
    /// The frames of all values, ascending; left out when they follow each other without a gap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frame_indices: Vec<u32>,
    /// The values, finite.
    pub values: Vec<f64>,
}

impl Curve {
    /// The frame that value number `index` belongs to.
    pub fn frame(&self, index: usize) -> usize {
        self.frame_indices.get(index).map_or(self.first_frame + index, |&frame| frame as usize)
    }
}

/// A part of the picture, in shares of its width and height from the top left corner of the frame before rotation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Left edge, 0 to 1.
    pub x: f64,
    /// Top edge, 0 to 1.
    pub y: f64,
    /// Width, 0 to 1.
    pub width: f64,
    /// Height, 0 to 1.
    pub height: f64,
}

/// A frame worth looking at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// When the frame is shown.
    pub timestamp: Timestamp,
    /// The frame's place in the clip, counted from 0 in order of presentation.
    pub frame_index: usize,
    /// The value that makes it worth a look, in the unit of the evidence's first curve.
    pub value: f64,
    /// Where to look, if the judge knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
}

/// A stretch of time, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// The first frame's time.
    pub start: Timestamp,
    /// The last frame's time.
    pub end: Timestamp,
}

/// Where in the picture something is, over time, on a coarse grid.
///
/// Frames in which nothing is there are left out, and values are whole percents: a report stays small.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeatMap {
    /// What the values say, as a stable key: `impossible_here`, …
    pub quantity: String,
    /// Cells from left to right; all are equally wide and fill the frame before rotation.
    pub columns: u32,
    /// Cells from top to bottom, equally high.
    pub rows: u32,
    /// The frames that have values, ascending, counted from 0 in order of presentation.
    pub frame_indices: Vec<u32>,
    /// For each of these frames one list of columns × rows values in reading order, 0 to 100.
    pub percents: Vec<Vec<u8>>,
}

/// Why a judge says what it says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Quantities over time; the first is the main one.
    pub curves: Vec<Curve>,
    /// The frames that weigh most, the weightiest first.
    pub moments: Vec<Moment>,
    /// Stretches of time that the judge points at (frozen, flashing, …).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<Interval>,
    /// Further numbers behind the score, by a stable key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<(String, f64)>,
    /// Where in the picture, over time, where the judge knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heat_maps: Vec<HeatMap>,
    /// What the judge answers to questions about the clip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// What a judge answers to a multiple-choice question: the option that the clip is most like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The question's id.
    pub question: String,
    /// How like each option the clip is, in the options' order; finite.
    pub likeness: Vec<f64>,
}

impl Choice {
    /// The option that the clip is most like, counted from 0, the first of equal ones; `None` without options.
    pub fn best(&self) -> Option<usize> {
        let better = |best: usize, option: usize| self.likeness[option] > self.likeness[best];
        (0..self.likeness.len()).reduce(|best, option| if better(best, option) { option } else { best })
    }

    /// How much more like the best option the clip is than like the next one; 0 with fewer than two options.
    pub fn margin(&self) -> f64 {
        let Some(best) = self.best() else { return 0.0 };
        let others = self.likeness.iter().enumerate().filter(|(option, _)| *option != best);
        others.map(|(_, likeness)| self.likeness[best] - likeness).reduce(f64::min).unwrap_or(0.0)
    }
}

/// What one judge says of one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The judge's id, as on its card.
    pub judge: String,
    /// The score, or why there is none.
    pub outcome: Outcome,
    /// Why.
    pub evidence: Evidence,
    /// Frames that the judge saw.
    pub frames_seen: usize,
}

impl Verdict {
    /// The score's value, if there is one.
    pub const fn value(&self) -> Option<f64> {
        match &self.outcome {
            Outcome::Scored(score) => Some(score.value()),
            Outcome::Unscored(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_option_is_chosen_and_the_first_of_equal_ones() {
        let choice = |likeness: &[f64]| Choice { question: "1".to_owned(), likeness: likeness.to_vec() };
        assert_eq!([&[0.1, 0.3, 0.2][..], &[0.2, 0.2], &[]].map(|of| choice(of).best()), [Some(1), Some(0), None]);
        assert!((choice(&[0.1, 0.3, 0.2]).margin() - 0.1).abs() < 1e-12);
        assert!([&[0.2, 0.2][..], &[0.5], &[]].iter().all(|of| choice(of).margin().abs() < 1e-12));
    }

    #[test]
    fn a_score_is_always_finite() {
        assert_eq!(Score::new(f64::NAN, Unit::Ratio), Err(NotFinite));
        assert_eq!(Score::new(f64::INFINITY, Unit::Ratio), Err(NotFinite));
        assert!(Score::new(0.5, Unit::Ratio).is_ok());
    }
}
