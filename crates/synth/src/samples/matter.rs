//! The stories of what things are made of: water that carries, chocolate that melts, a ball that doubles.
//!
//! Invariant: see [`super`]; a story asks for its outcome only where the law is broken.

use glam::DVec3;

use super::props::{beach_ball, belted, cube, daylight, standing, tilted, timber, towards};
use super::{Outcome, Staged};
use crate::event::{Breach, Law};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Course, Piece, Pose, STANDARD_GRAVITY, Throw, Track, throw};
use crate::scene::{Camera, Object, Ramp, Scene, WindowLight};
use crate::shape::Shape;
use crate::surroundings::{Backdrop, Surroundings};
use crate::twins::fluids::Floating;
use crate::twins::pile::RECORDED_HZ;

fn breach(outcome: Outcome, law: Law, object: &'static str, start_secs: f64, end_secs: f64) -> Option<Breach> {
    (outcome == Outcome::Impossible).then_some(Breach { law, object, start_secs, end_secs })
}

/// Two balls fall into a tank of water; the second stays on top.
pub(super) fn water(outcome: Outcome) -> Staged {
    let duration_secs = 4.0;
    let water = DVec3::new(0.95, 0.36, 0.42);
    let surface = 2.0 * water.y;
    let radius = 0.17;
    // Let go above the picture, so that it meets the water at a time.
    let falls = |x: f64, meets_secs: f64, stands: bool| {
        let fall_secs = 0.6;
        let height = surface + radius + 0.5 * STANDARD_GRAVITY * fall_secs * fall_secs;
        let mut ball = Floating { height, speed: 0.0, radius, surface };
        let poses = (0..(duration_secs * RECORDED_HZ) as usize + 2)
            .map(|pose| {
                let secs = pose as f64 / RECORDED_HZ;
                let now = tilted(DVec3::new(x, ball.height, 0.0));
                if stands && secs >= meets_secs {
                    ball.height = surface + radius;
                } else if secs >= meets_secs - fall_secs {
                    (0..8).for_each(|_| ball.step(0.45, 1.0 / (8.0 * RECORDED_HZ)));
                }
                now
            })
            .collect();
        Track::Recorded { step_secs: 1.0 / RECORDED_HZ, poses }
    };
    let meets_secs = 2.25;
    let shape = Shape::Ball { radius };
    let blue = Material { texture: Texture::Plain(srgb(0x2f_86_ba)), mirror: 0.035, roughness: 0.03 };
    let mut body = standing("water", Shape::Block { half: water, bevel: 0.0 }, blue, DVec3::Y * water.y, 0.0);
    body.clarity = Ramp::constant(0.62);
    let steel = Material { texture: Texture::Plain(srgb(0x3a_40_48)), mirror: 0.08, roughness: 0.2 };
    let bar = 0.022;
    let mut objects = vec![
        Object::new("first ball", shape, belted(srgb(0xf2_b6_33), srgb(0xfb_f3_e0)), falls(-0.42, 0.75, false)),
        Object::new(
            "ball",
            shape,
            belted(srgb(0xe2_54_4a), srgb(0xfb_f3_e0)),
            falls(0.42, meets_secs, outcome == Outcome::Impossible),
        ),
        body,
    ];
    let block = |half: DVec3, at: DVec3| standing("bar", Shape::Block { half, bevel: 0.006 }, steel, at, 0.0);
    for (x, z) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        objects.push(block(DVec3::new(bar, 0.41, bar), DVec3::new(x * (water.x + bar), 0.41, z * (water.z + bar))));
    }
    for z in [-1.0, 1.0] {
        objects.push(block(DVec3::new(water.x + 2.0 * bar, bar, bar), DVec3::new(0.0, bar, z * (water.z + bar))));
        objects.push(block(DVec3::new(water.x + 2.0 * bar, bar, bar), DVec3::new(0.0, 0.8, z * (water.z + bar))));
    }
    let mut light = daylight(towards(52.0, -36.0), 0.06);
    light.color *= 1.15;
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.25, 1.35, 4.9),
            target: DVec3::new(0.0, 0.68, 0.0),
            field_of_view_degrees: 23.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material { texture: Texture::Plain(srgb(0x9c_bc_c4)), mirror: 0.02, roughness: 0.3 },
            backdrop: Backdrop::Sheet { low: srgb(0xb4_d0_d6), high: srgb(0xe4_f0_f2), fade_from: 0.9, fade_to: 4.2 },
        },
        objects,
        exposure: 0.95,
        duration_secs,
        seed: 71,
    };
    Staged { scene, breach: breach(outcome, Law::Buoyancy, "ball", meets_secs, meets_secs + 1.2) }
}

/// A ball rolls over tiles and becomes two.
pub(super) fn double(outcome: Outcome) -> Staged {
    let duration_secs = 3.5;
    let radius = 0.2;
    let splits_secs = 1.55;
    let roll = Throw {
        radius,
        restitution: 0.6,
        rolling_drag: 0.05,
        release_secs: 0.0,
        pose: tilted(DVec3::new(-1.7, radius, -0.1)),
        velocity: DVec3::new(1.0, 0.0, 0.0),
        spin: DVec3::ZERO,
    };
    let track = throw(&roll, &Course::default(), duration_secs);
    let looks = beach_ball(srgb(0x2f_8f_6b), srgb(0xf6_ef_df));
    let ball = Object::new("ball", Shape::Ball { radius }, looks, track.clone());
    let mut objects = vec![ball.clone()];
    if outcome == Outcome::Impossible {
        let here = track.pose(splits_secs);
        let copy = Throw { release_secs: splits_secs, pose: here, velocity: DVec3::new(0.3, 0.0, 0.42), ..roll };
        objects.push(Object {
            track: throw(&copy, &Course::default(), duration_secs),
            presence: Ramp { start_secs: splits_secs, end_secs: splits_secs, from: 0.0, to: 1.0 },
            ..ball
        });
    }
    objects.extend([
        timber(DVec3::new(1.0, 0.0, -0.85), DVec3::new(0.32, 0.07, 0.11), -12.0),
        cube(DVec3::new(0.96, 0.14, -0.85), 0.22, 24.0, srgb(0xd9_5f_4a)),
        standing(
            "can",
            Shape::Cylinder { radius: 0.15, half_height: 0.23 },
            Material { texture: Texture::Plain(srgb(0xe3_a8_2b)), mirror: 0.03, roughness: 0.2 },
            DVec3::new(-1.1, 0.23, -0.85),
            0.0,
        ),
    ]);
    let mut light = daylight(towards(40.0, -48.0), 0.025);
    light.color *= 1.3;
    light.window = Some(WindowLight {
        center: DVec3::new(0.1, 0.35, -0.2),
        half_width: 1.2,
        half_height: 0.85,
        bar: 0.035,
        softness: 0.03,
        elsewhere: 0.2,
    });
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.0, 1.4, 4.2),
            target: DVec3::new(0.0, 0.35, 0.0),
            field_of_view_degrees: 25.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material {
                texture: Texture::Tiles { a: srgb(0xe9_e2_d4), b: srgb(0x8f_a9_b4), size: 0.4 },
                mirror: 0.05,
                roughness: 0.1,
            },
            backdrop: Backdrop::Wall {
                z: -1.3,
                material: Material::matte(Texture::Plaster { color: srgb(0xe0_c9_a6), amount: 0.06 }),
                skirting: (0.1, srgb(0xf6_f2_ea)),
            },
        },
        objects,
        exposure: 1.0,
        duration_secs,
        seed: 73,
    };
    Staged { scene, breach: breach(outcome, Law::ObjectPersistence, "ball", splits_secs, splits_secs + 0.7) }
}

/// Chocolate melts on a plate, and gathers itself.
pub(super) fn melt(outcome: Outcome) -> Staged {
    let duration_secs = 4.0;
    let (turns_secs, lasts) = (2.0, 1.1);
    let side = 0.3;
    let plate = 0.06;
    let texture = Texture::Plain(srgb(0x5a_32_1e));
    let brown = Material { texture, mirror: 0.05, roughness: 0.12 };
    let half = DVec3::splat(side);
    let melts = Ramp { start_secs: 0.1, end_secs: 3.0, from: 0.0, to: 1.0 };
    let low = Shape::Block { half: half * DVec3::new(0.7, 0.05, 0.7), bevel: 0.012 };
    let wide = Shape::Cylinder { radius: side * 2.4, half_height: 0.024 };
    let mut solid = standing("chocolate", Shape::Block { half, bevel: 0.07 }, brown, DVec3::Y * (side + plate), 24.0);
    let mut pool = standing(
        "chocolate",
        Shape::Cylinder { radius: 0.03, half_height: 0.008 },
        brown,
        DVec3::Y * (0.008 + plate),
        0.0,
    );
    solid.form = Some((melts, low));
    pool.form = Some((melts, wide));
    let mut objects = vec![solid.clone(), pool.clone()];
    if outcome == Outcome::Impossible {
        let gone = Ramp { start_secs: turns_secs, end_secs: turns_secs, from: 1.0, to: 0.0 };
        let gathers =
            Ramp { start_secs: turns_secs, end_secs: turns_secs + lasts, from: melts.at(turns_secs), to: 0.0 };
        for object in &mut objects {
            object.presence = gone;
        }
        for (object, form) in [(solid, low), (pool, wide)] {
            let presence = Ramp { from: 0.0, to: 1.0, ..gone };
            objects.push(Object { presence, form: Some((gathers, form)), ..object });
        }
    }
    let china = Material { texture: Texture::Plain(srgb(0xf0_ec_e2)), mirror: 0.05, roughness: 0.08 };
    objects.push(standing(
        "plate",
        Shape::Cylinder { radius: 0.92, half_height: plate / 2.0 },
        china,
        DVec3::Y * (plate / 2.0),
        0.0,
    ));
    objects.push(steam_cup(DVec3::new(1.25, 0.0, -0.55)));
    let mut light = daylight(towards(46.0, -40.0), 0.08);
    light.color *= 1.25;
    light.sky *= 0.7;
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.1, 1.75, 4.3),
            target: DVec3::new(0.1, 0.3, 0.0),
            field_of_view_degrees: 22.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material {
                texture: Texture::Planks { dark: srgb(0x6a_48_30), light: srgb(0xa8_7c_54), width: 0.3, length: 2.4 },
                mirror: 0.03,
                roughness: 0.25,
            },
            backdrop: Backdrop::Wall {
                z: -1.7,
                material: Material::matte(Texture::Plaster { color: srgb(0x5c_77_7a), amount: 0.08 }),
                skirting: (0.0, srgb(0xf2_ef_e8)),
            },
        },
        objects,
        exposure: 1.0,
        duration_secs,
        seed: 79,
    };
    Staged { scene, breach: breach(outcome, Law::PhaseTransition, "chocolate", turns_secs, turns_secs + lasts) }
}

/// A cup that stands by.
fn steam_cup(foot: DVec3) -> Object {
    let glaze = Material { texture: Texture::Plain(srgb(0xd9_7a_4a)), mirror: 0.05, roughness: 0.1 };
    let track = Track::Pieces(vec![Piece::resting(0.0, Pose::at(foot + DVec3::Y * 0.22))]);
    Object::new("cup", Shape::Cylinder { radius: 0.2, half_height: 0.22 }, glaze, track)
}
