//! Texts of a file that many rows share: [`Text`].
//!
//! Invariant: a text is what it was made from, whether it is a part of its file or stands alone; to make or copy one out of a
//! file moves two numbers and counts a reference, so that a million rows cost no allocation. The file's text is kept as long
//! as any part of it is.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// An unchanging text: a part of a file's text, or its own.
#[derive(Clone, Default)]
pub struct Text {
    /// `None` for the empty text.
    whole: Option<Arc<String>>,
    start: u32,
    end: u32,
}

impl Text {
    /// `part`, without a copy if it lies within `whole`.
    pub(crate) fn within(whole: &Arc<String>, part: &str) -> Self {
        let start = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        let end = start.saturating_add(part.len());
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) if end as usize <= whole.len() && start < end => {
                Self { whole: Some(Arc::clone(whole)), start, end }
            }
            _ => Self::from(part),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The ends were those of a `str`, so that they are within the text and between characters.
        self.whole.as_ref().and_then(|whole| whole.get(self.start as usize..self.end as usize)).unwrap_or_default()
    }
}

impl From<String> for Text {
    /// Of a text beyond 4 GiB the first 4 GiB, which no file that is read holds.
    fn from(text: String) -> Self {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self { whole: (end > 0).then(|| Arc::new(text)), start: 0, end }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_texts_of_their_own_are_alike() {
        let whole = Arc::new("id\u{e9} of a clip".to_owned());
        let part = Text::within(&whole, &whole[0..4]);
        assert_eq!((part.as_str(), &part), ("id\u{e9}", &Text::from("id\u{e9}")));
        assert_eq!(Arc::strong_count(&whole), 2);
        let other = Text::within(&whole, &String::from("clip"));
        assert_eq!((other.as_str(), Arc::strong_count(&whole)), ("clip", 2));
        assert_eq!((Text::default(), Text::within(&whole, "")), (Text::from(""), Text::from(String::new())));
        drop(whole);
        assert_eq!(part.to_uppercase(), "ID\u{c9}");
    }
}
