//! What every story is given, and what it gives back.
//!
//! Invariant: both versions of a story get the same plot but for one flag.

use super::chance::Chance;
use crate::scene::Object;

/// The seed of a story, and which version is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub(super) seed: u64,
    /// Whether the law is broken.
    pub(super) broken: bool,
    pub(super) duration_secs: f64,
    /// When the two versions part, in seconds; a story may move it a little.
    pub(super) turns_secs: f64,
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
}
