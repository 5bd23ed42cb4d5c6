//! What a vision network takes in.

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
