//! The twin for everything but browsers: arrays, of which the compiler makes vectors.

use std::array::from_fn;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Sub};

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub struct U8x16([u8; 16]);

/// Eight signed 16-bit numbers. Sums, differences and products wrap.
#[derive(Clone, Copy)]
pub struct I16x8([i16; 8]);

/// Four signed 32-bit numbers. Sums wrap.
#[derive(Clone, Copy)]
pub struct I32x4([i32; 4]);

/// Four 32-bit floats.
#[derive(Clone, Copy)]
pub struct F32x4([f32; 4]);

macro_rules! operators {
    ($($vector:ident: $($operator:ident $name:ident $of:expr),+;)+) => {$($(
        impl $operator for $vector {
            type Output = Self;

            #[inline(always)]
            fn $name(self, other: Self) -> Self {
                Self(from_fn(|lane| $of(self.0[lane], other.0[lane])))
            }
        }
    )+)+};
}

operators! {
    U8x16: Add add u8::wrapping_add, Sub sub u8::wrapping_sub, BitOr bitor u8::bitor;
    I16x8: Add add i16::wrapping_add, Sub sub i16::wrapping_sub, Mul mul i16::wrapping_mul;
    I32x4: Add add i32::wrapping_add, Sub sub i32::wrapping_sub, Mul mul i32::wrapping_mul, BitAnd bitand i32::bitand, BitXor bitxor i32::bitxor;
    F32x4: Add add f32::add, Sub sub f32::sub, Mul mul f32::mul, Div div f32::div;
}

impl U8x16 {
    /// One byte in all lanes.
    #[inline(always)]
    pub fn splat(value: u8) -> Self {
        Self([value; 16])
    }

    /// The bytes of an array.
    #[inline(always)]
    pub fn load(from: &[u8; 16]) -> Self {
        Self(*from)
    }

    /// Writes the bytes to an array.
    #[inline(always)]
    pub fn store(self, to: &mut [u8; 16]) {
        *to = self.0;
    }

    /// `a − b`, or 0.
    #[inline(always)]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].saturating_sub(other.0[lane])))
    }

    /// The smaller one.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].min(other.0[lane])))
    }

    /// The larger one.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].max(other.0[lane])))
    }

    /// 255 where `a ≤ b`, 0 elsewhere.
    #[inline(always)]
    pub fn at_most(self, other: Self) -> Self {
        Self(from_fn(|lane| if self.0[lane] <= other.0[lane] { 255 } else { 0 }))
    }

    /// The lower eight as 16-bit numbers.
    #[inline(always)]
    pub fn low(self) -> I16x8 {
        I16x8(from_fn(|lane| i16::from(self.0[lane])))
    }

    /// The upper eight as 16-bit numbers.
    #[inline(always)]
    pub fn high(self) -> I16x8 {
        I16x8(from_fn(|lane| i16::from(self.0[lane + 8])))
    }

    /// Sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I16x8 {
        I16x8(from_fn(|lane| i16::from(self.0[2 * lane]) + i16::from(self.0[2 * lane + 1])))
    }
}

impl I16x8 {
    /// One number in all lanes.
    #[inline(always)]
    pub fn splat(value: i16) -> Self {
        Self([value; 8])
    }

    /// The numbers of an array.
    #[inline(always)]
    pub fn load(from: &[i16; 8]) -> Self {
        Self(*from)
    }

    /// Writes the numbers to an array.
    #[inline(always)]
    pub fn store(self, to: &mut [i16; 8]) {
        *to = self.0;
    }

    /// `a · 2ⁿ`.
    #[inline(always)]
    pub fn shift_left<const N: u32>(self) -> Self {
        Self(self.0.map(|value| value << N))
    }

    /// `a ÷ 2ⁿ`, rounded down.
    #[inline(always)]
    pub fn shift_right<const N: u32>(self) -> Self {
        Self(self.0.map(|value| value >> N))
    }

    /// The larger one.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].max(other.0[lane])))
    }

    /// Sums of neighbours.
    #[inline(always)]
    pub fn sum_pairs(self) -> I32x4 {
        I32x4(from_fn(|lane| i32::from(self.0[2 * lane]) + i32::from(self.0[2 * lane + 1])))
    }

    /// Sums of neighbouring products.
    #[inline(always)]
    pub fn dot(self, other: Self) -> I32x4 {
        let product = |lane: usize| i32::from(self.0[lane]) * i32::from(other.0[lane]);
        I32x4(from_fn(|lane| product(2 * lane).wrapping_add(product(2 * lane + 1))))
    }

    /// Both halves as 32-bit numbers, the lower one first.
    #[inline(always)]
    pub fn widen(self) -> [I32x4; 2] {
        [I32x4(from_fn(|lane| i32::from(self.0[lane]))), I32x4(from_fn(|lane| i32::from(self.0[lane + 4])))]
    }

    /// Both vectors' lanes in turns.
    #[inline(always)]
    pub fn interleave(self, other: Self) -> [Self; 2] {
        let turn = |lane: usize| if lane.is_multiple_of(2) { self.0[lane / 2] } else { other.0[lane / 2] };
        [Self(from_fn(turn)), Self(from_fn(|lane| turn(lane + 8)))]
    }

    /// `then` where both are equal, `otherwise` elsewhere.
    #[inline(always)]
    pub fn where_equal(self, other: Self, then: Self, otherwise: Self) -> Self {
        Self(from_fn(|lane| if self.0[lane] == other.0[lane] { then.0[lane] } else { otherwise.0[lane] }))
    }

    /// As bytes, the first vector's first, numbers below 0 and above 255 brought to these.
    #[inline(always)]
    pub fn narrow([low, high]: [Self; 2]) -> U8x16 {
        U8x16(from_fn(|lane| if lane < 8 { low.0[lane] } else { high.0[lane - 8] }.clamp(0, 255) as u8))
    }
}

impl I32x4 {
    /// From an array.
    #[inline(always)]
    pub fn new(values: [i32; 4]) -> Self {
        Self(values)
    }

    /// One number in all lanes.
    #[inline(always)]
    pub fn splat(value: i32) -> Self {
        Self([value; 4])
    }

    /// As an array.
    #[inline(always)]
    pub fn to_array(self) -> [i32; 4] {
        self.0
    }

    /// `a ÷ 2ⁿ`, rounded down.
    #[inline(always)]
    pub fn shift_right<const N: u32>(self) -> Self {
        Self(self.0.map(|value| value >> N))
    }

    /// The smaller one.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].min(other.0[lane])))
    }

    /// The larger one.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane].max(other.0[lane])))
    }

    /// As 16-bit numbers, the first vector's first, numbers out of range brought to its ends.
    #[inline(always)]
    pub fn narrow([low, high]: [Self; 2]) -> I16x8 {
        let (least, most) = (i32::from(i16::MIN), i32::from(i16::MAX));
        I16x8(from_fn(|lane| if lane < 4 { low.0[lane] } else { high.0[lane - 4] }.clamp(least, most) as i16))
    }

    /// As floats, rounded to the nearest.
    #[inline(always)]
    pub fn to_f32(self) -> F32x4 {
        F32x4(self.0.map(|value| value as f32))
    }

    /// `a · 2ⁿ`, bits that leave at the top lost.
    #[inline(always)]
    pub fn shift_left<const N: u32>(self) -> Self {
        Self(self.0.map(|value| value << N))
    }

    /// The floats that have these bits.
    #[inline(always)]
    pub fn as_f32_bits(self) -> F32x4 {
        F32x4(self.0.map(|value| f32::from_bits(value as u32)))
    }
}

impl F32x4 {
    /// From an array.
    #[inline(always)]
    pub fn new(values: [f32; 4]) -> Self {
        Self(values)
    }

    /// The values of an array.
    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> Self {
        Self(*from)
    }

    /// Writes the values to an array.
    #[inline(always)]
    pub fn store(self, to: &mut [f32; 4]) {
        *to = self.0;
    }

    /// One number in all lanes.
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    /// As an array.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        self.0
    }

    /// The bits of each float.
    #[inline(always)]
    pub fn bits(self) -> I32x4 {
        I32x4(self.0.map(|value| value.to_bits() as i32))
    }

    /// The floats that have these bits.
    #[inline(always)]
    pub fn from_bits(bits: I32x4) -> Self {
        Self(bits.0.map(|bits| f32::from_bits(bits as u32)))
    }

    /// The square root.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    /// The magnitude.
    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    /// The smaller one; the other one where this is no number.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(from_fn(|lane| if self.0[lane] < other.0[lane] { self.0[lane] } else { other.0[lane] }))
    }

    /// The larger one; the other one where this is no number.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(from_fn(|lane| if self.0[lane] > other.0[lane] { self.0[lane] } else { other.0[lane] }))
    }

    /// `yes` where this is below zero, `no` elsewhere.
    #[inline(always)]
    pub fn where_negative(self, yes: Self, no: Self) -> Self {
        Self(from_fn(|lane| if self.0[lane] < 0.0 { yes.0[lane] } else { no.0[lane] }))
    }

    /// The bits as whole numbers.
    #[inline(always)]
    pub fn to_bits(self) -> I32x4 {
        I32x4(self.0.map(|value| value.to_bits() as i32))
    }
}
