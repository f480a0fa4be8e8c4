//! Gas networks as `twin solve gas` is given them: one file, or a case out of a list of cases.
//!
//! A list is a JSON array of objects with `name`, `kind` and `file` (relative to the list):
//! - `pp`: a pandapipes file; `options` of its solver, of which `friction_model` counts; `close_valves`, `sink_scale`.
//! - `gaslib`: a network in JSON with a friction factor for each pipe; temperature `T` [K], gravity `G` (air = 1),
//!   `slack_pa`, `injection_kg_s`, `compressor_ratio`. Everything that is not a pipe and raises no pressure passes
//!   without loss.
//! - `moc`: pipes with pressures and withdrawals over time; `t_end` and `output_dt` [s].
//!
//! A GasLib network (`.net`, with its `.scn`) or a matgas file (`.m`) stands for itself.
//!
//! The gas of the last two kinds is isothermal with `a² = 8.314 T / (0.028 96 G)`.

mod assembly;
pub mod codes;
mod gaslib_json;
mod list;
mod pick;
#[cfg(test)]
mod tests;
mod transient;

use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{GasModel, Node};
use twin_physics::medium::gas::{Compressibility, Gas, Viscosity};
use twin_physics::num::series::Series;

use super::pandapipes::PandapipesNet;

pub use assembly::Assembly;
pub use list::Options;
pub use pick::read;

/// Gas constant [J/(mol K)] and molar mass of air [kg/mol] as the cases round them.
const CASE_CONSTANTS: [f64; 2] = [8.314, 0.028_96];
/// Of natural gas; these cases have losses that do not depend on it.
const VISCOSITY_PAS: f64 = 1.1e-5;
/// Of natural gas.
const ISENTROPIC: f64 = 1.31;

/// What is to be solved.
#[derive(Debug, Clone, PartialEq)]
pub enum GasProblem {
    /// A steady network with tables of its own.
    Pandapipes(Box<PandapipesNet>),
    /// A steady network with given friction factors, for one or several equations of state.
    Steady(SteadyCase),
    /// Flow in time.
    Transient(GasTransientCase),
}

/// An equation of state of the isothermal cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EquationOfState {
    /// `Z = 1`.
    Ideal,
    /// CNGA's law with fixed numbers.
    SimpleCnga,
    /// CNGA's law for gravity and temperature.
    FullCnga,
}

impl EquationOfState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ideal, Self::SimpleCnga, Self::FullCnga];

    /// Its key in files and options.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ideal => "ideal",
            Self::SimpleCnga => "simple_cnga",
            Self::FullCnga => "full_cnga",
        }
    }

    fn law(self, gravity: f64, t_k: f64) -> Compressibility {
        match self {
            Self::Ideal => Compressibility::Constant(1.0),
            Self::SimpleCnga => Compressibility::Inverse { b1: 1.003_008_65, b2_1pa: 2.968_488_38e-8 },
            Self::FullCnga => Compressibility::cnga(gravity, t_k),
        }
    }
}

/// A steady network with names, at one temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct SteadyCase {
    /// Temperature [K].
    pub t_k: f64,
    /// Gravity of the gas, air = 1.
    pub gravity: f64,
    /// Names of nodes as the result tells them.
    pub nodes: Vec<String>,
    /// Names of links as the result tells them.
    pub links: Vec<String>,
    /// What is solved, with the equation of state its file asks for.
    pub model: GasModel,
    /// Equations of state to solve it with; none = the model's own.
    pub equations: Vec<EquationOfState>,
}

impl SteadyCase {
    /// The model under an equation of state.
    #[must_use]
    pub fn under(&self, equation: EquationOfState) -> GasModel {
        let mut model = self.model.clone();
        model.gas.compressibility = equation.law(self.gravity, self.t_k);
        model
    }
}

/// Flow in time through pipes of given friction factors, isothermal and ideal.
#[derive(Debug, Clone, PartialEq)]
pub struct GasTransientCase {
    /// What is solved; pressures and loads are those of the start.
    pub model: GasModel,
    /// Names of nodes as the result tells them.
    pub nodes: Vec<String>,
    /// Names of pipes as the result tells them.
    pub pipes: Vec<String>,
    /// Pressures over time [Pa]: node and series.
    pub pressures: Vec<(usize, Series)>,
    /// Withdrawals over time [kg/s]: node and series.
    pub withdrawals: Vec<(usize, Series)>,
    /// Flow of each pipe at the start [kg/s].
    pub initial_flow_kgs: Vec<f64>,
    /// A hole that opens.
    pub leak: Option<Leak>,
    /// Speed of sound [m/s].
    pub sound_ms: f64,
    /// How long it runs [s].
    pub end_s: f64,
    /// Interval of results [s].
    pub output_every_s: f64,
    /// Length of a cell that the case suggests [m].
    pub cell_m: Option<f64>,
}

/// A hole from which gas escapes into the air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leak {
    /// Where.
    pub node: usize,
    /// Coefficient of discharge times area [m²].
    pub cd_area_m2: f64,
    /// When it opens [s].
    pub opens_s: f64,
    /// Isentropic exponent [–].
    pub isentropic: f64,
    /// Pressure of the air [Pa].
    pub ambient_pa: f64,
}

/// The ideal gas of a case.
fn ideal(gravity: f64) -> Gas {
    let [constant, air] = CASE_CONSTANTS;
    Gas {
        specific_jkgk: constant / (air * gravity),
        compressibility: Compressibility::Constant(1.0),
        viscosity_pas: Viscosity::Constant(VISCOSITY_PAS),
        isentropic: ISENTROPIC,
    }
}

/// A model without parts; friction factors come with the pipes.
fn isothermal(gas: Gas) -> GasModel {
    GasModel::empty(gas, Friction::Nikuradse)
}

/// A node of a case: at no height.
fn node(id: &str, t_k: f64) -> Node {
    Node { temperature_k: t_k, ..Node::junction(id) }
}
