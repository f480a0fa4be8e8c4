//! One gas network solved as `twin solve gas` does it.

use twin_physics::domains::gas::model::{GasModel, LinkKind, ModelError};
use twin_physics::domains::gas::net::GasNet;
use twin_physics::domains::gas::steady::{Scratch, Steady, SteadyError};

use super::solve_water::Watch;
use crate::io::gas_case::SteadyCase;
use crate::io::gas_results::Figures;
use crate::io::pandapipes::PandapipesNet;

/// Nodes that a message names.
const NAMED: usize = 5;

/// Why a network could not be solved.
#[derive(Debug, thiserror::Error)]
pub enum SolveGasError {
    /// A value that cannot be computed with.
    #[error("{0}")]
    Model(#[from] ModelError),
    /// The equations.
    #[error("{under}{error}")]
    Steady {
        /// The equation of state, where there are several.
        under: String,
        /// Why.
        error: SteadyError,
    },
}

/// A network and its answer.
#[derive(Debug)]
pub struct SolvedNet {
    /// The equation of state by its key, where there are several.
    pub key: &'static str,
    /// What was solved.
    pub model: GasModel,
    /// What was found.
    pub steady: Steady,
}

/// What people are told of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Lowest pressure over the air [Pa], and where.
    pub lowest: Option<(f64, String)>,
    /// Highest velocity [m/s], and where.
    pub fastest: Option<(f64, String)>,
    /// Nodes that no source reaches, of all.
    pub unsupplied: [usize; 2],
    /// What should be looked at, a line each.
    pub warnings: Vec<String>,
}

/// A compiled network with its buffers: what a further solve begins from.
pub struct Compiled {
    net: GasNet,
    scratch: Scratch,
    loads_kgs: Vec<f64>,
}

impl SolvedNet {
    /// Its numbers.
    #[must_use]
    pub fn figures(&self) -> Figures<'_> {
        Figures {
            pressure_pa: &self.steady.pressure_pa,
            supplied: &self.steady.supplied,
            flow_kgs: &self.steady.flow_kgs,
            iterations: self.steady.iterations,
            mass_residual: self.steady.mass_residual,
            loss_residual: self.steady.loss_residual,
        }
    }
}

/// Compiles and solves a model.
///
/// # Errors
/// [`SolveGasError`]
pub fn cold(model: &GasModel) -> Result<(Compiled, Steady), SolveGasError> {
    let net = GasNet::new(model)?;
    let mut scratch = Scratch::default();
    let steady = net.steady(&mut scratch, None).map_err(|error| failed("", error))?;
    let loads_kgs = model.nodes.iter().map(|n| n.load_kgs).collect();
    Ok((Compiled { net, scratch, loads_kgs }, steady))
}

/// Solves a compiled model again with all loads times a factor, from an answer before.
///
/// # Errors
/// [`SolveGasError`]
pub fn warm(compiled: &mut Compiled, before: &Steady, factor: f64) -> Result<Steady, SolveGasError> {
    let loads: Vec<f64> = compiled.loads_kgs.iter().map(|l| l * factor).collect();
    let solved = compiled.net.steady_under(&loads, &mut compiled.scratch, Some(before));
    solved.map_err(|error| failed("", error))
}

fn failed(key: &str, error: SteadyError) -> SolveGasError {
    SolveGasError::Steady { under: if key.is_empty() { String::new() } else { format!("{key}: ") }, error }
}

fn one(key: &'static str, model: GasModel, watch: &mut impl Watch) -> Result<SolvedNet, SolveGasError> {
    let solved = watch.solving(|| cold(&model)).map_err(|error| match error {
        SolveGasError::Steady { error, .. } => failed(key, error),
        other @ SolveGasError::Model(_) => other,
    });
    let (_, steady) = solved?;
    Ok(SolvedNet { key, model, steady })
}

/// Solves a network of tables.
///
/// # Errors
/// [`SolveGasError`]
pub fn pandapipes(net: &PandapipesNet, watch: &mut impl Watch) -> Result<SolvedNet, SolveGasError> {
    one("", net.model.clone(), watch)
}

/// Solves a network for each equation of state asked for.
///
/// # Errors
/// The first [`SolveGasError`].
pub fn steady(case: &SteadyCase, watch: &mut impl Watch) -> Result<Vec<SolvedNet>, SolveGasError> {
    if case.equations.is_empty() {
        return Ok(vec![one("own", case.model.clone(), watch)?]);
    }
    case.equations.iter().map(|e| one(e.key(), case.under(*e), watch)).collect()
}

/// What people are told of an answer.
#[must_use]
pub fn facts(solved: &SolvedNet) -> Facts {
    let (model, steady) = (&solved.model, &solved.steady);
    let supplied = || model.nodes.iter().zip(&steady.pressure_pa).zip(&steady.supplied).filter(|(_, s)| **s);
    let over_air = supplied().map(|((n, p), _)| (p - n.ambient_pa, n.id.clone()));
    let lowest = over_air.min_by(|a, b| a.0.total_cmp(&b.0));
    let velocity = |(at, link): (usize, &twin_physics::domains::gas::model::Link)| {
        let LinkKind::Pipe(pipe) = &link.kind else { return None };
        let slowest = steady.pressure_pa[link.from].min(steady.pressure_pa[link.to]);
        let density = model.gas.density(slowest, model.nodes[link.to].temperature_k).kgm3;
        Some((steady.flow_kgs[at].abs() / (density * pipe.area_m2()), link.id.clone()))
    };
    let open = model.links.iter().enumerate().filter(|(_, l)| l.open && steady.supplied[l.from]);
    let fastest = open.filter_map(velocity).max_by(|a, b| a.0.total_cmp(&b.0));
    let unsupplied = steady.supplied.iter().filter(|s| !**s).count();
    let under = solved.key;
    let mut warnings = Vec::new();
    let mut warn = |what: &str, ids: Vec<&str>| {
        if !ids.is_empty() {
            let more = if ids.len() > NAMED { ", …" } else { "" };
            let named = ids[..ids.len().min(NAMED)].join(", ");
            let prefix = if under.is_empty() { String::new() } else { format!("{under}: ") };
            warnings.push(format!("{prefix}{} {what}: {named}{more}", ids.len()));
        }
    };
    let cut = model.nodes.iter().zip(&steady.supplied).filter(|(n, s)| !**s && n.load_kgs != 0.0);
    warn("nodes with a load are not supplied", cut.map(|(n, _)| n.id.as_str()).collect());
    let low = supplied().filter(|((n, p), _)| **p < n.ambient_pa).map(|((n, _), _)| n.id.as_str());
    warn("nodes have a pressure below that of the air", low.collect());
    Facts { lowest, fastest, unsupplied: [unsupplied, model.nodes.len()], warnings }
}
