//! The list of a folder's weights: what is there, how large it is, and the hashes by which it is checked after a download.

use serde::{Deserialize, Serialize};

use crate::Role;

/// The file's name in the folder of weights.
pub const MANIFEST_FILE: &str = "manifest.json";

/// What [`Manifest::schema`] says.
pub const MANIFEST_SCHEMA: &str = "reelcheck-weights-1";

/// A folder of weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_SCHEMA`].
    pub schema: String,
    /// The networks, one for each role at most.
    pub networks: Vec<ManifestNetwork>,
}

/// A network in the folder of its role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestNetwork {
    /// The part that it plays.
    pub role: Role,
    /// What it is and where it comes from, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its licence, as an SPDX expression or in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// All files together, in bytes.
    pub bytes: u64,
    /// Its files, in alphabetical order.
    pub files: Vec<ManifestFile>,
}

/// A file of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// The path below the folder of weights: `clip/config.json`.
    pub path: String,
    /// The size in bytes.
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}
