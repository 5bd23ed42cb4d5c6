//! The direction between crates: who may use whom, and who may know a browser.
//!
//! types ← media, models, reference ← judges ← evaluator ← {web, cli, tests}; types, media, models ← synth ← {cli, tests}.
//! What counts is what each `Cargo.toml` says
//! of its direct dependencies, for building and for tests alike. The same pass sees to it that every file of Rust opens
//! by saying what it is.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::{fresh::files_below, process::root};

/// Every crate of the workspace, with those of the workspace that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("reelcheck-types", &[]),
    ("reelcheck-media", &["reelcheck-types"]),
    ("reelcheck-models", &["reelcheck-types"]),
    ("reelcheck-reference", &["reelcheck-types"]),
    ("reelcheck-judges", &["reelcheck-types", "reelcheck-media", "reelcheck-models", "reelcheck-reference"]),
    (
        "reelcheck-evaluator",
        &["reelcheck-types", "reelcheck-media", "reelcheck-models", "reelcheck-reference", "reelcheck-judges"],
    ),
    ("reelcheck-web", ABOVE_THE_EVALUATOR),
    (
        "reelcheck-cli",
        &[
            "reelcheck-types",
            "reelcheck-media",
            "reelcheck-models",
            "reelcheck-reference",
            "reelcheck-judges",
            "reelcheck-evaluator",
            "reelcheck-synth",
        ],
    ),
    (
        "reelcheck-tests",
        &[
            "reelcheck-types",
            "reelcheck-media",
            "reelcheck-models",
            "reelcheck-reference",
            "reelcheck-judges",
            "reelcheck-evaluator",
            "reelcheck-cli",
            "reelcheck-synth",
        ],
    ),
    // It draws clips and trains the bundled judge: it knows what a network is, and nothing of how clips are judged.
    ("reelcheck-synth", &["reelcheck-types", "reelcheck-media", "reelcheck-models"]),
    ("xtask", &[]),
];

const ABOVE_THE_EVALUATOR: &[&str] = &[
    "reelcheck-types",
    "reelcheck-media",
    "reelcheck-models",
    "reelcheck-reference",
    "reelcheck-judges",
    "reelcheck-evaluator",
];

/// The only crate that knows a browser.
const WEB: &str = "reelcheck-web";

/// Crates that are about browsers. With `gloo` go all that begin with `gloo-`, and so on.
const OF_BROWSERS: &[&str] =
    &["wasm-bindgen", "js-sys", "web-sys", "gloo", "serde-wasm-bindgen", "wgpu", "console_error_panic_hook"];

/// The library that generates bindings: a tool of the native side in spite of its name.
const NOT_OF_BROWSERS: &str = "wasm-bindgen-cli-support";

/// Checks the workspace.
///
/// # Errors
/// With every arrow that points the wrong way and every file without a header.
pub(crate) fn check() -> Result<()> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec()?;
    let mut wrong = wrong_arrows(&metadata);
    for folder in ["crates", "tests"] {
        for file in files_below(&root().join(folder), &|path| path.extension().is_some_and(|end| end == "rs"))? {
            if !opens_with_a_header(&file)? {
                let name = file.strip_prefix(root()).unwrap_or(&file);
                wrong.push(format!("{} does not open with `//!` and what it is", name.display()));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { bail!("\n  {}", wrong.join("\n  ")) }
}

/// Every dependency that a crate of the workspace should not have.
fn wrong_arrows(metadata: &Metadata) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let Some((_, may_use)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is new: say in crates/xtask/src/direction.rs which crates it may use"));
            continue;
        };
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            // A path without a version is a crate of this repository.
            let ours = dependency.path.is_some();
            if ours && !may_use.contains(&used) {
                wrong.push(format!("{name} may not use {used}"));
            }
            if name != WEB && is_of_browsers(used) {
                wrong.push(format!("{name} may not use {used}: only {WEB} knows a browser"));
            }
        }
    }
    wrong
}

fn is_of_browsers(name: &str) -> bool {
    name != NOT_OF_BROWSERS
        && OF_BROWSERS
            .iter()
            .any(|browser| name.strip_prefix(browser).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

fn opens_with_a_header(file: &Path) -> Result<bool> {
    let reading = || format!("could not read {}", file.display());
    let mut line = String::new();
    BufReader::new(File::open(file).with_context(reading)?).read_line(&mut line).with_context(reading)?;
    Ok(line.strip_prefix("//! ").is_some_and(|text| !text.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::scratch::Scratch;

    /// Metadata of a made-up workspace: crates with their dependencies, `./name` for those of the workspace.
    fn workspace(packages: &[(&str, &[&str])]) -> Metadata {
        let id = |name: &str| format!("path+file:///w/{name}#{name}@0.1.0");
        let dependency = |name: &str| {
            let ours = name.strip_prefix("./");
            json!({
                "name": ours.unwrap_or(name), "path": ours.map(|name| format!("/w/{name}")), "source": null,
                "req": "*", "kind": null, "rename": null, "optional": false, "uses_default_features": true,
                "features": [], "target": null, "registry": null
            })
        };
        let package = |(name, uses): &(&str, &[&str])| {
            json!({
                "name": name, "version": "0.1.0", "id": id(name), "source": null, "targets": [], "features": {},
                "dependencies": uses.iter().map(|name| dependency(name)).collect::<Vec<Value>>(),
                "manifest_path": format!("/w/{name}/Cargo.toml")
            })
        };
        serde_json::from_value(json!({
            "packages": packages.iter().map(package).collect::<Vec<Value>>(),
            "workspace_members": packages.iter().map(|(name, _)| id(name)).collect::<Vec<String>>(),
            "workspace_default_members": [], "resolve": null, "target_directory": "/w/target",
            "workspace_root": "/w", "version": 1
        }))
        .unwrap()
    }

    #[test]
    fn arrows_that_point_down_are_right() {
        let metadata = workspace(&[
            ("reelcheck-types", &["serde"]),
            ("reelcheck-judges", &["./reelcheck-types", "./reelcheck-media", "burn"]),
            ("reelcheck-web", &["./reelcheck-evaluator", "wasm-bindgen", "gloo", "wgpu"]),
            ("xtask", &["wasm-bindgen-cli-support"]),
        ]);
        assert_eq!(wrong_arrows(&metadata), Vec::<String>::new());
    }

    #[test]
    fn arrows_that_point_up_or_sideways_are_wrong() {
        let metadata = workspace(&[
            ("reelcheck-types", &["./reelcheck-media"]),
            ("reelcheck-media", &["./reelcheck-models"]),
            ("reelcheck-synth", &["./reelcheck-judges"]),
            ("reelcheck-cli", &["./reelcheck-web"]),
        ]);
        assert_eq!(
            wrong_arrows(&metadata),
            [
                "reelcheck-types may not use reelcheck-media",
                "reelcheck-media may not use reelcheck-models",
                "reelcheck-synth may not use reelcheck-judges",
                "reelcheck-cli may not use reelcheck-web",
            ]
        );
    }

    #[test]
    fn only_one_crate_knows_a_browser() {
        let metadata = workspace(&[("reelcheck-media", &["js-sys", "gloo-timers", "wasm-bindgen-futures", "webpki"])]);
        let wrong = wrong_arrows(&metadata);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong.iter().all(|line| line.contains("only reelcheck-web knows a browser")));
    }

    #[test]
    fn a_new_crate_has_to_find_its_place() {
        let wrong = wrong_arrows(&workspace(&[("reelcheck-new", &[])]));
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].starts_with("reelcheck-new is new"));
    }

    #[test]
    fn a_header_says_something() {
        let folder = Scratch::new();
        let file = folder.path().join("file.rs");
        for (text, good) in
            [("//! What it is.\n", true), ("//!\n//! late\n", false), ("use std;\n", false), ("", false)]
        {
            std::fs::write(&file, text).unwrap();
            assert_eq!(opens_with_a_header(&file).unwrap(), good, "{text:?}");
        }
    }
}
