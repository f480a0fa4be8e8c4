//! What acts on the hydrology from outside over one runoff step, and what it gives back.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. I Hydrology,
//! EPA/600/R-15/162A, chapters 2 and 3.

/// What acts from outside. A slice may be empty where nothing of its kind acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceForcing<'a> {
    /// Rain (or snow, when it is cold) by gage in place of its record; NaN = the record [m/s].
    pub rain_override_ms: &'a [f64],
    /// Potential evaporation in place of the model's; NaN = the model's [m/s].
    pub evaporation_override_ms: f64,
    /// Air temperature in place of the model's; NaN = the model's [°C].
    pub temperature_override_c: f64,
    /// Time beyond which the step shall not go, so that what is imposed next acts from there; infinite = none [s].
    pub limit_s: f64,
    /// Depth of each node, for groundwater [m].
    pub node_depth_m: &'a [f64],
    /// Inflow of each node [m³/s].
    pub node_inflow_m3s: &'a [f64],
    /// Volume of each node [m³].
    pub node_volume_m3: &'a [f64],
    /// Volume that left by each node since the last runoff step, read at outfalls that discharge onto a catchment [m³].
    pub outfall_volume_m3: &'a [f64],
}

impl Default for SurfaceForcing<'_> {
    fn default() -> Self {
        Self {
            rain_override_ms: &[],
            evaporation_override_ms: f64::NAN,
            temperature_override_c: f64::NAN,
            limit_s: f64::INFINITY,
            node_depth_m: &[],
            node_inflow_m3s: &[],
            node_volume_m3: &[],
            outfall_volume_m3: &[],
        }
    }
}

/// How one runoff step went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RunoffStep {
    /// Length [s].
    pub dt_s: f64,
    /// Whether it was bounded by the wet step.
    pub wet: bool,
    /// Runoff of all catchments at its end [m³/s].
    pub runoff_m3s: f64,
}

/// Inflow to each node from the hydrology at one instant, by origin [m³/s].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LateralInflow {
    /// Surface runoff.
    pub runoff_m3s: Vec<f64>,
    /// LID drains; wet-weather inflow as runoff is.
    pub drains_m3s: Vec<f64>,
    /// Groundwater; negative where the node loses water to the ground.
    pub groundwater_m3s: Vec<f64>,
    /// Rain-derived infiltration and inflow.
    pub rdii_m3s: Vec<f64>,
}

impl LateralInflow {
    /// Zeroes, for so many nodes.
    pub fn reset(&mut self, nodes: usize) {
        for flows in [&mut self.runoff_m3s, &mut self.drains_m3s, &mut self.groundwater_m3s, &mut self.rdii_m3s] {
            flows.clear();
            flows.resize(nodes, 0.0);
        }
    }

    /// Runoff and LID drains into a node: SWMM's wet-weather inflow [m³/s].
    #[must_use]
    pub fn wet_weather_m3s(&self, node: usize) -> f64 {
        self.runoff_m3s[node] + self.drains_m3s[node]
    }

    /// Everything into a node [m³/s].
    #[must_use]
    pub fn total_m3s(&self, node: usize) -> f64 {
        self.wet_weather_m3s(node) + self.groundwater_m3s[node] + self.rdii_m3s[node]
    }
}

/// Results of a catchment at a report time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CatchmentResult {
    /// Rain [m/s].
    pub rain_ms: f64,
    /// Snow, as water [m].
    pub snow_m: f64,
    /// Evaporation [m/s].
    pub evaporation_ms: f64,
    /// Infiltration [m/s].
    pub infiltration_ms: f64,
    /// Runoff, LID drains included [m³/s].
    pub runoff_m3s: f64,
    /// Groundwater flow to the node [m³/s].
    pub groundwater_m3s: f64,
    /// Water table [m].
    pub water_table_m: f64,
    /// Moisture of the upper zone [–].
    pub soil_moisture: f64,
}
