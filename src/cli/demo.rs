//! `herald demo`: fills an empty warehouse with the made company.

use std::io::IsTerminal as _;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::app;
use crate::config::Config;
use crate::domain::Role;
use crate::facts::Upload;

/// The seed of the company that a newcomer meets.
const SEED: u64 = 7;

/// Makes the demo company.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The seed: the same seed and last day make the same company.
    #[arg(long, default_value_t = SEED)]
    pub seed: u64,
    /// The company's last day; yesterday where it is not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub last_day: Option<Date>,
    /// Take an earlier demo company back first. Data of your own is never touched.
    #[arg(long)]
    pub force: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is data already, or it cannot be written.
pub fn run(args: &Args, config: &Config) -> Result<()> {
    super::require(config, Role::Analyst)?;
    let encoder = app::start_encoder(config)?;
    let warehouse = app::open_warehouse(config, Some(&encoder))?;
    let uploads: Vec<_> = warehouse.uploads()?.into_iter().filter(Upload::is_active).collect();
    let (made, own): (Vec<_>, Vec<_>) = uploads.iter().partition(|upload| upload.is_demo());
    if !own.is_empty() {
        bail!("there is data of your own ({}); use --data-dir with another folder for the demo company", own[0].source);
    }
    if !made.is_empty() && !args.force {
        bail!("the demo company is there already; --force makes it again");
    }
    for upload in made.iter().rev() {
        warehouse.undo(Some(&upload.id))?;
    }
    create(&warehouse, args.seed, args.last_day, config)
}

/// Sees that there is something to ask about: data in a folder that somebody named, or in the usual folder at least the
/// demo company. A name that was mistyped must not bring made figures up.
///
/// # Errors
/// When there is no data in the folder that was named.
pub fn ready(config: &Config) -> Result<()> {
    if config.data_is_default {
        return fill_if_empty(config);
    }
    let is_filled = config.data.join("facts").is_dir()
        && app::open_warehouse(config, None)?.uploads()?.iter().any(Upload::is_active);
    if !is_filled {
        let folder = config.data.display();
        bail!(
            "there is no data in {folder}; herald import auto FILE --data-dir {folder} brings some in, and herald demo \
             --data-dir {folder} makes a demo company"
        );
    }
    Ok(())
}

/// Makes the demo company where there is no data at all, so that a newcomer has something to ask about.
///
/// # Errors
/// When it cannot be written.
pub fn fill_if_empty(config: &Config) -> Result<()> {
    if app::open_warehouse(config, None)?.uploads()?.iter().any(Upload::is_active) {
        return Ok(());
    }
    let encoder = app::start_encoder(config)?;
    let warehouse = app::open_warehouse(config, Some(&encoder))?;
    eprintln!("There is no data yet: making a demo company to ask about. This happens once.");
    create(&warehouse, SEED, None, config)
}

fn create(warehouse: &crate::facts::Warehouse, seed: u64, last_day: Option<Date>, config: &Config) -> Result<()> {
    let yesterday = jiff::Zoned::now().with_time_zone(config.time_zone.clone()).date().saturating_sub(1.day());
    let bar = ProgressBar::new(1);
    bar.set_style(ProgressStyle::with_template("{msg:24} [{bar:30}] {percent:>3} %")?.progress_chars("=> "));
    let terminal = std::io::stderr().is_terminal();
    let mut step = String::new();
    let company = app::create_demo(warehouse, seed, last_day.unwrap_or(yesterday), &mut |what, done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
        if !terminal && what != step {
            eprintln!("{what} …");
        }
        what.clone_into(&mut step);
    })?;
    bar.finish_and_clear();
    eprintln!(
        "{} is there: {} order lines, {} posts, {} products.",
        company.name,
        company.orders.len(),
        company.posts.len(),
        company.products.len()
    );
    Ok(())
}
