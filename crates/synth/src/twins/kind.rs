//! The kinds of twins: what goes wrong in the impossible version.
//!
//! Invariant: an id never changes its meaning and is never given away again.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::Law;

/// What goes wrong in the impossible version of a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A falling body hangs in the air, drifts on or falls upwards.
    Gravity,
    /// A body is gone.
    Vanish,
    /// A body is there that was not.
    Appear,
    /// One body becomes two.
    Duplicate,
    /// A body grows or shrinks.
    Volume,
    /// A body changes its colour.
    Color,
    /// A body changes its form.
    Shape,
    /// A body lets light through that did not, or no longer does.
    Transparency,
    /// A body passes through another, or through the floor.
    Solidity,
    /// A body at rest sets off.
    SpontaneousMotion,
    /// A flying body turns in the air.
    Trajectory,
    /// A rolling body turns back.
    Direction,
    /// A body bounces higher than it fell.
    Elasticity,
    /// A body goes behind a screen and does not come out, comes out changed, or comes out from behind another.
    Occlusion,
    /// A body is suddenly elsewhere.
    Teleport,
    /// A sliding body gathers speed, or stops dead.
    Friction,
    /// A floating body sinks, a sunken one rises, a falling one comes to rest on the water.
    Buoyancy,
    /// What has melted freezes back into its form, or what cannot melt does.
    Phase,
    /// A shadow is missing, or is not that of its body.
    Shadow,
    /// A mirror image is missing, or is not that of its body.
    Reflection,
    /// Things fall over, and then everything runs backwards.
    Reversal,
    /// Nothing goes wrong: both versions are possible.
    Ordinary,
}

impl Kind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Gravity,
        Self::Vanish,
        Self::Appear,
        Self::Duplicate,
        Self::Volume,
        Self::Color,
        Self::Shape,
        Self::Transparency,
        Self::Solidity,
        Self::SpontaneousMotion,
        Self::Trajectory,
        Self::Direction,
        Self::Elasticity,
        Self::Occlusion,
        Self::Teleport,
        Self::Friction,
        Self::Buoyancy,
        Self::Phase,
        Self::Shadow,
        Self::Reflection,
        Self::Reversal,
        Self::Ordinary,
    ];

    /// The stable id, in kebab case.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Gravity => "gravity",
            Self::Vanish => "vanish",
            Self::Appear => "appear",
            Self::Duplicate => "duplicate",
            Self::Volume => "volume",
            Self::Color => "color",
            Self::Shape => "shape",
            Self::Transparency => "transparency",
            Self::Solidity => "solidity",
            Self::SpontaneousMotion => "spontaneous-motion",
            Self::Trajectory => "trajectory",
            Self::Direction => "direction",
            Self::Elasticity => "elasticity",
            Self::Occlusion => "occlusion",
            Self::Teleport => "teleport",
            Self::Friction => "friction",
            Self::Buoyancy => "buoyancy",
            Self::Phase => "phase",
            Self::Shadow => "shadow",
            Self::Reflection => "reflection",
            Self::Reversal => "reversal",
            Self::Ordinary => "ordinary",
        }
    }

    /// The kind of that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }

    /// The law that the impossible version breaks; `None` where nothing goes wrong.
    pub const fn law(self) -> Option<Law> {
        Some(match self {
            Self::Gravity => Law::Gravity,
            Self::Vanish | Self::Appear | Self::Duplicate | Self::Occlusion => Law::ObjectPersistence,
            Self::Volume => Law::Mass,
            Self::Color => Law::Color,
            Self::Shape => Law::Shape,
            Self::Transparency => Law::Transparency,
            Self::Solidity => Law::Solidity,
            Self::SpontaneousMotion => Law::SpontaneousMotion,
            Self::Trajectory | Self::Teleport => Law::Trajectory,
            Self::Direction => Law::Direction,
            Self::Elasticity => Law::Elasticity,
            Self::Friction => Law::Friction,
            Self::Buoyancy => Law::Buoyancy,
            Self::Phase => Law::PhaseTransition,
            Self::Shadow => Law::Shadow,
            Self::Reflection => Law::Reflection,
            Self::Reversal => Law::TimeReversal,
            Self::Ordinary => return None,
        })
    }

    /// Whether a single picture shows what is wrong.
    pub const fn is_spatial(self) -> bool {
        matches!(self, Self::Shadow | Self::Reflection)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_lead_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_id(kind.id()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.id());
        }
        let ids: std::collections::BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
        assert_eq!(ids.len(), Kind::ALL.len());
        assert_eq!(Kind::ALL.iter().filter(|kind| kind.law().is_none()).count(), 1);
    }
}
