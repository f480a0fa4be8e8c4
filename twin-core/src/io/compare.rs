//! Two results side by side: what differs, by how much, and where it began.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

use crate::cascade::CascadeRecord;
use crate::diagnostic::Diagnostic;
use crate::io::report::{Lang, Msg, Timeline, number};
use crate::io::results::{
    MetricFigures, ResultError, ResultFolder, SERIES_NAMES, SeriesColumns, VariantFigures, read_events, read_series,
};

/// A figure of a metric in both results; none where one side lacks it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricDifference {
    /// The metric.
    pub metric: String,
    /// Which figure of it: `max`, `t_max_s`, `min`, `t_min_s`, `last`, `integral`.
    pub figure: &'static str,
    /// SI unit of the figure.
    pub unit: String,
    /// In A.
    pub a: Option<f64>,
    /// In B.
    pub b: Option<f64>,
}

impl MetricDifference {
    /// Whether both sides have the same figure, bit for bit.
    #[must_use]
    pub fn same(&self) -> bool {
        self.a.map(f64::to_bits) == self.b.map(f64::to_bits)
    }
}

/// How far the samples of one quantity are apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SeriesDifference {
    /// The table, for example `probes`.
    pub table: String,
    /// Key of the quantity.
    pub quantity: String,
    /// SI unit.
    pub unit: String,
    /// Samples both sides have, by id and time.
    pub samples: usize,
    /// Samples on one side alone.
    pub only_one_side: usize,
    /// Largest absolute difference.
    pub largest: f64,
    /// The asset or metric with the largest difference, empty where there is none.
    pub at_id: String,
    /// When it is largest [s].
    pub at_s: f64,
}

/// The first event that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventDifference {
    /// Place in the record, from 1.
    pub number: usize,
    /// What A has there.
    pub a: Option<CascadeRecord>,
    /// What B has there.
    pub b: Option<CascadeRecord>,
}

/// One variant of both results.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PartComparison {
    /// Name of the variant; empty for the base case.
    pub variant: String,
    /// Whether the hashes of the last state are equal; none where one is missing.
    pub hash_equal: Option<bool>,
    /// Figures of every metric on either side.
    pub metrics: Vec<MetricDifference>,
    /// Differences of every series table by quantity.
    pub series: Vec<SeriesDifference>,
    /// Events on side A and side B.
    pub events: [usize; 2],
    /// The first event that differs, if any.
    pub first_event: Option<EventDifference>,
}

impl PartComparison {
    /// Whether nothing differs.
    #[must_use]
    pub fn same(&self) -> bool {
        self.hash_equal != Some(false)
            && self.first_event.is_none()
            && self.metrics.iter().all(MetricDifference::same)
            && self.series.iter().all(|s| s.largest == 0.0 && s.only_one_side == 0)
    }
}

/// Two results compared.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Folder A.
    pub a: String,
    /// Folder B.
    pub b: String,
    /// Whether nothing differs.
    pub same: bool,
    /// Whether each run came to its end.
    pub complete: [bool; 2],
    /// The base case, then the variants both have.
    pub parts: Vec<PartComparison>,
    /// Variants only one side has.
    pub unmatched: Vec<String>,
    /// What the readers skipped.
    pub notes: Vec<Diagnostic>,
}

/// Compares two result folders: metrics, state hashes, series and events, of the base case and of each variant.
///
/// # Errors
/// When one is no result, or a file of it cannot be read.
pub fn compare(dir_a: &Path, dir_b: &Path) -> Result<Comparison, ResultError> {
    let (a, b) = (ResultFolder::open(dir_a)?.read_summary()?, ResultFolder::open(dir_b)?.read_summary()?);
    let base = |s: &crate::io::results::Summary| VariantFigures {
        metrics: s.metrics.clone(),
        state_hash: s.state_hash.clone(),
        ..VariantFigures::default()
    };
    let mut out = Comparison {
        a: dir_a.display().to_string(),
        b: dir_b.display().to_string(),
        complete: [a.complete, b.complete],
        ..Comparison::default()
    };
    let first = part("", [&base(&a), &base(&b)], [dir_a, dir_b], &mut out.notes)?;
    out.parts.push(first);
    for (name, figures) in &a.variants {
        let folders = [ResultFolder::variant_dir(dir_a, name), ResultFolder::variant_dir(dir_b, name)];
        match b.variants.get(name) {
            None => out.unmatched.push(name.clone()),
            // The base case has no folder of its own.
            Some(theirs) if folders.iter().any(|f| f.is_dir()) => {
                let next = part(name, [figures, theirs], [&folders[0], &folders[1]], &mut out.notes)?;
                out.parts.push(next);
            }
            Some(_) => {}
        }
    }
    out.unmatched.extend(b.variants.keys().filter(|n| !a.variants.contains_key(*n)).cloned());
    out.same = out.unmatched.is_empty() && a.complete == b.complete && out.parts.iter().all(PartComparison::same);
    Ok(out)
}

fn part(
    variant: &str,
    figures: [&VariantFigures; 2],
    folders: [&Path; 2],
    notes: &mut Vec<Diagnostic>,
) -> Result<PartComparison, ResultError> {
    let hashes = figures.map(|f| f.state_hash.as_str());
    let known = hashes.iter().all(|h| !h.is_empty());
    let mut series = Vec::new();
    for table in SERIES_NAMES {
        series.extend(series_differences(table, &read_series(folders[0], table)?, &read_series(folders[1], table)?));
    }
    let mut records = Vec::new();
    for folder in folders {
        let path = folder.join("events.jsonl");
        let read = if path.is_file() { read_events(&path)? } else { Default::default() };
        notes.extend(read.notes);
        records.push(read.records);
    }
    Ok(PartComparison {
        variant: variant.to_owned(),
        hash_equal: known.then_some(hashes[0] == hashes[1]),
        metrics: metric_differences(&figures[0].metrics, &figures[1].metrics),
        series,
        events: [records[0].len(), records[1].len()],
        first_event: first_difference(&records[0], &records[1]),
    })
}

type Figure = fn(&MetricFigures) -> Option<f64>;

fn metric_differences(
    a: &BTreeMap<String, MetricFigures>,
    b: &BTreeMap<String, MetricFigures>,
) -> Vec<MetricDifference> {
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut out = Vec::new();
    for name in names {
        let sides = [a.get(name), b.get(name)];
        let unit = sides.iter().flatten().next().map_or("", |m| m.unit.as_str());
        let of: [(&'static str, String, Figure); 6] = [
            ("max", unit.to_owned(), |m| m.max),
            ("t_max_s", "s".to_owned(), |m| m.t_max_s),
            ("min", unit.to_owned(), |m| m.min),
            ("t_min_s", "s".to_owned(), |m| m.t_min_s),
            ("last", unit.to_owned(), |m| m.last),
            ("integral", if unit == "1" { "s".to_owned() } else { format!("{unit}·s") }, |m| m.integral),
        ];
        for (figure, unit, get) in of {
            let [a, b] = sides.map(|m| m.and_then(get));
            out.push(MetricDifference { metric: name.clone(), figure, unit, a, b });
        }
    }
    out
}

type Key<'a> = (&'a str, &'a str, &'a str, i64);

/// Samples by quantity, unit, id and time [ms].
fn index(table: &SeriesColumns) -> BTreeMap<Key<'_>, f64> {
    let row = |i: usize| {
        let (id, quantity, unit) = &table.keys[table.key[i] as usize];
        #[allow(clippy::cast_possible_truncation)] // saturates, and a simulation is shorter than that
        let ms = (table.t_s[i] * 1000.0).round() as i64;
        ((quantity.as_str(), unit.as_str(), id.as_str(), ms), table.value[i])
    };
    (0..table.len()).map(row).collect()
}

impl SeriesDifference {
    fn meet(&mut self, a: f64, b: f64, id: &str, t_s: f64) {
        self.samples += 1;
        let difference = (a - b).abs();
        if difference > self.largest {
            (self.largest, self.at_s) = (difference, t_s);
            id.clone_into(&mut self.at_id);
        }
    }
}

fn series_differences(table: &str, a: &SeriesColumns, b: &SeriesColumns) -> Vec<SeriesDifference> {
    let mut out: BTreeMap<(&str, &str), SeriesDifference> = BTreeMap::new();
    // Two runs of one scenario have the same rows in the same order: no index is needed then.
    if a.keys == b.keys && a.key == b.key && a.t_s == b.t_s {
        for row in 0..a.len() {
            let (id, quantity, unit) = &a.keys[a.key[row] as usize];
            out.entry((quantity, unit)).or_default().meet(a.value[row], b.value[row], id, a.t_s[row]);
        }
    } else {
        let (a, b) = (index(a), index(b));
        for (key, value) in &a {
            let entry = out.entry((key.0, key.1)).or_default();
            #[allow(clippy::cast_precision_loss)] // milliseconds of a simulation stay below 2^53
            match b.get(key) {
                Some(theirs) => entry.meet(*value, *theirs, key.2, key.3 as f64 / 1000.0),
                None => entry.only_one_side += 1,
            }
        }
        for key in b.keys().filter(|k| !a.contains_key(*k)) {
            out.entry((key.0, key.1)).or_default().only_one_side += 1;
        }
    }
    let named = out.into_iter().map(|((quantity, unit), d)| SeriesDifference {
        table: table.to_owned(),
        quantity: quantity.to_owned(),
        unit: unit.to_owned(),
        ..d
    });
    named.collect()
}

fn first_difference(a: &[CascadeRecord], b: &[CascadeRecord]) -> Option<EventDifference> {
    let at = (0..a.len().max(b.len())).find(|&i| a.get(i) != b.get(i))?;
    Some(EventDifference { number: at + 1, a: a.get(at).cloned(), b: b.get(at).cloned() })
}

impl Comparison {
    /// The comparison as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The comparison for people, as plain text.
    #[must_use]
    pub fn render(&self, lang: Lang) -> String {
        let mut out = Msg::CmpHead.with(lang, &[&self.a, &self.b]) + "\n";
        for (complete, name) in self.complete.iter().zip([&self.a, &self.b]) {
            if !complete {
                out += &(Msg::CmpPartial.with(lang, &[name]) + "\n");
            }
        }
        for part in &self.parts {
            out.push('\n');
            part.render(lang, &mut out);
        }
        for name in &self.unmatched {
            out += &(Msg::CmpVariantOnly.with(lang, &[name]) + "\n");
        }
        for note in &self.notes {
            let _ = writeln!(out, "{note}");
        }
        let verdict = if self.same { Msg::CmpSame } else { Msg::CmpDiffer };
        let _ = writeln!(out, "\n{}", verdict.text(lang));
        out
    }
}

impl PartComparison {
    fn render(&self, lang: Lang, out: &mut String) {
        let say = |m: Msg| m.text(lang).to_owned();
        if !self.variant.is_empty() {
            let _ = writeln!(out, "== {} ==", Msg::CmpVariant.with(lang, &[&self.variant]));
        }
        let hash = match self.hash_equal {
            Some(true) => Msg::CmpHashSame,
            Some(false) => Msg::CmpHashDiffers,
            None => Msg::CmpHashUnknown,
        };
        let _ = writeln!(out, "{}", say(hash));
        let cell = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), precise);
        let mut rows =
            vec![[say(Msg::CmpMetric), say(Msg::CmpFigure), "A".into(), "B".into(), "B − A".into(), say(Msg::CmpUnit)]];
        for m in &self.metrics {
            let difference = m.a.zip(m.b).map(|(a, b)| b - a);
            rows.push([m.metric.clone(), m.figure.into(), cell(m.a), cell(m.b), cell(difference), m.unit.clone()]);
        }
        if rows.len() > 1 {
            let _ = writeln!(out, "{}", say(Msg::CmpMetrics));
            table(&rows, out);
        }
        let heads = [Msg::CmpQuantity, Msg::CmpSamples, Msg::CmpOnly, Msg::CmpLargest, Msg::CmpUnit, Msg::CmpAt];
        let mut rows = vec![heads.map(say)];
        for s in &self.series {
            let at = if s.at_id.is_empty() { String::new() } else { format!("{} @ {} s", s.at_id, number(s.at_s)) };
            let name = format!("{}/{}", s.table, s.quantity);
            rows.push([
                name,
                s.samples.to_string(),
                s.only_one_side.to_string(),
                precise(s.largest),
                s.unit.clone(),
                at,
            ]);
        }
        if rows.len() > 1 {
            let _ = writeln!(out, "{}", say(Msg::CmpSeries));
            table(&rows, out);
        }
        let Some(event) = &self.first_event else {
            let _ = writeln!(out, "{}", Msg::CmpEventsSame.with(lang, &[&self.events[0].to_string()]));
            return;
        };
        let _ = writeln!(out, "{}", Msg::CmpEvent.with(lang, &[&event.number.to_string()]));
        for (side, record) in [("A", &event.a), ("B", &event.b)] {
            let text = record.as_ref().map_or_else(|| say(Msg::CmpNoEvent), |r| Timeline::default().line(r, lang));
            let _ = writeln!(out, "  {side}  {text}");
        }
    }
}

/// A figure with six digits, so that small differences show.
fn precise(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.5e}");
    }
    let decimals = (5 - size.log10().floor().clamp(-4.0, 5.0) as i32).max(0);
    let text = format!("{value:.*}", usize::try_from(decimals).unwrap_or(0));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Width on a terminal: Chinese characters take two columns.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}') { 2 } else { 1 }).sum()
}

fn table<const N: usize>(rows: &[[String; N]], out: &mut String) {
    let wide: Vec<usize> = (0..N).map(|c| rows.iter().map(|r| width(&r[c])).max().unwrap_or(0)).collect();
    for row in rows {
        let mut line = String::from(" ");
        for (cell, wide) in row.iter().zip(&wide) {
            let _ = write!(line, " {cell}{} ", " ".repeat(wide - width(cell)));
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
