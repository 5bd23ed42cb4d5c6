//! `cargo xtask`: one program that sets up, builds, shows, tests and checks everything in this repository.
//!
//! Every command runs as a list of named and timed steps, and leaves with a non-zero code when one of them failed. A
//! command that needs a program which is not here installs it or says what to type; it never skips the work in silence.
//! The work itself belongs to cargo, npm, Playwright and the other tools: this program calls them in the right order.

#![expect(clippy::print_stdout, reason = "a program of the command line speaks to the terminal")]

mod bench;
mod browser;
mod build;
mod check;
mod demo;
mod direction;
mod fresh;
mod process;
#[cfg(test)]
mod scratch;
mod setup;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use process::Steps;

const HELP: &str = "\
cargo xtask <command> [options]

  setup                      Add what the other commands need: the wasm target, npm packages, ffmpeg, Chromium, Firefox.
                             They also add it by themselves when they come to need it.
  demo                       Build everything, serve the page on 127.0.0.1 and print its address.
      --port <n>             Port to serve on; the next free one if it is taken. [4173]
      --headless             Drive the page in Chromium instead: judge all sample clips, print the table, and fail
                             if anything failed.
      --release              Build for publishing first (slow, see build).
  build                      Build the wasm module, the package (pkg/dist) and the site (www/dist).
      --release              Optimize across crates and run wasm-opt over the result: many minutes.
  test [native|browser]      Run all tests, or one half of them.
  check                      Formatting, lints, licenses, spelling, the direction between crates, types of the
                             TypeScript. Runs all of it, then fails if anything failed.
  bench [native|browser]     Print speeds and their ratios.
";

fn main() -> ExitCode {
    let command = match parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            println!("{error:#}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let mut steps = Steps::new();
    let result = command.run(&mut steps);
    steps.print_summary();
    match result {
        Ok(()) if !steps.any_failed() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            println!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Setup,
    Build { release: bool },
    Demo(demo::Options),
    Test(Halves),
    Check,
    Bench(Halves),
}

impl Command {
    fn run(&self, steps: &mut Steps) -> Result<()> {
        match self {
            Self::Help => {
                println!("{HELP}");
                Ok(())
            }
            Self::Setup => setup::everything(steps),
            Self::Build { release } => build::build(steps, *release),
            Self::Demo(options) => demo::demo(steps, options),
            Self::Test(halves) => test::test(steps, *halves),
            Self::Check => check::check(steps),
            Self::Bench(halves) => bench::bench(steps, *halves),
        }
    }
}

/// Which halves of the tests or of the measurements to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Halves {
    native: bool,
    browser: bool,
}

fn parse(mut arguments: lexopt::Parser) -> Result<Command> {
    let mut words = Vec::new();
    let (mut release, mut headless, mut port) = (false, false, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("release") => release = true,
            Long("headless") => headless = true,
            Long("port") => port = Some(arguments.value()?.parse::<u16>()?),
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let command = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["help"] => Command::Help,
        ["setup"] => Command::Setup,
        ["build"] => Command::Build { release },
        ["demo"] => Command::Demo(demo::Options { port, headless, release }),
        ["check"] => Command::Check,
        ["test", ref half @ ..] => Command::Test(halves(half)?),
        ["bench", ref half @ ..] => Command::Bench(halves(half)?),
        _ => bail!("there is no command `{}`", words.join(" ")),
    };
    if release && !matches!(command, Command::Build { .. } | Command::Demo(_)) {
        bail!("--release belongs to `build` and `demo`");
    }
    if (headless || port.is_some()) && !matches!(command, Command::Demo(_)) {
        bail!("--port and --headless belong to `demo`");
    }
    Ok(command)
}

fn halves(words: &[&str]) -> Result<Halves> {
    match words {
        [] => Ok(Halves { native: true, browser: true }),
        ["native"] => Ok(Halves { native: true, browser: false }),
        ["browser"] => Ok(Halves { native: false, browser: true }),
        _ => bail!("expected `native`, `browser` or nothing, not `{}`", words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Command> {
        parse(lexopt::Parser::from_args(words))
    }

    #[test]
    fn commands_and_their_options_are_understood() {
        assert_eq!(parsed(&[]).unwrap(), Command::Help);
        assert_eq!(parsed(&["build", "--release"]).unwrap(), Command::Build { release: true });
        assert_eq!(
            parsed(&["demo", "--port", "5000", "--headless"]).unwrap(),
            Command::Demo(demo::Options { port: Some(5000), headless: true, release: false })
        );
        assert_eq!(parsed(&["test", "browser"]).unwrap(), Command::Test(Halves { native: false, browser: true }));
        assert_eq!(parsed(&["bench"]).unwrap(), Command::Bench(Halves { native: true, browser: true }));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for words in [
            &["tets"][..],
            &["test", "nativ"],
            &["test", "native", "browser"],
            &["check", "--release"],
            &["build", "--headless"],
            &["demo", "--port", "70000"],
            &["demo", "--prot", "4000"],
        ] {
            assert!(parsed(words).is_err(), "{words:?}");
        }
    }
}
