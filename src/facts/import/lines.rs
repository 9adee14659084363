//! The lines of a text file, one after the other, each as it stands there. Lines of UTF-8 that hold other bytes are
//! mended and counted; whether the last line has its end is noticed.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A file's lines.
pub(super) struct Lines {
    from: Box<dyn BufRead>,
    end: u8,
    put_back: VecDeque<String>,
    buffer: Vec<u8>,
    /// How many lines were taken.
    pub(super) taken: u64,
    /// How many lines held bytes that are no UTF-8.
    pub(super) mended: u64,
    /// Whether the file ends in the middle of a line.
    pub(super) is_cut: bool,
}

impl Lines {
    /// Reads lines of UTF-8. Files of old Macintoshes end their lines with a carriage return alone.
    pub(super) fn new(mut from: Box<dyn BufRead>) -> io::Result<Self> {
        let start = from.fill_buf()?;
        let end = if !start.contains(&b'\n') && start.contains(&b'\r') { b'\r' } else { b'\n' };
        Ok(Self { from, end, put_back: VecDeque::new(), buffer: Vec::new(), taken: 0, mended: 0, is_cut: false })
    }

    /// The next line, without its end; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<String>> {
        if let Some(line) = self.put_back.pop_front() {
            self.taken += 1;
            return Ok(Some(line));
        }
        self.buffer.clear();
        if self.from.read_until(self.end, &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.taken += 1;
        if self.buffer.last() == Some(&self.end) {
            self.buffer.pop();
            if self.end == b'\n' && self.buffer.last() == Some(&b'\r') {
                self.buffer.pop();
            }
        } else {
            self.is_cut = true;
        }
        let line = match std::str::from_utf8(&self.buffer) {
            Ok(line) => line.to_owned(),
            Err(_) => {
                self.mended += 1;
                mend(&self.buffer)
            }
        };
        Ok(Some(line))
    }

    /// Puts lines back that were taken last, in their order.
    pub(super) fn put_back(&mut self, lines: Vec<String>) {
        self.taken -= lines.len() as u64;
        for line in lines.into_iter().rev() {
            self.put_back.push_front(line);
        }
    }
}

/// What is UTF-8 stays; every other byte is read as Western European, which gives each one a character.
fn mend(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> (Vec<String>, Lines) {
        let mut lines = Lines::new(Box::new(bytes)).unwrap();
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push(line);
        }
        (found, lines)
    }

    #[test]
    fn every_end_of_line_is_known_and_odd_bytes_are_mended_alone() {
        for bytes in [&b"a\nb\n"[..], b"a\r\nb\r\n", b"a\rb\r"] {
            let (found, lines) = read(bytes);
            assert_eq!(
                (found.as_slice(), lines.taken, lines.is_cut),
                (&["a".to_owned(), "b".to_owned()][..], 2, false)
            );
        }
        let (found, lines) = read(b"Caf\xc3\xa9\nCaf\xe9,\xc3\xa9\nlast");
        assert_eq!(found, ["Caf\u{e9}", "Caf\u{e9},\u{e9}", "last"]);
        assert_eq!((lines.mended, lines.is_cut), (1, true));
    }

    #[test]
    fn lines_put_back_come_again() {
        let (found, mut lines) = read(b"a\nb\nc\n");
        lines.put_back(found[1..].to_vec());
        assert_eq!(lines.taken, 1);
        assert_eq!(lines.next().unwrap().as_deref(), Some("b"));
        assert_eq!(lines.taken, 2);
    }
}
