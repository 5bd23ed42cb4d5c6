//! Sharpness as the variance of the Laplacian.
//!
//! Invariant: exact integers up to the last division, so a frame's value is what OpenCV gives for the same frame, on
//! every machine. What blur does to a face or a text is left to judges that know faces and text.

use reelcheck_lanes::{I16x8, I32x4, U8x16, padded};
use reelcheck_media::{Image, Sampling, View};
use reelcheck_types::{Better, Card, Evidence, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, at_least, ready, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "sharpness";
const VIEW: View = View::RgbReference;
const UNIT: Unit = Unit::SquaredLevels;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

/// The mirrored border needs a neighbour on every side.
const SMALLEST_SIDE_PX: u32 = 2;

/// Places before a row's first pixel and after its last vector; the mirrored neighbours lie there.
const MARGIN: usize = 8;

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "sharpness".to_owned(),
        summary:
            "Mean over the frames of the variance of the grey picture's Laplacian: little when blurred, more with \
                  fine detail or noise."
                .to_owned(),
        unit: UNIT,
        range: ScoreRange::at_least(0.0),
        better: Better::Higher,
        needs: vec![],
        on_request: false,
        source:
            "Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy: a comparative study, ICPR 2000; as \
                 OpenCV computes it: Laplacian(cvtColor(frame, COLOR_BGR2GRAY), CV_64F).var()"
                .to_owned(),
        differs: None,
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(Sharpness {
        format: SameFormat::default(),
        track: Track::new("laplacian_variance", UNIT),
        scratch: Scratch::default(),
    })
}

struct Sharpness {
    format: SameFormat,
    track: Track,
    scratch: Scratch,
}

impl Judge for Sharpness {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        let image = observation.views.get(VIEW);
        let given_px = image.width.min(image.height) as u32;
        if given_px < SMALLEST_SIDE_PX {
            return Err(Unscored::TooSmall { needed_px: SMALLEST_SIDE_PX, given_px });
        }
        self.track.push(observation, self.scratch.laplacian_variance(image));
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let value = at_least(1, self.track.len()).map(|()| self.track.mean().unwrap_or(f64::NAN));
        let evidence = Evidence {
            curves: vec![self.track.curve()],
            moments: self.track.moments(Weightiest::Lowest),
            ..Evidence::default()
        };
        ready(verdict(ID, UNIT, value, evidence, self.track.len()))
    }
}

/// Buffers of one row each, used again from row to row and from frame to frame.
#[derive(Debug, Default)]
struct Scratch {
    /// Three grey rows between their margins.
    rows: [Vec<i16>; 3],
}

impl Scratch {
    /// The variance of the 3 × 3 Laplacian `[0 1 0; 1 −4 1; 0 1 0]` of the grey picture, in squared levels.
    ///
    /// At the border the picture is mirrored about its outermost pixels, as OpenCV's `BORDER_DEFAULT` does.
    ///
    /// Both sides must have two pixels or more.
    fn laplacian_variance(&mut self, image: &Image) -> f64 {
        let (width, height) = (image.width, image.height);
        let (mut sum, mut squares) = (0i64, 0u64);
        self.rows.iter_mut().for_each(|row| row.resize(width.next_multiple_of(16) + 2 * MARGIN, 0));
        // The row above the first is the second.
        gray_row(image, 1, &mut self.rows[0]);
        gray_row(image, 0, &mut self.rows[1]);
        for y in 0..height {
            let below = if y + 1 < height { y + 1 } else { height - 2 };
            gray_row(image, below, &mut self.rows[2]);
            let [above, here, below] = &self.rows;
            let (row_sum, row_squares) = laplacian_sums(above, here, below, width);
            sum += row_sum;
            squares += row_squares;
            self.rows.rotate_left(1);
        }
        let count = (width * height) as i128;
        // Σ(x − mean)² = Σx² − (Σx)² ÷ n, over n once more; the numerator is exact.
        (count * i128::from(squares) - i128::from(sum).pow(2)) as f64 / (count * count) as f64
    }
}

/// The sum of the Laplacian over one row, and that of its squares.
fn laplacian_sums(above: &[i16], here: &[i16], below: &[i16], width: usize) -> (i64, u64) {
    /// Vectors whose sums of squares still fit lanes of 32 bits, unsigned: 2 × 1020² each.
    const SPAN: usize = 2048;
    let rows = [(above, 0), (here, -1), (here, 0), (here, 1), (below, 0)];
    let rows = rows.map(|(row, shift)| row[MARGIN.wrapping_add_signed(shift)..].as_chunks::<8>().0);
    let (whole, mut sum, mut squares) = (width / 8, 0, 0);
    for start in (0..whole).step_by(SPAN) {
        let [above, left, middle, right, below] = rows.map(|row| &row[start..whole.min(start + SPAN)]);
        let (mut lane_sums, mut lane_squares) = (I32x4::splat(0), I32x4::splat(0));
        for ((((above, left), middle), right), below) in above.iter().zip(left).zip(middle).zip(right).zip(below) {
            let values = laplacian([above, left, middle, right, below]);
            lane_sums = lane_sums + values.sum_pairs();
            lane_squares = lane_squares + values.dot(values);
        }
        sum += lane_sums.total();
        squares += lane_squares.unsigned_total();
    }
    if !width.is_multiple_of(8) {
        let mut values = [0; 8];
        laplacian(rows.map(|row| &row[whole])).store(&mut values);
        for value in &values[..width % 8] {
            sum += i64::from(*value);
            squares += u64::from(i32::from(*value).pow(2) as u32);
        }
    }
    (sum, squares)
}

/// From the values above, to the left, in the middle, to the right and below.
#[inline(always)]
fn laplacian([above, left, middle, right, below]: [&[i16; 8]; 5]) -> I16x8 {
    let straight = I16x8::load(above) + I16x8::load(below) + (I16x8::load(left) + I16x8::load(right));
    straight - I16x8::load(middle).shift_left::<2>()
}

/// Row `y` in grey between its margins, with the mirrored neighbours at both ends.
fn gray_row(image: &Image, y: usize, out: &mut [i16]) {
    let width = image.width;
    let row = |channel: usize| image.channel(channel)[y * width..][..width].as_chunks::<16>();
    let ((red, red_rest), (green, green_rest), (blue, blue_rest)) = (row(0), row(1), row(2));
    let sixteen = |red: &[u8; 16], green: &[u8; 16], blue: &[u8; 16], out: &mut [[i16; 8]; 2]| {
        let (red, green, blue) = (U8x16::load(red).widen(), U8x16::load(green).widen(), U8x16::load(blue).widen());
        for (half, out) in out.iter_mut().enumerate() {
            gray(red[half], green[half], blue[half]).store(out);
        }
    };
    let inner = out[MARGIN..].as_chunks_mut().0.as_chunks_mut().0;
    for (((red, green), blue), out) in red.iter().zip(green).zip(blue).zip(&mut *inner) {
        sixteen(red, green, blue, out);
    }
    if let Some(out) = inner.get_mut(red.len()) {
        sixteen(&padded(red_rest, 0), &padded(green_rest, 0), &padded(blue_rest, 0), out);
    }
    out[MARGIN - 1] = out[MARGIN + 1];
    out[MARGIN + width] = out[MARGIN + width - 2];
}

/// OpenCV's 8-bit `COLOR_BGR2GRAY`: BT.601's weights 9798, 19235 and 3735 in 15 bits, rounded to the nearest.
///
/// They add up to one, so only the two differences from green are weighed. Each weight is cut into its upper and its
/// lower 7 bits, so that 16 bits hold every sum; rounding the lower sum down first does not change the result.
#[inline(always)]
fn gray(red: I16x8, green: I16x8, blue: I16x8) -> I16x8 {
    let (red, blue) = (red - green, blue - green);
    let times = |value: I16x8, weight: i16| value * I16x8::splat(weight);
    let upper = times(red, 76) + times(blue, 29);
    let lower = times(red, 70) + times(blue, 23);
    green + (upper + I16x8::splat(128) + lower.shift_right::<7>()).shift_right::<8>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reelcheck_types::Outcome;

    use super::*;
    use crate::testing::{gray_frames, judge, rgb_frames, score};

    /// The definition, pixel by pixel.
    fn plain(image: &Image) -> f64 {
        let mirror = |at: isize, length: usize| {
            let last = length as isize - 1;
            (if at < 0 {
                -at
            } else if at > last {
                2 * last - at
            } else {
                at
            }) as usize
        };
        let at = |x: isize, y: isize| {
            let place = mirror(y, image.height) * image.width + mirror(x, image.width);
            let channel = |index: usize| f64::from(image.channel(index)[place]);
            ((channel(0) * 9798.0 + channel(1) * 19235.0 + channel(2) * 3735.0) / 32768.0 + 0.5).floor()
        };
        let places = (0..image.height as isize).flat_map(|y| (0..image.width as isize).map(move |x| (x, y)));
        let laplacian = places.map(|(x, y)| at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y));
        let values: Vec<f64> = laplacian.collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
    }

    proptest! {
        #[test]
        fn equals_the_definition(
            (width, height, data) in (2usize..24, 2usize..12)
                .prop_flat_map(|(w, h)| (Just(w), Just(h), prop::collection::vec(any::<u8>(), 3 * w * h)))
        ) {
            let image = Image { width, height, channels: 3, data };
            let (fast, plain) = (Scratch::default().laplacian_variance(&image), plain(&image));
            prop_assert!((fast - plain).abs() <= 1e-9 * plain.max(1.0), "{fast} {plain}");
        }
    }

    #[test]
    fn the_largest_values_do_not_overflow() {
        // A checkerboard gives ±1020 everywhere; mirrored borders go on with it.
        let (width, height) = (5000, 4);
        let checkers = (0..width * height).map(|at| 255 * ((at % width + at / width) % 2) as u8);
        let plane: Vec<u8> = checkers.collect();
        let image = Image { width, height, channels: 3, data: plane.repeat(3) };
        assert!((Scratch::default().laplacian_variance(&image) - 1020.0 * 1020.0).abs() < 1e-6);
    }

    /// One pixel in grey.
    fn gray_of(red: u8, green: u8, blue: u8) -> i16 {
        let mut out = [0; 8];
        gray(I16x8::splat(red.into()), I16x8::splat(green.into()), I16x8::splat(blue.into())).store(&mut out);
        assert_eq!(out, [out[0]; 8]);
        out[0]
    }

    #[test]
    fn grey_has_opencv_s_roundings() {
        let greys = [gray_of(255, 255, 255), gray_of(255, 0, 0), gray_of(0, 255, 0), gray_of(0, 0, 255)];
        assert_eq!(greys, [255, 76, 150, 29]);
        // With the 14-bit weights of older releases this would be 22.
        assert_eq!(gray_of(0, 36, 12), 23);
    }

    #[test]
    fn grey_in_16_bits_is_grey_in_32() {
        // Eight greens at a time.
        for color in 0..1u32 << 21 {
            let (red, blue, first) = (color >> 13, color >> 5 & 255, (color & 31) * 8);
            let greens: [i16; 8] = std::array::from_fn(|lane| first as i16 + lane as i16);
            let mut out = [0; 8];
            gray(I16x8::splat(red as i16), I16x8::load(&greens), I16x8::splat(blue as i16)).store(&mut out);
            for (got, green) in out.into_iter().zip(greens) {
                let wide = (red * 9798 + green as u32 * 19235 + blue * 3735 + (1 << 14)) >> 15;
                assert_eq!(got as u32, wide, "{red} {green} {blue}");
            }
        }
    }

    #[test]
    fn a_flat_clip_scores_zero_and_blur_lowers_the_score() {
        assert!(score(&ENTRY, rgb_frames(2, 20, 20, |_, _, _| [90, 20, 200])).abs() < 1e-12);
        let blurred = |radius: f64| {
            let edge = move |x: usize| 128.0 + 100.0 * (((x % 16) as f64 - 8.0) / radius).tanh();
            score(&ENTRY, rgb_frames(2, 64, 64, move |_, x, y| [(edge(x) / 2.0 + edge(y) / 2.0) as u8; 3]))
        };
        let scores: Vec<f64> = [0.5, 1.0, 2.0, 4.0].map(blurred).to_vec();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn the_blurred_frame_is_the_first_moment() {
        let frames =
            rgb_frames(20, 32, 32, |index, x, y| [if index == 13 { 128 } else { ((x ^ y) & 1) as u8 * 200 }; 3]);
        assert_eq!(judge(&ENTRY, frames).evidence.moments[0].frame_index, 13);
    }

    #[test]
    fn a_line_of_pixels_is_too_small_and_a_change_of_size_is_refused() {
        let verdict = judge(&ENTRY, rgb_frames(3, 9, 1, |_, x, _| [x as u8; 3]));
        assert_eq!(verdict.outcome, Outcome::Unscored(Unscored::TooSmall { needed_px: 2, given_px: 1 }));
        let mut frames = gray_frames(1, 16, 16, |_, _, _| 7);
        frames.extend(gray_frames(2, 18, 16, |_, _, _| 7).split_off(1));
        let at = frames[1].timestamp();
        assert_eq!(judge(&ENTRY, frames).outcome, Outcome::Unscored(Unscored::FormatChanged { at }));
    }

    #[test]
    fn no_frame_is_too_few() {
        let outcome = judge(&ENTRY, vec![]).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 1, seen: 0 }));
    }
}
