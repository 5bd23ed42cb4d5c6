//! A video under test, as its container describes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ColorTags, Timestamp};

/// What is known of a clip before the first frame is decoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clip {
    /// The file's name, or its path inside the folder or archive that it came from.
    pub name: String,
    /// The file's size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the file, 64 hexadecimal digits, where it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The container by its short name: `mp4`, `mov`, `webm`, `mkv`, …
    pub container: String,
    /// The codec by its short name: `avc`, `hevc`, `vp8`, `vp9`, `av1`, …
    pub codec: String,
    /// Width of the visible rectangle in pixels, before rotation.
    pub width: u32,
    /// Height of the visible rectangle in pixels, before rotation.
    pub height: u32,
    /// Clockwise rotation for display in degrees: 0, 90, 180 or 270. Judges see the frame before rotation.
    pub rotation: u16,
    /// Colour tags of the container, or of the codec's header inside it.
    pub color: ColorTags,
    /// Presentation times of all frames in ascending order, as the container lists them.
    pub timestamps: Vec<Timestamp>,
    /// When the last frame ends, in seconds after the first one begins.
    pub duration_secs: f64,
}

impl Clip {
    /// Frames that the container lists.
    pub fn frame_count(&self) -> usize {
        self.timestamps.len()
    }

    /// The mean frame rate: frames over the time from the first frame's start to the last one's end.
    ///
    /// `None` when the duration is not positive.
    pub fn frame_rate_fps(&self) -> Option<f64> {
        let rate = self.timestamps.len() as f64 / self.duration_secs;
        (rate.is_finite() && rate > 0.0).then_some(rate)
    }
}
