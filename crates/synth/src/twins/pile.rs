//! Stories of things that fall over: a ball runs into a tower of blocks.
//!
//! Invariant: bodies move in the plane of x and y under the laws of `rapier2d`, stepped evenly and built for the same
//! bits on every platform; in the broken version the recording is played backwards from the turn on.

use glam::{DQuat, DVec2, DVec3};
use rapier2d::prelude::{ColliderBuilder, PhysicsWorld, RigidBodyBuilder, RigidBodyHandle, Vector};

use super::cast::{Actor, PAINTS, looks};
use super::chance::Chance;
use super::plot::{Needs, Plot, Told};
use crate::material::srgb;
use crate::motion::{Pose, Track};
use crate::scene::Object;
use crate::shape::Shape;

/// Steps per second of the simulation; every other one is recorded.
const STEPS_HZ: f64 = 240.0;
/// Recorded poses per second.
pub(crate) const RECORDED_HZ: f64 = 120.0;

/// A body of the simulation: its shape, where it begins, how fast.
pub(crate) struct Part {
    pub(crate) shape: Shape,
    /// In metres: across and up.
    pub(crate) start: DVec2,
    /// In metres per second.
    pub(crate) velocity: DVec2,
    /// Its place along z, where nothing moves.
    pub(crate) lane: f64,
}

/// Blocks are knocked over; then, in the broken version, they set themselves up again.
pub(super) fn reversal(plot: &Plot) -> Told {
    let mut chance = plot.chance("pile");
    let half = DVec3::new(chance.within(0.08, 0.12), chance.within(0.08, 0.14), 0.12);
    let way = chance.sign();
    let foot = -way * chance.within(0.0, 0.4);
    let mut parts = blocks(&mut chance, foot, half);
    let radius = chance.within(0.19, 0.25);
    let speed = chance.within(2.0, 2.9);
    // The ball strikes a little before the turn, so that blocks still tumble at the turn.
    let strikes = plot.turns_secs - chance.within(0.3, 0.55);
    let widest = parts.iter().map(|part| (part.start.x - foot).abs()).fold(0.0, f64::max) + half.x;
    let start = DVec2::new(foot - way * (widest + radius + speed * strikes), radius);
    parts.push(Part { shape: Shape::Ball { radius }, start, velocity: DVec2::X * (way * speed), lane: 0.0 });
    let mut tracks = simulate(&parts, plot.duration_secs);
    if plot.broken {
        for poses in &mut tracks {
            turn_back(poses, plot.turns_secs);
        }
    }
    let (color, hex) = chance.pick(PAINTS);
    let mut objects = parts.iter().zip(tracks).map(|(part, poses)| {
        let track = Track::Recorded { step_secs: 1.0 / RECORDED_HZ, poses };
        match part.shape {
            Shape::Ball { .. } => {
                let paint = srgb(chance.pick(PAINTS).1);
                Object::new("ball", part.shape, looks(&mut chance, "ball", paint), track)
            }
            shape => {
                let paint = srgb(hex) * chance.within(0.75, 1.1);
                Object::new("block", shape, looks(&mut chance, "cube", paint), track)
            }
        }
    });
    let first = objects.next();
    let props: Vec<Object> = objects.collect();
    let still = Track::Still(Pose::at(DVec3::ZERO));
    let object = first.unwrap_or_else(|| {
        Object::new(
            "block",
            Shape::Block { half, bevel: 0.01 },
            looks(&mut plot.chance("spare"), "cube", srgb(hex)),
            still,
        )
    });
    let needs = Needs { clear_view: true, ..Needs::default() };
    Told::of(Actor { object, props, color }, plot.turns_secs, plot.duration_secs).needing(needs)
}

/// Plays a recording backwards from a time on.
pub(crate) fn turn_back(poses: &mut Vec<Pose>, turns_secs: f64) {
    let turn = (turns_secs * RECORDED_HZ).round() as usize;
    let mirrored: Vec<Pose> =
        (turn..poses.len()).filter_map(|at| poses.get((2 * turn).saturating_sub(at)).copied()).collect();
    poses.truncate(turn);
    poses.extend(mirrored);
}

/// A tower or a small pyramid.
fn blocks(chance: &mut Chance, foot: f64, half: DVec3) -> Vec<Part> {
    let rows: &[usize] =
        chance.pick(&[&[1usize, 1, 1, 1][..], &[1, 1, 1, 1, 1], &[2, 1], &[3, 2, 1], &[2, 2, 1], &[2, 2, 2]]);
    let shape = Shape::Block { half, bevel: 0.012 };
    let mut parts = Vec::new();
    for (row, count) in rows.iter().enumerate() {
        for column in 0..*count {
            let x = foot + (column as f64 - (*count as f64 - 1.0) / 2.0) * 2.05 * half.x + chance.within(-0.015, 0.015);
            let start = DVec2::new(x, half.y * (2.0 * row as f64 + 1.0));
            parts.push(Part { shape, start, velocity: DVec2::ZERO, lane: chance.within(-0.02, 0.02) });
        }
    }
    parts
}

/// Lets bodies fall, strike and slide on the floor, and records their poses.
pub(crate) fn simulate(parts: &[Part], duration_secs: f64) -> Vec<Vec<Pose>> {
    let mut world = PhysicsWorld::default();
    world.integration_parameters.dt = (1.0 / STEPS_HZ) as f32;
    let vector = |v: DVec2| Vector::new(v.x as f32, v.y as f32);
    let floor = ColliderBuilder::cuboid(50.0, 0.5).friction(0.6).restitution(0.2);
    world.insert(RigidBodyBuilder::fixed().translation(Vector::new(0.0, -0.5)), floor);
    let handles: Vec<RigidBodyHandle> = parts
        .iter()
        .map(|part| {
            let half = part.shape.half_extent();
            let (collider, density) = match part.shape {
                Shape::Ball { radius } => (ColliderBuilder::ball(radius as f32), 6.0),
                _ => (ColliderBuilder::cuboid(half.x as f32, half.y as f32), 1.0),
            };
            // A rolling ball turns as it goes.
            let spin = if matches!(part.shape, Shape::Ball { .. }) { -part.velocity.x / half.x } else { 0.0 };
            let body = RigidBodyBuilder::dynamic()
                .translation(vector(part.start))
                .linvel(vector(part.velocity))
                .angvel(spin as f32);
            world.insert(body, collider.density(density).friction(0.4).restitution(0.25)).0
        })
        .collect();
    let mut tracks: Vec<Vec<Pose>> = parts.iter().map(|_| Vec::new()).collect();
    for _ in 0..(duration_secs * RECORDED_HZ).ceil() as usize + 2 {
        for ((track, handle), part) in tracks.iter_mut().zip(&handles).zip(parts) {
            if let Some(body) = world.bodies.get(*handle) {
                let (at, turn) = (body.translation(), f64::from(body.rotation().angle()));
                let position = DVec3::new(f64::from(at.x), f64::from(at.y), part.lane);
                track.push(Pose { position, orientation: DQuat::from_rotation_z(turn) });
            }
        }
        for _ in 0..(STEPS_HZ / RECORDED_HZ) as usize {
            world.step();
        }
    }
    tracks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struck_tower_falls_and_ends_on_the_floor() {
        let half = DVec3::splat(0.12);
        let mut parts = blocks(&mut Chance::new(4, "tower"), 0.0, half);
        let highest = parts.iter().map(|part| part.start.y).fold(0.0, f64::max);
        let ball = Shape::Ball { radius: 0.18 };
        parts.push(Part { shape: ball, start: DVec2::new(-1.5, 0.18), velocity: DVec2::X * 2.5, lane: 0.0 });
        let tracks = simulate(&parts, 4.0);
        let first_pose = tracks[0][24].position - tracks[0][0].position;
        assert!(first_pose.length() < 0.01, "it stands until it is struck");
        let ends: Vec<f64> = tracks.iter().map(|track| track[track.len() - 1].position.y).collect();
        assert!(ends.iter().all(|y| (0.05..highest + 0.2).contains(y)), "{ends:?}");
        let moved = tracks.iter().filter(|track| (track[track.len() - 1].position - track[0].position).length() > 0.1);
        assert!(moved.count() >= 2);
    }

    #[test]
    fn the_simulation_repeats_itself_to_the_last_bit() {
        let parts = blocks(&mut Chance::new(4, "tower"), 0.0, DVec3::splat(0.1));
        assert_eq!(simulate(&parts, 1.0), simulate(&parts, 1.0));
    }
}
