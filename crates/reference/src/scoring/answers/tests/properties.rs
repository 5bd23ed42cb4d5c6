//! What holds for any text under any profile.

use proptest::prelude::*;

use super::super::{Extracted, ProfileId, Reading, Span, Why, read, read_judge_reply};
use crate::scoring::model::Answer;

/// Text that is made of what the rules look for, and of anything.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "\\PC{0,6}",
        "[A-Za-z0-9 .,:()\\[\\]{}<>/*`'\"\\n\\\\-]{0,8}",
        proptest::sample::select(vec![
            "The answer is ",
            "Answer: ",
            "option ",
            "答案是",
            "选",
            "是",
            "不",
            "<answer>",
            "</answer>",
            "\\boxed{",
            "}",
            "{\"answer\": \"",
            "\"}",
            "not ",
            " or ",
            "Yes",
            "no",
            "</s>",
            "```json",
            "```",
            "</think>",
            "İ",
            "Ａ",
            "K",
            "\u{301}",
            "Option 1: x",
            "dog runs",
            "(b)",
            "**B**",
            "I cannot ",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

fn reference() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => (proptest::collection::vec(text(), 0..30), any::<u32>()).prop_map(|(options, correct)| {
            let correct = correct % u32::try_from(options.len().max(1)).unwrap();
            Answer::Choice { options: options.into(), correct }
        }),
        1 => any::<bool>().prop_map(|yes| Answer::YesNo { yes }),
        1 => any::<u64>().prop_map(|count| Answer::Count { count }),
        1 => text().prop_map(|label| Answer::Label { label }),
        1 => text().prop_map(|primary| Answer::Open { primary, alternatives: Vec::new() }),
    ]
}

fn spans(why: Why) -> Vec<Span> {
    match why {
        Why::Whole { at }
        | Why::Start { at }
        | Why::End { at }
        | Why::First { at }
        | Why::Last { at }
        | Why::Only { at }
        | Why::Container { at }
        | Why::Announced { at }
        | Why::OptionText { at }
        | Why::BeyondOptions { at }
        | Why::OtherAnswer { at }
        | Why::NotOffered { at }
        | Why::Denied { at }
        | Why::Refusal { at } => vec![at],
        Why::Several { first, second } => vec![first, second],
        Why::FitsOne
        | Why::FitsSeveral { .. }
        | Why::Nothing
        | Why::Empty
        | Why::NoAnswer
        | Why::ScriptStops
        | Why::NotApplicable => vec![],
    }
}

fn check(profile: ProfileId, reference: &Answer, raw: &str) -> Reading {
    let reading = read(profile, reference, raw);
    let name = profile.name();
    assert_eq!(
        reading.why == Why::NotApplicable,
        !profile.reads(reference.kind()) || reference.kind() == super::super::AnswerKind::Open,
        "{name}"
    );
    for span in spans(reading.why) {
        assert!(span.of(raw).is_some(), "{name}: {span:?} is no part of {raw:?}");
    }
    // What was read is parsed, and only what is parsed is correct.
    assert!(reading.parsed || (reading.answer.is_none() && !reading.correct), "{name}: {reading:?}");
    match (reading.answer, reference) {
        (None, _) => assert!(!reading.correct || matches!(reading.why, Why::FitsSeveral { .. }), "{name}: {reading:?}"),
        (Some(Extracted::Choice { option }), Answer::Choice { options, correct }) => {
            assert!((option as usize) < options.len(), "{name}: {reading:?}");
            // Two captions with one sentence are both right, so the other direction does not hold for TempCompass.
            assert!(option != *correct || reading.correct, "{name}: {reading:?}");
            assert!(
                option == *correct || !reading.correct || profile == ProfileId::TempCompassOfficial,
                "{name}: {reading:?}"
            );
        }
        (Some(Extracted::YesNo { yes }), Answer::YesNo { yes: reference }) => {
            assert_eq!(reading.correct, yes == *reference);
        }
        (Some(Extracted::Count { count }), Answer::Count { count: reference }) => {
            assert_eq!(reading.correct, count == *reference);
        }
        (Some(Extracted::Label { at }), Answer::Label { .. }) => assert!(at.of(raw).is_some()),
        (answer, _) => panic!("{name}: {answer:?} to {reference:?}"),
    }
    reading
}

/// Rules that trim, or that look at nothing but the beginning or at letters.
const BLIND_TO_TRAILING_SPACE: [ProfileId; 10] = [
    ProfileId::IpvOfficial,
    ProfileId::VideoMmeOfficial,
    ProfileId::OvoOfficial,
    ProfileId::VnBenchOfficialA,
    ProfileId::LmmsEval,
    ProfileId::LongVideoBenchOfficial,
    ProfileId::CgBenchOfficial,
    ProfileId::LokiOfficial,
    ProfileId::MvBenchOfficial,
    ProfileId::Tolerant,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_reading_is_consistent(reference in reference(), raw in text()) {
        for profile in ProfileId::ALL {
            check(profile, &reference, &raw);
        }
    }

    #[test]
    fn trailing_white_space_changes_nothing(reference in reference(), raw in text(), space in " {0,3}") {
        for profile in BLIND_TO_TRAILING_SPACE {
            // A whole "Y" or "N" is a rule of its own there, and an empty reply has no first word to end.
            let whole = matches!(reference, Answer::YesNo { .. }) && profile == ProfileId::OvoOfficial;
            if whole {
                continue;
            }
            let (bare, padded) = (read(profile, &reference, &raw), read(profile, &reference, &format!("{raw}{space}")));
            prop_assert_eq!((bare.answer, bare.parsed, bare.correct), (padded.answer, padded.parsed, padded.correct), "{}", profile.name());
        }
    }

    /// What was read does not depend on which answer is right.
    #[test]
    fn the_reference_does_not_leak(options in proptest::collection::vec(text(), 1..8), raw in text()) {
        for profile in ProfileId::ALL {
            let of = |correct| read(profile, &Answer::Choice { options: options.as_slice().into(), correct }, &raw);
            let first = of(0);
            let mut right = 0;
            for correct in 0..u32::try_from(options.len()).unwrap() {
                let reading = of(correct);
                prop_assert_eq!((reading.answer, reading.why, reading.parsed), (first.answer, first.why, first.parsed));
                right += u32::from(reading.correct);
            }
            if profile == ProfileId::Tolerant {
                prop_assert_eq!(right, u32::from(first.parsed));
            }
        }
    }

    #[test]
    fn judges_replies_never_panic(reply in text(), score in "\\PC{0,8}") {
        let _ = read_judge_reply(&reply);
        let _ = read_judge_reply(&format!("{{\"semantic_alignment_score\": \"{score}\"}}"));
        let _ = read_judge_reply(&format!("```json{{\"semantic_alignment_score\": {score}}}```"));
    }
}

/// Replies that a rule could take quadratic time over.
/// How much longer the longer reply is.
const GROWTH: usize = 8;

#[test]
fn time_grows_with_a_reply_and_not_with_its_square() {
    let options: Vec<String> = ["a cat", "The dog runs", "aaaaaaaaaaaaaaaaaab", "2"].map(str::to_owned).to_vec();
    let references = [
        Answer::Choice { options: options.into(), correct: 0 },
        Answer::YesNo { yes: true },
        Answer::Count { count: 1 },
        Answer::Label { label: "x".into() },
    ];
    let pieces = [
        "A ",
        "answer ",
        "answer yes ",
        "one ",
        "a",
        "(A) or ",
        "{",
        "\\boxed{",
        "<answer>",
        "\"answer\": ",
        "\n",
        "B\n",
        "not ",
        "是",
        "选A",
        "1 ",
        "The answer is",
        "A man ",
        "no. yes. ",
    ];
    for piece in pieces {
        for end in ["", "                                          \u{a0}"] {
            let [short, long] =
                [1, GROWTH].map(|times| piece.repeat(times * 12_000 / piece.len()) + &end.repeat(times * 30));
            for profile in ProfileId::ALL {
                for reference in &references {
                    let took = |raw: &str| {
                        let start = std::time::Instant::now();
                        let _ = read(profile, reference, raw);
                        start.elapsed().as_secs_f64()
                    };
                    // Whatever else the machine does disturbs a measurement, and short ones most; a square is there every time.
                    let grown = || took(&long) < (2 * GROWTH) as f64 * took(&short).max(0.02);
                    assert!(
                        (0..20).any(|_| grown()),
                        "{} takes more than its share of time for {piece:?} to {:?}",
                        profile.name(),
                        reference.kind()
                    );
                }
            }
        }
    }
}

/// How many replies are read in a second. Run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn rows_per_second() {
    let options: Vec<String> = ["dunking a basketball", "dribbling a basketball", "passing a basketball", "shooting"]
        .map(str::to_owned)
        .to_vec();
    let choice = Answer::Choice { options: options.into(), correct: 1 };
    let replies = [
        "B",
        "B. dribbling a basketball",
        "The answer is B.",
        "dribbling a basketball",
        "The man in the video is dribbling a basketball on the court.",
    ];
    for profile in ProfileId::ALL.into_iter().filter(|profile| profile.reads(choice.kind())) {
        let mut line = format!("{:24}", profile.name());
        for reply in replies {
            let rows = 200_000_u32;
            let start = std::time::Instant::now();
            let correct = (0..rows)
                .filter(|_| read(profile, std::hint::black_box(&choice), std::hint::black_box(reply)).correct)
                .count();
            std::hint::black_box(correct);
            line += &format!(" {:6.0} ns", start.elapsed().as_secs_f64() * 1e9 / f64::from(rows));
        }
        #[expect(clippy::print_stdout, reason = "the measurement")]
        {
            println!("{line}");
        }
    }
}
