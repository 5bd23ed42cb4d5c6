//! Tests over the whole crate: the benchmark's real files, and files that were tampered with.

pub(crate) mod edits;
mod ipv_bench;
mod mutations;
