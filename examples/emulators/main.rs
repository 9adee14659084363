//! The emulated platforms at a terminal, to try `herald run` by hand: somebody writes, presses a button, sends a file; what
//! Herald sends is shown, and its files are saved. Nothing of Herald runs here.
//!
//! ```text
//! cargo run --release --example emulators            # writes target/emulators/herald.toml and waits
//! herald --config target/emulators/herald.toml demo  # once: the demo company
//! herald --config target/emulators/herald.toml run   # in another terminal
//! ```

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

mod discord;
mod shown;
mod telegram;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use discord::Discord;
use shown::{Button, News};
use telegram::Telegram;

/// How often it is looked whether Herald has sent something.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// After the last line that long is waited for what still comes.
const LAST_LOOK: Duration = Duration::from_secs(3);

const HELP: &str = "\
A line is said by the person, in the place, that stand before it. In a shared place write “@herald …”. Commands begin with
“/”; on Discord with named options: “/report metric: revenue region: North”.
  :in PLACE     discord, telegram (alone with Herald), discord#general, discord#marketing, telegram#team, discord#THREAD
  :as PERSON    olga (the owner), max (of the marketing team), carla (a customer), or anybody new
  :N            presses the button [N];  :N WORDS  fills in the form that it opens
  :file PATH [WORDS]    sends a file
  :wait SECONDS         waits, for scripts
  :help, :quit";

/// Who speaks, and where.
struct Stage {
    discord: Discord,
    telegram: Telegram,
    person: String,
    place: String,
    /// The buttons that were shown, in the order of their numbers.
    buttons: Vec<Button>,
    /// Where files that Herald sends are saved.
    sent: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/emulators"), PathBuf::from);
    let sent = folder.join("sent");
    std::fs::create_dir_all(&sent).with_context(|| format!("{} cannot be made", sent.display()))?;
    let discord = Discord::start().await?;
    let telegram = Telegram::start().await?;
    let file = folder.join("herald.toml");
    std::fs::write(&file, config(&discord, &telegram)?)
        .with_context(|| format!("{} is not written", file.display()))?;
    println!("The emulated Discord and Telegram wait. In another terminal:");
    println!("  herald --config {0} demo    (once)\n  herald --config {0} run\n\n{HELP}\n", file.display());
    let (person, place) = ("olga".to_owned(), "discord".to_owned());
    let mut stage = Stage { discord, telegram, person, place, buttons: Vec::new(), sent };
    let mut lines = lines();
    stage.prompt();
    loop {
        tokio::select! {
            line = lines.recv() => match line.as_deref().map(str::trim) {
                None => break,
                Some(":quit") => return Ok(()),
                Some(line) => {
                    if let Err(error) = stage.take(line).await {
                        println!("  {error:#}");
                    }
                    stage.prompt();
                }
            },
            () = tokio::time::sleep(LOOK_EVERY) => stage.look()?,
        }
    }
    stage.wait(LAST_LOOK).await
}

/// The configuration that points Herald here.
fn config(discord: &Discord, telegram: &Telegram) -> Result<String> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let (here, there) = (discord.owner(), telegram.owner());
    let mut text = format!("[paths]\ndata = \"data\"\nmodels = {:?}\n", models.to_str().context("no name of a path")?);
    text += &format!("[people]\nowners = [\"discord:{here}\", \"telegram:{there}\"]\n");
    text += &format!("[chat]\ndesk = \"discord:{}\"\n", discord.desk());
    text += &format!("[discord]\ntoken = {:?}\napi = {:?}\n", discord.token(), discord.url());
    text += "roles = { Marketing = \"marketer\" }\n";
    text += &format!("[telegram]\ntoken = {:?}\napi = {:?}\ngroups = \"marketer\"\n", telegram.token(), telegram.url());
    Ok(text)
}

/// What is typed. Reading a terminal cannot be waited for otherwise, nor stopped.
fn lines() -> UnboundedReceiver<String> {
    let (typed, lines) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if typed.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

impl Stage {
    fn prompt(&self) {
        println!("{} in {} >", self.person, self.place);
    }

    async fn take(&mut self, line: &str) -> Result<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "" => {}
            ":help" => println!("{HELP}"),
            ":in" => {
                if rest.starts_with("telegram") { self.telegram.knows(rest) } else { self.discord.knows(rest) }?;
                self.place = rest.to_owned();
            }
            ":as" => self.person = rest.to_owned(),
            ":wait" => self.wait(Duration::from_secs_f64(rest.parse().context("say how many seconds")?)).await?,
            ":file" => {
                let (path, words) = rest.split_once(' ').unwrap_or((rest, ""));
                let bytes = std::fs::read(path).with_context(|| format!("{path} cannot be read"))?;
                let name = Path::new(path).file_name().and_then(|name| name.to_str()).context("this is no file")?;
                if self.place.starts_with("telegram") {
                    self.telegram.file(&self.place, &self.person, name, &bytes)?;
                } else {
                    self.discord.file(&self.place, &self.person, words, name, bytes)?;
                }
            }
            _ => match word.strip_prefix(':') {
                Some(number) => {
                    let number: usize = number.parse().context("there is no such command; :help shows them")?;
                    let button = number.checked_sub(1).and_then(|index| self.buttons.get(index));
                    match button.context("there is no such button")? {
                        Button::Discord { message, custom_id, value } => {
                            let value = value.as_deref();
                            self.discord.press(*message, custom_id, value, &self.person, rest).await?;
                        }
                        Button::Telegram { chat, message, data } => {
                            self.telegram.press(*chat, *message, data, &self.person, rest).await?;
                        }
                    }
                }
                None if self.place.starts_with("telegram") => self.telegram.say(&self.place, &self.person, line)?,
                None => self.discord.say(&self.place, &self.person, line)?,
            },
        }
        Ok(())
    }

    async fn wait(&mut self, time: Duration) -> Result<()> {
        let end = tokio::time::Instant::now() + time;
        while tokio::time::Instant::now() < end {
            tokio::time::sleep(LOOK_EVERY).await;
            self.look()?;
        }
        Ok(())
    }

    /// Shows what Herald has sent since the last look.
    fn look(&mut self) -> Result<()> {
        let news = [self.discord.news(), self.telegram.news()].concat();
        for one in &news {
            self.show(one)?;
        }
        if !news.is_empty() {
            self.prompt();
        }
        Ok(())
    }

    fn show(&mut self, news: &News) -> Result<()> {
        println!("\n── {}", news.head);
        for line in news.text.lines() {
            println!("   {line}");
        }
        for (name, bytes) in &news.files {
            let path = self.sent.join(format!("{}-{name}", std::fs::read_dir(&self.sent)?.count() + 1));
            std::fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
            println!("   file: {}", path.display());
        }
        let mut row = String::new();
        for (label, button) in &news.buttons {
            self.buttons.push(button.clone());
            row += &format!("[{}] {label}  ", self.buttons.len());
        }
        if !row.is_empty() {
            println!("   {}", row.trim_end());
        }
        Ok(())
    }
}
