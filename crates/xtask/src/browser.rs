//! Drives Chromium by Playwright: the specifications, the demonstration and the measurements in `tests/browser`.
//!
//! Playwright gets a Chromium that is on the machine and downloads nothing. The specifications bring a server of their
//! own, plain as a static host; only the demonstration looks at the page that is being served. What is asserted is their
//! business.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    demo::free_ports,
    process::{Steps, node_script, root, run},
    setup,
    test::Counts,
};

/// Where the specifications serve what they test, unless it is taken.
const TEST_PORT: u16 = 4717;

/// Makes sure that everything is here that driving a browser needs, and returns Chromium's path.
///
/// # Errors
/// When something is missing and cannot be added.
pub(crate) fn needs(steps: &mut Steps) -> Result<PathBuf> {
    setup::npm_packages(steps)?;
    setup::ffmpeg(steps)?;
    setup::chromium(steps)
}

/// Lets the page at `address` judge all sample clips and prints the table.
///
/// # Errors
/// When the page failed.
pub(crate) fn demo(steps: &mut Steps, chromium: &Path, address: &str) -> Result<()> {
    let mut demo = playwright(chromium)?;
    demo.args(["--config", "demo.config.ts", "--reporter=list"]).env("REELCHECK_SITE", address);
    steps.run("judge the sample clips in Chromium", &mut demo)
}

/// Runs all specifications against what was built, and returns how many passed and failed. `program` is the native one,
/// whose reports are compared with the page's. Without a Firefox, its specifications are skipped.
///
/// # Errors
/// When they could not run to their end. That some failed is not an error here.
pub(crate) fn test(chromium: &Path, firefox: Option<&Path>, program: &Path, memory: &Path) -> Result<Counts> {
    let results = memory.join("playwright.json");
    fs::create_dir_all(memory)?;
    // An old file must not be taken for this run's.
    if results.exists() {
        fs::remove_file(&results).with_context(|| format!("could not remove {}", results.display()))?;
    }
    let mut test = playwright(chromium)?;
    test.arg("--reporter=list,json").env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results).env("REELCHECK_PROGRAM", program);
    test.envs(firefox.map(|path| ("REELCHECK_FIREFOX", path)));
    let ended = run(&mut test);
    let Ok(text) = fs::read_to_string(&results) else {
        ended?;
        bail!("Playwright left no numbers");
    };
    let counts = Counts::of_playwright(&text)?;
    // It fails for other reasons than a failed test too: a file that does not compile, no tests at all.
    if counts.failed == 0 {
        ended?;
    }
    Ok(counts)
}

/// Measures the page's speed and prints it.
///
/// # Errors
/// When a ratio is below what is required.
pub(crate) fn bench(chromium: &Path) -> Result<()> {
    run(playwright(chromium)?.args(["--config", "bench.config.ts", "--reporter=list"]))
}

fn playwright(chromium: &Path) -> Result<Command> {
    // The specifications' server listens on this port and on the next one.
    let port = free_ports(TEST_PORT, 2).context("there are no free ports for the tests' server")?;
    let mut playwright = node_script("@playwright/test/cli.js");
    playwright.arg("test").current_dir(root().join("tests/browser"));
    playwright.env("REELCHECK_TEST_PORT", port.to_string()).env("REELCHECK_CHROMIUM", chromium);
    Ok(playwright)
}
