//! Storage units: volume and depth at the end of a step by successive approximation.
//!
//! *Source:* EPA/600/R-17/111, section 4.3.

use super::super::network::{Actions, DRY_M3S, Network, NetworkState, NodeClass};
use super::{
    KinematicEngine, KinematicScratch, STORAGE_TOLERANCE_FINE_M, STORAGE_TOLERANCE_M, STORAGE_TRIALS,
    STORAGE_TRIALS_FINE,
};

/// Under-relaxation of the depth that is tested.
const RELAXATION: f64 = 0.55;

impl KinematicEngine {
    /// Brings a storage unit to the end of the step, with the outflow that its depth then gives to `outlets`.
    pub(super) fn update_storage(
        &self,
        net: &Network,
        state: &mut NetworkState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut KinematicScratch,
        (node, outlets): (usize, &[u32]),
    ) {
        if scratch.updated[node] {
            return;
        }
        let data = &net.nodes[node];
        let NodeClass::Storage { shape, .. } = &data.class else { return };
        scratch.updated[node] = true;
        let volume_old_m3 = scratch.volume_old_m3[node];
        let net_m3s = scratch.net_old_m3s[node] + state.nodes.inflow_m3s[node] - state.nodes.outflow_m3s[node];
        let fixed_m3 = volume_old_m3 + 0.5 * net_m3s * dt_s;
        let mut tested_m = state.nodes.depth_m[node];
        let (trials, tolerance_m) = if self.compat {
            (STORAGE_TRIALS, STORAGE_TOLERANCE_M)
        } else {
            (STORAGE_TRIALS_FINE, STORAGE_TOLERANCE_FINE_M)
        };
        for _ in 0..trials {
            let mut outflow_m3s = 0.0;
            for &link in outlets {
                outflow_m3s += self.link_inflow(net, state, actions, dt_s, scratch, link as usize);
            }
            let mut volume_m3 = (fixed_m3 - 0.5 * outflow_m3s * dt_s).max(0.0);
            let mut overflow_m3s = 0.0;
            if volume_m3 > data.full_volume_m3 {
                overflow_m3s = (volume_m3 - volume_old_m3.max(data.full_volume_m3)) / dt_s;
                if data.ponded_area_m2 == 0.0 {
                    volume_m3 = data.full_volume_m3;
                }
            }
            state.nodes.overflow_m3s[node] = if overflow_m3s < DRY_M3S { 0.0 } else { overflow_m3s };
            state.nodes.volume_m3[node] = volume_m3;
            let full = data.full_volume_m3 > 0.0 && volume_m3 >= data.full_volume_m3;
            let found_m = if full { data.full_depth_m } else { shape.depth_m(volume_m3, data.full_depth_m) };
            let change_m = RELAXATION * (found_m - tested_m);
            tested_m += change_m;
            // SWMM relaxes the depth in its test alone; here outflow follows the relaxed one until they agree.
            let settled = change_m.abs() <= tolerance_m;
            state.nodes.depth_m[node] = if settled || self.compat { found_m } else { tested_m };
            if settled {
                break;
            }
        }
    }
}
