//! What a vision network takes in, and how much of it at once.

use burn::tensor::Device;

use crate::cpu::is_cpu;

/// A picture that is ready for a network: red, green and blue one after the other, each row by row, already scaled to
/// the network's mean and spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// 3 × height × width values.
    pub data: Vec<f32>,
}

impl Picture {
    /// A picture of these values.
    ///
    /// # Panics
    /// When there are not 3 × height × width values.
    pub fn new(width: usize, height: usize, data: Vec<f32>) -> Self {
        assert_eq!(data.len(), 3 * width * height, "values of a {width}×{height} picture");
        Self { width, height, data }
    }
}

/// How many pictures go through a network together on a device.
///
/// On the CPU four fill a network's products, and more only need more memory. On WebGPU a step costs something whatever it holds
/// (eight at once took a fifth less time each than one by one), and the states of eight fit the smallest buffers that a browser
/// grants, 128 MiB.
pub fn batch_of(device: &Device) -> usize {
    if is_cpu(device) { 4 } else { 8 }
}
