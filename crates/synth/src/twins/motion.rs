//! Stories in which a body moves as it cannot: upwards, back, by itself, through a wall, higher than before.
//!
//! Invariant: up to the turn the motion is the same in both versions, and obeys every law.

use glam::DVec3;

use super::cast::{Way, actor, ball, looks};
use super::plot::{Plot, Told};
use crate::material::{Material, Texture, srgb};
use crate::motion::{Barrier, Course, Piece, Pose, STANDARD_GRAVITY, Throw, Track, throw};
use crate::scene::Object;
use crate::shape::Shape;

/// The state of a free body at a time, as the beginning of a new piece.
fn state(track: &Track, secs: f64) -> Piece {
    let rest = Piece::resting(secs, track.pose(secs));
    track.piece(secs).map_or(rest, |piece| Piece {
        velocity: piece.velocity_at(secs),
        acceleration: piece.acceleration,
        spin: piece.spin + piece.spin_acceleration * (secs - piece.start_secs),
        ..rest
    })
}

/// A time near the turn at which a bouncing body is well above the floor.
fn in_the_air(track: &Track, near_secs: f64, radius: f64) -> f64 {
    let height = |secs: f64| track.pose(secs).position.y - radius;
    let times = (0..24).map(|step| near_secs + f64::from(step - 12) * 0.04);
    // High, and on its way down rather than up: there the next moment is clearest.
    times.max_by(|a, b| height(*a).min(0.6).total_cmp(&height(*b).min(0.6))).unwrap_or(near_secs)
}

pub(super) fn gravity(plot: &Plot) -> Told {
    let mut chance = plot.chance("gravity");
    let levitates = chance.happens(0.3);
    let mut actor = actor(plot, if levitates { &[Way::Rest] } else { &[Way::Bounce] });
    let mut start_secs = plot.turns_secs;
    let pull = chance.within(0.25, 0.8) * STANDARD_GRAVITY;
    let choice = chance.pick(&[0, 1, 2]);
    if levitates {
        let rises =
            Piece { acceleration: DVec3::Y * chance.within(0.5, 1.6), ..state(&actor.object.track, start_secs) };
        let rises = Piece { spin: DVec3::Y * chance.within(-0.8, 0.8), ..rises };
        if plot.broken {
            let rest = Piece::resting(0.0, actor.object.track.pose(0.0));
            actor.object.track = Track::Pieces(vec![rest, rises]);
        }
    } else {
        start_secs = in_the_air(&actor.object.track, start_secs, actor.object.shape.half_extent().y);
        let now = state(&actor.object.track, start_secs);
        let free = match choice {
            // Falls up.
            0 => Piece { acceleration: DVec3::Y * pull, ..now },
            // Hangs where it is, turning on.
            1 => Piece { velocity: DVec3::ZERO, acceleration: DVec3::ZERO, ..now },
            // Drifts on in a straight line.
            _ => Piece { velocity: now.velocity * DVec3::new(1.0, 0.15, 1.0), acceleration: DVec3::ZERO, ..now },
        };
        if plot.broken {
            actor.object.track = actor.object.track.then(start_secs, Track::Pieces(vec![free]));
        }
    }
    Told::of(actor, start_secs, start_secs + 0.8)
}

pub(super) fn trajectory(plot: &Plot) -> Told {
    let mut chance = plot.chance("trajectory");
    let mut actor = actor(plot, &[Way::Bounce]);
    let start_secs = in_the_air(&actor.object.track, plot.turns_secs, actor.object.shape.half_extent().y);
    let now = state(&actor.object.track, start_secs);
    let speed = now.velocity.length().clamp(0.8, 2.0);
    // A sharp turn, and for some another one soon after.
    let side = -now.velocity.x.signum();
    let first = DVec3::new(side * chance.within(0.5, 1.0), chance.within(-0.2, 1.0), 0.0).normalize() * speed;
    let again = chance.within(0.25, 0.4);
    let twice = chance.happens(0.5);
    let fall = DVec3::Y * (-STANDARD_GRAVITY * chance.pick(&[0.0, 0.3]));
    let Shape::Ball { radius } = actor.object.shape else { return Told::of(actor, start_secs, start_secs) };
    let lands = |from: Piece, chance: &mut super::chance::Chance| {
        let mut flight = ball(chance, radius, from.pose.position, from.velocity);
        flight.release_secs = from.start_secs;
        flight.pose = from.pose;
        throw(&flight, &Course::default(), plot.duration_secs)
    };
    if plot.broken {
        let turned = Piece { velocity: first, acceleration: fall, ..now };
        let later = start_secs + again;
        let mut next = state(&Track::Pieces(vec![turned]), later);
        if twice {
            next.velocity = DVec3::new(-next.velocity.x, next.velocity.y * 0.3, 0.0);
        }
        let track = actor.object.track.then(start_secs, Track::Pieces(vec![turned]));
        actor.object.track = track.then(later, lands(next, &mut chance));
    }
    Told::of(actor, start_secs, start_secs + if twice { again + 0.25 } else { 0.3 })
}

pub(super) fn direction(plot: &Plot) -> Told {
    let mut chance = plot.chance("direction");
    let mut actor = actor(plot, &[Way::Roll]);
    let Shape::Ball { radius } = actor.object.shape else { return Told::of(actor, plot.turns_secs, plot.turns_secs) };
    let start_secs = plot.turns_secs;
    let now = state(&actor.object.track, start_secs);
    let way = now.velocity.x.signum();
    // A block further on: in the possible version the ball bounces off it, in the other it turns back before.
    let block = chance.happens(0.6).then(|| now.pose.position.x + way * (radius + chance.within(0.35, 0.7)));
    let keeps = chance.within(0.6, 1.0);
    let away = chance.within(-0.2, 0.2);
    let start = state(&actor.object.track, 0.0);
    let roll = |from: Piece, barriers: Vec<Barrier>| {
        let thrown = Throw {
            radius,
            restitution: 0.7,
            rolling_drag: start.acceleration.length(),
            release_secs: from.start_secs,
            pose: from.pose,
            velocity: from.velocity,
            spin: from.spin,
        };
        throw(&thrown, &Course { barriers, ..Course::default() }, plot.duration_secs)
    };
    let barriers: Vec<Barrier> =
        block.map(|x| Barrier { point: DVec3::X * x, normal: DVec3::X * -way }).into_iter().collect();
    actor.object.track = roll(start, barriers);
    if plot.broken {
        let back = DVec3::new(-now.velocity.x * keeps, 0.0, now.velocity.x * away);
        let turned = Piece { velocity: back, spin: DVec3::Y.cross(back) / radius, ..now };
        actor.object.track = actor.object.track.then(start_secs, roll(turned, Vec::new()));
    }
    if let Some(x) = block {
        let half = DVec3::new(0.09, chance.within(0.12, 0.35), chance.within(0.25, 0.4));
        let paint = srgb(chance.pick(super::cast::PAINTS).1);
        let at = DVec3::new(x + way * half.x, half.y, now.pose.position.z);
        actor.props.push(wall(half, at, looks(&mut chance, "cube", paint)));
    }
    Told::of(actor, start_secs, start_secs + 0.5)
}

fn wall(half: DVec3, position: DVec3, material: Material) -> Object {
    Object::new("wall", Shape::Block { half, bevel: 0.012 }, material, Track::Still(Pose::at(position))).as_scenery()
}

pub(super) fn solidity(plot: &Plot) -> Told {
    let mut chance = plot.chance("solidity");
    if chance.happens(0.3) {
        return through_the_floor(plot);
    }
    let mut actor = actor(plot, &[Way::Roll]);
    let Shape::Ball { radius } = actor.object.shape else { return Told::of(actor, plot.turns_secs, plot.turns_secs) };
    let start_secs = plot.turns_secs;
    let now = state(&actor.object.track, start_secs);
    let way = now.velocity.x.signum();
    let half = DVec3::new(chance.within(0.07, 0.16), chance.within(0.28, 0.55), chance.within(0.35, 0.6));
    let face = now.pose.position.x + way * radius;
    if !plot.broken {
        let barriers = vec![Barrier { point: DVec3::X * face, normal: DVec3::X * -way }];
        let start = state(&actor.object.track, 0.0);
        let thrown = Throw {
            radius,
            restitution: chance.within(0.45, 0.7),
            rolling_drag: start.acceleration.length(),
            release_secs: 0.0,
            pose: start.pose,
            velocity: start.velocity,
            spin: start.spin,
        };
        actor.object.track = throw(&thrown, &Course { barriers, ..Course::default() }, plot.duration_secs);
    }
    let mut looks_of = plot.chance("wall");
    let texture = match looks_of.pick(&[0, 1, 2]) {
        0 => Texture::Bricks { brick: srgb(0xb5_5a_3c), mortar: srgb(0xc9_bf_b0), length: 0.25 },
        1 => Texture::Wood { dark: srgb(0x9a_6a_3c), light: srgb(0xd9_b0_7c) },
        _ => Texture::Plain(srgb(looks_of.pick(super::cast::PAINTS).1)),
    };
    let at = DVec3::new(face + way * half.x, half.y, now.pose.position.z - looks_of.within(0.05, 0.3));
    actor.props.push(wall(half, at, Material::matte(texture)));
    let through_secs = (2.0 * (half.x + radius)) / now.velocity.length().max(0.1);
    Told::of(actor, start_secs, start_secs + through_secs)
}

/// A ball falls on the floor and sinks into it.
fn through_the_floor(plot: &Plot) -> Told {
    let mut actor = actor(plot, &[Way::Bounce]);
    let radius = actor.object.shape.half_extent().y;
    let hits = actor.object.track.turning_points_secs();
    let near = |secs: &f64| (secs - plot.turns_secs).abs();
    let hit = hits.iter().copied().skip(1).min_by(|a, b| near(a).total_cmp(&near(b))).unwrap_or(plot.turns_secs);
    let before = state(&actor.object.track, hit - 1e-6);
    let sinks = plot.chance("sinks").within(0.5, 1.0);
    if plot.broken {
        let velocity = DVec3::new(before.velocity.x, -sinks, before.velocity.z);
        let through = Piece { start_secs: hit, velocity, acceleration: DVec3::ZERO, ..before };
        actor.object.track = actor.object.track.then(hit, Track::Pieces(vec![through]));
    }
    Told::of(actor, hit, hit + 2.0 * radius / sinks)
}

pub(super) fn elasticity(plot: &Plot) -> Told {
    let mut chance = plot.chance("elasticity");
    let mut actor = actor(plot, &[Way::Bounce]);
    let Shape::Ball { radius } = actor.object.shape else { return Told::of(actor, plot.turns_secs, plot.turns_secs) };
    let hits = actor.object.track.turning_points_secs();
    let near = |secs: &f64| (secs - plot.turns_secs).abs();
    let hit = hits.iter().copied().skip(1).min_by(|a, b| near(a).total_cmp(&near(b))).unwrap_or(plot.turns_secs);
    let before = state(&actor.object.track, hit - 1e-6);
    // Higher than it fell, whatever came before, and high enough to be seen.
    let fast = (before.velocity.y.abs() * chance.within(1.15, 1.4)).clamp(3.4, 5.2);
    let after = Piece {
        velocity: DVec3::new(before.velocity.x, fast, 0.0),
        acceleration: DVec3::Y * -STANDARD_GRAVITY,
        ..Piece { start_secs: hit, ..before }
    };
    if plot.broken {
        let mut flight = ball(&mut chance, radius, after.pose.position, after.velocity);
        flight.release_secs = hit;
        flight.pose = after.pose;
        flight.restitution = 0.85;
        actor.object.track = actor.object.track.then(hit, throw(&flight, &Course::default(), plot.duration_secs));
    }
    Told::of(actor, hit, hit + 0.6)
}

/// A ball at rest sets off. Where another one comes and strikes it, it does so before it is struck.
pub(super) fn spontaneous_motion(plot: &Plot) -> Told {
    let mut chance = plot.chance("spontaneous");
    let mut actor = actor(plot, &[Way::Rest]);
    let start_secs = plot.turns_secs;
    let lies = actor.object.track.pose(0.0);
    let way = chance.sign();
    let speed = chance.within(0.5, 1.1);
    let Shape::Ball { radius } = actor.object.shape else {
        // A cube or can slides off, and comes to rest.
        let drag = chance.within(0.5, 1.2);
        let slides = Piece {
            velocity: DVec3::X * (way * speed),
            acceleration: DVec3::X * (-way * drag),
            ..Piece::resting(start_secs, lies)
        };
        let stops = start_secs + speed / drag;
        if plot.broken {
            let rests = Piece::resting(stops, slides.pose_at(stops));
            actor.object.track = Track::Pieces(vec![Piece::resting(0.0, lies), slides, rests]);
        }
        return Told::of(actor, start_secs, start_secs + 0.6);
    };
    let struck_secs = start_secs + chance.within(0.5, 0.8);
    let comes = chance.happens(0.6);
    let fast = chance.within(0.7, 1.2);
    let roll = |from: Pose, velocity: f64, release_secs: f64, chance: &mut super::chance::Chance| {
        let mut thrown = ball(chance, radius, from.position, DVec3::X * velocity);
        thrown.release_secs = release_secs;
        thrown.pose = from;
        thrown.rolling_drag = 0.06;
        throw(&thrown, &Course::default(), plot.duration_secs)
    };
    let contact = lies.position - DVec3::X * (way * 2.0 * radius);
    if comes {
        // The other ball rolls without slowing down, touches at `struck_secs`, and gives most of its speed away.
        let start = Pose::at(contact - DVec3::X * (way * fast * struck_secs));
        let rolls = Piece {
            velocity: DVec3::X * (way * fast),
            spin: DVec3::Z * (-way * fast / radius),
            ..Piece::resting(0.0, start)
        };
        let mut track = Track::Pieces(vec![rolls]);
        if !plot.broken {
            let now = rolls.pose_at(struck_secs);
            track = track.then(struck_secs, roll(now, way * fast * 0.12, struck_secs, &mut chance));
        }
        // A stream of its own: what was drawn above depends on the version.
        let mut own = plot.chance("other ball");
        let paint = srgb(own.pick(super::cast::PAINTS).1);
        let material = looks(&mut own, "ball", paint);
        actor.props.push(Object::new("other ball", Shape::Ball { radius }, material, track));
    }
    let mut chance = plot.chance("sets off");
    let rest = Track::Pieces(vec![Piece::resting(0.0, lies)]);
    if plot.broken {
        // Faster than the other, so that the two do not meet.
        let speed = if comes { fast * 1.02 } else { speed };
        actor.object.track = rest.then(start_secs, roll(lies, way * speed, start_secs, &mut chance));
    } else if comes {
        actor.object.track = rest.then(struck_secs, roll(lies, way * fast * 0.88, struck_secs, &mut chance));
    }
    Told::of(actor, start_secs, start_secs + 0.5)
}

/// A body that is suddenly elsewhere, and moves on from there.
pub(super) fn teleport(plot: &Plot) -> Told {
    let mut actor = actor(plot, &[Way::Rest, Way::Roll, Way::Roll, Way::Bounce, Way::Approach]);
    let mut chance = plot.chance("teleport");
    let start_secs = plot.turns_secs;
    let x = actor.object.track.pose(start_secs).position.x;
    // Towards the side with more room.
    let way = if x.abs() < 0.25 { chance.sign() } else { -x.signum() };
    let shift = DVec3::new(way * chance.within(0.55, 1.1), 0.0, chance.within(-0.1, 0.1));
    if plot.broken {
        let here = match actor.object.track.clone() {
            Track::Still(pose) => Track::Pieces(vec![Piece::resting(0.0, pose)]),
            other => other,
        };
        let there = match here.clone() {
            Track::Pieces(mut pieces) => {
                pieces.iter_mut().for_each(|piece| piece.pose.position += shift);
                let now = state(&Track::Pieces(pieces.clone()), start_secs);
                pieces.retain(|piece| piece.start_secs > start_secs);
                pieces.insert(0, now);
                Track::Pieces(pieces)
            }
            other => other,
        };
        actor.object.track = here.then(start_secs, there);
    }
    Told::of(actor, start_secs, start_secs + 0.4)
}

/// A cube or a can slides over the floor. It should come to rest bit by bit.
pub(super) fn friction(plot: &Plot) -> Told {
    let mut chance = plot.chance("friction");
    let mut actor = actor(plot, &[Way::Rest]);
    if matches!(actor.object.shape, Shape::Ball { .. }) {
        let half = actor.object.shape.half_extent();
        actor.object.shape = Shape::Block { half, bevel: half.x * 0.12 };
        actor.object.name = "cube";
    }
    let start_secs = plot.turns_secs;
    let there = actor.object.track.pose(0.0);
    let way = if there.position.x.abs() < 0.3 { chance.sign() } else { -there.position.x.signum() };
    let stops_dead = chance.happens(0.5);
    // Dead: fast until then. Gathering: nearly at rest.
    let (speed, drag) = if stops_dead {
        (chance.within(0.7, 1.1), chance.within(0.3, 0.45))
    } else {
        (chance.within(0.18, 0.35), chance.within(0.25, 0.5))
    };
    let before = reckoned(speed, drag, start_secs);
    let slides = Piece {
        velocity: DVec3::X * (way * (speed + drag * start_secs)),
        acceleration: DVec3::X * (-way * drag),
        ..Piece::resting(0.0, Pose { position: there.position - DVec3::X * (way * before), ..there })
    };
    let stop_secs = start_secs + speed / drag;
    let mut pieces = vec![slides, Piece::resting(stop_secs, slides.pose_at(stop_secs))];
    let gathers = chance.within(0.8, 1.6);
    if plot.broken {
        let now = slides.pose_at(start_secs);
        let odd = if stops_dead {
            Piece::resting(start_secs, now)
        } else {
            Piece {
                velocity: slides.velocity_at(start_secs),
                acceleration: DVec3::X * (way * gathers),
                ..Piece::resting(start_secs, now)
            }
        };
        pieces = vec![slides, odd];
    }
    actor.object.track = Track::Pieces(pieces);
    Told::of(actor, start_secs, start_secs + 0.5)
}

/// How far a body slides up to a time at which it has a speed left, slowed down evenly.
fn reckoned(speed: f64, drag: f64, until_secs: f64) -> f64 {
    speed * until_secs + 0.5 * drag * until_secs * until_secs
}
