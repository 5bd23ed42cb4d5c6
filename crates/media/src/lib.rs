//! Frames to views: exact colour conversion, resizing and sampling plans.
//!
//! A *view* is what a judge sees of a frame. [`FrameViews`] computes each view at most once per frame, however many
//! judges ask for it. Invariant: 8-bit pixels are handled exactly and the same way natively and in the browser; nothing
//! here decodes, scores or knows a device.

mod color;
mod convert;
mod image;
mod levels;
mod planes;
mod pool;
mod reduce;
mod resize;
mod sampling;
mod views;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;

pub use color::{decide, reference_is_bit_exact};
pub use image::{Image, View};
pub use levels::LevelResizer;
pub use pool::ViewPool;
pub use resize::{EmptySize, Filter, Resizer};
pub use sampling::{Sampling, SamplingPlan};
pub use views::FrameViews;
