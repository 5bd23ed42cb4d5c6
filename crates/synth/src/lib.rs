//! Draws small clips of possible and impossible events, with their annotations.
//!
//! The way of a clip: a story ([`samples`]) sets up a [`scene`] whose bodies move along tracks ([`motion`]); [`draw`]
//! turns it into pictures; [`encode`] hands those to ffmpeg; [`annotate`] writes down what happens in it, in the shapes
//! that IPV-Bench uses. [`twins`] tells stories from a seed, as they can happen and as they cannot; [`dataset`] draws them small
//! and fast, [`batch`] writes them as files with the questions of [`quiz`]. [`fixtures`] makes the small files that the tests of the project decode.
//!
//! Invariant: pictures and annotations are pure functions of the story, to the last bit. Encoded files depend on the
//! ffmpeg that made them, which is why they are kept in the repository. Native only: a browser never sees this crate.

pub mod annotate;
pub mod batch;
pub mod dataset;
pub mod draw;
pub mod encode;
pub mod error;
pub mod event;
pub mod fixtures;
pub mod long;
pub mod material;
pub mod motion;
pub mod noise;
pub mod probe;
pub mod publish;
pub mod quiz;
pub mod samples;
pub mod scene;
pub mod shape;
pub mod surroundings;
pub mod train;
pub mod twins;

pub use error::SynthError;
