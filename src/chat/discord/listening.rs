//! Events as they come: what is known of servers is kept up to date, what people want is handed on, and what Discord
//! wants answered within seconds is answered here.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use serenity::all::{
    ActionRowComponent, ButtonKind, CommandInteraction, ComponentInteraction, Event, Interaction, RoleId,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;
use tokio::time::Instant;

use super::gateway::Signal;
use super::reading::Reader;
use super::registration::register;
use super::rest::Call;
use super::route::Pressed;
use super::text::shortened;
use super::{Shared, lock};
use crate::chat::{ChatError, OptionKind};
use crate::domain::{Delivery, Form, Message, Place, Role};

/// «Modal»: titles and labels have 45 characters, what stands in an input 4000.
const TITLE: usize = 45;
const WRITTEN: usize = 4_000;
/// «Autocomplete»: 25 choices of 100 characters.
const CHOICES: usize = 25;
const CHOICE: usize = 100;
/// How many forms are remembered; of older ones the button's own words are the title.
const FORMS: usize = 1_000;
/// How long what a person's server roles grant counts in a conversation alone, and how long it may take to find out.
const GRANTED: Duration = Duration::from_secs(5 * 60);
const FINDING_OUT: Duration = Duration::from_secs(2);

/// The forms of buttons, by the buttons' ids, oldest first.
pub(super) type Forms = VecDeque<(String, Form)>;

/// Handles what comes until the end is asked for or nothing more can come.
pub(super) async fn listen(
    shared: Arc<Shared>,
    mut signals: UnboundedReceiver<Signal>,
    messages: UnboundedSender<Result<Message, ChatError>>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let signal = tokio::select! {
            signal = signals.recv() => signal,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let handed_on = match signal {
            None => return,
            Some(Signal::Ended(error)) => {
                // Nobody who waits no more needs to hear it.
                let _ = messages.send(Err(error));
                return;
            }
            Some(Signal::Event(event)) => shared.handle(*event).await,
        };
        if let Some(message) = handed_on
            && messages.send(Ok(message)).is_err()
        {
            return;
        }
    }
}

impl Shared {
    /// Handles one event; a message where it holds one for Herald.
    async fn handle(self: &Arc<Self>, event: Event) -> Option<Message> {
        let me = self.me();
        lock(&self.guilds).take(&event, me);
        match event {
            Event::Ready(event) => {
                self.me.store(event.ready.user.id.get(), Ordering::Release);
                let application = event.ready.application.id.get();
                if !self.registered.swap(true, Ordering::AcqRel) {
                    let shared = Arc::clone(self);
                    tokio::spawn(async move { register(&shared.rest, application, &shared.commands).await });
                }
                None
            }
            Event::MessageCreate(event) if event.message.author.id.get() == me => {
                lock(&self.guilds).join(event.message.channel_id.get());
                None
            }
            Event::MessageCreate(event) => {
                let message = self.read(|reader| reader.written(&event.message))?;
                Some(self.with_granted(self.branching(message)).await)
            }
            Event::InteractionCreate(event) => {
                let message = self.interaction(event.interaction)?;
                Some(self.with_granted(message).await)
            }
            _ => None,
        }
    }

    fn interaction(self: &Arc<Self>, interaction: Interaction) -> Option<Message> {
        match interaction {
            Interaction::Autocomplete(typing) => {
                tokio::spawn(Arc::clone(self).complete(typing));
                None
            }
            Interaction::Component(used)
                if matches!(Pressed::read(&used.data.custom_id), Some(Pressed::Offer { asks: true, .. })) =>
            {
                tokio::spawn(Arc::clone(self).ask(used));
                None
            }
            Interaction::Component(used) => {
                let message = self.read(|reader| reader.pressed(&used));
                self.open(used.id.get());
                message
            }
            Interaction::Command(used) => {
                let message = self.read(|reader| reader.commanded(&used));
                self.open(used.id.get());
                message
            }
            Interaction::Modal(used) => {
                let message = self.read(|reader| reader.filled_in(&used));
                self.open(used.id.get());
                message
            }
            _ => None,
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> T) -> T {
        let guilds = lock(&self.guilds);
        read(&Reader {
            me: self.me(),
            commands: &self.commands,
            roles: &self.roles,
            members: self.members,
            message_content: self.message_content,
            guilds: &guilds,
            directory: &*self.directory,
            now: Timestamp::now(),
        })
    }

    /// In a conversation alone Discord does not say which roles a person has on servers: they are asked for.
    async fn with_granted(&self, mut message: Message) -> Message {
        if message.place == Place::Private && !self.roles.is_empty() {
            message.granted = self.granted_to(&message.from.id).await;
        }
        message
    }

    async fn granted_to(&self, user: &str) -> Option<Role> {
        let known = lock(&self.granted).get(user).copied();
        if let Some((at, granted)) = known
            && at.elapsed() < GRANTED
        {
            return granted;
        }
        let guilds = lock(&self.guilds).ids();
        let asked = guilds.into_iter().map(|guild| async move {
            let call = Call::new(Method::GET, "guilds/{}/members/{}", &[&guild.to_string(), user]);
            match self.rest.call(call).await {
                Ok(member) => Ok(Some((guild, member))),
                Err(error) if error.is_missing() => Ok(None),
                Err(error) => Err(error),
            }
        });
        let answers = tokio::time::timeout(FINDING_OUT, join_all(asked)).await;
        let Ok(Ok(members)) = answers.map(|answers| answers.into_iter().collect::<Result<Vec<_>, _>>()) else {
            tracing::warn!("the server roles of somebody who writes in private cannot be found out");
            return known.and_then(|(_, granted)| granted);
        };
        let roles_of = |member: &Value| -> Vec<RoleId> {
            let ids = member["roles"].as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok());
            ids.collect()
        };
        let guilds = lock(&self.guilds);
        let granted = members
            .iter()
            .flatten()
            .filter_map(|(guild, member)| guilds.granted(*guild, &roles_of(member), &self.roles))
            .max();
        lock(&self.granted).insert(user.to_owned(), (Instant::now(), granted));
        granted
    }

    /// Suggests what an option that is being typed may be.
    async fn complete(self: Arc<Self>, typing: CommandInteraction) {
        let Some(option) = typing.data.autocomplete() else { return };
        let spec = self.commands.iter().find(|spec| spec.name == typing.data.name);
        let kind =
            spec.and_then(|spec| spec.options.iter().find(|known| known.name == option.name)).map(|known| known.kind);
        let names = match kind {
            Some(OptionKind::Name(slot)) => {
                let (directory, text) = (Arc::clone(&self.directory), option.value.to_owned());
                // Names may be looked up where that takes a while.
                tokio::task::spawn_blocking(move || directory.complete(slot, &text)).await.unwrap_or_default()
            }
            Some(OptionKind::Text | OptionKind::File | OptionKind::Role | OptionKind::PlaceOrAccount) | None => {
                Vec::new()
            }
        };
        let fits = |name: &&String| !name.is_empty() && name.chars().count() <= CHOICE;
        let choices: Vec<Value> =
            names.iter().filter(fits).take(CHOICES).map(|name| json!({ "name": name, "value": name })).collect();
        let body = json!({ "type": 8, "data": { "choices": choices } });
        if let Err(error) = self.respond(typing.id.get(), &typing.token, body).await {
            tracing::debug!(%error, "suggestions came too late");
        }
    }

    /// Opens the form of a button.
    async fn ask(self: Arc<Self>, used: ComponentInteraction) {
        let custom_id = &used.data.custom_id;
        let known = lock(&self.forms).iter().find(|(id, _)| id == custom_id).map(|(_, form)| form.clone());
        let form = known.unwrap_or_else(|| Form { title: label(&used).unwrap_or_default(), value: String::new() });
        let title = shortened(form.title.trim(), TITLE);
        // A title cannot be empty.
        let title = if title.is_empty() { "…".to_owned() } else { title };
        let mut input = json!({
            "type": 4, "custom_id": "written", "style": 2, "label": title, "required": true, "max_length": WRITTEN,
        });
        if !form.value.is_empty() {
            input["value"] = json!(shortened(&form.value, WRITTEN));
        }
        let data =
            json!({ "custom_id": custom_id, "title": title, "components": [{ "type": 1, "components": [input] }] });
        if let Err(error) = self.respond(used.id.get(), &used.token, json!({ "type": 9, "data": data })).await {
            tracing::warn!(%error, "a form could not be opened");
        }
    }

    /// Remembers the forms of a reply's buttons.
    pub(super) fn remember_forms(&self, delivery: &Delivery) {
        let mut forms = lock(&self.forms);
        for (offer, button) in delivery.reply.buttons.iter().enumerate() {
            let id = Pressed::Offer { turn: delivery.turn.clone(), offer, asks: true }.custom_id();
            if let (Some(id), Some(form)) = (id, &button.form) {
                forms.retain(|(other, _)| *other != id);
                forms.push_back((id, form.clone()));
            }
        }
        while forms.len() > FORMS {
            forms.pop_front();
        }
    }
}

/// What the pressed button says.
fn label(used: &ComponentInteraction) -> Option<String> {
    let mut buttons = used.message.components.iter().flat_map(|row| &row.components);
    buttons.find_map(|component| match component {
        ActionRowComponent::Button(button) => match &button.data {
            ButtonKind::NonLink { custom_id, .. } if *custom_id == used.data.custom_id => button.label.clone(),
            _ => None,
        },
        _ => None,
    })
}
