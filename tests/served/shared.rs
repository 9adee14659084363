//! A channel of Discord in which others read along: threads for long conversations, and what is for one person alone.

use discord_emulator::emulator::{ChannelId, Emulator, Message, UserId};
use herald::domain::{PlaceId, Platform, Role};

use super::front::Front;
use super::{Serving, fresh, tokio_runtime};

/// A server with a channel, and somebody in it.
struct Room<'a> {
    emulator: &'a Emulator,
    channel: ChannelId,
    ann: UserId,
}

impl<'a> Room<'a> {
    fn new(front: &'a Front) -> Self {
        let emulator = front.as_discord();
        let owner = emulator.add_user("owner");
        let guild = emulator.add_guild("Team", owner);
        let channel = emulator.add_channel(guild, "general");
        let ann = emulator.add_user("ann");
        emulator.add_member(guild, ann);
        Self { emulator, channel, ann }
    }

    fn mention(&self, channel: ChannelId, text: &str) {
        let text = format!("<@{}> {text}", self.emulator.bot());
        self.emulator.user_says(channel, self.ann, &text).unwrap();
    }

    /// Waits until so many messages of Herald stand in a channel, and reads the last.
    async fn nth(&self, channel: ChannelId, count: usize) -> String {
        let posted = self.emulator.wait_for(|view| {
            let posted = view.posted(channel);
            (posted.len() >= count).then_some(posted)
        });
        words(&posted.await.unwrap()[count - 1])
    }
}

fn words(message: &Message) -> String {
    let embeds = message.embeds.iter().flat_map(|embed| [embed.title.clone(), embed.description.clone()]);
    [vec![message.content.clone()], embeds.flatten().collect()].concat().join("\n")
}

#[test]
fn a_long_conversation_goes_on_in_a_thread() {
    let herald = fresh();
    tokio_runtime().block_on(async {
        let front = Front::discord().await;
        let room = Room::new(&front);
        let serving = Serving::start(&herald, vec![front.chat()]);
        front.listens().await;
        // Everybody in the channel may see the figures, as an owner said.
        let account = herald::domain::UserId { platform: Platform::Discord, id: room.ann.to_string() };
        serving.knows(&account, Role::Owner, None);
        let place = PlaceId { platform: Platform::Discord, id: room.channel.to_string() };
        serving.app.store.put_setting(&format!("place:{place}"), Some(&"marketer".into())).unwrap();
        for (turn, text) in ["thank you very much", "revenue last month"].into_iter().enumerate() {
            room.mention(room.channel, text);
            room.nth(room.channel, turn + 1).await;
        }
        room.mention(room.channel, "orders last month");
        let begun = room.emulator.wait_for(|view| view.threads(room.channel).pop()).await.unwrap();
        assert_eq!(begun.1, "orders last month");
        let thread = begun.0;
        let reply = room.nth(thread, 1).await;
        assert!(reply.contains("Orders"), "{reply}");
        // What was asked in the channel is meant here.
        room.mention(thread, "and for the north?");
        let reply = room.nth(thread, 2).await;
        assert!(reply.contains("North") && reply.contains("Orders"), "{reply}");
        assert_eq!(room.emulator.view(|view| view.posted(room.channel)).len(), 2);
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn what_is_for_one_person_alone_goes_to_them() {
    let herald = fresh();
    tokio_runtime().block_on(async {
        let front = Front::discord().await;
        let room = Room::new(&front);
        let serving = Serving::start(&herald, vec![front.chat()]);
        front.listens().await;
        room.mention(room.channel, "give me a copy of my data");
        let alone = room.emulator.wait_for(|view| view.direct(room.ann)).await.unwrap();
        let private = room.nth(alone, 1).await;
        assert!(private.contains("all I keep about you"), "{private}");
        let note = room.nth(room.channel, 1).await;
        assert!(!note.contains("all I keep about you") && note.contains("sent it to you directly"), "{note}");
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}
