//! Which clips find which annotations.

use super::*;
use crate::import;

fn set(files: &[(&str, &str)]) -> ReferenceSet {
    let mut set = ReferenceSet::default();
    for (name, text) in files {
        set.add(import(name, text.as_bytes()).unwrap());
    }
    set
}

fn clip(name: &str) -> ClipIdentity {
    ClipIdentity { name: name.to_owned(), sha256: None }
}

fn hashed(name: &str, byte: &str) -> ClipIdentity {
    ClipIdentity { name: name.to_owned(), sha256: Some(byte.repeat(32)) }
}

/// Each clip's number in field `mos`, if it has one.
fn mos(joined: &Joined) -> Vec<Option<f64>> {
    let value = |clip: &JoinedClip| match clip.values.get("mos") {
        Some(AnnotationValue::Number(number)) => Some(*number),
        _ => None,
    };
    joined.clips.iter().map(value).collect()
}

#[test]
fn names_match_with_case_before_without_and_extensions_may_be_missing() {
    let set = set(&[("r.csv", "clip,mos\nA.mp4,1\na.mp4,2\nB.MP4,3\nkling_1.5_7,4\nd.mp4,5\ne.avi,6\n")]);
    let clips = ["a.mp4", "x/A.mp4", "b.mp4", "kling_1.5_7.webm", "d", "e.mp4"].map(clip);
    let joined = set.join(&clips);
    assert_eq!(mos(&joined), [Some(2.0), Some(1.0), Some(3.0), Some(4.0), Some(5.0), None]);
    let by: Vec<_> = joined.clips.iter().map(|clip| clip.matched_by.first().copied()).collect();
    assert_eq!(
        by,
        [
            Some(MatchedBy::Name),
            Some(MatchedBy::Name),
            Some(MatchedBy::NameIgnoringCase),
            Some(MatchedBy::NameWithoutExtension),
            Some(MatchedBy::NameWithoutExtension),
            None
        ]
    );
    assert_eq!(joined.unmatched.clips, ["e.mp4"]);
    assert_eq!(
        joined.unmatched.annotations,
        [UnmatchedKey { clip: ClipKey::Name("e.avi".to_owned()), files: vec!["r.csv".to_owned()] }]
    );
}

#[test]
fn folders_decide_between_equal_names() {
    let set = set(&[("r.csv", "clip,mos\nfake/1.mp4,1\nreal\\1.mp4,2\n")]);
    let joined = set.join(&[clip("set/real/1.mp4"), clip("set/fake/1.mp4")]);
    assert_eq!(mos(&joined), [Some(2.0), Some(1.0)]);
    assert_eq!(joined.unmatched, Unmatched::default());
}

#[test]
fn what_could_mean_several_is_listed_and_not_joined() {
    // One name, two clips.
    let one = set(&[("r.csv", "clip,mos\n1.mp4,1\n")]);
    let joined = one.join(&[clip("fake/1.mp4"), clip("real/1.mp4")]);
    assert_eq!(mos(&joined), [None, None]);
    assert_eq!(joined.unmatched.ambiguous[0].clips, ["fake/1.mp4", "real/1.mp4"]);
    assert_eq!(joined.unmatched.clips.len(), 2);
    assert_eq!(joined.unmatched.annotations.len(), 1);
    // Unless they are copies of one file.
    assert_eq!(mos(&one.join(&[hashed("x/1.mp4", "ab"), hashed("y/1.mp4", "ab")])), [Some(1.0), Some(1.0)]);
    // One clip, two names.
    let two = set(&[("r.csv", "clip,mos\nfake/1.mp4,1\nreal/1.mp4,2\n")]);
    let joined = two.join(&[clip("1.mp4")]);
    assert_eq!(mos(&joined), [None]);
    assert_eq!(joined.unmatched.ambiguous[0].keys.len(), 2);
}

#[test]
fn an_exact_name_takes_precedence_over_a_similar_one() {
    let set = set(&[("r.csv", "clip,mos\na.mp4,1\n")]);
    let joined = set.join(&[clip("A.mp4"), clip("a.mp4"), clip("a")]);
    assert_eq!(mos(&joined), [None, Some(1.0), None]);
    assert_eq!(joined.unmatched.clips, ["A.mp4", "a"]);
}

#[test]
fn hashes_match_whatever_the_name() {
    let (ab, cd) = ("ab".repeat(32), "cd".repeat(32));
    let set =
        set(&[("r.csv", &format!("name,sha256,mos\nold.mp4,{ab},1\n")), ("s.csv", &format!("sha256,mos\n{cd},2\n"))]);
    let joined = set.join(&[hashed("new.mp4", "AB"), hashed("other.mp4", "cd"), hashed("old.mp4", "ef")]);
    // The third clip has the name and another content than the annotated one.
    assert_eq!(mos(&joined), [Some(1.0), Some(2.0), None]);
    assert_eq!(joined.clips[0].matched_by, [MatchedBy::Hash]);
}

#[test]
fn hands_come_first() {
    let mut set = set(&[("r.csv", "clip,mos\na.mp4,1\nb.mp4,2\n")]);
    set.join_by_hand(HandJoin { clip: "a.mp4".to_owned(), key: ClipKey::Name("b.mp4".to_owned()) });
    let joined = set.join(&[clip("a.mp4")]);
    assert_eq!(mos(&joined), [Some(2.0)]);
    assert_eq!(joined.clips[0].matched_by, [MatchedBy::Hand]);
}

#[test]
fn contradictions_are_listed_and_repetitions_are_not() {
    let set = set(&[
        ("r.csv", "clip,mos,ok\na.mp4,1,yes\nA.MP4,1,yes\n"),
        ("s.csv", "clip,mos,ok\na.mp4,3,1\nb.mp4,4,0\nb.mp4,4,no\n"),
    ]);
    let joined = set.join(&[clip("a.mp4"), clip("b.mp4")]);
    assert_eq!(mos(&joined), [None, Some(4.0)]);
    let conflict = &joined.unmatched.conflicts[0];
    assert_eq!((conflict.clip.as_str(), conflict.field.as_str(), conflict.values.len()), ("a.mp4", "mos", 2));
    assert_eq!(conflict.values[1].file, "s.csv");
    assert_eq!(joined.unmatched.conflicts.len(), 1);
    assert_eq!(joined.clips[0].values.get("ok"), Some(&AnnotationValue::Binary(true)));
    let fields: Vec<_> = joined.fields.iter().map(|f| (f.field.as_str(), f.kind, f.annotated)).collect();
    assert_eq!(fields, [("mos", FieldKind::Number, 1), ("ok", FieldKind::Binary, 2)]);
}

#[test]
fn files_that_disagree_about_a_fields_kind_make_it_text() {
    let set = set(&[("r.csv", "clip,q\na.mp4,1\nb.mp4,2\n"), ("s.csv", "clip,q\nc.mp4,good\nd.mp4,bad\n")]);
    let joined = set.join(&[clip("a.mp4"), clip("c.mp4")]);
    assert_eq!(joined.fields[0].kind, FieldKind::Text);
    // Numbers and yes/no agree as long as the numbers are 0 and 1.
    let set = self::set(&[("r.csv", "clip,q\na.mp4,1\n"), ("s.csv", "clip,q\nc.mp4,no\n")]);
    assert_eq!(set.join(&[clip("a.mp4")]).clips[0].values.get("q"), Some(&AnnotationValue::Binary(true)));
    let set = self::set(&[("r.csv", "clip,q\na.mp4,4\n"), ("s.csv", "clip,q\nc.mp4,no\n")]);
    assert_eq!(set.join(&[clip("c.mp4")]).clips[0].values.get("q"), Some(&AnnotationValue::Number(0.0)));
}

#[test]
fn clips_of_vbench_find_their_prompt_and_its_style() {
    let file = r#"[{"prompt_en": "a dog, oil painting", "dimension": ["appearance_style"],
          "auxiliary_info": {"appearance_style": {"appearance_style": "oil painting"}}},
        {"prompt_en": "a dog, oil painting", "dimension": ["overall_consistency", "aesthetic_quality"]},
        {"prompt_en": "a Fantasy", "dimension": ["scene"], "auxiliary_info": {"scene": {"scene": {"scene": "a"}}}},
        {"prompt_en": "A fantasy", "dimension": ["overall_consistency"]},
        {"prompt_en": "T-rex", "dimension": ["subject_consistency"]}]"#;
    let set = set(&[("VBench_full_info.json", file)]);
    let names = ["x/a dog, oil painting-3.mp4", "a Fantasy-0.mp4", "a fantasy-0.mp4", "t-Rex-1.gif", "a dog-1.mp4"];
    let joined = set.join(&names.map(clip));
    let text = |clip: usize, field: &str| match joined.clips[clip].values.get(field) {
        Some(AnnotationValue::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    assert_eq!(text(0, "vbench.prompt"), Some("a dog, oil painting"));
    assert_eq!(text(0, "vbench.appearance_style"), Some("oil painting"));
    assert_eq!((text(1, "vbench.prompt"), text(1, "vbench.appearance_style")), (Some("a Fantasy"), None));
    // Written like neither of two.
    assert_eq!(text(2, "vbench.prompt"), None);
    assert_eq!(text(3, "vbench.prompt"), Some("T-rex"));
    assert_eq!(joined.clips[3].matched_by, [MatchedBy::Prompt]);
    assert_eq!(joined.unmatched.clips, ["a fantasy-0.mp4", "a dog-1.mp4"]);
    assert_eq!((joined.unmatched.prompts, joined.unmatched.conflicts.len()), (1, 0));
}

#[test]
fn generated_clips_find_their_prompt() {
    let prompts = r#"{"Physical Laws": {"Thermal": [{"prompt_id": 83, "prompt_text": "Ice burns."}],
                                        "Optics": [{"prompt_id": 84, "prompt_text": "A mirror lies."}]}}"#;
    let set = set(&[("p.json", prompts)]);
    let uuid = "9eedc767-4ec3-4461-8c04-9eff683e50ff";
    let joined = set.join(&[clip(&format!("mochi_0083_{uuid}.mp4")), clip(&format!("sora_web_0084_{uuid}.mp4"))]);
    assert_eq!(joined.clips[0].values.get("ipv.prompt"), Some(&AnnotationValue::Text("Ice burns.".to_owned())));
    let category = AnnotationValue::Labels(vec!["Thermal".to_owned()]);
    assert_eq!(joined.clips[0].values.get("ipv.prompt_category"), Some(&category));
    assert_eq!(joined.clips[0].matched_by, [MatchedBy::PromptNumber]);
    assert!(joined.clips[1].values.is_empty());
    assert_eq!(joined.unmatched.prompts, 1);
}

#[test]
fn a_file_of_the_same_name_replaces_the_one_before() {
    let set = set(&[("r.csv", "clip,mos\na.mp4,1\n"), ("r.csv", "clip,mos\na.mp4,2\n")]);
    assert_eq!(mos(&set.join(&[clip("a.mp4")])), [Some(2.0)]);
    assert_eq!(ReferenceSet::default().join(&[clip("a.mp4")]).unmatched, Unmatched::default());
}
