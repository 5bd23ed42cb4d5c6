//! From rows and columns to annotations: which column names the clip, and what kind of values the others hold.
//!
//! Invariant: a column has one kind, decided by all its values together, and a value that does not fit it cannot exist;
//! where values disagree the column falls back to text.

use std::collections::{BTreeMap, BTreeSet};

use reelcheck_types::{Annotation, AnnotationValue, ClipKey};

use super::fields::Fields;
use super::{Content, MAX_LABELS};
use crate::error::{Fault, Place, Problem, shown};
use crate::imported::{ColumnIgnored, FieldKind, Recognised, SameClip, TableFormat, Warning};
use crate::names;

/// The longest text that counts as a label, in characters.
const LONGEST_LABEL: usize = 64;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    NotFinite,
    Bool(bool),
    Number(f64),
    /// Trimmed.
    Text(String),
    /// Sorted, each once.
    Labels(Vec<String>),
    Structured,
}

/// A row: where it starts, and its cells in ascending order of columns. What is absent is missing.
pub(super) struct Row {
    pub(super) at: usize,
    pub(super) cells: Vec<(u16, Cell)>,
}

impl Row {
    fn cell(&self, column: usize) -> Option<&Cell> {
        let index = self.cells.binary_search_by_key(&column, |(c, _)| usize::from(*c)).ok()?;
        Some(&self.cells[index].1)
    }
}

/// A column.
pub(super) struct Column {
    header: String,
}

impl Column {
    pub(super) const fn new(header: String) -> Self {
        Self { header }
    }
}

/// A table as it was written.
pub(super) struct Table {
    pub(super) format: TableFormat,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    /// The rows' own keys, if they have some.
    pub(super) keys: Option<Vec<String>>,
    /// Whether a comma inside a number can only be a decimal comma.
    pub(super) decimal_comma: bool,
    pub(super) warnings: Vec<Warning>,
}

/// What names a row's clip.
enum Naming {
    Keys,
    Column(usize),
}

/// Reads annotations out of a table.
///
/// # Errors
/// When nothing names the clips, a hash is no hash, or no column has values that can be used.
pub(super) fn interpret(mut table: Table, file_name: &str, text: &str) -> Result<Content, Fault> {
    let line = |at| Place::of(text.as_bytes(), at).line;
    let mut warnings = std::mem::take(&mut table.warnings);
    let hash_column = table.columns.iter().position(|column| names::is_hash_header(&column.header));
    let naming = naming(&table, hash_column, &mut warnings)?;
    let clips = clip_keys(&table, &naming, line, &mut warnings)?;

    let mut fields = Fields::new(&[]);
    let mut not_finite: Option<(usize, usize)> = None;
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (index, column) in table.columns.iter().enumerate() {
        if Some(index) == hash_column || matches!(naming, Naming::Column(clip) if clip == index) {
            continue;
        }
        let cells = || table.rows.iter().zip(&clips).filter(|(_, clip)| clip.is_some()).map(|(row, _)| row.cell(index));
        let kind = if column.header.trim().is_empty() {
            Err(ColumnIgnored::Unnamed)
        } else {
            ColumnKind::infer(&cells(), table.decimal_comma)
        };
        let kind = match kind {
            Ok(kind) => kind,
            Err(why) => {
                warnings.push(Warning::ColumnIgnored { column: shown(&column.header), why });
                continue;
            }
        };
        if kind.decimal_comma {
            warnings.push(Warning::DecimalComma { column: shown(&column.header) });
        }
        let name = field_name(&column.header, file_name, &mut taken);
        let field = fields.add(&name, kind.kind);
        for (row, clip) in table.rows.iter().zip(&clips) {
            let Some(clip) = clip else { continue };
            let cell = row.cell(index);
            if cell.is_some_and(|cell| is_not_finite(cell) && kind.kind != FieldKind::Text) {
                let first = not_finite.map_or(row.at, |(_, at)| at);
                not_finite = Some((not_finite.map_or(1, |(count, _)| count + 1), first.min(row.at)));
            }
            match cell.and_then(|cell| kind.value(cell)) {
                Some(value) => fields.push(field, Annotation { clip: clip.clone(), field: name.clone(), value }),
                None => fields.missing(field),
            }
        }
    }
    if let Some((count, at)) = not_finite {
        warnings.push(Warning::NotFinite { count, line: line(at) });
    }
    let clip_column = match naming {
        Naming::Keys => None,
        Naming::Column(column) => Some(table.columns[column].header.clone()),
    };
    let same_clips = same_clips(&table, &clips, hash_column);
    let recognised = Recognised::Table { format: table.format, clip_column, rows: table.rows.len() };
    let content = Content { same_clips, warnings, ..fields.into_content(recognised) };
    if content.fields.is_empty() {
        let clip_column = match naming {
            Naming::Keys => "the key".to_owned(),
            Naming::Column(column) => shown(&table.columns[column].header),
        };
        return Err(Fault::file(Problem::NoValueColumn { clip_column }));
    }
    Ok(content)
}

fn naming(table: &Table, hash_column: Option<usize>, warnings: &mut Vec<Warning>) -> Result<Naming, Fault> {
    if let Some(keys) = &table.keys
        && keys.iter().all(|key| names::is_video(key) || names::sha256(key).is_some())
    {
        return Ok(Naming::Keys);
    }
    let by_header = table
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, column)| names::clip_header_rank(&column.header).map(|rank| (rank, index)))
        .min();
    if let Some((_, index)) = by_header {
        return Ok(Naming::Column(index));
    }
    if let Some(index) = hash_column {
        return Ok(Naming::Column(index));
    }
    if table.keys.is_some() {
        return Ok(Naming::Keys);
    }
    let names_clips = |index: &usize| {
        let mut texts = table.rows.iter().filter_map(|row| row.cell(*index)).peekable();
        texts.peek().is_some()
            && texts.all(|cell| matches!(cell, Cell::Text(t) if names::is_video(t) || names::sha256(t).is_some()))
    };
    match (0..table.columns.len()).find(names_clips) {
        Some(index) => {
            warnings.push(Warning::ClipColumnGuessed { column: shown(&table.columns[index].header) });
            Ok(Naming::Column(index))
        }
        None => {
            let found = table.columns.iter().map(|column| shown(&column.header)).collect();
            Err(Fault::file(Problem::NoClipColumn { found }))
        }
    }
}

/// The clip of each row; `None` where the row names none.
fn clip_keys(
    table: &Table,
    naming: &Naming,
    line: impl Fn(usize) -> usize,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Option<ClipKey>>, Fault> {
    let mut without: Option<(usize, usize)> = None;
    let mut clips = Vec::with_capacity(table.rows.len());
    for (index, row) in table.rows.iter().enumerate() {
        let (name, what, hashes) = match naming {
            Naming::Keys => (table.keys.as_ref().and_then(|keys| keys.get(index)).cloned(), "the key", false),
            Naming::Column(column) => {
                let header = table.columns[*column].header.as_str();
                let name = match row.cell(*column) {
                    Some(Cell::Text(text)) => Some(text.clone()),
                    Some(Cell::Number(number)) => Some(number.to_string()),
                    None | Some(Cell::Null) => None,
                    Some(_) => {
                        return Err(Fault::row(
                            row.at,
                            Problem::BadValue {
                                what: format!("column {:?}", shown(header)),
                                found: "a value that is no name".to_owned(),
                                expected: "the clip's file name".to_owned(),
                            },
                        ));
                    }
                };
                (name, header, names::is_hash_header(header))
            }
        };
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
            without = Some(without.map_or((1, row.at), |(count, at)| (count + 1, at)));
            clips.push(None);
            continue;
        };
        clips.push(Some(match (names::sha256(&name), hashes) {
            (Some(hash), _) => ClipKey::Sha256(hash),
            (None, false) => ClipKey::Name(name),
            (None, true) => {
                return Err(Fault::row(
                    row.at,
                    Problem::BadValue {
                        what: format!("column {:?}", shown(what)),
                        found: format!("the text {:?}", shown(&name)),
                        expected: "a SHA-256 of 64 hexadecimal digits".to_owned(),
                    },
                ));
            }
        }));
    }
    if let Some((count, at)) = without {
        warnings.push(Warning::RowsWithoutClip { count, line: line(at) });
    }
    Ok(clips)
}

/// The hashes of clips that are named otherwise. A text that is no hash says nothing and is passed over.
fn same_clips(table: &Table, clips: &[Option<ClipKey>], hash_column: Option<usize>) -> Vec<SameClip> {
    let Some(hash_column) = hash_column else { return Vec::new() };
    let of_row = |(row, clip): (&Row, &Option<ClipKey>)| match (row.cell(hash_column), clip) {
        (Some(Cell::Text(hash)), Some(ClipKey::Name(name))) => {
            names::sha256(hash).map(|sha256| SameClip { name: name.clone(), sha256 })
        }
        _ => None,
    };
    table.rows.iter().zip(clips).filter_map(of_row).collect()
}

/// The column's name, with the file's in front if it says nothing of what was asked, and unlike all names before it.
fn field_name(header: &str, file_name: &str, taken: &mut BTreeSet<String>) -> String {
    let header = header.trim();
    let stem = names::stem(file_name);
    let name = if names::is_bland(header) && !stem.is_empty() && stem != header {
        format!("{stem}.{header}")
    } else {
        header.to_owned()
    };
    let mut unique = name.clone();
    let mut count = 1;
    while !taken.insert(unique.clone()) {
        count += 1;
        unique = format!("{name} ({count})");
    }
    unique
}

/// What a column holds, and how its cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ColumnKind {
    kind: FieldKind,
    decimal_comma: bool,
    /// Whether `none` is a missing value here; among labels it is one.
    none_is_missing: bool,
}

impl ColumnKind {
    fn infer<'a>(
        cells: &(impl Iterator<Item = Option<&'a Cell>> + Clone),
        decimal_comma: bool,
    ) -> Result<Self, ColumnIgnored> {
        let present = || cells.clone().flatten().filter(|cell| !is_missing(cell) && !is_not_finite(cell));
        if present().any(|cell| *cell == Cell::Structured) {
            return Err(ColumnIgnored::Structured);
        }
        if present().any(|cell| matches!(cell, Cell::Labels(_))) {
            return labels_column(present());
        }
        let without_none = || present().filter(|cell| !is_none(cell));
        if let Some(kind) = plain_kind(without_none, decimal_comma) {
            return Ok(Self { none_is_missing: true, ..kind });
        }
        if cells.clone().flatten().all(is_missing) {
            return Err(ColumnIgnored::Empty);
        }
        let rows = present().count();
        let mut labels: BTreeMap<String, ()> = BTreeMap::new();
        for cell in present() {
            let text = as_text(cell);
            if text.chars().take(LONGEST_LABEL + 1).count() > LONGEST_LABEL || labels.len() > MAX_LABELS {
                labels.clear();
                break;
            }
            labels.insert(text, ());
        }
        // Few values that come again are labels; values that are nearly all different are remarks.
        let few = !labels.is_empty() && labels.len() <= MAX_LABELS && labels.len() <= (rows / 2).max(8);
        let kind = if few { FieldKind::Labels } else { FieldKind::Text };
        Ok(Self { kind, decimal_comma: false, none_is_missing: false })
    }

    fn value(self, cell: &Cell) -> Option<AnnotationValue> {
        if is_missing(cell) || (self.none_is_missing && is_none(cell)) {
            return None;
        }
        match self.kind {
            FieldKind::Number => number(cell, self.decimal_comma).map(AnnotationValue::Number),
            FieldKind::Binary => binary(cell).map(AnnotationValue::Binary),
            FieldKind::Labels => match cell {
                Cell::Labels(labels) => Some(AnnotationValue::Labels(labels.clone())),
                Cell::NotFinite | Cell::Structured | Cell::Null => None,
                other => Some(AnnotationValue::Labels(vec![as_text(other)])),
            },
            FieldKind::Text => match cell {
                Cell::NotFinite | Cell::Structured | Cell::Null | Cell::Labels(_) => None,
                other => Some(AnnotationValue::Text(as_text(other))),
            },
        }
    }
}

fn labels_column<'a>(cells: impl Iterator<Item = &'a Cell>) -> Result<ColumnKind, ColumnIgnored> {
    let mut labels = BTreeSet::new();
    for cell in cells {
        match cell {
            Cell::Labels(several) => labels.extend(several.iter().map(String::as_str)),
            Cell::Text(one) => {
                labels.insert(one);
            }
            _ => return Err(ColumnIgnored::Structured),
        }
        if labels.len() > MAX_LABELS {
            return Err(ColumnIgnored::TooManyLabels);
        }
    }
    Ok(ColumnKind { kind: FieldKind::Labels, decimal_comma: false, none_is_missing: false })
}

/// Binary or numeric, if all cells are one of them.
fn plain_kind<'a, I: Iterator<Item = &'a Cell>>(cells: impl Fn() -> I, decimal_comma: bool) -> Option<ColumnKind> {
    cells().next()?;
    let kind = |kind, decimal_comma| Some(ColumnKind { kind, decimal_comma, none_is_missing: false });
    if cells().all(|cell| binary(cell).is_some()) {
        let said = |value| cells().any(|cell| binary(cell) == Some(value));
        // A column of nothing but ones may well be a rating that never varied.
        if cells().any(|cell| number(cell, false).is_none()) || (said(true) && said(false)) {
            return kind(FieldKind::Binary, false);
        }
    }
    if cells().all(|cell| number(cell, false).is_some()) {
        return kind(FieldKind::Number, false);
    }
    if decimal_comma && cells().all(|cell| number(cell, true).is_some()) {
        return kind(FieldKind::Number, true);
    }
    None
}

fn is_missing(cell: &Cell) -> bool {
    match cell {
        Cell::Null => true,
        Cell::Text(text) => ["", "-", "na", "n/a", "nan", "null"].iter().any(|token| text.eq_ignore_ascii_case(token)),
        _ => false,
    }
}

fn is_none(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.eq_ignore_ascii_case("none"))
}

/// Infinities, and JSON's NaN. The word `nan` in a table is how many programs write a missing value, and no cause to warn.
fn is_not_finite(cell: &Cell) -> bool {
    match cell {
        Cell::NotFinite => true,
        Cell::Text(text) => text.parse::<f64>().is_ok_and(f64::is_infinite),
        _ => false,
    }
}

fn number(cell: &Cell, decimal_comma: bool) -> Option<f64> {
    let parsed = match cell {
        Cell::Number(number) => *number,
        Cell::Text(text) if decimal_comma && is_decimal_comma(text) => text.replace(',', ".").parse().ok()?,
        Cell::Text(text) => text.parse().ok()?,
        _ => return None,
    };
    parsed.is_finite().then_some(parsed)
}

/// Digits, one comma, digits.
fn is_decimal_comma(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.split_once(',').is_some_and(|(whole, fraction)| digits(whole) && digits(fraction))
}

fn binary(cell: &Cell) -> Option<bool> {
    let is = |text: &str, words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match cell {
        Cell::Bool(value) => Some(*value),
        Cell::Number(number) if number.abs() < f64::EPSILON => Some(false),
        Cell::Number(number) if (number - 1.0).abs() < f64::EPSILON => Some(true),
        Cell::Text(text) if is(text, ["yes", "true", "1", "1.0"]) => Some(true),
        Cell::Text(text) if is(text, ["no", "false", "0", "0.0"]) => Some(false),
        _ => None,
    }
}

fn as_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => super::fields::yes_no(*value).to_owned(),
        Cell::Labels(labels) => labels.join(", "),
        Cell::Null | Cell::NotFinite | Cell::Structured => String::new(),
    }
}
