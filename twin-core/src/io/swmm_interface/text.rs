//! The text files: a head of constituents and nodes, then for each date one row for each node.

use std::io::{self, Write};

use jiff::civil::DateTime;

use super::{HEAD, NO_ROWS, NOT_ROUTING, ORDER, ROW, RoutingFile};
use crate::diagnostic::Diagnostics;
use crate::io::swmm_date;
use crate::io::swmm_out::{ConcentrationUnits, FlowUnits, PollutantEntry};
use crate::io::text::Notes;

/// Reads a file of routed flows.
#[must_use]
pub fn read_routing(file: &str, bytes: &[u8]) -> (Option<RoutingFile>, Diagnostics) {
    read(file, bytes, NOT_ROUTING)
}

/// The same, with the code of a file that is none at all.
pub(super) fn read(file: &str, bytes: &[u8], not_it: &str) -> (Option<RoutingFile>, Diagnostics) {
    let mut found = Diagnostics::default();
    let mut notes = Notes { file, out: &mut found };
    // Names may be Latin-1, as in the models.
    let text =
        std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned);
    let mut lines = Lines { rest: text.lines(), at: 0 };
    let answer = if lines.next().is_some_and(|l| l.split_whitespace().next() == Some("SWMM5")) {
        head(&mut lines, &mut notes).map(|f| rows(f, &mut lines, &mut notes))
    } else {
        notes.error(not_it, 1, "", "its first word is not SWMM5".to_owned(), "give a file that SWMM 5 has saved");
        None
    };
    let answer = answer.filter(|_| !found.has_errors());
    (answer, found)
}

struct Lines<'a> {
    rest: std::str::Lines<'a>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.at += 1;
        self.rest.next()
    }
}

/// Notes what a line of the head should have been, where it is not.
fn want<T>(value: Option<T>, lines: &Lines<'_>, notes: &mut Notes<'_>, what: &str) -> Option<T> {
    if value.is_none() {
        notes.error(HEAD, lines.at, "", format!("here should be {what}"), "keep the head as SWMM writes it");
    }
    value
}

fn first_number(line: &str) -> Option<u32> {
    line.split_whitespace().next()?.parse().ok()
}

fn head(lines: &mut Lines<'_>, notes: &mut Notes<'_>) -> Option<RoutingFile> {
    let title = lines.next();
    let title = want(title, lines, notes, "a title, which may be blank")?.trim().to_owned();
    let step = lines.next().and_then(first_number).filter(|s| *s > 0);
    let step_s = want(step, lines, notes, "the time step in whole seconds")?;
    let count = lines.next().and_then(first_number).filter(|n| *n > 0);
    let constituents = want(count, lines, notes, "the number of constituents, flow within")?;
    let units = lines.next().and_then(|l| {
        let mut words = l.split_whitespace();
        let flow = words.next()?.eq_ignore_ascii_case("FLOW");
        let word = words.next()?;
        FlowUnits::ALL.iter().find(|u| flow && u.word().eq_ignore_ascii_case(word)).copied()
    });
    let flow_units = want(units, lines, notes, "FLOW and its units")?;
    let mut pollutants = Vec::new();
    for _ in 1..constituents {
        let pollutant = lines.next().and_then(|l| {
            let mut words = l.split_whitespace();
            let (name, word) = (words.next()?.to_owned(), words.next()?);
            let units = ConcentrationUnits::ALL.iter().find(|u| u.word().eq_ignore_ascii_case(word)).copied()?;
            Some(PollutantEntry { name, units })
        });
        pollutants.push(want(pollutant, lines, notes, "a pollutant and its units")?);
    }
    let count = lines.next().and_then(first_number).filter(|n| *n > 0);
    let count = want(count, lines, notes, "the number of nodes")?;
    let mut nodes = Vec::new();
    for _ in 0..count {
        let name = lines.next().and_then(|l| l.split_whitespace().next()).map(str::to_owned);
        nodes.push(want(name, lines, notes, "the name of a node")?);
    }
    let columns = lines.next();
    want(columns, lines, notes, "the heads of the columns")?;
    Some(RoutingFile { title, step_s, flow_units, pollutants, nodes, records: Vec::new() })
}

/// Date and values of a row.
fn row(words: &[&str], values: usize) -> Option<(f64, Vec<f64>)> {
    let time: Vec<i16> = words.get(1..7)?.iter().map(|w| w.parse().ok()).collect::<Option<_>>()?;
    let small = |i: usize| i8::try_from(time[i]).ok();
    let date = DateTime::new(time[0], small(1)?, small(2)?, small(3)?, small(4)?, small(5)?, 0).ok()?;
    let numbers = words.get(7..7 + values)?;
    let numbers = numbers.iter().map(|w| w.parse::<f64>().ok().filter(|v| v.is_finite())).collect::<Option<_>>()?;
    Some((swmm_date::from_datetime(date), numbers))
}

fn rows(mut f: RoutingFile, lines: &mut Lines<'_>, notes: &mut Notes<'_>) -> RoutingFile {
    let per = 1 + f.pollutants.len();
    let mut node = 0;
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        let Some((date, values)) = row(&words, per) else {
            let message = format!("here should be a node, a date of six whole numbers and {per} values");
            notes.error(ROW, lines.at, words[0], message, "keep the form of the rows around it");
            return f;
        };
        if words[0] != f.nodes[node] {
            let message = format!("here should be node {}", f.nodes[node]);
            notes.error(ORDER, lines.at, words[0], message, "list the nodes of every date in the order of the head");
            return f;
        }
        let last = f.records.last().map(|r| r.0);
        let right = if node == 0 { last.is_none_or(|l| date > l) } else { last == Some(date) };
        if !right {
            let message = "its date does not follow from the row before".to_owned();
            notes.error(
                ORDER,
                lines.at,
                words[0],
                message,
                "put the rows in order of time, all nodes of a date together",
            );
            return f;
        }
        if node == 0 {
            f.records.push((date, Vec::new()));
        }
        if let Some(record) = f.records.last_mut() {
            record.1.extend(values);
        }
        node = (node + 1) % f.nodes.len();
    }
    if node > 0 {
        // SWMM, too, leaves a date out that is not whole.
        notes.warn(ROW, lines.at, "", "the last date lacks nodes and is left out".to_owned(), "complete it");
        f.records.pop();
    }
    if f.records.is_empty() {
        notes.error(NO_ROWS, lines.at, "", "it has no whole date".to_owned(), "save it by a run that reports");
    }
    f
}

/// Writes a file of routed flows.
///
/// # Errors
/// `InvalidInput` where a record lacks values or its date is none; else whatever the writer answers.
pub fn write_routing(mut out: impl Write, f: &RoutingFile) -> io::Result<()> {
    let per = 1 + f.pollutants.len();
    write!(out, "SWMM5 Interface File\n{}\n{:<4} - reporting time step in sec\n", f.title, f.step_s)?;
    writeln!(out, "{per:<4} - number of constituents as listed below:")?;
    writeln!(out, "FLOW {}", f.flow_units.word())?;
    f.pollutants.iter().try_for_each(|p| writeln!(out, "{} {}", p.name, p.units.word()))?;
    writeln!(out, "{:<4} - number of nodes as listed below:", f.nodes.len())?;
    f.nodes.iter().try_for_each(|n| writeln!(out, "{n}"))?;
    write!(out, "Node             Year Mon Day Hr  Min Sec FLOW      ")?;
    f.pollutants.iter().try_for_each(|p| write!(out, " {:<10}", p.name))?;
    let bad = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
    for (date, values) in &f.records {
        let t = swmm_date::to_datetime(*date).ok_or_else(|| bad("a record has no date"))?;
        if values.len() != per * f.nodes.len() {
            return Err(bad("a record lacks values for some nodes"));
        }
        let clock = format!("{:02}  {:02}  {:02}", t.hour(), t.minute(), t.second());
        for (name, values) in f.nodes.iter().zip(values.chunks_exact(per)) {
            write!(out, "\n{name:<16} {:04} {:02}  {:02}  {clock} ", t.year(), t.month(), t.day())?;
            values.iter().try_for_each(|v| write!(out, " {:<10}", format!("{v:.6}")))?;
        }
    }
    out.flush()
}
