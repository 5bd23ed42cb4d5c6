//! Files and folders on the command line: which are clips, and what they hash to.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// File endings that are tried as clips when a folder is given. A file that is named directly is always tried.
const CLIP_ENDINGS: [&str; 8] = ["mp4", "m4v", "mov", "webm", "mkv", "avi", "ts", "gif"];

/// The clips that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Each clip's path, and its name in the report: relative to the folder that was given.
    pub clips: Vec<(PathBuf, String)>,
    /// Files in folders that were passed over because of their ending.
    pub passed_over: usize,
}

/// Lists the clips among files and folders; folders are read with all that is below them, in order of name.
///
/// # Errors
/// When a path cannot be read.
pub fn collect(paths: &[PathBuf]) -> io::Result<Inputs> {
    let mut inputs = Inputs::default();
    for path in paths {
        let named = |source: io::Error| io::Error::new(source.kind(), format!("{}: {source}", path.display()));
        if std::fs::metadata(path).map_err(named)?.is_dir() {
            walk(path, path, &mut inputs).map_err(named)?;
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            inputs.clips.push((path.clone(), name));
        }
    }
    Ok(inputs)
}

fn walk(root: &Path, folder: &Path, inputs: &mut Inputs) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(root, &path, inputs)?;
            continue;
        }
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        if CLIP_ENDINGS.contains(&ending.as_str()) {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let name = relative.to_string_lossy().replace('\\', "/");
            inputs.clips.push((path, name));
        } else {
            inputs.passed_over += 1;
        }
    }
    Ok(())
}

/// SHA-256 of a file as 64 hexadecimal digits.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_order_and_other_files_are_counted() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("b")).unwrap();
        for name in ["z.mp4", "b/a.webm", "notes.txt"] {
            std::fs::write(root.path().join(name), b"abc").unwrap();
        }
        let inputs = collect(&[root.path().to_path_buf()]).unwrap();
        let names: Vec<&str> = inputs.clips.iter().map(|clip| clip.1.as_str()).collect();
        assert_eq!(names, ["b/a.webm", "z.mp4"]);
        assert_eq!(inputs.passed_over, 1);
        // FIPS 180-2, appendix B.1.
        let hash = sha256_of(&root.path().join("z.mp4")).unwrap();
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
