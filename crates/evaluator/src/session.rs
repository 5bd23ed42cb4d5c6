//! A whole evaluation: which judges run, what became of each clip, which references it is compared with.

use reelcheck_judges::{Entry, Told, network_of, registry};
use reelcheck_models::Role;
use reelcheck_reference::{Agreement, ClipIdentity, ClipScores, ImportError, Joined, ReferenceSet};
use reelcheck_types::{AnnotationValue, Card, Clip};

use crate::questions::Questions;
use crate::report::{REPORT_SCHEMA, REPORT_VERSION};
use crate::{ClipOutcome, ClipReport, DeviceReport, Environment, Recorded, Report};

/// A judge was asked for by a name that nobody has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no judge called {name:?}; known judges: {}", known.join(", "))]
pub struct UnknownJudge {
    /// The name that was asked for.
    pub name: String,
    /// The names that exist.
    pub known: Vec<String>,
}

/// The judges of an evaluation.
#[derive(Clone)]
pub struct JudgeSelection {
    pub(crate) entries: Vec<Entry>,
}

impl JudgeSelection {
    /// All judges.
    pub fn all() -> Self {
        Self { entries: registry().to_vec() }
    }

    /// The judges that run unasked when these networks are there: all that only measure, and those that look through one of
    /// them; none of those that run on request.
    pub fn ready(networks: &[Role]) -> Self {
        let ready = |entry: &&Entry| {
            let card = (entry.card)();
            !card.on_request && network_of(&card.id).is_none_or(|role| networks.contains(&role))
        };
        Self { entries: registry().iter().filter(ready).copied().collect() }
    }

    /// The judges with these ids, in the registry's order. An empty list means all.
    ///
    /// # Errors
    /// When an id is unknown.
    pub fn by_ids<S: AsRef<str>>(ids: &[S]) -> Result<Self, UnknownJudge> {
        if ids.is_empty() {
            return Ok(Self::all());
        }
        let known: Vec<String> = registry().iter().map(|entry| (entry.card)().id).collect();
        if let Some(unknown) = ids.iter().find(|id| !known.iter().any(|k| k == id.as_ref())) {
            return Err(UnknownJudge { name: unknown.as_ref().to_owned(), known });
        }
        let wanted = |entry: &&Entry| ids.iter().any(|id| id.as_ref() == (entry.card)().id);
        Ok(Self { entries: registry().iter().filter(wanted).copied().collect() })
    }

    /// The ids of those that may watch a clip on a [`Panel`](crate::Panel) of their own, beside the others: all that
    /// [watch colours](Entry::watches_colors). None where nobody else would be left.
    pub fn apart(&self) -> Vec<String> {
        let (apart, rest): (Vec<&Entry>, Vec<&Entry>) = self.entries.iter().partition(|entry| entry.watches_colors());
        if rest.is_empty() { Vec::new() } else { apart.into_iter().map(|entry| (entry.card)().id).collect() }
    }

    /// The registry rows.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The judges' cards.
    pub fn cards(&self) -> Vec<Card> {
        self.entries.iter().map(|entry| (entry.card)()).collect()
    }
}

/// Collects outcomes and references, and gives the report.
pub struct Session {
    judges: JudgeSelection,
    environment: Environment,
    device: DeviceReport,
    references: ReferenceSet,
    questions: Questions,
    outcomes: Vec<Option<ClipOutcome>>,
}

impl Session {
    /// An evaluation without a clip or a reference yet.
    pub fn new(judges: JudgeSelection, environment: Environment, device: DeviceReport) -> Self {
        let (references, questions) = (ReferenceSet::default(), Questions::default());
        Self { judges, environment, device, references, questions, outcomes: Vec::new() }
    }

    /// The judges that run.
    pub fn judges(&self) -> &JudgeSelection {
        &self.judges
    }

    /// The device in use.
    pub fn device(&self) -> &DeviceReport {
        &self.device
    }

    /// The references, to be added to.
    pub fn references_mut(&mut self) -> &mut ReferenceSet {
        &mut self.references
    }

    /// Reads multiple-choice questions for judges that answer them, and says how many there are. A file of the same name
    /// replaces the one before it.
    ///
    /// # Errors
    /// When the file cannot be read as annotations or answers of any benchmark.
    pub fn add_questions(&mut self, file_name: &str, bytes: &[u8]) -> Result<usize, ImportError> {
        self.questions.add(file_name, bytes)
    }

    /// What annotations say of a clip before it is judged. A text is told where the annotations that are joined to the clip
    /// agree on it: the prompt from a field called `prompt`, alone or after a dot, the style from one called
    /// `appearance_style`.
    pub fn told_of(&self, clip: &Clip) -> Told {
        let identity = ClipIdentity::from(clip);
        let joined = self.references.join(std::slice::from_ref(&identity));
        let values: Vec<(String, AnnotationValue)> = joined.clips.into_iter().flat_map(|clip| clip.values).collect();
        Told {
            prompt: told(&values, &["prompt", "prompt_text", "prompt_en", "text_prompt"]),
            style: told(&values, &["appearance_style"]),
            questions: self.questions.about(&identity, &self.references.joined_by_hand()),
        }
    }

    /// Records what became of input number `clip`. A later outcome replaces an earlier one.
    pub fn record(&mut self, clip: usize, outcome: ClipOutcome) {
        if self.outcomes.len() <= clip {
            self.outcomes.resize_with(clip + 1, || None);
        }
        self.outcomes[clip] = Some(outcome);
    }

    /// What the passes so far say of input number `clip` together with a later one. To be recorded; what was there is taken.
    pub fn join_pass(&mut self, clip: usize, later: ClipReport) -> ClipReport {
        match self.outcomes.get_mut(clip).and_then(Option::take) {
            Some(ClipOutcome::Judged(mut before)) => {
                before.join(later, &self.judges);
                *before
            }
            _ => later,
        }
    }

    /// The report over what was recorded so far. `created` is an ISO 8601 time in UTC.
    pub fn report(&mut self, created: String) -> Report {
        self.with_report(created, Report::clone)
    }

    /// Shows the report over what was recorded so far without a copy of it: with long clips there is much of it.
    pub fn with_report<T>(&mut self, created: String, show: impl FnOnce(&Report) -> T) -> T {
        // The report borrows the outcomes for a while; places without one are put back by their numbers.
        let (places, clips): (Vec<usize>, Vec<ClipOutcome>) =
            self.outcomes.drain(..).enumerate().filter_map(|(place, outcome)| Some((place, outcome?))).unzip();
        let (agreement, joined) = self.compare(&clips);
        let recorded = joined.clips.into_iter().filter(|clip| !clip.values.is_empty());
        let report = Report {
            schema: REPORT_SCHEMA.to_owned(),
            version: REPORT_VERSION,
            created,
            environment: self.environment.clone(),
            device: self.device.clone(),
            judges: self.judges.cards(),
            clips,
            agreement,
            recorded: recorded.map(|clip| Recorded { clip: clip.name, values: clip.values }).collect(),
            unmatched: joined.unmatched,
            joined_by_hand: self.references.joined_by_hand(),
        };
        let shown = show(&report);
        for (place, outcome) in places.into_iter().zip(report.clips) {
            self.record(place, outcome);
        }
        shown
    }

    /// How the verdicts so far agree with the references.
    pub fn agreement(&self) -> Vec<Agreement> {
        self.compare(self.outcomes.iter().flatten()).0
    }

    fn compare<'a>(&self, clips: impl IntoIterator<Item = &'a ClipOutcome>) -> (Vec<Agreement>, Joined) {
        let judged = clips.into_iter().filter_map(ClipOutcome::judged);
        let scores: Vec<ClipScores> = judged
            .map(|result| ClipScores {
                name: result.clip.name.clone(),
                sha256: result.clip.sha256.clone(),
                scores: result.verdicts.iter().map(|v| (v.judge.clone(), v.value())).collect(),
            })
            .collect();
        self.references.compare(&scores, &self.judges.cards())
    }
}

/// The text of the fields that are called like this, alone or after a dot; `None` without one, or where several differ.
fn told(values: &[(String, AnnotationValue)], names: &[&str]) -> Option<String> {
    let is_named = |field: &str| {
        let last = field.rsplit('.').next().unwrap_or(field).to_ascii_lowercase();
        names.contains(&last.as_str())
    };
    let mut texts: Vec<&String> = values
        .iter()
        .filter(|(field, _)| is_named(field))
        .filter_map(|(_, value)| match value {
            AnnotationValue::Text(text) => Some(text),
            AnnotationValue::Labels(labels) if labels.len() == 1 => labels.first(),
            _ => None,
        })
        .collect();
    texts.dedup();
    if let [text] = texts[..] { Some(text.clone()) } else { None }
}
