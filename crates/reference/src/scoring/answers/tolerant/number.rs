//! Which number a reply states.

use super::super::text::digit;
use super::super::{Reading, Span, Why};
use super::words::{after, announcements, is_cjk, is_letter, words};
use super::{Part, container, said, unread};

pub(in super::super) fn count(reference: u64, raw: &str) -> Reading {
    let said = said(raw);
    let Some(held) = container(said) else { return prose(reference, said) };
    let mut reading = prose(reference, held);
    if reading.parsed {
        reading.why = Why::Container { at: held.bare().all() };
    }
    reading
}

/// The last announced number, or the only one.
fn prose(reference: u64, part: Part<'_>) -> Reading {
    let text = part.text;
    let announced = announcements(text).filter_map(|from| {
        // "is", ":" and marks may stand between.
        let (at, value, end) = numbers(after(text, from)).next()?;
        let between = &text[from..from + at];
        let near = words(between).all(|(_, word)| ["is", "was", "be", "是", "为"].contains(&word));
        (near && !between.contains(['.', '\n', '。'])).then_some((from + at, value, from + end))
    });
    if let Some((at, value, end)) = announced.last() {
        return of(reference, value, part.span(at, end), |at| Why::Announced { at });
    }
    let mut all = numbers(text);
    let Some((at, value, end)) = all.next() else { return unread(part) };
    if let Some((second, _, second_end)) = all.find(|&(_, other, _)| other != value) {
        return Reading::unread(Why::Several { first: part.span(at, end), second: part.span(second, second_end) });
    }
    let bare = part.bare();
    let whole = bare.start == part.start + at && bare.text.len() == end - at;
    of(reference, value, part.span(at, end), if whole { |at| Why::Whole { at } } else { |at| Why::Only { at } })
}

fn of(reference: u64, value: Option<u64>, at: Span, why: fn(Span) -> Why) -> Reading {
    match value {
        Some(count) => Reading::count(count, reference, why(at)),
        // A fraction, a negative number, or one that is too large.
        None => Reading::unread(Why::NotOffered { at }),
    }
}

const WORDS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The numbers of a text: where each begins, its value if it is a count, and where it ends.
fn numbers(text: &str) -> impl Iterator<Item = (usize, Option<u64>, usize)> {
    words(text).filter_map(move |(at, word)| {
        let end = at + word.len();
        if let Some(first) = word.chars().next()
            && digit(first).is_some()
        {
            return digits(text, at, word);
        }
        // A part of a fraction was seen with its first digits.
        let value =
            WORDS.iter().position(|known| word.eq_ignore_ascii_case(known)).or_else(|| hanzi(text, at, word))?;
        // "One" is a pronoun as often as a number; "the one" and "one can see" are not told apart, so it stands alone.
        let alone = text.len() < 32 && !text[..at].contains(is_letter) && !text[end..].contains(is_letter);
        (value != 1 || alone || is_cjk(word.chars().next()?)).then_some((at, u64::try_from(value).ok(), end))
    })
}

fn digits(text: &str, at: usize, word: &str) -> Option<(usize, Option<u64>, usize)> {
    let end = at + word.len();
    let mut before = text[..at].chars().rev();
    let (mark, left) = (before.next(), before.next());
    // The digits after a decimal point or a thousands separator belong to the number before.
    if matches!(mark, Some('.' | ',')) && left.is_some_and(|c| digit(c).is_some()) {
        return None;
    }
    let negative = mark == Some('-') && !left.is_some_and(is_letter);
    let mut after = text[end..].chars();
    let fraction = matches!(after.next(), Some('.' | ',')) && after.next().is_some_and(|c| digit(c).is_some());
    let value = word.chars().try_fold(0_u64, |value, c| value.checked_mul(10)?.checked_add(digit(c)?.into()));
    Some((at, value.filter(|_| !negative && !fraction), end))
}

/// One Chinese digit that is no part of a longer number.
fn hanzi(text: &str, at: usize, word: &str) -> Option<usize> {
    const DIGITS: &str = "零一二三四五六七八九十";
    let c = word.chars().next()?;
    let near = text[..at].chars().next_back().into_iter().chain(text[at + word.len()..].chars().next());
    if near
        .into_iter()
        .any(|c| DIGITS.contains(c) || matches!(c, '百' | '千' | '万' | '第' | '些' | '样' | '直' | '起'))
    {
        return None;
    }
    if c == '两' { Some(2) } else { DIGITS.chars().position(|digit| digit == c) }
}
