//! Judges at work on one clip's frames: one computation of each view feeds all of them.
//!
//! Invariant: frames come in order of presentation, and a judge sees those of its sampling plan. What a run says of the clip
//! besides the verdicts is left to `run`.

use burn::tensor::Device;
use reelcheck_judges::{Entry, Judge, Observation, Setup, SharedWork, Told};
use reelcheck_media::{FrameViews, SamplingPlan, ViewPool, decide};
use reelcheck_models::Models;
use reelcheck_types::{Clip, ColorDecision, Evidence, Frame, Outcome, PixelFormat, Timestamp, Unscored, Verdict};

use crate::JudgeSelection;

/// Two frames count as the same moment when their times differ by less than this, in microseconds: containers and
/// decoders round a frame's time to their own units.
const SAME_MOMENT_MICROS: i64 = 1_000;

/// Why a frame was refused. The run ends there; what was judged before is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Frames must come in order of presentation.
    #[error("the frame at {given} µs came after the one at {last} µs")]
    OutOfOrder {
        /// The last frame's time in microseconds.
        last: i64,
        /// This frame's time in microseconds.
        given: i64,
    },
    /// The run was used after its end.
    #[error("the clip's run is over")]
    Over,
}

/// A judge at work.
struct Seat {
    id: String,
    plan: SamplingPlan,
    next: usize,
    seen: usize,
    judge: Result<Box<dyn Judge>, Unscored>,
}

/// Judges that watch one clip. Dropping them cancels.
///
/// Judges of one clip may sit on several panels, each with a thread of its own; every panel is shown every frame.
pub struct Panel {
    clip: Clip,
    color: Option<ColorDecision>,
    format: Option<PixelFormat>,
    pool: ViewPool,
    previous: Option<FrameViews>,
    seats: Vec<Seat>,
    frames_done: usize,
    next_index: usize,
    last_micros: Option<i64>,
    unlisted: Option<Timestamp>,
}

impl Panel {
    /// Makes the judges for a clip, with the networks that are loaded and what annotations say of it.
    pub(crate) fn new(clip: Clip, entries: &[Entry], device: &Device, models: &Models, told: &Told) -> Self {
        let shared = SharedWork::default();
        let setup = Setup { clip: &clip, device, models, shared: &shared, told };
        let seat = |entry: &Entry| Seat {
            id: (entry.card)().id,
            plan: entry.sampling.plan(&clip),
            next: 0,
            seen: 0,
            judge: Ok((entry.create)(&setup)),
        };
        let seats = entries.iter().map(seat).collect();
        Self {
            clip,
            color: None,
            format: None,
            pool: ViewPool::default(),
            previous: None,
            seats,
            frames_done: 0,
            next_index: 0,
            last_micros: None,
            unlisted: None,
        }
    }

    /// Makes judges that [`JudgeSelection::apart`] names: they need no network, no annotation and no graphics device.
    pub fn apart(clip: Clip, judges: &JudgeSelection) -> Self {
        Self::new(clip, judges.entries(), &Device::flex(), &Models::default(), &Told::default())
    }

    /// Sends judges away that sit on another panel.
    pub(crate) fn send_away(&mut self, judges: &[String]) {
        self.seats.retain(|seat| !judges.contains(&seat.id));
    }

    /// Shows the next frame to the judges, and returns a buffer that the next frame may be written into.
    ///
    /// # Errors
    /// When the frame is not later than the last one.
    pub fn push(&mut self, frame: Frame) -> Result<Option<Vec<u8>>, RunError> {
        let micros = frame.timestamp().as_micros();
        self.expect_later(micros)?;
        self.last_micros = Some(micros);
        let (frame_index, timestamp) = self.locate(micros);
        self.format.get_or_insert(frame.format());
        let color =
            self.color.get_or_insert_with(|| decide(&self.clip.color, frame.format(), frame.width(), frame.height()));

        let views = FrameViews::new(frame, color, &self.pool);
        let observation = Observation { frame_index, timestamp, views: &views, previous: self.previous.as_ref() };
        for seat in &mut self.seats {
            while seat.plan.frame_indices.get(seat.next).is_some_and(|wanted| *wanted < frame_index) {
                seat.next += 1;
            }
            if seat.plan.frame_indices.get(seat.next) != Some(&frame_index) {
                continue;
            }
            seat.next += 1;
            if let Ok(judge) = &mut seat.judge {
                match judge.observe(&observation) {
                    Ok(()) => seat.seen += 1,
                    Err(reason) => seat.judge = Err(reason),
                }
            }
        }
        self.frames_done += 1;
        self.next_index = frame_index + 1;
        let released = self.previous.replace(views);
        Ok(released.map(|views| views.into_frame().into_data()))
    }

    /// Refuses a frame that is not later than the last one.
    pub(crate) fn expect_later(&self, given: i64) -> Result<(), RunError> {
        match self.last_micros {
            Some(last) if given <= last => Err(RunError::OutOfOrder { last, given }),
            _ => Ok(()),
        }
    }

    /// The frame's place and time on the container's list. A time that is not listed takes the next place.
    fn locate(&mut self, micros: i64) -> (usize, Timestamp) {
        let upcoming = self.clip.timestamps.get(self.next_index..).unwrap_or_default();
        let offset = upcoming.partition_point(|listed| listed.as_micros() < micros - SAME_MOMENT_MICROS);
        match upcoming.get(offset) {
            Some(listed) if (listed.as_micros() - micros).abs() <= SAME_MOMENT_MICROS => {
                (self.next_index + offset, *listed)
            }
            _ => {
                let at = Timestamp::from_micros(micros);
                self.unlisted.get_or_insert(at);
                (self.next_index, at)
            }
        }
    }

    /// Waits for the device to do what the judges gave it so far. To be called every few frames.
    pub async fn settle(&mut self) {
        for seat in &mut self.seats {
            let failed = match &mut seat.judge {
                Ok(judge) => judge.settle().await.err(),
                Err(_) => None,
            };
            if let Some(reason) = failed {
                seat.judge = Err(reason);
            }
        }
    }

    /// What the judges say in the end, in the order in which they were given.
    pub async fn verdicts(self) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(self.seats.len());
        for seat in self.seats {
            verdicts.push(match seat.judge {
                Ok(judge) => judge.finish().await,
                Err(reason) => Verdict {
                    judge: seat.id,
                    outcome: Outcome::Unscored(reason),
                    evidence: Evidence::default(),
                    frames_seen: seat.seen,
                },
            });
        }
        verdicts
    }

    /// The clip, as its container describes it.
    pub(crate) const fn clip(&self) -> &Clip {
        &self.clip
    }

    /// Frames shown so far.
    pub(crate) const fn frames_done(&self) -> usize {
        self.frames_done
    }

    /// The place after the last frame's on the container's list.
    pub(crate) const fn next_index(&self) -> usize {
        self.next_index
    }

    /// The first frame's time that was not on the list.
    pub(crate) const fn unlisted(&self) -> Option<Timestamp> {
        self.unlisted
    }

    /// The layout of the frames and how their colours were read; before the first frame, as for a usual one.
    pub(crate) fn format_and_color(&self) -> (PixelFormat, ColorDecision) {
        let format = self.format.unwrap_or(PixelFormat::I420);
        let usual = || decide(&self.clip.color, format, self.clip.width.max(1), self.clip.height.max(1));
        (format, self.color.clone().unwrap_or_else(usual))
    }
}
