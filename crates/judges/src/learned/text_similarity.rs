//! How near the frames are to a text, as CLIP sees both: what the judges of prompt and style share.
//!
//! Invariant: the text comes from an annotation that was joined to the clip; never from a file name. A long one is cut to what
//! CLIP takes.

use reelcheck_types::Need;

use super::features::{Feature, Source};
use super::missing;
use super::reading::{self, MeanOf};
use crate::evidence::Weightiest;
use crate::{Judge, Setup};

/// A judge that compares frames with `text`; without weights or without the text, which is the `need`, one that says so.
/// `quantity` becomes the curve's stable key.
pub(super) fn create(
    setup: &Setup<'_>,
    id: &'static str,
    source: Source,
    text: Option<&str>,
    need: Need,
    quantity: &'static str,
) -> Box<dyn Judge> {
    if setup.models.clip.is_none() {
        return missing(id, Need::Weights);
    }
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return missing(id, need) };
    let cosine = |_: &Feature, cosines: &[f64]| cosines.first().copied().unwrap_or(f64::NAN);
    reading::judge(setup, id, source, &[text], MeanOf::new(quantity, Weightiest::Lowest, cosine))
}
