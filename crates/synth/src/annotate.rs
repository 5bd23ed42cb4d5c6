//! Annotations of drawn clips, in the shapes of IPV-Bench's own files and as intervals and boxes.
//!
//! IPV-Bench's judgement task asks whether a clip is AI-made. All of ours are drawn, so the answer stands for another
//! question here: whether something in the clip is impossible. `judgement_question.json` says so, and the two numbers
//! must not be mixed.
//!
//! Invariant: every clip has a judgement; only clips in which a law is broken have a label and an event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::Event;

/// The question that our judgement answers answer.
pub const QUESTION: &str =
    "Does the provided video show something that is physically impossible? Respond with only yes or no.";

/// One entry of `judgement_question.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementQuestion {
    /// The clip's file name.
    pub video_name: String,
    /// The question.
    pub question: String,
}

/// One entry of `judgement_answer.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementAnswer {
    /// The clip's file name.
    pub video_name: String,
    /// `yes` for impossible, `no` for possible.
    pub answer: String,
}

/// One entry of `video2taxonomy_label.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxonomyLabel {
    /// The domains of the broken laws.
    pub taxonomy_label_list: Vec<String>,
    /// `temporal` when it takes more than one frame to see it, `spatial` otherwise.
    pub spatial_temporal_label: String,
}

/// What is known of one drawn clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The clip's file name.
    pub file: String,
    /// What in it is impossible; empty for a possible clip.
    pub events: Vec<Event>,
}

/// All annotation files of a set of clips.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotations {
    /// `judgement_question.json`, by running number.
    pub questions: BTreeMap<String, JudgementQuestion>,
    /// `judgement_answer.json`, by the same number.
    pub answers: BTreeMap<String, JudgementAnswer>,
    /// `video2taxonomy_label.json`, by file name.
    pub labels: BTreeMap<String, TaxonomyLabel>,
    /// `events.json`, by file name; possible clips have an empty list.
    pub events: BTreeMap<String, Vec<Event>>,
}

/// Writes down what is known of a set of clips.
pub fn annotations(records: &[Record]) -> Annotations {
    let numbered = || records.iter().enumerate().map(|(index, record)| (index.to_string(), record));
    let answer = |record: &Record| if record.events.is_empty() { "no" } else { "yes" };
    Annotations {
        questions: numbered()
            .map(|(id, r)| (id, JudgementQuestion { video_name: r.file.clone(), question: QUESTION.to_owned() }))
            .collect(),
        answers: numbered()
            .map(|(id, r)| (id, JudgementAnswer { video_name: r.file.clone(), answer: answer(r).to_owned() }))
            .collect(),
        labels: records
            .iter()
            .filter(|record| !record.events.is_empty())
            .map(|record| {
                let label = TaxonomyLabel {
                    taxonomy_label_list: vec!["physical laws".to_owned()],
                    spatial_temporal_label: "temporal".to_owned(),
                };
                (record.file.clone(), label)
            })
            .collect(),
        events: records.iter().map(|record| (record.file.clone(), record.events.clone())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Law;
    use reelcheck_types::{Interval, Region, Timestamp};
    use serde_json::json;

    #[test]
    fn files_have_the_shapes_of_ipv_bench() {
        let event = Event {
            law: Law::ObjectPersistence,
            object: "ball".to_owned(),
            interval: Interval { start: Timestamp::from_micros(500_000), end: Timestamp::from_micros(750_000) },
            region: Region { x: 0.25, y: 0.5, width: 0.25, height: 0.125 },
        };
        let written = annotations(&[
            Record { file: "a.webm".to_owned(), events: vec![] },
            Record { file: "b.webm".to_owned(), events: vec![event] },
        ]);
        assert_eq!(
            serde_json::to_value(&written.answers).unwrap(),
            json!({
                "0": { "video_name": "a.webm", "answer": "no" },
                "1": { "video_name": "b.webm", "answer": "yes" }
            })
        );
        assert_eq!(
            serde_json::to_value(&written.labels).unwrap(),
            json!({ "b.webm": { "taxonomy_label_list": ["physical laws"], "spatial_temporal_label": "temporal" } })
        );
        assert_eq!(
            serde_json::to_value(&written.events).unwrap(),
            json!({
                "a.webm": [],
                "b.webm": [{
                    "law": "object-persistence",
                    "object": "ball",
                    "interval": { "start": 500_000, "end": 750_000 },
                    "box": { "x": 0.25, "y": 0.5, "width": 0.25, "height": 0.125 }
                }]
            })
        );
        assert_eq!(written.questions["1"].video_name, written.answers["1"].video_name);
    }

    /// The published files themselves, where a copy is at hand: the same keys with the same kinds of values.
    #[test]
    fn published_files_read_into_the_same_types() {
        let root = std::env::var_os("REELCHECK_FIXTURES").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"),
            std::path::PathBuf::from,
        );
        let folder = root.join("ipv-bench");
        if !folder.exists() {
            #[expect(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("skipped: no {}", folder.display());
            }
            return;
        }
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let answers: BTreeMap<String, JudgementAnswer> = serde_json::from_str(&read("judgement_answer.json")).unwrap();
        let questions: BTreeMap<String, JudgementQuestion> =
            serde_json::from_str(&read("judgement_question.json")).unwrap();
        let labels: BTreeMap<String, TaxonomyLabel> = serde_json::from_str(&read("video2taxonomy_label.json")).unwrap();
        assert_eq!((answers.len(), questions.len(), labels.len()), (1307, 1307, 902));
        assert!(labels.values().any(|label| label.taxonomy_label_list == ["physical laws"]));
        assert!(labels.values().all(|label| ["spatial", "temporal"].contains(&label.spatial_temporal_label.as_str())));
    }
}
