//! What networks and platforms do to a bot: each message is answered exactly once, or its failure is told.

use std::time::Duration;

use discord_emulator::emulator::{Cut, Endpoint, Filter};
use herald::domain::Role;
use telegram_emulator::emulator::{Disorder, Fault};

use super::front::{Front, Person};
use super::{Fresh, Serving, tokio_runtime};

const THANKS: &str = "thank you very much";
const WELCOME: &str = "You are welcome.";

/// Herald on a platform, with somebody who talks to it.
async fn talking(front: &Front, herald: &Fresh) -> (Serving, Person) {
    let serving = Serving::start(herald, vec![front.chat()]);
    front.listens().await;
    let person = front.person("Ann");
    serving.knows(&person.account, Role::Owner, None);
    (serving, person)
}

fn answers(front: &Front, person: &Person) -> usize {
    front.shown(person).iter().filter(|text| text.contains(WELCOME)).count()
}

#[test]
fn a_reply_that_discord_cuts_off_is_there_once() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::discord().await;
        let (serving, person) = talking(&front, &herald).await;
        for (turn, cut) in [Cut::BeforeHandling, Cut::AfterHandling].into_iter().enumerate() {
            front.as_discord().faults().cut(Filter::Only(Endpoint::CreateMessage), cut, 1);
            serving.say(&front, &person, THANKS).await;
            assert_eq!(answers(&front, &person), turn + 1, "{cut:?}: {:?}", front.shown(&person));
        }
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn a_reply_that_telegram_cuts_off_is_there_once_or_told() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::telegram().await;
        let (serving, person) = talking(&front, &herald).await;
        let faults = front.as_telegram().faults();
        // It arrived, but the receipt did not: nobody can know, so it is not sent again; a word says so.
        faults.inject_in("sendMessage", Fault::CutAnswer, 1);
        serving.say(&front, &person, THANKS).await;
        assert_eq!(answers(&front, &person), 1, "{:?}", front.shown(&person));
        // It did not arrive, which looks the same from here: the word's button brings it.
        faults.inject_in("sendMessage", Fault::CutRequest, 1);
        let before = front.shown(&person).len();
        front.say(&person, THANKS);
        super::until("a word or the answer", || (front.shown(&person).len() > before).then_some(())).await;
        if answers(&front, &person) == 1 {
            assert!(front.shown(&person)[before].contains("may not have arrived"), "{:?}", front.shown(&person));
            front.press(&person, "Say it again");
            super::until("the answer", || (answers(&front, &person) == 2).then_some(())).await;
        }
        assert_eq!(answers(&front, &person), 2, "{:?}", front.shown(&person));
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn a_gateway_that_breaks_off_loses_nothing() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::discord().await;
        let (serving, person) = talking(&front, &herald).await;
        serving.say(&front, &person, THANKS).await;
        for turn in 1..4 {
            match turn {
                1 => front.as_discord().gateway().cut(),
                2 => front.as_discord().gateway().reconnect(),
                _ => front.as_discord().gateway().invalidate(true),
            }
            serving.say(&front, &person, THANKS).await;
        }
        assert_eq!(answers(&front, &person), 4);
        assert!(front.as_discord().view(|view| view.gateway_log().resumes) >= 1);
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn updates_that_come_twice_and_out_of_order_are_answered_once() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::telegram().await;
        front.as_telegram().disorder(Disorder { duplicates: true, reordering: true });
        let people: Vec<Person> = (0..3).map(|number| front.person(&format!("Person {number}"))).collect();
        // All of it waits when Herald comes, so that it comes in one batch.
        for person in &people {
            front.say(person, THANKS);
            front.say(person, THANKS);
        }
        let serving = Serving::start(&herald, vec![front.chat()]);
        for person in &people {
            super::until("both answers", || {
                (answers(&front, person) >= 2 && serving.is_idle(&person.conversation)).then_some(())
            })
            .await;
            assert_eq!(answers(&front, person), 2, "{:?}", front.shown(person));
        }
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn a_storm_of_refusals_is_waited_out() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::telegram().await;
        let (serving, person) = talking(&front, &herald).await;
        let other = front.person("Bob");
        let faults = front.as_telegram().faults();
        faults.inject_in("sendMessage", Fault::TooManyRequests { retry_after: 1 }, 2);
        faults.inject_in("sendMessage", Fault::ServerError(502), 2);
        front.say(&person, THANKS);
        front.say(&other, THANKS);
        serving.answered(&front, &person, &[]).await;
        serving.answered(&front, &other, &[]).await;
        assert_eq!((answers(&front, &person), answers(&front, &other)), (1, 1));
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;

        let front = Front::discord().await;
        let (serving, person) = talking(&front, &herald).await;
        let faults = front.as_discord().faults();
        faults.server_error(Filter::Only(Endpoint::CreateMessage), 502, 2);
        faults.global_rate_limit(Duration::from_secs(1), 1);
        front.say(&person, THANKS);
        serving.answered(&front, &person, &[]).await;
        assert_eq!(answers(&front, &person), 1);
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn a_network_that_is_gone_comes_back() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::telegram().await;
        let (serving, person) = talking(&front, &herald).await;
        front.as_telegram().faults().refuse_connections();
        front.say(&person, THANKS);
        front.as_telegram().faults().accept_connections();
        serving.answered(&front, &person, &[]).await;
        assert_eq!(answers(&front, &person), 1);
        serving.end().await;
    });
}

#[test]
fn a_kill_between_two_questions_loses_none() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = Front::telegram().await;
        let (serving, person) = talking(&front, &herald).await;
        for _ in 0..4 {
            front.say(&person, THANKS);
        }
        // Somewhere in the middle.
        super::until("an answer", || (answers(&front, &person) >= 1).then_some(())).await;
        serving.kill().await;
        let again = Serving::start(&herald, vec![front.chat()]);
        let told = || front.shown(&person).iter().filter(|text| text.contains("may not have arrived")).count();
        let all = || (answers(&front, &person) + told() >= 4 && again.is_idle(&person.conversation)).then_some(());
        super::until("all answers", all).await;
        let (said, told) = (answers(&front, &person), told());
        assert!(said <= 4, "{said} answers and {told} words: {:?}", front.shown(&person));
        again.end().await;
    });
}
