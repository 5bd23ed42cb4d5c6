//! Rules that ask whether the reply fits the reference: MVBench, OVO-Bench, CG-Bench.
//!
//! Sources: OpenGVLab/Ask-Anything `video_chat2/mvbench.ipynb` (`check_ans`); JoeLeelyf/OVO-Bench `utils/OVOBenchScore.py`;
//! CG-Bench/CG-Bench `run/utils.py` (`post_process`). Each is asked of every option, see [`Reading::of_fits`].

use jiter::{Jiter, JsonValue};

use super::text::{digit, is_space, is_word, strip, word_ends, word_starts};
use super::{Choice, Reading, Span, Why};

/// The first word (up to the first blank) in lower case, without full stops, is a part of "(x)", or "(x)" is a part of it.
/// An empty word, "(" and ")" are parts of every option's "(x)".
pub(super) fn mvbench(choice: Choice<'_>, raw: &str) -> Reading {
    let word = raw.split(' ').next().unwrap_or_default();
    let all = u32::MAX >> (u32::BITS as usize - choice.lettered().max(1));
    let lettered = |c: char| Some(1_u32 << choice.of_letter(u8::try_from(c).ok()?.to_ascii_uppercase())?);
    let mut fits = 0;
    // At most three characters can be a part of "(x)".
    let mut short = ['\0'; 4];
    let mut len = 0;
    for c in lower_chars(word).filter(|&c| c != '.').take(4) {
        short[len] = c;
        len += 1;
    }
    match &short[..len] {
        [] | ['(' | ')'] => fits = all,
        &[c] | &['(', c] | &[c, ')'] | &['(', c, ')'] => fits |= lettered(c).unwrap_or(0),
        _ => {}
    }
    // Full stops stay for the other direction.
    let (mut before, mut last) = ('\0', '\0');
    for c in lower_chars(word) {
        if before == '(' && c == ')' {
            fits |= lettered(last).unwrap_or(0);
        }
        (before, last) = (last, c);
    }
    if choice.lettered() == 0 { Reading::unread(Why::NoAnswer) } else { Reading::of_fits(fits, choice.correct) }
}

fn lower_chars(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The reference's capital letter occurs anywhere in the reply.
pub(super) fn ovo(choice: Choice<'_>, raw: &str) -> Reading {
    let fits = raw.bytes().filter_map(|byte| choice.of_letter(byte)).fold(0_u32, |fits, option| fits | 1 << option);
    Reading::of_fits(fits, choice.correct)
}

/// "Y" or "N" as the whole reply, or else "Yes" or "No" anywhere in it ("Not", "Now").
pub(super) fn ovo_yes_no(reference: bool, raw: &str) -> Reading {
    let span = |word: &str| raw.find(word).map(|at| Span::new(at, at + word.len()));
    match (raw, span("Yes"), span("No")) {
        ("Y", ..) => Reading::yes_no(true, reference, Why::Whole { at: Span::new(0, 1) }),
        ("N", ..) => Reading::yes_no(false, reference, Why::Whole { at: Span::new(0, 1) }),
        (_, Some(at), None) => Reading::yes_no(true, reference, Why::Only { at }),
        (_, None, Some(at)) => Reading::yes_no(false, reference, Why::Only { at }),
        (_, Some(_), Some(_)) => {
            Reading { answer: None, why: Why::FitsSeveral { answers: 2 }, parsed: true, correct: true }
        }
        (_, None, None) => Reading::unread(Why::NoAnswer),
    }
}

/// All digits of the reply, joined, are the count as it is written: "2 or 3" is 23, and "07" is never right.
pub(super) fn ovo_count(reference: u64, raw: &str) -> Reading {
    let mut count: Option<u64> = Some(0);
    let mut digits = 0_u32;
    let mut first = '\0';
    let mut plain = true;
    let (mut start, mut end) = (0, 0);
    for (at, c) in raw.char_indices() {
        let Some(value) = digit(c) else { continue };
        if digits == 0 {
            (start, first) = (at, c);
        }
        digits += 1;
        end = at + c.len_utf8();
        plain &= c.is_ascii();
        count = count.and_then(|count| count.checked_mul(10)?.checked_add(value.into()));
    }
    let at = Span::new(start, end);
    let written_so = plain && (first != '0' || digits == 1);
    match count {
        _ if digits == 0 => Reading::unread(Why::NoAnswer),
        Some(count) if written_so => Reading::count(count, reference, Why::Only { at }),
        _ => Reading::wrong(Why::OtherAnswer { at }),
    }
}

/// The field "result" of fenced JSON equals the reference's letter; without one, the reference is among all capital
/// letters A to H that stand alone.
pub(super) fn cg_bench(choice: Choice<'_>, raw: &str) -> Reading {
    if let Some((json, start)) = fenced(raw)
        && let Some(result) = result_field(json)
    {
        let at = Span::new(start, start + json.len());
        return match result.as_deref().map(str::as_bytes) {
            Some(&[letter @ b'A'..=b'Z']) if choice.of_letter(letter).is_some() => {
                choice.read_letter(letter, at, Why::Container { at })
            }
            _ => Reading::wrong(Why::OtherAnswer { at }),
        };
    }
    let mut fits = 0_u32;
    let mut beyond = None;
    for (at, letter) in raw.bytes().enumerate().filter(|(_, byte)| (b'A'..=b'H').contains(byte)) {
        if word_starts(raw, at) && word_ends(raw, at + 1) {
            match choice.of_letter(letter) {
                Some(option) => fits |= 1 << option,
                None => beyond = Some(Span::new(at, at + 1)),
            }
        }
    }
    match beyond {
        // A letter was found, so the item stays in the denominator.
        Some(at) if fits == 0 => Reading::wrong(Why::BeyondOptions { at }),
        _ => Reading::of_fits(fits, choice.correct),
    }
}

/// The content of the first block that is fenced as JSON, trimmed, and where it starts.
fn fenced(raw: &str) -> Option<(&str, usize)> {
    const OPEN: &str = "```json";
    let start = raw.find(OPEN)? + OPEN.len();
    let content = &raw[start..start + raw[start..].find("```")?];
    let trimmed = strip(content);
    let start = start + content.len() - content.trim_start_matches(is_space).len();
    (!trimmed.is_empty()).then_some((trimmed, start))
}

/// The field: `None` if the rule cannot decode it, `Some(None)` if it is no text.
fn result_field(json: &str) -> Option<Option<String>> {
    let quoted = quote_names(json);
    let mut jiter = Jiter::new(quoted.as_bytes()).with_allow_inf_nan();
    let value = jiter.next_value().ok()?;
    jiter.finish().ok()?;
    let JsonValue::Object(object) = value else { return None };
    // The last of repeated keys counts, as in Python.
    let (_, result) = object.iter().rev().find(|(key, _)| key == "result")?;
    Some(match result {
        JsonValue::Str(text) => Some(text.to_string()),
        _ => None,
    })
}

/// Puts quotes around every name (a letter or `_`, then word characters) that follows a colon and one white space.
fn quote_names(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 2);
    let (mut before, mut last) = ('\0', '\0');
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        let name = before == ':' && is_space(last) && (c == '_' || c.is_ascii_alphabetic());
        if name {
            out.push('"');
        }
        out.push(c);
        (before, last) = (last, c);
        if name {
            while let Some(c) = chars.next_if(|&c| is_word(c)) {
                out.push(c);
                (before, last) = (last, c);
            }
            out.push('"');
        }
    }
    out
}
