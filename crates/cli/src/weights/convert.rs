//! State dicts that networks are still published as, turned into safetensors.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use half::{bf16, f16};
use pytorch_reader::{DType, PytorchReader};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// A state dict as a safetensors file of 32-bit floats. Numbers that are no floats are left out: they count batches.
///
/// # Errors
/// When the file is not a state dict, or holds a kind of number that no network here has.
pub(super) fn safetensors_of(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let reader = PytorchReader::new(path).with_context(|| format!("{shown}: not a state dict"))?;
    let mut tensors = BTreeMap::new();
    for (name, tensor) in reader.tensors() {
        let bytes = tensor.read().with_context(|| format!("{shown}: {name} cannot be read"))?;
        let floats: Vec<u8> = match tensor.dtype() {
            DType::F32 => bytes,
            DType::F16 => halves(&bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
            DType::BF16 => halves(&bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            DType::I64 | DType::I32 => continue,
            other => bail!("{shown}: the tensor {name} holds {other:?}"),
        };
        tensors.insert(name.clone(), (tensor.shape().to_vec(), floats));
    }
    if tensors.is_empty() {
        bail!("{shown}: there is no tensor in it");
    }
    let views: Vec<(&String, TensorView<'_>)> = tensors
        .iter()
        .map(|(name, (shape, floats))| Ok((name, TensorView::new(Dtype::F32, shape.clone(), floats)?)))
        .collect::<Result<_, safetensors::SafeTensorError>>()
        .map_err(|error| anyhow::anyhow!("{shown}: {error}"))?;
    safetensors::serialize(views, None).map_err(|error| anyhow::anyhow!("{shown}: {error}"))
}

fn halves(bytes: &[u8], float: impl Fn([u8; 2]) -> f32) -> Vec<u8> {
    bytes.as_chunks::<2>().0.iter().flat_map(|&bytes| float(bytes).to_le_bytes()).collect()
}
