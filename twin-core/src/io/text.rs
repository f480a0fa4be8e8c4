//! What all readers of text share: reading a file as UTF-8, finding a line, offering the nearest word.

use std::borrow::Cow;
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

/// Codes under which a reader of `.inp` text tells that a file is no text of its kind, and its word for the file.
pub(super) struct InpCodes {
    pub binary: &'static str,
    pub empty: &'static str,
    pub not_utf8: &'static str,
    pub too_large: &'static str,
    pub unreadable: &'static str,
    /// For example `network`.
    pub word: &'static str,
}

/// The bytes of an `.inp` file; what keeps them from being read is the finding.
pub(super) fn inp_bytes(path: &Path, codes: &InpCodes) -> Result<Vec<u8>, Box<Diagnostic>> {
    let refused = |code, message: &str, remedy: &str| {
        Err(Box::new(Diagnostic::of_file(&path.display().to_string(), code, message, remedy)))
    };
    match read_bounded(path, LIMIT_BYTES) {
        Ok(text) if text.len() as u64 > LIMIT_BYTES => {
            refused(codes.too_large, "the file has more than 512 MiB", &format!("give one {}", codes.word))
        }
        Ok(text) => Ok(text),
        Err(e) => refused(codes.unreadable, &e.to_string(), "check the path and its permissions"),
    }
}

/// `.inp` text of its bytes, Latin-1 with a warning where it is not UTF-8; bytes that are no text are the finding.
pub(super) fn inp_text<'a>(
    name: &str,
    text: &'a [u8],
    codes: &InpCodes,
    out: &mut Diagnostics,
) -> Option<Cow<'a, str>> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let line = |at: usize| {
        let lines = text[..at].iter().filter(|b| **b == b'\n').count();
        u32::try_from(lines).unwrap_or(u32::MAX - 1) + 1
    };
    if let Some(at) = text.iter().position(|b| *b == 0) {
        let utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
        let remedy = if utf16 { "it is UTF-16: save it as UTF-8" } else { "give the .inp text, not a binary file" };
        let found = Diagnostic::of_file(name, codes.binary, "the file is not text: it holds zero bytes", remedy);
        out.push(Diagnostic { line: line(at), ..found });
        return None;
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        let remedy = format!("give a {}", codes.word);
        out.push(Diagnostic::of_file(name, codes.empty, "the file is empty", &remedy));
        return None;
    }
    match std::str::from_utf8(text) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(e) => {
            let message = "not UTF-8: each byte is taken as one Latin-1 letter, so names may look wrong";
            out.push(Diagnostic {
                severity: Severity::Warning,
                line: line(e.valid_up_to()),
                ..Diagnostic::of_file(name, codes.not_utf8, message, "save the file as UTF-8")
            });
            // One letter per byte keeps different names different, whatever the encoding was.
            Some(Cow::Owned(text.iter().map(|b| char::from(*b)).collect()))
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
