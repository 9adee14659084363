//! The load bench: many chats on both emulated platforms ask at once, through the platforms' real clients.
//! `cargo bench --bench load -- [--chats 200] [--messages 10] [--rate 20] [--data FOLDER]` prints messages per second, the percentiles of the time to
//! the acknowledgement and to the reply, and the memory of the process, emulators included.
//!
//! `--data` names a data folder that has the demo company; otherwise one is made.
//!
//! So many messages per second are sent, chat after chat; a chat waits for its answer before it sends the next. With
//! `--rate 0` each sends its next message at once, so that all of them always wait for Herald.

#![expect(clippy::print_stdout, reason = "a program that prints a table")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use discord_emulator::emulator as discord;
use herald::app::{self, App, create_demo};
use herald::chat::discord::{Discord, DiscordOptions, Threads};
use herald::chat::telegram::{Telegram, TelegramOptions};
use herald::chat::{Chat, Connection, Directory};
use herald::config::{Config, Overrides};
use herald::domain::{Role, SlotKind, UserId};
use jiff::ToSpan as _;
use secrecy::SecretString;
use telegram_emulator::emulator as telegram;

/// What is asked, one after the other: small talk, figures with charts, follow-ups, a forecast, quotes.
const QUESTIONS: &[&str] = &[
    "hello there",
    "revenue last month by channel",
    "and for the north?",
    "orders last week",
    "thank you very much",
    "what can you do?",
    "forecast revenue for the next 8 weeks",
    "how do you know?",
    "how do people feel about us?",
    "units last quarter by category",
];
/// How often the emulators are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Longer than this nothing takes.
const GIVE_UP_AFTER: Duration = Duration::from_secs(900);

struct Everybody;

impl Directory for Everybody {
    fn complete(&self, _kind: SlotKind, _text: &str) -> Vec<String> {
        Vec::new()
    }

    fn role(&self, _account: &UserId) -> Role {
        Role::Marketer
    }
}

/// One chat, and how far it is.
struct Talk {
    place: Place,
    sent: usize,
    asked: Option<Asked>,
}

enum Place {
    Discord { user: discord::UserId, channel: discord::ChannelId },
    Telegram { user: telegram::UserId, chat: telegram::ChatId },
}

/// A message that waits. Times are those of the emulators' clocks, since 1970.
struct Asked {
    id: i128,
    at: Duration,
    acknowledged: Option<Duration>,
}

#[derive(Default)]
struct Times {
    acknowledgement: Vec<f64>,
    reply: Vec<f64>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let (mut chats, mut messages, mut rate, mut data) = (200usize, 10usize, 20usize, None);
    while let Some(word) = arguments.next() {
        let value = arguments.next();
        let number = value.as_ref().and_then(|number| number.parse().ok());
        match (word.as_str(), number, value) {
            ("--chats", Some(number), _) => chats = number,
            ("--messages", Some(number), _) => messages = number,
            ("--rate", Some(number), _) => rate = number,
            ("--data", _, Some(folder)) => data = Some(std::path::absolute(folder)?),
            _ => bail!("usage: cargo bench --bench load -- [--chats N] [--messages N] [--rate N] [--data FOLDER]"),
        }
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("herald.toml");
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    // Everybody is a marketer, so that figures are computed. The platforms below have tokens of their own.
    let platforms =
        "[discord]\ntoken = \"x\"\nmembers = \"marketer\"\n[telegram]\ntoken = \"1:x\"\nmembers = \"marketer\"\n";
    std::fs::write(&file, format!("[paths]\nmodels = {models:?}\n{platforms}"))?;
    let config = Config::load(&Overrides { file: Some(file), ..Overrides::default() })?;
    let store_url = format!("sled:{}", folder.path().join("store").display());
    let data = data.unwrap_or_else(|| folder.path().join("data"));
    let config = Config { store_url, data, ..config };
    let app = App::build(&config)?;
    if app.warehouse.coverage()?.tables.is_empty() {
        eprintln!("making the demo company …");
        let yesterday = app.clock.now().date().checked_sub(1.day())?;
        create_demo(&app.warehouse, 7, yesterday, &mut |_, _, _| {})?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(load(app, config, chats, messages, rate))
}

async fn load(app: App, config: Config, chats: usize, messages: usize, rate: usize) -> Result<()> {
    let here = discord::Emulator::start(discord::Options::default()).await?;
    let there = telegram::Emulator::start(telegram::Options::default()).await?;
    let directory: Arc<dyn Directory> = Arc::new(Everybody);
    let discord = Discord::new(DiscordOptions {
        token: SecretString::new(here.token()),
        roles: BTreeMap::new(),
        members: Role::Marketer,
        message_content: false,
        threads: Threads::Long,
        connection: Connection { api: Some(here.rest_url()), ..Connection::default() },
        directory: Arc::clone(&directory),
    })?;
    let telegram = Telegram::new(TelegramOptions {
        token: SecretString::new(there.token().to_owned()),
        webhook: None,
        connection: Connection { api: Some(there.url()), ..Connection::default() },
        directory,
    })?;
    let platforms: Vec<Arc<dyn Chat>> = vec![Arc::new(discord), Arc::new(telegram)];
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let ended = async move {
            let _ = stopped.await;
        };
        app::serve(&app, &config, platforms, ended).await
    });
    here.connected().await?;
    there.listening().await?;
    // A bot may write to those with whom it shares a server.
    let server = here.add_guild("Northwind", here.add_user("owner"));
    let mut talks: Vec<Talk> = (0..chats).map(|number| talk(&here, server, &there, number)).collect();
    let began = Instant::now();
    let mut times = Times::default();
    let (mut deliveries, mut actions) = (0, 0);
    while talks.iter().any(|talk| talk.asked.is_some() || talk.sent < messages) {
        let sendable = if rate == 0 { usize::MAX } else { (began.elapsed().as_secs_f64() * rate as f64) as usize };
        for (number, talk) in talks.iter_mut().enumerate() {
            if talk.asked.is_none() && talk.sent * chats + number < sendable {
                ask(&here, &there, talk, messages)?;
            }
        }
        if began.elapsed() > GIVE_UP_AFTER {
            let waiting = talks.iter().filter(|talk| talk.asked.is_some()).count();
            bail!("{waiting} messages have waited too long for their replies");
        }
        tokio::time::sleep(LOOK_EVERY).await;
        look(&here, &there, &mut talks, (&mut deliveries, &mut actions), &mut times);
    }
    let took = began.elapsed().as_secs_f64();
    let _ = stop.send(());
    serving.await??;
    let broken = here.violations().len() + there.violations().len();
    for one in here.violations().iter().take(3) {
        eprintln!("Discord: {one:?}");
    }
    for one in there.violations().iter().take(3) {
        eprintln!("Telegram: {one:?}");
    }
    println!(
        "{} chats, {} messages answered in {took:.1} s: {:.1} per second",
        chats,
        times.reply.len(),
        times.reply.len() as f64 / took
    );
    row("acknowledgement", &mut times.acknowledgement);
    row("reply", &mut times.reply);
    println!("memory {} MB at most, emulators included; {broken} rules of the platforms broken", peak_memory()?);
    Ok(())
}

fn talk(here: &discord::Emulator, server: discord::GuildId, there: &telegram::Emulator, number: usize) -> Talk {
    let place = if number.is_multiple_of(2) {
        let user = here.add_user(&format!("user{number}"));
        here.add_member(server, user);
        Place::Discord { user, channel: here.open_dm(user) }
    } else {
        let user = there.user(&format!("User {number}"));
        Place::Telegram { user, chat: there.private_chat(user) }
    };
    Talk { place, sent: 0, asked: None }
}

/// Sends a chat's next message, where it has one left.
fn ask(here: &discord::Emulator, there: &telegram::Emulator, talk: &mut Talk, messages: usize) -> Result<()> {
    if talk.sent >= messages {
        return Ok(());
    }
    let text = QUESTIONS[talk.sent % QUESTIONS.len()];
    let (id, at) = match talk.place {
        Place::Discord { user, channel } => {
            let at = here.clock().now();
            (i128::from(here.user_says(channel, user, text).context("Discord takes no message")?.get()), at)
        }
        Place::Telegram { user, chat } => {
            let at = there.clock().now();
            (i128::from(there.says(chat, user, text).0), at)
        }
    };
    talk.sent += 1;
    talk.asked = Some(Asked { id, at, acknowledged: None });
    Ok(())
}

/// Takes down what has come since the last look.
fn look(
    here: &discord::Emulator,
    there: &telegram::Emulator,
    talks: &mut [Talk],
    seen: (&mut usize, &mut usize),
    times: &mut Times,
) {
    let typing: Vec<(discord::ChannelId, Duration)> = here.view(|view| {
        let new = &view.deliveries()[*seen.0..];
        *seen.0 = view.deliveries().len();
        new.iter()
            .filter_map(|delivery| match delivery.action {
                discord::Action::Typing(channel) => Some((channel, delivery.at)),
                _ => None,
            })
            .collect()
    });
    let actions: Vec<(telegram::ChatId, Duration)> = there.look(|state| {
        let new = &state.actions()[*seen.1..];
        *seen.1 = state.actions().len();
        new.iter().map(|action| (action.chat, action.at)).collect()
    });
    for talk in talks.iter_mut() {
        let Some(asked) = &mut talk.asked else { continue };
        if asked.acknowledged.is_none() {
            let shown = match &talk.place {
                Place::Discord { channel, .. } => first_after(&typing, channel, asked.at),
                Place::Telegram { chat, .. } => first_after(&actions, chat, asked.at),
            };
            asked.acknowledged = shown;
        }
        let replied = match &talk.place {
            Place::Discord { channel, .. } => here.view(|view| {
                let posted = view.posted(*channel);
                let reply = posted.iter().find(|one| one.reply_to.is_some_and(|to| i128::from(to.get()) == asked.id));
                reply.map(|message| message.sent_at)
            }),
            Place::Telegram { chat, .. } => there.look(|state| {
                let posted = state.posted(*chat);
                let reply = posted.iter().find(|one| one.reply_to.is_some_and(|to| i128::from(to.0) == asked.id));
                reply.map(|message| message.at)
            }),
        };
        if let Some(replied) = replied {
            let since = |at: Duration| at.saturating_sub(asked.at).as_secs_f64();
            times.reply.push(since(replied));
            // Where the reply itself came first, it is the acknowledgement.
            times.acknowledgement.push(since(asked.acknowledged.unwrap_or(replied).min(replied)));
            talk.asked = None;
        }
    }
}

fn first_after<T: PartialEq>(shown: &[(T, Duration)], place: &T, asked: Duration) -> Option<Duration> {
    shown.iter().find(|(where_, at)| where_ == place && *at >= asked).map(|(_, at)| *at)
}

fn row(name: &str, seconds: &mut [f64]) {
    seconds.sort_by(f64::total_cmp);
    let at = |share: f64| seconds.get(((seconds.len() as f64 * share) as usize).min(seconds.len().saturating_sub(1)));
    let ms = |share: f64| at(share).map_or(f64::NAN, |seconds| seconds * 1e3);
    println!("{name:16} p50 {:7.0} ms   p95 {:7.0} ms   p99 {:7.0} ms", ms(0.5), ms(0.95), ms(0.99));
}

/// The most memory that this process has held, in MB.
fn peak_memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel does not say")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024)
}
