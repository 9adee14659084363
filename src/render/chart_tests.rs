//! Charts: odd ones, those in characters, what was and what is to come.

use jiff::ToSpan;
use jiff::civil::date;

use super::tests::{context, named, renderer};
use super::*;
use crate::domain::{ChartKind, LinePoint, Marker, Unit};

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
