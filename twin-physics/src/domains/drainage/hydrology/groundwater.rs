//! Groundwater below a subcatchment: an unsaturated zone over a saturated one that feeds a node.
//!
//! The state is the moisture θ of the upper zone and the depth of the lower one:
//! `dθ/dt = (infiltration − upper evaporation − percolation)/upper depth`,
//! `d(depth)/dt = (percolation − deep loss − lower evaporation − lateral flow)/(porosity − θ)`.
//! SWMM lets each step keep the fluxes at its end; what these fail to explain of the storage is booked apart.
//!
//! *Source:* EPA/600/R-15/162A, chapter 5.

use serde::{Deserialize, Serialize};

use super::super::model::{Aquifer, DrainageModel, Groundwater, GroundwaterVariable, PatternKind, Subcatchment};
use super::error::HydrologyError;
use crate::num::cash_karp;
use crate::units::M_PER_FT;

/// Error allowed in a step of the integration, relative.
const TOLERANCE: f64 = 1e-4;
/// How far moisture stays below porosity [–].
const MOISTURE_MARGIN: f64 = 1e-3;
/// How far the water table stays below the ground [m].
const DEPTH_MARGIN_M: f64 = 1e-3 * M_PER_FT;

/// An aquifer below one catchment, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct AquiferData {
    /// Catchment.
    pub catchment: u32,
    /// Position of its aquifer.
    pub aquifer: u32,
    /// Receiving node.
    pub node: Option<u32>,
    /// Bottom [m].
    pub bottom_m: f64,
    /// Ground above the bottom [m].
    pub total_depth_m: f64,
    /// Level below which no water flows to the node, above the bottom [m].
    pub threshold_m: f64,
    /// Invert of the node above the bottom [m].
    pub invert_m: f64,
    /// Water table at the start above the bottom [m].
    start_depth_m: f64,
    /// Moisture at the start [–].
    start_moisture: f64,
    /// Pervious share of the catchment, LID units included [–].
    pub pervious: f64,
    /// Area of the catchment [m²].
    pub area_m2: f64,
}

/// What changes with time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct GroundwaterState {
    /// Moisture of the upper zone [–].
    pub moisture: f64,
    /// Depth of the saturated zone [m].
    pub lower_depth_m: f64,
    /// Lateral flow at the end of the step before [m/s].
    pub old_flow_ms: f64,
    /// Lateral flow at the end of the last step [m/s].
    pub flow_ms: f64,
    /// Evaporation from both zones [m/s].
    pub evaporation_ms: f64,
    /// Most that may infiltrate in the next step, as depth over the pervious area [m].
    pub room_m: f64,
}

/// Flows per area of the catchment [m/s].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fluxes {
    /// From the surface.
    pub infiltration_ms: f64,
    /// Evaporation of the upper zone.
    pub upper_evaporation_ms: f64,
    /// Evaporation of the lower zone.
    pub lower_evaporation_ms: f64,
    /// From the upper to the lower zone.
    pub percolation_ms: f64,
    /// To deep groundwater.
    pub deep_ms: f64,
    /// To the node; negative = from it.
    pub lateral_ms: f64,
}

/// What drives an aquifer over a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drive {
    /// Length of the step [s].
    pub dt_s: f64,
    /// Infiltration over the whole catchment [m/s].
    pub infiltration_ms: f64,
    /// Evaporation already taken at the surface, over the whole catchment [m/s].
    pub surface_evaporation_ms: f64,
    /// Potential evaporation [m/s].
    pub evaporation_ms: f64,
    /// Month of the end of the step, 0..11.
    pub month: usize,
    /// Depth of the node [m].
    pub node_depth_m: f64,
    /// Largest flow the node can give back, over the catchment [m/s].
    pub node_supply_ms: f64,
}

impl AquiferData {
    /// Compiles the aquifer below `catchment`, `pervious` being the share of its area that water can pass through.
    ///
    /// # Errors
    /// What is missing or out of range.
    pub fn new(model: &DrainageModel, catchment: usize, pervious: f64) -> Result<Option<Self>, HydrologyError> {
        let at = &model.subcatchments[catchment];
        let Some(ground) = &at.groundwater else { return Ok(None) };
        let fail = |problem: String| Err(HydrologyError::new("groundwater of subcatchment", &at.id, problem));
        let Some(aquifer) = model.aquifers.get(ground.aquifer.at()) else {
            return fail("names an aquifer that does not exist".into());
        };
        check_aquifer(model, aquifer)?;
        let node = match ground.node {
            None => None,
            Some(node) if node.at() < model.nodes.len() => Some(node),
            Some(_) => return fail("names a node that does not exist".into()),
        };
        let invert_m = node.map_or(0.0, |n| model.nodes[n.at()].invert_m);
        let bottom_m = ground.bottom_m.unwrap_or(aquifer.bottom_m);
        let table_m = ground.water_table_m.unwrap_or(aquifer.water_table_m);
        let moisture = ground.upper_moisture.unwrap_or(aquifer.upper_moisture);
        if ground.surface_m < table_m {
            return fail(format!("ground at {} m lies below the water table at {table_m} m", ground.surface_m));
        }
        for formula in [&ground.lateral, &ground.deep].into_iter().flatten() {
            if !formula.0.is_sound() {
                return fail("has a flow formula that leaves operands or lacks them".into());
            }
        }
        Ok(Some(Self {
            catchment: catchment as u32,
            aquifer: ground.aquifer.0,
            node: node.map(|n| n.0),
            bottom_m,
            total_depth_m: ground.surface_m - bottom_m,
            threshold_m: ground.threshold_m.unwrap_or(invert_m) - bottom_m,
            invert_m: invert_m - bottom_m,
            start_depth_m: table_m - bottom_m,
            start_moisture: moisture,
            pervious,
            area_m2: at.area_m2,
        }))
    }

    /// State at the start.
    #[must_use]
    pub fn initial(&self, aquifer: &Aquifer) -> GroundwaterState {
        let mut state = GroundwaterState { moisture: self.start_moisture, ..GroundwaterState::default() };
        if state.moisture >= aquifer.porosity {
            state.moisture = aquifer.porosity - MOISTURE_MARGIN;
        }
        state.lower_depth_m = self.start_depth_m;
        if state.lower_depth_m >= self.total_depth_m {
            state.lower_depth_m = self.total_depth_m - DEPTH_MARGIN_M;
        }
        let above_m = self.total_depth_m - self.start_depth_m;
        state.room_m = self.over_pervious(above_m * (aquifer.porosity - state.moisture));
        state
    }

    /// A depth over the catchment as one over its pervious part; unlimited where there is none.
    fn over_pervious(&self, depth_m: f64) -> f64 {
        if self.pervious > 0.0 { depth_m / self.pervious } else { f64::MAX }
    }

    /// Water in both zones, as a depth over the catchment [m].
    #[must_use]
    pub fn water_m(&self, state: &GroundwaterState, aquifer: &Aquifer) -> f64 {
        (self.total_depth_m - state.lower_depth_m) * state.moisture + state.lower_depth_m * aquifer.porosity
    }

    /// Takes the aquifer over a step. `None` where nothing can enter or lie below: no pervious area, no depth.
    pub fn step(
        &self,
        model: &DrainageModel,
        at: &Subcatchment,
        state: &mut GroundwaterState,
        drive: &Drive,
    ) -> Option<Fluxes> {
        let ground = at.groundwater.as_ref()?;
        if self.pervious <= 0.0 || self.total_depth_m <= 0.0 {
            return None;
        }
        let aquifer = &model.aquifers[self.aquifer as usize];
        let zone = Zone::new(self, aquifer, ground, model, state, drive);
        let mut x = [state.moisture, state.lower_depth_m];
        // Where the integration fails SWMM leaves the state as it was; so far as it got is nearer.
        let _ = cash_karp::integrate(drive.dt_s, &mut x, TOLERANCE, |x| zone.derivative(x));
        let [moisture, depth_m] = &mut x;
        *moisture = moisture.max(aquifer.wilting_point);
        if *moisture >= aquifer.porosity {
            *moisture = aquifer.porosity - MOISTURE_MARGIN;
            *depth_m = self.total_depth_m - DEPTH_MARGIN_M;
        }
        *depth_m = depth_m.max(0.0);
        if *depth_m >= self.total_depth_m {
            *depth_m = self.total_depth_m - DEPTH_MARGIN_M;
        }
        let fluxes = zone.fluxes(&x);
        state.old_flow_ms = state.flow_ms;
        state.flow_ms = fluxes.lateral_ms;
        state.evaporation_ms = fluxes.upper_evaporation_ms + fluxes.lower_evaporation_ms;
        (state.moisture, state.lower_depth_m) = (x[0], x[1]);
        state.room_m = self.over_pervious((self.total_depth_m - x[1]) * (aquifer.porosity - x[0]));
        Some(fluxes)
    }
}

fn check_aquifer(model: &DrainageModel, a: &Aquifer) -> Result<(), HydrologyError> {
    let fail = |problem: &str| Err(HydrologyError::new("aquifer", &a.id, problem));
    if !(a.porosity > 0.0 && a.field_capacity < a.porosity && a.wilting_point < a.field_capacity) {
        return fail("needs wilting point < field capacity < porosity, and porosity above 0");
    }
    let not_negative = [a.conductivity_slope, a.tension_slope_m, a.upper_evap_share, a.lower_evap_depth_m];
    if a.conductivity_ms.is_nan() || a.conductivity_ms <= 0.0 || not_negative.iter().any(|x| x.is_nan() || *x < 0.0) {
        return fail("needs a conductivity above 0, and slopes and evaporation parameters not negative");
    }
    if a.water_table_m < a.bottom_m {
        return fail("has its water table below its bottom; raise the table or lower the bottom");
    }
    if !(a.wilting_point..=a.porosity).contains(&a.upper_moisture) {
        return fail("needs an upper moisture between wilting point and porosity");
    }
    match a.upper_evap_pattern.map(|p| model.patterns.get(p.at())) {
        None => Ok(()),
        Some(Some(p)) if p.kind == PatternKind::Monthly && p.factors.len() == 12 => Ok(()),
        Some(_) => fail("needs a monthly pattern of 12 factors for its upper evaporation"),
    }
}

/// An aquifer over one step.
struct Zone<'a> {
    data: &'a AquiferData,
    aquifer: &'a Aquifer,
    ground: &'a Groundwater,
    drive: &'a Drive,
    upper_share: f64,
    most_evaporation_ms: f64,
    left_evaporation_ms: f64,
    surface_water_m: f64,
    most_percolation_ms: f64,
    lateral_limits_ms: (f64, f64),
}

impl<'a> Zone<'a> {
    fn new(
        data: &'a AquiferData,
        aquifer: &'a Aquifer,
        ground: &'a Groundwater,
        model: &DrainageModel,
        state: &GroundwaterState,
        drive: &'a Drive,
    ) -> Self {
        let factors = aquifer.upper_evap_pattern.and_then(|p| model.patterns.get(p.at())).map(|p| &p.factors);
        let month = factors.and_then(|f| f.get(drive.month)).copied().unwrap_or(1.0);
        let most_evaporation_ms = drive.evaporation_ms * data.pervious;
        let above_m = data.total_depth_m - state.lower_depth_m;
        let fixed = ground.fixed_depth_m > 0.0;
        let drainable_m = (above_m * (state.moisture - aquifer.field_capacity)).max(0.0);
        let into_ms = above_m * (aquifer.porosity - state.moisture) / drive.dt_s;
        Self {
            data,
            aquifer,
            ground,
            drive,
            upper_share: aquifer.upper_evap_share * month,
            most_evaporation_ms,
            left_evaporation_ms: (most_evaporation_ms - drive.surface_evaporation_ms).max(0.0),
            surface_water_m: data.invert_m + if fixed { ground.fixed_depth_m } else { drive.node_depth_m },
            most_percolation_ms: drainable_m / drive.dt_s,
            lateral_limits_ms: (
                -into_ms.min(drive.node_supply_ms),
                state.lower_depth_m * aquifer.porosity / drive.dt_s,
            ),
        }
    }

    fn derivative(&self, x: &[f64; 2]) -> [f64; 2] {
        let f = self.fluxes(x);
        let upper = f.infiltration_ms - f.upper_evaporation_ms - f.percolation_ms;
        let lower = f.percolation_ms - f.deep_ms - f.lower_evaporation_ms - f.lateral_ms;
        let over = |net: f64, by: f64| if by > 0.0 { net / by } else { 0.0 };
        [over(upper, self.data.total_depth_m - x[1]), over(lower, self.aquifer.porosity - x[0])]
    }

    fn fluxes(&self, &[moisture, depth_m]: &[f64; 2]) -> Fluxes {
        let (a, total_m) = (self.aquifer, self.data.total_depth_m);
        let lower_m = depth_m.max(0.0).min(total_m);
        let upper_m = total_m - lower_m;
        let mut f = Fluxes { infiltration_ms: self.drive.infiltration_ms, ..Fluxes::default() };
        (f.upper_evaporation_ms, f.lower_evaporation_ms) = self.evaporation_ms(moisture, upper_m);
        let conductivity_ms = a.conductivity_ms * ((moisture - a.porosity) * a.conductivity_slope).exp();
        if upper_m > 0.0 && moisture > a.field_capacity {
            let gradient = 1.0 + a.tension_slope_m * 2.0 * (moisture - a.field_capacity) / upper_m;
            f.percolation_ms = (conductivity_ms * gradient).min(self.most_percolation_ms);
        }
        let value = |v| self.variable(v, lower_m, moisture, conductivity_ms, f.percolation_ms);
        f.deep_ms = match &self.ground.deep {
            Some((formula, factor)) => formula.evaluate(value) * factor,
            None => a.lower_loss_ms * lower_m / total_m,
        };
        f.deep_ms = f.deep_ms.min(lower_m / self.drive.dt_s);
        f.lateral_ms = self.lateral_ms(lower_m);
        if let Some((formula, factor)) = &self.ground.lateral {
            f.lateral_ms += formula.evaluate(value) * factor;
        }
        let (least, most) = self.lateral_limits_ms;
        f.lateral_ms = if f.lateral_ms >= 0.0 { f.lateral_ms.min(most) } else { f.lateral_ms.max(least) };
        f
    }

    /// Upper and lower evaporation; none while water infiltrates.
    fn evaporation_ms(&self, moisture: f64, upper_m: f64) -> (f64, f64) {
        if self.drive.infiltration_ms > 0.0 {
            return (0.0, 0.0);
        }
        let (a, left) = (self.aquifer, self.left_evaporation_ms);
        let upper =
            if moisture > a.wilting_point { (self.upper_share * self.most_evaporation_ms).min(left) } else { 0.0 };
        if a.lower_evap_depth_m <= 0.0 {
            return (upper, 0.0);
        }
        let reach = ((a.lower_evap_depth_m - upper_m) / a.lower_evap_depth_m).clamp(0.0, 1.0);
        let lower = reach * (1.0 - self.upper_share) * self.most_evaporation_ms;
        (upper, lower.min(left - upper))
    }

    /// Lateral flow by the law of coefficients and exponents.
    fn lateral_ms(&self, lower_m: f64) -> f64 {
        let (g, threshold_m) = (self.ground, self.data.threshold_m);
        if lower_m <= threshold_m {
            return 0.0;
        }
        let ground = if g.b1 == 0.0 { g.a1 } else { g.a1 * (lower_m - threshold_m).powf(g.b1) };
        let surface = if g.b2 == 0.0 {
            g.a2
        } else if self.surface_water_m > threshold_m {
            g.a2 * (self.surface_water_m - threshold_m).powf(g.b2)
        } else {
            0.0
        };
        let flow = ground - surface + g.a3 * lower_m * self.surface_water_m;
        if flow < 0.0 && g.a3 != 0.0 { 0.0 } else { flow }
    }

    fn variable(
        &self,
        variable: GroundwaterVariable,
        lower_m: f64,
        moisture: f64,
        conductivity_ms: f64,
        percolation_ms: f64,
    ) -> f64 {
        use GroundwaterVariable as V;
        let (length, rate) = (self.ground.length_factor, self.ground.rate_factor);
        match variable {
            V::WaterTable => lower_m * length,
            V::SurfaceWater => self.surface_water_m * length,
            V::ChannelBottom => self.data.threshold_m * length,
            V::GroundSurface => self.data.total_depth_m * length,
            V::SaturatedConductivity => self.aquifer.conductivity_ms * rate,
            V::Conductivity => conductivity_ms * rate,
            V::Moisture => moisture,
            V::Porosity => self.aquifer.porosity,
            V::SurfaceInfiltration => self.drive.infiltration_ms * rate,
            V::UpperPercolation => percolation_ms * rate,
            V::Area => self.data.area_m2 * self.ground.area_factor,
        }
    }
}
