//! Solid bodies around their own origin: where a ray meets them, and what they look like to a shadow.
//!
//! Invariant: a reported hit lies in front of the ray's start and carries a unit normal that points outwards.
//! Where a body stands and how it is coloured is left to [`crate::scene`].

use glam::DVec3;

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
        }
    }

    /// Half of the sides of the smallest upright box around the body.
    pub fn half_extent(&self) -> DVec3 {
        match *self {
            Self::Ball { radius } => DVec3::splat(radius),
            Self::Block { half, .. } => half,
            Self::Cylinder { radius, half_height } => DVec3::new(radius, half_height, radius),
        }
    }

    /// Where a ray in the body's own frame first meets it.
    pub fn cross(&self, ray: &Ray) -> Option<Crossing> {
        match *self {
            Self::Ball { radius } => cross_ball(ray, radius),
            Self::Block { half, bevel } => cross_block(ray, half, bevel),
            Self::Cylinder { radius, half_height } => cross_cylinder(ray, radius, half_height),
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
    fn normals_have_unit_length_and_face_the_ray() {
        let shapes = [
            Shape::Ball { radius: 0.7 },
            Shape::Block { half: DVec3::new(0.5, 0.4, 0.6), bevel: 0.08 },
            Shape::Cylinder { radius: 0.5, half_height: 0.5 },
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
