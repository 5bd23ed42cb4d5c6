//! Why a clip could not be judged, worded once for the page and the command line.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The causes, as stable names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The file has no bytes.
    EmptyFile,
    /// The bytes are not those of a known container.
    NotAVideo,
    /// The container holds no video track.
    NoVideoTrack,
    /// The container is cut off or damaged before the first frame.
    DamagedContainer,
    /// This browser or this ffmpeg has no decoder for the codec.
    UnsupportedCodec,
    /// The picture has no area.
    NoPicture,
    /// The picture is larger than can be decoded here.
    PictureTooLarge,
    /// The decoder gave up before the first frame.
    DecoderFailed,
    /// The file could not be read.
    Unreadable,
    /// The program that judged the clip ended abnormally, twice.
    Crashed,
    /// The visitor stopped the run.
    Cancelled,
}

impl FailureKind {
    /// What is wrong, in one plain sentence without the details.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::EmptyFile => "The file is empty.",
            Self::NotAVideo => "This is not a video file that Reelcheck knows (MP4, MOV, WebM, Matroska).",
            Self::NoVideoTrack => "The file holds no video, only other tracks.",
            Self::DamagedContainer => "The file is cut off or damaged before its first frame.",
            Self::UnsupportedCodec => "There is no decoder here for this codec.",
            Self::NoPicture => "The video says that its picture has no width or no height.",
            Self::PictureTooLarge => "The picture is larger than can be decoded here.",
            Self::DecoderFailed => "The decoder gave up before the first frame.",
            Self::Unreadable => "The file could not be read.",
            Self::Crashed => "Judging this clip ended abnormally, also on a second try.",
            Self::Cancelled => "The run was stopped before this clip was judged.",
        }
    }
}

/// A clip that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClipFailure {
    /// The file's name.
    pub file: String,
    /// The cause, as a stable name.
    pub kind: FailureKind,
    /// The container, where it was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The codec, where it was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// The cause in words, with the details that the reader or decoder gave.
    pub message: String,
    /// What can be done, ready to be copied where it is a command.
    pub remedy: String,
}

impl ClipFailure {
    /// A failure with its remedy. `detail` is what the reader or decoder said; it may be empty.
    pub fn new(file: &str, kind: FailureKind, container: Option<String>, codec: Option<String>, detail: &str) -> Self {
        let message = if detail.is_empty() {
            kind.summary().to_owned()
        } else {
            format!("{} ({})", kind.summary(), detail.trim_end_matches('.'))
        };
        let remedy = remedy(file, kind);
        Self { file: file.to_owned(), kind, container, codec, message, remedy }
    }
}

/// The way out, by cause. File names are quoted for a POSIX shell.
fn remedy(file: &str, kind: FailureKind) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let input = shell_quoted(name);
    let output = shell_quoted(&format!("{stem}-reelcheck.mp4"));
    match kind {
        FailureKind::EmptyFile | FailureKind::DamagedContainer => {
            format!("Copy or download the file again. To save what is left of it: ffmpeg -i {input} -c copy {output}")
        }
        FailureKind::NotAVideo => {
            format!("Check what it is with: ffprobe {input}. Other containers convert with: ffmpeg -i {input} {output}")
        }
        FailureKind::NoVideoTrack => format!("Check its tracks with: ffprobe {input}"),
        FailureKind::UnsupportedCodec | FailureKind::DecoderFailed => {
            format!("Convert it to H.264: ffmpeg -i {input} -c:v libx264 -crf 12 -pix_fmt yuv420p {output}")
        }
        FailureKind::NoPicture => format!("Check its size with: ffprobe -show_streams {input}"),
        FailureKind::PictureTooLarge => {
            format!("Make it smaller: ffmpeg -i {input} -vf scale=1920:-2 -c:v libx264 -crf 12 {output}")
        }
        FailureKind::Unreadable => "Check that the file still exists and may be read, then add it again.".to_owned(),
        FailureKind::Crashed => {
            "Try this clip alone after reloading. If it fails again, please report the diagnostics text.".to_owned()
        }
        FailureKind::Cancelled => "Start again; clips that were finished keep their results.".to_owned(),
    }
}

fn shell_quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', r"'\''"))
}

impl fmt::Display for ClipFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)?;
        if let Some(container) = &self.container {
            write!(f, " [container: {container}]")?;
        }
        if let Some(codec) = &self.codec {
            write!(f, " [codec: {codec}]")?;
        }
        write!(f, " {}", self.remedy)
    }
}

impl std::error::Error for ClipFailure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_file_codec_cause_and_a_command() {
        let failure = ClipFailure::new(
            "takes/it's.mov",
            FailureKind::UnsupportedCodec,
            Some("mov".into()),
            Some("hevc".into()),
            "hvc1.1.6.L93",
        );
        let text = failure.to_string();
        assert!(text.starts_with("takes/it's.mov: There is no decoder here for this codec. (hvc1.1.6.L93)"), "{text}");
        assert!(text.contains("[codec: hevc]"), "{text}");
        assert!(text.contains(r"ffmpeg -i 'it'\''s.mov' -c:v libx264"), "{text}");
    }
}
