//! What interface files give to a run: inflows with their pollutants, rain, runoff, RDII.

use twin_physics::domains::drainage::hydrology::{CatchmentResult, RdiiRecord, RunoffRecord, RunoffSlice};
use twin_physics::units::{M_PER_IN, M3_PER_FT3};

use super::{Finder, MISMATCH, NO_STATION, TOO_SHORT, UNKNOWN_NODE};
use crate::bindings::drainage::{FileRain, Units};
use crate::diagnostic::Severity;
use crate::io::inp::Row;
use crate::io::swmm_inp::deck::{FileUse, FlowUnits as DeckFlow, Gage, GageSource};
use crate::io::swmm_interface::{RainfallFile, Rdii, RoutingFile, RunoffFile};
use crate::io::swmm_out::{ConcentrationUnits, FlowUnits, SUBCATCHMENT_VARIABLES};

/// Flows at nodes over time with their pollutants, linear between records, none before the first and after the last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inflows {
    /// Nodes, by position in the model; `None` of a name that the model lacks.
    nodes: Vec<Option<usize>>,
    /// Number of the model's pollutants.
    pollutants: usize,
    /// Time since the start of the run [s]; of each node the flow [m³/s] and the model's concentrations.
    records: Vec<(f64, Vec<f64>)>,
}

impl Inflows {
    /// Flow into every node of a model at a time [m³/s], and its concentrations: `node * pollutants + pollutant`.
    pub fn at(&self, time_s: f64, nodes: usize, flows: &mut Vec<f64>, quality: &mut Vec<f64>) {
        flows.clear();
        flows.resize(nodes, 0.0);
        quality.clear();
        quality.resize(nodes * self.pollutants, 0.0);
        let next = self.records.partition_point(|r| r.0 <= time_s);
        let Some(old) = next.checked_sub(1).map(|i| &self.records[i]) else { return };
        let (new, f) = match self.records.get(next) {
            Some(new) => (new, (time_s - old.0) / (new.0 - old.0)),
            None if (old.0 - time_s).abs() < 1e-3 => (old, 0.0),
            None => return,
        };
        let per = 1 + self.pollutants;
        let both = old.1.chunks_exact(per).zip(new.1.chunks_exact(per));
        for (node, (a, b)) in self.nodes.iter().zip(both) {
            let Some(at) = *node else { continue };
            let value = |i: usize| (1.0 - f) * a[i] + f * b[i];
            let flow = value(0);
            flows[at] += flow;
            // Loads first: a node may stand in the file more than once. What is taken has the node's own water.
            for p in 0..self.pollutants {
                quality[at * self.pollutants + p] += flow.max(0.0) * value(1 + p);
            }
        }
        for (at, flow) in flows.iter().enumerate() {
            for c in &mut quality[at * self.pollutants..(at + 1) * self.pollutants] {
                *c = if *flow > 0.0 { *c / flow } else { 0.0 };
            }
        }
    }
}

impl Finder<'_> {
    /// Seconds after the start of the run, to the millisecond.
    pub(super) fn seconds(&self, days: f64) -> f64 {
        ((days - self.start_days) * 86_400.0 * 1e3).round() / 1e3
    }

    fn nodes(&mut self, row: &Row<FileUse>, names: &[String]) -> Vec<Option<usize>> {
        let mut nodes = Vec::new();
        for name in names {
            let at = self.deck.nodes.iter().position(|n| n.id.eq_ignore_ascii_case(name));
            if at.is_none() {
                let message = format!("its node {name} is not in the model: its flow is left out");
                self.say(Severity::Warning, UNKNOWN_NODE, row, message, "name a node of this model in the file");
            }
            nodes.push(at);
        }
        nodes
    }

    pub(super) fn inflows(&mut self, row: &Row<FileUse>, file: &RoutingFile) -> Option<Inflows> {
        let unit_m3s = self.unit_m3s(file.flow_units);
        let nodes = self.nodes(row, &file.nodes);
        let mut columns = Vec::new();
        let quality = !self.deck.options.ignore_quality;
        for own in self.deck.pollutants.iter().filter(|_| quality) {
            let at = file.pollutants.iter().position(|p| p.name.eq_ignore_ascii_case(&own.id));
            let units = concentration(own.units);
            if at.is_some_and(|at| file.pollutants[at].units != units) {
                let message = format!("its pollutant {} is in other units than the model's", own.id);
                self.say(Severity::Error, MISMATCH, row, message, "convert its concentrations");
                return None;
            }
            columns.push(at);
        }
        let per = 1 + file.pollutants.len();
        let node = |values: &[f64]| {
            let concentrations = columns.iter().map(|c| c.map_or(0.0, |c| values[1 + c]));
            std::iter::once(values[0] * unit_m3s).chain(concentrations).collect::<Vec<_>>()
        };
        let record = |r: &(f64, Vec<f64>)| (self.seconds(r.0), r.1.chunks_exact(per).flat_map(node).collect());
        Some(Inflows { nodes, pollutants: columns.len(), records: file.records.iter().map(record).collect() })
    }

    /// m³/s of one unit of flow, by the factors of the deck's run.
    fn unit_m3s(&self, units: FlowUnits) -> f64 {
        let own = [DeckFlow::Cfs, DeckFlow::Gpm, DeckFlow::Mgd, DeckFlow::Cms, DeckFlow::Lps, DeckFlow::Mld];
        let own = own.into_iter().find(|u| *u as i32 == units.code()).unwrap_or(self.deck.options.flow_units);
        self.units_of(own).flow_m3s
    }

    fn units_of(&self, flow: DeckFlow) -> Units {
        if self.compat_swmm { Units::of_swmm(flow) } else { Units::new(flow) }
    }

    pub(super) fn runoff(&mut self, row: &Row<FileUse>, file: &RunoffFile, duration_s: f64) -> Option<RunoffRecord> {
        let (subs, n) = (self.deck.subcatchments.len(), self.deck.pollutants.len());
        let units = self.deck.options.flow_units;
        if file.subcatchments != subs || file.pollutants != n || file.flow_units.code() != units as i32 {
            let message = format!(
                "it has {} subcatchments, {} pollutants and flows in {}, the model {subs}, {n} and {}",
                file.subcatchments,
                file.pollutants,
                file.flow_units.word(),
                FlowUnits::from_code(units as i32).map_or("", FlowUnits::word)
            );
            self.say(Severity::Error, MISMATCH, row, message, "save it by a run of this very model");
            return None;
        }
        let u = self.units_of(units);
        let quality = !self.deck.options.ignore_quality;
        let slice = |step: &(f32, Vec<f32>)| {
            let rows = step.1.chunks_exact((SUBCATCHMENT_VARIABLES + n).max(1));
            let concentrations = rows.clone().filter(|_| quality);
            RunoffSlice {
                dt_s: f64::from(step.0),
                catchments: rows.map(|v| catchment(&u, v)).collect(),
                quality: concentrations.flat_map(|v| &v[SUBCATCHMENT_VARIABLES..]).map(|c| f64::from(*c)).collect(),
            }
        };
        let record = RunoffRecord::new(file.steps.iter().map(slice).collect());
        if record.end_s() < duration_s - 1.0 {
            let message = format!("it ends after {} s, the run after {duration_s} s", record.end_s());
            self.say(Severity::Error, TOO_SHORT, row, message, "save it by a run that is as long, or end earlier");
            return None;
        }
        Some(record)
    }

    /// Rain of every gage that reads a file, by the station it names.
    pub(super) fn rain(&mut self, row: &Row<FileUse>, file: &RainfallFile) -> Vec<Option<FileRain>> {
        let deck = self.deck;
        deck.gages.iter().map(|gage| self.gage(row, gage, file)).collect()
    }

    fn gage(&mut self, row: &Row<FileUse>, gage: &Row<Gage>, file: &RainfallFile) -> Option<FileRain> {
        let GageSource::File { station, .. } = &gage.source else { return None };
        let found = file.gauges.iter().find(|g| g.station == *station && !g.records.is_empty());
        let Some(found) = found else {
            let message = format!("it holds no rain of station {station}, which gauge {} reads", gage.id);
            self.say(Severity::Error, NO_STATION, row, message, "save it by a run with this gauge");
            return None;
        };
        let record = |r: &(f64, f32)| (self.seconds(r.0), f64::from(r.1) * M_PER_IN);
        Some(FileRain { record: found.records.iter().map(record).collect(), interval_s: f64::from(found.interval_s) })
    }

    pub(super) fn rdii(&mut self, row: &Row<FileUse>, file: &Rdii) -> Option<RdiiRecord> {
        match file {
            Rdii::Binary(file) => {
                let without = file.nodes.iter().find(|at| !self.deck.rdii.iter().any(|r| r.node.0 == **at));
                if let Some(at) = without {
                    let message = format!("it has RDII at node {}, the model has not", self.deck.nodes[*at].id);
                    self.say(Severity::Error, MISMATCH, row, message, "save it by a run of this very model");
                    return None;
                }
                let flows = |flows: &[f32]| flows.iter().map(|q| f64::from(*q) * M3_PER_FT3).collect();
                Some(RdiiRecord {
                    step_s: f64::from(file.step_s),
                    nodes: file.nodes.iter().map(|at| *at as u32).collect(),
                    records: file.records.iter().map(|r| (self.seconds(r.0), flows(&r.1))).collect(),
                })
            }
            Rdii::Text(file) => {
                let (unit_m3s, per) = (self.unit_m3s(file.flow_units), 1 + file.pollutants.len());
                let nodes = self.nodes(row, &file.nodes);
                let flows = |values: &[f64]| {
                    let known = values.chunks_exact(per).zip(&nodes).filter(|v| v.1.is_some());
                    known.map(|v| v.0[0] * unit_m3s).collect()
                };
                Some(RdiiRecord {
                    step_s: f64::from(file.step_s),
                    nodes: nodes.iter().flatten().map(|at| *at as u32).collect(),
                    records: file.records.iter().map(|r| (self.seconds(r.0), flows(&r.1))).collect(),
                })
            }
        }
    }
}

/// A catchment's results in the units of a deck.
fn catchment(u: &Units, v: &[f32]) -> CatchmentResult {
    let value = |i: usize| f64::from(v[i]);
    CatchmentResult {
        rain_ms: value(0) * u.rate_ms,
        snow_m: value(1) * u.depth_m,
        evaporation_ms: value(2) * u.daily_ms,
        infiltration_ms: value(3) * u.rate_ms,
        runoff_m3s: value(4) * u.flow_m3s,
        groundwater_m3s: value(5) * u.flow_m3s,
        water_table_m: value(6) * u.length_m,
        soil_moisture: value(7),
    }
}

/// Unit of a file's concentrations for a unit of the deck.
pub(super) fn concentration(units: crate::io::swmm_inp::deck::ConcentrationUnits) -> ConcentrationUnits {
    use crate::io::swmm_inp::deck::ConcentrationUnits as Own;
    match units {
        Own::MgPerL => ConcentrationUnits::MgPerL,
        Own::UgPerL => ConcentrationUnits::UgPerL,
        Own::CountPerL => ConcentrationUnits::CountsPerL,
    }
}
