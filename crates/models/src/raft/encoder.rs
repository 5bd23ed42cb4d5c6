//! Pictures to features at an eighth of their size.

use burn::tensor::{Tensor, activation::relu};

use super::Measures;
use super::convolution::Convolution;
use crate::weights::{Checkpoint, WeightsError};

/// Added to variances.
const EPSILON: f64 = 1e-5;

/// How channels are evened out after a convolution.
#[derive(Clone, Copy)]
enum NormKind {
    /// Not at all.
    None,
    /// By each picture's own mean and variance.
    Instance,
    /// By the means and variances of the training.
    Batch,
}

/// The same, with its numbers.
enum Norm {
    None,
    Instance,
    /// Factor and summand per channel: 1 × channels × 1 × 1.
    Batch(Box<[Tensor<4>; 2]>),
}

impl Norm {
    async fn read(from: &mut Checkpoint<'_>, name: &str, width: usize, kind: NormKind) -> Result<Self, WeightsError> {
        Ok(match kind {
            NormKind::None => Self::None,
            NormKind::Instance => Self::Instance,
            NormKind::Batch => {
                let mut part = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
                for (values, what) in part.iter_mut().zip(["weight", "bias", "running_mean", "running_var"]) {
                    *values = vec![from.tensor::<1>(&format!("{name}.{what}"), [width]).await?];
                }
                let [weight, bias, mean, variance] = part.map(|mut part| part.remove(0));
                let factor = weight.div(variance.add_scalar(EPSILON).sqrt());
                let summand = bias.sub(mean.mul(factor.clone()));
                let spread = |values: Tensor<1>| values.reshape([1, width, 1, 1]);
                Self::Batch(Box::new([spread(factor), spread(summand)]))
            }
        })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match self {
            Self::None => input,
            Self::Instance => {
                let [batch, channels, rows, columns] = input.dims();
                let flat = input.reshape([batch, channels, rows * columns]);
                let centered = flat.clone().sub(flat.mean_dim(2));
                let variance = centered.clone().square().mean_dim(2);
                centered.div(variance.add_scalar(EPSILON).sqrt()).reshape([batch, channels, rows, columns])
            }
            Self::Batch(numbers) => {
                let [factor, summand] = numbers.as_ref().clone();
                input.mul(factor).add(summand)
            }
        }
    }
}

/// A convolution and what evens it out.
struct Unit {
    convolution: Convolution,
    norm: Norm,
}

impl Unit {
    async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        widths: [usize; 2],
        side: usize,
        step: usize,
        kind: NormKind,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            convolution: Convolution::read(from, &format!("{name}.0"), widths, [side; 2], step).await?,
            norm: Norm::read(from, &format!("{name}.1"), widths[1], kind).await?,
        })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        self.norm.forward(self.convolution.forward(input))
    }
}

/// Two or three units with a way past them.
struct Block {
    units: Vec<Unit>,
    past: Option<Unit>,
}

impl Block {
    async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        [inputs, outputs]: [usize; 2],
        step: usize,
        bottleneck: bool,
        kind: NormKind,
    ) -> Result<Self, WeightsError> {
        let narrow = outputs / 4;
        // Widths in and out, kernel and step of each unit.
        let plan: &[([usize; 2], usize, usize)] = if bottleneck {
            &[([inputs, narrow], 1, 1), ([narrow, narrow], 3, step), ([narrow, outputs], 1, 1)]
        } else {
            &[([inputs, outputs], 3, step), ([outputs, outputs], 3, 1)]
        };
        let mut units = Vec::new();
        for (&(widths, side, step), number) in plan.iter().zip(1..) {
            units.push(Unit::read(from, &format!("{name}.convnormrelu{number}"), widths, side, step, kind).await?);
        }
        let past = match step {
            1 => None,
            _ => Some(Unit::read(from, &format!("{name}.downsample"), [inputs, outputs], 1, step, kind).await?),
        };
        Ok(Self { units, past })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let through = self.units.iter().fold(input.clone(), |input, unit| relu(unit.forward(input)));
        let past = match &self.past {
            Some(unit) => unit.forward(input),
            None => input,
        };
        relu(past.add(through))
    }
}

/// The convolutions that make a picture an eighth of its size.
pub(super) struct Encoder {
    first: Unit,
    blocks: Vec<Block>,
    last: Convolution,
}

impl Encoder {
    /// The encoder whose features are compared.
    pub(super) async fn features(from: &mut Checkpoint<'_>, measures: &Measures) -> Result<Self, WeightsError> {
        Self::read(from, "feature_encoder", measures, measures.features, NormKind::Instance).await
    }

    /// The encoder of the first picture's context and first state.
    pub(super) async fn context(from: &mut Checkpoint<'_>, measures: &Measures) -> Result<Self, WeightsError> {
        let kind = if measures.bottleneck { NormKind::None } else { NormKind::Batch };
        Self::read(from, "context_encoder", measures, measures.hidden + measures.context, kind).await
    }

    async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        measures: &Measures,
        outputs: usize,
        kind: NormKind,
    ) -> Result<Self, WeightsError> {
        let [mut width, ..] = measures.layers;
        let first = Unit::read(from, &format!("{name}.convnormrelu"), [3, width], 7, 2, kind).await?;
        let mut blocks = Vec::new();
        for (layer, &wider) in measures.layers.iter().enumerate() {
            // The first layer keeps the size that the first unit left.
            let step = if layer == 0 { 1 } else { 2 };
            for (number, step) in [step, 1].into_iter().enumerate() {
                let name = format!("{name}.layer{}.{number}", layer + 1);
                blocks.push(Block::read(from, &name, [width, wider], step, measures.bottleneck, kind).await?);
                width = wider;
            }
        }
        let last = Convolution::read(from, &format!("{name}.conv"), [width, outputs], [1, 1], 1).await?;
        Ok(Self { first, blocks, last })
    }

    pub(super) fn forward(&self, pictures: Tensor<4>) -> Tensor<4> {
        let first = relu(self.first.forward(pictures));
        self.last.forward(self.blocks.iter().fold(first, |input, block| block.forward(input)))
    }
}
