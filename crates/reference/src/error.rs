//! Why an annotation file could not be read: the file, what was found, what was expected, and where.
//!
//! Invariant: text that comes from the file is shortened and freed of control characters before it enters an error.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1; absent where a whole row of a table is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl Place {
    /// The place of a byte offset. Lines end at LF, CR LF or a lone CR; an offset past the end is the end.
    pub(crate) fn of(bytes: &[u8], offset: usize) -> Self {
        let before = &bytes[..offset.min(bytes.len())];
        let mut line = 1;
        let mut start = 0;
        for (i, &byte) in before.iter().enumerate() {
            if byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                line += 1;
                start = i + 1;
            }
        }
        // Continuation bytes of UTF-8 are no characters of their own.
        let column = before[start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
        Self { line, column: Some(column) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "line {}, column {column}", self.line),
            None => write!(f, "line {}", self.line),
        }
    }
}

/// A column of a table, as a mapping step shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FoundColumn {
    /// Its header.
    pub name: String,
    /// The first few values, shortened.
    pub examples: Vec<String>,
}

/// What is wrong with a file. A closed list, so that a page can say it in any language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "problem")]
pub enum Problem {
    /// There is nothing in it.
    #[error("the file is empty; expected annotations as JSON, JSON Lines, CSV or TSV")]
    Empty,
    /// It is larger than this reader accepts.
    #[error("the file has {bytes} bytes; expected at most {limit}")]
    TooLarge {
        /// The file's size in bytes.
        bytes: usize,
        /// The largest accepted size in bytes.
        limit: usize,
    },
    /// It is not text.
    #[error("found {found}; expected a text file (JSON, JSON Lines, CSV or TSV)")]
    NotText {
        /// What the first bytes look like.
        found: String,
    },
    /// It is text in another encoding.
    #[error("found bytes that are not UTF-8; expected the file to be saved as UTF-8")]
    NotUtf8,
    /// It begins like JSON and is not.
    #[error("broken JSON: {message}")]
    Json {
        /// The JSON reader's own words.
        message: String,
    },
    /// Arrays and objects are nested deeper than this reader accepts.
    #[error("found values nested deeper than {limit} levels; no known annotation file is")]
    TooDeep {
        /// The deepest accepted level.
        limit: usize,
    },
    /// There are more values than this reader accepts.
    #[error("found more than {limit} values")]
    TooManyValues {
        /// The largest accepted number of values.
        limit: usize,
    },
    /// The JSON is well-formed and of no known shape.
    #[error("found {found}; expected {expected}")]
    UnknownShape {
        /// What stands there.
        found: String,
        /// What could stand there.
        expected: String,
    },
    /// A value does not fit what the file was recognised as.
    #[error("{what}: found {found}; expected {expected}")]
    BadValue {
        /// Which value: an entry's key, a column.
        what: String,
        /// What stands there.
        found: String,
        /// What could stand there.
        expected: String,
    },
    /// No column names the clip.
    #[error(
        "found the columns {}; expected one that names the clip: clip, video, video_name, file, name or sha256",
        list(found.iter().map(String::as_str))
    )]
    NoClipColumn {
        /// The columns that are there.
        found: Vec<String>,
    },
    /// There is no column besides the one that names the clip, or none that can be used.
    #[error("found no usable column of values besides {clip_column:?}; expected labels or scores")]
    NoValueColumn {
        /// The column that names the clip.
        clip_column: String,
    },
    /// A row has more or fewer cells than the header.
    #[error("found a row of {found} cells; expected {expected} as in the first row")]
    RaggedRow {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// There are more columns than this reader accepts.
    #[error("found more than {limit} columns")]
    TooManyColumns {
        /// The largest accepted number of columns.
        limit: usize,
    },
    /// A header without rows.
    #[error("found no row; expected at least one clip")]
    NoRows,
    /// The columns do not say which of them holds what. A mapping can.
    #[error("found the columns {}; expected {expected}", list(columns.iter().map(|column| column.name.as_str())))]
    UnmappedColumns {
        /// The columns that are there, with examples.
        columns: Vec<FoundColumn>,
        /// Which columns are needed.
        expected: String,
    },
    /// A mapping names a column that is not there.
    #[error("found the columns {}; expected {expected:?} among them", list(columns.iter().map(|column| column.name.as_str())))]
    NoSuchColumn {
        /// The columns that are there, with examples.
        columns: Vec<FoundColumn>,
        /// The column that was asked for.
        expected: String,
    },
    /// It is a ZIP archive and no workbook that can be read.
    #[error("broken workbook: {message}; expected an .xlsx file with a table on its first sheet")]
    Workbook {
        /// What is wrong with it.
        message: String,
    },
    /// A packed file grows too large.
    #[error("found a workbook that unpacks to more than {limit} bytes; no file of predictions is that large")]
    Inflates {
        /// The largest accepted size in bytes.
        limit: u64,
    },
}

/// Why a file could not be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{file}{}: {problem}", place.map(|place| format!(", {place}")).unwrap_or_default())]
pub struct ImportError {
    /// The file's name as it was given.
    pub file: String,
    /// Where in the file, if the problem has a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
}

/// A problem on its way to the caller that knows the file's name and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) problem: Problem,
    pub(crate) at: At,
}

/// Where a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The file as a whole.
    File,
    /// A byte offset into the text.
    Byte(usize),
    /// The row of a table that starts at this byte offset.
    Row(usize),
}

impl Fault {
    pub(crate) const fn file(problem: Problem) -> Self {
        Self { problem, at: At::File }
    }

    pub(crate) const fn byte(offset: usize, problem: Problem) -> Self {
        Self { problem, at: At::Byte(offset) }
    }

    pub(crate) const fn row(offset: usize, problem: Problem) -> Self {
        Self { problem, at: At::Row(offset) }
    }

    pub(crate) fn into_error(self, file: &str, bytes: &[u8]) -> ImportError {
        let place = match self.at {
            At::File => None,
            At::Byte(offset) => Some(Place::of(bytes, offset)),
            At::Row(offset) => Some(Place { column: None, ..Place::of(bytes, offset) }),
        };
        ImportError { file: file.to_owned(), place, problem: self.problem }
    }
}

/// Characters of foreign text that an error or a warning shows.
const SHOWN: usize = 60;

/// Foreign text, made fit to be shown: at most 60 characters, control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == SHOWN {
            out.push('…');
            break;
        }
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The first names of a list, for a message.
fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut names = names.into_iter();
    let mut out = names.by_ref().take(MOST).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if names.next().is_some() {
        out.push_str(", …");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "ab\ncé\r\nf\rg".as_bytes();
        let place = |offset| {
            let place = Place::of(text, offset);
            (place.line, place.column.unwrap())
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(3), (2, 1));
        assert_eq!(place(6), (2, 3), "é is two bytes and one character");
        assert_eq!(place(8), (3, 1));
        assert_eq!(place(10), (4, 1));
        assert_eq!(place(99), (4, 2));
    }

    #[test]
    fn an_error_says_file_place_found_and_expected() {
        let error = Fault::row(4, Problem::RaggedRow { found: 3, expected: 2 }).into_error("a.csv", b"a,b\n1,2,3\n");
        assert_eq!(error.to_string(), "a.csv, line 2: found a row of 3 cells; expected 2 as in the first row");
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(json, r#"{"file":"a.csv","place":{"line":2},"problem":"ragged-row","found":3,"expected":2}"#);
        assert_eq!(serde_json::from_str::<ImportError>(&json).unwrap(), error);
    }

    #[test]
    fn foreign_text_is_shortened_and_escaped() {
        assert_eq!(shown("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), 61);
    }
}
