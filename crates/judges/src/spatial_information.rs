//! Spatial information: how much detail the busiest frame holds.
//!
//! ITU-T P.910: the standard deviation of the Sobel magnitude of each frame's luma; the largest over time is the score.
//! Invariant: frames reach the device as they come and only a few numbers per frame come back, in batches, whenever the
//! run settles. The filter itself is `reelcheck-models`' part.

use reelcheck_media::{Sampling, View};
use reelcheck_models::{DeviceFailed, Sobel, SobelRows};
use reelcheck_types::{Better, Card, Evidence, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{Place, SameFormat, Track, Weightiest, at_least, verdict};
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "spatial_information";
const VIEW: View = View::LumaFull;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "spatial_information".to_owned(),
        summary: "The standard deviation of the edge strength in the busiest frame; more detail, texture or noise \
                  raises it."
            .to_owned(),
        unit: Unit::Levels,
        range: ScoreRange::at_least(0.0),
        better: Better::Neither,
        needs: vec![],
        on_request: false,
        source: "ITU-T P.910, spatial information (SI): max over time of the standard deviation of the \
                 Sobel-filtered luma"
            .to_owned(),
        // Equal to ffmpeg's siti to the two decimals that it prints.
        differs: None,
    }
}

fn create(setup: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(SpatialInformation {
        format: SameFormat::default(),
        sobel: Sobel::new(setup.device),
        pending: Pending::default(),
        spreads: Track::new("sobel_standard_deviation", Unit::Levels),
        frames_seen: 0,
    })
}

struct SpatialInformation {
    format: SameFormat,
    sobel: Sobel,
    pending: Pending,
    spreads: Track,
    frames_seen: usize,
}

/// Frames whose numbers are still on the device.
#[derive(Default)]
struct Pending {
    places: Vec<Place>,
    rows: Vec<SobelRows>,
}

impl Pending {
    /// Reads them all back.
    async fn read_into(&mut self, spreads: &mut Track) -> Result<(), Unscored> {
        let (places, rows) = (std::mem::take(&mut self.places), std::mem::take(&mut self.rows));
        if rows.is_empty() {
            return Ok(());
        }
        let failed = |error: DeviceFailed| Unscored::DeviceFailed { message: error.message };
        let moments = SobelRows::read(rows).await.map_err(failed)?;
        for (place, moments) in places.into_iter().zip(moments) {
            spreads.push(place, moments.std());
        }
        Ok(())
    }
}

impl Judge for SpatialInformation {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        let frame = observation.views.frame();
        let smaller = frame.width().min(frame.height());
        if (smaller as usize) < Sobel::MIN_SIDE {
            return Err(Unscored::TooSmall { needed_px: Sobel::MIN_SIDE as u32, given_px: smaller });
        }
        let luma = observation.views.get(VIEW);
        self.frames_seen += 1;
        self.pending.places.push(observation.into());
        self.pending.rows.push(self.sobel.rows(&luma.data, luma.width, luma.height));
        Ok(())
    }

    fn settle(&mut self) -> JudgeFuture<'_, Result<(), Unscored>> {
        Box::pin(self.pending.read_into(&mut self.spreads))
    }

    fn finish(mut self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        Box::pin(async move {
            let value = match self.pending.read_into(&mut self.spreads).await {
                Ok(()) => at_least(1, self.frames_seen),
                Err(reason) => Err(reason),
            };
            // A NaN must not hide behind the maximum.
            let all_finite = self.spreads.values().iter().all(|spread| spread.is_finite());
            let largest = self.spreads.max().filter(|_| all_finite).ok_or(Unscored::NotFinite);
            let evidence = Evidence {
                curves: vec![self.spreads.curve()],
                moments: self.spreads.moments(Weightiest::Highest),
                intervals: vec![],
                numbers: self.spreads.mean().map(|mean| ("mean".to_owned(), mean)).into_iter().collect(),
                ..Evidence::default()
            };
            verdict(ID, Unit::Levels, value.and(largest), evidence, self.frames_seen)
        })
    }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::Outcome;

    use super::*;
    use crate::testing::{gray_frames, judge, score, texture};

    #[test]
    fn flat_frames_and_ramps_hold_no_information() {
        assert!(score(&ENTRY, gray_frames(2, 40, 30, |_, _, _| 77)) < 1e-9);
        assert!(score(&ENTRY, gray_frames(2, 200, 30, |_, x, _| x as u8)) < 1e-3);
    }

    #[test]
    fn known_answer() {
        // An edge of 100 levels between columns 9 and 10: magnitude 400 in two of eighteen inner columns.
        let value = score(&ENTRY, gray_frames(3, 20, 12, |_, x, _| if x < 10 { 50 } else { 150 }));
        let share = 2.0 / 18.0;
        let expected = 400.0 * f64::sqrt(share * (1.0 - share));
        assert!((value - expected).abs() < 1e-3, "{value} {expected}");
    }

    #[test]
    fn more_contrast_holds_more() {
        let scores: Vec<f64> = (1..6)
            .map(|contrast| {
                let draw = |_, x: usize, y: usize| {
                    (128.0 + (texture(x as f64, y as f64) - 128.0) * f64::from(contrast) / 6.0) as u8
                };
                score(&ENTRY, gray_frames(1, 64, 48, draw))
            })
            .collect();
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
    }

    #[test]
    fn the_busiest_of_many_frames_counts_and_all_come_back_in_order() {
        let busy = |index: usize, x: usize, _: usize| if index == 30 { 200 * (x / 4 % 2) as u8 } else { 90 };
        let verdict = judge(&ENTRY, gray_frames(37, 40, 20, busy));
        assert_eq!(verdict.evidence.moments[0].frame_index, 30);
        assert_eq!(verdict.evidence.curves[0].values.len(), 37);
        let only = score(&ENTRY, gray_frames(1, 40, 20, |_, x, _| 200 * (x / 4 % 2) as u8));
        assert_eq!(verdict.value().map(f64::to_bits), Some(only.to_bits()));
    }

    #[test]
    fn tiny_frames_are_refused() {
        let outcome = judge(&ENTRY, gray_frames(2, 40, 2, |_, _, _| 0)).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooSmall { needed_px: 3, given_px: 2 }));
    }

    #[test]
    fn no_frame_is_too_few() {
        let outcome = judge(&ENTRY, vec![]).outcome;
        assert_eq!(outcome, Outcome::Unscored(Unscored::TooFewFrames { needed: 1, seen: 0 }));
    }
}
