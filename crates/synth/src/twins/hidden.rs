//! Stories in which a body passes behind a screen.
//!
//! Invariant: the versions part at the moment in which the body would come out; until then it is hidden in both.

use glam::DVec3;

use super::cast::{Actor, PAINTS, Way, actor, looks};
use super::plot::{Needs, Plot, Told};
use crate::material::srgb;
use crate::motion::{Pose, Track};
use crate::scene::{Object, Ramp};
use crate::shape::Shape;

/// Where the screens stand, in front of the lane.
const SCREEN_Z: f64 = 0.55;

/// A ball rolls behind a screen. It does not come out, comes out in another colour, or comes out from behind a second
/// screen without having crossed the gap.
pub(super) fn occlusion(plot: &Plot) -> Told {
    let mut chance = plot.chance("occlusion");
    let mut actor = actor(plot, &[Way::Roll]);
    let radius = actor.object.shape.half_extent().x;
    let track = actor.object.track.clone();
    let way = (track.pose(plot.turns_secs + 0.1).position.x - track.pose(plot.turns_secs).position.x).signum();
    let choice = chance.pick(&[0, 1, 2]);
    // The far edge of the first screen hides the ball's front at the turn.
    let front = seen_through(plot, track.pose(plot.turns_secs).position + DVec3::X * (way * radius));
    let (half_width, height) = (radius * chance.within(1.35, 1.9), radius * 2.3 + 0.2);
    let mut screens = vec![front - way * half_width];
    if choice == 2 || chance.happens(0.3) {
        screens.push(front + way * (chance.within(0.3, 0.5) + half_width));
    }
    let paint = srgb(chance.pick(PAINTS).1);
    let material = looks(&mut chance, "cube", paint);
    for x in &screens {
        let half = DVec3::new(half_width, height / 2.0, 0.03);
        let at = Track::Still(Pose::at(DVec3::new(*x, half.y, SCREEN_Z)));
        actor.props.push(Object::new("screen", Shape::Block { half, bevel: 0.01 }, material, at).as_scenery());
    }
    let start_secs = plot.turns_secs;
    let mut end_secs = start_secs + 0.6;
    if plot.broken {
        actor.object.presence = Ramp { start_secs, end_secs: start_secs, from: 1.0, to: 0.0 };
        match (choice, screens.get(1)) {
            (1, _) => recolored(plot, &mut actor, &mut chance, start_secs),
            (2, Some(second)) => {
                // Hidden by the second screen: from the time at which its middle has come to the screen's middle.
                let there = |secs: &f64| way * (seen_through(plot, track.pose(*secs).position) - second) >= 0.0;
                let times = (0..400).map(|step| start_secs + f64::from(step) * 0.01);
                let secs = times.clone().find(there).unwrap_or(plot.duration_secs);
                let mut again = actor.object.clone();
                again.presence = Ramp { start_secs: secs, end_secs: secs, from: 0.0, to: 1.0 };
                actor.props.push(again);
                end_secs = secs.min(start_secs + 1.0);
            }
            _ => {}
        }
    }
    let needs = Needs { clear_view: true, ..Needs::default() };
    Told::of(actor, start_secs, end_secs).needing(needs)
}

/// A body like the actor in another colour takes its place.
fn recolored(plot: &Plot, actor: &mut Actor, chance: &mut super::chance::Chance, start_secs: f64) {
    let (_, paint) = loop {
        let paint = chance.pick(PAINTS);
        if paint.0 != actor.color {
            break paint;
        }
    };
    let mut other = actor.object.clone();
    other.material = looks(&mut plot.chance("actor looks"), other.name, srgb(paint));
    other.presence = Ramp { start_secs, end_secs: start_secs, from: 0.0, to: 1.0 };
    actor.props.push(other);
}

/// Where, along x, the line of sight to a point crosses the plane of the screens.
fn seen_through(plot: &Plot, point: DVec3) -> f64 {
    let eye = plot.camera.eye;
    let share = (eye.z - SCREEN_Z) / (eye.z - point.z);
    eye.x + (point.x - eye.x) * share
}
