//! Twins as the trainer keeps them: the pictures of both versions, and what the event is, when and where.
//!
//! Invariant: both versions of a twin have equally many pictures, all of one size. Files of twins are a cache of what the
//! generator draws; they are read back only by the program that wrote them, and checked like any other file.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use reelcheck_models::plausibility::{Picture, Size};
use reelcheck_types::Region;

/// The first bytes of a file of twins; the last one is the version.
const MAGIC: [u8; 8] = *b"rctwins1";

/// A possible and an impossible clip that differ in nothing but the event.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// What happens: the name of the kind of event.
    pub kind: String,
    /// What it looks like: the name of the family of looks.
    pub look: String,
    /// The law that the impossible version breaks.
    pub law: String,
    /// The seed that it was drawn from.
    pub seed: u64,
    /// The pictures in which all laws hold.
    pub possible: Vec<Picture>,
    /// The pictures in which the law is broken.
    pub impossible: Vec<Picture>,
    /// The first picture that shows the event.
    pub first: usize,
    /// The last picture that shows it.
    pub last: usize,
    /// Whether the event is over before the clip is, or begins after it: only then is there an interval to find.
    pub temporal: bool,
    /// The box around the event.
    pub region: Region,
}

/// Writes twins to a file.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, twins: &[Twin]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&MAGIC)?;
    number(&mut file, twins.len())?;
    for twin in twins {
        for text in [&twin.kind, &twin.look, &twin.law] {
            number(&mut file, text.len())?;
            file.write_all(text.as_bytes())?;
        }
        file.write_all(&twin.seed.to_le_bytes())?;
        let Region { x, y, width, height } = twin.region;
        for side in [x, y, width, height] {
            file.write_all(&side.to_le_bytes())?;
        }
        let size = twin.possible.first().map_or(Size { width: 0, height: 0 }, Picture::size);
        let header = [twin.first, twin.last, usize::from(twin.temporal), twin.possible.len(), size.width, size.height];
        for value in header {
            number(&mut file, value)?;
        }
        for picture in twin.possible.iter().chain(&twin.impossible) {
            file.write_all(picture.data())?;
        }
    }
    file.flush()
}

/// Reads a file that [`write()`] wrote.
///
/// # Errors
/// When the file cannot be read, or is not one of these.
pub fn read(path: &Path) -> io::Result<Vec<Twin>> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "not a file of twins");
    if bytes::<8>(&mut file)? != MAGIC {
        return Err(broken());
    }
    let count = counted(&mut file)?;
    let mut twins = Vec::with_capacity(count.min(1 << 16));
    for _ in 0..count {
        let mut text = || {
            let mut text = vec![0; counted(&mut file)?.min(1 << 10)];
            file.read_exact(&mut text)?;
            String::from_utf8(text).map_err(|_| broken())
        };
        let [kind, look, law] = [text()?, text()?, text()?];
        let seed = u64::from_le_bytes(bytes(&mut file)?);
        let mut side = || bytes(&mut file).map(f64::from_le_bytes);
        let region = Region { x: side()?, y: side()?, width: side()?, height: side()? };
        let mut header = [0; 6];
        for value in &mut header {
            *value = counted(&mut file)?;
        }
        let [first, last, temporal, pictures, width, height] = header;
        if pictures > 1 << 10 || width > 1 << 10 || height > 1 << 10 || first > last || last >= pictures {
            return Err(broken());
        }
        let size = Size { width, height };
        let mut version = || -> io::Result<Vec<Picture>> {
            (0..pictures)
                .map(|_| {
                    let mut data = vec![0; 3 * width * height];
                    file.read_exact(&mut data)?;
                    Ok(Picture::new(size, data))
                })
                .collect()
        };
        let (possible, impossible) = (version()?, version()?);
        twins.push(Twin { kind, look, law, seed, possible, impossible, first, last, temporal: temporal == 1, region });
    }
    Ok(twins)
}

fn number(file: &mut impl Write, value: usize) -> io::Result<()> {
    file.write_all(&(value as u32).to_le_bytes())
}

fn counted(file: &mut impl Read) -> io::Result<usize> {
    Ok(u32::from_le_bytes(bytes(file)?) as usize)
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::toy;

    #[test]
    fn twins_come_back_as_they_were() {
        let twins = toy::twins(3, 7);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("twins");
        write(&path, &twins).unwrap();
        assert_eq!(read(&path).unwrap(), twins);
        std::fs::write(&path, b"something else").unwrap();
        assert!(read(&path).is_err());
    }
}
