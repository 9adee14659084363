//! Messages, files, threads, direct conversations and permissions through serenity. Interactions are elsewhere.

use discord_emulator::emulator::{Action, permissions};
use serenity::all::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateEmbed, CreateMessage, CreateThread,
    EditAttachments, EditMessage, GatewayIntents, GetMessages, Message, ReactionType, UserId,
};

use crate::bot::{Bot, Seen, World, code, intents, paths};

#[tokio::test]
async fn a_person_writes_and_the_bot_replies() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    let asked = world.emulator.user_says(world.channel, world.ann, "how was last week?").unwrap();
    let message = bot.message().await;
    assert_eq!((message.content.as_str(), message.id.get()), ("how was last week?", asked.get()));
    assert_eq!(message.guild_id.map(|id| id.get()), Some(world.guild.get()));
    let sent = message.reply(&bot.http, "fine").await.unwrap();
    let posted = world.emulator.wait_for(|view| view.posted(world.channel).pop()).await.unwrap();
    assert_eq!((posted.content.as_str(), posted.reply_to, posted.id.get()), ("fine", Some(asked), sent.id.get()));
    assert_eq!(sent.referenced_message.as_ref().unwrap().content, "how was last week?");
    // The bot sees its own message too, as on the platform.
    assert_eq!(bot.message().await.content, "fine");
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn text_needs_the_intent_unless_the_bot_is_meant() {
    let world = World::quiet().await;
    let without = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    let mut bot = Bot::start(&world.emulator, without).await;
    world.emulator.connected().await.unwrap();
    let me = world.emulator.bot();
    world.emulator.upload(world.channel, world.ann, "secret", "a.csv", "x").unwrap();
    let message = bot.message().await;
    assert_eq!((message.content.as_str(), message.attachments.len()), ("", 0));
    world.emulator.user_says(world.channel, world.ann, &format!("<@{me}> hello")).unwrap();
    assert_eq!(bot.message().await.content, format!("<@{me}> hello"));
    let dm = world.emulator.open_dm(world.ann);
    world.emulator.user_says(dm, world.ann, "psst").unwrap();
    assert_eq!(bot.message().await.content, "psst");
}

#[tokio::test]
async fn files_travel_both_ways() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    world.emulator.upload(world.channel, world.ann, "", "sales report.csv", "day,amount\n1,2\n").unwrap();
    let message = bot.message().await;
    assert_eq!(message.attachments[0].filename, "sales_report.csv");
    assert_eq!(message.attachments[0].download().await.unwrap(), b"day,amount\n1,2\n");
    let chart = CreateAttachment::bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x04".to_vec(), "chart.png");
    let table = CreateAttachment::bytes("a,b".as_bytes(), "table.csv").description("the numbers");
    let embed = CreateEmbed::new().title("Revenue").image("attachment://chart.png").field("Total", "3", true);
    let draft = CreateMessage::new().content("here").add_file(chart).add_file(table).embed(embed);
    let sent = world.there().send_message(&bot.http, draft).await.unwrap();
    let posted = world.emulator.messages(world.channel).pop().unwrap();
    assert_eq!(posted.files.len(), 2);
    assert_eq!(posted.files[1].description.as_deref(), Some("the numbers"));
    assert!(posted.files[0].embedded && posted.embeds[0].image.as_ref().unwrap().url == posted.files[0].url);
    assert_eq!(posted.embeds[0].fields[0].name, "Total");
    assert_eq!(sent.attachments.len(), 1, "a file in an embed is not listed");
    let new = CreateAttachment::bytes("c,d".as_bytes(), "other.csv");
    let edit = EditMessage::new().attachments(EditAttachments::keep_all(&sent).add(new));
    let mut sent: Message = sent;
    sent.edit(&bot.http, edit).await.unwrap();
    let names: Vec<String> =
        world.emulator.message(posted.id).unwrap().files.iter().map(|file| file.filename.clone()).collect();
    assert_eq!(names, ["table.csv", "other.csv"]);
    let dangling = CreateMessage::new().embed(CreateEmbed::new().title("x").image("attachment://no.png"));
    world.there().send_message(&bot.http, dangling).await.unwrap();
    assert_eq!(world.emulator.violations().len(), 1);
}

#[tokio::test]
async fn limits_are_those_of_the_documentation() {
    let world = World::quiet().await;
    let http = crate::bot::http(&world.emulator, &world.emulator.token());
    let try_json = |json: serde_json::Value| {
        let http = &http;
        let there = world.there();
        async move { http.send_message(there, vec![], &json).await }
    };
    let refused = |result: Result<Message, serenity::Error>| code(result.unwrap_err());
    assert!(try_json(serde_json::json!({ "content": "é".repeat(2000) })).await.is_ok());
    assert_eq!(paths(try_json(serde_json::json!({ "content": "é".repeat(2001) })).await.unwrap_err()), ["content"]);
    assert_eq!(refused(try_json(serde_json::json!({ "content": "  " })).await), 50_006);
    let embed = serde_json::json!({ "title": "t".repeat(257), "description": "d".repeat(4097),
        "footer": { "text": "f".repeat(2049) }, "author": { "name": "a".repeat(257) }, "url": "ftp://x",
        "fields": [{ "name": "", "value": "v".repeat(1025) }] });
    let mut found = paths(try_json(serde_json::json!({ "embeds": [embed] })).await.unwrap_err());
    found.sort();
    let wanted = ["author.name", "description", "fields.0.name", "fields.0.value", "footer.text", "title", "url"];
    let mut wanted: Vec<String> = wanted.iter().map(|key| format!("embeds.0.{key}")).collect();
    wanted.push("embeds".to_owned());
    wanted.sort();
    assert_eq!(found, wanted);
    let many = serde_json::json!({ "embeds": vec![serde_json::json!({ "title": "t" }); 11] });
    assert_eq!(paths(try_json(many).await.unwrap_err()), ["embeds"]);
    let button = |id: &str| serde_json::json!({ "type": 2, "style": 1, "label": "x", "custom_id": id });
    let row = |inside: Vec<serde_json::Value>| serde_json::json!({ "type": 1, "components": inside });
    let twice = serde_json::json!({ "content": "x", "components": [row(vec![button("a"), button("a")])] });
    assert_eq!(paths(try_json(twice).await.unwrap_err()), ["components.0.components.1.custom_id"]);
    let six = (0..6).map(|number| button(&number.to_string())).collect();
    let wide = serde_json::json!({ "content": "x", "components": [row(six)] });
    assert_eq!(paths(try_json(wide).await.unwrap_err()), ["components.0.components"]);
    let tall: Vec<_> = (0..6).map(|number| row(vec![button(&number.to_string())])).collect();
    assert_eq!(
        paths(try_json(serde_json::json!({ "content": "x", "components": tall })).await.unwrap_err()),
        ["components"]
    );
    let mentions = CreateAllowedMentions::new().all_users(true).users([UserId::new(5)]);
    let draft = CreateMessage::new().content("x").allowed_mentions(mentions);
    let refused = world.there().send_message(&http, draft).await.unwrap_err();
    assert_eq!(paths(refused), ["allowed_mentions"]);
}

#[tokio::test]
async fn large_files_and_requests_are_refused() {
    let world = World::start(discord_emulator::emulator::Options {
        file_limit_bytes: 1000,
        request_limit_bytes: 3000,
        ..crate::bot::quiet()
    })
    .await;
    let http = crate::bot::http(&world.emulator, &world.emulator.token());
    let file = |size: usize| CreateMessage::new().add_file(CreateAttachment::bytes(vec![b'x'; size], "x.bin"));
    assert!(world.there().send_message(&http, file(1000)).await.is_ok());
    assert_eq!(code(world.there().send_message(&http, file(1001)).await.unwrap_err()), 40_005);
    assert_eq!(code(world.there().send_message(&http, file(5000)).await.unwrap_err()), 40_005);
}

#[tokio::test]
async fn permissions_and_absences_are_refused_with_their_codes() {
    let world = World::quiet().await;
    let http = crate::bot::http(&world.emulator, &world.emulator.token());
    let (there, me) = (world.there(), world.emulator.bot());
    let sent = there.say(&http, "x").await.unwrap();
    let asked = world.emulator.user_says(world.channel, world.ann, "y").unwrap();
    assert_eq!(
        code(
            http.edit_message(there, asked.get().into(), &serde_json::json!({ "content": "z" }), vec![])
                .await
                .unwrap_err()
        ),
        50_005
    );
    assert_eq!(code(http.delete_message(there, asked.get().into(), None).await.unwrap_err()), 50_013);
    world.emulator.deny(world.channel, me, permissions::SEND_MESSAGES);
    assert_eq!(code(there.say(&http, "x").await.unwrap_err()), 50_013);
    world.emulator.deny(world.channel, me, permissions::READ_MESSAGE_HISTORY);
    assert_eq!(code(sent.reply(&http, "x").await.unwrap_err()), 160_002);
    world.emulator.deny(world.channel, me, permissions::ATTACH_FILES);
    let file = CreateMessage::new().add_file(CreateAttachment::bytes("x".as_bytes(), "x.txt"));
    assert_eq!(code(there.send_message(&http, file).await.unwrap_err()), 50_013);
    world.emulator.deny(world.channel, me, permissions::VIEW_CHANNEL);
    assert_eq!(code(there.say(&http, "x").await.unwrap_err()), 50_001);
    world.emulator.clear_overwrites(world.channel);
    world.emulator.deny_everyone(world.channel, permissions::SEND_MESSAGES);
    world.emulator.allow(world.channel, me, permissions::SEND_MESSAGES);
    assert!(there.say(&http, "x").await.is_ok());
    let broken = world.emulator.violations().len();
    assert_eq!(code(serenity::all::ChannelId::new(5).say(&http, "x").await.unwrap_err()), 10_003);
    world.emulator.delete_message(discord_emulator::emulator::MessageId(sent.id.get()));
    assert_eq!(code(sent.delete(&http).await.unwrap_err()), 10_008);
    assert_eq!(world.emulator.violations().len(), broken, "what others deleted is not the client's fault");
    let wrong = crate::bot::http(&world.emulator, "wrong");
    assert_eq!(code(there.say(&wrong, "x").await.unwrap_err()), 0);
}

#[tokio::test]
async fn direct_conversations_can_be_closed_to_the_bot() {
    let world = World::quiet().await;
    let bot = world.bot().await;
    let user = UserId::new(world.ann.get());
    let dm = user.create_dm_channel(&bot.http).await.unwrap();
    assert_eq!(user.create_dm_channel(&bot.http).await.unwrap().id, dm.id);
    dm.id.say(&bot.http, "your digest").await.unwrap();
    let open = world.emulator.view(|view| view.direct(world.ann)).unwrap();
    assert_eq!(world.emulator.messages(open)[0].content, "your digest");
    world.emulator.block_dms(world.ann, true);
    assert_eq!(code(dm.id.say(&bot.http, "again").await.unwrap_err()), 50_007);
    let stranger = UserId::new(world.emulator.add_user("eve").get());
    let dm = stranger.create_dm_channel(&bot.http).await.unwrap();
    assert_eq!(code(dm.id.say(&bot.http, "hello").await.unwrap_err()), 50_278);
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn mentions_notify_only_whom_they_may() {
    let world = World::quiet().await;
    let http = crate::bot::http(&world.emulator, &world.emulator.token());
    let text = format!("@everyone <@{}> look", world.ann);
    let draft = |allowed: Option<CreateAllowedMentions>| {
        let draft = CreateMessage::new().content(&text);
        if let Some(allowed) = allowed { draft.allowed_mentions(allowed) } else { draft }
    };
    world.there().send_message(&http, draft(None)).await.unwrap();
    world.there().send_message(&http, draft(Some(CreateAllowedMentions::new()))).await.unwrap();
    let messages = world.emulator.messages(world.channel);
    assert_eq!((&messages[0].mentions[..], messages[0].mentions_everyone), (&[world.ann][..], true));
    assert_eq!((&messages[1].mentions[..], messages[1].mentions_everyone), (&[][..], false));
}

#[tokio::test]
async fn a_hidden_channel_says_nothing() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    world.emulator.deny(world.channel, world.emulator.bot(), permissions::VIEW_CHANNEL);
    world.emulator.user_says(world.channel, world.ann, "hidden").unwrap();
    let other = world.emulator.add_channel(world.guild, "other");
    world.emulator.user_says(other, world.ann, "open").unwrap();
    assert_eq!(bot.message().await.content, "open");
}

#[tokio::test]
async fn threads_start_with_and_without_a_message() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    let there = world.there();
    let sent = there.say(&bot.http, "long answer").await.unwrap();
    let thread = there.create_thread_from_message(&bot.http, sent.id, CreateThread::new("details")).await.unwrap();
    assert_eq!(thread.id.get(), sent.id.get());
    let seen = bot.next(|seen| if let Seen::Thread(thread) = seen { Some(thread) } else { None }).await;
    assert_eq!((seen.name.as_str(), seen.parent_id), ("details", Some(there)));
    let again = there.create_thread_from_message(&bot.http, sent.id, CreateThread::new("x")).await;
    assert_eq!(code(again.unwrap_err()), 160_004);
    let builder = CreateThread::new("talk").kind(serenity::all::ChannelType::PublicThread);
    let other = there.create_thread(&bot.http, builder).await.unwrap();
    other.id.say(&bot.http, "in the thread").await.unwrap();
    let threads = world.emulator.view(|view| view.threads(world.channel));
    assert_eq!(threads.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["details", "talk"]);
    world.emulator.user_says(threads[1].0, world.ann, "a question").unwrap();
    loop {
        let message = bot.message().await;
        if message.content == "a question" {
            assert_eq!(message.channel_id, other.id);
            break;
        }
    }
    let archive = serenity::all::EditThread::new().archived(true);
    thread.id.edit_thread(&bot.http, archive).await.unwrap();
}

#[tokio::test]
async fn reading_typing_reacting_and_deleting() {
    let world = World::quiet().await;
    let bot = world.bot().await;
    let there = world.there();
    for number in 0..5 {
        there.say(&bot.http, number.to_string()).await.unwrap();
    }
    let page = there.messages(&bot.http, GetMessages::new().limit(2)).await.unwrap();
    assert_eq!(page.iter().map(|message| message.content.as_str()).collect::<Vec<_>>(), ["4", "3"]);
    let older = there.messages(&bot.http, GetMessages::new().before(page[1].id).limit(2)).await.unwrap();
    assert_eq!(older.iter().map(|message| message.content.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    let newer = there.messages(&bot.http, GetMessages::new().after(older[0].id)).await.unwrap();
    assert_eq!(newer.len(), 2);
    there.broadcast_typing(&bot.http).await.unwrap();
    page[0].react(&bot.http, ReactionType::Unicode("👍".to_owned())).await.unwrap();
    let id = discord_emulator::emulator::MessageId(page[0].id.get());
    assert_eq!(world.emulator.message(id).unwrap().reactions[0].0, "👍");
    page[0].delete(&bot.http).await.unwrap();
    let row = CreateActionRow::Buttons(vec![CreateButton::new("more").label("More")]);
    let draft = CreateMessage::new().components(vec![row]);
    there.send_message(&bot.http, draft).await.unwrap();
    let kinds: Vec<&str> = world
        .emulator
        .deliveries()
        .iter()
        .map(|delivery| match delivery.action {
            Action::Posted(_) => "posted",
            Action::Edited(_) => "edited",
            Action::Deleted(_) => "deleted",
            Action::Typing(_) => "typing",
        })
        .collect();
    assert_eq!(kinds, ["posted", "posted", "posted", "posted", "posted", "typing", "deleted", "posted"]);
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn guilds_members_and_roles_are_readable() {
    let world = World::quiet().await;
    let bob = world.emulator.add_user("bob");
    world.emulator.add_member(world.guild, bob);
    let role = world.emulator.add_role(world.guild, "analyst", permissions::MANAGE_GUILD);
    world.emulator.give_role(world.guild, bob, role);
    let bot = Bot::start(&world.emulator, intents()).await;
    let guild = serenity::all::GuildId::new(world.guild.get());
    let member = guild.member(&bot.http, bob.get()).await.unwrap();
    assert_eq!(member.roles[0].get(), role.get());
    assert_eq!(guild.roles(&bot.http).await.unwrap().len(), 2);
    assert_eq!(guild.channels(&bot.http).await.unwrap().len(), 1);
    assert_eq!(guild.to_partial_guild(&bot.http).await.unwrap().name, "Northwind");
    assert_eq!(bot.http.get_current_user().await.unwrap().name, "Herald");
    assert_eq!(bot.http.get_current_application_info().await.unwrap().name, "Herald");
    assert_eq!(code(guild.members(&bot.http, None, None).await.unwrap_err()), 50_001);
}
