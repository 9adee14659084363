//! The English rules, as tables. Makes nothing itself; `making` does.

macro_rules! month {
    ($pattern:literal, $n:literal) => {
        ($pattern, |_| Some(Node::Month($n)))
    };
}

macro_rules! weekday {
    ($pattern:literal, $day:ident) => {
        ($pattern, |_| Some(Node::Weekday(Weekday::$day)))
    };
}

macro_rules! unit {
    ($pattern:literal, $unit:ident) => {
        ($pattern, |_| Some(Node::Unit(TimeUnit::$unit)))
    };
}

macro_rules! holiday {
    ($pattern:literal, $h:expr) => {
        ($pattern, |m| holiday($h, m.ground))
    };
}

mod names;
mod days;
mod relative;
mod ranges;
mod clocks;
mod lengths;

use crate::nlu::dates::calendar::Holiday;
use crate::nlu::dates::chart::{Node, Rule};
use crate::nlu::dates::making::*;
use crate::nlu::dates::moment::{Clock, Fields, Kind, Length, Open, Season, Stretch, TimeUnit, When, period_of};
use crate::nlu::dates::numerals::Form;
use jiff::ToSpan;
use jiff::civil::{Time, Weekday};

pub(crate) use clocks::{CLOCKS, opened};
pub(crate) use days::DATES;
pub(crate) use lengths::{LENGTHS, SETS};
pub(crate) use names::NAMES;
pub(crate) use ranges::RANGES;
pub(crate) use relative::{RELATIVE, to_date};

/// The direction that a word names.
fn direction(word: &str) -> i64 {
    match word {
        "last" | "past" | "previous" | "prior" | "preceding" | "this_past" | "the_last" | "the_past" | "latest" => -1,
        "next" | "following" | "coming" | "upcoming" | "subsequent" | "this_coming" | "this_upcoming" => 1,
        _ => 0,
    }
}

fn nearest(fields: Fields, past: bool, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    let mut found = When::of(fields, m.ground.today);
    let one = found.at[usize::from(!past)];
    found.at = [one, one];
    found.named = found.at;
    found.fields = Fields::default();
    Some(Node::When(found))
}

fn weekday_of(weekday: Weekday) -> Fields {
    Fields { weekday: Some(weekday), ..Fields::default() }
}

fn in_week(weekday: Weekday, by: i64, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    let week = crate::nlu::dates::moment::period_away(TimeUnit::Week, m.ground.today, by, m.ground.week_start)?;
    let day = week.start.date().checked_add(i64::from(weekday.since(m.ground.week_start)).days()).ok()?;
    fixed(Stretch::day(day), TimeUnit::Day)
}
