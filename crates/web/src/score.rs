//! Offline scoring of stored predictions: files in, a report out, items page by page.

use js_sys::{Array, Function};
use reelcheck_judges::OpenAnswerSimilarity;
use reelcheck_models::Role;
use reelcheck_reference::scoring::answers::ProfileId;
use reelcheck_reference::scoring::export::{ExportFormat, export};
use reelcheck_reference::scoring::{ColumnMapping, ItemQuery, OpenAnswer, ScoreOptions, ScoreReport, Scorer};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{error, error_with_cause, from_js, named, to_js};
use crate::{device, networks};

#[derive(Deserialize)]
struct Options {
    created: String,
    #[serde(default)]
    profile: Option<ProfileId>,
}

/// Files that are scored together. Only open answers that are to be marked need a device.
#[wasm_bindgen]
#[derive(Default)]
pub struct ScoreSession {
    scorer: Scorer,
    report: Option<ScoreReport>,
    /// The judge of open answers with the texts that it has read, and what tells its network from others.
    judge: Option<(String, OpenAnswerSimilarity)>,
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

    /// Marks all open answers by their likeness to the reference answers, as the sentence network sees them whose files are
    /// given as an array of `{ name, blob }`; reports have the marks until the files change. `device` is `auto`, `webgpu` or
    /// `cpu`, `key` tells the network from others, and `tell` is called with the number of texts read and of all.
    ///
    /// # Errors
    /// `WeightsError` with the tensor or the file that is wrong, `DeviceLost` when the device failed, `TypeError` when there is
    /// no such device.
    pub async fn judge_open(
        &mut self,
        device: JsValue,
        key: String,
        files: Array,
        tell: Function,
    ) -> Result<(), JsValue> {
        if self.judge.as_ref().is_none_or(|(of, _)| *of != key) {
            let (device, _) = device::choose(from_js(device, "device")?).await?;
            networks::load(&device, Role::Sentence.name(), key.clone(), &files).await?;
            let network = networks::loaded_on(&device).sentence;
            let network = network.ok_or_else(|| error("WeightsError", "the sentence network is not there"))?;
            self.judge = Some((key, OpenAnswerSimilarity::new(network)));
        }
        let Some((_, judge)) = &mut self.judge else { return Ok(()) };
        let answers = self.scorer.open_answers();
        let asked: Vec<(&str, Vec<&str>)> = answers.iter().map(OpenAnswer::texts).collect();
        let told = |done: usize, of: usize| {
            // A listener that throws is no reason to stop.
            let _ = tell.call2(&JsValue::NULL, &done.into(), &of.into());
        };
        let marks = judge.likenesses(&asked, told).await.map_err(named("DeviceLost"))?;
        self.report = None;
        self.scorer.judge_open(OpenAnswerSimilarity::card(), marks);
        Ok(())
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
