//! One round of the network: what the correlations and the motion so far say of the motion to come.

use burn::tensor::{
    Tensor,
    activation::{relu, sigmoid, tanh},
};

use super::Measures;
use super::convolution::Convolution;
use super::correlation::LEVELS;
use crate::weights::{Checkpoint, WeightsError};

/// The authors' factor, by which gradients of the mask were held back in training.
const MASK_FACTOR: f64 = 0.25;

/// A recurrent unit of convolutions.
struct Recurrent {
    /// How much of the state is replaced.
    update: Convolution,
    /// How much of it is looked at.
    reset: Convolution,
    candidate: Convolution,
}

impl Recurrent {
    async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        widths: [usize; 2],
        kernel: [usize; 2],
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            update: Convolution::read(from, &format!("{name}.convz"), widths, kernel, 1).await?,
            reset: Convolution::read(from, &format!("{name}.convr"), widths, kernel, 1).await?,
            candidate: Convolution::read(from, &format!("{name}.convq"), widths, kernel, 1).await?,
        })
    }

    fn forward(&self, hidden: Tensor<4>, input: &Tensor<4>) -> Tensor<4> {
        let both = Tensor::cat(vec![hidden.clone(), input.clone()], 1);
        let update = sigmoid(self.update.forward(both.clone()));
        let reset = sigmoid(self.reset.forward(both));
        let looked_at = Tensor::cat(vec![reset.mul(hidden.clone()), input.clone()], 1);
        let candidate = tanh(self.candidate.forward(looked_at));
        hidden.clone().add(update.mul(candidate.sub(hidden)))
    }
}

/// The round.
pub(super) struct UpdateBlock {
    correlation: Vec<Convolution>,
    flow: [Convolution; 2],
    both: Convolution,
    recurrent: Vec<Recurrent>,
    head: [Convolution; 2],
}

impl UpdateBlock {
    pub(super) async fn read(from: &mut Checkpoint<'_>, measures: &Measures) -> Result<Self, WeightsError> {
        let motion = "update_block.motion_encoder";
        let mut width = LEVELS * (2 * measures.radius + 1).pow(2);
        let mut correlation = Vec::new();
        for (index, &wider) in measures.correlation_layers.iter().enumerate() {
            let (name, kernel) =
                (format!("{motion}.convcorr{}.0", index + 1), if index == 0 { [1, 1] } else { [3, 3] });
            correlation.push(Convolution::read(from, &name, [width, wider], kernel, 1).await?);
            width = wider;
        }
        let [first, second] = measures.flow_layers;
        let flow = [
            Convolution::read(from, &format!("{motion}.convflow1.0"), [2, first], [7, 7], 1).await?,
            Convolution::read(from, &format!("{motion}.convflow2.0"), [first, second], [3, 3], 1).await?,
        ];
        let widths = [width + second, measures.motion - 2];
        let both = Convolution::read(from, &format!("{motion}.conv.0"), widths, [3, 3], 1).await?;
        let widths = [measures.hidden + measures.context + measures.motion, measures.hidden];
        let mut recurrent = Vec::new();
        for (index, &kernel) in measures.kernels.iter().enumerate() {
            let name = format!("update_block.recurrent_block.convgru{}", index + 1);
            recurrent.push(Recurrent::read(from, &name, widths, kernel).await?);
        }
        let (hidden, head) = (measures.hidden, measures.head);
        let head = [
            Convolution::read(from, "update_block.flow_head.conv1", [hidden, head], [3, 3], 1).await?,
            Convolution::read(from, "update_block.flow_head.conv2", [head, 2], [3, 3], 1).await?,
        ];
        Ok(Self { correlation, flow, both, recurrent, head })
    }

    /// The next state and the change of the motion.
    pub(super) fn forward(
        &self,
        hidden: Tensor<4>,
        context: Tensor<4>,
        correlations: Tensor<4>,
        flow: Tensor<4>,
    ) -> (Tensor<4>, Tensor<4>) {
        let through = |input: Tensor<4>, layer: &Convolution| relu(layer.forward(input));
        let found = self.correlation.iter().fold(correlations, through);
        let moved = self.flow.iter().fold(flow.clone(), through);
        let motion = through(Tensor::cat(vec![found, moved], 1), &self.both);
        let input = Tensor::cat(vec![context, motion, flow], 1);
        let hidden = self.recurrent.iter().fold(hidden, |hidden, unit| unit.forward(hidden, &input));
        let change = self.head[1].forward(relu(self.head[0].forward(hidden.clone())));
        (hidden, change)
    }
}

/// How the nine places around each one weigh in the pixels between.
pub(super) struct MaskPredictor {
    first: Convolution,
    second: Convolution,
}

impl MaskPredictor {
    pub(super) async fn read(from: &mut Checkpoint<'_>, measures: &Measures) -> Result<Self, WeightsError> {
        Ok(Self {
            first: Convolution::read(from, "mask_predictor.convrelu.0", [measures.hidden, 256], [3, 3], 1).await?,
            second: Convolution::read(from, "mask_predictor.conv", [256, 8 * 8 * 9], [1, 1], 1).await?,
        })
    }

    pub(super) fn forward(&self, hidden: Tensor<4>) -> Tensor<4> {
        self.second.forward(relu(self.first.forward(hidden))).mul_scalar(MASK_FACTOR)
    }
}
