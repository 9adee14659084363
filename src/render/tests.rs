//! Whole replies, and that no data can break one.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    Action, Bucket, ChartKind, DateRange, Dimension, Evidence, Intent, LinePoint, Metric, SlotKind, Slots, TableName,
    Unit,
};

const PHRASES: &str = r#"
headline = "**{{ product }}: {{ units }} units in the next {{ weeks }} weeks ({{ level }}: {{ low }} – {{ high }}), {{ growth }} on the last {{ weeks }}.**"
driver = "{{ name }} {{ change }}"
backtest = "the last {{ count }} backtests missed by {{ error }}"
data = "orders up to {{ last }}, {{ weeks }} weeks"
prices = "prices stay as they are"
promo = "a promotion ran {{ when }}"
title = "{{ product }} per week"
method = "an average of three models, weighted by backtest"
model = "ETS and Theta, version 1"
column = "{{ name }}"
name = "{{ name }}"
fell = "{% if growth_raw < 0 %}fell by {{ growth_abs }}{% else %}rose by {{ growth_abs }}{% endif %}"
plural = "{{ n }} {{ n_raw | plural('order', 'orders') }}"
"#;

pub(super) fn renderer() -> Renderer {
    let locale = Locale { company: "Leaf & Pot".to_owned(), currency: "EUR".to_owned() };
    let mut renderer = Renderer::new(locale).unwrap();
    renderer.add_phrases(Language::English, "t", PHRASES).unwrap();
    renderer
}

pub(super) fn context() -> Context {
    Context { language: Language::English, max_lines: 6, today: date(2025, 11, 15) }
}

pub(super) fn named(name: &str) -> Phrase {
    Phrase::new("t.name").with("name", name)
}

pub(super) fn days(from: Date, to: Date) -> DateRange {
    DateRange::new(from, to).unwrap()
}

pub(super) fn answer(product: &str) -> Answer {
    let mut answer = Answer::new(
        Phrase::new("t.headline")
            .with("product", product)
            .figure("units", 4120.3, Unit::Count)
            .count("weeks", 8)
            .with("level", Arg::Share(0.8))
            .figure("low", 3640.0, Unit::Count)
            .figure("high", 4610.0, Unit::Count)
            .with("growth", Arg::Growth(0.09)),
    );
    let driver = |name: &str, change| {
        Phrase::new("t.driver").with("name", name).with("change", Arg::Change(change, Unit::Count))
    };
    answer.find(driver("price rise", -120.0), 1.0);
    answer.find(driver("season", 310.0), 3.0);
    answer.find(driver("trend", 150.0), 2.0);
    answer.trust.push(Phrase::new("t.backtest").count("count", 6).with("error", Arg::Share(0.08)));
    answer.trust.push(Phrase::new("t.data").with("last", date(2025, 11, 14)).count("weeks", 112));
    answer.assumptions.push(Phrase::new("t.prices"));
    answer.caveats.push(Phrase::new("t.promo").with("when", days(date(2025, 4, 7), date(2025, 4, 14))));
    let points = (0..20i64).map(|week| LinePoint {
        at: date(2025, 7, 7) + (7 * week).days(),
        value: 400.0 + 10.0 * (week % 5) as f64,
        interval: (week > 14).then_some((380.0, 480.0)),
    });
    answer.charts.push(Chart {
        title: Phrase::new("t.title").with("product", product),
        unit: Unit::Count,
        kind: ChartKind::Lines { lines: vec![(Arg::from(product), points.collect())], markers: vec![] },
    });
    answer.tables.push(table(product));
    answer.evidence = Evidence {
        sources: vec![(TableName::Orders, 12_345, Some(days(date(2023, 9, 18), date(2025, 11, 15))))],
        method: vec![Phrase::new("t.method")],
        model: Some(Phrase::new("t.model")),
        rows: Some(table(product)),
    };
    answer.actions.push(Action { label: named("By region"), intent: Intent::ForecastMetric, slots: Slots::default() });
    answer
}

fn table(product: &str) -> Table {
    let column = |name: &str| Phrase::new("t.column").with("name", name);
    let row = |name: &str, revenue: f64, share: f64| {
        vec![Arg::from(name), Arg::Figure(revenue, Unit::Money), Arg::Share(share), Arg::Date(date(2025, 11, 14))]
    };
    Table {
        title: named("Revenue by product"),
        columns: vec![column("product"), column("revenue"), column("share"), column("last sold")],
        rows: vec![row(product, 41_234.6, 0.62), row("乌龙茶 (500 g)", 9_800.5, 0.21), row("Mug", f64::NAN, 0.0043)],
    }
}

#[test]
fn a_full_reply() {
    let reply = renderer().reply(&answer("Oolong 500 g"), None, &context()).unwrap();
    insta::assert_snapshot!(reply.words(), @r"
    **Oolong 500 g: 4,120 units in the next 8 weeks (80 %: 3,640 – 4,610), +9 % on the last 8.**
    Why: season +310; trend +150; price rise −120.
    Trust: the last 6 backtests missed by 8 %; orders up to 14 Nov, 112 weeks.
    Assumed: prices stay as they are.
    Mind: a promotion ran 7–13 Apr.
    ");
    assert_eq!(reply.buttons.len(), 1);
    assert_eq!(reply.attachments.len(), 1);
    assert_eq!(reply.attachments[0].name, "oolong-500-g-per-week.png");
    let short = renderer().reply(&answer("Oolong 500 g"), None, &Context { max_lines: 2, ..context() }).unwrap();
    assert_eq!(short.lines.len(), 2);
    assert!(short.lines[1].starts_with("Why:"));
}

#[test]
fn how_it_is_known() {
    let reply = renderer().explain(&answer("Oolong 500 g"), &context()).unwrap();
    insta::assert_snapshot!(reply.words(), @r"
    **Here is what that rests on.**
    Data: orders (12,345 rows, 18 Sep 2023 – 14 Nov 2025).
    How: an average of three models, weighted by backtest.
    Model: ETS and Theta, version 1.
    Assumed: prices stay as they are.
    Trust: the last 6 backtests missed by 8 %; orders up to 14 Nov, 112 weeks; a promotion ran 7–13 Apr.
    Rows: 3 of them below – Revenue by product.
    ");
    let bare = renderer().explain(&Answer::new(named("x")), &context()).unwrap();
    assert_eq!(bare.lines.len(), 1);
}

#[test]
fn tables_line_up() {
    let text = renderer().table(&table("Oolong 500 g"), &context()).unwrap();
    insta::assert_snapshot!(text, @r"
    product           revenue   share  last sold
    ──────────────  ─────────  ──────  ─────────
    Oolong 500 g      €41,235    62 %  14 Nov
    乌龙茶 (500 g)  €9,800.50    21 %  14 Nov
    Mug                     –  0.43 %  14 Nov
    ");
    let narrow = renderer().with_layout(Layout { columns: 38, max_rows: 2, pictures: false });
    let text = narrow.table(&table("A name that is much too long for a phone"), &context()).unwrap();
    insta::assert_snapshot!(text, @r"
    product      revenue  share  last sold
    ─────────  ─────────  ─────  ─────────
    A name t…    €41,235   62 %  14 Nov
    乌龙茶 (…  €9,800.50   21 %  14 Nov
    … and 1 more row
    ");
}

#[test]
fn files_hold_bare_figures_and_no_formulas() {
    let renderer = renderer();
    let mut table = table("=cmd|' /C calc'!A0");
    table.rows.push(vec![Arg::from("-12"), Arg::Figure(1.0, Unit::Money), Arg::Share(0.5), Arg::from("@x")]);
    let csv = String::from_utf8(renderer.csv(&table, &context()).unwrap()).unwrap();
    insta::assert_snapshot!(csv, @r"
    product,revenue,share,last sold
    '=cmd|' /C calc'!A0,41234.6,0.62,2025-11-14
    乌龙茶 (500 g),9800.5,0.21,2025-11-14
    Mug,,0.0043,2025-11-14
    -12,1,0.5,'@x
    ");
    let json = renderer.json(&table, &context()).unwrap();
    assert_eq!(json[0]["revenue"], 41234.6);
    assert!(json[2]["revenue"].is_null());
    for (format, extension) in
        [(Format::Csv, ".csv"), (Format::Json, ".json"), (Format::Table, ".txt"), (Format::Chart, ".png")]
    {
        let reply = renderer.show(&answer("Oolong"), format, &context()).unwrap().unwrap();
        assert!(reply.attachments[0].name.ends_with(extension), "{format:?}");
    }
    assert!(renderer.show(&Answer::new(named("x")), Format::Csv, &context()).unwrap().is_none());
}

#[test]
fn periods_as_people_say_them() {
    let renderer = renderer();
    let said = |from: Date, to: Date| renderer.cell(&Arg::Range(days(from, to)), &context()).unwrap();
    for (from, to, expected) in [
        (date(2024, 3, 1), date(2024, 4, 1), "March 2024"),
        (date(2024, 7, 1), date(2024, 10, 1), "Q3 2024"),
        (date(2024, 1, 1), date(2025, 1, 1), "2024"),
        (date(2022, 1, 1), date(2025, 1, 1), "2022–2024"),
        (date(2024, 2, 1), date(2024, 5, 1), "Feb–Apr 2024"),
        (date(2023, 11, 1), date(2024, 3, 1), "Nov 2023 – Feb 2024"),
        (date(2024, 5, 1), date(2024, 5, 16), "1–15 May 2024"),
        (date(2025, 5, 1), date(2025, 5, 16), "1–15 May"),
        (date(2024, 4, 28), date(2024, 5, 4), "28 Apr – 3 May 2024"),
        (date(2024, 12, 20), date(2025, 1, 6), "20 Dec 2024 – 5 Jan 2025"),
        (date(2024, 11, 14), date(2024, 11, 15), "14 Nov 2024"),
        (date(2025, 11, 14), date(2025, 11, 15), "14 Nov"),
    ] {
        assert_eq!(said(from, to), expected);
    }
}

#[test]
fn arguments_can_be_tested_and_lack_no_form() {
    let renderer = renderer();
    let say = |phrase: Phrase| renderer.line(&phrase, &context()).unwrap();
    assert_eq!(say(Phrase::new("t.fell").with("growth", Arg::Growth(-0.12))), "fell by 12 %");
    assert_eq!(say(Phrase::new("t.plural").count("n", 1)), "1 order");
    assert_eq!(say(Phrase::new("t.plural").count("n", 2000)), "2,000 orders");
    let list = Arg::List(vec!["A".into(), Metric::Revenue.into(), Bucket::Week.into()]);
    assert_eq!(say(Phrase::new("t.name").with("name", list)), "A, revenue and week");
    assert_eq!(say(Phrase::new("t.name").with("name", Arg::List(vec![]))), "none");
    assert_eq!(say(Phrase::new("t.name").with("name", Arg::Change(0.012, Unit::Percent))), "+1.2 points");
    assert!(matches!(renderer.line(&Phrase::new("t.nothing"), &context()), Err(RenderError::UnknownPhrase(_))));
    assert!(matches!(renderer.line(&Phrase::new("t.name"), &context()), Err(RenderError::Fill { .. })));
    let chinese = renderer.phrase(&named("x"), Language::Chinese).unwrap();
    assert_eq!(chinese, "x", "what a language lacks is said in English");
    let mut deep = named("x");
    for _ in 0..40 {
        deep = Phrase::new("t.name").with("name", deep);
    }
    assert!(matches!(renderer.line(&deep, &context()), Err(RenderError::TooDeep(_))));
}

#[test]
fn every_closed_list_has_its_words() {
    let renderer = renderer();
    let names = Metric::ALL.iter().map(|metric| ("metric", metric.name()));
    let names = names.chain(Dimension::ALL.iter().map(|dimension| ("dimension", dimension.name())));
    let names = names.chain(Intent::ALL.iter().map(|intent| ("intent", intent.name())));
    let names = names.chain(TableName::ALL.iter().map(|table| ("table", table.name())));
    for (kind, name) in names {
        assert!(renderer.has(&format!("common.{kind}.{name}")), "common.{kind}.{name}");
    }
    for slot in SlotKind::ALL {
        let phrase = Phrase::new("assistant.missing_slot").with("slot", slot.name()).with("intent", Intent::AdBudget);
        assert!(renderer.phrase(&phrase, Language::English).unwrap().ends_with(['?', '.', '”', '€', '%']), "{slot:?}");
    }
    for table in TableName::ALL {
        let phrase = Phrase::new("assistant.no_data").with("table", table.name());
        assert!(renderer.phrase(&phrase, Language::English).unwrap().contains("**"));
    }
    let greeting = Phrase::new("assistant.greeting").with("company", renderer.company());
    assert_eq!(renderer.phrase(&greeting, Language::English).unwrap().lines().count(), 3);
}

#[test]
fn one_day_is_on_and_a_month_is_in() {
    let when = |start, end| {
        let mut renderer = renderer();
        renderer.add_phrases(Language::English, "w", "when = \"{{ days_in }}\"").unwrap();
        renderer.line(&Phrase::new("w.when").with("days", days(start, end)), &context()).unwrap()
    };
    assert_eq!(when(date(2024, 11, 28), date(2024, 11, 29)), "on 28 Nov 2024");
    assert_eq!(when(date(2024, 10, 1), date(2024, 11, 1)), "in October 2024");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_name_can_break_a_reply(name in any::<String>()) {
        let renderer = renderer().with_layout(Layout { pictures: false, ..Layout::default() });
        let plain = renderer.reply(&answer("Oolong"), None, &context()).unwrap();
        let reply = renderer.reply(&answer(&name), None, &context()).unwrap();
        prop_assert_eq!(reply.lines.len(), plain.lines.len());
        prop_assert_eq!(reply.words().matches("**").count(), 2);
        prop_assert_eq!(reply.words().lines().count(), plain.words().lines().count());
        prop_assert!(reply.attachments[0].text.chars().all(|c| c == '\n' || !c.is_control()));
        let explained = renderer.explain(&answer(&name), &context()).unwrap();
        prop_assert!(explained.attachments[0].text.lines().count() <= 6);
    }

    #[test]
    fn no_name_is_a_template(inside in "[a-z_.|() ]{0,12}") {
        for name in [format!("{{{{ {inside} }}}}"), format!("{{% {inside} %}}"), format!("{{# {inside} #}}")] {
            let line = renderer().line(&named(&name), &context()).unwrap();
            let kept = line.starts_with('{') && line.ends_with('}');
            prop_assert!(kept);
        }
    }
}
