//! A strict emulator of the Telegram Bot API for tests: the platform's rules, over loopback. Knows nothing of Herald.
//!
//! A real client is pointed at [`Emulator::url`] with [`Emulator::token`]; the test plays the people with
//! [`Emulator::says`], [`Emulator::presses`] and their like, waits with [`Emulator::wait_for`], and ends with
//! [`Emulator::violations`] being empty.
//!
//! ```text
//! let emulator = Emulator::start(Options::default()).await?;
//! let bot = Bot::new(emulator.token()).set_api_url(emulator.url().parse()?);   // … and the bot under test runs
//! emulator.listening().await?;
//! let ann = emulator.user("Ann");
//! let chat = emulator.private_chat(ann);
//! let asked = emulator.says(chat, ann, "how were sales in May?");
//! let answer = emulator.answer(chat, asked).await?;
//! emulator.presses(chat, answer.id, "Show chart", ann);
//! emulator.wait_for(|state| state.posted(chat).into_iter().find(|message| message.file().is_some()).cloned()).await?;
//! assert_eq!(emulator.violations(), []);
//! ```
//!
//! Texts of errors and numbers come from three public sources, named where they are used: the Bot API's documentation
//! (core.telegram.org/bots/api, /bots/faq, /bots/features), the source of the Bot API server (tdlib/telegram-bot-api)
//! and of the library below it (tdlib/td). Where none of them gives a number, the doc comment says so.
//!
//! Reading order: `state/` is what Telegram knows, `text/` is how it reads marked-up text, `api/` holds one file for
//! each group of methods, `delivery/` is how updates reach the bot, `testing/` is the side that a test holds.

mod clock;
mod options;
mod refusal;
mod params;
mod text;
mod state;
mod api;
mod delivery;
mod faults;
mod gate;
mod server;
mod testing;

pub use clock::Clock;
pub use delivery::updates::Disorder;
pub use delivery::webhook::Webhook;
pub use faults::{Fault, Faults};
pub use options::{Limits, Options, WebhookPolicy};
pub use refusal::{Breach, Refusal, Violation};
pub use state::action::{CallbackAnswer, CallbackId, ChatAction, Pressed, Request};
pub use state::chat::{Chat, ChatId, ChatKind, Membership, Privacy};
pub use state::command::{Command, MenuButton, Scope};
pub use state::file::{FileId, StoredFile};
pub use state::keyboard::{Button, ButtonAction, ReplyMarkup};
pub use state::message::{Content, LinkPreview, Message, MessageId, Revision, Service};
pub use state::user::{User, UserId};
pub use testing::emulator::{Emulator, StartError, TimedOut};
pub use testing::view::State;
pub use text::entity::{Entity, EntityKind, FormattedText};
