//! Steps that are skipped while nothing changed since they last succeeded.
//!
//! Compared are names, sizes and modification times of inputs *and* outputs, so that a result which somebody else
//! overwrote is made anew. When in doubt a step runs. Compiling Rust is left to cargo, which knows better.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};

use crate::process::Steps;

/// A step together with what it reads and writes. Files and folders may be named; folders count with all they hold
/// except what others put there: `node_modules`, `dist`, `generated` and hidden entries.
pub(crate) struct Incremental<'a> {
    /// The step's name, unique among all steps.
    pub(crate) name: &'a str,
    /// Anything else that decides the result, such as a profile or a version.
    pub(crate) settings: &'a str,
    pub(crate) inputs: &'a [PathBuf],
    pub(crate) outputs: &'a [PathBuf],
    /// The folder that remembers what was built from what.
    pub(crate) memory: &'a Path,
}

impl Incremental<'_> {
    /// Runs `work` unless its result is still there and true. Returns whether it ran.
    ///
    /// # Errors
    /// What `work` returned, or that the file system could not be read or written.
    pub(crate) fn run(&self, steps: &mut Steps, work: impl FnOnce() -> Result<()>) -> Result<bool> {
        let before = fingerprint(self.settings, self.inputs)?;
        if self.is_fresh(&before)? {
            println!("\n· {}: nothing changed", self.name);
            return Ok(false);
        }
        steps.step(self.name, work)?;
        // `before`: an input that changed while the step ran has to make the next run do it again.
        let remembered = format!("{before} {}", fingerprint("", self.outputs)?);
        fs::create_dir_all(self.memory).with_context(|| format!("could not create {}", self.memory.display()))?;
        fs::write(self.memory_file(), remembered).context("could not remember what was built")?;
        Ok(true)
    }

    fn is_fresh(&self, inputs: &str) -> Result<bool> {
        let Ok(remembered) = fs::read_to_string(self.memory_file()) else { return Ok(false) };
        if !self.outputs.iter().all(|output| output.exists()) {
            return Ok(false);
        }
        Ok(remembered == format!("{inputs} {}", fingerprint("", self.outputs)?))
    }

    fn memory_file(&self) -> PathBuf {
        self.memory.join(self.name.replace(|letter: char| !letter.is_alphanumeric(), "-"))
    }
}

fn fingerprint(settings: &str, paths: &[PathBuf]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    settings.hash(&mut hasher);
    files.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<(PathBuf, u64, SystemTime)>) -> Result<()> {
    let reading = || format!("could not read {}", path.display());
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    if metadata.is_dir() {
        for file in files_below(path, &|_| true)? {
            let metadata = fs::metadata(&file).with_context(reading)?;
            files.push((file, metadata.len(), metadata.modified()?));
        }
    } else {
        files.push((path.to_path_buf(), metadata.len(), metadata.modified().with_context(reading)?));
    }
    Ok(())
}

/// All files below `folder` whose path `wanted` accepts, except in folders of made things (`node_modules`, `dist`,
/// `generated`, `target`) and hidden ones. Links are not followed.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files_below(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || ["node_modules", "dist", "generated", "target"].contains(&&*name) {
                continue;
            }
            let kind = entry.file_type()?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_step_runs_again_only_when_something_changed() {
        let folder = Scratch::new();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("src/node_modules")).unwrap();
        fs::write(at("src/a"), "a").unwrap();
        let (inputs, outputs, memory) = ([at("src")], [at("out")], at("memory"));
        let run = |settings: &str| {
            let step = Incremental { name: "a step", settings, inputs: &inputs, outputs: &outputs, memory: &memory };
            step.run(&mut Steps::new(), || Ok(fs::write(at("out"), "made")?)).unwrap()
        };
        assert!(run("x"), "the first time");
        assert!(!run("x"), "nothing changed");
        assert!(run("y"), "other settings");
        assert!(run("x"), "and back");
        fs::write(at("src/b"), "b").unwrap();
        assert!(run("x"), "a new input");
        fs::write(at("src/b"), "bb").unwrap();
        assert!(run("x"), "a changed input");
        fs::remove_file(at("src/b")).unwrap();
        assert!(run("x"), "an input less");
        fs::write(at("src/node_modules/c"), "c").unwrap();
        assert!(!run("x"), "packages are not inputs");
        fs::write(at("out"), "overwritten by hand").unwrap();
        assert!(run("x"), "a changed output");
        fs::remove_file(at("out")).unwrap();
        assert!(run("x"), "a missing output");
        assert!(!run("x"), "nothing changed");
    }

    #[test]
    fn a_failed_step_is_not_remembered() {
        let folder = Scratch::new();
        let outputs = [folder.path().join("out")];
        fs::write(&outputs[0], "stale").unwrap();
        let step = Incremental { name: "bad", settings: "", inputs: &[], outputs: &outputs, memory: folder.path() };
        assert!(step.run(&mut Steps::new(), || anyhow::bail!("no")).is_err());
        assert!(step.run(&mut Steps::new(), || Ok(())).unwrap());
    }
}
