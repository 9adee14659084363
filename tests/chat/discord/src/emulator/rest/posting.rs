//! Puts checked drafts into the world: new messages, edits, deletions, with their events. Permissions are checked
//! before, in `messages`, `interactions` and `webhooks`.

use serde_json::Value;

use super::super::ids::{ChannelId, InteractionId, MessageId, UserId};
use super::super::rules::{AllowedMentions, Draft};
use super::super::world::{Action, Embed, File, Message, Rule, State, permissions};
use super::body::Upload;
use super::refusal::Refusal;

/// Where and as whom a draft is posted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posting {
    pub(crate) channel: ChannelId,
    pub(crate) author: UserId,
    pub(crate) ephemeral_to: Option<UserId>,
    pub(crate) interaction: Option<InteractionId>,
    /// «Is thinking …», which may be empty.
    pub(crate) loading: bool,
}

impl State {
    /// Posts a draft and announces it.
    pub(crate) fn post(&mut self, draft: Draft, posting: Posting) -> Result<MessageId, Refusal> {
        let id: MessageId = self.next_id();
        let mut message = Message {
            id,
            channel: posting.channel,
            author: posting.author,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            files: Vec::new(),
            ephemeral_to: posting.ephemeral_to,
            reply_to: draft.reply.map(|reply| reply.to),
            interaction: posting.interaction,
            loading: posting.loading,
            edits: 0,
            deleted: false,
            sent_at: self.now(),
            edited_at: None,
            reactions: Vec::new(),
            thread: None,
            mentions: Vec::new(),
            mentions_everyone: false,
            flags: 0,
            nonce: draft.nonce.clone(),
        };
        self.fill(&mut message, draft)?;
        if let Some(channel) = self.channels.get_mut(&posting.channel) {
            channel.last_message = Some(id);
            channel.archived = false;
        }
        self.messages.insert(id, message.clone());
        self.announce("MESSAGE_CREATE", &message);
        if message.author == self.bot() {
            self.deliver(Action::Posted(message));
        }
        Ok(id)
    }

    /// Changes a message and announces it. What the draft does not name stays.
    pub(crate) fn revise(&mut self, id: MessageId, draft: Draft) -> Result<(), Refusal> {
        let mut message =
            self.messages.get(&id).filter(|message| !message.deleted).ok_or(Refusal::UnknownMessage)?.clone();
        if let Some(kept) = &draft.kept {
            message.files.retain(|file| kept.contains(&file.id));
        }
        // The first edit of «is thinking …» is the answer itself: people see no «(edited)».
        if message.loading {
            message.loading = false;
        } else {
            message.edited_at = Some(self.now());
        }
        message.edits += 1;
        self.fill(&mut message, draft)?;
        self.messages.insert(id, message.clone());
        self.announce("MESSAGE_UPDATE", &message);
        if message.author == self.bot() {
            self.deliver(Action::Edited(message));
        }
        Ok(())
    }

    /// Deletes a message and announces it.
    pub(crate) fn remove(&mut self, id: MessageId) {
        let Some(message) = self.messages.get_mut(&id) else { return };
        let before = message.clone();
        message.deleted = true;
        self.announce_deletion(&before);
        if before.author == self.bot() {
            self.deliver(Action::Deleted(before));
        }
    }

    fn fill(&mut self, message: &mut Message, draft: Draft) -> Result<(), Refusal> {
        if let Some(content) = draft.content {
            message.content = content;
        }
        if let Some(embeds) = draft.embeds {
            message.embeds = embeds;
        }
        if let Some(components) = draft.components {
            message.components = components;
        }
        message.flags |= draft.flags & !super::super::world::flags::EPHEMERAL;
        for upload in draft.uploads {
            let file = self.store(message.channel, upload);
            message.files.push(file);
        }
        let allowed = draft.allowed_mentions;
        message.mentions = self.mentioned(message, allowed.as_ref());
        message.mentions_everyone = self.notifies_everyone(message, allowed.as_ref());
        for name in show_files(&mut message.embeds, &mut message.files) {
            self.violate(Rule::DanglingAttachment { filename: name });
        }
        // «Create Message» wants at least one of content, embeds, stickers, components, files or a poll.
        let empty = message.content.trim().is_empty()
            && message.embeds.is_empty()
            && message.files.is_empty()
            && message.components.is_empty();
        if empty && !message.loading { Err(Refusal::EmptyMessage) } else { Ok(()) }
    }

    pub(crate) fn store(&mut self, channel: ChannelId, upload: Upload) -> File {
        let id = self.next_id();
        let filename = sanitized(&upload.filename);
        let now = self.now().as_secs();
        // «Signed Attachment CDN URLs»: the parameters are there, the signature is not checked.
        let url = format!(
            "http://{}/attachments/{channel}/{id}/{filename}?ex={:x}&is={now:x}&hm={:064x}&",
            self.origin,
            now + 86_400,
            now,
        );
        File {
            id,
            filename,
            content_type: upload.content_type,
            bytes: upload.bytes,
            description: upload.description,
            url,
            embedded: false,
        }
    }

    /// The users that a message notifies: those that its text names and the author whom it replies to. Without
    /// `allowed_mentions`, all of them («Allowed Mentions Reference»).
    fn mentioned(&self, message: &Message, allowed: Option<&AllowedMentions>) -> Vec<UserId> {
        let mut found: Vec<UserId> = Vec::new();
        for part in message.content.split("<@").skip(1) {
            let Some((inside, _)) = part.split_once('>') else { continue };
            let Ok(id) = inside.trim_start_matches('!').parse::<UserId>() else { continue };
            let listed = |rules: &AllowedMentions| {
                rules.parse.iter().any(|kind| kind == "users") || rules.users.iter().any(|one| *one == id.to_string())
            };
            if self.users.contains_key(&id) && allowed.is_none_or(listed) {
                found.push(id);
            }
        }
        if allowed.is_none_or(|rules| rules.replied_user) {
            found.extend(message.reply_to.and_then(|id| self.messages.get(&id)).map(|replied| replied.author));
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether `@everyone` or `@here` in the text works: it must be allowed, and the author must have the permission.
    fn notifies_everyone(&self, message: &Message, allowed: Option<&AllowedMentions>) -> bool {
        let named = message.content.contains("@everyone") || message.content.contains("@here");
        let let_through = allowed.is_none_or(|rules| rules.parse.iter().any(|kind| kind == "everyone"));
        let held = self.channels.get(&message.channel).map(|channel| self.permissions_in(message.author, channel));
        named && let_through && held.is_some_and(|held| held.contains(permissions::MENTION_EVERYONE))
    }

    /// The earlier message of a client that repeats a nonce with `enforce_nonce` («Create Message»: the past few
    /// minutes).
    pub(crate) fn repeated(&self, channel: ChannelId, nonce: &Value) -> Option<MessageId> {
        let now = self.now();
        let same = |(at, place, other, _): &&(_, _, _, _)| {
            *place == channel && other == nonce && now.saturating_sub(*at) < std::time::Duration::from_secs(300)
        };
        self.nonces.iter().rev().find(same).map(|(_, _, _, id)| *id)
    }
}

/// Points `attachment://` URLs at the files and takes these out of the list below the message; returns the names
/// for which there is no file.
fn show_files(embeds: &mut [Embed], files: &mut [File]) -> Vec<String> {
    let mut dangling = Vec::new();
    for embed in embeds {
        let mut urls: Vec<&mut String> = Vec::new();
        urls.extend(embed.image.as_mut().map(|media| &mut media.url));
        urls.extend(embed.thumbnail.as_mut().map(|media| &mut media.url));
        urls.extend(embed.author.as_mut().and_then(|author| author.icon_url.as_mut()));
        urls.extend(embed.footer.as_mut().and_then(|footer| footer.icon_url.as_mut()));
        for url in urls {
            let Some(name) = url.strip_prefix("attachment://").map(sanitized) else { continue };
            if let Some(file) = files.iter_mut().find(|file| file.filename == name) {
                file.embedded = true;
                url.clone_from(&file.url);
            } else {
                dangling.push(name);
            }
        }
    }
    dangling
}

/// File names keep letters, digits, dots, dashes and underscores of ASCII; spaces become underscores.
fn sanitized(name: &str) -> String {
    let spaced = name.replace(' ', "_");
    let kept: String = spaced.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    if kept.is_empty() { "unknown".to_owned() } else { kept }
}
