//! SWMM's binary result file `.out`: written period by period, and read.
//!
//! Little-endian, 4-byte integers and floats but for dates (8-byte days since 1899-12-30), in the units of the `.inp`:
//! 1. head: seven integers (magic, version, flow units, number of subcatchments, nodes, links, pollutants);
//! 2. names, each its length in bytes and the bytes; one unit code for each pollutant;
//! 3. properties: for each class their number, their codes and one row for each object;
//! 4. variables: for each class and the system their number and codes;
//! 5. the date one step before the first period, the reporting step in seconds;
//! 6. each period: its date; all variables of the first subcatchment, of the second, …; nodes; links; the system;
//! 7. close: positions of 2, 3 and 6, number of periods, error code, magic.
//!
//! Only objects that `[REPORT]` names are in the file; the system's values are over all.
//! # Source
//! L. A. Rossman and M. A. Simon, SWMM User's Manual version 5.2 (EPA/600/R-22/030, 2022), and the SWMM 5 Interfacing
//! Guide (US EPA), "Binary output file".

mod read;
mod write;

use serde::{Deserialize, Serialize};

pub use read::{OutError, SwmmResults, read};
pub use write::{OutPeriod, OutValue, SwmmOutWriter};

const MAGIC: i32 = 516_114_522;
/// What SWMM 5.2.4 writes.
const VERSION: i32 = 52_004;
const CLOSE_BYTES: usize = 24;

/// Variables of a subcatchment before its pollutants.
pub const SUBCATCHMENT_VARIABLES: usize = 8;
/// Variables of a node before its pollutants.
pub const NODE_VARIABLES: usize = 6;
/// Variables of a link before its pollutants.
pub const LINK_VARIABLES: usize = 5;
/// Variables of the system.
pub const SYSTEM_VARIABLES: usize = 15;

/// Declares an enum of file codes 0, 1, 2, … with their words.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum $name { $($(#[$item_doc])* $item),+ }

        impl $name {
            /// All, in order of their codes from 0.
            pub const ALL: &'static [Self] = &[$(Self::$item),+];

            /// From the file's code; `None` where SWMM 5.2 has no such code.
            #[must_use]
            pub fn from_code(code: i32) -> Option<Self> {
                usize::try_from(code).ok().and_then(|c| Self::ALL.get(c).copied())
            }

            /// The file's code.
            #[must_use]
            pub const fn code(self) -> i32 {
                self as i32
            }

            /// SWMM's word for it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$item => $word),+ }
            }
        }
    };
}

codes! {
    /// Flow units; the first three go with feet, acres and inches, the others with metres, hectares and millimetres.
    FlowUnits {
        /// Cubic feet per second.
        Cfs = "CFS",
        /// US gallons per minute.
        Gpm = "GPM",
        /// Million US gallons per day.
        Mgd = "MGD",
        /// Cubic metres per second.
        Cms = "CMS",
        /// Litres per second.
        Lps = "LPS",
        /// Million litres per day.
        Mld = "MLD",
    }
}

#[allow(clippy::derivable_impls)]
impl Default for FlowUnits {
    fn default() -> Self {
        Self::Cfs
    }
}

impl FlowUnits {
    /// Whether lengths are metres.
    #[must_use]
    pub const fn is_si(self) -> bool {
        self as u8 >= Self::Cms as u8
    }
}

codes! {
    /// Kinds of nodes.
    NodeKind {
        /// Junction.
        Junction = "JUNCTION",
        /// Outfall.
        Outfall = "OUTFALL",
        /// Storage unit.
        Storage = "STORAGE",
        /// Flow divider.
        Divider = "DIVIDER",
    }
}

codes! {
    /// Kinds of links.
    LinkKind {
        /// Conduit.
        Conduit = "CONDUIT",
        /// Pump.
        Pump = "PUMP",
        /// Orifice.
        Orifice = "ORIFICE",
        /// Weir.
        Weir = "WEIR",
        /// Outlet.
        Outlet = "OUTLET",
    }
}

codes! {
    /// Units of a pollutant's concentration.
    ConcentrationUnits {
        /// Milligrams per litre.
        MgPerL = "MG/L",
        /// Micrograms per litre.
        UgPerL = "UG/L",
        /// Counts per litre.
        CountsPerL = "#/L",
    }
}

codes! {
    /// Variables of a subcatchment, in file order; pollutants come after.
    SubcatchmentVariable {
        /// Rainfall [in/h or mm/h].
        Rainfall = "rainfall",
        /// Snow depth [in or mm].
        SnowDepth = "snow_depth",
        /// Evaporation [in/day or mm/day].
        Evaporation = "evaporation",
        /// Infiltration [in/h or mm/h].
        Infiltration = "infiltration",
        /// Runoff [flow units].
        Runoff = "runoff",
        /// Groundwater flow [flow units].
        GroundwaterFlow = "gw_flow",
        /// Groundwater table elevation [ft or m].
        GroundwaterElevation = "gw_elevation",
        /// Soil moisture of the upper zone, a fraction.
        SoilMoisture = "soil_moisture",
    }
}

codes! {
    /// Variables of a node, in file order; pollutants come after.
    NodeVariable {
        /// Water depth [ft or m].
        Depth = "depth",
        /// Hydraulic head [ft or m].
        Head = "head",
        /// Volume stored, ponded water included [ft³ or m³].
        Volume = "volume",
        /// Lateral inflow [flow units].
        LateralInflow = "lateral_inflow",
        /// Total inflow [flow units].
        TotalInflow = "total_inflow",
        /// Flooding [flow units].
        Flooding = "flooding",
    }
}

codes! {
    /// Variables of a link, in file order; pollutants come after.
    LinkVariable {
        /// Flow [flow units].
        Flow = "flow",
        /// Water depth [ft or m].
        Depth = "depth",
        /// Velocity [ft/s or m/s].
        Velocity = "velocity",
        /// Volume [ft³ or m³].
        Volume = "volume",
        /// Share of the full area of a conduit, speed of a pump, opening of a regulator.
        Capacity = "capacity",
    }
}

codes! {
    /// Variables of the system, in file order.
    SystemVariable {
        /// Air temperature [°F or °C].
        Temperature = "temperature",
        /// Rainfall, mean over area [in/h or mm/h].
        Rainfall = "rainfall",
        /// Snow depth, mean over area [in or mm].
        SnowDepth = "snow_depth",
        /// Infiltration, mean over area [in/h or mm/h].
        Infiltration = "infiltration",
        /// Runoff [flow units].
        Runoff = "runoff",
        /// Dry-weather inflow [flow units].
        DryWeatherInflow = "dw_inflow",
        /// Groundwater inflow [flow units].
        GroundwaterInflow = "gw_inflow",
        /// Rainfall-dependent infiltration and inflow [flow units].
        RdiiInflow = "rdii_inflow",
        /// Direct inflow [flow units].
        DirectInflow = "ext_inflow",
        /// Sum of the five inflows before [flow units].
        TotalInflow = "total_inflow",
        /// Flooding [flow units].
        Flooding = "flooding",
        /// Outflow at outfalls [flow units].
        Outflow = "outflow",
        /// Volume in nodes and links [ft³ or m³].
        Storage = "storage",
        /// Evaporation, mean over area [in/day or mm/day].
        Evaporation = "evaporation",
        /// Potential evapotranspiration [in/day or mm/day].
        PotentialEvaporation = "pet",
    }
}

/// A subcatchment as the file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct SubcatchmentEntry {
    /// Name.
    pub name: String,
    /// Area [acres or ha].
    pub area: f64,
    /// Whether its results are in the file.
    pub reported: bool,
}

/// A node as the file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeEntry {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: NodeKind,
    /// Invert elevation [ft or m].
    pub invert: f64,
    /// Full depth, after SWMM's adjustment to the crowns of its links [ft or m].
    pub max_depth: f64,
    /// Whether its results are in the file.
    pub reported: bool,
}

/// A link as the file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkEntry {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: LinkKind,
    /// Height of its inlet above the invert of its first node, as in the `.inp` [ft or m]; 0 of a pump.
    pub offset_inlet: f64,
    /// Height of its outlet above the invert of its second node, as in the `.inp` [ft or m]; 0 of a pump.
    pub offset_outlet: f64,
    /// Full depth [ft or m]; 0 of a pump or an outlet.
    pub max_depth: f64,
    /// Length of a conduit [ft or m], else 0.
    pub length: f64,
    /// Whether its results are in the file.
    pub reported: bool,
}

/// A pollutant as the file describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollutantEntry {
    /// Name.
    pub name: String,
    /// Units.
    pub units: ConcentrationUnits,
}

/// All that stands before the first period.
#[derive(Debug, Clone, PartialEq)]
pub struct SwmmOutDescription {
    /// Flow units, and by them the system of units.
    pub flow_units: FlowUnits,
    /// Subcatchments of the model, reported or not.
    pub subcatchments: Vec<SubcatchmentEntry>,
    /// Nodes of the model, reported or not.
    pub nodes: Vec<NodeEntry>,
    /// Links of the model, reported or not.
    pub links: Vec<LinkEntry>,
    /// Pollutants; none where quality is not simulated.
    pub pollutants: Vec<PollutantEntry>,
    /// Date one reporting step before the first period [days since 1899-12-30]; see [`report_origin_days`].
    pub start_days: f64,
    /// Reporting step [s].
    pub report_step_s: i32,
}

/// The date SWMM writes before the first period: the start of the run, or, where reporting begins more than a step
/// later, the last whole reporting step before its beginning. All in days since 1899-12-30 but the step [s].
#[must_use]
pub fn report_origin_days(start_days: f64, report_start_days: f64, report_step_s: i32) -> f64 {
    let step_days = f64::from(report_step_s) / 86_400.0;
    if step_days <= 0.0 || start_days + step_days > report_start_days {
        return start_days;
    }
    let steps = ((report_start_days - start_days) / step_days).floor() - 1.0;
    start_days + steps * step_days
}

#[cfg(test)]
mod tests;
