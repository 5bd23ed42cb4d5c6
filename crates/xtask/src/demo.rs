//! Builds and serves the page, for a person or for Chromium.
//!
//! Vite's preview server serves it: it is here anyway, answers range requests (which seeking in a video needs) and sends
//! wasm with the type that streaming compilation needs. It is told to listen on 127.0.0.1 alone.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    browser, build,
    process::{Background, Steps, node_script, root},
};

/// Where the page is served unless something else is asked for: Vite's own choice.
const PORT: u16 = 4173;

/// Options of `demo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) port: Option<u16>,
    pub(crate) headless: bool,
    pub(crate) release: bool,
}

/// Builds everything, serves the page and, headless, lets Chromium judge the sample clips.
///
/// # Errors
/// When building or serving fails; headless also when the page fails.
pub(crate) fn demo(steps: &mut Steps, options: &Options) -> Result<()> {
    // First of all: what is missing should be known before minutes of compiling.
    let chromium = if options.headless { Some(browser::needs(steps)?) } else { None };
    build::build(steps, options.release)?;
    let mut server = Server::start(options.port.unwrap_or(PORT))?;
    if let Some(chromium) = chromium {
        return browser::demo(steps, &chromium, &server.address);
    }
    steps.print_summary();
    println!("\nReelcheck is at {} (Ctrl-C ends it)", server.address);
    let status = server.process.0.wait()?;
    bail!("the server ended with {status}")
}

/// The page's server. It ends when this is dropped.
struct Server {
    process: Background,
    address: String,
}

impl Server {
    /// Serves `www/dist` on the first free port from `port` on.
    ///
    /// # Errors
    /// When there is no free port, or the server does not come up.
    fn start(port: u16) -> Result<Self> {
        let port = free_ports(port, 1).with_context(|| format!("there is no free port from {port} on"))?;
        let child = node_script("vite/bin/vite.js")
            .args(["preview", "--host", "127.0.0.1", "--strictPort", "--port", &port.to_string()])
            .current_dir(root().join("www"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("could not start the server")?;
        let mut server = Self { process: Background(child), address: format!("http://127.0.0.1:{port}/") };
        server.wait_until_it_answers(port)?;
        Ok(server)
    }

    fn wait_until_it_answers(&mut self, port: u16) -> Result<()> {
        let start = Instant::now();
        let socket = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while start.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.process.0.try_wait()? {
                bail!("the server ended with {status}");
            }
            if TcpStream::connect_timeout(&socket, Duration::from_secs(1)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        bail!("the server did not answer within 30 s")
    }
}

/// The first of `count` ports in a row, from `first` on, that nobody listens on.
pub(crate) fn free_ports(first: u16, count: u16) -> Option<u16> {
    let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    (first.max(1)..=u16::MAX - (count - 1)).find(|&port| (0..count).all(|next| is_free(port + next)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_ports_are_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(free_ports(port, 1).is_none_or(|free| free > port));
        assert!(free_ports(port - 1, 2).is_none_or(|free| free > port), "the second one is taken");
        drop(taken);
        assert_eq!(free_ports(port, 1), Some(port));
    }

    #[test]
    fn there_may_be_no_free_port() {
        let _last = TcpListener::bind((Ipv4Addr::LOCALHOST, u16::MAX));
        assert_eq!(free_ports(u16::MAX, 1), None);
        assert_eq!(free_ports(u16::MAX, 2), None);
    }
}
