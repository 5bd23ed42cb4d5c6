//! Option likeness: which option of a multiple-choice question the frames are most like, as CLIP sees both.
//!
//! A zero-shot answer to IPV-Bench's multiple choice and other questions with options. Invariant: the judge sees questions and
//! options, never which one is right; its answers leave as predictions and are scored like any model's, beside what is reached
//! without the clip.

use reelcheck_types::{Better, Card, Choice, Evidence, Need, ScoreRange, Unit};

use super::features::{Feature, Source, VIEW};
use super::reading::{self, Reading};
use super::{LIGHT_PICTURES, missing};
use crate::evidence::{Place, Track, Weightiest};
use crate::{Entry, Judge, Question, Setup};

const ID: &str = "option_likeness";

/// The judge's line in the registry.
pub(crate) const ENTRY: Entry = Entry { card, views: &[VIEW], sampling: LIGHT_PICTURES, create };

fn card() -> Card {
    Card {
        id: ID.to_owned(),
        version: 1,
        dimension: ID.to_owned(),
        summary: "How clearly the frames prefer one option of a multiple-choice question, as CLIP sees both: mean cosine with \
                  the likeliest option minus that with the next, mean over the clip's questions; the options that it takes \
                  are its predictions."
            .to_owned(),
        unit: Unit::Ratio,
        range: ScoreRange::new(0.0, 2.0),
        better: Better::Neither,
        needs: vec![Need::Question, Need::Weights],
        on_request: false,
        source: "IPV-Bench (Bai et al., 2025), multiple choice; zero-shot classification of Radford et al. 2021: the option \
                 with the highest mean cosine over 16 frames, without the question"
            .to_owned(),
        differs: Some(
            "IPV-Bench asks a model that reads the question and sees the whole clip. This judge compares single frames with \
             each option alone, 77 tokens of it at most: what happens over time does not count."
                .to_owned(),
        ),
    }
}

fn create(setup: &Setup<'_>) -> Box<dyn Judge> {
    if setup.models.clip.is_none() {
        return missing(ID, Need::Weights);
    }
    let asked = setup.told.questions.iter().filter(|question| question.options.len() > 1);
    let questions: Vec<Question> = asked.clone().cloned().collect();
    if questions.is_empty() {
        return missing(ID, Need::Question);
    }
    let options: Vec<&str> = asked.flat_map(|question| &question.options).map(String::as_str).collect();
    reading::judge(setup, ID, Source::Clip, &options, OptionLikeness { questions, seen: Vec::new() })
}

struct OptionLikeness {
    questions: Vec<Question>,
    /// The cosines with all options of all questions, one after the other, frame by frame.
    seen: Vec<(Place, Vec<f64>)>,
}

impl OptionLikeness {
    /// What is chosen of each question.
    fn choices(&self) -> Vec<Choice> {
        let mut from = 0;
        let choice = |question: &Question| {
            let options = from..from + question.options.len();
            from = options.end;
            let mean = |option: usize| {
                self.seen.iter().map(|(_, cosines)| cosines[option]).sum::<f64>() / self.seen.len() as f64
            };
            Choice { question: question.id.clone(), likeness: options.map(mean).collect() }
        };
        self.questions.iter().map(choice).collect()
    }

    /// How much more each frame is like the options that are taken than like the likeliest others, mean over the questions.
    fn preference(&self, choices: &[Choice]) -> Track {
        let mut track = Track::new("preference", Unit::Ratio);
        for (place, cosines) in &self.seen {
            let (mut from, mut sum) = (0, 0.0);
            for choice in choices {
                let of_frame = &cosines[from..from + choice.likeness.len()];
                let best = choice.best().unwrap_or_default();
                let others =
                    of_frame.iter().enumerate().filter(|(option, _)| *option != best).map(|(_, cosine)| *cosine);
                sum += of_frame[best] - others.fold(f64::NEG_INFINITY, f64::max);
                from += choice.likeness.len();
            }
            track.push(*place, sum / choices.len() as f64);
        }
        track
    }
}

impl Reading for OptionLikeness {
    fn take(&mut self, frame: Feature, cosines: &[f64]) {
        self.seen.push((frame.place, cosines.to_vec()));
    }

    fn end(self, whole: bool) -> (Option<f64>, Evidence) {
        // What some of the frames prefer is no answer to a question.
        if !whole || self.seen.is_empty() {
            return (None, Evidence::default());
        }
        let choices = self.choices();
        let mean = choices.iter().map(Choice::margin).sum::<f64>() / choices.len() as f64;
        let preference = self.preference(&choices);
        let evidence = Evidence {
            curves: vec![preference.curve()],
            moments: preference.moments(Weightiest::Highest),
            choices,
            ..Evidence::default()
        };
        (Some(mean), evidence)
    }
}
