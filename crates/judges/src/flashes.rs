//! Flashes: how often in one second a large part of the picture flashes, by WCAG's thresholds for photosensitive viewers.
//!
//! The picture is looked at in cells. A cell's changes count when a quarter of a visual field around it changes with it, and
//! the cells that flash often enough must fill as much again. Invariant: a clip without intervals in its evidence stays within three flashes
//! in any one second; the page warns of a clip that has some. Regular stripes, which can harm too, are left out.

use reelcheck_media::{Sampling, View};
use reelcheck_types::{Better, Card, Evidence, Interval, Region, ScoreRange, Timestamp, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, Worst, at_least, ready, region, verdict};
use crate::transitions::{Field, Grid, Quantity, Recent};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "flashes";

/// On a screen 1024 pixels wide a cell is about 8 pixels wide: a quarter of a visual field has some 340 cells.
const VIEW: View = View::RgbReduced(128);

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

/// Flashes in one second that are still allowed.
const ALLOWED: u32 = 3;

/// Light is counted in whole millionths of the brightest, so that no comparison depends on the machine.
const ONE: f64 = 1e6;

/// A general flash changes relative luminance by this or more …
const LUMINANCE_STEP: u32 = 100_000;

/// … and its darker state is below this.
const DARKER_BELOW: u32 = 800_000;

/// A red flash changes R − G − B by more than this: 20 ÷ 320.
const RED_STEP: u32 = 62_500;

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "flashes".to_owned(),
        summary: "The largest number of flashes, general or red, in any one second over a quarter of a visual field; more \
                  than 3 can cause seizures."
            .to_owned(),
        unit: Unit::PerSecond,
        range: ScoreRange::at_least(0.0),
        better: Better::Lower,
        needs: vec![],
        on_request: false,
        source: "WCAG 2.1, success criterion 2.3.1: general flash and red flash thresholds, with the working definition of \
                 red flashes that WCAG 2.0 and 2.1 give, (R − G − B) × 320"
            .to_owned(),
        differs: Some(
            "The clip is taken to fill a screen of 1024 × 768, averaged to cells of about 8 × 8 of those pixels before \
             light is made linear. Changes are concurrent within 40 ms, a frame of television. WCAG 2.2 measures red \
             flashes by chromaticity instead."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(Flashes {
        format: SameFormat::default(),
        frames_seen: 0,
        on_its_side: matches!(setup.clip.rotation, 90 | 270),
        light: Light::new(),
        recent: None,
        values: Vec::new(),
        either: Track::new("flashes", Unit::PerSecond),
        general: Track::new("general_flashes", Unit::PerSecond),
        red: Track::new("red_flashes", Unit::PerSecond),
        worst: Worst::new(Weightiest::Highest),
        intervals: Vec::new(),
    })
}

struct Flashes {
    format: SameFormat,
    frames_seen: usize,
    /// Whether the viewer sees rows as columns.
    on_its_side: bool,
    light: Light,
    /// Transitions of luminance and of redness, once the size of the picture is known.
    recent: Option<(Recent, Recent)>,
    /// The values of a frame's cells.
    values: Vec<u32>,
    either: Track,
    general: Track,
    red: Track,
    worst: Worst,
    intervals: Vec<Interval>,
}

impl Judge for Flashes {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        self.frames_seen += 1;
        let (frame, image) = (observation.views.frame(), observation.views.get(VIEW));
        let (luminance, redness) = self.recent.get_or_insert_with(|| {
            let picture = (f64::from(frame.width()), f64::from(frame.height()));
            let grid = Grid::new(picture, (image.width, image.height), self.on_its_side);
            (Recent::new(grid.clone(), LUMINANCE), Recent::new(grid, REDNESS))
        });
        let pixels = || image.channel(0).iter().zip(image.channel(1)).zip(image.channel(2));
        self.values.clear();
        self.values.extend(pixels().map(|((&r, &g), &b)| self.light.luminance(r, g, b)));
        luminance.push(observation.timestamp, &self.values);
        self.values.clear();
        self.values.extend(pixels().map(|((&r, &g), &b)| self.light.redness(r, g, b)));
        redness.push(observation.timestamp, &self.values);

        let (general, general_field) = luminance.most_flashes();
        let (red, red_field) = redness.most_flashes();
        let fields = [(general, general_field, luminance.since()), (red, red_field, redness.since())];
        let either = general.max(red);
        self.general.push(observation, f64::from(general));
        self.red.push(observation, f64::from(red));
        self.either.push(observation, f64::from(either));
        for (flashes, field, since) in fields {
            if flashes == either
                && let Some(field) = field
            {
                self.worst.offer(observation, f64::from(flashes), || shown(&field, image.width, image.height));
            }
            if flashes > ALLOWED
                && let Some(since) = since
            {
                self.warn(since, observation.timestamp);
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let value = at_least(2, self.frames_seen).map(|()| self.either.max().unwrap_or(f64::NAN));
        let numbers = [("general_flashes", self.general.max()), ("red_flashes", self.red.max())];
        let evidence = Evidence {
            curves: vec![self.either.curve(), self.general.curve(), self.red.curve()],
            moments: self.worst.into_moments(),
            intervals: self.intervals,
            numbers: numbers.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect(),
            ..Evidence::default()
        };
        ready(verdict(ID, Unit::PerSecond, value, evidence, self.frames_seen))
    }
}

impl Flashes {
    /// Adds a stretch with too many flashes, joined to those that it touches.
    fn warn(&mut self, mut start: Timestamp, end: Timestamp) {
        while let Some(before) = self.intervals.pop_if(|before| before.end >= start) {
            start = start.min(before.start);
        }
        self.intervals.push(Interval { start, end });
    }
}

fn shown(field: &Field, columns: usize, rows: usize) -> Vec<Region> {
    vec![region(columns, rows, field.columns.clone(), field.rows.clone())]
}

/// General flashes: changes of relative luminance, in millionths.
const LUMINANCE: Quantity = Quantity {
    smallest: LUMINANCE_STEP,
    is_transition: |darker, brighter| brighter - darker >= LUMINANCE_STEP && darker < DARKER_BELOW,
};

/// Red flashes: changes of [`Light::redness`].
const REDNESS: Quantity = Quantity {
    smallest: 2 * RED_STEP,
    is_transition: |lower, higher| higher / 2 - lower / 2 > RED_STEP && (lower | higher) & SATURATED != 0,
};

/// Set in the redness of a color whose R ÷ (R + G + B) is 0.8 or more.
const SATURATED: u32 = 1;

/// Linear light by 8-bit sRGB level, in millionths.
struct Light {
    linear: [u32; 256],
    red: [u32; 256],
    green: [u32; 256],
    blue: [u32; 256],
}

impl Light {
    fn new() -> Self {
        let table =
            |weight: f64| std::array::from_fn(|level| (linear(level as f64 / 255.0) * weight * ONE).round() as u32);
        Self { linear: table(1.0), red: table(0.2126), green: table(0.7152), blue: table(0.0722) }
    }

    /// Relative luminance in millionths.
    fn luminance(&self, red: u8, green: u8, blue: u8) -> u32 {
        self.red[usize::from(red)] + self.green[usize::from(green)] + self.blue[usize::from(blue)]
    }

    /// Twice R − G − B in millionths, 0 where it is negative, and [`SATURATED`]: of two equally red colors the saturated one
    /// comes second.
    fn redness(&self, red: u8, green: u8, blue: u8) -> u32 {
        let [red, green, blue] = [red, green, blue].map(|level| self.linear[usize::from(level)]);
        let sum = red + green + blue;
        2 * red.saturating_sub(green + blue) + if sum > 0 && 5 * red >= 4 * sum { SATURATED } else { 0 }
    }
}

/// sRGB to linear light, 0 to 1, with the constants of IEC 61966-2-1.
fn linear(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::{Frame, Outcome};

    use super::*;
    use crate::testing::{at_fps, clip_of, gray_frames, judge, rgb_frames, score};

    /// The score, which is a whole number.
    fn flashes(frames: Vec<Frame>) -> u32 {
        let value = score(&ENTRY, frames);
        assert!(value.fract().abs() < f64::EPSILON, "{value}");
        value as u32
    }

    /// Black and white in turn at 24 frames a second: `hertz` flashes a second where `inside` says so.
    fn strobe(hertz: usize, seconds: usize, inside: impl Fn(usize, usize) -> bool) -> Vec<Frame> {
        let bright = move |index: usize| (index * 2 * hertz / 24) % 2 == 1;
        let draw = |index: usize, x, y| [if bright(index) && inside(x, y) { 255 } else { 0 }; 3];
        rgb_frames(24 * seconds, 128, 96, draw)
    }

    fn everywhere(_: usize, _: usize) -> bool {
        true
    }

    #[test]
    fn a_still_clip_and_one_flash_of_light() {
        assert_eq!(flashes(rgb_frames(30, 64, 36, |_, x, y| [x as u8, y as u8, 9])), 0);
        assert_eq!(flashes(rgb_frames(30, 64, 36, |index, _, _| [if index == 7 { 255 } else { 0 }; 3])), 1);
        // Light that comes and stays is no flash.
        assert_eq!(flashes(rgb_frames(30, 64, 36, |index, _, _| [if index > 7 { 255 } else { 0 }; 3])), 0);
    }

    #[test]
    fn strobes_score_their_frequency_and_warn_above_three() {
        for hertz in [1, 2, 3, 4, 6, 12] {
            let verdict = judge(&ENTRY, strobe(hertz, 3, everywhere));
            assert_eq!(verdict.value(), Some(hertz as f64));
            assert_eq!(verdict.evidence.intervals.is_empty(), hertz <= 3, "{hertz}");
        }
        let numbers = judge(&ENTRY, strobe(4, 2, everywhere)).evidence.numbers;
        assert_eq!(numbers, [("general_flashes".to_owned(), 4.0), ("red_flashes".to_owned(), 0.0)]);
    }

    #[test]
    fn time_is_what_counts_not_frames() {
        // The same pictures at half the rate flash half as often.
        let slow = at_fps(strobe(4, 4, everywhere), 12.0);
        assert_eq!(flashes(slow), 2);
    }

    #[test]
    fn the_stretch_with_too_many_flashes_is_found() {
        // Flashing from 2 s to 4 s of 6 s, at 6 Hz: transitions every 2 frames from frame 50.
        let bright = |index: usize| (48..96).contains(&index) && (index / 2) % 2 == 1;
        let frames = rgb_frames(144, 64, 48, |index, _, _| [if bright(index) { 255 } else { 0 }; 3]);
        let intervals = judge(&ENTRY, frames).evidence.intervals;
        assert_eq!(intervals.len(), 1, "{intervals:?}");
        assert!((intervals[0].start.as_secs_f64() - 50.0 / 24.0).abs() < 1e-6);
        // The last transition is at 4 s; a second later four flashes are no longer within one.
        assert!((4.0..4.5).contains(&intervals[0].end.as_secs_f64()), "{intervals:?}");
    }

    #[test]
    fn small_areas_do_not_count_and_the_field_is_shown() {
        // On 1024 × 768 a cell is 8 pixels: 18 × 18 cells are 20,736 px, below 21,824; 19 × 19 are 23,104.
        let square =
            |side: usize| move |x: usize, y: usize| (40..40 + side).contains(&x) && (30..30 + side).contains(&y);
        assert_eq!(flashes(strobe(4, 2, square(18))), 0);
        let verdict = judge(&ENTRY, strobe(4, 2, square(19)));
        assert_eq!(verdict.value(), Some(4.0));
        let field = verdict.evidence.moments[0].regions[0];
        assert!((field.width - 43.0 / 128.0).abs() < 1e-12 && (field.height - 32.0 / 96.0).abs() < 1e-12);
        assert!(field.x <= 40.0 / 128.0 && field.x + field.width >= 59.0 / 128.0);
        assert!(field.y <= 30.0 / 96.0 && field.y + field.height >= 49.0 / 96.0);
        // As many cells, but too far apart for one field.
        let apart = |x: usize, y: usize| !(10..118).contains(&x) && y < 20;
        assert_eq!(flashes(strobe(4, 2, apart)), 0);
    }

    #[test]
    fn a_fine_checkerboard_averages_out() {
        let fine = |index: usize, x: usize, y: usize| [((x / 2 + y / 2 + index / 3) % 2 * 255) as u8; 3];
        let frames = |width, height| rgb_frames(48, width, height, fine);
        // 512 pixels wide, squares of 2: half a cell.
        assert_eq!(flashes(frames(512, 384)), 0);
        // 128 pixels wide, squares of two cells.
        assert_eq!(flashes(frames(128, 96)), 4);
    }

    #[test]
    fn steps_below_a_tenth_and_bright_ones_do_not_count() {
        let between = |dark: u8, bright: u8| {
            let level = move |index: usize| if (index / 3).is_multiple_of(2) { dark } else { bright };
            flashes(rgb_frames(48, 64, 48, move |index, _, _| [level(index); 3]))
        };
        // Luminance of 89 is 0.0999, of 90 is 0.1022.
        assert_eq!((between(0, 89), between(0, 90)), (0, 4));
        // 231 has 0.799, 232 has 0.807; white is 0.19 above.
        assert_eq!((between(231, 255), between(232, 255)), (4, 0));
    }

    #[test]
    fn slow_changes_add_up_and_noise_does_not() {
        // A triangle wave of luminance, 4 Hz at 48 frames a second: 6 frames up, 6 down.
        let wave = |index: usize, _, _| [40 * (6 - (index % 12).abs_diff(6)) as u8; 3];
        assert_eq!(flashes(at_fps(rgb_frames(96, 64, 48, wave), 48.0)), 4);
        let noise = |index: usize, x: usize, y: usize| [(120 + (index * 7 + x * 3 + y * 5) % 11) as u8; 3];
        assert_eq!(flashes(rgb_frames(96, 64, 48, noise)), 0);
    }

    #[test]
    fn areas_flash_together_or_not_at_all() {
        // Every cell at 4 Hz, each with its own delay of 0 to 5 frames: never a quarter at once.
        let flicker = |delay: fn(usize, usize) -> usize| {
            let draw = move |index: usize, x: usize, y: usize| [((index + delay(x, y)) / 3 % 2 * 255) as u8; 3];
            flashes(rgb_frames(48, 128, 96, draw))
        };
        assert_eq!(flicker(|x, y| (x + 2 * y) % 6), 0);
        assert_eq!(flicker(|x, _| x / 2 % 2), 4);
        // Checkers of two cells that take turns, one half up while the other is down.
        assert_eq!(flicker(|x, y| (x / 2 + y / 2) % 2 * 3), 4);
    }

    #[test]
    fn at_high_frame_rates_a_flash_may_spread_over_frames() {
        // 120 frames a second, 4 Hz; light reaches a fifth of the rows in each of five frames.
        let draw = |index: usize, _: usize, y: usize| [((index + 20 - y % 5) / 15 % 2 * 255) as u8; 3];
        assert_eq!(flashes(at_fps(rgb_frames(240, 128, 96, draw), 120.0)), 4);
    }

    #[test]
    fn red_counts_by_itself() {
        // Saturated red of a luminance below a tenth: no general flash.
        let draw = |other: [u8; 3]| {
            move |index: usize, _: usize, _: usize| if (index / 3).is_multiple_of(2) { [170, 0, 0] } else { other }
        };
        let numbers = |other| judge(&ENTRY, rgb_frames(48, 64, 48, draw(other))).evidence.numbers;
        let expected = |red: f64| [("general_flashes".to_owned(), 0.0), ("red_flashes".to_owned(), red)];
        assert_eq!(numbers([0, 0, 0]), expected(4.0));
        assert_eq!(flashes(rgb_frames(48, 64, 48, draw([0, 0, 0]))), 4);
        // Red that hardly changes, and a color that is not saturated.
        assert_eq!(numbers([160, 0, 0]), expected(0.0));
        let pale = |index: usize, _, _| if (index / 3).is_multiple_of(2) { [150, 90, 90] } else { [90, 60, 60] };
        assert_eq!(flashes(rgb_frames(48, 64, 48, pale)), 0);
    }

    #[test]
    fn a_faster_strobe_scores_higher() {
        let scores: Vec<u32> = [1, 2, 3, 4, 6, 12].map(|hertz| flashes(strobe(hertz, 2, everywhere))).to_vec();
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
    }

    #[test]
    fn a_clip_on_its_side_has_its_field_on_its_side() {
        // 341 × 256 on the screen are 256 × 341 of the frame before rotation.
        let frames = strobe(4, 2, everywhere);
        let mut clip = clip_of(&frames);
        let field = |clip: &reelcheck_types::Clip| {
            let grid = Grid::new((96.0, 128.0), (96, 128), matches!(clip.rotation, 90 | 270));
            let mut recent = Recent::new(grid, LUMINANCE);
            for index in 0..3u8 {
                let time = Timestamp::from_micros(i64::from(index) * 100_000);
                recent.push(time, &[u32::from(index % 2) * 900_000; 96 * 128]);
            }
            recent.most_flashes().1.unwrap()
        };
        clip.rotation = 90;
        assert_eq!(field(&clip), Field { columns: 0..32, rows: 0..43 });
        clip.rotation = 0;
        // Upright, 96 × 128 fills the height: a cell is 6 pixels.
        assert_eq!(field(&clip), Field { columns: 0..57, rows: 0..43 });
    }

    #[test]
    fn one_frame_is_too_few_and_a_change_of_size_is_refused() {
        let one = judge(&ENTRY, gray_frames(1, 16, 16, |_, _, _| 7)).outcome;
        assert_eq!(one, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
        let mut frames = gray_frames(1, 16, 16, |_, _, _| 7);
        frames.extend(gray_frames(2, 18, 16, |_, _, _| 7).split_off(1));
        let at = frames[1].timestamp();
        assert_eq!(judge(&ENTRY, frames).outcome, Outcome::Unscored(Unscored::FormatChanged { at }));
    }
}
