//! The statistics against scipy and scikit-learn, against independent crates on random numbers, and against their own laws.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::{ClipIdentity, ReferenceSet, import};

const TOLERANCE: f64 = 1e-12;

#[derive(Deserialize)]
struct Golden {
    numeric: Vec<NumericCase>,
    binary: Vec<BinaryCase>,
    quantiles: Vec<QuantileCase>,
    intervals: Vec<IntervalCase>,
}

#[derive(Deserialize)]
struct NumericCase {
    name: String,
    scores: Vec<f64>,
    references: Vec<f64>,
    mean_absolute_error: f64,
    floor: f64,
    pearson: Option<f64>,
    spearman: Option<f64>,
    kendall: Option<f64>,
}

#[derive(Deserialize)]
struct BinaryCase {
    name: String,
    scores: Vec<f64>,
    positive: Vec<bool>,
    majority: f64,
    auroc: Option<f64>,
    average_precision: Option<f64>,
    accuracy: Option<f64>,
}

#[derive(Deserialize)]
struct QuantileCase {
    values: Vec<f64>,
    share: f64,
    quantile: f64,
}

#[derive(Deserialize)]
struct IntervalCase {
    name: String,
    scores: Vec<f64>,
    references: Vec<f64>,
    low: f64,
    high: f64,
}

fn numeric(scores: &[f64], references: &[f64]) -> Vec<Measure> {
    super::numeric(scores, references, &mut Resamples::default())
}

fn binary(scores: &[f64], positive: &[bool]) -> Vec<Measure> {
    super::binary(scores, positive, &mut Resamples::default())
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../golden/agreement.json")).unwrap()
}

fn value(estimate: &Estimate) -> Option<f64> {
    match estimate {
        Estimate::Value { value, .. } => Some(*value),
        _ => None,
    }
}

fn values(measures: &[Measure]) -> Vec<Option<f64>> {
    measures.iter().map(|measure| value(&measure.estimate)).collect()
}

fn all_ones(statistic: &mut dyn Statistic, n: usize) -> Option<f64> {
    statistic.evaluate(&vec![1; n])
}

fn assert_close(actual: Option<f64>, expected: Option<f64>, what: &str) {
    match (actual, expected) {
        (Some(a), Some(e)) => assert!((a - e).abs() <= TOLERANCE * e.abs().max(1.0), "{what}: {a} is not {e}"),
        _ => assert_eq!(actual, expected, "{what}"),
    }
}

#[test]
fn numeric_measures_are_those_of_scipy() {
    let cases = golden().numeric;
    assert!(cases.len() > 8);
    for case in cases {
        let measures = numeric(&case.scores, &case.references);
        let expected = [Some(case.mean_absolute_error), case.pearson, case.spearman, case.kendall];
        for (measure, expected) in measures.iter().zip(expected) {
            assert_close(value(&measure.estimate), expected, &format!("{} of {:?}", measure.metric, case.name));
        }
        assert_close(measures[0].floor, Some(case.floor), &case.name);
    }
}

#[test]
fn binary_measures_are_those_of_scikit_learn() {
    let cases = golden().binary;
    assert!(cases.len() > 7);
    for case in cases {
        let measures = binary(&case.scores, &case.positive);
        let expected = [case.auroc, case.average_precision, case.accuracy];
        for (measure, expected) in measures.iter().zip(expected) {
            assert_close(value(&measure.estimate), expected, &format!("{} of {:?}", measure.metric, case.name));
        }
        assert_close(measures[2].floor, Some(case.majority), &case.name);
    }
}

#[test]
fn quantiles_are_those_of_numpy() {
    for case in golden().quantiles {
        assert_close(bootstrap::quantile(&case.values, case.share), Some(case.quantile), "quantile");
    }
    assert_eq!(bootstrap::quantile(&[], 0.5), None);
}

#[test]
fn intervals_are_near_those_of_scipys_bootstrap() {
    // 1,000 resamples against 20,000 of another generator: the ends of a 95 % interval wander by a few hundredths.
    for case in golden().intervals {
        let positive: Vec<bool> = case.references.iter().map(|&reference| reference > 0.5).collect();
        let measures = match case.name.as_str() {
            "auroc" | "average-precision" => binary(&case.scores, &positive),
            _ => numeric(&case.scores, &case.references),
        };
        let name = |measure: &Measure| serde_json::to_value(measure.metric).unwrap();
        let measure = measures.iter().find(|measure| name(measure) == case.name.as_str()).unwrap();
        let Estimate::Value { value, low, high, level, resamples, .. } = measure.estimate else {
            panic!("{}", case.name)
        };
        assert!((low - case.low).abs() < 0.03, "{}: {low} is not {}", case.name, case.low);
        assert!((high - case.high).abs() < 0.03, "{}: {high} is not {}", case.name, case.high);
        assert!(low < value && value < high);
        assert_eq!((level.to_bits(), resamples), (0.95f64.to_bits(), 1000));
    }
}

#[test]
fn below_three_clips_there_is_no_number() {
    for n in 0..3 {
        let scores = vec![1.0; n];
        let measures = numeric(&scores, &scores).into_iter().chain(binary(&scores, &vec![true; n]));
        for measure in measures {
            assert_eq!(measure.estimate, Estimate::TooFew { n, needed: 3 });
            assert_eq!(measure.floor, None);
        }
    }
}

#[test]
fn what_is_undefined_says_why() {
    let why = |measure: &Measure| match measure.estimate {
        Estimate::Undefined { why } => Some(why),
        _ => None,
    };
    let (same, different) = ([1.0; 4], [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(why(&numeric(&same, &different)[1]), Some(Undefined::ConstantScores));
    assert_eq!(why(&numeric(&different, &same)[3]), Some(Undefined::ConstantReference));
    assert_eq!(why(&numeric(&[1e308, -1e308, 0.0], &[-1e308, 1e308, 0.0])[0]), Some(Undefined::NotFinite));
    assert!(binary(&different, &[false; 4]).iter().all(|measure| why(measure) == Some(Undefined::OneClass)));
    // A score that is the same everywhere is no better than guessing, which is a number.
    assert_eq!(values(&binary(&same, &[true, false, true, false])), [Some(0.5), Some(0.5), Some(0.5)]);
}

#[test]
fn degenerate_resamples_are_counted() {
    // With one positive among n clips, a share of (1 − 1/n)ⁿ of all resamples has none; with n = 3 also 1/27 no negative.
    let measures = binary(&[1.0, 2.0, 3.0], &[false, false, true]);
    let Estimate::Value { degenerate, resamples, .. } = measures[0].estimate else { panic!() };
    let expected = f64::from(resamples) * (8.0 + 1.0) / 27.0;
    assert!((f64::from(degenerate) - expected).abs() < 60.0, "{degenerate} is far from {expected}");
    let Estimate::Value { degenerate, .. } = measures[2].estimate else { panic!() };
    assert_eq!(degenerate, 0, "the accuracy of a rule is defined over any resample");
}

#[test]
fn the_best_rule_learns_threshold_and_direction() {
    let measure = |scores: &[f64], positive: &[bool]| binary(scores, positive)[2];
    let higher = measure(&[1.0, 2.0, 4.0, 5.0], &[false, false, true, true]);
    assert_eq!((higher.direction, higher.threshold), (Some(Direction::HigherIsPositive), Some(3.0)));
    let lower = measure(&[1.0, 2.0, 4.0, 5.0], &[true, true, true, false]);
    assert_eq!((lower.direction, lower.threshold), (Some(Direction::LowerIsPositive), Some(4.5)));
    let none = measure(&[1.0, 2.0, 3.0, 4.0, 5.0], &[false, false, true, false, false]);
    assert_eq!((none.direction, none.threshold), (None, None));
    assert_eq!(value(&none.estimate), none.floor);
    // Neighboring numbers have no middle; the threshold must still part them.
    let next = 1.0f64.next_up();
    for positive in [[false, false, true, true], [true, true, false, false]] {
        let close = measure(&[1.0, 1.0, next, next], &positive);
        assert_eq!(value(&close.estimate), Some(1.0));
    }
}

#[test]
fn a_perfect_judge_is_certain_and_a_blind_one_is_not() {
    let positive: Vec<bool> = (0..40).map(|i| i >= 20).collect();
    let perfect: Vec<f64> = (0..40).map(f64::from).collect();
    let Estimate::Value { value, low, .. } = binary(&perfect, &positive)[0].estimate else { panic!() };
    assert!(value > 0.999 && low > 0.999);
    let blind: Vec<f64> = (0..40).map(|i| f64::from(i % 20)).collect();
    let Estimate::Value { low, high, .. } = binary(&blind, &positive)[0].estimate else { panic!() };
    assert!(low < 0.5 && 0.5 < high);
}

fn card(id: &str) -> Card {
    Card {
        id: id.to_owned(),
        version: 1,
        dimension: id.to_owned(),
        summary: String::new(),
        unit: reelcheck_types::Unit::Ratio,
        range: reelcheck_types::ScoreRange::default(),
        better: Better::Higher,
        needs: Vec::new(),
        on_request: false,
        source: String::new(),
        differs: None,
    }
}

fn clip(name: &str, score: Option<f64>) -> ClipScores {
    ClipScores { name: name.to_owned(), sha256: None, scores: [("sharp".to_owned(), score)].into() }
}

#[test]
fn judges_meet_fields_with_coverage_and_points() {
    let mut set = ReferenceSet::default();
    let table = "clip,mos,real,law,remark\n\
                 a.mp4,1,yes,gravity,this remark differs from all others and is by far too long to be a label\n\
                 b.mp4,2,no,mass,\nc.mp4,3,yes,gravity,\nd.mp4,4,no,gravity,\nz.mp4,5,no,mass,\n";
    set.add(import("r.csv", table.as_bytes()).unwrap());
    let clips = [
        clip("a.mp4", Some(0.1)),
        clip("b.mp4", Some(0.3)),
        clip("c.mp4", Some(0.2)),
        clip("d.mp4", Some(f64::NAN)),
        clip("e.mp4", Some(0.9)),
    ];
    let (agreement, joined) = set.compare(&clips, &[card("sharp"), card("absent")]);
    let rows: Vec<_> =
        agreement.iter().map(|a| (a.judge.as_str(), a.field.as_str(), a.label.as_deref(), a.n, a.annotated)).collect();
    assert_eq!(
        rows[..4],
        [
            ("sharp", "law", Some("gravity"), 3, 4),
            ("sharp", "law", Some("mass"), 3, 4),
            ("sharp", "mos", None, 3, 4),
            ("sharp", "real", None, 3, 4),
        ]
    );
    assert_eq!(rows.len(), 8, "text is not compared, and a judge without scores still has its rows");
    assert_eq!(agreement[4].measures[0].estimate, Estimate::TooFew { n: 0, needed: 3 });
    assert!((agreement[0].coverage - 0.75).abs() < 1e-15);
    assert_eq!(agreement[0].positives, Some(2));
    assert_close(value(&agreement[2].measures[2].estimate), Some(0.5), "Spearman of 1 3 2");
    assert_eq!(agreement[2].pairs[1], Pair { clip: "b.mp4".to_owned(), score: 0.3, reference: 2.0 });
    assert_eq!(joined.unmatched.clips, ["e.mp4"]);
    assert_eq!(joined.unmatched.annotations.len(), 1);
    let json = serde_json::to_string(&agreement).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Agreement>>(&json).unwrap(), agreement);
    assert!(json.contains(r#""metric":"kendall-tau-b","estimate":{"kind":"value","value":"#), "{json}");
    assert!(schemars::schema_for!(Vec<Agreement>).as_object().is_some_and(|schema| !schema.is_empty()));
    assert!(schemars::schema_for!(crate::Imported).as_object().is_some_and(|schema| !schema.is_empty()));
    assert!(schemars::schema_for!(crate::ImportError).as_object().is_some_and(|schema| !schema.is_empty()));
}

#[test]
fn the_same_clips_give_the_same_intervals() {
    let mut resamples = Resamples::default();
    let mut mean = |n: usize| {
        let errors: Vec<f64> = (0u8..).take(n).map(f64::from).collect();
        resamples.intervals(n, &mut [Box::new(MeanAbsoluteError::new(&errors, &vec![0.0; n]))])[0]
    };
    let (first, other, again) = (mean(30), mean(31), mean(30));
    assert_eq!(first, again, "drawn once, then kept");
    assert_ne!(first, other);
    let scores: Vec<f64> = (0..30).map(|i| f64::from(i * 7 % 11)).collect();
    let references: Vec<f64> = (0..30).map(|i| f64::from(i * 5 % 13)).collect();
    assert_eq!(numeric(&scores, &references), numeric(&scores, &references));
}

#[test]
fn a_whole_benchmark_is_compared() {
    let identities: Vec<ClipIdentity> =
        (0..1300).map(|i| ClipIdentity { name: format!("{i}.mp4"), sha256: None }).collect();
    let rows: String = identities.iter().zip(0..).map(|(clip, i)| format!("{},{}\n", clip.name, i * 7 % 31)).collect();
    let mut set = ReferenceSet::default();
    set.add(import("r.csv", format!("clip,mos\n{rows}").as_bytes()).unwrap());
    let clips: Vec<ClipScores> =
        identities.iter().zip(0..).map(|(c, i)| clip(&c.name, Some(f64::from(i * 11 % 101)))).collect();
    let (agreement, _) = set.compare(&clips, &[card("sharp")]);
    assert_eq!(agreement[0].n, 1300);
}

/// Columns of few different values, so that ties abound, and weights.
fn columns() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<u32>)> {
    (3usize..40).prop_flat_map(|n| {
        let column = || proptest::collection::vec((-6i32..6).prop_map(|v| f64::from(v) / 2.0), n);
        (column(), column(), proptest::collection::vec(0u32..4, n))
    })
}

/// Each value as often as its weight says.
fn expanded<T: Copy>(values: &[T], weights: &[u32]) -> Vec<T> {
    values.iter().zip(weights).flat_map(|(&value, &w)| std::iter::repeat_n(value, w as usize)).collect()
}

fn correlations<'a>(x: &'a [f64], y: &'a [f64]) -> Vec<Box<dyn Statistic + 'a>> {
    vec![
        Box::new(MeanAbsoluteError::new(x, y)),
        Box::new(Pearson::new(x, y)),
        Box::new(Spearman::new(x, y)),
        Box::new(KendallTauB::new(x, y)),
    ]
}

fn above(y: &[f64]) -> Vec<bool> {
    y.iter().map(|&y| y > 0.0).collect()
}

proptest! {
    /// A weight means repetition: this is what makes the bootstrap right.
    #[test]
    fn weights_are_repetitions((x, y, w) in columns()) {
        let (xx, yy) = (expanded(&x, &w), expanded(&y, &w));
        prop_assume!(!xx.is_empty());
        for (weighted, repeated) in correlations(&x, &y).iter_mut().zip(&mut correlations(&xx, &yy)) {
            assert_close(weighted.evaluate(&w), all_ones(repeated.as_mut(), xx.len()), "correlation");
        }
        let (positive, repeated) = (above(&y), above(&yy));
        let (a, b) = (Classes::new(&x, &positive), Classes::new(&xx, &repeated));
        assert_close(Auroc(&a).evaluate(&w), all_ones(&mut Auroc(&b), xx.len()), "AUROC");
        assert_close(AveragePrecision(&a).evaluate(&w), all_ones(&mut AveragePrecision(&b), xx.len()), "AP");
    }

    /// The `kendalls` crate counts with a merge sort, `statrs` ranks by itself.
    #[test]
    fn correlations_are_those_of_other_crates((x, y, _) in columns()) {
        use statrs::statistics::{Data, OrderStatistics, RankTieBreaker};
        let n = x.len();
        let tau = kendalls::tau_b_with_comparator(&x, &y, |a: &f64, b: &f64| a.total_cmp(b)).unwrap().0;
        assert_close(all_ones(&mut KendallTauB::new(&x, &y), n), tau.is_finite().then_some(tau), "Kendall");
        let ranks = |values: &[f64]| Data::new(values.to_vec()).ranks(RankTieBreaker::Average);
        let of_ranks = all_ones(&mut Pearson::new(&ranks(&x), &ranks(&y)), n);
        assert_close(all_ones(&mut Spearman::new(&x, &y), n), of_ranks, "Spearman");
    }

    #[test]
    fn rank_correlations_do_not_see_monotone_changes((x, y, w) in columns()) {
        let cubed: Vec<f64> = x.iter().map(|x| x.powi(3) + 100.0).collect();
        assert_close(Spearman::new(&cubed, &y).evaluate(&w), Spearman::new(&x, &y).evaluate(&w), "Spearman");
        assert_close(KendallTauB::new(&cubed, &y).evaluate(&w), KendallTauB::new(&x, &y).evaluate(&w), "Kendall");
    }

    #[test]
    fn correlations_are_symmetric_and_turn_with_a_sign((x, y, w) in columns()) {
        let minus: Vec<f64> = x.iter().map(|x| -x).collect();
        for i in 1..4 {
            let forth = correlations(&x, &y)[i].evaluate(&w);
            assert_close(correlations(&y, &x)[i].evaluate(&w), forth, "swapped");
            assert_close(correlations(&minus, &y)[i].evaluate(&w), forth.map(|value| -value), "negated");
        }
    }

    #[test]
    fn auroc_turns_with_a_sign_and_with_the_classes((x, y, w) in columns()) {
        let minus: Vec<f64> = x.iter().map(|x| -x).collect();
        let positive = above(&y);
        let negative: Vec<bool> = positive.iter().map(|p| !p).collect();
        let auroc = |x: &[f64], p: &[bool]| Auroc(&Classes::new(x, p)).evaluate(&w);
        let forth = auroc(&x, &positive);
        assert_close(auroc(&minus, &positive), forth.map(|value| 1.0 - value), "negated");
        assert_close(auroc(&x, &negative), forth.map(|value| 1.0 - value), "classes swapped");
    }

    /// Every threshold and both directions tried one by one, and intervals that are in order.
    #[test]
    fn best_accuracy_is_the_best_of_all_rules((x, y, _) in columns()) {
        let positive = above(&y);
        let right = |says: &dyn Fn(f64) -> bool| x.iter().zip(&positive).filter(|(x, p)| says(**x) == **p).count();
        let mut best = right(&|_| true).max(right(&|_| false));
        for &t in &x {
            best = best.max(right(&|x| x >= t)).max(right(&|x| x <= t));
        }
        let both = positive.contains(&true) && positive.contains(&false);
        let expected = both.then(|| best as f64 / x.len() as f64);
        let classes = Classes::new(&x, &positive);
        let learned = all_ones(&mut Accuracy::new(&classes, best_rule(&classes)), x.len());
        if both {
            assert_close(learned, expected, "accuracy");
        }
    }

    /// Whatever the numbers, nothing is NaN and ends are in order.
    #[test]
    fn no_estimate_is_nan(
        pairs in proptest::collection::vec((proptest::num::f64::NORMAL | proptest::num::f64::ZERO
            | proptest::num::f64::SUBNORMAL, proptest::num::f64::NORMAL), 3..6)
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        for measure in numeric(&x, &y).into_iter().chain(binary(&x, &above(&y))) {
            if let Estimate::Value { value, low, high, .. } = measure.estimate {
                prop_assert!(value.is_finite() && low.is_finite() && high.is_finite() && low <= high, "{measure:?}");
            }
            prop_assert!(measure.floor.is_none_or(f64::is_finite));
        }
    }
}
