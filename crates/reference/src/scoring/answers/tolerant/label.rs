//! Labels of options in a reply: where a single letter is one, and which option's text stands at a place.

use super::super::Choice;
use super::super::tempcompass::caption;
use super::super::text::is_space;
use super::words::{fold, is_letter, is_mark, is_stop, normal, one_of, words};

/// A letter that stands alone.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    /// In upper case.
    pub(super) letter: u8,
    pub(super) at: usize,
    pub(super) end: usize,
    /// Whether it is written in upper case.
    pub(super) upper: bool,
}

/// The letter at `at`, unless it is a part of a word, an abbreviation ("B.C."), a compound ("A-list") or a path ("C:/").
pub(super) fn letter_at(text: &str, at: usize) -> Option<Letter> {
    let written = text.get(at..)?.chars().next()?;
    let c = fold(written);
    if !c.is_ascii_alphabetic() {
        return None;
    }
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some(c) if is_letter(c) => return None,
        Some('\'' | '’') if before.next().is_some_and(is_letter) => return None,
        _ => {}
    }
    let end = at + written.len_utf8();
    let mut after = text[end..].chars();
    match (after.next(), after.next(), after.next()) {
        (Some(c), ..) if is_letter(c) => return None,
        (Some('\'' | '’' | '-'), Some(c), _) if is_letter(c) => return None,
        (Some(':'), Some('/' | '\\'), _) => return None,
        (Some('.'), Some(c), next) if is_letter(c) && !next.is_some_and(is_letter) => return None,
        _ => {}
    }
    Some(Letter { letter: c.to_ascii_uppercase() as u8, at, end, upper: c.is_ascii_uppercase() })
}

impl Letter {
    /// Whether it can be meant as a label where an answer is expected. "A man" begins with an article, "I think" with a
    /// pronoun; a small letter needs a mark or an end after it.
    pub(super) fn is_answer(self, text: &str) -> bool {
        const AFTER_LABEL: [&str; 19] = [
            "because",
            "as",
            "since",
            "and",
            "or",
            "is",
            "which",
            "based",
            "but",
            "due",
            "with",
            "in",
            "on",
            "at",
            "from",
            "by",
            "for",
            "according",
            "given",
        ];
        let rest = &text[self.end..];
        let Some(next) = rest.chars().next() else { return true };
        if !self.upper {
            return is_stop(next) || is_mark(next) || matches!(next, '\n' | '\r') || rest.trim().is_empty();
        }
        if !matches!(self.letter, b'A' | b'I') || next != ' ' {
            return true;
        }
        let word = rest.trim_start_matches(' ');
        !word.starts_with(is_letter) || words(word).next().is_none_or(|(_, word)| one_of(word, &AFTER_LABEL))
    }

    /// Where the text after the label and its mark begins.
    pub(super) fn text_after(self, text: &str) -> usize {
        let rest =
            text[self.end..].trim_start_matches(|c| is_space(c) || is_mark(c) || is_stop(c) || matches!(c, '-' | '–'));
        text.len() - rest.len()
    }
}

/// The texts by which an option can be named.
pub(super) fn texts(option: &str) -> impl Iterator<Item = &str> {
    let part = caption(option);
    [Some(option), part.map(|part| part.sentence), part.map(|part| part.name)].into_iter().flatten()
}

/// Whether both begin with different letters, as far as that is seen at a glance.
fn begin_apart(a: &str, b: &str) -> bool {
    let first = |text: &str| text.chars().find(|c| c.is_alphanumeric()).filter(char::is_ascii);
    matches!((first(a), first(b)), (Some(a), Some(b)) if !a.eq_ignore_ascii_case(&b))
}

/// Whether `text` begins with what `start` says, as whole words.
pub(super) fn begins_with(text: &str, start: &str) -> bool {
    if begin_apart(text, start) {
        return false;
    }
    let mut rest = normal(text);
    let mut some = false;
    for c in normal(start) {
        some = true;
        if rest.next() != Some(c) {
            return false;
        }
    }
    some && rest.next().is_none_or(|c| c == ' ')
}

/// Whether both say the same.
pub(super) fn says(text: &str, same: &str) -> bool {
    !begin_apart(text, same) && normal(text).eq(normal(same))
}

/// The option whose text stands at `at`; the longest of several, none of two that read the same.
pub(super) fn text_at(choice: Choice<'_>, text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut best: Option<(usize, usize)> = None;
    let mut twice = false;
    for (i, option) in choice.options.iter().enumerate() {
        let longest = texts(option)
            .filter(|known| begins_with(rest, known))
            .map(|known| normal(known).count())
            .max()
            .unwrap_or(0);
        match best {
            _ if longest == 0 => {}
            Some((length, _)) if length > longest => {}
            Some((length, _)) if length == longest => twice = true,
            _ => (best, twice) = (Some((longest, i)), false),
        }
    }
    best.filter(|_| !twice).map(|(_, i)| i)
}

/// Whether the text at `at` is that of this option.
pub(super) fn is_text_of(choice: Choice<'_>, option: usize, text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..) else { return false };
    choice.options.get(option).is_some_and(|option| texts(option).any(|known| begins_with(rest, known)))
}
