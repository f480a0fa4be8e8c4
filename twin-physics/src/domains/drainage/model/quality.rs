//! Pollutants, land uses, build-up, wash-off, treatment.
//!
//! A concentration is in the pollutant's own unit (mg/L, µg/L or counts/L); a load is that unit times m³.

use serde::{Deserialize, Serialize};

use super::{Expression, PollutantIx, SeriesIx};

/// Unit of a pollutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConcentrationUnit {
    /// mg/L.
    MgPerL,
    /// µg/L.
    UgPerL,
    /// Counts/L.
    CountPerL,
}

/// A pollutant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pollutant {
    /// Name.
    pub id: String,
    /// Unit.
    pub unit: ConcentrationUnit,
    /// Concentration in rain.
    pub rain: f64,
    /// Concentration in groundwater.
    pub groundwater: f64,
    /// Concentration in RDII.
    pub rdii: f64,
    /// Concentration in dry-weather flow.
    pub dry_weather: f64,
    /// Concentration at the start in the network.
    pub initial: f64,
    /// First-order decay [1/s].
    pub decay_per_s: f64,
    /// Builds up only when there is snow.
    pub snow_only: bool,
    /// Another pollutant and the share of its runoff concentration that is added.
    pub co_pollutant: Option<(PollutantIx, f64)>,
}

/// Build-up of one pollutant on one land use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Buildup {
    /// Law.
    pub law: BuildupLaw,
    /// Whether it is normalised by curb length instead of area.
    pub per_curb: bool,
}

/// Law of build-up; b in load per area (or curb unit), t in days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BuildupLaw {
    /// `min(max, c·t^n)`.
    Power {
        /// Largest build-up.
        max: f64,
        /// Rate constant.
        rate: f64,
        /// Exponent.
        exponent: f64,
    },
    /// `max·(1 − exp(−k·t))`.
    Exponential {
        /// Largest build-up.
        max: f64,
        /// Rate constant [1/d].
        rate_per_d: f64,
    },
    /// `max·t/(half + t)`.
    Saturation {
        /// Largest build-up.
        max: f64,
        /// Half-saturation time [d].
        half_d: f64,
    },
    /// Loading rates of a series [per day], limited by `max`.
    External {
        /// Largest build-up.
        max: f64,
        /// Scale of the series, unit conversion included.
        factor: f64,
        /// Series.
        series: SeriesIx,
    },
}

/// Law of wash-off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum WashoffLaw {
    /// `c·q^n·b`: q = runoff per area in the file's unit (in/hr or mm/hr), result per hour of the build-up.
    Exponential {
        /// Coefficient.
        coefficient: f64,
        /// Exponent.
        exponent: f64,
        /// From m/s to the file's unit of q.
        rate_factor: f64,
    },
    /// `c·Q^n`: Q in the file's flow unit, result in load per second after `load_factor`.
    Rating {
        /// Coefficient.
        coefficient: f64,
        /// Exponent.
        exponent: f64,
        /// From m³/s to the file's flow unit.
        flow_factor: f64,
        /// From the law's result to own unit · m³/s.
        load_factor: f64,
    },
    /// Event mean concentration.
    Emc {
        /// Concentration.
        concentration: f64,
    },
}

/// Wash-off of one pollutant from one land use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Washoff {
    /// Law.
    pub law: WashoffLaw,
    /// Share removed by street sweeping of what is available, 0..1.
    pub sweep_efficiency: f64,
    /// Share removed by best practice, 0..1.
    pub bmp_efficiency: f64,
}

/// A land use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LandUse {
    /// Name.
    pub id: String,
    /// Days between sweepings; 0 = none [d].
    pub sweep_interval_d: f64,
    /// Share of build-up available to sweeping, 0..1.
    pub sweep_availability: f64,
    /// Days since the last sweeping at the start [d].
    pub last_swept_d: f64,
    /// Build-up, by pollutant.
    pub buildup: Vec<Option<Buildup>>,
    /// Wash-off, by pollutant.
    pub washoff: Vec<Option<Washoff>>,
}

/// Treatment of a pollutant at a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Treatment {
    /// Whether the formula gives the share removed (`R = …`) or the concentration (`C = …`).
    pub removal: bool,
    /// Formula, in the units of the file.
    pub formula: Expression<TreatmentVariable>,
}

/// What a treatment formula may use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum TreatmentVariable {
    /// HRT, hydraulic residence time [h].
    ResidenceTime,
    /// DT, routing step [s].
    Step,
    /// FLOW, inflow, with its factor from m³/s.
    Flow(f64),
    /// DEPTH, mean depth over the step, with its factor from m.
    Depth(f64),
    /// AREA, mean surface area over the step, with its factor from m².
    Area(f64),
    /// Concentration of a pollutant.
    Concentration(PollutantIx),
    /// Share of a pollutant removed.
    Removal(PollutantIx),
}
