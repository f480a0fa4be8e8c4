//! TOML files: read into a type that denies unknown keys, errors told as coded diagnostics with line and nearest key.

use serde::de::DeserializeOwned;

use crate::io::text::{Notes, line_of, offer, quote};

/// Codes of one kind of file.
#[derive(Debug, Clone, Copy)]
pub struct TomlCodes {
    /// Not TOML.
    pub syntax: &'static str,
    /// A key that is not known.
    pub unknown_key: &'static str,
    /// A key that is missing.
    pub missing_key: &'static str,
    /// A value of the wrong type or out of its words.
    pub value: &'static str,
}

/// Reads a text, or notes what is wrong with it.
pub fn read<T: DeserializeOwned>(text: &str, codes: TomlCodes, notes: &mut Notes<'_>) -> Option<T> {
    let value_error = match toml::from_str::<T>(text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    // The same text as a bare table tells bad syntax from a bad value.
    if let Err(error) = toml::from_str::<toml::Table>(text) {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        notes.error(codes.syntax, line, "", plain(error.message()), "write it as TOML 1.0");
        return None;
    }
    let line = value_error.span().map_or(0, |span| line_of(text, span.start));
    let message = value_error.message();
    let quoted = backquoted(message);
    let asked = quoted.first().copied().unwrap_or_default();
    let words = quoted.iter().skip(1).copied();
    if message.starts_with("unknown field") {
        let remedy = offer(asked, words.clone(), &format!("known keys: {}", words.collect::<Vec<_>>().join(", ")));
        notes.error(codes.unknown_key, line, asked, "is not a key here".to_owned(), &remedy);
    } else if message.starts_with("missing field") {
        notes.error(codes.missing_key, line, asked, "is missing".to_owned(), "add it");
    } else if message.starts_with("unknown variant") {
        let remedy = offer(asked, words.clone(), &format!("known words: {}", words.collect::<Vec<_>>().join(", ")));
        notes.error(codes.value, line, asked, "is not a word known here".to_owned(), &remedy);
    } else {
        let key = key_at(text, line);
        notes.error(codes.value, line, &key, plain(message), "correct the value");
    }
    None
}

/// The message of the TOML reader in one line, without the names of machine types.
fn plain(message: &str) -> String {
    let mut text = message.lines().collect::<Vec<_>>().join(", ");
    let words = [
        ("expected u32", "expected a whole number from 0"),
        ("expected f64", "expected a number"),
        ("expected a sequence", "expected a list in brackets"),
        ("expected struct ", "expected a table, "),
    ];
    for (from, to) in words {
        text = text.replace(from, to);
    }
    quote(&text)
}

/// The words between back quotes, in order.
fn backquoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// The key of the assignment on a line, if there is one.
fn key_at(text: &str, line: usize) -> String {
    let row = line.checked_sub(1).and_then(|at| text.lines().nth(at)).unwrap_or_default();
    row.split_once('=').map(|(key, _)| key.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::diagnostic::Diagnostics;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)] // read by serde alone
        duration_s: f64,
        #[serde(default)]
        #[allow(dead_code)]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Valve,
        Hydrant,
    }

    const CODES: TomlCodes = TomlCodes { syntax: "S", unknown_key: "U", missing_key: "M", value: "V" };

    fn check(text: &str, code: &str, line: u32, subject: &str, remedy: &str) {
        let mut out = Diagnostics::default();
        let read = read::<Sample>(text, CODES, &mut Notes { file: "a.toml", out: &mut out });
        assert!(read.is_none());
        let found = &out.list()[0];
        assert_eq!((found.code.as_str(), found.line, found.subject.as_str()), (code, line, subject), "{found}");
        assert!(found.remedy.contains(remedy), "{found}");
    }

    /// Each kind of mistake is told apart and its line found.
    #[test]
    fn mistakes_are_told_apart() {
        check("duration_s = 1.0\nduratoin_s = 2.0\n", "U", 2, "duratoin_s", "duration_s");
        check("duration_s = \"long\"\n", "V", 1, "duration_s", "value");
        check("\n\nduration_s = = 1\n", "S", 3, "", "TOML");
        check("inner = []\n", "M", 1, "duration_s", "add");
        check("duration_s = 1\n[[inner]]\nkind = \"valv\"\n", "V", 3, "valv", "valve");
        check("duration_s = 1\n[[inner]]\nkin = \"valve\"\n", "U", 3, "kin", "kind");
        assert_eq!(format!("{:?}{:?}", Kind::Valve, Kind::Hydrant), "ValveHydrant");
    }
}
