//! The networks that are loaded, by the part that they play.
//!
//! Invariant: a network is put in its place only when all of it was read and checked; until then, and after an error,
//! the one before it stays.

use std::fmt;
use std::rc::Rc;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::weights::{Folder, Subfolder, WeightsError};
use crate::{Aesthetic, Clip, ClipParts, Raft, SentenceModel, Vit};

/// The part that a network plays: the name of its folder, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A ViT trained by DINO.
    Dino,
    /// A CLIP with both towers.
    Clip,
    /// A CLIP with LAION's aesthetic layer.
    ClipAesthetic,
    /// RAFT, large or small.
    Raft,
    /// A BERT that makes vectors of sentences.
    Sentence,
}

impl Role {
    /// All parts.
    pub const ALL: [Self; 5] = [Self::Dino, Self::Clip, Self::ClipAesthetic, Self::Raft, Self::Sentence];

    /// The name, as a folder has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dino => "dino",
            Self::Clip => "clip",
            Self::ClipAesthetic => "clip-aesthetic",
            Self::Raft => "raft",
            Self::Sentence => "sentence",
        }
    }

    /// The part of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The networks that are loaded. Clones share them.
#[derive(Clone, Default)]
pub struct Models {
    /// [`Role::Dino`].
    pub dino: Option<Rc<Vit>>,
    /// [`Role::Clip`].
    pub clip: Option<Rc<Clip>>,
    /// [`Role::ClipAesthetic`].
    pub clip_aesthetic: Option<Rc<Aesthetic>>,
    /// [`Role::Raft`].
    pub raft: Option<Rc<Raft>>,
    /// [`Role::Sentence`].
    pub sentence: Option<Rc<SentenceModel>>,
}

impl Models {
    /// Reads the network of a part from its folder and puts it in its place.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the weights are not those of the network that `config.json` describes; the
    /// network that was there before stays.
    pub async fn load(&mut self, role: Role, folder: &dyn Folder, device: &Device) -> Result<(), WeightsError> {
        match role {
            Role::Dino => self.dino = Some(Rc::new(Vit::read(folder, device).await?)),
            Role::Clip => {
                self.clip = Some(Rc::new(Clip::read(folder, device, ClipParts::VisionAndText).await?));
            }
            Role::ClipAesthetic => self.clip_aesthetic = Some(Rc::new(Aesthetic::read(folder, device).await?)),
            Role::Raft => self.raft = Some(Rc::new(Raft::read(folder, device).await?)),
            Role::Sentence => self.sentence = Some(Rc::new(SentenceModel::read(folder, device).await?)),
        }
        Ok(())
    }

    /// Reads all networks of a folder that has one folder for each part; others are passed over.
    ///
    /// # Errors
    /// The first part that cannot be read, and why.
    pub async fn load_all(&mut self, folder: &dyn Folder, device: &Device) -> Result<Vec<Role>, (Role, WeightsError)> {
        let names = folder.names();
        let there = |role: &Role| names.iter().any(|name| name.starts_with(&format!("{role}/")));
        let roles: Vec<Role> = Role::ALL.into_iter().filter(there).collect();
        for &role in &roles {
            let inside = Subfolder::new(folder, role.name());
            self.load(role, &inside, device).await.map_err(|error| (role, error))?;
        }
        Ok(roles)
    }

    /// Takes over all networks that the other has, in place of its own of the same parts.
    pub fn take_from(&mut self, other: Self) {
        let Self { dino, clip, clip_aesthetic, raft, sentence } = other;
        self.dino = dino.or(self.dino.take());
        self.clip = clip.or(self.clip.take());
        self.clip_aesthetic = clip_aesthetic.or(self.clip_aesthetic.take());
        self.raft = raft.or(self.raft.take());
        self.sentence = sentence.or(self.sentence.take());
    }

    /// Takes a network out.
    pub fn unload(&mut self, role: Role) {
        match role {
            Role::Dino => self.dino = None,
            Role::Clip => self.clip = None,
            Role::ClipAesthetic => self.clip_aesthetic = None,
            Role::Raft => self.raft = None,
            Role::Sentence => self.sentence = None,
        }
    }

    /// The parts whose networks are loaded.
    pub fn loaded(&self) -> Vec<Role> {
        let there = |role: &Role| match role {
            Role::Dino => self.dino.is_some(),
            Role::Clip => self.clip.is_some(),
            Role::ClipAesthetic => self.clip_aesthetic.is_some(),
            Role::Raft => self.raft.is_some(),
            Role::Sentence => self.sentence.is_some(),
        };
        Role::ALL.into_iter().filter(there).collect()
    }
}
