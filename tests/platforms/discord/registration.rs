//! The commands that Discord lists.

use discord_emulator::emulator::{Endpoint, Filter};
use herald::chat::commands;
use herald::domain::Platform;

use super::{World, quiet};

impl World {
    fn changes(&self) -> usize {
        let changing = |endpoint: Option<Endpoint>| {
            matches!(
                endpoint,
                Some(
                    Endpoint::OverwriteGlobalCommands
                        | Endpoint::CreateGlobalCommand
                        | Endpoint::EditGlobalCommand
                        | Endpoint::DeleteGlobalCommand
                )
            )
        };
        self.emulator.view(|view| view.requests().iter().filter(|request| changing(request.endpoint)).count())
    }

    fn lookups(&self) -> usize {
        let is_lookup = |endpoint: Option<Endpoint>| endpoint == Some(Endpoint::GetGlobalCommands);
        self.emulator.view(|view| view.requests().iter().filter(|request| is_lookup(request.endpoint)).count())
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: &'static str) {
        let url = format!("{}/api/v10/applications/{}/commands{path}", self.emulator.rest_url(), self.emulator.bot());
        let request = reqwest::Client::new().request(method, url).body(body);
        let request = request.header("authorization", format!("Bot {}", self.emulator.token()));
        let request = request.header("user-agent", "DiscordBot (test, 1)").header("content-type", "application/json");
        assert!(request.send().await.unwrap().status().is_success());
    }
}

#[tokio::test]
async fn every_command_is_listed_in_both_languages() {
    let world = World::connected().await;
    let mut wanted: Vec<String> = commands(Platform::Discord).into_iter().map(|command| command.name).collect();
    let mut listed = world.emulator.view(|view| view.commands(None));
    wanted.sort();
    listed.sort();
    assert_eq!(listed, wanted);
    let forecast = world.emulator.view(|view| view.command(None, "forecast")).unwrap();
    assert_eq!(forecast["description_localizations"]["zh-CN"], "预测一个指标及其区间");
    assert_eq!(forecast["options"][0]["autocomplete"], true);
    world.is_fine();
}

#[tokio::test]
async fn only_what_differs_is_changed() {
    let world = World::connected().await;
    assert_eq!(world.changes(), 1);
    let world = world.restarted().await;
    world
        .emulator
        .wait_for(|view| {
            let lookups =
                view.requests().iter().filter(|one| one.endpoint == Some(Endpoint::GetGlobalCommands)).count();
            (lookups == 2).then_some(())
        })
        .await
        .unwrap();
    assert_eq!((world.lookups(), world.changes()), (2, 1), "nothing differs");
    let id = world.emulator.view(|view| view.command(None, "help")).unwrap()["id"].as_str().unwrap().to_owned();
    world.call(reqwest::Method::PATCH, &format!("/{id}"), r#"{"description":"older words"}"#).await;
    world.call(reqwest::Method::POST, "", r#"{"name":"gone","description":"no longer there"}"#).await;
    let ask = world.emulator.view(|view| view.command(None, "ask")).unwrap()["id"].as_str().unwrap().to_owned();
    world.call(reqwest::Method::DELETE, &format!("/{ask}"), "").await;
    let before = world.changes();
    let world = world.restarted().await;
    let count = commands(Platform::Discord).len();
    world
        .emulator
        .wait_for(|view| {
            let names = view.commands(None);
            let fresh = view.command(None, "help").is_some_and(|help| help["description"] != "older words");
            (names.len() == count && !names.contains(&"gone".to_owned()) && names.contains(&"ask".to_owned()) && fresh)
                .then_some(())
        })
        .await
        .unwrap();
    assert_eq!(world.changes() - before, 3);
    assert_eq!(world.emulator.view(|view| view.command(None, "help")).unwrap()["id"], id, "it is the same command");
    world.is_fine();
}

#[tokio::test]
async fn a_failure_is_tried_again() {
    let world = World::unconnected(quiet(), false).await;
    world.emulator.faults().server_error(Filter::Only(Endpoint::GetGlobalCommands), 500, 2);
    world.ready().await;
    assert_eq!(world.lookups(), 3);
    world.is_fine();
}
