//! Vectors of 128 bits as plain values, for the few loops that see every pixel of every frame.
//!
//! In a browser each operation is one instruction of WebAssembly's simd128: left to itself, the compiler makes half vectors
//! of most loops over bytes. Elsewhere a vector is an array, of which compilers make the machine's own vectors.
//! Invariant: both twins give the same bits, also for floats, which are added in the order that is written. What is
//! computed with the lanes is left to `reelcheck-media`, `reelcheck-models` and the judges.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod arrays;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use arrays as twin;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use wasm as twin;

pub use twin::{F32x4, I16x8, I32x4, U8x16};

/// Up to sixteen bytes, the rest of sixteen filled with `fill`: the end of a row as one more vector.
///
/// # Panics
/// When there are more than sixteen.
#[inline]
pub fn padded(rest: &[u8], fill: u8) -> [u8; 16] {
    let mut out = [fill; 16];
    out[..rest.len()].copy_from_slice(rest);
    out
}

impl U8x16 {
    /// `|a − b|`.
    #[inline(always)]
    pub fn abs_diff(self, other: Self) -> Self {
        self.saturating_sub(other) | other.saturating_sub(self)
    }

    /// Both halves as 16-bit numbers, the lower one first.
    #[inline(always)]
    pub fn widen(self) -> [I16x8; 2] {
        [self.low(), self.high()]
    }
}

impl F32x4 {
    /// The sum of all lanes: the halves are added first.
    #[inline]
    pub fn total(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + c) + (b + d)
    }
}

impl I32x4 {
    /// The sum of all lanes, each read as an unsigned number.
    #[inline]
    pub fn unsigned_total(self) -> u64 {
        self.to_array().into_iter().map(|lane| u64::from(lane as u32)).sum()
    }

    /// The sum of all lanes.
    #[inline]
    pub fn total(self) -> i64 {
        self.to_array().into_iter().map(i64::from).sum()
    }
}

impl F32x4 {
    /// To the nearest whole number, halves to the even one. For floats between −2²¹ and 2²²; of others it makes nonsense.
    #[inline(always)]
    pub fn round(self) -> I32x4 {
        // Where floats are one apart, adding rounds by itself, and the bits count up by ones.
        let ones_apart = Self::splat(1.5 * (1 << 23) as f32);
        (self + ones_apart).bits() - ones_apart.bits()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(values: I16x8) -> [i16; 8] {
        let mut out = [0; 8];
        values.store(&mut out);
        out
    }

    fn bytes(values: U8x16) -> [u8; 16] {
        let mut out = [0; 16];
        values.store(&mut out);
        out
    }

    fn each<T: Copy, U>(a: &[T], b: &[T], of: impl Fn(T, T) -> U) -> Vec<U> {
        a.iter().zip(b).map(|(&a, &b)| of(a, b)).collect()
    }

    proptest! {
        #[test]
        fn bytes_go_lane_by_lane(a in any::<[u8; 16]>(), b in any::<[u8; 16]>()) {
            let (va, vb) = (U8x16::load(&a), U8x16::load(&b));
            prop_assert_eq!(bytes(va), a);
            prop_assert_eq!(bytes(va.abs_diff(vb)).to_vec(), each(&a, &b, u8::abs_diff));
            prop_assert_eq!(bytes(va.saturating_sub(vb)).to_vec(), each(&a, &b, u8::saturating_sub));
            prop_assert_eq!(bytes(va + vb).to_vec(), each(&a, &b, u8::wrapping_add));
            prop_assert_eq!(bytes(va - vb).to_vec(), each(&a, &b, u8::wrapping_sub));
            prop_assert_eq!(bytes(va.min(vb)).to_vec(), each(&a, &b, u8::min));
            prop_assert_eq!(bytes(va.max(vb)).to_vec(), each(&a, &b, u8::max));
            prop_assert_eq!(bytes(va.at_most(vb)).to_vec(), each(&a, &b, |a, b| if a <= b { 255 } else { 0 }));
            let [low, high] = va.widen().map(words);
            prop_assert_eq!([low, high].as_flattened().to_vec(), a.map(i16::from).to_vec());
            prop_assert_eq!(words(va.sum_pairs()), std::array::from_fn(|i| i16::from(a[2 * i]) + i16::from(a[2 * i + 1])));
        }

        #[test]
        fn words_go_lane_by_lane(a in any::<[i16; 8]>(), b in any::<[i16; 8]>()) {
            let (va, vb) = (I16x8::load(&a), I16x8::load(&b));
            prop_assert_eq!(words(va + vb).to_vec(), each(&a, &b, i16::wrapping_add));
            prop_assert_eq!(words(va - vb).to_vec(), each(&a, &b, i16::wrapping_sub));
            prop_assert_eq!(words(va * vb).to_vec(), each(&a, &b, i16::wrapping_mul));
            prop_assert_eq!(words(va.max(vb)).to_vec(), each(&a, &b, i16::max));
            prop_assert_eq!(words(va.shift_left::<3>()), a.map(|a| a << 3));
            prop_assert_eq!(words(va.shift_right::<5>()), a.map(|a| a >> 5));
            let turned = a.map(|value| value.rotate_left(8));
            let chosen = I16x8::load(&turned).where_equal(va, va, vb);
            prop_assert_eq!(words(chosen), std::array::from_fn(|i| if turned[i] == a[i] { a[i] } else { b[i] }));
            let both = [a, b].as_flattened().iter().map(|&v| v.clamp(0, 255) as u8).collect::<Vec<_>>();
            prop_assert_eq!(bytes(I16x8::narrow([va, vb])).to_vec(), both);
            let [low, high] = va.interleave(vb).map(words);
            let turns: Vec<i16> = (0..8).flat_map(|i| [a[i], b[i]]).collect();
            prop_assert_eq!([low, high].as_flattened().to_vec(), turns);
            prop_assert_eq!(va.sum_pairs().to_array(), std::array::from_fn(|i| i32::from(a[2 * i]) + i32::from(a[2 * i + 1])));
            let product = |i: usize| i32::from(a[i]) * i32::from(b[i]);
            prop_assert_eq!(va.dot(vb).to_array(), std::array::from_fn(|i| product(2 * i).wrapping_add(product(2 * i + 1))));
            let [low, high] = va.widen().map(I32x4::to_array);
            prop_assert_eq!([low, high].as_flattened().to_vec(), a.map(i32::from).to_vec());
        }

        #[test]
        fn numbers_go_lane_by_lane(a in any::<[i32; 4]>(), b in any::<[i32; 4]>()) {
            let (va, vb) = (I32x4::new(a), I32x4::new(b));
            prop_assert_eq!((va + vb).to_array().to_vec(), each(&a, &b, i32::wrapping_add));
            prop_assert_eq!((va - vb).to_array().to_vec(), each(&a, &b, i32::wrapping_sub));
            prop_assert_eq!((va * vb).to_array().to_vec(), each(&a, &b, i32::wrapping_mul));
            prop_assert_eq!((va ^ vb).to_array().to_vec(), each(&a, &b, |a, b| a ^ b));
            prop_assert_eq!(va.min(vb).to_array().to_vec(), each(&a, &b, i32::min));
            prop_assert_eq!(va.max(vb).to_array().to_vec(), each(&a, &b, i32::max));
            prop_assert_eq!((va & vb).to_array().to_vec(), each(&a, &b, |a, b| a & b));
            prop_assert_eq!(va.shift_right::<5>().to_array(), a.map(|a| a >> 5));
            let ends = |value: &i32| (*value).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
            let both: Vec<i16> = [a, b].as_flattened().iter().map(ends).collect();
            prop_assert_eq!(words(I32x4::narrow([va, vb])).to_vec(), both);
            let small = a.map(|a| (a >> 11) as f32 / 3.0);
            prop_assert_eq!(F32x4::new(small).round().to_array(), small.map(|a| a.round_ties_even() as i32));
            let bits = F32x4::load(&small).bits();
            prop_assert_eq!(bits.to_array(), small.map(|a| a.to_bits() as i32));
            prop_assert_eq!(F32x4::from_bits(bits).bits().to_array(), bits.to_array());
            prop_assert_eq!(va.total(), a.into_iter().map(i64::from).sum::<i64>());
            prop_assert_eq!(va.unsigned_total(), a.into_iter().map(|a| u64::from(a as u32)).sum::<u64>());
            let (fa, fb) = (a.map(|a| a as f32), b.map(|b| b as f32));
            let (va, vb) = (va.to_f32(), vb.to_f32());
            let bits = |values: [f32; 4]| values.map(f32::to_bits);
            prop_assert_eq!(bits(va.to_array()), bits(fa));
            prop_assert_eq!((va + vb).to_array().to_vec(), each(&fa, &fb, |a, b| a + b));
            prop_assert_eq!((va - vb).to_array().to_vec(), each(&fa, &fb, |a, b| a - b));
            prop_assert_eq!((va * vb).to_array().to_vec(), each(&fa, &fb, |a, b| a * b));
            prop_assert_eq!(bits((va * va).sqrt().to_array()), bits(fa.map(|a| (a * a).sqrt())));
            prop_assert_eq!(bits(va.abs().to_array()), bits(fa.map(f32::abs)));
            prop_assert_eq!(va.min(vb).to_array().to_vec(), each(&fa, &fb, f32::min));
            prop_assert_eq!(va.max(vb).to_array().to_vec(), each(&fa, &fb, f32::max));
            let chosen: Vec<f32> = (0..4).map(|i| if fa[i] < 0.0 { fb[i] } else { fa[i] }).collect();
            prop_assert_eq!(va.where_negative(vb, va).to_array().to_vec(), chosen);
            prop_assert_eq!(va.to_bits().to_array(), fa.map(|a| a.to_bits() as i32));
            prop_assert_eq!(bits(va.to_bits().as_f32_bits().to_array()), bits(fa));
            prop_assert_eq!(va.total().to_bits(), ((fa[0] + fa[2]) + (fa[1] + fa[3])).to_bits());
            prop_assert_eq!(I32x4::new(a).shift_left::<23>().to_array(), a.map(|a| a << 23));
            let divisor = F32x4::new(fb.map(|b| b.abs() + 1.0));
            prop_assert_eq!((va / divisor).to_array().to_vec(), each(&fa, &divisor.to_array(), |a, b| a / b));
        }
    }

    #[test]
    fn ends_of_rows_are_filled() {
        assert_eq!(padded(&[1, 2, 3], 9), [1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
    }
}
