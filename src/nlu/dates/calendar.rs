//! Days with a name: fixed dates, rules, and tables of the lunar ones. Knows no words.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A named day or short run of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holiday {
    /// A fixed month and day, and how many days.
    Fixed(i8, i8, i64),
    /// The nth (from the end where negative) weekday of a month.
    Nth(i8, i8, Weekday),
    /// So many days from Easter Sunday (Gregorian).
    Easter(i64),
    /// So many days from Thanksgiving: Black Friday, Cyber Monday.
    Thanksgiving(i64),
    /// So many days from the first day of the Chinese year, and how many days.
    LunarNewYear(i64, i64),
    /// The fifth day of the fifth lunar month.
    DragonBoat,
    /// The fifteenth day of the eighth lunar month.
    MidAutumn,
    /// The solar term of clear brightness.
    QingMing,
    /// The end of Ramadan, for the years in the table.
    EidAlFitr,
}

/// Month and day of the Chinese new year, 2000 to 2050 (Hong Kong Observatory's conversion tables).
const LUNAR_NEW_YEAR: [(i8, i8); 51] = [
    (2, 5),
    (1, 24),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 9),
    (1, 29),
    (2, 18),
    (2, 7),
    (1, 26),
    (2, 14),
    (2, 3),
    (1, 23),
    (2, 10),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 15),
    (2, 4),
    (1, 24),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 30),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 14),
    (2, 2),
    (1, 23),
];

/// Month and day of the mid-autumn festival, 2000 to 2050 (the same tables).
const MID_AUTUMN: [(i8, i8); 51] = [
    (9, 12),
    (10, 1),
    (9, 21),
    (9, 11),
    (9, 28),
    (9, 18),
    (10, 6),
    (9, 25),
    (9, 14),
    (10, 3),
    (9, 22),
    (9, 12),
    (9, 30),
    (9, 19),
    (9, 8),
    (9, 27),
    (9, 15),
    (10, 4),
    (9, 24),
    (9, 13),
    (10, 1),
    (9, 21),
    (9, 10),
    (9, 29),
    (9, 17),
    (10, 6),
    (9, 25),
    (9, 15),
    (10, 3),
    (9, 22),
    (9, 12),
    (10, 1),
    (9, 19),
    (9, 8),
    (9, 27),
    (9, 16),
    (10, 4),
    (9, 24),
    (9, 13),
    (10, 2),
    (9, 20),
    (9, 10),
    (9, 28),
    (9, 17),
    (10, 5),
    (9, 25),
    (9, 15),
    (10, 4),
    (9, 22),
    (9, 11),
    (9, 30),
];

/// Month and day of the dragon boat festival, 2000 to 2050 (the same tables).
const DRAGON_BOAT: [(i8, i8); 51] = [
    (6, 6),
    (6, 25),
    (6, 15),
    (6, 4),
    (6, 22),
    (6, 11),
    (5, 31),
    (6, 19),
    (6, 8),
    (5, 28),
    (6, 16),
    (6, 6),
    (6, 23),
    (6, 12),
    (6, 2),
    (6, 20),
    (6, 9),
    (5, 30),
    (6, 18),
    (6, 7),
    (6, 25),
    (6, 14),
    (6, 3),
    (6, 22),
    (6, 10),
    (5, 31),
    (6, 19),
    (6, 9),
    (5, 28),
    (6, 16),
    (6, 5),
    (6, 24),
    (6, 12),
    (6, 1),
    (6, 20),
    (6, 10),
    (5, 30),
    (6, 18),
    (6, 7),
    (5, 27),
    (6, 14),
    (6, 3),
    (6, 22),
    (6, 11),
    (5, 31),
    (6, 19),
    (6, 8),
    (5, 29),
    (6, 16),
    (6, 5),
    (6, 23),
];

/// Month and day of Eid al-Fitr, 2015 to 2030 (Umm al-Qura calendar; sightings may differ by a day).
const EID_AL_FITR: [(i8, i8); 16] = [
    (7, 17),
    (7, 6),
    (6, 25),
    (6, 15),
    (6, 4),
    (5, 24),
    (5, 13),
    (5, 2),
    (4, 21),
    (4, 10),
    (3, 30),
    (3, 20),
    (3, 9),
    (2, 26),
    (2, 14),
    (2, 4),
];

fn from_table(table: &[(i8, i8)], first: i16, year: i16) -> Option<Date> {
    let at = usize::try_from(year.checked_sub(first)?).ok()?;
    let (month, day) = *table.get(at)?;
    Date::new(year, month, day).ok()
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher, 1876: the anonymous algorithm).
pub(super) fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// The first day of a holiday in a year, and how many days it has.
pub(super) fn days_of(holiday: Holiday, year: i16) -> Option<(Date, i64)> {
    if !(1..=9000).contains(&year) {
        return None;
    }
    let nth =
        |month: i8, nth: i8, weekday: Weekday| Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok();
    Some(match holiday {
        Holiday::Fixed(month, day, days) => (Date::new(year, month, day).ok()?, days),
        Holiday::Nth(month, n, weekday) => (nth(month, n, weekday)?, 1),
        Holiday::Easter(after) => (easter(year)?.checked_add(after.days()).ok()?, 1),
        Holiday::Thanksgiving(after) => (nth(11, 4, Weekday::Thursday)?.checked_add(after.days()).ok()?, 1),
        Holiday::LunarNewYear(after, days) => {
            (from_table(&LUNAR_NEW_YEAR, 2000, year)?.checked_add(after.days()).ok()?, days)
        }
        Holiday::DragonBoat => (from_table(&DRAGON_BOAT, 2000, year)?, 1),
        Holiday::MidAutumn => (from_table(&MID_AUTUMN, 2000, year)?, 1),
        Holiday::QingMing => {
            // Solar term formula with the 21st century's constant (Shou Xing): [Y × 0.2422 + 4.81] − [Y / 4].
            let y = i32::from(year) % 100;
            let day = (f64::from(y) * 0.2422 + 4.81).floor() as i32 - y / 4;
            (Date::new(year, 4, i8::try_from(day).ok()?).ok()?, 1)
        }
        Holiday::EidAlFitr => (from_table(&EID_AL_FITR, 2015, year)?, 1),
    })
}
