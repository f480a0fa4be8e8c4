//! EPANET's binary result file `.out`: written period by period, and read.
//!
//! Little-endian, 4-byte integers and floats, in the units of the `.inp` file:
//! 1. prolog: 15 integers (magic, version, counts, analysis, units, times), three title lines of 80 bytes, two file
//!    names of 260, chemical and its units of 32; ids of 32 bytes; ends and kinds of links; tanks; geometry;
//! 2. energy: one record of 28 bytes for each pump, then the demand charge;
//! 3. each period: demand, head, pressure, quality of all nodes; flow, velocity, head loss, quality, status, setting,
//!    reaction rate and friction factor of all links;
//! 4. epilog: four reaction rates, the number of periods, the warning flag, the magic number again.
//!
//! Energy stands before the periods but is known after them: [`OutWriter`] leaves its place and fills it at the end.
//!
//! # Limits
//! An id has 31 bytes there: a longer one is cut and given its position, so that ids stay different.
//! # Source
//! EPANET 2.2 User Manual (EPA/600/R-20/133), appendix C.4 "Binary output file format".

use std::io::{self, Seek, SeekFrom, Write};

use twin_physics::constants::GRAVITY_MS2;
use twin_physics::domains::water::{HeadLossLaw, LinkKind, NodeKind, ValveKind, WaterModel};
use twin_physics::units::{M_PER_FT, M3_PER_GAL};

use super::inp::{Constants, FlowUnits, InpFile, PressureUnits, QualityOption, Statistic, Units, pressure_units};

const MAGIC: i32 = 516_114_521;
/// EPANET has written this version number since 2.0.12, readers expect it.
const VERSION: i32 = 20_012;
const ID_BYTES: usize = 32;
const PROLOG_BYTES: usize = 15 * 4 + 3 * 80 + 2 * 260 + 2 * ID_BYTES;
const EPILOG_BYTES: usize = 28;

/// State of a link as EPANET's status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum LinkState {
    /// Pump closed because it cannot deliver the head.
    CannotDeliverHead = 0,
    /// Closed for the time being (a check valve, a pump, a full or empty tank).
    TemporarilyClosed = 1,
    /// Closed by its owner.
    Closed = 2,
    /// Open.
    Open = 3,
    /// A valve holding its setting.
    Active = 4,
    /// Pump beyond its largest flow.
    ExceedsFlow = 5,
    /// FCV that cannot deliver its flow.
    CannotDeliverFlow = 6,
    /// Valve that cannot deliver its pressure.
    CannotDeliverPressure = 7,
}

impl LinkState {
    /// From EPANET's code; what it does not know counts as open.
    #[must_use]
    pub const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::CannotDeliverHead,
            1 => Self::TemporarilyClosed,
            2 => Self::Closed,
            4 => Self::Active,
            5 => Self::ExceedsFlow,
            6 => Self::CannotDeliverFlow,
            7 => Self::CannotDeliverPressure,
            _ => Self::Open,
        }
    }

    /// Whether no flow passes.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        (self as u8) <= (Self::Closed as u8)
    }

    /// EPANET's words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CannotDeliverHead => "closed because cannot deliver head",
            Self::TemporarilyClosed => "temporarily closed",
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Active => "active",
            Self::ExceedsFlow => "open but exceeds maximum flow",
            Self::CannotDeliverFlow => "open but cannot deliver flow",
            Self::CannotDeliverPressure => "open but cannot deliver pressure",
        }
    }
}

/// Results at one reporting time, SI, in the order of the model. Pressure, velocity, head loss and friction factor
/// follow from these.
#[derive(Debug, Clone, Copy)]
pub struct Period<'a> {
    /// Outflow at junctions, net inflow at tanks and reservoirs, one per node [m³·s⁻¹].
    pub demand_m3s: &'a [f64],
    /// Head, one per node [m].
    pub head_m: &'a [f64],
    /// Quality in the file's own units, one per node; empty = none.
    pub node_quality: &'a [f64],
    /// Flow, one per link [m³·s⁻¹].
    pub flow_m3s: &'a [f64],
    /// State, one per link.
    pub state: &'a [LinkState],
    /// Speed of pumps, setting of valves (SI as in the model), one per link; that of pipes is not used.
    pub setting: &'a [f64],
    /// Average quality, one per link; empty = none.
    pub link_quality: &'a [f64],
    /// Reaction rate in the file's units per day, one per link; empty = none.
    pub reaction_rate: &'a [f64],
}

/// Use of a pump over the run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PumpUse {
    /// Link of the pump, 0-based.
    pub link: usize,
    /// Share of time on [%].
    pub online_percent: f64,
    /// Mean efficiency while on [%].
    pub efficiency_percent: f64,
    /// Energy per volume [kWh·m⁻³].
    pub kwh_per_m3: f64,
    /// Mean power while on [kW].
    pub mean_kw: f64,
    /// Peak power [kW].
    pub peak_kw: f64,
    /// Cost per day.
    pub cost_per_day: f64,
}

/// What is known at the end of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EpanetResults {
    /// Pumps; those left out are written as never on.
    pub pumps: Vec<PumpUse>,
    /// Charge for the peak demand.
    pub demand_charge: f64,
    /// Mean reaction rates: bulk, wall, tanks, sources [mass·h⁻¹].
    pub reaction_rates: [f64; 4],
    /// EPANET's warning flag; 0 = none, 1 = some step unbalanced, 2 …= others.
    pub warning: i32,
}

/// What a period is turned into, worked out once.
pub(super) struct LinkRow {
    from: usize,
    to: usize,
    /// EPANET's kind: 0 check-valve pipe, 1 pipe, 2 pump, 3 … 9 valves.
    code: i32,
    pub(super) length_m: f64,
    pub(super) diameter_m: f64,
    /// Setting per SI unit.
    per_setting: f64,
    /// Setting of a pipe, in the unit EPANET writes.
    pipe_setting: f64,
}

/// Writes a result file.
pub struct OutWriter<W: Write + Seek> {
    out: W,
    units: Units,
    us: bool,
    elevation_m: Vec<f64>,
    links: Vec<LinkRow>,
    pumps: Vec<usize>,
    energy_at: u64,
    periods: i32,
    row: Vec<u8>,
}

fn int(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[allow(clippy::cast_possible_truncation)]
fn whole(seconds: f64) -> i32 {
    seconds.round().clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i32
}

impl<W: Write + Seek> OutWriter<W> {
    /// Writes the prolog for a model made from a file; `constants` as the model was made by.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn new(out: W, file: &InpFile, model: &WaterModel, constants: Constants, report: &str) -> io::Result<Self> {
        let pressure = pressure_units(file);
        let units = Units::new(file.options.units, pressure, file.options.specific_gravity, constants);
        let darcy = model.options.head_loss == HeadLossLaw::DarcyWeisbach;
        let links: Vec<LinkRow> = model.links.iter().map(|l| link_row(l, &units, darcy)).collect();
        let pumps = links.iter().enumerate().filter(|(_, l)| l.code == 2).map(|(i, _)| i).collect();
        let elevation_m = model.nodes.iter().map(|n| n.elevation_m).collect();
        let us = !file.options.units.is_si();
        let row = Vec::new();
        let mut w = Self { out, units, us, elevation_m, links, pumps, energy_at: 0, periods: 0, row };
        w.prolog(file, model, report)?;
        Ok(w)
    }

    fn put_i32(&mut self, value: i32) {
        self.row.extend_from_slice(&value.to_le_bytes());
    }

    #[allow(clippy::cast_possible_truncation)] // the format's precision
    fn put(&mut self, value: f64) {
        self.row.extend_from_slice(&(value as f32).to_le_bytes());
    }

    fn put_text(&mut self, text: &str, bytes: usize) {
        let cut = text.floor_char_boundary(bytes - 1);
        self.row.extend_from_slice(&text.as_bytes()[..cut]);
        self.row.resize(self.row.len() + bytes - cut, 0);
    }

    fn put_id(&mut self, id: &str, at: usize) {
        if id.len() < ID_BYTES {
            self.put_text(id, ID_BYTES);
        } else {
            let end = format!("~{}", at + 1);
            let cut = id.floor_char_boundary(ID_BYTES - 1 - end.len());
            self.put_text(&format!("{}{end}", &id[..cut]), ID_BYTES);
        }
    }

    fn flush_row(&mut self) -> io::Result<()> {
        self.out.write_all(&self.row)?;
        self.row.clear();
        Ok(())
    }

    fn prolog(&mut self, file: &InpFile, model: &WaterModel, report: &str) -> io::Result<()> {
        let tanks: Vec<usize> = (file.junctions.len()..model.nodes.len()).collect();
        let valves = self.links.iter().filter(|l| l.code > 2).count();
        let (analysis, chemical, chemical_units, traced) = quality_header(file);
        let flow = FlowUnits::ALL.iter().position(|u| *u == file.options.units).unwrap_or(0);
        let pressure = PressureUnits::ALL.iter().position(|u| *u == pressure_units(file)).unwrap_or(0);
        let statistic = match file.times.statistic {
            Statistic::None => 0,
            Statistic::Average => 1,
            Statistic::Minimum => 2,
            Statistic::Maximum => 3,
            Statistic::Range => 4,
        };
        let t = &model.times;
        let counts = [self.elevation_m.len(), tanks.len(), self.links.len(), self.pumps.len(), valves].map(int);
        let head = [MAGIC, VERSION].into_iter().chain(counts);
        let head = head.chain([analysis, traced, int(flow), int(pressure), statistic]);
        for v in head.chain([whole(t.report_start_s), whole(t.report_step_s), whole(t.duration_s)]) {
            self.put_i32(v);
        }
        for i in 0..3 {
            self.put_text(file.title.get(i).map_or("", String::as_str), 80);
        }
        self.put_text(&file.name, 260);
        self.put_text(report, 260);
        self.put_text(&chemical, ID_BYTES);
        self.put_text(&chemical_units, ID_BYTES);
        self.geometry(model, &tanks);
        self.energy_at = self.row.len() as u64;
        let blank = self.pumps.len() * 28 + 4;
        self.row.resize(self.row.len() + blank, 0);
        self.flush_row()
    }

    fn geometry(&mut self, model: &WaterModel, tanks: &[usize]) {
        for (i, n) in model.nodes.iter().enumerate() {
            self.put_id(&n.id, i);
        }
        for (i, l) in model.links.iter().enumerate() {
            self.put_id(&l.id, i);
        }
        let links = std::mem::take(&mut self.links);
        links.iter().for_each(|l| self.put_i32(int(l.from + 1)));
        links.iter().for_each(|l| self.put_i32(int(l.to + 1)));
        links.iter().for_each(|l| self.put_i32(l.code));
        tanks.iter().for_each(|t| self.put_i32(int(t + 1)));
        for t in tanks {
            // EPANET writes this one in its internal unit, square feet.
            self.put(tank_area_m2(model, *t) / (M_PER_FT * M_PER_FT));
        }
        let (length, diameter) = (self.units.length_m, self.units.diameter_m);
        for i in 0..self.elevation_m.len() {
            self.put(self.elevation_m[i] / length);
        }
        links.iter().for_each(|l| self.put(l.length_m / length));
        links.iter().for_each(|l| self.put(l.diameter_m / diameter));
        self.links = links;
    }

    /// Writes one reporting time.
    ///
    /// # Errors
    /// `InvalidInput` if a slice has not one value for each node or link; else whatever the writer answers.
    pub fn period(&mut self, p: &Period<'_>) -> io::Result<()> {
        self.check(p)?;
        let u = self.units;
        let value = |v: &[f64], i: usize| v.get(i).copied().unwrap_or(0.0);
        p.demand_m3s.iter().for_each(|d| self.put(d / u.flow_m3s));
        p.head_m.iter().for_each(|h| self.put(h / u.length_m));
        for i in 0..p.head_m.len() {
            self.put((p.head_m[i] - self.elevation_m[i]) / u.pressure_m);
        }
        (0..p.head_m.len()).for_each(|i| self.put(value(p.node_quality, i)));
        p.flow_m3s.iter().for_each(|q| self.put(q / u.flow_m3s));
        let links = std::mem::take(&mut self.links);
        for (i, l) in links.iter().enumerate() {
            self.put(l.velocity_ms(p.flow_m3s[i]) / u.length_m);
        }
        for (i, l) in links.iter().enumerate() {
            let loss = l.reported_loss(p, i, u.length_m);
            self.put(loss);
        }
        (0..links.len()).for_each(|i| self.put(value(p.link_quality, i)));
        p.state.iter().for_each(|s| self.put(f64::from(*s as u8)));
        for (i, l) in links.iter().enumerate() {
            self.put(l.reported_setting(p.setting[i]));
        }
        (0..links.len()).for_each(|i| self.put(value(p.reaction_rate, i)));
        for (i, l) in links.iter().enumerate() {
            self.put(l.friction_factor(p, i));
        }
        self.links = links;
        self.periods += 1;
        self.flush_row()
    }

    fn check(&self, p: &Period<'_>) -> io::Result<()> {
        let (nodes, links) = (self.elevation_m.len(), self.links.len());
        let or_none = |n: usize, of: usize| n == 0 || n == of;
        let right = p.demand_m3s.len() == nodes
            && p.head_m.len() == nodes
            && [p.flow_m3s.len(), p.state.len(), p.setting.len()].iter().all(|n| *n == links)
            && or_none(p.node_quality.len(), nodes)
            && or_none(p.link_quality.len(), links)
            && or_none(p.reaction_rate.len(), links);
        let wrong = || io::Error::new(io::ErrorKind::InvalidInput, "a period lacks values for some nodes or links");
        if right { Ok(()) } else { Err(wrong()) }
    }

    /// Writes the epilog and the energy table, and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn finish(mut self, end: &EpanetResults) -> io::Result<W> {
        end.reaction_rates.iter().for_each(|r| self.put(*r));
        let tail = [self.periods, end.warning, MAGIC];
        tail.iter().for_each(|v| self.put_i32(*v));
        self.flush_row()?;
        // US units: per million gallons.
        let volume = if self.us { 1e6 * M3_PER_GAL } else { 1.0 };
        for link in std::mem::take(&mut self.pumps) {
            let p = end.pumps.iter().find(|p| p.link == link).copied().unwrap_or_default();
            self.put_i32(int(link + 1));
            let kwh = p.kwh_per_m3 * volume;
            let values = [p.online_percent, p.efficiency_percent, kwh, p.mean_kw, p.peak_kw, p.cost_per_day];
            values.iter().for_each(|v| self.put(*v));
        }
        self.put(end.demand_charge);
        self.out.seek(SeekFrom::Start(self.energy_at))?;
        self.flush_row()?;
        self.out.seek(SeekFrom::End(0))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl LinkRow {
    pub(super) fn velocity_ms(&self, flow_m3s: f64) -> f64 {
        if self.diameter_m > 0.0 {
            flow_m3s.abs() / (std::f64::consts::FRAC_PI_4 * self.diameter_m * self.diameter_m)
        } else {
            0.0
        }
    }

    /// Roughness of a pipe, else the setting in the file's units; 0 where there is none.
    pub(super) fn reported_setting(&self, setting: f64) -> f64 {
        let value = if self.code <= 1 { self.pipe_setting } else { setting * self.per_setting };
        if value.is_finite() { value } else { 0.0 }
    }

    /// Per 1000 units of length for pipes; a pump's gain is negative; a closed link has none (EPANET's definition).
    pub(super) fn reported_loss(&self, p: &Period<'_>, i: usize, length_m: f64) -> f64 {
        let loss_m = p.head_m[self.from] - p.head_m[self.to];
        match self.code {
            _ if p.state[i].is_closed() => 0.0,
            0 | 1 => 1000.0 * loss_m.abs() / self.length_m,
            2 => loss_m / length_m,
            _ => loss_m.abs() / length_m,
        }
    }

    /// Darcy's f by the whole loss of the pipe, minor losses included: `f = g·π²·h·d⁵ / (8·L·q²)`.
    pub(super) fn friction_factor(&self, p: &Period<'_>, i: usize) -> f64 {
        const FLOW_MIN_M3S: f64 = 1e-6 * twin_physics::units::M3_PER_FT3;
        let q = p.flow_m3s[i].abs();
        if self.code > 1 || q <= FLOW_MIN_M3S {
            return 0.0;
        }
        let loss_m = (p.head_m[self.from] - p.head_m[self.to]).abs();
        let pi = std::f64::consts::PI;
        GRAVITY_MS2 * pi * pi * loss_m * self.diameter_m.powi(5) / (8.0 * self.length_m * q * q)
    }
}

pub(super) fn link_row(link: &twin_physics::domains::water::Link, units: &Units, darcy: bool) -> LinkRow {
    let (code, length_m, diameter_m, per_setting, pipe_setting) = match &link.kind {
        LinkKind::Pipe(p) => {
            // EPANET writes a Darcy–Weisbach roughness in its internal unit, feet.
            let roughness = if darcy { p.roughness / M_PER_FT } else { p.roughness };
            (i32::from(!p.check_valve), p.length_m, p.diameter_m, 1.0, roughness)
        }
        LinkKind::Pump(_) => (2, 0.0, 0.0, 1.0, 0.0),
        LinkKind::Valve(v) => {
            let (code, per) = match v.kind {
                ValveKind::Prv => (3, 1.0 / units.pressure_m),
                ValveKind::Psv => (4, 1.0 / units.pressure_m),
                ValveKind::Pbv => (5, 1.0 / units.pressure_m),
                ValveKind::Fcv => (6, 1.0 / units.flow_m3s),
                ValveKind::Tcv => (7, 1.0),
                ValveKind::Gpv => (8, 0.0),
                ValveKind::Pcv => (9, 1.0),
            };
            (code, 0.0, v.diameter_m, per, 0.0)
        }
    };
    LinkRow { from: link.from.at(), to: link.to.at(), code, length_m, diameter_m, per_setting, pipe_setting }
}

/// Surface of a tank; of one with a volume curve, its mean; 0 of a reservoir.
fn tank_area_m2(model: &WaterModel, node: usize) -> f64 {
    let NodeKind::Tank(t) = &model.nodes[node].kind else { return 0.0 };
    let points = t.volume_curve.map(|c| model.curves[c.at()].points.as_slice());
    match points.and_then(|p| p.first().zip(p.last())) {
        Some((a, b)) if b.0 > a.0 => (b.1 - a.1) / (b.0 - a.0),
        _ => std::f64::consts::FRAC_PI_4 * t.diameter_m * t.diameter_m,
    }
}

/// Kind of analysis, name and units of the quality, traced node (1-based).
fn quality_header(file: &InpFile) -> (i32, String, String, i32) {
    match &file.options.quality {
        QualityOption::None => (0, "Chemical".to_owned(), String::new(), 0),
        QualityOption::Chemical(name, units) => (1, name.clone(), units.clone(), 0),
        QualityOption::Age => (2, "AGE".to_owned(), "hrs".to_owned(), 0),
        QualityOption::Trace(node) => {
            let at = file.node_ids().position(|n| n == node);
            (3, "% from".to_owned(), "% from".to_owned(), at.map_or(0, |i| int(i + 1)))
        }
    }
}

mod read;
pub use read::{LinkQuantity, NodeQuantity, OutError, OutFile, PumpRecord, read};

#[cfg(test)]
mod tests;
