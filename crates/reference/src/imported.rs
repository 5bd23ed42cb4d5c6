//! What an annotation file turned out to be and what it holds.
//!
//! Invariant: warnings are gathered by kind with a count and the first place, so that their number does not grow with the
//! file.

use std::fmt;

use reelcheck_types::Annotation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a plain table of labels or scores was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TableFormat {
    /// Cells between commas, semicolons or bars.
    Csv,
    /// Cells between tabs.
    Tsv,
    /// A JSON array of objects.
    JsonRows,
    /// A JSON object with one entry per clip or per row.
    JsonKeyed,
    /// One JSON object per line.
    JsonLines,
}

impl fmt::Display for TableFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::JsonRows => "JSON rows",
            Self::JsonKeyed => "JSON by key",
            Self::JsonLines => "JSON Lines",
        })
    }
}

/// What a file was recognised as, by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Recognised {
    /// IPV-Bench's `judgement_answer.json`: is the clip generated?
    IpvJudgement {
        /// Entries.
        entries: usize,
        /// Entries that say yes: the clip is generated.
        yes: usize,
        /// Entries that say no: the clip is real.
        no: usize,
    },
    /// IPV-Bench's `video2taxonomy_label.json`: which law is broken, and is one frame enough to see it?
    IpvTaxonomy {
        /// Clips.
        clips: usize,
        /// Clips that one frame is enough for.
        spatial: usize,
        /// Clips that have to be watched.
        temporal: usize,
    },
    /// IPV-Bench's `ipv_txt_prompt_suite.json`: the prompts that clips were generated from.
    IpvPrompts {
        /// Prompts.
        prompts: usize,
    },
    /// VBench's `VBench_full_info.json`: the prompts that clips were generated from, and the styles that they ask for.
    VbenchPrompts {
        /// Prompts.
        prompts: usize,
        /// Prompts that ask for a style.
        styles: usize,
    },
    /// A plain table of labels or scores.
    Table {
        /// How it was written.
        format: TableFormat,
        /// The column that names the clip; absent where the entries' own keys do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clip_column: Option<String>,
        /// Rows.
        rows: usize,
    },
}

impl fmt::Display for Recognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IpvJudgement { entries, yes, no } => {
                write!(f, "IPV-Bench judgement answers: {entries} clips, {yes} generated, {no} real")
            }
            Self::IpvTaxonomy { clips, spatial, temporal } => {
                write!(f, "IPV-Bench taxonomy labels: {clips} clips, {spatial} spatial, {temporal} temporal")
            }
            Self::IpvPrompts { prompts } => write!(f, "IPV-Bench prompt suite: {prompts} prompts"),
            Self::VbenchPrompts { prompts, styles } => {
                write!(f, "VBench prompts: {prompts} prompts, {styles} with a style")
            }
            Self::Table { format, clip_column: Some(column), rows } => {
                write!(f, "{format} table: {rows} rows, clips named by {column:?}")
            }
            Self::Table { format, clip_column: None, rows } => {
                write!(f, "{format} table: {rows} rows, named by their keys")
            }
        }
    }
}

/// What kind of values a field holds, and with that how it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Numbers: error and correlations.
    Number,
    /// Yes or no: ranking measures.
    Binary,
    /// Labels, one or several per clip: ranking measures, one label against all others.
    Labels,
    /// Free text: shown, not compared.
    Text,
}

/// How often a label occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LabelCount {
    /// The label; `yes` and `no` for a binary field.
    pub label: String,
    /// Annotations that carry it.
    pub count: usize,
}

/// What a file says about one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldSummary {
    /// The field's name, as in its annotations.
    pub field: String,
    /// What kind of values it holds.
    pub kind: FieldKind,
    /// Annotations.
    pub annotations: usize,
    /// Rows without a value for this field.
    pub missing: usize,
    /// How often each label occurs, the most frequent first; empty for numbers and text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelCount>,
    /// The smallest and the largest number; absent unless the field is numeric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
}

/// Something a reader should know although the file could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "warning")]
#[schemars(rename = "ImportWarning")]
pub enum Warning {
    /// Object keys occur more than once. Entries are all kept; inside a row the last value counts.
    DuplicateKeys {
        /// How many.
        count: usize,
        /// The first one.
        key: String,
        /// The line of its second occurrence, counted from 1.
        line: usize,
    },
    /// NaN or infinite numbers, taken as missing.
    NotFinite {
        /// How many.
        count: usize,
        /// The line of the first one, counted from 1.
        line: usize,
    },
    /// Rows that name no clip, left out.
    RowsWithoutClip {
        /// How many.
        count: usize,
        /// The line of the first one, counted from 1.
        line: usize,
    },
    /// A column that cannot be used.
    ColumnIgnored {
        /// Its name.
        column: String,
        /// Why.
        why: ColumnIgnored,
    },
    /// The first row holds values; columns were named by their place.
    NoHeader,
    /// No column is called like one that names clips; this one holds file names.
    ClipColumnGuessed {
        /// Its name.
        column: String,
    },
    /// Numbers of this column have a comma before their decimals.
    DecimalComma {
        /// Its name.
        column: String,
    },
}

/// Why a column cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnIgnored {
    /// It has no name.
    Unnamed,
    /// No row has a value for it.
    Empty,
    /// It holds lists or objects that are no labels.
    Structured,
    /// It has more labels than can be compared.
    TooManyLabels,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateKeys { count, key, line } => {
                write!(f, "{count} repeated keys, the first is {key:?} in line {line}")
            }
            Self::NotFinite { count, line } => {
                write!(f, "{count} values are NaN or infinite and count as missing, the first in line {line}")
            }
            Self::RowsWithoutClip { count, line } => {
                write!(f, "{count} rows name no clip and were left out, the first in line {line}")
            }
            Self::ColumnIgnored { column, why } => {
                let why = match why {
                    ColumnIgnored::Unnamed => "it has no name",
                    ColumnIgnored::Empty => "it has no values",
                    ColumnIgnored::Structured => "it holds lists or objects that are no labels",
                    ColumnIgnored::TooManyLabels => "it has too many labels",
                };
                write!(f, "column {column:?} was left out: {why}")
            }
            Self::NoHeader => f.write_str("the first row holds values, columns were named by their place"),
            Self::ClipColumnGuessed { column } => {
                write!(f, "column {column:?} holds file names and was taken to name the clips")
            }
            Self::DecimalComma { column } => write!(f, "numbers of column {column:?} were read with a decimal comma"),
        }
    }
}

/// A text prompt that clips were generated from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Prompt {
    /// The prompt's number, which the clips' file names carry; absent where they carry the prompt itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// The prompt.
    pub text: String,
    /// Its place in the taxonomy from the domain down: domain, category, …
    pub path: Vec<String>,
    /// The style that it asks for, where the file says so apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
}

/// A row that gives a clip's name and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SameClip {
    /// The name under which the row's annotations are kept.
    pub name: String,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// A file, read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// The file's name as it was given.
    pub file: String,
    /// What it was recognised as.
    pub recognised: Recognised,
    /// The fields that it fills, in the file's order.
    pub fields: Vec<FieldSummary>,
    /// What it says of clips.
    pub annotations: Vec<Annotation>,
    /// The prompts that it holds; clips are joined to them by their file name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<Prompt>,
    /// Hashes of clips that the annotations name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_clips: Vec<SameClip>,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
}
