//! ffmpeg's names for colours, pixel formats and codecs, in the words of a report.

use reelcheck_types::{ColorTags, Matrix, PixelFormat, Range};

/// Colour tags from ffprobe's four fields; `unknown` and absent both mean untagged.
pub(crate) fn color_tags(
    space: Option<&str>,
    range: Option<&str>,
    primaries: Option<&str>,
    transfer: Option<&str>,
) -> ColorTags {
    let named = |name: Option<&str>| name.filter(|n| *n != "unknown" && *n != "reserved").map(str::to_owned);
    ColorTags {
        primaries: named(primaries),
        transfer: named(transfer).map(|name| match name.as_str() {
            "smpte2084" => "pq".to_owned(),
            "arib-std-b67" => "hlg".to_owned(),
            _ => name,
        }),
        matrix: match space {
            Some("bt709") => Some(Matrix::Bt709),
            Some("smpte170m" | "bt470bg") => Some(Matrix::Bt601),
            Some("bt2020nc" | "bt2020c") => Some(Matrix::Bt2020),
            Some("gbr" | "rgb") => Some(Matrix::Identity),
            _ => None,
        },
        range: match range {
            Some("tv" | "mpeg") => Some(Range::Limited),
            Some("pc" | "jpeg") => Some(Range::Full),
            _ => None,
        },
    }
}

/// The layout of ffmpeg's pixel format, or `None` when only a converted picture can be had.
///
/// The `yuvj…` formats are full range by definition.
pub(crate) fn pixel_format(name: &str) -> Option<PixelFormat> {
    Some(match name {
        "yuv420p" | "yuvj420p" => PixelFormat::I420,
        "yuv420p10le" => PixelFormat::I420P10,
        "yuv420p12le" => PixelFormat::I420P12,
        "yuva420p" => PixelFormat::I420A,
        "yuv422p" | "yuvj422p" => PixelFormat::I422,
        "yuv422p10le" => PixelFormat::I422P10,
        "yuv422p12le" => PixelFormat::I422P12,
        "yuva422p" => PixelFormat::I422A,
        "yuv444p" | "yuvj444p" => PixelFormat::I444,
        "yuv444p10le" => PixelFormat::I444P10,
        "yuv444p12le" => PixelFormat::I444P12,
        "yuva444p" => PixelFormat::I444A,
        "nv12" => PixelFormat::NV12,
        _ => return None,
    })
}

/// The short name that a report uses for ffmpeg's codec name.
pub(crate) fn codec_name(name: &str) -> &str {
    match name {
        "h264" => "avc",
        other => other,
    }
}
