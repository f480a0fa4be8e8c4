//! Rain files of weather services: NCDC/NWS TD-3240 and TD-3260 (tape, space and comma delimited, online retrieval) and
//! Environment Canada's AES, HLY03, HLY21 and FIF21.
//!
//! Fields stand at fixed columns. A value belongs to the interval that ends at its time, and so, as in SWMM, do the
//! Canadian ones, which count from the hour 0.
//! # Source
//! L. A. Rossman and M. A. Simon, SWMM User's Manual version 5.2 (EPA/600/R-22/030, 2022), section 11.3 "Rainfall
//! files"; behaviour of SWMM 5.2.4.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

/// Lines in which a file must show its form.
const HEAD_LINES: usize = 5;
/// Columns that a station's name takes.
const NAME: usize = 31;
/// Least length of a line of each Canadian form, its end of line apart.
const AES_LENGTH: usize = 184;
const HLY_LENGTH: usize = 185;
const FIF_LENGTH: usize = 690;
/// Hundredths of an inch from which a value is missing.
const MISSING: f64 = 9_999.0;
const MM_PER_IN: f64 = 25.4;

/// How fields stand on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Tape,
    /// Columns by which a station's name shifts the rest.
    Space(usize),
    Comma,
    /// Columns of date and value.
    Online(usize, usize),
    /// Columns of a year and of the first value, code of the element, values of a day.
    Canada(usize, usize, i64, usize),
}

/// A form of file, recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    layout: Layout,
    /// Recording interval [s].
    pub interval_s: i64,
    /// Lines before the data.
    head: usize,
}

/// A file, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WeatherRain {
    /// Begin of the interval and depth in it [in], in order of time.
    pub records: Vec<(DateTime, f64)>,
    /// Lines, from 1, that could not be read and were left out.
    pub bad_lines: Vec<usize>,
    /// Line, from 1, that goes back in time.
    pub goes_back: Option<usize>,
}

/// Takes fields off a line as SWMM does: blanks before a number or a word do not count, a field ends at its width.
#[derive(Debug, Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn at(line: &'a [u8], column: usize) -> Self {
        Self(line.get(column..).unwrap_or(&[]))
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    fn int(&mut self, width: usize) -> Option<i64> {
        self.blanks();
        let sign = usize::from(matches!(self.0.first(), Some(b'-' | b'+')));
        let digits = self.0.iter().take(width).skip(sign).take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let (number, rest) = self.0.split_at(sign + digits);
        self.0 = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }

    fn word(&mut self, width: usize) -> Option<&'a [u8]> {
        self.blanks();
        let length = self.0.iter().take(width).take_while(|b| !b.is_ascii_whitespace()).count();
        let (word, rest) = self.0.split_at(length);
        self.0 = rest;
        (length > 0).then_some(word)
    }

    fn comma(&mut self) -> Option<()> {
        self.0 = self.0.strip_prefix(b",")?;
        Some(())
    }

    fn letter(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

fn interval_of(element: &[u8]) -> Option<i64> {
    match element {
        b"HPCP" => Some(3600),
        b"QPCP" | b"QGAG" => Some(900),
        _ => None,
    }
}

/// Element of a line in one of the American forms.
fn american(line: &[u8]) -> Option<(Layout, i64)> {
    let space = |column, length| {
        let mut f = Fields::at(line, column);
        if length > 0 {
            f.int(length)?;
        }
        f.int(2)?;
        interval_of(f.word(4)?)
    };
    let named = || {
        let interval = space(37, 0)?;
        let mut f = Fields::at(line, 37);
        f.int(2)?;
        f.word(4)?;
        f.word(2)?;
        f.int(4)?;
        Some(interval)
    };
    let comma = || {
        let mut f = Fields(line);
        f.int(6)?;
        f.comma()?;
        f.int(2)?;
        f.comma()?;
        interval_of(f.word(4)?)
    };
    let tape = || {
        let mut f = Fields(line);
        f.word(3)?;
        f.int(6)?;
        f.int(2)?;
        interval_of(f.word(4)?)
    };
    (space(0, 6).map(|i| (Layout::Space(0), i)))
        .or_else(|| named().map(|i| (Layout::Space(NAME), i)))
        .or_else(|| comma().map(|i| (Layout::Comma, i)))
        .or_else(|| tape().map(|i| (Layout::Tape, i)))
}

fn canadian(line: &[u8]) -> Option<(Layout, i64)> {
    let element = |year| {
        let mut f = Fields(line);
        f.int(7)?;
        f.int(year)?;
        f.int(2)?;
        f.int(2)?;
        f.int(3)
    };
    match (element(3), element(4), line.len()) {
        (Some(123), _, AES_LENGTH..) => Some((Layout::Canada(3, 17, 123, 24), 3600)),
        (_, Some(159), FIF_LENGTH..) => Some((Layout::Canada(4, 18, 159, 96), 900)),
        (_, Some(123), HLY_LENGTH..) => Some((Layout::Canada(4, 18, 123, 24), 3600)),
        _ => None,
    }
}

/// Online retrieval: its first line names the element above the values, dates end before the last colon.
fn online(text: &str) -> Option<Form> {
    let first = text.lines().next()?;
    let (value, interval_s) =
        first.find("HPCP").map(|at| (at, 3600)).or_else(|| first.find("QPCP").map(|at| (at, 900)))?;
    let line = text.lines().skip(1).take(HEAD_LINES).find(|l| l.contains("COOP:"))?;
    let date = line.rfind(':')?.checked_sub(11)?;
    Some(Form { layout: Layout::Online(date, value), interval_s, head: 0 })
}

/// The form of a file; `None` of one of no weather service.
#[must_use]
pub fn form(text: &str) -> Option<Form> {
    for (head, line) in text.lines().take(HEAD_LINES).enumerate() {
        let bytes = line.as_bytes();
        if line.trim_start().starts_with("COOP:") {
            return online(text);
        }
        if let Some((layout, interval_s)) = american(bytes).or_else(|| canadian(bytes)) {
            return Some(Form { layout, interval_s, head });
        }
    }
    None
}

fn day(y: i64, m: i64, d: i64) -> Option<Date> {
    Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
}

fn later(date: Date, seconds: i64) -> Option<DateTime> {
    date.to_datetime(jiff::civil::Time::midnight()).checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// A reading of an American file: hour, minute, hundredths of an inch, flag.
type Reading = (i64, i64, f64, u8);

impl Layout {
    /// Date of an American line and the column where its readings begin.
    fn date(self, line: &[u8]) -> Option<(Date, usize)> {
        let (column, begin) = match self {
            Self::Tape => (17, 30),
            Self::Space(name) => (18 + name, 28 + name),
            Self::Comma => (18, 28),
            Self::Online(date, _) => (date, date + 8),
            Self::Canada(..) => return None,
        };
        let least = if matches!(self, Self::Online(..)) { column + 23 } else { begin };
        if line.len() <= least {
            return None;
        }
        let mut f = Fields::at(line, column);
        let y = f.int(4)?;
        if self == Self::Comma {
            f.comma()?;
        }
        let m = f.int(2)?;
        if self == Self::Comma {
            f.comma()?;
        }
        let d = f.int(if self == Self::Tape { 4 } else { 2 })?;
        Some((day(y, m, d)?, begin))
    }

    /// The reading at a column, and the column of the next.
    fn reading(self, line: &[u8], column: usize) -> Option<(Reading, usize)> {
        let mut f = Fields::at(line, column);
        match self {
            Self::Tape => {
                let (hour, minute, value) = (f.int(2)?, f.int(2)?, f.int(6)?);
                Some(((hour, minute, value as f64, f.letter().unwrap_or(0)), column + 12))
            }
            Self::Space(_) => {
                let (hour, minute, value) = (f.int(2)?, f.int(2)?, f.int(6)?);
                f.blanks();
                Some(((hour, minute, value as f64, f.letter().unwrap_or(0)), column + 16))
            }
            Self::Comma => {
                f.comma()?;
                let (hour, minute) = (f.int(2)?, f.int(2)?);
                f.comma()?;
                let value = f.int(6)?;
                let flag = f.comma().and_then(|()| f.letter()).unwrap_or(0);
                Some(((hour, minute, value as f64, flag), column + 16))
            }
            Self::Online(_, value) => {
                let hour = f.int(2)?;
                f.0 = f.0.strip_prefix(b":")?;
                let minute = f.int(2)?;
                let mut v = Fields::at(line, value);
                let word = std::str::from_utf8(v.word(usize::MAX)?).ok()?;
                let number: f64 = word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
                // Newer files have inches.
                let hundredths = if word.contains('.') { (100.0 * number + 0.5).floor() } else { number };
                v.blanks();
                Some(((hour, minute, hundredths, v.letter().unwrap_or(0)), line.len()))
            }
            Self::Canada(..) => None,
        }
    }
}

/// Reads a file in its form, from a day on.
#[must_use]
pub fn read(text: &str, form: Form, from: Option<Date>) -> WeatherRain {
    let mut out = WeatherRain::default();
    let mut gathered = None;
    for (n, line) in text.lines().enumerate().skip(form.head) {
        let bytes = line.as_bytes();
        let before = out.records.len();
        let read = match form.layout {
            Layout::Canada(year, column, element, count) => {
                canada_line(bytes, (year, column, element, count), form.interval_s, from, &mut out.records)
            }
            // The head of an online file may stand between its lines.
            Layout::Online(..) if !line.contains("COOP:") => Some(()),
            _ => american_line(bytes, form, from, &mut gathered, &mut out.records),
        };
        if read.is_none() && !line.trim().is_empty() {
            out.bad_lines.push(n + 1);
        }
        let tail = &out.records[before.saturating_sub(1)..];
        if out.goes_back.is_none() && tail.windows(2).any(|w| w[1].0 <= w[0].0) {
            out.goes_back = Some(n + 1);
        }
    }
    out
}

fn american_line(
    line: &[u8],
    form: Form,
    from: Option<Date>,
    gathered: &mut Option<DateTime>,
    records: &mut Vec<(DateTime, f64)>,
) -> Option<()> {
    let (mut date, mut column) = form.layout.date(line)?;
    if from.is_some_and(|from| date < from) {
        return Some(());
    }
    while column < line.len() {
        let Some(((mut hour, minute, value, flag), next)) = form.layout.reading(line, column) else { break };
        column = next;
        if matches!(form.layout, Layout::Online(..)) && hour == 0 {
            // It ends the day before.
            (hour, date) = (24, date.yesterday().ok()?);
        }
        if !(0..25).contains(&hour) || !(0..60).contains(&minute) {
            break;
        }
        let ends = later(date, 3600 * hour + 60 * minute)?;
        match flag {
            b'a' => *gathered = Some(ends),
            b'A' => {
                if let Some(began) = gathered.take().filter(|_| value < 99_999.0) {
                    spread(began, ends, value, form.interval_s, records);
                }
            }
            b'{' | b'}' | b'[' | b']' | b'M' => {}
            _ if value >= MISSING || value <= 0.0 => {}
            _ => records.push((ends.checked_sub(SignedDuration::from_secs(form.interval_s)).ok()?, value / 100.0)),
        }
    }
    Some(())
}

/// Shares what gathered over several intervals evenly among them.
fn spread(began: DateTime, ends: DateTime, value: f64, interval_s: i64, records: &mut Vec<(DateTime, f64)>) {
    let count = ends.duration_since(began).as_secs() / interval_s + 1;
    // A year of quarters at most: what lasts longer is an error of the file.
    if value <= 0.0 || !(1..=35_136).contains(&count) {
        return;
    }
    for at in 0..count {
        if let Ok(begin) = began.checked_add(SignedDuration::from_secs((at - 1) * interval_s)) {
            records.push((begin, value / count as f64 / 100.0));
        }
    }
}

fn canada_line(
    line: &[u8],
    (year, first, element, count): (usize, usize, i64, usize),
    interval_s: i64,
    from: Option<Date>,
    records: &mut Vec<(DateTime, f64)>,
) -> Option<()> {
    let mut f = Fields(line);
    f.int(7)?;
    let y = f.int(year)?;
    let y = match (year, y) {
        (3, ..100) => y + 2000,
        (3, _) => y + 1000,
        _ => y,
    };
    let date = day(y, f.int(2)?, f.int(2)?)?;
    let other = f.int(3)? != element;
    if other || from.is_some_and(|from| date < from) {
        return Some(());
    }
    for at in 0..count {
        let value = Fields::at(line, first + 7 * at).int(6)?;
        if value > 0 {
            let begin = later(date, (at as i64 - 1) * interval_s)?;
            records.push((begin, value as f64 / 10.0 / MM_PER_IN));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rain(text: &str) -> Vec<(DateTime, f64)> {
        let file = read(text, form(text).expect("a known form"), None);
        assert_eq!((file.bad_lines, file.goes_back), (Vec::new(), None));
        file.records
    }

    /// What every American form says here: 0.25 in until one o'clock, a missing value, 0.9 in over three hours.
    fn told() -> Vec<(DateTime, f64)> {
        let hour = |h| date(1998, 3, 1).at(h, 0, 0, 0);
        vec![(hour(0), 0.25), (hour(4), 0.3), (hour(5), 0.3), (hour(6), 0.3)]
    }

    fn same(found: &[(DateTime, f64)], wanted: &[(DateTime, f64)]) {
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for (a, b) in found.iter().zip(wanted) {
            assert!(a.0 == b.0 && (a.1 - b.1).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn american_forms_say_the_same() {
        let space = "412797 01 HPCP HI 1998 03 01 0100     25     0200  99999 M   0500  99999 a   0700     90 A  \n";
        same(&rain(space), &told());
        let head = "COOPID CD ELEM UN YEAR MO DA TIME  VALUE F F\n------ -- ---- -- ---- -- -- ---- ------ - -\n";
        same(&rain(&format!("{head}{space}")), &told());
        let comma = "412797,01,HPCP,HI,1998,03,01,0100,000025, , ,0200,099999,M, ,0500,099999,a, ,0700,000090,A, \n";
        same(&rain(comma), &told());
        let tape = "HPD41279701HPCPHI19980300010040100000025  0200099999M 0500099999a 0700000090A \n";
        same(&rain(tape), &told());
    }

    #[test]
    fn online_retrievals_have_columns_of_their_own() {
        let text = "STATION      STATION_NAME      DATE           HPCP     Flag\n\
                    COOP:412797  SOMEWHERE         19980301 01:00 25       \n\
                    COOP:412797  SOMEWHERE         19980302 00:00 0.10     \n";
        let hour = |h| date(1998, 3, 1).at(h, 0, 0, 0);
        same(&rain(text), &[(hour(0), 0.25), (hour(23), 0.1)]);
        assert_eq!(form(text).map(|f| f.interval_s), Some(3600));
    }

    #[test]
    fn canadian_forms_count_tenths_of_millimetres() {
        let values = |n: usize| (0..n).map(|i| if i == 2 { "000127 " } else { "-99999M" }).collect::<String>();
        let wanted = |minute| vec![(date(1998, 3, 1).at(1, 0, 0, 0) + SignedDuration::from_mins(minute), 0.5)];
        same(&rain(&format!("61587339980301123{}\n", values(24))), &wanted(0));
        same(&rain(&format!("615873319980301123{}\n", values(24))), &wanted(0));
        let quarter = date(1998, 3, 1).at(0, 15, 0, 0);
        same(&rain(&format!("615873319980301159{}\n", values(96))), &[(quarter, 0.5)]);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let space = |day: &str| format!("412797 01 HPCP HI 1998 03 {day} 0100     25     \n");
        let text = format!("{}{}short\n", space("02"), space("xx"));
        let file = read(&text, form(&text).expect("space"), None);
        assert_eq!((file.bad_lines, file.goes_back, file.records.len()), (vec![2, 3], None, 1));
        let text = format!("{}{}", space("02"), space("01"));
        assert_eq!(read(&text, form(&text).expect("space"), None).goes_back, Some(2));
        assert_eq!(read(&text, form(&text).expect("space"), Some(date(1998, 3, 2))).records.len(), 1);
        for text in ["", "\n\n", "STA 1998 3 1 0 5 12", "COOP:", "COOP:\nCOOP:1:", "HPCP\nCOOP:412797 :"] {
            assert!(form(text).is_none_or(|form| read(text, form, None).records.is_empty()), "{text}");
        }
    }
}
