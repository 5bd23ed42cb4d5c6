//! Patches of a picture, at whole places and between them, and what is computed of their pixels.
//!
//! Invariant: sums are made in the same order on every machine. Which patches are compared is left to the search.

/// Width and height of a patch, in pixels.
pub(super) const PATCH: usize = 8;

/// How far a level's pixels are continued beyond its edges; patches may leave the picture no further.
pub(super) const MARGIN: usize = 12;

/// Squared gradient per pixel that is put on the diagonal, in squared levels: patches without texture stay put.
const STIFFNESS: f32 = 1.0;

/// A displacement in pixels, to the right and down.
pub(super) type Vector = [f32; 2];

/// One level of a pyramid: a picture whose edges go on beyond it.
#[derive(Default)]
pub(super) struct Level {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Rows of `width + 2 × MARGIN` values, `height + 2 × MARGIN` of them.
    pub(super) data: Vec<f32>,
}

impl Level {
    const fn row_len(&self) -> usize {
        self.width + 2 * MARGIN
    }

    pub(super) fn fill(&mut self, width: usize, height: usize, value: impl Fn(usize, usize) -> f32) {
        (self.width, self.height) = (width, height);
        let row_len = self.row_len();
        self.data.resize(row_len * (height + 2 * MARGIN), 0.0);
        for y in 0..height {
            let row = &mut self.data[(y + MARGIN) * row_len..][..row_len];
            for (x, inner) in row[MARGIN..MARGIN + width].iter_mut().enumerate() {
                *inner = value(x, y);
            }
            let (first, last) = (row[MARGIN], row[MARGIN + width - 1]);
            row[..MARGIN].fill(first);
            row[MARGIN + width..].fill(last);
        }
        for y in 0..MARGIN {
            self.data.copy_within(MARGIN * row_len..(MARGIN + 1) * row_len, y * row_len);
            let last = (MARGIN + height - 1) * row_len;
            self.data.copy_within(last..last + row_len, (MARGIN + height + y) * row_len);
        }
    }

    /// The mean of 2 × 2 pixels.
    pub(super) fn quarter(&self, x: usize, y: usize) -> f32 {
        let at = self.offset(x, y);
        let below = at + self.row_len();
        (self.data[at] + self.data[at + 1] + self.data[below] + self.data[below + 1]) / 4.0
    }

    const fn offset(&self, x: usize, y: usize) -> usize {
        (y + MARGIN) * self.row_len() + x + MARGIN
    }

    /// Eight neighbouring values of a row.
    fn span(&self, at: usize) -> [f32; PATCH] {
        let mut span = [0.0; PATCH];
        span.copy_from_slice(&self.data[at..at + PATCH]);
        span
    }
}

/// The values of a patch, or something about each of them.
pub(super) type Values = [[f32; PATCH]; PATCH];

/// A patch of the first picture with what every step needs of it.
pub(super) struct Template {
    values: Values,
    /// Gradients without their means, so that a step does not care about the residual's mean.
    across: Values,
    down: Values,
    /// The inverse of the stiffened Hessian: xx, xy, yy.
    inverse: [f32; 3],
}

/// Pixels of a patch.
pub(super) const PIXELS: f32 = (PATCH * PATCH) as f32;

/// Lanes of a sum: a vector of 128 bits.
const LANES: usize = 4;

impl Level {
    /// The patch at a place.
    pub(super) fn patch(&self, x: usize, y: usize) -> Values {
        let at = self.offset(x, y);
        std::array::from_fn(|row| self.span(at + row * self.row_len()))
    }

    /// The patch at a place between pixels, by bilinear interpolation, less the one given.
    pub(super) fn difference(&self, x: f32, y: f32, from: &Values, out: &mut Values) {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let row_len = self.row_len();
        // Never negative: `confine` keeps patches within the margin.
        let mut at = (top as isize + MARGIN as isize) as usize * row_len + (left as isize + MARGIN as isize) as usize;
        let mut above = between(self.span(at), self.span(at + 1), fx);
        for (out, from) in out.iter_mut().zip(from) {
            at += row_len;
            let below = between(self.span(at), self.span(at + 1), fx);
            let value = between(above, below, fy);
            for i in 0..PATCH {
                out[i] = value[i] - from[i];
            }
            above = below;
        }
    }
}

/// From `a` to `b`, by a share.
fn between(a: [f32; PATCH], b: [f32; PATCH], share: f32) -> [f32; PATCH] {
    let mut out = [0.0; PATCH];
    for i in 0..PATCH {
        out[i] = a[i] + (b[i] - a[i]) * share;
    }
    out
}

impl Template {
    pub(super) fn new(level: &Level, x: usize, y: usize) -> Self {
        let (row_len, at) = (level.row_len(), level.offset(x, y));
        let (mut across, mut down) = ([[0.0; PATCH]; PATCH], [[0.0; PATCH]; PATCH]);
        for row in 0..PATCH {
            let at = at + row * row_len;
            let (left, right) = (level.span(at - 1), level.span(at + 1));
            let (above, below) = (level.span(at - row_len), level.span(at + row_len));
            for i in 0..PATCH {
                across[row][i] = (right[i] - left[i]) / 2.0;
                down[row][i] = (below[i] - above[i]) / 2.0;
            }
        }
        take_mean_out(&mut across);
        take_mean_out(&mut down);
        let xx = dot(&across, &across) + STIFFNESS * PIXELS;
        let xy = dot(&across, &down);
        let yy = dot(&down, &down) + STIFFNESS * PIXELS;
        let determinant = xx * yy - xy * xy;
        let inverse = [yy / determinant, -xy / determinant, xx / determinant];
        Self { values: level.patch(x, y), across, down, inverse }
    }

    /// Compares with the second picture's patch at a place: the mean squared difference after both means are taken out.
    /// The differences, means and all, go to `residual`: copies of them would cost as much as they do.
    pub(super) fn compare(&self, level: &Level, x: f32, y: f32, residual: &mut Values) -> f32 {
        level.difference(x, y, &self.values, residual);
        variance(residual)
    }

    /// The Lucas–Kanade step that a residual asks for.
    pub(super) fn step(&self, residual: &Values) -> Vector {
        let (x, y) = (dot(&self.across, residual), dot(&self.down, residual));
        let [xx, xy, yy] = self.inverse;
        [-(xx * x + xy * y), -(xy * x + yy * y)]
    }
}

/// As a product with ones: by itself, the sum would be taken apart into single numbers.
fn sum(a: &Values) -> f32 {
    const ONES: Values = [[1.0; PATCH]; PATCH];
    dot(a, &ONES)
}

/// In lanes of a vector's width. Inlined, it would be taken apart into single numbers.
#[inline(never)]
pub(super) fn dot(a: &Values, b: &Values) -> f32 {
    let (a, b) = (a.as_flattened().as_chunks::<LANES>().0, b.as_flattened().as_chunks::<LANES>().0);
    // Two sums at a time, so that additions need not wait for each other.
    let (mut even, mut odd) = ([0.0; LANES], [0.0; LANES]);
    for (a, b) in a.as_chunks::<2>().0.iter().zip(b.as_chunks::<2>().0) {
        even = plus(even, std::array::from_fn(|lane| a[0][lane] * b[0][lane]));
        odd = plus(odd, std::array::from_fn(|lane| a[1][lane] * b[1][lane]));
    }
    total(plus(even, odd))
}

fn plus(a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|lane| a[lane] + b[lane])
}

fn total([a, b, c, d]: [f32; LANES]) -> f32 {
    (a + b) + (c + d)
}

/// Mean squared value after the mean is taken out, without taking it out: differences of patches have small means.
pub(super) fn variance(a: &Values) -> f32 {
    let mean = sum(a) / PIXELS;
    dot(a, a) / PIXELS - mean * mean
}

pub(super) fn take_mean_out(a: &mut Values) {
    let mean = sum(a) / PIXELS;
    a.iter_mut().flatten().for_each(|value| *value -= mean);
}
