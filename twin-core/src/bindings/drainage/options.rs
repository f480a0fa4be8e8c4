//! Options, calendar and climate of a deck.

use jiff::civil::{Date, DateTime, date};
use twin_physics::domains::drainage::model as m;

use super::Binder;
use crate::io::swmm_inp::deck as d;

/// Day 0 of SWMM's day numbers.
const EPOCH: Date = date(1899, 12, 30);

/// Days of a date since SWMM's day 0.
pub fn day_number(day: Date) -> i64 {
    i64::from(day.since(EPOCH).map_or(0, |span| span.get_days()))
}

/// Seconds from one instant to another.
pub fn seconds(from: DateTime, to: DateTime) -> f64 {
    to.duration_since(from).as_secs_f64()
}

fn day_of_year((month, day): (i8, i8), leap: bool) -> u16 {
    let year = if leap { 2004 } else { 2003 };
    Date::new(year, month, day).map_or(1, |d| d.day_of_year().unsigned_abs())
}

/// Options of the physics.
pub fn options(deck: &d::SwmmDeck) -> m::Options {
    let o = &deck.options;
    let leap = o.start.date().in_leap_year();
    m::Options {
        routing: match o.routing {
            d::Routing::Steady => m::Routing::Steady,
            d::Routing::Kinematic => m::Routing::Kinematic,
            d::Routing::Dynamic => m::Routing::Dynamic,
        },
        scheme: m::Scheme::default(),
        defects: m::Defects::default(),
        allow_ponding: o.allow_ponding,
        inertial_damping: match o.inertial_damping {
            d::InertialDamping::None => m::InertialDamping::None,
            d::InertialDamping::Partial => m::InertialDamping::Partial,
            d::InertialDamping::Full => m::InertialDamping::Full,
        },
        normal_flow_limit: match o.normal_flow_limited {
            d::NormalFlowLimit::Slope => m::NormalFlowLimit::Slope,
            d::NormalFlowLimit::Froude => m::NormalFlowLimit::Froude,
            d::NormalFlowLimit::Both => m::NormalFlowLimit::Both,
        },
        surcharge: match o.surcharge {
            d::Surcharge::Extran => m::Surcharge::Extran,
            d::Surcharge::Slot => m::Surcharge::Slot,
        },
        force_main: match o.force_main_equation {
            d::ForceMainEquation::HazenWilliams => m::ForceMainFriction::HazenWilliams,
            d::ForceMainEquation::DarcyWeisbach => m::ForceMainFriction::DarcyWeisbach,
        },
        skip_steady: o
            .skip_steady_state
            .then_some((o.system_flow_tolerance_pct / 100.0, o.lateral_flow_tolerance_pct / 100.0)),
        ignore: m::Ignore {
            rainfall: o.ignore_rainfall,
            snowmelt: o.ignore_snowmelt,
            groundwater: o.ignore_groundwater,
            rdii: o.ignore_rdii,
            routing: o.ignore_routing,
            quality: o.ignore_quality,
        },
        wet_step_s: o.wet_step_s as f64,
        dry_step_s: o.dry_step_s as f64,
        routing_step_s: o.routing_step_s,
        courant_factor: o.variable_step,
        min_step_s: o.minimum_step_s,
        lengthening_step_s: o.lengthening_step_s,
        rule_step_s: o.rule_step_s as f64,
        max_trials: o.trials(),
        head_tolerance_m: o.head_tolerance_m(),
        min_surface_area_m2: o.min_surface_area_m2(),
        min_slope: o.min_slope_pct / 100.0,
        dry_days: o.dry_days,
        duration_s: seconds(o.start, o.end),
        report_start_s: seconds(o.start, o.report_start).max(0.0),
        report_step_s: o.report_step_s as f64,
        sweeping_season: (day_of_year(o.sweep_start, leap), day_of_year(o.sweep_end, leap)),
        events: deck.events.iter().map(|e| (seconds(o.start, e.start), seconds(o.start, e.end))).collect(),
    }
}

/// When the model starts.
pub fn calendar(deck: &d::SwmmDeck) -> m::Calendar {
    let start = deck.options.start;
    m::Calendar { start_day: day_number(start.date()), start_second: seconds(start.date().at(0, 0, 0, 0), start) }
}

/// Climate, with the days of its file where it has one.
pub fn climate(binder: &Binder<'_>) -> m::Climate {
    let (u, c) = (&binder.units, &binder.deck.climate);
    let daily = |v: &[f64; 12]| v.map(|x| x * u.daily_ms);
    let s = &c.snowmelt;
    m::Climate {
        evaporation: match &c.evaporation {
            d::Evaporation::Constant(v) => m::Evaporation::Constant(v * u.daily_ms),
            d::Evaporation::Monthly(v) => m::Evaporation::Monthly(daily(v)),
            d::Evaporation::Series(ix) => m::Evaporation::Series(m::SeriesIx::new(ix.0), u.daily_ms),
            d::Evaporation::Temperature => m::Evaporation::Temperature,
            d::Evaporation::File(pan) => m::Evaporation::File(*pan),
        },
        dry_only: c.dry_only,
        recovery: binder.pattern(c.recovery),
        temperature: match &c.temperature {
            d::TemperatureSource::None => m::Temperature::None,
            d::TemperatureSource::Series(ix) => {
                let offset = u.celsius(0.0);
                m::Temperature::Series(m::SeriesIx::new(ix.0), u.degree_k, offset)
            }
            d::TemperatureSource::File(_) => m::Temperature::File,
        },
        wind: match &c.wind {
            d::Wind::Monthly(v) => m::Wind::Monthly(v.map(|x| x * u.wind_ms)),
            d::Wind::File => m::Wind::File,
        },
        daily: binder.external.climate.clone(),
        snow: m::SnowMelt {
            snow_temp_c: s.snow_temperature.map_or(10.0 / 9.0, |t| u.celsius(t)),
            antecedent_weight: s.ati_weight,
            negative_melt_ratio: s.negative_melt_ratio,
            elevation_m: s.elevation * u.length_m,
            latitude_deg: s.latitude_deg,
            longitude_correction_s: s.longitude_correction_min * 60.0,
            depletion: [c.depletion.impervious, c.depletion.pervious],
        },
        temperature_change_k: c.adjustments.temperature.map(|v| v * u.degree_k),
        evaporation_change_ms: daily(&c.adjustments.evaporation),
        rain_factor: m::Monthly(c.adjustments.rainfall),
        conductivity_factor: m::Monthly(c.adjustments.conductivity.map(|v| if v > 0.0 { v } else { 1.0 })),
    }
}
