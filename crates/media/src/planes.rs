//! Rows of a frame's planes as signed 16-bit numbers, so that every layout and bit depth goes through the same arithmetic.
//!
//! Invariant: what is loaded is the code value less its offset (black for luma, the middle for chroma), unscaled; 12 bits
//! fit with room to spare. What becomes of the numbers is left to `convert`.

use reelcheck_types::{Frame, PixelFormat, PlaneView};

/// The Y, U and V planes of a frame. Not for RGBA.
pub(crate) struct Planes<'a> {
    luma: PlaneView<'a>,
    chroma: Chroma<'a>,
    /// Chroma values in a row, of each kind.
    pub(crate) chroma_width: usize,
    /// Rows of chroma.
    pub(crate) chroma_height: usize,
    /// The offset of chroma: half of the largest code, rounded up.
    middle: i16,
}

enum Chroma<'a> {
    Planar { u: PlaneView<'a>, v: PlaneView<'a> },
    Interleaved(PlaneView<'a>),
}

impl<'a> Planes<'a> {
    /// The planes of a frame; `None` when its format has none of this kind (RGBA).
    pub(crate) fn of(frame: &'a Frame) -> Option<Self> {
        let luma = frame.plane(0)?;
        let (chroma, chroma_width, chroma_height) = match frame.format() {
            PixelFormat::RGBA => return None,
            PixelFormat::NV12 => {
                let uv = frame.plane(1)?;
                (Chroma::Interleaved(uv), uv.width / 2, uv.height)
            }
            _ => {
                let (u, v) = (frame.plane(1)?, frame.plane(2)?);
                (Chroma::Planar { u, v }, u.width, u.height)
            }
        };
        let middle = 1 << (frame.format().bit_depth() - 1);
        Some(Self { luma, chroma, chroma_width, chroma_height, middle })
    }

    /// One row of luma less `black`.
    pub(crate) fn load_luma(&self, row: usize, black: i16, out: &mut [i16]) {
        load(&self.luma, row, black, out);
    }

    /// One row of luma as it is, for formats of 8 bits.
    pub(crate) fn luma_bytes(&self, row: usize) -> &[u8] {
        &self.luma.data[row * self.luma.width..(row + 1) * self.luma.width]
    }

    /// One row of both kinds of chroma, around zero.
    pub(crate) fn load_chroma(&self, row: usize, u_out: &mut [i16], v_out: &mut [i16]) {
        match &self.chroma {
            Chroma::Planar { u, v } => {
                load(u, row, self.middle, u_out);
                load(v, row, self.middle, v_out);
            }
            Chroma::Interleaved(uv) => {
                let values = &uv.data[row * uv.width..(row + 1) * uv.width];
                for ((pair, u), v) in values.chunks_exact(2).zip(u_out).zip(v_out) {
                    *u = i16::from(pair[0]) - self.middle;
                    *v = i16::from(pair[1]) - self.middle;
                }
            }
        }
    }
}

/// One row of a plane of 8 or more bits, less `offset`.
pub(crate) fn load(plane: &PlaneView<'_>, row: usize, offset: i16, out: &mut [i16]) {
    let stride = plane.width * plane.bytes_per_value;
    let bytes = &plane.data[row * stride..(row + 1) * stride];
    if plane.bytes_per_value == 1 {
        for (out, &value) in out.iter_mut().zip(bytes) {
            *out = i16::from(value) - offset;
        }
    } else {
        for (out, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
            // Bits above the format's depth are not valid; keeping to 12 of them keeps all later sums in range.
            *out = (u16::from_le_bytes([pair[0], pair[1]]) & 0x0fff) as i16 - offset;
        }
    }
}
