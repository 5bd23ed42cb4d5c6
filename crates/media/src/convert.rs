//! Planes to 8-bit RGB and luma.
//!
//! Invariant: integer arithmetic only, so that every machine gives the same bytes; each output byte is written. Which
//! conversion is due is decided in `color`; loading rows is left to `planes`.
//!
//! With y, u, v the codes less their offsets and the 13-bit factors c of [`Coefficients`], there are two rules, both
//! measured on ffmpeg's swscale as OpenCV, decord and `PyAV` use it:
//!
//! - **truncated**, for 8 bits with reduced chroma: `R = m(y, c_y) + m(v, c_vr)` and so on with
//!   `m(a, c) = (8·a·c) >> 16`, every product rounded down on its own; chroma repeated, not interpolated;
//! - **rounded**, for the rest: `R = (y·c_y + v·c_vr + ½) >> 13`, one rounding to the nearest of the whole sum.
//!
//! The exact conversion is the rounded rule with interpolated chroma: linear, sited at the left pixel of each pair
//! and half-way between the two rows (the MPEG-2 and H.264 default), repeated beyond the edges.

use reelcheck_lanes::{I16x8, U8x16, padded};
use reelcheck_types::{Conversion, Frame, Matrix, Range};

use crate::Image;
use crate::color::{Coefficients, reference_is_bit_exact};
use crate::planes::{Planes, load};

/// What an RGB view is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To equal OpenCV and decord.
    Reference,
    /// To be right.
    Exact,
}

/// Converts a frame to planar R, G, B of its full size. `out` holds `3 × height × width` bytes.
pub(crate) fn rgb(frame: &Frame, conversion: Conversion, purpose: Purpose, out: &mut [u8]) {
    let size = frame.width() as usize * frame.height() as usize;
    let (r, rest) = out.split_at_mut(size);
    let (g, b) = rest.split_at_mut(size);
    let out = [r, g, b];
    let (Some(planes), Some(coefficients)) = (Planes::of(frame), Coefficients::of(conversion)) else {
        return pass_through(frame, conversion.range, out);
    };
    let bit_exact = reference_is_bit_exact(frame.format(), frame.height());
    match purpose {
        Purpose::Reference if bit_exact && frame.format().chroma_shift().0 == 1 => {
            truncated(frame, &planes, coefficients, out);
        }
        Purpose::Reference if bit_exact => rounded::<true>(frame, &planes, coefficients, out),
        Purpose::Reference | Purpose::Exact => rounded::<false>(frame, &planes, coefficients, out),
    }
}

/// RGBA, or planes that are G, B, R already.
fn pass_through(frame: &Frame, range: Range, [r, g, b]: [&mut [u8]; 3]) {
    if Planes::of(frame).is_none() {
        for (((rgba, r), g), b) in frame.data().chunks_exact(4).zip(r).zip(g).zip(b) {
            (*r, *g, *b) = (rgba[0], rgba[1], rgba[2]);
        }
        return;
    }
    for (index, out) in [g, b, r].into_iter().enumerate() {
        to_8_bits(frame, index, range == Range::Limited, out);
    }
}

/// One full-size plane at 8 bits, rounded to the nearest, stretched from limited to full range if asked for.
fn to_8_bits(frame: &Frame, index: usize, stretch: bool, out: &mut [u8]) {
    let Some(plane) = frame.plane(index) else { return };
    let depth = frame.format().bit_depth();
    if depth == 8 && !stretch {
        out.copy_from_slice(plane.data);
        return;
    }
    let mut codes = vec![0i16; plane.width];
    let (shift, half) = (depth - 8, (1i16 << (depth - 8)) >> 1);
    let (black, white) = (16i16 << shift, 219 << shift);
    for (row, out) in out.chunks_exact_mut(plane.width).enumerate() {
        if stretch {
            load(&plane, row, black, &mut codes);
            for (out, &code) in out.iter_mut().zip(&codes) {
                *out = (i32::from(code) * 255 + white / 2).div_euclid(white).clamp(0, 255) as u8;
            }
        } else {
            load(&plane, row, 0, &mut codes);
            for (out, &code) in out.iter_mut().zip(&codes) {
                *out = ((code + half) >> shift).min(255) as u8;
            }
        }
    }
}

/// A factor `c` of the truncated rule as `256·high + low`, so that 16 bits hold every part of a product.
#[derive(Clone, Copy)]
struct Factor {
    high: I16x8,
    low: I16x8,
}

impl Factor {
    fn new(c: i16) -> Self {
        let low = i16::from(c as i8);
        Self { high: I16x8::splat((c - low) >> 8), low: I16x8::splat(low) }
    }

    /// `(8·a·c) >> 16` for an `a` from −128 to 239 or, for luma of full range with c = 8192, to 255.
    ///
    /// `(a·c) >> 13`, and rounding `a·low` down first does not change that. `low` is −128 to 127: below 2¹⁵ in all.
    #[inline(always)]
    fn times(self, a: I16x8) -> I16x8 {
        (a * self.high + (a * self.low).shift_right::<8>()).shift_right::<5>()
    }
}

/// What chroma adds to eight pairs of pixels: to R, G and B.
type Added = [I16x8; 3];

/// The truncated rule. 16 bits hold every sum: luma is at most 278, chroma between −259 and 277.
fn truncated(frame: &Frame, planes: &Planes<'_>, c: Coefficients, [r, g, b]: [&mut [u8]; 3]) {
    let width = frame.width() as usize;
    let (_, shift_y) = frame.format().chroma_shift();
    let strip = width << shift_y;
    let [y, v_to_r, u_to_g, v_to_g, u_to_b] = [c.y, c.v_to_r, c.u_to_g, c.v_to_g, c.u_to_b].map(Factor::new);
    let [mut u, mut v] = [(); 2].map(|()| vec![[0i16; 8]; planes.chroma_width.div_ceil(8)]);
    let mut added = vec![[I16x8::splat(0); 3]; u.len()];
    let strips = r.chunks_exact_mut(strip).zip(g.chunks_exact_mut(strip)).zip(b.chunks_exact_mut(strip));
    for (chroma_row, ((r, g), b)) in strips.enumerate() {
        planes.load_chroma(chroma_row, u.as_flattened_mut(), v.as_flattened_mut());
        for ((added, u), v) in added.iter_mut().zip(&u).zip(&v) {
            let (u, v) = (I16x8::load(u), I16x8::load(v));
            *added = [v_to_r.times(v), u_to_g.times(u) + v_to_g.times(v), u_to_b.times(u)];
        }
        let rows = r.chunks_exact_mut(width).zip(g.chunks_exact_mut(width)).zip(b.chunks_exact_mut(width));
        for (row, ((r, g), b)) in rows.enumerate() {
            let luma = planes.luma_bytes((chroma_row << shift_y) + row);
            truncated_row(luma, &added, c.black, y, [r, g, b]);
        }
    }
}

/// One row of the truncated rule.
fn truncated_row(luma: &[u8], added: &[Added], black: i16, y: Factor, out: [&mut [u8]; 3]) {
    let black = I16x8::splat(black);
    let sixteen = |luma: &[u8; 16], added: &Added, mut out: [&mut [u8; 16]; 3]| {
        let [low, high] = U8x16::load(luma).widen();
        let luma = [y.times(low - black), y.times(high - black)];
        for (added, out) in added.iter().zip(&mut out) {
            // Each value of chroma is for two pixels.
            let [first, second] = added.interleave(*added);
            I16x8::narrow([luma[0] + first, luma[1] + second]).store(out);
        }
    };
    let (luma, luma_rest) = luma.as_chunks();
    let [(r, r_rest), (g, g_rest), (b, b_rest)] = out.map(<[u8]>::as_chunks_mut);
    for ((((luma, added), r), g), b) in luma.iter().zip(added).zip(r).zip(g).zip(b) {
        sixteen(luma, added, [r, g, b]);
    }
    if let Some(added) = added.get(luma.len()) {
        let [mut r, mut g, mut b] = [[0; 16]; 3];
        sixteen(&padded(luma_rest, 0), added, [&mut r, &mut g, &mut b]);
        for (out, from) in [r_rest, g_rest, b_rest].into_iter().zip([r, g, b]) {
            out.copy_from_slice(&from[..out.len()]);
        }
    }
}

/// The rounded rule. With `WRAP`, sums of 512 levels or more turn negative, hence black, as they do in swscale's 32 bits.
fn rounded<const WRAP: bool>(frame: &Frame, planes: &Planes<'_>, c: Coefficients, [r, g, b]: [&mut [u8]; 3]) {
    let width = frame.width() as usize;
    let depth = frame.format().bit_depth();
    let mut luma = vec![0i16; width];
    let (mut u, mut v) = (vec![0i16; width], vec![0i16; width]);
    let mut smooth = Smooth::new(frame, planes);
    let rows = r.chunks_exact_mut(width).zip(g.chunks_exact_mut(width)).zip(b.chunks_exact_mut(width));
    for (row, ((r, g), b)) in rows.enumerate() {
        planes.load_luma(row, c.black << (depth - 8), &mut luma);
        luma.iter_mut().for_each(|y| *y <<= 3);
        smooth.row(planes, row, &mut u, &mut v);
        combine_row::<WRAP>(c, depth + 8, [&luma, &u, &v], [r, g, b]);
    }
}

/// One row of the rounded rule; `luma`, `u` and `v` are 8 times the codes, `shift` takes all scales away.
///
/// 32 bits hold every sum: at 12 bits luma is at most 32 760 and chroma 16 384, so sums stay below 0.7·10⁹.
fn combine_row<const WRAP: bool>(c: Coefficients, shift: u32, [luma, u, v]: [&[i16]; 3], [r, g, b]: [&mut [u8]; 3]) {
    let half = 1i32 << (shift - 1);
    let level = |sum: i32| {
        let level = (sum + half) >> shift;
        let level = if WRAP { (level << 22) >> 22 } else { level };
        level.clamp(0, 255) as u8
    };
    let product = |a: i16, c: i16| i32::from(a) * i32::from(c);
    for ((r, &y), &v) in r.iter_mut().zip(luma).zip(v) {
        *r = level(product(y, c.y) + product(v, c.v_to_r));
    }
    for (((g, &y), &u), &v) in g.iter_mut().zip(luma).zip(u).zip(v) {
        *g = level(product(y, c.y) + product(u, c.u_to_g) + product(v, c.v_to_g));
    }
    for ((b, &y), &u) in b.iter_mut().zip(luma).zip(u) {
        *b = level(product(y, c.y) + product(u, c.u_to_b));
    }
}

/// Chroma at full size and 8 times its scale, which makes every interpolated value a whole number.
struct Smooth {
    shift_x: u32,
    shift_y: u32,
    near: [Vec<i16>; 2],
    far: [Vec<i16>; 2],
}

impl Smooth {
    fn new(frame: &Frame, planes: &Planes<'_>) -> Self {
        let (shift_x, shift_y) = frame.format().chroma_shift();
        let row = || [vec![0; planes.chroma_width], vec![0; planes.chroma_width]];
        Self { shift_x, shift_y, near: row(), far: row() }
    }

    fn row(&mut self, planes: &Planes<'_>, row: usize, u_out: &mut [i16], v_out: &mut [i16]) {
        let near_row = row >> self.shift_y;
        let [near_u, near_v] = &mut self.near;
        planes.load_chroma(near_row, near_u, near_v);
        if self.shift_y == 0 {
            near_u.iter_mut().chain(near_v).for_each(|value| *value *= 4);
        } else {
            // Chroma lies half-way between two rows of luma: three quarters of it, one of the next chroma row.
            let far_row = if row.is_multiple_of(2) { near_row.saturating_sub(1) } else { near_row + 1 };
            let [far_u, far_v] = &mut self.far;
            planes.load_chroma(far_row.min(planes.chroma_height - 1), far_u, far_v);
            blend(near_u, far_u);
            blend(near_v, far_v);
        }
        widen(&self.near[0], self.shift_x, u_out);
        widen(&self.near[1], self.shift_x, v_out);
    }
}

/// `3·near + far`, at 4 times the scale.
fn blend(near: &mut [i16], far: &[i16]) {
    for (near, &far) in near.iter_mut().zip(far) {
        *near = *near * 3 + far;
    }
}

/// From a row at 4 times the scale to one of full width at 8 times the scale.
fn widen(row: &[i16], shift_x: u32, out: &mut [i16]) {
    if shift_x == 0 {
        for (out, &value) in out.iter_mut().zip(row) {
            *out = value * 2;
        }
        return;
    }
    for ((pair, &value), &next) in out.chunks_exact_mut(2).zip(row).zip(&row[1..]) {
        pair[0] = value * 2;
        pair[1] = value + next;
    }
    // The last pair has no next value, and at odd widths no second pixel.
    let done = (row.len() - 1) * 2;
    out[done..].fill(row[row.len() - 1] * 2);
}

/// Luma as 8-bit code values of planes Y, U, V.
pub(crate) fn luma(frame: &Frame, out: &mut [u8]) {
    to_8_bits(frame, 0, false, out);
}

/// Luma expanded to 0–255: `255·(y − 16)/219` for limited range, clamped to 16–235 first and **rounded down**, as
/// ffmpeg's `siti` does (measured for all 256 codes).
pub(crate) fn luma_full(frame: &Frame, range: Range, out: &mut [u8]) {
    match frame.plane(0) {
        Some(plane) if range == Range::Limited && plane.bytes_per_value == 1 => {
            let ((codes, codes_rest), (out, out_rest)) = (plane.data.as_chunks(), out.as_chunks_mut());
            for (codes, out) in codes.iter().zip(out) {
                expand(U8x16::load(codes)).store(out);
            }
            expand_rest(codes_rest, out_rest);
        }
        _ => {
            luma(frame, out);
            if range == Range::Limited {
                let (values, rest) = out.as_chunks_mut();
                for values in values {
                    expand(U8x16::load(values)).store(values);
                }
                let codes = padded(rest, 0);
                expand_rest(&codes[..rest.len()], rest);
            }
        }
    }
}

fn expand_rest(codes: &[u8], out: &mut [u8]) {
    let mut expanded = [0; 16];
    expand(U8x16::load(&padded(codes, 0))).store(&mut expanded);
    out.copy_from_slice(&expanded[..out.len()]);
}

/// `255·t/219 = t + 12·t/73` for t from 0 to 219. The quotient is `(10 774·t) >> 16`, in two steps that 16 bits hold:
/// 10 774 = 256·42 + 22.
#[inline(always)]
fn expand(y: U8x16) -> U8x16 {
    let more = y.saturating_sub(U8x16::splat(16)).min(U8x16::splat(219));
    let quotient = |t: I16x8| {
        // At most 9 216: the sign is not touched.
        (I16x8::splat(42) * t + (I16x8::splat(22) * t).shift_right::<8>()).shift_right::<8>()
    };
    more + I16x8::narrow([quotient(more.low()), quotient(more.high())])
}

/// Whether a conversion has luma planes at all.
pub(crate) fn has_luma(conversion: Conversion) -> bool {
    conversion.matrix != Matrix::Identity
}

/// Luma of RGB: BT.601's weights, rounded to the nearest.
pub(crate) fn luma_of_rgb(rgb: &Image, out: &mut [u8]) {
    for (((out, &r), &g), &b) in out.iter_mut().zip(rgb.channel(0)).zip(rgb.channel(1)).zip(rgb.channel(2)) {
        *out = ((u32::from(r) * 4899 + u32::from(g) * 9617 + u32::from(b) * 1868 + 8192) >> 14) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limited_luma_expands_as_ffmpeg_siti_does() {
        let codes: Vec<u8> = (0..=255).collect();
        for codes in codes.chunks(13) {
            let mut out = vec![0; codes.len()];
            expand_rest(codes, &mut out);
            let exact = |y: u8| 255 * (i32::from(y) - 16).clamp(0, 219) / 219;
            assert!(out.iter().zip(codes).all(|(&got, &y)| i32::from(got) == exact(y)), "{codes:?}: {out:?}");
        }
    }

    #[test]
    fn products_in_two_steps_are_products() {
        for matrix in [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020] {
            for range in [Range::Limited, Range::Full] {
                let c = Coefficients::of(Conversion { matrix, range }).unwrap();
                let check = |c: i16, values: std::ops::RangeInclusive<i16>| {
                    for a in values {
                        let wide = (8 * i64::from(a) * i64::from(c)) >> 16;
                        let mut product = [0; 8];
                        Factor::new(c).times(I16x8::splat(a)).store(&mut product);
                        assert!(product.iter().all(|&product| i64::from(product) == wide), "{a} × {c}");
                    }
                };
                check(c.y, -c.black..=255 - c.black);
                [c.v_to_r, c.u_to_g, c.v_to_g, c.u_to_b].into_iter().for_each(|c| check(c, -128..=127));
            }
        }
    }

    #[test]
    fn chroma_is_sited_left_and_between_rows() {
        let mut near = [10, 20];
        blend(&mut near, &[30, 20]);
        assert_eq!(near, [60, 80]);
        let mut out = [0; 4];
        widen(&near, 1, &mut out);
        assert_eq!(out, [120, 140, 160, 160]);
    }

    #[test]
    fn weights_of_gray_add_up_to_one() {
        let rgb = Image { width: 3, height: 1, channels: 3, data: vec![0, 128, 255, 0, 128, 255, 0, 128, 255] };
        let mut out = [0; 3];
        luma_of_rgb(&rgb, &mut out);
        assert_eq!(out, [0, 128, 255]);
    }
}
