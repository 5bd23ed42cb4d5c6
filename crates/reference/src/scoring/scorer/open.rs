//! Open answers that wait for a judge, and the marks that one gives them.
//!
//! A judge that reads texts lives outside of this crate, since it may need a network: it is handed what was said and what
//! would be right ([`OpenAnswer`]), and hands back a mark for each. Invariants: a judged run stands beside the run that it
//! judges and carries the judge's name; its floor is the same judge's mean over answers that were written for other clips; a
//! change of files drops all marks.

use std::sync::Arc;

use reelcheck_types::Card;

use crate::scoring::floors::{Floor, FloorHow, FloorMeasure, FloorRule};
use crate::scoring::ids::Ids;
use crate::scoring::protocols::verdicts::{self, VerdictRules};
use crate::scoring::{Answer, Item, Judged, Merged, Prediction, Run, Said, Task, TaskId, TaskIndex, Text};

use super::marking::Placed;

/// How near an answer comes to each reference answer of its [`OpenAnswer`], in their order, 0 to 1; `None` for one that the
/// judge could not read, and nothing at all where it could not read the answer itself.
pub type Likeness = Vec<Option<f64>>;

/// An open answer with what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAnswer {
    /// What was said, verbatim.
    pub said: String,
    /// The reference answers, the primary one first.
    pub right: Vec<String>,
}

impl OpenAnswer {
    /// What was said and what would be right, as a judge of texts takes them.
    pub fn texts(&self) -> (&str, Vec<&str>) {
        (&self.said, self.right.iter().map(String::as_str).collect())
    }
}

/// What one judge says of all open answers.
pub(super) struct OpenMarks {
    pub(super) judge: Card,
    tasks: Vec<Marked>,
}

/// The judged runs of one task.
struct Marked {
    task: TaskId,
    runs: Vec<Arc<Run>>,
    /// Answers that were written for other clips.
    others: Run,
}

/// An answer that waits: of a run by its place among the merged ones, or of no run, for the floor.
struct Waiting<'a> {
    task: &'a Task,
    run: Option<usize>,
    item: &'a Item,
    line: u32,
    said: &'a str,
}

/// All open answers of all runs, task by task, and after each task's those for its floor.
fn waiting<'a>(merged: &'a Merged<'_>) -> Vec<Waiting<'a>> {
    let mut waiting = Vec::new();
    for task in &merged.tasks {
        let before = waiting.len();
        let runs = merged.runs.iter().enumerate().filter(|(_, run)| run.task.as_ref() == Some(&task.id));
        for (place, run) in runs {
            let mut ids = Ids::new(task);
            for prediction in &run.run.predictions {
                let item = ids.place(&prediction.item).and_then(|item| task.items.get(item as usize));
                if let (Some(item), Said::Text(said)) = (item.filter(|item| is_open(item)), &prediction.said) {
                    waiting.push(Waiting { task, run: Some(place), item, line: prediction.line, said });
                }
            }
        }
        if waiting.len() > before {
            waiting.extend(of_other_clips(task).map(|(item, said)| Waiting { task, run: None, item, line: 0, said }));
        }
    }
    waiting
}

/// Each open item with the reference answer of the next item that is about another clip.
fn of_other_clips(task: &Task) -> impl Iterator<Item = (&Item, &str)> {
    let open: Vec<(&Item, &str)> =
        task.items.iter().filter_map(|item| Some((item, references(item).next()?))).collect();
    (0..open.len()).filter_map(move |place| {
        let item = open[place].0;
        let mut later = open[place + 1..].iter().chain(&open[..place]);
        later.find(|(other, _)| other.clip != item.clip).map(|(_, said)| (item, *said))
    })
}

/// Whether a judge of texts can mark what is said of an item: it is open, and its primary answer is there.
pub(super) fn is_open(item: &Item) -> bool {
    references(item).next().is_some()
}

/// The reference answers of an open item, the primary one first; none where the file has no primary one.
pub(super) fn references(item: &Item) -> impl Iterator<Item = &str> {
    let (primary, alternatives): (&str, &[String]) = match &item.answer {
        Answer::Open { primary, alternatives } if !primary.trim().is_empty() => (primary, alternatives),
        _ => ("", &[]),
    };
    let all = std::iter::once(primary).chain(alternatives.iter().map(String::as_str));
    all.filter(|text| !text.trim().is_empty())
}

/// The open answers in the order in which marks are taken.
pub(super) fn answers(merged: &Merged<'_>) -> Vec<OpenAnswer> {
    let answer = |waiting: Waiting<'_>| OpenAnswer {
        said: waiting.said.to_owned(),
        right: references(waiting.item).map(str::to_owned).collect(),
    };
    waiting(merged).into_iter().map(answer).collect()
}

impl OpenMarks {
    /// Marks in the order of [`answers`]; an answer whose likenesses are missing or not finite counts as unread.
    pub(super) fn new(merged: &Merged<'_>, judge: Card, marks: Vec<Likeness>) -> Self {
        let mut tasks: Vec<Marked> = Vec::new();
        let mut latest = None;
        let marks = marks.into_iter().chain(std::iter::repeat_with(Vec::new));
        for (waiting, mut each) in waiting(merged).into_iter().zip(marks) {
            if tasks.last().is_none_or(|of_task| of_task.task != waiting.task.id) {
                let others = run(String::new(), waiting.task.file.clone(), &waiting.task.id);
                tasks.push(Marked { task: waiting.task.id.clone(), runs: Vec::new(), others });
                latest = None;
            }
            let Some(of_task) = tasks.last_mut() else { continue };
            each.iter_mut().for_each(|one| *one = one.filter(|one| one.is_finite()));
            let said = match each.iter().any(Option::is_some) {
                true => Judged::Likeness { each },
                false => Judged::Reply { reply: Text::default() },
            };
            let prediction = Prediction {
                item: waiting.item.id.clone(),
                line: waiting.line,
                said: Said::Judged(said),
                recorded: None,
            };
            let Some(place) = waiting.run else {
                of_task.others.predictions.push(prediction);
                continue;
            };
            if latest != Some(place) {
                let judged = &merged.runs[place].run;
                let model = format!("{}, by {}", judged.model, judge.id);
                of_task.runs.push(Arc::new(run(model, judged.file.clone(), &of_task.task)));
                latest = Some(place);
            }
            if let Some(run) = of_task.runs.last_mut() {
                Arc::make_mut(run).predictions.push(prediction);
            }
        }
        Self { judge, tasks }
    }

    /// The judged runs of a task.
    pub(super) fn runs(&self, task: &TaskId) -> &[Arc<Run>] {
        self.of(task).map_or(&[], |of_task| &of_task.runs)
    }

    /// What the judge's marks of answers to other clips come to.
    pub(super) fn floor(&self, task: &Task, rules: &VerdictRules) -> Option<Floor> {
        let of_task = self.of(&task.id)?;
        let index = TaskIndex::new(task);
        let placed = Placed::new(&index, &of_task.others.predictions);
        let rows = placed.verdict_rows(&index, &[]);
        Some(Floor {
            rule: FloorRule::OtherClip,
            measure: FloorMeasure::Mean,
            value: verdicts::score(&rows, index.clips(), rules).mean,
            how: FloorHow::OtherClip { judge: self.judge.id.clone() },
            facets: Vec::new(),
        })
    }

    fn of(&self, task: &TaskId) -> Option<&Marked> {
        self.tasks.iter().find(|of_task| of_task.task == *task)
    }
}

fn run(model: String, file: String, task: &TaskId) -> Run {
    Run { model, file, task: Some(task.clone()), predictions: Vec::new() }
}
