//! The comparison itself, on engines that only repeat the reference, rightly or not.

use twin_core::io::swmm_out::{
    FlowUnits, LinkEntry, LinkKind, NodeEntry, OutPeriod, SYSTEM_VARIABLES, SubcatchmentEntry, SwmmOutDescription,
    SwmmOutWriter, read,
};

use super::*;

/// What an echo does to the values it repeats.
#[derive(Clone, Copy)]
struct Distortion {
    depth: f32,
    flow: f32,
    /// On this share of the links.
    of_links: f64,
    outflow: f64,
    periods: usize,
}

const FAITHFUL: Distortion = Distortion { depth: 1.0, flow: 1.0, of_links: 1.0, outflow: 1.0, periods: 0 };

fn description(r: &Reference) -> SwmmOutDescription {
    let kind = |k: i8| NodeKind::from_code(i32::from(k)).expect("a kind of node");
    let nodes = r.depth.ids.iter().zip(&r.node_kinds).map(|(name, k)| NodeEntry {
        name: name.clone(),
        kind: kind(*k),
        invert: 0.0,
        max_depth: 1.0,
        reported: true,
    });
    let links = r.flow.ids.iter().map(|name| LinkEntry {
        name: name.clone(),
        kind: LinkKind::Conduit,
        offset_inlet: 0.0,
        offset_outlet: 0.0,
        max_depth: 1.0,
        length: 1.0,
        reported: true,
    });
    let subcatchments = r.runoff.ids.iter();
    SwmmOutDescription {
        flow_units: if r.length_m == 1.0 { FlowUnits::Cms } else { FlowUnits::Cfs },
        subcatchments: subcatchments
            .map(|n| SubcatchmentEntry { name: n.clone(), area: 1.0, reported: true })
            .collect(),
        nodes: nodes.collect(),
        links: links.collect(),
        pollutants: Vec::new(),
        start_days: 0.0,
        report_step_s: 60,
    }
}

/// Writes the reference as a result file and reads it back. Means are constant in time: only they are known.
fn echo(r: &Reference, by: Distortion) -> SwmmResults {
    let mut w = SwmmOutWriter::new(Vec::new(), &description(r)).unwrap();
    let (n, l, s) = (r.depth.ids.len(), r.flow.ids.len(), r.runoff.ids.len());
    for t in 0..r.kept.len() - by.periods {
        let mut nodes = vec![0.0_f64; 6 * n];
        for i in 0..n {
            nodes[6 * i] = f64::from(r.depth.rows[t * n + i] * by.depth);
            nodes[6 * i + 4] = r.inflow_means[i] * by.outflow;
            nodes[6 * i + 5] = r.flooding_means[i];
        }
        let mut links = vec![0.0; 5 * l];
        for i in 0..l {
            let by = if (i as f64) < by.of_links * l as f64 { by.flow } else { 1.0 };
            links[5 * i] = f64::from(r.flow.rows[t * l + i] * by);
        }
        let mut subcatchments = vec![0.0; 8 * s];
        for i in 0..s {
            subcatchments[8 * i + 4] = f64::from(r.runoff.rows[t * s + i]);
        }
        let period = OutPeriod {
            date_days: r.time_h[t] / 24.0,
            subcatchments: &subcatchments,
            nodes: &nodes,
            links: &links,
            system: &[0.0; SYSTEM_VARIABLES],
        };
        w.period(&period).unwrap();
    }
    read(&w.finish(0).unwrap()).unwrap()
}

/// A model of one node more than outfall, two links and twenty rows.
fn small() -> Reference {
    let rows = |scale: [f32; 2]| (0..20).flat_map(|t| scale.map(|s| s * (1.0 + t as f32 / 20.0))).collect::<Vec<_>>();
    let group = |names: [&str; 2], scale: [f32; 2]| Group {
        ids: names.map(str::to_owned).to_vec(),
        rows: rows(scale),
        peaks: scale.map(|s| f64::from(s * 1.95)).to_vec(),
    };
    Reference {
        time_h: (1..=20).map(f64::from).collect(),
        kept: (0..20).collect(),
        node_kinds: vec![0, 1],
        depth: group(["a", "out"], [0.5, 0.2]),
        flow: group(["c", "dry"], [2.0, 1e-5]),
        runoff: group(["s", "t"], [1.0, 0.5]),
        inflow_means: vec![1.5, 1.5],
        flooding_means: vec![0.1, 0.0],
        error_percent: 0.0,
        length_m: 1.0,
    }
}

fn misses(by: Distortion, tier: Tier) -> Vec<String> {
    let r = small();
    compare(&r, &echo(&r, by), tier).misses
}

#[test]
fn an_echo_of_the_reference_passes_and_the_dry_link_is_counted() {
    let r = small();
    let v = compare(&r, &echo(&r, FAITHFUL), Tier::A);
    assert!(v.misses.is_empty(), "{v:?}");
    assert_eq!((v.flow.compared, v.flow.left_out, v.depth.compared, v.runoff.close), (1, 1, 2, 2));
    assert_eq!(v.depth.worst, 0.0);
    assert!(v.volumes.iter().all(|v| v.abs() < 1e-6), "{v:?}");
}

#[test]
fn what_is_off_misses_by_its_own_law() {
    let deep = misses(Distortion { depth: 1.02, ..FAITHFUL }, Tier::A);
    assert!(deep.len() == 1 && deep[0].starts_with("depth"), "{deep:?}");
    let volume = misses(Distortion { outflow: 1.006, ..FAITHFUL }, Tier::A);
    assert!(volume.len() == 1 && volume[0].contains("outfall volume off by 0.600 %"), "{volume:?}");
    assert!(misses(Distortion { outflow: 1.004, ..FAITHFUL }, Tier::A).is_empty());
    let short = misses(Distortion { periods: 1, ..FAITHFUL }, Tier::A);
    assert!(short.len() == 1 && short[0].contains("19 periods"), "{short:?}");
}

#[test]
fn tier_b_is_judged_by_peaks_and_tier_c_not_at_all() {
    let off = Distortion { flow: 1.02, ..FAITHFUL };
    assert_eq!(misses(off, Tier::B).len(), 1);
    assert!(misses(off, Tier::C).is_empty());
}

#[test]
fn no_number_is_no_agreement() {
    let nan = misses(Distortion { depth: f32::NAN, ..FAITHFUL }, Tier::A);
    assert!(nan.iter().any(|m| m.starts_with("depth")), "{nan:?}");
    let wet_where_dry = {
        let r = small();
        let mut wet = r.clone();
        wet.flow.rows.iter_mut().skip(1).step_by(2).for_each(|v| *v = 0.5);
        compare(&r, &echo(&wet, FAITHFUL), Tier::A).misses
    };
    assert!(wet_where_dry.len() == 1 && wet_where_dry[0].starts_with("flow"), "{wet_where_dry:?}");
}

/// All shared models whose every period is in the reference, repeated by an engine that is right only by SWMM's rules.
#[test]
fn shared_references_are_read_and_held_by_the_better_run() {
    let Some(folder) = drainage() else {
        eprintln!("skipped: no shared networks");
        return;
    };
    let whole = |name: &str| {
        let kept = Reference::read(&folder, name).kept;
        kept.iter().enumerate().all(|(i, k)| i == *k)
    };
    let cases: Vec<_> = CASES.iter().copied().filter(|(name, _)| whole(name)).collect();
    assert!(cases.len() >= 14, "{cases:?}");
    let repeat = |by: Distortion| {
        let folder = folder.clone();
        move |deck: &Path, compat: bool| {
            let name = deck.file_stem().and_then(|s| s.to_str()).expect("a name");
            let r = Reference::read(&folder, name);
            if compat { Ok(echo(&r, by)) } else { Err("stands still".to_owned()) }
        }
    };
    assert_eq!(hold(&folder, &cases, repeat(FAITHFUL)), Vec::<String>::new());
    let one_in_ten = Distortion { flow: 1.03, of_links: 0.2, ..FAITHFUL };
    let wrong = hold(&folder, &cases, repeat(one_in_ten));
    let with_links = cases.iter().filter(|(name, _)| !Reference::read(&folder, name).flow.ids.is_empty());
    assert!(wrong.len() >= 5 && wrong.len() <= with_links.count(), "{wrong:#?}");
}
