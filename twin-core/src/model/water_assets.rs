//! What a water utility has on its pipes beyond the hydraulic model: isolation valves, hydrants, customers.
//!
//! They come from `NET.assets.csv` beside the network, or are assumed, kind by kind, where it has none:
//! N − 1 valves at each junction of N pipes (the widest pipe goes without, of equally wide ones the first), a hydrant
//! at each junction on a pipe of at least DN 100, customers from base demand at 0.4 m³ a day, to a tenth.

use serde::{Deserialize, Serialize};
use twin_physics::domains::water::{LinkIx, LinkKind, NodeIx, NodeKind, WaterModel};

/// Daily use by which customers are counted where nobody counted them [m³·d⁻¹].
const ASSUMED_USE_M3D: f64 = 0.4;
/// Smallest pipe that feeds a hydrant where hydrants are assumed [m].
const HYDRANT_PIPE_M: f64 = 0.1;

/// An end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// At its first node.
    From,
    /// At its second node.
    To,
}

/// An isolation valve at one end of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IsolationValve {
    /// Name given by its owner, or made from pipe and node where assumed.
    pub id: String,
    /// The link it stands on.
    pub link: LinkIx,
    /// The end it stands at.
    pub end: End,
    /// Whether it is known to be shut.
    pub shut: bool,
    /// Whether it is known not to move.
    pub stuck: bool,
    /// Time from end to end of its travel; 0 = by hand, modelled as at once [s].
    pub travel_s: f64,
}

/// A hydrant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hydrant {
    /// Name.
    pub id: String,
    /// The junction that feeds it.
    pub node: NodeIx,
}

/// A controller that switches a pump by the level of a tank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelController {
    /// Name.
    pub id: String,
    /// The pump it switches.
    pub pump: LinkIx,
    /// The tank it reads.
    pub tank: NodeIx,
    /// Switches on at or below [m].
    pub low_m: f64,
    /// Switches off at or above [m].
    pub high_m: f64,
}

/// The motor of a control valve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actuator {
    /// The control valve.
    pub link: LinkIx,
    /// Time from end to end of its travel [s].
    pub travel_s: f64,
}

/// Everything on one network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WaterAssets {
    /// Isolation valves.
    pub valves: Vec<IsolationValve>,
    /// Hydrants.
    pub hydrants: Vec<Hydrant>,
    /// Customers per node, in node order.
    pub customers: Vec<f64>,
    /// Controllers of pumps; never assumed.
    pub controllers: Vec<LevelController>,
    /// Motors of control valves; a control valve without one moves at once.
    pub actuators: Vec<Actuator>,
    /// True where any kind was not surveyed and its rule was used.
    pub assumed: bool,
    /// True where the valves follow the rule.
    pub assumed_valves: bool,
    /// True where the hydrants follow the rule.
    pub assumed_hydrants: bool,
    /// True where the customers follow the rule.
    pub assumed_customers: bool,
}

impl WaterAssets {
    /// Everything by the rules above.
    #[must_use]
    pub fn assume(model: &WaterModel) -> Self {
        let mut assets = Self::default();
        assets.fill(model);
        assets
    }

    /// Kinds that have no entry are filled by the rules above and marked as assumed.
    pub fn fill(&mut self, model: &WaterModel) {
        let pipes = pipes_at(model);
        if self.valves.is_empty() {
            self.valves = assumed_valves(model, &pipes);
            self.assumed_valves = true;
        }
        if self.hydrants.is_empty() {
            self.hydrants = assumed_hydrants(model, &pipes);
            self.assumed_hydrants = true;
        }
        if self.customers.is_empty() {
            self.customers = assumed_customers(model);
            self.assumed_customers = true;
        }
        self.assumed = self.assumed_valves || self.assumed_hydrants || self.assumed_customers;
    }
}

/// Pipes at each node with the end that meets it and their diameter [m], in link order.
fn pipes_at(model: &WaterModel) -> Vec<Vec<(LinkIx, End, f64)>> {
    let mut at = vec![Vec::new(); model.nodes.len()];
    for (ix, link) in model.links.iter().enumerate() {
        let LinkKind::Pipe(pipe) = &link.kind else { continue };
        for (node, end) in [(link.from, End::From), (link.to, End::To)] {
            if let Some(list) = at.get_mut(node.at()) {
                list.push((LinkIx::new(ix), end, pipe.diameter_m));
            }
        }
    }
    at
}

fn assumed_valves(model: &WaterModel, pipes: &[Vec<(LinkIx, End, f64)>]) -> Vec<IsolationValve> {
    let mut valves = Vec::new();
    for (node, pipes) in model.nodes.iter().zip(pipes) {
        if !matches!(node.kind, NodeKind::Junction(_)) || pipes.len() < 2 {
            continue;
        }
        let mut widest = 0;
        for (at, pipe) in pipes.iter().enumerate() {
            if pipe.2 > pipes[widest].2 {
                widest = at;
            }
        }
        for (at, &(link, end, _)) in pipes.iter().enumerate() {
            if at != widest {
                let id = format!("V-{}-{}", model.links[link.at()].id, node.id);
                valves.push(IsolationValve { id, link, end, shut: false, stuck: false, travel_s: 0.0 });
            }
        }
    }
    valves
}

fn assumed_hydrants(model: &WaterModel, pipes: &[Vec<(LinkIx, End, f64)>]) -> Vec<Hydrant> {
    let wide = |pipes: &[(LinkIx, End, f64)]| pipes.iter().any(|p| p.2 >= HYDRANT_PIPE_M * (1.0 - 1e-9));
    let nodes = model.nodes.iter().zip(pipes).enumerate();
    nodes
        .filter(|(_, (node, pipes))| matches!(node.kind, NodeKind::Junction(_)) && wide(pipes))
        .map(|(ix, (node, _))| Hydrant { id: format!("H-{}", node.id), node: NodeIx::new(ix) })
        .collect()
}

fn assumed_customers(model: &WaterModel) -> Vec<f64> {
    let use_m3d = |node: &twin_physics::domains::water::Node| match &node.kind {
        NodeKind::Junction(junction) => {
            junction.demands.iter().map(|d| d.base_m3s).sum::<f64>().max(0.0) * twin_physics::units::S_PER_DAY
        }
        NodeKind::Reservoir(_) | NodeKind::Tank(_) => 0.0,
    };
    model.nodes.iter().map(|node| (use_m3d(node) / ASSUMED_USE_M3D * 10.0).round() / 10.0).collect()
}
