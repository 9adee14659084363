//! Which function serves which endpoint. Whether a request gets this far is decided in `server`.

use super::super::world::State;
use super::answer::Answer;
use super::body::Body;
use super::refusal::Refusal;
use super::route::{Endpoint, Params};
use super::{account, channels, commands, guilds, interactions, messages, threads, webhooks};

/// A request that has come as far as its endpoint.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) params: Params,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
}

impl Call {
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// Serves one request.
pub(super) fn dispatch(state: &mut State, endpoint: Endpoint, call: &Call) -> Result<Answer, Refusal> {
    match endpoint {
        Endpoint::GetGateway => account::gateway(state),
        Endpoint::GetGatewayBot => account::gateway_bot(state),
        Endpoint::GetCurrentUser => account::me(state),
        Endpoint::GetCurrentUserGuilds => account::my_guilds(state),
        Endpoint::CreateDm => account::create_dm(state, call),
        Endpoint::GetUser => account::user(state, call),
        Endpoint::GetCurrentApplication | Endpoint::GetCurrentBotApplication => account::application(state),
        Endpoint::GetChannel => channels::show(state, call),
        Endpoint::ModifyChannel => threads::modify(state, call),
        Endpoint::TriggerTyping => channels::typing(state, call),
        Endpoint::GetMessages => messages::list(state, call),
        Endpoint::CreateMessage => messages::create(state, call),
        Endpoint::GetMessage => messages::show(state, call),
        Endpoint::EditMessage => messages::edit(state, call),
        Endpoint::DeleteMessage => messages::delete(state, call),
        Endpoint::CreateReaction => messages::react(state, call),
        Endpoint::DeleteOwnReaction => messages::unreact(state, call),
        Endpoint::StartThreadFromMessage => threads::start_from_message(state, call),
        Endpoint::StartThread => threads::start(state, call),
        Endpoint::JoinThread => threads::join(state, call),
        Endpoint::GetGuild => guilds::show(state, call),
        Endpoint::GetGuildChannels => guilds::channels(state, call),
        Endpoint::GetActiveThreads => guilds::active_threads(state, call),
        Endpoint::GetGuildRoles => guilds::roles(state, call),
        Endpoint::ListGuildMembers => guilds::members(state, call),
        Endpoint::GetGuildMember => guilds::member(state, call),
        Endpoint::GetGlobalCommands | Endpoint::GetGuildCommands => commands::list(state, call),
        Endpoint::OverwriteGlobalCommands | Endpoint::OverwriteGuildCommands => commands::overwrite(state, call),
        Endpoint::CreateGlobalCommand | Endpoint::CreateGuildCommand => commands::create(state, call),
        Endpoint::GetGlobalCommand | Endpoint::GetGuildCommand => commands::show(state, call),
        Endpoint::EditGlobalCommand | Endpoint::EditGuildCommand => commands::edit(state, call),
        Endpoint::DeleteGlobalCommand | Endpoint::DeleteGuildCommand => commands::delete(state, call),
        Endpoint::CreateInteractionResponse => interactions::respond(state, call),
        Endpoint::CreateFollowUp => webhooks::follow_up(state, call),
        Endpoint::GetWebhookMessage => webhooks::show(state, call),
        Endpoint::EditWebhookMessage => webhooks::edit(state, call),
        Endpoint::DeleteWebhookMessage => webhooks::delete(state, call),
    }
}
