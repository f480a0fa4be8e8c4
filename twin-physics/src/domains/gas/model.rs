//! A gas network as it is given: nodes, links, gas.
//!
//! All pressures are absolute. Isothermal: every node has a temperature that does not change.

use super::friction::Friction;
use crate::constants::GRAVITY_MS2;
use crate::medium::gas::Gas;

/// A gas network.
#[derive(Debug, Clone, PartialEq)]
pub struct GasModel {
    /// What flows in it.
    pub gas: Gas,
    /// Friction of pipes that have no law of their own.
    pub friction: Friction,
    /// Gravity [m/s²]; a parameter because tools differ in its digits.
    pub gravity_ms2: f64,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Links.
    pub links: Vec<Link>,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name.
    pub id: String,
    /// Height above datum [m].
    pub height_m: f64,
    /// Temperature of the gas [K].
    pub temperature_k: f64,
    /// Pressure of the air around it [Pa].
    pub ambient_pa: f64,
    /// Pressure it is held at, if it is a source [Pa].
    pub source_pa: Option<f64>,
    /// What is taken out, negative where gas is fed in [kg/s].
    pub load_kgs: f64,
}

impl Node {
    /// A junction at sea level and 15 °C that nothing is taken from.
    #[must_use]
    pub fn junction(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            height_m: 0.0,
            temperature_k: 288.15,
            ambient_pa: ambient_pa(0.0),
            source_pa: None,
            load_kgs: 0.0,
        }
    }
}

/// Pressure of the air at a height [Pa].
///
/// *Source:* ISO 2533:1975, Standard atmosphere, troposphere, with the exponent 5.255.
#[must_use]
pub fn ambient_pa(height_m: f64) -> f64 {
    101_325.0 * (1.0 - 0.0065 * height_m / 288.15).powf(5.255)
}

/// A link from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its name.
    pub id: String,
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What it is.
    pub kind: LinkKind,
    /// Whether gas can pass.
    pub open: bool,
}

/// What a link is.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkKind {
    /// A pipe.
    Pipe(Pipe),
    /// A valve, a short piece, a resistor: loss `ζ` of an opening; none where `loss` is 0.
    Valve {
        /// Diameter of the opening [m].
        diameter_m: f64,
        /// Loss coefficient ζ [–].
        loss: f64,
    },
    /// A pressure regulator, passing gas from first to second node only.
    Regulator(Regulator),
    /// A compressor or control valve of fixed ratio of pressures, second over first node.
    Ratio(f64),
    /// A booster: lift of pressure [Pa] as a polynomial of the flow at its inlet [m³/s], highest power first, not
    /// below 0; none backwards.
    Booster(Vec<f64>),
    /// A flow that is held [kg/s].
    Flow(f64),
}

/// A pipe.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipe {
    /// Length [m].
    pub length_m: f64,
    /// Inner diameter [m].
    pub diameter_m: f64,
    /// Roughness k [m].
    pub roughness_m: f64,
    /// Loss coefficient of all that stands in it, ζ [–].
    pub loss: f64,
    /// Its own law of friction.
    pub friction: Option<Friction>,
}

impl Pipe {
    /// Cross section [m²].
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        area_m2(self.diameter_m)
    }
}

/// Cross section of a circle [m²].
#[must_use]
pub fn area_m2(diameter_m: f64) -> f64 {
    std::f64::consts::FRAC_PI_4 * diameter_m * diameter_m
}

/// A pressure regulator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regulator {
    /// Outlet pressure it holds at no flow [Pa].
    pub set_pa: f64,
    /// How far the outlet falls with flow [Pa s/kg].
    pub droop_pa_s_kg: f64,
    /// Loss when fully open, of `p₁² − p₂² = r m²` [Pa² s²/kg²].
    pub open_loss: f64,
    /// Outlet pressure at which it shuts for good, until it is reset by hand [Pa].
    pub slam_shut_pa: Option<f64>,
    /// Outlet pressure held by the monitor behind it when the regulator fails open [Pa].
    pub monitor_pa: Option<f64>,
}

impl Regulator {
    /// A regulator that holds a pressure and can be passed freely when fully open.
    #[must_use]
    pub fn holding(set_pa: f64) -> Self {
        Self { set_pa, droop_pa_s_kg: 0.0, open_loss: 0.0, slam_shut_pa: None, monitor_pa: None }
    }
}

/// Why a network cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A value of a node outside its legal range.
    #[error("{what} of node {id} is {value}")]
    Node {
        /// Which.
        id: String,
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// A value of a link outside its legal range.
    #[error("{what} of link {id} is {value}")]
    Link {
        /// Which.
        id: String,
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// A link that begins or ends where no node is, or at its own beginning.
    #[error("link {id} does not run between two nodes")]
    Ends {
        /// Which.
        id: String,
    },
    /// No node holds a pressure.
    #[error("no node of the network is a source of given pressure")]
    NoSource,
    /// Too many nodes or links.
    #[error("the network is too large: {0}")]
    TooLarge(String),
}

impl GasModel {
    /// A network without parts.
    #[must_use]
    pub fn empty(gas: Gas, friction: Friction) -> Self {
        Self { gas, friction, gravity_ms2: GRAVITY_MS2, nodes: Vec::new(), links: Vec::new() }
    }

    /// Checks every value that equations divide by or take a root of.
    ///
    /// # Errors
    /// The first [`ModelError`].
    pub fn check(&self) -> Result<(), ModelError> {
        for n in &self.nodes {
            let fault = |what, value| Err(ModelError::Node { id: n.id.clone(), what, value });
            let in_range = |x: f64, low: f64, high: f64| x.is_finite() && x >= low && x <= high;
            if !in_range(n.height_m, -500.0, 9000.0) {
                return fault("height", n.height_m);
            }
            if !in_range(n.temperature_k, 150.0, 500.0) {
                return fault("temperature", n.temperature_k);
            }
            if !in_range(n.ambient_pa, 1e4, 1e6) {
                return fault("ambient pressure", n.ambient_pa);
            }
            if !in_range(n.load_kgs, -1e6, 1e6) {
                return fault("load", n.load_kgs);
            }
            if let Some(p) = n.source_pa.filter(|p| !in_range(*p, 1e2, 1e9)) {
                return fault("pressure", p);
            }
        }
        for l in &self.links {
            let nodes = self.nodes.len();
            if l.from >= nodes || l.to >= nodes || l.from == l.to {
                return Err(ModelError::Ends { id: l.id.clone() });
            }
            if let Some((what, value)) = l.kind.fault() {
                return Err(ModelError::Link { id: l.id.clone(), what, value });
            }
        }
        if self.nodes.iter().any(|n| n.source_pa.is_some()) { Ok(()) } else { Err(ModelError::NoSource) }
    }
}

impl LinkKind {
    fn fault(&self) -> Option<(&'static str, f64)> {
        let positive = |what, x: f64| (!(x.is_finite() && x > 0.0)).then_some((what, x));
        let at_least_0 = |what, x: f64| (!(x.is_finite() && x >= 0.0)).then_some((what, x));
        match self {
            Self::Pipe(p) => positive("diameter", p.diameter_m)
                .or(at_least_0("length", p.length_m))
                .or(at_least_0("roughness", p.roughness_m))
                .or((p.roughness_m > p.diameter_m / 3.0).then_some(("roughness", p.roughness_m)))
                .or(at_least_0("loss coefficient", p.loss))
                .or(match p.friction {
                    Some(Friction::Fixed(factor)) => at_least_0("friction factor", factor),
                    _ => None,
                }),
            Self::Valve { diameter_m, loss } => at_least_0("loss coefficient", *loss).or(if *loss > 0.0 {
                positive("diameter", *diameter_m)
            } else {
                None
            }),
            Self::Regulator(r) => positive("pressure", r.set_pa)
                .or(at_least_0("droop", r.droop_pa_s_kg))
                .or(at_least_0("loss when open", r.open_loss))
                .or_else(|| r.slam_shut_pa.and_then(|p| positive("pressure of the slam-shut", p)))
                .or_else(|| r.monitor_pa.and_then(|p| positive("pressure of the monitor", p))),
            Self::Ratio(ratio) => positive("ratio", *ratio),
            Self::Booster(lift) => lift.iter().find(|x| !x.is_finite()).map(|x| ("lift", *x)),
            Self::Flow(flow) => (!flow.is_finite()).then_some(("flow", *flow)),
        }
    }
}
