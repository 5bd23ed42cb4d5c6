//! Files in, a report out: the whole of offline scoring behind one type.
//!
//! A [`Scorer`] keeps what was read; [`Scorer::score`] brings tasks, runs, ratings and dimensions together, and
//! [`Scorer::items`] shows single items of the last report. Invariants: nothing that was read is left out of the report in
//! silence (a file that could not be read is in `refused`, a run without its task in `unplaced`); the report follows from
//! the files and the options alone; texts are held once. How a task is scored is in `task`, by which rules in `rules`.

mod items;
mod marking;
mod open;
mod others;
mod rules;
mod task;

use std::collections::BTreeSet;
use std::sync::Arc;

use reelcheck_types::Card;
use serde::Deserialize;

use super::answers::ProfileId;
use super::protocols::dimensions::Scheme;
use super::published::published_table;
use super::{
    Collection, ColumnMapping, DimensionReport, ItemPage, ItemQuery, Run, SCORES_SCHEMA, SCORES_VERSION, ScoreReport,
    ScoredFile, UnplacedRun, read,
};
use crate::ImportError;
use items::Kept;
use open::OpenMarks;

pub use open::{Likeness, OpenAnswer};

/// What a report is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ScoreOptions {
    /// The profile to score under; without one, each benchmark's own, and the tolerant one where it has none or where the
    /// profile has no rule for a kind of question in the task.
    pub profile: Option<ProfileId>,
    /// When the report is made, as an ISO 8601 time in UTC.
    pub created: String,
    /// The version of Reelcheck.
    pub reelcheck: String,
}

/// Scores files of predictions, annotations, verdicts, ratings and dimensions.
#[derive(Default)]
pub struct Scorer {
    collection: Collection,
    files: Vec<ScoredFile>,
    refused: Vec<ImportError>,
    /// The tasks of the last report; empty before the first one and after a change of files.
    kept: Vec<Kept>,
    /// What a judge said of the open answers; none after a change of files.
    marks: Option<OpenMarks>,
}

impl Scorer {
    /// Without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file. `mapping` says which columns of a plain table hold what.
    ///
    /// A file that is refused is listed in the report until a file of the same name can be read, or until it is removed.
    ///
    /// # Errors
    /// [`ImportError`] with what was found and expected and where.
    pub fn add(
        &mut self,
        file_name: &str,
        bytes: impl Into<Vec<u8>>,
        mapping: Option<&ColumnMapping>,
    ) -> Result<&ScoredFile, ImportError> {
        self.refused.retain(|refused| refused.file != file_name);
        let read = match read(file_name, bytes, mapping) {
            Ok(read) => read,
            Err(error) => {
                self.refused.push(error.clone());
                return Err(error);
            }
        };
        self.forget();
        let place = self.files.len();
        self.files.push(ScoredFile {
            file: read.file.clone(),
            sentence: read.format.to_string(),
            format: read.format.clone(),
            warnings: read.warnings.clone(),
        });
        self.collection.add(read);
        Ok(&self.files[place])
    }

    /// Takes a file out again, by its place in [`ScoreReport::files`], refused ones counted after them. False if there is
    /// no such file.
    pub fn remove(&mut self, index: usize) -> bool {
        if index < self.files.len() {
            self.forget();
            self.files.remove(index);
            return self.collection.remove(index).is_some();
        }
        let index = index - self.files.len();
        let is_refused = index < self.refused.len();
        if is_refused {
            self.refused.remove(index);
        }
        is_refused
    }

    fn forget(&mut self) {
        self.kept.clear();
        self.marks = None;
    }

    /// Open answers that only a judge can mark, with the reference answers: those of all runs, and after each task's those
    /// that its floor is made of.
    #[must_use]
    pub fn open_answers(&self) -> Vec<OpenAnswer> {
        open::answers(&self.collection.merged())
    }

    /// Takes a judge's marks of [`Self::open_answers`], in their order. Reports then have a judged run beside each run of open
    /// answers, until the files change.
    pub fn judge_open(&mut self, judge: Card, marks: Vec<Likeness>) {
        self.kept.clear();
        self.marks = Some(OpenMarks::new(&self.collection.merged(), judge, marks));
    }

    /// The files that were read, in the order in which they came.
    #[must_use]
    pub fn files(&self) -> &[ScoredFile] {
        &self.files
    }

    /// Scores everything that the files allow.
    pub fn score(&mut self, options: &ScoreOptions) -> ScoreReport {
        self.kept.clear();
        let merged = self.collection.merged();
        let mut published: BTreeSet<&str> = BTreeSet::new();
        let (mut tasks, mut kept) = (Vec::new(), Vec::new());
        for task in &merged.tasks {
            let mut runs: Vec<&Arc<Run>> =
                merged.runs.iter().filter(|run| run.task.as_ref() == Some(&task.id)).map(|run| &run.run).collect();
            let from_judge = runs.len();
            runs.extend(self.marks.iter().flat_map(|marks| marks.runs(&task.id)));
            let plain: Vec<&Run> = runs.iter().map(AsRef::as_ref).collect();
            let judged = self
                .marks
                .as_ref()
                .map(|marks| (from_judge, marks.judge.id.as_str(), marks.floor(task, &rules::verdict_rules(&task.id))));
            let (report, of_runs) = task::score(task, &plain, options.profile, judged);
            kept.push(Kept {
                task: Arc::clone(task),
                profile: report.profile.id,
                runs: runs.into_iter().cloned().zip(of_runs).collect(),
            });
            published.extend(rules::published_about(&task.id));
            tasks.push(report);
        }
        let warnings = merged.warnings.iter().cloned().chain(kept.iter().flat_map(Kept::remarks)).collect();
        let has_task = |run: &super::PlacedRun| merged.tasks.iter().any(|task| run.task.as_ref() == Some(&task.id));
        let unplaced = merged.runs.iter().filter(|run| !has_task(run)).map(|run| UnplacedRun {
            model: run.run.model.clone(),
            file: run.run.file.clone(),
            task: run.task.clone(),
            answers: run.run.predictions.len() as u64,
        });
        let dimensions: Vec<DimensionReport> =
            merged.dimensions.iter().map(|scores| others::dimensions(scores)).collect();
        let schemes = dimensions.iter().map(|report| report.totals.scheme);
        published.extend(schemes.flat_map(|scheme: Scheme| rules::published_boards(scheme)));
        let ipv_scores = others::ipv_scores(self.collection.files());
        if !ipv_scores.is_empty() {
            published.insert(rules::PUBLISHED_IPV_SCORES);
        }
        let report = ScoreReport {
            schema: SCORES_SCHEMA.to_owned(),
            version: SCORES_VERSION,
            reelcheck: options.reelcheck.clone(),
            created: options.created.clone(),
            files: self.files.clone(),
            refused: self.refused.clone(),
            unplaced: unplaced.collect(),
            judges: self.marks.iter().map(|marks| marks.judge.clone()).collect(),
            tasks,
            dimensions,
            ratings: others::ratings(&merged.ratings),
            ipv_scores,
            published: published.into_iter().filter_map(published_table).cloned().collect(),
            warnings,
        };
        self.kept = kept;
        report
    }

    /// A page of a task's items, marked as in the last report. Empty before the first one, after a change of files, and
    /// for a task that is not there.
    #[must_use]
    pub fn items(&self, query: &ItemQuery) -> ItemPage {
        let task = self.kept.get(query.task as usize);
        task.map_or(ItemPage { matching: 0, items: Vec::new() }, |task| task.page(query))
    }
}

#[cfg(test)]
mod tests;
