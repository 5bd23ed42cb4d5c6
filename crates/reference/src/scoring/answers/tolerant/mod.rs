//! placeholder
use super::{Choice, Reading, Why};
pub(super) fn choice(_c: Choice<'_>, _raw: &str) -> Reading { Reading::unread(Why::NoAnswer) }
pub(super) fn yes_no(_r: bool, _raw: &str) -> Reading { Reading::unread(Why::NoAnswer) }
pub(super) fn count(_r: u64, _raw: &str) -> Reading { Reading::unread(Why::NoAnswer) }
pub(super) fn label(_r: &str, _raw: &str) -> Reading { Reading::unread(Why::NoAnswer) }
