//! Recognises an annotation file by its content and reads it.
//!
//! Invariant: the file's name only appears in messages and in names of fields; what a file is follows from its content
//! alone. Each module knows one family: [`ipv`] and [`vbench`] the benchmarks' own files, [`rows`] plain JSON, [`delimited`] plain
//! tables, the latter two through [`table`].

pub(crate) mod delimited;
mod fields;
pub(crate) mod ipv;
pub(crate) mod json;
mod rows;
mod table;
pub(crate) mod vbench;

use reelcheck_types::Annotation;

use crate::error::{Fault, ImportError, Problem};
use crate::imported::{FieldSummary, Imported, Prompt, Recognised, SameClip, Warning};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// The most values (JSON values or table cells) that are read from one file; bounds memory to a few hundred megabytes.
pub const MAX_VALUES: usize = 4_000_000;
/// The deepest nesting of JSON that is read.
pub const MAX_DEPTH: usize = 32;
/// The most columns of a table.
pub const MAX_FIELDS: usize = 256;
/// The most labels of one field of a plain table.
pub const MAX_LABELS: usize = 64;

/// What an importer makes of a file.
struct Content {
    recognised: Recognised,
    fields: Vec<FieldSummary>,
    annotations: Vec<Annotation>,
    prompts: Vec<Prompt>,
    same_clips: Vec<SameClip>,
    warnings: Vec<Warning>,
}

/// Reads an annotation file: one of IPV-Bench's (`judgement_answer.json`, `video2taxonomy_label.json`,
/// `ipv_txt_prompt_suite.json`), VBench's list of prompts (`VBench_full_info.json`), or a plain table of labels or scores as CSV, TSV, JSON or JSON Lines.
///
/// A plain table has one column that names the clip (`clip`, `video`, `video_name`, `file`, `name`, … or `sha256`); all
/// others are values. A column is numeric if all its values are numbers, binary if they are yes/no, true/false or 0/1
/// with both present, labels if they are few and short or lists, text otherwise; empty cells, `NA`, `NaN`, `null` are missing values.
/// Columns with a name that says nothing of what was asked (`score`, `label`, `value`, …) get the file's name in front.
///
/// # Errors
/// [`ImportError`] when the file is not text, broken, too large, or of no known shape.
pub fn import(file_name: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    let text_bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let content = text_of(text_bytes)
        .and_then(|text| read(file_name, text))
        .map_err(|fault| fault.into_error(file_name, text_bytes))?;
    let Content { recognised, fields, annotations, prompts, same_clips, warnings } = content;
    Ok(Imported { file: file_name.to_owned(), recognised, fields, annotations, prompts, same_clips, warnings })
}

/// A value that is not what its place asks for.
fn bad(what: String, node: &json::Node<'_>, expected: &str) -> Fault {
    Fault::byte(node.at(), Problem::BadValue { what, found: node.describe(), expected: expected.to_owned() })
}

fn text_of(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.len() > MAX_BYTES {
        return Err(Fault::file(Problem::TooLarge { bytes: bytes.len(), limit: MAX_BYTES }));
    }
    if let Some(found) = not_text(bytes) {
        return Err(Fault::file(Problem::NotText { found: found.to_owned() }));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::byte(error.valid_up_to(), Problem::NotUtf8))?;
    if text.trim().is_empty() { Err(Fault::file(Problem::Empty)) } else { Ok(text) }
}

/// What the bytes look like if they are no text.
pub(crate) fn not_text(bytes: &[u8]) -> Option<&'static str> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"PK\x03\x04") {
        Some("a ZIP archive (an .xlsx workbook is one: save it as CSV)")
    } else if begins(b"\xFF\xFE") || begins(b"\xFE\xFF") {
        Some("UTF-16 text (save it as UTF-8)")
    } else if bytes.get(4..8) == Some(b"ftyp") || begins(b"\x1A\x45\xDF\xA3") || begins(b"RIFF") {
        Some("a video")
    } else if begins(b"%PDF-") {
        Some("a PDF")
    } else if begins(b"\x1F\x8B") {
        Some("a gzip archive")
    } else if memchr::memchr(0, bytes).is_some() {
        Some("binary data")
    } else {
        None
    }
}

fn read(file_name: &str, text: &str) -> Result<Content, Fault> {
    if !text.trim_start().starts_with(['{', '[']) {
        return table::interpret(delimited::read(text)?, file_name, text);
    }
    let arena = json::Arena::new();
    let document = json::read(text, &arena, json::Limits { values: MAX_VALUES, depth: MAX_DEPTH })?;
    let content = match document.values {
        [root] => match ipv::recognise(root)? {
            None => vbench::recognise(root)?,
            content => content,
        },
        _ => None,
    };
    let mut content = match content {
        Some(content) => content,
        None => table::interpret(rows::read(document.values, file_name)?, file_name, text)?,
    };
    if let Some((key, at, count)) = document.repeated {
        let line = crate::error::Place::of(text.as_bytes(), at).line;
        content.warnings.push(Warning::DuplicateKeys { count, key: crate::error::shown(&key), line });
    }
    Ok(content)
}

#[cfg(test)]
mod tests;
