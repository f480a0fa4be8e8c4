//! The writer: what is not reported is left out here, so that a solver hands over whole state vectors.

use std::io::{self, Write};

use super::{
    LINK_VARIABLES, MAGIC, NODE_VARIABLES, SUBCATCHMENT_VARIABLES, SYSTEM_VARIABLES, SwmmOutDescription, VERSION,
};

/// Codes of the properties.
const TYPE: i32 = 0;
const AREA: i32 = 1;
const INVERT: i32 = 2;
const MAX_DEPTH: i32 = 3;
const OFFSET: i32 = 4;
const LENGTH: i32 = 5;

/// A number the file can take.
pub trait OutValue: Copy {
    /// As the file has it.
    fn to_f32(self) -> f32;
}

impl OutValue for f32 {
    fn to_f32(self) -> f32 {
        self
    }
}

impl OutValue for f64 {
    #[allow(clippy::cast_possible_truncation)] // the file has single precision
    fn to_f32(self) -> f32 {
        self as f32
    }
}

/// Results at one reporting time in the units of the file, for **all** objects of the model in its order, the variables
/// of the first object, then those of the second, and so on.
#[derive(Debug, Clone, Copy)]
pub struct OutPeriod<'a, T: OutValue> {
    /// Date [days since 1899-12-30].
    pub date_days: f64,
    /// 8 variables and the pollutants of each subcatchment; order as [`super::SubcatchmentVariable`].
    pub subcatchments: &'a [T],
    /// 6 variables and the pollutants of each node; order as [`super::NodeVariable`].
    pub nodes: &'a [T],
    /// 5 variables and the pollutants of each link; order as [`super::LinkVariable`].
    pub links: &'a [T],
    /// Order as [`super::SystemVariable`].
    pub system: &'a [T; SYSTEM_VARIABLES],
}

/// Which objects of a class are reported, and how many numbers each has.
#[derive(Debug)]
struct Class {
    reported: Vec<bool>,
    width: usize,
}

impl Class {
    fn new(reported: impl Iterator<Item = bool>, width: usize) -> Self {
        Self { reported: reported.collect(), width }
    }
    fn values(&self) -> usize {
        self.reported.len() * self.width
    }
    fn count(&self) -> usize {
        self.reported.iter().filter(|r| **r).count()
    }
}

/// Writes a result file as the run goes.
#[derive(Debug)]
pub struct SwmmOutWriter<W: Write> {
    out: W,
    row: Vec<u8>,
    classes: [Class; 3],
    positions: [i32; 3],
    periods: i32,
}

fn int(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

impl<W: Write> SwmmOutWriter<W> {
    /// Writes all that stands before the first period.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn new(out: W, description: &SwmmOutDescription) -> io::Result<Self> {
        let d = description;
        let p = d.pollutants.len();
        let classes = [
            Class::new(d.subcatchments.iter().map(|s| s.reported), SUBCATCHMENT_VARIABLES + p),
            Class::new(d.nodes.iter().map(|n| n.reported), NODE_VARIABLES + p),
            Class::new(d.links.iter().map(|l| l.reported), LINK_VARIABLES + p),
        ];
        let mut w = Self { out, row: Vec::new(), classes, positions: [0; 3], periods: 0 };
        let counts = w.classes.each_ref().map(|c| int(c.count()));
        w.ints(&[MAGIC, VERSION, d.flow_units.code()]);
        w.ints(&counts);
        w.ints(&[int(p)]);
        w.positions[0] = int(w.row.len());
        w.names(d);
        d.pollutants.iter().for_each(|p| w.ints(&[p.units.code()]));
        w.positions[1] = int(w.row.len());
        w.properties(d);
        w.variables(SUBCATCHMENT_VARIABLES + p);
        w.variables(NODE_VARIABLES + p);
        w.variables(LINK_VARIABLES + p);
        w.variables(SYSTEM_VARIABLES);
        w.row.extend(d.start_days.to_le_bytes());
        w.ints(&[d.report_step_s]);
        w.positions[2] = int(w.row.len());
        w.flush_row()?;
        Ok(w)
    }

    fn ints(&mut self, values: &[i32]) {
        self.row.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    }

    fn floats(&mut self, values: &[f64]) {
        self.row.extend(values.iter().flat_map(|v| v.to_f32().to_le_bytes()));
    }

    fn flush_row(&mut self) -> io::Result<()> {
        self.out.write_all(&self.row)?;
        self.row.clear();
        Ok(())
    }

    fn names(&mut self, d: &SwmmOutDescription) {
        let subcatchments = d.subcatchments.iter().filter(|s| s.reported).map(|s| &s.name);
        let nodes = d.nodes.iter().filter(|n| n.reported).map(|n| &n.name);
        let links = d.links.iter().filter(|l| l.reported).map(|l| &l.name);
        let pollutants = d.pollutants.iter().map(|p| &p.name);
        for name in subcatchments.chain(nodes).chain(links).chain(pollutants) {
            self.ints(&[int(name.len())]);
            self.row.extend(name.as_bytes());
        }
    }

    fn properties(&mut self, d: &SwmmOutDescription) {
        self.ints(&[1, AREA]);
        d.subcatchments.iter().filter(|s| s.reported).for_each(|s| self.floats(&[s.area]));
        self.ints(&[3, TYPE, INVERT, MAX_DEPTH]);
        for n in d.nodes.iter().filter(|n| n.reported) {
            self.ints(&[n.kind.code()]);
            self.floats(&[n.invert, n.max_depth]);
        }
        self.ints(&[5, TYPE, OFFSET, OFFSET, MAX_DEPTH, LENGTH]);
        for l in d.links.iter().filter(|l| l.reported) {
            self.ints(&[l.kind.code()]);
            self.floats(&[l.offset_inlet, l.offset_outlet, l.max_depth, l.length]);
        }
    }

    fn variables(&mut self, count: usize) {
        self.ints(&[int(count)]);
        (0..count).for_each(|code| self.ints(&[int(code)]));
    }

    /// Writes one period.
    ///
    /// # Errors
    /// `InvalidInput` where the period has another number of values than the model; else whatever the writer answers.
    pub fn period<T: OutValue>(&mut self, period: &OutPeriod<'_, T>) -> io::Result<()> {
        let parts = [period.subcatchments, period.nodes, period.links];
        if parts.iter().zip(&self.classes).any(|(values, class)| values.len() != class.values()) {
            let message = "a period lacks values for some subcatchments, nodes or links";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        self.row.extend(period.date_days.to_le_bytes());
        for (values, class) in parts.iter().zip(&self.classes) {
            for (object, reported) in values.chunks_exact(class.width).zip(&class.reported) {
                if *reported {
                    self.row.extend(object.iter().flat_map(|v| v.to_f32().to_le_bytes()));
                }
            }
        }
        self.row.extend(period.system.iter().flat_map(|v| v.to_f32().to_le_bytes()));
        self.periods = self.periods.saturating_add(1);
        self.flush_row()
    }

    /// Periods written so far.
    #[must_use]
    pub const fn periods(&self) -> i32 {
        self.periods
    }

    /// Writes the close with SWMM's error code (0 = none), and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn finish(mut self, error_code: i32) -> io::Result<W> {
        let positions = self.positions;
        self.ints(&positions);
        self.ints(&[self.periods, error_code, MAGIC]);
        self.flush_row()?;
        self.out.flush()?;
        Ok(self.out)
    }
}
