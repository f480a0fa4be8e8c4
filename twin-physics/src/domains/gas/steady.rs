//! Steady flow: pressures and flows that take every load from the sources, or the proof that there are none.
//!
//! *Source:* as `newton`; that a solution is unique, so that one with a negative square proves there is no other:
//! T. Koch et al. (eds.), Evaluating Gas Network Capacities, SIAM, 2015, ch. 7 (monotone passive networks).

use super::element::{Mode, Scale, root};
use super::model::LinkKind;
use super::net::{GasNet, SegmentKind};
use super::newton::{Dynamics, Failed, Outflow, Point, Problem, Work};
use super::outlet::Outlets;

/// Buffers; dropping them changes no result.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    pub(super) work: Work,
    pub(super) dynamics: Dynamics,
    pub(super) outlets: Outlets,
    pub(super) point: Point,
    pub(super) told: Vec<Option<f64>>,
}

/// A steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct Steady {
    /// Absolute pressure of every node of the model; that of the surroundings where no source reaches it [Pa].
    pub pressure_pa: Vec<f64>,
    /// Whether a source reaches each node.
    pub supplied: Vec<bool>,
    /// Flow of every link, positive from its first to its second node [kg/s].
    pub flow_kgs: Vec<f64>,
    /// What regulators do, by link.
    pub modes: Vec<Mode>,
    /// Linear systems solved.
    pub iterations: u32,
    /// Largest balance left at a node [kg/s].
    pub mass_residual: f64,
    /// Largest equation of a link left, as a share of the squared pressures at its ends.
    pub loss_residual: f64,
    pub(super) point: Point,
}

/// Why there is no steady state.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SteadyError {
    /// The loads cannot be delivered: equations hold only with pressures below nothing at these nodes.
    #[error("the loads cannot be delivered: pressure would have to fall below zero at {}", names(nodes))]
    Starved {
        /// Names of the nodes, the worst first.
        nodes: Vec<String>,
    },
    /// Newton's method did not settle.
    #[error("not converged after {iterations} iterations: relative change {change:.1e}, worst at node {node}")]
    NotConverged {
        /// Iterations.
        iterations: u32,
        /// Relative change in the last.
        change: f64,
        /// Where.
        node: String,
    },
    /// A value that is not a number.
    #[error("a pressure or flow is not finite at node {node}")]
    NotFinite {
        /// Where.
        node: String,
    },
    /// Pressures of some nodes are not determined.
    #[error("the pressure of node {node} is not determined: no open way to a source holds it")]
    Singular {
        /// One of them.
        node: String,
    },
}

fn names(nodes: &[String]) -> String {
    let shown = nodes.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if nodes.len() > 5 { format!("{shown} and {} more", nodes.len() - 5) } else { shown }
}

/// Loads as they are given, whatever the pressure.
struct Rigid<'a>(&'a [f64]);

impl Outflow for Rigid<'_> {
    fn at(&self, node: usize, _z: f64) -> [f64; 2] {
        [self.0.get(node).copied().unwrap_or(0.0), 0.0]
    }
}

impl GasNet {
    /// The steady state under the loads of the model; `warm` is one to begin from.
    ///
    /// # Errors
    /// [`SteadyError`]
    pub fn steady(&self, scratch: &mut Scratch, warm: Option<&Steady>) -> Result<Steady, SteadyError> {
        let loads: Vec<f64> = self.model.nodes.iter().map(|n| n.load_kgs).collect();
        self.steady_under(&loads, scratch, warm)
    }

    /// The steady state under other loads [kg/s], one for each node of the model.
    ///
    /// # Errors
    /// [`SteadyError`]
    pub fn steady_under(
        &self,
        loads_kgs: &[f64],
        scratch: &mut Scratch,
        warm: Option<&Steady>,
    ) -> Result<Steady, SteadyError> {
        let open: Vec<bool> = self.model.links.iter().map(|l| l.open).collect();
        let supplied = self.supplied(|link| open[link]);
        let warm = warm.filter(|w| w.point.z.len() == self.nodes.len() && w.supplied == supplied[..w.supplied.len()]);
        let mut point = warm.map_or_else(|| self.guess(&supplied, &open), |w| w.point.clone());
        let problem = Problem {
            net: self,
            outflow: &Rigid(loads_kgs),
            dynamics: None,
            open: &open,
            supplied: &supplied,
            told: &[],
            scale: self.scale(),
        };
        let ended =
            problem.solve(&mut point, warm.is_none(), &mut scratch.work).map_err(|failed| self.explain(failed))?;
        self.refuse_below_zero(&point, &supplied)?;
        Ok(self.steady_of(point, supplied, ended))
    }

    fn steady_of(&self, point: Point, mut supplied: Vec<bool>, ended: super::newton::Ended) -> Steady {
        let nodes = self.model.nodes.len();
        let pressure = |i: usize| if supplied[i] { root(point.z[i]) } else { self.nodes[i].ambient_pa };
        let pressure_pa = (0..nodes).map(pressure).collect();
        let first = |k: usize| self.first[k] as usize;
        let links = 0..self.model.links.len();
        let flow_kgs = links.clone().map(|k| point.m[first(k)]).collect();
        let modes = links.map(|k| point.mode[first(k)]).collect();
        supplied.truncate(nodes);
        Steady {
            pressure_pa,
            supplied,
            flow_kgs,
            modes,
            iterations: ended.iterations,
            mass_residual: ended.mass_kgs,
            loss_residual: ended.loss_rel,
            point,
        }
    }

    pub(super) fn scale(&self) -> Scale {
        let z = self.model.nodes.iter().filter_map(|n| n.source_pa).fold(0.0_f64, f64::max).powi(2).max(1e8);
        let lowest = self.model.links.iter().filter_map(|l| match &l.kind {
            LinkKind::Regulator(r) => Some(r.set_pa * r.set_pa),
            _ => None,
        });
        let low = lowest.fold(z, f64::min);
        let lift = self.model.links.iter().fold(4.0_f64, |most, l| match &l.kind {
            LinkKind::Ratio(ratio) => most.max(4.0 * ratio.max(1.0 / ratio)),
            _ => most,
        });
        Scale { least: 1e-7 * low / self.flow_scale_kgs, weigh: z / self.flow_scale_kgs, most_pa: lift * z.sqrt() }
    }

    /// Pressures carried from the sources along the links, and flows at a usual speed.
    pub(super) fn guess(&self, supplied: &[bool], open: &[bool]) -> Point {
        let mut z: Vec<Option<f64>> = vec![None; self.nodes.len()];
        let mut queue = Vec::new();
        for (i, n) in self.model.nodes.iter().enumerate() {
            if let Some(p) = n.source_pa {
                z[i] = Some(p * p);
                queue.push(i);
            }
        }
        // Regulators last: a node has the pressure of its own tier wherever one stands in it.
        let mut waiting = Vec::new();
        loop {
            while let Some(i) = queue.pop() {
                let Some(here) = z[i] else { continue };
                for step in self.incidence.of(i) {
                    let segment = &self.segments[step.link as usize];
                    if !open[segment.link as usize] {
                        continue;
                    }
                    let there = match &segment.kind {
                        SegmentKind::Regulator(r) if step.outgoing => {
                            waiting.push((step.other as usize, here.min(r.set_pa * r.set_pa)));
                            continue;
                        }
                        SegmentKind::Regulator(_) | SegmentKind::Flow(_) => continue,
                        SegmentKind::Ratio(ratio) if step.outgoing => here * ratio * ratio,
                        SegmentKind::Ratio(ratio) => here / (ratio * ratio),
                        _ => here,
                    };
                    let other = step.other as usize;
                    if z[other].is_none() && supplied[other] {
                        z[other] = Some(there);
                        queue.push(other);
                    }
                }
            }
            waiting.sort_by(|a: &(usize, f64), b| a.1.total_cmp(&b.1));
            let Some((node, value)) = waiting.pop() else { break };
            if z[node].is_none() {
                z[node] = Some(value);
                queue.push(node);
            }
        }
        let z: Vec<f64> = z.iter().zip(&self.nodes).map(|(z, n)| z.unwrap_or(n.ambient_pa * n.ambient_pa)).collect();
        let m = self.segments.iter().map(|s| self.usual_flow(&s.kind, z[s.from as usize])).collect();
        Point { m, mode: vec![Mode::default(); self.segments.len()], z }
    }

    /// Flow of a pipe at 3 m/s [kg/s]; 0 for anything else.
    fn usual_flow(&self, kind: &SegmentKind, z: f64) -> f64 {
        const USUAL_MS: f64 = 3.0;
        match kind {
            SegmentKind::Pipe(p) => {
                let gas = &self.model.gas;
                let area = (gas.specific_jkgk * p.temperature_k / p.kappa).sqrt();
                USUAL_MS * area * gas.density(root(z), p.temperature_k).kgm3
            }
            _ => 0.0,
        }
    }

    fn refuse_below_zero(&self, point: &Point, supplied: &[bool]) -> Result<(), SteadyError> {
        let mut starved: Vec<usize> =
            (0..self.nodes.len()).filter(|&i| supplied[i] && point.z[i] <= 0.0 && i < self.model.nodes.len()).collect();
        if starved.is_empty() {
            return Ok(());
        }
        starved.sort_by(|a, b| point.z[*a].total_cmp(&point.z[*b]));
        Err(SteadyError::Starved { nodes: starved.iter().map(|i| self.model.nodes[*i].id.clone()).collect() })
    }

    pub(super) fn node_name(&self, node: usize) -> String {
        self.model.nodes.get(node).map_or_else(|| format!("between segments ({node})"), |n| n.id.clone())
    }

    fn explain(&self, failed: Failed) -> SteadyError {
        match failed {
            Failed::NotConverged { iterations, change, node } => {
                SteadyError::NotConverged { iterations, change, node: self.node_name(node) }
            }
            Failed::NotFinite { node } => SteadyError::NotFinite { node: self.node_name(node) },
            Failed::Singular { node } => SteadyError::Singular { node: self.node_name(node) },
        }
    }

    /// Mass in the volume of a node [kg] and its slope over z.
    pub(super) fn mass(&self, node: usize, z: f64) -> [f64; 2] {
        let n = &self.nodes[node];
        let p = root(z).max(1.0);
        let density = self.model.gas.density(p, n.temperature_k);
        [n.volume_m3 * density.kgm3, n.volume_m3 * density.per_pa / (2.0 * p)]
    }
}

#[cfg(test)]
#[path = "tests/steady.rs"]
mod tests;
