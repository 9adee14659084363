//! Lines in Braille dots: two by four to a character. What is forecast or not there whole has every second dot, an
//! interval is shaded.

use jiff::civil::Date;

use crate::render::chart::scale::Scale;
use crate::render::chart::{Labels, Line, Lines, Look, time};
use crate::render::text;

const HEIGHT: usize = 11;
const SHADE: char = '░';
/// Told apart by letters, because there are no colours.
const LETTERS: [char; 6] = ['a', 'b', 'c', 'd', 'e', 'f'];

/// The dots of one picture.
struct Dots {
    columns: usize,
    cells: Vec<u8>,
    shaded: Vec<bool>,
}

impl Dots {
    fn new(columns: usize) -> Self {
        Self { columns, cells: vec![0; columns * HEIGHT], shaded: vec![false; columns * HEIGHT] }
    }

    /// Sets the dot in a column and row of dots; rows count from the top.
    fn set(&mut self, x: usize, y: usize) {
        // The bits of a Braille character, by row and column of its dots (Unicode 15, block "Braille Patterns").
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        if let Some(cell) = self.cells.get_mut(y / 4 * self.columns + x / 2) {
            *cell |= BITS[y % 4][x % 2];
        }
    }

    fn shade(&mut self, column: usize, from: usize, to: usize) {
        for row in from / 4..=to / 4 {
            if let Some(cell) = self.shaded.get_mut(row * self.columns + column) {
                *cell = true;
            }
        }
    }

    fn row(&self, row: usize) -> Vec<char> {
        let cells = self.cells.iter().zip(&self.shaded).skip(row * self.columns).take(self.columns);
        cells
            .map(|(dots, shaded)| match (dots, shaded) {
                (0, true) => SHADE,
                (0, false) => ' ',
                (dots, _) => char::from_u32(0x2800 + u32::from(*dots)).unwrap_or(' '),
            })
            .collect()
    }
}

/// Draws lines with their axes; several are named below by letters at their ends.
pub(super) fn draw(chart: &Lines, labels: &Labels, columns: usize) -> Vec<String> {
    let lines = chart.lines.as_slice();
    let points = || lines.iter().chain(&chart.usual).flat_map(|line| &line.points);
    let (Some(first), Some(last)) = (points().map(|point| point.at).min(), points().map(|point| point.at).max()) else {
        return Vec::new();
    };
    let scale = chart.scale(3);
    let ticks: Vec<(usize, String)> =
        scale.ticks.iter().map(|tick| (down(&scale, *tick) / 4, labels.tick(*tick, scale.step))).collect();
    let axis = ticks.iter().map(|(_, label)| text::width(label)).max().unwrap_or(0);
    let width = columns.saturating_sub(axis + 4).max(10);
    let span = time::days(first, last);
    let across = |at: Date| place(if span > 0.0 { time::days(first, at) / span } else { 0.5 }, 2 * width - 1);

    let mut dots = Dots::new(width);
    if let Some(line) = &chart.usual {
        shade_interval(&mut dots, line, &scale, &across);
    }
    for line in lines {
        shade_interval(&mut dots, line, &scale, &across);
        trace(&mut dots, line, &scale, &across);
    }
    let mut picture: Vec<Vec<char>> = (0..HEIGHT).map(|row| dots.row(row)).collect();
    if lines.len() > 1 {
        for (line, letter) in lines.iter().zip(LETTERS) {
            if let Some(point) = line.points.last() {
                let (column, mut row) = (across(point.at) / 2, down(&scale, point.value) / 4);
                // A letter that would cover another goes to the next free row.
                while row + 1 < HEIGHT && picture[row].get(column).is_some_and(char::is_ascii_lowercase) {
                    row += 1;
                }
                if let Some(cell) = picture.get_mut(row).and_then(|row| row.get_mut(column)) {
                    *cell = letter;
                }
            }
        }
    }
    let mut out: Vec<String> = picture
        .into_iter()
        .enumerate()
        .map(|(at, row)| {
            let label = ticks.iter().find(|(row, _)| *row == at).map_or("", |(_, label)| label);
            let tick = if label.is_empty() { '│' } else { '┤' };
            format!("{} {tick}{}", text::pad(label, axis, true), row.into_iter().collect::<String>())
        })
        .collect();
    let (rule, days) = days_below(first, last, width, labels, &across);
    out.push(format!("{} └{rule}", " ".repeat(axis)));
    out.push(format!("{}  {days}", " ".repeat(axis)));
    out.extend(key(chart, first, last, labels).iter().map(|line| text::cut_columns(line, columns)));
    out
}

fn shade_interval(dots: &mut Dots, line: &Line, scale: &Scale, across: &impl Fn(Date) -> usize) {
    let mut before: Option<(usize, (f64, f64))> = None;
    for point in &line.points {
        let Some((low, high)) = point.interval else { continue };
        let column = across(point.at) / 2;
        let (from, (start_low, start_high)) = before.unwrap_or((column, (low, high)));
        for at in from..=column {
            let share = if column > from { (at - from) as f64 / (column - from) as f64 } else { 1.0 };
            let between = |start: f64, end: f64| start + (end - start) * share;
            dots.shade(at, down(scale, between(start_high, high)), down(scale, between(start_low, low)));
        }
        before = Some((column, (low, high)));
    }
}

fn trace(dots: &mut Dots, line: &Line, scale: &Scale, across: &impl Fn(Date) -> usize) {
    let mut before: Option<(usize, usize)> = None;
    for point in &line.points {
        let (x, y) = (across(point.at), down(scale, point.value));
        let (from_x, from_y) = before.unwrap_or((x, y));
        let steps = x.abs_diff(from_x).max(y.abs_diff(from_y)).max(1);
        for step in 0..=steps {
            let share = step as f64 / steps as f64;
            let between = |start: usize, end: usize| place_between(start, end, share);
            if point.look == Look::Known || step % 2 == 0 {
                dots.set(between(from_x, x), between(from_y, y));
            }
        }
        before = Some((x, y));
    }
}

/// The axis of days with its ticks, and the days below it.
fn days_below(
    first: Date,
    last: Date,
    width: usize,
    labels: &Labels,
    across: &impl Fn(Date) -> usize,
) -> (String, String) {
    let mut rule = vec!['─'; width];
    let mut days = String::new();
    for tick in time::ticks(first, last, width / 10, labels) {
        let column = across(tick.at) / 2;
        let label = match &tick.year {
            Some(year) => format!("{} {year}", tick.label),
            None => tick.label.clone(),
        };
        let start = column.saturating_sub(text::width(&label) / 2);
        let start = start.min(width.saturating_sub(text::width(&label)));
        if days.is_empty() || start > text::width(&days) {
            days.push_str(&" ".repeat(start - text::width(&days).min(start)));
            days.push_str(&label);
            if let Some(cell) = rule.get_mut(column) {
                *cell = '┴';
            }
        }
    }
    (rule.into_iter().collect(), days)
}

/// Names of lines with their last values, what shading means, and the days pointed at.
fn key(chart: &Lines, first: Date, last: Date, labels: &Labels) -> Vec<String> {
    let (lines, markers) = (chart.lines.as_slice(), chart.markers.as_slice());
    let mut out = Vec::new();
    if lines.len() > 1 {
        for (line, letter) in lines.iter().zip(LETTERS) {
            let value = line.points.last().map(|point| labels.value(point.value)).unwrap_or_default();
            out.push(format!("{letter} {}: {value}", line.name));
        }
    }
    if let Some(point) = lines.iter().filter_map(|line| line.points.last()).find(|point| point.interval.is_some()) {
        let (low, high) = point.interval.unwrap_or((point.value, point.value));
        let (value, low, high) = (labels.value(point.value), labels.value(low), labels.value(high));
        out.push(format!("{SHADE} {}: {value} ({low} – {high})", labels.forecast));
    }
    if let Some((line, point)) = chart.usual.iter().find_map(|line| Some((line, line.points.last()?)))
        && let Some((low, high)) = point.interval
    {
        out.push(format!("{SHADE} {}: {} – {}", line.name, labels.value(low), labels.value(high)));
    }
    if let Some(point) = lines.iter().flat_map(|line| line.points.last()).find(|point| point.look == Look::Partial) {
        let day = labels.day_year(point.at);
        out.push(format!("┄ {day} {}: {}", labels.partial, labels.value(point.value)));
    }
    for (at, label) in markers.iter().filter(|(at, _)| first <= *at && *at <= last).take(4) {
        out.push(format!("▲ {}: {label}", labels.day_year(*at)));
    }
    out
}

/// The row of dots of a value, from the top.
fn down(scale: &Scale, value: f64) -> usize {
    place(1.0 - scale.at(value), 4 * HEIGHT - 1)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small number")]
fn place(share: f64, most: usize) -> usize {
    (share.clamp(0.0, 1.0) * most as f64).round() as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lies between two small numbers")]
fn place_between(start: usize, end: usize, share: f64) -> usize {
    (start as f64 + (end as f64 - start as f64) * share).round() as usize
}
