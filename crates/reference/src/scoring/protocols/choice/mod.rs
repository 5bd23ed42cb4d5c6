//! Accuracy: micro, macro over a facet, nested, per facet value, with circular groups.
//!
//! Invariants: the denominator is the stated one; a rule that guesses is scored by its expected value and the range between
//! no luck and full luck, never by drawing. The means over facets are made in `facets`.

mod facets;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scoring::interval::{Ends, PerClip, Row};
use crate::scoring::{Answer, Denominator, Marked, Quantity, Sheet, Tally, TaskIndex};
use facets::{by_facet, by_group, mean_over, nested};

/// How single answers become one score.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "averaging")]
pub enum Averaging {
    /// Right items over items.
    #[default]
    Micro,
    /// The mean over a facet's values of the accuracy within each. Values without an item in the task do not enter.
    Macro {
        /// The facet's name.
        facet: String,
    },
    /// The mean over the values of one facet of the mean over the values of another within it: OVO-Bench's total is
    /// nested over its three groups and their tasks.
    Nested {
        /// The outer facet's name.
        groups: String,
        /// The inner facet's name.
        parts: String,
    },
}

/// How choices are scored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChoiceRules {
    /// Which items count.
    pub denominator: Denominator,
    /// Whether the rule answers at random where it cannot read an answer. Such an item earns one over the number of its
    /// options (one half for yes or no), the expected value of the guess.
    pub guesses: bool,
    /// How the score is averaged.
    pub averaging: Averaging,
    /// Whether items of one group count as one, right if all of them are.
    pub circular: bool,
}

/// The accuracy on one value of a facet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FacetScore {
    /// The value.
    pub value: String,
    /// Items (or groups) of the task with this value, counted or not.
    pub items: u64,
    /// The accuracy, 0 to 1.
    pub accuracy: Quantity,
}

/// The accuracy by one facet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FacetScores {
    /// The facet's name.
    pub facet: String,
    /// Its values, in the task's order.
    pub values: Vec<FacetScore>,
    /// Items without a value of it.
    pub without: u64,
    /// The mean over the values.
    pub mean: Quantity,
}

/// The score of one run on closed questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChoiceScore {
    /// The rules.
    pub rules: ChoiceRules,
    /// How many answers there are of each kind.
    pub tally: Tally,
    /// What is counted: items, or groups where the rules are circular.
    pub units: u64,
    /// The score under the rules, 0 to 1.
    pub score: Quantity,
    /// Right over counted, 0 to 1, whatever the averaging.
    pub micro: Quantity,
    /// The micro score if no guess were right, and if all were; absent without guesses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub luck: Option<(f64, f64)>,
    /// The mean over the parts of each group, where the averaging is nested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<FacetScore>,
    /// By facet.
    pub facets: Vec<FacetScores>,
}

/// What counts once.
#[derive(Clone, Copy)]
struct Unit {
    /// The item that stands for it.
    item: u32,
    clip: u32,
    credit: f64,
    /// Whether a guess decides over it.
    guessed: bool,
    counted: bool,
}

/// The expected value of a guess.
pub(crate) fn chance(answer: &Answer) -> f64 {
    match answer {
        Answer::Choice { options, .. } => 1.0 / (options.len().max(1) as f64),
        Answer::YesNo { .. } => 0.5,
        Answer::Label { .. } | Answer::Count { .. } | Answer::Open { .. } => 0.0,
    }
}

/// What an item earns.
struct Credit {
    credit: f64,
    guessed: bool,
    counted: bool,
}

fn units(index: &TaskIndex<'_>, credit: impl Fn(usize) -> Credit, circular: bool) -> Vec<Unit> {
    let single = index.clip_of().iter().enumerate().map(|(i, &clip)| {
        let Credit { credit, guessed, counted } = credit(i);
        Unit { item: u32::try_from(i).unwrap_or(u32::MAX), clip, credit, guessed, counted }
    });
    if !circular {
        return single.collect();
    }
    let mut place_of = vec![usize::MAX; index.groups() as usize];
    let mut units: Vec<Unit> = Vec::new();
    for (i, unit) in single.enumerate() {
        let Some(group) = index.group_of(i) else {
            units.push(unit);
            continue;
        };
        let place = &mut place_of[group as usize];
        if *place == usize::MAX {
            *place = units.len();
            units.push(unit);
        } else {
            let whole = &mut units[*place];
            // Guesses are independent, so that the expected value of "all right" is the product.
            *whole = Unit {
                credit: match (whole.counted, unit.counted) {
                    (true, true) => whole.credit * unit.credit,
                    (true, false) => whole.credit,
                    (false, _) => unit.credit,
                },
                guessed: whole.guessed || unit.guessed,
                counted: whole.counted || unit.counted,
                ..*whole
            };
        }
    }
    units
}

/// Scores one run.
pub fn score(sheet: &Sheet<'_>, rules: &ChoiceRules) -> ChoiceScore {
    let index = sheet.index();
    let units = units(index, |i| credit(index, sheet.marks()[i].state, i, rules), rules.circular);
    score_units(index, sheet.tally(), &units, rules, true)
}

/// The score under the rules, without its parts, of the states of all items in the task's order.
pub(crate) fn score_alone(index: &TaskIndex<'_>, states: &[Marked], rules: &ChoiceRules) -> Quantity {
    if rules.averaging == Averaging::Micro && !rules.circular && !rules.guesses {
        // Without guesses the state alone says what an item earns.
        const STATES: [Marked; 4] = [Marked::Right, Marked::Wrong, Marked::Unparsed, Marked::Missing];
        let mut counts = [false; STATES.len()];
        STATES.iter().for_each(|&state| counts[state as usize] = rules.denominator.holds(state));
        let rows = index.clip_of().iter().zip(states).filter(|(_, state)| counts[**state as usize]);
        let row = |(&clip, &state): (&u32, &Marked)| Row {
            part: 0,
            clip,
            above: f64::from(u8::from(state == Marked::Right)),
            below: 1.0,
        };
        return PerClip::new(index.clips() as usize).ratio(rows.map(row), Ends::Share);
    }
    let credit = |i: usize| credit(index, states[i], i, rules);
    score_units(index, Tally::default(), &units(index, credit, rules.circular), rules, false).score
}

/// What an item of this state earns under the rules.
fn credit(index: &TaskIndex<'_>, state: Marked, item: usize, rules: &ChoiceRules) -> Credit {
    let guessed = rules.guesses && state == Marked::Unparsed;
    let credit = match state {
        Marked::Right => 1.0,
        Marked::Unparsed if guessed => chance(&index.task().items[item].answer),
        _ => 0.0,
    };
    Credit { credit, guessed, counted: guessed || rules.denominator.holds(state) }
}

/// The mean credit over the counted items.
fn micro(index: &TaskIndex<'_>, credit: impl Fn(usize) -> Credit) -> Quantity {
    let row = |(i, &clip): (usize, &u32)| {
        let Credit { credit, counted, .. } = credit(i);
        counted.then_some(Row { part: 0, clip, above: credit, below: 1.0 })
    };
    PerClip::new(index.clips() as usize).ratio(index.clip_of().iter().enumerate().filter_map(row), Ends::Share)
}

/// Scores expected credits, one per item in the task's order, as a run is scored: an item without a credit is in no
/// denominator. This is how floors are told under the same averaging as runs.
pub(crate) fn score_credits(
    index: &TaskIndex<'_>,
    credits: &[Option<f64>],
    rules: &ChoiceRules,
    with_facets: bool,
) -> (Quantity, Vec<FacetScores>) {
    let unit = |i: usize| {
        let credit = credits.get(i).copied().flatten();
        Credit { credit: credit.unwrap_or(0.0), guessed: false, counted: credit.is_some() }
    };
    if rules.averaging == Averaging::Micro && !rules.circular && !with_facets {
        return (micro(index, unit), Vec::new());
    }
    let scored = score_units(index, Tally::default(), &units(index, unit, rules.circular), rules, with_facets);
    (scored.score, scored.facets)
}

fn score_units(
    index: &TaskIndex<'_>,
    tally: Tally,
    units: &[Unit],
    rules: &ChoiceRules,
    with_facets: bool,
) -> ChoiceScore {
    let task = index.task();
    let mut space = PerClip::new(index.clips() as usize);
    let counted = units.iter().filter(|unit| unit.counted).count() as u64;
    let micro = space.ratio(units.iter().filter(|unit| unit.counted).map(|unit| row(unit, 0)), Ends::Share);
    let luck = (rules.guesses && counted > 0).then(|| {
        let sum = |lucky: f64| {
            let credit = |unit: &Unit| match (unit.guessed, unit.credit > 0.0) {
                (true, true) => lucky,
                _ => unit.credit,
            };
            units.iter().filter(|unit| unit.counted).map(credit).sum::<f64>() / counted as f64
        };
        (sum(0.0), sum(1.0))
    });
    let groups = match &rules.averaging {
        Averaging::Nested { groups, parts } if with_facets => by_group(task, units, groups, parts, &mut space),
        _ => Vec::new(),
    };
    let facets: Vec<FacetScores> = if with_facets {
        (0u32..).zip(&task.facets).map(|(facet, _)| by_facet(task, units, facet, &mut space)).collect()
    } else {
        Vec::new()
    };
    let score = match &rules.averaging {
        Averaging::Micro => micro,
        Averaging::Macro { facet } => mean_over(task, units, facet, &facets, &mut space),
        Averaging::Nested { groups, parts } => nested(task, units, Some(groups), parts, &mut space),
    };
    ChoiceScore { rules: rules.clone(), tally, units: units.len() as u64, score, micro, luck, groups, facets }
}

fn row(unit: &Unit, part: u32) -> Row {
    Row { part, clip: unit.clip, above: unit.credit, below: 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::marks::tests::{choice, mark, task};
    use crate::scoring::{NoValue, Repeats, Task};
    use Marked::{Missing, Right, Unparsed, Wrong};

    fn scored(task: &Task, states: &[Marked], rules: &ChoiceRules) -> ChoiceScore {
        let index = TaskIndex::new(task);
        let marks: Vec<_> = (0u32..).zip(states).map(|(item, &state)| mark(item, state)).collect();
        score(&Sheet::new(&index, &marks, Repeats::Last), rules)
    }

    fn close(found: Quantity, expected: f64, n: u64) {
        assert!(
            matches!(found, Quantity::Value { value, n: of, .. } if (value - expected).abs() < 1e-12 && of == n),
            "{found:?} is not {expected} of {n}"
        );
    }

    fn simple() -> Task {
        let item = |clip, values: &[u32]| (clip, values.iter().map(|&v| (0, v)).collect(), None, choice(4, 0));
        task(
            &[("domain", &["x", "y", "unused"])],
            vec![item("a", &[0]), item("a", &[0, 1]), item("b", &[1]), item("c", &[1]), item("d", &[])],
        )
    }

    #[test]
    fn denominators_differ_in_what_is_unread() {
        let states = [Right, Wrong, Unparsed, Missing, Right];
        for (denominator, expected, n) in
            [(Denominator::All, 2.0 / 5.0, 5), (Denominator::Answered, 0.5, 4), (Denominator::Parsed, 2.0 / 3.0, 3)]
        {
            let rules = ChoiceRules { denominator, ..Default::default() };
            close(scored(&simple(), &states, &rules).score, expected, n);
        }
        // A guess among four options is worth a quarter, even where unread answers would leave the denominator.
        let rules = ChoiceRules { denominator: Denominator::Parsed, guesses: true, ..Default::default() };
        let found = scored(&simple(), &states, &rules);
        close(found.score, 2.25 / 4.0, 4);
        assert_eq!(found.luck, Some((0.5, 0.75)));
    }

    #[test]
    fn facets_count_items_in_each_of_their_values() {
        let rules = ChoiceRules { averaging: Averaging::Macro { facet: "domain".to_owned() }, ..Default::default() };
        let found = scored(&simple(), &[Right, Right, Wrong, Wrong, Right], &rules);
        let domain = &found.facets[0];
        close(domain.values[0].accuracy, 1.0, 2);
        close(domain.values[1].accuracy, 1.0 / 3.0, 3);
        assert_eq!(domain.values[2].accuracy, Quantity::Undefined(NoValue::Empty));
        assert_eq!(domain.without, 1);
        close(found.score, 2.0 / 3.0, 4);
        assert_eq!(found.score, domain.mean);
    }

    #[test]
    fn a_part_that_is_all_unread_makes_the_mean_undefined() {
        let averaging = Averaging::Macro { facet: "domain".to_owned() };
        let rules = ChoiceRules { denominator: Denominator::Parsed, averaging, ..Default::default() };
        let found = scored(&simple(), &[Unparsed, Unparsed, Wrong, Wrong, Right], &rules);
        assert_eq!(found.score, Quantity::Undefined(NoValue::EmptyPart));
        let rules = ChoiceRules { averaging: Averaging::Macro { facet: "none".to_owned() }, ..Default::default() };
        assert_eq!(scored(&simple(), &[], &rules).score, Quantity::Undefined(NoValue::NoSuchFacet));
    }

    #[test]
    fn nested_means_weigh_groups_before_parts() {
        let item = |clip, group, part| (clip, vec![(0, group), (1, part)], None, choice(4, 0));
        let task = task(
            &[("group", &["g", "h"]), ("task", &["t", "u", "v"])],
            vec![item("a", 0, 0), item("b", 0, 0), item("c", 0, 1), item("d", 1, 2), item("e", 1, 2)],
        );
        let averaging = Averaging::Nested { groups: "group".to_owned(), parts: "task".to_owned() };
        let found =
            scored(&task, &[Right, Wrong, Wrong, Right, Right], &ChoiceRules { averaging, ..Default::default() });
        // ((1/2 + 0)/2 + 1)/2
        close(found.score, 0.625, 5);
        close(found.micro, 0.6, 5);
        close(found.groups[0].accuracy, 0.25, 3);
        close(found.groups[1].accuracy, 1.0, 2);
        close(found.facets[1].mean, 0.5, 5);
    }

    #[test]
    fn circular_groups_are_right_only_as_a_whole() {
        let item = |clip, group: Option<&'static str>| (clip, vec![], group, choice(4, 0));
        let task = task(
            &[],
            vec![
                item("a", Some("g")),
                item("a", Some("g")),
                item("b", Some("h")),
                item("b", Some("h")),
                item("c", None),
            ],
        );
        let rules = ChoiceRules { circular: true, ..Default::default() };
        let found = scored(&task, &[Right, Right, Right, Wrong, Right], &rules);
        assert_eq!(found.units, 3);
        close(found.score, 2.0 / 3.0, 3);
        // Under the parsed denominator a group without any answer disappears, as VNBench's summary does it.
        let rules = ChoiceRules { denominator: Denominator::Parsed, ..rules };
        let found = scored(&task, &[Right, Missing, Missing, Missing, Wrong], &rules);
        close(found.score, 0.5, 2);
    }

    #[test]
    fn nothing_gives_a_reason() {
        let found = scored(&task(&[], vec![]), &[], &ChoiceRules::default());
        assert_eq!(found.score, Quantity::Undefined(NoValue::Empty));
        let json = serde_json::to_string(&found).unwrap();
        assert!(json.contains(r#""score":{"kind":"undefined","why":"empty"}"#), "{json}");
        assert_eq!(serde_json::from_str::<ChoiceScore>(&json).unwrap(), found);
    }
}
