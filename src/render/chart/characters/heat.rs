//! A grid of shades in characters, with its values.

use super::bars::names;
use crate::render::chart::Labels;
use crate::render::chart::heat::Shades;
use crate::render::text;

const STEPS: [char; 4] = ['░', '▒', '▓', '█'];

/// Draws a grid: each cell is its shade and its value; columns that do not fit are left out and counted.
pub(super) fn draw(
    rows: &[String],
    columns: &[String],
    values: &[Vec<Option<f64>>],
    labels: &Labels,
    room: usize,
) -> Vec<String> {
    let (names, widest) = names(rows.iter(), room / 3);
    let shades = Shades::of(values);
    let written = |value: &Option<f64>| value.map_or_else(|| "·".to_owned(), |value| cell(&shades, value, labels));
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let cells = values.iter().filter_map(|row| row.get(at)).map(|value| text::width(&written(value)));
            cells.max().unwrap_or(0).max(text::width(name).min(10))
        })
        .collect();
    let mut used = widest;
    let fits = widths.iter().take_while(|width| {
        used += **width + 2;
        used <= room
    });
    let fits = fits.count();
    let line = |name: &str, cells: Vec<String>| {
        let cells: String = cells
            .iter()
            .zip(&widths)
            .take(fits)
            .map(|(cell, width)| format!("  {}", text::pad(&text::cut_columns(cell, *width), *width, true)))
            .collect();
        format!("{}{cells}", text::pad(name, widest, false))
    };
    let mut out = vec![line("", columns.to_vec())];
    out.extend(values.iter().zip(&names).map(|(row, name)| line(name, row.iter().map(&written).collect())));
    if fits < columns.len() {
        out.push(format!("… +{}", columns.len() - fits));
    }
    out
}

fn cell(shades: &Shades, value: f64, labels: &Labels) -> String {
    let (strength, below) = shades.strength(value);
    let mark = match (below, strength) {
        (true, _) => '▽',
        (false, strength) if strength < 0.25 => STEPS[0],
        (false, strength) if strength < 0.5 => STEPS[1],
        (false, strength) if strength < 0.75 => STEPS[2],
        (false, _) => STEPS[3],
    };
    format!("{mark} {}", labels.value(value))
}
