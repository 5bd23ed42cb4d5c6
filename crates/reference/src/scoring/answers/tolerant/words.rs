//! Words and characters that mean something in a reply: marks, denials, refusals, announcements.

use std::char::ToLowercase;
use std::str::Chars;

use super::super::text::{find_ascii, is_space};

/// Chinese, Japanese and Korean: written without blanks, so their characters do not make one word with a Latin letter.
pub(super) const fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A full-width form as the ASCII character that it stands for.
pub(super) fn fold(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// A part of a word in Latin script, or a digit.
pub(super) fn is_letter(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && !is_cjk(c))
}

/// Marks that surround an answer and say nothing.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '*' | '_'
            | '`'
            | '"'
            | '\''
            | '“'
            | '”'
            | '‘'
            | '’'
            | '「'
            | '」'
            | '『'
            | '』'
            | '【'
            | '】'
            | '《'
            | '》'
            | '('
            | ')'
            | '（'
            | '）'
            | '['
            | ']'
            | '［'
            | '］'
            | '{'
            | '}'
            | '｛'
            | '｝'
            | '<'
            | '>'
            | '$'
            | '#'
            | '~'
            | '|'
            | '\\'
    )
}

/// Marks that end a sentence or a clause.
pub(super) const fn is_stop(c: char) -> bool {
    matches!(c, '.' | '。' | '．' | '!' | '！' | '?' | '？' | ',' | '，' | '、' | ';' | '；' | ':' | '：')
}

/// Bytes around a place that are looked at; what is farther away does not bear on it, and a long reply stays cheap.
const NEAR: usize = 120;

/// The text before `at`, as far as it is near.
pub(super) fn before(text: &str, at: usize) -> &str {
    &text[text.ceil_char_boundary(at.saturating_sub(NEAR)).min(at)..at]
}

/// The text from `at`, as far as it is near.
pub(super) fn after(text: &str, at: usize) -> &str {
    &text[at..text.floor_char_boundary(at.saturating_add(NEAR)).max(at)]
}

/// Words of letters and apostrophes with their bytes; each Chinese character is a word of its own.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (skip, first) = text[from..].char_indices().find(|&(_, c)| is_letter(c) || is_cjk(c))?;
        let start = from + skip;
        let len = if is_cjk(first) {
            first.len_utf8()
        } else {
            // An apostrophe belongs to the word only between letters.
            let rest = &text[start..];
            let end = rest.find(|c| !(is_letter(c) || matches!(c, '\'' | '’'))).unwrap_or(rest.len());
            rest[..end].trim_end_matches(['\'', '’']).len()
        };
        from = start + len;
        Some((start, &text[start..from]))
    })
}

/// Whether the word is one of the list, upper and lower case alike.
pub(super) fn one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a word denies what follows it.
pub(super) fn denies(word: &str) -> bool {
    const DENIALS: [&str; 17] = [
        "not", "no", "never", "neither", "nor", "none", "cannot", "without", "except", "不", "没", "非", "無", "无",
        "未", "别", "勿",
    ];
    one_of(word, &DENIALS)
        || word.get(word.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("n't"))
        || word.get(word.len().saturating_sub(5)..).is_some_and(|end| end.eq_ignore_ascii_case("n’t"))
}

/// Words with which a model declines, and where they stand.
pub(super) fn refusal(text: &str) -> Option<(usize, usize)> {
    const ENGLISH: [&str; 23] = [
        "i cannot",
        "i can't",
        "i can’t",
        "i am unable",
        "i'm unable",
        "i’m unable",
        "unable to",
        "cannot determine",
        "can't determine",
        "cannot be determined",
        "i'm sorry",
        "i’m sorry",
        "i am sorry",
        "i apologize",
        "i don't know",
        "i do not know",
        "not enough information",
        "none of the above",
        "none of the options",
        "not possible to determine",
        "not possible to tell",
        "impossible to tell",
        "impossible to determine",
    ];
    const CHINESE: [&str; 8] = ["无法", "抱歉", "对不起", "不知道", "不能确定", "不确定", "都不是", "没有足够"];
    // ASCII is compared byte by byte, which leaves other characters alone.
    let bytes = text.as_bytes();
    ENGLISH
        .iter()
        .filter(|phrase| phrase.is_ascii() || !text.is_ascii())
        .find_map(|phrase| find_ascii(bytes, phrase.as_bytes()).map(|at| (at, at + phrase.len())))
        .or_else(|| {
            (!text.is_ascii())
                .then(|| CHINESE.iter().find_map(|word| text.find(word).map(|at| (at, at + word.len()))))?
        })
}

/// A text in lower case, with everything but letters and digits taken as one blank between words.
pub(super) fn normal(text: &str) -> Normal<'_> {
    Normal { chars: text.chars(), lower: None, queued: None, gap: false, begun: false }
}

/// The characters of [`normal`].
pub(super) struct Normal<'a> {
    chars: Chars<'a>,
    /// What is left of a character that is several in lower case.
    lower: Option<ToLowercase>,
    /// The character before which a blank was given.
    queued: Option<char>,
    gap: bool,
    begun: bool,
}

impl Iterator for Normal<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if let Some(c) = self.queued.take() {
            return Some(c);
        }
        loop {
            let c = match self.lower.as_mut().and_then(Iterator::next) {
                Some(c) => c,
                None => match fold(self.chars.next()?) {
                    c if c.is_ascii() => c.to_ascii_lowercase(),
                    c => {
                        self.lower = Some(c.to_lowercase());
                        continue;
                    }
                },
            };
            if !c.is_alphanumeric() {
                self.gap = true;
                continue;
            }
            let blank = self.gap && self.begun;
            (self.gap, self.begun) = (false, true);
            if !blank {
                return Some(c);
            }
            self.queued = Some(c);
            return Some(' ');
        }
    }
}

/// Where announcements end: "answer", "choose", "答案是", with what follows still to be read. "Not choose" is none.
pub(super) fn announcements(text: &str) -> impl Iterator<Item = usize> {
    const ANNOUNCING: [&str; 5] = ["answer", "answers", "answer's", "answer’s", "conclusion"];
    const CHOOSING: [&str; 6] = ["choose", "chose", "pick", "select", "选", "選"];
    const NAMING: [&str; 4] = ["option", "choice", "caption", "sentence"];
    const LINKS: [&str; 6] = ["is", "was", "would", "should", "must", "will"];
    let mut previous = "";
    words(text).filter_map(move |(at, word)| {
        let end = at + word.len();
        let chooses = one_of(word, &CHOOSING) && !denies(previous);
        previous = word;
        // Each Chinese character is a word, so this one is recognised by its last.
        if chooses || one_of(word, &ANNOUNCING) || text[..end].ends_with("答案") {
            return Some(end);
        }
        if !one_of(word, &NAMING) {
            return None;
        }
        // "The option is B" announces; "option B is wrong" does not.
        let after = text[end..].trim_start_matches(|c| is_space(c) || matches!(c, '*' | '_'));
        let linked = words(after).next().is_some_and(|(at, word)| at == 0 && one_of(word, &LINKS));
        (linked || after.starts_with([':', '：', '='])).then_some(end)
    })
}
