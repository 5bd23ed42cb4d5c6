//! Totals over quality dimensions: VBench (text to video), VBench-I2V, VBench-2.0, and the quality part alone.
//!
//! Constants: `scripts/constant.py` of Vchitect/VBench at 45e79ec (2026-03-23) and `VBench-2.0/scripts/constant.py`. A
//! dimension x becomes n = (x − least) / (most − least), *not* clipped; a group is Σ w·n / Σ w; the total is the weighted
//! mean of the groups. Invariants: a missing dimension never counts in silence: under [`MissingRule::Refuse`] its group and
//! the total have no value, under [`MissingRule::RawZero`] (the official script) it is listed, and a raw 0 can make n
//! negative; values outside of a dimension's range are used and flagged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scoring::{DimensionScores, NoValue, Quantity};

/// A scheme of dimensions, ranges and weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// VBench: 16 dimensions, Total = (4 Quality + Semantic) / 5.
    VBench,
    /// VBench's seven quality dimensions alone, for clips of one's own prompts.
    VBenchQuality,
    /// VBench-I2V: 9 dimensions, Total = (I2V + Quality) / 2.
    VBenchI2v,
    /// VBench-2.0: 18 dimensions in five groups of equal weight.
    #[serde(rename = "vbench-2.0")]
    VBench2,
}

/// One dimension of a scheme.
struct Dimension {
    name: &'static str,
    least: f64,
    most: f64,
    weight: f64,
}

/// A group of a scheme with its weight in the total.
struct Group {
    name: &'static str,
    weight: f64,
    dimensions: &'static [Dimension],
}

const fn dimension(name: &'static str, least: f64, most: f64, weight: f64) -> Dimension {
    Dimension { name, least, most, weight }
}

/// A dimension of 0 to 1 and weight 1.
const fn plain(name: &'static str) -> Dimension {
    dimension(name, 0.0, 1.0, 1.0)
}

const QUALITY: &[Dimension] = &[
    dimension("subject_consistency", 0.1462, 1.0, 1.0),
    dimension("background_consistency", 0.2615, 1.0, 1.0),
    dimension("temporal_flickering", 0.6293, 1.0, 1.0),
    dimension("motion_smoothness", 0.706, 0.9975, 1.0),
    dimension("dynamic_degree", 0.0, 1.0, 0.5),
    plain("aesthetic_quality"),
    plain("imaging_quality"),
];

const SEMANTIC: &[Dimension] = &[
    plain("object_class"),
    plain("multiple_objects"),
    plain("human_action"),
    plain("color"),
    plain("spatial_relationship"),
    dimension("scene", 0.0, 0.8222, 1.0),
    dimension("appearance_style", 0.0009, 0.2855, 1.0),
    dimension("temporal_style", 0.0, 0.364, 1.0),
    dimension("overall_consistency", 0.0, 0.364, 1.0),
];

const I2V: &[Dimension] = &[
    dimension("camera_motion", 0.0, 1.0, 0.1),
    dimension("i2v_subject", 0.1462, 1.0, 1.0),
    dimension("i2v_background", 0.2615, 1.0, 1.0),
];

const I2V_QUALITY: &[Dimension] = &[
    dimension("subject_consistency", 0.1462, 1.0, 1.0),
    dimension("background_consistency", 0.2615, 1.0, 1.0),
    dimension("motion_smoothness", 0.706, 0.9975, 1.0),
    dimension("dynamic_degree", 0.0, 1.0, 0.5),
    plain("aesthetic_quality"),
    plain("imaging_quality"),
];

const CREATIVITY: &[Dimension] = &[plain("composition"), plain("diversity")];
const COMMONSENSE: &[Dimension] = &[plain("instance_preservation"), plain("motion_rationality")];
const CONTROLLABILITY: &[Dimension] = &[
    plain("camera_motion"),
    plain("complex_landscape"),
    plain("complex_plot"),
    plain("dynamic_attribute"),
    plain("dynamic_spatial_relationship"),
    plain("human_interaction"),
    plain("motion_order_understanding"),
];
const HUMAN_FIDELITY: &[Dimension] = &[plain("human_anatomy"), plain("human_clothes"), plain("human_identity")];
const PHYSICS: &[Dimension] =
    &[plain("material"), plain("mechanics"), plain("multi_view_consistency"), plain("thermotics")];

const fn group(name: &'static str, weight: f64, dimensions: &'static [Dimension]) -> Group {
    Group { name, weight, dimensions }
}

impl Scheme {
    fn groups(self) -> &'static [Group] {
        const T2V: &[Group] = &[group("quality", 4.0, QUALITY), group("semantic", 1.0, SEMANTIC)];
        const ALONE: &[Group] = &[group("quality", 1.0, QUALITY)];
        const IMAGE: &[Group] = &[group("i2v", 1.0, I2V), group("quality", 1.0, I2V_QUALITY)];
        const SECOND: &[Group] = &[
            group("creativity", 1.0, CREATIVITY),
            group("commonsense", 1.0, COMMONSENSE),
            group("controllability", 1.0, CONTROLLABILITY),
            group("human_fidelity", 1.0, HUMAN_FIDELITY),
            group("physics", 1.0, PHYSICS),
        ];
        match self {
            Self::VBench => T2V,
            Self::VBenchQuality => ALONE,
            Self::VBenchI2v => IMAGE,
            Self::VBench2 => SECOND,
        }
    }

    /// The names of its dimensions, group by group.
    pub fn dimensions(self) -> impl Iterator<Item = &'static str> {
        self.groups().iter().flat_map(|group| group.dimensions).map(|dimension| dimension.name)
    }

    /// The least and the most that a dimension is taken to reach: what [`totals`] subtracts, and what it divides by is their
    /// difference. `None` if the scheme has no such dimension.
    pub fn range(self, dimension: &str) -> Option<(f64, f64)> {
        let name = canonical(dimension);
        let found = self.groups().iter().flat_map(|group| group.dimensions).find(|known| known.name == name)?;
        Some((found.least, found.most))
    }

    /// The scheme that holds the most of these dimensions; `None` if none holds any. Without a single semantic dimension
    /// VBench is taken as its quality part alone.
    pub fn of(scores: &DimensionScores) -> Option<Self> {
        let names: Vec<String> = scores.dimensions.iter().map(|score| canonical(&score.dimension)).collect();
        let held = |scheme: Self| scheme.dimensions().filter(|name| names.iter().any(|n| n == name)).count();
        // The smaller scheme first: it wins where the larger one adds nothing.
        let schemes = [Self::VBenchQuality, Self::VBench, Self::VBenchI2v, Self::VBench2];
        let best = schemes.into_iter().rev().max_by_key(|&scheme| held(scheme))?;
        (held(best) > 0).then_some(best)
    }
}

/// A dimension's name in lower case with underscores alone: VBench's boards write blanks, VBench-2.0 capitals and hyphens.
fn canonical(name: &str) -> String {
    name.trim().chars().map(|c| if c == ' ' || c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// What a missing dimension does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MissingRule {
    /// Its group and the total have no value.
    #[default]
    Refuse,
    /// It counts as a raw 0, as in the official script.
    RawZero,
    /// Its weight leaves its group, and an empty group leaves the total. Not an official rule.
    LeaveOut,
}

/// One dimension in a total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Normalized {
    /// The dimension.
    pub dimension: String,
    /// Its group.
    pub group: String,
    /// Its score as given; absent if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<f64>,
    /// The normalized score that entered the group; absent if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalized: Option<f64>,
    /// Its weight in the group.
    pub weight: f64,
    /// Whether the raw score lies outside of the dimension's range, so that the normalized one is below 0 or above 1.
    pub out_of_range: bool,
}

/// The score of a group of dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupTotal {
    /// Its name: `quality`, `semantic`, …
    pub group: String,
    /// Its score; 1 is the top of all ranges. `n` counts dimensions.
    pub score: Quantity,
    /// Its weight in the total.
    pub weight: f64,
}

/// The totals of one generator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// The scheme.
    pub scheme: Scheme,
    /// The rule for missing dimensions.
    pub rule: MissingRule,
    /// Dimension by dimension, in the scheme's order.
    pub dimensions: Vec<Normalized>,
    /// Group by group.
    pub groups: Vec<GroupTotal>,
    /// The total.
    pub total: Quantity,
    /// Dimensions of the scheme that the file lacks.
    pub missing: Vec<String>,
    /// Dimensions of the file that the scheme lacks.
    pub unknown: Vec<String>,
    /// Dimensions that the file gives twice; the last one counts.
    pub repeated: Vec<String>,
}

/// Totals of a generator's dimensions.
pub fn totals(scores: &DimensionScores, scheme: Scheme, rule: MissingRule) -> Totals {
    let names: Vec<String> = scores.dimensions.iter().map(|score| canonical(&score.dimension)).collect();
    let raw = |name: &str| {
        let place = names.iter().rposition(|n| n == name)?;
        Some(scores.dimensions[place].score).filter(|score| score.is_finite())
    };
    let (mut dimensions, mut groups, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sum, mut weight, mut lost, mut used) = (0.0, 0.0, 0u32, 0u64);
    for group in scheme.groups() {
        let (mut of_group, mut of_weight, mut lacking, mut n) = (0.0, 0.0, 0u32, 0u64);
        for dimension in group.dimensions {
            let found = raw(dimension.name);
            if found.is_none() {
                missing.push(dimension.name.to_owned());
            }
            let counted = found.or((rule == MissingRule::RawZero).then_some(0.0));
            let normalized = counted.map(|x| (x - dimension.least) / (dimension.most - dimension.least));
            match normalized {
                Some(normalized) => {
                    of_group += dimension.weight * normalized;
                    of_weight += dimension.weight;
                    n += 1;
                }
                None => lacking += 1,
            }
            dimensions.push(Normalized {
                dimension: dimension.name.to_owned(),
                group: group.name.to_owned(),
                raw: found,
                normalized,
                weight: dimension.weight,
                out_of_range: found.is_some_and(|x| !(dimension.least..=dimension.most).contains(&x)),
            });
        }
        let refused = lacking > 0 && rule == MissingRule::Refuse;
        let score = if refused || of_weight <= 0.0 {
            lost += lacking;
            Quantity::Undefined(NoValue::MissingDimensions { missing: lacking })
        } else {
            sum += group.weight * of_group / of_weight;
            weight += group.weight;
            used += n;
            Quantity::plain(of_group / of_weight, n)
        };
        groups.push(GroupTotal { group: group.name.to_owned(), score, weight: group.weight });
    }
    let refused = lost > 0 && rule == MissingRule::Refuse;
    let total = if refused || weight <= 0.0 {
        Quantity::Undefined(NoValue::MissingDimensions { missing: lost })
    } else {
        Quantity::plain(sum / weight, used)
    };
    let known = |name: &String| scheme.dimensions().any(|of_scheme| of_scheme == name);
    let unknown = names.iter().filter(|name| !known(name)).cloned().collect();
    let twice = |(i, name): &(usize, &String)| known(name) && names[..*i].contains(name);
    let repeated = names.iter().enumerate().filter(twice).map(|(_, name)| name.clone()).collect();
    Totals { scheme, rule, dimensions, groups, total, missing, unknown, repeated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::DimensionScore;
    use crate::scoring::published::published_table;

    fn scores(dimensions: impl IntoIterator<Item = (String, f64)>) -> DimensionScores {
        let dimension = |(dimension, score)| DimensionScore { dimension, score, clips: Vec::new() };
        DimensionScores {
            file: "results.json".to_owned(),
            model: "model".to_owned(),
            dimensions: dimensions.into_iter().map(dimension).collect(),
        }
    }

    #[test]
    fn every_row_of_the_boards_is_reproduced() {
        let mut rows = 0;
        for (id, scheme, dimensions) in [
            ("vbench-t2v", Scheme::VBench, 16),
            ("vbench-i2v", Scheme::VBenchI2v, 9),
            ("vbench-2.0", Scheme::VBench2, 18),
        ] {
            let table = published_table(id).unwrap();
            for row in &table.rows {
                let groups = scheme.groups().len();
                let given = table.columns[groups + 1..].iter().zip(&row.values[groups + 1..]);
                let given = scores(given.map(|(name, value)| (name.clone(), value.unwrap() / 100.0)));
                assert_eq!(given.dimensions.len(), dimensions);
                assert_eq!(Scheme::of(&given), Some(scheme));
                let found = totals(&given, scheme, MissingRule::Refuse);
                let near = |column: &str, quantity: &Quantity| {
                    let (found, published) = (quantity.value().unwrap() * 100.0, table.of_row(row, column).unwrap());
                    // Both sides are rounded to two decimals, the dimensions as well.
                    assert!((found - published).abs() < 0.0101, "{} {column}: {found} is not {published}", row.model);
                };
                near("total", &found.total);
                for group in &found.groups {
                    near(&group.group, &group.score);
                }
                assert!(found.missing.is_empty() && found.unknown.is_empty());
                rows += 1;
            }
        }
        assert_eq!(rows, 23 + 7 + 9);
    }

    #[test]
    fn a_missing_dimension_is_never_a_silent_zero() {
        let all = || Scheme::VBench.dimensions().map(|name| (name.to_owned(), 0.9));
        let part = scores(all().filter(|(name, _)| name != "subject_consistency"));
        let refused = totals(&part, Scheme::VBench, MissingRule::Refuse);
        assert_eq!(refused.missing, ["subject_consistency"]);
        assert_eq!(refused.total, Quantity::Undefined(NoValue::MissingDimensions { missing: 1 }));
        assert!(refused.groups[1].score.value().is_some(), "the semantic part is whole");
        let zero = totals(&part, Scheme::VBench, MissingRule::RawZero);
        assert_eq!(zero.missing, ["subject_consistency"]);
        // A raw 0 is below the range: it costs more than the dimension is worth.
        let normalized = zero.dimensions[0].normalized.unwrap();
        assert!((normalized + 0.1462 / (1.0 - 0.1462)).abs() < 1e-12 && zero.dimensions[0].raw.is_none());
        let left_out = totals(&part, Scheme::VBench, MissingRule::LeaveOut);
        assert!(left_out.total.value() > zero.total.value());
        assert_eq!(left_out.total.n(), 15);
    }

    #[test]
    fn own_prompts_have_a_quality_score_alone() {
        let own = scores(QUALITY.iter().map(|d| (d.name.replace('_', " "), d.most)));
        assert_eq!(Scheme::of(&own), Some(Scheme::VBenchQuality));
        let found = totals(&own, Scheme::VBenchQuality, MissingRule::Refuse);
        assert!((found.total.value().unwrap() - 1.0).abs() < 1e-12);
        let none = totals(&scores([("sharpness".to_owned(), 1.0)]), Scheme::VBenchQuality, MissingRule::LeaveOut);
        assert_eq!(none.total, Quantity::Undefined(NoValue::MissingDimensions { missing: 7 }));
        assert_eq!((none.unknown, Scheme::of(&scores([]))), (vec!["sharpness".to_owned()], None));
    }

    #[test]
    fn a_dimension_has_its_range_under_any_spelling() {
        assert_eq!(Scheme::VBench.range("Motion Smoothness"), Some((0.706, 0.9975)));
        assert_eq!(Scheme::VBench.range("sharpness"), None);
    }

    #[test]
    fn nothing_is_clipped_and_what_is_outside_is_flagged() {
        let twice = ["subject_consistency", "Subject Consistency"].map(|name| (name.to_owned(), -0.4));
        let found = totals(&scores(twice), Scheme::VBenchQuality, MissingRule::LeaveOut);
        assert!(found.dimensions[0].out_of_range && found.total.value().unwrap() < -0.6);
        assert_eq!(found.repeated, ["subject_consistency"]);
    }
}
