//! Moments and periods while they are being read: what was said of them, and what that means seen from now. Knows no
//! words.

mod fields;

use crate::nlu::dates::calendar::{self, Holiday};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

pub(crate) use fields::*;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Monday to Friday, as a step.
    Workday,
    /// Saturday and Sunday.
    Weekend,
    /// Weeks.
    Week,
    /// Two weeks.
    Fortnight,
    /// Months.
    Month,
    /// Quarters.
    Quarter,
    /// Halves of a year.
    Half,
    /// Years.
    Year,
    /// Ten years.
    Decade,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Length {
    pub(crate) months: f64,
    pub(crate) days: f64,
    pub(crate) seconds: f64,
    pub(crate) unit: TimeUnit,
    pub(crate) count: f64,
}

impl Length {
    pub(crate) fn new(count: f64, unit: TimeUnit) -> Self {
        let mut length = Self { months: 0.0, days: 0.0, seconds: 0.0, unit, count };
        match unit {
            TimeUnit::Second => length.seconds = count,
            TimeUnit::Minute => length.seconds = count * 60.0,
            TimeUnit::Hour => length.seconds = count * 3600.0,
            TimeUnit::Day | TimeUnit::Workday => length.days = count,
            TimeUnit::Weekend => length.days = count * 2.0,
            TimeUnit::Week => length.days = count * 7.0,
            TimeUnit::Fortnight => length.days = count * 14.0,
            TimeUnit::Month => length.months = count,
            TimeUnit::Quarter => length.months = count * 3.0,
            TimeUnit::Half => length.months = count * 6.0,
            TimeUnit::Year => length.months = count * 12.0,
            TimeUnit::Decade => length.months = count * 120.0,
        }
        length
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            months: self.months + other.months,
            days: self.days + other.days,
            seconds: self.seconds + other.seconds,
            unit: self.unit.min(other.unit),
            count: 0.0,
        }
    }

    /// Seconds, with years of 365 days and months of 30, as Microsoft's recognizers count them.
    pub(crate) fn seconds(self) -> f64 {
        let years = (self.months / 12.0).trunc();
        let whole_years = matches!(self.unit, TimeUnit::Year | TimeUnit::Half | TimeUnit::Decade) || years >= 1.0;
        let month_days =
            if whole_years && self.months % 12.0 != 0.0 && matches!(self.unit, TimeUnit::Year | TimeUnit::Half) {
                self.months / 12.0 * 365.0
            } else {
                years * 365.0 + (self.months - years * 12.0) * 30.0
            };
        (month_days + self.days) * 86_400.0 + self.seconds
    }

    pub(crate) fn is_days(self) -> bool {
        self.seconds == 0.0
    }

    /// The moment this long after (or, with −1, before) another.
    pub(crate) fn from(self, at: DateTime, sign: i64) -> Option<DateTime> {
        if self.months.abs() > 24_000.0 || self.days.abs() > 800_000.0 || self.seconds.abs() > 1e11 {
            return None;
        }
        let months = sign * (self.months.trunc() as i64);
        let mut days = self.days + self.months.fract() * 30.0;
        if self.unit == TimeUnit::Workday {
            let mut at = at;
            let mut left = days as i64;
            while left > 0 {
                at = at.checked_add(sign.days()).ok()?;
                if !matches!(at.date().weekday(), Weekday::Saturday | Weekday::Sunday) {
                    left -= 1;
                }
            }
            days = 0.0;
            return at.checked_add(((days * 86_400.0) as i64).seconds()).ok();
        }
        let whole = days.trunc() as i64;
        let seconds = ((days.fract() * 86_400.0 + self.seconds).round()) as i64;
        at.checked_add(months.months())
            .ok()?
            .checked_add((sign * whole).days())
            .ok()?
            .checked_add((sign * seconds).seconds())
            .ok()
    }
}

/// A half-open stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) start: DateTime,
    pub(crate) end: DateTime,
}

impl Stretch {
    pub(crate) fn new(start: DateTime, end: DateTime) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    pub(crate) fn days(start: Date, end: Date) -> Option<Self> {
        Self::new(start.to_datetime(Time::midnight()), end.to_datetime(Time::midnight()))
    }

    pub(crate) fn day(date: Date) -> Option<Self> {
        Self::days(date, date.checked_add(1.day()).ok()?)
    }
}

/// What a found expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One day.
    Date,
    /// Days from one to another.
    DateRange,
    /// A time of day.
    Time,
    /// A stretch of a day.
    TimeRange,
    /// A day with a time.
    DateTime,
    /// From a day and time to another.
    DateTimeRange,
    /// A length of time.
    Duration,
    /// Something that comes again and again.
    Set,
}

/// Whether both ends of a period were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Both.
    No,
    /// The end only: "before May".
    Before,
    /// The end only, which is in: "up to May".
    Until,
    /// The start only, which is out: "after May".
    After,
    /// The start only, which is in: "since May".
    Since,
}

/// A time of day or a stretch of one, in seconds from midnight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock {
    pub(crate) start: i64,
    pub(crate) end: Option<i64>,
    /// Whether it is known to be in the morning or after noon.
    pub(crate) sure: bool,
    /// Whether it is a part of the day, such as the evening.
    pub(crate) part: bool,
    pub(crate) open: Open,
    /// A bare number that is a time only beside other words.
    pub(crate) latent: bool,
}

/// A moment or period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct When {
    pub(crate) kind: Kind,
    pub(crate) unit: TimeUnit,
    pub(crate) fields: Fields,
    /// Seen as past and as future.
    pub(crate) at: [Option<Stretch>; 2],
    /// The ends as they were named: the first day of what was named last, where that is not the end.
    pub(crate) named: [Option<Stretch>; 2],
    pub(crate) open: Open,
    /// Means a time only beside other words, such as a bare "may".
    pub(crate) latent: bool,
    /// Counted from now, so that it names no calendar period.
    pub(crate) rolling: bool,
    /// Says "from X to Y" and can be moved no further.
    pub(crate) closed: bool,
}

impl When {
    pub(crate) fn of(fields: Fields, today: Date) -> Self {
        let at = fields.resolve(today);
        let unit = fields.unit();
        let kind = if unit == TimeUnit::Day { Kind::Date } else { Kind::DateRange };
        Self { kind, unit, fields, at, named: at, open: Open::No, latent: false, rolling: false, closed: false }
    }

    pub(crate) fn fixed(stretch: Option<Stretch>, unit: TimeUnit) -> Option<Self> {
        let at = Some(stretch?);
        let kind = match unit {
            TimeUnit::Day | TimeUnit::Workday => Kind::Date,
            TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour => Kind::DateTimeRange,
            _ => Kind::DateRange,
        };
        Some(Self {
            kind,
            unit,
            fields: Fields::default(),
            at: [at, at],
            named: [at, at],
            open: Open::No,
            latent: false,
            rolling: false,
            closed: false,
        })
    }

    pub(crate) fn is_day(&self) -> bool {
        self.kind == Kind::Date
    }

    pub(crate) fn has_date(&self) -> bool {
        matches!(self.kind, Kind::Date | Kind::DateRange)
    }

    /// The same with another reading of each view.
    pub(crate) fn map(&self, change: impl Fn(Stretch) -> Option<Stretch>) -> Option<Self> {
        let at = [self.at[0].and_then(&change), self.at[1].and_then(&change)];
        (at[0].is_some() || at[1].is_some()).then_some(Self {
            at,
            named: at,
            fields: Fields::default(),
            latent: false,
            ..*self
        })
    }
}

/// The period of a unit that a day lies in.
pub(crate) fn period_of(unit: TimeUnit, day: Date, week_start: Weekday) -> Option<Stretch> {
    let months = |start: Date, count: i64| Stretch::days(start, start.checked_add(count.months()).ok()?);
    let first = |month: i8| Date::new(day.year(), month, 1).ok();
    let week = |start: Weekday| day.checked_sub(i64::from(day.weekday().since(start)).days()).ok();
    match unit {
        TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day | TimeUnit::Workday => Stretch::day(day),
        TimeUnit::Weekend => {
            let start = week(Weekday::Monday)?.checked_add(5.days()).ok()?;
            Stretch::days(start, start.checked_add(2.days()).ok()?)
        }
        TimeUnit::Week => {
            let start = week(week_start)?;
            Stretch::days(start, start.checked_add(1.week()).ok()?)
        }
        TimeUnit::Fortnight => {
            let start = week(week_start)?;
            Stretch::days(start, start.checked_add(2.weeks()).ok()?)
        }
        TimeUnit::Month => months(day.first_of_month(), 1),
        TimeUnit::Quarter => months(first((day.month() - 1) / 3 * 3 + 1)?, 3),
        TimeUnit::Half => months(first((day.month() - 1) / 6 * 6 + 1)?, 6),
        TimeUnit::Year => months(first(1)?, 12),
        TimeUnit::Decade => months(Date::new(day.year().div_euclid(10) * 10, 1, 1).ok()?, 120),
    }
}

/// The period of a unit, so many of them away from the one that a day lies in.
pub(crate) fn period_away(unit: TimeUnit, day: Date, away: i64, week_start: Weekday) -> Option<Stretch> {
    let this = period_of(unit, day, week_start)?.start.date();
    let away = away.clamp(-4000, 4000);
    let moved = match unit {
        TimeUnit::Weekend | TimeUnit::Week => this.checked_add(away.weeks()),
        TimeUnit::Fortnight => this.checked_add((2 * away).weeks()),
        TimeUnit::Month => this.checked_add(away.months()),
        TimeUnit::Quarter => this.checked_add((3 * away).months()),
        TimeUnit::Half => this.checked_add((6 * away).months()),
        TimeUnit::Year => this.checked_add(away.years()),
        TimeUnit::Decade => this.checked_add((10 * away).years()),
        TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day | TimeUnit::Workday => {
            this.checked_add(away.days())
        }
    };
    period_of(unit, moved.ok()?, week_start)
}
