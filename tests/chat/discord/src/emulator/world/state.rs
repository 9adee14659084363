//! The emulated world behind one lock, with the generation of ids. The protocols change it; tests read it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::super::clock::Instant;
use super::super::gateway::{Connection, GatewaySwitches, Session};
use super::super::ids::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use super::super::options::Options;
use super::super::rest::{Buckets, FaultPlan};
use super::{
    Action, Channel, CommandRecord, Delivery, File, Guild, Interaction, Message, RequestRecord, Rule, User, Violation,
};

/// Discord's epoch, the first second of 2015, in milliseconds («Snowflakes»).
const EPOCH_MS: u128 = 1_420_070_400_000;

/// The state with a signal for those who wait for a change.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Mutex::new(state), changes: watch::channel(0).0 }
    }

    /// Changes the state and wakes those who wait.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changes.send_modify(|count| *count += 1);
        result
    }

    /// Reads the state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock())
    }

    /// A signal that is given after each change from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A test that panicked while it held the lock must not hide its own message behind a poisoned lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that the emulator knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    /// Host and port, as URLs name them.
    pub(crate) origin: String,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) guilds: BTreeMap<GuildId, Guild>,
    pub(crate) channels: BTreeMap<ChannelId, Channel>,
    pub(crate) messages: BTreeMap<MessageId, Message>,
    pub(crate) commands: Vec<CommandRecord>,
    pub(crate) interactions: BTreeMap<InteractionId, Interaction>,
    /// Files that people gave as options of commands.
    pub(crate) option_files: Vec<File>,
    pub(crate) sessions: BTreeMap<String, Session>,
    pub(crate) connections: BTreeMap<u64, Connection>,
    pub(crate) switches: GatewaySwitches,
    pub(crate) faults: FaultPlan,
    pub(crate) buckets: Buckets,
    pub(crate) violations: Vec<Violation>,
    pub(crate) requests: Vec<RequestRecord>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) gateway_log: super::GatewayLog,
    /// Nonces of messages that asked for `enforce_nonce`, newest last.
    pub(crate) nonces: VecDeque<(Instant, ChannelId, serde_json::Value, MessageId)>,
    generated: u64,
}

impl State {
    pub(crate) fn new(options: Options, origin: String) -> Self {
        let bot = User {
            id: UserId(options.application.get()),
            name: options.bot_name.clone(),
            bot: true,
            blocks_dms: false,
            locale: "en-US".to_owned(),
        };
        Self {
            options,
            origin,
            users: BTreeMap::from([(bot.id, bot)]),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            commands: Vec::new(),
            interactions: BTreeMap::new(),
            option_files: Vec::new(),
            sessions: BTreeMap::new(),
            connections: BTreeMap::new(),
            switches: GatewaySwitches::default(),
            faults: FaultPlan::default(),
            buckets: Buckets::default(),
            violations: Vec::new(),
            requests: Vec::new(),
            deliveries: Vec::new(),
            gateway_log: super::GatewayLog::default(),
            nonces: VecDeque::new(),
            generated: 0,
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.options.clock.now()
    }

    pub(crate) fn bot(&self) -> UserId {
        UserId(self.options.application.get())
    }

    /// The next id. Ids grow even while the clock stands still, because clients sort by them.
    pub(crate) fn next_id<T: From<u64>>(&mut self) -> T {
        self.generated += 1;
        let since_epoch_ms = self.now().as_millis().saturating_sub(EPOCH_MS);
        let shifted = u64::try_from(since_epoch_ms << 22).unwrap_or(u64::MAX);
        T::from(shifted + self.generated)
    }

    pub(crate) fn violate(&mut self, rule: Rule) {
        let at = self.now();
        self.violations.push(Violation { at, rule });
    }

    pub(crate) fn deliver(&mut self, action: Action) {
        let at = self.now();
        self.deliveries.push(Delivery { at, action });
    }

    /// The bot's own guild of a channel, if it is in one.
    pub(crate) fn guild_of(&self, channel: ChannelId) -> Option<&Guild> {
        self.guilds.get(&self.channels.get(&channel)?.guild?)
    }

    /// Messages of a channel that still exist, oldest first.
    pub(crate) fn messages_in(&self, channel: ChannelId) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values().filter(move |message| message.channel == channel && !message.deleted)
    }
}
