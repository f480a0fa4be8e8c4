//! The cascade record as a text for the terminal.

use std::fmt::Write;

use super::catalogue::{Lang, Msg};
use super::format::{Clock, Shown};
use super::words::{EffectKind, Words, kind_of};
use crate::cascade::CascadeRecord;

/// A record for people: when, what, where, how much.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timeline<'a> {
    /// From elapsed to local time.
    pub clock: Clock,
    /// Names of assets and rules.
    pub words: Words<'a>,
}

/// The records as lines, `07:00:00  爆管 water/pipe/P12  0.031 m²`, and a summary at the end. Times are since the start.
#[must_use]
pub fn render_timeline(records: &[CascadeRecord], lang: Lang) -> String {
    Timeline::default().render(records, lang)
}

/// Up to this many records that tell the same are shown one by one.
const FEW: usize = 3;

/// Whether two records tell the same of two targets at one instant, for one cause.
fn alike(a: &CascadeRecord, b: &CascadeRecord) -> bool {
    let key = |r: &CascadeRecord| (r.t, r.micro, r.parent, r.unit.clone(), r.rule.clone(), r.effect.clone());
    key(a) == key(b) && a.source == b.source
}

impl Timeline<'_> {
    /// The records as lines in local time, indented below what caused them, and a summary at the end.
    #[must_use]
    pub fn render(&self, records: &[CascadeRecord], lang: Lang) -> String {
        if records.is_empty() {
            return format!("{}\n", Msg::TextNone.text(lang));
        }
        let mut out = String::new();
        for run in records.chunk_by(alike) {
            match run {
                [first, .., last] if run.len() > FEW => out.push_str(&self.lines(first, last, run.len(), lang)),
                _ => out.extend(run.iter().map(|record| self.line(record, lang) + "\n")),
            }
        }
        out.push_str(&self.closing(records, lang));
        out
    }

    /// One record as a line: when, what, where, how much, because of which.
    #[must_use]
    pub fn line(&self, record: &CascadeRecord, lang: Lang) -> String {
        let indent = if record.parent.is_some() { "  " } else { "" };
        let (when, effect) = (self.clock.seconds(record.t.seconds(), lang), self.words.effect(record, lang));
        // The id, not the name: it is what other commands take.
        let target = printable(&record.target);
        let mut out = format!("{when}  {indent}{} {target}", printable(&effect));
        let value = value_text(record, lang);
        if !value.is_empty() {
            let _ = write!(out, "  {value}");
        }
        if let Some(parent) = record.parent {
            let _ = write!(out, "  ← #{parent}");
        }
        out
    }

    /// Many records that tell the same of their targets, as one line that counts them and names the first and last.
    fn lines(&self, first: &CascadeRecord, last: &CascadeRecord, count: usize, lang: Lang) -> String {
        let (when, effect) = (self.clock.seconds(first.t.seconds(), lang), self.words.effect(first, lang));
        let (from, to) = (printable(&first.target), printable(&last.target));
        let parent = first.parent.map_or_else(String::new, |p| format!("  ← #{p}"));
        let indent = if first.parent.is_some() { "  " } else { "" };
        format!("{when}  {indent}{} × {count}  {from} … {to}{parent}\n", printable(&effect))
    }

    fn closing(&self, records: &[CascadeRecord], lang: Lang) -> String {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for record in records {
            let word = self.words.effect(record, lang);
            match counts.iter_mut().find(|(w, _)| *w == word) {
                Some((_, n)) => *n += 1,
                None => counts.push((word, 1)),
            }
        }
        // What happened once stands above; what happened often is worth a count.
        let list: Vec<String> =
            counts.iter().filter(|(_, n)| *n > 1).map(|(word, n)| format!("{word} × {n}")).collect();
        let list = list.join(if lang == Lang::Zh { "，" } else { ", " });
        let mut out = Msg::TextTotal.with(lang, &[&records.len().to_string(), &list]);
        if let (Some(first), Some(last)) = (records.first(), records.last()) {
            let at = |r: &CascadeRecord| self.clock.seconds(r.t.seconds(), lang);
            let _ = write!(out, "{}{}", gap(lang), Msg::TextRootSpan.with(lang, &[&at(first), &at(last)]));
        }
        out.push('\n');
        out
    }
}

/// Between two sentences: nothing in Chinese, a space in English.
pub(super) fn gap(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "" } else { " " }
}

/// Value of a record, with its threshold where it has one; empty for a bare fact.
pub(super) fn value_text(record: &CascadeRecord, lang: Lang) -> String {
    let shown = Shown::of(&record.unit, &record.effect);
    let bare = matches!(record.unit.as_str(), "" | "1" | "SI");
    let met = record.value != record.threshold;
    if record.unit == "m2" && !met && kind_of(record) == EffectKind::Burst {
        return Msg::ValueHole.with(lang, &[&shown.text(record.value, lang)]);
    }
    let share = record.value > 0.0 && record.value < 1.0;
    if share && record.effect == "signal" && record.target.contains("valve/") {
        return Msg::ValueOpening.with(lang, &[&format!("{:.0}", record.value * 100.0)]);
    }
    match (bare, met) {
        (true, false) => String::new(),
        (_, false) => shown.text(record.value, lang),
        (_, true) => {
            let threshold = Msg::TimeThreshold.with(lang, &[&shown.text(record.threshold, lang)]);
            let open = if lang == Lang::Zh { "（" } else { " (" };
            let close = if lang == Lang::Zh { "）" } else { ")" };
            format!("{}{open}{threshold}{close}", shown.text(record.value, lang))
        }
    }
}

/// A name without control characters, which could move a terminal's cursor.
fn printable(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
