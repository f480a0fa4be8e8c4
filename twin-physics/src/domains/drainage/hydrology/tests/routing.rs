//! Routing between subareas and catchments, months and their patterns.

use super::*;
use crate::domains::drainage::model::{Monthly, Pattern, PatternIx, PatternKind};

fn routed(routing: SubareaRouting, share: f64) -> DrainageModel {
    let mut model = base(horton(0.0, false));
    (model.subcatchments[0].subarea_routing, model.subcatchments[0].routed) = (routing, share);
    model
}

fn cascade(infiltration: Infiltration) -> DrainageModel {
    let mut model = base(infiltration);
    model.subcatchments[0].outlet = to_catchment(1);
    model.subcatchments.push(second_catchment(infiltration));
    model
}

#[test]
fn impervious_onto_pervious_follows_swmm() {
    compare("to pervious", routed(SubareaRouting::ToPervious, 0.6), 0, reference::TOPERV);
}

#[test]
fn pervious_onto_impervious_follows_swmm() {
    compare("to impervious", routed(SubareaRouting::ToImpervious, 0.7), 0, reference::TOIMPERV);
}

#[test]
fn a_cascade_of_catchments_follows_swmm() {
    compare("cascade", cascade(horton(0.0, false)), 1, reference::CASCADE);
    let curve_number = Infiltration::CurveNumber { number: 80.0, dry_time_s: 4.0 * DAY };
    compare("cascade with curve numbers", cascade(curve_number), 1, reference::CASCADECN);
}

#[test]
fn surfaces_without_roughness_follow_swmm() {
    let mut model = base(horton(0.0, false));
    (model.subcatchments[0].manning_impervious, model.subcatchments[0].manning_pervious) = (0.0, 0.0);
    compare("smooth", model, 0, reference::SMOOTH);
}

/// From 31 May 18:00 on, everything changing at midnight.
fn months() -> DrainageModel {
    let mut model = base(green_ampt(false));
    model.calendar = Calendar { start_day: JUNE_2020 - 1, start_second: 18.0 * HOUR };
    let pattern = |id: &str, may: f64, june: f64| {
        let mut factors = vec![1.0; 12];
        (factors[4], factors[5]) = (may, june);
        Pattern { id: id.into(), kind: PatternKind::Monthly, factors }
    };
    model.patterns =
        vec![pattern("REC", 0.5, 2.0), pattern("NP", 1.5, 0.5), pattern("DS", 2.0, 0.25), pattern("IN", 0.7, 1.4)];
    let climate = &mut model.climate;
    climate.evaporation = Evaporation::Monthly(std::array::from_fn(|m| (m + 1) as f64 * MM_D));
    climate.recovery = Some(PatternIx(0));
    (climate.evaporation_change_ms[4], climate.evaporation_change_ms[5]) = (MM_D, -MM_D);
    let with = |may, june| {
        let mut factors = Monthly::default();
        (factors.0[4], factors.0[5]) = (may, june);
        factors
    };
    climate.rain_factor = with(1.2, 0.8);
    climate.conductivity_factor = with(0.5, 2.0);
    model.subcatchments[0].adjustments = [Some(PatternIx(1)), Some(PatternIx(2)), None];
    model
}

#[test]
fn monthly_factors_follow_swmm() {
    compare("months", months(), 0, reference::MONTHS);
    let mut own = months();
    own.subcatchments[0].adjustments[2] = Some(PatternIx(3));
    compare("months with an own pattern", own, 0, reference::MONTHSOWN);
}
