//! Solid bodies around their own origin: where a ray meets them, and what they look like to a shadow.
//!
//! Invariant: a reported hit lies in front of the ray's start and carries a unit normal that points outwards.
//! Where a body stands and how it is coloured is left to [`crate::scene`].

use glam::DVec3;

use crate::noise::blend;

/// A line of sight or of light.
#[derive(Clone, Copy, Debug)]
pub struct Ray {
    /// Where it starts, in metres.
    pub origin: DVec3,
    /// Where it goes; unit length.
    pub direction: DVec3,
}

impl Ray {
    /// The point after `distance` metres.
    pub fn at(&self, distance: f64) -> DVec3 {
        self.origin + self.direction * distance
    }
}

/// Where a ray first meets a surface.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// Distance from the ray's origin, in metres.
    pub distance: f64,
    /// The surface's outward unit normal.
    pub normal: DVec3,
}

/// The form of a body, centred on its own origin. Lengths in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A ball.
    Ball {
        /// Its radius.
        radius: f64,
    },
    /// A cuboid whose edges catch the light as if rounded.
    Block {
        /// Half of its width, height and depth.
        half: DVec3,
        /// How far from an edge the rounding begins.
        bevel: f64,
    },
    /// An upright cylinder.
    Cylinder {
        /// Its radius.
        radius: f64,
        /// Half of its height.
        half_height: f64,
    },
    /// A ball drawn out along its axes.
    Egg {
        /// Half of its width, height and depth.
        half: DVec3,
    },
    /// What a ball and a cube around the same middle have in common: a ball when the cube is large, a cube when the ball
    /// is, a die in between.
    Die {
        /// Half of the cube's side.
        half: f64,
        /// The ball's radius.
        radius: f64,
    },
}

/// Hits closer than this are the surface that the ray starts on.
const NEAREST: f64 = 1e-6;

impl Shape {
    /// The radius of the smallest ball around the origin that holds the body.
    pub fn bounding_radius(&self) -> f64 {
        match *self {
            Self::Ball { radius } => radius,
            Self::Block { half, .. } => half.length(),
            Self::Cylinder { radius, half_height } => (radius * radius + half_height * half_height).sqrt(),
            Self::Egg { half } => half.max_element(),
            Self::Die { half, radius } => radius.min(half * 3f64.sqrt()),
        }
    }

    /// Half of the sides of the smallest upright box around the body.
    pub fn half_extent(&self) -> DVec3 {
        match *self {
            Self::Ball { radius } => DVec3::splat(radius),
            Self::Block { half, .. } | Self::Egg { half } => half,
            Self::Cylinder { radius, half_height } => DVec3::new(radius, half_height, radius),
            Self::Die { half, radius } => DVec3::splat(half.min(radius)),
        }
    }

    /// A form between two of the same kind: this one at 0, the other at 1. A ball counts as an egg and as a die. Forms
    /// that have nothing in common change over in the middle.
    #[must_use]
    pub fn towards(&self, other: &Self, share: f64) -> Self {
        let mid = |a: f64, b: f64| blend(a, b, share);
        match (*self, *other) {
            _ if share <= 0.0 => *self,
            (Self::Ball { radius: a }, Self::Ball { radius: b }) => Self::Ball { radius: mid(a, b) },
            (Self::Block { half: a, bevel: c }, Self::Block { half: b, bevel: d }) => {
                Self::Block { half: a.lerp(b, share), bevel: mid(c, d) }
            }
            (Self::Cylinder { radius: a, half_height: c }, Self::Cylinder { radius: b, half_height: d }) => {
                Self::Cylinder { radius: mid(a, b), half_height: mid(c, d) }
            }
            (Self::Egg { half: a }, Self::Egg { half: b }) => Self::Egg { half: a.lerp(b, share) },
            (Self::Ball { radius }, Self::Egg { half }) => Self::Egg { half: DVec3::splat(radius).lerp(half, share) },
            (Self::Die { half: a, radius: c }, Self::Die { half: b, radius: d }) => {
                Self::Die { half: mid(a, b), radius: mid(c, d) }
            }
            (Self::Ball { radius: a }, Self::Die { half: b, radius: d }) => {
                Self::Die { half: mid(a, b), radius: mid(a, d) }
            }
            (first, second) => {
                if share < 0.5 {
                    first
                } else {
                    second
                }
            }
        }
    }

    /// Where a ray in the body's own frame first meets it.
    pub fn cross(&self, ray: &Ray) -> Option<Crossing> {
        match *self {
            Self::Ball { radius } => cross_ball(ray, radius),
            Self::Block { half, bevel } => cross_block(ray, half, bevel),
            Self::Cylinder { radius, half_height } => cross_cylinder(ray, radius, half_height),
            Self::Egg { half } => cross_egg(ray, half),
            Self::Die { half, radius } => cross_die(ray, half, radius),
        }
    }
}

fn cross_ball(ray: &Ray, radius: f64) -> Option<Crossing> {
    let along = ray.origin.dot(ray.direction);
    let root = along * along - ray.origin.length_squared() + radius * radius;
    if root < 0.0 {
        return None;
    }
    let root = root.sqrt();
    let distance = if -along - root > NEAREST { -along - root } else { -along + root };
    (distance > NEAREST).then(|| Crossing { distance, normal: ray.at(distance) / radius })
}

fn cross_egg(ray: &Ray, half: DVec3) -> Option<Crossing> {
    // A unit ball in a world that is drawn together along the axes.
    let (o, d) = (ray.origin / half, ray.direction / half);
    let stretch = d.length();
    let unit = Ray { origin: o, direction: d / stretch };
    let crossing = cross_ball(&unit, 1.0)?;
    Some(Crossing { distance: crossing.distance / stretch, normal: (crossing.normal / half).normalize() })
}

fn cross_die(ray: &Ray, half: f64, radius: f64) -> Option<Crossing> {
    let ball = cross_ball(ray, radius);
    if radius <= half {
        return ball;
    }
    let cube = cross_block(ray, DVec3::splat(half), 0.0);
    if radius >= half * 3f64.sqrt() {
        return cube;
    }
    // The surface of a common part lies on one body inside the other.
    let on_ball = ball.filter(|hit| ray.at(hit.distance).abs().max_element() <= half * (1.0 + 1e-9));
    let on_cube = cube.filter(|hit| ray.at(hit.distance).length() <= radius * (1.0 + 1e-9));
    match (on_ball, on_cube) {
        (Some(a), Some(b)) => Some(if a.distance < b.distance { a } else { b }),
        (a, b) => a.or(b),
    }
}

fn cross_block(ray: &Ray, half: DVec3, bevel: f64) -> Option<Crossing> {
    // Slabs. A ray parallel to a pair of faces is tilted by a hair: 0 × ∞ would be NaN.
    let tilted = DVec3::from_array(ray.direction.to_array().map(|d| if d.abs() < 1e-12 { 1e-12 } else { d }));
    let inverse = tilted.recip();
    let middle = -ray.origin * inverse;
    let reach = half * inverse.abs();
    let enter = (middle - reach).max_element();
    let leave = (middle + reach).min_element();
    if enter > leave || leave <= NEAREST {
        return None;
    }
    let distance = if enter > NEAREST { enter } else { leave };
    let point = ray.at(distance);
    let closeness = point.abs() / half;
    let mut normal = DVec3::ZERO;
    let face = if closeness.x >= closeness.y && closeness.x >= closeness.z {
        0
    } else if closeness.y >= closeness.z {
        1
    } else {
        2
    };
    normal[face] = point[face].signum();
    if bevel > 0.0 {
        // Lean towards the neighbouring face within the bevel: up to 45° at the edge itself. Never towards a face that is
        // turned away, because a surface that is seen faces the ray.
        for axis in 0..3 {
            if axis != face && point[axis] * ray.direction[axis] < 0.0 {
                let into = (point[axis].abs() - (half[axis] - bevel)) / bevel;
                normal[axis] = into.max(0.0) * into.max(0.0) * point[axis].signum();
            }
        }
        normal = normal.normalize();
    }
    Some(Crossing { distance, normal })
}

fn cross_cylinder(ray: &Ray, radius: f64, half_height: f64) -> Option<Crossing> {
    let mut nearest: Option<Crossing> = None;
    let mut offer = |distance: f64, normal: DVec3| {
        if distance > NEAREST && nearest.is_none_or(|n| distance < n.distance) {
            nearest = Some(Crossing { distance, normal });
        }
    };
    let (o, d) = (ray.origin, ray.direction);
    let a = d.x * d.x + d.z * d.z;
    if a > 1e-12 {
        let b = o.x * d.x + o.z * d.z;
        let root = b * b - a * (o.x * o.x + o.z * o.z - radius * radius);
        if root >= 0.0 {
            for distance in [(-b - root.sqrt()) / a, (-b + root.sqrt()) / a] {
                let p = ray.at(distance);
                if p.y.abs() <= half_height {
                    offer(distance, DVec3::new(p.x, 0.0, p.z) / radius);
                }
            }
        }
    }
    if d.y.abs() > 1e-12 {
        for side in [-1.0, 1.0] {
            let distance = (side * half_height - o.y) / d.y;
            let p = ray.at(distance);
            if p.x * p.x + p.z * p.z <= radius * radius {
                offer(distance, DVec3::Y * side);
            }
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ray(origin: [f64; 3], direction: [f64; 3]) -> Ray {
        Ray { origin: DVec3::from(origin), direction: DVec3::from(direction).normalize() }
    }

    fn assert_hit(shape: Shape, ray: &Ray, distance: f64, normal: [f64; 3]) {
        let hit = shape.cross(ray).unwrap();
        assert!((hit.distance - distance).abs() < 1e-12, "{hit:?}");
        assert!((hit.normal - DVec3::from(normal)).length() < 1e-12, "{hit:?}");
    }

    #[test]
    fn bodies_are_met_where_geometry_says() {
        let ball = Shape::Ball { radius: 2.0 };
        assert_hit(ball, &ray([0.0, 0.0, 5.0], [0.0, 0.0, -1.0]), 3.0, [0.0, 0.0, 1.0]);
        assert!(ball.cross(&ray([0.0, 2.01, 5.0], [0.0, 0.0, -1.0])).is_none());
        assert!(ball.cross(&ray([0.0, 0.0, 5.0], [0.0, 0.0, 1.0])).is_none(), "a ball behind the ray");

        let block = Shape::Block { half: DVec3::new(1.0, 2.0, 3.0), bevel: 0.1 };
        assert_hit(block, &ray([-4.0, 0.5, 0.5], [1.0, 0.0, 0.0]), 3.0, [-1.0, 0.0, 0.0]);
        assert!(block.cross(&ray([-4.0, 2.1, 0.0], [1.0, 0.0, 0.0])).is_none());

        let can = Shape::Cylinder { radius: 1.0, half_height: 0.5 };
        assert_hit(can, &ray([3.0, 0.0, 0.0], [-1.0, 0.0, 0.0]), 2.0, [1.0, 0.0, 0.0]);
        assert_hit(can, &ray([0.2, 4.0, 0.1], [0.0, -1.0, 0.0]), 3.5, [0.0, 1.0, 0.0]);
        assert!(can.cross(&ray([3.0, 0.6, 0.0], [-1.0, 0.0, 0.0])).is_none());
    }

    #[test]
    fn a_die_is_a_ball_at_one_end_and_a_cube_at_the_other() {
        let ray = ray([2.0, 2.0, 2.0], [-1.0, -1.0, -1.01]);
        let at = |shape: Shape| shape.cross(&ray).unwrap().distance;
        let ball = Shape::Ball { radius: 0.5 };
        let cube = Shape::Die { half: 0.5, radius: 0.9 };
        assert!((at(ball.towards(&cube, 1e-12)) - at(ball)).abs() < 1e-9);
        assert!((at(ball.towards(&cube, 1.0)) - at(Shape::Block { half: DVec3::splat(0.5), bevel: 0.0 })).abs() < 1e-9);
        let between = at(ball.towards(&cube, 0.5));
        assert!(between < at(ball) && between > at(cube), "it grows towards the corners");
    }

    #[test]
    fn normals_have_unit_length_and_face_the_ray() {
        let shapes = [
            Shape::Ball { radius: 0.7 },
            Shape::Block { half: DVec3::new(0.5, 0.4, 0.6), bevel: 0.08 },
            Shape::Cylinder { radius: 0.5, half_height: 0.5 },
            Shape::Egg { half: DVec3::new(0.5, 0.3, 0.7) },
            Shape::Die { half: 0.5, radius: 0.7 },
        ];
        for shape in shapes {
            for i in 0..500u64 {
                let at = |n| crate::noise::unit(crate::noise::mix(i * 8 + n)) - 0.5;
                let origin = DVec3::new(at(0), at(1), at(2)).normalize() * 3.0;
                let target = DVec3::new(at(3), at(4), at(5)) * 0.6;
                let ray = Ray { origin, direction: (target - origin).normalize() };
                if let Some(hit) = shape.cross(&ray) {
                    assert!(hit.normal.dot(ray.direction) <= 0.0, "{shape:?} {ray:?} {hit:?}");
                    assert!((hit.normal.length() - 1.0).abs() < 1e-9);
                    assert!(ray.at(hit.distance).length() <= shape.bounding_radius() + 1e-9);
                }
            }
        }
    }
}
