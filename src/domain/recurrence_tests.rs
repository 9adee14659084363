//! Recurrences over both changes of the clocks, with moments written out from the tz database's rules: Europe/London
//! changed on 29 March and 25 October 2026, America/New_York on 8 March and 1 November 2026.

use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn recurrence(pattern: Pattern, hour: i8, minute: i8, zone: &str) -> Recurrence {
    Recurrence { pattern, time: time(hour, minute, 0, 0), zone: zone.to_owned() }
}

fn weekly(days: &[Weekday], every: u8, anchor: Date) -> Pattern {
    Pattern::Weekly { on: Weekdays::of(days).unwrap(), every, anchor }
}

/// The moments that come after one, as UTC.
fn coming(recurrence: &Recurrence, after: &str, count: usize) -> Vec<String> {
    recurrence.coming(at(after), count).iter().map(ToString::to_string).collect()
}

#[test]
fn nine_in_london_moves_with_the_clocks() {
    let mondays = recurrence(weekly(&[Weekday::Monday], 1, date(2026, 1, 5)), 9, 0, "Europe/London");
    assert_eq!(
        coming(&mondays, "2026-03-20T00:00:00Z", 3),
        ["2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z", "2026-04-06T08:00:00Z"]
    );
    assert_eq!(
        coming(&mondays, "2026-10-15T00:00:00Z", 3),
        ["2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z", "2026-11-02T09:00:00Z"]
    );
}

#[test]
fn a_skipped_time_comes_right_after_the_gap() {
    let daily = recurrence(Pattern::Daily, 1, 30, "Europe/London");
    assert_eq!(
        coming(&daily, "2026-03-27T12:00:00Z", 3),
        ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
    );
    let daily = recurrence(Pattern::Daily, 2, 0, "America/New_York");
    assert_eq!(coming(&daily, "2026-03-07T12:00:00Z", 2), ["2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]);
}

#[test]
fn a_repeated_time_comes_once() {
    let daily = recurrence(Pattern::Daily, 1, 30, "America/New_York");
    assert_eq!(coming(&daily, "2026-10-31T12:00:00Z", 2), ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]);
    let daily = recurrence(Pattern::Daily, 1, 15, "Europe/London");
    assert_eq!(coming(&daily, "2026-10-24T12:00:00Z", 2), ["2026-10-25T00:15:00Z", "2026-10-26T01:15:00Z"]);
}

#[test]
fn a_day_that_a_zone_skips_is_made_up_for_once() {
    // Samoa went from Thursday 29 to Saturday 31 December 2011.
    let daily = recurrence(Pattern::Daily, 9, 0, "Pacific/Apia");
    assert_eq!(
        coming(&daily, "2011-12-29T00:00:00Z", 3),
        ["2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"]
    );
}

#[test]
fn a_year_has_as_many_as_the_calendar_says() {
    for zone in ["Europe/London", "America/New_York"] {
        let count = |pattern| {
            let all = recurrence(pattern, 9, 0, zone);
            let end = at("2027-01-01T00:00:00Z");
            let mut next = all.next_after(at("2026-01-01T00:00:00Z"));
            let mut count = 0;
            while let Some(now) = next.filter(|now| *now < end) {
                count += 1;
                next = all.next_after(now);
            }
            count
        };
        assert_eq!(count(Pattern::Daily), 365);
        let working = Pattern::Weekly { on: Weekdays::WORKING, every: 1, anchor: date(2026, 1, 1) };
        assert_eq!(count(working), 261);
        assert_eq!(count(weekly(&[Weekday::Friday], 2, date(2026, 1, 2))), 26);
        assert_eq!(count(Pattern::Monthly { on: MonthDay::Day(31), every: 1 }), 12);
        assert_eq!(count(Pattern::Monthly { on: MonthDay::Last, every: 3 }), 4);
        assert_eq!(count(Pattern::Monthly { on: MonthDay::Weekday { nth: 1, day: 1 }, every: 1 }), 12);
        assert_eq!(count(Pattern::Once(date(2026, 7, 1))), 1);
    }
}

#[test]
fn months_end_where_they_end() {
    let days = |on| coming(&recurrence(Pattern::Monthly { on, every: 1 }, 12, 0, "UTC"), "2028-01-31T12:00:00Z", 2);
    assert_eq!(days(MonthDay::Day(30)), ["2028-02-29T12:00:00Z", "2028-03-30T12:00:00Z"]);
    assert_eq!(days(MonthDay::Last), ["2028-02-29T12:00:00Z", "2028-03-31T12:00:00Z"]);
    assert_eq!(days(MonthDay::Weekday { nth: -1, day: 5 }), ["2028-02-25T12:00:00Z", "2028-03-31T12:00:00Z"]);
    assert_eq!(days(MonthDay::Weekday { nth: 1, day: 1 }), ["2028-02-07T12:00:00Z", "2028-03-06T12:00:00Z"]);
}

#[test]
fn an_unknown_zone_never_comes() {
    assert_eq!(recurrence(Pattern::Daily, 9, 0, "Mars/Olympus").next_after(at("2026-01-01T00:00:00Z")), None);
}

fn patterns() -> impl Strategy<Value = Pattern> {
    let anchor = date(2026, 1, 7);
    prop_oneof![
        Just(Pattern::Daily),
        (1_u8..128, 1_u8..5).prop_map(move |(bits, every)| Pattern::Weekly { on: Weekdays(bits), every, anchor }),
        (1_i8..=31, prop_oneof![Just(1_u8), Just(3)])
            .prop_map(|(day, every)| Pattern::Monthly { on: MonthDay::Day(day), every }),
        (1_i8..=4, 1_i8..=7).prop_map(|(nth, day)| Pattern::Monthly { on: MonthDay::Weekday { nth, day }, every: 1 }),
    ]
}

proptest! {
    #[test]
    fn times_only_go_forward_and_the_local_time_is_right(
        pattern in patterns(),
        hour in 0_i8..24,
        minute in 0_i8..60,
        zone in prop_oneof![
            Just("Europe/London"), Just("America/New_York"), Just("Asia/Shanghai"), Just("Australia/Lord_Howe")
        ],
        start in 1_700_000_000_i64..1_900_000_000,
    ) {
        let recurrence = recurrence(pattern, hour, minute, zone);
        let tz = TimeZone::get(zone).unwrap();
        let mut now = Timestamp::from_second(start).unwrap();
        for _ in 0..8 {
            let next = recurrence.next_after(now).unwrap();
            prop_assert!(next > now);
            let local = tz.to_datetime(next);
            let wanted = local.date().to_datetime(recurrence.time);
            prop_assert!(pattern.contains(local.date()));
            let gap = matches!(tz.to_ambiguous_timestamp(wanted).offset(), AmbiguousOffset::Gap { .. });
            prop_assert!(local == wanted || (gap && local > wanted.saturating_sub(1.hour()) && local <= wanted.saturating_add(1.hour())));
            // Nothing lies between, and it is the last one when looked back at.
            prop_assert_eq!(recurrence.next_after(next.checked_sub(1.second()).unwrap()), Some(next));
            prop_assert_eq!(recurrence.last_until(now, next), Some(next));
            now = next;
        }
    }
}
