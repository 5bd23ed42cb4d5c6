//! What can go wrong: files, and the programs that encode and read clips.

use std::path::PathBuf;

/// Why a clip or its description could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A file or folder could not be read or written.
    #[error("{path:?}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's own words.
        source: std::io::Error,
    },
    /// A program could not be started, most likely because it is not installed.
    #[error("{program} could not be started (Debian: apt-get install ffmpeg): {source}")]
    Start {
        /// `ffmpeg` or `ffprobe`.
        program: &'static str,
        /// The system's own words.
        source: std::io::Error,
    },
    /// A program gave up.
    #[error("{program} {arguments} failed: {message}")]
    Program {
        /// `ffmpeg` or `ffprobe`.
        program: &'static str,
        /// What it was asked.
        arguments: String,
        /// The last lines that it wrote.
        message: String,
    },
    /// A file is not what the generator expects of its own output.
    #[error("{path:?}: {message}")]
    Unexpected {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Something could not be written as JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl SynthError {
    /// For `map_err` on an operation on a file.
    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
