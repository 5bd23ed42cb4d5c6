//! A world in front of a camera: bodies with their looks and tracks, a light, and what lies around them.
//!
//! Invariant: a scene is a pure function of time. Nothing in it knows of pixels, frames or files; drawing is left to
//! [`crate::draw`], the meaning of what happens to [`crate::event`].

use glam::DVec3;

use crate::material::Material;
use crate::motion::{Pose, Track};
use crate::noise;
use crate::shape::{Ray, Shape};
use crate::surroundings::Surroundings;

/// A value that goes smoothly from one to another in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    /// Up to when it has the first value, in seconds.
    pub start_secs: f64,
    /// From when it has the second; equal to the start for a jump.
    pub end_secs: f64,
    /// The first value.
    pub from: f64,
    /// The second value.
    pub to: f64,
}

impl Ramp {
    /// Always the same.
    pub const fn constant(value: f64) -> Self {
        Self { start_secs: 0.0, end_secs: 0.0, from: value, to: value }
    }

    /// The value at a time.
    pub fn at(&self, secs: f64) -> f64 {
        if self.end_secs <= self.start_secs {
            return if secs < self.start_secs { self.from } else { self.to };
        }
        noise::blend(self.from, self.to, noise::step(self.start_secs, self.end_secs, secs))
    }
}

/// Who notices a body. In a world that keeps its laws, everybody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// It stands in the camera's view.
    pub eye: bool,
    /// Mirrors show it.
    pub mirror: bool,
    /// It takes light away from what lies behind it.
    pub lamp: bool,
}

impl Sight {
    /// By camera, mirrors and light alike.
    pub const ALL: Self = Self { eye: true, mirror: true, lamp: true };
}

/// A body in the world.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its name within the scene, such as `ball`: annotations point to it.
    pub name: &'static str,
    /// Its form.
    pub shape: Shape,
    /// Its looks.
    pub material: Material,
    /// What it looks like later: the share of the second material over time.
    pub repaint: Option<(Ramp, Material)>,
    /// How much of it is there, from 0 to 1.
    pub presence: Ramp,
    /// The form that it takes over time. It grows and shrinks from its foot.
    pub form: Option<(Ramp, Shape)>,
    /// The share of the light from behind that comes through, 0 to 1.
    pub clarity: Ramp,
    /// Who notices it.
    pub sight: Sight,
    /// Whether it stands still, opaque and unchanged, in every version of its story: such bodies are looked up once for
    /// many pictures.
    pub scenery: bool,
    /// Where it is.
    pub track: Track,
    /// How its own frame stands in that of its track: for parts of a larger thing.
    pub mount: Pose,
}

impl Object {
    /// A body that is there all the time and keeps its looks.
    pub fn new(name: &'static str, shape: Shape, material: Material, track: Track) -> Self {
        Self {
            name,
            shape,
            material,
            repaint: None,
            presence: Ramp::constant(1.0),
            form: None,
            clarity: Ramp::constant(0.0),
            sight: Sight::ALL,
            scenery: false,
            track,
            mount: Pose::at(DVec3::ZERO),
        }
    }

    /// The same, as a part that sits at `position` in the frame of its track.
    #[must_use]
    pub fn mounted(self, position: DVec3) -> Self {
        Self { mount: Pose { position, ..self.mount }, ..self }
    }

    /// The pose at a time.
    pub fn pose(&self, secs: f64) -> Pose {
        let base = self.track.pose(secs);
        let mut position = base.position + base.orientation * self.mount.position;
        if self.form.is_some() {
            position.y += self.shape_at(secs).half_extent().y - self.shape.half_extent().y;
        }
        Pose { position, orientation: base.orientation * self.mount.orientation }
    }

    /// The form at a time.
    pub fn shape_at(&self, secs: f64) -> Shape {
        self.form.as_ref().map_or(self.shape, |(share, later)| self.shape.towards(later, share.at(secs)))
    }

    /// The same, as part of the place: see [`Object::scenery`].
    #[must_use]
    pub fn as_scenery(self) -> Self {
        Self { scenery: true, ..self }
    }
}

/// A pinhole camera that looks from one point to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Where it stands.
    pub eye: DVec3,
    /// What is in the middle of its picture.
    pub target: DVec3,
    /// The angle between the bottom and the top of the picture, in degrees.
    pub field_of_view_degrees: f64,
}

/// A point in the picture: shares of width and height from the top left corner, and the distance along the line of sight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projected {
    /// From the left edge, 0 to 1 inside the picture.
    pub x: f64,
    /// From the top edge, 0 to 1 inside the picture.
    pub y: f64,
    /// Metres in front of the camera.
    pub depth: f64,
}

/// A camera made ready for pictures of one shape.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    eye: DVec3,
    right: DVec3,
    up: DVec3,
    forward: DVec3,
    /// Half of the picture's height, one metre in front of the camera.
    half_height: f64,
    aspect: f64,
}

impl Camera {
    /// For pictures of this width over height.
    pub fn lens(&self, aspect: f64) -> Lens {
        let forward = (self.target - self.eye).normalize();
        let right = forward.cross(DVec3::Y).normalize();
        Lens {
            eye: self.eye,
            right,
            up: right.cross(forward),
            forward,
            half_height: libm::tan(self.field_of_view_degrees.to_radians() / 2.0),
            aspect,
        }
    }
}

impl Lens {
    /// The line of sight through a point of the picture, in shares of width and height from the top left corner.
    pub fn ray(&self, x: f64, y: f64) -> Ray {
        let across = (2.0 * x - 1.0) * self.half_height * self.aspect;
        let upwards = (1.0 - 2.0 * y) * self.half_height;
        Ray { origin: self.eye, direction: (self.forward + self.right * across + self.up * upwards).normalize() }
    }

    /// Where a point of the world is seen; `None` when it is behind the camera.
    pub fn project(&self, point: DVec3) -> Option<Projected> {
        let from_eye = point - self.eye;
        let depth = from_eye.dot(self.forward);
        if depth < 1e-6 {
            return None;
        }
        let x = from_eye.dot(self.right) / (depth * self.half_height * self.aspect);
        let y = from_eye.dot(self.up) / (depth * self.half_height);
        Some(Projected { x: 0.5 + 0.5 * x, y: 0.5 - 0.5 * y, depth })
    }
}

/// Bright shapes that a window casts: panes of light in front of an otherwise dimmer light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowLight {
    /// A point in the middle of the lit patch.
    pub center: DVec3,
    /// Half of the width and height of the whole window across the light, in metres.
    pub half_width: f64,
    /// See `half_width`.
    pub half_height: f64,
    /// Half of the width of the bars between its four panes, in metres.
    pub bar: f64,
    /// How wide the soft edges are, in metres.
    pub softness: f64,
    /// The share of the light that falls outside the panes, 0 to 1.
    pub elsewhere: f64,
}

/// A lamp or the sun, far away, and the light that comes from all around.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// From where it shines: a unit vector from the scene towards it.
    pub towards: DVec3,
    /// Its colour times its strength, linear.
    pub color: DVec3,
    /// The sine of the half-angle that it fills: how soft its shadows are.
    pub spread: f64,
    /// Light from above, linear.
    pub sky: DVec3,
    /// Light from below, linear.
    pub bounce: DVec3,
    /// A window in front of it.
    pub window: Option<WindowLight>,
}

/// A world in front of a camera.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Where the picture is taken from.
    pub camera: Camera,
    /// What lights it.
    pub light: Light,
    /// Floor, wall, sky.
    pub surroundings: Surroundings,
    /// Bodies.
    pub objects: Vec<Object>,
    /// Factor on all light before tone mapping.
    pub exposure: f64,
    /// How long the scene lasts, in seconds.
    pub duration_secs: f64,
    /// Where all its random patterns begin.
    pub seed: u64,
}

impl Scene {
    /// The body of that name.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_through_a_projected_point_meets_it() {
        let camera =
            Camera { eye: DVec3::new(1.0, 2.0, 6.0), target: DVec3::new(0.0, 0.5, 0.0), field_of_view_degrees: 35.0 };
        let lens = camera.lens(16.0 / 9.0);
        let point = DVec3::new(-0.7, 0.3, -1.1);
        let seen = lens.project(point).unwrap();
        let ray = lens.ray(seen.x, seen.y);
        let along = (point - ray.origin).dot(ray.direction);
        assert!((ray.at(along) - point).length() < 1e-12);
        assert!(lens.project(DVec3::new(2.0, 2.0, 9.0)).is_none(), "behind the camera");
        let middle = lens.project(camera.target).unwrap();
        assert!((middle.x - 0.5).abs() < 1e-12 && (middle.y - 0.5).abs() < 1e-12);
    }

    #[test]
    fn ramps_jump_or_glide() {
        let jump = Ramp { start_secs: 1.0, end_secs: 1.0, from: 1.0, to: 0.0 };
        assert_eq!((jump.at(0.999).to_bits(), jump.at(1.0).to_bits()), (1f64.to_bits(), 0f64.to_bits()));
        let glide = Ramp { start_secs: 1.0, end_secs: 2.0, from: 0.0, to: 4.0 };
        assert!((glide.at(1.5) - 2.0).abs() < 1e-12);
    }
}
