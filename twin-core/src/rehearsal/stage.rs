//! The stage of a rehearsal: a scenario carried over to a city, ready to run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twin_physics::Quantity;
use twin_physics::domains::water::{WaterModel, WaterSolver};
use twin_physics::solver::Solver;

use super::course::Course;
use crate::bindings::{water, water_register};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::NetworkIx;
use crate::io;
use crate::model::city::City;
use crate::model::place::WaterSite;
use crate::model::scenario::{Scenario, Site};
use crate::world::World;
use crate::world::command::Input;
use crate::world::core::Submitted;
use crate::world::plan::{Plan, compile};
use crate::world::spec::{NetworkSpec, WorldSpec};

/// What is to be rehearsed, as the command line says it. Kept in the result folder, so that it can be run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The scenario's folder or file.
    pub scenario: PathBuf,
    /// A network file to play on instead of the scenario's site.
    pub network: Option<PathBuf>,
    /// A city folder to play in instead of the scenario's site.
    pub city: Option<PathBuf>,
    /// A seed instead of the scenario's.
    pub seed: Option<u64>,
}

/// A scenario carried over to a city.
pub struct Stage {
    /// The scenario.
    pub scenario: Scenario,
    /// The city it plays in.
    pub city: City,
    /// What is to happen and be looked at.
    pub plan: Plan,
    /// Position of the network it plays on.
    pub network: NetworkIx,
    /// The network as it is solved.
    pub model: Arc<WaterModel>,
    /// What was found in the files that is no error.
    pub found: Diagnostics,
    /// Seed in force.
    pub seed: u64,
    spec: Arc<WorldSpec>,
    /// A solver per network of the city, in its order.
    solvers: Vec<Arc<WaterSolver>>,
}

impl Stage {
    /// Reads everything a request names and carries the scenario over.
    ///
    /// # Errors
    /// All that is wrong with the files, each with its code, file and line.
    pub fn set(request: &Request) -> Result<Self, Diagnostics> {
        let scenario = io::scenario::open(&request.scenario)?;
        let (mut city, found) = city_of(request, &scenario)?;
        let network = water_network(&city, &scenario)?;
        let solvers = solvers(&mut city, &scenario)?;
        let solver = Arc::clone(&solvers[network.at()]);
        let plan = plan_of(&scenario, &city, network, &solver)?;
        let seed = request.seed.unwrap_or(plan.seed);
        let spec = Arc::new(world_spec(&scenario, &city, &plan, &solvers, seed));
        let model = Arc::new(solver.model().clone());
        Ok(Self { scenario, city, plan, network, model, found, seed, spec, solvers })
    }

    /// The course of the rehearsal at its start.
    ///
    /// # Errors
    /// When the network has no acceptable answer at the start.
    pub fn course(&self) -> Result<Course, Diagnostics> {
        self.course_with(super::beginning::inputs(self))
    }

    /// The course at its start with the inputs of a journal instead of those it begins with by itself.
    ///
    /// # Errors
    /// When the network has no acceptable answer at the start, or an input is not for this stage.
    pub fn course_with(&self, inputs: Vec<Input>) -> Result<Course, Diagnostics> {
        let mut networks = Vec::new();
        for (network, solver) in self.city.networks.iter().zip(&self.solvers) {
            let started = water::start(&network.file.display().to_string(), &network.name, solver);
            networks.push(started.map_err(|error| Diagnostics::of(vec![*error]))?.0);
        }
        let world = World::new(Arc::clone(&self.spec), networks);
        let (mut world, first) = world.map_err(|error| our_fault(&self.scenario.file, &error.to_string()))?;
        let rejected: Vec<_> = inputs
            .iter()
            .filter_map(|input| match world.submit(input.clone()) {
                Submitted::Rejected(why) => {
                    let message = format!("input {} of {}: {why}", input.seq, input.source);
                    let remedy = "tell the stage what its own files know";
                    Some(Diagnostic::of_file(&self.scenario.file, "RUN-102", &message, remedy))
                }
                Submitted::Accepted | Submitted::Late | Submitted::Duplicate => None,
            })
            .collect();
        if !rejected.is_empty() {
            return Err(Diagnostics::of(rejected));
        }
        let variants = self.plan.variants.iter().map(|v| v.id.clone()).collect();
        Ok(Course::new(world, first, inputs, self.plan.duration, variants))
    }

    /// The specification of its worlds.
    #[must_use]
    pub fn spec(&self) -> &Arc<WorldSpec> {
        &self.spec
    }

    /// Inputs and outputs of the network.
    #[must_use]
    pub fn solver_ports(&self) -> &twin_physics::port::PortTable {
        self.solvers[self.network.at()].ports()
    }

    /// The water network's data in the city.
    ///
    /// # Panics
    /// Never: a stage is only set on a water network.
    #[must_use]
    pub fn water(&self) -> &crate::model::city::WaterCity {
        self.city.water(self.network).expect("a stage is only set on a water network")
    }
}

fn city_of(request: &Request, scenario: &Scenario) -> Result<(City, Diagnostics), Diagnostics> {
    let (city, found) = match (&request.network, &request.city, &scenario.site) {
        (Some(network), ..) => io::city::from_network(network),
        (None, Some(city), _) => io::city::read(city),
        (None, None, Some(Site::Network(network))) => io::city::from_network(Path::new(network)),
        (None, None, Some(Site::City(city))) => io::city::read(Path::new(city)),
        (None, None, None) => {
            let remedy = "add city = \"…\" or network = \"…\", or give --city or --network";
            return Err(Diagnostics::of(vec![Diagnostic::of_file(
                &scenario.file,
                "SCN-409",
                "it does not say where it plays",
                remedy,
            )]));
        }
    };
    match city {
        Some(city) if !found.has_errors() => Ok((city, found)),
        _ => Err(found),
    }
}

/// The network a scenario of this build plays on: the city's first water network. The others run beside it.
fn water_network(city: &City, scenario: &Scenario) -> Result<NetworkIx, Diagnostics> {
    let at = city.networks.iter().position(|n| n.water.is_some()).ok_or_else(|| no_water(scenario))?;
    Ok(NetworkIx::new(at))
}

/// Makes the solver of every network and wires its assets to its ports.
fn solvers(city: &mut City, scenario: &Scenario) -> Result<Vec<Arc<WaterSolver>>, Diagnostics> {
    let mut solvers = Vec::new();
    for at in 0..city.networks.len() {
        let network = NetworkIx::new(at);
        let file = city.networks[at].file.display().to_string();
        let given = Arc::clone(&city.water(network).ok_or_else(|| no_water(scenario))?.model);
        let model = water::rehearsed(&given, scenario.demand_model);
        let solver = water::solver(&file, model).map_err(Diagnostics::of)?;
        water_register::connect(city, network, solver.ports()).map_err(|e| our_fault(&file, &e.to_string()))?;
        solvers.push(solver);
    }
    Ok(solvers)
}

fn our_fault(file: &str, message: &str) -> Diagnostics {
    Diagnostics::of(vec![Diagnostic::of_file(file, "NET-203", message, "this is a fault of the program, report it")])
}

fn no_water(scenario: &Scenario) -> Diagnostics {
    let remedy = "choose a city with a water network";
    Diagnostics::of(vec![Diagnostic::of_file(
        &scenario.file,
        "SCN-410",
        "the city has no water network to play on",
        remedy,
    )])
}

fn plan_of(scenario: &Scenario, city: &City, network: NetworkIx, solver: &WaterSolver) -> Result<Plan, Diagnostics> {
    let Some(water) = city.water(network) else { return Err(no_water(scenario)) };
    let site = WaterSite {
        network,
        model: solver.model(),
        assets: &water.assets,
        ports: solver.ports(),
        coordinates: &water.coordinates,
        register: &city.register,
    };
    compile(scenario, &site)
}

fn world_spec(scenario: &Scenario, city: &City, plan: &Plan, solvers: &[Arc<WaterSolver>], seed: u64) -> WorldSpec {
    let mut spec = WorldSpec::default();
    spec.name.clone_from(&scenario.name);
    spec.seed = seed;
    spec.macro_step_ms = plan.macro_step.millis();
    spec.record_every_ms = plan.record_every.millis();
    let networks = city.networks.iter().zip(solvers);
    spec.networks = networks.map(|(network, solver)| NetworkSpec::of(&network.name, &**solver)).collect();
    spec.register = Arc::new(city.register.clone());
    spec.agenda.clone_from(&plan.agenda);
    spec.probes.clone_from(&plan.probes);
    spec.metrics.clone_from(&plan.metrics);
    spec.fields = vec![Quantity::PressureHead, Quantity::Demand, Quantity::Delivered, Quantity::Flow];
    spec.index();
    spec
}
