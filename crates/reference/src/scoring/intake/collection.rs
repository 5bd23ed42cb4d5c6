//! Several files together: questions, options and facets find the reference answers that they belong to.
//!
//! Invariant: what comes out does not depend on the order in which files came in, except where two files disagree, which is
//! said; nothing that a file holds is changed, only filled in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{AskedItem, ClipFacet, Format, Notice, Read};
use crate::names;
use crate::scoring::ids::Ids;
use crate::scoring::model::{
    Answer, Benchmark, DimensionScores, Facet, FacetValue, Item, Prediction, Ratings, Run, Task, TaskId,
};

/// Files that were read, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    reads: Vec<Read>,
}

/// A run with its task.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedRun {
    /// The run.
    pub run: Arc<Run>,
    /// The task that it answers: the one that its file names, or else the one whose items have its ids.
    pub task: Option<TaskId>,
}

/// What the files of a collection hold together. Nothing is copied but what is filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged<'a> {
    /// The tasks, each once, with questions, options and facets filled in.
    pub tasks: Vec<Arc<Task>>,
    /// The runs; replies about single clips that came one by one are one run.
    pub runs: Vec<PlacedRun>,
    /// The ratings.
    pub ratings: Vec<&'a Ratings>,
    /// The dimension scores.
    pub dimensions: Vec<&'a DimensionScores>,
    /// What did not fit together.
    pub warnings: Vec<Notice>,
}

impl Collection {
    /// Adds a file.
    pub fn add(&mut self, read: Read) {
        self.reads.push(read);
    }

    /// Takes file number `index` out again; `None` if there is no such file.
    pub fn remove(&mut self, index: usize) -> Option<Read> {
        (index < self.reads.len()).then(|| self.reads.remove(index))
    }

    /// The files in the order in which they came.
    pub fn files(&self) -> &[Read] {
        &self.reads
    }

    /// What the files hold together.
    pub fn merged(&self) -> Merged<'_> {
        let mut warnings = Vec::new();
        let mut tasks = tasks(&self.reads, &mut warnings);
        fill_in_questions(&self.reads, &mut tasks, &mut warnings);
        fill_in_facets(&self.reads, &mut tasks, &mut warnings);
        Merged {
            runs: runs(&self.reads, &tasks),
            tasks,
            ratings: self.reads.iter().flat_map(|read| &read.holdings.ratings).collect(),
            dimensions: self.reads.iter().flat_map(|read| &read.holdings.dimensions).collect(),
            warnings,
        }
    }
}

/// Annotations before answers that carry their questions with them: they say more.
const fn is_annotation(format: &Format) -> bool {
    matches!(
        format,
        Format::IpvAnswers { .. }
            | Format::OvoAnnotations { .. }
            | Format::ChoiceAnnotations { .. }
            | Format::TempCompass { file: super::TempCompassFile::Questions, .. }
            | Format::Questions { .. }
    )
}

fn tasks(reads: &[Read], warnings: &mut Vec<Notice>) -> Vec<Arc<Task>> {
    let (first, later): (Vec<&Read>, Vec<&Read>) = reads.iter().partition(|read| is_annotation(&read.format));
    let mut tasks: Vec<Arc<Task>> = Vec::new();
    let mut places: HashMap<&TaskId, usize> = HashMap::new();
    for task in first.into_iter().chain(later).flat_map(|read| &read.holdings.tasks) {
        match places.get(&task.id) {
            Some(&place) => join(&mut tasks[place], task, warnings),
            None => {
                places.insert(&task.id, tasks.len());
                tasks.push(Arc::clone(task));
            }
        }
    }
    tasks
}

/// Adds the items of another file of the same task, and fills in what is missing in those that are there.
fn join(task: &mut Arc<Task>, other: &Task, warnings: &mut Vec<Notice>) {
    let known = Arc::clone(task);
    let mut ids = Ids::new(&known);
    let mut disagree: Option<(usize, String)> = None;
    // What each item of the other file has to say, so that a task of a million rows is copied only for something.
    let mut news: Vec<(&Item, Option<u32>)> = Vec::new();
    for item in &other.items {
        let place = ids.place(&item.id);
        let adds = match place.and_then(|place| known.items.get(place as usize)) {
            None => true,
            Some(of_task) => {
                if !agree(&of_task.answer, &item.answer) {
                    disagree.get_or_insert_with(|| (0, item.id.to_string())).0 += 1;
                }
                of_task.question.is_empty() && !item.question.is_empty()
                    || of_task.facets.is_empty() && !item.facets.is_empty()
                    || of_task.group.is_none() && item.group.is_some()
                    || says_more(&of_task.answer, &item.answer)
            }
        };
        if adds {
            news.push((item, place));
        }
    }
    drop(ids);
    drop(known);
    if !news.is_empty() {
        let task = Arc::make_mut(task);
        let values = adopt_facets(task, &other.facets);
        for (item, place) in news {
            let facets = || item.facets.iter().filter_map(|value| values.get(value).copied()).collect::<Vec<_>>();
            let Some(known) = place.and_then(|place| task.items.get_mut(place as usize)) else {
                task.items.push(Item { facets: facets(), ..item.clone() });
                continue;
            };
            if known.question.is_empty() {
                known.question.clone_from(&item.question);
            }
            if known.facets.is_empty() {
                known.facets = facets();
            }
            if known.group.is_none() {
                known.group.clone_from(&item.group);
            }
            if says_more(&known.answer, &item.answer) {
                known.answer.clone_from(&item.answer);
            }
        }
    }
    if let Some((count, item)) = disagree {
        let task = task.id.task.clone();
        warnings.push(Notice::AnswersDisagree { task, file: other.file.clone(), count, item });
    }
}

/// The values of another file's facets in this task's.
fn adopt_facets(task: &mut Task, others: &[Facet]) -> HashMap<FacetValue, FacetValue> {
    let mut values = HashMap::new();
    for (facet, other) in (0u32..).zip(others) {
        let own = facet_index(task, &other.name);
        let known: HashMap<String, u32> =
            (0u32..).zip(&task.facets[own as usize].values).map(|(place, value)| (value.clone(), place)).collect();
        for (value, text) in (0u32..).zip(&other.values) {
            let place = known.get(text).copied().unwrap_or_else(|| {
                let values = &mut task.facets[own as usize].values;
                values.push(text.clone());
                u32::try_from(values.len() - 1).unwrap_or(u32::MAX)
            });
            values.insert(FacetValue { facet, value }, FacetValue { facet: own, value: place });
        }
    }
    values
}

fn facet_index(task: &mut Task, name: &str) -> u32 {
    let place = task.facets.iter().position(|facet| facet.name == name).unwrap_or_else(|| {
        task.facets.push(Facet { name: name.to_owned(), values: Vec::new() });
        task.facets.len() - 1
    });
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Whether two answers are the same, as far as both of them say.
fn agree(known: &Answer, other: &Answer) -> bool {
    match (known, other) {
        (Answer::Choice { correct, .. }, Answer::Choice { correct: other, .. }) => correct == other,
        (Answer::Open { primary, .. }, Answer::Open { primary: other, .. }) => {
            primary.is_empty() || other.is_empty() || primary == other
        }
        (known, other) => known == other,
    }
}

/// Whether an answer that agrees brings the texts that the known one lacks.
fn says_more(known: &Answer, other: &Answer) -> bool {
    match (known, other) {
        // Files without the options' texts only guess how many there are.
        (Answer::Choice { options, correct }, Answer::Choice { options: others, correct: other }) => {
            correct == other && options.iter().all(String::is_empty) && others.iter().any(|option| !option.is_empty())
        }
        (Answer::Open { primary, .. }, Answer::Open { primary: other, .. }) => primary.is_empty() && !other.is_empty(),
        _ => false,
    }
}

fn fill_in_questions(reads: &[Read], tasks: &mut [Arc<Task>], warnings: &mut Vec<Notice>) {
    let mut asked: BTreeMap<&TaskId, HashMap<&str, &AskedItem>> = BTreeMap::new();
    for item in reads.iter().flat_map(|read| &read.supplement.asked) {
        asked.entry(&item.task).or_default().entry(&item.item).or_insert(item);
    }
    for (id, mut asked) in asked {
        let of_id = tasks.iter_mut().filter(|task| task.id == *id);
        let items = of_id.flat_map(|task| &mut Arc::make_mut(task).items);
        for item in items {
            let Some(asked) = asked.remove(item.id.as_str()) else { continue };
            if item.question.is_empty() {
                item.question = asked.question.as_str().into();
            }
            if let Answer::Choice { options, correct } = &mut item.answer
                && options.iter().all(String::is_empty)
                && (*correct as usize) < asked.options.len()
            {
                *options = asked.options.as_slice().into();
            }
        }
        if !asked.is_empty() {
            warnings.push(Notice::QuestionsWithoutAnswers { task: id.task.clone(), count: asked.len() });
        }
    }
}

fn fill_in_facets(reads: &[Read], tasks: &mut [Arc<Task>], warnings: &mut Vec<Notice>) {
    /// The facet that the prompts of IPV-Bench give.
    const CATEGORY: &str = "category";
    let prompts: HashMap<u32, &str> = reads
        .iter()
        .flat_map(|read| &read.supplement.prompts)
        .map(|(prompt, category)| (*prompt, category.as_str()))
        .collect();
    let labels: Vec<&ClipFacet> = reads.iter().flat_map(|read| &read.supplement.clips).collect();
    for task in tasks {
        let mut by_clip: HashMap<&str, Vec<&ClipFacet>> = HashMap::new();
        let mut facets: Vec<&str> = Vec::new();
        for label in labels.iter().filter(|label| label.benchmark == task.id.benchmark) {
            by_clip.entry(names::base(&label.clip)).or_default().push(label);
            if !facets.contains(&label.facet.as_str()) {
                facets.push(&label.facet);
            }
        }
        let by_prompt = task.id.benchmark == Benchmark::IpvBench && !prompts.is_empty();
        if by_clip.is_empty() && !by_prompt {
            continue;
        }
        let task = Arc::make_mut(task);
        let mut items = std::mem::take(&mut task.items);
        let mut found: HashMap<&str, usize> = HashMap::new();
        for item in &mut items {
            let base = names::base(&item.clip).to_owned();
            // TC-Bench labels prompts, whose number stands before the sample's.
            let of_prompt = base.split_once('-').map(|(prompt, _)| format!("{prompt}-*"));
            let labels = by_clip.get(base.as_str()).or_else(|| by_clip.get(of_prompt.as_deref()?));
            let mut seen: Vec<&str> = Vec::new();
            for label in labels.into_iter().flatten() {
                if label.only.as_ref().is_none_or(|(facet, value)| has(task, item, facet, value)) {
                    give(task, item, &label.facet, &label.value);
                    if !seen.contains(&label.facet.as_str()) {
                        seen.push(&label.facet);
                    }
                }
            }
            if by_prompt && let Some(category) = names::ipv_prompt_id(&base).and_then(|prompt| prompts.get(&prompt)) {
                give(task, item, CATEGORY, category);
                seen.push(CATEGORY);
            }
            for facet in seen {
                *found.entry(facet).or_default() += 1;
            }
        }
        task.items = items;
        // A facet that no item of the task has is none of the task's: real clips of a judgement have no domain.
        for (facet, found) in found {
            let count = task.items.len() - found;
            if count > 0 {
                let (task, facet) = (task.id.task.clone(), facet.to_owned());
                warnings.push(Notice::FacetMissing { task, facet, count });
            }
        }
    }
    warnings.sort_by_key(|warning| match warning {
        Notice::FacetMissing { task, facet, .. } => Some((task.clone(), facet.clone())),
        _ => None,
    });
}

/// Whether an item has a value of a facet.
fn has(task: &Task, item: &Item, facet: &str, value: &str) -> bool {
    item.facets.iter().any(|of| {
        let known = &task.facets[of.facet as usize];
        known.name == facet && known.values[of.value as usize] == value
    })
}

/// Gives an item a value of a facet.
fn give(task: &mut Task, item: &mut Item, facet: &str, value: &str) {
    let index = facet_index(task, facet);
    let values = &mut task.facets[index as usize].values;
    let place = values.iter().position(|known| known == value).unwrap_or_else(|| {
        values.push(value.to_owned());
        values.len() - 1
    });
    let value = FacetValue { facet: index, value: u32::try_from(place).unwrap_or(u32::MAX) };
    if !item.facets.contains(&value) {
        item.facets.push(value);
    }
}

fn runs(reads: &[Read], tasks: &[Arc<Task>]) -> Vec<PlacedRun> {
    let mut runs: Vec<PlacedRun> = Vec::new();
    let mut ids: Vec<Ids<'_>> = tasks.iter().map(|task| Ids::new(task)).collect();
    // Files of one reply each, by the folder that they lie in.
    let mut single: HashMap<&str, usize> = HashMap::new();
    // Result files of parts of one benchmark, by model and task.
    let mut partial: HashMap<(&str, &TaskId), usize> = HashMap::new();
    for read in reads {
        for run in &read.holdings.runs {
            let known = match (&read.format, &run.task) {
                (Format::JudgeReplies { clips: 1 }, _) => single.get(run.model.as_str()).copied(),
                (Format::OvoResults { .. }, Some(task)) => partial.get(&(run.model.as_str(), task)).copied(),
                _ => None,
            };
            if let Some(place) = known {
                Arc::make_mut(&mut runs[place].run).predictions.extend(run.predictions.iter().cloned());
                continue;
            }
            match (&read.format, &run.task) {
                (Format::JudgeReplies { clips: 1 }, _) => _ = single.insert(&run.model, runs.len()),
                (Format::OvoResults { .. }, Some(task)) => _ = partial.insert((&run.model, task), runs.len()),
                _ => {}
            }
            let task = run.task.clone().or_else(|| task_by_ids(&run.predictions, tasks, &mut ids));
            runs.push(PlacedRun { run: Arc::clone(run), task });
        }
    }
    runs
}

/// The task whose ids a run's answers have; `None` if there is none, or several as good as each other.
fn task_by_ids(predictions: &[Prediction], tasks: &[Arc<Task>], ids: &mut [Ids<'_>]) -> Option<TaskId> {
    let shared = |ids: &mut Ids<'_>| {
        let hits = predictions.iter().filter(|prediction| ids.place(&prediction.item).is_some()).count();
        // Of two tasks with the same hits the one that is answered more completely is meant.
        (hits, std::cmp::Reverse(ids.len()))
    };
    let ranked = tasks.iter().zip(ids).map(|(task, ids)| (shared(ids), task));
    let mut ranked: Vec<_> = ranked.filter(|((hits, _), _)| *hits > 0).collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    match ranked.as_slice() {
        [(best, _), (second, _), ..] if best == second => None,
        [(_, task), ..] => Some(task.id.clone()),
        [] => None,
    }
}
