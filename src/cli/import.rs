//! `herald import`: shows what a file seems to be, and brings it in.

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::app;
use crate::config::Config;
use crate::domain::TableName;
use crate::facts::import::{DayOrder, Decimal, FileFormat, ImportOptions, ImportReport, Mapping, Personal, Preview};

/// Brings a file of products, orders, posts, ad results, interactions or mailings in.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The table, or `auto` to have it guessed: products, orders, posts, ad_results, interactions, campaign_sends.
    pub table: String,
    /// A CSV, TSV, JSON, JSON Lines or Parquet file, plain or gzip.
    pub file: PathBuf,
    /// Takes a field from a column; an empty column leaves the field out.
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Imports without asking.
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Reads and counts everything, and keeps nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Days like 3/4/2025 are in April.
    #[arg(long, conflicts_with = "month_first")]
    pub day_first: bool,
    /// Days like 3/4/2025 are in March.
    #[arg(long)]
    pub month_first: bool,
    /// Keeps order lines that are identical in every cell.
    #[arg(long)]
    pub keep_identical: bool,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(args: &Args, config: &Config) -> Result<()> {
    let warehouse = app::open_warehouse(config, None)?;
    let table: Option<TableName> = match args.table.as_str() {
        "auto" => None,
        name => Some(name.parse().context("the first argument names a table, or is auto")?),
    };
    let preview = warehouse.preview(&args.file, table)?;
    let mapping = mapping(args, &preview)?;
    let mut out = io::stdout().lock();
    print_preview(&mut out, &preview, &mapping)?;
    if !args.yes && !args.dry_run && !agreed(&mut out)? {
        writeln!(out, "Nothing was imported.")?;
        return Ok(());
    }
    let options = ImportOptions {
        zone: Some(config.time_zone.clone()),
        dry_run: args.dry_run,
        keep_identical: args.keep_identical,
    };
    let mut progress = |read: u64, of: u64| {
        if io::stderr().is_terminal() {
            eprint!("\r{read} of {of} rows");
        }
    };
    let report = warehouse.import(&args.file, preview.table, &mapping, &options, &mut progress)?;
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    print_report(&mut out, &report, args.dry_run)?;
    Ok(())
}

fn mapping(args: &Args, preview: &Preview) -> Result<Mapping> {
    let mut mapping = preview.mapping();
    for pair in &args.map {
        let Some((field, column)) = pair.split_once('=') else {
            bail!("--map {pair}: write field=column");
        };
        // A column that is given to one field is taken from another that it was guessed for.
        mapping.fields.retain(|_, taken| taken != column);
        mapping.fields.insert(field.to_owned(), column.to_owned());
    }
    if args.day_first {
        mapping.day_order = Some(DayOrder::DayFirst);
    } else if args.month_first {
        mapping.day_order = Some(DayOrder::MonthFirst);
    }
    Ok(mapping)
}

fn agreed(out: &mut impl Write) -> Result<bool> {
    if !io::stdin().is_terminal() {
        writeln!(out, "To import it so, add --yes; to change it, --map field=column.")?;
        return Ok(false);
    }
    write!(out, "Import it so? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Prints rows in columns as wide as their cells.
pub(super) fn print_table(out: &mut impl Write, rows: &[Vec<String>]) -> io::Result<()> {
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

fn print_preview(out: &mut impl Write, preview: &Preview, mapping: &Mapping) -> io::Result<()> {
    let format = match preview.format {
        FileFormat::Delimited { delimiter, charset, .. } => {
            format!("cells parted by {delimiter:?}, {}", charset.name())
        }
        FileFormat::JsonLines => "JSON Lines".to_owned(),
        FileFormat::Json => "JSON".to_owned(),
        FileFormat::Parquet => "Parquet".to_owned(),
    };
    let sure = preview.table_confidence.value() * 100.0;
    writeln!(
        out,
        "{}: {} ({sure:.0} %), {} rows, {format}",
        preview.path.display(),
        preview.table.name(),
        preview.row_count
    )?;
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

fn print_report(out: &mut impl Write, report: &ImportReport, dry_run: bool) -> io::Result<()> {
    if let Some(id) = &report.already {
        return writeln!(
            out,
            "This file was imported before, as {id}; nothing was added. herald data undo {id} takes it back."
        );
    }
    writeln!(out, "Read: {}", report.read)?;
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
