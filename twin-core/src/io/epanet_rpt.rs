//! The plain-text report of a run (`--report F.rpt`): title, options, hydraulic status, warnings, and the node and link
//! tables that `[REPORT]` asks for, in order of time.
//!
//! EPANET writes all status lines first and all tables after; here the lines of an instant stand before its tables, so
//! that a report of any length is written as the run goes, without keeping it.

use std::io::{self, Write};

use twin_physics::domains::water::{DemandModel, HeadLossLaw, LinkKind, NodeKind, WaterModel};

use super::epanet_out::{EpanetResults, LinkRow, LinkState, Period, link_row};
use super::inp::{
    Constants, FieldRule, FlowUnits, InpFile, PressureUnits, QualityOption, Selection, StatusReport, Units,
    pressure_units,
};

/// Something worth a line under *Hydraulic Status*.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// The step converged.
    Balanced {
        /// Iterations it took.
        trials: u32,
    },
    /// The step did not converge.
    Unbalanced {
        /// Iterations made.
        trials: u32,
        /// Σ|Δq| / Σ|q| of the last.
        relative_change: f64,
    },
    /// A link changed state.
    LinkChanged {
        /// Its position in the model.
        link: usize,
        /// State before.
        from: LinkState,
        /// State now.
        to: LinkState,
    },
    /// A control acted on a link.
    Controlled {
        /// The link's position.
        link: usize,
        /// The node that triggered it; `None` = a time.
        node: Option<usize>,
    },
    /// A tank or reservoir began to do something else.
    Storage {
        /// The node's position.
        node: usize,
        /// What it does now: `filling`, `emptying`, `closed`, `overflowing`.
        doing: &'a str,
        /// Its level [m].
        level_m: f64,
    },
}

/// One column of a table.
struct Column {
    name: &'static str,
    unit: String,
    precision: usize,
    shown: bool,
    below: f64,
    above: f64,
}

/// Writes a report.
pub struct ReportWriter<'a, W: Write> {
    out: W,
    file: &'a InpFile,
    model: &'a WaterModel,
    units: Units,
    links: Vec<LinkRow>,
    node_columns: Vec<Column>,
    link_columns: Vec<Column>,
    nodes_shown: Vec<usize>,
    links_shown: Vec<usize>,
    headed: bool,
    widths: [usize; 2],
}

const RULE: &str = "  ----------------------------------------------------------------------";

fn clock(seconds: f64) -> String {
    let s = seconds.round().max(0.0);
    format!("{}:{:02}:{:02}", (s / 3600.0).floor(), (s / 60.0).floor() % 60.0, s % 60.0)
}

impl<'a, W: Write> ReportWriter<'a, W> {
    /// Writes title and summary for a model made from a file; `constants` as the model was made by.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn new(out: W, file: &'a InpFile, model: &'a WaterModel, constants: Constants) -> io::Result<Self> {
        let pressure = pressure_units(file);
        let units = Units::new(file.options.units, pressure, file.options.specific_gravity, constants);
        let darcy = model.options.head_loss == HeadLossLaw::DarcyWeisbach;
        let links = model.links.iter().map(|l| link_row(l, &units, darcy)).collect();
        let nodes_shown = shown(&file.report.nodes, file.node_ids());
        let links_shown = shown(&file.report.links, file.link_ids());
        let (mut node_columns, mut link_columns) = columns(file, pressure);
        for field in &file.report.fields {
            for column in node_columns.iter_mut().chain(&mut link_columns) {
                if column.name == field.variable {
                    column.apply(field.rule);
                }
            }
        }
        let headed = false;
        let width = |ids: &mut dyn Iterator<Item = &str>| ids.map(|i| i.chars().count() + 1).max().unwrap_or(0).max(15);
        let widths = [width(&mut file.node_ids()), width(&mut file.link_ids())];
        let mut r = Self {
            out,
            file,
            model,
            units,
            links,
            node_columns,
            link_columns,
            nodes_shown,
            links_shown,
            headed,
            widths,
        };
        r.title()?;
        if file.report.summary {
            r.summary()?;
        }
        Ok(r)
    }

    fn title(&mut self) -> io::Result<()> {
        for line in &self.file.title {
            writeln!(self.out, "  {line}")?;
        }
        writeln!(self.out)
    }

    fn summary(&mut self) -> io::Result<()> {
        let (m, o) = (self.model, &self.model.options);
        let nodes = |f: fn(&NodeKind) -> bool| m.nodes.iter().filter(|n| f(&n.kind)).count();
        let links = |f: fn(&LinkKind) -> bool| m.links.iter().filter(|l| f(&l.kind)).count();
        let law = match o.head_loss {
            HeadLossLaw::HazenWilliams => "Hazen-Williams",
            HeadLossLaw::DarcyWeisbach => "Darcy-Weisbach",
            HeadLossLaw::ChezyManning => "Chezy-Manning",
        };
        let demand = match o.demand_model {
            DemandModel::DemandDriven => "DDA",
            DemandModel::PressureDriven { .. } => "PDA",
        };
        let rows = [
            ("Input Data File", self.file.name.clone()),
            ("Number of Junctions", nodes(|k| matches!(k, NodeKind::Junction(_))).to_string()),
            ("Number of Reservoirs", nodes(|k| matches!(k, NodeKind::Reservoir(_))).to_string()),
            ("Number of Tanks", nodes(|k| matches!(k, NodeKind::Tank(_))).to_string()),
            ("Number of Pipes", links(|k| matches!(k, LinkKind::Pipe(_))).to_string()),
            ("Number of Pumps", links(|k| matches!(k, LinkKind::Pump(_))).to_string()),
            ("Number of Valves", links(|k| matches!(k, LinkKind::Valve(_))).to_string()),
            ("Headloss Formula", law.to_owned()),
            ("Nodal Demand Model", demand.to_owned()),
            ("Hydraulic Timestep", format!("{} hrs", clock(m.times.hydraulic_step_s))),
            ("Hydraulic Accuracy", o.accuracy.to_string()),
            ("Maximum Trials", o.trials.to_string()),
            ("Specific Gravity", format!("{:.2}", o.specific_gravity)),
            ("Demand Multiplier", format!("{:.2}", o.demand_multiplier)),
            ("Total Duration", format!("{} hrs", clock(m.times.duration_s))),
        ];
        for (key, value) in rows {
            writeln!(self.out, "    {key:.<34} {value}")?;
        }
        writeln!(self.out)
    }

    fn link_name(&self, at: usize) -> String {
        self.model.links.get(at).map_or_else(String::new, |l| {
            let kind = match l.kind {
                LinkKind::Pipe(_) => "Pipe",
                LinkKind::Pump(_) => "Pump",
                LinkKind::Valve(_) => "Valve",
            };
            format!("{kind} {}", l.id)
        })
    }

    fn node_name(&self, at: usize) -> String {
        self.model.nodes.get(at).map_or_else(String::new, |n| format!("{} {}", node_kind(&n.kind), n.id))
    }

    /// Writes a status line, if `[REPORT]` asks for status.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn event(&mut self, time_s: f64, event: &Event<'_>) -> io::Result<()> {
        if self.file.report.status == StatusReport::No {
            return Ok(());
        }
        if !self.headed {
            self.headed = true;
            writeln!(self.out, "  Hydraulic Status:\n{RULE}")?;
        }
        let length = if self.file.options.units.is_si() { "m" } else { "ft" };
        let text = match *event {
            Event::Balanced { trials } => format!("Balanced after {trials} trials"),
            Event::Unbalanced { trials, relative_change } => {
                format!("Unbalanced after {trials} trials (flow change = {relative_change:.6})")
            }
            Event::LinkChanged { link, from, to } => {
                format!("{} changed from {} to {}", self.link_name(link), from.words(), to.words())
            }
            Event::Controlled { link, node: None } => format!("{} changed by timer control", self.link_name(link)),
            Event::Controlled { link, node: Some(node) } => {
                format!("{} changed by {} control", self.link_name(link), self.node_name(node))
            }
            Event::Storage { node, doing, level_m } => {
                let reservoir = matches!(self.model.nodes.get(node).map(|n| &n.kind), Some(NodeKind::Reservoir(_)));
                let level = level_m / self.units.length_m;
                let at = if reservoir { String::new() } else { format!(" at {level:.2} {length}") };
                format!("{} is {doing}{at}", self.node_name(node))
            }
        };
        writeln!(self.out, "  {:>10}: {text}", clock(time_s))
    }

    /// Writes a warning, unless `[REPORT] MESSAGES NO`.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn warning(&mut self, time_s: f64, text: &str) -> io::Result<()> {
        if self.file.report.messages {
            writeln!(self.out, "\n  WARNING: {text} at {} hrs.\n", clock(time_s))?;
        }
        Ok(())
    }

    /// Writes the tables of one reporting time that `[REPORT]` asks for. `period` must fit the model, as
    /// [`super::epanet_out::OutWriter::period`] checks.
    ///
    /// # Errors
    /// `InvalidInput` if the period lacks values; else whatever the writer answers.
    pub fn period(&mut self, time_s: f64, period: &Period<'_>) -> io::Result<()> {
        let sizes = [period.demand_m3s.len(), period.head_m.len()];
        let link_sizes = [period.flow_m3s.len(), period.state.len(), period.setting.len()];
        if sizes.iter().any(|n| *n != self.model.nodes.len()) || link_sizes.iter().any(|n| *n != self.links.len()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a period lacks values for some nodes or links"));
        }
        let at = if self.model.times.duration_s > 0.0 { format!(" at {} hrs", clock(time_s)) } else { String::new() };
        if !self.nodes_shown.is_empty() {
            let width = self.widths[0];
            head(&mut self.out, &format!("Node Results{at}:"), "Node", width, &self.node_columns)?;
            for &i in &self.nodes_shown {
                let node = &self.model.nodes[i];
                let kind = if matches!(node.kind, NodeKind::Junction(_)) { "" } else { node_kind(&node.kind) };
                let values = self.node_values(i, period);
                row(&mut self.out, &node.id, kind, width, &self.node_columns, &values)?;
            }
            writeln!(self.out)?;
        }
        if !self.links_shown.is_empty() {
            let width = self.widths[1];
            head(&mut self.out, &format!("Link Results{at}:"), "Link", width, &self.link_columns)?;
            for &i in &self.links_shown {
                let link = &self.model.links[i];
                let kind = match link.kind {
                    LinkKind::Pipe(_) => "",
                    LinkKind::Pump(_) => "Pump",
                    LinkKind::Valve(_) => "Valve",
                };
                let values = self.link_values(i, period);
                row(&mut self.out, &link.id, kind, width, &self.link_columns, &values)?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// In the order of the node columns.
    fn node_values(&self, i: usize, p: &Period<'_>) -> [f64; 5] {
        let (u, elevation) = (self.units, self.model.nodes[i].elevation_m);
        let quality = p.node_quality.get(i).copied().unwrap_or(0.0);
        let pressure = (p.head_m[i] - elevation) / u.pressure_m;
        [elevation / u.length_m, p.demand_m3s[i] / u.flow_m3s, p.head_m[i] / u.length_m, pressure, quality]
    }

    /// In the order of the link columns.
    fn link_values(&self, i: usize, p: &Period<'_>) -> [f64; 9] {
        let (u, l) = (self.units, &self.links[i]);
        let of = |v: &[f64]| v.get(i).copied().unwrap_or(0.0);
        [
            l.length_m / u.length_m,
            l.diameter_m / u.diameter_m,
            p.flow_m3s[i] / u.flow_m3s,
            l.velocity_ms(p.flow_m3s[i]) / u.length_m,
            l.reported_loss(p, i, u.length_m),
            of(p.link_quality),
            l.reported_setting(p.setting[i]),
            of(p.reaction_rate),
            l.friction_factor(p, i),
        ]
    }

    /// Writes the energy table, if `[REPORT] ENERGY YES`, and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn finish(mut self, end: &EpanetResults) -> io::Result<W> {
        if self.file.report.energy && !end.pumps.is_empty() {
            writeln!(self.out, "\n  Energy Usage:\n{RULE}")?;
            let heads = ["Usage %", "Effic. %", "kWh/m3", "Mean kW", "Peak kW", "Cost/day"];
            write!(self.out, "  {:<15}", "Pump")?;
            heads.iter().try_for_each(|h| write!(self.out, "{h:>10}"))?;
            writeln!(self.out, "\n{RULE}")?;
            for p in &end.pumps {
                write!(self.out, "  {:<15}", self.model.links.get(p.link).map_or("", |l| l.id.as_str()))?;
                let values =
                    [p.online_percent, p.efficiency_percent, p.kwh_per_m3, p.mean_kw, p.peak_kw, p.cost_per_day];
                values.iter().try_for_each(|v| write!(self.out, "{v:>10.2}"))?;
                writeln!(self.out)?;
            }
            writeln!(self.out, "  Demand Charge: {:.2}", end.demand_charge)?;
            let total = end.demand_charge + end.pumps.iter().map(|p| p.cost_per_day).sum::<f64>();
            writeln!(self.out, "  Total Cost:    {total:.2}")?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

fn node_kind(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Junction(_) => "Junction",
        NodeKind::Reservoir(_) => "Reservoir",
        NodeKind::Tank(_) => "Tank",
    }
}

fn shown<'a>(selection: &Selection, ids: impl Iterator<Item = &'a str>) -> Vec<usize> {
    match selection {
        Selection::None => Vec::new(),
        Selection::All => (0..ids.count()).collect(),
        Selection::Some(some) => {
            let some: std::collections::BTreeSet<&str> = some.iter().map(String::as_str).collect();
            ids.enumerate().filter(|(_, id)| some.contains(id)).map(|(i, _)| i).collect()
        }
    }
}

impl Column {
    fn new(name: &'static str, unit: &str, shown: bool) -> Self {
        let precision = if name == "F-Factor" { 3 } else { 2 };
        Self { name, unit: unit.to_owned(), precision, shown, below: f64::INFINITY, above: f64::NEG_INFINITY }
    }

    fn apply(&mut self, rule: FieldRule) {
        match rule {
            FieldRule::Show(yes) => self.shown = yes,
            FieldRule::Below(v) => self.below = v,
            FieldRule::Above(v) => self.above = v,
            FieldRule::Precision(n) => {
                self.shown = true;
                self.precision = n as usize;
            }
        }
    }
}

/// Columns of nodes and of links with EPANET's defaults.
fn columns(file: &InpFile, pressure: PressureUnits) -> (Vec<Column>, Vec<Column>) {
    let si = file.options.units.is_si();
    let (length, diameter, velocity) = if si { ("m", "mm", "m/s") } else { ("ft", "in", "fps") };
    let loss = if si { "/1000m" } else { "/1000ft" };
    let flow = flow_text(file.options.units);
    let pressure = match pressure {
        PressureUnits::Psi => "psi",
        PressureUnits::Kpa => "kPa",
        PressureUnits::Metres => "m",
        PressureUnits::Bar => "bar",
        PressureUnits::Feet => "ft",
    };
    let analysed = file.options.quality != QualityOption::None;
    let quality = match &file.options.quality {
        QualityOption::Chemical(_, units) => units.as_str(),
        QualityOption::Age => "hrs",
        QualityOption::Trace(_) => "%",
        QualityOption::None => "",
    };
    let nodes = vec![
        Column::new("Elevation", length, false),
        Column::new("Demand", flow, true),
        Column::new("Head", length, true),
        Column::new("Pressure", pressure, true),
        Column::new("Quality", quality, analysed),
    ];
    let links = vec![
        Column::new("Length", length, false),
        Column::new("Diameter", diameter, false),
        Column::new("Flow", flow, true),
        Column::new("Velocity", velocity, true),
        Column::new("Headloss", loss, true),
        Column::new("Quality", quality, false),
        Column::new("Setting", "", false),
        Column::new("Reaction", "/day", false),
        Column::new("F-Factor", "", false),
    ];
    (nodes, links)
}

fn flow_text(units: FlowUnits) -> &'static str {
    match units {
        FlowUnits::Cfs => "cfs",
        FlowUnits::Gpm => "gpm",
        FlowUnits::Mgd => "mgd",
        FlowUnits::Imgd => "Imgd",
        FlowUnits::Afd => "a-f/d",
        FlowUnits::Lps => "L/s",
        FlowUnits::Lpm => "Lpm",
        FlowUnits::Mld => "ML/d",
        FlowUnits::Cmh => "m3/h",
        FlowUnits::Cmd => "m3/d",
        FlowUnits::Cms => "m3/s",
    }
}

fn head<W: Write>(out: &mut W, title: &str, what: &str, width: usize, columns: &[Column]) -> io::Result<()> {
    writeln!(out, "\n  {title}\n{RULE}")?;
    write!(out, "  {what:<width$}")?;
    columns.iter().filter(|c| c.shown).try_for_each(|c| write!(out, "{:>12}", c.name))?;
    write!(out, "\n  {:<width$}", "")?;
    columns.iter().filter(|c| c.shown).try_for_each(|c| write!(out, "{:>12}", c.unit))?;
    writeln!(out, "\n{RULE}")
}

/// A row, unless a limit leaves it out.
fn row<W: Write>(
    out: &mut W,
    id: &str,
    kind: &str,
    width: usize,
    columns: &[Column],
    values: &[f64],
) -> io::Result<()> {
    if columns.iter().zip(values).any(|(c, v)| *v > c.below || *v < c.above) {
        return Ok(());
    }
    write!(out, "  {id:<width$}")?;
    for (c, v) in columns.iter().zip(values).filter(|(c, _)| c.shown) {
        write!(out, "{v:>12.prec$}", prec = c.precision)?;
    }
    writeln!(out, "{}{kind}", if kind.is_empty() { "" } else { "  " })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::inp;

    const NET: &str = "[TITLE]\nA small net\n[JUNCTIONS]\nJ1 100 10\n[RESERVOIRS]\nR 200\n[PIPES]\n\
P1 R J1 1000 12 100\n[REPORT]\nSTATUS YES\nNODES ALL\nLINKS P1\nVELOCITY NO\nPRESSURE PRECISION 4\nFLOW BELOW 50\n\
[TIMES]\nDURATION 1\n[END]\n";

    fn written(text: &str, flow_gpm: f64) -> String {
        let (file, _) = inp::read_str("net.inp", text.as_bytes());
        let file = file.expect("valid");
        let (model, _) = inp::to_water_model(&file);
        let mut r = ReportWriter::new(Vec::new(), &file, &model, Constants::Epanet).expect("memory");
        r.event(0.0, &Event::Balanced { trials: 4 }).expect("memory");
        let event = Event::LinkChanged { link: 0, from: LinkState::Open, to: LinkState::TemporarilyClosed };
        r.event(60.0, &event).expect("memory");
        r.warning(60.0, "negative pressures").expect("memory");
        let foot = twin_physics::units::M_PER_FT;
        let flow = [flow_gpm / 448.831 * twin_physics::units::M3_PER_FT3];
        let period = Period {
            demand_m3s: &[flow[0], -flow[0]],
            head_m: &[190.0 * foot, 200.0 * foot],
            node_quality: &[],
            flow_m3s: &flow,
            state: &[LinkState::Open],
            setting: &[0.0],
            link_quality: &[],
            reaction_rate: &[],
        };
        r.period(3600.0, &period).expect("memory");
        let out = r.finish(&EpanetResults::default()).expect("memory");
        String::from_utf8(out).expect("the report is text")
    }

    #[test]
    fn a_report_has_what_is_asked() {
        let text = written(NET, 10.0);
        for part in [
            "A small net",
            "Hazen-Williams",
            "0:00:00: Balanced after 4 trials",
            "0:01:00: Pipe P1 changed from open to temporarily closed",
            "WARNING: negative pressures at 0:01:00 hrs.",
            "Node Results at 1:00:00 hrs:",
            "38.9970",
            "Reservoir",
            "10.00",
        ] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
        assert!(!text.contains("Velocity"), "{text}");
    }

    #[test]
    fn limits_and_switches_leave_rows_out() {
        let row = |text: &str| text.lines().any(|l| l.trim_start().starts_with("P1 "));
        assert!(row(&written(NET, 10.0)));
        assert!(!row(&written(NET, 60.0)));
        let quiet = NET.replace("STATUS YES", "STATUS NO\nMESSAGES NO\nSUMMARY NO").replace("NODES ALL", "NODES NONE");
        let text = written(&quiet, 10.0);
        assert!(!text.contains("Balanced") && !text.contains("WARNING") && !text.contains("Node Results"), "{text}");
    }
}
