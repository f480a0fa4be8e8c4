//! Gas in adjacent spaces: closed forms, books, bounds, and which way it runs. *Source:* as `space`.

use proptest::prelude::*;

use super::*;

const AROUND: Surroundings =
    Surroundings { gas_kgmol: 0.016_04, pressure_pa: 101_325.0, temp_k: 288.15, reference_pa: 4.0 };

fn zone(volume_m3: f64, level_m: f64) -> Zone {
    Zone { volume_m3, level_m, temp_k: 288.15 }
}

fn link(from: usize, to: Option<usize>, area_m2: f64, levels_m: [f64; 2]) -> Link {
    let exchange = Exchange::None;
    Link { from, to, area_m2, discharge_coefficient: 0.6, levels_m, exchange, breathing_m3s: 0.0 }
}

fn single(volume_m3: f64, air_m3s: f64) -> Spaces {
    let vent = Link { breathing_m3s: air_m3s, ..link(0, None, 0.01, [0.0, 0.0]) };
    Spaces::new(vec![zone(volume_m3, 0.0)], vec![vent], vec![], AROUND).unwrap()
}

/// Shares after `steps` of `dt_s`, and when the thresholds were crossed.
fn fill(spaces: &Spaces, q: f64, dt_s: f64, steps: u32, thresholds: &[f64]) -> (f64, Vec<f64>) {
    let (mut state, mut s) = (spaces.empty(), SpaceScratch::default());
    let mut met = Vec::new();
    for n in 0..steps {
        let before = spaces.share(&state, 0);
        spaces.step(&mut state, Drive { gas_m3s: &[q], fan_m3s: &[] }, dt_s, &mut s).unwrap();
        let after = spaces.share(&state, 0);
        let crossed = thresholds.iter().filter_map(|&c| s.crossing_s(0, [before, after], c, dt_s));
        met.extend(crossed.map(|t| t + dt_s * f64::from(n)));
    }
    (spaces.share(&state, 0), met)
}

/// 12 m³, 2 L/s of gas, half a change of air an hour (check numbers of the shared data); practice note C20.
#[test]
fn one_zone_is_exact_at_any_step() {
    let air = 0.5 * 12.0 / 3600.0;
    let spaces = single(12.0, air);
    for (time, share) in [(60.0, 0.009_908_9), (300.0, 0.047_776_8), (600.0, 0.091_368_8)] {
        for steps in [1, 7, 600] {
            let (got, _) = fill(&spaces, 0.002, time / f64::from(steps), steps, &[]);
            assert!((got / share - 1.0).abs() < 1e-5, "{time} {steps}: {got}");
            assert!((got - single_zone_share(0.002, air, 12.0, time)).abs() < 1e-13);
        }
    }
    for steps in [2, 60] {
        let (_, met) = fill(&spaces, 0.002, 600.0 / f64::from(steps), steps, &[0.01, 0.05]);
        assert!((met[0] - 60.56).abs() < 0.01 && (met[1] - 314.65).abs() < 0.01, "{met:?}");
    }
    assert!((single_zone_time_s(0.002, air, 12.0, 0.05).unwrap() - 314.65).abs() < 0.01);
    let c20 = single_zone_time_s(0.05, 300.0 / 3600.0, 300.0, 0.05).unwrap();
    assert!((c20 - 322.0).abs() < 1.0, "{c20}");
    assert_eq!(single_zone_time_s(0.001, 1.0, 12.0, 0.05), None);
}

#[test]
fn light_gas_climbs_and_heavy_gas_runs_down() {
    // Three reaches of a sloping culvert, 2 m apart in level, each with a cracked cover; the leak is in the middle.
    let run = |gas_kgmol: f64| {
        let zones = (0..3).map(|k| zone(50.0, 2.0 * f64::from(k))).collect();
        let duct = |a: usize| Link {
            exchange: Exchange::Upright(0.8),
            ..link(a, Some(a + 1), 0.6, [2.0 * a as f64, 2.0 * (a + 1) as f64])
        };
        let cover = |a: usize| link(a, None, 1e-3, [2.0 * a as f64 + 1.0; 2]);
        let links = vec![duct(0), duct(1), cover(0), cover(1), cover(2)];
        let spaces = Spaces::new(zones, links, vec![], Surroundings { gas_kgmol, ..AROUND }).unwrap();
        let (mut state, mut s) = (spaces.empty(), SpaceScratch::default());
        for _ in 0..600 {
            spaces.step(&mut state, Drive { gas_m3s: &[0.0, 0.003, 0.0], fan_m3s: &[] }, 1.0, &mut s).unwrap();
        }
        [spaces.share(&state, 0), spaces.share(&state, 2)]
    };
    let [low, high] = run(0.016_04);
    assert!(high > 3.0 * low, "{low} {high}");
    let [low, high] = run(0.044_1);
    assert!(low > 3.0 * high, "{low} {high}");
}

#[test]
fn openings_and_fans_clear_a_space() {
    let tight = link(0, None, 1e-4, [1.0, 1.0]);
    let open = Link { exchange: Exchange::Level, ..link(0, None, 0.385, [1.0, 1.2]) };
    let rest = |links: Vec<Link>, fans: Vec<Fan>, q: &[f64]| {
        let spaces = Spaces::new(vec![zone(6.0, 0.0)], links, fans, AROUND).unwrap();
        let mut state = SpaceState { gas_m3: vec![1.2], ..spaces.empty() };
        let mut s = SpaceScratch::default();
        for _ in 0..60 {
            spaces.step(&mut state, Drive { gas_m3s: &[0.0], fan_m3s: q }, 1.0, &mut s).unwrap();
        }
        spaces.share(&state, 0)
    };
    let shut = rest(vec![tight], vec![], &[]);
    let lifted = rest(vec![tight, open], vec![], &[]);
    let fan = rest(vec![tight], vec![Fan { from: None, to: Some(0) }], &[0.2]);
    assert!(shut > 0.19 && lifted < 0.17 && fan < 0.03, "{shut} {lifted} {fan}");
    // A fan alone: e^(−0.2·60/6) of what was there; the cover's own leak comes on top.
    assert!((fan / (0.2 * (-2.0_f64).exp()) - 1.0).abs() < 1e-2, "{fan}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let shut = Spaces::new(vec![zone(5.0, 0.0); 2], vec![link(0, None, 0.1, [0.0; 2])], vec![], AROUND);
    assert_eq!(shut, Err(HazardError::NoWayOut { zone: 1 }));
    let lost = Spaces::new(vec![zone(5.0, 0.0)], vec![link(0, Some(3), 0.1, [0.0; 2])], vec![], AROUND);
    assert!(matches!(lost, Err(HazardError::NoZone { what: "link", at: 0, zones: 1 })));
    assert!(Spaces::new(vec![zone(0.0, 0.0)], vec![link(0, None, 0.1, [0.0; 2])], vec![], AROUND).is_err());
    let spaces = single(5.0, 0.1);
    let (mut state, mut s) = (spaces.empty(), SpaceScratch::default());
    let drive = Drive { gas_m3s: &[f64::NAN], fan_m3s: &[] };
    assert!(spaces.step(&mut state, drive, 1.0, &mut s).is_err() && state == spaces.empty());
}

/// A culvert of 2 500 reaches, each with a cover, gas in the middle: the books close and shares are shares.
#[test]
fn a_long_culvert_keeps_its_gas() {
    let n = 2500;
    let zones = (0..n).map(|k| zone(20.0, 0.02 * f64::from(k))).collect();
    let level = |k: usize| 0.02 * k as f64;
    let duct =
        |k: usize| Link { exchange: Exchange::Upright(1.0), ..link(k, Some(k + 1), 1.0, [level(k), level(k + 1)]) };
    let ducts = (0..n as usize - 1).map(duct);
    let covers = (0..n as usize).map(|k| link(k, None, 1e-4, [level(k) + 2.0; 2]));
    let spaces = Spaces::new(zones, ducts.chain(covers).collect(), vec![], AROUND).unwrap();
    let (mut state, mut s) = (spaces.empty(), SpaceScratch::default());
    let mut gas = vec![0.0; n as usize];
    gas[1250] = 0.05;
    for _ in 0..200 {
        spaces.step(&mut state, Drive { gas_m3s: &gas, fan_m3s: &[] }, 30.0, &mut s).unwrap();
    }
    let inside: f64 = state.gas_m3.iter().sum();
    let off = inside + state.left_m3 - state.entered_m3;
    assert!(off.abs() < 1e-11 * state.entered_m3, "{off}");
    assert!(state.gas_m3.iter().all(|g| (0.0..=20.0 * (1.0 + 1e-9)).contains(g)));
    let middle = |range: std::ops::Range<usize>| state.gas_m3[range].iter().sum::<f64>();
    assert!(middle(1251..2500) > middle(0..1250), "methane climbs");
}

proptest! {
    /// Any network at any step: gas is kept to round-off and every share stays within 0 and 1.
    #[test]
    fn gas_is_kept_and_shares_are_shares(
        volumes in prop::collection::vec(0.5..200.0_f64, 2..12),
        pairs in prop::collection::vec((0_usize..12, 0_usize..12, 0.0..1.0_f64, -3.0..3.0_f64), 0..20),
        gas in prop::collection::vec(0.0..0.5_f64, 12),
        fan in 0.0..1.0_f64, log in -1.0..4.0_f64, molar in 0.002..0.06_f64,
    ) {
        let n = volumes.len();
        let zones = volumes.iter().enumerate().map(|(k, &v)| zone(v, 0.3 * k as f64)).collect();
        let ducts = pairs.iter().filter(|p| p.0 % n != p.1 % n).map(|&(a, b, area, rise)| Link {
            exchange: if area > 0.5 { Exchange::Upright(area) } else { Exchange::Level },
            ..link(a % n, Some(b % n), area, [0.0, rise])
        });
        let covers = (0..n).map(|k| Link { breathing_m3s: 1e-3, ..link(k, None, 1e-3, [1.0, 1.5]) });
        let links = ducts.chain(covers).collect();
        let fans = vec![Fan { from: Some(0), to: Some(1) }, Fan { from: Some(1), to: None }];
        let spaces = Spaces::new(zones, links, fans, Surroundings { gas_kgmol: molar, ..AROUND }).unwrap();
        let (mut state, mut s) = (spaces.empty(), SpaceScratch::default());
        for _ in 0..8 {
            let drive = Drive { gas_m3s: &gas[..n], fan_m3s: &[fan, 0.5 * fan] };
            spaces.step(&mut state, drive, 10f64.powf(log), &mut s).unwrap();
            for k in 0..n {
                let c = spaces.share(&state, k);
                prop_assert!((0.0..=1.0 + 1e-9).contains(&c), "{} {}", k, c);
            }
        }
        let inside: f64 = state.gas_m3.iter().sum();
        prop_assert!((inside + state.left_m3 - state.entered_m3).abs() <= 1e-10 * (state.entered_m3 + 1e-9));
    }
}
