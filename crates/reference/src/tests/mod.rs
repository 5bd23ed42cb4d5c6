//! Tests over the whole crate: the benchmark's real files, and files that were tampered with.

mod ipv_bench;
mod mutations;
