//! The lists of commands that people see.

use std::sync::Arc;

use herald::chat::telegram::{Telegram, TelegramOptions};
use herald::domain::Role;
use telegram_emulator::emulator::{ChatId, Emulator, Scope};

use super::{Roles, emulator, listen, next, options};

fn names(emulator: &Emulator, scope: Scope, language: &str) -> Vec<String> {
    emulator.look(|state| state.commands(scope, language).iter().map(|command| command.name.clone()).collect())
}

async fn listed(emulator: &Emulator, scope: Scope, language: &str, name: &str) -> Vec<String> {
    let has = |state: &telegram_emulator::emulator::State<'_>| {
        state.commands(scope, language).iter().any(|command| command.name == name).then_some(())
    };
    emulator.wait_for(has).await.unwrap();
    names(emulator, scope, language)
}

#[tokio::test]
async fn everybody_sees_what_their_role_may_ask() {
    let emulator = emulator().await;
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let (anns, bobs) = (emulator.private_chat(ann), emulator.private_chat(bob));
    let roles = Arc::new(Roles::default());
    roles.0.lock().unwrap().insert(ann.0.to_string(), Role::Owner);
    let directory: Arc<dyn herald::chat::Directory> = roles.clone();
    let telegram = Arc::new(Telegram::new(TelegramOptions { directory, ..options(&emulator) }).unwrap());
    emulator.says(bobs, bob, "hello");
    emulator.says(anns, ann, "hello");
    next(&telegram).await;
    next(&telegram).await;
    let everybody = listed(&emulator, Scope::Default, "zh", "help").await;
    assert!(everybody.contains(&"recommend".to_owned()) && !everybody.contains(&"forecast".to_owned()));
    let chinese = emulator.look(|state| state.commands(Scope::Default, "zh")[0].description.clone());
    assert!(!chinese.is_ascii(), "{chinese}");
    let groups = listed(&emulator, Scope::AllGroupChats, "zh", "help").await;
    assert!(groups.len() < everybody.len());
    let owner = listed(&emulator, Scope::Chat(ChatId(ann.0)), "zh", "role").await;
    assert!(owner.contains(&"forecast".to_owned()) && owner.len() > everybody.len());
    assert!(names(&emulator, Scope::Chat(ChatId(bob.0)), "").is_empty());

    // A role that is taken away takes its commands away.
    roles.0.lock().unwrap().clear();
    emulator.says(anns, ann, "hello again");
    next(&telegram).await;
    let gone = |state: &telegram_emulator::emulator::State<'_>| {
        let left = ["", "zh"].map(|language| state.commands(Scope::Chat(ChatId(ann.0)), language).len());
        (left == [0, 0]).then_some(())
    };
    emulator.wait_for(gone).await.unwrap();

    // Another start finds the lists as they are.
    let again = Arc::new(Telegram::new(options(&emulator)).unwrap());
    let count = |emulator: &Emulator, method: &str| {
        emulator.look(|state| state.requests().iter().filter(|request| request.method == method).count())
    };
    let (asked, set) = (count(&emulator, "getmycommands"), count(&emulator, "setmycommands"));
    let waiting = listen(&again);
    let looked = |state: &telegram_emulator::emulator::State<'_>| {
        let now = state.requests().iter().filter(|request| request.method == "getmycommands").count();
        (now == asked + 4).then_some(())
    };
    emulator.wait_for(looked).await.unwrap();
    emulator.says(bobs, bob, "bye");
    waiting.await.unwrap().unwrap().unwrap();
    assert_eq!(count(&emulator, "setmycommands"), set);
    assert_eq!(emulator.violations(), []);
}
