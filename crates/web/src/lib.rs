//! Reelcheck's surface for JavaScript.
//!
//! The only crate that knows a browser. [`Engine`] holds the device, the judges and the outcomes; a [`ClipHandle`] takes
//! one clip's frames, and a [`PanelHandle`] shows them to some of the judges in another worker. Invariant: values cross as
//! plain JSON-shaped objects, errors as real `Error` objects with a stable `name`, and nothing here computes a score.
//! Demuxing and decoding belong to the worker in `pkg`.
#![cfg(target_arch = "wasm32")]

mod clip;
mod constructors;
mod device;
mod encoder;
mod engine;
mod error;
mod files;
mod networks;
mod panel;
mod score;

pub use clip::ClipHandle;
pub use encoder::PictureEncoder;
pub use engine::Engine;
pub use files::{FileHasher, all_cards, compare_reports, export_report, parse_report, summarize_report};
pub use networks::{all_known_weights, check_network};
pub use panel::PanelHandle;
pub use score::ScoreSession;
