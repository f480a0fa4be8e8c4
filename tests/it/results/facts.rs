//! A believable run: a burst on a main of a town grid, isolated by four valves, against doing nothing.

use std::collections::BTreeMap;

use twin_core::cascade::CascadeRecord;
use twin_core::io::results::{
    Better, Crs, LedgerFigures, MapFeature, MapLayer, Marker, MarkerKind, MetricSeries, Paint, RunFacts, Shape,
    SolverFigures, Text, VariantFacts,
};
use twin_core::time::SimTime;

const SIDE: usize = 9;
const BURST_S: f64 = 3600.0;
const SHUT_S: f64 = 3600.0 + 6600.0;
const END_S: f64 = 6.0 * 3600.0;

fn place(i: usize, j: usize) -> [f64; 2] {
    let (x, y) = (i as f64, j as f64);
    [504_000.0 + 240.0 * x + 30.0 * (1.7 * y).sin(), 3_392_000.0 + 190.0 * y + 25.0 * (1.3 * x).cos()]
}

/// Lowest pressure head at a node over the run [m]: a trough round the burst.
fn lowest_m(i: usize, j: usize, depth: f64) -> f64 {
    let d2 = (i as f64 - 4.5).powi(2) + (j as f64 - 4.0).powi(2);
    34.0 - 0.4 * j as f64 - depth * (-d2 / 5.0).exp()
}

fn map(depth: f64) -> MapLayer {
    let mut features = Vec::new();
    for i in 0..SIDE {
        for j in 0..SIDE {
            let value = lowest_m(i, j, depth);
            let values = BTreeMap::from([("min_pressure_head".to_owned(), value)]);
            features.push(MapFeature {
                id: format!("water/junction/J{i}{j}"),
                class: "junction".into(),
                shape: Some(Shape::Point(place(i, j))),
                state: if value < 0.0 { "no_supply".into() } else { String::new() },
                values,
                ..MapFeature::default()
            });
            for (k, (u, v)) in [(i + 1, j), (i, j + 1)].into_iter().enumerate() {
                if u < SIDE && v < SIDE && (i * 7 + j * 3 + k) % 11 != 0 {
                    let (a, b) = (place(i, j), place(u, v));
                    let bend = [0.5 * (a[0] + b[0]) + 14.0, 0.5 * (a[1] + b[1]) - 10.0];
                    features.push(MapFeature {
                        id: format!("water/pipe/P{i}{j}{k}"),
                        class: "pipe".into(),
                        shape: Some(Shape::Line(vec![a, bend, b])),
                        // In the worse variant the links carry the value too, as the world writes it.
                        values: (depth > 40.0)
                            .then(|| ("min_pressure_head".to_owned(), value.min(lowest_m(u, v, depth))))
                            .into_iter()
                            .collect(),
                        ..MapFeature::default()
                    });
                }
            }
        }
    }
    MapLayer {
        name: "min_pressure".into(),
        title: Text::new("最低压力水头", "lowest pressure head"),
        crs: Crs::Epsg(4547),
        features,
    }
}

fn record(
    id: u64,
    parent: Option<u64>,
    t_s: f64,
    target: &str,
    effect: &str,
    value: (f64, f64, &str),
) -> CascadeRecord {
    CascadeRecord {
        id,
        parent,
        t: SimTime::from_seconds(t_s).unwrap(),
        micro: 0,
        source: "scenario".into(),
        rule: effect.into(),
        target: target.into(),
        effect: effect.into(),
        value: value.0,
        threshold: value.1,
        unit: value.2.into(),
        confidence: 1.0,
    }
}

/// Records of the burst, and of the isolation if `isolated`.
pub fn records(isolated: bool) -> Vec<CascadeRecord> {
    let low = (9.2, 14.0, "m");
    let mut out = vec![
        record(1, None, BURST_S, "water/pipe/P440", "burst", (0.031, 0.031, "m2")),
        record(2, Some(1), BURST_S + 10.0, "water/junction/J44", "low_pressure", low),
        record(3, Some(1), BURST_S + 10.0, "water/junction/J54", "no_supply", (-0.4, 0.0, "m")),
        record(4, Some(2), BURST_S + 300.0, "water/tank/T1", "tank_draining", (3.1, 3.1, "m")),
    ];
    if isolated {
        out.push(record(5, None, BURST_S + 1500.0, "crew/1", "crew_dispatched", (1.0, 1.0, "1")));
        for k in 0..4 {
            let target = format!("water/valve/V{}", k + 1);
            out.push(record(6 + k, Some(5), SHUT_S - 300.0 * (3 - k) as f64, &target, "valve_closed", (1.0, 1.0, "1")));
        }
        out.push(record(10, Some(9), SHUT_S + 60.0, "water/junction/J44", "pressure_restored", (21.5, 14.0, "m")));
    }
    out
}

fn series(name: &str, zh: &str, en: &str, unit: &str, better: Better, law: impl Fn(f64) -> f64) -> MetricSeries {
    let t_s: Vec<f64> = (0..=2160).map(|k| f64::from(k) * 10.0).collect();
    let value = t_s.iter().map(|&t| law(t)).collect();
    let (name, title_zh, title_en, unit) = (name.into(), zh.into(), en.into(), unit.into());
    MetricSeries { name, title_zh, title_en, unit, t_s, value, better }
}

fn variant(name: &str, title: Text, isolated: bool) -> VariantFacts {
    let depth = if isolated { 36.0 } else { 44.0 };
    let left = if isolated { 210.0 } else { 2950.0 };
    let customers = move |t: f64| match t {
        t if t < BURST_S => 0.0,
        t if t < SHUT_S => 1830.0 * (1.0 - (-(t - BURST_S) / 600.0).exp()),
        t => left + (1830.0 - left) * (-(t - SHUT_S) / 900.0).exp(),
    };
    let leak = move |t: f64| match t {
        t if t < BURST_S => 0.0,
        t if isolated && t >= SHUT_S => 0.0,
        t => 0.31 + 0.03 * (t / 2500.0).sin(),
    };
    let pressure = move |t: f64| match t {
        t if t < BURST_S => 31.0 + (t / 3000.0).sin(),
        t if isolated && t >= SHUT_S => 22.0 + 3.0 * (1.0 - (-(t - SHUT_S) / 1200.0).exp()),
        t => 9.0 - 4.0 * (1.0 - (-(t - BURST_S) / 4000.0).exp()) + 0.3 * (t / 500.0).sin(),
    };
    let metrics = vec![
        series("customers_without_water", "停水用户", "customers without water", "1", Better::Lower, customers),
        series("lowest_pressure_head", "最低服务压力", "lowest service pressure", "m", Better::Higher, pressure),
        series("burst_outflow", "破口流量", "flow from the burst", "m3/s", Better::Lower, leak),
    ];
    let probes =
        vec![series("water/junction/J44", "节点 J44 压力水头", "pressure head at J44", "m", Better::Neither, pressure)];
    let ledger = LedgerFigures {
        of: "water_volume".into(),
        unit: "m3".into(),
        entered: 12_345.6,
        left: 12_840.2,
        stored: 1505.4,
        stored_start: 2000.0,
        relative_residual: 3.2e-14,
    };
    let mark = |kind, i, j, id: &str| Marker { kind, at: place(i, j), id: id.into() };
    let mut markers =
        vec![mark(MarkerKind::Burst, 4, 4, "water/pipe/P440"), mark(MarkerKind::Source, 0, 8, "water/plant/WTP1")];
    for (i, j) in [(4, 4), (5, 4), (4, 3), (5, 3), (5, 5)] {
        markers.push(mark(MarkerKind::NoSupply, i, j, "water/junction"));
    }
    if isolated {
        for (k, (i, j)) in [(3, 4), (6, 4), (4, 2), (5, 6)].into_iter().enumerate() {
            markers.push(mark(MarkerKind::ShutValve, i, j, &format!("water/valve/V{}", k + 1)));
        }
    }
    VariantFacts {
        name: name.into(),
        title,
        records: records(isolated),
        metrics,
        probes,
        ledgers: BTreeMap::from([("water".to_owned(), ledger)]),
        solver: SolverFigures {
            iterations: 9123,
            steps: 2160,
            residuals: BTreeMap::from([("mass".to_owned(), 4e-12), ("energy_m".to_owned(), 2e-9)]),
            ..SolverFigures::default()
        },
        state_hash: format!("{:064x}", if isolated { 0xabcd_u32 } else { 0x1234_u32 }),
        map: Some(map(depth)),
        paint: Some(Paint {
            value: "min_pressure_head".into(),
            title: Text::new("全程最低压力水头", "lowest pressure head of the run"),
            unit: "m".into(),
            limits: vec![0.0, 10.0, 14.0, 20.0],
            better: Better::Higher,
        }),
        markers,
    }
}

/// The whole run.
pub fn run() -> RunFacts {
    RunFacts {
        name: "burst-main".into(),
        title: Text::new("城区 DN500 主干管爆管推演", "Burst of a DN500 main in the town"),
        description: Text::new(
            "早高峰前主干管爆管，抢修队到场后关阀隔离。",
            "A main bursts before the morning peak; a crew isolates it by shutting valves.",
        ),
        seed: 42,
        start: "2026-03-02T06:00:00".parse().unwrap(),
        duration_s: END_S,
        complete: true,
        variants: vec![
            variant("base", Text::new("关阀隔离", "isolate"), true),
            variant("do-nothing", Text::new("不处置", "do nothing"), false),
        ],
        asset_titles: BTreeMap::from([
            ("water/pipe/P440".to_owned(), Text::new("DN500 主干管 P440", "DN500 main P440")),
            ("crew/1".to_owned(), Text::new("一号抢修队", "crew 1")),
        ]),
        rule_titles: BTreeMap::from([("tank_draining".to_owned(), Text::new("水池水位下降", "tank draining"))]),
        assumptions: vec![Text::new(
            "阀门未经普查，按每个节点 N−1 座阀门假设。",
            "Valves assumed: none surveyed, N−1 at each junction.",
        )],
        not_modelled: vec![Text::new("水锤（瞬变流）与水质。", "Water hammer (transients) and water quality.")],
        cpu_s: 1.84,
        wall_s: 2.3,
    }
}
