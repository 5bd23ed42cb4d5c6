//! The header of a safetensors file.
//!
//! Invariant: a header that passes describes ranges that follow each other without gap or overlap, each as long as its
//! shape and kind of number ask for, up to the last byte of the file, under names that differ. The checks on ranges are
//! the safetensors library's; it keeps the last of two equal names, so names are looked at here.

use std::collections::HashSet;
use std::fmt;

use safetensors::tensor::{Metadata, TensorInfo};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::WeightsError;

/// Bytes before the header: its length.
pub(super) const LENGTH_BYTES: u64 = 8;

/// The longest header that is read, in bytes: a hundred times that of CLIP ViT-L/14.
const LONGEST: u64 = 8 * 1024 * 1024;

/// How long the header is.
///
/// # Errors
/// When the file is not long enough to have one, or the header is longer than any that is read.
pub(super) fn header_length(file: &str, size: u64, first: &[u8]) -> Result<u64, WeightsError> {
    let damaged = |message: String| WeightsError::Damaged { file: file.to_owned(), message };
    let Ok(first) = <[u8; 8]>::try_from(first) else {
        return Err(damaged(format!("it has {size} bytes")));
    };
    let length = u64::from_le_bytes(first);
    if length > LONGEST || length > size.saturating_sub(LENGTH_BYTES) {
        return Err(damaged(format!("its header claims to be {length} bytes long, of {size} in the file")));
    }
    Ok(length)
}

/// The tensors of a file with their names, in the order of their bytes, whose places count from the header's end.
///
/// # Errors
/// When the header is not what the format asks for, or does not fit a file of `size` bytes.
pub(super) fn tensors(file: &str, size: u64, header: &[u8]) -> Result<Vec<(String, TensorInfo)>, WeightsError> {
    let damaged = |message: String| WeightsError::Damaged { file: file.to_owned(), message };
    let mut entries = serde_json::from_slice::<Entries>(header).map_err(|error| damaged(error.to_string()))?.0;
    let mut seen = HashSet::new();
    if let Some((name, _)) = entries.iter().find(|(name, _)| !seen.insert(name.as_str())) {
        return Err(WeightsError::Duplicate { file: file.to_owned(), tensor: name.clone() });
    }
    entries.sort_by_key(|(_, info)| info.data_offsets);
    let checked = Metadata::new(None, entries.clone()).map_err(|error| damaged(error.to_string()))?;
    let end = LENGTH_BYTES + header.len() as u64 + checked.data_len() as u64;
    if end != size {
        return Err(damaged(format!("its tensors end at byte {end}, the file at {size}")));
    }
    Ok(entries)
}

/// All entries of the header in their order, equal names included.
struct Entries(Vec<(String, TensorInfo)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Header;

        impl<'de> Visitor<'de> for Header {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        entries.push((name, map.next_value()?));
                    }
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Header)
    }
}
