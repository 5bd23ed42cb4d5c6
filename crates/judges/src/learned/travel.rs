//! How far the fastest part of the picture travels from one frame to another, by RAFT: what VBench's judges of motion share.
//!
//! Frames are taken at their own size and padded to multiples of 8 by repeating the border; 20 rounds of RAFT. Invariant:
//! padded pixels count, as they do in VBench. Which pairs are compared, and what a distance means, is left to the judges.

use std::collections::VecDeque;
use std::rc::Rc;

use burn::tensor::{Tensor, Transaction};
use reelcheck_media::Image;
use reelcheck_models::{Picture, Raft, Seen, read};
use reelcheck_types::{Moment, Region, Unit, Unscored};

use super::features::VIEW;
use crate::Observation;
use crate::evidence::{Place, SameFormat, Track, Weightiest, Worst, strongest_cells};

/// Rounds of the network.
const UPDATES: usize = 20;

/// RAFT takes pictures whose sides are multiples of this.
const MULTIPLE: usize = 8;

/// Distances between frames of one clip.
pub(super) struct Travel {
    raft: Rc<Raft>,
    /// The share of the picture whose motion counts: the fastest.
    top_share: f64,
    format: SameFormat,
    /// Width and height that the network sees.
    padded: [usize; 2],
    /// Magnitudes on the device, with the later frame's place.
    sent: VecDeque<(Place, Tensor<4>)>,
    distances: Track,
    worst: Worst,
}

impl Travel {
    /// Of the fastest `top_share` of the picture; `quantity` becomes the curve's stable key.
    pub(super) fn new(raft: Rc<Raft>, quantity: &'static str, top_share: f64) -> Self {
        Self {
            raft,
            top_share,
            format: SameFormat::default(),
            padded: [0, 0],
            sent: VecDeque::new(),
            distances: Track::new(quantity, Unit::Pixels),
            worst: Worst::new(Weightiest::Highest),
        }
    }

    /// Looks at a frame.
    ///
    /// # Errors
    /// When the format changes, or the frame is too small for RAFT.
    pub(super) fn look(&mut self, observation: &Observation<'_>) -> Result<Seen, Unscored> {
        self.format.check(observation)?;
        let image = observation.views.get(VIEW);
        // A side is padded up to the next multiple, so that one just below the smallest will do.
        let smallest = Raft::MIN_SIDE - MULTIPLE + 1;
        if image.width.min(image.height) < smallest {
            let given_px = image.width.min(image.height) as u32;
            return Err(Unscored::TooSmall { needed_px: smallest as u32, given_px });
        }
        let picture = padded(image);
        self.padded = [picture.width, picture.height];
        Ok(self.raft.look(&picture))
    }

    /// Gives the device a pair of frames that follow each other; `place` is the later one's.
    pub(super) fn compare(&mut self, place: Place, first: &Seen, second: &Seen) {
        self.sent.push_back((place, self.magnitudes(first, second)));
    }

    /// Reads back what the device was given.
    ///
    /// # Errors
    /// When the device failed.
    pub(super) async fn collect(&mut self) -> Result<(), Unscored> {
        while let Some((place, magnitudes)) = self.sent.pop_front() {
            let magnitudes = read_back(magnitudes).await?;
            let distance = fastest(&magnitudes, self.top_share);
            self.distances.push(place, distance);
            let [width, height] = self.padded;
            self.worst.offer(place, distance, || fastest_cells(&magnitudes, width, height));
        }
        Ok(())
    }

    /// The distance between two frames that do not follow each other, in pixels; it is not part of the curve.
    ///
    /// # Errors
    /// When the device failed.
    pub(super) async fn between(&self, first: &Seen, second: &Seen) -> Result<f64, Unscored> {
        Ok(fastest(&read_back(self.magnitudes(first, second)).await?, self.top_share))
    }

    /// Distances by pair, in pixels.
    pub(super) fn distances(&self) -> &Track {
        &self.distances
    }

    /// Whether every distance so far is a finite number.
    pub(super) fn is_finite(&self) -> bool {
        self.distances.values().iter().all(|distance| distance.is_finite())
    }

    /// A share of the frames' shorter side in pixels, 256 being the whole of it: how VBench states its thresholds.
    pub(super) fn of_shorter_side(&self, share: f64) -> f64 {
        let (width, height) = self.format.size().unwrap_or_default();
        share * f64::from(width.min(height)) / 256.0
    }

    /// The pairs that move most, with where they do.
    pub(super) fn into_moments(self) -> Vec<Moment> {
        self.worst.into_moments()
    }

    fn magnitudes(&self, first: &Seen, second: &Seen) -> Tensor<4> {
        self.raft.flow(first, second, UPDATES).square().sum_dim(1).sqrt()
    }
}

async fn read_back(magnitudes: Tensor<4>) -> Result<Vec<f32>, Unscored> {
    let values = read(Transaction::default().register(magnitudes)).await;
    let values = values.map_err(|failed| Unscored::DeviceFailed { message: failed.message })?;
    Ok(values.into_iter().next().unwrap_or_default())
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

/// The mean of the fastest share, in pixels.
fn fastest(magnitudes: &[f32], share: f64) -> f64 {
    let count = (magnitudes.len() as f64 * share) as usize;
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
    fn the_fastest_share_is_numpys() {
        // np.mean(abs(np.sort(-x))[: int(len(x) * 0.05)])
        let magnitudes: Vec<f32> = (0..59).map(|index| (index * 7 % 59) as f32).collect();
        assert!((fastest(&magnitudes, 0.05) - 57.5).abs() < 1e-12);
        assert!(fastest(&[1.0; 19], 0.05).is_nan());
    }
}
