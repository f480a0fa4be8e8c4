//! Pollutants, land uses, build-up, wash-off, treatment.

use serde::{Deserialize, Serialize};

use super::{Expr, NodeIx, PollutantIx, SeriesIx};

/// Units of concentration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConcentrationUnits {
    /// mg/L.
    MgPerL,
    /// µg/L.
    UgPerL,
    /// Counts per litre.
    CountPerL,
}

/// A pollutant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pollutant {
    /// Id.
    pub id: String,
    /// Units.
    pub units: ConcentrationUnits,
    /// In rain.
    pub rain: f64,
    /// In groundwater.
    pub groundwater: f64,
    /// In RDII.
    pub rdii: f64,
    /// First-order decay [1/day].
    pub decay: f64,
    /// Builds up only under snow.
    pub snow_only: bool,
    /// The pollutant whose runoff concentration adds to this one's.
    pub co_pollutant: Option<PollutantIx>,
    /// Share of the co-pollutant.
    pub co_fraction: f64,
    /// In dry-weather flow.
    pub dry_weather: f64,
    /// In the network at the start.
    pub initial: f64,
}

/// A land use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Landuse {
    /// Id.
    pub id: String,
    /// Days between sweepings; 0 = none.
    pub sweep_interval_days: f64,
    /// Share of build-up that sweeping can remove.
    pub sweep_availability: f64,
    /// Days since the last sweeping at the start.
    pub last_swept_days: f64,
    /// Build-up by pollutant; without an entry there is none.
    pub buildup: Vec<Buildup>,
    /// Wash-off by pollutant; without an entry there is none.
    pub washoff: Vec<Washoff>,
}

/// What build-up is per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Normalizer {
    /// Area [ac or ha].
    Area,
    /// Curb length.
    Curb,
}

/// Build-up of a pollutant on a land use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Buildup {
    /// Pollutant.
    pub pollutant: PollutantIx,
    /// Law.
    pub function: BuildupFunction,
    /// What it is per.
    pub per: Normalizer,
}

/// Law of build-up, t in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum BuildupFunction {
    /// None.
    None,
    /// `min(max, rate · t^exponent)`.
    Power {
        /// Most.
        max: f64,
        /// Rate.
        rate: f64,
        /// Exponent.
        exponent: f64,
    },
    /// `max (1 − exp(−rate t))`.
    Exponential {
        /// Most.
        max: f64,
        /// Rate [1/day].
        rate: f64,
    },
    /// `max t / (half + t)`.
    Saturation {
        /// Most.
        max: f64,
        /// Half-saturation time [days].
        half_days: f64,
    },
    /// By a time series of rates, scaled.
    External {
        /// Most.
        max: f64,
        /// Factor.
        scaling: f64,
        /// Rates.
        series: SeriesIx,
    },
}

/// Wash-off of a pollutant from a land use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Washoff {
    /// Pollutant.
    pub pollutant: PollutantIx,
    /// Law.
    pub function: WashoffFunction,
    /// Sweeping efficiency [%].
    pub sweep_efficiency_pct: f64,
    /// BMP efficiency [%].
    pub bmp_efficiency_pct: f64,
}

/// Law of wash-off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum WashoffFunction {
    /// None.
    None,
    /// Exponential in runoff and build-up.
    Exponential {
        /// Coefficient.
        coefficient: f64,
        /// Exponent.
        exponent: f64,
    },
    /// Rating curve in runoff.
    Rating {
        /// Coefficient.
        coefficient: f64,
        /// Exponent.
        exponent: f64,
    },
    /// Event mean concentration.
    Emc(f64),
}

/// What a treatment expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TreatmentKind {
    /// `R`: share removed.
    Removal,
    /// `C`: concentration after.
    Concentration,
}

/// Variables of treatment expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TreatmentVariable {
    /// `HRT`: residence time [h].
    ResidenceTime,
    /// `DT`: time step [s].
    Step,
    /// `FLOW`: inflow, flow units.
    Flow,
    /// `DEPTH`: water depth [ft or m].
    Depth,
    /// `AREA`: surface area [ft² or m²].
    Area,
    /// A pollutant: its concentration.
    Concentration(PollutantIx),
    /// `R_` and a pollutant: its share removed.
    Removal(PollutantIx),
}

/// Treatment of a pollutant at a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Treatment {
    /// Node.
    pub node: NodeIx,
    /// Pollutant.
    pub pollutant: PollutantIx,
    /// What the expression gives.
    pub kind: TreatmentKind,
    /// The expression as written, blanks single.
    pub text: String,
    /// The expression.
    pub expression: Expr<TreatmentVariable>,
}
