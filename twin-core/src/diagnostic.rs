//! Coded diagnostics: what a reader or a check has to say about a file, for a person who can mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For information: nothing is lost.
    Info,
    /// The result may not be what the author meant, or something is read but not yet solved.
    Warning,
    /// The file cannot be used.
    Error,
}

/// One finding. Its code is stable; its words may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How grave.
    pub severity: Severity,
    /// Stable code, for example `INP-204`.
    pub code: String,
    /// The file as the user named it.
    pub file: String,
    /// Line, 1-based; 0 where the whole file is meant.
    pub line: u32,
    /// The asset or key it is about, may be empty.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it, may be empty.
    pub remedy: String,
}

impl Diagnostic {
    /// An error about a whole file.
    #[must_use]
    pub fn of_file(file: &str, code: &str, message: &str, remedy: &str) -> Self {
        Self {
            severity: Severity::Error,
            code: code.to_owned(),
            file: file.to_owned(),
            line: 0,
            subject: String::new(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}[{}] {}", self.code, self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        f.write_str(": ")?;
        if !self.subject.is_empty() {
            write!(f, "{}: ", self.subject)?;
        }
        f.write_str(&self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Findings in the order they were met, at most [`Diagnostics::LIMIT`] of them kept; the rest are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    errors: usize,
    dropped: usize,
}

impl Diagnostics {
    /// How many are kept: a file of noise must not fill the memory.
    pub const LIMIT: usize = 1000;

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        if self.list.len() < Self::LIMIT {
            self.list.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    /// A list of these.
    #[must_use]
    pub fn of(found: Vec<Diagnostic>) -> Self {
        let mut list = Self::default();
        found.into_iter().for_each(|d| list.push(d));
        list
    }

    /// Adds all of another list.
    pub fn append(&mut self, other: Self) {
        self.dropped += other.dropped;
        self.errors += other.errors - other.list.iter().filter(|d| d.severity == Severity::Error).count();
        for d in other.list {
            self.push(d);
        }
    }

    /// Those kept, in order.
    #[must_use]
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// How many were not kept.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether any error was met, kept or not.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors were met.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors
    }
}
