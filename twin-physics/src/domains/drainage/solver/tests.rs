//! Laws of the whole solver, on hand-made cases that break other engines and on random networks in storms.

mod cases;
pub(in crate::domains::drainage) mod model;

use proptest::prelude::*;

use super::{DrainageScratch, DrainageSolver, LiveState};
use crate::port::{Inputs, Outputs, PortIx};
use crate::solver::{SolveError, Solver, StepReport};
use model::{Town, town};

/// A solver under way.
struct Run {
    solver: DrainageSolver,
    state: LiveState,
    scratch: DrainageScratch,
    inputs: Inputs,
    report: StepReport,
}

impl Run {
    fn new(solver: DrainageSolver) -> Self {
        let inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = DrainageScratch::default();
        let state = solver.initial_state(&inputs, &mut scratch).expect("a state");
        Self { solver, state, scratch, inputs, report: StepReport::default() }
    }

    fn of(model: super::DrainageModel) -> Self {
        Self::new(DrainageSolver::new(model).expect("a model that compiles"))
    }

    fn try_step(&mut self, dt_s: f64) -> Result<StepReport, SolveError> {
        self.solver.step(&mut self.state, &self.inputs, dt_s, &mut self.scratch)
    }

    fn step(&mut self, dt_s: f64) {
        let report = self.try_step(dt_s).expect("a step");
        assert_eq!(report.advanced_s, dt_s);
        self.report.unconverged += report.unconverged;
        self.report.solves += report.solves;
        self.report.events.extend(report.events);
    }

    fn port(&self, name: &str, slot: usize) -> PortIx {
        self.solver.ports().input(name, slot).expect("an input")
    }

    fn set(&mut self, name: &str, slot: usize, value: f64) {
        let port = self.port(name, slot);
        self.inputs.set(port, value);
    }

    fn output(&self, name: &str, slot: usize) -> f64 {
        let mut out = Outputs::new(self.solver.ports().output_len());
        self.solver.outputs(&self.state, &mut out);
        out.get(self.solver.ports().output(name, slot).expect("an output")).expect("a valid output")
    }

    fn told(&self, code: &str) -> usize {
        self.report.events.iter().filter(|e| e.code == code).count()
    }

    /// Largest share by which an account does not close.
    fn residual(&self) -> f64 {
        self.solver.accounts(&self.state).iter().map(|a| a.relative_residual()).fold(0.0, f64::max)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Water is conserved to 1e-9 in storms that surcharge, flood and pond, with storage, gates, weirs and pumps.
    #[test]
    fn accounts_close(town in town()) {
        let mut run = Run::of(town.model());
        for minute in 0..90 {
            town.disturb(minute, &mut run);
            run.step(60.0);
            prop_assert!(run.residual() <= 1e-9, "minute {minute}: {:?}", run.solver.accounts(&run.state));
        }
        let lowest = run.state.routed.network.nodes.depth_m.iter().fold(0.0_f64, |a, d| a.min(*d));
        prop_assert!(lowest >= 0.0, "a depth of {lowest} m");
        prop_assert!(run.output("inflow_total", 0).is_finite());
    }

    /// A copy goes on as its original, bit for bit, whatever the buffers held.
    #[test]
    fn a_fork_goes_on_alike(town in town(), at in 1_u32..30) {
        let mut run = Run::of(town.model());
        for minute in 0..at {
            town.disturb(minute, &mut run);
            run.step(60.0);
        }
        let mut fork = Run::of(town.model());
        (fork.state, fork.inputs) = (run.state.clone(), run.inputs.clone());
        for minute in at..at + 15 {
            for side in [&mut run, &mut fork] {
                town.disturb(minute, side);
                side.step(60.0);
            }
        }
        prop_assert_eq!(run.state, fork.state);
    }

    /// Steps split anyhow end at the same instant, and every account closes there.
    #[test]
    fn time_is_what_was_asked(town in town(), cuts in prop::collection::vec(1_u32..90_000, 1..8)) {
        let mut run = Run::of(town.model());
        let mut sum_s = 0.0;
        for cut in cuts {
            let dt_s = f64::from(cut) / 1000.0;
            run.step(dt_s);
            sum_s += dt_s;
            prop_assert_eq!(run.solver.time_s(&run.state), sum_s);
        }
        prop_assert!(run.residual() <= 1e-9);
    }

    /// Whatever is taken of a node was there; what was not is told.
    #[test]
    fn nothing_is_taken_that_is_not_there(town in town(), node in 0_usize..4, rate in 0.0..5.0_f64) {
        let mut run = Run::of(town.model());
        run.set("exchange_out", node, rate);
        for _ in 0..30 {
            run.step(60.0);
        }
        let taken_m3 = -run.state.routed.totals.exchange.value();
        let asked_m3 = rate * 1800.0;
        let missing_m3 = run.output("not_taken", node);
        prop_assert!((taken_m3 + missing_m3 - asked_m3).abs() <= 1e-9 * asked_m3.max(1.0));
        prop_assert!(run.residual() <= 1e-9);
    }
}

impl Town {
    /// What happens in a minute: a conduit is blocked, a pump loses power, water is exchanged, the outfall rises.
    fn disturb(&self, minute: u32, run: &mut Run) {
        match minute {
            10 => run.set("blocked", self.conduit, self.blocked),
            15 => run.set("powered", self.pump(), 0.0),
            20 => run.set("exchange_in", 0, 0.05),
            25 => run.set("exchange_out", 1, 0.2),
            30 => run.set("stage", self.outfall(), self.stage_m()),
            35 => run.set("setting", self.gate(), 0.3),
            40 => run.set("powered", self.pump(), 1.0),
            50 => run.inputs = Inputs::new(run.inputs.len()),
            _ => {}
        }
    }
}
