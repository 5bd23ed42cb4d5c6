//! TempCompass's stored answers of two models, where they are at hand: in `$REELCHECK_FIXTURES` or `../shared/fixtures`.

use std::path::PathBuf;

use serde_json::Value;

use super::super::{ProfileId, Reading, read, read_null};
use crate::scoring::model::Answer;

/// One answered question, with the stored rating.
struct Rated {
    reference: Answer,
    said: Option<String>,
    by_rule: bool,
    rating: bool,
}

/// The evaluated answers of a model; `None`, with a word about it, where they are absent.
fn rated(model: &str, task: &str) -> Option<Vec<Rated>> {
    let folder = std::env::var_os("REELCHECK_FIXTURES")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures")), PathBuf::from);
    let path = folder.join("tempcompass/auto_eval_results").join(model).join(task).with_extension("json");
    let Ok(bytes) = std::fs::read(&path) else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: {} is absent", path.display());
        }
        return None;
    };
    let clips: Value = serde_json::from_slice(&bytes).unwrap();
    let dimensions = clips.as_object().unwrap().values().flat_map(|clip| clip.as_object().unwrap().values());
    let entries = dimensions.flat_map(|entries| entries.as_array().unwrap());
    Some(entries.map(|entry| entry_of(task, entry)).collect())
}

fn entry_of(task: &str, entry: &Value) -> Rated {
    let text = |key: &str| entry[key].as_str().unwrap();
    let lines = text("question").lines().skip(1);
    let reference = match task {
        "yes_no" => Answer::YesNo { yes: text("gt-answer") == "yes" },
        "caption_matching" => {
            let options: Vec<String> = lines.map(str::to_owned).collect();
            let correct = options.iter().position(|option| option == text("gt-answer")).unwrap();
            Answer::Choice { options: options.into(), correct: u32::try_from(correct).unwrap() }
        }
        _ => {
            // "A. text"; a few lines lack the blank or begin with one.
            let options: Vec<String> =
                lines.map(|line| line.trim().split_once('.').unwrap().1.trim().to_owned()).collect();
            let correct = u32::from(text("gt-answer").as_bytes()[0] - b'A');
            Answer::Choice { options: options.into(), correct }
        }
    };
    Rated {
        reference,
        said: entry["video-llm-prediction"].as_str().map(str::to_owned),
        by_rule: entry["match_success"].as_bool().unwrap(),
        rating: entry["rating"].as_u64().unwrap() == 1,
    }
}

fn reading(profile: ProfileId, item: &Rated) -> Reading {
    item.said.as_ref().map_or_else(|| read_null(profile, &item.reference), |said| read(profile, &item.reference, said))
}

/// Every stored rating that the scripts' rules gave comes out again, and the rules leave open what they left open.
#[test]
fn stored_ratings_come_out_again() {
    let expected = [
        ("video-llava", "multi-choice", 1580, 1580),
        ("video-llava", "yes_no", 2453, 2453),
        ("video-llava", "caption_matching", 1503, 1496),
        ("gemini", "multi-choice", 1580, 1458),
        ("gemini", "yes_no", 2453, 2438),
        ("gemini", "caption_matching", 1503, 1353),
    ];
    for (model, task, items, by_rule) in expected {
        let Some(rated) = rated(model, task) else { return };
        assert_eq!(rated.len(), items);
        assert_eq!(rated.iter().filter(|item| item.by_rule).count(), by_rule);
        for item in rated {
            let reading = reading(ProfileId::TempCompassOfficial, &item);
            assert_eq!(reading.parsed, item.by_rule, "{model}, {task}: {:?}", item.said);
            if item.by_rule {
                assert_eq!(reading.correct, item.rating, "{model}, {task}: {:?}", item.said);
            }
        }
    }
}

/// How much the rules matter: correct and unparsed answers of the 1,580 under every profile that reads letters. The
/// percentages are those of the published ratings and of the scripts' own runs.
#[test]
fn one_set_of_answers_under_every_rule() {
    let expected = [
        (ProfileId::TempCompassOfficial, [(720, 0), (940, 122)]),
        (ProfileId::VideoMmeOfficial, [(720, 0), (1008, 16)]),
        (ProfileId::LmmsEval, [(720, 0), (1008, 16)]),
        (ProfileId::VlmEvalKit, [(718, 3), (979, 61)]),
        (ProfileId::VnBenchOfficialA, [(720, 0), (1008, 16)]),
        (ProfileId::VnBenchOfficialB, [(720, 0), (940, 122)]),
    ];
    // These mark without reading, so what they leave unparsed is not comparable.
    let asking = [(ProfileId::MvBenchOfficial, [720, 952]), (ProfileId::OvoOfficial, [721, 1033])];
    for (m, model) in ["video-llava", "gemini"].into_iter().enumerate() {
        let Some(rated) = rated(model, "multi-choice") else { return };
        let correct = |profile| rated.iter().filter(|item| reading(profile, item).correct).count();
        for (profile, counts) in expected {
            let unparsed = rated.iter().filter(|item| !reading(profile, item).parsed).count();
            assert_eq!((correct(profile), unparsed), counts[m], "{model} under {}", profile.name());
        }
        for (profile, counts) in asking {
            // Both take the twelve nulls for empty replies.
            assert_eq!(correct(profile), counts[m], "{model} under {}", profile.name());
        }
        assert_eq!(rated.iter().filter(|item| item.rating).count(), [720, 1010][m]);
    }
}

/// Tolerant reads nearly all replies, those too that went to a language model, and agrees with the published ratings. The
/// two against it: a caption with the right name and other words, and an answer that is wrong whatever the rating says.
#[test]
fn tolerant_agrees_with_published_ratings() {
    let expected = [
        ("video-llava", "multi-choice", 1580, 0),
        ("video-llava", "yes_no", 2453, 0),
        ("video-llava", "caption_matching", 1500, 1),
        ("gemini", "multi-choice", 1564, 1),
        ("gemini", "yes_no", 2438, 0),
        ("gemini", "caption_matching", 1490, 0),
    ];
    for (model, task, parsed, against) in expected {
        let Some(rated) = rated(model, task) else { return };
        let readings: Vec<_> = rated.iter().map(|item| (item, reading(ProfileId::Tolerant, item))).collect();
        assert_eq!(readings.iter().filter(|(_, reading)| reading.parsed).count(), parsed, "{model}, {task}");
        let differing: Vec<_> = readings
            .iter()
            .filter(|(item, reading)| reading.parsed && reading.correct != item.rating)
            .map(|(item, reading)| (&item.said, reading))
            .collect();
        assert_eq!(differing.len(), against, "{model}, {task}: {differing:#?}");
    }
}
