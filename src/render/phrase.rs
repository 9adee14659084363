//! A phrase with typed arguments becomes a sentence. The only place that decides how an argument is written.

use std::collections::BTreeMap;

use minijinja::Value;

use super::number::{Currency, Numerals, Room};
use super::words::Words;
use super::{RenderError, text};
use crate::domain::{Arg, Language, Phrase, Unit};

/// Deep enough for any honest phrase.
const DEEPEST: usize = 12;

/// How a phrase is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// In which language.
    pub(crate) language: Language,
    /// The year that need not be said.
    pub(crate) year: Option<i16>,
    /// How much room figures have.
    pub(crate) room: Room,
    /// Whether markup is shown: text is made harmless where it is, and bold is left out where it is not.
    pub(crate) markup: bool,
}

/// Fills in phrases.
pub(crate) struct Filler<'a> {
    pub(crate) words: &'a Words,
    pub(crate) currency: &'a Currency,
}

impl Filler<'_> {
    /// One line.
    ///
    /// # Errors
    /// When the phrase is not known or lacks an argument.
    pub(crate) fn phrase(&self, phrase: &Phrase, manner: Manner, depth: usize) -> Result<String, RenderError> {
        if depth > DEEPEST {
            return Err(RenderError::TooDeep(phrase.key.clone().into_owned()));
        }
        let mut values = BTreeMap::new();
        for (name, arg) in &phrase.args {
            values.insert(name.clone().into_owned(), Value::from(self.arg(arg, manner, depth)?));
            if let Some(raw) = raw(arg) {
                values.insert(format!("{name}_raw"), raw);
            }
            if let Arg::Range(range) = arg {
                let key = if range.days() == 1 { "common.date.on" } else { "common.date.in" };
                let written = [("range".to_owned(), self.range(*range, manner)?.into())].into();
                values.insert(format!("{name}_in"), Value::from(self.words.fill(key, written, manner.language)?));
            }
            if let Some(size) = without_sign(arg) {
                values.insert(format!("{name}_abs"), Value::from(self.arg(&size, manner, depth)?));
            }
        }
        let line = self.words.fill(&phrase.key, values, manner.language)?;
        Ok(if manner.markup { line } else { line.replace("**", "") })
    }

    /// One argument, formatted for people.
    ///
    /// # Errors
    /// When it holds a phrase that is not known or lacks an argument.
    pub(crate) fn arg(&self, arg: &Arg, manner: Manner, depth: usize) -> Result<String, RenderError> {
        let numerals = Numerals { currency: self.currency.clone(), language: manner.language };
        Ok(match arg {
            Arg::Text(words) => {
                let words = if manner.markup { text::harmless(words) } else { text::one_line(words) };
                if words.is_empty() { self.words.plain("common.blank", manner.language)? } else { words }
            }
            Arg::Figure(value, unit) => numerals.figure(*value, *unit, manner.room),
            Arg::Change(value, Unit::Percent) if value.is_finite() => {
                let points = numerals.change(*value, Unit::Percent, manner.room);
                let values = [("points".to_owned(), points.into())].into();
                self.words.fill("common.points", values, manner.language)?
            }
            Arg::Change(value, unit) => numerals.change(*value, *unit, manner.room),
            Arg::Share(value) => numerals.share(*value),
            Arg::Growth(value) => numerals.growth(*value),
            Arg::Count(value) => numerals.count(*value, manner.room),
            Arg::Number(value) => numerals.figure(*value, Unit::Number, manner.room),
            Arg::Date(date) => self.date(*date, manner)?,
            Arg::Range(range) => self.range(*range, manner)?,
            Arg::Metric(metric) => self.name("metric", metric.name(), manner)?,
            Arg::Dimension(dimension) => self.name("dimension", dimension.name(), manner)?,
            Arg::Bucket(bucket) => self.name("bucket", bucket_name(*bucket), manner)?,
            Arg::Intent(intent) => self.name("intent", intent.name(), manner)?,
            Arg::List(items) => self.list(items, manner, depth)?,
            Arg::Phrase(phrase) => self.nested(phrase, manner, depth)?,
        })
    }
}

fn bucket_name(bucket: crate::domain::Bucket) -> &'static str {
    match bucket {
        crate::domain::Bucket::Day => "day",
        crate::domain::Bucket::Week => "week",
        crate::domain::Bucket::Month => "month",
    }
}

/// The bare number of an argument, or the name of a member of a closed list. Text has none: it never meets a template.
fn raw(arg: &Arg) -> Option<Value> {
    match arg {
        Arg::Figure(value, _) | Arg::Change(value, _) => Some(Value::from(*value)),
        Arg::Share(value) | Arg::Growth(value) | Arg::Number(value) => Some(Value::from(*value)),
        Arg::Count(value) => Some(Value::from(*value)),
        Arg::List(items) => Some(Value::from(items.len())),
        Arg::Metric(metric) => Some(Value::from(metric.name())),
        Arg::Dimension(dimension) => Some(Value::from(dimension.name())),
        Arg::Bucket(bucket) => Some(Value::from(bucket_name(*bucket))),
        Arg::Intent(intent) => Some(Value::from(intent.name())),
        Arg::Range(range) => Some(Value::from(range.days())),
        Arg::Text(_) | Arg::Date(_) | Arg::Phrase(_) => None,
    }
}

/// The size of a number, for sentences that say "fell by".
fn without_sign(arg: &Arg) -> Option<Arg> {
    match arg {
        Arg::Figure(value, unit) | Arg::Change(value, unit) => Some(Arg::Figure(value.abs(), *unit)),
        Arg::Growth(value) => Some(Arg::Share(value.abs())),
        Arg::Share(value) => Some(Arg::Share(value.abs())),
        Arg::Number(value) => Some(Arg::Number(value.abs())),
        Arg::Count(value) => Some(Arg::Count(value.saturating_abs())),
        Arg::Text(_)
        | Arg::Date(_)
        | Arg::Range(_)
        | Arg::Metric(_)
        | Arg::Dimension(_)
        | Arg::Bucket(_)
        | Arg::Intent(_)
        | Arg::List(_)
        | Arg::Phrase(_) => None,
    }
}
