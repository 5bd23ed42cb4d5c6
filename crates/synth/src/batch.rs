//! Many twins as files: clips that any program can open, and annotations in IPV-Bench's shapes beside them.
//!
//! Invariant: what is written is a function of the orders alone; file names and their order say nothing of what is in a
//! clip.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::SynthError;
use crate::annotate::{Record, annotations};
use crate::dataset::{Spec, event};
use crate::draw::quick::Stage;
use crate::draw::{Format, Picture, Quality};
use crate::encode::{BT709_FILTER, BT709_TAGS, RawVideo, words};
use crate::event::Event;
use crate::publish::json;
use crate::quiz::{Asked, quiz};
use crate::scene::Scene;
use crate::twins::chance::Chance;
use crate::twins::{Kind, Look, Twin};
use reelcheck_types::{Interval, Timestamp};

/// How clips are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// VP9 in `WebM`.
    Vp9,
    /// H.264 in MP4.
    H264,
}

/// What is to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The first seed; twins take one after the other.
    pub seed: u64,
    /// How many twins: two clips each.
    pub twins: usize,
    /// The kinds, taken in turn; kinds without a law are left out.
    pub kinds: Vec<Kind>,
    /// The families of looks, drawn evenly.
    pub looks: Vec<Look>,
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// How long a clip lasts, in seconds: 2 to 6.
    pub duration_secs: f64,
    /// How clips are encoded.
    pub codec: Codec,
}

/// Frames per second of the clips.
const RATE_FPS: u32 = 24;
/// libvpx's constant quality.
const VP9_QUALITY: u32 = 30;

impl Default for Order {
    fn default() -> Self {
        Self {
            seed: 1,
            twins: 21,
            kinds: Kind::ALL.to_vec(),
            looks: Look::ALL.to_vec(),
            width: 320,
            height: 192,
            duration_secs: 3.5,
            codec: Codec::Vp9,
        }
    }
}

/// One entry of `twins.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwinEntry {
    /// Where all choices begin.
    pub seed: u64,
    /// What goes wrong in the impossible version.
    pub kind: Kind,
    /// The family of looks.
    pub look: Look,
    /// The file name of the possible version.
    pub possible: String,
    /// The file name of the impossible version.
    pub impossible: String,
}

/// Twins with the names of their files, before anything is drawn.
struct Staged {
    twin: Twin,
    entry: TwinEntry,
    event: Option<Event>,
}

impl Order {
    fn spec(&self) -> Spec {
        let frames = (self.duration_secs * f64::from(RATE_FPS)).round().max(1.0) as usize;
        Spec { width: self.width, height: self.height, frames, frame_rate_fps: f64::from(RATE_FPS) }
    }

    /// Stages all twins and gives their clips names in an order that tells nothing.
    fn staged(&self) -> Vec<Staged> {
        let kinds: Vec<Kind> = self.kinds.iter().copied().filter(|kind| kind.law().is_some()).collect();
        let ending = if self.codec == Codec::Vp9 { "webm" } else { "mp4" };
        if kinds.is_empty() || self.looks.is_empty() {
            return Vec::new();
        }
        let mut keys: Vec<(u64, usize, bool)> = (0..self.twins)
            .flat_map(|nth| [(nth, false), (nth, true)])
            .map(|(nth, broken)| {
                let purpose = if broken { "second file" } else { "first file" };
                (Chance::new(self.seed.wrapping_add(nth as u64), purpose).bits(), nth, broken)
            })
            .collect();
        keys.sort_unstable();
        let name = |nth: usize, broken: bool| {
            let place = keys.iter().position(|key| (key.1, key.2) == (nth, broken)).unwrap_or_default();
            let bits = keys.get(place).map_or(0, |key| key.0);
            format!("drawn_{place:04}_{bits:016x}.{ending}")
        };
        (0..self.twins)
            .zip(kinds.iter().cycle())
            .map(|(nth, kind)| {
                let seed = self.seed.wrapping_add(nth as u64);
                let look = Chance::new(seed, "which look").pick(&self.looks);
                let twin = Twin::stage(seed, *kind, look, self.duration_secs);
                let event = event(&twin, &self.spec()).map(|event| {
                    let at = |frame: usize| Timestamp::from_secs_f64(frame as f64 / f64::from(RATE_FPS));
                    let interval = Interval { start: at(event.first_frame), end: at(event.last_frame) };
                    let object = twin.breach.as_ref().map_or("", |breach| breach.object);
                    Event { law: event.law, object: object.to_owned(), interval, region: event.region }
                });
                let (possible, impossible) = (name(nth, false), name(nth, true));
                Staged { twin, entry: TwinEntry { seed, kind: *kind, look, possible, impossible }, event }
            })
            .collect()
    }
}

/// Writes the annotations of an order into a folder, without drawing a frame: `twins.json`, `impossible.json`,
/// `video2taxonomy_label.json`, `events.json`, and questions with answers for three tasks.
///
/// # Errors
/// When the folder cannot be written.
pub fn annotate(order: &Order, out: &Path) -> Result<Vec<TwinEntry>, SynthError> {
    std::fs::create_dir_all(out).map_err(SynthError::file(out))?;
    write_annotations(order, &order.staged(), out)
}

/// Draws and encodes an order into a folder, with its annotations. `report` is told of every clip.
///
/// # Errors
/// When ffmpeg is not there or gives up, or when the folder cannot be written.
pub fn write(order: &Order, out: &Path, mut report: impl FnMut(&str)) -> Result<Vec<TwinEntry>, SynthError> {
    std::fs::create_dir_all(out).map_err(SynthError::file(out))?;
    let work = tempfile::tempdir().map_err(SynthError::file(out))?;
    let staged = order.staged();
    for Staged { twin, entry, event } in &staged {
        let spec = order.spec();
        // Frames before the event are equal.
        let rate = f64::from(RATE_FPS);
        let shared = event.as_ref().map_or(0, |event| (event.interval.start.as_secs_f64() * rate).round() as usize);
        let possible = pictures(&twin.possible, twin, &spec, 0..spec.frames);
        let mut impossible: Vec<Picture> = possible.iter().take(shared).cloned().collect();
        impossible.extend(pictures(&twin.impossible, twin, &spec, shared..spec.frames));
        for (pictures, file) in [(possible, &entry.possible), (impossible, &entry.impossible)] {
            let format =
                Format { width: spec.width, height: spec.height, frame_rate_fps: RATE_FPS, quality: Quality::Draft };
            let video = RawVideo::write(pictures.into_iter(), &format, &work.path().join("video.rgb"))?;
            match order.codec {
                Codec::Vp9 => video.encode_vp9(VP9_QUALITY, &out.join(file))?,
                Codec::H264 => {
                    let codec = format!(
                        "-vf {BT709_FILTER} {BT709_TAGS} -c:v libx264 -preset medium -crf 22 -movflags +faststart"
                    );
                    video.encode(&words(&codec), &out.join(file))?;
                }
            }
            report(file);
        }
    }
    write_annotations(order, &staged, out)
}

/// Draws frames on all cores.
fn pictures(scene: &Scene, twin: &Twin, spec: &Spec, which: std::ops::Range<usize>) -> Vec<Picture> {
    let stage = Stage::new(scene, &twin.film, spec.width, spec.height, 2);
    let frames: Vec<usize> = which.collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let draw = |frame: &usize| Picture {
        width: spec.width,
        height: spec.height,
        rgb: stage.picture(*frame as f64 / spec.frame_rate_fps, *frame),
    };
    let draw = &draw;
    std::thread::scope(|scope| {
        let parts = frames.chunks(frames.len().div_ceil(workers).max(1));
        let hands: Vec<_> = parts.map(|part| scope.spawn(move || part.iter().map(draw).collect::<Vec<_>>())).collect();
        // A hand that fails has drawn nothing: the clip is then too short, which the encoder's caller sees in its length.
        hands.into_iter().flat_map(|hand| hand.join().unwrap_or_default()).collect()
    })
}

fn write_annotations(order: &Order, staged: &[Staged], out: &Path) -> Result<Vec<TwinEntry>, SynthError> {
    let mut records = Vec::new();
    let mut asked = Vec::new();
    for Staged { twin, entry, event } in staged {
        let spatial = twin.kind.is_spatial();
        records.push(Record { file: entry.possible.clone(), events: Vec::new(), spatial });
        records.push(Record { file: entry.impossible.clone(), events: event.iter().cloned().collect(), spatial });
        let body = format!("{} {}", twin.color, event.as_ref().map_or("body", |event| event.object.as_str()));
        let clip = |file: &String, twin: &String, wrong| Asked {
            file: file.clone(),
            twin: twin.clone(),
            wrong,
            kind: entry.kind,
            body: body.clone(),
        };
        asked.push(clip(&entry.possible, &entry.impossible, None));
        asked.push(clip(&entry.impossible, &entry.possible, Some(entry.kind)));
    }
    records.sort_by(|a, b| a.file.cmp(&b.file));
    asked.sort_by(|a, b| a.file.cmp(&b.file));
    let annotations = annotations(&records);
    let quiz = quiz(&asked, order.seed);
    let mut entries: Vec<TwinEntry> = staged.iter().map(|staged| staged.entry.clone()).collect();
    entries.sort_by(|a, b| a.possible.cmp(&b.possible));
    json(&out.join("twins.json"), &entries)?;
    json(&out.join("impossible.json"), &annotations.answers)?;
    json(&out.join("video2taxonomy_label.json"), &annotations.labels)?;
    json(&out.join("events.json"), &annotations.events)?;
    json(&out.join("judgement_question.json"), &quiz.judgement_question)?;
    json(&out.join("judgement_answer.json"), &quiz.judgement_answer)?;
    json(&out.join("mcqa_question.json"), &quiz.mcqa_question)?;
    json(&out.join("mcqa_answer.json"), &quiz.mcqa_answer)?;
    json(&out.join("openqa_question.json"), &quiz.openqa_question)?;
    json(&out.join("openqa_answer.json"), &quiz.openqa_answer)?;
    Ok(entries)
}
