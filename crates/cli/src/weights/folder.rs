//! A folder on disk, read in ranges.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use reelcheck_models::weights::{Folder, ReadFuture};

/// How deep folders lie in each other at most: `clip/`, and a folder inside of it.
const DEPTH: usize = 3;

/// A folder on disk with all files below it, as they were when it was opened.
#[derive(Debug)]
pub struct DiskFolder {
    root: PathBuf,
    sizes: BTreeMap<String, u64>,
}

impl DiskFolder {
    /// Lists a folder.
    ///
    /// # Errors
    /// When it is not a folder or cannot be read.
    pub fn open(root: &Path) -> io::Result<Self> {
        let mut sizes = BTreeMap::new();
        list(root, "", DEPTH, &mut sizes)?;
        Ok(Self { root: root.to_path_buf(), sizes })
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        if !self.sizes.contains_key(name) {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        let mut file = File::open(self.root.join(name))?;
        file.seek(SeekFrom::Start(range.start))?;
        let mut bytes = vec![0; (range.end - range.start) as usize];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn list(folder: &Path, prefix: &str, depth: usize, sizes: &mut BTreeMap<String, u64>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // A name that is not text is no file of a network.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let name = format!("{prefix}{name}");
        // Follows links: caches of downloads are made of them.
        let facts = std::fs::metadata(entry.path())?;
        if facts.is_file() {
            sizes.insert(name, facts.len());
        } else if facts.is_dir() && depth > 1 {
            list(&entry.path(), &format!("{name}/"), depth - 1, sizes)?;
        }
    }
    Ok(())
}

impl Folder for DiskFolder {
    fn names(&self) -> Vec<String> {
        self.sizes.keys().cloned().collect()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.sizes.get(name).copied()
    }

    fn read<'a>(&'a self, name: &'a str, range: Range<u64>) -> ReadFuture<'a> {
        let bytes = self.read_range(name, range).map_err(|error| error.to_string());
        Box::pin(std::future::ready(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_are_listed_and_read_in_ranges() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("clip")).unwrap();
        std::fs::write(root.path().join("clip/config.json"), b"0123456789").unwrap();
        let folder = DiskFolder::open(root.path()).unwrap();
        assert_eq!(folder.names(), ["clip/config.json"]);
        assert_eq!(folder.size("clip/config.json"), Some(10));
        assert_eq!(folder.read_range("clip/config.json", 3..6).unwrap(), b"345");
        assert!(folder.read_range("clip/config.json", 8..12).is_err());
        assert!(folder.read_range("../secret", 0..1).is_err());
        assert!(DiskFolder::open(&root.path().join("none")).is_err());
    }
}
