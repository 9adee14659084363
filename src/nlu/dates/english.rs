//! The English rules, as tables. Makes nothing itself; `making` does.

use jiff::ToSpan;
use jiff::civil::{Time, Weekday};

use super::calendar::Holiday;
use super::chart::{Node, Rule};
use super::making::*;
use super::moment::{Clock, Fields, Kind, Length, Open, Season, Stretch, TimeUnit, When, period_of};
use super::numerals::Form;

/// The direction that a word names.
fn direction(word: &str) -> i64 {
    match word {
        "last" | "past" | "previous" | "prior" | "preceding" | "this_past" | "the_last" | "the_past" | "latest" => -1,
        "next" | "following" | "coming" | "upcoming" | "subsequent" | "this_coming" | "this_upcoming" => 1,
        _ => 0,
    }
}

fn nearest(fields: Fields, past: bool, m: &super::chart::Match<'_>) -> Option<Node> {
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

fn in_week(weekday: Weekday, by: i64, m: &super::chart::Match<'_>) -> Option<Node> {
    let week = super::moment::period_away(TimeUnit::Week, m.ground.today, by, m.ground.week_start)?;
    let day = week.start.date().checked_add(i64::from(weekday.since(m.ground.week_start)).days()).ok()?;
    fixed(Stretch::day(day), TimeUnit::Day)
}

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

/// Names of months, weekdays, units and holidays.
pub(super) const NAMES: &[Rule] = &[
    month!("january|jan", 1),
    month!("february|feb|febuary", 2),
    month!("march|mar", 3),
    month!("april|apr", 4),
    month!("may", 5),
    month!("june|jun", 6),
    month!("july|jul", 7),
    month!("august|aug", 8),
    month!("september|sept|sep", 9),
    month!("october|oct", 10),
    month!("november|nov", 11),
    month!("december|dec", 12),
    ("<month> .", |m| Some(Node::Month(m.month(0)?))),
    weekday!("monday|mon", Monday),
    weekday!("tuesday|tues|tue", Tuesday),
    weekday!("wednesday|wed|weds", Wednesday),
    weekday!("thursday|thurs|thur|thu", Thursday),
    weekday!("friday|fri", Friday),
    weekday!("saturday|sat", Saturday),
    weekday!("sunday|sun", Sunday),
    unit!("seconds|second|secs|sec", Second),
    unit!("minutes|minute|mins|min", Minute),
    unit!("hours|hour|hrs|hr|h", Hour),
    unit!("days|day", Day),
    unit!("nights|night", Day),
    unit!("workdays|workday|working_days|working_day|business_days|business_day|weekdays", Workday),
    unit!("weekends|weekend", Weekend),
    unit!("weeks|week|wks|wk", Week),
    unit!("fortnights|fortnight", Fortnight),
    unit!("months|month|mths|mth|mos", Month),
    unit!("quarters|quarter|qtrs|qtr", Quarter),
    unit!("years|year|yrs|yr", Year),
    unit!("decades|decade", Decade),
    unit!("half_years|half_year|half-year", Half),
    unit!("workweek|work_week|business_week", Workday),
    holiday!("christmas|xmas|christmas_day|xmas_day", Holiday::Fixed(12, 25, 1)),
    holiday!("christmas_eve|xmas_eve", Holiday::Fixed(12, 24, 1)),
    holiday!("boxing_day", Holiday::Fixed(12, 26, 1)),
    holiday!("new_year's_day|new_year_day|new_years_day|new_year|new_years|new_year's", Holiday::Fixed(1, 1, 1)),
    holiday!("new_year's_eve|new_years_eve|new_year_eve|nye", Holiday::Fixed(12, 31, 1)),
    holiday!("valentine's_day|valentines_day|valentine's|valentines|valentine_day", Holiday::Fixed(2, 14, 1)),
    holiday!("st_patrick's_day|saint_patrick's_day|st_patricks_day", Holiday::Fixed(3, 17, 1)),
    holiday!("april_fools|april_fool's_day|april_fools_day", Holiday::Fixed(4, 1, 1)),
    holiday!("earth_day", Holiday::Fixed(4, 22, 1)),
    holiday!("women's_day|womens_day|international_women's_day", Holiday::Fixed(3, 8, 1)),
    holiday!("halloween|hallowe'en", Holiday::Fixed(10, 31, 1)),
    holiday!("independence_day|4th_of_july", Holiday::Fixed(7, 4, 1)),
    holiday!("veterans_day", Holiday::Fixed(11, 11, 1)),
    holiday!("singles_day|singles'_day|single's_day|double_11|double_eleven|11.11", Holiday::Fixed(11, 11, 1)),
    holiday!("black_friday|blackfriday|bf", Holiday::Thanksgiving(1)),
    holiday!("cyber_monday", Holiday::Thanksgiving(4)),
    holiday!("thanksgiving|thanksgiving_day", Holiday::Thanksgiving(0)),
    holiday!("labor_day|labour_day", Holiday::Nth(9, 1, Weekday::Monday)),
    holiday!("memorial_day", Holiday::Nth(5, -1, Weekday::Monday)),
    holiday!("mlk_day|martin_luther_king_day", Holiday::Nth(1, 3, Weekday::Monday)),
    holiday!("presidents_day|presidents'_day|president's_day", Holiday::Nth(2, 3, Weekday::Monday)),
    holiday!("columbus_day", Holiday::Nth(10, 2, Weekday::Monday)),
    holiday!("mother's_day|mothers_day|mothers'_day", Holiday::Nth(5, 2, Weekday::Sunday)),
    holiday!("father's_day|fathers_day|fathers'_day", Holiday::Nth(6, 3, Weekday::Sunday)),
    holiday!("easter|easter_sunday", Holiday::Easter(0)),
    holiday!("easter_monday", Holiday::Easter(1)),
    holiday!("good_friday", Holiday::Easter(-2)),
    holiday!("ash_wednesday", Holiday::Easter(-46)),
    holiday!("chinese_new_year|lunar_new_year|cny|spring_festival", Holiday::LunarNewYear(0, 7)),
    holiday!("dragon_boat_festival", Holiday::DragonBoat),
    holiday!("mid_autumn_festival|mid-autumn|moon_festival", Holiday::MidAutumn),
    holiday!("golden_week", Holiday::Fixed(10, 1, 7)),
    holiday!("eid_al_fitr|eid_ul_fitr", Holiday::EidAlFitr),
    ("spring|springtime", |m| season(Season::Spring, m.ground)),
    ("summer|summertime", |m| season(Season::Summer, m.ground)),
    ("autumn|fall", |m| {
        season(Season::Autumn, m.ground).map(|node| match node {
            Node::When(w) => Node::When(When { latent: m.literal(0) == "fall", ..w }),
            other => other,
        })
    }),
    ("winter|wintertime", |m| season(Season::Winter, m.ground)),
];

/// Dates and periods of the calendar.
pub(super) const DATES: &[Rule] = &[
    // Bare names.
    ("<month>", |m| {
        let mut found = When::of(Fields { month: m.month(0), ..Fields::default() }, m.ground.today);
        found.latent = m.month(0)? == 5;
        Some(Node::When(found))
    }),
    ("<weekday>", |m| when(weekday_of(m.weekday(0)?), m.ground)),
    ("<int>", |m| match m.form(0)? {
        Form::Digits(4) if (1900..=2099).contains(&m.int(0)?) => year_of(m.int(0)?, m.ground),
        Form::Words if (1990..=2060).contains(&m.int(0)?) => year_of(m.int(0)?, m.ground),
        _ => None,
    }),
    // Two numbers in words make a year: nineteen ninety six.
    ("<int> <int>", |m| {
        let (a, b) = (m.int(0)?, m.int(1)?);
        let words = m.form(0)? == Form::Words && m.form(1)? == Form::Words;
        (words && (13..=20).contains(&a) && (10..=99).contains(&b)).then(|| year_of(a * 100 + b, m.ground)).flatten()
    }),
    ("year|calendar_year|the_year <int>", |m| year_of(year_number(m.int(0)?, m.width(0))?, m.ground)),
    ("fy|fiscal_year|financial_year '? <int>", |m| year_of(year_number(m.int(0)?, m.width(0))?, m.ground)),
    ("last|this|next|current|previous fiscal_year|financial_year|calendar_year|fy", |m| {
        away(TimeUnit::Year, direction(m.literal(0)), m.ground)
    }),
    ("this|current|the fiscal_year|calendar_year|financial_year", |m| away(TimeUnit::Year, 0, m.ground)),
    // Day and month.
    ("the? <ord> ,|of? <month>", |m| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)),
    ("the? <ord> of? <month>", |m| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)),
    ("the? <ord> day of <month>", |m| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)),
    // "one may ask" is no first of May.
    ("<int> of? <month>", |m| {
        (m.width(0) <= 2 && !(m.month(1)? == 5 && m.int(0)? == 1 && m.width(0) == 0))
            .then(|| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground))
            .flatten()
    }),
    ("<month> the? <int>", |m| {
        (m.width(0) <= 2 && m.int(1)? <= 31)
            .then(|| day_of(None, i64::from(m.month(0)?), m.int(1)?, m.ground))
            .flatten()
    }),
    ("<month> ,? the? <ord>", |m| day_of(None, i64::from(m.month(0)?), m.int(1)?, m.ground)),
    ("<month> /|- <int>", |m| {
        (m.width(1) <= 2 && m.width(1) > 0 && m.int(1)? <= 31)
            .then(|| day_of(None, i64::from(m.month(0)?), m.int(1)?, m.ground))
            .flatten()
    }),
    ("<int> /|- <month>", |m| {
        (m.width(0) <= 2).then(|| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)).flatten()
    }),
    ("<month> /|- <int> /|- <int>", |m| {
        if m.width(1) == 4 {
            day_of(m.int(1), i64::from(m.month(0)?), m.int(2)?, m.ground)
        } else {
            day_of(year_number(m.int(2)?, m.width(2)), i64::from(m.month(0)?), m.int(1)?, m.ground)
        }
    }),
    ("<int> /|- <month> /|- <int>", |m| {
        day_of(year_number(m.int(2)?, m.width(2)), i64::from(m.month(1)?), m.int(0)?, m.ground)
    }),
    ("<int> /|- <int> /|- <month>", |m| {
        day_of(year_number(m.int(0)?, m.width(0)), i64::from(m.month(2)?), m.int(1)?, m.ground)
    }),
    ("<month> /|-|, <int>", |m| {
        (m.width(1) == 4).then(|| month_of(m.int(1), i64::from(m.month(0)?), m.ground)).flatten()
    }),
    ("<month> of|' <int>", |m| {
        month_of(Some(year_number(m.int(1)?, m.width(1)).filter(|y| *y > 1000)?), i64::from(m.month(0)?), m.ground)
    }),
    ("<month> <int> (", |_| None),
    ("<when> ,? in|of? <int>", |m| {
        let w = m.when(0)?;
        let year = match m.form(1)? {
            Form::Digits(4) | Form::Words => m.int(1)?,
            _ => return None,
        };
        let f = w.fields;
        (f.year.is_none()
            && (f.month.is_some() || f.holiday.is_some() || f.quarter.is_some() || f.half.is_some())
            && (1000..=2999).contains(&year)
            && is_plain(&w))
        .then(|| when(Fields { year: i16::try_from(year).ok(), ..f }, m.ground))
        .flatten()
    }),
    ("<when> of|' <int>", |m| {
        let f = m.when(0)?.fields;
        (f.year.is_none() && f.month.is_some() && m.width(1) == 2)
            .then(|| {
                when(Fields { year: year_number(m.int(1)?, 2).and_then(|y| i16::try_from(y).ok()), ..f }, m.ground)
            })
            .flatten()
    }),
    // Numbers with marks.
    ("<int> -|/|. <int> -|/|. <int>", triple),
    ("<int> / <int>", |m| {
        if m.width(0) == 0 || m.width(1) == 0 || m.width(0) > 2 {
            return if m.width(0) == 4 && m.width(1) <= 2 { month_of(m.int(0), m.int(1)?, m.ground) } else { None };
        }
        if m.width(1) == 4 {
            return month_of(m.int(1), m.int(0)?, m.ground);
        }
        if m.width(1) > 2 {
            return None;
        }
        let (day, month) = day_month(m.int(0)?, m.int(1)?, m.ground.order)?;
        day_of(None, month, day, m.ground)
    }),
    ("<int> - <int>", |m| {
        let (a, b) = (m.width(0), m.width(1));
        if a == 4 && b == 2 {
            month_of(m.int(0), m.int(1)?, m.ground)
        } else if b == 4 && (1..=2).contains(&a) {
            month_of(m.int(1), m.int(0)?, m.ground)
        } else {
            None
        }
    }),
    ("on|by|until|till|since|before|after <int> . <int>", |m| {
        if !(1..=2).contains(&m.width(0)) || !(1..=2).contains(&m.width(1)) {
            return None;
        }
        let (day, month) = day_month(m.int(0)?, m.int(1)?, m.ground.order)?;
        let node = day_of(None, month, day, m.ground)?;
        if m.literal(0) == "on" {
            return Some(node);
        }
        None
    }),
    ("<int> .", |m| {
        let v = m.int(0)?;
        (m.width(0) == 8).then(|| day_of(Some(v / 10_000), v / 100 % 100, v % 100, m.ground)).flatten()
    }),
    // Days alone.
    ("the <ord>", |m| {
        when(
            Fields { day: i8::try_from(m.int(0)?).ok().filter(|d| (1..=31).contains(d)), ..Fields::default() },
            m.ground,
        )
        .filter(|n| matches!(n, Node::When(w) if !w.fields.is_empty()))
    }),
    ("the <ord> day of <when>", |m| {
        let w = m.when(1)?;
        (w.unit == TimeUnit::Month).then(|| nth_of(m.int(0)?, TimeUnit::Day, w, m.ground)).flatten()
    }),
    ("<weekday> ,? the? <ord>", |m| {
        when(
            Fields {
                weekday: m.weekday(0),
                day: i8::try_from(m.int(1)?).ok().filter(|d| (1..=31).contains(d)),
                ..Fields::default()
            },
            m.ground,
        )
    }),
    ("<weekday> <int>", |m| {
        let day = m.int(1)?;
        (m.width(1) <= 2 && m.width(1) > 0 && (13..=31).contains(&day))
            .then(|| when(Fields { weekday: m.weekday(0), day: i8::try_from(day).ok(), ..Fields::default() }, m.ground))
            .flatten()
    }),
    // Side by side.
    ("<when> ,|on|of|in|-? <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> of_the|in_the <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> 's <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> ( <when> )", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    // Quarters and halves.
    ("q <int>", |m| quarter(m.int(0)?, None, m)),
    ("quarter <int>", |m| quarter(m.int(0)?, None, m)),
    ("the? <ord> quarter|qtr", |m| quarter(m.int(0)?, None, m)),
    ("h <int>", |m| half(m.int(0)?, m)),
    ("the? first_half", |m| half(1, m)),
    ("the? second_half|last_half", |m| half(2, m)),
    ("<when> -|/ <when>", |m| {
        let (a, b) = (m.when(0)?, m.when(1)?);
        let years =
            a.fields.year.is_some() && a.unit == TimeUnit::Year || b.fields.year.is_some() && b.unit == TimeUnit::Year;
        (years && (a.fields.quarter.or(a.fields.half).or(b.fields.quarter).or(b.fields.half)).is_some())
            .then(|| together(a, b, m.ground))
            .flatten()
    }),
    ("q <int> '? <int>", |m| (m.width(1) == 2).then(|| quarter(m.int(0)?, year_number(m.int(1)?, 2), m)).flatten()),
    ("<int> q <int>", |m| {
        (m.width(0) == 2 || m.width(0) == 4)
            .then(|| quarter(m.int(1)?, year_number(m.int(0)?, m.width(0)), m))
            .flatten()
    }),
];

fn quarter(n: i64, year: Option<i64>, m: &super::chart::Match<'_>) -> Option<Node> {
    (1..=4).contains(&n).then(|| {
        when(
            Fields {
                quarter: i8::try_from(n).ok(),
                year: year.and_then(|y| i16::try_from(y).ok()),
                ..Fields::default()
            },
            m.ground,
        )
    })?
}

fn half(n: i64, m: &super::chart::Match<'_>) -> Option<Node> {
    (1..=2).contains(&n).then(|| when(Fields { half: i8::try_from(n).ok(), ..Fields::default() }, m.ground))?
}

/// Seen from now.
pub(super) const RELATIVE: &[Rule] = &[
    ("today|todays|today's|current_date|this_day", |m| relative_day(m.ground, 0)),
    ("yesterday|yesterdays|yesterday's|the_day_before", |m| relative_day(m.ground, -1)),
    ("tomorrow|tomorrow's|tmrw|tmr|tomorow|the_day_after|the_next_day|the_following_day", |m| {
        relative_day(m.ground, 1)
    }),
    ("the? day_before_yesterday", |m| relative_day(m.ground, -2)),
    ("the? day_after_tomorrow", |m| relative_day(m.ground, 2)),
    ("now|right_now|at_the_moment|at_present|at_the_present_time|at_this_moment", |m| {
        let node = moment(m.ground.now)?;
        Some(match node {
            Node::When(w) => Node::When(When { closed: false, ..w }),
            other => other,
        })
    }),
    ("this|current|the_current|that|the_same|same|this_very <unit>", |m| {
        let unit = m.unit(0)?;
        if unit <= TimeUnit::Hour {
            return None;
        }
        away(unit, 0, m.ground)
    }),
    ("the <unit>", |m| {
        let unit = m.unit(0)?;
        (unit > TimeUnit::Hour && unit != TimeUnit::Workday && unit != TimeUnit::Weekend)
            .then(|| away(unit, 0, m.ground))
            .flatten()
    }),
    ("the? weekend|weekends", |m| if m.literal(1) == "weekend" { away(TimeUnit::Weekend, 0, m.ground) } else { None }),
    ("last|past|previous|prior|preceding|next|following|coming|upcoming|this_coming|this_past|latest <unit>", |m| {
        away(m.unit(0)?, direction(m.literal(0)), m.ground)
    }),
    ("<unit> before_last", |m| away(m.unit(0)?, -2, m.ground)),
    ("the? <unit> after_next", |m| away(m.unit(0)?, 2, m.ground)),
    ("last|previous <int> to? <int> <unit>", |_| None),
    ("last|past|previous|prior|preceding|next|following|coming|upcoming|latest|trailing <length>", |m| {
        let sign = if m.literal(0) == "trailing" { -1 } else { direction(m.literal(0)) };
        rolling(m.length(0)?, sign, m.ground)
    }),
    ("<num> last|past|previous|prior|next|following|coming|upcoming <unit>", |m| {
        rolling(Length::new(m.number(0)?, m.unit(1)?), direction(m.literal(0)), m.ground)
    }),
    ("within|over|during|for? the? last|past|previous|next|coming|following <length>", |m| {
        rolling(m.length(0)?, direction(m.literal(2)), m.ground)
    }),
    ("within the? next? <length>", |m| rolling_now(m.length(0)?, m)),
    ("this|current <weekday>", |m| in_week(m.weekday(0)?, 0, m)),
    ("last|previous <weekday>", |m| in_week(m.weekday(0)?, -1, m)),
    ("next|following <weekday>", |m| in_week(m.weekday(0)?, 1, m)),
    ("past|this_past <weekday>", |m| nearest(weekday_of(m.weekday(0)?), true, m)),
    ("upcoming|coming|this_coming|this_upcoming <weekday>", |m| nearest(weekday_of(m.weekday(0)?), false, m)),
    ("<weekday> week", |m| in_week(m.weekday(0)?, 1, m)),
    ("this|last|past|previous|next|upcoming|coming <when>", |m| {
        let (word, of) = (m.literal(0), m.when(0)?);
        let f = of.fields;
        if of.open != Open::No || of.closed || f.is_empty() || f.year.is_some() {
            return None;
        }
        if f.weekday.is_some() && (f.month.is_some() || f.day.is_some()) && f.month.is_some() {
            return nearest(Fields { year: m.ground.today.year().into(), ..f }, true, m);
        }
        if f.weekday.is_some() {
            return None;
        }
        let year = m.ground.today.year();
        let this = Fields { year: Some(year), ..f };
        match word {
            "this" => nearest(this, true, m),
            "next" if f.season.is_none() && f.month.is_some() && f.day.is_some() => {
                nearest(Fields { year: Some(year + 1), ..f }, true, m)
            }
            "last" | "past" | "previous" => {
                let found = When::of(f, m.ground.today).at[0]?;
                let ended = found.end.date() <= m.ground.today;
                nearest(Fields { year: Some(found.start.year() - i16::from(!ended)), ..f }, true, m)
            }
            _ => {
                let found = When::of(f, m.ground.today).at[1]?;
                let ahead = found.start.date() > m.ground.today;
                nearest(Fields { year: Some(found.start.year() + i16::from(!ahead)), ..f }, true, m)
            }
        }
    }),
    ("<when> last|this|next year", |m| {
        let f = m.when(0)?.fields;
        if f.is_empty()
            || f.year.is_some()
            || f.month.is_none() && f.quarter.is_none() && f.half.is_none() && f.holiday.is_none() && f.season.is_none()
        {
            return None;
        }
        let year = m.ground.today.year() + i16::try_from(direction(m.literal(0))).ok()?;
        when(Fields { year: Some(year), ..f }, m.ground)
    }),
    ("<length> ago|back|earlier|before_now|previously", |m| shifted(m.length(0)?, None, -1, m.ground)),
    ("<length> later|hence|from_now|after_now|from_today", |m| shifted(m.length(0)?, None, 1, m.ground)),
    ("in <length>", |m| shifted(m.length(0)?, None, 1, m.ground)),
    ("in? <length> after|from|since <when>", |m| {
        let mut node = shifted(m.length(0)?, Some(m.when(1)?), 1, m.ground)?;
        if let (Node::When(w), Some(l)) = (&mut node, m.length(0))
            && m.when(1)?.unit == TimeUnit::Year
            && l.is_days()
        {
            *w = w.map(|s| Stretch::day(s.start.date()))?;
        }
        Some(node)
    }),
    ("<length> before|prior_to <when>", |m| shifted(m.length(0)?, Some(m.when(1)?), -1, m.ground)),
    ("more_than|over|at_least <length> ago|before|prior_to <when>", |m| {
        match shifted(m.length(0)?, Some(m.when(1)?), -1, m.ground)? {
            Node::When(w) => open(w, Open::Before, m.ground),
            _ => None,
        }
    }),
    ("year_to_date|ytd|this_year_so_far|so_far_this_year|year-to-date", |m| to_date(TimeUnit::Year, m)),
    ("month_to_date|mtd|this_month_so_far|so_far_this_month|month-to-date", |m| to_date(TimeUnit::Month, m)),
    ("quarter_to_date|qtd|this_quarter_so_far|so_far_this_quarter|quarter-to-date", |m| to_date(TimeUnit::Quarter, m)),
    ("week_to_date|wtd|this_week_so_far|so_far_this_week|week-to-date", |m| to_date(TimeUnit::Week, m)),
    ("earlier this|in_the <unit>", |m| earlier(m.unit(0)?, m)),
    ("later this|in_the|in_this <unit>", |m| later(m.unit(0)?, m)),
    ("the? rest|remainder of the|this? <unit>", |m| later(m.unit(0)?, m)),
    ("to_date", |m| {
        let Node::When(today) = relative_day(m.ground, 0)? else { return None };
        open(today, Open::Before, m.ground)
    }),
    ("the? eoy|end_of_year|year_end|year's_end", |m| match away(TimeUnit::Year, 0, m.ground)? {
        Node::When(w) => part_of(1, w),
        _ => None,
    }),
    ("the? eom|end_of_month|month_end", |m| match away(TimeUnit::Month, 0, m.ground)? {
        Node::When(w) => part_of(1, w),
        _ => None,
    }),
    ("the? end of the? week", |m| later(TimeUnit::Week, m)),
    ("the? eow", |m| later(TimeUnit::Week, m)),
    ("the? eod|end_of_day|end_of_the_day", |m| moment(m.ground.today.to_datetime(Time::constant(23, 59, 59, 0)))),
    ("the? end_of the? <when>", |m| {
        let w = m.when(0)?;
        if !w.is_day() {
            return None;
        }
        let mut found = w.map(|s| {
            let at = s.start.checked_add(86_399.seconds()).ok()?;
            Stretch::new(at, at.checked_add(1.second()).ok()?)
        })?;
        found.kind = Kind::DateTime;
        found.closed = true;
        Some(Node::When(found))
    }),
    ("the? start_of|beginning_of|early|early_in|begin_of the? <when>", |m| part_of(-1, m.when(0)?)),
    ("the? middle_of|mid|mid-|half_of the? <when>", |m| part_of(0, m.when(0)?)),
    ("the? end_of|late|late_in|close_of the? <when>", |m| part_of(1, m.when(0)?)),
];

fn rolling_now(length: Length, m: &super::chart::Match<'_>) -> Option<Node> {
    if length.is_days() {
        return rolling(length, 1, m.ground);
    }
    let mut found = When::fixed(Stretch::new(m.ground.now, length.from(m.ground.now, 1)?), TimeUnit::Minute)?;
    found.kind = Kind::DateTimeRange;
    found.closed = true;
    Some(Node::When(found))
}

pub(super) fn to_date(unit: TimeUnit, m: &super::chart::Match<'_>) -> Option<Node> {
    let start = period_of(unit, m.ground.today, m.ground.week_start)?.start;
    let today = m.ground.today.to_datetime(Time::midnight());
    let end = today.checked_add(1.day()).ok()?;
    let mut found = When::fixed(Stretch::new(start, end), unit)?;
    found.kind = Kind::DateRange;
    let named = Stretch::new(start, if start < today { today } else { end });
    found.named = [named, named];
    found.closed = true;
    Some(Node::When(found))
}

fn earlier(unit: TimeUnit, m: &super::chart::Match<'_>) -> Option<Node> {
    if unit <= TimeUnit::Day {
        return None;
    }
    let start = period_of(unit, m.ground.today, m.ground.week_start)?.start;
    let mut found = When::fixed(Stretch::new(start, m.ground.today.to_datetime(Time::midnight())), unit)?;
    found.kind = Kind::DateRange;
    found.closed = true;
    Some(Node::When(found))
}

fn later(unit: TimeUnit, m: &super::chart::Match<'_>) -> Option<Node> {
    if unit <= TimeUnit::Day {
        return None;
    }
    let whole = period_of(unit, m.ground.today, m.ground.week_start)?;
    let Node::When(second) = part_of(1, When::fixed(Some(whole), unit)?)? else { return None };
    let start = m.ground.today.to_datetime(Time::midnight()).max(second.at[0]?.start);
    let mut found = When::fixed(Stretch::new(start, whole.end), unit)?;
    found.kind = Kind::DateRange;
    found.closed = true;
    Some(Node::When(found))
}

/// Parts of periods, ranges, open ends.
pub(super) const RANGES: &[Rule] = &[
    ("since the? end_of|late <when>", |m| match part_of(1, m.when(0)?)? {
        Node::When(w) => open(w, Open::Since, m.ground),
        _ => None,
    }),
    ("after the? beginning_of|start_of|early <when>", |m| match m.when(0)? {
        w if w.has_date() => {
            let mut found = open(w, Open::Since, m.ground)?;
            if let Node::When(w) = &mut found {
                w.open = Open::After;
            }
            Some(found)
        }
        _ => None,
    }),
    ("before the? beginning_of|start_of|early <when>", |m| open(m.when(0)?, Open::Before, m.ground)),
    ("before|by the? end_of the? <when>", |m| {
        let w = m.when(0)?;
        if w.is_day() {
            return open(w, Open::Until, m.ground);
        }
        let mut found = open(w, Open::Until, m.ground)?;
        if let Node::When(w) = &mut found {
            w.open = Open::Before;
        }
        Some(found)
    }),
    ("by|before the? eoy|year_end|end_of_year|year's_end", |m| match away(TimeUnit::Year, 0, m.ground)? {
        Node::When(w) => open(w, Open::Until, m.ground),
        _ => None,
    }),
    ("by|before the? eom|month_end|end_of_month", |m| match away(TimeUnit::Month, 0, m.ground)? {
        Node::When(w) => open(w, Open::Until, m.ground),
        _ => None,
    }),
    ("from|between the? end_of <when> to|and|until|till|through|- the? end_of|middle_of|mid <when>", |m| {
        edges(m.when(0)?, 1, m.when(1)?, if m.literal(4) == "end_of" { 1 } else { 0 }, m)
    }),
    ("from|between the? middle_of|mid <when> to|and|until|till|through|- the? end_of|middle_of|mid <when>", |m| {
        edges(m.when(0)?, 0, m.when(1)?, if m.literal(4) == "end_of" { 1 } else { 0 }, m)
    }),
    (
        "from|between the? start_of|beginning_of? <when> to|and|until|till|through|- the? end_of|middle_of|mid <when>",
        |m| edges(m.when(0)?, -1, m.when(1)?, if m.literal(4) == "end_of" { 1 } else { 0 }, m),
    ),
    ("the? <ord> <unit> of|in the? <when>", |m| nth_of(m.int(0)?, m.unit(1)?, m.when(2)?, m.ground)),
    ("the? last|final <unit> of|in the? <when>", |m| nth_of(-1, m.unit(0)?, m.when(1)?, m.ground)),
    ("the? first <int> <unit> of|in the? <when>", |m| some_of(m.int(0)?, m.unit(1)?, false, m.when(2)?, m.ground)),
    ("the? last|final <int> <unit> of|in the? <when>", |m| some_of(m.int(0)?, m.unit(1)?, true, m.when(2)?, m.ground)),
    ("the? <ord> <weekday> of|in the? <when>", |m| nth_weekday(m.int(0)?, m.weekday(1)?, m.when(2)?)),
    ("the? last|final <weekday> of|in the? <when>", |m| nth_weekday(-1, m.weekday(0)?, m.when(1)?)),
    ("the? week|wk|cw|w <int>", |m| {
        match when(Fields { year: Some(m.ground.today.year()), ..Fields::default() }, m.ground)? {
            Node::When(year) if (1..=53).contains(&m.int(0)?) => nth_of(m.int(0)?, TimeUnit::Week, year, m.ground),
            _ => None,
        }
    }),
    ("the? week|wk <int> of|in? <when>", |m| {
        let year = m.when(1)?;
        (year.unit == TimeUnit::Year && (1..=53).contains(&m.int(0)?))
            .then(|| nth_of(m.int(0)?, TimeUnit::Week, year, m.ground))
            .flatten()
    }),
    ("the? week_of|week_beginning|week_commencing|week_starting|w/c|wc <when>", |m| {
        let w = m.when(0)?;
        if !w.is_day() {
            return None;
        }
        let start = m.ground.week_start;
        let mut found = w.map(|s| period_of(TimeUnit::Week, s.start.date(), start))?;
        found.kind = Kind::DateRange;
        found.unit = TimeUnit::Week;
        Some(Node::When(found))
    }),
    ("the? weekend_of|weekend_after? <when> weekend?", |m| {
        let w = m.when(0)?;
        let said = m.literal(1) == "weekend_of" || m.literal(2) == "weekend";
        if !w.is_day() || !said || m.literal(1) == "weekend_after" {
            return None;
        }
        let mut found = w.map(|s| {
            // From the day itself, or the Saturday before it, to the end of Sunday or of the day.
            let day = s.start.date();
            let monday = day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).ok()?;
            let (start, end) = match day.weekday() {
                Weekday::Monday => (day.checked_sub(2.days()).ok()?, day.checked_add(1.day()).ok()?),
                Weekday::Tuesday => (day.checked_sub(3.days()).ok()?, day.checked_add(1.day()).ok()?),
                Weekday::Saturday | Weekday::Sunday => {
                    (monday.checked_add(5.days()).ok()?, monday.checked_add(7.days()).ok()?)
                }
                _ => (day, monday.checked_add(7.days()).ok()?),
            };
            Stretch::days(start, end)
        })?;
        found.kind = Kind::DateRange;
        found.unit = TimeUnit::Weekend;
        Some(Node::When(found))
    }),
    ("from|between|in|during? <when> to|until|till|through|thru|-|~|and|til the? <when>", |m| {
        let and = m.literal(1) == "and";
        let and_fits = matches!(m.literal(0), "between");
        if and && !and_fits {
            return None;
        }
        if m.literal(0) == "between" && !matches!(m.literal(1), "and" | "-" | "to" | "~") {
            return None;
        }
        if m.literal(0) == "in" || m.literal(0) == "during" {
            return None;
        }
        between(m.when(0)?, m.when(1)?, m.ground)
    }),
    // 3 to 12 of May, 4-23 in next month.
    ("from|between? the? <int> to|-|and|until|till|through|~ the? <int> of|in? <when>", |m| days_in(m)),
    ("from|between? the? <ord> to|-|and|until|till|through|~ the? <ord> of|in? <when>", |m| days_in(m)),
    ("from|between? <month> the? <int> to|-|and|until|till|through|~ the? <int>", |m| month_days(m)),
    ("from|between? <month> the? <ord> to|-|and|until|till|through|~ the? <ord>", |m| month_days(m)),
    ("<int> - <int>", |m| {
        let (a, b) = (m.int(0)?, m.int(1)?);
        if m.width(0) != 4 || m.width(1) != 4 || !(1900..2100).contains(&a) || !(1900..2100).contains(&b) || a >= b {
            return None;
        }
        let (Node::When(a), Node::When(b)) = (year_of(a, m.ground)?, year_of(b, m.ground)?) else { return None };
        between(a, b, m.ground)
    }),
    ("<when> or after|later|above|newer|greater !than", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("<when> and later|greater|above|newer|onwards !than", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("<when> or|and before|earlier|below|older", |m| open(m.when(0)?, Open::Until, m.ground)),
    ("<when> onward|onwards", |m| open(m.when(0)?, Open::Since, m.ground)),
    (
        "since|starting|starting_from|starting_on|beginning|beginning_on|as_of|from_on|ever_since|as_early_as|as_late_as the? <when>",
        |m| open(m.when(0)?, Open::Since, m.ground),
    ),
    ("starting_with|effective <when>", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("after|later_than|greater_than|past|newer_than|> <when>", |m| {
        if m.literal(0) == "past" && !m.when(0)?.is_day() {
            return None;
        }
        open(m.when(0)?, Open::After, m.ground)
    }),
    ("year|years later_than|greater_than|after|bigger_than <when>", |m| open(m.when(0)?, Open::After, m.ground)),
    ("before|prior_to|earlier_than|no_later_than|not_later_than|by|older_than|< <when>", |m| {
        let w = m.when(0)?;
        if m.literal(0) == "by" && w.fields.year.is_some() && w.unit == TimeUnit::Year {
            return open(w, Open::Before, m.ground);
        }
        open(w, Open::Before, m.ground)
    }),
    ("until|till|til|up_to|up_until|through the? end_of? the? <when>", |m| {
        let w = m.when(0)?;
        open(w, if m.literal(2).is_empty() && w.kind != Kind::Date { Open::Before } else { Open::Until }, m.ground)
    }),
    ("<=|<_=|=<|≤ <when>", |m| open(m.when(0)?, Open::Until, m.ground)),
    ("< = <when>", |m| open(m.when(0)?, Open::Until, m.ground)),
    (">=|≥ <when>", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("for? <length> ,? from|starting|starting_from|beginning <when>", |m| {
        let (length, from) = (m.length(0)?, m.when(1)?);
        if !length.is_days() && from.kind != Kind::DateTime || from.open != Open::No {
            return None;
        }
        if m.literal(0).is_empty() && m.literal(2) == "from" {
            return None;
        }
        let at = from.at[1].and_then(|s| Stretch::new(s.start, length.from(s.start, 1)?));
        let mut found = When::fixed(at, TimeUnit::Day)?;
        found.kind = if from.kind == Kind::DateTime { Kind::DateTimeRange } else { Kind::DateRange };
        found.closed = true;
        Some(Node::When(found))
    }),
];

fn edges(a: When, from: i64, b: When, to: i64, m: &super::chart::Match<'_>) -> Option<Node> {
    if a.closed || b.closed {
        return None;
    }
    let Node::When(whole) = between(a, b, m.ground)? else { return None };
    let edge = |s: Stretch, w: When| -> Option<Stretch> {
        let start = match from {
            1 => w.end_of(s.start, a.unit)?,
            0 => middle(s.start, a.unit)?,
            _ => s.start,
        };
        let last = b.unit;
        let end = if to == 1 {
            s.end
        } else {
            let back = Length::new(1.0, last).from(s.end, -1)?;
            middle(back, last)?
        };
        Stretch::new(start, end)
    };
    let mut found = whole.map(|s| edge(s, a))?;
    found.closed = true;
    found.kind = Kind::DateRange;
    Some(Node::When(found))
}

fn middle(start: jiff::civil::DateTime, unit: TimeUnit) -> Option<jiff::civil::DateTime> {
    match unit {
        TimeUnit::Month => start.checked_add(15.days()).ok(),
        TimeUnit::Year => start.checked_add(6.months()).ok()?.checked_add(1.day()).ok(),
        _ => Length::new(0.5, unit).from(start, 1),
    }
}

impl When {
    fn end_of(&self, start: jiff::civil::DateTime, unit: TimeUnit) -> Option<jiff::civil::DateTime> {
        Length::new(1.0, unit).from(start, 1)
    }
}

fn days_in(m: &super::chart::Match<'_>) -> Option<Node> {
    let (a, b, of) = (m.int(0)?, m.int(1)?, m.when(2)?);
    if of.unit != TimeUnit::Month || of.open != Open::No || of.closed || a > 31 || b > 31 || a < 1 || m.width(0) > 2 {
        return None;
    }
    if b <= a {
        return None;
    }
    let pick = day_in;
    let mut found = of.map(|s| Stretch::days(pick(s, a)?, pick(s, b)?.checked_add(1.day()).ok()?))?;
    found.named = [0, 1].map(|i| of.at[i].and_then(|s| Stretch::days(pick(s, a)?, pick(s, b)?)));
    // Read by its first day: the 3rd of September was, or will be.
    if of.fields.month.is_some() && of.fields.year.is_none() {
        let day = i8::try_from(a).ok();
        let first = Fields { day, ..of.fields }.resolve(m.ground.today);
        for i in 0..2 {
            let start = first[i]?.start.date();
            let month = period_of(TimeUnit::Month, start, m.ground.week_start)?;
            found.at[i] = Stretch::days(pick(month, a)?, pick(month, b)?.checked_add(1.day()).ok()?);
            found.named[i] = Stretch::days(pick(month, a)?, pick(month, b)?);
        }
    }
    found.kind = Kind::DateRange;
    found.unit = TimeUnit::Day;
    found.closed = true;
    Some(Node::When(found))
}

/// A day of the month that a stretch starts in.
fn day_in(at: Stretch, day: i64) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(at.start.year(), at.start.month(), i8::try_from(day).ok()?).ok()
}

fn month_days(m: &super::chart::Match<'_>) -> Option<Node> {
    let month = i64::from(m.month(0)?);
    let (a, b) = (m.int(1)?, m.int(2)?);
    if a >= b || m.width(1) > 2 || m.width(2) > 2 {
        return None;
    }
    let (Node::When(a), Node::When(b)) = (day_of(None, month, a, m.ground)?, day_of(None, month, b, m.ground)?) else {
        return None;
    };
    between(a, b, m.ground)
}

/// Lengths of time.
pub(super) const LENGTHS: &[Rule] = &[
    ("<num> -? <unit>", |m| Some(Node::Length(Length::new(m.number(0)?, m.unit(1)?)))),
    ("a|an|one <unit>", |m| {
        (!matches!(m.unit(0)?, TimeUnit::Weekend)).then(|| Some(Node::Length(Length::new(1.0, m.unit(0)?))))?
    }),
    ("the|next next? <unit> and <length>", |m| Some(Node::Length(Length::new(1.0, m.unit(0)?).plus(m.length(1)?)))),
    ("half an|a <unit>", |m| Some(Node::Length(Length::new(0.5, m.unit(0)?)))),
    ("half a? year", |_| Some(Node::Length(Length::new(0.5, TimeUnit::Year)))),
    ("a? couple of? <unit>", |m| Some(Node::Length(Length::new(2.0, m.unit(0)?)))),
    ("a? few|several|some <unit>", |m| Some(Node::Length(Length::new(3.0, m.unit(0)?)))),
    ("a? dozen <unit>", |m| Some(Node::Length(Length::new(12.0, m.unit(0)?)))),
    ("<int> and a? half <unit>", |m| Some(Node::Length(Length::new(m.number(0)? + 0.5, m.unit(1)?)))),
    ("<int> and a? quarter <unit>", |m| Some(Node::Length(Length::new(m.number(0)? + 0.25, m.unit(1)?)))),
    ("<int> <unit> and a? half", |m| Some(Node::Length(Length::new(m.number(0)? + 0.5, m.unit(1)?)))),
    ("<int> <unit> and a? quarter", |m| Some(Node::Length(Length::new(m.number(0)? + 0.25, m.unit(1)?)))),
    ("<int> and <int> <unit>", |m| {
        let (a, b) = (m.int(0)?, m.int(1)?);
        (m.form(0)? == Form::Words && a >= 20 && a % 10 == 0 && (1..10).contains(&b))
            .then(|| Node::Length(Length::new((a + b) as f64, m.unit(2).unwrap_or(TimeUnit::Day))))
    }),
    ("<length> ,|and? <length>", |m| {
        let (a, b) = (m.length(0)?, m.length(1)?);
        (a.unit > b.unit && a.count > 0.0)
            .then(|| Node::Length(Length { unit: a.unit.min(b.unit), count: b.count, ..a.plus(b) }))
    }),
    ("<int> d", |m| close(m, TimeUnit::Day)),
    ("<int> w", |m| close(m, TimeUnit::Week)),
    ("<int> y", |m| close(m, TimeUnit::Year)),
    ("<num> s", |_| None),
];

fn close(m: &super::chart::Match<'_>, unit: TimeUnit) -> Option<Node> {
    (m.width(0) > 0 && m.width(0) < 4).then(|| Some(Node::Length(Length::new(m.number(0)?, unit))))?
}

/// Times of day.
pub(super) const CLOCKS: &[Rule] = &[
    ("<int> am|a.m.|a.m|a|p|pm|p.m.|p.m|.am|.pm|a_._m_.|p_._m_.", |m| meridiem(hour(m, 0)?, m.literal(0))),
    ("<int> . am|pm", |m| meridiem(hour(m, 0)?, m.literal(1))),
    ("<int> p|a . m .?", |m| meridiem(hour(m, 0)?, m.literal(0))),
    ("<clock> p|a . m .?", |m| meridiem(m.clock(0)?, m.literal(0))),
    ("<clock> am|a.m.|a.m|pm|p.m.|p.m|a|p", |m| meridiem(m.clock(0)?, m.literal(0))),
    ("<int> : <int>", |m| {
        (m.width(1) == 2 && m.width(0) <= 2 && m.width(0) > 0)
            .then(|| clock(m.int(0)?, m.int(1)?, 0, m.width(0) == 2 && m.int(0)? == 0).map(Node::Clock))?
    }),
    ("<int> : <int> : <int>", |m| {
        (m.width(1) == 2 && m.width(2) == 2).then(|| clock(m.int(0)?, m.int(1)?, m.int(2)?, false).map(Node::Clock))?
    }),
    ("<int> . <int> am|pm|a.m.|p.m.", |m| {
        (m.width(1) == 2).then(|| meridiem(clock(m.int(0)?, m.int(1)?, 0, false)?, m.literal(1)))?
    }),
    ("<int> - <int>", |m| {
        let words = m.form(0)? == Form::Words && m.form(1)? == Form::Words;
        (words && (1..=12).contains(&m.int(0)?) && (10..=59).contains(&m.int(1)?))
            .then(|| clock(m.int(0)?, m.int(1)?, 0, false).map(Node::Clock))?
    }),
    ("<int> <int> minutes?", |m| {
        let words = m.form(0)? == Form::Words && m.form(1)? == Form::Words;
        (words && (1..=12).contains(&m.int(0)?) && (10..=59).contains(&m.int(1)?)).then(|| {
            clock(m.int(0)?, m.int(1)?, 0, false).map(|c| Node::Clock(Clock { latent: m.literal(0).is_empty(), ..c }))
        })?
    }),
    ("<int> o'clock|oclock|o_clock|ish", |m| Some(Node::Clock(hour(m, 0)?))),
    ("<int> noon", |_| clock(12, 0, 0, true).map(Node::Clock)),
    ("noon|noonish|midday|mid-day|high_noon", |_| clock(12, 0, 0, true).map(Node::Clock)),
    ("midnight", |_| clock(0, 0, 0, true).map(Node::Clock)),
    ("half_past|half <int>", |m| {
        let h = hour(m, 0)?;
        if m.literal(0) == "half" {
            return None;
        }
        Some(Node::Clock(Clock { start: h.start + 1800, ..h }))
    }),
    ("half_past <clock>", |m| {
        let h = m.clock(0)?;
        (h.end.is_none()).then_some(Node::Clock(Clock { start: h.start + 1800, ..h }))
    }),
    ("a? quarter past|after <int>", |m| {
        let h = hour(m, 0)?;
        Some(Node::Clock(Clock { start: h.start + 900, ..h }))
    }),
    ("a? quarter to|before <int>", |m| {
        let h = hour(m, 0)?;
        Some(Node::Clock(Clock { start: (h.start - 900).rem_euclid(86_400), ..h }))
    }),
    ("<int> minutes|min|mins? past|after <int>", |m| {
        let (minutes, h) = (m.int(0)?, hour(m, 1)?);
        if m.literal(1) == "after" && m.literal(0).is_empty() {
            return None;
        }
        (1..60).contains(&minutes).then_some(Node::Clock(Clock { start: h.start + minutes * 60, latent: false, ..h }))
    }),
    ("<int> minutes|min|mins? to|before <int>", |m| {
        let (minutes, h) = (m.int(0)?, hour(m, 1)?);
        if m.literal(0).is_empty() {
            return None;
        }
        (1..60)
            .contains(&minutes)
            .then_some(Node::Clock(Clock { start: (h.start - minutes * 60).rem_euclid(86_400), ..h }))
    }),
    ("<int>", |m| {
        if m.width(0) == 4 {
            return None;
        }
        let h = hour(m, 0)?;
        (m.int(0)? >= 1).then_some(Node::Clock(Clock { latent: true, ..h }))
    }),
    ("<int> -|to <int>", |m| {
        if m.width(0) != 4 || m.width(1) != 4 {
            return None;
        }
        let (a, b) = (m.int(0)?, m.int(1)?);
        let (a, b) = (clock(a / 100, a % 100, 0, false)?, clock(b / 100, b % 100, 0, false)?);
        (m.int(0)? < 1300 && m.int(1)? <= 2400)
            .then(|| clock_range(a, b).map(|c| Node::Clock(Clock { latent: true, ..c })))?
    }),
    ("morning|mornings", |m| if m.literal(0) == "morning" { part_of_day(8, 12) } else { None }),
    ("afternoon|arvo", |_| part_of_day(12, 16)),
    ("evening", |_| part_of_day(16, 20)),
    ("night", |_| part_of_day(20, 24)),
    ("daytime", |_| part_of_day(8, 18)),
    ("lunchtime|lunch_time|lunch", |m| if m.literal(0) == "lunch" { None } else { part_of_day(11, 13) }),
    ("dinnertime|dinner_time", |_| part_of_day(16, 20)),
    ("breakfast", |m| {
        let Some(Node::Clock(c)) = part_of_day(8, 12) else { return None };
        let _ = m;
        Some(Node::Clock(Clock { latent: true, ..c }))
    }),
    ("early|early_in the? <clock>", |m| part_half(m.clock(0)?, false)),
    ("late|later|late_in|later_in the? <clock>", |m| part_half(m.clock(0)?, true)),
    ("at|in|around|about|circa|by? the? <clock>", |m| {
        let c = m.clock(0)?;
        if m.literal(0).is_empty() || m.literal(0) == "by" {
            return None;
        }
        if m.literal(0) == "in" && !c.part {
            return None;
        }
        if c.latent && (c.part || m.literal(0) != "at" || c.end.is_some()) {
            return None;
        }
        Some(Node::Clock(c))
    }),
    ("<clock> in|at|during? the? <clock>", |m| {
        let (a, b) = (m.clock(0)?, m.clock(1)?);
        if a.part == b.part {
            return None;
        }
        if a.part { clock_in_part(b, a) } else { clock_in_part(a, b) }.map(Node::Clock)
    }),
    ("from|between? <clock> to|until|till|til|-|and|through <clock>", |m| {
        let (a, b) = (m.clock(0)?, m.clock(1)?);
        if m.literal(1) == "and" && m.literal(0) != "between" {
            return None;
        }
        clock_range(a, b).map(Node::Clock)
    }),
    ("from <clock> for <length>", |m| with_length(m.clock(0)?, m.length(1)?)),
    ("for <length> from <clock>", |m| with_length(m.clock(1)?, m.length(0)?)),
    ("<clock> for <length>", |m| {
        let c = m.clock(0)?;
        if c.latent { None } else { with_length(c, m.length(1)?) }
    }),
    ("after|later_than <clock>", |m| opened(m.clock(0)?, Open::After)),
    ("before|by|prior_to|no_later_than <clock>", |m| opened(m.clock(0)?, Open::Before)),
    ("since|any_time_from|anytime_from|from|starting_at|any_time_after? <clock>", |m| {
        if matches!(m.literal(0), "" | "from") {
            return None;
        }
        opened(m.clock(0)?, Open::Since)
    }),
    ("<clock> or later|after", |m| opened(m.clock(0)?, Open::Since)),
    ("<when> ,|at|in|on|from|for|around|by|-|the|,_at|starting_at|sometime? <clock>", |m| {
        let c = m.clock(1)?;
        let day = m.when(0)?;
        if c.latent && c.end.is_none() && !matches!(m.literal(0), "at" | "around") {
            return None;
        }
        if m.literal(0) == "by" {
            return match opened(c, Open::Before)? {
                Node::Clock(c) => day_with_clock(day, c),
                _ => None,
            };
        }
        day_with_clock(day, c)
    }),
    ("<clock> ,|on|of|,_on|in? the? <when>", |m| {
        let c = m.clock(0)?;
        if c.latent && c.end.is_none() {
            return None;
        }
        day_with_clock(m.when(1)?, c)
    }),
    ("this|today <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        match relative_day(m.ground, 0)? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("next|tomorrow <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        match relative_day(m.ground, 1)? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("last|yesterday <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        match relative_day(m.ground, -1)? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("late|early this|last|tomorrow <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        let Node::Clock(c) = part_half(c, m.literal(0) == "late")? else { return None };
        match relative_day(
            m.ground,
            match m.literal(1) {
                "last" => -1,
                "tomorrow" => 1,
                _ => 0,
            },
        )? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("tonight|this_evening", |m| {
        match (
            relative_day(m.ground, 0)?,
            part_of_day(
                if m.literal(0) == "tonight" { 20 } else { 16 },
                if m.literal(0) == "tonight" { 24 } else { 20 },
            )?,
        ) {
            (Node::When(d), Node::Clock(c)) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("mid today", |m| match (relative_day(m.ground, 0)?, part_of_day(10, 14)?) {
        (Node::When(d), Node::Clock(c)) => day_with_clock(d, c),
        _ => None,
    }),
    ("later in? today", |m| match (relative_day(m.ground, 0)?, part_of_day(12, 24)?) {
        (Node::When(d), Node::Clock(c)) => day_with_clock(d, c),
        _ => None,
    }),
    (
        "<clock> ,|in? tonight|this_morning|this_afternoon|this_evening|last_night|tomorrow_evening|tomorrow_morning|tomorrow_afternoon|tomorrow_night|yesterday_afternoon|yesterday_morning|yesterday_evening|next_evening|next_morning",
        |m| near_part(m.clock(0)?, m.literal(1), m),
    ),
    (
        "tonight|this_morning|this_afternoon|this_evening|last_night|tomorrow_evening|tomorrow_morning|tomorrow_afternoon|tomorrow_night|next_evening|next_morning ,|at|from|around? <clock>",
        |m| near_part(m.clock(0)?, m.literal(0), m),
    ),
    ("<when> am|pm", |m| {
        match part_of_day(if m.literal(0) == "am" { 8 } else { 12 }, if m.literal(0) == "am" { 12 } else { 16 })? {
            Node::Clock(c) => day_with_clock(m.when(0)?, c),
            _ => None,
        }
    }),
    ("last <unit>", |m| (m.unit(0)? <= TimeUnit::Hour).then(|| rolling(Length::new(1.0, m.unit(0)?), -1, m.ground))?),
    ("the hour", |_| Some(Node::Length(Length::new(1.0, TimeUnit::Hour)))),
];

fn near_part(c: Clock, word: &str, m: &super::chart::Match<'_>) -> Option<Node> {
    let day = if word.starts_with("tomorrow") || word.starts_with("next") {
        1
    } else if word.starts_with("last") || word.starts_with("yesterday") {
        -1
    } else {
        0
    };
    let (from, to) = if word.ends_with("morning") {
        (8, 12)
    } else if word.ends_with("afternoon") {
        (12, 16)
    } else if word.ends_with("evening") {
        (16, 20)
    } else {
        (20, 24)
    };
    let Node::Clock(part) = part_of_day(from, to)? else { return None };
    let Node::When(d) = relative_day(m.ground, day)? else { return None };
    day_with_clock(d, clock_in_part(c, part)?)
}

fn meridiem(c: Clock, word: &str) -> Option<Node> {
    let pm = word.trim_start_matches('.').starts_with('p');
    if c.part || c.start >= 13 * 3600 && !(pm) || c.end.is_some() {
        return None;
    }
    let twelve = c.start / 3600 == 12;
    let start = match (pm, twelve) {
        (true, true) | (false, false) => c.start,
        (true, false) if c.start < 12 * 3600 => c.start + 12 * 3600,
        (true, false) => c.start,
        (false, true) => c.start - 12 * 3600,
    };
    Some(Node::Clock(Clock { start, sure: true, latent: false, ..c }))
}

fn part_half(c: Clock, late: bool) -> Option<Node> {
    let end = c.end.filter(|_| c.part)?;
    let middle = (c.start + end) / 2;
    Some(Node::Clock(if late { Clock { start: middle, ..c } } else { Clock { end: Some(middle), ..c } }))
}

pub(super) fn with_length(c: Clock, length: Length) -> Option<Node> {
    if c.part
        || c.end.is_some()
        || length.seconds() > 86_400.0
        || length.seconds() <= 0.0
        || c.open != Open::No
        || length.unit >= TimeUnit::Day
    {
        return None;
    }
    Some(Node::Clock(Clock { end: Some(c.start + length.seconds() as i64), latent: false, ..c }))
}

pub(super) fn opened(c: Clock, how: Open) -> Option<Node> {
    if c.open != Open::No || c.end.is_some() && !c.part || c.latent && !c.part {
        return None;
    }
    let start = if matches!(how, Open::After | Open::Since) { c.end.unwrap_or(c.start) } else { c.start };
    Some(Node::Clock(Clock { start, end: None, open: how, part: false, latent: false, ..c }))
}

/// Again and again.
pub(super) const SETS: &[Rule] = &[
    (
        "daily|weekly|monthly|quarterly|yearly|annually|annual|hourly|biweekly|bi-weekly|bimonthly|bi-monthly|semiannual|semi-annual|semiannually|nightly|fortnightly|biannual",
        |_| Some(Node::Set),
    ),
    ("every|each|all|any other|second? <unit>", |m| {
        let _ = m;
        if m.literal(0) == "all" && !matches!(m.unit(0)?, TimeUnit::Weekend) {
            None
        } else if m.literal(0) == "any" && m.unit(0)? != TimeUnit::Year {
            None
        } else {
            Some(Node::Set)
        }
    }),
    ("every|each <length>", |_| Some(Node::Set)),
    ("every|each <when>", |m| {
        let f = m.when(0)?.fields;
        (f.weekday.is_some() || f.month.is_some() || f.holiday.is_some()).then_some(Node::Set)
    }),
    ("every|each <clock>", |m| m.clock(0)?.part.then_some(Node::Set)),
    ("everyday|weekdays|every_weekday|each_weekday|everynight", |m| (m.literal(0) != "weekdays").then_some(Node::Set)),
    ("once|twice a|per <unit>", |_| Some(Node::Set)),
    ("<int> times a|per <unit>", |_| Some(Node::Set)),
    ("mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays", |_| Some(Node::Set)),
    ("<weekday>? mornings|afternoons|evenings|nights", |_| None),
    ("mornings|afternoons|evenings", |_| Some(Node::Set)),
    ("<weekday> mornings|afternoons|evenings|nights", |_| Some(Node::Set)),
    ("<set> at? <clock>", |m| {
        let c = m.clock(1)?;
        (!c.latent || m.literal(0) == "at").then_some(Node::Set)
    }),
    ("<clock> <set>", |m| (!m.clock(0)?.latent).then_some(Node::Set)),
];
