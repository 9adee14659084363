//! On which days, in Chinese.

use jiff::civil::{Date, Weekday};

use super::clocks::number;
use super::cuts::pattern;
use super::english::{Hit, first_of};
use crate::domain::{MonthDay, Pattern, Weekdays};

/// The days a text names.
pub(super) fn days(text: &str, today: Date) -> Option<Hit> {
    // What is said first is the schedule; "每月" behind it belongs to what is sent.
    [month(text), weeks(text, today), plain(text, today)].into_iter().flatten().min_by_key(|(_, start, _)| *start)
}

fn hit(found: &regex::Captures<'_>, pattern: Pattern) -> Option<Hit> {
    let whole = found.get(0)?;
    Some((pattern, whole.start(), whole.end()))
}

fn month(text: &str) -> Option<Hit> {
    let monthly = |on| Pattern::Monthly { on, every: 1 };
    if let Some(found) =
        pattern!(r"每个?月的?(?:第([一二三四1234])|最后一?)个?(?:周|星期|礼拜)([一二三四五六日天])").captures(text)
    {
        let nth = found.get(1).map_or(Some(-1), |nth| number(nth.as_str()))?;
        let day = weekday(found[2].chars().next()?)?.to_monday_one_offset();
        return hit(&found, monthly(MonthDay::Weekday { nth: i8::try_from(nth).ok()?, day }));
    }
    if let Some(found) = pattern!(r"(?:每个?月的?(?:最后一天|月?底|月?末)|月底|月末)").captures(text) {
        return hit(&found, monthly(MonthDay::Last));
    }
    if let Some(found) = pattern!(r"每个?月的?(\d{1,2}|[一二三四五六七八九十]{1,3})[号日]").captures(text)
    {
        let day = number(&found[1]).filter(|day| (1..=31).contains(day))?;
        return hit(&found, monthly(MonthDay::Day(i8::try_from(day).ok()?)));
    }
    if let Some(found) = pattern!(r"每个?季度?初?").captures(text) {
        return hit(&found, Pattern::Monthly { on: MonthDay::Day(1), every: 3 });
    }
    if let Some(found) = pattern!(r"每个?月初?").captures(text) {
        return hit(&found, monthly(MonthDay::Day(1)));
    }
    None
}

fn weeks(text: &str, today: Date) -> Option<Hit> {
    if let Some(found) =
        pattern!(r"(?:每隔一个?|每两个?|每2个?|隔)(?:周|星期|礼拜)的?(?:(?:周|星期|礼拜)?([一二三四五六日天]))?")
            .captures(text)
    {
        let day = found.get(1).and_then(|day| weekday(day.as_str().chars().next()?)).unwrap_or(Weekday::Monday);
        let pattern = Pattern::Weekly { on: Weekdays::of(&[day])?, every: 2, anchor: first_of(day, today) };
        return hit(&found, pattern);
    }
    let weekly = |on| Pattern::Weekly { on, every: 1, anchor: today };
    if let Some(found) =
        pattern!(r"(?:每个?)?(?:工作日|上班日)|每?(?:周|星期|礼拜)一[至到-](?:周|星期|礼拜)?五").captures(text)
    {
        return hit(&found, weekly(Weekdays::WORKING));
    }
    if let Some(found) = pattern!(r"每个?周末").captures(text) {
        return hit(&found, weekly(Weekdays::WEEKEND));
    }
    if let Some(found) = pattern!(r"每(?:周|星期|礼拜)一次").captures(text) {
        return hit(&found, weekly(Weekdays::of(&[Weekday::Monday])?));
    }
    let list =
        pattern!(r"每个?(?:周|星期|礼拜)([一二三四五六日天](?:[、,和及与]?每?(?:周|星期|礼拜)?[一二三四五六日天])*)");
    if let Some(found) = list.captures(text) {
        let days: Vec<Weekday> = found[1].chars().filter_map(weekday).collect();
        return hit(&found, weekly(Weekdays::of(&days)?));
    }
    if let Some(found) = pattern!(r"每个?(?:周|星期|礼拜)").captures(text) {
        return hit(&found, weekly(Weekdays::of(&[Weekday::Monday])?));
    }
    None
}

fn plain(text: &str, today: Date) -> Option<Hit> {
    if let Some(found) = pattern!(r"每天|每日|天天|每(?:个)?(?:早|晚|晨)").captures(text) {
        // 每早 and 每晚 keep the part of the day for the time.
        let whole = found.get(0)?;
        let end = if whole.as_str().ends_with(['早', '晚']) { whole.end() - '早'.len_utf8() } else { whole.end() };
        return Some((Pattern::Daily, whole.start(), end));
    }
    if let Some(found) = pattern!(r"今天|今晚|明天|明早|明晚|后天").captures(text) {
        let whole = found.get(0)?;
        let word = whole.as_str();
        let date = match word {
            "后天" => today.tomorrow().ok()?.tomorrow().ok()?,
            "今天" | "今晚" => today,
            _ => today.tomorrow().ok()?,
        };
        let end = if word.ends_with(['早', '晚']) { whole.end() - '早'.len_utf8() } else { whole.end() };
        return Some((Pattern::Once(date), whole.start(), end));
    }
    if let Some(found) = pattern!(r"(?:下|这)个?(?:周|星期|礼拜)([一二三四五六日天])").captures(text) {
        let day = weekday(found[1].chars().next()?)?;
        let is_next = found[0].starts_with('下');
        let monday = first_of(Weekday::Monday, today.tomorrow().ok()?);
        let from = if is_next { monday } else { today };
        return hit(&found, Pattern::Once(first_of(day, from)));
    }
    None
}

fn weekday(c: char) -> Option<Weekday> {
    Some(match c {
        '一' => Weekday::Monday,
        '二' => Weekday::Tuesday,
        '三' => Weekday::Wednesday,
        '四' => Weekday::Thursday,
        '五' => Weekday::Friday,
        '六' => Weekday::Saturday,
        '日' | '天' => Weekday::Sunday,
        _ => return None,
    })
}
