//! The small files beside the weights: `config.json`, `preprocessor_config.json`, vocabularies.
//!
//! Invariant: only what is needed is read; anything else in a file may be there.

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Folder, WeightsError};

/// The largest text file that is read, in bytes: several times the largest tokenizer of these networks.
const LARGEST: u64 = 64 * 1024 * 1024;

/// How pictures are prepared, as `preprocessor_config.json` says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preprocessing {
    /// What is subtracted from red, green and blue, on a scale from 0 to 1.
    pub mean: [f32; 3],
    /// What the differences are divided by.
    pub std: [f32; 3],
}

impl Preprocessing {
    /// The numbers of OpenAI's CLIP.
    pub const CLIP: Self =
        Self { mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], std: [0.268_629_54, 0.261_302_6, 0.275_777_1] };

    /// The numbers of ImageNet, used by DINO.
    pub const IMAGENET: Self = Self { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

    /// Reads `preprocessor_config.json`; without the file, or where it does not say, `default` holds.
    ///
    /// # Errors
    /// When the file is not JSON, or a number in it cannot be used.
    pub async fn read(folder: &dyn Folder, default: Self) -> Result<Self, WeightsError> {
        const FILE: &str = "preprocessor_config.json";
        #[derive(Deserialize)]
        struct File {
            image_mean: Option<[f32; 3]>,
            image_std: Option<[f32; 3]>,
        }
        if folder.size(FILE).is_none() {
            return Ok(default);
        }
        let file: File = read_json(folder, FILE).await?;
        let read = Self { mean: file.image_mean.unwrap_or(default.mean), std: file.image_std.unwrap_or(default.std) };
        let usable =
            read.mean.iter().all(|mean| mean.is_finite()) && read.std.iter().all(|std| *std > 0.0 && std.is_finite());
        if usable { Ok(read) } else { Err(WeightsError::config(FILE, "image_mean or image_std cannot be used")) }
    }
}

/// Reads a JSON file.
///
/// # Errors
/// When it is missing, too large, not JSON or of another shape.
pub async fn read_json<T: DeserializeOwned>(folder: &dyn Folder, file: &str) -> Result<T, WeightsError> {
    let bytes = read_text(folder, file).await?;
    // Through a value, so that a repeated key takes its last value, as in the tools that write these files.
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| WeightsError::config(file, error))?;
    serde_json::from_value(value).map_err(|error| WeightsError::config(file, error))
}

/// Reads a small file whole.
///
/// # Errors
/// When it is missing or too large.
pub async fn read_text(folder: &dyn Folder, file: &str) -> Result<Vec<u8>, WeightsError> {
    let size = folder.size(file).ok_or_else(|| WeightsError::NoFile { file: file.to_owned() })?;
    if size > LARGEST {
        return Err(WeightsError::config(file, format!("{size} bytes are too many for such a file")));
    }
    read_whole(folder, file, 0..size).await
}

/// Reads a range, and makes sure that all of it came.
pub(super) async fn read_whole(folder: &dyn Folder, file: &str, range: Range<u64>) -> Result<Vec<u8>, WeightsError> {
    let unreadable = |message: String| WeightsError::Unreadable { file: file.to_owned(), message };
    let bytes = folder.read(file, range.clone()).await.map_err(unreadable)?;
    if bytes.len() as u64 == range.end - range.start {
        Ok(bytes)
    } else {
        Err(unreadable(format!("{} of {} bytes came", bytes.len(), range.end - range.start)))
    }
}
