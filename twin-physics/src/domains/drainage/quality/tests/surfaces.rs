//! Build-up, sweeping and wash-off against SWMM 5.2.4 over two days with two storms.
//!
//! Deck: S1 (3 ha) runs onto S2 (5 ha); two land uses; power, exponential, saturation and external build-up by area and
//! curb; exponential, rating and EMC wash-off; a co-pollutant, best practice, sweeping every day, rain loads, a loading
//! given at the start; Horton, CMS, runoff step 300 s.

use super::super::super::hydrology::{HydrologyScratch, SurfaceForcing};
use super::*;
use crate::ledger::ExactSum;

const TRACE: &str = include_str!("surfaces524.csv");
const MM_H: f64 = 1e-3 / 3600.0;
/// kg per ha of a pollutant in mg/L: 1000 g on 10 000 m².
const KG_HA: f64 = 0.1;
/// kg of a pollutant in µg/L is 10⁶ mg.
const KG_UG: f64 = 1e6;

fn catchment(id: &str, outlet: Receiver, area_ha: f64, slope: f64, size: (f64, f64, f64)) -> Subcatchment {
    let (impervious, width_m, curb_length) = size;
    let max_rate_ms = 30.0 * MM_H;
    Subcatchment {
        id: id.to_owned(),
        gage: Some(GageIx(0)),
        outlet: Some(outlet),
        area_m2: area_ha * 1e4,
        impervious,
        width_m,
        slope,
        curb_length,
        manning_impervious: 0.012,
        manning_pervious: 0.1,
        storage_impervious_m: 1e-3,
        storage_pervious_m: 4e-3,
        zero_storage: 0.25,
        subarea_routing: SubareaRouting::ToOutlet,
        routed: 0.0,
        infiltration: Infiltration::Horton {
            max_rate_ms,
            min_rate_ms: 5.0 * MM_H,
            decay_per_s: 4.0 / 3600.0,
            dry_time_s: 7.0 * 86_400.0,
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

fn buildup(law: BuildupLaw, per_curb: bool) -> Option<Buildup> {
    Some(Buildup { law, per_curb })
}

fn wash(law: WashoffLaw, sweep_efficiency: f64, bmp_efficiency: f64) -> Option<Washoff> {
    Some(Washoff { law, sweep_efficiency, bmp_efficiency })
}

fn exponential(coefficient: f64, exponent: f64) -> WashoffLaw {
    WashoffLaw::Exponential { coefficient, exponent, rate_factor: 1.0 / MM_H }
}

fn rating(coefficient: f64, exponent: f64) -> WashoffLaw {
    WashoffLaw::Rating { coefficient, exponent, flow_factor: 1.0, load_factor: 1e-3 }
}

fn land_uses() -> Vec<LandUse> {
    let emc = |concentration| WashoffLaw::Emc { concentration };
    let residential = LandUse {
        id: String::from("RES"),
        sweep_interval_d: 1.0,
        sweep_availability: 0.6,
        last_swept_d: 0.5,
        buildup: vec![
            buildup(BuildupLaw::Power { max: 60.0 * KG_HA, rate: 12.0 * KG_HA, exponent: 0.6 }, false),
            buildup(BuildupLaw::Exponential { max: 50.0 * KG_UG, rate_per_d: 0.4 }, true),
            // A count is a thousandth of a count per litre in a cubic metre.
            buildup(BuildupLaw::Saturation { max: 9000.0 * 1e-7, half_d: 0.0 }, false),
            buildup(BuildupLaw::External { max: 20.0 * KG_HA, factor: 2.0 * KG_HA, series: SeriesIx(0) }, false),
        ],
        washoff: vec![
            wash(exponential(0.05, 1.4), 0.5, 0.1),
            wash(rating(40.0, 1.3), 0.2, 0.0),
            wash(emc(300.0), 0.0, 0.05),
            wash(exponential(0.1, 1.1), 0.3, 0.0),
        ],
    };
    let industrial = LandUse {
        id: String::from("IND"),
        sweep_interval_d: 0.0,
        sweep_availability: 0.0,
        last_swept_d: 0.0,
        buildup: vec![
            buildup(BuildupLaw::Exponential { max: 80.0 * KG_HA, rate_per_d: 0.3 }, false),
            None,
            None,
            buildup(BuildupLaw::Power { max: 30.0 * KG_HA, rate: 4.0 * KG_HA, exponent: 1.0 }, false),
        ],
        washoff: vec![
            wash(exponential(0.02, 1.2), 0.0, 0.0),
            wash(emc(25.0), 0.0, 0.2),
            None,
            wash(rating(200.0, 1.1), 0.0, 0.0),
        ],
    };
    vec![residential, industrial]
}

fn surfaces() -> DrainageModel {
    let rain = [
        (5.0, 0.0),
        (6.0, 12.0),
        (6.25, 30.0),
        (6.5, 18.0),
        (7.0, 4.0),
        (8.0, 0.0),
        (30.0, 8.0),
        (30.5, 25.0),
        (31.25, 5.0),
        (32.0, 0.0),
    ];
    let gage = Gage {
        id: String::from("G1"),
        interval_s: 900.0,
        record: rain.iter().map(|(h, v)| (h * 3600.0, v * MM_H)).collect(),
        ..Gage::default()
    };
    let mut first = catchment("S1", Receiver::Catchment(CatchmentIx(1)), 3.0, 0.01, (0.4, 150.0, 250.0));
    first.coverage = vec![(LandUseIx(0), 0.7), (LandUseIx(1), 0.2)];
    let mut second = catchment("S2", Receiver::Node(NodeIx(0)), 5.0, 0.01, (0.6, 200.0, 400.0));
    second.coverage = vec![(LandUseIx(0), 0.4), (LandUseIx(1), 0.6)];
    second.initial_buildup = vec![0.0, 0.0, 0.0, 3.0 * KG_HA];
    let base = model();
    let options = Options {
        wet_step_s: 300.0,
        dry_step_s: 300.0,
        dry_days: 5.0,
        duration_s: 172_800.0,
        sweeping_season: (32, 334),
        ..base.options
    };
    DrainageModel {
        options,
        calendar: Calendar { start_day: 43_891, start_second: 0.0 },
        climate: Climate { evaporation: Evaporation::Constant(3e-3 / 86_400.0), ..Climate::default() },
        gages: vec![gage],
        subcatchments: vec![first, second],
        land_uses: land_uses(),
        series: vec![series("BU", &[(0.0, 1.0), (12.0, 3.0), (48.0, 2.0)])],
        inflows: Vec::new(),
        dry_weather: Vec::new(),
        pollutants: vec![
            Pollutant { rain: 2.0, ..pollutant("TSS") },
            Pollutant {
                unit: ConcentrationUnit::UgPerL,
                co_pollutant: Some((PollutantIx(0), 0.3)),
                ..pollutant("LEAD")
            },
            Pollutant { unit: ConcentrationUnit::CountPerL, rain: 1.0, ..pollutant("COLI") },
            Pollutant { rain: 0.5, ..pollutant("N") },
        ],
        nodes: base
            .nodes
            .into_iter()
            .map(|mut n| {
                n.treatment.clear();
                n
            })
            .collect(),
        links: base.links,
        ..DrainageModel::default()
    }
}

/// Runs two days; `after` sees each step's end.
fn run(model: DrainageModel, mut after: impl FnMut(&Rig, &super::super::super::hydrology::HydrologyState)) -> Rig {
    let mut rig = Rig::new(model, &|_| {}, None);
    let mut water = rig.hydrology.initial(&rig.model);
    let mut scratch = HydrologyScratch::default();
    while water.time_s < 172_800.0 {
        rig.hydrology.advance(&rig.model, &mut water, &SurfaceForcing::default(), &mut scratch);
        rig.quality.runoff_step(&rig.model, &rig.hydrology, &water, &mut rig.state);
        after(&rig, &water);
    }
    rig
}

#[test]
fn runoff_of_two_storms_has_swmms_concentrations() {
    let rows: Vec<Vec<f64>> = TRACE
        .lines()
        .skip(1)
        .filter(|l| !l.is_empty())
        .map(|l| l.split(',').map(|x| x.parse().unwrap()).collect())
        .collect();
    let mut compared = 0;
    run(surfaces(), |rig, water| {
        let hour = water.time_s / 3600.0;
        if hour.fract() != 0.0 {
            return;
        }
        let row = &rows[hour as usize - 1];
        for c in 0..2 {
            let (flow, expected) = (water.catchments[c].runoff_m3s, row[c * 5]);
            // SWMM reports neither flow nor quality of a runoff below 0.001 in/h.
            let error = if expected > 0.0 { (flow - expected).abs() / expected } else { 0.0 };
            assert!(error < 1e-3, "{hour} {c}: {flow} {expected}");
            for p in 0..4 {
                let (got, expected) = (rig.state.runoff[c * 4 + p], row[c * 5 + 1 + p]);
                if expected > 0.0 {
                    let error = (got - expected).abs() / expected;
                    assert!(error < 1e-3, "hour {hour} catchment {c} pollutant {p}: {got} {expected}");
                    compared += 1;
                }
            }
        }
    });
    assert!(compared >= 24, "{compared}");
}

#[test]
fn the_account_is_swmms_table() {
    let rig = run(surfaces(), |_, _| {});
    // kg of TSS, LEAD and N; log10 of counts of COLI.
    let kg = [1e-3, 1e-6, f64::NAN, 1e-3];
    let check = |p: usize, name: &str, got: f64, expected: f64| {
        let got = if p == 2 { (got * 1e3).log10() } else { got * kg[p] };
        assert!((got - expected).abs() < 2e-3 * expected.abs() + 1.1e-3, "{name} of {p}: {got} {expected}");
    };
    let table: [(usize, [f64; 7]); 4] = [
        (0, [352.964, 109.062, 4.080, 28.201, 17.721, 11.970, 171.896]),
        (1, [14_483.134, 2_207.494, 0.0, 3_473.956, 0.005, 0.004, 0.062]),
        (2, [4.567, 4.868, 6.310, f64::NAN, 6.020, 4.506, 5.969]),
        (3, [27.0, 59.556, 1.020, 3.633, 2.056, 0.0, 14.438]),
    ];
    let names = ["initial", "buildup", "deposition", "sweeping", "infiltration", "bmp", "runoff"];
    for (p, expected) in table {
        let a = &rig.state.surfaces[p];
        let sums = [a.buildup, a.deposition, a.sweeping, a.infiltration, a.bmp, a.runoff].map(ExactSum::value);
        for ((name, got), expected) in names.iter().zip([a.initial].into_iter().chain(sums)).zip(expected) {
            if expected.is_nan() {
                assert_eq!(got, 0.0);
            } else {
                check(p, name, got, expected);
            }
        }
    }
}

#[test]
fn one_catchment_loses_nothing_where_defects_are_mended() {
    let mut model = surfaces();
    model.options.defects = Defects::default();
    model.subcatchments.remove(0);
    for p in 0..2 {
        model.pollutants[p].co_pollutant = None;
    }
    let rig = run(model, |_, _| {});
    for p in 0..4 {
        let a = &rig.state.surfaces[p];
        let error = (rig.quality.on_surfaces(&rig.state, p) - a.expected()).abs();
        assert!(error < 1e-12 * (a.initial + a.buildup.value() + a.deposition.value()), "{p}: {error} {a:?}");
    }
}
