//! What the container says, read by ffprobe: track, colours, rotation and the time line.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use reelcheck_evaluator::{ClipFailure, FailureKind};
use reelcheck_types::{Clip, PixelFormat, Range, Timestamp};
use serde::Deserialize;

use crate::tags::{codec_name, color_tags, pixel_format};

/// A clip that ffmpeg can open.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The clip as the report describes it.
    pub clip: Clip,
    /// The layout of the frames that will come.
    pub format: PixelFormat,
    /// The pixel format to ask ffmpeg for: the decoder's own, or `rgba` where that is unknown to us.
    pub ffmpeg_format: String,
}

/// The largest picture that is decoded, in pixels: as in the browser.
const MAX_PIXELS: u64 = 67_108_864;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Output {
    streams: Vec<Stream>,
    packets: Vec<Packet>,
    format: Format,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    codec_name: Option<String>,
    width: u32,
    height: u32,
    pix_fmt: Option<String>,
    color_space: Option<String>,
    color_range: Option<String>,
    color_primaries: Option<String>,
    color_transfer: Option<String>,
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Packet {
    pts_time: Option<String>,
    duration_time: Option<String>,
    flags: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Format {
    format_name: String,
    tags: FormatTags,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FormatTags {
    major_brand: String,
}

/// Reads a file's container. `name` is what the report calls it.
///
/// # Errors
/// Why the file cannot be judged, with a way out.
pub fn probe(path: &Path, name: &str) -> Result<Probe, Box<ClipFailure>> {
    let fail = |kind, container: Option<&str>, codec: Option<&str>, detail: &str| {
        Box::new(ClipFailure::new(name, kind, container.map(str::to_owned), codec.map(str::to_owned), detail))
    };
    let unreadable = |source: std::io::Error| fail(FailureKind::Unreadable, None, None, &source.to_string());
    let size_bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if size_bytes == 0 {
        return Err(fail(FailureKind::EmptyFile, None, None, ""));
    }
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head)).map_err(unreadable)?;

    let entries = "stream=codec_name,width,height,pix_fmt,color_space,color_range,color_primaries,color_transfer\
                   :stream_side_data=rotation:packet=pts_time,duration_time,flags:format=format_name:format_tags=major_brand";
    let probed = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "json"])
        .arg(path)
        .output()
        .map_err(|source| fail(FailureKind::Unreadable, None, None, &format!("ffprobe does not start: {source}")))?;
    let said = String::from_utf8_lossy(&probed.stderr);
    let said = said.lines().next_back().unwrap_or_default().trim();
    let output: Output = serde_json::from_slice(&probed.stdout).unwrap_or_default();
    let container = container_name(&output.format, &head);
    let Some(stream) = output.streams.first() else {
        let kind = match &container {
            // ffprobe names a format by its last part even when it cannot go on.
            Some(_) if probed.status.success() => FailureKind::NoVideoTrack,
            Some(_) => FailureKind::DamagedContainer,
            None if looks_like_container(&head) => FailureKind::DamagedContainer,
            None => FailureKind::NotAVideo,
        };
        return Err(fail(kind, container.as_deref(), None, said));
    };
    let container = container.unwrap_or_else(|| "unknown".to_owned());
    let codec = codec_name(stream.codec_name.as_deref().unwrap_or("unknown"));
    let refuse = |kind, detail: &str| Err(fail(kind, Some(&container), Some(codec), detail));
    let size = format!("{}×{}", stream.width, stream.height);
    if stream.width == 0 || stream.height == 0 {
        return refuse(FailureKind::NoPicture, &size);
    }
    if u64::from(stream.width) * u64::from(stream.height) > MAX_PIXELS {
        return refuse(FailureKind::PictureTooLarge, &size);
    }

    let mut spans: Vec<(i64, i64)> = output
        .packets
        .iter()
        .filter(|packet| !packet.flags.contains('D'))
        .filter_map(|packet| {
            let start = micros(packet.pts_time.as_deref()?)?;
            let duration = packet.duration_time.as_deref().and_then(micros).unwrap_or(0);
            Some((start, start + duration))
        })
        .collect();
    spans.sort_unstable();
    if spans.is_empty() {
        return refuse(FailureKind::DamagedContainer, "no frame is listed");
    }
    let first = spans[0].0;
    let end = spans.iter().map(|span| span.1).max().unwrap_or(first);

    let pix_fmt = stream.pix_fmt.as_deref().unwrap_or("yuv420p");
    let mut color = color_tags(
        stream.color_space.as_deref(),
        stream.color_range.as_deref(),
        stream.color_primaries.as_deref(),
        stream.color_transfer.as_deref(),
    );
    if pix_fmt.starts_with("yuvj") {
        color.range = Some(Range::Full);
    }
    let turned = stream.side_data_list.iter().find_map(|data| data.rotation).unwrap_or(0.0);
    let format = pixel_format(pix_fmt);
    Ok(Probe {
        clip: Clip {
            name: name.to_owned(),
            size_bytes,
            sha256: None,
            container,
            codec: codec.to_owned(),
            width: stream.width,
            height: stream.height,
            rotation: (-turned).rem_euclid(360.0).round() as u16 % 360,
            color,
            timestamps: spans.iter().map(|span| Timestamp::from_micros(span.0)).collect(),
            duration_secs: (end - first) as f64 / 1e6,
        },
        format: format.unwrap_or(PixelFormat::RGBA),
        ffmpeg_format: format.map_or("rgba", |_| pix_fmt).to_owned(),
    })
}

/// ffprobe's decimal seconds as microseconds.
fn micros(secs: &str) -> Option<i64> {
    let secs: f64 = secs.parse().ok()?;
    secs.is_finite().then(|| (secs * 1e6).round() as i64)
}

fn container_name(format: &Format, head: &[u8]) -> Option<String> {
    let name = format.format_name.as_str();
    let is = |part: &str| name.split(',').any(|word| word == part);
    if is("mp4") {
        Some(if format.tags.major_brand.trim() == "qt" { "mov" } else { "mp4" }.to_owned())
    } else if is("matroska") {
        let webm = head.windows(4).take(128).any(|window| window == b"webm");
        Some(if webm { "webm" } else { "mkv" }.to_owned())
    } else {
        (!name.is_empty()).then(|| name.to_owned())
    }
}

/// Whether the first bytes are those of an MP4 or a Matroska file.
fn looks_like_container(head: &[u8]) -> bool {
    let boxed = head.get(4..8).is_some_and(|kind| {
        [b"ftyp", b"moov", b"mdat", b"free", b"wide", b"styp", b"moof"].iter().any(|known| *known == kind)
    });
    boxed || head.starts_with(&[0x1A, 0x45, 0xDF, 0xA3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_are_rounded() {
        assert_eq!(micros("0.041667"), Some(41_667));
        assert_eq!(micros("-0.083333"), Some(-83_333));
        assert_eq!(micros("N/A"), None);
    }

    #[test]
    fn containers_are_told_apart_by_brand_and_doctype() {
        let mp4 = |brand: &str| Format {
            format_name: "mov,mp4,m4a,3gp,3g2,mj2".into(),
            tags: FormatTags { major_brand: brand.into() },
        };
        assert_eq!(container_name(&mp4("isom"), b"").as_deref(), Some("mp4"));
        assert_eq!(container_name(&mp4("qt  "), b"").as_deref(), Some("mov"));
        let mkv = Format { format_name: "matroska,webm".into(), tags: FormatTags::default() };
        assert_eq!(container_name(&mkv, b"\x1A\x45\xDF\xA3....webm").as_deref(), Some("webm"));
        assert_eq!(container_name(&mkv, b"\x1A\x45\xDF\xA3....matroska").as_deref(), Some("mkv"));
    }
}
