//! The storage units of a network: what they lose over a step.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 2.2; behaviour of SWMM 5.2.4.

use super::super::hydrology::infiltration::SoilFactors;
use super::super::model::Exfiltration;
use super::super::network::{Actions, Network, NetworkState, NodeClass};
use super::seepage::{Bed, Held, SeepageState, StorageLoss, storage_loss};

/// A storage unit.
#[derive(Debug, Clone)]
struct Unit {
    node: usize,
    evaporation: f64,
    soil: Option<(Bed, Exfiltration)>,
}

/// The storage units of a network, in the order of its nodes. Immutable.
#[derive(Debug, Clone)]
pub struct StorageUnits(Vec<Unit>);

impl StorageUnits {
    /// The units of a network.
    #[must_use]
    pub fn new(net: &Network) -> Self {
        let unit = |(node, data): (usize, &super::super::network::NodeData)| match &data.class {
            NodeClass::Storage { shape, evaporation, exfiltration } => Some(Unit {
                node,
                evaporation: *evaporation,
                soil: exfiltration.filter(|soil| soil.conductivity_ms > 0.0).map(|soil| (Bed::new(shape, false), soil)),
            }),
            _ => None,
        };
        Self(net.nodes.iter().enumerate().filter_map(unit).collect())
    }

    /// Nodes of the units.
    pub fn nodes(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|unit| unit.node)
    }

    /// Soil of every unit at the start.
    #[must_use]
    pub fn initial(&self) -> Vec<SeepageState> {
        self.0
            .iter()
            .map(|unit| unit.soil.as_ref().map(|(_, soil)| SeepageState::new(soil)).unwrap_or_default())
            .collect()
    }

    /// Sets the losses of the coming step at the nodes from what they hold now, and says what they are made of.
    ///
    /// `soils` and `losses` have one entry per unit; `recovery` is the monthly factor of soil recovery.
    pub fn lose(
        &self,
        net: &Network,
        state: &mut NetworkState,
        actions: &Actions,
        recovery: f64,
        dt_s: f64,
        (soils, losses): (&mut [SeepageState], &mut [StorageLoss]),
    ) {
        let factors = SoilFactors { conductivity: actions.conductivity_factor, recovery };
        let potential_ms = if actions.evaporates { actions.evaporation_ms } else { 0.0 };
        for ((unit, soil), loss) in self.0.iter().zip(soils).zip(losses) {
            let depth_m = state.nodes.depth_m[unit.node];
            let held = Held {
                depth_m,
                area_m2: net.nodes[unit.node].surface_m2(depth_m),
                volume_m3: state.nodes.volume_m3[unit.node],
            };
            let seepage = unit.soil.as_ref().map(|(bed, data)| (bed, data, soil));
            *loss = storage_loss(&held, potential_ms * unit.evaporation, seepage, factors, dt_s);
            state.nodes.losses_m3s[unit.node] = loss.total_m3s();
        }
    }
}
