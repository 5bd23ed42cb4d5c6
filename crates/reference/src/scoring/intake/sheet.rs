//! Rows and columns, wherever they come from: separated values, JSON rows or a workbook.
//!
//! Invariants: a sheet has `columns × rows` cells and at most [`INTAKE_MAX_VALUES`] of them; texts are those of the file,
//! untrimmed.

use std::borrow::Cow;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::build::{Source, finite};
use super::{Container, INTAKE_MAX_BYTES, INTAKE_MAX_VALUES};
use crate::error::{Fault, FoundColumn, Problem, shown};
use crate::hash::FastMap;
use crate::importers::MAX_FIELDS;
use crate::importers::delimited::delimiter;
use crate::importers::json::{Entry, Node, Value};

/// A cell.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    /// Empty, null, or absent from the row.
    Missing,
    Text(&'a str),
    /// Anything else that JSON has, as its node.
    Node(&'a Node<'a>),
}

/// A table.
pub(super) struct Sheet<'a> {
    pub(super) container: Container,
    pub(super) columns: Vec<Cow<'a, str>>,
    cells: Vec<Cell<'a>>,
    /// The line or row of each row in its file, counted from 1.
    lines: Vec<u32>,
}

impl<'a> Sheet<'a> {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// A row's cells.
    pub(super) fn row(&self, row: usize) -> &[Cell<'a>] {
        &self.cells[row * self.columns.len()..(row + 1) * self.columns.len()]
    }

    /// A row's line.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.lines[row]
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> Cell<'a> {
        self.cells[row * self.columns.len() + column]
    }

    /// The columns with their first few values.
    pub(super) fn found(&self, text: &str) -> Vec<FoundColumn> {
        const EXAMPLES: usize = 3;
        const LOOKED_AT: usize = 50;
        let found = |(index, name): (usize, &Cow<'a, str>)| {
            let rows = 0..self.len().min(LOOKED_AT);
            let values = rows.filter_map(|row| self.cell(row, index).text(text));
            FoundColumn { name: shown(name), examples: values.take(EXAMPLES).map(shown).collect() }
        };
        self.columns.iter().enumerate().map(found).collect()
    }
}

impl<'a> Cell<'a> {
    /// The value as text, other JSON values as they are written; `None` where it is missing or not finite.
    pub(super) fn text<'t>(&self, text: &'t str) -> Option<&'t str>
    where
        'a: 't,
    {
        match *self {
            Self::Missing => None,
            Self::Text(value) => Some(value),
            Self::Node(node) => match node.value {
                Value::Null | Value::NotFinite => None,
                Value::Text(value) => Some(value),
                _ => Some(node.raw(text)),
            },
        }
    }

    /// The value as a finite number.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Text(value) => finite(value),
            Self::Node(node) => super::build::number(node),
        }
    }

    pub(super) const fn node(&self) -> Option<&'a Node<'a>> {
        match self {
            Self::Node(node) => Some(node),
            _ => None,
        }
    }

    pub(super) const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

/// Cells of text, one after the other: what separated values and workbooks are read into.
pub(super) struct Cells {
    container: Container,
    columns: Vec<String>,
    text: Arc<String>,
    /// Where each cell ends in `text`.
    ends: Vec<u32>,
    lines: Vec<u32>,
}

impl Cells {
    pub(super) fn new(container: Container) -> Self {
        Self { container, columns: Vec::new(), text: Arc::default(), ends: Vec::new(), lines: Vec::new() }
    }

    /// Adds a row; the first one is the header. Empty rows are left out, empty cells at a row's end do not count.
    pub(super) fn push<'r>(
        &mut self,
        cells: impl Iterator<Item = &'r str> + Clone,
        line: u32,
        at: usize,
    ) -> Result<(), Fault> {
        if cells.clone().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if self.columns.is_empty() {
            self.columns.extend(cells.map(|cell| cell.trim().to_owned()));
            while self.columns.last().is_some_and(String::is_empty) {
                self.columns.pop();
            }
            if self.columns.len() > MAX_FIELDS {
                return Err(Fault::row(at, Problem::TooManyColumns { limit: MAX_FIELDS }));
            }
            return Ok(());
        }
        let expected = self.columns.len();
        let mut found = 0;
        // Nobody else has the text before the last row is in it.
        let text = Arc::make_mut(&mut self.text);
        for cell in cells {
            found += 1;
            if found <= expected {
                text.push_str(cell);
                self.ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            } else if !cell.is_empty() {
                return Err(Fault::row(at, Problem::RaggedRow { found, expected }));
            }
        }
        if found < expected {
            return Err(Fault::row(at, Problem::RaggedRow { found, expected }));
        }
        if self.ends.len() > INTAKE_MAX_VALUES {
            return Err(Fault::row(at, Problem::TooManyValues { limit: INTAKE_MAX_VALUES }));
        }
        // A workbook may name one long text in every cell.
        if self.text.len() > INTAKE_MAX_BYTES {
            return Err(Fault::file(Problem::TooLarge { bytes: self.text.len(), limit: INTAKE_MAX_BYTES }));
        }
        self.lines.push(line);
        Ok(())
    }

    /// The texts of all cells, one after the other.
    pub(super) const fn text(&self) -> &Arc<String> {
        &self.text
    }

    /// The columns that the header has.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The cells in their places.
    pub(super) fn sheet(&self) -> Sheet<'_> {
        let mut from = 0;
        let cells = self
            .ends
            .iter()
            .map(|&end| {
                let cell = &self.text[from..end as usize];
                from = end as usize;
                if cell.is_empty() { Cell::Missing } else { Cell::Text(cell) }
            })
            .collect();
        let columns = self.columns.iter().map(|column| Cow::Borrowed(column.as_str())).collect();
        Sheet { container: self.container, columns, cells, lines: self.lines.clone() }
    }
}

/// Reads separated values: comma, semicolon, bar or tab.
///
/// # Errors
/// Ragged rows, too many columns or cells, no row.
pub(super) fn delimited(text: &str) -> Result<Cells, Fault> {
    let (separator, skip) = delimiter(text);
    let skipped = text.as_bytes()[..skip].iter().filter(|&&byte| byte == b'\n').count() as u64;
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(&text.as_bytes()[skip..]);
    let mut cells = Cells::new(if separator == b'\t' { Container::Tsv } else { Container::Csv });
    let mut record = StringRecord::new();
    loop {
        let more = reader.read_record(&mut record).map_err(|error| {
            let at = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
            // The text is UTF-8 and rows may be ragged, so that nothing but a reader's own limits can be left.
            Fault::row(
                at.saturating_add(skip),
                Problem::UnknownShape { found: error.to_string(), expected: "rows of cells".to_owned() },
            )
        })?;
        if !more {
            break;
        }
        let (line, at) = record.position().map_or((1, 0), |position| (position.line(), position.byte()));
        let at = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(skip);
        cells.push(record.iter(), u32::try_from(line + skipped).unwrap_or(u32::MAX), at)?;
    }
    if cells.is_empty() { Err(Fault::file(Problem::NoRows)) } else { Ok(cells) }
}

const EXPECTED: &str = "questions, predictions, verdicts, ratings or scores in one of the known formats, a list of objects, one \
                        object per line, or an object with one entry per item";

fn unknown(node: &Node<'_>) -> Fault {
    Fault::byte(node.at(), Problem::UnknownShape { found: node.describe(), expected: EXPECTED.to_owned() })
}

/// Reads JSON values as rows: a list of objects, one object per line, an envelope around one list, or one entry per key.
///
/// # Errors
/// When the values have no such shape.
pub(super) fn rows<'a>(source: &Source<'_>, values: &'a [Node<'a>]) -> Result<Sheet<'a>, Fault> {
    let has_rows = |node: &Node<'_>| {
        node.elements().is_some_and(|list| list.first().is_some_and(|first| first.entries().is_some()))
    };
    match values {
        [] => Err(Fault::file(Problem::Empty)),
        [root] => match root.value {
            Value::Array(elements) if has_rows(root) => table(source, Container::Json, None, elements.iter()),
            Value::Object(entries) => {
                let mut lists = entries.iter().filter(|(_, node)| has_rows(node));
                if let (Some((_, list)), None) = (lists.next(), lists.next()) {
                    return table(source, Container::Json, None, list.elements().unwrap_or_default().iter());
                }
                keyed(source, root, entries)
            }
            _ => Err(unknown(root)),
        },
        lines => table(source, Container::JsonLines, None, lines.iter()),
    }
}

fn keyed<'a>(source: &Source<'_>, root: &'a Node<'a>, entries: &'a [Entry<'a>]) -> Result<Sheet<'a>, Fault> {
    if entries.is_empty() {
        return Err(unknown(root));
    }
    if entries.iter().all(|(_, node)| node.entries().is_some()) {
        let keys: Vec<&str> = entries.iter().map(|(key, _)| *key).collect();
        return table(source, Container::JsonKeyed, Some(&keys), entries.iter().map(|(_, node)| node));
    }
    let is_simple = |node: &Node<'_>| !matches!(node.value, Value::Object(_) | Value::Array(_));
    if let Some((_, odd)) = entries.iter().find(|(_, node)| !is_simple(node)) {
        return Err(unknown(odd));
    }
    // One object of plain members that look like a row's is a table of one line.
    const ROW: [&str; 6] = ["prediction", "pred", "response", "answer", "question", "output"];
    if entries.iter().any(|(key, _)| ROW.contains(key)) {
        return table(source, Container::JsonLines, None, std::slice::from_ref(root).iter());
    }
    let mut lines = source.lines();
    let cells = entries.iter().flat_map(|(key, node)| [Cell::Text(key), of(node)]).collect();
    let lines = entries.iter().map(|(_, node)| lines.of(node.at())).collect();
    let columns = vec![Cow::Borrowed(KEY), Cow::Borrowed(VALUE)];
    Ok(Sheet { container: Container::JsonKeyed, columns, cells, lines })
}

/// The column of an object's keys.
pub(super) const KEY: &str = "(key)";
/// The column of an object's plain values.
pub(super) const VALUE: &str = "(value)";

fn of<'a>(node: &'a Node<'a>) -> Cell<'a> {
    match node.value {
        Value::Null | Value::NotFinite => Cell::Missing,
        Value::Text(text) => Cell::Text(text),
        _ => Cell::Node(node),
    }
}

fn table<'a>(
    source: &Source<'_>,
    container: Container,
    keys: Option<&[&'a str]>,
    nodes: impl ExactSizeIterator<Item = &'a Node<'a>> + Clone,
) -> Result<Sheet<'a>, Fault> {
    let mut columns: Vec<Cow<'a, str>> = keys.iter().map(|_| Cow::Borrowed(KEY)).collect();
    let mut places: FastMap<&str, usize> = FastMap::default();
    // The columns first, so that each row can be laid out at once.
    for node in nodes.clone() {
        let entries = node.entries().ok_or_else(|| unknown(node))?;
        for (i, (key, _)) in entries.iter().enumerate() {
            // Rows mostly have the same keys in the same order.
            if columns.get(i + usize::from(keys.is_some())).is_some_and(|column| column == key)
                || places.contains_key(key)
            {
                continue;
            }
            if columns.len() == MAX_FIELDS {
                return Err(Fault::byte(node.at(), Problem::TooManyColumns { limit: MAX_FIELDS }));
            }
            places.insert(key, columns.len());
            columns.push(Cow::Borrowed(key));
        }
    }
    let total = columns.len().saturating_mul(nodes.len());
    if total > INTAKE_MAX_VALUES {
        return Err(Fault::file(Problem::TooManyValues { limit: INTAKE_MAX_VALUES }));
    }
    let mut cells = vec![Cell::Missing; total];
    let mut counter = source.lines();
    let mut lines = Vec::with_capacity(nodes.len());
    for (row, node) in nodes.enumerate() {
        let cells = &mut cells[row * columns.len()..(row + 1) * columns.len()];
        let offset = match keys {
            Some(keys) => {
                cells[0] = Cell::Text(keys[row]);
                1
            }
            None => 0,
        };
        for (i, (key, value)) in node.entries().unwrap_or_default().iter().enumerate() {
            let expected = i + offset;
            let place = match columns.get(expected) {
                Some(column) if column == key => Some(expected),
                _ => places.get(key).copied(),
            };
            if let Some(place) = place {
                cells[place] = of(value);
            }
        }
        lines.push(counter.of(node.at()));
    }
    Ok(Sheet { container, columns, cells, lines })
}
