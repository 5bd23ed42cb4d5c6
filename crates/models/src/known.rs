//! Public weights that fit the judges here: where they are published, under which licence, how large.
//!
//! Invariant: data to be shown. Nothing here is fetched; a reader gets the files and adds them.

use serde::{Deserialize, Serialize};

use crate::Role;

/// Public weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownWeights {
    /// The part that they play.
    pub role: Role,
    /// What they are.
    pub name: String,
    /// Where they are published: repositories on the Hugging Face hub, or the library that hosts them.
    pub from: String,
    /// The files that are needed.
    pub files: Vec<String>,
    /// All of them together in millions of bytes, as published.
    pub megabytes: u32,
    /// The licence as an SPDX expression.
    pub license: String,
    /// The judges that use them, by id.
    pub judges: Vec<String>,
    /// Whether they are those of the official tool.
    pub official: bool,
}

/// All that are known, by role, the official tool's first.
pub fn known_weights() -> Vec<KnownWeights> {
    // The file is part of the program, and a test reads it.
    serde_json::from_str(include_str!("../data/known_weights.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_an_official_network_for_each_role() {
        let known = known_weights();
        for role in Role::ALL {
            let first = known.iter().find(|weights| weights.role == role);
            assert!(first.is_some_and(|weights| weights.official && !weights.license.is_empty()), "{role}");
        }
        assert!(known.is_sorted_by_key(|weights| weights.role));
    }
}
