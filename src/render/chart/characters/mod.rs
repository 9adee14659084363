//! Charts in characters, for terminals and for channels without pictures. Knows only prepared figures.

mod lines;
mod bars;
mod heat;

use super::{Figure, Kind};
use crate::render::text;

/// The chart under its title, at most so many columns wide (at least 40).
pub(crate) fn characters(figure: &Figure, columns: usize) -> String {
    let columns = columns.clamp(40, 200);
    let body = match &figure.kind {
        Kind::Lines(lines) => lines::draw(lines, &figure.labels, columns),
        Kind::Bars(bars) => bars::draw(bars, &figure.labels, columns),
        Kind::Stacked { parts, bars } => bars::draw_stacked(parts, bars, &figure.labels, columns),
        Kind::Heat { rows, columns: names, values } => heat::draw(rows, names, values, &figure.labels, columns),
    };
    let mut lines = vec![text::cut_columns(&figure.title, columns)];
    lines.extend(body);
    lines.extend(figure.note.clone());
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    // Charts are shown as code where a platform can, and a backtick would end that.
    lines.join("\n").replace('`', "ˋ")
}
