//! JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` may stand for numbers. They are read as `null`.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotJson {
    /// Line, from 1; 0 where it is not known.
    pub line: usize,
    /// What the parser says, without its place.
    pub message: String,
}

/// Reads a text.
///
/// # Errors
/// [`NotJson`]
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, NotJson> {
    serde_json::from_str(&plain(text)).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        NotJson { line: error.line(), message }
    })
}

/// The text with the bare words outside its strings replaced by `null`; lines stay where they are.
fn plain(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    let mut inside = false;
    while at < bytes.len() {
        let byte = bytes[at];
        if inside {
            match byte {
                b'\\' => at += 1,
                b'"' => inside = false,
                _ => {}
            }
            at += 1;
            continue;
        }
        inside = byte == b'"';
        match word(&bytes[at..]) {
            Some(length) => {
                out.push_str(&text[copied..at]);
                out.push_str("null");
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Length of the bare word a text begins with.
fn word(rest: &[u8]) -> Option<usize> {
    let words: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];
    words.into_iter().find(|w| rest.starts_with(w)).map(<[u8]>::len)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn bare_words_outside_strings_are_null() {
        let found: Value = parse(r#"{"a": [NaN, -Infinity,Infinity, 1], "NaN": "Infinity \" NaN"}"#).expect("JSON");
        assert_eq!(found, json!({"a": [null, null, null, 1], "NaN": "Infinity \" NaN"}));
    }

    #[test]
    fn the_line_of_a_mistake_is_told() {
        let error = parse::<Value>("{\n\"a\": NaN,\n\"b\": nan}").expect_err("no JSON");
        assert_eq!(error.line, 3);
        assert!(parse::<Value>("\"\\").is_err() && parse::<Value>("").is_err());
    }
}
