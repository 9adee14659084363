//! What comes in: private chats, groups, topics, commands, files; order, repetition, restarts.

use herald::chat::{Chat, ChatError, Stage};
use herald::domain::{Command, Content, FileAt, Intent, Language, Place, Platform, Reply};
use telegram_emulator::emulator::{Breach, Disorder, Privacy};

use super::{answer, anything, emulator, listen, next, options, telegram};

#[tokio::test]
async fn a_private_message_is_heard_shown_and_answered() {
    let emulator = emulator().await;
    let ann = emulator.user_with("Ann", |user| {
        user.last_name = Some("Lee".to_owned());
        user.language = Some("zh-hans".to_owned());
    });
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    let asked = emulator.says(chat, ann, "五月的销售额");
    let message = next(&telegram).await;
    assert_eq!(message.id.0, format!("telegram:{}:{}", chat.0, asked.0));
    assert_eq!((message.from.platform, message.from.id.as_str()), (Platform::Telegram, &*ann.0.to_string()));
    assert_eq!(message.name.as_deref(), Some("Ann Lee"));
    assert_eq!(message.language, Some(Language::Chinese));
    assert_eq!(message.conversation.0, format!("telegram:{}", chat.0));
    assert_eq!(message.place, Place::Private);
    assert_eq!(message.content, Content::Text("五月的销售额".to_owned()));
    let waiting = listen(&telegram);
    telegram.acknowledge(&message, Stage::Received).await.unwrap();
    telegram.acknowledge(&message, Stage::Working).await.unwrap();
    assert_eq!(emulator.actions().iter().filter(|action| action.action == "typing").count(), 1);
    telegram.deliver(&answer(&message, Reply::text("**9** pots"))).await.unwrap();
    let posted = emulator.answer(chat, asked).await.unwrap();
    assert_eq!((posted.text(), posted.reply_to), ("9 pots", Some(asked)));
    emulator.wait_for(|state| (state.pending_updates() == 0).then_some(())).await.unwrap();
    telegram.stop_receiving().await;
    assert!(waiting.await.unwrap().is_none());
    telegram.close().await;
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn in_groups_only_what_is_meant_for_it_is_heard() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let group = emulator.group("Team", Privacy::Off);
    emulator.joins(group, ann);
    let telegram = telegram(&emulator);
    emulator.says(group, ann, "lunch?");
    emulator.says(group, ann, "/help@other_bot");
    emulator.says(group, ann, "/roll 6");
    emulator.says(group, ann, "@herald_test_bot, revenue in May?");
    let message = next(&telegram).await;
    assert_eq!(message.content, Content::Text("revenue in May?".to_owned()));
    let Place::Shared { id, viewers: None } = &message.place else { panic!("{:?}", message.place) };
    assert_eq!(id.id, group.0.to_string());
    telegram.deliver(&answer(&message, Reply::text("9"))).await.unwrap();
    let posted = emulator.posted(group)[0].clone();
    emulator.replies(group, ann, posted.id, "and June?");
    assert_eq!(next(&telegram).await.content, Content::Text("and June?".to_owned()));
    emulator.says(group, ann, "/report@herald_test_bot revenue");
    let asked = Content::Asked { intent: Intent::MetricReport, text: "revenue".to_owned() };
    assert_eq!(next(&telegram).await.content, asked);
    emulator.says(group, ann, "/privacy");
    let command = Content::Command { command: Command::Privacy, words: String::new() };
    assert_eq!(next(&telegram).await.content, command);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn topics_are_conversations_of_their_own() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let forum = emulator.forum("Team", Privacy::Off);
    emulator.joins(forum, ann);
    let topic = emulator.topic(forum, ann, "Tea");
    let telegram = telegram(&emulator);
    let asked = emulator.says_in_topic(forum, topic, ann, "@herald_test_bot revenue");
    let message = next(&telegram).await;
    assert_eq!(message.conversation.0, format!("telegram:{}:{topic}", forum.0));
    telegram.acknowledge(&message, Stage::Received).await.unwrap();
    telegram.deliver(&answer(&message, Reply::text("9"))).await.unwrap();
    let posted = emulator.answer(forum, asked).await.unwrap();
    assert_eq!(posted.thread, Some(topic));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn commands_are_those_of_the_table() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    emulator.starts(ann);
    emulator.says(chat, ann, "/forecast revenue for the next 8 weeks");
    emulator.says(chat, ann, "/dance now");
    let start = Content::Command { command: Command::Start, words: String::new() };
    assert_eq!(next(&telegram).await.content, start);
    let text = "revenue for the next 8 weeks".to_owned();
    assert_eq!(next(&telegram).await.content, Content::Asked { intent: Intent::ForecastMetric, text });
    assert_eq!(next(&telegram).await.content, Content::Text("/dance now".to_owned()));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_file_is_fetched_and_one_too_large_is_not() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    emulator.sends_document(chat, ann, "sales.csv", b"a,b\n1,2\n");
    emulator.sends_huge_document(chat, ann, "years.csv", (20 << 20) + 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sales");
    let Content::File { file, text } = next(&telegram).await.content else { panic!("no file") };
    assert_eq!((file.name.as_str(), file.bytes, text.as_str()), ("sales.csv", 8, ""));
    assert!(matches!(file.at, FileAt::Platform(_)));
    telegram.fetch(&file, &path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"a,b\n1,2\n");
    let Content::File { file, .. } = next(&telegram).await.content else { panic!("no file") };
    let refused = telegram.fetch(&file, &path).await.unwrap_err();
    assert!(matches!(refused, ChatError::TooLarge { limit, .. } if limit == 20 << 20), "{refused:?}");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn what_was_not_taken_comes_again_after_a_restart() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    for text in ["one", "two"] {
        emulator.says(chat, ann, text);
    }
    let killed = telegram(&emulator);
    let first = next(&killed).await;
    drop(killed);
    let telegram = telegram(&emulator);
    assert_eq!(next(&telegram).await.id, first.id);
    assert_eq!(next(&telegram).await.content, Content::Text("two".to_owned()));
    assert_eq!(emulator.look(|state| state.pending_updates()), 2);
    // The end confirms what was taken.
    telegram.stop_receiving().await;
    assert!(anything(&telegram).await.is_none());
    assert_eq!(emulator.look(|state| state.pending_updates()), 0);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn updates_that_come_twice_and_in_disorder_are_heard_once_in_order() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    emulator.disorder(Disorder { duplicates: true, reordering: true });
    for text in ["one", "two", "three"] {
        emulator.says(chat, ann, text);
    }
    let telegram = telegram(&emulator);
    for text in ["one", "two", "three"] {
        assert_eq!(next(&telegram).await.content, Content::Text(text.to_owned()));
    }
    emulator.says(chat, ann, "four");
    assert_eq!(next(&telegram).await.content, Content::Text("four".to_owned()));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn edited_messages_and_service_messages_are_not_heard() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    let said = emulator.says(chat, ann, "one");
    emulator.edits(chat, said, "one and a half");
    emulator.blocks_bot(ann);
    emulator.unblocks_bot(ann);
    emulator.says(chat, ann, "two");
    // What it became is no second message.
    assert_eq!(next(&telegram).await.text(), "one");
    assert_eq!(next(&telegram).await.text(), "two");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn another_program_with_the_same_bot_is_told_of_once() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    let waiting = listen(&telegram);
    emulator.listening().await.unwrap();
    let other = format!("{}/bot{}/getUpdates", emulator.url(), emulator.token());
    reqwest::get(other).await.unwrap();
    let told = waiting.await.unwrap().unwrap().unwrap_err();
    assert!(matches!(&told, ChatError::Misconfigured { reason, .. } if reason.contains("other program")), "{told}");
    emulator.says(chat, ann, "still there?");
    assert_eq!(next(&telegram).await.text(), "still there?");
    let breaches: Vec<Breach> = emulator.violations().into_iter().map(|violation| violation.breach).collect();
    assert_eq!(breaches, [Breach::Conflict]);
}

#[tokio::test]
async fn a_wrong_token_is_told_once() {
    let emulator = emulator().await;
    let wrong = secrecy::SecretString::new("1:wrong".to_owned());
    let options = herald::chat::telegram::TelegramOptions { token: wrong, ..options(&emulator) };
    let telegram = herald::chat::telegram::Telegram::new(options).unwrap();
    let told = anything(&telegram).await.unwrap().unwrap_err();
    assert!(matches!(&told, ChatError::Misconfigured { reason, .. } if reason.contains("@BotFather")), "{told}");
    assert!(!format!("{told:?}").contains("1:wrong"));
    assert!(anything(&telegram).await.is_none());
    let breaches: Vec<Breach> = emulator.violations().into_iter().map(|violation| violation.breach).collect();
    assert_eq!(breaches, [Breach::Token]);
}

#[tokio::test]
async fn hosts_are_found_where_the_configuration_says() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let port = emulator.url().rsplit(':').next().unwrap().to_owned();
    let mut options = options(&emulator);
    options.connection.api = Some(format!("http://telegram.internal:{port}"));
    options.connection.addresses = vec![("telegram.internal".to_owned(), format!("127.0.0.1:{port}").parse().unwrap())];
    let telegram = herald::chat::telegram::Telegram::new(options).unwrap();
    emulator.says(chat, ann, "here");
    assert_eq!(next(&telegram).await.text(), "here");
    assert_eq!(emulator.violations(), []);
}
