//! A year by the hour, with both changes of the clocks.

use std::collections::BTreeSet;

use herald::domain::{Delivery, Role};
use herald::storage::{self, Change};
use jiff::{Timestamp, ToSpan};

use super::world::World;

/// What goes out from 1 January 2026 to 1 January 2027 with a look each hour: ids and moments, in order.
fn year(zone: &str, words: &str) -> Vec<(String, Timestamp)> {
    let world = World::simple("2026-01-01T00:00:00Z", zone);
    world.role("1", Role::Marketer);
    assert_eq!(world.ask("1", words).buttons.len(), 4, "it was made");
    let end: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let mut now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut sent = Vec::new();
    while now < end {
        world.clock.set_to(now);
        for delivery in world.schedule.due().unwrap() {
            assert!(!delivery.reply.words().contains("late"), "{now}: {}", delivery.reply.words());
            world.store.apply(&[Change::remove::<Delivery>(&delivery.id)]).unwrap();
            sent.push((delivery.id, now));
        }
        now = now.checked_add(1.hour()).unwrap();
    }
    assert!(world.outbox().is_empty());
    let ids: BTreeSet<&String> = sent.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), sent.len(), "none is sent twice");
    // Every one has its turn.
    let digest = &world.digests()[0];
    assert_eq!(world.store.conversation(&digest.errand.conversation, 1_000).unwrap().turns.len(), sent.len() + 1);
    sent
}

fn moments(sent: &[(String, Timestamp)], from: &str, to: &str) -> Vec<String> {
    let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
    sent.iter().filter(|(_, at)| (from..to).contains(at)).map(|(_, at)| at.to_string()).collect()
}

#[test]
fn mondays_in_london_are_fifty_two() {
    let sent = year("Europe/London", "every Monday 9am send a digest with revenue here");
    assert_eq!(sent.len(), 52);
    assert_eq!(
        moments(&sent, "2026-03-20T00:00:00Z", "2026-04-01T00:00:00Z"),
        ["2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z"]
    );
    assert_eq!(
        moments(&sent, "2026-10-18T00:00:00Z", "2026-10-30T00:00:00Z"),
        ["2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z"]
    );
}

#[test]
fn weekdays_in_new_york_are_two_hundred_and_sixty_one() {
    let sent = year("America/New_York", "every weekday at 8am a digest with revenue here");
    assert_eq!(sent.len(), 261);
    assert_eq!(
        moments(&sent, "2026-03-06T00:00:00Z", "2026-03-10T00:00:00Z"),
        ["2026-03-06T13:00:00Z", "2026-03-09T12:00:00Z"]
    );
    assert_eq!(
        moments(&sent, "2026-10-30T00:00:00Z", "2026-11-03T00:00:00Z"),
        ["2026-10-30T12:00:00Z", "2026-11-02T13:00:00Z"]
    );
}

#[test]
fn a_skipped_and_a_repeated_hour_bring_one_each() {
    // London skips 1:00 to 2:00 on 29 March and has it twice on 25 October.
    let sent = year("Europe/London", "every day at 1am a digest with revenue here");
    assert_eq!(sent.len(), 365);
    assert_eq!(moments(&sent, "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"), ["2026-03-29T01:00:00Z"]);
    assert_eq!(moments(&sent, "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"), ["2026-10-25T00:00:00Z"]);
}

#[test]
fn what_was_missed_is_made_up_for_once_and_says_so() {
    let world = World::simple("2026-05-01T12:00:00Z", "Europe/London");
    world.role("1", Role::Marketer);
    world.ask("1", "every day at 9am a digest with revenue here");
    world.clock.set("2026-05-08T10:30:00Z");
    let late = world.schedule.due().unwrap();
    assert_eq!(late.len(), 1);
    let words = late[0].reply.words();
    assert!(words.contains("late") && words.contains("8 May 2026, 09:00"), "{words}");
    assert!(world.schedule.due().unwrap().is_empty());
    let next: Timestamp = "2026-05-09T08:00:00Z".parse().unwrap();
    assert_eq!(world.schedule.next().unwrap(), Some(next));
    world.clock.set("2026-05-09T08:00:10Z");
    let due = world.schedule.due().unwrap();
    assert!(due.len() == 1 && !due[0].reply.words().contains("late"));
}

#[test]
fn what_comes_once_is_gone_afterwards() {
    let world = World::simple("2026-05-01T12:00:00Z", "Europe/London");
    world.role("1", Role::Marketer);
    world.ask("1", "/digest");
    world.say(
        "1",
        None,
        herald::domain::Content::Command {
            command: herald::domain::Command::Digest,
            words: "tomorrow at 9 with revenue here".to_owned(),
        },
    );
    assert_eq!(world.digests().len(), 1);
    world.clock.set("2026-05-02T08:00:00Z");
    assert_eq!(world.schedule.due().unwrap().len(), 1);
    assert!(world.digests().is_empty());
    assert_eq!(storage::all::<Delivery>(&*world.store).unwrap().len(), 1);
}
