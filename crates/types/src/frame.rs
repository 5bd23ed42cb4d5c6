//! A decoded picture: native planes as the decoder gave them, tightly packed.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How the bytes of a [`Frame`] are laid out. Names are those of WebCodecs' `VideoPixelFormat`.
///
/// Formats of more than 8 bits hold each value in two bytes, little endian, as ffmpeg's `…le` formats do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum PixelFormat {
    /// Planes Y, U, V; chroma halved both ways. ffmpeg: `yuv420p`.
    I420,
    /// 10-bit [`Self::I420`]. ffmpeg: `yuv420p10le`.
    I420P10,
    /// 12-bit [`Self::I420`]. ffmpeg: `yuv420p12le`.
    I420P12,
    /// [`Self::I420`] and a full-size alpha plane. ffmpeg: `yuva420p`.
    I420A,
    /// Planes Y, U, V; chroma halved across. ffmpeg: `yuv422p`.
    I422,
    /// 10-bit [`Self::I422`]. ffmpeg: `yuv422p10le`.
    I422P10,
    /// 12-bit [`Self::I422`]. ffmpeg: `yuv422p12le`.
    I422P12,
    /// [`Self::I422`] and a full-size alpha plane. ffmpeg: `yuva422p`.
    I422A,
    /// Planes Y, U, V of one size. ffmpeg: `yuv444p`.
    I444,
    /// 10-bit [`Self::I444`]. ffmpeg: `yuv444p10le`.
    I444P10,
    /// 12-bit [`Self::I444`]. ffmpeg: `yuv444p12le`.
    I444P12,
    /// [`Self::I444`] and a full-size alpha plane. ffmpeg: `yuva444p`.
    I444A,
    /// Plane Y, then U and V interleaved; chroma halved both ways. ffmpeg: `nv12`.
    NV12,
    /// R, G, B, A interleaved, already converted by the browser: the recorded fallback.
    RGBA,
}

/// Where a plane lies in a frame's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaneLayout {
    /// First byte of the plane.
    pub offset: usize,
    /// Values in a row. For NV12's second plane and for RGBA, interleaved values all count.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Bytes of one value: 1 or 2.
    pub bytes_per_value: usize,
}

impl PlaneLayout {
    /// Bytes of the whole plane.
    pub const fn len(&self) -> usize {
        self.width * self.height * self.bytes_per_value
    }

    /// True for a plane without a byte.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PixelFormat {
    /// Significant bits of one value.
    pub const fn bit_depth(self) -> u32 {
        match self {
            Self::I420P10 | Self::I422P10 | Self::I444P10 => 10,
            Self::I420P12 | Self::I422P12 | Self::I444P12 => 12,
            _ => 8,
        }
    }

    /// How far chroma is reduced, as right shifts across and down: (1, 1) for 4:2:0.
    pub const fn chroma_shift(self) -> (u32, u32) {
        match self {
            Self::I420 | Self::I420P10 | Self::I420P12 | Self::I420A | Self::NV12 => (1, 1),
            Self::I422 | Self::I422P10 | Self::I422P12 | Self::I422A => (1, 0),
            Self::I444 | Self::I444P10 | Self::I444P12 | Self::I444A | Self::RGBA => (0, 0),
        }
    }

    /// True when a fourth, full-size plane of alpha follows the chroma planes.
    pub const fn has_alpha_plane(self) -> bool {
        matches!(self, Self::I420A | Self::I422A | Self::I444A)
    }

    /// The planes of a frame of this size, rows packed tightly, in the order of the bytes.
    pub fn planes(self, width: u32, height: u32) -> Vec<PlaneLayout> {
        let (width, height) = (width as usize, height as usize);
        let bytes_per_value = if self.bit_depth() > 8 { 2 } else { 1 };
        let (shift_x, shift_y) = self.chroma_shift();
        let chroma_width = width.div_ceil(1 << shift_x);
        let chroma_height = height.div_ceil(1 << shift_y);
        let sizes: Vec<(usize, usize)> = match self {
            Self::RGBA => vec![(width * 4, height)],
            Self::NV12 => vec![(width, height), (chroma_width * 2, chroma_height)],
            _ => {
                let mut sizes = vec![(width, height), (chroma_width, chroma_height), (chroma_width, chroma_height)];
                if self.has_alpha_plane() {
                    sizes.push((width, height));
                }
                sizes
            }
        };
        let mut offset = 0;
        sizes
            .into_iter()
            .map(|(width, height)| {
                let plane = PlaneLayout { offset, width, height, bytes_per_value };
                offset += plane.len();
                plane
            })
            .collect()
    }

    /// Bytes of a frame of this size.
    pub fn frame_bytes(self, width: u32, height: u32) -> usize {
        self.planes(width, height).iter().map(PlaneLayout::len).sum()
    }

    /// ffmpeg's name of the same layout (limited range; ffmpeg calls full range `yuvj…`).
    pub const fn ffmpeg_name(self) -> &'static str {
        match self {
            Self::I420 => "yuv420p",
            Self::I420P10 => "yuv420p10le",
            Self::I420P12 => "yuv420p12le",
            Self::I420A => "yuva420p",
            Self::I422 => "yuv422p",
            Self::I422P10 => "yuv422p10le",
            Self::I422P12 => "yuv422p12le",
            Self::I422A => "yuva422p",
            Self::I444 => "yuv444p",
            Self::I444P10 => "yuv444p10le",
            Self::I444P12 => "yuv444p12le",
            Self::I444A => "yuva444p",
            Self::NV12 => "nv12",
            Self::RGBA => "rgba",
        }
    }
}

/// One plane of a frame.
#[derive(Clone, Copy, Debug)]
pub struct PlaneView<'a> {
    /// The plane's bytes, rows packed tightly.
    pub data: &'a [u8],
    /// Values in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Bytes of one value: 1 or 2 (little endian).
    pub bytes_per_value: usize,
}

/// The bytes do not fit the format and size that they claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameError {
    /// The layout that was claimed.
    pub format: PixelFormat,
    /// The width that was claimed, in pixels.
    pub width: u32,
    /// The height that was claimed, in pixels.
    pub height: u32,
    /// Bytes that were given.
    pub given_bytes: usize,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, width, height, given_bytes } = self;
        write!(f, "a {width}×{height} frame in {format:?} cannot have {given_bytes} bytes")
    }
}

impl std::error::Error for FrameError {}

/// A decoded picture: the visible rectangle, before any rotation, planes packed tightly one after the other.
///
/// The bytes are those of ffmpeg's `rawvideo` in the same pixel format.
#[derive(Clone, Debug)]
pub struct Frame {
    timestamp: Timestamp,
    format: PixelFormat,
    width: u32,
    height: u32,
    data: Vec<u8>,
}

impl Frame {
    /// Wraps decoded bytes.
    ///
    /// # Errors
    /// When a side is zero or the number of bytes is not what the format and the size ask for.
    pub fn new(
        timestamp: Timestamp,
        format: PixelFormat,
        width: u32,
        height: u32,
        data: Vec<u8>,
    ) -> Result<Self, FrameError> {
        let sides_fit = (1..=65_535).contains(&width) && (1..=65_535).contains(&height);
        if !sides_fit || data.len() != format.frame_bytes(width, height) {
            return Err(FrameError { format, width, height, given_bytes: data.len() });
        }
        Ok(Self { timestamp, format, width, height, data })
    }

    /// When the picture is shown.
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// How the bytes are laid out.
    pub const fn format(&self) -> PixelFormat {
        self.format
    }

    /// Width of the visible rectangle, in pixels.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height of the visible rectangle, in pixels.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// All bytes, as ffmpeg's `rawvideo` would give them.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Gives the buffer back for the next frame.
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// One plane, counted from 0 in the order of [`PixelFormat::planes`].
    pub fn plane(&self, index: usize) -> Option<PlaneView<'_>> {
        let layout = *self.format.planes(self.width, self.height).get(index)?;
        let data = self.data.get(layout.offset..layout.offset + layout.len())?;
        Some(PlaneView { data, width: layout.width, height: layout.height, bytes_per_value: layout.bytes_per_value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_round_chroma_up() {
        let planes = PixelFormat::I420.planes(5, 3);
        assert_eq!((planes[1].width, planes[1].height), (3, 2));
        assert_eq!(PixelFormat::I420.frame_bytes(5, 3), 15 + 6 + 6);
        assert_eq!(PixelFormat::I420P10.frame_bytes(5, 3), 2 * 27);
        assert_eq!(PixelFormat::NV12.frame_bytes(5, 3), 15 + 12);
    }

    #[test]
    fn wrong_byte_counts_are_refused() {
        let error = Frame::new(Timestamp::ZERO, PixelFormat::I420, 4, 4, vec![0; 23]).unwrap_err();
        assert_eq!(error.to_string(), "a 4×4 frame in I420 cannot have 23 bytes");
        assert!(Frame::new(Timestamp::ZERO, PixelFormat::RGBA, 0, 4, vec![]).is_err());
    }
}
