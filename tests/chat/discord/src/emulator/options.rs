//! What a test chooses before the emulator starts. The world itself is built afterwards, through `Emulator`.

use std::time::Duration;

use super::clock::Clock;
use super::gateway::intents;
use super::ids::ApplicationId;

/// The settings of one emulator.
#[derive(Clone, Debug)]
pub struct Options {
    /// The bot token that REST and the gateway accept.
    pub token: String,
    /// The application, whose bot user has the same id.
    pub application: ApplicationId,
    /// The bot's user name.
    pub bot_name: String,
    /// The privileged intents that the developer portal has switched on, as bits; asking for another closes with 4014.
    pub privileged_intents: u64,
    /// The interval that Hello announces. Discord's is about 41 s.
    pub heartbeat_interval: Duration,
    /// The fewest shards that the gateway accepts; more than one makes a single connection close with 4011.
    pub shards: u64,
    /// Whether payloads are compressed with zlib for a client that asks for it in Identify, as Discord does.
    pub compress: bool,
    /// The time that expiries and windows are counted in.
    pub clock: Clock,
    /// The windows of the REST routes.
    pub rate_limits: RateLimits,
    /// The largest file, in bytes. The documentation's default is 20 MiB («Uploading Files»).
    pub file_limit_bytes: usize,
    /// The largest request, in bytes. The documentation's figure is 25 MiB («Create Message»).
    pub request_limit_bytes: usize,
    /// How long `wait_for` waits, in real time.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: "MTAwMDAwMDAwMDAwMDAwMDAwMQ.G00d00.an_emulated_token_of_the_usual_length".to_owned(),
            application: ApplicationId(1_000_000_000_000_000_001),
            bot_name: "Herald".to_owned(),
            privileged_intents: intents::MESSAGE_CONTENT,
            heartbeat_interval: Duration::from_millis(41_250),
            shards: 1,
            compress: true,
            clock: Clock::real(),
            rate_limits: RateLimits::default(),
            file_limit_bytes: 20 * 1024 * 1024,
            request_limit_bytes: 25 * 1024 * 1024,
            patience: Duration::from_secs(10),
        }
    }
}

/// How many requests each route takes in its window.
///
/// Discord publishes no table and tells clients to read the headers; the defaults are what its headers were seen to
/// say for messages (5 in 5 s for each channel) and the documented 50 a second for a bot as a whole.
#[derive(Clone, Debug)]
pub struct RateLimits {
    /// Requests to one route of one channel, guild or webhook in one window.
    pub per_route: u32,
    /// The window of a route.
    pub window: Duration,
    /// Requests of the bot to all routes in one second; interaction endpoints do not count.
    pub global_per_second: u32,
}

impl RateLimits {
    /// Limits that no test reaches, for tests that are about something else.
    #[must_use]
    pub fn generous() -> Self {
        Self { per_route: 10_000, window: Duration::from_secs(1), global_per_second: 100_000 }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { per_route: 5, window: Duration::from_secs(5), global_per_second: 50 }
    }
}
