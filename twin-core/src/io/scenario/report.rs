//! Findings about one scenario file: where they stand, what they are called, what was probably meant.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Longest text repeated from a file; a file of noise must not fill the screen.
const QUOTE_MAX: usize = 80;

/// A file's name, its line starts, and what was found so far.
#[derive(Debug)]
pub struct Report {
    file: String,
    /// Byte at which each line begins.
    starts: Vec<usize>,
    found: Diagnostics,
}

impl Report {
    pub fn new(file: &str, bytes: &[u8]) -> Self {
        let breaks = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
        Self {
            file: file.to_owned(),
            starts: std::iter::once(0).chain(breaks).collect(),
            found: Diagnostics::default(),
        }
    }

    /// The line a byte stands in, 1-based.
    pub fn line(&self, byte: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|&s| s <= byte)).unwrap_or(u32::MAX)
    }

    /// Adds an error at the line of a span.
    pub fn at(&mut self, code: &str, span: Range<usize>, subject: &str, message: impl Into<String>, remedy: &str) {
        let line = self.line(span.start);
        self.push(code, line, subject, message.into(), remedy.to_owned());
    }

    /// Adds an error about the whole file.
    pub fn whole(&mut self, code: &str, message: impl Into<String>, remedy: &str) {
        self.push(code, 0, "", message.into(), remedy.to_owned());
    }

    fn push(&mut self, code: &str, line: u32, subject: &str, message: String, remedy: String) {
        let (file, subject) = (self.file.clone(), quote(subject));
        self.found.push(Diagnostic {
            severity: Severity::Error,
            code: code.to_owned(),
            file,
            line,
            subject,
            message,
            remedy,
        });
    }

    pub fn finish(self) -> Diagnostics {
        self.found
    }

    pub fn has_errors(&self) -> bool {
        self.found.has_errors()
    }
}

/// A text from a file, cut where it is too long to be read.
pub fn quote(text: &str) -> String {
    if text.chars().nth(QUOTE_MAX).is_none() {
        return text.to_owned();
    }
    text.chars().take(QUOTE_MAX).chain(['…']).collect()
}

/// The nearest of some names, unless the text is too long to be one or none is like it.
pub fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if text.len() > QUOTE_MAX {
        return None;
    }
    let ranked = names.into_iter().map(|name| (strsim::damerau_levenshtein(text, name), name));
    let (distance, name) = ranked.min_by_key(|(distance, _)| *distance)?;
    (distance <= name.chars().count().max(3) * 2 / 3).then_some(name)
}

/// `the nearest one is X`, or what there is to choose from.
pub fn choose<'a>(text: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = nearest(text, names.clone()) {
        return format!("the nearest one is {name}");
    }
    let all: Vec<&str> = names.into_iter().collect();
    if all.is_empty() { "there is none".to_owned() } else { format!("choose one of {}", all.join(", ")) }
}
