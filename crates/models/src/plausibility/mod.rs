//! A small network that looks for impossible events in short clips.
//!
//! It sees pictures of at most 64 pixels at about 8 per second ([`Picture`]) and says for a window of them how likely
//! something in it is impossible, which law is broken, when, and where on a grid of cells of 4 × 4 pixels. It was trained on
//! drawn clips: `README.md` beside this file has the data, the command and the results. Invariant: the bundled weights are
//! data, checked like any other file; whatever the network says of real video is not vouched for.

mod input;
mod network;
mod weights;

use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::{DeviceFailed, read};
use input::PATCH_VALUES;
pub use input::{CELL, LONGER_SIDE, PICTURES_PER_SEC, Picture, Size};
pub use network::{Layer, Network, Outputs, layers};
pub use weights::{Weights, WeightsError};

/// Pictures in a window at most: four seconds. Longer clips are looked at in overlapping windows.
pub const WINDOW: usize = 32;

/// Pictures in a window at least: one second.
pub const SHORTEST_WINDOW: usize = 8;

/// The bundled weights.
const BUNDLED: &[u8] = include_bytes!("plausibility.safetensors");

/// The network with its weights on a device.
#[derive(Debug)]
pub struct Plausibility {
    network: Network,
    laws: Vec<String>,
    temperature: f32,
    device: Device,
}

/// What the network says of one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The probability that something in the window is impossible, 0 to 1, calibrated on drawn clips.
    pub impossible: f64,
    /// If so, the probability of each law to be the broken one, in the order of [`Plausibility::laws`]; they sum up to 1.
    pub laws: Vec<f64>,
    /// For each picture, the probability that it shows the impossible, 0 to 1.
    pub pictures: Vec<f64>,
    /// For each picture and cell in reading order, the probability that the cell shows the impossible, 0 to 1.
    pub cells: Vec<f64>,
}

impl Plausibility {
    /// The network with the bundled weights.
    ///
    /// # Errors
    /// When the bundled file was damaged at build time.
    pub fn bundled(device: &Device) -> Result<Self, WeightsError> {
        Ok(Self::new(&Weights::from_bytes(BUNDLED)?, device))
    }

    /// The network with other weights.
    pub fn new(weights: &Weights, device: &Device) -> Self {
        Self {
            network: Network::new(weights, device),
            laws: weights.laws().to_vec(),
            temperature: weights.temperature(),
            device: device.clone(),
        }
    }

    /// The names of the laws.
    pub fn laws(&self) -> &[String] {
        &self.laws
    }

    /// Looks at windows of equally many pictures, all of one size.
    ///
    /// # Errors
    /// When the device fails.
    ///
    /// # Panics
    /// When the windows are not alike, or hold fewer than [`SHORTEST_WINDOW`] or more than [`WINDOW`] pictures.
    pub async fn judge(&self, windows: &[&[Picture]]) -> Result<Vec<Judgement>, DeviceFailed> {
        let Some(first) = windows.first().and_then(|window| window.first()) else { return Ok(Vec::new()) };
        let outputs = self.network.forward(patches(windows, &self.device));
        let [batch, times, rows, columns] = outputs.cells.dims();
        let transaction = Transaction::default()
            .register(sigmoid(outputs.clip.div_scalar(self.temperature)))
            .register(softmax(outputs.laws, 1))
            .register(sigmoid(outputs.frames))
            .register(sigmoid(outputs.cells));
        let values = read(transaction).await?;
        let [clips, laws, frames, cells] = values.as_slice() else {
            return Err(DeviceFailed { message: "the device gave fewer tensors than it was asked for".to_owned() });
        };
        debug_assert_eq!((columns, rows), (first.size().columns(), first.size().rows()));
        let part = |values: &[f32], index: usize, length: usize| {
            let values = values.get(index * length..(index + 1) * length).unwrap_or_default();
            values.iter().copied().map(f64::from).collect::<Vec<f64>>()
        };
        let judgement = |index: usize| Judgement {
            impossible: clips.get(index).copied().map_or(f64::NAN, f64::from),
            laws: part(laws, index, self.laws.len()),
            pictures: part(frames, index, times),
            cells: part(cells, index, times * rows * columns),
        };
        Ok((0..batch).map(judgement).collect())
    }
}

/// The input of [`Network::forward`] for windows of equally many pictures of one size.
///
/// # Panics
/// When there is no window, when the windows are not alike, or when they hold fewer than [`SHORTEST_WINDOW`] or more than
/// [`WINDOW`] pictures.
pub fn patches(windows: &[&[Picture]], device: &Device) -> Tensor<5> {
    let times = windows.first().map_or(0, |window| window.len());
    assert!((SHORTEST_WINDOW..=WINDOW).contains(&times), "{times} pictures in a window");
    let size = windows[0][0].size();
    let shape = [windows.len(), times, size.rows(), size.columns(), PATCH_VALUES];
    let mut values = Vec::with_capacity(shape.iter().product());
    for window in windows {
        assert_eq!(window.len(), times, "pictures in a window");
        for picture in *window {
            assert_eq!(picture.size(), size, "size of a picture");
            picture.patches(&mut values);
        }
    }
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests;
