//! Which column holds what, and what a reference answer is.
//!
//! Invariant: a reference answer is read one way for a whole file: letters, yes and no, numbers, labels or free text,
//! decided by all its answers together; with options at hand, an answer has to name one of them.

use std::collections::HashSet;

use super::ColumnMapping;
use super::build::{MAX_OPTIONS, blank, lone_letter, option_named, unlettered, yes_no};
use super::sheet::{Cell, KEY, Sheet, VALUE};
use crate::error::{Fault, Problem};
use crate::names;
use crate::scoring::model::Answer;

const ITEM: [&str; 14] = [
    "questionid",
    "qid",
    "id",
    "index",
    "idx",
    "itemid",
    "item",
    "sampleid",
    "docid",
    "uid",
    "quid",
    "taskid",
    "key",
    "number",
];
const PREDICTION: [&str; 18] = [
    "prediction",
    "pred",
    "response",
    "output",
    "reply",
    "modelanswer",
    "modelresponse",
    "modeloutput",
    "modelprediction",
    "predictedanswer",
    "predanswer",
    "predictions",
    "preds",
    "videollmprediction",
    "generated",
    "generation",
    "completion",
    "raw",
];
const REFERENCE: [&str; 18] = [
    "gt",
    "groundtruth",
    "gtanswer",
    "target",
    "correctanswer",
    "correctchoice",
    "rightanswer",
    "referenceanswer",
    "reference",
    "gold",
    "goldanswer",
    "correctindex",
    "correctidx",
    "answeridx",
    "answerindex",
    "answer",
    "label",
    "solution",
];
/// Headers of reference answers that count options from 0.
const PLACE: [&str; 5] = ["correctchoice", "correctindex", "correctidx", "answeridx", "answerindex"];
const QUESTION: [&str; 4] = ["question", "prompt", "query", "input"];
const OPTION_LIST: [&str; 4] = ["options", "candidates", "choices", "optionlist"];
const MODEL: [&str; 5] = ["model", "modelname", "run", "system", "method"];
const SCORE: [&str; 9] =
    ["score", "prob", "probability", "confidence", "pyes", "probyes", "yesprob", "scoreyes", "logit"];
const RECORDED: [&str; 7] = ["rating", "correct", "iscorrect", "hit", "acc", "accuracy", "score"];
const FACETS: [&str; 22] = [
    "category",
    "subcategory",
    "tasktype",
    "task",
    "type",
    "duration",
    "durationgroup",
    "durationtype",
    "domain",
    "questiontype",
    "questioncategory",
    "topiccategory",
    "dimension",
    "split",
    "level",
    "subset",
    "difficulty",
    "source",
    "genre",
    "skill",
    "aspect",
    "l2category",
];

/// The columns of a table by what they hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Roles {
    pub(super) item: Option<usize>,
    pub(super) prediction: Option<usize>,
    pub(super) score: Option<usize>,
    pub(super) answer: Option<usize>,
    /// Whether the reference answer is the place of an option, counted from 0.
    pub(super) answer_is_place: bool,
    pub(super) question: Option<usize>,
    pub(super) clip: Option<usize>,
    pub(super) model: Option<usize>,
    pub(super) recorded: Option<usize>,
    pub(super) options: Vec<usize>,
    pub(super) facets: Vec<usize>,
}

impl Roles {
    /// The columns that a mapping names.
    ///
    /// # Errors
    /// When it names one that is not there.
    pub(super) fn mapped(sheet: &Sheet<'_>, mapping: &ColumnMapping, text: &str) -> Result<Self, Fault> {
        let place = |name: &String| {
            let found = sheet.columns.iter().position(|column| column == name);
            found.ok_or_else(|| {
                Fault::file(Problem::NoSuchColumn { columns: sheet.found(text), expected: crate::error::shown(name) })
            })
        };
        let one = |name: &Option<String>| name.as_ref().map(place).transpose();
        let answer = one(&mapping.answer)?;
        Ok(Self {
            item: one(&mapping.item)?,
            prediction: one(&mapping.prediction)?,
            score: one(&mapping.score)?,
            answer,
            answer_is_place: answer
                .is_some_and(|column| PLACE.contains(&names::plain(&sheet.columns[column]).as_str())),
            question: one(&mapping.question)?,
            clip: one(&mapping.clip)?,
            model: one(&mapping.model)?,
            recorded: one(&mapping.recorded)?,
            options: mapping.options.iter().map(place).collect::<Result<_, _>>()?,
            facets: mapping.facets.iter().map(place).collect::<Result<_, _>>()?,
        })
    }

    /// The columns by their names.
    pub(super) fn named(sheet: &Sheet<'_>) -> Self {
        let plain: Vec<String> = sheet.columns.iter().map(|column| names::plain(column)).collect();
        let at = |name: &str| plain.iter().position(|column| column == name);
        let first = |known: &[&str]| known.iter().find_map(|name| at(name));
        let literal = |name: &str| sheet.columns.iter().position(|column| column == name);

        let mut answer = first(&REFERENCE);
        let mut prediction = first(&PREDICTION);
        // A reference under another name leaves `answer` to the model.
        if prediction.is_none()
            && let Some(said) = at("answer").filter(|&said| Some(said) != answer)
        {
            prediction = Some(said);
        }
        if prediction.is_none() && answer.is_none() {
            prediction = literal(VALUE);
        }
        let answer_is_place = answer.is_some_and(|column| PLACE.contains(&plain[column].as_str()));
        if prediction == answer {
            answer = None;
        }
        let clip = plain
            .iter()
            .enumerate()
            .filter_map(|(index, _)| Some((names::clip_header_rank(&sheet.columns[index])?, index)))
            .min()
            .map(|(_, index)| index);
        let score = if prediction.is_none() { first(&SCORE) } else { None };
        let recorded = first(&RECORDED).filter(|column| Some(*column) != score);
        let facets = FACETS.iter().filter_map(|name| at(name)).filter(|column| Some(*column) != clip).collect();
        Self {
            item: first(&ITEM).or_else(|| literal(KEY)),
            prediction,
            score,
            answer,
            answer_is_place,
            question: first(&QUESTION),
            clip,
            model: first(&MODEL),
            recorded,
            options: options(&plain),
            facets,
        }
    }

    /// The options of a row; empty if it has none.
    pub(super) fn options_of(&self, row: &[Cell<'_>], text: &str) -> Vec<String> {
        if let [only] = self.options.as_slice() {
            let cell = row[*only];
            if let Some(list) = cell.node().and_then(|node| super::build::list(node, text)) {
                return unlettered(list);
            }
            return cell.text(text).and_then(python_list).map_or_else(Vec::new, unlettered);
        }
        // Missing options at the end are no options.
        let mut options: Vec<String> =
            self.options.iter().map(|&column| row[column].text(text).unwrap_or_default().to_owned()).collect();
        while options.last().is_some_and(|option| option.trim().is_empty()) {
            options.pop();
        }
        options
    }
}

/// The columns of the options: lettered, numbered, or one with a list.
fn options(plain: &[String]) -> Vec<usize> {
    let series = |name: &dyn Fn(usize) -> String| -> Vec<usize> {
        (0..MAX_OPTIONS).map_while(|index| plain.iter().position(|column| *column == name(index))).collect()
    };
    let small = |index: usize| super::build::letter(index).to_ascii_lowercase();
    let known: [&dyn Fn(usize) -> String; 7] = [
        &|i| small(i).to_string(),
        &|i| format!("option{}", small(i)),
        &|i| format!("choice{}", small(i)),
        &|i| format!("option{i}"),
        &|i| format!("option{}", i + 1),
        &|i| format!("a{i}"),
        &|i| format!("choice{i}"),
    ];
    let found = known.iter().map(|name| series(*name)).find(|columns| columns.len() >= 2);
    found.unwrap_or_else(|| {
        let list = OPTION_LIST.iter().find_map(|name| plain.iter().position(|column| column == name));
        list.into_iter().collect()
    })
}

/// A list of texts as Python writes it: `['a', "it's", 'b']`.
pub(super) fn python_list(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('[')?.trim_start();
    let mut list = Vec::new();
    while !rest.starts_with(']') {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let mut item = String::new();
        let mut chars = rest[1..].char_indices();
        let end = loop {
            match chars.next()? {
                (_, '\\') => match chars.next()?.1 {
                    'n' => item.push('\n'),
                    't' => item.push('\t'),
                    c @ ('\\' | '\'' | '"') => item.push(c),
                    c => item.extend(['\\', c]),
                },
                (at, c) if c == quote => break at,
                (_, c) => item.push(c),
            }
        };
        list.push(item);
        if list.len() > MAX_OPTIONS {
            return None;
        }
        // Arrays of other libraries are printed without commas.
        rest = rest[end + 2..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    (rest.trim_end() == "]" && !list.is_empty()).then_some(list)
}

/// How the reference answers of a file are to be read where options are not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerKind {
    /// Letters, up to this one, counted from 0.
    Letters(u32),
    /// Yes and no.
    YesNo,
    /// Whole numbers.
    Counts,
    /// A few labels.
    Labels,
    /// Anything.
    Open,
}

/// What all answers of a file are.
pub(super) fn infer_kind<'t>(answers: impl Iterator<Item = &'t str> + Clone) -> AnswerKind {
    const FEW: usize = 20;
    const SHORT: usize = 40;
    if answers.clone().next().is_none() {
        return AnswerKind::Open;
    }
    if answers.clone().all(|answer| yes_no(answer).is_some()) {
        return AnswerKind::YesNo;
    }
    let most = answers.clone().try_fold(0, |most, answer| Some(lone_letter(answer)?.max(most)));
    if let Some(most) = most {
        return AnswerKind::Letters(most);
    }
    if answers.clone().all(|answer| answer.trim().parse::<u64>().is_ok()) {
        return AnswerKind::Counts;
    }
    let mut labels = HashSet::new();
    let (mut total, mut few) = (0usize, true);
    for answer in answers {
        total += 1;
        few = few && answer.len() <= SHORT && (labels.insert(answer.trim()), labels.len() <= FEW).1;
    }
    if few && labels.len() >= 2 && total >= 2 * labels.len() { AnswerKind::Labels } else { AnswerKind::Open }
}

/// A reference answer; `None` if it names none of the options.
pub(super) fn understand(answer: &str, options: Vec<String>, kind: AnswerKind) -> Option<Answer> {
    if answer.trim().is_empty() {
        return None;
    }
    if options.len() >= 2 {
        let place = || answer.trim().parse::<u32>().ok().filter(|&place| (place as usize) < options.len());
        let correct = option_named(answer, &options).or_else(place)?;
        return Some(Answer::Choice { options: options.into(), correct });
    }
    match kind {
        AnswerKind::Letters(most) => {
            let options = blank((most as usize + 1).max(2));
            lone_letter(answer).map(|correct| Answer::Choice { options, correct })
        }
        AnswerKind::YesNo => yes_no(answer).map(|yes| Answer::YesNo { yes }),
        AnswerKind::Counts => answer.trim().parse().ok().map(|count| Answer::Count { count }),
        AnswerKind::Labels => Some(Answer::Label { label: answer.trim().to_owned() }),
        AnswerKind::Open => Some(Answer::Open { primary: answer.to_owned(), alternatives: Vec::new() }),
    }
}
