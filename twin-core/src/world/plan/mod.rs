//! From a scenario and a network to what a world is started with: agenda, probes, metrics, clock, variants.
//!
//! 1. Every place is found on the network ([`crate::model::place`]).
//! 2. Every event becomes one item of the agenda, or several where people work one thing after the other: a crew that
//!    isolates a burst is on the way, then shuts valve after valve. `after` waits for the last of them.
//! 3. What cannot be carried over to this network is an error that names the line it was written in (`SCN-4xx`):
//!
//! | code | meaning |
//! |---|---|
//! | `SCN-401` | an asset named in the file is not on this network |
//! | `SCN-402` | no asset fits a place's rule |
//! | `SCN-403` | the asset is not of the kind the action needs |
//! | `SCN-404` | the network has no such input or output |
//! | `SCN-405` | the place cannot be isolated by valves |
//! | `SCN-406` | the hole is larger than a pipe broken in two |
//! | `SCN-407` | the action needs one asset and the place is several |
//! | `SCN-408` | a value is outside what the network takes |

mod actions;
mod measure;

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use twin_physics::domains::water::DemandModel;
use twin_physics::port::PortIx;

use super::agenda::{Condition, Item, Trigger, Watch};
use super::command::{Command, NetPort, Rank};
use super::observe::{Metric, Probe};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::ids::AssetIx;
use crate::io::scenario::choose;
use crate::model::isolation::{Isolation, IsolationMap};
use crate::model::place::{PlaceError, WaterSite};
use crate::model::scenario::{Scenario, ScenarioEvent, Start, Title, Watched};
use crate::time::SimTime;

/// What a world is started with.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What happens by itself, in the order of the file.
    pub agenda: Vec<Item>,
    /// Single values recorded over time.
    pub probes: Vec<Probe>,
    /// Figures recorded over time.
    pub metrics: Vec<Metric>,
    /// Local civil time at the start.
    pub start: DateTime,
    /// How long it runs.
    pub duration: SimTime,
    /// Time between exchanges.
    pub macro_step: SimTime,
    /// Time between records.
    pub record_every: SimTime,
    /// Seed of everything drawn by chance.
    pub seed: u64,
    /// How demand answers to pressure; `None` leaves it to the network file.
    pub demand_model: Option<DemandModel>,
    /// Rehearsals beside the base run.
    pub variants: Vec<PlanVariant>,
    /// The assets each place of the scenario was found to be, in its order.
    pub places: Vec<Vec<AssetIx>>,
    /// How each place that is isolated is isolated, and what that costs.
    pub isolations: BTreeMap<AssetIx, Isolation>,
}

/// A rehearsal beside the base run.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanVariant {
    /// Name.
    pub id: String,
    /// Title.
    pub title: Title,
    /// Items of the agenda it leaves out, ascending.
    pub leaves_out: Vec<usize>,
    /// Up to this instant it is the base run: the earliest at which an item it leaves out can be due.
    pub forks_at: SimTime,
}

/// Carries a scenario over to a network.
///
/// # Errors
/// Everything that cannot be carried over, with its line in the scenario's file.
pub fn compile(scenario: &Scenario, site: &WaterSite<'_>) -> Result<Plan, Diagnostics> {
    let map = IsolationMap::new(site.model, site.assets);
    let mut compiler = Compiler {
        scenario,
        site,
        places: Vec::new(),
        isolations: BTreeMap::new(),
        map,
        agenda: Vec::new(),
        found: Diagnostics::default(),
    };
    compiler.find_places();
    let metrics = measure::metrics(&mut compiler);
    let probes = measure::probes(&mut compiler);
    compiler.expand();
    if compiler.found.has_errors() {
        return Err(compiler.found);
    }
    Ok(Plan {
        variants: compiler.variants(),
        agenda: compiler.agenda,
        probes,
        metrics,
        start: scenario.start,
        duration: scenario.duration,
        macro_step: scenario.macro_step,
        record_every: scenario.record_every,
        seed: scenario.seed,
        demand_model: scenario.demand_model,
        places: compiler.places.into_iter().map(Option::unwrap_or_default).collect(),
        isolations: compiler.isolations,
    })
}

/// A scenario on its way to becoming a plan.
struct Compiler<'a> {
    scenario: &'a Scenario,
    site: &'a WaterSite<'a>,
    map: IsolationMap<'a>,
    /// Where each place is; `None` where it was not found, which is reported once.
    places: Vec<Option<Vec<AssetIx>>>,
    isolations: BTreeMap<AssetIx, Isolation>,
    agenda: Vec<Item>,
    found: Diagnostics,
}

impl Compiler<'_> {
    fn error(&mut self, code: &str, line: u32, subject: &str, message: impl Into<String>, remedy: &str) {
        self.found.push(Diagnostic {
            severity: Severity::Error,
            code: code.to_owned(),
            file: self.scenario.file.clone(),
            line,
            subject: subject.to_owned(),
            message: message.into(),
            remedy: remedy.to_owned(),
        });
    }

    fn find_places(&mut self) {
        for (place, found) in self.scenario.places.iter().zip(self.site.resolve(&self.scenario.places, &self.map)) {
            let found = found.map_err(|error| {
                let code = if matches!(error, PlaceError::Lookup(_)) { "SCN-401" } else { "SCN-402" };
                let remedy = "name an asset of this network, or choose another rule";
                self.error(code, place.line, &place.id, error.to_string(), remedy);
            });
            self.places.push(found.ok());
        }
    }

    /// The one asset a place is; `None` where it was not found or is several.
    fn one(&mut self, place: usize, line: u32, subject: &str) -> Option<AssetIx> {
        match self.places.get(place)?.as_deref()? {
            [asset] => Some(*asset),
            several => {
                let (id, count) = (&self.scenario.places[place].id, several.len());
                let message = format!("needs one asset, and the place {id} is {count}");
                self.error("SCN-407", line, subject, message, "name one asset");
                None
            }
        }
    }

    /// Turns every event into items, then lets those that wait for an event wait for the last item of it.
    fn expand(&mut self) {
        let scenario = self.scenario;
        let mut ranges = Vec::new();
        for event in &scenario.events {
            let first = self.agenda.len();
            let trigger = self.trigger(event);
            let last = self.act(event, trigger).unwrap_or(first);
            ranges.push((first, last));
        }
        for (event, (first, _)) in scenario.events.iter().zip(&ranges) {
            let Start::After { event: other, delay_s } = event.start else { continue };
            if let Some(item) = self.agenda.get_mut(*first) {
                item.trigger = Trigger::After { item: ranges[other].1, delay_s };
            }
        }
    }

    /// What starts an event. `after` is set by [`Self::expand`] once all items have their places.
    fn trigger(&mut self, event: &ScenarioEvent) -> Trigger {
        match event.start {
            Start::At(at) => Trigger::At(at),
            Start::After { delay_s, .. } => Trigger::After { item: 0, delay_s },
            Start::When { watch, above, threshold, hysteresis, hold_s } => {
                let watch = match watch {
                    Watched::Metric(at) => Some(Watch::Metric(at)),
                    Watched::Place { place, quantity } => measure::watch(self, event, place, quantity),
                };
                // Without a watch the plan is refused; the trigger stands only so that the other events are checked.
                let watch = watch.unwrap_or(Watch::Metric(usize::MAX));
                Trigger::When(Condition { watch, above, threshold, hysteresis, hold_s })
            }
        }
    }

    /// A command that says what an input is, if the network has that input and takes the value.
    fn drive(
        &mut self,
        event: &ScenarioEvent,
        name: &str,
        slot: usize,
        rank: Rank,
        value: Option<f64>,
    ) -> Option<Command> {
        let Some(port) = self.site.ports.input(name, slot) else {
            let remedy = choose(name, self.site.ports.inputs.iter().map(|g| g.name));
            self.error("SCN-404", event.line, &event.id, format!("the network has no input {name} here"), &remedy);
            return None;
        };
        self.drive_port(event, port, rank, value)
    }

    fn drive_port(&mut self, event: &ScenarioEvent, port: PortIx, rank: Rank, value: Option<f64>) -> Option<Command> {
        let group = self.site.ports.input_group(port).map(|(g, _)| (g.name, g.min, g.max));
        if let (Some(v), Some((name, min, max))) = (value, group)
            && !(min..=max).contains(&v)
        {
            let message = format!("{name} = {v} is outside {min} to {max}");
            self.error("SCN-408", event.line, &event.id, message, "");
            return None;
        }
        Some(Command::Drive { port: NetPort { network: self.site.network, port }, rank, value })
    }

    fn variants(&self) -> Vec<PlanVariant> {
        let plan = |variant: &crate::model::scenario::Variant| {
            let out = |at: &usize| self.agenda[*at].not_in.contains(&variant.id);
            let leaves_out: Vec<usize> = (0..self.agenda.len()).filter(out).collect();
            let forks_at = leaves_out.iter().map(|&at| self.earliest(at)).min().unwrap_or(SimTime::ZERO);
            PlanVariant { id: variant.id.clone(), title: variant.title.clone(), leaves_out, forks_at }
        };
        self.scenario.variants.iter().map(plan).collect()
    }

    /// The earliest instant at which an item can be due. The reader has refused circles, so the way back ends.
    fn earliest(&self, mut at: usize) -> SimTime {
        let mut waited_ms = 0;
        loop {
            match &self.agenda[at].trigger {
                Trigger::At(instant) => return instant.plus_millis(waited_ms),
                Trigger::When(condition) => return millis(condition.hold_s).plus_millis(waited_ms),
                Trigger::After { item, delay_s } => {
                    waited_ms += millis(*delay_s).millis();
                    at = *item;
                }
            }
        }
    }
}

fn millis(seconds: f64) -> SimTime {
    SimTime::from_seconds(seconds).unwrap_or(SimTime::ZERO)
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
mod tests;
