//! What a run leaves for others.

use std::fs::File;
use std::io::{self, BufWriter};

use twin_physics::domains::drainage::hydrology::CatchmentResult;
use twin_physics::domains::drainage::model::Routing;
use twin_physics::domains::drainage::network::NodeClass;
use twin_physics::domains::drainage::routing::Drainage;
use twin_physics::units::{M_PER_IN, M3_PER_FT3, S_PER_DAY};

use super::Files;
use super::supply::concentration;
use crate::bindings::drainage::{External, Units, hot_start};
use crate::io::swmm_hotstart;
use crate::io::swmm_inp::deck::{GageSource, SwmmDeck};
use crate::io::swmm_interface::{self, RainfallFile, RainfallGauge, RdiiFile, RoutingFile, RunoffFile};
use crate::io::swmm_out::{FlowUnits, PollutantEntry};
use crate::rehearsal::solve_drainage::{Ended, start_days};

/// Outlets of a network, whose flows an outflow file keeps: under dynamic wave outfalls, else every node that no link
/// leaves.
#[must_use]
pub fn outlets(drainage: &Drainage) -> Vec<usize> {
    let dynamic = drainage.model.options.routing == Routing::Dynamic;
    let ends = |at: &usize| {
        let outfall = drainage.net.nodes[*at].class == NodeClass::Outfall;
        outfall || (!dynamic && drainage.net.links.iter().all(|link| link.from as usize != *at))
    };
    (0..drainage.net.nodes.len()).filter(ends).collect()
}

/// Writes what the deck wants saved.
///
/// # Errors
/// Whatever the file system answers.
pub fn save(files: &Files, deck: &SwmmDeck, external: &External, drainage: &Drainage, ended: &Ended) -> io::Result<()> {
    let create = |path| File::create(path).map(BufWriter::new);
    let shape = hot_start::shape(deck);
    let mut early = ended.snapshots.iter();
    for (path, at_s) in &files.save_hot_start {
        let state = if at_s.is_some() { early.next() } else { Some(&ended.state) };
        // One that was due after the run ended is not written, as in SWMM.
        let Some(state) = state else { continue };
        swmm_hotstart::write(create(path)?, &hot_start::save(deck, drainage, state), &shape)?;
    }
    if let Some(path) = &files.save_outflows {
        swmm_interface::write_routing(create(path)?, &outflows(deck, drainage, ended))?;
    }
    if let Some(path) = &files.save_runoff {
        swmm_interface::write_runoff(create(path)?, &runoff(deck, drainage, ended))?;
    }
    if let Some(path) = &files.save_rain {
        swmm_interface::write_rainfall(create(path)?, &rain(deck, external))?;
    }
    if let (Some(path), Some(file)) = (&files.save_rdii, rdii(deck, drainage)) {
        swmm_interface::write_rdii(create(path)?, &file)?;
    }
    Ok(())
}

fn flow_units(deck: &SwmmDeck) -> FlowUnits {
    FlowUnits::from_code(deck.options.flow_units as i32).unwrap_or(FlowUnits::Cfs)
}

fn outflows(deck: &SwmmDeck, drainage: &Drainage, ended: &Ended) -> RoutingFile {
    let entry = |p: &crate::io::inp::Row<crate::io::swmm_inp::deck::Pollutant>| PollutantEntry {
        name: p.id.clone(),
        units: concentration(p.units),
    };
    RoutingFile {
        title: deck.title.first().cloned().unwrap_or_default(),
        step_s: drainage.model.options.report_step_s as u32,
        flow_units: flow_units(deck),
        pollutants: deck.pollutants.iter().map(entry).collect(),
        nodes: outlets(drainage).into_iter().map(|at| deck.nodes[at].id.clone()).collect(),
        records: ended.outflows.clone(),
    }
}

/// A catchment's results in the units of a deck, in the order of SWMM's files.
#[must_use]
pub fn catchment_values(u: &Units, r: &CatchmentResult) -> [f64; 8] {
    [
        r.rain_ms / u.rate_ms,
        r.snow_m / u.depth_m,
        r.evaporation_ms / u.daily_ms,
        r.infiltration_ms / u.rate_ms,
        r.runoff_m3s / u.flow_m3s,
        r.groundwater_m3s / u.flow_m3s,
        r.water_table_m / u.length_m,
        r.soil_moisture,
    ]
}

fn runoff(deck: &SwmmDeck, drainage: &Drainage, ended: &Ended) -> RunoffFile {
    let flow = deck.options.flow_units;
    let u = if drainage.model.options.defects.others { Units::of_swmm(flow) } else { Units::new(flow) };
    let n = deck.pollutants.len();
    let steps = ended.runoff.iter().map(|slice| {
        let row = |(at, r): (usize, &CatchmentResult)| {
            let quality = (0..n).map(move |p| slice.quality.get(at * n + p).copied().unwrap_or(0.0));
            catchment_values(&u, r).into_iter().chain(quality).map(|v| v as f32)
        };
        (slice.dt_s as f32, slice.catchments.iter().enumerate().flat_map(row).collect())
    });
    RunoffFile {
        subcatchments: deck.subcatchments.len(),
        pollutants: n,
        flow_units: flow_units(deck),
        steps: steps.collect(),
    }
}

/// Rain of all gages that read files.
fn rain(deck: &SwmmDeck, external: &External) -> RainfallFile {
    let start_days = start_days(deck);
    let gauges = deck.gages.iter().zip(&external.rain).filter_map(|(gage, rain)| {
        let (GageSource::File { station, .. }, Some(rain)) = (&gage.source, rain) else { return None };
        Some(RainfallGauge {
            station: station.clone(),
            interval_s: rain.interval_s as i32,
            records: rain
                .record
                .iter()
                .map(|(time_s, depth_m)| (start_days + time_s / S_PER_DAY, (depth_m / M_PER_IN) as f32))
                .collect(),
        })
    });
    RainfallFile { gauges: gauges.collect() }
}

fn rdii(deck: &SwmmDeck, drainage: &Drainage) -> Option<RdiiFile> {
    let start_days = start_days(deck);
    let history = drainage.hydrology.rdii_history(&drainage.model)?;
    let flows = |flows: &[f64]| flows.iter().map(|q| (q / M3_PER_FT3) as f32).collect();
    Some(RdiiFile {
        step_s: history.step_s as i32,
        nodes: history.nodes.iter().map(|at| *at as usize).collect(),
        records: history.records.iter().map(|r| (start_days + r.0 / S_PER_DAY, flows(&r.1))).collect(),
    })
}
