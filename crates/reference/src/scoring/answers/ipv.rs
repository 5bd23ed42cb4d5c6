//! IPV-Bench: the judgement and multiple-choice rules of the example scripts.
//!
//! Source: showlab/Impossible-Videos, `example_eval/eval_judgement.py` and `eval_mcqa.py`. Both write the reply in lower
//! case, drop every full stop and round bracket, and trim. The judgement then looks at the first three characters, without
//! commas; multiple choice at the first one. Open answers are marked by a judge, whose replies `judge_reply` reads.

use super::text::{is_space, lower};
use super::{Choice, Reading, Span, Why};

/// The characters that both rules look at: lower case, without `.()` and leading white space.
fn characters(raw: &str) -> impl Iterator<Item = (usize, char)> {
    lower(raw).filter(|(_, c)| !matches!(c, '.' | '(' | ')')).skip_while(|&(_, c)| is_space(c))
}

/// Whether a video is generated. "not…", "**yes**" and "answer: yes" are not read.
pub(super) fn judgement(reference: bool, raw: &str) -> Reading {
    let mut word = ['\0'; 3];
    let mut len = 0;
    let mut start = None;
    let mut end = 0;
    for (at, c) in characters(raw).take(3).filter(|&(_, c)| c != ',') {
        // The trimming after the cut takes white space away at both ends, never from the middle.
        if len == 0 && is_space(c) {
            continue;
        }
        start.get_or_insert(at);
        word[len] = c;
        len += 1;
        if !is_space(c) {
            end = at + 1;
        }
    }
    while len > 0 && is_space(word[len - 1]) {
        len -= 1;
    }
    let at = Span::new(start.unwrap_or_default(), end);
    match &word[..len] {
        ['y', 'e', 's'] => Reading::yes_no(true, reference, Why::Start { at }),
        ['n', 'o'] => Reading::yes_no(false, reference, Why::Start { at }),
        [] => Reading::unread(Why::Empty),
        _ => Reading::unread(Why::NoAnswer),
    }
}

/// The letter of an option. "Answer: B" is read as A, and nothing keeps the rule from it.
pub(super) fn choice(choice: Choice<'_>, raw: &str) -> Reading {
    let Some((at, c)) = characters(raw).next() else { return Reading::unread(Why::Empty) };
    let span = Span::new(at, at + raw[at..].chars().next().map_or(1, char::len_utf8));
    if !c.is_ascii_lowercase() {
        return Reading::unread(Why::NoAnswer);
    }
    match choice.of_letter(c.to_ascii_uppercase() as u8) {
        Some(option) => Reading::choice(option, choice.correct, Why::First { at: span }),
        // The script has no bucket for it: it is compared with the reference like any letter.
        None => Reading::unread(Why::NotOffered { at: span }),
    }
}
