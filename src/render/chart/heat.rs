//! A grid of shades, with the values where there is room. Values below zero are shaded in another colour.

use super::Labels;
use super::bars::{names, on};
use super::canvas::{Area, Canvas, Colour, GRID, INK, MUTED, NEGATIVE, PALETTE, Side, Type, tint};
use crate::render::RenderError;

/// Draws a grid.
pub(super) fn draw(
    canvas: &Canvas<'_>,
    area: Area,
    rows: &[String],
    columns: &[String],
    values: &[Vec<Option<f64>>],
    labels: &Labels,
) -> Result<f64, RenderError> {
    let shades = Shades::of(values);
    let row_room = ((area.height() - 110.0) / rows.len().max(1) as f64).min(96.0);
    let style = Type::plain((row_room * 0.5).clamp(15.0, 27.0), INK);
    let (names, left) = names(canvas, area, rows.iter(), style);
    let column_room = ((area.right - left) / columns.len().max(1) as f64).min(190.0);
    let grid =
        Area { left, top: area.top + 46.0, right: left + column_room * columns.len() as f64, bottom: area.bottom };
    let heading = Type::plain(23.0, MUTED);
    // Where headings would not fit side by side, every second, third … is written.
    let widest = columns.iter().map(|name| canvas.width(name, heading)).fold(0.0, f64::max).min(150.0);
    let every = (1..=columns.len()).find(|every| column_room * *every as f64 >= widest + 8.0).unwrap_or(1);
    let every = if column_room >= 60.0 { 1 } else { every };
    for (at, name) in columns.iter().enumerate().step_by(every) {
        let name = canvas.cut(name, column_room * every as f64 - 6.0, heading);
        canvas.text(&name, (grid.left + column_room * (at as f64 + 0.5), grid.top - 20.0), Side::Middle, heading)?;
    }
    let figure = Type::plain((row_room * 0.42).clamp(12.0, 25.0), INK);
    let fits =
        values.iter().flatten().flatten().all(|value| canvas.width(&labels.value(*value), figure) + 8.0 < column_room)
            && row_room > 22.0;
    for (at, (row, name)) in values.iter().zip(&names).enumerate() {
        let top = grid.top + row_room * at as f64;
        canvas.text(name, (left - 14.0, top + row_room / 2.0), Side::Left, style)?;
        for (column, value) in row.iter().enumerate() {
            let from = grid.left + column_room * column as f64;
            let cell = Area {
                left: from + 1.5,
                top: top + 1.5,
                right: from + column_room - 1.5,
                bottom: top + row_room - 1.5,
            };
            let colour = value.map_or(tint(GRID, 0.35), |value| shades.colour(value));
            canvas.fill(cell, colour)?;
            if let (true, Some(value)) = (fits, value) {
                let style = Type { colour: on(colour), ..figure };
                canvas.text(
                    &labels.value(*value),
                    (from + column_room / 2.0, top + row_room / 2.0),
                    Side::Middle,
                    style,
                )?;
            }
        }
    }
    let y = (grid.top + row_room * rows.len() as f64 + 34.0).min(area.bottom - 8.0);
    let legend = Type::plain(23.0, MUTED);
    let low = format!("{} {}", labels.low, labels.value(shades.low));
    let high = format!("{} {}", labels.high, labels.value(shades.high));
    let from = grid.left + canvas.width(&low, legend) + 12.0;
    canvas.text(&low, (grid.left, y), Side::Right, legend)?;
    for step in 0..60u32 {
        let share = f64::from(step) / 59.0;
        let (start, colour) =
            (from + 4.0 * f64::from(step), shades.colour(shades.low + share * (shades.high - shades.low)));
        canvas.fill(Area { left: start, top: y - 9.0, right: start + 4.0, bottom: y + 9.0 }, colour)?;
    }
    canvas.text(&high, (from + 252.0, y), Side::Right, legend)?;
    Ok(y + 12.0)
}

/// From the lowest to the highest value.
pub(super) struct Shades {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Shades {
    pub(super) fn of(values: &[Vec<Option<f64>>]) -> Self {
        let all = || values.iter().flatten().flatten().map(|value| value.clamp(-1e300, 1e300));
        Self { low: all().fold(f64::INFINITY, f64::min), high: all().fold(f64::NEG_INFINITY, f64::max) }
    }

    /// How strong a value's shade is, 0 to 1, and whether it is below a zero that lies within.
    pub(super) fn strength(&self, value: f64) -> (f64, bool) {
        let value = value.clamp(-1e300, 1e300);
        if self.low < 0.0 && self.high > 0.0 {
            let most = self.high.max(-self.low);
            return ((value.abs() / most).clamp(0.0, 1.0), value < 0.0);
        }
        let span = self.high / 2.0 - self.low / 2.0;
        let share = if span > 0.0 { (value / 2.0 - self.low / 2.0) / span } else { 0.5 };
        (share.clamp(0.0, 1.0), false)
    }

    fn colour(&self, value: f64) -> Colour {
        let (strength, below) = self.strength(value);
        tint(if below { NEGATIVE } else { PALETTE[0] }, 0.07 + 0.93 * strength)
    }
}
