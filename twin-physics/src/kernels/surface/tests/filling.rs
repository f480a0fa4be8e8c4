//! Laws of fillings, and the worked cases.

use super::super::friction::FrictionLaw;
use super::super::grid::Ground;
use super::*;
use proptest::prelude::*;

/// A street of cells so large that its level does not change.
fn street(depth_m: f64, cell_m: f64) -> (Grid<f64>, Water<f64>) {
    let ground = Ground {
        columns: 2,
        rows: 1,
        cell_m,
        bed_m: vec![0.0; 2],
        roughness: vec![0.02],
        law: FrictionLaw::Manning,
        walls: Vec::new(),
    };
    let grid = Grid::new(&ground).unwrap();
    let water = Water::new(&grid, &[depth_m; 2], &[], &[]);
    (grid, water)
}

fn portal(cell: usize, sill_m: f64, width_m: f64) -> Portal {
    Portal { cell, sill_m, width_m, crest: Crest::BROAD }
}

/// The sag of the worked case: 26.2 m wide, 5 % ramps, 60 m³ of sump, a pump of 0.3 m³/s from 50 m³ on.
fn sag(sill_m: f64) -> Filling {
    Filling {
        vessel: Vessel::VSag { floor_m: -6.0, width_m: 26.2, grade: 0.05, sump_m3: 60.0, height_m: 6.0 },
        portals: vec![portal(0, sill_m, 13.1)],
        pump: Some(Pump { rate_m3s: 0.3, start_m3: 50.0, stop_m3: 50.0 }),
        closure_depth_m: Some(0.27),
        marks_m: vec![0.15, 0.27, 0.5, 1.0, 2.0],
    }
}

/// Runs one filling; events with their times.
fn run(f: Filling, depth_m: f64, dt_s: f64, steps: usize) -> (FillingState, Vec<FillingEvent>, Water<f64>, Grid<f64>) {
    let (grid, mut water) = street(depth_m, 1e6);
    let fillings = Fillings::new(2, vec![f]).unwrap();
    let (mut states, mut out, mut events) = (fillings.start(), FillingStep::default(), Vec::new());
    for _ in 0..steps {
        water.time_s += dt_s;
        fillings.step(&mut states, &grid, &mut water, dt_s, &mut out).unwrap();
        events.extend_from_slice(&out.events);
    }
    (states.remove(0), events, water, grid)
}

/// The portal of the worked case `portal_weir`: 13.1 m wide, 0.3 m deep, 3.659334406692014 m³/s.
#[test]
fn a_portal_gives_what_its_weir_gives() {
    let f = Filling { pump: None, ..sag(0.0) };
    let (state, ..) = run(f, 0.3, 1.0, 1);
    assert!((state.volume_m3 - 3.659_334_406_692_014).abs() < 1e-9, "{}", state.volume_m3);
}

/// The worked case `sag_fill_V_shape`: first times at five depths within 0.1 s, whatever the step; volume and depth
/// after an hour.
#[test]
fn a_sag_fills_as_in_the_closed_form() {
    for dt in [0.5, 7.0, 60.0] {
        let (state, events, ..) = run(sag(0.0), 0.25, dt, (900.0 / dt) as usize + 1);
        for (first, want) in state.marked_s.iter().zip([26.73, 37.37, 74.73, 232.96, 865.87]) {
            let t = first.unwrap();
            assert!((t - want).abs() < 0.1, "{dt}: {t} for {want}");
        }
        assert!((state.closed_s.unwrap() - 37.37).abs() < 0.1);
        assert_eq!(events.iter().filter(|e| e.what == Filled::PumpOn).count(), 1);
    }
    let (state, ..) = run(sag(0.0), 0.25, 10.0, 360);
    assert!((state.volume_m3 - 8_946.888_414_907_948).abs() < 0.1, "{}", state.volume_m3);
    assert!((sag(0.0).depth_m(state.volume_m3) - 4.118_216_933_998_643).abs() < 1e-4);
}

/// The worked case `jingguang_scale_check`: two bores of 13.1 m, 1,800 m long and 6 m high hold 282,960 m³, and fill
/// from ankle to car roof in 5 to 20 minutes at the mean inflows reported, 83 and 167 m³/s.
#[test]
fn a_tunnel_as_long_as_jingguang_fills_in_minutes() {
    let vessel = Vessel::Prism { floor_m: -8.0, area_m2: 1800.0 * 2.0 * 13.1, height_m: 6.0 };
    assert!((vessel.capacity_m3() - 282_960.0).abs() < 1e-6);
    for inflow in [83.0, 167.0] {
        let head = (inflow / (1.7 * 52.4_f64)).powf(2.0 / 3.0);
        let portals = vec![portal(0, 0.0, 26.2), portal(1, 0.0, 26.2)];
        let f = Filling { vessel: vessel.clone(), portals, pump: None, closure_depth_m: None, marks_m: vec![0.1, 1.5] };
        let (state, events, water, grid) = run(f, head, 5.0, 800);
        let rise = state.marked_s[1].unwrap() - state.marked_s[0].unwrap();
        assert!((300.0..1200.0).contains(&rise), "{rise}");
        assert!((rise - 1.4 * 47_160.0 / inflow).abs() < 1.0);
        // Full to the ceiling, it takes no more.
        assert_eq!(events.iter().filter(|e| e.what == Filled::Full).count(), 1);
        assert!((state.volume_m3 - 282_960.0).abs() < 1e-6 && water.level_m(&grid, 0) > 0.0);
    }
}

#[test]
fn a_full_underpass_gives_back_to_a_street_that_falls() {
    let (grid, mut water) = street(0.0, 20.0);
    let fillings = Fillings::new(2, vec![Filling { pump: None, ..sag(0.0) }]).unwrap();
    let (mut states, mut out) = (fillings.start(), FillingStep::default());
    let vessel = Vessel::VSag { floor_m: -6.0, width_m: 26.2, grade: 0.05, sump_m3: 60.0, height_m: 8.0 };
    let tall = Fillings::new(2, vec![Filling { vessel, pump: None, ..sag(0.0) }]).unwrap();
    let f = &tall.list()[0];
    states[0].give(f, f.vessel.volume_m3(0.4));
    let before = states[0].volume_m3;
    for _ in 0..2000 {
        tall.step(&mut states, &grid, &mut water, 1.0, &mut out).unwrap();
    }
    let (inside, outside) = (f.vessel.level_m(states[0].volume_m3), water.level_m(&grid, 0));
    assert!(states[0].volume_m3 < before && outside > 0.1 && (inside - outside).abs() < 1e-6, "{inside} {outside}");
    assert!((before - states[0].volume_m3 - outside * 400.0).abs() < 1e-9);
}

#[test]
fn a_pump_stops_without_power_and_holds_without_hysteresis() {
    let (grid, mut water) = street(0.0, 1e6);
    let fillings = Fillings::new(2, vec![Filling { portals: Vec::new(), ..sag(0.0) }]).unwrap();
    let (mut states, mut out) = (fillings.start(), FillingStep::default());
    states[0].give(&fillings.list()[0], 200.0);
    states[0].pump_share = 0.0;
    fillings.step(&mut states, &grid, &mut water, 100.0, &mut out).unwrap();
    assert_eq!((states[0].volume_m3, states[0].pumped_m3), (200.0, 0.0));
    states[0].pump_share = 1.0;
    fillings.step(&mut states, &grid, &mut water, 100.0, &mut out).unwrap();
    assert!((states[0].pumped_m3 - 30.0).abs() < 1e-9, "{:?}", states[0]);
    for _ in 0..10 {
        fillings.step(&mut states, &grid, &mut water, 100.0, &mut out).unwrap();
    }
    assert!((states[0].volume_m3 - 50.0).abs() < 1e-9 && (states[0].pumped_m3 - 150.0).abs() < 1e-9);
    // An inflow below the pump's rate is lifted as it comes.
    let f = Filling { portals: vec![portal(0, 0.0, 1.0)], ..sag(0.0) };
    let (state, events, ..) = run(f, 0.2, 30.0, 100);
    let inflow = 1.7 * 0.2_f64.powf(1.5);
    assert!((state.volume_m3 - 50.0).abs() < 1e-6 && events.len() == 1, "{state:?} {events:?}");
    assert!((state.pumped_m3 - (inflow * 3000.0 - 50.0)).abs() < 1e-4);
}

#[test]
fn a_pump_with_hysteresis_comes_and_goes() {
    let pump = Some(Pump { rate_m3s: 0.3, start_m3: 50.0, stop_m3: 20.0 });
    let f = Filling { portals: vec![portal(0, 0.0, 1.0)], pump, ..sag(0.0) };
    let (state, events, ..) = run(f, 0.2, 1000.0, 10);
    let on = events.iter().filter(|e| e.what == Filled::PumpOn).count();
    let off = events.iter().filter(|e| e.what == Filled::PumpOff).count();
    // A cycle: 30 m³ in at 0.15205 m³/s, then out at 0.14795.
    assert!((23..=25).contains(&on) && on - off <= 1, "{on} {off}");
    assert!(state.volume_m3 >= 20.0 - 1e-9 && state.volume_m3 <= 50.0 + 1e-9);
}

/// A pump that switches more often in a step than the step has legs loses no water. Found by the property below.
#[test]
fn a_pump_that_chatters_keeps_the_water() {
    let pump = Some(Pump { rate_m3s: 0.3, start_m3: 50.0, stop_m3: 49.9 });
    let f = Filling { portals: vec![portal(0, 0.0, 1.0)], pump, ..sag(0.0) };
    let (state, events, ..) = run(f, 0.2, 1000.0, 3);
    assert!(events.len() > 60);
    let inflow = 1.7 * 0.2_f64.powf(1.5) * 3000.0;
    assert!((state.volume_m3 + state.pumped_m3 - inflow).abs() < 1e-4, "{state:?} {inflow}");
    assert!((state.volume_m3 - 50.0).abs() < 0.2);
}

/// A basement whose sill is its floor empties into street and pump at once: together they get what was there.
#[test]
fn a_pump_lifts_nothing_that_goes_back_to_the_street() {
    let (grid, mut water) = street(0.0, 20.0);
    let vessel = Vessel::Prism { floor_m: 0.0, area_m2: 10.0, height_m: 3.0 };
    let pump = Some(Pump { rate_m3s: 0.3, start_m3: 0.5, stop_m3: 0.0 });
    let f = Filling { vessel, portals: vec![portal(0, 0.0, 1.0)], pump, closure_depth_m: None, marks_m: vec![0.1] };
    let fillings = Fillings::new(2, vec![f]).unwrap();
    let (mut states, mut out) = (fillings.start(), FillingStep::default());
    states[0].give(&fillings.list()[0], 5.0);
    for _ in 0..20 {
        fillings.step(&mut states, &grid, &mut water, 10.0, &mut out).unwrap();
        let s = &states[0];
        let now = water.volume_m3(&grid) + s.volume_m3 + s.pumped_m3;
        assert!((now - 5.0).abs() < 1e-12 && s.volume_m3 >= 0.0, "{now} {s:?}");
    }
    assert!(states[0].pumped_m3 > 0.1 && states[0].left_m3 > 1.0 && states[0].most_m3 == 5.0, "{:?}", states[0]);
}

/// Under a deep street an underpass is full though its pump runs, is told so once, and takes in what the pump lifts.
#[test]
fn a_full_underpass_takes_what_its_pump_lifts() {
    let vessel = Vessel::Prism { floor_m: -4.0, area_m2: 7.3, height_m: 4.1 };
    let pump = Some(Pump { rate_m3s: 0.013, start_m3: 1.0, stop_m3: 0.0 });
    let f = Filling { vessel, portals: vec![portal(0, 0.02, 3.0)], pump, closure_depth_m: None, marks_m: Vec::new() };
    let capacity = f.vessel.capacity_m3();
    let (state, events, ..) = run(f, 0.3, 0.7, 5000);
    assert_eq!(events.iter().filter(|e| e.what == Filled::Full).count(), 1, "{events:?}");
    assert!((state.volume_m3 - capacity).abs() < 1e-9 && state.volume_m3 <= capacity + 1e-12, "{state:?}");
    let on_s = events.iter().find(|e| e.what == Filled::PumpOn).unwrap().at_s;
    assert!((state.pumped_m3 - 0.013 * (3500.0 - on_s)).abs() < 1e-6, "{state:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let refused = |f: Filling| Fillings::new(2, vec![f]).unwrap_err().what;
    assert_eq!(refused(Filling { portals: vec![portal(2, 0.0, 1.0)], ..sag(0.0) }), "cell of a portal");
    assert_eq!(refused(Filling { portals: vec![portal(0, 0.0, 0.0)], ..sag(0.0) }), "portal width");
    assert_eq!(refused(sag(-7.0)), "sill");
    assert_eq!(refused(Filling { closure_depth_m: Some(0.0), ..sag(0.0) }), "closure depth");
    assert_eq!(refused(Filling { closure_depth_m: Some(6.1), ..sag(0.0) }), "closure depth");
    assert_eq!(refused(Filling { marks_m: vec![6.0, 6.1], ..sag(0.0) }), "mark");
    let pump = Some(Pump { rate_m3s: 0.3, start_m3: 10.0, stop_m3: 20.0 });
    assert_eq!(refused(Filling { pump, ..sag(0.0) }), "pump's stop");
}

proptest! {
    /// Street, filling and pump keep all water between them, whatever the levels and steps.
    #[test]
    fn fillings_keep_the_water(
        depth in 0.0..2.0_f64, inside in 0.0..1500.0_f64, sill in -1.0..0.8_f64, dt in 0.1..1000.0_f64,
        cell_m in 2.0..60.0_f64, start in 0.0..100.0_f64, share in 0.0..1.0_f64,
    ) {
        let (grid, mut water) = street(depth, cell_m);
        let pump = Some(Pump { rate_m3s: 0.3, start_m3: start, stop_m3: start * share });
        let f = Filling { portals: vec![portal(0, sill, 13.1), portal(1, 0.5 * sill, 5.0)], pump, ..sag(0.0) };
        let fillings = Fillings::new(2, vec![f]).unwrap();
        let (mut states, mut out) = (fillings.start(), FillingStep::default());
        states[0].give(&fillings.list()[0], inside);
        let all = water.volume_m3(&grid) + inside;
        for _ in 0..8 {
            fillings.step(&mut states, &grid, &mut water, dt, &mut out).unwrap();
            let s = &states[0];
            let now = water.volume_m3(&grid) + s.volume_m3 + s.pumped_m3;
            prop_assert!((now - all).abs() < 1e-11 * all.max(1.0), "{} {}", now, all);
            prop_assert!((s.entered_m3 - s.left_m3 - s.pumped_m3 - s.volume_m3).abs() < 1e-11 * all.max(1.0));
            prop_assert!(s.volume_m3 >= 0.0 && s.volume_m3 <= fillings.list()[0].vessel.capacity_m3() + 1e-9);
            prop_assert!(water.depth.iter().all(|h| *h >= 0.0));
        }
    }
}
