//! Our own profile: it reads what a person would read without doubt, and never guesses.
//!
//! In order: a container (a tag, a box, a field of JSON) holds the answer; or words announce it, and the last announcement
//! counts over earlier ones; or labels stand where an answer stands, and all name one option; or the reply is, or holds, the
//! text of one option. What is denied, contradicts itself, or declines is unparsed, with the reason. Invariant: an option
//! that was read is one of the options. Lists of words are short on purpose: a form that is missing makes an unparsed
//! reply, which shows in every table; a form too many makes a wrong number, which does not.

mod choice;
mod label;
mod number;
mod words;
mod yes_no;

use super::text::{find_ascii, is_space};
use super::{Reading, Span, Why};

pub(super) use choice::choice;
pub(super) use number::count;
pub(super) use yes_no::yes_no;

/// A part of the reply, and the byte at which it starts there.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Part<'a> {
    const fn whole(raw: &'a str) -> Self {
        Self { text: raw, start: 0 }
    }

    /// A part of this part, by its bytes.
    fn cut(self, from: usize, to: usize) -> Self {
        Self { text: &self.text[from..to], start: self.start + from }
    }

    /// Without marks and white space around it: `**`, quotes, brackets, full stops.
    fn bare(self) -> Self {
        let left = self.text.trim_start_matches(|c| is_space(c) || words::is_mark(c));
        let right = left.trim_end_matches(|c| is_space(c) || words::is_mark(c) || words::is_stop(c));
        let from = self.text.len() - left.len();
        self.cut(from, from + right.len())
    }

    fn span(self, from: usize, to: usize) -> Span {
        Span::new(self.start + from, self.start + to)
    }

    fn all(self) -> Span {
        self.span(0, self.text.len())
    }
}

/// The reply after the model's thoughts, without white space around it.
fn said(raw: &str) -> Part<'_> {
    const THOUGHT: &str = "</think>";
    let whole = Part::whole(raw);
    let from = raw.rfind(THOUGHT).map_or(0, |at| at + THOUGHT.len());
    let left = raw[from..].trim_start_matches(is_space);
    let start = raw.len() - left.len();
    whole.cut(start, start + left.trim_end_matches(is_space).len())
}

/// The content of the last container, if there is one.
fn container(part: Part<'_>) -> Option<Part<'_>> {
    // All of them begin with one of these.
    if !part.text.bytes().any(|byte| matches!(byte, b'<' | b'\\' | b'{')) {
        return None;
    }
    let tag = last_tag(part);
    let boxed = last_box(part);
    match (tag, boxed) {
        (Some(tag), Some(boxed)) => Some(if tag.start > boxed.start { tag } else { boxed }),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => json_field(part),
    }
}

/// `<answer>…</answer>`; one that is not closed goes to the end.
fn last_tag(part: Part<'_>) -> Option<Part<'_>> {
    const OPEN: &[u8] = b"<answer>";
    let bytes = part.text.as_bytes();
    let mut from = 0;
    let mut last = None;
    while let Some(at) = find_ascii(&bytes[from..], OPEN) {
        from += at + OPEN.len();
        last = Some(from);
    }
    let from = last?;
    let to = find_ascii(&bytes[from..], b"</answer").map_or(bytes.len(), |at| from + at);
    Some(part.cut(from, to))
}

/// `\boxed{…}`, to the brace that closes it, without `\text{}` in it.
fn last_box(part: Part<'_>) -> Option<Part<'_>> {
    const OPEN: &str = "\\boxed{";
    let from = part.text.rfind(OPEN)? + OPEN.len();
    let mut depth = 1_usize;
    let to = part.text[from..].char_indices().find(|&(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let mut inner = part.cut(from, from + to.map_or(part.text.len() - from, |(at, _)| at));
    for wrapper in ["\\text{", "\\mathrm{", "\\mathbf{", "\\textbf{"] {
        if let Some(rest) = inner.text.trim_start().strip_prefix(wrapper) {
            let from = inner.text.len() - rest.len();
            let to = inner.text.trim_end().strip_suffix('}').map_or(inner.text.len(), str::len);
            inner = inner.cut(from, to.max(from));
        }
    }
    Some(inner)
}

/// The value of the last field that is named for an answer, in a reply that begins as JSON (fenced or not). A scan is
/// enough: what is not of this form is not read at all.
fn json_field(part: Part<'_>) -> Option<Part<'_>> {
    const NAMES: [&str; 7] = ["answer", "final_answer", "choice", "option", "result", "prediction", "pred"];
    let start = part.text.trim_start_matches(is_space).trim_start_matches('`');
    let start = start.strip_prefix("json").unwrap_or(start).trim_start_matches(is_space);
    if !start.starts_with('{') {
        return None;
    }
    let mut last = None;
    let mut from = part.text.len() - start.len();
    while let Some(open) = part.text[from..].find('"').map(|at| from + at + 1) {
        let close = open + closing_quote(&part.text[open..])?;
        let name = &part.text[open..close];
        from = close + 1;
        let after = part.text[from..].trim_start_matches(is_space);
        let Some(value) = after.strip_prefix(':') else { continue };
        let value = value.trim_start_matches(is_space);
        let at = part.text.len() - value.len();
        let field = if value.starts_with('"') {
            let end = at + 1 + closing_quote(&part.text[at + 1..])?;
            from = end + 1;
            part.cut(at + 1, end)
        } else {
            let end = at + value.find([',', '}', '\n']).unwrap_or(value.len());
            from = end;
            part.cut(at, end)
        };
        if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            last = Some(field);
        }
    }
    last
}

/// Where the text's first quote without a backslash before it stands.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// What an unread reply is called when no other reason is known.
fn unread(part: Part<'_>) -> Reading {
    if part.text.trim().is_empty() {
        Reading::unread(Why::Empty)
    } else if let Some((from, to)) = words::refusal(part.text) {
        Reading::unread(Why::Refusal { at: part.span(from, to) })
    } else {
        Reading::unread(Why::NoAnswer)
    }
}

/// The label that a reply consists of. Which labels there are is not known here, so any text counts as one.
pub(super) fn label(reference: &str, raw: &str) -> Reading {
    let said = said(raw);
    let held = container(said);
    let bare = held.unwrap_or(said).bare();
    if bare.text.is_empty() {
        return unread(said);
    }
    if let Some((from, to)) = words::refusal(bare.text) {
        return Reading::unread(Why::Refusal { at: bare.span(from, to) });
    }
    let at = bare.all();
    let same = same_label(reference, bare.text);
    let why = if held.is_some() { Why::Container { at } } else { Why::Whole { at } };
    Reading { answer: Some(super::Extracted::Label { at }), why, parsed: true, correct: same }
}

/// Whether a text says a label, whatever its case, spaces and marks.
pub(crate) fn same_label(label: &str, text: &str) -> bool {
    words::normal(text).eq(words::normal(label))
}

#[cfg(test)]
mod tests;
