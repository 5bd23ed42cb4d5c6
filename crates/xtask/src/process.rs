//! Named steps: run one, print its name, time it, and remember how it ended.
//!
//! What a step started has ended when the step returns; programs that run on beside the steps are [`Background`], which
//! ends them when it is dropped. What to run is decided elsewhere.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the variable when it runs us; the compiled-in value serves a binary that was started by hand.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).ancestors().nth(2).map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Whether this run is unattended, as continuous integration declares it.
pub(crate) fn unattended() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// A command to be run in the root of the workspace.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs us, for a subcommand that compiles. Unattended, the lock file is law.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(subcommand);
    if unattended() {
        cargo.arg("--locked");
    }
    cargo
}

/// npm, which is a script with another name on Windows.
pub(crate) fn npm() -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// A script out of `node_modules` (or at an absolute path), run by node itself: nothing stands between us and the
/// process, so that ending it ends it.
pub(crate) fn node_script(path: impl AsRef<Path>) -> Command {
    let mut node = command("node");
    node.arg(root().join("node_modules").join(path));
    node
}

/// The words of a command, as one would type them.
pub(crate) fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let base = root();
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| {
            let word = Path::new(word);
            word.strip_prefix(&base).unwrap_or(word).display().to_string()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs `command` to its end; its output goes to the terminal.
///
/// # Errors
/// When it cannot be started or does not end with code 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", words(command));
    let status = command.status().with_context(|| format!("could not start `{}`", words(command)))?;
    ended(command, status)
}

/// Runs `command` to its end; its output goes to the terminal and, line by line, to `see`.
///
/// # Errors
/// When it cannot be started or does not end with code 0.
pub(crate) fn run_and_read(command: &mut Command, mut see: impl FnMut(&str)) -> Result<()> {
    println!("$ {}", words(command));
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start `{}`", words(command)))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            see(&line);
        }
    }
    ended(command, child.wait()?)
}

/// What `command` prints, without its line end.
///
/// # Errors
/// When it cannot be started or does not end with code 0; what it wrote about that is part of the error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start `{}`", words(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", words(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn ended(command: &Command, status: std::process::ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { bail!("`{}` ended with {status}", words(command)) }
}

/// The first of `names` that is found on the `PATH`.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))))
        .find(|path| path.is_file())
}

/// A program that runs beside the steps. It is ended when this is dropped.
pub(crate) struct Background(pub(crate) Child);

impl Drop for Background {
    fn drop(&mut self) {
        // Both fail only when the process has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The steps of one command, in the order they ran.
pub(crate) struct Steps {
    started: Instant,
    done: Vec<Done>,
    notes: Vec<String>,
}

struct Done {
    name: String,
    took: Duration,
    failed: bool,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new(), notes: Vec::new() }
    }

    /// Runs `work` as the step `name`.
    ///
    /// # Errors
    /// What `work` returned, with the step's name.
    pub(crate) fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n▶ {name}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        match &result {
            Ok(_) => println!("✔ {name} ({})", seconds(took)),
            Err(error) => println!("✘ {name} ({}): {error:#}", seconds(took)),
        }
        self.done.push(Done { name: name.to_owned(), took, failed: result.is_err() });
        result.with_context(|| name.to_owned())
    }

    /// Runs a command as the step `name`.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) fn run(&mut self, name: &str, command: &mut Command) -> Result<()> {
        self.step(name, || run(command))
    }

    /// Runs `work` as the step `name` and goes on when it fails; the failure has been printed and is remembered.
    pub(crate) fn attempt<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        self.step(name, work).ok()
    }

    /// Remembers a sentence for the end, where nobody overlooks it.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        println!("  {text}");
        self.notes.push(text);
    }

    pub(crate) fn any_failed(&self) -> bool {
        self.done.iter().any(|step| step.failed)
    }

    /// Prints what ran, how long it took and how it ended.
    pub(crate) fn print_summary(&self) {
        if self.done.is_empty() {
            return;
        }
        println!();
        for step in &self.done {
            println!("{} {:>8}  {}", if step.failed { "✘" } else { "✔" }, seconds(step.took), step.name);
        }
        println!("  {:>8}  in all", seconds(self.started.elapsed()));
        for note in &self.notes {
            println!("  note: {note}");
        }
    }
}

/// A duration as people read it: `0.3 s`, `42 s`, `9 min 05 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    match whole {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..100 => format!("{whole} s"),
        _ => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3 s");
        assert_eq!(seconds(Duration::from_secs(42)), "42 s");
        assert_eq!(seconds(Duration::from_secs(545)), "9 min 05 s");
    }

    #[test]
    fn a_failed_step_is_remembered_and_named() {
        let mut steps = Steps::new();
        assert_eq!(steps.step("good", || Ok(3)).unwrap(), 3);
        assert!(!steps.any_failed());
        let error = steps.step("bad", || -> Result<()> { bail!("no luck") }).unwrap_err();
        assert_eq!(format!("{error:#}"), "bad: no luck");
        assert!(steps.attempt("also good", || Ok(())).is_some());
        assert!(steps.any_failed());
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn output_is_read_line_by_line_and_failure_is_an_error() {
        let mut lines = 0;
        run_and_read(command("cargo").arg("--version"), |line| lines += usize::from(line.starts_with("cargo")))
            .unwrap();
        assert_eq!(lines, 1);
        assert!(run_and_read(command("cargo").arg("no-such-subcommand").stderr(Stdio::null()), |_| ()).is_err());
        assert!(read(&mut command("no-such-program")).is_err());
    }
}
