//! Patches of a picture, at whole places and between them, and what is computed of their pixels.
//!
//! Invariant: sums are made in the same order on every machine. Which patches are compared is left to the search.

use reelcheck_lanes::F32x4;

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
    #[inline(always)]
    fn span(&self, at: usize) -> Span {
        match self.data[at..].first_chunk::<8>().map(|values| values.as_chunks::<4>().0) {
            Some([low, high]) => [F32x4::load(low), F32x4::load(high)],
            _ => [F32x4::splat(0.0); 2],
        }
    }
}

/// The values of a row of a patch, in two vectors.
type Span = [F32x4; 2];

/// The values of a patch, or something about each of them.
pub(super) type Values = [Span; PATCH];

/// Nothing yet.
pub(super) fn no_values() -> Values {
    [[F32x4::splat(0.0); 2]; PATCH]
}

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

impl Level {
    /// The patch at a place.
    pub(super) fn patch(&self, x: usize, y: usize) -> Values {
        let at = self.offset(x, y);
        std::array::from_fn(|row| self.span(at + row * self.row_len()))
    }

    /// The patch at a place between pixels, by bilinear interpolation, less the one given; and the mean squared value
    /// of that after its mean is taken out. The means stay in `out`: copies without them would cost as much as they do.
    #[inline]
    pub(super) fn difference(&self, x: f32, y: f32, from: &Values, out: &mut Values) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        // Never negative: `confine` keeps patches within the margin.
        let at =
            (top as isize + MARGIN as isize) as usize * self.row_len() + (left as isize + MARGIN as isize) as usize;
        let mut moments = ([F32x4::splat(0.0); 2], [F32x4::splat(0.0); 2]);
        let (right, down) = (x - left, y - top);
        if right + down <= 0.0 {
            // Nothing lies between here: interpolation would give the same bits.
            for (row, (from, out)) in from.iter().zip(out).enumerate() {
                subtract(self.span(at + row * self.row_len()), from, out, &mut moments);
            }
        } else {
            let (right, down) = (F32x4::splat(right), F32x4::splat(down));
            let row = |row: usize| {
                let at = at + row * self.row_len();
                between(self.span(at), self.span(at + 1), right)
            };
            let mut above = row(0);
            for (index, (from, out)) in from.iter().zip(out).enumerate() {
                let below = row(index + 1);
                subtract(between(above, below, down), from, out, &mut moments);
                above = below;
            }
        }
        let (sums, squares) = moments;
        // Differences of patches have small means, so little cancels.
        let mean = total(sums) / PIXELS;
        total(squares) / PIXELS - mean * mean
    }
}

/// A row's differences, added to sums and to sums of squares.
#[inline(always)]
fn subtract(values: Span, from: &Span, out: &mut Span, (sums, squares): &mut (Span, Span)) {
    for half in 0..2 {
        let difference = values[half] - from[half];
        out[half] = difference;
        sums[half] = sums[half] + difference;
        squares[half] = squares[half] + difference * difference;
    }
}

/// From `a` to `b`, by a share.
#[inline(always)]
fn between(a: Span, b: Span, share: F32x4) -> Span {
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

impl Template {
    pub(super) fn new(level: &Level, x: usize, y: usize) -> Self {
        let (row_len, at) = (level.row_len(), level.offset(x, y));
        let (mut across, mut down) = (no_values(), no_values());
        let half = F32x4::splat(0.5);
        for row in 0..PATCH {
            let at = at + row * row_len;
            let (left, right) = (level.span(at - 1), level.span(at + 1));
            let (above, below) = (level.span(at - row_len), level.span(at + row_len));
            for i in 0..2 {
                across[row][i] = (right[i] - left[i]) * half;
                down[row][i] = (below[i] - above[i]) * half;
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
    /// The differences, means and all, go to `residual`.
    pub(super) fn compare(&self, level: &Level, x: f32, y: f32, residual: &mut Values) -> f32 {
        level.difference(x, y, &self.values, residual)
    }

    /// The Lucas–Kanade step that a residual asks for.
    pub(super) fn step(&self, residual: &Values) -> Vector {
        let (x, y) = (dot(&self.across, residual), dot(&self.down, residual));
        let [xx, xy, yy] = self.inverse;
        [-(xx * x + xy * y), -(xy * x + yy * y)]
    }
}

/// The sum of products.
pub(super) fn dot(a: &Values, b: &Values) -> f32 {
    let mut sums = [F32x4::splat(0.0); 2];
    for (a, b) in a.iter().zip(b) {
        // Two sums at a time, so that additions need not wait for each other.
        sums = [sums[0] + a[0] * b[0], sums[1] + a[1] * b[1]];
    }
    total(sums)
}

/// Mean squared value after the mean is taken out.
pub(super) fn variance(a: &Values) -> f32 {
    let mean = mean(a);
    dot(a, a) / PIXELS - mean * mean
}

fn take_mean_out(a: &mut Values) {
    let mean = F32x4::splat(mean(a));
    a.as_flattened_mut().iter_mut().for_each(|values| *values = *values - mean);
}

fn mean(a: &Values) -> f32 {
    total(a.iter().fold([F32x4::splat(0.0); 2], |sums, row| [sums[0] + row[0], sums[1] + row[1]])) / PIXELS
}

#[inline(always)]
fn total([even, odd]: Span) -> f32 {
    let [a, b, c, d] = (even + odd).to_array();
    (a + b) + (c + d)
}
