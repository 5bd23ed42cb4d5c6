//! Pictures to tokens: square patches, each multiplied by one matrix, which is a convolution whose steps are its size.
//!
//! Invariant: a patch's values are in the order of a convolution's kernel: channel, row, column. Rows and columns that
//! do not fill a patch are left out, as a convolution leaves them out.

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::{Linear, LinearValues};
use crate::Picture;
use crate::weights::{Checkpoint, WeightsError};

/// What the parts are called.
#[derive(Clone, Copy)]
pub(crate) struct PatchNames {
    /// The convolution.
    pub(crate) convolution: &'static str,
    /// Whether it has a bias.
    pub(crate) has_bias: bool,
}

/// The matrix, and the side of a patch in pixels.
pub(crate) struct PatchEmbedding {
    convolution: Linear,
    side: usize,
    device: Device,
}

impl PatchEmbedding {
    /// Reads `{name}.weight` of width × 3 × side × side, and `{name}.bias` if there is to be one.
    pub(crate) async fn read(
        from: &mut Checkpoint<'_>,
        names: &PatchNames,
        side: usize,
        width: usize,
    ) -> Result<Self, WeightsError> {
        let name = names.convolution;
        let weight = from.values(&format!("{name}.weight"), &[width, 3, side, side]).await?;
        let bias = match names.has_bias {
            true => Some(from.values(&format!("{name}.bias"), &[width]).await?),
            false => None,
        };
        let device = from.device().clone();
        let values = LinearValues { weight, bias, inputs: 3 * side * side, outputs: width };
        Ok(Self { convolution: Linear::new(values, &device), side, device })
    }

    /// Rows and columns of patches in a picture of this many pixels.
    pub(crate) fn grid(&self, width: usize, height: usize) -> [usize; 2] {
        [height / self.side, width / self.side]
    }

    /// Tokens of pictures of one size: batch × patches × width, patches row by row.
    pub(crate) fn forward(&self, pictures: &[Picture]) -> Tensor<3> {
        let (width, height) = pictures.first().map_or((0, 0), |picture| (picture.width, picture.height));
        let [rows, columns] = self.grid(width, height);
        let mut values = Vec::with_capacity(pictures.len() * rows * columns * 3 * self.side * self.side);
        for picture in pictures {
            self.cut(picture, [rows, columns], &mut values);
        }
        let shape = [pictures.len(), rows * columns, 3 * self.side * self.side];
        let patches = Tensor::<3>::from_data(TensorData::new(values, shape), (&self.device, DType::F32));
        self.convolution.forward(patches)
    }

    fn cut(&self, picture: &Picture, [rows, columns]: [usize; 2], values: &mut Vec<f32>) {
        for row in 0..rows {
            for column in 0..columns {
                for channel in 0..3 {
                    for y in row * self.side..(row + 1) * self.side {
                        let start = (channel * picture.height + y) * picture.width + column * self.side;
                        values.extend_from_slice(&picture.data[start..start + self.side]);
                    }
                }
            }
        }
    }
}
