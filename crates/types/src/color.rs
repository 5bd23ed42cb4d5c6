//! What a clip says of its colours, and what was decided about them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The matrix that takes RGB to YCbCr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Matrix {
    /// ITU-R BT.601 (also SMPTE 170M and BT.470BG: the same coefficients).
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
    /// No matrix: the planes are already G, B, R.
    Identity,
}

/// Which code values stand for black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// 16 to 235 for luma and 16 to 240 for chroma, at 8 bits.
    Limited,
    /// 0 to 255, at 8 bits.
    Full,
}

/// Colour tags as the container or the codec's own header carries them. `None` means untagged.
///
/// Not to be filled from a decoder's guess: Chromium reports BT.709 for clips that carry no tags at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColorTags {
    /// The colour primaries by their WebCodecs name, such as `bt709`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primaries: Option<String>,
    /// The transfer characteristics by their WebCodecs name, such as `bt709` or `iec61966-2-1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// The matrix coefficients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Matrix>,
    /// Limited or full range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// One way to go from planes to RGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Conversion {
    /// The matrix that is inverted.
    pub matrix: Matrix,
    /// The range that is expanded.
    pub range: Range,
}

/// What was used for a clip, and why: part of every report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColorDecision {
    /// What the clip says of itself.
    pub tags: ColorTags,
    /// The conversion that equals OpenCV's and decord's, used by judges that reproduce an official tool.
    pub reference: Conversion,
    /// The conversion by the clip's own tags, used for display and by our own judges.
    pub exact: Conversion,
    /// True when the matrix of `exact` had to be assumed because the clip carries no tag for it.
    pub matrix_assumed: bool,
    /// True when the range of `exact` had to be assumed because the clip carries no tag for it.
    pub range_assumed: bool,
}
