//! All tests: the native ones by cargo, the browser's by Playwright, and one line at the end with their numbers.
//!
//! Both halves run even when the first one fails. A half that did not run to its end is said to be so: the numbers never
//! hide a test that did not run.

use std::{env, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    Halves, browser, build,
    process::{Steps, cargo, run_and_read},
    setup,
};

/// The crates that are tested together. `web` is empty here: its code is for the browser alone. This program's own tests
/// run by themselves, because cargo would compile its dependencies again with the features that the others want of them.
const CRATES: &[&str] = &["--workspace", "--exclude", "reelcheck-web", "--exclude", "xtask"];

/// How many tests ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

/// Runs the tests that `halves` names.
///
/// # Errors
/// When something is missing, or a test failed or could not run.
pub(crate) fn test(steps: &mut Steps, halves: Halves) -> Result<()> {
    // First of all: what is missing should be known before minutes of compiling.
    setup::ffmpeg(steps)?;
    let browsers = if halves.browser {
        setup::wasm_target(steps)?;
        Some((browser::needs(steps)?, setup::firefox(steps)))
    } else {
        None
    };
    let mut suites = Vec::new();
    if halves.native {
        for (name, crates) in [("native tests", CRATES), ("tests of xtask", &["--package", "xtask"])] {
            suites.push((name, suite(steps, name, || native(crates))));
        }
    }
    if let Some((chromium, firefox)) = browsers {
        let counts = in_browser(steps, &chromium, firefox.as_deref()).unwrap_or_else(|error| {
            println!("\nno browser tests: {error:#}");
            None
        });
        suites.push(("browser tests", counts));
    }
    let mut all = Counts::default();
    for counts in suites.iter().filter_map(|(_, counts)| counts.as_ref()) {
        all.add(*counts);
    }
    let skipped = if all.skipped > 0 { format!(", {} skipped", all.skipped) } else { String::new() };
    println!("\n{} passed, {} failed{skipped}", all.passed, all.failed);
    let unfinished: Vec<&str> = suites.iter().filter(|(_, counts)| counts.is_none()).map(|(name, _)| *name).collect();
    if !unfinished.is_empty() {
        bail!("not run to their end: {}", unfinished.join(", "));
    }
    if all.failed > 0 {
        bail!("{} tests failed", all.failed);
    }
    Ok(())
}

/// Runs `work` as the step `name`, which fails when a test failed. Returns the numbers unless the tests could not run to
/// their end.
fn suite(steps: &mut Steps, name: &str, work: impl FnOnce() -> Result<Counts>) -> Option<Counts> {
    let mut counts = None;
    steps.attempt(name, || {
        let found = *counts.insert(work()?);
        if found.failed == 0 { Ok(()) } else { bail!("{} failed", found.failed) }
    });
    counts
}

fn native(crates: &[&str]) -> Result<Counts> {
    let mut counts = Counts::default();
    let ended = run_and_read(cargo("test").args(crates).arg("--no-fail-fast"), |line| {
        if let Some(summary) = Counts::of_libtest(line) {
            counts.add(summary);
        }
    });
    // It fails for other reasons than a failed test too: a crate that does not compile, a test that kills its process.
    if counts.failed == 0 {
        ended?;
    }
    Ok(counts)
}

fn in_browser(steps: &mut Steps, chromium: &Path, firefox: Option<&Path>) -> Result<Option<Counts>> {
    build::build(steps, false)?;
    // With the tests, for the tests' features: after the native tests there is nothing left to compile but the program.
    let mut compile = cargo("build");
    compile.args(CRATES).args(["--bins", "--tests"]);
    steps.run("compile the native program", &mut compile)?;
    let target = build::target_folder()?;
    let program = target.join("debug").join(format!("reelcheck{}", env::consts::EXE_SUFFIX));
    Ok(suite(steps, "browser tests", || browser::test(chromium, firefox, &program, &target.join("xtask"))))
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// The numbers in the line that ends a test program's output, `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn of_libtest(line: &str) -> Option<Self> {
        let summary = line.strip_prefix("test result: ")?;
        let number = |name: &str| {
            let before = summary.split(name).next()?;
            before.trim_end().rsplit([' ', ';']).next()?.parse().ok()
        };
        Some(Self { passed: number(" passed")?, failed: number(" failed")?, skipped: number(" ignored")? })
    }

    /// The numbers in the file of Playwright's JSON reporter.
    pub(crate) fn of_playwright(text: &str) -> Result<Self> {
        let file: Value = serde_json::from_str(text).context("Playwright's numbers are not JSON")?;
        let number =
            |name: &str| file["stats"][name].as_u64().with_context(|| format!("Playwright does not say `{name}`"));
        // Flaky: failed at first and passed when tried again.
        Ok(Self {
            passed: number("expected")? + number("flaky")?,
            failed: number("unexpected")?,
            skipped: number("skipped")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cargo_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 4 ignored; 0 measured; 7 filtered out; finished in 0.02s";
        assert_eq!(Counts::of_libtest(line), Some(Counts { passed: 12, failed: 3, skipped: 4 }));
        assert_eq!(Counts::of_libtest("test tests::passed ... ok"), None);
        assert_eq!(Counts::of_libtest("test result: something new"), None);
    }

    #[test]
    fn numbers_of_playwright_are_read() {
        let text = r#"{ "stats": { "expected": 20, "unexpected": 1, "flaky": 2, "skipped": 3 } }"#;
        assert_eq!(Counts::of_playwright(text).unwrap(), Counts { passed: 22, failed: 1, skipped: 3 });
        assert!(Counts::of_playwright(r#"{ "stats": {} }"#).is_err());
        assert!(Counts::of_playwright("").is_err());
    }
}
