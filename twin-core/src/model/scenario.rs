//! A scenario: what happens in a city, when, and what is looked at. Read from `scenario.toml` by
//! [`crate::io::scenario`], turned into an agenda by [`crate::world::plan`].
//!
//! Cross references are positions in the lists of this struct, already checked; lines are kept so that what cannot be
//! carried over to a network is still reported where it was written.

use jiff::civil::DateTime;
use twin_physics::domain::Domain;
use twin_physics::domains::water::DemandModel;
use twin_physics::port::Quantity;

use super::place::Place;
use super::storm::DesignStorm;
use crate::behaviour::Event as Told;
use crate::time::SimTime;

/// A text in the two languages shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Title {
    /// From its two texts.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// Where a scenario plays if the command line does not say otherwise; paths as written, relative to the scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Site {
    /// A city folder.
    City(String),
    /// A network file.
    Network(String),
}

/// A whole scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The file as the user named it, for messages.
    pub file: String,
    /// Name: letters, digits, `-` and `_`.
    pub name: String,
    /// Title.
    pub title: Title,
    /// Where it plays.
    pub site: Option<Site>,
    /// Local civil time at the start.
    pub start: DateTime,
    /// How long it runs; above 0.
    pub duration: SimTime,
    /// Time between exchanges of the networks; above 0, at most the duration.
    pub macro_step: SimTime,
    /// Seed of everything drawn by chance.
    pub seed: u64,
    /// How demand answers to pressure; `None` leaves it to the network file.
    pub demand_model: Option<DemandModel>,
    /// Coefficient of variation by which chance spreads the demand of each junction over the run, 0 = not at all [–].
    pub demand_spread: f64,
    /// The lifeline it plays on: that of the table it has, else water supply.
    pub plays_on: Domain,
    /// Gauge pressure that loads of a gas network need, as a share of what they have at the start; `None` = the
    /// solver's own [–].
    pub needed_share: Option<f64>,
    /// Rain in place of every gauge's own record, or of a surface's own; `None` leaves it to the network file.
    pub storm: Option<StormSpec>,
    /// Named places.
    pub places: Vec<Place>,
    /// What happens.
    pub events: Vec<ScenarioEvent>,
    /// Rehearsals beside the base run.
    pub variants: Vec<Variant>,
    /// Time between records; a whole number of macro steps.
    pub record_every: SimTime,
    /// Series of single assets.
    pub record: Vec<Recorded>,
    /// Figures over whole fields.
    pub metrics: Vec<MetricSpec>,
}

/// A design storm over a drainage network or a surface.
#[derive(Debug, Clone, PartialEq)]
pub struct StormSpec {
    /// What storm.
    pub design: DesignStorm,
    /// Key of the intensity formula in the city's standards.
    pub formula: String,
    /// When it begins, from the start of the run [s].
    pub begins_s: f64,
    /// Line in the file, 1-based.
    pub line: u32,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioEvent {
    /// Name, unique in its scenario.
    pub id: String,
    /// When.
    pub start: Start,
    /// What.
    pub action: Action,
    /// Where: position in [`Scenario::places`].
    pub place: usize,
    /// Title, or `None` for one made from action and place.
    pub title: Option<Title>,
    /// Variants that leave it out, by name.
    pub not_in: Vec<String>,
    /// Line of the event in its file, 1-based.
    pub line: u32,
}

/// When an event is due.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// At an instant.
    At(SimTime),
    /// A delay after all of another event is done.
    After {
        /// Position in [`Scenario::events`].
        event: usize,
        /// Delay [s], 0 or more.
        delay_s: f64,
    },
    /// Once something has been above or below a threshold long enough.
    When {
        /// What is watched.
        watch: Watched,
        /// Above the threshold, or below.
        above: bool,
        /// Threshold in SI.
        threshold: f64,
        /// How far back the value must go to count as past, in the unit of the threshold, 0 or more.
        hysteresis: f64,
        /// How long it must hold [s], 0 or more.
        hold_s: f64,
    },
}

/// What a condition watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// A metric: position in [`Scenario::metrics`].
    Metric(usize),
    /// A quantity the network shows at a place.
    Place {
        /// Position in [`Scenario::places`].
        place: usize,
        /// What of it.
        quantity: Quantity,
    },
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// A pipe bursts.
    Burst(Hole),
    /// Its hole is closed and the valves shut for it are opened again, one after the other.
    Repair {
        /// Time per valve [s].
        crew_s_per_valve: f64,
    },
    /// A crew shuts the valves round a place.
    Isolate {
        /// Time until the crew stands at the first valve [s].
        travel_s: f64,
        /// Time per valve, walking included [s].
        crew_s_per_valve: f64,
    },
    /// A link is opened, a pump started.
    Open,
    /// A link is closed, a pump stopped.
    Close,
    /// A valve's setting or a pump's relative speed, in the SI unit of what it sets.
    Set(f64),
    /// A pump loses its power.
    PowerOff,
    /// It comes back.
    PowerOn,
    /// Water is drawn beside what customers ask for.
    Demand {
        /// Flow [m³·s⁻¹]; negative is an inflow.
        flow_m3s: f64,
        /// For how long [s]; `None` = to the end.
        duration_s: Option<f64>,
    },
    /// A share of a conduit's or structure's cross section is blocked [–].
    Block(f64),
    /// What blocked it is cleared away.
    Clear,
    /// The water level at an outfall [m].
    Stage(f64),
    /// Rain at a gauge in place of its record.
    Rain {
        /// Intensity [m·s⁻¹].
        intensity_ms: f64,
        /// For how long [s]; `None` = to the end.
        duration_s: Option<f64>,
    },
    /// The pressure a source of gas is held at, absolute [Pa].
    SourcePressure(f64),
    /// A factor on what is taken from a gas network at its junctions.
    LoadFactor {
        /// Factor on the file's loads [–].
        factor: f64,
        /// For how long [s]; `None` = to the end.
        duration_s: Option<f64>,
    },
    /// An asset's behaviour is told something.
    Tell(Told),
}

/// The size of a hole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hole {
    /// Area [m²].
    Area(f64),
    /// Diameter of a round hole [m].
    Diameter(f64),
    /// Share of the pipe's cross-section [–].
    Share(f64),
}

impl Hole {
    /// Area of the hole in a pipe of this diameter [m²].
    #[must_use]
    pub fn area_m2(self, pipe_diameter_m: f64) -> f64 {
        let circle = |d: f64| 0.25 * std::f64::consts::PI * d * d;
        match self {
            Self::Area(area_m2) => area_m2,
            Self::Diameter(diameter_m) => circle(diameter_m),
            Self::Share(share) => share * circle(pipe_diameter_m),
        }
    }
}

/// A rehearsal beside the base run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Name, unique in its scenario.
    pub id: String,
    /// Title.
    pub title: Title,
}

/// A place whose quantities are recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Position in [`Scenario::places`], or an asset's name as written.
    pub of: RecordedOf,
    /// What of it, at least one.
    pub quantities: Vec<Quantity>,
    /// Line in the file, 1-based.
    pub line: u32,
}

/// Whose quantities are recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordedOf {
    /// Position in [`Scenario::places`].
    Place(usize),
    /// An asset's name as written.
    Asset(String),
}

/// A figure over a whole field.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSpec {
    /// Key in results, unique in its scenario.
    pub name: String,
    /// How it is computed.
    pub kind: MetricKind,
    /// Title, or `None` for that of its kind.
    pub title: Option<Title>,
    /// Line in the file, 1-based.
    pub line: u32,
}

/// How a figure is computed.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricKind {
    /// Customers at junctions that get less than this share of what they ask for [–].
    CustomersShort {
        /// Share, above 0 and at most 1.
        ratio: f64,
    },
    /// Customers at junctions below a pressure head.
    CustomersBelowPressure {
        /// Gauge pressure head [m].
        pressure_m: f64,
    },
    /// Junctions with customers below a pressure head.
    NodesBelowPressure {
        /// Gauge pressure head [m].
        pressure_m: f64,
    },
    /// Places of a gas network with a load, below a pressure.
    LoadsBelowPressure {
        /// Gauge pressure [Pa].
        pressure_pa: f64,
    },
    /// An output by its port's name.
    Output {
        /// Name of the port.
        port: String,
        /// Whose it is: position in [`Scenario::places`]; `None` = of the whole network.
        place: Option<usize>,
    },
    /// Demand asked for less demand delivered [m³·s⁻¹; of gas kg·s⁻¹].
    Shortfall,
    /// Flow through all holes, bursts and emitters [m³·s⁻¹; of gas kg·s⁻¹].
    Leak,
    /// Lowest pressure head of any junction with customers [m]; of gas, lowest gauge pressure at a load [Pa].
    MinPressure,
}
