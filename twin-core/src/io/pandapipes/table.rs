//! Tables of a pandapipes file: `DataFrame`s with `orient: split`, most of them written as a JSON text within the JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::codes;
use crate::io::loose_json;
use crate::io::text::{Notes, quote};

/// What reading a file needs to know at every turn.
pub(super) struct Reader<'a> {
    /// Where findings go.
    pub notes: Notes<'a>,
    /// The whole text, to find the line of a table.
    pub text: &'a str,
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    name: String,
    line: usize,
    columns: Vec<String>,
    index: Vec<i64>,
    rows: Vec<Vec<Value>>,
}

/// One row of it.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    at: usize,
}

#[derive(Deserialize)]
struct Split {
    columns: Vec<String>,
    index: Vec<Value>,
    data: Vec<Vec<Value>>,
}

/// Whether a value of the file is a table.
pub(super) fn is_table(value: &Value) -> bool {
    value.get("_class").and_then(Value::as_str) == Some("DataFrame")
}

impl Reader<'_> {
    /// Notes an error about a whole table.
    pub fn table_error(&mut self, table: &Table, code: &str, message: String, remedy: &str) {
        self.notes.error(code, table.line, &table.name, message, remedy);
    }

    /// The table of a name; an empty one where the file has none.
    pub fn table(&mut self, net: &serde_json::Map<String, Value>, name: &str) -> Option<Table> {
        let Some(value) = net.get(name) else { return Some(Table { name: name.to_owned(), ..Table::default() }) };
        let mut table = Table { name: name.to_owned(), line: self.line_of(name), ..Table::default() };
        let split = match value.get("_object") {
            _ if !is_table(value) => Err("is not a DataFrame".to_owned()),
            Some(Value::String(text)) => loose_json::parse::<Split>(text).map_err(|e| e.message),
            Some(inner) => Split::deserialize(inner).map_err(|e| e.to_string()),
            None => Err("has no _object".to_owned()),
        };
        match split {
            Ok(split) => self.fill(&mut table, split).then_some(table),
            Err(why) => {
                let remedy = "write the file with pandapipes.to_json, which uses orient = split";
                self.table_error(&table, codes::TABLE_FORM, quote(&why), remedy);
                None
            }
        }
    }

    fn fill(&mut self, table: &mut Table, split: Split) -> bool {
        let (rows, width) = (split.data.len(), split.columns.len());
        let odd = split.data.iter().position(|row| row.len() != width);
        if split.index.len() != rows || odd.is_some() {
            let what = odd.map_or_else(
                || format!("has {rows} rows and {} indices", split.index.len()),
                |at| format!("row {at} has {} values for {width} columns", split.data[at].len()),
            );
            self.table_error(table, codes::TABLE_FORM, what, "give each row an index and a value for each column");
            return false;
        }
        let mut seen = BTreeMap::new();
        for (at, value) in split.index.iter().enumerate() {
            let Some(index) = whole(value).filter(|i| *i >= 0) else {
                let what = format!("row {at} has the index {}", quote(&value.to_string()));
                self.table_error(table, codes::TYPE, what, "number rows from 0 on");
                return false;
            };
            if seen.insert(index, at).is_some() {
                let what = format!("the index {index} stands twice");
                self.table_error(table, codes::DUPLICATE, what, "give each row an index of its own");
                return false;
            }
            table.index.push(index);
        }
        (table.columns, table.rows) = (split.columns, split.data);
        true
    }

    /// Line on which a table begins; a file in one line has it all there.
    pub fn line_of(&self, name: &str) -> usize {
        let key = format!("\"{name}\"");
        let after = |at: &usize| self.text[at + key.len()..].trim_start().starts_with(':');
        let mut places = self.text.match_indices(&key).map(|(at, _)| at).filter(after);
        let first = places.clone().next();
        // Standard types have the name of their component; a table says what it is within a few words.
        let tabled = |at: &usize| self.text.as_bytes()[*at..].iter().take(200).copied().collect::<Vec<u8>>();
        let table = places.find(|at| String::from_utf8_lossy(&tabled(at)).contains("DataFrame"));
        table.or(first).map_or(0, |at| crate::io::text::line_of(self.text, at))
    }
}

impl Table {
    /// Rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|at| Row { table: self, at })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has these columns, if it has rows at all; a missing one is an error.
    pub fn has(&self, reader: &mut Reader<'_>, columns: &[&str]) -> bool {
        let missing = columns.iter().filter(|c| !self.columns.iter().any(|own| own == *c));
        let missing: Vec<&str> = missing.copied().collect();
        if self.rows.is_empty() || missing.is_empty() {
            return true;
        }
        let what = format!("has no column {}", missing.join(", "));
        let remedy = "files of older versions: load them with pandapipes 0.16 and save them once";
        reader.table_error(self, codes::MISSING_COLUMN, what, remedy);
        false
    }
}

/// A whole number, also where it is written with a point.
fn whole(value: &Value) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)] // in range and without a fraction
    let of_float = |x: f64| (x.fract() == 0.0 && x.abs() < 9e15).then_some(x as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(of_float))
}

impl Row<'_> {
    /// Its index in the table.
    pub fn index(&self) -> i64 {
        self.table.index[self.at]
    }

    /// The name given to it, if there is one.
    pub fn name(&self) -> Option<&str> {
        self.get("name").and_then(Value::as_str).filter(|n| !n.is_empty())
    }

    /// What people call it: table and index.
    pub fn id(&self) -> String {
        format!("{} {}", self.table.name, self.index())
    }

    fn get(&self, column: &str) -> Option<&Value> {
        let at = self.table.columns.iter().position(|c| c == column)?;
        self.table.rows[self.at].get(at).filter(|v| !v.is_null())
    }

    /// Notes an error about one of its values.
    pub fn error(&self, reader: &mut Reader<'_>, code: &str, message: String, remedy: &str) {
        let name = self.name().map_or_else(String::new, |n| format!(" ({n})"));
        reader.notes.error(code, self.table.line, &format!("{}{name}", self.id()), message, remedy);
    }

    /// Notes a warning about it.
    pub fn warn(&self, reader: &mut Reader<'_>, code: &str, message: String, remedy: &str) {
        reader.notes.warn(code, self.table.line, &self.id(), message, remedy);
    }

    /// A text; empty where there is none.
    pub fn text(&self, column: &str) -> &str {
        self.get(column).and_then(Value::as_str).unwrap_or_default()
    }

    /// A number within bounds.
    pub fn number(&self, reader: &mut Reader<'_>, column: &str, range: [f64; 2]) -> Option<f64> {
        if self.get(column).is_none() {
            self.error(reader, codes::MISSING_VALUE, format!("{column} is missing"), "give a number");
            return None;
        }
        self.number_or(reader, column, range, 0.0)
    }

    /// A number within bounds, or another where there is none.
    pub fn number_or(&self, reader: &mut Reader<'_>, column: &str, [low, high]: [f64; 2], other: f64) -> Option<f64> {
        let Some(value) = self.get(column) else { return Some(other) };
        let Some(x) = value.as_f64() else {
            let what = format!("{column} is {}", quote(&value.to_string()));
            self.error(reader, codes::TYPE, what, "give a number");
            return None;
        };
        if !(low..=high).contains(&x) {
            let what = format!("{column} is {x}, outside {low} to {high}");
            self.error(reader, codes::RANGE, what, "correct the value");
            return None;
        }
        Some(x)
    }

    /// A whole number.
    pub fn whole(&self, reader: &mut Reader<'_>, column: &str) -> Option<i64> {
        let value = self.get(column);
        let found = value.and_then(whole);
        if found.is_none() {
            let (code, what) =
                value.map_or((codes::MISSING_VALUE, "missing".to_owned()), |v| (codes::TYPE, quote(&v.to_string())));
            self.error(reader, code, format!("{column} is {what}"), "give a whole number");
        }
        found
    }

    /// A flag; `true` where the table has no such column.
    pub fn flag(&self, reader: &mut Reader<'_>, column: &str) -> Option<bool> {
        match self.get(column) {
            None => Some(true),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(value) => {
                let found = value.as_f64().filter(|x| [0.0, 1.0].contains(x));
                if found.is_none() {
                    let what = format!("{column} is {}", quote(&value.to_string()));
                    self.error(reader, codes::TYPE, what, "give true or false");
                }
                found.map(|x| x == 1.0)
            }
        }
    }

    /// The place of the element of another table that a column names.
    pub fn element(
        &self,
        reader: &mut Reader<'_>,
        column: &str,
        of: &str,
        all: &BTreeMap<i64, usize>,
    ) -> Option<usize> {
        let index = self.whole(reader, column)?;
        let found = all.get(&index).copied();
        if found.is_none() {
            let what = format!("{column} names {of} {index}, which does not exist");
            self.error(reader, codes::UNKNOWN_ELEMENT, what, &format!("name a row of the table {of}"));
        }
        found
    }
}

/// The numbers of an array, through the objects that Python wraps them in.
pub(super) fn numbers(value: &Value) -> Option<Vec<f64>> {
    match value {
        Value::Array(all) => all.iter().map(number).collect(),
        Value::Object(wrapped) => numbers(wrapped.get("_object")?),
        Value::String(text) => numbers(&loose_json::parse::<Value>(text).ok().filter(|v| !v.is_string())?),
        _ => None,
    }
}

/// A number, through the object that Python wraps it in.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Object(wrapped) => number(wrapped.get("_object")?),
        _ => value.as_f64(),
    }
}
