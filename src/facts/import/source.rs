//! Files of rows, whatever their format: delimited text, lines of JSON, a list of JSON, Parquet. Each row comes as
//! cells of text with the line it starts on.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use csv::StringRecord;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::LineCounts;
use super::charset::{self, Charset};
use super::delimited::{Delimited, Row};
use super::lines::Lines;
use crate::facts::WarehouseError;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Cells parted by a sign; the first line names the columns.
    Delimited {
        /// The sign.
        delimiter: char,
        /// Whether cells may stand in quotation marks.
        quoted: bool,
        /// The characters.
        charset: Charset,
    },
    /// One JSON object a line.
    JsonLines,
    /// One JSON list of objects.
    Json,
    /// Parquet.
    Parquet,
}

/// The next thing in a file.
pub(super) enum Next {
    /// A row.
    Row(Row),
    /// Something on this line that is no row, and why.
    Bad(u64, &'static str),
    /// Nothing more.
    End,
}

/// A file's rows, one after the other.
pub(super) struct Source {
    /// The names of the columns.
    pub(super) header: Vec<String>,
    rows: Rows,
}

enum Rows {
    Delimited(Box<Delimited>),
    JsonLines { lines: Box<Lines>, blank: u64 },
    Json { values: std::vec::IntoIter<Value>, line: u64 },
    Parquet { reader: ParquetRecordBatchReader, columns: Vec<ArrayRef>, at: usize, line: u64 },
}

/// Objects with more different keys than this have data for keys, and make no table.
const MOST_KEYS: usize = 2_000;

impl Source {
    /// Opens a file of a known format.
    pub(super) fn open(path: &Path, format: FileFormat) -> Result<Self, WarehouseError> {
        match format {
            FileFormat::Delimited { delimiter, quoted, charset } => {
                let lines = charset::open_lines(path, charset).map_err(WarehouseError::io(path))?;
                let (rows, header) = Delimited::new(lines, delimiter, quoted).map_err(WarehouseError::io(path))?;
                Ok(Self { header: distinct(&header), rows: Rows::Delimited(Box::new(rows)) })
            }
            FileFormat::JsonLines => {
                let open = || charset::open_lines(path, Charset::Utf8).map_err(WarehouseError::io(path));
                // Any line may bring a key that no line before it has.
                let (mut lines, mut header) = (open()?, Header::default());
                while let Some(text) = lines.next().map_err(WarehouseError::io(path))? {
                    serde_json::from_str::<Value>(&text).iter().for_each(|value| header.take(value));
                }
                let header = header.names(path)?;
                Ok(Self { header, rows: Rows::JsonLines { lines: Box::new(open()?), blank: 0 } })
            }
            FileFormat::Json => {
                let text = charset::open_text(path, Charset::Utf8).map_err(WarehouseError::io(path))?;
                let values: Vec<Value> = serde_json::from_reader(BufReader::new(text))
                    .map_err(|error| WarehouseError::NotATable { path: path.to_owned(), reason: error.to_string() })?;
                let mut header = Header::default();
                values.iter().for_each(|value| header.take(value));
                let header = header.names(path)?;
                Ok(Self { header, rows: Rows::Json { values: values.into_iter(), line: 0 } })
            }
            FileFormat::Parquet => {
                let file = File::open(path).map_err(WarehouseError::io(path))?;
                let reader = ParquetRecordBatchReaderBuilder::try_new(file)
                    .and_then(ParquetRecordBatchReaderBuilder::build)
                    .map_err(WarehouseError::parquet(path))?;
                let schema = datafusion::arrow::array::RecordBatchReader::schema(&reader);
                let header = schema.fields().iter().map(|field| field.name().clone()).collect();
                Ok(Self { header, rows: Rows::Parquet { reader, columns: Vec::new(), at: 0, line: 0 } })
            }
        }
    }

    /// What became of the lines read so far; nothing where a format has none.
    pub(super) fn line_counts(&self) -> Option<LineCounts> {
        let counts = |lines: &Lines, blank| LineCounts {
            lines: lines.taken,
            blank,
            mended: lines.mended,
            is_cut: lines.is_cut,
            ..LineCounts::default()
        };
        match &self.rows {
            Rows::Delimited(rows) => Some(LineCounts {
                header: 1,
                long_rows: rows.long_rows,
                continued: rows.continued,
                stray_marks: rows.stray_marks,
                ..counts(&rows.lines, rows.blank)
            }),
            Rows::JsonLines { lines, blank } => Some(counts(lines, *blank)),
            Rows::Json { .. } | Rows::Parquet { .. } => None,
        }
    }

    /// Reads the next row into `cells`.
    pub(super) fn next(&mut self, cells: &mut StringRecord, path: &Path) -> Result<Next, WarehouseError> {
        match &mut self.rows {
            Rows::Delimited(rows) => {
                Ok(rows.next(cells).map_err(WarehouseError::io(path))?.map_or(Next::End, Next::Row))
            }
            Rows::JsonLines { lines, blank } => loop {
                let Some(text) = lines.next().map_err(WarehouseError::io(path))? else { return Ok(Next::End) };
                if text.trim().is_empty() {
                    *blank += 1;
                    continue;
                }
                return Ok(match serde_json::from_str::<Value>(&text) {
                    Ok(value) => json_row(&value, &self.header, cells, lines.taken),
                    Err(_) => Next::Bad(lines.taken, "the line is no JSON"),
                });
            },
            Rows::Json { values, line } => {
                *line += 1;
                Ok(values.next().map_or(Next::End, |value| json_row(&value, &self.header, cells, *line)))
            }
            Rows::Parquet { reader, columns, at, line } => {
                while columns.first().is_none_or(|column| *at >= column.len()) {
                    let Some(batch) = reader.next() else { return Ok(Next::End) };
                    let batch = batch.map_err(WarehouseError::parquet(path))?;
                    let texts = batch.columns().iter().map(|column| cast(column, &DataType::Utf8));
                    *columns = texts.collect::<Result<_, _>>().map_err(WarehouseError::parquet(path))?;
                    *at = 0;
                    if columns.is_empty() {
                        return Ok(Next::End);
                    }
                }
                cells.clear();
                for column in columns.iter() {
                    let column = column.as_string::<i32>();
                    cells.push_field(if column.is_valid(*at) { column.value(*at) } else { "" });
                }
                *at += 1;
                *line += 1;
                Ok(Next::Row(Row { line: *line, is_stray: false }))
            }
        }
    }
}

/// The names of columns in the order in which objects bring them up.
#[derive(Default)]
struct Header {
    names: Vec<String>,
    seen: HashMap<String, ()>,
}

impl Header {
    fn names(self, path: &Path) -> Result<Vec<String>, WarehouseError> {
        if self.names.len() > MOST_KEYS {
            let reason = format!("its objects have {} different keys", self.names.len());
            return Err(WarehouseError::NotATable { path: path.to_owned(), reason });
        }
        Ok(self.names)
    }

    fn take(&mut self, value: &Value) {
        for name in value.as_object().into_iter().flat_map(|object| object.keys()) {
            if self.seen.insert(name.clone(), ()).is_none() {
                self.names.push(name.clone());
            }
        }
    }
}

fn json_row(value: &Value, header: &[String], cells: &mut StringRecord, line: u64) -> Next {
    let Some(object) = value.as_object() else {
        return Next::Bad(line, "the line is no JSON object");
    };
    cells.clear();
    for name in header {
        match object.get(name) {
            None | Some(Value::Null) => cells.push_field(""),
            Some(Value::String(text)) => cells.push_field(text),
            Some(other) => cells.push_field(&other.to_string()),
        }
    }
    Next::Row(Row { line, is_stray: false })
}

/// The names of columns, each once: one without a name is called by its place, and one whose name was there is too.
fn distinct(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (at, name) in header.iter().map(|name| name.trim()).enumerate() {
        let place = at + 1;
        names.push(match name {
            "" => format!("#{place}"),
            name if names.iter().any(|known| known == name) => format!("{name} #{place}"),
            name => name.to_owned(),
        });
    }
    names
}

/// The sign that parts the cells: the one that cuts the most rows into as many cells as the first, and more than one.
pub(super) fn find_delimiter(text: &str) -> char {
    let score = |delimiter: char| {
        let sign = u8::try_from(delimiter).unwrap_or(b',');
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(sign).flexible(true).has_headers(false);
        let mut reader = builder.from_reader(text.as_bytes());
        let counts: Vec<usize> = reader.records().take(200).flatten().map(|record| record.len()).collect();
        let columns = counts.first().copied().unwrap_or(0);
        let fitting = counts.iter().filter(|count| **count == columns).count();
        if columns < 2 { 0.0 } else { fitting as f64 / counts.len() as f64 * (columns as f64).ln_1p() }
    };
    let mut best = (',', score(','));
    for delimiter in [';', '\t', '|'] {
        let found = score(delimiter);
        if found > best.1 {
            best = (delimiter, found);
        }
    }
    best.0
}
