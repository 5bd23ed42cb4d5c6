//! Report schema v1: everything that is needed to read a score, to doubt it and to compute it again.

use std::collections::BTreeMap;

use reelcheck_models::SelfTest;
use reelcheck_reference::{Agreement, HandJoin, Unmatched};
use reelcheck_types::{AnnotationValue, Card, Clip, ColorDecision, PixelFormat, Timestamp, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ClipFailure;

/// The value of [`Report::schema`].
pub const REPORT_SCHEMA: &str = "reelcheck.report";
/// The version of the schema that this code writes, and the newest that it reads.
pub const REPORT_VERSION: u32 = 1;

/// Where a report was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// The version of Reelcheck.
    pub reelcheck: String,
    /// `browser` or `native`.
    pub platform: String,
    /// The browser's user agent, or the operating system and processor.
    pub system: String,
    /// What decoded the clips: `webcodecs`, or ffmpeg with its version.
    pub decoder: String,
}

/// Where tensors live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// Burn on WebGPU.
    Webgpu,
    /// Burn's CPU backend, Flex.
    Cpu,
}

/// What the device's numeric self-test found before the device was used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SelfTestReport {
    /// Whether every error is within the tolerance.
    pub passed: bool,
    /// The largest error relative to the expected value; absent when the device gave no finite number.
    pub max_error: Option<f64>,
    /// The largest error that passes.
    pub tolerance: f64,
}

impl From<SelfTest> for SelfTestReport {
    fn from(test: SelfTest) -> Self {
        let max_error = test.max_error.is_finite().then_some(test.max_error);
        Self { passed: test.passed, max_error, tolerance: test.tolerance }
    }
}

/// The device that was chosen, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceReport {
    /// Where tensors live.
    pub backend: Backend,
    /// The graphics adapter's own name, on WebGPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// The numeric test that the device passed before it was used.
    pub self_test: SelfTestReport,
    /// Why WebGPU was not used, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// Why WebGPU was not used although it was asked for. A closed list, so that a page can say it in any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Fallback {
    /// The browser does not offer it.
    #[error("this browser has no WebGPU")]
    NoWebgpu,
    /// There is no graphics adapter that the browser would use.
    #[error("the browser offers no graphics adapter: {message}")]
    NoAdapter {
        /// The graphics library's own words.
        message: String,
    },
    /// The only adapter computes on the CPU, where our own backend is many times faster.
    #[error("the only graphics adapter, {adapter}, is software")]
    SoftwareAdapter {
        /// The adapter's own name.
        adapter: String,
    },
    /// The adapter gave no device, or broke down.
    #[error("the graphics device failed: {message}")]
    DeviceFailed {
        /// The graphics library's own words.
        message: String,
    },
    /// No device came in time.
    #[error("no graphics device came within {secs} s")]
    DeviceTooSlow {
        /// The limit in seconds.
        secs: u64,
    },
    /// The self-test was not over in time.
    #[error("the graphics device's self-test took more than {secs} s")]
    SelfTestTooSlow {
        /// The limit in seconds.
        secs: u64,
    },
    /// The device computes wrong numbers.
    #[error("the graphics device failed its self-test")]
    SelfTestFailed {
        /// What the test found.
        self_test: SelfTestReport,
    },
}

/// A fingerprint of all decoded planes, so that two decoders can be compared.
///
/// The hash runs over the frames' bytes in order of presentation. It equals
/// `ffmpeg -i CLIP -fps_mode passthrough -f rawvideo -pix_fmt FORMAT - | xxhsum -H2`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaneHash {
    /// `xxh3-128`.
    pub algorithm: String,
    /// 32 hexadecimal digits.
    pub hash: String,
    /// The layout of the bytes.
    pub format: PixelFormat,
    /// Frames that were hashed.
    pub frames: usize,
}

/// How far the decoder came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Decoding {
    /// To the end.
    Complete,
    /// Only the first part was decoded, and scored.
    Stopped {
        /// The end of the part that was scored, in seconds after the clip's first frame begins.
        at_secs: f64,
        /// The clip's length in seconds.
        of_secs: f64,
        /// The decoder's own words.
        message: String,
    },
}

/// Something that a reader of the scores should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Warning {
    /// The browser gave RGBA instead of the decoder's planes, so pixels may differ from other decoders'.
    RgbaFallback {
        /// Why planes could not be read.
        why: String,
    },
    /// The decoder gave fewer or more frames than the container lists.
    FrameCount {
        /// Frames that the container lists.
        listed: usize,
        /// Frames that came.
        decoded: usize,
    },
    /// A frame's time is not on the container's list.
    UnlistedTimestamp {
        /// The frame's time.
        at: Timestamp,
    },
    /// A score lies outside the range on its card.
    OutOfRange {
        /// The judge.
        judge: String,
    },
    /// The judges were made anew after the device or the worker was lost, and this clip was judged again from its start.
    Restarted,
}

/// The frames that one judge asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SamplingRecord {
    /// The judge.
    pub judge: String,
    /// The rule: `all`, `about-8-fps`, `middle-16`.
    pub rule: String,
    /// Places in the clip, counted from 0; left out when the rule is `all`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frame_indices: Vec<usize>,
}

/// What came out for one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClipReport {
    /// What the container says.
    pub clip: Clip,
    /// How far the decoder came.
    pub decoding: Decoding,
    /// How colours were handled.
    pub color: ColorDecision,
    /// A fingerprint of the decoded planes.
    pub planes: PlaneHash,
    /// The frames that each judge asked for.
    pub sampling: Vec<SamplingRecord>,
    /// What each judge says.
    pub verdicts: Vec<Verdict>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum ClipOutcome {
    /// It was judged.
    Judged(Box<ClipReport>),
    /// It could not be.
    Failed(ClipFailure),
}

impl ClipOutcome {
    /// The input's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Judged(report) => &report.clip.name,
            Self::Failed(failure) => &failure.file,
        }
    }

    /// What came out, if the clip was judged.
    pub fn judged(&self) -> Option<&ClipReport> {
        match self {
            Self::Judged(report) => Some(report),
            Self::Failed(_) => None,
        }
    }
}

/// What people recorded of one clip: labels, ratings, the prompt that it was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// The clip's name.
    pub clip: String,
    /// Values by field; what contradicts itself is left out and listed in [`Unmatched::conflicts`].
    pub values: BTreeMap<String, AnnotationValue>,
}

/// A whole evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `reelcheck.report`.
    pub schema: String,
    /// The version of this schema: 1.
    pub version: u32,
    /// When the report was made, as an ISO 8601 time in UTC.
    pub created: String,
    /// Where it was made.
    pub environment: Environment,
    /// Where tensors lived.
    pub device: DeviceReport,
    /// What each judge says of itself.
    pub judges: Vec<Card>,
    /// What became of each input, in the order in which they were given.
    pub clips: Vec<ClipOutcome>,
    /// How the judges agree with the references.
    pub agreement: Vec<Agreement>,
    /// What people recorded of the clips that were joined to annotations, in the clips' order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<Recorded>,
    /// What found no partner when clips and references were joined.
    pub unmatched: Unmatched,
    /// Joins that somebody made by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined_by_hand: Vec<HandJoin>,
}

/// Why a file is not a report that can be read here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The text is not JSON of the right shape.
    #[error("{file}: not a Reelcheck report: {source}")]
    Parse {
        /// The file's name.
        file: String,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The JSON is something else.
    #[error("{file}: its schema is {found:?}, expected {REPORT_SCHEMA:?}")]
    OtherSchema {
        /// The file's name.
        file: String,
        /// What the file says.
        found: String,
    },
    /// The report was made by a newer Reelcheck.
    #[error(
        "{file}: report version {found} is newer than {REPORT_VERSION}, the newest that this Reelcheck reads; update it"
    )]
    TooNew {
        /// The file's name.
        file: String,
        /// What the file says.
        found: u32,
    },
}

impl Report {
    /// Reads a report that was saved as JSON.
    ///
    /// # Errors
    /// When it is not JSON, not a report, or of a newer version.
    pub fn from_json(file: &str, text: &[u8]) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
            version: u32,
        }
        let parse_error = |source| ReportError::Parse { file: file.to_owned(), source };
        let head: Head = serde_json::from_slice(text).map_err(parse_error)?;
        if head.schema != REPORT_SCHEMA {
            return Err(ReportError::OtherSchema { file: file.to_owned(), found: head.schema });
        }
        if head.version > REPORT_VERSION {
            return Err(ReportError::TooNew { file: file.to_owned(), found: head.version });
        }
        serde_json::from_slice(text).map_err(parse_error)
    }

    /// The report as indented JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has string keys and finite numbers only")
    }

    /// The clips that were judged.
    pub fn judged(&self) -> impl Iterator<Item = &ClipReport> {
        self.clips.iter().filter_map(ClipOutcome::judged)
    }
}
