//! TempCompass: the hand-written rules that its scripts try before they ask a language model.
//!
//! Source: llyx97/TempCompass, `eval_multi-choice.py`, `eval_yes_no.py`, `eval_caption_matching.py`. What they do not match
//! is unparsed here, which is the scripts' `--disable_llm`. Invariant: every stored rating that the rules gave comes out
//! again. All three drop `</s>` first. Caption matching is told from multiple choice by its options, which are kept as the
//! question writes them: "Option 1: …", "Sentence A: …", "Caption B: …".

use std::borrow::Cow;

use super::{Choice, Reading, Span, Why};

const END_OF_TEXT: &str = "</s>";

fn without_end(raw: &str) -> Cow<'_, str> {
    if raw.contains(END_OF_TEXT) { Cow::Owned(raw.replace(END_OF_TEXT, "")) } else { Cow::Borrowed(raw) }
}

/// A prediction that starts with "yes" or "no" in any case; "not" and "now" do.
pub(super) fn yes_no(reference: bool, raw: &str) -> Reading {
    let text = without_end(raw);
    let starts = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let offset = if raw.starts_with(END_OF_TEXT) { raw.len() - raw.trim_start_matches(END_OF_TEXT).len() } else { 0 };
    if starts("yes") {
        Reading::yes_no(true, reference, Why::Start { at: Span::new(offset, offset + 3) })
    } else if starts("no") {
        Reading::yes_no(false, reference, Why::Start { at: Span::new(offset, offset + 2) })
    } else {
        unread(&text)
    }
}

pub(super) fn choice(choice: Choice<'_>, raw: &str) -> Reading {
    if choice.options.iter().all(|option| caption(option).is_some()) && !choice.options.is_empty() {
        return captions(choice, raw);
    }
    let text = without_end(raw);
    let offset = raw.len() - raw.trim_start_matches(END_OF_TEXT).len();
    let at = Span::new(offset, offset + 1);
    match text.as_bytes() {
        [letter @ b'A'..=b'D'] => choice.read_letter(*letter, at, Why::Whole { at }),
        // The option as it is written starts in this way too, so its rule needs none of its own.
        [letter @ b'A'..=b'D', b'.' | b')', ..] => choice.read_letter(*letter, at, Why::Start { at }),
        _ => unread(&text),
    }
}

/// The parts of an option of caption matching, such as "Option 1: The man runs."
#[derive(Clone, Copy, Default)]
pub(super) struct Caption<'a> {
    /// "Option 1"
    pub(super) name: &'a str,
    /// "1"
    pub(super) number: &'a str,
    /// "The man runs."
    pub(super) sentence: &'a str,
}

/// The parts of an option, if it is one of caption matching.
pub(super) fn caption(option: &str) -> Option<Caption<'_>> {
    let (name, sentence) = option.split_once(": ")?;
    let number = ["Option ", "Sentence ", "Caption "].iter().find_map(|kind| name.strip_prefix(kind))?;
    let mut chars = number.chars();
    let short = chars.next().is_some_and(|c| c.is_ascii_alphanumeric()) && chars.next().is_none();
    // The scripts split at every ": ".
    short.then(|| Caption { name, number, sentence: sentence.split(": ").next().unwrap_or_default() })
}

/// The option as it is written, its sentence (also after "x) "), its name or its number, the last two also without full
/// stops. Of several matches the last one counts, in this order.
fn captions(choice: Choice<'_>, raw: &str) -> Reading {
    let text = without_end(raw);
    let after_bracket = text.split(") ").nth(1);
    let mut matched: Option<(usize, &str)> = None;
    for (i, option) in choice.options.iter().enumerate() {
        if *option == *text {
            matched = Some((i, option));
        }
    }
    let parts = || choice.options.iter().filter_map(|option| caption(option)).enumerate();
    for (i, Caption { sentence, .. }) in parts() {
        if *sentence == *text || after_bracket == Some(sentence) {
            matched = Some((i, sentence));
        }
    }
    let dotless = if text.contains('.') { Cow::Owned(text.replace('.', "")) } else { Cow::Borrowed(&*text) };
    let names = parts().map(|(i, part)| (i, part.name)).chain(parts().map(|(i, part)| (i, part.number)));
    for (i, name) in names {
        if *name == *text || *name == *dotless {
            matched = Some((i, name));
        }
    }
    let Some((option, said)) = matched else { return unread(&text) };
    let mut reading = Reading::choice(option, choice.correct, Why::Whole { at: Span::new(0, raw.len()) });
    // The scripts compare texts, so two options with one sentence are both right.
    if let Some(right) = choice.options.get(choice.correct as usize) {
        let Caption { name, number, sentence } = caption(right).unwrap_or_default();
        reading.correct = [right.as_str(), name, number, sentence].contains(&said);
    }
    reading
}

fn unread(text: &str) -> Reading {
    Reading::unread(if text.trim().is_empty() { Why::Empty } else { Why::NoAnswer })
}
