//! Herald's program: arguments → configuration → command.

use std::ffi::OsString;
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
    /// Serve every configured channel; with none configured, open the console.
    Run(cli::chat::Args),
    /// Open the console.
    Chat(cli::chat::Args),
    /// Ask one question and end.
    Ask(cli::ask::Args),
    /// Bring a file of facts in.
    Import(cli::import::Args),
    /// What data is there, and taking an upload back.
    Data(cli::data::Args),
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
    /// Anything else is a question.
    #[command(external_subcommand)]
    Question(Vec<String>),
}

fn main() -> ExitCode {
    match run(arguments(std::env::args_os().collect())) {
        Err(error) if !cli::is_broken_pipe(&error) => {
            eprintln!("herald: {error:#}");
            if error.is::<cli::Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
        // Whoever reads the output may have seen enough.
        _ => ExitCode::SUCCESS,
    }
}

/// The arguments. Flags may stand anywhere in a question without a command, as they may in one after `ask`.
fn arguments(words: Vec<OsString>) -> Arguments {
    let arguments = Arguments::parse_from(&words);
    let Some(Command::Question(question)) = &arguments.command else { return arguments };
    // A question begins with words; "herald --vresion" and the like are mistakes of usage.
    if question.first().is_some_and(|word| word.starts_with('-')) {
        Arguments::command().error(clap::error::ErrorKind::UnknownArgument, "unknown option").exit();
    }
    let mut words = words;
    words.insert(words.len() - question.len(), "ask".into());
    Arguments::parse_from(words)
}

fn run(arguments: Arguments) -> Result<()> {
    let config = Config::load(&Overrides {
        file: arguments.config,
        data: arguments.data_dir,
        device: arguments.device,
        role: arguments.role,
    })?;
    cli::start_log(&config);
    match arguments.command.unwrap_or(Command::Run(cli::chat::Args::default())) {
        Command::Run(args) => cli::chat::run(&args, &config),
        Command::Chat(args) => cli::chat::run(&args, &config),
        Command::Ask(args) => cli::ask::run(&args, &config),
        Command::Import(args) => cli::import::run(&args, &config),
        Command::Data(args) => cli::data::run(&args, &config),
        Command::Demo(args) => cli::demo::run(&args, &config),
        Command::Export(args) => cli::store::export(&args, &config),
        Command::Erase(args) => cli::store::erase(&args, &config),
        Command::Backup(args) => cli::store::backup(&args, &config),
        Command::Restore(args) => cli::store::restore(&args, &config),
        Command::Batch(command) => cli::batch::run(&command, &config),
        Command::Train(command) => cli::train::run(&command, &config),
        Command::Evaluate(command) => cli::evaluate::run(&command, &config),
        Command::Question(text) => cli::ask::run(&cli::ask::Args { text, json: false }, &config),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_anywhere_in_a_question() {
        let read = |line: &str| arguments(line.split(' ').map(OsString::from).collect());
        for line in [
            "herald revenue in march 2010 --data-dir X --role marketer",
            "herald --data-dir X revenue --role=marketer in march 2010",
            "herald ask revenue --data-dir X in march 2010 --role marketer",
        ] {
            let read = read(line);
            assert_eq!((read.data_dir, read.role), (Some(PathBuf::from("X")), Some(Role::Marketer)), "{line}");
            let Some(Command::Ask(args)) = read.command else { panic!("{line}") };
            assert_eq!(args.text.join(" "), "revenue in march 2010");
        }
    }
}
