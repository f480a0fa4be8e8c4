//! Between a state of the drainage physics and SWMM's hot start file.
//!
//! The file holds no water of LID units and nothing of RDII: these begin as the model says, as in SWMM. Standing loads
//! are in its own mass unit (mg, µg or counts), build-up in lb, kg or counts.

use twin_physics::domains::drainage::hydrology::infiltration::SoilState;
use twin_physics::domains::drainage::network::HotValues;
use twin_physics::domains::drainage::routing::{Drainage, DrainageState};
use twin_physics::units::{M_PER_FT, M3_PER_FT3, S_PER_DAY};

use super::{Units, calendar, load_of_unit};

use crate::io::swmm_hotstart::{
    HotGroundwater, HotLandUse, HotLink, HotNode, HotStart, HotStartShape, HotSubcatchment,
};
use crate::io::swmm_inp::deck::{NodeKind, SwmmDeck};

/// What of a deck its hot start files depend on.
#[must_use]
pub fn shape(deck: &SwmmDeck) -> HotStartShape {
    HotStartShape {
        subcatchments: deck.subcatchments.iter().map(|s| (s.groundwater.is_some(), s.snowpack.is_some())).collect(),
        land_uses: deck.landuses.len(),
        storage_nodes: deck.nodes.iter().map(|n| matches!(n.kind, NodeKind::Storage(_))).collect(),
        links: deck.links.len(),
        pollutants: deck.pollutants.len(),
        flow_units: deck.options.flow_units,
    }
}

/// Mass units (mg, µg, counts) of a load of concentration times m³.
const MASS_PER_LOAD: f64 = 1e3;

/// Load of one unit of build-up, by pollutant.
fn buildup_loads(deck: &SwmmDeck, drainage: &Drainage) -> Vec<f64> {
    let flow = deck.options.flow_units;
    let units = if drainage.model.options.defects.others { Units::of_swmm(flow) } else { Units::new(flow) };
    deck.pollutants.iter().map(|p| load_of_unit(p.units, &units)).collect()
}

/// First instant of a deck's run [days since 1899-12-30].
fn start_days(deck: &SwmmDeck) -> f64 {
    let calendar = calendar(deck);
    calendar.start_day as f64 + calendar.start_second / S_PER_DAY
}

/// State to begin with.
#[must_use]
pub fn begin(deck: &SwmmDeck, drainage: &Drainage, hot: &HotStart) -> DrainageState {
    let feet = |v: f32| f64::from(v) * M_PER_FT;
    let flow = |v: f32| f64::from(v) * M3_PER_FT3;
    let values = HotValues {
        depth_m: hot.nodes.iter().map(|n| feet(n.depth_ft)).collect(),
        lateral_m3s: hot.nodes.iter().map(|n| flow(n.lateral_inflow_cfs)).collect(),
        flow_m3s: hot.links.iter().map(|l| flow(l.flow_cfs)).collect(),
        link_depth_m: hot.links.iter().map(|l| feet(l.depth_ft)).collect(),
        setting: hot.links.iter().map(|l| f64::from(l.setting)).collect(),
    };
    let mut state = drainage.state_of(drainage.net.hot_state(&drainage.model, &values));
    land(drainage, hot, &mut state);
    pollutants(deck, drainage, hot, &mut state);
    let stored = drainage.hydrology.stored(&state.hydrology);
    let ground_m3 = drainage.hydrology.groundwater_stored_m3(&drainage.model, &state.hydrology);
    let hydrology = &mut state.hydrology;
    hydrology.totals.initial_storage_m3 = stored.surface_m3;
    hydrology.totals.initial_snow_m3 = stored.snow_m3;
    hydrology.groundwater_totals.initial_m3 = ground_m3;
    state
}

fn pollutants(deck: &SwmmDeck, drainage: &Drainage, hot: &HotStart, state: &mut DrainageState) {
    if drainage.quality.is_empty() {
        return;
    }
    let n = deck.pollutants.len();
    let own = &mut state.quality;
    let single = |c: &f32| f64::from(*c);
    own.node = hot.nodes.iter().flat_map(|node| node.quality.iter().map(single)).collect();
    own.link = hot.links.iter().flat_map(|link| link.quality.iter().map(single)).collect();
    for (age, node) in own.residence_s.iter_mut().zip(&hot.nodes) {
        *age = node.residence_s.map_or(0.0, f64::from);
    }
    let (loads, start_days) = (buildup_loads(deck, drainage), start_days(deck));
    let uses = deck.landuses.len();
    for (at, saved) in hot.subcatchments.iter().enumerate().filter(|_| hot.version >= 3) {
        for (p, (runoff, ponded)) in saved.runoff_quality.iter().zip(&saved.ponded_quality).enumerate() {
            own.runoff[at * n + p] = *runoff;
            own.ponded[at * n + p] = ponded / MASS_PER_LOAD;
        }
        for (land, saved) in saved.land_uses.iter().enumerate() {
            own.swept_s[at * uses + land] = (saved.last_swept_days - start_days) * S_PER_DAY;
            for (p, (buildup, load)) in saved.buildup.iter().zip(&loads).enumerate() {
                own.buildup[(at * uses + land) * n + p] = buildup * load;
            }
        }
    }
    drainage.restart_quality(state);
}

fn land(drainage: &Drainage, hot: &HotStart, state: &mut DrainageState) {
    let hydrology = &mut state.hydrology;
    let runs = hot.version >= 3;
    for (at, saved) in hot.subcatchments.iter().enumerate() {
        let Some(own) = hydrology.catchments.get_mut(at).filter(|_| runs) else { break };
        own.depth_m = saved.depth_ft.map(|d| d * M_PER_FT);
        own.runoff_m3s = saved.runoff_cfs * M3_PER_FT3;
        own.old_runoff_m3s = own.runoff_m3s;
        set_soil(&mut own.soil, &saved.infiltration);
        for (pack, s) in hydrology.snow[at].iter_mut().zip(saved.snow.iter().flatten()) {
            pack.snow_m = s[0] * M_PER_FT;
            pack.free_water_m = s[1] * M_PER_FT;
            pack.cold_content_m = s[2] * M_PER_FT;
            pack.antecedent_c = (s[3] - 32.0) / 1.8;
        }
    }
    for (aquifer, own) in drainage.hydrology.aquifers.iter().zip(&mut hydrology.groundwater) {
        let Some(saved) = hot.subcatchments.get(aquifer.catchment as usize).and_then(|s| s.groundwater) else {
            continue;
        };
        own.moisture = saved.moisture;
        own.lower_depth_m = saved.water_table_ft * M_PER_FT - aquifer.bottom_m;
        own.flow_ms = saved.flow_fts * M_PER_FT;
        own.old_flow_ms = own.flow_ms;
        if let Some(capacity_ft) = saved.capacity_ft {
            own.room_m = capacity_ft * M_PER_FT;
        }
    }
}

/// Infiltration in SWMM's order, feet and seconds.
fn set_soil(soil: &mut SoilState, x: &[f64; 6]) {
    match soil {
        SoilState::Horton(s) => {
            (s.time_s, s.infiltrated_m) = (x[0], x[1] * M_PER_FT);
            s.total_m = s.total_m.max(s.infiltrated_m);
        }
        SoilState::GreenAmpt(s) => {
            (s.deficit, s.infiltrated_m, s.upper_m) = (x[0], x[1] * M_PER_FT, x[2] * M_PER_FT);
            (s.saturated, s.until_event_s) = (x[3] > 0.0, x[4]);
        }
        SoilState::CurveNumber(s) => {
            (s.storage_m, s.rain_m, s.infiltrated_m) = (x[0] * M_PER_FT, x[1] * M_PER_FT, x[2] * M_PER_FT);
            (s.dry_s, s.event_storage_m, s.rate_ms) = (x[3], x[4] * M_PER_FT, x[5] * M_PER_FT);
        }
    }
}

fn soil(soil: &SoilState) -> [f64; 6] {
    let ft = |m: f64| m / M_PER_FT;
    match soil {
        SoilState::Horton(s) => [s.time_s, ft(s.infiltrated_m), 0.0, 0.0, 0.0, 0.0],
        SoilState::GreenAmpt(s) => {
            let saturated = f64::from(u8::from(s.saturated));
            [s.deficit, ft(s.infiltrated_m), ft(s.upper_m), saturated, s.until_event_s, 0.0]
        }
        SoilState::CurveNumber(s) => {
            [ft(s.storage_m), ft(s.rain_m), ft(s.infiltrated_m), s.dry_s, ft(s.event_storage_m), ft(s.rate_ms)]
        }
    }
}

/// A state as a hot start file keeps it. Concentrations are 0 where quality is left out.
#[must_use]
pub fn save(deck: &SwmmDeck, drainage: &Drainage, state: &DrainageState) -> HotStart {
    let feet = |m: f64| (m / M_PER_FT) as f32;
    let cfs = |m3s: f64| (m3s / M3_PER_FT3) as f32;
    let (nodes, links) = (&state.network.nodes, &state.network.links);
    let n = deck.pollutants.len();
    let row = |table: &[f64], at: usize| (0..n).map(|p| slot(table, at * n + p) as f32).collect();
    let node = |(at, given): (usize, &crate::io::inp::Row<crate::io::swmm_inp::deck::Node>)| HotNode {
        depth_ft: feet(nodes.depth_m[at]),
        lateral_inflow_cfs: cfs(nodes.lateral_m3s[at]),
        residence_s: matches!(given.kind, NodeKind::Storage(_)).then(|| slot(&state.quality.residence_s, at) as f32),
        quality: row(&state.quality.node, at),
    };
    let link = |at: usize| HotLink {
        flow_cfs: cfs(links.flow_m3s[at]),
        depth_ft: feet(links.depth_m[at]),
        setting: links.setting[at] as f32,
        quality: row(&state.quality.link, at),
    };
    HotStart {
        version: 4,
        subcatchments: (0..deck.subcatchments.len()).map(|at| subcatchment(deck, drainage, state, at)).collect(),
        nodes: deck.nodes.iter().enumerate().map(node).collect(),
        links: (0..deck.links.len()).map(link).collect(),
    }
}

fn subcatchment(deck: &SwmmDeck, drainage: &Drainage, state: &DrainageState, at: usize) -> HotSubcatchment {
    let hydrology = &state.hydrology;
    let own = &hydrology.catchments[at];
    let ft = |m: f64| m / M_PER_FT;
    let aquifer = drainage.hydrology.aquifers.iter().position(|a| a.catchment as usize == at);
    let groundwater = deck.subcatchments[at].groundwater.is_some().then(|| {
        aquifer.map_or_else(
            || HotGroundwater { capacity_ft: Some(0.0), ..HotGroundwater::default() },
            |i| {
                let (data, g) = (&drainage.hydrology.aquifers[i], &hydrology.groundwater[i]);
                HotGroundwater {
                    moisture: g.moisture,
                    water_table_ft: ft(data.bottom_m + g.lower_depth_m),
                    flow_fts: ft(g.flow_ms),
                    capacity_ft: Some(ft(g.room_m)),
                }
            },
        )
    });
    let n = deck.pollutants.len();
    let packs = &hydrology.snow[at];
    let snow = deck.subcatchments[at].snowpack.is_some().then(|| {
        std::array::from_fn(|i| {
            let p = &packs[i];
            // The covered share follows from the depth in the next step.
            [ft(p.snow_m), ft(p.free_water_m), ft(p.cold_content_m), p.antecedent_c * 1.8 + 32.0, 1.0]
        })
    });
    HotSubcatchment {
        depth_ft: own.depth_m.map(ft),
        runoff_cfs: own.runoff_m3s / M3_PER_FT3,
        infiltration: soil(&own.soil),
        groundwater,
        snow,
        runoff_quality: (0..n).map(|p| slot(&state.quality.runoff, at * n + p)).collect(),
        ponded_quality: (0..n).map(|p| slot(&state.quality.ponded, at * n + p) * MASS_PER_LOAD).collect(),
        land_uses: if n > 0 { land_uses(deck, drainage, state, at) } else { Vec::new() },
    }
}

fn land_uses(deck: &SwmmDeck, drainage: &Drainage, state: &DrainageState, at: usize) -> Vec<HotLandUse> {
    let (n, uses) = (deck.pollutants.len(), deck.landuses.len());
    let (loads, start_days) = (buildup_loads(deck, drainage), start_days(deck));
    let quality = &state.quality;
    let one = |land: usize| HotLandUse {
        buildup: (0..n).map(|p| slot(&quality.buildup, (at * uses + land) * n + p) / loads[p]).collect(),
        last_swept_days: start_days + slot(&quality.swept_s, at * uses + land) / S_PER_DAY,
    };
    (0..uses).map(one).collect()
}

/// A value of a table; 0 where quality is left out.
fn slot(table: &[f64], at: usize) -> f64 {
    table.get(at).copied().unwrap_or(0.0)
}
