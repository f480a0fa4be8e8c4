//! One conduit, from the file to what routing needs.
//!
//! *Source:* Rossman (2017), *SWMM Reference Manual vol. II – Hydraulics*, EPA/600/R-17/111, sections 2.2 (conduits)
//! and 3.3 (dynamic wave: lengthening, reversal).

use super::super::model::{Conduit, DrainageModel, Link, Options, Routing};
use super::super::section::{SWMM_GRAVITY_MS2, Section, Shape};
use super::force_main::{equivalent_manning, pressure_factor};
use super::{Adjustment, ConduitData, LinkClass, LinkData, ModelError, SWMM_MANNING, routing_step_s};
use crate::units::M_PER_FT;

/// Smallest drop of a conduit: 0.001 ft [m].
const SMALLEST_DROP_M: f64 = 0.001 * M_PER_FT;

/// Compiles link `at` of the model.
pub(super) fn compile(
    model: &DrainageModel,
    at: u32,
    link: &Link,
    conduit: &Conduit,
    warn: &mut Vec<Adjustment>,
) -> Result<LinkData, ModelError> {
    let options = &model.options;
    let section =
        Section::new(&conduit.shape).map_err(|source| ModelError::Section { link: link.id.clone(), source })?;
    check(link, conduit, &section)?;
    let mut offsets = [conduit.offset_from_m, conduit.offset_to_m];
    for offset in &mut offsets {
        if *offset < 0.0 {
            *offset = 0.0;
            warn.push(Adjustment::NegativeOffset(at));
        }
        if let Shape::FilledCircular { fill_m, .. } = conduit.shape {
            *offset += fill_m;
        }
    }
    let dummy = conduit.shape == Shape::Dummy;
    let inverts = [model.nodes[link.from.at()].invert_m, model.nodes[link.to.at()].invert_m];
    let length_m = conduit.length_m / section.length_factor;
    let slope = slope(at, [inverts[0] + offsets[0], inverts[1] + offsets[1]], length_m, options, warn);
    let turned = options.routing == Routing::Dynamic && slope < 0.0 && !dummy;
    let mut data = hydraulics(conduit, section, length_m, if turned { -slope } else { slope }, options);
    let (mut from, mut to, mut direction) = (link.from.0, link.to.0, 1.0);
    if turned {
        (from, to, direction) = (to, from, -1.0);
        offsets.swap(0, 1);
        data.losses.swap(0, 1);
        data.initial_flow_m3s = -data.initial_flow_m3s;
    }
    Ok(LinkData {
        from,
        to,
        direction,
        offset_from_m: offsets[0],
        offset_to_m: offsets[1],
        full_depth_m: data.section.full_depth_m,
        flap_gate: conduit.flap_gate,
        class: LinkClass::Conduit(Box::new(data)),
    })
}

fn check(link: &Link, conduit: &Conduit, section: &Section) -> Result<(), ModelError> {
    let fail =
        |what, value, must_be| Err(ModelError::Value { element: format!("conduit {}", link.id), what, value, must_be });
    let manning = section.manning_n.unwrap_or(conduit.manning);
    if !(conduit.length_m.is_finite() && conduit.length_m > 0.0) {
        return fail("length", conduit.length_m, "above 0");
    }
    if !(manning.is_finite() && manning > 0.0) {
        return fail("Manning's n", manning, "above 0");
    }
    if conduit.barrels == 0 {
        return fail("number of barrels", 0.0, "1 or more");
    }
    if matches!(conduit.shape, Shape::ForceMain { .. }) {
        let roughness = conduit.force_main.unwrap_or(0.0);
        if !(roughness.is_finite() && roughness > 0.0) {
            return fail("roughness (or C) of the force main", roughness, "above 0");
        }
    }
    for (what, value) in [
        ("entrance loss coefficient", conduit.loss_entrance),
        ("exit loss coefficient", conduit.loss_exit),
        ("average loss coefficient", conduit.loss_average),
    ] {
        if !(value.is_finite() && value >= 0.0) {
            return fail(what, value, "0 or more");
        }
    }
    Ok(())
}

/// Slope with the sign of the drop, held to SWMM's smallest drop and the option's smallest slope.
fn slope(at: u32, ends_m: [f64; 2], length_m: f64, options: &Options, warn: &mut Vec<Adjustment>) -> f64 {
    let mut drop = (ends_m[0] - ends_m[1]).abs();
    if drop < SMALLEST_DROP_M {
        drop = SMALLEST_DROP_M;
        warn.push(Adjustment::SmallestDrop(at));
    }
    let mut slope = if drop >= length_m {
        warn.push(Adjustment::DropExceedsLength(at));
        drop / length_m
    } else {
        drop / (length_m * length_m - drop * drop).sqrt()
    };
    if options.min_slope > 0.0 && slope < options.min_slope {
        slope = options.min_slope;
        warn.push(Adjustment::SmallestSlope(at));
        if options.routing != Routing::Dynamic {
            return slope;
        }
    }
    if ends_m[0] < ends_m[1] { -slope } else { slope }
}

/// What follows from section, roughness and slope.
fn hydraulics(conduit: &Conduit, section: Section, length_m: f64, slope: f64, options: &Options) -> ConduitData {
    let dynamic = options.routing == Routing::Dynamic;
    let dummy = conduit.shape == Shape::Dummy;
    let force_main = if matches!(conduit.shape, Shape::ForceMain { .. }) { conduit.force_main } else { None };
    let mut manning = section.manning_n.unwrap_or(conduit.manning);
    if let (true, Some(coefficient)) = (dynamic, force_main) {
        manning = equivalent_manning(options.force_main, coefficient, section.full_depth_m, slope);
    }
    manning *= section.length_factor.sqrt();
    let lengthening = if dynamic && !dummy { lengthening(&section, length_m, slope, manning, options) } else { 1.0 };
    // A longer conduit has less slope and, so that it conveys the same, less roughness.
    let smoothed = manning / lengthening.sqrt();
    let relative = smoothed / SWMM_MANNING;
    let beta = if dummy { 0.0 } else { (slope.abs() / lengthening).sqrt() / relative };
    // SWMM multiplies its factor A·R^0.63, in feet, by the same beta.
    let flow_per_factor = if force_main.is_some() { beta * M_PER_FT.powf(0.37 - 1.0 / 3.0) } else { beta };
    ConduitData {
        barrels: f64::from(conduit.barrels),
        length_m,
        modified_length_m: match lengthening {
            // SWMM leaves the length of the main channel here, though its roughness already stands for the difference.
            1.0 if options.defects.others => conduit.length_m,
            _ => lengthening * length_m,
        },
        manning,
        rough_factor: SWMM_GRAVITY_MS2 * relative * relative,
        slope,
        beta,
        flow_per_factor,
        full_flow_m3s: section.full_section_factor * flow_per_factor,
        max_normal_flow_m3s: section.max_section_factor * flow_per_factor,
        max_flow_m3s: conduit.max_flow_m3s.unwrap_or(f64::INFINITY),
        initial_flow_m3s: conduit.initial_flow_m3s,
        losses: [conduit.loss_entrance, conduit.loss_exit, conduit.loss_average],
        has_losses: conduit.loss_entrance != 0.0 || conduit.loss_exit != 0.0 || conduit.loss_average != 0.0,
        seepage_ms: conduit.seepage_ms,
        culvert: conduit.culvert,
        force_main,
        pressure_factor: force_main.map_or(0.0, |c| pressure_factor(options.force_main, c, lengthening)),
        open: section.is_open(),
        dummy,
        section,
    }
}

/// By how much a conduit is lengthened so that a wave takes a step through it when it is full; 1 where it is long
/// enough or the option is off.
fn lengthening(section: &Section, length_m: f64, slope: f64, manning: f64, options: &Options) -> f64 {
    if options.lengthening_step_s <= 0.0 {
        return 1.0;
    }
    let step_s = routing_step_s(options).min(options.lengthening_step_s);
    let depth_m = if section.is_open() {
        section.full_area_m2 / section.width(section.full_depth_m)
    } else {
        section.full_depth_m
    };
    let velocity_ms = SWMM_MANNING / manning * section.full_section_factor * slope.abs().sqrt() / section.full_area_m2;
    let ratio = ((SWMM_GRAVITY_MS2 * depth_m).sqrt() + velocity_ms) * step_s / length_m;
    if ratio > 1.0 { ratio } else { 1.0 }
}
