//! A drainage network under the world's driver: its model in a rehearsal, its solver, its assets on its ports.
//!
//! | class | role | port group |
//! |---|---|---|
//! | `pump` | setting, powered | `setting`, `powered` of its link |
//! | `conduit`, `orifice`, `weir`, `outlet` | setting | `setting` of its link: 0 closed, 1 open |

use std::sync::Arc;

use jiff::civil::DateTime;
use twin_physics::domains::drainage::model::{DrainageModel, RainForm, Scheme};
use twin_physics::domains::drainage::overland::StreetModel;
use twin_physics::domains::drainage::solver::DrainageSolver;
use twin_physics::port::{Inputs, PortTable};
use twin_physics::solver::Solver;

use super::{hot_start, options};
use crate::behaviour::Role;
use crate::bindings::water_register::MissingPort;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::{AssetIx, NetworkIx};
use crate::io::swmm_hotstart::HotStart;
use crate::io::swmm_inp::deck::SwmmDeck;
use crate::model::City;
use crate::model::storm::RainSeries;
use crate::world::network::Network;
use crate::world::sim::Sim;
use crate::world::spec::NetworkSpec;

/// The model a rehearsal runs on: at the scenario's date and for its time, by the scheme that conserves water, and
/// under the scenario's rain where it has any.
#[must_use]
pub fn rehearsed(
    mut model: DrainageModel,
    start: DateTime,
    duration_s: f64,
    rain: Option<(&RainSeries, f64)>,
) -> DrainageModel {
    model.calendar.start_day = options::day_number(start.date());
    model.calendar.start_second = options::seconds(start.date().to_datetime(jiff::civil::Time::midnight()), start);
    model.options.duration_s = duration_s;
    model.options.scheme = Scheme::Implicit;
    model.options.skip_steady = None;
    model.options.events.clear();
    if let Some((rain, begins_s)) = rain {
        for gage in &mut model.gages {
            gage.form = RainForm::Intensity;
            gage.interval_s = rain.step_s;
            gage.from_file = false;
            let steps = rain.intensity_ms.iter().enumerate();
            gage.record = steps.map(|(at, i)| (begins_s + rain.step_s * at as f64, *i)).collect();
        }
    }
    model
}

/// A hot start with the deck that says what its values mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning {
    /// The deck.
    pub deck: SwmmDeck,
    /// The state.
    pub hot: HotStart,
}

/// Makes the solver of a network and the streets over it, which begins as its model says or from a hot start; runoff
/// follows the world's steps, so that imposed rain acts at once.
///
/// # Errors
/// Why the network cannot be computed, as a `NET-2xx` diagnostic of `file`.
pub fn solver(
    file: &str,
    model: DrainageModel,
    streets: Option<StreetModel>,
    begins: Option<&Beginning>,
) -> Result<Arc<DrainageSolver>, Diagnostics> {
    let solver = match streets {
        Some(streets) => DrainageSolver::under(model, streets, None),
        None => DrainageSolver::new(model),
    };
    let solver = solver.map(DrainageSolver::following_rain).map_err(|error| {
        Diagnostics::of(vec![Diagnostic::of_file(file, "NET-201", &error.to_string(), "mend the network file")])
    })?;
    let Some(Beginning { deck, hot }) = begins else { return Ok(Arc::new(solver)) };
    let state = hot_start::begin(deck, solver.drainage(), hot);
    Ok(Arc::new(solver.beginning(state)))
}

/// Puts the network under the world's driver.
///
/// # Errors
/// When there is no acceptable answer at the start, as a `NET-2xx` diagnostic of `file`.
pub fn start(
    file: &str,
    name: &str,
    solver: &Arc<DrainageSolver>,
) -> Result<(Box<dyn Network>, NetworkSpec), Box<Diagnostic>> {
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    let sim = Sim::start(name, Arc::clone(solver), &inputs).map_err(|error| {
        let remedy = "see what the network lacks at its start";
        Box::new(Diagnostic::of_file(file, "NET-202", &error.to_string(), remedy))
    })?;
    Ok((Box::new(sim), NetworkSpec::of(name, &**solver)))
}

/// Wires every asset of one drainage network to the ports of its solver. Wiring again replaces what was wired.
///
/// # Errors
/// When the table lacks a port: then it belongs to another network, or to another solver.
pub fn connect(city: &mut City, network: NetworkIx, ports: &PortTable) -> Result<(), MissingPort> {
    for at in 0..city.register.assets().len() {
        let asset = city.register.get_mut(AssetIx::new(at));
        if asset.network != network {
            continue;
        }
        let slot = asset.slot as usize;
        let roles: &[(Role, &'static str)] = match asset.id.class() {
            "pump" => &[(Role::Setting, "setting"), (Role::Powered, "powered")],
            "conduit" | "orifice" | "weir" | "outlet" => &[(Role::Setting, "setting")],
            _ => &[],
        };
        asset.roles.clear();
        for (role, port) in roles {
            let found = ports.input(port, slot);
            let missing = || MissingPort { asset: asset.id.as_str().to_owned(), port, slot };
            asset.roles.insert(*role, found.ok_or_else(missing)?);
        }
    }
    Ok(())
}
