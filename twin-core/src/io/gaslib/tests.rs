use std::path::PathBuf;

use twin_physics::domains::gas::model::LinkKind;

use super::*;
use crate::diagnostic::{Diagnostics, Severity};
use crate::io::gas_case::{Options, SteadyCase};

const NET: &str = "<network xmlns=\"g\">
<nodes>
<source id=\"in\"><height value=\"10\"/><pressureMax unit=\"bar\" value=\"70\"/>
<gasTemperature unit=\"Celsius\" value=\"10\"/><normDensity unit=\"kg_per_m_cube\" value=\"0.8\"/>
<molarMass unit=\"kg_per_kmol\" value=\"18\"/><pseudocriticalPressure unit=\"bar\" value=\"45\"/>
<pseudocriticalTemperature unit=\"K\" value=\"190\"/></source>
<innode id=\"a\"/><innode id=\"b\"/><innode id=\"c\"/>
<sink id=\"out\"><height unit=\"m\" value=\"30\"/></sink>
</nodes>
<connections>
<pipe id=\"p\" from=\"in\" to=\"a\"><length unit=\"km\" value=\"12\"/><diameter unit=\"mm\" value=\"500\"/>
<roughness unit=\"mm\" value=\"0.05\"/></pipe>
<compressorStation id=\"cs\" from=\"a\" to=\"b\"><dragFactorIn value=\"18\"/><diameterIn unit=\"mm\" value=\"900\"/>
</compressorStation>
<controlValve id=\"cv\" from=\"b\" to=\"c\"><flowMin unit=\"m_cube_per_hour\" value=\"0\"/>
<pressureOutMax unit=\"bar\" value=\"40\"/></controlValve>
<resistor id=\"r\" from=\"c\" to=\"out\"><dragFactor value=\"5\"/><diameter unit=\"m\" value=\"0.9\"/></resistor>
</connections>
</network>
";
const SCN: &str = "<boundaryValue><scenario id=\"s\">
<node id=\"in\" type=\"entry\"><flow bound=\"both\" unit=\"1000m_cube_per_hour\" value=\"90\"/></node>
<node id=\"out\" type=\"exit\"><flow bound=\"lower\" unit=\"1000m_cube_per_hour\" value=\"90\"/>
<flow bound=\"upper\" unit=\"1000m_cube_per_hour\" value=\"90\"/></node>
</scenario></boundaryValue>
";

fn read(net: &str, scn: &str, options: &Options) -> (Option<SteadyCase>, Diagnostics) {
    let dir = tempfile::tempdir().expect("a folder");
    let path: PathBuf = dir.path().join("n.net");
    std::fs::write(&path, net).expect("written");
    std::fs::write(dir.path().join("n.scn"), scn).expect("written");
    read_file(&path, options)
}

#[test]
fn a_network_is_read_in_si_units() {
    let mut options = Options { slack: Some("in".to_owned()), slack_pa: Some(6e6), ..Options::default() };
    options.ratios.insert("cs".to_owned(), 1.2);
    let (case, found) = read(NET, SCN, &options);
    assert!(found.list().is_empty(), "{found:#?}");
    let case = case.expect("a case");
    assert_eq!(
        case.links,
        ["pipe:p", "compressorStation:cs part 1", "compressorStation:cs part 2", "controlValve:cv", "resistor:r"]
    );
    let at = |id: &str| case.nodes.iter().position(|n| n == id).expect("a node");
    let node = &case.model.nodes[at("out")];
    // 90 000 m³/h at normal state of 0.8 kg/m³.
    assert!((node.load_kgs - 20.0).abs() < 1e-12 && node.height_m == 30.0, "{node:?}");
    assert_eq!(case.model.nodes[at("in")].source_pa, Some(6e6));
    let LinkKind::Pipe(pipe) = &case.model.links[0].kind else { panic!("a pipe") };
    assert!((pipe.length_m, pipe.diameter_m, pipe.roughness_m) == (12_000.0, 0.5, 5e-5));
    assert_eq!(case.model.links[1].kind, LinkKind::Valve { diameter_m: 0.9, loss: 18.0 });
    assert_eq!(case.model.links[2].kind, LinkKind::Ratio(1.2));
    assert!(matches!(&case.model.links[3].kind, LinkKind::Regulator(r) if r.set_pa == 4e6));
    assert!((case.t_k - 283.15).abs() < 1e-12);
    assert_eq!(case.model.check(), Ok(()));
}

#[test]
fn what_is_assumed_is_told() {
    let (case, found) = read(NET, SCN, &Options::default());
    assert_eq!(case.expect("a case").model.nodes[0].source_pa, Some(7e6));
    let told: Vec<(&str, Severity)> = found.list().iter().map(|d| (d.code.as_str(), d.severity)).collect();
    assert_eq!(told, [(codes::ASSUMED, Severity::Warning); 2]);
}

#[test]
fn mistakes_are_told_with_their_line() {
    let refused = |net: &str, scn: &str, code: &str, line: u32| {
        let (case, found) = read(net, scn, &Options::default());
        let hit = found.list().iter().find(|d| d.code == code && d.line == line);
        assert!(case.is_none() && hit.is_some_and(|d| !d.remedy.is_empty()), "{code}: {found:#?}");
    };
    let with = |from: &str, to: &str, code: &str, line: u32| refused(&NET.replace(from, to), SCN, code, line);
    with("</nodes>", "</node>", codes::SYNTAX, 9);
    with("<nodes>", "<places>", codes::SYNTAX, 9);
    with("from=\"c\"", "from=\"q\"", codes::UNKNOWN_NODE, 17);
    with("from=\"c\" to=\"out\"", "from=\"c\" to=\"c\"", codes::SELF_LOOP, 17);
    with("unit=\"km\"", "unit=\"mile\"", codes::UNIT, 11);
    with("value=\"500\"", "value=\"wide\"", codes::NUMBER, 11);
    with("value=\"500\"", "value=\"50000000\"", codes::RANGE, 11);
    with("<dragFactor value=\"5\"/>", "<pressureLoss unit=\"bar\" value=\"1\"/>", codes::ELEMENT, 17);
    with("<dragFactor value=\"5\"/>", "", codes::MISSING, 17);
    with("<resistor", "<storage", codes::SYNTAX, 17);
    with("<innode id=\"a\"/><innode id=\"b\"/>", "<innode id=\"a\"/><innode id=\"a\"/>", codes::DUPLICATE, 2);
    with("connections", "links", codes::FORM, 1);
    refused(NET, &SCN.replace("scenario", "plan"), codes::FORM, 1);
    refused(NET, &SCN.replace("id=\"out\"", "id=\"off\""), codes::UNKNOWN_NODE, 1);
    refused(NET, &SCN.replace("entry", "exit"), codes::NO_SOURCE, 2);
    let mut options = Options::default();
    options.ratios.insert("x".to_owned(), 1.2);
    let (case, found) = read(NET, SCN, &options);
    assert!(case.is_none() && found.list().iter().any(|d| d.code == codes::UNKNOWN_LINK));
    let (case, found) = read(
        NET,
        &SCN.replace(
            "\"lower\" unit=\"1000m_cube_per_hour\" value=\"90\"",
            "\"lower\" unit=\"1000m_cube_per_hour\" value=\"10\"",
        ),
        &Options::default(),
    );
    assert!(case.is_some() && found.list().iter().any(|d| d.code == codes::BOUNDS), "{found:#?}");
}

#[test]
fn a_network_needs_its_scenario() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("n.net");
    let (_, found) = read_file(&path, &Options::default());
    assert_eq!(found.list()[0].code, codes::UNREADABLE);
    std::fs::write(&path, NET).expect("written");
    let (case, found) = read_file(&path, &Options::default());
    assert!(case.is_none() && found.list()[0].code == codes::NO_SCENARIO);
}

/// No text is a panic, wherever it ends.
#[test]
fn a_network_cut_off_is_no_panic() {
    for at in (0..NET.len()).step_by(7) {
        let (case, found) = read(&NET[..at], SCN, &Options::default());
        assert!(case.is_none() && found.has_errors());
    }
}
