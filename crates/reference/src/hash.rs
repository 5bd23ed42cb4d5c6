//! Hash tables for the keys of files: quick, with an order that differs from run to run.
//!
//! Invariant: nothing that is told depends on the order in which a table is walked.

use std::collections::{HashMap, HashSet};

/// The hash of the workspace's own tables: a few nanoseconds for a short text, seeded anew in each process.
pub(crate) type RandomState = foldhash::fast::RandomState;
/// A table of keys that stand in files.
pub(crate) type FastMap<K, V> = HashMap<K, V, RandomState>;
/// A set of keys that stand in files.
pub(crate) type FastSet<K> = HashSet<K, RandomState>;
