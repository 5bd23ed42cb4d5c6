//! The network's weights file: safetensors in 16-bit floats, with the names of the laws and the temperature as metadata.
//!
//! Invariant: a [`Weights`] has exactly the layers that the network asks for, all finite; no file, however made, leads to a
//! panic here or there.

use std::borrow::Cow;

use half::f16;
use safetensors::{Dtype, SafeTensors, View};

use super::network::{CLIP, Layer, layers};

/// The key of the list of laws, a JSON array of strings, in the file's metadata.
const LAWS: &str = "laws";

/// The key of the temperature, a decimal number, in the file's metadata.
const TEMPERATURE: &str = "temperature";

/// Laws that a file may name.
const MAX_LAWS: usize = 64;

/// The largest file that is read, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// A weights file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Not a safetensors file.
    #[error("not a safetensors file: {0}")]
    NotSafetensors(String),
    /// The file is larger than any version of this network.
    #[error("{0} bytes are too many for this network")]
    TooLarge(usize),
    /// Metadata are missing or make no sense.
    #[error("the metadata `{0}` is missing or makes no sense")]
    Metadata(&'static str),
    /// A tensor is missing, or is one too many.
    #[error("the tensor `{0}` is missing or does not belong here")]
    Tensor(String),
    /// A tensor has another shape or type.
    #[error("the tensor `{0}` should be {1:?} 16-bit floats")]
    Shape(String, Vec<usize>),
    /// A weight is NaN or infinite.
    #[error("the tensor `{0}` holds a value that is not finite")]
    NotFinite(String),
}

/// A layer's values: inputs × outputs, and one bias for each output.
#[derive(Clone, Debug, PartialEq)]
struct Values {
    layer: Layer,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// The weights of a network, and what is needed to understand its outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The names of the laws, in the order of the network's outputs.
    laws: Vec<String>,
    /// What a clip's logit is divided by before it becomes a probability.
    temperature: f32,
    layers: Vec<Values>,
}

impl Weights {
    /// Puts weights together: for each of [`layers`] its weights and its biases, in this order.
    ///
    /// # Errors
    /// When a tensor has another size or holds a value that is not finite, or the laws or the temperature make no sense.
    pub fn new(laws: Vec<String>, temperature: f32, values: Vec<Vec<f32>>) -> Result<Self, WeightsError> {
        if laws.is_empty() || laws.len() > MAX_LAWS {
            return Err(WeightsError::Metadata(LAWS));
        }
        if !(temperature.is_finite() && temperature > 0.0) {
            return Err(WeightsError::Metadata(TEMPERATURE));
        }
        let mut values = values.into_iter();
        let mut next = |name: String, shape: &[usize]| {
            let values: Vec<f32> = values.next().ok_or_else(|| WeightsError::Tensor(name.clone()))?;
            if values.len() != shape.iter().product::<usize>() {
                return Err(WeightsError::Shape(name, shape.to_vec()));
            }
            if values.iter().any(|value| !value.is_finite()) {
                return Err(WeightsError::NotFinite(name));
            }
            Ok(values)
        };
        let layers = layers(laws.len())
            .into_iter()
            .map(|layer| {
                let weight = next(format!("{}.weight", layer.name), &[layer.inputs, layer.outputs])?;
                let bias = next(format!("{}.bias", layer.name), &[layer.outputs])?;
                Ok(Values { layer, weight, bias })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { laws, temperature, layers })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is not a safetensors file, or not one with exactly this network's tensors, or its metadata make no sense.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        if bytes.len() > MAX_BYTES {
            return Err(WeightsError::TooLarge(bytes.len()));
        }
        let broken = |error: safetensors::SafeTensorError| WeightsError::NotSafetensors(error.to_string());
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let file = SafeTensors::deserialize(bytes).map_err(broken)?;
        let entry = |key: &'static str| {
            let entry = header.metadata().as_ref().and_then(|entries| entries.get(key));
            entry.ok_or(WeightsError::Metadata(key))
        };
        let laws: Vec<String> = serde_json::from_str(entry(LAWS)?).map_err(|_| WeightsError::Metadata(LAWS))?;
        let temperature = entry(TEMPERATURE)?.parse().map_err(|_| WeightsError::Metadata(TEMPERATURE))?;
        let wanted = layers(laws.len().min(MAX_LAWS));
        let mut names: Vec<String> = wanted
            .iter()
            .flat_map(|layer| [format!("{}.weight", layer.name), format!("{}.bias", layer.name)])
            .collect();
        if let Some(extra) = file.names().into_iter().find(|name| !names.iter().any(|wanted| wanted == name)) {
            return Err(WeightsError::Tensor(extra.to_owned()));
        }
        let shapes = wanted.iter().flat_map(|layer| [vec![layer.inputs, layer.outputs], vec![layer.outputs]]);
        let values = names
            .drain(..)
            .zip(shapes)
            .map(|(name, shape)| {
                let tensor = file.tensor(&name).map_err(|_| WeightsError::Tensor(name.clone()))?;
                if tensor.dtype() != Dtype::F16 || tensor.shape() != shape {
                    return Err(WeightsError::Shape(name, shape));
                }
                let pairs = tensor.data().as_chunks::<2>().0;
                Ok(pairs.iter().map(|&pair| f16::from_le_bytes(pair).to_f32()).collect())
            })
            .collect::<Result<_, _>>()?;
        Self::new(laws, temperature, values)
    }

    /// Writes the file; values are rounded to 16-bit floats.
    ///
    /// # Errors
    /// When a value is too large for a 16-bit float.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let mut tensors = Vec::new();
        for Values { layer, weight, bias } in &self.layers {
            let shape = vec![layer.inputs, layer.outputs];
            for (part, values, shape) in [("weight", weight, shape), ("bias", bias, vec![layer.outputs])] {
                let name = format!("{}.{part}", layer.name);
                let rounded: Vec<f16> = values.iter().map(|&value| f16::from_f32(value)).collect();
                if rounded.iter().any(|value| !value.is_finite()) {
                    return Err(WeightsError::NotFinite(name));
                }
                let bytes = rounded.iter().flat_map(|value| value.to_le_bytes()).collect();
                tensors.push((name, Rounded { shape, bytes }));
            }
        }
        let laws = serde_json::to_string(&self.laws).map_err(|_| WeightsError::Metadata(LAWS))?;
        let entries = [(LAWS.to_owned(), laws), (TEMPERATURE.to_owned(), self.temperature.to_string())];
        safetensors::serialize(tensors, Some(entries.into_iter().collect()))
            .map_err(|error| WeightsError::NotSafetensors(error.to_string()))
    }

    /// The names of the laws, in the order of the network's outputs.
    pub fn laws(&self) -> &[String] {
        &self.laws
    }

    /// What a clip's logit is divided by before it becomes a probability.
    pub const fn temperature(&self) -> f32 {
        self.temperature
    }

    /// The same weights with another temperature.
    ///
    /// # Errors
    /// When it is not a positive finite number.
    pub fn with_temperature(self, temperature: f32) -> Result<Self, WeightsError> {
        if temperature.is_finite() && temperature > 0.0 {
            Ok(Self { temperature, ..self })
        } else {
            Err(WeightsError::Metadata(TEMPERATURE))
        }
    }

    /// The same weights for calibrated probabilities: `shift` is added to the clip's logit before it is divided by the
    /// temperature.
    ///
    /// # Errors
    /// When the temperature is not a positive finite number, or the shift is not finite.
    pub fn calibrated(self, temperature: f32, shift: f32) -> Result<Self, WeightsError> {
        let mut weights = self.with_temperature(temperature)?;
        for values in weights.layers.iter_mut().filter(|values| values.layer.name == CLIP) {
            values.bias.iter_mut().for_each(|bias| *bias += shift);
            if values.bias.iter().any(|bias| !bias.is_finite()) {
                return Err(WeightsError::NotFinite(format!("{CLIP}.bias")));
            }
        }
        Ok(weights)
    }

    /// How many numbers the network holds.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|values| values.weight.len() + values.bias.len()).sum()
    }

    /// A layer's weights, biases and shape.
    ///
    /// # Panics
    /// When the network has no such layer; [`Self::new`] made sure of all of [`layers`].
    pub(super) fn layer(&self, name: &str) -> (&[f32], &[f32], [usize; 2]) {
        let Some(values) = self.layers.iter().find(|values| values.layer.name == name) else {
            unreachable!("the network has no layer {name}")
        };
        (&values.weight, &values.bias, [values.layer.inputs, values.layer.outputs])
    }
}

/// A tensor on its way into a file.
struct Rounded {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for Rounded {
    fn dtype(&self) -> Dtype {
        Dtype::F16
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn small() -> Weights {
        let values = layers(2)
            .iter()
            .enumerate()
            .flat_map(|(index, layer)| {
                let value = |at: usize| ((at * 31 + index * 17) % 65) as f32 / 256.0 - 0.125;
                [(0..layer.inputs * layer.outputs).map(value).collect(), (0..layer.outputs).map(value).collect()]
            })
            .collect();
        Weights::new(vec!["gravity".into(), "solidity".into()], 1.5, values).unwrap()
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        let weights = small();
        assert_eq!(Weights::from_bytes(&weights.to_bytes().unwrap()).unwrap(), weights);
        assert!(weights.parameters() < 1_000_000 && weights.to_bytes().unwrap().len() < 2_000_000);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let weights = small();
        let rebuild = |change: &dyn Fn(&mut Vec<Vec<f32>>)| {
            let mut values: Vec<Vec<f32>> =
                weights.layers.iter().flat_map(|layer| [layer.weight.clone(), layer.bias.clone()]).collect();
            change(&mut values);
            Weights::new(weights.laws.clone(), 1.0, values)
        };
        assert!(rebuild(&|_| ()).is_ok());
        assert_eq!(rebuild(&|values| values[0][3] = f32::NAN), Err(WeightsError::NotFinite("embed.weight".into())));
        assert!(
            matches!(rebuild(&|values| values[1].truncate(2)), Err(WeightsError::Shape(name, _)) if name == "embed.bias")
        );
        assert_eq!(rebuild(&|values| values.truncate(2)), Err(WeightsError::Tensor("motion.weight".into())));
        assert_eq!(Weights::new(vec![], 1.0, vec![]), Err(WeightsError::Metadata(LAWS)));
        for temperature in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_eq!(weights.clone().with_temperature(temperature), Err(WeightsError::Metadata(TEMPERATURE)));
        }
        let mut large = weights.clone();
        large.layers[0].bias[0] = 1e9;
        assert_eq!(large.to_bytes(), Err(WeightsError::NotFinite("embed.bias".into())));
        assert_eq!(Weights::from_bytes(&vec![0; MAX_BYTES + 1]), Err(WeightsError::TooLarge(MAX_BYTES + 1)));
    }

    #[test]
    fn hostile_files_are_refused_without_a_panic() {
        let good = small().to_bytes().unwrap();
        for cut in [0, 7, 8, 100, good.len() / 2, good.len() - 1] {
            assert!(Weights::from_bytes(&good[..cut]).is_err(), "cut to {cut} bytes");
        }
        let mut huge_header = good.clone();
        huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(Weights::from_bytes(&huge_header).is_err());
        let mut not_a_number = good.clone();
        let end = not_a_number.len();
        not_a_number[end - 2..].copy_from_slice(&f16::NAN.to_le_bytes());
        assert!(matches!(Weights::from_bytes(&not_a_number), Err(WeightsError::NotFinite(_))));
        let text = |from: &str, to: &str| {
            assert_eq!(from.len(), to.len());
            let at = good.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
            let mut changed = good.clone();
            changed[at..at + to.len()].copy_from_slice(to.as_bytes());
            Weights::from_bytes(&changed)
        };
        assert!(text("embed.bias", "embed.bile").is_err());
        assert_eq!(text("\"1.5\"", "\"-.5\""), Err(WeightsError::Metadata(TEMPERATURE)));
        assert_eq!(text("temperature", "temperament"), Err(WeightsError::Metadata(TEMPERATURE)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(at in 0usize..4000, value in any::<u8>(), cut in 0usize..6000) {
            let mut bytes = small().to_bytes().unwrap();
            bytes[at] = value;
            drop(Weights::from_bytes(&bytes));
            bytes.truncate(cut);
            prop_assert!(Weights::from_bytes(&bytes).is_err());
        }
    }
}
