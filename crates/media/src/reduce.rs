//! Area averaging by a whole-number factor.
//!
//! Invariant: every source value counts once, in exactly one block; means are rounded to the nearest, halves up.

use reelcheck_lanes::{I16x8, U8x16, padded};

use crate::Image;

/// The smallest whole-number factor that brings the longer side to `limit` or less. A limit of 0 counts as 1.
pub(crate) fn factor(longer_side: usize, limit: u16) -> usize {
    longer_side.div_ceil(usize::from(limit.max(1)))
}

/// Rows whose sum still fits 16 bits.
const SHORT: usize = 256;

/// Averages blocks of `factor × factor`; at the right and bottom edge a block holds what is there.
pub(crate) fn area_average(source: &Image, factor: usize, out: &mut [u8]) {
    if factor == 1 {
        out.copy_from_slice(&source.data);
        return;
    }
    let width = source.width;
    let out_width = width.div_ceil(factor);
    let out_size = out_width * source.height.div_ceil(factor);
    // Rows first, since that is one long addition; only then the few columns of each block.
    let (mut columns, mut blocks) = (vec![[0i16; 8]; width.next_multiple_of(16) / 8], vec![0u32; out_width]);
    for (channel, out) in out.chunks_exact_mut(out_size).enumerate() {
        let strips = source.channel(channel).chunks(width * factor);
        for (strip, out_row) in strips.zip(out.chunks_exact_mut(out_width)) {
            blocks.fill(0);
            for rows in strip.chunks(width * SHORT) {
                sum_columns(rows, width, &mut columns);
                sum_blocks(&columns.as_flattened()[..width], factor, &mut blocks);
            }
            let rows = strip.len() / width;
            let whole = width / factor;
            means(&blocks[..whole], (rows * factor) as u32, &mut out_row[..whole]);
            means(&blocks[whole..], (rows * (width % factor)) as u32, &mut out_row[whole..]);
        }
    }
}

/// The sum of each column over at most [`SHORT`] rows, as the bits of unsigned numbers.
fn sum_columns(rows: &[u8], width: usize, columns: &mut [[i16; 8]]) {
    columns.fill([0; 8]);
    // Two rows at a time, so that the sums are fetched and stored half as often.
    for pair in rows.chunks(2 * width) {
        let (first, second) = pair.split_at(width);
        let (first_vectors, first_rest) = first.as_chunks();
        let (second_vectors, second_rest) = second.as_chunks();
        let sums = columns.as_chunks_mut::<2>().0;
        if second.is_empty() {
            for (sums, first) in sums.iter_mut().zip(first_vectors) {
                add(sums, U8x16::load(first).widen());
            }
        } else {
            for ((sums, first), second) in sums.iter_mut().zip(first_vectors).zip(second_vectors) {
                let (first, second) = (U8x16::load(first).widen(), U8x16::load(second).widen());
                add(sums, [first[0] + second[0], first[1] + second[1]]);
            }
        }
        if let Some(sums) = sums.get_mut(first_vectors.len()) {
            add(sums, U8x16::load(&padded(first_rest, 0)).widen());
            add(sums, U8x16::load(&padded(second_rest, 0)).widen());
        }
    }
}

#[inline(always)]
fn add(sums: &mut [[i16; 8]; 2], values: [I16x8; 2]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        (I16x8::load(sum) + value).store(sum);
    }
}

/// Adds each block's columns to its sum.
fn sum_blocks(columns: &[i16], factor: usize, blocks: &mut [u32]) {
    // Four blocks side by side: the sum of one would be a vector's, with more work after it than in it.
    let mut fours = columns.chunks_exact(4 * factor);
    let (whole, rest) = blocks.split_at_mut(columns.len() / (4 * factor) * 4);
    for (sums, columns) in whole.as_chunks_mut::<4>().0.iter_mut().zip(&mut fours) {
        for place in 0..factor {
            for (block, sum) in sums.iter_mut().enumerate() {
                *sum += u32::from(columns[block * factor + place] as u16);
            }
        }
    }
    for (sum, columns) in rest.iter_mut().zip(fours.remainder().chunks(factor)) {
        *sum += columns.iter().map(|&column| u32::from(column as u16)).sum::<u32>();
    }
}

/// Divides sums of `count` values. A 64-bit float holds a 32-bit quotient so well that cutting it off is exact.
fn means(sums: &[u32], count: u32, out: &mut [u8]) {
    for (mean, &sum) in out.iter_mut().zip(sums) {
        *mean = (f64::from(sum + count / 2) / f64::from(count)) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_is_the_smallest_that_fits() {
        assert_eq!(factor(1280, 320), 4);
        assert_eq!(factor(1281, 320), 5);
        assert_eq!(factor(100, 320), 1);
        assert_eq!(factor(7, 0), 7);
    }

    #[test]
    fn edges_average_what_is_there() {
        let data = vec![10, 20, 31, 30, 41, 50, 7, 8, 9];
        let source = Image { width: 3, height: 3, channels: 1, data };
        let mut out = [0; 4];
        area_average(&source, 2, &mut out);
        // (10 + 20 + 30 + 41)/4 = 25.25, (31 + 50)/2 = 40.5, (7 + 8)/2 = 7.5, 9.
        assert_eq!(out, [25, 41, 8, 9]);
    }

    #[test]
    fn large_blocks_do_not_overflow() {
        let source = Image { width: 700, height: 601, channels: 1, data: vec![255; 700 * 601] };
        let mut out = [0; 4];
        area_average(&source, 600, &mut out);
        assert_eq!(out, [255; 4]);
    }

    #[test]
    fn channels_stay_apart() {
        let source = Image { width: 2, height: 2, channels: 2, data: vec![0, 0, 0, 0, 200, 200, 200, 200] };
        let mut out = [0; 2];
        area_average(&source, 2, &mut out);
        assert_eq!(out, [0, 200]);
    }
}
