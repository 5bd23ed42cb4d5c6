//! What a codec does to a picture at a low rate: blocks of eight by eight, transformed and rounded, with coarser colours.
//!
//! Invariant: blocks do not see each other, so a change in one leaves the others alone.

use std::f32::consts::PI;
use std::sync::LazyLock;

const SIDE: usize = 8;

/// Row k: the k-th cosine of the transform (DCT-II, orthonormal).
static COSINES: LazyLock<[[f32; SIDE]; SIDE]> = LazyLock::new(|| {
    std::array::from_fn(|k| {
        let scale = if k == 0 { (1.0 / SIDE as f32).sqrt() } else { (2.0 / SIDE as f32).sqrt() };
        std::array::from_fn(|n| scale * libm::cosf(PI / SIDE as f32 * (n as f32 + 0.5) * k as f32))
    })
});

/// Rounds a picture's blocks to steps: `step` levels for the mean, coarser for fine detail and for colours.
pub(super) fn squeeze(pixels: &mut [[f32; 3]], width: usize, step: f32) {
    let height = pixels.len() / width.max(1);
    for top in (0..height).step_by(SIDE) {
        for left in (0..width).step_by(SIDE) {
            let mut planes = [[[0f32; SIDE]; SIDE]; 3];
            for cell in 0..SIDE * SIDE {
                let (x, y) = (cell % SIDE, cell / SIDE);
                // A block that reaches over the edge repeats the last pixel.
                let at = (top + y).min(height - 1) * width + (left + x).min(width - 1);
                let [r, g, b] = pixels.get(at).copied().unwrap_or_default();
                let luma = 0.299 * r + 0.587 * g + 0.114 * b;
                planes[0][y][x] = luma;
                planes[1][y][x] = 0.564 * (b - luma);
                planes[2][y][x] = 0.713 * (r - luma);
            }
            for (plane, coarser) in planes.iter_mut().zip([1.0, 1.8, 1.8]) {
                round(plane, step * coarser);
            }
            for cell in 0..SIDE * SIDE {
                let (x, y) = (cell % SIDE, cell / SIDE);
                let (luma, cb, cr) = (planes[0][y][x], planes[1][y][x], planes[2][y][x]);
                let inside = left + x < width;
                if let Some(pixel) = pixels.get_mut((top + y) * width + left + x).filter(|_| inside) {
                    *pixel = [luma + 1.403 * cr, luma - 0.714 * cr - 0.344 * cb, luma + 1.773 * cb];
                }
            }
        }
    }
}

fn round(block: &mut [[f32; SIDE]; SIDE], step: f32) {
    let cosines = &*COSINES;
    let mut rows = [[0f32; SIDE]; SIDE];
    for (row, out) in block.iter().zip(&mut rows) {
        for (value, cosine) in out.iter_mut().zip(cosines) {
            *value = row.iter().zip(cosine).map(|(a, b)| a * b).sum();
        }
    }
    let mut both = [[0f32; SIDE]; SIDE];
    for (k, cosine) in cosines.iter().enumerate() {
        for x in 0..SIDE {
            let sum: f32 = (0..SIDE).map(|y| rows[y][x] * cosine[y]).sum();
            let width = step * (1.0 + 0.35 * (k + x) as f32);
            both[k][x] = (sum / width).round() * width;
        }
    }
    for (y, row) in rows.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = (0..SIDE).map(|k| both[k][x] * cosines[k][y]).sum();
        }
    }
    for (row, out) in rows.iter().zip(block) {
        for (x, value) in out.iter_mut().enumerate() {
            *value = (0..SIDE).map(|k| row[k] * cosines[k][x]).sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern() -> Vec<[f32; 3]> {
        (0..20 * 12u64)
            .map(|at| std::array::from_fn(|channel| (crate::noise::mix(at * 3 + channel as u64) & 0xff) as f32))
            .collect()
    }

    #[test]
    fn fine_steps_leave_the_picture_and_coarse_ones_leave_its_blocks_means() {
        let mut fine = pattern();
        squeeze(&mut fine, 20, 0.01);
        let most =
            fine.iter().flatten().zip(pattern().iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(most < 1.0, "{most}");
        let mut coarse = vec![[100.0, 100.0, 100.0]; 240];
        squeeze(&mut coarse, 20, 8.0);
        assert!(coarse.iter().flatten().all(|value| (value - 100.0).abs() < 1.0));
    }

    #[test]
    fn a_change_stays_in_its_block() {
        let (mut a, mut b) = (pattern(), pattern());
        b[0] = [0.0, 255.0, 0.0];
        squeeze(&mut a, 20, 12.0);
        squeeze(&mut b, 20, 12.0);
        for (at, (a, b)) in a.iter().zip(&b).enumerate() {
            let same = a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same || (at % 20 < 8 && at / 20 < 8), "pixel {at}");
        }
    }
}
