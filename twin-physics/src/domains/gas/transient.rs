//! Flow in time: isothermal, implicit, mass kept to round-off.
//!
//! ```text
//! nodes     (M_i(p_i') − M_i)/Δt = Σ (θ m' + (1 − θ) m) − load − hole,     M = V p / (Z R_s T)
//! segments  (L/A) (m' − m)/Δt = θ F(p', m') + (1 − θ) F(p, m),             F = G / (p₁ + p₂)
//! ```
//!
//! Each node holds half of the volume of the segments that end at it. Valves, regulators and compressors have no
//! inertia and are taken at the end of the step. `θ` above one half damps what a step cannot resolve; 0.6 keeps most of
//! the second order. The momentum flux is left out: it is of the order of the Mach number squared.
//!
//! *Source:* staggered implicit scheme: A. R. D. Thorley, C. H. Tiley, Int. J. Heat Fluid Flow 8, 1987, § 5 (review);
//! J. F. Helgaker et al., J. Pipeline Syst. Eng. Pract. 5, 2014 (weights of the implicit box).

use super::element::{self, Mode, root};
use super::model::LinkKind;
use super::net::{GasNet, SegmentKind};
use super::newton::{Ended, Failed, Point, Problem};
use super::outlet::Drawn;
use super::ports::Drive;
use super::state::GasState;
use super::steady::Scratch;
use crate::ledger::{Account, Conserved};
use crate::port::Element;
use crate::solver::SolverEvent;

/// Weight of the end of a step.
const THETA: f64 = 0.6;
/// How often a step that does not converge is halved.
const HALVINGS: u32 = 6;

impl GasNet {
    /// A state that begins at a steady point.
    pub(super) fn state_of(&self, point: Point, open: Vec<bool>) -> GasState {
        let (nodes, links) = (self.model.nodes.len(), self.model.links.len());
        let mass_kg: Vec<f64> = point.z.iter().enumerate().map(|(i, z)| self.mass(i, *z)[0]).collect();
        let account = Account::open(Conserved::GasMass, mass_kg.iter().sum());
        GasState {
            time_s: 0.0,
            z: point.z,
            m: point.m,
            mode: point.mode,
            mass_kg,
            shut: vec![false; links],
            open,
            hole_m2: vec![0.0; links],
            needed_pa: vec![0.0; nodes],
            pressure: vec![0.0; nodes],
            supplied: vec![1.0; nodes],
            wanted: vec![0.0; nodes],
            delivered: vec![0.0; nodes],
            flow: vec![0.0; links],
            hole_flow: vec![0.0; links],
            status: vec![1.0; links],
            source_kgs: 0.0,
            account,
        }
    }

    /// Takes the inputs over: what is open, holes, loads, pressures of sources.
    pub(super) fn hear(&self, state: &mut GasState, drive: Drive<'_>, scratch: &mut Scratch) {
        scratch.told.clear();
        for (k, link) in self.model.links.iter().enumerate() {
            if drive.reset(k) {
                state.shut[k] = false;
            }
            state.open[k] = drive.closed(k).map_or(link.open, |closed| !closed) && !state.shut[k];
            state.hole_m2[k] = drive.hole_m2(k);
            scratch.told.push(drive.setting(k));
            if !state.open[k] {
                state.m[self.first[k] as usize..self.first[k + 1] as usize].fill(0.0);
            }
        }
        let o = &mut scratch.outlets;
        o.hole_m2.clear();
        o.hole_m2.resize(self.nodes.len(), 0.0);
        for (k, _) in state.hole_m2.iter().enumerate().filter(|(_, a)| **a > 0.0) {
            o.hole_m2[self.middle(k)] += state.hole_m2[k];
        }
        o.wanted.clear();
        for (i, node) in self.model.nodes.iter().enumerate() {
            o.wanted.push(drive.load_kgs(i, node.load_kgs));
            if let Some(own) = node.source_pa {
                let p = drive.source_pa(i).unwrap_or(own);
                state.z[i] = p * p;
            }
        }
        state.wanted.copy_from_slice(&o.wanted);
    }

    /// Goes on by `dt_s`, or by half of it or less where Newton's method asks for that; returns how far and how well.
    pub(super) fn advance(
        &self,
        state: &mut GasState,
        dt_s: f64,
        scratch: &mut Scratch,
    ) -> Result<(f64, Ended), Failed> {
        let mut dt = dt_s;
        let mut last = Failed::NotFinite { node: 0 };
        for _ in 0..=HALVINGS {
            match self.attempt(state, dt, scratch) {
                Ok(ended) => return Ok((dt, ended)),
                Err(failed) => last = failed,
            }
            dt *= 0.5;
        }
        Err(last)
    }

    fn attempt(&self, state: &mut GasState, dt: f64, scratch: &mut Scratch) -> Result<Ended, Failed> {
        self.set_dynamics(state, dt, scratch);
        let Scratch { work, dynamics, outlets, point, told } = scratch;
        let take_part = vec![true; self.nodes.len()];
        let needed = state.needed_pa.clone();
        let drawn = Drawn { net: self, outlets, needed: &needed };
        let problem = Problem {
            net: self,
            outflow: &drawn,
            dynamics: Some(dynamics),
            open: &state.open,
            supplied: &take_part,
            told,
            scale: self.scale(),
        };
        point.z.clone_from(&state.z);
        point.m.clone_from(&state.m);
        point.mode.clone_from(&state.mode);
        let ended = problem.solve(point, false, work)?;
        if let Some(node) = point.z.iter().position(|z| *z <= 0.0) {
            return Err(Failed::NotFinite { node });
        }
        self.book(state, point, dynamics, &drawn);
        state.z.clone_from(&point.z);
        state.m.clone_from(&point.m);
        state.mode.clone_from(&point.mode);
        state.time_s += dt;
        Ok(ended)
    }

    fn set_dynamics(&self, state: &GasState, dt: f64, scratch: &mut Scratch) {
        let (d, count, scale) = (&mut scratch.dynamics, self.segments.len(), self.scale());
        d.dt_s = dt;
        for row in [&mut d.weight, &mut d.old_kgs, &mut d.push_pa, &mut d.drag] {
            row.clear();
            row.resize(count, 0.0);
        }
        d.mass_kg.clone_from(&state.mass_kg);
        for (k, s) in self.segments.iter().enumerate() {
            d.weight[k] = 1.0;
            let SegmentKind::Pipe(p) = &s.kind else { continue };
            if !state.open[s.link as usize] || p.inertia_1m <= 0.0 {
                continue;
            }
            let (z, m) = ([state.z[s.from as usize], state.z[s.to as usize]], state.m[k]);
            let sum = root(z[0]) + root(z[1]);
            let force = element::pipe(&self.model.gas, p, z, m, scale).g / sum;
            d.weight[k] = THETA;
            d.old_kgs[k] = (1.0 - THETA) * m;
            d.drag[k] = p.inertia_1m / (THETA * dt);
            d.push_pa[k] = (1.0 - THETA) / THETA * force + d.drag[k] * m;
        }
    }

    /// Books what a step moved.
    fn book(&self, state: &mut GasState, point: &Point, d: &super::newton::Dynamics, drawn: &Drawn<'_>) {
        let mut net = vec![0.0; self.nodes.len()];
        for (k, s) in self.segments.iter().enumerate() {
            let passes = d.weight[k] * point.m[k] + d.old_kgs[k];
            net[s.from as usize] -= passes;
            net[s.to as usize] += passes;
        }
        let (mut source, mut taken, mut fed, mut stored) = (0.0, 0.0, 0.0, 0.0);
        for (i, node) in self.nodes.iter().enumerate() {
            let p = root(point.z[i]);
            let ([load, _], [hole, _]) = (drawn.load(i, p), drawn.hole(i, p));
            let mass = self.mass(i, point.z[i])[0];
            if node.unknown.is_some() {
                state.mass_kg[i] += d.dt_s * (net[i] - load - hole);
            } else {
                source += (mass - state.mass_kg[i]) / d.dt_s - net[i] + load + hole;
                state.mass_kg[i] = mass;
            }
            taken += load.max(0.0) + hole;
            fed -= load.min(0.0);
            stored += mass;
        }
        state.source_kgs = source;
        state.account.book(d.dt_s * source);
        state.account.entered.add(d.dt_s * fed);
        state.account.left.add(d.dt_s * taken);
        state.account.stored_now = stored;
    }

    /// Lets slam-shuts fall that the pressure behind them calls for.
    pub(super) fn protect(&self, state: &mut GasState, events: &mut Vec<SolverEvent>) {
        for (k, link) in self.model.links.iter().enumerate() {
            let LinkKind::Regulator(r) = &link.kind else { continue };
            let (Some(limit), p) = (r.slam_shut_pa, root(state.z[link.to])) else { continue };
            if p > limit && !state.shut[k] {
                state.shut[k] = true;
                events.push(SolverEvent {
                    time_s: state.time_s,
                    code: "slam-shut",
                    element: Element::Link,
                    slot: k,
                    value: p,
                    threshold: limit,
                    unit: "Pa",
                });
            }
        }
    }

    /// Works out what is shown.
    pub(super) fn show(&self, state: &mut GasState, scratch: &Scratch) {
        let needed = state.needed_pa.clone();
        let drawn = Drawn { net: self, outlets: &scratch.outlets, needed: &needed };
        let supplied = self.supplied(|link| state.open[link]);
        for (i, supplied) in supplied.iter().take(self.model.nodes.len()).enumerate() {
            let p = root(state.z[i]);
            state.pressure[i] = p;
            state.delivered[i] = drawn.load(i, p)[0];
            state.supplied[i] = f64::from(u8::from(*supplied));
        }
        for (k, link) in self.model.links.iter().enumerate() {
            let parts = self.first[k] as usize..self.first[k + 1] as usize;
            let active = state.mode[parts.start];
            state.flow[k] = state.m[parts.clone()].iter().sum::<f64>() / parts.len() as f64;
            state.status[k] = match (&link.kind, active) {
                _ if !state.open[k] => 0.0,
                (LinkKind::Regulator(_), Mode::Closed) => 0.0,
                (LinkKind::Regulator(_), Mode::Active) => 2.0,
                _ => 1.0,
            };
            state.hole_flow[k] = if state.hole_m2[k] > 0.0 {
                let node = self.middle(k);
                drawn.hole(node, root(state.z[node]))[0]
            } else {
                0.0
            };
        }
    }
}
