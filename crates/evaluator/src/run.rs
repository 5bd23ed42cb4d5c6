//! One clip's run: frames in, the clip's part of the report out.

use burn::tensor::Device;
use reelcheck_judges::{Entry, Told};
use reelcheck_media::Sampling;
use reelcheck_models::Models;
use reelcheck_types::{Clip, Evidence, Frame, Outcome, ScoreRange, Unscored, Verdict};
use twox_hash::XxHash3_128;

use crate::panel::{Panel, RunError};
use crate::{ClipReport, Decoding, PlaneHash, SamplingRecord, Warning};

/// The run of one clip. Dropping it cancels.
///
/// All judges sit on its own [`Panel`], but those that were [left](Self::leave) to another one.
pub struct ClipRun {
    panel: Panel,
    /// The ranges of all judges' scores and how they choose frames, in the order of the report.
    ranges: Vec<ScoreRange>,
    sampling: Vec<SamplingRecord>,
    /// The judges on another panel, and what they said.
    left: Vec<String>,
    received: Vec<Verdict>,
    hash: XxHash3_128,
    warnings: Vec<Warning>,
}

impl ClipRun {
    /// Makes the judges for a clip, with the networks that are loaded and what annotations say of it.
    pub fn new(clip: Clip, entries: &[Entry], device: &Device, models: &Models, told: &Told) -> Self {
        let record = |entry: &Entry| SamplingRecord {
            judge: (entry.card)().id,
            rule: rule_name(entry.sampling),
            frame_indices: match entry.sampling {
                Sampling::All => Vec::new(),
                sampling => sampling.plan(&clip).frame_indices,
            },
        };
        Self {
            ranges: entries.iter().map(|entry| (entry.card)().range).collect(),
            sampling: entries.iter().map(record).collect(),
            panel: Panel::new(clip, entries, device, models, told),
            left: Vec::new(),
            received: Vec::new(),
            hash: XxHash3_128::new(),
            warnings: Vec::new(),
        }
    }

    /// Leaves these judges to another panel that is shown the same frames; [`Self::receive`] takes what they say.
    pub fn leave(&mut self, judges: Vec<String>) {
        self.panel.send_away(&judges);
        self.left.extend(judges);
    }

    /// Takes the verdicts of judges on another panel. To be called before the run is finished.
    pub fn receive(&mut self, verdicts: Vec<Verdict>) {
        self.received.extend(verdicts);
    }

    /// Frames judged so far.
    pub fn frames_done(&self) -> usize {
        self.panel.frames_done()
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
        self.panel.expect_later(frame.timestamp().as_micros())?;
        self.hash.write(frame.data());
        self.panel.push(frame)
    }

    /// Waits for the device to do what the judges gave it so far. To be called every few frames.
    pub async fn settle(&mut self) {
        self.panel.settle().await;
    }

    /// Ends the run. `stopped` carries the decoder's words when it gave up before the end of the clip. A judge that was left to
    /// another panel and not heard of is unscored.
    pub async fn finish(self, stopped: Option<String>) -> ClipReport {
        let Self { panel, ranges, sampling, left, received, hash, mut warnings } = self;
        let (clip, frames_done) = (panel.clip().clone(), panel.frames_done());
        warnings.extend(panel.unlisted().map(|at| Warning::UnlistedTimestamp { at }));
        let decoding = match stopped {
            None => Decoding::Complete,
            Some(message) => {
                let first = clip.timestamps.first().copied().unwrap_or_default();
                let at_secs = match clip.timestamps.get(panel.next_index()) {
                    Some(end) => end.secs_since(first),
                    None => listed_end_secs(&clip),
                };
                Decoding::Stopped { at_secs, of_secs: clip.duration_secs, message }
            }
        };
        if decoding == Decoding::Complete && frames_done != clip.frame_count() {
            warnings.push(Warning::FrameCount { listed: clip.frame_count(), decoded: frames_done });
        }
        let (format, color) = panel.format_and_color();

        let mut verdicts = panel.verdicts().await;
        let silent = left.into_iter().filter(|judge| received.iter().all(|verdict| verdict.judge != *judge));
        verdicts.extend(silent.map(unheard));
        verdicts.extend(received);
        verdicts.sort_by_key(|verdict| sampling.iter().position(|record| record.judge == verdict.judge));
        debug_assert!(verdicts.iter().map(|verdict| &verdict.judge).eq(sampling.iter().map(|record| &record.judge)));
        for (verdict, range) in verdicts.iter().zip(&ranges) {
            if verdict.value().is_some_and(|value| !range.contains(value)) {
                warnings.push(Warning::OutOfRange { judge: verdict.judge.clone() });
            }
        }

        let hash = format!("{:032x}", hash.finish_128());
        let planes = PlaneHash { algorithm: "xxh3-128".to_owned(), hash, format, frames: frames_done };
        ClipReport { clip, decoding, color, planes, sampling, verdicts, warnings }
    }
}

/// The verdict of a judge whose panel said nothing of it.
fn unheard(judge: String) -> Verdict {
    let reason = Unscored::DeviceFailed { message: "the panel that it sat on gave no verdict".to_owned() };
    Verdict { judge, outcome: Outcome::Unscored(reason), evidence: Evidence::default(), frames_seen: 0 }
}

/// When the last listed frame ends, in seconds after the first one begins; a file that is cut off may say that it is longer.
fn listed_end_secs(clip: &Clip) -> f64 {
    let (Some(first), Some(last)) = (clip.timestamps.first(), clip.timestamps.last()) else { return 0.0 };
    let span = last.secs_since(*first);
    let intervals = clip.frame_count().saturating_sub(1).max(1) as f64;
    (span + span / intervals).min(clip.duration_secs)
}

/// The sampling rule as a report writes it.
fn rule_name(sampling: Sampling) -> String {
    match sampling {
        Sampling::All => "all".to_owned(),
        Sampling::AboutFps(fps) => format!("about-{fps}-fps"),
        Sampling::Middle(count) => format!("middle-{count}"),
    }
}
