//! Lines over time: what was is solid, what is forecast dashed over its interval, what is not there whole hollow. Knows only prepared figures.

use jiff::civil::Date;

use super::canvas::{Area, Canvas, GRID, INK, MUTED, PAPER, Side, Type, tint};
use super::{Labels, Line, Lines, Look, Point, time};
use crate::render::RenderError;

const AXIS: Type = Type::plain(26.0, MUTED);
const NAME: f64 = 26.0;
/// More labels of days than this would hide the lines.
const MOST_MARKERS: usize = 4;

/// Draws lines, and the days that are pointed at.
pub(super) fn draw(canvas: &Canvas<'_>, area: Area, chart: &Lines, labels: &Labels) -> Result<f64, RenderError> {
    let lines = chart.lines.as_slice();
    let points = || lines.iter().chain(&chart.usual).flat_map(|line| &line.points);
    let (Some(first), Some(last)) = (points().map(|point| point.at).min(), points().map(|point| point.at).max()) else {
        return Ok(area.bottom);
    };
    let scale = chart.scale(4);
    let ticks: Vec<String> = scale.ticks.iter().map(|tick| labels.tick(*tick, scale.step)).collect();
    let left = area.left + ticks.iter().map(|tick| canvas.width(tick, AXIS)).fold(0.0, f64::max) + 14.0;
    let ends = end_labels(canvas, lines, labels);
    let room = ends.iter().map(|(label, style)| canvas.width(label, *style)).fold(0.0, f64::max);
    let forecast_from = points().filter(|point| point.look == Look::Ahead).map(|point| point.at).min();
    let marked: Vec<&(Date, String)> =
        chart.markers.iter().filter(|(at, _)| first <= *at && *at <= last).take(MOST_MARKERS).collect();
    let rows = marked.len().min(2).max(usize::from(forecast_from.is_some()));
    let plot = Area {
        left,
        top: area.top + 16.0 + 30.0 * rows as f64,
        right: (area.right - room - 18.0).max(left + 200.0),
        bottom: area.bottom - 60.0,
    };
    let span = time::days(first, last);
    let x = |at: Date| {
        if span > 0.0 {
            plot.left + plot.width() * time::days(first, at) / span
        } else {
            plot.left + plot.width() / 2.0
        }
    };
    let y = |value: f64| plot.bottom - plot.height() * scale.at(value);

    for (tick, label) in scale.ticks.iter().zip(&ticks) {
        let at = y(*tick);
        let zero = tick.abs() < scale.step / 1e6;
        canvas.path(&[(plot.left, at), (plot.right, at)], 1.4, if zero { MUTED } else { GRID })?;
        canvas.text(label, (plot.left - 12.0, at), Side::Left, AXIS)?;
    }
    for tick in time::ticks(first, last, 7, labels) {
        let at = x(tick.at);
        canvas.path(&[(at, plot.bottom), (at, plot.bottom + 7.0)], 1.4, MUTED)?;
        canvas.text(&tick.label, (at, plot.bottom + 25.0), Side::Middle, AXIS)?;
        if let Some(year) = tick.year {
            canvas.text(&year, (at, plot.bottom + 52.0), Side::Middle, Type::plain(23.0, MUTED))?;
        }
    }
    // A label that would stand on another goes to the second row, and is left out where that is taken as well.
    let mut taken = [f64::NEG_INFINITY; 2];
    let mut in_order = marked;
    in_order.sort_by_key(|(at, _)| *at);
    for (at, label) in in_order {
        let style = Type::plain(23.0, INK);
        let label = canvas.cut(label, plot.width() * 0.45, style);
        let half = canvas.width(&label, style) / 2.0;
        let at = x(*at);
        let middle = at.clamp(plot.left + half, area.right - half);
        let row = taken.iter().position(|end| *end + 12.0 < middle - half);
        let top = area.top + 12.0 + 30.0 * row.unwrap_or(0) as f64;
        let start = if row.is_some() { top + 14.0 } else { plot.top };
        canvas.dashes(&[(at, start), (at, plot.bottom)], 1.6, MUTED)?;
        if let Some(row) = row {
            taken[row] = middle + half;
            canvas.text(&label, (middle, top), Side::Middle, style)?;
        }
    }
    if let Some(from) = forecast_from {
        // The boundary lies between the last day that was and the first that is forecast.
        let was = points().filter(|point| point.look != Look::Ahead && point.at < from).map(|point| point.at).max();
        let at = was.map_or(x(from), |was| (x(was) + x(from)) / 2.0);
        canvas.path(&[(at, plot.top - 6.0), (at, plot.bottom)], 1.4, tint(MUTED, 0.5))?;
        canvas.text(&labels.forecast, (at + 8.0, plot.top - 10.0), Side::Right, Type::plain(23.0, MUTED))?;
    }
    for line in chart.usual.iter().chain(lines) {
        let mut before: Option<&Point> = None;
        for run in line.points.chunk_by(|left, right| left.interval.is_some() == right.interval.is_some()) {
            // An interval opens from the last point that is known.
            let known = before.filter(|point| point.interval.is_none()).map(|point| (point.at, point.value));
            before = run.last();
            let known = known.filter(|_| run.iter().any(|point| point.interval.is_some()));
            let band = |side: fn((f64, f64)) -> f64| {
                let own = run.iter().filter_map(move |point| point.interval.map(|interval| (point.at, side(interval))));
                known.into_iter().chain(own)
            };
            let mut outline: Vec<(f64, f64)> =
                band(|interval| interval.1).map(|(at, value)| (x(at), y(value))).collect();
            let lower: Vec<(f64, f64)> = band(|interval| interval.0).map(|(at, value)| (x(at), y(value))).collect();
            outline.extend(lower.iter().rev());
            match (outline.as_slice(), lower.as_slice()) {
                ([], _) => {}
                ([high, low], _) => canvas.path(&[*high, *low], 9.0, tint(line.colour, 0.22))?,
                _ => canvas.shape(&outline, tint(line.colour, if lines.len() > 1 { 0.14 } else { 0.22 }))?,
            }
        }
    }
    if let Some(line) = &chart.usual {
        let middle: Vec<(f64, f64)> = line.points.iter().map(|point| (x(point.at), y(point.value))).collect();
        canvas.path(&middle, 1.8, tint(line.colour, 0.5))?;
    }
    for line in lines {
        draw_line(canvas, line, &x, &y)?;
    }
    let ends: Vec<(f64, &(String, Type))> = lines
        .iter()
        .zip(&ends)
        .filter_map(|(line, label)| line.points.last().map(|point| (y(point.value), label)))
        .collect();
    let right = lines.iter().filter_map(|line| line.points.last()).map(|point| x(point.at)).fold(plot.left, f64::max);
    for (at, (label, style)) in apart(ends, plot, 32.0) {
        canvas.text(label, (right + 16.0, at), Side::Right, *style)?;
    }
    Ok(area.bottom)
}

fn draw_line(
    canvas: &Canvas<'_>,
    line: &Line,
    x: &impl Fn(Date) -> f64,
    y: &impl Fn(f64) -> f64,
) -> Result<(), RenderError> {
    let place = |point: &Point| (x(point.at), y(point.value));
    let thickness = if line.points.len() > 200 { 2.4 } else { 4.0 };
    let mut before: Option<((f64, f64), bool)> = None;
    let is_solid = |point: &Point| point.look == Look::Known;
    for run in line.points.chunk_by(|left, right| left.look == right.look) {
        let is_dashed = !run.iter().all(is_solid) || before.is_some_and(|(_, solid)| !solid);
        let own: Vec<(f64, f64)> = run.iter().map(place).collect();
        // The way from or to a point that is not there whole is dashed, the line beyond it is not.
        let join: Vec<(f64, f64)> = before.map(|(at, _)| at).into_iter().chain(own.first().copied()).collect();
        if is_dashed {
            canvas.dashes(&join, thickness, line.colour)?;
        } else {
            canvas.path(&join, thickness, line.colour)?;
        }
        if run.iter().all(is_solid) {
            canvas.path(&own, thickness, line.colour)?;
        } else {
            canvas.dashes(&own, thickness, line.colour)?;
        }
        before = own.last().map(|at| (*at, run.iter().all(is_solid)));
    }
    if line.points.len() <= 14 {
        for point in &line.points {
            canvas.dot(place(point), 6.5, line.colour)?;
            if !is_solid(point) {
                canvas.dot(place(point), 3.6, PAPER)?;
            }
        }
    } else if let Some(point) = line.points.last() {
        canvas.dot(place(point), 7.0, line.colour)?;
        if point.look == Look::Partial {
            canvas.dot(place(point), 4.0, PAPER)?;
        }
    }
    Ok(())
}

/// What stands at the end of each line: its name where there are several, and its last value.
fn end_labels(canvas: &Canvas<'_>, lines: &[Line], labels: &Labels) -> Vec<(String, Type)> {
    lines
        .iter()
        .map(|line| {
            let style = Type::bold(NAME, line.colour);
            let last = line.points.last();
            let mut value = last.map(|point| labels.value(point.value)).unwrap_or_default();
            if last.is_some_and(|point| point.look == Look::Partial) {
                value = format!("{value} {}", labels.partial);
            }
            (if lines.len() > 1 { canvas.cut(&line.name, 230.0, style) } else { value }, style)
        })
        .collect()
}

/// Moves labels apart that would stand on each other, keeping their order.
fn apart<T>(mut labels: Vec<(f64, T)>, plot: Area, gap: f64) -> Vec<(f64, T)> {
    labels.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut least = plot.top;
    for (at, _) in &mut labels {
        *at = at.max(least);
        least = *at + gap;
    }
    let mut most = plot.bottom;
    for (at, _) in labels.iter_mut().rev() {
        *at = at.min(most);
        most = *at - gap;
    }
    labels
}
