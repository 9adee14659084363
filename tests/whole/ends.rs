//! The program itself: it ends as it says, also where torch was at work.

use std::io::Write as _;
use std::process::Command;

/// Torch must not be taken down while a thread still gives weights back; that showed in most runs, not in all.
#[test]
fn a_command_that_read_texts_ends_well() {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    writeln!(file, "text\nthe tea is lovely").unwrap();
    for run in 0..4 {
        let done = Command::new(env!("CARGO_BIN_EXE_herald"))
            .args(["batch", "sentiment"])
            .arg(file.path())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "run {run}: {:?} {said}", done.status);
        assert_eq!(String::from_utf8_lossy(&done.stdout).lines().count(), 2);
    }
}
