//! Everything that can be said of the code without running it. All of it runs; the command fails if anything failed.

use std::path::Path;

use anyhow::Result;

use crate::{
    direction,
    process::{Steps, cargo, command, npm, read, run},
    setup::{self, CARGO_DENY, TYPOS, WASM},
};

/// Runs all checks.
///
/// # Errors
/// When something is missing that they need; a check that failed is told by [`Steps`].
pub(crate) fn check(steps: &mut Steps) -> Result<()> {
    setup::wasm_target(steps)?;
    setup::npm_packages(steps)?;
    let typos = TYPOS.get(steps)?;
    let deny = CARGO_DENY.get(steps)?;

    // The quick ones first.
    steps.attempt("formatting", || run(command("cargo").args(["fmt", "--all", "--check"])));
    steps.attempt("spelling", || run(&mut command(&typos)));
    steps.attempt("direction between crates", direction::check);
    steps.attempt("licenses, bans and sources", || {
        run(command(&deny).args(["--workspace", "check", "bans", "licenses", "sources"]))
    });
    advisories(steps, &deny);
    steps.attempt("types of the TypeScript", || run(npm().args(["run", "check"])));
    steps.attempt("eslint", || run(npm().args(["run", "lint"])));
    steps.attempt("clippy", || {
        let mut clippy = cargo("clippy");
        clippy.args(["--workspace", "--exclude", "reelcheck-web", "--all-targets", "--", "-D", "warnings"]);
        run(&mut clippy)
    });
    steps.attempt("clippy for the browser", || {
        let mut clippy = cargo("clippy");
        clippy.args(["--package", "reelcheck-web", "--target", WASM, "--", "-D", "warnings"]);
        run(&mut clippy)
    });
    steps.attempt("documentation", || {
        let mut doc = cargo("doc");
        doc.args(["--workspace", "--exclude", "reelcheck-web", "--no-deps", "--document-private-items"]);
        run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    Ok(())
}

/// Known vulnerabilities. Their list lives on another server: where it cannot be fetched and no earlier copy is here,
/// the rest of the checks still has its worth, so that is a note at the end and not a failure.
fn advisories(steps: &mut Steps, deny: &Path) {
    let fetched = read(command(deny).args(["fetch", "db"]));
    let mut check = command(deny);
    check.args(["--workspace", "check", "--disable-fetch", "advisories"]);
    match fetched {
        Ok(_) => drop(steps.attempt("known vulnerabilities", || run(&mut check))),
        Err(error) => {
            let cause = error.to_string().lines().next().unwrap_or_default().to_owned();
            steps.note(format!("known vulnerabilities were NOT checked, their list could not be fetched: {cause}"));
        }
    }
}
