//! Tables of text: columns by name, rows with their lines.

use crate::io::text::{Notes, offer};

/// Codes of one kind of table.
#[derive(Debug, Clone, Copy)]
pub struct TableCodes {
    /// A column is missing, doubled or unknown.
    pub header: &'static str,
    /// A row cannot be read or has another number of fields.
    pub row: &'static str,
}

/// The columns of a table by position in its header.
pub struct Columns {
    names: Vec<String>,
}

/// One row with its line.
pub struct Row<'a> {
    /// Its line in the file, from 1.
    pub line: usize,
    columns: &'a Columns,
    fields: Vec<&'a str>,
}

impl Row<'_> {
    /// The trimmed field of a column; empty where the table has no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> &str {
        let at = self.columns.names.iter().position(|name| name == column);
        at.and_then(|at| self.fields.get(at)).copied().unwrap_or_default()
    }

    /// Name and trimmed field of every column, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.names.iter().map(String::as_str).zip(self.fields.iter().copied())
    }
}

/// Which columns a table must and may have.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Columns that must be there.
    pub required: &'static [&'static str],
    /// Columns that may be there.
    pub optional: &'static [&'static str],
    /// Whether any other column is taken as it is.
    pub open: bool,
}

/// Calls `each` for every row of a table; what cannot be read is noted and left out. False where there is no usable
/// header.
pub fn rows(
    text: &str,
    shape: Shape,
    codes: TableCodes,
    notes: &mut Notes<'_>,
    mut each: impl FnMut(&Row<'_>, &mut Notes<'_>),
) -> bool {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut columns: Option<Columns> = None;
    let mut record = csv::StringRecord::new();
    let mut counted = Counted::default();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let line = error.position().map_or(0, line_at);
                notes.error(codes.row, line, "", format!("cannot be read: {error}"), "write it as CSV");
                return columns.is_some();
            }
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map_or(0, |at| first_line(text, at, &mut counted));
        let Some(columns) = &columns else {
            columns = Some(header(&record, line, shape, codes, notes));
            if columns.as_ref().is_some_and(|c| c.names.is_empty()) {
                return false;
            }
            continue;
        };
        if record.len() > columns.names.len() {
            let message = format!("{} fields under {} columns", record.len(), columns.names.len());
            notes.error(codes.row, line, record.get(0).unwrap_or_default(), message, "quote fields that hold commas");
            continue;
        }
        each(&Row { line, columns, fields: record.iter().collect() }, notes);
    }
    if columns.is_none() {
        let remedy = format!("write the header {}", shape.required.join(","));
        notes.error(codes.header, 0, "", "the table is empty".to_owned(), &remedy);
    }
    columns.is_some()
}

/// Lines counted so far, so that a long table is counted through once.
#[derive(Default)]
struct Counted {
    byte: usize,
    breaks: usize,
}

impl Counted {
    /// The 1-based line of a byte at or after the last one asked for.
    fn to(&mut self, text: &str, byte: usize) -> usize {
        let byte = byte.min(text.len()).max(self.byte);
        self.breaks += text.as_bytes()[self.byte..byte].iter().filter(|b| **b == b'\n').count();
        self.byte = byte;
        self.breaks + 1
    }
}

/// The line a record begins on: the reader's position is where it looked for one, before blank lines and comments.
fn first_line(text: &str, from: &csv::Position, counted: &mut Counted) -> usize {
    let start = usize::try_from(from.byte()).unwrap_or(usize::MAX);
    let rest = text.get(start..).unwrap_or_default();
    let skipped = rest.lines().take_while(|line| line.is_empty() || line.starts_with('#')).count();
    counted.to(text, start) + skipped
}

fn line_at(position: &csv::Position) -> usize {
    usize::try_from(position.line()).unwrap_or(usize::MAX)
}

/// The columns, or none of them where the header cannot be used.
fn header(record: &csv::StringRecord, line: usize, shape: Shape, codes: TableCodes, notes: &mut Notes<'_>) -> Columns {
    let names: Vec<String> = record.iter().map(str::to_lowercase).collect();
    let known = || shape.required.iter().chain(shape.optional).copied();
    let mut sound = true;
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) {
            notes.error(codes.header, line, name, "stands twice in the header".to_owned(), "leave one of them out");
            sound = false;
        } else if !shape.open && !known().any(|k| k == name) {
            let all = known().collect::<Vec<_>>().join(",");
            let remedy = offer(name, known(), &format!("known columns: {all}"));
            notes.error(codes.header, line, name, "is not a column here".to_owned(), &remedy);
            sound = false;
        }
    }
    for name in shape.required {
        if !names.iter().any(|n| n == name) {
            let remedy = offer(name, names.iter().map(String::as_str), "add the column");
            notes.error(codes.header, line, name, "is missing from the header".to_owned(), &remedy);
            sound = false;
        }
    }
    Columns { names: if sound { names } else { Vec::new() } }
}
