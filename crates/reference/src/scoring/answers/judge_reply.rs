//! IPV-Bench: how the script for open answers reads a judge's reply.
//!
//! Source: showlab/Impossible-Videos, `example_eval/eval_openqa.py`. Invariant: every reply gives what the script would
//! make of it, including that it would end there with an error; a score is finite. The mean over clips, in which an
//! undecodable reply counts as 0, is left to the protocols. The script sets no bounds, so a score may lie outside 0 to 1.

use std::borrow::Cow;

use jiter::{Jiter, JsonValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{digit, strip};

/// The field that holds the score.
const FIELD: &str = "semantic_alignment_score";

/// What the script makes of a judge's reply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "reply")]
pub enum JudgeReply {
    /// A score.
    Score {
        /// The score as it stands, or the mean of both ends of a range; finite, meant to be from 0 to 1.
        score: f64,
    },
    /// The reply is not JSON. The script passes over it; the clip stays in every denominator.
    Undecodable,
    /// The script would end here with an error.
    Stops {
        /// Why.
        stop: Stop,
    },
}

/// Why the script would end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// The JSON is no object, or has no score.
    NoScore,
    /// The score has more than four characters and no hyphen, as 0.725 has.
    TooLong,
    /// The score is no number, or one end of the range is none.
    NotANumber,
    /// The score is infinite or not a number by name. The script would go on and print `nan` or `inf`.
    NotFinite,
}

/// Reads a judge's reply as the script does.
///
/// The word "json" and triple back-ticks are dropped wherever they stand, and the rest is decoded. A score of more than
/// four characters must be a range ("0.8-0.9"), whose first two numbers are averaged. Two things Python would decode are
/// undecodable here: half of a surrogate pair in an escape, and nesting deeper than 200.
#[must_use]
pub fn read_judge_reply(reply: &str) -> JudgeReply {
    let stops = |stop| JudgeReply::Stops { stop };
    let text = without(without(Cow::Borrowed(reply), "json"), "```");
    let mut jiter = Jiter::new(text.as_bytes()).with_allow_inf_nan();
    let Ok(value) = jiter.next_value() else { return JudgeReply::Undecodable };
    if jiter.finish().is_err() {
        return JudgeReply::Undecodable;
    }
    let JsonValue::Object(object) = &value else { return stops(Stop::NoScore) };
    // The last of repeated keys counts, as in Python.
    let Some((_, score)) = object.iter().rev().find(|(key, _)| key == FIELD) else { return stops(Stop::NoScore) };
    match score {
        JsonValue::Str(text) => of_text(text),
        JsonValue::Int(number) => of_text(&number.to_string()),
        JsonValue::Float(number) => of_text(&shown(*number)),
        // Written out, this has five characters and no hyphen.
        JsonValue::Bool(false) => stops(Stop::TooLong),
        // "True", "None", lists and objects are no numbers.
        _ => stops(Stop::NotANumber),
    }
}

/// The score of a reply at which the script would end because it has more than four characters, as 0.725 has; from 0 to 1.
#[must_use]
pub fn long_score(reply: &str) -> Option<f64> {
    let text = without(without(Cow::Borrowed(reply), "json"), "```");
    let mut jiter = Jiter::new(text.as_bytes());
    let JsonValue::Object(object) = jiter.next_value().ok()? else { return None };
    let (_, score) = object.iter().rev().find(|(key, _)| key == FIELD)?;
    let score = match score {
        JsonValue::Str(text) => float(text)?,
        JsonValue::Float(number) => *number,
        JsonValue::Int(number) => *number as f64,
        _ => return None,
    };
    (0.0..=1.0).contains(&score).then_some(score)
}

/// Python's `text.replace(phrase, "")`.
fn without<'a>(text: Cow<'a, str>, phrase: &str) -> Cow<'a, str> {
    if text.contains(phrase) { Cow::Owned(text.replace(phrase, "")) } else { text }
}

/// A number as Python writes it, as far as it has at most four characters; longer ones are too long in any notation.
fn shown(number: f64) -> String {
    if number != 0.0 && number.is_finite() && !(1e-4..1e16).contains(&number.abs()) {
        return format!("{number:e} with exponent");
    }
    if number.is_nan() {
        return "nan".to_owned();
    }
    format!("{number:?}")
}

fn of_text(text: &str) -> JudgeReply {
    let score = if text.chars().count() > 4 {
        let mut ends = text.split('-');
        let (Some(lower), Some(upper)) = (ends.next(), ends.next()) else {
            return JudgeReply::Stops { stop: Stop::TooLong };
        };
        float(lower).zip(float(upper)).map(|(lower, upper)| f64::midpoint(lower, upper))
    } else {
        float(text)
    };
    match score {
        None => JudgeReply::Stops { stop: Stop::NotANumber },
        Some(score) if !score.is_finite() => JudgeReply::Stops { stop: Stop::NotFinite },
        Some(score) => JudgeReply::Score { score },
    }
}

/// Python's `float()`: white space around it, decimal digits of any script, and single underscores between digits.
fn float(text: &str) -> Option<f64> {
    let mut plain = String::with_capacity(text.len());
    let mut last = '\0';
    let mut chars = strip(text).chars().peekable();
    while let Some(c) = chars.next() {
        if c == '_' {
            let between = digit(last).is_some() && chars.peek().is_some_and(|&next| digit(next).is_some());
            if !between {
                return None;
            }
        } else {
            plain.push(digit(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c));
        }
        last = c;
    }
    plain.parse().ok()
}
