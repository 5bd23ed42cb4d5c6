//! Exact sums over 8-bit pixels, in integers: the same on every machine, and quick without a device.
//!
//! Invariant: no result depends on how the pixels are cut into chunks. What the sums mean is left to the judges.

use reelcheck_lanes::{I16x8, I32x4, U8x16, padded};

/// Vectors whose sums of pairs, at most 510 each, still fit lanes of 16 bits.
const SHORT: usize = 64;

/// Vectors whose sums of squares still fit lanes of 32 bits, unsigned: 4 × 255² each. A whole number of [`SHORT`]s.
const LONG: usize = 8192;

/// The sum of absolute differences of two equally long rows, planes or pictures.
pub(crate) fn sum_abs_diff(a: &[u8], b: &[u8]) -> u64 {
    debug_assert_eq!(a.len(), b.len());
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks(), b.as_chunks());
    let difference = |a: &[u8; 16], b: &[u8; 16]| U8x16::load(a).abs_diff(U8x16::load(b)).sum_pairs();
    let rest = difference(&padded(a_rest, 0), &padded(b_rest, 0)).sum_pairs();
    let mut sum = rest.unsigned_total();
    for (a, b) in a.chunks(LONG).zip(b.chunks(LONG)) {
        let mut long = I32x4::splat(0);
        for (a, b) in a.chunks(SHORT).zip(b.chunks(SHORT)) {
            let add = |sum: I16x8, (a, b)| sum + difference(a, b);
            long = long + a.iter().zip(b).fold(I16x8::splat(0), add).sum_pairs();
        }
        sum += long.unsigned_total();
    }
    sum
}

/// The sum and the sum of squares of `a − b` over two equally long rows, planes or pictures.
pub(crate) fn diff_moments(a: &[u8], b: &[u8]) -> (i64, u64) {
    debug_assert_eq!(a.len(), b.len());
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks(), b.as_chunks());
    let (mut sum, mut squares) = (0, 0);
    let mut add = |a: &[[u8; 16]], b: &[[u8; 16]]| {
        let (mut long_sum, mut long_squares) = (I32x4::splat(0), I32x4::splat(0));
        for (a, b) in a.chunks(SHORT).zip(b.chunks(SHORT)) {
            let mut short_sum = I16x8::splat(0);
            for (a, b) in a.iter().zip(b) {
                let ([a_low, a_high], [b_low, b_high]) = (U8x16::load(a).widen(), U8x16::load(b).widen());
                let (low, high) = (a_low - b_low, a_high - b_high);
                short_sum = short_sum + (low + high);
                long_squares = long_squares + (low.dot(low) + high.dot(high));
            }
            long_sum = long_sum + short_sum.sum_pairs();
        }
        sum += long_sum.total();
        squares += long_squares.unsigned_total();
    };
    a.chunks(LONG).zip(b.chunks(LONG)).for_each(|(a, b)| add(a, b));
    add(&[padded(a_rest, 0)], &[padded(b_rest, 0)]);
    (sum, squares)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_equal_the_plain_ones(pairs in prop::collection::vec(any::<(u8, u8)>(), 0..40_000)) {
            let (a, b): (Vec<u8>, Vec<u8>) = pairs.iter().copied().unzip();
            let differences = || pairs.iter().map(|&(a, b)| i64::from(a) - i64::from(b));
            prop_assert_eq!(sum_abs_diff(&a, &b), differences().map(i64::unsigned_abs).sum::<u64>());
            let squares = differences().map(|d| (d * d) as u64).sum::<u64>();
            prop_assert_eq!(diff_moments(&a, &b), (differences().sum::<i64>(), squares));
        }
    }

    #[test]
    fn the_largest_differences_do_not_overflow() {
        let (black, white) = (vec![0; 100_000], vec![255; 100_000]);
        assert_eq!(sum_abs_diff(&black, &white), 25_500_000);
        assert_eq!(diff_moments(&black, &white), (-25_500_000, 6_502_500_000));
    }
}
