//! Laws of barriers.

use super::super::breach::Soil;
use super::super::friction::FrictionLaw;
use super::super::step::{Buffers, Forcing, Order, Settings, Surface};
use super::*;
use proptest::prelude::*;

fn flat(columns: usize, rows: usize, cell_m: f64) -> Ground {
    Ground {
        columns,
        rows,
        cell_m,
        bed_m: vec![100.0; columns * rows],
        roughness: vec![0.03],
        law: FrictionLaw::Manning,
        walls: Vec::new(),
    }
}

fn levee(x: f64, level_m: f64, failure: Option<Failure>) -> Barrier {
    Barrier { line: vec![[x, -1.0], [x, 1e3]], level: CrestLevel::Level(level_m), crest: Crest::BROAD, failure }
}

fn closed(mut ground: Ground, list: &[Barrier]) -> (Barriers, Grid<f64>, Ground) {
    let barriers = Barriers::new(&ground, list).unwrap();
    ground.walls.extend(barriers.walls());
    let grid = Grid::new(&ground).unwrap();
    (barriers, grid, ground)
}

#[test]
fn a_levee_gives_what_its_weir_gives() {
    // Cells so large that nothing changes: 2 cells of 1 km, a metre over the crest, free.
    let (barriers, grid, _) = closed(flat(2, 1, 1000.0), &[levee(1000.0, 102.0, None)]);
    let mut water = Water::new(&grid, &[3.0, 0.0], &[], &[]);
    let (mut state, mut out) = (barriers.start(), BarrierStep::default());
    barriers.step(&mut state, &grid, &mut water, 2.0, &mut out).unwrap();
    assert!((out.volumes_m3[0] - 1.7 * 1000.0 * 2.0).abs() < 1e-6, "{out:?}");
    assert_eq!(out.events, [BarrierEvent { barrier: 0, at_s: 0.0, what: Happened::Overtopped(1.0) }]);
    barriers.step(&mut state, &grid, &mut water, 2.0, &mut out).unwrap();
    assert!(out.events.is_empty() && state.lines[0].passed_m3 > 3400.0);
}

#[test]
fn water_below_the_crest_stays_and_levels_end_equal() {
    let (barriers, grid, _) = closed(flat(2, 1, 10.0), &[levee(10.0, 101.0, None)]);
    let (mut state, mut out) = (barriers.start(), BarrierStep::default());
    let mut water = Water::new(&grid, &[0.999, 0.2], &[], &[]);
    barriers.step(&mut state, &grid, &mut water, 10.0, &mut out).unwrap();
    assert_eq!((out.volumes_m3[0], water.depth[0]), (0.0, 0.999));
    let mut water = Water::new(&grid, &[2.5, 0.9], &[], &[]);
    for _ in 0..400 {
        barriers.step(&mut state, &grid, &mut water, 1.0, &mut out).unwrap();
    }
    assert!((water.depth[0] - 1.7).abs() < 1e-6 && (water.depth[1] - 1.7).abs() < 1e-6, "{:?}", water.depth);
}

#[test]
fn a_wall_falls_at_its_head_its_time_or_its_overflow() {
    let fall = |trigger, foot_m| {
        let failure = Failure { trigger, span_m: Some([2.0, 9.0]), foot_m, growth: Growth::Sudden };
        let (barriers, grid, _) = closed(flat(4, 20, 1.0), &[levee(2.0, 101.0, Some(failure))]);
        let depth: Vec<f64> = (0..80).map(|c| if c % 4 < 2 { 0.8 } else { 0.0 }).collect();
        let mut water = Water::new(&grid, &depth, &[], &[]);
        let (mut state, mut out) = (barriers.start(), BarrierStep::default());
        for _ in 0..10 {
            barriers.step(&mut state, &grid, &mut water, 0.1, &mut out).unwrap();
            water.time_s += 0.1;
        }
        (state.lines[0], water)
    };
    let (line, water) = fall(Trigger::Head(0.5), 100.0);
    assert_eq!((line.failed_s, line.breach.width_m), (Some(0.0), 7.0));
    assert!(line.passed_m3 > 0.5);
    // The line begins at y = −1, so 2 to 9 m of it are the rows from 1 to 7.
    let wet: Vec<usize> = (0..20).filter(|j| water.depth[j * 4 + 2] > 0.0).collect();
    assert_eq!(wet, (1..8).collect::<Vec<_>>());
    assert_eq!(fall(Trigger::Head(0.9), 100.0).0.failed_s, None);
    assert_eq!(fall(Trigger::Overflow(0.01), 100.0).0.failed_s, None);
    let (late, _) = fall(Trigger::Time(0.55), 100.0);
    assert_eq!(late.failed_s, Some(0.55));
    // What stands under the foot stays.
    assert_eq!(fall(Trigger::Head(0.5), 100.85).0.passed_m3, 0.0);
}

#[test]
fn a_levee_breach_deepens_then_widens_while_there_is_a_head() {
    let growth = Growth::Verheij { soil: Soil::Loess, first_width_m: 5.0, deepening_s: 300.0 };
    let failure = Failure { trigger: Trigger::Overflow(0.05), span_m: None, foot_m: 100.0, growth };
    let list = [levee(2000.0, 102.0, Some(failure))];
    let (barriers, grid, _) = closed(flat(4, 2, 1000.0), &list);
    let depth: Vec<f64> = (0..8).map(|c| if c % 4 < 2 { 2.1 } else { 0.0 }).collect();
    let mut water = Water::new(&grid, &depth, &[], &[]);
    let (mut state, mut out) = (barriers.start(), BarrierStep::default());
    let mut widths = Vec::new();
    for _ in 0..720 {
        barriers.step(&mut state, &grid, &mut water, 10.0, &mut out).unwrap();
        water.time_s += 10.0;
        widths.push(state.lines[0].breach.width_m);
    }
    assert_eq!((widths[0], widths[29]), (5.0, 5.0));
    assert!(widths[100] > 5.5 && widths[719] > 20.0, "{} {}", widths[100], widths[719]);
    assert!(widths.windows(2).all(|w| w[1] >= w[0]));
    assert_eq!(state.lines[0].failed_s, Some(0.0));
}

#[test]
fn a_grid_or_state_of_another_surface_is_refused() {
    let (barriers, grid, _) = closed(flat(2, 1, 10.0), &[levee(10.0, 101.0, None)]);
    let mut water = Water::new(&grid, &[2.5, 0.9], &[], &[]);
    let before = water.clone();
    let (mut none, mut out) = (BarrierState::default(), BarrierStep::default());
    assert!(barriers.step(&mut none, &grid, &mut water, 1.0, &mut out).is_err());
    let other = Grid::<f64>::new(&flat(3, 1, 10.0)).unwrap();
    assert!(barriers.step(&mut barriers.start(), &other, &mut water, 1.0, &mut out).is_err());
    assert_eq!(water, before);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let ground = flat(4, 4, 1.0);
    let refused = |b: Barrier| Barriers::new(&ground, &[b]).unwrap_err();
    let breach = |span_m, growth| Failure { trigger: Trigger::Time(0.0), span_m, foot_m: 100.0, growth };
    let zero = refused(levee(2.0, 101.0, Some(breach(Some([2.0, 2.0]), Growth::Sudden))));
    assert_eq!(zero, BarrierError::Value { barrier: 0, what: "length of a breach", value: 0.0 });
    let narrow = Growth::Verheij { soil: Soil::Clay, first_width_m: 0.0, deepening_s: 10.0 };
    assert!(matches!(refused(levee(2.0, 101.0, Some(breach(None, narrow)))), BarrierError::Value { .. }));
    assert!(matches!(refused(levee(-5.0, 101.0, None)), BarrierError::OffGrid { .. }));
    assert!(matches!(refused(levee(2.0, f64::NAN, None)), BarrierError::Value { what: "crest", .. }));
    let list = [levee(2.0, 101.0, None), levee(2.2, 101.0, None)];
    assert!(matches!(Barriers::new(&ground, &list), Err(BarrierError::Shared { first: 0, second: 1, .. })));
    let ragged = Barrier { level: CrestLevel::AtPoints(vec![101.0]), ..levee(2.0, 0.0, None) };
    assert_eq!(refused(ragged), BarrierError::Levels { barrier: 0, given: 1, wanted: 2 });
}

#[test]
fn a_crest_follows_its_points_and_a_kerb_the_ground() {
    let mut ground = flat(4, 4, 1.0);
    ground.bed_m[1] = 100.5;
    let sloping = Barrier { level: CrestLevel::AtPoints(vec![101.0, 101.8]), ..levee(2.0, 0.0, None) };
    let sloping = Barrier { line: vec![[2.0, 0.0], [2.0, 4.0]], ..sloping };
    let kerb =
        Barrier { level: CrestLevel::OverGround(0.15), line: vec![[1.0, 0.0], [1.0, 4.0]], ..levee(1.0, 0.0, None) };
    let barriers = Barriers::new(&ground, &[sloping, kerb]).unwrap();
    let crests: Vec<f64> = barriers.lines[0].pieces.iter().map(|p| p.crest_m).collect();
    assert!(crests.iter().zip([101.1, 101.3, 101.5, 101.7]).all(|(a, b)| (a - b).abs() < 1e-12), "{crests:?}");
    assert_eq!(barriers.lines[1].pieces[0].crest_m, 100.65);
    assert_eq!(barriers.lines[1].pieces[1].crest_m, 100.15);
}

#[test]
fn a_dam_break_over_a_fallen_wall_keeps_its_water_with_the_waves() {
    let failure =
        Failure { trigger: Trigger::Time(2.0), span_m: Some([8.0, 14.0]), foot_m: 100.0, growth: Growth::Sudden };
    let (barriers, _, ground) = closed(flat(40, 20, 1.0), &[levee(20.0, 103.0, Some(failure))]);
    let settings = Settings { order: Order::First, film_m: 0.0, longest_step_s: 1.0, levels: 0 };
    let surface = Surface::<f64>::new(&ground, Vec::new(), settings).unwrap();
    let depth: Vec<f64> = (0..800).map(|c| if c % 40 < 20 { 2.0 } else { 0.0 }).collect();
    let mut water = Water::new(surface.grid(), &depth, &[], &[]);
    let (mut state, mut out, mut buffers) = (barriers.start(), BarrierStep::default(), Buffers::default());
    while water.time_s < 60.0 {
        surface.begin(&mut buffers);
        let dt = surface.step(&mut water, Forcing { boundaries: &[], rain_ms: &[] }, 1.0, &mut buffers).unwrap().dt_s;
        barriers.step(&mut state, surface.grid(), &mut water, dt, &mut out).unwrap();
    }
    assert!((water.volume_m3(surface.grid()) / 800.0 - 1.0).abs() < 1e-12);
    let through = state.lines[0].passed_m3;
    assert!(through > 200.0 && through < 520.0, "{through}");
    assert!(water.depth.iter().all(|h| *h >= 0.0));
}

proptest! {
    /// Whatever stands where: no water is made or lost, no cell goes below zero, and levels only come together.
    #[test]
    fn barriers_keep_the_water(
        depth in prop::collection::vec(0.0..3.0_f64, 36),
        bed in prop::collection::vec(0.0..1.5_f64, 36),
        crest in 0.2..2.5_f64, dt in 0.01..500.0_f64, share in 0.0..1.0_f64,
    ) {
        let mut ground = flat(6, 6, 2.0);
        ground.bed_m.clone_from(&bed);
        let growth = Growth::Linear { duration_s: 3.0 * dt };
        let failure = Failure { trigger: Trigger::Time(0.0), span_m: Some([2.0, 9.0]), foot_m: -0.5, growth };
        let list = [
            Barrier { line: vec![[-1.0, 3.0], [13.0, 3.0 + 7.0 * share]], ..levee(0.0, crest, Some(failure)) },
            Barrier { line: vec![[2.0, 8.2], [2.0, 12.0]], crest: Crest::SHARP, ..levee(0.0, crest, None) },
        ];
        let Ok(barriers) = Barriers::new(&ground, &list) else { return Ok(()) };
        let grid = Grid::<f64>::new(&ground).unwrap();
        let mut water = Water::new(&grid, &depth, &[], &[]);
        let start = water.volume_m3(&grid);
        let top = (0..36).map(|c| water.level_m(&grid, c)).fold(f64::MIN, f64::max);
        let (mut state, mut out) = (barriers.start(), BarrierStep::default());
        for _ in 0..6 {
            barriers.step(&mut state, &grid, &mut water, dt, &mut out).unwrap();
            water.time_s += dt;
            prop_assert!((water.volume_m3(&grid) - start).abs() < 1e-12 * start.max(1.0));
            prop_assert!((0..36).all(|c| water.depth_m(&grid, c) >= 0.0 && water.level_m(&grid, c) <= top + 1e-12));
        }
        prop_assert!((water.booked.expected_m3() - start).abs() < 1e-11 * start.max(1.0));
        prop_assert!((water.booked.given_m3 - water.booked.taken_m3).abs() < 1e-11 * start.max(1.0));
    }
}
