//! Replies as models write them, and what a person would make of them.

use super::super::{Extracted, ProfileId, Reading, Why, read};
use crate::scoring::model::Answer;

const OPTIONS: [&str; 4] = ["dunking a basketball", "dribbling a basketball", "The dog runs", "no sport at all"];

fn choice_of(options: &[&str], raw: &str) -> Reading {
    let options = options.iter().map(|&option| option.to_owned()).collect();
    read(ProfileId::Tolerant, &Answer::Choice { options, correct: 1 }, raw)
}

fn letter(reading: Reading) -> Option<char> {
    match reading.answer? {
        Extracted::Choice { option } => char::from_digit(option + 10, 36).map(|c| c.to_ascii_uppercase()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_letter_in_every_dress() {
    let mut failed = Vec::new();
    for raw in [
        "B",
        "b",
        "B.",
        "(B)",
        "(b)",
        "B)",
        "b)",
        "**B**",
        "**B.**",
        "*B*",
        "\"B\"",
        "`B`",
        " B \n",
        "[B]",
        "Ｂ",
        "（Ｂ）",
        "【B】",
        "B。",
        "Answer: B",
        "answer:b",
        "Answer B",
        "**Answer:** B",
        "**Answer: B**",
        "Final Answer: B",
        "Final answer\n\nB",
        "### Answer\nB",
        "The answer is B",
        "The answer is B.",
        "The answer is (B).",
        "The answer is: **B**.",
        "The correct answer is option B.",
        "The best option is B because the man bounces the ball.",
        "My choice is B",
        "I choose B",
        "I'd pick option B.",
        "Option B",
        "option B",
        "Option (b)",
        "(b) dribbling a basketball",
        "B. dribbling a basketball",
        "B: dribbling a basketball",
        "B dribbling a basketball",
        "B) dribbling a basketball",
        "b. dribbling a basketball",
        "B - dribbling a basketball",
        "B, because the man bounces the ball.",
        "B is correct.",
        "I think it is B",
        "I think it's B.",
        "It must be B!",
        "\\boxed{B}",
        "$\\boxed{\\text{B}}$",
        "The answer is $\\boxed{B}$.",
        "<answer>B</answer>",
        "<answer> (B) </answer>",
        "<think>Surely A? The answer is A.</think><answer>B</answer>",
        "<think>A</think>\nB",
        "<answer>B. dribbling a basketball</answer>",
        "{\"answer\":\"B\"}",
        "{\"answer\": \"B\", \"reason\": \"A is wrong\"}",
        "{\"reason\": \"not \\\"A\\\"\", \"answer\": \"b\"}",
        "```json\n{\"result\": \"B\"}\n```",
        "{\"answer\": B}",
        "答案是B",
        "答案是 B。",
        "答案：B",
        "答案为（B）",
        "正确答案是选项B",
        "选B",
        "我选B",
        "选项B",
        "B选项",
        "答案选 B",
        "应该选择B。",
        "答案是Ｂ",
        "dribbling a basketball",
        "Dribbling a basketball.",
        "The man is dribbling a basketball.",
        "**dribbling a basketball**",
        "The answer is dribbling a basketball.",
        "Answer: dribbling a basketball",
        "He is dribbling a basketball in the yard.",
        "At first A seems right, but the answer is B.",
        "Answer: A\nWait. Answer: B",
        "The answer is not A. The answer is B.",
        "(A) is wrong. (B) is right.",
        "B. dribbling a basketball\n(A) shows another sport.",
        "Reasoning: (A) does not fit.\nB",
        "B\nExplanation: (A) does not fit, (C) neither.",
        "Not A. The correct answer is B",
        "A man dribbles, so the answer is B",
        "Sorry for the delay, the answer is B.",
        "The answer's B",
        "Choice: B",
        "Answer - B",
        "B since he dribbles",
        "I would not choose A. I choose B.",
        "(B) dribbling a basketball, not (A)",
        "The letter B",
        "Therefore, the final answer is:\n\n**B) dribbling a basketball**",
    ] {
        let reading = choice_of(&OPTIONS, raw);
        assert_eq!(reading.correct, letter(reading) == Some('B'));
        if !reading.correct {
            failed.push(format!("{raw:?}: {reading:?}"));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn no_guess_where_a_person_would_doubt() {
    let mut failed = Vec::new();
    for raw in [
        "A man plays basketball.",
        "A dog runs after a man",
        "I think so.",
        "A or B",
        "A/B",
        "A, B",
        "A and B",
        "B or C",
        "The answer is A or B.",
        "(A) or (B)",
        "Both A and B are correct.",
        "A. dunking a basketball\nB. dribbling a basketball",
        "dunking a basketball or dribbling a basketball",
        "A. dribbling a basketball",
        "The answer is A. dribbling a basketball",
        "The answer is not B.",
        "It is not (B)",
        "not B",
        "B is wrong.",
        "(B) is incorrect",
        "He is not dribbling a basketball.",
        "The man isn't dribbling a basketball",
        "I cannot determine the answer.",
        "I'm sorry, I can't help with that.",
        "无法确定",
        "A和B",
        "答案是A或B",
        "选A还是选B？",
        "E",
        "Answer: F",
        "(Z)",
        "\\boxed{E}",
        "<answer></answer>",
        "<answer>A or B</answer>",
        "{\"answer\": \"\"}",
        "basketball",
        "The answer is unknown.",
        "Vitamin C is healthy.",
        "The plan B.C. was used",
        "C:/videos/clip.mp4",
        "A-list",
        "none of the above",
        "",
        "  \n",
        "...",
        "Yes",
        "不选B",
        "Neither A nor B",
        "The answer is clearly visible in the video.",
        "What is the answer?\nA. dunking a basketball\nB. dribbling a basketball",
        "Answer: A\n\nor maybe",
        "1",
        "<answer>",
        "\\boxed{",
        "I would not choose B",
        "别选B",
        "Neither option A nor option B",
    ] {
        let reading = choice_of(&OPTIONS, raw);
        // "Answer: A" is read as A, which is right to do; the list has it to see that what follows is no second answer.
        if raw.starts_with("Answer: A") {
            assert_eq!(letter(reading), Some('A'));
            continue;
        }
        assert_eq!(reading.parsed, reading.answer.is_some());
        if reading.parsed {
            failed.push(format!("{raw:?}: {reading:?}"));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn reasons_are_named() {
    let why = |raw: &str| choice_of(&OPTIONS, raw).why;
    assert_eq!(why("  "), Why::Empty);
    let span = |raw: &str, why: Why| match why {
        Why::Several { first, second } => vec![first.of(raw).unwrap().to_owned(), second.of(raw).unwrap().to_owned()],
        Why::Refusal { at }
        | Why::Denied { at }
        | Why::NotOffered { at }
        | Why::Announced { at }
        | Why::Container { at }
        | Why::OptionText { at }
        | Why::Whole { at }
        | Why::Start { at } => vec![at.of(raw).unwrap().to_owned()],
        other => panic!("{raw}: {other:?}"),
    };
    for (raw, texts) in [
        ("The answer is A or B.", vec!["A", "B"]),
        ("I cannot say.", vec!["I cannot"]),
        ("The answer is not B.", vec!["not"]),
        ("Answer: F", vec!["F"]),
        ("é: the answer is **B**", vec!["B"]),
        ("<think>x</think><answer> (B) </answer>", vec!["B"]),
        ("He is dribbling a basketball.", vec!["He is dribbling a basketball"]),
        (" **B** ", vec!["B"]),
        ("B. dribbling a basketball", vec!["B"]),
    ] {
        assert_eq!(span(raw, why(raw)), texts, "{raw}");
    }
}

#[test]
fn options_that_hold_one_another() {
    let options = ["run", "run fast", "cannot be determined", "2"];
    for (raw, expected) in [
        ("They run fast.", Some('B')),
        ("They run.", Some('A')),
        ("It cannot be determined", Some('C')),
        ("2", Some('D')),
        ("There are 2 of them", None),
        ("They do not run", None),
    ] {
        let reading = choice_of(&options, raw);
        assert_eq!(letter(reading), expected, "{raw}: {reading:?}");
    }
    // Two options that read the same are never told apart by their text.
    assert_eq!(letter(choice_of(&["Left.", "left"], "left")), None);
    assert_eq!(letter(choice_of(&["Left.", "left"], "B")), Some('B'));
    assert_eq!(choice_of(&[], "A").answer, None);
}

#[test]
fn captions_by_name_number_and_sentence() {
    let letters = ["Caption A: The man runs.", "Caption B: A man sits."];
    let numbers = ["Option 1: The man runs.", "Option 2: A man sits."];
    for raw in [
        "Caption B",
        "caption b.",
        "B",
        "Caption B: A man sits.",
        "A man sits",
        "(B)",
        "The answer is Caption B.",
        "Caption B is the better match.",
    ] {
        assert_eq!(letter(choice_of(&letters, raw)), Some('B'), "{raw}");
    }
    for raw in [
        "Option 2",
        "Option 2.",
        "Option 2: A man sits.",
        "The answer is Option 2",
        "A man sits.",
        "Option 2 is correct.",
    ] {
        assert_eq!(letter(choice_of(&numbers, raw)), Some('B'), "{raw}");
    }
    for raw in ["Option 1 or Option 2", "Caption", "Neither option 1 nor option 2 fits."] {
        assert_eq!(letter(choice_of(&numbers, raw)), None, "{raw}");
    }
}

#[test]
fn yes_and_no() {
    let mut failed = Vec::new();
    let yes_no = |raw: &str| match read(ProfileId::Tolerant, &Answer::YesNo { yes: true }, raw).answer {
        Some(Extracted::YesNo { yes }) => Some(yes),
        None => None,
        other => panic!("{other:?}"),
    };
    for raw in [
        "yes",
        "Yes.",
        "YES!",
        "**Yes**",
        "(yes)",
        "y",
        "Y",
        "Yes, the video is generated.",
        "Answer: yes",
        "The answer is **Yes**.",
        "No doubt, yes.",
        "No question: yes",
        "I would say yes.",
        "Yes, there is no doubt.",
        "Yes. No other clip shows it.",
        "<answer>yes</answer>",
        "\\boxed{Yes}",
        "{\"answer\": true}",
        "{\"answer\": \"Yes\"}",
        "True",
        "是",
        "是的。",
        "对",
        "没错",
        "答案是：是",
        "答案：是的",
        "正确",
        "<think>No.</think>Yes",
        "It moves oddly, so yes.",
        "yeah",
    ] {
        if yes_no(raw) != Some(true) {
            failed.push((raw, yes_no(raw)));
        }
    }
    for raw in [
        "no",
        "No.",
        "NO",
        "n",
        "No, it is real.",
        "Answer: no",
        "The answer is no",
        "I would say no.",
        "No, yes-men are shown.",
        "No. There is no sign of it.",
        "false",
        "否",
        "不是",
        "不是。",
        "错",
        "不对",
        "答案是否",
        "答案：否",
        "<answer>No</answer>",
        "Yes?\nAnswer: no",
        "错误",
        "nope",
    ] {
        if yes_no(raw) != Some(false) {
            failed.push((raw, yes_no(raw)));
        }
    }
    for raw in [
        "",
        "not sure",
        "Not generated",
        "none",
        "know",
        "yesterday",
        "nothing moves",
        "No doubt it is real",
        "yes and no",
        "Yes/No",
        "yes or no",
        "Yes. No.",
        "The answer is not yes",
        "是否",
        "是不是",
        "对不起，无法回答",
        "I cannot tell.",
        "The video shows no car.",
        "是一个视频",
        "no one is there",
        "maybe",
        "The answer is yes or no.",
        "对于这个视频",
    ] {
        if yes_no(raw).is_some() {
            failed.push((raw, yes_no(raw)));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn counts_and_labels() {
    let count = |raw: &str| match read(ProfileId::Tolerant, &Answer::Count { count: 3 }, raw).answer {
        Some(Extracted::Count { count }) => Some(count),
        None => None,
        other => panic!("{other:?}"),
    };
    for (raw, expected) in [
        ("3", Some(3)),
        ("**3**", Some(3)),
        ("three", Some(3)),
        ("There are 3 dogs.", Some(3)),
        ("The answer is 3.", Some(3)),
        ("First 2, then 1 more: the answer is 3", Some(3)),
        ("３", Some(3)),
        ("三", Some(3)),
        ("3个", Some(3)),
        ("{\"answer\": 3}", Some(3)),
        ("3 dogs, yes, three", Some(3)),
        ("2 or 3", None),
        ("2.5", None),
        ("-3", None),
        ("1,000", None),
        ("No one knows", None),
        ("第三次", None),
        ("99999999999999999999999", None),
        ("", None),
    ] {
        assert_eq!(count(raw), expected, "{raw}");
    }
    let label = Answer::Label { label: "physical laws".into() };
    assert!(read(ProfileId::Tolerant, &label, " **Physical laws.** ").correct);
    assert!(read(ProfileId::Tolerant, &label, "{\"answer\": \"physical-laws\"}").correct);
    let other = read(ProfileId::Tolerant, &label, "social laws");
    assert!(other.parsed && !other.correct);
    assert!(!read(ProfileId::Tolerant, &label, "I cannot determine it").parsed);
}
