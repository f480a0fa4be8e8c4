//! Overland flow: each catchment is up to three nonlinear reservoirs.
//!
//! `dd/dt = i − e − f − α·(d − d_s)^(5/3)`, with α from Manning's equation for a wide plane.
//!
//! *Source:* EPA/600/R-15/162A, sections 3.3 to 3.5; Manning's constant 1.49 and exponent 1.6666667 as in SWMM.

use super::super::model::{DrainageModel, PatternIx, PatternKind, Receiver, SubareaRouting, Subcatchment};
use super::error::HydrologyError;
use super::infiltration::{Law, ZERO};
use super::state::{IMPERVIOUS, IMPERVIOUS_BARE, PERVIOUS};
use crate::num::cash_karp;
use crate::units::M_PER_FT;

/// Exponent of depth in Manning's equation.
const EXPONENT: f64 = 1.666_666_7;
/// Constant of Manning's equation for feet.
const MANNING_FT: f64 = 1.49;
/// Error allowed in a step of the integration, relative.
const TOLERANCE: f64 = 1e-4;

/// A catchment, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct CatchmentData {
    /// Area [m²].
    pub area_m2: f64,
    /// Area without LID units [m²].
    pub open_m2: f64,
    /// Area of LID units [m²].
    pub lid_m2: f64,
    /// Shares of the three subareas in the area without LID, sum 1.
    pub share: [f64; 3],
    /// Impervious share.
    pub impervious: f64,
    /// Gage.
    pub gage: Option<u32>,
    /// Node that receives runoff.
    pub node: Option<u32>,
    /// Other catchment that receives runoff.
    pub downstream: Option<u32>,
    /// Position of its groundwater.
    pub aquifer: Option<u32>,
    /// Share of each subarea's runoff that goes to the outlet.
    pub(super) to_outlet: [f64; 3],
    /// Routing between subareas.
    pub(super) routing: SubareaRouting,
    /// Infiltration.
    pub(super) law: Law,
    storage_m: [f64; 3],
    /// α of the power law [m^(−2/3)/s].
    alpha: [f64; 3],
    /// Whether a subarea has no roughness, so that all above depression storage runs off at once.
    smooth: [bool; 3],
    roughness_pattern: Option<PatternIx>,
    storage_pattern: Option<PatternIx>,
    infiltration_pattern: Option<PatternIx>,
}

/// Factor of a monthly pattern; `None` where there is no such pattern.
fn monthly(model: &DrainageModel, pattern: Option<PatternIx>, month: usize) -> Option<f64> {
    let pattern = model.patterns.get(pattern?.at())?;
    if pattern.kind == PatternKind::Monthly { pattern.factors.get(month).copied() } else { None }
}

impl CatchmentData {
    /// Compiles a catchment, `lid_m2` of which are LID units.
    ///
    /// # Errors
    /// What is missing or out of range.
    pub fn new(model: &DrainageModel, index: usize, lid_m2: f64) -> Result<Self, HydrologyError> {
        let at = &model.subcatchments[index];
        let fail = |problem: &str| Err(HydrologyError::new("subcatchment", &at.id, problem));
        let numbers = [at.area_m2, at.width_m, at.slope, at.manning_impervious, at.manning_pervious];
        let more = [at.storage_impervious_m, at.storage_pervious_m];
        if numbers.iter().chain(&more).any(|x| !x.is_finite() || *x < 0.0) {
            return fail("needs area, width, slope, roughness and depression storage that are not negative");
        }
        let shares = [at.impervious, at.zero_storage, at.routed];
        if shares.iter().any(|x| x.is_nan() || *x < 0.0) || at.zero_storage > 1.0 || at.routed > 1.0 {
            return fail("needs shares between 0 and 1");
        }
        if at.gage.is_some_and(|g| g.at() >= model.gages.len()) {
            return fail("names a rain gage that does not exist");
        }
        if at.snowpack.is_some_and(|s| s.at() >= model.snowpacks.len()) {
            return fail("names a snow pack that does not exist");
        }
        let (node, downstream) = match at.outlet {
            Some(Receiver::Node(n)) if n.at() >= model.nodes.len() => {
                return fail("names an outlet node that does not exist");
            }
            Some(Receiver::Catchment(c)) if c.at() >= model.subcatchments.len() => {
                return fail("names an outlet subcatchment that does not exist");
            }
            Some(Receiver::Node(n)) => (Some(n.0), None),
            Some(Receiver::Catchment(c)) if c.at() != index => (None, Some(c.0)),
            Some(Receiver::Catchment(_)) | None => (None, None),
        };
        let law = match Law::new(&at.infiltration, model.options.defects.others) {
            Ok(law) => law,
            Err(problem) => return fail(&problem),
        };
        let impervious = at.impervious.min(1.0);
        let mut data = Self {
            area_m2: at.area_m2,
            open_m2: at.area_m2 - lid_m2,
            lid_m2,
            share: [impervious * at.zero_storage, impervious * (1.0 - at.zero_storage), 1.0 - impervious],
            impervious,
            gage: at.gage.map(|g| g.0),
            node,
            downstream,
            aquifer: None,
            to_outlet: [1.0; 3],
            routing: if impervious == 0.0 || impervious == 1.0 { SubareaRouting::ToOutlet } else { at.subarea_routing },
            law,
            storage_m: [0.0, at.storage_impervious_m, at.storage_pervious_m],
            alpha: [0.0; 3],
            smooth: [at.manning_impervious <= 0.0, at.manning_impervious <= 0.0, at.manning_pervious <= 0.0],
            roughness_pattern: at.adjustments[0],
            storage_pattern: at.adjustments[1],
            infiltration_pattern: at.adjustments[2],
        };
        data.set_alpha(at);
        match data.routing {
            SubareaRouting::ToOutlet => {}
            SubareaRouting::ToImpervious => data.to_outlet[PERVIOUS] = 1.0 - at.routed,
            SubareaRouting::ToPervious => {
                data.to_outlet[IMPERVIOUS_BARE] = 1.0 - at.routed;
                data.to_outlet[IMPERVIOUS] = 1.0 - at.routed;
            }
        }
        Ok(data)
    }

    /// α: both impervious subareas count the whole impervious area, as one plane.
    fn set_alpha(&mut self, at: &Subcatchment) {
        // 1.49·ft^(2 − 5/3): Manning's constant for metres, from SWMM's for feet.
        let constant = MANNING_FT * M_PER_FT.powf(2.0 - EXPONENT);
        let roughness = [at.manning_impervious, at.manning_impervious, at.manning_pervious];
        let area_m2 = [self.impervious, self.impervious, 1.0 - self.impervious].map(|share| share * self.open_m2);
        for i in 0..3 {
            if area_m2[i] > 0.0 && roughness[i] > 0.0 {
                self.alpha[i] = constant * at.width_m / area_m2[i] * at.slope.sqrt() / roughness[i];
            }
        }
    }

    /// Conductivity factor of the month, 0..11: the catchment's own pattern in place of the model's factor.
    #[must_use]
    pub fn conductivity_factor(&self, model: &DrainageModel, month: usize, general: f64) -> f64 {
        monthly(model, self.infiltration_pattern, month).unwrap_or(general)
    }

    /// The reservoir of a subarea in a month, 0..11.
    pub(super) fn reservoir(&self, model: &DrainageModel, subarea: usize, month: usize) -> Reservoir {
        let mut reservoir =
            Reservoir { alpha: self.alpha[subarea], storage_m: self.storage_m[subarea], smooth: self.smooth[subarea] };
        if subarea != PERVIOUS {
            return reservoir;
        }
        if let Some(f) = monthly(model, self.storage_pattern, month).filter(|f| *f >= 0.0) {
            reservoir.storage_m *= f;
        }
        if let Some(f) = monthly(model, self.roughness_pattern, month) {
            reservoir.alpha = if f <= 0.0 { 0.0 } else { reservoir.alpha / f };
        }
        reservoir
    }

    /// Mean depth of standing water over the area without LID [m].
    #[must_use]
    pub fn mean_depth_m(&self, depth_m: &[f64; 3]) -> f64 {
        (0..3).map(|i| depth_m[i] * self.share[i]).sum()
    }
}

/// One nonlinear reservoir over one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reservoir {
    alpha: f64,
    storage_m: f64,
    smooth: bool,
}

impl Reservoir {
    /// Takes a depth over a step under a net inflow (losses off). Returns the runoff at its end [m/s].
    pub(super) fn step(&self, depth_m: &mut f64, net_ms: f64, dt_s: f64) -> f64 {
        let over_s = self.fill(depth_m, net_ms, dt_s);
        self.runoff_ms(depth_m, over_s)
    }

    /// New depth; returns the time for which it stood above depression storage [s].
    fn fill(&self, depth_m: &mut f64, net_ms: f64, dt_s: f64) -> f64 {
        let mut over_s = dt_s;
        if *depth_m + net_ms * dt_s <= self.storage_m {
            *depth_m += net_ms * dt_s;
        } else {
            let missing_m = self.storage_m - *depth_m;
            if missing_m > 0.0 && net_ms > 0.0 {
                over_s -= missing_m / net_ms;
                *depth_m = self.storage_m;
            }
            if self.alpha > 0.0 && over_s > 0.0 {
                let mut y = [*depth_m];
                let rate = |y: &[f64; 1]| {
                    let above_m = y[0] - self.storage_m;
                    [net_ms - if above_m < 0.0 { 0.0 } else { self.alpha * above_m.powf(EXPONENT) }]
                };
                let _ = cash_karp::integrate(over_s, &mut y, TOLERANCE, rate);
                *depth_m = y[0];
            } else {
                over_s = over_s.max(0.0);
                *depth_m += net_ms * over_s;
            }
        }
        *depth_m = depth_m.max(0.0);
        over_s
    }

    /// Runoff at a depth; without roughness all above depression storage, which it takes away [m/s].
    pub(super) fn runoff_ms(&self, depth_m: &mut f64, over_s: f64) -> f64 {
        let above_m = *depth_m - self.storage_m;
        if above_m <= ZERO {
            0.0
        } else if self.smooth {
            *depth_m = self.storage_m;
            above_m / over_s
        } else {
            self.alpha * above_m.powf(EXPONENT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_rain_runs_off_whole() {
        let r = Reservoir { alpha: 0.05, storage_m: 0.002, smooth: false };
        let (mut depth_m, rain) = (0.0, 1e-5);
        let mut runoff = 0.0;
        for _ in 0..500 {
            runoff = r.step(&mut depth_m, rain, 300.0);
        }
        assert!((runoff / rain - 1.0).abs() < 1e-3, "{runoff}");
        for _ in 0..5000 {
            runoff = r.step(&mut depth_m, 0.0, 300.0);
        }
        assert!(runoff < 1e-9 && depth_m >= 0.002);
    }

    #[test]
    fn a_smooth_surface_keeps_only_its_depression_storage() {
        let r = Reservoir { alpha: 0.0, storage_m: 0.001, smooth: true };
        let mut depth_m = 0.0;
        let runoff = r.step(&mut depth_m, 1e-5, 300.0);
        // It runs for the 200 s after the first 100 s filled the storage.
        assert!((runoff - 0.002 / 200.0).abs() < 1e-15 && depth_m == 0.001, "{runoff} {depth_m}");
    }

    #[test]
    fn depth_never_falls_below_nothing() {
        let r = Reservoir { alpha: 0.05, storage_m: 0.0, smooth: false };
        let mut depth_m = 1e-6;
        assert_eq!(r.step(&mut depth_m, -1e-6, 300.0), 0.0);
        assert_eq!(depth_m, 0.0);
    }
}
