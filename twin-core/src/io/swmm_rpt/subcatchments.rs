//! Tables of subcatchments, of LIDs, of groundwater, and of what is washed off.

use super::page::{Page, load};
use super::{GroundwaterRow, LidRow, LoadRow, SubcatchmentRow, SwmmReport};
use crate::io::swmm_out::PollutantEntry;

pub(super) fn tables(p: &mut Page, r: &SwmmReport) {
    if !r.subcatchments.is_empty() {
        runoff(p, &r.subcatchments);
    }
    if !r.lids.is_empty() {
        lids(p, &r.lids);
    }
    if !r.groundwater_rows.is_empty() {
        groundwater(p, &r.groundwater_rows);
    }
    if !r.washoff.is_empty() && !r.pollutants.is_empty() {
        washoff(p, &r.washoff, &r.pollutants);
    }
}

fn runoff(p: &mut Page, rows: &[SubcatchmentRow]) {
    p.heading("Subcatchment Runoff Summary");
    p.blank();
    let depths = format!("{:>11}", p.pick("in", "mm")).repeat(7);
    let heads = [
        format!(
            "{:<20}{}",
            "",
            "      Total      Total      Total      Total     Imperv       Perv      Total       Total     Peak  Runoff"
        ),
        format!(
            "{:<20}{}",
            "",
            "     Precip      Runon       Evap      Infil     Runoff     Runoff     Runoff      Runoff   Runoff   Coeff"
        ),
        format!("{:<20}{depths}{:>12}{:>9}", "Subcatchment", p.volume(), p.flow.word()),
    ];
    p.table(126, &heads);
    for s in rows {
        let depths =
            [s.precipitation, s.runon, s.evaporation, s.infiltration, s.impervious_runoff, s.pervious_runoff, s.runoff];
        let depths: String = depths.iter().map(|d| format!(" {d:10.2}")).collect();
        let rest = format!("{:12.2} {:8.2}{:8.3}", s.runoff_volume, s.peak_runoff, s.coefficient);
        p.line(format_args!("{:<20}{depths}{rest}", s.name));
    }
    p.blank();
}

fn lids(p: &mut Page, rows: &[LidRow]) {
    p.heading("LID Performance Summary");
    p.blank();
    let depths = format!("{:>10}", p.pick("in", "mm")).repeat(7);
    let heads = [
        format!("{:<35}{}", "", "    Total      Evap     Infil   Surface    Drain    Initial     Final  Continuity"),
        format!("{:<35}{}", "", "   Inflow      Loss      Loss   Outflow   Outflow   Storage   Storage       Error"),
        format!("{:<16}  {:<16}{depths}{:>12}", "Subcatchment", "LID Control", "%"),
    ];
    p.table(116, &heads);
    for l in rows {
        let values = [
            l.inflow,
            l.evaporation,
            l.infiltration,
            l.surface_outflow,
            l.drain_outflow,
            l.initial_storage,
            l.final_storage,
        ];
        let values: String = values.iter().map(|v| format!(" {v:9.2}")).collect();
        p.line(format_args!("{:<16}  {:<16}{values}  {:10.2}", l.subcatchment, l.control, l.error_percent));
    }
    p.blank();
}

fn groundwater(p: &mut Page, rows: &[GroundwaterRow]) {
    p.heading("Groundwater Summary");
    p.blank();
    let depths = format!("{:>9}", p.pick("in", "mm")).repeat(4);
    let length = p.pick("ft", "m");
    let heads = [
        format!("{:<20}{}", "", "                      Total    Total  Maximum  Average  Average    Final    Final"),
        format!("{:<20}{}", "", "    Total    Total    Lower  Lateral  Lateral    Upper    Water    Upper    Water"),
        format!("{:<20}{}", "", "    Infil     Evap  Seepage  Outflow  Outflow   Moist.    Table   Moist.    Table"),
        format!("{:<20}{depths}{:>9}{:>9}{length:>9}{:>9}{length:>9}", "Subcatchment", p.flow.word(), "", ""),
    ];
    p.table(101, &heads);
    for g in rows {
        let values = [
            g.infiltration,
            g.evaporation,
            g.lower_seepage,
            g.lateral_outflow,
            g.max_lateral_outflow,
            g.average_moisture,
            g.average_water_table,
            g.final_moisture,
            g.final_water_table,
        ];
        let values: String = values.iter().map(|v| format!(" {v:8.2}")).collect();
        p.line(format_args!("{:<20}{values}", g.name));
    }
    p.blank();
}

fn washoff(p: &mut Page, rows: &[LoadRow], pollutants: &[PollutantEntry]) {
    p.heading("Subcatchment Washoff Summary");
    p.blank();
    load_heads(p, "Subcatchment", pollutants);
    let line = |p: &mut Page, name: &str, loads: &[f64]| {
        let values: String = pollutants.iter().zip(loads).map(|(q, v)| format!("{:14.3}", load(q, *v))).collect();
        p.line(format_args!("{name:<20}{values}"));
    };
    rows.iter().for_each(|r| line(p, &r.name, &r.loads));
    p.line("-".repeat(20 + 14 * pollutants.len()));
    line(p, "System", &sums(rows.iter().map(|r| r.loads.as_slice()), pollutants.len()));
    p.blank();
}

/// Heads of a table of loads.
pub(super) fn load_heads(p: &mut Page, object: &str, pollutants: &[PollutantEntry]) {
    let names: String = pollutants.iter().map(|q| format!("{:>14}", q.name)).collect();
    let units: String = pollutants.iter().map(|q| format!("{:>14}", p.load_unit(q))).collect();
    let heads = [format!("{:<20}{names}", ""), format!("{object:<20}{units}")];
    p.table(20 + 14 * pollutants.len(), &heads);
}

/// Sum of the loads of all objects, one for each pollutant.
pub(super) fn sums<'a>(rows: impl Iterator<Item = &'a [f64]>, pollutants: usize) -> Vec<f64> {
    let mut sums = vec![0.0; pollutants];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
    }
    sums
}
