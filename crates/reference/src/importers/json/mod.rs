//! JSON with a place for every value.
//!
//! Reads what annotation tools write: one document or one per line, with Python's `NaN` and `Infinity`, repeated keys
//! kept, and texts borrowed from the file wherever they have no escapes. The values lie one after the other in an
//! [`Arena`], so that a million rows are a few allocations. Invariants: recursion ends at [`Limits::depth`], memory at
//! [`Limits::values`]. What the values mean is left to the importers.

mod cursor;

use jiter::JsonErrorType;

use crate::error::{Fault, Problem, shown};
use crate::hash::FastSet;
use cursor::Cursor;

/// Where the values of a document lie.
pub(crate) type Arena = bumpalo::Bump;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most values.
    pub(crate) values: usize,
    /// The deepest nesting.
    pub(crate) depth: usize,
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Node<'a> {
    /// The byte offset at which it starts. At most 2³² − 1: files are far smaller.
    at: u32,
    /// The byte offset at which it has ended.
    end: u32,
    pub(crate) value: Value<'a>,
}

/// A JSON value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    /// NaN, an infinity, or a number beyond the range of `f64`.
    NotFinite,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    Array(&'a [Node<'a>]),
    /// Entries in the file's order, repeated keys included.
    Object(&'a [Entry<'a>]),
}

/// A key of an object and its value.
pub(crate) type Entry<'a> = (&'a str, Node<'a>);

impl<'a> Node<'a> {
    /// The byte offset at which the value starts.
    pub(crate) const fn at(&self) -> usize {
        self.at as usize
    }

    /// The value as it is written, out of the text that it was read from.
    pub(crate) fn raw<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.at as usize..self.end as usize).unwrap_or_default()
    }

    /// The text, if the value is one.
    pub(crate) const fn text(&self) -> Option<&'a str> {
        match self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if the value is an object.
    pub(crate) const fn entries(&self) -> Option<&'a [Entry<'a>]> {
        match self.value {
            Value::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements, if the value is an array.
    pub(crate) const fn elements(&self) -> Option<&'a [Self]> {
        match self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entry of an object; the last one if the key is repeated, as JavaScript and Python have it.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Self> {
        self.entries()?.iter().rev().find(|(k, _)| *k == key).map(|(_, node)| node)
    }

    /// What stands there, for a message.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::NotFinite => "a number that is not finite".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => format!("the number {value}"),
            Value::Text(text) => format!("the text {:?}", shown(text)),
            Value::Array([]) => "an empty list".to_owned(),
            Value::Array(elements) => format!("a list of {} values", elements.len()),
            Value::Object([]) => "an empty object".to_owned(),
            Value::Object(entries) => {
                let keys: Vec<String> = entries.iter().take(4).map(|(key, _)| format!("{:?}", shown(key))).collect();
                let more = if entries.len() > 4 { ", …" } else { "" };
                format!("an object with the keys {}{more}", keys.join(", "))
            }
        }
    }
}

/// What a text holds.
pub(crate) struct Document<'a> {
    /// The values: one for a JSON document, any number for JSON Lines.
    pub(crate) values: &'a [Node<'a>],
    /// The first repeated key with the place of its second value, and how many there are.
    pub(crate) repeated: Option<(String, usize, usize)>,
}

/// Reads one JSON document, or several one after the other.
///
/// # Errors
/// Broken JSON, too deep, or too many values.
pub(crate) fn read<'a>(text: &'a str, arena: &'a Arena, limits: Limits) -> Result<Document<'a>, Fault> {
    let mut reader = Reader {
        arena,
        cursor: Cursor::new(text, arena),
        limits,
        left: limits.values,
        nodes: Vec::new(),
        entries: Vec::new(),
        repeated: None,
    };
    while !reader.cursor.is_at_end() {
        let value = reader.value(limits.depth)?;
        reader.nodes.push(value);
    }
    Ok(Document { values: arena.alloc_slice_copy(&reader.nodes), repeated: reader.repeated })
}

struct Reader<'a> {
    arena: &'a Arena,
    cursor: Cursor<'a>,
    limits: Limits,
    /// Values that may still come.
    left: usize,
    /// The elements of the arrays, and the entries of the objects, that are under way: those of an inner one stand above
    /// those of the outer ones.
    nodes: Vec<Node<'a>>,
    entries: Vec<Entry<'a>>,
    repeated: Option<(String, usize, usize)>,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        let first = self.cursor.peek().ok_or_else(|| self.cursor.fault(&JsonErrorType::EofWhileParsingValue))?;
        let at = self.cursor.at();
        if depth == 0 {
            return Err(Fault::byte(at, Problem::TooDeep { limit: self.limits.depth }));
        }
        let limit = self.limits.values;
        self.left = self.left.checked_sub(1).ok_or_else(|| Fault::byte(at, Problem::TooManyValues { limit }))?;
        let value = match first {
            b'"' => Value::Text(self.cursor.string()?),
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            _ => self.cursor.scalar()?,
        };
        let end = self.cursor.at();
        Ok(Node { at: u32::try_from(at).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX), value })
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        let from = self.nodes.len();
        let mut more = self.cursor.open_array()?;
        while more {
            let value = self.value(depth - 1)?;
            self.nodes.push(value);
            more = self.cursor.step_array()?;
        }
        let elements = self.arena.alloc_slice_copy(&self.nodes[from..]);
        self.nodes.truncate(from);
        Ok(Value::Array(elements))
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        let from = self.entries.len();
        let mut next = self.cursor.open_object()?;
        while let Some(key) = next {
            let value = self.value(depth - 1)?;
            self.entries.push((key, value));
            next = self.cursor.step_object()?;
        }
        let entries: &'a [Entry<'a>] = self.arena.alloc_slice_copy(&self.entries[from..]);
        self.entries.truncate(from);
        self.note_repeated(entries);
        Ok(Value::Object(entries))
    }

    fn note_repeated(&mut self, entries: &[Entry<'_>]) {
        // Objects of a few entries, such as the rows of a table, are compared in place.
        const FEW: usize = 8;
        if entries.len() <= FEW
            && !entries.iter().enumerate().any(|(i, (key, _))| entries[..i].iter().any(|(other, _)| other == key))
        {
            return;
        }
        // Most files repeat nothing: keys that ascend do not, and of others a set says so sooner than an order.
        if entries.is_sorted_by(|(a, _), (b, _)| (a.len(), *a) < (b.len(), *b)) {
            return;
        }
        let mut keys: FastSet<&str> = FastSet::with_capacity_and_hasher(entries.len(), Default::default());
        if entries.iter().all(|(key, _)| keys.insert(key)) {
            return;
        }
        let mut seen: Vec<(&str, usize)> = entries.iter().map(|(key, node)| (*key, node.at())).collect();
        seen.sort_unstable();
        for pair in seen.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let (key, at) = pair[1];
            match &mut self.repeated {
                Some((_, _, count)) => *count += 1,
                none => *none = Some((key.to_owned(), at, 1)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { values: 1000, depth: 32 };

    fn one<'a>(text: &'a str, arena: &'a Arena) -> Node<'a> {
        let values = read(text, arena, LIMITS).map_err(|fault| format!("{fault:?}")).unwrap().values;
        assert_eq!(values.len(), 1);
        values[0]
    }

    #[test]
    fn values_know_their_place() {
        let arena = Arena::new();
        let node = one(r#" {"a": [1, "x"], "b": NaN, "b": -Infinity, "c": 1e999}"#, &arena);
        assert_eq!(node.at(), 1);
        let a = node.get("a").and_then(Node::elements).unwrap();
        assert_eq!((a[0].at(), a[1].at()), (8, 11));
        assert_eq!(node.get("b").unwrap().value, Value::NotFinite);
        assert_eq!(node.get("c").unwrap().value, Value::NotFinite);
    }

    #[test]
    fn repeated_keys_are_kept_and_the_last_one_counts() {
        let arena = Arena::new();
        let document = read(r#"{"a": 1, "a": 2, "a": 3}"#, &arena, LIMITS).map_err(|f| format!("{f:?}")).unwrap();
        assert_eq!(document.values[0].get("a").unwrap().value, Value::Number(3.0));
        assert_eq!(document.values[0].entries().unwrap().len(), 3);
        assert_eq!(document.repeated, Some(("a".to_owned(), 14, 2)));
    }

    #[test]
    fn nesting_ends() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        let arena = Arena::new();
        assert!(read(&deep(LIMITS.depth), &arena, LIMITS).is_ok());
        let bottomless = deep(1_000_000);
        let fault = read(&bottomless, &arena, LIMITS).err().unwrap();
        assert_eq!(fault.problem, Problem::TooDeep { limit: LIMITS.depth });
    }

    #[test]
    fn lines_are_read_one_after_the_other() {
        let arena = Arena::new();
        let document = read("{\"a\": 1}\n{\"a\": 2}\r\n\n", &arena, LIMITS).map_err(|f| format!("{f:?}")).unwrap();
        assert_eq!(document.values.len(), 2);
        assert_eq!(
            read("{\"a\": 1}\n{\"a\": ", &arena, LIMITS).err().unwrap(),
            Fault::byte(15, Problem::Json { message: "EOF while parsing a value".to_owned() })
        );
    }

    #[test]
    fn texts_are_parts_of_the_file_unless_they_have_escapes() {
        let text = r#"{"plain": "clip é", "escaped \n": "a\u0041", "empty": ""}"#;
        let arena = Arena::new();
        let node = one(text, &arena);
        let entries = node.entries().unwrap();
        let is_part = |part: &str| text.as_bytes().as_ptr_range().contains(&part.as_ptr());
        let is_borrowed = |i: usize| (is_part(entries[i].0), entries[i].1.text().is_some_and(is_part));
        assert_eq!([is_borrowed(0), is_borrowed(1)], [(true, true), (false, false)]);
        assert_eq!(entries[1].1.text(), Some("aA"));
        assert_eq!((entries[1].1.raw(text), entries[2].1.raw(text)), (r#""a\u0041""#, r#""""#));
        assert_eq!(node.raw(text), text);
    }

    /// Any JSON, nested a few levels.
    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value as Json;
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            proptest::num::f64::NORMAL.prop_map(Json::from),
            any::<String>().prop_map(Json::from),
        ];
        leaf.prop_recursive(5, 64, 8, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..8)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    fn same(node: &Node<'_>, json: &serde_json::Value) -> bool {
        match (node.value, json) {
            (Value::Null, serde_json::Value::Null) => true,
            (Value::Bool(a), serde_json::Value::Bool(b)) => a == *b,
            // The shortest digits of an f64 read back as the same f64, and an integer as the nearest one.
            (Value::Number(a), serde_json::Value::Number(b)) => b.as_f64().is_some_and(|b| a.to_bits() == b.to_bits()),
            (Value::Text(a), serde_json::Value::String(b)) => a == b,
            (Value::Array(a), serde_json::Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Object(a), serde_json::Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, node)| b.get(*key).is_some_and(|json| same(node, json)))
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_it_was(json in any_json()) {
            for text in [serde_json::to_string(&json).unwrap(), serde_json::to_string_pretty(&json).unwrap()] {
                let arena = Arena::new();
                prop_assert!(same(&one(&text, &arena), &json), "{text}");
            }
        }
    }
}
