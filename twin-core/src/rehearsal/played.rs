//! The solvers of a rehearsal, whatever lifeline they are of.

use std::path::Path;
use std::sync::Arc;

use twin_physics::domain::Domain;
use twin_physics::domains::drainage::model::DrainageModel;
use twin_physics::domains::drainage::overland::StreetModel;
use twin_physics::domains::drainage::solver::DrainageSolver;
use twin_physics::domains::gas::solver::{GasSettings, GasSolver};
use twin_physics::domains::surface::SurfaceSolver;
use twin_physics::domains::water::{WaterModel, WaterSolver};
use twin_physics::port::{PortTable, Quantity};
use twin_physics::solver::Solver;

use super::live_deck::{self, LiveDeck};
use super::stage::our_fault;
use crate::bindings::drainage::live;
use crate::bindings::drainage::streets::streets;
use crate::bindings::{gas, surface, water, water_register};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::ids::NetworkIx;
use crate::io::flood_case;
use crate::io::swmm_inp::deck::SwmmDeck;
use crate::model::city::City;
use crate::model::scenario::Scenario;
use crate::model::storm::RainSeries;
use crate::world::network::Network;
use crate::world::spec::NetworkSpec;

/// The solver of a network.
#[derive(Debug, Clone)]
pub enum Played {
    /// Water supply.
    Water(Arc<WaterSolver>),
    /// Drainage.
    Drainage(Arc<DrainageSolver>),
    /// Gas.
    Gas(Arc<GasSolver>),
    /// Ground without sewers.
    Surface(Arc<SurfaceSolver>),
}

impl Played {
    /// Its inputs and outputs.
    #[must_use]
    pub fn ports(&self) -> &PortTable {
        match self {
            Self::Water(solver) => solver.ports(),
            Self::Drainage(solver) => solver.ports(),
            Self::Gas(solver) => solver.ports(),
            Self::Surface(solver) => solver.ports(),
        }
    }

    /// What a world has to know of it.
    #[must_use]
    pub fn spec(&self, name: &str) -> NetworkSpec {
        match self {
            Self::Water(solver) => NetworkSpec::of(name, &**solver),
            Self::Drainage(solver) => NetworkSpec::of(name, &**solver),
            Self::Gas(solver) => NetworkSpec::of(name, &**solver),
            Self::Surface(solver) => NetworkSpec::of(name, &**solver),
        }
    }

    /// The network at its start.
    ///
    /// # Errors
    /// When there is no acceptable answer at the start, as a diagnostic of `file`.
    pub fn start(&self, file: &str, name: &str) -> Result<(Box<dyn Network>, NetworkSpec), Box<Diagnostic>> {
        match self {
            Self::Water(solver) => water::start(file, name, solver),
            Self::Drainage(solver) => live::start(file, name, solver),
            Self::Gas(solver) => gas::start(file, name, solver),
            Self::Surface(solver) => surface::start(file, name, solver),
        }
    }

    /// The water model, an empty one where it is of another lifeline.
    #[must_use]
    pub fn water_model(&self) -> WaterModel {
        match self {
            Self::Water(solver) => solver.model().clone(),
            Self::Drainage(_) | Self::Gas(_) | Self::Surface(_) => WaterModel::default(),
        }
    }
}

/// Whole fields recorded of the networks of a lifeline.
#[must_use]
pub fn fields(domain: Domain) -> &'static [Quantity] {
    match domain {
        Domain::Water => &[Quantity::PressureHead, Quantity::Demand, Quantity::Delivered, Quantity::Flow],
        Domain::Drainage => &[Quantity::Depth, Quantity::Flooding, Quantity::Flow, Quantity::Filling],
        Domain::Gas => &[Quantity::Pressure, Quantity::MassFlow],
        Domain::Surface => &[Quantity::Depth],
        _ => &[],
    }
}

/// Whole fields recorded besides where a network has streets over it.
pub const STREETS: &[Quantity] = &[Quantity::StreetDepth, Quantity::Exchange];

/// Makes the solver of every network and wires its assets to its ports. What is found that is no error is added.
pub(super) fn solvers(
    city: &mut City,
    scenario: &Scenario,
    found: &mut Diagnostics,
) -> Result<Vec<Played>, Diagnostics> {
    let rain = storm(city, scenario)?;
    let mut solvers = Vec::new();
    for at in 0..city.networks.len() {
        let network = NetworkIx::new(at);
        let path = city.networks[at].file.clone();
        let file = path.display().to_string();
        let rain = rain.as_ref().map(|(series, begins_s)| (series, *begins_s));
        let (solver, wired) = if let Some(given) = city.water(network).map(|w| Arc::clone(&w.model)) {
            let model = water::rehearsed(&given, scenario.demand_model);
            let solver = water::solver(&file, model).map_err(Diagnostics::of)?;
            let wired = water_register::connect(city, network, solver.ports());
            (Played::Water(solver), wired)
        } else if let Some(given) = city.gas(network).map(|g| Arc::clone(&g.model)) {
            let solver = gas::solver(&file, &given, settings(scenario)).map_err(|d| Diagnostics::of(vec![*d]))?;
            let wired = gas::connect(city, network, solver.ports());
            (Played::Gas(solver), wired)
        } else if city.networks[at].domain == Domain::Surface {
            let (case, more) = flood_case::read_file(&path);
            // What is no error was told when the city was read.
            let Some(case) = case else { return Err(more) };
            let solver = surface::solver(&file, surface::model(case, rain))?;
            let wired = surface::connect(city, network, solver.ports());
            (Played::Surface(solver), wired)
        } else {
            let LiveDeck { deck, model, hot_start, found: more } = live_deck::read(&path)?;
            found.append(more);
            let mut model = live::rehearsed(model, scenario.start, scenario.duration.seconds(), rain);
            live_deck::covered(&file, &model)?;
            let above = match city.networks[at].surface.clone() {
                Some(surface) => Some(streets_over(&surface, &file, &deck, &mut model, found)?),
                None => None,
            };
            let solver = live::solver(&file, model, above, hot_start.as_ref())?;
            let wired = live::connect(city, network, solver.ports());
            (Played::Drainage(solver), wired)
        };
        wired.map_err(|e| our_fault(&file, &e.to_string()))?;
        solvers.push(solver);
    }
    Ok(solvers)
}

/// How gas is computed, as the scenario wants it.
fn settings(scenario: &Scenario) -> GasSettings {
    let usual = GasSettings::default();
    GasSettings { needed_share: scenario.needed_share.unwrap_or(usual.needed_share), ..usual }
}

/// The streets over a network, from their flood case.
fn streets_over(
    surface: &Path,
    file: &str,
    deck: &SwmmDeck,
    model: &mut DrainageModel,
    found: &mut Diagnostics,
) -> Result<StreetModel, Diagnostics> {
    let (case, more) = flood_case::read_file(surface);
    // What is no error was told when the city was read.
    let Some(case) = case else { return Err(more) };
    let shown = surface.display().to_string();
    let (above, elsewhere) = streets(deck, model, &case).map_err(|why| {
        let remedy = "make terrain and network fit, or leave `surface` out";
        Diagnostics::of(vec![Diagnostic::of_file(&shown, "NET-205", &why, remedy)])
    })?;
    if let Some(first) = elsewhere.first() {
        let message =
            format!("{} nodes of {file} do not lie on the terrain and lose what they spill: {first}", elsewhere.len());
        let remedy = "give them coordinates, or a larger terrain";
        let severity = Severity::Warning;
        found.push(Diagnostic { severity, ..Diagnostic::of_file(&shown, "NET-206", &message, remedy) });
    }
    Ok(above)
}

/// The scenario's storm by the city's formula, and when it begins [s].
fn storm(city: &City, scenario: &Scenario) -> Result<Option<(RainSeries, f64)>, Diagnostics> {
    let Some(spec) = &scenario.storm else { return Ok(None) };
    let refused = |message: String, remedy: &str| {
        Diagnostics::of(vec![Diagnostic {
            severity: Severity::Error,
            code: "SCN-411".to_owned(),
            file: scenario.file.clone(),
            line: spec.line,
            subject: spec.formula.clone(),
            message,
            remedy: remedy.to_owned(),
        }])
    };
    let standard = city.standards.storms().iter().find(|s| s.key == spec.formula).ok_or_else(|| {
        let remedy = "add it as [[storm]] to the city's standards, or name one that is there";
        refused("the city's standards have no such intensity formula".to_owned(), remedy)
    })?;
    let rain = standard.formula().and_then(|formula| spec.design.rain(&formula));
    rain.map(|rain| Some((rain, spec.begins_s))).map_err(|error| refused(error.to_string(), "change the storm"))
}
