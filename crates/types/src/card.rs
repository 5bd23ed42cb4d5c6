//! What a judge says of itself.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The unit of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A share or similarity, usually from 0 to 1.
    Ratio,
    /// Levels of an 8-bit picture, 0 to 255.
    Levels,
    /// Squared 8-bit levels (a variance).
    SquaredLevels,
    /// Pixels.
    Pixels,
    /// Events per second.
    PerSecond,
    /// A whole number of things.
    Count,
    /// A number without a unit.
    Dimensionless,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ratio => "ratio",
            Self::Levels => "levels",
            Self::SquaredLevels => "levels²",
            Self::Pixels => "px",
            Self::PerSecond => "1/s",
            Self::Count => "count",
            Self::Dimensionless => "",
        })
    }
}

/// Which direction is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// A higher score is better.
    Higher,
    /// A lower score is better.
    Lower,
    /// The score describes; it does not rank.
    Neither,
}

/// The values that a score can take; an absent end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreRange {
    /// Smallest possible value, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest possible value, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl ScoreRange {
    /// From `min` to `max`, both inclusive.
    pub const fn new(min: f64, max: f64) -> Self {
        Self { min: Some(min), max: Some(max) }
    }

    /// From `min`, inclusive, without an upper end.
    pub const fn at_least(min: f64) -> Self {
        Self { min: Some(min), max: None }
    }

    /// Whether the value lies within, with both ends counted in.
    pub fn contains(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// What a judge needs before it can say anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The text prompt that the clip was generated from.
    Prompt,
    /// The style that the clip was to be made in, in words.
    Style,
    /// A question about the clip with options to choose from.
    Question,
    /// Weights that are not part of Reelcheck.
    Weights,
    /// A scene without motion; on moving footage the score mostly measures motion.
    StaticScene,
}

/// A judge's own description: part of every report, and what a reader sees beside a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    /// The judge's stable name: `temporal_flickering`, …
    pub id: String,
    /// Raised whenever the same clip could get another score.
    pub version: u32,
    /// The named quality axis that is scored. Several judges may score one dimension.
    pub dimension: String,
    /// One sentence in plain English: what the number says.
    pub summary: String,
    /// The unit of the score.
    pub unit: Unit,
    /// The values that the score can take.
    pub range: ScoreRange,
    /// Which direction is the better one.
    pub better: Better,
    /// What must be there besides a clip.
    pub needs: Vec<Need>,
    /// Whether the judge runs only when it is named: variants of another judge, and filters of a protocol.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_request: bool,
    /// Where the formula comes from.
    pub source: String,
    /// How the judge differs from the official tool, if there is one and it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
}
