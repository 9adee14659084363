//! Who may make, see and change what, and where it may go.

use herald::assistant::{Configured, ConfiguredError};
use herald::domain::{Act, Content, Delivery, Destination, Pause, PlaceId, Platform, Role, Standing};
use herald::storage;

use super::world::{World, account, team};

const MONDAY: &str = "2026-05-04T08:00:00Z";

fn world() -> World {
    let world = World::simple("2026-05-01T12:00:00Z", "Europe/London");
    world.role("1", Role::Marketer);
    world.role("2", Role::Marketer);
    world.role("3", Role::Owner);
    world.role("4", Role::Customer);
    world
}

fn in_team(world: &World, user: &str, text: &str) -> String {
    world.say(user, Some(Role::Analyst), Content::Text(text.to_owned())).remove(0).reply.words()
}

#[test]
fn customers_make_none() {
    let world = world();
    world.ask("4", "every Monday 9am send a digest with revenue here");
    assert!(world.digests().is_empty());
}

#[test]
fn it_goes_where_it_was_asked_for() {
    let world = world();
    in_team(&world, "1", "every Monday 9am send a digest with revenue here");
    world.clock.set(MONDAY);
    let due = world.schedule.due().unwrap();
    assert_eq!(due[0].to, Destination::Place(team()));
    assert!(due[0].id.len() <= 58, "{}", due[0].id);
}

#[test]
fn nothing_personal_stands_where_others_read() {
    let world = world();
    world.role("1", Role::Owner);
    let refused = in_team(&world, "1", "every Monday 9am a digest with revenue, churn here");
    assert!(refused.contains("churn") && world.digests().is_empty(), "{refused}");
    world.ask("1", "every Monday 9am a digest with revenue, churn here");
    world.clock.set(MONDAY);
    let due = world.schedule.due().unwrap();
    assert!(due[0].reply.words().contains("churn_risk answered"), "{}", due[0].reply.words());
}

#[test]
fn viewers_who_may_see_no_figures_get_none() {
    let world = world();
    let text = Content::Text("every Monday 9am a digest with revenue here".to_owned());
    let reply = world.say("1", Some(Role::Customer), text).remove(0).reply.words();
    assert!(reply.contains("/role here") && world.digests().is_empty(), "{reply}");
}

#[test]
fn another_place_needs_the_right_to_post_there() {
    let world = world();
    let refused = world.ask("1", "every Monday 9am a digest with revenue to <#77>").words();
    assert!(refused.contains("may not post") && world.digests().is_empty(), "{refused}");
    world.rights.0.lock().unwrap().push("discord:77".to_owned());
    world.store.put_setting("place:discord:77", Some(&"marketer".into())).unwrap();
    let made = world.ask("1", "every Monday 9am a digest with revenue to <#77>").words();
    assert!(made.contains("discord:77"), "{made}");
    // The right is gone when it is due: it waits, and its maker is told.
    world.rights.0.lock().unwrap().clear();
    world.clock.set(MONDAY);
    let told = world.schedule.due().unwrap();
    assert_eq!(told[0].to, Destination::Person(account("1")));
    assert_eq!(world.digests()[0].errand.standing, Standing::Paused { why: Pause::Forbidden });
    assert!(world.schedule.due().unwrap().is_empty());
}

#[test]
fn a_refused_delivery_pauses_it_and_tells_its_maker_once() {
    let world = world();
    in_team(&world, "1", "every Monday 9am send a digest with revenue here");
    world.clock.set(MONDAY);
    let due: Delivery = world.schedule.due().unwrap().remove(0);
    let told = world.assistant.refused(&due).unwrap().unwrap();
    assert_eq!(told.to, Destination::Person(account("1")));
    assert!(told.reply.words().contains("paused"));
    assert_eq!(world.digests()[0].errand.standing, Standing::Paused { why: Pause::Refused });
    assert_eq!(world.assistant.refused(&told).unwrap(), None);
    assert!(world.outbox().is_empty());
}

#[test]
fn marketers_manage_their_own_and_owners_all() {
    let world = world();
    world.ask("1", "every Monday 9am send a digest with revenue here");
    assert!(world.ask("2", "list digests").words().contains("no digest yet"));
    assert!(world.ask("2", "pause digest 1").words().contains("no digest yet"));
    assert!(world.ask("3", "pause digest 1").words().contains("Paused"));
    assert!(matches!(world.digests()[0].errand.standing, Standing::Paused { .. }));
    assert!(world.ask("1", "resume digest 1").words().contains("Next: Mon 4 May 2026, 09:00"));
    assert!(world.ask("1", "change digest 1 to Tuesdays 8am").words().contains("Tuesday at 08:00"));
    assert_eq!(world.digests()[0].questions, ["revenue"]);
    assert!(world.ask("1", "delete digest 1").words().contains("for good"));
    assert_eq!(world.digests().len(), 1, "it was only asked");
    world.ask("1", "1");
    assert!(world.digests().is_empty());
}

#[test]
fn a_button_of_somebody_elses_does_nothing() {
    let world = world();
    world.ask("1", "every Monday 9am send a digest with revenue here");
    let id = world.digests()[0].errand.id.clone();
    let turn =
        world.store.conversation(&herald::domain::ConversationId("console:1".to_owned()), 1).unwrap().turns.remove(0);
    let offer = turn
        .offers
        .iter()
        .position(|offer| matches!(&offer.act, Some(Act::Digest { id: of, .. }) if *of == id))
        .unwrap();
    let press = |user: &str, offer| {
        let content = Content::Choice { turn: turn.message.clone(), offer, written: None };
        world.say(user, None, content).remove(0).reply.words()
    };
    assert!(press("2", offer).contains("somebody else"));
    assert!(press("1", offer).contains("This is how it looks now"));
    // A form changes it.
    let written = Content::Choice {
        turn: turn.message.clone(),
        offer: 1,
        written: Some("every Friday 5pm with orders".to_owned()),
    };
    let changed = world.say("1", None, written).remove(0).reply.words();
    assert!(changed.contains("Friday at 17:00"), "{changed}");
    assert_eq!(world.digests()[0].questions, ["orders"]);
}

#[test]
fn what_is_not_understood_is_asked_back() {
    let world = world();
    let asked = world.ask("1", "every Monday 9am send a digest with revenue, gobbledygook here");
    assert!(asked.words().contains("gobbledygook") && world.digests().is_empty(), "{}", asked.words());
    let made = world.ask("1", "Leave it out");
    assert!(made.words().contains("Done"), "{}", made.words());
    assert_eq!(world.digests()[0].questions, ["revenue"]);
    world.ask("1", "every Monday 9am send a digest here");
    assert!(world.ask("1", "list my digests").words().contains("1 digest"));
    let asked = world.ask("1", "every Monday 9am send a digest here");
    assert!(asked.words().contains("What should it say"), "{}", asked.words());
    world.ask("1", "orders, anomalies");
    assert!(world.digests().iter().any(|digest| digest.questions == ["orders"] && digest.unusual));
}

#[test]
fn the_configuration_makes_and_removes_its_own() {
    let world = world();
    let to = PlaceId { platform: Platform::Telegram, id: "-100".to_owned() };
    let entry = |words: &str| Configured { is_alert: false, words: words.to_owned(), to: to.clone() };
    let monday = entry("every Monday 9am with revenue and anomalies");
    world.assistant.configure(std::slice::from_ref(&monday)).unwrap();
    world.assistant.configure(std::slice::from_ref(&monday)).unwrap();
    let digests = world.digests();
    assert!(digests.len() == 1 && digests[0].errand.is_configured);
    assert!(world.ask("3", "delete digest 1").words().contains("configuration"));
    world.clock.set(MONDAY);
    assert_eq!(world.schedule.due().unwrap()[0].to, Destination::Place(to.clone()));
    let wrong = world.assistant.configure(&[monday.clone(), entry("every Monday 9am with gobbledygook")]).unwrap_err();
    assert!(matches!(&wrong, ConfiguredError::Words { words, .. } if words.contains("gobbledygook")));
    assert!(wrong.to_string().contains("gobbledygook"), "{wrong}");
    assert_eq!(world.digests().len(), 1, "nothing was changed");
    world.assistant.configure(&[]).unwrap();
    assert!(storage::all::<herald::domain::Digest>(&*world.store).unwrap().is_empty());
}

#[test]
fn whoever_is_forgotten_takes_their_digests_along() {
    let world = world();
    world.ask("1", "every Monday 9am send a digest with revenue here");
    world.store.erase(&account("1").profile()).unwrap();
    world.clock.set(MONDAY);
    assert!(world.digests().is_empty() && world.schedule.due().unwrap().is_empty());
}
