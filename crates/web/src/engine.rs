//! The device, the judges and the outcomes of one evaluation.

use std::cell::RefCell;
use std::rc::Rc;

use burn::tensor::Device;
use reelcheck_evaluator::{ClipFailure, ClipOutcome, ClipRun, Environment, FailureKind, JudgeSelection, Pass, Session};
use reelcheck_models::Role;
use reelcheck_reference::HandJoin;
use reelcheck_types::Clip;
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device::{self, DeviceChoice};
use crate::error::{error, from_js, named, to_js};
use crate::{ClipHandle, networks};

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    device: DeviceChoice,
    #[serde(default)]
    judges: Vec<String>,
    #[serde(default)]
    networks: Option<Vec<Role>>,
    #[serde(default)]
    one_at_a_time: bool,
}

/// An evaluation: made once per run, in a worker that is thrown away when anything here panics.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    session: Rc<RefCell<Session>>,
    passes: Vec<Pass>,
    /// The pass under way.
    pass: usize,
}

#[wasm_bindgen]
impl Engine {
    /// Chooses a device, tests it and makes an empty evaluation.
    ///
    /// `options`: `{ device?: "auto" | "webgpu" | "cpu", judges?: string[], networks?: Role[], one_at_a_time?: boolean }`. No
    /// judges means all of them; with `networks`, those that need none and those that look through one of these. With
    /// `one_at_a_time`, the clips are judged in several passes, each with a single network.
    ///
    /// # Errors
    /// `UnknownJudge`, or `TypeError` for options of another shape.
    pub async fn start(options: JsValue) -> Result<Engine, JsValue> {
        let options: Options = from_js(options, "options")?;
        let judges = match &options.networks {
            Some(networks) if options.judges.is_empty() => JudgeSelection::ready(networks),
            _ => JudgeSelection::by_ids(&options.judges).map_err(named("UnknownJudge"))?,
        };
        let (device, device_report) = device::choose(options.device).await?;
        let environment = Environment {
            reelcheck: env!("CARGO_PKG_VERSION").to_owned(),
            platform: "browser".to_owned(),
            system: device::user_agent(),
            decoder: "webcodecs".to_owned(),
        };
        let passes = judges.passes(options.networks.as_deref().unwrap_or_default(), options.one_at_a_time);
        let session = Session::new(judges, environment, device_report);
        Ok(Self { device, session: Rc::new(RefCell::new(session)), passes, pass: 0 })
    }

    /// The device in use, as in the report.
    ///
    /// # Errors
    /// None in practice: the value is plain data.
    pub fn device(&self) -> Result<JsValue, JsValue> {
        to_js(self.session.borrow().device())
    }

    /// The cards of the judges that run.
    ///
    /// # Errors
    /// None in practice: the value is plain data.
    pub fn judges(&self) -> Result<JsValue, JsValue> {
        to_js(&self.session.borrow().judges().cards())
    }

    /// How many passes over the clips the judges take.
    pub fn passes(&self) -> usize {
        self.passes.len()
    }

    /// Begins a pass: lets go of the networks that it does not need, and gives the roles of those that it does.
    pub fn begin_pass(&mut self, pass: usize) -> Vec<String> {
        self.pass = pass.min(self.passes.len() - 1);
        let wanted = &self.passes[self.pass].networks;
        networks::keep_only(wanted);
        wanted.iter().map(|role| role.name().to_owned()).collect()
    }

    /// The ids of this pass's judges that may watch clips in a worker of their own; empty where that is of no use.
    pub fn apart(&self) -> Vec<String> {
        self.passes[self.pass].judges.apart()
    }

    /// Reads a network from an array of `{ name, blob }`, unless this worker has read it under the same key before.
    ///
    /// # Errors
    /// `WeightsError` with the tensor or the file that is wrong; what was loaded before stays.
    pub async fn load_network(&self, role: String, key: String, files: js_sys::Array) -> Result<(), JsValue> {
        let device = self.device.clone();
        networks::load(&device, &role, key, &files).await
    }

    /// Starts the run of input number `index` by the judges of this pass.
    ///
    /// # Errors
    /// `TypeError` when `clip` is not a clip.
    pub fn begin_clip(&self, index: usize, clip: JsValue) -> Result<ClipHandle, JsValue> {
        let clip: Clip = from_js(clip, "clip")?;
        let run = {
            let session = self.session.borrow();
            let told = session.told_of(&clip);
            let models = networks::loaded_on(&self.device);
            ClipRun::new(clip, self.passes[self.pass].judges.entries(), &self.device, &models, &told)
        };
        Ok(ClipHandle::new(index, self.pass == 0, run, Rc::clone(&self.session)))
    }

    /// Records that input number `index` could not be judged, and returns the failure with its words.
    ///
    /// # Errors
    /// `TypeError` when `kind` is not a failure's name.
    pub fn record_failure(
        &self,
        index: usize,
        file: &str,
        kind: JsValue,
        container: Option<String>,
        codec: Option<String>,
        detail: &str,
    ) -> Result<JsValue, JsValue> {
        let kind: FailureKind = from_js(kind, "kind")?;
        let failure = ClipFailure::new(file, kind, container, codec, detail);
        let plain = to_js(&failure)?;
        self.session.borrow_mut().record(index, ClipOutcome::Failed(failure));
        Ok(plain)
    }

    /// Puts back what an earlier worker or run had finished.
    ///
    /// # Errors
    /// `TypeError` when `outcome` is not an outcome.
    pub fn record_outcome(&self, index: usize, outcome: JsValue) -> Result<(), JsValue> {
        let outcome: ClipOutcome = from_js(outcome, "outcome")?;
        self.session.borrow_mut().record(index, outcome);
        Ok(())
    }

    /// Reads an annotation file and says what it is. Questions in it that have options are asked of the judges that answer
    /// them.
    ///
    /// # Errors
    /// `ImportError` with the file, what was found, what was expected and where.
    pub fn add_reference(&self, file_name: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
        let imported = reelcheck_reference::import(file_name, bytes).map_err(named("ImportError"))?;
        let plain = to_js(&imported)?;
        let mut session = self.session.borrow_mut();
        session.references_mut().add(imported);
        // Most annotations hold no questions.
        let _ = session.add_questions(file_name, bytes);
        Ok(plain)
    }

    /// Joins a clip to annotations by hand: `{ clip, key: { by: "name" | "sha256", value } }`.
    ///
    /// # Errors
    /// `TypeError` when `join` has another shape.
    pub fn join_by_hand(&self, join: JsValue) -> Result<(), JsValue> {
        let join: HandJoin = from_js(join, "join")?;
        self.session.borrow_mut().references_mut().join_by_hand(join);
        Ok(())
    }

    /// How the verdicts so far agree with the references.
    ///
    /// # Errors
    /// None in practice: the value is plain data.
    pub fn agreement(&self) -> Result<JsValue, JsValue> {
        to_js(&self.session.borrow().agreement())
    }

    /// The report over everything so far. `created` is an ISO 8601 time in UTC.
    ///
    /// # Errors
    /// `TypeError` when `created` is empty.
    pub fn report(&self, created: String) -> Result<JsValue, JsValue> {
        if created.is_empty() {
            return Err(error("TypeError", "created: expected an ISO 8601 time"));
        }
        self.session.borrow_mut().with_report(created, to_js)
    }
}
