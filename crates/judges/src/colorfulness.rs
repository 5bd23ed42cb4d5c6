//! Colorfulness after Hasler and Süsstrunk.
//!
//! Invariant: exact integers up to the last divisions, on the same pixels that OpenCV gives. Whether the colors please
//! is left to aesthetic judges.

use reelcheck_lanes::{I16x8, I32x4, U8x16, padded};
use reelcheck_media::{Image, Sampling, View};
use reelcheck_types::{Better, Card, Evidence, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, at_least, ready, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "colorfulness";
const VIEW: View = View::RgbReference;
const UNIT: Unit = Unit::Levels;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

/// Vectors whose sums of opponents, up to 2 × 510 each, still fit lanes of 16 bits.
const SHORT: usize = 32;

/// Vectors whose sums of squares still fit lanes of 32 bits, unsigned: 4 × 510² each. A whole number of [`SHORT`]s.
const LONG: usize = 4096;

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "colorfulness".to_owned(),
        summary:
            "Mean over the frames of how far their colors lie from grey and from each other: 0 is grey, the authors \
                  call 33 moderately, 59 quite and 109 extremely colorful."
                .to_owned(),
        unit: UNIT,
        range: ScoreRange::at_least(0.0),
        better: Better::Neither,
        needs: vec![],
        on_request: false,
        source: "Hasler and Süsstrunk, Measuring colourfulness in natural images, SPIE 5007, 2003: the measure M3 on \
                 opponent axes R − G and (R + G) ÷ 2 − B"
            .to_owned(),
        differs: None,
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(Colorfulness { format: SameFormat::default(), track: Track::new("colorfulness", UNIT) })
}

struct Colorfulness {
    format: SameFormat,
    track: Track,
}

impl Judge for Colorfulness {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        self.track.push(observation, colorfulness(observation.views.get(VIEW)));
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let value = at_least(1, self.track.len()).map(|()| self.track.mean().unwrap_or(f64::NAN));
        let evidence = Evidence {
            curves: vec![self.track.curve()],
            moments: self.track.moments(Weightiest::Highest),
            ..Evidence::default()
        };
        ready(verdict(ID, UNIT, value, evidence, self.track.len()))
    }
}

/// `√(σ²(rg) + σ²(yb)) + 0.3 √(μ²(rg) + μ²(yb))` with `rg = R − G` and `yb = (R + G) ÷ 2 − B`, in levels.
fn colorfulness(image: &Image) -> f64 {
    let sums = Sums::of(image.channel(0), image.channel(1), image.channel(2));
    let count = image.width as f64 * image.height as f64;
    let mean_rg = sums.rg as f64 / count;
    let mean_yb = sums.double_yb as f64 / count / 2.0;
    let variance_rg = variance(sums.rg, sums.rg_squares, count);
    let variance_yb = variance(sums.double_yb, sums.double_yb_squares, count) / 4.0;
    (variance_rg + variance_yb).sqrt() + 0.3 * mean_rg.hypot(mean_yb)
}

/// The population variance from a sum and a sum of squares. The numerator is exact.
fn variance(sum: i64, squares: u64, count: f64) -> f64 {
    (count as i128 * i128::from(squares) - i128::from(sum).pow(2)) as f64 / (count * count)
}

/// Sums over pixels of `R − G` and of `R + G − 2B`, which is twice the blue–yellow axis, and of their squares.
#[derive(Default)]
struct Sums {
    rg: i64,
    rg_squares: u64,
    double_yb: i64,
    double_yb_squares: u64,
}

impl Sums {
    fn of(red: &[u8], green: &[u8], blue: &[u8]) -> Self {
        let mut sums = Self::default();
        let ((red, red_rest), (green, green_rest), (blue, blue_rest)) =
            (red.as_chunks(), green.as_chunks(), blue.as_chunks());
        for ((red, green), blue) in red.chunks(LONG).zip(green.chunks(LONG)).zip(blue.chunks(LONG)) {
            sums.add(red, green, blue);
        }
        sums.add(&[padded(red_rest, 0)], &[padded(green_rest, 0)], &[padded(blue_rest, 0)]);
        sums
    }

    /// Adds at most [`LONG`] vectors.
    fn add(&mut self, red: &[[u8; 16]], green: &[[u8; 16]], blue: &[[u8; 16]]) {
        let zero = (I16x8::splat(0), I32x4::splat(0));
        let ([mut rg, mut rg_squares], [mut yb, mut yb_squares]) = ([zero.1; 2], [zero.1; 2]);
        for ((red, green), blue) in red.chunks(SHORT).zip(green.chunks(SHORT)).zip(blue.chunks(SHORT)) {
            let [mut short_rg, mut short_yb] = [zero.0; 2];
            for ((red, green), blue) in red.iter().zip(green).zip(blue) {
                let (red, green) = (U8x16::load(red).widen(), U8x16::load(green).widen());
                let blue = U8x16::load(blue).widen();
                for half in 0..2 {
                    let (rg, bg) = (red[half] - green[half], blue[half] - green[half]);
                    // R + G − 2B
                    let yb = rg - bg.shift_left::<1>();
                    short_rg = short_rg + rg;
                    short_yb = short_yb + yb;
                    rg_squares = rg_squares + rg.dot(rg);
                    yb_squares = yb_squares + yb.dot(yb);
                }
            }
            rg = rg + short_rg.sum_pairs();
            yb = yb + short_yb.sum_pairs();
        }
        self.rg += rg.total();
        self.rg_squares += rg_squares.unsigned_total();
        self.double_yb += yb.total();
        self.double_yb_squares += yb_squares.unsigned_total();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reelcheck_types::Outcome;

    use super::*;
    use crate::testing::{gray_frames, judge, rgb_frames, score};

    fn half_and_half(left: [u8; 3], right: [u8; 3]) -> f64 {
        score(&ENTRY, rgb_frames(3, 20, 10, |_, x, _| if x < 10 { left } else { right }))
    }

    #[test]
    fn grey_scores_zero() {
        assert!(score(&ENTRY, rgb_frames(2, 33, 9, |_, x, y| [(x * 7 + y) as u8; 3])).abs() < 1e-12);
    }

    #[test]
    fn known_answers() {
        // Red alone does not vary: 0.3 √(255² + 127.5²).
        let red = [255, 0, 0];
        assert!((half_and_half(red, red) - 0.3 * 255f64.hypot(127.5)).abs() < 1e-9);
        // Red and green: rg is ±255 about 0, yb is 127.5.
        assert!((half_and_half(red, [0, 255, 0]) - (255.0 + 0.3 * 127.5)).abs() < 1e-9);
        // Blue and yellow: rg is 0, yb is ±255 about 0.
        assert!((half_and_half([0, 0, 255], [255, 255, 0]) - 255.0).abs() < 1e-9);
    }

    #[test]
    fn stronger_colors_score_higher() {
        let scores: Vec<f64> = (0..6u8)
            .map(|step| half_and_half([120 + 20 * step, 120, 120 - 20 * step], [120, 120 + 10 * step, 120 + 20 * step]))
            .collect();
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
    }

    proptest! {
        #[test]
        fn equals_the_definition(pixels in prop::collection::vec(any::<[u8; 3]>(), 1..300)) {
            let data = (0..3).flat_map(|channel| pixels.iter().map(move |pixel| pixel[channel])).collect();
            let image = Image { width: pixels.len(), height: 1, channels: 3, data };
            let axis = |of: fn([f64; 3]) -> f64| {
                let values: Vec<f64> = pixels.iter().map(|pixel| of(pixel.map(f64::from))).collect();
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64)
            };
            let (rg, yb) = (axis(|[r, g, _]| r - g), axis(|[r, g, b]| (r + g) / 2.0 - b));
            let plain = (rg.1 + yb.1).sqrt() + 0.3 * rg.0.hypot(yb.0);
            prop_assert!((colorfulness(&image) - plain).abs() < 1e-6, "{} {plain}", colorfulness(&image));
        }
    }

    #[test]
    fn the_largest_values_do_not_overflow() {
        let (width, height) = (1000, 100);
        let mut data = vec![255; 2 * width * height];
        data.resize(3 * width * height, 0);
        let image = Image { width, height, channels: 3, data };
        assert!((colorfulness(&image) - 0.3 * 255.0).abs() < 1e-9);
    }

    #[test]
    fn no_frame_is_too_few_and_a_change_of_size_is_refused() {
        let none = judge(&ENTRY, vec![]).outcome;
        assert_eq!(none, Outcome::Unscored(Unscored::TooFewFrames { needed: 1, seen: 0 }));
        let mut frames = gray_frames(1, 16, 16, |_, _, _| 7);
        frames.extend(gray_frames(2, 18, 16, |_, _, _| 7).split_off(1));
        let at = frames[1].timestamp();
        assert_eq!(judge(&ENTRY, frames).outcome, Outcome::Unscored(Unscored::FormatChanged { at }));
    }
}
