//! Burn networks and tensor filters: bytes in, tensors out.
//!
//! Invariant: nothing here waits for a device in a blocking way (that panics in a browser); whatever comes back from a
//! device comes back through an `async` function. Pixels come from `reelcheck-media`, meaning is given by the judges.

mod aesthetic;
mod clip;
mod cpu;
mod known;
mod picture;
pub mod plausibility;
mod raft;
mod resident;
mod self_test;
mod sentence;
mod sobel;
mod transformer;
mod vit;
pub mod weights;

pub use aesthetic::{AESTHETIC_HEAD, Aesthetic};
pub use clip::{Clip, ClipParts};
pub use known::{KnownWeights, known_weights};
pub use picture::{Picture, batch_of};
pub use raft::{Raft, Seen};
pub use resident::{Models, Role};
pub use sentence::SentenceModel;
pub use vit::Vit;
pub use weights::Preprocessing;

pub use self_test::{SelfTest, self_test};
pub use sobel::{Moments, Sobel, SobelRows};

use burn::tensor::{ExecutionError, TensorData, Transaction};

/// A device could not do what it was asked for, or gave back something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeviceFailed {
    /// The backend's own words.
    pub message: String,
}

impl From<ExecutionError> for DeviceFailed {
    fn from(error: ExecutionError) -> Self {
        Self { message: error.to_string() }
    }
}

/// Reads all tensors of a transaction as `f32` values.
///
/// # Errors
/// When the device failed at any time since it was last read from.
pub async fn read(transaction: Transaction) -> Result<Vec<Vec<f32>>, DeviceFailed> {
    let values = |data: TensorData| {
        data.try_cast(burn::tensor::DType::F32)
            .map_err(|error| error.to_string())
            .and_then(|data| data.try_into_vec::<f32>().map_err(|error| error.to_string()))
            .map_err(|message| DeviceFailed { message })
    };
    transaction.execute_async().await?.into_iter().map(values).collect()
}
