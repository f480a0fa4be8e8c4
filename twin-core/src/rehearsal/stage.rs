//! The stage of a rehearsal: a scenario carried over to a city, ready to run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twin_physics::domain::Domain;
use twin_physics::domains::drainage::solver::DrainageSolver;
use twin_physics::domains::surface::SurfaceSolver;
use twin_physics::domains::water::WaterModel;
use twin_physics::port::PortTable;

use super::course::Course;
use super::played::{self, Played};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::ids::NetworkIx;
use crate::io;
use crate::model::city::City;
use crate::model::place::WaterSite;
use crate::model::scenario::{Scenario, Site};
use crate::model::water_assets::WaterAssets;
use crate::world::World;
use crate::world::command::{Command, Input};
use crate::world::core::Submitted;
use crate::world::plan::{Plan, compile};
use crate::world::spec::WorldSpec;

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
    /// The water network it plays on as it is solved; an empty one where it plays on another lifeline.
    pub model: Arc<WaterModel>,
    /// What was found in the files that is no error.
    pub found: Diagnostics,
    /// Seed in force.
    pub seed: u64,
    spec: Arc<WorldSpec>,
    /// A solver per network of the city, in its order.
    solvers: Vec<Played>,
}

impl Stage {
    /// Reads everything a request names and carries the scenario over.
    ///
    /// # Errors
    /// All that is wrong with the files, each with its code, file and line.
    pub fn set(request: &Request) -> Result<Self, Diagnostics> {
        let scenario = io::scenario::open(&request.scenario)?;
        let (mut city, mut found) = city_of(request, &scenario)?;
        let network = network_of(&city, &scenario)?;
        let solvers = played::solvers(&mut city, &scenario, &mut found)?;
        let model = Arc::new(solvers[network.at()].water_model());
        let plan = plan_of(&scenario, &city, network, &model, solvers[network.at()].ports())?;
        let seed = request.seed.unwrap_or(plan.seed);
        let spec = Arc::new(world_spec(&scenario, &city, &plan, &solvers, seed));
        misplaced(&scenario, &spec)?;
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
            let started = solver.start(&network.file.display().to_string(), &network.name);
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

    /// Names of the accounts of a network, in their order.
    #[must_use]
    pub fn account_names(&self, network: usize) -> Vec<String> {
        let name = &self.city.networks[network].name;
        let solver = match &self.solvers[network] {
            Played::Water(_) | Played::Gas(_) => return vec![name.clone()],
            Played::Surface(solver) => {
                let flood = solver.flood();
                let parts = [
                    (true, ""),
                    (!flood.fillings().is_empty(), " underpasses"),
                    (!flood.dams().is_empty(), " check dams"),
                ];
                return names(name, &parts);
            }
            Played::Drainage(solver) => solver,
        };
        let catchments = &solver.model().subcatchments;
        let streets = solver.streets();
        let parts = [
            (true, ""),
            (!catchments.is_empty(), " catchments"),
            (catchments.iter().any(|c| c.groundwater.is_some()), " groundwater"),
            (streets.is_some(), " streets"),
            (streets.is_some_and(|s| !s.fillings().is_empty()), " underpasses"),
            (streets.is_some_and(|s| !s.dams().is_empty()), " check dams"),
        ];
        names(name, &parts)
    }

    /// The specification of its worlds.
    #[must_use]
    pub fn spec(&self) -> &Arc<WorldSpec> {
        &self.spec
    }

    /// Inputs and outputs of the network.
    #[must_use]
    pub fn solver_ports(&self) -> &PortTable {
        self.solvers[self.network.at()].ports()
    }

    /// The water network's data in the city, where it plays on one.
    #[must_use]
    pub fn water(&self) -> Option<&crate::model::city::WaterCity> {
        self.city.water(self.network)
    }

    /// The gas network's data in the city, where it plays on one.
    #[must_use]
    pub fn gas(&self) -> Option<&crate::model::gas_city::GasCity> {
        self.city.gas(self.network)
    }

    /// The drainage network it plays on, where it does.
    #[must_use]
    pub fn drainage(&self) -> Option<&Arc<DrainageSolver>> {
        match &self.solvers[self.network.at()] {
            Played::Drainage(solver) => Some(solver),
            Played::Water(_) | Played::Gas(_) | Played::Surface(_) => None,
        }
    }

    /// The surface it plays on, where it does.
    #[must_use]
    pub fn surface(&self) -> Option<&Arc<SurfaceSolver>> {
        match &self.solvers[self.network.at()] {
            Played::Surface(solver) => Some(solver),
            Played::Water(_) | Played::Drainage(_) | Played::Gas(_) => None,
        }
    }
}

/// Names of a network's accounts, of those parts that are there.
fn names(network: &str, parts: &[(bool, &str)]) -> Vec<String> {
    parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{network}{part}")).collect()
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

/// The network a scenario plays on: the city's first of its lifeline. The others run beside it.
fn network_of(city: &City, scenario: &Scenario) -> Result<NetworkIx, Diagnostics> {
    let at = city.networks.iter().position(|n| n.domain == scenario.plays_on);
    at.map(NetworkIx::new).ok_or_else(|| {
        let key = scenario.plays_on.key();
        let message = format!("the city has no {key} network to play on");
        let remedy = format!("choose a city with a {key} network");
        Diagnostics::of(vec![Diagnostic::of_file(&scenario.file, "SCN-410", &message, &remedy)])
    })
}

pub(super) fn our_fault(file: &str, message: &str) -> Diagnostics {
    Diagnostics::of(vec![Diagnostic::of_file(file, "NET-203", message, "this is a fault of the program, report it")])
}

fn plan_of(
    scenario: &Scenario,
    city: &City,
    network: NetworkIx,
    model: &WaterModel,
    ports: &PortTable,
) -> Result<Plan, Diagnostics> {
    let none = WaterAssets::default();
    let water = city.water(network);
    let site = WaterSite {
        network,
        model,
        gas: city.gas(network).map(|g| &*g.model),
        assets: water.map_or(&none, |w| &w.assets),
        ports,
        coordinates: water.map_or(&[], |w| &w.coordinates),
        register: &city.register,
    };
    compile(scenario, &site)
}

/// Refuses events that drive an input which means nothing for its element: the solver would take no step under it.
fn misplaced(scenario: &Scenario, spec: &WorldSpec) -> Result<(), Diagnostics> {
    let means_nothing = |command: &Command| match command {
        Command::Drive { port, .. } => spec.networks[port.network.at()].refused.contains(&port.port),
        _ => false,
    };
    let told = spec.agenda.iter().filter(|item| item.commands.iter().any(means_nothing)).map(|item| {
        let event = scenario.events.iter().find(|e| item.id.split('/').next() == Some(e.id.as_str()));
        let asset = item.target.map_or("its place", |t| spec.register.get(t).id.as_str());
        Diagnostic {
            severity: Severity::Error,
            line: event.map_or(0, |e| e.line),
            subject: item.id.clone(),
            ..Diagnostic::of_file(
                &scenario.file,
                "SCN-403",
                &format!("{asset} has nothing that this could act on"),
                "choose another place: only pumps lose power, only what lets water pass is blocked or set",
            )
        }
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() { Ok(()) } else { Err(Diagnostics::of(told)) }
}

fn world_spec(scenario: &Scenario, city: &City, plan: &Plan, solvers: &[Played], seed: u64) -> WorldSpec {
    let mut spec = WorldSpec::default();
    spec.name.clone_from(&scenario.name);
    spec.seed = seed;
    spec.macro_step_ms = plan.macro_step.millis();
    spec.record_every_ms = plan.record_every.millis();
    let networks = city.networks.iter().zip(solvers);
    spec.networks = networks.map(|(network, solver)| solver.spec(&network.name)).collect();
    spec.register = Arc::new(city.register.clone());
    spec.agenda.clone_from(&plan.agenda);
    spec.probes.clone_from(&plan.probes);
    spec.metrics.clone_from(&plan.metrics);
    for domain in [Domain::Water, Domain::Drainage, Domain::Gas, Domain::Surface] {
        if city.networks.iter().any(|n| n.domain == domain) {
            let new = played::fields(domain).iter().filter(|q| !spec.fields.contains(q)).collect::<Vec<_>>();
            spec.fields.extend(new);
        }
    }
    if city.networks.iter().any(|n| n.surface.is_some()) {
        spec.fields.extend(played::STREETS);
    }
    spec.index();
    spec
}
