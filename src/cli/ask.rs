//! `herald ask`: one question, one answer.

use std::io::Write as _;

use anyhow::Result;
use jiff::Timestamp;

use crate::app::App;
use crate::config::Config;
use crate::domain::Message;

/// Asks one question and ends.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question, in plain words.
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Print the reply as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// When Herald cannot start; what goes wrong with the question itself is said in the reply.
pub fn run(args: &Args, config: &Config) -> Result<()> {
    super::demo::ready(config)?;
    let app = App::build(config)?;
    let message = message(app.clock.now().timestamp(), args.text.join(" "));
    app.seat(&message.from, config)?;
    let reply = app.assistant.reply(&message).unwrap_or_default();
    if app.assistant.is_demo() {
        eprintln!("note: these are the made demo company's figures; herald import brings your own in");
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&reply)?)?;
        return Ok(());
    }
    crate::chat::console::write_reply(&mut out, &reply, &crate::app::chart_folder(&config.data))?;
    Ok(())
}

/// A question of its own conversation: nothing before it, nothing after it.
fn message(at: Timestamp, text: String) -> Message {
    let id = format!("ask:{}", at.as_nanosecond());
    Message::typed(&id, "ask", &id, at, text)
}
