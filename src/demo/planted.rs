//! What was planted in the demo company on purpose, as data. docs/demo.md describes the same effects in words.

use jiff::civil::Date;

use super::ads::Ads;
use super::calendar::Calendar;
use super::parameters::Parameters;
use super::posts::{COMPETITOR_DAYS, NEW_TOPIC_DAYS};

/// One planted effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    /// Its name, the same for every seed and every last day.
    pub id: &'static str,
    /// What it is, in a sentence.
    pub what: String,
    /// The first day on which it works.
    pub from: Date,
    /// The last day on which it works.
    pub to: Date,
    /// How large it is; `what` says of what.
    pub size: f64,
}

/// Everything planted, events in the order of time, standing effects first.
pub(super) fn planted(parameters: &Parameters, ads: &Ads, calendar: &Calendar) -> Vec<Planted> {
    let mut all = standing(parameters, calendar);
    all.extend(events(parameters, ads, calendar));
    all
}

fn standing(parameters: &Parameters, calendar: &Calendar) -> Vec<Planted> {
    let always =
        |id: &'static str, what: String, size: f64| Planted { id, what, from: calendar.first, to: calendar.last, size };
    let week = |channel: &str, day: usize| parameters.weekdays.get(channel).map_or(1.0, |week| week[day]);
    let december = |name: &str| parameters.category.iter().find(|c| c.name == name).map_or(1.0, |c| c.december);
    let black = parameters.category.iter().find(|c| c.name == "Black tea").map_or(0.0, |c| c.height);
    let mut all = vec![
        always("winter_peak", "Black tea sells best in the middle of January, up and down by this share".into(), black),
        always("december_gifts", "Gifts sell this many times as much before Christmas".into(), december("Gifts")),
        always("saturday_store", "Stores sell this many times an average day on Saturdays".into(), week("store", 5)),
        always("monday_web", "The web sells this many times an average day on Mondays".into(), week("web", 0)),
        always("growth", "Customers join faster each year, by this share".into(), parameters.customers.yearly_growth),
        always(
            "marketplace_leaves",
            "Marketplace customers leave after a purchase with this chance, several times the others'".into(),
            parameters.customers.leaving.get("marketplace").map_or(0.0, |[a, b]| a / (a + b)),
        ),
        always(
            "best_placement",
            "Stories on social convert this many times as well per click as the feed".into(),
            1.9 / 0.8,
        ),
        always("best_variant", "Variant B on search converts this many times as well per click as A".into(), 1.28),
        always(
            "tastes",
            "So many kinds of drinkers buy mostly within their own categories and buy again what they know".into(),
            parameters.taste.len() as f64,
        ),
    ];
    for bundle in &parameters.bundle {
        all.push(always(
            "bought_together",
            format!("Who buys {} also takes {}, with this chance", bundle.first, bundle.second),
            bundle.chance,
        ));
    }
    all
}

fn events(parameters: &Parameters, ads: &Ads, calendar: &Calendar) -> Vec<Planted> {
    let dated = |id: &'static str, what: String, (from, to): (i32, i32), size: f64| Planted {
        id,
        what,
        from: calendar.date(from),
        to: calendar.date(to),
        size,
    };
    let end = calendar.end();
    let promotion = &parameters.promotion;
    let rise = &parameters.oolong_rise;
    let elasticity = |name: &str| parameters.elasticity.get(name).copied().unwrap_or(1.0);
    let mut all = vec![
        dated(
            "promotion",
            format!("{} costs {:.0} % less; demand is multiplied", promotion.category, promotion.discount * 100.0),
            calendar.promotion,
            promotion.lift * (1.0 - promotion.discount).powf(-elasticity(&promotion.category)),
        ),
        dated(
            "price_rise",
            format!(
                "{} costs more by this share; demand falls with an elasticity of {}",
                rise.category,
                elasticity(&rise.category)
            ),
            (calendar.oolong_rise, end),
            rise.change,
        ),
        dated(
            "saturated_channel",
            format!("Spend on {} is multiplied by this, conversions hardly move", ads.saturated.channel),
            (end - ads.saturated.from_days_before, end),
            ads.saturated.spend,
        ),
        dated(
            "outage",
            "The web shop is down and sells this share of a day".into(),
            (calendar.outage, calendar.outage),
            parameters.outage.left,
        ),
        dated(
            "late_deliveries",
            "Parcels come late: this share of the lines ordered on web and marketplace comes back".into(),
            calendar.late,
            parameters.late_deliveries.returned,
        ),
        dated(
            "late_complaints",
            "Posts complain about delivery, so many a day more at the height".into(),
            (calendar.late.0 + 1, calendar.late_complaints_until),
            parameters.late_deliveries.posts_per_day,
        ),
        dated(
            "region_falls",
            format!(
                "{} loses about this share of revenue from one month to the next, through its {}",
                parameters.west.region, parameters.west.channel
            ),
            (calendar.west_from, end),
            parameters.west.fall,
        ),
        dated(
            "new_topic",
            "Posts complain about the new tin's lid and the pouch that tears; days since it began".into(),
            (end - NEW_TOPIC_DAYS, end),
            f64::from(NEW_TOPIC_DAYS),
        ),
        dated(
            "competitor",
            "Brightleaf is named more and more: times as often at the end as before".into(),
            (end - COMPETITOR_DAYS, end),
            12.0,
        ),
    ];
    for mailing in &parameters.mailing {
        let day = end - mailing.days_before;
        let text = format!(
            "The mailing \"{}\" makes its readers buy this many times as often for some days",
            mailing.campaign
        );
        let to = (day + parameters.mailings.works_days).min(end);
        all.push(dated("mailing", text, (day, to), mailing.offer));
    }
    for change in &parameters.price_change {
        let day = end - change.days_before;
        if day >= 0 {
            all.push(dated(
                "price_change",
                format!("{} costs more by this share", change.category),
                (day, end),
                change.change,
            ));
        }
    }
    all.sort_by_key(|planted| planted.from);
    all
}
