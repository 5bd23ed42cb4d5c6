//! RAFT: how every pixel moves from one picture to the next (Teed and Deng, ECCV 2020), large and small, in torchvision's
//! layout or the authors' own.
//!
//! Invariant: the volume of all pairs of places, 791 MB at 720p, is never made: correlations are computed where they are
//! looked up. Padding pictures and what a motion means is left to the judges.

mod convolution;
mod correlation;
mod encoder;
mod names;
mod update;

use burn::tensor::{
    DType, Device, Tensor, TensorData,
    activation::{relu, tanh},
    module::interpolate,
    ops::{InterpolateMode, InterpolateOptions, PadMode},
};

use crate::Picture;
use crate::weights::{Checkpoint, Folder, WeightsError};
use correlation::Correlation;
use encoder::Encoder;
use update::{MaskPredictor, UpdateBlock};

/// The pictures are this many times as wide and high as what the network computes on.
const FACTOR: usize = 8;

/// The measures by which the two sizes differ.
#[derive(Clone, Copy, Debug)]
struct Measures {
    /// Whether blocks have a narrow middle.
    bottleneck: bool,
    layers: [usize; 3],
    features: usize,
    hidden: usize,
    context: usize,
    /// How far around a place correlations are looked up, on each level.
    radius: usize,
    /// One or two layers over correlations.
    correlation_layers: &'static [usize],
    flow_layers: [usize; 2],
    motion: usize,
    /// Height and width of the kernels of the recurrent units.
    kernels: &'static [[usize; 2]],
    head: usize,
}

const LARGE: Measures = Measures {
    bottleneck: false,
    layers: [64, 96, 128],
    features: 256,
    hidden: 128,
    context: 128,
    radius: 4,
    correlation_layers: &[256, 192],
    flow_layers: [128, 64],
    motion: 128,
    kernels: &[[1, 5], [5, 1]],
    head: 256,
};

const SMALL: Measures = Measures {
    bottleneck: true,
    layers: [32, 64, 96],
    features: 128,
    hidden: 96,
    context: 64,
    radius: 3,
    correlation_layers: &[96],
    flow_layers: [64, 32],
    motion: 82,
    kernels: &[[3, 3]],
    head: 128,
};

/// The network.
pub struct Raft {
    features: Encoder,
    context: Encoder,
    update: UpdateBlock,
    mask: Option<MaskPredictor>,
    measures: Measures,
    device: Device,
}

/// What the network makes of one picture, to be used for the pairs before and after it.
#[derive(Clone)]
pub struct Seen {
    features: Tensor<4>,
    context: Tensor<4>,
}

impl Raft {
    /// The smallest side of a picture, in pixels: the coarsest of four levels needs two places along each axis.
    pub const MIN_SIDE: usize = 128;

    /// Reads `model.safetensors`; which size it is, the tensors say.
    ///
    /// # Errors
    /// When the file is missing or damaged, or the weights are not RAFT's.
    pub async fn read(folder: &dyn Folder, device: &Device) -> Result<Self, WeightsError> {
        let mut from = Checkpoint::open(folder, device).await?.renamed(names::torchvision);
        let is_large = from.has("mask_predictor.conv.weight");
        let measures = if is_large { LARGE } else { SMALL };
        let features = Encoder::features(&mut from, &measures).await?;
        let context = Encoder::context(&mut from, &measures).await?;
        let update = UpdateBlock::read(&mut from, &measures).await?;
        let mask = match is_large {
            true => Some(MaskPredictor::read(&mut from, &measures).await?),
            false => None,
        };
        from.finish()?;
        Ok(Self { features, context, update, mask, measures, device: device.clone() })
    }

    /// Whether it is the large one.
    pub fn is_large(&self) -> bool {
        self.mask.is_some()
    }

    /// Looks at a picture scaled to −1 to 1, whose sides are multiples of 8 and at least [`Self::MIN_SIDE`].
    ///
    /// # Panics
    /// When they are not.
    pub fn look(&self, picture: &Picture) -> Seen {
        let (width, height) = (picture.width, picture.height);
        let fits = |side: usize| side >= Self::MIN_SIDE && side.is_multiple_of(FACTOR);
        assert!(fits(width) && fits(height), "a {width}×{height} picture does not fit");
        let data = TensorData::new(picture.data.clone(), [1, 3, height, width]);
        let tensor = Tensor::<4>::from_data(data, (&self.device, DType::F32));
        Seen { features: self.features.forward(tensor.clone()), context: self.context.forward(tensor) }
    }

    /// How far each pixel of the first picture moves to the second, in pixels: 1 × 2 (across, down) × height × width,
    /// after `updates` rounds (the paper's and VBench's number is 20, torchvision's 12).
    ///
    /// # Panics
    /// When the pictures differ in size.
    pub fn flow(&self, first: &Seen, second: &Seen, updates: usize) -> Tensor<4> {
        assert_eq!(first.features.dims(), second.features.dims(), "pictures of one size");
        let [_, _, rows, columns] = first.features.dims();
        let correlation =
            Correlation::new(first.features.clone(), second.features.clone(), self.measures.radius, &self.device);
        let hidden_width = self.measures.hidden;
        let mut hidden = tanh(first.context.clone().narrow(1, 0, hidden_width));
        let context = relu(first.context.clone().narrow(1, hidden_width, self.measures.context));
        let mut flow = Tensor::<4>::zeros([1, 2, rows, columns], (&self.device, DType::F32));
        for _ in 0..updates {
            let found = correlation.look_up(flow.clone());
            let change;
            (hidden, change) = self.update.forward(hidden, context.clone(), found, flow.clone());
            flow = flow.add(change);
        }
        match &self.mask {
            Some(mask) => enlarge_by_mask(&flow, mask.forward(hidden)),
            None => {
                let size = [rows * FACTOR, columns * FACTOR];
                let options =
                    InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(true).with_output_size(size);
                interpolate(flow, options).mul_scalar(FACTOR as f64)
            }
        }
    }
}

/// Each pixel's motion as a mean of the nine around its place, weighed by the mask: 1 × 576 × rows × columns.
fn enlarge_by_mask(flow: &Tensor<4>, mask: Tensor<4>) -> Tensor<4> {
    let [_, _, rows, columns] = flow.dims();
    let places = rows * columns;
    let weights = burn::tensor::activation::softmax(mask.reshape([9, FACTOR * FACTOR, places]), 0);
    let padded = flow.clone().mul_scalar(FACTOR as f64).pad((1, 1, 1, 1), PadMode::Constant(0.0));
    let axis = |axis: usize| {
        let neighbour = |index: usize| {
            let part = padded.clone().narrow(1, axis, 1).narrow(2, index / 3, rows).narrow(3, index % 3, columns);
            part.reshape([1, 1, places])
        };
        let weighed = |index: usize| weights.clone().narrow(0, index, 1).mul(neighbour(index));
        let sum = (1..9).fold(weighed(0), |sum, index| sum.add(weighed(index)));
        // Rows within a place, columns within a place, rows, columns.
        let sum = sum.reshape([FACTOR, FACTOR, rows, columns]).permute([2, 0, 3, 1]);
        sum.reshape([1, 1, rows * FACTOR, columns * FACTOR])
    };
    Tensor::cat(vec![axis(0), axis(1)], 1)
}
