//! SIGKILL in the middle of writing, many times: every acknowledged turn is there again.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use herald::storage;

use super::made::{conversation, turn};

const STORE: &str = "HERALD_TEST_KILL_STORE";
const ROUNDS: usize = 30;

/// The child: appends as fast as it can, and says so after each turn that was acknowledged.
#[test]
#[ignore = "the child that the test below starts and kills"]
fn writer() {
    let Some(url) = std::env::var_os(STORE) else { return };
    let store = storage::open(&url.to_string_lossy()).unwrap();
    let here = conversation("kill");
    let mut out = std::io::stdout().lock();
    for at in store.conversation(&here, usize::MAX).unwrap().turns.len().. {
        store.append_turn(&here, &turn(&format!("m{at}"), Some("ann"), &"x".repeat(at % 700))).unwrap();
        writeln!(out, "\nacknowledged {at}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn every_acknowledged_turn_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sled:{}", folder.path().join("store").display());
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["storage::kill::writer", "--exact", "--ignored", "--nocapture"])
            .env(STORE, &url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let patience = 1 + usize::try_from((state >> 33) % 40).unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut heard = 0;
        // What the child still said before it died counts as well: reading goes on to the end of the pipe.
        for line in lines {
            let line = line.unwrap();
            if let Some(number) = line.strip_prefix("acknowledged ") {
                acknowledged.insert(number.parse::<usize>().unwrap());
                heard += 1;
                if heard == patience {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        assert!(heard >= patience, "round {round}: the child ended by itself after {heard} turns");

        let store = storage::open_existing(&url).unwrap();
        let turns = store.conversation(&conversation("kill"), usize::MAX).unwrap().turns;
        for (at, found) in turns.iter().enumerate() {
            assert_eq!(*found, turn(&format!("m{at}"), Some("ann"), &"x".repeat(at % 700)), "round {round}");
            assert_eq!(store.turn_of(&found.message).unwrap().as_ref(), Some(found), "round {round}");
        }
        let last = acknowledged.last().copied().unwrap_or(0);
        assert_eq!(acknowledged.len(), last + 1, "round {round}: acknowledged without a gap");
        // The turn that was being written when the signal came may be there or not.
        assert!((last + 1..=last + 2).contains(&turns.len()), "round {round}: {} of {}", turns.len(), last + 1);
        if turns.len() > last + 1 {
            acknowledged.insert(last + 1);
        }
    }
}
