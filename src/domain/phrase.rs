//! Words to be chosen later: a key of `prompts/replies/` with typed arguments. Engines speak in these, so that no
//! sentence stands in code and every language can say it its own way.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Bucket, DateRange, Dimension, Intent, Metric, Unit};

/// A typed argument; how it is written is the renderer's business.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A name or a quote, written as it is.
    Text(String),
    /// A figure in a unit.
    Figure(f64, Unit),
    /// A difference in a unit, written with its sign.
    Change(f64, Unit),
    /// A share from 0 to 1, written in percent.
    Share(f64),
    /// A relative change, 0.1 for ten percent more, written in percent with its sign.
    Growth(f64),
    /// A whole number.
    Count(i64),
    /// A plain number.
    Number(f64),
    /// A day.
    Date(Date),
    /// A period.
    Range(DateRange),
    /// A metric's name.
    Metric(Metric),
    /// A dimension's name.
    Dimension(Dimension),
    /// A step of time.
    Bucket(Bucket),
    /// What an intent asks for, in words.
    Intent(Intent),
    /// Several, joined as people join them.
    List(Vec<Arg>),
    /// A phrase inside a phrase.
    Phrase(Box<Phrase>),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}
impl From<Date> for Arg {
    fn from(date: Date) -> Self {
        Arg::Date(date)
    }
}
impl From<DateRange> for Arg {
    fn from(range: DateRange) -> Self {
        Arg::Range(range)
    }
}
impl From<Metric> for Arg {
    fn from(metric: Metric) -> Self {
        Arg::Metric(metric)
    }
}
impl From<Dimension> for Arg {
    fn from(dimension: Dimension) -> Self {
        Arg::Dimension(dimension)
    }
}
impl From<Bucket> for Arg {
    fn from(bucket: Bucket) -> Self {
        Arg::Bucket(bucket)
    }
}
impl From<Intent> for Arg {
    fn from(intent: Intent) -> Self {
        Arg::Intent(intent)
    }
}
impl From<Phrase> for Arg {
    fn from(phrase: Phrase) -> Self {
        Arg::Phrase(Box::new(phrase))
    }
}

/// A key with arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phrase {
    /// The key: the file's name in `prompts/replies/<language>/`, a dot, the name in the file.
    pub key: Cow<'static, str>,
    /// The arguments by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<Cow<'static, str>, Arg>,
}

impl Phrase {
    /// A phrase without arguments.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key: Cow::Borrowed(key), args: BTreeMap::new() }
    }

    /// The phrase with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.args.insert(Cow::Borrowed(name), arg.into());
        self
    }

    /// The phrase with a figure in a unit.
    #[must_use]
    pub fn figure(self, name: &'static str, value: f64, unit: Unit) -> Self {
        self.with(name, Arg::Figure(value, unit))
    }

    /// The phrase with a whole number.
    #[must_use]
    pub fn count(self, name: &'static str, value: usize) -> Self {
        self.with(name, Arg::Count(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}
