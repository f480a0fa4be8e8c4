//! From one solved instant to the next: how far, what is booked, and what happens to the tanks.
//!
//! Under [`TankScheme::Euler`] the flows of the start hold over the step and events fall on whole seconds, as in
//! EPANET. Under [`TankScheme::Heun`] a second solve at the end gives the mean flow, exact to second order, and a step
//! ends at the instant a tank fills or a control is met.
//!
//! *Source:* Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, ch. 3.2.1 (extended period, Euler);
//! Hairer, Nørsett & Wanner (1993), *Solving Ordinary Differential Equations I*, II.1 (Heun).

use super::control::STILL_M3S;
use super::demand::to_next_pattern;
use super::model::TankScheme;
use super::solve::Solve;
use super::status::HEAD_TOLERANCE_M;
use crate::port::Element;
use crate::solver::{SolveError, SolverEvent};

/// Tries to end a step at an event, each by a straight line through the last.
const EVENT_SEARCHES: u32 = 30;
/// Miss of an event's volume that counts as met, over the tank's largest volume [–].
const EVENT_TOLERANCE: f64 = 1e-9;

impl Solve<'_> {
    /// One step of at most `dt_s` from a solved instant to the next; returns its length.
    pub(super) fn advance(&mut self, dt_s: f64) -> Result<f64, SolveError> {
        let before = self.state.volume.clone();
        let dt = match self.model.options.tank_scheme {
            TankScheme::Euler => {
                let dt = self.step_length(dt_s, f64::round);
                self.book(dt);
                self.book_seepage(dt);
                for (at, inflow) in self.tank_inflow().into_iter().enumerate() {
                    self.state.volume[at] += inflow * dt;
                }
                dt
            }
            TankScheme::Heun if self.net.tanks.is_empty() => {
                let dt = self.step_length(dt_s, |wait| wait);
                self.book(dt);
                dt
            }
            TankScheme::Heun => self.heun(dt_s)?,
        };
        self.state.time_s += dt;
        self.limit_tanks(&before);
        self.apply_time();
        self.controls();
        self.apply_inputs();
        self.solve()?;
        Ok(dt)
    }

    /// Predicts with the flows of the start, solves there, and goes on with the mean of both. A step that would pass a
    /// tank's limit or a control's level is shortened until it ends there.
    fn heun(&mut self, dt_s: f64) -> Result<f64, SolveError> {
        let mut dt = self.step_length(dt_s, |wait| wait);
        let start = self.state.clone();
        let inflow = self.tank_inflow();
        for _ in 0..EVENT_SEARCHES {
            self.state.clone_from(&start);
            for (at, q) in inflow.iter().enumerate() {
                self.state.volume[at] += q * dt;
            }
            self.raise_tanks();
            let events = self.events.len();
            self.solve()?;
            self.events.truncate(events);
            let end = self.tank_inflow();
            let volume: Vec<f64> =
                (0..end.len()).map(|at| start.volume[at] + 0.5 * dt * (inflow[at] + end[at])).collect();
            let part = self.part_before_event(&start.volume, &volume);
            if part < 1.0 {
                dt *= part;
                continue;
            }
            // The account takes the mean of the flows at both ends, as the volumes do.
            self.book(0.5 * dt);
            let booked = (self.state.account, volume);
            self.state.clone_from(&start);
            self.state.account = booked.0;
            self.book(0.5 * dt);
            self.state.volume = booked.1;
            return Ok(dt);
        }
        let (residual, tolerance) = (dt, EVENT_TOLERANCE);
        let at = "the search for the instant of a tank's event".into();
        Err(SolveError::NotConverged { iterations: EVENT_SEARCHES, residual, tolerance, at })
    }

    /// The part of a step, by straight lines, after which the first tank meets a limit or control level it passes; 1 if
    /// none does.
    fn part_before_event(&self, before: &[f64], after: &[f64]) -> f64 {
        let mut part = 1.0_f64;
        let mut meet = |at: usize, target: f64, rising: bool| {
            let (a, b) = (before[at], after[at]);
            let slack = EVENT_TOLERANCE * self.net.tanks[at].volume_max.abs().max(1.0);
            let passes = if rising {
                a < target - slack && b > target + slack
            } else {
                a > target + slack && b < target - slack
            };
            if passes {
                part = part.min((target - a) / (b - a));
            }
        };
        for (at, tank) in self.net.tanks.iter().enumerate() {
            meet(at, tank.volume_max, true);
            meet(at, tank.volume_min, false);
        }
        for control in 0..self.model.controls.len() {
            if let Some((at, volume, rising)) = self.watched_volume(control) {
                meet(at, volume, rising);
            }
        }
        part
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
            if q > STILL_M3S && v < tank.volume_max {
                consider((tank.volume_max - v) / q);
            } else if q < -STILL_M3S && v > tank.volume_min {
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

    /// Books the state's flows over a time.
    fn book(&mut self, dt: f64) {
        let state = &mut *self.state;
        for node in 0..self.net.nodes {
            if node < self.net.junctions {
                for flow in [state.delivered[node], state.emitter[node], state.node_hole[node]] {
                    state.account.book(-flow * dt);
                }
            } else if self.net.tank_of[node].is_none() {
                state.account.book(-state.net_inflow[node] * dt);
            }
        }
    }

    /// Books what seeps through closed links into and out of tanks, which Euler's scheme leaves out of their volumes.
    fn book_seepage(&mut self, dt: f64) {
        for k in 0..self.net.kind.len() {
            // By the state, not by the roles of the last solve: those are scratch, and not there after a resume.
            if !self.state.status[k].passes() {
                let (i, j) = self.net.ends(k);
                for (node, inflow) in [(i, -self.state.flow[k]), (j, self.state.flow[k])] {
                    if self.net.tank_of[node].is_some() {
                        self.clip(-inflow * dt);
                    }
                }
            }
        }
    }

    /// Spills what stands above a rim, puts levels that are at or past a limit onto it, reports tanks that became full
    /// or empty, and counts what is stored.
    fn limit_tanks(&mut self, before: &[f64]) {
        let euler = self.model.options.tank_scheme == TankScheme::Euler;
        for (at, tank) in self.net.tanks.iter().enumerate() {
            // Euler's steps are whole seconds: what is within one second of a limit is there. A tank drained past its
            // bottom by less than that, and closed since, stays where it is. (EPANET's rules.)
            if euler && self.state.net_inflow[tank.node] == 0.0 {
                continue;
            }
            let second = if euler { self.state.net_inflow[tank.node] } else { 0.0 };
            let v = self.state.volume[at];
            let (low, high) = (tank.volume_min, tank.volume_max);
            if v + second >= high {
                self.state.volume[at] = high;
                if tank.overflows && v > high {
                    self.state.account.book(high - v);
                    self.state.spilled_m3 += v - high;
                } else {
                    self.clip(high - v);
                }
            } else if v - second <= low {
                self.state.volume[at] = low;
                self.clip(low - v);
            }
            let slack = HEAD_TOLERANCE_M * tank.shape.area_m2(v);
            let now = self.state.volume[at];
            let event = if now >= high - slack && before[at] < high - slack {
                ("tank-full", tank.shape.level_max_m)
            } else if now <= low + slack && before[at] > low + slack {
                ("tank-empty", tank.shape.level_min_m)
            } else {
                continue;
            };
            let (time_s, value, slot) = (self.state.time_s, tank.shape.level_m(now), tank.node);
            let (code, threshold) = event;
            self.events.push(SolverEvent { time_s, code, element: Element::Node, slot, value, threshold, unit: "m" });
        }
        self.state.account.stored_now = self.state.volume.iter().sum();
    }

    fn clip(&mut self, volume_m3: f64) {
        if volume_m3 != 0.0 {
            self.state.account.book(volume_m3);
            self.state.clipped_m3 += volume_m3;
        }
    }
}
