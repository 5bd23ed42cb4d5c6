//! Arithmetic of networks on this machine's own memory, for when the device is the CPU.
//!
//! Burn's own operators serve every device, and on a CPU each of them is one more pass over memory; its matrix product has
//! no fast kernel for browsers. Here weights are laid out once for the product that they are used in, and what lies between
//! products is done where the values are. Invariant: rows are contiguous, results do not depend on how many rows are worked
//! on together, and nothing here knows a network. On other devices none of this runs.

mod attention;
mod convolution;
mod panels;
mod tile;
mod vectors;

use burn::tensor::{Device, Tensor};

pub(crate) use attention::{Heads, attend};
pub(crate) use convolution::CpuConvolution;
pub(crate) use panels::{Panels, Rows, add_product};
pub(crate) use vectors::{gelu, gelu_tanh, normalize, quick_gelu};

/// Whether a device is this machine's CPU.
pub(crate) fn is_cpu(device: &Device) -> bool {
    *device == Device::flex()
}

/// A tensor's values, of a device that is this machine itself: nothing is waited for.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap_or_default()
}
