//! What was said of a day or period, and what it means seen from today.

use super::*;

/// A season of the northern year, three calendar months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// What was said of a day or period, before now is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Fields {
    pub(crate) year: Option<i16>,
    pub(crate) month: Option<i8>,
    pub(crate) day: Option<i8>,
    pub(crate) weekday: Option<Weekday>,
    pub(crate) quarter: Option<i8>,
    pub(crate) half: Option<i8>,
    pub(crate) holiday: Option<Holiday>,
    pub(crate) season: Option<Season>,
}

pub(crate) fn either<T: PartialEq + Copy>(a: Option<T>, b: Option<T>) -> Result<Option<T>, ()> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => Err(()),
        (a, b) => Ok(a.or(b)),
    }
}

impl Fields {
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Both together, where they say different things that fit.
    pub(crate) fn merge(self, o: Self) -> Option<Self> {
        let merged = Self {
            year: either(self.year, o.year).ok()?,
            month: either(self.month, o.month).ok()?,
            day: either(self.day, o.day).ok()?,
            weekday: either(self.weekday, o.weekday).ok()?,
            quarter: either(self.quarter, o.quarter).ok()?,
            half: either(self.half, o.half).ok()?,
            holiday: either(self.holiday, o.holiday).ok()?,
            season: either(self.season, o.season).ok()?,
        };
        let parts =
            [merged.quarter.is_some(), merged.half.is_some(), merged.holiday.is_some(), merged.season.is_some()];
        let special = parts.iter().filter(|p| **p).count();
        let sound = special <= 1
            && !(special == 1 && (merged.month.is_some() || merged.day.is_some() || merged.weekday.is_some()))
            && !(merged.day.is_some() && merged.month.is_none() && merged.year.is_some())
            && !(merged.weekday.is_some() && merged.day.is_none() && (merged.month.is_some() || merged.year.is_some()));
        (sound && merged != self && merged != o).then_some(merged)
    }

    /// The finest thing said.
    pub(crate) fn unit(self) -> TimeUnit {
        if self.day.is_some() || self.weekday.is_some() || self.holiday.is_some() {
            TimeUnit::Day
        } else if self.month.is_some() {
            TimeUnit::Month
        } else if self.quarter.is_some() || self.season.is_some() {
            TimeUnit::Quarter
        } else if self.half.is_some() {
            TimeUnit::Half
        } else {
            TimeUnit::Year
        }
    }

    /// What is meant in one year.
    fn in_year(self, year: i16) -> Option<Stretch> {
        let months = |first: i8, count: i64| {
            let start = Date::new(year, first, 1).ok()?;
            Stretch::days(start, start.checked_add(count.months()).ok()?)
        };
        if let Some(holiday) = self.holiday {
            let (start, days) = calendar::days_of(holiday, year)?;
            return Stretch::days(start, start.checked_add(days.days()).ok()?);
        }
        match (self.month, self.day) {
            (Some(month), Some(day)) => Stretch::day(Date::new(year, month, day).ok()?),
            (Some(month), None) => months(month, 1),
            (None, _) => match (self.quarter, self.half, self.season) {
                (Some(q), _, _) => months(q * 3 - 2, 3),
                (_, Some(h), _) => months(h * 6 - 5, 6),
                (_, _, Some(Season::Spring)) => months(3, 3),
                (_, _, Some(Season::Summer)) => months(6, 3),
                (_, _, Some(Season::Autumn)) => months(9, 3),
                (_, _, Some(Season::Winter)) => months(12, 3),
                (None, None, None) => months(1, 12),
            },
        }
    }

    /// What is meant, seen from today: the last and the next time that it is so, the same where a year is named.
    pub(crate) fn resolve(self, today: Date) -> [Option<Stretch>; 2] {
        if let Some(year) = self.year {
            let at = self.in_year(year);
            return [at, at];
        }
        if self.month.is_none() && (self.day.is_some() || self.weekday.is_some()) {
            return self.resolve_day(today);
        }
        let year = today.year();
        let whole_day = self.unit() == TimeUnit::Day;
        let near = |years: &mut dyn Iterator<Item = i16>, fits: &dyn Fn(Stretch) -> bool| {
            years.filter_map(|y| self.in_year(y)).find(|at| fits(*at))
        };
        let past = near(&mut (year - 9..=year).rev(), &|at| at.start.date() <= today);
        let future = near(&mut (year - 1..=year + 9), &|at| {
            if whole_day { at.start.date() > today } else { at.end.date() > today }
        });
        [past, future]
    }

    fn resolve_day(self, today: Date) -> [Option<Stretch>; 2] {
        let fits = |date: &Date| {
            self.day.is_none_or(|day| date.day() == day) && self.weekday.is_none_or(|weekday| date.weekday() == weekday)
        };
        let step = |from: i64, by: i64| {
            (0..1500).filter_map(|n| today.checked_add((from + by * n).days()).ok()).find(fits).and_then(Stretch::day)
        };
        // A weekday that is today means a week ago or today; a day of the month, today or a month ahead.
        if self.day.is_none() || self.weekday.is_some() {
            [step(-1, -1), step(0, 1)]
        } else {
            [step(0, -1), step(1, 1)]
        }
    }
}
