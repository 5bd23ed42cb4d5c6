//! Position embeddings for pictures of another shape than the training's.
//!
//! DINO (`vision_transformer.py`, `interpolate_pos_encoding`) asks torch for a bicubic resize by the factor
//! `(patches + 0.1) ÷ trained patches` along each axis, and torch then steps by exactly that factor: also along an axis
//! that keeps its number of patches, values move. Invariant: rows and columns are weighed apart, with torch's a = −0.75.

/// What DINO adds to the number of patches, against rounding.
const MARGIN: f64 = 0.1;

/// Resizes a square of `from` × `from` vectors of `width` values to `to` rows and columns.
pub(super) fn interpolate(square: &[f32], from: usize, to: [usize; 2], width: usize) -> Vec<f32> {
    let (down, across) = (taps(from, to[0]), taps(from, to[1]));
    let mut out = vec![0.0; to[0] * to[1] * width];
    for (vector, place) in out.chunks_exact_mut(width).zip(0..) {
        let (row, column) = (&down[place / to[1]], &across[place % to[1]]);
        for (y, row_weight) in row {
            for (x, column_weight) in column {
                let source = &square[(y * from + x) * width..][..width];
                let weight = row_weight * column_weight;
                vector.iter_mut().zip(source).for_each(|(value, &from)| *value += weight * from);
            }
        }
    }
    out
}

/// Where each new place comes from, and with which weights.
fn taps(from: usize, to: usize) -> Vec<[(usize, f32); 4]> {
    const A: f64 = -0.75;
    let near = |x: f64| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
    let far = |x: f64| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
    let step = from as f64 / (to as f64 + MARGIN);
    let tap = |place: usize| {
        let position = step * (place as f64 + 0.5) - 0.5;
        let (floor, share) = (position.floor(), position - position.floor());
        let weights = [far(share + 1.0), near(share), near(1.0 - share), far(2.0 - share)];
        let mut taps = [(0, 0.0); 4];
        for ((tap, weight), offset) in taps.iter_mut().zip(weights).zip(-1..) {
            let index = (floor as isize + offset).clamp(0, from as isize - 1);
            *tap = (index as usize, weight as f32);
        }
        taps
    };
    (0..to).map(tap).collect()
}
