//! The runtime with a platform of its own and an assistant that greets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{Timestamp, Zoned};

use super::*;
use crate::assistant::{People, Settings as AssistantSettings};
use crate::chat::Stage;
use crate::chat::collecting::Collecting;
use crate::domain::{Address, Clock, Content, Delivery, FileAt, Intent, Language, Progress, SentFile, Utterance};
use crate::facts::Warehouse;
use crate::nlu::{Context, NluError, Understand};
use crate::render::{Locale, Renderer};

struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Zoned {
        Zoned::now()
    }
}

/// Takes every message for a greeting; each waits until it is let through, where a test wants that.
#[derive(Default)]
struct Greets {
    gate: Option<Mutex<std::sync::mpsc::Receiver<()>>>,
    entered: tokio::sync::Notify,
    understood: AtomicUsize,
}

impl Understand for Greets {
    fn understand(&self, text: &str, _context: &Context<'_>) -> Result<Utterance, NluError> {
        self.entered.notify_one();
        if let Some(gate) = &self.gate {
            let _ = gate.lock().unwrap().recv();
        }
        assert!(text != "panic", "asked to");
        self.understood.fetch_add(1, Ordering::SeqCst);
        Ok(Utterance::given(text, Language::English, Intent::Thanks, crate::domain::Slots::default()))
    }
}

struct Made {
    assistant: Arc<Assistant>,
    store: Arc<dyn Store>,
    understand: Arc<Greets>,
    folder: tempfile::TempDir,
}

fn made(store: Arc<dyn Store>, understand: Greets) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let understand = Arc::new(understand);
    let warehouse = Warehouse::open(&folder.path().join("facts"), None, jiff::civil::Weekday::Monday).unwrap();
    let locale = Locale { company: "Test".to_owned(), currency: "EUR".to_owned() };
    let assistant = Assistant::new(
        Arc::clone(&understand) as Arc<dyn Understand>,
        Vec::new(),
        Arc::new(warehouse),
        Arc::clone(&store),
        Arc::new(Renderer::new(locale).unwrap()),
        Arc::new(RealClock),
        AssistantSettings {
            week_start: jiff::civil::Weekday::Monday,
            level: crate::domain::Level::new(80.0).unwrap(),
            memory_turns: 5,
            max_lines: 6,
            people: People::default(),
            desk: None,
        },
    );
    Made { assistant: Arc::new(assistant), store, understand, folder }
}

fn memory() -> Arc<dyn Store> {
    storage::open("memory:").unwrap()
}

impl Made {
    fn runtime(&self, chat: &Arc<Collecting>, settings: Settings) -> Runtime {
        let settings = Settings { uploads: self.folder.path().join("uploads"), ..settings };
        let chats = vec![Arc::clone(chat) as Arc<dyn Chat>];
        Runtime::new(chats, Arc::clone(&self.assistant), Arc::clone(&self.store), settings)
    }

    /// Answers outside the async runtime, as the inbox does.
    async fn handle(&self, message: Message) -> Vec<Delivery> {
        let assistant = Arc::clone(&self.assistant);
        tokio::task::spawn_blocking(move || assistant.handle(&message)).await.unwrap()
    }

    fn left(&self) -> (usize, usize) {
        let deliveries = storage::all::<Delivery>(&*self.store).unwrap().len();
        (storage::all::<Message>(&*self.store).unwrap().len(), deliveries)
    }
}

fn message(id: &str, conversation: &str, text: &str) -> Message {
    let mut message = Message::typed(id, conversation, conversation, Timestamp::now(), text);
    message.from.platform = Platform::Telegram;
    message.reply_to = Address { platform: Platform::Telegram, route: conversation.to_owned() };
    message
}

fn unreachable() -> ChatError {
    ChatError::Unreachable { platform: "test", source: "no network".into() }
}

fn uncertain() -> ChatError {
    ChatError::Uncertain { platform: "test", source: "cut".into() }
}

fn replies(deliveries: &[Delivery]) -> Vec<(&str, String)> {
    deliveries.iter().map(|delivery| (delivery.turn.0.as_str(), delivery.reply.words())).collect()
}

#[tokio::test]
async fn every_message_is_acknowledged_and_answered_and_nothing_is_left() {
    let made = made(memory(), Greets::default());
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    for id in 0..20 {
        chat.say(message(&format!("m{id}"), &format!("c{}", id % 4), "thanks"));
    }
    chat.finish();
    let ended = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    assert!(matches!(ended, Err(RuntimeError::NothingLeft)));
    let deliveries = chat.deliveries();
    assert_eq!(deliveries.len(), 20);
    for lane in 0..4 {
        let order: Vec<&str> = replies(&deliveries)
            .iter()
            .map(|(turn, _)| turn[1..].to_owned())
            .filter(|id| id.parse::<usize>().unwrap() % 4 == lane)
            .map(|id| Box::leak(id.into_boxed_str()) as &str)
            .collect();
        let expected: Vec<String> = (0..5).map(|turn| (turn * 4 + lane).to_string()).collect();
        assert_eq!(order, expected, "conversation {lane} is in order");
    }
    assert_eq!(chat.acknowledged().iter().filter(|(_, stage)| *stage == Stage::Received).count(), 20);
    assert_eq!(made.left(), (0, 0));
}

#[tokio::test]
async fn a_message_that_comes_twice_is_answered_once() {
    let made = made(memory(), Greets::default());
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    for _ in 0..3 {
        chat.say(message("same", "c", "thanks"));
    }
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    assert_eq!(chat.deliveries().len(), 1);
    assert_eq!(made.left(), (0, 0));
}

#[tokio::test]
async fn conversations_do_not_wait_for_each_other_and_a_full_inbox_says_so() {
    let (let_through, gate) = std::sync::mpsc::channel();
    let made = made(memory(), Greets { gate: Some(Mutex::new(gate)), ..Greets::default() });
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    let settings = Settings { workers: 2, queue: 4, conversation_queue: 2, ..Settings::default() };
    let runtime = made.runtime(&chat, settings);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(runtime.serve(async move {
        let _ = stopped.await;
    }));
    chat.say(message("m0", "one", "thanks"));
    made.understand.entered.notified().await;
    for id in 1..6 {
        chat.say(message(&format!("m{id}"), "one", "thanks"));
    }
    // One is worked on, two wait; the others are told that there is no room.
    let told = chat.delivered(3).await;
    assert!(told.iter().all(|delivery| delivery.reply.words().contains("a lot of questions")), "{told:?}");
    for _ in 0..10 {
        let_through.send(()).unwrap();
    }
    chat.delivered(6).await;
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    let answered = replies(&chat.deliveries()).iter().filter(|(_, words)| words.contains("welcome")).count();
    assert_eq!((answered, made.understand.understood.load(Ordering::SeqCst)), (3, 3));
    assert_eq!(made.left(), (0, 0));
}

#[tokio::test]
async fn a_reply_is_tried_until_the_network_is_back() {
    let made = made(memory(), Greets::default());
    let chat =
        Collecting::new(Platform::Telegram).failing(|attempt| if attempt < 1 { Err(unreachable()) } else { Ok(()) });
    let chat = Arc::new(chat);
    chat.say(message("m", "c", "thanks"));
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    assert_eq!(replies(&chat.deliveries()).len(), 1);
    assert_eq!(made.left(), (0, 0));
}

#[tokio::test]
async fn a_reply_that_may_have_arrived_is_not_sent_again_but_told() {
    let made = made(memory(), Greets::default());
    let chat =
        Collecting::new(Platform::Telegram).failing(|attempt| if attempt < 1 { Err(uncertain()) } else { Ok(()) });
    let chat = Arc::new(chat);
    chat.say(message("m", "c", "thanks"));
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    let deliveries = chat.deliveries();
    assert_eq!(deliveries.len(), 1);
    assert!(deliveries[0].reply.words().contains("may not have arrived"));
    // Its button says the answer again.
    let mut press = message("press", "c", "");
    press.content = Content::Choice { turn: deliveries[0].turn.clone(), offer: 0, written: None };
    let again = made.handle(press).await;
    assert!(again[0].reply.words().contains("welcome"), "{again:?}");
}

#[tokio::test]
async fn a_platform_that_knows_a_reply_again_gets_it_again() {
    let made = made(memory(), Greets::default());
    let chat = Collecting::new(Platform::Telegram)
        .repeatable()
        .failing(|attempt| if attempt < 1 { Err(uncertain()) } else { Ok(()) });
    let chat = Arc::new(chat);
    chat.say(message("m", "c", "thanks"));
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    assert!(chat.deliveries()[0].reply.words().contains("welcome"));
}

#[tokio::test]
async fn what_is_being_sent_is_known_to_be_also_where_it_can_be_repeated() {
    let store = memory();
    let made = made(Arc::clone(&store), Greets::default());
    let kept = Arc::new(Mutex::new(Vec::new()));
    let found = Arc::clone(&kept);
    let chat = Collecting::new(Platform::Telegram).repeatable().failing(move |_| {
        *found.lock().unwrap() = storage::all::<Delivery>(&*store).unwrap();
        Ok(())
    });
    let chat = Arc::new(chat);
    chat.say(message("m", "c", "thanks"));
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    assert!(matches!(kept.lock().unwrap()[..], [Delivery { progress: Progress::Sending { .. }, .. }]));
}

#[tokio::test]
async fn what_a_platform_refuses_is_dropped_and_the_next_goes_on() {
    let made = made(memory(), Greets::default());
    let refuse = |attempt| match attempt {
        0 => Err(ChatError::Refused { platform: "test", reason: "blocked".to_owned() }),
        _ => Ok(()),
    };
    let chat = Arc::new(Collecting::new(Platform::Telegram).failing(refuse));
    chat.say(message("m0", "c", "thanks"));
    chat.say(message("m1", "c", "thanks"));
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    assert_eq!(replies(&chat.deliveries())[0].0, "m1");
    assert_eq!(made.left(), (0, 0));
}

#[tokio::test]
async fn what_was_received_before_a_kill_is_answered_after_it() {
    let store = memory();
    let first = made(Arc::clone(&store), Greets::default());
    // Received and kept, then killed; and answered but not delivered, then killed.
    store.apply(&[Change::keep(&message("received", "a", "thanks")).unwrap()]).unwrap();
    let answered = first.handle(message("answered", "b", "thanks")).await;
    assert_eq!(answered.len(), 1);
    // And one that was being sent.
    let sending = first.handle(message("sending", "c", "thanks")).await.remove(0);
    let sending = Delivery { progress: Progress::Sending { since: Timestamp::now() }, ..sending };
    store.apply(&[Change::keep(&sending).unwrap()]).unwrap();
    let second = made(store, Greets::default());
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    chat.finish();
    let _ = second.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    let deliveries = chat.deliveries();
    let mut told = replies(&deliveries);
    told.sort();
    assert_eq!(told.len(), 3);
    assert!(told[0].0 == "again:sending" && told[0].1.contains("may not have arrived"), "{told:?}");
    assert!(told[1].0 == "answered" && told[2].0 == "received", "{told:?}");
    assert_eq!(second.left(), (0, 0));
}

#[tokio::test]
async fn the_end_waits_for_what_runs_and_keeps_the_rest() {
    let (let_through, gate) = std::sync::mpsc::channel();
    let made = made(memory(), Greets { gate: Some(Mutex::new(gate)), ..Greets::default() });
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    let settings = Settings { workers: 1, grace: Duration::from_millis(200), ..Settings::default() };
    let runtime = made.runtime(&chat, settings);
    chat.say(message("m0", "a", "thanks"));
    chat.say(message("m1", "b", "thanks"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(runtime.serve(async move {
        let _ = stopped.await;
    }));
    let_through.send(()).unwrap();
    chat.delivered(1).await;
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert_eq!(made.left().0, 1, "the other is kept for the next start");
    drop(let_through);
}

#[tokio::test]
async fn a_panic_is_told_and_the_conversation_goes_on() {
    let made = made(memory(), Greets::default());
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    chat.say(message("m0", "c", "panic"));
    chat.say(message("m1", "c", "thanks"));
    chat.finish();
    let _ = made.runtime(&chat, Settings::default()).serve(std::future::pending()).await;
    let said =
        replies(&chat.deliveries()).into_iter().map(|(turn, words)| (turn.to_owned(), words)).collect::<Vec<_>>();
    assert!(said[0].1.contains("not your fault") && said[1].1.contains("welcome"), "{said:?}");
}

#[tokio::test]
async fn a_file_is_looked_at_before_it_is_fetched() {
    let made = made(memory(), Greets::default());
    let chat = Arc::new(Collecting::new(Platform::Telegram));
    let inbox = Inbox::new(
        Arc::clone(&made.assistant),
        Arc::new(Outbox::new(&[], Arc::clone(&made.assistant), Arc::clone(&made.store))),
        Settings { upload_limit: 10, uploads: made.folder.path().join("uploads"), ..Settings::default() },
    );
    let sent =
        |bytes, content: &str| SentFile { name: "a.csv".to_owned(), bytes, at: FileAt::Platform(content.to_owned()) };
    let mut file = sent(11, "a,b");
    inbox.fetch(&*chat, &mut file, "m").await;
    assert_eq!(file.at, FileAt::TooLarge { limit: 10 });
    // One that is larger than it was said to be.
    let mut file = sent(1, "a,b,c,d,e,f,g");
    inbox.fetch(&*chat, &mut file, "m").await;
    assert_eq!(file.at, FileAt::TooLarge { limit: 10 });
    let mut file = sent(3, "a,b");
    inbox.fetch(&*chat, &mut file, "telegram:1:2").await;
    let FileAt::Disk(path) = &file.at else { panic!("{file:?}") };
    assert_eq!(std::fs::read_to_string(path).unwrap(), "a,b");
}
