//! Stories whose shadows or mirror images are wrong from the first frame to the last.
//!
//! Invariant: the body itself moves and looks the same in both versions; what is wrong is a second body that only the
//! light, or only mirrors, notice.

use glam::DVec3;

use super::cast::{PAINTS, Way, actor, looks};
use super::plot::{Needs, Plot, Told};
use crate::material::srgb;
use crate::motion::{Piece, Pose, Track};
use crate::scene::{Object, Sight};
use crate::shape::Shape;

/// A shadow is missing, falls towards the light, or lies elsewhere.
pub(super) fn shadow(plot: &Plot) -> Told {
    let mut chance = plot.chance("shadow");
    let mut actor = actor(plot, &[Way::Rest, Way::Roll, Way::Roll, Way::Bounce, Way::Swing]);
    let middle = actor.object.pose(plot.turns_secs).position.y.max(0.1);
    let flat = DVec3::new(plot.lamp.x, 0.0, plot.lamp.z) / plot.lamp.y;
    let choice = chance.pick(&[0, 1, 2]);
    let aside = DVec3::X * (chance.sign() * chance.within(0.6, 0.9));
    if plot.broken {
        let mut cause = actor.object.clone();
        cause.sight = Sight { eye: false, mirror: false, lamp: true };
        actor.object.sight.lamp = false;
        match choice {
            0 => {}
            // On the side of the light: as if cast from a point as far beyond.
            1 => actor.props.push(moved(cause, flat * (2.0 * middle) + DVec3::X * 0.01)),
            _ => actor.props.push(moved(cause, aside)),
        }
    }
    let needs = Needs { clear_view: true, ..Needs::default() };
    Told::of(actor, 0.0, plot.duration_secs).needing(needs)
}

/// A mirror image is missing, has another colour or another form, or stands elsewhere.
pub(super) fn reflection(plot: &Plot) -> Told {
    let mut chance = plot.chance("reflection");
    // Low enough that the picture shows the image too.
    let mut actor = actor(plot, &[Way::Rest, Way::Roll, Way::Approach]);
    let choice = chance.pick(&[0, 1, 2, 3]);
    let aside = DVec3::X * (chance.sign() * chance.within(0.4, 0.7));
    let (_, paint) = loop {
        let paint = chance.pick(PAINTS);
        if paint.0 != actor.color {
            break paint;
        }
    };
    if plot.broken {
        let mut image = actor.object.clone();
        image.sight = Sight { eye: false, mirror: true, lamp: false };
        actor.object.sight.mirror = false;
        match choice {
            0 => {}
            1 => {
                image.material = looks(&mut plot.chance("actor looks"), image.name, srgb(paint));
                actor.props.push(image);
            }
            2 => actor.props.push(grown(image, if chance.happens(0.5) { 1.7 } else { 0.5 })),
            _ => actor.props.push(moved(image, aside)),
        }
    }
    let needs = Needs { mirror: true, clear_view: true };
    Told::of(actor, 0.0, plot.duration_secs).needing(needs)
}

fn moved(object: Object, by: DVec3) -> Object {
    let shift = |pose: Pose| Pose { position: pose.position + by, ..pose };
    let track = match object.track {
        Track::Still(pose) => Track::Still(shift(pose)),
        Track::Pieces(pieces) => {
            Track::Pieces(pieces.into_iter().map(|piece| Piece { pose: shift(piece.pose), ..piece }).collect())
        }
        Track::Swing { pivot, step_secs, angles } => Track::Swing { pivot: pivot + by, step_secs, angles },
        Track::Recorded { step_secs, poses } => {
            Track::Recorded { step_secs, poses: poses.into_iter().map(shift).collect() }
        }
    };
    Object { track, ..object }
}

/// Larger or smaller about its middle.
fn grown(object: Object, factor: f64) -> Object {
    let shape = match object.shape {
        Shape::Ball { radius } => Shape::Ball { radius: radius * factor },
        other => other.towards(&super::change::scaled(other, factor), 1.0),
    };
    Object { shape, ..object }
}
