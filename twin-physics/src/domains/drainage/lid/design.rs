//! A unit as the steps need it: checked, with everything that does not change worked out.
//!
//! *Source:* checks and derived constants of SWMM 5.2.4; EPA/600/R-16/093, chapter 6.

use super::state::{LidLayers, LidUnitState};
use super::{LidBalance, LidError};
use crate::domains::drainage::hydrology::infiltration::GreenAmpt;
use crate::domains::drainage::model::{
    Infiltration, LidControl, LidDrain, LidKind, LidSoil, LidUnit, Options, Receiver, Subcatchment,
};
use crate::units::{M_PER_FT, S_PER_DAY};

/// Manning's 1.49 of foot units with lengths in metres [m^(1/3)/s].
pub(super) fn manning_si() -> f64 {
    1.49 * M_PER_FT.cbrt()
}

/// Share of impervious area from which on a subcatchment has no pervious area that could take water back.
const NO_PERVIOUS: f64 = 0.999;

/// Surface layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Surface {
    pub thickness_m: f64,
    /// Share of volume that holds water, 1 where the design says nothing.
    pub void: f64,
    /// Overland flow, √slope/n in SI [m^(1/3)/s]; 0 = none.
    pub alpha: f64,
    pub side_slope: f64,
    /// Whether what stands above the layer leaves at once.
    pub can_overflow: bool,
}

/// Pavement layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pavement {
    pub thickness_m: f64,
    /// Voids over the whole volume, impervious pavers included.
    pub void: f64,
    pub pervious: f64,
    pub permeability_ms: f64,
    /// Inflow that clogs it [m]; 0 = never.
    pub clog_m: f64,
    pub cleaning_days: f64,
    pub cleaning: f64,
}

/// Storage layer, drainage mat or barrel; thickness 0 = none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Storage {
    pub thickness_m: f64,
    pub void: f64,
    pub seepage_ms: f64,
    /// Inflow that clogs it [m]; 0 = never.
    pub clog_m: f64,
    pub covered: bool,
}

/// Units of one design in a subcatchment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    pub kind: LidKind,
    /// Area of one [m²].
    pub one_m2: f64,
    /// Area of all [m²].
    pub area_m2: f64,
    pub width_m: f64,
    pub from_impervious: f64,
    pub from_pervious: f64,
    pub to_pervious: bool,
    pub drain_to: Option<Receiver>,
    /// Whether the drain ends where the subcatchment's runoff goes.
    pub drain_to_outlet: bool,
    pub surface: Surface,
    pub pavement: Option<Pavement>,
    pub soil: Option<LidSoil>,
    pub storage: Storage,
    pub drain: Option<LidDrain>,
    /// Flow along a drainage mat, √slope/n in SI [m^(1/3)/s]; 0 = it passes all.
    pub mat_alpha: f64,
    /// Soil that takes water through the surface by Green–Ampt; otherwise the native rate holds.
    pub infiltration: Option<GreenAmpt>,
    pub removal: Vec<f64>,
    initial_saturation: f64,
}

impl Unit {
    /// Checks a unit and works out its constants.
    ///
    /// # Errors
    /// A missing layer or a value outside its range, named with its subcatchment and control.
    pub(super) fn new(at: &Subcatchment, unit: &LidUnit, control: &LidControl, swmm: bool) -> Result<Self, LidError> {
        check_unit(at, unit, control)?;
        check_layers(control).map_err(|problem| LidError::control(&control.id, problem))?;
        let kind = control.kind;
        let storage = storage_of(control);
        let mut drain = control.drain.clone();
        if storage.thickness_m == 0.0
            && let Some(drain) = &mut drain
        {
            drain.offset_m = 0.0;
        }
        let soil = control.soil.filter(|s| s.thickness_m > 0.0 && has_soil(kind));
        let infiltration = infiltration_of(at, unit, kind, soil.as_ref()).map_err(|_| {
            LidError::unit(
                &at.id,
                &control.id,
                "its soil needs suction ≥ 0, conductivity > 0 and a moisture deficit within 0..1",
            )
        })?;
        let drain_to = unit.drain_to.or(at.outlet);
        Ok(Self {
            kind,
            one_m2: unit.area_m2,
            area_m2: unit.area_m2 * f64::from(unit.count),
            width_m: unit.width_m,
            from_impervious: unit.from_impervious,
            from_pervious: unit.from_pervious,
            to_pervious: unit.to_pervious && at.impervious < NO_PERVIOUS,
            drain_to,
            drain_to_outlet: drain_to == at.outlet,
            surface: surface_of(control, swmm),
            pavement: pavement_of(control),
            soil,
            mat_alpha: mat_alpha(control),
            storage,
            drain,
            infiltration,
            removal: control.removal.clone(),
            initial_saturation: unit.initial_saturation,
        })
    }

    /// Whether water can pass through its bottom.
    pub(super) fn is_pervious(&self) -> bool {
        self.storage.thickness_m == 0.0 || self.storage.seepage_ms > 0.0
    }

    /// Whether it holds water before the first step.
    pub(super) fn is_wet_at_start(&self) -> bool {
        self.initial_saturation > 0.0
    }

    /// The unit before the first step.
    pub(super) fn initial(&self, options: &Options) -> LidUnitState {
        let layers = LidLayers {
            moisture: self
                .soil
                .map_or(0.0, |s| s.wilting_point + self.initial_saturation * (s.porosity - s.wilting_point)),
            storage_m: self.initial_saturation * self.storage.thickness_m,
            ..LidLayers::default()
        };
        let stored_m = self.stored_m(&layers);
        LidUnitState {
            layers,
            soil: self.infiltration.map(|s| s.initial()),
            dry_s: options.dry_days * S_PER_DAY,
            next_cleaning_d: self.pavement.as_ref().map_or(0.0, |p| p.cleaning_days),
            balance: LidBalance { initial_m: stored_m, stored_m, ..LidBalance::default() },
            ..LidUnitState::default()
        }
    }

    /// Water in all layers, per area of the unit [m].
    pub(super) fn stored_m(&self, layers: &LidLayers) -> f64 {
        let surface_m = if self.kind == LidKind::VegetativeSwale {
            super::flux::swale::stored_m(self, layers.surface_m)
        } else {
            layers.surface_m * self.surface.void
        };
        surface_m
            + self.pavement.as_ref().map_or(0.0, |p| layers.pavement_m * p.void)
            + self.soil.map_or(0.0, |s| layers.moisture * s.thickness_m)
            + layers.storage_m * self.storage.void
    }
}

/// Soil that takes water through the surface: the unit's own, or below a swale the subcatchment's.
fn infiltration_of(
    at: &Subcatchment,
    unit: &LidUnit,
    kind: LidKind,
    soil: Option<&LidSoil>,
) -> Result<Option<GreenAmpt>, String> {
    match (kind, &at.infiltration, soil) {
        (LidKind::VegetativeSwale, Infiltration::GreenAmpt { suction_m, conductivity_ms, deficit, .. }, _) => {
            GreenAmpt::new(*suction_m, *conductivity_ms, *deficit, true).map(Some)
        }
        (LidKind::PermeablePavement, ..) | (_, _, None) => Ok(None),
        (_, _, Some(s)) => {
            let deficit = (s.porosity - s.wilting_point) * (1.0 - unit.initial_saturation);
            GreenAmpt::new(s.suction_m, s.conductivity_ms, deficit, true).map(Some)
        }
    }
}

fn has_soil(kind: LidKind) -> bool {
    matches!(kind, LidKind::Bioretention | LidKind::RainGarden | LidKind::GreenRoof | LidKind::PermeablePavement)
}

fn has_storage(kind: LidKind) -> bool {
    !matches!(kind, LidKind::RooftopDisconnection | LidKind::VegetativeSwale)
}

fn surface_of(control: &LidControl, swmm: bool) -> Surface {
    let s = &control.surface;
    let alpha = if s.manning > 0.0 { manning_si() / s.manning * s.slope.sqrt() } else { 0.0 };
    let can_overflow = match control.kind {
        LidKind::VegetativeSwale | LidKind::RainBarrel => true,
        // SWMM lets water pile up on a smooth or level roof.
        LidKind::RooftopDisconnection => alpha == 0.0 && !swmm,
        _ => alpha == 0.0,
    };
    let is_plain = control.kind == LidKind::RooftopDisconnection && !swmm;
    let void = if s.void_fraction > 0.0 && s.storage_m > 0.0 && !is_plain { s.void_fraction } else { 1.0 };
    Surface { thickness_m: s.storage_m, void, alpha, side_slope: s.side_slope, can_overflow }
}

fn pavement_of(control: &LidControl) -> Option<Pavement> {
    let p = control.pavement.filter(|_| control.kind == LidKind::PermeablePavement)?;
    let pervious = 1.0 - p.impervious;
    let void = p.void_fraction * pervious;
    Some(Pavement {
        thickness_m: p.thickness_m,
        void,
        pervious,
        permeability_ms: p.permeability_ms,
        clog_m: p.clog_factor * p.thickness_m * void,
        cleaning_days: p.regeneration_days,
        cleaning: p.regeneration,
    })
}

fn storage_of(control: &LidControl) -> Storage {
    let none = Storage { thickness_m: 0.0, void: 1.0, seepage_ms: 0.0, clog_m: 0.0, covered: false };
    if control.kind == LidKind::GreenRoof {
        return control.mat.map_or(none.clone(), |m| Storage {
            thickness_m: m.thickness_m,
            void: m.void_fraction,
            ..none
        });
    }
    let Some(s) = control.storage.filter(|_| has_storage(control.kind)) else { return none };
    if control.kind == LidKind::RainBarrel {
        return Storage { thickness_m: s.thickness_m, covered: s.covered, ..none };
    }
    if s.thickness_m == 0.0 {
        return Storage { seepage_ms: s.seepage_ms, ..none };
    }
    Storage {
        thickness_m: s.thickness_m,
        void: s.void_fraction,
        seepage_ms: s.seepage_ms,
        clog_m: s.clog_factor * s.thickness_m * s.void_fraction,
        covered: false,
    }
}

fn mat_alpha(control: &LidControl) -> f64 {
    let manning = control.mat.map_or(0.0, |m| m.manning);
    if manning > 0.0 { manning_si() / manning * control.surface.slope.sqrt() } else { 0.0 }
}

fn check_unit(at: &Subcatchment, unit: &LidUnit, control: &LidControl) -> Result<(), LidError> {
    let fail = |problem| Err(LidError::unit(&at.id, &control.id, problem));
    if !(unit.area_m2 >= 0.0 && unit.area_m2.is_finite() && unit.width_m >= 0.0 && unit.width_m.is_finite()) {
        return fail("area and width must be finite and not negative");
    }
    for share in [unit.initial_saturation, unit.from_impervious, unit.from_pervious] {
        if !(0.0..=1.0).contains(&share) {
            return fail("initial saturation and the shares it treats must lie within 0..1");
        }
    }
    if control.kind == LidKind::VegetativeSwale {
        if unit.width_m <= 0.0 {
            return fail("a swale needs its top width");
        }
        if let Infiltration::GreenAmpt { suction_m, conductivity_ms, deficit, .. } = at.infiltration
            && !(conductivity_ms > 0.0 && suction_m >= 0.0 && (0.0..=1.0).contains(&deficit))
        {
            return fail("the subcatchment's Green-Ampt soil needs suction ≥ 0, conductivity > 0, deficit within 0..1");
        }
    }
    Ok(())
}

fn check_layers(control: &LidControl) -> Result<(), &'static str> {
    let positive = |x: Option<f64>| x.is_some_and(|x| x > 0.0 && x.is_finite());
    let soil = positive(control.soil.map(|s| s.thickness_m));
    match control.kind {
        LidKind::Bioretention | LidKind::RainGarden if !soil => return Err("a soil layer is missing"),
        LidKind::GreenRoof if !soil => return Err("a soil layer is missing"),
        LidKind::GreenRoof if !positive(control.mat.map(|m| m.thickness_m)) => return Err("a drainage mat is missing"),
        LidKind::GreenRoof if !positive(control.mat.map(|m| m.void_fraction)) => {
            return Err("the drainage mat needs a void fraction above 0");
        }
        LidKind::PermeablePavement if !positive(control.pavement.map(|p| p.thickness_m)) => {
            return Err("a pavement layer is missing");
        }
        LidKind::InfiltrationTrench if !positive(control.storage.map(|s| s.thickness_m)) => {
            return Err("a storage layer is missing");
        }
        _ => {}
    }
    check_surface(control)?;
    check_soil(control)?;
    check_pavement(control)?;
    check_storage(control)?;
    check_drain(control)
}

fn check_surface(control: &LidControl) -> Result<(), &'static str> {
    let s = &control.surface;
    if [s.storage_m, s.manning, s.slope, s.side_slope].iter().any(|x| !(*x >= 0.0 && x.is_finite())) {
        return Err("surface: height, roughness and slopes must be finite and not negative");
    }
    if !(0.0..=1.0).contains(&s.void_fraction) {
        return Err("surface: the vegetation fraction must be at least 0 and below 1");
    }
    if control.kind == LidKind::VegetativeSwale && (s.manning * s.slope <= 0.0 || s.storage_m == 0.0) {
        return Err("surface: a swale needs a berm height, a roughness and a slope above 0");
    }
    Ok(())
}

fn check_soil(control: &LidControl) -> Result<(), &'static str> {
    let Some(s) = control.soil.filter(|s| s.thickness_m > 0.0 && has_soil(control.kind)) else { return Ok(()) };
    let in_order = 0.0 <= s.wilting_point
        && s.wilting_point < s.field_capacity
        && s.field_capacity < s.porosity
        && s.porosity <= 1.0
        && s.conductivity_ms > 0.0
        && s.conductivity_slope >= 0.0
        && s.suction_m >= 0.0;
    let finite = [s.thickness_m, s.conductivity_ms, s.conductivity_slope, s.suction_m].iter().all(|x| x.is_finite());
    if in_order && finite {
        Ok(())
    } else {
        Err("soil: needs wilting point < field capacity < porosity ≤ 1 and conductivity > 0")
    }
}

fn check_pavement(control: &LidControl) -> Result<(), &'static str> {
    let Some(p) = control.pavement.filter(|_| control.kind == LidKind::PermeablePavement) else { return Ok(()) };
    if p.permeability_ms > 0.0
        && p.permeability_ms.is_finite()
        && p.void_fraction > 0.0
        && p.void_fraction <= 1.0
        && (0.0..1.0).contains(&p.impervious)
        && p.clog_factor >= 0.0
        && p.regeneration_days >= 0.0
        && (0.0..=1.0).contains(&p.regeneration)
    {
        Ok(())
    } else {
        Err("pavement: needs permeability > 0, void ratio > 0, impervious share below 1, regeneration within 0..1")
    }
}

fn check_storage(control: &LidControl) -> Result<(), &'static str> {
    let Some(s) = control.storage.filter(|_| has_storage(control.kind)) else { return Ok(()) };
    let void_ok = s.thickness_m == 0.0
        || matches!(control.kind, LidKind::RainBarrel | LidKind::GreenRoof)
        || (s.void_fraction > 0.0 && s.void_fraction <= 1.0);
    let finite = [s.thickness_m, s.seepage_ms, s.clog_factor].iter().all(|x| *x >= 0.0 && x.is_finite());
    if void_ok && finite {
        Ok(())
    } else {
        Err("storage: needs void ratio > 0, and no negative thickness, seepage or clogging")
    }
}

fn check_drain(control: &LidControl) -> Result<(), &'static str> {
    let Some(d) = &control.drain else { return Ok(()) };
    let numbers = [d.coefficient, d.exponent, d.offset_m, d.delay_s, d.open_head_m, d.close_head_m];
    if numbers.iter().any(|x| !(*x >= 0.0 && x.is_finite())) {
        return Err("drain: coefficient, exponent, offset, delay and heads must be finite and not negative");
    }
    if !(d.head_factor > 0.0 && d.flow_factor > 0.0) {
        return Err("drain: the factors of its units must be above 0");
    }
    if d.open_head_m > 0.0 && d.open_head_m <= d.close_head_m {
        return Err("drain: the head that opens it must lie above the head that closes it");
    }
    if d.curve.windows(2).any(|w| w[1].0 <= w[0].0) {
        return Err("drain: heads of the control curve must rise");
    }
    Ok(())
}
