//! Plain JSON: rows, lines, or an object with one entry per clip.
//!
//! Invariant: nested objects become columns named by their path (`scores.quality`), lists of texts become labels, and all
//! else that is nested is marked as structured rather than guessed at.

use std::collections::BTreeMap;

use super::json::{Entry, Node, Value};
use super::table::{Cell, Column, Row, Table};
use super::{MAX_FIELDS, MAX_VALUES};
use crate::error::{Fault, Problem};
use crate::imported::TableFormat;
use crate::names;

const EXPECTED: &str = "IPV-Bench annotations, a list of objects with a clip column (\"clip\", \"video_name\", \"file\", …), one such \
                        object per line, or an object with one entry per clip";

/// Reads a table out of the document's values.
///
/// # Errors
/// When the values have no known shape, too many columns, or no row.
pub(super) fn read(values: &[Node<'_>], file_name: &str) -> Result<Table, Fault> {
    let table = match values {
        [root] => match root.value {
            Value::Array(elements) => objects(TableFormat::JsonRows, elements)?,
            Value::Object(entries) => object(root, entries, file_name)?,
            _ => return Err(unknown(root)),
        },
        lines => objects(TableFormat::JsonLines, lines)?,
    };
    if table.rows.is_empty() { Err(Fault::file(Problem::NoRows)) } else { Ok(table) }
}

fn unknown(node: &Node<'_>) -> Fault {
    Fault::byte(node.at(), Problem::UnknownShape { found: node.describe(), expected: EXPECTED.to_owned() })
}

fn objects(format: TableFormat, elements: &[Node<'_>]) -> Result<Table, Fault> {
    let mut builder = Builder::default();
    for element in elements {
        let entries = element.entries().ok_or_else(|| unknown(element))?;
        builder.row(element, entries)?;
    }
    Ok(builder.into_table(format, None))
}

fn object(root: &Node<'_>, entries: &[Entry<'_>], file_name: &str) -> Result<Table, Fault> {
    let is_list_of_objects = |node: &Node<'_>| {
        node.elements().is_some_and(|list| list.first().is_some_and(|first| first.entries().is_some()))
    };
    let is_simple = |node: &Node<'_>| !matches!(node.value, Value::Object(_)) && !is_list_of_objects(node);

    // One object that names its clip: JSON Lines of a single line.
    if entries.iter().all(|(_, node)| is_simple(node))
        && entries.iter().any(|(key, node)| names::is_clip_header(key) && node.text().is_some())
    {
        return objects(TableFormat::JsonLines, std::slice::from_ref(root));
    }
    // An envelope around one list of rows: {"version": 1, "annotations": [{…}, …]}.
    let mut lists = entries.iter().filter(|(_, node)| is_list_of_objects(node));
    if let (Some((_, list)), None) = (lists.next(), lists.next()) {
        return objects(TableFormat::JsonRows, list.elements().unwrap_or_default());
    }
    let keys = || entries.iter().map(|(key, _)| (*key).to_owned()).collect();
    if entries.iter().all(|(_, node)| node.entries().is_some()) {
        let mut builder = Builder::default();
        for (_, node) in entries {
            builder.row(node, node.entries().unwrap_or_default())?;
        }
        return Ok(builder.into_table(TableFormat::JsonKeyed, Some(keys())));
    }
    if let Some((_, odd)) = entries.iter().find(|(_, node)| matches!(cell(node), Cell::Structured)) {
        return Err(unknown(odd));
    }
    let rows = entries.iter().map(|(_, node)| Row { at: node.at(), cells: vec![(0, cell(node))] }).collect();
    Ok(Table {
        format: TableFormat::JsonKeyed,
        columns: vec![Column::new(names::stem(file_name).to_owned())],
        rows,
        keys: Some(keys()),
        decimal_comma: false,
        warnings: Vec::new(),
    })
}

fn cell(node: &Node<'_>) -> Cell {
    match node.value {
        Value::NotFinite => Cell::NotFinite,
        Value::Bool(value) => Cell::Bool(value),
        Value::Number(value) => Cell::Number(value),
        Value::Text(text) => Cell::Text(text.trim().to_owned()),
        Value::Null | Value::Array([]) => Cell::Null,
        Value::Array(elements) => {
            let labels: Option<Vec<String>> =
                elements.iter().map(|element| element.text().map(|text| text.trim().to_owned())).collect();
            match labels {
                Some(mut labels) => {
                    labels.sort();
                    labels.dedup();
                    Cell::Labels(labels)
                }
                None => Cell::Structured,
            }
        }
        Value::Object(_) => Cell::Structured,
    }
}

#[derive(Default)]
struct Builder {
    columns: Vec<Column>,
    places: BTreeMap<String, u16>,
    rows: Vec<Row>,
}

impl Builder {
    fn row(&mut self, node: &Node<'_>, entries: &[Entry<'_>]) -> Result<(), Fault> {
        let mut cells: BTreeMap<u16, Cell> = BTreeMap::new();
        self.cells("", entries, &mut cells)?;
        self.rows.push(Row { at: node.at(), cells: cells.into_iter().collect() });
        Ok(())
    }

    /// The reader has bounded the depth, so the recursion ends.
    fn cells(&mut self, path: &str, entries: &[Entry<'_>], cells: &mut BTreeMap<u16, Cell>) -> Result<(), Fault> {
        for (key, node) in entries {
            let name = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
            if let Some(children) = node.entries() {
                self.cells(&name, children, cells)?;
                continue;
            }
            let column = match self.places.get(&name) {
                Some(&column) => column,
                None => {
                    let limit = Problem::TooManyColumns { limit: MAX_FIELDS };
                    let column = u16::try_from(self.columns.len())
                        .ok()
                        .filter(|&column| usize::from(column) < MAX_FIELDS)
                        .ok_or(Fault::byte(node.at(), limit))?;
                    self.columns.push(Column::new(name.clone()));
                    self.places.insert(name, column);
                    column
                }
            };
            cells.insert(column, cell(node));
        }
        Ok(())
    }

    fn into_table(self, format: TableFormat, keys: Option<Vec<String>>) -> Table {
        debug_assert!(self.rows.len() <= MAX_VALUES, "the reader bounds the number of values");
        Table { format, columns: self.columns, rows: self.rows, keys, decimal_comma: false, warnings: Vec::new() }
    }
}
