//! Published weights, read as they are: Hugging Face folders with `config.json` and safetensors files.
//!
//! [`Folder`] gives ranges of bytes, wherever they lie; [`Checkpoint`] finds tensors in it and reads one at a time, so
//! that loading needs little more memory than the network itself. Invariant: nothing that a file claims is believed
//! before it is checked, and no allocation is larger than the bytes that are really there. Which tensors a network
//! consists of is said by the network.

mod checkpoint;
mod config;
mod error;
mod folder;
mod header;
mod manifest;
#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, TensorFacts, is_counter};
pub use config::{Preprocessing, read_json, read_text};
pub use error::WeightsError;
pub use folder::{Folder, MemoryFolder, ReadFuture, Subfolder};
pub use manifest::{MANIFEST_FILE, MANIFEST_SCHEMA, Manifest, ManifestFile, ManifestNetwork};
