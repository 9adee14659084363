//! Chinese numerals at a place of a text.

use super::*;

pub(crate) fn han_digit(c: char) -> Option<f64> {
    Some(match c {
        '零' | '〇' => 0.0,
        '一' | '壹' => 1.0,
        '二' | '两' | '贰' | '俩' => 2.0,
        '三' | '叁' | '仨' => 3.0,
        '四' | '肆' => 4.0,
        '五' | '伍' => 5.0,
        '六' | '陆' => 6.0,
        '七' | '柒' => 7.0,
        '八' | '捌' => 8.0,
        '九' | '玖' => 9.0,
        _ => return None,
    })
}

pub(crate) fn han_unit(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1000.0,
        '万' => 1e4,
        '亿' => 1e8,
        '兆' => 1e12,
        _ => return None,
    })
}

/// Chinese numerals at a place, mixed with digits: 一百二十三, 二十万, 5万4千6百, 四百五, 一千零五, 4.78万亿, 十几万, 半百.
pub(crate) fn han(w: &Written, i: usize) -> Option<Numeral> {
    let first = w.at(i);
    if first.is_ascii_digit() {
        let found = digits(w, i)?;
        let next = w.skip(found.end);
        let plus = matches!(w.at(next), '余' | '多' | '几');
        if !(han_unit(w.at(next)).is_some() || (plus && han_unit(w.at(w.skip(next + 1))).is_some_and(|u| u >= 1e4))) {
            return None;
        }
    } else if han_digit(first).is_none()
        && (han_unit(first).is_none() || matches!(first, '万' | '亿' | '兆'))
        && first != '半'
    {
        return None;
    }
    if first == '半' && w.at(i + 1) != '百' {
        return None;
    }
    let (mut total, mut section, mut digit): (f64, f64, Option<f64>) = (0.0, 0.0, None);
    let (mut last_unit, mut zero, mut units) = (0.0_f64, false, 0);
    let mut string = String::new();
    let mut at = i;
    let mut end = i;
    while at < w.len() {
        let c = w.at(at);
        if c == '半' {
            digit = Some(0.5);
            at += 1;
        } else if c.is_ascii_digit() {
            if digit.is_some() || !string.is_empty() {
                break;
            }
            let Some(found) = digits(w, at) else { break };
            if units > 0
                && found.value != 0.0
                && han_unit(w.at(w.skip(found.end))).is_none()
                && !zero
                && found.form != Form::Digits(1)
            {
                break;
            }
            digit = Some(found.value);
            at = found.end;
        } else if let Some(value) = han_digit(c) {
            if let Some(have) = digit {
                if units > 0 || have.fract() != 0.0 {
                    break;
                }
                if string.is_empty() {
                    string = format!("{have}");
                }
                string.push_str(&format!("{value}"));
                digit = Some(number(&string));
            } else if value == 0.0 && units > 0 {
                zero = true;
            } else {
                digit = Some(value);
                string = if units == 0 { format!("{value}") } else { String::new() };
            }
            at += 1;
        } else if let Some(unit) = han_unit(c) {
            if string.len() > 1 && unit < 1e4 && !string.starts_with('0') {
                break;
            }
            if unit < 1e4 {
                section += digit.unwrap_or(1.0) * unit;
                digit = None;
            } else {
                section += digit.unwrap_or(0.0);
                digit = None;
                if section == 0.0 && total > 0.0 {
                    total *= unit;
                } else if section == 0.0 {
                    break;
                } else if total > 0.0 && unit > total {
                    total = (total + section) * unit;
                } else {
                    total += section * unit;
                }
                section = 0.0;
            }
            last_unit = unit;
            zero = false;
            units += 1;
            string.clear();
            at += 1;
        } else if matches!(c, '几' | '余' | '多') && (units > 0 || digit.is_some()) {
            let next = w.skip(at + 1);
            if han_unit(w.at(next)).is_some_and(|unit| unit >= 1e4) {
                at = next;
                continue;
            }
            break;
        } else {
            break;
        }
        end = at;
        let next = w.skip(at);
        let gap = next > at;
        let c = w.at(next);
        if gap
            && !(han_digit(c).is_some()
                || han_unit(c).is_some()
                || c.is_ascii_digit()
                || matches!(c, '余' | '多' | '几'))
        {
            break;
        }
        if gap && c.is_ascii_digit() && units == 0 {
            break;
        }
        at = next;
    }
    if end == i {
        return None;
    }
    if let Some(digit) = digit {
        // 四百五 is 450 and 一万三 is 13,000, but 一千零五 is 1,005.
        section +=
            if units > 0 && !zero && last_unit >= 100.0 && digit < 10.0 { digit * last_unit / 10.0 } else { digit };
    }
    let mut value = total + section;
    let mut form =
        if units > 0 { Form::Han } else { Form::HanDigits(u8::try_from(string.chars().count()).unwrap_or(u8::MAX)) };
    let point = w.skip(end);
    if matches!(w.at(point), '点') && (units == 0 || last_unit > 0.0) {
        let mut at = w.skip(point + 1);
        let mut text = String::new();
        while let Some(digit) = han_digit(w.at(at)).filter(|_| at < w.len() && w.at(at) != '两') {
            text.push_str(&format!("{digit}"));
            at += 1;
            end = at;
            if han_digit(w.at(w.skip(at))).is_some() {
                at = w.skip(at);
            }
        }
        if !text.is_empty() {
            value += number(&format!("0.{text}"));
            form = Form::Han;
            let next = w.skip(end);
            if let Some(unit) = han_unit(w.at(next)).filter(|unit| *unit >= 1e4) {
                value *= unit;
                end = next + 1;
            }
        }
    }
    if w.at(w.skip(end)) == '打'
        && value > 0.0
        && form != Form::HanDigits(0)
        && !matches!(w.at(w.skip(end) + 1), '折' | '对' | '开' | '算')
    {
        value *= 12.0;
        end = w.skip(end) + 1;
    }
    Some(Numeral { end, value, form })
}
