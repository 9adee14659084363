//! Files of rows on the command line: CSV, TSV and JSON Lines, plain or gzip, and lines of standard input; and where
//! results go.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// Opens a file, or standard input for `-`; what is packed with gzip is unpacked on the way.
///
/// # Errors
/// When the file cannot be opened; the message names it.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    let cannot = || format!("cannot open {}", path.display());
    let bytes: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path).with_context(cannot)?) };
    let mut bytes = BufReader::with_capacity(1 << 16, bytes);
    let is_packed = bytes.fill_buf().with_context(cannot)?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) })
}

/// Opens where results go: standard output without a path and for `-`. To be called before the work, so that it is not
/// done in vain.
///
/// # Errors
/// When the file cannot be written; the message names it.
pub fn create(path: Option<&Path>) -> Result<BufWriter<Box<dyn Write>>> {
    Ok(BufWriter::new(match path {
        Some(path) if path.as_os_str() != "-" => {
            Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?)
        }
        _ => Box::new(io::stdout()),
    }))
}

/// A table of text with its header.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The header.
    pub header: Vec<String>,
    /// The rows; each has one cell per column of the header.
    pub rows: Vec<Vec<String>>,
    /// The line each row starts on, from 1.
    pub lines: Vec<u64>,
}

impl Rows {
    /// Reads a whole file: JSON Lines where it begins with an object; otherwise rows below a header, tab-separated
    /// without quoting where the name ends in `.tsv` (or `.tsv.gz`), or parted by the sign that parts the header.
    ///
    /// # Errors
    /// When the file cannot be read, or a row has another number of cells; the message names file and line.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.to_string_lossy();
        let mut text = Vec::new();
        open(path)?.read_to_end(&mut text).with_context(|| format!("cannot read {name}"))?;
        let text = text.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&text);
        if text.trim_ascii_start().starts_with(b"{") {
            return Self::from_objects(text, &name);
        }
        let is_tsv = name.to_lowercase().trim_end_matches(".gz").ends_with(".tsv");
        let delimiter = if is_tsv { b'\t' } else { delimiter(text) };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).quoting(!is_tsv).from_reader(text);
        let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = cells(reader.headers().with_context(|| format!("{name}, line 1"))?);
        if header.iter().all(String::is_empty) {
            bail!("{name} is empty; its first line must name the columns");
        }
        let mut read = Self { header, ..Self::default() };
        for record in reader.records() {
            let record = record.with_context(|| name.clone().into_owned())?;
            read.lines.push(record.position().map_or(0, |at| at.line() + blank_lines(text, at.byte())));
            read.rows.push(cells(&record));
        }
        Ok(read)
    }

    /// The columns are the keys of all objects, in the order in which they come up.
    fn from_objects(text: &[u8], name: &str) -> Result<Self> {
        let mut read = Self::default();
        let mut objects = Vec::new();
        for (line, text) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            if text.trim_ascii().is_empty() {
                continue;
            }
            let object: serde_json::Map<String, Value> =
                serde_json::from_slice(text).with_context(|| format!("{name}, line {line}: no JSON object"))?;
            for key in object.keys() {
                if !read.header.contains(key) {
                    read.header.push(key.clone());
                }
            }
            read.lines.push(line);
            objects.push(object);
        }
        let cell = |value: Option<&Value>| match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        read.rows =
            objects.iter().map(|object| read.header.iter().map(|key| cell(object.get(key))).collect()).collect();
        Ok(read)
    }

    /// The place of a column.
    ///
    /// # Errors
    /// When there is none of that name; the message lists those there are.
    pub fn column(&self, name: &str, path: &Path) -> Result<usize> {
        match self.header.iter().position(|column| column == name) {
            Some(place) => Ok(place),
            None => {
                bail!("{}, line 1: no column is called {name:?}; there are {}", path.display(), self.header.join(", "))
            }
        }
    }
}

/// How many blank lines begin here: the reader passes over them before a row that it then counts as theirs.
fn blank_lines(text: &[u8], at: u64) -> u64 {
    let rest = usize::try_from(at).ok().and_then(|at| text.get(at..)).unwrap_or_default();
    rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count() as u64
}

/// The sign that is most often in the first line that is not blank; a comma where none is.
fn delimiter(text: &[u8]) -> u8 {
    let lines = text.split(|byte| *byte == b'\n');
    let header = lines.map(<[u8]>::trim_ascii_end).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |sign: u8| header.iter().filter(|byte| **byte == sign).count();
    // Of equals the last one counts, so the comma comes last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

/// The lines of standard input or of a file.
///
/// # Errors
/// When a line cannot be read.
pub fn lines(path: &Path) -> Result<Vec<String>> {
    BufReader::new(open(path)?)
        .lines()
        .enumerate()
        .map(|(at, line)| line.with_context(|| format!("{}, line {}", path.display(), at + 1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_parts_the_cells_the_rows_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("a.csv", "user,item\n1,\"x,y\"\n\n2,z\n"),
            ("a.txt", "user;item\n1;\"x,y\"\n\n2;z\n"),
            ("b.txt", "user\titem\n1\tx,y\n\n2\tz\n"),
            ("A.TSV", "\u{feff}user\titem\n1\tx,y\n\n2\tz\n"),
            ("a.jsonl", "{\"user\":1,\"item\":\"x,y\"}\n\n{\"item\":\"z\",\"user\":2}\n"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let read = Rows::read(&path).unwrap();
            assert_eq!(read.header, ["user", "item"], "{name}");
            assert_eq!(read.rows, [["1", "x,y"], ["2", "z"]], "{name}");
            let first = u64::from(!name.ends_with("jsonl"));
            assert_eq!(read.lines, [first + 1, first + 3], "{name}");
        }
    }
}
