//! The twin for browsers: one instruction an operation, loads and stores among them. Written lane by lane, two loads that
//! overlap are taken apart by the compiler into loads of single lanes, at many times the cost; hence the one unsafe place.

use core::arch::wasm32::{
    f32x4, f32x4_abs, f32x4_add, f32x4_convert_i32x4, f32x4_div, f32x4_extract_lane, f32x4_lt, f32x4_mul, f32x4_pmax,
    f32x4_pmin, f32x4_splat, f32x4_sqrt, f32x4_sub, i16x8_add, i16x8_eq, i16x8_max, i16x8_mul, i16x8_narrow_i32x4,
    i16x8_shl, i16x8_shr, i16x8_shuffle, i16x8_splat, i16x8_sub, i32x4, i32x4_add, i32x4_dot_i16x8,
    i32x4_extadd_pairwise_i16x8, i32x4_extend_high_i16x8, i32x4_extend_low_i16x8, i32x4_extract_lane, i32x4_max,
    i32x4_min, i32x4_mul, i32x4_shl, i32x4_shr, i32x4_splat, i32x4_sub, u8x16_add, u8x16_le, u8x16_max, u8x16_min,
    u8x16_narrow_i16x8, u8x16_splat, u8x16_sub, u8x16_sub_sat, u16x8_extadd_pairwise_u8x16, u16x8_extend_high_u8x16,
    u16x8_extend_low_u8x16, v128, v128_and, v128_bitselect, v128_load, v128_or, v128_store, v128_xor,
};
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Sub};

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub struct U8x16(v128);

/// Eight signed 16-bit numbers. Sums, differences and products wrap.
#[derive(Clone, Copy)]
pub struct I16x8(v128);

/// Four signed 32-bit numbers. Sums wrap.
#[derive(Clone, Copy)]
pub struct I32x4(v128);

/// Four 32-bit floats.
#[derive(Clone, Copy)]
pub struct F32x4(v128);

macro_rules! operators {
    ($($vector:ident: $($operator:ident $name:ident $instruction:ident),+;)+) => {$($(
        impl $operator for $vector {
            type Output = Self;

            #[inline(always)]
            fn $name(self, other: Self) -> Self {
                Self($instruction(self.0, other.0))
            }
        }
    )+)+};
}

operators! {
    U8x16: Add add u8x16_add, Sub sub u8x16_sub, BitOr bitor v128_or;
    I16x8: Add add i16x8_add, Sub sub i16x8_sub, Mul mul i16x8_mul;
    I32x4: Add add i32x4_add, Sub sub i32x4_sub, Mul mul i32x4_mul, BitAnd bitand v128_and, BitXor bitxor v128_xor;
    F32x4: Add add f32x4_add, Sub sub f32x4_sub, Mul mul f32x4_mul, Div div f32x4_div;
}

macro_rules! memory {
    ($($vector:ident: $array:ty;)+) => {$(
        #[expect(unsafe_code, reason = "single lanes are what the compiler makes of anything else")]
        impl $vector {
            /// The values of an array.
            #[inline(always)]
            pub fn load(from: &$array) -> Self {
                // SAFETY: the array has 16 bytes, and the instruction asks for no alignment.
                Self(unsafe { v128_load(from.as_ptr().cast()) })
            }

            /// Writes the values to an array.
            #[inline(always)]
            pub fn store(self, to: &mut $array) {
                // SAFETY: the array has 16 bytes that are this function's alone, and the instruction asks for no alignment.
                unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
            }
        }
    )+};
}

memory! {
    U8x16: [u8; 16];
    I16x8: [i16; 8];
    F32x4: [f32; 4];
}

impl U8x16 {
    /// One byte in all lanes.
    #[inline(always)]
    pub fn splat(value: u8) -> Self {
        Self(u8x16_splat(value))
    }

    /// `a − b`, or 0.
    #[inline(always)]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(u8x16_sub_sat(self.0, other.0))
    }

    /// The smaller one.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(u8x16_min(self.0, other.0))
    }

    /// The larger one.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(u8x16_max(self.0, other.0))
    }

    /// 255 where `a ≤ b`, 0 elsewhere.
    #[inline(always)]
    pub fn at_most(self, other: Self) -> Self {
        Self(u8x16_le(self.0, other.0))
    }

    /// The lower eight as 16-bit numbers.
    #[inline(always)]
    pub fn low(self) -> I16x8 {
        I16x8(u16x8_extend_low_u8x16(self.0))
    }

    /// The upper eight as 16-bit numbers.
    #[inline(always)]
    pub fn high(self) -> I16x8 {
        I16x8(u16x8_extend_high_u8x16(self.0))
    }

    /// Sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I16x8 {
        I16x8(u16x8_extadd_pairwise_u8x16(self.0))
    }
}

impl I16x8 {
    /// One number in all lanes.
    #[inline(always)]
    pub fn splat(value: i16) -> Self {
        Self(i16x8_splat(value))
    }

    /// `a · 2ⁿ`.
    #[inline(always)]
    pub fn shift_left<const N: u32>(self) -> Self {
        Self(i16x8_shl(self.0, N))
    }

    /// `a ÷ 2ⁿ`, rounded down.
    #[inline(always)]
    pub fn shift_right<const N: u32>(self) -> Self {
        Self(i16x8_shr(self.0, N))
    }

    /// The larger one.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(i16x8_max(self.0, other.0))
    }

    /// Sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I32x4 {
        I32x4(i32x4_extadd_pairwise_i16x8(self.0))
    }

    /// Sums of neighbouring products.
    #[inline(always)]
    pub fn dot(self, other: Self) -> I32x4 {
        I32x4(i32x4_dot_i16x8(self.0, other.0))
    }

    /// Both halves as 32-bit numbers, the lower one first.
    #[inline(always)]
    pub fn widen(self) -> [I32x4; 2] {
        [I32x4(i32x4_extend_low_i16x8(self.0)), I32x4(i32x4_extend_high_i16x8(self.0))]
    }

    /// Both vectors' lanes in turns.
    #[inline(always)]
    pub fn interleave(self, other: Self) -> [Self; 2] {
        [
            Self(i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(self.0, other.0)),
            Self(i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(self.0, other.0)),
        ]
    }

    /// `then` where both are equal, `otherwise` elsewhere.
    #[inline(always)]
    pub fn where_equal(self, other: Self, then: Self, otherwise: Self) -> Self {
        Self(v128_bitselect(then.0, otherwise.0, i16x8_eq(self.0, other.0)))
    }

    /// As bytes, the first vector's first, numbers below 0 and above 255 brought to these.
    #[inline(always)]
    pub fn narrow([low, high]: [Self; 2]) -> U8x16 {
        U8x16(u8x16_narrow_i16x8(low.0, high.0))
    }
}

impl I32x4 {
    /// From an array.
    #[inline(always)]
    pub fn new([a, b, c, d]: [i32; 4]) -> Self {
        Self(i32x4(a, b, c, d))
    }

    /// One number in all lanes.
    #[inline(always)]
    pub fn splat(value: i32) -> Self {
        Self(i32x4_splat(value))
    }

    /// As an array.
    #[inline(always)]
    pub fn to_array(self) -> [i32; 4] {
        [
            i32x4_extract_lane::<0>(self.0),
            i32x4_extract_lane::<1>(self.0),
            i32x4_extract_lane::<2>(self.0),
            i32x4_extract_lane::<3>(self.0),
        ]
    }

    /// `a ÷ 2ⁿ`, rounded down.
    #[inline(always)]
    pub fn shift_right<const N: u32>(self) -> Self {
        Self(i32x4_shr(self.0, N))
    }

    /// The smaller one.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(i32x4_min(self.0, other.0))
    }

    /// The larger one.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(i32x4_max(self.0, other.0))
    }

    /// As 16-bit numbers, the first vector's first, numbers out of range brought to its ends.
    #[inline(always)]
    pub fn narrow([low, high]: [Self; 2]) -> I16x8 {
        I16x8(i16x8_narrow_i32x4(low.0, high.0))
    }

    /// As floats, rounded to the nearest.
    #[inline(always)]
    pub fn to_f32(self) -> F32x4 {
        F32x4(f32x4_convert_i32x4(self.0))
    }

    /// `a · 2ⁿ`, bits that leave at the top lost.
    #[inline(always)]
    pub fn shift_left<const N: u32>(self) -> Self {
        Self(i32x4_shl(self.0, N))
    }

    /// The floats that have these bits.
    #[inline(always)]
    pub fn as_f32_bits(self) -> F32x4 {
        F32x4(self.0)
    }
}

impl F32x4 {
    /// From an array.
    #[inline(always)]
    pub fn new([a, b, c, d]: [f32; 4]) -> Self {
        Self(f32x4(a, b, c, d))
    }

    /// One number in all lanes.
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }

    /// As an array.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(self.0),
            f32x4_extract_lane::<1>(self.0),
            f32x4_extract_lane::<2>(self.0),
            f32x4_extract_lane::<3>(self.0),
        ]
    }

    /// The bits of each float.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0)
    }

    /// The floats that have these bits.
    #[inline(always)]
    pub fn from_bits(bits: I32x4) -> Self {
        Self(bits.0)
    }

    /// The square root.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    /// The magnitude.
    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(f32x4_abs(self.0))
    }

    /// The smaller one; the other one where this is no number.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        // The instruction gives its first operand unless the second one is smaller.
        Self(f32x4_pmin(other.0, self.0))
    }

    /// The larger one; the other one where this is no number.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(f32x4_pmax(other.0, self.0))
    }

    /// `yes` where this is below zero, `no` elsewhere.
    #[inline(always)]
    pub fn where_negative(self, yes: Self, no: Self) -> Self {
        Self(v128_bitselect(yes.0, no.0, f32x4_lt(self.0, f32x4_splat(0.0))))
    }

    /// The bits as whole numbers.
    #[inline(always)]
    pub fn to_bits(self) -> I32x4 {
        I32x4(self.0)
    }
}
