//! The network: convolutions over time and place, written as linear layers on neighbourhoods.
//!
//! Invariant: nothing here sorts, picks a maximum or waits for a device, so the same code runs on every backend and has
//! gradients where it is trained. Its numbers of channels are fixed here; a weights file has to match them.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::{relu, tanh};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::input::PATCH_VALUES;
use super::weights::Weights;
use crate::{DeviceFailed, read};

const EMBEDDED: usize = 32;
const MOVED: usize = 32;
const CHANNELS: usize = 48;
const NARROW: usize = 16;
const MIXED: usize = 40;
const POOLED: usize = 48;

/// What the motion layer sees of each cell: now, and three differences.
const MOMENTS: usize = 4;

/// Differences are this much enlarged: most of them are small.
const CONTRAST: f32 = 3.0;

/// How far apart in time the pictures are that each block looks at.
const DILATIONS: [usize; 3] = [1, 2, 4];

/// What a block sees of each cell: five times, four neighbours, and of the whole picture how much there is and how that
/// differs from before and after.
const TAPS: usize = 5 + 4 + 3;

/// The sum over a picture's coarse cells is divided by this: about as many as a body covers, so that a body that comes, goes or
/// changes is seen in it, whatever the size of the picture.
const BODY_CELLS: f32 = 8.0;

/// Logits of cells stay between these bounds, so that their exponentials sum up in 32-bit floats.
const LOGIT_BOUND: f32 = 15.0;

/// Cells of a 16:9 picture. The smooth maximum over a picture's cells is a sum over this number, not a mean, so that it does
/// not depend on how much of nothing lies around an event.
const USUAL_CELLS: f32 = 160.0;

/// Cells of a heat map in a cell of the coarse map: two by two.
const SPOTS: usize = 4;

/// The name of the layer that gives the clip's logit.
pub(super) const CLIP: &str = "clip";

/// A linear layer of the network: its name in the file, its numbers of inputs and outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The name; the file holds `name.weight` (inputs × outputs) and `name.bias`.
    pub name: String,
    /// Inputs.
    pub inputs: usize,
    /// Outputs.
    pub outputs: usize,
}

/// All layers of a network that tells this many laws apart, in the order in which data pass through them.
pub fn layers(laws: usize) -> Vec<Layer> {
    let layer = |name: &str, inputs, outputs| Layer { name: name.to_owned(), inputs, outputs };
    let mut layers = vec![
        layer("embed", PATCH_VALUES, EMBEDDED),
        layer("motion", MOMENTS * EMBEDDED, MOVED),
        layer("spot", MOVED, 1),
        layer("merge", SPOTS * MOVED, CHANNELS),
    ];
    for block in 0..DILATIONS.len() {
        layers.push(layer(&format!("block{block}.down"), CHANNELS, NARROW));
        layers.push(layer(&format!("block{block}.mix"), TAPS * NARROW, MIXED));
        layers.push(layer(&format!("block{block}.up"), MIXED, CHANNELS));
    }
    layers.extend([
        layer("cells", CHANNELS, SPOTS),
        layer("frame", 1, 1),
        layer("pool", 2 * CHANNELS, POOLED),
        layer(CLIP, POOLED + 1, 1),
        layer("laws", POOLED, laws),
    ]);
    layers
}

/// What the network says of a batch of windows; all values are logits.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// Something in the window is impossible: batch × 1.
    pub clip: Tensor<2>,
    /// Which law is broken, before the softmax: batch × laws.
    pub laws: Tensor<2>,
    /// Something in this picture is impossible: batch × time.
    pub frames: Tensor<2>,
    /// Something in this cell is impossible: batch × time × rows × columns.
    pub cells: Tensor<4>,
}

/// A block with a short cut around it: fewer channels, neighbours in time and place, more channels.
#[derive(Module, Debug)]
struct Block {
    down: Linear,
    mix: Linear,
    up: Linear,
}

/// The network on its device.
#[derive(Module, Debug)]
pub struct Network {
    embed: Linear,
    motion: Linear,
    spot: Linear,
    merge: Linear,
    blocks: Vec<Block>,
    cells: Linear,
    frame: Linear,
    pool: Linear,
    clip: Linear,
    laws: Linear,
}

impl Network {
    /// Brings weights to a device. A device with autodiff gives a network that can be trained.
    pub fn new(weights: &Weights, device: &Device) -> Self {
        let linear = |name: &str| {
            let (weight, bias, [inputs, outputs]) = weights.layer(name);
            Linear {
                weight: Param::from_data(TensorData::new(weight.to_vec(), [inputs, outputs]), device),
                bias: Some(Param::from_data(TensorData::new(bias.to_vec(), [outputs]), device)),
            }
        };
        let block = |index: usize| Block {
            down: linear(&format!("block{index}.down")),
            mix: linear(&format!("block{index}.mix")),
            up: linear(&format!("block{index}.up")),
        };
        Self {
            embed: linear("embed"),
            motion: linear("motion"),
            spot: linear("spot"),
            merge: linear("merge"),
            blocks: (0..DILATIONS.len()).map(block).collect(),
            cells: linear("cells"),
            frame: linear("frame"),
            pool: linear("pool"),
            clip: linear(CLIP),
            laws: linear("laws"),
        }
    }

    /// All layers in the order of [`layers`].
    fn linears(&self) -> Vec<&Linear> {
        let mut linears = vec![&self.embed, &self.motion, &self.spot, &self.merge];
        linears.extend(self.blocks.iter().flat_map(|block| [&block.down, &block.mix, &block.up]));
        linears.extend([&self.cells, &self.frame, &self.pool, &self.clip, &self.laws]);
        linears
    }

    /// Reads the weights and biases back, in the order of [`layers`].
    ///
    /// # Errors
    /// When the device fails.
    pub async fn values(&self) -> Result<Vec<Vec<f32>>, DeviceFailed> {
        let mut transaction = Transaction::default();
        for linear in self.linears() {
            transaction = transaction.register(linear.weight.val().inner());
            if let Some(bias) = &linear.bias {
                transaction = transaction.register(bias.val().inner());
            }
        }
        read(transaction).await
    }

    /// Looks at a batch of windows.
    ///
    /// # Shapes
    /// - patches: batch × time × rows × columns × values of a patch; rows and columns are even.
    pub fn forward(&self, patches: Tensor<5>) -> Outputs {
        let [batch, times, rows, columns, _] = patches.dims();
        let (coarse_rows, coarse_columns) = (rows / 2, columns / 2);

        // Per cell: what is there now, and how that differs from a moment ago, a moment later and all the time.
        let embedded = relu(self.embed.forward(patches));
        let steps = embedded.clone().narrow(1, 1, times - 1).sub(embedded.clone().narrow(1, 0, times - 1));
        let steps = steps.mul_scalar(CONTRAST);
        let nothing = Tensor::zeros([batch, 1, rows, columns, EMBEDDED], &embedded.device());
        let since = Tensor::cat(vec![nothing.clone(), steps.clone()], 1);
        let until = Tensor::cat(vec![steps, nothing], 1);
        let unusual = embedded.clone().sub(embedded.clone().mean_dim(1)).mul_scalar(CONTRAST);
        let moved = relu(self.motion.forward(Tensor::cat(vec![embedded, since, until, unusual], 4)));
        let spots = pairs(self.spot.forward(moved.clone()));

        // Two by two cells become one, which sees its neighbours in time and place.
        let mut features =
            self.merge.forward(pairs(moved)).reshape([batch, times, coarse_rows, coarse_columns, CHANNELS]);
        for (block, dilation) in self.blocks.iter().zip(DILATIONS) {
            let narrow = relu(block.down.forward(relu(features.clone())));
            let mixed = relu(block.mix.forward(neighbours(narrow, dilation)));
            features = features.add(block.up.forward(mixed));
        }
        let features = relu(features);

        let logits = self.cells.forward(features.clone());
        let logits = logits.add(spots.reshape([batch, times, coarse_rows, coarse_columns, SPOTS]));
        let logits = tanh(logits.div_scalar(LOGIT_BOUND)).mul_scalar(LOGIT_BOUND);

        // A smooth maximum over cells and times, and the features that it weighs most.
        let places = coarse_rows * coarse_columns;
        let strengths: Tensor<3> = logits.clone().exp().reshape([batch, times, places * SPOTS]);
        let by_time: Tensor<2> = strengths.clone().sum_dim(2).div_scalar(USUAL_CELLS).reshape([batch, times]);
        let overall: Tensor<2> = by_time.clone().mean_dim(1);
        let frames = self.frame.forward(by_time.log().reshape([batch, times, 1])).reshape([batch, times]);
        let weights: Tensor<3> = strengths.reshape([batch, times * places, SPOTS]).sum_dim(2);
        let weights = weights.clone().div(weights.sum_dim(1));
        let features: Tensor<3> = features.reshape([batch, times * places, CHANNELS]);
        let weighed: Tensor<2> = features.clone().mul(weights).sum_dim(1).reshape([batch, CHANNELS]);
        let mean: Tensor<2> = features.mean_dim(1).reshape([batch, CHANNELS]);
        let pooled = relu(self.pool.forward(Tensor::cat(vec![weighed, mean], 1)));
        Outputs {
            clip: self.clip.forward(Tensor::cat(vec![pooled.clone(), overall.log()], 1)),
            laws: self.laws.forward(pooled),
            frames,
            cells: logits
                .reshape([batch * times * coarse_rows, coarse_columns, 2, 2])
                .swap_dims(1, 2)
                .reshape([batch, times, rows, columns]),
        }
    }
}

/// Puts two by two cells together: batch × time × rows × columns × channels becomes
/// (batch · time · rows/2) × columns/2 × 4·channels, the four cells in reading order.
fn pairs(cells: Tensor<5>) -> Tensor<3> {
    let [batch, times, rows, columns, channels] = cells.dims();
    cells.reshape([batch * times * rows / 2, 2, columns / 2, 2 * channels]).swap_dims(1, 2).reshape([
        batch * times * rows / 2,
        columns / 2,
        SPOTS * channels,
    ])
}

/// Each cell with its neighbours, [`TAPS`] times the channels; outside of the window everything is 0.
fn neighbours(cells: Tensor<5>, dilation: usize) -> Tensor<5> {
    let [batch, times, rows, columns, channels] = cells.dims();
    let device = cells.device();
    let nothing = |times, rows, columns| Tensor::<5>::zeros([batch, times, rows, columns, channels], &device);

    let before_and_after = nothing(2 * dilation, rows, columns);
    let long = Tensor::cat(vec![before_and_after.clone(), cells.clone(), before_and_after], 1);
    let mut taps: Vec<Tensor<5>> = (0..5).map(|at| long.clone().narrow(1, at * dilation, times)).collect();

    let row = nothing(times, 1, columns);
    let column = nothing(times, rows, 1);
    taps.push(Tensor::cat(vec![row.clone(), cells.clone().narrow(2, 0, rows - 1)], 2));
    taps.push(Tensor::cat(vec![cells.clone().narrow(2, 1, rows - 1), row], 2));
    taps.push(Tensor::cat(vec![column.clone(), cells.clone().narrow(3, 0, columns - 1)], 3));
    taps.push(Tensor::cat(vec![cells.clone().narrow(3, 1, columns - 1), column], 3));

    // What the whole picture holds of each feature; before and after the window it is taken to be as at its ends.
    let whole = cells.sum_dim(2).sum_dim(3).div_scalar(BODY_CELLS);
    let first = whole.clone().narrow(1, 0, 1).repeat_dim(1, 2 * dilation);
    let last = whole.clone().narrow(1, times - 1, 1).repeat_dim(1, 2 * dilation);
    let long = Tensor::cat(vec![first, whole.clone(), last], 1);
    let since = whole.clone().sub(long.clone().narrow(1, 0, times)).mul_scalar(CONTRAST);
    let until = long.narrow(1, 4 * dilation, times).sub(whole.clone()).mul_scalar(CONTRAST);
    taps.extend([whole, since, until].map(|tap| tap.expand([batch, times, rows, columns, channels])));
    Tensor::cat(taps, 4)
}
