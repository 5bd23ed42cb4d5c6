//! The benchmark's own files, where they are at hand: in `$REELCHECK_FIXTURES` or `../shared/fixtures`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reelcheck_types::{AnnotationValue, ClipKey};

use crate::{ClipIdentity, Imported, MatchedBy, Recognised, ReferenceSet, import};

/// A file of the benchmark; `None`, with a word about it, where it is absent.
fn read(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("REELCHECK_FIXTURES")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures")), PathBuf::from);
    let path = folder.join("ipv-bench").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: {} is absent", path.display());
        }
    }
    bytes
}

fn imported(name: &str) -> Option<Imported> {
    read(name).map(|bytes| import(name, &bytes).unwrap())
}

/// The clips that a file's annotations name.
fn clips(imported: &Imported) -> Vec<ClipIdentity> {
    let name = |key: &ClipKey| match key {
        ClipKey::Name(name) => name.clone(),
        ClipKey::Sha256(hash) => panic!("{hash}"),
    };
    let names: BTreeSet<String> = imported.annotations.iter().map(|annotation| name(&annotation.clip)).collect();
    names.into_iter().map(|name| ClipIdentity { name, sha256: None }).collect()
}

#[test]
fn judgement_answers() {
    let Some(imported) = imported("judgement_answer.json") else { return };
    assert_eq!(imported.recognised, Recognised::IpvJudgement { entries: 1307, yes: 657, no: 650 });
    assert_eq!(clips(&imported).len(), 1307);
    assert!(imported.warnings.is_empty());
}

#[test]
fn taxonomy_labels() {
    let Some(imported) = imported("video2taxonomy_label.json") else { return };
    assert_eq!(imported.recognised, Recognised::IpvTaxonomy { clips: 902, spatial: 262, temporal: 640 });
    let counts: Vec<(&str, usize)> =
        imported.fields[0].labels.iter().map(|label| (label.label.as_str(), label.count)).collect();
    assert_eq!(
        counts,
        [
            ("physical laws", 535),
            ("biological laws", 217),
            ("social laws", 136),
            ("geographical laws", 80),
            ("others (specify in text)", 2)
        ]
    );
}

#[test]
fn all_generated_clips_find_their_prompt_and_no_other_does() {
    let (Some(prompts), Some(taxonomy)) =
        (imported("ipv_txt_prompt_suite.json"), imported("video2taxonomy_label.json"))
    else {
        return;
    };
    assert_eq!(prompts.recognised, Recognised::IpvPrompts { prompts: 260 });
    let categories: Vec<(&str, usize)> =
        prompts.fields[2].labels.iter().map(|label| (label.label.as_str(), label.count)).collect();
    assert_eq!(categories.len(), 14);
    assert_eq!(
        categories[..3],
        [("Mechanics", 49), ("Material Properties", 47), ("Biological Capability Violation", 31)]
    );

    let all = clips(&taxonomy);
    let mut set = ReferenceSet::default();
    set.add(prompts);
    set.add(taxonomy);
    let joined = set.join(&all);
    let with_prompt: Vec<_> =
        joined.clips.iter().filter(|clip| clip.matched_by.contains(&MatchedBy::PromptNumber)).collect();
    assert_eq!(with_prompt.len(), 791);
    assert!(joined.clips.iter().all(|clip| clip.name.contains("_web_") != clip.values.contains_key("ipv.prompt")));
    assert_eq!(joined.unmatched.prompts, 260 - 236, "236 prompts have a clip");
    assert!(joined.unmatched.conflicts.is_empty() && joined.unmatched.ambiguous.is_empty());

    // The prompt's domain is among the clip's labels for 715 of the 791.
    let labels = |clip: &crate::JoinedClip, field: &str| match clip.values.get(field) {
        Some(AnnotationValue::Labels(labels)) => labels.clone(),
        _ => Vec::new(),
    };
    let agree =
        |clip: &&&crate::JoinedClip| labels(clip, "ipv.taxonomy").contains(&labels(clip, "ipv.prompt_domain")[0]);
    assert_eq!(with_prompt.iter().filter(agree).count(), 715);
    // Clips by category through the join.
    let optics = |clip: &&&crate::JoinedClip| labels(clip, "ipv.prompt_category") == ["Optics"];
    assert_eq!(with_prompt.iter().filter(optics).count(), 69);
}

#[test]
fn the_benchmarks_question_and_answer_files_read_as_tables() {
    let Some(mcqa) = imported("mcqa_answer.json") else { return };
    assert!(
        matches!(&mcqa.recognised, Recognised::Table { rows: 1016, clip_column: Some(c), .. } if c == "video_name")
    );
    let letters: Vec<usize> = mcqa.fields[0].labels.iter().map(|label| label.count).collect();
    assert_eq!(letters, [214, 210, 206, 196, 190]);
    // 117 clips have two questions; where the letters differ there is no one answer to compare with.
    let all = clips(&mcqa);
    let mut set = ReferenceSet::default();
    set.add(mcqa);
    let joined = set.join(&all);
    assert_eq!(joined.clips.len(), 899);
    assert_eq!(joined.fields[0].annotated + joined.unmatched.conflicts.len(), 899);
    assert!(!joined.unmatched.conflicts.is_empty() && joined.unmatched.conflicts.len() <= 117);
}

#[test]
fn the_sample_clips_are_in_every_file() {
    let files = ["judgement_answer.json", "video2taxonomy_label.json", "ipv_txt_prompt_suite.json"];
    let mut set = ReferenceSet::default();
    for file in files {
        let Some(imported) = imported(file) else { return };
        set.add(imported);
    }
    let clips = [
        "hailuo_0009_313c451f-25d2-488b-8ef1-801249393b21.mp4",
        "CLIPS\\MOCHI_0083_9EEDC767-4EC3-4461-8C04-9EFF683E50FF.MP4",
    ]
    .map(|name| ClipIdentity { name: name.to_owned(), sha256: None });
    let joined = set.join(&clips);
    for clip in &joined.clips {
        assert_eq!(clip.values.get("ipv.judgement"), Some(&AnnotationValue::Binary(true)));
        assert_eq!(clip.values.len(), 6, "{clip:?}");
    }
    let (all, judged) = (902 + 650, 657 - 2 + 650);
    assert!(judged < all, "most annotated clips are not there");
    assert_eq!(joined.unmatched.annotations.len(), all - 2);
}
