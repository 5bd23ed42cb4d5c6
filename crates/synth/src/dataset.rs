//! Small frames of twins, quick to draw: what a network is trained on.
//!
//! Invariant: everything is a pure function of seed, kind, look and [`Spec`], to the last bit, on any thread. Frames
//! before the event are equal in both versions and drawn once.

use reelcheck_types::Region;

use crate::draw::quick::Stage;
use crate::event::{Aspect, Law, outline_of};
use crate::scene::{Object, Scene};
pub use crate::twins::{Kind, Look, Twin};

/// How clips are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spec {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames in a clip.
    pub frames: usize,
    /// Frames per second.
    pub frame_rate_fps: f64,
}

impl Default for Spec {
    /// Three seconds, large enough to see what happens.
    fn default() -> Self {
        Self { width: 80, height: 48, frames: 24, frame_rate_fps: 8.0 }
    }
}

impl Spec {
    /// How long a clip lasts, in seconds.
    pub fn duration_secs(&self) -> f64 {
        self.frames as f64 / self.frame_rate_fps
    }

    fn secs(&self, frame: usize) -> f64 {
        frame as f64 / self.frame_rate_fps
    }
}

/// A clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// R, G, B bytes (sRGB): frames × height × width × 3, packed tightly.
    pub frames: Vec<u8>,
    /// What in it cannot happen.
    pub event: Option<DrawnEvent>,
}

/// What cannot happen in a clip, when and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnEvent {
    /// The law that is broken.
    pub law: Law,
    /// In which way.
    pub kind: Kind,
    /// The first frame that shows it.
    pub first_frame: usize,
    /// The last frame that shows it.
    pub last_frame: usize,
    /// The smallest box around the body over those frames.
    pub region: Region,
}

/// Two clips of one story.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnTwin {
    /// Where all choices begin.
    pub seed: u64,
    /// What goes wrong in the impossible version.
    pub kind: Kind,
    /// The family of looks.
    pub look: Look,
    /// The version in which all laws hold.
    pub possible: Drawn,
    /// The version in which one law is broken. For [`Kind::Ordinary`] it is possible too and has no event.
    pub impossible: Drawn,
}

/// Draws both versions of a story.
pub fn draw_twin(seed: u64, kind: Kind, look: Look, spec: &Spec) -> DrawnTwin {
    let twin = Twin::stage(seed, kind, look, spec.duration_secs());
    let event = event(&twin, spec);
    // Before the event nothing differs; two ordinary stories differ from the start.
    let shared = event.map_or(0, |event| event.first_frame);
    let possible = frames(&twin.possible, &twin, spec, 0..spec.frames);
    let mut impossible =
        possible.get(..shared * spec.width as usize * spec.height as usize * 3).unwrap_or_default().to_vec();
    impossible.extend(frames(&twin.impossible, &twin, spec, shared..spec.frames));
    DrawnTwin {
        seed,
        kind,
        look,
        possible: Drawn { frames: possible, event: None },
        impossible: Drawn { frames: impossible, event },
    }
}

fn frames(scene: &Scene, twin: &Twin, spec: &Spec, which: std::ops::Range<usize>) -> Vec<u8> {
    let stage = Stage::new(scene, &twin.film, spec.width, spec.height, 2);
    which.flat_map(|frame| stage.picture(spec.secs(frame), frame)).collect()
}

/// The frames that show what goes wrong in a twin, and the box around the body in them. A frame shows it as soon as its
/// exposure reaches into it. `None` when nothing goes wrong, or when the body is never in the picture.
pub fn event(twin: &Twin, spec: &Spec) -> Option<DrawnEvent> {
    let breach = twin.breach.as_ref()?;
    let last = spec.frames.checked_sub(1)?;
    let starts = (breach.start_secs - twin.film.exposure_secs) * spec.frame_rate_fps;
    let first_frame = (starts.floor().max(-1.0) as isize + 1).max(0) as usize;
    let last_frame =
        ((breach.end_secs * spec.frame_rate_fps - 1e-9).ceil().max(0.0) as usize).clamp(first_frame.min(last), last);
    let first_frame = first_frame.min(last);
    // A body and its double share a name.
    let bodies = twin.impossible.objects.iter().filter(|object| object.name == breach.object);
    let aspects: Vec<(&Object, Aspect)> = bodies
        .flat_map(|body| {
            let wrong = match twin.kind {
                Kind::Shadow => Some(Aspect::Shadow(twin.impossible.light.towards)),
                Kind::Reflection => Some(Aspect::Image),
                _ => None,
            };
            let itself = body.sight.eye.then_some(Aspect::Itself);
            itself.into_iter().chain(wrong).map(move |aspect| (body, aspect))
        })
        .collect();
    let ratio = f64::from(spec.width) / f64::from(spec.height);
    let mut sides: Option<[f64; 4]> = None;
    for frame in first_frame..=last_frame {
        let secs = spec.secs(frame);
        for at in [secs, secs + twin.film.exposure_secs] {
            let moved = twin.film.sway.offset(at);
            let outlines =
                aspects.iter().filter_map(|(body, aspect)| outline_of(*aspect, body, &twin.impossible, ratio, at));
            for [left, top, right, bottom] in outlines {
                let (across, down) = (moved.x / ratio, moved.y);
                let b = [left - across, top - down, right - across, bottom - down].map(|side| side.clamp(0.0, 1.0));
                if b[2] > b[0] && b[3] > b[1] {
                    sides = Some(sides.map_or(b, |a| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]));
                }
            }
        }
    }
    let [left, top, right, bottom] = sides?;
    let region = Region { x: left, y: top, width: right - left, height: bottom - top };
    Some(DrawnEvent { law: breach.law, kind: twin.kind, first_frame, last_frame, region })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: Spec = Spec { width: 80, height: 48, frames: 24, frame_rate_fps: 8.0 };

    fn some() -> impl Iterator<Item = (u64, Kind, Look)> {
        let looks = Look::ALL.iter().cycle();
        Kind::ALL
            .iter()
            .zip(looks)
            .enumerate()
            .flat_map(|(at, (kind, look))| (0..2).map(move |again| (1000 + 17 * at as u64 + again, *kind, *look)))
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        for (seed, kind, look) in some().step_by(5) {
            assert_eq!(draw_twin(seed, kind, look, &SPEC), draw_twin(seed, kind, look, &SPEC));
        }
    }

    #[test]
    fn versions_are_equal_before_the_event_and_differ_inside_its_box_during_it() {
        let size = 80 * 48 * 3;
        for (seed, kind, look) in some() {
            let twin = draw_twin(seed, kind, look, &SPEC);
            assert_eq!(twin.possible.event, None);
            assert_eq!(twin.possible.frames.len(), SPEC.frames * size);
            assert_eq!(twin.impossible.frames.len(), SPEC.frames * size);
            let Some(event) = twin.impossible.event else {
                assert_eq!(kind, Kind::Ordinary, "{kind} {look} {seed} has no event");
                continue;
            };
            // Not what `draw_twin` copied, but what it would have drawn.
            let staged = Twin::stage(seed, kind, look, SPEC.duration_secs());
            let before = frames(&staged.impossible, &staged, &SPEC, 0..event.first_frame);
            assert!(before == twin.possible.frames[..before.len()], "{kind} {look} {seed} differs before its event");
            let r = event.region;
            let changed =
                (event.first_frame..=event.last_frame).flat_map(|frame| (0..80 * 48).map(move |at| (frame, at)));
            let inside = changed.filter(|(frame, at)| {
                let (x, y) = ((at % 80) as f64 / 80.0, (at / 80) as f64 / 48.0);
                let near = x > r.x - 0.02 && x < r.x + r.width + 0.02 && y > r.y - 0.03 && y < r.y + r.height + 0.03;
                let pixel = |clip: &[u8], channel: usize| clip[frame * size + at * 3 + channel];
                let differs = |c| pixel(&twin.possible.frames, c).abs_diff(pixel(&twin.impossible.frames, c)) > 16;
                near && (0..3).any(differs)
            });
            let count = inside.count();
            assert!(count >= 12, "{kind} {look} {seed}: {count} pixels of the box differ");
        }
    }

    #[test]
    fn no_story_gives_its_version_away_before_the_event() {
        let spec = Spec { width: 32, height: 20, frames: 12, frame_rate_fps: 4.0 };
        for kind in Kind::ALL.iter().filter(|kind| kind.law().is_some() && !kind.is_spatial()) {
            for seed in 0..24 {
                let look = Look::ALL[seed as usize % Look::ALL.len()];
                let twin = Twin::stage(seed, *kind, look, spec.duration_secs());
                let Some(event) = event(&twin, &spec) else { panic!("{kind} {seed} has no event") };
                assert!(event.first_frame > 0, "{kind} {seed}");
                let draw = |scene| frames(scene, &twin, &spec, 0..event.first_frame);
                assert!(
                    draw(&twin.possible) == draw(&twin.impossible),
                    "{kind} {look} {seed} differs before its event"
                );
            }
        }
    }

    type Statistic = fn(&[u8]) -> f64;

    /// What can be said of a clip without understanding it.
    const STATISTICS: [(&str, Statistic); 6] = [
        ("brightness", |clip| clip.iter().map(|v| f64::from(*v)).sum::<f64>() / clip.len() as f64),
        ("brightness of the last frame", |clip| {
            let last = &clip[clip.len() - 80 * 48 * 3..];
            last.iter().map(|v| f64::from(*v)).sum::<f64>() / last.len() as f64
        }),
        ("contrast", |clip| {
            let mean = clip.iter().map(|v| f64::from(*v)).sum::<f64>() / clip.len() as f64;
            clip.iter().map(|v| (f64::from(*v) - mean) * (f64::from(*v) - mean)).sum()
        }),
        ("motion", |clip| steps(clip).iter().sum()),
        ("largest step", |clip| steps(clip).iter().copied().fold(0.0, f64::max)),
        ("motion in the last quarter", |clip| steps(clip).iter().rev().take(6).sum()),
    ];

    /// How much changes from frame to frame.
    fn steps(clip: &[u8]) -> Vec<f64> {
        let frames: Vec<&[u8]> = clip.chunks_exact(80 * 48 * 3).collect();
        let step = |pair: &[&[u8]]| pair[0].iter().zip(pair[1]).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        frames.windows(2).map(step).collect()
    }

    /// The chance that the first of two values, one of each kind of clip, is the smaller one.
    fn auroc(possible: &[f64], impossible: &[f64]) -> f64 {
        let wins = possible.iter().flat_map(|a| impossible.iter().map(move |b| win(*a, *b)));
        wins.sum::<f64>() / (possible.len() * impossible.len()) as f64
    }

    fn win(a: f64, b: f64) -> f64 {
        if a < b {
            1.0
        } else if a > b {
            0.0
        } else {
            0.5
        }
    }

    #[test]
    fn no_simple_statistic_tells_the_versions_apart() {
        let jobs: Vec<(u64, Kind)> = Kind::ALL
            .iter()
            .filter(|kind| kind.law().is_some())
            .flat_map(|kind| (0..TWINS_PER_KIND).map(move |nth| (5000 + nth, *kind)))
            .collect();
        let measure = |(seed, kind): &(u64, Kind)| {
            let look = Look::ALL[(*seed as usize + *kind as usize) % Look::ALL.len()];
            let twin = draw_twin(*seed, *kind, look, &SPEC);
            let of = |statistic: &Statistic| (statistic(&twin.possible.frames), statistic(&twin.impossible.frames));
            (*kind, STATISTICS.iter().map(|(_, statistic)| of(statistic)).collect::<Vec<_>>())
        };
        let measure = &measure;
        let drawn: Vec<(Kind, Vec<(f64, f64)>)> = std::thread::scope(|scope| {
            let workers = std::thread::available_parallelism().map_or(1, usize::from);
            let parts = jobs.chunks(jobs.len().div_ceil(workers));
            let hands: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().map(measure).collect::<Vec<_>>())).collect();
            hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
        });
        for (at, (name, _)) in STATISTICS.iter().enumerate() {
            let (possible, impossible): (Vec<f64>, Vec<f64>) = drawn.iter().map(|(_, values)| values[at]).unzip();
            let auroc = auroc(&possible, &impossible);
            let pairs = possible.iter().zip(&impossible).map(|(a, b)| win(*a, *b)).sum::<f64>() / drawn.len() as f64;
            #[expect(clippy::print_stderr, reason = "a measurement is for reading")]
            {
                eprintln!(
                    "{name}: AUROC {auroc:.3}, larger in the impossible version of {:.1} % of the twins",
                    pairs * 100.0
                );
                let of_kind = |kind: Kind| {
                    let wins: Vec<f64> =
                        drawn.iter().filter(|(k, _)| *k == kind).map(|(_, v)| win(v[at].0, v[at].1)).collect();
                    wins.iter().sum::<f64>() / wins.len() as f64
                };
                let kinds: Vec<String> = Kind::ALL
                    .iter()
                    .filter(|kind| kind.law().is_some())
                    .map(|kind| format!("{kind} {:.2}", of_kind(*kind)))
                    .collect();
                eprintln!("    {}", kinds.join(", "));
            }
            assert!((auroc - 0.5).abs() < 0.06, "{name} tells the versions apart: AUROC {auroc}");
        }
    }

    const TWINS_PER_KIND: u64 = 10;

    /// `cargo test … how_long -- --nocapture` prints it.
    #[test]
    fn how_long_a_twin_takes() {
        let begin = std::time::Instant::now();
        let mut count = 0;
        for (seed, kind, look) in some() {
            count += draw_twin(seed, kind, look, &SPEC).impossible.frames.len() / (SPEC.frames * 80 * 48 * 3);
        }
        let each = begin.elapsed().as_secs_f64() / count as f64;
        #[expect(clippy::print_stderr, reason = "a measurement is for reading")]
        {
            eprintln!("{each:.3} s for a twin of 2 × 24 frames of 80×48, one thread, {count} twins");
        }
        assert!(each < 3.0, "{each} s");
    }
}
