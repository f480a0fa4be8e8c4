//! Surface: from a flood case to a solver under the world's driver, and its assets on its ports.
//!
//! | class | role | port group |
//! |---|---|---|
//! | `underpass` | powered | `powered` of its cell, where it has a pump |
//!
//! Duration, precision, intervals of output and `[sewers]` of a case are for a case that runs otherwise.

use std::sync::Arc;

use twin_physics::domains::surface::{GaugePlace, SurfaceModel, SurfaceSolver};
use twin_physics::kernels::surface::drive::Rain;
use twin_physics::kernels::surface::grid::TILE;
use twin_physics::num::series::Series;
use twin_physics::port::{Inputs, PortTable};
use twin_physics::solver::Solver;

use crate::behaviour::Role;
use crate::bindings::water_register::MissingPort;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::{AssetIx, NetworkIx};
use crate::io::flood_case::FloodCase;
use crate::model::City;
use crate::model::storm::RainSeries;
use crate::world::network::Network;
use crate::world::sim::Sim;
use crate::world::spec::NetworkSpec;

/// The model of a case, under the scenario's rain from an instant on where it has any.
#[must_use]
pub fn model(case: FloodCase, rain: Option<(&RainSeries, f64)>) -> SurfaceModel {
    let mut flood = case.model;
    if let Some((rain, begins_s)) = rain {
        let ground = &flood.ground;
        let tiles = ground.columns.div_ceil(TILE) * ground.rows.div_ceil(TILE);
        // It rains from each row until the next, and no more after the last.
        let times = (0..=rain.intensity_ms.len()).map(|k| begins_s + rain.step_s * k as f64);
        let values = rain.intensity_ms.iter().copied().chain([0.0]);
        let series = Series::new(times.collect(), values.collect());
        flood.rain = Rain { series: series.map(|s| (s, vec![1.0; tiles])).into_iter().collect(), grids: Vec::new() };
    }
    SurfaceModel {
        flood,
        gauges: case.gauges.into_iter().map(|g| GaugePlace { id: g.id, cell: g.cell }).collect(),
        barrier_ids: case.barrier_ids,
        filling_ids: case.underpass_ids,
        dam_ids: case.dam_ids,
    }
}

/// Makes the solver of a surface.
///
/// # Errors
/// Why it cannot be computed, as a `NET-2xx` diagnostic of `file`.
pub fn solver(file: &str, model: SurfaceModel) -> Result<Arc<SurfaceSolver>, Diagnostics> {
    SurfaceSolver::new(model, None).map(Arc::new).map_err(|error| {
        Diagnostics::of(vec![Diagnostic::of_file(file, "NET-201", &error.to_string(), "mend the flood case")])
    })
}

/// Puts the surface under the world's driver.
///
/// # Errors
/// When there is no acceptable answer at the start, as a `NET-2xx` diagnostic of `file`.
pub fn start(
    file: &str,
    name: &str,
    solver: &Arc<SurfaceSolver>,
) -> Result<(Box<dyn Network>, NetworkSpec), Box<Diagnostic>> {
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    let sim = Sim::start(name, Arc::clone(solver), &inputs).map_err(|error| {
        let remedy = "see what the flood case lacks at its start";
        Box::new(Diagnostic::of_file(file, "NET-202", &error.to_string(), remedy))
    })?;
    Ok((Box::new(sim), NetworkSpec::of(name, &**solver)))
}

/// Wires every asset of one surface to the ports of its solver. Wiring again replaces what was wired.
///
/// # Errors
/// When the table lacks a port: then it belongs to another network, or to another solver.
pub fn connect(city: &mut City, network: NetworkIx, ports: &PortTable) -> Result<(), MissingPort> {
    for at in 0..city.register.assets().len() {
        let asset = city.register.get_mut(AssetIx::new(at));
        if asset.network != network {
            continue;
        }
        asset.roles.clear();
        if asset.id.class() == "underpass" {
            let (port, slot) = ("powered", asset.slot as usize);
            let missing = || MissingPort { asset: asset.id.as_str().to_owned(), port, slot };
            let found = ports.input(port, slot).ok_or_else(missing)?;
            asset.roles.insert(Role::Powered, found);
        }
    }
    Ok(())
}
