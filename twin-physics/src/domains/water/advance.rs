//! From one solved instant to the next: how far, what is booked, and what happens to the tanks.
//!
//! Under [`TankScheme::Euler`] the flows of the start hold over the step and events fall on whole seconds, as in EPANET.
//! Under [`TankScheme::Heun`] a second solve at the end gives the mean flow, exact to second order, and a step ends at
//! the instant a tank fills or a control is met.

use super::control::STILL_M3S;
use super::demand::to_next_pattern;
use super::model::TankScheme;
use super::solve::Solve;
use super::status::HEAD_TOLERANCE_M;
use crate::port::Element;
use crate::solver::{SolveError, SolverEvent};

impl Solve<'_> {
    /// One step of at most `dt_s` from a solved instant to the next; returns its length.
    pub(super) fn advance(&mut self, dt_s: f64) -> Result<f64, SolveError> {
        let dt = match self.model.options.tank_scheme {
            TankScheme::Euler => {
                let dt = self.step_length(dt_s, f64::round);
                self.book(dt, 1.0);
                self.move_tanks(dt, 1.0);
                self.state.time_s += dt;
                dt
            }
            TankScheme::Heun => self.heun(dt_s)?,
        };
        self.end_tanks(matches!(self.model.options.tank_scheme, TankScheme::Euler));
        self.apply_time();
        self.controls();
        self.apply_inputs();
        self.solve()?;
        Ok(dt)
    }

    /// Predicts with the flows of the start, solves there, and goes on with the mean of both.
    fn heun(&mut self, dt_s: f64) -> Result<f64, SolveError> {
        let dt = self.step_length(dt_s, |wait| wait);
        if self.net.tanks.is_empty() {
            self.book(dt, 1.0);
            self.state.time_s += dt;
            return Ok(dt);
        }
        let volumes = self.state.volume.clone();
        let inflow = self.tank_inflow();
        self.book(dt, 0.5);
        self.move_tanks(dt, 1.0);
        let spilled = self.state.spilled_m3;
        self.raise_tanks();
        let events = self.events.len();
        self.solve()?;
        self.events.truncate(events);
        let end = self.tank_inflow();
        self.book(dt, 0.5);
        self.state.spilled_m3 = spilled;
        for (at, (a, b)) in inflow.into_iter().zip(end).enumerate() {
            self.state.volume[at] = volumes[at] + 0.5 * dt * (a + b);
        }
        self.state.time_s += dt;
        Ok(dt)
    }

    fn tank_inflow(&self) -> Vec<f64> {
        self.net.tanks.iter().map(|t| self.state.net_inflow[t.node]).collect()
    }

    /// The shortest of what is asked, the hydraulic step, the next pattern step, and the next event.
    fn step_length(&self, dt_s: f64, rounded: fn(f64) -> f64) -> f64 {
        let times = &self.model.times;
        let mut dt = dt_s.min(times.hydraulic_step_s);
        let pattern = to_next_pattern(self.model, self.state.time_s);
        if pattern > 1e-6 && !self.model.patterns.is_empty() {
            dt = dt.min(pattern);
        }
        let mut consider = |wait: f64| {
            let wait = rounded(wait);
            if wait > 1e-6 && wait < dt {
                dt = wait;
            }
        };
        for (at, tank) in self.net.tanks.iter().enumerate() {
            let (q, v) = (self.state.net_inflow[tank.node], self.state.volume[at]);
            if q > STILL_M3S && v < self.state.full_at[at] {
                consider((tank.volume_max - v) / q);
            } else if q < -STILL_M3S && v > self.state.empty_at[at] {
                consider((tank.volume_min - v) / q);
            }
        }
        for control in 0..self.model.controls.len() {
            if let Some(wait) = self.to_next_control(control) {
                consider(wait);
            }
        }
        dt
    }

    /// Books the state's flows over `weight·dt`.
    fn book(&mut self, dt: f64, weight: f64) {
        let (span, state) = (dt * weight, &mut *self.state);
        for node in 0..self.net.nodes {
            if node < self.net.junctions {
                for flow in [state.delivered[node], state.emitter[node], state.node_hole[node]] {
                    state.account.book(-flow * span);
                }
            } else if self.net.tank_of[node].is_none() {
                state.account.book(-state.net_inflow[node] * span);
            }
        }
    }

    fn move_tanks(&mut self, dt: f64, weight: f64) {
        for (at, tank) in self.net.tanks.iter().enumerate() {
            self.state.volume[at] += self.state.net_inflow[tank.node] * dt * weight;
        }
    }

    /// Spills what stands above the rim, marks tanks that are full or empty, and counts what is stored.
    fn end_tanks(&mut self, whole_seconds: bool) {
        for (at, tank) in self.net.tanks.iter().enumerate() {
            let q = self.state.net_inflow[tank.node];
            let second = if whole_seconds { q } else { 0.0 };
            let slack = HEAD_TOLERANCE_M * tank.shape.area_m2(self.state.volume[at]);
            let mut v = self.state.volume[at];
            if tank.overflows && v > tank.volume_max {
                let spill = v - tank.volume_max;
                self.state.account.book(-spill);
                self.state.spilled_m3 += spill;
                v = tank.volume_max;
                self.state.volume[at] = v;
            }
            let round_off = 1e-9 * tank.volume_max.abs();
            let event = if q > 0.0 && v + second >= tank.volume_max - round_off {
                let new = v < self.state.full_at[at] - slack || self.state.full_at[at] == tank.volume_max;
                self.state.full_at[at] = v.min(tank.volume_max);
                new.then_some(("tank-full", tank.shape.level_max_m))
            } else if q < 0.0 && v + second <= tank.volume_min + round_off {
                let new = v > self.state.empty_at[at] + slack || self.state.empty_at[at] == tank.volume_min;
                self.state.empty_at[at] = v.max(tank.volume_min);
                new.then_some(("tank-empty", tank.shape.level_min_m))
            } else {
                if v < self.state.full_at[at] - slack {
                    self.state.full_at[at] = tank.volume_max;
                }
                if v > self.state.empty_at[at] + slack {
                    self.state.empty_at[at] = tank.volume_min;
                }
                None
            };
            if let Some((code, threshold)) = event {
                let (time_s, value) = (self.state.time_s, tank.shape.level_m(v));
                let (element, slot) = (Element::Node, tank.node);
                self.events.push(SolverEvent { time_s, code, element, slot, value, threshold, unit: "m" });
            }
        }
        self.state.account.stored_now = self.state.volume.iter().sum();
    }
}
