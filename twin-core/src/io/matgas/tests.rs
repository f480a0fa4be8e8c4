use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::LinkKind;

use super::*;
use crate::diagnostic::Diagnostics;
use crate::io::gas_case::{Options, SteadyCase};

const FILE: &str = "function mgc = small
mgc.gas_specific_gravity = 0.6; % air = 1
mgc.temperature = 288.706;
mgc.compressibility_factor = 0.8;
mgc.sound_speed = 371.6643;
mgc.units = 'si';
mgc.is_per_unit = 0;
%% junction data
mgc.junction = [
1 3000000 6000000 4000000 1 1 'a%b' '1' -0.6 0
2\t3000000\t6000000\t3000000\t0\t1\t'the second one'
3 3000000 6000000 3000000 0 1; 4 3000000 6000000 3000000 0 0
];
mgc.pipe = [
7 1 2 0.6 50000 0.01 3000000 6000000 1
8 2 3 0.5 40000 0.02 3000000 6000000 0
];
mgc.compressor = [
1 2 3 1.1 1.4 3000000 0 1000 3000000 6000000 3000000 6000000 1 10 2
];
mgc.receipt = [ 1 1 0 1000 500 1 1 ];
mgc.delivery = [
1 3 0 100 12.5 0 1
2 3 0 100 99.0 0 0
];
%column_names% other elevation
mgc.junction_data = [
1 10
1 20
1 30
1 40
];
end
";

fn read(text: &str, options: &Options) -> (Option<SteadyCase>, Diagnostics) {
    read_text("small.m", text, options)
}

#[test]
fn a_network_is_read() {
    let mut options = Options::default();
    options.ratios.insert("1".to_owned(), 1.25);
    let (case, found) = read(FILE, &options);
    assert!(found.list().is_empty(), "{found:#?}");
    let case = case.expect("a case");
    assert_eq!((case.nodes.as_slice(), case.links.len()), (["1", "2", "3"].map(str::to_owned).as_slice(), 3));
    let m = &case.model;
    assert_eq!((m.nodes[0].source_pa, m.nodes[1].height_m, m.nodes[2].load_kgs), (Some(4e6), 20.0, 12.5));
    assert_eq!(m.nodes[0].load_kgs, 0.0, "what flows in at a given pressure follows");
    assert_eq!((m.links[0].open, m.links[1].open), (true, false));
    let LinkKind::Pipe(pipe) = &m.links[1].kind else { panic!("a pipe") };
    assert_eq!((pipe.length_m, pipe.diameter_m, pipe.friction), (40_000.0, 0.5, Some(Friction::Fixed(0.02))));
    assert_eq!(m.links[2].kind, LinkKind::Ratio(1.25));
    let sound = (m.gas.specific_jkgk * 0.8 * 288.706).sqrt();
    assert!((sound - 371.6643).abs() < 1e-9);
    assert_eq!(m.check(), Ok(()));
}

#[test]
fn what_is_assumed_is_told() {
    let (case, found) = read(&FILE.replace("4000000 1 1", "4000000 0 1"), &Options::default());
    let case = case.expect("a case");
    assert_eq!(case.model.nodes[0].source_pa, Some(4e6));
    assert_eq!(case.model.links[2].kind, LinkKind::Ratio(1.1));
    assert!(found.list().iter().all(|d| d.code == codes::ASSUMED) && found.list().len() == 2, "{found:#?}");
}

#[test]
fn mistakes_are_told_with_their_line() {
    let with = |from: &str, to: &str, code: &str, line: u32| {
        let (case, found) = read(&FILE.replacen(from, to, 1), &Options::default());
        let hit = found.list().iter().find(|d| d.code == code && d.line == line);
        assert!(case.is_none() && hit.is_some_and(|d| !d.remedy.is_empty()), "{code}: {found:#?}");
    };
    with("mgc.units = 'si';", "mgc.units = 'usc';", codes::UNITS, 6);
    with("is_per_unit = 0", "is_per_unit = 1", codes::UNITS, 7);
    with("mgc.temperature = 288.706;", "", codes::MISSING, 0);
    with("= 288.706", "= warm", codes::NUMBER, 3);
    with("= 288.706", "= 15", codes::RANGE, 3);
    with("mgc.temperature =", "mgc.temperature", codes::SYNTAX, 3);
    with("mgc.junction = [", "mgc.nodes = [", codes::MISSING, 0);
    with("8 2 3 0.5 40000 0.02 3000000 6000000 0", "8 2 3 0.5", codes::SHORT_ROW, 16);
    with("7 1 2 0.6", "7 1 9 0.6", codes::UNKNOWN_NODE, 15);
    with("7 1 2 0.6", "7 1 1 0.6", codes::SELF_LOOP, 15);
    with("3 3000000", "1 3000000", codes::DUPLICATE, 12);
    with("mgc.receipt", "mgc.storage", codes::ELEMENT, 21);
    with("1 40\n", "", codes::ROWS, 27);
    let mut options = Options::default();
    options.ratios.insert("5".to_owned(), 1.2);
    let (case, found) = read(FILE, &options);
    assert!(case.is_none() && found.list().iter().any(|d| d.code == codes::UNKNOWN_LINK));
    let none = FILE.replace("4000000 1 1", "4000000 0 1").replace("500 1 1 ]", "500 1 0 ]");
    let (case, found) = read(&none, &Options::default());
    assert!(case.is_none() && found.list().iter().any(|d| d.code == codes::NO_SOURCE), "{found:#?}");
}

/// No text is a panic, wherever it ends.
#[test]
fn a_network_cut_off_is_no_panic() {
    for at in 0..FILE.len() {
        let (case, found) = read(&FILE[..at], &Options::default());
        assert_eq!(case.is_none(), found.has_errors());
    }
}
