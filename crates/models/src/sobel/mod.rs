//! Sobel's gradient magnitude over a picture, reduced to its mean and variance: convolutions on a Burn device, or on the
//! CPU one pass over the bytes.
//!
//! Invariant: rows are put together in 64-bit floats from each row's own mean and the squares about it, so the moments
//! do not depend on how a picture is cut into bands, and hardly on the device. Which pixels come in and what the moments
//! mean is left to judges.

mod convolution;
mod fused;

use burn::tensor::{Device, Transaction};

use crate::cpu::is_cpu;
use crate::{DeviceFailed, read};
use convolution::{Band, Convolution};
use fused::Fused;

/// The filter, made once per clip.
pub struct Sobel(Kernel);

/// Burn's operators make a dozen passes over memory that a CPU has not the bandwidth for; a GPU has.
enum Kernel {
    Convolution(Box<Convolution>),
    Fused(Fused),
}

/// One picture's row moments, which may still be on the device.
pub struct SobelRows(Rows);

enum Rows {
    Here(RowMoments),
    OnDevice { bands: Vec<Band>, columns: usize },
}

/// Each row's mean, and the sum over all rows of the squared deviations from it.
#[derive(Debug, Default)]
struct RowMoments {
    means: Vec<f64>,
    squares: f64,
    columns: usize,
}

/// Mean and population variance of a picture's gradient magnitudes, border pixels left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Mean, in levels.
    pub mean: f64,
    /// Population variance, in squared levels.
    pub variance: f64,
}

impl Moments {
    /// The population standard deviation, in levels.
    pub fn std(&self) -> f64 {
        self.variance.sqrt()
    }
}

impl Sobel {
    /// The smallest side of a picture, in pixels.
    pub const MIN_SIDE: usize = 3;

    /// The filter for a device.
    pub fn new(device: &Device) -> Self {
        Self(if is_cpu(device) {
            Kernel::Fused(Fused::default())
        } else {
            Kernel::Convolution(Box::new(Convolution::new(device)))
        })
    }

    /// Takes a picture of `width` × `height` luma values; a GPU's work may go on after this returns.
    ///
    /// # Panics
    /// When a side is below [`Self::MIN_SIDE`] or the number of values is not `width` × `height`.
    pub fn rows(&mut self, luma: &[u8], width: usize, height: usize) -> SobelRows {
        assert!(width.min(height) >= Self::MIN_SIDE, "a {width}×{height} picture is too small for a 3×3 filter");
        assert_eq!(luma.len(), width * height, "values of a {width}×{height} picture");
        SobelRows(match &mut self.0 {
            Kernel::Fused(fused) => Rows::Here(fused.rows(luma, width)),
            Kernel::Convolution(convolution) => {
                Rows::OnDevice { bands: convolution.bands(luma, width), columns: width - 2 }
            }
        })
    }
}

impl SobelRows {
    /// Reads the moments of several pictures back in one go, in the order given.
    ///
    /// # Errors
    /// When the device failed at any time since it was last read from.
    pub async fn read(pictures: Vec<Self>) -> Result<Vec<Moments>, DeviceFailed> {
        let mut transaction = Transaction::default();
        for picture in &pictures {
            if let Rows::OnDevice { bands, .. } = &picture.0 {
                transaction = bands.iter().flatten().cloned().fold(transaction, Transaction::register);
            }
        }
        let mut values = read(transaction).await?.into_iter();
        let moments = pictures.into_iter().map(|picture| match picture.0 {
            Rows::Here(rows) => Ok(rows.moments()),
            Rows::OnDevice { bands, columns } => Ok(gather(values.by_ref(), bands.len(), columns)?.moments()),
        });
        moments.collect()
    }
}

/// The rows of one picture from the values read back: the means and then the squares of each band.
fn gather(
    mut values: impl Iterator<Item = Vec<f32>>,
    bands: usize,
    columns: usize,
) -> Result<RowMoments, DeviceFailed> {
    let mut rows = RowMoments { columns, ..RowMoments::default() };
    for _ in 0..bands {
        let (Some(means), Some(squares)) = (values.next(), values.next()) else {
            return Err(DeviceFailed { message: "the device gave fewer values than it was asked for".to_owned() });
        };
        rows.means.extend(means.into_iter().map(f64::from));
        rows.squares += squares.into_iter().map(f64::from).sum::<f64>();
    }
    Ok(rows)
}

impl RowMoments {
    /// The picture's variance is the variance within rows plus the variance of the rows' means.
    fn moments(&self) -> Moments {
        let rows = self.means.len() as f64;
        let mean = self.means.iter().sum::<f64>() / rows;
        let between = self.means.iter().map(|row| (row - mean).powi(2)).sum::<f64>() / rows;
        Moments { mean, variance: self.squares / (rows * self.columns as f64) + between }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, in 64-bit floats.
    fn plain(luma: &[u8], width: usize, height: usize) -> Moments {
        let at = |x: usize, y: usize| f64::from(luma[y * width + x]);
        let mut magnitudes = Vec::new();
        for y in 1..height - 1 {
            for x in 1..width - 1 {
                let column = |x: usize| at(x, y - 1) + 2.0 * at(x, y) + at(x, y + 1);
                let row = |y: usize| at(x - 1, y) + 2.0 * at(x, y) + at(x + 1, y);
                magnitudes.push((column(x + 1) - column(x - 1)).hypot(row(y + 1) - row(y - 1)));
            }
        }
        let count = magnitudes.len() as f64;
        let mean = magnitudes.iter().sum::<f64>() / count;
        Moments { mean, variance: magnitudes.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / count }
    }

    fn noise(width: usize, height: usize) -> Vec<u8> {
        (0..width * height).map(|index| (index * index % 251 + index / 7 % 5) as u8).collect()
    }

    fn moments(filter: &mut Sobel, luma: &[u8], width: usize, height: usize) -> Moments {
        pollster::block_on(SobelRows::read(vec![filter.rows(luma, width, height)])).unwrap()[0]
    }

    fn fused() -> Sobel {
        Sobel::new(&Device::flex())
    }

    fn convolution(band_pixels: usize) -> Sobel {
        Sobel(Kernel::Convolution(Box::new(Convolution::with_band_pixels(&Device::flex(), band_pixels))))
    }

    fn close(a: Moments, b: Moments, tolerance: f64) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= tolerance * b.abs().max(1.0);
        near(a.mean, b.mean) && near(a.std(), b.std())
    }

    #[test]
    fn both_kernels_equal_the_definition_and_each_other() {
        for (width, height) in [(3, 3), (4, 3), (3, 9), (10, 7), (64, 48), (129, 67), (1283, 31)] {
            let luma = noise(width, height);
            let expected = plain(&luma, width, height);
            let on_cpu = moments(&mut fused(), &luma, width, height);
            let on_device = moments(&mut convolution(usize::MAX), &luma, width, height);
            for got in [on_cpu, on_device] {
                assert!(close(got, expected, 1e-6), "{width}×{height}: {got:?} {expected:?}");
            }
            assert!(close(on_cpu, on_device, 1e-6), "{width}×{height}: {on_cpu:?} {on_device:?}");
        }
    }

    #[test]
    fn bands_do_not_matter() {
        let (width, height) = (100, 71);
        let luma = noise(width, height);
        let whole = moments(&mut convolution(usize::MAX), &luma, width, height);
        for pixels in [1, 700, 2_300] {
            assert_eq!(moments(&mut convolution(pixels), &luma, width, height), whole, "bands of {pixels} pixels");
        }
    }

    #[test]
    fn a_ramp_has_one_magnitude_and_no_spread() {
        // Straight ahead every magnitude is 8; aslant it is 8 √2, which no float holds.
        for (slope, magnitude) in [(0, 8.0), (1, 8.0 * f64::sqrt(2.0))] {
            let luma: Vec<u8> = (0..200 * 40).map(|index| (index % 200 + slope * (index / 200)) as u8).collect();
            for mut filter in [fused(), convolution(usize::MAX)] {
                let got = moments(&mut filter, &luma, 200, 40);
                assert!((got.mean - magnitude).abs() < 1e-5 && got.std() < 1e-4, "{got:?}");
            }
        }
    }

    #[test]
    fn busy_rows_below_flat_ones_keep_their_digits() {
        let (width, height) = (300, 60);
        let mut luma = noise(width, height);
        luma[..30 * width].fill(40);
        let (got, expected) = (moments(&mut fused(), &luma, width, height), plain(&luma, width, height));
        assert!(close(got, expected, 1e-7), "{got:?} {expected:?}");
    }

    #[test]
    fn several_pictures_are_read_in_order() {
        for mut filter in [fused(), convolution(64)] {
            let (a, b) = (noise(20, 20), vec![9; 30 * 10]);
            let pictures = vec![filter.rows(&a, 20, 20), filter.rows(&b, 30, 10)];
            let read = pollster::block_on(SobelRows::read(pictures)).unwrap();
            assert_eq!(read[0], moments(&mut filter, &a, 20, 20));
            assert_eq!(read[1], Moments { mean: 0.0, variance: 0.0 });
        }
    }
}
