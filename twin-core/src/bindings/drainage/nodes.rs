//! Nodes, inflows and patterns of a deck.

use std::f64::consts::PI;

use twin_physics::domains::drainage::model as m;

use super::{Binder, quality};
use crate::io::swmm_inp::deck as d;

/// Nodes with their RDII and treatment.
pub fn nodes(binder: &Binder<'_>) -> Vec<m::Node> {
    let (u, deck) = (&binder.units, binder.deck);
    let mut nodes: Vec<m::Node> = deck.nodes.iter().map(|node| bind(binder, node)).collect();
    for rdii in &deck.rdii {
        let hydrograph = m::UnitHydrographIx::new(rdii.unit_hydrograph.0);
        nodes[rdii.node.0].rdii = Some(m::Rdii { hydrograph, area_m2: rdii.area * u.land_m2 });
    }
    for treatment in &deck.treatments {
        let pollutant = m::PollutantIx::new(treatment.pollutant.0);
        nodes[treatment.node.0].treatment.push((pollutant, quality::treatment(binder, treatment)));
    }
    nodes
}

fn bind(binder: &Binder<'_>, node: &d::Node) -> m::Node {
    let u = &binder.units;
    let junction = |j: &d::Junction| [j.max_depth, j.initial_depth, j.surcharge_depth, j.ponded_area];
    let (sizes, kind) = match &node.kind {
        d::NodeKind::Junction(j) => (junction(j), m::NodeKind::Junction),
        d::NodeKind::Outfall(o) => ([0.0; 4], m::NodeKind::Outfall(outfall(binder, o))),
        d::NodeKind::Divider(v) => (junction(&v.junction), m::NodeKind::Divider(divider(binder, v))),
        d::NodeKind::Storage(s) => {
            ([s.max_depth, s.initial_depth, s.surcharge_depth, 0.0], m::NodeKind::Storage(storage(binder, s)))
        }
    };
    m::Node {
        id: node.id.clone(),
        invert_m: node.invert * u.length_m,
        full_depth_m: sizes[0] * u.length_m,
        initial_depth_m: sizes[1] * u.length_m,
        surcharge_depth_m: sizes[2] * u.length_m,
        ponded_area_m2: sizes[3] * u.area_m2(),
        rdii: None,
        treatment: Vec::new(),
        kind,
    }
}

fn outfall(binder: &Binder<'_>, outfall: &d::Outfall) -> m::Outfall {
    let length_m = binder.units.length_m;
    m::Outfall {
        stage: match outfall.stage {
            d::OutfallStage::Free => m::Stage::Free,
            d::OutfallStage::Normal => m::Stage::Normal,
            d::OutfallStage::Fixed(level) => m::Stage::Fixed(level * length_m),
            d::OutfallStage::Tidal(curve) => m::Stage::Tidal(binder.curve(curve, 1.0, length_m)),
            d::OutfallStage::Series(series) => m::Stage::Series(m::SeriesIx::new(series.0), length_m),
        },
        flap_gate: outfall.gated,
        route_to: outfall.route_to.map(|c| m::CatchmentIx::new(c.0)),
    }
}

fn divider(binder: &Binder<'_>, divider: &d::Divider) -> m::Divider {
    let u = &binder.units;
    m::Divider {
        link: divider.link.map(|l| m::LinkIx::new(l.0)),
        law: match divider.kind {
            d::DividerKind::Cutoff(flow) => m::DividerLaw::Cutoff(flow * u.flow_m3s),
            d::DividerKind::Overflow => m::DividerLaw::Overflow,
            d::DividerKind::Tabular(curve) => m::DividerLaw::Tabular(binder.curve(curve, u.flow_m3s, u.flow_m3s)),
            d::DividerKind::Weir { min_flow, max_depth, coefficient } => m::DividerLaw::Weir {
                min_flow_m3s: min_flow * u.flow_m3s,
                max_head_m: max_depth * u.length_m,
                coefficient: coefficient * u.flow_m3s * u.length_m.powf(-1.5),
            },
        },
    }
}

fn storage(binder: &Binder<'_>, storage: &d::Storage) -> m::Storage {
    let u = &binder.units;
    let l = u.length_m;
    // Coefficients of `a0 + a1·d + a2·d²`, given in the deck's unit of length.
    let quadratic = |a0: f64, a1: f64, a2: f64| m::StorageShape::Quadratic { a0: a0 * l * l, a1: a1 * l, a2 };
    let shape = match storage.shape {
        d::StorageShape::Tabular(curve) => m::StorageShape::Tabular(binder.curve(curve, l, u.area_m2())),
        d::StorageShape::Functional { coefficient, exponent, constant } => {
            m::StorageShape::Functional { a0: constant * l * l, a1: coefficient * l.powf(2.0 - exponent), a2: exponent }
        }
        d::StorageShape::Cylindrical { length, width } => quadratic(PI / 4.0 * length * width, 0.0, 0.0),
        d::StorageShape::Conical { length, width, side_slope: z } => {
            quadratic(PI / 4.0 * length * width, PI * width * z, PI * width / length * z * z)
        }
        d::StorageShape::Paraboloid { length, width, height } => {
            quadratic(0.0, PI / 4.0 * length * width / height, 0.0)
        }
        d::StorageShape::Pyramidal { length, width, side_slope: z } => {
            quadratic(length * width, 2.0 * z * (length + width), 4.0 * z * z)
        }
    };
    m::Storage {
        shape,
        evaporation: storage.evaporation,
        exfiltration: storage.exfiltration.map(|e| m::Exfiltration {
            suction_m: e.suction * u.depth_m,
            conductivity_ms: e.conductivity * u.rate_ms,
            deficit: e.deficit,
        }),
    }
}

/// User-given inflows.
pub fn inflows(binder: &Binder<'_>) -> Vec<m::Inflow> {
    let flow = binder.units.flow_m3s;
    let one = |inflow: &crate::io::inp::Row<d::Inflow>| {
        let pollutant = match inflow.constituent {
            d::Constituent::Flow => None,
            d::Constituent::Pollutant(p) => Some(m::PollutantIx::new(p.0)),
        };
        let (kind, unit) = match (pollutant, inflow.form) {
            (None, _) | (Some(_), d::InflowForm::Flow) => (m::InflowKind::Flow, flow),
            (Some(p), d::InflowForm::Concentration) => (m::InflowKind::Concentration(p), 1.0),
            // Mass per second over litres per cubic metre.
            (Some(p), d::InflowForm::Mass(factor)) => (m::InflowKind::Mass(p), factor * 1e-3),
        };
        m::Inflow {
            node: m::NodeIx::new(inflow.node.0),
            kind,
            series: inflow.series.map(|s| m::SeriesIx::new(s.0)),
            factor: inflow.scale * unit,
            baseline: inflow.baseline * unit,
            pattern: binder.pattern(inflow.pattern),
        }
    };
    binder.deck.inflows.iter().map(one).collect()
}

/// Dry-weather inflows.
pub fn dry_weather(binder: &Binder<'_>) -> Vec<m::DryWeather> {
    let one = |dwf: &crate::io::inp::Row<d::DryWeather>| {
        let (pollutant, unit) = match dwf.constituent {
            d::Constituent::Flow => (None, binder.units.flow_m3s),
            d::Constituent::Pollutant(p) => (Some(m::PollutantIx::new(p.0)), 1.0),
        };
        m::DryWeather {
            node: m::NodeIx::new(dwf.node.0),
            pollutant,
            mean: dwf.mean * unit,
            patterns: dwf.patterns.iter().flatten().map(|p| m::PatternIx::new(p.0)).collect(),
        }
    };
    binder.deck.dry_weather.iter().map(one).collect()
}

/// Patterns, filled up with 1.
pub fn patterns(binder: &Binder<'_>) -> Vec<m::Pattern> {
    let one = |pattern: &crate::io::inp::Row<d::Pattern>| {
        let mut factors = pattern.factors.clone();
        factors.resize(pattern.kind.len(), 1.0);
        let kind = match pattern.kind {
            d::PatternKind::Monthly => m::PatternKind::Monthly,
            d::PatternKind::Daily => m::PatternKind::Daily,
            d::PatternKind::Hourly => m::PatternKind::Hourly,
            d::PatternKind::Weekend => m::PatternKind::Weekend,
        };
        m::Pattern { id: pattern.id.clone(), kind, factors }
    };
    binder.deck.patterns.iter().map(one).collect()
}
