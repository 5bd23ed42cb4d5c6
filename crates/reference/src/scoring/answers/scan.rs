//! Rules that scan for a capital letter: Video-MME, `LongVideoBench`, VNBench, MLVU.
//!
//! Sources: Video-MME `eval_your_results.py` (phrases cut out one after the other, then the first of A to D anywhere; two
//! pairs of phrases are glued together by missing commas and never match); `LongVideoBench` as in lmms-eval
//! `longvideobench/utils.py`, which follows its author (the same with A to E and all phrases intact); VNBench
//! `evaluation/eval.py` (A) and `llava_examples/evaluation_utils.py` (B) of joez17/VideoNIAH; MLVU `choice_bench.py`.
//! Both phrase rules also give up on replies of more than ten words without such a letter, which changes nothing: without
//! one they find none.

use super::text::Cut;
use super::{Choice, Reading, Span, Why};

/// What Video-MME cuts out, in its order.
const VIDEO_MME: [&str; 10] = [
    "The best answer is",
    "The correct answer is",
    "The answer is",
    "The answer",
    "The best option isThe correct option is",
    "Best answer:Best option:",
    "Answer:",
    "Option:",
    "The correct answer",
    "The correct option",
];

/// What `LongVideoBench` cuts out, in its order.
const LONG_VIDEO_BENCH: [&str; 8] = [
    "The best answer is",
    "The correct answer is",
    "The answer is",
    "The answer",
    "The best option is",
    "The correct option is",
    "Best answer:",
    "Best option:",
];

/// The shortest phrase of both lists.
const SHORTEST: usize = "Answer:".len();

pub(super) fn video_mme(choice: Choice<'_>, raw: &str) -> Reading {
    first_letter(choice, raw, &VIDEO_MME, b'D')
}

pub(super) fn long_video_bench(choice: Choice<'_>, raw: &str) -> Reading {
    first_letter(choice, raw, &LONG_VIDEO_BENCH, b'E')
}

fn first_letter(choice: Choice<'_>, raw: &str, phrases: &[&str], last: u8) -> Reading {
    let mut cut = Cut::new(raw);
    // Each phrase begins with "The " or ends with a colon.
    if raw.len() >= SHORTEST && (raw.contains(':') || raw.contains("The ")) {
        for phrase in phrases {
            cut.cut(phrase);
        }
    }
    let letters = cut.text().bytes().enumerate();
    match letters.into_iter().find(|(_, byte)| (b'A'..=last).contains(byte)) {
        Some((at, letter)) => {
            let at = cut.origin(at);
            let at = Span::new(at, at + 1);
            choice.read_letter(letter, at, Why::First { at })
        }
        None => unread(raw),
    }
}

/// The first of A, B, C, D, in this order, that occurs before the first full stop.
pub(super) fn vnbench_a(choice: Choice<'_>, raw: &str) -> Reading {
    let text = raw.split('.').next().unwrap_or_default();
    match (b'A'..=b'D').find_map(|letter| Some((text.find(letter as char)?, letter))) {
        Some((at, letter)) => {
            let at = Span::new(at, at + 1);
            choice.read_letter(letter, at, Why::First { at })
        }
        None => unread(raw),
    }
}

/// The first character.
pub(super) fn vnbench_b(choice: Choice<'_>, raw: &str) -> Reading {
    match raw.bytes().next() {
        None => Reading::unread(Why::ScriptStops),
        Some(letter @ b'A'..=b'Z') => match choice.of_letter(letter) {
            Some(option) => Reading::choice(option, choice.correct, Why::First { at: Span::new(0, 1) }),
            None => Reading::unread(Why::NotOffered { at: Span::new(0, 1) }),
        },
        Some(_) => Reading::unread(Why::NoAnswer),
    }
}

/// The character before the first closing bracket, or else the whole reply, as it stands.
pub(super) fn mlvu(choice: Choice<'_>, raw: &str) -> Reading {
    let (letter, why): (&str, fn(Span) -> Why) = match raw.split_once(')') {
        Some((before, _)) => {
            let last = before.char_indices().next_back().map_or(0, |(at, _)| at);
            (&before[last..], |at| Why::First { at })
        }
        None => (raw, |at| Why::Whole { at }),
    };
    let end = raw.find(')').unwrap_or(raw.len());
    let at = Span::new(end - letter.len(), end);
    match letter.as_bytes() {
        [letter @ b'A'..=b'Z'] => match choice.of_letter(*letter) {
            Some(option) => Reading::choice(option, choice.correct, why(at)),
            None => Reading::unread(Why::NotOffered { at }),
        },
        _ => unread(raw),
    }
}

fn unread(raw: &str) -> Reading {
    Reading::unread(if super::text::strip(raw).is_empty() { Why::Empty } else { Why::NoAnswer })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the quick look in [`first_letter`] relies on.
    #[test]
    fn phrases_are_seen_at_a_glance() {
        for phrase in VIDEO_MME.iter().chain(&LONG_VIDEO_BENCH) {
            assert!(phrase.len() >= SHORTEST && (phrase.contains(':') || phrase.contains("The ")), "{phrase}");
        }
    }
}
