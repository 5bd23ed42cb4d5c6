//! Offline scoring of stored predictions: files in, a report out, items page by page.

use reelcheck_reference::scoring::answers::ProfileId;
use reelcheck_reference::scoring::export::{ExportFormat, export};
use reelcheck_reference::scoring::{ColumnMapping, ItemQuery, ScoreOptions, ScoreReport, Scorer};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{error, error_with_cause, from_js, to_js};

#[derive(Deserialize)]
struct Options {
    created: String,
    #[serde(default)]
    profile: Option<ProfileId>,
}

/// Files that are scored together. Needs no device.
#[wasm_bindgen]
#[derive(Default)]
pub struct ScoreSession {
    scorer: Scorer,
    report: Option<ScoreReport>,
}

#[wasm_bindgen]
impl ScoreSession {
    /// Without files.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file and says what it is. `mapping`, if there is one, says which columns of a table hold what.
    ///
    /// # Errors
    /// `ImportError` with the file, what was found, what was expected and where; its `cause` is the same as a plain object,
    /// whose `problem` of `unmapped-columns` or `no-such-column` asks for a mapping. `TypeError` when `mapping` has another
    /// shape.
    pub fn add(&mut self, file_name: &str, bytes: Vec<u8>, mapping: JsValue) -> Result<JsValue, JsValue> {
        let mapping: Option<ColumnMapping> = from_js(mapping, "mapping")?;
        self.report = None;
        match self.scorer.add(file_name, bytes, mapping.as_ref()) {
            Ok(file) => to_js(file),
            Err(refused) => Err(error_with_cause("ImportError", &refused.to_string(), &to_js(&refused)?)),
        }
    }

    /// Takes a file out again, by its place among the report's files, refused ones counted after them. False if there is
    /// no such file.
    pub fn remove(&mut self, index: usize) -> bool {
        self.report = None;
        self.scorer.remove(index)
    }

    /// The report over all files. `options`: `{ created: string, profile?: ProfileId }`, where `created` is an ISO 8601 time
    /// in UTC; without a profile each benchmark's own is used.
    ///
    /// # Errors
    /// `TypeError` for options of another shape.
    pub fn score(&mut self, options: JsValue) -> Result<JsValue, JsValue> {
        let Options { created, profile } = from_js(options, "options")?;
        if created.is_empty() {
            return Err(error("TypeError", "options.created: expected an ISO 8601 time"));
        }
        let reelcheck = env!("CARGO_PKG_VERSION").to_owned();
        to_js(self.report.insert(self.scorer.score(&ScoreOptions { profile, created, reelcheck })))
    }

    /// A page of single items, marked as in the last report; empty before the first one and after a change of files.
    ///
    /// # Errors
    /// `TypeError` when `query` has another shape.
    pub fn items(&self, query: JsValue) -> Result<JsValue, JsValue> {
        let query: ItemQuery = from_js(query, "query")?;
        to_js(&self.scorer.items(&query))
    }

    /// The last report as `json`, `csv`, `markdown` or `latex`.
    ///
    /// # Errors
    /// `TypeError` for another format; `StateError` when nothing was scored since the files changed.
    pub fn export(&self, format: JsValue) -> Result<String, JsValue> {
        let format: ExportFormat = from_js(format, "format")?;
        let report = self.report.as_ref();
        let report = report.ok_or_else(|| error("StateError", "nothing was scored since the files changed"))?;
        Ok(export(report, format))
    }
}
