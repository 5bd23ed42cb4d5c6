//! Exposure: how much of the picture is clipped to black or to white.
//!
//! Invariant: every pixel counts once, as clipped shadow, clipped highlight or neither. Whether black is meant (a night
//! sky, letterbox bars) is left to the reader: the curves keep shadows and highlights apart.

use reelcheck_lanes::{U8x16, padded};
use reelcheck_media::{Image, Sampling, View};
use reelcheck_types::{Better, Card, Evidence, Region, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{SameFormat, Track, Weightiest, Worst, at_least, ready, strongest_cells, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "exposure";
const VIEW: View = View::LumaFull;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

/// Expanded luma up to this is a clipped shadow: code values up to 18 in limited range.
const DARKEST: u8 = 2;

/// Expanded luma from this on is a clipped highlight: code values from 233 on in limited range (expansion rounds down).
const BRIGHTEST: u8 = 252;

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "exposure".to_owned(),
        summary: "Mean over the frames of the share of pixels clipped to black or to white; 0 when none is.".to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Lower,
        needs: vec![],
        on_request: false,
        source: "Shares of luma within two code values of nominal black (16) and nominal white (235) of ITU-R BT.601 and \
                 BT.709, 0–2 and 252–255 after expansion; two codes are left to lossy coding"
            .to_owned(),
        differs: Some(
            "No standard fixes the tolerance. Dark scenes and black bars count as clipped shadows: read the two shares \
             apart."
                .to_owned(),
        ),
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(Exposure {
        format: SameFormat::default(),
        clipped: Track::new("clipped", Unit::Ratio),
        shadows: Track::new("clipped_shadows", Unit::Ratio),
        highlights: Track::new("clipped_highlights", Unit::Ratio),
        worst: Worst::new(Weightiest::Highest),
    })
}

struct Exposure {
    format: SameFormat,
    clipped: Track,
    shadows: Track,
    highlights: Track,
    worst: Worst,
}

impl Judge for Exposure {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        let image = observation.views.get(VIEW);
        let (dark, bright) = clipped(&image.data);
        let share = |count: u64| count as f64 / image.data.len() as f64;
        self.shadows.push(observation, share(dark));
        self.highlights.push(observation, share(bright));
        self.clipped.push(observation, share(dark + bright));
        if dark + bright > 0 {
            self.worst.offer(observation, share(dark + bright), || clipped_most(image));
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let frames_seen = self.clipped.len();
        let numbers = [("clipped_shadows", self.shadows.mean()), ("clipped_highlights", self.highlights.mean())];
        let evidence = Evidence {
            curves: vec![self.clipped.curve(), self.shadows.curve(), self.highlights.curve()],
            moments: self.worst.into_moments(),
            intervals: vec![],
            numbers: numbers.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect(),
            ..Evidence::default()
        };
        let value = at_least(1, frames_seen).map(|()| self.clipped.mean().unwrap_or(f64::NAN));
        ready(verdict(ID, Unit::Ratio, value, evidence, frames_seen))
    }
}

/// How many values are clipped shadows and how many are clipped highlights.
fn clipped(values: &[u8]) -> (u64, u64) {
    // Counts of up to 255 values stay in bytes, so that one instruction counts many pixels.
    const SPAN: usize = 255;
    let (darkest, brightest) = (U8x16::splat(DARKEST), U8x16::splat(BRIGHTEST));
    let (mut dark, mut bright) = (0, 0);
    let mut count = |vectors: &[[u8; 16]]| {
        let (mut dark_lanes, mut bright_lanes) = (U8x16::splat(0), U8x16::splat(0));
        for values in vectors {
            let values = U8x16::load(values);
            // True is 255, which is −1.
            dark_lanes = dark_lanes - values.at_most(darkest);
            bright_lanes = bright_lanes - brightest.at_most(values);
        }
        dark += dark_lanes.sum_pairs().sum_pairs().unsigned_total();
        bright += bright_lanes.sum_pairs().sum_pairs().unsigned_total();
    };
    let (vectors, rest) = values.as_chunks();
    vectors.chunks(SPAN).for_each(&mut count);
    // Filled with what is neither.
    count(&[padded(rest, DARKEST + 1)]);
    (dark, bright)
}

/// Where the largest shares of pixels are clipped.
fn clipped_most(image: &Image) -> Vec<Region> {
    strongest_cells(image.width, image.height, |columns, rows| {
        let pixels = (columns.len() * rows.len()) as f64;
        let spans = rows.map(|row| &image.data[row * image.width..][columns.clone()]);
        let counts = spans.map(clipped).map(|(dark, bright)| dark + bright);
        counts.sum::<u64>() as f64 / pixels
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reelcheck_types::{ColorTags, Frame, Outcome, PixelFormat, Timestamp};

    use super::*;
    use crate::testing::{gray_frames, judge, score};

    #[test]
    fn mid_tones_score_zero_without_moments() {
        let verdict = judge(&ENTRY, gray_frames(3, 40, 30, |_, x, y| (3 + (x * 30 + y) % 249) as u8));
        assert_eq!(verdict.value(), Some(0.0));
        assert!(verdict.evidence.moments.is_empty());
    }

    #[test]
    fn known_answer() {
        // A quarter black, an eighth white.
        let frames = gray_frames(2, 64, 40, |_, x, _| match x {
            0..16 => 1,
            16..24 => 254,
            _ => 100,
        });
        let verdict = judge(&ENTRY, frames);
        assert_eq!(verdict.value(), Some(0.375));
        let numbers = [("clipped_shadows".to_owned(), 0.25), ("clipped_highlights".to_owned(), 0.125)];
        assert_eq!(verdict.evidence.numbers, numbers);
    }

    #[test]
    fn more_clipping_scores_higher() {
        let scores: Vec<f64> = (0..8)
            .map(|gain| {
                let draw = move |_, x: usize, _| (128 + (x as i32 - 64) * gain).clamp(0, 255) as u8;
                score(&ENTRY, gray_frames(2, 128, 16, draw))
            })
            .collect();
        assert!(scores.is_sorted() && scores[7] > scores[2], "{scores:?}");
    }

    #[test]
    fn limited_range_is_expanded_before_it_is_judged() {
        use reelcheck_media::{FrameViews, ViewPool, decide};
        let codes: Vec<u8> = (0..=255).collect();
        let mut data = codes;
        data.resize(PixelFormat::I420.frame_bytes(256, 1), 128);
        let frame = Frame::new(Timestamp::ZERO, PixelFormat::I420, 256, 1, data).unwrap();
        let color = decide(&ColorTags::default(), PixelFormat::I420, 256, 1);
        let views = FrameViews::new(frame, &color, &ViewPool::default());
        // Codes 0 to 18 and 233 to 255.
        assert_eq!(clipped(&views.get(VIEW).data), (19, 23));
    }

    #[test]
    fn the_evidence_points_at_the_burnt_out_window() {
        let frames = gray_frames(12, 80, 80, |index, x, y| {
            if index >= 6 && (20..30).contains(&x) && (40..50).contains(&y) { 255 } else { 90 }
        });
        let moment = &judge(&ENTRY, frames).evidence.moments[0];
        assert_eq!(moment.frame_index, 6);
        assert_eq!(moment.regions, [Region { x: 0.25, y: 0.5, width: 0.125, height: 0.125 }]);
    }

    proptest! {
        #[test]
        fn every_pixel_counts_once(values in prop::collection::vec(any::<u8>(), 0..20_000)) {
            let dark = values.iter().filter(|&&value| value <= DARKEST).count() as u64;
            let bright = values.iter().filter(|&&value| value >= BRIGHTEST).count() as u64;
            prop_assert_eq!(clipped(&values), (dark, bright));
        }
    }

    #[test]
    fn large_black_and_white_pictures_do_not_overflow() {
        assert_eq!(clipped(&vec![0; 100_003]), (100_003, 0));
        assert_eq!(clipped(&vec![255; 100_003]), (0, 100_003));
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
