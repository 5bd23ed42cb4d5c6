//! Functions that need no evaluation: hashing, reports from disk, exports, comparison.

use reelcheck_evaluator::{JudgeSelection, Pictures, Report, ReportFormat, compare, export, summarize};
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

/// A report as `csv`, `markdown`, `latex`, `vbench`, `html` or `json`. `pictures`: for the page of HTML, an object of
/// `data:` addresses by the clips' names, or undefined.
///
/// # Errors
/// `TypeError` when a value is not what it should be.
#[wasm_bindgen]
pub fn export_report(report: JsValue, format: JsValue, pictures: JsValue) -> Result<String, JsValue> {
    let format: ReportFormat = from_js(format, "format")?;
    let pictures: Option<Pictures> = from_js(pictures, "pictures")?;
    Ok(export(&from_js::<Report>(report, "report")?, format, &pictures.unwrap_or_default()))
}

/// A report as a whole: spreads, VBench's scale, what learned thresholds get right.
///
/// # Errors
/// `TypeError` when the value is not a report.
#[wasm_bindgen]
pub fn summarize_report(report: JsValue) -> Result<JsValue, JsValue> {
    to_js(&summarize(&from_js::<Report>(report, "report")?))
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
