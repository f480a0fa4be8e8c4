//! The reader: lines to sections to rows, with what all rows share: fields, numbers, words, names.

use super::codes;
use super::deck::{Line, Note, Row, SwmmDeck};
use super::lex::{self, NotNumber};
use super::names::{Class, Names};
use super::section::Section;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::io::text;

/// Longest text quoted in a message [letters].
const QUOTE_MAX: usize = 60;
/// Longest line of data [bytes], comment apart (SWMM's `MAXLINE`).
const LINE_MAX: usize = 1024;
/// Findings for which the nearest name is sought: a file of noise must not take hours.
const NEAREST_MAX: usize = 100;

/// Range a number must be in.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bound {
    /// Any.
    Any,
    /// At least 0.
    NotNegative,
    /// Above 0.
    Positive,
    /// From the first to the second.
    Within(f64, f64),
}

/// Reading in progress.
pub(super) struct Reader<'n> {
    pub(super) name: &'n str,
    pub(super) deck: SwmmDeck,
    pub(super) out: Diagnostics,
    pub(super) names: Names,
    pub(super) line: u32,
    pub(super) state: super::read_state::State,
    /// Text after `;` of the row being read.
    comment: String,
    /// Nothing is said: the row lacks fields, which was said already.
    mute: bool,
    sought: usize,
}

/// Text cut to what a message can bear.
pub(super) fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(QUOTE_MAX).is_some() {
        short.push('…');
    }
    short
}

/// The fields from `i` on as one text, blanks single.
pub(super) fn rest(t: &[&str], i: usize) -> String {
    let words: Vec<&str> = t.get(i..).unwrap_or_default().iter().flat_map(|w| w.split_whitespace()).collect();
    words.join(" ")
}

/// Whether a field is left out: absent, empty in quotes, or `*`.
pub(super) fn absent(t: &[&str], i: usize) -> bool {
    t.get(i).is_none_or(|s| s.is_empty() || *s == "*")
}

/// Field `i`, empty where the row ends before.
pub(super) fn field<'a>(t: &[&'a str], i: usize) -> &'a str {
    t.get(i).copied().unwrap_or("")
}

impl<'n> Reader<'n> {
    /// Reads a whole text.
    pub(super) fn read(name: &'n str, text: &str) -> (SwmmDeck, Diagnostics) {
        let deck = SwmmDeck { name: name.to_owned(), ..SwmmDeck::default() };
        let mut r = Reader {
            name,
            deck,
            out: Diagnostics::default(),
            names: Names::default(),
            line: 0,
            state: super::read_state::State::default(),
            comment: String::new(),
            mute: false,
            sought: 0,
        };
        // Files of old Macintosh programs end their lines by CR alone.
        let end = if text.contains('\n') { '\n' } else { '\r' };
        r.look(text, end);
        r.rows(text, end);
        r.finish();
        r.deck.notes.sort_by_key(|n| n.section);
        (r.deck, r.out)
    }

    /// First pass: names and options. What is wrong with the lines themselves is said in the second.
    fn look(&mut self, text: &str, end: char) {
        let mut tokens = Vec::new();
        let mut section = None;
        for (n, line) in text.split(end).enumerate() {
            self.line = u32::try_from(n + 1).unwrap_or(u32::MAX);
            let data = line.split(';').next().unwrap_or("").trim();
            if data.len() > LINE_MAX || data.is_empty() {
                continue;
            }
            if data.trim_start().starts_with('[') {
                section = Section::from_heading(data.trim()).map(|s| s.0);
            } else if let Some(s) = section.filter(|s| s.names() || *s == Section::Options) {
                lex::split(data, &mut tokens);
                self.first_pass(s, &tokens);
                if let Some((class, _, first)) = self.names.meet(s, &tokens, self.line) {
                    let id = tokens.get(usize::from(matches!(s, Section::Transects | Section::Controls)));
                    let message = format!("this {} was given at line {first} already", class.words().0);
                    self.error(codes::DUPLICATE, id.unwrap_or(&""), message, "give it another id");
                }
            }
        }
    }

    /// What rows of the second pass must know before their time.
    fn first_pass(&mut self, section: Section, t: &[&str]) {
        if section == Section::Options {
            let method = t.first().filter(|w| lex::is(w, "INFILTRATION")).and(t.get(1));
            let method = method.and_then(|w| super::read_options::METHODS.iter().find(|m| lex::is(w, m.0)));
            self.state.method = method.map_or(self.state.method, |m| m.1);
        } else if section.links() {
            self.state.conduits.push(section == Section::Conduits);
        }
    }

    /// What can be said only after the last row.
    fn finish(&mut self) {
        self.finish_times();
        self.finish_land();
        self.finish_patterns();
        self.finish_links();
        self.finish_landuses();
        self.finish_series();
        self.finish_rules();
        self.finish_lids();
    }

    /// Second pass: all rows.
    fn rows(&mut self, text: &str, end: char) {
        let mut tokens = Vec::new();
        let mut section = None;
        for (n, line) in text.split(end).enumerate() {
            self.line = u32::try_from(n + 1).unwrap_or(u32::MAX);
            let data = line.split(';').next().unwrap_or("").trim_end();
            if data.len() > LINE_MAX && section != Some(Section::Title) {
                let found = format!("the line has {} bytes of data", data.len());
                self.error(codes::LONG_LINE, "", found, "break it into rows of at most 1024 letters");
                continue;
            }
            let rest = lex::split(line, &mut tokens);
            if tokens.is_empty() {
                self.note(section, rest.comment);
                continue;
            }
            if tokens[0].starts_with('[') && !line.trim_start().starts_with('"') {
                section = self.heading(tokens[0]).or(section.filter(|_| false));
                self.state.unknown = section.is_none();
                continue;
            }
            if rest.unclosed && section != Some(Section::Title) {
                self.warn(codes::OPEN_QUOTE, tokens[0], "a quote is opened and not closed", "close it");
            }
            rest.comment.unwrap_or("").clone_into(&mut self.comment);
            match section {
                Some(s) => self.row(s, &tokens, line),
                None if self.state.unknown => {}
                None => self.before(line),
            }
        }
    }

    /// A line before the first section.
    fn before(&mut self, line: &str) {
        if self.deck.title.is_empty() {
            let remedy = "begin the file with a section such as [TITLE]";
            self.warn(codes::NO_SECTION, "", "text before the first section is read as title", remedy);
        }
        self.deck.title.push(line.trim().to_owned());
    }

    fn heading(&mut self, token: &str) -> Option<Section> {
        if let Some((section, clean)) = Section::from_heading(token) {
            if !clean {
                let message = format!("read as [{}]", section.name());
                self.warn(codes::ODD_SECTION, token, message, "spell it out");
            }
            return Some(section);
        }
        let written = token.trim_matches(['[', ']']);
        let otherwise = "remove it, or write it as a comment";
        let remedy = text::offer(written, Section::ALL.iter().map(|s| s.name()), otherwise);
        self.error(codes::KEYWORD, token, "this section is not known", remedy);
        None
    }

    fn note(&mut self, section: Option<Section>, comment: Option<&str>) {
        let Some(text) = comment
            .map(|c| c.trim_start_matches(|c: char| c == ';' || c.is_whitespace()).trim_end())
            .filter(|c| !c.is_empty())
        else {
            return;
        };
        if section.is_some_and(|s| s.is_heads(text)) || self.state.unknown {
            return;
        }
        self.deck.notes.push(Note { section, text: text.to_owned(), line: Line(self.line) });
    }

    /// A row, after its fields are counted: of one that lacks some, nothing more is said.
    fn row(&mut self, section: Section, t: &[&str], line: &str) {
        let least = section.least();
        if t.len() < least {
            let message = format!("{} of at least {least} fields", t.len());
            let remedy = match section.heads() {
                "" => "see the User's Manual, appendix D".to_owned(),
                heads => format!("the row is: {heads}"),
            };
            self.error(codes::FEW_FIELDS, t[0], message, remedy);
            self.mute = true;
        }
        self.dispatch(section, t, line);
        self.mute = false;
    }

    /// A row at this line.
    pub(super) fn keep<T>(&mut self, value: T) -> Row<T> {
        Row { value, comment: std::mem::take(&mut self.comment), line: Line(self.line) }
    }

    fn push(&mut self, severity: Severity, code: &str, subject: &str, message: String, remedy: String) {
        if self.mute {
            return;
        }
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

    pub(super) fn info(&mut self, code: &str, id: &str, message: impl Into<String>, remedy: impl Into<String>) {
        self.push(Severity::Info, code, id, message.into(), remedy.into());
    }

    /// Says that a row has fewer than `n` fields; whether it has them.
    pub(super) fn at_least(&mut self, t: &[&str], n: usize, form: &str) -> bool {
        if t.len() < n {
            let message = format!("{} of at least {n} fields", t.len());
            self.error(codes::FEW_FIELDS, field(t, 0), message, format!("the row is: {form}"));
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
            self.error(codes::FEW_FIELDS, field(t, 0), format!("no {what}"), "add it");
            return 0.0;
        };
        let shown = cut(token);
        let remedy = match lex::number(token) {
            Ok(v) => match bound {
                Bound::NotNegative if v < 0.0 => "it must not be negative".to_owned(),
                Bound::Positive if v <= 0.0 => "it must be above 0".to_owned(),
                Bound::Within(a, b) if !(a..=b).contains(&v) => format!("it must be from {a} to {b}"),
                _ => return v,
            },
            Err(NotNumber::Comma) => "write a decimal point, not a comma".to_owned(),
            Err(NotNumber::NotFinite) => "give a finite number".to_owned(),
            Err(NotNumber::Text) => "give a number".to_owned(),
        };
        self.error(codes::NUMBER, field(t, 0), format!("{what} `{shown}` is not a valid number"), remedy);
        0.0
    }

    /// The number in field `i`, or `default` where the row ends before or has `*`.
    pub(super) fn num_or(&mut self, t: &[&str], i: usize, what: &str, bound: Bound, default: f64) -> f64 {
        if absent(t, i) { default } else { self.num(t, i, what, bound) }
    }

    /// Whether field `i` is a number.
    pub(super) fn is_number(t: &[&str], i: usize) -> bool {
        lex::number(field(t, i)).is_ok()
    }

    /// `N` numbers from field `i` on.
    pub(super) fn numbers<const N: usize>(&mut self, t: &[&str], i: usize, what: &str, bound: Bound) -> [f64; N] {
        std::array::from_fn(|k| self.num(t, i + k, what, bound))
    }

    /// A whole number, decimals cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the range
    pub(super) fn count(&mut self, t: &[&str], i: usize, what: &str, bound: Bound) -> u32 {
        let v = (self.num(t, i, what, bound) + 0.01).clamp(0.0, f64::from(u32::MAX)) as u32;
        if v == 0 && bound == Bound::Positive && lex::number(field(t, i)).is_ok_and(|x| x > 0.0) {
            let message = format!("{what} is {}", cut(field(t, i)));
            self.error(codes::NUMBER, field(t, 0), message, "it must be at least 1");
        }
        v
    }

    /// The choice a word begins with; the first where it is none, and said so.
    pub(super) fn choose<T: Copy>(&mut self, t: &[&str], i: usize, words: &[(&str, T)]) -> T {
        let token = field(t, i);
        if let Some((_, v)) = words.iter().find(|(w, _)| lex::is(token, w)) {
            return *v;
        }
        let choices: Vec<&str> = words.iter().map(|w| w.0).collect();
        let one_of = format!("one of {}", choices.join(", "));
        let remedy = text::offer(token, choices.iter().copied(), &one_of);
        self.error(codes::KEYWORD, field(t, 0), format!("`{}` is none of the choices", cut(token)), remedy);
        words[0].1
    }

    /// As [`choose`](Self::choose), or `default` where the row ends before or has `*`.
    pub(super) fn choose_or<T: Copy>(&mut self, t: &[&str], i: usize, words: &[(&str, T)], default: T) -> T {
        if absent(t, i) { default } else { self.choose(t, i, words) }
    }

    /// `YES` or `NO`, or `default` where the row ends before.
    pub(super) fn yes_or(&mut self, t: &[&str], i: usize, default: bool) -> bool {
        self.choose_or(t, i, &[("NO", false), ("YES", true)], default)
    }

    /// The place of the name in field `i`; 0 where there is none, and said so.
    pub(super) fn find(&mut self, class: Class, t: &[&str], i: usize) -> usize {
        let name = field(t, i);
        self.names.find(class, name).unwrap_or_else(|| {
            self.undefined(class, field(t, 0), name);
            0
        })
    }

    /// The place of the name in field `i`, if one is there.
    pub(super) fn find_or(&mut self, class: Class, t: &[&str], i: usize) -> Option<usize> {
        (!absent(t, i)).then(|| self.find(class, t, i))
    }

    /// Says that a name is of nothing.
    pub(super) fn undefined(&mut self, class: Class, id: &str, name: &str) {
        if self.mute {
            return;
        }
        let (word, place) = class.words();
        let otherwise = format!("add it to {place} or correct the name");
        self.sought += 1;
        let remedy =
            if self.sought <= NEAREST_MAX { text::offer(name, self.names.all(class), &otherwise) } else { otherwise };
        self.error(codes::UNDEFINED, id, format!("{word} `{}` does not exist", cut(name)), remedy);
    }

    /// The hours in field `i`.
    pub(super) fn hours(&mut self, t: &[&str], i: usize, what: &str) -> f64 {
        super::when::hours(field(t, i)).unwrap_or_else(|| {
            let message = format!("{what} `{}` is not a time", cut(field(t, i)));
            self.error(codes::DATE, field(t, 0), message, "write hours, h:mm or h:mm:ss");
            0.0
        })
    }

    /// The seconds in field `i`, to the nearest.
    pub(super) fn seconds(&mut self, t: &[&str], i: usize, what: &str) -> i64 {
        let hours = self.hours(t, i, what);
        super::when::seconds(hours).unwrap_or(0)
    }

    /// The date in field `i`.
    pub(super) fn date(&mut self, t: &[&str], i: usize, what: &str) -> jiff::civil::Date {
        super::when::date(field(t, i)).unwrap_or_else(|| {
            let message = format!("{what} `{}` is not a date", cut(field(t, i)));
            self.error(codes::DATE, field(t, 0), message, "write month/day/year");
            jiff::civil::date(2000, 1, 1)
        })
    }

    /// The instant in fields `i` (date) and `i + 1` (time).
    pub(super) fn instant(&mut self, t: &[&str], i: usize, what: &str) -> jiff::civil::DateTime {
        let (date, hours) = (self.date(t, i, what), self.hours(t, i + 1, what));
        super::when::instant(date, hours).unwrap_or_else(|| date.at(0, 0, 0, 0))
    }
}
