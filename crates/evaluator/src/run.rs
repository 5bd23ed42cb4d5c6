//! One clip's run: frames in, verdicts out. One decode pass and one computation of each view feed all judges.

use burn::tensor::Device;
use reelcheck_judges::{Entry, Judge, Observation, Setup, SharedWork, Told};
use reelcheck_media::{FrameViews, Sampling, SamplingPlan, ViewPool, decide};
use reelcheck_models::Models;
use reelcheck_types::{Clip, ColorDecision, Evidence, Frame, Outcome, PixelFormat, Timestamp, Unscored, Verdict};
use twox_hash::XxHash3_128;

use crate::{ClipReport, Decoding, PlaneHash, SamplingRecord, Warning};

/// Two frames count as the same moment when their times differ by less than this, in microseconds: containers and
/// decoders round a frame's time to their own units.
const SAME_MOMENT_MICROS: i64 = 1_000;

/// Why a frame was refused. The run ends there; what was judged before is kept by [`ClipRun::finish`].
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
    range: reelcheck_types::ScoreRange,
    plan: SamplingPlan,
    next: usize,
    seen: usize,
    judge: Result<Box<dyn Judge>, Unscored>,
}

/// The run of one clip. Dropping it cancels.
pub struct ClipRun {
    clip: Clip,
    color: Option<ColorDecision>,
    format: Option<PixelFormat>,
    pool: ViewPool,
    previous: Option<FrameViews>,
    seats: Vec<Seat>,
    sampling: Vec<SamplingRecord>,
    hash: XxHash3_128,
    frames_done: usize,
    next_index: usize,
    last_micros: Option<i64>,
    warnings: Vec<Warning>,
}

impl ClipRun {
    /// Makes the judges for a clip, with the networks that are loaded and what annotations say of it.
    pub fn new(clip: Clip, entries: &[Entry], device: &Device, models: &Models, told: &Told) -> Self {
        let shared = SharedWork::default();
        let setup = Setup { clip: &clip, device, models, shared: &shared, told };
        let mut sampling = Vec::with_capacity(entries.len());
        let seats = entries
            .iter()
            .map(|entry| {
                let card = (entry.card)();
                let plan = entry.sampling.plan(&clip);
                sampling.push(SamplingRecord {
                    judge: card.id.clone(),
                    rule: rule_name(entry.sampling),
                    frame_indices: if entry.sampling == Sampling::All {
                        Vec::new()
                    } else {
                        plan.frame_indices.clone()
                    },
                });
                Seat { id: card.id, range: card.range, plan, next: 0, seen: 0, judge: Ok((entry.create)(&setup)) }
            })
            .collect();
        Self {
            clip,
            color: None,
            format: None,
            pool: ViewPool::default(),
            previous: None,
            seats,
            sampling,
            hash: XxHash3_128::new(),
            frames_done: 0,
            next_index: 0,
            last_micros: None,
            warnings: Vec::new(),
        }
    }

    /// Frames judged so far.
    pub fn frames_done(&self) -> usize {
        self.frames_done
    }

    /// Notes something that a reader of the report should know.
    pub fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// Judges the next frame, and returns a buffer that the next frame may be written into.
    ///
    /// # Errors
    /// When the frame is not later than the last one.
    pub fn push(&mut self, frame: Frame) -> Result<Option<Vec<u8>>, RunError> {
        let micros = frame.timestamp().as_micros();
        if let Some(last) = self.last_micros.filter(|last| micros <= *last) {
            return Err(RunError::OutOfOrder { last, given: micros });
        }
        self.last_micros = Some(micros);
        let (frame_index, timestamp) = self.locate(micros);
        self.format.get_or_insert(frame.format());
        let color =
            self.color.get_or_insert_with(|| decide(&self.clip.color, frame.format(), frame.width(), frame.height()));
        self.hash.write(frame.data());

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
                if !self.warnings.iter().any(|warning| matches!(warning, Warning::UnlistedTimestamp { .. })) {
                    self.warnings.push(Warning::UnlistedTimestamp { at });
                }
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

    /// When the last listed frame ends, in seconds after the first one begins; a file that is cut off may say that it is
    /// longer.
    fn listed_end_secs(&self) -> f64 {
        let (Some(first), Some(last)) = (self.clip.timestamps.first(), self.clip.timestamps.last()) else { return 0.0 };
        let span = last.secs_since(*first);
        let intervals = self.clip.frame_count().saturating_sub(1).max(1) as f64;
        (span + span / intervals).min(self.clip.duration_secs)
    }

    /// Ends the run. `stopped` carries the decoder's words when it gave up before the end of the clip.
    pub async fn finish(mut self, stopped: Option<String>) -> ClipReport {
        let first = self.clip.timestamps.first().copied().unwrap_or_default();
        let decoding = match stopped {
            None => Decoding::Complete,
            Some(message) => {
                let at_secs = match self.clip.timestamps.get(self.next_index) {
                    Some(end) => end.secs_since(first),
                    None => self.listed_end_secs(),
                };
                Decoding::Stopped { at_secs, of_secs: self.clip.duration_secs, message }
            }
        };
        if decoding == Decoding::Complete && self.frames_done != self.clip.frame_count() {
            let listed = self.clip.frame_count();
            self.warnings.push(Warning::FrameCount { listed, decoded: self.frames_done });
        }

        let mut verdicts = Vec::with_capacity(self.seats.len());
        for seat in self.seats {
            let verdict = match seat.judge {
                Ok(judge) => judge.finish().await,
                Err(reason) => Verdict {
                    judge: seat.id.clone(),
                    outcome: Outcome::Unscored(reason),
                    evidence: Evidence::default(),
                    frames_seen: seat.seen,
                },
            };
            if verdict.value().is_some_and(|value| !seat.range.contains(value)) {
                self.warnings.push(Warning::OutOfRange { judge: seat.id });
            }
            verdicts.push(verdict);
        }

        let format = self.format.unwrap_or(PixelFormat::I420);
        let color = self
            .color
            .unwrap_or_else(|| decide(&self.clip.color, format, self.clip.width.max(1), self.clip.height.max(1)));
        let planes = PlaneHash {
            algorithm: "xxh3-128".to_owned(),
            hash: format!("{:032x}", self.hash.finish_128()),
            format,
            frames: self.frames_done,
        };
        ClipReport {
            clip: self.clip,
            decoding,
            color,
            planes,
            sampling: self.sampling,
            verdicts,
            warnings: self.warnings,
        }
    }
}

/// The sampling rule as a report writes it.
fn rule_name(sampling: Sampling) -> String {
    match sampling {
        Sampling::All => "all".to_owned(),
        Sampling::AboutFps(fps) => format!("about-{fps}-fps"),
        Sampling::Middle(count) => format!("middle-{count}"),
    }
}
