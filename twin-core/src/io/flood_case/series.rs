//! Series in time: `t_s,value`, times rising.

use super::codes;
use crate::io::csv_text::{self, Shape, TableCodes};
use crate::io::text::Notes;

/// Values at instants. Before the first and after the last the nearest holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    t_s: Vec<f64>,
    values: Vec<f64>,
}

impl Series {
    /// One value for all time.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self { t_s: vec![0.0], values: vec![value] }
    }

    /// Instants and values; `None` where there is none, their numbers differ, one is not finite, or times do not rise.
    #[must_use]
    pub fn new(t_s: Vec<f64>, values: Vec<f64>) -> Option<Self> {
        let finite = t_s.iter().chain(&values).all(|v| v.is_finite());
        let rises = t_s.windows(2).all(|p| p[0] < p[1]);
        (!t_s.is_empty() && t_s.len() == values.len() && finite && rises).then_some(Self { t_s, values })
    }

    /// The value at an instant, straight between two rows.
    #[must_use]
    pub fn at(&self, t_s: f64) -> f64 {
        let next = self.t_s.partition_point(|t| *t <= t_s);
        if next == 0 || next == self.t_s.len() {
            return self.values[next.saturating_sub(1)];
        }
        let (t0, t1) = (self.t_s[next - 1], self.t_s[next]);
        let share = (t_s - t0) / (t1 - t0);
        self.values[next - 1] + share * (self.values[next] - self.values[next - 1])
    }

    /// The value of the last row at or before an instant, 0 before the first.
    #[must_use]
    pub fn held(&self, t_s: f64) -> f64 {
        let next = self.t_s.partition_point(|t| *t <= t_s);
        if next == 0 { 0.0 } else { self.values[next - 1] }
    }

    /// The first row's instant after `t_s`.
    #[must_use]
    pub fn next_row(&self, t_s: f64) -> Option<f64> {
        self.t_s.get(self.t_s.partition_point(|t| *t <= t_s)).copied()
    }

    /// Integral of [`Series::at`] between two instants.
    #[must_use]
    pub fn integral(&self, from_s: f64, to_s: f64) -> f64 {
        let (mut t, mut sum) = (from_s, 0.0);
        while t < to_s {
            let next = self.next_row(t).unwrap_or(to_s).min(to_s);
            sum += 0.5 * (self.at(t) + self.at(next)) * (next - t);
            t = next;
        }
        sum
    }

    /// Its least and greatest value.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        self.values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], v| [a.min(*v), b.max(*v)])
    }
}

/// Codes of a series' table.
const TABLE: TableCodes = TableCodes { header: codes::SERIES, row: codes::SERIES };

/// Reads a series, or notes what is wrong with it.
pub fn read(text: &str, notes: &mut Notes<'_>) -> Option<Series> {
    let rows = rows(text, "value", notes)?;
    let mut t_s = Vec::with_capacity(rows.len());
    let mut values = Vec::with_capacity(rows.len());
    for (line, time, word) in rows {
        let Some(value) = word.parse::<f64>().ok().filter(|v| v.is_finite()) else {
            notes.error(codes::SERIES, line, &word, "is not a finite number".to_owned(), "correct the row");
            return None;
        };
        t_s.push(time);
        values.push(value);
    }
    Series::new(t_s, values)
}

/// Line, instant and word of each row of a table `t_s,NAME` with rising times.
pub fn rows(text: &str, name: &'static str, notes: &mut Notes<'_>) -> Option<Vec<(usize, f64, String)>> {
    let mut rows: Vec<(usize, f64, String)> = Vec::new();
    let mut sound = true;
    let shape = Shape { required: if name == "value" { &["t_s", "value"] } else { &["t_s", "raster"] }, ..OPEN };
    let usable = csv_text::rows(text, shape, TABLE, notes, |row, notes| {
        let Some(t_s) = row.get("t_s").parse::<f64>().ok().filter(|t| t.is_finite()) else {
            notes.error(
                codes::SERIES,
                row.line,
                row.get("t_s"),
                "is not a time in seconds".to_owned(),
                "correct the row",
            );
            sound = false;
            return;
        };
        if let Some((_, before, _)) = rows.last().filter(|(_, before, _)| t_s <= *before) {
            let message = format!("{t_s} s does not come after {before} s");
            notes.error(codes::SERIES_ORDER, row.line, "t_s", message, "sort the rows by time, one row an instant");
            sound = false;
        }
        rows.push((row.line, t_s, row.get(name).to_owned()));
    });
    if usable && sound && rows.is_empty() {
        notes.error(codes::SERIES_EMPTY, 0, "", "it has no row".to_owned(), "write at least one row under the header");
    }
    (usable && sound && !rows.is_empty()).then_some(rows)
}

const OPEN: Shape = Shape { required: &[], optional: &[], open: false };
