//! Water supply: from the city's network to a solver under the world's driver.

use std::sync::Arc;

use twin_physics::domains::water::{DemandModel, TankScheme, WaterModel, WaterSolver};
use twin_physics::port::Inputs;
use twin_physics::solver::Solver;

use crate::diagnostic::Diagnostic;
use crate::world::network::Network;
use crate::world::sim::Sim;
use crate::world::spec::NetworkSpec;

/// Makes the solver of a network.
///
/// # Errors
/// Every reason why the network has no answer, as `NET-2xx` diagnostics of `file`.
pub fn solver(file: &str, model: WaterModel) -> Result<Arc<WaterSolver>, Vec<Diagnostic>> {
    WaterSolver::new(model).map(Arc::new).map_err(|errors| {
        errors
            .iter()
            .map(|error| Diagnostic::of_file(file, "NET-201", &error.to_string(), "mend the network file"))
            .collect()
    })
}

/// Solves the initial state and puts the network under the world's driver.
///
/// # Errors
/// When there is no acceptable answer at the start, as a `NET-2xx` diagnostic of `file`.
pub fn start(
    file: &str,
    name: &str,
    solver: &Arc<WaterSolver>,
) -> Result<(Box<dyn Network>, NetworkSpec), Box<Diagnostic>> {
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    let sim = Sim::start(name, Arc::clone(solver), &inputs)
        .map_err(|error| {
            Diagnostic::of_file(file, "NET-202", &error.to_string(), "see what the network lacks at its start")
        })
        .map_err(Box::new)?;
    let spec = NetworkSpec::of(name, &**solver);
    Ok((Box::new(sim), spec))
}

/// The model a rehearsal runs on: the network's own, with the scenario's answer of demand to pressure and the world's
/// tolerances. A macro step of the world cuts the solver's own steps, so the file's duration does not count.
#[must_use]
pub fn rehearsed(model: &WaterModel, demand_model: Option<DemandModel>) -> WaterModel {
    let mut model = model.clone();
    if let Some(demand_model) = demand_model {
        model.options.demand_model = demand_model;
    }
    model.options.tank_scheme = TankScheme::Heun; // Euler's whole seconds make water at a tank's limits
    model.options.closed_seepage_m2s = 0.0; // EPANET's closed links seep; a valve that is shut here is shut
    // What a macro step exchanges must balance, whatever the file is content with.
    model.options.accuracy = model.options.accuracy.min(1e-5);
    model
}
