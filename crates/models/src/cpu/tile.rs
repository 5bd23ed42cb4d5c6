//! The innermost loop of a matrix product: a few rows times sixteen columns, held in registers.
//!
//! Invariant: a value is the sum over inputs in their order, from the first to the last. Which tiles there are is left to
//! `panels`.

/// Columns of a tile.
pub(super) const COLUMNS: usize = 16;

/// Rows of a tile: as many as leave no value outside of the registers. Browsers have fifteen of 128 bits to give, and an
/// addition apart from its multiplication needs one more for the product; elsewhere there are sixteen of 256 bits.
pub(super) const ROWS: usize = if cfg!(target_arch = "wasm32") { 2 } else { 6 };

/// A tile's values.
pub(super) type Tile = [[f32; COLUMNS]; ROWS];

/// What multiplies a tile: for each input one value of each row, and one of each column.
pub(super) type Kernel = fn(&[[f32; ROWS]], &[[f32; COLUMNS]]) -> Tile;

/// The fastest kernel for this machine.
pub(super) fn kernel() -> Kernel {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        return fused::multiply;
    }
    multiply
}

/// For browsers: vectors of 128 bits.
#[cfg(target_arch = "wasm32")]
fn multiply(rows: &[[f32; ROWS]], columns: &[[f32; COLUMNS]]) -> Tile {
    use reelcheck_lanes::F32x4;

    const VECTORS: usize = COLUMNS / 4;
    let mut sums = [[F32x4::splat(0.0); VECTORS]; ROWS];
    for (row, column) in rows.iter().zip(columns) {
        let column: [F32x4; VECTORS] =
            std::array::from_fn(|part| F32x4::new(std::array::from_fn(|lane| column[4 * part + lane])));
        for (sums, &value) in sums.iter_mut().zip(row) {
            let value = F32x4::splat(value);
            for (sum, column) in sums.iter_mut().zip(column) {
                *sum = *sum + value * column;
            }
        }
    }
    sums.map(|row| {
        let parts = row.map(F32x4::to_array);
        std::array::from_fn(|column| parts[column / 4][column % 4])
    })
}

/// For everything else: the compiler makes vectors of the arrays.
#[cfg(not(target_arch = "wasm32"))]
fn multiply(rows: &[[f32; ROWS]], columns: &[[f32; COLUMNS]]) -> Tile {
    // Where products and sums are one instruction anyway, they are.
    if cfg!(target_arch = "aarch64") {
        sum(rows, columns, f32::mul_add)
    } else {
        sum(rows, columns, |value, column, sum| sum + value * column)
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
fn sum(rows: &[[f32; ROWS]], columns: &[[f32; COLUMNS]], add: impl Fn(f32, f32, f32) -> f32 + Copy) -> Tile {
    let mut sums = [[0.0; COLUMNS]; ROWS];
    for (row, column) in rows.iter().zip(columns) {
        for at_row in 0..ROWS {
            for at_column in 0..COLUMNS {
                sums[at_row][at_column] = add(row[at_row], column[at_column], sums[at_row][at_column]);
            }
        }
    }
    sums
}

/// For x86-64 processors since 2013.
#[cfg(target_arch = "x86_64")]
mod fused {
    use super::{COLUMNS, ROWS, Tile, sum};

    #[expect(unsafe_code, reason = "code for one kind of processor is called after asking whether this is one")]
    pub(super) fn multiply(rows: &[[f32; ROWS]], columns: &[[f32; COLUMNS]]) -> Tile {
        // SAFETY: `kernel` gives this function away only where both features were detected, and nobody else can reach it.
        unsafe { with_features(rows, columns) }
    }

    #[target_feature(enable = "avx2,fma")]
    fn with_features(rows: &[[f32; ROWS]], columns: &[[f32; COLUMNS]]) -> Tile {
        sum(rows, columns, f32::mul_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_equals_the_definition() {
        let noise = |at: usize| ((at * 7919) % 1009) as f32 / 504.5 - 1.0;
        for depth in [0, 1, 7, 384] {
            let rows: Vec<[f32; ROWS]> =
                (0..depth).map(|input| std::array::from_fn(|row| noise(input * ROWS + row))).collect();
            let columns: Vec<[f32; COLUMNS]> =
                (0..depth).map(|input| std::array::from_fn(|column| noise(7 + input * COLUMNS + column))).collect();
            for kernel in [multiply as Kernel, kernel()] {
                let tile = kernel(&rows, &columns);
                for (at_row, at_column) in (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column))) {
                    let products = rows.iter().zip(&columns);
                    let product = |(row, column): (&[f32; ROWS], &[f32; COLUMNS])| {
                        f64::from(row[at_row]) * f64::from(column[at_column])
                    };
                    let expected: f64 = products.map(product).sum();
                    let got = f64::from(tile[at_row][at_column]);
                    assert!((got - expected).abs() < 2e-5, "{depth} at {at_row}, {at_column}: {got} {expected}");
                }
            }
        }
    }
}
