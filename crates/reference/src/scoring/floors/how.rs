//! What the rules of floors do, as sentences.
//!
//! Invariant: the list is closed and carries what a sentence needs, so that a page can say it in any language; texts out of
//! files are shortened and free of control characters.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a rule does and how it was found. Prints as sentences in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "how")]
pub enum FloorHow {
    /// Draws with equal chances.
    Random {
        /// Whether labels are drawn, too: from those that occur.
        labels: bool,
    },
    /// Always gives the most frequent answers of this very file.
    MostFrequent {
        /// One per kind of question.
        answers: Vec<String>,
    },
    /// Always gives one answer.
    Always {
        /// Which.
        answer: String,
    },
    /// Follows the letters that are right elsewhere.
    Position,
    /// Takes the option of most characters.
    LongestOption,
    /// Follows the places in the order of lengths that are right elsewhere.
    LengthRank,
    /// Leaves out an option that is never right, and draws among the others.
    SparedOption {
        /// Its text.
        option: String,
    },
    /// Leaves out an option that is never right, and takes the longest of the others.
    SparedOptionThenLongest {
        /// Its text.
        option: String,
    },
    /// Follows the options' words.
    OptionWords,
    /// Follows the question's words.
    QuestionWords,
    /// Follows the beginnings of file names.
    FileName,
    /// Takes the reference answer of the next clip.
    OtherClip {
        /// The judge of texts that marks it.
        judge: String,
    },
}

impl fmt::Display for FloorHow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spared = |f: &mut fmt::Formatter<'_>, option: &str, otherwise: &str| {
            write!(
                f,
                "The option {option:?} stands in most questions and is never right elsewhere: where its position is always \
                 followed by one letter elsewhere, answers that letter, otherwise {otherwise}."
            )
        };
        match self {
            Self::Random { labels } => {
                f.write_str("Draws an option, or yes or no, with equal chances; the value is the expected one.")?;
                f.write_str(if *labels { " Labels are drawn from those that occur." } else { "" })
            }
            Self::MostFrequent { answers } => {
                write!(f, "Always answers {}, the most frequent answer of this very file.", answers.join(" or "))
            }
            Self::Always { answer } => write!(f, "Answers {answer} to every question."),
            Self::Position => {
                f.write_str("Answers with the letter that is most often right for questions about other clips.")
            }
            Self::LongestOption => {
                f.write_str("Answers with the option of most characters, the first among equals.")
            }
            Self::LengthRank => f.write_str(
                "Orders the options by length and answers with the place that is most often right for questions about other \
                 clips.",
            ),
            Self::SparedOption { option } => spared(f, option, "draws among the other options (expected value)"),
            Self::SparedOptionThenLongest { option } => {
                spared(f, option, "answers with the longest of the other options")
            }
            Self::OptionWords => f.write_str(
                "Answers with the option whose words, length rank and position go with being right for questions about other \
                 clips (naive Bayes).",
            ),
            Self::QuestionWords => f.write_str(
                "Answers with the class that the question's words go with for questions about other clips (naive Bayes).",
            ),
            Self::FileName => f.write_str(
                "Answers with the class that is most frequent among other clips whose file names begin alike (up to the first \
                 underscore), all rare beginnings taken as one.",
            ),
            Self::OtherClip { judge } => {
                write!(f, "Answers each question with the reference answer of the next clip, as {judge} marks it.")
            }
        }
    }
}
