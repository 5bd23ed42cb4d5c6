//! Verdicts of judges on open answers, as files record them: means, accuracy, marks, axes, assertions.
//!
//! No judge is asked here. Invariants: the denominator is the stated one, since scripts differ in whether an unread verdict
//! counts as 0 or disappears; quirks of published scripts stand under their own names beside the corrected number: whole
//! marks (Video-ChatGPT's scripts cut decimals off) and half-true assertions (TC-Bench's transition completion ratio takes
//! 0.5 for true).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scoring::interval::{Ends, PerClip, Row};
use crate::scoring::{Denominator, Judged, Marked, Quantity};

/// The verdict on one answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict<'a> {
    /// A verdict that was read. A [`Judged::Reply`] still has to be read by a profile's rule and counts as unread.
    Given(&'a Judged),
    /// There is a verdict that the profile's rule cannot read.
    Unread,
    /// There is no verdict.
    Missing,
}

/// The verdict on one answer with its clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VerdictRow<'a> {
    /// The clip's number, smaller than the number of clips.
    pub clip: u32,
    /// The verdict.
    pub verdict: Verdict<'a>,
}

/// How verdicts are scored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictRules {
    /// Which answers count. What is unread or missing counts as 0 where it counts.
    pub denominator: Denominator,
    /// Whether decimals of marks are cut off first.
    pub whole_marks: bool,
    /// Kinds of assertions that the all-assertions rate leaves aside: `other objects` in TC-Bench.
    #[serde(default)]
    pub aside: Vec<String>,
}

/// Marks on one axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AxisScore {
    /// The axis.
    pub axis: String,
    /// The mean mark, 0 to `most`.
    pub mean: Quantity,
    /// The best mark.
    pub most: f64,
}

/// Verdicts on single assertions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssertionScore {
    /// Assertions of all answers.
    pub assertions: u64,
    /// Those whose verdict could not be read; they count as 0.
    pub unread: u64,
    /// Half-true ones, which the two rates treat differently.
    pub half: u64,
    /// Share of answers with every assertion that is not set aside above 0; an answer without any counts as complete. This
    /// is TC-Bench's transition completion ratio (TCR) as its script computes it.
    pub all_truthy: Quantity,
    /// Share of answers with every such assertion at 1, over the answers that have any.
    pub all_true: Quantity,
    /// Mean over all assertions, those set aside included: TC-Score without its similarity part.
    pub mean: Quantity,
}

/// The score of one run's verdicts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictScore {
    /// The rules.
    pub rules: VerdictRules,
    /// Answers.
    pub answers: u64,
    /// With a verdict that was read.
    pub read: u64,
    /// With one that was not.
    pub unread: u64,
    /// Without one.
    pub missing: u64,
    /// Mean of all verdicts on a scale of 0 to 1: right is 1, marks count as shares of the best mark.
    pub mean: Quantity,
    /// Share of verdicts that say right, among verdicts of right or wrong.
    pub accuracy: Quantity,
    /// The mean mark on its own scale; its `most` is the largest best mark seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<AxisScore>,
    /// Axis by axis, by name.
    pub axes: Vec<AxisScore>,
    /// The mean of the axes' means as shares of their best marks; absent without axes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub axes_mean: Option<Quantity>,
    /// Assertions; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assertions: Option<AssertionScore>,
}

/// A verdict on a scale of 0 to 1: the mean share of axes and the mean of assertions, unread ones as 0. `None` for a reply
/// that still has to be read, or where there is nothing to average.
pub fn share(judged: &Judged, whole_marks: bool) -> Option<f64> {
    let of = |mark: f64, most: f64| (most > 0.0).then(|| cut(mark, whole_marks) / most).filter(|s| s.is_finite());
    match judged {
        Judged::Right { right } => Some(f64::from(u8::from(*right))),
        Judged::Mark { mark, most } => of(*mark, *most),
        Judged::Axes { marks, most } if !marks.is_empty() => {
            let sum: Option<f64> = marks.iter().map(|(_, mark)| of(*mark, *most)).sum();
            sum.map(|sum| sum / marks.len() as f64)
        }
        Judged::Assertions { marks, .. } if !marks.is_empty() => {
            Some(marks.iter().map(|mark| mark.unwrap_or(0.0)).sum::<f64>() / marks.len() as f64)
        }
        Judged::Likeness { each } => nearest(each).map(|(_, likeness)| likeness),
        Judged::Reply { .. } | Judged::Axes { .. } | Judged::Assertions { .. } => None,
    }
}

/// The place and the likeness of the reference answer that comes nearest, the first of equal ones.
pub(crate) fn nearest(each: &[Option<f64>]) -> Option<(usize, f64)> {
    let finite = each.iter().enumerate().filter_map(|(place, one)| Some((place, one.filter(|one| one.is_finite())?)));
    finite.reduce(|best, one| if one.1 > best.1 { one } else { best })
}

fn cut(mark: f64, whole: bool) -> f64 {
    if whole { mark.trunc() } else { mark }
}

/// Scores the verdicts on one run's answers about `clips` clips.
pub fn score(rows: &[VerdictRow<'_>], clips: u32, rules: &VerdictRules) -> VerdictScore {
    let state = |row: &VerdictRow<'_>| match row.verdict {
        Verdict::Given(judged) if share(judged, false).is_some() => Marked::Right,
        Verdict::Given(_) | Verdict::Unread => Marked::Unparsed,
        Verdict::Missing => Marked::Missing,
    };
    let count = |of: Marked| rows.iter().filter(|row| state(row) == of).count() as u64;
    let counted = || rows.iter().filter(|row| rules.denominator.holds(state(row)));
    let given = |row: &VerdictRow<'_>| match row.verdict {
        Verdict::Given(judged) => share(judged, rules.whole_marks),
        Verdict::Unread | Verdict::Missing => None,
    };
    let mut space = PerClip::new(clips as usize);
    let n = counted().count() as u64;
    let row = |clip: u32, above: f64| Row { part: 0, clip, above, below: 1.0 };
    let all = counted().map(|r| row(r.clip, given(r).unwrap_or(0.0)));
    let mean = space.ratios(all, &[1.0], n, Ends::Mean(0.0, 1.0));

    // A column of one kind: verdicts of other kinds are not in it, what has none is in it as 0 if it counts.
    let mut column = |of: &dyn Fn(&Judged) -> Option<f64>, ends: Ends| {
        let value = |r: &VerdictRow<'_>| match r.verdict {
            Verdict::Given(judged) if share(judged, false).is_some() => of(judged),
            _ => Some(0.0),
        };
        let has = rows.iter().any(|r| matches!(r.verdict, Verdict::Given(judged) if of(judged).is_some()));
        let rows = counted().filter_map(|r| value(r).map(|value| row(r.clip, value)));
        has.then(|| space.ratios(rows.clone(), &[1.0], rows.count() as u64, ends))
    };
    let right = |judged: &Judged| match judged {
        Judged::Right { right } => Some(f64::from(u8::from(*right))),
        _ => None,
    };
    let accuracy = column(&right, Ends::Share);
    let mut most = 0.0f64;
    let mut axes: BTreeMap<&str, f64> = BTreeMap::new();
    for row in rows {
        match row.verdict {
            Verdict::Given(Judged::Mark { most: of_mark, .. }) => most = most.max(*of_mark),
            Verdict::Given(Judged::Axes { marks, most }) => {
                for (axis, _) in marks {
                    let of_axis = axes.entry(axis).or_insert(*most);
                    *of_axis = of_axis.max(*most);
                }
            }
            _ => {}
        }
    }
    let whole = rules.whole_marks;
    let mark = |judged: &Judged| match judged {
        Judged::Mark { mark, .. } => Some(cut(*mark, whole)),
        _ => None,
    };
    let mark = column(&mark, Ends::Mean(0.0, most)).map(|mean| AxisScore { axis: "mark".to_owned(), mean, most });
    let axes: Vec<AxisScore> = axes
        .into_iter()
        .filter_map(|(axis, most)| {
            let of_axis = |judged: &Judged| match judged {
                Judged::Axes { marks, .. } => {
                    marks.iter().find(|(name, _)| name == axis).map(|(_, mark)| cut(*mark, whole))
                }
                _ => None,
            };
            column(&of_axis, Ends::Mean(0.0, most)).map(|mean| AxisScore { axis: axis.to_owned(), mean, most })
        })
        .collect();
    let axes_mean = axes_mean(&axes);
    let assertions = assertions(rows, rules, &mut space, &state);
    VerdictScore {
        rules: rules.clone(),
        answers: rows.len() as u64,
        read: count(Marked::Right),
        unread: count(Marked::Unparsed),
        missing: count(Marked::Missing),
        mean,
        accuracy: accuracy.unwrap_or(Quantity::Undefined(crate::scoring::NoValue::NotRecorded)),
        mark,
        axes,
        axes_mean,
        assertions,
    }
}

fn axes_mean(axes: &[AxisScore]) -> Option<Quantity> {
    let shares: Option<Vec<f64>> =
        axes.iter().map(|axis| axis.mean.value().filter(|_| axis.most > 0.0).map(|mean| mean / axis.most)).collect();
    let n = axes.iter().map(|axis| axis.mean.n()).max()?;
    let shares = shares.filter(|shares| !shares.is_empty());
    Some(shares.map_or(Quantity::Undefined(crate::scoring::NoValue::EmptyPart), |shares| {
        Quantity::plain(shares.iter().sum::<f64>() / shares.len() as f64, n)
    }))
}

fn assertions(
    rows: &[VerdictRow<'_>],
    rules: &VerdictRules,
    space: &mut PerClip,
    state: &dyn Fn(&VerdictRow<'_>) -> Marked,
) -> Option<AssertionScore> {
    let (mut of_all, mut unread, mut half) = (0u64, 0u64, 0u64);
    let (mut single, mut truthy, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let row = |clip: u32, above: f64| Row { part: 0, clip, above, below: 1.0 };
    let is = |yes: bool| f64::from(u8::from(yes));
    for r in rows {
        let Verdict::Given(Judged::Assertions { marks, kinds }) = r.verdict else {
            if rules.denominator.holds(state(r)) && state(r) != Marked::Right {
                truthy.push(row(r.clip, 0.0));
                whole.push(row(r.clip, 0.0));
            }
            continue;
        };
        of_all += marks.len() as u64;
        unread += marks.iter().filter(|mark| mark.is_none()).count() as u64;
        half += marks.iter().flatten().filter(|mark| **mark > 0.0 && **mark < 1.0).count() as u64;
        single.extend(marks.iter().map(|mark| row(r.clip, mark.unwrap_or(0.0))));
        let aside = |i: usize| kinds.get(i).is_some_and(|kind| rules.aside.contains(kind));
        let mut counted =
            marks.iter().enumerate().filter(|(i, _)| !aside(*i)).map(|(_, mark)| mark.unwrap_or(0.0)).peekable();
        let any = counted.peek().is_some();
        let (all_truthy, all_true) =
            counted.fold((true, true), |(truthy, whole), mark| (truthy && mark != 0.0, whole && mark >= 1.0));
        truthy.push(row(r.clip, is(all_truthy)));
        if any {
            whole.push(row(r.clip, is(all_true)));
        }
    }
    if of_all == 0 {
        return None;
    }
    let mut rate = |rows: &[Row], ends| space.ratios(rows.iter().copied(), &[1.0], rows.len() as u64, ends);
    Some(AssertionScore {
        assertions: of_all,
        unread,
        half,
        all_truthy: rate(&truthy, Ends::Share),
        all_true: rate(&whole, Ends::Share),
        mean: rate(&single, Ends::Mean(0.0, 1.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::NoValue;

    fn rows<'a>(verdicts: &[Verdict<'a>]) -> Vec<VerdictRow<'a>> {
        (0u32..).zip(verdicts).map(|(clip, &verdict)| VerdictRow { clip, verdict }).collect()
    }

    fn close(quantity: Quantity, expected: f64, n: u64) {
        assert!(
            matches!(quantity, Quantity::Value { value, n: of, .. } if (value - expected).abs() < 1e-12 && of == n),
            "{quantity:?} is not {expected} of {n}"
        );
    }

    #[test]
    fn what_is_unread_counts_as_zero_or_not_at_all() {
        let (good, bad) = (Judged::Mark { mark: 4.5, most: 5.0 }, Judged::Mark { mark: 1.0, most: 5.0 });
        let reply = Judged::Reply { reply: "4".into() };
        let all = rows(&[Verdict::Given(&good), Verdict::Given(&bad), Verdict::Given(&reply), Verdict::Missing]);
        let found =
            |denominator, whole_marks| score(&all, 4, &VerdictRules { denominator, whole_marks, ..Default::default() });
        let over_all = found(Denominator::All, false);
        close(over_all.mean, 1.1 / 4.0, 4);
        close(over_all.mark.unwrap().mean, 5.5 / 4.0, 4);
        assert_eq!((over_all.read, over_all.unread, over_all.missing), (2, 1, 1));
        close(found(Denominator::Answered, false).mean, 1.1 / 3.0, 3);
        let parsed = found(Denominator::Parsed, true);
        close(parsed.mark.unwrap().mean, 2.5, 2);
        assert_eq!(parsed.accuracy, Quantity::Undefined(NoValue::NotRecorded));
    }

    #[test]
    fn right_and_wrong_make_an_accuracy() {
        let (yes, no) = (Judged::Right { right: true }, Judged::Right { right: false });
        let all = rows(&[Verdict::Given(&yes), Verdict::Given(&no), Verdict::Given(&yes), Verdict::Unread]);
        close(score(&all, 4, &VerdictRules::default()).accuracy, 0.5, 4);
        let rules = VerdictRules { denominator: Denominator::Parsed, ..Default::default() };
        close(score(&all, 4, &rules).accuracy, 2.0 / 3.0, 3);
        assert_eq!(score(&[], 0, &rules).mean, Quantity::Undefined(NoValue::Empty));
    }

    #[test]
    fn axes_are_told_one_by_one_and_together() {
        let marks = |a: f64, b: Option<f64>| Judged::Axes {
            marks: std::iter::once(("detail".to_owned(), a)).chain(b.map(|b| ("context".to_owned(), b))).collect(),
            most: 5.0,
        };
        let (first, second) = (marks(4.0, Some(2.0)), marks(3.0, None));
        let found = score(&rows(&[Verdict::Given(&first), Verdict::Given(&second)]), 2, &VerdictRules::default());
        let axes: Vec<(&str, f64, u64)> =
            found.axes.iter().map(|a| (a.axis.as_str(), a.mean.value().unwrap(), a.mean.n())).collect();
        assert_eq!(axes, [("context", 2.0, 1), ("detail", 3.5, 2)]);
        close(found.axes_mean.unwrap(), (0.4 + 0.7) / 2.0, 2);
    }

    #[test]
    fn a_half_true_assertion_is_true_to_the_published_script_alone() {
        let judged = |marks: &[Option<f64>], kinds: &[&str]| Judged::Assertions {
            marks: marks.to_vec(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        };
        let half = judged(&[Some(1.0), Some(0.5), Some(0.0)], &["transition", "transition", "other objects"]);
        let whole = judged(&[Some(1.0)], &["transition"]);
        let unread = judged(&[Some(1.0), None], &["transition", "transition"]);
        let aside = judged(&[Some(0.0)], &["other objects"]);
        let all = rows(&[&half, &whole, &unread, &aside].map(Verdict::Given));
        let rules = VerdictRules { aside: vec!["other objects".to_owned()], ..Default::default() };
        let found = score(&all, 4, &rules).assertions.unwrap();
        assert_eq!((found.assertions, found.unread, found.half), (7, 1, 1));
        close(found.all_truthy, 3.0 / 4.0, 4);
        close(found.all_true, 1.0 / 3.0, 3);
        close(found.mean, 3.5 / 7.0, 7);
    }
}
