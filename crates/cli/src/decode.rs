//! Frames from ffmpeg: planes over one pipe, timestamps over the other.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use reelcheck_types::{Frame, Timestamp};

use crate::Probe;

/// How long a frame's time may take to arrive after its pixels did.
const TIMESTAMP_LIMIT: Duration = Duration::from_secs(30);
/// Lines of ffmpeg's own words that are kept for an error.
const KEPT_LINES: usize = 3;

enum Said {
    FrameAt(Timestamp),
    Words(String),
}

/// A running ffmpeg. Dropping it ends the program.
pub struct Decoder {
    child: Child,
    pixels: ChildStdout,
    said: Receiver<Said>,
    words: VecDeque<String>,
    frame_bytes: usize,
    probe: Probe,
}

impl Decoder {
    /// Starts decoding.
    ///
    /// # Errors
    /// When ffmpeg does not start.
    pub fn start(path: &Path, probe: &Probe) -> std::io::Result<Self> {
        let mut child = Command::new("ffmpeg")
            .args(["-nostdin", "-hide_banner", "-nostats", "-loglevel", "info"])
            // The time line stays as the container has it, and the picture as it is coded.
            .args(["-copyts", "-noautorotate", "-i"])
            .arg(path)
            .args(["-map", "0:v:0", "-vf", "showinfo=checksum=0", "-fps_mode", "passthrough"])
            .args(["-f", "rawvideo", "-pix_fmt", &probe.ffmpeg_format, "-"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let missing = || std::io::Error::other("ffmpeg gave no pipe");
        let pixels = child.stdout.take().ok_or_else(missing)?;
        let log = child.stderr.take().ok_or_else(missing)?;
        let (sender, said) = channel();
        thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                let heard = match frame_time(&line) {
                    Some(time) => Said::FrameAt(time),
                    None if is_complaint(&line) => Said::Words(line),
                    None => continue,
                };
                if sender.send(heard).is_err() {
                    return;
                }
            }
        });
        let frame_bytes = probe.format.frame_bytes(probe.clip.width, probe.clip.height);
        Ok(Self { child, pixels, said, words: VecDeque::new(), frame_bytes, probe: probe.clone() })
    }

    /// The next frame, written into `buffer`, or `None` at the end.
    ///
    /// # Errors
    /// What ffmpeg says when it stops before the end of the clip.
    pub fn next_frame(&mut self, mut buffer: Vec<u8>) -> Result<Option<Frame>, String> {
        buffer.resize(self.frame_bytes, 0);
        match self.pixels.read_exact(&mut buffer) {
            Ok(()) => {}
            Err(source) if source.kind() == ErrorKind::UnexpectedEof => return self.end().map(|()| None),
            Err(source) => return Err(source.to_string()),
        }
        let time = loop {
            match self.said.recv_timeout(TIMESTAMP_LIMIT) {
                Ok(Said::FrameAt(time)) => break time,
                Ok(Said::Words(words)) => self.keep(words),
                Err(_) => return Err("ffmpeg gave a frame without its time".to_owned()),
            }
        };
        let Probe { clip, format, .. } = &self.probe;
        Frame::new(time, *format, clip.width, clip.height, buffer).map(Some).map_err(|source| source.to_string())
    }

    fn end(&mut self) -> Result<(), String> {
        let status = self.child.wait().map_err(|source| source.to_string())?;
        while let Ok(said) = self.said.recv_timeout(TIMESTAMP_LIMIT) {
            if let Said::Words(words) = said {
                self.keep(words);
            }
        }
        if status.success() && self.words.is_empty() {
            return Ok(());
        }
        let words: Vec<String> = self.words.drain(..).collect();
        Err(if words.is_empty() { format!("ffmpeg ended with {status}") } else { words.join("; ") })
    }

    fn keep(&mut self, words: String) {
        if self.words.len() == KEPT_LINES {
            self.words.pop_front();
        }
        self.words.push_back(words);
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // Already ended is fine; what matters is that no ffmpeg is left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The time in a line of ffmpeg's `showinfo` filter: `… pts_time:0.0417 …`.
fn frame_time(line: &str) -> Option<Timestamp> {
    if !line.starts_with("[Parsed_showinfo") {
        return None;
    }
    let (_, rest) = line.split_once("pts_time:")?;
    let secs: f64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(Timestamp::from_secs_f64(secs))
}

/// Whether a line of ffmpeg's log says that decoding went wrong.
fn is_complaint(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["error", "invalid data", "corrupt", "truncat", "partial file"].iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn showinfo_lines_give_times() {
        let line = "[Parsed_showinfo_0 @ 0x55] n:   1 pts:    512 pts_time:0.0416667 duration: 512 fmt:yuv420p";
        assert_eq!(frame_time(line), Some(Timestamp::from_micros(41_667)));
        assert_eq!(frame_time("[Parsed_showinfo_0 @ 0x55] config in time_base: 1/12288"), None);
    }
}
