//! Twins: pairs of clips that share everything but one broken law.
//!
//! The way of a twin: a seed, a [`Kind`] and a [`Look`] choose a story, a place and a camera; the story is told twice, as
//! it can happen and as it cannot. [`crate::dataset`] draws small frames of both.
//!
//! Invariant: both versions ask the same random streams the same questions, so that place, camera, bodies, bystanders
//! and all motion up to the event are equal, and what statistics of the picture say of one version they say of the other.

mod cast;
pub(crate) mod chance;
mod change;
pub(crate) mod fluids;
mod hidden;
mod kind;
mod light;
mod look;
mod motion;
pub(crate) mod pile;
mod plot;

pub use kind::Kind;
pub use look::Look;

use crate::draw::film::Film;
use crate::event::Breach;
use crate::scene::Scene;
use chance::Chance;
use plot::{Plot, Told};

/// Two versions of one story.
#[derive(Clone, Debug)]
pub struct Twin {
    /// Where all choices begin.
    pub seed: u64,
    /// What goes wrong in the impossible version.
    pub kind: Kind,
    /// The family of looks.
    pub look: Look,
    /// The version in which all laws hold.
    pub possible: Scene,
    /// The version in which one law is broken. For [`Kind::Ordinary`] it is possible too, and another story.
    pub impossible: Scene,
    /// The camera's ways, the same for both.
    pub film: Film,
    /// What goes wrong; `None` for [`Kind::Ordinary`].
    pub breach: Option<Breach>,
    /// The name of the colour of the body that breaks the law.
    pub color: &'static str,
}

impl Twin {
    /// Stages both versions of a story that lasts `duration_secs`, 2 to 6 seconds.
    pub fn stage(seed: u64, kind: Kind, look: Look, duration_secs: f64) -> Self {
        let own = Chance::new(seed, kind.id()).bits();
        let mut setting = look.setting(own, duration_secs);
        if kind == Kind::Shadow {
            setting.harden();
        }
        let turns_secs = duration_secs * Chance::new(own, "when").within(0.38, 0.6);
        let tell = |broken: bool| {
            // Two ordinary stories in one place differ in their choices; all others share them.
            let seed = if kind == Kind::Ordinary && broken { crate::noise::mix(own ^ 1) } else { own };
            let (camera, lamp) = (setting.camera, setting.light.towards);
            tell(kind, &Plot { seed, broken, duration_secs, turns_secs, camera, lamp })
        };
        let (kept, broken) = (tell(false), tell(true));
        let breach = kind.law().and_then(|law| {
            let object = broken.objects.first()?.name;
            let end_secs = broken.end_secs.min(duration_secs);
            Some(Breach { law, object, start_secs: broken.start_secs, end_secs })
        });
        let color = broken.color;
        let scene = |told: Told| {
            let mut objects = told.objects;
            let bystanders = cast::side_show(&mut Chance::new(own, "side show"), told.needs, duration_secs);
            objects.extend(bystanders);
            let mut surroundings = setting.surroundings;
            if told.needs.mirror {
                surroundings.floor.mirror = 0.35;
                surroundings.floor.roughness = 0.02;
            }
            Scene {
                camera: setting.camera,
                light: setting.light,
                surroundings,
                objects,
                exposure: setting.exposure,
                duration_secs,
                seed: own,
            }
        };
        Self {
            seed,
            kind,
            look,
            possible: scene(kept),
            impossible: scene(broken),
            film: setting.film.clone(),
            breach,
            color,
        }
    }
}

fn tell(kind: Kind, plot: &Plot) -> Told {
    match kind {
        Kind::Gravity => motion::gravity(plot),
        Kind::Vanish => change::vanish(plot),
        Kind::Appear => change::appear(plot),
        Kind::Duplicate => change::duplicate(plot),
        Kind::Volume => change::volume(plot),
        Kind::Color => change::color(plot),
        Kind::Shape => change::shape(plot),
        Kind::Transparency => change::transparency(plot),
        Kind::Solidity => motion::solidity(plot),
        Kind::SpontaneousMotion => motion::spontaneous_motion(plot),
        Kind::Trajectory => motion::trajectory(plot),
        Kind::Direction => motion::direction(plot),
        Kind::Elasticity => motion::elasticity(plot),
        Kind::Occlusion => hidden::occlusion(plot),
        Kind::Teleport => motion::teleport(plot),
        Kind::Friction => motion::friction(plot),
        Kind::Buoyancy => fluids::buoyancy(plot),
        Kind::Phase => fluids::phase(plot),
        Kind::Shadow => light::shadow(plot),
        Kind::Reflection => light::reflection(plot),
        Kind::Reversal => pile::reversal(plot),
        // Any story, as it can happen.
        Kind::Ordinary => {
            let mut chance = plot.chance("which");
            let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.law().is_some()).collect();
            tell(chance.pick(&kinds), &Plot { broken: false, ..*plot })
        }
    }
}
