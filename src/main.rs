//! Herald's program: arguments → configuration → command.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser};
use herald::cli;
use herald::config::{Config, Overrides};
use herald::domain::Role;

/// The marketing analyst that lives in a team's chat.
///
/// Without a command it opens the console; words that are no command are a question that is answered once.
#[derive(Debug, Parser)]
#[command(name = "herald", version, about, args_conflicts_with_subcommands = false)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The configuration file; herald.toml where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder.
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Who is asking: owner, analyst, marketer or customer.
    #[arg(long, global = true, value_name = "ROLE")]
    role: Option<Role>,
    /// Where to compute: auto, cpu or cuda:N.
    #[arg(long, global = true, value_name = "DEVICE")]
    device: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make the demo company.
    Demo(cli::demo::Args),
    /// Write what is kept about one person.
    Export(cli::store::ExportArgs),
    /// Forget one person.
    Erase(cli::store::EraseArgs),
    /// Write everything that is kept.
    Backup(cli::store::BackupArgs),
    /// Read a backup.
    Restore(cli::store::RestoreArgs),
    /// Engines on files.
    #[command(subcommand)]
    Batch(cli::batch::Command),
    /// Fit the learned parts again.
    #[command(subcommand)]
    Train(cli::train::Command),
    /// Measure on data the fit has not seen.
    #[command(subcommand)]
    Evaluate(cli::evaluate::Command),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("herald: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let config = Config::load(&Overrides {
        file: arguments.config,
        data: arguments.data_dir,
        device: arguments.device,
        role: arguments.role,
    })?;
    cli::start_log(&config);
    match arguments.command.expect("x") {
        Command::Demo(args) => cli::demo::run(&args, &config),
        Command::Export(args) => cli::store::export(&args),
        Command::Erase(args) => cli::store::erase(&args),
        Command::Backup(args) => cli::store::backup(&args),
        Command::Restore(args) => cli::store::restore(&args),
        Command::Batch(command) => cli::batch::run(&command, &config),
        Command::Train(command) => cli::train::run(&command, &config),
        Command::Evaluate(command) => cli::evaluate::run(&command, &config),
    }
}
