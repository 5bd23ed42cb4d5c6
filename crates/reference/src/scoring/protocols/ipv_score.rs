//! IPV-Score from people's labels: the share of generated clips that are good in visual quality *and* in prompt following.
//!
//! It is a share of clips, never the product of two shares (IPV-Bench's README, "IPV-Score"); VideoPhy's joint score is the
//! same count with other names. Invariants: all three numbers have the same clips below the line, so that the score never
//! exceeds either share; several raters are settled by majority within each field before both are joined; what a tie means
//! is declared; clips without a label are counted and in the denominator only if the rules say so.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scoring::interval::{Ends, PerClip, Row};
use crate::scoring::{Quantity, Ratings};

/// What an even split of raters means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TieRule {
    /// Not good: good needs a majority.
    #[default]
    NotGood,
    /// Good.
    Good,
    /// No label.
    NoLabel,
}

/// How labels become a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IpvRules {
    /// What a tie means.
    pub ties: TieRule,
    /// Whether clips without a label in either field count as not good, rather than leaving the denominator.
    pub unlabeled_count: bool,
}

/// The labels of one clip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LabeledClip {
    /// The clip.
    pub clip: String,
    /// Its domains, by their place in the list of domains.
    pub domains: Vec<u32>,
    /// Whether its visual quality is good, one per rater.
    pub visual_quality: Vec<Option<bool>>,
    /// Whether it follows its prompt, one per rater.
    pub prompt_following: Vec<Option<bool>>,
}

/// The three shares over the same clips.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IpvParts {
    /// Clips, labeled or not.
    pub clips: u64,
    /// Clips labeled in both fields.
    pub labeled: u64,
    /// Share of good visual quality.
    pub visual_quality: Quantity,
    /// Share that follows its prompt.
    pub prompt_following: Quantity,
    /// Share that is good in both.
    pub ipv_score: Quantity,
}

/// The parts in one domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IpvDomain {
    /// The domain.
    pub domain: String,
    /// Its parts.
    #[serde(flatten)]
    pub parts: IpvParts,
}

/// The IPV-Score of one generator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IpvScore {
    /// The rules.
    pub rules: IpvRules,
    /// Over all clips.
    pub all: IpvParts,
    /// By domain; a clip of two domains counts in both.
    pub domains: Vec<IpvDomain>,
    /// Fields (two per clip) with as many raters for as against.
    pub tied: u64,
}

/// A field as its raters settled it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settled {
    Good,
    Bad,
    Tied,
    Unlabeled,
}

fn settle(votes: &[Option<bool>]) -> Settled {
    let good = votes.iter().filter(|vote| **vote == Some(true)).count();
    let bad = votes.iter().filter(|vote| **vote == Some(false)).count();
    match good.cmp(&bad) {
        _ if good + bad == 0 => Settled::Unlabeled,
        std::cmp::Ordering::Greater => Settled::Good,
        std::cmp::Ordering::Less => Settled::Bad,
        std::cmp::Ordering::Equal => Settled::Tied,
    }
}

/// Scores labeled clips. Clips of the same name are one clip for the intervals.
pub fn score(clips: &[LabeledClip], domains: &[String], rules: IpvRules) -> IpvScore {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut tied = 0;
    let label = |settled: Settled| match (settled, rules.ties) {
        (Settled::Good, _) | (Settled::Tied, TieRule::Good) => Some(true),
        (Settled::Bad, _) | (Settled::Tied, TieRule::NotGood) => Some(false),
        (Settled::Tied, TieRule::NoLabel) | (Settled::Unlabeled, _) => None,
    };
    let settled: Vec<Clip> = clips
        .iter()
        .map(|clip| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            let number = *numbers.entry(&clip.clip).or_insert(next);
            let fields = [settle(&clip.visual_quality), settle(&clip.prompt_following)];
            tied += fields.iter().filter(|field| **field == Settled::Tied).count() as u64;
            Clip { number, both: label(fields[0]).zip(label(fields[1])) }
        })
        .collect();
    let mut space = PerClip::new(numbers.len());
    let all = parts(settled.iter().copied(), rules, &mut space);
    let of_domain = |(i, domain): (u32, &String)| {
        let within = clips.iter().zip(&settled).filter(|(clip, _)| clip.domains.contains(&i)).map(|(_, clip)| *clip);
        IpvDomain { domain: domain.clone(), parts: parts(within, rules, &mut space) }
    };
    let domains = (0u32..).zip(domains).map(of_domain).collect();
    IpvScore { rules, all, domains, tied }
}

/// A clip with both labels, if it has them.
#[derive(Clone, Copy)]
struct Clip {
    number: u32,
    both: Option<(bool, bool)>,
}

fn parts(clips: impl Iterator<Item = Clip> + Clone, rules: IpvRules, space: &mut PerClip) -> IpvParts {
    let counted = clips.clone().filter(|clip| clip.both.is_some() || rules.unlabeled_count);
    let n = counted.clone().count() as u64;
    let mut share = |good: &dyn Fn((bool, bool)) -> bool| {
        let row = |clip: Clip| Row {
            part: 0,
            clip: clip.number,
            above: f64::from(u8::from(clip.both.is_some_and(good))),
            below: 1.0,
        };
        space.ratios(counted.clone().map(row), &[1.0], n, Ends::Share)
    };
    IpvParts {
        visual_quality: share(&|(quality, _)| quality),
        prompt_following: share(&|(_, following)| following),
        ipv_score: share(&|(quality, following)| quality && following),
        clips: clips.clone().count() as u64,
        labeled: clips.filter(|clip| clip.both.is_some()).count() as u64,
    }
}

/// Labeled clips from two sets of ratings, good from `good_from` up (0.5 for 0 and 1, 4 for VideoPhy-2's 1 to 5). A clip
/// that only one of them rates lacks the other label. Domains are filled in by the caller.
pub fn labeled_clips(visual_quality: &Ratings, prompt_following: &Ratings, good_from: f64) -> Vec<LabeledClip> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut clips: Vec<LabeledClip> = Vec::new();
    for (ratings, is_quality) in [(visual_quality, true), (prompt_following, false)] {
        for row in &ratings.rows {
            let place = *places.entry(&row.clip).or_insert_with(|| {
                clips.push(LabeledClip { clip: row.clip.clone(), ..LabeledClip::default() });
                clips.len() - 1
            });
            let clip = &mut clips[place];
            let votes = if is_quality { &mut clip.visual_quality } else { &mut clip.prompt_following };
            let vote = |rating: &Option<f64>| rating.filter(|r| r.is_finite()).map(|r| r >= good_from);
            votes.extend(row.ratings.iter().map(vote));
        }
    }
    clips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::published::published_table;
    use crate::scoring::{NoValue, RatingRow};

    fn clip(name: &str, domains: &[u32], quality: &[Option<bool>], following: &[Option<bool>]) -> LabeledClip {
        LabeledClip {
            clip: name.to_owned(),
            domains: domains.to_vec(),
            visual_quality: quality.to_vec(),
            prompt_following: following.to_vec(),
        }
    }

    fn value(quantity: Quantity) -> (f64, u64) {
        (quantity.value().unwrap(), quantity.n())
    }

    #[test]
    fn the_score_counts_clips_and_is_no_product() {
        // Mochi 1 as published: 69.2 %, 50.8 % and 37.3 % of 260 clips are 180, 132 and 97 clips.
        let clips: Vec<LabeledClip> = (0..260)
            .map(|i| {
                let quality = i < 180;
                let following = i < 97 || (180..180 + 35).contains(&i);
                clip(&i.to_string(), &[], &[Some(quality)], &[Some(following)])
            })
            .collect();
        let found = score(&clips, &[], IpvRules::default());
        let table = published_table("ipv-generation").unwrap();
        for (column, quantity) in [
            ("visual quality", found.all.visual_quality),
            ("prompt following", found.all.prompt_following),
            ("IPV-Score", found.all.ipv_score),
        ] {
            let percent = quantity.value().unwrap() * 100.0;
            assert!((percent - table.value("Mochi 1", column).unwrap()).abs() < 0.05, "{column}: {percent}");
        }
        let product = value(found.all.visual_quality).0 * value(found.all.prompt_following).0;
        assert!(value(found.all.ipv_score).0 > product + 0.02);
    }

    #[test]
    fn raters_are_settled_by_majority_and_ties_by_the_rule() {
        let (yes, no) = (Some(true), Some(false));
        let clips = [
            clip("a", &[0], &[yes, yes, no], &[yes, None]),
            clip("b", &[0, 1], &[yes, no], &[yes]),
            clip("c", &[1], &[yes], &[None]),
        ];
        let domains = ["physical laws".to_owned(), "social laws".to_owned(), "geographical laws".to_owned()];
        let of = |ties, unlabeled_count| score(&clips, &domains, IpvRules { ties, unlabeled_count });
        let strict = of(TieRule::NotGood, false);
        assert_eq!((strict.tied, strict.all.clips, strict.all.labeled), (1, 3, 2));
        assert_eq!(value(strict.all.ipv_score), (0.5, 2));
        assert_eq!(value(strict.domains[0].parts.ipv_score), (0.5, 2));
        assert_eq!(value(strict.domains[1].parts.visual_quality), (0.0, 1));
        assert_eq!(strict.domains[2].parts.ipv_score, Quantity::Undefined(NoValue::Empty));
        assert_eq!(value(of(TieRule::Good, false).all.ipv_score), (1.0, 2));
        assert_eq!(value(of(TieRule::NoLabel, false).all.ipv_score), (1.0, 1));
        let counted = of(TieRule::NotGood, true).all.ipv_score;
        assert_eq!(counted.n(), 3);
        assert!((counted.value().unwrap() - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn ratings_become_labels() {
        let ratings = |rows: &[(&str, f64)]| Ratings {
            file: "labels.csv".to_owned(),
            rater: "human".to_owned(),
            dimension: String::new(),
            rows: rows.iter().map(|(c, r)| RatingRow { clip: (*c).to_owned(), ratings: vec![Some(*r)] }).collect(),
        };
        let clips = labeled_clips(&ratings(&[("a", 4.0), ("b", 3.0)]), &ratings(&[("b", 5.0), ("c", 4.0)]), 4.0);
        let found = score(&clips, &[], IpvRules::default());
        assert_eq!((found.all.clips, found.all.labeled), (3, 1));
        assert_eq!(value(found.all.ipv_score), (0.0, 1));
        assert_eq!(score(&[], &[], IpvRules::default()).all.ipv_score, Quantity::Undefined(NoValue::Empty));
    }
}
