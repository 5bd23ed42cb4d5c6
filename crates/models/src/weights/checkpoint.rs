//! The tensors of a folder, whether they lie in one safetensors file or in several with an index.
//!
//! Invariant: a tensor is read in pieces of a few megabytes straight into its 32-bit floats, so that reading needs the
//! tensor's own memory and one piece. Each tensor is asked for once; what was not asked for is an error in the end.

use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::{DType, Device, Tensor, TensorData};
use half::{bf16, f16};
use safetensors::Dtype;
use serde::Deserialize;

use super::config::{read_json, read_whole};
use super::header::{LENGTH_BYTES, header_length, tensors};
use super::{Folder, WeightsError};

/// The file that holds everything, and the index of several files.
const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Bytes that are read in one go: a multiple of every size of number.
const PIECE: u64 = 4 * 1024 * 1024;

/// Prefixes that a network's names have when it was saved as part of a larger one.
const PREFIXES: [&str; 6] = ["", "vit.", "bert.", "clip.", "model.", "module."];

/// How the names of counters end.
const COUNTERS: [&str; 2] = ["position_ids", "num_batches_tracked"];

/// What a file says of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorFacts {
    /// The tensor's name, without a prefix.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
}

/// A tensor's place.
#[derive(Clone, Debug)]
struct Entry {
    file: String,
    dtype: Dtype,
    shape: Vec<usize>,
    /// Where the bytes begin and end in the file.
    bytes: (u64, u64),
}

/// The tensors of a folder, to be asked for one at a time.
pub struct Checkpoint<'a> {
    folder: &'a dyn Folder,
    device: &'a Device,
    entries: BTreeMap<String, Entry>,
    asked: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl<'a> Checkpoint<'a> {
    /// Reads the headers of `model.safetensors`, or of the files that `model.safetensors.index.json` names.
    ///
    /// # Errors
    /// When a file is missing or damaged, or two tensors have one name.
    pub async fn open(folder: &'a dyn Folder, device: &'a Device) -> Result<Self, WeightsError> {
        if folder.size(SINGLE).is_some() || folder.size(INDEX).is_none() {
            return Self::open_file(folder, SINGLE, device).await;
        }
        let index: Index = read_json(folder, INDEX).await?;
        let files: BTreeSet<&String> = index.weight_map.values().collect();
        let mut entries = BTreeMap::new();
        for file in files {
            add_file(folder, file, &mut entries).await?;
        }
        let misplaced = index
            .weight_map
            .iter()
            .find(|(name, file)| entries.get(name.as_str()).is_none_or(|entry: &Entry| entry.file != **file));
        if let Some((name, file)) = misplaced {
            return Err(WeightsError::config(INDEX, format!("{name} should be in {file} and is not")));
        }
        Ok(Self::over(folder, device, entries))
    }

    /// Reads the header of one file.
    ///
    /// # Errors
    /// When the file is missing or damaged, or two tensors have one name.
    pub async fn open_file(folder: &'a dyn Folder, file: &str, device: &'a Device) -> Result<Self, WeightsError> {
        let mut entries = BTreeMap::new();
        add_file(folder, file, &mut entries).await?;
        Ok(Self::over(folder, device, entries))
    }

    fn over(folder: &'a dyn Folder, device: &'a Device, entries: BTreeMap<String, Entry>) -> Self {
        Self { folder, device, entries, asked: BTreeSet::new() }
    }

    /// Takes the prefix off all names that have it, if with it there is a tensor called `anchor`.
    #[must_use]
    pub fn anchored(mut self, anchor: &str) -> Self {
        let prefix = PREFIXES.iter().find(|prefix| self.entries.contains_key(&format!("{prefix}{anchor}")));
        if let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) {
            let bare = |name: String| name.strip_prefix(prefix).map(str::to_owned).unwrap_or(name);
            self.entries = self.entries.into_iter().map(|(name, entry)| (bare(name), entry)).collect();
        }
        self
    }

    /// Gives all tensors other names; those without one are passed over.
    ///
    /// Where two get the same name, one of them is taken: `rename` must tell apart what differs.
    #[must_use]
    pub fn renamed(mut self, rename: impl Fn(&str) -> Option<String>) -> Self {
        let entries = self.entries.into_iter();
        self.entries = entries.filter_map(|(name, entry)| Some((rename(&name)?, entry))).collect();
        self
    }

    /// Where tensors are put.
    pub fn device(&self) -> &'a Device {
        self.device
    }

    /// Whether a tensor of this name is there.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// All tensors in alphabetical order.
    pub fn tensors(&self) -> impl Iterator<Item = TensorFacts> + '_ {
        self.entries.iter().map(|(name, entry)| TensorFacts { name: name.clone(), shape: entry.shape.clone() })
    }

    /// Passes over all tensors whose names begin so: parts that are not used here.
    pub fn skip(&mut self, prefix: &str) {
        self.asked.extend(self.entries.keys().filter(|name| name.starts_with(prefix)).cloned());
    }

    /// A tensor's values as 32-bit floats, row by row.
    ///
    /// # Errors
    /// When it is missing, has another shape or kind of number, cannot be read or holds a value that is not finite.
    pub async fn values(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let entry = self
            .entries
            .get(name)
            .ok_or_else(|| WeightsError::Missing { tensor: name.to_owned(), expected: shape.to_vec() })?;
        if entry.shape != shape {
            let (found, expected) = (entry.shape.clone(), shape.to_vec());
            return Err(WeightsError::Shape { tensor: name.to_owned(), found, expected });
        }
        let mut values = Vec::with_capacity(shape.iter().product());
        let (mut from, end) = entry.bytes;
        while from < end {
            let to = end.min(from + PIECE);
            let piece = read_range(self.folder, &entry.file, from, to).await?;
            decode(entry.dtype, &piece, &mut values)
                .ok_or_else(|| WeightsError::Kind { tensor: name.to_owned(), found: entry.dtype.to_string() })?;
            from = to;
        }
        if let Some(place) = values.iter().position(|value| !value.is_finite()) {
            return Err(WeightsError::NotFinite { tensor: name.to_owned(), place });
        }
        self.asked.insert(name.to_owned());
        Ok(values)
    }

    /// A tensor on the device.
    ///
    /// # Errors
    /// As for [`Self::values`].
    pub async fn tensor<const D: usize>(&mut self, name: &str, shape: [usize; D]) -> Result<Tensor<D>, WeightsError> {
        let values = self.values(name, &shape).await?;
        Ok(Tensor::from_data(TensorData::new(values, shape), (self.device, DType::F32)))
    }

    /// Checks that everything was asked for.
    ///
    /// # Errors
    /// When a tensor was not.
    pub fn finish(self) -> Result<(), WeightsError> {
        let mut extra = self.entries.keys().filter(|name| !self.asked.contains(*name) && !is_counter(name));
        match extra.next() {
            Some(tensor) => Err(WeightsError::Extra { tensor: tensor.clone(), others: extra.count() }),
            None => Ok(()),
        }
    }
}

/// Whether a tensor of this name holds no weights: a counter that some versions of the libraries save.
pub fn is_counter(name: &str) -> bool {
    COUNTERS.iter().any(|counter| name.ends_with(counter))
}

/// Adds the tensors of a file to those of others.
async fn add_file(folder: &dyn Folder, file: &str, entries: &mut BTreeMap<String, Entry>) -> Result<(), WeightsError> {
    let size = folder.size(file).ok_or_else(|| WeightsError::NoFile { file: file.to_owned() })?;
    let first = read_range(folder, file, 0, size.min(LENGTH_BYTES)).await?;
    let length = header_length(file, size, &first)?;
    let header = read_range(folder, file, LENGTH_BYTES, LENGTH_BYTES + length).await?;
    let base = LENGTH_BYTES + length;
    for (name, info) in tensors(file, size, &header)? {
        let (from, to) = info.data_offsets;
        let bytes = (base + from as u64, base + to as u64);
        let entry = Entry { file: file.to_owned(), dtype: info.dtype, shape: info.shape, bytes };
        if entries.insert(name.clone(), entry).is_some() {
            return Err(WeightsError::Duplicate { file: file.to_owned(), tensor: name });
        }
    }
    Ok(())
}

async fn read_range(folder: &dyn Folder, file: &str, from: u64, to: u64) -> Result<Vec<u8>, WeightsError> {
    read_whole(folder, file, from..to).await
}

/// Appends the numbers in these bytes; `None` when their kind is not read.
fn decode(dtype: Dtype, bytes: &[u8], values: &mut Vec<f32>) -> Option<()> {
    match dtype {
        Dtype::F32 => values.extend(bytes.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes))),
        Dtype::F16 => values.extend(bytes.as_chunks::<2>().0.iter().map(|&bytes| f16::from_le_bytes(bytes).to_f32())),
        Dtype::BF16 => values.extend(bytes.as_chunks::<2>().0.iter().map(|&bytes| bf16::from_le_bytes(bytes).to_f32())),
        _ => return None,
    }
    Some(())
}
