//! Rows of delimited text, made of lines. A cell in quotation marks may run over several lines; a mark that nothing
//! closes would take the rows after it into its cell, so lines that look like rows of their own are never joined.

use std::io;

use csv::StringRecord;

use super::lines::Lines;

/// A cell over more lines than this has lost its closing mark.
const MOST_LINES_OF_A_ROW: usize = 1_000;
/// So many lines one after the other that look like rows are rows.
const ENOUGH_ROWS: usize = 3;

/// A file's rows.
pub(super) struct Delimited {
    pub(super) lines: Lines,
    delimiter: char,
    quoted: bool,
    /// Cells of the header.
    columns: usize,
    /// Columns in which every cell so far has a digit: by them a line is known as a row.
    digits: Vec<bool>,
    rows: u64,
    /// Blank lines.
    pub(super) blank: u64,
    /// Rows that run over several lines.
    pub(super) long_rows: u64,
    /// The lines of those rows beyond their first.
    pub(super) continued: u64,
    /// Rows in which a quotation mark is read as any other character, as nothing closes it.
    pub(super) stray_marks: u64,
}

/// A row.
pub(super) struct Row {
    /// The line it starts on, from 1.
    pub(super) line: u64,
    /// Whether a quotation mark of it is closed by nothing.
    pub(super) is_stray: bool,
}

/// How the cells of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    /// In a cell whose quotation mark is still open.
    Open,
}

impl Delimited {
    /// Reads rows from lines; the first that is not blank becomes the header.
    pub(super) fn new(lines: Lines, delimiter: char, quoted: bool) -> io::Result<(Self, Vec<String>)> {
        let mut made = Self {
            lines,
            delimiter,
            quoted,
            columns: 0,
            digits: Vec::new(),
            rows: 0,
            blank: 0,
            long_rows: 0,
            continued: 0,
            stray_marks: 0,
        };
        let mut cells = StringRecord::new();
        made.next(&mut cells)?;
        made.columns = cells.len();
        made.digits = vec![true; cells.len()];
        made.rows = 0;
        Ok((made, cells.iter().map(str::to_owned).collect()))
    }

    /// Reads the next row into `cells`.
    pub(super) fn next(&mut self, cells: &mut StringRecord) -> io::Result<Option<Row>> {
        let first = loop {
            match self.lines.next()? {
                Some(line) if line.is_empty() => self.blank += 1,
                Some(line) => break line,
                None => return Ok(None),
            }
        };
        let line = self.lines.taken;
        let mut is_stray = false;
        if !self.quoted || cut(&first, self.delimiter, true, cells) == End::Closed {
            if !self.quoted {
                cut(&first, self.delimiter, false, cells);
            }
        } else {
            is_stray = !self.join(&first, cells)?;
            if is_stray {
                self.stray_marks += 1;
                cut_plainly(&first, self.delimiter, cells);
            }
        }
        self.learn(cells);
        Ok(Some(Row { line, is_stray }))
    }

    /// Adds the lines that an open cell runs over. Where they are rows of their own, they are put back and nothing is
    /// added.
    fn join(&mut self, first: &str, cells: &mut StringRecord) -> io::Result<bool> {
        let mut text = first.to_owned();
        let mut added: Vec<String> = Vec::new();
        let (mut like_rows, mut in_a_row) = (0, 0);
        // Were the mark a character, the first line would be a row too.
        let is_whole = self.columns == 0 || count(first, self.delimiter) >= self.columns;
        let mut state = Scan::Quoted;
        let is_joined = loop {
            let Some(next) = self.lines.next()? else { break false };
            if self.is_like_a_row(&next) {
                like_rows += 1;
                in_a_row += 1;
            } else {
                in_a_row = 0;
            }
            state = state.goes_on(&next, self.delimiter);
            text.push('\n');
            text.push_str(&next);
            added.push(next);
            if is_whole && in_a_row >= ENOUGH_ROWS || added.len() > MOST_LINES_OF_A_ROW {
                break false;
            }
            if state != Scan::Quoted {
                break !(is_whole && like_rows * 2 >= added.len());
            }
        };
        if is_joined {
            self.long_rows += 1;
            self.continued += added.len() as u64;
            cut(&text, self.delimiter, true, cells);
        } else {
            self.lines.put_back(added);
        }
        Ok(is_joined)
    }

    /// Whether a line has a cell for each column, with digits where all rows have them. Where nothing tells rows, and
    /// columns are few, prose with a comma would look like one.
    fn is_like_a_row(&self, line: &str) -> bool {
        let tells = self.digits.contains(&true) && self.rows > 0;
        if self.columns < 2 || !(tells || self.columns > 3) {
            return false;
        }
        let mut cells = StringRecord::new();
        if cut(line, self.delimiter, true, &mut cells) == End::Open || cells.len() != self.columns {
            cut_plainly(line, self.delimiter, &mut cells);
        }
        cells.len() == self.columns
            && cells.iter().zip(&self.digits).all(|(cell, digits)| !digits || cell.is_empty() || has_digit(cell))
    }

    fn learn(&mut self, cells: &StringRecord) {
        if cells.len() == self.columns {
            self.rows += 1;
            for (cell, digits) in cells.iter().zip(&mut self.digits) {
                *digits &= cell.is_empty() || has_digit(cell);
            }
        }
    }
}

fn has_digit(cell: &str) -> bool {
    cell.bytes().any(|byte| byte.is_ascii_digit())
}

fn count(line: &str, delimiter: char) -> usize {
    line.matches(delimiter).count() + 1
}

/// Where a reader of cells stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scan {
    /// At the start of a cell.
    Start,
    /// In a cell without marks, or behind a closing mark.
    Plain,
    /// In a cell whose mark is open.
    Quoted,
}

/// Whether a closing mark may stand before this: only blanks may come before the delimiter or the end.
fn closes(rest: &str, delimiter: char) -> bool {
    let rest = rest.trim_start_matches(|letter| letter == ' ' && delimiter != ' ');
    rest.is_empty() || rest.starts_with(delimiter) || rest.starts_with('\n')
}

impl Scan {
    /// Where it stands at the end of another line.
    fn goes_on(self, line: &str, delimiter: char) -> Self {
        let mut state = self;
        let mut letters = line.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            state = match state {
                Scan::Quoted if letter == '"' => {
                    if letters.next_if(|(_, next)| *next == '"').is_some() || !closes(&line[at + 1..], delimiter) {
                        Scan::Quoted
                    } else {
                        Scan::Plain
                    }
                }
                Scan::Quoted => Scan::Quoted,
                _ if letter == delimiter => Scan::Start,
                Scan::Start if letter == '"' => Scan::Quoted,
                Scan::Start | Scan::Plain => Scan::Plain,
            };
        }
        if state == Scan::Quoted { state } else { Scan::Plain }
    }
}

/// Cuts a text into cells. A mark inside a quoted cell that neither closes it nor is doubled is a character.
fn cut(text: &str, delimiter: char, quoted: bool, cells: &mut StringRecord) -> End {
    cells.clear();
    if !quoted || !text.contains('"') {
        text.split(delimiter).for_each(|cell| cells.push_field(cell));
        return End::Closed;
    }
    let mut cell = String::new();
    let mut state = Scan::Start;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match state {
            Scan::Quoted if letter == '"' => {
                if letters.next_if(|(_, next)| *next == '"').is_some() || !closes(&text[at + 1..], delimiter) {
                    cell.push('"');
                } else {
                    state = Scan::Plain;
                }
            }
            Scan::Quoted => cell.push(letter),
            _ if letter == delimiter => {
                cells.push_field(&cell);
                cell.clear();
                state = Scan::Start;
            }
            Scan::Start if letter == '"' => state = Scan::Quoted,
            Scan::Start | Scan::Plain => {
                cell.push(letter);
                state = Scan::Plain;
            }
        }
    }
    cells.push_field(&cell);
    if state == Scan::Quoted { End::Open } else { End::Closed }
}

/// Cuts a line whose last open mark is a character: cells that open and close keep their meaning.
fn cut_plainly(line: &str, delimiter: char, cells: &mut StringRecord) {
    cells.clear();
    let mut rest = line;
    loop {
        let ends_at = if let Some(inner) = rest.strip_prefix('"') {
            let closing = inner.match_indices('"').find(|(at, _)| {
                let doubled = inner[at + 1..].starts_with('"') || inner[..*at].ends_with('"');
                !doubled && closes(&inner[at + 1..], delimiter)
            });
            closing.and_then(|(at, _)| {
                let behind = at + 2;
                rest[behind..].find(delimiter).map(|more| behind + more).or(Some(rest.len()))
            })
        } else {
            None
        };
        let (cell, is_quoted) = match ends_at {
            Some(end) => (&rest[..end], true),
            None => (&rest[..rest.find(delimiter).unwrap_or(rest.len())], false),
        };
        if is_quoted {
            let inner = cell.trim_end().trim_start_matches('"').trim_end_matches('"');
            cells.push_field(&inner.replace("\"\"", "\""));
        } else {
            cells.push_field(cell);
        }
        match rest[cell.len()..].strip_prefix(delimiter) {
            Some(more) => rest = more,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str, delimiter: char) -> (Vec<(u64, Vec<String>)>, Delimited) {
        let lines = Lines::new(Box::new(text.as_bytes())).unwrap();
        let (mut rows, _) = Delimited::new(lines, delimiter, true).unwrap();
        let mut cells = StringRecord::new();
        let mut found = Vec::new();
        while let Some(row) = rows.next(&mut cells).unwrap() {
            found.push((row.line, cells.iter().map(str::to_owned).collect()));
        }
        (found, rows)
    }

    #[test]
    fn cells_in_marks_may_hold_delimiters_marks_and_line_ends() {
        let (rows, read) = read("id,text,n\n1,\"a, \"\"b\"\"\nc\",2\n\n2,say \"hi\",3\n3,\"x \"y\" z\" ,4\n", ',');
        let cells: Vec<_> = rows.iter().map(|(line, cells)| (*line, cells[1].as_str())).collect();
        assert_eq!(cells, [(2, "a, \"b\"\nc"), (5, "say \"hi\""), (6, "x \"y\" z ")]);
        assert_eq!((read.blank, read.long_rows, read.continued, read.stray_marks), (1, 1, 1, 0));
    }

    #[test]
    fn a_mark_that_nothing_closes_takes_no_rows_with_it() {
        for middle in [
            // Closed by nothing; by the start of another cell; by the end of a later one.
            "1,\"12 inch,5\n2,b,6\n3,c,7\n",
            "1,\"12 inch,5\n2,\"13 inch,6\n3,c,7\n",
            "1,\"12 inch,5\n2,plate 13\",6\n3,c,7\n",
            "1,\"12 inch,5\n2,\"quoted, well\",6\n3,c,7\n",
        ] {
            let text: &'static str = format!("id,text,n\n0,a,4\n{middle}").leak();
            let (rows, read) = read(text, ',');
            assert_eq!(rows.len(), 4, "{middle}");
            assert!(rows.iter().all(|(_, cells)| cells.len() == 3), "{rows:?}");
            assert_eq!(rows[1].1[1], "\"12 inch");
            assert!(read.stray_marks >= 1 && read.continued == 0);
        }
    }

    #[test]
    fn prose_over_several_lines_stays_one_cell() {
        let (rows, _) = read("id,text\n1,\"Good, yes\nand cheap, too\nand fast, very\nand, so on\"\n2,fine\n", ',');
        assert_eq!(rows.len(), 2);
        let (rows, _) = read("text;stars\n\"One\ntwo\nthree\";5\n\"four\nfive\";4\n", ';');
        assert_eq!(rows[0].1, ["One\ntwo\nthree", "5"]);
        assert_eq!(rows.len(), 2);
    }
}
