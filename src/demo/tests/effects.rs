//! Plain counts over the rows find every effect that docs/demo.md tells of.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::{Date, Weekday, date};

use super::{company, in_days, last, planted};
use crate::demo::calendar::{between, shift};
use crate::demo::{Company, DemoOptions, PostKind};
use crate::domain::{AdResult, Order};

fn revenue<'a>(orders: impl IntoIterator<Item = &'a Order>) -> f64 {
    orders.into_iter().map(|order| order.quantity * order.unit_price).sum()
}

fn orders_between(company: &Company, from: Date, to: Date) -> impl Iterator<Item = &Order> + Clone {
    company.orders.iter().filter(move |order| in_days(order.ordered_at.date(), from, to))
}

fn category_of(company: &Company) -> HashMap<&str, &str> {
    company.products.iter().map(|p| (p.product_id.as_str(), p.category.as_deref().unwrap())).collect()
}

fn ratio(of: f64, to: f64) -> f64 {
    of / to
}

#[test]
fn weeks_and_years_have_their_seasons() {
    let company = company();
    let profile = |channel: &str| {
        let mut days = [0.0; 7];
        for order in
            company.orders.iter().filter(|o| o.channel.as_deref() == Some(channel) && o.quantity > 0.0 && o.line == 1)
        {
            days[order.ordered_at.date().weekday().to_monday_zero_offset() as usize] += 1.0;
        }
        let mean = days.iter().sum::<f64>() / 7.0;
        days.map(|day| day / mean)
    };
    let (store, web) = (profile("store"), profile("web"));
    assert!(store[5] > 1.6 && store[5] >= store.iter().copied().fold(0.0, f64::max), "{store:?}");
    assert!(web[0] > 1.25 && web[0] >= web.iter().copied().fold(0.0, f64::max), "{web:?}");
    let categories = category_of(company);
    let monthly = |category: &str, from: Date, to: Date| {
        revenue(orders_between(company, from, to).filter(|order| categories[order.product_id.as_str()] == category))
            / f64::from(between(from, to) + 1)
    };
    let gifts =
        monthly("Gifts", date(2025, 12, 8), date(2025, 12, 23)) / monthly("Gifts", date(2025, 9, 1), date(2025, 9, 30));
    assert!(gifts > 2.0, "{gifts}");
    let black = monthly("Black tea", date(2026, 1, 1), date(2026, 1, 31))
        / monthly("Black tea", date(2025, 7, 1), date(2025, 7, 31));
    assert!(black > 1.3, "{black}");
    let year = ratio(
        revenue(orders_between(company, shift(last(), -364), last())),
        revenue(orders_between(company, shift(last(), -729), shift(last(), -365))),
    );
    assert!((1.05..1.6).contains(&year), "{year}");
}

#[test]
fn the_promotion_sells() {
    let company = company();
    let event = planted(company, "promotion");
    let categories = category_of(company);
    let units = |from: Date, to: Date| -> f64 {
        orders_between(company, from, to)
            .filter(|order| categories[order.product_id.as_str()] == "Black tea" && order.quantity > 0.0)
            .map(|order| order.quantity)
            .sum()
    };
    let lift = units(event.from, event.to) / units(shift(event.from, -14), shift(event.from, -1));
    assert!((1.5..4.0).contains(&lift), "{lift}");
    assert_eq!(between(event.from, event.to), 13);
    let price = |day: Date| {
        let id = &company.products.iter().find(|p| p.name.starts_with("Earl Grey")).unwrap().product_id;
        orders_between(company, day, shift(day, 6))
            .find(|order| order.product_id == *id && order.quantity > 0.0)
            .unwrap()
            .unit_price
    };
    assert!((price(event.from) / price(shift(event.to, 20)) - 0.8).abs() < 0.13);
}

#[test]
fn the_price_rise_costs_units() {
    let company = company();
    let event = planted(company, "price_rise");
    let categories = category_of(company);
    let share = |from: Date, to: Date| {
        let of = |category: Option<&str>| -> f64 {
            orders_between(company, from, to)
                .filter(|order| category.is_none_or(|name| categories[order.product_id.as_str()] == name))
                .map(|order| order.quantity)
                .sum()
        };
        of(Some("Oolong")) / of(None)
    };
    // Against the same weeks of the year before, so that the season drops out.
    let year = |day: Date| shift(day, -364);
    let (from, to) = (event.from, event.to);
    let now = share(from, to) / share(shift(from, -98), shift(from, -1));
    let before = share(year(from), year(to)) / share(year(shift(from, -98)), year(shift(from, -1)));
    assert!(now / before < 0.9, "{now} {before}");
    let id = &company.products.iter().find(|p| p.name == "Oolong 500 g").unwrap().product_id;
    let mean = |from: Date, to: Date| {
        let prices: Vec<f64> =
            orders_between(company, from, to).filter(|o| o.product_id == *id).map(|o| o.unit_price).collect();
        prices.iter().sum::<f64>() / prices.len() as f64
    };
    let rise = mean(shift(from, 1), shift(from, 30)) / mean(shift(from, -30), shift(from, -1)) - 1.0;
    assert!((rise - event.size).abs() < 0.02, "{rise}");
}

#[test]
fn late_deliveries_are_complained_about() {
    let company = company();
    let (week, complaints) = (planted(company, "late_deliveries"), planted(company, "late_complaints"));
    let share = |from: Date, to: Date| {
        let (mut late, mut all) = (0.0, 0.0);
        for (post, label) in company.posts.iter().zip(&company.post_labels) {
            if in_days(post.posted_at.date(), from, to) {
                all += 1.0;
                let blame = matches!(label.kind, PostKind::Negative | PostKind::Mixed | PostKind::Sarcasm);
                late += f64::from(u8::from(label.topic == "delivery" && blame));
            }
        }
        late / all
    };
    let usual = share(shift(week.from, -180), shift(week.from, -1));
    assert!(share(complaints.from, complaints.to) > 4.0 * usual);
    // The words alone show it too.
    let words = |from: Date, to: Date| {
        let posts: Vec<_> = company.posts.iter().filter(|post| in_days(post.posted_at.date(), from, to)).collect();
        let late = posts.iter().filter(|post| {
            let text = post.text.to_lowercase();
            [
                "days late",
                "still waiting",
                "nothing here after",
                "out for delivery",
                "courier",
                "delivery date",
                "late again",
            ]
            .iter()
            .any(|words| text.contains(words))
        });
        late.count() as f64 / posts.len() as f64
    };
    assert!(words(complaints.from, complaints.to) > 4.0 * words(shift(week.from, -180), shift(week.from, -1)));
    let stars = |from: Date, to: Date| {
        let stars: Vec<f64> = company
            .posts
            .iter()
            .filter(|post| in_days(post.posted_at.date(), from, to))
            .filter_map(|post| post.rating)
            .collect();
        stars.iter().sum::<f64>() / stars.len() as f64
    };
    let fall = stars(shift(week.from, -180), shift(week.from, -1)) - stars(complaints.from, complaints.to);
    assert!(fall > 0.5, "{fall}");
    let returned = |from: Date, to: Date| {
        let ids: HashSet<&str> = orders_between(company, from, to)
            .filter(|o| o.quantity > 0.0 && o.channel.as_deref() != Some("store"))
            .map(|o| o.order_id.as_str())
            .collect();
        let back = company.orders.iter().filter(|o| o.quantity < 0.0 && ids.contains(o.order_id.as_str()));
        back.count() as f64 / ids.len() as f64
    };
    assert!(returned(week.from, week.to) > 3.0 * returned(shift(week.from, -90), shift(week.from, -1)));
}

#[test]
fn the_outage_is_one_empty_day() {
    let company = company();
    let day = planted(company, "outage").from;
    assert_eq!(day.weekday(), Weekday::Wednesday);
    let web = |day: Date| {
        let ids: HashSet<&str> = orders_between(company, day, day)
            .filter(|order| order.channel.as_deref() == Some("web") && order.quantity > 0.0)
            .map(|order| order.order_id.as_str())
            .collect();
        ids.len() as f64
    };
    let usual = (1..=4).map(|week| web(shift(day, -7 * week))).sum::<f64>() / 4.0;
    assert!(web(day) < 0.2 * usual, "{} of {usual}", web(day));
    assert!(web(shift(day, 1)) > 0.5 * usual);
    let down = company.post_labels.iter().filter(|label| label.topic == "outage").count();
    assert!(down >= 6);
}

#[test]
fn the_west_falls_through_its_stores() {
    // Both ways to say "last month" show it, on any day of any month.
    for last in [last(), date(2026, 2, 3), date(2025, 6, 30), date(2026, 9, 15), date(2026, 1, 31)] {
        let company = Company::generate(&DemoOptions::until(last));
        let month = planted(&company, "region_falls").from;
        let calendar = ((month, month.last_of_month()), (shift(month, -1).first_of_month(), shift(month, -1)));
        let rolling = ((shift(last, -29), last), (shift(last, -59), shift(last, -30)));
        for (name, (now, before)) in [("calendar", calendar), ("rolling", rolling)] {
            let change = |west: bool, channel: Option<&str>| {
                let sum = |(from, to): (Date, Date)| {
                    revenue(orders_between(&company, from, to).filter(|order| {
                        (order.region.as_deref() == Some("West")) == west
                            && channel.is_none_or(|name| order.channel.as_deref() == Some(name))
                    }))
                };
                sum(now) / sum(before) - 1.0
            };
            let (west, others) = (change(true, None), change(false, None));
            if name == "calendar" {
                let wanted = (-0.25_f64).min(others - 0.15);
                assert!((west - wanted).abs() < 0.03, "{last}: west {west}, others {others}");
            }
            let store = change(true, Some("store"));
            assert!(west < -0.12 && west < others - 0.10, "{last} {name}: west {west}, others {others}");
            assert!(store < west, "{last} {name}: store {store}, west {west}");
        }
    }
}

#[test]
fn pairs_are_bought_together() {
    let company = company();
    let mut baskets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for order in company.orders.iter().filter(|order| order.quantity > 0.0) {
        baskets.entry(&order.order_id).or_default().insert(&order.product_id);
    }
    let id = |name: &str| company.products.iter().find(|p| p.name == name).unwrap().product_id.as_str();
    for (first, second) in [
        ("Gooseneck Kettle 0.9 l", "Paper Filters 100 pcs"),
        ("Oolong 500 g", "Porcelain Gaiwan 120 ml"),
        ("House Espresso 1 kg", "Grinder Cleaner 430 g"),
        ("Matcha Ceremonial 30 g", "Matcha Whisk Bamboo"),
        ("Hand Grinder Steel", "Ceramic Dripper"),
    ] {
        let (a, b) = (id(first), id(second));
        let with =
            |ids: &[&str]| baskets.values().filter(|basket| ids.iter().all(|id| basket.contains(id))).count() as f64;
        let lift = with(&[a, b]) * baskets.len() as f64 / (with(&[a]) * with(&[b]));
        assert!(lift > 3.0 && with(&[a, b]) > 50.0, "{first} and {second}: {lift}");
    }
}

#[test]
fn ads_saturate_and_a_placement_is_better() {
    let company = company();
    let event = planted(company, "saturated_channel");
    let sum = |channel: &str, from: Date, to: Date, of: fn(&AdResult) -> f64| -> f64 {
        company.ad_results.iter().filter(|r| r.channel == channel && in_days(r.date, from, to)).map(of).sum()
    };
    let (from, to) = (shift(event.from, -90), shift(event.from, -1));
    let spend = sum("display", event.from, event.to, |r| r.spend) / sum("display", from, to, |r| r.spend);
    let orders = sum("display", event.from, event.to, |r| r.conversions) / sum("display", from, to, |r| r.conversions);
    assert!((1.5..2.5).contains(&spend), "{spend}");
    assert!((0.75..1.25).contains(&orders), "{orders}");
    let works = |channel: &str, fits: &dyn Fn(&AdResult) -> bool| {
        let rows = company.ad_results.iter().filter(|r| r.channel == channel && fits(r));
        let (converted, clicks) = rows.fold((0.0, 0.0), |sum, r| (sum.0 + r.conversions, sum.1 + r.clicks));
        converted / clicks
    };
    let placement = |name: &'static str| works("social", &move |r| r.placement.as_deref() == Some(name));
    assert!(placement("stories") > 1.7 * placement("feed") && placement("stories") > 1.7 * placement("reels"));
    let variant = |name: &'static str| works("search", &move |r| r.variant.as_deref() == Some(name));
    assert!(variant("B") > 1.15 * variant("A"));
}

#[test]
fn new_topics_appear() {
    let company = company();
    let event = planted(company, "new_topic");
    let lids = |from: Date, to: Date| {
        company
            .posts
            .iter()
            .zip(&company.post_labels)
            .filter(|(post, label)| label.topic == "tin_lid" && in_days(post.posted_at.date(), from, to))
            .count()
    };
    assert_eq!(lids(shift(last(), -729), shift(event.from, -1)), 0);
    assert!(lids(event.from, event.to) >= 30);
    let named = |from: Date, to: Date| {
        company
            .posts
            .iter()
            .filter(|post| in_days(post.posted_at.date(), from, to) && post.text.to_lowercase().contains("brightleaf"))
            .count()
    };
    let event = planted(company, "competitor");
    assert!(
        named(shift(last(), -59), last()) as f64
            > 3.0 * named(shift(event.from, -60), shift(event.from, -1)).max(1) as f64
    );
}

#[test]
fn marketplace_customers_leave() {
    let company = company();
    let gone = |marketplace: bool| {
        let old = company
            .customers
            .iter()
            .filter(|c| (c.channel == "marketplace") == marketplace && between(c.joined, last()) > 180);
        let (gone, all) = old.fold((0.0, 0.0), |sum, c| (sum.0 + f64::from(u8::from(c.left.is_some())), sum.1 + 1.0));
        gone / all
    };
    assert!(gone(true) > gone(false) + 0.15, "{} {}", gone(true), gone(false));
    // And the orders show it: fewer orders a customer.
    let mut counts: HashMap<&str, HashSet<&str>> = HashMap::new();
    for order in &company.orders {
        if let Some(id) = &order.customer_id {
            counts.entry(id).or_default().insert(&order.order_id);
        }
    }
    let mean = |marketplace: bool| {
        let of: Vec<f64> = company
            .customers
            .iter()
            .filter(|c| (c.channel == "marketplace") == marketplace)
            .map(|c| counts[c.customer_id.as_str()].len() as f64)
            .collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!(mean(true) < 0.7 * mean(false));
}

#[test]
fn taste_beats_popularity() {
    // What others of the same taste bought before tells the next purchase better than what everybody bought.
    let company = company();
    let cut = shift(last(), -60);
    let tastes: HashMap<&str, &str> =
        company.customers.iter().map(|c| (c.customer_id.as_str(), c.taste.as_str())).collect();
    let mut popular: HashMap<&str, f64> = HashMap::new();
    let mut by_taste: HashMap<&str, HashMap<&str, f64>> = HashMap::new();
    for order in company.orders.iter().filter(|order| order.ordered_at.date() < cut) {
        *popular.entry(&order.product_id).or_default() += order.quantity;
        if let Some(id) = &order.customer_id {
            *by_taste.entry(tastes[id.as_str()]).or_default().entry(&order.product_id).or_default() += order.quantity;
        }
    }
    fn best<'a>(counts: &HashMap<&'a str, f64>) -> HashSet<&'a str> {
        let mut list: Vec<_> = counts.iter().collect();
        list.sort_by(|a, b| b.1.total_cmp(a.1).then_with(|| a.0.cmp(b.0)));
        list.into_iter().take(10).map(|(id, _)| *id).collect()
    }
    let everybody = best(&popular);
    let own: HashMap<&str, HashSet<&str>> = by_taste.iter().map(|(taste, counts)| (*taste, best(counts))).collect();
    let (mut general, mut personal) = (0, 0);
    for order in company.orders.iter().filter(|order| order.ordered_at.date() >= cut && order.quantity > 0.0) {
        if let Some(id) = &order.customer_id {
            general += u32::from(everybody.contains(order.product_id.as_str()));
            personal += u32::from(own[tastes[id.as_str()]].contains(order.product_id.as_str()));
        }
    }
    assert!(f64::from(personal) > 1.5 * f64::from(general), "{personal} {general}");
}

#[test]
fn readers_of_mailings_buy_more() {
    // Among those who were written to, buyers within five days against those held back.
    let company = company();
    let (mut sent, mut held) = ((0.0, 0.0), (0.0, 0.0));
    for mailing in company.planted.iter().filter(|planted| planted.id == "mailing") {
        let name = mailing.what.split('"').nth(1).unwrap();
        let written: HashSet<&str> =
            company.campaign_sends.iter().filter(|s| s.campaign == name).map(|s| s.customer_id.as_str()).collect();
        let buyers: HashSet<&str> = orders_between(company, mailing.from, mailing.to)
            .filter_map(|order| order.customer_id.as_deref())
            .collect();
        for customer in company.customers.iter().filter(|c| c.joined < mailing.from && c.channel != "marketplace") {
            let id = customer.customer_id.as_str();
            let group = if written.contains(id) { &mut sent } else { &mut held };
            group.0 += f64::from(u8::from(buyers.contains(id)));
            group.1 += 1.0;
        }
    }
    assert!(sent.0 / sent.1 > held.0 / held.1, "{sent:?} {held:?}");
}
