//! Optical flow between two small luma pictures: where each patch of the first went in the second.
//!
//! Coarse to fine over an image pyramid; at each level every patch takes the best of a few guesses (the coarser level's
//! flow, its neighbours', none) and refines it by inverse compositional Lucas–Kanade steps on mean-free patches
//! (Baker & Matthews, IJCV 2004; the patch grid is that of Kroeger et al., ECCV 2016). Invariant: no randomness and no
//! device, so the same pictures give the same flow up to the last rounding. What the flow means is left to the judge.

use reelcheck_media::Image;

/// Width and height of a patch, in pixels.
const PATCH: usize = 8;
/// From one patch to the next, in pixels.
const STRIDE: usize = 4;
/// How far a level's pixels are continued beyond its edges; patches may leave the picture no further.
const MARGIN: usize = 12;
/// Levels are added while the smaller side of the next one has at least this many pixels.
const COARSEST: usize = 16;
/// The coarsest level is searched exhaustively this far, in its own pixels.
const SEARCH: i32 = 6;
/// Lucas–Kanade steps at each level, at most.
const STEPS: usize = 6;
/// A step shorter than this, in pixels, is the last one.
const STILL: f32 = 0.04;
/// Squared gradient per pixel that is put on the diagonal, in squared levels: patches without texture stay put.
const STIFFNESS: f32 = 1.0;
/// Squared difference per pixel that a guess has to save for each pixel of its length, so that zero wins on flat ground.
const LENGTH_PENALTY: f32 = 0.05;

/// Neighbours whose vectors differ by no more than this, in pixels, are not worth a second look.
const ALIKE: f32 = 0.5;
/// The share of a patch's own variance that may remain unexplained; above it, the patch was not found again.
const UNEXPLAINED: f32 = 0.5;
/// Mean squared difference that noise alone may leave, in squared levels.
const NOISE: f32 = 8.0;

/// Smallest side of a picture, in pixels.
pub(crate) const MIN_SIDE: usize = COARSEST;

/// A displacement in pixels, to the right and down.
type Vector = [f32; 2];

/// A picture at full size, half size, and so on, with continued edges.
#[derive(Default)]
pub(crate) struct Pyramid {
    levels: Vec<Level>,
}

#[derive(Default)]
struct Level {
    width: usize,
    height: usize,
    /// Rows of `width + 2 × MARGIN` values, `height + 2 × MARGIN` of them.
    data: Vec<f32>,
}

/// Where the patches went.
pub(crate) struct Flow {
    columns: usize,
    rows: usize,
    vectors: Vec<Vector>,
}

impl Pyramid {
    /// Builds the levels of a picture's first channel, in the buffers of an old pyramid.
    pub(crate) fn rebuild(mut self, image: &Image) -> Self {
        let (mut width, mut height) = (image.width, image.height);
        let mut count = 0;
        loop {
            if self.levels.len() == count {
                self.levels.push(Level::default());
            }
            let (coarser, rest) = self.levels.split_at_mut(count);
            match coarser.last() {
                None => rest[0].fill(width, height, |x, y| f32::from(image.data[y * image.width + x])),
                Some(finer) => rest[0].fill(width, height, |x, y| finer.quarter(2 * x, 2 * y)),
            }
            count += 1;
            (width, height) = (width / 2, height / 2);
            if width.min(height) < COARSEST {
                self.levels.truncate(count);
                return self;
            }
        }
    }
}

impl Level {
    const fn row_len(&self) -> usize {
        self.width + 2 * MARGIN
    }

    fn fill(&mut self, width: usize, height: usize, value: impl Fn(usize, usize) -> f32) {
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
    fn quarter(&self, x: usize, y: usize) -> f32 {
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

/// A patch of the first picture with what every step needs of it.
struct Template {
    values: [[f32; PATCH]; PATCH],
    across: [[f32; PATCH]; PATCH],
    down: [[f32; PATCH]; PATCH],
    /// Mean squared value after the mean is taken out.
    variance: f32,
    /// The inverse of the stiffened Hessian: xx, xy, yy.
    inverse: [f32; 3],
}

/// A patch of the second picture against a template.
struct Match {
    /// Mean squared difference after both means are taken out.
    error: f32,
    /// The differences.
    residual: [[f32; PATCH]; PATCH],
}

const PIXELS: f32 = (PATCH * PATCH) as f32;

impl Template {
    fn new(level: &Level, x: usize, y: usize) -> Self {
        let (row_len, at) = (level.row_len(), level.offset(x, y));
        let mut template = Self {
            values: [[0.0; PATCH]; PATCH],
            across: [[0.0; PATCH]; PATCH],
            down: [[0.0; PATCH]; PATCH],
            variance: 0.0,
            inverse: [0.0; 3],
        };
        for row in 0..PATCH {
            let at = at + row * row_len;
            template.values[row] = level.span(at);
            let (left, right) = (level.span(at - 1), level.span(at + 1));
            let (above, below) = (level.span(at - row_len), level.span(at + row_len));
            for i in 0..PATCH {
                template.across[row][i] = (right[i] - left[i]) / 2.0;
                template.down[row][i] = (below[i] - above[i]) / 2.0;
            }
        }
        let mean = sum(&template.values) / PIXELS;
        shift(&mut template.values, mean);
        template.variance = dot(&template.values, &template.values) / PIXELS;
        let (mean_across, mean_down) = (sum(&template.across) / PIXELS, sum(&template.down) / PIXELS);
        shift(&mut template.across, mean_across);
        shift(&mut template.down, mean_down);
        let xx = dot(&template.across, &template.across) + STIFFNESS * PIXELS;
        let xy = dot(&template.across, &template.down);
        let yy = dot(&template.down, &template.down) + STIFFNESS * PIXELS;
        let determinant = xx * yy - xy * xy;
        template.inverse = [yy / determinant, -xy / determinant, xx / determinant];
        template
    }

    /// Compares with the second picture's patch at a place, by bilinear interpolation.
    fn compare(&self, level: &Level, x: f32, y: f32) -> Match {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
        let row_len = level.row_len();
        // Never negative: `confine` keeps patches within the margin.
        let at = (top as isize + MARGIN as isize) as usize * row_len + (left as isize + MARGIN as isize) as usize;
        let mut residual = [[0.0; PATCH]; PATCH];
        for (row, (out, template)) in residual.iter_mut().zip(&self.values).enumerate() {
            let at = at + row * row_len;
            let (a, b) = (level.span(at), level.span(at + 1));
            let (c, d) = (level.span(at + row_len), level.span(at + row_len + 1));
            for i in 0..PATCH {
                let value = weights[0] * a[i] + weights[1] * b[i] + weights[2] * c[i] + weights[3] * d[i];
                out[i] = value - template[i];
            }
        }
        let mean = sum(&residual) / PIXELS;
        shift(&mut residual, mean);
        Match { error: dot(&residual, &residual) / PIXELS, residual }
    }

    /// The Lucas–Kanade step that a residual asks for.
    fn step(&self, residual: &[[f32; PATCH]; PATCH]) -> Vector {
        let (x, y) = (dot(&self.across, residual), dot(&self.down, residual));
        let [xx, xy, yy] = self.inverse;
        [-(xx * x + xy * y), -(xy * x + yy * y)]
    }
}

/// Sums by columns first: eight independent lanes.
fn sum(a: &[[f32; PATCH]; PATCH]) -> f32 {
    let mut lanes = [0.0; PATCH];
    for row in a {
        for i in 0..PATCH {
            lanes[i] += row[i];
        }
    }
    lanes.iter().sum()
}

fn dot(a: &[[f32; PATCH]; PATCH], b: &[[f32; PATCH]; PATCH]) -> f32 {
    let mut lanes = [0.0; PATCH];
    for (a, b) in a.iter().zip(b) {
        for i in 0..PATCH {
            lanes[i] += a[i] * b[i];
        }
    }
    lanes.iter().sum()
}

fn shift(a: &mut [[f32; PATCH]; PATCH], by: f32) {
    for row in a {
        for value in row {
            *value -= by;
        }
    }
}

/// The flow from one picture to another of the same size.
pub(crate) fn flow(from: &Pyramid, to: &Pyramid) -> Flow {
    let mut coarser: Option<Flow> = None;
    for (from, to) in from.levels.iter().zip(&to.levels).rev() {
        coarser = Some(refine(from, to, coarser.as_ref()));
    }
    coarser.unwrap_or(Flow { columns: 0, rows: 0, vectors: vec![] })
}

/// One level's flow from the coarser level's.
fn refine(from: &Level, to: &Level, coarser: Option<&Flow>) -> Flow {
    let patches = |side: usize| (side - PATCH) / STRIDE + 1;
    let (columns, rows) = (patches(from.width), patches(from.height));
    let mut found: Vec<Found> = Vec::with_capacity(columns * rows);
    let mut guesses: Vec<Vector> = Vec::with_capacity(192);
    for index in 0..columns * rows {
        let (column, row) = (index % columns, index / columns);
        let (x, y) = (column * STRIDE, row * STRIDE);
        guesses.clear();
        match coarser {
            Some(coarser) => guesses.push(coarser.doubled(column, row)),
            None => guesses.extend(square(SEARCH)),
        }
        // Neighbours to the left, above, and above to the right.
        guesses.extend((column > 0).then(|| found[index - 1].vector));
        guesses.extend((row > 0).then(|| found[index - columns].vector));
        guesses.extend((row > 0 && column + 1 < columns).then(|| found[index - columns + 1].vector));
        let template = Template::new(from, x, y);
        let still = Found::new([0.0, 0.0], template.compare(to, x as f32, y as f32).error);
        found.push(track(&template, to, x, y, still, &guesses).unwrap_or(still));
    }
    // Back again, for what spreads the other way.
    for index in (0..columns * rows).rev() {
        let (column, row) = (index % columns, index / columns);
        let this = found[index];
        guesses.clear();
        guesses.extend((column + 1 < columns).then(|| found[index + 1].vector));
        guesses.extend((row + 1 < rows).then(|| found[index + columns].vector));
        guesses.extend((row + 1 < rows && column > 0).then(|| found[index + columns - 1].vector));
        guesses.retain(|guess| distance(*guess, this.vector) > ALIKE);
        if !guesses.is_empty() {
            let (x, y) = (column * STRIDE, row * STRIDE);
            found[index] = track(&Template::new(from, x, y), to, x, y, this, &guesses).unwrap_or(this);
        }
    }
    Flow { columns, rows, vectors: found.iter().map(|found| found.vector).collect() }.smoothed()
}

/// Whole displacements up to a distance, both ways.
fn square(distance: i32) -> impl Iterator<Item = Vector> {
    (-distance..=distance).flat_map(move |y| (-distance..=distance).map(move |x| [x as f32, y as f32]))
}

/// By a plain square root: `hypot` is another library's on every platform.
fn length([u, v]: Vector) -> f32 {
    (u * u + v * v).sqrt()
}

fn distance(a: Vector, b: Vector) -> f32 {
    length([a[0] - b[0], a[1] - b[1]])
}

/// A patch's vector and what it costs.
#[derive(Clone, Copy)]
struct Found {
    vector: Vector,
    cost: f32,
}

impl Found {
    fn new(vector: Vector, error: f32) -> Self {
        Self { vector, cost: error + LENGTH_PENALTY * length(vector) }
    }
}

/// The best guess, refined, if one is better than what is known.
fn track(template: &Template, to: &Level, x: usize, y: usize, known: Found, guesses: &[Vector]) -> Option<Found> {
    let compare = |vector: Vector| template.compare(to, x as f32 + vector[0], y as f32 + vector[1]);
    let (mut best, mut matched) = (known, None);
    for &guess in guesses {
        let guess = confine(guess, to, x, y);
        if distance(guess, best.vector) > STILL {
            let compared = compare(guess);
            let found = Found::new(guess, compared.error);
            if found.cost < best.cost {
                (best, matched) = (found, Some(compared));
            }
        }
    }
    let mut vector = best.vector;
    let mut matched = matched.unwrap_or_else(|| compare(vector));
    for _ in 0..STEPS {
        let [dx, dy] = template.step(&matched.residual);
        let next = confine([vector[0] + dx, vector[1] + dy], to, x, y);
        let found = compare(next);
        if found.error >= matched.error {
            break;
        }
        (vector, matched) = (next, found);
        if dx.abs().max(dy.abs()) < STILL {
            break;
        }
    }
    let refined = Found::new(vector, matched.error);
    (refined.cost < known.cost).then_some(refined)
}

/// Keeps a patch, and the pixel beyond it that interpolation needs, within the margin.
fn confine([u, v]: Vector, to: &Level, x: usize, y: usize) -> Vector {
    let limit = |value: f32, start: usize, side: usize| {
        let lowest = 1.0 - (MARGIN + start) as f32;
        let highest = (side + MARGIN) as f32 - (start + PATCH + 2) as f32;
        value.clamp(lowest, highest)
    };
    [limit(u, x, to.width), limit(v, y, to.height)]
}

impl Flow {
    /// The flow at a patch of the next finer level, in that level's pixels.
    fn doubled(&self, column: usize, row: usize) -> Vector {
        // The finer patch's centre at 4c + 4 lies at 2c + 2 here; the nearest centre, 4d + 4, is that of d = c / 2 or
        // one before it, and `smoothed` has made the two much alike.
        let (column, row) = ((column / 2).min(self.columns - 1), (row / 2).min(self.rows - 1));
        let [u, v] = self.vectors[row * self.columns + column];
        [2.0 * u, 2.0 * v]
    }

    /// Takes the median of each component over 3 × 3 patches.
    fn smoothed(self) -> Self {
        let mut vectors = Vec::with_capacity(self.vectors.len());
        for row in 0..self.rows {
            for column in 0..self.columns {
                let (mut us, mut vs, mut count) = ([0.0; 9], [0.0; 9], 0);
                for row in row.saturating_sub(1)..(row + 2).min(self.rows) {
                    for column in column.saturating_sub(1)..(column + 2).min(self.columns) {
                        [us[count], vs[count]] = self.vectors[row * self.columns + column];
                        count += 1;
                    }
                }
                vectors.push([median(&mut us[..count]), median(&mut vs[..count])]);
            }
        }
        Self { vectors, ..self }
    }

    /// The lengths of the displacements, in pixels, each with its patch's centre, of those patches that were found
    /// again inside the second picture.
    pub(crate) fn lengths(&self, from: &Pyramid, to: &Pyramid) -> Vec<([usize; 2], f32)> {
        let (Some(from), Some(to)) = (from.levels.first(), to.levels.first()) else { return vec![] };
        let stays = |place: f32, side: usize| place >= 0.0 && place + PATCH as f32 <= side as f32;
        let places = self.vectors.iter().enumerate();
        let lengths = places.filter_map(|(index, &[u, v])| {
            let (x, y) = (index % self.columns * STRIDE, index / self.columns * STRIDE);
            let (to_x, to_y) = (x as f32 + u, y as f32 + v);
            let template = Template::new(from, x, y);
            let allowed = UNEXPLAINED * template.variance + NOISE;
            let found =
                stays(to_x, to.width) && stays(to_y, to.height) && template.compare(to, to_x, to_y).error <= allowed;
            found.then(|| ([x + PATCH / 2, y + PATCH / 2], length([u, v])))
        });
        lengths.collect()
    }
}

fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::texture;

    fn picture(width: usize, height: usize, value: impl Fn(f64, f64) -> f64) -> Pyramid {
        let values = (0..width * height).map(|index| value((index % width) as f64, (index / width) as f64));
        let data = values.map(|value| value.round().clamp(0.0, 255.0) as u8).collect();
        Pyramid::default().rebuild(&Image { width, height, channels: 1, data })
    }

    #[test]
    fn shifts_are_found_to_a_fraction_of_a_pixel() {
        let from = picture(160, 96, texture);
        let shifts = [(0.0, 0.0), (0.25, -0.5), (1.0, 0.0), (-3.3, 2.7), (7.0, -5.0), (12.0, 8.5)];
        // An eighth of the width leaves its mark at the edges.
        let percents = shifts.into_iter().map(|shift| (shift, 98)).chain([((-20.0, 0.0), 90)]);
        for ((dx, dy), percent) in percents {
            let to = picture(160, 96, |x, y| texture(x - dx, y - dy));
            let lengths = flow(&from, &to).lengths(&from, &to);
            let good = lengths.iter().filter(|(_, length)| (f64::from(*length) - f64::hypot(dx, dy)).abs() < 0.1);
            let (good, all) = (good.count(), lengths.len());
            assert!(all > 400 && good * 100 >= all * percent, "({dx}, {dy}): {good} of {all}");
        }
    }

    #[test]
    fn flat_pictures_and_brightness_changes_do_not_move() {
        let flat = picture(64, 64, |_, _| 90.0);
        let from = picture(64, 64, texture);
        let brighter = picture(64, 64, |x, y| texture(x, y) + 9.0);
        for (from, to) in [(&flat, &flat), (&from, &brighter)] {
            let lengths = flow(from, to).lengths(from, to);
            assert!(lengths.len() > 200 && lengths.iter().all(|(_, length)| *length < 0.02));
        }
    }

    #[test]
    fn two_motions_are_told_apart() {
        let from = picture(160, 96, texture);
        let to = picture(160, 96, |x, y| if x < 80.0 { texture(x, y) } else { texture(x - 5.0, y) });
        for ([x, _], length) in flow(&from, &to).lengths(&from, &to) {
            if x < 64 {
                assert!(length < 0.1, "{x}: {length}");
            } else if (104..140).contains(&x) {
                assert!((length - 5.0).abs() < 0.2, "{x}: {length}");
            }
        }
    }

    #[test]
    fn what_is_not_found_again_is_left_out() {
        let from = picture(96, 96, texture);
        // The lower half holds another picture altogether.
        let to = picture(96, 96, |x, y| if y < 48.0 { texture(x, y) } else { texture(3.1 * y + 900.0, 2.7 * x) });
        let lengths = flow(&from, &to).lengths(&from, &to);
        let below = lengths.iter().filter(|([_, y], _)| *y > 56).count();
        assert!(lengths.len() > 200 && below * 4 < lengths.len(), "{below} of {}", lengths.len());
    }

    #[test]
    fn buffers_are_used_again_for_another_picture() {
        let image = Image { width: 40, height: 32, channels: 1, data: (0..1280).map(|i| i as u8).collect() };
        let again = picture(160, 96, texture).rebuild(&image);
        let anew = Pyramid::default().rebuild(&image);
        assert_eq!(again.levels.len(), anew.levels.len());
        for (a, b) in again.levels.iter().zip(&anew.levels) {
            assert_eq!((a.width, a.height, &a.data), (b.width, b.height, &b.data));
        }
    }
}
