//! Messages and the slots they hold, in both languages, on Wednesday, 18 November 2026.

use std::collections::BTreeMap;

use jiff::Zoned;
use jiff::civil::Weekday;
use proptest::prelude::*;

use super::*;
use crate::domain::{Catalog, Horizon, HorizonUnit, Language};

fn catalog() -> Catalog {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    Catalog {
        version: 1,
        names: BTreeMap::from([
            (
                Dimension::Product,
                list(&[
                    "Oolong 500 g",
                    "Oolong 100 g",
                    "Sencha 250 g",
                    "Decaf Espresso 1 kg",
                    "Matcha Premium",
                    "Earl Grey Tin",
                    "乌龙茶500克",
                ]),
            ),
            (Dimension::Category, list(&["Coffee", "Tea", "Decaf"])),
            (Dimension::Channel, list(&["web", "store", "search", "social"])),
            (Dimension::Region, list(&["North", "South"])),
            (Dimension::Campaign, list(&["Spring Promo", "Black Friday"])),
            (Dimension::Customer, list(&["C-0042", "C-0100", "12345"])),
        ]),
        aliases: vec![(Dimension::Region, "北境".to_owned(), "North".to_owned())],
    }
}

fn read(text: &str, intent: Intent) -> Slots {
    let now: Zoned = "2026-11-18T10:00[Europe/Berlin]".parse().expect("a date");
    let catalog = catalog();
    extract(text, intent, &Context { now: &now, week_start: Weekday::Monday, catalog: &catalog })
}

/// Compares the slots as JSON with what is expected of them, key by key; slots that are not named are not looked at, and
/// `null` expects nothing.
fn check(intent: Intent, text: &str, expect: &str) {
    let got = serde_json::to_value(read(text, intent)).expect("slots are plain");
    let expect: serde_json::Value = serde_json::from_str(expect).expect("the expectation is JSON");
    for (key, value) in expect.as_object().expect("an object") {
        let found = got.get(key).unwrap_or(&serde_json::Value::Null);
        let found = found.get("value").unwrap_or(found);
        assert_eq!(found, value, "{key} of {text:?}: {got}");
    }
}

#[test]
fn figures_of_figures_are_named() {
    for (text, expect) in [
        ("average revenue per day last month", r#"{"words":{"method":"per_day"}}"#),
        ("return rate by product", r#"{"words":{"method":"return rate"}}"#),
        ("units per order in May", r#"{"words":{"method":"units per order"}}"#),
        ("revenue per order last week", r#"{"words":null}"#),
        ("revenue from tiktok last month", r#"{"words":{"brand":"tiktok"}}"#),
        ("revenue for my boss last month", r#"{"words":null}"#),
        ("revenue without the store", r#"{"words":{"brand":"without the store"},"names":null}"#),
    ] {
        check(Intent::MetricReport, text, expect);
    }
    check(Intent::SimilarProducts, "something like sencha but cheaper", r#"{"words":{"price_limit":"cheaper"}}"#);
}

#[test]
fn metrics_and_breakdowns() {
    use Intent::MetricReport as Report;
    for (text, expect) in [
        (
            "what was our revenue last month",
            r#"{"metrics":["revenue"],"date_range":{"start":"2026-10-01","end":"2026-11-01"}}"#,
        ),
        ("bare sales", r#"{"metrics":["revenue"]}"#),
        ("revnue by chanel", r#"{"metrics":["revenue"],"by":["channel"]}"#),
        ("converion rate per campaign", r#"{"metrics":["cvr"],"by":["campaign"]}"#),
        ("orders and margin for each product", r#"{"metrics":["orders","margin"],"by":["product"]}"#),
        ("weekly units", r#"{"metrics":["units"],"by":["week"]}"#),
        ("which product sold best", r#"{"by":["product"]}"#),
        ("top 5 products by revenue", r#"{"by":["product"],"top_n":5,"metrics":["revenue"]}"#),
        ("five best categories", r#"{"by":["category"],"top_n":5}"#),
        ("wich prodcuts sell worst in the north", r#"{"by":["product"],"bottom":true,"names":{"region":["North"]}}"#),
        ("the products that are selling best on the web", r#"{"by":["product"],"bottom":null}"#),
        ("how many products did we sell in May", r#"{"by":null}"#),
        ("worst 3 products", r#"{"top_n":3,"bottom":true,"by":["product"]}"#),
        ("average order value on the website", r#"{"metrics":["average_order_value"],"names":{"channel":["web"]}}"#),
        ("按地区看销售额", r#"{"metrics":["revenue"],"by":["region"]}"#),
        ("各渠道客单价", r#"{"metrics":["average_order_value"],"by":["channel"]}"#),
        ("销量前十的商品", r#"{"metrics":["units"],"top_n":10,"by":["product"]}"#),
    ] {
        check(Report, text, expect);
    }
}

#[test]
fn names_are_the_company_s_own() {
    use Intent::MetricReport as Report;
    for (text, expect) in [
        ("sales of oolong 500g", r#"{"names":{"product":["Oolong 500 g"]}}"#),
        ("senchas last week", r#"{"names":{"product":["Sencha 250 g"]}}"#),
        ("revenue of sensha", r#"{"names":{"product":["Sencha 250 g"]}}"#),
        ("MATCHA PREMIUM", r#"{"names":{"product":["Matcha Premium"]}}"#),
        ("decaf revenue", r#"{"names":{"category":["Decaf"]}}"#),
        ("revenue in the north", r#"{"names":{"region":["North"]}}"#),
        ("another order for the store", r#"{"names":{"channel":["store"]}}"#),
        ("乌龙茶的销量", r#"{"names":{"product":["乌龙茶500克"]}}"#),
        ("北境的销售额", r#"{"names":{"region":["North"]}}"#),
        ("线上渠道的订单", r#"{"names":{"channel":["web"]}}"#),
        ("what do we know", r#"{"names":null,"ambiguous":null}"#),
        ("in order to see the sales", r#"{"names":null}"#),
    ] {
        check(Report, text, expect);
    }
    let slots = read("how does oolong sell", Report);
    assert_eq!(slots.ambiguous.len(), 1);
    assert_eq!(slots.ambiguous[0].1.value, ["Oolong 100 g", "Oolong 500 g"]);
    assert!(slots.names.is_empty());
}

#[test]
fn customers() {
    check(Intent::CustomerProfile, "who is customer C-0042", r#"{"names":{"customer":["C-0042"]}}"#);
    check(Intent::CustomerProfile, "customer 12345", r#"{"names":{"customer":["12345"]}}"#);
    check(Intent::CustomerProfile, "客户12345是谁", r#"{"names":{"customer":["12345"]}}"#);
    check(Intent::CustomerProfile, "customer 99999", r#"{"names":null,"words":{"customer":"99999"}}"#);
    check(
        Intent::RecommendProducts,
        "5 products for c-0100 she hasn't bought yet",
        r#"{"top_n":5,"names":{"customer":["C-0100"]}}"#,
    );
}

#[test]
fn what_it_is_compared_with() {
    use Intent::MetricCompare as Compare;
    let year = r#"{"date_range":{"start":"2026-10-01","end":"2026-11-01"},"baseline":{"start":"2025-10-01","end":"2025-11-01"}}"#;
    let month = r#"{"date_range":{"start":"2026-10-01","end":"2026-11-01"},"baseline":{"start":"2026-09-01","end":"2026-10-01"}}"#;
    for (text, expect) in [
        ("revenue last month vs last year", year),
        ("revenue last month year over year", year),
        ("上个月销售额同比", year),
        ("last month's revenue compared to the same period last year", year),
        ("orders in October compared to the previous month", month),
        ("上个月销售额环比", month),
        ("compare October and September", month),
        (
            "Q3 against Q2",
            r#"{"date_range":{"start":"2026-07-01","end":"2026-10-01"},"baseline":{"start":"2026-04-01","end":"2026-07-01"}}"#,
        ),
        (
            "last week compared to the week before",
            r#"{"date_range":{"start":"2026-11-09","end":"2026-11-16"},"baseline":{"start":"2026-11-02","end":"2026-11-09"}}"#,
        ),
    ] {
        check(Compare, text, expect);
    }
}

#[test]
fn horizons_and_levels() {
    let ahead = |count, unit| Some(Horizon::Ahead { count, unit });
    for (text, expect) in [
        ("forecast revenue for the next 8 weeks", ahead(8, HorizonUnit::Week)),
        ("未来两个月的销量", ahead(2, HorizonUnit::Month)),
        ("revenue, 90 days", ahead(90, HorizonUnit::Day)),
    ] {
        assert_eq!(read(text, Intent::ForecastMetric).horizon.map(|horizon| horizon.value), expect, "{text}");
    }
    let range = r#"{"horizon":{"range":{"start":"2026-11-18","end":"2026-12-26"}}}"#;
    check(Intent::ForecastMetric, "sales until christmas", range);
    check(
        Intent::ForecastMetric,
        "sales by end of Q4",
        r#"{"horizon":{"range":{"start":"2026-11-18","end":"2027-01-01"}}}"#,
    );
    check(Intent::ForecastMetric, "next month with 95% interval", r#"{"level":95.0}"#);
    check(Intent::ForecastMetric, "after our sales grew 60%", r#"{"level":null}"#);
}

#[test]
fn figures() {
    for (intent, text, expect) in [
        (
            Intent::ForecastTarget,
            "will we reach 500k revenue this quarter",
            r#"{"target":500000.0,"metrics":["revenue"]}"#,
        ),
        (Intent::ForecastTarget, "can we hit 1.2M", r#"{"target":1200000.0}"#),
        (Intent::ForecastTarget, "本月能达到20万销售额吗", r#"{"target":200000.0}"#),
        (
            Intent::AdBudget,
            "split €50k between search and social",
            r#"{"amount":50000.0,"names":{"channel":["search","social"]}}"#,
        ),
        (
            Intent::AlertCreate,
            "tell me when daily orders fall under 3k",
            r#"{"threshold":3000.0,"metrics":["orders"]}"#,
        ),
        (Intent::AlertCreate, "日销售额跌破3000", r#"{"threshold":3000.0}"#),
        (
            Intent::AlertCreate,
            "margin under 30% to #finance",
            r##"{"threshold":0.3,"words":{"destination":"#finance"}}"##,
        ),
        (Intent::SimilarProducts, "like sencha but under €20", r#"{"price_limit":20.0}"#),
        (Intent::SimilarProducts, "cheaper than 15", r#"{"price_limit":15.0}"#),
        (Intent::WhatIf, "raise the price by 10 %", r#"{"change":0.1}"#),
        (Intent::WhatIf, "cut search spend by a fifth", r#"{"change":-0.2,"names":{"channel":["search"]}}"#),
        (
            Intent::ReviewExamples,
            "3 complaints about delivery",
            r#"{"top_n":3,"sentiment":"negative","aspect":"delivery"}"#,
        ),
        (Intent::SentimentAspects, "大家觉得包装怎么样", r#"{"aspect":"packaging"}"#),
        (Intent::SentimentAspects, "how do people feel about price, delivery and quality?", "{}"),
        (Intent::ShowAs, "as a bar chart", r#"{"format":"chart"}"#),
        (Intent::ShowAs, "导出csv", r#"{"format":"csv"}"#),
        (Intent::DataUpload, "upload the ad results", r#"{"table":"ad_results"}"#),
        (
            Intent::DigestCreate,
            "a sales digest every Monday at 9 to #marketing",
            r##"{"words":{"schedule":"every Monday at 9","content":"sales","destination":"#marketing"}}"##,
        ),
    ] {
        check(intent, text, expect);
    }
}

#[test]
fn follow_ups_and_corrections() {
    let en = Language::English;
    let zh = Language::Chinese;
    for (text, language) in [
        ("and for the north?", en),
        ("what about last month", en),
        ("same for decaf", en),
        ("by region", en),
        ("last month?", en),
        ("and in Q2", en),
        ("那线上渠道呢？", zh),
        ("按地区", zh),
        ("上个月呢", zh),
        ("换成去年", zh),
    ] {
        assert!(is_follow_up(text, language), "{text}");
    }
    for (text, language) in [
        ("what was revenue last month", en),
        ("show me orders by region", en),
        ("thanks", en),
        ("hello", en),
        ("", en),
        ("forecast tea for 8 weeks", en),
        ("no, I meant margin", en),
        ("上个月销售额多少", zh),
        ("你好", zh),
        ("谢谢", zh),
        ("and what is the forecast for may", en),
        ("you", en),
    ] {
        assert!(!is_follow_up(text, language), "{text}");
    }
    for text in [
        "no, I meant margin",
        "not revenue, margin",
        "不是，我要看毛利",
        "I meant last month",
        "不对，是上个月",
        "sorry, I meant the north",
    ] {
        assert!(is_correction(text), "{text}");
    }
    for text in [
        "no",
        "no thanks",
        "why is revenue not growing",
        "revenue last month",
        "不用了",
        "are we not selling tea, coffee",
        "不错",
    ] {
        assert!(!is_correction(text), "{text}");
    }
    check(Intent::MetricReport, "not revenue, margin", r#"{"metrics":["margin"]}"#);
}

#[test]
fn an_index_of_ten_thousand_names_is_searched_by_words() {
    let mut catalog = catalog();
    catalog.version = 2;
    let products = catalog.names.entry(Dimension::Product).or_default();
    products.extend((0..5000).map(|i| format!("Gadget {i} Deluxe {}", i % 97)));
    catalog.names.entry(Dimension::Customer).or_default().extend((0..5000).map(|i| format!("K-{i:05}")));
    let index = NameIndex::build(&catalog);
    let w = Written::new("revenue of gadget 4711 deluxe and sencha for K-00017", 200);
    let found = index.find(&w, &[], &|_| true);
    let names: Vec<&str> = found.iter().flat_map(|hit| hit.names.iter().map(String::as_str)).collect();
    assert!(
        names.contains(&"Gadget 4711 Deluxe 55") && names.contains(&"Sencha 250 g") && names.contains(&"K-00017"),
        "{found:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_breaks_it(text in "\\PC{0,50}", which in 0..Intent::ALL.len()) {
        let _ = read(&text, Intent::ALL[which]);
        let _ = is_follow_up(&text, Language::English) | is_follow_up(&text, Language::Chinese) | is_correction(&text);
    }

    #[test]
    fn names_that_come_back_are_the_company_s(text in "[a-z0-9 ]{0,40}") {
        let catalog = catalog();
        for (dimension, names) in read(&text, Intent::MetricReport).names {
            for name in names {
                prop_assert!(catalog.names_of(dimension).contains(&name));
            }
        }
    }
}
