//! A company with one order a day, an understanding that knows a few words, and a clock that is set by hand.

use std::sync::{Arc, Mutex};

use herald::assistant::{Assistant, People, Posting, Settings};
use herald::domain::{
    Answer, Clock, Confidence, Content, Coverage, Delivery, Digest, Facts, Intent, Language, Level, Message, Need,
    Order, Phrase, Place, PlaceId, Platform, Profile, Question, Ranked, Reply, Role, Slots, UserId, Utterance,
};
use herald::engines::{Engine, EngineError};
use herald::facts::Warehouse;
use herald::nlu::{Context, NluError, Understand};
use herald::render::{Locale, Renderer};
use herald::schedule::Schedule;
use herald::storage::{self, Store};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, Zoned};

/// A clock that stands still until it is set.
pub(super) struct ManualClock(Mutex<Zoned>);

impl ManualClock {
    pub(super) fn at(moment: &str, zone: &str) -> Arc<Self> {
        let moment: Timestamp = moment.parse().unwrap();
        Arc::new(Self(Mutex::new(moment.in_tz(zone).unwrap())))
    }

    pub(super) fn set(&self, moment: &str) {
        self.set_to(moment.parse().unwrap());
    }

    pub(super) fn set_to(&self, moment: Timestamp) {
        let mut now = self.0.lock().unwrap();
        *now = moment.to_zoned(now.time_zone().clone());
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Zoned {
        self.0.lock().unwrap().clone()
    }
}

/// Knows figures, what is unusual, and customers; everything else is not understood.
struct Words;

impl Understand for Words {
    fn understand(&self, text: &str, _context: &Context<'_>) -> Result<Utterance, NluError> {
        let lower = text.to_lowercase();
        let given = |intent| Utterance::given(text, Language::English, intent, Slots::default());
        Ok(if lower.contains("every") {
            given(Intent::DigestCreate)
        } else if lower.contains("churn") {
            given(Intent::ChurnRisk)
        } else if lower.contains("tell me when") {
            given(Intent::AlertCreate)
        } else if lower.contains("alert") {
            given(Intent::AlertManage)
        } else if lower.contains("digest") {
            given(Intent::DigestManage)
        } else if lower.starts_with("revenue") || lower.starts_with("orders") {
            given(Intent::MetricReport)
        } else {
            let ranking = vec![Ranked { intent: Intent::Help, confidence: Confidence::clamped(0.2) }];
            Utterance { sure: false, ranking, ..given(Intent::Help) }
        })
    }
}

/// Answers without looking at facts.
struct Plain;

impl Engine for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn intents(&self) -> &'static [Intent] {
        &[Intent::MetricReport, Intent::ChurnRisk]
    }

    fn needs(&self, _question: &Question, _coverage: &Coverage) -> Vec<Need> {
        Vec::new()
    }

    fn answer(&self, question: &Question, _facts: &Facts) -> Result<Answer, EngineError> {
        Ok(Answer::new(Phrase::new("schedule.quoted").with("text", format!("{} answered", question.intent))))
    }
}

/// Whoever may post where.
pub(super) struct Rights(pub(super) Mutex<Vec<String>>);

impl Posting for Rights {
    fn may_post(&self, _user: &UserId, place: &PlaceId) -> Option<bool> {
        Some(self.0.lock().unwrap().contains(&place.to_string()))
    }
}

pub(super) struct World {
    pub(super) assistant: Arc<Assistant>,
    pub(super) schedule: Schedule,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<dyn Store>,
    pub(super) warehouse: Arc<Warehouse>,
    pub(super) rights: Arc<Rights>,
    messages: Mutex<usize>,
    _folder: tempfile::TempDir,
}

impl World {
    /// A world whose figures are computed, or answered without a look.
    pub(super) fn new(store: Arc<dyn Store>, clock: Arc<ManualClock>, is_computed: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Arc::new(Warehouse::open(&folder.path().join("facts"), None, Weekday::Monday).unwrap());
        let renderer = Renderer::new(Locale { company: "Test".to_owned(), currency: "EUR".to_owned() }).unwrap();
        let engines = if is_computed { herald::engines::all() } else { vec![Box::new(Plain) as Box<dyn Engine>] };
        let assistant = Arc::new(Assistant::new(
            Arc::new(Words),
            engines,
            Arc::clone(&warehouse),
            Arc::clone(&store),
            Arc::new(renderer),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Settings {
                week_start: Weekday::Monday,
                level: Level::DEFAULT,
                memory_turns: 5,
                max_lines: 6,
                people: People::default(),
                desk: None,
            },
        ));
        let rights = Arc::new(Rights(Mutex::new(vec![team().to_string()])));
        assistant.set_posting(Arc::clone(&rights) as Arc<dyn Posting>);
        let schedule = Schedule::new(Arc::clone(&assistant), Arc::clone(&store), Arc::clone(&clock) as Arc<dyn Clock>);
        let messages = Mutex::new(0);
        Self { assistant, schedule, clock, store, warehouse, rights, messages, _folder: folder }
    }

    /// A world in memory.
    pub(super) fn simple(moment: &str, zone: &str) -> Self {
        Self::new(storage::open("memory:").unwrap(), ManualClock::at(moment, zone), false)
    }

    /// One order on each of these days, worth so much.
    pub(super) fn orders(&self, first: Date, values: &[f64]) {
        let orders: Vec<Order> = values
            .iter()
            .enumerate()
            .map(|(day, value)| Order {
                order_id: format!("o-{first}-{day}"),
                line: 1,
                customer_id: Some("C-1".to_owned()),
                product_id: "P-1".to_owned(),
                quantity: 1.0,
                unit_price: *value,
                ordered_at: first.saturating_add(i64::try_from(day).unwrap().days()).at(12, 0, 0, 0),
                channel: Some("web".to_owned()),
                region: None,
            })
            .collect();
        self.warehouse.write_orders(&orders, "test").unwrap();
    }

    /// Somebody becomes what an owner said.
    pub(super) fn role(&self, user: &str, role: Role) {
        let profile = Profile { role_given: true, ..Profile::new(account(user).profile(), role) };
        self.store.put_profile(&profile).unwrap();
    }

    /// Somebody writes in private, or in the team's channel, whose viewers have a role.
    pub(super) fn say(&self, user: &str, viewers: Option<Role>, content: Content) -> Vec<Delivery> {
        let number = {
            let mut messages = self.messages.lock().unwrap();
            *messages += 1;
            *messages
        };
        let mut message =
            Message::typed(&format!("m{number}"), user, user, self.clock.now().timestamp(), String::new());
        message.from = account(user);
        message.reply_to = herald::domain::Address { platform: Platform::Discord, route: number.to_string() };
        message.content = content;
        if let Some(role) = viewers {
            message.place = Place::Shared { id: team(), viewers: Some(role) };
            message.conversation = herald::domain::ConversationId("discord:team".to_owned());
        }
        let deliveries = self.assistant.handle(&message);
        // What was answered has arrived; only what the clock sends stays.
        for delivery in &deliveries {
            self.store.apply(&[storage::Change::remove::<Delivery>(&delivery.id)]).unwrap();
        }
        deliveries
    }

    /// The reply to words in private.
    pub(super) fn ask(&self, user: &str, text: &str) -> Reply {
        self.say(user, None, Content::Text(text.to_owned())).remove(0).reply
    }

    pub(super) fn digests(&self) -> Vec<Digest> {
        storage::all(&*self.store).unwrap()
    }

    /// What waits to be sent.
    pub(super) fn outbox(&self) -> Vec<Delivery> {
        storage::all(&*self.store).unwrap()
    }
}

pub(super) fn account(user: &str) -> UserId {
    UserId { platform: Platform::Discord, id: user.to_owned() }
}

pub(super) fn team() -> PlaceId {
    PlaceId { platform: Platform::Discord, id: "42".to_owned() }
}
