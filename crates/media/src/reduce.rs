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
    let (sums, _) = columns.as_chunks_mut::<2>();
    let (whole, rest) = sums.split_at_mut(width / 16);
    // Sixteen columns at a time from top to bottom: their sums stay in registers.
    for (place, sums) in whole.iter_mut().enumerate() {
        let mut added = [I16x8::splat(0); 2];
        for row in rows.chunks_exact(width) {
            if let Some(values) = row[place * 16..].first_chunk() {
                added = add(added, U8x16::load(values));
            }
        }
        store(added, sums);
    }
    if let Some(sums) = rest.first_mut() {
        let values = |row: &[u8]| U8x16::load(&padded(&row[width / 16 * 16..], 0));
        let none = [I16x8::splat(0); 2];
        store(rows.chunks_exact(width).fold(none, |added, row| add(added, values(row))), sums);
    }
}

#[inline(always)]
fn add([low, high]: [I16x8; 2], values: U8x16) -> [I16x8; 2] {
    [low + values.low(), high + values.high()]
}

#[inline(always)]
fn store([low, high]: [I16x8; 2], sums: &mut [[i16; 8]; 2]) {
    low.store(&mut sums[0]);
    high.store(&mut sums[1]);
}

/// Adds each block's columns to its sum.
fn sum_blocks(columns: &[i16], factor: usize, blocks: &mut [u32]) {
    // The usual sizes' factors are known to the compiler: loops of a few steps cost more than what is in them.
    match factor {
        3 => sum_blocks_of::<3>(columns, blocks),
        4 => sum_blocks_of::<4>(columns, blocks),
        5 => sum_blocks_of::<5>(columns, blocks),
        7 => sum_blocks_of::<7>(columns, blocks),
        8 => sum_blocks_of::<8>(columns, blocks),
        10 => sum_blocks_of::<10>(columns, blocks),
        15 => sum_blocks_of::<15>(columns, blocks),
        _ => {
            for (sum, columns) in blocks.iter_mut().zip(columns.chunks(factor)) {
                *sum += total(columns);
            }
        }
    }
}

#[inline(always)]
fn sum_blocks_of<const FACTOR: usize>(columns: &[i16], blocks: &mut [u32]) {
    let (whole, rest) = columns.as_chunks::<FACTOR>();
    for (sum, columns) in blocks.iter_mut().zip(whole) {
        *sum += total(columns);
    }
    if let Some(sum) = blocks.get_mut(whole.len()) {
        *sum += total(rest);
    }
}

#[inline(always)]
fn total(columns: &[i16]) -> u32 {
    columns.iter().map(|&column| u32::from(column as u16)).sum()
}

/// Divides sums of `count` values.
///
/// A quotient that is no whole number lies `1 ÷ count` or more below the next one. A 32-bit float misses it by no more than
/// `255 ÷ 2²⁴`, so up to some 60 000 values cutting it off is exact; beyond that, so it is for a 64-bit float.
fn means(sums: &[u32], count: u32, out: &mut [u8]) {
    let half = count / 2;
    if count < 60_000 {
        for (mean, &sum) in out.iter_mut().zip(sums) {
            *mean = ((sum + half) as f32 / count as f32) as i32 as u8;
        }
    } else {
        for (mean, &sum) in out.iter_mut().zip(sums) {
            *mean = (f64::from(sum + half) / f64::from(count)) as u8;
        }
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
    fn means_are_exact() {
        for count in [1u32, 2, 3, 25, 100, 225, 6_400, 59_999, 60_000, 65_536] {
            let largest = count * 255;
            let near = |whole: u32| [-2, -1, 0, 1].map(|step| (whole * count - count / 2).saturating_add_signed(step));
            for sum in (1..=255).flat_map(near).filter(|sum| *sum <= largest) {
                let mut mean = [0];
                means(&[sum], count, &mut mean);
                assert_eq!(u32::from(mean[0]), (sum + count / 2) / count, "{sum} ÷ {count}");
            }
        }
    }

    #[test]
    fn every_factor_gives_the_definition() {
        let (width, height) = (67, 45);
        let data: Vec<u8> = (0..width * height).map(|index| (index * index % 251) as u8).collect();
        let source = Image { width, height, channels: 1, data };
        for factor in 2..=20 {
            let (columns, rows) = (width.div_ceil(factor), height.div_ceil(factor));
            let mut out = vec![0; columns * rows];
            area_average(&source, factor, &mut out);
            for (index, &mean) in out.iter().enumerate() {
                let (x, y) = (index % columns * factor, index / columns * factor);
                let (right, bottom) = ((x + factor).min(width), (y + factor).min(height));
                let values = (y..bottom).flat_map(|y| (x..right).map(move |x| (x, y)));
                let sum: usize = values.map(|(x, y)| usize::from(source.data[y * width + x])).sum();
                let count = (right - x) * (bottom - y);
                assert_eq!(usize::from(mean), (sum + count / 2) / count, "factor {factor}, block {index}");
            }
        }
    }

    #[test]
    fn channels_stay_apart() {
        let source = Image { width: 2, height: 2, channels: 2, data: vec![0, 0, 0, 0, 200, 200, 200, 200] };
        let mut out = [0; 2];
        area_average(&source, 2, &mut out);
        assert_eq!(out, [0, 200]);
    }
}
