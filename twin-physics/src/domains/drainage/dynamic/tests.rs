//! The engine against SWMM 5.2.4 and against itself.

use super::super::model::DrainageModel;
use super::super::network::{Actions, Network, NetworkState};
use super::example::extran1;
use super::*;
use crate::units::M3_PER_FT3;

/// Inflow of 3 h with ramps of a quarter of an hour: node, peak [ft³/s].
const INFLOWS: [(usize, f64); 3] = [(0, 45.0), (2, 50.0), (4, 40.0)];

struct Run {
    net: Network,
    engine: PicardEngine,
    state: NetworkState,
    own: PicardState,
    actions: Actions,
}

impl Run {
    fn new(model: &DrainageModel) -> Self {
        let net = Network::new(model).expect("a valid network");
        let engine = PicardEngine::new(&net, model);
        let (state, own) = (net.initial_state(model), engine.initial_state());
        Self { net, engine, state, own, actions: Actions { conductivity_factor: 1.0, ..Actions::default() } }
    }

    /// One step with EXTRAN's inflows, which SWMM takes a millisecond after the start of a step.
    fn step(&mut self, scratch: &mut PicardScratch) -> f64 {
        let dt_s = self.engine.step_length(&self.state, &mut self.own).dt_s;
        let hour = (self.state.time_s + 0.001) / 3600.0;
        let share = (hour / 0.25).min((3.25 - hour) / 0.25).clamp(0.0, 1.0);
        for (node, peak) in INFLOWS {
            self.state.nodes.lateral_m3s[node] = share * peak * M3_PER_FT3;
        }
        self.engine.step(&self.net, &mut self.state, &mut self.own, &self.actions, dt_s, scratch);
        dt_s
    }

    fn to(&mut self, time_s: f64) -> &NetworkState {
        let mut scratch = self.engine.scratch();
        while self.state.time_s < time_s {
            self.step(&mut scratch);
        }
        &self.state
    }
}

/// EPA SWMM 5.2.4 on the deck of this example: time [s]; depths of 80408, 82309, 16009, 10208 [m]; flows in 8040, 8130,
/// 1030, 1602 [m³/s].
const SWMM: [(f64, [f64; 4], [f64; 4]); 4] = [
    (
        1800.0,
        [0.688_618_734_7, 1.734_258_253_1, 0.215_825_725_1, 0.029_202_531_8],
        [1.274_562_033, 0.675_836_184_8, 0.000_974_504_4, 1.101_579_447_9],
    ),
    (
        5400.0,
        [3.886_785_477_7, 6.501_625_792, 0.896_964_927_7, 0.768_349_231_2],
        [1.274_258_096_6, 1.433_571_829_4, 3.438_219_171, 2.038_135_914_9],
    ),
    (
        12_000.0,
        [0.149_311_777, 1.800_882_033_3, 0.829_199_626, 0.729_850_299_1],
        [0.069_225_237_3, 0.982_981_871_7, 3.023_695_319_7, 1.290_846_324_3],
    ),
    (
        18_000.0,
        [0.006_090_379_7, 0.198_674_103, 0.283_483_744_2, 0.250_803_358_9],
        [0.000_123_317, 0.018_249_559_9, 0.209_761_873_5, 0.035_262_311_1],
    ),
];

#[test]
fn extran_1_equals_swmm() {
    let mut run = Run::new(&extran1());
    for (time_s, depths_m, flows_m3s) in SWMM {
        let state = run.to(time_s);
        for (node, depth_m) in [0, 4, 7, 9].into_iter().zip(depths_m) {
            let got = state.nodes.depth_m[node];
            assert!((got - depth_m).abs() < 1e-7, "node {node} at {time_s} s: {got} m, SWMM {depth_m} m");
        }
        for (link, flow_m3s) in [0, 3, 4, 8].into_iter().zip(flows_m3s) {
            let got = state.links.flow_m3s[link];
            assert!((got - flow_m3s).abs() < 1e-7, "link {link} at {time_s} s: {got} m³/s, SWMM {flow_m3s} m³/s");
        }
    }
}

#[test]
fn the_scratch_carries_nothing_over() {
    let model = extran1();
    let (mut kept, mut dropped) = (Run::new(&model), Run::new(&model));
    let mut scratch = kept.engine.scratch();
    for _ in 0..400 {
        kept.step(&mut scratch);
        let mut fresh = dropped.engine.scratch();
        dropped.step(&mut fresh);
    }
    assert_eq!(kept.state, dropped.state);
    assert_eq!(kept.own, dropped.own);
}

#[test]
fn variable_steps_begin_short_and_count_in_milliseconds() {
    let mut model = extran1();
    model.options.courant_factor = 0.75;
    let mut run = Run::new(&model);
    let mut scratch = run.engine.scratch();
    assert_eq!(run.step(&mut scratch), 0.5);
    let mut shortest = f64::INFINITY;
    for _ in 0..300 {
        let dt_s = run.step(&mut scratch);
        assert!((0.5..=20.0).contains(&dt_s) && (1000.0 * dt_s).fract().abs() < 1e-6, "{dt_s}");
        shortest = shortest.min(dt_s);
    }
    assert!(shortest < 20.0);
}

#[test]
fn a_blocked_conduit_backs_water_up() {
    let model = extran1();
    let mut free = Run::new(&model);
    let mut blocked = Run::new(&model);
    blocked.actions.blocked = vec![0.0; model.links.len()];
    blocked.actions.blocked[3] = 0.5;
    let (free, blocked) = (free.to(3600.0).clone(), blocked.to(3600.0).clone());
    assert!(blocked.links.flow_m3s[3] < 0.7 * free.links.flow_m3s[3]);
    assert!(blocked.nodes.depth_m[3] > free.nodes.depth_m[3] + 0.1);
    let mut shut = Run::new(&model);
    shut.actions.blocked = vec![1.0; model.links.len()];
    assert!(shut.to(600.0).links.flow_m3s.iter().all(|q| *q == 0.0));
}

#[test]
fn an_imposed_stage_holds_the_outfall() {
    let mut run = Run::new(&extran1());
    run.actions.stage_m = vec![f64::NAN; 10];
    run.actions.stage_m[9] = 32.0;
    let state = run.to(600.0);
    assert!((state.nodes.depth_m[9] - (32.0 - 89.9 * M_PER_FT)).abs() < 1e-12);
    assert!(state.links.flow_m3s[4] < 0.0, "water flows back from a high stage");
}
