//! What all readers of text share: reading a file as UTF-8, finding a line, offering the nearest word.

use std::path::Path;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Largest text file a reader takes into memory [bytes].
const LIMIT_BYTES: u64 = 512 * 1024 * 1024;

/// Longest text repeated from a file: a file of noise must not fill the screen.
const QUOTE_MAX: usize = 120;

/// Collects the diagnostics of one file.
pub struct Notes<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// Where findings go.
    pub out: &'a mut Diagnostics,
}

impl Notes<'_> {
    /// Notes an error.
    pub fn error(&mut self, code: &str, line: usize, subject: &str, message: String, remedy: &str) {
        self.note(Severity::Error, code, line, subject, message, remedy);
    }

    /// Notes a warning.
    pub fn warn(&mut self, code: &str, line: usize, subject: &str, message: String, remedy: &str) {
        self.note(Severity::Warning, code, line, subject, message, remedy);
    }

    /// Notes a fact.
    pub fn info(&mut self, code: &str, line: usize, subject: &str, message: String, remedy: &str) {
        self.note(Severity::Info, code, line, subject, message, remedy);
    }

    fn note(&mut self, severity: Severity, code: &str, line: usize, subject: &str, message: String, remedy: &str) {
        self.out.push(Diagnostic {
            severity,
            code: code.to_owned(),
            file: self.file.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            subject: quote(subject),
            message,
            remedy: remedy.to_owned(),
        });
    }
}

/// Reads a file as UTF-8, a leading byte-order mark left out; `None` with an error of `code` where it cannot be read.
pub fn read(path: &Path, code: &str, out: &mut Diagnostics) -> Option<String> {
    let file = path.display().to_string();
    let mut notes = Notes { file: &file, out };
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            notes.error(code, 0, "", "it is a folder, not a file".to_owned(), "name the file itself");
            return None;
        }
        Ok(meta) if meta.len() > LIMIT_BYTES => {
            notes.error(code, 0, "", format!("it holds {} bytes", meta.len()), "give a file of at most 512 MiB");
            return None;
        }
        Ok(_) => {}
        Err(error) => {
            notes.error(code, 0, "", format!("cannot be read: {error}"), "check the name and the permissions");
            return None;
        }
    }
    let bytes = match read_bounded(path, LIMIT_BYTES) {
        Ok(bytes) if bytes.len() as u64 > LIMIT_BYTES => {
            notes.error(code, 0, "", "it has no end".to_owned(), "give a file of at most 512 MiB");
            return None;
        }
        Ok(bytes) => bytes,
        Err(error) => {
            notes.error(code, 0, "", format!("cannot be read: {error}"), "check the name and the permissions");
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..valid].iter().filter(|b| **b == b'\n').count();
            notes.error(code, line, "", "it is not UTF-8 text".to_owned(), "save it as UTF-8");
            None
        }
    }
}

/// The bytes of a file, at most one more than `limit`: a device has no length and no end.
///
/// # Errors
/// Whatever the file system answers.
pub fn read_bounded(path: &std::path::Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(std::fs::File::open(path)?, limit + 1), &mut bytes)?;
    Ok(bytes)
}

/// A text from a file, control characters written out, cut where it is too long to be read.
#[must_use]
pub fn quote(text: &str) -> String {
    let cut = text.chars().nth(QUOTE_MAX).is_some();
    let mut shown = String::new();
    for c in text.chars().take(QUOTE_MAX) {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    if cut {
        shown.push('…');
    }
    shown
}

/// The line, from 1, that a byte offset of a text lies on.
#[must_use]
pub fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count()
}

/// The word nearest to the one asked for; of equally near ones the first. `None` where nothing is near: more than half
/// of the word would have to change.
#[must_use]
pub fn nearest<'a>(asked: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if asked.len() > QUOTE_MAX {
        return None;
    }
    let asked_lower = asked.to_lowercase();
    let near = words.into_iter().map(|w| (strsim::damerau_levenshtein(&asked_lower, &w.to_lowercase()), w));
    let (distance, word) = near.min_by_key(|(distance, _)| *distance)?;
    (distance * 2 <= asked.chars().count().max(word.chars().count())).then_some(word)
}

/// A remedy that offers the nearest word, or `otherwise`.
#[must_use]
pub fn offer<'a>(asked: &str, words: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    nearest(asked, words).map_or_else(|| otherwise.to_owned(), |word| format!("the nearest one is {word}"))
}
