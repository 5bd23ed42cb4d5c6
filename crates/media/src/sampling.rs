//! Which frames of a clip a judge sees: computed once per clip from the container's time line, and kept in the report.
//!
//! Invariant: a plan's places are within the clip, strictly ascending, and depend on nothing but the clip's description.
//! Decoding up to these frames is left to the evaluator.

use reelcheck_types::Clip;

/// A rule that picks frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// Every frame.
    All,
    /// Every n-th frame from the first on, with n = max(1, round(frame rate ÷ this)): VBench's rule for motion
    /// (`dynamic_degree.py`). A half is rounded to the even neighbor, as Python does. Without a frame rate, every frame.
    AboutFps(u32),
    /// This many frames, each in the middle of one of as many equal stretches: VBench's rule for a fixed count (`utils.py`,
    /// "middle"). A clip of fewer frames gives each of them once; VBench then repeats the last, which is up to the judge.
    Middle(u32),
}

/// The frames that were picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplingPlan {
    /// Places in the clip, counted from 0 in order of presentation, ascending.
    pub frame_indices: Vec<usize>,
}

impl Sampling {
    /// Picks the frames of a clip.
    pub fn plan(self, clip: &Clip) -> SamplingPlan {
        let frames = clip.frame_count();
        let frame_indices = match self {
            Self::All => (0..frames).collect(),
            Self::AboutFps(fps) => {
                let step = clip.frame_rate_fps().map_or(1, |rate| step(rate, fps));
                (0..frames).step_by(step).collect()
            }
            Self::Middle(count) => middle(frames, count as usize),
        };
        SamplingPlan { frame_indices }
    }
}

/// `max(1, round(rate ÷ wanted))`.
fn step(rate: f64, wanted: u32) -> usize {
    let ratio = rate / f64::from(wanted.max(1));
    // The reference has 12 fps exactly. A time line in microseconds says 12.000001 or 11.999999, and would round 1.5 either
    // way. 29.97 and 59.94 fps are a thousandth away from a round number, so they keep their own rounding.
    let halves = (ratio * 2.0).round() / 2.0;
    let ratio = if (ratio - halves).abs() <= halves * 1e-4 { halves } else { ratio };
    (ratio.round_ties_even() as usize).max(1)
}

/// The middles of `count` stretches, whose ends are rounded down to whole frames the way that `numpy.linspace` gives them.
fn middle(frames: usize, count: usize) -> Vec<usize> {
    let count = count.min(frames);
    let length = frames as f64 / count as f64;
    let end = |stretch: usize| if stretch == count { frames } else { (stretch as f64 * length) as usize };
    (0..count).map(|stretch| (end(stretch) + end(stretch + 1) - 1) / 2).collect()
}

#[cfg(test)]
mod tests {
    use reelcheck_types::{ColorTags, Timestamp};

    use super::*;

    fn clip(frames: usize, fps: f64) -> Clip {
        let time = |index: usize| Timestamp::from_secs_f64(index as f64 / fps);
        Clip {
            name: "clip.mp4".into(),
            size_bytes: 1,
            sha256: None,
            container: "mp4".into(),
            codec: "avc".into(),
            width: 64,
            height: 48,
            rotation: 0,
            color: ColorTags::default(),
            timestamps: (0..frames).map(time).collect(),
            duration_secs: time(frames).as_secs_f64(),
        }
    }

    fn plan(sampling: Sampling, frames: usize, fps: f64) -> Vec<usize> {
        sampling.plan(&clip(frames, fps)).frame_indices
    }

    #[test]
    fn all_is_all() {
        assert_eq!(plan(Sampling::All, 4, 24.0), [0, 1, 2, 3]);
        assert_eq!(plan(Sampling::All, 0, 24.0), [0; 0]);
    }

    #[test]
    fn about_8_fps_rounds_halves_to_even() {
        // Python: [max(1, round(f / 8)) for f in (5, 8, 10, 12, 16, 20, 23.976, 24, 25, 28, 29.97, 30, 36, 50, 59.94, 60)]
        let expected = [
            (5.0, 1),
            (8.0, 1),
            (10.0, 1),
            (12.0, 2),
            (16.0, 2),
            (20.0, 2),
            (24_000.0 / 1001.0, 3),
            (24.0, 3),
            (25.0, 3),
            (28.0, 4),
            (30_000.0 / 1001.0, 4),
            (30.0, 4),
            (36.0, 4),
            (50.0, 6),
            (60_000.0 / 1001.0, 7),
            (60.0, 8),
        ];
        for (fps, step) in expected {
            for frames in [17, 129, 163] {
                let picked = plan(Sampling::AboutFps(8), frames, fps);
                assert_eq!(picked, (0..frames).step_by(step).collect::<Vec<_>>(), "{fps} fps, {frames} frames");
            }
        }
    }

    #[test]
    fn about_fps_without_a_rate_takes_every_frame() {
        let mut clip = clip(3, 24.0);
        clip.duration_secs = 0.0;
        assert_eq!(Sampling::AboutFps(8).plan(&clip).frame_indices, [0, 1, 2]);
        assert_eq!(plan(Sampling::AboutFps(0), 50, 24.0), [0, 24, 48]);
    }

    #[test]
    fn middle_is_what_numpy_gives() {
        // np.linspace(0, V, n + 1).astype(int), then (start + end − 1) // 2 of neighbors.
        assert_eq!(plan(Sampling::Middle(8), 129, 24.0), [7, 23, 39, 55, 71, 87, 103, 120]);
        assert_eq!(
            plan(Sampling::Middle(16), 163, 30.0),
            [4, 14, 24, 34, 44, 55, 65, 75, 85, 95, 106, 116, 126, 136, 146, 157]
        );
        assert_eq!(plan(Sampling::Middle(5), 3, 24.0), [0, 1, 2]);
        assert_eq!(plan(Sampling::Middle(0), 3, 24.0), [0; 0]);
        assert_eq!(plan(Sampling::Middle(4), 0, 24.0), [0; 0]);
    }

    #[test]
    fn plans_ascend_and_stay_within() {
        for frames in 0..80 {
            for count in 0..40 {
                let picked = plan(Sampling::Middle(count), frames, 24.0);
                assert_eq!(picked.len(), frames.min(count as usize));
                assert!(picked.windows(2).all(|pair| pair[0] < pair[1]) && picked.iter().all(|&index| index < frames));
            }
        }
    }
}
