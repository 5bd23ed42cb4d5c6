//! `VLMEvalKit`: `can_infer`, without the language model that it asks otherwise.
//!
//! Source: open-compass/VLMEvalKit, `vlmeval/utils/matching_util.py`, in the form of August 2026: a letter must be among
//! the last five words, a reply must not be longer than twice all options, and "answer is **B**" is understood. A reply
//! that it marks as Z (it declines) is unparsed here; the harness keeps it as a wrong answer, which counts the same.

use super::text::{contains_lower, is_space};
use super::{Choice, Reading, Span, Why};

/// Replies that are marked as Z, wherever they contain one of these.
const REFUSALS: [&str; 4] = [
    "Sorry, I can't help with images of people yet.",
    "I can't process this file.",
    "I'm sorry, but without the image provided",
    "Cannot determine the answer",
];

/// The harness's own word for a failed request. Only the options' texts are looked for then.
const FAILED: &str = "Failed to obtain answer via API";

const fn is_gap(c: char) -> bool {
    matches!(c, '.' | '(' | ')' | '[' | ']' | ',' | ':' | ';' | '!' | '*' | '#' | '{' | '}') || is_space(c)
}

pub(super) fn choice(choice: Choice<'_>, raw: &str) -> Reading {
    // Every one of these is longer than most replies.
    let long = raw.len() >= REFUSALS[1].len();
    if !(long && raw.contains(FAILED)) {
        for refusal in REFUSALS.into_iter().filter(|_| long) {
            if let Some(at) = raw.find(refusal) {
                return Reading::unread(Why::Refusal { at: Span::new(at, at + refusal.len()) });
            }
        }
        if let Some(reading) = letter(choice, raw) {
            return reading;
        }
    }
    text(choice, raw)
}

/// The only option letter among the words, if it is one of the last five; otherwise the letter after "answer is".
fn letter(choice: Choice<'_>, raw: &str) -> Option<Reading> {
    let mut seen = 0_u32;
    let mut first = None;
    let mut declined = None;
    let mut words = 0_usize;
    for word in raw.split(is_gap).filter(|word| !word.is_empty()) {
        if let &[byte] = word.as_bytes() {
            let at = word.as_ptr() as usize - raw.as_ptr() as usize;
            let span = Span::new(at, at + 1);
            if let Some(option) = choice.of_letter(byte) {
                seen |= 1 << option;
                first.get_or_insert((option, words, span));
            } else if byte == b'Z' {
                declined.get_or_insert(span);
            }
        }
        words += 1;
    }
    match (seen.count_ones(), first, declined) {
        (1, Some((option, place, at)), _) if place + 5 > words => {
            let why = if words == 1 { Why::Whole { at } } else { Why::Only { at } };
            return Some(Reading::choice(option, choice.correct, why));
        }
        (0, _, Some(at)) => return Some(Reading::unread(Why::NotOffered { at })),
        _ => {}
    }
    // Only the first match is looked at, whether its letter is offered or not.
    let (letter, at) = after_answer_is(raw)?;
    let option = choice.of_letter(letter)?;
    Some(Reading::choice(option, choice.correct, Why::Announced { at: Span::new(at, at + 1) }))
}

/// The first of A to D that follows "answer is" and asterisks, and no letter or digit of ASCII.
fn after_answer_is(raw: &str) -> Option<(u8, usize)> {
    let bytes = raw.as_bytes();
    let skip_space = |at: usize| raw[at..].trim_start_matches(is_space).len();
    let mut from = 0;
    while let Some(found) = super::text::find_ascii(&bytes[from..], b"answer") {
        from += found + b"answer".len();
        let gap = raw.len() - skip_space(from);
        if gap == from || !bytes.get(gap..gap + 2).is_some_and(|word| word.eq_ignore_ascii_case(b"is")) {
            continue;
        }
        let start = raw.len() - skip_space(gap + 2);
        if start == gap + 2 {
            continue;
        }
        let at = raw.len() - raw[start..].trim_start_matches('*').len();
        let Some(&letter @ b'A'..=b'D') = bytes.get(at) else { continue };
        // Asterisks after the letter are no letters or digits, so only the next byte counts.
        if !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
            return Some((letter, at));
        }
    }
    None
}

/// The only option whose text occurs in the reply, upper and lower case alike.
fn text(choice: Choice<'_>, raw: &str) -> Reading {
    let lettered = &choice.options[..choice.lettered()];
    let most: usize = lettered.iter().map(|option| option.chars().count()).sum();
    // Lower case has more characters than the text in a single case, the dotted capital I.
    if raw.chars().map(|c| c.to_lowercase().count()).sum::<usize>() > 2 * most {
        return Reading::unread(Why::NoAnswer);
    }
    let mut found = lettered.iter().enumerate().filter(|(_, option)| contains_lower(raw, option));
    match (found.next(), found.next()) {
        (Some((option, text)), None) => {
            let at = super::text::find_ascii(raw.as_bytes(), text.as_bytes())
                .filter(|_| raw.is_ascii())
                .map_or(Span::new(0, raw.len()), |at| Span::new(at, at + text.len()));
            Reading::choice(option, choice.correct, Why::OptionText { at })
        }
        _ if raw.trim().is_empty() => Reading::unread(Why::Empty),
        _ => Reading::unread(Why::NoAnswer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_refusal_is_the_one_that_is_measured() {
        assert!(REFUSALS.iter().all(|refusal| refusal.len() >= REFUSALS[1].len()));
        assert!(FAILED.len() >= REFUSALS[1].len());
    }
}
