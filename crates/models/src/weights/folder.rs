//! Where bytes come from: a folder of files that can be read in ranges.
//!
//! Invariant: nothing here knows a file system or a browser; whoever runs the program supplies the folder.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;

/// Bytes on their way. It need not be `Send`: the browser has one thread.
pub type ReadFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + 'a>>;

/// A folder of files, each of which can be read in ranges.
pub trait Folder {
    /// The names of all files, relative to the folder, with `/` between folders.
    fn names(&self) -> Vec<String>;

    /// A file's size in bytes; `None` when there is no such file.
    fn size(&self, name: &str) -> Option<u64>;

    /// Reads a range of a file's bytes. The range lies within the file; the error is the system's own words.
    fn read<'a>(&'a self, name: &'a str, range: Range<u64>) -> ReadFuture<'a>;
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryFolder {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFolder {
    /// Adds a file, or replaces the one of the same name.
    pub fn insert(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.files.insert(name.into(), bytes);
    }

    /// A file's bytes.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }
}

impl Folder for MemoryFolder {
    fn names(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.files.get(name).map(|bytes| bytes.len() as u64)
    }

    fn read<'a>(&'a self, name: &'a str, range: Range<u64>) -> ReadFuture<'a> {
        let bytes = self.files.get(name).and_then(|bytes| bytes.get(range.start as usize..range.end as usize));
        Box::pin(std::future::ready(bytes.map(<[u8]>::to_vec).ok_or_else(|| "there are no such bytes".to_owned())))
    }
}

/// A folder inside another one.
pub struct Subfolder<'a> {
    inside: &'a dyn Folder,
    prefix: String,
}

impl<'a> Subfolder<'a> {
    /// The folder of this name inside another one.
    pub fn new(inside: &'a dyn Folder, name: &str) -> Self {
        Self { inside, prefix: format!("{name}/") }
    }
}

impl Folder for Subfolder<'_> {
    fn names(&self) -> Vec<String> {
        let names = self.inside.names().into_iter();
        names.filter_map(|name| name.strip_prefix(&self.prefix).map(str::to_owned)).collect()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.inside.size(&format!("{}{name}", self.prefix))
    }

    fn read<'a>(&'a self, name: &'a str, range: Range<u64>) -> ReadFuture<'a> {
        let name = format!("{}{name}", self.prefix);
        Box::pin(async move { self.inside.read(&name, range).await })
    }
}
