//! LOKI: the yes/no rule.
//!
//! Source: opendatalab/LOKI, `lm_evaluate/tasks/loki.py`: lower case, trimmed, without full stops; then the whole reply, a
//! single y or n, or "yes" before "no" anywhere in the first four characters ("know" is a no). Its multiple-choice rule
//! draws a random option where nothing matches and is not reproduced.

use super::text::{is_space, lower, strip};
use super::{Reading, Span, Why};

pub(super) fn yes_no(reference: bool, raw: &str) -> Reading {
    let stripped = strip(raw);
    let offset = raw.len() - raw.trim_start_matches(is_space).len();
    // Four characters decide; a fifth tells whether there are more than one.
    let mut start = [(0, '\0'); 4];
    let mut len = 0;
    for (at, c) in lower(stripped).filter(|&(_, c)| c != '.').take(4) {
        start[len] = (offset + at, c);
        len += 1;
    }
    let start = &start[..len];
    let find = |word: &[char]| {
        start.windows(word.len()).find(|window| window.iter().map(|(_, c)| c).eq(word)).map(|window| {
            let at = Span::new(window[0].0, window[word.len() - 1].0 + 1);
            if window.len() == start.len() && stripped.len() <= 4 { Why::Whole { at } } else { Why::Start { at } }
        })
    };
    match start {
        [] => Reading::unread(Why::Empty),
        [(at, 'y')] => Reading::yes_no(true, reference, Why::Whole { at: Span::new(*at, at + 1) }),
        [(at, 'n')] => Reading::yes_no(false, reference, Why::Whole { at: Span::new(*at, at + 1) }),
        _ => match (find(&['y', 'e', 's']), find(&['n', 'o'])) {
            (Some(why), _) => Reading::yes_no(true, reference, why),
            (None, Some(why)) => Reading::yes_no(false, reference, why),
            (None, None) => Reading::unread(Why::NoAnswer),
        },
    }
}
