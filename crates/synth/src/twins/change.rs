//! Stories in which a body is gone, comes, doubles, or changes its size, colour, form or clarity.
//!
//! Invariant: the body moves in the same way in both versions; only what it is changes.

use glam::DVec3;

use super::cast::{PAINTS, Way, actor, ball, looks};
use super::plot::{Plot, Told};
use crate::material::srgb;
use crate::motion::{Course, Piece, Track, throw};
use crate::scene::{Object, Ramp};
use crate::shape::Shape;

const ANY_WAY: &[Way] = &[Way::Rest, Way::Roll, Way::Roll, Way::Approach, Way::Bounce, Way::Bounce, Way::Swing];

/// The moment and its end: at once, or over part of a second.
fn turn(plot: &Plot) -> (f64, f64) {
    let mut chance = plot.chance("turn");
    let lasts = chance.pick(&[0.0, 0.0, 0.25, 0.5, 0.8]);
    (plot.turns_secs, plot.turns_secs + lasts)
}

pub(super) fn vanish(plot: &Plot) -> Told {
    let (start_secs, end_secs) = turn(plot);
    let mut actor = actor(plot, ANY_WAY);
    if plot.broken {
        actor.object.presence = Ramp { start_secs, end_secs, from: 1.0, to: 0.0 };
    }
    Told::of(actor, start_secs, end_secs.max(start_secs + 0.4))
}

/// Where a ball may come in by itself, it does so in the possible version.
pub(super) fn appear(plot: &Plot) -> Told {
    let (start_secs, end_secs) = turn(plot);
    let mut actor = actor(plot, &[Way::Rest, Way::Roll, Way::Bounce, Way::Approach]);
    if plot.broken {
        actor.object.presence = Ramp { start_secs, end_secs, from: 0.0, to: 1.0 };
    } else {
        // It comes in from the side, or not at all.
        let mut chance = plot.chance("enters");
        let radius = actor.object.shape.half_extent().x;
        let from = chance.sign();
        let start = DVec3::new(from * 2.5, radius, chance.within(-0.2, 0.25));
        let mut roll = ball(&mut chance, radius, start, DVec3::X * (-from * 2.2));
        roll.rolling_drag = chance.within(0.4, 1.1);
        roll.release_secs = start_secs;
        let comes = chance.happens(0.6) && matches!(actor.object.shape, Shape::Ball { .. });
        // Out of the picture it takes no light away either: the versions are equal up to here.
        actor.object.presence = Ramp { start_secs, end_secs: start_secs, from: 0.0, to: 1.0 };
        if comes {
            actor.object.track = throw(&roll, &Course::default(), plot.duration_secs);
        } else {
            actor.object.presence = Ramp::constant(0.0);
        }
    }
    Told::of(actor, start_secs, end_secs.max(start_secs + 0.4))
}

pub(super) fn duplicate(plot: &Plot) -> Told {
    let start_secs = plot.turns_secs;
    let mut actor = actor(plot, &[Way::Rest, Way::Roll, Way::Roll, Way::Bounce]);
    if plot.broken {
        let mut chance = plot.chance("copy");
        let now = actor.object.track.pose(start_secs);
        let velocity = actor.object.track.piece(start_secs).map_or(DVec3::ZERO, |piece| piece.velocity_at(start_secs));
        let sideways = DVec3::X * (chance.sign() * chance.within(0.5, 1.0)) + DVec3::Z * chance.within(-0.25, 0.25);
        let track = if let Shape::Ball { radius } = actor.object.shape {
            let mut copy = ball(&mut chance, radius, now.position, velocity + sideways);
            copy.release_secs = start_secs;
            copy.pose = now;
            throw(&copy, &Course::default(), plot.duration_secs)
        } else {
            let slides = Piece { velocity: sideways, acceleration: sideways * -0.9, ..Piece::resting(start_secs, now) };
            let stops = start_secs + 1.0 / 0.9;
            let rests = Piece::resting(stops, slides.pose_at(stops));
            Track::Pieces(vec![Piece::resting(0.0, now), slides, rests])
        };
        let mut copy = Object { track, ..actor.object.clone() };
        copy.presence = Ramp { start_secs, end_secs: start_secs, from: 0.0, to: 1.0 };
        actor.props.push(copy);
    }
    Told::of(actor, start_secs, start_secs + 0.7)
}

pub(super) fn volume(plot: &Plot) -> Told {
    let (start_secs, end_secs) = turn(plot);
    let mut actor = actor(plot, ANY_WAY);
    let mut chance = plot.chance("size");
    let factor = if chance.happens(0.5) { chance.within(1.45, 1.9) } else { chance.within(0.4, 0.65) };
    if plot.broken {
        let share = Ramp { start_secs, end_secs, from: 0.0, to: 1.0 };
        actor.object.form = Some((share, scaled(actor.object.shape, factor)));
    }
    Told::of(actor, start_secs, end_secs.max(start_secs + 0.3))
}

/// The same form, larger or smaller.
pub(super) fn scaled(shape: Shape, factor: f64) -> Shape {
    match shape {
        Shape::Ball { radius } => Shape::Ball { radius: radius * factor },
        Shape::Block { half, bevel } => Shape::Block { half: half * factor, bevel: bevel * factor },
        Shape::Cylinder { radius, half_height } => {
            Shape::Cylinder { radius: radius * factor, half_height: half_height * factor }
        }
        Shape::Egg { half } => Shape::Egg { half: half * factor },
        Shape::Die { half, radius } => Shape::Die { half: half * factor, radius: radius * factor },
    }
}

pub(super) fn color(plot: &Plot) -> Told {
    let (start_secs, end_secs) = turn(plot);
    let mut actor = actor(plot, ANY_WAY);
    let mut chance = plot.chance("paint");
    let (_, paint) = loop {
        let paint = chance.pick(PAINTS);
        if paint.0 != actor.color {
            break paint;
        }
    };
    if plot.broken {
        // The same pattern in another colour: the same questions to the same stream.
        let mut same = plot.chance("actor looks");
        let material = looks(&mut same, actor.object.name, srgb(paint));
        let share = Ramp { start_secs, end_secs, from: 0.0, to: 1.0 };
        actor.object.repaint = Some((share, material));
    }
    Told::of(actor, start_secs, end_secs.max(start_secs + 0.3))
}

pub(super) fn shape(plot: &Plot) -> Told {
    let (start_secs, end_secs) = turn(plot);
    let mut actor = actor(plot, &[Way::Rest, Way::Rest, Way::Swing]);
    let mut chance = plot.chance("form");
    let later = match actor.object.shape {
        Shape::Ball { radius } if chance.happens(0.5) => {
            // As large as the ball: a cube of side (4π/3)^⅓·r.
            let half = radius * 0.806;
            Shape::Die { half, radius: half * 1.6 }
        }
        Shape::Ball { radius } => {
            let (across, up) = if chance.happens(0.5) { (0.72, 1.9) } else { (1.4, 0.5) };
            Shape::Egg { half: DVec3::new(across, up, across) * radius }
        }
        Shape::Block { half, bevel } => {
            let (across, up) = if chance.happens(0.5) { (0.65, 2.2) } else { (1.45, 0.45) };
            Shape::Block { half: half * DVec3::new(across, up, across), bevel }
        }
        Shape::Cylinder { radius, half_height } => {
            let (across, up) = if chance.happens(0.5) { (0.6, 2.2) } else { (1.5, 0.45) };
            Shape::Cylinder { radius: radius * across, half_height: half_height * up }
        }
        other => other,
    };
    if plot.broken {
        actor.object.form = Some((Ramp { start_secs, end_secs, from: 0.0, to: 1.0 }, later));
    }
    Told::of(actor, start_secs, end_secs.max(start_secs + 0.3))
}

pub(super) fn transparency(plot: &Plot) -> Told {
    let (start_secs, end_secs) = turn(plot);
    let mut actor = actor(plot, ANY_WAY);
    let mut chance = plot.chance("clarity");
    let (opaque, clear) = (0.0, chance.within(0.72, 0.88));
    let (from, to) = if chance.happens(0.6) { (opaque, clear) } else { (clear, opaque) };
    actor.object.clarity = if plot.broken { Ramp { start_secs, end_secs, from, to } } else { Ramp::constant(from) };
    Told::of(actor, start_secs, end_secs.max(start_secs + 0.3))
}
