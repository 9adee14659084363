//! The conversations of `tests/conversations`, unchanged, over the emulated platforms.

use herald::domain::Role;

use super::front::{Front, PICTURE};
use super::{Fresh, Serving, fresh, tokio_runtime};
use crate::whole::{FILES, conversations};

fn run(open: impl AsyncFnOnce() -> Front) {
    let herald = fresh();
    tokio_runtime().block_on(async { talk(open().await, &herald).await });
}

async fn talk(front: Front, herald: &Fresh) {
    let serving = Serving::start(herald, vec![front.chat()]);
    front.listens().await;
    let mut wrong = Vec::new();
    for file in FILES {
        for conversation in conversations(file) {
            let person = front.person(&conversation.name);
            let role = conversation.role.unwrap_or(Role::Owner);
            serving.knows(&person.account, role, conversation.customer.as_deref());
            for said in &conversation.turns {
                let mut reply = serving.say(&front, &person, &said.say).await;
                if reply.contains(PICTURE) {
                    // People see what is drawn; here it is read off the turn that it was drawn for.
                    let turns = serving.app.store.conversation(&person.conversation, 1).unwrap().turns;
                    let drawn = turns.iter().flat_map(|turn| &turn.reply.attachments).map(|drawn| drawn.text.as_str());
                    reply = [vec![reply.as_str()], drawn.collect()].concat().join("\n");
                }
                wrong.extend(said.check(&conversation.name, &reply));
            }
        }
    }
    serving.end().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(front.violations(), Vec::<String>::new());
}

#[test]
fn they_go_the_same_over_discord() {
    run(Front::discord);
}

#[test]
fn they_go_the_same_over_telegram() {
    // The platform's pace is what its adapter's own tests are about.
    let options = telegram_emulator::emulator::Options {
        patience: super::PATIENCE,
        limits: telegram_emulator::emulator::Limits::none(),
        ..telegram_emulator::emulator::Options::default()
    };
    run(async || Front::telegram_with(options).await);
}
