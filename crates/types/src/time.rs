//! Time as a type: integer microseconds, the unit of WebCodecs. Never a bare number, never a frame number over fps.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A point on a clip's presentation time line, in microseconds.
///
/// May be negative: containers with edit lists can start before zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The zero of the time line.
    pub const ZERO: Self = Self(0);

    /// From integer microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds, rounded to the nearest microsecond. Not finite becomes zero.
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * 1e6).round() as i64)
    }

    /// In microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// In seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The time from `earlier` to this, in seconds; negative when `earlier` is later.
    pub fn secs_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / 1e6
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_to_the_nearest_microsecond() {
        assert_eq!(Timestamp::from_secs_f64(1.0 / 24.0).as_micros(), 41_667);
        assert_eq!(Timestamp::from_secs_f64(-0.5).as_micros(), -500_000);
        assert_eq!(
            Timestamp::from_micros(2_500_000).secs_since(Timestamp::from_micros(500_000)).to_bits(),
            2f64.to_bits()
        );
    }
}
