//! Linear layers and layer normalization, as tensors on a device or as plain values on the CPU.
//!
//! Invariant: names and shapes are those of the published checkpoints; both kinds compute the same to rounding.

use burn::tensor::{DType, Device, Tensor, TensorData, module};

use crate::cpu::{Panels, Rows, add_product, is_cpu, normalize, values};
use crate::weights::{Checkpoint, WeightsError};

/// A linear layer as it is read: `x · Wᵀ + b`.
pub(crate) struct LinearValues {
    /// Outputs × inputs, as PyTorch keeps it.
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

impl LinearValues {
    /// Reads `{name}.weight`, outputs × inputs as PyTorch keeps it, and `{name}.bias`.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, WeightsError> {
        let bare = Self::read_without_bias(from, name, inputs, outputs).await?;
        Ok(Self { bias: Some(from.values(&format!("{name}.bias"), &[outputs]).await?), ..bare })
    }

    /// Reads `{name}.weight` alone.
    pub(crate) async fn read_without_bias(
        from: &mut Checkpoint<'_>,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, WeightsError> {
        let weight = from.values(&format!("{name}.weight"), &[outputs, inputs]).await?;
        Ok(Self { weight, bias: None, inputs, outputs })
    }

    /// Puts a layer of the same inputs beside this one: one product instead of two.
    #[must_use]
    pub(crate) fn beside(mut self, other: Self) -> Self {
        self.weight.extend(other.weight);
        self.bias = self.bias.zip(other.bias).map(|(own, other)| [own, other].concat());
        self.outputs += other.outputs;
        self
    }
}

/// What a block's layers are made of.
pub(super) trait Layers {
    type Linear;
    type LayerNorm;

    fn linear(values: LinearValues, device: &Device) -> Self::Linear;
    fn layer_norm(gamma: Vec<f32>, beta: Vec<f32>, epsilon: f64, device: &Device) -> Self::LayerNorm;
}

/// Plain values on the CPU.
pub(super) struct OnCpu;

/// Tensors.
pub(super) struct OnDevice;

/// A linear layer whose weight is laid out for products.
pub(super) struct CpuLinear {
    weight: Panels,
    bias: Option<Vec<f32>>,
}

/// Normalization of rows.
pub(super) struct CpuLayerNorm {
    gamma: Vec<f32>,
    beta: Vec<f32>,
    epsilon: f32,
}

impl Layers for OnCpu {
    type Linear = CpuLinear;
    type LayerNorm = CpuLayerNorm;

    fn linear(values: LinearValues, _: &Device) -> CpuLinear {
        let LinearValues { weight, bias, inputs, outputs } = values;
        CpuLinear { weight: Panels::of_outputs(&weight, inputs, [inputs, outputs]), bias }
    }

    fn layer_norm(gamma: Vec<f32>, beta: Vec<f32>, epsilon: f64, _: &Device) -> CpuLayerNorm {
        CpuLayerNorm { gamma, beta, epsilon: epsilon as f32 }
    }
}

impl CpuLinear {
    /// The layer of rows.
    pub(super) fn forward(&self, rows: &[f32]) -> Vec<f32> {
        let mut into = vec![0.0; rows.len() / self.weight.inputs() * self.weight.outputs()];
        self.add_to(&mut into, rows);
        into
    }

    /// Adds the layer of rows to others.
    pub(super) fn add_to(&self, into: &mut [f32], rows: &[f32]) {
        let outputs = self.weight.outputs();
        if let Some(bias) = &self.bias {
            for into in into.chunks_exact_mut(outputs) {
                for (into, bias) in into.iter_mut().zip(bias) {
                    *into += bias;
                }
            }
        }
        add_product(Rows::of(rows, self.weight.inputs()), &self.weight, into, outputs);
    }
}

impl CpuLayerNorm {
    /// The rows normalized.
    pub(super) fn forward(&self, rows: &[f32]) -> Vec<f32> {
        let width = self.gamma.len();
        let mut into = vec![0.0; rows.len()];
        for (row, into) in rows.chunks_exact(width).zip(into.chunks_exact_mut(width)) {
            normalize(row, &self.gamma, &self.beta, self.epsilon, into);
        }
        into
    }
}

/// A linear layer as tensors: W of inputs × outputs.
pub(super) struct DeviceLinear {
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
}

/// Normalization of the last axis.
pub(super) struct DeviceLayerNorm {
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
}

impl Layers for OnDevice {
    type Linear = DeviceLinear;
    type LayerNorm = DeviceLayerNorm;

    fn linear(values: LinearValues, device: &Device) -> DeviceLinear {
        let LinearValues { weight, bias, inputs, outputs } = values;
        let weight = tensor(weight, [outputs, inputs], device).transpose();
        DeviceLinear { weight, bias: bias.map(|bias| tensor(bias, [outputs], device)) }
    }

    fn layer_norm(gamma: Vec<f32>, beta: Vec<f32>, epsilon: f64, device: &Device) -> DeviceLayerNorm {
        let width = gamma.len();
        DeviceLayerNorm { gamma: tensor(gamma, [width], device), beta: tensor(beta, [width], device), epsilon }
    }
}

impl DeviceLinear {
    /// Works on the last axis.
    pub(super) fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        module::linear(input, self.weight.clone(), self.bias.clone())
    }
}

impl DeviceLayerNorm {
    /// Works on the last axis.
    pub(super) fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        module::layer_norm(input, self.gamma.clone(), Some(self.beta.clone()), self.epsilon)
    }
}

/// A linear layer where it runs.
pub(crate) struct Linear(LinearKind);

#[expect(clippy::large_enum_variant, reason = "a network's layers are few, and all of one kind")]
enum LinearKind {
    OnCpu(CpuLinear),
    OnDevice(DeviceLinear),
}

impl Linear {
    /// Brings a layer to a device.
    pub(crate) fn new(values: LinearValues, device: &Device) -> Self {
        Self(if is_cpu(device) {
            LinearKind::OnCpu(OnCpu::linear(values, device))
        } else {
            LinearKind::OnDevice(OnDevice::linear(values, device))
        })
    }

    /// Works on the last axis.
    pub(crate) fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        match &self.0 {
            LinearKind::OnCpu(layer) => {
                let (mut shape, device) = (input.dims(), input.device());
                shape[D - 1] = layer.weight.outputs();
                tensor(layer.forward(&values(input)), shape, &device)
            }
            LinearKind::OnDevice(layer) => layer.forward(input),
        }
    }
}

/// Normalization where it runs: outside of blocks there are so few of them that tensors are as good on the CPU.
pub(crate) struct LayerNorm(DeviceLayerNorm);

impl LayerNorm {
    /// Reads `{name}.weight` and `{name}.bias`.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> Result<Self, WeightsError> {
        let device = from.device();
        let [gamma, beta] = read_norm(from, name, width).await?;
        Ok(Self(OnDevice::layer_norm(gamma, beta, epsilon, device)))
    }

    /// Works on the last axis.
    pub(crate) fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        self.0.forward(input)
    }
}

/// A normalization's weight and bias.
pub(super) async fn read_norm(
    from: &mut Checkpoint<'_>,
    name: &str,
    width: usize,
) -> Result<[Vec<f32>; 2], WeightsError> {
    let gamma = from.values(&format!("{name}.weight"), &[width]).await?;
    Ok([gamma, from.values(&format!("{name}.bias"), &[width]).await?])
}

/// Values as a tensor.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F32))
}
