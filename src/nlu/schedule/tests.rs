//! What people say to the clock, with what is meant. Now is Monday 16 November 2026, 9:00 in London.

use jiff::Zoned;
use jiff::civil::{Weekday, date, time};

use super::*;
use crate::domain::{Condition, Metric, MonthDay, Pattern, PlaceId, Platform, Span, Weekdays};

fn now() -> Zoned {
    date(2026, 11, 16).at(9, 0, 0, 0).in_tz("Europe/London").unwrap()
}

/// A recurrence in a few characters: the days, the time, and the zone where it is not London.
fn short(text: &str) -> String {
    let Some(read) = recurrence(text, &now()) else { return "none".to_owned() };
    let names = |on: Weekdays| {
        let name = |day: &Weekday| ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][day.to_monday_zero_offset() as usize];
        on.days().iter().map(name).collect::<String>()
    };
    let days = match read.pattern {
        Pattern::Daily => "daily".to_owned(),
        Pattern::Weekly { on, every: 1, .. } => names(on),
        Pattern::Weekly { on, every, anchor } => format!("{}/{every} from {anchor}", names(on)),
        Pattern::Monthly { on, every } => {
            let on = match on {
                MonthDay::Day(day) => format!("{day}."),
                MonthDay::Last => "last".to_owned(),
                MonthDay::Weekday { nth, day } => format!("{nth}x{day}"),
            };
            if every == 1 { format!("month {on}") } else { format!("month/{every} {on}") }
        }
        Pattern::Once(date) => format!("once {date}"),
    };
    let zone = if read.zone == "Europe/London" { String::new() } else { format!(" {}", read.zone) };
    format!("{days} {}{zone}", read.time.strftime("%H:%M"))
}

#[test]
fn schedules_are_read() {
    let mut wrong = Vec::new();
    for (text, expect) in [
        ("every Monday 9am send a digest with anomalies here", "Mo 09:00"),
        ("each monday at nine, post a digest of anomalies in this channel", "Mo 09:00"),
        ("mondays 09:00 digest: anomalies, here", "Mo 09:00"),
        ("weekdays at 8:30", "MoTuWeThFr 08:30"),
        ("every weekday at 8.30", "MoTuWeThFr 08:30"),
        ("daily at 7", "daily 07:00"),
        ("daily report 8am with orders and revenue", "daily 08:00"),
        ("I want a report every day at eight in the morning", "daily 08:00"),
        ("every morning", "daily 09:00"),
        ("every evening at 7", "daily 19:00"),
        ("every evening", "daily 18:00"),
        ("every other Friday at noon", "Fr/2 from 2026-11-20 12:00"),
        ("every two weeks on Monday at 10", "Mo/2 from 2026-11-16 10:00"),
        ("fortnightly on Wednesday", "We/2 from 2026-11-18 09:00"),
        ("on the first of each month", "month 1. 09:00"),
        ("schedule a monthly report on the 1st with margin by category", "month 1. 09:00"),
        ("every month on the 15th at 6pm", "month 15. 18:00"),
        ("a monthly report on the 20th at 7", "month 20. 07:00"),
        ("last day of the month at 18:00", "month last 18:00"),
        ("the first Monday of every month at 10am", "month 1x1 10:00"),
        ("last friday of the month", "month -1x5 09:00"),
        ("quarterly", "month/3 1. 09:00"),
        ("every Mon and Thu 9", "MoTh 09:00"),
        ("Tue, Thu and Sat at half past six in the evening", "TuThSa 18:30"),
        ("Monday to Friday at 17:15", "MoTuWeThFr 17:15"),
        ("weekends at 11", "SaSu 11:00"),
        ("weekly summary of sales", "Mo 09:00"),
        ("fridays at 17:00 a wrap up with ROAS per channel", "Fr 17:00"),
        ("every friday 5pm post an ad wrap-up", "Fr 17:00"),
        ("tomorrow at 9", "once 2026-11-17 09:00"),
        ("next Friday at 3pm", "once 2026-11-20 15:00"),
        ("every day at 9am London time", "daily 09:00"),
        ("every day at 9am New York time", "daily 09:00 America/New_York"),
        ("daily at 18:00 UTC with revenue", "daily 18:00 UTC"),
        ("daily at 9 Europe/Paris", "daily 09:00 Europe/Paris"),
        ("send revenue by weekday every Tuesday", "Tu 09:00"),
        ("every monday with the 5 best products", "Mo 09:00"),
        ("revenue by channel", "none"),
        ("every hour", "none"),
        ("today at 8am", "none"),
        ("每周一早上9点", "Mo 09:00"),
        ("每天8点半", "daily 08:30"),
        ("每月1号", "month 1. 09:00"),
        ("每个月十五号下午三点", "month 15. 15:00"),
        ("工作日上午九点", "MoTuWeThFr 09:00"),
        ("每周一和周四晚上8点发销售额", "MoTh 20:00"),
        ("每月最后一天18:00", "month last 18:00"),
        ("每月第一个周一上午十点", "month 1x1 10:00"),
        ("隔周周五中午12点", "Fr/2 from 2026-11-20 12:00"),
        ("每周五下午5点一刻", "Fr 17:15"),
        ("明天早上9点", "once 2026-11-17 09:00"),
        ("每天早上", "daily 09:00"),
        ("每晚8点", "daily 20:00"),
        ("每天北京时间9点", "daily 09:00 Asia/Shanghai"),
        ("每周一早上９点在这里发送销售额和异常", "Mo 09:00"),
    ] {
        let read = short(text);
        if read != expect {
            wrong.push(format!("{text}: {read}, expected {expect}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_digest_says_is_read() {
    let mut wrong = Vec::new();
    for (text, expect, unusual) in [
        ("every Monday 9am send a digest with anomalies here", &[][..], true),
        ("each monday at nine, post a digest of anomalies in this channel", &[], true),
        ("mondays 09:00 digest: anomalies, here", &[], true),
        ("daily report 8am with orders and revenue", &["orders and revenue"], false),
        (
            "every Monday 9am with revenue by channel, top products and anomalies here",
            &["revenue by channel", "top products"],
            true,
        ),
        (
            "every weekday at 8:30: revenue yesterday; orders by region; anything unusual",
            &["revenue yesterday", "orders by region"],
            true,
        ),
        ("weekly summary of revenue for me", &["revenue"], false),
        ("daily revenue report at 8", &["revenue"], false),
        ("schedule a monthly report on the 1st with margin by category to #leadership", &["margin by category"], false),
        ("send me revenue and anything unusual every day at 7", &["revenue"], true),
        ("create a digest", &[], false),
        ("每周一早上9点在这里发送销售额和异常", &["销售额"], true),
        ("每天8点半发送日报，包含销售额、订单数和异常情况", &["销售额", "订单数"], true),
        ("工作日上午九点发渠道销售额", &["渠道销售额"], false),
    ] {
        let read = digest(text, &now());
        if read.questions != expect || read.unusual != unusual {
            wrong.push(format!("{text}: {:?} {}", read.questions, read.unusual));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_was_left_out_is_said_with_the_same_frame() {
    let read = digest("every Monday 9am send a digest here", &now());
    let again = digest(&format!("{}: revenue by channel and anomalies", read.frame), &now());
    assert_eq!((again.when, again.to), (read.when, Some(To::Here)));
    assert_eq!((again.questions, again.unusual), (vec!["revenue by channel".to_owned()], true));
}

#[test]
fn destinations_are_read() {
    let place = |platform, id: &str| Some(To::Place(PlaceId { platform, id: id.to_owned() }));
    for (text, expect) in [
        ("every Monday a digest with revenue here", Some(To::Here)),
        ("post it in this channel", Some(To::Here)),
        ("weekly summary of sales please, to me", Some(To::Me)),
        ("daily revenue as a DM", Some(To::Me)),
        ("to <#4177> every Monday", Some(To::Channel("4177".to_owned()))),
        ("send it to discord:4177", place(Platform::Discord, "4177")),
        ("to telegram:-100123 daily", place(Platform::Telegram, "-100123")),
        ("to #leadership every Monday", Some(To::Named("leadership".to_owned()))),
        ("pause digest #2", None),
        ("every Monday revenue", None),
        ("在这里发送销售额", Some(To::Here)),
        ("每天私信我销售额", Some(To::Me)),
    ] {
        assert_eq!(to(text), expect, "{text}");
    }
}

#[test]
fn conditions_are_read() {
    let mut wrong = Vec::new();
    for (text, metric, expect, span) in [
        ("tell me when daily revenue drops under 3k", Metric::Revenue, Some(Condition::Below(3_000.0)), Span::Day),
        ("alert me if revenue drops below 50k", Metric::Revenue, Some(Condition::Below(50_000.0)), Span::Day),
        ("notify me if revenue < 50,000", Metric::Revenue, Some(Condition::Below(50_000.0)), Span::Day),
        ("let us know when weekly orders exceed 1,000", Metric::Orders, Some(Condition::Above(1_000.0)), Span::Week),
        ("let us know in <#99> when CPA exceeds €20", Metric::Cpa, Some(Condition::Above(20.0)), Span::Day),
        ("warn me as soon as ROAS is less than 2", Metric::Roas, Some(Condition::Below(2.0)), Span::Day),
        ("alert if conversion rate is over 5 %", Metric::Cvr, Some(Condition::Above(0.05)), Span::Day),
        ("tell me when revenue falls by 20 %", Metric::Revenue, Some(Condition::FallsBy(0.2)), Span::Day),
        ("alert when weekly returns rise by more than 30%", Metric::Returns, Some(Condition::RisesBy(0.3)), Span::Week),
        ("tell me when orders drop to 10", Metric::Orders, Some(Condition::Below(10.0)), Span::Day),
        ("notify the team when daily orders hit 1,000", Metric::Orders, Some(Condition::Above(1_000.0)), Span::Day),
        ("watch the unsubscribes and shout if they spike", Metric::Unsubscribes, None, Span::Day),
        ("日销售额低于3000时提醒我", Metric::Revenue, Some(Condition::Below(3_000.0)), Span::Day),
        ("日销售额跌破3000", Metric::Revenue, Some(Condition::Below(3_000.0)), Span::Day),
        ("每周订单超过1000告诉我", Metric::Orders, Some(Condition::Above(1_000.0)), Span::Week),
        ("销售额下降20%时通知我", Metric::Revenue, Some(Condition::FallsBy(0.2)), Span::Day),
        ("订单数上涨30%", Metric::Orders, Some(Condition::RisesBy(0.3)), Span::Day),
        ("日销售额3000元以下提醒我", Metric::Revenue, Some(Condition::Below(3_000.0)), Span::Day),
    ] {
        let read = alert(text, Some(metric));
        if (read.condition, read.span) != (expect, span) {
            wrong.push(format!("{text}: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wishes_about_what_is_there_are_read() {
    let mut wrong = Vec::new();
    for (text, verb, number, new) in [
        ("list my digests", Some(Verb::List), None, None),
        ("which digests do I have", Some(Verb::List), None, None),
        ("pause the Monday digest", Some(Verb::Pause), None, None),
        ("pause 2", Some(Verb::Pause), Some(2), None),
        ("resume digest 3", Some(Verb::Resume), Some(3), None),
        ("turn the weekly report back on", Some(Verb::Resume), None, None),
        ("un-pause #1", Some(Verb::Resume), Some(1), None),
        ("delete alert #7", Some(Verb::Delete), Some(7), None),
        ("preview digest 1", Some(Verb::Preview), Some(1), None),
        ("send the Monday digest now", Some(Verb::Preview), None, None),
        ("change digest 2 to Tuesdays 8am", Some(Verb::Change), Some(2), Some("Tuesdays 8am")),
        ("move the Monday digest to Tuesday 10am", Some(Verb::Change), None, Some("Tuesday 10am")),
        ("列出我的摘要", Some(Verb::List), None, None),
        ("暂停第2个摘要", Some(Verb::Pause), Some(2), None),
        ("恢复第1个", Some(Verb::Resume), Some(1), None),
        ("删除提醒", Some(Verb::Delete), None, None),
        ("把第2个摘要改成每周二早上8点", Some(Verb::Change), Some(2), Some("每周二早上8点")),
        ("", None, None, None),
    ] {
        let read = manage(text);
        if (read.verb, read.number, read.new.as_deref()) != (verb, number, new) {
            wrong.push(format!("{text}: {read:?}"));
        }
    }
    assert_eq!(manage("pause d-7f3a").id.as_deref(), Some("d-7f3a"));
    assert_eq!(manage("add margin to the morning digest").added.as_deref(), Some("margin"));
    assert_eq!(manage("drop sentiment from the friday report").removed.as_deref(), Some("sentiment"));
    assert!(manage("pause digest 2").leads && !manage("every Monday stop").leads);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn any_text_is_read() {
    for text in [
        "",
        " ",
        "#",
        "<#>",
        "每",
        "每周",
        "every",
        "at",
        "12:99",
        "🍵 every 🍵",
        "\u{0}",
        &"every Monday ".repeat(200),
    ] {
        let _ = (digest(text, &now()), alert(text, None), manage(text), unusual(text));
    }
    assert_eq!(recurrence("every day at 9", &now()).map(|read| read.time), Some(time(9, 0, 0, 0)));
}
