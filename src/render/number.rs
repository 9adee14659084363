//! Numbers as people write them: thousands apart, a real minus, as many digits as matter; large ones in the units of the
//! reader's language. Knows no words and no dates.

use super::RenderError;
use crate::domain::{Language, Unit};

/// What stands for a figure that is none.
pub(crate) const UNKNOWN: &str = "–";
const MINUS: char = '−';

/// The company's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    code: String,
    symbol: String,
    decimals: usize,
}

impl Currency {
    /// Takes a code of three letters (ISO 4217), such as `EUR`.
    ///
    /// # Errors
    /// When it is not three letters.
    pub fn parse(code: &str) -> Result<Self, RenderError> {
        let code = code.trim().to_ascii_uppercase();
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(RenderError::Currency(code));
        }
        let symbol = match code.as_str() {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            "CNY" | "JPY" => "¥",
            "INR" => "₹",
            "KRW" => "₩",
            _ => "",
        };
        let symbol = if symbol.is_empty() { format!("{code} ") } else { symbol.to_owned() };
        let decimals = if matches!(code.as_str(), "JPY" | "KRW" | "VND" | "CLP" | "ISK") { 0 } else { 2 };
        Ok(Self { code, symbol, decimals })
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

/// How much room there is for a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// All digits that matter.
    Full,
    /// Millions are cut short, as in a headline.
    Headline,
    /// Thousands are cut short too, as beside a bar.
    Label,
}

/// How numbers are written for a reader.
#[derive(Debug, Clone)]
pub(crate) struct Numerals {
    pub(crate) currency: Currency,
    pub(crate) language: Language,
}

impl Numerals {
    /// A figure in its unit, with a minus where it is negative.
    pub(crate) fn figure(&self, value: f64, unit: Unit, room: Room) -> String {
        self.signed(value, unit, room, false)
    }

    /// A difference in its unit, with its sign; of percents it is the bare number of points.
    pub(crate) fn change(&self, value: f64, unit: Unit, room: Room) -> String {
        self.signed(value, unit, room, true)
    }

    fn signed(&self, value: f64, unit: Unit, room: Room, plus: bool) -> String {
        if !value.is_finite() {
            return UNKNOWN.to_owned();
        }
        let size = value.abs();
        let short = match room {
            Room::Full => size >= 1e15,
            Room::Headline => size >= self.shortened_from(),
            Room::Label => size >= 1e4,
        };
        let digits = match unit {
            Unit::Percent if plus => trimmed(100.0 * size, percent_decimals(100.0 * size)),
            Unit::Percent => self.percent_of(size),
            Unit::Money | Unit::Count | Unit::Number if short => self.compact(size),
            Unit::Money if room == Room::Label && size >= 100.0 => grouped(size, 0),
            Unit::Money => money(size, &self.currency),
            Unit::Count if size < 10.0 => trimmed(size, 1),
            Unit::Count => grouped(size, 0),
            Unit::Number => number(size),
        };
        let symbol = if unit == Unit::Money { self.currency.symbol.as_str() } else { "" };
        format!("{}{symbol}{digits}", sign(value, &digits, plus))
    }

    /// A share from 0 to 1 in percent.
    pub(crate) fn share(&self, value: f64) -> String {
        if !value.is_finite() {
            return UNKNOWN.to_owned();
        }
        let digits = self.percent_of(value.abs());
        format!("{}{digits}", sign(value, &digits, false))
    }

    /// A relative change in percent with its sign.
    pub(crate) fn growth(&self, value: f64) -> String {
        if !value.is_finite() {
            return UNKNOWN.to_owned();
        }
        let percent = 100.0 * value.abs();
        let digits = trimmed(percent, if percent < 1.0 { 1 } else { 0 });
        format!("{}{digits}{}", sign(value, &digits, true), self.percent())
    }

    /// A whole number.
    pub(crate) fn count(&self, value: i64, room: Room) -> String {
        let size = value.unsigned_abs();
        #[expect(clippy::cast_precision_loss, reason = "three digits are kept")]
        let rough = size as f64;
        let digits = match room {
            Room::Headline | Room::Label if rough >= self.shortened_from() => self.compact(rough),
            Room::Full | Room::Headline | Room::Label => group(&size.to_string()),
        };
        if value < 0 { format!("{MINUS}{digits}") } else { digits }
    }

    /// The sign of percents; Chinese sets no space before it.
    fn percent(&self) -> &'static str {
        match self.language {
            Language::English => " %",
            Language::Chinese => "%",
        }
    }

    /// From where on a headline cuts numbers short: a million, or ten 万.
    fn shortened_from(&self) -> f64 {
        match self.language {
            Language::English => 1e6,
            Language::Chinese => 1e5,
        }
    }

    /// The units of large numbers, largest first.
    fn units(&self) -> &'static [(f64, &'static str)] {
        match self.language {
            Language::English => &[(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, "")],
            Language::Chinese => &[(1e12, "万亿"), (1e8, "亿"), (1e4, "万"), (1.0, "")],
        }
    }

    /// A share that is not negative in percent; near to nothing or to all it is not rounded to either.
    fn percent_of(&self, size: f64) -> String {
        let (percent, mark) = (100.0 * size, self.percent());
        match percent {
            _ if percent > 0.0 && percent < 0.01 => format!("< 0.01{mark}"),
            _ if percent > 99.95 && percent < 100.0 => format!("> 99.9{mark}"),
            _ if percent > 99.0 && percent < 100.0 => format!("{}{mark}", trimmed(percent, 1)),
            _ if percent >= 1e15 => format!("{percent:.1e}{mark}"),
            _ => format!("{}{mark}", trimmed(percent, percent_decimals(percent))),
        }
    }

    /// Three digits and a unit: 1.24M, 12.4k, 12.4万; not negative. The thousand 万 below a 亿 keep their whole digits.
    pub(crate) fn compact(&self, size: f64) -> String {
        if size >= 9.995e14 {
            return format!("{size:.1e}");
        }
        // 999,999 is 1M rather than 1000k, so the unit is chosen by the rounded value.
        let units = self.units();
        let (unit, letter) = units.iter().copied().find(|(unit, _)| size / unit >= 0.9995).unwrap_or((1.0, ""));
        let scaled = size / unit;
        let decimals = if scaled >= 99.95 { 0 } else { 1 + usize::from(scaled < 9.995) };
        format!("{}{letter}", trimmed(scaled, decimals))
    }

    /// The number at a tick of an axis whose ticks are `step` apart.
    pub(crate) fn axis(&self, value: f64, step: f64, unit: Unit) -> String {
        let (factor, after) = if unit == Unit::Percent { (100.0, self.percent()) } else { (1.0, "") };
        let (size, step) = (value.abs() * factor, step.abs() * factor);
        let top = size.max(step);
        if top >= 1e15 {
            return format!("{value:.0e}");
        }
        // The smallest unit is used from where on it saves digits: 10k, or 1k where the ticks are half a thousand apart.
        let large = |unit: f64| top >= unit && (unit > 1e4 || top >= 1e4 || step >= 500.0);
        let (scale, letter) = self.units().iter().copied().find(|(unit, _)| large(*unit)).unwrap_or((1.0, ""));
        let step = step / scale;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a logarithm from 0 to 12")]
        let decimals = if step > 0.0 { (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize } else { 0 };
        let decimals = if trimmed(step, decimals) == trimmed(step, decimals + 1) { decimals } else { decimals + 1 };
        let digits = trimmed(size / scale, decimals);
        let letter = if digits == "0" { "" } else { letter };
        let symbol = if unit == Unit::Money { self.currency.symbol.as_str() } else { "" };
        format!("{}{symbol}{digits}{letter}{after}", sign(value, &digits, false))
    }
}

/// A plain number that is not negative: as many decimals as its size leaves of interest.
fn number(size: f64) -> String {
    match size {
        _ if size >= 1000.0 => grouped(size, 0),
        _ if size >= 100.0 => trimmed(size, 1),
        _ => trimmed(size, 2),
    }
}

/// Money that is not negative, without its symbol. Cents are written below ten thousand, unless there are none.
fn money(size: f64, currency: &Currency) -> String {
    let decimals = if size < 10_000.0 { currency.decimals } else { 0 };
    let digits = grouped(size, decimals);
    digits.strip_suffix(".00").map_or(digits.clone(), str::to_owned)
}

fn percent_decimals(percent: f64) -> usize {
    match percent {
        _ if percent >= 10.0 => 0,
        _ if percent >= 1.0 => 1,
        _ => 2,
    }
}

/// A minus where what is written is below zero, a plus where it is above and one is wanted.
fn sign(value: f64, digits: &str, plus: bool) -> &'static str {
    let zero = !digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    match () {
        () if zero => "",
        () if value < 0.0 => "−",
        () if plus => "+",
        () => "",
    }
}

fn grouped(size: f64, decimals: usize) -> String {
    group(&format!("{size:.decimals$}"))
}

/// Like `grouped`, without the zeros that end the decimals.
fn trimmed(size: f64, decimals: usize) -> String {
    let text = grouped(size, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Sets commas between thousands.
fn group(digits: &str) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::with_capacity(digits.len() + whole.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numerals(code: &str, language: Language) -> Numerals {
        Numerals { currency: Currency::parse(code).unwrap(), language }
    }

    fn euro() -> Numerals {
        numerals("EUR", Language::English)
    }

    #[test]
    fn figures_are_rounded_to_what_matters() {
        let table: &[(f64, Unit, Room, &str)] = &[
            (4120.5, Unit::Money, Room::Full, "€4,120.50"),
            (4120.0, Unit::Money, Room::Full, "€4,120"),
            (12.4, Unit::Money, Room::Full, "€12.40"),
            (-12.4, Unit::Money, Room::Full, "−€12.40"),
            (-0.001, Unit::Money, Room::Full, "€0"),
            (1_234_567.89, Unit::Money, Room::Full, "€1,234,568"),
            (1_204_567.89, Unit::Money, Room::Headline, "€1.2M"),
            (1_234_567.89, Unit::Money, Room::Headline, "€1.23M"),
            (999_999.0, Unit::Money, Room::Headline, "€999,999"),
            (45_678.0, Unit::Money, Room::Label, "€45.7k"),
            (999_999.0, Unit::Money, Room::Label, "€1M"),
            (4120.3, Unit::Count, Room::Full, "4,120"),
            (3.44, Unit::Count, Room::Full, "3.4"),
            (3.0, Unit::Count, Room::Full, "3"),
            (0.0423, Unit::Percent, Room::Full, "4.2 %"),
            (0.0, Unit::Percent, Room::Full, "0 %"),
            (0.8, Unit::Percent, Room::Full, "80 %"),
            (0.9999, Unit::Percent, Room::Full, "> 99.9 %"),
            (0.995, Unit::Percent, Room::Full, "99.5 %"),
            (3.416, Unit::Number, Room::Full, "3.42"),
            (-0.25, Unit::Number, Room::Full, "−0.25"),
            (f64::NAN, Unit::Money, Room::Full, "–"),
            (f64::INFINITY, Unit::Count, Room::Full, "–"),
            (1e300, Unit::Count, Room::Full, "1.0e300"),
        ];
        for (value, unit, room, expected) in table {
            assert_eq!(euro().figure(*value, *unit, *room), *expected, "{value} {unit:?} {room:?}");
        }
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(euro().change(1200.0, Unit::Money, Room::Full), "+€1,200");
        assert_eq!(euro().change(-120.0, Unit::Count, Room::Full), "−120");
        assert_eq!(euro().change(0.012, Unit::Percent, Room::Full), "+1.2");
        assert_eq!(euro().growth(0.09), "+9 %");
        assert_eq!(euro().growth(-0.124), "−12 %");
        assert_eq!(euro().growth(0.0), "0 %");
        assert_eq!(euro().growth(11.5), "+1,150 %");
        assert_eq!(euro().count(-1_234, Room::Full), "−1,234");
        assert_eq!(euro().count(i64::MIN, Room::Full), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn ticks_are_short() {
        for (value, step, unit, expected) in [
            (50_000.0, 25_000.0, Unit::Count, "50k"),
            (1_200_000.0, 200_000.0, Unit::Money, "€1.2M"),
            (0.0, 200_000.0, Unit::Money, "€0"),
            (-2_500.0, 500.0, Unit::Count, "−2.5k"),
            (250.0, 50.0, Unit::Count, "250"),
            (0.25, 0.05, Unit::Percent, "25 %"),
            (0.025, 0.005, Unit::Percent, "2.5 %"),
            (0.25, 0.25, Unit::Number, "0.25"),
        ] {
            assert_eq!(euro().axis(value, step, unit), expected);
        }
    }

    #[test]
    fn currencies_are_three_letters() {
        assert!(Currency::parse("euro").is_err());
        let franc = numerals("chf", Language::English);
        assert_eq!(franc.figure(1200.0, Unit::Money, Room::Full), "CHF 1,200");
        let yen = numerals("JPY", Language::English);
        assert_eq!(yen.figure(1200.4, Unit::Money, Room::Full), "¥1,200");
    }

    #[test]
    fn chinese_counts_in_ten_thousands() {
        let yuan = numerals("CNY", Language::Chinese);
        for (value, unit, room, expected) in [
            (124_567.0, Unit::Money, Room::Headline, "¥12.5万"),
            (98_765.4, Unit::Money, Room::Headline, "¥98,765"),
            (124_567.0, Unit::Money, Room::Full, "¥124,567"),
            (12_345_678.0, Unit::Count, Room::Headline, "1,235万"),
            (123_456_789.0, Unit::Count, Room::Headline, "1.23亿"),
            (99_999_999.0, Unit::Count, Room::Label, "1亿"),
            (9_990.0, Unit::Count, Room::Label, "9,990"),
            (45_678.0, Unit::Money, Room::Label, "¥4.57万"),
            (2.5e12, Unit::Number, Room::Label, "2.5万亿"),
            (0.8, Unit::Percent, Room::Full, "80%"),
        ] {
            assert_eq!(yuan.figure(value, unit, room), expected, "{value}");
        }
        assert_eq!(yuan.growth(-0.124), "−12%");
        assert_eq!(yuan.count(1_250_000, Room::Headline), "125万");
        for (value, step, expected) in [(50_000.0, 25_000.0, "5万"), (2_500.0, 500.0, "2,500"), (2e8, 1e8, "2亿")] {
            assert_eq!(yuan.axis(value, step, Unit::Count), expected);
        }
        assert_eq!(yuan.axis(0.25, 0.05, Unit::Percent), "25%");
    }
}
