//! What a test may choose when it starts the emulator. Defaults are Telegram's own; no behaviour.

use std::time::Duration;

use super::clock::Clock;

/// How the emulated platform and the emulated bot are set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The bot's token; the part before the colon is the bot's user id.
    pub token: String,
    /// The bot's username, without `@`.
    pub username: String,
    /// The bot's first name.
    pub first_name: String,
    /// What `getMe` says of privacy mode (`can_read_all_group_messages`); each group has its own
    /// [`Privacy`](super::Privacy).
    pub reads_all_group_messages: bool,
    /// Time for limits, expiry and retries.
    pub clock: Clock,
    /// Flood limits.
    pub limits: Limits,
    /// How long a pressed button waits for its answer. The documentation gives no number; reports in public issue
    /// trackers put it between 10 and 20 seconds.
    pub callback_lifetime: Duration,
    /// Which webhook addresses are taken.
    pub webhooks: WebhookPolicy,
    /// How long [`Emulator::wait_for`](super::Emulator::wait_for) waits, in real time.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: "700000001:AAEmulatedTokenForTestsOnly_0123456".to_owned(),
            username: "herald_test_bot".to_owned(),
            first_name: "Herald".to_owned(),
            reads_all_group_messages: false,
            clock: Clock::real(),
            limits: Limits::default(),
            callback_lifetime: Duration::from_secs(15),
            webhooks: WebhookPolicy::Local,
            patience: Duration::from_secs(10),
        }
    }
}

/// Which webhook addresses `setWebhook` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookPolicy {
    /// As a local Bot API server: plain HTTP, any address, any port (core.telegram.org/bots/api#using-a-local-bot-api-server).
    Local,
    /// As api.telegram.org: HTTPS on port 443, 80, 88 or 8443. Nothing is delivered, because loopback has no TLS here.
    Public,
}

/// Flood limits, after core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Whether they are enforced at all.
    pub enforced: bool,
    /// Messages that one chat takes at once before the pace of one a second counts. The FAQ speaks of "short bursts"
    /// without a number.
    pub chat_burst: u32,
    /// Messages a second in one chat, on average.
    pub chat_per_second: f64,
    /// Messages a minute in one group.
    pub group_per_minute: usize,
    /// Messages a second over all chats.
    pub overall_per_second: usize,
}

impl Limits {
    /// No flood limits, for tests about something else that post a lot.
    pub fn none() -> Self {
        Self { enforced: false, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { enforced: true, chat_burst: 5, chat_per_second: 1.0, group_per_minute: 20, overall_per_second: 30 }
    }
}
