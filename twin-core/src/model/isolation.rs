//! Isolation of a place on a water network by its valves: what a crew has to shut, and who is left without water.
//!
//! Nodes and link bodies are the vertices of a graph, the two ends of every link its edges; an isolation valve stands
//! on an edge. The *segment* of a place is what can be reached from it without crossing a valve that works. Of the
//! valves on its boundary only those are shut behind which a source (reservoir, tank, junction with net inflow) is
//! still connected once the segment is out: the rest keep nothing back.
//!
//! A valve known to be stuck is tried, fails, and the segment grows over it to the next valves; it is not tried where
//! no source lies behind it. Pipes, pumps and control valves that are closed at the start and that no control ever
//! moves count as shut.
//!
//! # Assumptions
//! 1. A crew trusts no check valve, pump or regulator to hold water back: the segment ignores flow direction.
//! 2. Supply respects it: pumps, check-valve pipes, PRV and PSV pass water from first to second node only.
//! 3. A tank is a source: who is left with a tank alone counts as supplied, though the tank may run dry later.
//! 4. A valve at an end of a link stands at its node, so the whole length of the link lies on its other side.
//!
//! # Source
//! Segments of isolation valves: Walski (1993), *Water distribution valve topology for reliability analysis*,
//! Reliability Engineering & System Safety 42, 21–27; unintended isolation: Jun & Loganathan (2007), *Valve-controlled
//! segments in water distribution systems*, J. Water Resour. Plann. Manage. 133(2). The reduction to boundary valves
//! with a source behind them and the order of trying are this project's own.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use twin_physics::domains::water::{LinkIx, LinkKind, NodeIx, NodeKind, Status, ValveKind, WaterModel};

use super::water_assets::{End, WaterAssets};

/// What is to be isolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A link.
    Link(LinkIx),
    /// A node.
    Node(NodeIx),
}

/// One valve a crew goes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValveStep {
    /// Position in [`WaterAssets::valves`].
    pub valve: usize,
    /// Whether it shuts; a stuck one is tried in vain.
    pub works: bool,
    /// Distance from the place along the mains [m].
    pub distance_m: f64,
}

/// How a place is isolated and what it costs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Isolation {
    /// Nodes of the segment, ascending.
    pub nodes: Vec<NodeIx>,
    /// Links of the segment, ascending.
    pub links: Vec<LinkIx>,
    /// Sources inside the segment. Where there is one, no valve isolates the place.
    pub sources: Vec<NodeIx>,
    /// The valves a crew goes to: nearest first along the mains, ties by name.
    pub steps: Vec<ValveStep>,
    /// Customers in the segment.
    pub customers_inside: f64,
    /// Nodes outside the segment that lose their only path to a source, ascending: unintended isolation.
    pub cut_off: Vec<NodeIx>,
    /// Customers at those nodes.
    pub customers_cut_off: f64,
    /// Length of pipe in the segment [m].
    pub length_m: f64,
}

impl Isolation {
    /// Whether shutting the valves separates the place from every source.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.sources.is_empty()
    }
    /// The valves that are shut, in order, as positions in [`WaterAssets::valves`].
    pub fn shut(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.steps.iter().filter(|s| s.works).map(|s| s.valve)
    }
    /// Those of the given nodes (hospitals, dialysis, schools) that lose their water, in the order given.
    #[must_use]
    pub fn critical_lost(&self, critical: &[NodeIx]) -> Vec<NodeIx> {
        let lost = |n: &&NodeIx| self.nodes.binary_search(n).is_ok() || self.cut_off.binary_search(n).is_ok();
        critical.iter().filter(lost).copied().collect()
    }
}

/// The end of a link as water meets it.
#[derive(Debug, Clone, Copy, Default)]
struct Gate {
    /// Nothing passes: a shut valve, or a link closed for good.
    shut: bool,
    /// The valve a crew would turn.
    valve: Option<usize>,
    /// That valve is stuck.
    stuck: bool,
}

/// Who is connected to whom, through which valves. Built once per network, asked as often as needed.
#[derive(Debug, Clone)]
pub struct IsolationMap<'a> {
    model: &'a WaterModel,
    assets: &'a WaterAssets,
    /// Two gates per link: first node's end, second node's end.
    gates: Vec<[Gate; 2]>,
    /// Links at each node, as (link, end), in link order.
    incident: Vec<Vec<(usize, usize)>>,
    source: Vec<bool>,
    one_way: Vec<bool>,
    supplied: Vec<bool>,
}

impl<'a> IsolationMap<'a> {
    /// Lays the valves over the network. Valves of links the network does not have are passed over.
    #[must_use]
    pub fn new(model: &'a WaterModel, assets: &'a WaterAssets) -> Self {
        let mut incident = vec![Vec::new(); model.nodes.len()];
        for (at, link) in model.links.iter().enumerate() {
            incident[link.from.at()].push((at, 0));
            incident[link.to.at()].push((at, 1));
        }
        let mut map = Self {
            model,
            assets,
            gates: gates(model, assets),
            incident,
            source: (0..model.nodes.len()).map(|n| is_source(model, n)).collect(),
            one_way: model.links.iter().map(|l| is_one_way(&l.kind)).collect(),
            supplied: Vec::new(),
        };
        map.supplied = map.supply(&[]);
        map
    }

    /// Whether water can come from a source to each node before anything is shut.
    #[must_use]
    pub fn supplied(&self) -> &[bool] {
        &self.supplied
    }

    /// Whether a link is closed for good, or has a shut valve.
    #[must_use]
    pub fn is_shut(&self, link: LinkIx) -> bool {
        self.gates[link.at()].iter().any(|g| g.shut)
    }

    /// How to isolate a place. Takes time proportional to the network, times the stuck valves met in a row.
    ///
    /// # Panics
    /// If the place is not of this network.
    #[must_use]
    pub fn isolate(&self, place: Origin) -> Isolation {
        let origin = match place {
            Origin::Link(link) => self.model.nodes.len() + link.at(),
            Origin::Node(node) => node.at(),
        };
        let mut failed = BTreeSet::new();
        loop {
            let inside = self.segment(origin, &failed);
            let boundary = self.boundary(&inside);
            let stuck = boundary.iter().filter(|(link, end)| self.gates[*link][*end].stuck);
            let before = failed.len();
            failed.extend(stuck.copied());
            if failed.len() == before {
                return self.account(origin, &inside, &boundary, &failed);
            }
        }
    }

    /// The vertices reached from `origin`: nodes first, then link bodies.
    fn segment(&self, origin: usize, failed: &BTreeSet<(usize, usize)>) -> Vec<bool> {
        let mut inside = vec![false; self.model.nodes.len() + self.model.links.len()];
        let mut open = vec![origin];
        inside[origin] = true;
        while let Some(vertex) = open.pop() {
            self.neighbours(vertex, |next, link, end| {
                let gate = self.gates[link][end];
                let passes = !gate.shut && (gate.valve.is_none() || failed.contains(&(link, end)));
                if passes && !inside[next] {
                    inside[next] = true;
                    open.push(next);
                }
            });
        }
        inside
    }

    /// Ends with a valve between the segment and a part that still has a source once the segment is out.
    fn boundary(&self, inside: &[bool]) -> Vec<(usize, usize)> {
        let nodes = self.model.nodes.len();
        let mut fed = vec![false; inside.len()];
        let mut open: Vec<usize> = (0..nodes).filter(|&n| self.source[n] && !inside[n]).collect();
        open.iter().for_each(|&n| fed[n] = true);
        while let Some(vertex) = open.pop() {
            self.neighbours(vertex, |next, link, end| {
                if !self.gates[link][end].shut && !inside[next] && !fed[next] {
                    fed[next] = true;
                    open.push(next);
                }
            });
        }
        let mut found = Vec::new();
        for (link, gates) in self.gates.iter().enumerate() {
            for (end, gate) in gates.iter().enumerate() {
                let (body, node) = (nodes + link, self.node_at(link, end));
                let holds = inside[body] && fed[node] || inside[node] && fed[body];
                if holds && !gate.shut && gate.valve.is_some() {
                    found.push((link, end));
                }
            }
        }
        found
    }

    fn account(
        &self,
        origin: usize,
        inside: &[bool],
        boundary: &[(usize, usize)],
        failed: &BTreeSet<(usize, usize)>,
    ) -> Isolation {
        let nodes = self.model.nodes.len();
        let distance = self.distances(origin, |link, end| inside[nodes + link] && inside[self.node_at(link, end)]);
        let step = |&(link, end): &(usize, usize), works| {
            let (body, node) = (distance[nodes + link] + self.half_length_m(link), distance[self.node_at(link, end)]);
            self.gates[link][end].valve.map(|valve| ValveStep { valve, works, distance_m: body.min(node) })
        };
        let mut steps: Vec<ValveStep> = failed.iter().filter_map(|end| step(end, false)).collect();
        steps.extend(boundary.iter().filter_map(|end| step(end, true)));
        let id = |step: &ValveStep| &self.assets.valves[step.valve].id;
        steps.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then_with(|| id(a).cmp(id(b))));
        let supplied = self.supply(inside);
        let segment: Vec<usize> = (0..nodes).filter(|&n| inside[n]).collect();
        let cut_off: Vec<usize> =
            (0..nodes).filter(|&n| !inside[n] && self.supplied[n] && !supplied[n] && !self.source[n]).collect();
        // From +0.0: the sum of nothing is −0.0, which nobody wants to read in a result.
        let customers =
            |list: &[usize]| list.iter().filter_map(|&n| self.assets.customers.get(n)).fold(0.0, |sum, c| sum + c);
        let links: Vec<usize> = (0..self.model.links.len()).filter(|&l| inside[nodes + l]).collect();
        Isolation {
            sources: segment.iter().filter(|&&n| self.source[n]).map(|&n| NodeIx::new(n)).collect(),
            steps,
            customers_inside: customers(&segment),
            customers_cut_off: customers(&cut_off),
            length_m: links.iter().fold(0.0, |sum, &l| sum + 2.0 * self.half_length_m(l)),
            nodes: segment.into_iter().map(NodeIx::new).collect(),
            links: links.into_iter().map(LinkIx::new).collect(),
            cut_off: cut_off.into_iter().map(NodeIx::new).collect(),
        }
    }

    /// Whether each node has a path from a source that avoids the vertices of `out` (empty = none is out).
    fn supply(&self, out: &[bool]) -> Vec<bool> {
        let nodes = self.model.nodes.len();
        let is_out = |vertex: usize| out.get(vertex).copied().unwrap_or(false);
        let mut wet = vec![false; nodes + self.model.links.len()];
        let mut open: Vec<usize> = (0..nodes).filter(|&n| self.source[n] && !is_out(n)).collect();
        open.iter().for_each(|&n| wet[n] = true);
        while let Some(vertex) = open.pop() {
            self.neighbours(vertex, |next, link, end| {
                // Into a one-way link only at its first node, out of it only at its second.
                let along = !self.one_way[link] || (next >= nodes) == (end == 0);
                if along && !self.gates[link][end].shut && !is_out(next) && !wet[next] {
                    wet[next] = true;
                    open.push(next);
                }
            });
        }
        wet.truncate(nodes);
        wet
    }

    /// Distance along the mains from a place to every node [m], whatever the valves; infinite where not connected.
    #[must_use]
    pub fn distance_to_nodes_m(&self, place: Origin) -> Vec<f64> {
        let origin = match place {
            Origin::Link(link) => self.model.nodes.len() + link.at(),
            Origin::Node(node) => node.at(),
        };
        let mut distance = self.distances(origin, |_, _| true);
        distance.truncate(self.model.nodes.len());
        distance
    }

    /// Shortest distance to every vertex over the ends that `passes` lets through (Dijkstra); a link's body stands at
    /// its middle.
    fn distances(&self, origin: usize, passes: impl Fn(usize, usize) -> bool) -> Vec<f64> {
        let mut distance = vec![f64::INFINITY; self.model.nodes.len() + self.model.links.len()];
        let mut queue = BinaryHeap::from([Reached { distance_m: 0.0, vertex: origin }]);
        distance[origin] = 0.0;
        while let Some(Reached { distance_m, vertex }) = queue.pop() {
            if distance_m > distance[vertex] {
                continue;
            }
            self.neighbours(vertex, |next, link, end| {
                let reached = distance_m + self.half_length_m(link);
                if passes(link, end) && reached < distance[next] {
                    distance[next] = reached;
                    queue.push(Reached { distance_m: reached, vertex: next });
                }
            });
        }
        distance
    }

    fn neighbours(&self, vertex: usize, mut visit: impl FnMut(usize, usize, usize)) {
        let nodes = self.model.nodes.len();
        if let Some(link) = vertex.checked_sub(nodes) {
            (0..2).for_each(|end| visit(self.node_at(link, end), link, end));
        } else {
            self.incident[vertex].iter().for_each(|&(link, end)| visit(nodes + link, link, end));
        }
    }

    fn node_at(&self, link: usize, end: usize) -> usize {
        let link = &self.model.links[link];
        if end == 0 { link.from.at() } else { link.to.at() }
    }

    fn half_length_m(&self, link: usize) -> f64 {
        match &self.model.links[link].kind {
            LinkKind::Pipe(pipe) => 0.5 * pipe.length_m.max(0.0),
            LinkKind::Pump(_) | LinkKind::Valve(_) => 0.0,
        }
    }
}

/// A vertex in the queue, nearest first, then by number so that the order is the same on every run.
#[derive(PartialEq)]
struct Reached {
    distance_m: f64,
    vertex: usize,
}

impl Eq for Reached {}
impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.distance_m.total_cmp(&self.distance_m).then(other.vertex.cmp(&self.vertex))
    }
}

fn gates(model: &WaterModel, assets: &WaterAssets) -> Vec<[Gate; 2]> {
    let mut gates = vec![[Gate::default(); 2]; model.links.len()];
    let mut moved = vec![false; model.links.len()];
    for control in &model.controls {
        if let Some(moved) = moved.get_mut(control.link.at()) {
            *moved = true;
        }
    }
    for (at, link) in model.links.iter().enumerate() {
        let shut = link.status == Status::Closed && !moved[at];
        gates[at].iter_mut().for_each(|g| g.shut = shut);
    }
    for (at, valve) in assets.valves.iter().enumerate() {
        let end = usize::from(valve.end == End::To);
        let Some(gate) = gates.get_mut(valve.link.at()).map(|g| &mut g[end]) else { continue };
        gate.shut |= valve.shut;
        // Of several valves at one end a crew turns one that works, the first of them in the list.
        if gate.valve.is_none() || gate.stuck && !valve.stuck {
            (gate.valve, gate.stuck) = (Some(at), valve.stuck);
        }
    }
    gates
}

fn is_source(model: &WaterModel, node: usize) -> bool {
    match &model.nodes[node].kind {
        NodeKind::Reservoir(_) | NodeKind::Tank(_) => true,
        NodeKind::Junction(junction) => junction.demands.iter().map(|d| d.base_m3s).sum::<f64>() < 0.0,
    }
}

fn is_one_way(kind: &LinkKind) -> bool {
    match kind {
        LinkKind::Pipe(pipe) => pipe.check_valve,
        LinkKind::Pump(_) => true,
        LinkKind::Valve(valve) => matches!(valve.kind, ValveKind::Prv | ValveKind::Psv),
    }
}

#[cfg(test)]
#[path = "isolation_tests.rs"]
mod tests;
