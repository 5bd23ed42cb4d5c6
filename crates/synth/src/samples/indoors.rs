//! The stories that take place in a room or in front of a photographer's sheet.
//!
//! Invariant: see [`super`]; a story asks for its outcome only where the law is broken.

use glam::DVec3;

use super::props::{beach_ball, belted, cube, daylight, post, standing, tilted, timber, towards};
use super::{Outcome, Staged};
use crate::event::{Breach, Law};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Course, Throw, swing, throw};
use crate::scene::{Camera, Object, Ramp, Scene, WindowLight};
use crate::shape::Shape;
use crate::surroundings::{Backdrop, Surroundings};

/// A ball drops into a sunny room and bounces.
pub(super) fn bounce(_: Outcome) -> Staged {
    let radius = 0.15;
    let ball = Throw {
        radius,
        restitution: 0.8,
        rolling_drag: 0.12,
        release_secs: 0.0,
        pose: tilted(DVec3::new(-1.62, 1.42, 0.1)),
        velocity: DVec3::new(0.86, 0.25, 0.0),
        spin: DVec3::new(0.4, 0.2, -3.0),
    };
    let duration_secs = 3.5;
    let track = throw(&ball, &Course::default(), duration_secs);
    let looks = beach_ball(srgb(0xd8_3a_2e), srgb(0xf4_ee_e2));
    let objects = vec![
        Object::new("ball", Shape::Ball { radius }, looks, track),
        cube(DVec3::new(1.05, 0.0, -0.62), 0.3, 18.0, srgb(0x2f_6d_9e)),
        cube(DVec3::new(1.43, 0.0, -0.5), 0.3, -12.0, srgb(0xe3_a8_2b)),
        cube(DVec3::new(1.22, 0.3, -0.57), 0.3, 6.0, srgb(0x3f_8f_6b)),
    ];
    let towards = towards(34.0, -52.0);
    let mut light = daylight(towards, 0.022);
    light.color *= 1.35;
    light.window = Some(WindowLight {
        center: DVec3::new(0.1, 0.35, -0.35),
        half_width: 1.05,
        half_height: 0.78,
        bar: 0.035,
        softness: 0.03,
        elsewhere: 0.14,
    });
    Staged { scene: Scene { light, ..room(objects, duration_secs, 11) }, breach: None }
}

/// A room with a wooden floor and a pale wall.
fn room(objects: Vec<Object>, duration_secs: f64, seed: u64) -> Scene {
    Scene {
        camera: Camera {
            eye: DVec3::new(0.0, 0.98, 4.3),
            target: DVec3::new(0.0, 0.62, 0.0),
            field_of_view_degrees: 25.0,
        },
        light: daylight(towards(48.0, -40.0), 0.05),
        surroundings: Surroundings {
            floor: Material {
                texture: Texture::Planks { dark: srgb(0x8a_5c_36), light: srgb(0xc9_98_65), width: 0.17, length: 1.9 },
                mirror: 0.03,
                roughness: 0.22,
            },
            backdrop: Backdrop::Wall {
                z: -1.25,
                material: Material::matte(Texture::Plaster { color: srgb(0xd8_d2_c2), amount: 0.07 }),
                skirting: (0.11, srgb(0xf2_ef_e8)),
            },
        },
        objects,
        exposure: 1.0,
        duration_secs,
        seed,
    }
}

/// Two balls roll off a ledge; one of them falls the wrong way.
pub(super) fn fall_up(outcome: Outcome) -> Staged {
    let duration_secs = 3.5;
    let (radius, ledge, edge) = (0.13, 0.72, -0.12);
    let rolls_off = |start_x: f64, gravity: f64| {
        let roll = Throw {
            radius,
            restitution: 0.72,
            rolling_drag: 0.02,
            release_secs: 0.0,
            pose: tilted(DVec3::new(start_x, ledge + radius, 0.0)),
            velocity: DVec3::new(1.0, 0.0, 0.0),
            spin: DVec3::ZERO,
        };
        let on_ledge = throw(&roll, &Course { floor: ledge, ..Course::default() }, duration_secs);
        // v·t − d·t²/2 = way, for the root before the ball would stop.
        let way = edge - start_x;
        let off_secs = (1.0 - (1.0 - 2.0 * roll.rolling_drag * way).sqrt()) / roll.rolling_drag;
        let leaving = on_ledge.pose(off_secs);
        let (velocity, spin) = on_ledge.piece(off_secs).map_or((DVec3::ZERO, DVec3::ZERO), |piece| {
            (piece.velocity_at(off_secs), piece.spin + piece.spin_acceleration * (off_secs - piece.start_secs))
        });
        let fall = Throw { release_secs: off_secs, pose: leaving, velocity, spin, ..roll };
        let course = Course { gravity, ..Course::default() };
        (on_ledge.then(off_secs, throw(&fall, &course, duration_secs)), off_secs)
    };
    let down = Course::default().gravity;
    let (first, _) = rolls_off(-1.05, down);
    let (second, off_secs) = rolls_off(-2.2, if outcome == Outcome::Impossible { -down } else { down });
    let objects = vec![
        Object::new("first ball", Shape::Ball { radius }, belted(srgb(0xf2_b6_33), srgb(0xfb_f3_e0)), first),
        Object::new("ball", Shape::Ball { radius }, belted(srgb(0xe2_54_4a), srgb(0xfb_f3_e0)), second),
        standing(
            "ledge",
            Shape::Block { half: DVec3::new(1.6, ledge / 2.0, 0.36), bevel: 0.015 },
            Material { texture: Texture::Plain(srgb(0xf3_ef_e6)), mirror: 0.01, roughness: 0.4 },
            DVec3::new(edge - 1.6, ledge / 2.0, 0.0),
            0.0,
        ),
    ];
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.35, 1.2, 5.2),
            target: DVec3::new(0.08, 0.86, 0.0),
            field_of_view_degrees: 24.0,
        },
        light: daylight(towards(52.0, 38.0), 0.09),
        surroundings: Surroundings {
            floor: Material { texture: Texture::Plain(srgb(0x6f_b5_a8)), mirror: 0.02, roughness: 0.35 },
            backdrop: Backdrop::Sheet { low: srgb(0x8f_cb_bd), high: srgb(0xcf_e8_dd), fade_from: 0.9, fade_to: 4.2 },
        },
        objects,
        exposure: 1.0,
        duration_secs,
        seed: 23,
    };
    // Up to when it has left the picture: it rises about 0.9 m, in √(2·0.9/g) seconds.
    let breach = Breach { law: Law::Gravity, object: "ball", start_secs: off_secs, end_secs: off_secs + 0.43 };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}

/// A ball rolls across the floor and is gone.
pub(super) fn vanish(outcome: Outcome) -> Staged {
    let duration_secs = 3.5;
    let radius = 0.19;
    let roll = Throw {
        radius,
        restitution: 0.6,
        rolling_drag: 0.06,
        release_secs: 0.0,
        pose: tilted(DVec3::new(-1.75, radius, 0.35)),
        velocity: DVec3::new(1.02, 0.0, 0.0),
        spin: DVec3::ZERO,
    };
    let small = Throw {
        radius: 0.11,
        pose: tilted(DVec3::new(1.95, 0.11, -0.42)),
        velocity: DVec3::new(-0.8, 0.0, 0.0),
        ..roll
    };
    let gone_secs = 1.75;
    let mut ball = Object::new(
        "ball",
        Shape::Ball { radius },
        belted(srgb(0xcf_2e_2a), srgb(0xf7_ee_e0)),
        throw(&roll, &Course::default(), duration_secs),
    );
    if outcome == Outcome::Impossible {
        ball.presence = Ramp { start_secs: gone_secs, end_secs: gone_secs, from: 1.0, to: 0.0 };
    }
    let blue = belted(srgb(0x2c_6f_bb), srgb(0xdc_ea_f7));
    let objects = vec![
        ball,
        Object::new(
            "second ball",
            Shape::Ball { radius: 0.11 },
            blue,
            throw(&small, &Course::default(), duration_secs),
        ),
        timber(DVec3::new(-0.95, 0.0, -0.85), DVec3::new(0.34, 0.075, 0.11), 14.0),
        timber(DVec3::new(-0.98, 0.15, -0.86), DVec3::new(0.25, 0.075, 0.1), -8.0),
        cube(DVec3::new(-0.92, 0.3, -0.85), 0.2, 30.0, srgb(0xe9_b5_3a)),
        standing(
            "can",
            Shape::Cylinder { radius: 0.16, half_height: 0.24 },
            Material { texture: Texture::Plain(srgb(0x4f_8a_7a)), mirror: 0.03, roughness: 0.2 },
            DVec3::new(0.95, 0.24, -0.88),
            0.0,
        ),
    ];
    let mut scene = room(objects, duration_secs, 37);
    scene.camera =
        Camera { eye: DVec3::new(0.0, 1.35, 4.0), target: DVec3::new(0.0, 0.36, 0.0), field_of_view_degrees: 25.0 };
    scene.surroundings.floor = Material {
        texture: Texture::Tiles { a: srgb(0xe6_dc_c8), b: srgb(0xb9_c4_c4), size: 0.42 },
        mirror: 0.035,
        roughness: 0.12,
    };
    if let Backdrop::Wall { material, .. } = &mut scene.surroundings.backdrop {
        *material = Material::matte(Texture::Plaster { color: srgb(0x9f_b4_bd), amount: 0.06 });
    }
    let breach =
        Breach { law: Law::ObjectPersistence, object: "ball", start_secs: gone_secs, end_secs: gone_secs + 0.5 };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}

/// A ball on a thread turns from blue to orange.
pub(super) fn change_color(outcome: Outcome) -> Staged {
    let duration_secs = 4.0;
    let radius = 0.2;
    let (pivot, length) = (DVec3::new(0.0, 1.62, 0.0), 1.08);
    let track = swing(pivot, length, -0.72, 0.08, duration_secs);
    let hang = |object: Object, below: f64| object.mounted(DVec3::Y * -below);
    let (start_secs, end_secs) = (1.6, 2.2);
    let looks =
        |color: u32| Material::glossy(Texture::Marble { ground: srgb(color), vein: srgb(0xf6_f1_e6), scale: 3.4 });
    let mut ball = hang(Object::new("ball", Shape::Ball { radius }, looks(0x1f_5f_c4), track.clone()), length);
    if outcome == Outcome::Impossible {
        let share = Ramp { start_secs, end_secs, from: 0.0, to: 1.0 };
        ball.repaint = Some((share, looks(0xf0_7a_12)));
    }
    let thread_half = (length - radius) / 2.0;
    let thread = Material::matte(Texture::Plain(srgb(0xe8_e0_d0)));
    let steel = Material { texture: Texture::Plain(srgb(0xc8_c8_cc)), mirror: 0.3, roughness: 0.15 };
    let ring = Shape::Cylinder { radius: 0.035, half_height: 0.03 };
    let beam = DVec3::new(1.25, 0.05, 0.06);
    let leg = DVec3::new(0.05, 0.81, 0.06);
    let objects = vec![
        ball,
        hang(
            Object::new("thread", Shape::Cylinder { radius: 0.006, half_height: thread_half }, thread, track.clone()),
            thread_half,
        ),
        hang(Object::new("ring", ring, steel, track), length - radius - 0.01),
        timber(DVec3::new(0.0, 1.62, 0.0), beam, 0.0),
        post(DVec3::new(-1.2, 0.0, 0.0), leg),
        post(DVec3::new(1.2, 0.0, 0.0), leg),
        timber(DVec3::new(-1.2, 0.0, 0.0), DVec3::new(0.09, 0.035, 0.34), 0.0),
        timber(DVec3::new(1.2, 0.0, 0.0), DVec3::new(0.09, 0.035, 0.34), 0.0),
    ];
    let mut light = daylight(towards(50.0, -34.0), 0.07);
    light.color *= 1.3;
    light.sky *= 0.55;
    light.bounce *= 0.6;
    let scene = Scene {
        camera: Camera {
            eye: DVec3::new(0.55, 1.25, 5.2),
            target: DVec3::new(0.0, 0.86, 0.0),
            field_of_view_degrees: 23.0,
        },
        light,
        surroundings: Surroundings {
            floor: Material { texture: Texture::Plain(srgb(0x4a_45_58)), mirror: 0.03, roughness: 0.25 },
            backdrop: Backdrop::Sheet { low: srgb(0x66_5e_80), high: srgb(0x24_21_33), fade_from: 0.8, fade_to: 4.6 },
        },
        objects,
        exposure: 1.0,
        duration_secs,
        seed: 41,
    };
    let breach = Breach { law: Law::Color, object: "ball", start_secs, end_secs };
    Staged { scene, breach: (outcome == Outcome::Impossible).then_some(breach) }
}
