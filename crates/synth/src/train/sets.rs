//! The sets of twins: one to learn from, one to set the temperature, three to measure on.
//!
//! Invariant: a set's seeds are its own, held-out looks and kinds occur in their own sets only, and the files are a cache:
//! what they hold follows from the split, the seed and the count.

use std::path::Path;

use reelcheck_models::plausibility::{PICTURES_PER_SEC, Picture, Size};
use reelcheck_types::Region;

use super::data::{self, Twin};
use super::fit::parallel;
use crate::dataset::{Kind, Look, Spec, draw_twin};
use crate::event::Law;
use crate::noise::mix;

/// A set of twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// To learn from.
    Train,
    /// To set the temperature, and to look at during training.
    Validation,
    /// New seeds of the kinds and looks that were learned from.
    Seeds,
    /// Looks that were never seen, kinds that were.
    Looks,
    /// Kinds that were never seen, looks that were.
    Kinds,
}

/// Families of looks that training never sees.
pub const HELD_OUT_LOOKS: &[Look] = &[Look::Terrace, Look::Gallery];

/// Kinds of events that training never sees.
pub const HELD_OUT_KINDS: &[Kind] = &[Kind::Duplicate, Kind::Shape, Kind::Transparency, Kind::Teleport];

impl Split {
    /// The sets that results are measured on.
    pub const MEASURED: [Self; 3] = [Self::Seeds, Self::Looks, Self::Kinds];

    /// The name of the set's file.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Seeds => "held-out-seeds",
            Self::Looks => "held-out-looks",
            Self::Kinds => "held-out-kinds",
        }
    }

    /// The kinds that occur in it: each has an event.
    pub fn kinds(self) -> Vec<Kind> {
        let held_out = |kind: &Kind| HELD_OUT_KINDS.contains(kind);
        let all = Kind::ALL.iter().copied().filter(|kind| kind.law().is_some());
        all.filter(|kind| held_out(kind) == (self == Self::Kinds)).collect()
    }

    /// The looks that occur in it.
    pub fn looks(self) -> Vec<Look> {
        let held_out = |look: &Look| HELD_OUT_LOOKS.contains(look);
        Look::ALL.iter().copied().filter(|look| held_out(look) == (self == Self::Looks)).collect()
    }
}

/// The names of all laws, held-out ones included: the network has an output for each.
pub fn laws() -> Vec<String> {
    let mut laws: Vec<String> = Kind::ALL.iter().filter_map(|kind| kind.law()).map(law_name).collect();
    laws.sort();
    laws.dedup();
    laws
}

/// The name that a law has in annotations.
fn law_name(law: Law) -> String {
    serde_json::to_value(law).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// How the generator draws: a little larger than the network's pictures, so that they are averaged like those of real clips.
const SPEC: Spec = Spec { width: 80, height: 48, frames: 24, frame_rate_fps: PICTURES_PER_SEC as f64 };

/// Twins that are drawn and written together.
const CHUNK: usize = 64;

/// A set of `count` twins, from its file in `folder` if there is one, else drawn on some threads and written there.
///
/// # Errors
/// When a file cannot be read or written.
pub fn load_or_draw(folder: &Path, split: Split, seed: u64, count: usize, threads: usize) -> anyhow::Result<Vec<Twin>> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}-{seed}-{count}.twins", split.id()));
    if path.exists() {
        return Ok(data::read(&path)?);
    }
    let drawn = parallel(count.div_ceil(CHUNK), threads, |chunk| {
        let indices = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
        indices.map(|index| draw(split, seed, index as u64)).collect::<Vec<Twin>>()
    });
    let twins: Vec<Twin> = drawn.into_iter().flatten().collect();
    let unfinished = path.with_extension("part");
    data::write(&unfinished, &twins)?;
    std::fs::rename(unfinished, path)?;
    Ok(twins)
}

/// Twin number `index` of a set. A seed whose event is out of the picture gives way to the next.
fn draw(split: Split, seed: u64, index: u64) -> Twin {
    let (kinds, looks) = (split.kinds(), split.looks());
    let kind = kinds[index as usize % kinds.len()];
    let look = looks[index as usize / kinds.len() % looks.len()];
    let own = mix(mix(seed) ^ (split as u64)).wrapping_add(index);
    let (mut attempt, mut drawn) = (0, draw_twin(own, kind, look, &SPEC));
    while drawn.impossible.event.is_none() && attempt < 100 {
        attempt += 1;
        drawn = draw_twin(mix(own.wrapping_add(attempt << 40)), kind, look, &SPEC);
    }
    let (law, first, last, region) = drawn.impossible.event.map_or_else(
        || (String::new(), 0, 0, Region { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }),
        |event| (law_name(event.law), event.first_frame, event.last_frame, event.region),
    );
    Twin {
        kind: kind.id().to_owned(),
        look: look.id().to_owned(),
        law,
        seed: drawn.seed,
        possible: pictures(&drawn.possible.frames),
        impossible: pictures(&drawn.impossible.frames),
        first,
        last,
        temporal: first > 0 || last + 1 < SPEC.frames,
        region,
    }
}

/// The network's pictures from packed frames.
fn pictures(frames: &[u8]) -> Vec<Picture> {
    let (width, height) = (SPEC.width as usize, SPEC.height as usize);
    let size = Size::of(width, height);
    let picture = |frame: &[u8]| {
        let plane = |channel: usize| frame.iter().skip(channel).step_by(3).copied();
        let planes: Vec<u8> = (0..3).flat_map(plane).collect();
        Picture::reduced(&planes, width, height, size)
    };
    frames.chunks_exact(3 * width * height).map(picture).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_out_kinds_and_looks_are_never_learned_from() {
        for split in [Split::Train, Split::Validation, Split::Seeds] {
            assert!(split.kinds().iter().all(|kind| !HELD_OUT_KINDS.contains(kind)), "{split:?}");
            assert!(split.looks().iter().all(|look| !HELD_OUT_LOOKS.contains(look)), "{split:?}");
        }
        assert_eq!(Split::Kinds.kinds(), HELD_OUT_KINDS);
        assert_eq!(Split::Looks.looks(), HELD_OUT_LOOKS);
        assert_eq!(Split::Looks.kinds(), Split::Train.kinds());
    }

    #[test]
    fn a_set_is_drawn_once_and_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let set = |count| load_or_draw(folder.path(), Split::Train, 5, count, 2).unwrap();
        let drawn = set(3);
        assert_eq!(drawn, set(3));
        for (index, twin) in drawn.iter().enumerate() {
            assert_eq!(*twin, draw(Split::Train, 5, index as u64));
            assert!(laws().contains(&twin.law), "{}", twin.law);
            let differ = twin.possible.iter().zip(&twin.impossible).position(|(a, b)| a != b);
            assert!(differ.is_some_and(|at| at + 1 >= twin.first), "{}: {differ:?} {}", twin.kind, twin.first);
        }
        let seeds = |split| (0..2).map(|index| draw(split, 5, index).seed).collect::<Vec<_>>();
        assert_ne!(seeds(Split::Train), seeds(Split::Seeds));
    }
}
