//! The description of a drainage model: plain data in SI, as a reader or a generator fills it.
//!
//! Everything SWMM 5.2 can describe, by the same nouns (subcatchment, junction, outfall, storage unit, conduit,
//! orifice, weir, outlet, LID control, aquifer …). Order matters and is kept: results are summed in it. Where SWMM lets
//! a user write formulas in the units of the file (control rules, treatment, groundwater flow), values enter and leave
//! them through a factor to those units that stands beside each variable; everything else is SI.
//!
//! *Source:* Rossman (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030.

mod catchment;
mod climate;
mod control;
mod expression;
mod forcing;
mod lid;
mod link;
mod node;
mod options;
mod quality;
mod street;

use serde::{Deserialize, Serialize};

pub use catchment::*;
pub use climate::*;
pub use control::*;
pub use expression::*;
pub use forcing::*;
pub use lid::*;
pub use link::*;
pub use node::*;
pub use options::*;
pub use quality::*;
pub use street::*;

macro_rules! index {
    ($($name:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// As a position in a vector.
            #[must_use]
            pub const fn at(self) -> usize { self.0 as usize }
            /// From a position in a vector.
            ///
            /// # Panics
            /// Beyond `u32::MAX` elements.
            #[must_use]
            pub fn new(at: usize) -> Self { Self(u32::try_from(at).expect("more than u32::MAX elements")) }
        }
    )*};
}
index! {
    GageIx "Position of a rain gage in [`DrainageModel::gages`].";
    CatchmentIx "Position of a subcatchment in [`DrainageModel::subcatchments`].";
    NodeIx "Position of a node in [`DrainageModel::nodes`].";
    LinkIx "Position of a link in [`DrainageModel::links`].";
    SeriesIx "Position of a time series in [`DrainageModel::series`].";
    PatternIx "Position of a pattern in [`DrainageModel::patterns`].";
    LidIx "Position of a LID control in [`DrainageModel::lid_controls`].";
    AquiferIx "Position of an aquifer in [`DrainageModel::aquifers`].";
    SnowpackIx "Position of a snow pack in [`DrainageModel::snowpacks`].";
    UnitHydrographIx "Position of a unit hydrograph group in [`DrainageModel::unit_hydrographs`].";
    PollutantIx "Position of a pollutant in [`DrainageModel::pollutants`].";
    LandUseIx "Position of a land use in [`DrainageModel::land_uses`].";
    InletIx "Position of an inlet design in [`DrainageModel::inlets`].";
}

/// A complete drainage model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DrainageModel {
    /// Methods, steps and tolerances.
    pub options: Options,
    /// When model time 0 is, and what of the calendar matters.
    pub calendar: Calendar,
    /// Evaporation, temperature, wind, monthly adjustments.
    pub climate: Climate,
    /// Rain gages.
    pub gages: Vec<Gage>,
    /// Subcatchments.
    pub subcatchments: Vec<Subcatchment>,
    /// LID controls (designs), shared by the units in the subcatchments.
    pub lid_controls: Vec<LidControl>,
    /// Aquifers below subcatchments.
    pub aquifers: Vec<Aquifer>,
    /// Snow packs.
    pub snowpacks: Vec<Snowpack>,
    /// Unit hydrographs of rain-derived infiltration and inflow (RDII).
    pub unit_hydrographs: Vec<UnitHydrograph>,
    /// Junctions, outfalls, dividers and storage units, in file order.
    pub nodes: Vec<Node>,
    /// Conduits, pumps, orifices, weirs and outlets, in file order.
    pub links: Vec<Link>,
    /// Inlet designs.
    pub inlets: Vec<InletDesign>,
    /// Which street or channel conduits have inlets.
    pub inlet_usage: Vec<InletUsage>,
    /// Time series, values as in the file; each use has its factor to SI.
    pub series: Vec<TimeSeries>,
    /// User-given inflows.
    pub inflows: Vec<Inflow>,
    /// Dry-weather inflows.
    pub dry_weather: Vec<DryWeather>,
    /// Patterns of multipliers.
    pub patterns: Vec<Pattern>,
    /// Control rules in file order.
    pub rules: Vec<Rule>,
    /// Pollutants.
    pub pollutants: Vec<Pollutant>,
    /// Land uses.
    pub land_uses: Vec<LandUse>,
}
