//! Whether a reply says yes or no.
//!
//! "Not" is no answer, "no doubt" is none, and "no car" later in the reply is none either: a yes or no counts where it is
//! the reply, begins it, is announced, or ends it after a word such as "say".

use super::super::text::is_space;
use super::super::{Reading, Span, Why};
use super::words::{after, announcements, before, denies, is_cjk, is_mark, is_stop, one_of, words};
use super::{Part, container, said, unread};

pub(in super::super) fn yes_no(reference: bool, raw: &str) -> Reading {
    let said = said(raw);
    let read = |part: Part<'_>| match find(part) {
        Found::Answer(yes, why) => Reading::yes_no(yes, reference, why),
        Found::Several(first, second) => Reading::unread(Why::Several { first, second }),
        Found::Denied(at) => Reading::unread(Why::Denied { at }),
        Found::Nothing => unread(part),
    };
    let Some(held) = container(said) else { return read(said) };
    let mut reading = read(held);
    if reading.parsed {
        reading.why = Why::Container { at: held.bare().all() };
    }
    reading
}

enum Found {
    Answer(bool, Why),
    Several(Span, Span),
    Denied(Span),
    Nothing,
}

/// The yes or no that begins at `at`, and where it ends.
fn answer_at(text: &str, at: usize) -> Option<(bool, usize)> {
    let rest = text.get(at..)?;
    if rest.chars().next().is_some_and(is_cjk) {
        return chinese(rest).map(|(yes, len)| (yes, at + len));
    }
    let (0, word) = words(rest).next()? else { return None };
    let end = at + word.len();
    if one_of(word, &["yes", "yeah", "yep", "true"]) {
        return Some((true, end));
    }
    if one_of(word, &["no", "nope", "false"]) {
        // "No doubt", "no problem", "no one" say neither.
        let next = words(&text[end..]).next().filter(|&(gap, _)| text[end..end + gap].chars().all(|c| c == ' '));
        let idiom = next.is_some_and(|(_, word)| {
            one_of(
                word,
                &["doubt", "question", "problem", "wonder", "matter", "way", "one", "longer", "idea", "worries"],
            )
        });
        return (!idiom).then_some((false, end));
    }
    None
}

/// The same in Chinese, with an end or a particle after it: "是否" asks, "对不起" excuses, "没错" agrees.
fn chinese(text: &str) -> Option<(bool, usize)> {
    const FORMS: [(&str, bool); 14] = [
        ("不是的", false),
        ("不是", false),
        ("不对", false),
        ("没有", false),
        ("没错", true),
        ("是的", true),
        ("对的", true),
        ("正确", true),
        ("错误", false),
        ("错了", false),
        ("是", true),
        ("否", false),
        ("对", true),
        ("错", false),
    ];
    let (form, yes) = FORMS.into_iter().find(|(form, _)| text.starts_with(form))?;
    let next = text[form.len()..].chars().next();
    next.is_none_or(|c| is_space(c) || is_stop(c) || is_mark(c)).then_some((yes, form.len()))
}

/// Where the first sign that is neither white space nor a mark stands.
fn skip(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start_matches(|c| is_space(c) || is_mark(c)).len()
}

fn find(part: Part<'_>) -> Found {
    let text = part.text;
    let start = skip(text, 0);
    let mut denied = None;
    let mut announced = None;
    for from in announcements(text) {
        match follow(part, from) {
            Found::Nothing => {}
            Found::Denied(at) => denied = denied.or(Some(at)),
            found => announced = Some(found),
        }
    }
    if let Some(found) = announced {
        return found;
    }
    if let Some((yes, end)) = answer_at(text, start) {
        let at = part.span(start, end);
        if let Some(second) = opposite(part, end, yes) {
            return Found::Several(at, second);
        }
        let whole = text[end..].chars().all(|c| is_space(c) || is_mark(c) || is_stop(c));
        return Found::Answer(yes, if whole { Why::Whole { at } } else { Why::Start { at } });
    }
    // A single letter as the whole reply.
    let bare = part.bare();
    if bare.text.eq_ignore_ascii_case("y") || bare.text.eq_ignore_ascii_case("n") {
        return Found::Answer(bare.text.eq_ignore_ascii_case("y"), Why::Whole { at: bare.all() });
    }
    let found = last_word(part);
    match (found, denied) {
        (Found::Nothing, Some(at)) => Found::Denied(at),
        (found, _) => found,
    }
}

/// A yes or no that contradicts the first one: beside it ("yes and no", "yes/no"), or as a sentence of its own.
fn opposite(part: Part<'_>, end: usize, yes: bool) -> Option<Span> {
    let text = part.text;
    let mut previous = "";
    let mut previous_end = end;
    let mut beside = true;
    for (at, word) in words(after(text, end)) {
        let at = end + at;
        let gap = &text[previous_end..at];
        if let Some((other, other_end)) = answer_at(text, at)
            && other != yes
        {
            let closed = text[other_end..].chars().next().is_none_or(|c| is_stop(c) || is_mark(c) || c == '\n');
            let opened = gap.contains(['.', '!', '?', '\n', '。']);
            if (beside && (gap.contains('/') || one_of(previous, &["and", "or", "but", "maybe"]))) || (opened && closed)
            {
                return Some(part.span(at, other_end));
            }
        }
        beside &= one_of(word, &["and", "or", "but", "maybe"]) && !gap.contains(['.', '\n']);
        previous = word;
        previous_end = at + word.len();
    }
    None
}

/// What an announcement that ends at `at` announces.
fn follow(part: Part<'_>, mut at: usize) -> Found {
    const PASSED: [&str; 12] =
        ["is", "was", "be", "would", "should", "must", "will", "definitely", "clearly", "probably", "therefore", "a"];
    let text = part.text;
    for _ in 0..24 {
        let Some(c) = text[at..].chars().next() else { return Found::Nothing };
        if is_space(c) || is_mark(c) || matches!(c, ':' | '：' | '=' | '-' | '–' | '→') {
            at += c.len_utf8();
            continue;
        }
        if let Some((yes, end)) = answer_at(text, at) {
            let span = part.span(at, end);
            return match opposite(part, end, yes) {
                Some(second) => Found::Several(span, second),
                None => Found::Answer(yes, Why::Announced { at: span }),
            };
        }
        let Some((0, word)) = words(&text[at..]).next() else { return Found::Nothing };
        // "Answer: no doubt, yes" begins with a word that denies elsewhere.
        if denies(word) && !word.eq_ignore_ascii_case("no") {
            return Found::Denied(part.span(at, at + word.len()));
        }
        if !(one_of(word, &PASSED) || matches!(c, '是' | '为' | '為' | '应' | '该' | '案')) {
            return Found::Nothing;
        }
        at += word.len();
    }
    Found::Nothing
}

/// A yes or no at the end, after a comma or a word that leads to it: "no doubt, yes", "I would say no".
fn last_word(part: Part<'_>) -> Found {
    const LEADING: [&str; 9] = ["say", "is", "be", "then", "so", "therefore", "thus", "hence", "definitely"];
    let text = part.text;
    let near = before(text, text.len());
    let base = text.len() - near.len();
    let mut words = words(near).map(|(at, word)| (base + at, word)).collect::<Vec<_>>().into_iter().rev();
    let Some((at, _)) = words.next() else { return Found::Nothing };
    let Some((yes, end)) = answer_at(text, at) else { return Found::Nothing };
    if !text[end..].chars().all(|c| is_space(c) || is_mark(c) || is_stop(c)) {
        return Found::Nothing;
    }
    let Some((before, word)) = words.next() else { return Found::Nothing };
    if denies(word) {
        return Found::Denied(part.span(before, before + word.len()));
    }
    let gap = &text[before + word.len()..at];
    let led = one_of(word, &LEADING) || gap.contains([',', '.', ':', '\n', '，', '。', '：', '-', '–', '—']);
    if led { Found::Answer(yes, Why::End { at: part.span(at, end) }) } else { Found::Nothing }
}
