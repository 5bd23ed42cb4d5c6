//! What judges share when they turn frames into a verdict: tracks, worst moments, runs, regions, the verdict itself.
//!
//! Invariant: nothing that leaves this module holds NaN or an infinity, whatever a judge puts in. What a quantity means
//! and how it is computed stays with the judge.

use std::ops::Range;

use reelcheck_types::{
    Curve, Evidence, Interval, Moment, Outcome, PixelFormat, Region, Score, Timestamp, Unit, Unscored, Verdict,
};

use crate::{JudgeFuture, Observation};

/// How many moments a verdict carries at most.
pub(crate) const MOMENTS: usize = 5;

/// Moments nearer to each other than this, in seconds, count as one; the weightier one stays.
const MOMENT_GAP_SECS: f64 = 0.25;

/// The cells across and down of the grid that [`strongest_cells`] looks at.
const GRID: usize = 8;

/// The cells that [`strongest_cells`] returns at most.
const CELLS: usize = 3;

/// Where in the clip a value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The frame's place in the clip, counted from 0 in order of presentation.
    pub(crate) frame_index: usize,
    /// When the frame is shown.
    pub(crate) timestamp: Timestamp,
}

impl From<&Observation<'_>> for Place {
    fn from(observation: &Observation<'_>) -> Self {
        Self { frame_index: observation.frame_index, timestamp: observation.timestamp }
    }
}

/// Which end of a quantity is worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weightiest {
    /// The highest values.
    Highest,
    /// The lowest values.
    Lowest,
}

impl Weightiest {
    fn outweighs(self, a: f64, b: f64) -> bool {
        match self {
            Self::Highest => a > b,
            Self::Lowest => a < b,
        }
    }
}

/// A quantity collected over the clip, frame by frame or pair by pair (a pair belongs to its later frame).
///
/// Twelve bytes per value and nothing else grows with the clip.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    quantity: &'static str,
    unit: Unit,
    frames: Vec<u32>,
    values: Vec<f64>,
    highest: Worst,
    lowest: Worst,
}

impl Track {
    /// An empty track; the quantity becomes the curve's stable key.
    pub(crate) const fn new(quantity: &'static str, unit: Unit) -> Self {
        Self {
            quantity,
            unit,
            frames: Vec::new(),
            values: Vec::new(),
            highest: Worst::new(Weightiest::Highest),
            lowest: Worst::new(Weightiest::Lowest),
        }
    }

    /// Adds the next value. Places come in ascending order.
    pub(crate) fn push(&mut self, place: impl Into<Place>, value: f64) {
        let place = place.into();
        self.frames.push(place.frame_index as u32);
        self.values.push(value);
        self.highest.offer(place, value, Vec::new);
        self.lowest.offer(place, value, Vec::new);
    }

    /// The values in the order of the frames.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// How many values there are.
    pub(crate) const fn len(&self) -> usize {
        self.values.len()
    }

    /// The arithmetic mean, `None` without values. Summed in order of the frames: the same bits on every machine.
    pub(crate) fn mean(&self) -> Option<f64> {
        (!self.values.is_empty()).then(|| self.values.iter().sum::<f64>() / self.values.len() as f64)
    }

    /// The largest value, `None` without values.
    pub(crate) fn max(&self) -> Option<f64> {
        self.values.iter().copied().reduce(f64::max)
    }

    /// The track as a curve; values that are not finite are left out.
    pub(crate) fn curve(&self) -> Curve {
        let finite = self.frames.iter().zip(&self.values).filter(|(_, value)| value.is_finite());
        let (frames, values): (Vec<u32>, Vec<f64>) = finite.unzip();
        let has_gap = frames.windows(2).any(|pair| pair[1] != pair[0] + 1);
        Curve {
            quantity: self.quantity.to_owned(),
            unit: self.unit,
            first_frame: frames.first().map_or(0, |&frame| frame as usize),
            frame_indices: if has_gap { frames } else { Vec::new() },
            values,
        }
    }

    /// The weightiest [`MOMENTS`] moments, without regions.
    pub(crate) fn moments(&self, weightiest: Weightiest) -> Vec<Moment> {
        let worst = match weightiest {
            Weightiest::Highest => &self.highest,
            Weightiest::Lowest => &self.lowest,
        };
        worst.moments.clone()
    }
}

/// Keeps the weightiest [`MOMENTS`] moments of a stream of values, and computes regions for those alone.
///
/// Two moments nearer than a quarter of a second are one event; the weightier one is kept.
#[derive(Clone, Debug)]
pub(crate) struct Worst {
    weightiest: Weightiest,
    moments: Vec<Moment>,
}

impl Worst {
    /// Nothing kept yet.
    pub(crate) const fn new(weightiest: Weightiest) -> Self {
        Self { weightiest, moments: Vec::new() }
    }

    /// Offers a value; `regions` is called when it is kept. Values that are not finite are passed over.
    pub(crate) fn offer(&mut self, place: impl Into<Place>, value: f64, regions: impl FnOnce() -> Vec<Region>) {
        let place = place.into();
        let outweighed = |kept: &Moment| !self.weightiest.outweighs(value, kept.value);
        let near = |kept: &Moment| kept.timestamp.secs_since(place.timestamp).abs() < MOMENT_GAP_SECS;
        let full = self.moments.len() == MOMENTS && self.moments.iter().all(outweighed);
        if !value.is_finite() || full || self.moments.iter().any(|kept| near(kept) && outweighed(kept)) {
            return;
        }
        self.moments.retain(|kept| !near(kept));
        let at = self.moments.iter().position(|kept| self.weightiest.outweighs(value, kept.value));
        let moment = Moment { timestamp: place.timestamp, frame_index: place.frame_index, value, regions: regions() };
        self.moments.insert(at.unwrap_or(self.moments.len()), moment);
        self.moments.truncate(MOMENTS);
    }

    /// The moments kept, the weightiest first.
    pub(crate) fn into_moments(self) -> Vec<Moment> {
        self.moments
    }
}

/// Collects stretches of frames that have something in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    open: Option<Interval>,
    closed: Vec<Interval>,
}

impl Runs {
    /// Goes on to the next frame: it is inside a stretch or not.
    pub(crate) fn push(&mut self, timestamp: Timestamp, inside: bool) {
        match (&mut self.open, inside) {
            (Some(run), true) => run.end = timestamp,
            (None, true) => self.open = Some(Interval { start: timestamp, end: timestamp }),
            (_, false) => self.closed.extend(self.open.take()),
        }
    }

    /// All stretches, in ascending order of time.
    pub(crate) fn into_intervals(mut self) -> Vec<Interval> {
        self.closed.extend(self.open);
        self.closed
    }
}

/// The cells of an 8 × 8 grid over the picture that weigh most: at most three, each with at least half of the
/// strongest cell's value, the strongest first.
///
/// `value` gives a cell's weight from its pixel columns and rows; empty cells of tiny pictures are not asked for.
pub(crate) fn strongest_cells(
    width: usize,
    height: usize,
    mut value: impl FnMut(Range<usize>, Range<usize>) -> f64,
) -> Vec<Region> {
    let part = |side: usize, index: usize| side * index / GRID..side * (index + 1) / GRID;
    let mut cells = Vec::with_capacity(GRID * GRID);
    for row in 0..GRID {
        for column in 0..GRID {
            let (columns, rows) = (part(width, column), part(height, row));
            if !columns.is_empty() && !rows.is_empty() {
                cells.push((value(columns.clone(), rows.clone()), columns, rows));
            }
        }
    }
    // A stable sort: equal cells stay in reading order.
    cells.sort_by(|a, b| b.0.total_cmp(&a.0));
    let strongest = cells.first().map_or(0.0, |cell| cell.0);
    cells
        .into_iter()
        .take(CELLS)
        .filter(|cell| cell.0.is_finite() && cell.0 > 0.0 && cell.0 >= strongest / 2.0)
        .map(|(_, columns, rows)| region(width, height, columns, rows))
        .collect()
}

/// A rectangle of pixels as shares of the picture.
pub(crate) fn region(width: usize, height: usize, columns: Range<usize>, rows: Range<usize>) -> Region {
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    Region {
        x: share(columns.start, width),
        y: share(rows.start, height),
        width: share(columns.len(), width),
        height: share(rows.len(), height),
    }
}

/// Refuses frames whose format or size is not the first one's: differences between such frames mean nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct SameFormat {
    first: Option<(PixelFormat, u32, u32)>,
}

impl SameFormat {
    /// Checks the next frame.
    ///
    /// # Errors
    /// [`Unscored::FormatChanged`] when it is not like the first.
    pub(crate) fn check(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        let frame = observation.views.frame();
        let this = (frame.format(), frame.width(), frame.height());
        if *self.first.get_or_insert(this) == this {
            Ok(())
        } else {
            Err(Unscored::FormatChanged { at: observation.timestamp })
        }
    }

    /// Width and height of the frames, once one was seen.
    pub(crate) fn size(&self) -> Option<(u32, u32)> {
        self.first.map(|(_, width, height)| (width, height))
    }
}

/// Asks for a number of frames.
///
/// # Errors
/// [`Unscored::TooFewFrames`] when fewer were seen.
pub(crate) const fn at_least(needed: usize, seen: usize) -> Result<(), Unscored> {
    if seen >= needed { Ok(()) } else { Err(Unscored::TooFewFrames { needed, seen }) }
}

/// Puts a verdict together. A value that is not finite becomes [`Unscored::NotFinite`]; numbers that are not finite are
/// taken out of the evidence.
pub(crate) fn verdict(
    judge: &str,
    unit: Unit,
    value: Result<f64, Unscored>,
    mut evidence: Evidence,
    frames_seen: usize,
) -> Verdict {
    evidence.numbers.retain(|(_, number)| number.is_finite());
    evidence.choices.retain(|choice| choice.likeness.iter().all(|likeness| likeness.is_finite()));
    let outcome = match value.and_then(|value| Score::new(value, unit).map_err(|_| Unscored::NotFinite)) {
        Ok(score) => Outcome::Scored(score),
        Err(reason) => Outcome::Unscored(reason),
    };
    Verdict { judge: judge.to_owned(), outcome, evidence, frames_seen }
}

/// A verdict that needs no waiting.
pub(crate) fn ready(verdict: Verdict) -> JudgeFuture<'static, Verdict> {
    Box::pin(std::future::ready(verdict))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(index: usize) -> Place {
        Place { frame_index: index, timestamp: Timestamp::from_micros(index as i64 * 100_000) }
    }

    fn indices(moments: &[Moment]) -> Vec<usize> {
        moments.iter().map(|moment| moment.frame_index).collect()
    }

    #[test]
    fn neighbours_in_time_are_one_moment_and_regions_are_made_for_kept_ones_only() {
        let mut worst = Worst::new(Weightiest::Highest);
        let mut made = 0;
        for (index, value) in [1.0, 5.0, 3.0, 2.0, f64::NAN, 0.5, 4.0].into_iter().enumerate() {
            worst.offer(place(index), value, || {
                made += 1;
                vec![]
            });
        }
        // 0 gives way to 1; 2 and 3 are within 0.25 s of 1; 5 gives way to 6.
        let moments = worst.into_moments();
        assert_eq!(indices(&moments), [1, 6]);
        assert_eq!(made, 4);
    }

    #[test]
    fn the_weightiest_come_first_and_no_more_than_five() {
        let mut track = Track::new("q", Unit::Levels);
        for index in 0..10 {
            track.push(place(index * 10), ((index * 7) % 10) as f64);
        }
        let highest: Vec<f64> = track.moments(Weightiest::Highest).iter().map(|m| m.value).collect();
        let lowest: Vec<f64> = track.moments(Weightiest::Lowest).iter().map(|m| m.value).collect();
        assert_eq!(highest, [9.0, 8.0, 7.0, 6.0, 5.0]);
        assert_eq!(lowest, [0.0, 1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_curve_names_its_frames_where_they_have_gaps() {
        let curve = |frames: &[usize]| {
            let mut track = Track::new("q", Unit::Levels);
            frames.iter().for_each(|&frame| track.push(place(frame), 1.0));
            let curve = track.curve();
            assert_eq!((0..frames.len()).map(|index| curve.frame(index)).collect::<Vec<_>>(), frames);
            curve.frame_indices.len()
        };
        assert_eq!(curve(&[1, 2, 3]), 0);
        assert_eq!(curve(&[0, 3, 6]), 3);
        assert_eq!(curve(&[]), 0);
    }

    #[test]
    fn runs_have_inclusive_ends() {
        let mut runs = Runs::default();
        for (index, inside) in [false, true, true, false, true].into_iter().enumerate() {
            runs.push(place(index).timestamp, inside);
        }
        let at = |index| place(index).timestamp;
        assert_eq!(
            runs.into_intervals(),
            [Interval { start: at(1), end: at(2) }, Interval { start: at(4), end: at(4) }]
        );
    }

    #[test]
    fn the_strongest_cell_is_found_and_quiet_pictures_have_none() {
        let spot = |columns: Range<usize>, rows: Range<usize>| {
            f64::from(u8::from(columns.contains(&50) && rows.contains(&10)))
        };
        let regions = strongest_cells(80, 40, spot);
        assert_eq!(regions, [Region { x: 0.625, y: 0.25, width: 0.125, height: 0.125 }]);
        assert!(strongest_cells(80, 40, |_, _| 0.0).is_empty());
        assert_eq!(strongest_cells(1, 1, |_, _| 1.0).len(), 1);
    }

    #[test]
    fn no_nan_leaves() {
        let mut track = Track::new("q", Unit::Ratio);
        track.push(place(0), f64::NAN);
        let evidence =
            Evidence { curves: vec![track.curve()], numbers: vec![("n".into(), f64::INFINITY)], ..Evidence::default() };
        let verdict = verdict("j", Unit::Ratio, Ok(f64::NAN), evidence, 1);
        assert_eq!(verdict.outcome, Outcome::Unscored(Unscored::NotFinite));
        assert!(verdict.evidence.numbers.is_empty() && verdict.evidence.curves[0].values.is_empty());
    }
}
