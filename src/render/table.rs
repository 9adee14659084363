//! Tables as aligned characters, as CSV and as JSON.

use serde_json::{Map, Value};

use super::number::UNKNOWN;
use super::{Context, RenderError, Renderer, text};
use crate::domain::{Arg, Attachment, Bucket, Phrase, Table, Unit};

/// No column is cut below this.
const NARROWEST: usize = 8;
const GAP: &str = "  ";

/// Aligned characters: numbers to the right, words to the left, long cells cut.
pub(super) fn characters(renderer: &Renderer, table: &Table, context: &Context) -> Result<String, RenderError> {
    first_rows(renderer, table, context, renderer.layout.max_rows)
}

fn first_rows(renderer: &Renderer, table: &Table, context: &Context, most: usize) -> Result<String, RenderError> {
    let columns = table.columns.len();
    let shown = table.rows.len().min(most.max(1));
    let mut cells = vec![headings(renderer, table, context)?];
    for row in table.rows.iter().take(shown) {
        let filled: Vec<String> = row.iter().map(|cell| renderer.cell(cell, context)).collect::<Result<_, _>>()?;
        cells.push(filled);
    }
    // A row of another length would be a defect of an engine; people still get what there is.
    for row in &mut cells {
        row.resize(columns, String::new());
        for cell in row {
            // Tables are shown as code where a platform can, and a backtick would end that.
            *cell = cell.replace('`', "ˋ");
        }
    }
    let numeric: Vec<bool> = (0..columns)
        .map(|at| {
            let mut column = table.rows.iter().filter_map(|row| row.get(at)).peekable();
            column.peek().is_some() && column.all(is_number)
        })
        .collect();
    let mut widths: Vec<usize> =
        (0..columns).map(|at| cells.iter().map(|row| text::width(&row[at])).max().unwrap_or(0)).collect();
    let room = renderer.layout.columns.saturating_sub(GAP.len() * columns.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let widest = (0..columns).filter(|at| widths[*at] > NARROWEST).max_by_key(|at| (!numeric[*at], widths[*at]));
        match widest {
            Some(at) => widths[at] -= 1,
            None => break,
        }
    }
    let line = |row: &[String]| {
        let padded: Vec<String> = (0..columns)
            .map(|at| text::pad(&text::cut_columns(&row[at], widths[at]), widths[at], numeric[at]))
            .collect();
        padded.join(GAP).trim_end().to_owned()
    };
    let mut lines: Vec<String> = cells.iter().map(|row| line(row)).collect();
    lines.insert(1, widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join(GAP));
    if shown < table.rows.len() {
        let more = Phrase::new("common.show.more_rows").count("rows", table.rows.len() - shown);
        lines.push(renderer.label(&more, context)?);
    }
    Ok(lines.join("\n"))
}

/// Comma-separated values with a header, in UTF-8.
pub(super) fn csv(renderer: &Renderer, table: &Table, context: &Context) -> Result<Vec<u8>, RenderError> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let header: Vec<String> = headings(renderer, table, context)?.iter().map(|cell| inert(cell)).collect();
    writer.write_record(&header).map_err(RenderError::Table)?;
    for row in &table.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                Ok(match bare(renderer, cell, context)? {
                    Value::Null => String::new(),
                    Value::String(words) => inert(&words),
                    number => number.to_string(),
                })
            })
            .collect::<Result<_, RenderError>>()?;
        writer.write_record(&cells).map_err(RenderError::Table)?;
    }
    writer.into_inner().map_err(|error| RenderError::Table(error.into_error().into()))
}

/// A list of objects, one per row.
pub(super) fn json(renderer: &Renderer, table: &Table, context: &Context) -> Result<Value, RenderError> {
    let mut names: Vec<String> = Vec::new();
    for heading in headings(renderer, table, context)? {
        let taken = names.iter().filter(|name| **name == heading).count();
        names.push(if taken == 0 { heading } else { format!("{heading} {}", taken + 1) });
    }
    let mut rows = Vec::new();
    for row in &table.rows {
        let mut object = Map::new();
        for (name, cell) in names.iter().zip(row) {
            object.insert(name.clone(), bare(renderer, cell, context)?);
        }
        rows.push(Value::Object(object));
    }
    Ok(Value::Array(rows))
}

/// The table to be read in the reply itself, and as a file where a platform shows no tables.
pub(super) fn shown(renderer: &Renderer, table: &Table, context: &Context) -> Result<Attachment, RenderError> {
    let text = characters(renderer, table, context)?;
    file(renderer, table, context, "txt", "text/plain", text.clone().into_bytes(), text)
}

/// The table as a CSV file.
pub(super) fn csv_file(renderer: &Renderer, table: &Table, context: &Context) -> Result<Attachment, RenderError> {
    let bytes = csv(renderer, table, context)?;
    let text = first_rows(renderer, table, context, renderer.layout.max_rows.min(5))?;
    file(renderer, table, context, "csv", "text/csv", bytes, text)
}

/// The table as a JSON file.
pub(super) fn json_file(renderer: &Renderer, table: &Table, context: &Context) -> Result<Attachment, RenderError> {
    let bytes = format!("{:#}\n", json(renderer, table, context)?).into_bytes();
    let text = first_rows(renderer, table, context, renderer.layout.max_rows.min(5))?;
    file(renderer, table, context, "json", "application/json", bytes, text)
}

fn file(
    renderer: &Renderer,
    table: &Table,
    context: &Context,
    extension: &str,
    media_type: &str,
    bytes: Vec<u8>,
    text: String,
) -> Result<Attachment, RenderError> {
    let name = format!("{}.{extension}", text::slug(&renderer.label(&table.title, context)?));
    Ok(Attachment { name, media_type: media_type.to_owned(), bytes, text })
}

fn headings(renderer: &Renderer, table: &Table, context: &Context) -> Result<Vec<String>, RenderError> {
    table.columns.iter().map(|column| renderer.label(column, context)).collect()
}

/// A cell that a program reads: numbers without separators and units, days as ISO 8601, shares from 0 to 1.
fn bare(renderer: &Renderer, arg: &Arg, context: &Context) -> Result<Value, RenderError> {
    Ok(match arg {
        Arg::Figure(value, Unit::Money) | Arg::Change(value, Unit::Money) => rounded(*value, 100.0),
        Arg::Figure(value, _) | Arg::Change(value, _) => rounded(*value, 1e6),
        Arg::Share(value) | Arg::Growth(value) | Arg::Number(value) => rounded(*value, 1e6),
        Arg::Count(value) => Value::from(*value),
        Arg::Text(words) => Value::from(words.as_str()),
        Arg::Date(date) => Value::from(date.to_string()),
        Arg::Range(range) => Value::from(format!("{}/{}", range.start(), range.last())),
        Arg::Metric(metric) => Value::from(metric.name()),
        Arg::Dimension(dimension) => Value::from(dimension.name()),
        Arg::Bucket(Bucket::Day) => Value::from("day"),
        Arg::Bucket(Bucket::Week) => Value::from("week"),
        Arg::Bucket(Bucket::Month) => Value::from("month"),
        Arg::Intent(intent) => Value::from(intent.name()),
        Arg::List(_) | Arg::Phrase(_) => Value::from(renderer.cell(arg, context)?),
    })
}

/// A number to so many parts of one; nothing where it is none. Whole numbers are written without a point.
fn rounded(value: f64, parts: f64) -> Value {
    let scaled = (value * parts).round() / parts;
    let scaled = if scaled.is_finite() { scaled } else { value };
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    match scaled {
        whole if whole.fract() == 0.0 && whole.abs() < 9e15 => Value::from(whole as i64),
        other => Value::from(other),
    }
}

/// Text that a spreadsheet would take for a formula gets a `'` in front (OWASP, "CSV injection"); numbers stay.
fn inert(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']);
    if runs && cell.trim().parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

fn is_number(arg: &Arg) -> bool {
    match arg {
        Arg::Figure(..) | Arg::Change(..) | Arg::Share(_) | Arg::Growth(_) | Arg::Count(_) | Arg::Number(_) => true,
        Arg::Text(text) => text == UNKNOWN,
        Arg::Date(_)
        | Arg::Range(_)
        | Arg::Metric(_)
        | Arg::Dimension(_)
        | Arg::Bucket(_)
        | Arg::Intent(_)
        | Arg::List(_)
        | Arg::Phrase(_) => false,
    }
}
