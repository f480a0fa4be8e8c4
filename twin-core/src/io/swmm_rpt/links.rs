//! Tables of streets and links.

use super::page::{Page, elapsed, load, scientific};
use super::subcatchments::load_heads;
use super::{ConduitSurchargeRow, FlowClassRow, LinkRow, LoadRow, NetworkTables, PumpRow, StreetRow};
use crate::io::swmm_out::PollutantEntry;

/// Shortest time shown [h].
const LEAST_HOURS: f64 = 0.01;
/// Largest velocity shown, and largest load shown without an exponent.
const MOST_VELOCITY: f64 = 50.0;
const MOST_LOAD: f64 = 10_000.0;

pub(super) fn tables(p: &mut Page, n: &NetworkTables, pollutants: &[PollutantEntry]) {
    if !n.streets.is_empty() {
        streets(p, &n.streets);
    }
    flows(p, &n.links);
    if let Some(rows) = &n.flow_classes {
        classes(p, rows);
    }
    surcharge(p, &n.surcharged_conduits);
    if !n.pumps.is_empty() {
        pumps(p, &n.pumps);
    }
    if !n.loads.is_empty() && !pollutants.is_empty() {
        loads(p, &n.loads, pollutants);
    }
}

fn streets(p: &mut Page, rows: &[StreetRow]) {
    p.heading("Street Flow Summary");
    p.blank();
    let (flow, length) = (p.flow.word(), p.pick("ft", "m"));
    let units = format!("{flow:>9}{length:>10}{length:>10}");
    let shares = "     Pcnt".repeat(4);
    let peaks = "Capture  Capture     Freq     Freq  / Inlet     Flow";
    let heads = [
        format!("{:<86}{}", "", "Peak     Avg.   Bypass     Back     Peak     Peak"),
        format!("{:<22}Peak   Maximum   Maximum{:<40}{}", "", "", "Flow     Flow     Flow     Flow  Capture   Bypass"),
        format!("{:<22}Flow    Spread     Depth  Inlet             Inlet     Inlet  {peaks}", ""),
        format!(
            "{:<17}{units}  {:<16}  {:<8}  Count{shares}{flow:>9}{flow:>9}",
            "Street Conduit", "Design", "Location"
        ),
    ];
    p.table(135, &heads);
    for s in rows {
        let street = format!("{:<16} {:9.3} {:9.3} {:9.3}", s.name, s.peak_flow, s.max_spread, s.max_depth);
        let Some(i) = &s.inlet else {
            p.line(street);
            continue;
        };
        let shares = [i.peak_capture_percent, i.average_capture_percent, i.bypass_percent, i.backflow_percent];
        let shares: String = shares.iter().map(|v| format!("  {v:7.2}")).collect();
        let peaks = format!("  {:7.2}  {:7.2}", i.peak_capture_per_inlet, i.peak_bypass);
        p.line(format_args!("{street}  {:<16}  {:<9} {:5}{shares}{peaks}", i.design, i.location, i.count));
    }
    p.blank();
}

fn flows(p: &mut Page, rows: &[LinkRow]) {
    p.stars("Link Flow Summary", 20);
    p.blank();
    let heads = [
        format!("{:<30}{}", "", " Maximum  Time of Max   Maximum    Max/    Max/"),
        format!("{:<30}{}", "", "  |Flow|   Occurrence   |Veloc|    Full    Full"),
        format!(
            "{:<20} Type    {:>9}  days hr:min{:>10}    Flow   Depth",
            "Link",
            p.flow.word(),
            p.pick("ft/sec", "m/sec")
        ),
    ];
    p.table(77, &heads);
    for l in rows {
        let (flow, time) = (p.flow(l.max_flow), elapsed(l.max_flow_s));
        let velocity = match l.max_velocity {
            Some(v) if v > MOST_VELOCITY => "    >50.00".to_owned(),
            Some(v) => format!("   {v:7.2}"),
            None => " ".repeat(10),
        };
        let ratio = |r: Option<f64>| r.map_or_else(|| " ".repeat(8), |r| format!("  {r:6.2}"));
        let ratios = format!("{}{}", ratio(l.flow_ratio), ratio(l.depth_ratio));
        p.line(format_args!("{:<20} {:<7} {flow}  {time}{velocity}{ratios}", l.name, l.kind));
    }
    p.blank();
}

fn classes(p: &mut Page, rows: &[FlowClassRow]) {
    p.heading("Flow Classification Summary");
    p.blank();
    let heads = [
        format!("{:<20}{}", "", "Adjusted    ---------- Fraction of Time in Flow Class ----------"),
        format!("{:<20}{}", "", " /Actual         Up    Down  Sub   Sup   Up    Down  Norm  Inlet"),
        format!("{:<20}{}", "Conduit", "  Length    Dry  Dry   Dry   Crit  Crit  Crit  Crit  Ltd   Ctrl"),
    ];
    p.table(85, &heads);
    for c in rows {
        let shares = c.fractions.iter().chain([&c.normal_limited, &c.inlet_controlled]);
        let shares: String = shares.map(|v| format!("  {v:4.2}")).collect();
        p.line(format_args!("{:<20}  {:6.2} {shares}", c.name, c.length_ratio));
    }
    p.blank();
}

fn surcharge(p: &mut Page, rows: &[ConduitSurchargeRow]) {
    p.heading("Conduit Surcharge Summary");
    p.blank();
    if rows.is_empty() {
        p.line("No conduits were surcharged.");
        p.blank();
        return;
    }
    let heads = [
        format!("{:<55}{}", "", "  Hours        Hours"),
        format!("{:<20}{}", "", "   --------- Hours Full --------   Above Full   Capacity"),
        format!("{:<20}{}", "Conduit", "   Both Ends  Upstream  Dnstream   Normal Flow   Limited"),
    ];
    p.table(76, &heads);
    for c in rows {
        let h = [c.full_both_ends, c.full_upstream, c.full_downstream, c.above_normal_flow, c.capacity_limited]
            .map(|h| h.max(LEAST_HOURS));
        let hours = format!("{:8.2}  {:8.2}  {:8.2}  {:8.2}     {:8.2}", h[0], h[1], h[2], h[3], h[4]);
        p.line(format_args!("{:<20}    {hours}", c.name));
    }
    p.blank();
}

fn pumps(p: &mut Page, rows: &[PumpRow]) {
    p.heading("Pumping Summary");
    p.blank();
    let flows = format!("{:>10}", p.flow.word()).repeat(3);
    let heads = [
        format!("{:<46}{}", "", "  Min       Avg       Max     Total     Power    % Time Off"),
        format!(
            "{:<20}{}",
            "", "  Percent   Number of      Flow      Flow      Flow    Volume     Usage    Pump Curve"
        ),
        format!("{:<20} Utilized   Start-Ups{flows}{:>10}     Kw-hr    Low   High", "Pump", p.volume()),
    ];
    p.table(105, &heads);
    for u in rows {
        let flows = format!("{:9.2} {:9.2} {:9.2}", u.min_flow, u.average_flow, u.max_flow);
        let rest = format!(
            "{:9.3} {:9.2} {:6.1} {:6.1}",
            u.volume, u.energy_kwh, u.below_curve_percent, u.above_curve_percent
        );
        p.line(format_args!("{:<20} {:8.2}  {:10} {flows} {rest}", u.name, u.utilized_percent, u.start_ups));
    }
    p.blank();
}

fn loads(p: &mut Page, rows: &[LoadRow], pollutants: &[PollutantEntry]) {
    p.heading("Link Pollutant Load Summary");
    p.blank();
    load_heads(p, "Link", pollutants);
    for l in rows {
        let shown = |v: f64| if v < MOST_LOAD { format!("{v:14.3}") } else { format!("{:>14}", scientific(v)) };
        let values: String = pollutants.iter().zip(&l.loads).map(|(q, v)| shown(load(q, *v))).collect();
        p.line(format_args!("{:<20}{values}", l.name));
    }
    p.blank();
}
