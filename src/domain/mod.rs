//! The nouns of Herald. No input or output, no async, no tensors; every other folder depends on this one and it
//! depends on none.

mod intent;
mod metric;
mod period;
mod number;
mod clock;
mod role;
mod slots;
mod utterance;
mod command;
mod message;
mod question;
mod plan;
mod records;
mod catalog;
mod facts;
mod phrase;
mod answer;
mod reply;
mod delivery;
mod act;
mod conversation;
mod profile;
mod identity;
mod handoff;
mod relabel;
mod recurrence;
mod schedule;

pub use act::{Act, ImportStep, Wish};
pub use answer::{Action, Answer, Chart, ChartKind, Evidence, Finding, LinePoint, Marker, Table};
pub use catalog::Catalog;
pub use clock::Clock;
pub use command::Command;
pub use conversation::{Conversation, ConversationId, Offer, Pending, Turn};
pub use delivery::{Delivery, Destination, Progress};
pub use facts::{Coverage, Facts, FactsError, Posts, Purchases, TableCoverage};
pub use handoff::{Handoff, OpenHandoff};
pub use identity::{CustomerCode, Identity, LinkCode};
pub use intent::{Intent, UnknownIntent};
pub use message::{Address, Branch, Content, FileAt, Message, MessageId, Place, PlaceId, Platform, SentFile, UserId};
pub use metric::{Metric, Unit, UnknownMetric};
pub use number::{Confidence, Level, OutOfRange};
pub use period::{Bucket, DateRange, EmptyRange, Horizon, HorizonUnit};
pub use phrase::{Arg, Phrase};
pub use plan::{Dimension, Filter, Frame, FrameRow, MeasurePlan, Need, PostFilter, TableName, UnknownName};
pub use profile::{Profile, ProfileId, Topic};
pub use question::Question;
pub use records::{
    AdResult, AspectReading, CampaignSend, Interaction, InteractionKind, Order, Post, PostReading, Product, Sentiment,
};
pub use recurrence::{MonthDay, Pattern, Recurrence, Weekdays};
pub use relabel::Relabel;
pub use reply::{Attachment, Button, ButtonStyle, Form, Reply};
pub use role::Role;
pub use schedule::{Alert, Condition, Digest, Errand, Pause, ScheduleAction, Span, Standing, Trigger, Watch};
pub use slots::{Aspect, Format, Resolved, SlotKind, Slots};
pub use utterance::{Language, Ranked, Utterance};
