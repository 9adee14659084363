//! The registry of routes: method, template and what the endpoint is called. What they do is in their own files.

use std::str::FromStr;

use super::super::rules::Form;
use super::refusal::Refusal;

macro_rules! endpoints {
    ($($name:ident, $method:literal, $template:literal;)+) => {
        /// The endpoints that are emulated, named as the documentation names them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are the documentation's own")]
        pub enum Endpoint { $($name),+ }

        const ROUTES: &[(Endpoint, &str, &str)] = &[$((Endpoint::$name, $method, $template)),+];
    };
}

endpoints! {
    GetGateway, "GET", "gateway";
    GetGatewayBot, "GET", "gateway/bot";
    GetCurrentUser, "GET", "users/@me";
    GetCurrentUserGuilds, "GET", "users/@me/guilds";
    CreateDm, "POST", "users/@me/channels";
    GetUser, "GET", "users/{user}";
    GetCurrentApplication, "GET", "applications/@me";
    GetCurrentBotApplication, "GET", "oauth2/applications/@me";
    GetChannel, "GET", "channels/{channel}";
    ModifyChannel, "PATCH", "channels/{channel}";
    TriggerTyping, "POST", "channels/{channel}/typing";
    GetMessages, "GET", "channels/{channel}/messages";
    CreateMessage, "POST", "channels/{channel}/messages";
    GetMessage, "GET", "channels/{channel}/messages/{message}";
    EditMessage, "PATCH", "channels/{channel}/messages/{message}";
    DeleteMessage, "DELETE", "channels/{channel}/messages/{message}";
    CreateReaction, "PUT", "channels/{channel}/messages/{message}/reactions/{emoji}/@me";
    DeleteOwnReaction, "DELETE", "channels/{channel}/messages/{message}/reactions/{emoji}/@me";
    StartThreadFromMessage, "POST", "channels/{channel}/messages/{message}/threads";
    StartThread, "POST", "channels/{channel}/threads";
    JoinThread, "PUT", "channels/{channel}/thread-members/@me";
    GetGuild, "GET", "guilds/{guild}";
    GetGuildChannels, "GET", "guilds/{guild}/channels";
    GetActiveThreads, "GET", "guilds/{guild}/threads/active";
    GetGuildRoles, "GET", "guilds/{guild}/roles";
    ListGuildMembers, "GET", "guilds/{guild}/members";
    GetGuildMember, "GET", "guilds/{guild}/members/{user}";
    GetGlobalCommands, "GET", "applications/{application}/commands";
    OverwriteGlobalCommands, "PUT", "applications/{application}/commands";
    CreateGlobalCommand, "POST", "applications/{application}/commands";
    GetGlobalCommand, "GET", "applications/{application}/commands/{command}";
    EditGlobalCommand, "PATCH", "applications/{application}/commands/{command}";
    DeleteGlobalCommand, "DELETE", "applications/{application}/commands/{command}";
    GetGuildCommands, "GET", "applications/{application}/guilds/{guild}/commands";
    OverwriteGuildCommands, "PUT", "applications/{application}/guilds/{guild}/commands";
    CreateGuildCommand, "POST", "applications/{application}/guilds/{guild}/commands";
    GetGuildCommand, "GET", "applications/{application}/guilds/{guild}/commands/{command}";
    EditGuildCommand, "PATCH", "applications/{application}/guilds/{guild}/commands/{command}";
    DeleteGuildCommand, "DELETE", "applications/{application}/guilds/{guild}/commands/{command}";
    CreateInteractionResponse, "POST", "interactions/{interaction}/{token}/callback";
    CreateFollowUp, "POST", "webhooks/{application}/{token}";
    GetWebhookMessage, "GET", "webhooks/{application}/{token}/messages/{target}";
    EditWebhookMessage, "PATCH", "webhooks/{application}/{token}/messages/{target}";
    DeleteWebhookMessage, "DELETE", "webhooks/{application}/{token}/messages/{target}";
}

impl Endpoint {
    /// Endpoints that the token in their path authorises, which do not count towards the global limit
    /// («Global Rate Limit»).
    pub(crate) fn is_interaction(self) -> bool {
        matches!(
            self,
            Self::CreateInteractionResponse
                | Self::CreateFollowUp
                | Self::GetWebhookMessage
                | Self::EditWebhookMessage
                | Self::DeleteWebhookMessage
        )
    }
}

/// The variable parts of a path.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(&'static str, String)>);

impl Params {
    /// An id; what is not one is refused as a form error, as Discord does.
    pub(crate) fn id<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        let text = self.text(name);
        let bad = || Form::one(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."));
        text.parse().map_err(|_| bad())
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// The top-level resource that rate limits are counted for («Rate Limits»): a channel, a guild or a webhook.
    pub(crate) fn major(&self) -> String {
        ["channel", "guild", "token"]
            .into_iter()
            .map(|name| self.text(name))
            .find(|id| !id.is_empty())
            .map_or_else(String::new, ToOwned::to_owned)
    }
}

/// Finds the route of a path below `/api/v10/`.
pub(crate) fn find(method: &str, path: &str) -> Result<(Endpoint, Params), Refusal> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut path_exists = false;
    for (endpoint, wanted, template) in ROUTES {
        let Some(params) = fit(template, &segments) else { continue };
        if *wanted == method {
            return Ok((*endpoint, params));
        }
        path_exists = true;
    }
    Err(if path_exists { Refusal::MethodNotAllowed } else { Refusal::NotFound })
}

fn fit(template: &'static str, segments: &[&str]) -> Option<Params> {
    let parts: Vec<&'static str> = template.split('/').collect();
    if parts.len() != segments.len() {
        return None;
    }
    let mut params = Params::default();
    for (part, segment) in parts.into_iter().zip(segments) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            // `users/@me` must not be taken for a user whose id is `@me`; only messages are also named `@original`.
            Some(name) if !segment.starts_with('@') || name == "target" => {
                params.0.push((name, (*segment).to_owned()));
            }
            None if part == *segment => {}
            _ => return None,
        }
    }
    Some(params)
}
