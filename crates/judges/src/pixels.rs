//! Exact sums over 8-bit pixels, in integers: the same on every machine, and quick without a device.
//!
//! Invariant: no result depends on how the pixels are cut into chunks. What the sums mean is left to the judges.

/// Lanes of the inner loop: as many bytes as a vector of 128 bits has. With half as many, no vector comes of it.
const LANES: usize = 16;

/// Pixels summed in 16-bit lanes before they are widened: 255 × 256 still fits a lane.
const SHORT: usize = 256 * LANES;

/// The sum of absolute differences of two equally long rows, planes or pictures.
pub(crate) fn sum_abs_diff(a: &[u8], b: &[u8]) -> u64 {
    debug_assert_eq!(a.len(), b.len());
    let mut sum = 0;
    for (a, b) in a.chunks(SHORT).zip(b.chunks(SHORT)) {
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        let mut lanes = [0u16; LANES];
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                lanes[lane] += u16::from(a[lane].abs_diff(b[lane]));
            }
        }
        let rest = a_rest.iter().zip(b_rest).map(|(a, b)| u32::from(a.abs_diff(*b)));
        sum += u64::from(lanes.iter().map(|&lane| u32::from(lane)).chain(rest).sum::<u32>());
    }
    sum
}

/// The sum and the sum of squares of `a − b` over two equally long rows, planes or pictures.
pub(crate) fn diff_moments(a: &[u8], b: &[u8]) -> (i64, u64) {
    debug_assert_eq!(a.len(), b.len());
    /// 65,025 × 32,768 fits 32 bits.
    const BLOCK: usize = 1 << 15;
    let (mut sum, mut squares) = (0, 0);
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let (mut block_sum, mut block_squares) = (0i32, 0u32);
        for (&a, &b) in a.iter().zip(b) {
            let difference = i32::from(a) - i32::from(b);
            block_sum += difference;
            block_squares += (difference * difference) as u32;
        }
        sum += i64::from(block_sum);
        squares += u64::from(block_squares);
    }
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
