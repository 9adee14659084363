//! The Chinese rules, as tables. Makes nothing itself; `making` does. Traditional characters were made simple before.

macro_rules! holiday {
    ($pattern:literal, $h:expr) => {
        ($pattern, |m| holiday($h, m.ground))
    };
}

macro_rules! unit {
    ($pattern:literal, $unit:ident) => {
        ($pattern, |_| Some(Node::Unit(TimeUnit::$unit)))
    };
}

macro_rules! away {
    ($pattern:literal, $unit:ident, $by:literal) => {
        ($pattern, |m| away(TimeUnit::$unit, $by, m.ground))
    };
}

macro_rules! day {
    ($pattern:literal, $by:literal) => {
        ($pattern, |m| relative_day(m.ground, $by))
    };
}

mod names;
mod relative;
mod ranges;

use crate::nlu::dates::calendar::Holiday;
use crate::nlu::dates::chart::{Match, Node, Rule};
use crate::nlu::dates::english::{opened, to_date};
use crate::nlu::dates::making::*;
use crate::nlu::dates::moment::{Clock, Fields, Kind, Length, Open, Season, Stretch, TimeUnit, When, period_away};
use crate::nlu::dates::numerals::Form;
use jiff::ToSpan;
use jiff::civil::Weekday;

pub(crate) use names::{DATES, NAMES};
pub(crate) use ranges::{CLOCKS, LENGTHS, RANGES, SETS};
pub(crate) use relative::RELATIVE;

fn weekday_named(word: &str) -> Option<Weekday> {
    Some(match word {
        "一" | "1" => Weekday::Monday,
        "二" | "2" => Weekday::Tuesday,
        "三" | "3" => Weekday::Wednesday,
        "四" | "4" => Weekday::Thursday,
        "五" | "5" => Weekday::Friday,
        "六" | "6" => Weekday::Saturday,
        "日" | "天" | "7" => Weekday::Sunday,
        _ => return None,
    })
}

fn weekday_in(by: i64, word: &str, m: &Match<'_>) -> Option<Node> {
    let week = period_away(TimeUnit::Week, m.ground.today, by, Weekday::Monday)?;
    let after = i64::from(weekday_named(word)?.since(Weekday::Monday));
    fixed(Stretch::day(week.start.date().checked_add(after.days()).ok()?), TimeUnit::Day)
}
