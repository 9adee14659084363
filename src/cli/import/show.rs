//! What `herald import` prints: what a file seems to be, and what became of its rows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::facts::import::{DayOrder, Decimal, FileFormat, ImportReport, LineCounts, Mapping, Personal, Preview};

/// Prints rows in columns as wide as their cells.
pub(in crate::cli) fn print_table(out: &mut impl Write, rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width));
        writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn short(text: &str, length: usize) -> String {
    let flat: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if flat.chars().count() <= length { flat } else { flat.chars().take(length - 1).chain(['…']).collect() }
}

pub(super) fn print_preview(out: &mut impl Write, name: &str, preview: &Preview, mapping: &Mapping) -> io::Result<()> {
    let format = match preview.format {
        FileFormat::Delimited { delimiter, charset, .. } => {
            format!("cells parted by {delimiter:?}, {}", charset.name())
        }
        FileFormat::JsonLines => "JSON Lines".to_owned(),
        FileFormat::Json => "JSON".to_owned(),
        FileFormat::Parquet => "Parquet".to_owned(),
    };
    let sure = preview.table_confidence.value() * 100.0;
    writeln!(out, "{name}: {} ({sure:.0} %), {} rows, {format}", preview.table.name(), preview.row_count)?;
    let mut rows = vec![["column", "is taken as", "sure", "such as", ""].map(str::to_owned).to_vec()];
    for guess in &preview.columns {
        let field = mapping.fields.iter().find(|(_, column)| **column == guess.column).map(|(field, _)| field.as_str());
        let changed = field != guess.field.as_deref();
        let sure = match field {
            Some(_) if changed => "as told".to_owned(),
            Some(_) => format!("{:.0} %", guess.confidence.value() * 100.0),
            None => String::new(),
        };
        let personal = guess.personal.map_or("", |personal| match personal {
            Personal::Email => "personal: e-mail",
            Personal::Phone => "personal: phone",
            Personal::PersonName => "personal: a person's name",
            Personal::Address => "personal: address",
        });
        rows.push(vec![
            guess.column.clone(),
            field.unwrap_or("(left out)").to_owned(),
            sure,
            short(&guess.examples.join(" · "), 48),
            personal.to_owned(),
        ]);
    }
    print_table(out, &rows)?;
    if let Some((order, certain)) = preview.day_order {
        let order = match mapping.day_order.unwrap_or(order) {
            DayOrder::DayFirst => "day first",
            DayOrder::MonthFirst => "month first",
        };
        let doubt = if certain { "" } else { "; the rows leave this open: say --day-first or --month-first" };
        writeln!(out, "Days are read {order}{doubt}.")?;
    }
    if preview.decimal == Decimal::Comma {
        writeln!(out, "Numbers are read with a decimal comma.")?;
    }
    let still_missing = preview.missing.iter().filter(|field| !mapping.fields.contains_key(*field));
    for field in still_missing {
        writeln!(out, "No column was found for {field}; name it with --map {field}=COLUMN.")?;
    }
    writeln!(out, "The first rows:")?;
    let header = preview.columns.iter().map(|guess| short(&guess.column, 18)).collect();
    let cells = preview.rows.iter().map(|row| row.iter().map(|cell| short(cell, 18)).collect());
    print_table(out, &std::iter::once(header).chain(cells).collect::<Vec<Vec<String>>>())
}

fn print_counts(out: &mut impl Write, what: &str, counts: &BTreeMap<String, u64>) -> io::Result<()> {
    let total: u64 = counts.values().sum();
    writeln!(out, "{what}: {total}")?;
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by(|one, other| other.1.cmp(one.1));
    for (reason, count) in sorted {
        writeln!(out, "  {count:>8}  {reason}")?;
    }
    Ok(())
}

/// Where every line of the file went.
fn print_lines(out: &mut impl Write, lines: &LineCounts, rows: u64) -> io::Result<()> {
    let mut parts = vec![format!("{rows} rows")];
    for (count, what) in [(lines.header, "header"), (lines.blank, "blank")] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    if lines.continued > 0 {
        parts.push(format!("{} that go on cells of {} rows", lines.continued, lines.long_rows));
    }
    writeln!(out, "  {} lines: {}", lines.lines, parts.join(", "))?;
    if lines.stray_marks > 0 {
        writeln!(
            out,
            "  {} rows have a quotation mark that nothing closes; it was read as a character",
            lines.stray_marks
        )?;
    }
    if lines.mended > 0 {
        writeln!(out, "  {} lines are not UTF-8; their odd bytes were read as windows-1252", lines.mended)?;
    }
    if lines.is_cut {
        writeln!(out, "  the last line has no line end; if the file was cut there, its last row may be wrong")?;
    }
    Ok(())
}

pub(super) fn print_report(out: &mut impl Write, report: &ImportReport, dry_run: bool) -> io::Result<()> {
    if let Some(id) = &report.already {
        return writeln!(
            out,
            "This file was imported before, as {id}; nothing was added. herald data undo {id} takes it back."
        );
    }
    writeln!(out, "Read: {}", report.read)?;
    if let Some(lines) = &report.lines {
        print_lines(out, lines, report.read)?;
    }
    writeln!(out, "Kept: {}", report.kept)?;
    if let Some(days) = report.days {
        writeln!(out, "  from {} to {}", days.start(), days.last())?;
    }
    if let Some(revenue) = report.revenue {
        writeln!(
            out,
            "  revenue {revenue:.2}; {} returns; {} lines without a customer",
            report.returns, report.without_customer
        )?;
    }
    if report.replaced > 0 {
        writeln!(out, "  {} of them replace rows of earlier uploads", report.replaced)?;
    }
    if report.derived_products > 0 {
        writeln!(out, "  {} products were made from them", report.derived_products)?;
    }
    print_counts(out, "Set aside", &report.set_aside)?;
    print_counts(out, "Rejected", &report.rejected)?;
    for row in &report.examples {
        writeln!(out, "  line {}: {}", row.line, row.reason)?;
    }
    if let Some(path) = &report.rejected_file {
        writeln!(out, "Every row that was not kept: {}", path.display())?;
    }
    match &report.upload {
        Some(id) => writeln!(out, "Imported as {id}. herald data undo {id} takes it back."),
        None if dry_run => writeln!(out, "This was a trial; nothing was kept."),
        None => writeln!(out, "No row could be kept; nothing was imported."),
    }
}
