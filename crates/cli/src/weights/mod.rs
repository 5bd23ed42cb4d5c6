//! Weights on disk: read in ranges, checked, converted, cut into pieces that a page can load.

mod add;
mod convert;
mod folder;
mod shards;

pub use add::{Added, WeightsArgs, add_weights};
pub use folder::DiskFolder;
