//! Scene cuts: sudden changes of the whole picture's hue, saturation and value.
//!
//! PySceneDetect's content detector with its default settings. Invariant: the pixels compared are, bit for bit, those
//! that PySceneDetect compares, so a frame's score is its `content_val`. Fades and dissolves are left to other detectors.

use reelcheck_media::{Image, Sampling, View};
use reelcheck_types::{Better, Card, Evidence, Moment, ScoreRange, Unit, Unscored, Verdict};

use crate::evidence::{Place, SameFormat, Track, at_least, ready, verdict};
use crate::hsv::Hsv;
use crate::pixels::sum_abs_diff;
use crate::{Entry, Judge, JudgeFuture, Observation, Setup};

const ID: &str = "scene_cuts";
const VIEW: View = View::RgbReference;

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: Sampling::All, create };

/// A frame that differs from the one before by this or more may be a cut.
const THRESHOLD: f64 = 27.0;

/// The shortest scene, in frames.
const SHORTEST_SCENE: usize = 15;

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: "scene_cuts".to_owned(),
        summary: "How many times the picture changes all at once, as at a cut from one shot to the next.".to_owned(),
        unit: Unit::Count,
        range: ScoreRange::at_least(0.0),
        better: Better::Neither,
        needs: vec![],
        on_request: false,
        source:
            "PySceneDetect 0.7, ContentDetector with its defaults: mean absolute change of hue, saturation and value \
                 (OpenCV's 8-bit HSV, longer side 256 px), threshold 27, scenes of 15 frames or more, merging filter"
                .to_owned(),
        differs: None,
    }
}

fn create(_: &Setup<'_>) -> Box<dyn Judge> {
    Box::new(SceneCuts {
        format: SameFormat::default(),
        frames_seen: 0,
        change: Track::new("content_change", Unit::Levels),
        hsv: None,
        this: Image::default(),
        previous: Image::default(),
        filter: MergingFilter::default(),
        cuts: Vec::new(),
    })
}

struct SceneCuts {
    format: SameFormat,
    frames_seen: usize,
    change: Track,
    hsv: Option<Hsv>,
    /// The frame and the one before in hue, saturation and value.
    this: Image,
    previous: Image,
    filter: MergingFilter,
    cuts: Vec<Change>,
}

impl Judge for SceneCuts {
    fn observe(&mut self, observation: &Observation<'_>) -> Result<(), Unscored> {
        self.format.check(observation)?;
        self.frames_seen += 1;
        let rgb = observation.views.get(VIEW);
        let hsv = self.hsv.get_or_insert_with(|| Hsv::new(rgb.width, rgb.height));
        std::mem::swap(&mut self.this, &mut self.previous);
        hsv.convert(rgb, &mut self.this);
        let change = (self.frames_seen > 1).then(|| content_change(&self.previous, &self.this));
        let place = Place::from(observation);
        if let Some(change) = change {
            self.change.push(place, change);
        }
        // As in PySceneDetect, the first frame has not changed.
        self.cuts.extend(self.filter.push(Change { place, amount: change.unwrap_or(0.0) }));
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> JudgeFuture<'static, Verdict> {
        let value = at_least(2, self.frames_seen).map(|()| self.cuts.len() as f64);
        // All of them, not just the strongest: the list of cuts is what people want.
        self.cuts.sort_by(|a, b| b.amount.total_cmp(&a.amount));
        let moment = |cut: &Change| Moment {
            timestamp: cut.place.timestamp,
            frame_index: cut.place.frame_index,
            value: cut.amount,
            regions: vec![],
        };
        let evidence = Evidence {
            curves: vec![self.change.curve()],
            moments: self.cuts.iter().map(moment).collect(),
            ..Evidence::default()
        };
        ready(verdict(ID, Unit::Count, value, evidence, self.frames_seen))
    }
}

/// PySceneDetect's `content_val`: the mean of the three channels' mean absolute differences, in levels.
fn content_change(previous: &Image, this: &Image) -> f64 {
    let pixels = (this.width * this.height) as f64;
    let channel = |index| sum_abs_diff(previous.channel(index), this.channel(index)) as f64 / pixels;
    (channel(0) + channel(1) + channel(2)) / 3.0
}

/// A frame and how far it is from the one before, in levels.
#[derive(Clone, Copy, Debug)]
struct Change {
    place: Place,
    amount: f64,
}

/// PySceneDetect's filter against cuts that follow each other too fast, in its merging mode.
///
/// The first cut may come [`SHORTEST_SCENE`] frames after the beginning. From then on, changes that follow each other
/// faster are one: it is reported at the last of them, once the picture has been quiet for the length of a scene. Such
/// changes are dropped when they last for less than a scene, or until the end.
#[derive(Debug, Default)]
struct MergingFilter {
    /// The last frame above the threshold; before there is one, the first frame.
    last_above: Option<Change>,
    /// Whether a cut was reported yet.
    reported: bool,
    /// Where changes began that are being merged.
    merging_since: Option<Change>,
}

impl MergingFilter {
    /// Goes on to the next frame; returns a cut that is now certain.
    fn push(&mut self, this: Change) -> Option<Change> {
        let long = |from: Change, to: Change| to.place.frame_index - from.place.frame_index >= SHORTEST_SCENE;
        let above = this.amount >= THRESHOLD;
        let before = self.last_above.unwrap_or(this);
        let long_since = long(before, this);
        let last = if above { this } else { before };
        self.last_above = Some(last);
        if let Some(since) = self.merging_since {
            let settled = !above && long_since && long(since, last);
            return settled.then(|| {
                self.merging_since = None;
                last
            });
        }
        if above && long_since {
            self.reported = true;
            return Some(this);
        }
        if above && self.reported {
            self.merging_since = Some(this);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::Outcome;

    use super::*;
    use crate::testing::{gray_frames, judge, rgb_frames, score, texture};

    fn cuts(frames: Vec<reelcheck_types::Frame>) -> Vec<usize> {
        let mut cuts: Vec<_> = judge(&ENTRY, frames).evidence.moments.iter().map(|cut| cut.frame_index).collect();
        cuts.sort_unstable();
        cuts
    }

    /// A texture that moves, in one of two colors.
    fn scene(other: bool, index: usize, x: usize, y: usize) -> [u8; 3] {
        let level = texture((x + index) as f64, y as f64) as u8;
        if other { [30, level / 2, 255 - level / 4] } else { [level, level / 2, 30] }
    }

    #[test]
    fn a_hard_cut_is_exactly_one() {
        let verdict = judge(&ENTRY, rgb_frames(48, 96, 54, |index, x, y| scene(index >= 20, index, x, y)));
        assert_eq!(verdict.value(), Some(1.0));
        let cut = &verdict.evidence.moments[0];
        assert_eq!((cut.frame_index, cut.timestamp.as_micros()), (20, 833_333));
        assert_eq!(verdict.evidence.curves[0].values.len(), 47);
        assert!((verdict.evidence.curves[0].values[19] - cut.value).abs() < 1e-12);
    }

    #[test]
    fn motion_and_a_slow_fade_are_no_cuts() {
        assert!(cuts(rgb_frames(48, 96, 54, |index, x, y| scene(false, index, x, y))).is_empty());
        let fade = |index: usize, x: usize, y: usize| {
            let (from, to) = (scene(false, 0, x, y), scene(true, 0, x, y));
            let mix =
                |channel: usize| (usize::from(from[channel]) * (47 - index) + usize::from(to[channel]) * index) / 47;
            [mix(0) as u8, mix(1) as u8, mix(2) as u8]
        };
        assert!(cuts(rgb_frames(48, 96, 54, fade)).is_empty());
    }

    #[test]
    fn known_answer() {
        // Value changes by 90, hue and saturation of grey stay 0: 30. From red to cyan hue moves by 90.
        let gray = judge(&ENTRY, rgb_frames(2, 20, 10, |index, _, _| [30 + 90 * index as u8; 3]));
        assert!((gray.evidence.curves[0].values[0] - 30.0).abs() < 1e-12);
        let colors = [[255, 0, 0], [0, 255, 255]];
        let hue = judge(&ENTRY, rgb_frames(2, 20, 10, |index, _, _| colors[index]));
        assert!((hue.evidence.curves[0].values[0] - 30.0).abs() < 1e-12);
    }

    #[test]
    fn the_first_scene_has_fifteen_frames_too() {
        let cut_at = |at: usize| cuts(rgb_frames(60, 32, 32, |index, x, y| scene(index >= at, 0, x, y)));
        assert_eq!(cut_at(14), [0usize; 0]);
        assert_eq!(cut_at(15), [15]);
    }

    #[test]
    fn changes_in_quick_succession_after_the_first_cut_are_one() {
        // Cuts at 20 and 40; from there the picture jumps every 5 frames until 65, then rests.
        let other = |index: usize| match index {
            0..20 => false,
            20..40 | 65.. => true,
            40..65 => (index / 5) % 2 == 1,
        };
        let frames = rgb_frames(90, 32, 32, |index, x, y| scene(other(index), 0, x, y));
        assert_eq!(cuts(frames), [20, 40, 65]);
        // Fewer jumps than a scene is long, or jumps until the end, are dropped.
        let short = |index: usize| if index < 50 { other(index) } else { other(49) };
        assert_eq!(cuts(rgb_frames(90, 32, 32, |index, x, y| scene(short(index), 0, x, y))), [20, 40]);
        assert_eq!(cuts(rgb_frames(70, 32, 32, |index, x, y| scene(other(index), 0, x, y))), [20, 40]);
    }

    #[test]
    fn the_filter_is_pyscenedetect_s() {
        // Grey levels of frames, and what PySceneDetect made of them in golden/signal_judges.py.
        let golden: serde_json::Value = serde_json::from_str(include_str!("../golden/signal_judges.json")).unwrap();
        let numbers = |value: &serde_json::Value| -> Vec<usize> {
            value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
        };
        let mut found = 0;
        for list in golden["cut_lists"].as_array().unwrap() {
            let levels = numbers(&list["levels"]);
            let ours = cuts(rgb_frames(levels.len(), 16, 16, |index, _, _| [levels[index] as u8; 3]));
            assert_eq!(ours, numbers(&list["cuts"]));
            found += ours.len();
        }
        assert!(found > 10, "{found} cuts prove little");
    }

    #[test]
    fn more_cuts_score_higher() {
        let scores: Vec<f64> = [200, 60, 30, 20]
            .map(|length| score(&ENTRY, rgb_frames(120, 32, 32, |index, x, y| scene(index / length % 2 == 1, 0, x, y))))
            .to_vec();
        assert_eq!(scores, [0.0, 1.0, 3.0, 5.0]);
    }

    #[test]
    fn one_frame_is_too_few_and_a_change_of_size_is_refused() {
        let one = judge(&ENTRY, gray_frames(1, 16, 16, |_, _, _| 7)).outcome;
        assert_eq!(one, Outcome::Unscored(Unscored::TooFewFrames { needed: 2, seen: 1 }));
        let mut frames = gray_frames(1, 16, 16, |_, _, _| 7);
        frames.extend(gray_frames(2, 18, 16, |_, _, _| 7).split_off(1));
        let at = frames[1].timestamp();
        assert_eq!(judge(&ENTRY, frames).outcome, Outcome::Unscored(Unscored::FormatChanged { at }));
    }
}
