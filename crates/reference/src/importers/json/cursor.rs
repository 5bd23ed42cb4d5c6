//! A place in a JSON text that moves from token to token.
//!
//! Brackets, commas, colons and texts without escapes are all there is in a million rows, and are told apart here: the text is
//! known to be UTF-8, so that a text's end is the next quotation mark. Texts with escapes, numbers and words are left to
//! jiter, as is all that is broken inside of them. Invariant: the cursor stands between two characters.

use jiter::{Jiter, JiterError, JsonErrorType, Peek};

use super::{Arena, Value};
use crate::error::{Fault, Problem};

/// See the module.
pub(super) struct Cursor<'a> {
    text: &'a str,
    arena: &'a Arena,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str, arena: &'a Arena) -> Self {
        Self { text, arena, at: 0 }
    }

    /// The byte offset.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.text.as_bytes()[self.at..].iter().all(u8::is_ascii_whitespace)
    }

    /// The next byte that is no white space, where the cursor then stands.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// What is wrong at the cursor.
    pub(super) fn fault(&self, error: &JsonErrorType) -> Fault {
        Fault::byte(self.at, Problem::Json { message: error.to_string() })
    }

    /// What is wrong with the next token, and what if there is none.
    fn unexpected(&mut self, token: &JsonErrorType, end: &JsonErrorType) -> Fault {
        let is_end = self.peek().is_none();
        self.fault(if is_end { end } else { token })
    }

    /// Passes a bracket, comma or colon if it comes next.
    fn passes(&mut self, token: u8) -> bool {
        let comes = self.peek() == Some(token);
        self.at += usize::from(comes);
        comes
    }

    /// Passes the bracket that opens an array; whether a value comes.
    pub(super) fn open_array(&mut self) -> Result<bool, Fault> {
        self.at += 1;
        match self.peek() {
            Some(_) => Ok(!self.passes(b']')),
            None => Err(self.fault(&JsonErrorType::EofWhileParsingList)),
        }
    }

    /// Passes what stands after a value in an array; whether another value comes.
    pub(super) fn step_array(&mut self) -> Result<bool, Fault> {
        if self.passes(b']') {
            return Ok(false);
        }
        if !self.passes(b',') {
            return Err(self.unexpected(&JsonErrorType::ExpectedListCommaOrEnd, &JsonErrorType::EofWhileParsingList));
        }
        match self.peek() {
            Some(b']') => Err(self.fault(&JsonErrorType::TrailingComma)),
            Some(_) => Ok(true),
            None => Err(self.fault(&JsonErrorType::EofWhileParsingValue)),
        }
    }

    /// Passes the bracket that opens an object; its first key with the colon, if there is one.
    pub(super) fn open_object(&mut self) -> Result<Option<&'a str>, Fault> {
        self.at += 1;
        if self.passes(b'}') {
            return Ok(None);
        }
        match self.peek() {
            Some(b'"') => self.key().map(Some),
            _ => Err(self.unexpected(&JsonErrorType::KeyMustBeAString, &JsonErrorType::EofWhileParsingObject)),
        }
    }

    /// Passes what stands after a value in an object; the next key with the colon, if there is one.
    // A call for each row, so that it is compiled well early in the page, where the outermost object is read in one call.
    #[inline(never)]
    pub(super) fn step_object(&mut self) -> Result<Option<&'a str>, Fault> {
        if self.passes(b'}') {
            return Ok(None);
        }
        if !self.passes(b',') {
            return Err(
                self.unexpected(&JsonErrorType::ExpectedObjectCommaOrEnd, &JsonErrorType::EofWhileParsingObject)
            );
        }
        match self.peek() {
            Some(b'"') => self.key().map(Some),
            Some(b'}') => Err(self.fault(&JsonErrorType::TrailingComma)),
            _ => Err(self.unexpected(&JsonErrorType::KeyMustBeAString, &JsonErrorType::EofWhileParsingValue)),
        }
    }

    fn key(&mut self) -> Result<&'a str, Fault> {
        let key = self.string()?;
        if self.passes(b':') {
            return Ok(key);
        }
        Err(self.unexpected(&JsonErrorType::ExpectedColon, &JsonErrorType::EofWhileParsingObject))
    }

    /// Passes a text, at whose quotation mark the cursor stands: as a part of the input where it has no escapes.
    pub(super) fn string(&mut self) -> Result<&'a str, Fault> {
        let from = self.at + 1;
        let end = from + plain(&self.text.as_bytes()[from..]);
        if self.text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(&self.text[from..end]);
        }
        let arena = self.arena;
        self.by_jiter(|jiter, _| Ok(&*arena.alloc_str(jiter.known_str()?)))
    }

    /// Passes a number or a word.
    pub(super) fn scalar(&mut self) -> Result<Value<'a>, Fault> {
        self.by_jiter(|jiter, peek| {
            Ok(match peek {
                Peek::Null => jiter.known_null().map(|()| Value::Null)?,
                Peek::True | Peek::False => Value::Bool(jiter.known_bool(peek)?),
                _ => match jiter.known_float(peek)? {
                    number if number.is_finite() => Value::Number(number),
                    _ => Value::NotFinite,
                },
            })
        })
    }

    fn by_jiter<T>(&mut self, read: impl FnOnce(&mut Jiter<'_>, Peek) -> Result<T, JiterError>) -> Result<T, Fault> {
        let from = self.at;
        let mut jiter = Jiter::new(&self.text.as_bytes()[from..]).with_allow_inf_nan();
        let found = jiter.peek().and_then(|peek| read(&mut jiter, peek));
        self.at = from + jiter.current_index();
        found.map_err(|JiterError { error_type, index }| {
            Fault::byte(from + index, Problem::Json { message: error_type.to_string() })
        })
    }
}

/// How many bytes come before a quotation mark, an escape, a control character, or the end.
fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (place, word) in words.iter().enumerate() {
        let stops = stops(u64::from_le_bytes(*word));
        if stops != 0 {
            return place * size_of::<u64>() + (stops.trailing_zeros() / u8::BITS) as usize;
        }
    }
    let stops = |byte: &u8| matches!(byte, b'"' | b'\\' | ..=0x1F);
    words.len() * size_of::<u64>() + rest.iter().position(stops).unwrap_or(rest.len())
}

/// Eight bytes at once: the highest bit of each that ends a plain text. Only the lowest such bit is sure: a borrow may set
/// those above it.
fn stops(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    let quotes = word ^ (ONES * u64::from(b'"'));
    let escapes = word ^ (ONES * u64::from(b'\\'));
    // A byte below the subtrahend borrows; of those that have the highest bit set themselves none is meant.
    let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word;
    (below(quotes, 1) | below(escapes, 1) | below(word, 0x20)) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=u8::MAX {
            let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
            for place in 0..20 {
                let mut bytes = [b'a'; 20];
                bytes[place] = byte;
                assert_eq!(plain(&bytes), if ends { place } else { 20 }, "{byte} at {place}");
            }
        }
    }

    proptest! {
        /// Broken documents are refused where jiter refuses them, in its words, and others are read.
        #[test]
        fn what_is_broken_is_told_as_by_jiter(text in r#"[\[{]{0,3}(["{}\[\],: a1\\n]|true|null|"a":|"b"|, ){0,12}[\]}]{0,3}"#) {
            let arena = Arena::new();
            let limits = super::super::Limits { values: 1000, depth: 32 };
            let ours = super::super::read(&text, &arena, limits).map(|_| ());
            let mut jiter = Jiter::new(text.as_bytes()).with_allow_inf_nan();
            let mut theirs = Ok(());
            while theirs.is_ok() && !text.as_bytes()[jiter.current_index()..].iter().all(u8::is_ascii_whitespace) {
                theirs = jiter.next_skip();
            }
            let theirs = theirs.map_err(|JiterError { error_type, index }| {
                Fault::byte(index, Problem::Json { message: error_type.to_string() })
            });
            prop_assert_eq!(ours, theirs, "{}", text);
        }

        #[test]
        fn the_first_of_several_counts(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(0x1F)], 0..40)) {
            let first = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..=0x1F));
            prop_assert_eq!(plain(&bytes), first.unwrap_or(bytes.len()));
        }
    }
}
