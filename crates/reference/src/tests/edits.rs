//! Ways to tamper with a file, for tests of everything that reads one.

use proptest::prelude::*;

/// One change; places wrap round the file's length.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Cut { from: usize, len: usize },
    Insert { at: usize, piece: &'static str, times: usize },
    Byte { at: usize, byte: u8 },
    Repeat { from: usize, len: usize, times: usize },
}

/// Any change that puts in one of these pieces, now and then `many` times.
pub(crate) fn edit(pieces: &'static [&'static str], many: usize) -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), 0usize..40).prop_map(|(from, len)| Edit::Cut { from, len }),
        (any::<usize>(), proptest::sample::select(pieces), prop_oneof![14 => 1usize..3, 1 => Just(many)])
            .prop_map(|(at, piece, times)| Edit::Insert { at, piece, times }),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte { at, byte }),
        (any::<usize>(), 1usize..60, 2usize..30).prop_map(|(from, len, times)| Edit::Repeat { from, len, times }),
    ]
}

/// Makes a change.
pub(crate) fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    let place = |at: usize| at % (bytes.len() + 1);
    match *edit {
        Edit::Cut { from, len } => {
            let from = place(from);
            let to = (from + len).min(bytes.len());
            bytes.drain(from..to);
        }
        Edit::Insert { at, piece, times } => {
            let at = place(at);
            bytes.splice(at..at, piece.repeat(times).into_bytes());
        }
        Edit::Byte { at, byte } => {
            let at = place(at);
            if let Some(old) = bytes.get_mut(at) {
                *old = byte;
            }
        }
        Edit::Repeat { from, len, times } => {
            let from = place(from);
            let to = (from + len).min(bytes.len());
            let part = bytes[from..to].repeat(times);
            bytes.splice(to..to, part);
        }
    }
}
