//! Registering commands through serenity, and what is refused of them.

use discord_emulator::emulator::EmulatorError;
use serenity::all::{Command, CommandOptionType, CreateCommand, CreateCommandOption, GuildId};

use crate::bot::{World, code, http, paths};

fn ask() -> CreateCommand {
    let question = CreateCommandOption::new(CommandOptionType::String, "question", "What to ask").required(true);
    let days = CreateCommandOption::new(CommandOptionType::Integer, "days", "How far back").min_int_value(1);
    CreateCommand::new("ask").description("Ask about the numbers").add_option(question).add_option(days)
}

#[tokio::test]
async fn commands_are_registered_kept_and_deleted() {
    let world = World::quiet().await;
    let bot = world.bot().await;
    let first = Command::set_global_commands(&bot.http, vec![ask()]).await.unwrap();
    let again = Command::set_global_commands(&bot.http, vec![ask(), ask_named("tell")]).await.unwrap();
    assert_eq!(first[0].id, again[0].id, "a command of the same name keeps its number");
    assert_eq!(Command::get_global_commands(&bot.http).await.unwrap().len(), 2);
    let guild = GuildId::new(world.guild.get());
    let own = guild.create_command(&bot.http, ask_named("here")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.commands(Some(world.guild))), ["here"]);
    guild.delete_command(&bot.http, own.id).await.unwrap();
    assert_eq!(code(guild.delete_command(&bot.http, own.id).await.unwrap_err()), 10_063);
    assert_eq!(world.emulator.view(|view| view.commands(None)), ["ask", "tell"]);
}

fn ask_named(name: &str) -> CreateCommand {
    ask().name(name)
}

#[tokio::test]
async fn broken_commands_are_refused_with_their_paths() {
    let world = World::quiet().await;
    let http = {
        let http = http(&world.emulator, &world.emulator.token());
        http.set_application_id(world.emulator.bot().get().into());
        http
    };
    let refused = |command: CreateCommand| {
        let http = &http;
        async move { paths(Command::create_global_command(http, command).await.unwrap_err()) }
    };
    assert_eq!(refused(ask_named("Ask")).await, ["name"]);
    assert_eq!(refused(ask_named("ask me")).await, ["name"]);
    assert_eq!(refused(ask().description("d".repeat(101))).await, ["description"]);
    let option = |name: &str| CreateCommandOption::new(CommandOptionType::String, name, "x");
    assert_eq!(refused(ask().add_option(option("late").required(true))).await, ["options.2"]);
    assert_eq!(refused(ask().add_option(option("days"))).await, ["options.2.name"]);
    let mut many = option("many");
    for number in 0..26 {
        many = many.add_string_choice(format!("c{number}"), "v");
    }
    assert_eq!(refused(CreateCommand::new("x").description("x").add_option(many)).await, ["options.0.choices"]);
    let both = option("both").set_autocomplete(true).add_string_choice("a", "b");
    assert_eq!(refused(CreateCommand::new("x").description("x").add_option(both)).await, ["options.0.autocomplete"]);
    let twice = Command::set_global_commands(&http, vec![ask(), ask()]).await.unwrap_err();
    assert_eq!(paths(twice), ["1"]);
}

#[tokio::test]
async fn people_can_only_use_what_is_registered() {
    let world = World::quiet().await;
    let bot = world.bot().await;
    let slash = |name: &str, options: &[_]| world.emulator.slash(world.channel, world.ann, name, options);
    assert!(matches!(slash("ask", &[]), Err(EmulatorError::NoCommand(_))));
    Command::set_global_commands(&bot.http, vec![ask()]).await.unwrap();
    assert!(matches!(slash("ask", &[]), Err(EmulatorError::BadOption { .. })));
    assert!(matches!(
        slash("ask", &[("question", "x".into()), ("days", 0.into())]),
        Err(EmulatorError::BadOption { .. })
    ));
    assert!(slash("ask", &[("question", "x".into()), ("days", 7.into())]).is_ok());
}
