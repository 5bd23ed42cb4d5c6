//! What judges get and what they can ask for: plain names, no arithmetic.
//!
//! Invariant: an [`Image`]'s `data` holds exactly `channels × height × width` values. How a [`View`] is computed is left
//! to `convert` and `reduce`.

/// An 8-bit picture with planar channels: all of channel 0, then all of channel 1, …
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Channels: 1 for luma; 3 for R, G, B in this order.
    pub channels: usize,
    /// `channels × height × width` values.
    pub data: Vec<u8>,
}

impl Image {
    /// One channel's values, row by row.
    ///
    /// # Panics
    /// When there is no such channel.
    pub fn channel(&self, index: usize) -> &[u8] {
        let size = self.width * self.height;
        &self.data[index * size..(index + 1) * size]
    }
}

/// What a judge can ask of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// RGB at full size, as OpenCV and decord return it for the clip: bit-exact for the usual 8-bit formats.
    RgbReference,
    /// RGB at full size by the clip's own colour tags, chroma interpolated.
    RgbExact,
    /// Luma at full size as 8-bit code values, untouched: limited range stays 16 to 235.
    ///
    /// More than 8 bits are rounded to 8. An RGBA frame has no luma of its own; it gets BT.601's weighted sum, 0 to 255.
    Luma,
    /// Luma at full size, expanded to 0–255 where the clip has limited range.
    LumaFull,
    /// [`Self::LumaFull`], area-averaged by the smallest whole-number factor that brings the longer side to this or less.
    LumaReduced(u16),
    /// [`Self::RgbReference`], area-averaged likewise.
    RgbReduced(u16),
}
