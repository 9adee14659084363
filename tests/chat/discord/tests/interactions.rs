//! Interactions through serenity: answers of every type, follow-ups, deadlines and the rules about them.

use std::time::Duration;

use discord_emulator::emulator::{InteractionId, Response, Rule};
use serenity::all::{
    ActionRowComponent, AutocompleteChoice, Command, CommandInteraction, CommandOptionType,
    ComponentInteractionDataKind, CreateActionRow, CreateAttachment, CreateAutocompleteResponse, CreateButton,
    CreateCommand, CreateCommandOption, CreateInputText, CreateInteractionResponse as Answer,
    CreateInteractionResponseFollowup as FollowUp, CreateInteractionResponseMessage as Text, CreateModal,
    CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, EditInteractionResponse, InputTextStyle,
    ResolvedValue,
};

use crate::bot::{Bot, World, code, paths};

async fn with_commands(world: &World) -> Bot {
    let bot = world.bot().await;
    let metric = CreateCommandOption::new(CommandOptionType::String, "metric", "Which").set_autocomplete(true);
    let weekly = CreateCommandOption::new(CommandOptionType::SubCommand, "weekly", "Each week").add_sub_option(metric);
    let question = CreateCommandOption::new(CommandOptionType::String, "question", "What").required(true);
    let file = CreateCommandOption::new(CommandOptionType::Attachment, "file", "Numbers");
    let commands = vec![
        CreateCommand::new("ask").description("Ask").add_option(question).add_option(file),
        CreateCommand::new("report").description("Report").add_option(weekly),
    ];
    Command::set_global_commands(&bot.http, commands).await.unwrap();
    bot
}

async fn asked(world: &World, bot: &mut Bot) -> (InteractionId, CommandInteraction) {
    let id = world.emulator.slash(world.channel, world.ann, "ask", &[("question", "why?".into())]).unwrap();
    (id, bot.interaction().await.command().unwrap())
}

fn says(text: &str) -> Answer {
    Answer::Message(Text::new().content(text))
}

#[tokio::test]
async fn a_command_is_answered_once() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let (id, used) = asked(&world, &mut bot).await;
    assert_eq!((used.data.name.as_str(), used.user.id.get()), ("ask", world.ann.get()));
    assert_eq!(used.data.options[0].value.as_str(), Some("why?"));
    used.create_response(&bot.http, says("because")).await.unwrap();
    let answered = world.emulator.answered(id).await.unwrap();
    assert!(matches!(answered.response, Some(Response::Message(_))));
    assert_eq!(world.emulator.view(|view| view.original(id)).unwrap().content, "because");
    assert_eq!(used.get_response(&bot.http).await.unwrap().content, "because");
    assert_eq!(code(used.create_response(&bot.http, says("again")).await.unwrap_err()), 40_060);
    used.delete_response(&bot.http).await.unwrap();
    assert_eq!(code(used.get_response(&bot.http).await.unwrap_err()), 10_008);
}

#[tokio::test]
async fn a_deferred_answer_is_edited_and_followed() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let (id, used) = asked(&world, &mut bot).await;
    used.defer_ephemeral(&bot.http).await.unwrap();
    assert!(world.emulator.view(|view| view.original(id)).is_none(), "it is still thinking");
    world.emulator.clock().advance(Duration::from_secs(60));
    let file = CreateAttachment::bytes("a,b".as_bytes(), "table.csv");
    let edit = EditInteractionResponse::new().content("done").new_attachment(file);
    used.edit_response(&bot.http, edit).await.unwrap();
    let original = world.emulator.view(|view| view.original(id)).unwrap();
    assert_eq!((original.content.as_str(), original.ephemeral_to), ("done", Some(world.ann)));
    assert_eq!(&original.files[0].bytes[..], b"a,b");
    let sent = used.create_followup(&bot.http, FollowUp::new().content("and more").ephemeral(true)).await.unwrap();
    used.edit_followup(&bot.http, sent.id, FollowUp::new().content("and more, corrected")).await.unwrap();
    let follow_up = world.emulator.view(|view| view.interaction(id)).unwrap().follow_ups[0];
    assert_eq!(world.emulator.message(follow_up).unwrap().content, "and more, corrected");
    used.delete_followup(&bot.http, sent.id).await.unwrap();
    assert!(world.emulator.message(follow_up).unwrap().deleted);
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn deadlines_are_three_seconds_and_fifteen_minutes() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let (_, late) = asked(&world, &mut bot).await;
    world.emulator.clock().advance(Duration::from_millis(3001));
    assert_eq!(code(late.create_response(&bot.http, says("x")).await.unwrap_err()), 10_062);
    assert_eq!(code(late.create_followup(&bot.http, FollowUp::new().content("x")).await.unwrap_err()), 10_015);
    let (_, used) = asked(&world, &mut bot).await;
    world.emulator.clock().advance(Duration::from_secs(3));
    used.create_response(&bot.http, says("x")).await.unwrap();
    world.emulator.clock().advance(Duration::from_secs(897));
    used.create_followup(&bot.http, FollowUp::new().content("just in time")).await.unwrap();
    world.emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(code(used.create_followup(&bot.http, FollowUp::new().content("x")).await.unwrap_err()), 50_027);
    assert_eq!(
        code(used.edit_response(&bot.http, EditInteractionResponse::new().content("x")).await.unwrap_err()),
        50_027
    );
}

#[tokio::test]
async fn buttons_and_menus_update_their_message() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let (id, used) = asked(&world, &mut bot).await;
    let options = ["day", "week"].map(|name| CreateSelectMenuOption::new(name, name)).to_vec();
    let menu = CreateSelectMenu::new("period", CreateSelectMenuKind::String { options });
    let people = CreateSelectMenu::new("who", CreateSelectMenuKind::User { default_users: None });
    let rows = vec![
        CreateActionRow::Buttons(vec![
            CreateButton::new("more").label("More"),
            CreateButton::new("no").label("No").disabled(true),
        ]),
        CreateActionRow::SelectMenu(menu),
        CreateActionRow::SelectMenu(people),
    ];
    used.create_response(&bot.http, Answer::Message(Text::new().content("pick").components(rows))).await.unwrap();
    let message = world.emulator.view(|view| view.original(id)).unwrap();
    assert!(message.labelled("More").unwrap().is_button());
    world.emulator.press(message.id, "no", world.ann).unwrap_err();
    let pressed = world.emulator.press(message.id, "more", world.ann).unwrap();
    let component = bot.interaction().await.message_component().unwrap();
    assert_eq!((component.data.custom_id.as_str(), component.message.id.get()), ("more", message.id.get()));
    component.create_response(&bot.http, Answer::UpdateMessage(Text::new().content("more of it"))).await.unwrap();
    assert!(matches!(world.emulator.answered(pressed).await.unwrap().response, Some(Response::Update(_))));
    assert_eq!(world.emulator.message(message.id).unwrap().content, "more of it");
    world.emulator.select(message.id, "period", world.ann, &["year"]).unwrap_err();
    world.emulator.select(message.id, "period", world.ann, &["week"]).unwrap();
    let component = bot.interaction().await.message_component().unwrap();
    let ComponentInteractionDataKind::StringSelect { values } = &component.data.kind else { panic!() };
    assert_eq!(values, &["week"]);
    component.defer(&bot.http).await.unwrap();
    component.edit_response(&bot.http, EditInteractionResponse::new().content("weekly")).await.unwrap();
    assert_eq!(world.emulator.message(message.id).unwrap().content, "weekly");
    world.emulator.select(message.id, "who", world.ann, &[&world.ann.to_string()]).unwrap();
    let component = bot.interaction().await.message_component().unwrap();
    component.create_response(&bot.http, Answer::Acknowledge).await.unwrap();
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn modals_are_opened_and_submitted() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let (id, used) = asked(&world, &mut bot).await;
    let input = CreateInputText::new(InputTextStyle::Short, "Target", "target").max_length(5);
    let modal = CreateModal::new("goal", "Set a goal").components(vec![CreateActionRow::InputText(input)]);
    used.create_response(&bot.http, Answer::Modal(modal)).await.unwrap();
    world.emulator.submit_modal(id, &[("target", "too long")]).unwrap_err();
    world.emulator.submit_modal(id, &[]).unwrap_err();
    let submitted = world.emulator.submit_modal(id, &[("target", "500")]).unwrap();
    let form = bot.interaction().await.modal_submit().unwrap();
    let ActionRowComponent::InputText(input) = &form.data.components[0].components[0] else { panic!() };
    assert_eq!((form.data.custom_id.as_str(), input.value.as_deref()), ("goal", Some("500")));
    let second = CreateModal::new("x", "x").components(vec![]);
    assert_eq!(paths(form.create_response(&bot.http, Answer::Modal(second)).await.unwrap_err()), ["type"]);
    form.create_response(&bot.http, says("noted")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.original(submitted)).unwrap().content, "noted");
    let (_, used) = asked(&world, &mut bot).await;
    let long = CreateModal::new("x", "t".repeat(46)).components(vec![]);
    let found = paths(used.create_response(&bot.http, Answer::Modal(long)).await.unwrap_err());
    assert_eq!(found, ["data.title", "data.components"]);
}

#[tokio::test]
async fn options_are_completed_and_files_arrive() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let id =
        world.emulator.autocomplete(world.channel, world.ann, "report weekly", &[("metric", "rev".into())], "metric");
    let typing = bot.interaction().await.autocomplete().unwrap();
    assert_eq!(typing.data.autocomplete().unwrap().value, "rev");
    assert_eq!(paths(typing.create_response(&bot.http, says("x")).await.unwrap_err()), ["type"]);
    let choices = vec![AutocompleteChoice::new("Revenue", "revenue")];
    let answer = Answer::Autocomplete(CreateAutocompleteResponse::new().set_choices(choices));
    typing.create_response(&bot.http, answer).await.unwrap();
    let Some(Response::Choices(choices)) = world.emulator.answered(id.unwrap()).await.unwrap().response else {
        panic!()
    };
    assert_eq!(choices[0].name, "Revenue");
    let file = discord_emulator::emulator::OptionValue::File("in.csv".to_owned(), "1,2".into());
    world.emulator.slash(world.channel, world.ann, "ask", &[("question", "x".into()), ("file", file)]).unwrap();
    let used = bot.interaction().await.command().unwrap();
    let options = used.data.options();
    let ResolvedValue::Attachment(file) = options[1].value else { panic!() };
    assert_eq!(file.download().await.unwrap(), b"1,2");
}

#[tokio::test]
async fn an_ephemeral_answer_is_for_one_person() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let bob = world.emulator.add_user("bob");
    world.emulator.add_member(world.guild, bob);
    let (id, used) = asked(&world, &mut bot).await;
    let row = CreateActionRow::Buttons(vec![CreateButton::new("go").label("Go")]);
    let text = Text::new().content("for you").ephemeral(true).components(vec![row]);
    used.create_response(&bot.http, Answer::Message(text)).await.unwrap();
    let message = world.emulator.view(|view| view.original(id)).unwrap();
    assert_eq!(message.ephemeral_to, Some(world.ann));
    world.emulator.press(message.id, "go", bob).unwrap_err();
    world.emulator.press(message.id, "go", world.ann).unwrap();
    let fetched = world.there().message(&bot.http, message.id.get()).await;
    assert_eq!(code(fetched.unwrap_err()), 10_008, "the channel does not have it");
}

#[tokio::test]
async fn a_follow_up_in_the_place_of_an_edit_is_noted() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let (id, used) = asked(&world, &mut bot).await;
    used.defer(&bot.http).await.unwrap();
    used.create_followup(&bot.http, FollowUp::new().content("late")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.original(id)).unwrap().content, "late");
    assert_eq!(world.emulator.violations()[0].rule, Rule::FollowUpInsteadOfEdit);
}

#[tokio::test]
async fn commands_work_in_direct_conversations() {
    let world = World::quiet().await;
    let mut bot = with_commands(&world).await;
    let dm = world.emulator.open_dm(world.ann);
    let id = world.emulator.slash(dm, world.ann, "ask", &[("question", "why?".into())]).unwrap();
    let used = bot.interaction().await.command().unwrap();
    assert_eq!((used.guild_id, used.user.name.as_str()), (None, "ann"));
    used.create_response(&bot.http, says("so")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.original(id)).unwrap().channel, dm);
}
