//! One task with its runs: marks, scores, floors, sensitivity, comparisons.
//!
//! Invariants: floors are computed once, under the averaging of the runs; a run without anything that could be scored says
//! so in its headline; marks of only one profile are held at a time, besides those of the profile that scores the task.

use crate::scoring::answers::{AnswerKind, ProfileId};
use crate::scoring::floors::{Floor, FloorMeasure, floors, strongest};
use crate::scoring::protocols::choice::{self, Averaging, ChoiceRules, ChoiceScore};
use crate::scoring::protocols::labels::{self, LabelPass, LabelScore, RankedScore};
use crate::scoring::protocols::verdicts::{self, VerdictRules, VerdictScore};
use crate::scoring::{
    Benchmark, ComparisonReport, Denominator, Headline, Mark, Marked, NoValue, ProfileScore, Quantity, Repeats, Run,
    RunReport, Sheet, Task, TaskIndex, TaskReport, paired,
};

use super::marking::Placed;
use super::rules;

/// Runs of one task that are compared each with each; further ones are compared with the one before them.
const MOST_COMPARED: usize = 10;

/// What is kept of a run for the list of items.
pub(super) struct KeptRun {
    /// The state of each item.
    pub(super) states: Vec<Marked>,
    /// The answer of each item, by its place in the run; `u32::MAX` where there is none.
    pub(super) answer_of: Vec<u32>,
    /// Items that are answered more than once, each once.
    pub(super) again: Vec<u32>,
}

/// How a task is scored.
struct Scoring {
    profile: ProfileId,
    kinds: Vec<AnswerKind>,
    choice: ChoiceRules,
    verdicts: VerdictRules,
    /// The class that yes/no and labels are told for.
    positive: Option<String>,
}

/// A scored run with its marks.
struct Scored<'a> {
    report: RunReport,
    sheet: Sheet<'a>,
    answer_of: Vec<u32>,
    again: Vec<u32>,
    /// What its comparisons count, if it can be compared.
    compared: Option<Denominator>,
    /// Answers that only a judge of texts can mark.
    open: u64,
}

/// Scores a task. The runs from a place on were marked by a judge of texts, whose id and floor stand beside them.
pub(super) fn score(
    task: &Task,
    runs: &[&Run],
    asked: Option<ProfileId>,
    judged: Option<(usize, &str, Option<Floor>)>,
) -> (TaskReport, Vec<KeptRun>) {
    let index = TaskIndex::new(task);
    let kinds = rules::kinds(task);
    let profile = rules::profile_of(&task.id, &kinds, asked);
    let scoring = Scoring {
        profile,
        choice: rules::choice_rules(profile, task),
        verdicts: rules::verdict_rules(&task.id),
        positive: positive(&index, &kinds),
        kinds,
    };
    let is_closed = scoring.kinds.iter().any(|kind| *kind != AnswerKind::Open);
    let mut floors = if is_closed { floors(&index, &scoring.choice) } else { Vec::new() };
    let from_judge = judged.as_ref().map_or(runs.len(), |(from, ..)| *from);
    let judge = judged.as_ref().map(|(_, judge, _)| *judge);
    let closed = floors.len();
    floors.extend(judged.and_then(|(.., floor)| floor));
    // Another judge's marks are on a scale of their own.
    let floors_of = |place: usize| if place < from_judge { &floors[..closed] } else { &floors[..] };
    let scored: Vec<Scored<'_>> =
        runs.iter().enumerate().map(|(place, run)| score_run(&index, run, &scoring, floors_of(place))).collect();
    let comparisons = compare(&scored, from_judge as u32);
    let mut reports = Vec::with_capacity(scored.len());
    let mut kept = Vec::with_capacity(scored.len());
    let open_answers = scored.iter().map(|run| run.open).sum();
    for (place, mut run) in scored.into_iter().enumerate() {
        run.report.judge = judge.filter(|_| place >= from_judge).map(str::to_owned);
        reports.push(run.report);
        let states = run.sheet.marks().iter().map(|mark| mark.state).collect();
        kept.push(KeptRun { states, answer_of: run.answer_of, again: run.again });
    }
    let report = TaskReport {
        id: task.id.clone(),
        file: task.file.clone(),
        items: task.items.len() as u64,
        open_answers,
        clips: u64::from(index.clips()),
        facets: task.facets.clone(),
        profile: *profile.profile(),
        floors,
        published: rules::published_about(&task.id).iter().map(|id| (*id).to_owned()).collect(),
        runs: reports,
        comparisons,
    };
    (report, kept)
}

/// The class whose precision, recall and ranking are told: yes, or the label that says so by its name.
fn positive(index: &TaskIndex<'_>, kinds: &[AnswerKind]) -> Option<String> {
    const NAMES: [&str; 8] = ["yes", "true", "1", "positive", "generated", "fake", "ai", "impossible"];
    if kinds.contains(&AnswerKind::YesNo) {
        return Some("yes".to_owned());
    }
    let named = |name: &&str| index.labels().iter().find(|label| label.trim().eq_ignore_ascii_case(name));
    kinds.contains(&AnswerKind::Label).then(|| NAMES.iter().find_map(named)).flatten().map(|&label| label.to_owned())
}

fn score_run<'a>(index: &'a TaskIndex<'a>, run: &Run, scoring: &Scoring, floors: &[Floor]) -> Scored<'a> {
    let placed = Placed::new(index, &run.predictions);
    let readings = placed.readings(index, scoring.profile);
    let marks = placed.marks(scoring.profile, &readings, &scoring.verdicts);
    let sheet = Sheet::new(index, &marks, Repeats::Last);
    let recorded = if placed.recorded { placed.recorded_against(&marks) } else { None };
    drop(marks);
    let choice = placed.texts.then(|| choice::score(&sheet, &scoring.choice));
    // Letters are no classes: accuracy by letter says nothing about a clip.
    let is_labels = scoring.kinds.iter().any(|kind| matches!(kind, AnswerKind::YesNo | AnswerKind::Label));
    let is_labels = is_labels && !scoring.kinds.contains(&AnswerKind::Choice);
    let labels = (placed.texts && is_labels).then(|| labels::score(&sheet, scoring.positive.as_deref()));
    let ranked = scoring.positive.as_ref().filter(|_| placed.scores);
    let ranked = ranked.map(|positive| labels::rank(index, &placed.scores(), positive));
    let verdicts = placed.verdicts.then(|| {
        let replies = placed.read_replies(scoring.profile);
        verdicts::score(&placed.verdict_rows(index, &replies), index.clips(), &scoring.verdicts)
    });
    let mut headlines = Vec::new();
    if let Some(choice) = &choice {
        of_choice(choice, floors, &mut headlines);
    }
    if let Some(labels) = &labels {
        of_labels(labels, scoring, floors, &mut headlines);
    }
    if let Some(ranked) = &ranked {
        of_ranked(ranked, &mut headlines);
    }
    if let Some(verdicts) = &verdicts {
        of_verdicts(verdicts, &index.task().id.benchmark, floors, &mut headlines);
    }
    if headlines.is_empty() {
        // Open answers that no judge has marked, scores without a named class, or no answer to any of the items.
        let why = if sheet.tally().missing == sheet.tally().items { NoValue::Empty } else { NoValue::NotRecorded };
        headlines.push(headline("mean", Quantity::Undefined(why)));
    }
    let sensitivity = match &choice {
        Some(choice) => sensitivity(index, &placed, (&readings, &sheet), scoring, choice),
        None => Vec::new(),
    };
    let compared = match (&choice, &verdicts) {
        (Some(_), _) => Some(scoring.choice.denominator),
        (None, Some(_)) => Some(scoring.verdicts.denominator),
        (None, None) => None,
    };
    let report = RunReport {
        model: run.model.clone(),
        file: run.file.clone(),
        judge: None,
        tally: sheet.tally(),
        headlines,
        choice,
        labels,
        ranked,
        verdicts,
        sensitivity,
        recorded,
    };
    let open = placed.open;
    let (answer_of, again) = placed.into_answers();
    Scored { report, sheet, answer_of, again, compared, open }
}

/// The score under every profile that reads the task. `own` is what the scoring profile reads, and its sheet.
fn sensitivity(
    index: &TaskIndex<'_>,
    placed: &Placed<'_>,
    own: (&[Mark], &Sheet<'_>),
    scoring: &Scoring,
    choice: &ChoiceScore,
) -> Vec<ProfileScore> {
    let states = |readings: &[Mark]| readings.iter().map(|mark| mark.state).collect::<Vec<_>>();
    let over_all = |states: &[Marked]| choice::score_alone(index, states, &ChoiceRules::default());
    let marked: Vec<Marked> = own.1.marks().iter().map(|mark| mark.state).collect();
    let is_over_all = |rules: &ChoiceRules| *rules == ChoiceRules::default();
    let of_own = ProfileScore {
        profile: scoring.profile,
        score: choice.score,
        over_all: if is_over_all(&scoring.choice) { choice.score } else { over_all(&marked) },
        unparsed: choice.tally.unparsed,
        differs: 0,
    };
    // Profiles that mark every text alike, and average alike, have one score: many do on well-behaved answers.
    let mut known = vec![(states(own.0), scoring.choice.clone(), of_own)];
    let reading = ProfileId::ALL.into_iter().filter(|&profile| rules::reads_all(profile, &scoring.kinds));
    let mut under = |profile: ProfileId| {
        let (readings, rules) = (placed.readings(index, profile), rules::choice_rules(profile, index.task()));
        let states = states(&readings);
        // Judges' verdicts are no texts, and profiles differ in them too.
        let alike = known.iter().find(|(other, by, score)| {
            score.profile == profile || !placed.verdicts && *other == states && *by == rules
        });
        if let Some((_, _, score)) = alike {
            return ProfileScore { profile, ..score.clone() };
        }
        let of_items = placed.states(profile, &readings, &scoring.verdicts);
        let differs = of_items.iter().zip(&marked).filter(|(ours, own)| ours != own).count();
        let own_score = choice::score_alone(index, &of_items, &rules);
        let score = ProfileScore {
            profile,
            score: own_score,
            over_all: if is_over_all(&rules) { own_score } else { over_all(&of_items) },
            unparsed: of_items.iter().filter(|state| **state == Marked::Unparsed).count() as u64,
            differs: differs as u64,
        };
        known.push((states, rules, score.clone()));
        score
    };
    reading.map(&mut under).collect()
}

/// Runs whose marks come from one judge; `from_judge` is the first that a judge of texts marked.
fn compare(runs: &[Scored<'_>], from_judge: u32) -> Vec<ComparisonReport> {
    let mut comparisons = Vec::new();
    for (second, b) in (0u32..).zip(runs) {
        let first_of = if runs.len() > MOST_COMPARED { second.saturating_sub(1) } else { 0 };
        for (first, a) in (0..second).zip(runs).filter(|(first, _)| *first >= first_of) {
            let is_like = a.compared == b.compared && (first < from_judge) == (second < from_judge);
            let Some(denominator) = a.compared.filter(|_| is_like) else { continue };
            let paired = paired::compare(&a.sheet, &b.sheet, denominator);
            comparisons.extend(paired.map(|paired| ComparisonReport { first, second, paired }));
        }
    }
    comparisons
}

fn headline(measure: &str, value: Quantity) -> Headline {
    Headline { measure: measure.to_owned(), value, floor: None }
}

/// With the strongest floor of the measure.
fn above_floor(measure: &str, value: Quantity, floors: &[Floor], of: &FloorMeasure) -> Headline {
    let strongest = strongest(floors, of);
    let place = strongest.and_then(|best| floors.iter().position(|floor| std::ptr::eq(floor, best)));
    let place = place.and_then(|place| u32::try_from(place).ok());
    Headline { floor: strongest.and_then(|floor| floor.value.value()).zip(place), ..headline(measure, value) }
}

fn of_choice(choice: &ChoiceScore, floors: &[Floor], headlines: &mut Vec<Headline>) {
    let name = if choice.rules.averaging == Averaging::Micro { "accuracy" } else { "total" };
    headlines.push(above_floor(name, choice.score, floors, &FloorMeasure::Accuracy));
    if choice.rules.averaging != Averaging::Micro {
        // Floors are told under the averaging of the total.
        headlines.push(headline("accuracy", choice.micro));
    }
}

fn of_labels(labels: &LabelScore, scoring: &Scoring, floors: &[Floor], headlines: &mut Vec<Headline>) {
    // IPV-Bench's script tells F1 and the yes-rate over the answers that it could read.
    let parsed = scoring.profile == ProfileId::IpvOfficial || scoring.choice.denominator == Denominator::Parsed;
    let denominator = if parsed { Denominator::Parsed } else { Denominator::All };
    let pass: Option<&LabelPass> = labels.passes.iter().find(|pass| pass.denominator == denominator);
    let Some(pass) = pass else { return };
    if let Some(class) = labels.positive.as_deref().and_then(|positive| pass.class(positive)) {
        let measure = FloorMeasure::F1 { positive: class.label.clone() };
        headlines.push(above_floor("f1", class.f1, floors, &measure));
        headlines.push(headline(if class.label == "yes" { "yes-rate" } else { "positive-rate" }, class.rate));
    }
    headlines.push(headline("balanced-accuracy", pass.balanced));
}

fn of_ranked(ranked: &RankedScore, headlines: &mut Vec<Headline>) {
    headlines.push(headline("auroc", ranked.auroc));
    headlines.push(headline("average-precision", ranked.average_precision));
}

fn of_verdicts(verdicts: &VerdictScore, benchmark: &Benchmark, floors: &[Floor], headlines: &mut Vec<Headline>) {
    if let Some(assertions) = &verdicts.assertions {
        // TC-Bench's completion ratio takes a half-true assertion for true.
        let all = if *benchmark == Benchmark::TcBench { assertions.all_truthy } else { assertions.all_true };
        headlines.push(headline("all-assertions", all));
        headlines.push(headline("assertions", assertions.mean));
    }
    if verdicts.accuracy.value().is_some() {
        headlines.push(headline("accuracy", verdicts.accuracy));
    }
    let is_same = verdicts.assertions.is_none() && verdicts.accuracy.value().is_some() && verdicts.mark.is_none();
    if !is_same || !verdicts.axes.is_empty() {
        headlines.push(above_floor("mean", verdicts.mean, floors, &FloorMeasure::Mean));
    }
}
