//! Interface files: what is written is read, SWMM's own form is kept, what is wrong is refused with its code and line.

use super::*;
use crate::io::swmm_out::ConcentrationUnits;

fn codes_of<T>(answer: &(Option<T>, Diagnostics)) -> Vec<(&str, u32)> {
    assert_eq!(answer.0.is_none(), answer.1.has_errors());
    answer.1.list().iter().map(|d| (d.code.as_str(), d.line)).collect()
}

fn rain() -> RainfallFile {
    let gauge = |station: &str, records| RainfallGauge { station: station.to_owned(), interval_s: 3600, records };
    RainfallFile { gauges: vec![gauge("STA1", vec![(43_831.0, 0.5), (43_831.25, 0.1)]), gauge("Zürich", Vec::new())] }
}

#[test]
fn rainfall() {
    let mut bytes = Vec::new();
    write_rainfall(&mut bytes, &rain()).expect("memory");
    assert_eq!(bytes.len(), 14 + 2 * 1037 + 2 * 12);
    assert_eq!(read_rainfall("r", &bytes).0, Some(rain()));
    assert_eq!(codes_of(&read_rainfall("r", b"SWMM5-RDII")), [(NOT_RAINFALL, 0)]);
    assert_eq!(codes_of(&read_rainfall("r", &bytes[..2000])), [(DAMAGED, 0)]);
    assert_eq!(codes_of(&read_rainfall("r", &bytes[..bytes.len() - 1])), [(DAMAGED, 0), (DAMAGED, 0)]);
    let long = RainfallGauge { station: "x".repeat(1025), ..RainfallGauge::default() };
    assert!(write_rainfall(Vec::new(), &RainfallFile { gauges: vec![long] }).is_err());
}

#[test]
fn runoff() {
    let step = |from: f32| (300.0, (0..18).map(|i| from + i as f32).collect());
    let f =
        RunoffFile { subcatchments: 2, pollutants: 1, flow_units: FlowUnits::Lps, steps: vec![step(0.0), step(50.0)] };
    let mut bytes = Vec::new();
    write_runoff(&mut bytes, &f).expect("memory");
    assert_eq!(bytes.len(), 28 + 2 * 4 * 19);
    assert_eq!(read_runoff("r", &bytes).0, Some(f.clone()));
    assert_eq!(codes_of(&read_runoff("r", b"SWMM5")), [(NOT_RUNOFF, 0)]);
    assert_eq!(codes_of(&read_runoff("r", &bytes[..bytes.len() - 4])), [(DAMAGED, 0)]);
    bytes[12..16].copy_from_slice(&i32::MAX.to_le_bytes());
    assert_eq!(codes_of(&read_runoff("r", &bytes)), [(DAMAGED, 0)]);
    assert!(write_runoff(Vec::new(), &RunoffFile { pollutants: 0, ..f }).is_err());
}

#[test]
fn binary_rdii() {
    let f = RdiiFile { step_s: 300, nodes: vec![4, 1], records: vec![(43_831.5, vec![0.25, 0.5])] };
    let mut bytes = Vec::new();
    write_rdii(&mut bytes, &f).expect("memory");
    assert_eq!(read_rdii("r", &bytes, 5).0, Some(Rdii::Binary(f)));
    assert_eq!(codes_of(&read_rdii("r", &bytes, 4)), [(DAMAGED, 0)]);
    assert_eq!(codes_of(&read_rdii("r", &bytes[..30], 5)), [(DAMAGED, 0)]);
    assert_eq!(codes_of(&read_rdii("r", b"SWMM", 5)), [(NOT_RDII, 1)]);
}

/// As SWMM 5.2.4 writes it.
const OUTFLOWS: &str = "SWMM5 Interface File\nTest of reports\n3600 - reporting time step in sec\n\
2    - number of constituents as listed below:\nFLOW LPS\nCOLI #/L\n2    - number of nodes as listed below:\no\nw\n\
Node             Year Mon Day Hr  Min Sec FLOW       COLI      \n\
o                2020 01  01  00  00  00  0.000000   0.000000  \n\
w                2020 01  01  00  00  00  1.500000   0.000000  \n\
o                2020 01  01  01  00  00  88.026462  0.028719  \n\
w                2020 01  01  01  00  00  -1.250000  0.000000  ";

#[test]
fn routing_text_is_read_and_written_as_swmm_does() {
    let (f, found) = read_routing("o.txt", OUTFLOWS.as_bytes());
    let f = f.expect("sound");
    assert!(found.list().is_empty());
    assert_eq!((f.title.as_str(), f.step_s, f.flow_units), ("Test of reports", 3600, FlowUnits::Lps));
    assert_eq!(f.pollutants, [PollutantEntry { name: "COLI".to_owned(), units: ConcentrationUnits::CountsPerL }]);
    assert_eq!(f.records[1], (43_831.0 + 1.0 / 24.0, vec![88.026_462, 0.028_719, -1.25, 0.0]));
    let mut out = Vec::new();
    write_routing(&mut out, &f).expect("memory");
    assert_eq!(String::from_utf8(out).expect("text"), OUTFLOWS);
    assert!(matches!(read_rdii("o.txt", OUTFLOWS.as_bytes(), 0).0, Some(Rdii::Text(_))));
}

#[test]
fn wrong_text_is_refused_with_its_line() {
    let changed = |from: &str, to: &str| {
        assert!(OUTFLOWS.contains(from));
        let text = OUTFLOWS.replacen(from, to, 1);
        let answer = read_routing("o.txt", text.as_bytes());
        codes_of(&answer).iter().map(|(c, l)| ((*c).to_owned(), *l)).collect::<Vec<_>>()
    };
    let one = |code: &str, line: u32| vec![(code.to_owned(), line)];
    assert_eq!(changed("SWMM5 ", "SWMM4 "), one(NOT_ROUTING, 1));
    assert_eq!(changed("3600 -", "0 -"), one(HEAD, 3));
    assert_eq!(changed("FLOW LPS", "FLOW m3"), one(HEAD, 5));
    assert_eq!(changed("COLI #/L", "COLI"), one(HEAD, 6));
    assert_eq!(changed("1.500000 ", "1.5x0000 "), one(ROW, 12));
    assert_eq!(changed("2020 01  01  01", "2020 02  30  01"), one(ROW, 13));
    assert_eq!(changed("\nw                2020", "\nz                2020"), one(ORDER, 12));
    assert_eq!(changed("2020 01  01  01", "2019 01  01  01"), one(ORDER, 13));
    let cut = OUTFLOWS.rsplit_once('\n').expect("lines").0;
    let (f, found) = read_routing("o.txt", cut.as_bytes());
    assert_eq!((f.expect("one date").records.len(), found.list()[0].code.as_str()), (1, ROW));
    let bare: String = OUTFLOWS.lines().take(10).map(|l| format!("{l}\n")).collect();
    assert_eq!(codes_of(&read_routing("o.txt", bare.as_bytes())), [(NO_ROWS, 11)]);
}
