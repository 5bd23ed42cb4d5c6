//! What a person recorded of a clip.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a row of an annotation file names its clip.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "by", content = "value")]
pub enum ClipKey {
    /// By file name, with or without its folders.
    Name(String),
    /// By the SHA-256 of the file, 64 lower-case hexadecimal digits.
    Sha256(String),
}

/// A recorded value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "value")]
pub enum AnnotationValue {
    /// A finite number: a rating, a measurement.
    Number(f64),
    /// Yes or no.
    Binary(bool),
    /// One or more labels out of a list.
    Labels(Vec<String>),
    /// Free text: a prompt, a description.
    Text(String),
}

/// One value that a person recorded of one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Annotation {
    /// Which clip.
    pub clip: ClipKey,
    /// What was asked: the column or task, such as `ipv.judgement`.
    pub field: String,
    /// What was recorded.
    pub value: AnnotationValue,
}
