//! Bars from the left, from the top down, plain or made of parts; every bar starts at zero and says its value.

use super::Labels;
use super::canvas::{Area, Canvas, Colour, GRID, INK, MUTED, NEGATIVE, PALETTE, PAPER, Side, Type};
use crate::render::RenderError;

/// Where one bar lies: its middle and half its thickness.
struct Rows {
    top: f64,
    height: f64,
    style: Type,
}

impl Rows {
    fn new(area: Area, count: usize) -> Self {
        let height = (area.height() / count.max(1) as f64).min(104.0);
        // Few bars stand together at the top rather than far apart.
        Self { top: area.top, height, style: Type::plain((height * 0.5).clamp(19.0, 30.0), INK) }
    }

    fn middle(&self, at: usize) -> f64 {
        self.top + self.height * (at as f64 + 0.5)
    }

    fn half(&self) -> f64 {
        self.height * 0.34
    }
}

/// Draws plain bars; those below zero go to the other side in another colour.
pub(super) fn draw(
    canvas: &Canvas<'_>,
    area: Area,
    bars: &[(String, f64)],
    labels: &Labels,
) -> Result<f64, RenderError> {
    let area = Area { top: area.top + 12.0, ..area };
    let rows = Rows::new(area, bars.len());
    let (names, left) = wrapped_names(canvas, area, bars, &rows);
    let values: Vec<String> = bars.iter().map(|(_, value)| labels.value(*value)).collect();
    let room = |below: bool| {
        let these = bars.iter().zip(&values).filter(|((_, value), _)| (*value < 0.0) == below);
        these.map(|(_, label)| canvas.width(label, rows.style) + 14.0).fold(0.0, f64::max)
    };
    let limited = |value: f64| value.clamp(-1e300, 1e300);
    let low = bars.iter().map(|(_, value)| limited(*value)).fold(0.0, f64::min);
    let high = bars.iter().map(|(_, value)| limited(*value)).fold(0.0, f64::max);
    let span = if high / 2.0 - low / 2.0 > 0.0 { high / 2.0 - low / 2.0 } else { 1.0 };
    let (from, to) = (left + room(true), area.right - room(false));
    let x = |value: f64| from + (to - from) * ((limited(value) / 2.0 - low / 2.0) / span);
    let bottom = rows.middle(bars.len().saturating_sub(1)) + rows.height / 2.0;
    for (at, ((_, value), label)) in bars.iter().zip(&values).enumerate() {
        let (middle, half) = (rows.middle(at), rows.half());
        let (near, far) = (x(0.0), x(*value));
        let bar = Area { left: near.min(far), top: middle - half, right: near.max(far), bottom: middle + half };
        canvas.fill(bar, if *value < 0.0 { NEGATIVE } else { PALETTE[0] })?;
        write_name(canvas, &names[at], (left - 14.0, middle), &rows)?;
        let (end, side) = if *value < 0.0 { (far - 10.0, Side::Left) } else { (far + 10.0, Side::Right) };
        canvas.text(label, (end, middle), side, Type { bold: true, ..rows.style })?;
    }
    canvas.path(&[(x(0.0), area.top), (x(0.0), bottom)], 1.6, MUTED)?;
    Ok(bottom)
}

/// Draws bars made of parts, with a legend above.
pub(super) fn draw_stacked(
    canvas: &Canvas<'_>,
    area: Area,
    parts: &[(String, Colour)],
    bars: &[(String, Vec<f64>)],
    labels: &Labels,
) -> Result<f64, RenderError> {
    let style = Type::plain(26.0, INK);
    let (mut x, mut y) = (area.left, area.top + 14.0);
    for (name, colour) in parts {
        let name = canvas.cut(name, 260.0, style);
        let width = canvas.width(&name, style);
        if x + 30.0 + width > area.right {
            (x, y) = (area.left, y + 32.0);
        }
        canvas.fill(Area { left: x, top: y - 10.0, right: x + 20.0, bottom: y + 10.0 }, *colour)?;
        canvas.text(&name, (x + 30.0, y), Side::Right, style)?;
        x += 30.0 + width + 34.0;
    }
    let area = Area { top: y + 32.0, ..area };
    let rows = Rows::new(area, bars.len());
    let (names, left) = names(canvas, area, bars.iter().map(|(name, _)| name), rows.style);
    let total = |values: &[f64]| values.iter().map(|value| value.min(1e300 / 64.0)).sum::<f64>();
    let most = bars.iter().map(|(_, values)| total(values)).fold(0.0, f64::max);
    // Bars that are all a whole say so by their length; a total beside each is of use only where they differ.
    let wholes = bars.iter().all(|(_, values)| (total(values) - most).abs() <= 0.02 * most);
    let totals: Vec<String> =
        bars.iter().map(|(_, values)| if wholes { String::new() } else { labels.value(total(values)) }).collect();
    let bold = Type { bold: true, ..rows.style };
    let room = totals.iter().map(|label| canvas.width(label, bold)).fold(0.0, f64::max);
    let to = area.right - room - if wholes { 0.0 } else { 12.0 };
    for (at, (_, values)) in bars.iter().enumerate() {
        let (middle, half) = (rows.middle(at), rows.half());
        canvas.text(&names[at], (left - 14.0, middle), Side::Left, rows.style)?;
        let mut from = left;
        for (value, (_, colour)) in values.iter().zip(parts) {
            let until = from + (to - left) * (value / most).clamp(0.0, 1.0);
            canvas.fill(Area { left: from, top: middle - half, right: until, bottom: middle + half }, *colour)?;
            let label = labels.value(*value);
            let style = Type { colour: on(*colour), ..Type::bold(rows.style.size * 0.86, INK) };
            if canvas.width(&label, style) + 12.0 < until - from {
                canvas.text(&label, (f64::midpoint(from, until), middle), Side::Middle, style)?;
            }
            if until - from > 4.0 {
                canvas.path(&[(until, middle - half), (until, middle + half)], 2.0, PAPER)?;
            }
            from = until;
        }
        canvas.text(&totals[at], (from + 10.0, middle), Side::Right, bold)?;
    }
    let bottom = rows.middle(bars.len().saturating_sub(1)) + rows.height / 2.0;
    canvas.path(&[(left, area.top), (left, bottom)], 1.6, GRID)?;
    Ok(bottom)
}

/// The type of names that take two lines.
fn small(rows: &Rows) -> Type {
    Type { size: (rows.height * 0.36).clamp(17.0, 24.0), ..rows.style }
}

/// The names in one line where they fit, otherwise in two smaller ones, and where they end.
fn wrapped_names(canvas: &Canvas<'_>, area: Area, bars: &[(String, f64)], rows: &Rows) -> (Vec<Vec<String>>, f64) {
    let room = area.width() * 0.42;
    let (single, _) = names(canvas, area, bars.iter().map(|(name, _)| name), rows.style);
    let lines: Vec<Vec<String>> = single
        .into_iter()
        .zip(bars)
        .map(|(cut, (name, _))| {
            let is_cut = cut != *name && !cut.starts_with('#');
            if is_cut { canvas.wrapped(name, room, 2, small(rows)) } else { vec![cut] }
        })
        .collect();
    let width = |lines: &Vec<String>| {
        let style = if lines.len() > 1 { small(rows) } else { rows.style };
        lines.iter().map(|line| canvas.width(line, style)).fold(0.0, f64::max)
    };
    let widest = lines.iter().map(width).fold(0.0, f64::max);
    (lines, area.left + widest + 14.0)
}

fn write_name(canvas: &Canvas<'_>, lines: &[String], (x, y): (f64, f64), rows: &Rows) -> Result<(), RenderError> {
    let style = if lines.len() > 1 { small(rows) } else { rows.style };
    let top = y - style.size * 0.52 * (lines.len().saturating_sub(1)) as f64;
    for (at, line) in lines.iter().enumerate() {
        canvas.text(line, (x, top + style.size * 1.04 * at as f64), Side::Left, style)?;
    }
    Ok(())
}

/// The names, cut, and where they end.
pub(super) fn names<'a>(
    canvas: &Canvas<'_>,
    area: Area,
    names: impl Iterator<Item = &'a String>,
    style: Type,
) -> (Vec<String>, f64) {
    let cut = names.enumerate().map(|(at, name)| {
        // A name of which nothing can be drawn is told apart by its place.
        let name = if canvas.drawable(name) == "…" {
            canvas.lose();
            format!("#{}", at + 1)
        } else {
            name.clone()
        };
        canvas.cut(&name, area.width() * 0.37, style)
    });
    let cut: Vec<String> = cut.collect();
    let widest = cut.iter().map(|name| canvas.width(name, style)).fold(0.0, f64::max);
    (cut, area.left + widest + 14.0)
}

/// White on dark, ink on light (relative luminance as in WCAG 2, without its gamma).
pub(super) fn on(colour: Colour) -> Colour {
    let light = 0.2126 * f64::from(colour.0) + 0.7152 * f64::from(colour.1) + 0.0722 * f64::from(colour.2);
    if light > 140.0 { INK } else { PAPER }
}
