//! What happens during an evaluation, as one closed stream.

use reelcheck_reference::{Agreement, Imported};
use reelcheck_types::{Card, Clip};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ClipFailure, ClipReport, DeviceReport, Report};

/// One step of an evaluation. `clip` counts the inputs from 0 in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Event {
    /// The device is chosen and tested.
    Ready {
        /// Where tensors live.
        device: DeviceReport,
        /// The judges that will run.
        judges: Vec<Card>,
    },
    /// The inputs are listed: folders and archives are opened, other files are set aside.
    Found {
        /// The names of the clips, in the order of their numbers.
        clips: Vec<String>,
    },
    /// A file takes no part: it is neither a clip nor annotations, or could not be read as such.
    SetAside {
        /// The file's name.
        file: String,
        /// Why, in words.
        why: String,
    },
    /// An annotation file is read.
    ReferenceRead {
        /// What it turned out to be and what it holds.
        imported: Box<Imported>,
    },
    /// A clip's container is read and its first frame is there.
    ClipStarted {
        /// The clip's number.
        clip: usize,
        /// What the container says.
        info: Clip,
    },
    /// Some frames of a clip are judged.
    ClipProgress {
        /// The clip's number.
        clip: usize,
        /// Frames judged so far.
        frames_done: usize,
        /// Frames that the container lists.
        frames_total: usize,
    },
    /// A clip is judged, if need be only its first part.
    ClipDone {
        /// The clip's number.
        clip: usize,
        /// What came out.
        result: Box<ClipReport>,
    },
    /// A clip could not be judged; the others go on.
    ClipFailed {
        /// The clip's number.
        clip: usize,
        /// Why, and what can be done.
        failure: ClipFailure,
    },
    /// The verdicts so far against the references.
    Agreement {
        /// One entry for each judge and reference.
        agreement: Vec<Agreement>,
    },
    /// Everything is done.
    Done {
        /// The whole report.
        report: Box<Report>,
    },
}
