//! The profiles: named, versioned sets of scoring rules, as data.
//!
//! Invariant: an id never changes its meaning; when an official script changes, it gets a new id or a new version here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Denominator;
use super::super::model::Answer;

/// A set of scoring rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileId {
    /// IPV-Bench's example scripts.
    IpvOfficial,
    /// MVBench's notebook.
    #[serde(rename = "mvbench-official")]
    MvBenchOfficial,
    /// Video-MME's result script.
    VideoMmeOfficial,
    /// TempCompass's scripts without their language model.
    #[serde(rename = "tempcompass-official")]
    TempCompassOfficial,
    /// OVO-Bench's script.
    OvoOfficial,
    /// VNBench's `evaluation/eval.py`.
    #[serde(rename = "vnbench-official-a")]
    VnBenchOfficialA,
    /// VNBench's `llava_examples/evaluation_utils.py`.
    #[serde(rename = "vnbench-official-b")]
    VnBenchOfficialB,
    /// The extractor that lmms-eval's tasks share.
    LmmsEval,
    /// `VLMEvalKit`'s `can_infer`.
    #[serde(rename = "vlmevalkit")]
    VlmEvalKit,
    /// MLVU's multiple-choice script.
    MlvuOfficial,
    /// `LongVideoBench` as its author gave it to lmms-eval.
    #[serde(rename = "longvideobench-official")]
    LongVideoBenchOfficial,
    /// CG-Bench's script.
    CgBenchOfficial,
    /// LOKI's yes/no rule.
    LokiOfficial,
    /// Our own rules: they understand what a reader understands without doubt, and never guess.
    Tolerant,
}

/// What kind of reference answer a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// One option out of several.
    Choice,
    /// Yes or no.
    YesNo,
    /// A label.
    Label,
    /// A whole number.
    Count,
    /// Free text.
    Open,
}

impl Answer {
    /// Of what kind it is.
    #[must_use]
    pub const fn kind(&self) -> AnswerKind {
        match self {
            Self::Choice { .. } => AnswerKind::Choice,
            Self::YesNo { .. } => AnswerKind::YesNo,
            Self::Label { .. } => AnswerKind::Label,
            Self::Count { .. } => AnswerKind::Count,
            Self::Open { .. } => AnswerKind::Open,
        }
    }
}

/// What an unparsed reply counts as, where the denominator holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unparsed {
    /// Wrong.
    Wrong,
    /// Left out.
    LeftOut,
    /// The official script draws an option at random, so its result changes from run to run. The expected value counts
    /// instead: one divided by the number of options.
    Chance,
}

/// What an item counts as for which a file holds null instead of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NullReply {
    /// Not answered, like an item that the file does not mention.
    Missing,
    /// An empty reply, which the rule reads like any other text: the script knows no other way to say nothing.
    Empty,
}

/// Over what accuracies are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Averaging {
    /// Over items.
    Items,
    /// Over the tasks' accuracies.
    Tasks,
    /// Over tasks within groups of tasks, then over the groups.
    Groups,
    /// Over the tasks' accuracies; an item counts only if all four rotations of its options are answered correctly.
    CircularTasks,
}

/// A set of scoring rules, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// Which state of the rules: a commit or date of the source, or our own count.
    pub version: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Where the rules come from.
    pub source: &'static str,
    /// The kinds of reference answers that it has rules for.
    pub reads: &'static [AnswerKind],
    /// What accuracies are divided by.
    pub denominator: Denominator,
    /// What an unparsed reply counts as.
    pub unparsed: Unparsed,
    /// What null instead of a reply counts as.
    pub null: NullReply,
    /// How the total is made.
    pub averaging: Averaging,
    /// What to know about its numbers.
    pub notes: &'static str,
}

const CHOICE: &[AnswerKind] = &[AnswerKind::Choice];

const fn profile(id: ProfileId) -> Profile {
    let base = Profile {
        id,
        version: "",
        title: "",
        source: "",
        reads: CHOICE,
        denominator: Denominator::All,
        unparsed: Unparsed::Wrong,
        null: NullReply::Missing,
        averaging: Averaging::Items,
        notes: "",
    };
    match id {
        ProfileId::IpvOfficial => Profile {
            version: "80c7611",
            title: "IPV-Bench, official",
            source: "showlab/Impossible-Videos, example_eval/",
            reads: &[AnswerKind::Choice, AnswerKind::YesNo, AnswerKind::Open],
            notes: "Judgement: the first three characters; the script prints accuracy over all replies, and accuracy, F1 \
                    and yes-rate once more over the parsed ones. Multiple choice: the first character, so that \
                    \"Answer: B\" is read as A. Open answers: a judge's reply, undecodable ones count as 0.",
            ..base
        },
        ProfileId::MvBenchOfficial => Profile {
            version: "Ask-Anything 2024",
            title: "MVBench, official",
            source: "OpenGVLab/Ask-Anything, video_chat2/mvbench.ipynb (check_ans)",
            null: NullReply::Empty,
            notes: "Tests whether the first word is a part of \"(x)\" or contains it; an empty reply and \"(\" count as \
                    correct, and so does null, which the notebook can only hold as an empty reply.",
            ..base
        },
        ProfileId::VideoMmeOfficial => Profile {
            version: "eval_your_results 2024",
            title: "Video-MME, official",
            source: "MME-Benchmarks/Video-MME, eval_your_results.py",
            denominator: Denominator::Parsed,
            unparsed: Unparsed::LeftOut,
            notes: "The first capital A to D after lead-in phrases are cut out. Unparsed replies leave the denominator.",
            ..base
        },
        ProfileId::TempCompassOfficial => Profile {
            version: "e1b46316",
            title: "TempCompass, official rules",
            source: "llyx97/TempCompass, eval_multi-choice.py, eval_yes_no.py, eval_caption_matching.py",
            reads: &[AnswerKind::Choice, AnswerKind::YesNo],
            notes: "The rules alone (--disable_llm). Published numbers ask a language model about the rest and can lie far \
                    above.",
            ..base
        },
        ProfileId::OvoOfficial => Profile {
            version: "c34093f9",
            title: "OVO-Bench, official",
            source: "JoeLeelyf/OVO-Bench, utils/OVOBenchScore.py",
            reads: &[AnswerKind::Choice, AnswerKind::YesNo, AnswerKind::Count],
            denominator: Denominator::Answered,
            null: NullReply::Empty,
            averaging: Averaging::Groups,
            notes: "The reference's letter occurs anywhere in the reply, so that \"Based on …\" is correct for B. Counts join \
                    all digits. The script knows the result files alone: null in them is wrong, items that they lack are \
                    passed over.",
            ..base
        },
        ProfileId::VnBenchOfficialA => Profile {
            version: "8193a3b2",
            title: "VNBench, official (eval.py)",
            source: "joez17/VideoNIAH, evaluation/eval.py",
            denominator: Denominator::Answered,
            averaging: Averaging::CircularTasks,
            notes: "The first of A, B, C, D, in this order, before the first full stop. Missing predictions are passed over.",
            ..base
        },
        ProfileId::VnBenchOfficialB => Profile {
            version: "8193a3b2",
            title: "VNBench, official (LLaVA example)",
            source: "joez17/VideoNIAH, llava_examples/evaluation_utils.py",
            averaging: Averaging::CircularTasks,
            notes: "The first character; an empty reply stops the script. Its summary swaps two retrieval tasks.",
            ..base
        },
        ProfileId::LmmsEval => Profile {
            version: "c228e273",
            title: "lmms-eval, shared extractor",
            source: "EvolvingLMMs-Lab/lmms-eval, lmms_eval/tasks/_task_utils/mcq_extract.py",
            notes: "Ranks a letter by its surroundings, and falls back to any capital letter of an option.",
            ..base
        },
        ProfileId::VlmEvalKit => Profile {
            version: "2026-08",
            title: "VLMEvalKit, can_infer",
            source: "open-compass/VLMEvalKit, vlmeval/utils/matching_util.py",
            notes: "Without the language model that it asks about the rest. Some of its tasks leave unparsed replies out.",
            ..base
        },
        ProfileId::MlvuOfficial => Profile {
            version: "fd060c10",
            title: "MLVU, official",
            source: "JUNJIE99/MLVU, evaluation/multiple_choice_evaluation/choice_bench.py",
            averaging: Averaging::Tasks,
            notes: "The character before the first closing bracket, or the whole reply, must be the letter.",
            ..base
        },
        ProfileId::LongVideoBenchOfficial => Profile {
            version: "03a5823f",
            title: "LongVideoBench, official",
            source: "EvolvingLMMs-Lab/lmms-eval, lmms_eval/tasks/longvideobench/utils.py",
            unparsed: Unparsed::Chance,
            notes: "The first capital A to E after lead-in phrases are cut out. The script draws an option at random where \
                    there is none.",
            ..base
        },
        ProfileId::CgBenchOfficial => Profile {
            version: "f8266087",
            title: "CG-Bench, official",
            source: "CG-Bench/CG-Bench, run/utils.py (post_process)",
            denominator: Denominator::Parsed,
            unparsed: Unparsed::LeftOut,
            notes: "Fenced JSON; without it, the reference's letter among all capital letters A to H that stand alone. \
                    Unparsed replies are never stored.",
            ..base
        },
        ProfileId::LokiOfficial => Profile {
            version: "251b4f61",
            title: "LOKI, official (yes/no)",
            source: "opendatalab/LOKI, lm_evaluate/tasks/loki.py",
            reads: &[AnswerKind::YesNo],
            notes: "The whole reply, or \"yes\" or \"no\" in its first four characters, so that \"know\" is a no.",
            ..base
        },
        ProfileId::Tolerant => Profile {
            version: "1",
            title: "Tolerant",
            source: "Reelcheck",
            reads: &[AnswerKind::Choice, AnswerKind::YesNo, AnswerKind::Count, AnswerKind::Label],
            notes: "Reads what a person would read without doubt: containers, announced answers, labels, an option's full \
                    text, Chinese forms. Refusals, contradictions and denials are unparsed, and wrong.",
            ..base
        },
    }
}

/// All profiles, in the order of [`ProfileId`].
static PROFILES: [Profile; 14] = {
    let ids = ProfileId::ALL;
    let mut profiles = [profile(ids[0]); 14];
    let mut i = 1;
    while i < ids.len() {
        profiles[i] = profile(ids[i]);
        i += 1;
    }
    profiles
};

impl ProfileId {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::IpvOfficial,
        Self::MvBenchOfficial,
        Self::VideoMmeOfficial,
        Self::TempCompassOfficial,
        Self::OvoOfficial,
        Self::VnBenchOfficialA,
        Self::VnBenchOfficialB,
        Self::LmmsEval,
        Self::VlmEvalKit,
        Self::MlvuOfficial,
        Self::LongVideoBenchOfficial,
        Self::CgBenchOfficial,
        Self::LokiOfficial,
        Self::Tolerant,
    ];

    /// Its rules, as data.
    #[must_use]
    pub fn profile(self) -> &'static Profile {
        &PROFILES[self as usize]
    }

    /// Whether it has a rule for reference answers of this kind.
    #[must_use]
    pub fn reads(self, kind: AnswerKind) -> bool {
        self.profile().reads.contains(&kind)
    }

    /// Its name in files and on the command line: `ipv-official`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IpvOfficial => "ipv-official",
            Self::MvBenchOfficial => "mvbench-official",
            Self::VideoMmeOfficial => "video-mme-official",
            Self::TempCompassOfficial => "tempcompass-official",
            Self::OvoOfficial => "ovo-official",
            Self::VnBenchOfficialA => "vnbench-official-a",
            Self::VnBenchOfficialB => "vnbench-official-b",
            Self::LmmsEval => "lmms-eval",
            Self::VlmEvalKit => "vlmevalkit",
            Self::MlvuOfficial => "mlvu-official",
            Self::LongVideoBenchOfficial => "longvideobench-official",
            Self::CgBenchOfficial => "cg-bench-official",
            Self::LokiOfficial => "loki-official",
            Self::Tolerant => "tolerant",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_order_agree() {
        for (i, id) in ProfileId::ALL.into_iter().enumerate() {
            assert_eq!(id as usize, i);
            assert_eq!(id.profile().id, id);
            assert_eq!(serde_json::to_value(id).unwrap(), id.name());
            assert_eq!(ProfileId::named(id.name()), Some(id));
            assert!(!id.profile().version.is_empty() && !id.profile().notes.is_empty());
            assert_eq!(id.profile().denominator == Denominator::Parsed, id.profile().unparsed == Unparsed::LeftOut);
        }
        assert_eq!(ProfileId::named("official"), None);
    }
}
