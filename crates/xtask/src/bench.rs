//! Measures: what each part of the work costs, natively and in Chromium, some of it against others' engines.
//!
//! Times depend on the machine and are only printed. What may fail is a ratio of two times taken in the same run.

use anyhow::Result;

use crate::{
    Halves, browser, build,
    process::{Steps, cargo, run},
};

/// The native measurements: crate and example.
const NATIVE: &[(&str, &str)] = &[
    ("reelcheck-media", "view_speed"),
    ("reelcheck-judges", "judge_speed"),
    ("reelcheck-models", "network_speed"),
];

/// Runs the measurements that `halves` names.
///
/// # Errors
/// When something is missing, a measurement could not run, or a ratio is below what is required.
pub(crate) fn bench(steps: &mut Steps, halves: Halves) -> Result<()> {
    let chromium = if halves.browser { Some(browser::needs(steps)?) } else { None };
    if halves.native {
        for (package, example) in NATIVE {
            let mut cargo = cargo("run");
            cargo.args(["--release", "--package", package, "--example", example]);
            steps.attempt(&format!("{package} by itself"), || run(&mut cargo));
        }
    }
    if let Some(chromium) = chromium {
        build::build(steps, false)?;
        steps.attempt("in Chromium: judges against decoding alone, networks against onnxruntime-web", || browser::bench(&chromium));
    }
    Ok(())
}
