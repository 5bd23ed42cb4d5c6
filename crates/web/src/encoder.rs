//! CLIP's picture tower by itself, for measurements: pixels in, vectors out, on the way that the judges take.
//!
//! Invariant: nothing is kept between calls but the network. Judging goes through [`crate::Engine`].

use burn::tensor::Transaction;
use js_sys::{Array, Float32Array};
use reelcheck_evaluator::DeviceReport;
use reelcheck_models::{Clip, ClipParts, Picture, read};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device;
use crate::error::{error, from_js, named, to_js};
use crate::networks::BlobFolder;

/// The tower on a device.
#[wasm_bindgen]
pub struct PictureEncoder {
    clip: Clip,
    device: DeviceReport,
}

#[wasm_bindgen]
impl PictureEncoder {
    /// Reads the tower from a CLIP's files, an array of `{ name, blob }`. `device` is `auto`, `webgpu` or `cpu`.
    ///
    /// # Errors
    /// `WeightsError` with the tensor or the file that is wrong; `TypeError` when there is no such device.
    pub async fn read(device: JsValue, files: Array) -> Result<Self, JsValue> {
        let (device, report) = device::choose(from_js(device, "device")?).await?;
        let folder = BlobFolder::new(&files)?;
        let clip = Clip::read(&folder, &device, ClipParts::Vision).await.map_err(named("WeightsError"))?;
        Ok(Self { clip, device: report })
    }

    /// The device in use.
    ///
    /// # Errors
    /// None in practice: the value is plain data.
    pub fn device(&self) -> Result<JsValue, JsValue> {
        to_js(&self.device)
    }

    /// The side of the square pictures that it takes, in pixels.
    pub fn side(&self) -> usize {
        self.clip.side()
    }

    /// The vectors of pictures, one after the other, each of length 1. `pixels` are values of pictures × 3 × side × side,
    /// already scaled to the network's mean and spread.
    ///
    /// # Errors
    /// `TypeError` when the values are not those of whole pictures, `DeviceLost` when the device failed.
    pub async fn encode(&self, pixels: Float32Array) -> Result<Float32Array, JsValue> {
        let (values, side) = (pixels.to_vec(), self.clip.side());
        let pictures = values.chunks_exact(3 * side * side);
        if values.is_empty() || !pictures.remainder().is_empty() {
            return Err(error("TypeError", &format!("pixels: expected those of pictures of 3 × {side} × {side}")));
        }
        let pictures: Vec<Picture> = pictures.map(|values| Picture::new(side, side, values.to_vec())).collect();
        let vectors = read(Transaction::default().register(self.clip.pictures(&pictures))).await;
        let vectors = vectors.map_err(named("DeviceLost"))?;
        Ok(Float32Array::from(vectors.concat().as_slice()))
    }
}
