//! Dynamic degree: whether a clip moves, by RAFT.
//!
//! VBench's protocol: frames at about 8 per second at their own size, padded to multiples of 8 by repeating the border,
//! 20 rounds of RAFT; a pair moves when the mean of its fastest twentieth exceeds 6·min(H, W)/256 pixels, a clip when
//! round(4·n/16) pairs do. Invariant: padded pixels count, as they do in VBench.

use std::collections::VecDeque;
use std::rc::Rc;

use burn::tensor::{Tensor, Transaction};
use reelcheck_media::{Image, Sampling};
use reelcheck_models::{Picture, Raft, Seen, read};
use reelcheck_types::{Better, Card, Evidence, Need, Region, ScoreRange, Unit, Unscored, Verdict};

use super::features::VIEW;
use super::missing;
use crate::evidence::{Place, SameFormat, Track, Weightiest, Worst, at_least, strongest_cells, verdict};
use crate::motion::Dynamic;
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "dynamic_degree";

/// Rounds of the network.
const UPDATES: usize = 20;

/// The share of the picture whose motion counts: the fastest.
const TOP_SHARE: f64 = 0.05;

/// RAFT takes pictures whose sides are multiples of this.
const MULTIPLE: usize = 8;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::AboutFps(8), create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: ID.to_owned(),
        summary: "1 when the clip moves, 0 when it hardly does: whether enough pairs of frames have a fastest twentieth \
                  that travels far."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 1.0),
        better: Better::Neither,
        needs: vec![Need::Weights],
        source: "VBench (Huang et al., CVPR 2024), dynamic degree: RAFT at about 8 fps and full size, mean of the top 5 % of \
                 flow magnitudes per pair; a pair counts above 6·min(H, W)/256 px, a clip is dynamic from round(4·n/16) \
                 such pairs"
            .to_owned(),
        differs: Some(
            "Equal to VBench with RAFT large trained on FlyingThings; with RAFT small or other training distances are \
             others. Correlations are computed where they are looked up instead of all at once: the same up to rounding."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>) -> Box<dyn Judge> {
    let Some(raft) = setup.models.raft.clone() else { return missing(ID, Need::Weights) };
    Box::new(DynamicDegree {
        raft,
        format: SameFormat::default(),
        previous: None,
        sent: VecDeque::new(),
        padded: [0, 0],
        distances: Track::new("fastest_twentieth", Unit::Pixels),
        worst: Worst::new(Weightiest::Highest),
        frames_seen: 0,
    })
}

struct DynamicDegree {
    raft: Rc<Raft>,
    format: SameFormat,
    previous: Option<Seen>,
    /// Magnitudes on the device, with the later frame's place.
    sent: VecDeque<(Place, Tensor<4>)>,
    /// Width and height that the network sees.
    padded: [usize; 2],
    distances: Track,
    worst: Worst,
    frames_seen: usize,
}

impl DynamicDegree {
    async fn collect(&mut self) -> Result<(), Unscored> {
        while let Some((place, magnitudes)) = self.sent.pop_front() {
            let values = read(Transaction::default().register(magnitudes)).await;
            let values = values.map_err(|failed| Unscored::DeviceFailed { message: failed.message })?;
            let magnitudes = values.into_iter().next().unwrap_or_default();
            let distance = fastest(&magnitudes);
            self.distances.push(place, distance);
            let [width, height] = self.padded;
            self.worst.offer(place, distance, || fastest_cells(&magnitudes, width, height));
        }
        Ok(())
    }

    async fn conclude(mut self: Box<Self>) -> Verdict {
        let collected = self.collect().await;
        let (width, height) = self.format.size().unwrap_or_default();
        let threshold = 6.0 * f64::from(width.min(height)) / 256.0;
        let rule = Dynamic::new(self.distances.values(), threshold, self.frames_seen);
        let broken = self.distances.values().iter().any(|distance| !distance.is_finite());
        let value = collected
            .and_then(|()| at_least(2, self.frames_seen))
            .and_then(|()| if broken { Err(Unscored::NotFinite) } else { Ok(f64::from(u8::from(rule.dynamic))) });
        let mut numbers = vec![
            ("pairs_over_threshold".to_owned(), rule.pairs_over as f64),
            ("pairs_needed".to_owned(), rule.pairs_needed as f64),
            ("threshold_px".to_owned(), threshold),
        ];
        numbers.extend(self.distances.mean().map(|mean| ("mean_distance_px".to_owned(), mean)));
        let evidence = Evidence {
            curves: vec![self.distances.curve()],
            moments: self.worst.into_moments(),
            numbers,
            ..Evidence::default()
        };
        verdict(ID, Unit::Ratio, value, evidence, self.frames_seen)
    }
}

impl Judge for DynamicDegree {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        let image = observation.views.get(VIEW);
        // A side is padded up to the next multiple, so that one just below the smallest will do.
        let smallest = Raft::MIN_SIDE - MULTIPLE + 1;
        if image.width.min(image.height) < smallest {
            let given_px = image.width.min(image.height) as u32;
            return Err(Unscored::TooSmall { needed_px: smallest as u32, given_px });
        }
        self.frames_seen += 1;
        let picture = padded(image);
        self.padded = [picture.width, picture.height];
        let seen = self.raft.look(&picture);
        if let Some(previous) = self.previous.replace(seen.clone()) {
            let flow = self.raft.flow(&previous, &seen, UPDATES);
            self.sent.push_back((observation.into(), flow.square().sum_dim(1).sqrt()));
        }
        Ok(())
    }

    fn settle(&mut self) -> JudgeFuture<'_, Result<(), Unscored>> {
        Box::pin(self.collect())
    }

    fn finish(self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        Box::pin(self.conclude())
    }
}

/// A frame from −1 to 1 with its borders repeated on all sides up to multiples of 8; an odd pixel goes right and below.
fn padded(image: &Image) -> Picture {
    let more = |side: usize| side.next_multiple_of(MULTIPLE) - side;
    let (left, top) = (more(image.width) / 2, more(image.height) / 2);
    let (width, height) = (image.width + more(image.width), image.height + more(image.height));
    let mut data = Vec::with_capacity(3 * width * height);
    for channel in 0..3 {
        let plane = image.channel(channel);
        for y in 0..height {
            let row = &plane[y.saturating_sub(top).min(image.height - 1) * image.width..][..image.width];
            let columns = (0..width).map(|x| x.saturating_sub(left).min(image.width - 1));
            data.extend(columns.map(|x| 2.0 * (f32::from(row[x]) / 255.0) - 1.0));
        }
    }
    Picture::new(width, height, data)
}

/// The mean of the fastest twentieth, in pixels.
fn fastest(magnitudes: &[f32]) -> f64 {
    let count = (magnitudes.len() as f64 * TOP_SHARE) as usize;
    if count == 0 {
        return f64::NAN;
    }
    let mut sorted = magnitudes.to_vec();
    let (above, last, _) = sorted.select_nth_unstable_by(count - 1, |a, b| b.total_cmp(a));
    (above.iter().copied().map(f64::from).sum::<f64>() + f64::from(*last)) / count as f64
}

/// Where the picture moves fastest.
fn fastest_cells(magnitudes: &[f32], width: usize, height: usize) -> Vec<Region> {
    strongest_cells(width, height, |columns, rows| {
        let count = columns.len() * rows.len();
        let row = |row: usize| magnitudes[row * width..][columns.clone()].iter().copied().map(f64::from).sum::<f64>();
        rows.map(row).sum::<f64>() / count as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_repeated_evenly() {
        let data =
            [10, 20, 30].into_iter().flat_map(|base| (0..13 * 9).map(move |at| base + (at % 13) as u8)).collect();
        let image = Image { width: 13, height: 9, channels: 3, data };
        let picture = padded(&image);
        assert_eq!((picture.width, picture.height), (16, 16));
        // One column on the left, two on the right.
        let level = |x: usize| ((picture.data[x] + 1.0) / 2.0 * 255.0).round() as u8;
        assert_eq!([0, 1, 2, 13, 14, 15].map(level), [10, 10, 11, 22, 22, 22]);
    }

    #[test]
    fn the_fastest_twentieth_is_numpys() {
        // np.mean(abs(np.sort(-x))[: int(len(x) * 0.05)])
        let magnitudes: Vec<f32> = (0..59).map(|index| (index * 7 % 59) as f32).collect();
        assert!((fastest(&magnitudes) - 57.5).abs() < 1e-12);
        assert!(fastest(&[1.0; 19]).is_nan());
    }
}
