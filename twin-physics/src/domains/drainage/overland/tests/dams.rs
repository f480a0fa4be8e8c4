//! Check dams above a street over sewers.

use super::*;
use crate::kernels::surface::check_dam::{CheckDam, DamFailure, FedDam, Next};

fn dam(floor_m: f64, volume_m3: f64, flow_m3s: f64, next: Next) -> FedDam {
    let dam = CheckDam {
        storage: Vessel::Prism { floor_m, area_m2: 100.0, height_m: 6.0 },
        crest_m: floor_m + 3.0,
        crest_length_m: 6.0,
        spillway: None,
        failure: Some(DamFailure { overflow_m: 0.1, foot_m: floor_m, breach: Some([2.0, 60.0]) }),
        next,
    };
    FedDam { dam, volume_m3, inflow_m3s: Some(Series::constant(flow_m3s)) }
}

/// Two dams above the street, and one that pours away: the first two fail one after the other, their water runs down
/// the street into the sewer, each is told by its name, and no water is lost between the four.
#[test]
fn dams_above_a_street_fail_into_its_sewer() {
    let mut streets = three_doors(street([40, 3], 0.005, 4.0));
    streets.filling_ids = vec!["U1".into()];
    streets.pumped_into = vec![None];
    streets.flood.fillings = vec![Filling {
        vessel: Vessel::Prism { floor_m: 0.0, area_m2: 60.0, height_m: 4.0 },
        portals: vec![Portal { cell: 119, sill_m: 4.1, width_m: 6.0, crest: Crest::BROAD }],
        pump: None,
        closure_depth_m: None,
        marks_m: Vec::new(),
    }];
    streets.flood.dams = vec![
        dam(20.0, 290.0, 0.6, Next::Dam(1)),
        dam(12.0, 280.0, 0.0, Next::Cell(41)),
        dam(9.0, 0.0, 2.0, Next::Away),
    ];
    streets.dam_ids = vec!["upper".into(), "lower".into(), "aside".into()];
    let mut run = Run::of(sewer(0.5), streets);
    let mut events = Vec::new();
    for _ in 0..40 {
        events.extend(run.solver.step(&mut run.state, &run.inputs, 30.0, &mut run.scratch).unwrap().events);
        assert!(run.joint_error() < 1e-12, "{}", run.joint_error());
    }
    let breached: Vec<_> = events.iter().filter(|e| e.code == "check-dam-breached").collect();
    let names: Vec<_> = breached.iter().map(|e| run.solver.element_name(e.element, e.slot)).collect();
    assert_eq!(names, ["check dam upper", "check dam lower", "check dam aside"]);
    assert!(breached[0].time_s < breached[1].time_s && breached[0].value >= 0.1, "{breached:?}");
    let books = run.solver.streets().unwrap().dam_books(run.above());
    assert!((books.start_m3 + books.given_m3 - 570.0 - 2.6 * 1200.0).abs() < 1e-9, "{books:?}");
    assert!(books.poured_m3 > 800.0 && books.away_m3 > 2000.0, "{books:?}");
    assert!(run.state.routed.totals.exchange.value() > 300.0, "the sewer takes of it");
    let accounts = run.solver.accounts(&run.state);
    assert_eq!(accounts.len(), 4);
    assert!(accounts[1..].iter().all(|a| a.relative_residual() < 1e-12), "{accounts:?}");
    let level_m = &run.above().level_m;
    assert_eq!(level_m.len(), 4);
    assert!((level_m[1] - run.above().flood.dams[0].volume_m3 / 100.0).abs() < 1e-12, "{level_m:?}");
}

/// Dams without names are refused.
#[test]
fn dams_without_names_are_refused() {
    let mut streets = three_doors(street([40, 3], 0.005, 4.0));
    streets.flood.dams = vec![dam(20.0, 0.0, 0.0, Next::Away)];
    let error = DrainageSolver::under(sewer(0.5), streets, None).unwrap_err().to_string();
    assert!(error.contains("1 check dams, 0 names"), "{error}");
}
