//! Wires the assets of a water network to the ports of its solver, by the names of port groups.
//!
//! | class | role or measurement | port group |
//! |---|---|---|
//! | `pump` | closed, setting, powered | `closed`, `setting`, `powered` of its link |
//! | `valve` | closed | `closed` of its link |
//! | `isolation_valve` | closed | `isolate_from` or `isolate_to` of its link |
//! | `controller` | closed; measures | `closed` of its pump; `level` of its tank |

use std::collections::BTreeMap;

use twin_physics::port::{PortIx, PortTable};

use crate::behaviour::{Behaviour, Role};
use crate::ids::{AssetIx, NetworkIx};
use crate::model::City;
use crate::model::water_assets::End;

/// A port that an asset needs and the solver does not offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{asset} needs the port {port} at slot {slot}, which the solver of its network does not offer")]
pub struct MissingPort {
    /// The asset.
    pub asset: String,
    /// The port group.
    pub port: &'static str,
    /// The slot within it.
    pub slot: usize,
}

/// Wires every asset of one water network to the ports of its solver. Wiring again replaces what was wired.
///
/// # Errors
/// When the table lacks a port: then it belongs to another network, or to another solver.
pub fn connect(city: &mut City, network: NetworkIx, ports: &PortTable) -> Result<(), MissingPort> {
    let (ends, tanks) = (valve_ends(city, network), controller_tanks(city, network));
    for at in 0..city.register.assets().len() {
        let asset = city.register.get_mut(AssetIx::new(at));
        if asset.network != network {
            continue;
        }
        let (name, slot) = (asset.id.as_str().to_owned(), asset.slot as usize);
        let input = |port| {
            let found = ports.input(port, slot);
            found.ok_or_else(|| MissingPort { asset: name.clone(), port, slot })
        };
        asset.roles.clear();
        match (asset.id.class(), &asset.behaviour) {
            ("pump", _) => {
                for (role, port) in [(Role::Closed, "closed"), (Role::Setting, "setting"), (Role::Powered, "powered")] {
                    asset.roles.insert(role, input(port)?);
                }
                asset.measures = ports.output("status", slot); // what it does while nobody drives it
            }
            ("valve", _) => {
                asset.roles.insert(Role::Closed, input("closed")?);
                asset.measures = ports.output("status", slot);
            }
            ("isolation_valve", _) => {
                let port = match ends.get(asset.id.local()) {
                    Some(End::To) => "isolate_to",
                    _ => "isolate_from",
                };
                asset.roles.insert(Role::Closed, input(port)?);
            }
            ("controller", Some(Behaviour::TankController(_))) => {
                asset.roles.insert(Role::Closed, input("closed")?);
                let tank = tanks.get(asset.id.local()).copied().unwrap_or(usize::MAX);
                let level = ports.output("level", tank);
                asset.measures = Some(level.ok_or(MissingPort { asset: name, port: "level", slot: tank })?);
            }
            _ => {}
        }
    }
    Ok(())
}

fn valve_ends(city: &City, network: NetworkIx) -> BTreeMap<String, End> {
    let valves = city.water(network).map_or(&[][..], |water| &water.assets.valves);
    valves.iter().map(|v| (v.id.clone(), v.end)).collect()
}

fn controller_tanks(city: &City, network: NetworkIx) -> BTreeMap<String, usize> {
    let controllers = city.water(network).map_or(&[][..], |water| &water.assets.controllers);
    controllers.iter().map(|c| (c.id.clone(), c.tank.at())).collect()
}

/// What has to be driven from the first instant because an asset starts away from where the model has it: isolation
/// valves known to be shut. In register order; [`connect`] must have been called.
#[must_use]
pub fn initial_drives(city: &City, network: NetworkIx) -> Vec<(AssetIx, PortIx, f64)> {
    let mut drives = Vec::new();
    for (at, asset) in city.register.assets().iter().enumerate() {
        let shut = matches!(&asset.behaviour, Some(Behaviour::Valve(v)) if v.engaged && v.opening == 0.0);
        let port = asset.roles.get(&Role::Closed).filter(|_| asset.network == network && shut);
        drives.extend(port.map(|port| (AssetIx::new(at), *port, 1.0)));
    }
    drives
}
