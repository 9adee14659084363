//! Numbers that carry their own bounds.

use serde::{Deserialize, Serialize};

/// A number outside its bounds.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{what} must lie in {bounds}, found {found}")]
pub struct OutOfRange {
    /// Which number.
    pub what: &'static str,
    /// Its bounds, written for people.
    pub bounds: &'static str,
    /// What was given.
    pub found: f64,
}

/// A probability, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

impl Confidence {
    /// Nothing is believed.
    pub const NONE: Confidence = Confidence(0.0);
    /// Said in so many words.
    pub const CERTAIN: Confidence = Confidence(1.0);

    /// Takes a probability.
    ///
    /// # Errors
    /// When it is not a number from 0 to 1.
    pub fn new(value: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(OutOfRange { what: "confidence", bounds: "0 to 1", found: value })
        }
    }

    /// Takes a model's output, whose rounding may step over the bounds; not-a-number counts as 0.
    #[must_use]
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// The probability.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Confidence {
    type Error = OutOfRange;
    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        Self::new(value)
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> f64 {
        confidence.0
    }
}

/// The level of an interval in percent, from 50 to 99.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Level(f64);

impl Level {
    /// The level of an interval where nobody asked for one.
    pub const DEFAULT: Level = Level(80.0);

    /// Takes a level in percent.
    ///
    /// # Errors
    /// When it is not a number from 50 to 99.
    pub fn new(percent: f64) -> Result<Self, OutOfRange> {
        if (50.0..=99.0).contains(&percent) {
            Ok(Self(percent))
        } else {
            Err(OutOfRange { what: "level", bounds: "50 to 99", found: percent })
        }
    }

    /// The level in percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        self.0
    }

    /// The level as a share, from 0.5 to 0.99.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0 / 100.0
    }
}

impl TryFrom<f64> for Level {
    type Error = OutOfRange;
    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        Self::new(value)
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> f64 {
        level.0
    }
}
