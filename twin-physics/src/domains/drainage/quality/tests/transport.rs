//! Concentrations of every step of a run of SWMM 5.2.4, given its flows and volumes.

use super::*;

const TRACE: &str = include_str!("swmm524.csv");
const NODES: usize = 5;
const LINKS: usize = 4;

fn set(state: &mut NetworkState, row: &[f64]) {
    for at in 0..NODES {
        let of = |k: usize| row[at * 6 + k];
        let nodes = &mut state.nodes;
        (nodes.depth_m[at], nodes.volume_m3[at]) = (of(0), of(1));
        (nodes.inflow_m3s[at], nodes.outflow_m3s[at], nodes.lateral_m3s[at]) = (of(2), of(3), of(4));
    }
    for at in 0..LINKS {
        let links = &mut state.links;
        links.flow_m3s[at] = row[NODES * 6 + at * 2];
        links.inflow_m3s[at] = links.flow_m3s[at];
        links.volume_m3[at] = row[NODES * 6 + at * 2 + 1];
        // The film that SWMM leaves in dry conduits does not count as wet.
        links.depth_m[at] = if links.volume_m3[at] > 0.1 { 0.1 } else { 0.0 };
    }
}

#[test]
fn every_concentration_of_a_run_is_swmms() {
    let rows: Vec<Vec<f64>> =
        TRACE.lines().skip(1).map(|l| l.split(',').map(|x| x.parse().unwrap()).collect()).collect();
    let mut rig = Rig::new(model(), &|water| set(water, &rows[0]), None);
    let mut compared = 0;
    for (k, row) in rows.iter().enumerate().skip(1) {
        let time_s = 60.0 * (k as f64 - 1.0);
        let external = [row[4], 0.0, 0.0, 0.0, 0.0];
        rig.loads(time_s, &external, &[0.0, 0.03, 0.0, 0.0, 0.0]);
        set(&mut rig.water, row);
        let evaporation_m3s = 6e-3 / 86_400.0 * 100.0;
        let mut losses = [(0.0, 0.0); NODES];
        losses[T1] = (evaporation_m3s, row[T1 * 6 + 5] - evaporation_m3s);
        rig.quality.route(
            &rig.model,
            &rig.net,
            &rig.snapshot,
            &rig.water,
            Aside { losses: &losses, transfers: &[] },
            60.0,
            &mut rig.state,
        );
        let expected = &row[NODES * 6 + LINKS * 2..];
        let got = rig.state.node.iter().chain(&rig.state.link);
        for (i, (got, expected)) in got.zip(expected).enumerate() {
            let error = (got - expected).abs() / expected.abs().max(0.1);
            // SWMM takes 0.028 32 m³/s for a cubic foot: 1.1e-4 in what is given as a mass rate.
            assert!(error < 2e-4, "step {k}, value {i}: {got} {expected}");
            compared += 1;
        }
    }
    assert_eq!(compared, 120 * 27);
}
