//! What people write, press and upload, as messages of Herald.

use discord_emulator::emulator::{OptionValue, Response, permissions};
use herald::chat::Chat as _;
use herald::domain::{
    Button, Command, Content, ConversationId, FileAt, Form, Intent, Language, MessageId, Place, PlaceId, Platform,
    Reply, Role, SentFile,
};

use super::{World, quiet, soon};

#[tokio::test]
async fn a_mention_is_heard_without_the_intent_and_chatter_is_not() {
    let world = World::connected().await;
    let bot = world.emulator.bot();
    world.emulator.user_says(world.channel, world.ann, "to nobody").unwrap();
    let said = world.emulator.user_says(world.channel, world.ann, &format!("<@{bot}> revenue last month?")).unwrap();
    let message = world.hear().await;
    assert_eq!(message.content, Content::Text("revenue last month?".to_owned()));
    assert_eq!(message.id, MessageId(format!("discord:{said}")));
    assert_eq!(message.conversation, ConversationId(format!("discord:{}", world.channel)));
    assert_eq!((message.name.as_deref(), message.language), (Some("ann"), None));
    world.emulator.user_says(world.channel, world.ann, &format!("<@{bot}>")).unwrap();
    assert_eq!(world.hear().await.content, Content::Command { command: Command::Help, words: String::new() });
    world.answer(&message, Reply::text("€5")).await.unwrap();
    let answered = world.emulator.messages(world.channel).pop().unwrap();
    assert_eq!((answered.content.as_str(), answered.reply_to), ("€5", Some(said)));
    world.emulator.user_replies(answered.id, world.ann, "and the week before?").unwrap();
    assert_eq!(world.hear().await.text(), "and the week before?");
    world.is_fine();
}

#[tokio::test]
async fn a_direct_message_is_private() {
    let world = World::connected().await;
    let dm = world.emulator.open_dm(world.ann);
    world.emulator.user_says(dm, world.ann, "hello").unwrap();
    let message = world.receive().await;
    assert_eq!(
        (message.place.clone(), message.conversation.0.as_str()),
        (Place::Private, &*format!("discord:dm:{dm}"))
    );
    world.answer(&message, Reply::text("hi")).await.unwrap();
    assert_eq!(world.emulator.messages(dm).pop().unwrap().content, "hi");
    world.is_fine();
}

#[tokio::test]
async fn server_roles_count_on_the_server_and_in_private() {
    let world = World::connected().await;
    let bob = world.emulator.add_user("bob");
    world.emulator.add_member(world.guild, bob);
    for name in ["Marketing", "Analysts", "Friends"] {
        let role = world.emulator.add_role(world.guild, name, permissions::EVERYONE);
        world.emulator.give_role(world.guild, bob, role);
    }
    world.emulator.user_says(world.channel, bob, &format!("<@{}> hi", world.emulator.bot())).unwrap();
    assert_eq!(world.hear().await.granted, Some(Role::Analyst));
    world.emulator.user_says(world.emulator.open_dm(bob), bob, "hi").unwrap();
    assert_eq!(world.hear().await.granted, Some(Role::Analyst));
    world.emulator.user_says(world.channel, world.ann, &format!("<@{}> hi", world.emulator.bot())).unwrap();
    assert_eq!(world.hear().await.granted, None);
    world.is_fine();
}

#[tokio::test]
async fn a_channel_shows_what_its_least_viewer_may_see() {
    let world = World::connected().await;
    let (emulator, channel, bot) = (&world.emulator, world.channel, world.emulator.bot());
    let marketing = emulator.add_role(world.guild, "Marketing", permissions::EVERYONE);
    emulator.give_role(world.guild, bot, marketing);
    let viewers = async || {
        emulator.slash(channel, world.ann, "help", &[]).unwrap();
        match world.hear().await.place {
            Place::Shared { id, viewers } => {
                assert_eq!(id, PlaceId { platform: Platform::Discord, id: channel.to_string() });
                viewers
            }
            Place::Private => panic!("a channel is no private place"),
        }
    };
    assert_eq!(viewers().await, Some(Role::Customer), "everyone reads along");
    emulator.deny_everyone(channel, permissions::VIEW_CHANNEL);
    assert_eq!(viewers().await, Some(Role::Owner), "only administrators read along");
    let bob = emulator.add_user("bob");
    emulator.add_member(world.guild, bob);
    emulator.allow(channel, bob, permissions::VIEW_CHANNEL);
    assert_eq!(viewers().await, Some(Role::Marketer), "a member whom the company knows reads along");
    emulator.clear_overwrites(channel);
    emulator.deny_everyone(channel, permissions::VIEW_CHANNEL);
    emulator.allow_role(channel, marketing, permissions::VIEW_CHANNEL);
    assert_eq!(viewers().await, Some(Role::Marketer), "a role that is mapped reads along");
    let friends = emulator.add_role(world.guild, "Friends", permissions::EVERYONE);
    emulator.allow_role(channel, friends, permissions::VIEW_CHANNEL);
    assert_eq!(viewers().await, Some(Role::Customer), "a role that is not mapped reads along");
    emulator.clear_overwrites(channel);
    emulator.allow(channel, bot, permissions::VIEW_CHANNEL);
    assert_eq!(viewers().await, Some(Role::Customer), "an exception for the bot hides nothing");
    world.is_fine();
}

#[tokio::test]
async fn commands_carry_their_options() {
    let world = World::connected().await;
    let (emulator, channel) = (&world.emulator, world.channel);
    emulator.set_locale(world.ann, "zh-CN");
    emulator
        .slash(channel, world.ann, "forecast", &[("metric", "revenue".into()), ("horizon", "8 weeks".into())])
        .unwrap();
    let message = world.hear().await;
    assert_eq!(
        message.content,
        Content::Asked { intent: Intent::ForecastMetric, text: "revenue for the next 8 weeks".to_owned() }
    );
    assert_eq!(message.language, Some(Language::Chinese));
    emulator.slash(channel, world.ann, "role", &[("who", "here".into()), ("role", "marketer".into())]).unwrap();
    assert_eq!(
        world.hear().await.content,
        Content::Command { command: Command::Role, words: "here marketer".to_owned() }
    );
    assert!(emulator.slash(channel, world.ann, "role", &[("who", "here".into()), ("role", "king".into())]).is_err());
    world.is_fine();
}

#[tokio::test]
async fn names_are_completed() {
    let world = World::connected().await;
    let typed = |name: &'static str, option: &'static str, text: &'static str| {
        world.emulator.autocomplete(world.channel, world.ann, name, &[(option, text.into())], option).unwrap()
    };
    let choices = async |id| match world.emulator.answered(id).await.unwrap().response {
        Some(Response::Choices(choices)) => choices.into_iter().map(|choice| choice.name).collect::<Vec<_>>(),
        other => panic!("no choices: {other:?}"),
    };
    assert_eq!(choices(typed("report", "metric", "re")).await, ["revenue", "returns"]);
    assert_eq!(choices(typed("similar", "product", "")).await.len(), 25);
    assert_eq!(choices(typed("report", "metric", "x")).await, Vec::<String>::new(), "no name is cut");
    world.is_fine();
}

#[tokio::test]
async fn files_are_fetched_as_far_as_they_were_announced() {
    let world = World::connected().await;
    let dm = world.emulator.open_dm(world.ann);
    world.emulator.upload(dm, world.ann, "our orders", "orders.csv", "order_id\n1\n").unwrap();
    let Content::File { file, text } = world.hear().await.content else { panic!("a file") };
    assert_eq!((file.name.as_str(), file.bytes, text.as_str()), ("orders.csv", 11, "our orders"));
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("fetched");
    world.chat.fetch(&file, &to).await.unwrap();
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "order_id\n1\n");
    let less = SentFile { bytes: 3, ..file.clone() };
    assert!(matches!(
        world.chat.fetch(&less, &to).await.unwrap_err(),
        herald::chat::ChatError::TooLarge { limit: 3, .. }
    ));
    let FileAt::Platform(url) = &file.at else { panic!("still with the platform") };
    let gone = SentFile { at: FileAt::Platform(url.replace("/attachments/", "/attachments/9")), ..file };
    assert!(world.chat.fetch(&gone, &to).await.is_err());
    let csv = OptionValue::File("more.csv".to_owned(), "a\n".into());
    world.emulator.slash(world.channel, world.ann, "import", &[("file", csv)]).unwrap();
    assert!(
        matches!(world.hear().await.content, Content::File { file, .. } if file.name == "more.csv" && file.bytes == 2)
    );
    world.emulator.slash(world.channel, world.ann, "import", &[]).unwrap();
    assert_eq!(world.hear().await.content, Content::Command { command: Command::Import, words: String::new() });
    world.is_fine();
}

#[tokio::test]
async fn a_button_works_after_a_restart() {
    let world = World::connected().await;
    let asked = world.emulator.slash(world.channel, world.ann, "ask", &[("question", "revenue".into())]).unwrap();
    let message = world.receive().await;
    let buttons = vec![Button::new("By region"), Button::new("CSV")];
    world.answer(&message, Reply { buttons, ..Reply::text("€5") }).await.unwrap();
    let shown = world.emulator.wait_for(|view| view.original(asked)).await.unwrap();
    let csv = shown.labelled("CSV").unwrap().custom_id.clone().unwrap();
    let world = world.restarted().await;
    let pressed = world.emulator.press(shown.id, &csv, world.ann).unwrap();
    let message = world.receive().await;
    assert_eq!(
        message.content,
        Content::Choice { turn: MessageId(format!("discord:{asked}")), offer: 1, written: None }
    );
    world.answer(&message, Reply::text("here it is")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.original(pressed)).unwrap().content, "here it is");
    assert_eq!(world.emulator.message(shown.id).unwrap().content, "€5", "what was asked stays");
    world.is_fine();
}

#[tokio::test]
async fn a_form_is_shown_at_once_and_also_after_a_restart() {
    let world = World::connected().await;
    let asked = world.emulator.slash(world.channel, world.ann, "digest", &[]).unwrap();
    let message = world.receive().await;
    let form = Form { title: "When and what".to_owned(), value: "every Monday".to_owned() };
    let button = Button { form: Some(form), ..Button::new("Change") };
    world.answer(&message, Reply { buttons: vec![button], ..Reply::text("Your digest") }).await.unwrap();
    let shown = world.emulator.wait_for(|view| view.original(asked)).await.unwrap();
    let id = shown.labelled("Change").unwrap().custom_id.clone().unwrap();
    let opened = world.emulator.press(shown.id, &id, world.ann).unwrap();
    let Some(Response::Modal(modal)) = world.emulator.answered(opened).await.unwrap().response else {
        panic!("a form")
    };
    let input = &modal.components[0].components[0];
    assert_eq!((modal.title.as_str(), input.value.as_deref()), ("When and what", Some("every Monday")));
    let world = world.restarted().await;
    let opened = world.emulator.press(shown.id, &id, world.ann).unwrap();
    let Some(Response::Modal(modal)) = world.emulator.answered(opened).await.unwrap().response else {
        panic!("a form")
    };
    assert_eq!(modal.title, "Change");
    world.emulator.submit_modal(opened, &[("written", "every Friday\nat 9")]).unwrap();
    let message = world.receive().await;
    let turn = MessageId(format!("discord:{asked}"));
    assert_eq!(message.content, Content::Choice { turn, offer: 0, written: Some("every Friday\nat 9".to_owned()) });
    world.answer(&message, Reply { replaces: true, ..Reply::text("Changed") }).await.unwrap();
    let now = world.emulator.message(shown.id).unwrap();
    assert_eq!((now.content.as_str(), now.components.len()), ("Changed", 0));
    world.is_fine();
}

#[tokio::test]
async fn many_choices_are_a_menu() {
    let world = World::connected().await;
    let asked = world.emulator.slash(world.channel, world.ann, "help", &[]).unwrap();
    let message = world.receive().await;
    let buttons = (0..8).map(|number| Button::new(format!("choice {number}"))).collect();
    world.answer(&message, Reply { buttons, ..Reply::text("Which?") }).await.unwrap();
    let shown = world.emulator.wait_for(|view| view.original(asked)).await.unwrap();
    let menu = shown.all_components().next().unwrap().clone();
    assert_eq!((menu.is_select(), menu.options.len()), (true, 8));
    world.emulator.select(shown.id, menu.custom_id.as_deref().unwrap(), world.ann, &["6"]).unwrap();
    assert!(matches!(world.receive().await.content, Content::Choice { offer: 6, .. }));
    world.is_fine();
}

#[tokio::test]
async fn in_its_own_thread_herald_hears_everything_where_it_may() {
    let world = World::with(quiet(), true).await;
    let bot = world.emulator.bot();
    let thread = {
        let client = reqwest::Client::new();
        let url = format!("{}/api/v10/channels/{}/threads", world.emulator.rest_url(), world.channel);
        let body = r#"{"name":"numbers","type":11}"#;
        let request = client.post(url).header("authorization", format!("Bot {}", world.emulator.token()));
        let request = request.header("user-agent", "DiscordBot (test, 1)").header("content-type", "application/json");
        assert!(request.body(body).send().await.unwrap().status().is_success());
        world.emulator.view(|view| view.threads(world.channel))[0].0
    };
    world.emulator.user_says(world.channel, world.ann, "not for the bot").unwrap();
    world.emulator.user_says(thread, world.ann, "revenue?").unwrap();
    let message = world.receive().await;
    assert_eq!((message.text(), &*message.conversation.0), ("revenue?", &*format!("discord:{thread}")));
    world.emulator.user_says(thread, world.ann, &format!("<@{bot}> and <@{}>", world.ann)).unwrap();
    assert_eq!(soon(world.hear()).await.text(), format!("and <@{}>", world.ann));
    world.is_fine();
}
