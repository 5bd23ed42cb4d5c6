//! Area averaging by a whole-number factor.
//!
//! Invariant: every source value counts once, in exactly one block; means are rounded to the nearest, halves up.

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
    let (mut columns, mut blocks) = (vec![0u16; width], vec![0u32; out_width]);
    for (channel, out) in out.chunks_exact_mut(out_size).enumerate() {
        let strips = source.channel(channel).chunks(width * factor);
        for (strip, out_row) in strips.zip(out.chunks_exact_mut(out_width)) {
            blocks.fill(0);
            for rows in strip.chunks(width * SHORT) {
                columns.fill(0);
                rows.chunks_exact(width).for_each(|row| add_row(&mut columns, row));
                for (sum, block) in blocks.iter_mut().zip(columns.chunks(factor)) {
                    *sum += block.iter().map(|&column| u32::from(column)).sum::<u32>();
                }
            }
            let rows = strip.len() / width;
            let whole = width / factor;
            means(&blocks[..whole], (rows * factor) as u32, &mut out_row[..whole]);
            means(&blocks[whole..], (rows * (width % factor)) as u32, &mut out_row[whole..]);
        }
    }
}

fn add_row(columns: &mut [u16], row: &[u8]) {
    for (column, &value) in columns.iter_mut().zip(row) {
        *column += u16::from(value);
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
