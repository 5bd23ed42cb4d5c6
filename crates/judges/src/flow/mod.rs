//! Optical flow between two small luma pictures: where each patch of the first went in the second.
//!
//! Coarse to fine over an image pyramid; at each level every patch takes the best of a few guesses (the coarser level's
//! flow, its neighbours', none) and refines it by inverse compositional Lucas–Kanade steps on mean-free patches
//! (Baker & Matthews, IJCV 2004; the patch grid is that of Kroeger et al., ECCV 2016). Invariant: no randomness and no
//! device, so the same pictures give the same flow up to the last rounding. What the flow means is left to the judge.

mod patch;

use reelcheck_lanes::{F32x4, I32x4};
use reelcheck_media::Image;

use patch::{Level, MARGIN, PATCH, Template, Values, Vector, no_values, variance};

/// From one patch to the next, in pixels.
const STRIDE: usize = 4;
/// Levels are added while the smaller side of the next one has at least this many pixels.
const COARSEST: usize = 16;
/// The coarsest level is searched exhaustively this far, in its own pixels.
const SEARCH: i32 = 6;
/// Lucas–Kanade steps at each level, at most.
const STEPS: usize = 6;
/// A step shorter than this, in pixels, is the last one.
const STILL: f32 = 0.04;
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

/// A picture at full size, half size, and so on, with continued edges.
#[derive(Default)]
pub(crate) struct Pyramid {
    levels: Vec<Level>,
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
    let mut residuals = [no_values(); 2];
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
        let error = template.compare(to, x as f32, y as f32, &mut residuals[0]);
        let still = Start { known: Found::new([0.0, 0.0], error), compared: Some(error) };
        found.push(track(&template, to, x, y, still, &guesses, &mut residuals));
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
            let start = Start { known: this, compared: None };
            found[index] = track(&Template::new(from, x, y), to, x, y, start, &guesses, &mut residuals);
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

/// What is known of a patch before guesses are tried.
#[derive(Clone, Copy)]
struct Start {
    known: Found,
    /// The known vector's error, where its residual is at hand.
    compared: Option<f32>,
}

/// The best guess, refined, if one is better than what is known; else that.
///
/// `residuals` is room to work in; the known vector's residual comes in the first place, where it is at hand.
fn track(
    template: &Template,
    to: &Level,
    x: usize,
    y: usize,
    Start { known, compared: mut matched }: Start,
    guesses: &[Vector],
    residuals: &mut [Values; 2],
) -> Found {
    let compare = |vector: Vector, residual: &mut Values| {
        template.compare(to, x as f32 + vector[0], y as f32 + vector[1], residual)
    };
    // The residual of the best so far, and room for the next one.
    let [mut kept, mut tried] = residuals.each_mut();
    let mut best = known;
    for &guess in guesses {
        let guess = confine(guess, to, x, y);
        if distance(guess, best.vector) > STILL {
            let error = compare(guess, tried);
            let found = Found::new(guess, error);
            if found.cost < best.cost {
                (best, matched) = (found, Some(error));
                std::mem::swap(&mut kept, &mut tried);
            }
        }
    }
    let mut vector = best.vector;
    let mut error = matched.unwrap_or_else(|| compare(vector, kept));
    for _ in 0..STEPS {
        let [dx, dy] = template.step(kept);
        let next = confine([vector[0] + dx, vector[1] + dy], to, x, y);
        let next_error = compare(next, tried);
        if next_error >= error {
            break;
        }
        (vector, error) = (next, next_error);
        std::mem::swap(&mut kept, &mut tried);
        if dx.abs().max(dy.abs()) < STILL {
            break;
        }
    }
    let refined = Found::new(vector, error);
    if refined.cost < known.cost { refined } else { known }
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
        let mut vectors = self.vectors.clone();
        for row in 0..self.rows {
            let inner_row = (1..self.rows.saturating_sub(1)).contains(&row);
            let mut column = 0;
            while column < self.columns {
                if inner_row && column > 0 && column + 2 < self.columns {
                    let pair = self.medians_of_pair(column, row);
                    vectors[row * self.columns + column..][..2].copy_from_slice(&pair);
                    column += 2;
                } else {
                    vectors[row * self.columns + column] = self.median_at(column, row);
                    column += 1;
                }
            }
        }
        Self { vectors, ..self }
    }

    /// The medians over what there is of 3 × 3 patches.
    fn median_at(&self, column: usize, row: usize) -> Vector {
        let (mut us, mut vs, mut count) = ([0.0; 9], [0.0; 9], 0);
        for row in row.saturating_sub(1)..(row + 2).min(self.rows) {
            for column in column.saturating_sub(1)..(column + 2).min(self.columns) {
                [us[count], vs[count]] = self.vectors[row * self.columns + column];
                count += 1;
            }
        }
        [median(&mut us[..count]), median(&mut vs[..count])]
    }

    /// The medians at a patch and at the next one, both with patches on all sides.
    fn medians_of_pair(&self, column: usize, row: usize) -> [Vector; 2] {
        let values = self.vectors.as_flattened();
        let around: [F32x4; 9] = std::array::from_fn(|place| {
            let at = (row + place / 3 - 1) * self.columns + column + place % 3 - 1;
            values[2 * at..].first_chunk().map_or(F32x4::splat(0.0), F32x4::load)
        });
        let [u, v, next_u, next_v] = medians_of_nine(around).to_array();
        [[u, v], [next_u, next_v]]
    }

    /// The lengths of the displacements, in pixels, each with its patch's centre, of those patches that were found
    /// again inside the second picture.
    pub(crate) fn lengths(&self, from: &Pyramid, to: &Pyramid) -> Vec<([usize; 2], f32)> {
        let (Some(from), Some(to)) = (from.levels.first(), to.levels.first()) else { return vec![] };
        let stays = |place: f32, side: usize| place >= 0.0 && place + PATCH as f32 <= side as f32;
        let places = self.vectors.iter().enumerate();
        let mut residual = no_values();
        let lengths = places.filter_map(|(index, &[u, v])| {
            let (x, y) = (index % self.columns * STRIDE, index / self.columns * STRIDE);
            let (to_x, to_y) = (x as f32 + u, y as f32 + v);
            if !stays(to_x, to.width) || !stays(to_y, to.height) {
                return None;
            }
            let patch = from.patch(x, y);
            let left = to.difference(to_x, to_y, &patch, &mut residual);
            let found = left <= UNEXPLAINED * variance(&patch) + NOISE;
            found.then(|| ([x + PATCH / 2, y + PATCH / 2], length([u, v])))
        });
        lengths.collect()
    }
}

/// The middle value; of an even number, the upper one of the two.
fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// The middle values of nine, lane by lane.
///
/// By the shortest network of exchanges (Smith; Devillard, Fast median search, 1998), on whole numbers of the same order as
/// the floats in `f32::total_cmp`.
fn medians_of_nine(values: [F32x4; 9]) -> F32x4 {
    const EXCHANGES: [(usize, usize); 19] = [
        (1, 2),
        (4, 5),
        (7, 8),
        (0, 1),
        (3, 4),
        (6, 7),
        (1, 2),
        (4, 5),
        (7, 8),
        (0, 3),
        (5, 8),
        (4, 7),
        (3, 6),
        (1, 4),
        (2, 5),
        (4, 7),
        (4, 2),
        (6, 4),
        (4, 2),
    ];
    // All bits but the sign turn over below zero; done twice, it undoes itself.
    let turned = |bits: I32x4| bits ^ (bits.shift_right::<31>() & I32x4::splat(i32::MAX));
    let mut keys = values.map(|values| turned(values.bits()));
    for (low, high) in EXCHANGES {
        (keys[low], keys[high]) = (keys[low].min(keys[high]), keys[low].max(keys[high]));
    }
    F32x4::from_bits(turned(keys[4]))
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
    fn nine_values_have_the_middle_one_of_their_order() {
        // Every order of zeros and ones settles every order of numbers; the other lanes hold their negatives.
        for bits in 0..512u32 {
            let ones = |index: usize| (bits >> index & 1) as f32;
            let middle = f32::from(u8::from(bits.count_ones() > 4));
            let nine = std::array::from_fn(|index| F32x4::new([ones(index), -ones(index), ones(8 - index), 2.5]));
            let expected = [middle, -middle, middle, 2.5].map(f32::to_bits);
            assert_eq!(medians_of_nine(nine).to_array().map(f32::to_bits), expected, "{bits:b}");
        }
    }

    #[test]
    fn medians_in_pairs_are_medians() {
        for (columns, rows) in [(1, 1), (2, 5), (3, 3), (4, 3), (5, 4), (8, 6), (9, 7)] {
            let at = |index: usize| ((index * 7919 + columns) % 101) as f32 - 50.0;
            let vectors = (0..columns * rows).map(|index| [at(index), at(3 * index + 1)]).collect();
            let flow = Flow { columns, rows, vectors };
            let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
            let expected: Vec<Vector> = places.map(|(column, row)| flow.median_at(column, row)).collect();
            assert_eq!(flow.smoothed().vectors, expected);
        }
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
