//! `herald import`: shows what a file seems to be, and brings it in.

mod show;

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::arguments::{self, Table, Usage};
use crate::app;
use crate::config::Config;
use crate::domain::Role;
use crate::facts::import::{DayOrder, ImportOptions, Mapping, Preview};
use crate::facts::{Upload, Warehouse};
use show::{print_preview, print_report};

pub(super) use show::print_table;

/// Brings a file of products, orders, posts, ad results, interactions or mailings in.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The table, or `auto` to have it guessed: products, orders, posts, ad_results, interactions, campaign_sends.
    #[arg(value_parser = arguments::table)]
    pub table: Table,
    /// A CSV, TSV, JSON, JSON Lines or Parquet file, plain or gzip; `-` is standard input.
    pub file: PathBuf,
    /// Takes a field from a column, named or by its place as in #3; an empty column leaves the field out.
    #[arg(long = "map", value_name = "FIELD=COLUMN", value_parser = arguments::pair)]
    pub map: Vec<(String, String)>,
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
    /// Keeps the demo company beside what is imported, where there is one.
    #[arg(long, conflicts_with = "replace_demo")]
    pub keep_demo: bool,
    /// Takes the demo company out first, where there is one; so does --yes.
    #[arg(long)]
    pub replace_demo: bool,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(args: &Args, config: &Config) -> Result<()> {
    super::require(config, Role::Analyst)?;
    let warehouse = app::open_warehouse(config, None)?;
    let input = Input::open(&args.file, config)?;
    let preview = warehouse.preview(input.path(), args.table.0)?;
    let mapping = mapping(args, &preview)?;
    let mut out = io::stdout().lock();
    print_preview(&mut out, input.name(), &preview, &mapping)?;
    if !args.yes && !args.dry_run && !agreed(&mut out, "Import it so? [y/N] ", false)? {
        writeln!(out, "Nothing was imported.")?;
        return Ok(());
    }
    let options = ImportOptions {
        zone: Some(config.time_zone.clone()),
        dry_run: args.dry_run,
        keep_identical: args.keep_identical,
        expected: Some(preview.sha256.clone()),
        source: Some(input.name().to_owned()),
    };
    let mut progress = |read: u64, of: u64| {
        if io::stderr().is_terminal() {
            eprint!("\r{read} of {of} rows");
        }
    };
    if !args.dry_run && !args.keep_demo && warehouse.uploads()?.iter().any(is_demo) {
        let trial = ImportOptions { dry_run: true, ..options.clone() };
        let kept = warehouse.import(input.path(), preview.table, &mapping, &trial, &mut progress)?.kept;
        make_room(args, &warehouse, kept, &mut out)?;
    }
    let report = warehouse.import(input.path(), preview.table, &mapping, &options, &mut progress)?;
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    print_report(&mut out, &report, args.dry_run)?;
    Ok(())
}

fn is_demo(upload: &Upload) -> bool {
    upload.is_active() && upload.is_demo()
}

/// Takes the demo company out, where that is wanted and there will be something in its place.
fn make_room(args: &Args, warehouse: &Warehouse, kept: u64, out: &mut impl Write) -> Result<()> {
    writeln!(out, "This folder holds the made demo company; its figures would be mixed with yours.")?;
    let is_wanted = args.yes || args.replace_demo || agreed(out, "Take it out first? [Y/n] ", true)?;
    if kept == 0 || !is_wanted {
        writeln!(out, "The demo company stays.")?;
        return Ok(());
    }
    warehouse.remove_demo()?;
    writeln!(out, "The demo company was taken out; herald demo makes it again, in an empty folder.")?;
    Ok(())
}

/// A file to import. Standard input is kept in a file of its own for as long as it is read.
enum Input {
    File(PathBuf, String),
    Kept(PathBuf),
}

impl Input {
    fn open(file: &Path, config: &Config) -> Result<Self> {
        if file.as_os_str() != "-" {
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
            return Ok(Self::File(file.to_owned(), name));
        }
        let path = config.data.join(format!("incoming-{}", std::process::id()));
        let kept = Self::Kept(path.clone());
        let write = || io::copy(&mut io::stdin().lock(), &mut File::create(&path)?);
        write().with_context(|| format!("cannot keep standard input in {}", path.display()))?;
        Ok(kept)
    }

    fn path(&self) -> &Path {
        match self {
            Input::File(path, _) | Input::Kept(path) => path,
        }
    }

    fn name(&self) -> &str {
        match self {
            Input::File(_, name) => name,
            Input::Kept(_) => "standard input",
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        if let Input::Kept(path) = self {
            // A copy that cannot be removed only takes up room.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn mapping(args: &Args, preview: &Preview) -> Result<Mapping> {
    let mut mapping = preview.mapping();
    for (field, said) in &args.map {
        let place = said.strip_prefix('#').is_some_and(|place| place.parse::<usize>().is_ok());
        match preview.column_called(said) {
            Some(column) => mapping.take(field, column),
            None if place => {
                let known = preview.columns.len();
                return Err(Usage(format!("--map {field}={said}: there are columns #1 to #{known}")).into());
            }
            // An empty column leaves the field out; one that is not there is refused with those that are.
            None => mapping.take(field, said),
        }
    }
    if args.day_first {
        mapping.day_order = Some(DayOrder::DayFirst);
    } else if args.month_first {
        mapping.day_order = Some(DayOrder::MonthFirst);
    }
    Ok(mapping)
}

fn agreed(out: &mut impl Write, question: &str, by_default: bool) -> Result<bool> {
    if !io::stdin().is_terminal() {
        writeln!(out, "To import it so, add --yes; to change it, --map field=column.")?;
        return Ok(false);
    }
    write!(out, "{question}")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => true,
        "" => by_default,
        _ => false,
    })
}
