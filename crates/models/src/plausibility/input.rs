//! What the network sees: small pictures at a fixed rate, cut into overlapping patches.
//!
//! Invariant: the arithmetic here is the same natively, in the browser and in training, to the last bit: sums of bytes in
//! 32-bit floats in a fixed order, rounded to bytes. Which frames of a clip become pictures is the judge's decision.

/// Pictures per second that the network was trained on, nearly: see `reelcheck_media::Sampling::AboutFps`.
pub const PICTURES_PER_SEC: u32 = 8;

/// The longer side of a picture in pixels.
pub const LONGER_SIDE: usize = 64;

/// The side of a cell of the heat map, in pixels of a picture.
pub const CELL: usize = 4;

/// Pixels of a patch beyond each edge of its cell.
const BORDER: usize = 1;

/// The side of a patch in pixels.
const PATCH: usize = CELL + 2 * BORDER;

/// Values of a patch: three channels of [`PATCH`]² pixels.
pub(super) const PATCH_VALUES: usize = 3 * PATCH * PATCH;

/// The size of a picture: whole pairs of cells across and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Width in pixels, a multiple of 8.
    pub width: usize,
    /// Height in pixels, a multiple of 8.
    pub height: usize,
}

impl Size {
    /// The size for frames of this width and height: the longer side has [`LONGER_SIDE`] pixels, the other one keeps the
    /// aspect to the nearest multiple of 8, and is at least 24. 16:9 gives 64 × 40.
    ///
    /// A frame without pixels counts as square.
    pub fn of(width: usize, height: usize) -> Self {
        let pair = 2 * CELL;
        let shorter = |short: usize, long: usize| {
            let pairs = (LONGER_SIDE * short + long * pair / 2).checked_div(long * pair);
            pairs.map_or(LONGER_SIDE, |pairs| (pairs * pair).clamp(3 * pair, LONGER_SIDE))
        };
        if width >= height {
            Self { width: LONGER_SIDE, height: shorter(height, width) }
        } else {
            Self { width: shorter(width, height), height: LONGER_SIDE }
        }
    }

    /// Cells from left to right.
    pub const fn columns(self) -> usize {
        self.width / CELL
    }

    /// Cells from top to bottom.
    pub const fn rows(self) -> usize {
        self.height / CELL
    }
}

/// A frame as the network sees it: R, G and B planes of bytes, rows from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    data: Vec<u8>,
}

impl Picture {
    /// A picture of just this size: the planes of R, G and B one after the other.
    ///
    /// # Panics
    /// When `data` does not hold three planes.
    pub fn new(size: Size, data: Vec<u8>) -> Self {
        assert_eq!(data.len(), 3 * size.width * size.height, "bytes of a picture");
        Self { size, data }
    }

    /// Reduces a larger picture, given as three planes, to `size` by averaging areas; parts of a pixel count by their share.
    /// Means are rounded to the nearest byte.
    ///
    /// # Panics
    /// When `planes` does not hold three planes of `width` × `height` values, or those have no pixel.
    pub fn reduced(planes: &[u8], width: usize, height: usize, size: Size) -> Self {
        assert!(width * height > 0 && planes.len() == 3 * width * height, "three planes of {width}×{height} values");
        let (across, down) = (shares(width, size.width), shares(height, size.height));
        let mut data = Vec::with_capacity(3 * size.width * size.height);
        let mut rows = vec![0f32; size.width * height];
        for plane in planes.chunks_exact(width * height) {
            for (row, out) in plane.chunks_exact(width).zip(rows.chunks_exact_mut(size.width)) {
                for (out, (first, weights)) in out.iter_mut().zip(&across) {
                    *out = weights.iter().zip(&row[*first..]).map(|(weight, &value)| weight * f32::from(value)).sum();
                }
            }
            for (first, weights) in &down {
                for column in 0..size.width {
                    let values = rows[first * size.width + column..].iter().step_by(size.width);
                    let mean: f32 = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
                    // Saturates, and rounds halves up.
                    data.push((mean + 0.5) as u8);
                }
            }
        }
        Self { size, data }
    }

    /// The picture's size.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// The planes of R, G and B, one after the other.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Appends the picture's patches, cell by cell in reading order. A patch is R, G, B, each [`PATCH`]² values from −1 to 1
    /// in reading order; what lies outside the picture repeats its edge.
    pub(super) fn patches(&self, out: &mut Vec<f32>) {
        let Size { width, height } = self.size;
        let inside = |at: usize, side: usize| at.saturating_sub(BORDER).min(side - 1);
        for top in (0..height).step_by(CELL) {
            for left in (0..width).step_by(CELL) {
                for plane in self.data.chunks_exact(width * height) {
                    for y in top..top + PATCH {
                        let row = &plane[inside(y, height) * width..][..width];
                        let values = (left..left + PATCH).map(|x| row[inside(x, width)]);
                        out.extend(values.map(|value| f32::from(value) / 127.5 - 1.0));
                    }
                }
            }
        }
    }
}

/// For each of `to` equal parts of a line of `from` pixels: the first pixel that it covers, and the share of the part that
/// each pixel from there on fills.
fn shares(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let part = |index: usize| {
        // In units of 1/to of a pixel, so that all ends are whole numbers.
        let (start, end) = (index * from, (index + 1) * from);
        let first = start / to;
        let covered = |pixel: usize| (end.min((pixel + 1) * to) - start.max(pixel * to)) as f32 / from as f32;
        (first, (first..end.div_ceil(to)).map(covered).collect())
    };
    (0..to).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_the_aspect_in_whole_pairs_of_cells() {
        let size = |width, height| {
            let size = Size::of(width, height);
            (size.width, size.height)
        };
        assert_eq!(size(1280, 720), (64, 40));
        assert_eq!(size(640, 480), (64, 48));
        assert_eq!(size(720, 1280), (40, 64));
        assert_eq!(size(512, 512), (64, 64));
        assert_eq!(size(1000, 10), (64, 24));
        assert_eq!(size(0, 0), (64, 64));
    }

    #[test]
    fn areas_are_averaged_with_shares_of_pixels() {
        // 5 pixels to 2: (10 + 20 + 30/2)/2.5 = 18, (30/2 + 40 + 50)/2.5 = 42.
        let line = shares(5, 2);
        let mean = |(first, weights): &(usize, Vec<f32>)| {
            weights.iter().zip(&[10.0, 20.0, 30.0, 40.0, 50.0][*first..]).map(|(w, v)| w * v).sum::<f32>()
        };
        assert!((mean(&line[0]) - 18.0).abs() < 1e-5 && (mean(&line[1]) - 42.0).abs() < 1e-5);
        for (from, to) in [(128, 64), (72, 40), (122, 64), (3, 64), (64, 64)] {
            for (first, weights) in shares(from, to) {
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5 && first + weights.len() <= from);
            }
        }
        let size = Size::of(16, 10);
        let flat = Picture::reduced(&[vec![7; 160], vec![200; 160], vec![255; 160]].concat(), 16, 10, size);
        let plane = size.width * size.height;
        assert!(flat.data()[..plane].iter().all(|&value| value == 7));
        assert!(flat.data()[2 * plane..].iter().all(|&value| value == 255));
    }

    #[test]
    fn patches_overlap_and_repeat_the_edge() {
        let size = Size { width: 24, height: 24 };
        let data: Vec<u8> = (0..3 * 24 * 24).map(|index| (index % 251) as u8).collect();
        let picture = Picture::new(size, data.clone());
        let mut patches = Vec::new();
        picture.patches(&mut patches);
        assert_eq!(patches.len(), size.columns() * size.rows() * PATCH_VALUES);
        let byte = |patch: usize, at: usize| ((patches[patch * PATCH_VALUES + at] + 1.0) * 127.5).round() as u8;
        // The first patch begins with the corner pixel, twice; its second row is the picture's first.
        assert_eq!([byte(0, 0), byte(0, 1), byte(0, 2), byte(0, PATCH)], [data[0], data[0], data[1], data[0]]);
        // The patch to its right begins at column 3.
        assert_eq!(byte(1, PATCH), data[3]);
        // The patch one row of cells further down begins at row 3; its second channel follows 36 values later.
        assert_eq!(byte(6, 1), data[3 * 24]);
        assert_eq!(byte(6, PATCH * PATCH + 1), data[24 * 24 + 3 * 24]);
    }
}
