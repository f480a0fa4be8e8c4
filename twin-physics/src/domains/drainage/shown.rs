//! What others read of a state, kept beside it in SI and in the direction of the file, so that reading costs nothing.
//!
//! *Source:* definitions; power of the water `ρ·g·Q·ΔH`, as SWMM reports it (EPA/600/R-17/111, section 6.1).

use serde::{Deserialize, Serialize};

use super::network::{DRY_M2, LinkClass};
use super::routing::{Drainage, DrainageState};
use super::structure::Structure;
use crate::constants::{GRAVITY_MS2, WATER_DENSITY_KGM3};

/// Both ends of a conduit full: bits of [`super::network::LinkStates::flags`].
const FULL_ENDS: u8 = 0b1100;

/// Fields and figures of an instant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Shown {
    /// Head of each node [m].
    pub head_m: Vec<f64>,
    /// What left the network above the ground, mean over the last step, by node [m³/s].
    pub overflow_m3s: Vec<f64>,
    /// Flow in the direction of the file, by link [m³/s].
    pub flow_m3s: Vec<f64>,
    /// Mean velocity in that direction; 0 in structures and dry conduits [m/s].
    pub velocity_ms: Vec<f64>,
    /// Depth over full depth; 0 in structures [–].
    pub filling: Vec<f64>,
    /// Power the water gains from each pump; what the motor draws is this over its efficiency [W].
    pub pump_power_w: Vec<f64>,
    /// Rain by cell: gages, then subcatchments [m/s].
    pub rain_ms: Vec<f64>,
    /// Runoff by cell; 0 at gages [m³/s].
    pub runoff_m3s: Vec<f64>,
    /// Water stored in the network [m³].
    pub stored_m3: f64,
    /// Water that stands above the ground on ponded areas [m³].
    pub ponded_m3: f64,
    /// Nodes that lose water or pond now.
    pub flooded_nodes: f64,
    /// Closed conduits full at both ends now.
    pub surcharged_links: f64,
}

/// Flow above which a node counts as flooded: 0.1 L/s [m³/s].
pub(super) const FLOODS_M3S: f64 = 1e-4;

impl Shown {
    /// Blank, for a model.
    pub(super) fn new(drainage: &Drainage) -> Self {
        let model = &drainage.model;
        let (nodes, links) = (model.nodes.len(), model.links.len());
        let cells = model.gages.len() + model.subcatchments.len();
        Self {
            head_m: vec![0.0; nodes],
            overflow_m3s: vec![0.0; nodes],
            flow_m3s: vec![0.0; links],
            velocity_ms: vec![0.0; links],
            filling: vec![0.0; links],
            pump_power_w: vec![0.0; links],
            rain_ms: vec![0.0; cells],
            runoff_m3s: vec![0.0; cells],
            ..Self::default()
        }
    }

    /// Shows a state; the mean overflow is filled in by the one who steps.
    pub(super) fn refresh(&mut self, drainage: &Drainage, state: &DrainageState) {
        self.nodes(drainage, state);
        self.links(drainage, state);
        self.cells(drainage, state);
        self.stored_m3 = drainage.stored_m3(state);
    }

    fn nodes(&mut self, drainage: &Drainage, state: &DrainageState) {
        let nodes = &state.network.nodes;
        (self.ponded_m3, self.flooded_nodes) = (0.0, 0.0);
        for (at, node) in drainage.net.nodes.iter().enumerate() {
            let depth_m = nodes.depth_m[at];
            self.head_m[at] = node.invert_m + depth_m;
            let above_m = depth_m - node.full_depth_m;
            let ponds = node.ponded_area_m2 > 0.0 && above_m > 0.0;
            if ponds {
                self.ponded_m3 += above_m * node.ponded_area_m2;
            }
            self.flooded_nodes += f64::from(u8::from(ponds || nodes.overflow_m3s[at] > FLOODS_M3S));
        }
    }

    fn links(&mut self, drainage: &Drainage, state: &DrainageState) {
        let links = &state.network.links;
        self.surcharged_links = 0.0;
        for (at, link) in drainage.net.links.iter().enumerate() {
            let flow = link.direction * links.flow_m3s[at];
            self.flow_m3s[at] = flow;
            match &link.class {
                LinkClass::Conduit(conduit) => {
                    let area = links.area_mid_m2[at] * conduit.barrels;
                    self.velocity_ms[at] = if area > DRY_M2 { flow / area } else { 0.0 };
                    let full_m = link.full_depth_m;
                    self.filling[at] = if full_m > 0.0 { (links.depth_m[at] / full_m).min(1.0) } else { 0.0 };
                    self.surcharged_links += f64::from(u8::from(surcharged(links.flags[at])));
                }
                LinkClass::Structure(i) => {
                    if matches!(drainage.net.structures[*i as usize], Structure::Pump(_)) {
                        let lift_m = self.head_m[link.to as usize] - self.head_m[link.from as usize];
                        self.pump_power_w[at] = WATER_DENSITY_KGM3 * GRAVITY_MS2 * (flow * lift_m).max(0.0);
                    }
                }
            }
        }
    }

    fn cells(&mut self, drainage: &Drainage, state: &DrainageState) {
        let (gages, time_s) = (drainage.model.gages.len(), state.network.time_s);
        for (rain, gage) in self.rain_ms.iter_mut().zip(&state.hydrology.gages) {
            *rain = gage.rate_ms();
        }
        let f = state.hydrology.fraction(time_s);
        for (at, catchment) in state.hydrology.catchments.iter().enumerate() {
            self.rain_ms[gages + at] = catchment.rain_ms;
            let (old, new) =
                (catchment.old_runoff_m3s + catchment.old_drain_m3s, catchment.runoff_m3s + catchment.drain_m3s);
            self.runoff_m3s[gages + at] = old + f * (new - old);
        }
    }
}

/// Whether a conduit is full at both ends.
pub(super) fn surcharged(flags: u8) -> bool {
    flags & FULL_ENDS == FULL_ENDS
}
