//! Tensors written in half precision, in files that a page can load one after the other.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use half::f16;
use reelcheck_models::weights::{Checkpoint, TensorFacts};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::json;

/// The most that the tensors of a file have together, in bytes, unless one alone has more.
const LARGEST: usize = 32 * 1000 * 1000;

/// Writes tensors into a folder: `model.safetensors`, or several files with an index.
///
/// # Errors
/// When a tensor cannot be read, or a file cannot be written.
pub(super) fn write(folder: &Path, from: &mut Checkpoint<'_>, tensors: Vec<TensorFacts>) -> Result<()> {
    let mut files: Vec<Vec<TensorFacts>> = vec![Vec::new()];
    let mut filled = 0;
    for tensor in tensors {
        let bytes = 2 * tensor.shape.iter().product::<usize>();
        if filled > 0 && filled + bytes > LARGEST {
            files.push(Vec::new());
            filled = 0;
        }
        filled += bytes;
        if let Some(last) = files.last_mut() {
            last.push(tensor);
        }
    }
    let count = files.len();
    let (mut map, mut total) = (BTreeMap::new(), 0);
    for (tensors, number) in files.into_iter().zip(1..) {
        let name = match count {
            1 => "model.safetensors".to_owned(),
            _ => format!("model-{number:05}-of-{count:05}.safetensors"),
        };
        let mut stored = Vec::new();
        for tensor in tensors {
            let values = pollster::block_on(from.values(&tensor.name, &tensor.shape))?;
            let (dtype, bytes) = halved(&values);
            total += bytes.len();
            map.insert(tensor.name.clone(), name.clone());
            stored.push((tensor, dtype, bytes));
        }
        let views = stored
            .iter()
            .map(|(tensor, dtype, bytes)| Ok((&tensor.name, TensorView::new(*dtype, tensor.shape.clone(), bytes)?)));
        let views: Result<Vec<_>, safetensors::SafeTensorError> = views.collect();
        let bytes = views.and_then(|views| safetensors::serialize(views, None)).map_err(|error| anyhow!("{error}"))?;
        let path = folder.join(&name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if count > 1 {
        let index = json!({ "metadata": { "total_size": total }, "weight_map": map });
        let path = folder.join("model.safetensors.index.json");
        std::fs::write(&path, index.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Values in half precision; as they are where one is too large for that.
fn halved(values: &[f32]) -> (Dtype, Vec<u8>) {
    if values.iter().all(|&value| f16::from_f32(value).is_finite()) {
        (Dtype::F16, values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect())
    } else {
        (Dtype::F32, values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_too_large_for_half_precision_stay() {
        assert_eq!(halved(&[1.0, -0.5]), (Dtype::F16, vec![0, 0x3c, 0, 0xb8]));
        assert_eq!(halved(&[1e6]), (Dtype::F32, 1e6f32.to_le_bytes().to_vec()));
    }
}
