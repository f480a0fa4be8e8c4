//! Newton's method on pressures and flows together, with the flows eliminated link by link.
//!
//! Each segment's equation gives the change of its flow by the changes of `z` at its ends; put into the balances of
//! the nodes this leaves one unknown a node and a matrix with dominant columns, which needs no pivots. Derivatives are
//! exact, so the method is quadratic. A regulator's equation is chosen anew at every iteration from where it stands.
//!
//! *Source:* E. Todini, S. Pilati, A gradient method for the analysis of pipe networks, 1987 (elimination of flows);
//! regulators: see `element`.

use super::element::{self, Linear, Mode, SHUT, Scale};
use super::net::{GasNet, SegmentKind};
use crate::num::m_matrix::MFactor;
use crate::num::spd::SpdError;

/// Iterations before giving up.
const MOST: u32 = 80;
/// Iterations after which regulators change one at a time, so that they cannot chase one another for ever.
const PATIENCE: u32 = 20;
/// Largest relative change of a pressure in the last step, and of a flow against the largest.
pub(super) const TOLERANCE: f64 = 1e-11;

/// Where Newton's method stands: what a solution consists of.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Point {
    /// `p|p|` of every node [Pa²].
    pub z: Vec<f64>,
    /// Flow of every segment [kg/s].
    pub m: Vec<f64>,
    /// Mode of every segment; it counts for regulators alone.
    pub mode: Vec<Mode>,
}

/// Terms that flow in time adds; steady flow has none.
#[derive(Debug, Clone, Default)]
pub(super) struct Dynamics {
    /// Step [s]; 0 = steady.
    pub dt_s: f64,
    /// Share of the new flow in what passes in the step, by segment.
    pub weight: Vec<f64>,
    /// What passes of the old flow, by segment [kg/s].
    pub old_kgs: Vec<f64>,
    /// Inertia and old forces, `(p₁ + p₂)(push − drag m)` added to the equation, by segment [Pa], [Pa s/kg].
    pub push_pa: Vec<f64>,
    pub drag: Vec<f64>,
    /// Mass each node held [kg].
    pub mass_kg: Vec<f64>,
}

/// What is taken out at a node at a pressure: flow [kg/s] and its slope over z.
pub(super) trait Outflow {
    fn at(&self, node: usize, z: f64) -> [f64; 2];
}

/// Buffers of the method.
#[derive(Debug, Clone, Default)]
pub struct Work {
    factor: MFactor,
    linear: Vec<Linear>,
    balance: Vec<f64>,
    dz: Vec<f64>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ended {
    /// Linear systems solved.
    pub iterations: u32,
    /// Largest balance left at a node [kg/s].
    pub mass_kgs: f64,
    /// Largest equation of a segment left, as a share of the z at its ends.
    pub loss_rel: f64,
}

/// Why it did not end at a solution.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Failed {
    NotConverged { iterations: u32, change: f64, node: usize },
    NotFinite { node: usize },
    Singular { node: usize },
}

/// What holds during one solution.
pub(super) struct Problem<'a, O: Outflow> {
    pub net: &'a GasNet,
    pub outflow: &'a O,
    pub dynamics: Option<&'a Dynamics>,
    /// Whether a link can be passed at all.
    pub open: &'a [bool],
    /// Whether a node takes part.
    pub supplied: &'a [bool],
    /// Settings other than their own, by link; empty = none.
    pub told: &'a [Option<f64>],
    pub scale: Scale,
}

impl<O: Outflow> Problem<'_, O> {
    /// Iterates from `point`; `fresh` where its flows mean nothing yet.
    pub fn solve(&self, point: &mut Point, fresh: bool, work: &mut Work) -> Result<Ended, Failed> {
        let nodes = self.net.nodes.len();
        work.linear.resize(self.net.segments.len(), SHUT);
        work.dz.resize(self.net.pattern.len(), 0.0);
        let (mut change, mut worst) = (f64::INFINITY, 0);
        for iteration in 0..=MOST {
            let loss_rel = self.linearise(point, fresh && iteration == 0, iteration > PATIENCE, work);
            self.balance(point, &mut work.balance);
            if change <= TOLERANCE && self.none_flows_back(point) {
                let mass_kgs =
                    (0..nodes).filter(|&i| self.is_free(i)).fold(0.0, |m: f64, i| m.max(work.balance[i].abs()));
                return Ok(Ended { iterations: iteration, mass_kgs, loss_rel });
            }
            if iteration == MOST {
                break;
            }
            self.assemble(point, work);
            work.factor.solve(&self.net.pattern, &mut work.dz).map_err(|e| self.singular(&e))?;
            (change, worst) = self.take(point, work);
            if !change.is_finite() {
                return Err(Failed::NotFinite { node: worst });
            }
        }
        Err(Failed::NotConverged { iterations: MOST, change, node: worst })
    }

    /// Takes off what round-off left flowing back through regulators; false where it is more than that.
    fn none_flows_back(&self, point: &mut Point) -> bool {
        const ROUND_OFF: f64 = 1e-8;
        let mut none = true;
        for (m, s) in point.m.iter_mut().zip(&self.net.segments) {
            if *m < 0.0 && matches!(s.kind, SegmentKind::Regulator(_)) {
                none &= *m > -ROUND_OFF * self.net.flow_scale_kgs;
                *m = 0.0;
            }
        }
        none
    }

    fn is_free(&self, node: usize) -> bool {
        self.net.nodes[node].unknown.is_some() && self.supplied[node]
    }

    fn is_open(&self, segment: usize) -> bool {
        let s = &self.net.segments[segment];
        self.open[s.link as usize] && self.supplied[s.from as usize] && self.supplied[s.to as usize]
    }

    /// Equations of all segments at the point; returns the largest, as a share of the z at its ends.
    fn linearise(&self, point: &mut Point, first: bool, slowly: bool, work: &mut Work) -> f64 {
        let gas = &self.net.model.gas;
        let (mut largest, mut changed) = (0.0_f64, false);
        for (k, s) in self.net.segments.iter().enumerate() {
            let (z, m) = ([point.z[s.from as usize], point.z[s.to as usize]], point.m[k]);
            if !self.is_open(k) {
                work.linear[k] = Linear { g: -m, ..SHUT };
                continue;
            }
            let mut l = match &s.kind {
                SegmentKind::Pipe(p) if first => {
                    point.m[k] = 0.0;
                    secant(gas, p, z, m, self.scale)
                }
                SegmentKind::Pipe(p) => element::pipe(gas, p, z, m, self.scale),
                _ => {
                    let before = point.mode[k];
                    let l = {
                        let told = self.told.get(s.link as usize).copied().flatten();
                        element::other(
                            gas,
                            s,
                            z,
                            m,
                            (self.scale, told),
                            (&mut point.mode[k], slowly && changed, slowly),
                        )
                    };
                    changed |= point.mode[k] != before;
                    l
                }
            };
            if let Some(d) = self.dynamics.filter(|d| d.drag[k] > 0.0) {
                add_inertia(&mut l, z, m, [d.push_pa[k], d.drag[k]]);
            }
            largest = largest.max(l.g.abs() / (z[0].abs() + z[1].abs()).max(1.0));
            work.linear[k] = l;
        }
        largest
    }

    /// What flows in at each node more than out.
    fn balance(&self, point: &Point, balance: &mut Vec<f64>) {
        balance.clear();
        balance.resize(self.net.nodes.len(), 0.0);
        for (k, s) in self.net.segments.iter().enumerate() {
            let passes = match self.dynamics {
                None => point.m[k],
                Some(d) => d.weight[k] * point.m[k] + d.old_kgs[k],
            };
            balance[s.from as usize] -= passes;
            balance[s.to as usize] += passes;
        }
        for (i, b) in balance.iter_mut().enumerate().filter(|(i, _)| self.supplied[*i]) {
            *b -= self.outflow.at(i, point.z[i])[0] + self.storing(i, point.z[i])[0];
        }
    }

    /// Rate at which a node stores gas [kg/s] and its slope over z.
    fn storing(&self, i: usize, z: f64) -> [f64; 2] {
        let Some(d) = self.dynamics else { return [0.0; 2] };
        let [mass, slope] = self.net.mass(i, z);
        [(mass - d.mass_kg[i]) / d.dt_s, slope / d.dt_s]
    }

    fn assemble(&self, point: &Point, work: &mut Work) {
        let (net, pattern) = (self.net, &self.net.pattern);
        work.factor.clear(pattern);
        for (i, node) in net.nodes.iter().enumerate() {
            let Some(row) = node.unknown else { continue };
            if self.supplied[i] {
                let slope = self.outflow.at(i, point.z[i])[1] + self.storing(i, point.z[i])[1];
                work.factor.add_node(pattern, row as usize, slope + self.ground(), work.balance[i]);
            } else {
                work.factor.add_node(pattern, row as usize, 1.0, 0.0);
            }
        }
        for (k, s) in net.segments.iter().enumerate() {
            let l = work.linear[k];
            let w = self.dynamics.map_or(1.0, |d| d.weight[k]) / l.c;
            let rows = [s.from, s.to].map(|n| net.nodes[n as usize].unknown);
            if let Some(row) = rows[0] {
                work.factor.add_node(pattern, row as usize, w * l.a1, -w * l.g);
            }
            if let Some(row) = rows[1] {
                work.factor.add_node(pattern, row as usize, w * l.a2, w * l.g);
            }
            if rows[0].is_some() && rows[1].is_some() {
                work.factor.add_edge(pattern, k, -w * l.a2, -w * l.a1);
            }
        }
    }

    /// So little that it moves no digit, and enough where a shut regulator leaves nodes without any hold.
    fn ground(&self) -> f64 {
        1e-14 / self.scale.weigh
    }

    /// Goes to the new point; returns the largest change and where it is.
    fn take(&self, point: &mut Point, work: &mut Work) -> (f64, usize) {
        let (mut largest, mut worst) = (0.0_f64, 0);
        let dz = |n: u32| self.net.nodes[n as usize].unknown.map_or(0.0, |row| work.dz[row as usize]);
        let flow = point.m.iter().fold(self.net.flow_scale_kgs, |m, f| m.max(f.abs()));
        for (k, s) in self.net.segments.iter().enumerate() {
            let l = work.linear[k];
            let change = (l.g + l.a1 * dz(s.from) - l.a2 * dz(s.to)) / l.c;
            point.m[k] += change;
            // What the digits of z leave undecided of a flow is no change.
            let noise = 1024.0 * f64::EPSILON * (point.z[s.from as usize].abs() + point.z[s.to as usize].abs()) / l.c;
            let share = (change.abs() - noise).max(0.0) / flow;
            if share > largest || share.is_nan() {
                (largest, worst) = (if share.is_nan() { f64::INFINITY } else { share }, s.to as usize);
            }
        }
        for (i, node) in self.net.nodes.iter().enumerate() {
            let Some(row) = node.unknown else { continue };
            let change = work.dz[row as usize];
            point.z[i] += change;
            let share = 0.5 * change.abs() / point.z[i].abs().max(1.0);
            if share > largest || share.is_nan() {
                (largest, worst) = (if share.is_nan() { f64::INFINITY } else { share }, i);
            }
        }
        (largest, worst)
    }

    fn singular(&self, error: &SpdError) -> Failed {
        let row = if let SpdError::NotPositive { unknown } = error { *unknown } else { 0 };
        let node = self.net.nodes.iter().position(|n| n.unknown == Some(row as u32)).unwrap_or(0);
        Failed::Singular { node }
    }
}

/// Inertia and the forces of the step's start.
fn add_inertia(l: &mut Linear, z: [f64; 2], m: f64, [push_pa, drag]: [f64; 2]) {
    let [p1, p2] = z.map(|z| element::root(z).max(1.0));
    let pa = push_pa - drag * m;
    l.g += (p1 + p2) * pa;
    l.c += (p1 + p2) * drag;
    l.a1 = (l.a1 + pa / (2.0 * p1)).max(0.01);
    l.a2 = (l.a2 - pa / (2.0 * p2)).max(0.01);
}

/// A pipe as a straight line from no flow through the loss at the flow `m`.
fn secant(gas: &crate::medium::gas::Gas, pipe: &super::net::PipeSegment, z: [f64; 2], m: f64, scale: Scale) -> Linear {
    let at_rest = element::pipe(gas, pipe, z, 0.0, scale);
    let (phi, _) = element::loss(pipe, m);
    Linear { c: (pipe.kappa * phi / m).max(scale.least), ..at_rest }
}
