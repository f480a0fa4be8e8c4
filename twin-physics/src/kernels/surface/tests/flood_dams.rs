//! Check dams above a flood.

use super::super::check_dam::{CheckDam, DamFailure, FedDam, Next};
use super::super::drive::Rain;
use super::super::flood::{Advanced, Flood, FloodError, FloodModel, FloodScratch, FloodState};
use super::super::vessel::Vessel;
use super::*;
use crate::num::series::Series;

const COLUMNS: usize = 96;

fn dam(floor_m: f64, volume_m3: f64, next: Next) -> FedDam {
    let dam = CheckDam {
        storage: Vessel::Prism { floor_m, area_m2: 2000.0, height_m: 12.0 },
        crest_m: floor_m + 6.0,
        crest_length_m: 25.0,
        spillway: None,
        failure: Some(DamFailure { overflow_m: 0.2, foot_m: floor_m, breach: Some([8.0, 90.0]) }),
        next,
    };
    FedDam { dam, volume_m3, inflow_m3s: None }
}

/// Two dams over a valley of 960 m by 320 m that falls from west to east; the lower one pours onto cell 1032.
fn valley(levels: u8) -> FloodModel {
    let mut ground = ground(COLUMNS, 32, 10.0, |x, y| 30.0 - 0.01 * x + 0.02 * (y - 160.0).abs());
    ground.roughness = vec![0.03];
    let top = FedDam { inflow_m3s: Series::new(vec![0.0, 600.0], vec![9.0, 3.0]), ..dam(60.0, 11_900.0, Next::Dam(1)) };
    FloodModel {
        ground,
        depth_m: Vec::new(),
        u_ms: Vec::new(),
        v_ms: Vec::new(),
        settings: Settings { levels, ..settings(Order::First) },
        threshold_m: 0.05,
        edges: Vec::new(),
        inflows: Vec::new(),
        rain: Rain::default(),
        soak: None,
        barriers: Vec::new(),
        fillings: Vec::new(),
        dams: vec![top, dam(40.0, 10_000.0, Next::Cell(1032))],
    }
}

fn advance(flood: &Flood<f64>, state: &mut FloodState<f64>, until_s: f64) -> Advanced {
    let (mut scratch, mut done) = (FloodScratch::default(), Advanced::default());
    flood.begin(&mut scratch);
    flood.advance(state, until_s, None, &mut scratch, &mut done).unwrap();
    done
}

/// A cell that receives a dam's water takes every step, whatever the pace of its tile would be.
#[test]
fn the_cell_a_dam_pours_onto_takes_every_step() {
    let flood = Flood::<f64>::new(&valley(3)).unwrap();
    let tile = flood.grid().tile_of(1032);
    let tiles = flood.grid().tiles_x() * flood.grid().tiles_y();
    assert!((0..tiles).all(|t| flood.surface().is_eager(t) == (t == tile)));
}

/// Behind dams, on the ground and from outside is the same water, to round-off, whatever the pace of the tiles; the
/// dams fail in their order within the time advanced.
#[test]
fn dams_and_ground_keep_the_water_together() {
    for levels in [0, 3] {
        let flood = Flood::<f64>::new(&valley(levels)).unwrap();
        let mut state = flood.start(&valley(levels));
        let done = advance(&flood, &mut state, 600.0);
        let failed: Vec<_> = state.dams.iter().map(|d| d.failed_s.unwrap()).collect();
        assert!(failed[0] > 0.0 && failed[0] < failed[1] && failed[1] < 600.0, "{failed:?}");
        assert!(done.dams.iter().all(|e| e.at_s >= 0.0 && e.at_s <= 600.0) && done.dams.len() == 6, "{:?}", done.dams);
        let books = flood.dam_books(&state);
        let came = 21_900.0 + 600.0 * 6.0;
        assert!((books.start_m3 + books.given_m3 - came).abs() < 1e-9, "{books:?}");
        let stands = state.water.volume_m3(flood.grid()) + books.stored_m3;
        assert!((stands / came - 1.0).abs() < 1e-12, "{stands} of {came}");
        assert!(
            (books.poured_m3 / state.water.booked.given_m3 - 1.0).abs() < 1e-12 && books.poured_m3 > 1e4,
            "{books:?}"
        );
    }
}

/// A state goes on from where it was left with fresh buffers and the same bits.
#[test]
fn a_flood_under_dams_goes_on_alike() {
    let flood = Flood::<f64>::new(&valley(3)).unwrap();
    let mut straight = flood.start(&valley(3));
    let (mut scratch, mut done) = (FloodScratch::default(), Advanced::default());
    flood.begin(&mut scratch);
    flood.advance(&mut straight, 250.0, None, &mut scratch, &mut done).unwrap();
    let mut fork = straight.clone();
    flood.advance(&mut straight, 500.0, None, &mut scratch, &mut done).unwrap();
    advance(&flood, &mut fork, 500.0);
    assert_eq!(straight, fork);
    assert!(straight.dams[0].breach.width_m > 0.0);
}

#[test]
fn dams_that_cannot_be_are_refused() {
    let mut model = valley(0);
    model.dams[1].dam.next = Next::Dam(0);
    assert!(matches!(Flood::<f64>::new(&model), Err(FloodError::Dam(_))));
}
