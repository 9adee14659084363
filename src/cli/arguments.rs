//! Values of arguments that are checked as they are read, so that a wrong one is wrong usage. Knows no command.

use crate::domain::TableName;
use crate::engines::topics::TopicEdit;

/// A mistake in what was typed that shows only once all of it is read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// A whole number from 1 up to `most`.
fn whole(text: &str, most: usize) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ if most == usize::MAX => Err("use a whole number from 1".to_owned()),
        _ => Err(format!("use a whole number from 1 to {most}")),
    }
}

/// A whole number from 1.
pub(super) fn count(text: &str) -> Result<usize, String> {
    whole(text, usize::MAX)
}

/// Numbers of topics that become one.
pub(super) fn topics_to_merge(text: &str) -> Result<TopicEdit, String> {
    let topics: Result<Vec<usize>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    match topics {
        Ok(topics) if topics.len() > 1 => Ok(TopicEdit::Merge(topics)),
        _ => Err("name two or more topics by their numbers, as in 2,5".to_owned()),
    }
}

/// Steps ahead.
pub(super) fn horizon(text: &str) -> Result<usize, String> {
    whole(text, 1_000)
}

/// Steps in a season.
pub(super) fn season(text: &str) -> Result<usize, String> {
    whole(text, 400)
}

/// A share above 0 and up to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| "use a number above 0 and up to 1".to_owned())
}

/// A number above 0.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| *number > 0.0 && number.is_finite());
    number.ok_or_else(|| "use a number above 0".to_owned())
}

/// The level of an interval in percent.
pub(super) fn level(text: &str) -> Result<f64, String> {
    let level = text.parse().ok().filter(|level| (50.0..=99.0).contains(level));
    level.ok_or_else(|| "use percent from 50 to 99".to_owned())
}

/// A table, or none for one that is to be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table(pub Option<TableName>);

/// A table, or `auto`.
pub(super) fn table(text: &str) -> Result<Table, String> {
    if text == "auto" {
        return Ok(Table(None));
    }
    let known = TableName::ALL.iter().map(|table| table.name()).collect::<Vec<_>>().join(", ");
    text.parse().map(|table| Table(Some(table))).map_err(|_| format!("use auto or one of {known}"))
}

/// A field and the column it is taken from.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(field, _)| !field.is_empty());
    pair.map(|(field, column)| (field.to_owned(), column.to_owned())).ok_or_else(|| "write field=column".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in ["0", "-1", "1.5", "x", ""] {
            assert!(count(text).is_err() && horizon(text).is_err() && season(text).is_err(), "{text}");
        }
        assert!(horizon("1001").is_err() && season("401").is_err());
        for text in ["0", "1.5", "2", "nan", "-0.1", "inf"] {
            assert!(share(text).is_err(), "{text}");
        }
        for text in ["49", "99.5", "100", "nan"] {
            assert!(level(text).is_err(), "{text}");
        }
        assert!(positive("0").is_err() && positive("nan").is_err() && positive("inf").is_err());
        assert!(table("order").is_err() && pair("region").is_err() && pair("=x").is_err());
        assert_eq!((share("1"), level("99"), table("auto")), (Ok(1.0), Ok(99.0), Ok(Table(None))));
        assert_eq!(pair("region=a=b"), Ok(("region".to_owned(), "a=b".to_owned())));
    }
}
