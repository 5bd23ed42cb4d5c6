//! Functions that need no evaluation: hashing, reports from disk, exports, comparison.

use reelcheck_evaluator::{JudgeSelection, Report, compare, to_csv, to_markdown};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{from_js, named, to_js};

/// SHA-256 of a file that is read piece by piece.
#[wasm_bindgen]
#[derive(Default)]
pub struct FileHasher(Sha256);

#[wasm_bindgen]
impl FileHasher {
    /// Nothing read yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash as 64 hexadecimal digits.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The cards of all judges.
///
/// # Errors
/// None in practice: the value is plain data.
#[wasm_bindgen]
pub fn all_cards() -> Result<JsValue, JsValue> {
    to_js(&JudgeSelection::all().cards())
}

/// A report as CSV.
///
/// # Errors
/// `TypeError` when the value is not a report.
#[wasm_bindgen]
pub fn report_to_csv(report: JsValue) -> Result<String, JsValue> {
    Ok(to_csv(&from_js::<Report>(report, "report")?))
}

/// A report as Markdown.
///
/// # Errors
/// `TypeError` when the value is not a report.
#[wasm_bindgen]
pub fn report_to_markdown(report: JsValue) -> Result<String, JsValue> {
    Ok(to_markdown(&from_js::<Report>(report, "report")?))
}

/// Reads a report that was saved as JSON.
///
/// # Errors
/// `ReportError` when it is not one, or of a newer version.
#[wasm_bindgen]
pub fn parse_report(file_name: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
    to_js(&Report::from_json(file_name, bytes).map_err(named("ReportError"))?)
}

/// Compares two reports.
///
/// # Errors
/// `TypeError` when a value is not a report.
#[wasm_bindgen]
pub fn compare_reports(before: JsValue, after: JsValue) -> Result<JsValue, JsValue> {
    to_js(&compare(&from_js(before, "before")?, &from_js(after, "after")?))
}
