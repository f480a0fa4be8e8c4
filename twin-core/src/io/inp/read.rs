//! The reader: lines to sections to rows. Each row is read on its own; what rows say of one another is checked after.

use super::codes;
use super::file::{InpFile, Line, Note, Row};
use super::lex::{self, NotNumber};
use super::section::Section;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Longest text quoted in a message [letters].
const QUOTE_MAX: usize = 60;

/// Range a number must be in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// Any.
    Any,
    /// At least 0.
    NotNegative,
    /// Above 0.
    Positive,
}

/// Reading in progress.
pub(super) struct Reader<'n> {
    pub(super) name: &'n str,
    pub(super) file: InpFile,
    pub(super) out: Diagnostics,
    pub(super) line: u32,
    /// Full-line comments since the last row, in curves and patterns.
    pub(super) above: Vec<String>,
    /// Where patterns and curves were first met, to find those given in two places.
    pub(super) seen: super::read_tables::Seen,
}

/// Text cut to what a message can bear.
pub(super) fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(QUOTE_MAX).is_some() {
        short.push('…');
    }
    short
}

impl<'n> Reader<'n> {
    /// Reads a whole text.
    pub(super) fn read(name: &'n str, text: &str) -> (InpFile, Diagnostics) {
        let file = InpFile { name: name.to_owned(), ..InpFile::default() };
        let seen = super::read_tables::Seen::default();
        let mut r = Reader { name, file, out: Diagnostics::default(), line: 0, above: Vec::new(), seen };
        r.lines(text);
        // A writer orders notes by section: which stood first in the file is not kept.
        r.file.notes.sort_by_key(|n| n.section);
        (r.file, r.out)
    }

    fn lines(&mut self, text: &str) {
        // Files of old Macintosh programs end their lines by CR alone.
        let end = if text.contains('\n') { '\n' } else { '\r' };
        let mut tokens = Vec::new();
        let mut section = None;
        let mut known = false;
        let mut warned = false;
        let mut lines = text.split(end);
        for line in lines.by_ref() {
            self.line += 1;
            if line.len() > lex::LINE_MAX {
                let found = format!("the line has {} bytes", line.len());
                self.error(codes::LONG_LINE, "", found, "break it into rows of at most 1024 letters");
                continue;
            }
            let rest = lex::split(line, &mut tokens);
            if tokens.is_empty() {
                self.note(section.filter(|_| known), rest.comment);
                continue;
            }
            if tokens[0].starts_with('[') && !line.trim_start().starts_with('"') {
                self.leftover(section);
                (section, known) = self.heading(tokens[0], section);
                if section == Some(Section::End) {
                    break;
                }
                continue;
            }
            match section {
                _ if !known && section.is_some() => {}
                Some(s) => {
                    if rest.unclosed && s != Section::Title {
                        self.warn(codes::OPEN_QUOTE, tokens[0], "a quote is opened and not closed", "close it");
                    }
                    self.row(s, &tokens, line, rest.comment.unwrap_or(""));
                }
                None if !warned => {
                    warned = true;
                    let remedy = "begin the file with a section such as [TITLE] or [JUNCTIONS]";
                    self.error(codes::NO_SECTION, &cut(tokens[0]), "data before the first section", remedy);
                }
                None => {}
            }
        }
        self.leftover(section);
        self.ending(section == Some(Section::End), lines);
    }

    /// Answers the section, and whether its rows are to be read: those of an unknown section are passed over.
    fn heading(&mut self, token: &str, before: Option<Section>) -> (Option<Section>, bool) {
        if let Some((section, clean)) = Section::from_heading(token) {
            if !clean {
                let message = format!("read as [{}]", section.name());
                self.warn(codes::ODD_SECTION, token, message, "spell it out: EPANET 2.3 passes over its rows");
            }
            return (Some(section), true);
        }
        let names: Vec<&str> = Section::ALL.iter().map(|s| s.name()).collect();
        let remedy = match lex::nearest(token.trim_matches(['[', ']']), &names) {
            Some(name) => format!("did you mean [{name}]? its rows are not read"),
            None => "remove it, or write it as a comment".to_owned(),
        };
        self.error(codes::UNKNOWN_SECTION, &cut(token), "this section is not known", remedy);
        (before.or(Some(Section::Title)), false)
    }

    fn ending<'t>(&mut self, ended: bool, mut rest: impl Iterator<Item = &'t str>) {
        if !ended {
            let remedy = "check that nothing is missing at its end, then add [END]".to_owned();
            self.push(Severity::Info, codes::NO_END, "", "the file has no [END]".into(), remedy);
        } else if let Some(at) = rest.position(|l| !l.trim().is_empty() && !l.trim_start().starts_with(';')) {
            self.line = self.line.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).saturating_add(1);
            let remedy = "move it before [END] if it is meant".to_owned();
            self.push(Severity::Info, codes::AFTER_END, "", "text after [END] is not read".into(), remedy);
        }
    }

    /// Full-line comments below the last curve or pattern.
    fn leftover(&mut self, section: Option<Section>) {
        for text in std::mem::take(&mut self.above) {
            self.file.notes.push(Note { section, text, line: Line(self.line) });
        }
    }

    fn note(&mut self, section: Option<Section>, comment: Option<&str>) {
        let Some(text) = comment.filter(|c| !c.is_empty()) else { return };
        if section.is_some_and(|s| s.is_heads(text)) {
            return;
        }
        match section {
            Some(Section::Curves | Section::Patterns) => self.above.push(text.to_owned()),
            _ => self.file.notes.push(Note { section, text: text.to_owned(), line: Line(self.line) }),
        }
    }

    fn row(&mut self, section: Section, t: &[&str], line: &str, comment: &str) {
        match section {
            Section::Title => self.file.title.push(line.trim().to_owned()),
            Section::Junctions => self.junction(t, comment),
            Section::Reservoirs | Section::Tanks => self.storage(t, comment),
            Section::Pipes => self.pipe(t, comment),
            Section::Pumps => self.pump(t, comment),
            Section::Valves => self.valve(t, comment),
            Section::Tags => self.tag(t, comment),
            Section::Demands => self.demand(t, comment),
            Section::Status => self.status(t, comment),
            Section::Patterns => self.pattern(t, comment),
            Section::Curves => self.curve(t, comment),
            Section::Controls => self.control(t, comment),
            Section::Rules => self.rule(t, comment),
            Section::Energy => self.energy(t, comment),
            Section::Emitters => self.emitter(t, comment),
            Section::Leakage => self.leakage(t, comment),
            Section::Quality => self.quality(t, comment),
            Section::Sources => self.source(t, comment),
            Section::Reactions => self.reaction(t, comment),
            Section::Mixing => self.mixing(t, comment),
            Section::Times => self.time(t),
            Section::Report => self.report(t, comment),
            Section::Options => self.option(t),
            Section::Coordinates => self.coordinate(t, comment),
            Section::Vertices => self.vertex(t, comment),
            Section::Labels => self.label(t, comment),
            Section::Backdrop => {
                let row = self.keep(t.iter().map(|x| (*x).to_owned()).collect(), comment);
                self.file.backdrop.push(row);
            }
            Section::Roughness => {
                let remedy = "give the roughness in [PIPES]";
                self.warn(codes::OBSOLETE, t[0], "[ROUGHNESS] has not been used since EPANET 1", remedy);
            }
            Section::End => {}
        }
    }

    /// A row at this line.
    pub(super) fn keep<T>(&self, value: T, comment: &str) -> Row<T> {
        Row { value, comment: comment.to_owned(), line: Line(self.line) }
    }

    fn push(&mut self, severity: Severity, code: &str, subject: &str, message: String, remedy: String) {
        let (file, line) = (self.name.to_owned(), self.line);
        let (code, subject) = (code.to_owned(), cut(subject));
        self.out.push(Diagnostic { severity, code, file, line, subject, message, remedy });
    }

    pub(super) fn error(&mut self, code: &str, id: &str, message: impl Into<String>, remedy: impl Into<String>) {
        self.push(Severity::Error, code, id, message.into(), remedy.into());
    }

    pub(super) fn warn(&mut self, code: &str, id: &str, message: impl Into<String>, remedy: impl Into<String>) {
        self.push(Severity::Warning, code, id, message.into(), remedy.into());
    }

    /// Whether a row has at least `n` fields; says so if not.
    pub(super) fn at_least(&mut self, t: &[&str], n: usize, form: &str) -> bool {
        if t.len() < n {
            let message = format!("{} of at least {n} fields", t.len());
            self.error(codes::FEW_FIELDS, t.first().unwrap_or(&""), message, format!("the row is: {form}"));
        }
        t.len() >= n
    }

    /// Says which fields are beyond the row's.
    pub(super) fn at_most(&mut self, t: &[&str], n: usize) {
        if let Some(extra) = t.get(n) {
            let message = format!("`{}` and what follows is not read", cut(extra));
            self.warn(codes::MANY_FIELDS, t[0], message, "write notes after `;`, and ids with blanks in quotes");
        }
    }

    /// The number in field `i`, which must be there; 0 where it is wrong, and said so.
    pub(super) fn num(&mut self, t: &[&str], i: usize, what: &str, bound: Bound) -> f64 {
        let Some(token) = t.get(i) else {
            self.error(codes::FEW_FIELDS, t.first().unwrap_or(&""), format!("no {what}"), "add it");
            return 0.0;
        };
        let id = t.first().copied().unwrap_or("");
        self.parse(id, token, what, bound)
    }

    /// The number in field `i`, or `default` where the row ends before.
    pub(super) fn num_or(&mut self, t: &[&str], i: usize, what: &str, bound: Bound, default: f64) -> f64 {
        if i < t.len() { self.num(t, i, what, bound) } else { default }
    }

    /// A number; 0 where it is wrong, and said so.
    pub(super) fn parse(&mut self, id: &str, token: &str, what: &str, bound: Bound) -> f64 {
        let shown = cut(token);
        let (code, message, remedy) = match lex::number(token) {
            Ok(v) => match bound {
                Bound::NotNegative if v < 0.0 => {
                    (codes::OUT_OF_RANGE, format!("{what} is {shown}"), "it must not be negative")
                }
                Bound::Positive if v <= 0.0 => {
                    (codes::OUT_OF_RANGE, format!("{what} is {shown}"), "it must be above 0")
                }
                _ => return v,
            },
            Err(NotNumber::Comma) => {
                let remedy = "write a decimal point, not a comma";
                (codes::COMMA, format!("{what} `{shown}` has a comma"), remedy)
            }
            Err(NotNumber::NotFinite) => {
                (codes::NOT_FINITE, format!("{what} `{shown}` is not finite"), "give a finite number")
            }
            Err(NotNumber::Text) => (codes::NOT_NUMBER, format!("{what} `{shown}` is not a number"), "give a number"),
        };
        self.error(code, id, message, remedy);
        0.0
    }

    /// A whole number, decimals cut off; 0 where it is wrong, and said so.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the range
    pub(super) fn count(&mut self, id: &str, token: &str, what: &str, bound: Bound) -> u32 {
        let errors = self.out.error_count();
        let n = self.parse(id, token, what, bound).clamp(0.0, f64::from(u32::MAX)) as u32;
        if n == 0 && bound == Bound::Positive && self.out.error_count() == errors {
            self.error(codes::OUT_OF_RANGE, id, format!("{what} is {}", cut(token)), "it must be at least 1");
        }
        n
    }

    /// Says that a word is none of the choices.
    pub(super) fn bad_choice(&mut self, id: &str, token: &str, choices: &[&str]) {
        let mut remedy = format!("one of {}", choices.join(", "));
        if let Some(near) = lex::nearest(token, choices) {
            remedy = format!("did you mean {near}? {remedy}");
        }
        self.error(codes::BAD_CHOICE, id, format!("`{}` is none of the choices", cut(token)), remedy);
    }

    /// Says that a keyword is not known in a section.
    pub(super) fn bad_keyword(&mut self, token: &str, section: Section, words: &[&str]) {
        let remedy = match lex::nearest(token, words) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("one of {}", words.join(", ")),
        };
        self.error(codes::UNKNOWN_KEYWORD, token, format!("not a keyword of [{}]", section.name()), remedy);
    }

    /// `YES` or `NO`; `None` where it is neither, and said so.
    pub(super) fn yes_no(&mut self, id: &str, token: &str) -> Option<bool> {
        if lex::is(token, "YES") {
            Some(true)
        } else if lex::is(token, "NO") {
            Some(false)
        } else {
            self.bad_choice(id, token, &["YES", "NO"]);
            None
        }
    }
}

/// An optional id: absent, or empty in quotes, is none.
pub(super) fn optional(t: &[&str], i: usize) -> Option<String> {
    t.get(i).filter(|s| !s.is_empty()).map(|s| (*s).to_owned())
}
