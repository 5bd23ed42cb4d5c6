//! What every story is given, and what it gives back.
//!
//! Invariant: both versions of a story get the same plot but for one flag.

use glam::DVec3;

use super::cast::Actor;
use super::chance::Chance;
use crate::scene::{Camera, Object};

/// The seed of a story, and which version is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub(super) seed: u64,
    /// Whether the law is broken.
    pub(super) broken: bool,
    pub(super) duration_secs: f64,
    /// When the two versions part, in seconds; a story may move it a little.
    pub(super) turns_secs: f64,
    pub(super) camera: Camera,
    /// Towards the lamp.
    pub(super) lamp: DVec3,
}

impl Plot {
    /// The choices for one purpose, the same in both versions.
    pub(super) fn chance(&self, purpose: &str) -> Chance {
        Chance::new(self.seed, purpose)
    }
}

/// A story: its bodies, that which it is about first.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) objects: Vec<Object>,
    /// The name of the first body's colour.
    pub(super) color: &'static str,
    /// From when on the law is broken, if it is.
    pub(super) start_secs: f64,
    /// Up to when the breach is to be seen.
    pub(super) end_secs: f64,
    /// What the story needs of its place.
    pub(super) needs: Needs,
}

/// What a story needs of its place, in both versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// A floor that mirrors.
    pub(super) mirror: bool,
    /// No bystander in front of the story.
    pub(super) clear_view: bool,
}

impl Told {
    /// A story about an actor.
    pub(super) fn of(actor: Actor, start_secs: f64, end_secs: f64) -> Self {
        let color = actor.color;
        let mut objects = vec![actor.object];
        objects.extend(actor.props);
        Self { objects, color, start_secs, end_secs, needs: Needs::default() }
    }

    /// The same, with needs.
    pub(super) fn needing(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }
}
