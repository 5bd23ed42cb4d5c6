//! Text as the official scripts see it: the string functions of Python that their rules are made of.
//!
//! Invariant: offsets are bytes at character boundaries of the text that was passed in. Where Python's character classes
//! differ from Rust's, Python's count here: the separators U+001C to U+001F are white space, and digits are the decimal
//! ones of every script. Rust also counts combining vowel signs as letters, which no rule here can tell apart in practice.

/// Whether Python's `str.isspace` holds, which is also `\s` in its regular expressions.
pub(super) const fn is_space(c: char) -> bool {
    matches!(c, '\u{1c}'..='\u{1f}') || c.is_whitespace()
}

/// Python's `str.strip()`.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether `\w` matches, which is what `\b` looks at.
pub(super) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether no word character stands directly before `at`.
pub(super) fn word_starts(text: &str, at: usize) -> bool {
    !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(is_word)
}

/// Whether no word character stands directly at `at`.
pub(super) fn word_ends(text: &str, at: usize) -> bool {
    !text.get(at..).and_then(|after| after.chars().next()).is_some_and(is_word)
}

/// Characters of a text in lower case, each with the byte offset of the character that it came from.
pub(super) fn lower(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().flat_map(|(at, c)| c.to_lowercase().map(move |c| (at, c)))
}

/// Whether the text in lower case contains `needle` in lower case: Python's `needle.lower() in text.lower()`.
pub(super) fn contains_lower(text: &str, needle: &str) -> bool {
    if text.is_ascii() && needle.is_ascii() {
        find_ascii(text.as_bytes(), needle.as_bytes()).is_some()
    } else {
        text.to_lowercase().contains(&needle.to_lowercase())
    }
}

/// Where an ASCII text first holds `needle`, upper and lower case alike.
pub(super) fn find_ascii(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some(&first) = needle.first() else { return Some(0) };
    let first = first.to_ascii_lowercase();
    let last = text.len().checked_sub(needle.len())?;
    (0..=last)
        .find(|&at| text[at].to_ascii_lowercase() == first && text[at..at + needle.len()].eq_ignore_ascii_case(needle))
}

/// The decimal digits outside ASCII come in runs of ten; these are their zeros (Unicode 14, as in Python 3.11).
#[rustfmt::skip]
const ZEROS: [u32; 65] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0,
    0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0,
    0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The digit's value, if `\d` matches.
pub(super) fn digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = c as u32;
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    (code - zero < 10).then_some(code - zero)
}

/// A text with phrases cut out, which still knows where each byte came from.
pub(super) struct Cut<'a> {
    text: std::borrow::Cow<'a, str>,
    /// The origin of every byte, once something was cut.
    origin: Vec<u32>,
}

impl<'a> Cut<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text: std::borrow::Cow::Borrowed(text), origin: Vec::new() }
    }

    /// Python's `text.replace(phrase, "")`.
    pub(super) fn cut(&mut self, phrase: &str) {
        if !self.text.contains(phrase) {
            return;
        }
        if self.origin.is_empty() {
            self.origin = (0..self.text.len()).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        }
        let mut text = String::with_capacity(self.text.len());
        let mut origin = Vec::with_capacity(self.text.len());
        let mut kept = 0;
        for (at, _) in self.text.match_indices(phrase) {
            text.push_str(&self.text[kept..at]);
            origin.extend_from_slice(&self.origin[kept..at]);
            kept = at + phrase.len();
        }
        text.push_str(&self.text[kept..]);
        origin.extend_from_slice(&self.origin[kept..]);
        self.text = std::borrow::Cow::Owned(text);
        self.origin = origin;
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where the byte stood in the text as it was before.
    pub(super) fn origin(&self, at: usize) -> usize {
        self.origin.get(at).map_or(at, |&at| at as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_pythons() {
        assert_eq!(strip("\u{1f}\u{a0} a b\u{2028}\r\n"), "a b");
        assert_eq!(strip("\u{200b}a"), "\u{200b}a");
    }

    #[test]
    fn digits_of_every_script() {
        assert_eq!(digit('7'), Some(7));
        assert_eq!(digit('３'), Some(3));
        assert_eq!(digit('٩'), Some(9));
        assert_eq!(digit('𝟘'), Some(0));
        assert_eq!(digit('²'), None);
        assert_eq!(digit('½'), None);
        assert_eq!(digit('x'), None);
        assert_eq!(digit('\u{65f}'), None);
    }

    #[test]
    fn cuts_know_their_origin() {
        let mut cut = Cut::new("x The answer is é The answer B");
        cut.cut("The answer is");
        cut.cut("The answer");
        assert_eq!(cut.text(), "x  é  B");
        let b = cut.text().find('B').unwrap();
        assert_eq!(cut.origin(b), 30);
    }

    #[test]
    fn search_without_case() {
        assert_eq!(find_ascii(b"The ANSWER", b"answer"), Some(4));
        assert_eq!(find_ascii(b"answ", b"answer"), None);
        assert_eq!(find_ascii(b"x", b""), Some(0));
        assert!(contains_lower("DER STRASSE ÜBER", "über"));
        assert!(!contains_lower("a", "b"));
    }
}
