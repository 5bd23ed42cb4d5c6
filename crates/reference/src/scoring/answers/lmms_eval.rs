//! lmms-eval: the extractor that its multiple-choice tasks share.
//!
//! Source: EvolvingLMMs-Lab/lmms-eval, `lmms_eval/tasks/_task_utils/mcq_extract.py` at c228e273. It collects candidates by
//! their surroundings and takes the kind of the highest rank, in it the last one. The ranks are fixed, so this asks kind by
//! kind and stops at the first that has one. Later versions ask for letters that stand alone and read less.

use super::text::{find_ascii, strip};
use super::{Choice, Reading, Span, Why};

/// Words that announce an answer. The letter may stand anywhere after them, and the one that comes last wins.
const PHRASES: [&str; 19] = [
    "the answer is",
    "answer is",
    "the correct answer is",
    "correct answer is",
    "the best answer is",
    "best answer is",
    "the correct option is",
    "correct option is",
    "the best option is",
    "best option is",
    "the choice is",
    "choice is",
    "the correct choice is",
    "correct choice is",
    "i choose",
    "i select",
    "i pick",
    "my answer is",
    "my choice is",
];

/// The same in Korean, Chinese and Japanese.
const FOREIGN_PHRASES: [&str; 8] = ["옵션", "정답은", "답은", "답:", "答案是", "答案为", "选", "答えは"];

pub(super) fn choice(choice: Choice<'_>, raw: &str) -> Reading {
    let mut text = strip(raw);
    for c in [',', '.', '!', '?', ';', ':', '\'', '"'] {
        text = text.trim_matches(c);
    }
    // It is then padded with blanks, so white space that a full stop had protected comes into play here.
    let stripped = strip(text);
    if stripped.is_empty() {
        return Reading::unread(Why::Empty);
    }
    let base = text.as_ptr() as usize - raw.as_ptr() as usize;
    let inner = base + (stripped.as_ptr() as usize - text.as_ptr() as usize);
    let found = |at: usize, letter: u8, why: fn(Span) -> Why| {
        choice.read_letter(letter, Span::new(at, at + 1), why(Span::new(at, at + 1)))
    };
    let offered = |byte: u8| choice.of_letter(byte).is_some();

    let mut chars = stripped.chars();
    let (first, second) = (chars.next(), chars.next());
    let bytes = stripped.as_bytes();
    if offered(bytes[0]) && !second.is_some_and(char::is_alphabetic) {
        return found(inner, bytes[0], if second.is_none() { |at| Why::Whole { at } } else { |at| Why::Start { at } });
    }
    debug_assert!(first.is_some(), "the text is not empty");
    let end = bytes.len() - 1;
    if offered(bytes[end]) && !stripped[..end].chars().next_back().is_some_and(char::is_alphabetic) {
        return found(inner + end, bytes[end], |at| Why::End { at });
    }
    if let Some(at) = announced(choice, text) {
        return found(base + at, text.as_bytes()[at], |at| Why::Announced { at });
    }
    // "(A)", "A.", "A:", "A)", "A ", and then any.
    let bytes = text.as_bytes();
    let last = |fits: &dyn Fn(usize) -> bool| (0..bytes.len()).rev().find(|&at| offered(bytes[at]) && fits(at));
    let next = |at: usize| bytes.get(at + 1).copied().unwrap_or(b' ');
    let at = last(&|at| at > 0 && bytes[at - 1] == b'(' && next(at) == b')')
        .or_else(|| last(&|at| next(at) == b'.'))
        .or_else(|| last(&|at| next(at) == b':'))
        .or_else(|| last(&|at| next(at) == b')'))
        .or_else(|| last(&|at| next(at) == b' '))
        .or_else(|| last(&|_| true));
    match at {
        Some(at) => found(base + at, bytes[at], |at| Why::Last { at }),
        None => Reading::unread(Why::NoAnswer),
    }
}

/// The letter after an announcing phrase. Of each phrase the first occurrence counts, of each letter the first one after
/// it, and of all of these the last.
fn announced(choice: Choice<'_>, text: &str) -> Option<usize> {
    let after = |start: usize| {
        // The last letter of those that come first of their kind.
        let mut seen = 0_u32;
        let mut last = None;
        for (at, &byte) in text.as_bytes().iter().enumerate().skip(start) {
            if let Some(option) = choice.of_letter(byte)
                && seen & (1 << option) == 0
            {
                seen |= 1 << option;
                last = Some(at);
            }
        }
        last
    };
    if text.is_ascii() {
        // Every phrase holds one of these words.
        if !["answer", "option", "choice", "i choose", "i select", "i pick"]
            .iter()
            .any(|word| find_ascii(text.as_bytes(), word.as_bytes()).is_some())
        {
            return None;
        }
        return PHRASES
            .iter()
            .filter_map(|phrase| after(find_ascii(text.as_bytes(), phrase.as_bytes())? + phrase.len()))
            .max();
    }
    // A character can become two in lower case; its place there is used in the text as it is.
    let lower = text.to_lowercase();
    PHRASES
        .iter()
        .chain(&FOREIGN_PHRASES)
        .filter_map(|phrase| {
            let characters = lower[..lower.find(phrase)? + phrase.len()].chars().count();
            after(text.char_indices().nth(characters)?.0)
        })
        .max()
}
