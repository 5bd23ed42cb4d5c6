//! What happens in a scene that cannot happen: which law, which body, when and where.
//!
//! Invariant: an event lies within its scene, and its box within the picture. How it is written down is left to
//! [`crate::annotate`].

use glam::DVec3;
use reelcheck_types::{Interval, Region, Timestamp};
use serde::{Deserialize, Serialize};

use crate::draw::Format;
use crate::scene::{Object, Scene};
use crate::shape::Shape;

/// Which law an event breaks, after the leaves of IPV-Bench's taxonomy of physical laws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// Things fall down.
    Gravity,
    /// Things do not come from nothing or go into nothing.
    ObjectPersistence,
    /// Things keep their colour.
    Color,
    /// Solid things do not pass through each other.
    Solidity,
    /// Things keep their size.
    Mass,
    /// Things keep their form.
    Shape,
    /// What is opaque stays opaque.
    Transparency,
    /// What rests stays at rest.
    SpontaneousMotion,
    /// What flies freely follows one arc.
    Trajectory,
    /// What rolls freely keeps its direction.
    Direction,
    /// What bounces gains no height.
    Elasticity,
    /// What slides is slowed down evenly.
    Friction,
    /// Light things float, heavy ones sink.
    Buoyancy,
    /// What melts does not freeze in the same warmth, and stone does not melt.
    PhaseTransition,
    /// Shadows belong to their bodies and point away from the light.
    Shadow,
    /// Mirrors show what stands before them.
    Reflection,
    /// What has fallen over does not set itself up again.
    TimeReversal,
}

impl Law {
    /// Whether a single picture shows that it is broken.
    pub const fn is_spatial(self) -> bool {
        matches!(self, Self::Shadow | Self::Reflection)
    }
}

/// An event as a story tells it: in seconds of the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breach {
    /// The law.
    pub law: Law,
    /// The name of the body that breaks it.
    pub object: &'static str,
    /// From when on the picture contradicts the law.
    pub start_secs: f64,
    /// Up to when.
    pub end_secs: f64,
}

/// An event as it is seen in a clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The law that is broken.
    pub law: Law,
    /// What breaks it.
    pub object: String,
    /// The first and the last frame that show it.
    pub interval: Interval,
    /// The smallest box around the body over all those frames.
    #[serde(rename = "box")]
    pub region: Region,
}

impl Breach {
    /// The event as it is seen in the frames of a clip; `None` when the body is nowhere in the picture.
    pub fn seen(&self, scene: &Scene, format: &Format) -> Option<Event> {
        let object = scene.object(self.object)?;
        let rate = f64::from(format.frame_rate_fps);
        let last = format.frame_count(scene).checked_sub(1)?;
        let first_frame = ((self.start_secs * rate - 1e-9).ceil().max(0.0) as usize).min(last);
        let last_frame = ((self.end_secs * rate - 1e-9).ceil().max(0.0) as usize).clamp(first_frame, last);
        let mut sides: Option<[f64; 4]> = None;
        for frame in first_frame..=last_frame {
            if let Some(b) = outline(object, scene, format, format.time_secs(frame)) {
                sides = Some(sides.map_or(b, |a| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]));
            }
        }
        let [left, top, right, bottom] = sides?.map(|side| side.clamp(0.0, 1.0));
        let at = |frame: usize| Timestamp::from_secs_f64(format.time_secs(frame));
        (right > left && bottom > top).then(|| Event {
            law: self.law,
            object: self.object.to_owned(),
            interval: Interval { start: at(first_frame), end: at(last_frame) },
            region: Region { x: left, y: top, width: right - left, height: bottom - top },
        })
    }
}

/// What of a body is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aspect {
    /// The body.
    Itself,
    /// Its shadow on the floor, in the light from this direction.
    Shadow(DVec3),
    /// Its image in a floor that mirrors.
    Image,
}

/// Left, top, right and bottom of a body in the picture, in shares of width and height; may lie outside.
///
/// Balls by their outline in a camera that is far away compared with their size, other bodies by the eight corners of
/// their own box.
pub fn outline(object: &Object, scene: &Scene, format: &Format, secs: f64) -> Option<[f64; 4]> {
    outline_of(Aspect::Itself, object, scene, f64::from(format.width) / f64::from(format.height), secs)
}

/// The same for a body, its shadow or its mirror image, in pictures of this width over height.
pub fn outline_of(aspect: Aspect, object: &Object, scene: &Scene, ratio: f64, secs: f64) -> Option<[f64; 4]> {
    let lens = scene.camera.lens(ratio);
    let pose = object.pose(secs);
    let mut sides = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let shape = object.shape_at(secs);
    let half = shape.half_extent();
    let (right, up, forward) = match (shape, aspect) {
        (Shape::Ball { .. }, Aspect::Itself) => {
            let forward = (scene.camera.target - scene.camera.eye).normalize();
            let right = forward.cross(DVec3::Y).normalize();
            (right, right.cross(forward), DVec3::ZERO)
        }
        (Shape::Ball { .. }, _) => (DVec3::X, DVec3::Y, DVec3::Z),
        (Shape::Block { .. } | Shape::Cylinder { .. } | Shape::Egg { .. } | Shape::Die { .. }, _) => {
            (pose.orientation * DVec3::X, pose.orientation * DVec3::Y, pose.orientation * DVec3::Z)
        }
    };
    for corner in 0..8 {
        let sign = |bit: u32| if corner >> bit & 1 == 0 { -1.0 } else { 1.0 };
        let offset = right * (half.x * sign(0)) + up * (half.y * sign(1)) + forward * (half.z * sign(2));
        let point = pose.position + offset;
        let point = match aspect {
            Aspect::Itself => point,
            Aspect::Shadow(lamp) => point - lamp * (point.y.max(0.0) / lamp.y.max(0.1)),
            Aspect::Image => point * DVec3::new(1.0, -1.0, 1.0),
        };
        let seen = lens.project(point)?;
        sides = [sides[0].min(seen.x), sides[1].min(seen.y), sides[2].max(seen.x), sides[3].max(seen.y)];
    }
    Some(sides)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Quality;
    use crate::material::{Material, Texture};
    use crate::motion::{Pose, Track};
    use crate::scene::{Camera, Light};
    use crate::surroundings::Surroundings;

    fn scene() -> Scene {
        let white = Material::matte(Texture::Plain(DVec3::ONE));
        let track = Track::Still(Pose::at(DVec3::ZERO));
        Scene {
            camera: Camera { eye: DVec3::Z * 10.0, target: DVec3::ZERO, field_of_view_degrees: 20.0 },
            light: Light {
                towards: DVec3::Y,
                color: DVec3::ONE,
                spread: 0.02,
                sky: DVec3::ONE,
                bounce: DVec3::ONE,
                window: None,
            },
            surroundings: Surroundings::default(),
            objects: vec![Object::new("ball", Shape::Ball { radius: 0.5 }, white, track)],
            exposure: 1.0,
            duration_secs: 2.0,
            seed: 1,
        }
    }

    #[test]
    fn the_box_is_the_size_that_perspective_gives() {
        let format = Format { width: 200, height: 100, frame_rate_fps: 10, quality: Quality::Draft };
        let breach = Breach { law: Law::Color, object: "ball", start_secs: 0.45, end_secs: 9.0 };
        let event = breach.seen(&scene(), &format).unwrap();
        let height = 0.5 / (10.0 * 10f64.to_radians().tan());
        assert!((event.region.height - height).abs() < 1e-9);
        assert!((event.region.width - height / 2.0).abs() < 1e-9);
        assert!((event.region.y - (0.5 - height / 2.0)).abs() < 1e-9);
        assert_eq!(event.interval.start.as_micros(), 500_000, "the first frame from the start on");
        assert_eq!(event.interval.end.as_micros(), 1_900_000, "the last frame of the clip");
    }

    #[test]
    fn an_unknown_body_has_no_event() {
        let format = Format { width: 200, height: 100, frame_rate_fps: 10, quality: Quality::Draft };
        let breach = Breach { law: Law::Color, object: "cube", start_secs: 0.0, end_secs: 1.0 };
        assert_eq!(breach.seen(&scene(), &format), None);
    }
}
