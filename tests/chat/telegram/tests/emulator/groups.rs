//! Groups: what the bot sees, who is in them, being thrown out, becoming a supergroup.

use telegram_emulator::emulator::{Membership, Privacy};
use teloxide::prelude::*;
use teloxide::types::{MessageId, UpdateKind};
use teloxide::{ApiError, RequestError};

use super::{bot, emulator, words};

async fn texts(bot: &Bot) -> Vec<String> {
    let updates = bot.get_updates().await.unwrap();
    let texts = updates.iter().filter_map(|update| match &update.kind {
        UpdateKind::Message(message) => message.text().map(str::to_owned),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn privacy_mode_hides_what_is_not_for_the_bot() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let group = emulator.group("Team", Privacy::On);
    emulator.joins(group, ann);
    bot.send_message(ChatId(group.0), "hello all").await.unwrap();
    let own = emulator.posted(group)[0].id;
    for text in ["chatter", "/help", "/help@herald_test_bot now", "/help@other_bot", "ask @Herald_Test_Bot", "@other"] {
        emulator.says(group, ann, text);
    }
    emulator.replies(group, ann, own, "to you");
    let seen = ["/help", "/help@herald_test_bot now", "ask @Herald_Test_Bot", "to you"];
    assert_eq!(texts(&bot).await, seen);
    emulator.becomes(group, emulator.bot(), Membership::Administrator);
    emulator.says(group, ann, "now seen");
    assert_eq!(texts(&bot).await.last().unwrap(), "now seen");
    let open = emulator.group("Open", Privacy::Off);
    emulator.joins(open, ann);
    emulator.says(open, ann, "all seen");
    assert_eq!(texts(&bot).await.last().unwrap(), "all seen");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn members_and_administrators() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let group = emulator.group("Team", Privacy::On);
    emulator.becomes(group, ann, Membership::Creator);
    let chat = ChatId(group.0);
    let full = bot.get_chat(chat).await.unwrap();
    assert_eq!(full.title(), Some("Team"));
    let member = |user: i64| bot.get_chat_member(chat, UserId(user as u64));
    assert!(member(ann.0).await.unwrap().is_owner());
    assert!(!member(bob.0).await.unwrap().is_present());
    emulator.becomes(group, bob, Membership::Administrator);
    let admins = bot.get_chat_administrators(chat).await.unwrap();
    assert_eq!(admins.len(), 2);
    let private = emulator.private_chat(ann);
    assert_eq!(bot.get_chat(ChatId(private.0)).await.unwrap().first_name(), Some("Ann"));
    let refused = words(bot.get_chat_administrators(ChatId(private.0)).await);
    assert_eq!(refused, "Bad Request: there are no administrators in the private chat");
}

#[tokio::test]
async fn thrown_out_and_gone() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let group = emulator.group("Team", Privacy::On);
    emulator.becomes(group, emulator.bot(), Membership::Kicked);
    let updates = bot.get_updates().await.unwrap();
    assert!(matches!(&updates[0].kind, UpdateKind::MyChatMember(update) if update.new_chat_member.is_banned()));
    let kicked = bot.send_message(ChatId(group.0), "x").await.unwrap_err();
    assert!(matches!(kicked, RequestError::Api(ApiError::BotKickedFromSupergroup)), "{kicked:?}");
    let left = emulator.basic_group("Old", Privacy::On);
    bot.leave_chat(ChatId(left.0)).await.unwrap();
    let refused = words(bot.send_message(ChatId(left.0), "x").await);
    assert_eq!(refused, "Forbidden: bot is not a member of the group chat");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_group_becomes_a_supergroup() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let group = emulator.basic_group("Team", Privacy::Off);
    emulator.joins(group, ann);
    let moved = emulator.migrates(group);
    let updates = bot.get_updates().await.unwrap();
    let migrations = updates.iter().filter(|update| match &update.kind {
        UpdateKind::Message(message) => message.migrate_to_chat_id().or(message.migrate_from_chat_id()).is_some(),
        _ => false,
    });
    assert_eq!(migrations.count(), 2);
    let refused = bot.send_message(ChatId(group.0), "x").await.unwrap_err();
    assert!(matches!(refused, RequestError::MigrateToChatId(to) if to.0 == moved.0), "{refused:?}");
    let sent = bot.send_message(ChatId(moved.0), "x").await.unwrap();
    assert_eq!(sent.id, MessageId(2));
    assert_eq!(emulator.violations(), []);
}
