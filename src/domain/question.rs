//! A complete, typed question: what engines are asked.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::{Intent, Language, Role, Slots};

/// What an engine is asked. Every name in `slots` is one of the company's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub intent: Intent,
    /// What it is asked about.
    pub slots: Slots,
    /// What the asker may see.
    pub role: Role,
    /// The customer the asker is, where the asker is one: all that a customer may see.
    pub customer: Option<String>,
    /// The asker's language.
    pub language: Language,
    /// Today in the company's time zone. Engines see no clock but this.
    pub today: Date,
    /// The company's first day of the week.
    #[serde(with = "weekday")]
    pub week_start: Weekday,
}

/// A weekday on the wire: its number, 1 for Monday to 7 for Sunday (ISO 8601).
mod weekday {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(day: &Weekday, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i8(day.to_monday_one_offset())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Weekday, D::Error> {
        Weekday::from_monday_one_offset(i8::deserialize(from)?).map_err(D::Error::custom)
    }
}
