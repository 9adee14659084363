//! Export and import.

use herald::domain::{ProfileId, Role};
use herald::storage::{self, Imported, Store, StoreError, export, export_profile, import};
use serde_json::json;

use super::made::{conversation, profile, turn};

fn filled(store: &dyn Store) {
    store.put_profile(&profile("ann", Role::Analyst)).unwrap();
    store.put_profile(&profile("bob", Role::Customer)).unwrap();
    store.put_setting("zone", Some(&json!("Europe/Berlin"))).unwrap();
    for at in 0..5 {
        store
            .append_turn(&conversation("a"), &turn(&format!("a{at}"), Some("ann"), "line\nbreak \"quoted\" 报告"))
            .unwrap();
        store.append_turn(&conversation("b"), &turn(&format!("b{at}"), Some("bob"), "x")).unwrap();
    }
}

fn exported(store: &dyn Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    export(store, &mut bytes).unwrap();
    bytes
}

#[test]
fn everything_travels_between_kinds_of_store_and_twice_is_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sled:{}", folder.path().join("store").display());
    let memory = storage::open("memory:").unwrap();
    filled(&*memory);
    let lines = exported(&*memory);

    let sled = storage::open(&url).unwrap();
    let first = import(&*sled, lines.as_slice()).unwrap();
    assert_eq!(first, Imported { profiles: 2, settings: 1, turns: 10, ..Imported::default() });
    let again = import(&*sled, lines.as_slice()).unwrap();
    assert_eq!(again, Imported { unchanged: 13, ..Imported::default() });
    drop(sled);
    let sled = storage::open_existing(&url).unwrap();
    assert_eq!(exported(&*sled), lines);
}

#[test]
fn a_person_gets_their_own_lines_and_no_others() {
    let store = storage::open("memory:").unwrap();
    filled(&*store);
    let mut bytes = Vec::new();
    assert_eq!(export_profile(&*store, &ProfileId("bob".into()), &mut bytes).unwrap(), 6);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\"bob\"") && !text.contains("\"ann\""));
}

#[test]
fn a_bad_line_is_named_and_nothing_is_kept() {
    let source = storage::open("memory:").unwrap();
    filled(&*source);
    let whole = String::from_utf8(exported(&*source)).unwrap();
    let good: Vec<&str> = whole.lines().collect();
    let bad_lines = [
        "{",
        "[]",
        "\u{0}",
        r#"{"kind":"spell","version":1}"#,
        r#"{"kind":"herald","schema":99}"#,
        r#"{"kind":"profile","version":1,"value":{"id":"x"}}"#,
        r#"{"kind":"profile","version":9,"value":{"id":"x","role":"owner"}}"#,
        r#"{"kind":"profile","version":0,"value":{"id":"x","role":"owner"}}"#,
        r#"{"kind":"turn","version":1,"conversation":"new","value":{"message":"new"}}"#,
        r#"{"kind":"end","entries":7}"#,
    ];
    for bad in bad_lines {
        let store = storage::open("memory:").unwrap();
        let text = format!("{}\n\n{}\n{bad}\n{}\n", good[0], good[1], good[2]);
        let result = import(&*store, text.as_bytes());
        assert!(matches!(result, Err(StoreError::BadLine { line: 4, .. })), "{bad}: {result:?}");
        assert!(store.profile_ids().unwrap().is_empty(), "{bad}");
        assert!(store.conversation_ids().unwrap().is_empty(), "{bad}");
    }
    let store = storage::open("memory:").unwrap();
    let cut = import(&*store, [good[1].as_bytes(), b"\n\xff\xfe\n"].concat().as_slice());
    assert!(matches!(cut, Err(StoreError::BadLine { line: 2, .. })));
}

#[test]
fn an_export_that_was_cut_anywhere_is_refused_whole() {
    let source = storage::open("memory:").unwrap();
    filled(&*source);
    let whole = exported(&*source);
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    for end in &ends[..ends.len() - 1] {
        let store = storage::open("memory:").unwrap();
        assert!(matches!(import(&*store, &whole[..*end]), Err(StoreError::Cut { .. })), "at {end}");
        assert!(store.profile_ids().unwrap().is_empty() && store.conversation_ids().unwrap().is_empty());
    }
}

#[test]
fn figures_come_back_to_their_last_digit() {
    let store = storage::open("memory:").unwrap();
    let figures = json!([0.1 + 0.2, 1.0 / 3.0, 2.225_073_858_507_201_4e-308, 7.038_531_3e-26, 123_456_789.123_456_79]);
    store.put_setting("figures", Some(&figures)).unwrap();
    let once = exported(&*store);
    let other = storage::open("memory:").unwrap();
    import(&*other, once.as_slice()).unwrap();
    assert_eq!(exported(&*other), once);
}
