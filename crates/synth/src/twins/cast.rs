//! Who plays: the body that a story is about, and bodies that are there besides.
//!
//! Invariant: everything here moves as it should. Where a body is when the story turns is chosen first, and its way is
//! reckoned back from there, so that it is in the picture at that time.

use glam::{DQuat, DVec3};

use super::chance::Chance;
use super::plot::{Needs, Plot};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Course, Pose, Throw, Track, swing, throw};
use crate::scene::Object;
use crate::shape::Shape;

/// How a body moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It stands or lies.
    Rest,
    /// It rolls across the picture.
    Roll,
    /// It rolls towards the camera.
    Approach,
    /// It flies and bounces across the picture.
    Bounce,
    /// It swings on a thread.
    Swing,
}

/// Colours that have names.
pub(super) const PAINTS: &[(&str, u32)] = &[
    ("red", 0xd2_30_2a),
    ("orange", 0xe8_7a_18),
    ("yellow", 0xec_c4_2c),
    ("green", 0x2f_96_4a),
    ("blue", 0x25_5f_c0),
    ("purple", 0x7a_3c_a8),
    ("white", 0xee_ea_e0),
    ("black", 0x2a_28_2c),
    ("pink", 0xe0_7a_a4),
    ("brown", 0x7a_4a_2c),
];

/// The body that a story is about.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) object: Object,
    /// What belongs to it, such as the thread that it hangs on.
    pub(super) props: Vec<Object>,
    /// The name of its colour.
    pub(super) color: &'static str,
}

/// Half of the height of a body.
pub(super) fn reach(chance: &mut Chance) -> f64 {
    chance.within(0.16, 0.27)
}

/// A body that moves in one of several ways, and is well inside the picture at a time.
pub(super) fn actor(plot: &Plot, ways: &[Way]) -> Actor {
    let chance = &mut plot.chance("actor");
    let (at_secs, until_secs) = (plot.turns_secs, plot.duration_secs);
    let way = chance.pick(ways);
    let radius = reach(chance);
    let (color, hex) = chance.pick(PAINTS);
    let form = if way == Way::Rest { chance.pick(&["ball", "cube", "can"]) } else { "ball" };
    let shape = match form {
        "cube" => Shape::Block { half: DVec3::splat(radius), bevel: radius * 0.12 },
        "can" => Shape::Cylinder {
            radius: radius * chance.within(0.6, 0.95),
            half_height: radius * chance.within(0.9, 1.25),
        },
        _ => Shape::Ball { radius },
    };
    let looks = looks(&mut plot.chance("actor looks"), form, srgb(hex));
    let mut props = Vec::new();
    let track = match way {
        Way::Rest => rest(chance, shape.half_extent().y, form != "cube"),
        Way::Roll => rolls(chance, radius, at_secs, until_secs),
        Way::Approach => approaches(chance, radius, at_secs, until_secs),
        Way::Bounce => bounces(chance, radius, at_secs, until_secs),
        Way::Swing => {
            let pivot = DVec3::new(chance.within(-0.45, 0.45), 2.6, chance.within(-0.1, 0.2));
            let length = 2.6 - chance.within(0.5, 1.0);
            let track = swing(pivot, length, chance.sign() * chance.within(0.12, 0.4), 0.05, until_secs);
            let thread = Material::matte(Texture::Plain(srgb(0xd8_d0_c0)));
            let half_height = (length - radius) / 2.0;
            let thread = Object::new("thread", Shape::Cylinder { radius: 0.008, half_height }, thread, track.clone());
            props.push(thread.mounted(DVec3::Y * -half_height));
            let object = Object::new("ball", shape, looks, track).mounted(DVec3::Y * -length);
            return Actor { object, props, color };
        }
    };
    Actor { object: Object::new(form, shape, looks, track), props, color }
}

/// The looks of a body of a colour.
pub(super) fn looks(chance: &mut Chance, form: &str, paint: DVec3) -> Material {
    let paint = paint * chance.within(0.85, 1.1);
    let pale = srgb(chance.pick(&[0xf4_ee_e2, 0xf6_e8_d0, 0xdc_e6_f0]));
    let texture = match (form, chance.pick(&[0, 1, 2, 3])) {
        ("ball", 0) => Texture::Segments { colors: [paint, pale], count: 6, cap: pale },
        ("ball", 1) => Texture::Belt { ground: paint, belt: pale, half_width: 0.2 },
        (_, 2) => Texture::Marble { ground: paint, vein: paint.lerp(pale, 0.45), scale: 3.4 },
        _ => Texture::Plain(paint),
    };
    match chance.pick(&[0, 1, 2]) {
        0 => Material::matte(texture),
        1 => Material { texture, mirror: 0.025, roughness: 0.3 },
        _ => Material::glossy(texture),
    }
}

/// Turned in any way about the vertical, and tilted a little when it may be.
fn turned(chance: &mut Chance, tilts: bool) -> DQuat {
    let tilt = chance.within(-0.5, 0.5);
    DQuat::from_rotation_y(chance.within(-0.7, 0.7)) * DQuat::from_rotation_x(if tilts { tilt } else { 0.0 })
}

fn rest(chance: &mut Chance, height: f64, round: bool) -> Track {
    let position = DVec3::new(chance.within(-0.85, 0.85), height, chance.within(-0.35, 0.3));
    // A can stands upright; turning it about its axis does not matter.
    let orientation = if round { DQuat::IDENTITY } else { turned(chance, false) };
    Track::Still(Pose { position, orientation })
}

/// A ball as it is let go.
pub(super) fn ball(chance: &mut Chance, radius: f64, position: DVec3, velocity: DVec3) -> Throw {
    Throw {
        radius,
        restitution: chance.within(0.62, 0.86),
        rolling_drag: chance.within(0.02, 0.09),
        release_secs: 0.0,
        pose: Pose { position, orientation: turned(chance, true) },
        velocity,
        // As it would turn if it rolled: it does not slip where it lands.
        spin: DVec3::Y.cross(velocity) / radius,
    }
}

/// The speed, along its way, and the way, of something that rolls so that it is at 0 at a time.
fn reckoned_back(speed: f64, drag: f64, at_secs: f64) -> f64 {
    speed * at_secs - 0.5 * drag * at_secs * at_secs
}

fn rolls(chance: &mut Chance, radius: f64, at_secs: f64, until_secs: f64) -> Track {
    let direction = chance.sign();
    let speed = chance.within(0.45, 1.1);
    let lane = chance.within(-0.2, 0.25);
    let mut roll = ball(chance, radius, DVec3::new(0.0, radius, lane), DVec3::X * (direction * speed));
    let there = chance.within(-0.75, 0.45) * direction;
    roll.pose.position.x = there - direction * reckoned_back(speed, roll.rolling_drag, at_secs);
    throw(&roll, &Course::default(), until_secs)
}

fn approaches(chance: &mut Chance, radius: f64, at_secs: f64, until_secs: f64) -> Track {
    let speed = chance.within(0.25, 0.5);
    let aside = chance.within(-0.25, 0.25);
    let direction = DVec3::new(aside, 0.0, chance.sign()).normalize();
    let mut roll = ball(chance, radius, DVec3::Y * radius, direction * speed);
    let there = DVec3::new(chance.within(-0.6, 0.6), radius, chance.within(-0.2, 0.3));
    roll.pose.position = there - direction * reckoned_back(speed, roll.rolling_drag, at_secs);
    let track = throw(&roll, &Course::default(), until_secs);
    // Not into the wall.
    if track.pose(0.0).position.z < -0.95 || track.pose(until_secs).position.z < -0.95 {
        return approaches(chance, radius, at_secs, until_secs);
    }
    track
}

fn bounces(chance: &mut Chance, radius: f64, at_secs: f64, until_secs: f64) -> Track {
    let direction = chance.sign();
    let speed = chance.within(0.35, 0.9);
    let there = chance.within(-0.7, 0.5) * direction;
    let start = DVec3::new(there - direction * speed * at_secs, chance.within(0.7, 1.5), chance.within(-0.2, 0.2));
    let velocity = DVec3::new(direction * speed, chance.within(-0.5, 1.2), 0.0);
    let flight = ball(chance, radius, start, velocity);
    throw(&flight, &Course::default(), until_secs)
}

/// Bodies that are there besides: some stand at the back, some pass by.
pub(super) fn side_show(chance: &mut Chance, needs: Needs, until_secs: f64) -> Vec<Object> {
    let mut objects = Vec::new();
    for _ in 0..chance.pick(&[0, 1, 1, 2, 3]) {
        let size = chance.within(0.09, 0.18);
        let form = chance.pick(&["cube", "can", "ball"]);
        let shape = match form {
            "cube" => Shape::Block { half: DVec3::new(size, size * chance.within(0.6, 1.6), size * 0.8), bevel: 0.02 },
            "can" => Shape::Cylinder { radius: size * 0.8, half_height: size * chance.within(0.8, 1.6) },
            _ => Shape::Ball { radius: size },
        };
        let paint = srgb(chance.pick(PAINTS).1);
        let position = DVec3::new(chance.within(-1.5, 1.5), shape.half_extent().y, chance.within(-0.95, -0.62));
        let orientation = turned(chance, form == "ball");
        let track = Track::Still(Pose { position, orientation });
        objects.push(Object::new("thing at the back", shape, looks(chance, form, paint), track).as_scenery());
    }
    if chance.happens(0.35) && !needs.clear_view {
        objects.push(passer_by(chance, until_secs));
    }
    if chance.happens(0.12) && !needs.clear_view {
        let pivot = DVec3::new(chance.within(-1.2, 1.2), 2.7, -0.55);
        let (length, radius) = (chance.within(1.3, 2.0), chance.within(0.08, 0.13));
        let track = swing(pivot, length, chance.within(-0.35, 0.35), 0.05, until_secs);
        let paint = srgb(chance.pick(PAINTS).1);
        let bob = Object::new("pendulum", Shape::Ball { radius }, looks(chance, "ball", paint), track.clone());
        let half_height = (length - radius) / 2.0;
        let thread = Material::matte(Texture::Plain(srgb(0xc8_c0_b0)));
        let thread = Object::new("thread", Shape::Cylinder { radius: 0.007, half_height }, thread, track);
        objects.push(bob.mounted(DVec3::Y * -length));
        objects.push(thread.mounted(DVec3::Y * -half_height));
    }
    objects
}

/// A smaller ball that passes in front of or behind the story: it comes into the picture and leaves it, or is thrown up
/// from below the picture and falls back.
fn passer_by(chance: &mut Chance, until_secs: f64) -> Object {
    let radius = chance.within(0.08, 0.14);
    let paint = srgb(chance.pick(PAINTS).1);
    let material = looks(chance, "ball", paint);
    let direction = chance.sign();
    let thrown = if chance.happens(0.6) {
        let (lane, edge) = if chance.happens(0.5) { (-0.5, 2.2) } else { (0.75, 1.8) };
        let speed = chance.within(0.6, 1.6);
        let start = DVec3::new(-direction * chance.within(0.4, 1.0) * edge, radius, lane);
        ball(chance, radius, start, DVec3::X * (direction * speed))
    } else {
        // Thrown in from the side in a high arc.
        let start = DVec3::new(-direction * chance.within(1.6, 2.2), chance.within(0.3, 1.0), -0.5);
        let velocity = DVec3::new(direction * chance.within(0.8, 1.6), chance.within(2.0, 3.8), 0.0);
        let mut arc = ball(chance, radius, start, velocity);
        arc.restitution = 0.6;
        arc
    };
    Object::new("other ball", Shape::Ball { radius }, material, throw(&thrown, &Course::default(), until_secs))
}
