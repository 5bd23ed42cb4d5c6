//! Floors on small tasks whose leaks are known, and that rules cannot score by remembering.

use super::*;
use crate::scoring::marks::tests::task;
use crate::scoring::{Denominator, Task};

fn value(task: &Task, rule: FloorRule) -> f64 {
    let found = floors(&TaskIndex::new(task), &ChoiceRules::default());
    let floor = found.iter().find(|floor| floor.rule == rule && floor.measure == FloorMeasure::Accuracy).unwrap();
    floor.value.value().unwrap_or_else(|| panic!("{floor:?}"))
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

fn choices(items: impl IntoIterator<Item = (Vec<String>, u32)>) -> Task {
    let items: Vec<(Vec<String>, u32)> = items.into_iter().collect();
    let names: Vec<String> = (0..items.len()).map(|i| format!("{i}.mp4")).collect();
    let answers = items
        .into_iter()
        .map(|(options, correct): (Vec<String>, u32)| Answer::Choice { options: options.into(), correct });
    task(&[], names.iter().zip(answers).map(|(name, answer)| (name.as_str(), vec![], None, answer)).collect())
}

#[test]
fn a_spared_option_and_its_position_are_found() {
    // Four options; "nothing" stands at D in two of three questions, else at C, and then D is right.
    let long = |i: u32, n: u32| format!("{i} {}", "x".repeat(n as usize));
    let leak = choices((0..60).map(|i| {
        let at_d = i % 3 != 0;
        let others: Vec<String> = (0..3).map(|n| long(i, 10 + (i * 7 + n * 5) % 3)).collect();
        let mut options = others.clone();
        options.insert(if at_d { 3 } else { 2 }, "nothing".to_owned());
        (options, if at_d { i % 2 } else { 3 })
    }));
    // A third is certain, and of the rest one of three options is drawn.
    close(value(&leak, FloorRule::SparedOption), 1.0 / 3.0 + 2.0 / 3.0 / 3.0);
    close(value(&leak, FloorRule::Random), 0.25);
    assert!(value(&leak, FloorRule::SparedOptionThenLongest) > 1.0 / 3.0);
    let how = floors(&TaskIndex::new(&leak), &ChoiceRules::default());
    assert!(how.iter().any(|floor| floor.how.to_string().contains("\"nothing\"")));
}

#[test]
fn lengths_positions_and_words_are_learned_from_other_clips() {
    let task = choices((0..40).map(|i| {
        let options = (0..4).map(|n| if n == i % 4 { "because magic" } else { "because of of" }.to_owned());
        (options.collect(), i % 4)
    }));
    close(value(&task, FloorRule::OptionWords), 1.0);
    close(value(&task, FloorRule::LongestOption), 0.25);
    let second = choices((0..40).map(|i| {
        let options = (0..4).map(|n| "x".repeat(1 + ((n + i) % 4) as usize)).collect::<Vec<_>>();
        let correct = (0..4).find(|&n| options[n as usize].len() == 3).unwrap();
        (options, correct)
    }));
    close(value(&second, FloorRule::LengthRank), 1.0);
    close(value(&second, FloorRule::LongestOption), 0.0);
    let always_c = choices((0..40).map(|_| (vec![String::new(); 4], 2)));
    close(value(&always_c, FloorRule::Position), 1.0);
    let found = floors(&TaskIndex::new(&always_c), &ChoiceRules::default());
    let longest = found.iter().find(|floor| floor.rule == FloorRule::LongestOption).unwrap();
    assert_eq!(longest.value, Quantity::Undefined(NoValue::NotRecorded));
}

#[test]
fn what_only_a_clip_itself_shows_is_not_learned() {
    // Each question has its own words, so that remembering would be perfect and learning is not.
    let mut own = choices((0..40).map(|i| ((0..4).map(|n| format!("w{i}v{n}")).collect(), i % 4)));
    assert!(value(&own, FloorRule::OptionWords) <= 0.3);
    // With one clip alone nothing can be learned.
    for item in &mut own.items {
        item.clip = "same.mp4".into();
    }
    close(value(&own, FloorRule::Position), 0.25);
}

fn yes_no(names: &[(String, bool)]) -> Task {
    task(&[], names.iter().map(|(name, yes)| (name.as_str(), vec![], None, Answer::YesNo { yes: *yes })).collect())
}

#[test]
fn file_names_give_classes_away() {
    let names: Vec<(String, bool)> =
        (0..60)
            .map(|i| {
                if i % 2 == 0 {
                    (format!("in/maker{}_{i}.mp4", i % 4), true)
                } else {
                    (format!("q{i}z_4_9.mp4"), false)
                }
            })
            .collect();
    let task = yes_no(&names);
    close(value(&task, FloorRule::FileName), 1.0);
    close(value(&task, FloorRule::MostFrequent), 0.5);
    let found = floors(&TaskIndex::new(&task), &ChoiceRules::default());
    let f1 = |positive: &str| {
        let measure = FloorMeasure::F1 { positive: positive.to_owned() };
        strongest(&found, &measure).unwrap().value.value().unwrap()
    };
    close(f1("yes"), 2.0 / 3.0);
    let words = found.iter().find(|floor| floor.rule == FloorRule::QuestionWords).unwrap();
    assert_eq!(words.value, Quantity::Undefined(NoValue::NotRecorded));
    assert_eq!(strongest(&found, &FloorMeasure::Accuracy).unwrap().rule, FloorRule::FileName);
}

#[test]
fn questions_can_be_answered_by_their_words() {
    let mut task = yes_no(&(0..40).map(|i| (format!("{i}.mp4"), i % 2 == 0)).collect::<Vec<_>>());
    for (i, item) in task.items.iter_mut().enumerate() {
        item.question = if i % 2 == 0 { "Is it day?" } else { "Is it night?" }.into();
    }
    close(value(&task, FloorRule::QuestionWords), 1.0);
}

#[test]
fn floors_follow_the_runs_averaging_and_empty_tasks_say_so() {
    let answer = |yes| Answer::YesNo { yes };
    let task = task(
        &[("part", &["a", "b"])],
        vec![
            ("1", vec![(0, 0)], None, answer(true)),
            ("2", vec![(0, 0)], None, answer(true)),
            ("3", vec![(0, 0)], None, answer(true)),
            ("4", vec![(0, 1)], None, answer(false)),
        ],
    );
    let averaging = choice::Averaging::Macro { facet: "part".to_owned() };
    let rules = ChoiceRules { averaging, denominator: Denominator::Parsed, guesses: true, circular: false };
    let found = floors(&TaskIndex::new(&task), &rules);
    close(found.iter().find(|f| f.rule == FloorRule::MostFrequent).unwrap().value.value().unwrap(), 0.5);
    let none = crate::scoring::marks::tests::task(&[], vec![]);
    for floor in floors(&TaskIndex::new(&none), &ChoiceRules::default()) {
        assert_eq!(floor.value, Quantity::Undefined(NoValue::Empty));
    }
    let json = serde_json::to_string(&found).unwrap();
    assert!(json.contains(r#""rule":"most-frequent","measure":"accuracy""#), "{json}");
    assert_eq!(serde_json::from_str::<Vec<Floor>>(&json).unwrap(), found);
}
