//! Annotations of drawn clips: whether something is impossible, which domain of laws is broken, when and where.
//!
//! IPV-Bench's judgement task asks whether a clip is AI-made. All of ours are drawn, so they answer another question,
//! whether something in the clip is impossible, under a name of its own; the taxonomy labels have IPV-Bench's shape.
//!
//! Invariant: every clip has an answer; only clips in which a law is broken have a label and an event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::Event;

/// One entry of `impossible.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpossibleAnswer {
    /// `yes` when something in the clip is impossible, else `no`.
    pub impossible: String,
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
    /// Whether a single picture shows it.
    pub spatial: bool,
}

/// All annotation files of a set of clips.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotations {
    /// `impossible.json`, by file name.
    pub answers: BTreeMap<String, ImpossibleAnswer>,
    /// `video2taxonomy_label.json`, by file name.
    pub labels: BTreeMap<String, TaxonomyLabel>,
    /// `events.json`, by file name; possible clips have an empty list.
    pub events: BTreeMap<String, Vec<Event>>,
}

/// Writes down what is known of a set of clips.
pub fn annotations(records: &[Record]) -> Annotations {
    let answer = |record: &Record| if record.events.is_empty() { "no" } else { "yes" };
    Annotations {
        answers: records
            .iter()
            .map(|record| (record.file.clone(), ImpossibleAnswer { impossible: answer(record).to_owned() }))
            .collect(),
        labels: records
            .iter()
            .filter(|record| !record.events.is_empty())
            .map(|record| {
                let label = TaxonomyLabel {
                    taxonomy_label_list: vec!["physical laws".to_owned()],
                    spatial_temporal_label: if record.spatial { "spatial" } else { "temporal" }.to_owned(),
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
    fn files_have_their_shapes() {
        let event = Event {
            law: Law::ObjectPersistence,
            object: "ball".to_owned(),
            interval: Interval { start: Timestamp::from_micros(500_000), end: Timestamp::from_micros(750_000) },
            region: Region { x: 0.25, y: 0.5, width: 0.25, height: 0.125 },
        };
        let written = annotations(&[
            Record { file: "a.webm".to_owned(), events: vec![], spatial: false },
            Record { file: "b.webm".to_owned(), events: vec![event], spatial: false },
        ]);
        assert_eq!(
            serde_json::to_value(&written.answers).unwrap(),
            json!({ "a.webm": { "impossible": "no" }, "b.webm": { "impossible": "yes" } })
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
    }

    /// IPV-Bench's own labels, where a copy is at hand: the same keys with the same kinds of values.
    #[test]
    fn published_labels_read_into_the_same_type() {
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
        let labels: BTreeMap<String, TaxonomyLabel> = serde_json::from_str(&read("video2taxonomy_label.json")).unwrap();
        assert_eq!(labels.len(), 902);
        assert!(labels.values().any(|label| label.taxonomy_label_list == ["physical laws"]));
        assert!(labels.values().all(|label| ["spatial", "temporal"].contains(&label.spatial_temporal_label.as_str())));
    }
}
