//! Result files: what is written is read, in the file's units, and a broken file is refused.

use std::io::Cursor;

use super::*;
use crate::io::inp;

const NET: &str = "[TITLE]\nTwo pipes\n[JUNCTIONS]\nJ1 100 10\nJ2 90 5\n[RESERVOIRS]\nR 200\n[TANKS]\n\
T 150 10 0 20 30\n[PIPES]\nP1 R J1 1000 12 100\nP2 J2 T 500 8 100 0 CV\n[PUMPS]\nU J1 J2 POWER 5\n[VALVES]\n\
V J1 J2 6 PRV 40 0\n[OPTIONS]\nUNITS GPM\n[TIMES]\nDURATION 2\n[END]\n";

fn written(periods: usize) -> (Vec<u8>, inp::InpFile) {
    let (file, _) = inp::read_str("net.inp", NET.as_bytes());
    let file = file.expect("the network of this test is valid");
    let (model, _) = inp::to_water_model(&file);
    let mut w = OutWriter::new(Cursor::new(Vec::new()), &file, &model, Constants::Epanet, "net.rpt").expect("memory");
    let gpm = M3_PER_FT3 / 448.831;
    for k in 0..periods {
        let flow = [100.0 * gpm, 50.0 * gpm, 40.0 * gpm, 0.0];
        let head = [190.0, 180.0, 200.0, 160.0 + k as f64].map(|h| h * M_PER_FT);
        let period = Period {
            demand_m3s: &[10.0 * gpm, 5.0 * gpm, -100.0 * gpm, 85.0 * gpm],
            head_m: &head,
            node_quality: &[],
            flow_m3s: &flow,
            state: &[LinkState::Open, LinkState::Open, LinkState::Open, LinkState::Closed],
            setting: &[0.0, 0.0, 1.0, 40.0 / 0.4333 * M_PER_FT],
            link_quality: &[],
            reaction_rate: &[],
        };
        w.period(&period).expect("memory");
    }
    let pump = PumpUse { link: 2, online_percent: 100.0, kwh_per_m3: 0.5, ..PumpUse::default() };
    let end = EpanetResults { pumps: vec![pump], warning: 1, ..EpanetResults::default() };
    (w.finish(&end).expect("memory").into_inner(), file)
}

use twin_physics::units::M3_PER_FT3;

#[test]
fn what_is_written_is_read_in_the_units_of_the_file() {
    let (bytes, _) = written(3);
    let f = read(&bytes).expect("just written");
    assert_eq!((f.periods, f.warning, f.duration_s, f.report_step_s), (3, 1, 7200, 3600));
    assert_eq!(f.node_ids, ["J1", "J2", "R", "T"]);
    assert_eq!(f.link_ids, ["P1", "P2", "U", "V"]);
    assert_eq!(f.ends, [(2, 0), (1, 3), (0, 1), (0, 1)]);
    assert_eq!(f.link_kinds, [1, 0, 2, 3]);
    assert_eq!(f.tanks.iter().map(|t| t.0).collect::<Vec<_>>(), [2, 3]);
    assert_eq!((f.tanks[0].1, f.tanks[1].1.round()), (0.0, 707.0));
    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-4 * b.abs().max(1e-3));
    let check = |a: &[f32], b: &[f32]| assert!(a.len() == b.len() && near(a, b), "{a:?} {b:?}");
    check(f.nodes(2, NodeQuantity::Demand), &[10.0, 5.0, -100.0, 85.0]);
    check(f.nodes(2, NodeQuantity::Head), &[190.0, 180.0, 200.0, 162.0]);
    check(f.nodes(0, NodeQuantity::Pressure), &[90.0 * 0.4333, 90.0 * 0.4333, 0.0, 10.0 * 0.4333]);
    check(f.links(1, LinkQuantity::Flow), &[100.0, 50.0, 40.0, 0.0]);
    // 100 gpm in 12 inches: 0.2837 ft/s; a pump has no velocity.
    check(f.links(1, LinkQuantity::Velocity), &[0.283_68, 0.319_14, 0.0, 0.0]);
    check(f.links(0, LinkQuantity::HeadLoss), &[10.0, 40.0, 10.0, 0.0]);
    check(f.links(0, LinkQuantity::Status), &[3.0, 3.0, 3.0, 2.0]);
    check(f.links(0, LinkQuantity::Setting), &[100.0, 100.0, 1.0, 40.0]);
    assert_eq!((f.pumps.len(), f.pumps[0].link), (1, 2));
    check(&f.pumps[0].values[..3], &[100.0, 0.0, 0.5 * 3785.412]);
}

#[test]
fn a_broken_file_is_refused() {
    let (bytes, _) = written(1);
    assert!(matches!(read(&bytes[..bytes.len() - 1]), Err(OutError::NotOut)));
    assert!(matches!(read(&[]), Err(OutError::NotOut)));
    let mut wrong = bytes.clone();
    wrong[8] = 77; // the number of nodes
    assert!(matches!(read(&wrong), Err(OutError::Size { .. })));
}

#[test]
fn a_period_of_another_size_is_refused() {
    let (file, _) = inp::read_str("net.inp", NET.as_bytes());
    let file = file.expect("valid");
    let (model, _) = inp::to_water_model(&file);
    let mut w = OutWriter::new(Cursor::new(Vec::new()), &file, &model, Constants::Epanet, "").expect("memory");
    let period = Period {
        demand_m3s: &[0.0; 3],
        head_m: &[0.0; 4],
        node_quality: &[],
        flow_m3s: &[0.0; 4],
        state: &[LinkState::Open; 4],
        setting: &[0.0; 4],
        link_quality: &[],
        reaction_rate: &[],
    };
    assert_eq!(w.period(&period).map_err(|e| e.kind()), Err(io::ErrorKind::InvalidInput));
}

/// Ids longer than the format allows stay different.
#[test]
fn long_ids_stay_different() {
    let long = "a_very_long_name_of_a_junction_in_town";
    let net = NET.replace("J1", &format!("{long}_1")).replace("J2", &format!("{long}_2"));
    let (file, _) = inp::read_str("net.inp", net.as_bytes());
    let file = file.expect("valid");
    let (model, _) = inp::to_water_model(&file);
    let w = OutWriter::new(Cursor::new(Vec::new()), &file, &model, Constants::Epanet, "").expect("memory");
    let bytes = w.finish(&EpanetResults::default()).expect("memory").into_inner();
    let ids = read(&bytes).expect("just written").node_ids;
    assert!(ids[0] != ids[1] && ids[0].len() < 32, "{ids:?}");
}
