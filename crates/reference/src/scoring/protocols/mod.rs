//! The protocols: from marked answers, verdicts, ratings and dimension scores to measures.
//!
//! One file per family. Invariants: a measure comes with its denominator and, where clips are behind it, with an interval
//! that takes whole clips as independent; what cannot be computed says why; quirks of published scripts are reproduced
//! only under a name and stand beside the corrected number. What a measure must beat is in [`super::floors`], what others
//! published in [`super::published`].

pub mod choice;
pub mod dimensions;
pub mod human;
pub mod ipv_score;
pub mod labels;
pub mod verdicts;

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, schema_for};

    fn properties<T: JsonSchema>() -> usize {
        schema_for!(T).get("properties").and_then(|p| p.as_object()).map_or(0, serde_json::Map::len)
    }

    #[test]
    fn what_reaches_a_report_has_a_schema() {
        let counts = [
            properties::<super::choice::ChoiceScore>(),
            properties::<super::labels::LabelScore>(),
            properties::<super::labels::RankedScore>(),
            properties::<super::human::Association>(),
            properties::<super::human::Tournament>(),
            properties::<super::human::Alpha>(),
            properties::<super::verdicts::VerdictScore>(),
            properties::<super::dimensions::Totals>(),
            properties::<super::ipv_score::IpvScore>(),
            properties::<crate::scoring::floors::Floor>(),
            properties::<crate::scoring::paired::Paired>(),
            properties::<crate::scoring::published::PublishedTable>(),
            properties::<crate::scoring::Interval>(),
        ];
        assert!(counts.iter().all(|&n| n >= 3), "{counts:?}");
        // Flattened parts keep their fields beside the others.
        assert!(properties::<crate::scoring::floors::Floor>() >= 4 && properties::<crate::scoring::Interval>() >= 4);
    }
}
