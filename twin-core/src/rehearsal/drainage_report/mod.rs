//! SWMM's text report of a run: what was counted, in the units of the deck.

mod balances;
mod links;
mod nodes;
mod quality;

use twin_physics::domains::drainage::model::{DrainageModel, Routing};
use twin_physics::domains::drainage::network::routing_step_s;
use twin_physics::domains::drainage::routing::{Drainage, DrainageState};
use twin_physics::domains::drainage::statistics::{INTERVALS, Statistics};
use twin_physics::units::{M3_PER_ACRE_FT, M3_PER_GAL};

use crate::bindings::drainage::Units;
use crate::io::swmm_inp::deck::{self, InfiltrationMethod, SwmmDeck, UnitSystem};
use crate::io::swmm_out::FlowUnits;
use crate::io::swmm_rpt::{
    AnalysisOptions, ControlAction, DynamicWaveOptions, ElementCount, HydrologyOptions, NetworkTables, RoutingOptions,
    StepSummary, SwmmReport,
};

/// Rows of a list of the worst.
const WORST: usize = 5;
/// Share below which an element is not among the worst, SWMM's [%].
const LEAST_PERCENT: f64 = 1.0;

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The deck.
    pub deck: &'a SwmmDeck,
    /// The model it became.
    pub drainage: &'a Drainage,
    /// State at the end of the run.
    pub state: &'a DrainageState,
    /// What was counted on the way.
    pub statistics: &'a Statistics,
    /// What control rules did, where the deck asks for it.
    pub actions: &'a [twin_physics::domains::drainage::control::ControlAction],
    /// First instant [days since 1899-12-30].
    pub start_days: f64,
}

/// Facts with the units to tell them in.
struct Teller<'a> {
    facts: Facts<'a>,
    units: Units,
}

impl<'a> Teller<'a> {
    fn model(&self) -> &'a DrainageModel {
        &self.facts.drainage.model
    }

    /// acre-ft or ha-m.
    fn land_volume(&self, m3: f64) -> f64 {
        m3 / if self.units.system == UnitSystem::Us { M3_PER_ACRE_FT } else { 1e4 }
    }

    /// 10⁶ gal or 10⁶ ltr.
    fn litres(&self, m3: f64) -> f64 {
        m3 / if self.units.system == UnitSystem::Us { 1e6 * M3_PER_GAL } else { 1e3 }
    }

    fn flow(&self, m3s: f64) -> f64 {
        m3s / self.units.flow_m3s
    }

    fn length(&self, m: f64) -> f64 {
        m / self.units.length_m
    }

    /// in or mm.
    fn depth(&self, m: f64) -> f64 {
        m / self.units.depth_m
    }

    fn dynamic(&self) -> bool {
        self.model().options.routing == Routing::Dynamic
    }

    /// SWMM's own figures are asked for.
    fn compat(&self) -> bool {
        self.model().options.defects.others
    }

    fn routes(&self) -> bool {
        !self.model().links.is_empty() && !self.model().options.ignore.routing
    }
}

/// The report of a run; `warnings` are shown below its title.
#[must_use]
pub fn report(facts: Facts<'_>, warnings: Vec<String>) -> SwmmReport {
    let t = Teller { facts, units: Units::new(facts.deck.options.flow_units) };
    let (deck, model) = (facts.deck, t.model());
    let hydrology = !(model.subcatchments.is_empty() || model.options.ignore.rainfall);
    let rules = facts.actions.iter().map(|a| ControlAction {
        date_days: facts.start_days + a.time_s / 86_400.0,
        link: model.links[a.link.at()].id.clone(),
        setting: a.value,
        rule: model.rules[a.rule as usize].id.clone(),
    });
    SwmmReport {
        program: format!("twin {}", env!("CARGO_PKG_VERSION")),
        title: deck.title.clone(),
        warnings,
        element_count: deck.report.input.then(|| element_count(deck)),
        options: options(&t),
        pollutants: quality::pollutants(&t),
        rdii: (!model.unit_hydrographs.is_empty() && !model.options.ignore.rdii).then(|| balances::rdii(&t)),
        control_actions: deck.report.controls.then(|| rules.collect()),
        continuity: deck.report.continuity,
        runoff: (!model.subcatchments.is_empty()).then(|| balances::runoff(&t)),
        runoff_quality: quality::surfaces(&t),
        groundwater: balances::groundwater(&t),
        routing: (!model.nodes.is_empty() && !model.options.ignore.routing).then(|| balances::routing(&t)),
        routing_quality: quality::network(&t),
        steps: (t.routes() && deck.report.flow_stats).then(|| steps(&t)),
        subcatchments: if hydrology { balances::subcatchments(&t) } else { Vec::new() },
        lids: if hydrology { balances::lids(&t) } else { Vec::new() },
        groundwater_rows: if hydrology { balances::aquifers(&t) } else { Vec::new() },
        washoff: if hydrology { quality::washoff(&t) } else { Vec::new() },
        network: t.routes().then(|| network(&t)),
        timing: None,
    }
}

fn element_count(deck: &SwmmDeck) -> ElementCount {
    ElementCount {
        rain_gages: deck.gages.len(),
        subcatchments: deck.subcatchments.len(),
        nodes: deck.nodes.len(),
        links: deck.links.len(),
        pollutants: deck.pollutants.len(),
        land_uses: deck.landuses.len(),
    }
}

fn options(t: &Teller<'_>) -> AnalysisOptions {
    let (deck, o) = (t.facts.deck, &t.model().options);
    let routing = t.routes().then(|| RoutingOptions {
        method: match o.routing {
            Routing::Steady => "STEADY",
            Routing::Kinematic => "KINWAVE",
            Routing::Dynamic => "DYNWAVE",
        }
        .to_owned(),
        step_s: routing_step_s(o),
        dynamic_wave: t.dynamic().then(|| DynamicWaveOptions {
            surcharge_method: match deck.options.surcharge {
                deck::Surcharge::Extran => "EXTRAN",
                deck::Surcharge::Slot => "SLOT",
            }
            .to_owned(),
            variable_step: o.courant_factor > 0.0,
            max_trials: o.max_trials,
            threads: 1,
            head_tolerance: t.length(o.head_tolerance_m),
        }),
    });
    let hydrology = (!deck.subcatchments.is_empty()).then(|| HydrologyOptions {
        infiltration: infiltration(deck.options.infiltration).to_owned(),
        wet_step_s: t.facts.drainage.hydrology.wet_step_s(),
        dry_step_s: o.dry_step_s,
    });
    AnalysisOptions {
        flow_units: FlowUnits::from_code(deck.options.flow_units as i32).unwrap_or(FlowUnits::Cfs),
        rainfall_runoff: !(o.ignore.rainfall || deck.gages.is_empty()),
        rdii: !(o.ignore.rdii || deck.unit_hydrographs.is_empty()),
        snowmelt: !(o.ignore.snowmelt || deck.snowpacks.is_empty()),
        groundwater: !(o.ignore.groundwater || deck.aquifers.is_empty()),
        ponding: t.routes().then_some(o.allow_ponding),
        quality: !(o.ignore.quality || deck.pollutants.is_empty()),
        hydrology,
        routing,
        start_days: t.facts.start_days,
        end_days: t.facts.start_days + o.duration_s / 86_400.0,
        antecedent_dry_days: o.dry_days,
        report_step_s: o.report_step_s,
    }
}

const fn infiltration(method: InfiltrationMethod) -> &'static str {
    match method {
        InfiltrationMethod::Horton => "HORTON",
        InfiltrationMethod::ModifiedHorton => "MODIFIED_HORTON",
        InfiltrationMethod::GreenAmpt => "GREEN_AMPT",
        InfiltrationMethod::ModifiedGreenAmpt => "MODIFIED_GREEN_AMPT",
        InfiltrationMethod::CurveNumber => "CURVE_NUMBER",
    }
}

/// The largest by amount, above a bound, in order of the list where equal.
fn worst<T>(values: impl Iterator<Item = (T, f64)>, above: f64) -> Vec<(T, f64)> {
    let mut list: Vec<_> = values.filter(|(_, v)| v.abs() > above).collect();
    list.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    list.truncate(WORST);
    list
}

fn steps(t: &Teller<'_>) -> StepSummary {
    let (statistics, model) = (t.facts.statistics, t.model());
    let s = &statistics.steps;
    let count = s.steps.max(1) as f64;
    let percent = |steps: u64| 100.0 * steps as f64 / s.routed.max(1) as f64;
    let node = |at: usize| model.nodes[at].id.clone();
    let link = |at: usize| model.links[at].id.clone();
    let turns = 100.0 / (2.0 / 3.0 * (count - 2.0).max(1.0));
    let errors = nodes::continuity_errors(t).into_iter().map(|(at, v)| (node(at), v));
    let bounds = statistics.nodes.iter().enumerate().map(|(at, n)| ("Node", node(at), n.critical_steps));
    let bounds = bounds.chain(statistics.links.iter().enumerate().map(|(at, l)| ("Link", link(at), l.critical_steps)));
    let bounds = bounds.map(|(kind, name, steps)| ((kind, name), percent(steps)));
    let varies = t.dynamic() && model.options.courant_factor > 0.0;
    let critical = worst(bounds, LEAST_PERCENT).into_iter().map(|((kind, name), v)| (kind, name, v));
    let unconverged = statistics.nodes.iter().enumerate().map(|(at, n)| (node(at), percent(n.unconverged_steps)));
    let total = s.counts.iter().sum::<u64>().max(1) as f64;
    let class = |i: usize| (s.bounds_s[i], s.bounds_s[i + 1], 100.0 * s.counts[i] as f64 / total);
    let turned = statistics.links.iter().enumerate().map(|(at, l)| (link(at), l.turns as f64 * turns));
    StepSummary {
        continuity_errors: if t.dynamic() { worst(errors, LEAST_PERCENT) } else { Vec::new() },
        critical: varies.then(|| critical.collect()),
        instability: worst(turned, LEAST_PERCENT),
        nonconverging: t.dynamic().then(|| worst(unconverged, 0.0)),
        min_step_s: s.min_step_s,
        average_step_s: s.routed_s / s.routed.max(1) as f64,
        max_step_s: s.max_step_s,
        steady_percent: 100.0 * s.steady_s / (s.steady_s + s.routed_s).max(f64::MIN_POSITIVE),
        average_iterations: s.iterations as f64 / s.routed.max(1) as f64,
        nonconverging_percent: percent(s.unconverged),
        frequencies: if varies { (0..INTERVALS).map(class).collect() } else { Vec::new() },
    }
}

fn network(t: &Teller<'_>) -> NetworkTables {
    let statistics = t.facts.statistics;
    NetworkTables {
        nodes: nodes::nodes(t),
        surcharged: t.dynamic().then(|| nodes::surcharged(t)),
        flooded: nodes::flooded(t),
        storage: nodes::storage(t),
        outfalls: nodes::outfalls(t),
        max_system_outflow: t.flow(statistics.max_outfall_m3s),
        streets: links::streets(t),
        links: links::links(t),
        flow_classes: t.dynamic().then(|| links::classes(t)),
        surcharged_conduits: links::surcharged(t),
        pumps: links::pumps(t),
        loads: quality::carried(t),
    }
}
