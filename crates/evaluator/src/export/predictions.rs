//! What judges answer to questions, in the shape of IPV-Bench's predictions: `{id: {"video_name", "pred"}}`.
//!
//! Invariant: a letter per question and nothing of what is right; the file is scored like any model's. A question that no
//! judge answered is left out, and counts as missing there.

use serde_json::{Map, Value, json};

use crate::Report;

/// The predictions as indented JSON. A question that is asked of several clips gets the answer of the first.
pub fn to_predictions(report: &Report) -> String {
    let mut predictions = Map::new();
    for result in report.judged() {
        let name = result.clip.name.rsplit(['/', '\\']).next().unwrap_or_default();
        for choice in result.verdicts.iter().flat_map(|verdict| &verdict.evidence.choices) {
            let letter = choice.best().and_then(|best| char::from_digit(best as u32 + 10, 36));
            if let Some(letter) = letter.filter(|_| !predictions.contains_key(&choice.question)) {
                let answer = json!({ "video_name": name, "pred": letter.to_ascii_uppercase().to_string() });
                predictions.insert(choice.question.clone(), answer);
            }
        }
    }
    serde_json::to_string_pretty(&Value::Object(predictions)).expect("texts and objects are JSON") + "\n"
}
