//! A scene at one moment, made ready for many rays.
//!
//! Invariant: poses are taken once per moment, not once per ray.

use glam::{DMat3, DVec3};

use crate::scene::{Object, Scene, Sight};
use crate::shape::{Ray, Shape};

/// A body at one moment.
pub(super) struct Body<'a> {
    pub(super) object: &'a Object,
    pub(super) shape: Shape,
    pub(super) position: DVec3,
    /// From the world to the body's own frame.
    to_own: DMat3,
    from_own: DMat3,
    pub(super) bounding_radius: f64,
    /// How much of it is there, 0 to 1.
    pub(super) presence: f64,
    /// The share of the second material, 0 to 1.
    pub(super) repainted: f64,
    /// The share of the light from behind that comes through, 0 to 1.
    pub(super) clarity: f64,
}

/// Where a ray meets a body.
pub(super) struct Touch<'a> {
    pub(super) body: &'a Body<'a>,
    pub(super) distance: f64,
    pub(super) normal: DVec3,
}

impl Body<'_> {
    pub(super) fn own_point(&self, point: DVec3) -> DVec3 {
        self.to_own * (point - self.position)
    }

    pub(super) fn own_direction(&self, direction: DVec3) -> DVec3 {
        self.to_own * direction
    }

    fn touch(&self, ray: &Ray) -> Option<Touch<'_>> {
        let to_center = self.position - ray.origin;
        let along = to_center.dot(ray.direction);
        let aside_squared = to_center.length_squared() - along * along;
        let radius = self.bounding_radius;
        if aside_squared > radius * radius || along < -radius {
            return None;
        }
        let own = Ray { origin: self.own_point(ray.origin), direction: self.own_direction(ray.direction) };
        let crossing = self.shape.cross(&own)?;
        Some(Touch { body: self, distance: crossing.distance, normal: self.from_own * crossing.normal })
    }
}

/// A scene at one moment.
pub(super) struct Instant<'a> {
    pub(super) secs: f64,
    pub(super) bodies: Vec<Body<'a>>,
}

impl<'a> Instant<'a> {
    /// All bodies of a scene.
    pub(super) fn new(scene: &'a Scene, secs: f64) -> Self {
        Self::of(scene, secs, |_| true)
    }

    /// Those bodies of a scene that are asked for.
    pub(super) fn of(scene: &'a Scene, secs: f64, take: impl Fn(&Object) -> bool) -> Self {
        let body = |object: &'a Object| {
            let pose = object.pose(secs);
            let shape = object.shape_at(secs);
            let from_own = DMat3::from_quat(pose.orientation);
            Body {
                object,
                shape,
                position: pose.position,
                to_own: from_own.transpose(),
                from_own,
                bounding_radius: shape.bounding_radius(),
                presence: object.presence.at(secs),
                repainted: object.repaint.as_ref().map_or(0.0, |(share, _)| share.at(secs)),
                clarity: object.clarity.at(secs),
            }
        };
        let bodies = scene.objects.iter().filter(|object| take(object)).map(body);
        Self { secs, bodies: bodies.filter(|body| body.presence > 0.0).collect() }
    }

    /// The first body in the way of a ray, of those that `sees` shows and `skip` does not name. A body that is half there
    /// stops half of the rays: those whose `chance`, 0 to 1, is below its presence.
    pub(super) fn touch(&self, ray: &Ray, chance: f64, sees: fn(Sight) -> bool, skip: &[&Object]) -> Option<Touch<'_>> {
        let mut nearest: Option<Touch<'_>> = None;
        for body in self.bodies.iter().filter(|body| chance < body.presence && sees(body.object.sight)) {
            if !skip.is_empty() && skip.iter().any(|&skipped| std::ptr::eq(skipped, body.object)) {
                continue;
            }
            if let Some(touch) = body.touch(ray)
                && nearest.as_ref().is_none_or(|n| touch.distance < n.distance)
            {
                nearest = Some(touch);
            }
        }
        nearest
    }
}
