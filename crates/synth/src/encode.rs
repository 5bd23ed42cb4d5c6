//! Pictures to files, by ffmpeg.
//!
//! Invariant: what ffmpeg is told contains no date, no path and no version, so that the same ffmpeg writes the same
//! bytes. Which codec suits which clip is left to [`crate::publish`] and [`crate::fixtures`].

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::SynthError;
use crate::draw::{Format, Picture, pictures};
use crate::scene::Scene;

/// Uncompressed pictures in a file, from which several clips can be encoded.
#[derive(Clone, Debug)]
pub struct RawVideo {
    path: PathBuf,
    width: u32,
    height: u32,
    frame_rate_fps: u32,
}

impl RawVideo {
    /// Draws a whole scene into `path`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn draw(scene: &Scene, format: &Format, path: &Path) -> Result<Self, SynthError> {
        Self::write(pictures(scene, format), format, path)
    }

    /// Writes pictures of the format's size into `path`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(pictures: impl Iterator<Item = Picture>, format: &Format, path: &Path) -> Result<Self, SynthError> {
        let mut file = BufWriter::new(std::fs::File::create(path).map_err(SynthError::file(path))?);
        for picture in pictures {
            file.write_all(&picture.rgb).map_err(SynthError::file(path))?;
        }
        file.flush().map_err(SynthError::file(path))?;
        Ok(Self {
            path: path.to_owned(),
            width: format.width,
            height: format.height,
            frame_rate_fps: format.frame_rate_fps,
        })
    }

    /// What tells ffmpeg how to read it.
    pub fn input(&self) -> Vec<String> {
        let size = format!("{}x{}", self.width, self.height);
        let rate = self.frame_rate_fps.to_string();
        let mut arguments = words("-f rawvideo -pix_fmt rgb24 -video_size");
        arguments.extend([size, "-framerate".to_owned(), rate, "-i".to_owned(), self.path.display().to_string()]);
        arguments
    }

    /// Encodes it into `out` with the given ffmpeg arguments.
    ///
    /// # Errors
    /// When ffmpeg is not there or gives up.
    pub fn encode(&self, arguments: &[String], out: &Path) -> Result<(), SynthError> {
        ffmpeg(&[&self.input(), arguments], Some(out))
    }

    /// Encodes it as VP9 in two passes at a constant quality (libvpx's 0 to 63, smaller is better).
    ///
    /// # Errors
    /// When ffmpeg is not there or gives up.
    pub fn encode_vp9(&self, quality: u32, out: &Path) -> Result<(), SynthError> {
        let folder = tempfile::tempdir().map_err(SynthError::file(out))?;
        let log = folder.path().join("pass").display().to_string();
        let codec = words(&format!(
            "-vf {BT709_FILTER} {BT709_TAGS} -c:v libvpx-vp9 -crf {quality} -b:v 0 -g 48 -deadline good -cpu-used 1 \
             -auto-alt-ref 1 -lag-in-frames 25 -threads 2"
        ));
        let pass = |n: &str| vec!["-pass".to_owned(), n.to_owned(), "-passlogfile".to_owned(), log.clone()];
        ffmpeg(&[&self.input(), &codec, &pass("1"), &words("-f null -")], None)?;
        ffmpeg(&[&self.input(), &codec, &pass("2")], Some(out))
    }
}

/// To 4:2:0 in limited range by the matrix of BT.709, with correct rounding.
pub const BT709_FILTER: &str =
    "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p";
/// Tags that say so.
pub const BT709_TAGS: &str = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";

/// Splits a command line at its blanks. Nothing is quoted: paths are added as they are.
pub fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Runs ffmpeg, quietly and without asking, and lets it write `out`.
///
/// # Errors
/// When ffmpeg is not there or gives up.
pub fn ffmpeg(arguments: &[&[String]], out: Option<&Path>) -> Result<(), SynthError> {
    let mut all = words("-v error -nostdin -y");
    all.extend(arguments.iter().flat_map(|part| part.iter().cloned()));
    if let Some(out) = out {
        // Without dates and versions.
        all.extend(words("-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"));
        all.push(out.display().to_string());
    }
    let output = Command::new("ffmpeg")
        .args(&all)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| SynthError::Start { program: "ffmpeg", source })?;
    if output.status.success() {
        return Ok(());
    }
    Err(SynthError::Program {
        program: "ffmpeg",
        arguments: all.join(" "),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// One picture as a small WebP file.
///
/// # Errors
/// When ffmpeg is not there or gives up.
pub fn webp(picture: &Picture, quality: u32, out: &Path) -> Result<(), SynthError> {
    still(picture, &words(&format!("-c:v libwebp -quality {quality} -compression_level 6")), out)
}

/// One picture as a file in the format of its extension: `.png`, `.jpg`, `.webp`.
///
/// # Errors
/// When ffmpeg is not there or gives up.
pub fn still(picture: &Picture, arguments: &[String], out: &Path) -> Result<(), SynthError> {
    let folder = tempfile::tempdir().map_err(SynthError::file(out))?;
    let raw = folder.path().join("picture.rgb");
    std::fs::write(&raw, &picture.rgb).map_err(SynthError::file(&raw))?;
    let video = RawVideo { path: raw, width: picture.width, height: picture.height, frame_rate_fps: 1 };
    ffmpeg(&[&video.input(), arguments, &words("-frames:v 1")], Some(out))
}
