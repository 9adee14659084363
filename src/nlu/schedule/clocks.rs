//! Times of day: "9am", "8:30", "half past eight", "at nine in the evening", 早上9点, 八点半.

use jiff::civil::Time;

use super::cuts::pattern;

/// A time of day and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clock {
    pub(super) time: Time,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A part of the day without a number, and the hour that stands for it.
pub(super) fn part_of_day(text: &str) -> Option<Clock> {
    let found = pattern!(
        r"(?i)\b(?:in the |at )?(?:early )?(mornings?|noon|midday|lunchtime|afternoons?|evenings?|night|midnight|end of (?:the )?day)\b|(早晨|早上|清晨|上午|中午|正午|下午|傍晚|晚上|半夜|早|晚)"
    )
    .captures(text)?;
    let whole = found.get(0)?;
    let word = found.get(1).or_else(|| found.get(2))?.as_str().to_lowercase();
    let hour = match word.trim_end_matches('s') {
        "noon" | "midday" | "lunchtime" | "中午" | "正午" => 12,
        "afternoon" | "下午" => 15,
        "evening" | "night" | "傍晚" | "晚上" | "晚" => 18,
        "midnight" | "半夜" => 0,
        word if word.starts_with("end of") => 17,
        _ => 9,
    };
    Some(Clock { time: Time::new(hour, 0, 0, 0).ok()?, start: whole.start(), end: whole.end() })
}

/// The first time of day of a text.
pub(super) fn first(text: &str) -> Option<Clock> {
    [marked(text), chinese(text), words(text), plain(text), named(text)]
        .into_iter()
        .flatten()
        .min_by_key(|clock| clock.start)
}

fn clock(found: &regex::Captures<'_>, hour: i64, minute: i64) -> Option<Clock> {
    let whole = found.get(0)?;
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
    Some(Clock { time, start: whole.start(), end: whole.end() })
}

/// "9am", "8:30 p.m.".
fn marked(text: &str) -> Option<Clock> {
    let found = pattern!(r"(?i)(?:\b(?:at|by|around)\s+|@\s*)?\b(\d{1,2})(?:[:.](\d{2}))?\s*(a\.?m\b\.?|p\.?m\b\.?)")
        .captures(text)?;
    let hour: i64 = found[1].parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let minute = found.get(2).map_or(Some(0), |minute| minute.as_str().parse().ok())?;
    let is_late = found[3].to_lowercase().starts_with('p');
    clock(&found, hour % 12 + if is_late { 12 } else { 0 }, minute)
}

/// "8:30", "18:00", "at 8.30", "at 9", "at nine o'clock in the evening".
fn plain(text: &str) -> Option<Clock> {
    let with_minutes = pattern!(
        r"(?i)(?:\b(?:at|by|around)\s+|@\s*)?\b(\d{1,2})[:h](\d{2})\b(?:\s*(?:hrs?|o'?clock)\b)?(\s+in the (?:afternoon|evening))?|\bat\s+(\d{1,2})\.(\d{2})\b"
    );
    let bare = pattern!(
        r"(?i)(?:\bat\s+|@\s*)(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:\s*o'?clock)?(?:\s*sharp)?(\s+in the (?:afternoon|evening))?(?:\s+in the morning)?(\s*(?:%|percent|€|\$|units|orders))?"
    );
    let exact = with_minutes.captures(text).filter(|found| {
        // 中文 parts of the day decide about such times, see `chinese`.
        !found.get(0).is_some_and(|whole| ends_in_part(&text[..whole.start()]))
    });
    let exact = exact.and_then(|found| {
        let hour: i64 = found.get(1).or_else(|| found.get(4))?.as_str().parse().ok()?;
        let minute = found.get(2).or_else(|| found.get(5))?.as_str().parse().ok()?;
        clock(&found, if found.get(3).is_some() && hour < 12 { hour + 12 } else { hour }, minute)
    });
    let bare = bare.captures(text).filter(|found| found.get(3).is_none()).and_then(|found| {
        let hour = number(&found[1])?;
        clock(&found, if found.get(2).is_some() && hour < 12 { hour + 12 } else { hour }, 0)
    });
    [exact, bare].into_iter().flatten().min_by_key(|clock| clock.start)
}

/// "half past eight", "quarter to nine".
fn words(text: &str) -> Option<Clock> {
    let found = pattern!(
        r"(?i)(?:\bat\s+)?\b(half past|(?:a )?quarter past|(?:a )?quarter to)\s+(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(\s+in the (?:afternoon|evening))?"
    )
    .captures(text)?;
    let hour = number(&found[2])?;
    let hour = if found.get(3).is_some() && hour < 12 { hour + 12 } else { hour };
    let said = found[1].to_lowercase();
    if said.starts_with("half") {
        clock(&found, hour, 30)
    } else if said.ends_with("past") {
        clock(&found, hour, 15)
    } else {
        clock(&found, (hour + 23) % 24, 45)
    }
}

/// "at noon".
fn named(text: &str) -> Option<Clock> {
    let found = pattern!(r"(?i)(?:\bat\s+)?\b(noon|midday|midnight)\b").captures(text)?;
    clock(&found, if found[1].eq_ignore_ascii_case("midnight") { 0 } else { 12 }, 0)
}

fn ends_in_part(text: &str) -> bool {
    pattern!(r"(?:凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚)\s*$").is_match(text)
}

/// 早上9点, 下午三点半, 晚上 8:30.
fn chinese(text: &str) -> Option<Clock> {
    let found = pattern!(
        r"(凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚)?\s*(?:(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[点时](?:钟|整)?(?:(半)|(一刻)|(三刻)|(\d{1,2}|[一二三四五六七八九十]{1,3})分?)?|(\d{1,2}):(\d{2}))"
    )
    .captures_iter(text)
    .find(|found| found.get(2).is_some() || found.get(1).is_some())?;
    let group = |at| found.get(at).map(|group: regex::Match<'_>| group.as_str());
    let hour = group(2).or(group(7)).and_then(number)?;
    let minute = match (group(3), group(4), group(5), group(6).or(group(8))) {
        (Some(_), ..) => 30,
        (_, Some(_), ..) => 15,
        (_, _, Some(_), _) => 45,
        (.., Some(minute)) => number(minute)?,
        _ => 0,
    };
    let is_late = matches!(group(1), Some("下午" | "傍晚" | "晚上" | "晚"));
    clock(&found, if is_late && hour < 12 { hour + 12 } else { hour }, minute)
}

/// A small number in digits, English or Chinese words.
pub(super) fn number(word: &str) -> Option<i64> {
    if let Ok(number) = word.parse::<i64>() {
        return Some(number);
    }
    const ENGLISH: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    const ORDINALS: [&str; 5] = ["zeroth", "first", "second", "third", "fourth"];
    let word = word.to_lowercase();
    if let Some(at) =
        ENGLISH.iter().position(|name| *name == word).or_else(|| ORDINALS.iter().position(|name| *name == word))
    {
        return i64::try_from(at).ok();
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if let Ok(number) = digits.parse::<i64>() {
        return Some(number);
    }
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|name| name == c).or((c == '两').then_some(2));
    let letters: Vec<char> = word.chars().collect();
    let value = match letters.iter().position(|c| *c == '十') {
        None if letters.len() == 1 => digit(letters[0])?,
        None => return None,
        Some(at) => {
            let tens = if at == 0 { 1 } else { digit(letters[at - 1])? };
            let ones = letters.get(at + 1).map_or(Some(0), |c| digit(*c))?;
            tens * 10 + ones
        }
    };
    i64::try_from(value).ok()
}
