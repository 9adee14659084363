//! A store that is damaged, newer, foreign or in use is refused and stays, byte for byte, as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use herald::domain::{Role, Turn};
use herald::storage::{self, StoreError};

use super::made::{conversation, profile, turn};

fn url(path: &Path) -> String {
    format!("sled:{}", path.display())
}

/// A closed store with turns in it.
fn stored(path: &Path, turns: usize) -> Vec<Turn> {
    let store = storage::open(&url(path)).unwrap();
    store.put_profile(&profile("ann", Role::Owner)).unwrap();
    let turns: Vec<_> = (0..turns).map(|at| turn(&format!("m{at}"), Some("ann"), &format!("text {at}"))).collect();
    for turn in &turns {
        store.append_turn(&conversation("a"), turn).unwrap();
    }
    turns
}

/// Every file with its bytes.
fn bytes(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(bytes(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Opening must fail as damaged and change nothing.
fn refused(path: &Path) {
    let before = bytes(path);
    let result = storage::open(&url(path)).map(|_| ());
    assert!(matches!(result, Err(StoreError::Damaged { .. })), "{result:?}");
    assert!(bytes(path) == before, "files were changed");
}

#[test]
fn a_second_opener_is_told_that_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let first = storage::open(&url(&path)).unwrap();
    assert!(matches!(storage::open(&url(&path)).map(|_| ()), Err(StoreError::InUse { .. })));
    drop(first);
    storage::open(&url(&path)).unwrap();
}

#[test]
fn only_open_makes_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    assert!(matches!(storage::open_existing(&url(&path)).map(|_| ()), Err(StoreError::Missing { .. })));
    assert!(!path.exists());
    fs::create_dir(&path).unwrap();
    assert!(matches!(storage::open_existing(&url(&path)).map(|_| ()), Err(StoreError::Missing { .. })));
    assert!(bytes(&path).is_empty());
    drop(storage::open(&url(&path)).unwrap());
    storage::open_existing(&url(&path)).unwrap();
}

#[test]
fn a_newer_store_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    stored(&path, 3);
    let marker = path.join("herald-store.json");
    fs::write(&marker, r#"{"kind":"herald store","schema":99,"ready":true,"colour":"red"}"#).unwrap();
    let before = bytes(&path);
    let result = storage::open(&url(&path)).map(|_| ());
    assert!(matches!(result, Err(StoreError::Newer { found: 99, .. })), "{result:?}");
    assert!(bytes(&path) == before);
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "a letter").unwrap();
    assert!(matches!(storage::open(&url(&file)).map(|_| ()), Err(StoreError::Damaged { .. })));
    assert_eq!(fs::read(&file).unwrap(), b"a letter");
    let letters = folder.path().join("letters");
    fs::create_dir(&letters).unwrap();
    fs::write(letters.join("one"), "a letter").unwrap();
    refused(&letters);
    let other = folder.path().join("other");
    drop(sled::open(&other).unwrap());
    refused(&other);
}

#[test]
fn a_store_without_one_of_its_files_is_refused() {
    for name in ["db", "conf", "writes", "herald-store.json"] {
        for empty in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("store");
            stored(&path, 5);
            if empty {
                fs::write(path.join(name), "").unwrap();
            } else {
                fs::remove_file(path.join(name)).unwrap();
            }
            refused(&path);
        }
    }
}

#[test]
fn a_start_that_was_cut_short_begins_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("herald-store.json"), r#"{"kind":"herald store","schema":1,"ready":false}"#).unwrap();
    fs::write(path.join("db"), "half").unwrap();
    fs::write(path.join("lock"), "").unwrap();
    stored(&path, 2);
}

#[test]
fn an_older_state_of_the_database_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, old) = (folder.path().join("store"), folder.path().join("old"));
    stored(&path, 3);
    copy(&path, &old);
    let store = storage::open(&url(&path)).unwrap();
    store.append_turn(&conversation("a"), &turn("later", Some("ann"), "later")).unwrap();
    drop(store);
    for entry in fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "db" || name.starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    for entry in fs::read_dir(&old).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "db" || name.starts_with("snap.") {
            fs::copy(entry.path(), path.join(name)).unwrap();
        }
    }
    refused(&path);
}

/// Whatever byte is changed and wherever the file ends: either everything is still there, or the store is refused and
/// left as it is. Never a store with less in it.
#[test]
fn no_damage_to_the_files_passes_as_less_data() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    let turns = stored(&whole, 60);
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let names: Vec<_> = bytes(&whole)
        .keys()
        .filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()))
        .filter(|name| name == "db" || name == "conf" || name.starts_with("snap.") || name == "writes")
        .collect();
    let mut refusals = 0;
    for round in 0..60 {
        let path = folder.path().join(format!("round{round}"));
        copy(&whole, &path);
        let file = path.join(&names[usize::try_from(random(names.len() as u64)).unwrap()]);
        let mut content = fs::read(&file).unwrap();
        let length = content.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1) as u64;
        let at = usize::try_from(random(length)).unwrap();
        match round % 4 {
            0 => content.truncate(at),
            1 => content[at..].fill(0),
            2 => content[at] ^= 1 << random(8),
            _ => {
                let end = content.len().min(at + 4096);
                content[at..end].fill(0xA5);
            }
        }
        fs::write(&file, content).unwrap();
        let before = bytes(&path);
        match storage::open(&url(&path)) {
            Ok(store) => {
                assert_eq!(store.conversation(&conversation("a"), usize::MAX).unwrap().turns, turns, "round {round}");
                assert!(store.profile(&profile("ann", Role::Owner).id).unwrap().is_some(), "round {round}");
            }
            Err(StoreError::Damaged { .. }) => {
                refusals += 1;
                assert!(bytes(&path) == before, "round {round} changed {}", file.display());
            }
            Err(error) => panic!("round {round}, {}: {error}", file.display()),
        }
    }
    assert!(refusals > 20, "only {refusals} of 60 were noticed");
}
