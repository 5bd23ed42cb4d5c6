//! Against scipy, choix and krippendorff (`golden/protocols/human.py`), and what the measures say of degenerate input.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Golden {
    curves: Vec<CurveCase>,
    tournaments: Vec<TournamentCase>,
    alphas: Vec<AlphaCase>,
    pairs: Vec<PairCase>,
}

#[derive(Deserialize)]
struct CurveCase {
    name: String,
    scores: Vec<f64>,
    ratings: Vec<f64>,
    logistic_4: FitCase,
    logistic_5: FitCase,
}

#[derive(Deserialize)]
struct FitCase {
    rmse: f64,
    pearson: f64,
}

#[derive(Deserialize)]
struct TournamentCase {
    name: String,
    contestants: usize,
    duels: Vec<(u32, u32, Outcome)>,
    strengths: Vec<f64>,
    errors: Vec<f64>,
}

#[derive(Deserialize)]
struct AlphaCase {
    name: String,
    ratings: Vec<Vec<Option<f64>>>,
    nominal: f64,
    ordinal: f64,
    interval: f64,
}

#[derive(Deserialize)]
struct PairCase {
    name: String,
    scores: Vec<f64>,
    ratings: Vec<f64>,
    plain: f64,
    tie_calibrated: f64,
    tie_margin: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../../golden/protocols/human.json")).unwrap()
}

fn points(scores: &[f64], ratings: &[f64]) -> Vec<Point> {
    let both = scores.iter().zip(ratings);
    (0u32..).zip(both).map(|(clip, (&score, &rating))| Point { clip, score, rating }).collect()
}

fn near(found: Quantity, expected: f64, tolerance: f64, what: &str) {
    let value = found.value().unwrap_or_else(|| panic!("{what}: {found:?}"));
    assert!((value - expected).abs() <= tolerance * expected.abs().max(1.0), "{what}: {value} is not {expected}");
}

#[test]
fn fits_are_those_of_scipy() {
    let cases = golden().curves;
    assert_eq!(cases.len(), 5);
    for case in cases {
        let found = associate(&points(&case.scores, &case.ratings));
        for (fit, expected) in found.fits.iter().zip([&case.logistic_4, &case.logistic_5]) {
            let what = format!("{} {:?}", case.name, fit.curve);
            // The minimum of a sum of squares is flat: half of the digits of the parameters, all of those of its value.
            near(fit.rmse, expected.rmse, 1e-8, &format!("{what}: RMSE"));
            near(fit.pearson, expected.pearson, 1e-7, &format!("{what}: Pearson"));
            // The parameters are those of the columns as given: the curve through them has that very error.
            let squares: f64 = case.scores.iter().zip(&case.ratings).map(|(&x, y)| (curve(fit, x) - y).powi(2)).sum();
            let rmse = (squares / case.scores.len() as f64).sqrt();
            near(fit.rmse, rmse, 1e-6, &format!("{what}: parameters"));
            assert!(fit.pearson.interval().is_some_and(|i| i.low < expected.pearson && expected.pearson < i.high));
        }
        // Four parameters are monotone, so that the fit keeps ranks; the best fit is no worse than a straight line.
        assert!(found.fits[0].pearson.value().unwrap() >= found.pearson.value().unwrap().abs() - 1e-9);
    }
}

/// The formulas once more, with the parameters in the units of the data.
fn curve(fit: &Fit, x: f64) -> f64 {
    let b = &fit.parameters;
    match fit.curve {
        Curve::Logistic4 => b[1] + (b[0] - b[1]) / (1.0 + (-(x - b[2]) / b[3].abs()).exp()),
        Curve::Logistic5 => b[0] * (0.5 - 1.0 / (1.0 + (b[1] * (x - b[2])).exp())) + b[3] * x + b[4],
    }
}

#[test]
fn strengths_are_those_of_choix() {
    for case in golden().tournaments {
        let names: Vec<String> = (0..case.contestants).map(|i| i.to_string()).collect();
        let duels: Vec<Duel> =
            case.duels.iter().map(|&(first, second, outcome)| Duel { first, second, outcome }).collect();
        let found = bradley_terry(&names, &duels);
        assert_eq!(found.duels, duels.len() as u64);
        for (contestant, (strength, error)) in found.contestants.iter().zip(case.strengths.iter().zip(&case.errors)) {
            near(contestant.strength, *strength, 1e-6, &case.name);
            let found = contestant.standard_error.unwrap();
            assert!((found - error).abs() < 1e-6, "{}: {found} is not {error}", case.name);
        }
    }
}

#[test]
fn strengths_that_do_not_exist_say_why() {
    let names: Vec<String> = (0..4).map(|i| i.to_string()).collect();
    let duel = |first, second, outcome| Duel { first, second, outcome };
    let why = |duels: &[Duel]| match bradley_terry(&names, duels).contestants[0].strength {
        Quantity::Undefined(why) => why,
        Quantity::Value { .. } => panic!(),
    };
    let apart = [duel(0, 1, Outcome::Tie), duel(2, 3, Outcome::Tie)];
    assert_eq!(why(&apart), NoValue::Disconnected { parts: 2 });
    let always = [apart[0], apart[1], duel(0, 2, Outcome::First), duel(1, 3, Outcome::First)];
    assert_eq!(why(&always), NoValue::Separated { groups: 2 });
    let chain = [duel(0, 1, Outcome::First), duel(1, 2, Outcome::First), duel(2, 3, Outcome::First)];
    assert_eq!(why(&chain), NoValue::Separated { groups: 4 });
    assert_eq!(why(&[]), NoValue::Disconnected { parts: 4 });
    let broken = bradley_terry(&names, &[duel(0, 0, Outcome::First), duel(0, 9, Outcome::First)]);
    assert_eq!(
        (broken.invalid, broken.duels, broken.contestants[0].win_ratio),
        (2, 0, Quantity::Undefined(NoValue::Empty))
    );
    let one = bradley_terry(&names[..1], &[]);
    assert_eq!(one.contestants[0].strength, Quantity::Undefined(NoValue::TooFew { n: 1, needed: 2 }));
    let many: Vec<String> = (0..301).map(|i| i.to_string()).collect();
    let found = bradley_terry(&many, &[duel(0, 300, Outcome::First)]);
    assert_eq!(found.contestants[300].strength, Quantity::Undefined(NoValue::TooMany { limit: 300 }));
    assert_eq!(found.contestants[0].win_ratio.value(), Some(1.0));
}

fn rows(ratings: &[Vec<Option<f64>>]) -> Vec<RatingRow> {
    let row = |(i, ratings): (usize, &Vec<Option<f64>>)| RatingRow { clip: i.to_string(), ratings: ratings.clone() };
    ratings.iter().enumerate().map(row).collect()
}

#[test]
fn alphas_are_those_of_krippendorff() {
    for case in golden().alphas {
        for (level, expected) in
            [(Level::Nominal, case.nominal), (Level::Ordinal, case.ordinal), (Level::Interval, case.interval)]
        {
            let found = krippendorff(&rows(&case.ratings), level);
            near(found.alpha, expected, 1e-12, &format!("{} {level:?}", case.name));
            assert_eq!(found.units + found.unpaired, case.ratings.len() as u64);
        }
    }
}

#[test]
fn alpha_without_pairs_or_spread_says_why() {
    let of = |ratings: &[Vec<Option<f64>>]| krippendorff(&rows(ratings), Level::Interval).alpha;
    assert_eq!(of(&[]), Quantity::Undefined(NoValue::Empty));
    assert_eq!(of(&[vec![Some(1.0), None], vec![None, Some(f64::NAN)]]), Quantity::Undefined(NoValue::Empty));
    assert_eq!(of(&[vec![Some(0.1); 3], vec![Some(0.1); 2]]), Quantity::Undefined(NoValue::ConstantReference));
    assert_eq!(
        of(&[vec![Some(1e300), Some(-1e300)], vec![Some(1e300), Some(0.0)]]),
        Quantity::Undefined(NoValue::NotFinite)
    );
    assert_eq!(of(&[vec![Some(1.0), Some(1.0)], vec![Some(2.0), Some(2.0)]]).value(), Some(1.0));
}

#[test]
fn pairs_are_counted_by_their_rules() {
    for case in golden().pairs {
        let found = associate(&points(&case.scores, &case.ratings)).pairwise;
        near(found.plain, case.plain, 1e-12, &case.name);
        near(found.tie_calibrated, case.tie_calibrated, 1e-12, &case.name);
        assert!((found.tie_margin.unwrap() - case.tie_margin).abs() < 1e-9, "{}", case.name);
    }
}

#[test]
fn degenerate_columns_say_why() {
    let few = associate(&points(&[1.0, f64::NAN, 2.0], &[1.0, 2.0, 3.0]));
    assert_eq!(few.pearson, Quantity::Undefined(NoValue::TooFew { n: 2, needed: 3 }));
    assert_eq!(few.fits[1].rmse, few.pearson);
    let flat = associate(&points(&[2.0; 8], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]));
    assert_eq!(flat.spearman, Quantity::Undefined(NoValue::ConstantScores));
    assert_eq!(flat.fits[0].pearson, Quantity::Undefined(NoValue::ConstantScores));
    assert_eq!(flat.pairwise.plain.value(), Some(0.5), "a metric that ties everything is a coin");
    let agreed = associate(&points(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], &[2.0; 8]));
    assert_eq!(agreed.kendall, Quantity::Undefined(NoValue::ConstantReference));
    assert_eq!(agreed.pairwise.plain, Quantity::Undefined(NoValue::ConstantReference));
    assert_eq!(agreed.fits[0].rmse, Quantity::Undefined(NoValue::ConstantReference));
    let short = associate(&points(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]));
    assert_eq!(short.fits[0].rmse, Quantity::Undefined(NoValue::TooFew { n: 4, needed: 5 }));
    let huge = associate(&points(&[1e308, -1e308, 0.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(huge.pairwise.tie_calibrated, Quantity::Undefined(NoValue::NotFinite));
}

#[test]
fn ratings_join_by_clip() {
    let ratings = |rater: &str, rows: &[(&str, &[Option<f64>])]| Ratings {
        file: "a.json".to_owned(),
        rater: rater.to_owned(),
        dimension: "overall".to_owned(),
        rows: rows.iter().map(|(clip, r)| RatingRow { clip: (*clip).to_owned(), ratings: r.to_vec() }).collect(),
    };
    let metric = ratings("m", &[("a", &[Some(1.0)]), ("b", &[Some(2.0)]), ("c", &[None]), ("a", &[Some(3.0)])]);
    let people = ratings("human", &[("a", &[Some(4.0), None, Some(5.0)]), ("c", &[Some(1.0)]), ("d", &[Some(1.0)])]);
    let joined = join(&metric, &people);
    assert_eq!(joined.points, [Point { clip: 0, score: 2.0, rating: 4.5 }]);
    assert_eq!((joined.only_scored, joined.only_rated), (1, 2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Whatever the numbers, what comes out is finite, in order and does not panic.
    #[test]
    fn no_number_is_nan(columns in proptest::collection::vec(
        (proptest::num::f64::NORMAL | proptest::num::f64::ZERO, -3i8..3, 0u32..4), 0..12)
    ) {
        let points: Vec<Point> =
            columns.iter().map(|&(score, rating, clip)| Point { clip, score, rating: f64::from(rating) }).collect();
        let found = associate(&points);
        let mut all = vec![found.spearman, found.pearson, found.kendall, found.pairwise.plain, found.pairwise.tie_calibrated];
        all.extend(found.fits.iter().flat_map(|fit| [fit.pearson, fit.rmse]));
        for quantity in all {
            prop_assert!(quantity.value().is_none_or(f64::is_finite), "{quantity:?}");
            prop_assert!(quantity.interval().is_none_or(|i| i.low.is_finite() && i.low <= i.high), "{quantity:?}");
        }
    }
}
