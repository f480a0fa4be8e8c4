//! The reader of result files: nothing in a file is believed before its size is.

use super::{EPILOG_BYTES, ID_BYTES, MAGIC, PROLOG_BYTES};

/// Why a result file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutError {
    /// It does not begin and end as a result file does.
    #[error("not an EPANET result file, or one of a run that did not end")]
    NotOut,
    /// Its size does not follow from its counts.
    #[error("the file has {found} bytes, its header asks for {expected}")]
    Size {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
}

/// Quantities of nodes, in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum NodeQuantity {
    Demand = 0,
    Head = 1,
    Pressure = 2,
    Quality = 3,
}

/// Quantities of links, in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum LinkQuantity {
    Flow = 0,
    Velocity = 1,
    HeadLoss = 2,
    Quality = 3,
    Status = 4,
    Setting = 5,
    ReactionRate = 6,
    FrictionFactor = 7,
}

/// Energy record of a pump, as in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PumpRecord {
    /// Link, 0-based.
    pub link: usize,
    /// Percent on, percent efficiency, kWh per m³ or million gallons, mean kW, peak kW, cost per day.
    pub values: [f32; 6],
}

/// A result file, in its own units.
#[derive(Debug, Clone, PartialEq)]
pub struct OutFile {
    /// Version number of the writer.
    pub version: i32,
    /// 0 none, 1 chemical, 2 age, 3 trace.
    pub quality: i32,
    /// Code of the flow units, as in [`crate::io::inp::FlowUnits::ALL`].
    pub flow_units: i32,
    /// Code of the pressure units, as in [`crate::io::inp::PressureUnits::ALL`].
    pub pressure_units: i32,
    /// First reporting time [s].
    pub report_start_s: i32,
    /// Time between reports [s].
    pub report_step_s: i32,
    /// Length of the run [s].
    pub duration_s: i32,
    /// Ids of nodes.
    pub node_ids: Vec<String>,
    /// Ids of links.
    pub link_ids: Vec<String>,
    /// First and second node of each link, 0-based.
    pub ends: Vec<(usize, usize)>,
    /// EPANET's kind of each link.
    pub link_kinds: Vec<i32>,
    /// Tanks and reservoirs: node, 0-based, and area.
    pub tanks: Vec<(usize, f32)>,
    /// Elevation of nodes.
    pub elevation: Vec<f32>,
    /// Length of links.
    pub length: Vec<f32>,
    /// Diameter of links.
    pub diameter: Vec<f32>,
    /// Pumps.
    pub pumps: Vec<PumpRecord>,
    /// Charge for the peak demand.
    pub demand_charge: f32,
    /// Mean reaction rates: bulk, wall, tanks, sources.
    pub reaction_rates: [f32; 4],
    /// Warning flag.
    pub warning: i32,
    /// Number of periods.
    pub periods: usize,
    values: Vec<f32>,
}

impl OutFile {
    fn slice(&self, period: usize, offset: usize, len: usize) -> &[f32] {
        let per = 4 * self.node_ids.len() + 8 * self.link_ids.len();
        let at = period.saturating_mul(per).saturating_add(offset);
        self.values.get(at..at.saturating_add(len)).unwrap_or(&[])
    }

    /// Values of all nodes at a period; empty beyond the last.
    #[must_use]
    pub fn nodes(&self, period: usize, quantity: NodeQuantity) -> &[f32] {
        let n = self.node_ids.len();
        self.slice(period, quantity as usize * n, n)
    }

    /// Values of all links at a period; empty beyond the last.
    #[must_use]
    pub fn links(&self, period: usize, quantity: LinkQuantity) -> &[f32] {
        let (n, l) = (self.node_ids.len(), self.link_ids.len());
        self.slice(period, 4 * n + quantity as usize * l, l)
    }
}

/// Takes values off the front; the size was checked before.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn word(&mut self) -> [u8; 4] {
        let mut word = [0; 4];
        if let Some((head, rest)) = self.0.split_at_checked(4) {
            word.copy_from_slice(head);
            self.0 = rest;
        }
        word
    }
    fn int(&mut self) -> i32 {
        i32::from_le_bytes(self.word())
    }
    fn float(&mut self) -> f32 {
        f32::from_le_bytes(self.word())
    }
    /// A 1-based position as a 0-based one.
    fn position(&mut self) -> usize {
        usize::try_from(self.int().saturating_sub(1)).unwrap_or(0)
    }
    fn id(&mut self) -> String {
        let (head, rest) = self.0.split_at_checked(ID_BYTES).unwrap_or((self.0, &[]));
        self.0 = rest;
        let end = head.iter().position(|b| *b == 0).unwrap_or(head.len());
        String::from_utf8_lossy(&head[..end]).into_owned()
    }
    fn floats(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.float()).collect()
    }
}

/// Reads a result file.
///
/// # Errors
/// [`OutError`] where the file is none, or is cut off.
pub fn read(bytes: &[u8]) -> Result<OutFile, OutError> {
    if bytes.len() < PROLOG_BYTES + EPILOG_BYTES {
        return Err(OutError::NotOut);
    }
    let mut c = Cursor(bytes);
    let head: [i32; 15] = std::array::from_fn(|_| c.int());
    let mut end = Cursor(&bytes[bytes.len() - EPILOG_BYTES..]);
    let reaction_rates: [f32; 4] = std::array::from_fn(|_| end.float());
    let (periods, warning, magic) = (end.int(), end.int(), end.int());
    if head[0] != MAGIC || magic != MAGIC || head[2..7].iter().any(|n| *n < 0) || periods < 0 {
        return Err(OutError::NotOut);
    }
    let count = |n: i32| u64::from(n.unsigned_abs());
    let (nodes, tanks, links) = (count(head[2]), count(head[3]), count(head[4]));
    let (pumps, per) = (count(head[5]), 16 * nodes + 32 * links);
    let fixed = (PROLOG_BYTES + EPILOG_BYTES) as u64 + 36 * nodes + 52 * links + 8 * tanks + 28 * pumps + 4;
    let expected = per.saturating_mul(count(periods)).saturating_add(fixed);
    if expected != bytes.len() as u64 {
        return Err(OutError::Size { expected, found: bytes.len() as u64 });
    }
    // All counts are now below the size of the file.
    let size = |n: u64| usize::try_from(n).unwrap_or(0);
    let (nodes, tanks, links, pumps) = (size(nodes), size(tanks), size(links), size(pumps));
    c.0 = &bytes[PROLOG_BYTES..];
    let node_ids = (0..nodes).map(|_| c.id()).collect();
    let link_ids = (0..links).map(|_| c.id()).collect();
    let from: Vec<usize> = (0..links).map(|_| c.position()).collect();
    let ends = from.into_iter().map(|f| (f, c.position())).collect();
    let link_kinds = (0..links).map(|_| c.int()).collect();
    let tank_rows: Vec<usize> = (0..tanks).map(|_| c.position()).collect();
    let tanks = tank_rows.into_iter().map(|t| (t, c.float())).collect();
    let (elevation, length, diameter) = (c.floats(nodes), c.floats(links), c.floats(links));
    let pumps =
        (0..pumps).map(|_| PumpRecord { link: c.position(), values: std::array::from_fn(|_| c.float()) }).collect();
    let demand_charge = c.float();
    let periods = size(count(periods));
    Ok(OutFile {
        version: head[1],
        quality: head[7],
        flow_units: head[9],
        pressure_units: head[10],
        report_start_s: head[12],
        report_step_s: head[13],
        duration_s: head[14],
        node_ids,
        link_ids,
        ends,
        link_kinds,
        tanks,
        elevation,
        length,
        diameter,
        pumps,
        demand_charge,
        reaction_rates,
        warning,
        periods,
        values: c.floats((4 * nodes + 8 * links) * periods),
    })
}
