//! Alerts on the engine of figures: one event is told once.

use herald::domain::{Alert, Role, Trigger};
use herald::storage;
use jiff::civil::date;

use super::world::ManualClock;
use super::world::World;

/// A world with these daily revenues from 1 April 2026 on, and an alert made on the evening of the first day.
fn watched(words: &str, revenues: &[f64]) -> World {
    let world =
        World::new(storage::open("memory:").unwrap(), ManualClock::at("2026-04-01T20:00:00Z", "Europe/London"), true);
    world.role("1", Role::Marketer);
    world.orders(date(2026, 4, 1), revenues);
    let reply = world.ask("1", words);
    assert_eq!(reply.buttons.len(), 4, "{}", reply.words());
    world
}

/// On which days of April something was told, with a look each morning.
fn told(world: &World, days: i8) -> Vec<(i8, String)> {
    let mut told = Vec::new();
    for day in 2..=days {
        world.clock.set_to(date(2026, 4, day).at(8, 30, 0, 0).in_tz("Europe/London").unwrap().timestamp());
        for delivery in world.schedule.due().unwrap() {
            told.push((day, delivery.reply.words()));
        }
    }
    told
}

#[test]
fn one_event_is_one_alert() {
    let revenues = [4_000.0, 2_900.0, 2_800.0, 3_010.0, 2_990.0, 3_200.0, 2_950.0, 2_990.0];
    let world = watched("tell me when daily revenue drops under 3k", &revenues);
    let told = told(&world, 9);
    assert_eq!(told.iter().map(|(day, _)| *day).collect::<Vec<_>>(), [3, 8]);
    assert!(told[0].1.contains("2,900") && told[0].1.contains("2 Apr") && told[0].1.contains("3,000"), "{}", told[0].1);
    let alert: Alert = storage::all(&*world.store).unwrap().remove(0);
    assert!(matches!(alert.trigger, Trigger::Fired { .. }));
    assert_eq!(alert.checked, Some(date(2026, 4, 8)));
}

#[test]
fn days_without_data_set_nothing_off() {
    let world = watched("tell me when daily revenue drops under 3k", &[4_000.0, 4_000.0]);
    assert!(told(&world, 9).is_empty());
    // What comes in later is looked at day by day.
    world.orders(date(2026, 4, 3), &[4_100.0, 2_000.0, 4_100.0]);
    world.clock.set("2026-04-10T08:00:00Z");
    let late = world.schedule.due().unwrap();
    assert_eq!(late.len(), 1);
    assert!(late[0].reply.words().contains("4 Apr"), "{}", late[0].reply.words());
}

#[test]
fn a_fall_is_told_against_the_same_day_of_the_week_before() {
    let mut revenues = vec![1_000.0, 2_000.0, 3_000.0, 4_000.0, 5_000.0, 6_000.0, 7_000.0];
    revenues.extend([1_000.0, 1_500.0, 3_000.0]);
    let world = watched("tell me when revenue falls by 20 %", &revenues);
    assert_eq!(told(&world, 11).iter().map(|(day, _)| *day).collect::<Vec<_>>(), [10]);
}

#[test]
fn a_threshold_that_was_left_out_is_asked_for() {
    let world =
        World::new(storage::open("memory:").unwrap(), ManualClock::at("2026-04-01T20:00:00Z", "Europe/London"), true);
    world.role("1", Role::Marketer);
    world.orders(date(2026, 4, 1), &[4_000.0]);
    let asked = world.ask("1", "tell me when revenue drops");
    assert!(asked.words().contains("At which value"), "{}", asked.words());
    let made = world.ask("1", "3k");
    assert!(made.words().contains("below €3,000"), "{}", made.words());
    assert_eq!(storage::all::<Alert>(&*world.store).unwrap().len(), 1);
}
