//! Quality against SWMM 5.2.4, and its own laws.

mod conserving;
mod refusals;
mod surfaces;
mod transport;

use super::super::hydrology::{Hydrology, LateralInflow};
use super::super::model::*;
use super::super::network::{Network, NetworkState};
use super::super::section::Shape;
use super::*;

pub(super) const TSS: PollutantIx = PollutantIx(0);
pub(super) const LEAD: PollutantIx = PollutantIx(1);
pub(super) const COLI: PollutantIx = PollutantIx(2);

/// Nodes in SWMM's order of the deck's results.
pub(super) const T1: usize = 4;
const J3: usize = 2;

pub(super) fn pollutant(id: &str) -> Pollutant {
    Pollutant {
        id: id.to_owned(),
        unit: ConcentrationUnit::MgPerL,
        rain: 0.0,
        groundwater: 0.0,
        rdii: 0.0,
        dry_weather: 0.0,
        initial: 0.0,
        decay_per_s: 0.0,
        snow_only: false,
        co_pollutant: None,
    }
}

fn node(id: &str, invert_m: f64, kind: NodeKind) -> Node {
    Node {
        id: id.to_owned(),
        invert_m,
        full_depth_m: 2.0,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind,
    }
}

fn conduit(id: &str, from: u32, to: u32, length_m: f64, offset_to_m: f64) -> Link {
    let kind = LinkKind::Conduit(Conduit {
        length_m,
        manning: 0.013,
        offset_from_m: 0.0,
        offset_to_m,
        initial_flow_m3s: 0.0,
        max_flow_m3s: None,
        shape: Shape::Circular { diameter_m: 0.6 },
        barrels: 1,
        force_main: None,
        loss_entrance: 0.0,
        loss_exit: 0.0,
        loss_average: 0.0,
        flap_gate: false,
        seepage_ms: 0.0,
        culvert: 0,
    });
    Link { id: id.to_owned(), from: NodeIx(from), to: NodeIx(to), kind }
}

fn series(id: &str, points: &[(f64, f64)]) -> TimeSeries {
    TimeSeries { id: id.to_owned(), points: points.iter().map(|(h, v)| (h * 3600.0, *v)).collect() }
}

fn formula(program: Vec<Op<TreatmentVariable>>, removal: bool) -> Treatment {
    Treatment { removal, formula: Expression { program } }
}

/// T1: TSS `R = 0.6*(1-exp(-0.4*HRT))`, LEAD `R = 0.5*R_TSS`; J3: COLI `C = COLI*exp(-0.1*TSS*DEPTH)`.
fn treatments(nodes: &mut [Node]) {
    use Op::{Apply, Multiply, Number, Subtract, Variable};
    let tss = vec![
        Number(0.6),
        Number(1.0),
        Number(-0.4),
        Variable(TreatmentVariable::ResidenceTime),
        Multiply,
        Apply(Function::Exp),
        Subtract,
        Multiply,
    ];
    let lead = vec![Number(0.5), Variable(TreatmentVariable::Removal(TSS)), Multiply];
    let coli = vec![
        Variable(TreatmentVariable::Concentration(COLI)),
        Number(-0.1),
        Variable(TreatmentVariable::Concentration(TSS)),
        Multiply,
        Variable(TreatmentVariable::Depth(1.0)),
        Multiply,
        Apply(Function::Exp),
        Multiply,
    ];
    nodes[T1].treatment = vec![(TSS, formula(tss, true)), (LEAD, formula(lead, true))];
    nodes[J3].treatment = vec![(COLI, formula(coli, false))];
}

/// Two branches, a pond, treatment, decay, external and dry-weather loads; see `swmm524.csv`.
pub(super) fn model() -> DrainageModel {
    let storage = Storage {
        shape: StorageShape::Functional { a0: 100.0, a1: 0.0, a2: 0.0 },
        evaporation: 1.0,
        exfiltration: None,
    };
    let outfall = NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: None });
    let mut nodes = vec![
        node("J1", 12.0, NodeKind::Junction),
        node("J2", 11.0, NodeKind::Junction),
        node("J3", 10.5, NodeKind::Junction),
        node("O1", 9.0, outfall),
        node("T1", 10.0, NodeKind::Storage(storage)),
    ];
    treatments(&mut nodes);
    let inflow = |kind, series, factor, baseline| Inflow {
        node: NodeIx(0),
        kind,
        series: Some(SeriesIx(series)),
        factor,
        baseline,
        pattern: None,
    };
    let dwf = |pollutant, mean| DryWeather { node: NodeIx(1), pollutant, mean, patterns: Vec::new() };
    // C2 leaves the pond above its floor, so that it does not rise.
    let mut c2 = conduit("C2", 4, 2, 150.0, 0.0);
    if let LinkKind::Conduit(data) = &mut c2.kind {
        data.offset_from_m = 0.5;
    }
    let mut options = Options { defects: Defects::SWMM_5_2, ..Options::default() };
    options.routing = Routing::Dynamic;
    DrainageModel {
        options,
        nodes,
        links: vec![
            conduit("C1", 0, 4, 200.0, 1.0),
            c2,
            conduit("C3", 2, 3, 150.0, 0.0),
            conduit("C4", 1, 2, 100.0, 0.0),
        ],
        series: vec![
            series("QIN", &[(0.0, 0.05), (1.0, 0.2), (2.0, 0.02), (5.0, 0.02)]),
            series("CIN", &[(0.0, 40.0), (1.5, 120.0), (5.0, 10.0)]),
            series("MIN", &[(0.0, 500.0), (2.0, 3000.0), (5.0, 0.0)]),
        ],
        inflows: vec![
            inflow(InflowKind::Flow, 0, 1.0, 0.0),
            inflow(InflowKind::Concentration(TSS), 1, 1.0, 0.0),
            // µg/s: 0.001 µg/L·m³/s.
            inflow(InflowKind::Mass(LEAD), 2, 1e-3, 0.2),
        ],
        dry_weather: vec![dwf(None, 0.03), dwf(Some(LEAD), 8.0)],
        pollutants: vec![
            Pollutant { initial: 5.0, dry_weather: 12.0, decay_per_s: 0.5 / 86_400.0, ..pollutant("TSS") },
            Pollutant { initial: 2.0, ..pollutant("LEAD") },
            Pollutant { dry_weather: 100.0, decay_per_s: 2.0 / 86_400.0, ..pollutant("COLI") },
        ],
        ..DrainageModel::default()
    }
}

/// Quality on water that a test prescribes.
pub(super) struct Rig {
    pub model: DrainageModel,
    pub net: Network,
    pub hydrology: Hydrology,
    pub quality: Quality,
    pub state: QualityState,
    pub water: NetworkState,
    pub snapshot: Snapshot,
    pub scratch: QualityScratch,
}

impl Rig {
    pub fn new(model: DrainageModel, wet: &dyn Fn(&mut NetworkState), reactors: Option<&[f64]>) -> Self {
        let net = Network::new(&model).unwrap();
        let hydrology = Hydrology::new(&model).unwrap();
        let quality = Quality::new(&model, &net).unwrap();
        let mut water = net.initial_state(&model);
        wet(&mut water);
        let state = quality.initial(&model, &water, reactors);
        let (snapshot, scratch) = (Snapshot::default(), QualityScratch::default());
        Self { model, net, hydrology, quality, state, water, snapshot, scratch }
    }

    pub fn loads(&mut self, time_s: f64, external: &[f64], dry: &[f64]) {
        self.snapshot.take(&self.water);
        let flows = NodeFlows { external_m3s: external, dry_weather_m3s: dry, ..NodeFlows::default() };
        let above = self.hydrology.initial(&self.model);
        let none = LateralInflow::default();
        let hydrology = (&self.hydrology, &above, &none);
        self.quality.node_loads(&self.model, &self.net, hydrology, &flows, &self.water, &mut self.state, time_s);
    }
}
