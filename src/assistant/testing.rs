//! A small company for the assistant's tests: a warehouse in a folder, a store, people on a platform, and an
//! understanding that knows a handful of sentences.

use std::sync::Arc;

use jiff::civil::{Weekday, date};
use jiff::{Timestamp, Zoned};

use super::{Assistant, People, Settings};
use crate::domain::{
    Address, Clock, Command, Content, ConversationId, Delivery, FileAt, Intent, Language, Level, Message, MessageId,
    Order, Place, PlaceId, Platform, PostReading, Product, Profile, Role, SentFile, Slots, UserId, Utterance,
};
use crate::facts::{ReadTexts, Warehouse};
use crate::nlu::{Context, NluError, Understand};
use crate::render::{Locale, Renderer};
use crate::storage::{self, Store};

struct OneMorning;

impl Clock for OneMorning {
    fn now(&self) -> Zoned {
        date(2026, 11, 16).at(9, 0, 0, 0).in_tz("Europe/London").unwrap()
    }
}

/// Knows a sentence by a word in it.
struct Words;

impl Understand for Words {
    fn understand(&self, text: &str, _: &Context<'_>) -> Result<Utterance, NluError> {
        let known = [
            ("tea", Intent::GiveFeedback),
            ("person", Intent::HumanHandoff),
            ("order", Intent::OrderStatus),
            ("why", Intent::WhyMessage),
            ("unsubscribe", Intent::OptOut),
            ("undo", Intent::DataUndo),
            ("hello", Intent::Greet),
        ];
        let intent = known.iter().find(|(word, _)| text.contains(word)).map_or(Intent::Thanks, |(_, intent)| *intent);
        Ok(Utterance::given(text, Language::English, intent, Slots::default()))
    }
}

/// Reads "bad" as blame and "good" as praise.
struct Reads;

impl ReadTexts for Reads {
    fn version(&self) -> String {
        "test".to_owned()
    }

    fn read(
        &self,
        texts: &[String],
        _: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, Box<dyn std::error::Error + Send + Sync>> {
        let of = |text: &String| match (text.contains("bad"), text.contains("good")) {
            (true, _) => [0.9, 0.1, 0.0],
            (_, true) => [0.0, 0.1, 0.9],
            _ => [0.1, 0.8, 0.1],
        };
        Ok(texts
            .iter()
            .map(|text| PostReading { vector: vec![0.0; 384], sentiment: of(text), aspects: Vec::new() })
            .collect())
    }
}

/// The company.
pub(super) struct World {
    pub(super) assistant: Assistant,
    pub(super) warehouse: Arc<Warehouse>,
    pub(super) store: Arc<dyn Store>,
    pub(super) folder: tempfile::TempDir,
    desk: Option<PlaceId>,
    url: String,
    count: usize,
}

/// The place where people are answered who ask for a person.
pub(super) fn desk() -> PlaceId {
    PlaceId { platform: Platform::Discord, id: "42".to_owned() }
}

impl World {
    /// One with a store in memory.
    pub(super) fn new(desk: Option<PlaceId>) -> Self {
        Self::over(tempfile::tempdir().unwrap(), "memory:".to_owned(), desk)
    }

    /// One whose store is on the disk.
    pub(super) fn on_disk(desk: Option<PlaceId>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sled:{}", folder.path().join("store").display());
        Self::over(folder, url, desk)
    }

    fn over(folder: tempfile::TempDir, url: String, desk: Option<PlaceId>) -> Self {
        let store = storage::open(&url).unwrap();
        let reader = Some(Arc::new(Reads) as Arc<dyn ReadTexts>);
        let warehouse = Arc::new(Warehouse::open(&folder.path().join("facts"), reader, Weekday::Monday).unwrap());
        let locale = Locale { company: "Leaf & Bean".to_owned(), currency: "EUR".to_owned() };
        let assistant = Assistant::new(
            Arc::new(Words),
            crate::engines::all(),
            Arc::clone(&warehouse),
            Arc::clone(&store),
            Arc::new(Renderer::new(locale).unwrap()),
            Arc::new(OneMorning),
            Settings {
                week_start: Weekday::Monday,
                level: Level::new(80.0).unwrap(),
                memory_turns: 20,
                max_lines: 6,
                people: People::default(),
                desk: desk.clone(),
            },
        );
        assistant.remove_old_uploads();
        Self { assistant, warehouse, store, folder, desk, url, count: 0 }
    }

    /// The same after a restart.
    pub(super) fn restarted(self) -> Self {
        let Self { assistant, warehouse, store, folder, desk, url, count } = self;
        drop((assistant, warehouse, store));
        Self { count, ..Self::over(folder, url, desk) }
    }

    /// Somebody with a role, perhaps a customer.
    pub(super) fn person(&self, name: &str, role: Role, customer: Option<&str>) {
        let id = account(name).profile();
        let profile = Profile {
            role_given: true,
            customer: customer.map(str::to_owned),
            name: Some(name.to_owned()),
            ..Profile::new(id, role)
        };
        self.store.put_profile(&profile).unwrap();
    }

    /// What is kept of somebody.
    pub(super) fn profile(&self, name: &str) -> Option<Profile> {
        self.store.profile(&account(name).profile()).unwrap()
    }

    /// A message, in a private chat unless a place is named.
    pub(super) fn message(&mut self, name: &str, content: Content) -> Message {
        self.count += 1;
        Message {
            id: MessageId(format!("m{}", self.count)),
            from: account(name),
            name: None,
            granted: None,
            conversation: ConversationId(format!("telegram:{name}")),
            branch: None,
            place: Place::Private,
            at: OneMorning.now().timestamp(),
            content,
            language: Some(Language::English),
            reply_to: Address { platform: Platform::Telegram, route: name.to_owned() },
        }
    }

    pub(super) fn hear(&mut self, name: &str, content: Content) -> Vec<Delivery> {
        let message = self.message(name, content);
        self.assistant.handle(&message)
    }

    pub(super) fn say(&mut self, name: &str, text: &str) -> Vec<Delivery> {
        self.hear(name, Content::Text(text.to_owned()))
    }

    pub(super) fn command(&mut self, name: &str, command: Command, words: &str) -> Vec<Delivery> {
        self.hear(name, Content::Command { command, words: words.to_owned() })
    }

    /// A file that arrived on this machine.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> SentFile {
        let path = self.folder.path().join("fetched").join(format!("{}-{name}", self.count));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        SentFile { name: name.to_owned(), bytes: bytes.len() as u64, at: FileAt::Disk(path) }
    }

    pub(super) fn send(&mut self, name: &str, file: &str, bytes: &[u8]) -> Vec<Delivery> {
        let file = self.file(file, bytes);
        self.hear(name, Content::File { file, text: String::new() })
    }

    /// Presses a button by its label.
    pub(super) fn press(&mut self, name: &str, under: &Delivery, label: &str) -> Vec<Delivery> {
        self.fill(name, under, label, None)
    }

    /// Presses a button and fills in its form.
    pub(super) fn fill(&mut self, name: &str, under: &Delivery, label: &str, written: Option<&str>) -> Vec<Delivery> {
        let labels: Vec<&str> = under.reply.buttons.iter().map(|button| button.label.as_str()).collect();
        let offer = labels.iter().position(|found| found.contains(label));
        let offer = offer.unwrap_or_else(|| panic!("no button {label:?} among {labels:?}"));
        self.hear(name, Content::Choice { turn: under.turn.clone(), offer, written: written.map(str::to_owned) })
    }
}

pub(super) fn account(name: &str) -> UserId {
    UserId { platform: Platform::Telegram, id: name.to_owned() }
}

/// The words of the first delivery, without what only splits links.
pub(super) fn words(deliveries: &[Delivery]) -> String {
    deliveries.first().map(|delivery| delivery.reply.words().replace('\u{200b}', "")).unwrap_or_default()
}

/// The start of a time that is long past.
pub(super) fn long_ago() -> Timestamp {
    OneMorning.now().timestamp().checked_sub(jiff::SignedDuration::from_hours(48)).unwrap()
}

pub(super) fn product(id: &str, name: &str) -> Product {
    Product {
        product_id: id.to_owned(),
        name: name.to_owned(),
        category: None,
        price: Some(10.0),
        cost: None,
        description: None,
    }
}

pub(super) fn order(id: &str, customer: &str, quantity: f64) -> Order {
    Order {
        order_id: id.to_owned(),
        line: 1,
        customer_id: Some(customer.to_owned()),
        product_id: "P1".to_owned(),
        quantity,
        unit_price: 10.0,
        ordered_at: date(2026, 10, 5).at(12, 0, 0, 0),
        channel: Some("web".to_owned()),
        region: Some("North".to_owned()),
    }
}
