//! Excel workbooks, which harnesses save predictions in.
//!
//! A workbook is a ZIP archive, a few kilobytes of which can unpack to gigabytes. Invariant: before the workbook's own
//! reader sees it, every entry has been unpacked once into nothing, with the declared and the actual sizes held against
//! [`INTAKE_MAX_BYTES`] and the names of cells against those that a sheet can have (the reader multiplies whatever stands
//! there); cells are taken one by one, so that a cell in a far corner allocates no rectangle.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader, Xlsx};
use flate2::read::DeflateDecoder;

use super::sheet::Cells;
use super::{Container, INTAKE_MAX_BYTES, Notice};
use crate::error::{Fault, Problem, shown};
use crate::importers::MAX_FIELDS;

fn broken(message: impl std::fmt::Display) -> Fault {
    Fault::file(Problem::Workbook { message: shown(&message.to_string()) })
}

/// Reads the first sheet that has rows.
///
/// # Errors
/// When the bytes are no workbook, unpack to too much, or have no table.
pub(super) fn read(bytes: &[u8]) -> Result<(Cells, Vec<Notice>), Fault> {
    check_sizes(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    for name in &names {
        let cells = sheet(&mut book, name)?;
        if cells.is_empty() {
            continue;
        }
        let mut warnings = Vec::new();
        if names.len() > 1 {
            warnings.push(Notice::SheetsLeftOut { read: shown(name), left: names.len() - 1 });
        }
        return Ok((cells, warnings));
    }
    Err(Fault::file(Problem::NoRows))
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Cells, Fault> {
    let mut reader = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut cells = Cells::new(Container::Xlsx);
    let mut row: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (line, column) = cell.get_position();
        if line != at {
            flush(&mut cells, &mut row, at)?;
            at = line;
        }
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= MAX_FIELDS {
            return Err(Fault::file(Problem::TooManyColumns { limit: MAX_FIELDS }));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    flush(&mut cells, &mut row, at)?;
    Ok(cells)
}

fn flush(cells: &mut Cells, row: &mut Vec<String>, line: u32) -> Result<(), Fault> {
    // Empty cells are not written.
    if row.len() < cells.width() {
        row.resize(cells.width(), String::new());
    }
    cells.push(row.iter().map(String::as_str), line.saturating_add(1), 0)?;
    row.clear();
    Ok(())
}

/// A cell as text; whole numbers without a decimal point, as they are shown.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) if value.is_finite() => value.to_string(),
        DataRef::Float(_) | DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTime(value) => value.as_f64().to_string(),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 2).map(|b| u64::from(u16::from_le_bytes([b[0], b[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 4).map(|b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])))
}

/// Holds the archive's declared and actual sizes against the limit.
///
/// Layout of the records: PKWARE, "APPNOTE.TXT", 4.3. Archives beyond 4 GiB (ZIP64) are far beyond the limit.
fn check_sizes(bytes: &[u8]) -> Result<(), Fault> {
    const LIMIT: u64 = INTAKE_MAX_BYTES as u64;
    const MAX_ENTRIES: u64 = 10_000;
    // The smallest end record, and the longest comment behind it.
    const END: usize = 22;
    const COMMENT: usize = 65_535;
    let inflates = || Fault::file(Problem::Inflates { limit: LIMIT });
    let from = bytes.len().saturating_sub(END + COMMENT);
    let end = bytes[from..].windows(4).rposition(|window| window == b"PK\x05\x06").map(|at| from + at);
    let end = end.ok_or_else(|| broken("the archive has no directory; it may be cut off"))?;
    let cut = || broken("the archive's directory is cut off");
    let entries = u16_at(bytes, end + 10).ok_or_else(cut)?;
    if entries > MAX_ENTRIES {
        return Err(broken(format!("{entries} entries")));
    }
    let mut at = usize::try_from(u32_at(bytes, end + 16).ok_or_else(cut)?).unwrap_or(usize::MAX);
    let (mut declared, mut actual) = (0u64, 0u64);
    let mut packed_ranges: Vec<(usize, usize)> = Vec::new();
    for _ in 0..entries {
        if bytes.get(at..at.saturating_add(4)) != Some(b"PK\x01\x02") {
            return Err(cut());
        }
        let field = |offset: usize| u32_at(bytes, at + offset).ok_or_else(cut);
        let short = |offset: usize| u16_at(bytes, at + offset).ok_or_else(cut);
        let (method, packed, unpacked, local) = (short(10)?, field(20)?, field(24)?, field(42)?);
        declared = declared.saturating_add(unpacked);
        if declared > LIMIT {
            return Err(inflates());
        }
        let (start, stop) = data_of(bytes, local, packed).ok_or_else(cut)?;
        packed_ranges.push((start, stop));
        actual = actual.saturating_add(match method {
            0 => {
                CellNames::default().check(&bytes[start..stop])?;
                (stop - start) as u64
            }
            8 => inflated(&bytes[start..stop], LIMIT - actual.min(LIMIT))?,
            _ => return Err(broken(format!("compression method {method}"))),
        });
        if actual > LIMIT {
            return Err(inflates());
        }
        at = at.saturating_add(46).saturating_add((short(28)? + short(30)? + short(32)?) as usize);
    }
    // Entries that share their bytes multiply them.
    packed_ranges.sort_unstable();
    if packed_ranges.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        return Err(broken("entries overlap"));
    }
    Ok(())
}

/// Where an entry's packed bytes stand.
fn data_of(bytes: &[u8], local: u64, packed: u64) -> Option<(usize, usize)> {
    let local = usize::try_from(local).ok()?;
    if bytes.get(local..local.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let names = u16_at(bytes, local + 26)? + u16_at(bytes, local + 28)?;
    let start = local.checked_add(30)?.checked_add(usize::try_from(names).ok()?)?;
    let stop = start.checked_add(usize::try_from(packed).ok()?)?;
    (stop <= bytes.len()).then_some((start, stop))
}

/// The size that packed bytes unpack to, up to just beyond `left`.
fn inflated(packed: &[u8], left: u64) -> Result<u64, Fault> {
    let mut decoder = DeflateDecoder::new(packed);
    let mut buffer = [0; 1 << 14];
    let mut total = 0u64;
    let mut names = CellNames::default();
    loop {
        let read = decoder.read(&mut buffer).map_err(broken)?;
        if read == 0 {
            return Ok(total);
        }
        total += read as u64;
        if total > left {
            return Err(Fault::file(Problem::Inflates { limit: INTAKE_MAX_BYTES as u64 }));
        }
        names.check(&buffer[..read])?;
    }
}

/// Watches the names of cells and rows go by: `r` of `c` and `row`, `ref` of `dimension`.
#[derive(Default)]
struct CellNames {
    at: At,
    /// The tag's or attribute's name as far as it matters.
    name: Vec<u8>,
    is_cell: bool,
    /// Letters and digits of the name under way.
    letters: usize,
    digits: usize,
}

/// Where in the XML the next byte stands.
#[derive(Clone, Copy, Default, PartialEq)]
enum At {
    #[default]
    Text,
    /// In a tag's name.
    Tag,
    /// In an attribute's name, or behind it or its equals sign.
    Attribute,
    AfterAttribute,
    /// In quotes, to be watched or not.
    Quoted(u8, bool),
    /// In a comment or a section of plain characters, with this ending and this many bytes of it seen.
    Skipped(&'static [u8], usize),
}

impl CellNames {
    /// Names longer than this are none of those that are looked for.
    const LONGEST: usize = 16;

    fn check(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for &byte in bytes {
            self.step(byte)?;
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), Fault> {
        self.at = match self.at {
            At::Text if byte == b'<' => {
                self.name.clear();
                At::Tag
            }
            At::Text => At::Text,
            At::Tag | At::Attribute | At::AfterAttribute if byte == b'>' => At::Text,
            At::Tag if byte.is_ascii_whitespace() => {
                let local = self.name.rsplit(|&byte| byte == b':').next().unwrap_or_default();
                self.is_cell = [&b"c"[..], b"row", b"dimension"].contains(&local);
                self.name.clear();
                At::Attribute
            }
            At::Tag => {
                self.push(byte);
                match self.name.as_slice() {
                    b"!--" => At::Skipped(b"-->", 0),
                    b"![CDATA[" => At::Skipped(b"]]>", 0),
                    _ => At::Tag,
                }
            }
            At::Attribute | At::AfterAttribute if matches!(byte, b'"' | b'\'') => {
                (self.letters, self.digits) = (0, 0);
                At::Quoted(byte, self.is_cell && matches!(self.name.as_slice(), b"r" | b"ref"))
            }
            At::Attribute | At::AfterAttribute if byte == b'=' || byte.is_ascii_whitespace() => At::AfterAttribute,
            At::AfterAttribute => {
                self.name.clear();
                self.push(byte);
                At::Attribute
            }
            At::Attribute => {
                self.push(byte);
                At::Attribute
            }
            At::Quoted(quote, _) if byte == quote => At::AfterAttribute,
            At::Quoted(_, true) => {
                self.part_of_name(byte)?;
                self.at
            }
            quoted @ At::Quoted(_, false) => quoted,
            At::Skipped(end, seen) => match seen {
                _ if end[seen] == byte && seen + 1 == end.len() => At::Text,
                _ if end[seen] == byte => At::Skipped(end, seen + 1),
                // "--->" and "]]]>" end as well.
                2 if byte == end[0] => At::Skipped(end, 2),
                _ => At::Skipped(end, usize::from(byte == end[0])),
            },
        };
        Ok(())
    }

    fn push(&mut self, byte: u8) {
        if self.name.len() < Self::LONGEST {
            self.name.push(byte);
        }
    }

    /// At most three letters and seven digits, in this order: `XFD1048576` is the last cell of a sheet.
    fn part_of_name(&mut self, byte: u8) -> Result<(), Fault> {
        match byte {
            b':' => (self.letters, self.digits) = (0, 0),
            b'$' => {}
            _ if byte.is_ascii_alphabetic() && self.digits == 0 => self.letters += 1,
            _ if byte.is_ascii_digit() => self.digits += 1,
            _ => return Err(broken("a cell whose name is none")),
        }
        if self.letters > 3 || self.digits > 7 {
            return Err(broken("a cell beyond the last one of a sheet"));
        }
        Ok(())
    }
}
