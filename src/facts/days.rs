//! Civil days and moments as plain numbers, the form in which columns hold them. Knows no clock and no time zone.

use jiff::civil::{Date, DateTime, Time, Weekday};

/// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms", 2013, `days_from_civil`).
pub(super) fn day_number(date: Date) -> i32 {
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The day of a number (Hinnant 2013, `civil_from_days`); numbers out of the calendar give its first or last day.
pub(super) fn date_of(number: i32) -> Date {
    let shifted = i64::from(number) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    match (i16::try_from(year), i8::try_from(month), i8::try_from(day)) {
        (Ok(year), Ok(month), Ok(day)) => {
            Date::new(year, month, day).unwrap_or(if number < 0 { Date::MIN } else { Date::MAX })
        }
        _ if number < 0 => Date::MIN,
        _ => Date::MAX,
    }
}

/// Seconds since 1970-01-01 00:00 on the same wall clock; parts of a second are dropped.
pub(super) fn second_number(at: DateTime) -> i64 {
    let time = i64::from(at.hour()) * 3_600 + i64::from(at.minute()) * 60 + i64::from(at.second());
    i64::from(day_number(at.date())) * 86_400 + time
}

/// The moment of a number of seconds.
pub(super) fn moment_of(second: i64) -> DateTime {
    let day = i32::try_from(second.div_euclid(86_400)).unwrap_or(if second < 0 { i32::MIN } else { i32::MAX });
    let rest = i32::try_from(second.rem_euclid(86_400)).unwrap_or(0);
    let part = |value: i32| i8::try_from(value).unwrap_or(0);
    let time = Time::new(part(rest / 3_600), part(rest / 60 % 60), part(rest % 60), 0).unwrap_or(Time::MIN);
    date_of(day).to_datetime(time)
}

/// The day of a number of seconds.
pub(super) fn day_of_second(second: i64) -> i32 {
    i32::try_from(second.div_euclid(86_400)).unwrap_or(0)
}

/// Days since Monday, from 0 to 6; 1970-01-01 was a Thursday.
pub(super) fn weekday_of(day: i32) -> u32 {
    u32::try_from((i64::from(day) + 3).rem_euclid(7)).unwrap_or(0)
}

/// The first day of the week a day lies in.
pub(super) fn week_floor(day: i32, week_start: Weekday) -> i32 {
    let start = i32::from(week_start.to_monday_zero_offset());
    let back = (i32::try_from(weekday_of(day)).unwrap_or(0) - start).rem_euclid(7);
    day.saturating_sub(back)
}

/// The first day of the month a day lies in.
pub(super) fn month_floor(day: i32) -> i32 {
    day.saturating_sub(i32::from(date_of(day).day()) - 1)
}

/// The days of the week by their number.
pub(super) const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Bucket;
    use jiff::ToSpan;
    use proptest::prelude::*;

    proptest! {
        // jiff's own arithmetic is the independent source.
        #[test]
        fn days_agree_with_jiff(number in -700_000i32..2_900_000) {
            let expected = Date::constant(1970, 1, 1).checked_add(i64::from(number).days()).unwrap();
            prop_assert_eq!(date_of(number), expected);
            prop_assert_eq!(day_number(expected), number);
            prop_assert_eq!(weekday_of(number), u32::try_from(expected.weekday().to_monday_zero_offset()).unwrap());
            prop_assert_eq!(date_of(month_floor(number)), expected.first_of_month());
            for start in [Weekday::Monday, Weekday::Sunday, Weekday::Saturday] {
                prop_assert_eq!(date_of(week_floor(number, start)), Bucket::Week.floor(expected, start));
            }
        }

        #[test]
        fn moments_come_back(second in -10_000_000_000i64..30_000_000_000) {
            prop_assert_eq!(second_number(moment_of(second)), second);
        }
    }
}
