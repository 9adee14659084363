//! What people may ask about themselves, how they become customers, what they say, and a person who takes over.

use jiff::civil::date;

use super::super::testing::{World, account, desk, order, product, words};
use crate::domain::{
    CampaignSend, Command, Delivery, Destination, Dimension, Handoff, Language, MeasurePlan, Metric, Need, Place,
    PlaceId, Platform, Role, Topic,
};
use crate::facts::Person;
use crate::storage;

fn shop(desk: Option<PlaceId>) -> World {
    let world = World::new(desk);
    fill(&world);
    world
}

fn fill(world: &World) {
    world.warehouse.write_products(&[product("P1", "Oolong")], "test").unwrap();
    world.warehouse.write_orders(&[order("1", "C-1", 2.0), order("2", "C-2", 3.0)], "test").unwrap();
    let mailing = CampaignSend {
        customer_id: "C-1".to_owned(),
        campaign: "Autumn".to_owned(),
        channel: "email".to_owned(),
        sent_at: date(2026, 10, 9).at(8, 0, 0, 0),
        opened_at: None,
        clicked_at: None,
        converted_at: None,
        unsubscribed_at: None,
    };
    world.warehouse.write_campaign_sends(&[mailing], "test").unwrap();
    world.person("zoe", Role::Customer, Some("C-1"));
    world.person("ana", Role::Analyst, None);
    world.person("mark", Role::Marketer, None);
}

fn total(world: &World, metric: Metric) -> f64 {
    let plan = MeasurePlan::total(metric, None);
    world.warehouse.gather(&[Need::Measure(plan.clone())]).unwrap().measure(&plan).unwrap().rows[0].value
}

#[test]
fn wishes_are_changed_by_buttons_and_kept() {
    let mut world = shop(None);
    let shown = world.command("zoe", Command::Preferences, "");
    assert!(words(&shown).contains("Offers and recommendations: on"), "{}", words(&shown));
    let off = world.press("zoe", &shown[0], "Offers and recommendations: turn off");
    assert!(off[0].reply.replaces && words(&off).contains("Offers and recommendations: off"), "{}", words(&off));
    assert_eq!(world.profile("zoe").unwrap().muted, [Topic::Offers]);
    let on = world.press("zoe", &off[0], "Offers and recommendations: turn on");
    assert!(world.profile("zoe").unwrap().muted.is_empty());
    let chinese = world.press("zoe", &on[0], "中文");
    assert_eq!(world.profile("zoe").unwrap().language, Some(Language::Chinese));
    world.press("zoe", &chinese[0], "English");
    assert!(words(&world.press("mark", &shown[0], "turn off")).contains("somebody else"));

    assert!(words(&world.say("zoe", "unsubscribe")).contains("send you nothing"));
    assert_eq!(world.profile("zoe").unwrap().muted, Topic::ALL);
    let hello = world.command("zoe", Command::Start, "");
    assert!(
        words(&hello).contains("I work for Leaf & Bean") && words(&hello).contains("on again"),
        "{}",
        words(&hello)
    );
    assert!(world.profile("zoe").unwrap().muted.is_empty());
    // In a group the role is lower, and what is kept is not lowered with it.
    let mut message =
        world.message("ana", crate::domain::Content::Command { command: Command::Stop, words: String::new() });
    let id = PlaceId { platform: Platform::Telegram, id: "group".to_owned() };
    message.place = Place::Shared { id, viewers: None };
    assert_eq!(world.assistant.handle(&message).len(), 1);
    assert_eq!(world.profile("ana").unwrap().role, Role::Analyst);
}

#[test]
fn a_copy_goes_to_the_person_alone_and_holds_what_is_theirs() {
    let mut world = shop(None);
    world.say("zoe", "the tea was good");
    let mut message =
        world.message("zoe", crate::domain::Content::Command { command: Command::MyData, words: String::new() });
    let id = PlaceId { platform: Platform::Telegram, id: "group".to_owned() };
    message.place = Place::Shared { id, viewers: None };
    let deliveries = world.assistant.handle(&message);
    assert_eq!(deliveries[0].to, Destination::Person(account("zoe")));
    assert!(deliveries[1].reply.attachments.is_empty());
    let file = |name: &str| {
        let found = deliveries[0].reply.attachments.iter().find(|file| file.name == name);
        String::from_utf8(found.unwrap_or_else(|| panic!("no {name}")).bytes.clone()).unwrap()
    };
    assert!(file("herald.jsonl").contains("the tea was good"));
    let orders = file("orders.csv");
    assert!(orders.contains("C-1") && !orders.contains("C-2"), "{orders}");
    assert!(file("posts.csv").contains("the tea was good"));
    assert!(file("mailings.csv").contains("Autumn"));
    let why = world.say("zoe", "why do I get this");
    assert!(words(&why).contains("“Autumn”, by email, on 9 Oct 2026"), "{}", words(&why));
}

#[test]
fn whoever_is_forgotten_is_gone_and_totals_stay() {
    let mut world = shop(None);
    world.say("zoe", "the tea was good");
    let before = [Metric::Revenue, Metric::Customers, Metric::Mentions].map(|metric| total(&world, metric));
    let asked = world.command("zoe", Command::ForgetMe, "");
    assert!(words(&asked).contains("made-up name"), "{}", words(&asked));
    assert!(world.profile("zoe").is_some());
    let done = world.press("zoe", &asked[0], "Yes, forget me");
    assert!(words(&done).contains("You are forgotten"), "{}", words(&done));
    assert!(world.profile("zoe").is_none());
    let kept = [Metric::Revenue, Metric::Customers, Metric::Mentions].map(|metric| total(&world, metric));
    assert_eq!(kept, before);
    let person = Person { customer: Some("C-1".to_owned()), author: None };
    assert_eq!(world.warehouse.rows_of(&person).unwrap(), Default::default());
    let mut everything = Vec::new();
    storage::export_profile(&*world.store, &account("zoe").profile(), &mut everything).unwrap();
    assert!(everything.is_empty(), "{}", String::from_utf8_lossy(&everything));
    assert!(words(&world.press("zoe", &asked[0], "Yes, forget me")).contains("expired"));
    // Somebody who was not a customer of the shop is forgotten too.
    let asked = world.command("mark", Command::ForgetMe, "");
    assert!(words(&asked).contains("Shall I forget you") && !words(&asked).contains("orders"));
}

#[test]
fn feedback_becomes_a_post_and_blame_is_offered_a_person() {
    let mut world = shop(None);
    let glad = world.say("zoe", "the tea was good");
    assert!(words(&glad).contains("good to hear"), "{}", words(&glad));
    let sorry = world.say("zoe", "the tea was bad");
    assert!(words(&sorry).contains("sorry"), "{}", words(&sorry));
    assert!(words(&world.press("zoe", &sorry[0], "Talk to a person")).contains("none is connected here"));
    assert_eq!(total(&world, Metric::Mentions), 2.0);
    assert!(total(&world, Metric::Sentiment).abs() < 1e-6, "one good, one bad");
    assert_eq!(world.warehouse.catalog().unwrap().names_of(Dimension::Source), ["telegram"]);
    assert!(words(&world.say("mark", "the tea was good")).contains("from customers only"));
    assert_eq!(total(&world, Metric::Mentions), 2.0);
    assert!(words(&world.say("ana", "undo")).contains("last upload was test"), "feedback is no upload");
}

#[test]
fn a_code_makes_an_account_a_customers_once() {
    let mut world = shop(None);
    world.person("new", Role::Customer, None);
    assert!(words(&world.command("mark", Command::Link, "customer C-1")).contains("Only analysts"));
    assert!(words(&world.command("ana", Command::Link, "customer C-9")).contains("no customer"));
    let given = words(&world.command("ana", Command::Link, "customer c-1"));
    let code = given.split("start=c-").nth(1).unwrap().split('”').next().unwrap().to_owned();
    let asked = world.command("new", Command::Start, &format!("c-{code}"));
    assert!(words(&asked).contains("customer C-1 of Leaf & Bean"), "{}", words(&asked));
    assert_eq!(world.profile("new").unwrap().customer, None);
    let done = world.press("new", &asked[0], "Yes, that is me");
    assert!(words(&done).contains("as a customer now"), "{}", words(&done));
    assert_eq!(world.profile("new").unwrap().customer.as_deref(), Some("C-1"));
    assert!(words(&world.command("mark", Command::Start, &code)).contains("does not work"));
}

fn to<'a>(deliveries: &'a [Delivery], to: &Destination) -> &'a Delivery {
    deliveries.iter().find(|delivery| delivery.to == *to).unwrap_or_else(|| panic!("nothing to {to:?}"))
}

#[test]
fn a_person_takes_over_there_and_back_until_it_is_closed() {
    let mut world = World::on_disk(Some(desk()));
    fill(&world);
    let place = Destination::Place(desk());
    let person = Destination::Person(account("zoe"));
    world.say("zoe", "the tea was good");
    let called = world.say("zoe", "where is my order 48213?");
    assert!(words(&called).contains("A person of our team will answer you here"), "{}", words(&called));
    let asked = to(&called, &place).clone();
    let said = asked.reply.words();
    assert!(
        said.contains("zoe asks for a person") && said.contains("order 48213") && said.contains("the tea was good"),
        "{said}"
    );
    assert!(storage::all::<Delivery>(&*world.store).unwrap().iter().any(|kept| kept.to == place), "it is kept");

    let mut world = world.restarted();
    let more = world.say("zoe", "it was due @everyone last week");
    assert!(words(&more).contains("Passed on"), "{}", words(&more));
    let forwarded = to(&more, &place).clone();
    assert!(forwarded.reply.words().contains("due") && !forwarded.reply.words().contains("@everyone"));
    assert_eq!(forwarded.conversation, asked.conversation);

    // Anybody of the team may answer, nobody else.
    world.person("eve", Role::Customer, None);
    assert!(words(&world.fill("eve", &forwarded, "Reply", Some("hello"))).contains("may not show you that"));
    assert!(words(&world.press("eve", &forwarded, "Close")).contains("may not show you that"));
    let answered = world.fill("mark", &forwarded, "Reply", Some("It is on its way.\nSorry for the wait."));
    assert!(words(&answered).contains("Sent to zoe"), "{}", words(&answered));
    let reply = to(&answered, &person);
    assert_eq!(reply.reply.lines, ["**A person of our team writes:**", "It is on its way.", "Sorry for the wait."]);
    assert_eq!(reply.conversation.0, "telegram:zoe");
    // Where there are no forms, the next message is the answer.
    assert!(words(&world.press("ana", &asked, "Reply")).contains("Write your answer"));
    let answered = world.say("ana", "Tomorrow.");
    assert!(to(&answered, &person).reply.words().contains("Tomorrow."));

    let closed = world.say("zoe", "Close");
    assert!(words(&closed).contains("I answer again"), "{}", words(&closed));
    assert!(to(&closed, &place).reply.words().contains("zoe has closed"));
    assert!(words(&world.fill("mark", &asked, "Reply", Some("too late"))).contains("closed before"));
    assert!(words(&world.say("zoe", "thanks")).contains("welcome"));

    // The desk closes the next one.
    let called = world.command("zoe", Command::Human, "");
    let closed = world.press("mark", to(&called, &place), "Close");
    assert!(to(&closed, &person).reply.words().contains("I answer again"));
    let open = storage::all::<Handoff>(&*world.store).unwrap();
    assert!(open.len() == 2 && open.iter().all(|handoff| handoff.closed.is_some()));
}
