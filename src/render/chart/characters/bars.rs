//! Bars in blocks of an eighth of a column, and bars of parts in shades.

use crate::render::chart::Labels;
use crate::render::chart::canvas::Colour;
use crate::render::text;

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Parts are told apart by shade; more than these repeat.
const SHADES: [char; 6] = ['▓', '░', '█', '▒', '▚', '▞'];

/// Draws plain bars. Where some are below zero, those go to the left of the others.
pub(super) fn draw(bars: &[(String, f64)], labels: &Labels, columns: usize) -> Vec<String> {
    let (names, widest) = names(bars.iter().map(|(name, _)| name), columns * 2 / 3);
    let values: Vec<String> = bars.iter().map(|(_, value)| labels.value(*value)).collect();
    let value_room = values.iter().map(|value| text::width(value)).max().unwrap_or(0);
    let room = columns.saturating_sub(widest + value_room + 4).max(8);
    let low = bars.iter().map(|(_, value)| -value.min(0.0)).fold(0.0, f64::max);
    let high = bars.iter().map(|(_, value)| value.max(0.0)).fold(0.0, f64::max);
    let span = low / 2.0 + high / 2.0;
    let length = |value: f64| if span > 0.0 { value.abs() / 2.0 / span * room as f64 } else { 0.0 };
    let below = ceil(length(low)).min(room);
    bars.iter()
        .zip(names.iter().zip(&values))
        .map(|((_, value), (name, label))| {
            let name = text::pad(name, widest, false);
            if *value < 0.0 {
                let full = ceil(length(*value)).min(below);
                let bar = format!("{}{}", " ".repeat(below - full), "▒".repeat(full));
                format!("{name} {bar}│ {label}")
            } else {
                format!("{name} {}│{} {label}", " ".repeat(below), blocks(length(*value)))
            }
        })
        .collect()
}

/// Draws bars made of parts, with the shades named above.
pub(super) fn draw_stacked(
    parts: &[(String, Colour)],
    bars: &[(String, Vec<f64>)],
    labels: &Labels,
    columns: usize,
) -> Vec<String> {
    let (names, widest) = names(bars.iter().map(|(name, _)| name), columns / 3);
    let shades: Vec<char> = SHADES.into_iter().cycle().take(parts.len()).collect();
    let key: Vec<String> = parts.iter().zip(&shades).map(|((name, _), shade)| format!("{shade} {name}")).collect();
    let figures: Vec<String> = bars
        .iter()
        .map(|(_, values)| values.iter().map(|value| labels.value(*value)).collect::<Vec<_>>().join(" · "))
        .collect();
    let figure_room = figures.iter().map(|figure| text::width(figure)).max().unwrap_or(0).min(columns / 3);
    let room = columns.saturating_sub(widest + figure_room + 3).max(8);
    let total = |values: &[f64]| values.iter().map(|value| value.min(1e300)).sum::<f64>().min(f64::MAX);
    let most = bars.iter().map(|(_, values)| total(values)).fold(0.0, f64::max);
    let mut out = vec![text::cut_columns(&key.join("   "), columns)];
    for (((_, values), name), figure) in bars.iter().zip(&names).zip(&figures) {
        let (mut bar, mut sum, mut drawn) = (String::new(), 0.0, 0);
        for (value, shade) in values.iter().zip(&shades) {
            // Rounding the running sum keeps the whole bar as long as it should be.
            sum += value.min(1e300);
            let until = nearest(sum / most * room as f64).clamp(drawn, room);
            bar.extend(std::iter::repeat_n(*shade, until - drawn));
            drawn = until;
        }
        let figure = text::cut_columns(figure, figure_room);
        out.push(format!("{} {} {figure}", text::pad(name, widest, false), text::pad(&bar, room, false)));
    }
    out
}

/// The names, cut to the room, and the widest one's width.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a String>, room: usize) -> (Vec<String>, usize) {
    let cut: Vec<String> = names.map(|name| text::cut_columns(name, room)).collect();
    let widest = cut.iter().map(|name| text::width(name)).max().unwrap_or(0);
    (cut, widest)
}

fn blocks(length: f64) -> String {
    let eighths = nearest(length * 8.0);
    // What is there but tiny still shows.
    let eighths = if length > 0.0 { eighths.max(1) } else { eighths };
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length of a few hundred at most")]
fn nearest(length: f64) -> usize {
    length.round().clamp(0.0, 4_000.0) as usize
}

fn ceil(length: f64) -> usize {
    nearest(length.ceil())
}
