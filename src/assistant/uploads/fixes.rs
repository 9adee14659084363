//! What people write to say which column is what: lines of a form, or a plain sentence. Pure.

use crate::domain::{Phrase, TableName};
use crate::facts::import::{DayOrder, Mapping, Preview, field_called, field_names};

/// A form holds at most so many characters; Discord takes 4,000.
const LONGEST_FORM: usize = 3_500;
/// Words by which people call the tables, besides their names.
const CALLED: [(&str, TableName); 12] = [
    ("product", TableName::Products),
    ("catalogue", TableName::Products),
    ("order", TableName::Orders),
    ("sales", TableName::Orders),
    ("post", TableName::Posts),
    ("reviews", TableName::Posts),
    ("ads", TableName::AdResults),
    ("ad results", TableName::AdResults),
    ("interaction", TableName::Interactions),
    ("mailings", TableName::CampaignSends),
    ("campaign sends", TableName::CampaignSends),
    ("newsletters", TableName::CampaignSends),
];

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fix {
    /// A field is taken from a column.
    Take(&'static str, String),
    /// A field is taken from nothing.
    Leave(&'static str),
    /// A column is taken for nothing.
    Ignore(String),
    /// How days are read.
    Days(DayOrder),
}

/// What is to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fixes {
    /// The table, where another one is named.
    pub(super) table: Option<TableName>,
    changes: Vec<Fix>,
}

impl Fixes {
    /// Changes a mapping.
    pub(super) fn apply(&self, mapping: &mut Mapping) {
        for change in &self.changes {
            match change {
                Fix::Take(field, column) => mapping.take(field, column),
                Fix::Leave(field) => {
                    mapping.fields.remove(*field);
                }
                Fix::Ignore(column) => mapping.fields.retain(|_, taken| taken != column),
                Fix::Days(order) => mapping.day_order = Some(*order),
            }
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is none of the ways to write a line.
    Unreadable,
    /// It names a table that there is not.
    NoTable,
    /// It names a field that the table has not.
    NoField,
    /// It names a column that the file has not.
    NoColumn,
}

/// A line that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    number: usize,
    line: String,
    fault: Fault,
    known: String,
}

impl Wrong {
    /// It, for people.
    pub(super) fn phrase(&self) -> Phrase {
        let key = match self.fault {
            Fault::Unreadable => "uploads.wrong.unreadable",
            Fault::NoTable => "uploads.wrong.table",
            Fault::NoField => "uploads.wrong.field",
            Fault::NoColumn => "uploads.wrong.column",
        };
        let phrase = Phrase::new(key).count("number", self.number).with("line", self.line.as_str());
        phrase.with("known", self.known.as_str())
    }
}

/// The lines that say what is taken for what now: what a form begins with.
pub(super) fn form(preview: &Preview, table: Option<TableName>, mapping: &Mapping) -> String {
    let mut lines = vec![format!("table: {}", table.map_or("", TableName::name))];
    if let Some(table) = table {
        for field in field_names(table) {
            if let Some(column) = mapping.fields.get(field) {
                lines.push(format!("{field} = {column}"));
            }
        }
        lines.extend(preview.missing_in(mapping).into_iter().map(|field| format!("{field} =")));
    }
    let left_out = preview.columns.iter().filter(|guess| mapping.field_of(&guess.column).is_none());
    lines.extend(left_out.map(|guess| format!("ignore {}", guess.column)));
    let mut text = String::new();
    for line in lines {
        if text.chars().count() + line.chars().count() >= LONGEST_FORM {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}

/// Reads lines such as `table: orders`, `price = Unit Price`, `price =`, `ignore Notes`, `days: month first`; where
/// everything stands on one line, `;` parts them. A line that only says what is so already is passed over where the
/// table changes, since it came with the form.
pub(super) fn read(
    text: &str,
    preview: &Preview,
    table: Option<TableName>,
    now: &Mapping,
) -> Result<Fixes, Vec<Wrong>> {
    let mut lines: Vec<&str> = text.lines().map(str::trim).collect();
    if let [only] = lines.as_slice() {
        lines = only.split(';').map(str::trim).collect();
    }
    let numbered = || lines.iter().enumerate().map(|(at, line)| (at + 1, *line)).filter(|(_, line)| !line.is_empty());
    let mut wrong = Vec::new();
    let mut fixes = Fixes::default();
    for (number, line) in numbered() {
        if let Some(named) = keyed(line, "table").filter(|named| !named.is_empty()) {
            match table_called(named) {
                Some(named) => fixes.table = Some(named).filter(|named| Some(*named) != table),
                None => wrong.push(Wrong { number, line: line.to_owned(), fault: Fault::NoTable, known: tables() }),
            }
        }
    }
    let into = fixes.table.or(table);
    let is_other = fixes.table.is_some();
    for (number, line) in numbered().filter(|(_, line)| keyed(line, "table").is_none()) {
        if is_other && is_so(line, now) {
            continue;
        }
        match fix(line, preview, into) {
            Ok(fix) => fixes.changes.push(fix),
            Err((fault, known)) => wrong.push(Wrong { number, line: line.to_owned(), fault, known }),
        }
    }
    if wrong.is_empty() { Ok(fixes) } else { Err(wrong) }
}

fn tables() -> String {
    TableName::ALL.iter().map(|table| table.name()).collect::<Vec<_>>().join(", ")
}

/// Whether a line only says what is so already.
fn is_so(line: &str, now: &Mapping) -> bool {
    if let Some(column) = ignored(line) {
        return now.field_of(unquoted(column)).is_none();
    }
    line.split_once('=').is_some_and(|(field, column)| {
        let (field, column) = (field.trim(), column.trim());
        column.is_empty() || now.fields.get(field).is_some_and(|taken| taken == column)
    })
}

/// What stands behind `key:`.
fn keyed<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (before, after) = line.split_once(':')?;
    before.trim().eq_ignore_ascii_case(key).then_some(after.trim())
}

/// The column behind `ignore`.
fn ignored(line: &str) -> Option<&str> {
    let (start, rest) = line.split_once(' ')?;
    start.eq_ignore_ascii_case("ignore").then_some(rest.trim())
}

fn fix(line: &str, preview: &Preview, table: Option<TableName>) -> Result<Fix, (Fault, String)> {
    let column = |said: &str| preview.column_called(unquoted(said)).map(str::to_owned);
    let columns = || preview.columns.iter().map(|guess| guess.column.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(order) = keyed(line, "days") {
        return match order.to_lowercase().as_str() {
            "day first" => Ok(Fix::Days(DayOrder::DayFirst)),
            "month first" => Ok(Fix::Days(DayOrder::MonthFirst)),
            _ => Err((Fault::Unreadable, String::new())),
        };
    }
    if let Some(said) = ignored(line) {
        return column(said).map(Fix::Ignore).ok_or_else(|| (Fault::NoColumn, columns()));
    }
    let Some((left, right)) = line.split_once('=') else { return Err((Fault::Unreadable, String::new())) };
    let (left, right) = (left.trim(), right.trim());
    let Some(table) = table else { return Err((Fault::NoTable, tables())) };
    let field = |said: &str| field_names(table).find(|field| field.eq_ignore_ascii_case(said));
    let called = |said: &str| field(said).or_else(|| field_called(table, said));
    match (called(left), right) {
        (Some(field), "") => Ok(Fix::Leave(field)),
        (Some(field), right) => match column(right) {
            Some(column) => Ok(Fix::Take(field, column)),
            None => Err((Fault::NoColumn, columns())),
        },
        // Some write it the other way round.
        (None, right) => match (column(left), field(right)) {
            (Some(column), Some(field)) => Ok(Fix::Take(field, column)),
            _ => Err((Fault::NoField, field_names(table).collect::<Vec<_>>().join(", "))),
        },
    }
}

/// A plain sentence after the preview: "the price is Unit Price", "it's the products table", "ignore Notes". `None`
/// where it may be about something else.
pub(super) fn sentence(text: &str, preview: &Preview, table: Option<TableName>, now: &Mapping) -> Option<Fixes> {
    let text = text.trim().trim_end_matches(['.', '!']);
    if text.contains('=') || keyed(text, "table").is_some() || ignored(text).is_some() {
        return read(text, preview, table, now).ok();
    }
    let lower = text.to_lowercase();
    let starts = ["it's ", "it’s ", "its ", "it is ", "this is ", "these are ", "they are ", "the table is "];
    if let Some(rest) = starts.iter().find_map(|start| lower.strip_prefix(start)) {
        let named = rest.trim_start_matches("the ").trim_end_matches(" table");
        return table_called(named).map(|table| Fixes { table: Some(table), changes: Vec::new() });
    }
    let (field, column) = text.split_once(" is in ").or_else(|| text.split_once(" is "))?;
    let field = field.trim_start_matches("The ").trim_start_matches("the ");
    let column = column.trim_start_matches("the column ").trim_start_matches("column ");
    let field = field_called(table?, field)?;
    let column = preview.column_called(unquoted(column))?.to_owned();
    Some(Fixes { table: None, changes: vec![Fix::Take(field, column)] })
}

fn unquoted(said: &str) -> &str {
    said.trim().trim_matches(['"', '“', '”', '\'', '‘', '’', '`'])
}

/// The table that somebody's words are.
fn table_called(words: &str) -> Option<TableName> {
    let words = words.trim().to_lowercase();
    let spaced = words.replace('_', " ");
    let named =
        TableName::ALL.iter().copied().find(|table| table.name() == words || table.name().replace('_', " ") == spaced);
    named.or_else(|| CALLED.iter().find(|(name, _)| *name == spaced).map(|(_, table)| *table))
}

/// The table that words beside a file name, where they name one.
pub(super) fn table_in(text: &str) -> Option<TableName> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).collect();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let named: Vec<TableName> =
        pairs.chain(words.iter().map(|word| (*word).to_owned())).filter_map(|said| table_called(&said)).collect();
    let first = *named.first()?;
    named.iter().all(|table| *table == first).then_some(first)
}
