//! Balances of water and of loads.

use super::page::{Page, load};
use super::{GroundwaterContinuity, RdiiSummary, RoutingContinuity, RunoffContinuity, SwmmReport};
use crate::io::swmm_out::PollutantEntry;

const STARS: &str = "**************************";
/// Pollutants side by side.
const ACROSS: usize = 5;

pub(super) fn all(p: &mut Page, r: &SwmmReport) {
    if let Some(c) = &r.runoff {
        runoff(p, c);
    }
    let loading = |c: &super::LoadingContinuity| {
        [
            c.initial_buildup,
            c.surface_buildup,
            c.wet_deposition,
            c.sweeping_removal,
            c.infiltration_loss,
            c.bmp_removal,
            c.surface_runoff,
            c.remaining_buildup,
            c.error_percent,
        ]
    };
    let columns: Vec<_> = r.runoff_quality.iter().map(loading).collect();
    quality(p, "Runoff Quality Continuity ", &LOADING, &columns, &r.pollutants);
    if let Some(c) = &r.groundwater {
        groundwater(p, c);
    }
    if let Some(c) = &r.routing {
        routing(p, c);
    }
    let routed = |c: &super::QualityContinuity| {
        [
            c.dry_weather_inflow,
            c.wet_weather_inflow,
            c.groundwater_inflow,
            c.rdii_inflow,
            c.external_inflow,
            c.external_outflow,
            c.flooding_loss,
            c.exfiltration_loss,
            c.mass_reacted,
            c.initial_stored,
            c.final_stored,
            c.error_percent,
        ]
    };
    let columns: Vec<_> = r.routing_quality.iter().map(routed).collect();
    quality(p, "Quality Routing Continuity", &ROUTED, &columns, &r.pollutants);
}

const LOADING: [&str; 9] = [
    "Initial Buildup",
    "Surface Buildup",
    "Wet Deposition",
    "Sweeping Removal",
    "Infiltration Loss",
    "BMP Removal",
    "Surface Runoff",
    "Remaining Buildup",
    "Continuity Error (%)",
];

const ROUTED: [&str; 12] = [
    "Dry Weather Inflow",
    "Wet Weather Inflow",
    "Groundwater Inflow",
    "RDII Inflow",
    "External Inflow",
    "External Outflow",
    "Flooding Loss",
    "Exfiltration Loss",
    "Mass Reacted",
    "Initial Stored Mass",
    "Final Stored Mass",
    "Continuity Error (%)",
];

/// `Name .....` to the width of the stars.
fn label(name: &str) -> String {
    format!("{:.<26}", format!("{name} "))
}

fn pair(p: &mut Page, name: &str, value: [f64; 2]) {
    p.line(format_args!("{}{:14.3}{:14.3}", label(name), value[0], value[1]));
}

fn error(p: &mut Page, percent: f64) {
    p.line(format_args!("{}{percent:14.3}", label("Continuity Error (%)")));
    p.blank();
}

/// Heading of a balance by volume and depth.
fn depth_heading(p: &mut Page, title: &str) {
    p.blank();
    p.line(format_args!("{STARS}        Volume         Depth"));
    p.line(format_args!("{title:<26}{:>14}{:>14}", p.pick("acre-feet", "hectare-m"), p.pick("inches", "mm")));
    p.line(format_args!("{STARS}     ---------       -------"));
}

fn runoff(p: &mut Page, c: &RunoffContinuity) {
    depth_heading(p, "Runoff Quantity Continuity");
    let some = |p: &mut Page, name: &str, value: [f64; 2]| {
        if value[0] > 0.0 {
            pair(p, name, value);
        }
    };
    some(p, "Initial LID Storage", c.initial_lid_storage);
    if let Some(snow) = c.snow {
        pair(p, "Initial Snow Cover", snow[0]);
    }
    pair(p, "Total Precipitation", c.precipitation);
    some(p, "Outfall Runon", c.outfall_runon);
    pair(p, "Evaporation Loss", c.evaporation);
    pair(p, "Infiltration Loss", c.infiltration);
    pair(p, "Surface Runoff", c.runoff);
    some(p, "LID Drainage", c.lid_drainage);
    if let Some(snow) = c.snow {
        pair(p, "Snow Removed", snow[1]);
        pair(p, "Final Snow Cover", snow[2]);
    }
    pair(p, "Final Storage", c.final_storage);
    error(p, c.error_percent);
}

fn groundwater(p: &mut Page, c: &GroundwaterContinuity) {
    depth_heading(p, "Groundwater Continuity");
    let rows = [
        ("Initial Storage", c.initial_storage),
        ("Infiltration", c.infiltration),
        ("Upper Zone ET", c.upper_zone_et),
        ("Lower Zone ET", c.lower_zone_et),
        ("Deep Percolation", c.deep_percolation),
        ("Groundwater Flow", c.groundwater_flow),
        ("Final Storage", c.final_storage),
    ];
    rows.into_iter().for_each(|(name, value)| pair(p, name, value));
    error(p, c.error_percent);
}

fn routing(p: &mut Page, c: &RoutingContinuity) {
    p.blank();
    p.line(format_args!("{STARS}        Volume        Volume"));
    p.line(format_args!("{:<26}{:>14}{:>14}", "Flow Routing Continuity", p.pick("acre-feet", "hectare-m"), p.volume()));
    p.line(format_args!("{STARS}     ---------     ---------"));
    let rows = [
        ("Dry Weather Inflow", c.dry_weather_inflow),
        ("Wet Weather Inflow", c.wet_weather_inflow),
        ("Groundwater Inflow", c.groundwater_inflow),
        ("RDII Inflow", c.rdii_inflow),
        ("External Inflow", c.external_inflow),
        ("External Outflow", c.external_outflow),
        ("Flooding Loss", c.flooding_loss),
        ("Evaporation Loss", c.evaporation_loss),
        ("Exfiltration Loss", c.exfiltration_loss),
        ("Initial Stored Volume", c.initial_stored),
        ("Final Stored Volume", c.final_stored),
    ];
    rows.into_iter().for_each(|(name, value)| pair(p, name, value));
    error(p, c.error_percent);
}

/// A balance of loads, five pollutants side by side; the last row is the error.
fn quality<const N: usize>(
    p: &mut Page,
    title: &str,
    names: &[&str; N],
    columns: &[[f64; N]],
    pollutants: &[PollutantEntry],
) {
    let both: Vec<_> = columns.iter().zip(pollutants).collect();
    for part in both.chunks(ACROSS) {
        p.blank();
        let across = |each: &dyn Fn(&PollutantEntry) -> String| part.iter().map(|(_, q)| each(q)).collect::<String>();
        p.line(format_args!("{STARS}{}", across(&|q| format!("{:>14}", q.name))));
        let units = across(&|q| format!("{:>14}", p.load_unit(q)));
        p.line(format_args!("{title}{units}"));
        p.line(format_args!("{STARS}{}", across(&|_| "    ----------".to_owned())));
        for (i, name) in names.iter().enumerate() {
            let shown = |c: &[f64; N], q: &PollutantEntry| if i + 1 == N { c[i] } else { load(q, c[i]) };
            let values: String = part.iter().map(|(c, q)| format!("{:14.3}", shown(c, q))).collect();
            p.line(format_args!("{}{values}", label(name)));
        }
        p.blank();
    }
}

pub(super) fn rdii(p: &mut Page, r: &RdiiSummary) {
    p.blank();
    p.line("**********************           Volume        Volume");
    let (volume, litres) = (p.pick("acre-feet", "hectare-m"), p.volume());
    p.line(format_args!("Rainfall Dependent I/I {volume:>16}{litres:>14}"));
    p.line("**********************        ---------     ---------");
    let row = |name: &str, v: [f64; 2]| format!("{:.<25}{:14.3}{:14.3}", format!("{name} "), v[0], v[1]);
    p.line(row("Sewershed Rainfall", r.rainfall));
    p.line(row("RDII Produced", r.rdii));
    let ratio = if r.rainfall[0] == 0.0 { 0.0 } else { r.rdii[0] / r.rainfall[0] };
    p.line(format_args!("{:.<25}{ratio:14.3}", "RDII Ratio "));
    p.blank();
}
