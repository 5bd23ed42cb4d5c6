//! `reelcheck weights add`: from a folder as it was published to one that judges and pages load.
//!
//! Invariant: what is written was read back as the network that it is meant to be, and the list of hashes covers all of it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use burn::tensor::Device;
use clap::Args;
use reelcheck_models::weights::{
    Checkpoint, Folder, MANIFEST_FILE, MANIFEST_SCHEMA, Manifest, ManifestFile, ManifestNetwork, MemoryFolder,
    ReadFuture, TensorFacts, is_counter,
};
use reelcheck_models::{AESTHETIC_HEAD, KnownWeights, Models, Role, known_weights};
use serde_json::Value;

use super::{DiskFolder, convert, shards};
use crate::sha256_of;

const MODEL: &str = "model.safetensors";
const CONFIG: &str = "config.json";

/// Files that are taken over as they are.
const SMALL: [&str; 9] = [
    CONFIG,
    "preprocessor_config.json",
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "sentence_bert_config.json",
    AESTHETIC_HEAD,
    "LICENSE",
    "LICENSE.txt",
];

/// What to add, and where.
#[derive(Args, Debug)]
pub struct WeightsArgs {
    /// A folder as it was published: a Hugging Face folder, or one with a .pth file of RAFT.
    pub folder: PathBuf,
    /// The folder of weights to add to; it is made where it is not there.
    #[arg(long, value_name = "FOLDER", default_value = "weights")]
    pub to: PathBuf,
    /// What the network is for: dino, clip, clip-aesthetic, raft or sentence. Guessed without it.
    #[arg(long, value_parser = role)]
    pub role: Option<Role>,
    /// The network's name in the list; that of well-known weights is found.
    #[arg(long)]
    pub name: Option<String>,
    /// Its licence in the list; that of well-known weights is found.
    #[arg(long)]
    pub license: Option<String>,
}

/// What was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The network's place in the list.
    pub network: ManifestNetwork,
    /// The folder that it was written to.
    pub folder: PathBuf,
}

fn role(name: &str) -> Result<Role, String> {
    Role::from_name(name).ok_or_else(|| format!("expected one of {}", Role::ALL.map(Role::name).join(", ")))
}

/// A folder on disk with what was made of some of its files.
struct Converted {
    disk: DiskFolder,
    made: MemoryFolder,
}

impl Folder for Converted {
    fn names(&self) -> Vec<String> {
        [self.disk.names(), self.made.names()].concat()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.made.size(name).or_else(|| self.disk.size(name))
    }

    fn read<'a>(&'a self, name: &'a str, range: Range<u64>) -> ReadFuture<'a> {
        if self.made.get(name).is_some() { self.made.read(name, range) } else { self.disk.read(name, range) }
    }
}

/// Checks a folder, converts it, writes it and lists it.
///
/// # Errors
/// When the folder cannot be read, is not a network that judges here use, or the other folder cannot be written.
pub fn add_weights(args: &WeightsArgs) -> Result<Added> {
    let source = converted(&args.folder)?;
    let role = match args.role {
        Some(role) => role,
        None => guess(&source).with_context(|| format!("{}: name its --role", args.folder.display()))?,
    };
    load(role, &source, &args.folder)?;

    let folder = args.to.join(role.name());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let device = Device::flex();
    let mut from = pollster::block_on(Checkpoint::open(&source, &device))?;
    let wanted = |tensor: &TensorFacts| !is_counter(&tensor.name) && !is_unused(role, &tensor.name);
    let tensors = from.tensors().filter(wanted).collect();
    shards::write(&folder, &mut from, tensors)?;
    for name in SMALL {
        let Some(size) = source.size(name) else { continue };
        let bytes = pollster::block_on(source.read(name, 0..size)).map_err(|error| anyhow!("{name}: {error}"))?;
        std::fs::write(folder.join(name), bytes).with_context(|| format!("cannot write {name}"))?;
    }
    load(role, &DiskFolder::open(&folder)?, &folder)?;

    let known = known(role, &source);
    let name = args.name.clone().or_else(|| known.as_ref().map(|known| known.name.clone()));
    let license = args.license.clone().or_else(|| known.map(|known| known.license));
    let network = list(&args.to, role, name, license)?;
    Ok(Added { network, folder })
}

/// The folder, with state dicts turned into safetensors.
fn converted(path: &Path) -> Result<Converted> {
    let disk = DiskFolder::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut made = MemoryFolder::default();
    let has_model = disk.size(MODEL).is_some() || disk.size("model.safetensors.index.json").is_some();
    for name in disk.names().iter().filter(|name| !name.contains('/')) {
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is_dict = ["pth", "pt", "bin"].contains(&ending);
        // A Hugging Face folder often has the same weights in both forms.
        if !is_dict || (has_model && name.starts_with("pytorch_model")) {
            continue;
        }
        let bytes = convert::safetensors_of(&path.join(name))?;
        let target = if is_head(&bytes) { AESTHETIC_HEAD } else { MODEL };
        ensure!(made.get(target).is_none() && disk.size(target).is_none(), "{name}: there is another {target} already");
        made.insert(target, bytes);
    }
    Ok(Converted { disk, made })
}

/// Whether a file is a single linear layer.
fn is_head(bytes: &[u8]) -> bool {
    safetensors::SafeTensors::deserialize(bytes).is_ok_and(|file| {
        let mut names = file.names();
        names.sort_unstable();
        names == ["bias", "weight"]
    })
}

/// What the network is for, by its configuration.
fn guess(folder: &Converted) -> Result<Role> {
    let Some(size) = folder.size(CONFIG) else { return Ok(Role::Raft) };
    let bytes = pollster::block_on(folder.read(CONFIG, 0..size)).map_err(|error| anyhow!("{CONFIG}: {error}"))?;
    let config: Value = serde_json::from_slice(&bytes).context(CONFIG)?;
    Ok(match config["model_type"].as_str().unwrap_or_default() {
        "clip" if folder.size(AESTHETIC_HEAD).is_some() => Role::ClipAesthetic,
        "clip" => Role::Clip,
        "vit" => Role::Dino,
        "bert" => Role::Sentence,
        other => bail!("{CONFIG} speaks of a network of the kind {other:?}, which no judge here uses"),
    })
}

fn load(role: Role, folder: &dyn Folder, shown: &Path) -> Result<()> {
    let loaded = pollster::block_on(Models::default().load(role, folder, &Device::flex()));
    loaded.map_err(|error| anyhow!("{}: {error}", shown.display()))
}

/// Whether a role leaves a tensor out.
fn is_unused(role: Role, name: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    match role {
        Role::ClipAesthetic => starts(&["text_model.", "text_projection.", "logit_scale"]),
        Role::Dino | Role::Sentence => starts(&["pooler."]),
        Role::Clip | Role::Raft => false,
    }
}

/// The well-known weights that a folder holds, by the name of a file that only they have.
fn known(role: Role, folder: &Converted) -> Option<KnownWeights> {
    let telling = |file: &String| file.ends_with(".pth") && folder.size(file).is_some();
    known_weights().into_iter().find(|known| known.role == role && known.files.iter().any(telling))
}

/// Puts a network on the folder's list.
fn list(to: &Path, role: Role, name: Option<String>, license: Option<String>) -> Result<ManifestNetwork> {
    let folder = DiskFolder::open(&to.join(role.name()))?;
    let mut files = Vec::new();
    for file in folder.names() {
        let path = format!("{role}/{file}");
        let sha256 = sha256_of(&to.join(&path)).with_context(|| format!("cannot read {path}"))?;
        files.push(ManifestFile { bytes: folder.size(&file).unwrap_or_default(), path, sha256 });
    }
    let network = ManifestNetwork { role, name, license, bytes: files.iter().map(|file| file.bytes).sum(), files };
    let path = to.join(MANIFEST_FILE);
    let mut networks = match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice::<Manifest>(&bytes).with_context(|| path.display().to_string())?.networks,
        Err(_) => Vec::new(),
    };
    networks.retain(|other| other.role != role);
    networks.push(network.clone());
    networks.sort_by_key(|network| network.role);
    let manifest = Manifest { schema: MANIFEST_SCHEMA.to_owned(), networks };
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(network)
}
