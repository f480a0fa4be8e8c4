//! Storm sewers of a linear town in loess valleys, as a SWMM 5 deck.
//!
//! # What is made
//! 1. A river along each valley, falling with it. On both banks reaches follow one another: a trunk along the bank
//!    with an outfall into the river, behind a flap gate.
//! 2. Side streets climb from the trunk to the foot of the hills, cross streets leave them on both sides; under each
//!    street a sewer, at each manhole a catchment.
//! 3. Some side streets end in a pond with orifice and weir; some trunks take the water of a low underpass, pumped up.
//! 4. Where asked for: sponge-city measures in a share of the catchments, and streets with inlets above some sewers.
//!
//! # How it is sized
//! Pipes by the rational method, `Q = Σ(ψA)·i(t_c)` with the time of concentration summed along the longest way,
//! running full by Manning with a margin; least cover, least and greatest velocity, crowns matched. So the design
//! storm stays below ground, and one much rarer does not.
//!
//! # Source
//! GB 50014-2021 室外排水设计标准 (rational method, velocities, cover); own choice of town.

mod catchment;
mod deck;
mod layout;
mod sizing;
mod street;
mod terrain;
mod works;

use serde::{Deserialize, Serialize};

use crate::model::storm::{DesignStorm, IntensityFormula, RainSeries, StormError, StormKind};

/// Fewest and most sewers a sewershed can have.
pub const CONDUITS: std::ops::RangeInclusive<usize> = 10..=100_000;

/// A1 [mm/min], C, b [min], n of the example formula that is used where a city gives none.
const EXAMPLE_FORMULA: [f64; 4] = [5.582, 1.292, 8.22, 0.7];

/// Method of infiltration of the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Infiltration {
    /// Horton.
    #[default]
    Horton,
    /// Green and Ampt.
    GreenAmpt,
}

/// Unit of flow of the deck; lengths are metres in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowUnit {
    /// Cubic metres a second.
    #[default]
    Cms,
    /// Litres a second.
    Lps,
}

/// What sewershed is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SewershedOptions {
    /// Sewers, see [`CONDUITS`]; the streets of [`dual`](Self::dual) come on top.
    pub conduits: usize,
    /// Seed of everything chance decides.
    pub seed: u64,
    /// Return period the pipes are sized for [years].
    pub design_years: f64,
    /// Return period of the storm in the deck [years].
    pub storm_years: f64,
    /// Duration of that storm [s].
    pub storm_s: f64,
    /// Intensity formula of both.
    pub formula: IntensityFormula,
    /// Share of the catchments with a sponge-city measure, 0 to 1 [–].
    pub lid_share: f64,
    /// Streets with inlets above some of the sewers.
    pub dual: bool,
    /// Method of infiltration.
    pub infiltration: Infiltration,
    /// Unit of flow.
    pub flow_unit: FlowUnit,
}

impl SewershedOptions {
    /// Sewers for three years under a three-year storm of two hours, by the example formula, without measures or
    /// streets.
    ///
    /// # Errors
    /// None for the example formula as it stands; the formula's own error otherwise.
    pub fn new(conduits: usize, seed: u64) -> Result<Self, GenerateError> {
        let [a1, c, b, n] = EXAMPLE_FORMULA;
        Ok(Self {
            conduits,
            seed,
            design_years: 3.0,
            storm_years: 3.0,
            storm_s: 7200.0,
            formula: IntensityFormula::new(a1, c, b, n)?,
            lid_share: 0.0,
            dual: false,
            infiltration: Infiltration::default(),
            flow_unit: FlowUnit::default(),
        })
    }
}

/// Why there is no such sewershed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// Too few or too many sewers.
    #[error("{0} conduits are outside {min} to {max}", min = CONDUITS.start(), max = CONDUITS.end())]
    Conduits(usize),
    /// A share outside 0 to 1.
    #[error("the share of catchments with measures is {0}; give 0 to 1")]
    LidShare(f64),
    /// The storm cannot be made.
    #[error(transparent)]
    Storm(#[from] StormError),
}

/// A generated sewershed.
#[derive(Debug, Clone)]
pub struct Sewershed {
    options: SewershedOptions,
    rain: RainSeries,
    nodes: Vec<layout::Node>,
    valleys: Vec<layout::Valley>,
    streets: Vec<street::Street>,
}

/// How many there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Sewers.
    pub sewers: usize,
    /// Street conduits.
    pub streets: usize,
    /// Manholes.
    pub manholes: usize,
    /// Outfalls, those of the streets included.
    pub outfalls: usize,
    /// Ponds, each with an orifice and a weir.
    pub ponds: usize,
    /// Pump stations, each with two pumps.
    pub pump_stations: usize,
    /// Catchments.
    pub catchments: usize,
    /// Catchments with a sponge-city measure.
    pub measures: usize,
}

/// Makes a sewershed.
///
/// # Errors
/// [`GenerateError`] where an option is out of its range.
pub fn generate(options: &SewershedOptions) -> Result<Sewershed, GenerateError> {
    if !CONDUITS.contains(&options.conduits) {
        return Err(GenerateError::Conduits(options.conduits));
    }
    if !(0.0..=1.0).contains(&options.lid_share) {
        return Err(GenerateError::LidShare(options.lid_share));
    }
    let storm = DesignStorm {
        years: options.storm_years,
        duration_s: options.storm_s,
        step_s: 300.0,
        peak: 0.4,
        kind: StormKind::Chicago,
    };
    let rain = storm.rain(&options.formula)?;
    let design = options.formula.at_years(options.design_years)?;
    let (mut nodes, valleys) = layout::town(options);
    catchment::add(&mut nodes, options);
    sizing::size(&mut nodes, &design);
    let streets = if options.dual { street::above(&nodes, options.seed) } else { Vec::new() };
    Ok(Sewershed { options: options.clone(), rain, nodes, valleys, streets })
}

impl Sewershed {
    /// The deck as SWMM 5.2 reads it, in metres and the unit of flow asked for.
    #[must_use]
    pub fn deck(&self) -> String {
        deck::write(self)
    }

    /// How many there are of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        use layout::Kind;
        let kinds = |wanted: fn(&Kind) -> bool| self.nodes.iter().filter(|n| wanted(&n.kind)).count();
        Counts {
            sewers: self.nodes.iter().filter(|n| n.pipe.is_some()).count(),
            streets: self.streets.iter().map(|s| s.points.len()).sum(),
            manholes: kinds(|k| matches!(k, Kind::Manhole)),
            outfalls: kinds(|k| matches!(k, Kind::Outfall(_))) + self.streets.len(),
            ponds: kinds(|k| matches!(k, Kind::Pond(_))),
            pump_stations: kinds(|k| matches!(k, Kind::WetWell(_))),
            catchments: self.nodes.iter().filter(|n| n.catchment.is_some()).count(),
            measures: self.nodes.iter().filter(|n| n.catchment.as_ref().is_some_and(|c| c.measure.is_some())).count(),
        }
    }
}

#[cfg(test)]
mod tests;
