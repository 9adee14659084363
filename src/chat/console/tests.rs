//! The console over streams, and pages as people see them.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::page::{self, Look};
use super::{Console, write_reply};
use crate::domain::{Attachment, Button, ConversationId, Reply};

/// A stream that can be read after it was given away.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn reply() -> Reply {
    Reply {
        lines: vec![
            "**Revenue: €4,120 in March 2024, +9 % on February.**".to_owned(),
            "Why: the online shop added most.".to_owned(),
        ],
        attachments: vec![Attachment {
            name: "revenue.png".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: vec![1, 2, 3],
            text: "Revenue\nOnline │████ €3k".to_owned(),
        }],
        buttons: vec![
            Button { sends: "revenue by region".to_owned(), ..Button::new("By region") },
            Button { sends: "as csv".to_owned(), ..Button::new("CSV") },
        ],
        replaces: false,
    }
}

fn console(input: &str, folder: PathBuf) -> (Console, Shared) {
    let output = Shared::default();
    let input = std::io::Cursor::new(input.to_owned().into_bytes());
    (Console::on_streams(Box::new(input), Box::new(output.clone()), folder, "ann".to_owned()), output)
}

#[tokio::test]
async fn each_line_is_a_message_and_a_number_is_a_choice() {
    let folder = tempfile::tempdir().unwrap();
    let (chat, output) = console("revenue?\n\n 2 \n9\n/quit\nnever read\n", folder.path().join("charts"));
    let first = chat.next().await.unwrap().unwrap();
    assert_eq!(first.text(), "revenue?");
    chat.show(&reply()).unwrap();
    let second = chat.next().await.unwrap().unwrap();
    assert_eq!(second.text(), "as csv");
    assert_eq!(second.conversation, first.conversation);
    assert_ne!(second.id, first.id);
    let third = chat.next().await.unwrap().unwrap();
    assert_eq!(third.text(), "9", "a number that is no choice stays what was typed");
    assert!(chat.next().await.is_none());
    let files: Vec<_> = std::fs::read_dir(folder.path().join("charts")).unwrap().collect();
    assert_eq!(files.len(), 1);
    let shown = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("[1] By region  [2] CSV"), "{shown}");
    assert!(!shown.contains('\u{1b}') && !shown.contains("**"), "{shown}");
}

#[tokio::test]
async fn input_ends_quietly_and_odd_bytes_are_read() {
    let output = Shared::default();
    let bytes: Vec<u8> = [b"caf\xe9\r\n".as_slice(), "x".repeat(100_000).as_bytes()].concat();
    let input = Box::new(std::io::Cursor::new(bytes));
    let chat = Console::on_streams(input, Box::new(output), PathBuf::from("unused"), "ann".to_owned());
    assert_eq!(chat.next().await.unwrap().unwrap().text(), "caf\u{fffd}");
    assert_eq!(chat.next().await.unwrap().unwrap().text().len(), 100_000);
    assert!(chat.next().await.is_none());
    assert!(chat.next().await.is_none());
}

#[tokio::test]
async fn a_name_that_is_a_path_stays_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut reply = reply();
    reply.attachments[0].name = "../../outside.png".to_owned();
    let charts = folder.path().join("a/b");
    let mut out = Vec::new();
    write_reply(&mut out, &reply, &charts).unwrap();
    write_reply(&mut out, &reply, &charts).unwrap();
    assert_eq!(std::fs::read_dir(&charts).unwrap().count(), 2, "two pictures of one second stand side by side");
    assert!(!folder.path().join("outside.png").exists());
    let unused = ConversationId("console:x".to_owned());
    assert!(unused.0.starts_with("console:"));
}

#[test]
fn bold_and_width_of_a_terminal() {
    let look = Look { columns: Some(30), colours: true };
    let page = page::write(&reply(), &[Some(PathBuf::from("charts/revenue.png"))], look);
    insta::assert_snapshot!(page.replace('\u{1b}', "␛"), @r"
    ␛[1mRevenue: €4,120 in March 2024,␛[0m
    ␛[1m+9 % on February.␛[0m
    Why: the online shop added
    most.

    Revenue
    Online │████ €3k
    ␛[2m🖼 charts/revenue.png␛[0m

    [1] By region  [2] CSV
    ");
}

#[test]
fn a_reply_cannot_steer_the_terminal() {
    let look = Look { columns: Some(40), colours: false };
    let page = page::write(&Reply::text("a\u{1b}[2Jb 乌龙茶乌龙茶乌龙茶乌龙茶乌龙茶乌龙茶乌龙茶乌龙茶"), &[], look);
    assert!(!page.contains('\u{1b}'));
    for line in page.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 40);
    }
}

#[tokio::test]
async fn old_pictures_make_room_and_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let charts = folder.path().join("charts");
    std::fs::create_dir_all(&charts).unwrap();
    std::fs::write(charts.join("revenue-20200101-000000.csv"), "a").unwrap();
    for number in 0..super::KEPT_PICTURES + 5 {
        let path = charts.join(format!("old-{number}.png"));
        std::fs::write(&path, "a").unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 + number as u64);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }
    let (chat, _) = console("", charts.clone());
    chat.show(&reply()).unwrap();
    let left: Vec<String> = std::fs::read_dir(&charts)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left.iter().filter(|name| name.ends_with(".png")).count(), super::KEPT_PICTURES);
    assert!(left.iter().any(|name| name.ends_with(".csv")) && left.iter().any(|name| name.starts_with("revenue")));
    assert!(!left.contains(&"old-5.png".to_owned()) && left.contains(&"old-6.png".to_owned()), "the oldest go first");
}
