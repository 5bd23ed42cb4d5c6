//! What needs no task: totals of quality dimensions, metrics against people, IPV-Scores from labels.
//!
//! Invariants: a metric is compared with people only over clips that both rate; files of one metric whose clips do not
//! overlap are its parts and are compared as one; every set of ratings appears, compared or not.

use std::collections::{HashMap, HashSet};

use crate::names;
use crate::scoring::protocols::dimensions::{MissingRule, Scheme, totals};
use crate::scoring::protocols::human::{Level, associate, join, krippendorff};
use crate::scoring::protocols::ipv_score::{self, IpvRules, LabeledClip, labeled_clips};
use crate::scoring::{DimensionReport, DimensionScores, Format, IpvScoreReport, RatingReport, Ratings, Read};

/// The rater that stands for people.
const HUMAN: &str = "human";
/// From which rating on a clip is good in a yes/no label.
const GOOD_FROM: f64 = 0.5;

pub(super) fn dimensions(scores: &DimensionScores) -> DimensionReport {
    // Dimensions that no scheme knows are listed under the best-known one, which then has no total.
    let scheme = Scheme::of(scores).unwrap_or(Scheme::VBench);
    let refused = totals(scores, scheme, MissingRule::Refuse);
    let official = (!refused.missing.is_empty()).then(|| totals(scores, scheme, MissingRule::RawZero));
    DimensionReport { model: scores.model.clone(), file: scores.file.clone(), totals: refused, official }
}

/// Ratings of one rater and dimension, from one file or several.
fn pooled(ratings: &[&Ratings]) -> Vec<Ratings> {
    let mut pools: Vec<(Ratings, HashSet<String>)> = Vec::new();
    for of_file in ratings {
        let clips: HashSet<String> = of_file.rows.iter().map(|row| row.clip.clone()).collect();
        let same = pools.iter_mut().find(|(pool, known)| {
            pool.rater == of_file.rater && pool.dimension == of_file.dimension && known.is_disjoint(&clips)
        });
        match same {
            Some((pool, known)) => {
                pool.file = format!("{}, {}", pool.file, of_file.file);
                pool.rows.extend(of_file.rows.iter().cloned());
                known.extend(clips);
            }
            None => pools.push(((*of_file).clone(), clips)),
        }
    }
    pools.into_iter().map(|(pool, _)| pool).collect()
}

pub(super) fn ratings(ratings: &[&Ratings]) -> Vec<RatingReport> {
    let pools = pooled(ratings);
    let mut reports = Vec::new();
    for pool in &pools {
        let rated = |ratings: &&Option<f64>| ratings.is_some_and(f64::is_finite);
        let clips: HashSet<&str> = pool
            .rows
            .iter()
            .filter(|row| row.ratings.iter().any(|rating| rated(&rating)))
            .map(|row| row.clip.as_str())
            .collect();
        let several = pool.rows.iter().any(|row| row.ratings.iter().filter(rated).count() > 1);
        let report = RatingReport {
            rater: pool.rater.clone(),
            dimension: pool.dimension.clone(),
            file: pool.file.clone(),
            clips: clips.len() as u64,
            against: None,
            association: None,
            alpha: several.then(|| krippendorff(&pool.rows, Level::Interval)),
        };
        let before = reports.len();
        if pool.rater != HUMAN {
            for people in pools.iter().filter(|people| people.rater == HUMAN) {
                // What is rated in the same words is compared with that alone.
                let is_same = people.dimension == pool.dimension;
                if !is_same && pools.iter().any(|o| o.rater == HUMAN && o.dimension == pool.dimension) {
                    continue;
                }
                let joined = join(pool, people);
                if !joined.points.is_empty() {
                    reports.push(RatingReport {
                        against: Some((people.rater.clone(), people.dimension.clone())),
                        association: Some(associate(&joined.points)),
                        ..report.clone()
                    });
                }
            }
        }
        if reports.len() == before {
            reports.push(report);
        }
    }
    reports
}

/// The IPV-Score of each file of labels, with the clips' domains from any file.
pub(super) fn ipv_scores(files: &[Read]) -> Vec<IpvScoreReport> {
    let labels: Vec<&Read> = files.iter().filter(|read| matches!(read.format, Format::IpvScoreLabels { .. })).collect();
    if labels.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut of_clip: HashMap<&str, Vec<u32>> = HashMap::new();
    for facet in files.iter().flat_map(|read| &read.supplement.clips).filter(|facet| facet.facet == "domain") {
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        let place = *places.entry(facet.value.as_str()).or_insert(next);
        if place == next {
            names.push(facet.value.clone());
        }
        let domains = of_clip.entry(names::base(&facet.clip)).or_default();
        if !domains.contains(&place) {
            domains.push(place);
        }
    }
    let score = |read: &&Read| {
        let of = |dimension: &str| read.holdings.ratings.iter().find(|ratings| ratings.dimension == dimension);
        let (quality, following) = of("visual quality").zip(of("prompt following"))?;
        let mut clips: Vec<LabeledClip> = labeled_clips(quality, following, GOOD_FROM);
        for clip in &mut clips {
            clip.domains = of_clip.get(names::base(&clip.clip)).cloned().unwrap_or_default();
        }
        let used: HashSet<u32> = clips.iter().flat_map(|clip| clip.domains.iter().copied()).collect();
        // Domains of other clips are none of this file's; their numbers stay, so that the places are right.
        let mut score = ipv_score::score(&clips, &names, IpvRules::default());
        let mut place = 0u32;
        score.domains.retain(|_| {
            place += 1;
            used.contains(&(place - 1))
        });
        Some(IpvScoreReport { file: read.file.clone(), score })
    };
    labels.iter().filter_map(score).collect()
}
