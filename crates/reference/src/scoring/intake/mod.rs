//! Bytes of a dropped file in, what it holds out.
//!
//! [`read`] recognises a file by its content; its name serves as a label (the model, the harness's task) and decides
//! only between readings that the content leaves open. [`Collection`] brings several files together: questions, options
//! and facets that a benchmark keeps apart from its reference answers. Invariants: input is untrusted, so that every
//! error names the file, what was found, what was expected and where; no input panics, recurses without bound or is held
//! in more memory than a small multiple of [`INTAKE_MAX_BYTES`]; texts are kept verbatim. What an answer says, and
//! whether it is right, is left to the answer profiles and the protocols.

mod build;
mod choice;
mod collection;
mod columns;
mod format;
mod ipv;
mod lmms;
mod ovo;
mod plain;
mod ratings;
mod sheet;
mod tcbench;
mod tempcompass;
mod vbench;
mod vlmeval;
mod xlsx;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Benchmark, Holdings, TaskId};
use crate::error::{Fault, ImportError, Place, Problem, shown};
use crate::importers::json::{self, Document, Limits};
use crate::importers::{MAX_DEPTH, not_text};
use build::Source;

pub use collection::{Collection, Merged, PlacedRun};
pub use format::{Container, Format, Notice, Part, TempCompassFile};

/// The largest file that is read, in bytes, packed or unpacked.
pub const INTAKE_MAX_BYTES: usize = 256 << 20;
/// The most values (JSON values or table cells) that are read from one file: room for a million rows of a harness's log.
pub const INTAKE_MAX_VALUES: usize = 24_000_000;

/// Which columns of a table hold what, by their headers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct ColumnMapping {
    /// The item's id.
    pub item: Option<String>,
    /// What the model said.
    pub prediction: Option<String>,
    /// A score for the positive class.
    pub score: Option<String>,
    /// The reference answer.
    pub answer: Option<String>,
    /// The question.
    pub question: Option<String>,
    /// The clip.
    pub clip: Option<String>,
    /// The model, where one table has several.
    pub model: Option<String>,
    /// An earlier harness's mark, 0 to 1.
    pub recorded: Option<String>,
    /// The texts of the options in their order, or one column with a list of them.
    pub options: Vec<String>,
    /// What items are grouped by.
    pub facets: Vec<String>,
}

/// What a file says of items that other files hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Supplement {
    /// Questions and options for items.
    pub asked: Vec<AskedItem>,
    /// Facets of clips.
    pub clips: Vec<ClipFacet>,
    /// Categories of the prompts of IPV-Bench, by the prompts' numbers.
    pub prompts: Vec<(u32, String)>,
}

/// What is asked in an item whose reference answer stands in another file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskedItem {
    /// The item's task.
    pub task: TaskId,
    /// The item's id.
    pub item: String,
    /// The clip as the file names it; empty if the file does not say.
    pub clip: String,
    /// The question, verbatim.
    pub question: String,
    /// The options' texts, if the question has options.
    pub options: Vec<String>,
}

/// A facet of all items about a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClipFacet {
    /// The benchmark whose clips are meant.
    pub benchmark: Benchmark,
    /// The clip as the file names it.
    pub clip: String,
    /// The facet's name.
    pub facet: String,
    /// The clip's value.
    pub value: String,
    /// Only for items with this value of another facet, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<(String, String)>,
}

/// What was read from one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The file's name as it was given.
    pub file: String,
    /// What was recognised.
    pub format: Format,
    /// What the file holds by itself.
    pub holdings: Holdings,
    /// What it says of the items of other files.
    pub supplement: Supplement,
    /// What was odd.
    pub warnings: Vec<Notice>,
}

/// What a reader makes of a file.
struct Content {
    format: Format,
    holdings: Holdings,
    supplement: Supplement,
    warnings: Vec<Notice>,
}

impl Content {
    fn new(format: Format) -> Self {
        Self { format, holdings: Holdings::default(), supplement: Supplement::default(), warnings: Vec::new() }
    }
}

/// Reads a file of questions, answers, verdicts, ratings or scores.
///
/// `mapping` says which columns of a plain table hold what; without it they are recognised by their names.
///
/// # Errors
/// [`ImportError`] with what was found and expected and where; [`Problem::UnmappedColumns`] where a mapping would help.
pub fn read(file_name: &str, bytes: &[u8], mapping: Option<&ColumnMapping>) -> Result<Read, ImportError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let content = read_bytes(file_name, bytes, mapping).map_err(|fault| fault.into_error(file_name, bytes))?;
    let Content { format, holdings, supplement, warnings } = content;
    Ok(Read { file: file_name.to_owned(), format, holdings, supplement, warnings })
}

fn read_bytes(file_name: &str, bytes: &[u8], mapping: Option<&ColumnMapping>) -> Result<Content, Fault> {
    if bytes.len() > INTAKE_MAX_BYTES {
        return Err(Fault::file(Problem::TooLarge { bytes: bytes.len(), limit: INTAKE_MAX_BYTES }));
    }
    if bytes.starts_with(b"PK") {
        let (cells, warnings) = xlsx::read(bytes)?;
        let mut content = read_sheet(&Source { file: file_name, text: "" }, &cells.sheet(), mapping)?;
        content.warnings.extend(warnings);
        return Ok(content);
    }
    if let Some(found) = not_text(bytes) {
        return Err(Fault::file(Problem::NotText { found: found.to_owned() }));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::byte(error.valid_up_to(), Problem::NotUtf8))?;
    if text.trim().is_empty() {
        return Err(Fault::file(Problem::Empty));
    }
    let source = Source { file: file_name, text };
    if let Some(content) = ipv::lone_reply(&source) {
        return Ok(content);
    }
    if !text.trim_start().starts_with(['{', '[']) {
        let cells = sheet::delimited(text)?;
        return read_sheet(&source, &cells.sheet(), mapping);
    }
    let limits = Limits { values: INTAKE_MAX_VALUES, depth: MAX_DEPTH };
    match json::read(text, limits) {
        Ok(document) => read_document(&source, &document, mapping),
        Err(fault) => {
            // Templates are filled in by hand and keep their trailing commas.
            let Some((cleaned, count, first)) = without_trailing_commas(text) else { return Err(fault) };
            let document = json::read(&cleaned, limits)?;
            let mut content = read_document(&Source { file: file_name, text: &cleaned }, &document, mapping)?;
            content.warnings.push(Notice::TrailingCommas { count, line: Place::of(bytes, first).line });
            Ok(content)
        }
    }
}

fn read_document(
    source: &Source<'_>,
    document: &Document<'_>,
    mapping: Option<&ColumnMapping>,
) -> Result<Content, Fault> {
    let mut content = match known(source, document, mapping)? {
        Some(content) => content,
        None => {
            let sheet = sheet::rows(source, &document.values)?;
            read_sheet(source, &sheet, mapping)?
        }
    };
    if let Some((key, at, count)) = &document.repeated {
        let line = Place::of(source.text.as_bytes(), *at).line;
        content.warnings.push(Notice::RepeatedKeys { count: *count, key: shown(key), line });
    }
    Ok(content)
}

/// The readers of formats that are no plain tables. A mapping says that the file is one.
fn known(
    source: &Source<'_>,
    document: &Document<'_>,
    mapping: Option<&ColumnMapping>,
) -> Result<Option<Content>, Fault> {
    if mapping.is_some() {
        return Ok(None);
    }
    if let [root] = document.values.as_slice() {
        for recognise in [
            ipv::recognise,
            tempcompass::recognise,
            ovo::recognise,
            vbench::recognise,
            tcbench::recognise,
            choice::recognise,
        ] {
            if let Some(content) = recognise(source, root)? {
                return Ok(Some(content));
            }
        }
    }
    lmms::recognise(source, &document.values)
}

fn read_sheet(
    source: &Source<'_>,
    sheet: &sheet::Sheet<'_>,
    mapping: Option<&ColumnMapping>,
) -> Result<Content, Fault> {
    if mapping.is_none() {
        for recognise in [vbench::table, ratings::recognise, vlmeval::recognise] {
            if let Some(content) = recognise(source, sheet)? {
                return Ok(content);
            }
        }
    }
    plain::read(source, sheet, mapping)
}

/// The text with each comma before a closing bracket replaced by a blank, their number and the first one's place.
fn without_trailing_commas(text: &str) -> Option<(String, usize, usize)> {
    let bytes = text.as_bytes();
    let (mut quoted, mut escaped) = (false, false);
    let mut comma: Option<usize> = None;
    let mut commas = Vec::new();
    for (i, &byte) in bytes.iter().enumerate() {
        if quoted {
            quoted = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b',' => comma = Some(i),
            b']' | b'}' => commas.extend(comma.take()),
            _ if byte.is_ascii_whitespace() => {}
            _ => {
                comma = None;
                quoted = byte == b'"';
            }
        }
    }
    let first = *commas.first()?;
    let mut cleaned = String::with_capacity(text.len());
    let mut from = 0;
    for &at in &commas {
        cleaned.push_str(&text[from..at]);
        cleaned.push(' ');
        from = at + 1;
    }
    cleaned.push_str(&text[from..]);
    Some((cleaned, commas.len(), first))
}

#[cfg(test)]
mod tests;
