//! Herald's program: arguments, then the command.

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "herald", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Engines on files.
    #[command(subcommand)]
    Batch(herald::cli::batch::Command),
    /// Fits the learned parts again.
    #[command(subcommand)]
    Train(herald::cli::train::Command),
    /// Measures on data the fit has not seen.
    #[command(subcommand)]
    Evaluate(herald::cli::evaluate::Command),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Batch(command) => herald::cli::batch::run(&command),
        Command::Train(command) => herald::cli::train::run(&command),
        Command::Evaluate(command) => herald::cli::evaluate::run(&command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("herald: {error:#}");
            ExitCode::FAILURE
        }
    }
}
