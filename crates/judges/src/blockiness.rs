//! Blockiness: how far a regular grid of edges, the mark of block coding, stands out of the picture.
//!
//! Every gradient is set against its neighbours' along the same line, the ratios are averaged per column and per row, and
//! the period is looked for whose grid lines stand out most. Invariant: a frame's value depends on that frame alone.
//! Whether the grid comes from the codec or belongs to the scene (tiles, fences) is left to the reader.

use reelcheck_lanes::{F32x4, I16x8};
use reelcheck_media::{Sampling, View};
use reelcheck_types::{Better, Card, Evidence, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, at_least, ready, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "blockiness";
const VIEW: View = View::Luma;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::AboutFps(8), create };

/// Periods that are tried, in pixels: ffmpeg's defaults. Scaled pictures have other grids than 8 or 16.
const PERIODS: std::ops::RangeInclusive<usize> = 3..=24;

/// Gradients that are looked at on either side of the one in the middle.
const REACH: usize = 3;

/// Gradients in a row that one ratio is made of.
const WINDOW: usize = 2 * REACH + 1;

/// Two whole periods of the usual 8-pixel grid.
const SMALLEST_SIDE_PX: u32 = 16;

/// Off the grid the mean ratio counts as at least this, so that a mosaic of flat tiles gets a large number, not infinity.
const OFF_GRID_AT_LEAST: f64 = 1e-3;

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "blockiness".to_owned(),
        summary: "Mean over the frames of how much stronger edges are on the strongest regular grid than off it: natural \
                  pictures lie somewhat above 1, visible coding blocks raise it."
            .to_owned(),
        unit: Unit::Dimensionless,
        range: ScoreRange::at_least(0.0),
        better: Better::Lower,
        needs: vec![],
        on_request: false,
        source: "Muijs and Kirenko, A no-reference blocking artifact measure for adaptive video processing, EUSIPCO \
                 2005, equations 1 to 3, with the search for the period of ffmpeg's blockdetect filter"
            .to_owned(),
        differs: Some(
            "About 8 frames a second are looked at. Each by itself: ffmpeg 5.1 never clears its sums, so that from the \
             second frame on its values are running means; its value for a first frame is ours. Flat frames have no \
             value, where ffmpeg gives NaN."
                .to_owned(),
        ),
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(Blockiness {
        format: SameFormat::default(),
        track: Track::new("grid_prominence", Unit::Dimensionless),
        frames_seen: 0,
        scratch: Scratch::default(),
    })
}

struct Blockiness {
    format: SameFormat,
    track: Track,
    frames_seen: usize,
    scratch: Scratch,
}

impl Judge for Blockiness {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        let frame = observation.views.frame();
        let given_px = frame.width().min(frame.height());
        if given_px < SMALLEST_SIDE_PX {
            return Err(Unscored::TooSmall { needed_px: SMALLEST_SIDE_PX, given_px });
        }
        self.frames_seen += 1;
        if let Some(value) = self.scratch.blockiness(observation.views.luma(), frame.width() as usize) {
            self.track.push(observation, value);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        // Frames were seen but all of them were flat: there is no number to give.
        let value = at_least(1, self.frames_seen).and_then(|()| self.track.mean().ok_or(Unscored::NotFinite));
        let evidence = Evidence {
            curves: vec![self.track.curve()],
            moments: self.track.moments(Weightiest::Highest),
            ..Evidence::default()
        };
        ready(verdict(ID, Unit::Dimensionless, value, evidence, self.frames_seen))
    }
}

/// Gradients along one line of windows and what surrounds each: the two parts of every ratio.
#[derive(Clone, Debug, Default)]
struct Ratios {
    /// Absolute differences of neighbours.
    gradients: Vec<i16>,
    /// For each whole window, the sum of the gradients around its middle one; at least 1.
    around: Vec<i16>,
}

/// Buffers that are used again from frame to frame.
#[derive(Clone, Debug, Default)]
struct Scratch {
    /// Two rows with their gradients across.
    rows: [Ratios; 2],
    /// Sums of two neighbouring gradients.
    pairs: Vec<i16>,
    /// Sums of ratios by column.
    columns: Vec<f32>,
    /// Gradients down between the latest rows, the oldest first.
    down: [Vec<i16>; WINDOW],
    /// Sums of `down` over the rows.
    sums: Vec<i16>,
    /// Sums of `down` but for the middle row; at least 1.
    around: Vec<i16>,
    /// Profile of the ratios by place, zero where no ratio can be made.
    profile: Vec<f64>,
}

impl Scratch {
    /// How far the strongest grid stands out of a picture; `None` for a picture without any gradient.
    fn blockiness(&mut self, luma: &[u8], width: usize) -> Option<f64> {
        self.profile_across(luma, width);
        let across = most_prominent(&self.profile);
        self.profile_down(luma, width);
        let down = most_prominent(&self.profile);
        match (across, down) {
            (Some(across), Some(down)) => Some(across.max(down)),
            (one, other) => one.or(other),
        }
    }

    /// The profile over columns: for each, the mean over the rows of the ratios of gradients across.
    fn profile_across(&mut self, luma: &[u8], width: usize) {
        let (height, centers) = (luma.len() / width, width - WINDOW);
        self.columns.clear();
        self.columns.resize(centers, 0.0);
        self.pairs.resize(width, 0);
        // ffmpeg leaves the first row out, and so do we.
        for two_rows in luma[width..].chunks(2 * width) {
            let mut rows = two_rows.chunks_exact(width);
            for ratios in &mut self.rows {
                ratios.gradients.resize(width - 1, 0);
                ratios.around.resize(centers, 1);
                match rows.next() {
                    Some(row) => {
                        gradients(&row[..width - 1], &row[1..], &mut ratios.gradients);
                        sums_around(&ratios.gradients, &mut self.pairs, &mut ratios.around);
                    }
                    // The ratios of a row that is not there are 0 ÷ 1.
                    None => {
                        ratios.gradients.fill(0);
                        ratios.around.fill(1);
                    }
                }
            }
            let [a, b] = &self.rows;
            let (a_gradients, b_gradients) = (&a.gradients[REACH..], &b.gradients[REACH..]);
            add_ratios(a_gradients, &a.around, b_gradients, &b.around, &mut self.columns);
        }
        self.profile.clear();
        self.profile.resize(width, 0.0);
        for (place, &column) in self.profile[REACH..].iter_mut().zip(&self.columns) {
            *place = f64::from(column) / (height - 1) as f64;
        }
    }

    /// The profile over rows: for each, the mean over the columns of the ratios of gradients down.
    fn profile_down(&mut self, luma: &[u8], width: usize) {
        let height = luma.len() / width;
        // The first column is left out, as the first row was.
        let row = |y: usize| &luma[y * width + 1..][..width - 1];
        let half = (width - 1).div_ceil(2);
        self.profile.clear();
        self.profile.resize(height, 0.0);
        self.sums.clear();
        self.sums.resize(width - 1, 0);
        self.around.resize(width - 1, 1);
        for gradients in &mut self.down {
            gradients.clear();
            gradients.resize(width - 1, 0);
        }
        for latest in 0..height - 1 {
            self.down.rotate_left(1);
            let newest = &mut self.down[WINDOW - 1];
            slide(&mut self.sums, newest, row(latest), row(latest + 1));
            if latest < WINDOW - 1 {
                continue;
            }
            let middle = &self.down[REACH];
            subtract(&self.sums, middle, &mut self.around);
            // The left half of the row is added to the right one: two ratios share a division.
            let (left, right) = middle.split_at(half);
            let (left_around, right_around) = self.around.split_at(half);
            self.columns.clear();
            self.columns.resize(right.len(), 0.0);
            add_ratios(&left[..right.len()], &left_around[..right.len()], right, right_around, &mut self.columns);
            let mut sum = lane_sum(&self.columns);
            if left.len() > right.len() {
                sum += f64::from(left[half - 1]) / f64::from(left_around[half - 1]);
            }
            self.profile[latest - REACH] = sum / (width - 1) as f64;
        }
    }
}

/// Absolute differences of two lines.
fn gradients(a: &[u8], b: &[u8], out: &mut [i16]) {
    for ((a, b), out) in a.iter().zip(b).zip(out) {
        *out = i16::from(a.abs_diff(*b));
    }
}

/// Replaces the oldest gradients by those between two rows, in the buffer and in the sums.
fn slide(sums: &mut [i16], gradients: &mut [i16], row: &[u8], below: &[u8]) {
    for (((sum, gradient), a), b) in sums.iter_mut().zip(gradients).zip(row).zip(below) {
        let new = i16::from(a.abs_diff(*b));
        *sum += new - *gradient;
        *gradient = new;
    }
}

/// Sums without the middle gradient, at least 1.
fn subtract(sums: &[i16], middle: &[i16], out: &mut [i16]) {
    for ((sum, middle), out) in sums.iter().zip(middle).zip(out) {
        *out = (sum - middle).max(1);
    }
}

/// For each whole window of gradients, the sum of all but the middle one, at least 1.
fn sums_around(gradients: &[i16], pairs: &mut [i16], out: &mut [i16]) {
    let length = out.len();
    let reach = length + WINDOW - 2;
    let (pairs, left, right) = (&mut pairs[..reach], &gradients[..reach], &gradients[1..=reach]);
    for x in 0..reach {
        pairs[x] = left[x] + right[x];
    }
    // Places 0 and 1, 2, 4 and 5, 6 of the window.
    let (first, fourth) = (&pairs[..length], &pairs[4..][..length]);
    let (second, sixth) = (&gradients[2..][..length], &gradients[6..][..length]);
    for x in 0..length {
        out[x] = (first[x] + second[x] + fourth[x] + sixth[x]).max(1);
    }
}

/// Adds `a ÷ a_around + b ÷ b_around` to every sum, with one division for both.
fn add_ratios(a: &[i16], a_around: &[i16], b: &[i16], b_around: &[i16], sums: &mut [f32]) {
    let length = sums.len();
    let parts = [a, a_around, b, b_around].map(|values| values[..length].as_chunks::<8>());
    let [a, a_around, b, b_around] = parts.map(|(whole, _)| whole);
    let (whole_sums, rest_sums) = sums.as_chunks_mut::<4>();
    let (whole_sums, rest_of_pair) = whole_sums.as_chunks_mut::<2>();
    for ((((a, a_around), b), b_around), sums) in a.iter().zip(a_around).zip(b).zip(b_around).zip(whole_sums) {
        let ratios = ratios([a, a_around, b, b_around]);
        for (sums, ratios) in sums.iter_mut().zip(ratios) {
            (F32x4::load(sums) + ratios).store(sums);
        }
    }
    let rest = parts.map(|(_, rest)| {
        // What becomes of places that are not there is not looked at.
        let mut filled = [1; 8];
        filled[..rest.len()].copy_from_slice(rest);
        filled
    });
    let rest = ratios(rest.each_ref()).map(F32x4::to_array);
    for (sum, ratio) in rest_of_pair.as_flattened_mut().iter_mut().chain(rest_sums).zip(rest.as_flattened()) {
        *sum += ratio;
    }
}

/// `a ÷ a_around + b ÷ b_around` for eight places.
#[inline(always)]
fn ratios(values: [&[i16; 8]; 4]) -> [F32x4; 2] {
    let [a, a_around, b, b_around] = values.map(I16x8::load);
    let (gradients, crosswise) = (a.interleave(b), b_around.interleave(a_around));
    let around = a_around.interleave(I16x8::splat(0));
    [0, 1].map(|half| {
        // At most 255 and 1530: the products and their sum are whole numbers below 2²⁴, exact in 32-bit floats.
        let numerator = gradients[half].dot(crosswise[half]).to_f32();
        numerator / around[half].dot(crosswise[half]).to_f32()
    })
}

/// A sum in eight lanes, in the same order on every machine.
fn lane_sum(values: &[f32]) -> f64 {
    let (chunks, rest) = values.as_chunks::<8>();
    let mut lanes = [0f32; 8];
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().chain(rest).map(|&value| f64::from(value)).sum()
}

/// Over all periods, the largest ratio of the mean on the grid to the mean off it; `None` for an empty profile.
///
/// A grid line is the last place of a period; there the larger neighbours stand in for it, which helps where the true
/// period is no whole number.
fn most_prominent(profile: &[f64]) -> Option<f64> {
    let inner = REACH..profile.len() - REACH - 1;
    if profile[inner.clone()].iter().all(|&ratio| ratio == 0.0) {
        return None;
    }
    let mut largest = 0f64;
    for period in PERIODS {
        let (mut on, mut on_count, mut off, mut off_count) = (0.0, 0u32, 0.0, 0u32);
        for place in inner.clone() {
            if place % period == period - 1 {
                on += profile[place - 1].max(profile[place]).max(profile[place + 1]);
                on_count += 1;
            } else {
                off += profile[place];
                off_count += 1;
            }
        }
        if on_count > 0 && off_count > 0 {
            largest = largest.max((on / f64::from(on_count)) / (off / f64::from(off_count)).max(OFF_GRID_AT_LEAST));
        }
    }
    Some(largest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reelcheck_types::Outcome;

    use reelcheck_media::Image;

    use super::*;
    use crate::testing::{gray_frames, judge, score, texture};

    fn picture(width: usize, height: usize, draw: impl Fn(usize, usize) -> u8) -> Image {
        let data = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| draw(x, y)).collect();
        Image { width, height, channels: 1, data }
    }

    fn value(image: &Image) -> Option<f64> {
        Scratch::default().blockiness(&image.data, image.width)
    }

    /// A texture whose tiles differ in brightness by up to `strength`.
    fn tiled(tile: usize, strength: usize) -> impl Fn(usize, usize) -> u8 {
        move |x, y| {
            (texture(x as f64, y as f64) * 0.5 + (((x / tile) * 7 + (y / tile) * 5) % 4 * strength) as f64) as u8
        }
    }

    /// The definition, gradient by gradient.
    fn plain(image: &Image) -> f64 {
        let at = |x: usize, y: usize| f64::from(image.data[y * image.width + x]);
        let ratio = |gradient: &dyn Fn(usize) -> f64, middle: usize| {
            let around = (middle - 3..=middle + 3).filter(|&place| place != middle).map(gradient).sum::<f64>();
            gradient(middle) / around.max(1.0)
        };
        let across: Vec<f64> = (0..image.width)
            .map(|x| {
                if x < 3 || x + 4 >= image.width {
                    return 0.0;
                }
                (1..image.height).map(|y| ratio(&|x| (at(x, y) - at(x + 1, y)).abs(), x)).sum()
            })
            .collect();
        let down: Vec<f64> = (0..image.height)
            .map(|y| {
                if y < 3 || y + 4 >= image.height {
                    return 0.0;
                }
                (1..image.width).map(|x| ratio(&|y| (at(x, y) - at(x, y + 1)).abs(), y)).sum()
            })
            .collect();
        let prominence = |profile: &[f64], period: usize| {
            let (on, off): (Vec<usize>, Vec<usize>) =
                (3..profile.len() - 4).partition(|place| place % period == period - 1);
            let mean = |places: &[usize], of: &dyn Fn(usize) -> f64| {
                places.iter().map(|&place| of(place)).sum::<f64>() / places.len() as f64
            };
            let on = mean(&on, &|place| profile[place - 1].max(profile[place]).max(profile[place + 1]));
            on / mean(&off, &|place| profile[place])
        };
        let ratios = (3..=24).flat_map(|period| [prominence(&across, period), prominence(&down, period)]);
        ratios.filter(|ratio| ratio.is_finite()).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn equals_the_definition(
            (width, height, data) in (16usize..60, 16usize..40)
                .prop_flat_map(|(w, h)| (Just(w), Just(h), prop::collection::vec(any::<u8>(), w * h)))
        ) {
            let image = Image { width, height, channels: 1, data };
            let (fast, plain) = (value(&image).unwrap(), plain(&image));
            prop_assert!((fast - plain).abs() <= 1e-5 * plain, "{fast} {plain}");
        }
    }

    #[test]
    fn a_texture_without_grid_lies_near_one_and_a_turned_picture_scores_the_same() {
        let smooth = value(&picture(160, 120, |x, y| texture(x as f64, y as f64) as u8)).unwrap();
        assert!((1.0..2.0).contains(&smooth), "{smooth}");
        let wide = value(&picture(96, 64, tiled(8, 9))).unwrap();
        let high = value(&picture(64, 96, |x, y| tiled(8, 9)(y, x))).unwrap();
        assert!((wide - high).abs() < 1e-5 * wide, "{wide} {high}");
    }

    #[test]
    fn a_stronger_grid_scores_higher_whatever_its_period() {
        for tile in [8, 11, 16] {
            let scores: Vec<f64> =
                [0, 2, 4, 8, 16].map(|strength| value(&picture(256, 192, tiled(tile, strength))).unwrap()).to_vec();
            assert!(scores.is_sorted_by(|a, b| a < b) && scores[4] > 2.0 * scores[0], "{tile}: {scores:?}");
        }
    }

    #[test]
    fn known_answer() {
        // One level a column, 40 at every eighth. On the grid a gradient of 40 has six of 1 around it; off it, a gradient
        // of 1 has five of 1 and one of 40, but for the one half-way between two grid lines.
        let image = picture(40, 20, |x, _| (x + 39 * (x / 8)) as u8);
        let (on, off) = (40.0 / 6.0, (24.0 / 45.0 + 5.0 / 6.0) / 29.0);
        assert!((value(&image).unwrap() - on / off).abs() < 1e-3, "{:?}", value(&image));
    }

    #[test]
    fn tiles_without_texture_are_large_but_finite() {
        let value = value(&picture(64, 64, |x, y| ((x / 8 + y / 8) % 2 * 200) as u8)).unwrap();
        assert!(value > 1000.0 && value.is_finite(), "{value}");
    }

    #[test]
    fn flat_frames_have_no_value_and_a_flat_clip_no_score() {
        let flat = judge(&ENTRY, gray_frames(24, 32, 32, |_, _, _| 90));
        assert_eq!((flat.outcome, flat.frames_seen), (Outcome::Unscored(Unscored::NotFinite), 8));
        let half = |index, x: usize, y: usize| if index < 12 { 90 } else { tiled(8, 8)(x, y) };
        let verdict = judge(&ENTRY, gray_frames(24, 64, 64, half));
        assert_eq!(verdict.evidence.curves[0].values.len(), 4);
        let whole = score(&ENTRY, gray_frames(24, 64, 64, |_, x, y| tiled(8, 8)(x, y)));
        assert!((verdict.value().unwrap() - whole).abs() < 1e-12);
    }

    #[test]
    fn small_pictures_and_changes_of_size_are_refused() {
        let small = judge(&ENTRY, gray_frames(3, 40, 15, |_, x, _| x as u8)).outcome;
        assert_eq!(small, Outcome::Unscored(Unscored::TooSmall { needed_px: 16, given_px: 15 }));
        let none = judge(&ENTRY, vec![]).outcome;
        assert_eq!(none, Outcome::Unscored(Unscored::TooFewFrames { needed: 1, seen: 0 }));
        let mut frames = gray_frames(1, 16, 16, |_, _, _| 7);
        frames.extend(gray_frames(6, 18, 16, |_, _, _| 7).split_off(1));
        let at = frames[3].timestamp();
        assert_eq!(judge(&ENTRY, frames).outcome, Outcome::Unscored(Unscored::FormatChanged { at }));
    }
}
