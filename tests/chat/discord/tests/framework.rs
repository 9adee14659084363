//! A bot that is built with poise 0.7, driven only through the emulator's people. Serenity alone is in the others.

use discord_emulator::emulator::{Emulator, OptionValue, Response, Rule};
use poise::serenity_prelude as serenity;

use crate::bot::{World, http, intents};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Context<'a> = poise::Context<'a, (), Error>;

async fn metrics(_: Context<'_>, partial: &str) -> serenity::CreateAutocompleteResponse {
    let names = ["revenue", "returns", "visits"].into_iter().filter(|name| name.starts_with(partial));
    let choices = names.map(|name| serenity::AutocompleteChoice::new(name, name)).collect();
    serenity::CreateAutocompleteResponse::new().set_choices(choices)
}

/// Tell a figure
#[poise::command(slash_command)]
async fn tell(
    ctx: Context<'_>,
    #[description = "Which figure"]
    #[autocomplete = "metrics"]
    metric: String,
    #[description = "How many days"]
    #[min = 1]
    days: Option<u32>,
) -> Result<(), Error> {
    ctx.defer_ephemeral().await?;
    let button = serenity::CreateButton::new("more").label("More");
    let rows = vec![serenity::CreateActionRow::Buttons(vec![button])];
    let text = format!("{metric} of {} days", days.unwrap_or(7));
    ctx.send(poise::CreateReply::default().content(text).components(rows).ephemeral(true)).await?;
    Ok(())
}

async fn start(emulator: &Emulator) {
    let framework = poise::Framework::builder()
        .options(poise::FrameworkOptions { commands: vec![tell()], ..Default::default() })
        .setup(|ctx, _, framework| {
            Box::pin(async move { Ok(poise::builtins::register_globally(ctx, &framework.options().commands).await?) })
        })
        .build();
    let http = http(emulator, &emulator.token());
    let mut client = serenity::ClientBuilder::new_with_http(http, intents()).framework(framework).await.unwrap();
    tokio::spawn(async move { client.start().await });
}

#[tokio::test]
async fn a_poise_command_is_completed_deferred_and_answered() {
    let world = World::quiet().await;
    start(&world.emulator).await;
    world.emulator.wait_for(|view| (view.commands(None) == ["tell"]).then_some(())).await.unwrap();
    let typed: [(&str, OptionValue); 1] = [("metric", "re".into())];
    let typing = world.emulator.autocomplete(world.channel, world.ann, "tell", &typed, "metric").unwrap();
    let Some(Response::Choices(choices)) = world.emulator.answered(typing).await.unwrap().response else { panic!() };
    assert_eq!(choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["revenue", "returns"]);
    let options: [(&str, OptionValue); 2] = [("metric", "revenue".into()), ("days", 3.into())];
    let used = world.emulator.slash(world.channel, world.ann, "tell", &options).unwrap();
    let answer = world.emulator.wait_for(|view| view.original(used)).await.unwrap();
    assert_eq!((answer.content.as_str(), answer.ephemeral_to), ("revenue of 3 days", Some(world.ann)));
    assert!(answer.labelled("More").is_some());
    // Poise answers a deferral with a follow-up, which the platform takes for an edit, and calls deprecated.
    let broken: Vec<Rule> = world.emulator.violations().into_iter().map(|one| one.rule).collect();
    assert_eq!(broken, [Rule::FollowUpInsteadOfEdit]);
}
