//! Replies as people see them.

use discord_emulator::emulator::{Action, Cut, Endpoint, Filter, Permissions, Response, permissions};
use herald::chat::{Chat as _, ChatError, Stage};
use herald::domain::{Attachment, Button, Destination, MessageId, PlaceId, Platform, Reply, UserId};
use jiff::{Timestamp, ToSpan as _};

use super::{World, answer, delivery};

fn picture() -> Attachment {
    Attachment {
        name: "chart.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: b"\x89PNG\r\n\x1a\n".to_vec(),
        text: "▁▃▅".to_owned(),
    }
}

fn turn() -> MessageId {
    MessageId("discord:7".to_owned())
}

#[tokio::test]
async fn a_command_is_deferred_and_its_answer_takes_that_place() {
    let world = World::connected().await;
    let asked = world.emulator.slash(world.channel, world.ann, "ask", &[("question", "revenue".into())]).unwrap();
    let message = world.receive().await;
    let deferred = world.emulator.answered(asked).await.unwrap();
    assert!(matches!(deferred.response, Some(Response::Deferred(_))));
    world.chat.acknowledge(&message, Stage::Working).await.unwrap();
    let reply = Reply {
        lines: vec!["**Revenue: €5**".to_owned(), "Why: *trend* <@1> @everyone".to_owned()],
        attachments: vec![
            picture(),
            Attachment { name: "a.csv".to_owned(), media_type: "text/csv".to_owned(), ..picture() },
        ],
        ..Reply::default()
    };
    world.answer(&message, reply).await.unwrap();
    let shown = world.emulator.view(|view| view.original(asked)).unwrap();
    let embed = &shown.embeds[0];
    assert_eq!(embed.title.as_deref(), Some("Revenue: €5"));
    assert_eq!(embed.description.as_deref(), Some("Why: \\*trend\\* \\<@1> @everyone"));
    assert!(embed.image.is_some() && shown.files[0].embedded && !shown.files[1].embedded);
    assert_eq!(shown.files[0].description.as_deref(), Some("▁▃▅"));
    assert!(shown.mentions.is_empty() && !shown.mentions_everyone);
    assert_eq!(world.emulator.messages(world.channel).len(), 1);
    world.is_fine();
}

#[tokio::test]
async fn what_was_not_acknowledged_is_answered_all_the_same() {
    let world = World::connected().await;
    let asked = world.emulator.slash(world.channel, world.ann, "help", &[]).unwrap();
    let message = world.hear().await;
    world.answer(&message, Reply::text("too many messages")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.original(asked)).unwrap().content, "too many messages");
    let more = delivery("another", Destination::Answer(message.reply_to.clone()), &message.id, Reply::text("and more"));
    world.chat.deliver(&more).await.unwrap();
    let contents: Vec<String> = world.emulator.messages(world.channel).into_iter().map(|one| one.content).collect();
    assert_eq!(contents, ["too many messages", "and more"]);
    world.is_fine();
}

#[tokio::test]
async fn messages_show_typing_while_they_are_worked_on() {
    let world = World::connected().await;
    world.emulator.user_says(world.channel, world.ann, &format!("<@{}> hi", world.emulator.bot())).unwrap();
    let message = world.receive().await;
    world.chat.acknowledge(&message, Stage::Working).await.unwrap();
    let typing = world.emulator.deliveries().into_iter().filter(|one| matches!(one.action, Action::Typing(_))).count();
    assert_eq!(typing, 1, "only where it takes longer");
    world.is_fine();
}

#[tokio::test]
async fn long_replies_are_split_with_their_buttons_last() {
    let world = World::connected().await;
    world.emulator.user_says(world.channel, world.ann, &format!("<@{}> all of it", world.emulator.bot())).unwrap();
    let message = world.receive().await;
    let lines: Vec<String> = (0..300).map(|number| format!("{number}: **naïve** 👩‍👩‍👧 tea")).collect();
    let reply = Reply { lines: lines.clone(), buttons: vec![Button::new("More")], ..Reply::default() };
    world.answer(&message, reply.clone()).await.unwrap();
    let parts: Vec<_> = world.emulator.messages(world.channel).into_iter().skip(1).collect();
    assert!(parts.len() > 2);
    let said: Vec<String> = parts.iter().flat_map(|part| part.content.lines().map(str::to_owned)).collect();
    assert_eq!(said, lines);
    assert!(parts.iter().rev().skip(1).all(|part| part.components.is_empty()));
    assert!(parts.last().unwrap().labelled("More").is_some());
    let asked = world.emulator.slash(world.channel, world.ann, "help", &[]).unwrap();
    let message = world.receive().await;
    let mut titled = reply;
    titled.lines.insert(0, "**Head**".to_owned());
    world.answer(&message, titled).await.unwrap();
    let first = world.emulator.view(|view| view.original(asked)).unwrap();
    assert_eq!(first.embeds[0].title.as_deref(), Some("Head"));
    assert!(world.emulator.messages(world.channel).last().unwrap().labelled("More").is_some());
    world.is_fine();
}

#[tokio::test]
async fn without_the_permissions_words_are_left() {
    let world = World::connected().await;
    let denied = permissions::EMBED_LINKS | permissions::ATTACH_FILES | permissions::READ_MESSAGE_HISTORY;
    world.emulator.deny(world.channel, world.emulator.bot(), denied);
    world.emulator.user_says(world.channel, world.ann, &format!("<@{}> hi", world.emulator.bot())).unwrap();
    let message = world.receive().await;
    let reply = Reply { attachments: vec![picture()], ..Reply::text("**€5**") };
    world.answer(&message, reply).await.unwrap();
    let contents: Vec<String> =
        world.emulator.messages(world.channel).into_iter().skip(1).map(|one| one.content).collect();
    assert_eq!(contents, ["**€5**\n```\n▁▃▅\n```"]);
    world.is_fine();
}

#[tokio::test]
async fn a_reply_takes_the_place_of_its_question() {
    let world = World::connected().await;
    let asked = world.emulator.slash(world.channel, world.ann, "digest", &[]).unwrap();
    let message = world.receive().await;
    let reply =
        Reply { attachments: vec![picture()], buttons: vec![Button::new("Yes")], ..Reply::text("**Delete it?**") };
    world.answer(&message, reply).await.unwrap();
    let shown = world.emulator.view(|view| view.original(asked)).unwrap();
    let yes = shown.labelled("Yes").unwrap().custom_id.clone().unwrap();
    world.emulator.press(shown.id, &yes, world.ann).unwrap();
    let message = world.receive().await;
    world.answer(&message, Reply { replaces: true, ..Reply::text("Deleted.") }).await.unwrap();
    let left = world.emulator.messages(world.channel);
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].id, left[0].content.as_str()), (shown.id, "Deleted."));
    assert!(left[0].components.is_empty() && left[0].embeds.is_empty() && left[0].files.is_empty());
    world.is_fine();
}

#[tokio::test]
async fn an_answer_that_comes_too_late_stands_in_the_channel() {
    let world = World::connected().await;
    world.emulator.slash(world.channel, world.ann, "help", &[]).unwrap();
    let mut message = world.receive().await;
    let mut route: serde_json::Value = serde_json::from_str(&message.reply_to.route).unwrap();
    let before = Timestamp::now().checked_sub(16.minutes()).unwrap();
    route["received"] = serde_json::json!(before);
    message.reply_to.route = route.to_string();
    world.answer(&message, Reply::text("at last")).await.unwrap();
    assert_eq!(world.emulator.messages(world.channel).last().unwrap().content, "at last");
    world.is_fine();
    // Discord may know of an end that Herald does not.
    world.emulator.slash(world.channel, world.ann, "help", &[]).unwrap();
    let message = world.receive().await;
    world.emulator.clock().advance(std::time::Duration::from_secs(16 * 60));
    world.answer(&message, Reply::text("later still")).await.unwrap();
    assert_eq!(world.emulator.messages(world.channel).last().unwrap().content, "later still");
    assert_eq!(world.emulator.violations().len(), 1);
}

#[tokio::test]
async fn people_and_places_are_written_to() {
    let world = World::connected().await;
    let to = |user: discord_emulator::emulator::UserId| {
        Destination::Person(UserId { platform: Platform::Discord, id: user.to_string() })
    };
    let send =
        async |id: &str, to: Destination| world.chat.deliver(&delivery(id, to, &turn(), Reply::text("digest"))).await;
    send("1", to(world.ann)).await.unwrap();
    send("2", to(world.ann)).await.unwrap();
    let direct = world.emulator.view(|view| view.direct(world.ann)).unwrap();
    assert_eq!(world.emulator.messages(direct).len(), 3, "with the message of the test's start");
    world.emulator.block_dms(world.ann, true);
    assert!(matches!(send("3", to(world.ann)).await, Err(ChatError::Refused { .. })));
    let place = |id: String| Destination::Place(PlaceId { platform: Platform::Discord, id });
    send("4", place(world.channel.to_string())).await.unwrap();
    assert_eq!(world.emulator.messages(world.channel).len(), 1);
    assert!(matches!(send("5", place("123456".to_owned())).await, Err(ChatError::Refused { .. })));
    world.is_fine();
}

#[tokio::test]
async fn only_where_both_may_write_a_digest_may_go() {
    let world = World::connected().await;
    let bob = world.emulator.add_user("bob");
    let place = PlaceId { platform: Platform::Discord, id: world.channel.to_string() };
    let may = async |user: discord_emulator::emulator::UserId| {
        let user = UserId { platform: Platform::Discord, id: user.to_string() };
        world.chat.may_post(&user, &place).await.unwrap()
    };
    assert!(may(world.ann).await);
    assert!(!may(bob).await, "not a member");
    world.emulator.add_member(world.guild, bob);
    assert!(may(bob).await);
    world.emulator.deny(world.channel, bob, permissions::SEND_MESSAGES);
    world.seen().await;
    assert!(!may(bob).await);
    world.emulator.deny(world.channel, world.emulator.bot(), permissions::SEND_MESSAGES);
    world.seen().await;
    assert!(!may(world.ann).await);
    world.is_fine();
}

#[tokio::test]
async fn a_reply_whose_receipt_is_lost_is_not_seen_twice() {
    let world = World::connected().await;
    world.emulator.user_says(world.channel, world.ann, &format!("<@{}> hi", world.emulator.bot())).unwrap();
    let message = world.receive().await;
    let delivery = answer(&message, Reply::text("once"));
    assert!(world.chat.is_repeatable(&delivery));
    world.emulator.faults().cut(Filter::Only(Endpoint::CreateMessage), Cut::AfterHandling, 1);
    assert!(matches!(world.chat.deliver(&delivery).await, Err(ChatError::Uncertain { .. })));
    world.chat.deliver(&delivery).await.unwrap();
    let shown = world.emulator.messages(world.channel);
    assert_eq!(shown.iter().map(|one| one.content.as_str()).filter(|text| *text == "once").count(), 1);
    let old = herald::domain::Delivery { created: Timestamp::now().checked_sub(5.minutes()).unwrap(), ..delivery };
    assert!(!world.chat.is_repeatable(&old));
    world.is_fine();
}

#[tokio::test]
async fn a_split_reply_goes_on_where_it_broke_off() {
    let world = World::connected().await;
    world.emulator.slash(world.channel, world.ann, "help", &[]).unwrap();
    let message = world.receive().await;
    let lines: Vec<String> = (0..200).map(|number| format!("line {number} of the long answer")).collect();
    let delivery = answer(&message, Reply { lines: lines.clone(), ..Reply::default() });
    assert!(!world.chat.is_repeatable(&delivery), "what stands below an answer has no nonce");
    world.emulator.faults().server_error(Filter::Only(Endpoint::CreateFollowUp), 503, 1);
    assert!(matches!(world.chat.deliver(&delivery).await, Err(ChatError::Unreachable { .. })));
    world.chat.deliver(&delivery).await.unwrap();
    let said: Vec<String> = world
        .emulator
        .messages(world.channel)
        .iter()
        .flat_map(|part| part.content.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(said, lines);
    world.is_fine();
}

#[tokio::test]
async fn the_permissions_of_the_guide_are_enough() {
    let guide =
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/discord.md")).unwrap();
    let digits = guide.split("&permissions=").nth(1).unwrap();
    let given: u64 = digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap()].parse().unwrap();
    let world = World::connected().await;
    let bot = world.emulator.bot();
    world.emulator.deny(world.channel, bot, Permissions(permissions::ALL.0 & !given));
    world.emulator.user_says(world.channel, world.ann, &format!("<@{bot}> hi")).unwrap();
    let message = world.receive().await;
    let reply = Reply { attachments: vec![picture()], ..Reply::text("**€5**") };
    world.answer(&message, reply).await.unwrap();
    let shown = world.emulator.messages(world.channel).pop().unwrap();
    assert!(shown.reply_to.is_some() && shown.embeds[0].image.is_some());
    world.is_fine();
}
