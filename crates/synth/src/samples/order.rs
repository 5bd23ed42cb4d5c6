//! The stories of cause and order: a shadow on the wrong side, a tower that rebuilds itself, a ball that sets off.
//!
//! Invariant: see [`super`]; a story asks for its outcome only where the law is broken.

use glam::{DQuat, DVec2, DVec3};

use super::props::{beach_ball, belted, cube, daylight, standing, tilted, timber, towards};
use super::{Outcome, Staged};
use crate::event::{Breach, Law};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Course, Piece, Pose, Throw, Track, throw};
use crate::scene::{Camera, Object, Scene, Sight, WindowLight};
use crate::shape::Shape;
use crate::surroundings::{Backdrop, Surroundings};
use crate::twins::pile::{Part, RECORDED_HZ, simulate, turn_back};

/// A ball rolls past two blocks; its shadow falls towards the sun.
pub(super) fn shadow(outcome: Outcome) -> Staged {
    let duration_secs = 3.5;
    let radius = 0.26;
    let roll = Throw {
        radius,
        restitution: 0.6,
        rolling_drag: 0.04,
        release_secs: 0.0,
        pose: tilted(DVec3::new(-0.95, radius, 0.25)),
        velocity: DVec3::new(0.55, 0.0, 0.0),
        spin: DVec3::ZERO,
    };
    let sun = towards(27.0, 62.0);
    let looks = beach_ball(srgb(0x2c_6f_bb), srgb(0xf4_ee_e2));
    let mut ball = Object::new("ball", Shape::Ball { radius }, looks, throw(&roll, &Course::default(), duration_secs));
    let mut objects = Vec::new();
    if outcome == Outcome::Impossible {
        ball.sight.lamp = false;
        // What casts the shadow rolls along on the other side, nearer to the sun by twice the shadow's length.
        let aside = DVec3::new(sun.x, 0.0, sun.z) / sun.y * (2.0 * radius);
        let start = Pose { position: roll.pose.position + aside, ..roll.pose };
        let mut cause = ball.clone();
        cause.name = "shadow";
        cause.sight = Sight { eye: false, mirror: false, lamp: true };
        cause.track = throw(&Throw { pose: start, ..roll }, &Course::default(), duration_secs);
        objects.push(cause);
    }
    objects.insert(0, ball);
    objects.extend([
        cube(DVec3::new(-1.15, 0.0, -0.55), 0.42, 18.0, srgb(0xe3_a8_2b)),
        standing(
            "pillar",
            Shape::Cylinder { radius: 0.15, half_height: 0.42 },
            Material { texture: Texture::Plain(srgb(0xd9_5f_4a)), mirror: 0.02, roughness: 0.3 },
            DVec3::new(0.75, 0.42, -0.6),
            0.0,
        ),
        cube(DVec3::new(1.35, 0.0, 0.15), 0.26, -20.0, srgb(0x3f_8f_6b)),
    ]);
    let mut light = daylight(sun, 0.02);
    light.color = DVec3::new(1.0, 0.82, 0.58) * 1.75;
    light.sky = DVec3::new(0.4, 0.47, 0.66) * 0.75;
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(-0.1, 1.6, 4.7),
            target: DVec3::new(0.0, 0.42, 0.0),
            field_of_view_degrees: 25.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material::matte(Texture::Tiles { a: srgb(0xd2_bd_a2), b: srgb(0xc8_b0_94), size: 0.6 }),
            backdrop: Backdrop::Sky {
                zenith: srgb(0x5a_82_bc),
                horizon: srgb(0xf2_d2_a8),
                hills: srgb(0x7a_78_8c),
                cover: 0.4,
                drift: 0.012,
            },
        },
        objects,
        exposure: 0.95,
        duration_secs,
        seed: 83,
    };
    let breach = Breach { law: Law::Shadow, object: "ball", start_secs: 0.0, end_secs: duration_secs };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}

/// A ball knocks a tower over, and the tower stands up again.
pub(super) fn tower(outcome: Outcome) -> Staged {
    let duration_secs = 4.0;
    let turns_secs = 2.0;
    let half = DVec3::new(0.14, 0.115, 0.14);
    let (foot, radius, strikes_secs, speed) = (0.25, 0.24, 0.75, 2.3);
    let mut parts: Vec<Part> = (0..5)
        .map(|row| Part {
            shape: Shape::Block { half, bevel: 0.014 },
            start: DVec2::new(foot + [0.0, 0.012, -0.01, 0.008, -0.006][row], half.y * (2.0 * row as f64 + 1.0)),
            velocity: DVec2::ZERO,
            lane: 0.0,
        })
        .collect();
    parts.push(Part {
        shape: Shape::Ball { radius },
        start: DVec2::new(foot - half.x - radius - speed * strikes_secs, radius),
        velocity: DVec2::X * speed,
        lane: 0.0,
    });
    let mut tracks = simulate(&parts, duration_secs);
    if outcome == Outcome::Impossible {
        tracks.iter_mut().for_each(|poses| turn_back(poses, turns_secs));
    }
    let colors = [0xc8_4a_3c, 0xe3_a8_2b, 0x3f_8f_6b, 0x2f_6d_9e, 0xd9_7a_4a];
    let objects = parts.iter().zip(tracks).enumerate().map(|(at, (part, poses))| {
        let track = Track::Recorded { step_secs: 1.0 / RECORDED_HZ, poses };
        match colors.get(at) {
            Some(color) => {
                let paint = Material { texture: Texture::Plain(srgb(*color)), mirror: 0.025, roughness: 0.25 };
                // The topmost block is the one that annotations follow.
                Object::new(if at == 4 { "top block" } else { "block" }, part.shape, paint, track)
            }
            None => Object::new("ball", part.shape, belted(srgb(0x6a_4a_8c), srgb(0xf0_e6_f4)), track),
        }
    });
    let mut objects: Vec<Object> = objects.collect();
    objects.push(timber(DVec3::new(-1.25, 0.0, -0.85), DVec3::new(0.3, 0.07, 0.1), 10.0));
    objects.push(cube(DVec3::new(1.45, 0.0, -0.8), 0.28, 22.0, srgb(0x4f_9c_8c)));
    let mut light = daylight(towards(42.0, -38.0), 0.03);
    light.color *= 1.3;
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(-0.1, 1.05, 4.9),
            target: DVec3::new(0.1, 0.6, 0.0),
            field_of_view_degrees: 25.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material {
                texture: Texture::Planks { dark: srgb(0x9a_74_50), light: srgb(0xd6_b0_80), width: 0.16, length: 1.8 },
                mirror: 0.035,
                roughness: 0.2,
            },
            backdrop: Backdrop::Wall {
                z: -1.35,
                material: Material::matte(Texture::Plaster { color: srgb(0xb4_c4_cc), amount: 0.06 }),
                skirting: (0.11, srgb(0xf4_f2_ec)),
            },
        },
        objects,
        exposure: 1.0,
        duration_secs,
        seed: 89,
    };
    let breach =
        Breach { law: Law::TimeReversal, object: "top block", start_secs: turns_secs, end_secs: turns_secs + 1.3 };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}

/// Three balls lie on the floor; one of them rolls away.
pub(super) fn sets_off(outcome: Outcome) -> Staged {
    let duration_secs = 3.5;
    let radius = 0.21;
    let sets_off_secs = 1.2;
    let lie = |x: f64, z: f64, turn: f64| Pose {
        position: DVec3::new(x, radius, z),
        orientation: DQuat::from_rotation_y(turn) * DQuat::from_rotation_x(0.4),
    };
    let resting = |pose: Pose| Track::Pieces(vec![Piece::resting(0.0, pose)]);
    let middle = lie(-0.25, 0.15, 0.3);
    let mut track = resting(middle);
    if outcome == Outcome::Impossible {
        // Gathers speed, as if something pulled it.
        let pull = 0.85;
        let rolls = Piece {
            acceleration: DVec3::new(pull, 0.0, 0.05),
            spin: DVec3::Z * -1e-9,
            spin_acceleration: DVec3::Z * (-pull / radius),
            ..Piece::resting(sets_off_secs, middle)
        };
        track = track.then(sets_off_secs, Track::Pieces(vec![rolls]));
    }
    let shape = Shape::Ball { radius };
    let objects = vec![
        Object::new("ball", shape, belted(srgb(0xcf_4a_2a), srgb(0xf7_ee_e0)), track),
        Object::new("second ball", shape, belted(srgb(0x2c_6f_bb), srgb(0xdc_ea_f7)), resting(lie(-0.95, -0.25, 0.9))),
        Object::new("third ball", shape, belted(srgb(0xe3_b0_3a), srgb(0xfa_f2_dc)), resting(lie(-0.62, -0.62, -0.4))),
        timber(DVec3::new(0.95, 0.0, -0.95), DVec3::new(0.34, 0.075, 0.11), -8.0),
        timber(DVec3::new(0.98, 0.15, -0.95), DVec3::new(0.25, 0.075, 0.1), 10.0),
    ];
    let mut light = daylight(towards(26.0, -58.0), 0.022);
    light.color = DVec3::new(1.0, 0.84, 0.62) * 1.75;
    light.sky *= 0.75;
    light.window = Some(WindowLight {
        center: DVec3::new(0.0, 0.3, -0.2),
        half_width: 1.35,
        half_height: 0.75,
        bar: 0.03,
        softness: 0.035,
        elsewhere: 0.12,
    });
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.1, 1.3, 4.3),
            target: DVec3::new(0.0, 0.38, 0.0),
            field_of_view_degrees: 25.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material {
                texture: Texture::Planks { dark: srgb(0x5e_40_2a), light: srgb(0x96_6a_44), width: 0.2, length: 2.0 },
                mirror: 0.04,
                roughness: 0.16,
            },
            backdrop: Backdrop::Wall {
                z: -1.4,
                material: Material::matte(Texture::Plaster { color: srgb(0x8a_a0_8c), amount: 0.07 }),
                skirting: (0.12, srgb(0xef_ea_de)),
            },
        },
        objects,
        exposure: 1.05,
        duration_secs,
        seed: 97,
    };
    let breach = Breach {
        law: Law::SpontaneousMotion,
        object: "ball",
        start_secs: sets_off_secs,
        end_secs: sets_off_secs + 0.9,
    };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}
