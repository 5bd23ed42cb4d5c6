//! Plain text tables: comma, semicolon, bar or tab between cells.
//!
//! Invariant: a row has as many cells as the first one, empty cells at its end aside; anything else is an error with
//! its line.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::table::{Cell, Column, Row, Table};
use super::{MAX_FIELDS, MAX_VALUES};
use crate::error::{Fault, Problem};
use crate::imported::{TableFormat, Warning};
use crate::names;

/// Reads a table.
///
/// # Errors
/// Ragged rows, too many columns or cells, no row.
pub(super) fn read(text: &str) -> Result<Table, Fault> {
    let (delimiter, skip) = delimiter(text);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(&text.as_bytes()[skip..]);
    let mut header: Option<Vec<String>> = None;
    let mut table = Table {
        format: if delimiter == b'\t' { TableFormat::Tsv } else { TableFormat::Csv },
        columns: Vec::new(),
        rows: Vec::new(),
        keys: None,
        decimal_comma: delimiter != b',',
        warnings: Vec::new(),
    };
    let mut record = StringRecord::new();
    let mut cells = 0;
    loop {
        let at = skip + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !reader.read_record(&mut record).map_err(|error| csv_fault(at, &error))? {
            break;
        }
        let at = record.position().map_or(at, |p| skip + usize::try_from(p.byte()).unwrap_or(usize::MAX));
        if record.iter().all(str::is_empty) {
            continue;
        }
        cells += record.len();
        if cells > MAX_VALUES {
            return Err(Fault::row(at, Problem::TooManyValues { limit: MAX_VALUES }));
        }
        match &header {
            None => {
                if record.len() > MAX_FIELDS {
                    return Err(Fault::row(at, Problem::TooManyColumns { limit: MAX_FIELDS }));
                }
                if record.iter().any(|cell| names::is_video(cell) || names::sha256(cell).is_some()) {
                    table.warnings.push(Warning::NoHeader);
                    header = Some((1..=record.len()).map(|i| format!("column {i}")).collect());
                    table.rows.push(row(&record, at, record.len())?);
                } else {
                    header = Some(record.iter().map(str::to_owned).collect());
                }
            }
            Some(header) => table.rows.push(row(&record, at, header.len())?),
        }
    }
    table.columns = header.unwrap_or_default().into_iter().map(Column::new).collect();
    if table.rows.is_empty() { Err(Fault::file(Problem::NoRows)) } else { Ok(table) }
}

fn row(record: &StringRecord, at: usize, columns: usize) -> Result<Row, Fault> {
    if record.len() < columns || record.iter().skip(columns).any(|cell| !cell.is_empty()) {
        return Err(Fault::row(at, Problem::RaggedRow { found: record.len(), expected: columns }));
    }
    let cells = (0u16..)
        .zip(record.iter().take(columns))
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(column, cell)| (column, Cell::Text(cell.to_owned())))
        .collect();
    Ok(Row { at, cells })
}

fn csv_fault(at: usize, error: &csv::Error) -> Fault {
    // The text is UTF-8 and rows may be ragged, so that nothing but a reader's own limits can be left.
    Fault::row(at, Problem::UnknownShape { found: error.to_string(), expected: "rows of cells".to_owned() })
}

/// The cell separator and the number of bytes before the header.
///
/// A first line `sep=;` (which Excel writes and honours) says it; else the candidate that occurs most often in the first
/// line outside quotes.
pub(crate) fn delimiter(text: &str) -> (u8, usize) {
    let start = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let first = text[start..].split(['\r', '\n']).next().unwrap_or_default();
    if let Some(separator) = first.strip_prefix("sep=").map(str::as_bytes)
        && let [byte @ (b',' | b';' | b'\t' | b'|')] = separator
    {
        return (*byte, start + first.len());
    }
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in first.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some((_, count)) = counts.iter_mut().find(|(candidate, _)| *candidate == byte) {
            *count += 1;
        }
    }
    let mut best = counts[0];
    for candidate in counts {
        if candidate.1 > best.1 {
            best = candidate;
        }
    }
    (best.0, start)
}
