//! Gas: from the city's network to a solver under the world's driver, and its assets on its ports.
//!
//! | class | role | port group |
//! |---|---|---|
//! | `pipe`, `valve`, `regulator`, `compressor`, `flow_control` | closed | `closed` of its link |
//! | `regulator`, `compressor` | setting | `setting` of its link: absolute outlet pressure [Pa], ratio of pressures |
//!
//! Holes, pressures of sources and factors of loads are driven by the network's own ports (`world::plan`).

use std::sync::Arc;

use twin_physics::domains::gas::model::{GasModel, Link, LinkKind};
use twin_physics::domains::gas::solver::{GasSettings, GasSolver};
use twin_physics::port::{Element, Inputs, PortTable};
use twin_physics::solver::Solver;

use crate::behaviour::Role;
use crate::bindings::water_register::MissingPort;
use crate::diagnostic::Diagnostic;
use crate::ids::{AssetIx, NetworkIx};
use crate::model::City;
use crate::world::network::Network;
use crate::world::sim::Sim;
use crate::world::spec::NetworkSpec;

/// Makes the solver of a network.
///
/// # Errors
/// Why the network cannot be computed, as a `NET-2xx` diagnostic of `file`.
pub fn solver(file: &str, model: &Arc<GasModel>, settings: GasSettings) -> Result<Arc<GasSolver>, Box<Diagnostic>> {
    GasSolver::new(Arc::clone(model), settings)
        .map(Arc::new)
        .map_err(|error| Box::new(Diagnostic::of_file(file, "NET-201", &error.to_string(), "mend the network file")))
}

/// Solves the initial state and puts the network under the world's driver.
///
/// # Errors
/// When there is no acceptable answer at the start, as a `NET-2xx` diagnostic of `file`.
pub fn start(
    file: &str,
    name: &str,
    solver: &Arc<GasSolver>,
) -> Result<(Box<dyn Network>, NetworkSpec), Box<Diagnostic>> {
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    let sim = Sim::start(name, Arc::clone(solver), &inputs).map_err(|error| {
        let remedy = "see what the network lacks at its start: sources, open links, loads its pipes can carry";
        Box::new(Diagnostic::of_file(file, "NET-202", &error.to_string(), remedy))
    })?;
    Ok((Box::new(sim), NetworkSpec::of(name, &**solver)))
}

/// Wires every asset of one gas network to the ports of its solver. Wiring again replaces what was wired.
///
/// # Errors
/// When the table lacks a port: then it belongs to another network, or to another solver.
pub fn connect(city: &mut City, network: NetworkIx, ports: &PortTable) -> Result<(), MissingPort> {
    // A booster's lift is its curve: nobody sets it.
    let is_set = |link: &Link| matches!(link.kind, LinkKind::Regulator(_) | LinkKind::Ratio(_));
    let set: Vec<bool> = city.gas(network).map_or_else(Vec::new, |gas| gas.model.links.iter().map(is_set).collect());
    for at in 0..city.register.assets().len() {
        let asset = city.register.get_mut(AssetIx::new(at));
        if asset.network != network {
            continue;
        }
        asset.roles.clear();
        if asset.element != Element::Link {
            continue;
        }
        let slot = asset.slot as usize;
        let roles: &[(Role, &'static str)] = if set.get(slot).is_some_and(|s| *s) {
            &[(Role::Closed, "closed"), (Role::Setting, "setting")]
        } else {
            &[(Role::Closed, "closed")]
        };
        for (role, port) in roles {
            let missing = || MissingPort { asset: asset.id.as_str().to_owned(), port, slot };
            let found = ports.input(port, slot).ok_or_else(missing)?;
            asset.roles.insert(*role, found);
        }
    }
    Ok(())
}
