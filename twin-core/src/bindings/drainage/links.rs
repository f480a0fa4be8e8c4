//! Links and inlets of a deck.

use twin_physics::domains::drainage::model as m;
use twin_physics::domains::drainage::section::Shape;

use super::{Binder, shapes};
use crate::io::swmm_inp::deck as d;

/// Links in the deck's order.
pub fn links(binder: &Binder<'_>) -> Vec<m::Link> {
    let one = |link: &crate::io::inp::Row<d::Link>| m::Link {
        id: link.id.clone(),
        from: m::NodeIx::new(link.from.0),
        to: m::NodeIx::new(link.to.0),
        kind: match &link.kind {
            d::LinkKind::Conduit(conduit) => m::LinkKind::Conduit(bind_conduit(binder, link, conduit)),
            d::LinkKind::Pump(pump) => m::LinkKind::Pump(bind_pump(binder, pump)),
            d::LinkKind::Orifice(orifice) => m::LinkKind::Orifice(bind_orifice(binder, link, orifice)),
            d::LinkKind::Weir(weir) => m::LinkKind::Weir(bind_weir(binder, link, weir)),
            d::LinkKind::Outlet(outlet) => m::LinkKind::Outlet(bind_outlet(binder, link, outlet)),
        },
    };
    binder.deck.links.iter().map(one).collect()
}

/// Height of an offset above the invert of a node [m].
fn offset_m(binder: &Binder<'_>, node: d::NodeIx, offset: Option<f64>) -> f64 {
    let Some(offset) = offset else { return 0.0 };
    let above = match binder.deck.options.link_offsets {
        d::Offsets::Depth => offset,
        d::Offsets::Elevation => offset - binder.deck.nodes[node.0].invert,
    };
    above * binder.units.length_m
}

fn section(binder: &Binder<'_>, link: &d::Link) -> Shape {
    link.xsection.as_ref().map_or(Shape::Dummy, |x| shapes::shape(binder, &x.shape))
}

fn bind_conduit(binder: &Binder<'_>, link: &d::Link, conduit: &d::Conduit) -> m::Conduit {
    let u = &binder.units;
    let losses = link.losses.unwrap_or_default();
    let (mut barrels, mut culvert, mut force_main) = (1, 0, None);
    if let Some(x) = &link.xsection {
        (barrels, culvert) = (x.barrels, u8::try_from(x.culvert).unwrap_or(0));
        if let d::Shape::ForceMain { roughness, .. } = x.shape {
            force_main = Some(match binder.deck.options.force_main_equation {
                d::ForceMainEquation::HazenWilliams => roughness,
                d::ForceMainEquation::DarcyWeisbach => roughness * u.depth_m,
            });
        }
    }
    m::Conduit {
        length_m: conduit.length * u.length_m,
        manning: conduit.roughness,
        offset_from_m: offset_m(binder, link.from, conduit.inlet_offset),
        offset_to_m: offset_m(binder, link.to, conduit.outlet_offset),
        initial_flow_m3s: conduit.initial_flow * u.flow_m3s,
        max_flow_m3s: (conduit.max_flow > 0.0).then_some(conduit.max_flow * u.flow_m3s),
        shape: section(binder, link),
        barrels,
        force_main,
        loss_entrance: losses.entry,
        loss_exit: losses.exit,
        loss_average: losses.average,
        flap_gate: losses.gated,
        seepage_ms: losses.seepage * u.rate_ms,
        culvert,
    }
}

fn bind_pump(binder: &Binder<'_>, pump: &d::Pump) -> m::Pump {
    let u = &binder.units;
    let (length, flow) = (u.length_m, u.flow_m3s);
    let curve = match pump.curve {
        None => m::PumpCurve::Ideal,
        Some(ix) => {
            // Head pumps have the head as their first column here, as in the file.
            let points = |x: f64| binder.curve(ix, x, flow);
            match binder.deck.curves[ix.0].kind {
                d::CurveKind::Pump1 => m::PumpCurve::StepVolume(points(u.stored_m3)),
                d::CurveKind::Pump2 => m::PumpCurve::StepDepth(points(length)),
                d::CurveKind::Pump4 => m::PumpCurve::Depth(points(length)),
                d::CurveKind::Pump5 => m::PumpCurve::Affinity(points(length)),
                _ => m::PumpCurve::Head(points(length)),
            }
        }
    };
    m::Pump {
        curve,
        initial_setting: f64::from(u8::from(pump.on)),
        startup_depth_m: pump.startup_depth * length,
        shutoff_depth_m: pump.shutoff_depth * length,
    }
}

fn bind_orifice(binder: &Binder<'_>, link: &d::Link, orifice: &d::Orifice) -> m::Orifice {
    m::Orifice {
        bottom: orifice.kind == d::OrificeKind::Bottom,
        offset_m: offset_m(binder, link.from, orifice.offset),
        shape: section(binder, link),
        coefficient: orifice.coefficient,
        flap_gate: orifice.gated,
        travel_s: orifice.open_close_h * 3600.0,
    }
}

fn bind_weir(binder: &Binder<'_>, link: &d::Link, weir: &d::Weir) -> m::Weir {
    let root = binder.units.length_m.sqrt();
    m::Weir {
        kind: match weir.kind {
            d::WeirKind::Transverse => m::WeirKind::Transverse,
            d::WeirKind::SideFlow => m::WeirKind::SideFlow,
            d::WeirKind::VNotch => m::WeirKind::VNotch,
            d::WeirKind::Trapezoidal => m::WeirKind::Trapezoidal,
            d::WeirKind::Roadway => m::WeirKind::Roadway,
        },
        crest_m: offset_m(binder, link.from, weir.offset),
        shape: section(binder, link),
        coefficient: weir.coefficient * root,
        end_coefficient: weir.end_coefficient * root,
        end_contractions: weir.end_contractions,
        flap_gate: weir.gated,
        can_surcharge: weir.can_surcharge,
        road_width_m: weir.road_width * binder.units.length_m,
        road_paved: weir.road_surface.map(|s| s == d::RoadSurface::Paved),
        coefficient_curve: weir
            .coefficient_curve
            .map_or_else(Vec::new, |c| binder.curve(c, binder.units.length_m, root)),
    }
}

fn bind_outlet(binder: &Binder<'_>, link: &d::Link, outlet: &d::OutletLink) -> m::Outlet {
    let u = &binder.units;
    m::Outlet {
        offset_m: offset_m(binder, link.from, outlet.offset),
        on: match outlet.rated_by {
            d::RatedBy::Depth => m::RatingOn::Depth,
            d::RatedBy::Head => m::RatingOn::Head,
        },
        rating: match outlet.discharge {
            d::Discharge::Functional { coefficient, exponent } => {
                m::Rating::Power { a: coefficient * u.flow_m3s * u.length_m.powf(-exponent), b: exponent }
            }
            d::Discharge::Tabular(curve) => m::Rating::Table(binder.curve(curve, u.length_m, u.flow_m3s)),
        },
        flap_gate: outlet.gated,
    }
}

/// Inlet designs.
pub fn inlets(binder: &Binder<'_>) -> Vec<m::InletDesign> {
    let u = &binder.units;
    let l = u.length_m;
    let one = |inlet: &crate::io::inp::Row<d::Inlet>| {
        let kind = match inlet.design {
            d::InletDesign::Grate(g) => m::InletKind::Grate(grate(&g, l)),
            d::InletDesign::Curb(c) => m::InletKind::Curb(curb(&c, l)),
            d::InletDesign::Combination(g, c) => m::InletKind::Combination(grate(&g, l), curb(&c, l)),
            d::InletDesign::Slotted(s) => m::InletKind::Slotted { length_m: s.length * l, width_m: s.width * l },
            d::InletDesign::DropGrate(g) => m::InletKind::DropGrate(grate(&g, l)),
            d::InletDesign::DropCurb(c) => m::InletKind::DropCurb(curb(&c, l)),
            d::InletDesign::Custom(ix) => match binder.deck.curves[ix.0].kind {
                d::CurveKind::Diversion => m::InletKind::CustomDiversion(binder.curve(ix, u.flow_m3s, u.flow_m3s)),
                _ => m::InletKind::CustomRating(binder.curve(ix, l, u.flow_m3s)),
            },
        };
        m::InletDesign { id: inlet.id.clone(), kind }
    };
    binder.deck.inlets.iter().map(one).collect()
}

fn grate(grate: &d::Grate, l: f64) -> m::Grate {
    let kind = match grate.kind {
        d::GrateKind::PBar50 => m::GrateKind::P50,
        d::GrateKind::PBar50x100 => m::GrateKind::P50x100,
        d::GrateKind::PBar30 => m::GrateKind::P30,
        d::GrateKind::CurvedVane => m::GrateKind::CurvedVane,
        d::GrateKind::TiltBar45 => m::GrateKind::Tilt45x60,
        d::GrateKind::TiltBar30 => m::GrateKind::Tilt30x85,
        d::GrateKind::Reticuline => m::GrateKind::Reticuline,
        d::GrateKind::Generic { open, splash_velocity } => {
            m::GrateKind::Generic { open, splash_ms: splash_velocity * l }
        }
    };
    m::Grate { kind, length_m: grate.length * l, width_m: grate.width * l }
}

fn curb(curb: &d::CurbOpening, l: f64) -> m::CurbOpening {
    let throat = match curb.throat {
        d::CurbThroat::Horizontal => m::Throat::Horizontal,
        d::CurbThroat::Inclined => m::Throat::Inclined,
        d::CurbThroat::Vertical => m::Throat::Vertical,
    };
    m::CurbOpening { length_m: curb.length * l, height_m: curb.height * l, throat }
}

/// Inlets in use.
pub fn inlet_usage(binder: &Binder<'_>) -> Vec<m::InletUsage> {
    let u = &binder.units;
    let used = binder.deck.links.iter().enumerate().filter_map(|(at, link)| Some((at, link.inlets?)));
    used.map(|(at, inlets)| m::InletUsage {
        link: m::LinkIx::new(at),
        inlet: m::InletIx::new(inlets.inlet.0),
        to: m::NodeIx::new(inlets.node.0),
        count: inlets.number,
        clogged: inlets.clogged_pct / 100.0,
        max_flow_m3s: inlets.max_flow * u.flow_m3s,
        local_depression_m: inlets.local_depression * u.length_m,
        local_width_m: inlets.local_width * u.length_m,
        placement: match inlets.placement {
            d::Placement::Automatic => m::Placement::Automatic,
            d::Placement::OnGrade => m::Placement::OnGrade,
            d::Placement::OnSag => m::Placement::OnSag,
        },
    })
    .collect()
}
