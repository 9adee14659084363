//! In which characters a file is written, and reading it as UTF-8. Unpacks gzip on the way, known by its first bytes.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek};
use std::path::Path;
use std::time::SystemTime;

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::lines::Lines;
use crate::facts::write::hex;

/// The characters of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    /// UTF-8, with or without a mark at its start.
    Utf8,
    /// UTF-16, low byte first, as Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Western European, of which Latin-1 is a part.
    Windows1252,
    /// Chinese, of which GBK and GB2312 are parts.
    Gb18030,
}

impl Charset {
    /// The usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.encoding().name()
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Charset::Utf8 => UTF_8,
            Charset::Utf16Le => UTF_16LE,
            Charset::Utf16Be => UTF_16BE,
            Charset::Windows1252 => WINDOWS_1252,
            Charset::Gb18030 => GB18030,
        }
    }
}

/// A file's length and time of change, by which a change is noticed.
pub(super) type Stamp = (u64, Option<SystemTime>);

/// The stamp of a file as it lies there now.
pub(super) fn stamp(path: &Path) -> io::Result<Stamp> {
    let data = std::fs::metadata(path)?;
    Ok((data.len(), data.modified().ok()))
}

/// What the bytes of a file are.
#[derive(Debug, Clone)]
pub(super) struct Bytes {
    /// The hash of the file as it lies there.
    pub(super) sha256: String,
    /// Taken before the first byte was read.
    pub(super) stamp: Stamp,
    /// The first bytes, unpacked.
    pub(super) head: Vec<u8>,
    /// The characters, were it a text.
    pub(super) charset: Charset,
    /// Whether it holds bytes that no text holds.
    pub(super) is_binary: bool,
}

/// Hashes what passes through.
struct Hashing<R> {
    inner: R,
    digest: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.digest.update(&buffer[..count]);
        Ok(count)
    }
}

fn is_gzip(file: &mut File) -> io::Result<bool> {
    let mut magic = [0; 2];
    let found = file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b];
    file.rewind()?;
    Ok(found)
}

/// Opens a file, unpacked.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = File::open(path)?;
    let packed = is_gzip(&mut file)?;
    let file = BufReader::with_capacity(1 << 16, file);
    Ok(if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// Opens a text file as UTF-8.
pub(super) fn open_text(path: &Path, charset: Charset) -> io::Result<Box<dyn Read>> {
    Ok(Box::new(Decoding::new(open(path)?, charset)))
}

/// Opens a text file line by line. In UTF-8 a line that holds other bytes is mended by itself.
pub(super) fn open_lines(path: &Path, charset: Charset) -> io::Result<Lines> {
    if charset != Charset::Utf8 {
        return Lines::new(Box::new(BufReader::new(open_text(path, charset)?)));
    }
    let mut bytes = BufReader::with_capacity(1 << 16, open(path)?);
    if bytes.fill_buf()?.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.consume(3);
    }
    Lines::new(Box::new(bytes))
}

/// Reads a file once, to its end.
pub(super) fn examine(path: &Path) -> io::Result<Bytes> {
    let stamp = stamp(path)?;
    let mut file = File::open(path)?;
    let packed = is_gzip(&mut file)?;
    let mut raw = Hashing { inner: file, digest: Sha256::new() };
    let mut found = Examination::default();
    let mut buffer = vec![0; 1 << 16];
    if packed {
        let mut unpacked = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, &mut raw));
        found.read(&mut unpacked, &mut buffer)?;
    } else {
        found.read(&mut raw, &mut buffer)?;
    }
    // Whatever follows the packed part belongs to the file too.
    while raw.read(&mut buffer)? > 0 {}
    let (charset, is_binary) = found.charset();
    Ok(Bytes { sha256: hex(&raw.digest.finalize()), stamp, head: found.head, charset, is_binary })
}

/// What is counted on the way.
#[derive(Default)]
struct Examination {
    head: Vec<u8>,
    /// The start of a line that the next bytes complete.
    carried: Vec<u8>,
    /// Lines with characters beyond ASCII, all of them UTF-8.
    utf8_lines: u64,
    /// Lines with bytes that are no UTF-8.
    other_lines: u64,
    high: u64,
    paired_high: u64,
    nuls_at_even: u64,
    nuls_at_odd: u64,
    controls: u64,
    bytes: u64,
    last_was_high: bool,
}

impl Examination {
    fn read(&mut self, from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<()> {
        loop {
            let count = from.read(buffer)?;
            if count == 0 {
                let last = std::mem::take(&mut self.carried);
                self.judge(&last);
                return Ok(());
            }
            self.take(&buffer[..count]);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let wanted = (1_usize << 18).saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        for byte in bytes {
            match byte {
                0 if self.bytes.is_multiple_of(2) => self.nuls_at_even += 1,
                0 => self.nuls_at_odd += 1,
                1..=8 | 14..=31 if *byte != 27 => self.controls += 1,
                0x80.. => {
                    self.high += 1;
                    self.paired_high += u64::from(self.last_was_high) * 2;
                }
                _ => {}
            }
            // A pair ends a run, so that three high bytes in a row count as one pair.
            self.last_was_high = *byte >= 0x80 && !self.last_was_high;
            self.bytes += 1;
        }
        match bytes.iter().rposition(|byte| *byte == b'\n' || *byte == b'\r') {
            Some(end) => {
                let mut lines = std::mem::take(&mut self.carried);
                lines.extend_from_slice(&bytes[..end]);
                lines.split(|byte| *byte == b'\n' || *byte == b'\r').for_each(|line| self.judge(line));
                self.carried.extend_from_slice(&bytes[end..]);
            }
            None => self.carried.extend_from_slice(bytes),
        }
    }

    fn judge(&mut self, line: &[u8]) {
        if !line.is_ascii() {
            let is_utf8 = std::str::from_utf8(line).is_ok();
            self.utf8_lines += u64::from(is_utf8);
            self.other_lines += u64::from(!is_utf8);
        }
    }

    fn charset(&self) -> (Charset, bool) {
        let nuls = self.nuls_at_even + self.nuls_at_odd;
        if self.head.starts_with(&[0xff, 0xfe]) || (nuls * 4 > self.bytes && self.nuls_at_odd > 20 * self.nuls_at_even)
        {
            return (Charset::Utf16Le, false);
        }
        if self.head.starts_with(&[0xfe, 0xff]) || (nuls * 4 > self.bytes && self.nuls_at_even > 20 * self.nuls_at_odd)
        {
            return (Charset::Utf16Be, false);
        }
        let is_binary = nuls > 0 || self.controls * 100 > self.bytes;
        // Chinese text has its high bytes in pairs; Western text has single accented letters.
        let is_paired = self.paired_high * 10 > self.high * 8;
        // A file put together from several may hold lines of both. Western letters hardly ever make UTF-8 by chance,
        // pairs of bytes sometimes do.
        let least = if is_paired { self.other_lines } else { self.other_lines.div_ceil(10) };
        let charset = if self.utf8_lines >= least {
            Charset::Utf8
        } else if is_paired {
            Charset::Gb18030
        } else {
            Charset::Windows1252
        };
        (charset, is_binary)
    }
}

/// Reads anything as UTF-8, without the mark at its start.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    start: usize,
    end: usize,
    finished: bool,
}

impl<R: Read> Decoding<R> {
    fn new(inner: R, charset: Charset) -> Self {
        let decoder = charset.encoding().new_decoder_with_bom_removal();
        Self { inner, decoder, input: vec![0; 1 << 16], start: 0, end: 0, finished: false }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for a whole character.
        if buffer.len() < 16 {
            let mut small = [0; 16];
            let count = if buffer.is_empty() { 0 } else { self.inner_read(&mut small[..])? };
            return if count <= buffer.len() {
                buffer[..count].copy_from_slice(&small[..count]);
                Ok(count)
            } else {
                Err(io::Error::other("the reading buffer is too small"))
            };
        }
        self.inner_read(buffer)
    }
}

impl<R: Read> Decoding<R> {
    fn inner_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.finished {
                return Ok(0);
            }
            if self.start == self.end {
                (self.start, self.end) = (0, self.inner.read(&mut self.input)?);
            }
            let last = self.end == 0;
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.input[self.start..self.end], buffer, last);
            self.start += read;
            if last && result == encoding_rs::CoderResult::InputEmpty {
                self.finished = true;
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}
