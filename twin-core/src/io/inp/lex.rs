//! Lines, tokens, numbers and times of an `.inp` file.

/// Longest line read [bytes]. EPANET stops at 1024; a longer line than this is no hand-made or exported row.
pub(in crate::io) const LINE_MAX: usize = 64 * 1024;

/// What one line holds besides its tokens.
pub(in crate::io) struct LineRest<'a> {
    /// Text after the first `;`, trimmed; `None` where there is no `;`.
    pub comment: Option<&'a str>,
    /// A quote was opened and never closed.
    pub unclosed: bool,
}

/// Cuts a line into tokens: blanks and tabs separate, `"…"` at the start of a token keeps them, `;` ends the line.
pub(in crate::io) fn split<'a>(line: &'a str, tokens: &mut Vec<&'a str>) -> LineRest<'a> {
    tokens.clear();
    let (body, comment) = match line.split_once(';') {
        Some((body, comment)) => (body, Some(comment.trim())),
        None => (line, None),
    };
    let mut rest = LineRest { comment, unclosed: false };
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if is_blank(bytes[at]) {
            at += 1;
        } else if bytes[at] == b'"' {
            let start = at + 1;
            let end = body[start..].find('"').map_or(bytes.len(), |i| start + i);
            rest.unclosed |= end == bytes.len();
            tokens.push(&body[start..end]);
            at = end + 1;
        } else {
            let end = bytes[at..].iter().position(|&b| is_blank(b)).map_or(bytes.len(), |i| at + i);
            tokens.push(&body[at..end]);
            at = end;
        }
    }
    rest
}

fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

/// Whether a token is the keyword, written out or in any way that begins with its abbreviation (`HYDR` for
/// `HYDRAULIC`), in either case.
pub(in crate::io) fn is(token: &str, abbreviation: &str) -> bool {
    token.len() >= abbreviation.len()
        && token.as_bytes()[..abbreviation.len()].eq_ignore_ascii_case(abbreviation.as_bytes())
}

/// Why a token is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::io) enum NotNumber {
    /// It has a comma where the point should be.
    Comma,
    /// It overflows, or says `nan` or `inf`.
    NotFinite,
    /// It is something else.
    Text,
}

/// Reads a finite decimal number.
pub(in crate::io) fn number(token: &str) -> Result<f64, NotNumber> {
    match token.parse::<f64>() {
        Ok(v) if v.is_finite() => Ok(v),
        Ok(_) => Err(NotNumber::NotFinite),
        Err(_) if token.contains(',') && token.replace(',', ".").parse::<f64>().is_ok() => Err(NotNumber::Comma),
        Err(_) => Err(NotNumber::Text),
    }
}

/// Reads a time as EPANET does: `1.5` and `18` are hours, `0:05` and `1:02:03` clock form, with a unit `SEC`, `MIN`,
/// `HOU`, `DAY` for a plain number, or `AM`/`PM` (`12 am` is midnight, `12 pm` noon). Answers hours, `None` if wrong.
pub(in crate::io) fn hours(text: &str, unit: &str) -> Option<f64> {
    let mut parts = [0.0; 3];
    let mut n = 0;
    for part in text.split(':') {
        *parts.get_mut(n)? = number(part).ok().filter(|v| *v >= 0.0)?;
        n += 1;
    }
    let value = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0;
    let clock = |noon: f64| match value {
        v if v >= 13.0 => None,
        v if v >= 12.0 => Some(v - 12.0 + noon),
        v => Some(v + noon),
    };
    match unit {
        "" => Some(value),
        u if n == 1 && is(u, "SEC") => Some(value / 3600.0),
        u if n == 1 && is(u, "MIN") => Some(value / 60.0),
        u if n == 1 && is(u, "HOU") => Some(value),
        u if n == 1 && is(u, "DAY") => Some(value * 24.0),
        u if is(u, "AM") => clock(0.0),
        u if is(u, "PM") => clock(12.0),
        _ => None,
    }
}

/// Longest time read: about 30 000 years [s]. Beyond it a file is wrong, and below it whole seconds are exact.
const SECONDS_MAX: f64 = 1e12;

/// Hours to whole seconds, to the nearest (EPANET cuts off in controls, so that 7:20 becomes 7:19:59 there).
#[allow(clippy::cast_possible_truncation)] // checked: below 2^53
pub(in crate::io) fn whole_seconds(hours: f64) -> Option<i64> {
    let s = (hours * 3600.0).round();
    (s.abs() <= SECONDS_MAX).then_some(s as i64)
}

/// The nearest of the words to what was written, if it is near enough to be meant.
pub(in crate::io) fn nearest<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    let written: String = written.chars().take(64).collect::<String>().to_uppercase();
    words
        .iter()
        .map(|w| (strsim::jaro_winkler(&written, &w.to_uppercase()), *w))
        .filter(|(score, _)| *score > 0.72)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, w)| w)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_epanet_reads_them() {
        let cases = [
            ("12", "am", Some(0.0)),
            ("12:30", "AM", Some(0.5)),
            ("12", "pm", Some(12.0)),
            ("1:50", "pm", Some(13.0 + 50.0 / 60.0)),
            ("0:05", "", Some(5.0 / 60.0)),
            ("1.5", "", Some(1.5)),
            ("18", "", Some(18.0)),
            ("24:00", "", Some(24.0)),
            ("90", "MIN", Some(1.5)),
            ("2", "days", Some(48.0)),
            ("13", "pm", None),
            ("1:2:3:4", "", None),
            ("-1", "", None),
            ("x", "", None),
            ("5", "parsecs", None),
        ];
        for (text, unit, expected) in cases {
            assert_eq!(hours(text, unit), expected, "{text} {unit}");
        }
    }

    #[test]
    fn tokens_keep_quoted_blanks_and_the_comment() {
        let mut t = Vec::new();
        let rest = split(" a\t\"b c\" d ; a note ; more", &mut t);
        assert_eq!((t.as_slice(), rest.comment, rest.unclosed), (&["a", "b c", "d"][..], Some("a note ; more"), false));
        assert!(split("a \"b", &mut t).unclosed);
        assert_eq!(t, ["a", "b"]);
        split("\"\" x", &mut t);
        assert_eq!(t, ["", "x"]);
    }

    #[test]
    fn numbers_say_why_they_are_none() {
        for (text, why) in [("1,5", NotNumber::Comma), ("1e999", NotNumber::NotFinite), ("nan", NotNumber::NotFinite)] {
            assert_eq!(number(text), Err(why));
        }
        assert_eq!(number("--5"), Err(NotNumber::Text));
        assert_eq!(number("+5."), Ok(5.0));
    }
}
