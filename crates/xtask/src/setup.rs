//! What has to be on the machine: the wasm target, node, npm packages, ffmpeg, Chromium and two checking tools; and what may
//! be there, Firefox.
//!
//! Each need is looked at by the command that has it, and only what is missing is added: the wasm target through rustup,
//! packages through npm, programs through apt-get where that is allowed. Whatever cannot be added ends in an error that
//! says what to type. There is no `rust-toolchain.toml`: it would make rustup download one exact toolchain where any
//! stable one from 1.95 on will do, which cargo itself sees to by `rust-version`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::semver::Version;
use serde_json::Value;

use crate::process::{Steps, cargo, command, find_program, npm, read, root, run};

/// The target that browsers run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The oldest node that Vite supports.
const NODE: Version = Version::new(20, 19, 0);

/// cargo-deny's crate and version.
pub(crate) const CARGO_DENY: Tool = Tool { package: "cargo-deny", version: "0.20.2", program: "cargo-deny" };

/// The spelling checker's crate and version.
pub(crate) const TYPOS: Tool = Tool { package: "typos-cli", version: "1.52.0", program: "typos" };

/// Adds everything that any command needs, except the tools of `check`, which take minutes to compile.
///
/// # Errors
/// When something cannot be added.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    println!("{}", read(command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version"))?);
    wasm_target(steps)?;
    npm_packages(steps)?;
    ffmpeg(steps)?;
    let chromium = chromium(steps)?;
    firefox(steps);
    println!("\nReady. Chromium is {}", chromium.display());
    Ok(())
}

/// Makes sure that Rust can compile for browsers.
///
/// # Errors
/// When the target is missing and there is no rustup to add it.
pub(crate) fn wasm_target(steps: &mut Steps) -> Result<()> {
    let mut rustc = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let libraries = read(rustc.args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(&libraries).is_dir() {
        return Ok(());
    }
    if find_program(&["rustup"]).is_none() {
        bail!(
            "Rust's standard library for {WASM} is missing and there is no rustup to add it: install it by the means that installed Rust"
        );
    }
    steps.step("add Rust's wasm target", || {
        println!("  rustup downloads the standard library for {WASM}; it is quiet for up to a minute");
        run(command("rustup").args(["target", "add", WASM]))
    })
}

/// Makes sure that node is new enough and that the packages of `package-lock.json` are installed.
///
/// # Errors
/// When node is missing or too old, or npm fails.
pub(crate) fn npm_packages(steps: &mut Steps) -> Result<()> {
    node()?;
    let lock = root().join("package-lock.json");
    let lock = fs::read_to_string(&lock).with_context(|| format!("could not read {}", lock.display()))?;
    let installed = fs::read_to_string(root().join("node_modules/.package-lock.json")).unwrap_or_default();
    if packages_match(&lock, &installed)? {
        return Ok(());
    }
    steps.run("install npm packages", npm().args(["ci", "--no-audit", "--no-fund"]))
}

/// Whether npm's record of what lies in `node_modules` holds every package of the lock file in its version. Packages
/// that are optional (those of other platforms) may be missing.
fn packages_match(lock: &str, installed: &str) -> Result<bool> {
    let lock: Value = serde_json::from_str(lock).context("package-lock.json is not JSON")?;
    let Ok(installed) = serde_json::from_str::<Value>(installed) else { return Ok(false) };
    let packages = lock["packages"].as_object().context("package-lock.json names no packages")?;
    Ok(packages.iter().filter(|(place, _)| place.contains("node_modules/")).all(|(place, package)| {
        match &installed["packages"][place] {
            Value::Null => package["optional"] == true || package["devOptional"] == true,
            found => ["version", "resolved", "link"].iter().all(|field| found[field] == package[field]),
        }
    }))
}

fn node() -> Result<()> {
    let advice = format!("install node {NODE} or newer, with npm, from nodejs.org or your system's packages");
    let Ok(printed) = read(command("node").arg("--version")) else { bail!("node is missing: {advice}") };
    if version(&printed)? < NODE {
        bail!("node {printed} is too old: {advice}");
    }
    if find_program(&["npm"]).is_none() && cfg!(not(windows)) {
        bail!("npm is missing: {advice}");
    }
    Ok(())
}

/// The version in the first line of what `--version` prints: `v20.19.1`, `cargo-deny 0.20.2`.
fn version(printed: &str) -> Result<Version> {
    let words = printed.lines().next().unwrap_or_default().split_whitespace();
    words
        .filter_map(|word| Version::parse(word.trim_start_matches('v')).ok())
        .next()
        .with_context(|| format!("no version in `{printed}`"))
}

/// Makes sure that ffmpeg and ffprobe are here: they decode and make clips for the native side.
///
/// # Errors
/// When they are missing and cannot be installed.
pub(crate) fn ffmpeg(steps: &mut Steps) -> Result<()> {
    let is_here = || ["ffmpeg", "ffprobe"].iter().all(|name| find_program(&[name]).is_some());
    if is_here() {
        return Ok(());
    }
    install(steps, "ffmpeg", &["ffmpeg"])?;
    if is_here() { Ok(()) } else { bail!("ffmpeg was installed, but it and ffprobe are not on the PATH") }
}

/// Makes sure that Chromium is here and returns its path. `REELCHECK_CHROMIUM` names another one.
///
/// # Errors
/// When there is none and it cannot be installed.
pub(crate) fn chromium(steps: &mut Steps) -> Result<PathBuf> {
    if let Some(path) = env::var_os("REELCHECK_CHROMIUM") {
        let path = PathBuf::from(path);
        return if path.is_file() { Ok(path) } else { bail!("REELCHECK_CHROMIUM names no file: {}", path.display()) };
    }
    let find = || find_program(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]);
    if let Some(path) = find() {
        return Ok(path);
    }
    // Without any font the page would have no letters.
    install(steps, "Chromium", &["chromium", "fonts-liberation"])
        .context("or name a Chromium or Chrome that you have in REELCHECK_CHROMIUM")?;
    find().context("Chromium was installed, but its program is not on the PATH")
}

/// Firefox, if it is here or can be installed. `REELCHECK_FIREFOX` names another one. Without it the tests that run in it
/// are skipped, which is no failure: a note says so in the end.
pub(crate) fn firefox(steps: &mut Steps) -> Option<PathBuf> {
    if let Some(path) = env::var_os("REELCHECK_FIREFOX") {
        return Some(path.into());
    }
    let find = || find_program(&["firefox-esr", "firefox"]);
    if let Some(path) = find() {
        return Some(path);
    }
    let installed = apt_get("Firefox", &["firefox-esr"]).and_then(|install| {
        println!("\n▶ install Firefox");
        install()
    });
    let found = find();
    if found.is_none() {
        let why = installed.err().map(|error| format!(": {error:#}")).unwrap_or_default();
        steps.note(format!("the tests in Firefox were skipped, it is not here{why}"));
    }
    found
}

/// Installs Debian packages, where we may.
fn install(steps: &mut Steps, what: &str, packages: &[&str]) -> Result<()> {
    let install = apt_get(what, packages)?;
    steps.step(&format!("install {what}"), install)
}

/// What installs Debian packages when it is called.
///
/// # Errors
/// When this user may not install anything.
fn apt_get(what: &str, packages: &[&str]) -> Result<impl FnOnce() -> Result<()>> {
    let list = packages.join(" ");
    let prefix: &[&str] = match find_program(&["apt-get"]).and_then(|_| right_to_install()) {
        Some(prefix) => prefix,
        None => bail!(
            "{what} is missing and this user may not install it. Install it by hand; on Debian and Ubuntu:\n    \
             sudo apt-get update && sudo apt-get install --no-install-recommends {list}"
        ),
    };
    let apt = move |arguments: &[&str]| {
        let line = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"], arguments].concat();
        let mut apt = command(line[0]);
        apt.args(&line[1..]).stdin(Stdio::null());
        apt
    };
    Ok(move || {
        println!("  it is missing; apt-get installs: {list}");
        // Packages can be installed from an index that is a little old, so an unreachable source is no reason to stop.
        if let Err(error) = run(&mut apt(&["update"])) {
            println!("  {error:#}; going on with the package lists that are here");
        }
        run(apt(&["install", "-y", "--no-install-recommends"]).args(packages))
    })
}

/// What to put before a command to run it as root, if that is possible without asking anybody.
fn right_to_install() -> Option<&'static [&'static str]> {
    let succeeds = |command: &mut Command| command.stderr(Stdio::null()).output().is_ok_and(|out| out.status.success());
    if read(command("id").arg("-u")).is_ok_and(|user| user == "0") {
        Some(&[])
    } else if succeeds(command("sudo").args(["-n", "true"])) {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

/// A program that `check` runs and cargo can install.
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

impl Tool {
    /// The program at exactly this version: what one version lets pass another one may refuse. Taken from `.tools` or
    /// the `PATH`, else compiled into `.tools`.
    ///
    /// # Errors
    /// When it cannot be compiled.
    pub(crate) fn get(&self, steps: &mut Steps) -> Result<PathBuf> {
        let own = root().join(format!(".tools/bin/{}{}", self.program, env::consts::EXE_SUFFIX));
        let wanted = Version::parse(self.version)?;
        let fits = |path: &Path| {
            read(command(path).arg("--version"))
                .and_then(|printed| version(&printed))
                .is_ok_and(|found| found == wanted)
        };
        for candidate in [Some(own.clone()), find_program(&[self.program])].into_iter().flatten() {
            if fits(&candidate) {
                return Ok(candidate);
            }
        }
        steps.step(&format!("install {}", self.package), || {
            println!(
                "  {} {wanted} is missing; cargo compiles it into .tools, which takes minutes, once",
                self.program
            );
            // Its own folder for what it compiles: with ours it would be rebuilt for our profiles.
            let target = root().join(".tools/target");
            let mut install = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            install.args([
                "install",
                "--locked",
                "--quiet",
                "--root",
                ".tools",
                "--version",
                self.version,
                self.package,
            ]);
            let result = run(install.env("CARGO_TARGET_DIR", &target));
            // What was compiled on the way is of no more use.
            let _ = fs::remove_dir_all(&target);
            result
        })?;
        Ok(own)
    }
}

/// The version of the npm package that `wasm-opt` comes in.
pub(crate) const BINARYEN: &str = "132.0.0";

/// wasm-opt, to be run by node. It lies in `.tools`: 100 MB that only a build for publishing needs.
///
/// # Errors
/// When npm cannot fetch it.
pub(crate) fn wasm_opt(steps: &mut Steps) -> Result<PathBuf> {
    let folder = root().join(".tools/binaryen").join(BINARYEN);
    let program = folder.join("node_modules/binaryen/bin/wasm-opt");
    if !program.is_file() {
        let package = format!("binaryen@{BINARYEN}");
        let mut install = npm();
        install.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).arg(package);
        steps.run("install wasm-opt", &mut install)?;
    }
    Ok(program)
}

/// The version of a package in `Cargo.lock`.
///
/// # Errors
/// When there is no such package or more than one version of it.
pub(crate) fn locked_version(package: &str) -> Result<Version> {
    version_of_id(&read(cargo("pkgid").arg(package))?)
}

/// The version in a package id such as `registry+https://github.com/rust-lang/crates.io-index#wasm-bindgen@0.2.130`.
fn version_of_id(id: &str) -> Result<Version> {
    let (_, version) = id.rsplit_once(['@', '#']).with_context(|| format!("no version in `{id}`"))?;
    Version::parse(version).with_context(|| format!("no version in `{id}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        assert_eq!(version("v20.19.1").unwrap(), Version::new(20, 19, 1));
        assert_eq!(version("cargo-deny 0.20.2").unwrap(), Version::new(0, 20, 2));
        assert_eq!(version("typos-cli 1.52.0\nmore 2.0.0").unwrap(), Version::new(1, 52, 0));
        assert!(version("v18.20.4").unwrap() < NODE);
        assert!(version("command not found").is_err());
    }

    #[test]
    fn versions_are_found_in_package_ids() {
        let id = "registry+https://github.com/rust-lang/crates.io-index#wasm-bindgen@0.2.130";
        assert_eq!(version_of_id(id).unwrap(), Version::new(0, 2, 130));
        assert_eq!(version_of_id("path+file:///somewhere/crates/xtask#0.1.0").unwrap(), Version::new(0, 1, 0));
        assert!(version_of_id("path+file:///somewhere").is_err());
    }

    #[test]
    fn bindings_are_generated_by_the_version_that_the_module_was_built_with() {
        assert_eq!(locked_version("wasm-bindgen").unwrap(), locked_version("wasm-bindgen-cli-support").unwrap());
    }

    #[test]
    fn npm_runs_only_when_a_package_is_missing_or_another_version() {
        let lock = r#"{ "packages": {
            "": { "name": "workspace" },
            "pkg": { "version": "0.1.0" },
            "node_modules/reelcheck": { "resolved": "pkg", "link": true },
            "node_modules/a": { "version": "1.0.0", "resolved": "r" },
            "node_modules/a-for-another-platform": { "version": "1.0.0", "optional": true }
        } }"#;
        let installed = |a: &str| {
            format!(
                r#"{{ "packages": {{
                    "node_modules/reelcheck": {{ "resolved": "pkg", "link": true }},
                    "node_modules/a": {{ "version": "{a}", "resolved": "r" }}
                }} }}"#
            )
        };
        assert!(packages_match(lock, &installed("1.0.0")).unwrap());
        assert!(!packages_match(lock, &installed("1.0.1")).unwrap());
        assert!(!packages_match(lock, r#"{ "packages": {} }"#).unwrap());
        assert!(!packages_match(lock, "").unwrap(), "nothing is installed");
        assert!(packages_match("", "").is_err(), "there is no lock file");
    }
}
