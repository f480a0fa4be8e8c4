//! Models for tests: parts by hand, and random towns.

use proptest::prelude::*;

use crate::domains::drainage::model::{
    Conduit, DrainageModel, Gage, GageIx, Infiltration, Link, LinkKind, Node, NodeIx, NodeKind, Orifice, Outfall, Pump,
    PumpCurve, Receiver, Stage, Storage, StorageShape, SubareaRouting, Subcatchment, Weir, WeirKind,
};
use crate::domains::drainage::section::Shape;

pub fn node(id: &str, invert_m: f64, full_depth_m: f64, kind: NodeKind) -> Node {
    Node {
        id: id.into(),
        invert_m,
        full_depth_m,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind,
    }
}

pub fn outfall(id: &str, invert_m: f64) -> Node {
    node(id, invert_m, 0.0, NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: None }))
}

pub fn basin(area_m2: f64) -> NodeKind {
    let shape = StorageShape::Functional { a0: area_m2, a1: 0.0, a2: 0.0 };
    NodeKind::Storage(Storage { shape, evaporation: 0.0, exfiltration: None })
}

pub fn link(id: &str, from: usize, to: usize, kind: LinkKind) -> Link {
    Link { id: id.into(), from: NodeIx::new(from), to: NodeIx::new(to), kind }
}

pub fn conduit(length_m: f64, diameter_m: f64) -> LinkKind {
    LinkKind::Conduit(Conduit {
        length_m,
        manning: 0.013,
        offset_from_m: 0.0,
        offset_to_m: 0.0,
        initial_flow_m3s: 0.0,
        max_flow_m3s: None,
        shape: Shape::Circular { diameter_m },
        barrels: 1,
        force_main: None,
        loss_entrance: 0.0,
        loss_exit: 0.0,
        loss_average: 0.0,
        flap_gate: false,
        seepage_ms: 0.0,
        culvert: 0,
    })
}

pub fn orifice(offset_m: f64, diameter_m: f64) -> LinkKind {
    let shape = Shape::Circular { diameter_m };
    let (coefficient, flap_gate, travel_s) = (0.65, false, 0.0);
    LinkKind::Orifice(Orifice { bottom: false, offset_m, shape, coefficient, flap_gate, travel_s })
}

pub fn weir(crest_m: f64, depth_m: f64, width_m: f64) -> LinkKind {
    LinkKind::Weir(Weir {
        kind: WeirKind::Transverse,
        crest_m,
        shape: Shape::RectOpen { depth_m, width_m, sides_ignored: 0 },
        coefficient: 1.84,
        end_coefficient: 0.0,
        end_contractions: 0.0,
        flap_gate: false,
        can_surcharge: true,
        road_width_m: 0.0,
        road_paved: None,
        coefficient_curve: Vec::new(),
    })
}

pub fn pump(start_m: f64, stop_m: f64, flow_m3s: f64) -> LinkKind {
    let curve = PumpCurve::Depth(vec![(0.0, 0.0), (0.5, flow_m3s), (5.0, flow_m3s)]);
    LinkKind::Pump(Pump { curve, initial_setting: 1.0, startup_depth_m: start_m, shutoff_depth_m: stop_m })
}

/// Rain of one intensity that begins and ends.
pub fn gage(rate_ms: f64, start_s: f64, end_s: f64) -> Gage {
    let interval_s = 300.0;
    let record = (0..).map(|i| start_s + interval_s * f64::from(i)).take_while(|t| *t < end_s).map(|t| (t, rate_ms));
    Gage { id: "rain".into(), interval_s, snow_catch: 1.0, record: record.collect(), ..Gage::default() }
}

pub fn catchment(id: &str, area_m2: f64, outlet: usize) -> Subcatchment {
    Subcatchment {
        id: id.into(),
        gage: Some(GageIx(0)),
        outlet: Some(Receiver::Node(NodeIx::new(outlet))),
        area_m2,
        impervious: 0.7,
        width_m: area_m2.sqrt(),
        slope: 0.01,
        curb_length: 0.0,
        manning_impervious: 0.013,
        manning_pervious: 0.2,
        storage_impervious_m: 0.002,
        storage_pervious_m: 0.005,
        zero_storage: 0.25,
        subarea_routing: SubareaRouting::ToOutlet,
        routed: 1.0,
        infiltration: Infiltration::Horton {
            max_rate_ms: 2e-5,
            min_rate_ms: 1e-6,
            decay_per_s: 1e-3,
            dry_time_s: 6e5,
            max_infiltration_m: 0.0,
            modified: false,
        },
        groundwater: None,
        snowpack: None,
        lid_units: Vec::new(),
        coverage: Vec::new(),
        initial_buildup: Vec::new(),
        adjustments: [None; 3],
    }
}

/// A random town: a row of manholes into a basin that an orifice, a weir and a pump empty towards the outfall.
#[derive(Debug, Clone)]
pub struct Town {
    pub reaches: usize,
    pub diameter_m: f64,
    pub slope: f64,
    pub depth_m: f64,
    pub ponds: bool,
    pub seals: bool,
    pub rain_mmh: f64,
    pub step_s: f64,
    pub conduit: usize,
    pub blocked: f64,
}

pub fn town() -> impl Strategy<Value = Town> {
    let shape = (4_usize..9, 0.2..0.8_f64, 0.0005..0.02_f64, 1.0..3.0_f64);
    let manner = (any::<bool>(), any::<bool>(), 0.0..250.0_f64, prop::sample::select(vec![5.0, 10.0, 17.3, 30.0]));
    (shape, manner, 0_usize..4, 0.0..1.0_f64).prop_map(|(shape, manner, conduit, blocked)| {
        let ((reaches, diameter_m, slope, depth_m), (ponds, seals, rain_mmh, step_s)) = (shape, manner);
        Town { reaches, diameter_m, slope, depth_m, ponds, seals, rain_mmh, step_s, conduit, blocked }
    })
}

impl Town {
    pub fn model(&self) -> DrainageModel {
        let mut model = DrainageModel::default();
        let (n, reach_m) = (self.reaches, 60.0);
        let drop_m = self.slope * reach_m;
        for i in 0..n {
            let mut manhole = node(&format!("M{i}"), drop_m * (n - i) as f64, self.depth_m, NodeKind::Junction);
            manhole.ponded_area_m2 = if self.ponds && i % 2 == 0 { 200.0 } else { 0.0 };
            manhole.surcharge_depth_m = if self.seals && i % 3 == 1 { 5.0 } else { 0.0 };
            model.nodes.push(manhole);
        }
        model.nodes.push(node("basin", -2.0, 4.0, basin(80.0)));
        model.nodes.push(node("end", -2.2, 4.5, NodeKind::Junction));
        model.nodes.push(outfall("out", -2.5));
        for i in 0..n {
            model.links.push(link(&format!("C{i}"), i, i + 1, conduit(reach_m, self.diameter_m)));
        }
        model.links.push(link("gate", n, n + 1, orifice(0.0, 0.2)));
        model.links.push(link("crest", n, n + 1, weir(2.5, 1.0, 2.0)));
        model.links.push(link("pump", n, n + 1, pump(1.0, 0.3, 0.1)));
        model.links.push(link("last", n + 1, n + 2, conduit(40.0, 0.8)));
        model.gages.push(gage(self.rain_mmh / 3.6e6, 300.0, 2700.0));
        for i in 0..n {
            model.subcatchments.push(catchment(&format!("S{i}"), 8000.0, i));
        }
        model.options.allow_ponding = true;
        model.options.routing_step_s = self.step_s;
        model.options.wet_step_s = 60.0;
        model.options.duration_s = 86_400.0;
        model
    }

    pub fn pump(&self) -> usize {
        self.reaches + 2
    }
    pub fn gate(&self) -> usize {
        self.reaches
    }
    pub fn outfall(&self) -> usize {
        self.reaches + 2
    }
    pub fn stage_m(&self) -> f64 {
        -1.0 + self.blocked
    }
}
