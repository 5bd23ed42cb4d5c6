//! Tests over all profiles: against the rules as Python describes them, on a benchmark's real answers, on arbitrary text.

mod golden;
mod properties;
mod tempcompass;
