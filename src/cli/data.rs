//! `herald data`: what is there, which uploads it came from, and taking one back.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use anyhow::{Context, Result, bail};

use super::import::print_table;
use crate::app;
use crate::config::Config;
use crate::domain::Role;
use crate::facts::Warehouse;

/// What is there, which uploads it came from, and taking one back.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The tables, their rows and days.
    Status,
    /// Every upload.
    Uploads,
    /// Takes an upload back: the latest, or the one with this id.
    Undo {
        /// Which, such as u0001.
        id: Option<String>,
    },
    /// The rows that an upload did not keep, with line and reason.
    Rejected {
        /// Which, such as u0001; the latest where none is named.
        id: Option<String>,
        /// At most so many.
        #[arg(long)]
        limit: Option<usize>,
    },
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(args: &Args, config: &Config) -> Result<()> {
    if !config.data.join("facts").is_dir() {
        bail!("there is no data in {}; herald import auto FILE brings some in", config.data.display());
    }
    if let Command::Undo { .. } = &args.command {
        super::require(config, Role::Analyst)?;
    }
    let warehouse = app::open_warehouse(config, None)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match &args.command {
        Command::Status => status(&warehouse, &mut out)?,
        Command::Uploads => uploads(&warehouse, &mut out)?,
        Command::Undo { id } => {
            let upload = warehouse.undo(id.as_deref())?;
            let what = format!("{} rows of {} from {}", upload.rows, upload.table.name(), upload.source);
            writeln!(out, "Took back {}: {what}.", upload.id)?;
        }
        Command::Rejected { id, limit } => rejected(&warehouse, id.as_deref(), *limit, &mut out)?,
    }
    out.flush()?;
    Ok(())
}

fn status(warehouse: &Warehouse, out: &mut impl Write) -> Result<()> {
    let coverage = warehouse.coverage()?;
    if coverage.tables.is_empty() {
        writeln!(out, "There are no tables yet. herald import auto FILE brings one in.")?;
        return Ok(());
    }
    let mut rows = vec![["table", "rows", "from", "to", "uploads"].map(str::to_owned).to_vec()];
    for table in &coverage.tables {
        let (from, to) = table
            .days
            .map_or((String::new(), String::new()), |days| (days.start().to_string(), days.last().to_string()));
        rows.push(vec![table.table.name().to_owned(), table.rows.to_string(), from, to, table.sources.join("; ")]);
    }
    print_table(out, &rows)?;
    if warehouse.uploads()?.iter().any(|upload| upload.is_active() && upload.is_demo()) {
        writeln!(out, "This is the made demo company, or holds it.")?;
    }
    Ok(())
}

fn uploads(warehouse: &Warehouse, out: &mut impl Write) -> Result<()> {
    let header = ["upload", "table", "rows", "set aside", "rejected", "when", "from", ""].map(str::to_owned).to_vec();
    let rows = warehouse.uploads()?.into_iter().map(|upload| {
        let taken_back = upload.undone_at.map_or(String::new(), |at| format!("taken back {at:.0}"));
        vec![
            upload.id,
            upload.table.name().to_owned(),
            upload.rows.to_string(),
            upload.set_aside.to_string(),
            upload.rejected.to_string(),
            format!("{:.0}", upload.at),
            upload.source,
            taken_back,
        ]
    });
    print_table(out, &std::iter::once(header).chain(rows).collect::<Vec<_>>())?;
    Ok(())
}

fn rejected(warehouse: &Warehouse, id: Option<&str>, limit: Option<usize>, out: &mut impl Write) -> Result<()> {
    let uploads = warehouse.uploads()?;
    let found = match id {
        Some(id) => uploads.iter().find(|upload| upload.id == id && upload.is_active()),
        None => uploads.iter().rev().find(|upload| upload.is_active()),
    };
    let Some(upload) = found else { bail!("there is no such upload; herald data uploads lists them") };
    if upload.rejected + upload.set_aside == 0 {
        writeln!(out, "{} kept every row.", upload.id)?;
        return Ok(());
    }
    let path = warehouse.rejected_file(&upload.id);
    let file = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    for line in BufReader::new(file).lines().take(limit.map_or(usize::MAX, |limit| limit.saturating_add(1))) {
        writeln!(out, "{}", line?)?;
    }
    Ok(())
}
