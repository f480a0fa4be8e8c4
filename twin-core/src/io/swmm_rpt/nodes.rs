//! Tables of nodes.

use super::page::{Page, elapsed, general, load};
use super::subcatchments::sums;
use super::{FloodingRow, NetworkTables, NodeBalance, NodeRow, OutfallRow, StorageRow, SurchargeRow};
use crate::io::swmm_out::PollutantEntry;

/// Shortest time shown [h].
const LEAST_HOURS: f64 = 0.01;

pub(super) fn tables(p: &mut Page, n: &NetworkTables, pollutants: &[PollutantEntry], dynamic: bool) {
    depths(p, &n.nodes);
    inflows(p, &n.nodes);
    if let Some(rows) = &n.surcharged {
        surcharge(p, rows);
    }
    flooding(p, &n.flooded, dynamic);
    if !n.storage.is_empty() {
        storage(p, &n.storage);
    }
    if !n.outfalls.is_empty() {
        outfalls(p, &n.outfalls, n.max_system_outflow, pollutants);
    }
}

fn depths(p: &mut Page, rows: &[NodeRow]) {
    p.heading("Node Depth Summary");
    p.blank();
    let length = p.pick("Feet", "Meters");
    let heads = [
        format!("{:<30}{}", "", " Average  Maximum  Maximum  Time of Max    Reported"),
        format!("{:<30}{}", "", "   Depth    Depth      HGL   Occurrence   Max Depth"),
        format!("{:<20} {:<9}{length:>8} {length:>8} {length:>8}  days hr:min{length:>12}", "Node", "Type"),
    ];
    p.table(81, &heads);
    for n in rows {
        let lengths = format!("{:7.2}  {:7.2}  {:7.2}", n.average_depth, n.max_depth, n.max_head);
        let (kind, time) = (n.kind.word(), elapsed(n.max_depth_s));
        p.line(format_args!("{:<20} {kind:<9} {lengths}  {time}  {:10.2}", n.name, n.max_reported_depth));
    }
    p.blank();
}

fn inflows(p: &mut Page, rows: &[NodeRow]) {
    p.heading("Node Inflow Summary");
    p.blank();
    let (flow, volume) = (p.flow.word(), p.volume());
    let heads = [
        format!("{:<30}{}", "", "  Maximum  Maximum                  Lateral       Total        Flow"),
        format!("{:<30}{}", "", "  Lateral    Total  Time of Max      Inflow      Inflow     Balance"),
        format!("{:<30}{}", "", "   Inflow   Inflow   Occurrence      Volume      Volume       Error"),
        format!("{:<20} {:<9}{flow:>9}{flow:>9}  days hr:min{volume:>12}{volume:>12}     Percent", "Node", "Type"),
    ];
    p.table(97, &heads);
    for n in rows {
        let flows = format!("{}{}", p.flow(n.max_lateral_inflow), p.flow(n.max_inflow));
        let volumes = format!("{:>12}{:>12}", general(n.lateral_volume), general(n.inflow_volume));
        let balance = match n.balance {
            NodeBalance::Percent(v) => format!("{v:12.3}"),
            NodeBalance::Volume(v) => format!("{v:12.3} {}", p.pick("gal", "ltr")),
        };
        let (kind, time) = (n.kind.word(), elapsed(n.max_inflow_s));
        p.line(format_args!("{:<20} {kind:<9}{flows}  {time}{volumes}{balance}", n.name));
    }
    p.blank();
}

fn surcharge(p: &mut Page, rows: &[SurchargeRow]) {
    p.heading("Node Surcharge Summary");
    p.blank();
    if rows.is_empty() {
        p.line("No nodes were surcharged.");
        p.blank();
        return;
    }
    p.line("Surcharging occurs when water rises above the top of the highest conduit.");
    let length = p.pick("Feet", "Meters");
    let heads = [
        format!("{:<30}{}", "", "               Max. Height   Min. Depth"),
        format!("{:<30}{}", "", "   Hours       Above Crown    Below Rim"),
        format!("{:<20} {:<9} {:>10}{length:>15}{length:>13}", "Node", "Type", "Surcharged"),
    ];
    p.table(69, &heads);
    for n in rows {
        let values = format!(
            "{:9.2}      {:9.3}    {:9.3}",
            n.hours.max(LEAST_HOURS),
            n.above_crown.max(0.0),
            n.below_rim.max(0.0)
        );
        p.line(format_args!("{:<20} {:<9}  {values}", n.name, n.kind.word()));
    }
    p.blank();
}

fn flooding(p: &mut Page, rows: &[FloodingRow], dynamic: bool) {
    p.heading("Node Flooding Summary");
    p.blank();
    if rows.is_empty() {
        p.line("No nodes were flooded.");
        p.blank();
        return;
    }
    p.line("Flooding refers to all water that overflows a node, whether it ponds or not.");
    let what = if dynamic { "Depth" } else { "Volume" };
    let unit = if dynamic { p.pick("Feet", "Meters") } else { p.pick("1000 ft³", "1000 m³") };
    let heads = [
        format!("{:<30}{}", "", "                             Total   Maximum"),
        format!("{:<30}{}", "", " Maximum   Time of Max       Flood    Ponded"),
        format!("{:<22}{}{what:>10}", "", "Hours       Rate    Occurrence      Volume"),
        format!("{:<20} Flooded{:>10}   days hr:min{:>12}{unit:>10}", "Node", p.flow.word(), p.volume()),
    ];
    p.table(74, &heads);
    for n in rows {
        let (rate, time) = (p.flow(n.max_rate), elapsed(n.max_rate_s));
        let hours = n.hours.max(LEAST_HOURS);
        p.line(format_args!("{:<20} {hours:7.2} {rate}   {time}{:12.3} {:9.3}", n.name, n.volume, n.max_ponded));
    }
    p.blank();
}

fn storage(p: &mut Page, rows: &[StorageRow]) {
    p.heading("Storage Volume Summary");
    p.blank();
    let unit = p.pick("1000 ft³", "1000 m³");
    let heads = [
        format!("{:<20}{}", "", "   Average    Avg   Evap  Exfil     Maximum    Max    Time of Max    Maximum"),
        format!("{:<20}{}", "", "    Volume   Pcnt   Pcnt   Pcnt      Volume   Pcnt     Occurrence    Outflow"),
        format!(
            "{:<20}{unit:>10}   Full   Loss   Loss{unit:>12}   Full    days hr:min{:>11}",
            "Storage Unit",
            p.flow.word()
        ),
    ];
    p.table(96, &heads);
    for s in rows {
        let average = format!("{:10.3}  {:5.1}", s.average_volume, s.average_percent);
        let losses = format!("{:5.1}  {:5.1}", s.evaporation_percent, s.exfiltration_percent);
        let largest = format!("{:10.3}  {:5.1}    {}", s.max_volume, s.max_percent, elapsed(s.max_volume_s));
        let flow = p.flow(s.max_outflow);
        p.line(format_args!("{:<20}{average}  {losses}  {largest}  {flow}", s.name));
    }
    p.blank();
}

fn outfalls(p: &mut Page, rows: &[OutfallRow], max_flow: f64, pollutants: &[PollutantEntry]) {
    p.heading("Outfall Loading Summary");
    p.blank();
    let rule = 59 + 14 * pollutants.len();
    let names: String = pollutants.iter().map(|q| format!("{:>14}", q.name)).collect();
    let units: String = pollutants.iter().map(|q| format!("{:>14}", p.load_unit(q))).collect();
    let (flow, total) = (p.flow.word(), "         Total".repeat(pollutants.len()));
    let heads = [
        format!("{:<20}   Flow       Avg       Max       Total{total}", ""),
        format!("{:<20}   Freq      Flow      Flow      Volume{names}", ""),
        format!("{:<20}   Pcnt{flow:>10}{flow:>10}{:>12}{units}", "Outfall Node", p.volume()),
    ];
    p.table(rule, &heads);
    let line = |p: &mut Page, name: &str, frequency: f64, flows: [f64; 2], volume: f64, loads: &[f64]| {
        let flows = format!("{} {}", p.flow(flows[0]), p.flow(flows[1]));
        let loads: String = pollutants.iter().zip(loads).map(|(q, v)| format!("{:14.3}", load(q, *v))).collect();
        p.line(format_args!("{name:<20}{frequency:7.2} {flows}{volume:12.3}{loads}"));
    };
    for o in rows {
        line(p, &o.name, o.frequency_percent, [o.average_flow, o.max_flow], o.volume, &o.loads);
    }
    p.line("-".repeat(rule));
    let frequency = rows.iter().map(|o| o.frequency_percent).sum::<f64>() / rows.len() as f64;
    let (flow, volume) = (rows.iter().map(|o| o.average_flow).sum(), rows.iter().map(|o| o.volume).sum());
    let loads = sums(rows.iter().map(|o| o.loads.as_slice()), pollutants.len());
    line(p, "System", frequency, [flow, max_flow], volume, &loads);
    p.blank();
}
