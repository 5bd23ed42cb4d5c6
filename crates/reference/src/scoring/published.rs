//! What others published: the tables of IPV-Bench's paper and the VBench boards, for orientation beside one's own numbers.
//!
//! Invariants: every table names its source and date and is not ours; where a published number contradicts its own table,
//! the table says so and holds both values; a cell without a number is absent, never 0. The data are in `data/`, parsed
//! once, and a test proves that they parse.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a reader of a published table must know. Closed, so that a page can say it in any language; prints in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum PublishedRemark {
    /// Items with two labels.
    #[error("An item with two labels counts in both.")]
    TwoLabelsCountInBoth,
    /// The IPV-Score is no product.
    #[error("The IPV-Score is the share of clips that are good in both, not a product of shares.")]
    ShareOfBoth,
    /// Nobody else has the labels.
    #[error("The clips' single labels are not public, so the table cannot be recomputed.")]
    LabelsNotPublic,
    /// Who marked open answers.
    #[error("Open answers are marked by GPT-4o, in the last column by Claude.")]
    OpenAnswersMarkedByModels,
    /// The overall value contradicts the parts.
    #[error(
        "The published overall value is lower than each of the same model's values by domain and by kind. The other value weighs \
         the published spatial and temporal ones with their 260 and 639 clips."
    )]
    OverallBelowItsParts,
    /// What F1 is about.
    #[error("657 generated and 650 real clips. F1 takes generated as positive.")]
    GeneratedIsPositive,
    /// The scale of the dimensions.
    #[error("The dimensions are raw means times 100, before normalization.")]
    RawMeansTimesHundred,
    /// One clip is not comparable.
    #[error("They come from fixed prompt sets; one clip of another prompt is not comparable with them.")]
    FixedPromptSets,
    /// Long clips.
    #[error("Clips of 5 s and more were scored with VBench-Long.")]
    LongClipsByVBenchLong,
    /// Totals that stand alone.
    #[error("The dimensions of these rows are not at hand, so the totals could not be recomputed.")]
    DimensionsNotAtHand,
}

/// A row of a published table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PublishedRow {
    /// The model, or what else the row is about.
    pub model: String,
    /// Its version, date or standing, where the source gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// One per column.
    pub values: Vec<Option<f64>>,
}

/// A value that follows from a table's other values where it was published differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecomputedValue {
    /// The model.
    pub model: String,
    /// The value.
    pub value: f64,
}

/// A column whose published values contradict the rest of its table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recomputed {
    /// The column.
    pub column: String,
    /// What does not fit, and how the other values were made.
    pub why: PublishedRemark,
    /// The values that fit.
    pub values: Vec<RecomputedValue>,
}

/// A published table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PublishedTable {
    /// Its id: `ipv-judgement`, `vbench-t2v`, …
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who published it, and where.
    pub source: String,
    /// When, as YYYY-MM-DD; of a board, when it was copied.
    pub date: String,
    /// The unit of all values.
    pub unit: String,
    /// The columns.
    pub columns: Vec<String>,
    /// What a reader must know.
    #[serde(default)]
    pub remarks: Vec<PublishedRemark>,
    /// Columns that contradict the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recomputed: Vec<Recomputed>,
    /// The rows.
    pub rows: Vec<PublishedRow>,
}

impl PublishedTable {
    /// The value of a model in a column; with several rows of one model, the first.
    pub fn value(&self, model: &str, column: &str) -> Option<f64> {
        self.of_row(self.rows.iter().find(|row| row.model == model)?, column)
    }

    /// The value of a row in a column.
    pub fn of_row(&self, row: &PublishedRow, column: &str) -> Option<f64> {
        let place = self.columns.iter().position(|name| name == column)?;
        row.values.get(place).copied().flatten()
    }

    /// The value that fits the rest of the table, where the published one does not.
    pub fn recomputed(&self, model: &str, column: &str) -> Option<f64> {
        let of_column = self.recomputed.iter().find(|recomputed| recomputed.column == column)?;
        of_column.values.iter().find(|value| value.model == model).map(|value| value.value)
    }
}

/// All published tables.
pub fn published() -> &'static [PublishedTable] {
    static TABLES: OnceLock<Vec<PublishedTable>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Vec::new();
        for text in [include_str!("../../data/ipv-bench.json"), include_str!("../../data/vbench.json")] {
            // The files are part of the program; that they parse is tested.
            tables.extend(serde_json::from_str::<Vec<PublishedTable>>(text).unwrap_or_default());
        }
        tables
    })
}

/// A published table by its id.
pub fn published_table(id: &str) -> Option<&'static PublishedTable> {
    published().iter().find(|table| table.id == id)
}

/// The clips behind a column of IPV-Bench's tables 2 and 3, by the ids of `ipv-denominators` rows and its columns.
#[cfg(test)]
pub(crate) struct JudgementRow {
    pub(crate) model: String,
    pub(crate) accuracy: f64,
    pub(crate) fake: f64,
    pub(crate) real: f64,
    pub(crate) f1: f64,
    pub(crate) yes_rate: f64,
}

/// The rows of `ipv-judgement`, for tests.
#[cfg(test)]
pub(crate) fn ipv_judgement_rows() -> Vec<JudgementRow> {
    let table = published_table("ipv-judgement").unwrap();
    let row = |row: &PublishedRow| JudgementRow {
        model: row.model.clone(),
        accuracy: row.values[0].unwrap(),
        fake: row.values[1].unwrap(),
        real: row.values[2].unwrap(),
        f1: row.values[3].unwrap(),
        yes_rate: row.values[4].unwrap(),
    };
    let rows: Vec<JudgementRow> = table.rows.iter().map(row).collect();
    assert_eq!(rows.len(), 8);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_parses_and_is_whole() {
        let ids: Vec<(&str, usize)> = published().iter().map(|table| (table.id.as_str(), table.rows.len())).collect();
        let expected = [
            ("ipv-denominators", 3),
            ("ipv-generation", 10),
            ("ipv-understanding", 11),
            ("ipv-spatial-temporal", 9),
            ("ipv-judgement", 8),
            ("vbench-t2v", 23),
            ("vbench-t2v-totals", 18),
            ("vbench-2.0", 9),
            ("vbench-i2v", 7),
        ];
        assert_eq!(ids, expected);
        for table in published() {
            assert!(!table.source.is_empty() && !table.title.is_empty());
            let date: Vec<usize> = table.date.split('-').map(str::len).collect();
            assert_eq!(date, [4, 2, 2], "{}", table.id);
            for row in &table.rows {
                assert_eq!(row.values.len(), table.columns.len(), "{} {}", table.id, row.model);
                let counts = table.unit == "items";
                assert!(row.values.iter().flatten().all(|v| v.is_finite() && *v >= 0.0 && (counts || *v <= 100.0)));
            }
            for of_column in &table.recomputed {
                assert!(table.columns.contains(&of_column.column));
                assert!(of_column.values.iter().all(|v| table.value(&v.model, &of_column.column).is_some()));
            }
        }
    }

    #[test]
    fn multiple_choice_overall_agrees_with_its_domains_and_open_does_not() {
        let table = published_table("ipv-understanding").unwrap();
        for row in &table.rows {
            let of = |column: &str| table.of_row(row, column);
            let Some((open, least)) = of("open").zip(
                ["physical", "biological", "social", "geographical"]
                    .iter()
                    .filter_map(|domain| of(&format!("{domain} laws: open")))
                    .reduce(f64::min),
            ) else {
                continue;
            };
            // Beside each overall value that no mean of its parts can give stands one that follows from its parts.
            let again = table.recomputed(&row.model, "open").unwrap();
            let split = published_table("ipv-spatial-temporal").unwrap();
            let kind = |column: &str| split.value(&row.model, column).unwrap();
            let expected = (260.0 * kind("spatial: open") + 639.0 * kind("temporal: open")) / 899.0;
            assert!((again - expected).abs() < 0.06, "{}", row.model);
            assert!((open / again - 0.77).abs() < 0.01, "{}: {open} {least} {again}", row.model);
        }
        assert!((table.value("Video-LLaVA", "multiple choice").unwrap() - 26.8).abs() < 1e-9);
    }

    #[test]
    fn generation_columns_weigh_to_the_overall_with_the_prompts_of_each_domain() {
        let table = published_table("ipv-generation").unwrap();
        for row in &table.rows {
            let of = |column: &str| table.of_row(row, column).unwrap();
            for what in ["visual quality", "prompt following"] {
                let domains = [("physical", 163.0), ("biological", 51.0), ("social", 25.0), ("geographical", 21.0)];
                let sum: f64 = domains.iter().map(|(name, n)| n * of(&format!("{name} laws: {what}"))).sum();
                assert!((sum / 260.0 - of(what)).abs() < 0.25, "{} {what}: {} {}", row.model, sum / 260.0, of(what));
            }
            // A share of clips good in both cannot exceed either share.
            assert!(of("IPV-Score") <= of("visual quality").min(of("prompt following")) + 1e-9);
        }
    }
}
