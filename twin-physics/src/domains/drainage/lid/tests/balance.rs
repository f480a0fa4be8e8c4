//! What holds for any design in any weather.

use proptest::prelude::*;

use super::case::{control, model, still};
use crate::domains::drainage::lid::{LidInput, LidLayers, Lids};
use crate::domains::drainage::model::*;
use crate::units::{S_PER_DAY, S_PER_HOUR};

const KINDS: [LidKind; 8] = [
    LidKind::Bioretention,
    LidKind::RainGarden,
    LidKind::GreenRoof,
    LidKind::InfiltrationTrench,
    LidKind::PermeablePavement,
    LidKind::RainBarrel,
    LidKind::RooftopDisconnection,
    LidKind::VegetativeSwale,
];

/// A sound design out of numbers within 0..1; about a third of what is optional is left out.
fn design(kind: LidKind, x: &[f64; 32]) -> LidControl {
    let between = |i: usize, low: f64, high: f64| low + x[i] * (high - low);
    let maybe = |i: usize, value: f64| if x[i] < 0.35 { 0.0 } else { value };
    let mm_h = 1e-3 / S_PER_HOUR;
    let mut c = control(kind);
    let berm_m = if kind == LidKind::VegetativeSwale { between(0, 0.05, 1.0) } else { maybe(0, between(1, 0.0, 0.4)) };
    c.surface = LidSurface {
        storage_m: berm_m,
        void_fraction: between(2, 0.3, 1.0),
        manning: if kind == LidKind::VegetativeSwale { between(3, 0.02, 0.5) } else { maybe(3, between(4, 0.01, 0.5)) },
        slope: between(5, 0.001, 0.1),
        side_slope: between(6, 0.0, 5.0),
    };
    let wilting_point = between(7, 0.0, 0.2);
    let field_capacity = wilting_point + between(8, 0.01, 0.2);
    let is_optional = kind == LidKind::PermeablePavement && x[9] < 0.4;
    c.soil = (!is_optional).then(|| LidSoil {
        thickness_m: between(10, 0.01, 1.0),
        porosity: field_capacity + between(11, 0.01, 0.4),
        field_capacity,
        wilting_point,
        conductivity_ms: between(12, 0.1, 300.0) * mm_h,
        conductivity_slope: between(13, 0.0, 50.0),
        suction_m: between(14, 0.0, 0.2),
    });
    c.pavement = Some(LidPavement {
        thickness_m: between(15, 0.01, 0.3),
        void_fraction: between(16, 0.05, 0.4),
        impervious: between(17, 0.0, 0.9),
        permeability_ms: between(18, 1.0, 500.0) * mm_h,
        clog_factor: maybe(19, between(20, 1.0, 100.0)),
        regeneration_days: maybe(21, 0.1),
        regeneration: x[22],
    });
    let needs_storage = kind == LidKind::InfiltrationTrench;
    c.storage = Some(LidStorage {
        thickness_m: if needs_storage { between(23, 0.01, 1.0) } else { maybe(23, between(24, 0.0, 1.0)) },
        void_fraction: between(25, 0.05, 1.0),
        seepage_ms: maybe(26, between(26, 0.0, 50.0) * mm_h),
        clog_factor: maybe(27, between(27, 1.0, 100.0)),
        covered: false,
    });
    c.drain = (x[28] > 0.3).then(|| LidDrain {
        coefficient: between(28, 0.0, 50.0),
        exponent: between(29, 0.0, 2.0),
        head_factor: 1e3,
        flow_factor: mm_h,
        offset_m: maybe(30, between(30, 0.0, 0.5)),
        delay_s: maybe(31, 7_200.0),
        open_head_m: maybe(29, 0.2),
        close_head_m: maybe(29, 0.1),
        curve: if x[31] > 0.6 { vec![(0.0, 0.2), (0.3, 1.4)] } else { Vec::new() },
    });
    c.mat = Some(LidMat {
        thickness_m: between(24, 0.01, 0.1),
        void_fraction: between(25, 0.2, 1.0),
        manning: maybe(26, between(27, 0.01, 0.3)),
    });
    c
}

/// Whether layers lie within the design.
fn within(layers: &LidLayers, c: &LidControl) -> bool {
    let soil = match c.kind {
        LidKind::Bioretention | LidKind::RainGarden | LidKind::GreenRoof | LidKind::PermeablePavement => c.soil,
        _ => None,
    };
    let storage_m = match c.kind {
        LidKind::GreenRoof => c.mat.map_or(0.0, |m| m.thickness_m),
        LidKind::RooftopDisconnection | LidKind::VegetativeSwale => 0.0,
        _ => c.storage.map_or(0.0, |s| s.thickness_m),
    };
    let pavement_m = c.pavement.map_or(0.0, |p| p.thickness_m);
    layers.surface_m >= 0.0
        && layers.surface_m.is_finite()
        && (0.0..=pavement_m).contains(&layers.pavement_m)
        && soil.map_or(layers.moisture == 0.0, |s| (s.wilting_point..=s.porosity).contains(&layers.moisture))
        && (0.0..=storage_m).contains(&layers.storage_m)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Whatever the design and the weather, a unit's account closes to 1e-9 of what came in, no flow runs backwards and
    /// every layer stays within its bounds.
    #[test]
    fn accounts_close(
        kind in 0..KINDS.len(),
        x in prop::array::uniform32(0.0..1.0_f64),
        rain in prop::collection::vec((0.0..1.0_f64, 0.0..200.0_f64), 10..60),
        evap_mm_d in 0.0..12.0_f64,
        dt_s in prop::sample::select(vec![5.0, 60.0, 300.0, 900.0, 3600.0]),
        width_m in prop::sample::select(vec![0.0, 1.0, 20.0]),
        saturation in 0.0..=1.0_f64,
    ) {
        let c = design(KINDS[kind], &x);
        let width_m = if c.kind == LidKind::VegetativeSwale { width_m + 0.5 } else { width_m };
        let model = model(c.clone(), 50.0 + 400.0 * x[0], width_m, saturation, 1e-6);
        let lids = Lids::new(&model).expect("a sound design");
        let mut states = lids.initial();
        let mut time_s = 0.0;
        for (is_wet, mm_h) in rain {
            let rain_ms = if is_wet < 0.4 { 0.0 } else { mm_h * 1e-3 / S_PER_HOUR };
            Lids::begin_step(&mut states);
            let input = LidInput {
                time_s,
                rain_ms,
                evap_ms: evap_mm_d * 1e-3 / S_PER_DAY,
                native_infiltration_ms: 2e-6,
                native_limit_ms: if x[5] < 0.2 { 1e-7 } else { f64::INFINITY },
                ..still(dt_s)
            };
            let before_m3 = lids.stored_m3(0, &states);
            let out = lids.step(0, &mut states, &input);
            time_s += dt_s;
            let s = &states[0];
            let scale_m = s.balance.inflow_m.value() + s.balance.initial_m + 1e-3;
            let residual_m = s.balance.residual_m();
            prop_assert!(residual_m.abs() <= 1e-9 * scale_m, "{residual_m} of {scale_m}: {s:?}");
            prop_assert!(within(&s.layers, &c), "{:?} outside {c:?}", s.layers);
            let f = &s.fluxes;
            let down = [f.infiltration_ms, f.pavement_perc_ms, f.soil_perc_ms, f.exfiltration_ms];
            for flow in [f.outflow_ms, f.drain_ms, f.evaporation_ms()].into_iter().chain(down) {
                prop_assert!(flow >= 0.0 && flow.is_finite(), "{f:?}");
            }
            let area_m2 = lids.area_m2(0);
            let gone = out.surface_m3s + out.drain_m3s + out.evaporation_m3s + out.infiltration_m3s;
            let left = rain_ms * area_m2 * dt_s - gone * dt_s - (out.stored_m3 - before_m3);
            prop_assert!(left.abs() <= 1e-9 * scale_m * area_m2, "{left}");
        }
    }
}
