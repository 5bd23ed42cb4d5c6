//! Which option a reply names.

use super::super::text::is_space;
use super::super::{Choice, Reading, Span, Why};
use super::label::{Letter, is_text_of, letter_at, says, text_at, texts};
use super::words::{
    after, announcements, before, denies, fold, is_cjk, is_letter, is_mark, is_stop, normal, one_of, words,
};
use super::{Part, container, said, unread};

/// Replies of more characters than this argue, and what they mention on the way is no answer.
const LONGEST_MENTION: usize = 240;

pub(in super::super) fn choice(choice: Choice<'_>, raw: &str) -> Reading {
    let said = said(raw);
    if let Some(reading) = lone(choice, said, |at| Why::Whole { at }) {
        return reading;
    }
    if let Some(reading) = written_out(choice, said) {
        return reading;
    }
    let Some(held) = container(said) else { return prose(choice, said) };
    let in_container = |at| Why::Container { at };
    let mut reading = lone(choice, held, in_container).unwrap_or_else(|| prose(choice, held));
    if let Some(super::super::Extracted::Choice { .. }) = reading.answer {
        reading.why = in_container(held.bare().all());
    }
    reading
}

/// A reply that is one letter, with nothing but marks around it.
fn lone(choice: Choice<'_>, part: Part<'_>, why: fn(Span) -> Why) -> Option<Reading> {
    let bare = part.bare();
    let letter = letter_at(bare.text, 0).filter(|letter| letter.end == bare.text.len())?;
    Some(offered(choice, letter.letter, bare.all(), why))
}

/// A label in upper case with the option's text, or the text alone, and nothing else: most replies are of this form.
fn written_out(choice: Choice<'_>, part: Part<'_>) -> Option<Reading> {
    let text = part.text;
    if let Some(letter) =
        letter_at(text, 0).filter(|letter| letter.upper && text[letter.end..].starts_with(['.', ')', ':']))
    {
        let option = choice.of_letter(letter.letter)?;
        let own = texts(&choice.options[option]).any(|own| says(&text[letter.text_after(text)..], own));
        let at = part.span(letter.at, letter.end);
        return own.then(|| Reading::choice(option, choice.correct, Why::Start { at }));
    }
    let bare = part.bare();
    if bare.text.is_empty() {
        return None;
    }
    let at = bare.all();
    let mut same =
        choice.options.iter().enumerate().filter(|(_, option)| texts(option).any(|known| says(bare.text, known)));
    match (same.next(), same.next()) {
        (Some((option, _)), None) => Some(Reading::choice(option, choice.correct, Why::OptionText { at })),
        (Some(_), Some(_)) => Some(Reading::unread(Why::Several { first: at, second: at })),
        (None, _) => None,
    }
}

fn offered(choice: Choice<'_>, letter: u8, at: Span, why: fn(Span) -> Why) -> Reading {
    match choice.of_letter(letter) {
        Some(option) => Reading::choice(option, choice.correct, why(at)),
        None => Reading::unread(Why::NotOffered { at }),
    }
}

fn prose(choice: Choice<'_>, part: Part<'_>) -> Reading {
    let mut denied = None;
    let mut announced = None;
    for from in announcements(part.text) {
        match follow(choice, part, from) {
            Follows::Answer(reading) => {
                // In "choose A or choose B" the second announcement is a part of the first one's doubt.
                let doubted = match (announced, reading.why) {
                    (Some(Reading { why: Why::Several { second, .. }, .. }), Why::Announced { at }) => second == at,
                    _ => false,
                };
                if !doubted {
                    announced = Some(reading);
                }
            }
            Follows::Denied(at) => denied = denied.or(Some(at)),
            Follows::Nothing => {}
        }
    }
    if let Some(reading) = announced {
        return reading;
    }
    if let Some(reading) = by_labels(choice, part, &mut denied) {
        return reading;
    }
    if let Some(reading) = by_text(choice, part, denied) {
        return reading;
    }
    match (unread(part), denied) {
        (Reading { why: Why::NoAnswer, .. }, Some(at)) => Reading::unread(Why::Denied { at }),
        (reading, _) => reading,
    }
}

/// What follows an announcement.
enum Follows {
    Answer(Reading),
    Denied(Span),
    Nothing,
}

/// Reads what an announcement that ends at `at` announces.
fn follow(choice: Choice<'_>, part: Part<'_>, mut at: usize) -> Follows {
    const PASSED: [&str; 26] = [
        "is",
        "was",
        "be",
        "would",
        "should",
        "must",
        "will",
        "the",
        "my",
        "option",
        "choice",
        "letter",
        "answer",
        "caption",
        "sentence",
        "correct",
        "best",
        "final",
        "most",
        "likely",
        "probably",
        "definitely",
        "clearly",
        "therefore",
        "it",
        "thus",
    ];
    let text = part.text;
    for _ in 0..24 {
        let Some(c) = text[at..].chars().next() else { return Follows::Nothing };
        if is_space(c) || is_mark(c) || matches!(c, ':' | '：' | '=' | '＝' | '-' | '–' | '—' | '→') {
            at += c.len_utf8();
            continue;
        }
        if let Some(letter) = letter_at(text, at).filter(|letter| letter.is_answer(text)) {
            return Follows::Answer(announced_letter(choice, part, letter));
        }
        if let Some(option) = text_at(choice, text, at) {
            let end = text[at..].find('\n').map_or(text.len(), |line| at + line);
            return Follows::Answer(Reading::choice(option, choice.correct, Why::Announced { at: part.span(at, end) }));
        }
        let Some((0, word)) = words(&text[at..]).next() else { return Follows::Nothing };
        if denies(word) {
            return Follows::Denied(part.span(at, at + word.len()));
        }
        let passed = if is_cjk(c) {
            "是为為选選项項应應该該就择擇案确確定最终終".contains(c)
        } else {
            one_of(word, &PASSED)
        };
        if !passed {
            return Follows::Nothing;
        }
        at += word.len();
    }
    Follows::Nothing
}

fn announced_letter(choice: Choice<'_>, part: Part<'_>, letter: Letter) -> Reading {
    let at = part.span(letter.at, letter.end);
    if let Some(second) = contradiction(choice, part, letter) {
        return Reading::unread(Why::Several { first: at, second });
    }
    offered(choice, letter.letter, at, |at| Why::Announced { at })
}

/// Another label that stands beside this one as an alternative ("A or B", "A/B"), or another option's text that follows
/// it as its own.
fn contradiction(choice: Choice<'_>, part: Part<'_>, letter: Letter) -> Option<Span> {
    const BEFORE_SECOND: [&str; 9] = ["option", "choice", "or", "maybe", "possibly", "者", "是", "选", "選"];
    const JOINTS: [&str; 9] = ["or", "and", "vs", "或", "和", "与", "及", "还", "還"];
    let text = part.text;
    let own = choice.of_letter(letter.letter)?;
    let after = letter.text_after(text);
    if let Some(other) = text_at(choice, text, after)
        && other != own
        && !is_text_of(choice, own, text, after)
    {
        return Some(part.span(after, text[after..].find('\n').map_or(text.len(), |line| after + line)));
    }
    let rest = text[letter.end..].trim_start_matches(|c| is_space(c) || is_mark(c));
    let mut at = text.len() - rest.len();
    let joint = rest.chars().next()?;
    if matches!(joint, '/' | '&' | ',' | '，' | '、' | '+') {
        at += joint.len_utf8();
    } else {
        let (0, word) = words(rest).next()? else { return None };
        if !one_of(word, &JOINTS) {
            return None;
        }
        at += word.len();
    }
    loop {
        let rest = text[at..].trim_start_matches(|c| is_space(c) || is_mark(c));
        at = text.len() - rest.len();
        if let Some(other) = letter_at(text, at) {
            let differs = other.letter != letter.letter && other.is_answer(text) && other.upper == letter.upper;
            return differs.then(|| part.span(other.at, other.end));
        }
        match words(rest).next() {
            Some((0, word)) if one_of(word, &BEFORE_SECOND) => at += word.len(),
            _ => return None,
        }
    }
}

/// A label at a place where labels stand.
#[derive(Clone, Copy)]
struct Mention {
    option: usize,
    at: Span,
    /// It fills its line.
    lone: bool,
    /// The option's own text follows.
    paired: bool,
}

/// The labels of a reply without announcements.
fn by_labels(choice: Choice<'_>, part: Part<'_>, denied: &mut Option<Span>) -> Option<Reading> {
    let text = part.text;
    let mut first: Option<Mention> = None;
    let mut other: Option<Mention> = None;
    let mut paired: Option<Mention> = None;
    let mut several_paired = false;
    let mut lone: Option<Mention> = None;
    let mut several_lone = false;
    let mut not_offered = None;
    for (at, c) in text.char_indices() {
        if !fold(c).is_ascii_alphabetic() {
            continue;
        }
        let Some(letter) = letter_at(text, at) else { continue };
        let Some(place) = place(choice, text, letter) else { continue };
        let span = part.span(letter.at, letter.end);
        if let Some(word) = denial(part, letter) {
            denied.get_or_insert(word);
            continue;
        }
        let Some(option) = choice.of_letter(letter.letter) else {
            if place != Place::Inline {
                not_offered.get_or_insert(span);
            }
            continue;
        };
        if let Some(second) = contradiction(choice, part, letter) {
            return Some(Reading::unread(Why::Several { first: span, second }));
        }
        let mention = Mention {
            option,
            at: span,
            lone: place == Place::Line,
            paired: is_text_of(choice, option, text, letter.text_after(text)),
        };
        match first {
            None => first = Some(mention),
            Some(first) if first.option != option => other = other.or(Some(mention)),
            Some(_) => {}
        }
        if mention.paired {
            several_paired |= paired.is_some_and(|known| known.option != option);
            paired = paired.or(Some(mention));
        }
        if mention.lone {
            several_lone |= lone.is_some_and(|known| known.option != option);
            lone = Some(mention);
        }
    }
    let Some(first) = first else {
        return not_offered.map(|at| Reading::unread(Why::NotOffered { at }));
    };
    let read =
        |mention: Mention, why: fn(Span) -> Why| Some(Reading::choice(mention.option, choice.correct, why(mention.at)));
    let Some(other) = other else {
        let start =
            text[..(first.at.start as usize).saturating_sub(part.start)].chars().all(|c| is_space(c) || is_mark(c));
        return read(first, if start { |at| Why::Start { at } } else { |at| Why::Only { at } });
    };
    // A letter with a line of its own is said for itself, whatever else is discussed.
    if let (Some(lone), false) = (lone, several_lone) {
        return read(lone, |at| Why::Only { at });
    }
    // "B. dunking a basketball, because (A) …": the first label is written out, the others are mentioned.
    if let (Some(paired), false) = (paired, several_paired)
        && paired.at == first.at
    {
        return read(paired, |at| Why::Start { at });
    }
    Some(Reading::unread(Why::Several { first: first.at, second: other.at }))
}

/// Where a label stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It fills a line.
    Line,
    /// It begins a line, with a mark after it.
    Start,
    /// It is marked as a label inside a line.
    Inline,
}

fn place(choice: Choice<'_>, text: &str, letter: Letter) -> Option<Place> {
    let before = before(text, letter.at);
    let begins_line = before.contains('\n') || before.len() == letter.at;
    let before = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let after = after(text, letter.end);
    let after = &after[..after.find('\n').unwrap_or(after.len())];
    let rest = &text[letter.end + after.len()..];
    let ends_line = rest.is_empty() || rest.starts_with('\n');
    let marks = |text: &str| text.chars().all(|c| is_space(c) || is_mark(c) || matches!(c, '-' | '–' | '•'));
    let begins = begins_line && marks(before);
    if begins && ends_line && after.chars().all(|c| is_space(c) || is_mark(c) || is_stop(c)) {
        return Some(Place::Line);
    }
    let next = after.chars().next();
    let enclosed = matches!(before.chars().next_back(), Some('(' | '（' | '[' | '［' | '【' | '*'))
        && matches!(next, Some(')' | '）' | ']' | '］' | '】' | '*'));
    let marked = matches!(next, Some('.' | '．' | ')' | '）' | ':' | '：' | '、' | '*'));
    let written_out = is_text_of(choice, choice.of_letter(letter.letter)?, text, letter.text_after(text));
    // "B because …", "B, since …"
    let reasoned = words(after).next().is_some_and(|(at, word)| {
        one_of(word, &["because", "since", "as", "due", "based", "given"])
            && after[..at].chars().all(|c| c == ' ' || c == ',')
    });
    if begins && (marked || (letter.upper && (written_out || reasoned))) {
        return Some(Place::Start);
    }
    if enclosed {
        return Some(Place::Inline);
    }
    if !letter.upper {
        return None;
    }
    let last_word = words(before).last().map(|(_, word)| word);
    let named = last_word.is_some_and(|word| {
        one_of(word, &["option", "choice", "letter", "caption", "sentence", "选", "選", "项", "項"])
    });
    const LINKS: [&str; 15] = [
        "is", "be", "was", "it's", "it’s", "that's", "say", "with", "choose", "pick", "select", "think", "是", "为",
        "為",
    ];
    let ends = after.chars().all(|c| is_space(c) || is_mark(c) || is_stop(c)) && rest.trim_start().is_empty();
    let concluded = ends && last_word.is_some_and(|word| one_of(word, &LINKS));
    let mut following = words(after).map(|(_, word)| word);
    let judged = match (following.next(), following.next(), following.next()) {
        (Some("选" | "選"), Some("项" | "項"), _) => true,
        (Some(link), Some(the), word) if one_of(link, &["is", "seems", "looks"]) => {
            let word = if one_of(the, &["the", "most"]) { word.unwrap_or_default() } else { the };
            one_of(word, &["correct", "right", "best", "answer", "correct", "likely", "accurate"])
        }
        _ => false,
    };
    let bracketed = matches!(next, Some(')' | '）')) && !before.contains('(');
    (named && letter.is_answer(text) || concluded || judged || bracketed || (marked && written_out))
        .then_some(Place::Inline)
}

/// The word that denies a label, before it ("not (B)") or after it ("(B) is wrong").
fn denial(part: Part<'_>, letter: Letter) -> Option<Span> {
    const BETWEEN: [&str; 17] = [
        "option", "choice", "caption", "sentence", "letter", "the", "answer", "be", "choose", "pick", "select", "选",
        "選", "项", "是", "可", "能",
    ];
    let text = part.text;
    let near = before(text, letter.at);
    let start = near.rfind(['\n', '.', '。', ';']).and_then(|at| Some(at + near[at..].chars().next()?.len_utf8()));
    let clause = &near[start.unwrap_or_default()..];
    // Between the denial and the label only words like "option" may stand.
    let mut before = None;
    for (at, word) in words(clause) {
        if denies(word) {
            before = Some((letter.at - clause.len() + at, word.len()));
        } else if !one_of(word, &BETWEEN) {
            before = None;
        }
    }
    let span = |(at, len): (usize, usize)| part.span(at, at + len);
    if before.is_some() {
        return before.map(span);
    }
    let near = after(text, letter.end);
    let mut following = words(near).take_while(|&(at, _)| !near[..at].contains(['.', '\n']));
    let (_, link) = following.next()?;
    if !one_of(link, &["is", "are", "isn't", "isn’t", "can't", "cannot", "was", "不", "错"]) {
        return None;
    }
    if denies(link) || link == "错" {
        return Some(part.span(letter.end, letter.end + 1));
    }
    following
        .take(2)
        .find(|(_, word)| denies(word) || one_of(word, &["wrong", "incorrect", "false", "impossible"]))
        .map(|(at, word)| span((letter.end + at, word.len())))
}

/// The only option whose text the reply is, without the marks of a container, or holds.
fn by_text(choice: Choice<'_>, part: Part<'_>, denied: Option<Span>) -> Option<Reading> {
    let bare = part.bare();
    if bare.text.is_empty() || bare.text.len() > LONGEST_MENTION {
        return None;
    }
    let reply: String = normal(bare.text).collect();
    if reply.is_empty() {
        return None;
    }
    let at = bare.all();
    if let Some(reading) = written_out(choice, part) {
        return Some(reading);
    }
    let known: Vec<Vec<String>> =
        choice.options.iter().map(|option| texts(option).map(|text| normal(text).collect()).collect()).collect();
    // The longest text of each option that stands in the reply, unless it stands in a longer one of another option.
    let held: Vec<(usize, &str)> = known
        .iter()
        .enumerate()
        .filter_map(|(i, texts)| {
            let held = texts.iter().filter(|text| text.chars().count() > 1 && holds(&reply, text).is_some());
            held.max_by_key(|text| text.len()).map(|text| (i, text.as_str()))
        })
        .collect();
    let mut named = held.iter().filter(|(i, text)| {
        !held.iter().any(|(j, longer)| i != j && text.len() < longer.len() && holds(longer, text).is_some())
    });
    let &(option, text) = named.next()?;
    if named.next().is_some() {
        return Some(Reading::unread(Why::Several { first: at, second: at }));
    }
    if let Some(at) = denied {
        return Some(Reading::unread(Why::Denied { at }));
    }
    let from = holds(&reply, text)?;
    let outside = [&reply[..from], &reply[from + text.len()..]];
    let denial = outside.iter().flat_map(|text| words(text)).find(|(_, word)| denies(word) || *word == "t");
    Some(match denial {
        // The word's place in the reply is lost with its marks, so the whole reply is shown.
        Some(_) => Reading::unread(Why::Denied { at }),
        None => Reading::choice(option, choice.correct, Why::OptionText { at }),
    })
}

/// Where `text` stands in the reply as whole words.
fn holds(reply: &str, text: &str) -> Option<usize> {
    reply.match_indices(text).map(|(at, _)| at).find(|&at| {
        let before = reply[..at].chars().next_back();
        let after = reply[at + text.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
}
