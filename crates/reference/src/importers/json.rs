//! JSON with a place for every value.
//!
//! Reads what annotation tools write: one document or one per line, with Python's `NaN` and `Infinity`, repeated keys
//! kept. Invariants: recursion ends at [`MAX_DEPTH`], memory at [`MAX_VALUES`]. What the values mean is left to the
//! importers.

use jiter::{Jiter, JiterError, Peek};

use super::{MAX_DEPTH, MAX_VALUES};
use crate::error::{Fault, Problem, shown};

/// A value and the byte offset at which it starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// At most 2³² − 1: files are far smaller.
    at: u32,
    pub(super) value: Value,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    /// NaN, an infinity, or a number beyond the range of `f64`.
    NotFinite,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Node>),
    /// Entries in the file's order, repeated keys included.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// The byte offset at which the value starts.
    pub(super) const fn at(&self) -> usize {
        self.at as usize
    }

    /// The text, if the value is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if the value is an object.
    pub(super) fn entries(&self) -> Option<&[(String, Self)]> {
        match &self.value {
            Value::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements, if the value is an array.
    pub(super) fn elements(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entry of an object; the last one if the key is repeated, as JavaScript and Python have it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().rev().find(|(k, _)| k == key).map(|(_, node)| node)
    }

    /// What stands there, for a message.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::NotFinite => "a number that is not finite".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => format!("the number {value}"),
            Value::Text(text) => format!("the text {:?}", shown(text)),
            Value::Array(elements) if elements.is_empty() => "an empty list".to_owned(),
            Value::Array(elements) => format!("a list of {} values", elements.len()),
            Value::Object(entries) if entries.is_empty() => "an empty object".to_owned(),
            Value::Object(entries) => {
                let keys: Vec<String> = entries.iter().take(4).map(|(key, _)| format!("{:?}", shown(key))).collect();
                let more = if entries.len() > 4 { ", …" } else { "" };
                format!("an object with the keys {}{more}", keys.join(", "))
            }
        }
    }
}

/// What a text holds.
pub(super) struct Document {
    /// The values: one for a JSON document, any number for JSON Lines.
    pub(super) values: Vec<Node>,
    /// The first repeated key with the place of its second value, and how many there are.
    pub(super) repeated: Option<(String, usize, usize)>,
}

/// Reads one JSON document, or several one after the other.
///
/// # Errors
/// Broken JSON, too deep, or too many values.
pub(super) fn read(text: &str) -> Result<Document, Fault> {
    let mut reader =
        Reader { jiter: Jiter::new(text.as_bytes()).with_allow_inf_nan(), left: MAX_VALUES, repeated: None };
    let mut values = Vec::new();
    while !text.as_bytes()[reader.jiter.current_index()..].iter().all(u8::is_ascii_whitespace) {
        values.push(reader.value(MAX_DEPTH)?);
    }
    Ok(Document { values, repeated: reader.repeated })
}

struct Reader<'a> {
    jiter: Jiter<'a>,
    /// Values that may still come.
    left: usize,
    repeated: Option<(String, usize, usize)>,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        let peek = self.jiter.peek().map_err(fault)?;
        let at = self.jiter.current_index();
        if depth == 0 {
            return Err(Fault::byte(at, Problem::TooDeep { limit: MAX_DEPTH }));
        }
        self.left = self.left.checked_sub(1).ok_or(Fault::byte(at, Problem::TooManyValues { limit: MAX_VALUES }))?;
        let value = match peek {
            Peek::Null => {
                self.jiter.known_null().map_err(fault)?;
                Value::Null
            }
            Peek::True | Peek::False => Value::Bool(self.jiter.known_bool(peek).map_err(fault)?),
            Peek::String => Value::Text(self.jiter.known_str().map_err(fault)?.to_owned()),
            Peek::Array => {
                let mut elements = Vec::new();
                let mut next = self.jiter.known_array().map_err(fault)?;
                while next.is_some() {
                    elements.push(self.value(depth - 1)?);
                    next = self.jiter.array_step().map_err(fault)?;
                }
                Value::Array(elements)
            }
            Peek::Object => self.object(depth)?,
            _ => {
                let number = self.jiter.known_float(peek).map_err(fault)?;
                if number.is_finite() { Value::Number(number) } else { Value::NotFinite }
            }
        };
        Ok(Node { at: u32::try_from(at).unwrap_or(u32::MAX), value })
    }

    fn object(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut next = self.jiter.known_object().map_err(fault)?.map(str::to_owned);
        while let Some(key) = next {
            entries.push((key, self.value(depth - 1)?));
            next = self.jiter.next_key().map_err(fault)?.map(str::to_owned);
        }
        self.note_repeated(&entries);
        Ok(Value::Object(entries))
    }

    fn note_repeated(&mut self, entries: &[(String, Node)]) {
        let mut seen: Vec<(&str, usize)> = entries.iter().map(|(key, node)| (key.as_str(), node.at())).collect();
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

fn fault(JiterError { error_type, index }: JiterError) -> Fault {
    Fault::byte(index, Problem::Json { message: error_type.to_string() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Node {
        let mut values = read(text).map_err(|fault| format!("{fault:?}")).unwrap().values;
        assert_eq!(values.len(), 1);
        values.remove(0)
    }

    #[test]
    fn values_know_their_place() {
        let node = one(r#" {"a": [1, "x"], "b": NaN, "b": -Infinity, "c": 1e999}"#);
        assert_eq!(node.at(), 1);
        let a = node.get("a").and_then(Node::elements).unwrap();
        assert_eq!((a[0].at(), a[1].at()), (8, 11));
        assert_eq!(node.get("b").unwrap().value, Value::NotFinite);
        assert_eq!(node.get("c").unwrap().value, Value::NotFinite);
    }

    #[test]
    fn repeated_keys_are_kept_and_the_last_one_counts() {
        let document = read(r#"{"a": 1, "a": 2, "a": 3}"#).map_err(|f| format!("{f:?}")).unwrap();
        assert_eq!(document.values[0].get("a").unwrap().value, Value::Number(3.0));
        assert_eq!(document.values[0].entries().unwrap().len(), 3);
        assert_eq!(document.repeated, Some(("a".to_owned(), 14, 2)));
    }

    #[test]
    fn nesting_ends() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(read(&deep(MAX_DEPTH)).is_ok());
        let fault = read(&deep(1_000_000)).err().unwrap();
        assert_eq!(fault.problem, Problem::TooDeep { limit: MAX_DEPTH });
    }

    #[test]
    fn lines_are_read_one_after_the_other() {
        let document = read("{\"a\": 1}\n{\"a\": 2}\r\n\n").map_err(|f| format!("{f:?}")).unwrap();
        assert_eq!(document.values.len(), 2);
        assert_eq!(
            read("{\"a\": 1}\n{\"a\": ").err().unwrap(),
            Fault::byte(15, Problem::Json { message: "EOF while parsing a value".to_owned() })
        );
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

    fn same(node: &Node, json: &serde_json::Value) -> bool {
        match (&node.value, json) {
            (Value::Null, serde_json::Value::Null) => true,
            (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
            // The shortest digits of an f64 read back as the same f64, and an integer as the nearest one.
            (Value::Number(a), serde_json::Value::Number(b)) => b.as_f64().is_some_and(|b| a.to_bits() == b.to_bits()),
            (Value::Text(a), serde_json::Value::String(b)) => a == b,
            (Value::Array(a), serde_json::Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Object(a), serde_json::Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, node)| b.get(key).is_some_and(|json| same(node, json)))
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_it_was(json in any_json()) {
            for text in [serde_json::to_string(&json).unwrap(), serde_json::to_string_pretty(&json).unwrap()] {
                prop_assert!(same(&one(&text), &json), "{text}");
            }
        }
    }
}
