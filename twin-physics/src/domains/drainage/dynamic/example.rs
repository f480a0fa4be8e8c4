//! EXTRAN's first example, for tests.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 3; EXTRAN example 1 after Roesner, Aldrich & Dickinson (1988), EPA/600/3-88/001b.

use super::super::model::*;
use super::super::section::Shape;
use crate::units::M_PER_FT;

/// Junctions of EXTRAN's first example: name, invert and full depth [ft]; the last is the free outfall.
const NODES: [(&str, f64, f64); 10] = [
    ("80408", 124.6, 13.4),
    ("80608", 118.3, 16.7),
    ("81009", 128.2, 8.8),
    ("81309", 117.5, 12.5),
    ("82309", 112.3, 42.7),
    ("10309", 101.6, 9.4),
    ("15009", 111.5, 13.5),
    ("16009", 102.0, 18.0),
    ("16109", 102.8, 22.2),
    ("10208", 89.9, 0.0),
];

/// Its conduits: ends, length [ft], Manning's n, diameter (negative: depth of a 1:3 ditch) [ft], offset at the end
/// [ft].
const CONDUITS: [(u32, u32, f64, f64, f64, f64); 9] = [
    (0, 1, 1800.0, 0.015, 4.0, 0.0),
    (1, 4, 2075.0, 0.015, 4.0, 2.2),
    (2, 3, 5100.0, 0.015, 4.5, 0.0),
    (3, 6, 3500.0, 0.015, 4.5, 0.0),
    (5, 9, 4500.0, 0.016, -9.0, 0.0),
    (6, 7, 5000.0, 0.0154, 5.5, 0.0),
    (8, 7, 500.0, 0.015, 6.0, 0.0),
    (7, 5, 300.0, 0.015, -9.0, 0.0),
    (4, 8, 5000.0, 0.034, 5.0, 0.0),
];

/// The model as the deck `epa_extran1` has it.
pub fn extran1() -> DrainageModel {
    let nodes = NODES.iter().map(|&(id, invert, full)| Node {
        id: id.to_owned(),
        invert_m: invert * M_PER_FT,
        full_depth_m: full * M_PER_FT,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind: if id == "10208" {
            NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: None })
        } else {
            NodeKind::Junction
        },
    });
    let links = CONDUITS.iter().enumerate().map(|(i, &(from, to, length, manning, size, offset))| Link {
        id: format!("C{i}"),
        from: NodeIx(from),
        to: NodeIx(to),
        kind: LinkKind::Conduit(Conduit {
            length_m: length * M_PER_FT,
            manning,
            offset_from_m: 0.0,
            offset_to_m: offset * M_PER_FT,
            initial_flow_m3s: 0.0,
            max_flow_m3s: None,
            shape: if size > 0.0 {
                Shape::Circular { diameter_m: size * M_PER_FT }
            } else {
                Shape::Trapezoidal { depth_m: -size * M_PER_FT, bottom_m: 0.0, left_slope: 3.0, right_slope: 3.0 }
            },
            barrels: 1,
            force_main: None,
            loss_entrance: 0.0,
            loss_exit: 0.0,
            loss_average: 0.0,
            flap_gate: false,
            seepage_ms: 0.0,
            culvert: 0,
        }),
    });
    let mut model = DrainageModel { nodes: nodes.collect(), links: links.collect(), ..DrainageModel::default() };
    model.options.scheme = Scheme::Picard;
    model.options.defects = Defects::SWMM_5_2;
    model.options.inertial_damping = InertialDamping::None;
    model.options.routing_step_s = 20.0;
    model.options.wet_step_s = 900.0;
    model
}
