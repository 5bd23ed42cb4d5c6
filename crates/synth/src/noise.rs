//! Random-looking but fixed patterns: lattice hashes and smooth noise over space.
//!
//! Invariant: integer arithmetic, additions and products only, so that a pattern is the same on every platform.
//! Which pattern colours what is left to [`crate::material`] and [`crate::surroundings`].

use glam::{DVec2, DVec3};

/// Mixes 64 bits so that neighbouring inputs give unrelated outputs (the finalizer of `SplitMix64`, Steele et al. 2014).
pub const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in `0.0..1.0` from 64 mixed bits.
pub fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// A number in `0.0..1.0` for a point of the integer lattice.
pub fn lattice(x: i64, y: i64, z: i64, seed: u64) -> f64 {
    let key = (x as u64)
        .wrapping_mul(0x8cb9_2ba7_2f3d_8dd7)
        .wrapping_add((y as u64).wrapping_mul(0xd6e8_feb8_6659_fd93))
        .wrapping_add((z as u64).wrapping_mul(0xa076_1d64_78bd_642f));
    unit(mix(key ^ mix(seed)))
}

/// Smooth noise in `0.0..=1.0` with features of about one unit: lattice values joined by quintic curves.
pub fn smooth3(p: DVec3, seed: u64) -> f64 {
    let cell = p.floor();
    let f = p - cell;
    let w = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    let (x, y, z) = (cell.x as i64, cell.y as i64, cell.z as i64);
    let corner = |dx: i64, dy: i64, dz: i64| lattice(x + dx, y + dy, z + dz, seed);
    let row = |dy: i64, dz: i64| blend(corner(0, dy, dz), corner(1, dy, dz), w.x);
    let face = |dz: i64| blend(row(0, dz), row(1, dz), w.y);
    blend(face(0), face(1), w.z)
}

/// [`smooth3`] in the plane.
pub fn smooth2(p: DVec2, seed: u64) -> f64 {
    let cell = p.floor();
    let f = p - cell;
    let w = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    let (x, y) = (cell.x as i64, cell.y as i64);
    let row = |dy: i64| blend(lattice(x, y + dy, 0, seed), lattice(x + 1, y + dy, 0, seed), w.x);
    blend(row(0), row(1), w.y)
}

/// A sum of `octaves` layers of [`smooth2`], each twice as fine and half as strong, scaled to `0.0..=1.0`.
pub fn layers2(p: DVec2, octaves: u32, seed: u64) -> f64 {
    let (mut sum, mut weight, mut total, mut q) = (0.0, 1.0, 0.0, p);
    for octave in 0..octaves {
        sum += weight * smooth2(q, seed.wrapping_add(u64::from(octave)));
        total += weight;
        weight *= 0.5;
        // Turned a little from layer to layer (a 3-4-5 triangle), so that the lattices do not line up.
        q = DVec2::new(1.6 * q.x - 1.2 * q.y, 1.2 * q.x + 1.6 * q.y);
    }
    sum / total
}

/// `a` at 0, `b` at 1.
pub fn blend(a: f64, b: f64, weight: f64) -> f64 {
    a + (b - a) * weight
}

/// 0 up to `from`, 1 from `to`, a smooth cubic in between. `from` must be below `to`.
pub fn step(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_stays_in_range_and_spreads() {
        let values: Vec<f64> =
            (0..4000).map(|i| smooth3(DVec3::new(f64::from(i) * 0.37, f64::from(i) * 0.11, -3.0), 7)).collect();
        assert!(values.iter().all(|v| (0.0..=1.0).contains(v)));
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean - 0.5).abs() < 0.05, "{mean}");
        assert!(values.iter().any(|v| *v < 0.15) && values.iter().any(|v| *v > 0.85));
    }

    #[test]
    fn noise_is_continuous_across_cells() {
        let below = smooth2(DVec2::new(2.0 - 1e-9, 0.4), 1);
        let above = smooth2(DVec2::new(2.0 + 1e-9, 0.4), 1);
        assert!((below - above).abs() < 1e-7);
    }

    #[test]
    fn a_seed_is_a_pattern() {
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf, "first output of SplitMix64 seeded with 0");
        assert_ne!(lattice(1, 2, 3, 4).to_bits(), lattice(1, 2, 3, 5).to_bits());
    }
}
