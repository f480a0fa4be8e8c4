//! The specification of a world: everything that does not change while it runs, shared by all its forks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use twin_physics::Domain;
use twin_physics::port::{Element, Inputs, PortIx, PortTable, Quantity};
use twin_physics::solver::Solver;

use super::agenda::Item;
use super::command::NetPort;
use super::hash::state_hash;
use super::observe::{Metric, Probe};
use crate::cascade::exchange::{AmountCoupling, SignalCoupling};
use crate::cascade::rule::Rule;
use crate::ids::{AssetIx, NetworkIx};
use crate::model::Register;

/// One network of a world.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkSpec {
    /// Name, unique in the world.
    pub name: String,
    /// Which lifeline.
    pub domain: Domain,
    /// Its ports.
    pub ports: Arc<PortTable>,
    /// Identifies its model.
    pub fingerprint: u64,
    /// Inputs that mean nothing for their element, such as the setting of a pipe: nobody may drive them.
    pub refused: Arc<BTreeSet<PortIx>>,
}

impl NetworkSpec {
    /// What a world has to know of a network with this solver.
    #[must_use]
    pub fn of<S: Solver>(name: &str, solver: &S) -> Self {
        let ports = solver.ports();
        let refused = (0..ports.input_len()).map(PortIx).filter(|port| !solver.accepts(*port)).collect();
        Self {
            name: name.to_owned(),
            domain: S::DOMAIN,
            ports: Arc::new(ports.clone()),
            fingerprint: solver.fingerprint(),
            refused: Arc::new(refused),
        }
    }
}

/// Everything about a world that does not change.
#[derive(Clone, Default)]
pub struct WorldSpec {
    /// Name of the scenario or city.
    pub name: String,
    /// Seed of all randomness.
    pub seed: u64,
    /// Longest step between exchanges [ms].
    pub macro_step_ms: i64,
    /// Between two recordings of whole fields [ms]; 0 = never.
    pub record_every_ms: i64,
    /// Networks in order.
    pub networks: Vec<NetworkSpec>,
    /// All assets.
    pub register: Arc<Register>,
    /// Amounts that cross.
    pub amounts: Vec<AmountCoupling>,
    /// Values that cross.
    pub signals: Vec<SignalCoupling>,
    /// Thresholds that tell.
    pub rules: Vec<Rule>,
    /// What happens by itself.
    pub agenda: Vec<Item>,
    /// Values recorded.
    pub probes: Vec<Probe>,
    /// Figures recorded.
    pub metrics: Vec<Metric>,
    /// Fields recorded at `record_every_ms`.
    pub fields: Vec<Quantity>,
    /// Asset of each element, see [`WorldSpec::index`].
    elements: BTreeMap<(NetworkIx, u8, usize), AssetIx>,
}

impl WorldSpec {
    /// Names a port for messages: network, port, element.
    #[must_use]
    pub fn port_name(&self, at: NetPort) -> String {
        let network = &self.networks[at.network.at()];
        network.ports.input_group(at.port).map_or_else(
            || format!("{} input {}", network.name, at.port.0),
            |(group, slot)| format!("{} {} {slot}", network.name, group.name),
        )
    }

    /// The asset at an element of a network, or the element's number where none is registered.
    #[must_use]
    pub fn element_id(&self, network: NetworkIx, element: Element, slot: usize) -> String {
        let key = (network, element as u8, slot);
        self.elements.get(&key).map_or_else(
            || format!("{} {element:?} {slot}", self.networks[network.at()].name),
            |asset| self.register.get(*asset).id.to_string(),
        )
    }

    /// Puts the index of elements in place; call it once the register is complete.
    pub fn index(&mut self) {
        self.elements.clear();
        for (at, asset) in self.register.assets().iter().enumerate() {
            let key = (asset.network, asset.element as u8, asset.slot as usize);
            // The first asset of an element is the element itself; valves and hydrants on it come later.
            self.elements.entry(key).or_insert(AssetIx::new(at));
        }
    }

    /// The input vector of a network with nobody speaking.
    #[must_use]
    pub fn silent_inputs(&self, network: NetworkIx) -> Inputs {
        Inputs::new(self.networks[network.at()].ports.input_len())
    }

    /// Identifies the specification: a snapshot of another one is refused.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let networks: Vec<_> = self.networks.iter().map(|n| (&n.name, n.domain, n.fingerprint)).collect();
        let amounts: Vec<_> =
            self.amounts.iter().map(|c| (&c.id, c.of, c.stock, c.take, c.back, c.give, c.returned)).collect();
        let hash = state_hash(&(
            (self.seed, self.macro_step_ms, self.record_every_ms),
            networks,
            (amounts, &self.signals),
            self.register.assets(),
            (&self.rules, &self.agenda, &self.probes, &self.metrics, &self.fields),
        ));
        u64::from_le_bytes(hash[..8].try_into().unwrap_or_default())
    }
}
