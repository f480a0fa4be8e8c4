//! Gages, subcatchments, LID units, aquifers, snow packs and unit hydrographs of a deck.

use twin_physics::domains::drainage::model as m;

use super::{Binder, expression, quality};
use crate::io::inp::Row;
use crate::io::swmm_inp::deck as d;

const S_PER_DAY: f64 = 86_400.0;

/// Gages with their records in SI.
pub fn gages(binder: &Binder<'_>) -> Vec<m::Gage> {
    let start = binder.deck.options.start;
    let one = |(at, gage): (usize, &Row<d::Gage>)| {
        let form = match gage.form {
            d::RainForm::Intensity => m::RainForm::Intensity,
            d::RainForm::Volume => m::RainForm::Volume,
            d::RainForm::Cumulative => m::RainForm::Cumulative,
        };
        let mut bound = m::Gage {
            id: gage.id.clone(),
            form,
            interval_s: gage.interval_s as f64,
            snow_catch: gage.snow_factor,
            record: Vec::new(),
            from_file: false,
        };
        match &gage.source {
            d::GageSource::Series(ix) => {
                let unit = if form == m::RainForm::Intensity { binder.units.rate_ms } else { binder.units.depth_m };
                let points: Vec<(f64, f64)> = match &binder.deck.series[ix.0].data {
                    d::SeriesData::Points(p) => p.iter().map(|p| (p.seconds_from(start), p.value)).collect(),
                    d::SeriesData::File(_) => binder.external.series.get(ix.0).cloned().flatten().unwrap_or_default(),
                };
                bound.record = points.into_iter().map(|(t, v)| (t, v * unit)).collect();
            }
            d::GageSource::File { .. } => {
                if let Some(Some(rain)) = binder.external.rain.get(at) {
                    bound.record.clone_from(&rain.record);
                    bound.interval_s = rain.interval_s;
                }
                bound.form = m::RainForm::Volume;
                bound.from_file = true;
            }
        }
        bound
    };
    binder.deck.gages.iter().enumerate().map(one).collect()
}

fn receiver(outlet: d::Outlet) -> m::Receiver {
    match outlet {
        d::Outlet::Node(n) => m::Receiver::Node(m::NodeIx::new(n.0)),
        d::Outlet::Subcatchment(s) => m::Receiver::Catchment(m::CatchmentIx::new(s.0)),
    }
}

/// Subcatchments.
pub fn subcatchments(binder: &Binder<'_>) -> Vec<m::Subcatchment> {
    let mut bound: Vec<_> = (0..binder.deck.subcatchments.len()).map(|at| bind(binder, at)).collect();
    // SWMM evaluates the units of a subcatchment in reverse order of their rows.
    for unit in binder.deck.lid_usage.iter().rev() {
        bound[unit.subcatchment.0].lid_units.push(lid_unit(binder, unit));
    }
    bound
}

fn bind(binder: &Binder<'_>, at: usize) -> m::Subcatchment {
    let u = &binder.units;
    let s = &binder.deck.subcatchments[at];
    let sub = s.subarea.clone().unwrap_or_default();
    // Its own outlet: SWMM's way to say that it drains nowhere.
    let nowhere = |o: &d::Outlet| *o != d::Outlet::Subcatchment(d::SubcatchmentIx(at));
    m::Subcatchment {
        id: s.id.clone(),
        gage: s.gage.map(|g| m::GageIx::new(g.0)),
        outlet: Some(s.outlet).filter(nowhere).map(receiver),
        area_m2: s.area * u.land_m2,
        impervious: s.impervious_pct / 100.0,
        width_m: s.width * u.length_m,
        slope: s.slope_pct / 100.0,
        curb_length: s.curb_length,
        manning_impervious: sub.n_impervious,
        manning_pervious: sub.n_pervious,
        storage_impervious_m: sub.storage_impervious * u.depth_m,
        storage_pervious_m: sub.storage_pervious * u.depth_m,
        zero_storage: sub.zero_storage_pct / 100.0,
        subarea_routing: match sub.route {
            d::SubareaRoute::Outlet => m::SubareaRouting::ToOutlet,
            d::SubareaRoute::Impervious => m::SubareaRouting::ToImpervious,
            d::SubareaRoute::Pervious => m::SubareaRouting::ToPervious,
        },
        routed: sub.routed_pct / 100.0,
        infiltration: infiltration(binder, s.infiltration.as_ref()),
        groundwater: s.groundwater.as_ref().map(|g| groundwater(binder, s, g)),
        snowpack: s.snowpack.map(|p| m::SnowpackIx::new(p.0)),
        lid_units: Vec::new(),
        coverage: s.coverage.iter().map(|(l, pct)| (m::LandUseIx::new(l.0), pct / 100.0)).collect(),
        initial_buildup: quality::initial_buildup(binder, &s.loadings),
        adjustments: [s.n_pervious_pattern, s.storage_pattern, s.infiltration_pattern].map(|p| binder.pattern(p)),
    }
}

fn infiltration(binder: &Binder<'_>, infiltration: Option<&d::Infiltration>) -> m::Infiltration {
    let u = &binder.units;
    match infiltration {
        Some(d::Infiltration::Horton { modified, params: p }) => m::Infiltration::Horton {
            max_rate_ms: p.max_rate * u.rate_ms,
            min_rate_ms: p.min_rate * u.rate_ms,
            decay_per_s: p.decay / 3600.0,
            dry_time_s: p.drying_days * S_PER_DAY,
            max_infiltration_m: p.max_volume * u.depth_m,
            modified: *modified,
        },
        Some(d::Infiltration::GreenAmpt { modified, suction, conductivity, deficit }) => m::Infiltration::GreenAmpt {
            suction_m: suction * u.depth_m,
            conductivity_ms: conductivity * u.rate_ms,
            deficit: *deficit,
            modified: *modified,
        },
        Some(d::Infiltration::CurveNumber { number, drying_days, .. }) => {
            m::Infiltration::CurveNumber { number: number.clamp(10.0, 99.0), dry_time_s: drying_days * S_PER_DAY }
        }
        // No row: nothing infiltrates.
        None => m::Infiltration::Horton {
            max_rate_ms: 0.0,
            min_rate_ms: 0.0,
            decay_per_s: 0.0,
            dry_time_s: 0.0,
            max_infiltration_m: 0.0,
            modified: false,
        },
    }
}

fn groundwater(binder: &Binder<'_>, s: &d::Subcatchment, g: &d::Groundwater) -> m::Groundwater {
    let u = &binder.units;
    let (l, flow) = (u.length_m, u.groundwater_ms());
    let formula = |tree: &d::Expr<d::GroundwaterVariable>| {
        expression::program(tree, &|v| expression::one(groundwater_variable(v)))
    };
    m::Groundwater {
        aquifer: m::AquiferIx::new(g.aquifer.0),
        node: Some(m::NodeIx::new(g.node.0)),
        surface_m: g.surface * l,
        a1: g.a1 * flow * l.powf(-g.b1),
        b1: g.b1,
        a2: g.a2 * flow * l.powf(-g.b2),
        b2: g.b2,
        a3: g.a3 * flow / (l * l),
        fixed_depth_m: g.fixed_depth * l,
        threshold_m: g.threshold.map(|v| v * l),
        bottom_m: g.bottom.map(|v| v * l),
        water_table_m: g.water_table.map(|v| v * l),
        upper_moisture: g.moisture,
        lateral: s.gwf_lateral.as_ref().map(|(_, tree)| (formula(tree), flow)),
        deep: s.gwf_deep.as_ref().map(|(_, tree)| (formula(tree), u.rate_ms)),
        length_factor: 1.0 / l,
        rate_factor: 1.0 / u.rate_ms,
        area_factor: 1.0 / u.land_m2,
    }
}

fn groundwater_variable(variable: d::GroundwaterVariable) -> m::GroundwaterVariable {
    match variable {
        d::GroundwaterVariable::Hgw => m::GroundwaterVariable::WaterTable,
        d::GroundwaterVariable::Hsw => m::GroundwaterVariable::SurfaceWater,
        d::GroundwaterVariable::Hcb => m::GroundwaterVariable::ChannelBottom,
        d::GroundwaterVariable::Hgs => m::GroundwaterVariable::GroundSurface,
        d::GroundwaterVariable::Ks => m::GroundwaterVariable::SaturatedConductivity,
        d::GroundwaterVariable::K => m::GroundwaterVariable::Conductivity,
        d::GroundwaterVariable::Theta => m::GroundwaterVariable::Moisture,
        d::GroundwaterVariable::Phi => m::GroundwaterVariable::Porosity,
        d::GroundwaterVariable::Fi => m::GroundwaterVariable::SurfaceInfiltration,
        d::GroundwaterVariable::Fu => m::GroundwaterVariable::UpperPercolation,
        d::GroundwaterVariable::A => m::GroundwaterVariable::Area,
    }
}

fn lid_unit(binder: &Binder<'_>, unit: &d::LidUsage) -> m::LidUnit {
    let u = &binder.units;
    m::LidUnit {
        control: m::LidIx::new(unit.lid.0),
        count: unit.number,
        area_m2: unit.area * u.area_m2(),
        width_m: unit.width * u.length_m,
        initial_saturation: unit.saturation_pct / 100.0,
        from_impervious: unit.from_impervious_pct / 100.0,
        from_pervious: unit.from_pervious_pct / 100.0,
        to_pervious: unit.to_pervious,
        drain_to: unit.drain_to.map(receiver),
    }
}

/// LID controls.
pub fn lid_controls(binder: &Binder<'_>) -> Vec<m::LidControl> {
    binder.deck.lids.iter().map(|lid| lid_control(binder, lid)).collect()
}

/// Voids over solids as voids over volume.
fn void_fraction(ratio: f64) -> f64 {
    ratio / (1.0 + ratio)
}

fn lid_control(binder: &Binder<'_>, lid: &d::LidControl) -> m::LidControl {
    let u = &binder.units;
    let kind = lid_kind(lid.kind);
    let mut removal = vec![0.0; binder.deck.pollutants.len()];
    for (pollutant, pct) in &lid.removals {
        removal[pollutant.0] = pct / 100.0;
    }
    m::LidControl {
        id: lid.id.clone(),
        kind,
        surface: lid.surface.map_or_else(m::LidSurface::default, |s| m::LidSurface {
            storage_m: s.storage_height * u.depth_m,
            void_fraction: 1.0 - s.vegetation,
            manning: s.roughness,
            slope: s.slope_pct / 100.0,
            side_slope: s.side_slope,
        }),
        soil: lid.soil.map(|s| m::LidSoil {
            thickness_m: s.thickness * u.depth_m,
            porosity: s.porosity,
            field_capacity: s.field_capacity,
            wilting_point: s.wilting_point,
            conductivity_ms: s.conductivity * u.rate_ms,
            conductivity_slope: s.conductivity_slope,
            suction_m: s.suction * u.depth_m,
        }),
        pavement: lid.pavement.map(|p| m::LidPavement {
            thickness_m: p.thickness * u.depth_m,
            void_fraction: void_fraction(p.void_ratio),
            impervious: p.impervious,
            permeability_ms: p.permeability * u.rate_ms,
            clog_factor: p.clogging,
            regeneration_days: p.regeneration_days,
            regeneration: p.regeneration_degree,
        }),
        storage: lid.storage.map(|s| m::LidStorage {
            thickness_m: s.thickness * u.depth_m,
            void_fraction: if kind == m::LidKind::RainBarrel { 1.0 } else { void_fraction(s.void_ratio) },
            seepage_ms: s.seepage * u.rate_ms,
            clog_factor: s.clogging,
            covered: s.covered,
        }),
        drain: lid.drain.as_ref().map(|drain| m::LidDrain {
            coefficient: drain.coefficient,
            exponent: drain.exponent,
            head_factor: 1.0 / u.depth_m,
            flow_factor: u.rate_ms,
            offset_m: drain.offset * u.depth_m,
            delay_s: drain.delay_h * 3600.0,
            open_head_m: drain.open_level * u.depth_m,
            close_head_m: drain.close_level * u.depth_m,
            curve: drain.curve.map_or_else(Vec::new, |c| binder.curve(c, u.depth_m, 1.0)),
        }),
        mat: lid.drain_mat.map(|mat| m::LidMat {
            thickness_m: mat.thickness * u.depth_m,
            void_fraction: mat.void_fraction,
            manning: mat.roughness,
        }),
        removal,
    }
}

fn lid_kind(kind: d::LidKind) -> m::LidKind {
    match kind {
        d::LidKind::Bioretention => m::LidKind::Bioretention,
        d::LidKind::RainGarden => m::LidKind::RainGarden,
        d::LidKind::GreenRoof => m::LidKind::GreenRoof,
        d::LidKind::InfiltrationTrench => m::LidKind::InfiltrationTrench,
        d::LidKind::PermeablePavement => m::LidKind::PermeablePavement,
        d::LidKind::RainBarrel => m::LidKind::RainBarrel,
        d::LidKind::VegetativeSwale => m::LidKind::VegetativeSwale,
        d::LidKind::RooftopDisconnection => m::LidKind::RooftopDisconnection,
    }
}

/// Aquifers.
pub fn aquifers(binder: &Binder<'_>) -> Vec<m::Aquifer> {
    let u = &binder.units;
    let one = |a: &Row<d::Aquifer>| m::Aquifer {
        id: a.id.clone(),
        porosity: a.porosity,
        wilting_point: a.wilting_point,
        field_capacity: a.field_capacity,
        conductivity_ms: a.conductivity * u.rate_ms,
        conductivity_slope: a.conductivity_slope,
        tension_slope_m: a.tension_slope * u.length_m,
        upper_evap_share: a.upper_evaporation,
        lower_evap_depth_m: a.lower_evaporation_depth * u.length_m,
        lower_loss_ms: a.deep_loss * u.rate_ms,
        bottom_m: a.bottom * u.length_m,
        water_table_m: a.water_table * u.length_m,
        upper_moisture: a.moisture,
        upper_evap_pattern: binder.pattern(a.evaporation_pattern),
    };
    binder.deck.aquifers.iter().map(one).collect()
}

/// Snow packs.
pub fn snowpacks(binder: &Binder<'_>) -> Vec<m::Snowpack> {
    let u = &binder.units;
    let surface = |s: &d::SnowSurface| m::SnowSurface {
        melt_min: s.melt_min * u.rate_ms / u.degree_k,
        melt_max: s.melt_max * u.rate_ms / u.degree_k,
        base_temp_c: u.celsius(s.base_temperature),
        free_water: s.free_water,
        initial_snow_m: s.initial_depth * u.depth_m,
        initial_free_water_m: s.initial_free_water * u.depth_m,
        full_cover_m: s.full_cover_depth * u.depth_m,
    };
    let one = |s: &Row<d::Snowpack>| m::Snowpack {
        id: s.id.clone(),
        surfaces: [&s.plowable, &s.impervious, &s.pervious]
            .map(|s| s.as_ref().map_or_else(m::SnowSurface::default, surface)),
        plowable: s.plowable_share,
        removal_depth_m: s.removal_depth * u.depth_m,
        removal: s.removal,
        removal_to: s.removal_to.map(|c| m::CatchmentIx::new(c.0)),
    };
    binder.deck.snowpacks.iter().map(one).collect()
}

/// Unit hydrographs, a triple of responses for each month.
pub fn unit_hydrographs(binder: &Binder<'_>) -> Vec<m::UnitHydrograph> {
    let u = &binder.units;
    let one = |group: &Row<d::UnitHydrograph>| {
        let mut months = vec![[m::UnitResponse::default(); 3]; 12];
        for row in &group.responses {
            let term = match row.term {
                d::ResponseTerm::Short => 0,
                d::ResponseTerm::Medium => 1,
                d::ResponseTerm::Long => 2,
            };
            let response = m::UnitResponse {
                r: row.r,
                t_s: row.t_h * 3600.0,
                k: row.k,
                abstraction_max_m: row.abstraction_max * u.depth_m,
                recovery_ms: row.abstraction_recovery * u.daily_ms,
                abstraction_used_m: row.abstraction_initial * u.depth_m,
            };
            match row.month {
                Some(month) => months[usize::from(month.clamp(1, 12)) - 1][term] = response,
                None => months.iter_mut().for_each(|triple| triple[term] = response),
            }
        }
        m::UnitHydrograph { id: group.id.clone(), gage: group.gage.map(|g| m::GageIx::new(g.0)), months }
    };
    binder.deck.unit_hydrographs.iter().map(one).collect()
}
