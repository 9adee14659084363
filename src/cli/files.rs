//! Files of rows on the command line: CSV and TSV, plain or gzip, and lines of standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;

/// Opens a file, or standard input for `-`; a name that ends in `.gz` is unpacked on the way.
///
/// # Errors
/// When the file cannot be opened; the message names it.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        Ok(Box::new(MultiGzDecoder::new(BufReader::new(file))))
    } else {
        Ok(Box::new(file))
    }
}

/// A table of text with its header.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The header.
    pub header: Vec<String>,
    /// The rows; each has one cell per column of the header.
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// Reads a whole file with a header line: tab-separated without quoting where the name ends in `.tsv` (or
    /// `.tsv.gz`), otherwise comma-separated.
    ///
    /// # Errors
    /// When the file cannot be read, or a row has another number of cells; the message names file and line.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.to_string_lossy();
        let tabs = name.trim_end_matches(".gz").ends_with(".tsv");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if tabs { b'\t' } else { b',' })
            .quoting(!tabs)
            .from_reader(open(path)?);
        let text = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let mut header = text(reader.headers().with_context(|| format!("{name}, line 1"))?);
        if let Some(first) = header.first_mut() {
            *first = first.trim_start_matches('\u{feff}').to_owned();
        }
        if header.iter().all(String::is_empty) {
            bail!("{name} is empty; its first line must name the columns");
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            rows.push(text(&record.with_context(|| name.clone().into_owned())?));
        }
        Ok(Self { header, rows })
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
