//! The reader of result files: nothing in a file is believed before its size is.

use super::{
    CLOSE_BYTES, ConcentrationUnits, FlowUnits, LINK_VARIABLES, LinkEntry, LinkKind, LinkVariable, MAGIC,
    NODE_VARIABLES, NodeEntry, NodeKind, NodeVariable, PollutantEntry, SUBCATCHMENT_VARIABLES, SubcatchmentEntry,
    SubcatchmentVariable, SwmmOutDescription, SystemVariable,
};

/// Why a result file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutError {
    /// It does not begin and end as a result file does.
    #[error("not a SWMM result file, or one of a run that did not end; run the model again")]
    NotOut,
    /// A count, a code or a position has no meaning in SWMM 5.
    #[error("{what} at byte {at} is none that SWMM 5 writes; run the model again with SWMM 5.1 or newer")]
    Damaged {
        /// What it is.
        what: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// Its size does not follow from its counts.
    #[error("the file has {found} bytes, its counts ask for {expected}; copy it again or run the model again")]
    Size {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
}

/// A result file, in its own units.
#[derive(Debug, Clone, PartialEq)]
pub struct SwmmResults {
    /// Version number of the writer, `52004` for SWMM 5.2.4.
    pub version: i32,
    /// What stands before the periods; all objects in it are reported.
    pub description: SwmmOutDescription,
    /// SWMM's error code, 0 = none.
    pub error_code: i32,
    /// Date of each period [days since 1899-12-30].
    pub dates_days: Vec<f64>,
    /// Numbers of one subcatchment, node and link, and of the system in a period.
    widths: [usize; 4],
    /// All periods after one another, without dates.
    values: Vec<f32>,
}

impl SwmmResults {
    /// Number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.dates_days.len()
    }

    /// First number of each class within a period, then the length of a period.
    fn offsets(&self) -> [usize; 5] {
        let d = &self.description;
        let counts = [d.subcatchments.len(), d.nodes.len(), d.links.len(), 1];
        let mut at = [0; 5];
        for i in 0..4 {
            at[i + 1] = at[i] + counts[i] * self.widths[i];
        }
        at
    }

    /// Numbers of one object at a period; empty where there is none.
    fn object(&self, class: usize, index: usize, period: usize) -> &[f32] {
        let at = self.offsets();
        let (width, end) = (self.widths[class], at[class + 1]);
        let first = index.saturating_mul(width).saturating_add(at[class]);
        if first >= end || period >= self.periods() {
            return &[];
        }
        let from = period * at[4] + first;
        self.values.get(from..from + width).unwrap_or(&[])
    }

    fn series(&self, class: usize, index: usize, variable: usize) -> Vec<f32> {
        (0..self.periods()).filter_map(|p| self.object(class, index, p).get(variable).copied()).collect()
    }

    /// All variables of a subcatchment at a period, pollutants last; empty where there is no such one.
    #[must_use]
    pub fn subcatchment(&self, index: usize, period: usize) -> &[f32] {
        self.object(0, index, period)
    }

    /// All variables of a node at a period, pollutants last; empty where there is no such one.
    #[must_use]
    pub fn node(&self, index: usize, period: usize) -> &[f32] {
        self.object(1, index, period)
    }

    /// All variables of a link at a period, pollutants last; empty where there is no such one.
    #[must_use]
    pub fn link(&self, index: usize, period: usize) -> &[f32] {
        self.object(2, index, period)
    }

    /// All variables of the system at a period; empty beyond the last. Files of SWMM 5.1.9 and older have 14.
    #[must_use]
    pub fn system(&self, period: usize) -> &[f32] {
        self.object(3, 0, period)
    }

    /// A variable of a subcatchment over all periods; empty where there is no such subcatchment.
    #[must_use]
    pub fn subcatchment_series(&self, index: usize, variable: SubcatchmentVariable) -> Vec<f32> {
        self.series(0, index, variable as usize)
    }

    /// A variable of a node over all periods; empty where there is no such node.
    #[must_use]
    pub fn node_series(&self, index: usize, variable: NodeVariable) -> Vec<f32> {
        self.series(1, index, variable as usize)
    }

    /// A variable of a link over all periods; empty where there is no such link.
    #[must_use]
    pub fn link_series(&self, index: usize, variable: LinkVariable) -> Vec<f32> {
        self.series(2, index, variable as usize)
    }

    /// A variable of the system over all periods; empty where the file lacks it.
    #[must_use]
    pub fn system_series(&self, variable: SystemVariable) -> Vec<f32> {
        self.series(3, 0, variable as usize)
    }

    /// Concentration of a pollutant in the runoff of a subcatchment over all periods.
    #[must_use]
    pub fn subcatchment_quality(&self, index: usize, pollutant: usize) -> Vec<f32> {
        self.series(0, index, SUBCATCHMENT_VARIABLES.saturating_add(pollutant))
    }

    /// Concentration of a pollutant in a node over all periods.
    #[must_use]
    pub fn node_quality(&self, index: usize, pollutant: usize) -> Vec<f32> {
        self.series(1, index, NODE_VARIABLES.saturating_add(pollutant))
    }

    /// Concentration of a pollutant in a link over all periods.
    #[must_use]
    pub fn link_quality(&self, index: usize, pollutant: usize) -> Vec<f32> {
        self.series(2, index, LINK_VARIABLES.saturating_add(pollutant))
    }
}

/// Takes values off a position; beyond the end is an error.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize, what: &'static str) -> Result<&'a [u8], OutError> {
        let end = self.at.checked_add(n);
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or(OutError::Damaged { what, at: self.at })?;
        self.at += n;
        Ok(taken)
    }

    fn word<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], OutError> {
        let mut word = [0; N];
        word.copy_from_slice(self.take(N, what)?);
        Ok(word)
    }

    fn int(&mut self, what: &'static str) -> Result<i32, OutError> {
        self.word(what).map(i32::from_le_bytes)
    }

    fn float(&mut self, what: &'static str) -> Result<f64, OutError> {
        self.word(what).map(|w| f64::from(f32::from_le_bytes(w)))
    }

    fn count(&mut self, what: &'static str) -> Result<usize, OutError> {
        let at = self.at;
        usize::try_from(self.int(what)?).map_err(|_| OutError::Damaged { what, at })
    }

    /// A count and as many codes; the count, where it is at least `least`.
    fn codes(&mut self, least: usize, what: &'static str) -> Result<usize, OutError> {
        let at = self.at;
        let count = self.count(what)?;
        if count < least {
            return Err(OutError::Damaged { what, at });
        }
        self.take(count.saturating_mul(4), what)?;
        Ok(count)
    }

    fn code<T>(&mut self, from: fn(i32) -> Option<T>, what: &'static str) -> Result<T, OutError> {
        let at = self.at;
        from(self.int(what)?).ok_or(OutError::Damaged { what, at })
    }

    /// A name as UTF-8, or as Latin-1 where it is none.
    fn name(&mut self) -> Result<String, OutError> {
        let length = self.count("the length of a name")?;
        let bytes = self.take(length, "a name")?;
        Ok(std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned))
    }

    fn names(&mut self, n: usize) -> Result<Vec<String>, OutError> {
        (0..n).map(|_| self.name()).collect()
    }
}

const COUNT: &str = "a number of objects";
const PROPERTY: &str = "a list of properties";
const VARIABLE: &str = "a list of variables";
const KIND: &str = "the kind of an object";

/// Where the parts begin, and the end's codes.
struct Close {
    names: usize,
    properties: usize,
    periods_at: usize,
    periods: usize,
    error_code: i32,
}

fn close(bytes: &[u8]) -> Result<Close, OutError> {
    let mut c = Cursor { bytes, at: bytes.len().checked_sub(CLOSE_BYTES).ok_or(OutError::NotOut)? };
    let names = c.count("the position of the names")?;
    let properties = c.count("the position of the properties")?;
    let periods_at = c.count("the position of the periods")?;
    let periods = c.count("the number of periods")?;
    let error_code = c.int("the error code")?;
    let magic = c.int("the last number")?;
    if magic != MAGIC || bytes.get(..4) != Some(&MAGIC.to_le_bytes()) {
        return Err(OutError::NotOut);
    }
    Ok(Close { names, properties, periods_at, periods, error_code })
}

fn properties(c: &mut Cursor<'_>, names: Names) -> Result<Objects, OutError> {
    let fixed = |c: &mut Cursor<'_>, n: usize| {
        let at = c.at;
        let found = c.codes(n, PROPERTY)?;
        if found == n { Ok(()) } else { Err(OutError::Damaged { what: PROPERTY, at }) }
    };
    fixed(c, 1)?;
    let mut o = Objects { subcatchments: Vec::new(), nodes: Vec::new(), links: Vec::new() };
    for name in names.subcatchments {
        o.subcatchments.push(SubcatchmentEntry { name, area: c.float(PROPERTY)?, reported: true });
    }
    fixed(c, 3)?;
    for name in names.nodes {
        let kind = c.code(NodeKind::from_code, KIND)?;
        let (invert, max_depth) = (c.float(PROPERTY)?, c.float(PROPERTY)?);
        o.nodes.push(NodeEntry { name, kind, invert, max_depth, reported: true });
    }
    fixed(c, 5)?;
    for name in names.links {
        let kind = c.code(LinkKind::from_code, KIND)?;
        let (offset_inlet, offset_outlet) = (c.float(PROPERTY)?, c.float(PROPERTY)?);
        let (max_depth, length) = (c.float(PROPERTY)?, c.float(PROPERTY)?);
        o.links.push(LinkEntry { name, kind, offset_inlet, offset_outlet, max_depth, length, reported: true });
    }
    Ok(o)
}

struct Names {
    subcatchments: Vec<String>,
    nodes: Vec<String>,
    links: Vec<String>,
}

struct Objects {
    subcatchments: Vec<SubcatchmentEntry>,
    nodes: Vec<NodeEntry>,
    links: Vec<LinkEntry>,
}

/// Reads a result file of SWMM 5.1 or 5.2.
///
/// # Errors
/// [`OutError`] where the file is none, is damaged or is cut off.
pub fn read(bytes: &[u8]) -> Result<SwmmResults, OutError> {
    let end = close(bytes)?;
    let body = &bytes[..bytes.len() - CLOSE_BYTES];
    let mut c = Cursor { bytes: body, at: 4 };
    let version = c.int("the version")?;
    let flow_units = c.code(FlowUnits::from_code, "the code of the flow units")?;
    let counts = [c.count(COUNT)?, c.count(COUNT)?, c.count(COUNT)?, c.count(COUNT)?];
    c.at = end.names;
    let names = Names { subcatchments: c.names(counts[0])?, nodes: c.names(counts[1])?, links: c.names(counts[2])? };
    let mut pollutants = Vec::new();
    for name in c.names(counts[3])? {
        pollutants.push(PollutantEntry { name, units: ConcentrationUnits::MgPerL });
    }
    for p in &mut pollutants {
        p.units = c.code(ConcentrationUnits::from_code, "the units of a pollutant")?;
    }
    c.at = end.properties;
    let Objects { subcatchments, nodes, links } = properties(&mut c, names)?;
    let p = pollutants.len();
    let widths = [
        c.codes(SUBCATCHMENT_VARIABLES + p, VARIABLE)?,
        c.codes(NODE_VARIABLES + p, VARIABLE)?,
        c.codes(LINK_VARIABLES + p, VARIABLE)?,
        c.codes(1, VARIABLE)?,
    ];
    let start_days = f64::from_le_bytes(c.word("the first date")?);
    let report_step_s = c.int("the reporting step")?;
    let description =
        SwmmOutDescription { flow_units, subcatchments, nodes, links, pollutants, start_days, report_step_s };
    let mut results = SwmmResults {
        version,
        description,
        error_code: end.error_code,
        dates_days: Vec::new(),
        widths,
        values: Vec::new(),
    };
    let per = results.offsets()[4];
    let expected = (end.periods as u64)
        .saturating_mul(per as u64 * 4 + 8)
        .saturating_add(end.periods_at as u64)
        .saturating_add(CLOSE_BYTES as u64);
    if expected != bytes.len() as u64 {
        return Err(OutError::Size { expected, found: bytes.len() as u64 });
    }
    // All counts are now below the size of the file.
    c.at = end.periods_at;
    for _ in 0..end.periods {
        results.dates_days.push(f64::from_le_bytes(c.word("a date")?));
        let row = c.take(per * 4, "a period")?;
        results.values.extend(row.chunks_exact(4).map(|w| f32::from_le_bytes([w[0], w[1], w[2], w[3]])));
    }
    Ok(results)
}
