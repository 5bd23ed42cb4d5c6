//! Sharpness as the variance of the Laplacian.
//!
//! Invariant: exact integers up to the last division, so a frame's value is what OpenCV gives for the same frame, on
//! every machine. What blur does to a face or a text is left to judges that know faces and text.

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

/// A row's sums are kept in 32 bits over this many pixels: 2048 × 1020² < 2³².
const SPAN: usize = 2048;

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
    /// Three grey rows with one mirrored pixel on either side.
    rows: [Vec<i16>; 3],
    laplacian: Vec<i16>,
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
        self.laplacian.resize(width, 0);
        self.rows.iter_mut().for_each(|row| row.resize(width + 2, 0));
        // The row above the first is the second.
        gray_row(image, 1, &mut self.rows[0]);
        gray_row(image, 0, &mut self.rows[1]);
        for y in 0..height {
            let below = if y + 1 < height { y + 1 } else { height - 2 };
            gray_row(image, below, &mut self.rows[2]);
            let [above, here, below] = &self.rows;
            laplacian(&above[1..=width], here, &below[1..=width], &mut self.laplacian);
            for span in self.laplacian.chunks(SPAN) {
                sum += i64::from(span.iter().map(|&value| i32::from(value)).sum::<i32>());
                squares += u64::from(span.iter().map(|&value| i32::from(value).pow(2) as u32).sum::<u32>());
            }
            self.rows.rotate_left(1);
        }
        let count = (width * height) as i128;
        // Σ(x − mean)² = Σx² − (Σx)² ÷ n, over n once more; the numerator is exact.
        (count * i128::from(squares) - i128::from(sum).pow(2)) as f64 / (count * count) as f64
    }
}

/// The Laplacian of one row; `here` has one more pixel on either side.
fn laplacian(above: &[i16], here: &[i16], below: &[i16], out: &mut [i16]) {
    let length = out.len();
    let (above, below) = (&above[..length], &below[..length]);
    let (left, middle, right) = (&here[..length], &here[1..=length], &here[2..length + 2]);
    for x in 0..length {
        out[x] = above[x] + below[x] + left[x] + right[x] - 4 * middle[x];
    }
}

/// Row `y` in grey, with the mirrored neighbours at both ends.
fn gray_row(image: &Image, y: usize, out: &mut [i16]) {
    let width = image.width;
    let row = |channel: usize| &image.channel(channel)[y * width..][..width];
    let (red, green, blue, inner) = (row(0), row(1), row(2), &mut out[1..=width]);
    for x in 0..width {
        inner[x] = gray(red[x], green[x], blue[x]);
    }
    out[0] = out[2];
    out[width + 1] = out[width - 1];
}

/// OpenCV's 8-bit `COLOR_BGR2GRAY`: BT.601's weights 9798, 19235 and 3735 in 15 bits, rounded to the nearest.
///
/// Each weight is cut into its upper 8 and its lower 7 bits, so that 16 bits hold every sum: the upper ones add up to
/// 255, the lower ones to 128. Rounding the lower sum down first does not change the result.
fn gray(red: u8, green: u8, blue: u8) -> i16 {
    let (red, green, blue) = (u16::from(red), u16::from(green), u16::from(blue));
    let upper = red * 76 + green * 150 + blue * 29;
    let lower = red * 70 + green * 35 + blue * 23;
    ((upper + ((lower + (1 << 14)) >> 7)) >> 8) as i16
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

    #[test]
    fn grey_has_opencv_s_roundings() {
        assert_eq!([gray(255, 255, 255), gray(255, 0, 0), gray(0, 255, 0), gray(0, 0, 255)], [255, 76, 150, 29]);
        // With the 14-bit weights of older releases this would be 22.
        assert_eq!(gray(0, 36, 12), 23);
    }

    #[test]
    fn grey_in_16_bits_is_grey_in_32() {
        for color in 0..1u32 << 24 {
            let [_, red, green, blue] = color.to_be_bytes();
            let wide = (u32::from(red) * 9798 + u32::from(green) * 19235 + u32::from(blue) * 3735 + (1 << 14)) >> 15;
            assert_eq!(gray(red, green, blue) as u32, wide, "{red} {green} {blue}");
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
