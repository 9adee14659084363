//! House rules as a test: which folder may know which, and who may know torch, DataFusion and sled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each folder (or file) of `src` may use of the others. `domain` is allowed everywhere.
const EDGES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &[]),
    ("storage", &[]),
    ("facts", &[]),
    ("nlu", &[]),
    ("engines", &[]),
    ("training", &["nlu", "engines"]),
    ("render", &[]),
    ("assistant", &["nlu", "engines", "facts", "storage", "render"]),
    ("chat", &[]),
    ("schedule", &["assistant", "storage"]),
    ("runtime", &["assistant", "chat", "schedule", "storage"]),
    ("demo", &[]),
    (
        "app",
        &["config", "storage", "facts", "nlu", "engines", "render", "assistant", "chat", "schedule", "runtime", "demo"],
    ),
    (
        "cli",
        &[
            "app",
            "config",
            "storage",
            "facts",
            "nlu",
            "engines",
            "training",
            "render",
            "assistant",
            "chat",
            "schedule",
            "runtime",
            "demo",
        ],
    ),
];

/// Which packages only some folders may name.
const PACKAGES: &[(&str, &[&str])] = &[
    ("tch", &["nlu", "training", "engines"]),
    ("rust_bert", &["nlu"]),
    ("datafusion", &["facts"]),
    ("parquet", &["facts"]),
    ("sled", &["storage"]),
    ("rustyline", &["chat"]),
    ("serenity", &["chat"]),
    ("teloxide", &["chat"]),
    ("axum", &["chat"]),
    ("reqwest", &["chat"]),
    ("plotters", &["render"]),
    ("minijinja", &["render"]),
    ("clap", &["cli"]),
    ("anyhow", &["app", "cli"]),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inner = path.strip_prefix(&root).unwrap();
                let first = inner.components().next().unwrap().as_os_str().to_string_lossy();
                let place = first.trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push((place, path, text));
            }
        }
    }
    assert!(found.len() > 50, "the sources are where this test looks for them");
    found
}

/// The names that follow `prefix` in a text.
fn names_after<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(prefix).map(move |(at, _)| {
        let rest = &text[at + prefix.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn folders_know_only_those_they_may() {
    let known: BTreeSet<_> = EDGES.iter().map(|(place, _)| *place).collect();
    for (place, path, text) in sources() {
        if place == "main" || place == "lib" {
            continue;
        }
        // The tests of a folder put what is around it together as the composition root does.
        if path.ends_with("tests.rs") {
            continue;
        }
        let allowed = EDGES.iter().find(|(name, _)| *name == place).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else { panic!("{} is in no row of EDGES", path.display()) };
        for used in names_after(&text, "crate::") {
            let fine = used == "domain" || used == place || allowed.contains(&used) || !known.contains(used);
            assert!(fine, "{} uses {used}, which {place} may not know", path.display());
        }
    }
}

#[test]
fn packages_stay_in_their_folders() {
    for (place, path, text) in sources() {
        for (package, places) in PACKAGES {
            // Tests inside an engine may fill its phrases as the renderer would.
            let test = path.components().any(|part| part.as_os_str() == "tests");
            let names =
                !test && (text.contains(&format!("use {package}::")) || text.contains(&format!(" {package}::")));
            assert!(
                !names || place == "main" || places.contains(&place.as_str()),
                "{} names {package}, which only {places:?} may",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_says_what_is_in_it() {
    for (_, path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not begin with what is in it", path.display());
    }
}

#[test]
fn only_the_configuration_reads_the_environment() {
    for (place, path, text) in sources() {
        // Where libtorch lies, and whether a terminal wants colours, are asked where they matter.
        if !["config", "nlu", "chat"].contains(&place.as_str()) {
            assert!(!text.contains("env::var"), "{} reads the environment", path.display());
        }
    }
}

#[test]
fn no_engine_knows_a_clock() {
    for (place, path, text) in sources() {
        if place == "engines" {
            for clock in ["SystemTime::now", "Zoned::now", "Timestamp::now"] {
                assert!(!text.contains(clock), "{} reads a clock", path.display());
            }
        }
    }
}
