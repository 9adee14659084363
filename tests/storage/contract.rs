//! What every store does, run on each of them.

use std::sync::Arc;

use herald::domain::{MessageId, ProfileId, Role};
use herald::storage::{self, Erased, Store, StoreError};
use proptest::prelude::*;
use serde_json::json;

use super::made::{conversation, profile, turn};

/// Makes an empty store; what must live as long as it comes along.
type Fresh = fn() -> (Arc<dyn Store>, Option<tempfile::TempDir>);

fn sled() -> (Arc<dyn Store>, Option<tempfile::TempDir>) {
    let folder = tempfile::tempdir().unwrap();
    (storage::open(&format!("sled:{}/store", folder.path().display())).unwrap(), Some(folder))
}

fn memory() -> (Arc<dyn Store>, Option<tempfile::TempDir>) {
    (storage::open("memory:").unwrap(), None)
}

macro_rules! on_each {
    ($($name:ident,)*) => {
        mod on_sled {
            $(#[test] fn $name() { super::$name(super::sled); })*
        }
        mod on_memory {
            $(#[test] fn $name() { super::$name(super::memory); })*
        }
    };
}

on_each! {
    an_empty_store_holds_nothing,
    profiles_are_kept_and_replaced,
    turns_come_back_in_order,
    a_message_is_seen_once,
    conversations_whose_names_begin_alike_stay_apart,
    pictures_and_odd_figures_do_not_stop_a_turn,
    a_forgotten_conversation_is_gone_and_can_begin_again,
    a_person_is_erased_and_nobody_else,
    settings_are_kept_and_forgotten,
    many_threads_write_at_once,
    it_does_what_a_list_would_do,
}

fn an_empty_store_holds_nothing(fresh: Fresh) {
    let (store, _folder) = fresh();
    assert_eq!(store.schema_version(), storage::SCHEMA_VERSION);
    assert!(store.profile(&ProfileId("a".into())).unwrap().is_none());
    assert!(store.profile_ids().unwrap().is_empty());
    assert!(store.conversation_ids().unwrap().is_empty());
    assert!(store.conversation(&conversation("a"), 10).unwrap().turns.is_empty());
    assert!(store.turn_of(&MessageId("a".into())).unwrap().is_none());
    assert_eq!(store.forget(&conversation("a")).unwrap(), 0);
    assert_eq!(store.erase(&ProfileId("a".into())).unwrap(), Erased::default());
    assert!(store.setting("a").unwrap().is_none());
}

fn profiles_are_kept_and_replaced(fresh: Fresh) {
    let (store, _folder) = fresh();
    let ann = profile("discord:ann", Role::Marketer);
    store.put_profile(&ann).unwrap();
    store.put_profile(&profile("console:bob", Role::Owner)).unwrap();
    assert_eq!(store.profile(&ann.id).unwrap(), Some(ann.clone()));
    let promoted = profile("discord:ann", Role::Analyst);
    store.put_profile(&promoted).unwrap();
    assert_eq!(store.profile(&ann.id).unwrap(), Some(promoted));
    assert_eq!(store.profile_ids().unwrap(), [ProfileId("console:bob".into()), ann.id]);
}

fn turns_come_back_in_order(fresh: Fresh) {
    let (store, _folder) = fresh();
    let here = conversation("console:1");
    // More than 256, so that an order of keys by their last byte would show.
    let turns: Vec<_> =
        (0..300).map(|at| turn(&format!("m{at}"), Some("console:ann"), &format!("text {at}"))).collect();
    for turn in &turns {
        store.append_turn(&here, turn).unwrap();
    }
    assert_eq!(store.conversation(&here, usize::MAX).unwrap().turns, turns);
    assert_eq!(store.conversation(&here, 3).unwrap().turns, turns[297..]);
    assert!(store.conversation(&here, 0).unwrap().turns.is_empty());
    assert_eq!(store.turn_of(&turns[42].message).unwrap().as_ref(), Some(&turns[42]));
}

fn a_message_is_seen_once(fresh: Fresh) {
    let (store, _folder) = fresh();
    let first = turn("m1", None, "first");
    store.append_turn(&conversation("a"), &first).unwrap();
    for id in ["a", "b"] {
        let again = store.append_turn(&conversation(id), &turn("m1", None, "second"));
        assert!(matches!(again, Err(StoreError::AlreadySeen(message)) if message == "m1"));
    }
    assert_eq!(store.turn_of(&first.message).unwrap(), Some(first.clone()));
    assert_eq!(store.conversation(&conversation("a"), 9).unwrap().turns, [first]);
    assert_eq!(store.conversation_ids().unwrap(), [conversation("a")]);
}

fn conversations_whose_names_begin_alike_stay_apart(fresh: Fresh) {
    let (store, _folder) = fresh();
    let names = ["a", "a\0", "a\0\u{1}", "a:1", "a:10", "", "会"];
    for name in names {
        store.append_turn(&conversation(name), &turn(&format!("m{name}"), None, name)).unwrap();
    }
    for name in names {
        let turns = store.conversation(&conversation(name), 9).unwrap().turns;
        assert_eq!(turns.len(), 1, "{name:?}");
        assert_eq!(turns[0].utterance.text, name);
    }
    assert_eq!(store.forget(&conversation("a")).unwrap(), 1);
    assert_eq!(store.conversation_ids().unwrap().len(), names.len() - 1);
}

fn pictures_and_odd_figures_do_not_stop_a_turn(fresh: Fresh) {
    let (store, _folder) = fresh();
    let here = conversation("a");
    let mut with_picture = turn("m1", None, "chart");
    with_picture.reply.attachments[0].bytes = vec![1, 2, 3];
    store.append_turn(&here, &with_picture).unwrap();
    let mut odd = turn("m2", None, "odd");
    odd.answered[0].1.findings[0].weight = f64::NAN;
    store.append_turn(&here, &odd).unwrap();
    let turns = store.conversation(&here, 9).unwrap().turns;
    assert!(turns[0].reply.attachments[0].bytes.is_empty());
    assert_eq!(turns[0].reply.attachments[0].text, "▂▅█");
    assert_eq!(turns[1].reply, odd.reply);
}

fn a_forgotten_conversation_is_gone_and_can_begin_again(fresh: Fresh) {
    let (store, _folder) = fresh();
    let here = conversation("a");
    for message in ["m1", "m2"] {
        store.append_turn(&here, &turn(message, Some("ann"), message)).unwrap();
    }
    store.append_turn(&conversation("b"), &turn("m3", Some("ann"), "m3")).unwrap();
    assert_eq!(store.forget(&here).unwrap(), 2);
    assert!(store.conversation(&here, 9).unwrap().turns.is_empty());
    assert!(store.turn_of(&MessageId("m1".into())).unwrap().is_none());
    assert_eq!(store.conversation_ids().unwrap(), [conversation("b")]);
    store.append_turn(&here, &turn("m1", Some("ann"), "again")).unwrap();
    assert_eq!(store.conversation(&here, 9).unwrap().turns.len(), 1);
}

fn a_person_is_erased_and_nobody_else(fresh: Fresh) {
    let (store, _folder) = fresh();
    let (ann, bob) = (profile("ann", Role::Customer), profile("bob", Role::Customer));
    store.put_profile(&ann).unwrap();
    store.put_profile(&bob).unwrap();
    for (place, message, from) in [
        ("alone", "m1", "ann"),
        ("both", "m2", "ann"),
        ("both", "m3", "bob"),
        ("both", "m4", "ann"),
        ("x", "m5", "annika"),
    ] {
        store.append_turn(&conversation(place), &turn(message, Some(from), message)).unwrap();
    }
    assert_eq!(store.erase(&ann.id).unwrap(), Erased { profile: true, turns: 3, documents: 0 });
    assert!(store.profile(&ann.id).unwrap().is_none());
    assert_eq!(store.profile(&bob.id).unwrap(), Some(bob));
    assert_eq!(store.conversation_ids().unwrap(), [conversation("both"), conversation("x")]);
    assert!(store.turn_of(&MessageId("m4".into())).unwrap().is_none());
    store.append_turn(&conversation("both"), &turn("m6", Some("bob"), "m6")).unwrap();
    let left = store.conversation(&conversation("both"), 9).unwrap().turns;
    assert_eq!(left.iter().map(|turn| turn.message.0.as_str()).collect::<Vec<_>>(), ["m3", "m6"]);
    assert_eq!(store.erase(&ann.id).unwrap(), Erased::default());
}

fn settings_are_kept_and_forgotten(fresh: Fresh) {
    let (store, _folder) = fresh();
    store.put_setting("digest", Some(&json!({"every": "monday", "at": [8, 30]}))).unwrap();
    store.put_setting("zone", Some(&json!(null))).unwrap();
    assert_eq!(store.setting("digest").unwrap(), Some(json!({"every": "monday", "at": [8, 30]})));
    assert_eq!(store.setting("zone").unwrap(), Some(json!(null)));
    assert_eq!(store.setting_names().unwrap(), ["digest", "zone"]);
    store.put_setting("zone", None).unwrap();
    assert_eq!(store.setting("zone").unwrap(), None);
    assert_eq!(store.setting_names().unwrap(), ["digest"]);
}

fn many_threads_write_at_once(fresh: Fresh) {
    let (store, _folder) = fresh();
    let here = conversation("a");
    let taken: usize = std::thread::scope(|scope| {
        let write = |thread: usize| {
            let (store, here) = (&store, &here);
            scope.spawn(move || {
                // Every message is sent by two threads; one of them must be told that it was seen.
                (0..20)
                    .filter(|at| store.append_turn(here, &turn(&format!("m{}-{at}", thread / 2), None, "x")).is_ok())
                    .count()
            })
        };
        let threads: Vec<_> = (0..4).map(write).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(taken, 40);
    assert_eq!(store.conversation(&here, usize::MAX).unwrap().turns.len(), 40);
}

fn it_does_what_a_list_would_do(fresh: Fresh) {
    let steps = proptest::collection::vec((0..6_u8, 0..3_u8, 0..12_u8), 0..40);
    proptest!(ProptestConfig::with_cases(12), |(steps in steps)| {
        let (store, _folder) = fresh();
        // What there should be: place, message, person, oldest first.
        let mut list: Vec<(u8, u8, u8)> = Vec::new();
        for (step, place, message) in steps {
            let (here, person) = (conversation(&place.to_string()), message % 4);
            match step {
                0 => {
                    let forgotten = store.forget(&here).unwrap();
                    let before = list.len();
                    list.retain(|entry| entry.0 != place);
                    prop_assert_eq!(forgotten, before - list.len());
                }
                1 => {
                    let erased = store.erase(&ProfileId(person.to_string())).unwrap();
                    let before = list.len();
                    list.retain(|entry| entry.2 != person);
                    prop_assert_eq!(erased.turns, before - list.len());
                }
                _ => {
                    let turn = turn(&message.to_string(), Some(&person.to_string()), "x");
                    let seen = list.iter().any(|entry| entry.1 == message);
                    prop_assert_eq!(store.append_turn(&here, &turn).is_err(), seen);
                    if !seen {
                        list.push((place, message, person));
                    }
                }
            }
            let turns = store.conversation(&here, usize::MAX).unwrap().turns;
            let messages: Vec<_> = turns.into_iter().map(|turn| turn.message.0).collect();
            let expected: Vec<_> = list.iter().filter(|entry| entry.0 == place).map(|entry| entry.1.to_string()).collect();
            prop_assert_eq!(messages, expected);
        }
    });
}

#[test]
fn other_urls_are_refused() {
    for url in ["", "sled", "sled:", "memory", "memory:x", "postgres://x", "/tmp/x"] {
        assert!(matches!(storage::open(url), Err(StoreError::UnknownUrl(_))), "{url:?}");
    }
}
