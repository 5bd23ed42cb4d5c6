//! Some of a clip's judges in a worker of their own, beside the one that runs the clip.

use reelcheck_evaluator::{JudgeSelection, Panel};
use reelcheck_types::Clip;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::clip::frame_of;
use crate::error::{from_js, named, to_js};

/// Judges that watch one clip. Freeing it cancels.
#[wasm_bindgen]
pub struct PanelHandle {
    panel: Panel,
    buffer: Vec<u8>,
}

#[wasm_bindgen]
impl PanelHandle {
    /// Makes these judges for a clip: some that [`Engine::apart`](crate::Engine::apart) names, which need no graphics device.
    ///
    /// # Errors
    /// `UnknownJudge`, or `TypeError` when `clip` is not a clip.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen makes the list for us alone")]
    pub fn new(judges: Vec<String>, clip: JsValue) -> Result<PanelHandle, JsValue> {
        let clip: Clip = from_js(clip, "clip")?;
        let judges = JudgeSelection::by_ids(&judges).map_err(named("UnknownJudge"))?;
        Ok(Self { panel: Panel::apart(clip, &judges), buffer: Vec::new() })
    }

    /// Shows the next frame to the judges, as [`ClipHandle::push`](crate::ClipHandle::push) does.
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
        self.buffer = self.panel.push(frame).map_err(named("RunError"))?.unwrap_or_default();
        Ok(())
    }

    /// Waits until the device has done what it was given. To be called every few frames.
    pub async fn settle(&mut self) {
        self.panel.settle().await;
    }

    /// What the judges say in the end.
    ///
    /// # Errors
    /// None in practice: the value is plain data.
    pub async fn verdicts(self) -> Result<JsValue, JsValue> {
        to_js(&self.panel.verdicts().await)
    }
}
