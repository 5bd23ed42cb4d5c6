//! The stories that take place in the open.
//!
//! Invariant: see [`super`]; a story asks for its outcome only where the law is broken.

use glam::{DQuat, DVec3};

use super::props::{beach_ball, belted, cube, daylight, post, standing, tilted, timber, towards};
use super::{Outcome, Staged};
use crate::event::{Breach, Law};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Barrier, Course, Piece, Pose, Throw, Track, swing, throw};
use crate::scene::{Camera, Object, Scene};
use crate::shape::Shape;
use crate::surroundings::{Backdrop, Surroundings};

/// A ball rolls towards a brick wall.
pub(super) fn through_wall(outcome: Outcome) -> Staged {
    let duration_secs = 3.5;
    let radius = 0.24;
    let wall_half = DVec3::new(0.085, 0.45, 0.62);
    let wall_z = -0.16;
    let roll = Throw {
        radius,
        restitution: 0.55,
        rolling_drag: 0.05,
        release_secs: 0.0,
        pose: tilted(DVec3::new(-2.05, radius, 0.18)),
        velocity: DVec3::new(1.25, 0.0, 0.0),
        spin: DVec3::ZERO,
    };
    let near_side = Barrier { point: DVec3::new(-wall_half.x, 0.0, 0.0), normal: DVec3::NEG_X };
    let barriers = if outcome == Outcome::Possible { vec![near_side] } else { vec![] };
    let track = throw(&roll, &Course { barriers, ..Course::default() }, duration_secs);
    // When the ball's front has rolled a way: v·t − d·t²/2 = way, for the root before it stops.
    let after = |way: f64| {
        let (v, d) = (roll.velocity.x, roll.rolling_drag);
        (v - (v * v - 2.0 * d * way).sqrt()) / d
    };
    let touches = after(-wall_half.x - radius - roll.pose.position.x);
    let leaves = after(wall_half.x + radius - roll.pose.position.x);
    let bricks = Material::matte(Texture::Bricks { brick: srgb(0xb5_5a_3c), mortar: srgb(0xc9_bf_b0), length: 0.25 });
    let stone = Material::matte(Texture::Plaster { color: srgb(0xcf_c6_b4), amount: 0.1 });
    let objects = vec![
        Object::new("ball", Shape::Ball { radius }, beach_ball(srgb(0x1f_7a_8c), srgb(0xf2_ee_df)), track),
        standing(
            "wall",
            Shape::Block { half: wall_half, bevel: 0.008 },
            bricks,
            DVec3::new(0.0, wall_half.y, wall_z),
            0.0,
        ),
        standing(
            "coping",
            Shape::Block { half: DVec3::new(0.12, 0.03, 0.655), bevel: 0.012 },
            stone,
            DVec3::new(0.0, 2.0 * wall_half.y + 0.03, wall_z),
            0.0,
        ),
    ];
    let mut light = daylight(towards(40.0, -24.0), 0.02);
    light.color = DVec3::new(1.0, 0.86, 0.66) * 1.65;
    light.sky = DVec3::new(0.42, 0.5, 0.66) * 0.85;
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(1.05, 1.15, 4.6),
            target: DVec3::new(0.0, 0.6, 0.0),
            field_of_view_degrees: 25.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material {
                texture: Texture::Tiles { a: srgb(0xc9_b2_98), b: srgb(0xbf_a5_8a), size: 0.5 },
                mirror: 0.0,
                roughness: 1.0,
            },
            backdrop: Backdrop::Sky {
                zenith: srgb(0x3d_7c_c4),
                horizon: srgb(0xd6_e2_ea),
                hills: srgb(0x6f_86_96),
                cover: 0.45,
                drift: 0.015,
            },
        },
        objects,
        exposure: 0.95,
        duration_secs,
        seed: 53,
    };
    let breach = Breach { law: Law::Solidity, object: "ball", start_secs: touches, end_secs: leaves };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}

/// A toy cart passes a swinging ball on a meadow under drifting clouds.
pub(super) fn ordinary(_: Outcome) -> Staged {
    let duration_secs = 4.0;
    let mut objects = cart(DVec3::new(-1.75, 0.0, 0.75), 0.85, 0.09);
    objects.extend(swing_frame(DVec3::new(0.35, 0.0, -0.55), duration_secs));
    objects.push(cube(DVec3::new(-1.35, 0.0, -0.5), 0.3, 24.0, srgb(0xe3_a8_2b)));
    objects.push(cube(DVec3::new(-1.0, 0.0, -0.75), 0.3, -15.0, srgb(0x2f_6d_9e)));
    let mut light = daylight(towards(46.0, -48.0), 0.02);
    light.color = DVec3::new(1.0, 0.95, 0.85) * 1.55;
    light.bounce = DVec3::new(0.2, 0.26, 0.12);
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.0, 0.86, 5.2),
            target: DVec3::new(0.0, 0.92, 0.0),
            field_of_view_degrees: 26.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material::matte(Texture::Grass { light: srgb(0x8f_b8_4a), dark: srgb(0x4c_7a_2c) }),
            backdrop: Backdrop::Sky {
                zenith: srgb(0x2f_76_c9),
                horizon: srgb(0xcf_e6_f5),
                hills: srgb(0x4f_7d_4a),
                cover: 0.52,
                drift: 0.05,
            },
        },
        objects,
        exposure: 0.95,
        duration_secs,
        seed: 67,
    };
    Staged { scene, breach: None }
}

/// A wooden cart with a ball on it that rolls along x and slows down evenly.
fn cart(start: DVec3, speed: f64, drag: f64) -> Vec<Object> {
    let wheel_radius = 0.11;
    let moves = |position: DVec3, spin: f64| {
        Track::Pieces(vec![Piece {
            velocity: DVec3::X * speed,
            acceleration: DVec3::X * -drag,
            spin: DVec3::Z * -spin,
            spin_acceleration: DVec3::Z * (spin * drag / speed),
            ..Piece::resting(0.0, Pose::at(start + position))
        }])
    };
    let body = moves(DVec3::ZERO, 0.0);
    let paint = |color: u32| Material { texture: Texture::Plain(srgb(color)), mirror: 0.03, roughness: 0.2 };
    let block = |half: DVec3, color: u32, at: DVec3| {
        Object::new("cart", Shape::Block { half, bevel: 0.015 }, paint(color), body.clone()).mounted(at)
    };
    let mut parts = vec![
        block(DVec3::new(0.42, 0.04, 0.17), 0xc8_3a_2f, DVec3::new(0.0, 0.2, 0.0)),
        block(DVec3::new(0.025, 0.08, 0.17), 0xd9_4f_3f, DVec3::new(-0.395, 0.32, 0.0)),
        block(DVec3::new(0.025, 0.08, 0.17), 0xd9_4f_3f, DVec3::new(0.395, 0.32, 0.0)),
        Object::new("cargo", Shape::Ball { radius: 0.14 }, belted(srgb(0xf2_b6_33), srgb(0xfb_f3_e0)), body.clone())
            .mounted(DVec3::new(-0.16, 0.38, 0.0)),
        Object::new("cargo", Shape::Ball { radius: 0.11 }, belted(srgb(0x2f_6d_9e), srgb(0xdc_ea_f7)), body.clone())
            .mounted(DVec3::new(0.14, 0.35, 0.02)),
    ];
    let wheel = Material {
        texture: Texture::Tiles { a: srgb(0x3a_36_34), b: srgb(0xe9_e0_cf), size: 0.2 },
        mirror: 0.02,
        roughness: 0.3,
    };
    for (x, z) in [(-0.27, 0.19), (0.27, 0.19), (-0.27, -0.19), (0.27, -0.19)] {
        let track = moves(DVec3::new(x, wheel_radius, z), speed / wheel_radius);
        let mut part = Object::new("wheel", Shape::Cylinder { radius: wheel_radius, half_height: 0.025 }, wheel, track);
        part.mount.orientation = DQuat::from_rotation_x(std::f64::consts::FRAC_PI_2);
        parts.push(part);
    }
    parts
}

/// A wooden frame in which a ball swings on a thread.
fn swing_frame(foot: DVec3, duration_secs: f64) -> Vec<Object> {
    let (height, length, radius) = (1.5, 0.98, 0.15);
    let track = swing(foot + DVec3::Y * height, length, 0.6, 0.06, duration_secs);
    let hang = |object: Object, below: f64| object.mounted(DVec3::Y * -below);
    let thread_half = (length - radius) / 2.0;
    let thread = Material::matte(Texture::Plain(srgb(0xf0_ea_dc)));
    let looks = beach_ball(srgb(0xe2_54_4a), srgb(0xfb_f3_e0));
    vec![
        hang(Object::new("pendulum", Shape::Ball { radius }, looks, track.clone()), length),
        hang(
            Object::new("thread", Shape::Cylinder { radius: 0.007, half_height: thread_half }, thread, track),
            thread_half,
        ),
        timber(foot + DVec3::Y * height, DVec3::new(1.0, 0.045, 0.05), 0.0),
        post(foot + DVec3::X * -0.93, DVec3::new(0.045, height / 2.0, 0.05)),
        post(foot + DVec3::X * 0.93, DVec3::new(0.045, height / 2.0, 0.05)),
    ]
}
