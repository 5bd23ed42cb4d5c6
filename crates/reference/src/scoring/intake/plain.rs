//! Plain tables of questions, reference answers and predictions.
//!
//! Invariant: a row gives an item, a prediction or both; rows that give neither are counted, never dropped in silence.
//! Which column holds what follows from the headers or from a mapping; where it does not, the error lists the columns
//! with examples, so that a mapping can be asked for.

use std::collections::HashMap;
use std::sync::Arc;

use super::build::{self, Source, Tally, TaskBuilder, said, task_id};
use super::columns::{AnswerKind, Roles, infer_kind, understand};
use super::sheet::{Cell, Sheet};
use super::{ColumnMapping, Content, Format, Notice, RowLacks};
use crate::error::{Fault, Problem};
use crate::names;
use crate::scoring::Text;
use crate::scoring::model::{Answer, Benchmark, Item, Prediction, Run, Said, TaskId};

const EXPECTED: &str = "a column of predictions (prediction, pred, response, output, …) or of reference answers (answer, gt, target, …), \
                        and one of ids (id, question_id, index, …)";

/// What the caller knows better than the table.
#[derive(Default)]
pub(super) struct Known {
    /// The task that the file's questions make up.
    pub(super) task: Option<TaskId>,
    /// The model.
    pub(super) model: Option<String>,
}

/// Reads a table.
///
/// # Errors
/// When the columns do not say which of them holds what.
pub(super) fn read(source: &Source<'_>, sheet: &Sheet<'_>, mapping: Option<&ColumnMapping>) -> Result<Content, Fault> {
    let mut warnings = Vec::new();
    let roles = match mapping {
        Some(mapping) => Roles::mapped(sheet, mapping, source.text)?,
        None => {
            let mut roles = Roles::named(sheet);
            settle_lone_answers(source, sheet, &mut roles, &mut warnings);
            roles
        }
    };
    let mut content = build(source, sheet, &roles, Known::default())?;
    content.warnings.extend(warnings);
    Ok(content)
}

/// Ids and answers alone may be either side: the file's name decides, and the warning says so.
fn settle_lone_answers(source: &Source<'_>, sheet: &Sheet<'_>, roles: &mut Roles, warnings: &mut Vec<Notice>) {
    let name = names::plain(source.stem());
    let is_said = ["pred", "result", "output", "submission", "response"].iter().any(|word| name.contains(word));
    let is_asked = ["answer", "groundtruth", "reference", "label", "annotation"].iter().any(|word| name.contains(word));
    let is_bare = roles.question.is_none() && roles.options.is_empty() && roles.score.is_none();
    if let Some(answer) = roles.answer.filter(|_| roles.prediction.is_none() && is_bare) {
        if is_said && !is_asked {
            (roles.prediction, roles.answer) = (Some(answer), None);
        } else {
            warnings.push(Notice::TakenForReference { column: crate::error::shown(&sheet.columns[answer]) });
        }
    }
    // The same for an object of plain values.
    let is_value = |column: usize| sheet.columns[column] == super::sheet::VALUE;
    if roles.prediction.is_some_and(is_value) && is_asked && !is_said {
        (roles.answer, roles.prediction) = (roles.prediction, None);
        warnings.push(Notice::TakenForReference { column: super::sheet::VALUE.to_owned() });
    }
}

/// Reads a table whose columns are known.
pub(super) fn build(source: &Source<'_>, sheet: &Sheet<'_>, roles: &Roles, known: Known) -> Result<Content, Fault> {
    let unmapped =
        || Fault::file(Problem::UnmappedColumns { columns: sheet.found(source.text), expected: EXPECTED.to_owned() });
    let answers = roles.prediction.or(roles.score);
    // What has no id is known by its clip, or by its place next to its reference answer.
    let item = roles.item.or(if roles.answer.is_some() { None } else { roles.clip });
    let numbered = item.is_none();
    if answers.is_none() && roles.answer.is_none() || numbered && roles.answer.is_none() {
        return Err(unmapped());
    }
    let id = known.task.or_else(|| roles.answer.is_some().then(|| own_task(source)));
    let mut runs = Runs::new(source, known.model, id.clone().filter(|_| roles.answer.is_some()));
    let mut task = id.filter(|_| roles.answer.is_some()).map(|id| {
        let facets: Vec<String> =
            roles.facets.iter().map(|&column| sheet.columns[column].trim().to_lowercase()).collect();
        let facets: Vec<&str> = facets.iter().map(String::as_str).collect();
        TaskBuilder::new(id, source, &facets)
    });
    let kind = roles.answer.map_or(AnswerKind::Open, |answer| kind_of(source, sheet, answer));
    let mut without_id = Tally::default();
    let mut without_answer = Tally::default();
    for row in 0..sheet.len() {
        let (cells, line) = (sheet.row(row), sheet.line(row));
        let id = match item {
            Some(column) => match cells[column].text(source.text) {
                Some(id) if !id.trim().is_empty() => source.share(id.trim()),
                _ => {
                    without_id.add("", line);
                    continue;
                }
            },
            None => Text::from(row.to_string()),
        };
        if let Some(task) = &mut task
            && !push_item(source, roles, task, kind, &id, cells, line)
        {
            without_answer.add(&id, line);
        }
        if let Some(column) = answers {
            let said = what_is_said(source, roles, cells[column]);
            let recorded = roles.recorded.and_then(|column| mark(cells[column], source.text));
            let model = roles.model.and_then(|column| cells[column].text(source.text));
            runs.push(model, Prediction { item: id, line, said, recorded });
        }
    }
    let models = runs.runs.len();
    let (container, rows) = (sheet.container, sheet.len());
    let mut content = Content::new(match (answers, &task) {
        (Some(_), Some(_)) => Format::Answered { container, rows, models },
        (Some(_), None) => Format::Predictions { container, rows, models },
        (None, _) => Format::Questions { container, rows },
    });
    content.holdings.runs = runs.runs.into_iter().map(Arc::new).collect();
    content
        .holdings
        .tasks
        .extend(task.filter(|task| task.len() > 0).map(|task| Arc::new(task.finish(&mut content.warnings))));
    for (tally, what) in [(without_id, RowLacks::Id), (without_answer, RowLacks::ReferenceAnswer)] {
        let Tally { count, line, .. } = tally;
        if count > 0 {
            content.warnings.push(Notice::RowsLeftOut { count, what, line });
        }
    }
    if numbered {
        content.warnings.push(Notice::Numbered);
    }
    if content.holdings.tasks.is_empty() && content.holdings.runs.is_empty() {
        return Err(unmapped());
    }
    Ok(content)
}

/// A task named after its file.
fn own_task(source: &Source<'_>) -> TaskId {
    let stem = source.stem();
    task_id(Benchmark::Other(stem.to_owned()), &stem.to_lowercase())
}

fn kind_of(source: &Source<'_>, sheet: &Sheet<'_>, answer: usize) -> AnswerKind {
    let answers: Vec<&str> = (0..sheet.len()).filter_map(|row| sheet.cell(row, answer).text(source.text)).collect();
    infer_kind(answers.iter().copied())
}

/// Adds the row's item; false if it has no reference answer.
fn push_item(
    source: &Source<'_>,
    roles: &Roles,
    task: &mut TaskBuilder,
    kind: AnswerKind,
    id: &Text,
    cells: &[Cell<'_>],
    line: u32,
) -> bool {
    let text = |column: Option<usize>| column.and_then(|column| cells[column].text(source.text));
    let Some(reference) = text(roles.answer) else { return false };
    let question = text(roles.question).unwrap_or_default();
    let mut options = roles.options_of(cells, source.text);
    if options.len() < 2 {
        options = build::options_in(question);
    }
    let place = reference.trim().parse::<u32>().ok().filter(|&place| (place as usize) < options.len());
    let answer = match place.filter(|_| roles.answer_is_place && options.len() >= 2) {
        Some(correct) => Some(Answer::Choice { options: options.into(), correct }),
        None => understand(reference, options, kind),
    };
    let Some(answer) = answer else {
        task.unread(reference, line);
        return true;
    };
    let facets = (0u32..)
        .zip(&roles.facets)
        .filter_map(|(index, &column)| task.facet(index, cells[column].text(source.text)?))
        .collect();
    let clip = text(roles.clip).map_or_else(|| id.clone(), |clip| source.share(clip));
    let question = source.share(question);
    task.push(Item { id: id.clone(), clip, facets, group: None, question, answer }, line);
    true
}

fn what_is_said(source: &Source<'_>, roles: &Roles, cell: Cell<'_>) -> Said {
    if roles.prediction.is_none() {
        return cell.number().map_or(Said::Nothing, Said::Score);
    }
    match cell {
        Cell::Missing => Said::Nothing,
        Cell::Text(text) => Said::Text(source.share(text)),
        Cell::Node(node) => said(node, source),
    }
}

/// An earlier harness's mark.
fn mark(cell: Cell<'_>, text: &str) -> Option<f64> {
    let word = |cell: Cell<'_>| {
        let value = cell.text(text)?;
        match value.trim() {
            word if word.eq_ignore_ascii_case("true") => Some(1.0),
            word if word.eq_ignore_ascii_case("false") => Some(0.0),
            _ => None,
        }
    };
    cell.number().or_else(|| word(cell)).filter(|mark| (0.0..=1.0).contains(mark))
}

/// Runs by model, in the order of their first row.
struct Runs<'s, 't> {
    source: &'s Source<'t>,
    task: Option<TaskId>,
    model: Option<String>,
    runs: Vec<Run>,
    /// The runs of the models that rows name.
    places: HashMap<String, usize>,
    /// The run of the rows that name none.
    unnamed: Option<usize>,
}

impl<'s, 't> Runs<'s, 't> {
    fn new(source: &'s Source<'t>, model: Option<String>, task: Option<TaskId>) -> Self {
        Self { source, task, model, runs: Vec::new(), places: HashMap::new(), unnamed: None }
    }

    fn push(&mut self, model: Option<&str>, prediction: Prediction) {
        let known = match model {
            Some(model) => self.places.get(model).copied(),
            None => self.unnamed,
        };
        let place = known.unwrap_or_else(|| {
            let name = match model {
                Some(model) => model.to_owned(),
                None => self.model.clone().unwrap_or_else(|| self.source.model(|_| false)),
            };
            let place = self.runs.len();
            match model {
                Some(model) => _ = self.places.insert(model.to_owned(), place),
                None => self.unnamed = Some(place),
            }
            self.runs.push(build::run(name, self.source, self.task.clone()));
            place
        });
        self.runs[place].predictions.push(prediction);
    }
}
