//! `herald ask`: one question, one answer.

use std::io::Write as _;

use anyhow::Result;
use jiff::Timestamp;

use crate::app::App;
use crate::config::Config;
use crate::domain::{ConversationId, Message, MessageId, Platform, Reply, UserId};

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
    super::demo::fill_if_empty(config)?;
    let app = App::build(config)?;
    let at = app.clock.now().timestamp();
    let reply = app.assistant.handle(&message(at, args.text.join(" "))).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&reply)?)?;
        return Ok(());
    }
    print(&mut out, &reply, config)
}

/// A question of its own conversation: nothing before it, nothing after it.
fn message(at: Timestamp, text: String) -> Message {
    let id = format!("ask:{}", at.as_nanosecond());
    Message {
        id: MessageId(id.clone()),
        from: UserId { platform: Platform::Console, id: "ask".to_owned() },
        conversation: ConversationId(format!("console:{id}")),
        at,
        text,
    }
}

fn print(out: &mut dyn std::io::Write, reply: &Reply, config: &Config) -> Result<()> {
    let written = crate::chat::console::write_reply(out, reply, &crate::app::chart_folder(&config.data));
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
