//! Whole replies, and that no data can break one.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    Action, Bucket, ChartKind, DateRange, Dimension, Evidence, Intent, LinePoint, Marker, Metric, SlotKind, Slots,
    TableName, Unit,
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

fn renderer() -> Renderer {
    let locale = Locale { company: "Leaf & Pot".to_owned(), currency: "EUR".to_owned() };
    let mut renderer = Renderer::new(locale).unwrap();
    renderer.add_phrases(Language::English, "t", PHRASES).unwrap();
    renderer
}

fn context() -> Context {
    Context { language: Language::English, max_lines: 6, today: date(2025, 11, 15) }
}

fn named(name: &str) -> Phrase {
    Phrase::new("t.name").with("name", name)
}

fn days(from: Date, to: Date) -> DateRange {
    DateRange::new(from, to).unwrap()
}

fn answer(product: &str) -> Answer {
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

fn chart(kind: ChartKind) -> Chart {
    Chart { title: named("Revenue 乌龙茶 `x`"), unit: Unit::Money, kind }
}

/// Draws a chart both ways and checks the picture.
fn drawn(kind: ChartKind) -> Option<String> {
    let renderer = renderer();
    let chart = chart(kind);
    let png = renderer.chart_png(&chart, &context()).unwrap();
    let text = renderer.chart_text(&chart, &context()).unwrap();
    assert_eq!(png.is_some(), text.is_some());
    if let Some(png) = png {
        let (width, height, pixels) = chart::decode(&png);
        assert_eq!(width, 1080);
        assert!((360..=720).contains(&height), "{height}");
        let colours: std::collections::BTreeSet<&[u8]> = pixels.chunks_exact(3).collect();
        assert!(colours.len() > 20, "{} colours", colours.len());
    }
    for line in text.iter().flat_map(|text| text.lines()) {
        assert!(text::width(line) <= 72, "{line}");
    }
    text
}

fn points(values: &[f64]) -> Vec<LinePoint> {
    let at = |day: usize| date(2023, 1, 1) + i64::try_from(day).unwrap().days();
    values.iter().enumerate().map(|(day, value)| LinePoint { at: at(day), value: *value, interval: None }).collect()
}

fn lines(values: &[f64]) -> ChartKind {
    ChartKind::Lines { lines: vec![(Arg::from("all"), points(values))], markers: vec![] }
}

#[test]
fn odd_charts_are_drawn_and_empty_ones_are_not() {
    let many: Vec<f64> = (0..1000).map(|day| 1e6 + 1e5 * f64::from(day % 91)).collect();
    for values in [&[5.0][..], &[0.0; 9], &[7.0; 30], &[f64::NAN, 3.0, f64::INFINITY, 4.0], &[1e300, -1e300], &many] {
        assert!(drawn(lines(values)).is_some());
    }
    assert!(drawn(lines(&[])).is_none());
    assert!(drawn(lines(&[f64::NAN])).is_none());
    let markers = (0..9).map(|day| Marker { at: date(2023, 1, 2) + day.days(), label: named(&"long ".repeat(30)) });
    let line = |name: &str| (Arg::from(name), points(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 9.0]));
    let lines = (0..9).map(|at| line(&format!("line {at}"))).collect();
    assert!(drawn(ChartKind::Lines { lines, markers: markers.collect() }).unwrap().contains("3 more not drawn"));
    let bar = |name: &str, value: f64| (Arg::from(name), value);
    for bars in
        [vec![bar("", 0.0)], vec![bar("x", -3.0)], vec![bar("乌龙茶", 1e300), bar("y", -1e300)], vec![bar("z", 1e-9)]]
    {
        assert!(drawn(ChartKind::Bars { bars }).is_some());
    }
    assert!(drawn(ChartKind::Bars { bars: vec![bar("x", f64::NAN)] }).is_none());
    assert!(drawn(ChartKind::Bars { bars: (0..40).map(|at| bar(&at.to_string(), f64::from(at))).collect() }).is_some());
    let stacked = |bars| ChartKind::StackedBars { parts: vec!["a".into(), "b".into()], bars };
    assert!(drawn(stacked(vec![(Arg::from("x"), vec![1.0]), (Arg::from("y"), vec![f64::NAN, 2.0, 3.0])])).is_some());
    assert!(drawn(stacked(vec![(Arg::from("x"), vec![0.0, 0.0])])).is_none());
    let heat = |values| ChartKind::HeatMap { rows: vec!["r".into(); 40], columns: vec!["column".into(); 60], values };
    assert!(drawn(heat(vec![vec![Some(1.0), None, Some(-2.0)], vec![], vec![Some(f64::NAN)]])).is_some());
    assert!(drawn(heat(vec![])).is_none());
}

#[test]
fn charts_in_characters() {
    let bars = [("Online", 4300.0), ("Pop-up", -310.0), ("Amazon", 12.5)];
    let text = drawn(ChartKind::Bars { bars: bars.map(|(name, value)| (Arg::from(name), value)).to_vec() }).unwrap();
    insta::assert_snapshot!(text, @r"
    Revenue 乌龙茶 ˋxˋ
    Online     │████████████████████████████████████████████████████▎ €4,300
    Pop-up ▒▒▒▒│ −€310
    Amazon     │▏ €12.50
    ");
    let rising: Vec<f64> = (0..30).map(|day| 100.0 + 3.0 * f64::from(day)).collect();
    let mut points = points(&rising);
    for point in points.iter_mut().skip(22) {
        point.interval = Some((point.value - 40.0, point.value + 40.0));
    }
    let text = drawn(ChartKind::Lines { lines: vec![(Arg::from("all"), points.clone())], markers: vec![] }).unwrap();
    insta::assert_snapshot!(text, @r"
    Revenue 乌龙茶 ˋxˋ
    €250 ┤
         │                                                             ░░░
         │                                                   ░░░░░░░░░░░░░
    €200 ┤                                                ░░░░░░░░░░░░░░░░
         │                                                ░░░░░░░░░░░░░⣀⢀⠠
         │                                                ░░⣀⢀⠠⠠⠠⠠⠐⠂⠂⠁⠁░░░
         │                                         ⣀⣀⠤⠤⠔⠂⠂⠁⠁░░░░░░░░░░░░░░
    €150 ┤                              ⣀⣀⠤⠤⠔⠒⠊⠉⠉⠉⠉       ░░░░░░░░░░░░░░░░
         │                   ⣀⣀⠤⠤⠤⠤⠔⠒⠒⠉⠉                  ░░░░░░░░░░░
         │          ⢀⣀⡠⠤⠔⠒⠒⠉⠉                             ░
    €100 ┤⣀⡠⠤⠔⠒⠒⠉⠉⠉⠉⠁
         └┴──────────────┴──────────────┴───────────────┴──────────────┴──
          1 Jan 2023   8 Jan         15 Jan          22 Jan         29 Jan
    ░ forecast: €187 (€147 – €227)
    ");
    // A forecast that comes as a line of its own continues the line before it.
    let (past, ahead) = points.split_at(22);
    let lines = vec![(Arg::from("so far"), past.to_vec()), (Arg::from("forecast"), ahead.to_vec())];
    assert_eq!(drawn(ChartKind::Lines { lines, markers: vec![] }).unwrap(), text);
}

#[test]
fn what_was_is_no_forecast_and_what_is_not_whole_is_marked() {
    let mut usual = points(&[30.0; 12]);
    for point in &mut usual {
        point.interval = Some((20.0, 40.0));
    }
    let past = |values: &[f64], limits| ChartKind::Past {
        lines: vec![(Arg::from("all"), points(values))],
        usual: Some((Arg::from("expected"), usual.clone())),
        partial: vec![date(2023, 1, 12)],
        limits,
        markers: vec![Marker { at: date(2023, 1, 3), label: named("odd") }],
    };
    let values: Vec<f64> = (0..12).map(|day| 25.0 + f64::from(day)).collect();
    let text = drawn(past(&values, (Some(0.0), None))).unwrap();
    assert!(!text.contains("forecast") && text.contains("░ expected: €20 – €40"), "{text}");
    assert!(text.contains("€0 ┤") && text.contains("┄ 12 Jan 2023 so far: €36"), "{text}");
    assert!(!text.contains("does not start at 0"));
    // Stars end at five.
    let stars = ChartKind::Past {
        lines: vec![(Arg::from("all"), points(&[4.2, 4.9, 4.6]))],
        usual: None,
        partial: vec![],
        limits: (Some(1.0), Some(5.0)),
        markers: vec![],
    };
    assert!(!drawn(stars).unwrap().contains("€5.2"));
    // Where nothing could be seen of how values differ, the axis is cut, and that is said.
    let near = ChartKind::Past {
        lines: vec![(Arg::from("all"), points(&[1_000.0, 1_010.0, 1_005.0]))],
        usual: None,
        partial: vec![],
        limits: (Some(0.0), None),
        markers: vec![],
    };
    assert!(drawn(near).unwrap().contains("does not start at 0"));
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

#[test]
fn both_languages_have_the_same_phrases_with_the_same_arguments() {
    let words = Words::embedded().unwrap();
    let (english, chinese) = (words.arguments(Language::English), words.arguments(Language::Chinese));
    let only = |own: &BTreeMap<String, _>, other: &BTreeMap<String, _>| -> Vec<String> {
        own.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
    };
    assert_eq!(only(&english, &chinese), Vec::<String>::new(), "these phrases are missing in prompts/replies/zh");
    assert_eq!(only(&chinese, &english), Vec::<String>::new(), "these phrases are missing in prompts/replies/en");
    let unlike: Vec<_> = english.iter().filter(|(key, names)| chinese.get(*key) != Some(*names)).collect();
    let unlike: Vec<_> = unlike.into_iter().map(|(key, names)| (key, names, &chinese[key])).collect();
    assert!(unlike.is_empty(), "key, arguments in English, in Chinese: {unlike:#?}");
}

#[test]
fn chinese_is_set_as_chinese_is() {
    let context = Context { language: Language::Chinese, ..context() };
    let renderer = Renderer::new(Locale { company: "x".to_owned(), currency: "CNY".to_owned() }).unwrap();
    let list = |names: &[&str]| Arg::List(names.iter().map(|name| Arg::from(*name)).collect());
    let metric = |name: &str, value: f64| {
        let phrase = Phrase::new("metrics.most").with("metric", Metric::Revenue).with("name", name);
        phrase.figure("value", value, Unit::Money).figure("whole", 1.2e9, Unit::Money)
    };
    let october = days(date(2025, 10, 1), date(2025, 11, 1));
    // A name in Latin letters stands apart from Han characters, a Chinese one and figures do not.
    let line = renderer.headline(&metric("North", 124_567.0).with("range", october), &context).unwrap();
    assert_eq!(line, "**2025年10月 North 的销售额最高：¥12.5万，整体为¥12亿。**");
    let line = renderer.headline(&metric("华北", 1_000.0).with("range", october), &context).unwrap();
    assert_eq!(line, "**2025年10月华北的销售额最高：¥1,000，整体为¥12亿。**");
    let joined = Phrase::new("topics.fallen").with("topic", list(&["tin lid", "包装", "Oolong"]));
    let joined = joined.with("kind", Phrase::new("topics.posts")).with("share", Arg::Share(0.123));
    let line = renderer.line(&joined.with("before", Arg::Share(0.2)), &context).unwrap();
    assert_eq!(line, "tin lid、包装和 Oolong 在减少：占评论的12%，此前20%");
}

#[test]
fn labels_and_ends_of_sentences_are_full_width_in_chinese() {
    let chinese = |parts: &[&str]| {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        super::reply::sentences(&parts, Language::Chinese)
    };
    assert_eq!(chinese(&["甲", "乙"]), "甲；乙。");
    assert_eq!(chinese(&["甲。", "“好！”", "乙"]), "甲。“好！”乙。");
    assert_eq!(super::reply::labelled("原因：", "甲"), "原因：甲");
    assert_eq!(super::reply::labelled("Why:", "x"), "Why: x");
}
