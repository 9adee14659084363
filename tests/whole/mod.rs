//! The whole of Herald on the demo company with a manual clock: the conversations in `tests/conversations/`, the planted
//! effects among them, and what holds for every message. Needs the base weights (`script/setup`).

mod ends;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use herald::app::{App, create_demo};
use herald::config::{Config, Overrides};
use herald::domain::{Clock, Message, Platform, Profile, ProfileId, Reply, Role, UserId};
use jiff::Zoned;
use jiff::civil::{Date, date};
use serde::Deserialize;

/// The demo company's last day in these tests, so that their words stay true.
const LAST_DAY: Date = date(2026, 11, 15);

/// Monday morning after the last day.
struct ManualClock;

impl Clock for ManualClock {
    fn now(&self) -> Zoned {
        date(2026, 11, 16).at(9, 0, 0, 0).in_tz("Europe/London").unwrap()
    }
}

/// One Herald for all tests here: making and reading the company takes most of their time.
fn herald() -> MutexGuard<'static, (App, u64)> {
    static HERALD: OnceLock<Mutex<(App, u64)>> = OnceLock::new();
    let herald = HERALD.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        let config = config(&folder);
        let app =
            App::with_clock(&config, std::sync::Arc::new(ManualClock)).expect("script/setup puts the weights there");
        create_demo(&app.warehouse, 7, LAST_DAY, &mut |_, _, _| {}).unwrap();
        Mutex::new((app, 0))
    });
    herald.lock().unwrap_or_else(PoisonError::into_inner)
}

fn config(folder: &Path) -> Config {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = folder.join("herald.toml");
    let text = format!("[paths]\nmodels = {:?}\n[company]\ntime_zone = \"Europe/London\"\n", root.join("models"));
    std::fs::write(&file, text).unwrap();
    Config::load(&Overrides { file: Some(file), ..Overrides::default() }).unwrap()
}

/// A Herald over the same company, with a store of its own, and its configuration.
pub(crate) fn beside(store_url: &str, folder: &Path) -> (App, Config) {
    let config = Config { store_url: store_url.to_owned(), ..config(folder) };
    (herald().0.beside(&config).unwrap(), config)
}

/// A Herald without facts, with everything of its own below a folder.
pub(crate) fn alone(folder: &Path) -> (App, Config) {
    let config = config(folder);
    (App::with_clock(&config, std::sync::Arc::new(ManualClock)).unwrap(), config)
}

/// Says something in a conversation as somebody.
fn say(herald: &mut (App, u64), conversation: &str, user: &str, text: &str) -> Reply {
    herald.1 += 1;
    let id = format!("test:{}", herald.1);
    let message = Message::typed(&id, user, conversation, ManualClock.now().timestamp(), text);
    herald.0.assistant.reply(&message).expect("a new message is answered")
}

/// All that a reply shows: its words, its charts in characters, its buttons.
fn shown(reply: &Reply) -> String {
    let charts = reply.attachments.iter().map(|attachment| attachment.text.as_str());
    let buttons = reply.buttons.iter().map(|button| button.label.as_str());
    let parts: Vec<&str> = reply.lines.iter().map(String::as_str).chain(charts).chain(buttons).collect();
    parts.join("\n").replace('\u{200b}', "")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversations {
    conversation: Vec<Conversation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conversation {
    pub(crate) name: String,
    /// Who speaks; the owner where nobody is named.
    pub(crate) role: Option<Role>,
    pub(crate) customer: Option<String>,
    pub(crate) turns: Vec<Turn>,
}

/// Every file of conversations.
pub(crate) const FILES: &[&str] =
    &["planted.toml", "dialogue.toml", "roles.toml", "customers.toml", "digests.toml", "chinese.toml"];

/// The conversations of a file.
pub(crate) fn conversations(file: &str) -> Vec<Conversation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    toml::from_str::<Conversations>(&text).unwrap().conversation
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turn {
    pub(crate) say: String,
    /// Each of these stands in the reply; alternatives are separated by `|`.
    #[serde(default)]
    expect: Vec<String>,
    /// None of these does.
    #[serde(default)]
    never: Vec<String>,
}

impl Turn {
    /// What is wrong with a reply.
    pub(crate) fn check(&self, conversation: &str, reply: &str) -> Vec<String> {
        let lower = reply.to_lowercase();
        let has = |wanted: &&String| wanted.split('|').any(|one| lower.contains(&one.to_lowercase()));
        let lacks = self.expect.iter().filter(|wanted| !has(wanted));
        let lacks = lacks.map(|wanted| format!("{conversation}: {:?} lacks {wanted:?}:\n{reply}\n", self.say));
        let says = self.never.iter().filter(has);
        let says = says.map(|unwanted| format!("{conversation}: {:?} says {unwanted:?}:\n{reply}\n", self.say));
        lacks.chain(says).collect()
    }
}

fn run(file: &str) {
    let mut herald = herald();
    let mut wrong = Vec::new();
    for conversation in conversations(file) {
        let user = format!("{}-{}", file, conversation.name);
        let role = conversation.role.unwrap_or(Role::Owner);
        let profile =
            Profile { customer: conversation.customer, ..Profile::new(ProfileId(format!("console:{user}")), role) };
        herald.0.store.put_profile(&profile).unwrap();
        for turn in conversation.turns {
            let reply = shown(&say(&mut herald, &user, &user, &turn.say));
            wrong.extend(turn.check(&conversation.name, &reply));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_of_conversations_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    let mut known: Vec<&str> = FILES.to_vec();
    known.sort_unstable();
    assert_eq!(there, known);
}

#[test]
fn planted_effects_are_found() {
    run("planted.toml");
}

#[test]
fn conversations_go_on() {
    run("dialogue.toml");
}

#[test]
fn who_asks_in_chinese_is_answered_in_chinese() {
    run("chinese.toml");
}

#[test]
fn customers_are_served() {
    run("customers.toml");
}

#[test]
fn digests_and_alerts_are_made_and_managed() {
    run("digests.toml");
}

#[test]
fn roles_are_kept() {
    run("roles.toml");
}

#[test]
fn whoever_sits_down_at_the_terminal_is_who_the_configuration_says() {
    let mut herald = herald();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let user = UserId { platform: Platform::Console, id: "seat".to_owned() };
    for (turn, role) in [Role::Customer, Role::Owner, Role::Customer].into_iter().enumerate() {
        let overrides = Overrides { role: Some(role), ..Overrides::default() };
        let config = Config { models: models.clone(), ..Config::load(&overrides).unwrap() };
        herald.0.seat(&user, &config).unwrap();
        let reply = shown(&say(&mut herald, &format!("seat-{turn}"), "seat", "revenue last month"));
        assert_eq!(reply.contains("only show you your own data"), role == Role::Customer, "{role:?}: {reply}");
    }
    let config = Config { models, ..Config::load(&Overrides::default()).unwrap() };
    herald.0.seat(&user, &config).unwrap();
    let how = ["revenue last month", "how do you know?"].map(|text| shown(&say(&mut herald, "made", "seat", text)));
    assert!(how[1].contains("demo company's"), "{}", how[1]);
}

#[test]
fn a_message_handled_twice_is_answered_once() {
    let herald = herald();
    let message = Message::typed("twice", "twice", "twice", ManualClock.now().timestamp(), "hello");
    assert!(herald.0.assistant.reply(&message).is_some());
    assert!(herald.0.assistant.reply(&message).is_none());
}

#[test]
fn odd_messages_get_a_friendly_line_and_nothing_breaks() {
    let mut herald = herald();
    let long = "revenue ".repeat(2_000);
    for text in ["", "   ", "\u{0}\u{1}\u{202e}", "🙂🙂🙂", "'; drop table orders; --", "{{ 7 * 7 }}", "**", &long]
    {
        let reply = say(&mut herald, "odd", "odd", text);
        assert!(!reply.words().is_empty(), "{text:?}");
        assert!(!reply.words().contains("49"), "{text:?} was run");
        assert!(reply.words().len() < 3_000, "{text:?}");
    }
}

/// What people read, word for word. `INSTA_UPDATE=always cargo test --release replies_read` writes it anew after a change
/// that was meant; the difference is then read before it is committed.
#[test]
fn replies_read_as_they_were_meant_to() {
    let mut herald = herald();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, texts) in [
            ("figure_by_channel", &["revenue in October by channel", "how do you know?"][..]),
            ("reason", &["why did revenue in the west fall last month?"][..]),
            ("comparison", &["compare revenue and orders in October with September"][..]),
            ("forecast", &["forecast revenue for the next 8 weeks"][..]),
            ("basket", &["what is bought together with the gooseneck kettle?"][..]),
            ("help", &["what can you do?"][..]),
            ("figure_by_channel_zh", &["10月各渠道的销售额", "你怎么知道的？"][..]),
            ("reason_zh", &["上个月 west 的销售额为什么下降？"][..]),
            ("forecast_zh", &["预测未来8周的销售额"][..]),
            ("help_zh", &["你会做什么？"][..]),
        ] {
            let said: Vec<String> = texts
                .iter()
                .map(|text| format!("> {text}\n{}", shown(&say(&mut herald, name, "snapshots", text))))
                .collect();
            insta::assert_snapshot!(name, said.join("\n\n"));
        }
    });
}
