//! What a model's text means under a named set of rules.
//!
//! [`read`] takes a profile, the reference answer and the text, and says which answer was read, why, and whether it counts
//! as correct. Invariants: a reading is made of the arguments alone, so it is the same everywhere; no text panics; an option
//! index is smaller than the number of options; the official profiles reproduce the published script to the last item,
//! quirks included, and none of them draws a random answer (see [`Unparsed::Chance`]). Which file a text comes from is left
//! to the importers; denominators and means are left to the protocols, which find them in [`Profile`].
//!
//! # Rules that ask instead of reading
//! Some official rules never say what the model answered: they test whether the reply fits the *reference*. Such a rule is
//! run against every option, which shows what it would have accepted. Where it accepts one option only, that one was read.
//! Where it accepts several (MVBench accepts an empty reply for all of them), nothing was read, yet the item is correct if
//! the reference is among them; [`Why::FitsSeveral`] says so.

mod contains;
mod ipv;
mod judge_reply;
mod lmms_eval;
mod loki;
mod profile;
mod scan;
mod tempcompass;
mod text;
mod tolerant;
mod vlmevalkit;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Answer;

pub use judge_reply::{JudgeReply, Stop, long_score, read_judge_reply};
pub use profile::{AnswerKind, Averaging, NullReply, Profile, ProfileId, Unparsed};
pub(crate) use tolerant::same_label;

/// A part of a text, in bytes of its UTF-8 form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
}

impl Span {
    fn new(start: usize, end: usize) -> Self {
        let narrow = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    /// The part of `text` that it covers; `None` if it was made for another text.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }
}

/// An answer as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Extracted {
    /// One of the options.
    Choice {
        /// Which, counted from 0; smaller than the number of options.
        option: u32,
    },
    /// Yes or no.
    YesNo {
        /// Whether it is yes.
        yes: bool,
    },
    /// A whole number.
    Count {
        /// The number.
        count: u64,
    },
    /// A label.
    Label {
        /// Where it stands in the text.
        at: Span,
    },
}

/// Why a text was read as it was, or why it was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Why {
    /// The text is the answer and nothing else.
    Whole {
        /// The answer.
        at: Span,
    },
    /// The text begins with it.
    Start {
        /// The answer.
        at: Span,
    },
    /// The text ends with it.
    End {
        /// The answer.
        at: Span,
    },
    /// It is the first character, or the first one of a kind, that the rule looks at.
    First {
        /// The character.
        at: Span,
    },
    /// It is the last one of several at places of the same rank.
    Last {
        /// The character.
        at: Span,
    },
    /// It is the only label, or the only number, in the text.
    Only {
        /// The label.
        at: Span,
    },
    /// It stands in a container for answers: a tag, a box, a field of JSON.
    Container {
        /// The answer in it.
        at: Span,
    },
    /// Words announce it: "the answer is", "选".
    Announced {
        /// The answer.
        at: Span,
    },
    /// The text of one option, and of no other, stands there.
    OptionText {
        /// The option's text.
        at: Span,
    },
    /// The rule asks whether the reply fits the reference; it fits one answer only.
    FitsOne,
    /// The rule asks whether the reply fits the reference, and it would fit several answers; none was read.
    FitsSeveral {
        /// How many it would fit.
        answers: u32,
    },
    /// A letter was read that no option has; by this rule the reply is parsed and wrong.
    BeyondOptions {
        /// The letter.
        at: Span,
    },
    /// Something was read that cannot be the answer to this question; by this rule the reply is parsed and wrong.
    OtherAnswer {
        /// What was read.
        at: Span,
    },
    /// Unread: the file holds no answer.
    Nothing,
    /// Unread: the text is empty or white space.
    Empty,
    /// Unread: the rule finds no answer.
    NoAnswer,
    /// Unread: the letter that is stated belongs to no option.
    NotOffered {
        /// The letter.
        at: Span,
    },
    /// Unread: different answers are stated.
    Several {
        /// The first of them.
        first: Span,
        /// One that contradicts it.
        second: Span,
    },
    /// Unread: what is mentioned is denied.
    Denied {
        /// The denying word.
        at: Span,
    },
    /// Unread: the model declines to answer.
    Refusal {
        /// The declining words.
        at: Span,
    },
    /// Unread: the official script would stop with an error here.
    ScriptStops,
    /// Unread: the profile has no rule for answers of this kind.
    NotApplicable,
}

/// What was made of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// What was read; `None` also where a rule marks a reply without reading it.
    pub answer: Option<Extracted>,
    /// What decided.
    pub why: Why,
    /// Whether the reply counts as parsed; a parsed reply may still be none of the options.
    pub parsed: bool,
    /// Whether it counts as correct.
    pub correct: bool,
}

impl Reading {
    const fn unread(why: Why) -> Self {
        Self { answer: None, why, parsed: false, correct: false }
    }

    /// Parsed, and wrong whatever the reference is.
    const fn wrong(why: Why) -> Self {
        Self { answer: None, why, parsed: true, correct: false }
    }

    const fn choice(option: usize, correct: u32, why: Why) -> Self {
        // An item has far fewer options than 2³².
        let option = option as u32;
        Self { answer: Some(Extracted::Choice { option }), why, parsed: true, correct: option == correct }
    }

    const fn yes_no(yes: bool, reference: bool, why: Why) -> Self {
        Self { answer: Some(Extracted::YesNo { yes }), why, parsed: true, correct: yes == reference }
    }

    const fn count(count: u64, reference: u64, why: Why) -> Self {
        Self { answer: Some(Extracted::Count { count }), why, parsed: true, correct: count == reference }
    }

    /// The reading of a rule that asks: `fits` has one bit per option that the rule accepts.
    fn of_fits(fits: u32, correct: u32) -> Self {
        match fits.count_ones() {
            0 => Self::unread(Why::NoAnswer),
            1 => Self::choice(fits.trailing_zeros() as usize, correct, Why::FitsOne),
            answers => Self {
                answer: None,
                why: Why::FitsSeveral { answers },
                parsed: true,
                correct: correct < u32::BITS && fits & (1 << correct) != 0,
            },
        }
    }
}

/// Options that a letter can name.
const LETTERS: usize = 26;

/// The options of a question, and the right one.
#[derive(Clone, Copy)]
struct Choice<'a> {
    options: &'a [String],
    correct: u32,
}

impl Choice<'_> {
    /// How many options have a letter.
    fn lettered(self) -> usize {
        self.options.len().min(LETTERS)
    }

    /// The option of a capital letter.
    fn of_letter(self, letter: u8) -> Option<usize> {
        let option = usize::from(letter.checked_sub(b'A')?);
        (option < self.lettered()).then_some(option)
    }

    /// What a rule makes of a capital letter that it parsed.
    fn read_letter(self, letter: u8, at: Span, why: Why) -> Reading {
        match self.of_letter(letter) {
            Some(option) => Reading::choice(option, self.correct, why),
            None => Reading::wrong(Why::BeyondOptions { at }),
        }
    }
}

/// Reads one text under one profile.
///
/// `Why::NotApplicable` where the profile has no rule for this kind of reference; [`ProfileId::reads`] says which it has.
#[must_use]
pub fn read(profile: ProfileId, reference: &Answer, raw: &str) -> Reading {
    match reference {
        Answer::Choice { options, correct } => {
            let choice = Choice { options, correct: *correct };
            match profile {
                ProfileId::IpvOfficial => ipv::choice(choice, raw),
                ProfileId::MvBenchOfficial => contains::mvbench(choice, raw),
                ProfileId::VideoMmeOfficial => scan::video_mme(choice, raw),
                ProfileId::TempCompassOfficial => tempcompass::choice(choice, raw),
                ProfileId::OvoOfficial => contains::ovo(choice, raw),
                ProfileId::VnBenchOfficialA => scan::vnbench_a(choice, raw),
                ProfileId::VnBenchOfficialB => scan::vnbench_b(choice, raw),
                ProfileId::LmmsEval => lmms_eval::choice(choice, raw),
                ProfileId::VlmEvalKit => vlmevalkit::choice(choice, raw),
                ProfileId::MlvuOfficial => scan::mlvu(choice, raw),
                ProfileId::LongVideoBenchOfficial => scan::long_video_bench(choice, raw),
                ProfileId::CgBenchOfficial => contains::cg_bench(choice, raw),
                ProfileId::LokiOfficial => Reading::unread(Why::NotApplicable),
                ProfileId::Tolerant => tolerant::choice(choice, raw),
            }
        }
        Answer::YesNo { yes } => match profile {
            ProfileId::IpvOfficial => ipv::judgement(*yes, raw),
            ProfileId::TempCompassOfficial => tempcompass::yes_no(*yes, raw),
            ProfileId::OvoOfficial => contains::ovo_yes_no(*yes, raw),
            ProfileId::LokiOfficial => loki::yes_no(*yes, raw),
            ProfileId::Tolerant => tolerant::yes_no(*yes, raw),
            _ => Reading::unread(Why::NotApplicable),
        },
        Answer::Count { count } => match profile {
            ProfileId::OvoOfficial => contains::ovo_count(*count, raw),
            ProfileId::Tolerant => tolerant::count(*count, raw),
            _ => Reading::unread(Why::NotApplicable),
        },
        Answer::Label { label } => match profile {
            ProfileId::Tolerant => tolerant::label(label, raw),
            _ => Reading::unread(Why::NotApplicable),
        },
        Answer::Open { .. } => Reading::unread(Why::NotApplicable),
    }
}

/// Reads an item for which the file holds null instead of a text: as nothing, or as an empty reply, as the profile says.
#[must_use]
pub fn read_null(profile: ProfileId, reference: &Answer) -> Reading {
    match profile.profile().null {
        NullReply::Missing => Reading::unread(Why::Nothing),
        NullReply::Empty => read(profile, reference, ""),
    }
}

#[cfg(test)]
mod tests;
