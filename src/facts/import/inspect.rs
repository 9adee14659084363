//! Reads a file once before anything is decided: format, characters, columns, and what the cells of each column are.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::{Deserialize, Serialize};

use super::charset::{self, Bytes, Charset, Stamp};
use super::moments::{self, DayOrder, OrderVotes};
use super::numbers::{self, Decimal, DecimalVotes};
use super::source::{FileFormat, Next, Source, find_delimiter};
use crate::facts::WarehouseError;
use crate::facts::hash::Hash;

/// All of the first rows are looked at, then one of some: an order of day and month may show late.
const ALL_OF_FIRST: u64 = 5_000;
const THEN_EVERY: u64 = 20;
/// Different cells of a column are counted up to here.
const MOST_DISTINCT: usize = 2_000;

/// What looks like something about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// An address of e-mail.
    Email,
    /// A telephone number.
    Phone,
    /// The name of a person.
    PersonName,
    /// Where a person lives.
    Address,
}

/// What the looked-at cells of a column are. Shares are of the cells that are not empty.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnStats {
    pub(super) header: String,
    pub(super) looked_at: u64,
    pub(super) filled: u64,
    pub(super) numbers: u64,
    pub(super) whole: u64,
    pub(super) dates: u64,
    pub(super) serials: u64,
    pub(super) emails: u64,
    pub(super) phones: u64,
    pub(super) full_names: u64,
    pub(super) letters: u64,
    pub(super) length: u64,
    pub(super) distinct: HashSet<u64>,
    /// Cells with three digits or more: the sign of a catalogue's codes.
    pub(super) coded: u64,
    pub(super) examples: Vec<String>,
    pub(super) decimal: DecimalVotes,
    pub(super) order: OrderVotes,
}

impl ColumnStats {
    pub(super) fn share(&self, count: u64) -> f64 {
        if self.filled == 0 { 0.0 } else { count as f64 / self.filled as f64 }
    }

    /// How many of the looked-at cells differ.
    pub(super) fn distinct_share(&self) -> f64 {
        if self.filled == 0 { 0.0 } else { self.distinct.len() as f64 / self.filled.min(MOST_DISTINCT as u64) as f64 }
    }

    fn look(&mut self, cell: &str) {
        self.looked_at += 1;
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.length += u64::try_from(cell.chars().count()).unwrap_or(0);
        let any =
            moments::parse(cell, DayOrder::DayFirst, None).or_else(|| moments::parse(cell, DayOrder::MonthFirst, None));
        let number = [Decimal::Point, Decimal::Comma].into_iter().find_map(|decimal| numbers::parse(cell, decimal));
        self.dates += u64::from(any.is_some_and(moments::is_plausible));
        self.serials += u64::from(moments::parse_serial(cell).is_some());
        self.numbers += u64::from(number.is_some());
        self.whole += u64::from(number.is_some_and(|number| number.fract() == 0.0));
        self.emails += u64::from(is_email(cell));
        self.phones += u64::from(is_phone(cell));
        self.full_names += u64::from(is_full_name(cell));
        self.letters += u64::from(cell.chars().any(char::is_alphabetic));
        self.coded += u64::from(cell.bytes().filter(u8::is_ascii_digit).count() >= 3);
        if number.is_some() {
            self.decimal.look(cell);
        }
        let is_new = self.distinct.len() < MOST_DISTINCT && self.distinct.insert(Hash::new().text(cell).finish());
        if is_new && self.examples.len() < 3 {
            self.examples.push(cell.chars().take(60).collect());
        }
    }

    /// Whether cells like 3/4/2025 may stand here.
    fn may_be_dates(&self) -> bool {
        self.dates * 2 >= self.filled
    }
}

fn is_email(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !name.contains(' ')
            && host.contains('.')
            && !host.starts_with('.')
            && !host.contains([' ', '@'])
    })
}

/// A number with a plus or with several blanks or dashes: a plain number could be anything.
fn is_phone(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let signs = cell.chars().filter(|letter| matches!(letter, ' ' | '-' | '(' | ')' | '.' | '/')).count();
    (8..=15).contains(&digits)
        && (cell.starts_with('+') || signs >= 2)
        && cell
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | ' ' | '-' | '(' | ')' | '.' | '/'))
        && moments::parse(cell, DayOrder::DayFirst, None).is_none()
        && moments::parse(cell, DayOrder::MonthFirst, None).is_none()
}

/// Two or three words that each start with a capital and go on small.
fn is_full_name(cell: &str) -> bool {
    let words: Vec<&str> = cell.split_whitespace().collect();
    (2..=3).contains(&words.len())
        && words.iter().all(|word| {
            let mut letters = word.chars();
            letters.next().is_some_and(char::is_uppercase)
                && letters.all(|letter| {
                    letter.is_lowercase() || matches!(letter, '\'' | '-' | '.' | '’') || letter.is_uppercase()
                })
                && word.chars().any(char::is_lowercase)
        })
}

/// What a file is.
#[derive(Debug, Clone)]
pub(super) struct Inspection {
    pub(super) path: PathBuf,
    pub(super) sha256: String,
    /// Its length and time of change when it was looked at.
    pub(super) stamp: Stamp,
    pub(super) format: FileFormat,
    pub(super) columns: Vec<ColumnStats>,
    /// The first rows.
    pub(super) first: Vec<Vec<String>>,
    pub(super) rows: u64,
    /// Rows with another number of cells than the header.
    pub(super) ragged: u64,
    pub(super) decimal: Decimal,
}

impl Inspection {
    pub(super) fn header(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.header.clone()).collect()
    }
}

/// Reads a file to its end.
pub(super) fn inspect(path: &Path) -> Result<Inspection, WarehouseError> {
    let bytes = charset::examine(path).map_err(WarehouseError::io(path))?;
    let not_a_table = |reason: &str| WarehouseError::NotATable { path: path.to_owned(), reason: reason.to_owned() };
    if bytes.head.is_empty() {
        return Err(WarehouseError::EmptyFile(path.to_owned()));
    }
    if bytes.head.starts_with(b"PAR1") {
        return look(path, &bytes, FileFormat::Parquet);
    }
    if bytes.head.starts_with(b"PK\x03\x04") || bytes.head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(not_a_table("it looks like a spreadsheet; save it as CSV"));
    }
    if bytes.is_binary {
        return Err(not_a_table("it holds bytes that no text holds"));
    }
    let text = decoded(&bytes.head, bytes.charset);
    let start = text.trim_start();
    if start.is_empty() {
        return Err(WarehouseError::EmptyFile(path.to_owned()));
    }
    if start.starts_with('{') {
        return look(path, &bytes, FileFormat::JsonLines);
    }
    let list = start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', ']']));
    if list {
        return look(path, &bytes, FileFormat::Json);
    }
    let format = |quoted| FileFormat::Delimited { delimiter: find_delimiter(&text), quoted, charset: bytes.charset };
    let found = look(path, &bytes, format(true))?;
    if found.ragged * 5 > found.rows {
        // Marks that mean something else cut rows wrongly; without quoting only the rows that have one are.
        let unquoted = look(path, &bytes, format(false))?;
        if unquoted.ragged < found.ragged {
            return Ok(unquoted);
        }
    }
    Ok(found)
}

fn decoded(head: &[u8], charset: Charset) -> String {
    match charset {
        Charset::Utf8 => String::from_utf8_lossy(head).trim_start_matches('\u{feff}').to_owned(),
        Charset::Utf16Le => encoding_rs::UTF_16LE.decode(head).0.into_owned(),
        Charset::Utf16Be => encoding_rs::UTF_16BE.decode(head).0.into_owned(),
        Charset::Windows1252 => encoding_rs::WINDOWS_1252.decode(head).0.into_owned(),
        Charset::Gb18030 => encoding_rs::GB18030.decode(head).0.into_owned(),
    }
}

/// Looks at every row.
fn look(path: &Path, bytes: &Bytes, format: FileFormat) -> Result<Inspection, WarehouseError> {
    let mut source = Source::open(path, format)?;
    let mut columns: Vec<ColumnStats> =
        source.header.iter().map(|name| ColumnStats { header: name.clone(), ..ColumnStats::default() }).collect();
    let (mut rows, mut ragged) = (0, 0);
    let mut first = Vec::new();
    let mut cells = StringRecord::new();
    loop {
        match source.next(&mut cells, path)? {
            Next::Row(_) => {}
            Next::Bad(..) => {
                rows += 1;
                ragged += 1;
                continue;
            }
            Next::End => break,
        }
        rows += 1;
        if cells.len() != columns.len() {
            ragged += 1;
            continue;
        }
        if first.len() < 5 {
            first.push(cells.iter().map(str::to_owned).collect());
        }
        let looked_at = rows <= ALL_OF_FIRST || rows % THEN_EVERY == 0;
        for (column, cell) in columns.iter_mut().zip(&cells) {
            if looked_at {
                column.look(cell);
            }
            if column.may_be_dates() {
                column.order.look(cell);
            }
        }
    }
    if rows == 0 {
        return Err(WarehouseError::NoRows(path.to_owned()));
    }
    let mut votes = DecimalVotes::default();
    columns.iter().filter(|column| column.share(column.dates) < 0.5).for_each(|column| votes.add(column.decimal));
    let semicolons = matches!(format, FileFormat::Delimited { delimiter: ';', .. });
    let otherwise = if semicolons && votes.decimal().is_none() { Decimal::Comma } else { Decimal::Point };
    let decimal = votes.decimal().unwrap_or(otherwise);
    let path = path.to_owned();
    let sha256 = bytes.sha256.clone();
    Ok(Inspection { path, sha256, stamp: bytes.stamp, format, columns, first, rows, ragged, decimal })
}
