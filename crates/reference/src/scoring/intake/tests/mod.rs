//! Tests over the whole intake.

mod fixtures;
mod formats;
mod hostile;
mod speed;

use super::*;

/// Reads what has to be readable.
fn ok(name: &str, text: &str) -> Read {
    read(name, text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"))
}

/// The message of what cannot be read.
fn error(name: &str, text: &str) -> String {
    read(name, text.as_bytes(), None).map(|read| read.format.to_string()).unwrap_err().to_string()
}
