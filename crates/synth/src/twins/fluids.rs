//! Stories of water and of melting.
//!
//! Invariant: a floating body obeys Archimedes until the turn; what melts keeps its volume.

use glam::DVec3;

use super::cast::{Actor, PAINTS, Way, actor, looks};
use super::plot::{Needs, Plot, Told};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Pose, STANDARD_GRAVITY, Track};
use crate::scene::{Object, Ramp};
use crate::shape::Shape;

/// Poses per second of a recorded track.
const RECORDED_HZ: f64 = 120.0;

/// The water: half of its width, height and depth; it stands on the floor.
const WATER: DVec3 = DVec3::new(0.72, 0.34, 0.36);

/// A ball in a tank floats, sinks, or falls into the water.
pub(super) fn buoyancy(plot: &Plot) -> Told {
    let mut chance = plot.chance("buoyancy");
    let radius = chance.within(0.13, 0.19);
    let (color, hex) = chance.pick(PAINTS);
    let material = looks(&mut chance, "ball", srgb(hex));
    let x = chance.within(-0.45, 0.45);
    let light = chance.within(0.35, 0.6);
    let heavy = chance.within(1.6, 3.0);
    let surface = 2.0 * WATER.y;
    let start_secs = plot.turns_secs;
    // Where it begins, and its density before the turn and, in the broken version, after it.
    let falls_secs = 0.5;
    let falls = 0.5 * STANDARD_GRAVITY * falls_secs * falls_secs;
    let (height, hangs_secs, density, later) = match chance.pick(&[0, 1, 2, 3]) {
        // Floats, then sinks.
        0 => (surface + radius * 0.3, 0.0, light, Some(heavy)),
        // Lies on the bottom, then rises.
        1 => (radius, 0.0, heavy, Some(light)),
        // Is let go above the picture and falls in; comes to rest on top.
        2 => (surface + radius + falls, start_secs - falls_secs, light, None),
        _ => (surface + radius + falls, start_secs - falls_secs, heavy, None),
    };
    let mut ball = Floating { height, speed: 0.0, radius, surface };
    let mut poses = Vec::new();
    let steps = 8;
    for pose in 0..(plot.duration_secs * RECORDED_HZ).ceil() as usize + 2 {
        let secs = pose as f64 / RECORDED_HZ;
        poses.push(Pose::at(DVec3::new(x, ball.height, 0.0)));
        if secs < hangs_secs {
            continue;
        }
        let broken = plot.broken && secs >= start_secs;
        if broken && later.is_none() {
            // Rests on the water as on a table.
            ball.height = surface + radius;
            continue;
        }
        let density = if broken { later.unwrap_or(density) } else { density };
        for _ in 0..steps {
            ball.step(density, 1.0 / (RECORDED_HZ * f64::from(steps)));
        }
    }
    let track = Track::Recorded { step_secs: 1.0 / RECORDED_HZ, poses };
    let object = Object::new("ball", Shape::Ball { radius }, material, track);
    let props = tank(&mut chance);
    Told::of(Actor { object, props, color }, start_secs, start_secs + 0.8)
        .needing(Needs { clear_view: true, ..Needs::default() })
}

/// A ball in water that moves up and down.
pub(crate) struct Floating {
    /// Of its middle, in metres.
    pub(crate) height: f64,
    /// Upwards, in metres per second.
    pub(crate) speed: f64,
    pub(crate) radius: f64,
    /// The water's height.
    pub(crate) surface: f64,
}

impl Floating {
    /// Weight, lift by the part under water, and a drag that grows with it (per mass, for a ball of that density relative
    /// to water). The water that moves along counts as half of the displaced mass.
    pub(crate) fn step(&mut self, density: f64, secs: f64) {
        let depth = ((self.surface - self.height + self.radius) / self.radius).clamp(0.0, 2.0);
        // The share of a ball's volume below a plane `depth` radii above its lowest point.
        let under = depth * depth * (3.0 - depth) / 4.0;
        let mass = density + 0.5 * under;
        let force =
            STANDARD_GRAVITY * (under - density) - under * (4.5 * self.speed + 3.0 * self.speed * self.speed.abs());
        self.speed += force / mass * secs;
        self.height += self.speed * secs;
        if self.height < self.radius {
            (self.height, self.speed) = (self.radius, 0.0);
        }
    }
}

/// Water in a frame of bars.
fn tank(chance: &mut super::chance::Chance) -> Vec<Object> {
    let color = chance.pick(&[0x5a_9a_b8, 0x4f_8f_c8, 0x6f_b0_a8]);
    let surface = Material { texture: Texture::Plain(srgb(color)), mirror: 0.03, roughness: 0.05 };
    let still = |at: DVec3| Track::Still(Pose::at(at));
    let shape = Shape::Block { half: WATER, bevel: 0.0 };
    let mut water = Object::new("water", shape, surface, still(DVec3::Y * WATER.y));
    water.clarity = Ramp::constant(chance.within(0.62, 0.78));
    let mut objects = vec![water];
    let paint = Material {
        texture: Texture::Plain(srgb(chance.pick(&[0x30_30_34, 0x8a_8a_90, 0xd8_d4_c8]))),
        mirror: 0.03,
        roughness: 0.3,
    };
    let (bar, rim) = (0.02, WATER.y * 1.12);
    let half = |half: DVec3| Shape::Block { half, bevel: 0.005 };
    for (x, z) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        let at = DVec3::new(x * WATER.x, rim, z * WATER.z);
        objects.push(Object::new("post", half(DVec3::new(bar, rim, bar)), paint, still(at)).as_scenery());
    }
    for y in [bar, 2.0 * rim] {
        for z in [-WATER.z, WATER.z] {
            let at = DVec3::new(0.0, y, z);
            objects.push(Object::new("bar", half(DVec3::new(WATER.x + bar, bar, bar)), paint, still(at)).as_scenery());
        }
    }
    objects
}

/// Something melts, and freezes back; or something stands there that cannot melt, and does.
pub(super) fn phase(plot: &Plot) -> Told {
    let mut chance = plot.chance("phase");
    let mut actor = actor(plot, &[Way::Rest]);
    let side = super::cast::reach(&mut chance) * 1.05;
    let half = DVec3::splat(side);
    let at = actor.object.track.pose(0.0);
    let melts = chance.happens(0.6);
    if melts {
        let (color, hex) =
            chance.pick(&[("white", 0xe4_ee_f4), ("yellow", 0xf0_dc_9c), ("brown", 0x6a_42_2c), ("pink", 0xf0_b8_c8)]);
        let texture = Texture::Plain(srgb(hex));
        actor.object.material = Material { texture, mirror: 0.03, roughness: 0.15 };
        actor.color = color;
    }
    actor.object.name = "cube";
    actor.object.shape = Shape::Block { half, bevel: side * 0.15 };
    actor.object.track = Track::Still(Pose { position: DVec3::new(at.position.x, side, at.position.z), ..at });
    let puddle = Shape::Cylinder { radius: 0.02, half_height: 0.006 };
    let mut pool = Object::new(
        "cube",
        puddle,
        actor.object.material,
        Track::Still(Pose::at(DVec3::new(at.position.x, 0.006, at.position.z))),
    );
    let low = Shape::Block { half: half * DVec3::new(0.8, 0.12, 0.8), bevel: side * 0.1 };
    let wide = Shape::Cylinder { radius: side * chance.within(1.9, 2.4), half_height: 0.02 };
    let start_secs = plot.turns_secs;
    let lasts = chance.within(0.6, 1.0);
    if melts {
        // Before time 0 it has begun; the clip ends before it is done.
        let going = |ramp: Ramp, object: &mut Object, later: Shape| object.form = Some((ramp, later));
        let melting = Ramp { start_secs: -0.8, end_secs: plot.duration_secs + 0.3, from: 0.0, to: 1.0 };
        going(melting, &mut actor.object, low);
        going(melting, &mut pool, wide);
        if plot.broken {
            for object in [&mut actor.object, &mut pool] {
                object.presence = Ramp { start_secs, end_secs: start_secs, from: 1.0, to: 0.0 };
            }
            let back = Ramp { start_secs, end_secs: start_secs + lasts, from: melting.at(start_secs), to: 0.0 };
            let (mut solid, mut shrinking) = (actor.object.clone(), pool.clone());
            for object in [&mut solid, &mut shrinking] {
                object.presence = Ramp { start_secs, end_secs: start_secs, from: 0.0, to: 1.0 };
            }
            going(back, &mut solid, low);
            going(back, &mut shrinking, wide);
            actor.props.extend([solid, shrinking]);
        }
        actor.props.push(pool);
    } else if plot.broken {
        let melting = Ramp { start_secs, end_secs: start_secs + lasts, from: 0.0, to: 1.0 };
        actor.object.form = Some((melting, low));
        pool.form = Some((melting, wide));
        pool.presence = Ramp { start_secs, end_secs: start_secs, from: 0.0, to: 1.0 };
        actor.props.push(pool);
    }
    Told::of(actor, start_secs, start_secs + lasts)
}
