//! One clip's run, driven by the worker that decodes it.

use std::cell::RefCell;
use std::rc::Rc;

use reelcheck_evaluator::{ClipOutcome, ClipRun, Session, Warning};
use reelcheck_types::{Frame, PixelFormat, Timestamp};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device;
use crate::error::{error, from_js, named, to_js};

/// A frame from the decoder, its bytes copied into `buffer`.
pub(crate) fn frame_of(
    timestamp_micros: f64,
    format: &str,
    width: u32,
    height: u32,
    data: &js_sys::Uint8Array,
    mut buffer: Vec<u8>,
) -> Result<Frame, JsValue> {
    let deserializer: StrDeserializer<'_, ValueError> = format.into_deserializer();
    let format = PixelFormat::deserialize(deserializer).map_err(named("FrameError"))?;
    let timestamp = Timestamp::from_micros(timestamp_micros as i64);
    buffer.resize(data.length() as usize, 0);
    data.copy_to(&mut buffer);
    Frame::new(timestamp, format, width, height, buffer).map_err(named("FrameError"))
}

/// The run of one clip. Freeing it cancels.
#[wasm_bindgen]
pub struct ClipHandle {
    index: usize,
    /// Whether this is the first pass over the clip.
    is_first: bool,
    run: ClipRun,
    session: Rc<RefCell<Session>>,
    buffer: Vec<u8>,
}

impl ClipHandle {
    pub(crate) fn new(index: usize, is_first: bool, run: ClipRun, session: Rc<RefCell<Session>>) -> Self {
        Self { index, is_first, run, session, buffer: Vec::new() }
    }
}

#[wasm_bindgen]
impl ClipHandle {
    /// Judges the next frame in order of presentation.
    ///
    /// `data` holds the visible rectangle's planes packed tightly in the layout of `format`, a WebCodecs name.
    ///
    /// # Errors
    /// `FrameError` when the bytes do not fit, `RunError` when the frame is out of order.
    pub fn push(
        &mut self,
        timestamp_micros: f64,
        format: &str,
        width: u32,
        height: u32,
        data: &js_sys::Uint8Array,
    ) -> Result<(), JsValue> {
        let buffer = std::mem::take(&mut self.buffer);
        let frame = frame_of(timestamp_micros, format, width, height, data, buffer)?;
        self.buffer = self.run.push(frame).map_err(named("RunError"))?.unwrap_or_default();
        Ok(())
    }

    /// Leaves these judges to a [`PanelHandle`](crate::PanelHandle) in another worker.
    pub fn leave(&mut self, judges: Vec<String>) {
        self.run.leave(judges);
    }

    /// Takes what the judges on the other panel said. To be called before `finish`.
    ///
    /// # Errors
    /// `TypeError` when these are no verdicts.
    pub fn receive(&mut self, verdicts: JsValue) -> Result<(), JsValue> {
        self.run.receive(from_js(verdicts, "verdicts")?);
        Ok(())
    }

    /// Notes in the report that the browser converted the frames to RGBA.
    pub fn warn_rgba_fallback(&mut self, why: String) {
        self.run.warn(Warning::RgbaFallback { why });
    }

    /// Notes in the report that this clip is judged a second time, after the worker was lost.
    pub fn mark_restarted(&mut self) {
        self.run.warn(Warning::Restarted);
    }

    /// Waits until the device has done what it was given. To be called every few frames.
    ///
    /// # Errors
    /// `DeviceLost` when the graphics device failed: this worker's results cannot be trusted any more.
    pub async fn settle(&mut self) -> Result<(), JsValue> {
        self.run.settle().await;
        device::failure().map_or(Ok(()), |message| Err(error("DeviceLost", &message)))
    }

    /// Ends the run, records the outcome and returns the clip's part of the report, over all passes so far.
    ///
    /// `stopped` carries the decoder's words when it gave up before the end.
    ///
    /// # Errors
    /// `RunError` when not a single frame was judged, `DeviceLost` as for `settle`.
    pub async fn finish(self, stopped: Option<String>) -> Result<JsValue, JsValue> {
        if self.run.frames_done() == 0 {
            return Err(error("RunError", "no frame was judged"));
        }
        let result = self.run.finish(stopped).await;
        if let Some(message) = device::failure() {
            return Err(error("DeviceLost", &message));
        }
        let mut session = self.session.borrow_mut();
        let result = if self.is_first { result } else { session.join_pass(self.index, result) };
        let plain = to_js(&result)?;
        session.record(self.index, ClipOutcome::Judged(Box::new(result)));
        Ok(plain)
    }
}
