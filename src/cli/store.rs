//! `herald backup`, `restore`, `export` and `erase`: the store as JSON Lines, whole or one person's part of it.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::config::Config;
use crate::domain::{ProfileId, Role};
use crate::storage::{self, Store};

/// Writes everything that is stored (not the facts) to a file as JSON Lines.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to write, `-` for standard output. It is replaced only once the new one is whole.
    pub file: PathBuf,
}

/// Reads a backup into the store; what is there already stays.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The file to read, `-` for standard input.
    pub file: PathBuf,
}

/// Prints what is stored of one person as JSON Lines.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The person's profile, such as telegram:12345.
    pub profile: String,
}

/// Erases what is stored of one person: the profile, and all turns that began with a message of theirs.
#[derive(Debug, clap::Args)]
pub struct EraseArgs {
    /// The person's profile, such as telegram:12345.
    pub profile: String,
    /// Really erase; without it, only what would be erased is said.
    #[arg(long)]
    pub yes: bool,
}

/// Runs `herald backup`.
///
/// # Errors
/// When the store cannot be read or the file cannot be written.
pub fn backup(args: &BackupArgs, config: &Config) -> Result<()> {
    super::require(config, Role::Owner)?;
    let store = storage::open_existing(&config.store_url)?;
    if args.file.as_os_str() == "-" {
        return Ok(storage::export(&*store, BufWriter::new(io::stdout().lock()))?);
    }
    let shown = args.file.display();
    let part = part_of(&args.file);
    let file = File::create(&part).with_context(|| format!("cannot write {}", part.display()))?;
    let written = storage::export(&*store, BufWriter::new(&file))
        .map_err(anyhow::Error::from)
        .and_then(|()| file.sync_all().map_err(anyhow::Error::from))
        .and_then(|()| fs::rename(&part, &args.file).map_err(anyhow::Error::from));
    if written.is_err() {
        // The backup that was there before stays; of the new one nothing does.
        let _ = fs::remove_file(&part);
    }
    written.with_context(|| format!("cannot write {shown}"))?;
    let profiles = store.profile_ids()?.len();
    let conversations = store.conversation_ids()?.len();
    writeln!(io::stderr(), "{shown}: {profiles} profiles, {conversations} conversations")?;
    Ok(())
}

/// Runs `herald restore`.
///
/// # Errors
/// When the file cannot be read, with the number of the line, or the store cannot be written.
pub fn restore(args: &RestoreArgs, config: &Config) -> Result<()> {
    super::require(config, Role::Owner)?;
    let shown = args.file.display();
    // The file first, so that a wrong name makes no store.
    let done = if args.file.as_os_str() == "-" {
        storage::import(&*storage::open(&config.store_url)?, io::stdin().lock())
    } else {
        let file = File::open(&args.file).with_context(|| format!("cannot open {shown}"))?;
        storage::import(&*storage::open(&config.store_url)?, BufReader::new(file))
    };
    let done = done.with_context(|| format!("{shown}"))?;
    writeln!(
        io::stderr(),
        "{shown}: {} turns, {} profiles and {} settings restored, {} were there",
        done.turns,
        done.profiles,
        done.settings,
        done.unchanged
    )?;
    Ok(())
}

/// Runs `herald export`.
///
/// # Errors
/// When the store cannot be read, or holds nothing of this person.
pub fn export(args: &ExportArgs, config: &Config) -> Result<()> {
    super::require(config, Role::Owner)?;
    let store = storage::open_existing(&config.store_url)?;
    let id = ProfileId(args.profile.clone());
    if storage::export_profile(&*store, &id, BufWriter::new(io::stdout().lock()))? == 0 {
        bail!("nothing is stored of {}", args.profile);
    }
    Ok(())
}

/// Runs `herald erase`.
///
/// # Errors
/// When the store cannot be read or written, or holds nothing of this person.
pub fn erase(args: &EraseArgs, config: &Config) -> Result<()> {
    super::require(config, Role::Owner)?;
    let store = storage::open_existing(&config.store_url)?;
    let id = ProfileId(args.profile.clone());
    let found = storage::export_profile(&*store, &id, io::sink())?;
    if found == 0 {
        bail!("nothing is stored of {}", args.profile);
    }
    if !args.yes {
        bail!("{found} entries of {} would be erased; say --yes to do so", args.profile);
    }
    let customer = customer(&*store, &id)?;
    let erased = store.erase(&id)?;
    let mut note = io::stderr().lock();
    let profile = if erased.profile { "the profile" } else { "no profile" };
    writeln!(note, "erased {profile} and {} turns of {}", erased.turns, args.profile)?;
    writeln!(
        note,
        "the database's files may hold the bytes until they are written over; to be rid of them now, back up, restore \
         into a new folder and remove the old one"
    )?;
    if let Some(customer) = customer {
        writeln!(note, "orders of customer {customer} are facts, not part of the store; they are still there")?;
    }
    Ok(())
}

fn customer(store: &dyn Store, id: &ProfileId) -> Result<Option<String>> {
    Ok(store.profile(id)?.and_then(|profile| profile.customer))
}

fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
