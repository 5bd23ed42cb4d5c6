//! The sample clips of the site: drawn, encoded, described.
//!
//! Invariant: the manifest and the annotations name exactly the clips that lie beside them.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::SynthError;
use crate::annotate::{Record, annotations};
use crate::draw::{Format, Quality, picture};
use crate::encode::{RawVideo, webp};
use crate::samples::{Text, all};

/// How the sample clips are drawn.
pub const SAMPLE_FORMAT: Format = Format { width: 640, height: 360, frame_rate_fps: 24, quality: Quality::Fine };
/// libvpx's constant quality of the sample clips.
const SAMPLE_QUALITY: u32 = 21;
/// WebP quality of the posters.
const POSTER_QUALITY: u32 = 88;

/// One entry of `samples.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SampleEntry {
    /// The clip's file name.
    pub file: String,
    /// Two to four words.
    pub title: Text,
    /// One sentence: what is seen.
    pub story: Text,
    /// The poster's file name.
    pub poster: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Duration in seconds.
    pub duration_secs: f64,
    /// The clip's size in bytes.
    pub size_bytes: u64,
    /// The clip's SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Whether something in it is impossible.
    pub impossible: bool,
}

/// Draws and encodes the sample clips into a folder, with posters, `samples.json` and the annotation files. With `keep`,
/// clips that are there with their posters stay as they are.
///
/// # Errors
/// When ffmpeg is not there or gives up, or when the folder cannot be written.
pub fn samples(out: &Path, keep: bool, mut report: impl FnMut(&SampleEntry)) -> Result<Vec<SampleEntry>, SynthError> {
    std::fs::create_dir_all(out).map_err(SynthError::file(out))?;
    let work = tempfile::tempdir().map_err(SynthError::file(out))?;
    let mut entries = Vec::new();
    let mut records = Vec::new();
    for sample in all() {
        let staged = sample.staged();
        let (file, poster) = (format!("{}.webm", sample.name), format!("{}.webp", sample.name));
        if !(keep && out.join(&file).exists() && out.join(&poster).exists()) {
            let video = RawVideo::draw(&staged.scene, &SAMPLE_FORMAT, &work.path().join("video.rgb"))?;
            video.encode_vp9(SAMPLE_QUALITY, &out.join(&file))?;
            let frame = (sample.poster_secs * f64::from(SAMPLE_FORMAT.frame_rate_fps)).round() as usize;
            webp(&picture(&staged.scene, &SAMPLE_FORMAT, frame), POSTER_QUALITY, &out.join(&poster))?;
        }

        let bytes = std::fs::read(out.join(&file)).map_err(SynthError::file(&out.join(&file)))?;
        let events: Vec<_> =
            staged.breach.iter().filter_map(|breach| breach.seen(&staged.scene, &SAMPLE_FORMAT)).collect();
        let entry = SampleEntry {
            title: sample.title,
            story: sample.story,
            poster,
            width: SAMPLE_FORMAT.width,
            height: SAMPLE_FORMAT.height,
            duration_secs: SAMPLE_FORMAT.time_secs(SAMPLE_FORMAT.frame_count(&staged.scene)),
            size_bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
            impossible: !events.is_empty(),
            file: file.clone(),
        };
        report(&entry);
        entries.push(entry);
        let spatial = staged.breach.as_ref().is_some_and(|breach| breach.law.is_spatial());
        records.push(Record { file, events, spatial });
    }
    let annotations = annotations(&records);
    json(&out.join("samples.json"), &entries)?;
    json(&out.join("impossible.json"), &annotations.answers)?;
    json(&out.join("video2taxonomy_label.json"), &annotations.labels)?;
    json(&out.join("events.json"), &annotations.events)?;
    Ok(entries)
}

/// Writes a value as indented JSON with a final line break.
///
/// # Errors
/// When the file cannot be written.
pub fn json<T: Serialize + ?Sized>(path: &Path, value: &T) -> Result<(), SynthError> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    std::fs::write(path, text).map_err(SynthError::file(path))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{ImpossibleAnswer, TaxonomyLabel};
    use crate::event::Event;
    use std::collections::BTreeMap;

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/public/samples")
    }

    fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
        serde_json::from_str(&std::fs::read_to_string(folder().join(name)).unwrap()).unwrap()
    }

    #[test]
    fn the_committed_samples_are_the_stories_of_this_crate() {
        let entries: Vec<SampleEntry> = read("samples.json");
        let answers: BTreeMap<String, ImpossibleAnswer> = read("impossible.json");
        let labels: BTreeMap<String, TaxonomyLabel> = read("video2taxonomy_label.json");
        let events: BTreeMap<String, Vec<Event>> = read("events.json");
        assert_eq!(entries.len(), all().len());
        for (entry, sample) in entries.iter().zip(all()) {
            let bytes = std::fs::read(folder().join(&entry.file)).unwrap();
            assert_eq!(entry.sha256, hex(&Sha256::digest(&bytes)), "{}", entry.file);
            assert_eq!(entry.size_bytes, bytes.len() as u64);
            assert!(bytes.len() <= 250_000, "{} is too large for the page", entry.file);
            assert!(std::fs::metadata(folder().join(&entry.poster)).unwrap().len() <= 25_000, "{}", entry.poster);
            assert_eq!((&entry.title, &entry.story), (&sample.title, &sample.story));

            let staged = sample.staged();
            let expected: Vec<Event> =
                staged.breach.iter().filter_map(|b| b.seen(&staged.scene, &SAMPLE_FORMAT)).collect();
            assert_eq!(events[&entry.file], expected, "{}: run `cargo run -p reelcheck-synth -- samples`", entry.file);
            assert_eq!(entry.impossible, !expected.is_empty());
            assert_eq!(labels.contains_key(&entry.file), entry.impossible);
            assert_eq!(answers[&entry.file].impossible == "yes", entry.impossible);
        }
    }
}
