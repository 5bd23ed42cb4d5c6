//! The official rules against their description in Python: `golden/answers/answers.py` says them, `answers.json` holds what
//! it makes of 10,000 odd answers, which are drawn here again.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::{JudgeReply, ProfileId, read, read_judge_reply};
use crate::scoring::model::Answer;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Golden {
    seed: u64,
    options: Vec<String>,
    captions: Vec<String>,
    counts: Vec<u64>,
    fragments: Vec<String>,
    longest: u64,
    choice: BTreeMap<String, String>,
    yes_no: BTreeMap<String, String>,
    caption_matching: BTreeMap<String, String>,
    count: BTreeMap<String, String>,
    reply_parts: [Vec<String>; 3],
    replies: Vec<Value>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../../golden/answers/answers.json")).unwrap()
}

/// `SplitMix64`, as the script has it.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn pick<'a>(&mut self, list: &'a [String]) -> &'a str {
        &list[usize::try_from(self.next() % list.len() as u64).unwrap()]
    }
}

const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Compares one kind of question; the references are in the order of the bits.
fn compare(golden: &Golden, expected: &BTreeMap<String, String>, references: &[Answer]) {
    for (name, codes) in expected {
        let profile = ProfileId::named(name).unwrap();
        let mut random = SplitMix(golden.seed);
        let mut accepted = 0;
        for (i, &code) in codes.as_bytes().iter().enumerate() {
            let fragments = random.next() % (golden.longest + 1);
            let answer: String = (0..fragments).map(|_| random.pick(&golden.fragments)).collect();
            let mut fits = 0;
            for (bit, reference) in references.iter().enumerate() {
                let reading = read(profile, reference, &answer);
                fits |= usize::from(reading.correct) << bit | usize::from(reading.parsed) << 5;
            }
            accepted += usize::from(fits & 31 != 0);
            let expected = DIGITS.iter().position(|&digit| digit == code).unwrap();
            assert_eq!(fits, expected, "{name}, answer {i}: {answer:?} gives {fits:06b}, not {expected:06b}");
        }
        assert_eq!(codes.len(), 10_000);
        assert!(accepted > 50, "{name}: only {accepted} answers are correct for any reference");
    }
}

#[test]
fn letters_as_the_scripts_read_them() {
    let golden = golden();
    let references: Vec<Answer> =
        (0..5).map(|correct| Answer::Choice { options: golden.options.as_slice().into(), correct }).collect();
    assert_eq!(golden.choice.len(), 12);
    compare(&golden, &golden.choice, &references);
}

#[test]
fn captions_as_the_script_matches_them() {
    let golden = golden();
    let references: Vec<Answer> =
        (0..3).map(|correct| Answer::Choice { options: golden.captions.as_slice().into(), correct }).collect();
    compare(&golden, &golden.caption_matching, &references);
}

#[test]
fn yes_and_no_as_the_scripts_read_them() {
    let golden = golden();
    assert_eq!(golden.yes_no.len(), 4);
    compare(&golden, &golden.yes_no, &[Answer::YesNo { yes: false }, Answer::YesNo { yes: true }]);
}

#[test]
fn counts_as_the_script_reads_them() {
    let golden = golden();
    let references: Vec<Answer> = golden.counts.iter().map(|&count| Answer::Count { count }).collect();
    compare(&golden, &golden.count, &references);
}

#[test]
fn judges_replies_as_the_script_reads_them() {
    let golden = golden();
    let mut random = SplitMix(golden.seed);
    let mut scores = 0;
    for (i, expected) in golden.replies.iter().enumerate() {
        let reply: String = golden.reply_parts.iter().map(|part| random.pick(part)).collect();
        match (read_judge_reply(&reply), expected) {
            (JudgeReply::Score { score }, Value::Number(expected)) => {
                assert_eq!(score.to_bits(), expected.as_f64().unwrap().to_bits(), "reply {i}: {reply:?}");
                scores += 1;
            }
            (JudgeReply::Undecodable, Value::String(kind)) if kind == "u" => {}
            (JudgeReply::Stops { .. }, Value::String(kind)) if kind == "s" => {}
            (found, expected) => panic!("reply {i}: {reply:?} gives {found:?}, not {expected}"),
        }
    }
    assert_eq!(golden.replies.len(), 5000);
    assert!(scores > 300, "{scores}");
}
