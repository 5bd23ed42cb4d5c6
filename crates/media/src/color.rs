//! Which conversion a clip gets, from what its container says of itself.
//!
//! Invariant: a decision rests on the clip's own tags alone, never on a decoder's guess. The arithmetic of a conversion
//! is left to `convert`.
//!
//! What the reference tools do with tags was measured with clips of noise: decord 0.6.0, `PyAV` 18.1 and OpenCV from 4.13
//! on use the tagged matrix and range, and BT.601 with limited range where there is no tag. OpenCV up to 4.12 uses the
//! tagged range, but BT.601 whatever the matrix tag says; a clip with another tag differs there by design.

use reelcheck_types::{ColorDecision, ColorTags, Conversion, Matrix, PixelFormat, Range};

/// Decides the conversions of a clip.
///
/// - Without tags: BT.601, limited range, recorded as assumed. With tags: the tags, for both conversions.
/// - RGBA frames are converted already and pass through: no matrix, full range, nothing assumed.
/// - A tag of no matrix means planes G, B, R, which need full-size chroma; elsewhere such a tag cannot be true and counts
///   as missing. The reference tools take G, B, R as they are, whatever their range, so `reference` has full range then.
///
/// Sizes do not matter so far: no tool that was measured guesses a matrix from the height, as players do.
pub fn decide(tags: &ColorTags, format: PixelFormat, _width: u32, _height: u32) -> ColorDecision {
    if format == PixelFormat::RGBA {
        let as_is = Conversion { matrix: Matrix::Identity, range: Range::Full };
        return ColorDecision {
            tags: tags.clone(),
            reference: as_is,
            exact: as_is,
            matrix_assumed: false,
            range_assumed: false,
        };
    }
    let matrix_tag = tags.matrix.filter(|&matrix| matrix != Matrix::Identity || format.chroma_shift() == (0, 0));
    let matrix = matrix_tag.unwrap_or(Matrix::Bt601);
    let is_rgb = matrix == Matrix::Identity;
    let range = tags.range.unwrap_or(if is_rgb { Range::Full } else { Range::Limited });
    ColorDecision {
        tags: tags.clone(),
        reference: Conversion { matrix, range: if is_rgb { Range::Full } else { range } },
        exact: Conversion { matrix, range },
        matrix_assumed: matrix_tag.is_none(),
        range_assumed: tags.range.is_none(),
    }
}

/// Whether [`crate::View::RgbReference`] equals the reference tools' RGB on every pixel.
///
/// True for 8-bit 4:2:0 and 4:2:2 of even height and for all 4:4:4. For the rest (odd heights, and more than 8 bits with
/// reduced chroma) the tools' scaler interpolates chroma in ways that differ from tool to tool: on real footage OpenCV
/// 4.10, OpenCV 5.0, decord and `PyAV` are 0.3 to 1.5 levels apart on average. There the view is the exact conversion, 0.6 to
/// 1.8 levels from each of them.
pub fn reference_is_bit_exact(format: PixelFormat, height: u32) -> bool {
    format.chroma_shift() == (0, 0) || (format.bit_depth() == 8 && height.is_multiple_of(2))
}

/// Fixed-point factors of one conversion: 13 fractional bits, as in ffmpeg's swscale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coefficients {
    /// The luma code of black, at 8 bits.
    pub(crate) black: i16,
    /// Luma to all of R, G, B.
    pub(crate) y: i16,
    /// Cr to R.
    pub(crate) v_to_r: i16,
    /// Cb to G, negative.
    pub(crate) u_to_g: i16,
    /// Cr to G, negative.
    pub(crate) v_to_g: i16,
    /// Cb to B.
    pub(crate) u_to_b: i16,
}

impl Coefficients {
    /// The factors by their definition (BT.601, BT.709, BT.2020: R = Y + 2(1 − Kr)·Cr, B = Y + 2(1 − Kb)·Cb, and G from
    /// Y = Kr·R + Kg·G + Kb·B), rounded to the nearest. `None` when there is no matrix to invert.
    pub(crate) fn of(conversion: Conversion) -> Option<Self> {
        let (kr, kb): (f64, f64) = match conversion.matrix {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
            Matrix::Bt2020 => (0.2627, 0.0593),
            Matrix::Identity => return None,
        };
        let (black, luma, chroma) = match conversion.range {
            Range::Limited => (16, 255.0 / 219.0, 255.0 / 224.0),
            Range::Full => (0, 1.0, 1.0),
        };
        let kg = 1.0 - kr - kb;
        // The largest, BT.2020's Cb to B, is 17545.
        let fixed = |factor: f64| (factor * 8192.0).round() as i16;
        Some(Self {
            black,
            y: fixed(luma),
            v_to_r: fixed(chroma * 2.0 * (1.0 - kr)),
            u_to_g: fixed(chroma * -2.0 * (1.0 - kb) * kb / kg),
            v_to_g: fixed(chroma * -2.0 * (1.0 - kr) * kr / kg),
            u_to_b: fixed(chroma * 2.0 * (1.0 - kb)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(matrix: Option<Matrix>, range: Option<Range>) -> ColorTags {
        ColorTags { matrix, range, ..ColorTags::default() }
    }

    #[test]
    fn untagged_is_bt601_limited_and_says_so() {
        let decision = decide(&ColorTags::default(), PixelFormat::I420, 1280, 720);
        assert_eq!(decision.reference, Conversion { matrix: Matrix::Bt601, range: Range::Limited });
        assert_eq!(decision.exact, decision.reference);
        assert!(decision.matrix_assumed && decision.range_assumed);
    }

    #[test]
    fn tags_are_believed_one_by_one() {
        let decision = decide(&tagged(Some(Matrix::Bt709), None), PixelFormat::I420, 64, 48);
        assert_eq!(decision.exact, Conversion { matrix: Matrix::Bt709, range: Range::Limited });
        assert!(!decision.matrix_assumed && decision.range_assumed);
        let decision = decide(&tagged(None, Some(Range::Full)), PixelFormat::NV12, 64, 48);
        assert_eq!(decision.reference, Conversion { matrix: Matrix::Bt601, range: Range::Full });
        assert!(decision.matrix_assumed && !decision.range_assumed);
    }

    #[test]
    fn no_matrix_needs_full_size_chroma() {
        let tags = tagged(Some(Matrix::Identity), Some(Range::Limited));
        let decision = decide(&tags, PixelFormat::I444, 64, 48);
        assert_eq!(decision.reference, Conversion { matrix: Matrix::Identity, range: Range::Full });
        assert_eq!(decision.exact, Conversion { matrix: Matrix::Identity, range: Range::Limited });
        let decision = decide(&tags, PixelFormat::I420, 64, 48);
        assert_eq!(decision.exact, Conversion { matrix: Matrix::Bt601, range: Range::Limited });
        assert!(decision.matrix_assumed);
    }

    #[test]
    fn rgba_passes_through() {
        let decision = decide(&tagged(Some(Matrix::Bt709), Some(Range::Limited)), PixelFormat::RGBA, 64, 48);
        assert_eq!(decision.reference, Conversion { matrix: Matrix::Identity, range: Range::Full });
        assert!(!decision.matrix_assumed && !decision.range_assumed);
    }

    #[test]
    fn coefficients_are_the_measured_ones() {
        let of = |matrix, range| {
            let c = Coefficients::of(Conversion { matrix, range }).unwrap();
            [c.black, c.y, c.v_to_r, c.u_to_g, c.v_to_g, c.u_to_b]
        };
        assert_eq!(of(Matrix::Bt601, Range::Limited), [16, 9539, 13075, -3209, -6660, 16525]);
        assert_eq!(of(Matrix::Bt601, Range::Full), [0, 8192, 11485, -2819, -5850, 14516]);
        assert_eq!(of(Matrix::Bt709, Range::Limited), [16, 9539, 14686, -1747, -4366, 17305]);
        assert_eq!(of(Matrix::Bt709, Range::Full), [0, 8192, 12901, -1535, -3835, 15201]);
        assert_eq!(of(Matrix::Bt2020, Range::Limited), [16, 9539, 13752, -1535, -5328, 17545]);
        assert_eq!(of(Matrix::Bt2020, Range::Full), [0, 8192, 12080, -1348, -4681, 15412]);
    }
}
