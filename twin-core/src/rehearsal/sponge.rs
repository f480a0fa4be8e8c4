//! What the sponge-city (海绵城市) measures of a drainage model achieve: the same rain on the same catchments, once with
//! its LID units and once without.
//!
//! Without its units a catchment keeps its area and its impervious share over all of it. A figure over less than a year
//! of rain is one of these events, not of a year, and is called so.
//!
//! Where the model has a pollutant `TSS` or `SS`, the removal of suspended solids is what its build-up, wash-off and
//! LID units make of it: `1 − load with / load without measures`. Otherwise it is the guideline's product of control
//! ratio and mean removal of the measures, where that is given.

use std::io::{self, Write};

use twin_physics::domains::drainage::hydrology::{Hydrology, HydrologyScratch, HydrologyState, SurfaceForcing};
use twin_physics::domains::drainage::lid::sponge::{DailyRain, Peak, control_ratio, tss_removal};
use twin_physics::domains::drainage::model::{DrainageModel, Receiver};
use twin_physics::domains::drainage::quality::QualityState;
use twin_physics::domains::drainage::routing::Drainage;
use twin_physics::units::S_PER_DAY;

/// Figures of a catchment, or of all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpongeRow {
    /// Its name; empty = all catchments.
    pub id: String,
    /// Area [m²].
    pub area_m2: f64,
    /// Area of its LID units [m²].
    pub lid_area_m2: f64,
    /// Rain [m³].
    pub rain_m3: f64,
    /// What left of it, run-on taken off, with and without measures [m³].
    pub outflow_m3: [f64; 2],
    /// Control ratio of runoff with and without measures, `None` without rain.
    pub control_ratio: [Option<f64>; 2],
    /// Peak runoff with and without measures [m³/s].
    pub peak_m3s: [f64; 2],
    /// Share of the peak that is cut.
    pub peak_cut: Option<f64>,
    /// Removal of suspended solids, by [`SpongeStudy::solids`].
    pub ss_removal: Option<f64>,
}

/// The study of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct SpongeStudy {
    /// Rain over this time [s].
    pub duration_s: f64,
    /// All catchments together.
    pub total: SpongeRow,
    /// One by one, in the order of the model.
    pub rows: Vec<SpongeRow>,
    /// How the removal of suspended solids was found.
    pub solids: Solids,
    /// Control ratio and the design rain depth it stands for [m], from the daily rain of the first gage; empty where
    /// the record is shorter than a year.
    pub design_rain: Vec<(f64, f64)>,
}

/// How the removal of suspended solids is found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Solids {
    /// It is not.
    #[default]
    Unknown,
    /// From the control ratio and the mean removal of the measures.
    Given,
    /// From the loads of this pollutant of the model.
    Modelled(String),
}

/// Why there is no study.
#[derive(Debug, thiserror::Error)]
pub enum SpongeError {
    /// The model cannot be computed.
    #[error("{0}")]
    Model(String),
    /// There is nothing to study.
    #[error("the model has no subcatchments; give one with [SUBCATCHMENTS] and [LID_USAGE]")]
    NoCatchments,
}

/// Days of a year that count as one.
const YEAR_D: f64 = 365.0;

/// The pollutant of a model that stands for suspended solids: `TSS`, else `SS`.
#[must_use]
pub fn solids_of(model: &DrainageModel) -> Option<usize> {
    let named = |name: &str| model.pollutants.iter().position(|p| p.id.eq_ignore_ascii_case(name));
    named("TSS").or_else(|| named("SS")).filter(|_| !model.options.ignore.quality)
}

/// Runs a model with and without its measures. `ss_removal`: mean removal of suspended solids of the measures, 0..1; it
/// has no say where the model computes solids itself, see [`solids_of`].
///
/// # Errors
/// A model without subcatchments, or one that the hydrology refuses.
pub fn study(model: &DrainageModel, ss_removal: Option<f64>) -> Result<SpongeStudy, SpongeError> {
    if model.subcatchments.is_empty() {
        return Err(SpongeError::NoCatchments);
    }
    let solids = solids_of(model);
    let ss_removal = ss_removal.filter(|_| solids.is_none());
    let with = runoff(model, solids)?;
    let mut bare = model.clone();
    bare.subcatchments.iter_mut().for_each(|s| s.lid_units.clear());
    let without = runoff(&bare, solids)?;
    let mut rows = Vec::new();
    let mut total = SpongeRow::default();
    for (at, subcatchment) in model.subcatchments.iter().enumerate() {
        let lid_area_m2 = subcatchment.lid_units.iter().fold(0.0, |sum, u| sum + f64::from(u.count) * u.area_m2);
        let (a, b) = (&with.catchments[at], &without.catchments[at]);
        let row = SpongeRow {
            id: subcatchment.id.clone(),
            area_m2: subcatchment.area_m2,
            lid_area_m2,
            rain_m3: a.rain_m3,
            outflow_m3: [a.outflow_m3, b.outflow_m3],
            peak_m3s: [a.peak.flow_m3s, b.peak.flow_m3s],
            ..SpongeRow::default()
        };
        total.area_m2 += row.area_m2;
        total.lid_area_m2 += row.lid_area_m2;
        total.rain_m3 += row.rain_m3;
        (0..2).for_each(|i| total.outflow_m3[i] += row.outflow_m3[i]);
        let mut row = finished(row, a.peak.cut_against(&b.peak), ss_removal);
        if solids.is_some() {
            row.ss_removal = removal(a.solids, b.solids);
        }
        rows.push(row);
    }
    total.peak_m3s = [with.total.flow_m3s, without.total.flow_m3s];
    let mut total = finished(total, with.total.cut_against(&without.total), None);
    // Catchments without measures remove nothing, and count.
    let removed: f64 = rows.iter().map(|r| r.ss_removal.unwrap_or(0.0) * r.rain_m3).sum();
    total.ss_removal = ss_removal.filter(|_| total.rain_m3 > 0.0).map(|_| removed / total.rain_m3);
    let how = match solids {
        Some(at) => {
            total.ss_removal = removal(with.solids, without.solids);
            Solids::Modelled(model.pollutants[at].id.clone())
        }
        None if ss_removal.is_some() => Solids::Given,
        None => Solids::Unknown,
    };
    let design_rain = design_rain(model);
    Ok(SpongeStudy { duration_s: model.options.duration_s, total, rows, solids: how, design_rain })
}

/// Share of a load that is kept back; `None` without a load.
fn removal(with: f64, without: f64) -> Option<f64> {
    (without > 0.0).then(|| 1.0 - with / without)
}

fn finished(mut row: SpongeRow, peak_cut: Option<f64>, ss_removal: Option<f64>) -> SpongeRow {
    row.control_ratio = row.outflow_m3.map(|out| control_ratio(row.rain_m3, out));
    row.peak_cut = peak_cut;
    row.ss_removal = match (row.control_ratio[0], ss_removal) {
        (Some(ratio), Some(removal)) if row.lid_area_m2 > 0.0 => {
            tss_removal(ratio.clamp(0.0, 1.0), [(row.lid_area_m2, removal)])
        }
        _ => None,
    };
    row
}

/// Runoff of a model over its duration.
struct Ran {
    catchments: Vec<OfCatchment>,
    /// Peak of all that reaches nodes or leaves the model.
    total: Peak,
    /// Solids that reach nodes or leave the model [load].
    solids: f64,
}

#[derive(Clone, Default)]
struct OfCatchment {
    /// Solids that leave, those that came from elsewhere included [load].
    solids: f64,
    rain_m3: f64,
    outflow_m3: f64,
    peak: Peak,
}

/// The surfaces' quality and where it stands.
struct Washing {
    drainage: Drainage,
    state: QualityState,
}

impl Washing {
    fn new(model: &DrainageModel) -> Result<Self, SpongeError> {
        let drainage = Drainage::new(model.clone()).map_err(|e| SpongeError::Model(e.to_string()))?;
        let state = drainage.initial_state().quality;
        Ok(Self { drainage, state })
    }
}

fn runoff(model: &DrainageModel, solids: Option<usize>) -> Result<Ran, SpongeError> {
    let mut washing = solids.map(|_| Washing::new(model)).transpose()?;
    let hydrology = Hydrology::new(model).map_err(|e| SpongeError::Model(e.to_string()))?;
    let mut state = hydrology.initial(model);
    let mut scratch = HydrologyScratch::default();
    let catchments = vec![OfCatchment::default(); model.subcatchments.len()];
    let mut ran = Ran { catchments, total: Peak::default(), solids: 0.0 };
    while state.time_s < model.options.duration_s {
        hydrology.advance(model, &mut state, &SurfaceForcing::default(), &mut scratch);
        if let Some(Washing { drainage, state: quality }) = &mut washing {
            drainage.quality.runoff_step(model, &hydrology, &state, quality);
            if let Some(p) = solids {
                take_removed(&mut ran, (model, &hydrology, &state), quality, p);
            }
        }
        let mut leaves = 0.0;
        for (at, now) in state.catchments.iter().enumerate() {
            let flow = now.runoff_m3s + now.drain_m3s;
            ran.catchments[at].peak.see(state.time_s, flow);
            if !matches!(model.subcatchments[at].outlet, Some(Receiver::Catchment(_))) {
                leaves += flow;
            }
        }
        ran.total.see(state.time_s, leaves);
    }
    if let (Some(p), Some(Washing { state: quality, .. })) = (solids, &washing) {
        let washed = quality.washed.iter().skip(p).step_by(model.pollutants.len());
        ran.catchments.iter_mut().zip(washed).for_each(|(of, load)| of.solids += load);
        ran.solids = quality.surfaces[p].runoff.value();
    }
    for (of, sums) in ran.catchments.iter_mut().zip(&state.statistics) {
        of.rain_m3 = sums.rain_m3;
        of.outflow_m3 = sums.runoff_m3 - sums.runon_m3;
    }
    Ok(ran)
}

/// Takes off what the drains of LID units removed over the last step from what left their catchments.
fn take_removed(
    ran: &mut Ran,
    (model, hydrology, water): (&DrainageModel, &Hydrology, &HydrologyState),
    quality: &QualityState,
    p: usize,
) {
    for (c, of) in ran.catchments.iter_mut().enumerate() {
        let concentration = quality.runoff[c * model.pollutants.len() + p];
        for unit in hydrology.lids.range(c) {
            let removal = hydrology.lids.removal(unit, p);
            of.solids -= removal * water.lids[unit].drain_m3s * concentration * water.dt_s();
        }
    }
}

/// Daily rain of the first gage as control ratios from 50 to 95 % and their design rain depths.
fn design_rain(model: &DrainageModel) -> Vec<(f64, f64)> {
    let Some(gage) = model.gages.first() else { return Vec::new() };
    let (Some(first), Some(last)) = (gage.record.first(), gage.record.last()) else { return Vec::new() };
    if last.0 - first.0 < YEAR_D * S_PER_DAY {
        return Vec::new();
    }
    let days = ((last.0 - first.0) / S_PER_DAY) as usize + 1;
    let mut daily_m = vec![0.0; days];
    for &(at, value) in &gage.record {
        let depth_m = if gage.form == twin_physics::domains::drainage::model::RainForm::Intensity {
            value * gage.interval_s
        } else {
            value
        };
        daily_m[((at - first.0) / S_PER_DAY) as usize] += depth_m;
    }
    let Some(rain) = DailyRain::new(&daily_m) else { return Vec::new() };
    (10..20).filter_map(|i| rain.depth_m(f64::from(i) * 0.05).map(|depth| (f64::from(i) * 0.05, depth))).collect()
}

impl SpongeStudy {
    /// Whether the rain covers a year, so that a control ratio is the annual one.
    #[must_use]
    pub fn is_annual(&self) -> bool {
        self.duration_s >= YEAR_D * S_PER_DAY
    }

    /// One line per catchment, the total first.
    ///
    /// # Errors
    /// Whatever the writer answers.
    pub fn write_csv(&self, out: impl Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record([
            "subcatchment",
            "area_m2",
            "lid_area_m2",
            "rain_m3",
            "outflow_with_m3",
            "outflow_without_m3",
            "control_ratio_with",
            "control_ratio_without",
            "peak_with_m3s",
            "peak_without_m3s",
            "peak_cut",
            "ss_removal",
        ])?;
        let optional = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
        for row in std::iter::once(&self.total).chain(&self.rows) {
            let name = if row.id.is_empty() { "*" } else { &row.id };
            let mut fields = vec![name.to_owned()];
            fields.extend([row.area_m2, row.lid_area_m2, row.rain_m3].map(|v| v.to_string()));
            fields.extend(row.outflow_m3.map(|v| v.to_string()));
            fields.extend(row.control_ratio.map(optional));
            fields.extend(row.peak_m3s.map(|v| v.to_string()));
            fields.extend([row.peak_cut, row.ss_removal].map(optional));
            csv.write_record(fields)?;
        }
        csv.flush()
    }
}
