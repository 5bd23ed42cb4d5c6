//! Things and lights that several stories share.
//!
//! Invariant: nothing here moves by itself or breaks a law.

use glam::{DQuat, DVec3};

use crate::material::{Material, Texture, srgb};
use crate::motion::{Pose, Track};
use crate::scene::{Light, Object};
use crate::shape::Shape;

/// A unit vector towards a light at a height (degrees above the horizon) and a bearing (degrees from +z towards +x).
pub(super) fn towards(height_degrees: f64, bearing_degrees: f64) -> DVec3 {
    let (height, bearing) = (height_degrees.to_radians(), bearing_degrees.to_radians());
    DVec3::new(libm::sin(bearing) * libm::cos(height), libm::sin(height), libm::cos(bearing) * libm::cos(height))
}

/// Daylight: a warm lamp and a cool sky.
pub(super) fn daylight(towards: DVec3, spread: f64) -> Light {
    Light {
        towards,
        color: DVec3::new(1.0, 0.93, 0.82) * 1.25,
        spread,
        sky: DVec3::new(0.46, 0.52, 0.62) * 0.9,
        bounce: DVec3::new(0.34, 0.28, 0.22) * 0.8,
        window: None,
    }
}

/// A body that stays where it is, turned about the vertical.
pub(super) fn standing(name: &'static str, shape: Shape, material: Material, at: DVec3, turn_degrees: f64) -> Object {
    let orientation = DQuat::from_rotation_y(turn_degrees.to_radians());
    Object::new(name, shape, material, Track::Still(Pose { position: at, orientation }))
}

/// A toy cube with its foot at a point.
pub(super) fn cube(at: DVec3, side: f64, turn_degrees: f64, color: DVec3) -> Object {
    let half = DVec3::splat(side / 2.0);
    let paint = Material { texture: Texture::Plain(color), mirror: 0.02, roughness: 0.3 };
    standing("cube", Shape::Block { half, bevel: side * 0.07 }, paint, at + DVec3::Y * half.y, turn_degrees)
}

/// A piece of bare wood with its foot at a point; `half` is half of its sides.
pub(super) fn timber(at: DVec3, half: DVec3, turn_degrees: f64) -> Object {
    let texture = Texture::Wood { dark: srgb(0x9a_6a_3c), light: srgb(0xd9_b0_7c) };
    let wood = Material { texture, mirror: 0.015, roughness: 0.35 };
    standing("timber", Shape::Block { half, bevel: 0.012 }, wood, at + DVec3::Y * half.y, turn_degrees)
}

/// A post whose grain runs upwards: a lying piece of timber, put on its end.
pub(super) fn post(foot: DVec3, half: DVec3) -> Object {
    let mut wood = timber(DVec3::ZERO, DVec3::new(half.y, half.x, half.z), 0.0);
    wood.track = Track::Still(Pose {
        position: foot + DVec3::Y * half.y,
        orientation: DQuat::from_rotation_z(std::f64::consts::FRAC_PI_2),
    });
    wood
}

/// A ball's looks: varnished, in segments of two colours.
pub(super) fn beach_ball(a: DVec3, b: DVec3) -> Material {
    Material::glossy(Texture::Segments { colors: [a, b], count: 6, cap: b })
}

/// A ball's looks: varnished, with a belt that shows how it turns.
pub(super) fn belted(ground: DVec3, belt: DVec3) -> Material {
    Material::glossy(Texture::Belt { ground, belt, half_width: 0.2 })
}

/// Turned so that a ball's poles lie to the front and a little aside: its pattern shows.
pub(super) fn tilted(position: DVec3) -> Pose {
    Pose { position, orientation: DQuat::from_rotation_y(0.5) * DQuat::from_rotation_x(0.35) }
}
