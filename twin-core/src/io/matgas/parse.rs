//! Statements of a matgas file: `mgc.NAME = VALUE;` and `mgc.NAME = [ rows ];`.

use std::collections::BTreeMap;

use super::codes;
use crate::io::text::{Notes, quote};

/// A value with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub text: String,
    pub line: usize,
}

/// A table: rows of words, and names of its columns where the file gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub line: usize,
    pub columns: Vec<String>,
    pub rows: Vec<(usize, Vec<String>)>,
}

/// A file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct File {
    pub scalars: BTreeMap<String, Field>,
    pub tables: BTreeMap<String, Table>,
}

/// Splits a text into statements; what is none is an error.
pub(super) fn parse(text: &str, notes: &mut Notes<'_>) -> File {
    let mut file = File::default();
    let mut names: Vec<String> = Vec::new();
    let mut open: Option<(String, Table)> = None;
    for (at, raw) in text.lines().enumerate() {
        let line = at + 1;
        if let Some(listed) = raw.trim().strip_prefix("%column_names%") {
            names = listed.split_whitespace().map(str::to_owned).collect();
            continue;
        }
        let code = uncommented(raw).trim();
        if let Some((name, table)) = open.as_mut() {
            let (row, ended) = code.split_once(']').map_or((code, false), |(row, _)| (row, true));
            rows(table, line, row);
            if ended {
                file.tables.insert(std::mem::take(name), std::mem::take(table));
                open = None;
            }
            continue;
        }
        if code.is_empty() || code.starts_with("function") || code == "end" {
            continue;
        }
        let Some((name, value)) = assignment(code) else {
            let what = format!("{:?} is no statement", quote(code));
            notes.error(codes::SYNTAX, line, "", what, "write mgc.NAME = VALUE; or mgc.NAME = [ … ];");
            continue;
        };
        if let Some(begun) = value.strip_prefix('[') {
            let mut table = Table { line, columns: std::mem::take(&mut names), rows: Vec::new() };
            let (row, ended) = begun.split_once(']').map_or((begun, false), |(row, _)| (row, true));
            rows(&mut table, line, row);
            if ended {
                file.tables.insert(name.to_owned(), table);
            } else {
                open = Some((name.to_owned(), table));
            }
        } else {
            let text = value.trim_end_matches(';').trim().trim_matches(['\'', '"']).to_owned();
            file.scalars.insert(name.to_owned(), Field { text, line });
        }
    }
    if let Some((name, table)) = open {
        notes.error(codes::SYNTAX, table.line, &name, "the table has no end".to_owned(), "close it with ];");
    }
    file
}

/// Name and value of `mgc.NAME = VALUE`.
fn assignment(code: &str) -> Option<(&str, &str)> {
    let (left, right) = code.split_once('=')?;
    let name = left.trim().strip_prefix("mgc.")?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plain.then_some((name, right.trim()))
}

/// A line without what follows a `%` outside quotes.
fn uncommented(line: &str) -> &str {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '%' if !quoted => return &line[..at],
            _ => {}
        }
    }
    line
}

/// Adds the rows on a line; they end at semicolons and at the end of the line.
fn rows(table: &mut Table, line: usize, text: &str) {
    let mut row = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.chars().chain([';']) {
        match c {
            '\'' => quoted = !quoted,
            ';' if !quoted || word.is_empty() => {
                finish(&mut row, &mut word);
                if !row.is_empty() {
                    table.rows.push((line, std::mem::take(&mut row)));
                }
            }
            c if !quoted && (c.is_whitespace() || c == ',') => finish(&mut row, &mut word),
            c => word.push(c),
        }
    }
    // A quote that is not closed ends with its line.
    finish(&mut row, &mut word);
    if !row.is_empty() {
        table.rows.push((line, row));
    }
}

fn finish(row: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        row.push(std::mem::take(word));
    }
}
