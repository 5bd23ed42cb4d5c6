//! Questions about twins in the shapes of IPV-Bench, made so that their texts give nothing away.
//!
//! What a reader without eyes could learn from, and what is done about it:
//! - the options of all questions are whole statements from one list, of one length;
//! - every statement, "all could happen" among them, is right in one of five of the questions in which it is an option:
//!   each impossible clip is asked about, and the possible clip of every fourth twin, with the same options as its twin;
//! - wrong options are drawn evenly, and so is the right one's place;
//! - statements name no body, and file names say nothing.
//!
//! Invariant: an option is right or wrong, never half right: statements that could pass for the right one are left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::twins::Kind;
use crate::twins::chance::Chance;

/// What can be said of a clip: what goes wrong in it, or `None` for a possible one.
type Claim = Option<Kind>;

/// Options of a question.
const OPTIONS: usize = 5;
/// Of how many twins one has its possible clip asked about: then "all could happen" is right as often as the others.
const POSSIBLE_EVERY: usize = 4;

/// A clip that is asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The clip's file name.
    pub file: String,
    /// The file name of the other version.
    pub twin: String,
    /// What goes wrong in it; `None` for the possible version.
    pub wrong: Option<Kind>,
    /// What goes wrong in the impossible version of the twin.
    pub kind: Kind,
    /// The body that breaks the law, such as `red ball`.
    pub body: String,
}

/// An entry of a question file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The clip's file name.
    pub video_name: String,
    /// The whole question, with its options.
    pub question: String,
}

/// An entry of an answer file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The clip's file name.
    pub video_name: String,
    /// `yes`, `no`, or a letter from `A` to `E`.
    pub answer: String,
}

/// An entry of `openqa_answer.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAnswer {
    /// The answer.
    pub primary_answer: String,
    /// The same in other words.
    pub alternative_answers: [String; 3],
}

/// The question files and their answers, by id or by file name. Ids are numbers, in the order of the clips.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quiz {
    /// `judgement_question.json`: is something impossible? One question for every clip.
    pub judgement_question: BTreeMap<String, Question>,
    /// `judgement_answer.json`.
    pub judgement_answer: BTreeMap<String, Answer>,
    /// `mcqa_question.json`: what is impossible? Five options.
    pub mcqa_question: BTreeMap<String, Question>,
    /// `mcqa_answer.json`.
    pub mcqa_answer: BTreeMap<String, Answer>,
    /// `openqa_question.json`: what is impossible? For every impossible clip, by its file name.
    pub openqa_question: BTreeMap<String, String>,
    /// `openqa_answer.json`.
    pub openqa_answer: BTreeMap<String, OpenAnswer>,
}

const JUDGEMENT: &str =
    "Does something happen in this video that the laws of nature rule out? Answer with yes or no only.";
const OPEN: &str = "What in this video cannot happen under the laws of nature? Answer in one sentence.";
const CHOICE: &str = "Watch the video and choose the statement that is true of it. One of the five is.";
const CUE: &str = "Answer with the letter of the true statement:";

/// Asks about clips. The same clips and seed give the same questions.
pub fn quiz(clips: &[Asked], seed: u64) -> Quiz {
    let mut quiz = Quiz::default();
    for (id, clip) in clips.iter().enumerate() {
        let answer = if clip.wrong.is_some() { "yes" } else { "no" };
        let id = format!("{id:05}");
        quiz.judgement_question.insert(id.clone(), question(clip, JUDGEMENT.to_owned()));
        quiz.judgement_answer.insert(id, Answer { video_name: clip.file.clone(), answer: answer.to_owned() });
    }
    let mut chance = Chance::new(seed, "quiz");
    let mut asked = 0usize;
    for (nth, clip) in clips.iter().filter(|clip| clip.wrong.is_some()).enumerate() {
        let Some(open) = clip.wrong.map(|kind| open_answer(kind, &clip.body)) else { continue };
        quiz.openqa_question.insert(clip.file.clone(), OPEN.to_owned());
        quiz.openqa_answer.insert(clip.file.clone(), open);

        let claims = claims(clip.kind, &mut chance);
        let possible = clips.iter().find(|other| other.file == clip.twin).filter(|_| nth % POSSIBLE_EVERY == 0);
        for asked_about in std::iter::once(clip).chain(possible) {
            let claims = shuffled(claims.clone(), &mut chance);
            let right = claims.iter().position(|claim| *claim == asked_about.wrong).unwrap_or_default();
            let letters = ["A", "B", "C", "D", "E"];
            let lines: Vec<String> =
                claims.iter().zip(letters).map(|(claim, letter)| format!("{letter}. {}", statement(*claim))).collect();
            let text = format!("\n{CHOICE}\nWhich statement is true of the video?\n{}\n{CUE}    ", lines.join("\n"));
            let id = format!("{asked:05}");
            asked += 1;
            quiz.mcqa_question.insert(id.clone(), question(asked_about, text));
            let answer = letters.get(right).copied().unwrap_or("A").to_owned();
            quiz.mcqa_answer.insert(id, Answer { video_name: asked_about.file.clone(), answer });
        }
    }
    quiz
}

fn question(clip: &Asked, question: String) -> Question {
    Question { video_name: clip.file.clone(), question }
}

/// The five statements about a twin: that which is true of the impossible clip, that which is true of the possible one,
/// and three others. A statement that may stand beside few others is drawn more often where it may, so that all are wrong
/// about equally often.
fn claims(kind: Kind, chance: &mut Chance) -> Vec<Claim> {
    let mut others: Vec<(f64, Claim)> = partners(kind)
        .map(|other| {
            // Drawing without putting back, by weight: the smallest of exponentially spread numbers (Efraimidis and
            // Spirakis 2006).
            let weight = 1.0 / partners(other).count().max(1) as f64;
            (-libm::log(1.0 - chance.unit()) / weight, Some(other))
        })
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    [Some(kind), None].into_iter().chain(others.into_iter().map(|other| other.1)).take(OPTIONS).collect()
}

/// Kinds of which the statement is surely wrong for a clip of this kind.
fn partners(kind: Kind) -> impl Iterator<Item = Kind> {
    let all = Kind::ALL.iter().copied().filter(|other| other.law().is_some());
    all.filter(move |other| *other != kind && !alike(kind).contains(other) && !alike(*other).contains(&kind))
}

/// Kinds of which the statement might be called true of a clip of this kind too.
fn alike(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Gravity => &[Kind::SpontaneousMotion, Kind::Trajectory],
        Kind::Vanish => &[Kind::Transparency, Kind::Solidity],
        Kind::Duplicate => &[Kind::Appear],
        Kind::Volume => &[Kind::Shape],
        Kind::Phase => &[Kind::Shape, Kind::Volume, Kind::Reversal],
        Kind::Occlusion => &[Kind::Vanish, Kind::Color, Kind::Teleport],
        Kind::Teleport => &[Kind::Vanish, Kind::Appear, Kind::SpontaneousMotion],
        Kind::Direction | Kind::Elasticity => &[Kind::Trajectory],
        Kind::Friction => &[Kind::SpontaneousMotion],
        Kind::Buoyancy => &[Kind::SpontaneousMotion, Kind::Gravity],
        Kind::Reversal => &[Kind::Direction, Kind::SpontaneousMotion, Kind::Gravity],
        _ => &[],
    }
}

fn shuffled<T>(mut things: Vec<T>, chance: &mut Chance) -> Vec<T> {
    // Fisher and Yates.
    for at in (1..things.len()).rev() {
        things.swap(at, ((chance.unit() * (at + 1) as f64) as usize).min(at));
    }
    things
}

/// A statement about a clip: 42 characters long.
fn statement(claim: Claim) -> &'static str {
    let Some(kind) = claim else { return "All that is to be seen could really occur." };
    match kind {
        Kind::Gravity => "A body hangs in mid-air, or falls upwards.",
        Kind::Vanish => "A body in full view is gone at one moment.",
        Kind::Appear => "A body comes out of nothing in plain view.",
        Kind::Duplicate => "A body splits into two bodies like itself.",
        Kind::Volume => "A body grows or shrinks by a great amount.",
        Kind::Color => "A body takes on a wholly different colour.",
        Kind::Shape => "A body takes on a form unlike its old one.",
        Kind::Transparency => "A body goes from opaque to clear, or back.",
        Kind::Solidity => "A body goes right through something solid.",
        Kind::SpontaneousMotion => "A body at rest sets off without any cause.",
        Kind::Trajectory => "A body in free flight turns off its curve.",
        Kind::Direction => "A body rolls back, having struck no thing.",
        Kind::Elasticity => "A body bounces up to more than its height.",
        Kind::Occlusion => "A body is lost or changed behind a screen.",
        Kind::Teleport => "A body jumps from one spot to another one.",
        Kind::Friction => "A sliding body stops dead, or gains speed.",
        Kind::Buoyancy => "A body sinks or rises as water forbids it.",
        Kind::Phase => "A body melts or sets as no such thing can.",
        Kind::Shadow => "A shadow is missing or is not of its body.",
        Kind::Reflection => "A mirror image is missing, or a wrong one.",
        Kind::Reversal => "Fallen bodies set themselves up once more.",
        Kind::Ordinary => "All that is to be seen could really occur.",
    }
}

/// What cannot happen, in four wordings.
fn open_answer(kind: Kind, body: &str) -> OpenAnswer {
    let texts: [&str; 4] = match kind {
        Kind::Gravity => [
            "The {} does not fall as it should: it hangs in the air, drifts on or rises, with nothing to hold it.",
            "Against gravity, the {} stays up or moves upwards without support.",
            "The {} ought to fall to the floor, but it floats or rises in free air.",
            "Nothing carries the {}, and yet it does not come down.",
        ],
        Kind::Vanish => [
            "The {} is suddenly gone in plain view, with nothing in front of it and nowhere to go.",
            "The {} vanishes from one moment to the next, although things do not go into nothing.",
            "In mid-scene the {} disappears without leaving the picture or being covered.",
            "The {} ceases to exist while one looks at it.",
        ],
        Kind::Appear => [
            "A {} is suddenly there in plain view, without having come from anywhere.",
            "Out of nothing, a {} comes into being in the middle of the scene.",
            "A {} appears from one moment to the next where there was nothing before.",
            "The {} was not there and did not come in, and yet it is there.",
        ],
        Kind::Duplicate => [
            "The {} becomes two: a second one like it comes out of it and moves away.",
            "One {} splits into two equal ones, although matter does not double.",
            "A copy of the {} separates from it, as large and as solid as the first.",
            "Where there was one {}, there are suddenly two.",
        ],
        Kind::Volume => [
            "The {} changes its size by itself, although nothing is added to it or taken from it.",
            "The {} grows or shrinks within a moment, against the conservation of mass.",
            "Without any cause the {} becomes much larger or smaller.",
            "The size of the {} changes while it moves as before.",
        ],
        Kind::Color => [
            "The {} takes on another colour by itself, while the light on the scene stays as it is.",
            "The colour of the {} changes without paint or a change of light.",
            "In plain view the {} turns into one of a different colour.",
            "The {} keeps its form and its way, but not its colour.",
        ],
        Kind::Shape => [
            "The {} takes on another form by itself, although nothing presses or pulls it.",
            "The solid {} deforms into something else without any force.",
            "Without being touched, the {} changes from one form into another.",
            "The form of the {} does not stay what it was.",
        ],
        Kind::Transparency => [
            "The {} changes between opaque and see-through, although its matter stays the same.",
            "The {} suddenly lets light through that it did not before, or the other way round.",
            "What the {} is made of seems to turn into glass, or back from it.",
            "One can see through the {} at one time and not at another.",
        ],
        Kind::Solidity => [
            "The {} passes through something solid that has no hole, instead of bouncing off it.",
            "Two solid things go through each other: the {} does not stop at what it strikes.",
            "The {} enters a solid body or the floor as if it were air.",
            "Instead of being held up, the {} moves right through solid matter.",
        ],
        Kind::SpontaneousMotion => [
            "The {} lies still and then sets off, although nothing touches it.",
            "Without a push, the {} begins to move by itself.",
            "The {} starts from rest with no force acting on it.",
            "Before anything reaches it, the resting {} is already moving.",
        ],
        Kind::Trajectory => [
            "The {} changes its course in free flight, although nothing strikes it.",
            "In mid-air the {} turns sharply instead of following its arc.",
            "The path of the flying {} has corners that no force explains.",
            "The {} leaves the curve of its flight without touching anything.",
        ],
        Kind::Direction => [
            "The {} rolls one way and then turns back, although it has hit nothing.",
            "Without touching anything, the {} reverses its rolling motion.",
            "The {} comes back on a flat floor with nothing to send it back.",
            "In the middle of the floor, the {} suddenly rolls the other way.",
        ],
        Kind::Elasticity => [
            "The {} bounces higher than the height from which it fell, so it gains energy from nowhere.",
            "A bounce throws the {} up higher than it was before.",
            "Instead of losing height with each bounce, the {} gains some.",
            "The {} leaves the floor faster than it came down.",
        ],
        Kind::Occlusion => [
            "The {} goes behind a screen and does not come out as what went in.",
            "Behind the screen the {} is lost, exchanged or carried over to another screen.",
            "What should come out from behind the screen is not there, or not the same {}.",
            "The {} does not stay itself while it is hidden.",
        ],
        Kind::Teleport => [
            "The {} is suddenly in another place, without having moved there.",
            "From one moment to the next, the {} jumps across the scene.",
            "The {} skips part of its way: it leaves one place and is at once in another.",
            "The path of the {} has a gap.",
        ],
        Kind::Friction => [
            "The sliding {} does not slow down evenly: it stops dead or becomes faster by itself.",
            "Friction should bring the {} to rest bit by bit, but its speed jumps or grows.",
            "The {} slides in a way that no floor allows: it halts at once or speeds up.",
            "Against friction, the {} gathers speed or loses all of it in a moment.",
        ],
        Kind::Buoyancy => [
            "The {} does not float or sink as it should: it changes its weight in the water or rests on top of it.",
            "Against Archimedes, the {} goes down where it floated, comes up where it lay, or stands on the water.",
            "The water does not carry the {} as water does.",
            "The {} behaves in the water as if its weight could change.",
        ],
        Kind::Phase => [
            "The {} melts or sets within a moment, although it gets neither warmer nor colder.",
            "The {} changes between solid and liquid without any cause.",
            "What has melted goes back to its old form, or what cannot melt runs out over the floor.",
            "The {} does not keep to how matter melts and freezes.",
        ],
        Kind::Shadow => [
            "The shadow of the {} is wrong: it is missing, or lies where this light cannot cast it.",
            "The {} and its shadow do not fit the light of the scene.",
            "All other things cast their shadows one way, the {} does not.",
            "The {} has no shadow, or one that does not belong to it.",
        ],
        Kind::Reflection => [
            "The mirror image of the {} on the floor is wrong: missing, displaced or of another kind.",
            "The floor mirrors something other than the {} that stands on it.",
            "The {} and its reflection do not agree.",
            "What the shining floor shows below the {} is not its image.",
        ],
        Kind::Reversal => [
            "The things that were knocked over set themselves up again, as if time ran backwards.",
            "After the fall everything moves backwards: each {} flies back to its place.",
            "The pile builds itself up again, although nothing lifts its parts.",
            "Order comes back by itself: every {} returns to where it was.",
        ],
        Kind::Ordinary => ["Nothing."; 4],
    };
    let [primary_answer, first, second, third] = texts.map(|text| text.replace("{}", body));
    OpenAnswer { primary_answer, alternative_answers: [first, second, third] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clips(twins: usize) -> Vec<Asked> {
        let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.law().is_some()).collect();
        (0..twins)
            .flat_map(|nth| {
                let kind = kinds[nth % kinds.len()];
                let (a, b) = (format!("{nth}a.webm"), format!("{nth}b.webm"));
                let clip = |file: &str, twin: &str, wrong| Asked {
                    file: file.to_owned(),
                    twin: twin.to_owned(),
                    wrong,
                    kind,
                    body: "red ball".to_owned(),
                };
                [clip(&a, &b, None), clip(&b, &a, Some(kind))]
            })
            .collect()
    }

    #[test]
    fn statements_are_equally_long_and_different() {
        let mut texts: Vec<&str> =
            Kind::ALL.iter().filter(|kind| kind.law().is_some()).map(|k| statement(Some(*k))).collect();
        texts.push(statement(None));
        let lengths: Vec<usize> = texts.iter().map(|text| text.chars().count()).collect();
        assert!(lengths.iter().all(|length| *length == 42), "{lengths:?}");
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Kind::ALL.len());
    }

    #[test]
    fn each_statement_is_right_in_one_of_five_of_its_questions() {
        let quiz = quiz(&clips(21 * 12), 7);
        let mut counts: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (id, question) in &quiz.mcqa_question {
            let options: Vec<&str> =
                question.question.lines().filter(|line| line.chars().nth(1) == Some('.')).collect();
            assert_eq!(options.len(), OPTIONS);
            for option in options {
                let count = counts.entry(option[3..].to_owned()).or_default();
                count.1 += 1.0;
                count.0 += if option.starts_with(&quiz.mcqa_answer[id].answer) { 1.0 } else { 0.0 };
            }
        }
        assert_eq!(counts.len(), Kind::ALL.len());
        for (text, (right, all)) in counts {
            assert!((0.12..=0.32).contains(&(right / all)), "{text}: {right} of {all}");
        }
    }

    #[test]
    fn both_versions_of_a_twin_get_the_same_options() {
        let quiz = quiz(&clips(21), 7);
        let options = |name: &str| {
            let of = quiz.mcqa_question.values().find(|question| question.video_name == name)?;
            let mut lines: Vec<String> =
                of.question.lines().filter(|l| l.chars().nth(1) == Some('.')).map(|l| l[3..].to_owned()).collect();
            lines.sort();
            Some(lines)
        };
        assert!(options("0a.webm").is_some());
        assert_eq!(options("0a.webm"), options("0b.webm"));
        assert_eq!(options("1a.webm"), None, "only every fourth possible clip is asked about");
    }

    #[test]
    fn open_answers_name_the_body_and_differ() {
        for kind in Kind::ALL.iter().filter(|kind| kind.law().is_some()) {
            let answer = open_answer(*kind, "red ball");
            let mut all = answer.alternative_answers.to_vec();
            all.push(answer.primary_answer);
            assert!(all.iter().any(|text| text.contains("red ball")), "{kind}");
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 4, "{kind}");
        }
    }
}
