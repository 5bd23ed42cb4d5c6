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
#[derive(Clone, Copy, Debug)]
struct Factor {
    high: i16,
    low: i16,
}

impl Factor {
    const fn new(c: i16) -> Self {
        let low = c as i8 as i16;
        Self { high: (c - low) >> 8, low }
    }

    /// `(8·a·c) >> 16` for an `a` from −128 to 239 or, for luma of full range with c = 8192, to 255.
    ///
    /// `(a·c) >> 13`, and rounding `a·low` down first does not change that. `low` is −128 to 127: below 2¹⁵ in all.
    const fn times(self, a: i16) -> i16 {
        (a * self.high + ((a * self.low) >> 8)) >> 5
    }
}

/// The truncated rule. 16 bits hold every sum: luma is at most 278, chroma between −259 and 277.
fn truncated(frame: &Frame, planes: &Planes<'_>, c: Coefficients, [r, g, b]: [&mut [u8]; 3]) {
    let width = frame.width() as usize;
    let (_, shift_y) = frame.format().chroma_shift();
    let strip = width << shift_y;
    let [y, v_to_r, u_to_g, v_to_g, u_to_b] = [c.y, c.v_to_r, c.u_to_g, c.v_to_g, c.u_to_b].map(Factor::new);
    let mut luma = vec![0i16; width];
    let [mut u, mut v, mut green] = [(); 3].map(|()| vec![0i16; planes.chroma_width]);
    let mut added = [(); 3].map(|()| vec![0i16; width]);
    let strips = r.chunks_exact_mut(strip).zip(g.chunks_exact_mut(strip)).zip(b.chunks_exact_mut(strip));
    for (chroma_row, ((r, g), b)) in strips.enumerate() {
        planes.load_chroma(chroma_row, &mut u, &mut v);
        for ((green, &u), &v) in green.iter_mut().zip(&u).zip(&v) {
            *green = u_to_g.times(u) + v_to_g.times(v);
        }
        v.iter_mut().for_each(|v| *v = v_to_r.times(*v));
        u.iter_mut().for_each(|u| *u = u_to_b.times(*u));
        let [added_r, added_g, added_b] = &mut added;
        repeat_pairs(added_r, &v);
        repeat_pairs(added_g, &green);
        repeat_pairs(added_b, &u);
        let rows = r.chunks_exact_mut(width).zip(g.chunks_exact_mut(width)).zip(b.chunks_exact_mut(width));
        for (row, ((r, g), b)) in rows.enumerate() {
            planes.load_luma((chroma_row << shift_y) + row, c.black, &mut luma);
            luma.iter_mut().for_each(|luma| *luma = y.times(*luma));
            add_clamped(r, &luma, added_r);
            add_clamped(g, &luma, added_g);
            add_clamped(b, &luma, added_b);
        }
    }
}

/// Writes each value twice; the last one once if the width is odd.
fn repeat_pairs(out: &mut [i16], values: &[i16]) {
    let (pairs, last) = out.as_chunks_mut::<2>();
    for (pair, &value) in pairs.iter_mut().zip(values) {
        *pair = [value, value];
    }
    if let ([last], Some(&value)) = (last, values.last()) {
        *last = value;
    }
}

fn add_clamped(out: &mut [u8], luma: &[i16], chroma: &[i16]) {
    for ((out, &y), &c) in out.iter_mut().zip(luma).zip(chroma) {
        *out = (y + c).clamp(0, 255) as u8;
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
            for (out, &y) in out.iter_mut().zip(plane.data) {
                *out = expand(y);
            }
        }
        _ => {
            luma(frame, out);
            if range == Range::Limited {
                out.iter_mut().for_each(|y| *y = expand(*y));
            }
        }
    }
}

/// `255·t/219 = t + 12·t/73` for t from 0 to 219. The quotient is `(10 774·t) >> 16`, in two steps that 16 bits hold:
/// 10 774 = 256·42 + 22.
fn expand(y: u8) -> u8 {
    let t = u16::from(y.saturating_sub(16).min(219));
    (t + ((42 * t + ((22 * t) >> 8)) >> 8)) as u8
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
        for y in 0..=255u8 {
            let t = (i32::from(y) - 16).clamp(0, 219);
            assert_eq!(i32::from(expand(y)), 255 * t / 219, "luma {y}");
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
                        assert_eq!(i64::from(Factor::new(c).times(a)), wide, "{a} × {c}");
                    }
                };
                check(c.y, -c.black..=255 - c.black);
                [c.v_to_r, c.u_to_g, c.v_to_g, c.u_to_b].into_iter().for_each(|c| check(c, -128..=127));
            }
        }
    }

    #[test]
    fn pairs_are_repeated_to_odd_widths() {
        let mut out = [0; 5];
        repeat_pairs(&mut out, &[1, 2, 3]);
        assert_eq!(out, [1, 1, 2, 2, 3]);
        repeat_pairs(&mut out[..1], &[7]);
        assert_eq!(out[0], 7);
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
